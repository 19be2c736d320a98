//! What-if: one workload under other offers, in other regions and at other dates, and what makes the difference.
//!
//! Search texts are answered once, with the first book: every cell then prices the same products. In another region a
//! product is the meter with the same names there; in another book it is the same id or, where that is not known, the
//! product of the same names.

mod difference;

use jiff::Timestamp;
use serde::Serialize;

pub use difference::{Branches, LineDifference, Reason, branches, lines};

use crate::decimal::{Decimal, Inexact};
use crate::estimate::workload::Workload;
use crate::estimate::{Estimate, Lists, Options, PriceList, UnpricedLine, estimate};
use crate::json::DecodeError;
use crate::meter::Meter;
use crate::money::Currency;
use crate::order::{Map, Set};
use crate::period::Instant;
use crate::problem::Problem;
use crate::ratebook::format::{BookId, OpenBook};
use crate::rating::BookInfo;
use crate::search::SearchIndex;

/// A book to price with, at a time. `index` must be the index of the same book.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    /// The prices.
    pub open: &'a OpenBook,
    /// Its search index.
    pub index: &'a SearchIndex,
    /// Those in force at this time.
    pub at: Timestamp,
    /// The amount committed to, where its offer is a monetary commitment.
    pub commitment: Option<Decimal>,
    /// The prices of other offers, for items that name theirs.
    pub beside: &'a [PriceList<'a>],
}

impl<'a> Candidate<'a> {
    fn list(&self) -> PriceList<'a> {
        PriceList { open: self.open, index: self.index, commitment: self.commitment }
    }

    /// Prices a workload whatever offer and currency it is written for: who names a book has chosen them.
    pub fn price(&self, workload: &Workload) -> Result<Estimate, DecodeError> {
        price(&Workload { currency: None, offer: None, ..workload.clone() }, self, None)
    }
}

/// Which regions to look at besides those that the workload is written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regions {
    /// These, in any spelling.
    Named(Vec<String>),
    /// Every one in which a product of the workload is sold. Zones and continents, which prices of traffic name, are
    /// none: nothing can be moved there.
    All,
}

/// Whether a cell says what everything costs.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CellStatus {
    /// All lines have a price.
    Priced,
    /// Some have none: the sums are a lower bound.
    Incomplete,
    /// None has.
    Unavailable,
    /// The workload does not fit these prices; `problem` says why.
    Refused,
}

/// The workload under one book, at one time, in one region.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    /// The rate book.
    pub book: BookId,
    /// Its offer; retail prices have none.
    pub offer: Option<String>,
    /// The prices in force at this time.
    pub at: Instant,
    /// The region of every item; absent where each is in its own.
    pub region: Option<String>,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Whether it is the whole cost.
    pub status: CellStatus,
    /// A month at list prices, exact.
    pub monthly_cost: Decimal,
    /// The same after the terms of the offer.
    pub monthly_due: Decimal,
    /// What it is more than the first cell; absent where one of the two is not complete or the currencies differ.
    pub difference: Option<Decimal>,
    /// Lines without a price.
    pub missing: Vec<UnpricedLine>,
    /// Why there are no sums at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub problem: Option<String>,
    /// The same as a stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub refusal: Option<Problem>,
    /// Lines that do not cost what they cost in the first cell, with the reason; only where asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<LineDifference>>"))]
    pub lines: Vec<LineDifference>,
}

/// A matrix of cells. The first is the workload as it is written, with the first book.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// `forebill.comparison/1`
    #[cfg_attr(feature = "types", ts(type = "\"forebill.comparison/1\""))]
    pub schema: &'static str,
    /// The books, in the order in which they were given.
    pub books: Vec<BookInfo>,
    /// By candidate, then as written, then by region.
    pub cells: Vec<Cell>,
    /// By currency the cell in which least is due, of those that have all prices.
    pub cheapest: Map<Currency, usize>,
}

