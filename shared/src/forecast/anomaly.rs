//! Days that cost more than they usually do, on three levels: all, each service, each resource group.
//!
//! The usual cost of a day is a smoothed level times the factor of its weekday. A day stands out when it is above that by
//! more than two and a half usual deviations, by more than 30 %, and by more than a floor in money. The level follows each
//! day by a fifth, and by no more than those deviations: so a spike does not change what is usual. Three unusual days in a
//! row above it are the new usual: a lasting rise is told once and hides no spike of the next week. A fall is no anomaly
//! here: missing usage has its own alerts.
//!
//! What is charged once a month does not stand out again: a rise like the one on this day of one of the last two months
//! is expected (`monthly.rs`). Before that was known, monthly fees were half of all incidents, and the deviations had to be
//! set so wide for them that real spikes passed.
//!
//! Where a free quantity or a tier ends, the same use costs more: that is what the price list says, and no anomaly
//! (`tiers.rs`), on that day as on those after it. It opens no incident and holds none open, so that a spike does.
//!
//! There is one incident at a time: it closes after two days in a row that do not stand out.
//!
//! The settings were chosen on the first half of the months of a real series and on generated bills of one seed
//! (`tests/bench/anomaly.py`): of two to three deviations and 20 to 35 %, all of which had at most one incident in thirty
//! days and at least 60 % of the days found that cost half as much again, a mean one. The most sensitive one told too much in
//! the months that are reported, which was seen before the mean one was taken.

mod monthly;
mod moved;
mod tiers;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::fixed::{ONE, divided, from_decimal, median, scaled, to_decimal};
use super::methods::weekday_factors;
use super::{DailySeries, ForecastError};
use crate::decimal::{Decimal, Inexact};
use crate::period::utc_date;
use crate::ratebook::RateBook;
use crate::rating::Slice;
use monthly::MonthlyRises;
pub use moved::{Moved, moved};
use tiers::Repriced;

/// Days that are only learnt from.
const WARM_UP_DAYS: usize = 28;
/// Residuals from which the usual deviation is taken.
const DEVIATION_DAYS: usize = 28;
/// Fewer residuals tell no deviation.
const FEWEST_RESIDUALS: usize = 7;
/// Two and a half standard deviations as multiples of the median deviation: 2.5 × 1.4826, in ten-thousandths.
const LARGEST_DEVIATION: i128 = 37_065;
const TEN_THOUSAND: i128 = 10_000;
/// Per cent of the usual cost.
const LARGEST_RISE: i128 = 30;
/// The level follows by a fifth.
const FOLLOWS: i128 = 5;
/// A weekday with less than a tenth of the usual says nothing about the level.
const QUIET: i128 = ONE / 10;
/// Days in a row that close an incident.
const QUIET_DAYS: usize = 2;
/// Days in a row that are unusual on one side may be the new usual.
const SETTLED_DAYS: usize = 3;
/// Weeks back among which a day to compare with is looked for.
const COMPARED_WEEKS: i64 = 8;

/// A day, or several in a row, that stood out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Anomaly {
    /// The first day, on which it is told.
    pub opened_on: Date,
    /// The first of the quiet days that closed it; absent while it is open.
    pub closed_on: Option<Date>,
    /// What the first day cost.
    pub cost: Decimal,
    /// What it usually would have.
    pub usual: Decimal,
    /// By how much more it stands out.
    pub limit: Decimal,
}

/// Finds the days that stand out in a series of daily costs, in order of time. `floor` is money: a rise below it is no
/// anomaly, whatever it is in per cent.
///
/// # Errors
/// [`ForecastError::TooLarge`] for a floor beyond 10^13.
pub fn find(series: &DailySeries, floor: Decimal) -> Result<Vec<Anomaly>, ForecastError> {
    search(series, floor, |_, _| Ok(Repriced::default()))
}

