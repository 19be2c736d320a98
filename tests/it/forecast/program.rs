//! The program: files by hand, and the sample tenant.

use std::path::Path;

use serde_json::{Value, json};

use crate::bad_input::CARD;
use crate::support::program::{Answer, forebill};

const ID: &str = "11111111-2222-3333-4444-555555555555";
const METER: &str = "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const AT: &str = "2026-11-11T03:00:00Z";

fn run(folder: &Path, line: &str, code: i32) -> Answer {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let answer = forebill(folder, &arguments);
    assert_eq!(answer.code, code, "{line}\n{}{}", answer.stdout, answer.stderr);
    answer
}

/// Ten GB on each day from August to the tenth of November, one of them by two machines; 100 GB are free, 150 more cost 1.
fn store(folder: &Path) {
    let card = format!(
        "{{\"Currency\": \"USD\", \"OfferTerms\": [], \"Meters\": [{{\"MeterId\": \"{METER}\", \"MeterName\": \"Out\", \
         \"MeterCategory\": \"Bandwidth\", \"Unit\": \"1 GB\", \"MeterRates\": {{\"0\": 0, \"100\": 1, \"250\": 0.5}}, \
         \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}}]}}"
    );
    let mut rows = String::new();
    for (month, days) in [(8, 31), (9, 30), (10, 31), (11, 11)] {
        for day in 1..=days {
            for machine in ["vm-a", "vm-b"] {
                let date = format!("2026-{month:02}-{day:02}");
                rows.push_str(&format!(
                    "{{\"name\": \"{date}\", \"properties\": {{\"subscriptionId\": \"{ID}\", \"meterId\": \"{METER}\", \
                     \"meterCategory\": \"Bandwidth\", \"meterName\": \"Out\", \"unit\": \"1 GB\", \"quantity\": 5, \
                     \"instanceData\": \"{{\\\"Microsoft.Resources\\\":{{\\\"resourceUri\\\":\\\"/subscriptions/{ID}/resourceGroups/\
                     web/providers/p/{machine}\\\"}}}}\", \
                     \"usageStartTime\": \"{date}T00:00:00Z\", \"usageEndTime\": \"{date}T23:59:59Z\"}}}}\n"
                ));
            }
        }
    }
    std::fs::write(folder.join("card.json"), card).unwrap();
    std::fs::write(folder.join("usage.jsonl"), rows).unwrap();
    run(folder, "import ratecard card.json --offer MS-AZR-0003P", 0);
    run(folder, &format!("import usage usage.jsonl --subscription {ID} --offer MS-AZR-0003P"), 0);
}

fn forecast(folder: &Path, more: &str) -> Value {
    run(folder, &format!("forecast --at {AT} -o json {more}"), 0).json()
}

/// 300 GB in November: 150 × 1 + 50 × 0.5. After ten days nothing has been paid.
#[test]
fn the_free_quantity_runs_out_and_the_second_tier_begins() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let told = forecast(folder.path(), "");
    let one = &told["subscriptions"][0];
    assert_eq!((&one["cost"]["p50"], &told["cost"], &told["complete"]), (&json!("175"), &json!("175"), &json!(true)));
    // The last day of the file may have been under way: it is foretold, and what is known of it counts at least.
    assert_eq!(
        (&one["fromOn"], &one["elapsedDays"], &one["coldStart"]),
        (&json!("2026-11-11"), &json!(10), &json!(false))
    );
    assert_eq!(one["soFar"]["cost"], "10");
    assert_eq!(one["meters"][0]["quantity"], "300");
    let past: Vec<_> = one["past"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["startOn"], &one["costForecast"], &one["cost"]))
        .collect();
    let (september, october) = (json!("2026-09-01"), json!("2026-10-01"));
    let (cost_of_thirty, cost_of_thirty_one) = (json!("175"), json!("180"));
    assert_eq!(
        past[past.len() - 2..],
        [(&september, &cost_of_thirty, &cost_of_thirty), (&october, &cost_of_thirty_one, &cost_of_thirty_one)]
    );
    let table = run(folder.path(), &format!("forecast --at {AT}"), 0).stdout;
    assert!(table.contains("175.00") && table.contains("Run-rate off by"), "{table}");
    let csv = run(folder.path(), &format!("forecast --at {AT} -o csv"), 0).stdout;
    assert!(csv.contains(",300,1 GB,10,175,10,175,USD"), "{csv}");
}

/// vm-b stops on the 21st: 250 GB, all of the first tier and none of the second. From the 26th on twice as much: 350.
#[test]
fn known_events_bend_the_bill() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let with = |event: &str| {
        let text = format!("{{\"schema\": \"forebill.events/1\", \"events\": [{{{event}}}]}}");
        std::fs::write(folder.path().join("known.json"), text).unwrap();
        forecast(folder.path(), "--events known.json")
    };
    let stop = with("\"on\": \"2026-11-21\", \"kind\": \"stop\", \"resource\": \"vm-b\"");
    assert_eq!((&stop["cost"], &stop["events"][0]["kind"]), (&json!("150"), &json!("stop")));
    assert_eq!(
        with("\"on\": \"2026-11-26\", \"kind\": \"factor\", \"factor\": 2, \"resourceGroup\": \"web\"")["cost"],
        "200"
    );
    let nothing = with("\"on\": \"2026-11-21\", \"kind\": \"stop\", \"resource\": \"vm-c\"");
    assert_eq!((&nothing["cost"], &nothing["subscriptions"][0]["unusedEvents"]), (&json!("175"), &json!([0])));
    std::fs::write(folder.path().join("known.json"), "{\"schema\": \"forebill.events/1\", \"events\": [{}]}").unwrap();
    let refused = run(folder.path(), &format!("forecast --at {AT} --events known.json"), 2);
    assert!(refused.stderr.contains("known.json") && refused.stderr.contains("events[0]"), "{}", refused.stderr);
}

/// September and October were foretold to the last digit from any day; the run-rate of ten days is nothing.
#[test]
fn a_backtest_compares_with_the_run_rate() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path());
    let report = run(folder.path(), &format!("backtest --at {AT} -o json"), 0).json();
    let days = report["subscriptions"][0]["days"].as_array().unwrap();
    let told: Vec<_> = days.iter().map(|day| (&day["elapsedDays"], &day["errorPercent"])).collect();
    assert_eq!(told[1], (&json!(10), &json!("0")));
    assert_eq!(days[1]["runRateErrorPercent"], "100");
    let table = run(folder.path(), &format!("backtest --at {AT}"), 0).stdout;
    assert!(table.contains("Run-rate, mean"), "{table}");
}

#[test]
fn a_store_without_usage_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |words: &str| {
        let stderr = run(folder.path(), &format!("forecast --at {AT}"), 2).stderr;
        assert!(stderr.contains(words), "{stderr}");
    };
    refused("holds no store");
    std::fs::write(folder.path().join("card.json"), CARD).unwrap();
    run(folder.path(), "import ratecard card.json --offer MS-AZR-0062P", 0);
    refused("forebill snapshot usage");
    assert!(run(folder.path(), "anomalies --floor=-1", 2).stderr.contains("below zero"));
}
