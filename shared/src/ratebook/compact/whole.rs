//! Prices and ids together: the whole book again.
//!
//! That both files are those that would be written for the book is seen from their order, without writing them: the
//! dictionaries, prices and items were checked when the prices were opened, and what ids decide is checked here.

use std::sync::Arc;

use super::columns::{Columns, Item};
use super::ids::MeterIds;
use super::of_book::order_by;
use super::texts::Texts;
use super::{CompactBook, NotABookOfThese, frame};
use crate::meter::{Meter, Sku};
use crate::ratebook::format::BookId;
use crate::ratebook::{RateBook, price_key};

/// The whole book of two files.
pub fn open(prices: &[u8], ids: &[u8]) -> Result<Whole, NotABookOfThese> {
    CompactBook::open(prices).map_err(NotABookOfThese::Prices)?.whole(ids)
}

/// The same of one piece of bytes: the prices, the ids, and the id of the book's JSON form as text. That id is believed.
pub fn open_joined(bytes: &[u8]) -> Result<(BookId, Whole), NotABookOfThese> {
    let (prices, rest) = frame::split(bytes).map_err(NotABookOfThese::Prices)?;
    if rest.is_empty() {
        return Err(NotABookOfThese::NoId);
    }
    let (ids, id) = frame::split(rest)?;
    let id = std::str::from_utf8(id).ok().and_then(|id| id.parse().ok()).ok_or(NotABookOfThese::NoId)?;
    Ok((id, open(prices, ids)?))
}

/// Whether bytes are a compact book's, or nobody's.
#[must_use]
pub fn is_compact(bytes: &[u8]) -> bool {
    bytes.starts_with(frame::MAGIC)
}

/// A book and its columns.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The book.
    pub book: RateBook,
    /// What its prices say, by columns.
    pub columns: Columns,
    /// The place in the book of each cell.
    pub places: Vec<u32>,
}

impl CompactBook {
    /// The whole book. The ids must be those that its prices name.
    pub fn to_book(&self, ids: &[u8]) -> Result<RateBook, NotABookOfThese> {
        self.clone().whole(ids).map(|whole| whole.book)
    }

    /// The same with its columns, for whoever needs both.
    pub fn whole(self, ids: &[u8]) -> Result<Whole, NotABookOfThese> {
        let (id, ids, ranks) = MeterIds::ranked(ids)?;
        let CompactBook { ids_id, columns, .. } = self;
        let excluded: usize = columns.excluded.iter().sum();
        if id != ids_id || ids.of_cells.len() != columns.cells() || ids.excluded.len() != excluded {
            return Err(NotABookOfThese::OtherIds);
        }
        let mut header = columns.header.clone();
        let mut rest = ids.excluded.iter();
        for (term, count) in header.terms.iter_mut().zip(&columns.excluded) {
            term.excluded_meter_ids = rest.by_ref().take(*count).copied().collect();
        }
        let items = items_of(&columns);
        let cells = in_order_of_book(&columns, &ids, &ranks, &items);
        let meters = meters(&columns, &ids, &items, &cells);
        // They stand in order already, and what stands twice is refused like every other second form.
        let (book, repeated) = RateBook::new(header, meters)?;
        if !repeated.is_empty() || !is_as_written(&book, &columns, &cells) {
            return Err(NotABookOfThese::OtherOrder);
        }
        let mut places = vec![0; cells.len()];
        for (place, cell) in cells.iter().enumerate() {
            places[*cell as usize] = place as u32;
        }
        if !ties_are_in_order(&columns, &places) {
            return Err(NotABookOfThese::OtherOrder);
        }
        Ok(Whole { book, columns, places })
    }
}

/// The item of each cell.
fn items_of(columns: &Columns) -> Vec<u32> {
    let mut items = Vec::with_capacity(columns.cells());
    for item in 0..columns.items.len() {
        items.resize(columns.cells_of(item).end, item as u32);
    }
    items
}

