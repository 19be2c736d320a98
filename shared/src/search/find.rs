//! One search: which cells meet every word, how many, where, and which of them come first.
//!
//! Words meet items, of which there are few; cells are only counted, through the list of regions that an item shares
//! with many others. Cells are looked at one by one where an item may be among the first.

use std::collections::BinaryHeap;

use super::field::{NEVER, met};
use super::filter::{Filter, Narrowed};
use super::index::{CLASSES, Index, class};
use super::word::Word;
use crate::ratebook::compact::Columns;

/// A cell among others: less is better. In the order of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) score: u32,
    pub(super) name: u32,
    pub(super) sub_category: u32,
    pub(super) region: u32,
    pub(super) cell: u32,
}

/// How many cells there are of each service, region, unit and kind; codes of the book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By service.
    pub services: Vec<u32>,
    /// By region.
    pub regions: Vec<u32>,
    /// By unit.
    pub units: Vec<u32>,
    /// By kind of price.
    pub kinds: [u32; 5],
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) count: usize,
    pub(super) best: Vec<Place>,
    pub(super) facets: Facets,
}

/// Words that ask for siblings that otherwise come last.
#[derive(Debug, Clone, Copy)]
struct Wants {
    secondary: bool,
    windows: bool,
    dev_test: bool,
    committed: bool,
}

impl Wants {
    fn of(words: &[&Word], kind: Option<u32>) -> Wants {
        let any = |wanted: &[&str]| {
            words.iter().any(|word| word.text.len() > 2 && wanted.iter().any(|own| own.starts_with(&word.text)))
        };
        let exactly = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.text.as_str()));
        Wants {
            secondary: exactly(&["spot", "low", "priority", "expired"]),
            windows: any(&["windows"]),
            dev_test: kind == Some(1) || any(&["devtest"]),
            committed: matches!(kind, Some(2..)) || any(&["reservation", "reserved", "savings"]),
        }
    }
}

impl Wants {
    /// What each class of items is put back by.
    fn penalties(self) -> [u32; CLASSES] {
        std::array::from_fn(|class| {
            let penalty = |trait_of: u8, wanted: bool, penalty: u32| {
                if class & usize::from(trait_of) != 0 && !wanted { penalty } else { 0 }
            };
            penalty(class::SECONDARY, self.secondary, 1_000)
                + penalty(class::DEPRECATED, false, 500)
                + penalty(class::WINDOWS, self.windows, 100)
                + penalty(class::DEV_TEST, self.dev_test, 2_000)
                + penalty(class::COMMITTED, self.committed, 4_000)
        })
    }
}

/// A search under way.
pub(super) struct Search<'a> {
    columns: &'a Columns,
    index: &'a Index,
    words: Vec<&'a Word>,
    narrowed: Narrowed,
    /// By class of item.
    penalties: [u32; CLASSES],
    /// For each word of the names whether one of the words asks for it.
    asked: Vec<u8>,
    /// For each sort of items whether the filter takes it.
    taken: Vec<bool>,
}

/// Items that leave the same words to the region.
struct Group {
    left: u32,
    /// For each region whether it meets them and the filter.
    meets: Vec<bool>,
    /// Cells that are meant, of an item with each list of regions; [`UNKNOWN`] until somebody asks.
    cells: Vec<u32>,
    /// How many items have the list.
    items: Vec<u32>,
}

const UNKNOWN: u32 = u32::MAX;

impl Group {
    /// How many cells of a list of regions are meant.
    fn cells(&mut self, list: usize, footprints: &[Vec<u32>]) -> u32 {
        if self.cells[list] == UNKNOWN {
            let meant = footprints[list].iter().filter(|region| self.meets[**region as usize]).count();
            self.cells[list] = meant as u32;
        }
        self.cells[list]
    }
}

