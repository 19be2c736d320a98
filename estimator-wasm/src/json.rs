//! Whole rate books with their ids, in either form; JSON text in and out.

mod candidates;
mod line;

use std::rc::Rc;

use jiff::Timestamp;
use serde::Serialize;
use shared::compare::{self, Candidate};
use shared::decimal::Decimal;
use shared::estimate::{self, Options, PriceList, seek, workload};
use shared::json::DecodeError;
use shared::period::parse_timestamp;
use shared::problem::Problem;
use shared::ratebook::compact::delta::{self, NotADelta};
use shared::ratebook::compact::{self, Whole};
use shared::ratebook::format::{self, OpenBook};
use shared::rating::BookInfo;
use shared::search::SearchIndex;
use wasm_bindgen::prelude::wasm_bindgen;

pub use candidates::Candidates;
pub use line::{ReadLine, ReadPart};

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
    /// What is wrong, as a stable name, where a workload was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    problem: Option<Problem>,
    /// Where in the input, such as `items[2].quantity`; empty for the whole of it.
    path: &'a str,
    /// Line, from 1; 0 when the place is not a position in a text.
    line: usize,
    /// Column, from 1; 0 when the whole line is meant.
    column: usize,
}

/// A book and its index.
struct Opened {
    open: OpenBook,
    index: SearchIndex,
}

/// Books of other offers, for items that name theirs, with the amounts committed to.
type Beside = Vec<(Rc<Opened>, Option<Decimal>)>;

/// A rate book inside the module. It crosses the boundary once, as bytes.
#[wasm_bindgen]
pub struct RateBook {
    /// Shared with what is compared.
    inside: Rc<Opened>,
    beside: Beside,
}

#[wasm_bindgen]
impl RateBook {
    /// Opens a book in either form; throws when the bytes are not one. The compact one is its prices, its ids and the id of
    /// the JSON form behind each other: that id, by which estimates name the book, is believed, and `verifyBook` checks it.
    pub fn open(bytes: &[u8]) -> Result<RateBook, String> {
        let opened = if compact::is_compact(bytes) {
            let (id, whole) = compact::open_joined(bytes).map_err(|error| at_all("badRateBook", error))?;
            let Whole { book, columns, places } = whole;
            Opened { open: OpenBook { id, book }, index: SearchIndex::over(columns, places) }
        } else {
            let open = format::open(bytes).map_err(|error| thrown("badRateBook", &error))?;
            Opened { open, index: SearchIndex::when_asked() }
        };
        Ok(RateBook { inside: Rc::new(opened), beside: Vec::new() })
    }

    /// What the book is: id, offer, currency, number of meters.
    pub fn info(&self) -> Result<String, String> {
        to_json(&OpenedBook { schema: "forebill.bookinfo/1", book: BookInfo::of(&self.inside.open) })
    }

    /// The book that a delta leads to; throws `otherBase` when it changes another one.
    pub fn changed(&self, delta: &[u8]) -> Result<RateBook, String> {
        let open = delta::apply(&self.inside.open, delta).map_err(|error| {
            let code = if matches!(error, NotADelta::OtherBase { .. }) { "otherBase" } else { "badDelta" };
            at_all(code, error)
        })?;
        Ok(RateBook { inside: Rc::new(Opened { open, index: SearchIndex::when_asked() }), beside: Vec::new() })
    }

    /// Lays the book of another offer beside this one, for items that name their offer.
    pub fn lay(&mut self, other: &RateBook, commitment: Option<String>) -> Result<(), String> {
        self.beside.push((Rc::clone(&other.inside), amount("badCommitment", commitment)?));
        Ok(())
    }

    /// The same book once more, with nothing beside it.
    pub fn again(&self) -> RateBook {
        RateBook { inside: Rc::clone(&self.inside), beside: Vec::new() }
    }

    /// The best `limit` meters for what was typed.
    pub fn search(&self, text: &str, limit: usize) -> Result<String, String> {
        to_json(&self.inside.index.search(&self.inside.open.book, text, None, limit))
    }

    /// Reads a line as one types it, such as `d4s v5 westeurope 12h weekdays x3`.
    #[wasm_bindgen(js_name = readLine)]
    pub fn read_line(&self, text: &str) -> Result<String, String> {
        let Opened { open, index } = &*self.inside;
        to_json(&ReadLine::of(text, |word| index.knows(&open.book, word), |word| index.meant(&open.book, word)))
    }