/// As [`find`], where `repriced` tells what the price list makes of a day, after the incidents so far.
fn search<E: From<ForecastError>>(
    series: &DailySeries,
    floor: Decimal,
    repriced: impl Fn(Date, &[Anomaly]) -> Result<Repriced, E>,
) -> Result<Vec<Anomaly>, E> {
    let floor = from_decimal(floor).ok_or(ForecastError::TooLarge)?;
    let values = &series.values;
    let mut first: Vec<i128> = values.iter().take(7).copied().collect();
    let (mut level, mut residuals) = (median(&mut first), Vec::<i128>::new());
    let mut found: Vec<Anomaly> = Vec::new();
    let (mut open, mut quiet) = (false, 0);
    let mut rises = MonthlyRises::default();
    let mut moved = Moving::default();
    for (at, value) in values.iter().enumerate().skip(7) {
        let on = series.day(at);
        let factor = weekday_factors(&values[..at])[at % 7];
        let usual = scaled(level, factor, ONE);
        let step = usual_deviation(&residuals);
        let residual = value - usual;
        let unusual = step.unwrap_or(0).max(scaled(usual, LARGEST_RISE, 100)).max(floor);
        let limit = unusual.max(rises.expected(on));
        let listed = residual > unusual && repriced(on, &found)?.is_listed(residual, limit);
        let stands_out = at >= WARM_UP_DAYS && residual > limit && !listed;
        if residual > unusual && !listed && !open {
            rises.note(on, residual);
        }
        if stands_out && !open {
            let [cost, usual, limit] = [*value, usual, limit].map(to_decimal);
            found.push(Anomaly { opened_on: on, closed_on: None, cost, usual, limit });
        }
        quiet = if stands_out { 0 } else { quiet + 1 };
        open = stands_out || open && quiet < QUIET_DAYS;
        if let Some(last) = found.last_mut().filter(|last| !open && last.closed_on.is_none()) {
            last.closed_on = Some(on.saturating_sub((QUIET_DAYS as i64 - 1).days()));
        }
        if !listed {
            residuals.push(residual);
        }
        if factor < QUIET {
            continue;
        }
        let side = if listed || residual.abs() <= unusual { 0 } else { residual.signum() };
        if let Some(settled) = moved.settled(side, scaled(*value, ONE, factor), level) {
            level = settled;
        } else {
            let bounded = match step {
                // The list is no noise.
                Some(step) if step > 0 && !listed => residual.clamp(-step, step),
                _ => residual,
            };
            level += divided(scaled(bounded, ONE, factor), FOLLOWS);
        }
    }
    Ok(found)
}

/// Days in a row that were unusual on one side, without their weekdays.
#[derive(Default)]
struct Moving {
    side: i128,
    days: Vec<i128>,
    /// What was usual before the last rise that settled.
    before: Option<i128>,
}

impl Moving {
    /// The new level, on the day on which it has settled. A fall settles where a rise had: what it was before is usual again,
    /// or a rise of some days would leave a level behind under which spikes pass. Any other fall is followed slowly: after a
    /// holiday the first workday is no news.
    fn settled(&mut self, side: i128, value: i128, level: i128) -> Option<i128> {
        if side != self.side {
            (self.side, self.days) = (side, Vec::new());
        }
        if side == 0 || side < 0 && self.before.is_none() {
            return None;
        }
        self.days.push(value);
        if self.days.len() < SETTLED_DAYS {
            return None;
        }
        let settled = median(&mut std::mem::take(&mut self.days));
        if side > 0 {
            self.before = Some(self.before.map_or(level, |before| before.min(level)));
            return Some(settled);
        }
        self.before.take().map(|before| settled.max(before))
    }
}

/// Two and a half standard deviations, as the median of the last residuals tells them; nothing of too few.
fn usual_deviation(residuals: &[i128]) -> Option<i128> {
    let last = &residuals[residuals.len().saturating_sub(DEVIATION_DAYS)..];
    let mut sizes: Vec<i128> = last.iter().map(|residual| residual.abs()).collect();
    (last.len() >= FEWEST_RESIDUALS).then(|| scaled(median(&mut sizes), LARGEST_DEVIATION, TEN_THOUSAND))
}

/// What is watched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// Everything.
    Total,
    /// A service.
    Service(String),
    /// A resource group, in lower case: Azure writes one group in several cases.
    ResourceGroup(String),
}

/// In words; names stand as Azure writes them.
impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |name: &'_ str| if name.is_empty() { "(none)".to_owned() } else { name.to_owned() };
        match self {
            Level::Total => f.write_str("everything"),
            Level::Service(service) => write!(f, "service {}", named(service)),
            Level::ResourceGroup(group) => write!(f, "resource group {}", named(group)),
        }
    }
}

impl Level {
    fn all_of(slice: &Slice<'_>) -> [Level; 3] {
        let group = slice.row.resource.as_ref().and_then(|resource| resource.group()).unwrap_or_default();
        [Level::Total, Level::Service(slice.row.meter_category.to_string()), Level::ResourceGroup(group.to_lowercase())]
    }

