//! Finding a meter by typing: words in any order, parts of words, the spelling of people.
//!
//! There is one search, over the columns of a book ([`Columns`]): those of a compact book that was opened, or those
//! that [`SearchIndex`] makes of a [`RateBook`]. Each word of a search must meet the meter's name, service,
//! sub-category, SKU or region; how it meets it gives a score, and the least sum comes first. Siblings that nobody
//! means unless they say so (spot, low priority, expired, deprecated, dev/test, reservations) come after all others.

mod field;
mod filter;
mod find;
mod index;
mod known;
mod near;
mod shown;
mod synonyms;
mod word;
mod words;

use std::sync::OnceLock;

pub use filter::Filter;
pub use find::Facets;
use find::{Found, Place, Search};
pub use index::Index;
pub use shown::{Corrected, FoundMeter, MeterStatus, SearchResult};
use word::Word;

use crate::guid::MeterId;
use crate::meter::PriceKind;
use crate::order;
use crate::ratebook::RateBook;
use crate::ratebook::compact::{self, Columns};

/// Words of earlier keystrokes are kept: while somebody types, only the last one changes.
const KEPT_WORDS: usize = 12;

/// What the price list calls a word of another cloud, or a short one: `ec2` is looked for as `virtual machines`.
#[must_use]
pub fn meant(word: &str) -> Option<String> {
    let meant: Vec<&str> = synonyms::meant(&words::squeezed(word))?.collect();
    Some(meant.join(" "))
}

/// Answers one keystroke after the other.
#[derive(Debug, Clone)]
pub struct Searcher {
    index: Index,
    kept: Vec<Word>,
}

/// The answer to a keystroke.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// How many cells fit in all.
    pub count: usize,
    /// The best of them, best first.
    pub cells: Vec<u32>,
    /// Where the cells are.
    pub facets: Facets,
    /// Words that met nothing, each with the word that was taken for it.
    pub corrected: Vec<(String, String)>,
}

impl Searcher {
    /// Indexes the columns of a book; ask only with the same.
    #[must_use]
    pub fn new(columns: &Columns) -> Searcher {
        Searcher { index: Index::new(columns), kept: Vec::new() }
    }

    /// The best `limit` cells for what was typed so far.
    pub fn ask(&mut self, columns: &Columns, text: &str, filter: &Filter<'_>, limit: usize) -> Answer {
        let mut asked = words::asked(text);
        let mut found = self.find(columns, &asked, filter, limit);
        let mut corrected = Vec::new();
        if found.count == 0 {
            let fits = |word: &str| self.kept.iter().any(|kept| kept.text == word && kept.fits);
            corrected = correct(&mut asked, &self.index, fits);
            if !corrected.is_empty() {
                found = self.find(columns, &asked, filter, limit);
            }
        }
        let Found { count, best, facets } = found;
        Answer { count, cells: best.into_iter().map(|place| place.cell).collect(), facets, corrected }
    }

    /// Whether a word as it was typed meets anything in the book.
    pub fn knows(&self, columns: &Columns, word: &str) -> bool {
        knows(columns, &self.index, word)
    }

    fn find(&mut self, columns: &Columns, asked: &[String], filter: &Filter<'_>, limit: usize) -> Found {
        self.kept.drain(..self.kept.len().saturating_sub(KEPT_WORDS));
        for text in asked {
            if !self.kept.iter().any(|kept| kept.text == *text) {
                let shorter = self.kept.iter().filter(|kept| text.starts_with(&kept.text));
                let shorter = shorter.max_by_key(|kept| kept.text.len());
                let word = Word::new(text, columns, &self.index, shorter);
                self.kept.push(word);
            }
        }
        let words: Vec<&Word> =
            asked.iter().filter_map(|text| self.kept.iter().find(|kept| kept.text == *text)).collect();
        Search::new(columns, &self.index, words, filter).map(|search| search.best(limit)).unwrap_or_default()
    }
}

/// Puts the word that was meant in place of each that meets nothing, and tells both.
fn correct(asked: &mut [String], index: &Index, fits: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut corrected = Vec::new();
    for word in asked {
        if let Some(meant) = (!fits(word)).then(|| near::meant(word, index)).flatten() {
            corrected.push((std::mem::replace(word, meant.clone()), meant));
        }
    }
    corrected
}

fn knows(columns: &Columns, index: &Index, word: &str) -> bool {
    let asked = words::asked(word);
    let fits = |word: &String| Word::new(word, columns, index, None).fits;
    !asked.is_empty() && asked.iter().all(fits)
}

/// All consumption meters of a book, newest price of each.
#[derive(Debug, Clone, Default)]
pub struct SearchIndex {
    /// The columns of the book, and the place in it of each cell.
    columns: OnceLock<(Columns, Vec<u32>)>,
    index: OnceLock<Index>,
}