    /// Prices a workload at a time (RFC 3339): the page knows the clock. With a region, everything is priced there; the
    /// commitment is the amount of a monetary commitment. Throws when the workload is not one.
    pub fn estimate(
        &self,
        workload: &str,
        at: &str,
        region: Option<String>,
        commitment: Option<String>,
    ) -> Result<String, String> {
        let (Opened { open, index }, beside) = (&*self.inside, &lists(&self.beside));
        let (at, commitment) = (time(at)?, amount("badCommitment", commitment)?);
        let options = Options { region: region.as_deref(), at, commitment, beside };
        let priced = workload::decode(workload.as_bytes())
            .and_then(|workload| estimate::estimate(&workload, open, index, &options));
        to_json(&priced.map_err(|error| thrown("badWorkload", &error))?)
    }

    /// The largest count of one item, from 0, with which a month stays within an amount.
    #[wasm_bindgen(js_name = largestCount)]
    pub fn largest_count(
        &self,
        workload: &str,
        item: usize,
        within: String,
        at: &str,
        region: Option<String>,
        commitment: Option<String>,
    ) -> Result<String, String> {
        let (Opened { open, index }, beside) = (&*self.inside, &lists(&self.beside));
        let (at, commitment) = (time(at)?, amount("badCommitment", commitment)?);
        let options = Options { region: region.as_deref(), at, commitment, beside };
        let within = amount("badAmount", Some(within))?.unwrap_or_default();
        let found = workload::decode(workload.as_bytes())
            .and_then(|workload| seek::largest_count(&workload, item, within, open, index, &options));
        to_json(&found.map_err(|error| thrown("badWorkload", &error))?)
    }

    /// Two workloads at the same prices, and the lines that make the difference.
    pub fn branches(&self, before: &str, after: &str, at: &str, commitment: Option<String>) -> Result<String, String> {
        let (Opened { open, index }, beside) = (&*self.inside, &lists(&self.beside));
        let (at, commitment) = (time(at)?, amount("badCommitment", commitment)?);
        let candidate = Candidate { open, index, at, commitment, beside };
        let price = |text: &str| workload::decode(text.as_bytes()).and_then(|workload| candidate.price(&workload));
        let before = price(before).map_err(|error| thrown("badWorkload", &error))?;
        let after = price(after).map_err(|error| thrown("badOtherWorkload", &error))?;
        to_json(&compare::branches(&before, &after).map_err(|error| at_all("notExact", error))?)
    }
}

/// Whether a book's id is the hash of the JSON form that a store would hold of it. Not one of its methods: who never asks
/// need not load it.
#[wasm_bindgen(js_name = verifyBook)]
pub fn verify_book(book: &RateBook) -> bool {
    book.inside.open.is_of_its_id()
}

/// Rates usage with a rate card, both as Azure answered them: the same call as `forebill rate`.
#[cfg(feature = "usage")]
#[wasm_bindgen(js_name = rateUsage)]
pub fn rate_usage(
    book: &RateBook,
    usage: &[u8],
    billing_anchor: u8,
    commitment: Option<String>,
) -> Result<String, String> {
    use shared::{azure, period::BillingAnchor, rating};
    let open = &book.inside.open;
    let commitment = amount("badCommitment", commitment)?;
    let page = azure::usage::decode_file(usage).map_err(|error| thrown("badUsage", &error))?;
    let anchor = BillingAnchor::new(billing_anchor).map_err(|error| at_all("badAnchor", error))?;
    let calendar = rating::BillingCalendar { periods: Vec::new(), anchor };
    let account = rating::Account { calendar, commitment, ..rating::Account::default() };
    let mut rating = rating::rate(&page.rows, open, |_| account.clone()).map_err(|error| at_all("notExact", error))?;
    rating.warnings.splice(0..0, page.warnings.into_iter().chain(rating::commitment_doubt(open, commitment)));
    to_json(&rating)
}

fn lists(beside: &Beside) -> Vec<PriceList<'_>> {
    let mut lists = Vec::with_capacity(beside.len());
    for (opened, commitment) in beside {
        let Opened { open, index } = &**opened;
        lists.push(PriceList { open, index, commitment: *commitment });
    }
    lists
}

fn to_json(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| at_all("notJson", error))
}

fn time(text: &str) -> Result<Timestamp, String> {
    parse_timestamp(text).map_err(|error| at_all("badTime", error))
}

fn amount(code: &'static str, text: Option<String>) -> Result<Option<Decimal>, String> {
    text.map(|text| Decimal::parse(&text)).transpose().map_err(|error| at_all(code, error))
}

/// A refusal of the whole of something.
fn at_all(code: &'static str, error: impl std::fmt::Display) -> String {
    thrown(code, &DecodeError::at("", error.to_string()))
}

fn thrown(code: &'static str, error: &DecodeError) -> String {
    let DecodeError { message, path, line, column, problem } = error;
    serde_json::to_string(&Refusal { code, message, problem: *problem, path, line: *line, column: *column })
        .unwrap_or_else(|_| format!("{{\"code\":\"{code}\"}}"))
}
