//! What a rating of columns found: by billing period and meter, and by row.

use std::collections::BTreeMap;

use super::Order;
use crate::decimal::{Decimal, Inexact};
use crate::guid::{MeterId, SubscriptionId};
use crate::period::BillingPeriod;
use crate::ratebook::Unpriced;

/// Digits behind the point of a row's charge: ten of the quantity and ten of the price.
pub const COST_DECIMALS: u32 = 20;

/// What one subscription owes for one meter in one billing period; the numbers of [`crate::rating::Charge`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodCharge {
    /// Who.
    pub subscription_id: SubscriptionId,
    /// When.
    pub period: BillingPeriod,
    /// What.
    pub meter_id: MeterId,
    /// Sum of the rows that count.
    pub quantity: Decimal,
    /// Exact cost of what has a price.
    pub known_cost: Decimal,
    /// What has none; absent when all of the quantity has a price. Rare, and there are a million charges.
    pub unpriced: Option<Box<UnpricedPart>>,
}

/// The part of a period's quantity that nobody could price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnpricedPart {
    /// How much.
    pub quantity: Decimal,
    /// Why, for the last of its rows.
    pub reason: Unpriced,
}

impl PeriodCharge {
    /// Exact cost; absent when any of the quantity has no price, never 0 instead.
    #[must_use]
    pub fn cost(&self) -> Option<Decimal> {
        if self.unpriced.is_none() { Some(self.known_cost) } else { None }
    }
}

/// What one row adds to its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowCharge {
    /// An exact amount × 10^[`COST_DECIMALS`].
    Fixed(i128),
    /// An exact amount that does not fit fixed point.
    Wide(Decimal),
    /// There is no price at that time.
    Unpriced(Unpriced),
    /// A later reading of the same row counts instead.
    Replaced,
}

impl RowCharge {
    /// The amount, where there is one.
    #[must_use]
    pub fn cost(self) -> Option<Decimal> {
        match self {
            RowCharge::Fixed(cost) => Some(Decimal::new(cost, COST_DECIMALS as u8)),
            RowCharge::Wide(cost) => Some(cost),
            RowCharge::Unpriced(_) | RowCharge::Replaced => None,
        }
    }
}

/// The charge of every row, in the order of the columns.
#[derive(Debug, Clone, Default)]
pub struct RowCharges {
    fixed: Vec<i128>,
    wide: BTreeMap<u32, Decimal>,
}

/// Amounts in fixed point are products of two i64 below 2^126; what is lower says that there is none.
const LOWEST: i128 = i128::MIN / 2;
const KEPT_ASIDE: i128 = i128::MIN;
const REPLACED: i128 = i128::MIN + 1;
const FIRST_REASON: i128 = i128::MIN + 2;
/// How a missing price stands in the column of charges.
pub(super) fn unpriced(reason: Unpriced) -> i128 {
    FIRST_REASON + Unpriced::ALL.iter().position(|known| *known == reason).unwrap_or(0) as i128
}

impl RowCharges {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fixed.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fixed.is_empty()
    }

    /// The charge of a row.
    #[must_use]
    pub fn of(&self, row: usize) -> Option<RowCharge> {
        let fixed = *self.fixed.get(row)?;
        Some(match fixed {
            LOWEST.. => RowCharge::Fixed(fixed),
            KEPT_ASIDE => RowCharge::Wide(*self.wide.get(&(row as u32))?),
            REPLACED => RowCharge::Replaced,
            _ => RowCharge::Unpriced(*Unpriced::ALL.get((fixed - FIRST_REASON) as usize)?),
        })
    }

    /// All charges in the order of the rows.
    pub fn iter(&self) -> impl Iterator<Item = RowCharge> + '_ {
        (0..self.len()).map_while(|row| self.of(row))
    }

    /// The exact sum of all charges that are known.
    pub fn sum(&self) -> Result<Decimal, Inexact> {
        let (mut sum, mut fixed) = (Decimal::ZERO, 0i128);
        for charge in &self.fixed {
            let charge = if *charge >= LOWEST { *charge } else { 0 };
            // A sum that grows beyond an i128 is moved to where there is more room.
            match fixed.checked_add(charge) {
                Some(more) => fixed = more,
                None => {
                    sum = sum.plus(Decimal::new(fixed, COST_DECIMALS as u8))?;
                    fixed = charge;
                }
            }
        }
        self.wide.values().try_fold(sum.plus(Decimal::new(fixed, COST_DECIMALS as u8))?, |sum, cost| sum.plus(*cost))
    }

    /// How an amount stands in the column; one that does not fit is kept aside.
    pub(super) fn keep(&mut self, row: usize, cost: Decimal) -> i128 {
        match cost.fixed(COST_DECIMALS) {
            Some(fixed) if fixed >= LOWEST => fixed,
            _ => {
                self.wide.insert(row as u32, cost);
                KEPT_ASIDE
            }
        }
    }

    /// The column, to be written anew.
    pub(super) fn into_room(self) -> Vec<i128> {
        self.fixed
    }

    /// Takes the column over.
    pub(super) fn finish(&mut self, mut fixed: Vec<i128>, order: &Order) {
        if !fixed.is_empty() {
            order.replaced.iter().for_each(|(row, _)| fixed[*row as usize] = REPLACED);
        }
        self.fixed = fixed;
    }
}
