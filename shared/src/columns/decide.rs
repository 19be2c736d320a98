//! The rows that the loop leaves: the first of its state, one that crosses a bound or meets a new price, one
//! without a price, and one whose numbers are too long for fixed point and are counted as [`crate::rating`] does.

use std::collections::btree_map::Entry;

use jiff::Timestamp;

use super::kernel::Rater;
use super::prices::first_second_from;
use super::result::{COST_DECIMALS, PeriodCharge, UnpricedPart, unpriced};
use super::states::{CLOSED, NONE, State, States};
use super::steps::{cost_of, in_range};
use super::{ColumnRating, ColumnsError, Order, QUANTITY_DECIMALS, WIDE};
use crate::decimal::{Decimal, Inexact};
use crate::ratebook::Unpriced;
use crate::rating::{Ledger, RateError, cost_of as cost_of_tiers};

/// What a state has besides its total, when its period is not simply one price in fixed point.
#[derive(Default)]
pub(super) struct Aside<'a> {
    /// Cost of the stretches that are over: the price changed, or the numbers grew too long.
    closed: Decimal,
    /// The total with which the present price began.
    began: i64,
    unpriced: Option<Box<UnpricedPart>>,
    wide: Option<Wide<'a>>,
}

/// A running total that is no longer in fixed point.
struct Wide<'a> {
    total: Decimal,
    ledger: Ledger<'a>,
}

impl Aside<'_> {
    fn pass_unpriced(&mut self, quantity: Decimal, reason: Unpriced) -> Result<i128, Inexact> {
        let sum = match &self.unpriced {
            Some(part) => part.quantity.plus(quantity)?,
            None => quantity,
        };
        self.unpriced = Some(Box::new(UnpricedPart { quantity: sum, reason }));
        Ok(unpriced(reason))
    }
}

fn decimal(quantity: i64) -> Decimal {
    Decimal::new(quantity.into(), QUANTITY_DECIMALS as u8)
}

