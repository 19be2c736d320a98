//! From the text of a GUID to the number of its meter, for every row of a file.
//!
//! The ids of a book are sorted, and a directory says where each group of equal leading bits begins: one look into
//! the directory, one or two at the ids. GUIDs are random, so the groups are small; where somebody chose them not to
//! be, a group is searched by halves. There is no hash that could be made to collide.

use std::collections::BTreeMap;

use crate::guid::{MeterId, NotAGuid};
use crate::ratebook::RateBook;

/// Not used in any row yet.
const UNUSED: u32 = u32::MAX;

/// Places for the meters that rows used last, by the last bits of their ids: a quarter of a megabyte, which stays in
/// the cache where a whole book does not.
const RECENT: usize = 1 << 13;

/// Groups longer than this are searched by halves.
const FEW: usize = 8;

/// An id and the number of its meter: what a row needs lies in one place.
#[derive(Debug, Clone, Copy)]
struct Entry {
    id: MeterId,
    number: u32,
}

/// Numbers the meters of rows as they come: the dictionary [`super::UsageColumns::meters`] and its column.
#[derive(Debug, Clone)]
pub struct MeterNumbers {
    recent: Vec<Entry>,
    /// The ids of the book, ascending.
    entries: Vec<Entry>,
    /// Leading bits of an id → the first entry with these bits; one more than there are groups.
    groups: Vec<u32>,
    shift: u32,
    unknown: BTreeMap<MeterId, u32>,
    meters: Vec<MeterId>,
}

impl MeterNumbers {
    /// Knows the ids of a book; no meter has a number yet.
    #[must_use]
    pub fn of(book: &RateBook) -> MeterNumbers {
        let mut ids: Vec<MeterId> = book.meters().iter().map(|meter| meter.id).collect();
        ids.dedup();
        // Twice as many groups as ids: most groups have one or none.
        let bits = (ids.len().max(1) * 2).next_power_of_two().trailing_zeros();
        let shift = u128::BITS - bits;
        let mut groups = Vec::with_capacity((1 << bits) + 1);
        let mut at = 0;
        for group in 0..=1u128 << bits {
            groups.push(at as u32);
            at += ids[at..].iter().take_while(|id| id.bits() >> shift == group).count();
        }
        let entries: Vec<Entry> = ids.into_iter().map(|id| Entry { id, number: UNUSED }).collect();
        // An entry without a number is nobody's, so any id will do.
        let recent = entries.first().map_or(Vec::new(), |any| vec![*any; RECENT]);
        MeterNumbers { recent, entries, groups, shift, unknown: BTreeMap::new(), meters: Vec::new() }
    }

    #[inline]
    fn find(&mut self, id: MeterId) -> Option<&mut Entry> {
        let group = (id.bits() >> self.shift) as usize;
        let (first, end) = (self.groups[group] as usize, self.groups[group + 1] as usize);
        let entries = &mut self.entries[first..end];
        if entries.len() <= FEW {
            return entries.iter_mut().find(|entry| entry.id == id);
        }
        let at = entries.binary_search_by_key(&id, |entry| entry.id).ok()?;
        entries.get_mut(at)
    }

    /// The number of the meter with this GUID, in upper or lower case; a meter that the book does not know has one,
    /// too.
    #[inline]
    pub fn number(&mut self, guid: &[u8]) -> Result<u32, NotAGuid> {
        let id = MeterId::from_bytes(guid)?;
        match self.recent.get(id.bits() as usize % RECENT) {
            Some(entry) if entry.id == id && entry.number != UNUSED => Ok(entry.number),
            _ => Ok(self.look_up(id)),
        }
    }

    #[inline(never)]
    fn look_up(&mut self, id: MeterId) -> u32 {
        let next = self.meters.len() as u32;
        let number = match self.find(id) {
            Some(entry) => {
                entry.number = if entry.number == UNUSED { next } else { entry.number };
                entry.number
            }
            None => *self.unknown.entry(id).or_insert(next),
        };
        if number == next {
            self.meters.push(id);
        }
        if let Some(entry) = self.recent.get_mut(id.bits() as usize % RECENT) {
            *entry = Entry { id, number };
        }
        number
    }

    /// The dictionary.
    #[must_use]
    pub fn into_meters(self) -> Vec<MeterId> {
        self.meters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::{Meter, sample};
    use crate::ratebook::{Source, sample_header};

    fn book(ids: impl Iterator<Item = u128>) -> RateBook {
        let id = |bits: u128| {
            let hex = format!("{bits:032x}");
            let text = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
            text.parse().unwrap_or_else(|error| panic!("{error}"))
        };
        let meters = ids.map(|bits| Meter { id: id(bits), ..sample() }).collect();
        let header = sample_header(Source::Retail);
        RateBook::new(header, meters).unwrap_or_else(|error| panic!("{error}")).0
    }

    #[track_caller]
    fn finds_all(ids: impl Iterator<Item = u128>) {
        let book = book(ids);
        let mut numbers = MeterNumbers::of(&book);
        for meter in book.meters() {
            assert_eq!(numbers.find(meter.id).map(|entry| entry.id), Some(meter.id));
        }
        let none = "ffffffff-ffff-4fff-8fff-fffffffffffe".parse().map(|id| numbers.find(id).is_some());
        assert_eq!(none, Ok(false));
    }

    #[test]
    fn every_id_is_found_however_the_ids_are_spread() {
        let spread = |n: u128| n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        finds_all((1..3000).map(spread));
        finds_all(1..3000);
        finds_all((1..300).map(|n| n << 120));
        finds_all((1..300).chain((1..300).map(spread)));
        finds_all(std::iter::once(0));
        finds_all(std::iter::empty());
    }

    #[test]
    fn rows_get_numbers_in_the_order_of_first_use() {
        let book = book([7, 9].into_iter());
        let mut numbers = MeterNumbers::of(&book);
        let texts = [
            "00000000-0000-0000-0000-000000000009",
            "00000000-0000-0000-0000-00000000000a",
            "00000000-0000-0000-0000-000000000007",
            "00000000-0000-0000-0000-00000000000A",
            "00000000-0000-0000-0000-000000000009",
        ];
        let found: Vec<_> = texts.iter().map(|text| numbers.number(text.as_bytes())).collect();
        assert_eq!(found, [Ok(0), Ok(1), Ok(2), Ok(1), Ok(0)]);
        assert_eq!(numbers.number(b"not a GUID"), Err(NotAGuid));
        let meters: Vec<_> = numbers.into_meters().iter().map(ToString::to_string).collect();
        assert_eq!(meters, [texts[0], texts[1], texts[2]]);
    }
}
