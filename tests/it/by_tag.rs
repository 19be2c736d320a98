//! `forebill rate --by tag:NAME`: cost by the values of a tag and by day, worked by hand.

use std::fmt::Write as _;

use crate::support::program::forebill;

const CARD: &str = r#"{"Currency": "USD", "Meters": [{"MeterId": "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4",
    "MeterName": "Data Transfer Out", "MeterCategory": "Bandwidth", "Unit": "1 GB", "IncludedQuantity": 5,
    "MeterRates": {"0": 1, "10": 0.5}, "EffectiveDate": "2020-01-01T00:00:00Z"}]}"#;

/// Rows of (start, quantity, tags).
fn usage(rows: &[(&str, &str, &str)]) -> String {
    let mut text = String::new();
    for (index, (start, quantity, tags)) in rows.iter().enumerate() {
        let instance = format!(r#"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/r{index}\",\"tags\":{tags}}}}}"#);
        writeln!(
            text,
            r#"{{"name": "Hourly_BRSDT_20261103_0000", "properties": {{"meterId": "0E9D0C9B-AB6D-4312-9C7E-3794E22AF9C4",
            "subscriptionId": "11111111-2222-3333-4444-555555555555", "usageStartTime": "{start}:00:00Z",
            "usageEndTime": "{start}:59:59Z", "quantity": {quantity}, "instanceData": "{instance}"}}}}"#
        )
        .unwrap();
    }
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ").replace("}} {\"name\"", "}}\n{\"name\"")
}

/// 5 GB are free, ten cost 1 and the rest 0.5; hours of two teams and of nobody take their turn.
#[test]
fn each_value_of_a_tag_pays_what_its_hours_add() {
    let folder = tempfile::tempdir().unwrap();
    let rows = usage(&[
        ("2026-11-01T00", "8", r#"{\"team\":\"a\"}"#),
        ("2026-11-01T01", "4", r#"{\"team\":\"b\"}"#),
        ("2026-11-02T00", "6", r#"{\"team\":\"a\",\"env\":\"prod\"}"#),
        ("2026-11-02T01", "2", "null"),
    ]);
    std::fs::write(folder.path().join("card.json"), CARD).unwrap();
    std::fs::write(folder.path().join("usage.jsonl"), rows).unwrap();
    let arguments = ["rate", "--ratecard", "card.json", "--usage", "usage.jsonl", "--by", "tag:team", "-o", "csv"];
    let answer = forebill(folder.path(), &arguments);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let lines: Vec<&str> = answer.stdout.lines().collect();
    let expected = [
        "day,team,cost,currency,rows,unpricedRows",
        "2026-11-01,b,4,USD,1,0",
        "2026-11-01,a,3,USD,1,0",
        "2026-11-02,a,4.5,USD,1,0",
        "2026-11-02,(none),1,USD,1,0",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn what_has_no_price_is_counted_and_makes_the_sum_a_lower_bound() {
    let folder = tempfile::tempdir().unwrap();
    let rows = usage(&[("2019-12-31T00", "8", r#"{\"team\":\"a\"}"#), ("2026-11-01T01", "4", r#"{\"team\":\"b\"}"#)]);
    std::fs::write(folder.path().join("card.json"), CARD).unwrap();
    std::fs::write(folder.path().join("usage.jsonl"), rows).unwrap();
    let arguments = ["rate", "--ratecard", "card.json", "--usage", "usage.jsonl", "--by", "tag:team", "-o", "json"];
    let answer = forebill(folder.path(), &arguments);
    assert_eq!(answer.code, 3, "{}", answer.stderr);
    let sums = answer.json();
    assert_eq!(sums["totals"]["complete"], false);
    assert_eq!((&sums["rows"][0]["unpricedRows"], &sums["rows"][0]["cost"]), (&1.into(), &serde_json::Value::Null));
    let unpriced = &sums["unpriced"][0];
    assert_eq!((&unpriced["quantity"], &unpriced["reason"]), (&"8".into(), &"notYetInForce".into()));
    assert_eq!(sums["unpriced"].as_array().map(Vec::len), Some(1));
    assert_eq!(sums["totals"]["cost"], "0");
    let csv = forebill(folder.path(), &[&arguments[..7], &["-o", "csv"]].concat()).stdout;
    assert!(csv.contains("2019-12-31,a,,USD,1,1\r\n"), "{csv}");
}

/// Azure answers the same day by the hour and by the day; who gives both gets both added, and is told.
#[test]
fn hours_and_days_of_one_use_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let rows = usage(&[("2026-11-01T00", "8", r#"{\"team\":\"a\"}"#), ("2026-11-01T01", "8", r#"{\"team\":\"a\"}"#)]);
    let mut lines: Vec<String> = rows.lines().map(str::to_owned).collect();
    let named = |line: &str, name: &str| {
        let mut row: serde_json::Value = serde_json::from_str(line).unwrap();
        row["name"] = name.into();
        if name.starts_with("Daily") {
            row["properties"]["usageEndTime"] = "2026-11-02T00:00:00Z".into();
        }
        row.to_string()
    };
    lines[0] = named(&lines[0], "Daily_BRSDT_20261101_0000");
    lines[1] = named(&lines[1], "Hourly_BRSDT_20261101_0000");
    std::fs::write(folder.path().join("card.json"), CARD).unwrap();
    std::fs::write(folder.path().join("usage.jsonl"), lines.join("\n")).unwrap();
    for by in [&["--by", "tag:team"][..], &[]] {
        let arguments = [&["rate", "--ratecard", "card.json", "--usage", "usage.jsonl", "-o", "json"][..], by].concat();
        let warnings = forebill(folder.path(), &arguments).json()["warnings"].clone();
        let told = warnings.as_array().unwrap().iter().filter(|warning| warning["code"] == "reportedTwice");
        assert_eq!(told.count(), 1, "{by:?}: {warnings}");
    }
}
