//! The texts themselves: a rate card, a page of prices, usage, a workload, each with one change.

use super::{
    CARD, Case, ESTIMATE, IMPORT_CARD, IMPORT_RETAIL, IMPORT_USAGE, RATE_CARD, RATE_USAGE, RETAIL, SUBSCRIPTION, USAGE,
    WORKLOAD, case, changed, check, gzip, prepared,
};
use std::fs;

/// What can happen to any JSON file on its way.
pub fn on_the_way(base: &str) -> Vec<Case> {
    let (gzipped, zipped) = (gzip(base.as_bytes()), zstd::bulk::compress(base.as_bytes(), 3).unwrap());
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(base.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let not_utf8: Vec<u8> = base.bytes().map(|byte| if byte == b'a' { 0xff } else { byte }).collect();
    let mut bad_sum = gzipped.clone();
    // Inside the checksum at the end.
    let at = bad_sum.len() - 6;
    bad_sum[at] ^= 1;
    let mut cases = vec![
        case("empty", "", "the text is empty", ""),
        case("only blanks", " \r\n\t\n", "the text is empty", ""),
        case("two byte-order marks", format!("\u{feff}\u{feff}{base}"), "two byte-order marks", ""),
        case("UTF-16", utf16, "UTF-16: save it as UTF-8", ""),
        case("not UTF-8", not_utf8, "not UTF-8 from byte", "(line "),
        case("a page of a proxy", "<html><body>Sign in</body></html>", "not JSON", "(line 1 column 1)"),
        case("a list", format!("[{base}]"), "expected an object, found a list", "(line 1)"),
        case("a text", "\"hello\"", "expected an object, found string \"hello\"", "(line 1 column 7)"),
        case("null", "null", "expected an object, found null", "(line 1 column 4)"),
        case("something behind it", format!("{base}x"), "not JSON: trailing characters", "column 1)"),
        case("brackets 200,000 deep", "[".repeat(200_000), "expected an object, found a list", "(line 1)"),
        case("braces 200,000 deep", "{\"a\":".repeat(200_000), "", "line 1 column "),
        case("a NUL", base.replacen(':', ":\0", 1), "not JSON: expected value", " column "),
        case("gzip cut off", &gzipped[..gzipped.len() - 20], "the packed file is cut or damaged", "unpacked bytes"),
        case("gzip of nothing", &gzipped[..2], "the packed file is cut or damaged", "after 0 unpacked bytes"),
        case("gzip with a wrong sum", bad_sum, "cut or damaged: corrupt gzip stream", "unpacked bytes"),
        case("zstd cut off", &zipped[..zipped.len() - 9], "the packed file is cut or damaged", "unpacked bytes"),
        case("gzip of gzip", gzip(&gzipped), "not UTF-8 from byte 2 on", "(line 1)"),
    ];
    // The base's first line ends in an open bracket, so no cut leaves whole JSON behind.
    for tenth in 1..10 {
        let cut = &base.as_bytes()[..base.trim_end().len() * tenth / 10];
        cases.push(Case { name: format!("cut at {tenth}0 %"), ..case("", cut, "the text breaks off inside", "line ") });
    }
    let last = &base.as_bytes()[..base.trim_end().len() - 1];
    cases.push(case("without its last bracket", last, "breaks off inside an object: get it again", "line "));
    cases
}

/// Spellings that some readers take for a number.
pub fn numbers(base: &str, number: &str, place: &'static str) -> Vec<Case> {
    let long = format!("0.{}1", "0".repeat(500_000));
    let cases = [
        ("NaN", "not JSON: expected value"),
        ("Infinity", "not JSON: expected value"),
        ("-Infinity", "not JSON: invalid number"),
        ("1e400", "outside the range that can be held exactly"),
        ("1e-400", "outside the range that can be held exactly"),
        ("01", "not JSON: invalid number"),
        ("+1", "not JSON: expected value"),
        (".5", "not JSON: expected value"),
        ("1.", "not JSON: invalid number"),
        ("1_000", "not JSON: expected `,` or `}`"),
        ("1,5", "not JSON: "),
        ("0x10", "not JSON: expected `,` or `}`"),
        ("１", "not JSON: expected value"),
        ("\"abc\"", "not a decimal number: wrong at character 1"),
        ("\"1_000\"", "not a decimal number: wrong at character 2"),
        ("\"+1\"", "not a decimal number: wrong at character 1"),
        ("\" 1\"", "not a decimal number: wrong at character 1"),
        ("\"1,5\"", "not a decimal number: wrong at character 2"),
        ("\"\"", "not a decimal number: wrong at character 1"),
        ("\"1e400\"", "outside the range that can be held exactly"),
        ("\"\\u0031\"", "not a decimal number: wrong at character 1"),
        ("0.11111111111111111111111111111111111111111111111111111111111111111", "at most 64 are accepted"),
        (long.as_str(), "500003 characters, at most 64 are accepted"),
        ("{}", "expected a number, found an object"),
        ("[1]", "expected a number, found a list"),
        ("true", "expected a number, found true or false"),
        ("null", "expected a number, found null"),
    ];
    let cases = cases.into_iter().map(|(text, says)| {
        let name: String = text.chars().take(20).collect();
        Case { name: format!("{number} as {name}"), ..case("", changed(base, number, text), says, place) }
    });
    cases.collect()
}

#[rustfmt::skip] // One case per line: a table.
fn bad_cards() -> Vec<Case> {
    const RATES: &str = r#"{"0": 0.192}"#;
    const SECOND: &str = "1a2b3c4d-0001-4000-8000-000000000002";
    let with = |from: &str, to: &str| changed(CARD, from, to);
    let tiers = |count: usize| (0..count).map(|n| format!("\"{n}\":1")).collect::<Vec<_>>().join(",");
    let twice = format!("\"{SECOND}\", \"MeterId\": \"{SECOND}\"");
    let row = CARD.split_inclusive('\n').skip(8).take(3).collect::<String>();
    let conflict = row.replace("0.192", "0.193").trim_end().to_owned() + ",\n" + &row;
    vec![
        case("no rates", with(r#""MeterRates": {"0": 0.192},"#, ""), "missing field `MeterRates`", "(Meters[1], line 11"),
        case("empty rates", with(RATES, "{}"), "meter 1a2b3c4d-0001-4000-8000-000000000002: no tier starts at 0", "(Meters[1], line 11"),
        case("rates null", with(RATES, "null"), "expected an object of numbers, found null", "(Meters[1].MeterRates, line 10"),
        case("rates a list", with(RATES, "[0.192]"), "expected an object of numbers, found a list", "(Meters[1].MeterRates, line 10"),
        case("no zero tier", with(RATES, r#"{"5": 0.192}"#), "no tier starts at 0", "(Meters[1], line 11"),
        case("0 and 0.0", with(RATES, r#"{"0": 0.192, "0.0": 0.2}"#), "two tiers start at 0", "(Meters[1], line 11"),
        case("0 twice", with(RATES, r#"{"0": 0.192, "0": 0.192}"#), "two tiers start at 0", "(Meters[1], line 11"),
        case("negative tier", with(RATES, r#"{"0": 0.192, "-5": 1}"#), "a tier starts at -5, below zero", "(Meters[1], line 11"),
        case("negative price", with(RATES, r#"{"0": -0.192}"#), "the price -0.192 is below zero", "(Meters[1], line 11"),
        case("negative included", with(": 5.0", ": -5.0"), "the included quantity -5 is below zero", "(Meters[0], line 8"),
        case("65 tiers", with(RATES, &format!("{{{}}}", tiers(65))), "65 tiers, at most 64 are accepted", "(Meters[1], line 11"),
        case("a bound in words", with(RATES, r#"{"zero": 1}"#), "the key \"zero\": not a decimal number", "(Meters[1].MeterRates, line 10"),
        case("a bad GUID", with(SECOND, "1a2b3c4d-0001-4000-8000-00000000000"), "not a GUID such as", "(Meters[1].MeterId, line 9"),
        case("a path as GUID", with(SECOND, "../../../../../../../../etc/passwd-000"), "not a GUID", "(Meters[1].MeterId, line 9"),
        case("a number as GUID", with(&format!("\"{SECOND}\""), "17"), "expected a string, found integer `17`", "(Meters[1].MeterId, line 9"),
        case("a field twice", with(&format!("\"{SECOND}\""), &twice), "duplicate field `MeterId`", "(Meters[1], line 9"),
        case("meters twice", with("\"Currency\"", "\"Meters\": [], \"Currency\""), "duplicate field `Meters`", "line 13"),
        case("meters null", r#"{"Meters":null,"Currency":"USD"}"#, "expected a list of meters, found null", "(Meters, line 1"),
        case("meters an object", r#"{"Meters":{},"Currency":"USD"}"#, "expected a list of meters, found an object", "(Meters, line 1"),
        case("a meter as a list", r#"{"Meters":[[]],"Currency":"USD"}"#, "expected an object, found a list", "(Meters[0], line 1"),
        case("no meters", r#"{"Currency":"USD"}"#, "missing field `Meters`", "(line 1 column 18)"),
        case("an error of Azure", r#"{"error":{"code":"InvalidAuthenticationToken"}}"#, "missing field `Meters`", "line 1"),
        case("a usage page", USAGE, "missing field `Meters`", "line 8"),
        case("no name", with("\"MeterName\": \"D4s v5\",", ""), "missing field `MeterName`", "(Meters[1], line 11"),
        case("a number as name", with("\"D4s v5\"", "4"), "expected a string, found integer `4`", "(Meters[1].MeterName, line 9"),
        case("tags as text", with("[\"Third Party\"]", "\"Third Party\""), "expected a list, found string", "(Meters[1].MeterTags, line 10"),
        case("no currency", with("\"Currency\": \"USD\",", ""), "missing field `Currency`", "line 15"),
        case("a currency in words", with("\"USD\"", "\"US dollars\""), "a code of ISO 4217 such as USD", "(Currency, line 13"),
        case("another currency", with("\"USD\"", "\"EUR\""), "the card is in EUR, asked for was USD", "(Currency)"),
        case("a date of another kind", with("2020-02-02T00:00:00Z", "02.02.2020"), "not a time such as", "(Meters[1].EffectiveDate, line 11"),
        case("a day that is none", with("2020-02-02", "2020-02-30"), "not a time such as", "(Meters[1].EffectiveDate, line 11"),
        case("a term without its amount", with("\"Credit\": 100.0, ", ""), "the term has no Credit", "(OfferTerms[0])"),
        case("a term as a list", with("\"OfferTerms\": [", "\"OfferTerms\": [[],"), "expected an object, found a list", "(OfferTerms[0], line 2"),
        case("two prices of one meter", with(&row, &conflict), "has two different prices from 2020-02-02T00:00:00Z", "(Meters)"),
        case("a raw escape", with("D4s", "\u{1b}[31mD4s"), "not JSON: control character", "(Meters[1].MeterName, line 9"),
        case("an escape as bound", with("{\"0\": 0.192", "{\"\\u001b[2J\\n0\": 0.192"), "the key \"\u{fffd}[2J\u{fffd}0\"", "(Meters[1].MeterRates"),
        case("half a surrogate", with("D4s", "\\ud800"), "not JSON: unexpected end of hex escape", "(Meters[1].MeterName, line 9"),
        case("tags 200,000 deep", with("[\"Third Party\"]", &"[".repeat(200_000)), "expected a string, found a list", "(Meters[1].MeterTags[0], line 10"),
        case("a bound of 100,000 letters", with("{\"0\": 0.192", &format!("{{\"{}\": 0.192", "x".repeat(100_000))), "number has 100000 characters", "(Meters[1].MeterRates"),
    ]
}

#[rustfmt::skip] // One case per line: a table.
fn bad_retail_pages() -> Vec<Case> {
    let with = |from: &str, to: &str| changed(RETAIL, from, to);
    vec![
        case("another count", with("\"Count\":2", "\"Count\":3"), "the page says 3 items and holds 2: get it again", "(Count)"),
        case("a negative count", with("\"Count\":2", "\"Count\":-2"), "expected a whole number, not below zero", "(Count, line 8"),
        case("a price in another currency", with("\"currencyCode\":\"USD\"", "\"currencyCode\":\"EUR\""), "a price in EUR on a page in USD", "(Items[1].currencyCode)"),
        case("two prices of one tier", with("5.0", "0.00"), "two different prices from 0 units and 2020-01-01T00:00:00Z: 0.11 and 0.087", "Items[1])"),
        case("an end before the start", with("\"type\"", "\"effectiveEndDate\":\"2019-01-01T00:00:00Z\",\"type\""), "ends before it starts", "(Items[1].effectiveEndDate)"),
        case("no items", with("\"Items\"", "\"items\""), "missing field `Items`", "line 8"),
        case("items null", r#"{"BillingCurrency":"USD","Items":null}"#, "expected a list, found null", "(Items, line 1"),
        case("an item as a list", r#"{"BillingCurrency":"USD","Items":[[]]}"#, "expected an object, found a list", "(Items[0], line 1"),
        case("a negative price", with("0.087", "-0.087"), "the price -0.087 is below zero", "Items[1])"),
        case("a negative tier", with("5.0", "-5.0"), "a tier starts at -5, below zero", "Items["),
        case("no zero tier", with("\"tierMinimumUnits\":0.0", "\"tierMinimumUnits\":1.0"), "no tier starts at 0", "Items["),
        case("a bad GUID", with("0e9d0c9b-", "0e9d0c9b"), "not a GUID such as", "(Items[1].meterId, line 6"),
        case("a month 13", with("2020-01-01", "2020-13-01"), "not a time such as", "(Items[1].effectiveStartDate, line 6"),
        case("a field twice", with("\"skuId\":\"P/1\"", "\"skuId\":\"P/1\",\"skuId\":\"P/2\""), "duplicate field `skuId`", "(Items[1], line 7"),
        case("no type", with(",\"type\":\"Consumption\"", ""), "missing field `type`", "(Items[1], line 7"),
        case("a number as link", with("null,", "17,"), "expected a string, found integer `17`", "(NextPageLink, line 8"),
        case("a plan without its term", with("\"type\"", "\"savingsPlan\":[{\"retailPrice\":1,\"term\":\"\"}],\"type\""), "a savings plan without its term", "(Items[1].savingsPlan[0].term)"),
        case("a plan without its price", with("\"type\"", "\"savingsPlan\":[{\"term\":\"1 Year\"}],\"type\""), "missing field `retailPrice`", "(Items[1].savingsPlan[0], line 7"),
        case("a negative plan", with("\"type\"", "\"savingsPlan\":[{\"retailPrice\":-1,\"term\":\"1 Year\"}],\"type\""), "the price -1 is below zero", "(Items[1].savingsPlan[0].retailPrice)"),
        case("two plans of one term", with("\"type\"", "\"savingsPlan\":[{\"retailPrice\":1,\"term\":\"1 Year\"},{\"retailPrice\":2,\"term\":\"1 Year\"}],\"type\""), "two savings plans of 1 Year", "Items[1])"),
        case("plans as an object", with("\"type\"", "\"savingsPlan\":{},\"type\""), "expected a list, found an object", "(Items[1].savingsPlan, line 7"),
        case("a rate card", CARD, "missing field `BillingCurrency`", "line 15"),
    ]
}

#[rustfmt::skip] // One case per line: a table.
fn bad_usage() -> Vec<Case> {
    let with = |from: &str, to: &str| changed(USAGE, from, to);
    vec![
        case("a negative usage period", with("2026-10-03T", "2026-10-01T"), "the usage must end after it starts", "(value[1].properties.usageEndTime)"),
        case("an empty usage period", with("2026-10-03T", "2026-10-02T"), "the usage must end after it starts", "(value[1].properties.usageEndTime)"),
        case("no end", with("\"usageEndTime\":\"2026-10-03T00:00:00+00:00\",", ""), "missing field `usageEndTime`", "(value[1].properties, line 7"),
        case("a time in words", with("2026-10-02T00:00:00+00:00", "yesterday"), "not a time such as 2026-11-01T00:00:00Z", "(value[1].properties.usageStartTime, line 6"),
        case("a date outside the calendar", with("2026-10-03T", "12026-10-03T"), "not a time such as", "(value[1].properties.usageEndTime, line 7"),
        case("a bad GUID", with("1a2b3c4d-", "1a2b3c4d"), "not a GUID such as", "(value[1].properties.meterId, line 6"),
        case("a bad subscription", with(SUBSCRIPTION, "mine"), "not a GUID such as", "(value[1].properties.subscriptionId, line 5"),
        case("no quantity", with("\"quantity\":2E-06,", ""), "missing field `quantity`", "(value[1].properties, line 7"),
        case("two quantities", with("2E-06", "1,\"quantity\":2"), "duplicate field `quantity`", "(value[1].properties, line 7"),
        case("no rows", r#"{"values":[]}"#, "missing field `value`", "(line 1 column 13)"),
        case("rows null", r#"{"value":null}"#, "expected a list, found null", "(value, line 1"),
        case("a row as a list", r#"{"value":[["x",{}]]}"#, "expected an object, found a list", "(value[0], line 1"),
        case("properties as a list", r#"{"value":[{"properties":[]}]}"#, "expected an object, found a list", "(value[0].properties, line 1"),
        case("a number as next link", with("]}", "],\"nextLink\":5}"), "expected a string, found integer `5`", "(nextLink, line 8"),
        case("infoFields as a list", with("\"unit\":\"1 Hour\"", "\"infoFields\":[1]"), "expected an object, found a list", "(value[1].properties.infoFields, line 7"),
        case("infoFields 200,000 deep", with("\"unit\":\"1 Hour\"", &format!("\"infoFields\":{{\"a\":{}", "[".repeat(200_000))), "nested too deeply", "(value[1].properties.infoFields.a[0][0]"),
        case("instanceData cut off", with("\"unit\":\"1 Hour\"}}\n]}", "\"instanceData\":{\"a\":["), "the text breaks off inside a list", "(value[1].properties.instanceData.a, line 8"),
        case("a rate card", CARD, "missing field `value`", "line 15"),
    ]
}

/// The rows of the usage page, one per line.
fn lines() -> String {
    let page: serde_json::Value = serde_json::from_str(USAGE).unwrap();
    page["value"].as_array().unwrap().iter().map(|row| format!("{row}\n")).collect()
}

#[rustfmt::skip] // One case per line: a table.
fn bad_lines() -> Vec<Case> {
    let lines = lines();
    let with = |from: &str, to: &str| changed(&lines, from, to);
    let first_wrong = lines.replacen("24.5", "\"abc\"", 1);
    vec![
        case("a wrong first line", first_wrong.as_str(), "not a decimal number", "(properties.quantity, line 1 column"),
        case("a wrong second line", with("2e-6", "\"abc\""), "not a decimal number", "(properties.quantity, line 2 column"),
        case("a wrong line behind an empty one", first_wrong.replacen("{", "\r\n{", 1), "not a decimal number", "(properties.quantity, line 2 column"),
        case("a last line cut off", &lines.as_bytes()[..lines.len() - 30], "the text breaks off inside", "(properties."),
        case("a first line cut off", &lines.as_bytes()[30..], "not JSON", "(line 1 column"),
        case("a third line of something else", format!("{lines}total: 2\n"), "not JSON", "(line 3 column"),
        case("a second line that is a list", format!("{lines}[]\n"), "expected an object, found a list", "(line 3)"),
        case("an empty usage period", with("2026-10-03T", "2026-10-02T"), "the usage must end after it starts", "(properties.usageEndTime, line 2)"),
        case("a second line not in UTF-8", [lines.as_bytes(), b"{\"\xff"].concat(), "not UTF-8 from byte", "(line 3)"),
    ]
}

#[rustfmt::skip] // One case per line: a table.
fn bad_workloads() -> Vec<Case> {
    let with = |from: &str, to: &str| changed(WORKLOAD, from, to);
    let many = vec![r#"{"query":"d4s","quantity":1}"#; 10_001].join(",");
    let schedule =
        |text: &str| changed(WORKLOAD, r#""quantity":"730","unit":"1 Hour""#, &format!("\"schedule\":{text}"));
    vec![
        case("a newer schema", with("workload/1", "workload/2"), "expected forebill.workload/1, found forebill.workload/2", "(schema)"),
        case("no schema", with("\"schema\":\"forebill.workload/1\",", ""), "missing field `schema`", "line 4"),
        case("a number as schema", with("\"forebill.workload/1\"", "1"), "expected a string, found integer `1`", "(schema, line 1"),
        case("an escape as schema", with("forebill.workload/1", "\\u001b[31m\\n"), "found \u{fffd}[31m\u{fffd}", "(schema)"),
        case("a mistyped field", with("\"count\"", "\"cuont\""), "unknown field `cuont`, expected one of `name`", "(items[0].cuont, line 2"),
        case("a mistyped field on top", with("\"offer\"", "\"ofer\""), "unknown field `ofer`", "(ofer, line 1"),
        case("a field of 100,000 letters", with("\"count\"", &format!("\"{}\"", "x".repeat(100_000))), "unknown field `xxx", "(items[0].xxx"),
        case("an escape as field", with("\"count\"", "\"\\u001b[31m\\n\""), "unknown field `\u{fffd}[31m\u{fffd}`", "(items[0].\u{fffd}"),
        case("a field twice", with("\"quantity\":\"100\"", "\"quantity\":\"100\",\"quantity\":\"1\""), "duplicate field `quantity`", "(items[1], line 3"),
        case("a tag twice", with("\"100\"", "\"100\",\"tags\":{\"a\":\"1\",\"a\":\"2\"}"), "the key \"a\" stands twice", "(items[1].tags, line 3"),
        case("a number as tag", with("\"100\"", "\"100\",\"tags\":{\"a\":1}"), "expected a string, found integer `1`", "(items[1].tags.a, line 3"),
        case("items an object", r#"{"schema":"forebill.workload/1","items":{}}"#, "expected a list, found an object", "(items, line 1"),
        case("an item as a list", r#"{"schema":"forebill.workload/1","items":[[]]}"#, "expected an object, found a list", "(items[0], line 1"),
        case("no items", r#"{"schema":"forebill.workload/1"}"#, "missing field `items`", "line 1"),
        case("10,001 items", format!(r#"{{"schema":"forebill.workload/1","items":[{many}]}}"#), "10001 items, at most 10000 are accepted", "(items)"),
        case("meterId and query", with("\"100\"", "\"100\",\"query\":\"data out\""), "a meterId or a query, not both", "(items[1].query)"),
        case("neither", with("\"meterId\":\"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\",", ""), "an item needs a meterId or a query", "(items[1].meterId)"),
        case("an empty query", with("\"meterId\":\"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\"", "\"query\":\" \""), "the search text is empty", "(items[1].query)"),
        case("a bad GUID", with("0e9d0c9b-", "0e9d0c9b"), "not a GUID such as", "(items[1].meterId, line 3"),
        case("no quantity", with(",\"quantity\":\"100\"", ""), "an item needs a quantity or a schedule", "(items[1].quantity)"),
        case("less than nothing", with("\"100\"", "\"-100\""), "a workload cannot use less than nothing", "(items[1].quantity)"),
        case("a count below zero", with("\"count\":3", "\"count\":-3"), "a workload cannot use less than nothing", "(items[0].count)"),
        case("low above high", with("\"100\"", "\"100\",\"low\":\"90\",\"high\":\"80\""), "the low quantity is above the high one", "(items[1].low)"),
        case("low above the quantity", with("\"100\"", "\"100\",\"low\":\"300\""), "the low quantity is above the quantity itself", "(items[1].low)"),
        case("a negative ramp", with("\"100\"", "\"100\",\"ramp\":[\"-1\"]"), "no share below zero", "(items[1].ramp)"),
        case("another unit", with("\"1 Hour\"", "\"1 GB\""), "the meter counts \"1 Hour\", the item \"1 GB\"", "(items[0].unit)"),
        case("an escape as unit", with("\"1 Hour\"", "\"\\u001b[31m\\n\""), "the item \"\u{fffd}[31m\u{fffd}\"", "(items[0].unit)"),
        case("a day of 25 hours", schedule(r#"{"hoursPerDay":25,"daysPerWeek":7}"#), "a day has 0 to 24 hours", "(items[0].schedule.hoursPerDay)"),
        case("a week of 8 days", schedule(r#"{"hoursPerDay":24,"daysPerWeek":8}"#), "a week has 0 to 7 days", "(items[0].schedule.daysPerWeek)"),
        case("a schedule and a quantity", with("\"730\"", "\"730\",\"schedule\":{\"hoursPerDay\":8,\"daysPerWeek\":5}"), "a quantity or a schedule, not both", "(items[0].schedule)"),
        case("a schedule of gigabytes", with("\"quantity\":\"100\"", "\"schedule\":{\"hoursPerDay\":8,\"daysPerWeek\":5}"), "a schedule gives hours, the meter counts \"1 GB\"", "(items[1].schedule)"),
        case("a bad currency", with("USD", "dollars"), "a code of ISO 4217 such as USD", "(currency, line 1"),
        case("a bad offer", with("MS-AZR-0062P", "pay as you go"), "a durable id such as MS-AZR-0003P", "(offer, line 1"),
        case("too many digits", with("\"730\",\"unit\":\"1 Hour\",\"count\":3", "\"1e60\",\"count\":\"1e60\""), "the exact result has more digits than can be held", "(items[0].quantity)"),
    ]
}

/// Truth: the number grammar and the shapes of rating.md section 5 and azure-apis.md section 1.3.
#[test]
fn bad_rate_cards_are_refused_by_name_and_place() {
    let mut cases = on_the_way(CARD);
    cases.extend(numbers(CARD, "0.192", "(Meters[1].MeterRates"));
    cases.extend(bad_cards());
    check(&IMPORT_CARD, CARD, &cases);
    check(&RATE_CARD, CARD, &cases);
}

/// Truth: the envelope and the practical key of azure-apis.md section 3.
#[test]
fn bad_retail_pages_are_refused_by_name_and_place() {
    let mut cases = on_the_way(RETAIL);
    cases.extend(numbers(RETAIL, "0.087", "(Items[1]"));
    cases.extend(bad_retail_pages());
    check(&IMPORT_RETAIL, RETAIL, &cases);
}

/// Truth: the row of azure-apis.md section 1.2.
#[test]
fn bad_usage_is_refused_by_name_and_place() {
    let mut cases = on_the_way(USAGE);
    cases.extend(numbers(USAGE, "2E-06", "(value[1].properties"));
    cases.extend(bad_usage());
    check(&IMPORT_USAGE, USAGE, &cases);
    check(&RATE_USAGE, USAGE, &cases);
    check(&IMPORT_USAGE, &lines(), &bad_lines());
    check(&RATE_USAGE, &lines(), &bad_lines());
}

/// Truth: rows of somebody else are refused on import only; rating them is no mistake.
#[test]
fn usage_of_another_subscription_is_not_imported() {
    const SAYS: &str = "the row belongs to subscription 99999999-2222-3333-4444-555555555555, not to 11111111-";
    let other = SUBSCRIPTION.replace('1', "9");
    let page = case("page", changed(USAGE, SUBSCRIPTION, &other), SAYS, "(value[1].properties.subscriptionId)");
    let line = case("line", changed(&lines(), SUBSCRIPTION, &other), SAYS, "(properties.subscriptionId, line 2)");
    check(&IMPORT_USAGE, USAGE, &[page, line]);
    let folder = prepared();
    fs::write(folder.path().join("both.json"), changed(USAGE, SUBSCRIPTION, &other)).unwrap();
    assert_eq!(RATE_USAGE.run(folder.path(), "both.json").code, 0);
}

/// Truth: the workload of cli.md.
#[test]
fn bad_workloads_are_refused_by_name_and_place() {
    let mut cases = on_the_way(WORKLOAD);
    cases.extend(numbers(WORKLOAD, "\"100\"", "(items[1]"));
    // A quantity may be left out, so null is none: the item is then told to lack one.
    cases.retain(|case| case.says != "expected a number, found null");
    cases.extend(bad_workloads());
    check(&ESTIMATE, WORKLOAD, &cases);
}
