//! What is due, what is committed, what is missing, and how old everything is: a pure function of the records and now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, Instant, utc_date};
use shared::ratebook::Source;
use shared::ratebook::format::BookId;
use shared::snapshot::{DayRange, PriceList, Snapshots, ranges, reported_window};

use crate::job::MissedDays;

/// The whole ledger.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// `forebill.ledger/1`
    pub schema: &'static str,
    /// The "now" of the run.
    pub at: Instant,
    /// Usage by subscription and granularity.
    pub usage: Vec<UsageLine>,
    /// Price lists by what they are of.
    pub prices: Vec<PriceLine>,
    /// Billing periods and invoices by subscription.
    pub billing: Vec<BillingLine>,
    /// What usage needs and the store does not have.
    pub missing: Vec<Missing>,
    /// Whether nothing is due and nothing missing.
    pub complete: bool,
}

/// Days from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Days {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// Reported days of one subscription.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageLine {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// What it is called, where somebody said so.
    pub name: Option<String>,
    /// Hours or days.
    pub granularity: Granularity,
    /// The first reported day that is looked at.
    pub from: Date,
    /// Days that were read.
    pub committed: usize,
    /// Days to be read now: never read, missed, or of the last few and not read today.
    pub due: usize,
    /// Which.
    pub due_days: Vec<Days>,
    /// Days that were never read.
    pub gaps: Vec<Days>,
    /// Days that a run asked for in vain, with the reason.
    pub missed: Vec<MissedDays>,
    /// When a day was read last.
    pub last_read_at: Option<Instant>,
    /// How long that is ago.
    pub age_seconds: Option<i64>,
}

/// Readings of one price list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceLine {
    /// Which API.
    pub source: Source,
    /// The offer.
    pub offer: Option<String>,
    /// The currency.
    pub currency: String,
    /// Country of purchase.
    pub region_info: String,
    /// What an own book is called.
    pub name: Option<String>,
    /// The customer group of an own book.
    pub group: Option<String>,
    /// How often it was read.
    pub readings: usize,
    /// The newest book.
    pub book: BookId,
    /// When it was read.
    pub last_read_at: Instant,
    /// How long that is ago.
    pub age_seconds: i64,
}

/// Billing periods and invoices of one subscription; both are read together.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BillingLine {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Invoices that are archived.
    pub invoices: usize,
    /// The last day that one of them covers.
    pub invoiced_to: Option<Date>,
    /// When Azure was asked last.
    pub last_read_at: Option<Instant>,
    /// How long that is ago.
    pub age_seconds: Option<i64>,
}

/// Something that usage cannot be rated without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// Whose usage.
    pub subscription_id: SubscriptionId,
    /// What, and how to get it.
    pub what: String,
}

/// The first reported day that is read where nobody says another: Azure keeps about thirteen months.
#[must_use]
pub fn first_day(now: Timestamp) -> Date {
    utc_date(now).first_of_month().saturating_sub(13.months())
}

/// Reads the ledger off the records. `from` is the first day to look at, instead of the first one on record.
#[must_use]
pub fn of(snapshots: &Snapshots, from: Option<Date>, now: Timestamp) -> Ledger {
    // What was given up is neither due nor missing.
    let from = from.map(|from| from.max(snapshots.usage_from.unwrap_or(from)));
    let usage: Vec<UsageLine> = scopes(snapshots)
        .into_iter()
        .map(|(of, granularity)| usage_line(snapshots, of, granularity, from, now))
        .collect();
    let missing = missing(snapshots);
    let complete = missing.is_empty() && usage.iter().all(|line| line.due == 0 && line.gaps.is_empty());
    Ledger {
        schema: "forebill.ledger/1",
        at: Instant(now),
        usage,
        prices: prices(snapshots, now),
        billing: billing(snapshots, now),
        missing,
        complete,
    }
}

/// What is read from Azure, was tried to be, or should be because the subscription is known.
fn scopes(snapshots: &Snapshots) -> BTreeSet<(SubscriptionId, Granularity)> {
    let read = snapshots.usage.keys().chain(snapshots.gaps.keys());
    let mut scopes: BTreeSet<_> = read.map(|(of, granularity, _)| (*of, *granularity)).collect();
    let told: BTreeSet<SubscriptionId> =
        scopes.iter().map(|(of, _)| *of).chain(snapshots.usage_files.iter().map(|file| file.subscription_id)).collect();
    let silent = snapshots.subscriptions.keys().filter(|of| !told.contains(of));
    scopes.extend(silent.map(|of| (*of, Granularity::Daily)));
    scopes
}