/// The cells in the order of a book's meters. Codes stand for texts in the order of the texts.
fn in_order_of_book(columns: &Columns, ids: &MeterIds, ranks: &[u32], items: &[u32]) -> Vec<u32> {
    let mut cells: Vec<u32> = (0..items.len() as u32).collect();
    // Only rows of one meter ask for more than its id.
    if ids.distinct.len() < items.len() {
        let of_items = |code: fn(&Item) -> u32| -> Vec<u32> {
            items.iter().map(|item| code(&columns.items[*item as usize])).collect()
        };
        order_by(&mut cells, &columns.effective);
        order_by(&mut cells, &of_items(|item| item.arm_name));
        order_by(&mut cells, &of_items(|item| item.sku));
        order_by(&mut cells, &columns.region);
        order_by(&mut cells, &of_items(|item| item.term));
        order_by(&mut cells, &of_items(|item| item.kind));
    }
    order_by(&mut cells, &ids.of_cells.iter().map(|place| ranks[*place as usize]).collect::<Vec<_>>());
    cells
}

/// A meter for each cell, in the order of the cells that are given. Texts and tables are shared.
fn meters(columns: &Columns, ids: &MeterIds, items: &[u32], cells: &[u32]) -> Vec<Meter> {
    let texts = &columns.texts;
    let shared = |texts: &Texts| texts.iter().map(Arc::from).collect::<Vec<Arc<str>>>();
    let (services, sub_categories) = (shared(&texts.services), shared(&texts.sub_categories));
    let (names, units, regions) = (shared(&texts.names), shared(&texts.units), shared(&texts.regions));
    let (skus, arm_names) = (shared(&texts.skus), shared(&texts.arm_names));
    let tables: Vec<_> = (0..columns.prices.len() as u32).map(|number| columns.prices.table(number)).collect();
    let kinds: Vec<_> = columns.items.iter().map(|item| columns.kind(item)).collect();
    let text = |texts: &[Arc<str>], code: u32| texts[code as usize].clone();
    let meter = |cell: &u32| {
        let cell = *cell as usize;
        let (place, price) = (items[cell] as usize, columns.price[cell]);
        let item = &columns.items[place];
        Meter {
            id: ids.distinct[ids.of_cells[cell] as usize],
            category: text(&services, item.service),
            sub_category: text(&sub_categories, item.sub_category),
            name: text(&names, item.name),
            region: text(&regions, columns.region[cell]),
            unit: text(&units, item.unit),
            effective_at: columns.effective_at(cell),
            ends_at: columns.ends_at(cell),
            included_quantity: columns.prices.included(price),
            tiers: tables[price as usize].clone(),
            kind: kinds[place].clone(),
            sku: item
                .sku
                .checked_sub(1)
                .zip(item.arm_name())
                .map(|(id, arm_name)| Sku { id: text(&skus, id), arm_name: text(&arm_names, arm_name) }),
            third_party: item.is_third_party(),
            deprecated: item.is_deprecated(),
        }
    };
    cells.iter().map(meter).collect()
}

/// Whether the cells after which a newer price stands are those that say so.
fn is_as_written(book: &RateBook, columns: &Columns, cells: &[u32]) -> bool {
    let mut newer = vec![false; cells.len()];
    for (pair, cell) in book.meters().windows(2).zip(cells) {
        newer[*cell as usize] = price_key(&pair[0]) == price_key(&pair[1]);
    }
    let said = newer.iter().enumerate().filter(|(_, newer)| **newer).map(|(cell, _)| cell as u32);
    said.eq(columns.superseded.iter().copied())
}

/// Cells that differ in nothing but their meter stand in the order of the book.
fn ties_are_in_order(columns: &Columns, places: &[u32]) -> bool {
    let codes = [&columns.region, &columns.effective, &columns.price];
    let differ =
        |a: usize, b: usize| codes.iter().any(|codes| codes[a] != codes[b]) || columns.ends_at(a) != columns.ends_at(b);
    let is_in_order = |cell: usize| places[cell - 1] < places[cell] || differ(cell - 1, cell);
    (0..columns.items.len()).all(|item| columns.cells_of(item).skip(1).all(is_in_order))
}
