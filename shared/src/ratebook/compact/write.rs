//! From columns to bytes.

use super::columns::{Columns, Item};
use super::frame::{self, Part};
use super::ids::MeterIds;
use super::stream::Writer;
use super::texts::{MAX_ALL_TEXTS, MAX_TEXT_BYTES, TextWriter};
use super::{NotWritable, header, of_book, prices};
use crate::ratebook::RateBook;
use crate::ratebook::format::BookId;

/// The two files of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Content hash of the prices, which stands in them and is their name.
    pub id: BookId,
    /// Everything but the ids.
    pub prices: Vec<u8>,
    /// Content hash of the ids; the prices state it.
    pub ids_id: BookId,
    /// The ids of the meters.
    pub ids: Vec<u8>,
}

/// Writes the book. The same prices give the same bytes, in whatever order they came.
pub fn write(book: &RateBook) -> Result<Written, NotWritable> {
    for meter in book.meters() {
        if meter.included_quantity.is_negative() {
            return Err(NotWritable::NegativeIncluded { meter_id: meter.id });
        }
    }
    let (columns, places) = of_book::columns(book);
    let (ids_id, ids) = MeterIds::of_book(book, &places).write();
    let (id, prices) = columns.write(&ids_id)?;
    Ok(Written { id, prices, ids_id, ids })
}

impl Columns {
    /// The bytes of the prices, which name the file of the ids.
    pub(super) fn write(&self, ids: &BookId) -> Result<(BookId, Vec<u8>), NotWritable> {
        let mut names = TextWriter::default();
        let mut room = MAX_ALL_TEXTS;
        for texts in self.texts.all() {
            let long = texts.iter().map(str::len).find(|bytes| *bytes > MAX_TEXT_BYTES);
            if let Some(bytes) = long {
                return Err(NotWritable::LongText { bytes });
            }
            let bytes = texts.iter().map(str::len).sum();
            room = room.checked_sub(bytes).ok_or(NotWritable::LongText { bytes })?;
            names.put(texts);
        }
        let mut identity = Writer { bytes: ids.hash().to_vec() };
        identity.bytes.extend_from_slice(&header::write(&self.header, &self.excluded)?.bytes);
        Ok(frame::seal(
            Part::Prices,
            &[
                identity,
                names.heads,
                names.lengths,
                names.tails,
                prices::write_plain(&self.prices.plain),
                prices::write_tiered(&self.prices.tiered),
                self.write_dates(),
                self.write_items(),
                self.write_sizes(),
                self.write_regions(),
                self.write_effective(),
                self.write_prices(),
                write_rare(&self.ends, &self.superseded),
            ],
        ))
    }

    /// The first date, then what lies between; nanoseconds behind each, for the day when somebody writes them.
    fn write_dates(&self) -> Writer {
        let mut writer = Writer::default();
        writer.count(self.dates.len());
        let mut before = 0;
        for date in &self.dates {
            // A timestamp before 1970 has negative parts: the floor and what is above it are one form.
            let (second, above) = (date.as_nanosecond().div_euclid(GIGA), date.as_nanosecond().rem_euclid(GIGA));
            writer.put_signed(second as i64 - before);
            writer.put(above as u64);
            before = second as i64;
        }
        writer
    }

    /// Column by column, each number as the distance from the item before.
    fn write_items(&self) -> Writer {
        let mut writer = Writer::default();
        writer.count(self.items.len());
        for column in 0..Item::COLUMNS {
            let mut before = 0;
            for item in &self.items {
                let code = i64::from(item.column(column));
                writer.put_signed(code - before);
                before = code;
            }
        }
        writer
    }

    /// How many cells each item has.
    fn write_sizes(&self) -> Writer {
        let mut writer = Writer::default();
        for item in 0..self.items.len() {
            writer.count(self.cells_of(item).len());
        }
        writer
    }

    /// Within an item regions ascend.
    fn write_regions(&self) -> Writer {
        let mut writer = Writer::default();
        for item in 0..self.items.len() {
            let mut before = 0;
            for region in &self.region[self.cells_of(item)] {
                writer.put(u64::from(region - before));
                before = *region;
            }
        }
        writer
    }

    fn write_effective(&self) -> Writer {
        let mut writer = Writer::default();
        let mut before = 0;
        for date in self.effective.iter().map(|date| i64::from(*date)) {
            writer.put_signed(date - before);
            before = date;
        }
        writer
    }

    /// Prices of one thing in several regions are alike, and so are their numbers.
    fn write_prices(&self) -> Writer {
        let mut writer = Writer::default();
        let mut before = 0;
        for price in self.price.iter().map(|price| i64::from(*price)) {
            writer.put_signed(price - before);
            before = price;
        }
        writer
    }
}

pub(super) const GIGA: i128 = 1_000_000_000;

/// What few cells have: ends, and newer prices of the same meter.
fn write_rare(ends: &[(u32, u32)], superseded: &[u32]) -> Writer {
    let mut writer = Writer::default();
    writer.count(ends.len());
    let mut next = 0;
    for (cell, date) in ends {
        writer.put(u64::from(cell - next));
        writer.put(u64::from(*date));
        next = cell + 1;
    }
    writer.count(superseded.len());
    next = 0;
    for cell in superseded {
        writer.put(u64::from(cell - next));
        next = cell + 1;
    }
    writer
}
