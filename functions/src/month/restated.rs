//! What Azure changed since yesterday in days that had been read, and what that does to the cost.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use shared::decimal::{Decimal, Inexact};
use shared::guid::SubscriptionId;
use shared::period::Instant;
use shared::usage::{RowKey, UsageAggregate, changed};

use super::{Material, rate_usage};
use crate::error::Error;

/// Rows of reported days that said something else a day ago.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// When they were read then: of several readings the first.
    read_at: Option<Instant>,
    /// The reported days.
    days: BTreeSet<Date>,
    /// Each row as it was and as it is.
    rows: Vec<(Option<UsageAggregate>, Option<UsageAggregate>)>,
}

/// What Azure changed since yesterday in the days of one subscription that had been read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RestatedSpend {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Its name.
    pub name: String,
    /// When the days were read before: of several readings the first.
    pub read_at: Instant,
    /// The reported days that say something else now.
    pub reported_on: Vec<String>,
    /// How many rows came, went or have another quantity.
    pub rows: usize,
    /// By how much that changes the exact cost of the period.
    pub change: Decimal,
}

impl Changed {
    /// Takes note of a reported day that was read twice.
    pub fn add(&mut self, day: Date, read_at: Instant, before: &[UsageAggregate], after: &[UsageAggregate]) {
        let rows = changed(before, after);
        if rows.is_empty() {
            return;
        }
        self.days.insert(day);
        self.read_at = Some(self.read_at.map_or(read_at, |first| first.min(read_at)));
        self.rows.extend(rows.into_iter().map(|(before, after)| (before.cloned(), after.cloned())));
    }
}

/// Rates the meters concerned as they were and as they are. Nothing where nothing changed that counts.
pub fn restated(material: &Material) -> Result<Option<RestatedSpend>, Error> {
    let Changed { read_at: Some(read_at), days, rows } = &material.changed else { return Ok(None) };
    // Of several readings of a row the last one counts, whether it came from Azure or from a file.
    let in_force: BTreeMap<RowKey<'_>, Decimal> = material.usage.iter().map(|row| (row.key(), row.quantity)).collect();
    let counts = |after: &UsageAggregate| in_force.get(&after.key()) == Some(&after.quantity);
    let rows: Vec<_> = rows
        .iter()
        .filter(|(before, after)| match (before, after) {
            (_, Some(after)) => counts(after),
            (Some(before), None) => !in_force.contains_key(&before.key()),
            (None, None) => false,
        })
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let meters: BTreeSet<_> =
        rows.iter().filter_map(|(b, a)| a.as_ref().or(b.as_ref())).map(|row| row.meter_id).collect();
    let now: Vec<UsageAggregate> =
        material.usage.iter().filter(|row| meters.contains(&row.meter_id)).cloned().collect();
    let new: BTreeSet<RowKey<'_>> =
        rows.iter().filter_map(|(_, after)| after.as_ref()).map(UsageAggregate::key).collect();
    let kept = now.iter().filter(|row| !new.contains(&row.key()));
    let was: Vec<UsageAggregate> = kept.chain(rows.iter().filter_map(|(before, _)| before.as_ref())).cloned().collect();
    let cost = |usage: &[UsageAggregate]| rate_usage(material, usage).map(|rating| rating.totals.cost);
    let change = cost(&now)?.minus(cost(&was)?);
    Ok(Some(RestatedSpend {
        subscription_id: material.subscription_id,
        name: material.facts.name.clone(),
        read_at: *read_at,
        reported_on: days.iter().map(Date::to_string).collect(),
        rows: rows.len(),
        change: change.map_err(|_: Inexact| Error::Usage("a sum has more digits than can be held".into()))?,
    }))
}
