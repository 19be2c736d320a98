//! Cuts usage rows out of the tenant by reported bucket: an hour or a day.
//! A bucket holds the use of its own day and whatever earlier days are reported late,
//! so hourly and daily buckets of the same time always carry the same quantities.

use super::calendar::Day;
use super::tenant::{CORRECTION_LAG, LAGS, Tenant};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    Hourly,
    Daily,
}

impl Granularity {
    pub fn hours(self) -> i64 {
        match self {
            Granularity::Hourly => 1,
            Granularity::Daily => 24,
        }
    }
}

/// One row; times are hours since 1970, the quantity is in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub series: usize,
    pub reported: i64,
    pub start: i64,
    pub hours: i64,
    pub quantity: i64,
}

impl Tenant {
    /// The rows of the bucket that starts at `reported`, in a stable order, as shown at `now` (seconds).
    pub fn bucket(&self, subscription: usize, granularity: Granularity, reported: i64, now: i64) -> Vec<Row> {
        match granularity {
            Granularity::Hourly => self.hourly(subscription, reported, now),
            Granularity::Daily => self.daily(subscription, reported, now),
        }
    }

    fn hourly(&self, subscription: usize, reported: i64, now: i64) -> Vec<Row> {
        let range = self.range(subscription);
        let mut rows = Vec::with_capacity(range.len() + 4);
        let days = LAGS.map(|lag| Day::of((reported - lag).div_euclid(24)));
        for series in range {
            for (lag, day) in LAGS.iter().zip(&days) {
                let start = reported - lag;
                if self.lag(series, day.number) == *lag {
                    let quantity = self.used(series, day, start.rem_euclid(24), now);
                    push(&mut rows, Row { series, reported, start, hours: 1, quantity });
                }
                if *lag == CORRECTION_LAG && self.has_correction(series, day.number) {
                    let quantity = self.corrected(series, day, start.rem_euclid(24));
                    push(&mut rows, Row { series, reported, start, hours: 1, quantity });
                }
            }
        }
        rows
    }

    fn daily(&self, subscription: usize, reported: i64, now: i64) -> Vec<Row> {
        let range = self.range(subscription);
        let mut rows = Vec::with_capacity(range.len() + 8);
        let today = reported.div_euclid(24);
        let days: [Day; 5] = std::array::from_fn(|back| Day::of(today - back as i64));
        for series in range {
            for day in &days {
                let start = day.number * 24;
                let lag = self.lag(series, day.number);
                // The hours of that day whose report falls into this bucket.
                let from = (reported - lag - start).clamp(0, 24);
                let to = (reported + 24 - lag - start).clamp(0, 24);
                let quantity = (from..to).map(|hour| self.used(series, day, hour, now)).sum();
                push(&mut rows, Row { series, reported, start, hours: 24, quantity });
                if day.number + CORRECTION_LAG / 24 == today && self.has_correction(series, day.number) {
                    let quantity = (0..24).map(|hour| self.corrected(series, day, hour)).sum();
                    push(&mut rows, Row { series, reported, start, hours: 24, quantity });
                }
            }
        }
        rows
    }
}

/// Nothing used, nothing reported.
fn push(rows: &mut Vec<Row>, row: Row) {
    if row.quantity != 0 {
        rows.push(row);
    }
}

/// Without details: one row per meter and usage time, in the order of their first appearance.
pub fn summed(tenant: &Tenant, rows: Vec<Row>) -> Vec<Row> {
    let mut sums: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        let meter = &tenant.series()[row.series].meter;
        match sums.iter_mut().find(|sum| sum.start == row.start && &tenant.series()[sum.series].meter == meter) {
            Some(sum) => sum.quantity += row.quantity,
            None => sums.push(row),
        }
    }
    sums
}
