//! The pricing core of Forebill: what Azure costs, exactly, and why.
//!
//! Pure: no IO, no clock, no environment, no randomness, nothing spawned, nothing logged. The same crate
//! runs in the scheduled functions, on the command line and, compiled to WebAssembly, in the browser, and
//! gives the same digits in all three.
//!
//! # Where to start
//!
//! [`life_of_a_charge`] follows one charge from a row of usage to a cent on an invoice, with numbers that run. The
//! modules in the order of that way:
//!
//! | step | module | gives |
//! |---|---|---|
//! | text becomes numbers | [`decimal`], [`money`], [`json`] | exact values, or an error with its place |
//! | what Azure answered | [`azure`] | rate cards, retail prices, usage, invoices |
//! | what a unit is | [`quantity`] | `100 Hours` is a block of 100 of one thing |
//! | prices become a book | [`meter`], [`offer`], [`ratebook`] | what a meter costs for an offer at a time |
//! | rows count once | [`usage`] | usage without what was read twice |
//! | periods collect | [`period`] | half-open, UTC, per subscription |
//! | quantities become money | [`rating`] | charges, each with its derivation |
//! | amounts are shared | [`allocation`], [`rating::proration`] | parts that add up to the last digit |
//!
//! [`ownbook`] makes books of one's own over another. [`estimate`] does the same for a workload that does not run
//! yet, [`lines`] prices ten thousand of its lines while one types, [`search`] finds its meters, [`spend`] groups rated rows, [`forecast`] foretells the bill and
//! finds the days that stand out, [`showback`] says whose the money is, and [`snapshot`] says what is kept and what is due.
//!
//! # Example
//!
//! ```
//! use shared::azure::{ratecard, usage};
//! use shared::ratebook::format::{self, BookId, OpenBook};
//! use shared::rating::{self, Account};
//!
//! let card = br#"{"Currency": "USD", "Meters": [{"MeterId": "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4",
//!     "MeterName": "Data Transfer Out", "MeterCategory": "Bandwidth", "Unit": "1 GB", "IncludedQuantity": 5.0,
//!     "MeterRates": {"0": 0.087, "10235": 0.083}, "EffectiveDate": "2020-01-01T00:00:00Z"}]}"#;
//! let request = ratecard::CardRequest { offer: None, currency: None, region_info: String::new() };
//! let (book, _) = ratecard::decode(card, &request)?;
//! let open = OpenBook { id: BookId::of(&format::to_bytes(&book)), book };
//!
//! let rows = br#"{"value": [{"name": "Daily_BRSDT_20261102_0000", "properties": {
//!     "subscriptionId": "11111111-2222-3333-4444-555555555555", "meterId": "0E9D0C9B-AB6D-4312-9C7E-3794E22AF9C4",
//!     "usageStartTime": "2026-11-01T00:00:00+00:00", "usageEndTime": "2026-11-02T00:00:00+00:00",
//!     "quantity": 20000}}]}"#;
//! let page = usage::decode_page(rows)?;
//! let rating = rating::rate(&page.rows, &open, |_| Account::default())?;
//!
//! // 5 GB are included; 10,235 × 0.087 + 9,760 × 0.083
//! assert_eq!(rating.totals.cost.to_string(), "1700.525");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

pub mod allocation;
pub mod azure;
pub mod columns;
pub mod compare;
pub mod decimal;
pub mod estimate;
pub mod forecast;
pub mod guid;
pub mod json;
mod letters;
pub mod lines;
#[doc = include_str!("life_of_a_charge.md")]
pub mod life_of_a_charge {}
pub mod meter;
pub mod money;
pub mod offer;
mod order;
pub mod ownbook;
pub mod period;
pub mod problem;
pub mod quantity;
pub mod ratebook;
pub mod rating;
pub mod reconcile;
pub mod region;
pub mod rollup;
pub mod search;
pub mod showback;
pub mod snapshot;
pub mod spend;
pub mod usage;
pub mod warning;

#[cfg(test)]
mod laws;
