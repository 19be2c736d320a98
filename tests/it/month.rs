//! What a month's totals must not lose: usage without an offer, prices of earlier cards, meters of one name, and
//! what the terms of an offer may not pay. Worked by hand.

use std::path::Path;

use crate::support::odd_azure::{self, OddAzure};
use crate::support::program::{Answer, forebill};

const FIRST: &str = "11111111-2222-3333-4444-555555555555";
const SECOND: &str = "33333333-2222-3333-4444-555555555555";
const METER: &str = "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
const SIBLING: &str = "1e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";

fn meter(id: &str, price: &str, from: &str, more: &str) -> String {
    format!(
        "{{\"MeterId\": \"{id}\", \"MeterName\": \"M\", \"MeterCategory\": \"C\", \"Unit\": \"1 GB\", {more} \
         \"MeterRates\": {{\"0\": {price}}}, \"EffectiveDate\": \"{from}T00:00:00Z\"}}"
    )
}

fn card(terms: &str, meters: &[String]) -> String {
    format!("{{\"Currency\": \"USD\", \"OfferTerms\": [{terms}], \"Meters\": [{}]}}", meters.join(", "))
}

/// Rows of (day of 2026, meter, quantity, unit).
fn usage(subscription: &str, rows: &[(&str, &str, &str, &str)]) -> String {
    let row = |(index, (day, meter, quantity, unit)): (usize, &(&str, &str, &str, &str))| {
        format!(
            "{{\"name\": \"b{index}\", \"properties\": {{\"subscriptionId\": \"{subscription}\", \"meterId\": \"{meter}\", \
             \"meterCategory\": \"C\", \"meterName\": \"M\", \"unit\": \"{unit}\", \"quantity\": {quantity}, \
             \"usageStartTime\": \"2026-{day}T00:00:00Z\", \"usageEndTime\": \"2026-{day}T23:59:59Z\"}}}}\n"
        )
    };
    rows.iter().enumerate().map(row).collect()
}

fn run(folder: &Path, line: &str, code: i32) -> Answer {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let answer = forebill(folder, &arguments);
    assert_eq!(answer.code, code, "{line}\n{}{}", answer.stdout, answer.stderr);
    answer
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn usage_without_an_offer_is_listed_and_the_total_is_not_whole() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "card.json", &card("", &[meter(METER, "1", "2020-01-01", "")]));
    write(at, "a.jsonl", &usage(FIRST, &[("11-05", METER, "5", "1 GB")]));
    write(at, "b.jsonl", &usage(SECOND, &[("11-05", METER, "3", "1 GB")]));
    run(at, "import ratecard card.json --offer MS-AZR-0003P", 0);
    run(at, &format!("import usage a.jsonl --subscription {FIRST} --offer MS-AZR-0003P"), 0);
    run(at, "spend --period 2026-11 --at 2026-12-20T00:00:00Z -o json", 0);
    run(at, &format!("import usage b.jsonl --subscription {SECOND}"), 0);
    let spend = run(at, "spend --period 2026-11 --at 2026-12-20T00:00:00Z -o json", 3).json();
    assert_eq!((&spend["totals"]["cost"], &spend["totals"]["complete"]), (&"5".into(), &false.into()));
    assert_eq!(spend["withoutOffer"], serde_json::json!([SECOND]));
}

/// A card names one date for each meter: October and early November keep the price of the card before.
/// One subscription is read in November and the other was read only in October: November of the other is 19 days that
/// nobody read, and no 0.
#[test]
fn a_subscription_of_which_nothing_was_read_is_no_zero() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    write(folder, "card.json", crate::bad_input::CARD);
    run(folder, "import ratecard card.json --offer MS-AZR-0062P --at 2026-10-01T00:00:00Z", 0);
    for (id, from, at) in
        [(odd_azure::SECOND, "2026-10-20", "2026-10-26"), (odd_azure::FIRST, "2026-11-01", "2026-11-20")]
    {
        let line = format!("snapshot usage --subscription {id} --offer MS-AZR-0062P --from {from} --at {at}T03:00:00Z");
        assert_eq!(azure.forebill(folder, &line).code, 0);
    }
    let told = run(folder, "spend --at 2026-11-20T03:00:00Z -o json", 3).json();
    assert_eq!(told["totals"]["complete"], false);
    let unread = &told["unread"][0];
    assert_eq!((&unread["subscriptionId"], unread["gaps"].as_array().unwrap().len()), (&odd_azure::SECOND.into(), 19));
    let table = run(folder, "spend --at 2026-11-20T03:00:00Z", 3).stdout;
    assert!(table.contains("Total at least ") && table.contains("Not read: 19 reported days of"), "{table}");
    // What the other has not begun with is not missing.
    let october = run(folder, "spend --period 2026-10 --at 2026-11-20T03:00:00Z -o json", 3).json();
    assert_eq!(october["unread"], serde_json::json!([]));
    write(folder, "rules.txt", "when spend this month > 1000 USD");
    let quiet = run(folder, "alerts test --rules rules.txt --at 2026-11-20T05:00:00Z", 0).stdout;
    assert!(
        quiet.contains("at least")
            && quiet.contains(", perhaps above 1000 USD")
            && !quiet.contains("not above")
            && quiet.contains("not all of it is known"),
        "{quiet}"
    );
}

