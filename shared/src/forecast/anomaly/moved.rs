//! What made one day dearer than another: by meter and resource, and whether more was used or its price rose.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::decimal::{Decimal, Inexact};
use crate::forecast::AMOUNT_DECIMALS;
use crate::guid::MeterId;
use crate::rating::Slice;

/// What moved is among the largest.
const MOST_MOVED: usize = 5;

/// One meter of one resource on two days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// The meter.
    pub meter_id: MeterId,
    /// Its service and name, as the usage says.
    pub meter: String,
    /// The resource; empty where the usage names none.
    pub resource: String,
    /// Its unit, as reported.
    pub unit: String,
    /// Before, as it is priced.
    pub quantity_before: Decimal,
    /// Now.
    pub quantity: Decimal,
    /// Exact cost before.
    pub cost_before: Decimal,
    /// Exact cost now.
    pub cost: Decimal,
    /// What the other quantity makes at the mean price of before: (Q₁ − Q₀) × C₀ ÷ Q₀, rounded to
    /// [`AMOUNT_DECIMALS`] decimals. All of it where nothing was used before. Beside use that was free, at the mean price of now,
    /// (Q₁ − Q₀) × C₁ ÷ Q₁: at a price of nothing no quantity would matter, and a jump over the free tier be told as a dearer price.
    pub quantity_effect: Decimal,
    /// The rest, exact: the price or the tier changed. Both effects add up to the difference to the last digit.
    pub price_effect: Decimal,
}

impl Moved {
    /// By how much the cost rose; below zero where it fell.
    pub fn difference(&self) -> Result<Decimal, Inexact> {
        self.cost.minus(self.cost_before)
    }
}

/// What moved most between two days, at most five, the largest first. Rows without a price are left out: they have no money.
///
/// # Errors
/// [`Inexact`] when a sum has too many digits.
pub fn moved<'a>(
    before: impl Iterator<Item = &'a Slice<'a>>,
    now: impl Iterator<Item = &'a Slice<'a>>,
) -> Result<Vec<Moved>, Inexact> {
    let mut parts: BTreeMap<(MeterId, &str), Moved> = BTreeMap::new();
    let all = before.map(|slice| (slice, true)).chain(now.map(|slice| (slice, false)));
    for (slice, is_before) in all {
        let Some(cost) = slice.cost else { continue };
        let resource = slice.row.resource.as_ref().map_or("", |resource| resource.uri.as_str());
        let part = parts.entry((slice.row.meter_id, resource)).or_insert_with(|| unmoved(slice, resource));
        let (quantity, sum) = match is_before {
            true => (&mut part.quantity_before, &mut part.cost_before),
            false => (&mut part.quantity, &mut part.cost),
        };
        *quantity = quantity.plus(slice.quantity)?;
        *sum = sum.plus(cost)?;
    }
    let mut sorted = Vec::with_capacity(parts.len());
    for mut part in parts.into_values() {
        (part.quantity_effect, part.price_effect) = effects(&part)?;
        let difference = part.difference()?;
        let size = if difference.is_negative() { difference.negated() } else { difference };
        if !size.is_zero() {
            sorted.push((size, part));
        }
    }
    sorted.sort_by(|(a, first), (b, second)| (b, &first.resource).cmp(&(a, &second.resource)));
    Ok(sorted.into_iter().take(MOST_MOVED).map(|(_, part)| part).collect())
}

fn unmoved(slice: &Slice<'_>, resource: &str) -> Moved {
    let names = [&*slice.row.meter_category, &slice.row.meter_name];
    let zero = Decimal::ZERO;
    Moved {
        meter_id: slice.row.meter_id,
        meter: names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" · "),
        resource: resource.to_owned(),
        unit: slice.row.unit.to_string(),
        quantity_before: zero,
        quantity: zero,
        cost_before: zero,
        cost: zero,
        quantity_effect: zero,
        price_effect: zero,
    }
}

fn effects(part: &Moved) -> Result<(Decimal, Decimal), Inexact> {
    let difference = part.difference()?;
    if part.quantity_before.is_zero() {
        return Ok((difference, Decimal::ZERO));
    }
    let more = part.quantity.minus(part.quantity_before)?;
    let (cost, quantity) = match part.cost_before.is_zero() && !part.quantity.is_zero() {
        true => (part.cost, part.quantity),
        false => (part.cost_before, part.quantity_before),
    };
    let of_quantity = more.times(cost)?.divided_rounded(quantity, AMOUNT_DECIMALS)?;
    Ok((of_quantity, difference.minus(of_quantity)?))
}
