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
use shared::snapshot::IncidentLine;
use shared::usage::UsageAggregate;

use super::rules::Filter;
use crate::error::Error;
use crate::month::{self, Loaded};

/// Lines of an incident: what moved is among the largest.
const MAX_LINES: usize = 5;

/// A sum and its largest parts.
pub struct Sum {
    pub total: Decimal,
    /// What each day of use adds.
    pub by_day: BTreeMap<Date, Decimal>,
    pub lines: Vec<IncidentLine>,
    /// Whether everything has a price and every day was read.
    pub whole: bool,
    /// Rows that are meant.
    pub met: usize,
    /// Those of them that cannot be counted so.
    pub uncounted: usize,
}

/// What one meter adds.
struct Part {
    what: String,
    unit: String,
    rates: Vec<Decimal>,
    quantity: Decimal,
    cost: Option<Decimal>,
    counted: Decimal,
}

type Parts = BTreeMap<(SubscriptionId, MeterId), Part>;

fn too_long(_: Inexact) -> Error {
    Error::Usage("a sum has more digits than can be held".into())
}

/// Exact cost before offer terms.
pub fn spend(loaded: &Loaded, filters: &[Filter], currency: Currency) -> Result<Sum, Error> {
    let billed = |material: &month::Material| material.book.book.header().currency;
    // Nothing that is meant need be there to see that a currency never is.
    if let Some(other) = loaded.materials.first().filter(|_| loaded.materials.iter().all(|one| billed(one) != currency))
    {
        return Err(Error::Usage(format!("the usage is billed in {}, not in {currency}", billed(other))));
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
    let sum = sum(loaded, filters, |charge, slice| {
        let unit = PricingUnit::parse(&charge.unit);
        unit.convert(slice.quantity, &hour).transpose().map_err(too_long)
    })?;
    if sum.met > 0 && sum.met == sum.uncounted {
        return Err(Error::Usage("nothing that it means is counted in hours".into()));
    }
    Ok(sum)
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
            let part = parts.entry((charge.subscription_id, charge.meter_id)).or_insert_with(|| Part::of(charge));
            part.add(counted, slice).map_err(too_long)?;
            let day = by_day.entry(utc_date(slice.row.usage_start_at)).or_insert(Decimal::ZERO);
            *day = day.plus(counted).map_err(too_long)?;
        }
    }
    let total = parts.values().try_fold(Decimal::ZERO, |sum, part| sum.plus(part.counted)).map_err(too_long)?;
    let whole = loaded.is_read() && unpriced == 0;
    Ok(Sum { total, by_day, lines: largest(parts), whole, met, uncounted })
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
        Filter::Tag(name, value) => resource.and_then(|resource| resource.tag(name)).is_some_and(|tag| tag == value),
    }
}

impl Part {
    fn of(charge: &Charge) -> Part {
        let names = [charge.meter_category.as_str(), &charge.meter_name, &charge.meter_region];
        let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let mut rates: Vec<Decimal> = Vec::new();
        for tier in charge.tiers.iter().filter(|tier| !tier.quantity.is_zero()) {
            if !rates.contains(&tier.unit_price) {
                rates.push(tier.unit_price);
            }
        }
        Part {
            what: printable(&format!("{} ({})", names.join(" · "), charge.meter_id)),
            unit: printable(&charge.unit),
            rates,
            quantity: Decimal::ZERO,
            cost: None,
            counted: Decimal::ZERO,
        }
    }

    fn add(&mut self, counted: Decimal, slice: &Slice<'_>) -> Result<(), Inexact> {
        self.counted = self.counted.plus(counted)?;
        self.quantity = self.quantity.plus(slice.quantity)?;
        if let Some(cost) = slice.cost {
            self.cost = Some(self.cost.unwrap_or(Decimal::ZERO).plus(cost)?);
        }
        Ok(())
    }
}

fn largest(parts: Parts) -> Vec<IncidentLine> {
    let mut parts: Vec<Part> = parts.into_values().collect();
    parts.sort_by(|a, b| (b.counted, &a.what).cmp(&(a.counted, &b.what)));
    let line = |part: Part| {
        let Part { what, unit, rates, quantity, cost, .. } = part;
        IncidentLine { what, quantity, unit, rates, cost }
    };
    parts.into_iter().take(MAX_LINES).map(line).collect()
}
