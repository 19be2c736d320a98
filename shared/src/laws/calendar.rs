//! 20: billing periods tile the calendar, count true days, and a time is an instant whatever offset it is written with.
//!
//! The truth is integer arithmetic on days since 1970 that shares nothing with the calendar of the program.

use proptest::prelude::*;

use super::given::*;
use crate::period::{BillingAnchor, BillingPeriod, Instant, midnight, parse_timestamp, utc_date};
use crate::rating::BillingCalendar;

const DAY: i64 = 86_400;

/// 1 January 1990 to 31 December 2199, every eighth time within a second of a day's or a leap February's edge.
fn any_second() -> impl Strategy<Value = i64> {
    let edges =
        (1990i64..2200, prop::sample::select(vec![(1i64, 1i64), (2, 28), (2, 29), (3, 1), (12, 31)]), -1i64..=1)
            .prop_map(|(year, (month, day), off)| days_from_civil(year, month, day) * DAY + off);
    let midnights = (7_305i64..84_006, -1i64..=1).prop_map(|(day, off)| day * DAY + off);
    prop_oneof![6 => 631_152_000i64..7_258_118_400, 1 => edges, 1 => midnights]
}

/// Days since 1 January 1970 of a date, by counting days from a first of March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year and month whose anchor day is the last not after this day.
fn period_month(day: i64, anchor: i64) -> (i64, i64) {
    let mut year = 1970 + day.div_euclid(366);
    while days_from_civil(year + 1, 1, 1) <= day {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| start_day(year, *month, anchor) <= day);
    month.map_or((year - 1, 12), |month| (year, month))
}

/// The day on which the period of this month starts; a shorter month starts it on its last day.
fn start_day(year: i64, month: i64, anchor: i64) -> i64 {
    days_from_civil(year, month, anchor.min(month_days(year, month)))
}

fn period(anchor: u8, second: i64) -> BillingPeriod {
    ok(BillingAnchor::new(anchor).and_then(|anchor| anchor.period_of(at(second))))
}

proptest! {
    #![proptest_config(laws())]

    /// Periods go on as the last one that Azure told, on whatever day of a short month it began.
    #[test]
    fn periods_go_on_as_the_last_one_that_was_told(anchor in 1u8..=31, second in any_second(), days in 0i64..500) {
        let calendar = BillingCalendar::told(vec![period(anchor, second)]);
        prop_assert_eq!(ok(calendar.period_of(at(second + days * DAY))), period(anchor, second + days * DAY));
    }

    /// Periods that were told may begin on another day than the rest: no instant lies in two, and each lies in one.
    #[test]
    fn no_guessed_period_overlaps_one_that_was_told(
        told in 1u8..=31,
        anchor in 1u8..=31,
        second in any_second(),
        days in -100i64..100,
    ) {
        let told = period(told, second);
        let anchor = ok(BillingAnchor::new(anchor));
        let calendar = BillingCalendar { periods: vec![told], anchor };
        let wanted = at(second + days * DAY);
        let found = ok(calendar.period_of(wanted));
        prop_assert!(found.contains(wanted));
        prop_assert!(found == told || found.end_at <= told.start_at || told.end_at <= found.start_at);
        let start = utc_date(found.start_at);
        let named = ok(calendar.period_named(&format!("{:04}-{:02}", start.year(), start.month())));
        prop_assert!(named.is_some_and(|named| utc_date(named.start_at).month() == start.month()));
    }

    #[test]
    fn periods_tile_and_count_true_days(second in any_second(), anchor in 1u8..=31) {
        let found = period(anchor, second);
        let (year, month) = period_month(second.div_euclid(DAY), anchor.into());
        let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let start = start_day(year, month, anchor.into()) * DAY;
        let end = start_day(next_year, next_month, anchor.into()) * DAY;
        prop_assert_eq!((found.start_at.as_second(), found.end_at.as_second()), (start, end));
        prop_assert!(found.contains(at(second)) && found.contains(found.start_at) && !found.contains(found.end_at));
        prop_assert!(!found.contains(at(start - 1)) && found.contains(at(end - 1)));
        // The one before ends where this one starts, and this one ends where the next one starts.
        prop_assert_eq!(period(anchor, start - 1).end_at, found.start_at);
        prop_assert_eq!(period(anchor, end).start_at, found.end_at);
        // 24 hours each day, whatever clocks do elsewhere.
        let days = (end - start) / DAY;
        prop_assert_eq!((end - start) / 3600, 24 * days);
        prop_assert!((28..=31).contains(&days));
        if anchor == 1 {
            prop_assert_eq!(days, month_days(year, month));
        }
        let named = BillingAnchor::new(anchor).and_then(|anchor| anchor.period_named(&format!("{year:04}-{month:02}")));
        prop_assert_eq!(named, Ok(found));
    }

    /// The same instant with any offset is the same instant, the same day in UTC, and is written back in UTC.
    #[test]
    fn an_offset_changes_nothing(second in any_second(), offset in -14 * 4i64..=14 * 4) {
        let offset = offset * 15;
        let local = second + offset * 60;
        let day = local.div_euclid(DAY);
        let (year, month) = period_month(day, 1);
        let of_month = day - days_from_civil(year, month, 1) + 1;
        let clock = local.rem_euclid(DAY);
        let text = format!(
            "{year:04}-{month:02}-{of_month:02}T{:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60
        );
        let sign = if offset < 0 { '-' } else { '+' };
        let with_offset = format!("{text}{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60);
        prop_assert_eq!(parse_timestamp(&with_offset), Ok(at(second)), "{}", with_offset);
        // A time without an offset is UTC.
        prop_assert_eq!(parse_timestamp(&text), Ok(at(local)));
        let instant = Instant(at(local));
        prop_assert_eq!(instant.to_string(), format!("{text}Z"));
        prop_assert_eq!(ok(serde_json::from_str::<Instant>(&ok(serde_json::to_string(&instant)))), instant);
        let date = utc_date(at(local));
        prop_assert_eq!((i64::from(date.year()), i64::from(date.month()), i64::from(date.day())), (year, month, of_month));
        prop_assert_eq!(midnight(date).map(|start| start.as_second()), Ok(day * DAY));
    }
}
