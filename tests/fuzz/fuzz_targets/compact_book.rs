//! Any bytes are a compact book or are refused. What opens has one form, can be asked, and is a whole book with its ids.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::ratebook::compact::{CompactBook, MeterIds};

/// What stands before the streams: magic, version, part, hash. The hash is not that of changed bytes.
const HEAD: usize = 10 + 32;

fuzz_target!(|bytes: &[u8]| {
    let _ = MeterIds::open(bytes);
    assert!(CompactBook::open(bytes).is_err() || CompactBook::open_compared(bytes).is_ok());
    if let Ok(book) = CompactBook::open_compared(bytes) {
        let again = book.to_bytes().expect("what opens can be written");
        assert_eq!(again[HEAD..], bytes[HEAD..], "another form of the same book");
        fuzz::ask(&book);
        let _ = book.to_book(bytes);
    }
});
