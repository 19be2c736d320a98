//! Days that stand out, by hand, and the exact split of what moved.

use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::forecast::bill::tests::book;
use crate::period::midnight;
use crate::usage::{Resource, UsageAggregate};

fn series(days: &[i64]) -> DailySeries {
    let days: Vec<_> = days.iter().map(|day| Some(Decimal::new(i128::from(*day), 0))).collect();
    DailySeries::new(date(2026, 9, 1), &days).unwrap()
}

fn found(days: &[i64], floor: i64) -> Vec<(String, Option<String>)> {
    let anomalies = find(&series(days), Decimal::new(i128::from(floor), 0)).unwrap();
    anomalies.iter().map(|one| (one.opened_on.to_string(), one.closed_on.map(|on| on.to_string()))).collect()
}

fn told(opened: &str, closed: Option<&str>) -> (String, Option<String>) {
    (opened.to_owned(), closed.map(str::to_owned))
}

/// 100 a day with one day of the size: day 40 after the 1st of September is the 11th of October.
fn spike(size: i64) -> Vec<i64> {
    (0..60).map(|day| if day == 40 { size } else { 100 }).collect()
}

#[test]
fn a_spike_stands_out_above_thirty_per_cent_and_the_floor() {
    assert_eq!(found(&spike(131), 0), [told("2026-10-11", Some("2026-10-12"))]);
    assert_eq!(found(&spike(130), 0), []);
    assert_eq!(found(&spike(150), 50), []);
    assert_eq!(found(&spike(151), 50), [told("2026-10-11", Some("2026-10-12"))]);
    // A fall is told by nobody.
    assert_eq!(found(&spike(0), 0), []);
    let anomaly = &find(&series(&spike(150)), Decimal::ZERO).unwrap()[0];
    assert_eq!([anomaly.cost, anomaly.usual, anomaly.limit], [150, 100, 30].map(Decimal::from));
}

#[test]
fn the_first_four_weeks_are_only_learnt_from() {
    let days: Vec<i64> = (0..60).map(|day| if day == 27 { 900 } else { 100 }).collect();
    assert_eq!(found(&days, 0), []);
    let days: Vec<i64> = (0..60).map(|day| if day == 28 { 900 } else { 100 }).collect();
    assert_eq!(found(&days, 0), [told("2026-09-29", Some("2026-09-30"))]);
}

/// A change that stays is told once, on its first day, the 1st of October, and after three days it is the usual: what comes
/// on the 9th is told for itself. Small noise, as deviations are then small and a level that follows by them is slow.
#[test]
fn a_change_that_stays_hides_no_spike_of_the_next_week() {
    let day = |at: i64| 100 + at * 7 % 3 + if at >= 30 { 100 } else { 0 } + if at == 38 { 150 } else { 0 };
    let days: Vec<i64> = (0..60).map(day).collect();
    let told: Vec<_> = find(&series(&days), Decimal::ZERO).unwrap();
    let opened: Vec<String> = told.iter().map(|one| one.opened_on.to_string()).collect();
    assert_eq!(opened, ["2026-10-01", "2026-10-09"]);
    assert!(told[0].closed_on.is_some_and(|on| on <= date(2026, 10, 5)), "{:?}", told[0]);
    // And back again: what it was before is no news, and a spike beside it is.
    let day = |at: i64| 100 + at * 7 % 3 + if (30..37).contains(&at) || at == 45 { 100 } else { 0 };
    assert_eq!(found(&(0..60).map(day).collect::<Vec<_>>(), 0).len(), 2);
}

/// Workdays 100 and weekends 20; three, or five, quiet workdays in a row, and all as before: nothing rose.
#[test]
fn the_first_workday_after_a_holiday_is_no_news() {
    for quiet in [42..45, 41..46, 41..53] {
        let day = |at: i64| if (at + 1) % 7 < 5 && !quiet.contains(&at) { 100 + at % 3 } else { 20 };
        assert_eq!(found(&(0..75).map(day).collect::<Vec<_>>(), 0), [], "{quiet:?}");
    }
}

