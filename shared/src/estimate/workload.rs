//! A workload file: what somebody intends to run.

use serde::{Deserialize, Serialize};

use super::groups::{self, WorkloadGroup};
use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::json::{self, DecodeError, Object};
use crate::money::Currency;
use crate::offer::OfferId;
use crate::order::Map;
use crate::problem::Problem;

const SCHEMA: &str = "forebill.workload/1";

/// More items are refused; the largest real estimates have a few hundred.
pub const MAX_ITEMS: usize = 10_000;

/// What somebody intends to run in a month.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Workload {
    /// `forebill.workload/1`
    #[cfg_attr(feature = "types", ts(type = "\"forebill.workload/1\""))]
    pub schema: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The currency of the price list to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The offer of the price list to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferId>,
    /// What is said of groups, in the order in which they are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "json::objects")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<WorkloadGroup>>"))]
    pub groups: Vec<WorkloadGroup>,
    /// What runs.
    #[serde(deserialize_with = "json::objects")]
    pub items: Vec<WorkloadItem>,
}

/// One line of a workload: a meter and how much of it.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WorkloadItem {
    /// For people.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<String>"))]
    pub name: String,
    /// The meter; or `query`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter_id: Option<MeterId>,
    /// A search text that picks the meter, such as `D4s v5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Where it runs, in any spelling; needed with `query`, a wish with `meterId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The offer of the subscription that it runs in, where that is not the workload's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferId>,
    /// Per piece and month, in `unit`; absent with a `schedule`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// At least this much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Decimal>,
    /// At most this much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Decimal>,
    /// Unit of the quantities; the meter's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What the quantities are for, where that is no month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
    /// How many pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(type = "Decimal | number | null"))]
    pub count: Option<Decimal>,
    /// When it runs, instead of a quantity of hours.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::optional_object")]
    pub schedule: Option<Schedule>,
    /// Share of the quantity in month 1, 2, …; the last one stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ramp: Vec<Decimal>,
    /// Lines are summed by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// For cross-charging.
    #[serde(default, skip_serializing_if = "Map::is_empty", deserialize_with = "json::distinct_keys")]
    pub tags: Map<String, String>,
}

/// A length of time, of which a month has 730 hours' worth.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Per {
    /// An hour.
    Hour,
    /// 24 of them.
    Day,
    /// 168 of them.
    Week,
}

impl Per {
    /// Its hours.
    #[must_use]
    pub fn hours(self) -> u32 {
        match self {
            Per::Hour => 1,
            Per::Day => 24,
            Per::Week => 168,
        }
    }
}

/// Running hours in a week, every week.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Schedule {
    /// Hours on each of these days.
    pub hours_per_day: Decimal,
    /// Days of the week.
    pub days_per_week: Decimal,
}

/// Reads a workload that is not trusted: every number is checked for sign and size.
pub fn decode(bytes: &[u8]) -> Result<Workload, DecodeError> {
    // A text that breaks inside an item is told with the item's place, which the head does not know.
    let schema = json::schema(bytes).map_err(|head| match json::decode(bytes) {
        Err(whole) if !head.path.is_empty() => whole,
        Ok(Object(Workload { .. })) | Err(_) => head,
    })?;
    if schema != SCHEMA {
        let shown: String = json::printable(&schema).chars().take(40).collect();
        return Err(DecodeError::at("schema", format!("expected {SCHEMA}, found {shown}")).named(Problem::OtherSchema));
    }
    let Object(mut workload): Object<Workload> = json::decode(bytes)?;
    if workload.items.len() > MAX_ITEMS {
        let message = format!("{} items, at most {MAX_ITEMS} are accepted", workload.items.len());
        return Err(DecodeError::at("items", message).named(Problem::TooMany));
    }
    groups::check(&workload.groups)?;
    for (index, item) in workload.items.iter().enumerate() {
        item.check(&format!("items[{index}]"))?;
    }
    // Who names the workload's own offer names none: it follows when the workload is priced under another one.
    for item in &mut workload.items {
        item.offer = item.offer.take().filter(|offer| Some(offer) != workload.offer.as_ref());
    }
    Ok(workload)
}

impl WorkloadItem {
    fn check(&self, path: &str) -> Result<(), DecodeError> {
        let refuse = |field: &str, problem: Problem, message: &str| {
            Err(DecodeError::at(format!("{path}.{field}"), message).named(problem))
        };
        match (&self.meter_id, &self.query) {
            (None, None) => return refuse("meterId", Problem::OneMeterNeeded, "an item needs a meterId or a query"),
            (Some(_), Some(_)) => {
                return refuse("query", Problem::OneMeterNeeded, "an item has a meterId or a query, not both");
            }
            (None, Some(query)) if query.trim().is_empty() => {
                return refuse("query", Problem::OneMeterNeeded, "the search text is empty");
            }
            _ => {}
        }
        if self.quantity.is_none() && self.schedule.is_none() {
            return refuse("quantity", Problem::OneQuantityNeeded, "an item needs a quantity or a schedule");
        }
        if self.quantity.is_some() && self.schedule.is_some() {
            return refuse("schedule", Problem::OneQuantityNeeded, "an item has a quantity or a schedule, not both");
        }
        let amounts = [("quantity", self.quantity), ("low", self.low), ("high", self.high), ("count", self.count)];
        for (field, amount) in amounts {
            if amount.is_some_and(Decimal::is_negative) {
                return refuse(field, Problem::BelowZero, "a workload cannot use less than nothing");
            }
        }
        for (field, less, more, problem, message) in [
            ("low", self.low, self.high, Problem::LowAboveHigh, "the low quantity is above the high one"),
            (
                "low",
                self.low,
                self.quantity,
                Problem::LowAboveQuantity,
                "the low quantity is above the quantity itself",
            ),
            (
                "high",
                self.quantity,
                self.high,
                Problem::HighBelowQuantity,
                "the high quantity is below the quantity itself",
            ),
        ] {
            if less.zip(more).is_some_and(|(less, more)| less > more) {
                return refuse(field, problem, message);
            }
        }
        let beside = self.unit.is_some() || self.per.is_some() || self.low.is_some() || self.high.is_some();
        if self.schedule.is_some() && beside {
            return refuse(
                "schedule",
                Problem::ScheduleAlone,
                "a schedule gives hours: leave unit, per, low and high away",
            );
        }
        if self.ramp.len() > 120 || self.ramp.iter().any(|share| share.is_negative()) {
            return refuse("ramp", Problem::BadRamp, "a ramp has at most 120 months and no share below zero");
        }
        match &self.schedule {
            Some(plan) if plan.hours_per_day.is_negative() || plan.hours_per_day > Decimal::from(24) => {
                refuse("schedule.hoursPerDay", Problem::BadHours, "a day has 0 to 24 hours")
            }
            Some(plan) if plan.days_per_week.is_negative() || plan.days_per_week > Decimal::from(7) => {
                refuse("schedule.daysPerWeek", Problem::BadDays, "a week has 0 to 7 days")
            }
            _ => Ok(()),
        }
    }
}
