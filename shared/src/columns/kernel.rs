//! The loop over the rows. A row whose total stays on its step costs an addition, two comparisons and a
//! multiplication; every other row leaves the loop and is decided with care in [`super::decide`]. Where only the
//! charges of the periods are wanted, the loop of [`super::growing`] is shorter still.

use std::collections::BTreeMap;

use super::decide::Aside;
use super::growing::Growing;
use super::prices::Prices;
use super::result::RowCharges;
use super::states::States;
use super::{ColumnRating, ColumnsError, Order, UsageColumns};
use crate::period::BillingPeriod;
use crate::rating::BillingCalendar;

/// Rows that are gathered at a time, where they do not stand in the order in which they count.
const CHUNK_ROWS: usize = 4096;

/// Everything that a rating holds while it goes through the rows.
pub(super) struct Rater<'a, S> {
    pub usage: &'a UsageColumns,
    pub prices: Prices<'a>,
    pub calendars: Vec<BillingCalendar>,
    pub states: S,
    /// The totals that may simply grow, where only the charges of the periods are wanted.
    pub growing: Growing,
    /// For each subscription where the states of its current period begin; 0 when that is not known.
    pub bases: Vec<usize>,
    /// For each subscription the second from which that no longer holds.
    pub turns: Vec<i64>,
    /// The next second at which a price or a period changes.
    pub next_event: i64,
    /// Where the states of every period begin.
    pub periods: BTreeMap<(u32, BillingPeriod), usize>,
    pub asides: BTreeMap<usize, Aside<'a>>,
    pub charges: RowCharges,
}

/// Rows in the order in which they count.
#[derive(Clone, Copy)]
struct Rows<'r> {
    subscription: &'r [u32],
    meter: &'r [u32],
    quantity: &'r [i64],
    starts_at: &'r [i64],
    /// Their numbers; absent when they count as they stand.
    numbers: Option<&'r [u32]>,
}

impl<'a, S: States> Rater<'a, S> {
    pub fn new(usage: &'a UsageColumns, prices: Prices<'a>, calendars: Vec<BillingCalendar>, states: S) -> Self {
        let subscriptions = usage.subscriptions.len();
        Rater {
            usage,
            next_event: prices.next_change(),
            prices,
            calendars,
            states,
            growing: Growing::default(),
            bases: vec![0; subscriptions],
            turns: vec![i64::MAX; subscriptions],
            periods: BTreeMap::new(),
            asides: BTreeMap::new(),
            charges: RowCharges::default(),
        }
    }

    /// Rates all rows. `CHARGES` says whether the charge of each row is wanted, or only those of the periods.
    /// The memory of `room` is used again.
    pub fn rate<const CHARGES: bool>(
        mut self,
        order: &Order,
        room: ColumnRating,
    ) -> Result<ColumnRating, ColumnsError> {
        let UsageColumns { subscription, meter, quantity, starts_at, .. } = self.usage;
        let ColumnRating { periods, charges } = room;
        let mut charges = charges.into_room();
        // Every row is written, so what stood there before needs no clearing.
        charges.resize(if CHARGES { quantity.len() } else { 0 }, 0);
        let Some(sorted) = &order.sorted else {
            let rows = Rows { subscription, meter, quantity, starts_at, numbers: None };
            self.chunk::<CHARGES>(rows, &mut charges)?;
            return self.finish(periods, charges, order);
        };
        let mut gathered = vec![0; if CHARGES { CHUNK_ROWS } else { 0 }];
        for numbers in sorted.chunks(CHUNK_ROWS) {
            let rows = Rows {
                subscription: &gather(subscription, numbers),
                meter: &gather(meter, numbers),
                quantity: &gather(quantity, numbers),
                starts_at: &gather(starts_at, numbers),
                numbers: Some(numbers),
            };
            self.chunk::<CHARGES>(rows, &mut gathered)?;
            if CHARGES {
                numbers.iter().zip(&gathered).for_each(|(row, charge)| charges[*row as usize] = *charge);
            }
        }
        self.finish(periods, charges, order)
    }

    /// Rates rows one stretch of time after another; inside a stretch no price and no period changes.
    fn chunk<const CHARGES: bool>(&mut self, rows: Rows<'_>, charges: &mut [i128]) -> Result<(), ColumnsError> {
        let (mut at, mut end, all) = (0, 0, rows.quantity.len());
        let mut measured = None;
        while at < all {
            // Opening a period may bring the next event nearer; the stretch is then measured again.
            if at == end || measured != Some(self.next_event) {
                if rows.starts_at[at] >= self.next_event {
                    self.pass(rows.starts_at[at]);
                }
                end = at + rows.starts_at[at..all].partition_point(|start| *start < self.next_event);
                measured = Some(self.next_event);
            }
            let stretch = at..end;
            let (subscription, meter) = (&rows.subscription[stretch.clone()], &rows.meter[stretch.clone()]);
            let quantity = &rows.quantity[stretch.clone()];
            at += if CHARGES {
                let charges = &mut charges[stretch];
                charge(subscription, meter, quantity, &self.bases, &self.prices, &mut self.states, charges)
            } else {
                self.growing.add(subscription, meter, quantity, &self.bases, &mut self.states)
            };
            if at < end {
                let row = rows.numbers.map_or(at, |numbers| numbers[at] as usize);
                let cost = self.decide(row)?;
                if CHARGES {
                    charges[at] = cost;
                } else {
                    self.let_grow(row);
                }
                at += 1;
            }
        }
        Ok(())
    }

    /// Leaves the state of a row to the loop, which needs no more than its total.
    fn let_grow(&mut self, row: usize) {
        let meter = self.usage.meter[row];
        let slot = self.states.slot(self.bases[self.usage.subscription[row] as usize], meter);
        self.growing.start(slot, meter, &self.prices, &self.states);
    }

    /// Time goes on past an event.
    fn pass(&mut self, now: i64) {
        let changed = self.prices.advance(now);
        for base in self.bases.iter().filter(|base| **base != 0) {
            let meters = changed.iter().map(|(_, meter, _)| *meter);
            self.growing.stop_meters(*base, meters, &mut self.states);
        }
        self.next_event = self.prices.next_change();
        for (base, turn) in self.bases.iter_mut().zip(&mut self.turns) {
            if *turn <= now {
                (*base, *turn) = (0, i64::MAX);
            }
            self.next_event = self.next_event.min(*turn);
        }
    }
}

fn gather<T: Copy>(column: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|row| column[*row as usize]).collect()
}

/// Charges rows as long as each stays on the step of its state. Returns how many it did.
fn charge(
    subscription: &[u32],
    meter: &[u32],
    quantity: &[i64],
    bases: &[usize],
    prices: &Prices<'_>,
    states: &mut impl States,
    charges: &mut [i128],
) -> usize {
    let (current, steps) = (prices.current.as_slice(), prices.steps.as_slice());
    let rows = subscription.iter().zip(meter).zip(quantity).zip(&mut *charges).enumerate();
    for (row, (((subscription, meter), quantity), charge)) in rows {
        let slot = states.slot(bases[*subscription as usize], *meter);
        let state = &mut states.all_mut()[slot];
        if state.price != current[*meter as usize] {
            return row;
        }
        let step = &steps[state.step as usize];
        let after = state.total.checked_add(*quantity);
        let Some(after) = after.filter(|after| step.lower <= *after && *after <= step.upper) else {
            return row;
        };
        state.total = after;
        *charge = i128::from(*quantity) * i128::from(step.price);
    }
    charges.len()
}
