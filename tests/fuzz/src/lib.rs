//! What the fuzz targets have in common: a small price list, and the questions that are asked of any.

use std::sync::LazyLock;

use shared::azure::ratecard::{self, CardRequest};
use shared::ratebook::compact::CompactBook;
use shared::ratebook::format::{self, OpenBook};
use shared::search::{Filter, SearchIndex, Searcher};

/// A rate card with tiers, an included quantity, a block of many, a price without region, and two dates of one meter.
pub const CARD: &str = r#"{
 "Currency": "EUR", "Locale": "en-US", "IsTaxIncluded": false, "MeterRegion": "",
 "OfferTerms": [{"Name": "Monetary Credit", "Credit": 150.0, "ExcludedMeterIds": ["00000000-0000-4000-8000-000000000003"], "EffectiveDate": "2014-08-01T00:00:00Z"}],
 "Meters": [
  {"MeterId": "00000000-0000-4000-8000-000000000001", "MeterName": "D4s v5", "MeterCategory": "Virtual Machines", "MeterSubCategory": "Dsv5 Series", "Unit": "1 Hour", "MeterTags": [], "MeterRegion": "EU West", "MeterRates": {"0": 0.23}, "EffectiveDate": "2023-05-01T00:00:00Z", "IncludedQuantity": 0.0},
  {"MeterId": "00000000-0000-4000-8000-000000000002", "MeterName": "Data Transfer Out", "MeterCategory": "Bandwidth", "MeterSubCategory": "", "Unit": "GB", "MeterTags": [], "MeterRegion": "Zone 1", "MeterRates": {"0": 0.0, "5": 0.087, "10240": 0.083, "51200": 0.07}, "EffectiveDate": "2014-11-01T00:00:00Z", "IncludedQuantity": 5.0},
  {"MeterId": "00000000-0000-4000-8000-000000000003", "MeterName": "Hot LRS Data Stored", "MeterCategory": "Storage", "MeterSubCategory": "Tiered Block Blob", "Unit": "1 GB/Month", "MeterTags": ["Third Party"], "MeterRegion": "US East", "MeterRates": {"0": 0.0208, "51200": 0.02}, "EffectiveDate": "2019-02-01T00:00:00Z", "IncludedQuantity": 0.0},
  {"MeterId": "00000000-0000-4000-8000-000000000004", "MeterName": "Read Operations", "MeterCategory": "Storage", "MeterSubCategory": "Tables", "Unit": "10K", "MeterTags": [], "MeterRegion": "", "MeterRates": {"0": 0.00036, "1000000000": 0.0003}, "EffectiveDate": "2020-02-01T00:00:00Z", "IncludedQuantity": 0.0},
  {"MeterId": "00000000-0000-4000-8000-000000000005", "MeterName": "D4s v5 Low Priority", "MeterCategory": "Virtual Machines", "MeterSubCategory": "Dsv5 Series Windows", "Unit": "1 Hour", "MeterTags": [], "MeterRegion": "EU West", "MeterRates": {"0": 0.046}, "EffectiveDate": "2026-05-01T00:00:00Z", "IncludedQuantity": 0.0}
 ]
}"#;

/// The card as a rate book, and its index.
pub static BOOK: LazyLock<(OpenBook, SearchIndex)> = LazyLock::new(|| {
    let request = CardRequest { offer: None, currency: None, region_info: String::new() };
    let (book, _) = ratecard::decode(CARD.as_bytes(), &request).expect("the card of the fuzz targets is a card");
    let open = format::open(&format::to_bytes(&book)).expect("what was written opens");
    let index = SearchIndex::new(&open.book);
    (open, index)
});

/// Searches and prices what opened: nothing in it may break a reader.
pub fn ask(book: &CompactBook) {
    let columns = book.columns();
    let mut searcher = Searcher::new(columns);
    for text in ["d", "d4s v5", "hot lrs", "westeurope"] {
        let answer = searcher.ask(columns, text, &Filter::default(), 20);
        assert!(answer.cells.len() <= answer.count.min(20));
        for cell in answer.cells {
            let (price, item) = (columns.price[cell as usize], &columns.items[columns.item_of(cell as usize)]);
            let _ = columns.prices.table(price).cost(shared::decimal::Decimal::from(1_234_567u32));
            let _ = (columns.prices.included(price), columns.texts.names.get(item.name), columns.kind(item));
        }
    }
}
