//! A real S3 server on loopback over a folder, and one that answers as it is told.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::error_handling::HandleError;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use functions::store::{Endpoint, Store};
use futures_util::stream::{self, StreamExt as _};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use tokio::net::TcpListener;

pub const ACCESS_KEY: &str = "AKIDFORTESTS";
pub const SECRET_KEY: &str = "canary-secret-of-the-tests";
pub const BUCKET: &str = "costs";

/// What was asked: method and path with query.
pub type Asked = Arc<Mutex<Vec<(String, String)>>>;

/// Ends with the runtime of the test that started it.
pub struct S3Server {
    pub url: String,
    pub asked: Asked,
    folder: TempDir,
}

impl S3Server {
    /// One bucket, and one pair of keys that may do everything.
    pub async fn start() -> S3Server {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let failed = |error: s3s::HttpError| async move { (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:?}")) };
        let (turn, asked) = (Turn::default(), Asked::default());
        let router = Router::new()
            .fallback_service(HandleError::new(builder.build(), failed))
            .layer(from_fn_with_state((turn, asked.clone()), one_write_at_a_time));
        S3Server { url: serve(router).await, asked, folder }
    }

    /// `BUCKET` or `BUCKET/PREFIX` of it.
    pub fn store(&self, place: &str) -> Store {
        store_at(&self.url, place)
    }

    /// Where the objects of the bucket really lie.
    pub fn bucket(&self) -> PathBuf {
        self.folder.path().join(BUCKET)
    }
}

type Turn = Arc<tokio::sync::Mutex<()>>;

/// s3s-fs looks whether a key is free and then writes; S3 does both in one step.
async fn one_write_at_a_time(
    State((turn, asked)): State<(Turn, Asked)>,
    request: Request,
    next: Next,
) -> Response<Body> {
    asked.lock().unwrap().push((request.method().to_string(), request.uri().to_string()));
    let _turn = match *request.method() {
        Method::PUT => Some(turn.lock().await),
        _ => None,
    };
    next.run(request).await
}

/// The store at a place of some host.
pub fn store_at(url: &str, place: &str) -> Store {
    let endpoint =
        Endpoint { url: url.to_owned(), access_key_id: ACCESS_KEY.into(), secret_access_key: SECRET_KEY.into() };
    Store::open_at(&format!("s3://{place}"), Some(endpoint)).unwrap()
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// One answer of a bucket.
pub struct Told {
    pub status: u16,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: String,
}

/// An error as S3 writes it.
pub fn refusal(status: u16, code: &str) -> Told {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>told by a test</Message></Error>"
    );
    Told { status, headers: &[("content-type", "application/xml")], body }
}

/// A good answer.
pub fn good(body: &str) -> Told {
    Told { status: 200, headers: &[], body: body.to_owned() }
}

/// Answers in this order, the last one again and again. Returns the host and what was asked.
pub async fn bucket_that_says(answers: Vec<Told>) -> (String, Asked) {
    let (asked, answers) = (Asked::default(), Arc::new(Mutex::new(VecDeque::from(answers))));
    let router = Router::new().fallback(told).with_state((asked.clone(), answers));
    (serve(router).await, asked)
}

type Script = (Asked, Arc<Mutex<VecDeque<Told>>>);

async fn told(State((asked, answers)): State<Script>, request: Request) -> Response<Body> {
    asked.lock().unwrap().push((request.method().to_string(), request.uri().to_string()));
    // The whole body is taken, so that the client is not cut off while it writes.
    let _ = axum::body::to_bytes(request.into_body(), 1 << 26).await;
    let mut answers = answers.lock().unwrap();
    let answer = if answers.len() > 1 {
        answers.pop_front().unwrap()
    } else {
        let last = &answers[0];
        Told { status: last.status, headers: last.headers, body: last.body.clone() }
    };
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(*name, *value);
    }
    if !answer.headers.iter().any(|(name, _)| *name == "content-length") {
        return response.body(Body::from(answer.body)).unwrap();
    }
    // The length that is told stands, and what is missing of it never comes: head and first bytes do, and then the
    // connection breaks.
    let breaks = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        Err(std::io::Error::other("cut"))
    };
    let text = stream::once(async { Ok(answer.body) }).chain(stream::once(breaks));
    response.body(Body::from_stream(text)).unwrap()
}
