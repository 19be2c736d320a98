//! Unit texts as they are in the world: the open list of the FinOps toolkit, a real rate card, real price sheets.
//!
//! The recorded files lie beside the checkout. Without them the same laws hold on generated texts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shared::decimal::Decimal;
use shared::quantity::{Mismatch, PricingUnit};

use crate::support::recorded;

const LIST: &str = "finops-toolkit/PricingUnits.csv";
const CARD: &str = "azure/ratecard/ratecard-MS-AZR-0062P-USD-en-US-2020-12-10.json.zst";
const SHEET: &str = "azure/usage/ea-pricesheet-page1-201710.json";

/// The list gives this one a block of 1, though its text says 10,000 as that of its neighbours does.
const FAULTY: (&str, &str) = ("10000s", "10000");

/// One row of the list, or one made like it.
struct Row {
    text: String,
    block: String,
    distinct: String,
}

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Every row of the list; without it, every pattern of the list on units that need no list.
fn rows() -> Vec<Row> {
    let Some(bytes) = recorded::bytes(LIST) else { return generated() };
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let mut reader = csv::Reader::from_reader(text);
    assert_eq!(
        reader.headers().unwrap(),
        ["UnitOfMeasure", "AccountTypes", "PricingBlockSize", "DistinctUnits"].as_slice()
    );
    let rows: Vec<Row> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            Row { text: record[0].to_owned(), block: record[2].to_owned(), distinct: record[3].to_owned() }
        })
        .collect();
    assert_eq!(rows.len(), 383, "the list is another one than it was");
    rows
}

fn generated() -> Vec<Row> {
    let things =
        [("Hour", "Hours"), ("Hours", "Hours"), ("GB", "GB"), ("GB Second", "GB Seconds"), ("/Day", "Units/Day")];
    let blocks = [("1", "1"), ("10", "10"), ("744", "744"), ("10000", "10000"), ("100000000", "100000000")];
    let mut rows = vec![Row { text: FAULTY.0.into(), block: "1".into(), distinct: "Transactions".into() }];
    for (thing, distinct) in things {
        for (text, block) in blocks {
            rows.push(Row { text: format!("{text} {thing}"), block: block.into(), distinct: distinct.into() });
        }
    }
    rows
}

#[test]
fn every_row_of_the_list_is_read_as_the_list_reads_it() {
    let mut others = Vec::new();
    let mut corrected = 0;
    for row in rows() {
        let unit = PricingUnit::parse(&row.text);
        let expect = if row.text == FAULTY.0 {
            corrected += 1;
            assert_eq!(row.block, "1", "the list has been corrected: drop the exception");
            FAULTY.1
        } else {
            row.block.as_str()
        };
        if (unit.block, unit.distinct_unit()) != (number(expect), row.distinct.as_str()) {
            others.push(format!(
                "{:?}: {} {}, not {} {}",
                row.text,
                unit.block,
                unit.distinct_unit(),
                expect,
                row.distinct
            ));
        }
    }
    assert_eq!((others, corrected), (Vec::<String>::new(), 1));
}

/// What one list calls the same is the same, whatever its texts: a block of one is that many of the other.
#[test]
fn rows_with_one_name_convert_by_their_blocks() {
    let mut by_name: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows().into_iter().filter(|row| row.text != FAULTY.0) {
        by_name.entry(row.distinct.clone()).or_default().push(row);
    }
    let quantity = number("744");
    for (from, to) in
        by_name.values().flat_map(|rows| rows.iter().flat_map(|from| rows.iter().map(move |to| (from, to))))
    {
        let product = quantity.times(number(&from.block)).unwrap();
        let converted = PricingUnit::parse(&from.text).convert(quantity, &PricingUnit::parse(&to.text));
        match converted.unwrap_or_else(|| panic!("{:?} → {:?}", from.text, to.text)) {
            Ok(converted) => {
                assert_eq!(converted.times(number(&to.block)).unwrap(), product, "{:?} → {:?}", from.text, to.text)
            }
            Err(_) => {
                let rounded = product.divided_rounded(number(&to.block), 20).unwrap();
                assert!(rounded.times(number(&to.block)).unwrap() != product, "{:?} → {:?}", from.text, to.text);
            }
        }
    }
}

/// The unit texts that the notes on Azure's interfaces found in recorded answers, with block and name.
const SEEN: [(&str, &str, &str); 15] = [
    ("1 Hour", "1", "Hours"),
    ("Hours", "1", "Hours"),
    ("1/Hour", "1", "Units/Hour"),
    ("10K", "10000", "Units"),
    ("10,000s", "10000", "Transactions"),
    ("1,000,000s", "1000000", "Transactions"),
    ("1M Queries", "1000000", "Queries"),
    ("100 Seconds", "100", "Seconds"),
    ("1 GB Second", "1", "GB Seconds"),
    ("1 GiB Hour", "1", "GiB Hours"),
    ("5/Month", "5", "Units/Month"),
    ("10 Hours", "10", "Hours"),
    ("1 Days", "1", "Days"),
    ("100000000 Operations", "100000000", "Operations"),
    ("1 時間", "1", "Hours"),
];

