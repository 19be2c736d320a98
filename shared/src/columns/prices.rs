//! The prices of meters as steps in fixed point, and which of them holds when. Where a price has no such steps, the rows
//! go through [`crate::rating`].

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::steps::{Step, steps_of};
use crate::guid::MeterId;
use crate::meter::{Meter, PriceKind};
use crate::ratebook::{RateBook, Unpriced};

/// Set in the number of a price that only the slow way can use, so that it never equals that of a state.
pub(super) const SLOW: u32 = 1 << 31;

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
        let steps = match meter.ok().and_then(|meter| steps_of(meter.included_quantity, &meter.tiers)) {
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
