//! Any bytes are a rate book, or a rate card, or are refused. What opens is the same in both of its forms.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::azure::ratecard::{self, CardRequest};
use shared::ratebook::RateBook;
use shared::ratebook::compact::{self, CompactBook};
use shared::ratebook::format;

fn check(book: &RateBook) {
    let json = format::to_bytes(book);
    assert_eq!(format::to_bytes(&format::open(&json).expect("what was written opens").book), json);
    if let Ok(written) = compact::write(book) {
        let opened = CompactBook::open(&written.prices).expect("what was written opens");
        let read = opened.to_book(&written.ids).expect("its ids are its own");
        assert_eq!(format::to_bytes(&read), json, "the two forms are not one book");
        fuzz::ask(&opened);
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(open) = format::open(bytes) {
        check(&open.book);
    }
    let request = CardRequest { offer: None, currency: None, region_info: String::new() };
    if let Ok((book, _)) = ratecard::decode(bytes, &request) {
        check(&book);
    }
});
