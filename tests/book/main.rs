//! Compact books of real lists: the recorded rate card and the recorded retail pages, read in place.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests read files, the crate does not")]

mod forms;
#[path = "../it/support/recorded.rs"]
mod recorded;
#[path = "../bench/book/retail.rs"]
mod retail;
mod round_trip;
mod search;
