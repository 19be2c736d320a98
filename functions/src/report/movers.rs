//! What moved against the month before: as many days of it as are fully reported now.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use shared::decimal::{Decimal, Inexact};
use shared::forecast::anomaly::{Moved, moved};
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::rating::Slice;
use shared::snapshot::Snapshots;

use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Loaded, Material, Period};

/// The comparison.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Movers {
    /// The month before.
    month: String,
    /// Exact cost, before offer terms, of the days that are compared; of what has a price.
    cost: Decimal,
    cost_before: Decimal,
    difference: Decimal,
    /// By service, the largest difference first.
    services: Vec<Mover>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Mover {
    service: String,
    cost: Decimal,
    cost_before: Decimal,
    difference: Decimal,
    /// The meters and resources that moved most, and whether by quantity or by price.
    moved: Vec<Moved>,
}

/// Nothing where there is nothing of the month before.
pub async fn movers(
    archive: &Archive,
    snapshots: &Snapshots,
    now: &Loaded,
    month: &str,
    elapsed: &BTreeMap<SubscriptionId, i64>,
    run_at: Timestamp,
) -> Result<Option<Movers>, Error> {
    let first = format!("{month}-01").parse::<jiff::civil::Date>().map_err(|error| Error::Usage(error.to_string()))?;
    let before = first.saturating_sub(1.month());
    let before = format!("{:04}-{:02}", before.year(), before.month());
    let mut earlier = Vec::new();
    for material in &now.materials {
        let (only, period) = (Some(material.subscription_id), Period::StartingIn(before.clone()));
        match month::load(archive, snapshots, only, &period, Granularity::Daily, run_at).await {
            Ok(loaded) => earlier.extend(loaded.materials),
            // A subscription that is new.
            Err(Error::Usage(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if earlier.is_empty() {
        return Ok(None);
    }
    let too_long = |_| Error::Usage("a sum has more digits than can be held".into());
    let (was, is) = (first_days(&earlier, elapsed)?, first_days(&now.materials, elapsed)?);
    compare(before, &was, &is).map(Some).map_err(too_long)
}

/// The rows of as many days of each period as are fully reported of the one under way.
fn first_days<'a>(materials: &'a [Material], elapsed: &BTreeMap<SubscriptionId, i64>) -> Result<Vec<Slice<'a>>, Error> {
    let mut slices = Vec::new();
    for material in materials {
        let first = utc_date(material.period.start_at);
        let end = elapsed.get(&material.subscription_id).map(|days| first.saturating_add((*days).days()));
        let early = |slice: &Slice<'_>| end.is_none_or(|end| utc_date(slice.row.usage_start_at) < end);
        slices.extend(month::rate(material)?.slices.into_iter().filter(early));
    }
    Ok(slices)
}

fn compare(month: String, before: &[Slice<'_>], now: &[Slice<'_>]) -> Result<Movers, Inexact> {
    let mut sums: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
    for (slices, is_now) in [(before, false), (now, true)] {
        for slice in slices {
            let (cost_before, cost) = sums.entry(&slice.row.meter_category).or_default();
            let sum = if is_now { cost } else { cost_before };
            *sum = sum.plus(slice.cost.unwrap_or_default())?;
        }
    }
    let (mut cost, mut cost_before, mut services) = (Decimal::ZERO, Decimal::ZERO, Vec::new());
    for (service, (was, is)) in sums {
        (cost_before, cost) = (cost_before.plus(was)?, cost.plus(is)?);
        let difference = is.minus(was)?;
        if difference.is_zero() {
            continue;
        }
        let in_service = |slice: &&Slice<'_>| &*slice.row.meter_category == service;
        let moved = moved(before.iter().filter(in_service), now.iter().filter(in_service))?;
        services.push(Mover { service: service.to_owned(), cost: is, cost_before: was, difference, moved });
    }
    let size = |one: &Mover| if one.difference.is_negative() { one.difference.negated() } else { one.difference };
    services.sort_by(|a, b| (size(b), &a.service).cmp(&(size(a), &b.service)));
    let difference = cost.minus(cost_before)?;
    Ok(Movers { month, cost, cost_before, difference, services })
}
