//! The exact truth about the sample tenant: who exists, what was used when, and what was odd about it.
//! Every number is a pure function of seed, resource, meter and hour; the usage answers are
//! cut from these functions, and tests compare against them.

use super::calendar::{Day, Period, date, date_of, number, periods};
use super::catalog::{Catalog, meter_id};
use super::digest::{self, mix};
use super::load::{self, Load};
use super::resources::{self, CLASSIC, Resource};
use super::series_text::SeriesText;
use super::{decimal, rate_card};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionInfo {
    pub id: String,
    pub name: String,
    pub offer: String,
    /// The day of the month on which its billing periods begin.
    pub anchor_day: i8,
    /// Use begins here: the first such day in the tenant's time.
    pub starts: Date,
}

impl SubscriptionInfo {
    /// Its billing periods up to the one that holds `now`, oldest first.
    pub fn periods(&self, now: Timestamp) -> Vec<Period> {
        periods(self.starts, now)
    }
}

/// One resource on one meter.
#[derive(Debug)]
pub struct Series {
    /// Position in `Tenant::subscriptions`.
    pub subscription: usize,
    /// The resource URI; for a classic resource the `project` of its infoFields.
    pub resource: String,
    pub meter: String,
    pub(super) text: SeriesText,
    load: Load,
    key: u64,
    /// How many hours its rows usually come late.
    base_lag: i64,
}

pub struct Tenant {
    subscriptions: Vec<SubscriptionInfo>,
    /// Grouped by subscription, in the order of the resource table.
    series: Vec<Series>,
    ranges: Vec<std::ops::Range<usize>>,
    seed: u64,
    starts: i64,
    pub(super) spike: (usize, i64),
    pub(super) correction: (usize, i64),
    unpriced: String,
}

pub(super) const SPIKE_FACTOR: i64 = 14;
/// Hours after the use at which a correction is reported.
pub(super) const CORRECTION_LAG: i64 = 96;
/// Days after the end of a reported day at which restated rows change.
pub(super) const RESTATED_AFTER: i64 = 3;
/// Every delay that `Tenant::lag` can give, in hours.
pub(super) const LAGS: [i64; 6] = [0, 6, 24, 48, 72, 96];

impl Tenant {
    pub fn new(now: Timestamp, seed: u64, catalog: &Catalog) -> Tenant {
        let today = date_of(now);
        let starts = today.first_of_month().saturating_sub(13.months());
        let subscriptions: Vec<SubscriptionInfo> = [
            ("Tidewater production", rate_card::PAY_AS_YOU_GO, 1),
            ("Tidewater developers", rate_card::MSDN, 14),
            ("Tidewater data platform", rate_card::COMMITMENT, 1),
        ]
        .into_iter()
        .map(|(name, offer, anchor_day)| SubscriptionInfo {
            id: digest::guid("subscription", name),
            name: name.into(),
            offer: offer.into(),
            anchor_day,
            starts: starts.saturating_add((i64::from(anchor_day) - 1).days()),
        })
        .collect();
        let mut series = Vec::new();
        let mut ranges = Vec::new();
        for (at, subscription) in subscriptions.iter().enumerate() {
            let from = series.len();
            for resource in resources::RESOURCES.iter().filter(|r| r.subscription == at) {
                add_series(&mut series, resource, subscription, seed, catalog);
            }
            ranges.push(from..series.len());
        }
        let found = |(resource, meter): (&str, &str)| {
            series
                .iter()
                .position(|s: &Series| s.resource.ends_with(resource) && s.text.meter_name() == meter)
                .unwrap_or(0)
        };
        let spike = (found(resources::SPIKING), number(today) - 6);
        let correction = (found(resources::CORRECTED), number(today.first_of_month()) - 12);
        let (category, sub_category, name, place) = resources::UNPRICED;
        let unpriced = meter_id(category, sub_category, name, place);
        Tenant { subscriptions, series, ranges, seed, starts: number(starts), spike, correction, unpriced }
    }

    pub fn subscriptions(&self) -> &[SubscriptionInfo] {
        &self.subscriptions
    }

    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The first day on which any subscription uses anything.
    pub fn starts(&self) -> Date {
        date(self.starts)
    }

    pub fn unpriced_meter(&self) -> &str {
        &self.unpriced
    }

    /// What a resource used of a meter on a day, once everything about it has been reported.
    pub fn quantity(&self, subscription: &str, resource: &str, meter: &str, usage_day: Date) -> i64 {
        let day = Day::of(number(usage_day));
        let Some(at) = self.position(subscription) else {
            return 0;
        };
        let wanted = |s: &usize| self.series[*s].resource == resource && self.series[*s].meter == meter;
        self.ranges[at].clone().filter(wanted).map(|series| self.total(series, &day)).sum()
    }

