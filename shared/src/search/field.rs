//! One dictionary, ready to be searched: all its texts squeezed into one, and the words they are made of.

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
        self.all.push(BETWEEN);
        self.ends.push(self.all.len() as u32);
    }

    fn get(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.all[start..self.ends[place] as usize - BETWEEN.len_utf8()]
    }

    /// Calls `found` for every text that holds `part`, and says whether it begins with it.
    fn holding(&self, part: &str, mut found: impl FnMut(usize, bool)) {
        let (mut place, mut from) = (0, 0);
        while let Some(at) = self.all[from..].find(part).map(|at| at + from) {
            while self.ends[place] as usize <= at {
                place += 1;
            }
            let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
            found(place, at == start);
            from = self.ends[place] as usize;
        }
    }
}

/// A dictionary of a book.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    squeezed: Row,
    /// Distinct words in order.
    words: Row,
    /// Words of each text: places in `words`.
    words_of: Vec<u32>,
    ends: Vec<u32>,
}

/// How a word meets the texts of a field.
#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    /// The text is the word, or has it as one of its words.
    pub(super) whole: Vec<bool>,
    /// One of its words begins with it.
    pub(super) prefix: Vec<bool>,
    /// Which of the text's first 64 words were asked for.
    pub(super) asked: Vec<u64>,
}

impl Field {
    pub(super) fn new(texts: &Texts) -> Field {
        let mut field = Field::default();
        let mut split: Vec<(String, usize)> = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            field.squeezed.push(&words::squeezed(text));
            split.extend(words::split(text).map(|word| (word, place)));
            field.ends.push(split.len() as u32);
        }
        let mut order: Vec<u32> = (0..split.len() as u32).collect();
        order.sort_by(|a, b| split[*a as usize].0.cmp(&split[*b as usize].0));
        field.words_of = vec![0; split.len()];
        for at in order {
            let word = &split[at as usize].0;
            let known = field.words.ends.len();
            if known == 0 || field.words.get(known - 1) != word {
                field.words.push(word);
            }
            field.words_of[at as usize] = field.words.ends.len() as u32 - 1;
        }
        field
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn squeezed(&self, place: usize) -> &str {
        self.squeezed.get(place)
    }

    /// All distinct words.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.words.ends.len()).map(|place| self.words.get(place))
    }

    pub(super) fn words_of(&self, place: usize) -> &[u32] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.words_of[start..self.ends[place] as usize]
    }

    /// Fit of each text: what it starts with, what it holds.
    pub(super) fn holding(&self, word: &str, starts: u8, holds: u8) -> Vec<u8> {
        let mut fits = vec![NEVER; self.len()];
        self.squeezed.holding(word, |place, first| fits[place] = if first { starts } else { holds });
        fits
    }

    /// Meets the words of all texts.
    pub(super) fn met(&self, word: &str) -> Met {
        const EQUAL: u8 = 1;
        const BEGINS: u8 = 2;
        const ASKED: u8 = 4;
        let class = |own: &str| {
            let begins = own.starts_with(word);
            u8::from(own == word) * EQUAL
                + u8::from(begins) * BEGINS
                + u8::from(begins || (own.len() <= word.len() && word.contains(own))) * ASKED
        };
        let classes: Vec<u8> = self.words().map(class).collect();
        let mut met =
            Met { whole: vec![false; self.len()], prefix: vec![false; self.len()], asked: vec![0; self.len()] };
        let mut start = 0;
        for (place, end) in self.ends.iter().enumerate() {
            for (bit, own) in self.words_of[start..*end as usize].iter().enumerate() {
                let class = classes[*own as usize];
                met.whole[place] |= class & EQUAL != 0;
                met.prefix[place] |= class & BEGINS != 0;
                met.asked[place] |= u64::from(class & ASKED != 0).checked_shl(bit as u32).unwrap_or(0);
            }
            start = *end as usize;
        }
        met
    }
}
