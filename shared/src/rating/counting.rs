//! One unit for all usage and all prices of a meter, where their unit texts decide what a quantity means.
//!
//! A price sheet's price is per block (`100 Hours`, `30 Days`) while usage counts single ones. A day has no exact
//! value in blocks of 30, so nothing is divided before the end: bounds and included quantities are multiplied into the
//! counted unit, prices into what [`Counting::divisor`] blocks cost, and only the sum of all amounts is divided.

use std::borrow::Cow;
use std::sync::Arc;

use super::charge::TierCharge;
use crate::decimal::{Decimal, Inexact};
use crate::meter::{Meter, PriceKind, PriceModel, Tier, TierTable};
use crate::quantity::PricingUnit;
use crate::ratebook::Unpriced;

/// Decimals that are told of an amount whose decimals have no end, such as a third.
pub const ENDLESS_DECIMALS: u32 = 38;

/// Usage and prices of one meter in one unit.
pub(crate) struct Counting {
    unit: PricingUnit,
    text: Arc<str>,
    /// The prices of the book, in its order: bounds in the counted unit, prices as they are added up.
    prices: Vec<Meter>,
    /// For each price, how many of the counted unit it is for.
    blocks: Vec<Decimal>,
    /// What the sum of all amounts is divided by: one, unless a block is not made of twos and fives.
    divisor: Decimal,
}

/// More than what is lost where so many amounts were cut off, each by less than its last decimal: what comes this near to a
/// limit has reached it. A third and two thirds are one.
pub(crate) fn cut_at_most(amounts: usize) -> Result<Decimal, Inexact> {
    Decimal::new(1, ENDLESS_DECIMALS as u8).times(Decimal::new(amounts as i128, 0))
}

/// Exact where the decimals end, else cut off after [`ENDLESS_DECIMALS`] of them.
pub(crate) fn quotient(sum: Decimal, divisor: Decimal) -> Result<Decimal, Inexact> {
    if divisor == Decimal::ONE {
        return Ok(sum);
    }
    sum.divided_exactly(divisor).or_else(|Inexact| sum.divided_down(divisor, ENDLESS_DECIMALS))
}

/// A unit and how it is written.
type Named<'a> = (PricingUnit, Cow<'a, str>);

