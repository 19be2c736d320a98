//! Round trips of generated books, and bytes that nobody of ours wrote.

mod delta;
mod given;
mod hostile;
mod law;

use super::*;
use crate::ratebook::format;
use given::book;

#[test]
fn a_file_says_what_it_is_and_refuses_to_be_another() {
    let book = book();
    let written = write(&book).unwrap();
    let opened = CompactBook::open(&written.prices).unwrap();
    assert_eq!((opened.id(), opened.ids_id()), (&written.id, &written.ids_id));
    let refused = |bytes: &[u8]| CompactBook::open(bytes).map(|_| ());
    assert_eq!(refused(&written.ids), Err(OpenError::OtherPart));
    assert_eq!(opened.to_book(&written.prices).map(|_| ()), Err(NotABookOfThese::Ids(OpenError::OtherPart)));
    assert_eq!(refused(b""), Err(OpenError::NotABook));
    assert_eq!(refused(&format::to_bytes(&book)), Err(OpenError::NotABook));
    let mut newer = written.prices.clone();
    newer[8] = 2;
    assert_eq!(refused(&newer), Err(OpenError::OtherVersion { version: 2 }));
}

#[test]
fn every_turned_bit_is_refused() {
    let written = write(&book()).unwrap();
    for (bytes, part) in [(&written.prices, "prices"), (&written.ids, "ids")] {
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut turned = bytes.clone();
                turned[at] ^= 1 << bit;
                let refused = CompactBook::open(&turned).is_err() && MeterIds::open(&turned).is_err();
                assert!(refused, "bit {bit} of byte {at} of the {part}");
            }
        }
        for length in 0..bytes.len() {
            let cut = &bytes[..length];
            assert!(CompactBook::open(cut).is_err() && MeterIds::open(cut).is_err(), "{length} bytes of the {part}");
        }
    }
}

#[test]
fn one_piece_of_bytes_holds_both_files_and_the_id() {
    let book = book();
    let Written { prices, ids, .. } = write(&book).unwrap();
    let id = BookId::of(&format::to_bytes(&book));
    for written in [id.as_str(), id.hex()] {
        let joined = [&prices, &ids, written.as_bytes()].concat();
        let (named, whole) = open_joined(&joined).unwrap();
        assert!(named == id && whole.book.meters() == book.meters());
        for length in 0..joined.len() {
            assert!(open_joined(&joined[..length]).is_err(), "{length} bytes");
        }
    }
    let refused = |parts: &[&[u8]]| open_joined(&parts.concat()).map(|_| ()).unwrap_err();
    assert_eq!(refused(&[&prices]), NotABookOfThese::NoId);
    assert_eq!(refused(&[&prices, &ids, b"mine"]), NotABookOfThese::NoId);
    assert_eq!(refused(&[&prices, &ids, &prices]), NotABookOfThese::NoId);
    assert_eq!(refused(&[&ids, &prices, id.hex().as_bytes()]), NotABookOfThese::Prices(OpenError::OtherPart));
    assert_eq!(refused(&[&prices, id.hex().as_bytes()]), NotABookOfThese::Ids(OpenError::NotABook));
}

#[test]
fn ids_of_another_book_are_refused() {
    let book = book();
    let opened = CompactBook::open(&write(&book).unwrap().prices).unwrap();
    let mut meters = book.meters().to_vec();
    meters[0].id = MeterId::from_bits(8);
    let other = crate::ratebook::RateBook::new(book.header().clone(), meters).unwrap().0;
    let other = write(&other).unwrap();
    assert_eq!(opened.to_book(&other.ids).map(|_| ()), Err(NotABookOfThese::OtherIds));
}

#[test]
fn what_could_not_be_opened_again_is_not_written() {
    let book = book();
    let with = |change: &dyn Fn(&mut crate::meter::Meter)| {
        let mut meters = book.meters().to_vec();
        change(&mut meters[0]);
        let (book, _) = crate::ratebook::RateBook::new(book.header().clone(), meters).unwrap();
        write(&book).map(|_| ())
    };
    let minus = crate::decimal::Decimal::new(-1, 0);
    let id = book.meters()[0].id;
    let negative = with(&|meter| meter.included_quantity = minus);
    assert_eq!(negative, Err(NotWritable::NegativeIncluded { meter_id: id }));
    let text = |bytes: usize| with(&|meter| meter.name = "x".repeat(bytes).into());
    assert_eq!(text(texts::MAX_TEXT_BYTES), Ok(()));
    assert_eq!(text(texts::MAX_TEXT_BYTES + 1), Err(NotWritable::LongText { bytes: texts::MAX_TEXT_BYTES + 1 }));
}