    /// The use of each meter from `first` to `last` (both included), once everything has been reported.
    pub fn totals(&self, subscription: &str, first: Date, last: Date) -> BTreeMap<String, i64> {
        let mut totals = BTreeMap::new();
        let Some(at) = self.position(subscription) else {
            return totals;
        };
        for day in number(first)..=number(last) {
            let day = Day::of(day);
            for series in self.ranges[at].clone() {
                *totals.entry(self.series[series].meter.clone()).or_insert(0) += self.total(series, &day);
            }
        }
        totals.retain(|_, quantity| *quantity != 0);
        totals
    }

    pub(super) fn position(&self, subscription: &str) -> Option<usize> {
        self.subscriptions.iter().position(|s| s.id.eq_ignore_ascii_case(subscription))
    }

    pub(super) fn range(&self, subscription: usize) -> std::ops::Range<usize> {
        self.ranges[subscription].clone()
    }

    pub(super) fn named(&self, series: usize) -> (String, &Series) {
        let series = &self.series[series];
        (self.subscriptions[series.subscription].id.clone(), series)
    }

    fn total(&self, series: usize, day: &Day) -> i64 {
        (0..24).map(|hour| self.used(series, day, hour, i64::MAX) + self.corrected(series, day, hour)).sum()
    }

    /// The ordinary quantity of an hour as the server shows it at `now` (seconds).
    pub(super) fn used(&self, series: usize, day: &Day, hour: i64, now: i64) -> i64 {
        let exact = self.exact(series, day, hour);
        let changes = (day.number + 1 + RESTATED_AFTER) * 86_400;
        if now < changes && self.restated_series(self.series[series].subscription, day) == Some(series) {
            return exact - exact / 8;
        }
        exact
    }

    fn exact(&self, at: usize, day: &Day, hour: i64) -> i64 {
        let series = &self.series[at];
        let age = day.number - self.starts;
        if day.number < number(self.subscriptions[series.subscription].starts) {
            return 0;
        }
        let usual = load::quantity(series.load, series.key, day, hour, age);
        if self.spike == (at, day.number) { usual * SPIKE_FACTOR } else { usual }
    }

    /// The negative part of an hour: a quarter of the use, taken back.
    pub(super) fn corrected(&self, series: usize, day: &Day, hour: i64) -> i64 {
        if self.correction == (series, day.number) { -(self.exact(series, day, hour) / 4) } else { 0 }
    }

    pub(super) fn has_correction(&self, series: usize, day: i64) -> bool {
        self.correction == (series, day)
    }

    /// By how many hours a day's rows come late.
    pub(super) fn lag(&self, at: usize, day: i64) -> i64 {
        if self.spike == (at, day) || self.correction == (at, day) {
            return 0;
        }
        let series = &self.series[at];
        let draw = mix(series.key ^ 0x1a7e, day as u64);
        if draw.is_multiple_of(40) { 24 * (1 + (draw >> 8) as i64 % 4) } else { series.base_lag }
    }

    /// One row per subscription and day is a candidate; late and corrected days are left alone.
    pub(super) fn restated_series(&self, subscription: usize, day: &Day) -> Option<usize> {
        let range = &self.ranges[subscription];
        let at = range.start
            + (mix(self.seed ^ 0x5e7a, (day.number * 8 + subscription as i64) as u64) % range.len() as u64) as usize;
        let plain =
            self.lag(at, day.number) == 0 && self.correction != (at, day.number) && self.spike != (at, day.number);
        plain.then_some(at)
    }
}

fn add_series(
    series: &mut Vec<Series>,
    resource: &Resource,
    subscription: &SubscriptionInfo,
    seed: u64,
    catalog: &Catalog,
) {
    let classic = resource.kind == CLASSIC;
    let uri = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/{}/{}",
        subscription.id, resource.group, resource.kind, resource.name
    );
    for &((category, sub_category, name, place), load) in resource.meters {
        let meter = meter_id(category, sub_category, name, place);
        // A meter that is on no card has no unit there either; it is a machine, billed by the hour.
        let unit = catalog.find(&meter).map_or("1 Hour", |m| m.unit);
        let text = SeriesText::new(resource, &uri, (category, sub_category, name, place), unit, &meter, series.len());
        let key = mix(seed, digest::number(&[&uri, meter.as_str()].concat()));
        // A fifth of the rows has its evening hours reported on the next day.
        let base_lag = if digest::number(&meter).is_multiple_of(5) { 6 } else { 0 };
        let resource_key = if classic { resource.name.to_owned() } else { uri.clone() };
        series.push(Series {
            subscription: resource.subscription,
            resource: resource_key,
            meter,
            text,
            load,
            key,
            base_lag,
        });
    }
}

/// Decimal text of a quantity, as tests want to compare it.
pub fn quantity_text(millionths: i64) -> String {
    let mut text = String::new();
    decimal::push(&mut text, millionths);
    text
}
