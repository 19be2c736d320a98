//! From bytes that nobody trusts to columns.
//!
//! Everything is checked once, here: lengths, order, that every code points at something and that everything pointed
//! at is there for a reason. So each set of columns has one form in bytes, and what was opened needs no further check.
//! Memory is bounded by the length of the file: whatever is counted takes at least a byte of it.

use jiff::Timestamp;

use super::columns::{Columns, Dictionaries, FLAGS, Item, KINDS};
use super::frame::{self, Part};
use super::prices::{self, Prices};
use super::stream::Reader;
use super::texts::{MAX_ALL_TEXTS, TextReader};
use super::write::GIGA;
use super::{CompactBook, Malformed, OpenError, header};
use crate::ratebook::MAX_METERS;
use crate::ratebook::format::BookId;

const STREAMS: [&str; 13] = [
    "the header",
    "heads of texts",
    "lengths of texts",
    "texts",
    "plain prices",
    "tiered prices",
    "dates",
    "items",
    "sizes of items",
    "regions",
    "effective dates",
    "prices",
    "ends",
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
        let (header, excluded) = header::read(identity)?;
        let mut names = TextReader { heads, lengths, tails, room: MAX_ALL_TEXTS };
        let mut texts = Dictionaries::default();
        for dictionary in texts.all_mut() {
            *dictionary = names.texts()?;
        }
        names.end()?;
        let prices = Prices { plain: prices::read_plain(plain)?, tiered: prices::read_tiered(tiered)? };
        let dates = read_dates(dates)?;
        let items = read_items(items, &texts)?;
        let ends_of_items = read_sizes(sizes, items.len(), price.len())?;
        let region = read_regions(regions, &ends_of_items, texts.regions.len())?;
        let (mut dated, mut priced) = (vec![false; dates.len()], vec![false; prices.len()]);
        let effective = read_codes(effective, &ends_of_items, &mut dated)?;
        let price = read_codes(price, &ends_of_items, &mut priced)?;
        let (ends, superseded) = read_rare(rare, region.len(), &mut dated)?;
        all_used("dates", &dated)?;
        all_used("prices", &priced)?;
        let columns = Columns {
            header,
            texts,
            prices,
            items,
            ends_of_items,
            region,
            price,
            effective,
            ends,
            superseded,
            dates,
            excluded,
        };
        check_order(&columns)?;
        Ok(CompactBook { id, ids_id, columns })
    }
}

fn read_dates(mut reader: Reader<'_>) -> Result<Vec<Timestamp>, Malformed> {
    let room = reader.len();
    let count = reader.count(room)?;
    let mut dates: Vec<Timestamp> = Vec::with_capacity(count);
    let mut second = 0i64;
    for _ in 0..count {
        let outside = || Malformed { part: "dates", what: "has a time outside the calendar" };
        second = second.checked_add(reader.signed()?).ok_or_else(outside)?;
        let above = i128::from(reader.below(GIGA as usize)?);
        let date = Timestamp::from_nanosecond(i128::from(second) * GIGA + above).map_err(|_| outside())?;
        if dates.last().is_some_and(|before| *before >= date) {
            return Err(reader.malformed("is not in order"));
        }
        dates.push(date);
    }
    reader.end()?;
    Ok(dates)
}

fn read_items(mut reader: Reader<'_>, texts: &Dictionaries) -> Result<Vec<Item>, Malformed> {
    let room = reader.len();
    let count = reader.count(room)?;
    let one_more = |texts: &super::Texts| texts.len() + 1;
    // How many there are, and whether each must occur.
    let columns = [
        ("services", texts.services.len(), true),
        ("sub-categories", texts.sub_categories.len(), true),
        ("names", texts.names.len(), true),
        ("units", texts.units.len(), true),
        ("kinds", KINDS as usize, false),
        ("terms", one_more(&texts.terms), true),
        ("SKUs", one_more(&texts.skus), true),
        ("names of SKUs", one_more(&texts.arm_names), true),
        ("flags", FLAGS as usize, false),
    ];
    let mut items = vec![Item::default(); count];
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
    for item in &items {
        // Two kinds have no term, three have one; a SKU has an id and a name.
        if (item.kind > 1) != (item.term > 0) || (item.sku > 0) != (item.arm_name > 0) {
            return Err(reader.malformed("has an item that lacks a part"));
        }
    }
    if items.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(reader.malformed("is not in order"));
    }
    Ok(items)
}

