//! How far off a forecast may be: the errors of past periods, by how much of a period was over.
//!
//! Conformal: no shape of errors is assumed. The band of 80 % reaches from the tenth to the ninetieth part of the relative
//! errors that were made before, of the own past periods and, while these are few, of a table that is shipped.

mod prior;

use serde::Serialize;

use super::fixed::{ONE, from_decimal, scaled, to_decimal};
use crate::decimal::Decimal;
use prior::{PRIOR, PRIOR_ONE};

/// What one own period weighs.
const OWN_WEIGHT: i128 = 76;
/// What each error of the shipped table weighs: all nineteen as much as two own periods.
const PRIOR_WEIGHT: i128 = 8;
/// The period to come has an error that nobody knows yet: a quarter of an own period, beyond all known ones.
const UNSEEN_WEIGHT: i128 = 19;
/// The table is made as wide as the own errors, which count beside so many periods of its own width.
const WIDTH_PERIODS: i128 = 4;
/// After a period that its band missed the next one is a fifth wider, after one that it held narrower by the fourth root of
/// that: four held and one missed leave it as it is. So bands follow errors that grow or shrink.
const WIDER: i128 = 1_200_000_000;
const NARROWER: i128 = 955_443_000;
/// Own periods that count, newest first.
const MOST_OWN: usize = 24;

/// A forecast with its band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// One in ten falls below.
    pub p10: Decimal,
    /// The forecast itself.
    pub p50: Decimal,
    /// One in ten rises above.
    pub p90: Decimal,
}

/// What a period was forecast to come to, and came to, at one number of elapsed days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastForecast {
    /// Days that were over.
    pub elapsed_days: i64,
    /// The whole period.
    pub forecast: Decimal,
    /// The whole period.
    pub actual: Decimal,
}

/// The band around a forecast. `so_far` is what has been used already: no band goes below it.
///
/// Of `past`, oldest first, only forecasts after about as many days count. Amounts beyond 10^13 units, and a forecast that
/// is not above zero, have no band: all three are the forecast then.
#[must_use]
pub fn interval(forecast: Decimal, so_far: Decimal, elapsed_days: i64, past: &[PastForecast]) -> Interval {
    let sure = Interval { p10: forecast, p50: forecast, p90: forecast };
    let (Some(point), Some(floor)) = (from_decimal(forecast), from_decimal(so_far)) else { return sure };
    if point <= 0 {
        return sure;
    }
    let bucket = bucket(elapsed_days);
    let own = past.iter().filter(|one| self::bucket(one.elapsed_days) == bucket);
    let own: Vec<i128> = own.filter_map(relative_error).collect();
    let own = &own[own.len().saturating_sub(MOST_OWN)..];
    let width = (0..own.len()).fold(ONE, |width, at| {
        let (low, high) = errors_between(&PRIOR[bucket], &own[..at], width);
        scaled(width, if (low..=high).contains(&own[at]) { NARROWER } else { WIDER }, ONE)
    });
    let (low, high) = errors_between(&PRIOR[bucket], own, width);
    let reach = |error: i128| point + scaled(point, error, PRIOR_ONE);
    let (p10, p90) = (reach(low).max(floor.min(point)), reach(high));
    Interval { p10: to_decimal(p10), p50: forecast, p90: to_decimal(p90) }
}

/// The errors between which the next one is expected: one side at least is 0, where all were on the other.
fn errors_between(table: &[i32; 19], own: &[i128], width: i128) -> (i128, i128) {
    let mut errors: Vec<(i128, i128)> = own.iter().map(|error| (*error, OWN_WEIGHT)).collect();
    errors.extend(widened(table, own).map(|error| (error, PRIOR_WEIGHT)));
    errors.sort_unstable();
    let total: i128 = errors.iter().map(|(_, weight)| weight).sum::<i128>() + UNSEEN_WEIGHT;
    let high = reached(errors.iter().copied(), total).max(0);
    let low = reached(errors.iter().rev().copied(), total).min(0);
    (scaled(low, width, ONE), scaled(high, width, ONE))
}

