//! The loop over the rows where only the charges of the periods are wanted: a row is one addition.
//!
//! A total may simply grow while its price stays in force and it fits fixed point. Such totals stand in a column of
//! their own: one number then answers both questions, and eight of them lie in a cache line.

use super::WIDE;
use super::prices::Prices;
use super::states::States;
use super::steps::{LOWEST, in_range};

/// For the state with the same number its total while that may grow, and [`WIDE`] while it may not.
#[derive(Default)]
pub(super) struct Growing(Vec<i64>);

impl Growing {
    /// Adds rows up as long as their totals may grow and fit. Returns how many it did.
    pub fn add(
        &mut self,
        subscription: &[u32],
        meter: &[u32],
        quantity: &[i64],
        bases: &[usize],
        states: &mut impl States,
    ) -> usize {
        for (row, ((subscription, meter), quantity)) in subscription.iter().zip(meter).zip(quantity).enumerate() {
            let slot = states.slot(bases[*subscription as usize], *meter);
            let Some(total) = self.0.get_mut(slot).filter(|total| **total >= LOWEST) else {
                return row;
            };
            let Some(after) = total.checked_add(*quantity).filter(in_range) else {
                return row;
            };
            *total = after;
        }
        quantity.len()
    }

    /// Lets a total grow from where its state has it, if the state is at the price that is in force.
    pub fn start(&mut self, slot: usize, meter: u32, prices: &Prices<'_>, states: &impl States) {
        let state = states.all()[slot];
        if state.price == prices.current[meter as usize] {
            if slot >= self.0.len() {
                self.0.resize(states.all().len(), WIDE);
            }
            self.0[slot] = state.total;
        }
    }

    /// Ends it: the state has the total again.
    pub fn stop(&mut self, slot: usize, states: &mut impl States) {
        if let Some(total) = self.0.get_mut(slot).filter(|total| **total != WIDE) {
            states.all_mut()[slot].total = std::mem::replace(total, WIDE);
        }
    }

    /// Ends it for these meters, as far as the period that begins at the base has used them.
    pub fn stop_meters(&mut self, base: usize, meters: impl Iterator<Item = u32>, states: &mut impl States) {
        // Where nothing grows, which is so when the charges of rows are wanted, there is nothing to look for.
        if !self.0.is_empty() {
            meters.for_each(|meter| {
                if let Some(slot) = states.find(base, meter) {
                    self.stop(slot, states);
                }
            });
        }
    }

    /// Ends it for all.
    pub fn stop_all(&mut self, states: &mut impl States) {
        (0..self.0.len()).for_each(|slot| self.stop(slot, states));
    }
}
