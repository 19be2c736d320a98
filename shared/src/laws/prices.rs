//! 26: at any time a meter has exactly one price, and a price of the future changes no charge of the past.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::meter::{Meter, PriceKind};
use crate::money::Currency;
use crate::ratebook::{RateBook, Unpriced};
use crate::rating::{Account, rate};
use crate::usage::UsageAggregate;

/// A price from one hour of November on, until another where the source says so.
fn dated() -> impl Strategy<Value = (i64, Option<i64>, Decimal)> {
    (november(), prop::option::weighted(0.3, 1i64..400), number(0..1_000_000, 4))
        .prop_map(|(start, hours, price)| (start, hours.map(|hours| start + hours * 3600), price))
}

/// Prices of one meter, each from a time of its own.
fn history() -> impl Strategy<Value = Vec<(i64, Option<i64>, Decimal)>> {
    prop::collection::vec(dated(), 1..6).prop_map(|mut history| {
        let mut seen = BTreeSet::new();
        history.retain(|(start, ..)| seen.insert(*start));
        history
    })
}

fn meters(history: &[(i64, Option<i64>, Decimal)]) -> Vec<Meter> {
    let meter = |(start, end, price): &(i64, Option<i64>, Decimal)| Meter {
        effective_at: at(*start),
        ends_at: end.map(at),
        ..flat(*price)
    };
    history.iter().map(meter).collect()
}

/// The rule by itself: of all prices that began, the last one, unless it ended.
fn truth(history: &[(i64, Option<i64>, Decimal)], second: i64) -> Result<Decimal, Unpriced> {
    let begun = history.iter().filter(|(start, ..)| *start <= second);
    let (_, end, price) = begun.max_by_key(|(start, ..)| *start).ok_or(Unpriced::NotYetInForce)?;
    if end.is_some_and(|end| end <= second) { Err(Unpriced::NoLongerInForce) } else { Ok(*price) }
}

/// A time on an edge of some price or a second beside it, or anywhere.
fn beside(history: &[(i64, Option<i64>, Decimal)]) -> impl Strategy<Value = i64> + use<> {
    let edges: Vec<i64> = history.iter().flat_map(|(start, end, _)| [Some(*start), *end]).flatten().collect();
    let edge = (prop::sample::select(edges), -1i64..=1).prop_map(|(edge, off)| edge + off);
    prop_oneof![2 => edge, 1 => november()]
}

fn price_of(found: Result<&Meter, Unpriced>) -> Result<Decimal, Unpriced> {
    found.map(|meter| meter.tiers.first_charged_price())
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn exactly_one_price_holds(
        (history, second) in history().prop_flat_map(|history| (Just(history.clone()), beside(&history))),
        bystanders in prop::collection::vec((1u32..9, dated()), 0..4),
    ) {
        let own = meters(&history);
        let id = own[0].id;
        // Prices of other meters and other kinds of price lie before and behind, and count for nothing.
        let mut all = own.clone();
        for (number, dated) in bystanders {
            let other = meters(&[dated]).remove(0);
            let near = ok(format!("0e9d0c9b-ab6d-4312-9c7e-3794e22af9c{number}").parse());
            all.push(match near == id {
                false => Meter { id: near, ..other },
                true => Meter { kind: PriceKind::DevTest, ..other },
            });
        }
        let mut unique = BTreeSet::new();
        all.retain(|meter| unique.insert((meter.id, meter.kind.clone(), meter.effective_at)));
        let book = ok(RateBook::new(header(Currency::USD), all.clone())).0;
        prop_assert_eq!(price_of(book.price_at(id, at(second))), truth(&history, second));
        let own_row = book.price_like(&own[0], at(second));
        prop_assert_eq!(price_of(own_row), truth(&history, second));
        let rows = book.rows_of(id);
        prop_assert_eq!(rows.len(), all.iter().filter(|meter| meter.id == id).count());
        prop_assert!(rows.iter().all(|meter| meter.id == id));
        let first = history.iter().map(|(start, ..)| *start).min().unwrap_or(0);
        prop_assert_eq!(price_of(RateBook::earliest(rows)), truth(&history, first));
        let nobody = ok("ffffffff-ab6d-4312-9c7e-3794e22af9c4".parse());
        prop_assert_eq!(price_of(book.price_at(nobody, at(second))), Err(Unpriced::NoSuchMeter));
        prop_assert_eq!(price_of(RateBook::earliest(&[])), Err(Unpriced::NoSuchMeter));
    }

    /// Each row takes the price of its own time; what has none is listed with all of its quantity, never as 0.
    #[test]
    fn rows_take_the_price_of_their_time(history in history(), uses in month(10)) {
        let meters = meters(&history);
        let open = open(header(Currency::USD), meters.clone());
        let usage = rows(&meters[0], &uses);
        let rating = ok(rate(&usage, &open, |_| Account::default()));
        let charge = &rating.charges[0];
        let (mut known, mut missing, mut running) = (exact_text("0"), exact_text("0"), exact_text("0"));
        let mut in_order: Vec<&UsageAggregate> = usage.iter().collect();
        in_order.sort_by_key(|row| row.usage_start_at);
        let mut last_reason = None;
        for row in in_order {
            // Below zero nothing is charged and nothing given back: only what lies above counts.
            let zero = exact_text("0");
            let (before, after) = (running.clone().max(zero.clone()), (&running + exact(row.quantity)).max(zero));
            running += exact(row.quantity);
            match truth(&history, row.usage_start_at.as_second()) {
                Ok(price) => known += (after - before) * exact(price),
                Err(reason) => {
                    missing += exact(row.quantity);
                    last_reason = Some(reason);
                }
            }
        }
        prop_assert_eq!(exact(charge.known_cost), known.clone());
        prop_assert_eq!(exact(charge.unpriced_quantity), missing.clone());
        prop_assert_eq!(charge.cost.map(exact), last_reason.is_none().then_some(known));
        prop_assert_eq!(charge.reason, last_reason);
        prop_assert_eq!(rating.totals.complete, last_reason.is_none());
        prop_assert_eq!((rating.totals.charges, rating.totals.unpriced), (1, usize::from(last_reason.is_some())));
        prop_assert_eq!(rating.unpriced.iter().map(|meter| exact(meter.quantity)).collect::<Vec<_>>(),
            last_reason.map(|_| missing).into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_price_of_the_future_changes_no_past_charge(history in history(), uses in month(8), new in price()) {
        let mut meters = meters(&history);
        let usage = rows(&meters[0], &uses);
        let newest = uses.iter().map(|(second, _)| *second).chain(history.iter().map(|(start, ..)| *start)).max();
        let cost = |meters: &[Meter]| {
            let open = open(header(Currency::USD), meters.to_vec());
            let rating = ok(rate(&usage, &open, |_| Account::default()));
            let slices: Vec<Option<Decimal>> = rating.slices.iter().map(|slice| slice.cost).collect();
            let charge = &rating.charges[0];
            ok(serde_json::to_string(&(slices, charge.cost, &charge.tiers, charge.reason, &rating.totals)))
        };
        let before = cost(&meters);
        meters.push(Meter { effective_at: at(newest.unwrap_or(0) + 1), ..flat(new) });
        prop_assert_eq!(cost(&meters), before);
    }
}
