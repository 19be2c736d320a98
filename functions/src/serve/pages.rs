//! The pages, embedded in the program as the build packed them. Each is opened when it is first asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;

use super::content::Content;
use crate::error::Error;

/// Built by `make web`; a program built without it serves the data only.
#[derive(rust_embed::RustEmbed)]
#[folder = "../web/dist"]
#[include = "*.br"]
#[allow_missing = true]
struct Packed;

/// Those that were asked for.
#[derive(Default)]
pub struct Pages {
    opened: Mutex<BTreeMap<String, Arc<Content>>>,
}

impl Pages {
    pub fn get(&self, name: &str) -> Result<Option<Arc<Content>>, Error> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = opened.get(name) {
            return Ok(Some(page.clone()));
        }
        let Some(file) = Packed::get(&format!("{name}.br")) else { return Ok(None) };
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        let page = Arc::new(Content::packed(bytes).map_err(Error::io(name.to_owned()))?);
        opened.insert(name.to_owned(), page.clone());
        Ok(Some(page))
    }
}

/// The type of a file by its name.
pub fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "text/plain; charset=utf-8",
    }
}
