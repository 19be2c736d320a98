//! Any text is a workload or is refused. What is one is priced to the same estimate when it was written and read again,
//! moved to every region, and sought in.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use shared::compare::{Candidate, Regions, compare};
use shared::decimal::Decimal;
use shared::estimate::{Options, estimate, seek, workload};

fuzz_target!(|bytes: &[u8]| {
    let Ok(written) = workload::decode(bytes) else { return };
    let (open, index) = &*fuzz::BOOK;
    let at = Timestamp::from_second(1_790_000_000).expect("a time of this century");
    let options = Options::at(at);
    let text = serde_json::to_vec(&written).expect("a workload is JSON");
    let again = workload::decode(&text).expect("what was written is a workload");
    let first = estimate(&written, open, index, &options);
    assert_eq!(first, estimate(&again, open, index, &options), "another estimate of the same text");
    if first.is_ok() {
        let candidates = [Candidate { open, index, at, commitment: None, beside: &[] }];
        let found = compare(&written, &candidates, &Regions::All, true);
        assert!(found.is_err() || found.is_ok_and(|found| !found.cells.is_empty()));
        let _ = seek::largest_count(&written, 0, Decimal::from(500u32), open, index, &options);
    }
});
