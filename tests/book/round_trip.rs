//! A real list that is written and opened is the same list.

use std::collections::BTreeMap;
use std::io::Read as _;

use shared::azure::{ratecard, retail};
use shared::ratebook::compact::{CompactBook, write};
use shared::ratebook::{RateBook, format};

use crate::recorded;

const CARD: &str = "azure/ratecard/ratecard-MS-AZR-0062P-USD-en-US-2020-12-10.json.zst";
const PAGES: &str = "azure/retail-prices/vm-28-regions-raw-pages-2024-02.tar.zst";
const MORE_PAGES: [&str; 3] = ["germanywestcentral-1", "germanywestcentral-2", "all-services-first-1000-items-2024-08"];

/// The recorded card of 78,189 meters.
pub fn card() -> Option<RateBook> {
    let request = ratecard::CardRequest { offer: None, currency: None, region_info: String::new() };
    Some(ratecard::decode(&recorded::bytes(CARD)?, &request).unwrap().0)
}

/// The recorded pages of 28 regions, and one of all services.
pub fn pages() -> Option<RateBook> {
    let tar = recorded::bytes(PAGES)?;
    let mut pages = BTreeMap::new();
    for entry in tar::Archive::new(&tar[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            pages.insert(entry.path().unwrap().into_owned(), retail::decode_page(&bytes).unwrap());
        }
    }
    let mut pages: Vec<_> = pages.into_values().collect();
    for name in MORE_PAGES {
        let bytes = recorded::bytes(&format!("azure/retail-prices/{name}.json.gz"))?;
        pages.push(retail::decode_page(&bytes).unwrap());
    }
    Some(retail::book(pages).unwrap().0)
}

/// The JSON form is the second opinion.
#[track_caller]
fn check(book: &RateBook) -> CompactBook {
    let written = write(book).unwrap();
    let opened = CompactBook::open(&written.prices).unwrap();
    let read = opened.to_book(&written.ids).unwrap();
    assert!(read.meters() == book.meters(), "some meter is another");
    assert_eq!(read.header(), book.header());
    let json = format::to_bytes(book);
    assert!(format::to_bytes(&read) == json, "the JSON forms differ");
    assert!(write(&format::open(&json).unwrap().book).unwrap() == written, "the same book in other bytes");
    assert!(opened.to_bytes().unwrap() == written.prices, "another form of the same columns");
    opened
}

/// Truth: the counts of the recorded card, by its README; and its size, which must not creep up.
#[test]
fn the_real_card_comes_back_whole() {
    let Some(book) = card() else { return };
    let opened = check(&book);
    assert_eq!((opened.columns().cells(), opened.columns().texts.regions.len()), (78_189, 69));
    // Packed by brotli it is a quarter of that; the benchmark prints it.
    let bytes = opened.to_bytes().unwrap().len();
    assert!(bytes <= 400_000, "{bytes} bytes");
}

#[test]
fn the_real_retail_pages_come_back_whole() {
    let Some(book) = pages() else { return };
    check(&book);
}
