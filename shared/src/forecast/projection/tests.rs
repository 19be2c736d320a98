//! What is expected of meters, resources and known events, by hand.

use std::sync::Arc;

use jiff::civil::date;

use super::*;
use crate::forecast::events;
use crate::period::{BillingAnchor, midnight};
use crate::usage::Resource;

const METER: &str = "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const OTHER: &str = "1e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";

fn row(meter: &str, resource: &str, on: Date, quantity: i64) -> UsageAggregate {
    let uri = format!("/subscriptions/s/resourceGroups/Web/providers/p/{resource}");
    UsageAggregate {
        subscription_id: "11111111-2222-3333-4444-555555555555".parse().unwrap(),
        meter_id: meter.parse().unwrap(),
        usage_start_at: midnight(on).unwrap(),
        usage_end_at: midnight(on.saturating_add(1.day())).unwrap(),
        bucket: on.to_string().into(),
        quantity: Decimal::new(i128::from(quantity), 0),
        meter_name: "M".into(),
        meter_category: "C".into(),
        meter_sub_category: "".into(),
        meter_region: "".into(),
        unit: "1 GB".into(),
        info_fields: None,
        resource: Some(Arc::new(Resource { uri, location: String::new(), tags: BTreeMap::new() })),
        instance_text: None,
        rule_tags: None,
    }
}

/// The same on each day, the last one left out.
fn daily_rows(meter: &str, resource: &str, from: Date, to: Date, quantity: i64) -> Vec<UsageAggregate> {
    from.series(1.day()).take_while(|on| *on < to).map(|on| row(meter, resource, on, quantity)).collect()
}

fn ask(usage: &[UsageAggregate], events: &str) -> Projection {
    let text = format!("{{\"schema\": \"forebill.events/1\", \"events\": [{events}]}}");
    let events = events::read(text.as_bytes()).unwrap();
    let period = BillingAnchor::default().period_named("2026-11").unwrap();
    let from_on = date(2026, 11, 21);
    project(&Question { usage, period, from_on, unknown: &BTreeSet::new(), events: &events }).unwrap()
}

fn to_come(projection: &Projection) -> Decimal {
    projection.rows.iter().map(|row| row.quantity).try_fold(Decimal::ZERO, Decimal::plus).unwrap()
}

fn sept() -> Date {
    date(2026, 9, 1)
}

fn now() -> Date {
    date(2026, 11, 21)
}

#[test]
fn two_resources_of_a_meter_are_foretold_as_one() {
    let usage = [daily_rows(METER, "a", sept(), now(), 3), daily_rows(METER, "b", sept(), now(), 4)].concat();
    let projection = ask(&usage, "");
    assert_eq!((projection.rows.len(), to_come(&projection)), (10, Decimal::from(70)));
    assert_eq!(projection.rows[0].resource, None);
    let meter = &projection.meters[0];
    assert_eq!((meter.quantity_so_far, meter.quantity_to_come), (Decimal::from(140), Decimal::from(70)));
    assert_eq!(projection.rows[9].usage_start_at, midnight(date(2026, 11, 30)).unwrap());
    // Each row is one of its own.
    assert_eq!(distinct(&projection.rows).0.len(), 10);
}

/// `b` was deleted on the 15th: five idle days where there was none before.
#[test]
fn of_a_deleted_resource_nothing_comes() {
    let gone = daily_rows(METER, "b", sept(), date(2026, 11, 15), 4);
    let usage = [daily_rows(METER, "a", sept(), now(), 3), gone].concat();
    let projection = ask(&usage, "");
    assert_eq!(to_come(&projection), Decimal::from(30));
    assert_eq!(projection.ended.len(), 1);
    assert!(projection.ended[0].resource.ends_with("/b"));
    assert_eq!(projection.ended[0].ended_on, date(2026, 11, 15));
    // By itself just so.
    assert_eq!(ask(&daily_rows(METER, "b", sept(), date(2026, 11, 15), 4), "").rows, []);
}

