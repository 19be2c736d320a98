//! The browser door. It decides nothing.
//!
//! [`PriceBook`] opens a compact book: numbers and texts cross, and nothing is parsed. With the feature `json`, which is
//! on unless it is turned off, [`RateBook`] opens the JSON form of a book and takes whole workloads as JSON text; its
//! errors are thrown as JSON text `{"code", "message", "path"}`. A panic is a trap: the host page drops the instance
//! and makes a new one.

mod book;
#[cfg(feature = "json")]
mod json;

pub use book::PriceBook;
#[cfg(feature = "json")]
pub use json::{RateBook, rate_usage};
