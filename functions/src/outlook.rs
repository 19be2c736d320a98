//! From the store to the bill that is to be expected: months of usage, what was foretold of earlier ones, what stands out.

mod earlier;

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use shared::decimal::Decimal;
use shared::forecast::Basis;
use shared::forecast::anomaly::{self, Finding};
use shared::forecast::bill::{self, BillForecast, PastBill};
use shared::forecast::events::Event;
use shared::forecast::interval::Interval;
use shared::forecast::projection::{MeterOutlook, Question, days_of};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::period::{BillingPeriod, Granularity, Instant, utc_date};
use shared::rating::{self, Account};
use shared::snapshot::Snapshots;
use shared::usage::UsageAggregate;

use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Material, Period};

/// Months before the one that is asked for.
const MONTHS_BEFORE: i32 = 13;
/// Usage of a day is whole so many hours after its end.
const LATE_HOURS: i64 = 36;

/// What is known of one subscription: the period that is asked for, and usage of up to thirteen months before.
pub struct History {
    /// The period, with its own usage.
    pub material: Material,
    /// All usage, that of the period included.
    usage: Vec<UsageAggregate>,
    /// Days that nobody read.
    unknown: BTreeSet<Date>,
    /// Periods before, the oldest first.
    before: Vec<BillingPeriod>,
    /// The first day that is not fully reported.
    from_on: Date,
    /// The "now" of the run.
    pub run_at: Timestamp,
}

/// The bill that is expected of one period, and how good such expectations were.
pub struct Expected {
    /// The period.
    pub period: BillingPeriod,
    /// The bill and how it comes about.
    pub bill: BillForecast,
    /// What would have been foretold of earlier periods after as many days.
    pub past: Vec<PastBill>,
}

impl Expected {
    /// Exact cost before offer terms.
    #[must_use]
    pub fn cost(&self) -> Interval {
        self.bill.cost_band(&self.past)
    }

    /// To be paid after offer terms, before tax.
    #[must_use]
    pub fn due(&self) -> Interval {
        self.bill.due_band(&self.past).unwrap_or_else(|| self.cost())
    }
}

/// Loads every subscription that has usage in the period, or one.
pub async fn load(
    archive: &Archive,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    period: &Period,
    run_at: Timestamp,
) -> Result<Vec<History>, Error> {
    let loaded = month::load(archive, snapshots, only, period, Granularity::Daily, run_at).await?;
    let mut histories = Vec::new();
    for material in loaded.materials {
        histories.push(with_past(archive, snapshots, material, run_at).await?);
    }
    Ok(histories)
}

async fn with_past(
    archive: &Archive,
    snapshots: &Snapshots,
    material: Material,
    run_at: Timestamp,
) -> Result<History, Error> {
    let from_on = first_open_day(&material, run_at);
    let mut usage = material.usage.clone();
    let mut unknown: BTreeSet<Date> = gaps(&material)?.into_iter().collect();
    let mut before = Vec::new();
    let start_on = utc_date(material.period.start_at);
    for months in 1..=MONTHS_BEFORE {
        let first = start_on.first_of_month().saturating_sub(months.months());
        let period = Period::StartingIn(format!("{:04}-{:02}", first.year(), first.month()));
        let id = Some(material.subscription_id);
        match month::load(archive, snapshots, id, &period, Granularity::Daily, run_at).await {
            Ok(loaded) => {
                for earlier in loaded.materials {
                    unknown.extend(gaps(&earlier)?);
                    before.push(earlier.period);
                    usage.extend(earlier.usage);
                }
            }
            // No usage so long ago: the history begins here.
            Err(Error::Usage(_)) => break,
            Err(error) => return Err(error),
        }
    }
    before.sort();
    Ok(History { material, usage, unknown, before, from_on, run_at })
}

/// The day after the last that is fully reported: 36 hours after its end, where the store knows when usage was reported.
fn first_open_day(material: &Material, run_at: Timestamp) -> Date {
    let last_used = material.usage.iter().map(|row| utc_date(row.usage_start_at)).max();
    let reported = match (material.reported_to, last_used) {
        (Some(to), _) => utc_date(to.0.saturating_sub(LATE_HOURS.hours()).unwrap_or(to.0)),
        // Files do not say; the last day in them may have been under way.
        (None, Some(last)) => last,
        (None, None) => utc_date(run_at),
    };
    // Usage of a period arrives for some days after its end, and then no more.
    let end_on = utc_date(material.period.end_at);
    if utc_date(run_at) >= end_on.saturating_add(2.days()) { end_on } else { reported }
}

fn gaps(material: &Material) -> Result<Vec<Date>, Error> {
    let day = |text: &String| text.parse::<Date>().map_err(|error| Error::Damaged(format!("{text}: {error}")));
    material.gaps.iter().map(day).collect()
}