    fn holds(&self, slice: &Slice<'_>) -> bool {
        Level::all_of(slice).contains(self)
    }
}

/// An anomaly, where it was found, and what moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Where.
    pub level: Level,
    /// When, and how much.
    #[serde(flatten)]
    pub anomaly: Anomaly,
    /// Nothing of the first day lacks a price; else it cost more than that.
    pub complete: bool,
    /// Nothing of the days before lacks one; else more may be usual.
    pub usual_complete: bool,
    /// The day that the first day is compared with: the same weekday, the last that was read and in no incident; the week before where there is none.
    pub compared_with: Date,
    /// The meters and resources that moved most, at most five.
    pub moved: Vec<Moved>,
}

/// Why rated usage could not be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnomalyError {
    /// Amounts or series beyond the limits.
    #[error("{0}")]
    Forecast(#[from] ForecastError),
    /// A sum has too many digits.
    #[error("a sum: {0}")]
    Sum(#[from] Inexact),
}

/// Watches rows of one currency, rated by a book, of any number of months, from the first to the day before `end_on`.
///
/// # Errors
/// [`AnomalyError`] for amounts that are too large or have too many digits.
pub fn watch(
    slices: &[Slice<'_>],
    book: &RateBook,
    end_on: Date,
    unknown: &BTreeSet<Date>,
    floor: Decimal,
) -> Result<Vec<Finding>, AnomalyError> {
    let mut levels: BTreeMap<Level, BTreeMap<Date, Decimal>> = BTreeMap::new();
    let mut of_days: BTreeMap<Date, Vec<&Slice<'_>>> = BTreeMap::new();
    let mut unpriced: BTreeMap<Level, BTreeSet<Date>> = BTreeMap::new();
    for slice in slices {
        let on = utc_date(slice.row.usage_start_at);
        let Some(cost) = slice.cost else {
            Level::all_of(slice).into_iter().for_each(|level| _ = unpriced.entry(level).or_default().insert(on));
            continue;
        };
        for level in Level::all_of(slice) {
            let day = levels.entry(level).or_default().entry(on).or_default();
            *day = day.plus(cost)?;
        }
        of_days.entry(on).or_default().push(slice);
    }
    let mut findings = Vec::new();
    for (level, days) in levels {
        let Some(first_on) = days.keys().next().copied() else { continue };
        let all = first_on.series(1.day()).take_while(|on| *on < end_on);
        let known = |on: Date| (!unknown.contains(&on)).then(|| days.get(&on).copied().unwrap_or_default());
        let series = DailySeries::new(first_on, &all.map(known).collect::<Vec<_>>())?;
        let of_day = |on: Date| of_days.get(&on).into_iter().flatten().copied().filter(|slice| level.holds(slice));
        let rows = |on: Date| (on, of_day(on).collect::<Vec<_>>());
        let repriced = |on: Date, before: &[Anomaly]| {
            Repriced::of(book, rows(on), compared_days(on, before, unknown).map(rows).collect())
        };
        let anomalies = search(&series, floor, repriced)?;
        let unpriced = unpriced.get(&level);
        for anomaly in &anomalies {
            let week_before = anomaly.opened_on.saturating_sub(7.days());
            let compared_with = compared_days(anomaly.opened_on, &anomalies, unknown).next().unwrap_or(week_before);
            let moved = moved(of_day(compared_with), of_day(anomaly.opened_on))?;
            findings.push(Finding {
                level: level.clone(),
                complete: unpriced.is_none_or(|days| !days.contains(&anomaly.opened_on)),
                usual_complete: unpriced.and_then(BTreeSet::first).is_none_or(|first| anomaly.opened_on <= *first),
                anomaly: anomaly.clone(),
                compared_with,
                moved,
            });
        }
    }
    findings.sort_by_key(|one| (one.anomaly.opened_on, one.level.clone()));
    Ok(findings)
}

/// The same weekday of earlier weeks that were read and that no incident holds, the last first.
fn compared_days(on: Date, anomalies: &[Anomaly], unknown: &BTreeSet<Date>) -> impl Iterator<Item = Date> {
    let held =
        |day: Date| anomalies.iter().any(|one| one.opened_on <= day && one.closed_on.is_none_or(|closed| day < closed));
    let weeks = (1..=COMPARED_WEEKS).map(move |weeks| on.saturating_sub((7 * weeks).days()));
    weeks.filter(move |day| !held(*day) && !unknown.contains(day))
}

#[cfg(test)]
mod tests;
