//! Cuts a night into its units: one message for each, with the time that was planned, so that each is done, fails and is
//! tried again by itself.

use serde::Serialize;
use shared::period::Instant;

use super::{Deps, Event, Job, units};
use crate::error::Error;
use crate::queue::Queue;

/// What was put into the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// The job.
    pub job: &'static str,
    /// The "now" that every unit will be told.
    pub run_at: Instant,
    /// How many units.
    pub enqueued: usize,
}

/// Enqueues every unit of the job. Equal settings, store and time give equal messages: planning twice does no harm.
pub async fn plan(job: Job, time: Instant, deps: &Deps<'_>, queue: &Queue) -> Result<Planned, Error> {
    let units = units(job, deps.configured, &deps.archive.snapshots().await?);
    let messages = units.into_iter().map(|unit| message(time, unit));
    Ok(Planned { job: job.name(), run_at: time, enqueued: queue.send(messages).await? })
}

/// The event as its own reader takes it.
fn message(time: Instant, unit: super::Unit) -> String {
    // Plain texts and numbers under names: nothing that JSON cannot say.
    serde_json::to_string(&Event { time, unit: Some(unit) }).unwrap_or_default()
}