/// Prices the workload with every candidate in every region. `explain` adds the lines that differ to each cell.
///
/// The first candidate must be able to price the workload; a later one that is not says why in its cells.
pub fn compare(
    workload: &Workload,
    candidates: &[Candidate<'_>],
    regions: &Regions,
    explain: bool,
) -> Result<Comparison, DecodeError> {
    if candidates.is_empty() {
        return Err(DecodeError::at("", "there is no price list to compare with"));
    }
    let written = Workload { currency: None, offer: None, ..workload.clone() };
    // An item that names its offer keeps it in every cell, that of another candidate as well.
    let beside: Vec<PriceList<'_>> = candidates
        .iter()
        .flat_map(|candidate| candidate.beside)
        .copied()
        .chain(candidates.iter().map(Candidate::list))
        .collect();
    let candidates: Vec<Candidate<'_>> =
        candidates.iter().map(|candidate| Candidate { beside: &beside, ..*candidate }).collect();
    let base = candidates[0].price(workload)?;
    let lists = Lists::of(candidates[0].list(), &beside);
    let products: Vec<Option<&Meter>> = base.lines.iter().map(|line| lists.row_of(line)).collect();
    let regions = match regions {
        Regions::Named(names) => names.clone(),
        Regions::All => sold_in(&written, &products, &candidates),
    };
    let mut cells = Vec::with_capacity(candidates.len() * (regions.len() + 1));
    for candidate in &candidates {
        for region in std::iter::once(None).chain(regions.iter().map(|region| Some(region.as_str()))) {
            let of_base = |error: Inexact| DecodeError::at("", error.to_string()).named(Problem::NotExact);
            let pinned = pinned(&written, &base, &products, candidate, region);
            cells.push(match price(&pinned, candidate, region) {
                Ok(estimate) => cell(&base, &estimate, candidate, region, explain).map_err(of_base)?,
                Err(problem) => refused(candidate, region, &problem),
            });
        }
    }
    let mut cheapest: Map<Currency, usize> = Map::new();
    for (number, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.status == CellStatus::Priced) {
        let best = cheapest.entry(cell.currency).or_insert(number);
        if cell.monthly_due < cells[*best].monthly_due {
            *best = number;
        }
    }
    let mut books: Vec<BookInfo> = Vec::new();
    for info in candidates.iter().map(|candidate| BookInfo::of(candidate.open)) {
        if !books.contains(&info) {
            books.push(info);
        }
    }
    Ok(Comparison { schema: "forebill.comparison/1", books, cells, cheapest })
}

fn price(workload: &Workload, candidate: &Candidate<'_>, region: Option<&str>) -> Result<Estimate, DecodeError> {
    let Candidate { open, index, at, commitment, beside } = *candidate;
    estimate(workload, open, index, &Options { region, at, commitment, beside })
}

/// All regions that sell one of the products, in order of name.
fn sold_in(written: &Workload, products: &[Option<&Meter>], candidates: &[Candidate<'_>]) -> Vec<String> {
    let mut regions: Set<&str> = Set::new();
    for candidate in candidates {
        let lists = Lists::of(candidate.list(), candidate.beside);
        for (item, product) in written.items.iter().zip(products) {
            if let (Some(open), Some(product)) = (lists.book_for(item), product) {
                regions.extend(open.book.siblings(product).map(|sibling| &*sibling.region));
            }
        }
    }
    regions.into_iter().filter(|region| crate::region::known(region).is_some()).map(str::to_owned).collect()
}

/// The workload with each search text replaced by what it found, in the ids of the candidate's book. A product that is
/// not sold there where it is written is looked for in the region that everything is moved to.
fn pinned(
    written: &Workload,
    base: &Estimate,
    products: &[Option<&Meter>],
    candidate: &Candidate<'_>,
    region: Option<&str>,
) -> Workload {
    let lists = Lists::of(candidate.list(), candidate.beside);
    let mut pinned = written.clone();
    for ((item, line), product) in pinned.items.iter_mut().zip(&base.lines).zip(products) {
        let Some(product) = product else { continue };
        let Some(OpenBook { book, .. }) = lists.book_for(item) else { continue };
        let known = !book.rows_of(product.id).is_empty();
        let twin = || {
            let here = book.product_in(product, &product.region, candidate.at);
            here.or_else(|none| region.map_or(Err(none), |region| book.product_in(product, region, candidate.at))).ok()
        };
        let twin = if known { None } else { twin() };
        item.meter_id = twin.map(|twin| twin.id).or(line.meter_id);
        item.query = None;
    }
    pinned
}

fn cell(
    base: &Estimate,
    estimate: &Estimate,
    candidate: &Candidate<'_>,
    region: Option<&str>,
    explain: bool,
) -> Result<Cell, Inexact> {
    let priced = estimate.lines.len() - estimate.totals.unpriced_lines;
    let status = match (estimate.totals.complete, priced) {
        (true, _) => CellStatus::Priced,
        (false, 0) => CellStatus::Unavailable,
        (false, _) => CellStatus::Incomplete,
    };
    let comparable = base.totals.complete && estimate.totals.complete && base.currency == estimate.currency;
    let (due, base_due) = (estimate.monthly_due(), base.monthly_due());
    Ok(Cell {
        status,
        monthly_cost: estimate.totals.monthly_cost,
        monthly_due: due,
        difference: if comparable { Some(due.minus(base_due)?) } else { None },
        missing: estimate.unpriced.clone(),
        lines: if explain && base.currency == estimate.currency { lines(base, estimate)? } else { Vec::new() },
        ..empty(candidate, region)
    })
}

fn refused(candidate: &Candidate<'_>, region: Option<&str>, problem: &DecodeError) -> Cell {
    Cell {
        status: CellStatus::Refused,
        problem: Some(problem.to_string()),
        refusal: problem.problem,
        ..empty(candidate, region)
    }
}

fn empty(candidate: &Candidate<'_>, region: Option<&str>) -> Cell {
    let header = candidate.open.book.header();
    Cell {
        book: candidate.open.id.clone(),
        offer: header.offer.as_ref().map(ToString::to_string),
        at: Instant(candidate.at),
        region: region.map(str::to_owned),
        currency: header.currency,
        status: CellStatus::Unavailable,
        monthly_cost: Decimal::ZERO,
        monthly_due: Decimal::ZERO,
        difference: None,
        missing: Vec::new(),
        problem: None,
        refusal: None,
        lines: Vec::new(),
    }
}
