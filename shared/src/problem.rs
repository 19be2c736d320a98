//! What can be wrong with what somebody wrote, as stable names: a page has its own words for each, in every language.

use serde::Serialize;

/// Why a workload was refused. The message beside it has the numbers and the names.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Problem {
    /// The text is not JSON, or breaks off.
    NotJson,
    /// A value is not of the kind that belongs there, or a number cannot be held exactly.
    NotReadable,
    /// The text is of another schema.
    OtherSchema,
    /// The text is for another currency or offer than the price list is of.
    OtherBook,
    /// There are more than are accepted.
    TooMany,
    /// An item names a meter and a search text, or neither.
    OneMeterNeeded,
    /// An item has a quantity and a schedule, or neither.
    OneQuantityNeeded,
    /// A unit or a spread stands beside a schedule.
    ScheduleAlone,
    /// A number is below zero.
    BelowZero,
    /// The low quantity is above the high one.
    LowAboveHigh,
    /// The low quantity is above the quantity itself.
    LowAboveQuantity,
    /// The high quantity is below the quantity itself.
    HighBelowQuantity,
    /// A ramp is too long, or a share of it is below zero.
    BadRamp,
    /// A day has 24 hours.
    BadHours,
    /// A week has 7 days.
    BadDays,
    /// A group has no name, or that of another one, or lies in none that is there.
    BadGroup,
    /// The unit counts something else than the meter.
    OtherUnit,
    /// One counts in thousands, the other in 1,024s.
    DecimalAndBinary,
    /// Between the two lies a length of time that is not always the same.
    NoFixedLength,
    /// The meter counts no hours.
    ScheduleNotHours,
    /// The exact result has more digits than can be held.
    NotExact,
    /// There is no such item.
    NoSuchItem,
    /// A line has no price, so no number fits an amount.
    NoPrice,
    /// A volume price is sought in its own unit only.
    OwnUnitOnly,
}
