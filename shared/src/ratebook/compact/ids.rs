//! The ids of a book's meters: a file of its own, because 122 random bits a meter are nine tenths of everything and
//! only a usage file needs them.

use super::frame::{self, Part};
use super::of_book::order_by;
use super::stream::{Reader, Writer};
use super::{Malformed, OpenError, Stream, Wrong};
use crate::guid::MeterId;
use crate::order::{self, Map};
use crate::ratebook::format::BookId;
use crate::ratebook::{MAX_METERS, RateBook};

const BITS: usize = 16;
pub(super) const STREAMS: [Stream; 3] = [Stream::Ids, Stream::IdsOfCells, Stream::Excluded];

/// The id of each cell, and the ids that the offer's terms exclude.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterIds {
    /// In order of first use.
    pub(super) distinct: Vec<MeterId>,
    /// For each cell its place among them.
    pub(super) of_cells: Vec<u32>,
    pub(super) excluded: Vec<MeterId>,
}

impl MeterIds {
    pub(super) fn of_book(book: &RateBook, places: &[u32]) -> MeterIds {
        let mut seen: Map<MeterId, u32> = Map::new();
        let (mut distinct, mut of_cells) = (Vec::new(), Vec::with_capacity(places.len()));
        for place in places {
            let id = book.meters()[*place as usize].id;
            of_cells.push(*seen.entry(id).or_insert_with(|| {
                distinct.push(id);
                distinct.len() as u32 - 1
            }));
        }
        let excluded = book.header().terms.iter().flat_map(|term| &term.excluded_meter_ids).copied().collect();
        MeterIds { distinct, of_cells, excluded }
    }

    /// The id of a cell's meter.
    #[must_use]
    pub fn get(&self, cell: usize) -> Option<MeterId> {
        self.distinct.get(*self.of_cells.get(cell)? as usize).copied()
    }

    /// Each id once, in order of first use; for each cell 0 when it is the next new one, else how far back it stands.
    pub(super) fn write(&self) -> (BookId, Vec<u8>) {
        let (mut ids, mut cells, mut excluded) = (Writer::default(), Writer::default(), Writer::default());
        let mut known = 0;
        for place in &self.of_cells {
            let back = known - *place;
            known += u32::from(back == 0);
            cells.put(u64::from(back));
        }
        for (writer, all) in [(&mut ids, &self.distinct), (&mut excluded, &self.excluded)] {
            all.iter().for_each(|id| writer.bytes.extend_from_slice(&id.bits().to_be_bytes()));
        }
        frame::seal(Part::Ids, &[ids, cells, excluded])
    }

    /// Opens the file of the ids.
    pub fn open(bytes: &[u8]) -> Result<(BookId, MeterIds), OpenError> {
        MeterIds::ranked(bytes).map(|(id, ids, _)| (id, ids))
    }

    /// The same, and the place of each distinct id among them in ascending order: that shows that none stands twice.
    pub(super) fn ranked(bytes: &[u8]) -> Result<(BookId, MeterIds, Vec<u32>), OpenError> {
        let (id, [ids, mut cells, excluded]) = frame::open(bytes, Part::Ids, STREAMS, false)?;
        let (distinct, excluded) = (read_ids(ids)?, read_ids(excluded)?);
        let Some(ranks) = ranks(&distinct) else { return Err(cells.malformed(Wrong::IdTwice).into()) };
        let mut of_cells = Vec::with_capacity(cells.len().min(MAX_METERS));
        let mut known = 0;
        while cells.len() > 0 {
            let back = cells.below(known + 1)?;
            let place = known as u32 - back;
            known += usize::from(back == 0);
            if place as usize >= distinct.len() {
                return Err(cells.malformed(Wrong::PointsAtNothing).into());
            }
            of_cells.push(place);
        }
        if known != distinct.len() || of_cells.len() > MAX_METERS {
            return Err(cells.malformed(Wrong::OtherIds).into());
        }
        Ok((id, MeterIds { distinct, of_cells, excluded }, ranks))
    }
}

fn read_ids(mut reader: Reader<'_>) -> Result<Vec<MeterId>, Malformed> {
    let mut ids = Vec::with_capacity(reader.len() / BITS);
    while reader.len() > 0 {
        ids.push(MeterId::from_bits(u128::from_be_bytes(reader.array()?)));
    }
    Ok(ids)
}

/// The rank of each id; nothing where one stands twice. Ids are random, so their first 32 bits order nearly all of
/// them, in two walks; somebody may have made ids that are not.
fn ranks(ids: &[MeterId]) -> Option<Vec<u32>> {
    let head = |id: &MeterId| (id.bits() >> 96) as u32;
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order_by(&mut order, &ids.iter().map(|id| head(id) & 0xffff).collect::<Vec<_>>());
    order_by(&mut order, &ids.iter().map(|id| head(id) >> 16).collect::<Vec<_>>());
    let id = |place: &u32| ids[*place as usize];
    for alike in order.chunk_by_mut(|a, b| head(&id(a)) == head(&id(b))).filter(|alike| alike.len() > 1) {
        order::sort_by_key(alike, id);
    }
    let mut ranks = vec![0; ids.len()];
    for (rank, place) in order.iter().enumerate() {
        ranks[*place as usize] = rank as u32;
    }
    let distinct = order.windows(2).all(|pair| id(&pair[0]) < id(&pair[1]));
    distinct.then_some(ranks)
}
