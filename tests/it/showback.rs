//! Showback over a store, worked by hand: statements, a month that is closed, and what changes afterwards.

mod later;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use shared::decimal::Decimal;

use crate::bad_input::{CARD, contents};
use crate::support::odd_azure::{OddAzure, SECOND};
use crate::support::program::{Answer, forebill};

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";
const METER: &str = "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const UNKNOWN: &str = "1e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const OFFER: &str = "MS-AZR-0003P";

const RULES: &str = "\
cost-centre network for resource-group RG-hub  # everybody's
cost-centre from tag costCenter
share network by 4711=2 4890=1
";

fn run(folder: &Path, line: &str, code: i32) -> Answer {
    let answer = forebill(folder, &line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(answer.code, code, "{line}\n{}{}", answer.stdout, answer.stderr);
    answer
}

/// (day, group, cost centre, quantity)
type Row = (&'static str, &'static str, &'static str, &'static str);

fn import(folder: &Path, rows: &[Row], at: &str) {
    import_of(folder, METER, rows, at);
}

fn import_of(folder: &Path, meter: &str, rows: &[Row], at: &str) {
    write_usage(folder, meter, rows);
    run(folder, &format!("import usage usage.json --subscription {SUBSCRIPTION} --offer {OFFER} --at {at}"), 0);
}

fn write_usage(folder: &Path, meter: &str, rows: &[Row]) {
    let row = |(day, group, centre, quantity): &Row| {
        let uri = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/p/t/{centre}");
        let tags = if centre.is_empty() { json!({}) } else { json!({"CostCenter": centre}) };
        let instance = json!({"Microsoft.Resources": {"resourceUri": uri, "tags": tags}}).to_string();
        let bucket = format!("Daily_BRSDT_{}_0000", day.replace('-', ""));
        json!({"name": bucket, "properties": {
            "subscriptionId": SUBSCRIPTION, "meterId": meter, "meterCategory": "C", "meterName": "M", "unit": "1 GB",
            "quantity": format!("@{quantity}@"), "instanceData": instance,
            "usageStartTime": format!("{day}T00:00:00Z"), "usageEndTime": format!("{day}T23:59:59Z"),
        }})
    };
    let page = json!({"value": rows.iter().map(row).collect::<Vec<_>>()});
    // As numbers with all their digits, which serde_json's own have not.
    fs::write(folder.join("usage.json"), page.to_string().replace("\"@", "").replace("@\"", "")).unwrap();
}

fn card(folder: &Path, price: &str, at: &str) {
    let card = format!(
        "{{\"Currency\": \"USD\", \"OfferTerms\": [], \"Meters\": [{{\"MeterId\": \"{METER}\", \"MeterName\": \"M\", \
         \"MeterCategory\": \"C\", \"Unit\": \"1 GB\", \"MeterRates\": {{\"0\": {price}}}, \
         \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}}]}}"
    );
    fs::write(folder.join("card.json"), card).unwrap();
    run(folder, &format!("import ratecard card.json --offer {OFFER} --at {at}"), 0);
}

/// 0.125 for each of 10 + 3 + 5 + 1 GB is 2.375, on an invoice 2.38.
fn october() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    card(at, "0.125", "2026-10-01T00:00:00Z");
    let rows = [
        ("2026-10-02", "rg-a", "4711", "10"),
        ("2026-10-03", "rg-b", "4890", "3"),
        ("2026-10-04", "rg-HUB", "4711", "5"),
        ("2026-10-05", "rg-lost", "", "1"),
    ];
    import(at, &rows, "2026-11-01T00:00:00Z");
    fs::write(at.join("rules.txt"), RULES).unwrap();
    folder
}

fn totals(report: &Value) -> BTreeMap<String, String> {
    let name = |one: &Value| one["costCentre"].as_str().unwrap_or("-").to_owned();
    let total = |one: &Value| one["total"].as_str().unwrap().to_owned();
    report["statements"].as_array().unwrap().iter().map(|one| (name(one), total(one))).collect()
}

