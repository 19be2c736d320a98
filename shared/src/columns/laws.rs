//! The fast way and the slow way give the same digits: generated books and rows, rated by both.
//!
//! Numbers aim at the places where fixed point ends: ten decimals, half and all of an i64, bounds of 10^9 and 10^12.

use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::meter::{Meter, PriceModel, Tier, TierTable, sample};
use crate::period::{BillingAnchor, BillingPeriod};
use crate::ratebook::format::{BookId, to_bytes};
use crate::ratebook::{RateBook, Source, sample_header};
use crate::rating;

/// `FOREBILL_LAW_CASES` in the environment of the build asks for a longer search, as for the laws of prices.
const CASES: u32 = match option_env!("FOREBILL_LAW_CASES") {
    Some(text) => match u32::from_str_radix(text, 10) {
        Ok(cases) => cases,
        Err(_) => panic!("FOREBILL_LAW_CASES is a whole number"),
    },
    None => 10_000,
};

/// The first of November 2026.
const START: i64 = 1_793_491_200;
const HOUR: i64 = 3600;

fn ok<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

fn number(mantissa: std::ops::Range<i64>, scale: u8) -> impl Strategy<Value = Decimal> {
    (mantissa, 0..=scale).prop_map(|(mantissa, scale)| Decimal::new(mantissa.into(), scale))
}

/// Where something happens to a number in fixed point.
fn edge() -> impl Strategy<Value = Decimal> {
    let edges = prop::sample::select(vec![
        Decimal::new(1 << 62, 10),
        Decimal::new(i64::MAX.into(), 10),
        Decimal::new(1_000_000_000, 0),
        Decimal::new(1_000_000_000_000, 0),
        Decimal::new(1 << 61, 10),
    ]);
    (edges, number(-3..4, 11)).prop_map(|(edge, off)| ok(edge.plus(off)))
}

fn price() -> impl Strategy<Value = Decimal> {
    let noise = (1i128..10_000_000_000_000_000_000_000_000_000).prop_map(|digits| Decimal::new(digits, 28));
    prop_oneof![8 => number(0..10_000_000_000, 10), 1 => noise, 1 => number(0..1_000_000, 14), 1 => Just(Decimal::ZERO)]
}

fn bound() -> impl Strategy<Value = Decimal> {
    prop_oneof![6 => number(1..2_000, 3), 2 => number(1..1_000_000_000, 4), 1 => edge(), 1 => number(1..1_000_000, 12)]
}

fn quantity() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        6 => number(0..300_000, 3),
        3 => number(-300_000..0, 3),
        3 => number(0..1_000_000_000_000, 10),
        1 => number(-1_000_000_000_000..1_000_000_000_000, 13),
        2 => edge(),
        1 => edge().prop_map(Decimal::negated),
        1 => number(1..10_000_000_000_000_000, 2),
        1 => Just(Decimal::ZERO),
    ]
}

/// One row of the price list of one of four meters; several of one meter are its prices over time.
fn meter() -> impl Strategy<Value = (u8, Meter)> {
    let tiers = (prop::collection::btree_set(bound(), 0..5), prop::collection::vec(price(), 6));
    let included = prop_oneof![4 => Just(Decimal::ZERO), 2 => number(0..100_000, 3), 1 => bound()];
    let from = prop_oneof![3 => Just(-1_000), 2 => 0..40i64 * 24];
    let until = prop_oneof![5 => Just(None), 1 => (0..40i64 * 24).prop_map(Some)];
    (0..4u8, tiers, included, from, until, 0..12u8).prop_map(|(id, (bounds, prices), included, from, until, rare)| {
        let starts = std::iter::once(Decimal::ZERO).chain(bounds);
        let mut tiers: Vec<Tier> = starts.zip(prices).map(|(from, unit_price)| Tier { from, unit_price }).collect();
        let model = match rare {
            3 => PriceModel::Volume,
            4 => PriceModel::Package { size: Decimal::new(125, 1) },
            _ => PriceModel::Graduated,
        };
        if rare == 4 {
            tiers.truncate(1);
        }
        let nanoseconds = if rare == 0 { 1 } else { 0 };
        let meter = Meter {
            id: meter_id(id),
            included_quantity: included,
            tiers: Arc::new(ok(TierTable::priced(model, tiers))),
            effective_at: ok(Timestamp::new(START + from * HOUR, nanoseconds)),
            ends_at: until.map(|hour| ok(Timestamp::from_second(START + hour * HOUR))),
            region: if rare == 1 { "EU West" } else { "" }.into(),
            kind: if rare == 2 { crate::meter::PriceKind::DevTest } else { crate::meter::PriceKind::Consumption },
            ..sample()
        };
        (id, meter)
    })
}

fn meter_id(number: u8) -> MeterId {
    ok(format!("0e9d0c9b-ab6d-4312-9c7e-3794e22af9c{number}").parse())
}

