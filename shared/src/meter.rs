//! What a meter costs at one moment: its tiers and its included quantity.

use std::sync::Arc;

use jiff::Timestamp;

use crate::decimal::{Decimal, Inexact};
use crate::guid::MeterId;

/// The longest table seen in real cards has 8 tiers.
pub const MAX_TIERS: usize = 64;

/// A lower bound and the unit price from there to the next bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// First billable unit of the tier, counted from zero.
    pub from: Decimal,
    /// Price of one unit inside the tier.
    pub unit_price: Decimal,
}

/// Why a list of tiers is no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TierError {
    /// There is no tier at all, or none that starts at zero.
    #[error("no tier starts at 0")]
    NoBaseTier,
    /// Two tiers start at the same quantity, however it was written.
    #[error("two tiers start at {from}")]
    RepeatedBound {
        /// The bound that stands twice.
        from: Decimal,
    },
    /// A tier that starts below zero.
    #[error("a tier starts at {from}, below zero")]
    NegativeBound {
        /// The bound.
        from: Decimal,
    },
    /// A price below zero.
    #[error("the price {unit_price} is below zero")]
    NegativePrice {
        /// The price.
        unit_price: Decimal,
    },
    /// More than [`MAX_TIERS`].
    #[error("{count} tiers, at most {MAX_TIERS} are accepted")]
    TooMany {
        /// How many.
        count: usize,
    },
}

/// Graduated tiers: each unit is charged at the price of the tier it falls into.
///
/// Bounds ascend and the first is zero; [`TierTable::new`] refuses anything else.
/// A tier is the interval `[from, next from)`; the last has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierTable(Vec<Tier>);

impl TierTable {
    /// Takes the tiers in any order: a JSON map promises none.
    pub fn new(mut tiers: Vec<Tier>) -> Result<TierTable, TierError> {
        if tiers.len() > MAX_TIERS {
            return Err(TierError::TooMany { count: tiers.len() });
        }
        tiers.sort_by_key(|tier| tier.from);
        if let Some(tier) = tiers.iter().find(|tier| tier.unit_price.is_negative()) {
            return Err(TierError::NegativePrice { unit_price: tier.unit_price });
        }
        if let Some(pair) = tiers.windows(2).find(|pair| pair[0].from == pair[1].from) {
            return Err(TierError::RepeatedBound { from: pair[0].from });
        }
        match tiers.first() {
            Some(first) if first.from.is_negative() => Err(TierError::NegativeBound { from: first.from }),
            Some(first) if first.from.is_zero() => Ok(TierTable(tiers)),
            _ => Err(TierError::NoBaseTier),
        }
    }

    /// The tiers in ascending order.
    #[must_use]
    pub fn tiers(&self) -> &[Tier] {
        &self.0
    }

    /// Where the tier ends, which is where the next one starts; `None` for the last.
    #[must_use]
    pub fn end_of(&self, index: usize) -> Option<Decimal> {
        self.0.get(index + 1).map(|next| next.from)
    }

    /// How many of the billable units between two running totals fall into each tier.
    ///
    /// When the total falls (a correction), the quantities are negative: what was charged
    /// for these units is given back at the same prices. `filled` is emptied first.
    pub fn quantities(&self, from: Decimal, to: Decimal, filled: &mut Vec<Decimal>) -> Result<(), Inexact> {
        filled.clear();
        if to < from {
            self.quantities(to, from, filled)?;
            filled.iter_mut().for_each(|quantity| *quantity = quantity.negated());
            return Ok(());
        }
        // Most meters have one price, and a month has a hundred thousand rows.
        if self.0.len() == 1 {
            filled.push(to.minus(from)?);
            return Ok(());
        }
        for (index, tier) in self.0.iter().enumerate() {
            let low = from.max(tier.from);
            let high = self.end_of(index).map_or(to, |end| to.min(end));
            filled.push(if high > low { high.minus(low)? } else { Decimal::ZERO });
        }
        Ok(())
    }

    /// The price that a small quantity pays once nothing is free any more: what a list of prices shows.
    #[must_use]
    pub fn first_charged_price(&self) -> Decimal {
        let charged = self.0.iter().find(|tier| !tier.unit_price.is_zero());
        charged.or(self.0.first()).map_or(Decimal::ZERO, |tier| tier.unit_price)
    }
}

