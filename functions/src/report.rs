//! What the cost pages show of one month, and which months there are: one document each, derived from the store as of a
//! time by what `spend`, `forecast` and `anomalies` derive.
//!
//! The same store and time give the same bytes. How old everything is, a page says.

mod charges;
mod course;
mod drill;
pub mod invoiced;
mod movers;
pub mod showback;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use shared::decimal::Decimal;
use shared::forecast::anomaly::Finding;
use shared::forecast::bill::PastBill;
use shared::forecast::interval::Interval;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, Instant, utc_date};
use shared::snapshot::Snapshots;
use shared::spend::{Bucket, GroupBy};

use crate::alerts::{self, Budget};
use crate::archive::Archive;
use crate::error::Error;
use crate::invoices::compared;
use crate::ledger::{self, Ledger};
use crate::month::{self, Loaded, Period, Spend};
use crate::outlook::{self, History};
pub use charges::{Charges, charges};
pub use course::CourseDay;
pub use drill::{Drill, drill};
pub use invoiced::Invoiced;
pub use movers::Movers;

/// A page offers no more months and no more tags than these.
const MOST_MONTHS: usize = 60;
const MOST_TAGS: usize = 50;
/// A rise of less is no unusual day.
const FLOOR: Decimal = Decimal::ONE;

/// Which months and subscriptions there are, and how complete and fresh everything is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reports {
    schema: &'static str,
    at: Instant,
    /// Newest first.
    months: Vec<String>,
    subscriptions: Vec<Subscription>,
    ledger: Ledger,
    /// Months whose showback is closed, oldest first.
    closed: Vec<String>,
    /// Months of which lines of invoices were imported, oldest first.
    with_invoice_lines: Vec<String>,
    /// How the newest of them compares with our rating.
    last_compared: Option<Invoiced>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Subscription {
    subscription_id: SubscriptionId,
    name: String,
    offer: String,
    currency: String,
}

/// One month of all subscriptions, or of one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    schema: &'static str,
    at: Instant,
    /// The billing periods that start in it.
    month: String,
    subscription_id: Option<SubscriptionId>,
    /// What `forebill spend --period MONTH` says, by service.
    spend: Spend,
    /// What its invoices say; absent where none is known.
    invoiced: Option<Invoiced>,
    /// What it can be divided by: the names of the documents beside this one.
    drills: Vec<String>,
    /// Day by day, with the days to come.
    course: Vec<CourseDay>,
    expected: Option<Expected>,
    /// Why there is no forecast.
    not_expected: Option<String>,
    movers: Option<Movers>,
    anomalies: Vec<Anomalies>,
    budgets: Vec<Budget>,
}

/// What the bills are expected to come to, as `forebill forecast` says.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Expected {
    cost: Decimal,
    due: Decimal,
    complete: bool,
    subscriptions: Vec<ExpectedOfOne>,
}

/// Bands of several subscriptions have no sum: each has its own.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExpectedOfOne {
    subscription_id: SubscriptionId,
    name: String,
    billing_period_end: Instant,
    elapsed_days: i64,
    from_on: Date,
    cold_start: bool,
    complete: bool,
    cost: Interval,
    due: Option<Interval>,
    past: Vec<PastBill>,
}

/// Days that cost more than usual.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Anomalies {
    subscription_id: SubscriptionId,
    name: String,
    anomalies: Vec<Finding>,
}

impl Report {
    /// What it can be divided by.
    #[must_use]
    pub fn drills(&self) -> &[String] {
        &self.drills
    }
}

/// What there is to show.
pub async fn reports(archive: &Archive, snapshots: &Snapshots, at: Timestamp) -> Result<Reports, Error> {
    let read: BTreeSet<Date> = snapshots.usage.keys().map(|(.., day)| *day).collect();
    let imported = (!snapshots.usage_files.is_empty()).then(|| utc_date(at));
    let first = read.first().copied().or(imported);
    // On the first day of a month there is nothing of it yet.
    let this = read.last().copied().max(imported).unwrap_or_else(|| utc_date(at)).first_of_month();
    let months = (0..MOST_MONTHS as i32).map(|back| this.saturating_sub(back.months()));
    let months = months.take_while(|month| first.is_some_and(|first| *month >= first.first_of_month()));
    let known = snapshots.subscriptions.iter().map(|(id, facts)| Subscription {
        subscription_id: *id,
        name: facts.name.clone(),
        offer: facts.offer.to_string(),
        currency: facts.currency.to_string(),
    });
    let named = |month: Date| format!("{:04}-{:02}", month.year(), month.month());
    let lines = compared::imported(archive, snapshots).await?;
    let with_invoice_lines = compared::months(&lines);
    let last_compared = match with_invoice_lines.last() {
        Some(month) => invoiced::invoiced(archive, snapshots, None, (month, &lines), at).await?,
        None => None,
    };
    Ok(Reports {
        schema: "forebill.reports/1",
        at: Instant(at),
        months: months.map(named).collect(),
        subscriptions: known.collect(),
        ledger: ledger::of(snapshots, None, at),
        closed: snapshots.closed.keys().copied().map(named).collect(),
        with_invoice_lines,
        last_compared,
    })
}

