//! Azure's own words for a refusal, in any of the shapes in which they come, and what to do about the known ones.

use reqwest::Response;
use serde_json::Value;
use shared::json::printable;
use url::Url;

use super::{AzureError, shown};

/// More than this is no error message.
const MAX_BYTES: usize = 64 * 1024;
/// What is shown of it.
const MAX_SHOWN: usize = 400;

pub(super) async fn read(url: &Url, mut response: Response) -> AzureError {
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_BYTES {
            break;
        }
    }
    AzureError::Status { request: shown(url), status, message: message(status, &bytes) }
}

fn message(status: u16, bytes: &[u8]) -> String {
    let words = words(bytes);
    let shown: String = printable(&unsigned(&words)).chars().take(MAX_SHOWN).collect();
    match advice(status, &words) {
        Some(advice) => format!("{shown} ({advice})"),
        None => shown,
    }
}

/// `{"error":{…}}`, `{"code","message"}`, `{"Message"}`, `{"Error":{"Code","Message"}}`, storage's XML, or a web page.
fn words(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        return match (element(text, "Code"), element(text, "Message")) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            _ => "a web page instead of Azure's answer: is there a proxy in between?".to_owned(),
        };
    }
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let inner = field(&value, "error").filter(|inner| inner.is_object()).unwrap_or(&value);
    let text = |name: &str| field(inner, name).and_then(Value::as_str).filter(|text| !text.is_empty());
    match (text("code"), text("message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (None, Some(words)) | (Some(words), None) => words.to_owned(),
        (None, None) => "without a reason".to_owned(),
    }
}

fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

/// Storage repeats what was signed with, and any message may repeat a link: what follows a signature's name is cut.
fn unsigned(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    match ["sig=", "signature was", "bearer "].iter().filter_map(|name| lower.find(name)).min() {
        Some(at) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// What to do, where a person can do something.
fn advice(status: u16, words: &str) -> Option<&'static str> {
    let says = |what: &str| words.to_ascii_lowercase().contains(what);
    Some(match status {
        400 if says("disallowedprovider") => {
            "subscriptions of a cloud solution provider have no usage and no rate card here: ask the partner for \
             Partner Center's figures, or import a price sheet"
        }
        400 if says("invalid query") => {
            "there is no rate card for this offer in this currency and country: check them; Enterprise Agreements, \
             MS-AZR-0145P and MS-AZR-0036P have none, import their price sheet instead"
        }
        401 => "the token is of another tenant or of no use here: is AZURE_TENANT_ID the subscription's tenant?",
        403 if says("authorizationfailed") || says("does not have authorization") => {
            "give the identity the role Billing Reader for usage and invoices, Reader for rate cards, on the \
             subscription"
        }
        404 if says("subscriptionnotfound") => "check the subscription's id, and that it is in AZURE_TENANT_ID",
        400 | 409 if says("missingsubscriptionregistration") => {
            "run az provider register --namespace Microsoft.Commerce"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_gives_its_words() {
        for (body, said) in [
            (r#"{"error":{"code":"GatewayTimeout","message":"Délai dépassé"}}"#, "GatewayTimeout: Délai dépassé"),
            (r#"{"code":"Bad","message":"no"}"#, "Bad: no"),
            (r#"{"Message":"Nope."}"#, "Nope."),
            (r#"{"Error":{"Code":"BadRequest","Message":"Invalid OData"}}"#, "BadRequest: Invalid OData"),
            (r#"{"error":"invalid"}"#, "without a reason"),
            ("\u{feff}<?xml?><Error><Code>Gone</Code><Message>away</Message></Error>", "Gone: away"),
            ("<html>502</html>", "a web page instead of Azure's answer: is there a proxy in between?"),
            ("", "without a reason"),
            ("[1,2", "without a reason"),
        ] {
            assert_eq!(message(500, body.as_bytes()), said, "{body}");
        }
    }

    #[test]
    fn known_refusals_say_what_to_do_and_nothing_signed_is_repeated() {
        let said = message(400, br#"{"error":{"code":"DisallowedProvider","message":"x"}}"#);
        assert!(said.contains("import a price sheet"), "{said}");
        let said = message(403, br#"{"message":"bad link https://x/y?sv=1&sig=CANARY for you"}"#);
        assert_eq!(said, "bad link https://x/y?sv=1&…");
        assert!(!message(400, b"{\"message\":\"a\\u001b[2Jb\"}").contains('\u{1b}'));
    }
}