/// The table, scaled to the mean size of the own errors.
fn widened<'a>(table: &'a [i32; 19], own: &[i128]) -> impl Iterator<Item = i128> + use<'a> {
    let size: i128 = table.iter().map(|error| i128::from(error.abs())).sum();
    let own_size: i128 = own.iter().map(|error| error.abs()).sum();
    let up = WIDTH_PERIODS * size + table.len() as i128 * own_size;
    let down = (WIDTH_PERIODS + own.len() as i128) * size;
    table.iter().map(move |error| scaled(i128::from(*error), up, down))
}

/// The first error at which nine tenths of the weight are reached, or the last.
fn reached(errors: impl Iterator<Item = (i128, i128)>, total: i128) -> i128 {
    let (mut sum, mut reached) = (0, 0);
    for (error, weight) in errors {
        reached = error;
        sum += weight;
        if 10 * sum >= 9 * total {
            break;
        }
    }
    reached
}

/// (actual − forecast) ÷ forecast, in parts of [`PRIOR_ONE`].
fn relative_error(past: &PastForecast) -> Option<i128> {
    let (forecast, actual) = (from_decimal(past.forecast)?, from_decimal(past.actual)?);
    // A forecast that was a hundred times too low says no more than that.
    let error = || scaled(actual - forecast, PRIOR_ONE, forecast).clamp(-100 * PRIOR_ONE, 100 * PRIOR_ONE);
    (forecast > 0).then(error)
}

/// Around days 5, 10, 15, 20 and 25.
fn bucket(elapsed_days: i64) -> usize {
    match elapsed_days {
        ..=7 => 0,
        8..=12 => 1,
        13..=17 => 2,
        18..=22 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn band(forecast: &str, so_far: &str, past: &[PastForecast]) -> [String; 3] {
        let band = interval(of(forecast), of(so_far), 15, past);
        [band.p10, band.p50, band.p90].map(|amount| amount.to_string())
    }

    /// Nineteen errors of 8 and one unseen of 19 are 171, nine tenths of it 153.9: more than all of the table, so that its
    /// ends are taken.
    #[test]
    fn without_a_past_the_table_speaks() {
        assert_eq!(band("1000", "400", &[]), ["966.9", "1000", "1045.2"]);
        // What is spent is spent.
        assert_eq!(band("1000", "990", &[]), ["990", "1000", "1045.2"]);
        assert_eq!(band("0", "0", &[]), ["0", "0", "0"]);
        assert_eq!(band("-3", "-4", &[]), ["-3", "-3", "-3"]);
    }

    /// Twenty periods without any error weigh 1520 of 1520 + 152 + 19, of which nine tenths are 1521.9; with the table's
    /// eight errors below 0, or its eleven above, they reach that.
    #[test]
    fn a_sure_past_makes_the_band_narrow() {
        let sure = PastForecast { elapsed_days: 15, forecast: of("10"), actual: of("10") };
        assert_eq!(band("10000", "0", &[sure; 20]), ["10000", "10000", "10000"]);
        // Periods looked at on another day say nothing here.
        let other = PastForecast { elapsed_days: 5, ..sure };
        assert_eq!(band("1000", "400", &[other; 20]), band("1000", "400", &[]));
    }

    #[test]
    fn a_past_that_was_always_too_low_moves_the_band_up() {
        let low = PastForecast { elapsed_days: 14, forecast: of("100"), actual: of("150") };
        let [p10, p50, p90] = band("1000", "0", &[low; 12]);
        assert_eq!(p50, "1000");
        assert!(of("1450") < of(&p90) && of(&p90) < of("1750") && of(&p10) <= of("1000"), "{p10} {p90}");
    }

    /// The table alone reaches to 4.52 %. One period that was 10 % off makes the next band wider than before.
    #[test]
    fn a_miss_widens_and_a_hit_narrows() {
        let off = |actual: &str| PastForecast { elapsed_days: 15, forecast: of("100"), actual: of(actual) };
        let width = |past: &[PastForecast]| {
            let [p10, _, p90] = band("1000", "0", past);
            of(&p90).minus(of(&p10)).unwrap()
        };
        assert!(width(&[off("110")]) > width(&[]));
        assert!(width(&[off("100")]) < width(&[]));
    }
}
