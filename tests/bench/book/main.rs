//! Writes what the benchmark of the browser compares: books, their ids, and the same rows as text.
//!
//!     cargo bench -p shared --bench book -- FOLDER

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on should stop")]
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a benchmark reads files and prints")]

#[path = "../../it/support/recorded.rs"]
mod recorded;
mod retail;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use shared::azure::ratecard::{self, CardRequest};
use shared::ratebook::{RateBook, compact, format};

const CARD: &str = "azure/ratecard/ratecard-MS-AZR-0062P-USD-en-US-2020-12-10.json.zst";
const RETAIL_ROWS: usize = 600_000;

fn main() {
    // `cargo bench` adds `--bench`.
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).expect("usage: book FOLDER");
    let folder = Path::new(&folder);
    if let Some(bytes) = recorded::bytes(CARD) {
        let request = CardRequest { offer: None, currency: None, region_info: String::new() };
        let (book, _) = ratecard::decode(&bytes, &request).expect("the recorded card is a card");
        let rows = book.meters().iter().map(|meter| meter.tiers.tiers().len()).sum();
        put(folder, "card", &book, rows);
        put_json(folder, "card", &book);
    }
    let (book, rows) = retail::generated(RETAIL_ROWS);
    put(folder, "retail", &book, rows);
    let few = few(&book);
    put(folder, "small", &few, few.meters().len());
    put_json(folder, "small", &few);
}

/// The form that the archive keeps.
fn put_json(folder: &Path, name: &str, book: &RateBook) {
    fs::write(folder.join(format!("{name}.json")), format::to_bytes(book)).expect("the folder can be written");
}

/// Rows from all over the list: a book that opens in no time, to be damaged a million times.
fn few(book: &RateBook) -> RateBook {
    let meters = book.meters().iter().step_by(book.meters().len() / 200).cloned().collect();
    RateBook::new(book.header().clone(), meters).expect("ids are distinct").0
}

fn put(folder: &Path, name: &str, book: &RateBook, rows: usize) {
    let written = compact::write(book).expect("a real list can be written");
    let opened = compact::CompactBook::open(&written.prices).expect("what was written opens");
    let file = |ending: &str| folder.join(format!("{name}.{ending}"));
    fs::write(file("book"), &written.prices).expect("the folder can be written");
    fs::write(file("ids"), &written.ids).expect("the folder can be written");
    put_rows(&file("tsv"), book);
    let (items, cells) = (opened.columns().items.len(), opened.columns().cells());
    println!("{name}: {rows} rows, {cells} cells, {items} items, {} prices", opened.columns().prices.len());
}

/// One meter a line, sorted as a careful person would before writing columns.
fn put_rows(path: &Path, book: &RateBook) {
    let mut lines: Vec<String> = (book.meters().iter())
        .map(|meter| {
            let tiers: Vec<String> =
                meter.tiers.tiers().iter().map(|tier| format!("{}:{}", tier.from, tier.unit_price)).collect();
            let arm = meter.sku.as_ref().map_or("", |sku| &*sku.arm_name);
            let sku = meter.sku.as_ref().map_or("", |sku| &*sku.id);
            let fields =
                [&*meter.category, &*meter.sub_category, &*meter.name, &*meter.unit, kind(&meter.kind), sku, arm];
            let rest = [
                &*meter.region,
                &meter.effective_at.to_string(),
                &meter.included_quantity.to_string(),
                &tiers.join(" "),
            ]
            .join("\t");
            format!("{}\t{rest}", fields.join("\t"))
        })
        .collect();
    lines.sort();
    let mut file = std::io::BufWriter::new(fs::File::create(path).expect("the folder can be written"));
    for line in lines {
        writeln!(file, "{line}").expect("the disk has room");
    }
}

fn kind(kind: &shared::meter::PriceKind) -> &str {
    use shared::meter::PriceKind;
    match kind {
        PriceKind::Consumption => "Consumption",
        PriceKind::DevTest => "DevTestConsumption",
        PriceKind::Reservation { term } | PriceKind::SavingsPlan { term } => term,
        PriceKind::Other(name) => name,
    }
}