struct Indexed<'a> {
    columns: &'a Columns,
    places: &'a [u32],
    index: &'a Index,
}

/// Where a hit stands in the book, and how well it fits (less is better).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Index into [`RateBook::meters`].
    pub meter: usize,
    /// The rank: equal scores fit equally well.
    pub score: u32,
}

impl SearchIndex {
    /// Indexes the book.
    #[must_use]
    pub fn new(book: &RateBook) -> SearchIndex {
        let index = SearchIndex::when_asked();
        index.of(book);
        index
    }

    /// Indexes the book when it is first asked with it: who knows the ids of the meters never asks, and to price them
    /// takes a fraction of that time.
    #[must_use]
    pub fn when_asked() -> SearchIndex {
        SearchIndex::default()
    }

    /// The same over the columns of a book that was opened from them, which then need not be made again.
    #[must_use]
    pub fn over(columns: Columns, places: Vec<u32>) -> SearchIndex {
        SearchIndex { columns: OnceLock::from((columns, places)), index: OnceLock::new() }
    }

    fn of(&self, book: &RateBook) -> Indexed<'_> {
        let (columns, places) = self.columns.get_or_init(|| compact::columns_of(book));
        Indexed { columns, places, index: self.index.get_or_init(|| Index::new(columns)) }
    }

    /// All meters that fit every word of the text, best first. `region` narrows to one region and global meters.
    #[must_use]
    pub fn find(&self, book: &RateBook, text: &str, region: Option<&str>) -> Vec<Hit> {
        if let Ok(id) = text.trim().parse::<MeterId>() {
            return self.of_meter(book, id);
        }
        let Indexed { columns, places, index } = self.of(book);
        let asked = words::asked(text);
        let words: Vec<Word> = asked.iter().map(|word| Word::new(word, columns, index, None)).collect();
        let filter = Filter { region, kind: Some(0), ..Filter::default() };
        let search = Search::new(columns, index, words.iter().collect(), &filter);
        let mut found: Vec<(Place, usize)> = (search.map_or(Vec::new(), |search| search.all()).into_iter())
            .map(|place| (place, places[place.cell as usize] as usize))
            .collect();
        // Of equal names the lower id comes first, which is the order of the book.
        order::sort_by_key(&mut found, |(place, meter)| (Place { cell: 0, ..*place }, *meter));
        found.into_iter().map(|(place, meter)| Hit { meter, score: place.score }).collect()
    }

    /// Whether a word as it was typed meets anything in the book.
    #[must_use]
    pub fn knows(&self, book: &RateBook, word: &str) -> bool {
        let Indexed { columns, index, .. } = self.of(book);
        knows(columns, index, word)
    }

    /// What was meant by a word that meets nothing: one typing error away from something that the book has.
    #[must_use]
    pub fn meant(&self, book: &RateBook, word: &str) -> Option<String> {
        let mut asked = words::asked(word);
        let corrected = self.correct(book, &mut asked);
        (!corrected.is_empty() && asked.iter().all(|word| self.knows(book, word))).then(|| asked.join(" "))
    }

    fn correct(&self, book: &RateBook, asked: &mut [String]) -> Vec<(String, String)> {
        let Indexed { columns, index, .. } = self.of(book);
        correct(asked, index, |word| Word::new(word, columns, index, None).fits)
    }

    /// The same for somebody who looks on: where nothing fits, words with a typing error are taken for what was meant.
    /// What is priced by its words alone is never found so.
    fn find_near(&self, book: &RateBook, text: &str, region: Option<&str>) -> (Vec<Hit>, Vec<(String, String)>) {
        let found = self.find(book, text, region);
        if !found.is_empty() {
            return (found, Vec::new());
        }
        let mut asked = words::asked(text);
        let corrected = self.correct(book, &mut asked);
        let found = if corrected.is_empty() { found } else { self.find(book, &asked.join(" "), region) };
        let told = if found.is_empty() { Vec::new() } else { corrected };
        (found, told)
    }

    fn of_meter(&self, book: &RateBook, id: MeterId) -> Vec<Hit> {
        let Indexed { columns, places, .. } = self.of(book);
        let newest = |cell: &usize| !columns.is_superseded(*cell);
        let consumption = |meter: &usize| book.meters()[*meter].kind == PriceKind::Consumption;
        let rows = (0..places.len()).filter(newest).map(|cell| places[cell] as usize);
        let mut rows: Vec<usize> = rows.filter(|row| book.meters()[*row].id == id).filter(consumption).collect();
        order::sort_by_key(&mut rows, |row| *row);
        rows.into_iter().map(|meter| Hit { meter, score: 0 }).collect()
    }
}

#[cfg(test)]
mod tests;
