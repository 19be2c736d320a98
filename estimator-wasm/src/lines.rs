//! The lines of an estimate inside the module: edits cross, and of the answers what somebody looks at.

use shared::decimal::{Decimal, Inexact};
use shared::lines::Lines;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::book::{PriceBook, add, end};

/// Lines over the rows of one price list.
#[wasm_bindgen]
#[derive(Default)]
pub struct PriceLines {
    lines: Lines,
}

#[wasm_bindgen]
impl PriceLines {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> PriceLines {
        PriceLines::default()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    /// Adds a line at the end; a quantity is a text.
    pub fn add(&mut self, book: &PriceBook, row: u32, quantity: &str) -> Result<(), String> {
        self.lines.push(book.columns(), row, number(quantity)?).map_err(|error| error.to_string())
    }

    /// Gives a line another quantity.
    pub fn set(&mut self, line: usize, quantity: &str) -> Result<(), String> {
        self.lines.set(line, number(quantity)?).map_err(|error| error.to_string())
    }

    /// Takes a line away; those behind it move up.
    pub fn remove(&mut self, line: usize) -> Result<(), String> {
        self.lines.remove(line).map_err(|error| error.to_string())
    }

    /// Prices all lines with the list whose rows they name. Returns the exact sum of a month, as text.
    pub fn reprice(&mut self, book: &PriceBook) -> Result<String, String> {
        let (columns, stepped) = book.stepped();
        self.lines.reprice(columns, stepped).map(|sum| sum.to_string()).map_err(not_exact)
    }

    /// What a line cost when they were priced last.
    pub fn cost(&self, line: usize) -> String {
        self.lines.cost(line).to_string()
    }

    /// All lines moved to each region of a list, at a time in seconds of 1970: a line each with the region, the exact sum
    /// and how many lines are not sold there, behind tabs. `own` is the list whose rows the lines name.
    #[wasm_bindgen(js_name = byRegion)]
    pub fn by_region(&self, own: &PriceBook, at: i64) -> Result<String, String> {
        self.moved(own, own, at)
    }

    /// The same with the prices of another list.
    #[wasm_bindgen(js_name = byRegionOf)]
    pub fn by_region_of(&self, own: &PriceBook, other: &PriceBook, at: i64) -> Result<String, String> {
        self.moved(own, other, at)
    }

    fn moved(&self, own: &PriceBook, other: &PriceBook, at: i64) -> Result<String, String> {
        let at = shared::lines::second(at).ok_or("there is no such time")?;
        let (columns, stepped) = other.stepped();
        let found = self.lines.by_region(own.columns(), columns, stepped, at).map_err(not_exact)?;
        let mut text = String::new();
        for cost in found {
            add(&mut text, columns.texts.regions.get(cost.region));
            add(&mut text, &cost.cost.to_string());
            end(&mut text, &cost.unpriced.to_string());
        }
        Ok(text)
    }
}

fn number(text: &str) -> Result<Decimal, String> {
    Decimal::parse(text).map_err(|error| error.to_string())
}

fn not_exact(error: Inexact) -> String {
    error.to_string()
}
