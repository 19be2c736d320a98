//! A book that is written and opened is the same book; the JSON form is the second opinion.

use proptest::prelude::*;

use super::given::books;
use crate::ratebook::RateBook;
use crate::ratebook::compact::{CompactBook, Whole, of_book, write};
use crate::ratebook::format;

fn check(book: &RateBook) -> Result<(), TestCaseError> {
    let written = write(book).unwrap();
    let opened = CompactBook::open(&written.prices).unwrap();
    let Whole { book: read, columns, places } = opened.clone().whole(&written.ids).unwrap();
    let json = format::open(&format::to_bytes(book)).unwrap().book;
    prop_assert_eq!(read.header(), json.header());
    prop_assert_eq!(read.meters(), json.meters());
    prop_assert_eq!(format::to_bytes(&read), format::to_bytes(book));
    prop_assert_eq!(opened.to_bytes().unwrap(), written.prices);
    prop_assert_eq!(write(&json).unwrap(), write(&read).unwrap());
    prop_assert!((columns, places) == of_book::columns(&json), "other columns than those of the book");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_the_order_of_rows_means_nothing((book, turned) in books()) {
        check(&book)?;
        prop_assert_eq!(write(&book).unwrap(), write(&turned).unwrap());
    }
}

/// What a cell says by itself is what the row of the book says.
#[test]
fn a_cell_answers_like_its_row() {
    let book = super::given::book();
    let written = write(&book).unwrap();
    let opened = CompactBook::open(&written.prices).unwrap();
    let (columns, places) = of_book::columns(&book);
    assert_eq!(opened.columns(), &columns);
    for (cell, place) in places.iter().enumerate() {
        let meter = &book.meters()[*place as usize];
        let item = &columns.items[columns.item_of(cell)];
        assert!(columns.cells_of(columns.item_of(cell)).contains(&cell));
        assert_eq!(columns.texts.names.get(item.name), &*meter.name);
        assert_eq!(columns.texts.regions.get(columns.region[cell]), &*meter.region);
        assert_eq!(columns.kind(item), meter.kind);
        assert_eq!((columns.effective_at(cell), columns.ends_at(cell)), (meter.effective_at, meter.ends_at));
        let price = columns.price[cell];
        assert_eq!(columns.prices.table(price), meter.tiers);
        assert_eq!(columns.prices.first_charged(price), meter.tiers.first_charged_price());
        assert_eq!(columns.prices.included(price), meter.included_quantity);
        assert_eq!(columns.prices.tiers(price), meter.tiers.tiers().len());
        let alike = |other: &&crate::meter::Meter| {
            (other.id, &other.kind, &other.region, &other.sku) == (meter.id, &meter.kind, &meter.region, &meter.sku)
        };
        let newer = book.meters().iter().filter(alike).any(|other| other.effective_at > meter.effective_at);
        assert_eq!(columns.is_superseded(cell), newer);
    }
}