/// A page that was lost is read again where somebody says so, and only then is the month whole.
#[test]
fn a_day_whose_page_was_lost_can_be_read_again() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    let id = odd_azure::FIRST;
    let read = |more: &str, at: &str| {
        azure.forebill(folder, &format!("snapshot usage --subscription {id} --offer MS-AZR-0062P {more} --at {at}"))
    };
    assert_eq!(read("--from 2026-11-01", "2026-11-20T03:00:00Z").code, 0);
    let day = folder.join(format!("data/raw/usage/{id}/daily/2026-11-05"));
    std::fs::remove_dir_all(&day).unwrap();
    run(folder, "verify", 1);
    assert_eq!(read("--from 2026-11-05 --to 2026-11-05", "2026-11-20T04:00:00Z").code, 0);
    assert!(!day.exists(), "it was read, as far as the records say");
    let again = read("--from 2026-11-05 --to 2026-11-05 --again -o json", "2026-11-20T05:00:00Z").json();
    assert_eq!(again["jobs"][0]["committed"], 1, "{again}");
    assert!(day.exists());
    run(folder, "restatements", 0);
    let which = read("--again", "2026-11-20T06:00:00Z");
    assert!(which.code == 2 && which.stderr.contains("--again needs --from or --period"), "{}", which.stderr);
}

/// 8 + 4 GB, of which 5 are free: 7.00. A day later Azure says 14 GB of the first day and nothing of the second: 9.00.
#[test]
fn what_azure_changed_since_yesterday_is_told_with_what_it_costs() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    let priced = format!(
        "{{\"MeterId\": \"{METER}\", \"MeterName\": \"M\", \"MeterCategory\": \"C\", \"Unit\": \"1 GB\", \
         \"IncludedQuantity\": 5, \"MeterRates\": {{\"0\": 1, \"10\": 0.5}}, \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}}"
    );
    write(folder, "card.json", &card("", &[priced]));
    run(folder, "import ratecard card.json --offer MS-AZR-0003P --at 2026-11-01T00:00:00Z", 0);
    let says = |day: &str, quantity: Option<&str>| {
        let rows = quantity.map(|quantity| usage(FIRST, &[(day, METER, quantity, "1 GB")])).unwrap_or_default();
        azure.tell(FIRST, &format!("2026-{day}"), odd_azure::Day::Text(format!("{{\"value\": [{rows}]}}")));
    };
    azure.otherwise(odd_azure::Day::Text("{\"value\": []}".into()));
    let read = |at: &str| {
        let line = format!("snapshot usage --subscription {FIRST} --offer MS-AZR-0003P --from 2026-11-01 --at {at}");
        let answer = azure.forebill(folder, &line);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
    };
    let spend = |at: &str| run(folder, &format!("spend --at {at} -o json"), 0).json();
    says("11-05", Some("8"));
    says("11-06", Some("4"));
    read("2026-11-08T03:00:00Z");
    let first = spend("2026-11-08T05:00:00Z");
    assert_eq!((&first["totals"]["cost"], &first["restated"]), (&"7".into(), &serde_json::json!([])));
    says("11-05", Some("14"));
    says("11-06", None);
    read("2026-11-09T03:00:00Z");
    let second = spend("2026-11-09T05:00:00Z");
    assert_eq!(second["totals"]["cost"], "9");
    let told = &second["restated"][0];
    assert_eq!((&told["readAt"], &told["rows"]), (&"2026-11-08T03:00:00Z".into(), &2.into()));
    assert_eq!((&told["reportedOn"], &told["change"]), (&serde_json::json!(["2026-11-05", "2026-11-06"]), &"2".into()));
    let free = &second["included"][0];
    assert_eq!((&free["used"], &free["included"], &free["unit"]), (&"5".into(), &"5".into(), &"1 GB".into()));
    let table = run(folder, "spend --at 2026-11-09T05:00:00Z", 0).stdout;
    assert!(table.contains("reported on 2026-11-05, 2026-11-06: +2.00 USD"), "{table}");
    assert!(table.contains("Included: M, 11111111-2222-3333-4444-555555555555: all of 5 × 1 GB used"), "{table}");
    // Read again, and the same: what changed is news for a day.
    read("2026-11-09T15:00:00Z");
    assert_eq!(spend("2026-11-09T16:00:00Z")["restated"][0]["change"], "2");
    read("2026-11-10T03:00:00Z");
    assert_eq!(spend("2026-11-10T05:00:00Z")["restated"], serde_json::json!([]));
}

