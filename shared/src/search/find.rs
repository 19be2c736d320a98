//! One search: which cells meet every word, how many, where, and which of them come first.
//!
//! Words meet items, of which there are few; cells are only counted, through the list of regions that an item shares
//! with many others. Cells are looked at one by one where an item may be among the first.

use std::collections::BinaryHeap;

use super::field::NEVER;
use super::index::{COMMITTED, DEPRECATED, DEV_TEST, Index, SECONDARY, WINDOWS};
use super::word::Word;
use crate::ratebook::compact::{Columns, Item};

/// What narrows a search, beside its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// One region, in any spelling, and what is sold everywhere.
    pub region: Option<&'a str>,
    /// One service, by its name.
    pub service: Option<&'a str>,
    /// One unit, as Azure writes it.
    pub unit: Option<&'a str>,
    /// One kind of price: 0 consumption, 1 dev/test, 2 reservation, 3 savings plan, 4 not known.
    pub kind: Option<u32>,
}

/// The filter in codes of one book. `None` for a wish that nothing in the book fulfils.
struct Narrowed {
    service: Option<u32>,
    unit: Option<u32>,
    kind: Option<u32>,
    /// For each region whether it is wanted; empty when all are.
    regions: Vec<bool>,
}

impl Narrowed {
    fn of(filter: &Filter<'_>, columns: &Columns) -> Option<Narrowed> {
        let texts = &columns.texts;
        let code = |wanted: Option<&str>, texts: &crate::ratebook::compact::Texts| match wanted {
            None => Some(None),
            Some(wanted) => texts.code(wanted).map(Some),
        };
        let wanted = |region: &str| texts.regions.iter().map(|name| is_sold(region, name)).collect();
        Some(Narrowed {
            service: code(filter.service, &texts.services)?,
            unit: code(filter.unit, &texts.units)?,
            kind: filter.kind,
            regions: filter.region.map_or(Vec::new(), wanted),
        })
    }

    fn takes(&self, item: &Item) -> bool {
        let is = |wanted: Option<u32>, code: u32| wanted.is_none_or(|wanted| wanted == code);
        is(self.service, item.service) && is(self.unit, item.unit) && is(self.kind, item.kind_number())
    }

    fn takes_region(&self, region: u32) -> bool {
        self.regions.is_empty() || self.regions[region as usize]
    }
}

/// Whether what has this billing region is sold in the region that somebody wrote.
fn is_sold(written: &str, billing_name: &str) -> bool {
    billing_name.is_empty() || crate::region::means(written, billing_name)
}

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

/// A search under way.
pub(super) struct Search<'a> {
    columns: &'a Columns,
    index: &'a Index,
    words: Vec<&'a Word>,
    narrowed: Narrowed,
    wants: Wants,
}

