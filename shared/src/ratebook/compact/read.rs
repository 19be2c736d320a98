//! From bytes that nobody trusts to columns.
//!
//! Everything is checked once, here: lengths, order, that every code points at something and that everything pointed
//! at is there for a reason. So each set of columns has one form in bytes, and what was opened needs no further check.
//! Memory is bounded by the length of the file: whatever is counted takes at least a byte of it.

use jiff::Timestamp;

use super::columns::{Columns, Dictionaries, FLAGS, Item, KINDS};
use super::frame::{self, Part};
use super::prices;
use super::stream::Reader;
use super::texts::{MAX_ALL_TEXTS, TextReader};
use super::write::GIGA;
use super::{CompactBook, Malformed, OpenError, Stream, Wrong, header};
use crate::ratebook::MAX_METERS;
use crate::ratebook::format::BookId;

pub(super) const STREAMS: [Stream; 13] = [
    Stream::Header,
    Stream::Heads,
    Stream::Lengths,
    Stream::Texts,
    Stream::PlainPrices,
    Stream::TieredPrices,
    Stream::Dates,
    Stream::Items,
    Stream::Sizes,
    Stream::Regions,
    Stream::Effective,
    Stream::Prices,
    Stream::Ends,
];

impl CompactBook {
    /// Opens the prices of a book; refuses bytes that are not those of their hash.
    pub fn open(bytes: &[u8]) -> Result<CompactBook, OpenError> {
        CompactBook::opened(bytes, false)
    }

    /// The same for bytes that were compared with their hash already. Everything else is checked all the same.
    pub fn open_compared(bytes: &[u8]) -> Result<CompactBook, OpenError> {
        CompactBook::opened(bytes, true)
    }

    fn opened(bytes: &[u8], compared: bool) -> Result<CompactBook, OpenError> {
        let (id, streams) = frame::open(bytes, Part::Prices, STREAMS, compared)?;
        let [mut identity, heads, lengths, tails, plain, tiered, dates, items, sizes, regions, effective, price, rare] =
            streams;
        let ids_id = BookId::from_hash(&identity.array()?);
        // Everything is put where it stays: a book that breaks off is then dropped in one place and not after each step.
        let mut book = CompactBook { id, ids_id, columns: Columns::empty() };
        let columns = &mut book.columns;
        header::read(identity, columns)?;
        let mut names = TextReader { heads, lengths, tails, room: MAX_ALL_TEXTS };
        for dictionary in columns.texts.all_mut() {
            names.texts(dictionary)?;
        }
        names.end()?;
        prices::read_plain(plain, &mut columns.prices.plain)?;
        prices::read_tiered(tiered, &mut columns.prices.tiered)?;
        read_dates(dates, &mut columns.dates)?;
        read_items(items, &columns.texts, &mut columns.items)?;
        read_sizes(sizes, columns.items.len(), price.len(), &mut columns.ends_of_items)?;
        let ends = &columns.ends_of_items;
        read_regions(regions, ends, columns.texts.regions.len(), &mut columns.region)?;
        let mut marks = vec![false; columns.prices.len()];
        read_codes(price, ends, &mut marks, &mut columns.price)?;
        all_used(Stream::Prices, &marks)?;
        let mut marks = vec![false; columns.dates.len()];
        read_codes(effective, ends, &mut marks, &mut columns.effective)?;
        read_rare(rare, columns, &mut marks)?;
        all_used(Stream::Dates, &marks)?;
        check_order(columns)?;
        Ok(book)
    }
}

fn read_dates(mut reader: Reader<'_>, dates: &mut Vec<Timestamp>) -> Result<(), Malformed> {
    let room = reader.len();
    let count = reader.count(room)?;
    dates.reserve_exact(count);
    let mut second = 0i64;
    for _ in 0..count {
        let outside = || Malformed { part: Stream::Dates, what: Wrong::OutsideCalendar };
        second = second.checked_add(reader.signed()?).ok_or_else(outside)?;
        let above = i128::from(reader.below(GIGA as usize)?);
        let date = Timestamp::from_nanosecond(i128::from(second) * GIGA + above).map_err(|_| outside())?;
        if dates.last().is_some_and(|before| *before >= date) {
            return Err(reader.malformed(Wrong::NotInOrder));
        }
        dates.push(date);
    }
    reader.end()
}

