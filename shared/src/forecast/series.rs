//! What was used or spent on each day, without holes.

use jiff::ToSpan;
use jiff::civil::Date;

use super::ForecastError;
use super::fixed;
use crate::decimal::Decimal;

/// Longer series are a mistake: a forecast looks back half a year.
const MAX_DAYS: usize = 20_000;

/// Amounts of consecutive UTC days, in any one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailySeries {
    pub(super) first_on: Date,
    pub(super) values: Vec<i128>,
    /// Whether each day is known, and not taken from another.
    pub(super) known: Vec<bool>,
}

impl DailySeries {
    /// A series from its first day on. A day that is not known (`None`) takes the amount of the same weekday a week
    /// before; those before the first known day are left out.
    ///
    /// Amounts are rounded half away from zero to [`AMOUNT_DECIMALS`](super::AMOUNT_DECIMALS).
    ///
    /// # Errors
    /// [`ForecastError::TooLarge`] for an amount of more than 10^13 units, [`ForecastError::TooLong`] for more than
    /// 20,000 days.
    pub fn new(first_on: Date, days: &[Option<Decimal>]) -> Result<DailySeries, ForecastError> {
        if days.len() > MAX_DAYS {
            return Err(ForecastError::TooLong);
        }
        let unknown = days.iter().take_while(|day| day.is_none()).count();
        let first_on = first_on.saturating_add((unknown as i64).days());
        let mut values: Vec<i128> = Vec::with_capacity(days.len() - unknown);
        for day in &days[unknown..] {
            let value = match day {
                Some(amount) => fixed::from_decimal(*amount).ok_or(ForecastError::TooLarge)?,
                None => *values.get(values.len().wrapping_sub(7)).unwrap_or(&values[values.len() - 1]),
            };
            values.push(value);
        }
        let known = days[unknown..].iter().map(Option::is_some).collect();
        Ok(DailySeries { first_on, values, known })
    }

    /// The first day.
    #[must_use]
    pub fn first_on(&self) -> Date {
        self.first_on
    }

    /// The day after the last.
    #[must_use]
    pub fn end_on(&self) -> Date {
        self.first_on.saturating_add((self.values.len() as i64).days())
    }

    /// The amounts of the days from `from` on, before `to`, as far as they are known.
    #[must_use]
    pub fn total(&self, from: Date, to: Date) -> Decimal {
        fixed::to_decimal(self.values[self.position(from)..self.position(to).max(self.position(from))].iter().sum())
    }

    /// The day of a place.
    pub(super) fn day(&self, at: usize) -> Date {
        self.first_on.saturating_add((at as i64).days())
    }

    /// The place of a day, or the nearest end.
    pub(super) fn position(&self, on: Date) -> usize {
        let days = days_between(self.first_on, on);
        usize::try_from(days).unwrap_or(0).min(self.values.len())
    }
}

/// Whole days from one to the other, below zero where the other is earlier.
pub(super) fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_unknown_day_is_the_same_weekday_before() -> Result<(), ForecastError> {
        let known = |value: u32| Some(Decimal::from(value));
        let mut days: Vec<_> = vec![None, None];
        days.extend((1..=8).map(known));
        days.extend([None, None, known(20)]);
        let series = DailySeries::new(date(2026, 11, 1), &days)?;
        assert_eq!((series.first_on(), series.end_on()), (date(2026, 11, 3), date(2026, 11, 14)));
        // The 11th and 12th are those of the 4th and 5th: 2 and 3.
        assert_eq!(series.total(date(2026, 11, 11), date(2026, 11, 13)), Decimal::from(5));
        assert_eq!(series.total(date(2026, 11, 13), date(2027, 1, 1)), Decimal::from(20));
        assert_eq!(series.total(date(2026, 11, 13), date(2026, 11, 3)), Decimal::ZERO);
        assert_eq!(DailySeries::new(date(2026, 11, 1), &vec![None; 20_001]), Err(ForecastError::TooLong));
        let large = Some(Decimal::new(10i128.pow(14), 0));
        assert_eq!(DailySeries::new(date(2026, 11, 1), &[large]), Err(ForecastError::TooLarge));
        Ok(())
    }
}
