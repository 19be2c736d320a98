//! The jobs by name, and the one way to run them: for Lambda, the command line and the schedule of this machine alike.
//!
//! "Now" comes in with the event: no job reads a clock, so a retry with the same event does the same work.

mod event;
mod planner;
mod units;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, Instant};
use shared::snapshot::Entry;

pub use event::{Event, Unit};
pub use planner::{Planned, plan};
pub use units::units;

use crate::account::Configured;
use crate::archive::Archive;
use crate::azure::AzureClient;
use crate::error::Error;
use crate::jobs::{alerts, publish, snapshot_invoices, snapshot_ratecard, snapshot_retail, snapshot_usage};
use crate::notify::Channels;
use crate::planted::{Bug, planted};

/// What can run on a schedule. The names are used by `infra/`, by schedules and by the Lambda handler setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Job {
    /// Usage by reported day.
    SnapshotUsage,
    /// Rate cards.
    SnapshotRatecard,
    /// Public prices.
    SnapshotRetail,
    /// Billing periods and invoices.
    SnapshotInvoices,
    /// What the pages read, made from all that was snapshotted.
    Publish,
    /// Alert rules, and who is told.
    Alerts,
}

impl Job {
    /// All of them.
    pub const ALL: [Job; 6] = [
        Job::SnapshotUsage,
        Job::SnapshotRatecard,
        Job::SnapshotRetail,
        Job::SnapshotInvoices,
        Job::Publish,
        Job::Alerts,
    ];

    /// Its fixed name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Job::SnapshotUsage => "snapshot-usage",
            Job::SnapshotRatecard => "snapshot-ratecard",
            Job::SnapshotRetail => "snapshot-retail",
            Job::SnapshotInvoices => "snapshot-invoices",
            Job::Publish => "publish",
            Job::Alerts => "alerts",
        }
    }

    /// The job of a name.
    pub fn named(name: &str) -> Result<Job, Error> {
        Job::ALL.into_iter().find(|job| job.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Job::ALL.iter().map(|job| job.name()).collect();
            Error::Usage(format!("{} is no job: one of {}", shared::json::printable(name), names.join(", ")))
        })
    }

    /// Whether Azure must know who asks. Retail prices are public; publishing and alerts ask nobody.
    #[must_use]
    pub fn signs_in(self) -> bool {
        !matches!(self, Job::SnapshotRetail | Job::Publish | Job::Alerts)
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What jobs work with, whatever the time.
pub struct Deps<'a> {
    /// Where snapshots lie.
    pub archive: &'a Archive,
    /// Azure.
    pub azure: &'a AzureClient,
    /// Subscriptions to read beside those that the store knows.
    pub configured: &'a [Configured],
    /// Where alerts are sent beside the log.
    pub channels: &'a Channels,
    /// Told after each step: how many are done, of how many.
    pub progress: &'a dyn Fn(&str, usize, usize),
}

/// What one run works with.
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

/// Runs the unit of the event, or every unit there is. One that fails holds no other back: it is in the report.
pub async fn run(job: Job, event: &Event, deps: &Deps<'_>) -> Result<JobReport, Error> {
    let Deps { archive, azure, configured, channels, progress } = *deps;
    let context = Context { run_at: event.time.0, archive, azure, progress };
    if let Some(unit) = &event.unit {
        return run_unit(job, unit, &context, channels).await;
    }
    let mut report = JobReport::new(job.name(), context.run_at);
    for unit in units(job, configured, &archive.snapshots().await?) {
        match run_unit(job, &unit, &context, channels).await {
            Ok(one) => {
                let nothing = one.nothing_read();
                report.add(one);
                report.failed.extend(nothing.map(|error| FailedUnit { unit: Some(unit), error }));
            }
            Err(error) if planted(Bug::OneStopsAll) => return Err(error),
            Err(error) => report.failed.push(FailedUnit { unit: Some(unit), error: error.to_string() }),
        }
    }
    Ok(report)
}

async fn run_unit(job: Job, unit: &Unit, context: &Context<'_>, channels: &Channels) -> Result<JobReport, Error> {
    match (job, unit) {
        (Job::SnapshotUsage, Unit::Usage(plan)) => snapshot_usage::run(context, plan).await,
        (Job::SnapshotRatecard, Unit::RateCard(plan)) => snapshot_ratecard::run(context, plan).await,
        (Job::SnapshotRetail, Unit::Retail(plan)) => snapshot_retail::run(context, plan).await,
        (Job::SnapshotInvoices, Unit::Invoices(plan)) => snapshot_invoices::run(context, plan).await,
        (Job::Publish, Unit::Publish(plan)) => publish::run(context, plan).await,
        (Job::Alerts, Unit::Alerts(alerts::Plan {})) => alerts::run(context, channels).await,
        _ => Err(Error::Usage(format!("this is no unit of {job}"))),
    }
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
    /// Units that could not be done; the next run tries them again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedUnit>,
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
/// A unit of work that could not be done.
#[derive(Debug, Clone, Serialize)]
pub struct FailedUnit {
    /// Which; nothing where the job could not begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Why.
    pub error: String,
}

/// A broken feed must not fill the report.
const MAX_WARNINGS: usize = 100;

impl JobReport {
    /// Nothing done yet.
    #[must_use]
    pub fn new(job: &'static str, run_at: Timestamp) -> JobReport {
        JobReport {
            job,
            run_at: Instant(run_at),
            fetched: 0,
            rows: 0,
            committed: 0,
            skipped: 0,
            gaps: Vec::new(),
            warnings: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// Keeps the first hundred.
    pub fn warn(&mut self, place: &str, warnings: impl IntoIterator<Item = shared::warning::Warning>) {
        for warning in warnings {
            if self.warnings.len() < MAX_WARNINGS {
                let path = warning.path.map(|path| format!(" {path}")).unwrap_or_default();
                self.warnings.push(format!("{place}{path}: {}", warning.message));
            }
        }
    }

    /// Why not a single day came, if none did. Some days missing are on record and due again; nothing but missing days
    /// is somebody's alarm.
    #[must_use]
    pub fn nothing_read(&self) -> Option<String> {
        let gap = self.gaps.iter().find(|gap| gap.tries > 0 && self.committed == 0)?;
        Some(format!("no reported day of {} could be read: {}", gap.subscription_id, gap.reason))
    }

    fn add(&mut self, one: JobReport) {
        self.fetched += one.fetched;
        self.rows += one.rows;
        self.committed += one.committed;
        self.skipped += one.skipped;
        let room = MAX_WARNINGS.saturating_sub(self.warnings.len());
        self.warnings.extend(one.warnings.into_iter().take(room));
        self.gaps.extend(one.gaps);
        self.failed.extend(one.failed);
    }
}
