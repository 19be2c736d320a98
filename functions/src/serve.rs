//! The pages, embedded in the program, and read-only JSON over a store. Bound to loopback by the command line.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::{Next, from_fn};
use serde::Serialize;
use shared::period::Instant;
use shared::ratebook::Source;
use shared::ratebook::format::BookId;
use shared::snapshot::Snapshots;
use tokio::net::TcpListener;

use crate::archive::Archive;
use crate::error::Error;

/// Built by `make web`; a program built without it serves the data only.
#[derive(rust_embed::RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Pages;

/// Nothing but ourselves; Lit needs its one named policy and the worker's address another, the module needs to be compiled.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; \
    form-action 'none'; manifest-src 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'; \
    trusted-types lit-html forebill";

/// Serves until the process is told to stop.
pub async fn run(listener: TcpListener, archive: Arc<Archive>) -> Result<(), Error> {
    let router = Router::new().fallback(answer).with_state(archive).layer(from_fn(guard));
    let stopped = async {
        tokio::select! {
            () = asked_to_stop() => {}
            () = told_to_end() => {}
        }
    };
    axum::serve(listener, router).with_graceful_shutdown(stopped).await.map_err(Error::io("serving"))
}

/// Ctrl-C. Without a handler the process just goes on until it is killed.
async fn asked_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// What a supervisor or a closing terminal sends: the folder of a demo must go then, too.
#[cfg(unix)]
async fn told_to_end() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn told_to_end() {
    std::future::pending().await
}

/// Only this machine's names, only reading, and the same headers on every answer.
async fn guard(request: Request, next: Next) -> Response<Body> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // A name that somebody else resolves to this machine is how a foreign page would read the data.
    let mut response = if !matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
        plain(StatusCode::MISDIRECTED_REQUEST, "ask for 127.0.0.1")
    } else if !matches!(*request.method(), Method::GET | Method::HEAD) {
        plain(StatusCode::METHOD_NOT_ALLOWED, "only reading is possible")
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn answer(State(archive): State<Arc<Archive>>, request: Request) -> Response<Body> {
    let path = request.uri().path().trim_start_matches('/');
    match path {
        "data/books.json" => match archive.snapshots().await {
            Ok(snapshots) => json(&books(&snapshots)),
            Err(error) => failed(&error),
        },
        _ => match path.strip_prefix("data/ratebook/").and_then(|name| name.strip_suffix(".json")) {
            Some(hex) => rate_book(&archive, hex).await,
            None => page(path),
        },
    }
}

/// What the page may load.
#[derive(Serialize)]
pub struct Books {
    schema: &'static str,
    books: Vec<BookLink>,
}

/// A rate book that the page may load.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BookLink {
    id: BookId,
    url: String,
    source: Source,
    offer: Option<String>,
    offer_name: String,
    currency: String,
    fetched_at: Instant,
    meters: u64,
}

/// The newest list of each offer and currency, in the order in which they came; retail prices last.
#[must_use]
pub fn books(snapshots: &Snapshots) -> Books {
    let mut books: Vec<BookLink> = Vec::new();
    for list in &snapshots.prices {
        let newest = snapshots.newest_prices(list.offer.as_ref(), list.currency);
        if newest != Some(list) {
            continue;
        }
        books.push(BookLink {
            id: list.book.clone(),
            url: format!("data/ratebook/{}.json", list.book.hex()),
            source: list.source,
            offer: list.offer.as_ref().map(ToString::to_string),
            offer_name: list.offer.as_ref().map_or("Retail prices", |offer| offer.display_name()).to_owned(),
            currency: list.currency.to_string(),
            fetched_at: list.fetched_at,
            meters: list.meters,
        });
    }
    books.sort_by_key(|book| book.offer.is_none());
    Books { schema: "forebill.books/1", books }
}

async fn rate_book(archive: &Archive, hex: &str) -> Response<Body> {
    let Ok(id) = hex.parse::<BookId>() else { return plain(StatusCode::NOT_FOUND, "no such rate book") };
    match archive.book_bytes(&id).await {
        Ok(bytes) => {
            let mut response = typed("application/json", Body::from(bytes));
            // Named by its content, so it never changes.
            let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
            response.headers_mut().insert(header::CACHE_CONTROL, forever);
            response
        }
        Err(Error::Store(crate::store::StoreError::NotFound { .. })) => {
            plain(StatusCode::NOT_FOUND, "no such rate book")
        }
        Err(error) => failed(&error),
    }
}

fn page(path: &str) -> Response<Body> {
    let name = if path.is_empty() { "index.html" } else { path };
    match Pages::get(name) {
        Some(file) => typed(file.metadata.mimetype(), Body::from(file.data.into_owned())),
        None if name == "index.html" => {
            plain(StatusCode::NOT_FOUND, "this program was built without its pages: build it with make")
        }
        None => plain(StatusCode::NOT_FOUND, "no such page"),
    }
}

fn json(value: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(bytes) => typed("application/json", Body::from(bytes)),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "the answer is not JSON"),
    }
}

/// What went wrong stays in the log: a page has no use for paths of this machine.
fn failed(error: &Error) -> Response<Body> {
    tracing::error!(%error, "the store could not be read");
    plain(StatusCode::INTERNAL_SERVER_ERROR, "the store could not be read: see the log")
}

fn typed(kind: &str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = typed("text/plain; charset=utf-8", Body::from(text));
    *response.status_mut() = status;
    response
}
