//! What the pages read, made from the snapshots: the months of each subscription and of all together, divided by everything
//! that they can be divided by, the bill that is to be expected, alerts, invoices, the list of price books, and those books in
//! their compact form.
//!
//! Everything here can be deleted and made again to the same bytes. A document lies under the hash of its content and
//! counts when a commit names it, like everything else; one that did not change is not written again.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Entry, Snapshots, key};
use shared::spend::{Bucket, GroupBy};

use crate::error::Error;
use crate::invoices::compared;
use crate::job::{Context, JobReport};
use crate::month::{self, Period};
use crate::outlook;
use crate::report;
use crate::serve::documents::{self, Named, derive, json};
use crate::statements::Form;
use crate::store::StoreError;

/// The cost pages of more subscriptions than these are left to `forebill serve`: a function holds thirteen months of each for
/// their sum, and has a quarter of an hour for all.
const MOST_SUBSCRIPTIONS: usize = 50;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Plan {
    /// Whose months; without it the list of price books.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<SubscriptionId>,
}

/// Makes the documents of the plan.
pub async fn run(context: &Context<'_>, plan: &Plan) -> Result<JobReport, Error> {
    let mut done = JobReport::new("publish", context.run_at);
    let snapshots = context.archive.snapshots().await?;
    let mut documents = Vec::new();
    match plan.subscription_id {
        None => {
            for named in [Named::Books, Named::Reports, Named::Alerts, Named::Invoices] {
                let bytes = derive(context.archive, &snapshots, &named, context.run_at).await?;
                documents.push((address(&named), bytes));
            }
            documents.extend(compact_books(context, &snapshots, &mut done).await?);
            documents.extend(pages(context, &snapshots, None, &mut done).await?);
            documents.extend(reconciliations(context, &snapshots).await?);
            documents.extend(showbacks(context, &snapshots, &mut done).await?);
        }
        Some(id) => {
            for month in months(context)? {
                match spend(context, &snapshots, id, &month).await {
                    Ok(bytes) => documents.push((format!("data/spend/{id}/{month}.json"), bytes)),
                    // A month without use, or without a price list: said, and no reason to leave out the other.
                    Err(Error::Usage(note)) => done.warnings.push(format!("{month} of {id}: {note}")),
                    Err(error) => return Err(error),
                }
            }
            match forecast(context, &snapshots, id).await {
                Ok(bytes) => documents.push((format!("data/forecast/{id}.json"), bytes)),
                Err(Error::Usage(note)) => done.warnings.push(format!("forecast of {id}: {note}")),
                Err(error) => return Err(error),
            }
            documents.extend(pages(context, &snapshots, Some(id), &mut done).await?);
        }
    }
    let mut entries = Vec::new();
    for (path, bytes) in documents {
        let file = context.archive.keep(&bytes, 0, key::published).await?;
        let known = snapshots.published.get(&path);
        // An older event that comes late has nothing to say any more.
        if known.is_some_and(|(made_at, known)| *known == file || made_at.0 > context.run_at) {
            done.skipped += 1;
        } else {
            entries.push(Entry::Published { path, file });
        }
    }
    done.committed = entries.len();
    if !entries.is_empty() {
        context.archive.commit(context.run_at, done.job, entries).await?;
    }
    Ok(done)
}

