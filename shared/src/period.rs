//! Time as billing sees it: instants in UTC, half-open periods, and the cycle of an invoice.

use std::fmt;

use jiff::civil::{Date, Time, date};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A point in time that could not be read or lies outside the calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Not RFC 3339.
    #[error("not a time such as 2026-11-01T00:00:00Z")]
    NotATime,
    /// Not `YYYY-MM`.
    #[error("not a month such as 2026-11")]
    NotAMonth,
    /// Not a day of a month.
    #[error("a billing anchor is a day from 1 to 31")]
    NotAnAnchor,
    /// The calendar ends.
    #[error("the time is outside the calendar")]
    OutsideCalendar,
}

/// Reads a time with an offset, or without one as UTC (always-free meters of 2016 lack the `Z`).
pub fn parse_timestamp(text: &str) -> Result<Timestamp, PeriodError> {
    if text.len() > 40 {
        return Err(PeriodError::NotATime);
    }
    text.parse::<Timestamp>().or_else(|_| {
        let local = text.parse::<jiff::civil::DateTime>().map_err(|_| PeriodError::NotATime)?;
        Offset::UTC.to_timestamp(local).map_err(|_| PeriodError::OutsideCalendar)
    })
}

/// The day in UTC on which the instant lies.
#[must_use]
pub fn utc_date(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// Midnight UTC at the start of the day.
pub fn midnight(on: Date) -> Result<Timestamp, PeriodError> {
    Offset::UTC.to_timestamp(on.to_datetime(Time::midnight())).map_err(|_| PeriodError::OutsideCalendar)
}

/// An instant inside our JSON: RFC 3339 in UTC, whole seconds where they are whole.
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub Timestamp);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        parse_timestamp(&text).map(Instant).map_err(D::Error::custom)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// How usage is bucketed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// One row per resource, meter and hour.
    Hourly,
    /// One row per resource, meter and UTC day.
    Daily,
}

impl Granularity {
    /// Lower-case name, as in keys and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Granularity::Hourly => "hourly",
            Granularity::Daily => "daily",
        }
    }
}

/// When the cycle of a subscription's invoice turns, where the billing periods are not known from the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillingAnchor(i8);

impl Default for BillingAnchor {
    fn default() -> BillingAnchor {
        BillingAnchor(1)
    }
}

impl BillingAnchor {
    /// The day of the month on which a period starts; a shorter month starts it on its last day.
    pub fn new(day: u8) -> Result<BillingAnchor, PeriodError> {
        match i8::try_from(day) {
            Ok(day @ 1..=31) => Ok(BillingAnchor(day)),
            _ => Err(PeriodError::NotAnAnchor),
        }
    }

    fn start_in(self, year: i16, month: i8) -> Date {
        let first = date(year, month, 1);
        let day = self.0.min(first.days_in_month());
        date(year, month, day)
    }

    /// The billing period that holds the instant.
    pub fn period_of(self, at: Timestamp) -> Result<BillingPeriod, PeriodError> {
        let on = utc_date(at);
        let this_month = self.start_in(on.year(), on.month());
        let starts_on = if on < this_month {
            let before =
                date(on.year(), on.month(), 1).checked_sub(1.month()).map_err(|_| PeriodError::OutsideCalendar)?;
            self.start_in(before.year(), before.month())
        } else {
            this_month
        };
        self.period_from(starts_on)
    }

    /// The billing period that starts in the month `YYYY-MM`.
    pub fn period_named(self, month: &str) -> Result<BillingPeriod, PeriodError> {
        let (year, number) = month.split_once('-').ok_or(PeriodError::NotAMonth)?;
        let shape = year.len() == 4 && number.len() == 2;
        match (shape, year.parse::<i16>(), number.parse::<i8>()) {
            (true, Ok(year @ 1..=9998), Ok(number @ 1..=12)) => self.period_from(self.start_in(year, number)),
            _ => Err(PeriodError::NotAMonth),
        }
    }

    fn period_from(self, starts_on: Date) -> Result<BillingPeriod, PeriodError> {
        let next = date(starts_on.year(), starts_on.month(), 1)
            .checked_add(1.month())
            .map_err(|_| PeriodError::OutsideCalendar)?;
        Ok(BillingPeriod {
            start_at: midnight(starts_on)?,
            end_at: midnight(self.start_in(next.year(), next.month()))?,
        })
    }
}

/// Half-open, in UTC. Quantities, included quantities and tiers start again with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillingPeriod {
    /// First instant inside.
    pub start_at: Timestamp,
    /// First instant after.
    pub end_at: Timestamp,
}

impl BillingPeriod {
    /// Whether the instant lies inside.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.start_at <= at && at < self.end_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(anchor: u8, at: &str, start: &str, end: &str) {
        let period = BillingAnchor::new(anchor)
            .and_then(|a| a.period_of(parse_timestamp(at)?))
            .map(|p| (p.start_at.to_string(), p.end_at.to_string()));
        assert_eq!(period, Ok((format!("{start}T00:00:00Z"), format!("{end}T00:00:00Z"))), "{anchor} {at}");
    }

    #[test]
    fn periods_tile_the_calendar() {
        check(1, "2026-11-23T10:00:00Z", "2026-11-01", "2026-12-01");
        check(1, "2026-12-31T23:59:59Z", "2026-12-01", "2027-01-01");
        check(27, "2017-03-26T23:59:59Z", "2017-02-27", "2017-03-27");
        check(27, "2017-03-27T00:00:00Z", "2017-03-27", "2017-04-27");
        check(14, "2026-01-01T00:00:00Z", "2025-12-14", "2026-01-14");
        check(31, "2024-02-29T00:00:00Z", "2024-02-29", "2024-03-31");
        check(31, "2024-03-30T00:00:00Z", "2024-02-29", "2024-03-31");
    }

    #[test]
    fn offsets_become_utc() {
        // The recorded answer of 2015: half past five in the afternoon in Seattle is the next UTC day.
        let at = parse_timestamp("2015-04-27T17:00:00-07:00").map(utc_date);
        assert_eq!(at, Ok(date(2015, 4, 28)));
        assert_eq!(parse_timestamp("0001-01-01T00:00:00"), parse_timestamp("0001-01-01T00:00:00Z"));
        assert_eq!(parse_timestamp("23/11/2026"), Err(PeriodError::NotATime));
        // The longest that is read, and one digit more.
        let longest = "2026-11-01T00:00:00.123456789+00:00[UTC]";
        assert_eq!((longest.len(), parse_timestamp(longest).is_ok()), (40, true));
        let longer = "+002026-11-01T00:00:00.12345678+00:00[UTC]";
        assert_eq!((longer.len(), parse_timestamp(longer)), (42, Err(PeriodError::NotATime)));
        assert_eq!([Granularity::Hourly, Granularity::Daily].map(Granularity::name), ["hourly", "daily"]);
    }

    #[test]
    fn months_are_named_strictly() {
        let anchor = BillingAnchor::default();
        assert!(anchor.period_named("2026-11").is_ok());
        for bad in ["2026-13", "2026-0", "26-11", "2026-11-01", "", "2026"] {
            assert_eq!(anchor.period_named(bad), Err(PeriodError::NotAMonth), "{bad}");
        }
        assert_eq!(BillingAnchor::new(0), Err(PeriodError::NotAnAnchor));
    }
}
