//! What the pages read, made from the snapshots: the months of each subscription, the bill that is to
//! be expected, and the list of price books.
//!
//! Everything here can be deleted and made again to the same bytes. A document lies under the hash of its content and
//! counts when a commit names it, like everything else; one that did not change is not written again.

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Entry, Snapshots, key};
use shared::spend::{Bucket, GroupBy};

use crate::error::Error;
use crate::job::{Context, JobReport};
use crate::month::{self, Period};
use crate::outlook;
use crate::serve;

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
    let mut report = JobReport::new("publish", context.run_at);
    let snapshots = context.archive.snapshots().await?;
    let mut documents = Vec::new();
    match plan.subscription_id {
        None => documents.push(("data/books.json".to_owned(), json(&serve::books(&snapshots))?)),
        Some(id) => {
            for month in months(context)? {
                match spend(context, &snapshots, id, &month).await {
                    Ok(bytes) => documents.push((format!("data/spend/{id}/{month}.json"), bytes)),
                    // A month without use, or without a price list: said, and no reason to leave out the other.
                    Err(Error::Usage(note)) => report.warnings.push(format!("{month} of {id}: {note}")),
                    Err(error) => return Err(error),
                }
            }
            match forecast(context, &snapshots, id).await {
                Ok(bytes) => documents.push((format!("data/forecast/{id}.json"), bytes)),
                Err(Error::Usage(note)) => report.warnings.push(format!("forecast of {id}: {note}")),
                Err(error) => return Err(error),
            }
        }
    }
    let mut entries = Vec::new();
    for (path, bytes) in documents {
        let file = context.archive.keep(&bytes, 0, key::published).await?;
        let known = snapshots.published.get(&path);
        // An older event that comes late has nothing to say any more.
        if known.is_some_and(|(made_at, known)| *known == file || made_at.0 > context.run_at) {
            report.skipped += 1;
        } else {
            entries.push(Entry::Published { path, file });
        }
    }
    report.committed = entries.len();
    if !entries.is_empty() {
        context.archive.commit(context.run_at, report.job, entries).await?;
    }
    Ok(report)
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

fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| Error::Damaged(format!("a document is not JSON: {error}")))
}
