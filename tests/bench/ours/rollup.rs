//! The whole job: pages of usage → exact charges → cost by tag and day.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::mem::ManuallyDrop;

use shared::azure::usage::ColumnDecoder;
use shared::period::BillingAnchor;
use shared::ratebook::format::{self, BookId, OpenBook};
use shared::rating::{Account, BillingCalendar};
use shared::rollup;

use super::{ANCHOR, pages, read_card, stage};

pub fn rollup(card: &str, folder: &str) -> Result<String, Box<dyn Error>> {
    let book = read_card(card)?;
    let open = stage("book id", || OpenBook { id: BookId::of(&format::to_bytes(&book)), book });
    let usage = stage("read pages", || -> Result<_, Box<dyn Error>> {
        let mut decoder = ColumnDecoder::default();
        for page in pages(folder, "json")? {
            let mut file = File::open(&page)?;
            if decoder.pieces(|room| file.read(room))?.is_none() {
                decoder.page(&std::fs::read(&page)?)?;
            }
        }
        // As the command does: the process ends with the answer.
        Ok(ManuallyDrop::new(decoder.finish()))
    })?;
    let calendar = BillingCalendar { periods: Vec::new(), anchor: BillingAnchor::new(ANCHOR)? };
    let account = Account { calendar, ..Account::default() };
    let rollup = stage("rate and sum", || rollup::by_tag_and_day(&usage, &open, |_| account.clone(), "costCenter"))?;
    let mut text = String::new();
    for row in &rollup.rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{},{},{},{},{}", row.day, row.value, row.cost, row.rows, row.unpriced_rows);
    }
    Ok(text)
}
