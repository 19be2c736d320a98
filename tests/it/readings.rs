//! What was read when: later readings win, hours are never added to days, and what is known of a subscription stays.

use std::path::Path;

use serde_json::Value;

use crate::support::program::{Answer, forebill};

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";
const METER: &str = "00000000-0000-4000-8000-000000000001";

fn card(folder: &Path, price: &str, offer: &str) {
    let card = format!(
        "{{\"Currency\": \"USD\", \"Meters\": [{{\"MeterId\": \"{METER}\", \"MeterName\": \"M\", \"MeterCategory\": \"C\", \
         \"Unit\": \"1\", \"MeterRates\": {{\"0\": {price}}}, \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}}]}}"
    );
    std::fs::write(folder.join("card.json"), card).unwrap();
    ok(&forebill(folder, &["import", "ratecard", "card.json", "--offer", offer]));
}

/// One row of one day, or of one of its hours; blanks make other bytes of the same content.
fn usage(folder: &Path, quantity: &str, hour: Option<u32>, blanks: usize) {
    let (start, end) = match hour {
        Some(hour) => (format!("2026-01-05T{hour:02}:00:00Z"), format!("2026-01-05T{:02}:00:00Z", hour + 1)),
        None => ("2026-01-05T00:00:00Z".into(), "2026-01-06T00:00:00Z".into()),
    };
    let row = format!(
        "{{\"name\": \"Daily_BRSDT_20260105_0000\", \"properties\": {{\"subscriptionId\": \"{SUBSCRIPTION}\", \
         \"meterId\": \"{METER}\", \"usageStartTime\": \"{start}\", \"usageEndTime\": \"{end}\", \"quantity\": {quantity}}}}}"
    );
    std::fs::write(folder.join("usage.json"), format!("{{\"value\": [{row}]}}{}", " ".repeat(blanks))).unwrap();
}

#[track_caller]
fn ok(answer: &Answer) {
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

fn import(folder: &Path, at: &str, more: &[&str]) -> Answer {
    let mut arguments = vec!["import", "usage", "usage.json", "--subscription", SUBSCRIPTION, "--at", at];
    arguments.extend(more);
    forebill(folder, &arguments)
}

fn spend(folder: &Path) -> Value {
    let answer = forebill(folder, &["spend", "--period", "2026-01", "--at", "2026-02-03T00:00:00Z", "-o", "json"]);
    ok(&answer);
    answer.json()
}

/// Both orders of the hashes are tried: the time decides, and nothing else may.
#[test]
fn the_later_of_two_imported_readings_counts() {
    for blanks in 0..8 {
        let folder = tempfile::tempdir().unwrap();
        card(folder.path(), "2", "MS-AZR-0003P");
        usage(folder.path(), "100", None, 0);
        ok(&import(folder.path(), "2026-02-01T00:00:00Z", &["--offer", "MS-AZR-0003P"]));
        usage(folder.path(), "5", None, blanks);
        ok(&import(folder.path(), "2026-02-02T00:00:00Z", &[]));
        assert_eq!(spend(folder.path())["totals"]["cost"], "10", "{blanks} blanks");
    }
}

#[test]
fn hours_are_not_added_to_days() {
    let folder = tempfile::tempdir().unwrap();
    card(folder.path(), "2", "MS-AZR-0003P");
    usage(folder.path(), "3", Some(7), 0);
    ok(&import(folder.path(), "2026-02-01T00:00:00Z", &["--offer", "MS-AZR-0003P"]));
    // Only hours are known: they are what the month shows.
    assert_eq!(spend(folder.path())["totals"]["cost"], "6");
    usage(folder.path(), "5", None, 0);
    ok(&import(folder.path(), "2026-02-01T00:00:00Z", &[]));
    assert_eq!(spend(folder.path())["totals"]["cost"], "10");
}

#[test]
fn what_is_known_of_a_subscription_stays() {
    let folder = tempfile::tempdir().unwrap();
    card(folder.path(), "2", "MS-AZR-0062P");
    usage(folder.path(), "1", None, 0);
    let unknown = import(folder.path(), "2026-02-01T00:00:00Z", &[]);
    assert!(unknown.code == 0 && unknown.stdout.contains("say it once with --offer"), "{}", unknown.stdout);
    let nameless = forebill(folder.path(), &["spend", "--period", "2026-01", "--at", "2026-02-03T00:00:00Z"]);
    assert!(nameless.code == 2 && nameless.stderr.contains("--offer"), "{}", nameless.stderr);
    ok(&import(folder.path(), "2026-02-01T00:00:00Z", &["--offer", "MS-AZR-0062P"]));
    usage(folder.path(), "4", None, 0);
    ok(&import(folder.path(), "2026-02-02T00:00:00Z", &[]));
    let spend = spend(folder.path());
    assert_eq!(spend["subscriptions"][0]["offer"], "MS-AZR-0062P");
    assert_eq!(spend["totals"]["cost"], "8");
}

/// Prices are read in slices: the second leaves those of the first.
#[test]
fn a_second_slice_of_retail_prices_keeps_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let workload = |region: &str| {
        format!(
            "{{\"schema\": \"forebill.workload/1\", \"items\": [{{\"meterId\": \"{METER}\", \"region\": \"{region}\", \
             \"quantity\": 1, \"unit\": \"1\"}}]}}"
        )
    };
    for (region, location, price) in [("westeurope", "EU West", "1"), ("northeurope", "EU North", "3")] {
        let page = format!(
            "{{\"BillingCurrency\": \"USD\", \"Items\": [{{\"currencyCode\": \"USD\", \"tierMinimumUnits\": 0, \
             \"retailPrice\": {price}, \"armRegionName\": \"{region}\", \"location\": \"{location}\", \
             \"effectiveStartDate\": \"2020-01-01T00:00:00Z\", \"meterId\": \"{METER}\", \"meterName\": \"M\", \
             \"skuId\": \"S\", \"serviceName\": \"V\", \"unitOfMeasure\": \"1\", \"type\": \"Consumption\"}}], \
             \"NextPageLink\": null, \"Count\": 1}}"
        );
        std::fs::write(folder.path().join("page.json"), page).unwrap();
        ok(&forebill(folder.path(), &["import", "retail", "page.json"]));
    }
    for (region, price) in [("westeurope", "1"), ("northeurope", "3")] {
        std::fs::write(folder.path().join("workload.json"), workload(region)).unwrap();
        let answer = forebill(folder.path(), &["estimate", "workload.json", "-o", "json"]);
        ok(&answer);
        assert_eq!(answer.json()["totals"]["monthlyCost"], price, "{region}");
    }
    let empty = "{\"BillingCurrency\": \"USD\", \"Items\": [], \"NextPageLink\": null, \"Count\": 0}";
    std::fs::write(folder.path().join("page.json"), empty).unwrap();
    let refused = forebill(folder.path(), &["import", "retail", "page.json"]);
    assert!(refused.code == 2 && refused.stderr.contains("case-sensitive"), "{}", refused.stderr);
}
