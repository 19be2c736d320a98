//! What Azure changed afterwards: a reported day that was read again and said something else.
//!
//! Nothing of this is stored. All readings of a day stay where they are, and the difference is worked out from them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::azure::usage;
use shared::decimal::Decimal;
use shared::guid::{MeterId, SubscriptionId};
use shared::period::{Granularity, Instant};
use shared::snapshot::{Entry, Snapshots, StoredObject};
use shared::usage::{UsageAggregate, changed};

use super::Archive;
use crate::error::Error;

/// Which days to look at; without a limit all that are kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Days {
    /// Of one subscription only.
    pub subscription_id: Option<SubscriptionId>,
    /// First reported day.
    pub from: Option<Date>,
    /// Last one, inclusive.
    pub to: Option<Date>,
}

/// Two readings of a reported day that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restatement {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Hours or days.
    pub granularity: Granularity,
    /// The reported day.
    pub reported_on: Date,
    /// The run that read it before.
    pub before_at: Instant,
    /// The run that found it changed.
    pub after_at: Instant,
    /// The rows that changed, came or went. Nothing where the same rows came in other pages.
    pub rows: Vec<RowChange>,
}

/// One row in both readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowChange {
    /// What was counted.
    pub meter_id: MeterId,
    /// Its name at that time.
    pub meter_name: String,
    /// The resource, where the row names one.
    pub resource: Option<String>,
    /// Start of the usage.
    pub usage_start_at: Instant,
    /// The meter's unit.
    pub unit: String,
    /// Nothing where the row is new.
    pub before: Option<Decimal>,
    /// Nothing where the row is gone.
    pub after: Option<Decimal>,
}

type Window = (SubscriptionId, Granularity, Date);

impl Archive {
    /// Every change between one reading of a day and the next, oldest day first.
    pub async fn restatements(&self, days: Days) -> Result<Vec<Restatement>, Error> {
        let kept_from = self.snapshots().await?.usage_from;
        let mut readings: BTreeMap<Window, BTreeMap<Instant, Vec<StoredObject>>> = BTreeMap::new();
        for record in self.records().await? {
            for entry in record.entries {
                if let Entry::Usage { subscription_id, granularity, reported_on, pages } = entry
                    && days.hold(subscription_id, reported_on)
                    && kept_from.is_none_or(|from| reported_on >= from)
                {
                    // Of two at one time the later commit counts, as everywhere.
                    readings
                        .entry((subscription_id, granularity, reported_on))
                        .or_default()
                        .insert(record.run_at, pages);
                }
            }
        }
        let mut found = Vec::new();
        for ((subscription_id, granularity, reported_on), readings) in readings {
            let readings: Vec<(Instant, Vec<StoredObject>)> = readings.into_iter().collect();
            for pair in readings.windows(2) {
                let [(before_at, before), (after_at, after)] = pair else { continue };
                let hashes = |pages: &[StoredObject]| pages.iter().map(|page| page.sha256.clone()).collect::<Vec<_>>();
                if hashes(before) == hashes(after) {
                    continue;
                }
                let rows = changes(&self.rows(before).await?, &self.rows(after).await?);
                let (before_at, after_at) = (*before_at, *after_at);
                found.push(Restatement { subscription_id, granularity, reported_on, before_at, after_at, rows });
            }
        }
        Ok(found)
    }

    /// What counted before a time: only what runs before it wrote.
    pub async fn snapshots_before(&self, at: Timestamp) -> Result<Snapshots, Error> {
        let mut snapshots = Snapshots::default();
        for record in self.records().await?.into_iter().filter(|record| record.run_at.0 < at) {
            snapshots.apply(record);
        }
        Ok(snapshots)
    }

    async fn rows(&self, pages: &[StoredObject]) -> Result<Vec<UsageAggregate>, Error> {
        let mut rows = Vec::new();
        for page in pages {
            let bytes = self.page(page).await?;
            rows.extend(usage::decode_page(&bytes).map_err(Error::damaged(page.key.clone()))?.rows);
        }
        Ok(rows)
    }
}

impl Days {
    fn hold(&self, of: SubscriptionId, day: Date) -> bool {
        self.subscription_id.is_none_or(|wanted| wanted == of)
            && self.from.is_none_or(|from| day >= from)
            && self.to.is_none_or(|to| day <= to)
    }
}

fn changes(before: &[UsageAggregate], after: &[UsageAggregate]) -> Vec<RowChange> {
    let change = |(before, after): (Option<&UsageAggregate>, Option<&UsageAggregate>)| {
        let row = after.or(before)?;
        Some(RowChange {
            meter_id: row.meter_id,
            meter_name: row.meter_name.to_string(),
            resource: row.resource.as_ref().map(|resource| resource.uri.clone()),
            usage_start_at: Instant(row.usage_start_at),
            unit: row.unit.to_string(),
            before: before.map(|row| row.quantity),
            after: after.map(|row| row.quantity),
        })
    };
    changed(before, after).into_iter().filter_map(change).collect()
}
