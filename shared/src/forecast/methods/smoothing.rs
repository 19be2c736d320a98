//! Exponential smoothing of what is left when the weekday is divided out.

use crate::forecast::fixed::{ONE, divided, mean, median, scaled, smallest};

/// Days from which weekdays are learnt: eight weeks.
const WEEKDAY_DAYS: usize = 56;
/// Days that are smoothed.
const LEVEL_DAYS: usize = 120;
/// Hundredths; the one with the least absolute error is taken.
const ALPHAS: [i128; 7] = [5, 10, 20, 30, 50, 70, 90];
const FORTNIGHT: usize = 14;
/// A weekday with less than a tenth of the usual says nothing about the level.
const QUIET: i128 = ONE / 10;
/// No share of one day in its week is larger.
const LARGEST: i128 = 7 * ONE;
/// A robust step goes at most so many usual steps.
const LARGEST_STEPS: i128 = 4;

/// How far the level may go in one day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Steps {
    Free,
    Limited,
}

/// What the level is to tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Horizon {
    NextDay,
    Fortnight,
}

/// The factor of each weekday, by position modulo 7: the median of a day's amount over the mean of the seven days
/// around it. A weekday with fewer than two such shares has the factor 1.
pub(in crate::forecast) fn weekday_factors(values: &[i128]) -> [i128; 7] {
    let start = values.len().saturating_sub(WEEKDAY_DAYS);
    let mut shares: [Vec<i128>; 7] = Default::default();
    for middle in start + 3..values.len().saturating_sub(3) {
        let week: i128 = values[middle - 3..=middle + 3].iter().sum();
        if week > 0 {
            let share = scaled(values[middle], 7 * ONE, week).clamp(0, LARGEST);
            shares[middle % 7].push(share);
        }
    }
    shares.map(|mut shares| if shares.len() < 2 { ONE } else { median(&mut shares) })
}

/// The path of the next `days` days.
pub(super) fn path(values: &[i128], steps: Steps, horizon: Horizon, days: usize) -> Vec<i128> {
    let factors = weekday_factors(values);
    let start = values.len().saturating_sub(LEVEL_DAYS);
    let plain: Vec<i128> = (start..values.len())
        .filter(|at| factors[at % 7] >= QUIET)
        .map(|at| scaled(values[at], ONE, factors[at % 7]))
        .collect();
    let largest = if steps == Steps::Limited { largest_step(&plain) } else { i128::MAX };
    let ahead = if horizon == Horizon::Fortnight && plain.len() >= FORTNIGHT { FORTNIGHT } else { 1 };
    let levels: Vec<(i128, i128)> = ALPHAS.iter().map(|alpha| smooth(&plain, *alpha, largest, ahead)).collect();
    let best = smallest(levels.iter().map(|(error, _)| *error)).map_or(0, |at| levels[at].1);
    (values.len()..values.len() + days).map(|at| scaled(best, factors[at % 7], ONE)).collect()
}

/// Four usual steps. Where most days do not step at all, their mean tells what a step is.
fn largest_step(values: &[i128]) -> i128 {
    let mut steps: Vec<i128> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let usual = median(&mut steps);
    LARGEST_STEPS * if usual == 0 { mean(&steps) } else { usual }
}

/// The sum of absolute errors of the `ahead` days after each level, and the level at the end. The first week's median is
/// the first level.
fn smooth(values: &[i128], alpha: i128, largest: i128, ahead: usize) -> (i128, i128) {
    let mut first: Vec<i128> = values.iter().take(7).copied().collect();
    let (mut level, mut errors) = (median(&mut first), 0);
    for (at, value) in values.iter().enumerate() {
        if let Some(coming) = values.get(at..at + ahead) {
            errors += (coming.iter().sum::<i128>() - ahead as i128 * level).abs();
        }
        level += divided(alpha * (value - level).clamp(-largest, largest), 100);
    }
    (errors, level)
}
