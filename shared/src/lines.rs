//! Lines of an estimate over a compact book, priced again after every edit.
//!
//! Ten thousand lines are priced while a key goes down: a line is a row of the list and a fixed-point quantity, and its
//! price is a few steps over a running total. What does not fit ten decimals goes the slow way and has the same digits.
//! Lines of one row share its included quantity and its tiers, in their order, as they do on a bill.

mod places;
mod regions;
mod stepped;
mod sum;

use crate::columns::{COST_DECIMALS, WIDE, fixed_quantity, steps::LIMIT};
use crate::decimal::{Decimal, Inexact};
use crate::ratebook::compact::Columns;
pub use regions::RegionCost;
pub use stepped::Stepped;
use sum::{Part, Sum};

/// Why a line is not taken. Nothing of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The price list has no such row.
    #[error("there is no such row")]
    NoSuchRow,
    /// Nobody buys less than nothing.
    #[error("a quantity is at least 0")]
    Negative,
    /// There are fewer lines.
    #[error("there is no such line")]
    NoSuchLine,
}

/// A row that lines stand on.
#[derive(Debug, Clone, Copy)]
struct Group {
    row: u32,
    price: u32,
}

/// The lines, and what each cost when they were priced last.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    quantity: Vec<Decimal>,
    /// The same at ten decimals, or [`WIDE`].
    fixed: Vec<i64>,
    /// The group of each line.
    group: Vec<u32>,
    groups: Vec<Group>,
    /// The group of each row up to the last one used, or [`NONE`].
    group_of_row: Vec<u32>,
    /// At twenty decimals; of lines in [`Lines::slow`] it means nothing.
    cost: Vec<i128>,
    /// What the lines cost that do not fit, in their order.
    slow: Vec<(u32, Decimal)>,
    /// Running totals of the groups while they are priced.
    running: Vec<i64>,
}

/// Stands in [`Lines::running`] for a group that goes the slow way: no total in fixed point.
const SLOW: i64 = i64::MIN;
/// No line stands on the row yet.
const NONE: u32 = u32::MAX;

impl Lines {
    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fixed.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fixed.is_empty()
    }

    /// Adds a line at the end.
    pub fn push(&mut self, columns: &Columns, row: u32, quantity: Decimal) -> Result<(), LineError> {
        let price = *columns.price.get(row as usize).ok_or(LineError::NoSuchRow)?;
        if quantity.is_negative() {
            return Err(LineError::Negative);
        }
        let row_at = row as usize;
        if self.group_of_row.len() <= row_at {
            self.group_of_row.resize(row_at + 1, NONE);
        }
        if self.group_of_row[row_at] == NONE {
            self.group_of_row[row_at] = self.groups.len() as u32;
            self.groups.push(Group { row, price });
        }
        self.group.push(self.group_of_row[row_at]);
        self.quantity.push(quantity);
        self.fixed.push(fixed_quantity(quantity).unwrap_or(WIDE));
        Ok(())
    }

    /// Gives a line another quantity.
    pub fn set(&mut self, line: usize, quantity: Decimal) -> Result<(), LineError> {
        if quantity.is_negative() {
            return Err(LineError::Negative);
        }
        *self.quantity.get_mut(line).ok_or(LineError::NoSuchLine)? = quantity;
        self.fixed[line] = fixed_quantity(quantity).unwrap_or(WIDE);
        Ok(())
    }

    /// Takes a line away.
    pub fn remove(&mut self, line: usize) -> Result<(), LineError> {
        if line >= self.len() {
            return Err(LineError::NoSuchLine);
        }
        self.quantity.remove(line);
        self.fixed.remove(line);
        self.group.remove(line);
        // What the lines behind it cost moves with them.
        if line < self.cost.len() {
            self.cost.remove(line);
        }
        let line = line as u32;
        self.slow.retain(|(at, _)| *at != line);
        self.slow.iter_mut().filter(|(at, _)| *at > line).for_each(|(at, _)| *at -= 1);
        Ok(())
    }

    /// Prices all lines. Returns their sum.
    pub fn reprice(&mut self, columns: &Columns, stepped: &Stepped) -> Result<Decimal, Inexact> {
        self.running.clear();
        self.running.resize(self.groups.len(), 0);
        self.cost.resize(self.len(), 0);
        self.slow.clear();
        let (mut sum, mut fits) = (0i128, true);
        for ((fixed, group), cost) in self.fixed.iter().zip(&self.group).zip(&mut self.cost) {
            let running = &mut self.running[*group as usize];
            // A quantity that does not fit, and a group in which one was, give no total of 0 or more.
            let after = running.checked_add(*fixed).filter(|after| (0..=LIMIT).contains(after));
            let price = self.groups[*group as usize].price;
            let step = after.and_then(|after| stepped.cost_between(price, *running, after));
            let total = step.and_then(|step| sum.checked_add(step));
            (*cost, sum) = (step.unwrap_or_default(), total.unwrap_or_default());
            (*running, fits) = (after.filter(|_| step.is_some()).unwrap_or(SLOW), fits && total.is_some());
        }
        if fits { Ok(Decimal::new(sum, COST_DECIMALS as u8)) } else { self.reprice_slowly(columns) }
    }

    /// Prices the lines of the groups that do not fit, and adds up without a limit.
    fn reprice_slowly(&mut self, columns: &Columns) -> Result<Decimal, Inexact> {
        let mut running = vec![(Decimal::ZERO, Decimal::ZERO); self.groups.len()];
        let mut sum = Sum::ZERO;
        for line in 0..self.len() {
            let group = self.group[line];
            if self.running[group as usize] == SLOW {
                let (quantity, cost) = &mut running[group as usize];
                *quantity = quantity.plus(self.quantity[line])?;
                let after = cost_of(columns, self.groups[group as usize].price, *quantity)?;
                self.slow.push((line as u32, after.minus(*cost)?));
                *cost = after;
            }
            sum.add(Part::Exact(self.cost(line)))?;
        }
        sum.total()
    }

    /// What a line cost when they were priced last; 0 for one that came since.
    #[must_use]
    pub fn cost(&self, line: usize) -> Decimal {
        let fast = || Decimal::new(self.cost.get(line).copied().unwrap_or_default(), COST_DECIMALS as u8);
        let slow = self.slow.binary_search_by_key(&(line as u32), |(at, _)| *at);
        slow.map_or_else(|_| fast(), |place| self.slow[place].1)
    }
}

/// A time in seconds since 1970, for who counts time like that.
#[must_use]
pub fn second(second: i64) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_second(second).ok()
}

/// What the first units of a month cost.
fn cost_of(columns: &Columns, price: u32, quantity: Decimal) -> Result<Decimal, Inexact> {
    let billable = quantity.minus(columns.prices.included(price))?.max(Decimal::ZERO);
    columns.prices.table(price).cost(billable)
}

#[cfg(test)]
mod tests;
