//! A rate book in few bytes: columns of codes, opened without building anything.
//!
//! A list of 78,189 meters has 4,504 different names and 9,151 different prices. So each text, price and date stands
//! once, in order; an item is a row of codes; and a cell, which is a row of the list, is a region, a date and a
//! price. Numbers are seven bits a byte, most of them as the distance from the one before, and streams of one kind lie
//! together: what is left is squeezed by whoever sends the file. There is no compression in here.
//!
//! # The file
//!
//! | bytes | |
//! |---|---|
//! | 8 | `forebook` |
//! | 1 | version, 1 |
//! | 1 | 0 prices, 1 ids, 2 what leads from one book to another ([`delta`]) |
//! | 32 | SHA-256 of everything else: the file's id |
//! | .. | lengths of the streams, then the streams |
//!
//! The streams of the prices: header (with the id of the file of ids), heads, lengths and tails of texts (eight sorted
//! dictionaries, front-coded), plain prices by scale, tiered prices, dates, items by column, number of cells of each
//! item, and region, date and price of each cell; at last the few cells that end or that a newer one follows.
//!
//! The streams of a delta: ids of the base and of the book that it leads to, places of the base's rows that are gone (each
//! as the number of rows that stay before it), and the two files of the rows that come.
//!
//! Who is given both files and the id of the JSON form at once gets them behind each other, in this order
//! ([`open_joined`]).
//!
//! # Promises
//!
//! - The same book gives the same bytes, in whatever order its rows came.
//! - Nothing of a [`RateBook`](super::RateBook) is lost: prices and ids together give an equal one.
//! - Any bytes are opened or refused, with what is wrong; memory is bounded by their length.
//! - What opens has one form: written again it gives the bytes that were opened.

mod alike;
mod columns;
pub mod delta;
mod frame;
mod header;
mod ids;
mod malformed;
mod of_book;
mod prices;
mod read;
mod stream;
mod texts;
mod whole;
mod write;

pub use columns::{Columns, Dictionaries, Item};
pub use ids::MeterIds;
pub use malformed::{Malformed, Stream, Wrong};
pub(crate) use of_book::columns as columns_of;
pub use prices::Prices;
pub use texts::Texts;
pub use whole::{Whole, is_compact, open, open_joined};
pub use write::{Written, write};

use super::BookError;
use super::format::BookId;
use crate::guid::MeterId;

/// What this program writes, and all that it reads.
const VERSION: u8 = 1;

/// Why bytes are no compact book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// They do not begin like one.
    #[error("these bytes are no compact rate book")]
    NotABook,
    /// They come from another version of the format.
    #[error("the rate book has version {version} of its format, and version 1 can be read")]
    OtherVersion {
        /// Which.
        version: u8,
    },
    /// Ids where prices were expected, or the other way round.
    #[error("this is the other part of a rate book")]
    OtherPart,
    /// A bit was turned, or the end is missing.
    #[error("the bytes are not those of their hash: get the rate book again")]
    OtherBytes,
    /// No program of ours wrote this.
    #[error("the rate book is damaged: {0}")]
    Malformed(#[from] Malformed),
}

/// Why prices and ids make no book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotABookOfThese {
    /// The prices could not be opened.
    #[error(transparent)]
    Prices(OpenError),
    /// The ids could not be opened.
    #[error(transparent)]
    Ids(#[from] OpenError),
    /// The prices name other ids.
    #[error("the ids are not those of this rate book: get both of them again")]
    OtherIds,
    /// Behind both stands no id.
    #[error("the id of the rate book must be told with its prices and ids: 64 hexadecimal digits")]
    NoId,
    /// The rows contradict each other.
    #[error(transparent)]
    Rows(#[from] BookError),
    /// The rows stand in an order in which they are never written.
    #[error("the rate book is damaged: its rows are not in order")]
    OtherOrder,
}

/// Why a book has no compact form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotWritable {
    /// Nothing can be included less than not at all.
    #[error("the included quantity of meter {meter_id} is below zero")]
    NegativeIncluded {
        /// The meter.
        meter_id: MeterId,
    },
    /// The rows contradict each other.
    #[error("the rows of the rate book contradict each other")]
    Rows,
    /// A text, or all of them, are longer than what can be opened again.
    #[error("texts of {bytes} bytes are too long for a compact rate book")]
    LongText {
        /// How long.
        bytes: usize,
    },
}

/// The prices of a book, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactBook {
    id: BookId,
    ids_id: BookId,
    columns: Columns,
}

impl CompactBook {
    /// Content hash of the prices.
    #[must_use]
    pub fn id(&self) -> &BookId {
        &self.id
    }

    /// Content hash of the file with the ids of the meters.
    #[must_use]
    pub fn ids_id(&self) -> &BookId {
        &self.ids_id
    }

    /// What the bytes say.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The bytes again.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NotWritable> {
        Ok(self.columns.write(&self.ids_id)?.1)
    }
}

#[cfg(test)]
mod tests;