fn expect(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, total)| ((*name).to_owned(), (*total).to_owned())).collect()
}

/// (month, cause, cost centre, quantity, amount)
fn adjusted(report: &Value) -> Vec<(String, String, String, String, String)> {
    let told = |one: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let line = &one["line"];
        let (month, cause) = (text(&one["month"]), text(&one["cause"]));
        (month, cause, text(&line["costCentre"]), text(&line["quantity"]), text(&line["amount"]))
    };
    report["adjustments"].as_array().unwrap().iter().map(told).collect()
}

/// The amounts of a file of lines.
fn amounts(text: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "amount").unwrap();
    reader.records().map(|record| record.unwrap()[column].to_owned()).filter(|amount| !amount.is_empty()).collect()
}

fn sum(texts: impl Iterator<Item = String>) -> Decimal {
    texts.fold(Decimal::ZERO, |sum, text| sum.plus(Decimal::parse(&text).unwrap()).unwrap())
}

/// Parts of 2.38 by 10, 3, 5 and 1 of 19: 1.2526, 0.3758, 0.6263, 0.1253. The two cents that are left go to the largest
/// remainders. The network's 0.63 are then 0.42 and 0.21.
#[test]
fn statements_are_the_invoice_to_the_last_cent() {
    let folder = october();
    let at = folder.path();
    let line = "showback 2026-10 --rules rules.txt --at 2026-11-05T00:00:00Z";
    let report = run(at, &format!("{line} -o json"), 0).json();
    assert_eq!((&report["schema"], &report["total"]), (&json!("forebill.showback/1"), &json!("2.38")));
    assert_eq!(totals(&report), expect(&[("4711", "1.67"), ("4890", "0.59"), ("network", "0"), ("-", "0.12")]));
    let table = run(at, line, 0).stdout;
    for text in ["open, its amounts may still change", "Without a cost centre: 0.12 USD", "Total 2.38 USD"] {
        assert!(table.contains(text), "{text}\n{table}");
    }
    let csv = run(at, &format!("{line} -o csv"), 0).stdout;
    assert_eq!(sum(amounts(&csv).into_iter()), Decimal::parse("2.38").unwrap(), "{csv}");

    // What has no price is told with its quantity, and the sums are not whole.
    import_of(at, UNKNOWN, &[("2026-10-06", "rg-b", "4890", "7")], "2026-11-02T00:00:00Z");
    let report = run(at, &format!("{line} -o json"), 3).json();
    assert_eq!((&report["total"], &report["complete"]), (&json!("2.38"), &json!(false)));
    assert_eq!(report["unpriced"][0]["quantity"], "7");
    assert!(run(at, line, 3).stdout.contains("No price: 7 1 GB of M, 4890"));
}

