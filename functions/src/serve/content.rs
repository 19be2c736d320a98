//! What is sent, in each form in which it may be: as it is, gzip, and Brotli where the build made it.

use std::io::{Read as _, Write as _};
use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::archive::sha256;

/// Packing less than this saves no packet.
const LEAST_PACKED: usize = 1024;

/// What a page opens to, at most: more is no page of ours.
const MOST_OPENED: u64 = 64 << 20;

/// Some bytes and what was made of them; made once, when somebody asks.
pub struct Content {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: OnceLock<Option<Bytes>>,
    /// Names the bytes; each form has one of its own.
    tag: String,
    packs: bool,
}

impl Content {
    /// `packs` says that these bytes are not packed yet.
    #[must_use]
    pub fn of(plain: Vec<u8>, packs: bool) -> Content {
        let tag = sha256(&plain).get(..32).unwrap_or("").to_owned();
        let packs = packs && plain.len() >= LEAST_PACKED;
        Content { plain: plain.into(), brotli: None, gzip: OnceLock::new(), tag, packs }
    }

    /// What the build packed.
    pub fn packed(brotli: Bytes) -> std::io::Result<Content> {
        let mut plain = Vec::new();
        brotli_decompressor::Decompressor::new(&brotli[..], 4096).take(MOST_OPENED).read_to_end(&mut plain)?;
        let mut content = Content::of(plain, true);
        content.brotli = content.packs.then_some(brotli);
        Ok(content)
    }

    /// Bytes in memory.
    #[must_use]
    pub fn size(&self) -> usize {
        self.plain.len() + self.gzip.get().and_then(Option::as_ref).map_or(0, Bytes::len)
    }

    /// The answer to who asks with these headers: in the smallest form that they take, or that they have it already.
    #[must_use]
    pub fn answer(&self, asked: &HeaderMap) -> Response<Body> {
        let takes = Takes::of(asked);
        let packed = match (&self.brotli, takes) {
            (Some(brotli), Takes { brotli: true, .. }) => Some(("br", brotli)),
            (_, Takes { gzip: true, .. }) if self.packs => self.gzip().map(|gzip| ("gzip", gzip)),
            _ => None,
        };
        let (tag, body) = match packed {
            Some((form, bytes)) => (format!("\"{}-{form}\"", self.tag), bytes),
            None => (format!("\"{}\"", self.tag), &self.plain),
        };
        let mut response = if has(asked, &tag) {
            let mut unchanged = Response::new(Body::empty());
            *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
            unchanged
        } else {
            let mut response = Response::new(Body::from(body.clone()));
            if let Some((form, _)) = packed {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(form));
            }
            response
        };
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if self.packs {
            // Who stands between must not give one form to whom takes another.
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }

    fn gzip(&self) -> Option<&Bytes> {
        let pack = || {
            // A rate book has megabytes and somebody waits: fast before small.
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(&self.plain).ok()?;
            Some(packer.finish().ok()?.into())
        };
        self.gzip.get_or_init(pack).as_ref()
    }
}

/// Whether who asks has these bytes already.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

/// Which packed forms somebody takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Takes {
    brotli: bool,
    gzip: bool,
}

impl Takes {
    /// By the words of `Accept-Encoding`: a weight of 0 refuses, a star stands for what is not named.
    fn of(asked: &HeaderMap) -> Takes {
        let named = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let (mut brotli, mut gzip, mut others) = (None, None, false);
        for one in named.flat_map(|value| value.split(',')) {
            let mut parts = one.split(';').map(str::trim);
            let name = parts.next().unwrap_or("").to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            let taken = weight.is_none_or(|weight| !weight.bytes().all(|byte| matches!(byte, b'0' | b'.')));
            match name.as_str() {
                "br" => brotli = Some(taken),
                "gzip" | "x-gzip" => gzip = Some(taken),
                "*" => others = taken,
                _ => {}
            }
        }
        Takes { brotli: brotli.unwrap_or(others), gzip: gzip.unwrap_or(others) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    /// The cases of RFC 9110, 12.5.3, and what browsers and curl send.
    #[test]
    fn only_what_is_taken_is_sent() {
        for (words, brotli, gzip) in [
            ("", false, false),
            ("gzip, deflate, br, zstd", true, true),
            ("gzip, deflate", false, true),
            ("compress, gzip", false, true),
            ("*", true, true),
            ("*;q=0", false, false),
            ("gzip;q=1.0, identity; q=0.5, *;q=0", false, true),
            ("br;q=0.000, gzip;q=0.001", false, true),
            ("GZIP; Q=0, BR", true, false),
            ("brotli, gzipped", false, false),
        ] {
            let takes = Takes::of(&asked(&[(header::ACCEPT_ENCODING, words)]));
            assert_eq!(takes, Takes { brotli, gzip }, "{words}");
        }
        assert_eq!(Takes::of(&HeaderMap::new()), Takes { brotli: false, gzip: false });
    }

    #[test]
    fn each_form_has_its_tag_and_is_sent_once() {
        let content = Content::of(b"quantity,rate\n".repeat(1000), true);
        let gzip = || (header::ACCEPT_ENCODING, "gzip");
        let (plain, packed) = (content.answer(&HeaderMap::new()), content.answer(&asked(&[gzip()])));
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        assert_ne!(plain.headers()[header::ETAG], packed.headers()[header::ETAG]);
        for response in [&plain, &packed] {
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
        }
        let tag: &'static str = packed.headers()[header::ETAG].to_str().unwrap().to_owned().leak();
        let again = content.answer(&asked(&[gzip(), (header::IF_NONE_MATCH, tag)]));
        assert_eq!((again.status(), &again.headers()[header::ETAG]), (StatusCode::NOT_MODIFIED, &tag.parse().unwrap()));
        // Who has the packed form and now wants the plain one does not have that.
        assert_eq!(content.answer(&asked(&[(header::IF_NONE_MATCH, tag)])).status(), StatusCode::OK);
    }

    #[test]
    fn what_is_tiny_or_packed_already_is_sent_as_it_is() {
        for content in [Content::of(vec![b'a'; LEAST_PACKED - 1], true), Content::of(vec![b'a'; 1 << 20], false)] {
            let response = content.answer(&asked(&[(header::ACCEPT_ENCODING, "gzip, br")]));
            assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
        }
    }
}
