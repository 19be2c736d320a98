//! One workload over offers and regions, from two cards to what a person reads. Every amount is worked by hand.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::program::{Answer, forebill};

fn meter(number: u8, name: &str, region: &str, rates: &Value, included: u32) -> Value {
    json!({
        "MeterId": format!("00000000-0000-4000-8000-{number:012}"), "MeterName": name, "MeterCategory": "Things",
        "MeterSubCategory": "", "Unit": "1 Hour", "MeterRegion": region, "MeterRates": rates, "MeterTags": [],
        "EffectiveDate": "2020-01-01T00:00:00Z", "IncludedQuantity": included,
    })
}

fn card(folder: &Path, name: &str, terms: &Value, meters: &[Value]) {
    let card = json!({
        "OfferTerms": terms, "Meters": meters, "Currency": "USD", "Locale": "en-US", "IsTaxIncluded": false,
        "MeterRegion": "", "Tags": [],
    });
    fs::write(folder.join(name), card.to_string()).unwrap();
}

fn done(folder: &Path, code: i32, arguments: &[&str]) -> Answer {
    let answer = forebill(folder, &[arguments, &["--at", "2026-11-10T00:00:00Z"]].concat());
    assert_eq!(answer.code, code, "{arguments:?}: {}{}", answer.stdout, answer.stderr);
    answer
}

/// Pay-as-you-go: Small costs 0.10 in EU West and 0.08 in EU North, Large 1 in EU West only. The other offer has the
/// same prices with 100 hours of Small free, and a credit of 50.
fn two_offers() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let large = meter(3, "Large", "EU West", &json!({"0": "1", "100": "0.5"}), 0);
    let north = meter(2, "Small", "EU North", &json!({"0": "0.08"}), 0);
    card(
        at,
        "payg.json",
        &json!([]),
        &[meter(1, "Small", "EU West", &json!({"0": "0.1"}), 0), north.clone(), large.clone()],
    );
    let credit = json!([{"Name": "Monetary Credit", "Credit": "50", "EffectiveDate": "2020-01-01T00:00:00Z", "ExcludedMeterIds": []}]);
    card(at, "msdn.json", &credit, &[meter(1, "Small", "EU West", &json!({"0": "0.1"}), 100), north, large]);
    done(at, 0, &["import", "ratecard", "payg.json", "--offer", "MS-AZR-0003P"]);
    done(at, 0, &["import", "ratecard", "msdn.json", "--offer", "MS-AZR-0063P"]);
    let workload = json!({"schema": "forebill.workload/1", "items": [
        {"name": "web", "query": "small", "region": "westeurope", "count": "2", "quantity": "500"},
        {"name": "batch", "meterId": "00000000-0000-4000-8000-000000000003", "quantity": "150"},
    ]});
    fs::write(at.join("w.json"), workload.to_string()).unwrap();
    folder
}