/// Each form of each statement, the same bytes again, and nothing of somebody else replaced unasked.
#[test]
fn statements_are_files_that_add_up() {
    let folder = october();
    let at = folder.path();
    import(at, &[("2026-10-07", "rg-x", "<b>=1+1</b>", "8")], "2026-11-02T00:00:00Z");
    let line = "showback 2026-10 --rules rules.txt --to out --at 2026-11-05T00:00:00Z";
    let report = run(at, &format!("{line} -o json"), 0).json();
    let files: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    // The summary, four cost centres and nobody, three forms each.
    assert_eq!(files.len(), 6 * 3, "{files:?}");
    let first = contents(&at.join("out"));
    let mut total = Decimal::ZERO;
    for name in files.iter().filter(|name| name.ends_with(".csv") && !name.ends_with("summary.csv")) {
        let text = fs::read_to_string(at.join("out").join(name)).unwrap();
        total = total.plus(sum(amounts(&text).into_iter())).unwrap();
    }
    // 27 GB × 0.125 = 3.375
    assert_eq!(total, Decimal::parse("3.38").unwrap());
    for name in files.iter().filter(|name| name.ends_with(".html")) {
        let page = fs::read_to_string(at.join("out").join(name)).unwrap();
        assert!(!page.contains("<b>") && !page.contains("<script") && page.contains("default-src 'none'"), "{page}");
    }
    let hostile = files.iter().find(|name| name.contains("_b_") && name.ends_with(".csv")).unwrap();
    assert!(fs::read_to_string(at.join("out").join(hostile)).unwrap().contains("<b>=1+1</b>"));
    // By another reader: the workbook's last number is the statement's total.
    let script = "import sys,zipfile,re;x=zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet1.xml').decode();\
                  print(re.findall(r'<c r=\"[A-Z]+[0-9]+\"[^>]*?><v>([^<]*)</v></c>',x.split('</row>')[-2])[-1])";
    let book = at.join("out/2026-10_statement_4711.xlsx");
    let read = std::process::Command::new("python3").args(["-c", script]).arg(&book).output().unwrap();
    let said = String::from_utf8_lossy(&read.stdout).trim().to_owned();
    assert_eq!(totals(&report)["4711"], said, "{}", String::from_utf8_lossy(&read.stderr));

    let again = run(at, &format!("{line} -o json"), 0).json();
    assert!(again["files"].as_array().unwrap().iter().all(|file| file["written"] == "already-there"), "{again}");
    assert_eq!(contents(&at.join("out")), first);
    fs::write(at.join("out/2026-10_summary.csv"), "mine").unwrap();
    fs::remove_file(at.join("out/2026-10_statement_4711.csv")).unwrap();
    let refused = run(at, line, 1);
    assert!(!at.join("out/2026-10_statement_4711.csv").exists(), "statements of two states would not add up");
    assert!(refused.stderr.contains("--replace"), "{}", refused.stderr);
    assert_eq!(fs::read(at.join("out/2026-10_summary.csv")).unwrap(), b"mine");
    run(at, &format!("{line} --replace"), 0);
    assert_eq!(contents(&at.join("out")), first);
}

