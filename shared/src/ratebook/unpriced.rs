//! Why there is no price, as a code and in words.

use serde::Serialize;

/// Why there is no price. Never a reason to count 0.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Unpriced {
    /// The book does not know the meter.
    NoSuchMeter,
    /// The book knows the meter only from a later date on.
    NotYetInForce,
    /// The price ended and no other followed.
    NoLongerInForce,
    /// The book has prices for the meter that differ by SKU or region.
    Ambiguous,
    /// The meter has no sibling in the region asked for.
    NotInRegion,
    /// No meter fits the search text.
    NoMatch,
    /// The item names an offer of which there is no rate book.
    OfferNotAtHand,
    /// The usage and the price count different things.
    UnitMismatch,
    /// The quantity has no exact value in the unit of the price.
    UnitInexact,
}

impl Unpriced {
    /// Every reason.
    pub const ALL: [Unpriced; 9] = [
        Unpriced::NoSuchMeter,
        Unpriced::NotYetInForce,
        Unpriced::NoLongerInForce,
        Unpriced::Ambiguous,
        Unpriced::NotInRegion,
        Unpriced::NoMatch,
        Unpriced::OfferNotAtHand,
        Unpriced::UnitMismatch,
        Unpriced::UnitInexact,
    ];

    /// For people.
    #[must_use]
    pub fn explain(self) -> &'static str {
        match self {
            Unpriced::NoSuchMeter => "the rate book does not know this meter",
            Unpriced::NotYetInForce => "the rate book knows a price for this meter only from a later date on",
            Unpriced::NoLongerInForce => "the meter's price ended and no other followed",
            Unpriced::Ambiguous => "the rate book has several prices for this meter that differ by SKU or region",
            Unpriced::NotInRegion => "the meter has no price in this region",
            Unpriced::NoMatch => "no meter fits the search text",
            Unpriced::OfferNotAtHand => "no prices of this offer are at hand in the currency of the estimate",
            Unpriced::UnitMismatch => "the usage and the price count different things",
            Unpriced::UnitInexact => "the quantity has no exact value in the unit of the price",
        }
    }
}
