//! Constant use under price lists with tiers, worked by hand: 30 a day, of which the first 300 of a month cost nothing, cost
//! nothing until the 10th and 30 a day from the 11th on.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::forecast::anomaly::{Level, watch};
use crate::forecast::bill::tests::{book, row, tiers};
use crate::meter::{Meter, sample};
use crate::rating::{self, Account};
use crate::usage::UsageAggregate;

fn priced(text: &str) -> Meter {
    Meter { tiers: tiers(text), ..sample() }
}

/// Another meter.
fn beside() -> Meter {
    Meter { id: "2e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse().unwrap(), ..priced("0:1") }
}

/// From August to December.
fn used(meter: &Meter, quantity: impl Fn(Date) -> i64) -> Vec<UsageAggregate> {
    let days = date(2026, 8, 1).series(1.day()).take_while(|on| *on < date(2027, 1, 1));
    days.map(|on| row(meter, on, Decimal::new(i128::from(quantity(on)), 0))).collect()
}

/// The days on which everything stands out.
fn told(usage: &[UsageAggregate], meters: Vec<Meter>) -> Vec<String> {
    let open = book(vec![], meters);
    let rating = rating::rate(usage, &open, |_| Account::default()).unwrap();
    let found = watch(&rating.slices, &open.book, date(2027, 1, 1), &BTreeSet::new(), Decimal::ONE).unwrap();
    let total = found.iter().filter(|one| one.level == Level::Total);
    total.map(|one| one.anomaly.opened_on.to_string()).collect()
}

/// 30 a day and another quantity on one day.
fn with(on: Date, quantity: i64, text: &str) -> Vec<String> {
    let meter = priced(text);
    told(&used(&meter, |day| if day == on { quantity } else { 30 }), vec![meter])
}

#[test]
fn a_tier_that_ends_is_no_anomaly() {
    // The free quantity ends with a day, in the middle of one; the second tier is dearer; two ends.
    for text in ["0:0 300:1", "0:0 315:1", "0:1 300:2", "0:0 200:1 600:3"] {
        assert_eq!(with(date(2020, 1, 1), 0, text), Vec::<String>::new(), "{text}");
    }
    let included = Meter { included_quantity: Decimal::from(300), ..priced("0:1") };
    assert_eq!(told(&used(&included, |_| 30), vec![included]), Vec::<String>::new());
    // 30, 31 and 32 in turn: less than 30 % more, at the prices of that day.
    let meter = priced("0:0 300:1");
    assert_eq!(told(&used(&meter, |on| 30 + i64::from(on.day() % 3)), vec![meter]), Vec::<String>::new());
}

/// 300 to 304 of another meter, so that the level may follow by little a day, and 300 from the 11th on beside it.
#[test]
fn nor_are_the_days_after_it() {
    let (meter, other) = (priced("0:0 3000:1"), beside());
    let usage = [used(&meter, |_| 300), used(&other, |on| 300 + i64::from(on.day()) * 7 % 5)].concat();
    assert_eq!(told(&usage, vec![meter, other]), Vec::<String>::new());
}

#[test]
fn a_spike_is_one_also_beside_a_free_day() {
    // On the day on which the free quantity ends: 60 more at 1. And on the days after, beside days that were free.
    for on in [date(2026, 11, 11), date(2026, 11, 12), date(2026, 11, 14), date(2026, 11, 25)] {
        assert_eq!(with(on, 90, "0:0 300:1"), [on.to_string()]);
    }
    // The rise of the tier on the 11th of November is no reason to expect as much of use on the 11th of December.
    assert_eq!(with(date(2026, 12, 11), 60, "0:0 300:1"), ["2026-12-11"]);
    // Of another meter, on the day of the tier's end: 30 more at 1.
    let (meter, other) = (priced("0:0 300:1"), beside());
    let spike = used(&other, |on| if on == date(2026, 11, 11) { 60 } else { 30 });
    assert_eq!(told(&[used(&meter, |_| 30), spike].concat(), vec![meter, other]), ["2026-11-11"]);
}

#[test]
fn a_list_that_rises_is_an_anomaly() {
    for (text, dearer) in [("0:1", "0:2"), ("0:0 300:1", "0:0 300:2")] {
        let meter = priced(text);
        let later = Meter { effective_at: midnight(date(2026, 11, 20)).unwrap(), ..priced(dearer) };
        assert_eq!(told(&used(&meter, |_| 30), vec![meter, later]), ["2026-11-20"], "{text}");
    }
}
