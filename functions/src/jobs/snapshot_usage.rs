//! Usage by reported day: what was never read, and the last few days again, because usage arrives late.
//!
//! A window is one reported UTC day. Its rows replace those of an earlier reading of the same day. A day that cannot be
//! read does not hold up the others: it is committed as a gap, which only a later reading of that day closes.

use std::cell::Cell;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::azure::usage;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Entry, Snapshots, StoredObject, key, reported_window};
use shared::warning::Warning;

use super::missed_usage::{Breaker, Missed, gap_entries};
use crate::account::Account;
use crate::archive::answers::Answers;
use crate::azure::{Body, UsageWindow};
use crate::error::Error;
use crate::job::{Context, JobReport, MissedDays};
use crate::planted::{Bug, planted};

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
    /// Read what was read as well: for days whose pages were lost or damaged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// What the subscription is, where the store may not know it yet.
    #[serde(default, skip_serializing_if = "is_silent")]
    pub account: Account,
}

impl Plan {
    /// All that is due.
    #[must_use]
    pub fn new(subscription_id: SubscriptionId, granularity: Granularity) -> Plan {
        Plan { subscription_id, granularity, first: None, last: None, again: false, account: Account::default() }
    }
}

fn is_silent(account: &Account) -> bool {
    *account == Account::default()
}

/// Reads what is due. What could not be read is in the report's gaps; an error is one that ends any run.
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
    if plan.again {
        due = snapshots.days_before(plan.subscription_id, plan.granularity, first, context.run_at);
    }
    if planted(Bug::NotReadAgain) {
        due.retain(|day| !snapshots.usage.contains_key(&(plan.subscription_id, plan.granularity, *day)));
    }
    if planted(Bug::UnfinishedDay) {
        due.push(utc_date(context.run_at));
    }
    due.retain(|day| plan.last.is_none_or(|last| *day <= last));
    let label = format!("usage {} {}", plan.granularity.name(), plan.subscription_id);
    let (done, breaker) = (Cell::new(0), Breaker::default());
    for days in due.chunks(DAYS_PER_COMMIT) {
        let readings = days.iter().map(|day| attempt(context, plan, *day, &breaker));
        let readings = stream::iter(readings).buffered(DAYS_AT_ONCE).inspect_ok(|_| {
            done.set(done.get() + 1);
            (context.progress)(&label, done.get(), due.len());
        });
        let readings = readings.try_collect().await?;
        commit(context, plan, &snapshots, readings, &mut report).await?;
    }
    Ok(report)
}

/// Commits what was read together with what was missed: neither is told without the other.
async fn commit(
    context: &Context<'_>,
    plan: &Plan,
    snapshots: &Snapshots,
    readings: Vec<Result<Reading, Missed>>,
    report: &mut JobReport,
) -> Result<(), Error> {
    let Plan { subscription_id, granularity, .. } = *plan;
    let (mut entries, mut missed, mut answers) = (Vec::with_capacity(readings.len()), Vec::new(), Answers::default());
    for reading in readings {
        match reading {
            Ok(reading) => {
                report.fetched += reading.pages.len();
                report.rows += reading.pages.iter().map(|page| page.rows as usize).sum::<usize>();
                report.warn(&format!("usage {} {subscription_id}", granularity.name()), reading.warnings);
                answers.append(reading.answers);
                let (reported_on, pages) = (reading.day, reading.pages);
                entries.push(Entry::Usage { subscription_id, granularity, reported_on, pages });
            }
            Err(day) => missed.push(day),
        }
    }
    report.committed += entries.len();
    let gaps = |missed| gap_entries(subscription_id, granularity, snapshots, missed, context.run_at);
    report.gaps.extend(gaps(missed.clone()).iter().filter_map(MissedDays::of));
    // What this very run has on record already is not told twice.
    missed.retain(|missed| {
        let known = snapshots.gaps.get(&(subscription_id, granularity, missed.day()));
        known.is_none_or(|gap| gap.last_at.0 != context.run_at)
    });
    if !planted(Bug::GapForgotten) {
        entries.extend(gaps(missed));
    }
    if !entries.is_empty() {
        entries.extend(context.archive.keep_answers(context.run_at, answers).await?);
        context.archive.commit(context.run_at, report.job, entries).await?;
    }
    Ok(())
}

/// One reported day, kept but not yet committed.
struct Reading {
    day: Date,
    pages: Vec<StoredObject>,
    answers: Answers,
    warnings: Vec<Warning>,
}

/// Reads a day, or says why not. What would end the reading of any other day, too, is an error.
async fn attempt(
    context: &Context<'_>,
    plan: &Plan,
    day: Date,
    breaker: &Breaker,
) -> Result<Result<Reading, Missed>, Error> {
    if let Some(missed) = breaker.not_asked(day) {
        return Ok(Err(missed));
    }
    match read_day(context, plan, day).await {
        Ok(reading) => {
            breaker.read();
            Ok(Ok(reading))
        }
        Err(error) => breaker.failed(day, error).map(Err),
    }
}

async fn read_day(context: &Context<'_>, plan: &Plan, day: Date) -> Result<Reading, Error> {
    let (reported_from, reported_to) =
        reported_window(day).ok_or_else(|| Error::Usage(format!("{day} is outside the calendar")))?;
    let Plan { subscription_id, granularity, .. } = *plan;
    let reported_to = if planted(Bug::WindowTooLong) { reported_to + 24.hours() } else { reported_to };
    let window = UsageWindow { subscription_id, granularity, reported_from, reported_to };
    let mut reading = Reading { day, pages: Vec::new(), answers: Answers::default(), warnings: Vec::new() };
    let run_at = context.run_at;
    let read = context
        .azure
        .usage(window, async |number, body: Body| -> Result<Option<String>, Error> {
            let number_of = number + usize::from(planted(Bug::PagesFromOne));
            let name = |hash: &str| {
                let hash = if planted(Bug::KeyWithoutHash) { "0000000000000000" } else { hash };
                key::usage_page(subscription_id, granularity, day, run_at, number_of, hash)
            };
            // Decoded before it is kept: what is no usage is not worth a key.
            let page = match usage::decode_page(&body.bytes) {
                Err(_) if planted(Bug::BrokenPageIsTheLast) => return Ok(None),
                page => page.map_err(Error::bad_input(&body.request))?,
            };
            if !planted(Bug::RowsOfOthers) {
                page.refuse_others(subscription_id).map_err(Error::bad_input(&body.request))?;
            }
            if number == 0 && !planted(Bug::RestartKeepsPages) {
                // The window began again: what came before may be of another state of it.
                reading.pages.clear();
                reading.warnings.clear();
                reading.answers = Answers::default();
            }
            let answers = &mut reading.answers;
            reading.pages.push(
                context
                    .archive
                    .keep_body(
                        &body,
                        page.rows.len() + usize::from(planted(Bug::RowsMiscounted)),
                        run_at,
                        answers,
                        name,
                    )
                    .await?,
            );
            reading.warnings.extend(page.warnings);
            Ok(page.next_link)
        })
        .await;
    match read {
        Err(_) if planted(Bug::HalfADay) && !reading.pages.is_empty() => Ok(reading),
        read => read.map(|()| reading),
    }
}