/// Frozen, then changed four times: late usage, a price that was corrected, a tag rule, late usage again. What is booked
/// afterwards is what October is now less what it was, line by line with its cause.
#[test]
fn a_closed_month_stays_and_its_changes_are_booked_in_the_next() {
    let folder = october();
    let at = folder.path();
    let early = run(at, "close 2026-10 --rules rules.txt --at 2026-10-31T23:00:00Z", 2);
    assert!(early.stderr.contains("cannot be closed before"), "{}", early.stderr);
    let closed = run(at, "close 2026-10 --rules rules.txt --at 2026-11-06T00:00:00Z -o json", 0).json();
    assert_eq!((&closed["total"], &closed["closedAt"]), (&json!("2.38"), &json!("2026-11-06T00:00:00Z")));

    // 2 GB of 4890 are late: 21 GB are 2.625, and its part is 0.63 instead of 0.38.
    import(at, &[("2026-10-31", "rg-b", "4890", "2")], "2026-11-10T00:00:00Z");
    // Closing again, and looking at it, is what was frozen. Other rules are refused.
    let again = run(at, "close 2026-10 --rules rules.txt --at 2026-11-11T00:00:00Z -o json", 0);
    assert_eq!(again.json(), closed);
    assert!(again.stderr.contains("closed before"), "{}", again.stderr);
    assert_eq!(run(at, "showback 2026-10 -o json --at 2026-12-01T00:00:00Z", 0).json(), closed);
    fs::write(at.join("others.txt"), "cost-centre from tag owner").unwrap();
    for command in ["close", "showback"] {
        run(at, &format!("{command} 2026-10 --rules others.txt --at 2026-11-11T00:00:00Z"), 2);
    }

    // November: 8 GB of 4711 at 0.125, and what came late.
    import(at, &[("2026-11-03", "rg-a", "4711", "8")], "2026-11-11T00:00:00Z");
    let november =
        |at_time: &str| run(at, &format!("showback 2026-11 --rules rules.txt -o json --at {at_time}"), 0).json();
    let text = |month: &str, cause: &str, centre: &str, quantity: &str, amount: &str| {
        (month.to_owned(), cause.to_owned(), centre.to_owned(), quantity.to_owned(), amount.to_owned())
    };
    let found = november("2026-11-12T00:00:00Z");
    let late = text("2026-10", "usage", "4890", "2", "0.25");
    assert_eq!(adjusted(&found), std::slice::from_ref(&late));
    assert_eq!((&found["due"], &found["total"]), (&json!("1"), &json!("1.25")));

    // The price is 0.25 after all: 21 GB are 5.25, of which 2.50, 1.25, 1.25 and 0.25; 1.25 of the network are 0.83 and 0.42.
    card(at, "0.25", "2026-11-15T00:00:00Z");
    let found = november("2026-11-16T00:00:00Z");
    let prices = |centre: &str, quantity: &str, amount: &str| text("2026-10", "prices", centre, quantity, amount);
    let booked = [
        late,
        prices("4711", "0", "1.25"),
        prices("4890", "0", "0.62"),
        prices("network", "0", "0.62"),
        prices("-", "0", "0.13"),
        prices("4711", "-", "0.41"),
        prices("4890", "-", "0.21"),
        prices("network", "-", "-0.62"),
    ];
    let sorted = |mut all: Vec<_>| {
        all.sort();
        all
    };
    assert_eq!(sorted(adjusted(&found)), sorted(booked.to_vec()));
    assert_eq!(found["due"], "2");

    // A tag rule gives the lost group to 4711.
    fs::write(at.join("tags.txt"), "resource-group rg-lost has tag costCenter=4711").unwrap();
    run(at, "tags rules set tags.txt --at 2026-11-20T00:00:00Z", 0);
    let found = november("2026-11-21T00:00:00Z");
    let mut booked = booked.to_vec();
    booked.push(text("2026-10", "tags", "-", "-1", "-0.25"));
    booked.push(text("2026-10", "tags", "4711", "1", "0.25"));
    assert_eq!(sorted(adjusted(&found)), sorted(booked.clone()));
    let told = run(at, "showback 2026-11 --rules rules.txt --at 2026-11-21T00:00:00Z", 0).stdout;
    for words in ["usage that was reported late or restated", "prices or terms of the offer changed", "tags changed"] {
        assert!(told.contains(words), "{words}\n{told}");
    }

    // Closed November has them, and December has only what is new: 4 GB more at 0.25 are 1.00.
    let closed = run(at, "close 2026-11 --rules rules.txt --at 2026-12-06T00:00:00Z -o json", 0).json();
    assert_eq!(sorted(adjusted(&closed)), sorted(booked.clone()));
    import(at, &[("2026-12-01", "rg-b", "4890", "1")], "2026-12-07T00:00:00Z");
    let december = |day: &str| run(at, &format!("showback 2026-12 --rules rules.txt -o json --at {day}"), 0).json();
    assert_eq!(adjusted(&december("2026-12-08T00:00:00Z")), []);
    import(at, &[("2026-10-30", "rg-a", "4711", "4")], "2026-12-09T00:00:00Z");
    let found = december("2026-12-10T00:00:00Z");
    assert_eq!(adjusted(&found), [text("2026-10", "usage", "4711", "4", "1")]);
    // October is 25 GB × 0.25 = 6.25 now: what was frozen, and everything that was booked.
    let all = booked.iter().chain(&adjusted(&found)).map(|one| one.4.clone()).collect::<Vec<_>>();
    assert_eq!(sum(all.into_iter().chain(["2.38".to_owned()])), Decimal::parse("6.25").unwrap());
    run(at, "verify", 0);
}

