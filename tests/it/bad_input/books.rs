//! Price sheets and own books, each with one change.

use super::texts::{numbers, on_the_way};
use super::{CARD, Case, OFFER, Reader, case, changed, check};

pub const IMPORT_SHEET: Reader = Reader { arguments: &["import", "pricesheet", "FILE", "--currency", "USD"] };
pub const IMPORT_OWN: Reader = Reader { arguments: &["import", "ownbook", "FILE", "--offer", OFFER] };

const SHEET: &str = r#"{"properties":{"nextLink":null,"download":null,"pricesheets":[
{"billingPeriodId":"subscriptions/x/billingPeriods/201710","meterId":"0E9D0C9B-AB6D-4312-9C7E-3794E22AF9C4",
"meterName":"A1 VM","unitOfMeasure":"100 Hours","includedQuantity":0.0000,"partNumber":"N7H-1","unitPrice":3.1,
"currencyCode":"USD"},
{"billingPeriodId":"subscriptions/x/billingPeriods/20171001","meterId":"1A2B3C4D-0001-4000-8000-000000000002",
"meterName":"Data","unitOfMeasure":"100 GB","includedQuantity":230.4000,"partNumber":"N7H-2","unitPrice":0.35,
"currencyCode":"USD","meterDetails":{"meterCategory":"Bandwidth","meterLocation":"EU West","totalIncludedQuantity":0}}
]}}
"#;

const OWN: &str = r#"{"schema":"forebill.ownbook/1","name":"internal","currency":"USD","rules":[
{"effectiveDate":"2026-01-01","percent":"+5"},
{"group":"research","effectiveDate":"2026-01-01","percent":"-10","category":"Bandwidth"}
],"prices":[
{"meterId":"1a2b3c4d-0001-4000-8000-000000000002","effectiveDate":"2026-02-01","name":"D4s v5","category":"VM",
"unit":"1 Hour","tiers":[{"from":0,"unitPrice":0.2}]},
{"meterId":"ffffffff-0001-4000-8000-000000000003","effectiveDate":"2026-02-01","name":"Backup","category":"Internal",
"unit":"1 GB","includedQuantity":5,"model":"package","packageSize":100,"tiers":[{"from":0,"unitPrice":0.05}]}
]}
"#;

