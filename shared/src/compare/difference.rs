//! What makes the difference between two estimates, line by line.

use serde::Serialize;

use crate::decimal::{Decimal, Inexact};
use crate::estimate::{Estimate, EstimateTotals, Line};
use crate::order::{self, Map};
use crate::rating::TierCharge;

/// Two workloads at the same prices.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Branches {
    /// `forebill.branches/1`
    #[cfg_attr(feature = "types", ts(type = "\"forebill.branches/1\""))]
    pub schema: &'static str,
    /// Sums of the first.
    pub before: EstimateTotals,
    /// Sums of the other.
    pub after: EstimateTotals,
    /// A month of the first after the terms of the offer.
    pub monthly_due_before: Decimal,
    /// The same of the other.
    pub monthly_due_after: Decimal,
    /// Lines that do not cost the same.
    pub lines: Vec<LineDifference>,
}

/// Lays two estimates beside each other.
pub fn branches(before: &Estimate, after: &Estimate) -> Result<Branches, Inexact> {
    Ok(Branches {
        schema: "forebill.branches/1",
        before: before.totals.clone(),
        after: after.totals.clone(),
        monthly_due_before: before.monthly_due(),
        monthly_due_after: after.monthly_due(),
        lines: lines(before, after)?,
    })
}

/// Why a line does not cost what it cost before. Several can hold at once.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Only the other estimate has the line.
    Added,
    /// Only the first has it.
    Removed,
    /// Another number of units.
    Quantity,
    /// Another product.
    Product,
    /// The same product in another region.
    Region,
    /// In a subscription of another offer.
    Offer,
    /// The price is for another unit.
    Unit,
    /// Another part of it is free.
    IncludedQuantity,
    /// A unit costs something else in a tier that both have.
    Rate,
    /// Units fall into other tiers.
    Tier,
    /// One of the two has no price.
    Unpriced,
}

/// One line in two estimates.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineDifference {
    /// Position in the first estimate; absent for a line that was added.
    pub item_before: Option<usize>,
    /// Position in the other; absent for a line that was removed.
    pub item_after: Option<usize>,
    /// Name of the item.
    pub name: String,
    /// What it cost; absent without a price, never 0 instead.
    pub before: Option<Decimal>,
    /// What it costs.
    pub after: Option<Decimal>,
    /// What it costs more; absent where one of the two has no price.
    pub difference: Option<Decimal>,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// The lines that differ. Lines belong together by name: the second of one name with the second of that name.
pub fn lines(before: &Estimate, after: &Estimate) -> Result<Vec<LineDifference>, Inexact> {
    let mut found = Vec::new();
    for (left, right) in pairs(&before.lines, &after.lines) {
        let reasons = match (left, right) {
            (Some(left), Some(right)) => reasons((before, left), (after, right)),
            (None, _) => vec![Reason::Added],
            (_, None) => vec![Reason::Removed],
        };
        if reasons.is_empty() {
            continue;
        }
        let cost = |line: Option<&Line>| line.and_then(|line| line.cost);
        let difference = match (left, right) {
            (None, Some(right)) => right.cost,
            (Some(left), None) => left.cost.map(Decimal::negated),
            _ => cost(left).zip(cost(right)).map(|(before, after)| after.minus(before)).transpose()?,
        };
        found.push(LineDifference {
            item_before: left.map(|line| line.item),
            item_after: right.map(|line| line.item),
            name: left.or(right).map_or_else(String::new, |line| line.name.clone()),
            before: cost(left),
            after: cost(right),
            difference,
            reasons,
        });
    }
    Ok(found)
}

/// Each line with its counterpart, in the order of the first estimate and then of what was added.
fn pairs<'e>(before: &'e [Line], after: &'e [Line]) -> Vec<(Option<&'e Line>, Option<&'e Line>)> {
    let mut others: Map<Key<'_>, Option<&Line>> = order::map(keys(after).zip(after.iter().map(Some)));
    let mut other = |key| others.get_mut(&key).and_then(Option::take);
    let mut pairs: Vec<_> = keys(before).zip(before).map(|(key, line)| (Some(line), other(key))).collect();
    let mut added: Vec<&Line> = others.into_values().flatten().collect();
    order::sort_by_key(&mut added, |line| line.item);
    pairs.extend(added.into_iter().map(|line| (None, Some(line))));
    pairs
}

/// What a line is found by in the other estimate: its name, and how often that name came before.
type Key<'e> = (&'e str, usize);

fn keys(lines: &[Line]) -> impl Iterator<Item = Key<'_>> {
    let mut seen: Map<&str, usize> = Map::new();
    lines.iter().map(move |line| {
        let count = seen.entry(&line.name).or_insert(0);
        *count += 1;
        (line.name.as_str(), *count)
    })
}

fn reasons((of_before, before): (&Estimate, &Line), (of_after, after): (&Estimate, &Line)) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if before.cost.is_some() != after.cost.is_some() {
        reasons.push(Reason::Unpriced);
    }
    if before.quantity != after.quantity {
        reasons.push(Reason::Quantity);
    }
    // Without a price on one side there is nothing else to compare.
    if before.cost.is_none() || after.cost.is_none() {
        return reasons;
    }
    // One id is one product, also where two feeds call it by two names.
    let names = |line: &Line| [&line.category, &line.sub_category, &line.meter_name].map(String::clone);
    if before.meter_id != after.meter_id && names(before) != names(after) {
        reasons.push(Reason::Product);
    }
    if before.region != after.region {
        reasons.push(Reason::Region);
    }
    let offer =
        |estimate: &Estimate, line: &Line| line.offer.as_ref().map(ToString::to_string).or(estimate.offer.clone());
    if offer(of_before, before) != offer(of_after, after) {
        reasons.push(Reason::Offer);
    }
    if before.unit != after.unit {
        reasons.push(Reason::Unit);
    }
    if before.included_quantity != after.included_quantity {
        reasons.push(Reason::IncludedQuantity);
    }
    let (left, right) = (used(&before.tiers), used(&after.tiers));
    if left.iter().any(|(from, tier)| right.get(from).is_some_and(|other| price(other) != price(tier))) {
        reasons.push(Reason::Rate);
    }
    // As many units may stand elsewhere on the tiers, because other lines of the meter stand below them.
    let as_many = before.billable_quantity == after.billable_quantity;
    let moved = || left.iter().any(|(from, tier)| right[from].quantity != tier.quantity);
    if left.keys().ne(right.keys()) || as_many && moved() {
        reasons.push(Reason::Tier);
    }
    // Names, regions and offers alone cost nothing.
    let is_told = |reason: &Reason| !matches!(reason, Reason::Product | Reason::Region | Reason::Offer);
    if before.cost == after.cost && !reasons.iter().any(is_told) {
        reasons.clear();
    }
    order::sort_by(&mut reasons, Reason::cmp);
    reasons
}

/// The tiers that something falls into, by their start.
fn used(tiers: &[TierCharge]) -> Map<Decimal, &TierCharge> {
    order::map(tiers.iter().filter(|tier| !tier.quantity.is_zero()).map(|tier| (tier.from, tier)))
}

fn price(tier: &TierCharge) -> (Decimal, Option<Decimal>) {
    (tier.unit_price, tier.package_size)
}
