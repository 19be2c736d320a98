//! Reported days that could not be read. What is missing is on record, with the reason, until somebody reads it.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Snapshots;
use crate::guid::SubscriptionId;
use crate::period::{Granularity, Instant};

/// Why a reported day is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The run that missed it first.
    pub first_at: Instant,
    /// The last run that tried.
    pub last_at: Instant,
    /// What went wrong, in the words of the last run.
    pub reason: String,
    /// How many runs asked for it in vain.
    pub tries: u32,
    /// When it is sensible to ask again.
    pub next_try_at: Option<Instant>,
}

/// Days in a row about which the same is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRange<T> {
    /// First day.
    pub first: Date,
    /// Last day, inclusive.
    pub last: Date,
    /// What is said.
    pub what: T,
}

/// Puts neighbours together. The days must ascend.
pub fn ranges<T: PartialEq>(days: impl IntoIterator<Item = (Date, T)>) -> Vec<DayRange<T>> {
    let mut ranges: Vec<DayRange<T>> = Vec::new();
    for (day, what) in days {
        match ranges.last_mut() {
            Some(range) if range.last.checked_add(1.day()).ok() == Some(day) && range.what == what => range.last = day,
            _ => ranges.push(DayRange { first: day, last: day, what }),
        }
    }
    ranges
}

/// What a record says of some missed days.
pub(super) struct Missed {
    pub subscription_id: SubscriptionId,
    pub granularity: Granularity,
    pub first: Date,
    pub last: Date,
    pub gap: Gap,
}

