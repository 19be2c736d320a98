//! What every job is given and what it returns. "Now" is part of it: no job reads a clock.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, Instant};
use shared::snapshot::Entry;

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
    /// What was due and could not be read: on record, and asked for again.
    pub gaps: Vec<MissedDays>,
    /// What was doubtful.
    pub warnings: Vec<String>,
}

/// Reported days in a row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MissedDays {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Hours or days.
    pub granularity: Granularity,
    /// First reported day.
    pub from: Date,
    /// Last one, inclusive.
    pub to: Date,
    /// What went wrong.
    pub reason: String,
    /// How many runs asked in vain.
    pub tries: u32,
    /// When it is sensible to ask again.
    pub next_try_at: Option<Instant>,
}

impl MissedDays {
    /// The days of a gap's entry.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<MissedDays> {
        let Entry::Gap { subscription_id, granularity, reported_from, reported_to, reason, tries, next_try_at } = entry
        else {
            return None;
        };
        Some(MissedDays {
            subscription_id: *subscription_id,
            granularity: *granularity,
            from: *reported_from,
            to: *reported_to,
            reason: reason.clone(),
            tries: *tries,
            next_try_at: *next_try_at,
        })
    }
}

impl JobReport {
    /// Nothing done yet.
    #[must_use]
    pub fn new(job: &'static str, run_at: Timestamp) -> JobReport {
        let (gaps, warnings) = (Vec::new(), Vec::new());
        JobReport { job, run_at: Instant(run_at), fetched: 0, rows: 0, committed: 0, skipped: 0, gaps, warnings }
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
