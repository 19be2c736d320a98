//! Looking back: a limit is crossed on the day on which the sum by hand goes above it.

use serde_json::{Value, json};

use super::{filled, rules, spend_rule};
use crate::support::odd_azure::{FIRST, OddAzure};
use crate::support::program::forebill;

/// 0.288 USD and one and a half hours a day: 17 days are 4.896 USD, 18 are 5.184, and 20 hours are over on the fourteenth.
#[test]
fn each_rule_says_on_which_day_it_would_have_fired() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    let (hours, never) = (
        format!("when hours of subscription {FIRST} this month > 20"),
        format!("when spend of subscription {FIRST} this month > 5.472 USD"),
    );
    let missing = format!("when usage of subscription {FIRST} is missing");
    rules(folder, &format!("{}\n{hours}\n{never}\n{missing}\n", spend_rule()));
    let look = |months: &str| {
        forebill(folder, &["alerts", "test", "--months", months, "--at", "2026-11-20T05:45:00Z", "-o", "json"])
    };

    let answer = look("1");
    assert_eq!(answer.code, 3, "one of them cannot be asked: {}", answer.stderr);
    let told = answer.json();
    let days: Vec<Value> = told["months"]
        .as_array()
        .unwrap()
        .iter()
        .map(|month| json!([month["rule"], month["crossedOn"], month["total"]]))
        .collect();
    assert_eq!(
        days,
        [
            json!([spend_rule(), "2026-11-18", "5.472"]),
            json!([hours, "2026-11-14", "28.5"]),
            // The limit itself is not above the limit.
            json!([never, null, "5.472"]),
        ]
    );
    assert_eq!(told["unknown"][0]["rule"], json!(missing));

    // Months before the first usage are none, and the longest look is the same.
    assert_eq!(look("36").json()["months"], told["months"]);
    let words = forebill(folder, &["alerts", "test", "--months", "2", "--at", "2026-11-20T05:45:00Z"]).stdout;
    assert!(
        words.contains("FIRES after the use of 2026-11-18") && words.contains("would have fired 1 time in 1 month"),
        "{words}"
    );
    assert_eq!(forebill(folder, &["alerts", "test", "--months", "0"]).code, 2);
}

/// 10, 20 and 30 GB a day at 1 in three months, beside 50 that the credit of 100 does not pay: each month stands beside the one
/// before it, 300 and 620 GB, whatever is the month now, and nothing but what draws the credit is told of its end.
#[test]
fn a_month_stands_beside_the_one_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (paid, excluded) = ("0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4", "1e9d0c9b-ab6d-4312-9c7e-3794e22af9c4");
    let meter = |id: &str| {
        json!({"MeterId": id, "MeterName": "M", "MeterCategory": "C", "Unit": "1 GB", "MeterRates": {"0": 1},
            "EffectiveDate": "2020-01-01T00:00:00Z"})
    };
    let credit = json!({"Name": "Monetary Credit", "Credit": 100, "ExcludedMeterIds": [excluded],
        "EffectiveDate": "2020-01-01T00:00:00Z"});
    let card = json!({"Currency": "USD", "OfferTerms": [credit], "Meters": [meter(paid), meter(excluded)]});
    let months = [("2026-09", 30, 10), ("2026-10", 31, 20), ("2026-11", 19, 30)];
    let rows = months.iter().flat_map(|(month, days, quantity)| {
        (1..=*days).flat_map(move |day| {
            [(paid, *quantity), (excluded, 50)].map(|(id, quantity)| {
                let on = format!("{month}-{day:02}");
                json!({"name": format!("Daily_BRSDT_{}_0000", on.replace('-', "")), "properties": {
                "subscriptionId": FIRST, "meterId": id, "meterName": "M", "unit": "1 GB", "quantity": quantity,
                "usageStartTime": format!("{on}T00:00:00Z"), "usageEndTime": format!("{on}T23:59:59Z")}})
            })
        })
    });
    let page = json!({"value": rows.collect::<Vec<_>>()});
    std::fs::write(folder.join("card.json"), card.to_string()).unwrap();
    std::fs::write(folder.join("usage.json"), page.to_string()).unwrap();
    let (bill, ends) = (
        "when projected bill of each subscription this month > 1 USD",
        "when credit of each subscription ends before day 28",
    );
    std::fs::write(folder.join("rules.txt"), format!("{bill}\n{ends}\n")).unwrap();
    let run = |line: &str| {
        let line: Vec<&str> = line.split_whitespace().chain(["--at", "2026-11-20T05:45:00Z"]).collect();
        let answer = forebill(folder, &line);
        assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
        answer
    };
    run("import ratecard card.json --offer MS-AZR-0003P");
    run(&format!("import usage usage.json --subscription {FIRST} --offer MS-AZR-0003P"));
    let told = run("alerts test --rules rules.txt --months 3 -o json").json();
    let of = |rule: &str| {
        let months = told["months"].as_array().unwrap().iter().filter(|month| month["rule"] == rule);
        let before = |month: &Value| {
            let lines = month["lines"].as_array().unwrap();
            let line = lines.iter().find(|line| line["what"].as_str().unwrap().contains(paid)).unwrap();
            json!([month["month"], lines.len(), line["before"]["quantity"]])
        };
        months.map(before).collect::<Vec<_>>()
    };
    let expect = |lines: usize| {
        [json!(["2026-09", lines, null]), json!(["2026-10", lines, "300"]), json!(["2026-11", lines, "620"])]
    };
    assert_eq!(of(bill), expect(2));
    assert_eq!(of(ends), expect(1));
}
