//! Sums of rated rows: money and hours, with the meters that make most of them. Exact, or an error.

use std::collections::BTreeMap;

use jiff::civil::Date;
use shared::decimal::{Decimal, Inexact};
use shared::guid::{MeterId, SubscriptionId};
use shared::json::printable;
use shared::money::Currency;
use shared::period::utc_date;
use shared::quantity::PricingUnit;
use shared::rating::{Charge, Slice};
use shared::snapshot::{IncidentLine, LineBefore};
use shared::usage::UsageAggregate;

use super::rules::Filter;
use crate::error::Error;
use crate::month::{self, Loaded, Material};

/// Lines of an incident: what moved is among the largest.
pub const MAX_LINES: usize = 5;

/// A sum and its parts.
pub struct Sum {
    pub total: Decimal,
    /// What each day of use adds.
    pub by_day: BTreeMap<Date, Decimal>,
    parts: Parts,
    /// Whether everything has a price and every day was read.
    pub whole: bool,
    /// Rows that are meant.
    pub met: usize,
    /// Those of them that cannot be counted so.
    pub uncounted: usize,
}

/// What one meter adds.
struct Part {
    used: Used,
    counted: Decimal,
}

/// How much of a meter was used, and at which prices.
pub struct Used {
    what: String,
    unit: String,
    rates: Vec<Decimal>,
    pub quantity: Decimal,
    /// Of what has a price.
    pub cost: Option<Decimal>,
}

/// A meter of a subscription.
pub type Key = (SubscriptionId, MeterId);
type Parts = BTreeMap<Key, Part>;

pub fn too_long(_: Inexact) -> Error {
    Error::Usage("a sum has more digits than can be held".into())
}

/// What usage is billed in.
pub fn currency_of(material: &Material) -> Currency {
    material.book.book.header().currency
}

/// Money of two currencies is never compared.
pub fn billed_in(material: &Material, currency: Currency) -> Result<(), Error> {
    let billed = currency_of(material);
    let other = || Error::Usage(format!("the usage is billed in {billed}, not in {currency}"));
    if billed == currency { Ok(()) } else { Err(other()) }
}

/// What a line of an incident is called.
pub fn named(names: [&str; 3], id: MeterId) -> String {
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    printable(&format!("{} ({id})", names.join(" · ")))
}

/// Exact cost before offer terms.
pub fn spend(loaded: &Loaded, filters: &[Filter], currency: Currency) -> Result<Sum, Error> {
    // Nothing that is meant need be there to see that a currency never is.
    if let Some(other) = loaded.materials.first()
        && loaded.materials.iter().all(|one| currency_of(one) != currency)
    {
        billed_in(other, currency)?;
    }
    sum(loaded, filters, |charge, slice| {
        if charge.currency != currency {
            return Err(Error::Usage(format!("the usage is billed in {}, not in {currency}", charge.currency)));
        }
        Ok(slice.cost)
    })
}

/// Use in hours, whatever block its unit has.
pub fn hours(loaded: &Loaded, filters: &[Filter]) -> Result<Sum, Error> {
    let hour = PricingUnit::parse("1 Hour");
    let mut sum = sum(loaded, filters, |charge, slice| {
        let unit = PricingUnit::parse(&charge.unit);
        unit.convert(slice.quantity, &hour).transpose().map_err(too_long)
    })?;
    if sum.met > 0 && sum.met == sum.uncounted {
        return Err(Error::Usage("nothing that it means is counted in hours".into()));
    }
    // Hours are known without a price.
    sum.whole = loaded.is_read();
    Ok(sum)
}

/// What was used of each meter of one subscription, of the rows that are meant.
pub fn used(material: &Material, filters: &[Filter]) -> Result<BTreeMap<MeterId, Used>, Error> {
    used_of(material, &material.usage, filters)
}

fn used_of(
    material: &Material,
    usage: &[UsageAggregate],
    filters: &[Filter],
) -> Result<BTreeMap<MeterId, Used>, Error> {
    let rating = month::rate_usage(material, usage)?;
    let mut used: BTreeMap<MeterId, Used> = BTreeMap::new();
    for slice in &rating.slices {
        let charge = &rating.charges[slice.charge];
        if filters.iter().all(|filter| fits(filter, slice.row, charge)) {
            used.entry(charge.meter_id).or_insert_with(|| Used::of(charge)).add(slice).map_err(too_long)?;
        }
    }
    Ok(used)
}