/// Workdays 100, weekends 20: a weekend of 60 stands out, a Monday does not.
#[test]
fn weekdays_have_their_own_usual() {
    let workday = |day: i64| (day + 1) % 7 < 5;
    let days: Vec<i64> = (0..60).map(|day| if workday(day) { 100 } else { 20 }).collect();
    assert_eq!(found(&days, 0), []);
    let odd: Vec<i64> = days.iter().enumerate().map(|(at, day)| if at == 53 { 60 } else { *day }).collect();
    assert_eq!(found(&odd, 0), [told("2026-10-24", Some("2026-10-25"))]);
}

#[test]
fn a_lasting_change_is_one_incident_until_it_is_usual() {
    let days: Vec<i64> = (0..120).map(|day| if day < 40 { 100 + day % 3 } else { 200 + day % 3 }).collect();
    let anomalies = found(&days, 0);
    assert_eq!(anomalies.len(), 1, "{anomalies:?}");
    assert_eq!(anomalies[0].0, "2026-10-11");
    assert!(anomalies[0].1.is_some());
    assert_eq!(found(&days[..43], 0), [told("2026-10-11", None)]);
}

#[test]
fn two_spikes_with_one_day_between_are_one_incident() {
    let with = |second: usize| {
        let days: Vec<i64> = (0..60).map(|day| if day == 40 || day == second { 300 } else { 100 }).collect();
        found(&days, 0).len()
    };
    assert_eq!((with(42), with(43)), (1, 2));
}

/// 400 on the 5th of each month: told when it is new, no longer when it is known, and again when it doubles.
#[test]
fn what_is_charged_once_a_month_stands_out_once() {
    let fee = |at: i64, size: i64| {
        let on = date(2026, 9, 1).saturating_add(at.days());
        100 + if on.day() == 5 { size } else { 0 }
    };
    let days: Vec<i64> = (0..150).map(|at| fee(at, 400)).collect();
    assert_eq!(found(&days, 0), [told("2026-10-05", Some("2026-10-06"))]);
    let doubled: Vec<i64> = (0..150).map(|at| fee(at, if at > 120 { 800 } else { 400 })).collect();
    assert_eq!(found(&doubled, 0)[1..], [told("2027-01-05", Some("2027-01-06"))]);
    // On another day of the month it is nothing known.
    let moved: Vec<i64> = days.iter().enumerate().map(|(at, day)| if at == 100 { 500 } else { *day }).collect();
    assert_eq!(found(&moved, 0)[1..], [told("2026-12-10", Some("2026-12-11"))]);
}

#[test]
fn a_charge_of_the_last_day_is_known_in_a_shorter_month() {
    let fee = |at: i64| {
        let on = date(2026, 9, 1).saturating_add(at.days());
        if on == on.last_of_month() { 500 } else { 100 }
    };
    let days: Vec<i64> = (0..200).map(fee).collect();
    // The first that is not only learnt from is told, each that follows is not.
    assert_eq!(found(&days, 0), [told("2026-09-30", Some("2026-10-01"))]);
}

fn row(meter: &str, group: &str, on: Date, quantity: i64) -> UsageAggregate {
    let uri = format!("/subscriptions/s/resourceGroups/{group}/providers/p/r");
    UsageAggregate {
        subscription_id: "11111111-2222-3333-4444-555555555555".parse().unwrap(),
        meter_id: meter.parse().unwrap(),
        usage_start_at: midnight(on).unwrap(),
        usage_end_at: midnight(on.saturating_add(1.day())).unwrap(),
        bucket: on.to_string().into(),
        quantity: Decimal::new(i128::from(quantity), 0),
        meter_name: "M".into(),
        meter_category: "Storage".into(),
        meter_sub_category: "".into(),
        meter_region: "".into(),
        unit: "1 GB".into(),
        info_fields: None,
        resource: Some(Arc::new(Resource { uri, location: String::new(), tags: BTreeMap::new() })),
        instance_text: None,
        rule_tags: None,
    }
}

