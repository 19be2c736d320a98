//! Whatever somebody types is searched for and read as a line; the places of its words are pieces of the text, in order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::estimate::line::Line;
use shared::quantity::PricingUnit;

fuzz_target!(|text: &str| {
    let (open, index) = &*fuzz::BOOK;
    let found = index.search(&open.book, text, None, 20);
    assert!(found.hits.len() <= found.total.min(20));
    let line = Line::read(text, |word| index.knows(&open.book, word));
    let mut end = 0;
    for part in &line.parts {
        assert!(part.place.start >= end && !text[part.place.clone()].is_empty());
        end = part.place.end;
    }
    let _ = PricingUnit::parse(text);
});