/// The report of the billing periods that start in a month.
pub async fn report(
    archive: &Archive,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    month: &str,
    run_at: Timestamp,
) -> Result<Report, Error> {
    let period = Period::StartingIn(month.to_owned());
    let loaded = month::load(archive, snapshots, only, &period, Granularity::Daily, run_at).await?;
    let spend = month::spend(&loaded, &GroupBy::Service, Bucket::Month, run_at)?;
    let rules = alerts::in_force(archive, snapshots).await?.unwrap_or_default();
    let lines = compared::imported(archive, snapshots).await?;
    let histories = outlook::load(archive, snapshots, only, &period, run_at).await?;
    let (forecast, not_expected) = match outlook::forecast(&histories, &[], run_at) {
        Ok(forecast) => (Some(forecast), None),
        Err(Error::Usage(why)) => (None, Some(why)),
        Err(error) => return Err(error),
    };
    let elapsed: BTreeMap<SubscriptionId, i64> = match &forecast {
        Some(forecast) => {
            forecast.subscriptions.iter().map(|one| (one.subscription_id, one.bill.elapsed_days)).collect()
        }
        None => BTreeMap::new(),
    };
    Ok(Report {
        schema: "forebill.report/1",
        at: Instant(run_at),
        month: month.to_owned(),
        subscription_id: only,
        invoiced: invoiced::invoiced(archive, snapshots, only, (month, &lines), run_at).await?,
        drills: drills(&loaded, only),
        course: course::course(&spend, forecast.as_ref())?,
        movers: movers::movers(archive, snapshots, &loaded, month, &elapsed, run_at).await?,
        anomalies: anomalies(archive, snapshots, &histories, run_at).await?,
        budgets: alerts::budgets(&rules, only, spend.totals.currency),
        expected: forecast.map(Expected::of),
        not_expected,
        spend,
    })
}

/// Everything that usage can be divided by: tags are those that it has.
fn drills(loaded: &Loaded, only: Option<SubscriptionId>) -> Vec<String> {
    let fixed = ["service", "subscription", "resource-group", "resource", "meter", "region"];
    let fixed = fixed.into_iter().filter(|name| only.is_none() || *name != "subscription");
    let rows = || loaded.materials.iter().flat_map(|material| &material.usage);
    let of_resources = rows().filter_map(|row| row.resource.as_ref()).flat_map(|resource| resource.tags.keys());
    let of_rules = rows().filter_map(|row| row.rule_tags.as_ref()).flat_map(|tags| tags.keys());
    // Azure holds names that differ in case for one tag.
    let mut tags: BTreeMap<String, &str> = BTreeMap::new();
    for name in of_resources.chain(of_rules).collect::<BTreeSet<_>>() {
        tags.entry(name.to_lowercase()).or_insert(name);
    }
    let tags = tags.into_values().take(MOST_TAGS).map(|name| format!("tag:{name}"));
    fixed.map(str::to_owned).chain(tags).collect()
}

async fn anomalies(
    archive: &Archive,
    snapshots: &Snapshots,
    histories: &[History],
    run_at: Timestamp,
) -> Result<Vec<Anomalies>, Error> {
    let mut found = Vec::new();
    for history in histories {
        let (subscription_id, name) = (history.material.subscription_id, history.material.facts.name.clone());
        let (first, end) = (utc_date(history.material.period.start_at), utc_date(history.material.period.end_at));
        let mut anomalies = history.anomalies(FLOOR)?;
        anomalies.retain(|one| first <= one.anomaly.opened_on && one.anomaly.opened_on < end);
        if end <= utc_date(run_at) && anomalies.iter().any(|one| one.anomaly.closed_on.is_none()) {
            let next = first.first_of_month().saturating_add(1.month());
            let period = Period::StartingIn(format!("{:04}-{:02}", next.year(), next.month()));
            close(&mut anomalies, archive, snapshots, (subscription_id, &period), run_at).await?;
        }
        if !anomalies.is_empty() {
            found.push(Anomalies { subscription_id, name, anomalies });
        }
    }
    Ok(found)
}

/// What the last days of a period left open closes in the next one, where that was read.
async fn close(
    open: &mut [Finding],
    archive: &Archive,
    snapshots: &Snapshots,
    (id, period): (SubscriptionId, &Period),
    run_at: Timestamp,
) -> Result<(), Error> {
    let later = match outlook::load(archive, snapshots, Some(id), period, run_at).await {
        Ok(later) => later,
        Err(Error::Usage(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    for history in &later {
        let known = history.anomalies(FLOOR)?;
        for one in open.iter_mut().filter(|one| one.anomaly.closed_on.is_none()) {
            let same =
                |other: &&Finding| (other.anomaly.opened_on, &other.level) == (one.anomaly.opened_on, &one.level);
            one.anomaly.closed_on = known.iter().find(same).and_then(|other| other.anomaly.closed_on);
        }
    }
    Ok(())
}

impl Expected {
    fn of(forecast: outlook::Forecast) -> Expected {
        let one = |one: outlook::SubscriptionForecast| ExpectedOfOne {
            subscription_id: one.subscription_id,
            name: one.name,
            billing_period_end: one.billing_period_end,
            elapsed_days: one.bill.elapsed_days,
            from_on: one.bill.from_on,
            cold_start: one.cold_start,
            complete: one.bill.totals.complete,
            cost: one.cost,
            due: one.due,
            past: one.past,
        };
        let outlook::Forecast { cost, due, complete, subscriptions, .. } = forecast;
        Expected { cost, due, complete, subscriptions: subscriptions.into_iter().map(one).collect() }
    }
}
