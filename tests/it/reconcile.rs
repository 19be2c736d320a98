//! Invoices against our rating, worked by hand: every reason by itself, what is not explained, and what cannot be compared.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::program::{Answer, forebill};

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";
const OTHER: &str = "33333333-2222-3333-4444-555555555555";
const METER: &str = "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const UNKNOWN: &str = "1e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const LATE: &str = "2e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const HEAD: &str = "invoice,subscriptionId,periodStart,periodEnd,issuedOn,kind,meterId,name,quantity,amount,currency";

fn run(folder: &Path, line: &str, code: i32) -> Answer {
    let answer = forebill(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(answer.code, code, "{line}\n{}{}", answer.stdout, answer.stderr);
    answer
}

/// 0.125 for 10 GB of October and 2 GB that were reported on 2 November; 7 GB of a meter without a price; 4 GB of a meter
/// that was reported late altogether.
fn store() -> tempfile::TempDir {
    store_with("")
}

fn store_with(terms: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let meter = |id: &str| {
        format!(
            "{{\"MeterId\": \"{id}\", \"MeterName\": \"M\", \"MeterCategory\": \"C\", \"Unit\": \"1 GB\", \
             \"MeterRates\": {{\"0\": 0.125}}, \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}}"
        )
    };
    let card = format!(
        "{{\"Currency\": \"USD\", \"OfferTerms\": [{terms}], \"Meters\": [{}, {}]}}",
        meter(METER),
        meter(LATE)
    );
    fs::write(at.join("card.json"), card).unwrap();
    let row = |(reported, day, meter, quantity): &(&str, &str, &str, u8)| {
        json!({"name": format!("Daily_BRSDT_{reported}_0000"), "properties": {
            "subscriptionId": SUBSCRIPTION, "meterId": meter, "meterName": "M", "unit": "1 GB", "quantity": quantity,
            "usageStartTime": format!("{day}T00:00:00Z"), "usageEndTime": format!("{day}T23:59:59Z")}})
    };
    let rows = [
        ("20261031", "2026-10-31", METER, 10),
        ("20261102", "2026-10-31", METER, 2),
        ("20261005", "2026-10-05", UNKNOWN, 7),
        ("20261101", "2026-10-31", LATE, 4),
    ];
    fs::write(at.join("usage.json"), json!({"value": rows.iter().map(row).collect::<Vec<_>>()}).to_string()).unwrap();
    run(at, "import ratecard card.json --offer MS-AZR-0003P --at 2026-11-03T00:00:00Z", 0);
    let line = "import usage usage.json --offer MS-AZR-0003P --at 2026-11-03T00:00:00Z --subscription";
    run(at, &format!("{line} {SUBSCRIPTION}"), 0);
    folder
}

fn write(folder: &Path, name: &str, lines: &[String]) {
    fs::write(folder.join(name), format!("{HEAD}\n{}\n", lines.join("\n"))).unwrap();
}

fn line(invoice: &str, rest: &str) -> String {
    format!("{invoice},{SUBSCRIPTION},2026-10-01,2026-10-31,,{rest},USD")
}

fn usual() -> Vec<String> {
    [
        format!("usage,{METER},Transfer,10,1.26"),
        format!("usage,{UNKNOWN},New thing,7,0.70"),
        "credit,,Goodwill,,-0.10".to_owned(),
        "fee,,Support,,1.00".to_owned(),
        "marketplace,,Contoso,1,5.00".to_owned(),
        "tax,,Sales tax,,0.63".to_owned(),
    ]
    .iter()
    .map(|rest| line("A-1", rest))
    .collect()
}

/// (kind, difference, [(reason, amount, quantity)])
fn told(report: &Value) -> Vec<Value> {
    let lines = report["invoices"][0]["lines"].as_array().unwrap();
    let part = |part: &Value| json!([part["reason"], part["amount"], part["quantity"]]);
    let line = |line: &Value| {
        let parts: Vec<Value> = line["parts"].as_array().unwrap().iter().map(part).collect();
        json!([line["kind"], line["difference"], parts])
    };
    lines.iter().map(line).collect()
}

#[test]
fn each_difference_has_its_reason() {
    let folder = store();
    let at = folder.path();
    write(at, "lines.csv", &usual());
    run(at, "import invoice lines.csv --at 2026-11-04T00:00:00Z", 0);
    assert!(run(at, "import invoice lines.csv --at 2026-11-04T00:01:00Z", 0).stdout.contains("1 already there"));
    let report = run(at, "invoices reconcile 2026-10 -o json --at 2026-11-05T00:00:00Z", 0).json();
    // 12 GB are 1.50 now and were 1.25 then; a cent more is on the invoice.
    let expect = [
        json!(["usage", "-0.24", [["lateUsage", "-0.25", "-2"], ["rounding", "0.01", null]]]),
        json!(["usage", "0.7", [["unpriced", "0.7", null]]]),
        json!(["usage", "-0.5", [["lateUsage", "-0.5", "-4"]]]),
        json!(["marketplace", "5", [["marketplace", "5", null]]]),
        json!(["fee", "1", [["fee", "1", null]]]),
        json!(["credit", "-0.1", [["credit", "-0.1", null]]]),
        json!(["tax", "0.63", [["tax", "0.63", null]]]),
    ];
    assert_eq!(told(&report), expect);
    let one = &report["invoices"][0];
    assert_eq!((&one["invoiced"], &one["ours"], &one["difference"]), (&json!("8.49"), &json!("2"), &json!("6.49")));
    assert_eq!((&one["issuedOn"], &one["issuedOnIsTold"]), (&json!("2026-11-01"), &json!(false)));
    assert_eq!(
        one["reasons"],
        json!({"tax": "0.63", "credit": "-0.1", "fee": "1", "marketplace": "5", "unpriced": "0.7",
        "lateUsage": "-0.75", "rounding": "0.01"})
    );
    // By its number, typed in, in words.
    let table = run(at, "invoices reconcile A-1 --lines lines.csv --at 2026-11-05T00:00:00Z", 0).stdout;
    for words in
        ["8.49 USD on the invoice, 2.00 by our rating, 0 lines equal", "late usage -0.75", "No price: 7 1 GB of M"]
    {
        assert!(table.contains(words), "{words}\n{table}");
    }
    let csv = run(at, "invoices reconcile A-1 -o csv --at 2026-11-05T00:00:00Z", 0).stdout;
    assert_eq!(csv.lines().count(), 1 + 8, "{csv}");

    // Issued on 3 November, all of it is in time: the same lines are then short of 2 GB for no reason.
    let told_day: Vec<String> =
        usual().iter().map(|line| line.replace("2026-10-31,,", "2026-10-31,2026-11-03,")).collect();
    write(at, "later.csv", &told_day);
    let report = run(at, "invoices reconcile A-1 --lines later.csv -o json --at 2026-11-05T00:00:00Z", 1).json();
    assert_eq!(told(&report)[0], json!(["usage", "-0.24", [["unexplained", "-0.24", null]]]));
    // The latest file of an invoice counts.
    run(at, "import invoice later.csv --at 2026-11-05T00:00:00Z", 0);
    run(at, "invoices reconcile 2026-10 --at 2026-11-05T00:00:00Z", 1);
    run(at, "verify", 0);
}

/// A row of October that was read before the invoice, and says something else since: 10 GB became 14.
#[test]
fn a_row_that_was_restated_after_the_invoice_is_told() {
    let folder = store();
    let at = folder.path();
    let usage = fs::read_to_string(at.join("usage.json")).unwrap();
    fs::write(at.join("later.json"), usage.replace("\"quantity\":10", "\"quantity\":14")).unwrap();
    let line = "import usage later.json --offer MS-AZR-0003P --at 2026-11-10T00:00:00Z --subscription";
    run(at, &format!("{line} {SUBSCRIPTION}"), 0);
    let reconciled = |issued: &str, amount: &str, code: i32| {
        let rest = format!("usage,{METER},Transfer,10,{amount}");
        let other = format!("usage,{LATE},M,4,0.50");
        write(at, "lines.csv", &[line_issued(issued, &rest), line_issued(issued, &other)]);
        let report = run(at, "invoices reconcile A-1 --lines lines.csv -o json --at 2026-11-11T00:00:00Z", code).json();
        told(&report)[0].clone()
    };
    // 16 GB are 2.00 now. Issued on the fifth: 12 GB were known, and none of them came late.
    assert_eq!(reconciled("2026-11-05", "1.50", 3), json!(["usage", "-0.5", [["restated", "-0.5", "-4"]]]));
    // A cent more is rounding; ten more are not explained by anything.
    let cent = json!(["usage", "-0.49", [["restated", "-0.5", "-4"], ["rounding", "0.01", null]]]);
    assert_eq!(reconciled("2026-11-05", "1.51", 3), cent);
    assert_eq!(reconciled("2026-11-05", "1.60", 1), json!(["usage", "-0.4", [["unexplained", "-0.4", null]]]));
    // Before the file was read nobody knew what the row said, and 2 GB came late.
    assert_eq!(reconciled("2026-11-01", "1.75", 3), json!(["usage", "-0.25", [["lateUsage", "-0.25", "-2"]]]));
    // Issued on the twelfth it is all in time.
    assert_eq!(reconciled("2026-11-11", "1.50", 1), json!(["usage", "-0.5", [["unexplained", "-0.5", null]]]));
}

fn line_issued(day: &str, rest: &str) -> String {
    format!("A-1,{SUBSCRIPTION},2026-10-01,2026-10-31,{day},{rest},USD")
}

#[test]
fn what_nothing_explains_is_told() {
    let folder = store();
    let at = folder.path();
    // Not late by any day, and a meter that nobody used.
    let lines = [
        format!("usage,{METER},Transfer,10,1.40"),
        format!("usage,{},Ghost,1,0.01", METER.replace("0e", "3e")),
        "rounding,,More than a cent,,0.02".to_owned(),
    ];
    write(at, "lines.csv", &lines.map(|rest| line("A-1", &rest)));
    let report = run(at, "invoices reconcile A-1 --lines lines.csv -o json --at 2026-11-05T00:00:00Z", 1).json();
    assert_eq!(told(&report)[0], json!(["usage", "-0.1", [["unexplained", "-0.1", null]]]));
    assert_eq!(told(&report)[2], json!(["usage", "0.01", [["unexplained", "0.01", null]]]));
    assert_eq!(told(&report)[3], json!(["rounding", "0.02", [["unexplained", "0.02", null]]]));
    assert!(run(at, "invoices reconcile A-1 --lines lines.csv", 1).stdout.contains("not explained -0.07"));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let folder = store();
    let at = folder.path();
    let lines = [
        line("A-1", &format!("usage,{METER},Transfer,10,1.25")),
        line("B-2", "tax,,Tax,,1").replace("USD", "EUR"),
        line("C-3", "tax,,Tax,,1").replace("10-31", "10-30"),
        line("D-4", "tax,,Tax,,1").replace(SUBSCRIPTION, OTHER),
    ];
    write(at, "lines.csv", &lines);
    let report = run(at, "invoices reconcile 2026-10 --lines lines.csv -o json --at 2026-11-05T00:00:00Z", 3).json();
    let why: Vec<&str> = report["notCompared"].as_array().unwrap().iter().map(|why| why.as_str().unwrap()).collect();
    assert_eq!((report["invoices"].as_array().unwrap().len(), why.len()), (1, 3), "{report}");
    for (part, words) in ["it is in EUR", "its period is 2026-10-01 – 2026-10-30", "does not know"].iter().enumerate()
    {
        assert!(why[part].contains(words), "{why:?}");
    }
    let none = run(at, "invoices reconcile 2026-09 --lines lines.csv", 2);
    assert!(none.stderr.contains("forebill import invoice FILE"), "{}", none.stderr);
}

/// A fee of 15 and a credit of 100, of which 2.00 are drawn: what an invoice has more is told by its reason, and what it lacks
/// is a question. Use without a price that it does not have either cannot be compared, and is not equal.
#[test]
fn what_the_terms_promise_and_the_invoice_lacks_is_not_explained() {
    let folder = store_with(
        "{\"Name\": \"Recurring Charge\", \"RecurringCharge\": 15, \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}, \
         {\"Name\": \"Monetary Credit\", \"Credit\": 100, \"ExcludedMeterIds\": [], \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}",
    );
    let at = folder.path();
    let reconciled = |name: &str, others: &[&str], code: i32| {
        let usage = [format!("usage,{METER},Transfer,12,1.50"), format!("usage,{LATE},Late,4,0.50")];
        let lines = usage.iter().map(String::as_str).chain(others.iter().copied()).map(|rest| line("B-1", rest));
        let lines: Vec<String> = lines.map(|line| line.replace("2026-10-31,,", "2026-10-31,2026-11-03,")).collect();
        write(at, name, &lines);
        let command = format!("invoices reconcile B-1 --lines {name} --at 2026-11-05T00:00:00Z");
        let report = run(at, &format!("{command} -o json"), code).json();
        let table = run(at, &command, code).stdout;
        (report["invoices"][0]["reasons"].clone(), table)
    };
    let (reasons, table) = reconciled("more.csv", &["fee,,Support,,16.00", "credit,,Credit,,-3.00"], 3);
    assert_eq!(reasons, json!({"fee": "1", "credit": "-1"}));
    assert!(table.contains(", 2 lines equal; ") && table.contains("No price: 7 1 GB of M"), "{table}");
    let (reasons, table) = reconciled("less.csv", &["credit,,Credit,,-1.00"], 1);
    assert_eq!(reasons, json!({"unexplained": "-14"}), "{table}");
    // All is as the terms say, and a meter without a price is there for nothing: which it need not be.
    let nothing = format!("usage,{UNKNOWN},New thing,7,0.00");
    let (reasons, table) = reconciled("zero.csv", &["fee,,Fee,,15.00", "credit,,Credit,,-2.00", &nothing], 3);
    assert_eq!(reasons, json!({}));
    assert!(table.contains(", 4 lines equal; nothing differs"), "{table}");
    // A credit that is to be paid.
    let (reasons, _) = reconciled("odd.csv", &["fee,,Fee,,15.00", "credit,,Credit,,1.00"], 1);
    assert_eq!(reasons, json!({"unexplained": "3"}));
}
