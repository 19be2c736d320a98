//! The bill of a whole period: what was used and what is expected, rated as one.
//!
//! Because the expected rows go through the same engine, tiers, included quantities, a credit that ends, fees and prices
//! that change on a date bend the curve. A period that is over has no expected rows, so its forecast is its bill.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::ForecastError;
use super::interval::{Interval, PastForecast, interval};
use super::projection::{Projection, Question, days_of, project};
use super::series::days_between;
use crate::decimal::{Decimal, Inexact};
use crate::guid::MeterId;
use crate::period::{BillingPeriod, utc_date};
use crate::ratebook::format::OpenBook;
use crate::rating::{self, Account, PeriodBill, RateError, Rating, Totals};
use crate::usage::UsageAggregate;

/// Why there is no forecast of a bill.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    /// The use of a meter cannot be foretold.
    #[error("{0}")]
    Forecast(#[from] ForecastError),
    /// It cannot be rated.
    #[error("{0}")]
    Rate(#[from] RateError),
    /// A sum has too many digits.
    #[error("a sum: {0}")]
    Sum(#[from] Inexact),
}

/// What one meter costs in the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeterForecast {
    /// The meter.
    pub meter_id: MeterId,
    /// Its service, name and region.
    pub meter_category: String,
    /// Its name.
    pub meter_name: String,
    /// Its region.
    pub meter_region: String,
    /// Its unit.
    pub unit: String,
    /// Of the whole period.
    pub quantity: Decimal,
    /// Exact cost of what was reported, before offer terms; absent where a part of it has no price.
    pub cost_so_far: Option<Decimal>,
    /// The same of the part that has a price.
    pub known_cost_so_far: Decimal,
    /// Exact cost of the whole period at the expected quantities, before offer terms; absent where a part has no price.
    pub cost: Option<Decimal>,
    /// The same of the part that has a price.
    pub known_cost: Decimal,
    /// Unit prices of the tiers that it comes to.
    #[serde(skip)]
    pub rates: Vec<Decimal>,
    /// Whether a credit pays for it.
    #[serde(skip)]
    pub draws_credit: bool,
}

/// One day of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DayForecast {
    /// The UTC day.
    pub on: Date,
    /// What it adds to the exact cost, before offer terms.
    pub cost: Decimal,
    /// Whether the day is not fully reported.
    pub expected: bool,
}

/// The bill that is expected.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BillForecast {
    /// Days of the period that are fully reported.
    pub elapsed_days: i64,
    /// The first that is not.
    pub from_on: Date,
    /// Sums of what was reported, before offer terms.
    pub so_far: Totals,
    /// The same after the offer's terms; absent where nothing was used.
    pub bill_so_far: Option<PeriodBill>,
    /// Sums of the whole period at the expected quantities, before offer terms.
    pub totals: Totals,
    /// The same after the offer's terms, with the day on which a credit ends.
    pub bill: Option<PeriodBill>,
    /// By meter, the dearest first.
    pub meters: Vec<MeterForecast>,
    /// By day.
    pub days: Vec<DayForecast>,
    /// What is expected to be used, and why.
    #[serde(skip)]
    pub projection: Projection,
}

/// Expects the bill of a period.
///
/// # Errors
/// [`BillError`], as foretelling and rating refuse.
pub fn bill(question: &Question<'_>, open: &OpenBook, account: &Account) -> Result<BillForecast, BillError> {
    let projection = project(question)?;
    let inside = |row: &&UsageAggregate| question.period.contains(row.usage_start_at);
    let mut rows: Vec<UsageAggregate> = question.usage.iter().filter(inside).cloned().collect();
    let so_far = rating::rate(&rows, open, |_| account.clone())?;
    let (so_far_totals, bill_so_far) = (so_far.totals.clone(), so_far.bills.first().cloned());
    let spent: Spent = so_far.charges.iter().map(|one| (one.meter_id, (one.cost, one.known_cost))).collect();
    drop(so_far);
    rows.extend(projection.rows.iter().cloned());
    let whole = rating::rate(&rows, open, |_| account.clone())?;
    let period = days_of(question.period);
    Ok(BillForecast {
        elapsed_days: days_between(period.start_on, question.from_on)
            .clamp(0, days_between(period.start_on, period.end_on)),
        from_on: question.from_on,
        so_far: so_far_totals,
        bill_so_far,
        totals: whole.totals.clone(),
        bill: whole.bills.first().cloned(),
        meters: meters(&whole, &spent),
        days: days(&whole, question)?,
        projection,
    })
}

/// By meter: the cost so far, where all of it has a price, and that of what has one.
type Spent = BTreeMap<MeterId, (Option<Decimal>, Decimal)>;

