//! From the bytes of pages to sums by tag and day: the fast way and the slow way, on the texts of the dice.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::agreement::{CASES, Dice, file_by_general_parser, text};
use super::*;
use crate::meter::{Meter, Tier, TierTable, sample};
use crate::period::{BillingAnchor, parse_timestamp};
use crate::ratebook::format::{BookId, OpenBook, to_bytes};
use crate::ratebook::{RateBook, Source, sample_header};
use crate::rating::proration::ProratedSlice;
use crate::rating::{self, Account, BillingCalendar};
use crate::rollup::{self, Rollup};
use crate::spend::{self, Bucket, GroupBy};

/// One meter of three tiers with free units, whose price changes while it is used. The other meter has no price.
fn book() -> OpenBook {
    let header = sample_header(Source::RateCard);
    let price = |from: &str, prices: [i128; 3]| {
        let tiers = [0, 700, 2_000].into_iter().zip(prices);
        let tiers = tiers.map(|(from, price)| Tier { from: Decimal::from(from), unit_price: Decimal::new(price, 7) });
        Meter {
            included_quantity: Decimal::new(25, 1),
            effective_at: parse_timestamp(from).unwrap(),
            tiers: Arc::new(TierTable::new(tiers.collect()).unwrap()),
            ..sample()
        }
    };
    let prices =
        vec![price("2020-01-01T00:00:00Z", [15_000_001, 7, 33]), price("2026-11-02T00:00:00Z", [3, 12_345_678, 1])];
    let book = RateBook::new(header, prices).unwrap().0;
    OpenBook { id: BookId::of(&to_bytes(&book)), book }
}

/// What nobody rates by is not in columns.
fn rated_fields(row: &UsageAggregate) -> UsageAggregate {
    let nothing: Arc<str> = "".into();
    UsageAggregate {
        meter_name: nothing.clone(),
        meter_category: nothing.clone(),
        meter_sub_category: nothing.clone(),
        meter_region: nothing.clone(),
        unit: nothing,
        // A row with a resource is told apart by it alone.
        info_fields: if row.resource.is_some() { None } else { row.info_fields.clone() },
        ..row.clone()
    }
}

/// Gives the text in pieces of a few bytes.
fn pieces_of(text: &[u8]) -> impl FnMut(&mut [u8]) -> Result<usize, TestCaseError> {
    let mut left = text;
    move |room| {
        let came = room.len().min(left.len()).min(7);
        room[..came].copy_from_slice(&left[..came]);
        left = &left[came..];
        Ok(came)
    }
}

/// Decodes, rates and groups both ways. Returns how many rows were in it and whether columns did all of it.
fn check(texts: &[Vec<u8>], open: &OpenBook, anchor: u8) -> Result<(usize, bool), TestCaseError> {
    let (mut decoder, mut pieced, mut rows) = (ColumnDecoder::default(), ColumnDecoder::default(), Vec::new());
    for text in texts {
        let ours = decoder.file(text);
        let in_pieces = pieced.pieces(pieces_of(text))?.map_or_else(|| pieced.file(text), Ok);
        prop_assert_eq!(&in_pieces, &ours, "in pieces: {}", String::from_utf8_lossy(text));
        let theirs = file_by_general_parser(text).map(|page| {
            let answer = ColumnPage { rows: page.rows.len(), next_link: page.next_link, warnings: page.warnings };
            rows.extend(page.rows);
            answer
        });
        prop_assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(text));
    }
    let usage = decoder.finish();
    prop_assert_eq!(pieced.finish().rows(), usage.rows());
    let read: Vec<_> = usage.rows().unwrap_or_default().iter().map(rated_fields).collect();
    prop_assert_eq!(&read, &rows.iter().map(rated_fields).collect::<Vec<_>>());

    let calendar = BillingCalendar { periods: Vec::new(), anchor: BillingAnchor::new(anchor).unwrap() };
    let account = |_| Account { calendar: calendar.clone(), ..Account::default() };
    let ours = rollup::by_tag_and_day(&usage, open, account, "costCenter");
    let rating = match rating::rate(&rows, open, account) {
        Ok(rating) => rating,
        Err(error) => {
            prop_assert_eq!(ours, Err(error.into()));
            return Ok((rows.len(), false));
        }
    };
    let Rollup { rows: sums, periods, replaced, .. } = match ours {
        Ok(rollup) => rollup,
        Err(error) => return Err(TestCaseError::fail(format!("{error} where rows were rated"))),
    };
    // An amount of a row may be too long to be shared to 28 digits; its exact cost is not touched by that.
    let exact: Vec<_> = rating.slices.iter().map(|slice| ProratedSlice { slice: *slice, invoice_cost: None }).collect();
    let expected = spend::group(&exact, &GroupBy::Tag("costCenter".into()), Bucket::Day);
    let expected = expected.map(|rows| {
        let told = |row: spend::SpendRow| {
            (row.bucket.unwrap_or_default(), row.group, row.cost.to_string(), row.rows, row.unpriced_rows)
        };
        rows.into_iter().map(told).collect::<Vec<_>>()
    });
    let told =
        |row: rollup::TagDay| (row.day.to_string(), row.value, row.cost.to_string(), row.rows, row.unpriced_rows);
    prop_assert_eq!(expected, Ok(sums.into_iter().map(told).collect()));
    let digits = |cost: Decimal, quantity: Decimal| format!("{cost} {quantity}");
    let ours: Vec<_> = (periods.iter())
        .map(|of| {
            let unpriced = of.unpriced.as_ref().map(|part| (part.quantity.to_string(), part.reason));
            (of.meter_id, digits(of.known_cost, of.quantity), unpriced)
        })
        .collect();
    let theirs: Vec<_> = (rating.charges.iter())
        .map(|of| {
            let unpriced = of.reason.map(|reason| (of.unpriced_quantity.to_string(), reason));
            (of.meter_id, digits(of.known_cost, of.quantity), unpriced)
        })
        .collect();
    prop_assert_eq!(ours, theirs);
    prop_assert_eq!(replaced, rows.len() - rating.slices.len());
    Ok((rows.len(), usage.aside.is_empty()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_sum_the_same_digits(seed in any::<u64>(), anchor in 1u8..=31) {
        let mut dice = Dice(seed);
        let mut texts: Vec<Vec<u8>> = (0..4).map(|_| text(&mut dice)).collect();
        // A window read again: every row replaces itself.
        texts.push(texts[0].clone());
        check(&texts, &book(), anchor)?;
    }
}

/// Guards the law above: most of its texts are accepted, and both the columns and the way around them are taken.
#[test]
fn the_texts_of_the_dice_take_every_way() {
    let (mut rows, mut accepted, mut in_pieces, mut ways) = (0, 0, 0, BTreeSet::new());
    for seed in 0..400 {
        let texts = [text(&mut Dice(seed * 1_000_003))];
        let read = ColumnDecoder::default().pieces(pieces_of(&texts[0])).unwrap_or_else(|error| panic!("{error}"));
        in_pieces += u32::from(read.is_some_and(|page| page.rows > 1));
        let (read, in_columns) = check(&texts, &book(), 14).unwrap_or_else(|error| panic!("{error}"));
        rows += read;
        accepted += u32::from(read > 0);
        ways.insert(in_columns && read > 0);
    }
    assert!(accepted > 150 && rows > 700 && ways.len() == 2, "{accepted} texts, {rows} rows, {ways:?}");
    assert!(in_pieces > 60, "{in_pieces} pages of several rows were read in pieces");
}