/// A book of generated prices; one that contradicts itself loses the later rows.
fn book() -> impl Strategy<Value = OpenBook> {
    prop::collection::vec(meter(), 1..9).prop_map(|rows| {
        let mut meters: Vec<Meter> = Vec::new();
        for (_, row) in rows {
            let place = |meter: &Meter| (meter.id, meter.region.clone(), meter.kind.clone(), meter.effective_at);
            if meters.iter().all(|known| place(known) != place(&row)) {
                meters.push(row);
            }
        }
        open(meters)
    })
}

fn open(meters: Vec<Meter>) -> OpenBook {
    let header = sample_header(Source::RateCard);
    let book = ok(RateBook::new(header, meters)).0;
    OpenBook { id: BookId::of(&to_bytes(&book)), book }
}

/// Rows with few distinct keys, so that some are read twice and many share a time.
fn rows() -> impl Strategy<Value = Vec<UsageAggregate>> {
    let parts = (0..2u8, 0..5u8, 0..80i64, 0..3i64, 0..2u8, 0..5u8, quantity());
    prop::collection::vec(parts, 0..40).prop_map(|rows| {
        let of = |(subscription, meter, half_day, hours, bucket, resource, quantity): (_, _, _, _, _, u8, _)| {
            UsageAggregate {
                subscription_id: ok(format!("11111111-2222-3333-4444-55555555555{subscription}").parse()),
                meter_id: meter_id(meter),
                usage_start_at: ok(Timestamp::from_second(START + half_day * 12 * HOUR)),
                usage_end_at: ok(Timestamp::from_second(START + (half_day * 12 + 1 + hours / 2) * HOUR)),
                bucket: format!("bucket {bucket}").into(),
                quantity,
                resource: resource.checked_sub(1).map(|number| {
                    // The last two are one resource whose tags changed.
                    let tags = BTreeMap::from([("env".to_owned(), number.to_string())]);
                    let uri = format!("/vm-{}", 9 - number.min(2));
                    Arc::new(Resource { uri, location: String::new(), tags })
                }),
                ..row(0)
            }
        };
        rows.into_iter().map(of).collect()
    })
}

/// Told periods that overlap the months of the anchor.
fn account() -> impl Strategy<Value = Account> {
    let told = prop::collection::vec((0..50i64, 1..40i64), 0..3);
    (1..32u8, told).prop_map(|(day, told)| {
        let day_at = |day: i64| ok(Timestamp::from_second(START + day * 24 * HOUR));
        let told = told.into_iter();
        let periods = told.map(|(day, days)| BillingPeriod { start_at: day_at(day), end_at: day_at(day + days) });
        let calendar = BillingCalendar { periods: periods.collect(), anchor: ok(BillingAnchor::new(day)) };
        Account { calendar, ..Account::default() }
    })
}

