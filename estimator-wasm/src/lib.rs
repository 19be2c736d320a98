//! The browser door. It decides nothing.
//!
//! There are two, each a feature, so that a page loads only the one that it uses. `compact` has `PriceBook`: it opens a
//! compact book, numbers and texts cross, and nothing is parsed. `json`, which is on unless it is turned off, has
//! `RateBook`: it opens either form of a book, the compact one with its ids, and takes whole workloads as JSON text; its
//! errors are thrown as JSON text `{"code", "message", "path"}`. A panic is a trap: the host page drops the instance and
//! makes a new one.

#[cfg(feature = "compact")]
mod book;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "compact")]
mod lines;

#[cfg(feature = "compact")]
pub use book::PriceBook;
#[cfg(feature = "usage")]
pub use json::rate_usage;
#[cfg(feature = "json")]
pub use json::{Candidates, OpenedBook, RateBook, ReadLine, ReadPart, Refusal, verify_book};
#[cfg(feature = "compact")]
pub use lines::PriceLines;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