/// The books that the list names, in the form that a page loads; the other one lies in the store under its name.
async fn compact_books(
    context: &Context<'_>,
    snapshots: &Snapshots,
    done: &mut JobReport,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut documents = Vec::new();
    for id in documents::books(snapshots).ids() {
        match documents::compact(context.archive, id).await {
            Ok(made) => documents.extend(made.map(|(named, bytes)| (address(&named), bytes))),
            // The page then loads the other form; what is missing or damaged is for `verify`.
            Err(error @ (Error::Usage(_) | Error::Damaged(_) | Error::Store(StoreError::NotFound { .. }))) => {
                done.warnings.push(format!("compact form of {}: {error}", id.as_str()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(documents)
}

/// A month and its parts by every question; hours are for those who have the store at hand.
async fn report(
    context: &Context<'_>,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    month: &str,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let (archive, run_at) = (context.archive, context.run_at);
    let report = report::report(archive, snapshots, only, month, run_at).await?;
    let mut documents = vec![(address(&Named::Report(only, month.to_owned())), json(&report)?)];
    let drills = report.drills().iter().map(|by| Named::Drill(only, month.to_owned(), by.clone(), false));
    for named in drills.chain([Named::Charges(only, month.to_owned())]) {
        documents.push((address(&named), derive(archive, snapshots, &named, run_at).await?));
    }
    Ok(documents)
}

/// What the cost pages show of both months.
async fn pages(
    context: &Context<'_>,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    done: &mut JobReport,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut documents = Vec::new();
    if snapshots.subscriptions.len() > MOST_SUBSCRIPTIONS {
        if only.is_none() {
            done.warnings
                .push(format!("more than {MOST_SUBSCRIPTIONS} subscriptions: no cost pages, use forebill serve"));
        }
        return Ok(documents);
    }
    for month in months(context)? {
        match report(context, snapshots, only, &month).await {
            Ok(made) => documents.extend(made),
            Err(Error::Usage(note)) => done.warnings.push(format!("pages of {month}: {note}")),
            Err(error) => return Err(error),
        }
    }
    Ok(documents)
}

/// The invoices of both months beside our rating, and of every month that was not published yet.
async fn reconciliations(context: &Context<'_>, snapshots: &Snapshots) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let (archive, run_at) = (context.archive, context.run_at);
    let lines = compared::imported(archive, snapshots).await?;
    let recent = months(context)?;
    let mut documents = Vec::new();
    for month in compared::months(&lines) {
        let is_recent = recent.contains(&month);
        let named = Named::Reconciliation(month);
        if is_recent || !snapshots.published.contains_key(&address(&named)) {
            documents.push((address(&named), derive(archive, snapshots, &named, run_at).await?));
        }
    }
    Ok(documents)
}

/// Both months by cost centre, and every closed month that was not published yet, with its statements as files.
async fn showbacks(
    context: &Context<'_>,
    snapshots: &Snapshots,
    done: &mut JobReport,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let (archive, run_at) = (context.archive, context.run_at);
    if snapshots.closed.is_empty() || snapshots.subscriptions.len() > MOST_SUBSCRIPTIONS {
        return Ok(Vec::new());
    }
    let named = |day: &jiff::civil::Date| format!("{:04}-{:02}", day.year(), day.month());
    let is_new = |month: &String| !snapshots.published.contains_key(&address(&Named::Showback(month.clone())));
    let mut all: BTreeSet<String> = snapshots.closed.keys().map(named).filter(is_new).collect();
    all.extend(months(context)?);
    let mut documents = Vec::new();
    for month in all {
        let mut wanted = vec![Named::Showback(month.clone())];
        for stem in report::showback::stems(archive, snapshots, &month, run_at).await? {
            wanted.extend(Form::ALL.map(|form| Named::Statement(month.clone(), stem.clone(), form)));
        }
        for named in wanted {
            match derive(archive, snapshots, &named, run_at).await {
                Ok(bytes) => documents.push((address(&named), bytes)),
                Err(Error::Usage(note)) => done.warnings.push(format!("showback of {month}: {note}")),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(documents)
}

fn address(named: &Named) -> String {
    format!("data/{}", named.address())
}

/// The month under way, and the one before: its usage arrives for some days more.
fn months(context: &Context<'_>) -> Result<[String; 2], Error> {
    let first = utc_date(context.run_at).first_of_month();
    let before = first.checked_sub(1.month()).map_err(|_| Error::Usage("the time is outside the calendar".into()))?;
    Ok([before, first].map(|day| format!("{:04}-{:02}", day.year(), day.month())))
}

async fn spend(
    context: &Context<'_>,
    snapshots: &Snapshots,
    id: SubscriptionId,
    month: &str,
) -> Result<Vec<u8>, Error> {
    let period = Period::StartingIn(month.to_owned());
    let (archive, run_at) = (context.archive, context.run_at);
    let loaded = month::load(archive, snapshots, Some(id), &period, Granularity::Daily, run_at).await?;
    json(&month::spend(&loaded, &GroupBy::Service, Bucket::Day, run_at)?)
}

/// Of the period under way; what somebody knows of the days to come is asked on the command line.
async fn forecast(context: &Context<'_>, snapshots: &Snapshots, id: SubscriptionId) -> Result<Vec<u8>, Error> {
    let (archive, run_at) = (context.archive, context.run_at);
    let histories = outlook::load(archive, snapshots, Some(id), &Period::Holding(run_at), run_at).await?;
    json(&outlook::forecast(&histories, &[], run_at)?)
}
