//! Whether a price rose, for somebody who uses so much of it.

use super::diff::PERCENT_DECIMALS;
use crate::decimal::{Decimal, Inexact};
use crate::meter::{Meter, Tier};
use crate::quantity::PricingUnit;

/// What rose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rise {
    /// The price of a unit, by so many per cent, in the tier where it rose most.
    Price(Decimal),
    /// What was free has a price.
    WasFree,
    /// The price is the same, and less of the use is free.
    LessIncluded,
}

/// Two prices that have no common measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// One is for hours and the other for bytes, or tiers are read in another way.
    #[error("it is counted or charged in another way")]
    Unlike,
    /// A figure has too many digits.
    #[error("{0}")]
    Digits(#[from] Inexact),
}

/// What rose by more than `above` per cent from one row to another, in the tiers that a use of `used` (in the unit of the
/// second row, free units included) comes to. The first tier is one of them, however little was used.
///
/// # Errors
/// [`NotComparable`] where the units or the kinds of tiers differ.
pub fn rise(before: &Meter, after: &Meter, used: Decimal, above: Decimal) -> Result<Option<Rise>, NotComparable> {
    if before.tiers.model() != after.tiers.model() {
        return Err(NotComparable::Unlike);
    }
    let units = Units::of(before, after)?;
    let old = before.tiers.tiers().iter().map(|tier| units.tier(tier)).collect::<Result<Vec<Tier>, _>>()?;
    let new = after.tiers.tiers();
    let billable = after.billable(used)?;
    let mut most: Option<Rise> = None;
    for from in old.iter().chain(new).map(|tier| tier.from) {
        if from > Decimal::ZERO && from >= billable {
            continue;
        }
        let (was, is) = (price_from(&old, from), price_from(new, from));
        if is <= was {
            continue;
        }
        if was.is_zero() {
            return Ok(Some(Rise::WasFree));
        }
        let hundredfold = is.minus(was)?.shifted(2)?;
        if hundredfold <= was.times(above)? {
            continue;
        }
        let percent = hundredfold.divided_rounded(was, PERCENT_DECIMALS)?;
        if !matches!(most, Some(Rise::Price(known)) if known >= percent) {
            most = Some(Rise::Price(percent));
        }
    }
    if most.is_none()
        && used > after.included_quantity
        && units.quantity(before.included_quantity)? > after.included_quantity
    {
        return Ok(Some(Rise::LessIncluded));
    }
    Ok(most)
}

/// The unit price at so many billable units.
fn price_from(tiers: &[Tier], from: Decimal) -> Decimal {
    let reached = tiers.iter().rev().find(|tier| tier.from <= from);
    reached.or(tiers.first()).map_or(Decimal::ZERO, |tier| tier.unit_price)
}

/// From the unit of one row to that of another.
struct Units {
    /// None where both are written alike.
    pair: Option<(PricingUnit, PricingUnit)>,
}

impl Units {
    fn of(before: &Meter, after: &Meter) -> Result<Units, NotComparable> {
        if before.unit == after.unit {
            return Ok(Units { pair: None });
        }
        let (one, other) = (PricingUnit::parse(&before.unit), PricingUnit::parse(&after.unit));
        if one.mismatch(&other).is_some() {
            return Err(NotComparable::Unlike);
        }
        Ok(Units { pair: Some((one, other)) })
    }

    fn quantity(&self, quantity: Decimal) -> Result<Decimal, NotComparable> {
        let Some((before, after)) = &self.pair else { return Ok(quantity) };
        Ok(before.convert(quantity, after).ok_or(NotComparable::Unlike)??)
    }