fn meters(whole: &Rating<'_>, spent: &Spent) -> Vec<MeterForecast> {
    // What was not used yet costs nothing so far.
    let so_far = |meter: &MeterId| spent.get(meter).copied().unwrap_or((Some(Decimal::ZERO), Decimal::ZERO));
    let mut meters: Vec<MeterForecast> = whole
        .charges
        .iter()
        .map(|charge| MeterForecast {
            meter_id: charge.meter_id,
            meter_category: charge.meter_category.clone(),
            meter_name: charge.meter_name.clone(),
            meter_region: charge.meter_region.clone(),
            unit: charge.unit.clone(),
            quantity: charge.quantity,
            cost_so_far: so_far(&charge.meter_id).0,
            known_cost_so_far: so_far(&charge.meter_id).1,
            cost: charge.cost,
            known_cost: charge.known_cost,
            rates: charge.rates(),
            draws_credit: charge.draws_credit(),
        })
        .collect();
    meters.sort_by(|a, b| (b.known_cost, a.meter_id).cmp(&(a.known_cost, b.meter_id)));
    meters
}

fn days(whole: &Rating<'_>, question: &Question<'_>) -> Result<Vec<DayForecast>, Inexact> {
    let period = days_of(question.period);
    let all = period.start_on.series(1.day()).take_while(|on| *on < period.end_on);
    let mut costs: BTreeMap<Date, Decimal> = all.map(|on| (on, Decimal::ZERO)).collect();
    for slice in &whole.slices {
        let day = costs.entry(utc_date(slice.row.usage_start_at)).or_default();
        *day = day.plus(slice.cost.unwrap_or_default())?;
    }
    let day = |(on, cost)| DayForecast { on, cost, expected: on >= question.from_on };
    Ok(costs.into_iter().map(day).collect())
}

/// Forecasts of periods that are over, made from what is known today of the days that were over then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PastBill {
    /// First day of the period.
    pub start_on: Date,
    /// Days that were over.
    pub elapsed_days: i64,
    /// Exact cost before offer terms, as it was to be expected.
    pub cost_forecast: Decimal,
    /// Exact cost before offer terms, as it came.
    pub cost: Decimal,
    /// To be paid after offer terms, as it was to be expected.
    pub due_forecast: Decimal,
    /// To be paid after offer terms, as it came.
    pub due: Decimal,
    /// What the mean day so far came to when the rest was like it: the plain forecast to compare with.
    pub run_rate: Decimal,
}

/// Expects the bills of periods that are over from their first `elapsed_days`, one after the other. Events are not
/// asked: nobody wrote down then what is in them. A period without known days before it, or without use, is left out.
///
/// # Errors
/// As [`bill`].
pub fn past_bills(
    question: &Question<'_>,
    periods: &[BillingPeriod],
    elapsed_days: i64,
    open: &OpenBook,
    account: &Account,
) -> Result<Vec<PastBill>, BillError> {
    let Some(first_on) = question.usage.iter().map(|row| utc_date(row.usage_start_at)).min() else { return Ok(vec![]) };
    let mut found = Vec::new();
    for period in periods {
        let days = days_of(*period);
        let from_on = days.start_on.saturating_add(elapsed_days.days());
        if days_between(first_on, days.start_on) < 0 || from_on >= days.end_on {
            continue;
        }
        let known: Vec<UsageAggregate> =
            question.usage.iter().filter(|row| utc_date(row.usage_start_at) < from_on).cloned().collect();
        let then =
            bill(&Question { usage: &known, period: *period, from_on, events: &[], ..*question }, open, account)?;
        let whole = Question { usage: question.usage, period: *period, from_on: days.end_on, events: &[], ..*question };
        let came = bill(&whole, open, account)?;
        if came.totals.charges == 0 {
            continue;
        }
        let due = |bill: &BillForecast| bill.bill.as_ref().map_or(bill.totals.cost, |bill| bill.due);
        let length = Decimal::new(i128::from(days_between(days.start_on, days.end_on)), 0);
        let elapsed = Decimal::new(i128::from(elapsed_days.max(1)), 0);
        let run_rate = then.so_far.cost.times(length)?.divided_rounded(elapsed, super::AMOUNT_DECIMALS)?;
        found.push(PastBill {
            start_on: days.start_on,
            elapsed_days,
            cost_forecast: then.totals.cost,
            cost: came.totals.cost,
            due_forecast: due(&then),
            due: due(&came),
            run_rate,
        });
    }
    Ok(found)
}

impl BillForecast {
    /// The band of the exact cost before offer terms.
    #[must_use]
    pub fn cost_band(&self, past: &[PastBill]) -> Interval {
        let past: Vec<PastForecast> = past.iter().map(|one| one.of(one.cost_forecast, one.cost)).collect();
        interval(self.totals.cost, self.so_far.cost, self.elapsed_days, &past)
    }

    /// The band of what is to be paid after offer terms; absent where nothing was used.
    #[must_use]
    pub fn due_band(&self, past: &[PastBill]) -> Option<Interval> {
        let past: Vec<PastForecast> = past.iter().map(|one| one.of(one.due_forecast, one.due)).collect();
        let so_far = self.bill_so_far.as_ref().map_or(Decimal::ZERO, |bill| bill.due);
        Some(interval(self.bill.as_ref()?.due, so_far, self.elapsed_days, &past))
    }
}

impl PastBill {
    fn of(&self, forecast: Decimal, actual: Decimal) -> PastForecast {
        PastForecast { elapsed_days: self.elapsed_days, forecast, actual }
    }
}

#[cfg(test)]
pub(super) mod tests;