/// The expected bill of one subscription.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionForecast {
    /// Its id.
    pub subscription_id: SubscriptionId,
    /// Its name.
    pub name: String,
    /// Its offer.
    pub offer: String,
    /// Start of the billing period.
    pub billing_period_start: Instant,
    /// End of it, exclusive.
    pub billing_period_end: Instant,
    /// Whether some use has fewer than eight known days: the run-rate is all there is for it.
    pub cold_start: bool,
    /// Exact cost before offer terms: one in ten below p10, one in ten above p90.
    pub cost: Interval,
    /// To be paid after offer terms, before tax.
    pub due: Option<Interval>,
    /// The bill and how it comes about.
    #[serde(flatten)]
    pub bill: BillForecast,
    /// The quantities that are expected, and what each goes by.
    pub quantities: Vec<MeterOutlook>,
    /// What was not expected any more, and since when.
    pub ended: Vec<shared::forecast::projection::EndedResource>,
    /// Positions of known events that changed nothing here.
    pub unused_events: Vec<usize>,
    /// What would have been foretold of earlier periods after as many days, and what they came to.
    pub past: Vec<PastBill>,
}

/// The expected bills.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// `forebill.forecast/1`
    pub schema: &'static str,
    /// The "now" of the run.
    pub at: Instant,
    /// The one currency.
    pub currency: Currency,
    /// Per subscription.
    pub subscriptions: Vec<SubscriptionForecast>,
    /// Sum of the expected exact costs before offer terms. Bands of several subscriptions have no sum.
    pub cost: Decimal,
    /// Sum of what is expected to be paid after offer terms.
    pub due: Decimal,
    /// Whether everything has a price and every day was read.
    pub complete: bool,
    /// What was known of the days to come.
    pub events: Vec<Event>,
}

fn refused(error: &impl std::fmt::Display) -> Error {
    Error::Usage(error.to_string())
}

impl History {
    fn account(&self) -> Account {
        let (calendar, commitment) = (self.material.calendar.clone(), self.material.facts.commitment);
        Account { calendar, commitment, ..Account::default() }
    }

    fn question<'a>(&'a self, events: &'a [Event]) -> Question<'a> {
        let (usage, period, from_on) = (self.usage.as_slice(), self.material.period, self.from_on);
        Question { usage, period, from_on, unknown: &self.unknown, events }
    }

    /// What would have been foretold of the periods before after so many days.
    pub fn past(&self, elapsed_days: i64) -> Result<Vec<PastBill>, Error> {
        let book = &self.material.book;
        bill::past_bills(&self.question(&[]), &self.before, elapsed_days, book, &self.account())
            .map_err(|error| refused(&error))
    }

    /// The first day that is not fully reported.
    #[must_use]
    pub fn known_to(&self) -> Date {
        self.from_on
    }

    /// What is expected of the period. The band takes as many forecasts as there are periods before: not everybody needs it.
    pub fn expected(&self, events: &[Event], banded: bool) -> Result<Expected, Error> {
        let material = &self.material;
        let bill = bill::bill(&self.question(events), &material.book, &self.account()).map_err(|e| refused(&e))?;
        let past = if banded { self.past(bill.elapsed_days)? } else { Vec::new() };
        Ok(Expected { period: material.period, bill, past })
    }

    fn forecast(&self, events: &[Event]) -> Result<SubscriptionForecast, Error> {
        let material = &self.material;
        let Expected { bill, past, .. } = self.expected(events, true)?;
        let projection = &bill.projection;
        Ok(SubscriptionForecast {
            subscription_id: material.subscription_id,
            name: material.facts.name.clone(),
            offer: material.facts.offer.to_string(),
            billing_period_start: Instant(material.period.start_at),
            billing_period_end: Instant(material.period.end_at),
            cold_start: projection.meters.iter().any(|meter| meter.basis == Some(Basis::ColdStart)),
            cost: bill.cost_band(&past),
            due: bill.due_band(&past),
            quantities: projection.meters.clone(),
            ended: projection.ended.clone(),
            unused_events: projection.unused_events.clone(),
            past,
            bill,
        })
    }

    /// Days that stand out, of those that are fully reported, on three levels.
    pub fn anomalies(&self, floor: Decimal) -> Result<Vec<Finding>, Error> {
        let account = self.account();
        let open = &self.material.book;
        let rating = rating::rate(&self.usage, open, |_| account.clone()).map_err(|e| refused(&e))?;
        let end_on = self.from_on.min(days_of(self.material.period).end_on);
        anomaly::watch(&rating.slices, &open.book, end_on, &self.unknown, floor).map_err(|error| refused(&error))
    }
}

/// Expects the bills of all histories.
pub fn forecast(histories: &[History], events: &[Event], run_at: Timestamp) -> Result<Forecast, Error> {
    let subscriptions: Vec<SubscriptionForecast> =
        histories.iter().map(|history| history.forecast(events)).collect::<Result<_, _>>()?;
    let currency = month::one_currency(histories.iter().map(|history| &history.material))?;
    let too_long = |_| Error::Usage("a sum has more digits than can be held".into());
    let (mut cost, mut due) = (Decimal::ZERO, Decimal::ZERO);
    for one in &subscriptions {
        cost = cost.plus(one.cost.p50).map_err(too_long)?;
        due = due.plus(one.due.map_or(one.cost.p50, |due| due.p50)).map_err(too_long)?;
    }
    let whole = |history: &History| history.material.gaps.is_empty();
    let complete = subscriptions.iter().all(|one| one.bill.totals.complete) && histories.iter().all(whole);
    Ok(Forecast {
        schema: "forebill.forecast/1",
        at: Instant(run_at),
        currency,
        subscriptions,
        cost,
        due,
        complete,
        events: events.to_vec(),
    })
}
