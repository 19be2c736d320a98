//! The sample tenant, whose days to come are known: its bill, the day on which the credit ends, the spike.

use functions::demo::{Options, SampleAzure};
use functions::month::{self, Material, Period};
use jiff::ToSpan;
use serde_json::Value;
use shared::decimal::Decimal;
use shared::period::{Granularity, midnight, utc_date};
use shared::rating::{self, Account, PeriodBill};
use shared::usage::UsageAggregate;

use crate::demo::{NOW, archive, finished, now, runtime};
use crate::support::program::forebill;

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).parse().unwrap()
}

/// The whole period as the tenant will really have used it, a row for each meter and day.
fn true_usage(sample: &SampleAzure, material: &Material) -> Vec<UsageAggregate> {
    let like = &material.usage[0];
    let (first, end) = (utc_date(material.period.start_at), utc_date(material.period.end_at));
    let mut rows = Vec::new();
    for on in first.series(1.day()).take_while(|on| *on < end) {
        for (meter, used) in sample.truth().totals(&material.subscription_id.to_string(), on, on) {
            rows.push(UsageAggregate {
                meter_id: meter.parse().unwrap(),
                usage_start_at: midnight(on).unwrap(),
                usage_end_at: midnight(on.tomorrow().unwrap()).unwrap(),
                bucket: on.to_string().into(),
                quantity: Decimal::new(used.into(), 6),
                resource: None,
                ..like.clone()
            });
        }
    }
    rows
}

fn true_bill(sample: &SampleAzure, material: &Material) -> (Decimal, PeriodBill) {
    let rows = true_usage(sample, material);
    let (calendar, commitment) = (material.calendar.clone(), material.facts.commitment);
    let account = Account { calendar, commitment, ..Account::default() };
    let rating = rating::rate(&rows, &material.book, |_| account.clone()).unwrap();
    (rating.totals.cost, rating.bills[0].clone())
}

/// Nine days before the end of two periods and three weeks before that of the third.
#[test]
fn the_expected_bill_is_near_the_one_that_comes() {
    let (_, report) = finished();
    let forecast = &report["forecast"];
    assert_eq!((&forecast["schema"], &forecast["complete"]), (&"forebill.forecast/1".into(), &false.into()));
    let runtime = runtime();
    let sample = runtime.block_on(SampleAzure::start(Options::at(now()))).unwrap();
    let archive = archive();
    let snapshots = runtime.block_on(archive.snapshots()).unwrap();
    let period = Period::Holding(now());
    let load = month::load(&archive, &snapshots, None, &period, Granularity::Daily, now());
    let materials = runtime.block_on(load).unwrap().materials;
    let told = forecast["subscriptions"].as_array().unwrap();
    assert_eq!((told.len(), materials.len()), (3, 3));
    let (mut credits, mut inside) = (0, 0);
    for (one, material) in told.iter().zip(&materials) {
        assert_eq!(one["subscriptionId"], material.subscription_id.to_string());
        let (cost, bill) = true_bill(&sample, material);
        let miss = decimal(&one["cost"]["p50"]).minus(cost).unwrap().shifted(2).unwrap();
        let percent = miss.divided_rounded(cost, 2).unwrap();
        assert!(percent.round(0) <= Decimal::from(3) && percent.round(0) >= Decimal::new(-3, 0), "{percent} % off");
        let (p10, p90) = (decimal(&one["cost"]["p10"]), decimal(&one["cost"]["p90"]));
        inside += usize::from(p10 <= cost && cost <= p90);
        // What was reported is what spend says.
        let spent = report["spend"]["subscriptions"].as_array().unwrap();
        let spent = spent.iter().find(|sub| sub["subscriptionId"] == one["subscriptionId"]).unwrap();
        assert_eq!(one["soFar"]["cost"], spent["cost"]);
        if let Some(credit) = bill.credit {
            assert!(credit.ends_on.is_some(), "the sample's credit ends within the period");
            assert_eq!(one["bill"]["credit"]["endsOn"], serde_json::json!(credit.ends_on));
            credits += 1;
        }
        // Days add up to the whole, to the last digit.
        let days = one["days"].as_array().unwrap().iter().map(|day| decimal(&day["cost"]));
        assert_eq!(days.fold(Decimal::ZERO, |sum, day| sum.plus(day).unwrap()), decimal(&one["totals"]["cost"]));
    }
    // Four of five: of three, one may be outside.
    assert!(inside >= 2, "{inside} of 3 within their bands");
    assert_eq!(credits, 1);
}

/// The spike is told on its day and on all three levels, with the resource and meter that made it and their exact use.
#[test]
fn the_spike_is_found_on_its_day() {
    let (folder, _) = finished();
    let sample = runtime().block_on(SampleAzure::start(Options::at(now()))).unwrap();
    let truth = sample.truth().anomaly();
    let line =
        ["anomalies", "--store", "file:store", "-o", "json", "--at", NOW, "--floor", "5", "--from", "2026-11-01"];
    let answer = forebill(folder.path(), &line);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let report = answer.json();
    let subscriptions = report["subscriptions"].as_array().unwrap();
    let of = subscriptions.iter().find(|one| one["subscriptionId"] == truth.subscription.as_str()).unwrap();
    let found: Vec<&Value> =
        of["anomalies"].as_array().unwrap().iter().filter(|one| one["openedOn"] == truth.day.to_string()).collect();
    let levels: Vec<&Value> = found.iter().map(|one| &one["level"]).collect();
    assert!(levels.contains(&&"total".into()), "{levels:?}");
    assert!(levels.iter().any(|level| level["service"] == "Log Analytics"), "{levels:?}");
    assert!(levels.iter().any(|level| level["resourceGroup"].is_string()), "{levels:?}");
    for one in &found {
        let moved = &one["moved"][0];
        assert_eq!(
            (&moved["resource"], &moved["meterId"]),
            (&truth.resource.as_str().into(), &truth.meter.as_str().into())
        );
        let used = |on: jiff::civil::Date| {
            Decimal::new(sample.truth().quantity(&truth.subscription, &truth.resource, &truth.meter, on).into(), 6)
        };
        assert_eq!(decimal(&moved["quantity"]), used(truth.day));
        let compared = one["comparedWith"].as_str().unwrap().parse().unwrap();
        assert_eq!(decimal(&moved["quantityBefore"]), used(compared));
        // Both effects make the difference, exactly.
        let sum = decimal(&moved["quantityEffect"]).plus(decimal(&moved["priceEffect"])).unwrap();
        assert_eq!(sum, decimal(&moved["cost"]).minus(decimal(&moved["costBefore"])).unwrap());
        assert!(one["closedOn"].is_string(), "a spike of one day is over");
    }
}
