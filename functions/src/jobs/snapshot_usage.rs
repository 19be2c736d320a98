//! Usage by reported day: what was never read, and the last few days again, because usage arrives late.
//!
//! A window is one reported UTC day. Its rows replace those of an earlier reading of the same day.

use std::cell::Cell;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::civil::Date;
use shared::azure::usage;
use shared::guid::SubscriptionId;
use shared::period::Granularity;
use shared::snapshot::{Entry, StoredObject, key, reported_window};
use shared::warning::Warning;

use crate::azure::{Body, UsageWindow};
use crate::error::Error;
use crate::job::{Context, JobReport};

/// Days per commit: a backfill that dies goes on from the last one.
const DAYS_PER_COMMIT: usize = 31;
/// Far below what Resource Manager allows (25 a second), and enough to hide its answer times.
const DAYS_AT_ONCE: usize = 8;

/// What to read.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Hours or days.
    pub granularity: Granularity,
    /// First reported day.
    pub first: Date,
    /// Last reported day, where only a part is wanted.
    pub last: Option<Date>,
}

/// Reads what is due.
pub async fn run(context: &Context<'_>, plan: &Plan) -> Result<JobReport, Error> {
    let mut report = JobReport::new("snapshot-usage", context.run_at);
    let snapshots = context.archive.snapshots().await?;
    let mut due = snapshots.due_days(plan.subscription_id, plan.granularity, plan.first, context.run_at);
    due.retain(|day| plan.last.is_none_or(|last| *day <= last));
    let label = format!("usage {} {}", plan.granularity.name(), plan.subscription_id);
    let done = Cell::new(0);
    for days in due.chunks(DAYS_PER_COMMIT) {
        let readings = stream::iter(days.iter().map(|day| read_day(context, plan, *day))).buffered(DAYS_AT_ONCE);
        let readings = readings.inspect_ok(|_| {
            done.set(done.get() + 1);
            (context.progress)(&label, done.get(), due.len());
        });
        let mut readings = std::pin::pin!(readings);
        let (mut entries, mut failure) = (Vec::with_capacity(days.len()), None);
        while let Some(reading) = readings.next().await {
            match reading {
                Ok(reading) => entries.push(reading.entry(plan, &label, &mut report)),
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        // What was read before a failure counts: the next run goes on from there.
        if !entries.is_empty() {
            report.committed += entries.len();
            context.archive.commit(context.run_at, report.job, entries).await?;
        }
        if let Some(error) = failure {
            return Err(error);
        }
    }
    Ok(report)
}

/// One reported day, kept but not yet committed.
struct Reading {
    day: Date,
    pages: Vec<StoredObject>,
    warnings: Vec<Warning>,
}

impl Reading {
    fn entry(self, plan: &Plan, label: &str, report: &mut JobReport) -> Entry {
        report.fetched += self.pages.len();
        report.rows += self.pages.iter().map(|page| page.rows as usize).sum::<usize>();
        report.warn(label, self.warnings);
        let Plan { subscription_id, granularity, .. } = *plan;
        Entry::Usage { subscription_id, granularity, reported_on: self.day, pages: self.pages }
    }
}

async fn read_day(context: &Context<'_>, plan: &Plan, day: Date) -> Result<Reading, Error> {
    let (reported_from, reported_to) =
        reported_window(day).ok_or_else(|| Error::Usage(format!("{day} is outside the calendar")))?;
    let Plan { subscription_id, granularity, .. } = *plan;
    let window = UsageWindow { subscription_id, granularity, reported_from, reported_to };
    let mut reading = Reading { day, pages: Vec::new(), warnings: Vec::new() };
    context
        .azure
        .usage(window, async |number, body: Body| -> Result<Option<String>, Error> {
            let name = |hash: &str| key::usage_page(subscription_id, granularity, day, context.run_at, number, hash);
            // Decoded before it is kept: what is no usage is not worth a key.
            let page = usage::decode_page(&body.bytes).map_err(Error::bad_input(&body.request))?;
            page.refuse_others(subscription_id).map_err(Error::bad_input(&body.request))?;
            if number == 0 {
                // The window began again: what came before may be of another state of it.
                reading.pages.clear();
                reading.warnings.clear();
            }
            reading.pages.push(context.archive.keep(&body.bytes, page.rows.len(), name).await?);
            reading.warnings.extend(page.warnings);
            Ok(page.next_link)
        })
        .await?;
    Ok(reading)
}
