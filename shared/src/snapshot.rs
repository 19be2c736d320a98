//! What is kept: object keys, commit records, and what is due.
//!
//! Raw answers are written first and never change. A numbered commit record (manifest), written only
//! if its number is free, is the one thing that makes them count: whatever died before it left
//! objects that nobody names. Reading folds all records in order; a later reading of the same window
//! replaces the earlier one, which stays where it is.

mod counted;
mod entry;
mod fold;
mod gap;
mod incident;
pub mod key;
mod record;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::period::midnight;
pub use counted::{Earlier, InvoiceFile, PriceList, SubscriptionFacts, UsageFile};
pub use entry::{Entry, StoredObject};
pub use fold::Snapshots;
pub use gap::{DayRange, Gap, ranges};
pub use incident::{Cause, Claim, Incident, IncidentChange, IncidentLine, LEASE_HOURS, LineBefore, Outcome};
pub use record::{MANIFEST_SCHEMA, Manifest, is_torn, seal};

/// Usage goes on arriving for the last reported days: they are read again on each run.
pub const REREAD_DAYS: i32 = 5;

/// A billing period has at most 31 days, and Azure may change what was used in it until the fifth day after its end: a
/// reported day of this age is read once more, for good.
pub const CLOSED_AFTER_DAYS: i32 = 37;

/// Whether something that came at `at` is news at `now`: it came within the last 24 hours.
fn is_news(at: Timestamp, now: Timestamp) -> bool {
    (SignedDuration::ZERO..SignedDuration::from_hours(24)).contains(&now.duration_since(at))
}

/// Whether a day was last read while Azure could still change it, and no longer can.
#[must_use]
pub fn is_closed_since(day: Date, read_at: Timestamp, now: Timestamp) -> bool {
    let closed_at = day.checked_add(CLOSED_AFTER_DAYS.days()).ok().and_then(|day| midnight(day).ok());
    closed_at.is_some_and(|closed_at| read_at < closed_at && closed_at <= now)
}

/// The instants between which a reported day lies, as the API wants them.
pub fn reported_window(day: Date) -> Option<(Timestamp, Timestamp)> {
    let start = midnight(day).ok()?;
    let end = midnight(day.checked_add(1.day()).ok()?).ok()?;
    Some((start, end))
}