impl<S: States> Rater<'_, S> {
    /// Charges a row that the loop left.
    #[cold]
    #[inline(never)]
    pub fn decide(&mut self, row: usize) -> Result<i128, ColumnsError> {
        let (subscription, meter) = (self.usage.subscription[row] as usize, self.usage.meter[row]);
        if self.bases[subscription] == 0 {
            self.open_period(row)?;
        }
        let slot = self.states.slot(self.bases[subscription], meter);
        self.growing.stop(slot, &mut self.states);
        let is_closed = self.states.all()[slot].price == CLOSED;
        let is_wide = is_closed && self.asides.get(&slot).is_some_and(|aside| aside.wide.is_some());
        let quantity = match self.usage.quantity[row] {
            WIDE => None,
            fixed => Some(fixed),
        };
        let total = self.states.all()[slot].total;
        let after = quantity.filter(|_| !is_wide).and_then(|quantity| total.checked_add(quantity)).filter(in_range);
        let quantity = match quantity {
            Some(fixed) => decimal(fixed),
            None => *self.usage.wide.get(&(row as u32)).ok_or(ColumnsError::NotAside { row })?,
        };
        let price = self.prices.now(meter);
        let cost = match (after, price.meter) {
            (Some(after), Ok(_)) if !price.steps.is_empty() => self.cross(slot, meter, after),
            (Some(after), Err(reason)) => self.close(slot).and_then(|()| {
                self.states.all_mut()[slot].total = after;
                self.asides.entry(slot).or_default().pass_unpriced(quantity, reason)
            }),
            _ => self.decide_wide(slot, row, quantity),
        };
        cost.map_err(|source| self.inexact(meter, source))
    }

    fn inexact(&self, meter: u32, source: Inexact) -> ColumnsError {
        ColumnsError::Rate(RateError::Inexact { meter_id: self.usage.meters[meter as usize], source })
    }

    /// Finds the period of a row's subscription, and until when it need not be looked for again.
    fn open_period(&mut self, row: usize) -> Result<(), ColumnsError> {
        let (subscription, second) = (self.usage.subscription[row], self.usage.starts_at[row]);
        let at = Timestamp::from_second(second).map_err(|_| ColumnsError::Time)?;
        let calendar = &self.calendars[subscription as usize];
        let meter_id = self.usage.meters[self.usage.meter[row] as usize];
        let no_period = |source| ColumnsError::Rate(RateError::Period { meter_id, at, source });
        let period = calendar.period_of(at).map_err(no_period)?;
        // A told period may begin before the present one ends, and then wins.
        let told = calendar.periods.iter().flat_map(|told| [told.start_at, told.end_at]);
        let edges = told.chain([period.end_at]).map(first_second_from);
        let turn = edges.filter(|edge| *edge > second).min().unwrap_or(i64::MAX);
        let states = &mut self.states;
        let base = match self.periods.entry((subscription, period)) {
            Entry::Vacant(entry) => *entry.insert(states.open()),
            Entry::Occupied(entry) => {
                // Prices may have changed while the period was not the present one.
                self.growing.stop_meters(*entry.get(), 0..self.usage.meters.len() as u32, states);
                *entry.get()
            }
        };
        self.bases[subscription as usize] = base;
        self.turns[subscription as usize] = turn;
        self.next_event = self.next_event.min(turn);
        Ok(())
    }

    /// In fixed point over any number of steps, with the price that is in force now.
    fn cross(&mut self, slot: usize, meter: u32, after: i64) -> Result<i128, Inexact> {
        let price = self.prices.current[meter as usize];
        let before = self.states.all()[slot].price;
        if before != price {
            // The first row of most states: there is nothing to close.
            if before != NONE {
                self.close(slot)?;
                self.asides.entry(slot).or_default().began = self.states.all()[slot].total;
            }
            self.states.all_mut()[slot].price = price;
        }
        let steps = self.prices.steps_of(price);
        let state = &mut self.states.all_mut()[slot];
        let cost = cost_of(steps, after) - cost_of(steps, state.total);
        state.total = after;
        let step = steps.iter().rposition(|step| step.lower <= after).unwrap_or(0);
        state.step = self.prices.all[price as usize].steps.start + step as u32;
        Ok(cost)
    }

    /// Ends the stretch of the state's price: what it cost is kept, and the next row begins anew.
    fn close(&mut self, slot: usize) -> Result<(), Inexact> {
        let state = self.states.all()[slot];
        if state.price == NONE || state.price == CLOSED {
            self.states.all_mut()[slot].price = CLOSED;
            return Ok(());
        }
        let cost = self.stretch(state, self.asides.get(&slot).map_or(0, |aside| aside.began));
        let aside = self.asides.entry(slot).or_default();
        aside.closed = aside.closed.plus(cost)?;
        self.states.all_mut()[slot].price = CLOSED;
        Ok(())
    }

    /// The way of [`crate::rating`], which from here on is that of the whole state.
    fn decide_wide(&mut self, slot: usize, row: usize, quantity: Decimal) -> Result<i128, Inexact> {
        self.close(slot)?;
        let total = self.states.all()[slot].total;
        let aside = self.asides.entry(slot).or_default();
        let wide = aside.wide.get_or_insert_with(|| Wide { total: decimal(total), ledger: Ledger::default() });
        let before = wide.total;
        wide.total = before.plus(quantity)?;
        match self.prices.now(self.usage.meter[row]).meter {
            Ok(meter) => {
                let cost = wide.ledger.add(meter, before, wide.total)?;
                Ok(self.charges.keep(row, cost))
            }
            Err(reason) => aside.pass_unpriced(quantity, reason),
        }
    }

    /// The charges of the periods, by subscription, period and meter.
    pub fn finish(
        mut self,
        mut found: Vec<PeriodCharge>,
        charges: Vec<i128>,
        order: &Order,
    ) -> Result<ColumnRating, ColumnsError> {
        let usage = self.usage;
        self.growing.stop_all(&mut self.states);
        let mut periods: Vec<_> = std::mem::take(&mut self.periods)
            .into_iter()
            .map(|((subscription, period), base)| (usage.subscriptions[subscription as usize], period, base))
            .collect();
        periods.sort_unstable();
        let bases: Vec<usize> = periods.iter().map(|(.., base)| *base).collect();
        let mut meters: Vec<u32> = (0..usage.meters.len() as u32).collect();
        meters.sort_unstable_by_key(|meter| usage.meters[*meter as usize]);
        let slots = self.states.in_order(&bases, &meters);
        found.clear();
        found.reserve(slots.len());
        for (index, meter, slot) in slots {
            let state = self.states.all()[slot];
            let aside = if self.asides.is_empty() { None } else { self.asides.remove(&slot) };
            let (subscription_id, period, _) = periods[index];
            let (quantity, known_cost, unpriced) = match aside {
                // Nearly all: one price in fixed point from the first row to the last.
                None => (decimal(state.total), self.stretch(state, 0), None),
                Some(mut aside) => {
                    let unpriced = aside.unpriced.take();
                    let (quantity, cost) = self.sum(state, aside).map_err(|source| self.inexact(meter, source))?;
                    (quantity, cost, unpriced)
                }
            };
            let meter_id = usage.meters[meter as usize];
            found.push(PeriodCharge { subscription_id, period, meter_id, quantity, known_cost, unpriced });
        }
        self.charges.finish(charges, order);
        Ok(ColumnRating { periods: found, charges: self.charges })
    }

    /// Quantity and cost of a state.
    fn sum(&self, state: State, aside: Aside<'_>) -> Result<(Decimal, Decimal), Inexact> {
        if let Some(Wide { total, ledger }) = aside.wide {
            return Ok((total, aside.closed.plus(cost_of_tiers(&ledger.into_tiers()?)?)?));
        }
        let open = if state.price == CLOSED { Decimal::ZERO } else { self.stretch(state, aside.began) };
        Ok((decimal(state.total), if aside.closed.is_zero() { open } else { aside.closed.plus(open)? }))
    }

    /// What the present price of a state cost since it began.
    fn stretch(&self, state: State, began: i64) -> Decimal {
        let steps = self.prices.steps_of(state.price);
        Decimal::new(cost_of(steps, state.total) - cost_of(steps, began), COST_DECIMALS as u8)
    }
}