#[test]
fn a_new_card_does_not_take_the_price_from_earlier_use() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let gone = meter(SIBLING, "7", "2026-01-01", "");
    write(at, "old.json", &card("", &[meter(METER, "1", "2026-01-01", ""), gone]));
    write(at, "new.json", &card("", &[meter(METER, "100", "2026-11-20", "")]));
    let rows = [
        ("10-05", METER, "5", "1 GB"),
        ("11-05", METER, "7", "1 GB"),
        ("11-22", METER, "2", "1 GB"),
        ("11-06", SIBLING, "1", "1 GB"),
    ];
    write(at, "usage.jsonl", &usage(FIRST, &rows));
    run(at, "import ratecard old.json --offer MS-AZR-0003P --at 2026-10-15T00:00:00Z", 0);
    run(at, "import ratecard new.json --offer MS-AZR-0003P --at 2026-11-21T00:00:00Z", 0);
    run(at, &format!("import usage usage.jsonl --subscription {FIRST} --offer MS-AZR-0003P"), 0);
    let cost = |period: &str| {
        let line = format!("spend --period {period} --at 2026-12-20T00:00:00Z -o json");
        run(at, &line, 0).json()["totals"]["cost"].clone()
    };
    assert_eq!(cost("2026-10"), "5");
    // 7 at 1, 2 at 100, and the meter that was withdrawn on the 21st at 7
    assert_eq!(cost("2026-11"), "214");
}

#[test]
fn meters_of_one_name_are_two_groups() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let meters = [meter(METER, "1", "2020-01-01", ""), meter(SIBLING, "2", "2020-01-01", "")];
    write(at, "card.json", &card("", &meters));
    write(at, "a.jsonl", &usage(FIRST, &[("11-05", METER, "5", "1 GB"), ("11-05", SIBLING, "5", "1 GB")]));
    run(at, "import ratecard card.json --offer MS-AZR-0003P", 0);
    run(at, &format!("import usage a.jsonl --subscription {FIRST} --offer MS-AZR-0003P"), 0);
    let spend = run(at, "spend --period 2026-11 --by meter --at 2026-12-20T00:00:00Z -o json", 0).json();
    let rows: Vec<_> = spend["rows"].as_array().unwrap().iter().map(|row| row["cost"].clone()).collect();
    assert_eq!(rows, ["10", "5"]);
}

/// A credit of 10: 4 for the meter of others is not its business, and on the first day 10 are drawn and given back.
#[test]
fn a_credit_pays_no_third_party_and_ends_when_a_whole_instant_has_passed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let third = meter("2e9d0c9b-ab6d-4312-9c7e-3794e22af9c4", "4", "2020-01-01", "\"MeterTags\": [\"Third Party\"],");
    let terms = "{\"Name\": \"Monetary Credit\", \"Credit\": 10, \"ExcludedMeterIds\": [], \
                 \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}, {\"Name\": \"Recurring Charge\", \"RecurringCharge\": 10, \
                 \"EffectiveDate\": \"2013-01-01T00:00:00Z\"}, {\"Name\": \"Recurring Charge\", \"RecurringCharge\": 12, \
                 \"EffectiveDate\": \"2020-01-01T00:00:00Z\"}";
    let meters = [meter(METER, "1", "2020-01-01", ""), meter(SIBLING, "1", "2020-01-01", ""), third];
    write(at, "card.json", &card(terms, &meters));
    // Of two meters one gives back what the other takes, at one instant, in either order of their ids.
    for (one, other) in [("-3", "3"), ("3", "-3")] {
        let rows = [
            ("11-01", METER, "5", "1 GB"),
            ("11-01", SIBLING, "5", "1 GB"),
            ("11-05", METER, one, "1 GB"),
            ("11-05", SIBLING, other, "1 GB"),
            ("11-06", "2e9d0c9b-ab6d-4312-9c7e-3794e22af9c4", "1", "1 GB"),
        ];
        write(at, "usage.jsonl", &usage(FIRST, &rows));
        let rating = run(at, "rate --ratecard card.json --usage usage.jsonl -o json", 0).json();
        let bill = &rating["bills"][0];
        assert_eq!((&bill["credit"]["used"], &bill["credit"]["endsOn"]), (&"10".into(), &"2026-11-01".into()));
        // 14 of charges, 12 of fees (the newer ones), less 10 of credit
        assert_eq!((&bill["recurringCharge"], &bill["due"]), (&"12".into(), &"16".into()));
    }
}

