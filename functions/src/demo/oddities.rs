//! What is odd about the tenant, told openly: the spike, the correction, the restated rows.
//! A product that watches costs should find the first and survive the other two;
//! tests learn here where to look.

use super::calendar::{Day, date, midnight, number};
use super::tenant::{CORRECTION_LAG, RESTATED_AFTER, SPIKE_FACTOR, Tenant};
use jiff::Timestamp;
use jiff::civil::Date;

/// A day that stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    pub subscription: String,
    pub resource: String,
    pub meter: String,
    pub day: Date,
    /// The day's use is this many times the usual one.
    pub factor: i64,
}

/// A negative row, reported some days after the use it takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub subscription: String,
    pub resource: String,
    pub meter: String,
    pub usage_day: Date,
    pub reported_day: Date,
    pub quantity: i64,
}

/// A row whose quantity changes for good once the server clock reaches `changes_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restated {
    pub subscription: String,
    pub resource: String,
    pub meter: String,
    /// Of the usage and of the report: restated rows are never late.
    pub day: Date,
    pub before: i64,
    pub after: i64,
    pub changes_at: Timestamp,
}

impl Tenant {
    /// The spike.
    pub fn anomaly(&self) -> Anomaly {
        let (subscription, series) = self.named(self.spike.0);
        Anomaly {
            subscription,
            resource: series.resource.clone(),
            meter: series.meter.clone(),
            day: date(self.spike.1),
            factor: SPIKE_FACTOR,
        }
    }

    /// The negative row.
    pub fn correction(&self) -> Correction {
        let (subscription, series) = self.named(self.correction.0);
        let day = Day::of(self.correction.1);
        Correction {
            subscription,
            resource: series.resource.clone(),
            meter: series.meter.clone(),
            usage_day: date(day.number),
            reported_day: date(day.number + CORRECTION_LAG / 24),
            quantity: (0..24).map(|hour| self.corrected(self.correction.0, &day, hour)).sum(),
        }
    }

    /// The row of a reported day that is restated later, if the subscription has one that day.
    pub fn restated(&self, subscription: &str, day: Date) -> Option<Restated> {
        let at = self.position(subscription)?;
        let day = Day::of(number(day));
        let series = self.restated_series(at, &day)?;
        let before = (0..24).map(|hour| self.used(series, &day, hour, i64::MIN)).sum();
        let after = (0..24).map(|hour| self.used(series, &day, hour, i64::MAX)).sum();
        let (subscription, named) = self.named(series);
        let changes_at = midnight(date(day.number + 1 + RESTATED_AFTER));
        let row = Restated {
            subscription,
            resource: named.resource.clone(),
            meter: named.meter.clone(),
            day: date(day.number),
            before,
            after,
            changes_at,
        };
        (before != after).then_some(row)
    }
}