fn read_items(mut reader: Reader<'_>, texts: &Dictionaries, items: &mut Vec<Item>) -> Result<(), Malformed> {
    let room = reader.len();
    let count = reader.count(room)?;
    let one_more = |texts: &super::Texts| texts.len() + 1;
    // How many there are, and whether each must occur.
    let columns = [
        (Stream::Services, texts.services.len(), true),
        (Stream::SubCategories, texts.sub_categories.len(), true),
        (Stream::Names, texts.names.len(), true),
        (Stream::Units, texts.units.len(), true),
        (Stream::Kinds, KINDS as usize, false),
        (Stream::Terms, one_more(&texts.terms), true),
        (Stream::Skus, one_more(&texts.skus), true),
        (Stream::ArmNames, one_more(&texts.arm_names), true),
        (Stream::Flags, FLAGS as usize, false),
    ];
    items.resize(count, Item::default());
    let mut codes = vec![0; count];
    for (column, (part, bound, all)) in columns.into_iter().enumerate() {
        let mut marks = vec![false; bound];
        reader.codes(&mut codes, &mut marks)?;
        for (item, code) in items.iter_mut().zip(&codes) {
            item.set_column(column, *code);
        }
        if all {
            // 0 stands for none in the optional columns.
            let optional = usize::from(Item::is_optional(column));
            all_used(part, &marks[optional..])?;
        }
    }
    reader.end()?;
    for item in &*items {
        // Two kinds have no term, three have one; a SKU has an id and a name.
        if (item.kind > 1) != (item.term > 0) || (item.sku > 0) != (item.arm_name > 0) {
            return Err(reader.malformed(Wrong::LacksPart));
        }
    }
    if items.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(reader.malformed(Wrong::NotInOrder));
    }
    Ok(())
}

/// Each cell takes a byte of the stream of prices, so there are at most `room`.
fn read_sizes(mut reader: Reader<'_>, items: usize, room: usize, ends: &mut Vec<u32>) -> Result<(), Malformed> {
    ends.reserve_exact(items);
    let mut end = 0;
    for _ in 0..items {
        let size = reader.count(room.min(MAX_METERS) - end)?;
        if size == 0 {
            return Err(reader.malformed(Wrong::NoPrice));
        }
        end += size;
        ends.push(end as u32);
    }
    reader.end()
}

fn read_regions(mut reader: Reader<'_>, ends: &[u32], bound: usize, regions: &mut Vec<u32>) -> Result<(), Malformed> {
    regions.resize(room_for(ends, &reader)?, 0);
    let mut marks = vec![false; bound];
    let mut start = 0;
    for end in ends {
        let mut region = 0u32;
        for slot in &mut regions[start..*end as usize] {
            region = region.saturating_add(reader.below(bound)?);
            match marks.get_mut(region as usize) {
                Some(mark) => *mark = true,
                None => return Err(reader.malformed(Wrong::PointsAtNothing)),
            }
            *slot = region;
        }
        start = *end as usize;
    }
    reader.end()?;
    all_used(Stream::Regions, &marks)
}

/// How many cells there are. Each takes a byte of the stream, so the memory for them is bounded by it.
fn room_for(ends: &[u32], reader: &Reader<'_>) -> Result<usize, Malformed> {
    let cells = ends.last().map_or(0, |end| *end as usize);
    if reader.len() < cells { Err(reader.malformed(Wrong::BreaksOff)) } else { Ok(cells) }
}

fn read_codes(mut reader: Reader<'_>, ends: &[u32], marks: &mut [bool], codes: &mut Vec<u32>) -> Result<(), Malformed> {
    codes.resize(room_for(ends, &reader)?, 0);
    reader.codes(codes, marks)?;
    reader.end()
}

/// A dictionary holds what is pointed at and nothing else.
fn all_used(part: Stream, marks: &[bool]) -> Result<(), Malformed> {
    if marks.contains(&false) { Err(Malformed { part, what: Wrong::Unused }) } else { Ok(()) }
}

fn read_rare(mut reader: Reader<'_>, columns: &mut Columns, dated: &mut [bool]) -> Result<(), Malformed> {
    let cells = columns.cells();
    let count = reader.count(reader.len() / 2)?;
    columns.ends.reserve_exact(count);
    let mut next = 0;
    for _ in 0..count {
        let (cell, date) = (later(&mut reader, &mut next, cells)?, reader.below(dated.len())?);
        dated[date as usize] = true;
        columns.ends.push((cell, date));
    }
    let count = reader.count(reader.len())?;
    columns.superseded.reserve_exact(count);
    next = 0;
    for _ in 0..count {
        columns.superseded.push(later(&mut reader, &mut next, cells)?);
    }
    reader.end()
}

/// A cell from `next` on, by its distance.
fn later(reader: &mut Reader<'_>, next: &mut usize, cells: usize) -> Result<u32, Malformed> {
    let cell = reader.below(cells.saturating_sub(*next))? as usize + *next;
    *next = cell + 1;
    Ok(cell as u32)
}

/// Cells of one item stand in order of region, date, end and price.
fn check_order(columns: &Columns) -> Result<(), Malformed> {
    let key = |cell: usize| (columns.effective[cell], columns.ends_at(cell), columns.price[cell]);
    for item in 0..columns.items.len() {
        for cell in columns.cells_of(item).skip(1) {
            if columns.region[cell - 1] == columns.region[cell] && key(cell - 1) > key(cell) {
                return Err(Malformed { part: Stream::Effective, what: Wrong::NotInOrder });
            }
        }
    }
    Ok(())
}
