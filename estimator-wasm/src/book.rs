//! A compact book inside the module: searched and priced, rows stay here and only numbers and texts cross.
//!
//! What is shown of rows crosses as one text, a line each with its fields behind tabs; control characters of foreign
//! texts become blanks, so that none of them can look like another field.

use std::cell::OnceCell;

use shared::decimal::Decimal;
use shared::lines::Stepped;
use shared::ratebook::compact::{Columns, CompactBook, Texts};
use shared::search::{Answer, Filter, Searcher};
use wasm_bindgen::prelude::wasm_bindgen;

/// More rows than this are not shown at once.
const MOST_SHOWN: usize = 1_000;

/// A price list that was opened.
#[wasm_bindgen]
pub struct PriceBook {
    book: CompactBook,
    searcher: Searcher,
    answer: Answer,
    /// Made when somebody first prices lines: who only searches does not wait for it.
    stepped: OnceCell<Stepped>,
}

impl PriceBook {
    pub(crate) fn columns(&self) -> &Columns {
        self.book.columns()
    }

    pub(crate) fn stepped(&self) -> (&Columns, &Stepped) {
        let columns = self.book.columns();
        (columns, self.stepped.get_or_init(|| Stepped::of(columns)))
    }
}

#[wasm_bindgen]
impl PriceBook {
    /// Opens a book; throws a text that says why when the bytes are not one.
    pub fn open(bytes: &[u8]) -> Result<PriceBook, String> {
        PriceBook::opened(CompactBook::open(bytes))
    }

    /// The same for bytes that the browser compared with their hash while it read them.
    #[wasm_bindgen(js_name = openCompared)]
    pub fn open_compared(bytes: &[u8]) -> Result<PriceBook, String> {
        PriceBook::opened(CompactBook::open_compared(bytes))
    }

    fn opened(book: Result<CompactBook, shared::ratebook::compact::OpenError>) -> Result<PriceBook, String> {
        let book = book.map_err(|error| error.to_string())?;
        let searcher = Searcher::new(book.columns());
        Ok(PriceBook { book, searcher, answer: Answer::default(), stepped: OnceCell::new() })
    }

    /// Content hash of the book.
    pub fn id(&self) -> String {
        self.book.id().as_str().to_owned()
    }

    /// The one currency of all prices.
    pub fn currency(&self) -> String {
        self.book.columns().header.currency.to_string()
    }

    /// How many rows the list has.
    pub fn rows(&self) -> usize {
        self.book.columns().cells()
    }

    /// How many different items these rows are.
    pub fn items(&self) -> usize {
        self.book.columns().items.len()
    }

    /// Looks for what was typed so far; says how many rows fit. Empty texts and a kind below 0 narrow nothing.
    pub fn search(&mut self, text: &str, region: &str, service: &str, unit: &str, kind: i32, limit: usize) -> usize {
        let wish = |text| Some(text).filter(|text: &&str| !text.is_empty());
        let filter =
            Filter { region: wish(region), service: wish(service), unit: wish(unit), kind: u32::try_from(kind).ok() };
        self.answer = self.searcher.ask(self.book.columns(), text, &filter, limit.min(MOST_SHOWN));
        self.answer.count
    }

    /// The best rows of the last search: their numbers, best first.
    pub fn found(&self) -> Vec<u32> {
        self.answer.cells.clone()
    }

    /// The same for people, a line each: service, sub-category, name, region, unit, kind, term, SKU, first price that
    /// is not 0, number of tiers, included quantity, since when in seconds of 1970.
    pub fn shown(&self) -> String {
        let mut lines = String::new();
        for cell in &self.answer.cells {
            self.show(*cell as usize, &mut lines);
        }
        lines
    }

    /// The same of any row, by its number.
    pub fn row(&self, row: usize) -> Result<String, String> {
        let mut line = String::new();
        if row < self.rows() {
            self.show(row, &mut line);
        }
        if line.is_empty() { Err("there is no such row".into()) } else { Ok(line) }
    }

    fn show<'a>(&'a self, cell: usize, lines: &mut String) {
        let columns = self.book.columns();
        let (item, texts) = (&columns.items[columns.item_of(cell)], &columns.texts);
        let (region, price) = (columns.region[cell], columns.price[cell]);
        let optional = |texts: &'a Texts, code: Option<u32>| code.map_or("", |code| texts.get(code));
        add(lines, texts.services.get(item.service));
        add(lines, texts.sub_categories.get(item.sub_category));
        add(lines, texts.names.get(item.name));
        add(lines, texts.regions.get(region));
        add(lines, texts.units.get(item.unit));
        add(lines, &item.kind_number().to_string());
        add(lines, optional(&texts.terms, item.term()));
        add(lines, optional(&texts.arm_names, item.arm_name()));
        add(lines, &columns.prices.first_charged(price).to_string());
        add(lines, &columns.prices.tiers(price).to_string());
        add(lines, &columns.prices.included(price).to_string());
        end(lines, &columns.effective_at(cell).as_second().to_string());
    }

    /// How many found rows each service has, by its number; `text` gives the names.
    #[wasm_bindgen(js_name = byService)]
    pub fn by_service(&self) -> Vec<u32> {
        self.answer.facets.services.clone()
    }

    /// The same by region.
    #[wasm_bindgen(js_name = byRegion)]
    pub fn by_region(&self) -> Vec<u32> {
        self.answer.facets.regions.clone()
    }

    /// The same by unit.
    #[wasm_bindgen(js_name = byUnit)]
    pub fn by_unit(&self) -> Vec<u32> {
        self.answer.facets.units.clone()
    }

    /// The same by kind: consumption, dev/test, reservation, savings plan, not known.
    #[wasm_bindgen(js_name = byKind)]
    pub fn by_kind(&self) -> Vec<u32> {
        self.answer.facets.kinds.to_vec()
    }

    /// Words that met nothing, each with the word that was taken for it, a line each.
    pub fn corrected(&self) -> String {
        let mut lines = String::new();
        for (typed, meant) in &self.answer.corrected {
            for part in [typed, "\t", meant, "\n"] {
                lines.push_str(part);
            }
        }
        lines
    }

    /// All names of services, regions or units in order of their numbers, a line each.
    pub fn names(&self, of: &str) -> Result<String, String> {
        let texts = &self.book.columns().texts;
        let texts = match of {
            "service" => &texts.services,
            "region" => &texts.regions,
            "unit" => &texts.units,
            _ => return Err("there are names of service, region and unit".into()),
        };
        let mut lines = String::new();
        texts.iter().for_each(|text| end(&mut lines, text));
        Ok(lines)
    }

    /// What a quantity of a row costs in a month, exactly, as text. Throws where it has no exact value.
    pub fn price(&self, row: usize, quantity: &str) -> Result<String, String> {
        let columns = self.book.columns();
        let price = *columns.price.get(row).ok_or("there is no such row")?;
        let quantity = Decimal::parse(quantity).map_err(|error| error.to_string())?;
        let exact = || {
            let billable = quantity.minus(columns.prices.included(price))?.max(Decimal::ZERO);
            columns.prices.table(price).cost(billable)
        };
        exact().map(|cost| cost.to_string()).map_err(|error: shared::decimal::Inexact| error.to_string())
    }
}

/// The last field of a line.
pub(crate) fn end(lines: &mut String, text: &str) {
    push_plain(lines, text);
    lines.push('\n');
}

/// A field, and the tab behind it.
pub(crate) fn add(lines: &mut String, text: &str) {
    push_plain(lines, text);
    lines.push('\t');
}

fn push_plain(lines: &mut String, text: &str) {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        lines.push_str(text);
    } else {
        lines.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
}
