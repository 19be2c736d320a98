//! The prices of a compact book in fixed point.

use super::places::Places;
use crate::columns::QUANTITY_DECIMALS;
use crate::columns::steps::{Step, cost_of, steps_of};
use crate::ratebook::compact::Columns;

/// Stands for a plain price that has more than ten decimals.
const LONG: i64 = -1;

/// What a book needs to price lines fast: each price as steps over a running total, where its numbers fit, and its regions.
#[derive(Debug, Clone, Default)]
pub struct Stepped {
    /// Prices of one tier with nothing included, or [`LONG`]. Most are.
    plain: Vec<i64>,
    /// Where the steps of each other price end; one without steps does not fit.
    ends: Vec<u32>,
    steps: Vec<Step>,
    pub(super) places: Places,
}

impl Stepped {
    /// All prices of a book.
    #[must_use]
    pub fn of(columns: &Columns) -> Stepped {
        let prices = &columns.prices;
        let mut stepped = Stepped { places: Places::of(columns), ..Stepped::default() };
        for number in 0..prices.len() as u32 {
            if prices.is_plain(number) {
                let fixed = prices.first_charged(number).fixed(QUANTITY_DECIMALS);
                stepped.plain.push(fixed.and_then(|fixed| i64::try_from(fixed).ok()).unwrap_or(LONG));
            } else {
                stepped.steps.extend(steps_of(prices.included(number), &prices.table(number)).into_iter().flatten());
                stepped.ends.push(stepped.steps.len() as u32);
            }
        }
        stepped
    }

    /// What it costs when a running total goes from one value to another, both at least 0, at twenty decimals.
    #[inline(always)]
    pub(super) fn cost_between(&self, price: u32, before: i64, after: i64) -> Option<i128> {
        if let Some(plain) = self.plain.get(price as usize) {
            // Both are below 2^63, so their product is below 2^126.
            return (*plain != LONG).then(|| i128::from(*plain) * i128::from(after.wrapping_sub(before)));
        }
        let steps = self.steps_of(price as usize - self.plain.len());
        (!steps.is_empty()).then(|| cost_of(steps, after) - cost_of(steps, before))
    }

    fn steps_of(&self, number: usize) -> &[Step] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.steps[start..self.ends[number] as usize]
    }
}
