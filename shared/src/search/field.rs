//! One dictionary, ready to be searched: all its texts squeezed into one, and the words they are made of.

use std::cmp::Ordering;

use super::known::Known;
use super::words;
use crate::ratebook::compact::Texts;

/// No word fits.
pub(super) const NEVER: u8 = u8::MAX;
/// Between texts; no squeezed text holds it.
const BETWEEN: char = '\n';

/// Texts end to end, without a copy of each.
#[derive(Debug, Clone, Default)]
struct Row {
    all: String,
    ends: Vec<u32>,
}

impl Row {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.end();
    }

    /// What was written since the last end is a text.
    fn end(&mut self) {
        self.all.push(BETWEEN);
        self.ends.push(self.all.len() as u32);
    }

    fn get(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.all.get(start..self.ends[place] as usize - BETWEEN.len_utf8()).unwrap_or("")
    }

    /// Calls `found` for every text that holds `part`, and says whether it begins with it.
    fn holding(&self, part: &str, mut found: impl FnMut(usize, bool)) {
        let (mut place, mut from) = (0, 0);
        while let Some(at) = find(self.all.as_bytes(), part.as_bytes(), from) {
            while self.ends[place] as usize <= at {
                place += 1;
            }
            let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
            found(place, at == start);
            from = self.ends[place] as usize;
        }
    }
}

/// Only to find equal words quickly; they are compared.
fn hash(word: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    word.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

/// Whether a text holds another.
pub(super) fn holds(all: &str, part: &str) -> bool {
    find(all.as_bytes(), part.as_bytes(), 0).is_some()
}

/// Where `part` begins in `all`, from a place on. Eight places are looked at together: those at which its first two
/// letters stand are few.
fn find(all: &[u8], part: &[u8], from: usize) -> Option<usize> {
    let (first, rest) = part.split_first()?;
    let mut at = from;
    while let Some(nine) = all.get(at..)?.first_chunk::<9>() {
        let [here @ .., _] = *nine;
        let [_, next @ ..] = *nine;
        let other = others(here, *first) | rest.first().map_or(0, |second| others(next, *second));
        let mut met = zeros(other);
        while met != 0 {
            let place = at + met.trailing_zeros() as usize / 8;
            if rest.len() < 2 || all[place + 1..].starts_with(rest) {
                return Some(place);
            }
            met &= met - 1;
        }
        at += 8;
    }
    (at..all.len()).find(|place| all[*place] == *first && begins(&all[place + 1..], rest))
}

/// Zero in each byte that is the letter.
#[inline]
fn others(bytes: [u8; 8], letter: u8) -> u64 {
    u64::from_le_bytes(bytes) ^ u64::from_le_bytes([letter; 8])
}

/// The highest bit of each byte that is zero.
#[inline]
fn zeros(bytes: u64) -> u64 {
    const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
    !(((bytes & LOW) + LOW) | bytes | LOW)
}

#[inline]
fn begins(all: &[u8], part: &[u8]) -> bool {
    match (all.first(), part.first()) {
        (_, None) => true,
        (Some(own), Some(letter)) if own == letter => all.starts_with(part),
        _ => false,
    }
}

/// A dictionary of a book.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    squeezed: Row,
    /// Distinct words in order of first use.
    words: Row,
    /// Words of each text: places in `words`.
    words_of: Vec<u32>,
    ends: Vec<u32>,
}

/// How a word meets a word of a field, in bits.
pub(super) mod met {
    /// It is the word.
    pub const WHOLE: u8 = 1;
    /// It is how the word begins.
    pub const BEGINS: u8 = 2;
    /// Whoever asks for it asks for the word, too.
    pub const ASKED: u8 = 4;
}

impl Field {
    pub(super) fn new(texts: &Texts) -> Field {
        let mut field = Field::default();
        let mut known = Known::for_about(texts.len());
        for text in texts.iter() {
            let mut start = field.squeezed.all.len();
            for letter in text.chars().chain([BETWEEN]) {
                if words::push_squeezed(letter, &mut field.squeezed.all) {
                    continue;
                }
                let word = field.squeezed.all.get(start..).unwrap_or("");
                if !word.is_empty() {
                    let number = known.number(hash(word), |number| field.words.get(number) == word);
                    if number == field.words.ends.len() {
                        field.words.push(word);
                    }
                    field.words_of.push(number as u32);
                    start = field.squeezed.all.len();
                }
            }
            field.squeezed.end();
            field.ends.push(field.words_of.len() as u32);
        }
        field
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn squeezed(&self, place: usize) -> &str {
        self.squeezed.get(place)
    }

    pub(super) fn count_of_words(&self) -> usize {
        self.words.ends.len()
    }

    /// All distinct words.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.count_of_words()).map(|place| self.words.get(place))
    }

    pub(super) fn words_of(&self, place: usize) -> &[u32] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.words_of[start..self.ends[place] as usize]
    }

    /// Fit of each text: of those that start with the word, and of those that hold it elsewhere. Only texts that fit
    /// in `within` are looked at, where it is known that no other can.
    pub(super) fn holding(&self, word: &str, starts: u8, holds: u8, within: Option<&[u8]>) -> Vec<u8> {
        let mut fits = vec![NEVER; self.len()];
        match within {
            None => self.squeezed.holding(word, |place, first| fits[place] = if first { starts } else { holds }),
            Some(within) => {
                for (place, _) in within.iter().enumerate().filter(|(_, fit)| **fit != NEVER) {
                    if let Some(at) = find(self.squeezed(place).as_bytes(), word.as_bytes(), 0) {
                        fits[place] = if at == 0 { starts } else { holds };
                    }
                }
            }
        }
        fits
    }

    /// How the word meets each distinct word.
    pub(super) fn met(&self, word: &str) -> Vec<u8> {
        let class = |own: &str| match own.len().cmp(&word.len()) {
            Ordering::Less if find(word.as_bytes(), own.as_bytes(), 0).is_some() => met::ASKED,
            Ordering::Less => 0,
            _ if !begins(own.as_bytes(), word.as_bytes()) => 0,
            Ordering::Equal => met::WHOLE | met::BEGINS | met::ASKED,
            Ordering::Greater => met::BEGINS | met::ASKED,
        };
        self.words().map(class).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_part_is_found_where_it_first_begins(all in "[ab\u{e4}\n]{0,40}", part in "[ab\u{e4}]{1,4}", from in 0usize..45) {
            let (all, part) = (all.as_bytes(), part.as_bytes());
            let windows = all.windows(part.len()).enumerate().skip(from);
            let expect = windows.filter(|(_, window)| *window == part).map(|(place, _)| place).next();
            prop_assert_eq!(find(all, part, from), expect);
        }
    }
}
