//! The sample tenant, whose spike, price change and credit are known: each is told by its rule, with the true figures.

use shared::decimal::Decimal as Exact;

use super::*;
use crate::demo::{NOW, finished, now, runtime};

/// The findings of one rule about one subscription.
fn told(rule: &str, of: &str) -> Vec<Value> {
    let (folder, _) = finished();
    let rules = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(rules.path(), rule).unwrap();
    let file = rules.path().to_str().unwrap();
    let line = ["alerts", "test", "--store", "file:store", "-o", "json", "--at", NOW, "--rules", file];
    let answer = forebill(folder.path(), &line).json();
    assert_eq!(answer["unknown"], json!([]), "{rule}");
    let all = answer["findings"].as_array().unwrap().clone();
    all.into_iter().filter(|one| one["scope"] == of).collect()
}

fn exact(value: &Value) -> Exact {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).parse().unwrap()
}

#[test]
fn the_spike_is_one_cause_on_its_day_with_its_true_use() {
    let sample = runtime().block_on(SampleAzure::start(Options::at(now()))).unwrap();
    let truth = sample.truth().anomaly();
    let found = told("when anomaly > 5 USD", &truth.subscription);
    assert_eq!(found.len(), 1, "one cause, on however many levels: {found:#?}");
    assert_eq!((&found[0]["fires"], &found[0]["period"]), (&json!(true), &json!(truth.day.to_string())));
    let summary = found[0]["summary"].as_str().unwrap();
    assert!(summary.contains("service Log Analytics") && summary.contains("resource group"), "{summary}");
    let line = &found[0]["lines"][0];
    assert!(line["what"].as_str().unwrap().contains(&truth.meter), "{line}");
    let used =
        |on| Exact::new(sample.truth().quantity(&truth.subscription, &truth.resource, &truth.meter, on).into(), 6);
    assert_eq!(exact(&line["quantity"]), used(truth.day));
    // The same weekday of the week before.
    assert_eq!(exact(&line["before"]["quantity"]), used(truth.day.saturating_sub(jiff::ToSpan::weeks(1))));
    // One price, before and now.
    assert_eq!(line["rates"], line["before"]["rates"]);
    assert_eq!(exact(&line["rates"][0]).times(used(truth.day)).unwrap(), exact(&line["cost"]));
    // Nothing else of the last week stands out, of nobody.
    for other in sample.subscriptions().iter().filter(|one| one.id != truth.subscription) {
        assert!(told("when anomaly > 5 USD", &other.id).iter().all(|one| one["fires"] == false));
    }
    // Above the rise there is none.
    let (cost, usual) = (exact(&line["cost"]), exact(&line["before"]["cost"]));
    let floor = cost.minus(usual).unwrap().times(Exact::from(2)).unwrap();
    assert!(told(&format!("when anomaly > {floor} USD"), &truth.subscription).iter().all(|one| one["fires"] == false));
}

#[test]
fn the_one_price_that_rose_is_told_to_those_who_pay_it() {
    let sample = runtime().block_on(SampleAzure::start(Options::at(now()))).unwrap();
    let meter = sample.prices().find(sample.prices().repriced()).unwrap();
    let [old, new] = &meter.versions[..] else { panic!("two prices") };
    let price = |rates: &[(i64, i64)]| json!(Exact::new(rates[0].1.into(), 6).to_string());
    let mut paying = 0;
    for one in sample.subscriptions() {
        let from = now().to_zoned(jiff::tz::TimeZone::UTC).date().first_of_month();
        let used = sample.truth().totals(&one.id, from, now().to_zoned(jiff::tz::TimeZone::UTC).date());
        let found = told("when price rises > 2 %", &one.id);
        let uses = used.contains_key(&meter.id);
        assert_eq!((found.len(), &found[0]["fires"]), (1, &json!(uses)), "{found:#?}");
        if !uses {
            continue;
        }
        paying += 1;
        let line = &found[0]["lines"][0];
        assert_eq!(
            (found[0]["lines"].as_array().unwrap().len(), &found[0]["period"]),
            (1, &json!(format!("{}T00:00:00Z", new.effective)))
        );
        assert!(line["what"].as_str().unwrap().contains(&meter.id), "{line}");
        assert_eq!((&line["rates"][0], &line["before"]["rates"][0]), (&price(&new.tiers), &price(&old.tiers)));
        let month = from.saturating_sub(jiff::ToSpan::months(1));
        let before = sample.truth().totals(&one.id, month, from.yesterday().unwrap());
        assert_eq!(exact(&line["before"]["quantity"]), Exact::new(before[&meter.id].into(), 6));
        // Fifteen per cent, and not above.
        assert_eq!(told("when price rises > 15 %", &one.id)[0]["fires"], false);
    }
    assert_eq!(paying, 1);
}

/// The day is that of `the_expected_bill_is_near_the_one_that_comes`, where the truth says it.
#[test]
fn the_end_of_the_credit_is_that_of_the_forecast() {
    let (_, report) = finished();
    let of = |one: &&Value| one["bill"]["credit"].is_object();
    let one = report["forecast"]["subscriptions"].as_array().unwrap().iter().find(of).unwrap();
    let ends_on: jiff::civil::Date = one["bill"]["credit"]["endsOn"].as_str().unwrap().parse().unwrap();
    let id = one["subscriptionId"].as_str().unwrap();
    let fires = |day: i8| told(&format!("when credit ends before day {day}"), id)[0]["fires"].clone();
    assert_eq!((fires(ends_on.day()), fires(ends_on.tomorrow().unwrap().day())), (json!(false), json!(true)));
    // The bill is the one that the forecast shows, at each end of its band.
    for at in ["p10", "p50", "p90"] {
        let amount = exact(&one["due"][at]);
        let less = amount.minus(Exact::new(1, 20)).unwrap();
        for (above, expected) in [(amount, false), (less, true)] {
            let rule = format!("when projected bill at {at} of subscription {id} this month > {above} USD");
            assert_eq!(told(&rule, id)[0]["fires"], expected, "{rule}");
        }
    }
}