/// Web 1,000 × 0.1 = 100 and batch 100 + 25 = 125; under the other offer web 90, of 215 a credit of 50 leaves 165. In EU
/// North only web is sold, at 80.
#[test]
fn a_matrix_says_what_each_cell_costs_and_what_is_not_sold() {
    let folder = two_offers();
    let arguments = ["compare", "w.json", "--offers", "MS-AZR-0003P,MS-AZR-0063P", "--regions", "all", "--explain"];
    let found = done(folder.path(), 3, &[&arguments[..], &["-o", "json"]].concat()).json();
    let cell = |index: usize| {
        let cell = &found["cells"][index];
        json!([cell["region"], cell["status"], cell["monthlyCost"], cell["monthlyDue"], cell["difference"]])
    };
    assert_eq!(found["cells"].as_array().unwrap().len(), 6);
    assert_eq!(cell(0), json!([null, "priced", "225", "225", "0"]));
    assert_eq!(cell(1), json!(["EU North", "incomplete", "80", "80", null]));
    assert_eq!(cell(2), json!(["EU West", "priced", "225", "225", "0"]));
    assert_eq!(cell(3), json!([null, "priced", "215", "165", "-60"]));
    // The north has no free hours: 80 less a credit of 50.
    assert_eq!(cell(4), json!(["EU North", "incomplete", "80", "30", null]));
    assert_eq!(found["cells"][1]["missing"][0]["name"], "batch");
    assert_eq!(found["cells"][1]["missing"][0]["reason"], "notInRegion");
    assert_eq!(found["cells"][1]["lines"][0]["reasons"], json!(["region", "rate"]));
    assert_eq!(
        found["cells"][3]["lines"],
        json!([{
            "itemBefore": 0, "itemAfter": 0, "name": "web", "before": "100", "after": "90", "difference": "-10",
            "reasons": ["offer", "includedQuantity"],
        }])
    );
    assert_eq!(found["cheapest"], json!({"USD": 3}));

    let text = done(folder.path(), 3, &arguments).stdout;
    for told in ["★ 165.00 (-60.00)", "≥ 80.00, 1 not sold", "No price in 2 of 6: item 2 batch", "included quantity"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    let csv = done(folder.path(), 3, &[&arguments[..], &["-o", "csv"]].concat()).stdout;
    assert!(csv.contains(",EU North,incomplete,80,30,,USD,batch\r\n"), "{csv}");
}

/// 50 of 215 are gone within the seventh of thirty days: 7.17 a day, 43 after six of them and more than 50 after seven.
/// (Its free hours are used first, so that the days before cost less: 100 ÷ 33.3 hours are three days of batch alone,
/// 5 each; then 3.33 of web come to it: 5, 10, 15, 23.3, 31.7, 40, 48.3, 56.7.)
#[test]
fn an_estimate_says_what_is_due_and_when_a_credit_ends() {
    let folder = two_offers();
    let arguments = ["estimate", "w.json", "--offer", "MS-AZR-0063P"];
    let estimate = done(folder.path(), 0, &[&arguments[..], &["-o", "json"]].concat()).json();
    assert_eq!(
        estimate["terms"],
        json!({
            "discountPercent": null, "discount": "0", "recurringCharge": "0", "monthlyDue": "165",
            "credit": {"granted": "50", "used": "50", "remaining": "0", "endsOnDay": 8, "days": 30},
        })
    );
    let text = done(folder.path(), 0, &arguments).stdout;
    let told = "After the terms of the offer 165.00 USD a month are due; a credit of 50.00 pays 50.00 and ends on day 8 of 30\n";
    assert!(text.contains(told), "{text}");
}

/// Web runs in a subscription of the other offer: 900 × 0.1 = 90, of which its credit pays 50; batch is 125 as before.
/// In the matrix it stays there, whatever the rest is priced by: 90 and 125, in the north 80 and nothing.
#[test]
fn an_item_may_have_an_offer_of_its_own() {
    let folder = two_offers();
    let at = folder.path();
    let mut workload: Value = serde_json::from_slice(&fs::read(at.join("w.json")).unwrap()).unwrap();
    workload["offer"] = json!("MS-AZR-0003P");
    workload["items"][0]["offer"] = json!("ms-azr-0063p");
    fs::write(at.join("mixed.json"), workload.to_string()).unwrap();
    let found = done(at, 0, &["estimate", "mixed.json", "-o", "json"]).json();
    assert_eq!((&found["totals"]["monthlyCost"], &found["terms"]["monthlyDue"]), (&json!("215"), &json!("165")));
    assert_eq!((&found["offer"], &found["lines"][0]["offer"]), (&json!("MS-AZR-0003P"), &json!("MS-AZR-0063P")));
    let part = |part: &Value| {
        json!([
            part["offer"],
            part["items"],
            part["monthlyCost"],
            part["terms"]["credit"]["used"],
            part["terms"]["monthlyDue"]
        ])
    };
    let parts: Vec<Value> = found["offers"].as_array().unwrap().iter().map(part).collect();
    assert_eq!(
        parts,
        [json!(["MS-AZR-0003P", [1], "125", null, null]), json!(["MS-AZR-0063P", [0], "90", "50", "40"])]
    );
    let text = done(at, 0, &["estimate", "mixed.json"]).stdout;
    for told in
        ["After the terms of the offers 165.00 USD a month are due\n", "MS-AZR-0063P (item 1): 90.00 USD a month\n"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    let csv = done(at, 0, &["estimate", "mixed.json", "-o", "csv"]).stdout;
    assert!(csv.lines().nth(1).unwrap().ends_with(",MS-AZR-0063P"), "{csv}");
    assert!(csv.lines().nth(2).unwrap().ends_with(",MS-AZR-0003P"), "{csv}");

    let matrix = done(at, 3, &["compare", "mixed.json", "--regions", "northeurope", "-o", "json"]).json();
    let due: Vec<&Value> = matrix["cells"].as_array().unwrap().iter().map(|cell| &cell["monthlyDue"]).collect();
    assert_eq!(due, ["165", "30"], "of the 80 a credit of 50 pays");
    let branches =
        done(at, 0, &["compare", "w.json", "--with", "mixed.json", "--offers", "MS-AZR-0003P", "-o", "json"]).json();
    assert_eq!(branches["lines"][0]["reasons"], json!(["offer", "includedQuantity"]));
    // A web server costs 50, of the first two 10 are free hours and 50 credit: six are 300 - 10 - 50 beside the 125.
    let goal = ["estimate", "mixed.json", "--within", "370", "--item", "web", "-o", "json"];
    let goal = done(at, 0, &goal).json();
    assert_eq!((&goal["count"], &goal["monthlyDue"], &goal["oneMore"]), (&json!(6), &json!("365"), &json!("415")));

    // In the other offer's column the unnamed item moves and the named one stays: 90 less 50, and 125.
    let offers = ["compare", "mixed.json", "--offers", "MS-AZR-0003P,MS-AZR-0063P", "--explain", "-o", "json"];
    let matrix = done(at, 0, &offers).json();
    assert_eq!((&matrix["cells"][1]["monthlyDue"], &matrix["cells"][1]["difference"]), (&json!("165"), &json!("0")));
    // A commitment is that of the offer that has one: 10 % of 150 × 1, 50 × 0.5 and nothing else.
    let term = json!([{"Name": "Monetary Commitment", "EffectiveDate": "2020-01-01T00:00:00Z", "TieredDiscount": {"0": 10},
        "ExcludedMeterIds": []}]);
    card(at, "commitment.json", &term, &[meter(3, "Large", "EU West", &json!({"0": "1", "100": "0.5"}), 0)]);
    done(at, 0, &["import", "ratecard", "commitment.json", "--offer", "MS-AZR-0026P"]);
    workload["items"][1]["offer"] = json!("MS-AZR-0026P");
    fs::write(at.join("mixed.json"), workload.to_string()).unwrap();
    let committed = ["estimate", "mixed.json", "--commitment", "1000", "-o", "json"];
    assert_eq!(done(at, 0, &committed).json()["terms"]["monthlyDue"], "152.5", "40 and 125 less a tenth");
    for offers in ["MS-AZR-0003P,MS-AZR-0026P", "MS-AZR-0026P,MS-AZR-0003P"] {
        let either = ["compare", "mixed.json", "--offers", offers, "--commitment", "1000", "-o", "json"];
        let cells = done(at, 0, &either).json();
        assert_eq!(
            (&cells["cells"][0]["monthlyDue"], &cells["cells"][1]["monthlyDue"]),
            (&json!("152.5"), &json!("152.5"))
        );
    }
    workload["items"][1].as_object_mut().unwrap().remove("offer");

    // Nobody imported this one.
    workload["items"][0]["offer"] = json!("MS-AZR-0111P");
    fs::write(at.join("mixed.json"), workload.to_string()).unwrap();
    let found = done(at, 3, &["estimate", "mixed.json", "-o", "json"]).json();
    assert_eq!(
        (&found["unpriced"][0]["reason"], &found["totals"]["monthlyCost"]),
        (&json!("offerNotAtHand"), &json!("125"))
    );
    workload["items"][0]["offer"] = json!("gold");
    fs::write(at.join("mixed.json"), workload.to_string()).unwrap();
    let refused = done(at, 2, &["estimate", "mixed.json"]).stderr;
    assert!(refused.contains("an offer is a durable id") && refused.contains("items[0].offer"), "{refused}");
}

/// A web server is 50 a month; batch is 125. Within 300 are three of them (275), a fourth would make 325.
#[test]
fn the_largest_count_is_found() {
    let folder = two_offers();
    let goal = |within: &str, code: i32, form: &str| {
        let arguments =
            ["estimate", "w.json", "--offer", "MS-AZR-0003P", "--within", within, "--item", "web", "-o", form];
        done(folder.path(), code, &arguments)
    };
    let found = goal("300", 0, "json").json();
    assert_eq!((&found["count"], &found["monthlyDue"], &found["oneMore"]), (&json!(3), &json!("275"), &json!("325")));
    assert_eq!(goal("325", 0, "json").json()["count"], 4, "the limit itself is within");
    assert_eq!(goal("125", 0, "json").json()["count"], 0);
    assert!(goal("300", 0, "table").stdout.contains("3 × web fit within 300.00 USD"));
    assert!(goal("124.99", 3, "table").stdout.contains("None of web fits: without it a month is 125.00 USD"));
    let nobody = ["estimate", "w.json", "--within", "1", "--item", "nobody"];
    assert!(done(folder.path(), 2, &nobody).stderr.contains("w.json: there is no item nobody"));
}

#[test]
fn two_workloads_differ_by_lines() {
    let folder = two_offers();
    let other = json!({"schema": "forebill.workload/1", "items": [
        {"name": "cache", "query": "small", "region": "northeurope", "quantity": "100"},
        {"name": "web", "query": "small", "region": "westeurope", "count": "3", "quantity": "500"},
    ]});
    fs::write(folder.path().join("other.json"), other.to_string()).unwrap();
    let arguments = ["compare", "w.json", "--with", "other.json", "--offers", "MS-AZR-0003P"];
    let found = done(folder.path(), 0, &[&arguments[..], &["-o", "json"]].concat()).json();
    let lines: Vec<Value> = found["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| json!([line["name"], line["difference"], line["reasons"]]))
        .collect();
    assert_eq!(
        lines,
        [json!(["web", "50", ["quantity"]]), json!(["batch", "-125", ["removed"]]), json!(["cache", "8", ["added"]]),]
    );
    let text = done(folder.path(), 0, &arguments).stdout;
    assert!(text.contains("A month 225.00 USD before, 158.00 after: -67.00"), "{text}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = two_offers();
    for (arguments, told) in [
        (&["compare", "w.json", "--offers", "MS-AZR-0026P"][..], "no prices of MS-AZR-0026P in USD"),
        (&["compare", "w.json", "--offers", "gold"], "--offers gold: an offer is a durable id"),
        (&["compare", "w.json", "--offers", "retail"], "no prices of retail in USD"),
        (&["compare", "w.json", "--currency", "EUR"], "no prices of any offer in EUR"),
        (&["compare", "w.json", "--dates", "yesterday"], "invalid value 'yesterday'"),
        (&["compare", "gone.json"], "gone.json"),
    ] {
        let answer = done(folder.path(), 2, arguments);
        assert!(answer.stderr.contains(told), "{arguments:?}: {}", answer.stderr);
    }
    // Before the first price nothing is sold anywhere.
    let early = done(folder.path(), 3, &["compare", "w.json", "--dates", "2019-01-01", "-o", "json"]).json();
    assert_eq!(early["cells"][0]["status"], "unavailable");
}
