//! Price tables in fixed point, and which of them holds when.
//!
//! A table becomes a line of steps over the running total: free up to the included quantity, then the tiers.
//! Outside its steps, or where a number has more than ten decimals, there is no fast way: the rows then go
//! through [`crate::rating`]. Bounds beyond [`LIMIT`] need no step, since a total in fixed point stays below it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{QUANTITY_DECIMALS, WIDE};
use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::meter::{Meter, PriceKind, PriceModel};
use crate::ratebook::{RateBook, Unpriced};

/// Totals in fixed point end here: 461 million units. Half of what an i64 holds, so that [`WIDE`], added to any
/// total, falls below [`LOWEST`] and a row kept aside is never taken for a number.
pub(super) const LIMIT: i64 = 1 << 62;
pub(super) const LOWEST: i64 = 1 - LIMIT;
const _: () = assert!(WIDE + LIMIT < LOWEST);

/// Whether a total can stay in fixed point.
#[inline(always)]
pub(super) fn in_range(total: &i64) -> bool {
    (LOWEST..=LIMIT).contains(total)
}

/// Set in the number of a price that only the slow way can use, so that it never equals that of a state.
pub(super) const SLOW: u32 = 1 << 31;

/// From one running total to another, both inclusive, a unit costs the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub lower: i64,
    pub upper: i64,
    pub price: i64,
}

/// What one meter costs during one stretch of time.
pub(super) struct Price<'a> {
    pub meter: Result<&'a Meter, Unpriced>,
    /// Where its steps lie; empty where it has none.
    pub steps: std::ops::Range<u32>,
}

/// The prices of the meters of a dictionary, at a time that only goes forward.
pub(super) struct Prices<'a> {
    pub all: Vec<Price<'a>>,
    pub steps: Vec<Step>,
    /// For each meter the number of the price in force now, with [`SLOW`].
    pub current: Vec<u32>,
    /// Second, meter, number of the price from then on; in the order of time.
    changes: Vec<(i64, u32, u32)>,
    next: usize,
}

impl<'a> Prices<'a> {
    /// All prices of the meters from one second to another.
    pub fn between(book: &'a RateBook, meters: &[MeterId], first: i64, last: i64) -> Option<Prices<'a>> {
        let mut prices =
            Prices { all: Vec::new(), steps: Vec::new(), current: Vec::new(), changes: Vec::new(), next: 0 };
        let mut known: BTreeMap<Vec<Step>, std::ops::Range<u32>> = BTreeMap::new();
        for (number, id) in meters.iter().enumerate() {
            let rows = book.rows_of(*id);
            let consumption = rows.iter().filter(|row| row.kind == PriceKind::Consumption);
            let mut seconds: Vec<i64> = consumption
                .flat_map(|row| [Some(row.effective_at), row.ends_at])
                .flatten()
                .map(first_second_from)
                .filter(|second| first < *second && *second <= last)
                .collect();
            seconds.push(first);
            seconds.sort_unstable();
            seconds.dedup();
            for second in seconds {
                let price = prices.add(RateBook::in_force(rows, Timestamp::from_second(second).ok()?), &mut known);
                if second == first {
                    prices.current.push(price);
                } else {
                    prices.changes.push((second, number as u32, price));
                }
            }
        }
        prices.changes.sort_unstable();
        Some(prices)
    }

    fn add(
        &mut self,
        meter: Result<&'a Meter, Unpriced>,
        known: &mut BTreeMap<Vec<Step>, std::ops::Range<u32>>,
    ) -> u32 {
        let number = self.all.len() as u32;
        let steps = match meter.ok().and_then(steps_of) {
            // Thousands of meters cost the same: one table then stays in the cache for all of them.
            Some(steps) => known.get(&steps).cloned().unwrap_or_else(|| {
                let range = self.steps.len() as u32..(self.steps.len() + steps.len()) as u32;
                self.steps.extend(&steps);
                known.insert(steps, range.clone());
                range
            }),
            None => 0..0,
        };
        let slow = if steps.is_empty() { SLOW } else { 0 };
        self.all.push(Price { meter, steps });
        number | slow
    }

    /// The price of a meter now.
    pub fn now(&self, meter: u32) -> &Price<'a> {
        &self.all[(self.current[meter as usize] & !SLOW) as usize]
    }

    /// The steps of a price.
    pub fn steps_of(&self, price: u32) -> &[Step] {
        let Price { steps, .. } = &self.all[price as usize];
        &self.steps[steps.start as usize..steps.end as usize]
    }

    /// Lets time go on. Returns the changes that it brings: second, meter, price.
    pub fn advance(&mut self, now: i64) -> &[(i64, u32, u32)] {
        let first = self.next;
        while let Some((second, meter, price)) = self.changes.get(self.next)
            && *second <= now
        {
            self.current[*meter as usize] = *price;
            self.next += 1;
        }
        &self.changes[first..self.next]
    }

    /// When the next price changes.
    pub fn next_change(&self) -> i64 {
        self.changes.get(self.next).map_or(i64::MAX, |change| change.0)
    }
}

/// The first whole second not before the instant: usage is timed in whole seconds.
pub(super) fn first_second_from(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

/// The price over the running total, or nothing where a number does not fit.
fn steps_of(meter: &Meter) -> Option<Vec<Step>> {
    if meter.tiers.model() != PriceModel::Graduated {
        return None;
    }
    let limit = Decimal::new(LIMIT.into(), QUANTITY_DECIMALS as u8);
    let fixed = |number: Decimal| i64::try_from(number.fixed(QUANTITY_DECIMALS)?).ok();
    let included = meter.included_quantity;
    let free = if included >= limit { LIMIT } else { fixed(included)? };
    let mut steps = vec![Step { lower: LOWEST, upper: free, price: 0 }];
    for (index, tier) in meter.tiers.tiers().iter().enumerate() {
        let lower = included.plus(tier.from).ok()?;
        if lower >= limit {
            break;
        }
        let upper = match meter.tiers.end_of(index) {
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
pub(super) fn cost_of(steps: &[Step], total: i64) -> i128 {
    let reached = steps.iter().take_while(|step| step.lower < total);
    reached
        .filter(|step| step.price != 0)
        .map(|step| i128::from(step.price) * i128::from(total.min(step.upper) - step.lower))
        .sum()
}
