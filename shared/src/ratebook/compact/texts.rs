//! Sorted dictionaries of texts, front-coded: each text says how much of its head is that of the text before it.

use super::stream::{Reader, Writer};
use super::{Malformed, Wrong};
use crate::order::{self, Map};

/// A text of a book is a name, never a document.
pub(super) const MAX_TEXT_BYTES: usize = 64 * 1024;
/// All texts of a book, unpacked; the largest real lists have two megabytes.
pub(super) const MAX_ALL_TEXTS: usize = 32 * 1024 * 1024;

/// Distinct texts in ascending order of their bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    all: String,
    /// Where each text ends.
    ends: Vec<u32>,
}

impl Texts {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a code; empty for a code that no column of an opened book holds.
    #[must_use]
    pub fn get(&self, code: u32) -> &str {
        let code = code as usize;
        let start = code.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(code).and_then(|end| self.all.get(start..*end as usize)).unwrap_or("")
    }

    /// The code of a text.
    #[must_use]
    pub fn code(&self, text: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.ends.len() as u32);
        while low < high {
            let middle = low.midpoint(high);
            match self.get(middle).cmp(text) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|code| self.get(code))
    }

    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
    }

    /// The texts in order, and the code of each.
    pub(super) fn numbered<'a>(texts: impl Iterator<Item = &'a str>) -> (Texts, Map<&'a str, u32>) {
        let mut codes: Map<&str, u32> = order::map(texts.map(|text| (text, 0)));
        let mut ordered = Texts::default();
        for (number, (text, code)) in codes.iter_mut().enumerate() {
            *code = number as u32;
            ordered.push(text);
        }
        (ordered, codes)
    }
}

/// The three streams that all dictionaries share.
#[derive(Default)]
pub(super) struct TextWriter {
    /// Number of texts, then for each what it has in common with the one before.
    pub(super) heads: Writer,
    pub(super) lengths: Writer,
    pub(super) tails: Writer,
}

impl TextWriter {
    pub(super) fn put(&mut self, texts: &Texts) {
        self.heads.count(texts.len());
        let mut before = "";
        for text in texts.iter() {
            let common = before.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
            let tail = &text.as_bytes()[common..];
            self.heads.count(common);
            self.lengths.count(tail.len());
            self.tails.bytes.extend_from_slice(tail);
            before = text;
        }
    }
}

/// Reads what [`TextWriter`] wrote.
pub(super) struct TextReader<'a> {
    pub(super) heads: Reader<'a>,
    pub(super) lengths: Reader<'a>,
    pub(super) tails: Reader<'a>,
    /// How many bytes all texts may still have.
    pub(super) room: usize,
}

impl TextReader<'_> {
    pub(super) fn texts(&mut self, texts: &mut Texts) -> Result<(), Malformed> {
        let count = self.heads.count(self.heads.len())?;
        texts.ends.reserve_exact(count);
        let mut before: Vec<u8> = Vec::new();
        for number in 0..count {
            let (common, length) = (self.heads.below(before.len() + 1)? as usize, self.lengths.number()?);
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let whole = common.saturating_add(length);
            if whole > MAX_TEXT_BYTES || whole > self.room {
                return Err(self.lengths.malformed(Wrong::LongText));
            }
            self.room -= whole;
            let tail = self.tails.take(length)?;
            // In ascending order, and with as much in common as there is: one way to write each dictionary.
            let ascends = match (before.get(common), tail.first()) {
                (Some(old), Some(new)) => new > old,
                (None, Some(_)) => true,
                (_, None) => number == 0,
            };
            if !ascends {
                return Err(self.tails.malformed(Wrong::NotInOrder));
            }
            before.truncate(common);
            before.extend_from_slice(tail);
            let text = std::str::from_utf8(&before).map_err(|_| self.tails.malformed(Wrong::NotUtf8))?;
            texts.push(text);
        }
        Ok(())
    }

    pub(super) fn end(&self) -> Result<(), Malformed> {
        self.heads.end()?;
        self.lengths.end()?;
        self.tails.end()
    }
}
