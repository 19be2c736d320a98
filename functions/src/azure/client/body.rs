//! The body of an answer: read whole, or refused as damaged, whatever the status said.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest as _, Md5};
use reqwest::Response;
use reqwest::header::{CONTENT_LENGTH, HeaderMap};
use shared::json::printable;
use url::Url;

use super::attempt::describe;
use super::{AzureError, Body, Received, Want, shown};
use crate::planted::{Bug, planted};

/// Largest body as it comes.
const MAX_PACKED_BYTES: usize = 64 * 1024 * 1024;
/// Largest body, unpacked.
const MAX_BODY_BYTES: usize = 256 * 1024 * 1024;
/// Real answers pack to a thirtieth; a thousandth is an attack.
const MAX_RATIO: usize = 200;

/// A body that came whole, and what is strange about it.
pub(super) struct Read {
    pub body: Body,
    /// It cannot be the JSON that was asked for, although its length is right.
    pub doubt: Option<&'static str>,
}

pub(super) async fn read(url: &Url, mut response: Response, want: Want) -> Result<Read, AzureError> {
    let headers = response.headers().clone();
    let damaged = |problem: String| AzureError::Damaged { request: shown(url), problem };
    let packed = match header(&headers, "content-encoding") {
        None | Some("identity" | "") => false,
        Some(coding) if coding.eq_ignore_ascii_case("gzip") => true,
        Some(other) => return Err(damaged(format!("an encoding that was not asked for: {}", printable(other)))),
    };
    let most = if packed { MAX_PACKED_BYTES } else { MAX_BODY_BYTES };
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(damaged(format!("the body broke off: {}", describe(error)))),
        }
        if bytes.len() > most {
            return Err(damaged(format!("more than {most} bytes")));
        }
    }
    // Length and hash are those of the bytes on the wire: that is why nothing was unpacked on the way.
    promised(&headers, &bytes).map_err(damaged)?;
    let received = Received::of(url, response.status(), &headers, bytes.len());
    let bytes = if packed { unpack(&bytes).map_err(damaged)? } else { bytes };
    let doubt = (want == Want::Json).then(|| strange(&bytes)).flatten();
    Ok(Read { body: Body { bytes, request: shown(url), received }, doubt })
}

fn promised(headers: &HeaderMap, bytes: &[u8]) -> Result<(), String> {
    if let Some(length) = header(headers, CONTENT_LENGTH.as_str()).and_then(|text| text.parse::<usize>().ok())
        && length != bytes.len()
        && !planted(Bug::LengthIgnored)
    {
        return Err(format!("{length} bytes were promised, {} came", bytes.len()));
    }
    if let Some(hash) = header(headers, "content-md5")
        && hash.trim() != BASE64.encode(Md5::digest(bytes))
        && !planted(Bug::HashIgnored)
    {
        return Err("the bytes do not have the promised Content-MD5".into());
    }
    Ok(())
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, String> {
    let limit = packed.len().saturating_mul(MAX_RATIO).clamp(64 * 1024, MAX_BODY_BYTES);
    let mut bytes = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(packed).take(limit as u64 + 1);
    reader.read_to_end(&mut bytes).map_err(|error| format!("the gzip body is damaged: {error}"))?;
    if bytes.len() > limit { Err(format!("the gzip body unpacks to more than {limit} bytes")) } else { Ok(bytes) }
}

/// A cut answer and a proxy's page are noticed here, where asking again may help; the decoder says where they break.
fn strange(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    match (text.first(), text.last()) {
        (None, _) => Some("an empty body where JSON was expected"),
        (Some(b'<'), _) => Some("a web page where JSON was expected: is there a proxy in between?"),
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => None,
        (Some(b'{' | b'['), _) => Some("the JSON breaks off before its end"),
        _ => Some("a body that is not JSON"),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
