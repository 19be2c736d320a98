//! The same program as a Lambda function. The handler setting names the job; an invocation brings an event, or a batch
//! of events out of a queue.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use jiff::Timestamp;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::archive::Archive;
use crate::azure::{AzureClient, Run};
use crate::config::JobSettings;
use crate::error::Error;
use crate::job::{self, Deps, Event, FailedUnit, Job, JobReport, Planned};
use crate::notify::Channels;
use crate::queue::Queue;
use crate::store::Store;

/// Kept back from the deadline to answer and to write the log, but never more than a quarter of what there is.
const SPARE: Duration = Duration::from_secs(30);

/// The settings of a function, all from variables.
#[derive(Parser)]
struct Deployment {
    /// Where snapshots lie
    #[arg(long, env = "FOREBILL_STORE", value_name = "URL", hide_env_values = true)]
    store: String,
    /// Where the units of an event without one go, each as a message; without it, this function does them all
    #[arg(long, env = "FOREBILL_QUEUE_URL", value_name = "URL", hide_env_values = true)]
    queue_url: Option<String>,
    #[command(flatten)]
    jobs: JobSettings,
}

/// One function: everything that outlives an invocation.
struct Function {
    job: Job,
    archive: Archive,
    queue: Option<Queue>,
    azure: AzureClient,
    channels: Channels,
    jobs: JobSettings,
    now: fn() -> Timestamp,
}

/// Serves invocations until Lambda stops the process. What cannot even begin is told as an init error.
pub async fn run(api: &str, handler: &str, now: fn() -> Timestamp) -> ExitCode {
    let function = match Function::open(handler, now) {
        Ok(function) => function,
        Err(refusal) => {
            tracing::error!(kind = refusal.kind, error = refusal.message, "the function cannot start");
            refuse_to_start(api, &refusal).await;
            return ExitCode::FAILURE;
        }
    };
    let served = lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| function.invoke(event))).await;
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the runtime stopped");
            ExitCode::FAILURE
        }
    }
}

/// Why there is no result: a fixed kind for alarms, and words for people.
#[derive(Debug, Serialize)]
struct Refusal {
    #[serde(rename = "errorType")]
    kind: &'static str,
    #[serde(rename = "errorMessage")]
    message: String,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal { kind: error.kind(), message: error.to_string() }
    }
}

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Diagnostic {
        Diagnostic { error_type: refusal.kind.into(), error_message: refusal.message }
    }
}

/// What became of one event.
#[derive(Serialize)]
#[serde(untagged)]
enum Done {
    Report(Box<JobReport>),
    Planned(Planned),
}

/// What an invocation answers.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Event(Done),
    #[serde(rename_all = "camelCase")]
    Batch {
        /// Only these messages come again; the queue forgets the others.
        batch_item_failures: Vec<ItemFailure>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: String,
}

#[derive(Deserialize)]
struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

impl Function {
    fn open(handler: &str, now: fn() -> Timestamp) -> Result<Function, Refusal> {
        let job = Job::named(handler).map_err(|error| Refusal {
            kind: "UnknownHandler",
            message: format!("{error}: set the handler of the function to one of them"),
        })?;
        let bad = |message: String| Refusal { kind: "BadSetting", message };
        let deployment = Deployment::try_parse_from(["forebill"]).map_err(|error| {
            let text = error.to_string();
            bad(format!("{} (settings are variables: FOREBILL_STORE and others)", text.lines().next().unwrap_or("")))
        })?;
        let store = Store::open(&deployment.store).map_err(|error| bad(error.to_string()))?;
        let queue = deployment.queue_url.as_deref().filter(|url| !url.is_empty()).map(Queue::open).transpose();
        let queue = queue.map_err(|error| bad(error.to_string()))?;
        let azure = deployment.jobs.client(job).map_err(|error| bad(error.to_string()))?;
        let channels = deployment.jobs.channels().map_err(|error| bad(error.to_string()))?;
        Ok(Function { job, archive: Archive::for_jobs(store), queue, azure, channels, jobs: deployment.jobs, now })
    }

    async fn invoke(&self, event: LambdaEvent<Value>) -> Result<Answer, Refusal> {
        let until = self.until(event.context.deadline);
        if event.payload.get("Records").is_some() {
            return self.batch(event.payload, until).await;
        }
        self.told(self.event(event.payload.to_string().as_bytes(), until).await).map(Answer::Event)
    }

