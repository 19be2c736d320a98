//! Days that could not be read: when to stop asking, and what the record says of them.

use std::cell::{Cell, RefCell};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::period::{Granularity, Instant};
use shared::snapshot::{Entry, Snapshots, ranges};

use crate::azure::AzureError;
use crate::error::Error;

/// So many days in a row, each with its own tries: then it is not the days.
const MOST_FAILURES_IN_A_ROW: u32 = 3;
/// A reason is for people, and a proxy's page is long.
const LONGEST_REASON: usize = 300;
/// The first wait before the next run; each failed run doubles it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// Usage is read daily: a longer wait would be silence.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// A day that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    day: Date,
    reason: String,
    asked: bool,
}

impl Missed {
    /// The day.
    pub fn day(&self) -> Date {
        self.day
    }
}

/// Stops asking when asking is in vain: an outage is not made worse, and a run ends soon.
#[derive(Debug, Default)]
pub struct Breaker {
    failures: Cell<u32>,
    opened: RefCell<Option<String>>,
}

impl Breaker {
    /// The day as a gap, once it is plain that nothing is answered.
    pub fn not_asked(&self, day: Date) -> Option<Missed> {
        let opened = self.opened.borrow();
        opened.as_ref().map(|reason| Missed { day, reason: format!("not asked: {reason}"), asked: false })
    }

    /// A day was read.
    pub fn read(&self) {
        self.failures.set(0);
    }

    /// A day was not read. What no other day is spared of, and no record can hold, stays an error.
    pub fn failed(&self, day: Date, error: Error) -> Result<Missed, Error> {
        let passes_over = matches!(&error, Error::BadInput { .. } | Error::Azure(_));
        if !passes_over || matches!(&error, Error::Azure(AzureError::Config(_))) {
            return Err(error);
        }
        self.failures.set(self.failures.get() + 1);
        let reason: String = printable(&error.to_string()).chars().take(LONGEST_REASON).collect();
        let refused = matches!(
            &error,
            Error::Azure(
                AzureError::SignIn(_)
                    | AzureError::SignInUnreachable(_)
                    | AzureError::Later { .. }
                    | AzureError::Outage { .. }
                    | AzureError::Status { status: 401 | 403, .. }
            )
        );
        if refused || self.failures.get() >= MOST_FAILURES_IN_A_ROW {
            self.opened.borrow_mut().get_or_insert_with(|| reason.clone());
        }
        Ok(Missed { day, reason, asked: true })
    }
}

/// The entries that say what is missing. Neighbours with one reason are one entry.
pub fn gap_entries(
    subscription_id: SubscriptionId,
    granularity: Granularity,
    snapshots: &Snapshots,
    missed: Vec<Missed>,
    run_at: Timestamp,
) -> Vec<Entry> {
    let days = missed.into_iter().map(|missed| {
        let known = snapshots.gaps.get(&(subscription_id, granularity, missed.day));
        let tries = known.map_or(0, |gap| gap.tries) + u32::from(missed.asked);
        (missed.day, (missed.reason, tries))
    });
    let entry = |range: shared::snapshot::DayRange<(String, u32)>| {
        let (reason, tries) = range.what;
        let (reported_from, reported_to) = (range.first, range.last);
        let next_try_at = run_at.checked_add(wait(tries)).ok().map(Instant);
        Entry::Gap { subscription_id, granularity, reported_from, reported_to, reason, tries, next_try_at }
    };
    ranges(days).into_iter().map(entry).collect()
}

fn wait(tries: u32) -> SignedDuration {
    FIRST_WAIT.saturating_mul(1 << tries.saturating_sub(1).min(10)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use shared::json::DecodeError;

    fn status(status: u16) -> Error {
        Error::Azure(AzureError::Status { request: "GET x".into(), status, message: "words".into() })
    }

    #[test]
    fn three_failures_in_a_row_or_one_refusal_end_the_asking() {
        let day = date(2026, 11, 1);
        let breaker = Breaker::default();
        for _ in 0..2 {
            assert!(breaker.failed(day, status(503)).is_ok_and(|missed| missed.asked));
        }
        breaker.read();
        for _ in 0..2 {
            assert!(breaker.failed(day, status(503)).is_ok());
            assert_eq!(breaker.not_asked(day), None);
        }
        assert!(breaker.failed(day, status(500)).is_ok());
        let skipped = breaker.not_asked(day).unwrap_or_else(|| panic!("still asking"));
        assert_eq!((skipped.reason.as_str(), skipped.asked), ("not asked: GET x: 500 words", false));
        let breaker = Breaker::default();
        assert!(breaker.failed(day, status(403)).is_ok());
        assert!(breaker.not_asked(day).is_some());
    }

    #[test]
    fn what_ends_every_run_is_no_gap() {
        let breaker = Breaker::default();
        for error in [
            Error::Damaged("x".into()),
            Error::Contended { tries: 1 },
            Error::Azure(AzureError::Config("x".into())),
            Error::Usage("x".into()),
        ] {
            assert!(breaker.failed(date(2026, 11, 1), error).is_err());
        }
        let garbage = Error::BadInput { place: "GET x".into(), source: DecodeError::at("value", "not JSON") };
        assert!(breaker.failed(date(2026, 11, 1), garbage).is_ok());
    }

    #[test]
    fn waits_double_up_to_a_day() {
        let minutes: Vec<i64> = (0..9).map(|tries| wait(tries).as_mins()).collect();
        assert_eq!(minutes, [15, 15, 30, 60, 120, 240, 480, 960, 1440]);
        assert_eq!(wait(u32::MAX).as_hours(), 24);
    }

    #[test]
    fn tries_go_on_counting_and_a_day_that_was_not_asked_adds_none() {
        let of: SubscriptionId = "11111111-2222-3333-4444-555555555555".parse().unwrap_or_else(|e| panic!("{e}"));
        let run_at = Timestamp::UNIX_EPOCH;
        let missed = |day, asked| Missed { day: date(2026, 11, day), reason: "r".into(), asked };
        let first = gap_entries(of, Granularity::Daily, &Snapshots::default(), vec![missed(1, true)], run_at);
        let mut snapshots = Snapshots::default();
        let mut apply = |entries: Vec<Entry>| {
            let record = shared::snapshot::Manifest {
                schema: String::new(),
                number: 1,
                previous: None,
                run_at: Instant(run_at),
                job: String::new(),
                entries,
                writer: None,
            };
            snapshots.apply(record);
            snapshots.clone()
        };
        let snapshots = apply(first);
        let days = vec![missed(1, true), missed(2, true), missed(3, false), missed(4, false)];
        let entries = gap_entries(of, Granularity::Daily, &snapshots, days, run_at);
        let told: Vec<(i8, i8, u32)> = entries
            .iter()
            .map(|entry| match entry {
                Entry::Gap { reported_from, reported_to, tries, .. } => {
                    (reported_from.day(), reported_to.day(), *tries)
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told, [(1, 1, 2), (2, 2, 1), (3, 4, 0)]);
    }
}
