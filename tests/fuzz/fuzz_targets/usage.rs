//! The fast reader of usage and the general parser give the same rows, or the same refusal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::azure::usage::{Decoder, decode_page_generally};

fuzz_target!(|bytes: &[u8]| {
    let mut decoder = Decoder::default();
    // The second time everything is known already.
    for _ in 0..2 {
        match (decoder.page(bytes), decode_page_generally(bytes)) {
            (Ok(fast), Ok(general)) => {
                assert_eq!(fast.rows, general.rows);
                assert_eq!((fast.next_link, fast.warnings), (general.next_link, general.warnings));
            }
            (Err(fast), Err(general)) => assert_eq!(fast, general),
            (fast, general) => panic!("one reads what the other refuses: {:?} {:?}", fast.err(), general.err()),
        }
        let _ = decoder.file(bytes);
    }
});
