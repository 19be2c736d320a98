//! Ways to continue a series of days.

mod smoothing;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::fixed::{divided, mean, median};
use super::series::{DailySeries, days_between};
pub(super) use smoothing::weekday_factors;
use smoothing::{Horizon, Steps};

/// A forecast looks back so many days.
const MAX_HISTORY: usize = 180;
const FOUR_WEEKS: usize = 28;

/// A way to continue a series. All are compared in the backtest; [`Method::CHOSEN`] is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The mean day of the period so far.
    RunRate,
    /// The total of the period before, whatever came since.
    LastPeriod,
    /// The mean of the last 28 days.
    MeanOfFourWeeks,
    /// The median of the same weekday in the last four weeks.
    WeekdayMedian,
    /// The last seven days again.
    LastWeek,
    /// Exponential smoothing, weekdays divided out; as quick as told best the mean of the next fourteen days.
    Smoothing,
    /// The same with steps of at most four usual ones.
    RobustSmoothing,
    /// `Smoothing`, as quick as told best the next day.
    NextDaySmoothing,
    /// `RobustSmoothing`, as quick as told best the next day.
    NextDayRobustSmoothing,
    /// The median of `Smoothing`, `RobustSmoothing` and `LastWeek`, day by day.
    MedianOfThree,
    /// The median of `NextDaySmoothing`, `NextDayRobustSmoothing` and `LastWeek`, day by day.
    NextDayMedianOfThree,
    /// The median of `WeekdayMedian`, `NextDaySmoothing` and `LastWeek`, day by day.
    WeekdayMedianOfThree,
    /// The median of `WeekdayMedian`, `NextDaySmoothing`, `NextDayRobustSmoothing` and `LastWeek`, day by day.
    MedianOfFour,
}

impl Method {
    /// Chosen among all of them on the first half of the months of a real series and on generated bills of one seed
    /// (`tests/bench/forecast.py`): the least error, as a part of run-rate's, on the mean of both.
    pub const CHOSEN: Method = Method::MedianOfThree;

    /// Every way, the simple ones first.
    pub const ALL: [Method; 13] = [
        Method::RunRate,
        Method::LastPeriod,
        Method::MeanOfFourWeeks,
        Method::WeekdayMedian,
        Method::LastWeek,
        Method::Smoothing,
        Method::RobustSmoothing,
        Method::NextDaySmoothing,
        Method::NextDayRobustSmoothing,
        Method::MedianOfThree,
        Method::NextDayMedianOfThree,
        Method::WeekdayMedianOfThree,
        Method::MedianOfFour,
    ];

    /// Lower case with hyphens, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Method::RunRate => "run-rate",
            Method::LastPeriod => "last-period",
            Method::MeanOfFourWeeks => "mean-of-four-weeks",
            Method::WeekdayMedian => "weekday-median",
            Method::LastWeek => "last-week",
            Method::Smoothing => "smoothing",
            Method::RobustSmoothing => "robust-smoothing",
            Method::NextDaySmoothing => "next-day-smoothing",
            Method::NextDayRobustSmoothing => "next-day-robust-smoothing",
            Method::MedianOfThree => "median-of-three",
            Method::NextDayMedianOfThree => "next-day-median-of-three",
            Method::WeekdayMedianOfThree => "weekday-median-of-three",
            Method::MedianOfFour => "median-of-four",
        }
    }

    /// What is combined, day by day.
    fn parts(self) -> &'static [Method] {
        use Method::{LastWeek, NextDayRobustSmoothing, NextDaySmoothing, RobustSmoothing, Smoothing, WeekdayMedian};
        match self {
            Method::MedianOfThree => &[Smoothing, RobustSmoothing, LastWeek],
            Method::NextDayMedianOfThree => &[NextDaySmoothing, NextDayRobustSmoothing, LastWeek],
            Method::WeekdayMedianOfThree => &[WeekdayMedian, NextDaySmoothing, LastWeek],
            Method::MedianOfFour => &[WeekdayMedian, NextDaySmoothing, NextDayRobustSmoothing, LastWeek],
            _ => &[],
        }
    }
}

/// What is known when a series is continued: at least one day.
pub(super) struct Past<'a> {
    /// The last half year of days.
    values: &'a [i128],
    /// All days of the period so far.
    period: &'a [i128],
    /// The total of the period before, where all of its days are known.
    last_period: Option<i128>,
}

impl<'a> Past<'a> {
    /// What is known of a series before `from_on`, in a period that began on `start_on`.
    pub(super) fn of(series: &'a DailySeries, start_on: Date, from_on: Date) -> Past<'a> {
        let end = series.position(from_on);
        let start = series.position(start_on).min(end);
        let before_on = start_on.saturating_sub(1.month());
        let whole = series.first_on <= before_on && days_between(start_on, from_on) >= 0;
        Past {
            values: &series.values[end.saturating_sub(MAX_HISTORY)..end],
            period: &series.values[start..end],
            last_period: whole.then(|| series.values[series.position(before_on)..start].iter().sum()),
        }
    }

    /// The path of the next `days` days. A method without enough to go by falls back on a simpler one.
    pub(super) fn path(&self, method: Method, days: usize) -> Vec<i128> {
        let flat = |value: i128| vec![value; days];
        match method {
            Method::RunRate if self.period.is_empty() => self.path(Method::MeanOfFourWeeks, days),
            Method::RunRate => flat(mean(self.period)),
            Method::LastPeriod => match self.last_period {
                Some(total) if days > 0 => flat(divided(total - self.period.iter().sum::<i128>(), days as i128)),
                _ => self.path(Method::MeanOfFourWeeks, days),
            },
            Method::MeanOfFourWeeks => flat(mean(self.last(FOUR_WEEKS))),
            Method::WeekdayMedian => self.by_weekday(FOUR_WEEKS, days),
            Method::LastWeek => self.by_weekday(7, days),
            Method::Smoothing => smoothing::path(self.values, Steps::Free, Horizon::Fortnight, days),
            Method::RobustSmoothing => smoothing::path(self.values, Steps::Limited, Horizon::Fortnight, days),
            Method::NextDaySmoothing => smoothing::path(self.values, Steps::Free, Horizon::NextDay, days),
            Method::NextDayRobustSmoothing => smoothing::path(self.values, Steps::Limited, Horizon::NextDay, days),
            Method::MedianOfThree
            | Method::NextDayMedianOfThree
            | Method::WeekdayMedianOfThree
            | Method::MedianOfFour => {
                let paths: Vec<Vec<i128>> = method.parts().iter().map(|part| self.path(*part, days)).collect();
                (0..days).map(|day| median(&mut paths.iter().map(|path| path[day]).collect::<Vec<_>>())).collect()
            }
        }
    }

    fn last(&self, days: usize) -> &'a [i128] {
        &self.values[self.values.len().saturating_sub(days)..]
    }

    /// Each day the median of its weekdays among the last `window` days; where there is none, the median of all.
    fn by_weekday(&self, window: usize, days: usize) -> Vec<i128> {
        let known = self.last(window);
        let of_weekday = |day: usize| {
            // Positions modulo 7 that lie whole weeks before this day.
            let weekday = (known.len() + day) % 7;
            let mut same: Vec<i128> = known.iter().skip(weekday).step_by(7).copied().collect();
            if same.is_empty() { median(&mut known.to_vec()) } else { median(&mut same) }
        };
        (0..days).map(of_weekday).collect()
    }
}
