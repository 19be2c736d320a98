//! Lambda's Runtime API on loopback, and the real program behind it: whole invocations, with exact deadlines and as many
//! deliveries of one event as a test wants.

use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Path as Segments, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{get, post};
use functions::demo::SampleAzure;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

use super::program;

/// What the function told its runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// The result of an invocation.
    Response(Value),
    /// An invocation that failed: `errorType` and `errorMessage`.
    Error(Value),
    /// It could not start: the header that names the kind, and the error.
    Init(String, Value),
}

struct Invocation {
    payload: String,
    deadline_ms: u64,
}

struct Shared {
    waiting: Mutex<mpsc::Receiver<Invocation>>,
    told: mpsc::Sender<Told>,
}

/// A function in its environment. It is killed when this goes.
pub struct Lambda {
    invocations: mpsc::Sender<Invocation>,
    told: mpsc::Receiver<Told>,
    child: Child,
    log: PathBuf,
}

/// Longer than any test, shorter than somebody's patience.
const PATIENCE: Duration = Duration::from_secs(120);

impl Lambda {
    /// Starts the program as the function of a handler, with the sample as its Azure and `store` below the folder.
    pub async fn start(sample: &SampleAzure, folder: &Path, handler: &str, more: &[(&str, &str)]) -> Lambda {
        let azure = azure(sample);
        let azure = azure.iter().map(|(name, value)| (*name, value.as_str()));
        Lambda::with(folder, handler, &azure.chain(more.iter().copied()).collect::<Vec<_>>()).await
    }

    /// The same with these variables, whatever its Azure is.
    pub async fn with(folder: &Path, handler: &str, variables: &[(&str, &str)]) -> Lambda {
        let (invocations, waiting) = mpsc::channel(100);
        let (tell, told) = mpsc::channel(100);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Shared { waiting: Mutex::new(waiting), told: tell });
        tokio::spawn(async move { axum::serve(listener, router(shared)).await });
        let log = folder.join(format!("{handler}.log"));
        let mut command = program::command(folder, &[]);
        command.env("AWS_LAMBDA_RUNTIME_API", &api).env("_HANDLER", handler);
        command.env("AWS_LAMBDA_FUNCTION_NAME", handler).env("AWS_LAMBDA_FUNCTION_VERSION", "1");
        command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256").env("FOREBILL_STORE", "file:store");
        command.envs(variables.iter().copied());
        let out = std::fs::File::options().create(true).append(true).open(&log).unwrap();
        let child = command.stdin(Stdio::null()).stdout(out.try_clone().unwrap()).stderr(out).spawn().unwrap();
        Lambda { invocations, told, child, log }
    }

    /// One invocation with a quarter of an hour to go.
    pub async fn invoke(&mut self, payload: &str) -> Told {
        self.invoke_until(payload, in_ms(900_000)).await
    }

    /// One invocation with a deadline, in milliseconds since 1970.
    pub async fn invoke_until(&mut self, payload: &str, deadline_ms: u64) -> Told {
        self.begin(payload, deadline_ms).await;
        self.told().await
    }

    /// An invocation whose answer nobody waits for.
    pub async fn begin(&self, payload: &str, deadline_ms: u64) {
        self.invocations.send(Invocation { payload: payload.to_owned(), deadline_ms }).await.unwrap();
    }

    /// What the function says next.
    pub async fn told(&mut self) -> Told {
        match tokio::time::timeout(PATIENCE, self.told.recv()).await {
            Ok(Some(told)) => told,
            _ => panic!("the function said nothing: {}", std::fs::read_to_string(&self.log).unwrap_or_default()),
        }
    }

    /// How the process ended by itself.
    pub fn exit(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Everything it logged: one JSON object a line, or this fails.
    pub fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.log).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A deadline so many milliseconds from now.
pub fn in_ms(left: u64) -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as u64 + left
}

/// The variables with which a program reads from the sample.
pub fn azure(sample: &SampleAzure) -> [(&'static str, String); 6] {
    [
        ("AZURE_TENANT_ID", sample.tenant_id().to_owned()),
        ("AZURE_CLIENT_ID", sample.client_id().to_owned()),
        ("AZURE_CLIENT_SECRET", sample.client_secret().to_owned()),
        ("AZURE_AUTHORITY_HOST", sample.authority().to_owned()),
        ("FOREBILL_ARM_ENDPOINT", sample.arm().to_owned()),
        ("FOREBILL_RETAIL_ENDPOINT", sample.retail().to_owned()),
    ]
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/{kind}", post(answered))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .with_state(shared)
}

/// Blocks until there is an invocation, as the real one does.
async fn next(State(shared): State<Arc<Shared>>) -> Response<String> {
    let Some(Invocation { payload, deadline_ms }) = shared.waiting.lock().await.recv().await else {
        return std::future::pending().await;
    };
    Response::builder()
        .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .header("lambda-runtime-deadline-ms", deadline_ms)
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:123456789012:function:forebill")
        .header("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0")
        .header("content-type", "application/json")
        .body(payload)
        .unwrap()
}

async fn answered(
    State(shared): State<Arc<Shared>>,
    Segments((_, kind)): Segments<(String, String)>,
    body: String,
) -> StatusCode {
    let value = serde_json::from_str(&body).unwrap();
    let told = match kind.as_str() {
        "response" => Told::Response(value),
        "error" => Told::Error(value),
        _ => return StatusCode::NOT_FOUND,
    };
    shared.told.send(told).await.unwrap();
    StatusCode::ACCEPTED
}

async fn init_error(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: String) -> StatusCode {
    let kind = headers["lambda-runtime-function-error-type"].to_str().unwrap().to_owned();
    shared.told.send(Told::Init(kind, serde_json::from_str(&body).unwrap())).await.unwrap();
    StatusCode::ACCEPTED
}
