//! The usage of the days to come: rows like those that were reported, for the engine that rates all rows.
//!
//! What has one meter is foretold as one, since its tiers count it as one and a sum is steadier than its parts. Two kinds
//! of rows are foretold apart: those that a known event is about, and those of resources that are gone.

mod ended;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::events::{Change, Event};
use super::series::days_between;
use super::shape::{Early, is_workday};
use super::{Basis, DailySeries, ForecastError, PeriodDays, daily_with};
use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::period::{BillingPeriod, utc_date};
use crate::usage::{UsageAggregate, distinct};
pub use ended::EndedResource;
use rows::{added, row_on};

/// What is known, and what is asked. Of one subscription.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Rows of the period, and of as many days before as are known, in any order.
    pub usage: &'a [UsageAggregate],
    /// The period.
    pub period: BillingPeriod,
    /// The first day that is not fully reported. What was reported of it and of later days counts at least.
    pub from_on: Date,
    /// Days before `from_on` of which nobody knows the use.
    pub unknown: &'a BTreeSet<Date>,
    /// What somebody knows of the days to come.
    pub events: &'a [Event],
}

/// How the use of one meter goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeterOutlook {
    /// The meter.
    pub meter_id: MeterId,
    /// In the unit in which it is reported.
    pub unit: String,
    /// What was reported of the period.
    pub quantity_so_far: Decimal,
    /// What is expected beside it, at most [`AMOUNT_DECIMALS`](super::AMOUNT_DECIMALS) decimals.
    pub quantity_to_come: Decimal,
    /// What it goes by; absent for what an event starts.
    pub basis: Option<Basis>,
    /// Positions of the events that changed it.
    pub events: Vec<usize>,
}

/// The use that is expected.
#[derive(Debug, Clone)]
pub struct Projection {
    /// Rows of the days to come, to be rated with those of the period.
    pub rows: Vec<UsageAggregate>,
    /// Where they come from, by meter.
    pub meters: Vec<MeterOutlook>,
    /// Resources that are gone: nothing is expected of them.
    pub ended: Vec<EndedResource>,
    /// Positions of events that changed nothing: they are about no row, or about days that are reported already.
    pub unused_events: Vec<usize>,
}

/// Rows that are foretold as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    meter_id: MeterId,
    unit: String,
    events: Vec<usize>,
    ended: bool,
}

/// Expects the use of the days from `from_on` to the end of the period.
///
/// # Errors
/// [`ForecastError`] for quantities and periods beyond its limits; a sum of quantities that has too many digits is
/// [`ForecastError::TooLarge`].
pub fn project(question: &Question<'_>) -> Result<Projection, ForecastError> {
    let period = days_of(question.period);
    let rows: Vec<&UsageAggregate> = distinct(question.usage).0;
    let ended = ended::find(&rows, question.from_on, question.unknown);
    let begun = is_workday(question.from_on) && rows.iter().any(|row| utc_date(row.usage_start_at) == question.from_on);
    let mut groups: BTreeMap<Group, Vec<&UsageAggregate>> = BTreeMap::new();
    for row in rows {
        let about = |event: &Event| match &event.change {
            Change::Stop { of } => of.fits(row),
            Change::Factor { of, .. } => event.on >= question.from_on && of.fits(row),
            Change::Start { .. } | Change::Once { .. } => false,
        };
        let events = (0..question.events.len()).filter(|at| about(&question.events[*at])).collect();
        let gone = ended.iter().any(|one| one.is_of(row));
        let group = Group { meter_id: row.meter_id, unit: row.unit.to_string(), events, ended: gone };
        groups.entry(group).or_default().push(row);
    }
    let mut projection = Projection { rows: Vec::new(), meters: Vec::new(), ended, unused_events: Vec::new() };
    for (group, rows) in &groups {
        let outlook = projection.expect(question, period, (group, rows), begun)?;
        projection.meters.push(outlook);
    }
    let known: Vec<&UsageAggregate> = groups.values().flatten().copied().collect();
    let (rows, meters) = added(question, period, &known)?;
    projection.rows.extend(rows);
    projection.meters.extend(meters);
    let used: BTreeSet<usize> = projection.meters.iter().flat_map(|meter| meter.events.iter().copied()).collect();
    projection.unused_events = (0..question.events.len()).filter(|at| !used.contains(at)).collect();
    Ok(projection)
}

