//! A book answers the same from either form: searched, read by line, priced and compared, to the byte.

use jiff::Timestamp;
use shared::compare::{Candidate, Regions, compare};
use shared::estimate::line::Line;
use shared::estimate::{Options, estimate, workload};
use shared::ratebook::compact::{self, Whole, write};
use shared::ratebook::format::{self, OpenBook};
use shared::ratebook::{RateBook, Source};
use shared::search::SearchIndex;

use crate::retail;
use crate::round_trip::{card, pages};

const TYPED: [&str; 12] = [
    "d4s v5 westeurope",
    "hot lrs data stored",
    "data transfer out zone 1",
    "egress",
    "sql vcore",
    "d2s v3 spot",
    "2x d4s v5 linux westeurope 12h weekdays",
    "400 GB zrs hot blob",
    "premium ssd p30",
    "reservation 3 years",
    "zzzz qqqq",
    "",
];

fn json_of(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

fn answers(open: &OpenBook, index: &SearchIndex) -> Vec<String> {
    let at: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let mut all = Vec::new();
    for text in TYPED {
        let found = index.search_at(&open.book, text, None, 30, at);
        all.push(json_of(&found));
        all.push(format!("{:?}", Line::read(text, |word| index.knows(&open.book, word))));
        let items: Vec<_> = (found.hits.iter().step_by(7))
            .map(|hit| serde_json::json!({"meterId": hit.meter_id, "quantity": "1234.56789", "count": 3}))
            .collect();
        if items.is_empty() {
            continue;
        }
        let text = serde_json::json!({"schema": "forebill.workload/1", "items": items}).to_string();
        let workload = workload::decode(text.as_bytes()).unwrap();
        for region in [None, Some("northeurope")] {
            let options = Options { region, at, commitment: None, beside: &[] };
            all.push(json_of(&estimate(&workload, open, index, &options).unwrap()));
        }
        let candidate = Candidate { open, index, at, commitment: None, beside: &[] };
        let regions = Regions::Named(vec!["westeurope".into(), "eastus".into()]);
        all.push(json_of(&compare(&workload, &[candidate], &regions, true).unwrap()));
    }
    all
}

#[track_caller]
fn check(book: RateBook, source: Source) {
    assert_eq!(book.header().source, source);
    let written = write(&book).unwrap();
    let json = format::open(&format::to_bytes(&book)).unwrap();
    let Whole { book, columns, places } = compact::open(&written.prices, &written.ids).unwrap();
    let compact = OpenBook { id: json.id.clone(), book };
    assert!(compact.is_of_its_id());
    let ours = answers(&compact, &SearchIndex::over(columns, places));
    let theirs = answers(&json, &SearchIndex::when_asked());
    // Two of each text, and three of each that finds something.
    assert!(ours.len() >= 30, "{} answers", ours.len());
    ours.iter().zip(&theirs).for_each(|(ours, theirs)| assert_eq!(ours, theirs));
    let other = OpenBook { id: format::BookId::of(b"another"), ..compact };
    assert!(!other.is_of_its_id());
}

#[test]
fn the_generated_list_answers_the_same() {
    check(retail::generated(60_000).0, Source::Retail);
}

#[test]
fn the_real_card_answers_the_same() {
    let Some(book) = card() else { return };
    check(book, Source::RateCard);
}

#[test]
fn the_real_retail_pages_answer_the_same() {
    let Some(book) = pages() else { return };
    check(book, Source::Retail);
}
