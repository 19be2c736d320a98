//! What every job is given and what it returns. "Now" is part of it: no job reads a clock.

use jiff::Timestamp;
use serde::Serialize;
use shared::period::Instant;

use crate::archive::Archive;
use crate::azure::AzureClient;

/// What a job works with.
pub struct Context<'a> {
    /// The "now" of the run: a retry with the same time does the same work.
    pub run_at: Timestamp,
    /// Where snapshots lie.
    pub archive: &'a Archive,
    /// Azure.
    pub azure: &'a AzureClient,
    /// Told after each step: how many are done, of how many.
    pub progress: &'a dyn Fn(&str, usize, usize),
}

/// What a job did.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobReport {
    /// The job.
    pub job: &'static str,
    /// The "now" of the run.
    pub run_at: Instant,
    /// Answers that were read.
    pub fetched: usize,
    /// Rows inside them.
    pub rows: usize,
    /// What now counts: days, price lists, invoices.
    pub committed: usize,
    /// What was due and already there.
    pub skipped: usize,
    /// What was doubtful.
    pub warnings: Vec<String>,
}

impl JobReport {
    /// Nothing done yet.
    #[must_use]
    pub fn new(job: &'static str, run_at: Timestamp) -> JobReport {
        JobReport { job, run_at: Instant(run_at), fetched: 0, rows: 0, committed: 0, skipped: 0, warnings: Vec::new() }
    }

    /// Keeps the first hundred: a broken feed must not fill the report.
    pub fn warn(&mut self, place: &str, warnings: impl IntoIterator<Item = shared::warning::Warning>) {
        for warning in warnings {
            if self.warnings.len() < 100 {
                let path = warning.path.map(|path| format!(" {path}")).unwrap_or_default();
                self.warnings.push(format!("{place}{path}: {}", warning.message));
            }
        }
    }
}
