//! Price lists laid beside each other: offers, dates, regions.

use std::rc::Rc;

use jiff::Timestamp;
use shared::compare::{Candidate, Regions, compare};
use shared::decimal::Decimal;
use shared::estimate::workload;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Beside, Opened, RateBook, amount, at_all, lists, thrown, time, to_json};

/// What a workload is to be priced with. The first one is what all others are compared with.
#[wasm_bindgen]
#[derive(Default)]
pub struct Candidates {
    all: Vec<(Rc<Opened>, Timestamp, Option<Decimal>)>,
    beside: Beside,
}

#[wasm_bindgen]
impl Candidates {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Candidates {
        Candidates::default()
    }

    /// Adds a book and the time whose prices hold.
    pub fn add(&mut self, book: &RateBook, at: &str, commitment: Option<String>) -> Result<(), String> {
        self.all.push((Rc::clone(&book.inside), time(at)?, amount("badCommitment", commitment)?));
        Ok(())
    }

    /// Lays the book of another offer beside them, for items that name their offer.
    pub fn lay(&mut self, book: &RateBook, commitment: Option<String>) -> Result<(), String> {
        self.beside.push((Rc::clone(&book.inside), amount("badCommitment", commitment)?));
        Ok(())
    }

    /// The matrix. `regions` is a JSON list of names; without it, all are looked at in which a product of the workload is
    /// sold.
    pub fn compare(&self, workload: &str, regions: Option<String>, explain: bool) -> Result<String, String> {
        let beside = &lists(&self.beside);
        let candidates: Vec<Candidate<'_>> = (self.all.iter())
            .map(|(inside, at, commitment)| {
                let Opened { open, index } = &**inside;
                Candidate { open, index, at: *at, commitment: *commitment, beside }
            })
            .collect();
        let named = regions.map(|names| serde_json::from_str::<Vec<String>>(&names)).transpose();
        let regions = named.map_err(|error| at_all("badRegions", error))?.map_or(Regions::All, Regions::Named);
        let found = workload::decode(workload.as_bytes())
            .and_then(|workload| compare(&workload, &candidates, &regions, explain));
        to_json(&found.map_err(|error| thrown("badWorkload", &error))?)
    }
}
