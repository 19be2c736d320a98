//! A request and an answer as plain values, so that every endpoint is an ordinary function.
//! Query names are compared without case, as the real services do; values keep theirs.
//! Only this module knows axum's types; the endpoints know only `Call` and `Reply`.

use super::state::{Host, RequestLog, Shared};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use percent_encoding::percent_decode_str;
use std::sync::Arc;

/// Forms and filters are small; anything larger is not meant for this server.
const LARGEST_BODY: usize = 64 * 1024;

pub struct Call {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub authorization: Option<String>,
    pub body: Vec<u8>,
}

impl Call {
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path's segments, in their own case.
    pub fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|s| !s.is_empty()).collect()
    }
}

/// Splits `a=1&b=2`; a plus is a blank, as in forms, so an unescaped offset in a time breaks.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(key), decode(value))
        })
        .collect()
}

pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        Reply { status, headers: vec![("content-type", content_type.into())], body: body.into() }
    }

    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Reply {
        Reply::new(status, "application/json; charset=utf-8", body)
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }
}

/// All that a listener does: a function of the shared state and the request.
pub type Answer = fn(&Shared, &Call) -> Reply;

/// Answers one listener's calls; the function is the whole server behind that port.
pub fn router(shared: Arc<Shared>, host: Host, answer: Answer) -> Router {
    Router::new().fallback(handle).with_state((shared, host, answer))
}

type Endpoint = (Arc<Shared>, Host, Answer);

async fn handle(State((shared, host, answer)): State<Endpoint>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return respond(Reply::json(413, "{}"));
    };
    let authorization =
        parts.headers.get(header::AUTHORIZATION).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    let call = Call {
        method: parts.method.as_str().to_owned(),
        path: percent_decode_str(parts.uri.path()).decode_utf8_lossy().into_owned(),
        query: pairs(parts.uri.query().unwrap_or_default()),
        authorization,
        body: body.to_vec(),
    };
    shared.record(RequestLog {
        method: call.method.clone(),
        host,
        path: call.path.clone(),
        had_authorization: call.authorization.is_some(),
    });
    let id = shared.next_request_id();
    respond(answer(&shared, &call).with("x-ms-request-id", id))
}

fn respond(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
