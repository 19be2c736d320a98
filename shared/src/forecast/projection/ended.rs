//! Resources that were used day by day, and are not any more.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::forecast::series::days_between;
use crate::guid::MeterId;
use crate::period::utc_date;
use crate::usage::UsageAggregate;

/// So many idle days at least are an end, and more than twice as many as ever before in eight weeks.
const IDLE_DAYS: i64 = 3;
const LOOK_BACK_DAYS: i64 = 56;
/// A resource that was used on fewer of its last days has no habit that could end.
const USED_DAYS: usize = 7;

/// A resource of which nothing more is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedResource {
    /// Its id.
    pub resource: String,
    /// Of this meter.
    pub meter_id: MeterId,
    /// The first day without use.
    pub ended_on: Date,
}

impl EndedResource {
    pub(super) fn is_of(&self, row: &UsageAggregate) -> bool {
        row.meter_id == self.meter_id && row.resource.as_ref().is_some_and(|resource| resource.uri == self.resource)
    }
}

/// Those that had ended before `from_on`. A day that nobody read is not idle.
pub(super) fn find(rows: &[&UsageAggregate], from_on: Date, unknown: &BTreeSet<Date>) -> Vec<EndedResource> {
    let between = |from: Date, to: Date| {
        days_between(from, to).saturating_sub(if from < to { unknown.range(from..to).count() as i64 } else { 0 })
    };
    let mut used: BTreeMap<(&str, MeterId), BTreeSet<Date>> = BTreeMap::new();
    for row in rows {
        if let Some(resource) = row.resource.as_ref().filter(|_| !row.quantity.is_zero()) {
            used.entry((&resource.uri, row.meter_id)).or_default().insert(utc_date(row.usage_start_at));
        }
    }
    let ended = |((resource, meter_id), days): ((&str, MeterId), BTreeSet<Date>)| {
        let last_on = *days.last()?;
        let ended_on = last_on.saturating_add(1.day());
        let recent: Vec<Date> = days.range(last_on.saturating_sub(LOOK_BACK_DAYS.days())..).copied().collect();
        let longest = recent.windows(2).map(|pair| between(pair[0], pair[1]) - 1).max().unwrap_or(0);
        let idle = between(ended_on, from_on);
        let gone = recent.len() >= USED_DAYS && idle >= IDLE_DAYS.max(2 * longest + 1);
        gone.then(|| EndedResource { resource: resource.to_owned(), meter_id, ended_on })
    };
    used.into_iter().filter_map(ended).collect()
}
