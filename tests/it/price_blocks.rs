//! Prices of a sheet per a block that no decimal divides, from the files to what a person reads.

use std::fs;

use serde_json::{Value, json};

use crate::support::program::forebill;

const DATABASE: &str = "00000000-0000-4000-8000-000000000001";
const RELAY: &str = "00000000-0000-4000-8000-000000000002";

fn price(id: &str, unit: &str, price: &str) -> Value {
    json!({
        "billingPeriodId": "subscriptions/x/providers/Microsoft.Billing/billingPeriods/201710",
        "meterId": id, "meterName": unit, "unitOfMeasure": unit, "includedQuantity": "0", "partNumber": "AAA-1",
        "unitPrice": price, "currencyCode": "USD",
    })
}

fn row(day: u8, id: &str, quantity: &str, unit: &str) -> String {
    let instance = json!({"Microsoft.Resources": {"resourceUri": "/r", "tags": {"team": "data"}}}).to_string();
    let row = json!({"name": format!("day {day}"), "properties": {
        "subscriptionId": "11111111-2222-3333-4444-555555555555", "meterId": id, "unit": unit,
        "usageStartTime": format!("2017-10-{day:02}T00:00:00Z"), "usageEndTime": format!("2017-10-{day:02}T12:00:00Z"),
        "quantity": "QUANTITY", "instanceData": instance,
    }});
    row.to_string().replace("\"QUANTITY\"", quantity) + "\n"
}

/// Worked by hand: 31 Days at 3 per 30 Days are 3.1, however they are cut; 100 Connections at 10 per 744 are
/// 1.344086…, which has no end, and is 1.34 on an invoice.
#[test]
fn a_month_of_31_days_costs_a_little_more_than_30() {
    let folder = tempfile::tempdir().unwrap();
    let done = |arguments: &[&str]| {
        let answer = forebill(folder.path(), arguments);
        assert_eq!(answer.code, 0, "{arguments:?}: {}", answer.stderr);
        answer
    };
    let sheet = json!({"properties": {"nextLink": null, "pricesheets": [
        price(DATABASE, "30 Days", "3"), price(RELAY, "744 Connections", "10"),
    ]}});
    fs::write(folder.path().join("sheet.json"), sheet.to_string()).unwrap();
    let usage: String = (1..=31).map(|day| row(day, DATABASE, "1", "Days")).collect();
    fs::write(folder.path().join("usage.jsonl"), usage + &row(3, RELAY, "100", "Connections")).unwrap();
    done(&["import", "pricesheet", "sheet.json"]);
    let books = done(&["books", "list", "-o", "json"]).json();
    let book = books["books"][0]["id"].as_str().unwrap().to_owned();

    let rate = ["rate", "--book", &book, "--usage", "usage.jsonl"];
    let rating = done(&[&rate[..], &["-o", "json"]].concat()).json();
    let charge = |index: usize| &rating["charges"][index];
    assert_eq!(
        (&charge(0)["cost"], &charge(0)["quantity"], &charge(0)["unit"]),
        (&json!("3.1"), &json!("31"), &json!("Days"))
    );
    assert_eq!((&charge(0)["tiers"][0]["block"], charge(0).get("costCutAfter")), (&json!("30"), None));
    assert_eq!(charge(1)["cost"], "1.34408602150537634408602150537634408602");
    assert_eq!((&charge(1)["costCutAfter"], &charge(1)["invoiceCost"]), (&json!(38), &json!("1.34")));
    assert_eq!(rating["warnings"][0]["code"], "costWithoutEnd");
    assert_eq!((&rating["totals"]["costCutAfter"], &rating["bills"][0]["costCutAfter"]), (&json!(38), &json!(38)));

    let text = done(&[&rate[..], &["--explain"]].concat()).stdout;
    for told in [
        "31 × 3 ÷ 30",
        "= 3.1\n",
        "100 × 10 ÷ 744",
        "endless: cut off after 38 decimals",
        "(endless decimals are cut off)",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
    let by_team = done(&[&rate[..], &["--by", "tag:team", "-o", "csv"]].concat()).stdout;
    assert!(by_team.contains("2017-10-31,data,0.1,USD,1,0"), "{by_team}");

    let workload = json!({"schema": "forebill.workload/1", "items": [
        {"name": "database", "meterId": DATABASE, "quantity": "31", "unit": "Days"},
    ]});
    fs::write(folder.path().join("workload.json"), workload.to_string()).unwrap();
    let estimate = done(&["estimate", "workload.json", "--book", &book]).stdout;
    assert!(estimate.contains("3 ÷ 30") && estimate.contains("3.10"), "{estimate}");
}
