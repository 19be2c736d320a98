//! A month divided by one question after the other, with the course of every part.

use jiff::Timestamp;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::period::Granularity;
use shared::rating::proration;
use shared::snapshot::Snapshots;
use shared::spend::tree::{self, Tree};
use shared::spend::{Bucket, GroupBy};

use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Period};

/// The document. It names no time: while nothing of the month changes, neither do its bytes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drill {
    schema: &'static str,
    month: String,
    subscription_id: Option<SubscriptionId>,
    currency: Currency,
    /// What each level is divided by, as `forebill spend --by` names it.
    levels: Vec<String>,
    #[serde(flatten)]
    tree: Tree,
}

/// What lies below each question.
fn levels(by: &str) -> Result<Vec<String>, Error> {
    let deeper: &[&str] = match by {
        "service" => &["meter", "resource"],
        "subscription" => &["resource-group", "resource", "meter"],
        "resource-group" => &["resource", "meter"],
        "resource" => &["meter"],
        "meter" => &["resource"],
        "region" => &["service", "meter"],
        _ if by.starts_with("tag:") => &["service", "resource", "meter"],
        _ => return Err(Error::Usage("this is nothing to divide by".into())),
    };
    Ok([by].into_iter().chain(deeper.iter().copied()).map(str::to_owned).collect())
}

/// Divides a month by days or, on the first level only, by hours: of hours there are thirty times as many.
pub async fn drill(
    archive: &Archive,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    month: &str,
    (by, bucket): (&str, Bucket),
    run_at: Timestamp,
) -> Result<Drill, Error> {
    let mut levels = levels(by)?;
    let granularity = if bucket == Bucket::Hour { Granularity::Hourly } else { Granularity::Daily };
    if bucket == Bucket::Hour {
        levels.truncate(1);
    }
    let period = Period::StartingIn(month.to_owned());
    let loaded = month::load(archive, snapshots, only, &period, granularity, run_at).await?;
    let currency = month::one_currency(loaded.materials.iter())?;
    let too_long = |_| Error::Usage("a sum has more digits than can be held".into());
    let mut rated = Vec::new();
    for material in &loaded.materials {
        rated.extend(proration::prorate(&month::rate(material)?).map_err(too_long)?);
    }
    let questions = levels.iter().map(|level| level.parse()).collect::<Result<Vec<GroupBy>, _>>();
    let questions = questions.map_err(Error::Usage)?;
    Ok(Drill {
        schema: "forebill.drill/1",
        month: month.to_owned(),
        subscription_id: only,
        currency,
        tree: tree::grow(&rated, &questions, bucket).map_err(too_long)?,
        levels,
    })
}
