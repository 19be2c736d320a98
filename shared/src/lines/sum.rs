//! A sum of exact costs that is fast as long as it fits.

use crate::columns::COST_DECIMALS;
use crate::decimal::{Decimal, Inexact};

/// A cost, at twenty decimals where it fits.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Fixed(i128),
    Exact(Decimal),
}

/// Both kinds, each added up by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum {
    fixed: i128,
    exact: Decimal,
}

impl Sum {
    pub(super) const ZERO: Sum = Sum { fixed: 0, exact: Decimal::ZERO };

    pub(super) fn add(&mut self, part: Part) -> Result<(), Inexact> {
        match part {
            Part::Fixed(part) => match self.fixed.checked_add(part) {
                Some(sum) => self.fixed = sum,
                None => *self = Sum { fixed: part, exact: self.total()? },
            },
            Part::Exact(part) => self.exact = self.exact.plus(part)?,
        }
        Ok(())
    }

    pub(super) fn total(&self) -> Result<Decimal, Inexact> {
        self.exact.plus(Decimal::new(self.fixed, COST_DECIMALS as u8))
    }
}
