//! The ids of a book's meters: a file of its own, because 122 random bits a meter are nine tenths of everything and
//! only a usage file needs them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::frame::{self, Part};
use super::stream::{Reader, Writer};
use super::{CompactBook, Malformed, NotABookOfThese, OpenError, Stream, Wrong};
use crate::guid::MeterId;
use crate::meter::{Meter, Sku};
use crate::ratebook::format::BookId;
use crate::ratebook::{Interner, MAX_METERS, RateBook};

const BITS: usize = 16;
const STREAMS: [Stream; 3] = [Stream::Ids, Stream::IdsOfCells, Stream::Excluded];

/// The id of each cell, and the ids that the offer's terms exclude.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterIds {
    of_cells: Vec<MeterId>,
    excluded: Vec<MeterId>,
}

impl MeterIds {
    pub(super) fn of_book(book: &RateBook, places: &[u32]) -> MeterIds {
        MeterIds {
            of_cells: places.iter().map(|place| book.meters()[*place as usize].id).collect(),
            excluded: book.header().terms.iter().flat_map(|term| &term.excluded_meter_ids).copied().collect(),
        }
    }

    /// The id of a cell's meter.
    #[must_use]
    pub fn get(&self, cell: usize) -> Option<MeterId> {
        self.of_cells.get(cell).copied()
    }

    /// Each id once, in order of first use; for each cell 0 when it is the next new one, else how far back it stands.
    pub(super) fn write(&self) -> (BookId, Vec<u8>) {
        let (mut ids, mut cells, mut excluded) = (Writer::default(), Writer::default(), Writer::default());
        let mut seen: BTreeMap<MeterId, usize> = BTreeMap::new();
        for id in &self.of_cells {
            match seen.get(id) {
                Some(place) => cells.count(seen.len() - place),
                None => {
                    cells.put(0);
                    ids.bytes.extend_from_slice(&id.bits().to_be_bytes());
                    seen.insert(*id, seen.len());
                }
            }
        }
        for id in &self.excluded {
            excluded.bytes.extend_from_slice(&id.bits().to_be_bytes());
        }
        frame::seal(Part::Ids, &[ids, cells, excluded])
    }

    /// Opens the file of the ids.
    pub fn open(bytes: &[u8]) -> Result<(BookId, MeterIds), OpenError> {
        let (id, [ids, mut cells, excluded]) = frame::open(bytes, Part::Ids, STREAMS, false)?;
        let (distinct, excluded) = (read_ids(ids)?, read_ids(excluded)?);
        if distinct.iter().collect::<BTreeSet<_>>().len() < distinct.len() {
            return Err(cells.malformed(Wrong::IdTwice).into());
        }
        let mut of_cells = Vec::with_capacity(cells.len().min(MAX_METERS));
        let mut known = 0;
        while cells.len() > 0 {
            let back = cells.below(known + 1)? as usize;
            known += usize::from(back == 0);
            let place = if back == 0 { known - 1 } else { known - back };
            of_cells.push(*distinct.get(place).ok_or_else(|| cells.malformed(Wrong::PointsAtNothing))?);
        }
        if known != distinct.len() || of_cells.len() > MAX_METERS {
            return Err(cells.malformed(Wrong::OtherIds).into());
        }
        Ok((id, MeterIds { of_cells, excluded }))
    }
}

fn read_ids(mut reader: Reader<'_>) -> Result<Vec<MeterId>, Malformed> {
    let mut ids = Vec::with_capacity(reader.len() / BITS);
    while reader.len() > 0 {
        ids.push(MeterId::from_bits(u128::from_be_bytes(reader.array()?)));
    }
    Ok(ids)
}

impl CompactBook {
    /// The whole book. The ids must be those that its prices name.
    pub fn to_book(&self, ids: &[u8]) -> Result<RateBook, NotABookOfThese> {
        let (id, ids) = MeterIds::open(ids)?;
        let columns = self.columns();
        let excluded: usize = columns.excluded.iter().sum();
        if id != *self.ids_id() || ids.of_cells.len() != columns.cells() || ids.excluded.len() != excluded {
            return Err(NotABookOfThese::OtherIds);
        }
        let mut header = columns.header.clone();
        let mut rest = ids.excluded.iter();
        for (term, count) in header.terms.iter_mut().zip(&columns.excluded) {
            term.excluded_meter_ids = rest.by_ref().take(*count).copied().collect();
        }
        let mut interner = Interner::default();
        let tables: Vec<_> = (0..columns.prices.len() as u32).map(|number| columns.prices.table(number)).collect();
        let mut meters = Vec::with_capacity(columns.cells());
        for (place, item) in columns.items.iter().enumerate() {
            let mut text = |text: &str| interner.text(text);
            let texts = &columns.texts;
            let empty: Arc<str> = text("");
            let mut meter = Meter {
                id: MeterId::from_bits(0),
                category: text(texts.services.get(item.service)),
                sub_category: text(texts.sub_categories.get(item.sub_category)),
                name: text(texts.names.get(item.name)),
                region: empty,
                unit: text(texts.units.get(item.unit)),
                effective_at: jiff::Timestamp::UNIX_EPOCH,
                ends_at: None,
                included_quantity: crate::decimal::Decimal::ZERO,
                tiers: columns.prices.table(0),
                kind: columns.kind(item),
                sku: item.sku.checked_sub(1).zip(item.arm_name()).map(|(id, arm_name)| Sku {
                    id: text(texts.skus.get(id)),
                    arm_name: text(texts.arm_names.get(arm_name)),
                }),
                third_party: item.is_third_party(),
                deprecated: item.is_deprecated(),
            };
            for cell in columns.cells_of(place) {
                let price = columns.price[cell];
                meter.id = ids.of_cells[cell];
                meter.region = text(texts.regions.get(columns.region[cell]));
                meter.effective_at = columns.effective_at(cell);
                meter.ends_at = columns.ends_at(cell);
                meter.included_quantity = columns.prices.included(price);
                meter.tiers = tables[price as usize].clone();
                meters.push(meter.clone());
            }
        }
        let (book, repeated) = RateBook::new(header, meters)?;
        // Written again it must be these files: so no second pair of files is the same book.
        let (again, places) = super::of_book::columns(&book);
        if !repeated.is_empty() || again != *columns || MeterIds::of_book(&book, &places) != ids {
            return Err(NotABookOfThese::OtherOrder);
        }
        Ok(book)
    }
}