fn usage_line(
    snapshots: &Snapshots,
    of: SubscriptionId,
    granularity: Granularity,
    from: Option<Date>,
    now: Timestamp,
) -> UsageLine {
    let (lowest, highest) = ((of, granularity, Date::MIN), (of, granularity, Date::MAX));
    let read: BTreeMap<Date, Instant> =
        snapshots.usage.range(lowest..=highest).map(|((_, _, day), (at, _))| (*day, *at)).collect();
    let missed: BTreeMap<Date, _> =
        snapshots.gaps.range(lowest..=highest).map(|((_, _, day), gap)| (*day, gap)).collect();
    let first = [read.keys().next(), missed.keys().next()].into_iter().flatten().min().copied();
    let from = from.or(first).unwrap_or_else(|| first_day(now));
    // As of the start of the day: what was read since is read again tomorrow, and not due at every look.
    let since = reported_window(utc_date(now)).map_or(now, |(start, _)| start);
    let due = snapshots.due_days(of, granularity, from, since);
    let never: Vec<Date> = due.iter().copied().filter(|day| !read.contains_key(day)).collect();
    let last_read_at = read.values().max().copied();
    let said = ranges(missed.into_iter().map(|(day, gap)| (day, (gap.reason.as_str(), gap.tries, gap.next_try_at))));
    UsageLine {
        subscription_id: of,
        name: snapshots.subscriptions.get(&of).map(|facts| facts.name.clone()),
        granularity,
        from,
        committed: read.keys().filter(|day| **day >= from).count(),
        due: due.len(),
        due_days: days(due),
        gaps: days(never),
        missed: said.into_iter().map(|range| missed_days(of, granularity, range)).collect(),
        last_read_at,
        age_seconds: last_read_at.map(|at| age(at, now)),
    }
}

fn missed_days(
    subscription_id: SubscriptionId,
    granularity: Granularity,
    range: DayRange<(&str, u32, Option<Instant>)>,
) -> MissedDays {
    let (reason, tries, next_try_at) = range.what;
    let (from, to, reason) = (range.first, range.last, reason.to_owned());
    MissedDays { subscription_id, granularity, from, to, reason, tries, next_try_at }
}

fn days(days: Vec<Date>) -> Vec<Days> {
    ranges(days.into_iter().map(|day| (day, ())))
        .into_iter()
        .map(|range| Days { from: range.first, to: range.last })
        .collect()
}

fn age(at: Instant, now: Timestamp) -> i64 {
    now.as_second().saturating_sub(at.0.as_second())
}

fn prices(snapshots: &Snapshots, now: Timestamp) -> Vec<PriceLine> {
    let mut lists: Vec<(&PriceList, usize)> = Vec::new();
    for list in &snapshots.prices {
        match lists.iter_mut().find(|(known, _)| known.is_of(list)) {
            Some((known, readings)) => {
                *readings += 1;
                if list.fetched_at >= known.fetched_at {
                    *known = list;
                }
            }
            None => lists.push((list, 1)),
        }
    }
    let line = |(list, readings): (&PriceList, usize)| PriceLine {
        source: list.source,
        offer: list.offer.as_ref().map(ToString::to_string),
        currency: list.currency.to_string(),
        region_info: list.region_info.clone(),
        name: list.name.clone(),
        group: list.group.clone(),
        readings,
        book: list.book.clone(),
        last_read_at: list.fetched_at,
        age_seconds: age(list.fetched_at, now),
    };
    lists.into_iter().map(line).collect()
}

fn billing(snapshots: &Snapshots, now: Timestamp) -> Vec<BillingLine> {
    let of_invoices = snapshots.invoices.keys().map(|(of, _)| of);
    let all: BTreeSet<SubscriptionId> =
        snapshots.billing_periods.keys().chain(snapshots.subscriptions.keys()).chain(of_invoices).copied().collect();
    let line = |of: SubscriptionId| {
        let invoices = snapshots.invoices.iter().filter(|((whose, _), _)| *whose == of).map(|(_, invoice)| invoice);
        let last_read_at = snapshots.billing_periods_at.get(&of).copied();
        BillingLine {
            subscription_id: of,
            invoices: invoices.clone().count(),
            invoiced_to: invoices.map(|invoice| invoice.period_end_on).max(),
            last_read_at,
            age_seconds: last_read_at.map(|at| age(at, now)),
        }
    };
    all.into_iter().map(line).collect()
}