/// Rates both ways and compares periods and rows; `in_order` is what is expected of the columns.
fn agree(rows: &[UsageAggregate], open: &OpenBook, account: &Account, in_order: bool) -> Result<(), TestCaseError> {
    let slow = ok(rating::rate(rows, open, |_| account.clone()));
    let usage = UsageColumns::of_rows(rows);
    let ordered = ok(usage.ordered());
    let fast = ok(ordered.rate(open, |_| account.clone(), ColumnRating::default()));
    prop_assert!(!in_order || ordered.order().sorted.is_none());
    prop_assert_eq!(fast.periods.len(), slow.charges.len());
    for (fast, slow) in fast.periods.iter().zip(&slow.charges) {
        let key = (slow.subscription_id, slow.billing_period_start.0, slow.billing_period_end.0, slow.meter_id);
        prop_assert_eq!((fast.subscription_id, fast.period.start_at, fast.period.end_at, fast.meter_id), key);
        prop_assert_eq!(fast.quantity, slow.quantity);
        prop_assert_eq!((fast.cost(), fast.known_cost), (slow.cost, slow.known_cost));
        let unpriced = fast.unpriced.as_ref().map(|part| (part.quantity, part.reason));
        prop_assert_eq!(unpriced, slow.reason.map(|reason| (slow.unpriced_quantity, reason)));
    }
    prop_assert_eq!(fast.charges.len(), rows.len());
    prop_assert_eq!(ok(fast.charges.sum()), slow.totals.cost);
    let mut counted = 0;
    for (row, charge) in rows.iter().zip(fast.charges.iter()) {
        let slice = slow.slices.iter().find(|slice| std::ptr::eq(slice.row, row));
        prop_assert_eq!(slice.is_none(), charge == RowCharge::Replaced);
        prop_assert_eq!(slice.and_then(|slice| slice.cost), charge.cost());
        counted += usize::from(slice.is_some());
    }
    prop_assert_eq!((counted, ordered.order().replaced.len()), (slow.slices.len(), rows.len() - counted));
    prop_assert_eq!(&ok(ordered.rate_periods(open, |_| account.clone(), fast.periods.clone())), &fast.periods);
    if let (Some(first), Some(last)) = (usage.starts_at.iter().min(), usage.starts_at.iter().max()) {
        let calendars = vec![account.calendar.clone(); usage.subscriptions.len()];
        let prices = || {
            let prices = Prices::between(&open.book, &usage.meters, *first, *last);
            prices.unwrap_or_else(|| panic!("no prices"))
        };
        // In the room of the first rating, which must leave no trace.
        let hashed = ok(ordered.run_in::<true>(prices(), calendars.clone(), None, fast.clone()));
        let hashed_periods = ok(ordered.run_in::<false>(prices(), calendars, None, fast.clone()));
        prop_assert_eq!(hashed_periods.periods, &*hashed.periods);
        prop_assert_eq!(hashed.periods, fast.periods);
        prop_assert!(hashed.charges.iter().eq(fast.charges.iter()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn columns_cost_what_the_rows_cost(open in book(), rows in rows(), account in account()) {
        agree(&rows, &open, &account, false)?;
    }

    /// Rows that ascend are each there once and in order: nothing is sorted.
    #[test]
    fn rows_in_order_need_no_sorting(open in book(), mut rows in rows(), account in account()) {
        let key = |row: &UsageAggregate| {
            let uri = row.resource.as_ref().map(|resource| resource.uri.clone());
            (row.usage_start_at, row.usage_end_at, row.bucket.clone(), uri)
        };
        rows.sort_by_key(key);
        rows.dedup_by_key(|row| key(row));
        agree(&rows, &open, &account, true)?;
    }
}

/// A front door counts in units of 10,000 and has a tier from 10^9 units on: more than an i64 holds at ten decimals.
#[test]
fn totals_pass_the_ends_of_fixed_point_exactly() {
    let billion = Decimal::new(1_000_000_000, 0);
    let tiers = [(Decimal::ZERO, "0.0000000001"), (Decimal::new(1 << 62, 10), "896247"), (billion, "0.5")];
    let tiers = tiers.into_iter().map(|(from, price)| Tier { from, unit_price: ok(price.parse()) }).collect();
    let meter = Meter { id: meter_id(0), tiers: Arc::new(ok(TierTable::new(tiers))), ..sample() };
    let open = open(vec![meter]);
    let step = Decimal::new(1, 10);
    let edges = [1 << 61, (1 << 62) - 1, 1 << 62, i64::MAX, i64::MIN + 1, i64::MIN, 10_000_000_000_000_000, 1, -1];
    let amounts = edges.map(|edge| Decimal::new(edge.into(), 10));
    for first in amounts {
        for second in amounts {
            for third in [amounts[0], billion, step, second.negated()] {
                let quantities = [first, second, third, step.negated()];
                let rows: Vec<UsageAggregate> = (quantities.into_iter().enumerate())
                    .map(|(day, quantity)| UsageAggregate { quantity, ..row(day as i64) })
                    .collect();
                ok(agree(&rows, &open, &Account::default(), true));
            }
        }
    }
}

fn row(day: i64) -> UsageAggregate {
    UsageAggregate {
        subscription_id: ok("11111111-2222-3333-4444-555555555555".parse()),
        meter_id: meter_id(0),
        usage_start_at: ok(Timestamp::from_second(START + day * 24 * HOUR)),
        usage_end_at: ok(Timestamp::from_second(START + (day + 1) * 24 * HOUR)),
        bucket: "bucket".into(),
        quantity: Decimal::ONE,
        meter_name: "".into(),
        meter_category: "".into(),
        meter_sub_category: "".into(),
        meter_region: "".into(),
        unit: "".into(),
        info_fields: None,
        resource: None,
        instance_text: None,
        rule_tags: None,
    }
}

#[test]
fn columns_that_do_not_fit_together_are_refused() {
    #[track_caller]
    fn refused(change: impl FnOnce(&mut UsageColumns), expect: ColumnsError) {
        let mut usage = UsageColumns::of_rows(&[row(0), row(1)]);
        change(&mut usage);
        assert_eq!(usage.ordered().map(|_| ()), Err(expect));
    }
    refused(|usage| usage.meter.truncate(1), ColumnsError::Length { column: "meter" });
    refused(|usage| usage.ends_at.push(0), ColumnsError::Length { column: "ends_at" });
    refused(|usage| usage.bucket[1] = 1, ColumnsError::NoEntry { column: "bucket" });
    refused(|usage| usage.resources.clear(), ColumnsError::NoEntry { column: "resource" });
    refused(|usage| usage.meters.push(meter_id(0)), ColumnsError::Repeated { column: "meter" });
}
