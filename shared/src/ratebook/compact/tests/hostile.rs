//! Bytes that nobody of ours wrote: changed anywhere, or changed by somebody who knows the format and seals again.
//!
//! Each of them is refused, or it is a consistent book that has no other form.

use super::given::book;
use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::meter::Meter;
use crate::ratebook::RateBook;
use crate::ratebook::compact::frame::{self, Part};
use crate::ratebook::compact::stream::Writer;
use crate::ratebook::compact::{CompactBook, MeterIds, NotABookOfThese, write};

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// The streams of a file, so that they can be changed one by one.
fn streams(bytes: &[u8], count: usize) -> Vec<Vec<u8>> {
    let (mut at, mut lengths) = (42, Vec::new());
    for _ in 0..count {
        let (mut length, mut shift) = (0usize, 0);
        loop {
            let byte = bytes[at];
            at += 1;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        lengths.push(length);
    }
    lengths.into_iter().map(|length| (bytes[at..at + length].to_vec(), at += length).0).collect()
}

fn sealed(part: Part, streams: Vec<Vec<u8>>) -> Vec<u8> {
    let streams: Vec<Writer> = streams.into_iter().map(|bytes| Writer { bytes }).collect();
    frame::seal(part, &streams).1
}

/// One change of one stream, as a byte, as a number, or as a piece of it.
fn change(stream: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(stream.len());
    let number = |chance: &mut Chance| {
        let mut writer = Writer::default();
        match chance.below(4) {
            0 => writer.put(chance.below(4) as u64),
            1 => writer.put(1 << chance.below(64)),
            2 => writer.put(u64::MAX >> chance.below(64)),
            _ => writer.put_wide(u128::from(chance.next()), u128::from(chance.next())),
        }
        writer.bytes
    };
    match chance.below(8) {
        0 | 1 if !stream.is_empty() => stream[at] ^= 1 << chance.below(8),
        2 if !stream.is_empty() => stream[at] = stream[at].wrapping_add(if chance.below(2) == 0 { 2 } else { 254 }),
        3 if !stream.is_empty() => drop(stream.splice(at..=at, number(chance))),
        4 => drop(stream.splice(at..at, number(chance))),
        5 => stream.truncate(at),
        6 if !stream.is_empty() => drop(stream.remove(at)),
        7 if stream.len() > 1 => {
            let other = chance.below(stream.len());
            stream.swap(at, other);
        }
        _ => stream.push(chance.below(256) as u8),
    }
}

/// Asks everything of every cell, at and beyond the ends.
fn ask(opened: &CompactBook) -> usize {
    let columns = opened.columns();
    let mut answered = 0;
    for item in 0..=columns.items.len() {
        for cell in columns.cells_of(item) {
            let item = &columns.items[columns.item_of(cell)];
            let price = columns.price[cell];
            let table = columns.prices.table(price);
            // Exact, or refused: never a panic.
            let _ = table.cost(Decimal::new(1_234_567, 3));
            answered += columns.texts.names.get(item.name).len() + columns.prices.tiers(price);
            answered += usize::from(columns.is_superseded(cell)) + usize::from(columns.ends_at(cell).is_some());
            let _ = (columns.effective_at(cell), columns.kind(item), columns.prices.first_charged(price));
        }
    }
    let (beyond, price) = (columns.cells() + 1, columns.prices.len() as u32);
    let _ =
        (columns.effective_at(beyond), columns.ends_at(beyond), columns.item_of(beyond), columns.prices.table(price));
    answered
}

/// Memory that the columns hold, against the bytes they came from.
fn bounded(opened: &CompactBook, bytes: usize) {
    let columns = opened.columns();
    let held = columns.cells() * 12 + columns.items.len() * 40 + columns.prices.len() * 64;
    assert!(held <= bytes * 64, "{held} bytes of {bytes}");
}

#[test]
fn changed_prices_are_refused_or_another_consistent_book() {
    let written = write(&book()).unwrap();
    let good = streams(&written.prices, 13);
    assert_eq!(sealed(Part::Prices, good.clone()), written.prices);
    let mut chance = Chance(5);
    let (mut opened, mut refused) = (0u32, 0u32);
    for _ in 0..200_000 {
        let mut streams = good.clone();
        for _ in 0..=chance.below(3) {
            let stream = chance.below(streams.len());
            change(&mut streams[stream], &mut chance);
        }
        let bytes = sealed(Part::Prices, streams);
        match CompactBook::open_compared(&bytes) {
            Err(_) => refused += 1,
            Ok(book) => {
                opened += 1;
                assert_eq!(book.to_bytes().unwrap(), bytes, "another form of the same book");
                ask(&book);
                bounded(&book, bytes.len());
                if let Ok(whole) = book.to_book(&written.ids) {
                    assert_eq!(write(&whole).unwrap().prices, bytes, "prices of another form of the same book");
                }
            }
        }
    }
    // Changes that only hit the frame would prove little.
    assert!(opened > 5_000 && refused > 100_000, "{opened} opened, {refused} refused");
}

#[test]
fn changed_ids_are_refused_or_other_ids() {
    let written = write(&book()).unwrap();
    let prices = CompactBook::open(&written.prices).unwrap();
    let good = streams(&written.ids, 3);
    let mut chance = Chance(6);
    let mut opened = 0;
    for _ in 0..100_000 {
        let mut streams = good.clone();
        let stream = chance.below(streams.len());
        change(&mut streams[stream], &mut chance);
        let bytes = sealed(Part::Ids, streams);
        if let Ok((_, ids)) = MeterIds::open(&bytes) {
            opened += 1;
            assert_eq!(ids.write().1, bytes, "another form of the same ids");
        }
        assert_eq!(prices.to_book(&bytes).is_ok(), bytes == written.ids);
    }
    assert!(opened > 1_000, "{opened} opened");
}

/// Prices that name the changed ids as theirs, and are changed themselves half of the time: what opens is what would be
/// written, and nothing else.
#[test]
fn changed_pairs_are_refused_or_the_files_of_their_book() {
    // Rows that differ in nothing but their meter have an order, too.
    let (header, mut meters) = (book().header().clone(), book().meters().to_vec());
    let row = meters[3].clone();
    meters.extend((1..9).map(|id| Meter { id: MeterId::from_bits(id << 120 | 5), ..row.clone() }));
    let written = write(&RateBook::new(header, meters).unwrap().0).unwrap();
    let (prices, ids) = (streams(&written.prices, 13), streams(&written.ids, 3));
    let mut chance = Chance(8);
    let (mut opened, mut other_order) = (0, 0);
    for round in 0..200_000 {
        let (mut prices, mut ids) = (prices.clone(), ids.clone());
        let stream = chance.below(ids.len());
        // Two ids that change places are the likeliest way to a second form.
        let (a, b) = (chance.below(ids[0].len() / 16) * 16, chance.below(ids[0].len() / 16) * 16);
        match round % 3 {
            0 => (0..16).for_each(|byte| ids[0].swap(a + byte, b + byte)),
            1 => change(&mut ids[stream], &mut chance),
            _ => {}
        }
        if round % 2 == 0 {
            let stream = 6 + chance.below(7);
            change(&mut prices[stream], &mut chance);
        }
        let ids = sealed(Part::Ids, ids);
        let Ok((id, _)) = MeterIds::open(&ids) else { continue };
        prices[0].splice(..32, id.hash());
        let prices = sealed(Part::Prices, prices);
        match CompactBook::open(&prices).map(|book| book.to_book(&ids)) {
            Ok(Ok(book)) => {
                opened += 1;
                let again = write(&book).unwrap();
                assert!(again.prices == prices && again.ids == ids, "another form of the same book");
            }
            Ok(Err(NotABookOfThese::OtherOrder)) => other_order += 1,
            _ => {}
        }
    }
    assert!(opened > 5_000 && other_order > 2_000, "{opened} opened, {other_order} in another order");
}

#[test]
fn bytes_without_a_plan_are_refused() {
    let written = write(&book()).unwrap();
    let mut chance = Chance(7);
    for _ in 0..100_000 {
        let mut bytes = written.prices.clone();
        for _ in 0..=chance.below(4) {
            change(&mut bytes, &mut chance);
        }
        if bytes != written.prices {
            assert!(CompactBook::open(&bytes).is_err());
        }
        if let Ok(book) = CompactBook::open_compared(&bytes) {
            ask(&book);
        }
    }
}
