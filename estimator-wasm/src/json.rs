//! Whole rate books with their ids, in their JSON form; JSON text in and out.

use serde::Serialize;
use shared::estimate::{self, Options, workload};
use shared::json::DecodeError;
use shared::ratebook::format::{self, OpenBook};
use shared::rating::BookInfo;
use shared::search::SearchIndex;
use wasm_bindgen::prelude::wasm_bindgen;

/// What a book is.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Serialize)]
pub struct OpenedBook {
    #[cfg_attr(feature = "types", ts(type = "\"forebill.bookinfo/1\""))]
    schema: &'static str,
    #[serde(flatten)]
    book: BookInfo,
}

/// Why something was refused; thrown as JSON text.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Serialize)]
pub struct Refusal<'a> {
    /// Stable name, for programs.
    code: &'static str,
    /// What is wrong, for people.
    message: &'a str,
    /// Where in the input, such as `items[2].quantity`; empty for the whole of it.
    path: &'a str,
    /// Line, from 1; 0 when the place is not a position in a text.
    line: usize,
    /// Column, from 1; 0 when the whole line is meant.
    column: usize,
}

/// A rate book inside the module. It crosses the boundary once, as bytes.
#[wasm_bindgen]
pub struct RateBook {
    open: OpenBook,
    index: SearchIndex,
}

#[wasm_bindgen]
impl RateBook {
    /// Opens a book; throws when the bytes are not one.
    pub fn open(bytes: &[u8]) -> Result<RateBook, String> {
        let open = format::open(bytes).map_err(|error| thrown("badRateBook", &error))?;
        let index = SearchIndex::new(&open.book);
        Ok(RateBook { open, index })
    }

    /// What the book is: id, offer, currency, number of meters.
    pub fn info(&self) -> Result<String, String> {
        to_json(&OpenedBook { schema: "forebill.bookinfo/1", book: BookInfo::of(&self.open) })
    }

    /// The best `limit` meters for what was typed.
    pub fn search(&self, text: &str, limit: usize) -> Result<String, String> {
        to_json(&self.index.search(&self.open.book, text, None, limit))
    }

    /// Prices a workload at a time (RFC 3339): the page knows the clock. Throws when the workload is not one.
    pub fn estimate(&self, workload: &str, at: &str) -> Result<String, String> {
        let at = shared::period::parse_timestamp(at)
            .map_err(|error| thrown("badTime", &DecodeError::at("", error.to_string())))?;
        let options = Options { region: None, at, commitment: None };
        let priced = workload::decode(workload.as_bytes())
            .and_then(|workload| estimate::estimate(&workload, &self.open, &self.index, &options));
        to_json(&priced.map_err(|error| thrown("badWorkload", &error))?)
    }
}

/// Rates usage with a rate card, both as Azure answered them: the same call as `forebill rate`.
#[wasm_bindgen(js_name = rateUsage)]
pub fn rate_usage(
    book: &RateBook,
    usage: &[u8],
    billing_anchor: u8,
    commitment: Option<String>,
) -> Result<String, String> {
    use shared::{azure, decimal::Decimal, period::BillingAnchor, rating};
    let commitment = commitment.map(|amount| Decimal::parse(&amount)).transpose();
    let commitment = commitment.map_err(|error| thrown("badCommitment", &DecodeError::at("", error.to_string())))?;
    let page = azure::usage::decode_file(usage).map_err(|error| thrown("badUsage", &error))?;
    let anchor = BillingAnchor::new(billing_anchor)
        .map_err(|error| thrown("badAnchor", &DecodeError::at("", error.to_string())))?;
    let calendar = rating::BillingCalendar { periods: Vec::new(), anchor };
    let account = rating::Account { calendar, commitment, ..rating::Account::default() };
    let mut rating = rating::rate(&page.rows, &book.open, |_| account.clone())
        .map_err(|error| thrown("notExact", &DecodeError::at("", error.to_string())))?;
    rating.warnings.splice(0..0, page.warnings.into_iter().chain(rating::commitment_doubt(&book.open, commitment)));
    to_json(&rating)
}

fn to_json(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| thrown("notJson", &DecodeError::at("", error.to_string())))
}

fn thrown(code: &'static str, error: &DecodeError) -> String {
    let DecodeError { message, path, line, column } = error;
    serde_json::to_string(&Refusal { code, message, path, line: *line, column: *column })
        .unwrap_or_else(|_| format!("{{\"code\":\"{code}\"}}"))
}