impl<'a> Search<'a> {
    /// `None` when nothing can be found.
    pub(super) fn new(
        columns: &'a Columns,
        index: &'a Index,
        words: Vec<&'a Word>,
        filter: &Filter<'_>,
    ) -> Option<Search<'a>> {
        if words.is_empty() || words.iter().any(|word| !word.fits) {
            return None;
        }
        let penalties = Wants::of(&words, filter.kind).penalties();
        let mut asked = vec![0; index.names.count_of_words()];
        for word in &words {
            asked.iter_mut().zip(&word.met).for_each(|(asked, met)| *asked |= met & met::ASKED);
        }
        let narrowed = Narrowed::of(filter, columns)?;
        let taken = index.sorts.iter().map(|sort| narrowed.takes(sort)).collect();
        Some(Search { columns, index, words, penalties, asked, narrowed, taken })
    }

    /// Which words the item leaves to the region, as bits, and the least score that it can have anywhere; `None` when it
    /// is not meant.
    #[inline]
    fn meet(&self, place: usize) -> Option<(u32, u32)> {
        let (mut left, mut least) = (0, self.penalty(place));
        for (bit, word) in self.words.iter().enumerate() {
            let fit = word.items[place];
            if fit == NEVER {
                if word.best_region == NEVER {
                    return None;
                }
                left |= 1 << bit;
            }
            least += u32::from(fit.min(word.best_region));
        }
        self.taken[self.index.sort_of[place] as usize].then_some((left, least))
    }

    fn meets(&self, region: u32, left: u32) -> bool {
        self.narrowed.takes_region(region)
            && (self.words.iter().enumerate())
                .all(|(bit, word)| left & (1 << bit) == 0 || word.regions[region as usize] != NEVER)
    }

    /// Words of the name that nobody asked for: `Data Transfer Out` before `Intra Continent Data Transfer Out`.
    fn unasked(&self, name: u32) -> u32 {
        let own = self.index.names.words_of(name as usize).iter();
        own.map(|own| u32::from(self.asked[*own as usize] == 0)).sum()
    }

    /// What the item's class adds to the score.
    #[inline]
    fn penalty(&self, place: usize) -> u32 {
        self.penalties[usize::from(self.index.classes[place]) % CLASSES]
    }

    fn score(&self, place: usize, fit_in_region: impl Fn(&Word) -> u8) -> u32 {
        let mut score = 0;
        for word in &self.words {
            score += u32::from(word.items[place].min(fit_in_region(word)));
        }
        score
    }

    /// All cells of an item that are meant.
    fn cells(&self, place: usize, left: u32, extra: u32, mut found: impl FnMut(Place)) {
        let item = &self.columns.items[place];
        for cell in self.columns.cells_of(place) {
            let region = self.columns.region[cell];
            if self.meets(region, left) && !self.columns.is_superseded(cell) {
                found(Place {
                    score: extra + self.score(place, |word| word.regions[region as usize]),
                    name: self.index.name_rank[item.name as usize],
                    sub_category: item.sub_category,
                    region: self.index.region_rank[region as usize],
                    cell: cell as u32,
                });
            }
        }
    }

    /// The items that may be meant: those that the rarest word fits. All of them where regions may have each word.
    fn candidates(&self) -> Option<&[u32]> {
        let rarest = self.words.iter().filter(|word| word.best_region == NEVER).min_by_key(|word| word.matching.len());
        rarest.map(|word| &word.matching[..])
    }

    /// Everything that is meant, in no order.
    pub(super) fn all(&self) -> Vec<Place> {
        let mut all = Vec::new();
        for (place, item) in self.columns.items.iter().enumerate() {
            if let Some((left, _)) = self.meet(place) {
                let extra = self.penalty(place) + self.unasked(item.name);
                self.cells(place, left, extra, |cell| all.push(cell));
            }
        }
        all
    }

    /// How many there are, where, and the best of them.
    pub(super) fn best(&self, limit: usize) -> Found {
        let (texts, lists) = (&self.columns.texts, self.index.footprints.len());
        let mut best = Best::of(self, limit);
        let mut groups: Vec<Group> = Vec::new();
        let mut cells_of_sorts = vec![0; self.index.sorts.len()];
        let candidates = self.candidates();
        for number in 0..candidates.map_or(self.columns.items.len(), <[u32]>::len) {
            let place = candidates.map_or(number, |places| places[number] as usize);
            let Some((left, least)) = self.meet(place) else { continue };
            let known = groups.iter().position(|group| group.left == left);
            let known = known.unwrap_or_else(|| {
                let meets = (0..texts.regions.len() as u32).map(|region| self.meets(region, left)).collect();
                groups.push(Group { left, meets, cells: vec![UNKNOWN; lists], items: vec![0; lists] });
                groups.len() - 1
            });
            let list = self.index.footprint_of[place] as usize;
            let cells = groups[known].cells(list, &self.index.footprints);
            if cells > 0 {
                groups[known].items[list] += 1;
                cells_of_sorts[self.index.sort_of[place] as usize] += cells;
                best.look(place, left, least);
            }
        }
        let facets = self.facets(&groups, &cells_of_sorts);
        Found {
            count: facets.kinds.iter().map(|cells| *cells as usize).sum(),
            best: best.cells.into_sorted_vec(),
            facets,
        }
    }

    fn facets(&self, groups: &[Group], cells_of_sorts: &[u32]) -> Facets {
        let texts = &self.columns.texts;
        let mut facets = Facets {
            services: vec![0; texts.services.len()],
            regions: vec![0; texts.regions.len()],
            units: vec![0; texts.units.len()],
            kinds: [0; 5],
        };
        for (sort, cells) in self.index.sorts.iter().zip(cells_of_sorts) {
            facets.services[sort.service as usize] += cells;
            facets.units[sort.unit as usize] += cells;
            facets.kinds[sort.kind as usize] += cells;
        }
        for group in groups {
            for (list, items) in group.items.iter().enumerate().filter(|(_, items)| **items > 0) {
                for region in &self.index.footprints[list] {
                    facets.regions[*region as usize] += if group.meets[*region as usize] { *items } else { 0 };
                }
            }
        }
        facets
    }
}

