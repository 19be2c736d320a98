//! Usage by reported day: what was never read, and the last few days again, because usage arrives late.
//!
//! A window is one reported UTC day. Its rows replace those of an earlier reading of the same day.

use std::cell::Cell;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::azure::usage;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Entry, StoredObject, key, reported_window};
use shared::warning::Warning;

use crate::account::Account;
use crate::azure::{Body, UsageWindow};
use crate::error::Error;
use crate::job::{Context, JobReport};

/// Days per commit: a backfill that dies goes on from the last one.
const DAYS_PER_COMMIT: usize = 31;
/// Far below what Resource Manager allows (25 a second), and enough to hide its answer times.
const DAYS_AT_ONCE: usize = 8;

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Plan {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Hours or days.
    pub granularity: Granularity,
    /// First reported day; without it thirteen months back, as long as Azure's own portal keeps usage.
    #[serde(default, rename = "from", skip_serializing_if = "Option::is_none")]
    pub first: Option<Date>,
    /// Last reported day, where only a part is wanted.
    #[serde(default, rename = "to", skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// What the subscription is, where the store may not know it yet.
    #[serde(default, skip_serializing_if = "is_silent")]
    pub account: Account,
}

impl Plan {
    /// All that is due.
    #[must_use]
    pub fn new(subscription_id: SubscriptionId, granularity: Granularity) -> Plan {
        Plan { subscription_id, granularity, first: None, last: None, account: Account::default() }
    }
}

fn is_silent(account: &Account) -> bool {
    *account == Account::default()
}

/// Reads what is due.
pub async fn run(context: &Context<'_>, plan: &Plan) -> Result<JobReport, Error> {
    let mut report = JobReport::new("snapshot-usage", context.run_at);
    let snapshots = context.archive.snapshots().await?;
    match plan.account.entry(&snapshots, plan.subscription_id) {
        Ok(None) => {}
        Ok(Some(entry)) => {
            context.archive.commit(context.run_at, report.job, vec![entry]).await?;
        }
        Err(note) => report.warnings.push(note),
    }
    let first = plan.first.unwrap_or_else(|| utc_date(context.run_at).first_of_month().saturating_sub(13.months()));
    let mut due = snapshots.due_days(plan.subscription_id, plan.granularity, first, context.run_at);
    due.retain(|day| plan.last.is_none_or(|last| *day <= last));
    let label = format!("usage {} {}", plan.granularity.name(), plan.subscription_id);
    let done = Cell::new(0);
    for days in due.chunks(DAYS_PER_COMMIT) {
        let readings = stream::iter(days.iter().map(|day| read_day(context, plan, *day))).buffered(DAYS_AT_ONCE);
        let readings = readings.inspect_ok(|_| {
            done.set(done.get() + 1);
            (context.progress)(&label, done.get(), due.len());
        });
        let mut entries = Vec::with_capacity(days.len());
        for reading in readings.try_collect::<Vec<Reading>>().await? {
            report.fetched += reading.pages.len();
            report.rows += reading.pages.iter().map(|page| page.rows as usize).sum::<usize>();
            report.warn(&label, reading.warnings);
            let Plan { subscription_id, granularity, .. } = *plan;
            let (reported_on, pages) = (reading.day, reading.pages);
            entries.push(Entry::Usage { subscription_id, granularity, reported_on, pages });
        }
        report.committed += entries.len();
        context.archive.commit(context.run_at, report.job, entries).await?;
    }
    Ok(report)
}

/// One reported day, kept but not yet committed.
struct Reading {
    day: Date,
    pages: Vec<StoredObject>,
    warnings: Vec<Warning>,
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
            reading.pages.push(context.archive.keep(&body.bytes, page.rows.len(), name).await?);
            reading.warnings.extend(page.warnings);
            Ok(page.next_link)
        })
        .await?;
    Ok(reading)
}