/// On workdays only, and now three idle days from a Thursday on: a weekend has two, so this may be one.
#[test]
fn a_weekend_is_no_end() {
    let workday = |row: &UsageAggregate| utc_date(row.usage_start_at).weekday().to_monday_one_offset() < 6;
    let all = daily_rows(METER, "a", sept(), date(2026, 11, 18), 8);
    let usage: Vec<_> = all.into_iter().filter(workday).collect();
    assert_eq!(ask(&usage, "").ended, []);
    // Five and more than twice two: from the 15th, a Sunday, no use on the Friday before.
    let ended: Vec<_> = usage.into_iter().filter(|row| utc_date(row.usage_start_at) < date(2026, 11, 13)).collect();
    assert_eq!(ask(&ended, "").ended[0].ended_on, date(2026, 11, 13));
}

#[test]
fn what_was_reported_of_a_day_counts_at_least() {
    let usage = daily_rows(METER, "a", sept(), now(), 3);
    let with = |partly: i64| ask(&[usage.clone(), vec![row(METER, "a", now(), partly)]].concat(), "");
    assert_eq!(to_come(&with(1)), Decimal::from(29));
    assert_eq!(to_come(&with(50)), Decimal::from(27));
    assert_eq!(with(50).meters[0].quantity_so_far, Decimal::from(20 * 3 + 50));
}

#[test]
fn days_that_nobody_read_are_not_idle() {
    let usage: Vec<_> = daily_rows(METER, "a", sept(), now(), 3);
    let (known, unknown): (Vec<_>, Vec<_>) =
        usage.into_iter().partition(|row| utc_date(row.usage_start_at) < date(2026, 11, 14));
    let unknown: BTreeSet<Date> = unknown.iter().map(|row| utc_date(row.usage_start_at)).collect();
    let period = BillingAnchor::default().period_named("2026-11").unwrap();
    let question = Question { usage: &known, period, from_on: now(), unknown: &unknown, events: &[] };
    let projection = project(&question).unwrap();
    assert_eq!((to_come(&projection), projection.ended.len()), (Decimal::from(30), 0));
}

#[test]
fn events_stop_change_start_and_charge() {
    let usage = [daily_rows(METER, "vm-a", sept(), now(), 3), daily_rows(OTHER, "vm-b", sept(), now(), 4)].concat();
    let total = |events: &str| to_come(&ask(&usage, events));
    assert_eq!(total(""), Decimal::from(70));
    // From the 26th on five days less.
    assert_eq!(total("{\"on\": \"2026-11-26\", \"kind\": \"stop\", \"resource\": \"VM-B\"}"), Decimal::from(50));
    let half = "{\"on\": \"2026-11-26\", \"kind\": \"factor\", \"factor\": \"0.5\", \"resourceGroup\": \"web\"}";
    assert_eq!(total(half), Decimal::new(525, 1));
    let start = format!("{{\"on\": \"2026-11-29\", \"kind\": \"start\", \"meterId\": \"{METER}\", \"quantity\": 100}}");
    assert_eq!(total(&start), Decimal::from(270));
    let once = format!("{{\"on\": \"2026-11-29\", \"kind\": \"once\", \"meterId\": \"{OTHER}\", \"quantity\": 100}}");
    assert_eq!(total(&once), Decimal::from(170));
    // The second stops the meter that the first halves.
    let stop = format!("{{\"on\": \"2026-11-30\", \"kind\": \"stop\", \"meterId\": \"{METER}\"}}");
    let both = ask(&usage, &format!("{half}, {stop}"));
    assert_eq!(to_come(&both), Decimal::new(525 - 15, 1));
    assert_eq!(both.unused_events, Vec::<usize>::new());
}

#[test]
fn events_that_change_nothing_are_told() {
    let usage = daily_rows(METER, "vm-a", sept(), now(), 3);
    let projection = ask(
        &usage,
        "{\"on\": \"2026-11-26\", \"kind\": \"stop\", \"resource\": \"vm-x\"},
         {\"on\": \"2026-11-02\", \"kind\": \"factor\", \"factor\": 2, \"resource\": \"vm-a\"},
         {\"on\": \"2026-12-02\", \"kind\": \"once\", \"meterId\": \"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\", \"quantity\": 2}",
    );
    assert_eq!((projection.unused_events, projection.rows.len()), (vec![0, 1, 2], 10));
}
