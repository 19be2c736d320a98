//! The pricing core of Forebill: what Azure costs, exactly, and why.
//!
//! Pure: no IO, no clock, no environment, no randomness, nothing spawned, nothing logged. The same crate
//! runs in the scheduled functions, on the command line and, compiled to WebAssembly, in the browser, and
//! gives the same digits in all three.
//!
//! # The life of a charge
//!
//! 1. **Bytes come in.** [`azure`] decodes what Azure answered: a rate card, a page of usage, a page of
//!    retail prices. Numbers go from text to [`decimal::Decimal`] and never through a float. A text that is
//!    not what it should be is refused with its place ([`json::DecodeError`]).
//! 2. **Prices become a book.** A [`ratebook::RateBook`] knows what a [`meter`] costs for one offer and
//!    currency at any time. Its id is the hash of its bytes ([`ratebook::format`]).
//! 3. **Rows count once.** [`usage::distinct`] drops what was read twice; parts of a day add up.
//! 4. **Quantities accumulate** per subscription, meter and billing period ([`period`]). The running total
//!    decides the tier, so a slice of usage costs what it adds to the total ([`rating`]).
//! 5. **Included quantity first, then graduated tiers**, each unit at the price of the tier it falls into.
//! 6. **A charge leaves with its derivation**: book, tiers with quantity, price and cost, and the cost as an
//!    invoice rounds it. What has no price is *unpriced*, with a reason, and never 0.
//!
//! [`estimate`] does the same for a workload that does not run yet, [`search`] finds its meters, [`spend`]
//! groups rated rows, and [`snapshot`] says what is kept and what is due.
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

pub mod allocation;
pub mod azure;
pub mod decimal;
pub mod estimate;
pub mod guid;
pub mod json;
pub mod meter;
pub mod money;
pub mod offer;
pub mod period;
pub mod quantity;
pub mod ratebook;
pub mod rating;
pub mod region;
pub mod search;
pub mod snapshot;
pub mod spend;
pub mod usage;
pub mod warning;