/// The subscription has ended: its late usage is booked in a month of which there is nothing else.
#[test]
fn what_is_late_is_booked_where_nothing_was_used() {
    let folder = october();
    let at = folder.path();
    let nothing = run(at, "showback 2026-11 --rules rules.txt --at 2026-12-01T00:00:00Z", 2);
    assert!(nothing.stderr.contains("no usage in this period"), "{}", nothing.stderr);
    run(at, "close 2026-10 --rules rules.txt --at 2026-11-06T00:00:00Z", 0);
    import(at, &[("2026-10-31", "rg-b", "4890", "2")], "2026-11-10T00:00:00Z");
    let found = run(at, "showback 2026-11 --rules rules.txt -o json --at 2026-12-01T00:00:00Z", 0).json();
    assert_eq!((&found["due"], &found["total"]), (&json!("0"), &json!("0.25")));
    assert_eq!(totals(&found), expect(&[("4890", "0.25")]));
    let early = run(at, "close 2026-11 --rules rules.txt --at 2026-11-30T00:00:00Z", 2);
    assert!(early.stderr.contains("2026-11 is not over"), "{}", early.stderr);
    run(at, "close 2026-11 --rules rules.txt --at 2026-12-02T00:00:00Z", 0);
    run(at, "verify", 0);
}

/// What came late and has no price is in no sum, and everybody is told: it is not nothing.
#[test]
fn late_use_without_a_price_keeps_the_next_month_incomplete() {
    let folder = october();
    let at = folder.path();
    run(at, "close 2026-10 --rules rules.txt --at 2026-11-06T00:00:00Z", 0);
    import_of(at, UNKNOWN, &[("2026-10-07", "rg-b", "4890", "99")], "2026-11-10T00:00:00Z");
    import(at, &[("2026-11-03", "rg-a", "4711", "8")], "2026-11-11T00:00:00Z");
    let found = run(at, "showback 2026-11 --rules rules.txt -o json --at 2026-11-12T00:00:00Z", 3).json();
    let none = |name: &str| name.to_owned();
    assert_eq!(adjusted(&found), [(none("2026-10"), none("usage"), none("4890"), none("99"), none("-"))]);
    assert_eq!((&found["total"], &found["complete"]), (&json!("1"), &json!(false)));
    assert_eq!(
        (&found["unpriced"][0]["quantity"], &found["unpriced"][0]["costCentre"]),
        (&json!("99"), &json!("4890"))
    );
    let told = run(at, "showback 2026-11 --rules rules.txt --to files --at 2026-11-12T00:00:00Z", 3).stdout;
    assert!(told.contains("Total at least 1.00") && told.contains("No price: 99 1 GB of M, 4890"), "{told}");
    let page = fs::read_to_string(at.join("files/2026-11_statement_4890.html")).unwrap();
    assert!(page.contains("No price: 99 1 GB of M"), "{page}");
    // It gets a price: 99 GB at 0.25 are 24.75, and nothing is missing any more.
    let meter = |id: &str, price: &str| {
        format!(
            "{{\"MeterId\": \"{id}\", \"MeterName\": \"M\", \"MeterCategory\": \"C\", \"Unit\": \"1 GB\", \
             \"MeterRates\": {{\"0\": {price}}}, \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}}"
        )
    };
    let meters = [meter(METER, "0.125"), meter(UNKNOWN, "0.25")].join(",");
    fs::write(at.join("card.json"), format!("{{\"Currency\": \"USD\", \"OfferTerms\": [], \"Meters\": [{meters}]}}"))
        .unwrap();
    run(at, &format!("import ratecard card.json --offer {OFFER} --at 2026-11-13T00:00:00Z"), 0);
    let found = run(at, "showback 2026-11 --rules rules.txt -o json --at 2026-11-14T00:00:00Z", 0).json();
    assert_eq!((&found["total"], &found["complete"], &found["unpriced"]), (&json!("25.75"), &json!(true), &json!([])));
}