fn slice(row: &UsageAggregate, cost: Decimal) -> Slice<'_> {
    Slice { row, quantity: row.quantity, cost: Some(cost), charge: 0 }
}

const METER: &str = "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const OTHER: &str = "1e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";

/// 10 units for 30, then 14 for 56: four more at 3 are 12, and the price rose by 1 on 14.
#[test]
fn quantity_and_price_share_the_difference() {
    let (before, now) = (row(METER, "g", date(2026, 11, 1), 10), row(METER, "g", date(2026, 11, 8), 14));
    let new = row(OTHER, "g", date(2026, 11, 8), 5);
    let (old, changed, added) =
        (slice(&before, Decimal::from(30)), slice(&now, Decimal::from(56)), slice(&new, Decimal::from(7)));
    let parts = moved([&old].into_iter(), [&changed, &added].into_iter()).unwrap();
    let effects: Vec<_> = parts.iter().map(|part| (part.quantity_effect, part.price_effect)).collect();
    let of = Decimal::from;
    assert_eq!(effects, [(of(12), of(14)), (of(7), of(0))]);
    // And back: 14 for 56, then 10 for 30.
    let parts = moved([&changed].into_iter(), [&old].into_iter()).unwrap();
    assert_eq!((parts[0].quantity_effect, parts[0].price_effect), (of(16).negated(), of(10).negated()));
    // What is gone: all of it is quantity.
    let parts = moved([&changed].into_iter(), [].into_iter()).unwrap();
    assert_eq!((parts[0].quantity_effect, parts[0].price_effect), (of(56).negated(), of(0)));
    assert_eq!(moved([&old].into_iter(), [&old].into_iter()).unwrap(), []);
}

/// 5 are free, then 25 cost 100, 4 each: 20 more at 4 are 80, and the 5 cost 20 by now.
#[test]
fn more_use_beside_a_free_day_is_quantity() {
    let (before, now) = (row(METER, "g", date(2026, 11, 1), 5), row(METER, "g", date(2026, 11, 8), 25));
    let (free, dear) = (slice(&before, Decimal::ZERO), slice(&now, Decimal::from(100)));
    let effects = |before, now| {
        let parts = moved([before].into_iter(), [now].into_iter()).unwrap();
        (parts[0].quantity_effect, parts[0].price_effect)
    };
    assert_eq!(effects(&free, &dear), (Decimal::from(80), Decimal::from(20)));
    // And back: 20 fewer at 4, and what is left became free.
    assert_eq!(effects(&dear, &free), (Decimal::from(80).negated(), Decimal::from(20).negated()));
    // Nothing used and yet it costs: only a price can have made it.
    let gone = UsageAggregate { quantity: Decimal::ZERO, ..now.clone() };
    assert_eq!(effects(&free, &slice(&gone, Decimal::from(7))), (Decimal::ZERO, Decimal::from(7)));
}

#[test]
fn a_spike_is_found_on_each_level_with_what_moved() {
    let days: Vec<Date> = date(2026, 9, 1).series(1.day()).take(60).collect();
    let spike = days[40];
    let rows: Vec<UsageAggregate> = days
        .iter()
        .flat_map(|on| [row(METER, "Shop", *on, 50), row(OTHER, "logs", *on, if *on == spike { 500 } else { 30 })])
        .collect();
    let slices: Vec<Slice<'_>> =
        rows.iter().map(|row| slice(row, row.quantity.times(Decimal::from(2)).unwrap())).collect();
    let (end_on, unpriced) = (date(2026, 10, 31), book(vec![], vec![]).book);
    let findings = watch(&slices, &unpriced, end_on, &BTreeSet::new(), Decimal::from(10)).unwrap();
    let levels: Vec<&Level> = findings.iter().map(|one| &one.level).collect();
    assert_eq!(levels, [&Level::Total, &Level::Service("Storage".into()), &Level::ResourceGroup("logs".into())]);
    for finding in &findings {
        assert_eq!((finding.anomaly.opened_on, finding.compared_with), (spike, days[33]));
        assert_eq!(finding.moved.len(), 1);
        assert_eq!(
            (finding.moved[0].quantity_effect, finding.moved[0].quantity_before),
            (Decimal::from(940), Decimal::from(30))
        );
    }
    assert_eq!(findings[0].anomaly.cost, Decimal::from(1100));
    // A rise of 940 is below this floor.
    assert_eq!(watch(&slices, &unpriced, end_on, &BTreeSet::new(), Decimal::from(940)).unwrap(), []);
}

