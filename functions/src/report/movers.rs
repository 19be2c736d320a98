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
    /// How many rows have no price: their money is in no sum.
    unpriced_rows: usize,
    unpriced_rows_before: usize,
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
    unpriced_rows: usize,
    unpriced_rows_before: usize,
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
    let mut sums: BTreeMap<&str, [Sum; 2]> = BTreeMap::new();
    for (slices, at) in [(before, 0), (now, 1)] {
        for slice in slices {
            sums.entry(&slice.row.meter_category).or_default()[at].add(slice.cost)?;
        }
    }
    let (mut total, mut total_before, mut services) = (Sum::default(), Sum::default(), Vec::new());
    for (service, [was, is]) in sums {
        for (total, of) in [(&mut total_before, &was), (&mut total, &is)] {
            total.cost = total.cost.plus(of.cost)?;
            total.unpriced_rows += of.unpriced_rows;
        }
        let difference = is.cost.minus(was.cost)?;
        if difference.is_zero() {
            continue;
        }
        let in_service = |slice: &&Slice<'_>| &*slice.row.meter_category == service;
        services.push(Mover {
            service: service.to_owned(),
            cost: is.cost,
            cost_before: was.cost,
            difference,
            unpriced_rows: is.unpriced_rows,
            unpriced_rows_before: was.unpriced_rows,
            moved: moved(before.iter().filter(in_service), now.iter().filter(in_service))?,
        });
    }
    let size = |one: &Mover| if one.difference.is_negative() { one.difference.negated() } else { one.difference };
    services.sort_by(|a, b| (size(b), &a.service).cmp(&(size(a), &b.service)));
    Ok(Movers {
        month,
        cost: total.cost,
        cost_before: total_before.cost,
        difference: total.cost.minus(total_before.cost)?,
        unpriced_rows: total.unpriced_rows,
        unpriced_rows_before: total_before.unpriced_rows,
        services,
    })
}

#[derive(Default)]
struct Sum {
    cost: Decimal,
    unpriced_rows: usize,
}

impl Sum {
    fn add(&mut self, cost: Option<Decimal>) -> Result<(), Inexact> {
        match cost {
            Some(cost) => self.cost = self.cost.plus(cost)?,
            None => self.unpriced_rows += 1,
        }
        Ok(())
    }
}
