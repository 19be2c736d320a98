//! What is charged once a month: fees, reservations, licences.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::fixed::scaled;

/// Months back: where the last charge came on another day, the one before it still tells.
const MONTHS: i64 = 2;
/// A monthly charge grows by no more than this, in per cent of the last.
const LARGEST: i128 = 130;

/// The days that rose by more than is usual, and by how much: of a change that stays, the first.
#[derive(Default)]
pub(super) struct MonthlyRises(BTreeMap<Date, i128>);

impl MonthlyRises {
    pub(super) fn note(&mut self, on: Date, rise: i128) {
        self.0.insert(on, rise);
    }

    /// The largest rise that needs no explanation, as it came on this day of an earlier month; 0 where none did. The last
    /// day of a month is like the last of another.
    pub(super) fn expected(&self, on: Date) -> i128 {
        let same = |months: i64| on.saturating_sub(months.months());
        let last = |months: i64| if on == on.last_of_month() { same(months).last_of_month() } else { same(months) };
        let days = (1..=MONTHS).flat_map(|months| [same(months), last(months)]);
        days.filter_map(|day| self.0.get(&day)).max().map_or(0, |rise| scaled(*rise, LARGEST, 100))
    }
}
