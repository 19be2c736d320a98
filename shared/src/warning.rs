//! Doubt that is not failure, as data: it travels with the result to the report and the screen.

use serde::Serialize;

/// Something a reader of the result should know. `code` is stable, `message` is for people.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Warning {
    /// Stable name, for scripts.
    pub code: WarningCode,
    /// What happened, with the ids and numbers.
    pub message: String,
    /// Where in the input, as a JSON path; absent when the whole input is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub path: Option<String>,
}

/// The kinds of doubt.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum WarningCode {
    /// The same row of the same reported bucket was read twice with another quantity; the later reading counts.
    RowReplaced,
    /// The same row was read twice with the same quantity; it counts once.
    RowRepeated,
    /// `instanceData` is not in a shape that is known; the row counts, its resource and tags are unknown.
    InstanceDataUnreadable,
    /// The total of a meter and period is below zero; nothing is charged and nothing is paid back.
    NegativeTotal,
    /// Usage is older than the book's first price and was priced with it, because somebody asked for that.
    LaterPriceUsed,
    /// The decimals of a cost have no end, as those of a third; it is cut off after some of them.
    CostWithoutEnd,
    /// An offer term whose name is not known was kept out of the calculation.
    UnknownOfferTerm,
    /// The offer has a credit, a commitment or a fee; the amounts are before it.
    OfferTermNotApplied,
    /// The same meter, date and price stood twice in the price list.
    MeterRepeated,
    /// A quantity without a unit on a meter that counts in blocks.
    UnitDoubtful,
    /// The store has no prices of the offer that was asked for; public retail prices were used.
    OfferNotFound,
    /// The answer goes on at a next page that was not given.
    MorePages,
    /// A savings plan has a price for some of a meter's tiers only and was left out.
    SavingsPlanIncomplete,
    /// `MeterStatus` is a word that is not known; the meter counts as active.
    UnknownMeterStatus,
    /// A rule of an own book meets no price of its base.
    RuleWithoutEffect,
    /// A search text picked this meter; others fit as well.
    QueryAmbiguous,
    /// The same use was reported by the hour and by the day, and counts twice.
    ReportedTwice,
    /// A quantity has no end and was rounded.
    QuantityRounded,
}