/// An included quantity that changes: 5 of 5 free, then 5 of 5 charged, and the figures say so.
#[test]
fn the_derivation_adds_up_when_the_included_quantity_changes() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let meters = [meter(METER, "1", "2020-01-01", "\"IncludedQuantity\": 5,"), meter(METER, "1", "2026-11-10", "")];
    write(at, "card.json", &card("", &meters));
    write(at, "usage.jsonl", &usage(FIRST, &[("11-05", METER, "10", "1 GB"), ("11-15", METER, "5", "1 GB")]));
    let rating = run(at, "rate --ratecard card.json --usage usage.jsonl -o json", 0).json();
    let charge = &rating["charges"][0];
    assert_eq!((&charge["billableQuantity"], &charge["cost"]), (&"10".into(), &"10".into()));
    let included: Vec<_> = charge["tiers"].as_array().unwrap().iter().map(|t| t["includedQuantity"].clone()).collect();
    assert_eq!(included, ["5", "0"]);
}

#[test]
fn a_unit_that_contradicts_the_card_is_doubted_and_an_older_spelling_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "card.json", &card("", &[meter(METER, "1", "2020-01-01", "")]));
    for (unit, warned) in [("1 GB", 0), ("GB", 0), ("1 GB/Month", 0), ("", 0), ("100 GB", 1), ("1 Hour", 1)] {
        write(at, "usage.jsonl", &usage(FIRST, &[("11-05", METER, "5", unit)]));
        let rating = run(at, "rate --ratecard card.json --usage usage.jsonl -o json", 0).json();
        assert_eq!(rating["warnings"].as_array().unwrap().len(), warned, "{unit}: {}", rating["warnings"]);
    }
}

/// A discount that depends on an amount which nobody said is not given, and that is said: 100 hours at 1 USD, 5 % from
/// 50 USD on.
#[test]
fn a_discount_by_an_amount_that_nobody_said_is_told() {
    let terms = "{\"Name\": \"Monetary Commitment\", \"TieredDiscount\": {\"0\": 0, \"50\": 5}, \
                 \"EffectiveDate\": \"2013-12-23T00:00:00Z\", \"ExcludedMeterIds\": []}";
    for (said, due, warnings) in [("", "100", 1), ("--commitment 60", "95", 0)] {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        write(at, "card.json", &card(terms, &[meter(METER, "1", "2020-01-01", "")]));
        write(at, "a.jsonl", &usage(FIRST, &[("11-05", METER, "100", "1 GB")]));
        run(at, "import ratecard card.json --offer MS-AZR-0026P", 0);
        run(at, &format!("import usage a.jsonl --subscription {FIRST} --offer MS-AZR-0026P {said}"), 0);
        let spend = "spend --period 2026-11 --at 2026-12-20T00:00:00Z";
        let told = run(at, &format!("{spend} -o json"), 0).json();
        assert_eq!(told["totals"]["invoiceDue"], due, "{told:#}");
        let all = told["warnings"].as_array().unwrap();
        assert_eq!(all.len(), warnings, "{told:#}");
        for warning in all {
            let message = warning["message"].as_str().unwrap();
            assert_eq!(warning["code"], "offerTermNotApplied");
            assert!(message.contains("MS-AZR-0026P") && message.contains("--commitment AMOUNT"), "{message}");
            assert!(run(at, spend, 0).stdout.contains(&format!("Note: {message}")));
        }
        assert_eq!(run(at, spend, 0).stdout.contains("Note: "), warnings > 0);
    }
}
