//! What a meter costs at one moment: its tiers, how they are read, and its included quantity.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::decimal::{Decimal, Inexact};
use crate::guid::MeterId;
use crate::letters::is_of_word;
use crate::order;

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
    /// A package that holds nothing.
    #[error("a package of {size} units: it must hold more than 0")]
    EmptyPackage {
        /// How many units it would hold.
        size: Decimal,
    },
    /// Packages with more than one price.
    #[error("{count} tiers for packages, which have one price")]
    PackageTiers {
        /// How many.
        count: usize,
    },
}

/// How the tiers of a price are read. Azure's own prices are all graduated; own price books know the others, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PriceModel {
    /// Each unit is charged at the price of the tier it falls into.
    #[default]
    Graduated,
    /// All units are charged at the price of the tier that the total reaches.
    Volume,
    /// Units are sold in whole packages: one unit over the last package costs another package.
    Package {
        /// Units in a package. The price is per package.
        size: Decimal,
    },
}

impl PriceModel {
    /// `graduated`, `volume` or `package`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PriceModel::Graduated => "graduated",
            PriceModel::Volume => "volume",
            PriceModel::Package { .. } => "package",
        }
    }
}

/// The price of a meter: tiers and how they are read.
///
/// Bounds ascend and the first is zero; [`TierTable::priced`] refuses anything else.
/// A tier is the interval `[from, next from)`; the last has no end.
///
/// ```
/// use shared::decimal::Decimal;
/// use shared::meter::{PriceModel, Tier, TierTable};
///
/// let tier = |from, cents| Tier { from: Decimal::from(from), unit_price: Decimal::new(cents, 2) };
/// let graduated = TierTable::new(vec![tier(0, 100), tier(200, 90)])?;
/// let volume = TierTable::priced(PriceModel::Volume, vec![tier(0, 100), tier(200, 90)])?;
///
/// // 250 units: 200 at 1.00 and 50 at 0.90, or all 250 at 0.90
/// assert_eq!(graduated.cost(Decimal::from(250))?.to_string(), "245");
/// assert_eq!(volume.cost(Decimal::from(250))?.to_string(), "225");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierTable {
    model: PriceModel,
    tiers: Vec<Tier>,
}

impl TierTable {
    /// Graduated tiers, in any order: a JSON map promises none.
    pub fn new(tiers: Vec<Tier>) -> Result<TierTable, TierError> {
        TierTable::priced(PriceModel::Graduated, tiers)
    }

    /// Tiers in any order, read by a price model.
    pub fn priced(model: PriceModel, mut tiers: Vec<Tier>) -> Result<TierTable, TierError> {
        if tiers.len() > MAX_TIERS {
            return Err(TierError::TooMany { count: tiers.len() });
        }
        order::sort_by_key(&mut tiers, |tier| tier.from);
        TierTable::ordered(model, tiers)
    }

    /// The same for tiers that are in order already.
    pub(crate) fn ordered(model: PriceModel, tiers: Vec<Tier>) -> Result<TierTable, TierError> {
        if let Some(tier) = tiers.iter().find(|tier| tier.unit_price.is_negative()) {
            return Err(TierError::NegativePrice { unit_price: tier.unit_price });
        }
        if let Some(pair) = tiers.windows(2).find(|pair| pair[0].from == pair[1].from) {
            return Err(TierError::RepeatedBound { from: pair[0].from });
        }
        match (tiers.first(), model) {
            (Some(first), _) if first.from.is_negative() => Err(TierError::NegativeBound { from: first.from }),
            (Some(first), _) if !first.from.is_zero() => Err(TierError::NoBaseTier),
            (None, _) => Err(TierError::NoBaseTier),
            (_, PriceModel::Package { size }) if size <= Decimal::ZERO => Err(TierError::EmptyPackage { size }),
            (_, PriceModel::Package { .. }) if tiers.len() > 1 => Err(TierError::PackageTiers { count: tiers.len() }),
            _ => Ok(TierTable { model, tiers }),
        }
    }

    /// How the tiers are read.
    #[must_use]
    pub fn model(&self) -> PriceModel {
        self.model
    }

    /// The tiers in ascending order.
    #[must_use]
    pub fn tiers(&self) -> &[Tier] {
        &self.tiers
    }

    /// Where the tier ends, which is where the next one starts; `None` for the last.
    #[must_use]
    pub fn end_of(&self, index: usize) -> Option<Decimal> {
        self.tiers.get(index + 1).map(|next| next.from)
    }

    /// What the first `billable` units of a billing period cost.
    pub fn cost(&self, billable: Decimal) -> Result<Decimal, Inexact> {
        let mut sold = Vec::with_capacity(self.tiers.len());
        self.sold(Decimal::ZERO, billable, &mut sold)?;
        self.tiers
            .iter()
            .zip(sold)
            .try_fold(Decimal::ZERO, |sum, (tier, quantity)| sum.plus(tier.unit_price.times(quantity)?))
    }

