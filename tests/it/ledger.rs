//! The ledger of a store that the jobs filled, against what was put in.

use std::path::Path;

use serde_json::Value;

use crate::support::odd_azure::{FIRST, OddAzure, SECOND};
use crate::support::program::{Answer, forebill};

fn ledger(folder: &Path, line: &str) -> Answer {
    let arguments: Vec<&str> = ["ledger"].into_iter().chain(line.split_whitespace()).collect();
    forebill(folder, &arguments)
}

fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let azure = OddAzure::start();
    std::fs::write(folder.path().join("card.json"), crate::bad_input::CARD).unwrap();
    std::fs::write(folder.path().join("retail.json"), crate::bad_input::RETAIL).unwrap();
    for line in [
        "import ratecard card.json --offer MS-AZR-0062P --at 2026-11-01T00:00:00Z".to_owned(),
        "import ratecard card.json --offer MS-AZR-0062P --at 2026-11-10T00:00:00Z".to_owned(),
        "import retail retail.json --at 2026-11-19T21:00:00Z".to_owned(),
        format!(
            "snapshot usage --from 2026-11-10 --to 2026-11-19 --subscription {FIRST} --offer MS-AZR-0062P --at 2026-11-20T03:00:00Z"
        ),
        format!(
            "snapshot usage --from 2026-11-18 --granularity hourly --subscription {FIRST} --at 2026-11-20T03:00:00Z"
        ),
        format!(
            "snapshot usage --from 2026-11-01 --to 2026-11-02 --subscription {SECOND} --offer MS-AZR-0003P --at 2026-11-20T03:00:00Z"
        ),
        format!("snapshot invoices --subscription {FIRST} --at 2026-11-20T03:30:00Z"),
    ] {
        let answer = azure.forebill(folder.path(), &line);
        assert_eq!(answer.code, 0, "{line}\n{}", answer.stderr);
    }
    folder
}

#[test]
fn the_ledger_says_what_is_there_how_old_it_is_and_what_is_not() {
    let folder = filled();
    let answer = ledger(folder.path(), "-o json --at 2026-11-20T09:00:00Z");
    assert_eq!(answer.code, 3, "{}", answer.stderr);
    let told = answer.json();
    assert_eq!(told["schema"], "forebill.ledger/1");
    let usage: Vec<[Value; 5]> = told["usage"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| ["granularity", "from", "committed", "due", "ageSeconds"].map(|name| line[name].clone()))
        .collect();
    let line = |granularity: &str, from: &str, committed: i32, due: i32| {
        [granularity.into(), format!("2026-11-{from}").into(), committed.into(), due.into(), 21_600.into()]
    };
    let expect: [[Value; 5]; 3] = [line("hourly", "18", 2, 0), line("daily", "10", 10, 0), line("daily", "01", 2, 17)];
    let sorted = |mut lines: Vec<[Value; 5]>| {
        lines.sort_by_key(|line| format!("{line:?}"));
        lines
    };
    assert_eq!(sorted(usage), sorted(expect.to_vec()));
    let gaps = told["usage"].as_array().unwrap().iter().find(|line| line["subscriptionId"] == SECOND).unwrap();
    assert_eq!(gaps["gaps"], serde_json::json!([{"from": "2026-11-03", "to": "2026-11-19"}]));

    let prices = &told["prices"];
    assert_eq!((&prices[0]["source"], &prices[0]["readings"]), (&"ratecard".into(), &2.into()));
    assert_eq!((&prices[0]["lastReadAt"], &prices[0]["ageSeconds"]), (&"2026-11-10T00:00:00Z".into(), &896_400.into()));
    assert_eq!((&prices[1]["source"], &prices[1]["ageSeconds"]), (&"retail".into(), &43_200.into()));
    let billing = &told["billing"];
    assert_eq!((&billing[0]["invoices"], &billing[0]["invoicedTo"]), (&1.into(), &"2026-10-13".into()));
    assert_eq!((&billing[0]["ageSeconds"], &billing[1]["lastReadAt"]), (&19_800.into(), &Value::Null));
    assert_eq!(told["missing"].as_array().unwrap().len(), 1);
    let missing = told["missing"][0]["what"].as_str().unwrap();
    assert!(missing.contains("the rate card of MS-AZR-0003P in USD"), "{missing}");
}

#[test]
fn the_ledger_is_printed_for_people_and_for_sheets() {
    let folder = filled();
    let table = ledger(folder.path(), "--at 2026-11-20T09:00:00Z").stdout;
    for part in
        ["2026-11-03 – 2026-11-19: never read", "6 h", "10 d", "rate card", "needs the rate card of MS-AZR-0003P"]
    {
        assert!(table.contains(part), "{part}\n{table}");
    }
    let csv = ledger(folder.path(), "-o csv --at 2026-11-20T09:00:00Z").stdout;
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("kind,of,granularity,from,to,count,at,ageSeconds,detail"));
    let kinds: std::collections::BTreeSet<&str> = lines.map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["committed", "due", "gap", "invoices", "missing", "ratecard", "retail"]
    );
    assert!(csv.contains(&format!("gap,{SECOND},daily,2026-11-03,2026-11-19,17,,,")), "{csv}");
}

#[test]
fn an_empty_store_has_nothing_due() {
    let folder = tempfile::tempdir().unwrap();
    let answer = ledger(folder.path(), "");
    assert_eq!((answer.code, answer.stdout.contains("The store has no usage")), (0, true), "{}", answer.stdout);
}
