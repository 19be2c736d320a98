//! Past periods, forecast from what was known then, against what they came to.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::{DailySeries, ForecastError, Method, PeriodDays, by_method, daily};
use crate::decimal::{Decimal, Inexact};

/// A period is forecast when so many days before its start are known.
pub const WARM_UP_DAYS: i64 = 75;

/// After how many days of a period a backtest looks ahead.
pub const ELAPSED_DAYS: [i64; 5] = [5, 10, 15, 20, 25];

/// One forecast and what came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// First day of the period.
    pub start_on: Date,
    /// Days that were over.
    pub elapsed_days: i64,
    /// The method, or `usual` for what [`daily`] does.
    pub method: &'static str,
    /// The whole period: what was over, and the forecast of the rest.
    pub forecast: Decimal,
    /// What was over of it.
    pub so_far: Decimal,
    /// The whole period, as it came.
    pub actual: Decimal,
}

impl Trial {
    /// |forecast − actual| ÷ |actual| in percent, rounded to four decimals; absent where nothing came.
    #[must_use]
    pub fn error_percent(&self) -> Option<Decimal> {
        let miss = self.forecast.minus(self.actual).ok()?;
        let size = |amount: Decimal| if amount.is_negative() { amount.negated() } else { amount };
        size(miss).shifted(2).ok()?.divided_rounded(size(self.actual), 4).ok()
    }
}

/// Every whole period that a series covers and that has [`WARM_UP_DAYS`] before it, at each of [`ELAPSED_DAYS`], by every
/// method and as usual. Periods begin on the `anchor` day of a month (1 to 28).
///
/// # Errors
/// As [`daily`]; sums are of amounts below 10^13 and fit.
pub fn trials(series: &DailySeries, anchor: i8) -> Result<Vec<Trial>, ForecastError> {
    let mut trials = Vec::new();
    for period in periods(series, anchor) {
        let actual = series.total(period.start_on, period.end_on);
        for elapsed_days in ELAPSED_DAYS {
            let from_on = period.start_on.saturating_add(elapsed_days.days());
            let so_far = series.total(period.start_on, from_on);
            let mut add = |method, rest: Decimal| {
                let forecast = so_far.plus(rest).map_err(|Inexact| ForecastError::TooLarge)?;
                trials.push(Trial { start_on: period.start_on, elapsed_days, method, forecast, so_far, actual });
                Ok(())
            };
            for method in Method::ALL {
                add(method.name(), by_method(series, method, period, from_on)?.total())?;
            }
            add("usual", daily(series, period, from_on)?.total())?;
        }
    }
    Ok(trials)
}

/// The whole periods with enough days before them.
fn periods(series: &DailySeries, anchor: i8) -> Vec<PeriodDays> {
    let earliest = series.first_on.saturating_add(WARM_UP_DAYS.days());
    let (mut found, mut month) = (Vec::new(), earliest.first_of_month());
    loop {
        let next = month.saturating_add(1.month());
        let start_on = month.saturating_add((i64::from(anchor) - 1).days());
        let end_on = next.saturating_add((i64::from(anchor) - 1).days());
        if end_on > series.end_on() || next <= month {
            return found;
        }
        if start_on >= earliest {
            found.push(PeriodDays { start_on, end_on });
        }
        month = next;
    }
}
