//! A page in pieces: only a small part of it is in memory, and that part stays in the processor's cache.
//!
//! Reading a page whole first costs about as much as understanding it, since each of its bytes then goes to memory and
//! back. A window holds the row that is being read and what follows it, as far as it has come.

use super::scan::after_space;
use crate::json::MAX_JSON_BYTES;

/// So much is asked for at a time. (In tests so little that most rows are cut.)
const PIECE: usize = if cfg!(test) { 96 } else { 64 * 1024 };

/// With so many bytes left of a piece the next row is probably whole.
const LIKELY_ROW: usize = if cfg!(test) { 64 } else { 4 * 1024 };

/// Longer rows are not read in pieces.
const MAX_ROW: usize = 64 * 1024;

/// Gives the next bytes and says how many; none at the end.
pub trait More<E>: FnMut(&mut [u8]) -> Result<usize, E> {}
impl<E, F: FnMut(&mut [u8]) -> Result<usize, E>> More<E> for F {}

/// The part of a page that is in memory.
pub struct Window<'m, M> {
    more: &'m mut M,
    bytes: Vec<u8>,
    filled: usize,
    total: usize,
    ended: bool,
}

impl<'m, M> Window<'m, M> {
    /// Opens it over a room that is used again for each page.
    pub fn new<E>(more: &'m mut M, room: Vec<u8>) -> Result<Window<'m, M>, E>
    where
        M: More<E>,
    {
        let mut window = Window { more, bytes: room, filled: 0, total: 0, ended: false };
        window.slide(0)?;
        Ok(window)
    }

    /// What is in memory.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// Takes another piece when a row at `at` would probably be cut, and says where it then stands.
    pub fn with_likely_row<E>(&mut self, at: usize) -> Result<usize, E>
    where
        M: More<E>,
    {
        if self.ended || self.filled - at >= LIKELY_ROW {
            return Ok(at);
        }
        self.slide(at).map(|()| 0)
    }

    /// Where the next byte stands that is no white space.
    pub fn after_space<E>(&mut self, mut at: usize) -> Result<usize, E>
    where
        M: More<E>,
    {
        loop {
            at = after_space(self.bytes(), at);
            if at < self.filled || self.ended {
                return Ok(at);
            }
            self.slide(at)?;
            at = 0;
        }
    }

    /// Whether a row that begins here and was not understood may lack its end.
    pub fn may_go_on(&self, at: usize) -> bool {
        !self.ended && self.filled - at <= MAX_ROW
    }

    /// Whether the page is larger than any that is accepted.
    pub fn is_too_long(&self) -> bool {
        self.total > MAX_JSON_BYTES
    }

    /// The room for the next page.
    pub fn into_room(self) -> Vec<u8> {
        self.bytes
    }

    /// Forgets what stands before `at` and takes another piece. What stood at `at` then stands at the beginning.
    pub fn slide<E>(&mut self, at: usize) -> Result<(), E>
    where
        M: More<E>,
    {
        self.bytes.copy_within(at..self.filled, 0);
        self.filled -= at;
        self.take(PIECE)
    }

    /// Takes all that is left of the page.
    pub fn finish<E>(&mut self) -> Result<(), E>
    where
        M: More<E>,
    {
        while !self.ended && !self.is_too_long() {
            self.take(PIECE)?;
        }
        Ok(())
    }

    fn take<E>(&mut self, wanted: usize) -> Result<(), E>
    where
        M: More<E>,
    {
        let until = self.filled + wanted;
        if self.bytes.len() < until {
            self.bytes.resize(until, 0);
        }
        while !self.ended && self.filled < until {
            let came = (self.more)(&mut self.bytes[self.filled..until])?;
            self.ended = came == 0;
            self.filled += came;
            self.total += came;
        }
        Ok(())
    }
}
