//! From what usage counts to what a price is per.
//!
//! A rate card and its usage share the unit, so a quantity is taken as it is. A price sheet's price is per block
//! (`100 Hours`) while usage counts single ones (`Hours`): there the running total is kept in single units, and divided
//! by the block of the price in force.

use crate::decimal::{Decimal, Inexact};
use crate::meter::{Meter, PriceKind};
use crate::quantity::PricingUnit;
use crate::ratebook::{BookHeader, Unpriced};
use crate::usage::UsageAggregate;

/// How the quantities of one meter are read.
pub(super) enum Measure {
    /// Usage and price share the unit.
    Shared,
    /// The price is per block of this single unit.
    PerBlock(PricingUnit),
    /// The quantities have no meaning in the unit of the price: nothing of them is priced.
    Unknown(Unpriced),
}

impl Measure {
    pub(super) fn of(rows: &[&UsageAggregate], prices: &[Meter], header: &BookHeader) -> Result<Measure, Inexact> {
        let priced = prices.iter().find(|meter| meter.kind == PriceKind::Consumption);
        let Some(meter) = priced.filter(|_| header.prices_are_per_block()) else { return Ok(Measure::Shared) };
        let single = PricingUnit { block: Decimal::ONE, ..PricingUnit::parse(&meter.unit) };
        let measure = Measure::PerBlock(single.clone());
        let mut total = Decimal::ZERO;
        for row in rows {
            if !row.unit.is_empty() && PricingUnit::parse(&row.unit).convert(row.quantity, &single).is_none() {
                return Ok(Measure::Unknown(Unpriced::UnitMismatch));
            }
            let Ok(used) = measure.single_units(row) else { return Ok(Measure::Unknown(Unpriced::UnitInexact)) };
            total = total.plus(used)?;
            // Every total on the way is divided, and a price may have changed its block.
            for meter in prices.iter().filter(|meter| meter.kind == PriceKind::Consumption) {
                match single.convert(total, &PricingUnit::parse(&meter.unit)) {
                    Some(Ok(_)) => {}
                    Some(Err(Inexact)) => return Ok(Measure::Unknown(Unpriced::UnitInexact)),
                    None => return Ok(Measure::Unknown(Unpriced::UnitMismatch)),
                }
            }
        }
        Ok(measure)
    }

    /// Why nothing can be priced, if so.
    pub(super) fn doubt(&self) -> Result<(), Unpriced> {
        match self {
            Measure::Unknown(why) => Err(*why),
            Measure::Shared | Measure::PerBlock(_) => Ok(()),
        }
    }

    /// The quantity of a row in single units.
    pub(super) fn single_units(&self, row: &UsageAggregate) -> Result<Decimal, Inexact> {
        match self {
            // Usage without a unit text counts single ones, as all usage of such agreements does.
            Measure::PerBlock(single) if !row.unit.is_empty() => {
                PricingUnit::parse(&row.unit).convert(row.quantity, single).unwrap_or(Err(Inexact))
            }
            _ => Ok(row.quantity),
        }
    }

    /// Single units as a quantity of the price's unit.
    pub(super) fn priced_units(&self, quantity: Decimal, meter: &Meter) -> Result<Decimal, Inexact> {
        match self {
            Measure::PerBlock(single) => {
                single.convert(quantity, &PricingUnit::parse(&meter.unit)).unwrap_or(Err(Inexact))
            }
            _ => Ok(quantity),
        }
    }
}