/// What lacks a price on the day, or before it, on each level: another group and the days after play no part.
#[test]
fn a_day_or_a_usual_that_lacks_a_price_says_so() {
    let days: Vec<Date> = date(2026, 9, 1).series(1.day()).take(60).collect();
    let spike = days[40];
    let rows: Vec<UsageAggregate> = days
        .iter()
        .flat_map(|on| [row(METER, "Shop", *on, if *on == spike { 500 } else { 30 }), row(OTHER, "logs", *on, 1)])
        .collect();
    let told = |lacking: &dyn Fn(&UsageAggregate, Date) -> bool| {
        let slices: Vec<Slice<'_>> = rows
            .iter()
            .map(|row| Slice {
                cost: (!lacking(row, utc_date(row.usage_start_at))).then_some(row.quantity),
                ..slice(row, row.quantity)
            })
            .collect();
        let (end_on, none) = (date(2026, 10, 31), book(vec![], vec![]).book);
        let found = watch(&slices, &none, end_on, &BTreeSet::new(), Decimal::from(10)).unwrap();
        found.iter().map(|one| (one.level.to_string(), one.complete, one.usual_complete)).collect::<Vec<_>>()
    };
    let all = |total: (bool, bool), shop: (bool, bool)| {
        let of = |name: &str, (day, usual)| (name.to_owned(), day, usual);
        [of("everything", total), of("service Storage", total), of("resource group shop", shop)]
    };
    let (yes, no) = ((true, true), (false, true));
    let is_log = |row: &UsageAggregate| row.meter_id == OTHER.parse().unwrap();
    assert_eq!(told(&|_, _| false), all(yes, yes));
    assert_eq!(told(&|row, on| is_log(row) && on == spike), all(no, yes));
    assert_eq!(told(&|row, on| is_log(row) && on == days[39]), all((true, false), yes));
    assert_eq!(told(&|row, on| is_log(row) && on == days[41]), all(yes, yes));
    assert_eq!(told(&|row, on| !is_log(row) && on == days[20]), all((true, false), (true, false)));
    assert_eq!(told(&|row, _| is_log(row)), all((false, false), yes));
}

proptest! {
    #[test]
    fn both_effects_add_up_to_the_difference(
        numbers in prop::collection::vec((0i64..1_000_000_000, 0u8..12), 4),
    ) {
        let of = |at: usize| Decimal::new(i128::from(numbers[at].0), numbers[at].1);
        let (mut before, mut now) = (row(METER, "g", date(2026, 11, 1), 0), row(METER, "g", date(2026, 11, 8), 0));
        (before.quantity, now.quantity) = (of(0), of(1));
        let (old, new) = (slice(&before, of(2)), slice(&now, of(3)));
        for part in moved([&old].into_iter(), [&new].into_iter()).unwrap() {
            let sum = part.quantity_effect.plus(part.price_effect).unwrap();
            prop_assert_eq!(sum, of(3).minus(of(2)).unwrap());
        }
    }

    /// Whatever the days are, incidents do not overlap, and each closes before the next opens.
    #[test]
    fn one_incident_is_open_at_a_time(days in prop::collection::vec(prop_oneof![4 => 90i64..110, 1 => 0i64..1000], 0..150)) {
        let anomalies = find(&series(&days), Decimal::ZERO).unwrap();
        for pair in anomalies.windows(2) {
            prop_assert!(pair[0].closed_on.is_some_and(|closed| closed < pair[1].opened_on));
        }
    }
}
