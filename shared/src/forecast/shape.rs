//! Series that no smoothing fits: fees on known days, what grows every day, and use now and then.

use super::*;

/// A fee comes on at most so many days of a month.
const MOST_FEE_DAYS: usize = 3;
/// Four weeks of steps, of which so many may go the other way.
const STEADY_DAYS: usize = 28;
const MOST_ODD_STEPS: usize = 3;

/// What a series does on its days of the month, when the last two months before `from_on` have the same ones: a fee of the
/// 31st comes on the last day of a shorter month.
pub(super) fn calendar(series: &DailySeries, from_on: Date, days: usize) -> Option<Vec<i128>> {
    let before = |months: i32| from_on.checked_sub(months.months()).ok();
    let (first, second) = (before(2)?, before(1)?);
    if first < series.first_on {
        return None;
    }
    let charged = |from: Date, to: Date| -> Vec<(Date, i128)> {
        let places = series.position(from)..series.position(to);
        let dated = places.map(|at| (series.day(at), series.values[at]));
        dated.filter(|(_, value)| *value != 0).collect()
    };
    let (earlier, later) = (charged(first, second), charged(second, from_on));
    let fits = !later.is_empty() && later.len() <= MOST_FEE_DAYS && earlier.len() == later.len();
    // February has no 31st: the later day of the month is the one that was meant.
    let meant = |a: Date, b: Date| a.day().max(b.day());
    let same = |(a, _): &(Date, i128), (b, _): &(Date, i128)| falls(*a, meant(*a, *b)) && falls(*b, meant(*a, *b));
    let pairs: Vec<_> = earlier.iter().zip(&later).collect();
    if !fits || !pairs.iter().all(|(a, b)| same(a, b)) {
        return None;
    }
    let due = |on: Date| pairs.iter().find(|(a, b)| falls(on, meant(a.0, b.0))).map_or(0, |(_, (_, fee))| *fee);
    Some((0..days as i64).map(|day| due(from_on.saturating_add(day.days()))).collect())
}

/// What is reported of days that are not whole yet.
#[derive(Debug, Default)]
pub(super) struct Early {
    /// Days of use.
    pub used_on: Vec<Date>,
    /// Whether other use is reported of a workday that has none of this.
    pub idle: bool,
}

/// What was used on one day, or on the same day of some months, of the last two: it comes again on that day, if it did the
/// last time, and on no other. A new fee has no two months to tell by, but a flow would have gone on. Where no workday has
/// been idle since the first use, nothing tells them apart: what is used in office hours rests at weekends.
pub(super) fn charged(series: &DailySeries, from_on: Date, days: usize, early: &Early) -> Option<Vec<i128>> {
    let (start, end) = (series.position(from_on.checked_sub(2.months()).ok()?), series.position(from_on));
    let known = (start..end).filter(|at| series.known[*at]);
    let known: Vec<(Date, i128)> = known.map(|at| (series.day(at), series.values[at])).collect();
    let since = &known[known.iter().position(|(_, value)| *value != 0)?..];
    let used = since.iter().filter(|(_, value)| *value != 0).map(|(on, _)| on).chain(&early.used_on);
    let meant = used.clone().map(|on| on.day()).max()?;
    let idle = early.idle || since.iter().any(|(on, value)| *value == 0 && is_workday(*on));
    if !idle || !used.into_iter().all(|on| falls(*on, meant)) {
        return None;
    }
    let (_, fee) = *since.iter().rev().find(|(on, _)| falls(*on, meant))?;
    let due = |on: Date| if falls(on, meant) { fee } else { 0 };
    Some((0..days as i64).map(|day| due(from_on.saturating_add(day.days()))).collect())
}

/// Whether a day of the month is meant, which is the last day of shorter months.
fn falls(on: Date, day: i8) -> bool {
    on.day() == day.min(on.days_in_month())
}

pub(super) fn is_workday(on: Date) -> bool {
    on.weekday().to_monday_one_offset() <= 5
}

/// What goes on growing, or shrinking, by its median step: a series that did so on nearly every day of four weeks, as what
/// is kept does. It never falls below 0.
pub(super) fn steady(values: &[i128], days: usize) -> Option<Vec<i128>> {
    let known = values.get(values.len().checked_sub(STEADY_DAYS + 1)?..)?;
    let mut steps: Vec<i128> = known.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (up, down) = (steps.iter().filter(|step| **step > 0).count(), steps.iter().filter(|step| **step < 0).count());
    if up.max(down) + MOST_ODD_STEPS < STEADY_DAYS {
        return None;
    }
    let (last, step) = (known[STEADY_DAYS], fixed::median(&mut steps));
    Some((1..=days as i128).map(|ahead| (last + step * ahead).max(0)).collect())
}

/// Whether at least two of five days are 0, among the last four weeks since the first use. Two weekends in a fortnight
/// are fewer.
pub(super) fn intermittent(values: &[i128]) -> bool {
    let first = values.iter().position(|value| *value != 0).unwrap_or(values.len());
    let since = &values[first.max(values.len().saturating_sub(28))..];
    let zeros = since.iter().filter(|value| **value == 0).count();
    // Two idle weeks are an end, which every method sees.
    let idle = since.iter().rev().take_while(|value| **value == 0).count();
    idle < 14 && zeros * 5 >= since.len() * 2
}