/// The best cells that were found so far.
struct Best<'a> {
    search: &'a Search<'a>,
    limit: usize,
    cells: BinaryHeap<Place>,
    /// Score and name of the worst of them, once there are enough.
    worst: (u32, u32),
    /// How many words of each name nobody asked for, as far as that was needed.
    unasked: Vec<u32>,
}

impl<'a> Best<'a> {
    fn of(search: &'a Search<'a>, limit: usize) -> Best<'a> {
        let worst = if limit == 0 { (0, 0) } else { (u32::MAX, u32::MAX) };
        let unasked = vec![UNKNOWN; search.columns.texts.names.len()];
        Best { search, limit, cells: BinaryHeap::with_capacity(limit + 1), worst, unasked }
    }

    /// Puts the item's cells among the best, unless none of them can be.
    #[inline]
    fn look(&mut self, place: usize, left: u32, least: u32) {
        if least <= self.worst.0 && self.limit > 0 {
            self.look_closer(place, left, least);
        }
    }

    fn look_closer(&mut self, place: usize, left: u32, least: u32) {
        let name = self.search.columns.items[place].name;
        let rank = self.search.index.name_rank[name as usize];
        if self.worst < (least, rank) {
            return;
        }
        let unasked = &mut self.unasked[name as usize];
        if *unasked == UNKNOWN {
            *unasked = self.search.unasked(name);
        }
        if self.worst < (least + *unasked, rank) {
            return;
        }
        let extra = self.search.penalty(place) + *unasked;
        self.search.cells(place, left, extra, |cell| {
            if self.cells.len() < self.limit {
                self.cells.push(cell);
            } else if let Some(mut worst) = self.cells.peek_mut()
                && cell < *worst
            {
                *worst = cell;
            }
        });
        if let Some(worst) = self.cells.peek().filter(|_| self.cells.len() == self.limit) {
            self.worst = (worst.score, worst.name);
        }
    }
}
