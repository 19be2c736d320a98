//! The pages, embedded in the program, and read-only JSON over a store. Bound to loopback by the command line.

mod content;
pub mod documents;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::{Next, from_fn};
use tokio::net::TcpListener;

use crate::archive::Archive;
use crate::error::Error;
use crate::store::StoreError;
use documents::{Documents, Kind, Named};
use pages::Pages;

/// What is served.
struct Site {
    pages: Pages,
    documents: Documents,
}

/// Nothing but ourselves; Lit needs its one named policy and the worker's address another, the module needs to be compiled.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; \
    form-action 'none'; manifest-src 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'; \
    trusted-types lit-html forebill";

/// For what is named by its content, so that it never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Serves until the process is told to stop.
pub async fn run(listener: TcpListener, archive: Arc<Archive>) -> Result<(), Error> {
    let site = Site { pages: Pages::default(), documents: Documents::new(archive) };
    let router = Router::new().fallback(answer).with_state(Arc::new(site)).layer(from_fn(guard));
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

async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response<Body> {
    let path = request.uri().path().trim_start_matches('/');
    let Some(path) = path.strip_prefix("data/") else { return page(&site.pages, path, request.headers()) };
    let Some(named) = Named::parse(path) else { return plain(StatusCode::NOT_FOUND, "no such document") };
    match site.documents.get(&named).await {
        Ok((kind, content)) => document(&kind, content.answer(request.headers())),
        // What the store has nothing of is an answer, with its reason.
        Err(Error::Usage(why)) => refused(StatusCode::NOT_FOUND, "nothing", &why),
        Err(Error::Store(StoreError::NotFound { .. })) => plain(StatusCode::NOT_FOUND, "no such document"),
        Err(error) => failed(&error),
    }
}

fn document(kind: &Kind, mut response: Response<Body>) -> Response<Body> {
    let (mime, more): (_, &[(HeaderName, &'static str)]) = match kind {
        Kind::Json => ("application/json", &[(header::CACHE_CONTROL, "no-cache")]),
        Kind::Book => ("application/json", &[(header::CACHE_CONTROL, FOREVER)]),
        Kind::Compact => ("application/octet-stream", &[(header::CACHE_CONTROL, FOREVER)]),
        Kind::Pdf => ("application/pdf", &[(header::CONTENT_DISPOSITION, "attachment")]),
        // A statement is a page of its own, with a policy of its own, and no part of this site.
        Kind::Statement(form) => (form.mime(), &[(header::CONTENT_DISPOSITION, "attachment")]),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    for (name, value) in more {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn page(pages: &Pages, path: &str, asked: &HeaderMap) -> Response<Body> {
    let name = if path.is_empty() { "index.html" } else { path };
    match pages.get(name) {
        Ok(Some(page)) => {
            let mut response = page.answer(asked);
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(pages::mime(name)));
            let keeps = if name.starts_with("assets/") { FOREVER } else { "no-cache" };
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keeps));
            response
        }
        Ok(None) if name == "index.html" => {
            plain(StatusCode::NOT_FOUND, "this program was built without its pages: build it with make")
        }
        Ok(None) => plain(StatusCode::NOT_FOUND, "no such page"),
        Err(error) => failed(&error),
    }
}

/// What went wrong stays in the log: a page has no use for paths of this machine.
fn failed(error: &Error) -> Response<Body> {
    tracing::error!(%error, "the store could not be read");
    match error {
        Error::Damaged(_) => refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "damaged",
            "the store holds something that its own records contradict: forebill verify names it",
        ),
        _ => refused(StatusCode::INTERNAL_SERVER_ERROR, "failed", "the store could not be read: see the log"),
    }
}

/// A reason that a page can show.
fn refused(status: StatusCode, code: &str, why: &str) -> Response<Body> {
    let body = serde_json::json!({"schema": "forebill.refused/1", "code": code, "why": why});
    let mut response = typed("application/json", Body::from(body.to_string()));
    *response.status_mut() = status;
    response
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
