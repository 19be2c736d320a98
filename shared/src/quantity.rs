//! Pricing units: what a price is per, as Azure writes it (`1 Hour`, `10K`, `100 GB Seconds`, `1/Day`).
//!
//! A pricing unit is a block and a thing. The price of a meter per `10K` is the price of a block of 10,000
//! pieces, and Azure reports 5 when 50,000 were used. The thing is what is counted:
//!
//! - pieces, of nobody says what (`10K`, `Units`) or of something (`1M Queries`);
//! - data, decimal (`GB`) or binary (`GiB`);
//! - time (`100 Hours`), or a piece or data for a time (`1/Day`, `1 GB/Month`, `100 GB Seconds`).
//!
//! # The stroke is a product
//!
//! `1 GB/Hour` is the price of a gigabyte *for* an hour, so its quantity is gigabytes times hours, and a
//! gigabyte kept for a day is 24 of them. The recorded price lists agree: one and the same database meter is
//! sold per `10 Days` in a price sheet and per `1/Day` in the rate card.
//!
//! # Spellings
//!
//! The same meter was priced per `10,000s` in 2016 and per `10K` in 2020; price sheets say `10000 Operations`,
//! and other languages `1 GB/月` or `1 hora`. Two parts of the text decide, whatever the list of a year holds:
//! the numbers in front, and the words behind. [`PricingUnit::distinct_unit`] gives the thing the name that the
//! open data of the FinOps toolkit (`PricingUnits.csv`, MIT licence) has for it; the tests compare with that list row
//! by row and keep one correction to it, `10000s`. What cannot be read converts to nothing but itself.
//!
//! # Example
//!
//! ```
//! use shared::decimal::Decimal;
//! use shared::quantity::PricingUnit;
//!
//! let meter = PricingUnit::parse("10K");
//! assert_eq!((meter.block, meter.distinct_unit()), (Decimal::from(10_000), "Units"));
//!
//! // 50,000 requests are five of the meter's units.
//! let requests = PricingUnit::parse("Requests");
//! assert_eq!(requests.convert(Decimal::from(50_000), &meter), Some(Ok(Decimal::from(5))));
//!
//! // Hours are no requests, and a third of a block is never rounded.
//! assert_eq!(PricingUnit::parse("1 Hour").convert(Decimal::ONE, &meter), None);
//! let (minute, day) = (PricingUnit::parse("1 Minute"), PricingUnit::parse("1 Day"));
//! assert!(matches!(minute.convert(Decimal::from(480), &day), Some(Err(_))));
//! ```

mod front;
mod number;
mod sizes;
mod thing;
mod times;
mod tokens;
mod words;

use std::fmt;

use crate::decimal::{Decimal, Inexact};
use front::Front;
use thing::{Kind, Period, Thing};

/// A spelling that the list keeps as it is, where by the rule of all others it were `MB/Month`.
const KEPT_AS_IT_IS: &str = "MB/month";

/// A unit text, taken apart.
///
/// Two are equal when block, thing and name are: `1 GB Hour` and `GB Hours`, but not `GB/Hour`, to which they convert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricingUnit {
    /// How many make one priced unit: 10,000 for `10K`. Never zero or below.
    pub block: Decimal,
    thing: Thing,
}

/// Why a quantity of one unit has no value in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// `GB` and `GiB`.
    #[error(
        "decimal and binary sizes differ, and Azure does not say which its GB is: give the quantity as the meter has it"
    )]
    DecimalAndBinary,
    /// `Days` and `Months`.
    #[error("months and years have no fixed length")]
    NoFixedLength,
    /// `GB` and `Hours`.
    #[error("they count different things")]
    DifferentThings,
}

impl PricingUnit {
    /// Reads any unit text. Nothing is refused: a text without sense is a thing of its own.
    #[must_use]
    pub fn parse(text: &str) -> PricingUnit {
        let plain = tokens::plain(text);
        let unreadable = || PricingUnit { block: Decimal::ONE, thing: Thing::unreadable(&plain) };
        let Some(tokens) = tokens::of(&plain) else { return unreadable() };
        let Some(Front { block, each, rest }) = Front::of(&tokens) else { return unreadable() };
        let thing = match (each, rest) {
            (Some(each), []) => Thing::transactions(each),
            (Some(_), _) => None,
            (None, _) => Thing::read(rest),
        };
        // Half a text is not read: its block would be one of nobody knows what.
        let Some(mut thing) = thing else { return unreadable() };
        if plain == KEPT_AS_IT_IS {
            KEPT_AS_IT_IS.clone_into(&mut thing.name);
        }
        PricingUnit { block, thing }
    }