#[test]
fn every_unit_seen_in_a_recorded_answer_is_read() {
    for (text, block, distinct) in SEEN {
        let unit = PricingUnit::parse(text);
        assert_eq!((unit.block, unit.distinct_unit()), (number(block), distinct), "{text}");
    }
}

/// Texts of the real rate card; without it, those seen.
fn card_units() -> BTreeSet<String> {
    let Some(bytes) = recorded::bytes(CARD) else { return SEEN.iter().map(|(text, ..)| (*text).to_owned()).collect() };
    let card: Value = serde_json::from_slice(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes)).unwrap();
    let units: BTreeSet<String> =
        card["Meters"].as_array().unwrap().iter().map(|meter| meter["Unit"].as_str().unwrap().to_owned()).collect();
    assert_eq!(units.len(), 41, "another card than it was: {units:?}");
    units
}

#[test]
fn every_unit_of_the_real_card_has_a_block_and_a_name_of_the_list() {
    let list = rows();
    let mut not_listed = Vec::new();
    for text in card_units() {
        let unit = PricingUnit::parse(&text);
        assert!(unit.block > Decimal::ZERO, "{text}");
        match list.iter().find(|row| row.text == text) {
            Some(row) => {
                assert_eq!((unit.block, unit.distinct_unit()), (number(&row.block), row.distinct.as_str()), "{text}")
            }
            None => not_listed.push((text, unit.to_string())),
        }
    }
    if recorded::path(CARD).is_some() && recorded::path(LIST).is_some() {
        assert_eq!(not_listed, [("5/Month".to_owned(), "5 Units/Month".to_owned())]);
    }
}

/// Pairs of units that one meter has in a price sheet of 2017 and in the rate card of 2020.
fn sheet_and_card() -> BTreeSet<(String, String)> {
    let (Some(sheet), Some(card)) = (recorded::bytes(SHEET), recorded::bytes(CARD)) else {
        let pair = |sheet: &str, card: &str| (sheet.to_owned(), card.to_owned());
        return [pair("10 Days", "1/Day"), pair("100 GB", "1 GB/Month"), pair("1000 Transactions", "1K")].into();
    };
    let card: Value = serde_json::from_slice(card.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&card)).unwrap();
    let sheet: Value = serde_json::from_slice(&sheet).unwrap();
    let id = |value: &Value| value.as_str().unwrap().to_lowercase();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let units: BTreeMap<String, String> =
        card["Meters"].as_array().unwrap().iter().map(|meter| (id(&meter["MeterId"]), text(&meter["Unit"]))).collect();
    let rows = sheet["properties"]["pricesheets"].as_array().unwrap();
    let pairs =
        rows.iter().filter_map(|row| Some((text(&row["unitOfMeasure"]), units.get(&id(&row["meterId"]))?.clone())));
    let pairs: BTreeSet<(String, String)> = pairs.collect();
    assert_eq!(pairs.len(), 36, "another sheet than it was: {pairs:?}");
    pairs
}

/// Meters whose counting changed between sheet and card: what 24 of the sheet's are, or why they are nothing.
const RECOUNTED: [(&str, &str, Result<&str, Mismatch>); 7] = [
    ("1 Hour", "1 Day", Ok("1")),
    ("1 Hours", "1/Day", Ok("1")),
    ("1 Daily Connection", "1/Month", Err(Mismatch::NoFixedLength)),
    ("1 Daily Connections", "1/Month", Err(Mismatch::NoFixedLength)),
    ("1 Daily Unit", "1/Month", Err(Mismatch::NoFixedLength)),
    ("1 Hourly Connection", "1/Month", Err(Mismatch::NoFixedLength)),
    // Minutes of a film, counted in pieces.
    ("100 Minutes", "1", Err(Mismatch::DifferentThings)),
];

/// A sheet says `10 Days` where the card says `1/Day`, and `100 Core Hours` for `1 Hour`: the id of the meter proves
/// that they count the same, and the numbers in front are all that differs.
#[test]
fn one_meter_converts_from_its_sheet_to_its_card() {
    let pairs = sheet_and_card();
    for (sheet, card) in &pairs {
        let (from, to) = (PricingUnit::parse(sheet), PricingUnit::parse(card));
        let recounted = RECOUNTED.iter().find(|(one, other, _)| (one, other) == (&sheet.as_str(), &card.as_str()));
        let found = match from.mismatch(&to) {
            None => Ok(from.convert(number("24"), &to).unwrap().unwrap()),
            Some(reason) => Err(reason),
        };
        let expect = match recounted {
            Some((_, _, expect)) => expect.map(number),
            None => {
                Ok(number("24").times(first_number(sheet)).unwrap().divided_rounded(first_number(card), 10).unwrap())
            }
        };
        assert_eq!(found, expect, "{sheet} → {card}");
    }
    if recorded::path(SHEET).is_some() && recorded::path(CARD).is_some() {
        for (sheet, card, _) in RECOUNTED {
            assert!(pairs.contains(&(sheet.to_owned(), card.to_owned())), "{sheet} → {card} is in no recorded answer");
        }
    }
}

/// Another reading than the parser's, enough for sheets and cards: digits, then maybe a letter.
fn first_number(text: &str) -> Decimal {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let zeros = match &text[digits.len()..] {
        "K" => "000",
        "M" => "000000",
        _ => "",
    };
    number(&format!("{digits}{zeros}"))
}