/// The days of a billing period.
#[must_use]
pub fn days_of(period: BillingPeriod) -> PeriodDays {
    PeriodDays { start_on: utc_date(period.start_at), end_on: utc_date(period.end_at) }
}

impl Projection {
    /// `begun` says that something is reported of the first day that is not whole, a workday.
    fn expect(
        &mut self,
        question: &Question<'_>,
        period: PeriodDays,
        (group, rows): (&Group, &[&UsageAggregate]),
        begun: bool,
    ) -> Result<MeterOutlook, ForecastError> {
        let by_day = by_day(rows)?;
        let sum = |from: Date, to: Date| {
            by_day
                .range(from..to)
                .try_fold(Decimal::ZERO, |sum, (_, day)| sum.plus(*day))
                .map_err(|_| ForecastError::TooLarge)
        };
        let mut outlook = MeterOutlook {
            meter_id: group.meter_id,
            unit: group.unit.clone(),
            quantity_so_far: sum(period.start_on, period.end_on)?,
            quantity_to_come: Decimal::ZERO,
            basis: None,
            events: group.events.clone(),
        };
        let latest = rows.iter().max_by_key(|row| row.usage_start_at);
        let (Some(latest), Some(first_on)) = (latest, by_day.keys().next().copied()) else { return Ok(outlook) };
        if group.ended || question.from_on >= period.end_on {
            return Ok(outlook);
        }
        if first_on >= question.from_on {
            // No day of it is whole: what is reported is all that is known.
            outlook.basis = Some(Basis::ColdStart);
            return Ok(outlook);
        }
        let known: Vec<Option<Decimal>> =
            (0..days_between(first_on, question.from_on))
                .map(|day| first_on.saturating_add(day.days()))
                .map(|on| {
                    if question.unknown.contains(&on) {
                        None
                    } else {
                        Some(by_day.get(&on).copied().unwrap_or_default())
                    }
                })
                .collect();
        let used = by_day.range(question.from_on..).filter(|(_, quantity)| !quantity.is_zero());
        let used_on: Vec<Date> = used.map(|(on, _)| *on).collect();
        let early = Early { idle: begun && !used_on.contains(&question.from_on), used_on };
        let expected = daily_with(&DailySeries::new(first_on, &known)?, period, question.from_on, &early)?;
        outlook.basis = Some(expected.basis);
        let one_resource = rows.iter().all(|row| row.resource == latest.resource);
        let bucket = format!("Forecast_{}", self.meters.len());
        for (ahead, quantity) in expected.days.into_iter().enumerate() {
            let on = question.from_on.saturating_add((ahead as i64).days());
            let changed = changed(quantity, on, &group.events, question.events)?;
            let reported = by_day.get(&on).copied().unwrap_or_default();
            let rest = changed.minus(reported).map_err(|_| ForecastError::TooLarge)?;
            // A negative forecast of a corrected meter is none; what was reported counts at least.
            if rest > Decimal::ZERO && on >= period.start_on {
                outlook.quantity_to_come = outlook.quantity_to_come.plus(rest).map_err(|_| ForecastError::TooLarge)?;
                self.rows.push(row_on(latest, on, rest, &bucket, one_resource));
            }
        }
        Ok(outlook)
    }
}

/// A day's quantity after the events that are in force on it.
fn changed(quantity: Decimal, on: Date, events: &[usize], all: &[Event]) -> Result<Decimal, ForecastError> {
    let mut changed = quantity;
    for event in events.iter().map(|at| &all[*at]).filter(|event| event.on <= on) {
        match &event.change {
            Change::Stop { .. } => return Ok(Decimal::ZERO),
            Change::Factor { factor, .. } => {
                let product = changed.times(*factor).map_err(|_| ForecastError::TooLarge)?;
                changed = product.round(super::AMOUNT_DECIMALS);
            }
            Change::Start { .. } | Change::Once { .. } => {}
        }
    }
    Ok(changed)
}

fn by_day(rows: &[&UsageAggregate]) -> Result<BTreeMap<Date, Decimal>, ForecastError> {
    let mut days: BTreeMap<Date, Decimal> = BTreeMap::new();
    for row in rows {
        let day = days.entry(utc_date(row.usage_start_at)).or_default();
        *day = day.plus(row.quantity).map_err(|_| ForecastError::TooLarge)?;
    }
    Ok(days)
}

#[cfg(test)]
mod tests;