    /// When to stop, so that the answer still reaches Lambda. A deadline beyond the calendar is none.
    fn until(&self, deadline_ms: u64) -> Timestamp {
        let deadline = i64::try_from(deadline_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let deadline = deadline.unwrap_or(Timestamp::MAX);
        let left = deadline.duration_since((self.now)()).unsigned_abs();
        deadline.checked_sub(SPARE.min(left / 4)).unwrap_or(deadline)
    }

    /// Each message by itself: one that fails holds no other back.
    async fn batch(&self, payload: Value, until: Timestamp) -> Result<Answer, Refusal> {
        let batch: Batch = serde_json::from_value(payload)
            .map_err(|error| Refusal { kind: "BadInput", message: format!("the batch of the queue: {error}") })?;
        let mut batch_item_failures = Vec::new();
        for message in batch.records {
            if self.told(self.event(message.body.as_bytes(), until).await).is_err() {
                batch_item_failures.push(ItemFailure { item_identifier: message.message_id });
            }
        }
        Ok(Answer::Batch { batch_item_failures })
    }

    /// An event without a unit is planned where there is a queue for its units, and everything is done here otherwise.
    async fn event(&self, text: &[u8], until: Timestamp) -> Result<Done, Refusal> {
        let event = Event::decode(self.job, text)?;
        let left = Duration::try_from(until.duration_since((self.now)())).unwrap_or(Duration::ZERO);
        let progress = |_: &str, _: usize, _: usize| {};
        // A wait that Azure asks for beyond that is not begun.
        let azure = self.azure.clone().for_run(Run::within(left));
        let deps = Deps {
            archive: &self.archive,
            azure: &azure,
            configured: self.jobs.configured(),
            channels: &self.channels,
            progress: &progress,
        };
        let late = || Refusal {
            kind: "Deadline",
            message: format!("{} ran out of time; what it committed counts, and the next try goes on there", self.job),
        };
        if left.is_zero() {
            return Err(late());
        }
        let work = async {
            match &self.queue {
                Some(queue) if event.unit.is_none() => {
                    job::plan(self.job, event.time, &deps, queue).await.map(Done::Planned)
                }
                _ => job::run(self.job, &event, &deps).await.map(Box::new).map(Done::Report),
            }
        };
        let done = tokio::time::timeout(left, work).await.map_err(|_| late())??;
        match &done {
            Done::Planned(_) => Ok(done),
            Done::Report(report) => self.whole(report).map(|()| done),
        }
    }

    /// Whether everything that was to be done was done.
    fn whole(&self, report: &JobReport) -> Result<(), Refusal> {
        if let (Some(message), true) = (report.nothing_read(), report.failed.is_empty()) {
            return Err(Refusal { kind: "UnitsFailed", message });
        }
        let Some(FailedUnit { unit, error }) = report.failed.first() else { return Ok(()) };
        let unit = serde_json::to_string(unit).unwrap_or_default();
        let message =
            format!("{} of the units of {} failed, the first is {unit}: {error}", report.failed.len(), self.job);
        Err(Refusal { kind: "UnitsFailed", message })
    }

    /// One line in the log for each event.
    fn told(&self, done: Result<Done, Refusal>) -> Result<Done, Refusal> {
        let job = self.job.name();
        match &done {
            Ok(Done::Planned(Planned { run_at, enqueued, .. })) => {
                tracing::info!(job, time = %run_at, enqueued, "planned");
            }
            Ok(Done::Report(report)) => {
                let JobReport { fetched, rows, committed, skipped, .. } = &**report;
                let (time, warnings) = (report.run_at, report.warnings.len());
                tracing::info!(job, %time, fetched, rows, committed, skipped, warnings, "done");
            }
            Err(Refusal { kind, message }) => tracing::error!(job, kind, error = message, "failed"),
        }
        done
    }
}

/// Tells Lambda why, so that the console shows more than an exit status.
async fn refuse_to_start(api: &str, refusal: &Refusal) {
    let Ok(http) = AzureClient::http() else { return };
    let request = http
        .post(format!("http://{api}/2018-06-01/runtime/init/error"))
        .header("lambda-runtime-function-error-type", format!("Init.{}", refusal.kind))
        .body(serde_json::to_string(refusal).unwrap_or_default());
    if let Err(error) = request.send().await {
        tracing::error!(error = %error.without_url(), "the init error was not taken");
    }
}