/// Usage of a closed month that is no longer kept cannot be rated again: the month stays, and says so.
#[test]
fn a_month_whose_usage_was_given_up_is_final() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    let at = folder.path();
    fs::write(at.join("card.json"), CARD).unwrap();
    fs::write(at.join("rules.txt"), "cost-centre from subscription").unwrap();
    run(at, "import ratecard card.json --offer MS-AZR-0062P --at 2026-10-01T00:00:00Z", 0);
    let line = format!(
        "snapshot usage --subscription {SECOND} --offer MS-AZR-0062P --from 2026-10-01 --at 2026-11-20T03:00:00Z"
    );
    assert_eq!(azure.forebill(at, &line).code, 0);
    let closed = forebill(at, &["close", "2026-10", "--rules", "rules.txt", "--at", "2026-11-20T04:00:00Z"]);
    assert!([0, 3].contains(&closed.code), "{}", closed.stderr);
    run(at, "retention --usage-before 2026-10-20 --yes --at 2026-11-20T05:00:00Z", 0);
    let found =
        forebill(at, &["showback", "2026-11", "--rules", "rules.txt", "-o", "json", "--at", "2026-11-20T06:00:00Z"]);
    assert_eq!(found.json()["adjustments"], json!([]), "{}", found.stderr);
    let notes = found.json()["notes"].to_string();
    assert!(notes.contains("2026-10 is final: its usage before 2026-10-20 is no longer kept"), "{notes}");
}

/// A frozen month that is damaged is told, and never worked out again in its place.
#[test]
fn a_damaged_month_is_not_made_up() {
    let folder = october();
    let at = folder.path();
    run(at, "close 2026-10 --rules rules.txt --at 2026-11-06T00:00:00Z", 0);
    let found = contents(&at.join("data/raw/closed"));
    let (path, bytes) = found.first_key_value().unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    for line in [
        "showback 2026-10 --at 2026-11-07T00:00:00Z",
        "close 2026-10 --rules rules.txt --at 2026-11-07T00:00:00Z",
        "verify",
    ] {
        let refused = run(at, line, 1);
        assert!(format!("{}{}", refused.stdout, refused.stderr).contains("raw/closed/2026-10-"), "{}", refused.stderr);
    }
}