    /// The same tier, counted in the other unit: of a unit that is ten times as large there are a tenth, each at ten times
    /// the price.
    fn tier(&self, tier: &Tier) -> Result<Tier, NotComparable> {
        let Some((before, after)) = &self.pair else { return Ok(*tier) };
        let in_one = after.convert(Decimal::ONE, before).ok_or(NotComparable::Unlike)??;
        Ok(Tier { from: self.quantity(tier.from)?, unit_price: tier.unit_price.times(in_one)? })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::meter::{TierTable, sample};

    fn d(text: &str) -> Decimal {
        text.parse().unwrap_or_else(|e| panic!("{e}"))
    }

    /// `0:0.087 10240:0.083`
    fn meter(unit: &str, included: &str, tiers: &str) -> Meter {
        let tier = |text: &str| {
            let (from, price) = text.split_once(':').unwrap_or_else(|| panic!("{text}"));
            Tier { from: d(from), unit_price: d(price) }
        };
        let tiers = TierTable::new(tiers.split(' ').map(tier).collect()).unwrap_or_else(|e| panic!("{e}"));
        Meter { unit: unit.into(), included_quantity: d(included), tiers: Arc::new(tiers), ..sample() }
    }

    fn told(before: &Meter, after: &Meter, used: &str, above: &str) -> Result<Option<Rise>, NotComparable> {
        rise(before, after, d(used), d(above))
    }

    #[test]
    fn a_rise_is_above_the_limit_and_not_at_it() {
        let (before, after) = (meter("1 Hour", "0", "0:0.5"), meter("1 Hour", "0", "0:0.51"));
        assert_eq!(told(&before, &after, "3", "1.99"), Ok(Some(Rise::Price(d("2")))));
        assert_eq!(told(&before, &after, "3", "2"), Ok(None));
        assert_eq!(told(&after, &before, "3", "0"), Ok(None), "a fall is none");
        assert_eq!(told(&after, &after, "3", "0"), Ok(None));
    }

    #[test]
    fn only_tiers_that_are_reached_count_and_the_first_always_does() {
        let before = meter("1 GB", "5", "0:0.087 10235:0.083");
        let dearer_later = meter("1 GB", "5", "0:0.087 10235:0.0913");
        assert_eq!(told(&before, &dearer_later, "10240", "0"), Ok(None), "the second tier begins behind it");
        assert_eq!(told(&before, &dearer_later, "10240.1", "0"), Ok(Some(Rise::Price(d("10")))));
        let dearer_first = meter("1 GB", "5", "0:0.174 10235:0.083");
        assert_eq!(told(&before, &dearer_first, "0", "0"), Ok(Some(Rise::Price(d("100")))));
        // The bound moved: what lay behind it costs the price before it now.
        let moved = meter("1 GB", "5", "0:0.087 20000:0.083");
        assert_eq!(told(&before, &moved, "11000", "4"), Ok(Some(Rise::Price(d("4.8193")))));
    }

    #[test]
    fn what_was_free_and_what_is_no_longer_included() {
        let free = meter("1 GB", "0", "0:0");
        assert_eq!(told(&free, &meter("1 GB", "0", "0:0.01"), "1", "500"), Ok(Some(Rise::WasFree)));
        let (five, one) = (meter("1 GB", "5", "0:0.1"), meter("1 GB", "1", "0:0.1"));
        assert_eq!(told(&five, &one, "3", "0"), Ok(Some(Rise::LessIncluded)));
        assert_eq!(told(&five, &one, "1", "0"), Ok(None), "nothing of it is paid");
    }

    #[test]
    fn another_size_of_the_unit_is_another_price_for_the_same() {
        let (one, hundred) = (meter("1 Hour", "0", "0:0.5 1000:0.4"), meter("100 Hours", "0", "0:50 10:40"));
        assert_eq!(told(&one, &hundred, "20", "0"), Ok(None));
        assert_eq!(told(&one, &meter("100 Hours", "0", "0:55 10:40"), "20", "9"), Ok(Some(Rise::Price(d("10")))));
        assert_eq!(told(&one, &meter("1 GB", "0", "0:5"), "20", "0"), Err(NotComparable::Unlike));
    }
}
