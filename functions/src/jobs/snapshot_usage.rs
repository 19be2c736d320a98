//! Usage by reported day: what was never read, and the last few days again, because usage arrives late.
//!
//! A window is one reported UTC day. Its rows replace those of an earlier reading of the same day.

use jiff::civil::Date;
use shared::azure::usage;
use shared::guid::SubscriptionId;
use shared::period::Granularity;
use shared::snapshot::{Entry, key, reported_window};

use crate::azure::{Body, UsageWindow};
use crate::error::Error;
use crate::job::{Context, JobReport};

/// Days per commit: a backfill that dies goes on from the last one.
const DAYS_PER_COMMIT: usize = 31;

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
    let mut done = 0;
    for days in due.chunks(DAYS_PER_COMMIT) {
        let mut entries = Vec::with_capacity(days.len());
        for day in days {
            entries.push(read_day(context, plan, *day, &mut report).await?);
            done += 1;
            (context.progress)(&label, done, due.len());
        }
        report.committed += entries.len();
        context.archive.commit(context.run_at, report.job, entries).await?;
    }
    Ok(report)
}

async fn read_day(context: &Context<'_>, plan: &Plan, day: Date, report: &mut JobReport) -> Result<Entry, Error> {
    let (reported_from, reported_to) =
        reported_window(day).ok_or_else(|| Error::Usage(format!("{day} is outside the calendar")))?;
    let Plan { subscription_id, granularity, .. } = *plan;
    let window = UsageWindow { subscription_id, granularity, reported_from, reported_to };
    let mut pages = Vec::new();
    context
        .azure
        .usage(window, async |number, body: Body| -> Result<Option<String>, Error> {
            // Raw first would lose nothing either, but a page that is no usage is not worth a key.
            let page = usage::decode_page(&body.bytes).map_err(Error::bad_input(&body.request))?;
            check_rows(plan, &page, &body.request)?;
            let name = |hash: &str| key::usage_page(subscription_id, granularity, day, context.run_at, number, hash);
            pages.push(context.archive.keep(&body.bytes, page.rows.len(), name).await?);
            report.fetched += 1;
            report.rows += page.rows.len();
            report.warn(&body.request, page.warnings);
            Ok(page.next_link)
        })
        .await?;
    Ok(Entry::Usage { subscription_id, granularity, reported_on: day, pages })
}

/// Valid JSON of somebody else is no answer to our question.
fn check_rows(plan: &Plan, page: &usage::UsagePage, request: &str) -> Result<(), Error> {
    match page.rows.iter().position(|row| row.subscription_id != plan.subscription_id) {
        None => Ok(()),
        Some(index) => {
            let path = format!("value[{index}].properties.subscriptionId");
            let problem = shared::json::DecodeError::at(path, "the row belongs to another subscription");
            Err(Error::bad_input(request)(problem))
        }
    }
}
