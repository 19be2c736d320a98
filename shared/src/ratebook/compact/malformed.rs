//! What is wrong with a stream.
//!
//! A byte says where and a byte says what: with the texts themselves, each of the many answers that may be an error is
//! twice as much code in the browser. Bytes with the right hash that are damaged nevertheless are a fault of their writer's:
//! in a browser, where that helps nobody, both are told as numbers, and `forebill` has the words.

use std::fmt;

/// A stream does not hold what it must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// Which stream.
    pub part: Stream,
    /// What is wrong with it.
    pub what: Wrong,
}

impl std::error::Error for Malformed {}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Malformed { part, what } = self;
        if cfg!(target_family = "wasm") {
            write!(f, "stream {}, fault {}", *part as u8, *what as u8)
        } else {
            write!(f, "{part}: {what}")
        }
    }
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($case:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $(#[doc = $text] $case),* }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str([$($text),*][*self as usize])
            }
        }
    };
}

named!(
    /// A stream, or a part of one.
    Stream {
        Streams = "the list of streams",
        Header = "the header",
        Heads = "heads of texts",
        Lengths = "lengths of texts",
        Texts = "texts",
        PlainPrices = "plain prices",
        TieredPrices = "tiered prices",
        Dates = "dates",
        Items = "items",
        Sizes = "sizes of items",
        Regions = "regions",
        Effective = "effective dates",
        Prices = "prices",
        Ends = "ends",
        Services = "services",
        SubCategories = "sub-categories",
        Names = "names",
        Units = "units",
        Kinds = "kinds",
        Terms = "terms",
        Skus = "SKUs",
        ArmNames = "names of SKUs",
        Flags = "flags",
        Ids = "ids",
        IdsOfCells = "ids of cells",
        Excluded = "excluded ids",
        Base = "the names of both books",
        Gone = "rows that are gone",
        ComingPrices = "prices that come",
        ComingIds = "ids that come",
    }
);

named!(
    /// What is wrong with a stream.
    Wrong {
        ZerosInFront = "has a number with zeros in front",
        LargeNumber = "has a number that is too large",
        LongText = "has a text that is too long",
        PointsAtNothing = "points at nothing",
        NotInOrder = "is not in order",
        NoOffer = "has an offer that is none",
        NotUtf8 = "is not UTF-8",
        LacksPart = "has an item that lacks a part",
        CountsMore = "counts more than there is",
        NoCurrency = "has a currency that is none",
        NoBase = "has a base that is no book's id",
        NoPrice = "has an item without a price",
        UnknownTerm = "has an offer term of an unknown kind",
        ImpossibleTerm = "has an offer term with an amount that cannot be",
        PriceTwice = "has a price twice",
        GoesOn = "goes on behind its end",
        LargePrice = "has a price that is too large",
        ZerosOfPrice = "has a price with zeros at its end",
        BreaksOff = "breaks off",
        Unused = "holds something that nothing uses",
        ZerosAtEnd = "has a number with zeros at its end",
        UnknownModel = "has a price model that is not known",
        TiersNotInOrder = "has tiers that are not in order",
        NoTiers = "has tiers that are no price",
        PlainPrice = "has a plain price",
        NoMark = "has a mark that is neither 0 nor 1",
        OtherForm = "has a number that is not in its one form",
        IdTwice = "has an id twice",
        OtherIds = "has other ids than it uses",
        OutsideCalendar = "has a time outside the calendar",
    }
);