impl Snapshots {
    /// An older run that commits late says nothing about what a newer one read or missed.
    pub(super) fn miss(&mut self, missed: Missed) {
        let Missed { subscription_id, granularity, first, last, gap } = missed;
        let mut day = first;
        while day <= last {
            let window = (subscription_id, granularity, day);
            let read = self.usage.get(&window).is_some_and(|(at, _)| *at >= gap.last_at);
            let known = self.gaps.get(&window);
            if !read && !self.is_retired(day) && known.is_none_or(|known| known.last_at <= gap.last_at) {
                let first_at = known.map_or(gap.first_at, |known| known.first_at);
                self.gaps.insert(window, Gap { first_at, ..gap.clone() });
            }
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
    }

    /// A reading closes the gap, unless a later run could not read that day any more.
    pub(super) fn found(&mut self, window: (SubscriptionId, Granularity, Date), run_at: Instant) {
        if self.gaps.get(&window).is_some_and(|gap| gap.last_at <= run_at) {
            self.gaps.remove(&window);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::parse_timestamp;
    use crate::snapshot::{Entry, MANIFEST_SCHEMA, Manifest};
    use jiff::civil::date;

    fn of() -> SubscriptionId {
        "11111111-2222-3333-4444-555555555555".parse().unwrap_or_else(|e| panic!("{e}"))
    }

    fn at(text: &str) -> Instant {
        Instant(parse_timestamp(text).unwrap_or_else(|e| panic!("{text}: {e}")))
    }

    fn record(run_at: &str, entry: Entry) -> Manifest {
        Manifest {
            schema: MANIFEST_SCHEMA.into(),
            number: 1,
            previous: None,
            run_at: at(run_at),
            job: "snapshot-usage".into(),
            entries: vec![entry],
            writer: None,
        }
    }

    fn missed(run_at: &str, days: (i8, i8), reason: &str, tries: u32) -> Manifest {
        let entry = Entry::Gap {
            subscription_id: of(),
            granularity: Granularity::Daily,
            reported_from: date(2026, 11, days.0),
            reported_to: date(2026, 11, days.1),
            reason: reason.into(),
            tries,
            next_try_at: Some(at("2026-11-21T03:45:00Z")),
        };
        record(run_at, entry)
    }

    fn read(run_at: &str, day: i8) -> Manifest {
        let entry = Entry::Usage {
            subscription_id: of(),
            granularity: Granularity::Daily,
            reported_on: date(2026, 11, day),
            pages: Vec::new(),
        };
        record(run_at, entry)
    }

    fn gaps(snapshots: &Snapshots) -> Vec<i8> {
        snapshots.gaps.keys().map(|(_, _, day)| day.day()).collect()
    }

    #[test]
    fn only_a_later_reading_closes_a_gap() {
        let mut snapshots = Snapshots::default();
        snapshots.apply(missed("2026-11-20T03:00:00Z", (5, 8), "503", 1));
        assert_eq!(gaps(&snapshots), [5, 6, 7, 8]);
        snapshots.apply(read("2026-11-20T03:00:00Z", 6));
        snapshots.apply(read("2026-11-19T03:00:00Z", 7));
        snapshots.apply(read("2026-11-21T03:00:00Z", 8));
        assert_eq!(gaps(&snapshots), [5, 7]);
        // What is said late of days that were read since is no news.
        snapshots.apply(missed("2026-11-20T03:00:00Z", (5, 8), "503", 1));
        assert_eq!(gaps(&snapshots), [5, 7]);
        // A day that was read can be missed when it is read again.
        snapshots.apply(missed("2026-11-22T03:00:00Z", (8, 8), "500", 1));
        assert_eq!(gaps(&snapshots), [5, 7, 8]);
    }

    #[test]
    fn a_gap_keeps_when_it_began_and_says_what_happened_last() {
        let mut snapshots = Snapshots::default();
        snapshots.apply(missed("2026-11-20T03:00:00Z", (5, 5), "503", 1));
        snapshots.apply(missed("2026-11-22T03:00:00Z", (5, 5), "403", 3));
        snapshots.apply(missed("2026-11-21T03:00:00Z", (5, 5), "502", 2));
        let gap = &snapshots.gaps[&(of(), Granularity::Daily, date(2026, 11, 5))];
        assert_eq!((gap.first_at, gap.last_at), (at("2026-11-20T03:00:00Z"), at("2026-11-22T03:00:00Z")));
        assert_eq!((gap.reason.as_str(), gap.tries), ("403", 3));
    }

    #[test]
    fn a_missed_day_is_due_however_long_ago_it_was() {
        let mut snapshots = Snapshots::default();
        for day in 1..20 {
            snapshots.apply(read("2026-11-20T03:00:00Z", day));
        }
        let due = |s: &Snapshots| s.due_days(of(), Granularity::Daily, date(2026, 11, 1), at("2026-12-05T03:00:00Z").0);
        assert!(!due(&snapshots).contains(&date(2026, 11, 3)));
        snapshots.apply(missed("2026-11-21T03:00:00Z", (3, 3), "503", 1));
        assert!(due(&snapshots).contains(&date(2026, 11, 3)));
    }

    #[test]
    fn neighbours_with_one_reason_are_one_range() {
        let days = [(1, "a"), (2, "a"), (3, "b"), (5, "b"), (30, "a")];
        let found = ranges(days.map(|(day, what)| (date(2026, 11, day), what)));
        let found: Vec<(i8, i8, &str)> = found.iter().map(|r| (r.first.day(), r.last.day(), r.what)).collect();
        assert_eq!(found, [(1, 2, "a"), (3, 3, "b"), (5, 5, "b"), (30, 30, "a")]);
        let months = ranges([(date(2026, 11, 30), ()), (date(2026, 12, 1), ())]);
        assert_eq!(months.len(), 1);
    }

    #[test]
    fn the_record_of_a_gap_reads_back() {
        let gap = missed("2026-11-20T03:00:00Z", (5, 8), "503", 1);
        let text = String::from_utf8(gap.encode().unwrap_or_default()).unwrap_or_default();
        assert!(text.contains(r#"{"gap":{"subscriptionId":"11111111-2222-3333-4444-555555555555""#), "{text}");
        assert_eq!(Manifest::decode(text.as_bytes()), Ok(gap));
    }
}
