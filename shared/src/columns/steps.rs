//! Price tables in fixed point: free up to the included quantity, then the tiers, over a running total.
//!
//! Outside its steps, or where a number has more than ten decimals, there is no fast way. Bounds beyond [`LIMIT`] need no
//! step, since a total in fixed point stays below it.

use super::{QUANTITY_DECIMALS, WIDE};
use crate::decimal::Decimal;
use crate::meter::{PriceModel, TierTable};

/// Totals in fixed point end here: 461 million units. Half of what an i64 holds, so that [`WIDE`], added to any
/// total, falls below [`LOWEST`] and a row kept aside is never taken for a number.
pub(crate) const LIMIT: i64 = 1 << 62;
pub(crate) const LOWEST: i64 = 1 - LIMIT;
const _: () = assert!(WIDE + LIMIT < LOWEST);

/// Whether a total can stay in fixed point.
#[inline(always)]
pub(crate) fn in_range(total: &i64) -> bool {
    (LOWEST..=LIMIT).contains(total)
}

/// From one running total to another, both inclusive, a unit costs the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    pub lower: i64,
    pub upper: i64,
    pub price: i64,
}

/// The price over the running total, or nothing where a number does not fit.
pub(crate) fn steps_of(included: Decimal, tiers: &TierTable) -> Option<Vec<Step>> {
    if tiers.model() != PriceModel::Graduated {
        return None;
    }
    let limit = Decimal::new(LIMIT.into(), QUANTITY_DECIMALS as u8);
    let fixed = |number: Decimal| i64::try_from(number.fixed(QUANTITY_DECIMALS)?).ok();
    let free = if included >= limit { LIMIT } else { fixed(included)? };
    let mut steps = vec![Step { lower: LOWEST, upper: free, price: 0 }];
    for (index, tier) in tiers.tiers().iter().enumerate() {
        let lower = included.plus(tier.from).ok()?;
        if lower >= limit {
            break;
        }
        let upper = match tiers.end_of(index) {
            Some(end) => included.plus(end).ok()?,
            None => limit,
        };
        let upper = if upper >= limit { LIMIT } else { fixed(upper)? };
        steps.push(Step { lower: fixed(lower)?, upper, price: fixed(tier.unit_price)? });
    }
    Some(steps)
}

/// What a running total costs, at twenty decimals. Totals lie between [`LOWEST`] and [`LIMIT`], so the product is
/// below 2^125, and the parts of all steps together are no longer than the total.
pub(crate) fn cost_of(steps: &[Step], total: i64) -> i128 {
    let reached = steps.iter().take_while(|step| step.lower < total);
    reached
        .filter(|step| step.price != 0)
        .map(|step| i128::from(step.price) * i128::from(total.min(step.upper) - step.lower))
        .sum()
}