/// Items whose words leave the same words to the region: how many cells they have, by list of regions.
struct Left {
    words: u32,
    /// Cells of a list that meet them; `u32::MAX` until it is known.
    cells: Vec<u32>,
    /// How many items have the list.
    items: Vec<u32>,
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
        let wants = Wants::of(&words, filter.kind);
        Some(Search { columns, index, words, wants, narrowed: Narrowed::of(filter, columns)? })
    }

    /// Which words the item leaves to the region, as bits; `None` when it is not meant.
    fn left(&self, place: usize, item: &Item) -> Option<u32> {
        let mut left = 0;
        for (bit, word) in self.words.iter().enumerate() {
            if word.items[place] == NEVER {
                if word.best_region == NEVER {
                    return None;
                }
                left |= 1 << bit;
            }
        }
        self.narrowed.takes(item).then_some(left)
    }

    fn meets(&self, region: u32, left: u32) -> bool {
        self.narrowed.takes_region(region)
            && (self.words.iter().enumerate())
                .all(|(bit, word)| left & (1 << bit) == 0 || word.regions[region as usize] != NEVER)
    }

    /// Words of the name that nobody asked for: `Data Transfer Out` before `Intra Continent Data Transfer Out`.
    fn unasked(&self, item: &Item) -> u32 {
        let name = item.name as usize;
        let asked = self.words.iter().fold(0, |asked, word| asked | word.asked[name]);
        (self.index.names.words_of(name).len().min(64) as u32).saturating_sub(asked.count_ones())
    }

    /// What the item's kind adds to the score.
    fn penalty(&self, place: usize, item: &Item) -> u32 {
        let traits = self.index.traits[place];
        let penalty = |applies: bool, penalty: u32| if applies { penalty } else { 0 };
        penalty(traits.secondary && !self.wants.secondary, SECONDARY)
            + penalty(item.is_deprecated(), DEPRECATED)
            + penalty(traits.windows && !self.wants.windows, WINDOWS)
            + penalty(item.is_dev_test() && !self.wants.dev_test, DEV_TEST)
            + penalty(item.kind_number() > 1 && !self.wants.committed, COMMITTED)
    }

    fn score(&self, place: usize, fit_in_region: impl Fn(&Word) -> u8) -> u32 {
        self.words.iter().map(|word| u32::from(word.items[place].min(fit_in_region(word)))).sum()
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

    /// Everything that is meant, in no order.
    pub(super) fn all(&self) -> Vec<Place> {
        let mut all = Vec::new();
        for (place, item) in self.columns.items.iter().enumerate() {
            if let Some(left) = self.left(place, item) {
                let extra = self.penalty(place, item) + self.unasked(item);
                self.cells(place, left, extra, |cell| all.push(cell));
            }
        }
        all
    }

    /// How many there are, where, and the best of them.
    pub(super) fn best(&self, limit: usize) -> Found {
        let (texts, lists) = (&self.columns.texts, self.index.footprints.len());
        let mut facets = Facets {
            services: vec![0; texts.services.len()],
            regions: vec![0; texts.regions.len()],
            units: vec![0; texts.units.len()],
            kinds: [0; 5],
        };
        let mut groups: Vec<Left> = Vec::new();
        let mut best: BinaryHeap<Place> = BinaryHeap::with_capacity(limit + 1);
        let mut count = 0;
        for (place, item) in self.columns.items.iter().enumerate() {
            let Some(left) = self.left(place, item) else { continue };
            let group = match groups.iter().position(|group| group.words == left) {
                Some(known) => known,
                None => {
                    groups.push(Left { words: left, cells: vec![u32::MAX; lists], items: vec![0; lists] });
                    groups.len() - 1
                }
            };
            let list = self.index.footprint_of[place] as usize;
            let group = &mut groups[group];
            if group.cells[list] == u32::MAX {
                let meant = self.index.footprints[list].iter().filter(|region| self.meets(**region, left)).count();
                group.cells[list] = meant as u32;
            }
            let cells = group.cells[list];
            if cells == 0 {
                continue;
            }
            group.items[list] += 1;
            count += cells as usize;
            facets.services[item.service as usize] += cells;
            facets.units[item.unit as usize] += cells;
            facets.kinds[item.kind_number() as usize] += cells;
            self.rank(place, left, limit, &mut best);
        }
        for group in groups {
            for (list, items) in group.items.iter().enumerate().filter(|(_, items)| **items > 0) {
                for region in self.index.footprints[list].iter().filter(|region| self.meets(**region, group.words)) {
                    facets.regions[*region as usize] += items;
                }
            }
        }
        Found { count, best: best.into_sorted_vec(), facets }
    }

    /// Puts the item's cells among the best, unless none of them can be.
    fn rank(&self, place: usize, left: u32, limit: usize, best: &mut BinaryHeap<Place>) {
        let item = &self.columns.items[place];
        let mut extra = self.penalty(place, item);
        let worst = best.peek().filter(|_| best.len() >= limit).map(|worst| (worst.score, worst.name));
        let fits = self.score(place, |word| word.best_region);
        if limit == 0 || worst.is_some_and(|(score, _)| score < extra + fits) {
            return;
        }
        extra += self.unasked(item);
        if worst.is_some_and(|worst| worst < (extra + fits, self.index.name_rank[item.name as usize])) {
            return;
        }
        self.cells(place, left, extra, |cell| {
            if best.len() < limit {
                best.push(cell);
            } else if let Some(mut worst) = best.peek_mut()
                && cell < *worst
            {
                *worst = cell;
            }
        });
    }
}
