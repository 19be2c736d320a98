//! What a billing period will come to: daily quantities are continued, and rated by the engine of all other money.
//!
//! A forecast is an estimate. Its amounts are whole numbers of 10^-12 units and its factors of 10^-9, rounded half away
//! from zero at each step: no floating point, and so the same digits on every machine and in the browser.
//!
//! # How a series is continued
//!
//! [`daily`] looks at the days before `from_on`, the first day that is not fully reported, and continues them:
//!
//! 1. what was charged on one day, and on the same day of each month since, is charged on that day again and on no other
//!    ([`Basis::Calendar`]), as soon as a workday without use tells it from a flow;
//! 2. with fewer than eight days there is only the run-rate, and [`Basis::ColdStart`] says so;
//! 3. a series that is charged on the same few days of each month is charged on them again ([`Basis::Calendar`]);
//! 4. one that grew or shrank on nearly every day of four weeks goes on by its median step ([`Basis::Steady`]);
//! 5. a series that is 0 on two days of five continues with its mean, since its median day may be 0;
//! 6. all others continue by [`Method::CHOSEN`].

pub mod anomaly;
pub mod backtest;
pub mod bill;
pub mod events;
mod fixed;
pub mod interval;
mod methods;
pub mod projection;
mod series;
mod shape;
#[cfg(test)]
mod tests;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::decimal::Decimal;
pub use fixed::AMOUNT_DECIMALS;
pub use methods::Method;
use methods::Past;
pub use series::DailySeries;
use series::days_between;
use shape::Early;

/// Fewer days are a cold start.
const FEWEST_DAYS: usize = 8;

/// No period is longer, so that a mistaken date cannot ask for a million days.
const MAX_PERIOD_DAYS: i64 = 400;

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForecastError {
    /// An amount of one day.
    #[error("an amount of a day is beyond 10^13 units")]
    TooLarge,
    /// A series or a period.
    #[error("a series has more than 20,000 days, or a period more than 400")]
    TooLong,
    /// No day is known.
    #[error("no day before the forecast is known")]
    NoHistory,
}

/// The days of a billing period, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodDays {
    /// First day.
    pub start_on: Date,
    /// The day after the last.
    pub end_on: Date,
}

/// What a continuation goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Fewer than eight days are known: their mean. A charge of the last known day looks like a flow that began on it.
    ColdStart,
    /// Charged on the same days of each month, or once so far.
    Calendar,
    /// Grew, or shrank, on nearly every day: on by the median step.
    Steady,
    /// Used on some days only: the mean of 28 days.
    Intermittent,
    /// [`Method::CHOSEN`], or the one that was asked for.
    Method,
}

/// The days that are not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The first of them.
    pub from_on: Date,
    /// Their amounts, at most [`AMOUNT_DECIMALS`] decimals each.
    pub days: Vec<Decimal>,
    /// How they were found.
    pub basis: Basis,
}

impl Outlook {
    /// The sum of the days.
    #[must_use]
    pub fn total(&self) -> Decimal {
        // Of at most 400 amounts below 10^13: the digits fit.
        self.days.iter().try_fold(Decimal::ZERO, |sum, day| sum.plus(*day)).unwrap_or_default()
    }
}

/// Continues a series to the end of a period, in the way that fits it. Days from `from_on` on are not looked at.
///
/// # Errors
/// [`ForecastError::NoHistory`] when no day before `from_on` is known, [`ForecastError::TooLong`] when more than 400 days
/// are missing.
pub fn daily(series: &DailySeries, period: PeriodDays, from_on: Date) -> Result<Outlook, ForecastError> {
    daily_with(series, period, from_on, &Early::default())
}

/// As [`daily`], where something is reported of days that are not whole yet.
fn daily_with(
    series: &DailySeries,
    period: PeriodDays,
    from_on: Date,
    early: &Early,
) -> Result<Outlook, ForecastError> {
    let days = missing(series, period, from_on)?;
    let past = Past::of(series, period.start_on, from_on);
    let known = series.position(from_on);
    let (basis, path) = if let Some(path) = shape::charged(series, from_on, days, early) {
        (Basis::Calendar, path)
    } else if known < FEWEST_DAYS {
        (Basis::ColdStart, past.path(Method::MeanOfFourWeeks, days))
    } else if let Some(path) = shape::calendar(series, from_on, days) {
        (Basis::Calendar, path)
    } else if let Some(path) = shape::steady(&series.values[..known], days) {
        (Basis::Steady, path)
    } else if shape::intermittent(&series.values[..known]) {
        (Basis::Intermittent, past.path(Method::MeanOfFourWeeks, days))
    } else {
        (Basis::Method, past.path(Method::CHOSEN, days))
    };
    Ok(outlook(from_on, &path, basis))
}

/// Continues a series by one method, whatever its shape: what a backtest compares.
///
/// # Errors
/// As [`daily`].
pub fn by_method(
    series: &DailySeries,
    method: Method,
    period: PeriodDays,
    from_on: Date,
) -> Result<Outlook, ForecastError> {
    let days = missing(series, period, from_on)?;
    Ok(outlook(from_on, &Past::of(series, period.start_on, from_on).path(method, days), Basis::Method))
}

fn missing(series: &DailySeries, period: PeriodDays, from_on: Date) -> Result<usize, ForecastError> {
    let days = days_between(from_on, period.end_on);
    if series.position(from_on) == 0 && days > 0 {
        return Err(ForecastError::NoHistory);
    }
    match usize::try_from(days.max(0)) {
        Ok(days) if days <= MAX_PERIOD_DAYS as usize => Ok(days),
        _ => Err(ForecastError::TooLong),
    }
}

fn outlook(from_on: Date, path: &[i128], basis: Basis) -> Outlook {
    Outlook { from_on, days: path.iter().copied().map(fixed::to_decimal).collect(), basis }
}