impl Counting {
    /// Finds the unit in which each amount of usage and each block of a price has an exact value: that of a price
    /// where there is one, newest first, so that charges read like the price list; otherwise one that the usage counts.
    pub(crate) fn of(used: &[(Decimal, &PricingUnit)], prices: &[Meter]) -> Result<Counting, Unpriced> {
        let priced = || prices.iter().filter(|meter| meter.kind == PriceKind::Consumption);
        let mut candidates: Vec<Named<'_>> = Vec::new();
        let mut consider = |candidate: Named<'static>| {
            if candidates.iter().all(|(known, _)| *known != candidate.0) {
                candidates.push(candidate);
            }
        };
        let named = |unit: PricingUnit| (unit.clone(), Cow::Owned(unit.to_string()));
        for meter in priced().rev() {
            consider((PricingUnit::parse(&meter.unit), Cow::Owned(meter.unit.to_string())));
        }
        priced().rev().for_each(|meter| consider(named(PricingUnit::parse(&meter.unit).single())));
        used.iter().for_each(|(_, unit)| consider(named(unit.single())));
        let mut why = Unpriced::UnitMismatch;
        for (unit, text) in candidates {
            let exact = |quantity, other: &PricingUnit| match other.convert(quantity, &unit) {
                None => Err(Unpriced::UnitMismatch),
                Some(converted) => converted.map_err(|Inexact| Unpriced::UnitInexact),
            };
            let usage = used.iter().try_for_each(|(quantity, other)| exact(*quantity, other).map(|_| ()));
            let blocks = usage.and_then(|()| {
                prices
                    .iter()
                    .map(|meter| match meter.kind {
                        PriceKind::Consumption => exact(Decimal::ONE, &PricingUnit::parse(&meter.unit)),
                        // Prices of other kinds meet no usage.
                        _ => Ok(Decimal::ONE),
                    })
                    .collect()
            });
            match blocks.and_then(|blocks| Counting::in_unit(unit, &text, prices, blocks)) {
                Ok(counting) => return Ok(counting),
                Err(reason) => why = reason,
            }
            if why == Unpriced::UnitMismatch {
                break;
            }
        }
        Err(why)
    }

    fn in_unit(unit: PricingUnit, text: &str, prices: &[Meter], blocks: Vec<Decimal>) -> Result<Counting, Unpriced> {
        let mut divisor = Decimal::ONE;
        for block in &blocks {
            if divisor.divided_exactly(*block).is_err() {
                divisor = divisor.times(*block).map_err(|Inexact| Unpriced::UnitInexact)?;
            }
        }
        let mut counting = Counting { unit, text: text.into(), prices: Vec::new(), blocks, divisor };
        for (meter, block) in prices.iter().zip(&counting.blocks) {
            let scaled = counting.scaled(meter, *block).map_err(|Inexact| Unpriced::UnitInexact)?;
            counting.prices.push(scaled);
        }
        Ok(counting)
    }

    /// What a price of this model, for a block of this size, is multiplied by before amounts are added up.
    fn factor(&self, model: PriceModel, block: Decimal) -> Result<Decimal, Inexact> {
        match model {
            // A package has its price, however many units it holds.
            PriceModel::Package { .. } => Ok(self.divisor),
            PriceModel::Graduated | PriceModel::Volume => self.divisor.divided_exactly(block),
        }
    }

    fn scaled(&self, meter: &Meter, block: Decimal) -> Result<Meter, Inexact> {
        let factor = self.factor(meter.tiers.model(), block)?;
        let model = match meter.tiers.model() {
            PriceModel::Package { size } => PriceModel::Package { size: size.times(block)? },
            other => other,
        };
        let tiers: Result<Vec<Tier>, Inexact> = (meter.tiers.tiers().iter())
            .map(|tier| Ok(Tier { from: tier.from.times(block)?, unit_price: tier.unit_price.times(factor)? }))
            .collect();
        Ok(Meter {
            included_quantity: meter.included_quantity.times(block)?,
            // What was a table is one when all bounds are multiplied by the same number above zero.
            tiers: Arc::new(TierTable::priced(model, tiers?).map_err(|_| Inexact)?),
            unit: self.text.clone(),
            ..meter.clone()
        })
    }

    /// A price of the book as it is added up here.
    pub(crate) fn price_of(&self, meter: &Meter) -> Option<&Meter> {
        let same = |price: &&Meter| (&price.region, &price.sku) == (&meter.region, &meter.sku);
        self.prices.iter().find(same)
    }

    /// The price at a place of the list that it was made from.
    pub(crate) fn price_at(&self, place: usize) -> Option<&Meter> {
        self.prices.get(place)
    }

    /// A quantity in the counted unit.
    pub(crate) fn count(&self, quantity: Decimal, unit: &PricingUnit) -> Result<Decimal, Inexact> {
        unit.convert(quantity, &self.unit).unwrap_or(Err(Inexact))
    }

    /// What sums of amounts at these prices are to be divided by.
    pub(crate) fn divisor(&self) -> Decimal {
        self.divisor
    }

    /// The money of a sum of amounts at the prices of this counting: exact where its decimals end, else cut off after
    /// [`ENDLESS_DECIMALS`] of them. Cutting, unlike rounding, cannot lift an amount onto the half of a cent, so what
    /// an invoice rounds is rounded as the exact amount would be.
    pub(crate) fn amount(&self, sum: Decimal) -> Result<Decimal, Inexact> {
        quotient(sum, self.divisor)
    }

    /// Sum and divisor of an amount that is cut off: what is made of it further is made of these two.
    pub(crate) fn fraction(&self, sum: Decimal) -> Option<(Decimal, Decimal)> {
        self.is_endless(sum).then_some((sum, self.divisor))
    }

    /// Whether the amount of this sum is cut off.
    pub(crate) fn is_endless(&self, sum: Decimal) -> bool {
        self.divisor != Decimal::ONE && sum.divided_exactly(self.divisor).is_err()
    }

    /// Filled tiers of these prices as the price list has them, on top of a sum that was told before. Their
    /// costs are what they add to its amount.
    pub(crate) fn tell(&self, mut sum: Decimal, filled: &mut [(&Meter, TierCharge)]) -> Result<(), Inexact> {
        for (meter, tier) in filled {
            let place = self.prices.iter().position(|price| std::ptr::eq(price, *meter)).ok_or(Inexact)?;
            let block = self.blocks[place];
            let before = sum;
            sum = sum.plus(tier.cost)?;
            tier.cost = self.amount(sum)?.minus(self.amount(before)?)?;
            tier.unit_price = tier.unit_price.divided_exactly(self.factor(meter.tiers.model(), block)?)?;
            tier.block = (tier.package_size.is_none() && block != Decimal::ONE).then_some(block);
        }
        Ok(())
    }
}