#[rustfmt::skip] // One case per line: a table.
fn bad_sheets() -> Vec<Case> {
    const ROW: &str = "(properties.pricesheets[1]";
    // What tells the second row from the first: its ids, its name and its place.
    const FIRST: &str = "0E9D0C9B-AB6D-4312-9C7E-3794E22AF9C4\",\n\"meterName\":\"Data\",\"unitOfMeasure\":\"100 GB\",\"includedQuantity\":230.4000,\"partNumber\":\"N7H-1\",\"unitPrice\":0.35,\n\"currencyCode\":\"USD\"";
    const SECOND: &str = "1A2B3C4D-0001-4000-8000-000000000002\",\n\"meterName\":\"Data\",\"unitOfMeasure\":\"100 GB\",\"includedQuantity\":230.4000,\"partNumber\":\"N7H-2\",\"unitPrice\":0.35,\n\"currencyCode\":\"USD\",\"meterDetails\":{\"meterCategory\":\"Bandwidth\",\"meterLocation\":\"EU West\",\"totalIncludedQuantity\":0}";
    let with = |from: &str, to: &str| changed(SHEET, from, to);
    vec![
        case("another currency", with("USD", "EUR"), "a price in EUR, asked for was USD", "(properties.pricesheets[1].currencyCode)"),
        case("a currency in words", with("\"USD\"", "\"dollars\""), "a code of ISO 4217 such as USD", "(properties.pricesheets[1].currencyCode, line 7"),
        case("a period without a month", with("20171001", "current"), "does not tell from when the prices hold: say it with --effective DATE", "(properties.pricesheets[1].billingPeriodId)"),
        case("a period in mid-month", with("20171001", "20171014"), "say it with --effective DATE", "(properties.pricesheets[1].billingPeriodId)"),
        case("a month 13", with("20171001", "201713"), "say it with --effective DATE", "(properties.pricesheets[1].billingPeriodId)"),
        case("no period", with("\"billingPeriodId\":\"subscriptions/x/billingPeriods/20171001\",", ""), "say it with --effective DATE", ROW),
        case("a negative price", with("0.35", "-0.35"), "the price -0.35 is below zero", "(properties.pricesheets[1].unitPrice)"),
        case("a negative included quantity", with("230.4000", "-5"), "the included quantity -5 is below zero", "(properties.pricesheets[1].includedQuantity)"),
        case("a bad GUID", with("1A2B3C4D-", "1A2B3C4D"), "not a GUID such as", "(properties.pricesheets[1].meterId, line 5"),
        case("no unit", with("\"unitOfMeasure\":\"100 GB\",", ""), "missing field `unitOfMeasure`", ROW),
        case("a field twice", with("\"partNumber\":\"N7H-2\"", "\"partNumber\":\"N7H-2\",\"partNumber\":\"N7H-3\""), "duplicate field `partNumber`", ROW),
        case("details as text", with(r#"{"meterCategory":"Bandwidth","meterLocation":"EU West","totalIncludedQuantity":0}"#, "\"x\""), "expected an object, found string", "(properties.pricesheets[1].meterDetails, line 7"),
        case("two prices of one part", with(SECOND, FIRST), "has two different prices from 2017-10-01", "(properties.pricesheets)"),
        case("a row as a list", r#"{"properties":{"pricesheets":[[]]}}"#, "expected an object, found a list", "(properties.pricesheets[0], line 1"),
        case("no rows", r#"{"properties":{"pricesheets":[]}}"#, "the sheet holds no price", "(properties.pricesheets)"),
        case("only a link", r#"{"properties":{"pricesheets":[],"download":{"downloadUrl":"x"}}}"#, "only links to a file", "(properties.download)"),
        case("two lists", r#"{"pricesheets":[],"value":[]}"#, "a page has one list of prices", "(value)"),
        case("a rate card", CARD, "no price sheet", "(properties.pricesheets)"),
    ]
}

#[rustfmt::skip] // One case per line: a table.
fn bad_own_books() -> Vec<Case> {
    let with = |from: &str, to: &str| changed(OWN, from, to);
    let rules = |count: usize| vec![r#"{"effectiveDate":"2026-01-01","percent":"1"}"#; count].join(",");
    let many = format!(r#"{{"schema":"forebill.ownbook/1","name":"n","currency":"USD","rules":[{}]}}"#, rules(10_001));
    vec![
        case("a newer schema", with("ownbook/1", "ownbook/2"), "expected forebill.ownbook/1, found forebill.ownbook/2", "(schema)"),
        case("no schema", with("\"schema\":\"forebill.ownbook/1\",", ""), "missing field `schema`", "line 9"),
        case("a mistyped key", with("\"category\":\"Bandwidth\"", "\"categroy\":\"Bandwidth\""), "unknown field `categroy`", "(rules[1].categroy, line 3"),
        case("a mistyped key on top", with("\"rules\"", "\"rule\""), "unknown field `rule`", "(rule, line 1"),
        case("a mistyped key of a tier", with("\"from\"", "\"form\""), "unknown field `form`", "(prices[1].tiers[0].form, line 8"),
        case("an escape as key", with("\"rules\"", "\"\\u001b[31m\\n\""), "unknown field `\u{fffd}[31m\u{fffd}`", "(\u{fffd}"),
        case("a field twice", with("\"percent\":\"-10\"", "\"percent\":\"-10\",\"percent\":\"-11\""), "duplicate field `percent`", "(rules[1], line 3"),
        case("more than everything off", with("-10", "-100.5"), "-100.5 % would take more off a price than it is", "(rules[1].percent, line 3"),
        case("a percent sign", with("-10", "-10%"), "not a decimal number: wrong at character 4", "(rules[1].percent, line 3"),
        case("two signs", with("-10", "+-10"), "a percentage has one sign", "(rules[1].percent, line 3"),
        case("a percentage as a number", with("\"-10\"", "-10"), "expected a string, found integer `-10`", "(rules[1].percent, line 3"),
        case("a day that is none", with("2026-02-01", "2026-02-30"), "not a day such as 2026-11-01", "(prices[1].effectiveDate, line 7"),
        case("a time of day", with("2026-02-01", "2026-02-01T12:00:00Z"), "not a day such as 2026-11-01", "(prices[1].effectiveDate, line 7"),
        case("the same rule twice", with("\"group\":\"research\",\"effectiveDate\":\"2026-01-01\",\"percent\":\"-10\",\"category\":\"Bandwidth\"", "\"effectiveDate\":\"2026-01-01\",\"percent\":\"-10\""), "a second rule for all meters from the same date, after rules[0]", "(rules[1])"),
        case("the same price twice", with("ffffffff-0001-4000-8000-000000000003", "1a2b3c4d-0001-4000-8000-000000000002"), "a second price of meter 1a2b3c4d-0001-4000-8000-000000000002 from the same date, after prices[0]", "(prices[1])"),
        case("an empty filter", with("\"category\":\"Bandwidth\"", "\"meterIds\":[]"), "leave meterIds out to mean all of them", "(rules[1].meterIds)"),
        case("an empty group", with("research", " "), "the text is empty", "(rules[1].group)"),
        case("an escape as name", with("\"internal\"", "\"\\u001b[31m\""), "the text has control characters", "(name)"),
        case("a long name", with("\"internal\"", &format!("\"{}\"", "x".repeat(101))), "the text has 101 characters, at most 100 are accepted", "(name)"),
        case("an unknown model", with("\"package\"", "\"flat\""), "unknown variant `flat`", "(prices[1].model"),
        case("a package without a size", with("\"packageSize\":100,", ""), "a package without its size", "(prices[1].packageSize)"),
        case("an empty package", with("\"packageSize\":100", "\"packageSize\":0"), "a package of 0 units", "(prices[1].tiers)"),
        case("a size without packages", with("\"model\":\"package\",", ""), "a size is for the model package only", "(prices[1].packageSize)"),
        case("packages with tiers", with("[{\"from\":0,", "[{\"from\":5,\"unitPrice\":1},{\"from\":0,"), "2 tiers for packages, which have one price", "(prices[1].tiers)"),
        case("no tiers", with("[{\"from\":0,\"unitPrice\":0.05}]", "[]"), "no tier starts at 0", "(prices[1].tiers)"),
        case("a negative price", with("0.05", "-0.05"), "the price -0.05 is below zero", "(prices[1].tiers)"),
        case("a negative included quantity", with("\"includedQuantity\":5", "\"includedQuantity\":-5"), "the included quantity -5 is below zero", "(prices[1].includedQuantity)"),
        case("a base that is no id", with("\"rules\"", "\"base\":\"latest\",\"rules\""), "sha256: and 64 hexadecimal digits", "(base, line 1"),
        case("neither rules nor prices", r#"{"schema":"forebill.ownbook/1","name":"n","currency":"USD"}"#, "neither rules nor prices", "(rules)"),
        case("10,001 rules", many, "10001 rules, at most 10000 are accepted", "(rules)"),
        case("rules an object", r#"{"schema":"forebill.ownbook/1","name":"n","currency":"USD","rules":{}}"#, "expected a list, found an object", "(rules, line 1"),
    ]
}

/// Truth: the rows of the recorded page of October 2017, and azure-apis.md quirk 33.
#[test]
fn bad_price_sheets_are_refused_by_name_and_place() {
    let mut cases = on_the_way(SHEET);
    cases.extend(numbers(SHEET, "0.35", "(properties.pricesheets[1]"));
    cases.extend(bad_sheets());
    check(&IMPORT_SHEET, SHEET, &cases);
}

/// Truth: the file as `shared::ownbook` documents it.
#[test]
fn bad_own_books_are_refused_by_name_and_place() {
    let mut cases = on_the_way(OWN);
    cases.extend(numbers(OWN, "0.05", "(prices[1]"));
    cases.extend(bad_own_books());
    check(&IMPORT_OWN, OWN, &cases);
}