fn sum(
    loaded: &Loaded,
    filters: &[Filter],
    count: impl Fn(&Charge, &Slice<'_>) -> Result<Option<Decimal>, Error>,
) -> Result<Sum, Error> {
    let mut parts = Parts::new();
    let mut by_day: BTreeMap<Date, Decimal> = BTreeMap::new();
    let (mut met, mut unpriced, mut uncounted) = (0, 0, 0);
    for material in &loaded.materials {
        let rating = month::rate(material)?;
        for slice in &rating.slices {
            let charge = &rating.charges[slice.charge];
            if !filters.iter().all(|filter| fits(filter, slice.row, charge)) {
                continue;
            }
            met += 1;
            unpriced += usize::from(slice.cost.is_none());
            let Some(counted) = count(charge, slice)? else {
                uncounted += 1;
                continue;
            };
            let part = parts
                .entry((charge.subscription_id, charge.meter_id))
                .or_insert_with(|| Part { used: Used::of(charge), counted: Decimal::ZERO });
            part.counted = part.counted.plus(counted).map_err(too_long)?;
            part.used.add(slice).map_err(too_long)?;
            let day = by_day.entry(utc_date(slice.row.usage_start_at)).or_insert(Decimal::ZERO);
            *day = day.plus(counted).map_err(too_long)?;
        }
    }
    let total = parts.values().try_fold(Decimal::ZERO, |sum, part| sum.plus(part.counted)).map_err(too_long)?;
    let whole = loaded.is_read() && unpriced == 0;
    Ok(Sum { total, by_day, parts, whole, met, uncounted })
}

/// What was used in an earlier period on as many of its days as are known of the one after it.
pub fn as_many_days(now: &Loaded, before: &Loaded, filters: &[Filter]) -> Result<BTreeMap<Key, Used>, Error> {
    let mut used: BTreeMap<Key, Used> = BTreeMap::new();
    for material in &before.materials {
        let id = material.subscription_id;
        let Some(later) = now.materials.iter().find(|later| later.subscription_id == id) else { continue };
        let Some(last) = later.usage.iter().map(|row| utc_date(row.usage_start_at)).max() else { continue };
        let last =
            utc_date(material.period.start_at).saturating_add(last.duration_since(utc_date(later.period.start_at)));
        let rows: Vec<UsageAggregate> =
            material.usage.iter().filter(|row| utc_date(row.usage_start_at) <= last).cloned().collect();
        used.extend(used_of(material, &rows, filters)?.into_iter().map(|(meter, used)| ((id, meter), used)));
    }
    Ok(used)
}

/// Whether a row is meant.
fn fits(filter: &Filter, row: &UsageAggregate, charge: &Charge) -> bool {
    let resource = row.resource.as_ref();
    match filter {
        // Old rows do not name their service; the rate book does.
        Filter::MeterCategory(name) if row.meter_category.is_empty() => charge.meter_category == *name,
        Filter::MeterCategory(name) => *row.meter_category == **name,
        Filter::Meter(id) => row.meter_id == *id,
        Filter::ResourceGroup(name) => {
            resource.and_then(|resource| resource.group()).is_some_and(|group| group.eq_ignore_ascii_case(name))
        }
        Filter::Tag(name, value) => row.tag(name).is_some_and(|tag| tag == value),
    }
}

impl Used {
    fn of(charge: &Charge) -> Used {
        Used {
            what: named([&charge.meter_category, &charge.meter_name, &charge.meter_region], charge.meter_id),
            unit: printable(&charge.unit),
            rates: charge.rates(),
            quantity: Decimal::ZERO,
            cost: None,
        }
    }

    fn add(&mut self, slice: &Slice<'_>) -> Result<(), Inexact> {
        self.quantity = self.quantity.plus(slice.quantity)?;
        if let Some(cost) = slice.cost {
            self.cost = Some(self.cost.unwrap_or(Decimal::ZERO).plus(cost)?);
        }
        Ok(())
    }

    fn as_before(&self) -> LineBefore {
        LineBefore { quantity: self.quantity, rates: self.rates.clone(), cost: self.cost }
    }
}

impl Sum {
    /// The largest parts, each beside what it was before, where that is known.
    pub fn lines(&self, before: Option<&BTreeMap<Key, Used>>) -> Vec<IncidentLine> {
        let mut parts: Vec<(&Key, &Part)> = self.parts.iter().collect();
        parts.sort_by(|(_, a), (_, b)| (b.counted, &a.used.what).cmp(&(a.counted, &b.used.what)));
        let line = |(key, part): (&Key, &Part)| {
            let Used { what, quantity, unit, rates, cost } = &part.used;
            IncidentLine {
                what: what.clone(),
                quantity: *quantity,
                unit: unit.clone(),
                rates: rates.clone(),
                cost: *cost,
                before: before.and_then(|before| before.get(key)).map(Used::as_before),
            }
        };
        parts.into_iter().take(MAX_LINES).map(line).collect()
    }
}
