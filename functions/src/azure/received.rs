//! What came with an answer, as far as it may be kept. Nothing in it is secret: of the address only what we asked for
//! ourselves is readable, and of the headers only the named ones are taken.

use std::collections::BTreeMap;

use crate::planted::{Bug, planted};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared::json::printable;
use url::Url;

/// Enough to find a request in Azure's own logs and to see which state of the data it answered.
const KEPT_HEADERS: [&str; 10] = [
    "content-encoding",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "retry-after",
    "x-ms-correlation-request-id",
    "x-ms-request-id",
];

/// Parameters whose values say what was asked for. Any other one may be a signature or a token.
const OPEN_PARAMETERS: [&str; 9] = [
    "$expand",
    "$filter",
    "$skip",
    "aggregationgranularity",
    "api-version",
    "currencycode",
    "reportedendtime",
    "reportedstarttime",
    "showdetails",
];

/// How an answer came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// Method and address; a value that could be secret is replaced by the start of its SHA-256.
    pub request: String,
    /// HTTP status.
    pub status: u16,
    /// The headers that are kept, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Bytes on the wire, before transport compression was taken off.
    pub received_bytes: u64,
}

impl Received {
    /// Takes what may be kept.
    pub(super) fn of(url: &Url, status: StatusCode, headers: &HeaderMap, received_bytes: usize) -> Received {
        let kept = KEPT_HEADERS.iter().filter_map(|name| {
            let value = headers.get(*name)?.to_str().ok()?;
            Some(((*name).to_owned(), printable(value).chars().take(200).collect()))
        });
        Received {
            request: request_line(url),
            status: status.as_u16(),
            headers: kept.collect(),
            received_bytes: received_bytes as u64,
        }
    }
}

fn request_line(url: &Url) -> String {
    if planted(Bug::SecretsOnRecord) {
        return format!("GET {url}");
    }
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // They fail only for addresses that cannot have any.
    let _ = (shown.set_username(""), shown.set_password(None));
    let open = |name: &str| OPEN_PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
    let pairs = url.query_pairs().map(|(name, value)| {
        let value = if open(&name) { value.into_owned() } else { format!("sha256:{}", digest(&value)) };
        format!("{name}={value}")
    });
    let pairs: Vec<String> = pairs.collect();
    let line = if pairs.is_empty() { format!("GET {shown}") } else { format!("GET {shown}?{}", pairs.join("&")) };
    printable(&line).chars().take(1000).collect()
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_an_address_and_of_headers_are_not_kept() {
        let url =
            "https://me:pass@blob.example/cards/a.json?sv=2019&sig=canary%2Bsig&api-version=1&$filter=a%20eq%20'b'&x#f";
        let url: Url = url.parse().unwrap_or_else(|e| panic!("{e}"));
        let mut headers = HeaderMap::new();
        for (name, value) in [("date", "now"), ("set-cookie", "canary"), ("authorization", "canary"), ("etag", "\"1\"")]
        {
            let value = value.parse().unwrap_or_else(|e| panic!("{e}"));
            headers.insert(name, value);
        }
        let received = Received::of(&url, StatusCode::OK, &headers, 7);
        let line = &received.request;
        assert!(line.starts_with("GET https://blob.example/cards/a.json?sv=sha256:"), "{line}");
        assert!(line.contains("&api-version=1&$filter=a eq 'b'&x=sha256:e3b0c44298fc1c14"), "{line}");
        let kept: Vec<(&str, &str)> = received.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(kept, [("date", "now"), ("etag", "\"1\"")]);
        let text = serde_json::to_string(&received).unwrap_or_default();
        assert!(!text.contains("canary") && !text.contains("pass"), "{text}");
        assert_eq!(serde_json::from_str::<Received>(&text).ok(), Some(received));
    }
}