/// Each cell takes a byte of the stream of prices, so there are at most `room`.
fn read_sizes(mut reader: Reader<'_>, items: usize, room: usize) -> Result<Vec<u32>, Malformed> {
    let mut ends = Vec::with_capacity(items);
    let mut end = 0;
    for _ in 0..items {
        let size = reader.count(room.min(MAX_METERS) - end)?;
        if size == 0 {
            return Err(reader.malformed("has an item without a price"));
        }
        end += size;
        ends.push(end as u32);
    }
    reader.end()?;
    Ok(ends)
}

fn read_regions(mut reader: Reader<'_>, ends: &[u32], bound: usize) -> Result<Vec<u32>, Malformed> {
    let mut regions = vec![0; room_for(ends, &reader)?];
    let mut marks = vec![false; bound];
    let mut start = 0;
    for end in ends {
        let mut region = 0u32;
        for slot in &mut regions[start..*end as usize] {
            region = region.saturating_add(reader.below(bound)?);
            match marks.get_mut(region as usize) {
                Some(mark) => *mark = true,
                None => return Err(reader.malformed("points at nothing")),
            }
            *slot = region;
        }
        start = *end as usize;
    }
    reader.end()?;
    all_used("regions", &marks)?;
    Ok(regions)
}

/// How many cells there are. Each takes a byte of the stream, so the memory for them is bounded by it.
fn room_for(ends: &[u32], reader: &Reader<'_>) -> Result<usize, Malformed> {
    let cells = ends.last().map_or(0, |end| *end as usize);
    if reader.len() < cells { Err(reader.malformed("breaks off")) } else { Ok(cells) }
}

fn read_codes(mut reader: Reader<'_>, ends: &[u32], marks: &mut [bool]) -> Result<Vec<u32>, Malformed> {
    let mut codes = vec![0; room_for(ends, &reader)?];
    reader.codes(&mut codes, marks)?;
    reader.end()?;
    Ok(codes)
}

/// A dictionary holds what is pointed at and nothing else.
fn all_used(part: &'static str, marks: &[bool]) -> Result<(), Malformed> {
    if marks.contains(&false) { Err(Malformed { part, what: "holds something that nothing uses" }) } else { Ok(()) }
}

type Rare = (Vec<(u32, u32)>, Vec<u32>);

fn read_rare(mut reader: Reader<'_>, cells: usize, dated: &mut [bool]) -> Result<Rare, Malformed> {
    let mut next = 0;
    let mut cell = |reader: &mut Reader<'_>, first: bool| -> Result<u32, Malformed> {
        next = if first { 0 } else { next };
        let cell = reader.below(cells.saturating_sub(next))? as usize + next;
        next = cell + 1;
        Ok(cell as u32)
    };
    let room = reader.len();
    let count = reader.count(room / 2)?;
    let mut ends = Vec::with_capacity(count);
    for position in 0..count {
        let (cell, date) = (cell(&mut reader, position == 0)?, reader.below(dated.len())?);
        dated[date as usize] = true;
        ends.push((cell, date));
    }
    let room = reader.len();
    let count = reader.count(room)?;
    let mut superseded = Vec::with_capacity(count);
    for position in 0..count {
        superseded.push(cell(&mut reader, position == 0)?);
    }
    reader.end()?;
    Ok((ends, superseded))
}

/// Cells of one item stand in order of region, date, end and price.
fn check_order(columns: &Columns) -> Result<(), Malformed> {
    let key = |cell: usize| (columns.effective[cell], columns.ends_at(cell), columns.price[cell]);
    for item in 0..columns.items.len() {
        for cell in columns.cells_of(item).skip(1) {
            if columns.region[cell - 1] == columns.region[cell] && key(cell - 1) > key(cell) {
                return Err(Malformed { part: "effective dates", what: "is not in order" });
            }
        }
    }
    Ok(())
}
