//! How much fell into which tier while a running total moved, and at which price.

use super::charge::TierCharge;
use crate::decimal::{Decimal, Inexact};
use crate::meter::{Meter, PriceModel};
use crate::period::Instant;

/// Collects, per price that was in force, how much fell into each of its tiers.
#[derive(Default)]
pub(crate) struct Ledger<'a> {
    segments: Vec<(&'a Meter, Vec<Decimal>)>,
    /// What all prices together charge for: with one price, what is left after the included quantity.
    billable: Decimal,
    /// What one row adds to each tier; kept so that a row needs no memory of its own.
    added: Vec<Decimal>,
}

impl<'a> Ledger<'a> {
    /// Usage that moved the running total of the period from `before` to `after` while this price held.
    /// Returns what that costs.
    pub(crate) fn add(&mut self, meter: &'a Meter, before: Decimal, after: Decimal) -> Result<Decimal, Inexact> {
        let (from, to) = (meter.billable(before)?, meter.billable(after)?);
        meter.tiers.sold(from, to, &mut self.added)?;
        self.billable = self.billable.plus(to.minus(from)?)?;
        let mut cost = Decimal::ZERO;
        for (tier, quantity) in meter.tiers.tiers().iter().zip(&self.added) {
            cost = cost.plus(tier.unit_price.times(*quantity)?)?;
        }
        match self.segments.last_mut() {
            Some((last, quantities)) if std::ptr::eq(*last, meter) => {
                for (sum, more) in quantities.iter_mut().zip(&self.added) {
                    *sum = sum.plus(*more)?;
                }
            }
            _ => self.segments.push((meter, self.added.clone())),
        }
        Ok(cost)
    }

    /// The units that were charged.
    pub(crate) fn billable(&self) -> Decimal {
        self.billable
    }

    /// The filled tier tables, one after another when the price changed inside the period.
    pub(crate) fn into_tiers(self) -> Result<Vec<TierCharge>, Inexact> {
        Ok(self.into_filled()?.into_iter().map(|(_, tier)| tier).collect())
    }

    /// The same, each with its price.
    pub(crate) fn into_filled(self) -> Result<Vec<(&'a Meter, TierCharge)>, Inexact> {
        let mut filled = Vec::new();
        for (meter, quantities) in self.segments {
            for (index, (tier, quantity)) in meter.tiers.tiers().iter().zip(quantities).enumerate() {
                let tier_charge = TierCharge {
                    from: tier.from,
                    to: meter.tiers.end_of(index),
                    quantity,
                    included_quantity: meter.included_quantity,
                    model: meter.tiers.model().name(),
                    package_size: match meter.tiers.model() {
                        PriceModel::Package { size } => Some(size),
                        PriceModel::Graduated | PriceModel::Volume => None,
                    },
                    block: None,
                    unit_price: tier.unit_price,
                    cost: tier.unit_price.times(quantity)?,
                    effective_at: Instant(meter.effective_at),
                };
                filled.push((meter, tier_charge));
            }
        }
        Ok(filled)
    }
}

/// Exact sum of the tiers.
pub(crate) fn cost_of(tiers: &[TierCharge]) -> Result<Decimal, Inexact> {
    tiers.iter().try_fold(Decimal::ZERO, |sum, tier| sum.plus(tier.cost))
}