    /// How much is sold at each tier's price when the billable total of the period moves from one value to another.
    ///
    /// Units, or whole packages. When the total falls (a correction), the quantities are negative: what was charged
    /// for these units is given back at the same prices. With volume prices units also move from tier to tier, so
    /// some quantities may be negative while the total rises. `sold` is emptied first.
    pub fn sold(&self, from: Decimal, to: Decimal, sold: &mut Vec<Decimal>) -> Result<(), Inexact> {
        sold.clear();
        // Most meters have one price, and a month has a hundred thousand rows.
        if self.tiers.len() == 1 && !matches!(self.model, PriceModel::Package { .. }) {
            sold.push(to.minus(from)?);
            return Ok(());
        }
        for index in 0..self.tiers.len() {
            sold.push(self.sold_at(index, to)?.minus(self.sold_at(index, from)?)?);
        }
        Ok(())
    }

    /// How much of the period's first `total` billable units is sold at the price of one tier.
    fn sold_at(&self, index: usize, total: Decimal) -> Result<Decimal, Inexact> {
        let (start, end) = (self.tiers[index].from, self.end_of(index));
        match self.model {
            PriceModel::Graduated if total <= start => Ok(Decimal::ZERO),
            PriceModel::Graduated => end.map_or(total, |end| total.min(end)).minus(start),
            PriceModel::Volume if total >= start && end.is_none_or(|end| total < end) => Ok(total),
            PriceModel::Volume => Ok(Decimal::ZERO),
            PriceModel::Package { size } => whole_packages(total, size),
        }
    }

    /// The price that a small quantity pays once nothing is free any more: what a list of prices shows.
    #[must_use]
    pub fn first_charged_price(&self) -> Decimal {
        let charged = self.tiers.iter().find(|tier| !tier.unit_price.is_zero());
        charged.or(self.tiers.first()).map_or(Decimal::ZERO, |tier| tier.unit_price)
    }
}

/// The smallest number of packages that holds `units`.
fn whole_packages(units: Decimal, size: Decimal) -> Result<Decimal, Inexact> {
    let nearest = units.divided_rounded(size, 0)?;
    if nearest.times(size)? < units { nearest.plus(Decimal::ONE) } else { Ok(nearest) }
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
    /// The price of a unit under a savings plan of a term such as `3 Years`.
    SavingsPlan {
        /// The term as Azure writes it.
        term: Arc<str>,
    },
    /// A kind that is not known; kept, never used for rating.
    Other(Arc<str>),
}

/// What a machine gives up for a lower price. No row says it but the name, so the name decides.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Priority {
    /// It runs as long as it is wanted.
    Standard,
    /// ` Spot`: it ends when Azure needs the machine.
    Spot,
    /// ` Low Priority`: the same in batch pools and scale sets, under a price of its own.
    LowPriority,
}

impl Priority {
    /// Reads the words of a name, whatever blanks or brackets stand between them.
    #[must_use]
    pub fn of(name: &str) -> Priority {
        let mut before = "";
        for word in name.split(|c: char| !is_of_word(c)).filter(|word| !word.is_empty()) {
            if word.eq_ignore_ascii_case("spot") {
                return Priority::Spot;
            }
            if before.eq_ignore_ascii_case("low") && word.eq_ignore_ascii_case("priority") {
                return Priority::LowPriority;
            }
            before = word;
        }
        Priority::Standard
    }
}

/// What a price list adds to a meter id that stands for several prices.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sku {
    /// `skuId` of the retail prices, such as `DZH318Z0K9K9/00QJ`, or a price sheet's part number.
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

/// Months of a term such as `1 Year` or `3 Years`.
fn months_of(term: &str) -> Option<u32> {
    let (number, unit) = term.trim().split_once(' ')?;
    let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
    match unit.trim().to_ascii_lowercase().trim_end_matches('s') {
        "year" => number.checked_mul(12),
        "month" => Some(number),
        _ => None,
    }
}

impl Meter {
    /// What a reservation costs a month, to the minor unit of its currency: its price is one sum for the whole term,
    /// although its unit says an hour. `None` for every other kind of price and for a term that is not known.
    #[must_use]
    pub fn reservation_month(&self, minor_unit: u32) -> Option<Decimal> {
        let PriceKind::Reservation { term } = &self.kind else { return None };
        let whole_term = self.tiers.tiers().first()?.unit_price;
        whole_term.divided_rounded(Decimal::from(months_of(term)?), minor_unit).ok()
    }