    /// The name of the thing in plural, such as `GB Hours`, `Units/Day` or `Requests`.
    #[must_use]
    pub fn distinct_unit(&self) -> &str {
        &self.thing.name
    }

    /// How many single ones a block holds: 10,000 for `10K`, a million for `1 Million`.
    pub fn singles(&self) -> Result<Decimal, Inexact> {
        match self.thing.kind {
            Kind::Pieces | Kind::Counted(_) => self.block.times(whole(self.thing.each)?),
            Kind::Time | Kind::Bytes | Kind::BinaryBytes | Kind::Other(_) => Ok(self.block),
        }
    }

    /// The unit of one: `Hours` for `100 Hours`, one piece for `10K` and for `1 Million`.
    #[must_use]
    pub fn single(&self) -> PricingUnit {
        let mut thing = self.thing.clone();
        if let Kind::Pieces | Kind::Counted(_) = thing.kind {
            thing.each = 1;
        }
        PricingUnit { block: Decimal::ONE, thing }
    }

    /// Turns a quantity of `self` into one of `other`, exactly or with an error. `None` where
    /// [`PricingUnit::mismatch`] has a reason.
    #[must_use]
    pub fn convert(&self, quantity: Decimal, other: &PricingUnit) -> Option<Result<Decimal, Inexact>> {
        self.mismatch(other).is_none().then(|| self.scaled(quantity, other))
    }

    /// Why quantities of the two do not convert, if so.
    ///
    /// An estimate is about a month, so `GB` and `GB/Month` are the same in it. Plain pieces may be pieces of
    /// anything that is counted; they are no time and no data. A piece for an hour is an hour.
    #[must_use]
    pub fn mismatch(&self, other: &PricingUnit) -> Option<Mismatch> {
        let different = Some(Mismatch::DifferentThings);
        match (&self.thing.kind, &other.thing.kind) {
            (Kind::Bytes, Kind::BinaryBytes) | (Kind::BinaryBytes, Kind::Bytes) => Some(Mismatch::DecimalAndBinary),
            (Kind::Pieces, Kind::Counted(_) | Kind::Time) | (Kind::Counted(_) | Kind::Time, Kind::Pieces) => {
                self.periods_differ(other)
            }
            (one, another) if one == another => self.periods_differ(other),
            _ => different,
        }
    }

    fn periods_differ(&self, other: &PricingUnit) -> Option<Mismatch> {
        let of_time = |unit: &PricingUnit| unit.thing.kind == Kind::Time;
        match (self.thing.period, other.thing.period) {
            (None, None) => None,
            (Some(one), Some(another)) if one.clock == another.clock => None,
            (Some(_), Some(_)) => Some(Mismatch::NoFixedLength),
            // A month of nothing but time is no number of pieces.
            (Some(Period::MONTH), None) | (None, Some(Period::MONTH)) if !of_time(self) && !of_time(other) => None,
            _ => Some(Mismatch::DifferentThings),
        }
    }

    /// quantity × from ÷ to, or an error where that has no end.
    fn scaled(&self, quantity: Decimal, other: &PricingUnit) -> Result<Decimal, Inexact> {
        let (from, to) = (self.smallest()?, other.smallest()?);
        match from.divided_exactly(to) {
            Ok(ratio) => quantity.times(ratio),
            Err(Inexact) => quantity.times(from)?.divided_exactly(to),
        }
    }

    /// One block in the smallest of its kind: bytes, seconds, single pieces.
    ///
    /// A piece and a piece for a month count alike here, so a month is 1; a day is never compared with it.
    fn smallest(&self) -> Result<Decimal, Inexact> {
        let length = self.thing.period.map_or(1, |period| period.length);
        self.block.times(whole(self.thing.each)?)?.times(whole(length)?)
    }
}

impl fmt::Display for PricingUnit {
    /// `10000 Requests`, and a block of one without its number: `GB/Month`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.block == Decimal::ONE {
            return f.write_str(&self.thing.name);
        }
        write!(f, "{} {}", self.block, self.thing.name)
    }
}

fn whole(number: u128) -> Result<Decimal, Inexact> {
    i128::try_from(number).map(|number| Decimal::new(number, 0)).map_err(|_| Inexact)
}

#[cfg(test)]
mod tests;
