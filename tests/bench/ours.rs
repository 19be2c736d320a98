//! Forebill's side of the benchmark: one task per process, so that its time and memory can be told apart.
//!
//! `decode CARD OUT`, `rate CARD FOLDER OUT` and `rollup CARD FOLDER OUT` write what the peers write; `bench.py`
//! runs all of them.
//! Stage times go to standard error: they say where the time went, not how fast anything is.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Instant;
use std::{fs, path::PathBuf};

use shared::azure::{ratecard, usage};
use shared::decimal::Decimal;
use shared::period::BillingAnchor;
use shared::ratebook::format::{self, BookId, OpenBook};
use shared::rating::{self, Account, BillingCalendar};

#[path = "ours/rollup.rs"]
mod rollup;

const ANCHOR: u8 = 14;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (target, text) = match args.as_slice() {
        ["decode", card, target] => (target, decode(card)?),
        ["rate", card, folder, target] => (target, rate(card, folder)?),
        ["rollup", card, folder, target] => (target, rollup::rollup(card, folder)?),
        // What `cargo bench` passes: there is nothing to compare with here.
        _ => {
            println!("run tests/bench/bench.py: it measures this program against its peers");
            return Ok(());
        }
    };
    Ok(fs::write(target, text)?)
}

fn stage<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    eprintln!("{name} {} ms", start.elapsed().as_millis());
    result
}

fn read_card(path: &str) -> Result<shared::ratebook::RateBook, Box<dyn Error>> {
    let bytes = stage("read card", || fs::read(path))?;
    let request = ratecard::CardRequest { offer: None, currency: None, region_info: String::new() };
    Ok(stage("decode card", || ratecard::decode(&bytes, &request))?.0)
}

/// The pages of a folder in their order.
fn pages(folder: &str, ending: &str) -> std::io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>()?;
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("page-"));
    let mut pages: Vec<PathBuf> =
        paths.into_iter().filter(|path| named(path) && path.extension().is_some_and(|found| found == ending)).collect();
    pages.sort();
    Ok(pages)
}

fn decode(card: &str) -> Result<String, Box<dyn Error>> {
    let book = read_card(card)?;
    let (mut tiers, mut bounds, mut prices, mut included) = (0, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for meter in book.meters() {
        included = included.plus(meter.included_quantity)?;
        for tier in meter.tiers.tiers() {
            tiers += 1;
            bounds = bounds.plus(tier.from)?;
            prices = prices.plus(tier.unit_price)?;
        }
    }
    let meters = book.meters().len();
    Ok(format!("meters,{meters}\ntiers,{tiers}\nbounds,{bounds}\nprices,{prices}\nincluded,{included}\n"))
}

fn rate(card: &str, folder: &str) -> Result<String, Box<dyn Error>> {
    let book = read_card(card)?;
    // The id is part of every charge, as in `forebill rate`.
    let open = stage("book id", || OpenBook { id: BookId::of(&format::to_bytes(&book)), book });
    let rows = stage("read and decode rows", || -> Result<Vec<_>, Box<dyn Error>> {
        let (mut rows, mut decoder) = (Vec::new(), usage::Decoder::default());
        for page in pages(folder, "jsonl")? {
            rows.extend(decoder.file(&fs::read(page)?)?.rows);
        }
        Ok(rows)
    })?;
    let calendar = BillingCalendar { periods: Vec::new(), anchor: BillingAnchor::new(ANCHOR)? };
    let account = Account { calendar, ..Account::default() };
    let rating = stage("rate", || rating::rate(&rows, &open, |_| account.clone()))?;
    let text = stage("write", || {
        let mut text = String::new();
        let shown = |value: Option<Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
        for charge in &rating.charges {
            let (cost, invoice) = (shown(charge.cost), shown(charge.invoice_cost));
            let period = charge.billing_period_start.to_string();
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{},{},{},{},{cost},{invoice}",
                charge.subscription_id,
                &period[..10],
                charge.meter_id,
                charge.quantity
            );
        }
        text
    });
    Ok(text)
}