    /// What the name says about how the machine may be taken away.
    #[must_use]
    pub fn priority(&self) -> Priority {
        match Priority::of(&self.name) {
            // Names of the first years are `Compute Hours`, and the sub-category says which.
            Priority::Standard => Priority::of(&self.sub_category),
            told => told,
        }
    }

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
        let most: String = (0..64).map(|i| format!("{i}:1 ")).collect();
        assert_eq!(table(&most).map(|table| table.tiers.len()), Ok(64));
    }

    #[test]
    fn a_list_of_prices_shows_the_first_that_charges() {
        let shown = |tiers: &str| table(tiers).map(|table| table.first_charged_price().to_string());
        assert_eq!(shown("0:0 5:0.087 10240:0.083"), Ok("0.087".into()));
        assert_eq!(shown("0:0.05 5:0"), Ok("0.05".into()));
        assert_eq!(shown("0:0 5:0"), Ok("0".into()));
    }

    #[track_caller]
    fn costs(model: PriceModel, tiers: &str, quantity: &str, expect: &str) {
        let d = |text: &str| Decimal::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let table =
            table(tiers).and_then(|table| TierTable::priced(model, table.tiers)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(table.cost(d(quantity)), Ok(d(expect)), "{tiers} {quantity}");
    }

    /// Worked by hand.
    #[test]
    fn volume_charges_all_units_at_the_tier_that_the_total_reaches() {
        let tiers = "0:1 200:0.9 500:0.8";
        for (quantity, cost) in [("0", "0"), ("199.5", "199.5"), ("200", "180"), ("499", "449.1"), ("500", "400")] {
            costs(PriceModel::Volume, tiers, quantity, cost);
        }
    }

    /// Worked by hand.
    #[test]
    fn packages_are_sold_whole() {
        let package = |size: u32| PriceModel::Package { size: Decimal::from(size) };
        for (quantity, cost) in [("0", "0"), ("0.001", "5"), ("100", "5"), ("100.0000000001", "10"), ("150", "10")] {
            costs(package(100), "0:5", quantity, cost);
        }
        costs(PriceModel::Package { size: Decimal::new(25, 1) }, "0:1", "7.6", "4");
        let two = || table("0:1 5:2").map_or(Vec::new(), |table| table.tiers);
        assert_eq!(TierTable::priced(package(10), two()), Err(TierError::PackageTiers { count: 2 }));
        let size = Decimal::ZERO;
        assert_eq!(TierTable::priced(package(0), two()), Err(TierError::EmptyPackage { size }));
    }

    /// The figures of a real row: 1 Year for 1771.8082, that is 147.65 a month; the term is never an hour.
    #[test]
    fn a_reservation_costs_its_term_divided_by_its_months() {
        for (term, price, expect) in [
            ("1 Year", "1771.8082", Some("147.65")),
            ("3 Years", "48318", Some("1342.17")),
            ("5 Years", "60", Some("1")),
            ("6 Months", "60", Some("10")),
            ("a while", "60", None),
            ("0 Years", "60", None),
        ] {
            let tiers = Arc::new(table(&format!("0:{price}")).unwrap_or_else(|e| panic!("{e}")));
            let meter = Meter { kind: PriceKind::Reservation { term: term.into() }, tiers, ..sample() };
            assert_eq!(meter.reservation_month(2).map(|d| d.to_string()).as_deref(), expect, "{term}");
        }
        assert_eq!(sample().reservation_month(2), None);
    }

    #[test]
    fn the_name_tells_spot_and_low_priority_apart() {
        for (name, expect) in [
            ("D4s v5", Priority::Standard),
            ("D4s v5 Spot", Priority::Spot),
            ("D4s\u{a0}v5\u{a0}Spot", Priority::Spot),
            ("D2 v3/D2s v3 Low Priority", Priority::LowPriority),
            ("D2 v3 Low\u{a0}Priority - Expired", Priority::LowPriority),
            ("Standard_E64_v3 VM Low Priority (Windows) - Preview", Priority::LowPriority),
            ("Spotlight Hours", Priority::Standard),
            ("Priority Low Messages", Priority::Standard),
        ] {
            assert_eq!(Priority::of(name), expect, "{name}");
        }
        let old = Meter { name: "Compute Hours".into(), sub_category: "A8 VM Low Priority".into(), ..sample() };
        assert_eq!(old.priority(), Priority::LowPriority);
    }

    #[test]
    fn bounds_sort_as_numbers() {
        let starts = table("1000:0.96 0:1.2 100000:0.48 10000:0.72")
            .map(|t| t.tiers().iter().map(|tier| tier.from.to_string()).collect::<Vec<_>>());
        assert_eq!(starts, Ok(vec!["0".into(), "1000".into(), "10000".into(), "100000".into()]));
    }
}