/// Ten processes at once close one month by two texts of rules: one counts, and every other says so.
#[test]
fn closing_at_the_same_time_closes_once() {
    let folder = october();
    let at = folder.path();
    fs::write(at.join("others.txt"), "cost-centre from tag costCenter").unwrap();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let close = |number: usize| {
            let rules = if number.is_multiple_of(2) { "rules.txt" } else { "others.txt" };
            let time = format!("2026-11-06T00:00:0{number}Z");
            forebill(at, &["close", "2026-10", "--rules", rules, "--at", &time, "-o", "json"])
        };
        let running: Vec<_> = (0..10).map(|number| scope.spawn(move || close(number))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let counts = run(at, "showback 2026-10 -o json --at 2026-11-07T00:00:00Z", 0).json();
    let others = if counts["rules"] == RULES { 1 } else { 0 };
    for (number, answer) in answers.iter().enumerate() {
        if number % 2 == others {
            assert!(answer.code == 2 && answer.stderr.contains("with other rules"), "{}", answer.stderr);
        } else {
            assert_eq!((answer.code, &answer.json()), (0, &counts), "{}", answer.stderr);
        }
    }
    run(at, "verify", 0);
}

/// Prices of one's own: a tenth more than Azure's, told beside them.
#[test]
fn an_own_book_prices_the_month() {
    let folder = october();
    let at = folder.path();
    let own = json!({"schema": "forebill.ownbook/1", "name": "internal", "currency": "USD",
        "rules": [{"effectiveDate": "2020-01-01", "percent": "+10"}]});
    fs::write(at.join("own.json"), own.to_string()).unwrap();
    fs::write(at.join("rules.txt"), format!("{RULES}prices from own book internal\n")).unwrap();
    let line = "showback 2026-10 --rules rules.txt --at 2026-11-05T00:00:00Z";
    let missing = run(at, line, 2);
    assert!(missing.stderr.contains("forebill import ownbook FILE --offer"), "{}", missing.stderr);
    run(at, &format!("import ownbook own.json --offer {OFFER} --at 2026-11-01T00:00:00Z"), 0);
    // 2.375 × 1.1 = 2.6125
    let report = run(at, &format!("{line} -o json"), 0).json();
    assert_eq!((&report["total"], &report["azureDue"]), (&json!("2.61"), &json!("2.38")));
    assert!(run(at, line, 0).stdout.contains("By Azure's prices 2.38: the own book adds 0.23"));
}

/// Another subscription is billed in euros: statements of each currency, which nobody ever adds, closed together, and each
/// with its own adjustments.
#[test]
fn two_currencies_are_two_showbacks() {
    let folder = october();
    let at = folder.path();
    let euros = |rows: &[Row], time: &str| {
        write_usage(at, METER, rows);
        let usage = fs::read_to_string(at.join("usage.json")).unwrap().replace(SUBSCRIPTION, SECOND);
        fs::write(at.join("euros.json"), usage).unwrap();
        let line =
            format!("import usage euros.json --subscription {SECOND} --offer {OFFER} --currency EUR --at {time}");
        run(at, &line, 0);
    };
    let card = fs::read_to_string(at.join("card.json")).unwrap().replace("USD", "EUR").replace("0.125", "0.25");
    fs::write(at.join("euros-card.json"), card).unwrap();
    run(at, &format!("import ratecard euros-card.json --offer {OFFER} --at 2026-10-01T00:00:00Z"), 0);
    euros(&[("2026-10-02", "rg-a", "4711", "10")], "2026-11-01T00:00:00Z");
    let line = "showback 2026-10 --rules rules.txt --at 2026-11-05T00:00:00Z";
    let told = |report: &Value| {
        let both = [&report["otherCurrencies"][0], report];
        both.map(|one| (one["currency"].as_str().unwrap().to_owned(), one["total"].as_str().unwrap().to_owned()))
    };
    let expected = [("USD".to_owned(), "2.38".to_owned()), ("EUR".to_owned(), "2.5".to_owned())];
    let report = run(at, &format!("{line} -o json"), 0).json();
    assert_eq!(told(&report), expected);
    let table = run(at, line, 0).stdout;
    assert!(table.contains("Total 2.50 EUR") && table.contains("Total 2.38 USD") && !table.contains("4.88"), "{table}");
    run(at, &format!("{line} --to out"), 0);
    for name in ["2026-10_EUR_summary.csv", "2026-10_USD_summary.csv", "2026-10_EUR_statement_4711.csv"] {
        assert!(at.join("out").join(name).exists(), "{name}");
    }
    run(at, "close 2026-10 --rules rules.txt --at 2026-11-06T00:00:00Z", 0);
    assert_eq!(told(&run(at, "showback 2026-10 -o json --at 2026-11-07T00:00:00Z", 0).json()), expected);
    // Two more gigabytes in euros, of the frozen month: they are booked in euros, and in dollars nothing changes.
    euros(&[("2026-10-02", "rg-a", "4711", "10"), ("2026-10-06", "rg-a", "4711", "2")], "2026-11-10T00:00:00Z");
    let next = run(at, "showback 2026-11 --rules rules.txt -o json --at 2026-11-20T00:00:00Z", 0).json();
    let text = |month: &str, cause: &str, centre: &str, quantity: &str, amount: &str| {
        [month, cause, centre, quantity, amount].map(str::to_owned).into()
    };
    assert_eq!(
        (&next["currency"], adjusted(&next)),
        (&json!("EUR"), vec![text("2026-10", "usage", "4711", "2", "0.5")])
    );
    assert_eq!(next["otherCurrencies"], Value::Null, "nothing of November is billed in dollars");
    run(at, "verify", 0);
}
