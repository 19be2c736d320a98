//! What leads from one book to another leads there, and nothing else does.

use std::sync::Arc;

use proptest::prelude::*;

use super::given::{book, books};
use crate::meter::Meter;
use crate::ratebook::compact::delta::{NotADelta, apart, apply, base_of, between};
use crate::ratebook::compact::frame::{self, Part};
use crate::ratebook::compact::stream::Writer;
use crate::ratebook::compact::{Malformed, NotABookOfThese, OpenError, Stream, Wrong, write};
use crate::ratebook::format::{self, BookId, OpenBook};
use crate::ratebook::{RateBook, order_key};

fn opened(book: RateBook) -> OpenBook {
    OpenBook { id: BookId::of(&format::to_bytes(&book)), book }
}

/// The rows of a book without some of them, and with some of another.
fn mixed(a: &RateBook, b: &RateBook, kept: &[bool]) -> RateBook {
    let keeps = |place: usize| kept[place % kept.len()];
    let of = |book: &RateBook, keep: bool| {
        book.meters()
            .iter()
            .enumerate()
            .filter(|(at, _)| keeps(*at) == keep)
            .map(|(_, m)| m.clone())
            .collect::<Vec<_>>()
    };
    let mut rows = of(a, true);
    let stands = |other: &Meter| rows.iter().any(|row| order_key(row) == order_key(other));
    let coming: Vec<Meter> = of(b, false).into_iter().filter(|row| !stands(row)).collect();
    rows.extend(coming);
    RateBook::new(b.header().clone(), rows).unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_delta_leads_to_the_book(a in books(), b in books(), kept in prop::collection::vec(any::<bool>(), 1..9)) {
        let (first, second) = (opened(a.0), opened(b.0));
        let between_them = opened(mixed(&first, &second, &kept));
        for (base, book) in [(&first, &second), (&first, &between_them), (&between_them, &second), (&first, &first)] {
            let delta = between(base, book).unwrap();
            prop_assert_eq!(base_of(&delta).unwrap(), base.id.clone());
            let read = apply(base, &delta).unwrap();
            prop_assert_eq!(read.header(), book.header());
            prop_assert_eq!(read.meters(), book.meters());
            prop_assert!(read.is_of_its_id() && read.id == book.id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever rows go and come: what is taken is what is written between the two books, byte by byte.
    #[test]
    fn a_delta_that_is_taken_is_the_one_that_is_written(
        a in books(),
        b in books(),
        kept in prop::collection::vec(any::<bool>(), 1..9),
        gone in prop::collection::btree_set(0usize..12, 0..6),
    ) {
        let (base, other) = (opened(a.0), opened(b.0));
        let mixed = mixed(&base, &other, &kept);
        let rows = apart(base.meters(), mixed.meters()).1;
        let (coming, _) = RateBook::new(other.header().clone(), rows).unwrap();
        let files = write(&coming).unwrap();
        let (mut places, mut next) = (Writer::default(), 0);
        for place in gone.into_iter().filter(|place| *place < base.meters().len()) {
            places.count(place - next);
            next = place + 1;
        }
        let stream = |bytes: &[u8]| Writer { bytes: bytes.to_vec() };
        let books = stream(&[base.id.hash(), base.id.hash()].concat());
        let delta = frame::seal(Part::Delta, &[books, places, stream(&files.prices), stream(&files.ids)]).1;
        if let Ok(book) = apply(&base, &delta) {
            prop_assert_eq!(between(&base, &book).unwrap(), delta);
        }
    }
}

/// Three rows: one stays, one has another price, one is new and one is gone.
#[test]
fn only_what_differs_is_told() {
    let base = opened(book());
    let mut rows = base.meters().to_vec();
    let (count, gone) = (rows.len(), rows.pop().unwrap());
    rows[0].included_quantity = crate::decimal::Decimal::new(7, 0);
    rows.push(Meter { name: Arc::from("new"), region: Arc::from("nowhere yet"), ..gone.clone() });
    let next = opened(RateBook::new(base.header().clone(), rows.clone()).unwrap().0);
    let (told, coming) = apart(base.meters(), next.meters());
    assert_eq!(told, [0, count - 1]);
    assert_eq!(coming.len(), 2);
    assert!(coming.contains(&rows[0]) && coming.contains(&rows[count - 1]));
    // Nothing differs: there is nothing to tell.
    assert_eq!(apart(base.meters(), base.meters()), (Vec::new(), Vec::new()));
}

#[test]
fn another_base_is_refused_and_every_turned_bit() {
    let base = opened(book());
    let mut rows = base.meters().to_vec();
    rows.truncate(rows.len() - 1);
    let next = opened(RateBook::new(base.header().clone(), rows).unwrap().0);
    let delta = between(&base, &next).unwrap();
    let (wanted, given) = (base.id.clone(), next.id.clone());
    assert_eq!(apply(&next, &delta).map(|_| ()), Err(NotADelta::OtherBase { wanted, given }));
    for at in 0..delta.len() {
        for bit in 0..8 {
            let mut turned = delta.clone();
            turned[at] ^= 1 << bit;
            assert!(apply(&base, &turned).is_err(), "bit {bit} of byte {at}");
        }
        assert!(apply(&base, &delta[..at]).is_err(), "{at} bytes");
    }
    let prices = write(&base).unwrap().prices;
    assert_eq!(apply(&base, &prices).map(|_| ()), Err(NotADelta::Delta(OpenError::OtherPart)));
}

/// Bytes with the right hash that nobody of ours wrote: a row that goes and comes back, a place behind the end.
#[test]
fn there_is_one_delta_between_two_books() {
    let base = opened(book());
    let all = write(&base).unwrap();
    let made = |places: &[u64], prices: &[u8], ids: &[u8]| {
        let mut gone = Writer::default();
        places.iter().for_each(|place| gone.put(*place));
        let stream = |bytes: &[u8]| Writer { bytes: bytes.to_vec() };
        let books = stream(&[base.id.hash(), base.id.hash()].concat());
        frame::seal(Part::Delta, &[books, gone, stream(prices), stream(ids)]).1
    };
    let refused = |bytes: &[u8]| apply(&base, bytes).map(|_| ()).unwrap_err();
    let none = write(&RateBook::new(base.header().clone(), Vec::new()).unwrap().0).unwrap();
    assert!(apply(&base, &made(&[], &none.prices, &none.ids)).is_ok());
    let everything = vec![0; base.meters().len()];
    assert_eq!(refused(&made(&everything, &all.prices, &all.ids)), NotADelta::OtherForm);
    assert_eq!(refused(&made(&[], &all.prices, &all.ids)), NotADelta::OtherForm);
    let beyond = [base.meters().len() as u64];
    let nothing = Malformed { part: Stream::Gone, what: Wrong::PointsAtNothing };
    assert_eq!(refused(&made(&beyond, &none.prices, &none.ids)), nothing.into());
    let ids = NotADelta::Coming(NotABookOfThese::OtherIds);
    assert_eq!(refused(&made(&[], &none.prices, &all.ids)), ids);
}