fn missing(snapshots: &Snapshots) -> Vec<Missing> {
    let files = snapshots.usage_files.iter().map(|file| file.subscription_id);
    let used: BTreeSet<SubscriptionId> = snapshots.usage.keys().map(|(of, ..)| *of).chain(files).collect();
    let mut missing = Vec::new();
    for subscription_id in used {
        let what = match snapshots.subscriptions.get(&subscription_id) {
            None => "its offer: forebill snapshot usage --offer ID says it once".to_owned(),
            Some(facts) if snapshots.newest_prices(Some(&facts.offer), facts.currency).is_none() => format!(
                "the rate card of {} in {}: forebill snapshot ratecard --offer {}",
                facts.offer, facts.currency, facts.offer
            ),
            Some(_) => continue,
        };
        missing.push(Missing { subscription_id, what });
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use shared::period::parse_timestamp;
    use shared::snapshot::{Entry, MANIFEST_SCHEMA, Manifest};

    fn at(text: &str) -> Timestamp {
        parse_timestamp(text).unwrap()
    }

    fn whose() -> SubscriptionId {
        "11111111-2222-3333-4444-555555555555".parse().unwrap()
    }

    fn apply(snapshots: &mut Snapshots, run_at: &str, entries: Vec<Entry>) {
        let (schema, run_at) = (MANIFEST_SCHEMA.to_owned(), Instant(at(run_at)));
        let number = snapshots.last_number + 1;
        snapshots.apply(Manifest { schema, number, previous: None, run_at, job: "x".into(), entries, writer: None });
    }

    fn read(day: Date) -> Entry {
        Entry::Usage { subscription_id: whose(), granularity: Granularity::Daily, reported_on: day, pages: Vec::new() }
    }

    fn november(days: impl IntoIterator<Item = i8>) -> Vec<Entry> {
        days.into_iter().map(|day| read(date(2026, 11, day))).collect()
    }

    fn shown(days: &[Days]) -> Vec<(i8, i8)> {
        days.iter().map(|days| (days.from.day(), days.to.day())).collect()
    }

    #[test]
    fn what_was_read_today_is_not_due_and_the_last_days_are_again_tomorrow() {
        let mut snapshots = Snapshots::default();
        apply(&mut snapshots, "2026-11-20T03:00:00Z", november(1..20));
        let today = of(&snapshots, None, at("2026-11-20T23:59:59Z"));
        assert_eq!((today.usage[0].committed, today.usage[0].due), (19, 0));
        let tomorrow = of(&snapshots, None, at("2026-11-21T00:00:00Z"));
        assert_eq!(shown(&tomorrow.usage[0].due_days), [(16, 20)]);
        assert_eq!(shown(&tomorrow.usage[0].gaps), [(20, 20)]);
        assert_eq!(tomorrow.usage[0].age_seconds, Some(21 * 3600));
    }

    #[test]
    fn a_missed_day_is_due_and_told_with_its_reason_and_a_hole_is_a_gap() {
        let mut snapshots = Snapshots::default();
        apply(&mut snapshots, "2026-11-20T03:00:00Z", november((1..20).filter(|day| ![3, 4, 9].contains(day))));
        let gap = Entry::Gap {
            subscription_id: whose(),
            granularity: Granularity::Daily,
            reported_from: date(2026, 11, 9),
            reported_to: date(2026, 11, 10),
            reason: "503".into(),
            tries: 2,
            next_try_at: None,
        };
        apply(&mut snapshots, "2026-11-20T04:00:00Z", vec![gap]);
        let ledger = of(&snapshots, None, at("2026-11-20T05:00:00Z"));
        let line = &ledger.usage[0];
        assert_eq!(shown(&line.gaps), [(3, 4), (9, 9)]);
        assert_eq!(shown(&line.due_days), [(3, 4), (9, 10)]);
        assert_eq!(line.missed.len(), 1);
        assert_eq!((line.missed[0].reason.as_str(), line.missed[0].tries), ("503", 2));
        assert!(!ledger.complete);
    }

    #[test]
    fn usage_without_an_offer_or_a_card_is_missing_something() {
        let mut snapshots = Snapshots::default();
        apply(&mut snapshots, "2026-11-20T03:00:00Z", november(19..20));
        let now = at("2026-11-20T05:00:00Z");
        assert!(of(&snapshots, None, now).missing[0].what.starts_with("its offer"));
        let facts = Entry::Subscription {
            subscription_id: whose(),
            name: "n".into(),
            offer: "MS-AZR-0003P".parse().unwrap(),
            currency: shared::money::Currency::USD,
            commitment: None,
        };
        apply(&mut snapshots, "2026-11-20T03:00:00Z", vec![facts]);
        assert!(of(&snapshots, None, now).missing[0].what.starts_with("the rate card of MS-AZR-0003P in USD"));
    }

    /// A subscription that is known and was never read is not silent.
    #[test]
    fn a_known_subscription_without_usage_is_all_due() {
        let mut snapshots = Snapshots::default();
        let facts = Entry::Subscription {
            subscription_id: whose(),
            name: "n".into(),
            offer: "MS-AZR-0003P".parse().unwrap(),
            currency: shared::money::Currency::USD,
            commitment: None,
        };
        apply(&mut snapshots, "2026-11-20T03:00:00Z", vec![facts]);
        let ledger = of(&snapshots, Some(date(2026, 11, 1)), at("2026-11-20T05:00:00Z"));
        assert_eq!((ledger.usage[0].committed, ledger.usage[0].due), (0, 19));
        assert_eq!(of(&snapshots, None, at("2026-11-20T05:00:00Z")).usage[0].from, date(2025, 10, 1));
        assert!(!ledger.complete);
    }
}
