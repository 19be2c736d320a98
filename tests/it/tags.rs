//! Tag rules over a store: what was used is grouped under the tags that it should have had, to the last digit.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::bad_input::{CARD, contents};
use crate::support::odd_azure::{METER, SECOND};
use crate::support::program::{Answer, forebill};

const OFFER: &str = "MS-AZR-0062P";
const NOW: &str = "2026-11-20T05:45:00Z";

const RULES: &str = "rename tag matching \"cost[-_ ]?cent(er|re)\" to costCenter
resource-group rg-web has tag costCenter=4711
default tag costCenter=unassigned
";

fn run(folder: &Path, line: &str) -> Answer {
    forebill(folder, &[line.split_whitespace().collect::<Vec<_>>(), vec!["--at", NOW]].concat())
}

fn row(day: u8, resource: Option<(&str, &str, Value)>, hours: &str) -> Value {
    let mut row = json!({"name": format!("Daily_BRSDT_202611{day:02}_0000"), "properties": {
        "subscriptionId": SECOND, "meterId": METER, "unit": "1 Hour",
        "usageStartTime": format!("2026-11-{day:02}T00:00:00Z"), "usageEndTime": format!("2026-11-{:02}T00:00:00Z", day + 1),
        "quantity": hours.parse::<serde_json::Number>().unwrap(),
    }});
    if let Some((group, name, tags)) = resource {
        let uri = format!(
            "/subscriptions/{SECOND}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
        );
        let instance = json!({"Microsoft.Resources": {"resourceUri": uri, "tags": tags}}).to_string();
        row["properties"]["instanceData"] = json!(instance);
    }
    row
}

/// 0.192 an hour: 10 hours of 12, spelt as nobody should, 20 in a group of 4711, 5 with no tag, 1 without a resource.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows = json!({"value": [
        row(2, Some(("rg-a", "one", json!({"Cost Centre": "12"}))), "10"),
        row(3, Some(("RG-Web", "two", json!({}))), "20"),
        row(4, Some(("rg-a", "three", json!({"env": "dev"}))), "5"),
        row(5, None, "1"),
    ]});
    fs::write(folder.path().join("card.json"), CARD).unwrap();
    fs::write(folder.path().join("usage.json"), rows.to_string()).unwrap();
    fs::write(folder.path().join("tags.txt"), RULES).unwrap();
    for line in [
        format!("import ratecard card.json --offer {OFFER}"),
        format!("import usage usage.json --subscription {SECOND} --offer {OFFER}"),
    ] {
        let answer = run(folder.path(), &line);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
    }
    folder
}

fn spend(folder: &Path, more: &str) -> (Vec<(String, String)>, Value) {
    let found = run(folder, &format!("spend --by tag:costCenter -o json {more}")).json();
    let rows = found["rows"].as_array().unwrap();
    let pair = |row: &Value| (row["group"].as_str().unwrap().to_owned(), row["cost"].as_str().unwrap().to_owned());
    (rows.iter().map(pair).collect(), found["totals"].clone())
}

fn pairs(expect: &[(&str, &str)]) -> Vec<(String, String)> {
    expect.iter().map(|(group, cost)| ((*group).to_owned(), (*cost).to_owned())).collect()
}

#[test]
fn rules_hold_for_what_was_read_before_them_and_change_no_total() {
    let folder = filled();
    let folder = folder.path();
    let (before, totals) = spend(folder, "");
    assert_eq!(before, pairs(&[("(none)", "6.912")]));
    // 5 hours of no tag and one of no resource.
    let with_rules = pairs(&[("4711", "3.84"), ("12", "1.92"), ("unassigned", "1.152")]);
    // Tried, then in force, then gone.
    assert_eq!(spend(folder, "--tag-rules tags.txt"), (with_rules.clone(), totals.clone()));
    assert_eq!(spend(folder, ""), (before.clone(), totals.clone()));
    let none = run(folder, "tags explain");
    assert!(none.code == 2 && none.stderr.contains("forebill tags rules set FILE"), "{}", none.stderr);
    assert_eq!(run(folder, "tags rules set tags.txt").stdout, "3 rules are in force\n");
    assert_eq!(run(folder, "tags rules show").stdout, RULES);
    assert_eq!(spend(folder, ""), (with_rules, totals.clone()));
    assert_eq!(run(folder, "verify").code, 0);
    let stored = contents(folder).len();
    assert!(run(folder, "tags rules set tags.txt").stdout.contains("the same as since"));
    assert_eq!(contents(folder).len(), stored);
    fs::write(folder.join("none.txt"), "# none\n").unwrap();
    let later = forebill(folder, &["tags", "rules", "set", "none.txt", "--at", "2026-11-20T06:00:00Z"]);
    assert_eq!(later.code, 0, "{}", later.stderr);
    assert_eq!(spend(folder, ""), (before, totals));
    let late = run(folder, "tags rules set tags.txt");
    assert!(late.code == 2 && late.stderr.contains("--at is in the past"), "{}", late.stderr);
}

/// A resource whose tag reads like none is no resource without it.
#[test]
fn a_value_that_reads_like_none_is_told_apart() {
    let folder = filled();
    let folder = folder.path();
    let rows = json!({"value": [row(6, Some(("rg-a", "four", json!({"costCenter": "(none)"}))), "10")]});
    fs::write(folder.join("more.json"), rows.to_string()).unwrap();
    let answer = run(folder, &format!("import usage more.json --subscription {SECOND} --offer {OFFER}"));
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_eq!(spend(folder, "").0, pairs(&[("(none)", "6.912"), ("\"(none)\"", "1.92")]));
}

/// A mistyped path is no store without usage.
#[test]
fn looking_at_nothing_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["spend", "forecast", "backtest", "anomalies"] {
        let answer = run(folder.path(), &format!("{command} --store file:mistyped"));
        assert!(answer.code == 2 && answer.stderr.contains("holds no store"), "{command}: {}", answer.stderr);
    }
}

#[test]
fn each_tag_says_which_rule_made_it() {
    let folder = filled();
    let folder = folder.path();
    let told = run(folder, "tags explain --rules tags.txt -o json").json();
    let one = |at: usize| {
        let tag = &told["tags"][at];
        let name = tag["resource"].as_str().unwrap_or("no resource").rsplit('/').next().unwrap();
        (name.to_owned(), tag["value"].as_str().unwrap().to_owned(), tag["why"][0].as_str().unwrap().to_owned())
    };
    let mut lines: Vec<_> = (0..told["tags"].as_array().unwrap().len()).map(one).collect();
    lines.sort();
    let expect = [
        ("no resource", "unassigned", "default, line 3"),
        ("one", "12", "Cost Centre renamed, line 1"),
        ("three", "unassigned", "default, line 3"),
        ("two", "4711", "resource group rg-web has it, line 2"),
    ];
    let lines: Vec<_> = lines.iter().map(|(name, value, why)| (name.as_str(), value.as_str(), why.as_str())).collect();
    assert_eq!(lines, expect);
    let missing = run(folder, "tags explain --rules tags.txt --tag env -o csv").stdout;
    assert_eq!(missing.lines().filter(|line| line.contains(",env,dev,dev,")).count(), 1, "{missing}");
    assert_eq!(missing.lines().filter(|line| line.contains(",env,,,")).count(), 3, "{missing}");
    fs::write(folder.join("bad.txt"), "default tag a").unwrap();
    let bad = run(folder, "tags rules set bad.txt");
    assert!(
        bad.code == 2 && bad.stderr.contains("bad.txt: expected =, found the end of the line (line 1 column 14)"),
        "{}",
        bad.stderr
    );
}
