//! What leads from one book to another: to the next reading of a list, or to another offer of it.
//!
//! Two readings of one list differ in a few rows, and nine tenths of a whole compact book are random ids that both have. So
//! a delta names its base, says which of its rows are gone, and brings the rows that are new as a compact book of their
//! own. A price that changed is a row that is gone and a row that is new.

use std::cmp::Ordering;

use super::frame::{self, Part};
use super::stream::{Reader, Writer};
use super::{Malformed, NotABookOfThese, NotWritable, OpenError, Stream};
use crate::meter::Meter;
use crate::ratebook::format::{BookId, OpenBook};
use crate::ratebook::{BookError, RateBook, order_key};

const STREAMS: [Stream; 4] = [Stream::Base, Stream::Gone, Stream::ComingPrices, Stream::ComingIds];

/// Why a delta leads to no book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADelta {
    /// The bytes could not be opened.
    #[error("the delta: {0}")]
    Delta(#[from] OpenError),
    /// It changes another book.
    #[error("this delta changes rate book {}, and not {}", wanted.as_str(), given.as_str())]
    OtherBase {
        /// Which it changes.
        wanted: BookId,
        /// Which was given.
        given: BookId,
    },
    /// The rows that it brings are no book.
    #[error("the rows that the delta brings: {0}")]
    Coming(#[from] NotABookOfThese),
    /// They contradict those that stay.
    #[error(transparent)]
    Rows(#[from] BookError),
    /// It says more than what differs.
    #[error("the delta is damaged: it is not the one that is written between these two books")]
    OtherForm,
}

impl From<Malformed> for NotADelta {
    fn from(malformed: Malformed) -> NotADelta {
        NotADelta::Delta(malformed.into())
    }
}

/// Writes what leads from a base to a book. The same two books give the same bytes.
pub fn between(base: &OpenBook, book: &OpenBook) -> Result<Vec<u8>, NotWritable> {
    let (gone, coming) = apart(base.meters(), book.meters());
    let (rows, _) = RateBook::new(book.header().clone(), coming).map_err(|_| NotWritable::Rows)?;
    let rows = super::write(&rows)?;
    let stream = |bytes| Writer { bytes };
    let mut places = Writer::default();
    let mut next = 0;
    for place in gone {
        places.count(place - next);
        next = place + 1;
    }
    let books = stream([base.id.hash(), book.id.hash()].concat());
    Ok(frame::seal(Part::Delta, &[books, places, stream(rows.prices), stream(rows.ids)]).1)
}

/// The places of the base's rows that the book does not have, and the rows that only the book has. Both stand in order.
pub(super) fn apart(base: &[Meter], book: &[Meter]) -> (Vec<usize>, Vec<Meter>) {
    let (mut gone, mut coming) = (Vec::new(), Vec::new());
    let (mut at, mut rows) = (0, book.iter().peekable());
    while at < base.len() || rows.peek().is_some() {
        let order = match (base.get(at), rows.peek()) {
            (Some(old), Some(new)) => order_key(old).cmp(&order_key(new)),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let new = if order.is_ge() { rows.next() } else { None };
        let old = if order.is_le() { base.get(at) } else { None };
        if old != new {
            gone.extend(old.map(|_| at));
            coming.extend(new.cloned());
        }
        at += usize::from(order.is_le());
    }
    (gone, coming)
}

/// Whether bytes begin like a delta.
#[must_use]
pub fn is_delta(bytes: &[u8]) -> bool {
    frame::part_of(bytes) == Ok(Part::Delta as u8)
}

/// The id of the book that a delta changes.
pub fn base_of(bytes: &[u8]) -> Result<BookId, OpenError> {
    let (_, [mut books, ..]) = frame::open(bytes, Part::Delta, STREAMS, false)?;
    Ok(BookId::from_hash(&books.array()?))
}

/// The book that a delta leads to. Its id is what the delta says: [`OpenBook::is_of_its_id`] compares it.
pub fn apply(base: &OpenBook, bytes: &[u8]) -> Result<OpenBook, NotADelta> {
    let (_, [mut books, mut gone, prices, ids]) = frame::open(bytes, Part::Delta, STREAMS, false)?;
    let (wanted, id) = (BookId::from_hash(&books.array()?), BookId::from_hash(&books.array()?));
    books.end()?;
    if wanted != base.id {
        return Err(NotADelta::OtherBase { wanted, given: base.id.clone() });
    }
    let coming = super::open(prices.rest(), ids.rest())?.book;
    let gone = places(base.meters().len(), &mut gone)?;
    let mut rows = staying(base.meters(), &gone);
    rows.extend_from_slice(coming.meters());
    let (book, repeated) = RateBook::new(coming.header().clone(), rows)?;
    // What it takes away and brings again, it need not say. All else has one form: so no second delta leads there.
    if !repeated.is_empty() || apart(base.meters(), book.meters()) != (gone, coming.meters().to_vec()) {
        return Err(NotADelta::OtherForm);
    }
    Ok(OpenBook { id, book })
}

fn places(count: usize, gone: &mut Reader<'_>) -> Result<Vec<usize>, Malformed> {
    let (mut places, mut next) = (Vec::new(), 0);
    while gone.len() > 0 {
        let place = next + gone.below(count - next)? as usize;
        places.push(place);
        next = place + 1;
    }
    Ok(places)
}

fn staying(base: &[Meter], gone: &[usize]) -> Vec<Meter> {
    let (mut staying, mut next) = (Vec::with_capacity(base.len()), 0);
    for place in gone {
        staying.extend_from_slice(&base[next..*place]);
        next = place + 1;
    }
    staying.extend_from_slice(&base[next..]);
    staying
}