/// What kind of price a row of a price list is. Usage is only ever rated with [`PriceKind::Consumption`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PriceKind {
    /// Pay for what is used.
    Consumption,
    /// The same under a dev/test offer.
    DevTest,
    /// One sum for a whole term such as `1 Year`, although its unit says an hour.
    Reservation {
        /// The term as Azure writes it.
        term: Arc<str>,
    },
    /// A kind that is not known; kept, never used for rating.
    Other(Arc<str>),
}

/// What the Retail Prices API adds to a meter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sku {
    /// `skuId`, such as `DZH318Z0K9K9/00QJ`.
    pub id: Arc<str>,
    /// `armSkuName`, such as `Standard_D4s_v5`; empty where there is none.
    pub arm_name: Arc<str>,
}

/// A meter with the price that holds from one date on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    /// Identity.
    pub id: MeterId,
    /// Service, such as `Virtual Machines`.
    pub category: Arc<str>,
    /// Such as `Dsv5 Series`; may be empty.
    pub sub_category: Arc<str>,
    /// Such as `D4s v5`.
    pub name: Arc<str>,
    /// Azure's billing name of the region, such as `EU West`; empty for a global meter.
    pub region: Arc<str>,
    /// Pricing unit as Azure writes it, such as `1 Hour` or `10K`.
    pub unit: Arc<str>,
    /// From when the price holds.
    pub effective_at: Timestamp,
    /// Until when, where the source says so.
    pub ends_at: Option<Timestamp>,
    /// Free units per subscription and billing period, taken off before the tiers.
    pub included_quantity: Decimal,
    /// The price.
    pub tiers: Arc<TierTable>,
    /// What kind of price this is.
    pub kind: PriceKind,
    /// SKU, where the source has one.
    pub sku: Option<Sku>,
    /// Sold by somebody else through Azure: no discount and no credit applies.
    pub third_party: bool,
    /// `MeterStatus` says that the meter is deprecated.
    pub deprecated: bool,
}

impl Meter {
    /// The billable units at a running total: what is left after the included quantity.
    pub fn billable(&self, total: Decimal) -> Result<Decimal, Inexact> {
        Ok(total.minus(self.included_quantity)?.max(Decimal::ZERO))
    }
}

/// A meter to start from in tests: one unit costs 1.
#[cfg(test)]
pub(crate) fn sample() -> Meter {
    let tier = Tier { from: Decimal::ZERO, unit_price: Decimal::ONE };
    Meter {
        id: "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse().unwrap_or_else(|error| panic!("{error}")),
        category: "".into(),
        sub_category: "".into(),
        name: "".into(),
        region: "".into(),
        unit: "1".into(),
        effective_at: Timestamp::UNIX_EPOCH,
        ends_at: None,
        included_quantity: Decimal::ZERO,
        tiers: Arc::new(TierTable::new(vec![tier]).unwrap_or_else(|error| panic!("{error}"))),
        kind: PriceKind::Consumption,
        sku: None,
        third_party: false,
        deprecated: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<TierTable, TierError> {
        let d = |t: &str| Decimal::parse(t).unwrap_or_else(|e| panic!("{t}: {e}"));
        let tiers = text.split_whitespace().filter_map(|pair| pair.split_once(':'));
        TierTable::new(tiers.map(|(from, price)| Tier { from: d(from), unit_price: d(price) }).collect())
    }

    #[test]
    fn refuses_what_is_no_price() {
        let zero = Decimal::ZERO;
        let minus = Decimal::new(-1, 0);
        assert_eq!(table(""), Err(TierError::NoBaseTier));
        assert_eq!(table("5:1"), Err(TierError::NoBaseTier));
        assert_eq!(table("0:1 0.0:2"), Err(TierError::RepeatedBound { from: zero }));
        assert_eq!(table("-1:1 0:1"), Err(TierError::NegativeBound { from: minus }));
        assert_eq!(table("0:-1"), Err(TierError::NegativePrice { unit_price: minus }));
        let many: String = (0..65).map(|i| format!("{i}:1 ")).collect();
        assert_eq!(table(&many), Err(TierError::TooMany { count: 65 }));
    }

    #[test]
    fn bounds_sort_as_numbers() {
        let starts = table("1000:0.96 0:1.2 100000:0.48 10000:0.72")
            .map(|t| t.tiers().iter().map(|tier| tier.from.to_string()).collect::<Vec<_>>());
        assert_eq!(starts, Ok(vec!["0".into(), "1000".into(), "10000".into(), "100000".into()]));
    }
}
