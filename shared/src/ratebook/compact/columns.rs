//! A book as columns: what its bytes say, once they were checked.
//!
//! An [`Item`] is what a meter is called: most meters of a list differ only in region and price, so a list of 600,000
//! rows has some 33,000 items. A cell is one row of the list: an item in a region with a price from a date on.

use std::ops::Range;

use jiff::Timestamp;

use super::prices::Prices;
use super::texts::Texts;
use crate::meter::{Meter, PriceKind};
use crate::money::Currency;
use crate::ratebook::{BookHeader, Source};

/// The dictionaries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionaries {
    /// Services.
    pub services: Texts,
    /// Sub-categories; retail lists call them products.
    pub sub_categories: Texts,
    /// Names of meters.
    pub names: Texts,
    /// Pricing units as Azure writes them.
    pub units: Texts,
    /// Terms of reservations and savings plans, and names of kinds that are not known.
    pub terms: Texts,
    /// SKU ids.
    pub skus: Texts,
    /// Resource Manager's names of SKUs.
    pub arm_names: Texts,
    /// Billing names of regions.
    pub regions: Texts,
}

impl Dictionaries {
    /// In the order of the file.
    pub(super) fn all(&self) -> [&Texts; 8] {
        let Dictionaries { services, sub_categories, names, units, terms, skus, arm_names, regions } = self;
        [services, sub_categories, names, units, terms, skus, arm_names, regions]
    }

    pub(super) fn all_mut(&mut self) -> [&mut Texts; 8] {
        let Dictionaries { services, sub_categories, names, units, terms, skus, arm_names, regions } = self;
        [services, sub_categories, names, units, terms, skus, arm_names, regions]
    }
}

/// Kinds of prices, by the number that stands in the file.
pub(super) const KINDS: u32 = 5;
/// Third party and deprecated.
pub(super) const FLAGS: u32 = 4;
const THIRD_PARTY: u32 = 1;
const DEPRECATED: u32 = 2;

/// What a meter is called and what kind of price it has; codes of the dictionaries. In the order of the fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Service.
    pub service: u32,
    /// Sub-category.
    pub sub_category: u32,
    /// Name.
    pub name: u32,
    /// Unit.
    pub unit: u32,
    pub(super) kind: u32,
    /// Code and one, where the kind has a term or a name; else 0.
    pub(super) term: u32,
    /// Code and one, where there is a SKU; else 0.
    pub(super) sku: u32,
    /// Code and one, where there is a SKU; else 0.
    pub(super) arm_name: u32,
    pub(super) flags: u32,
}

impl Item {
    /// How many columns an item has.
    pub(super) const COLUMNS: usize = 9;

    pub(super) fn column(&self, column: usize) -> u32 {
        let Item { service, sub_category, name, unit, kind, term, sku, arm_name, flags } = *self;
        [service, sub_category, name, unit, kind, term, sku, arm_name, flags][column]
    }

    pub(super) fn set_column(&mut self, column: usize, code: u32) {
        let Item { service, sub_category, name, unit, kind, term, sku, arm_name, flags } = self;
        *[service, sub_category, name, unit, kind, term, sku, arm_name, flags][column] = code;
    }

    /// Whether 0 stands for none in this column, and codes are one more.
    pub(super) fn is_optional(column: usize) -> bool {
        (5..=7).contains(&column)
    }

    /// Whether usage is rated with it.
    #[must_use]
    pub fn is_consumption(&self) -> bool {
        self.kind == 0
    }

    /// Whether it is a price for tests.
    #[must_use]
    pub fn is_dev_test(&self) -> bool {
        self.kind == 1
    }

    /// Whether somebody else sells it.
    #[must_use]
    pub fn is_third_party(&self) -> bool {
        self.flags & THIRD_PARTY != 0
    }

    /// Whether the list calls it deprecated.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.flags & DEPRECATED != 0
    }

    /// The kind of price as a number: 0 consumption, 1 dev/test, 2 reservation, 3 savings plan, 4 not known.
    #[must_use]
    pub fn kind_number(&self) -> u32 {
        self.kind
    }

    /// Code of the term or of the unknown kind's name, where there is one.
    #[must_use]
    pub fn term(&self) -> Option<u32> {
        self.term.checked_sub(1)
    }

    /// Code of the Resource Manager name, where there is one.
    #[must_use]
    pub fn arm_name(&self) -> Option<u32> {
        self.arm_name.checked_sub(1)
    }

    pub(super) fn flags_of(meter: &Meter) -> u32 {
        u32::from(meter.third_party) * THIRD_PARTY + u32::from(meter.deprecated) * DEPRECATED
    }

    pub(super) fn kind_of(kind: &PriceKind) -> (u32, Option<&str>) {
        match kind {
            PriceKind::Consumption => (0, None),
            PriceKind::DevTest => (1, None),
            PriceKind::Reservation { term } => (2, Some(term)),
            PriceKind::SavingsPlan { term } => (3, Some(term)),
            PriceKind::Other(name) => (4, Some(name)),
        }
    }
}

/// An opened book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// What the book is about; the ids that its terms exclude lie with the ids of the meters.
    pub header: BookHeader,
    /// The dictionaries.
    pub texts: Dictionaries,
    /// The distinct prices.
    pub prices: Prices,
    /// Distinct, ascending.
    pub items: Vec<Item>,
    /// Where the cells of each item end.
    pub(super) ends_of_items: Vec<u32>,
    /// Region of each cell; ascending within an item.
    pub region: Vec<u32>,
    /// Number of the price of each cell.
    pub price: Vec<u32>,
    /// From when each cell holds: number of the date.
    pub(super) effective: Vec<u32>,
    /// (cell, number of the date on which it ends), for the few that end.
    pub(super) ends: Vec<(u32, u32)>,
    /// Cells after which a newer price of the same meter stands, here or under another name.
    pub(super) superseded: Vec<u32>,
    /// Distinct, ascending.
    pub(super) dates: Vec<Timestamp>,
    /// How many meters each term of the offer excludes.
    pub(super) excluded: Vec<usize>,
}

impl Columns {
    /// Nothing yet, for whoever fills it.
    pub(super) fn empty() -> Columns {
        let header = BookHeader {
            source: Source::RateCard,
            offer: None,
            currency: Currency::USD,
            locale: String::new(),
            region_info: String::new(),
            own: None,
            terms: Vec::new(),
        };
        Columns {
            header,
            texts: Dictionaries::default(),
            prices: Prices::default(),
            items: Vec::new(),
            ends_of_items: Vec::new(),
            region: Vec::new(),
            price: Vec::new(),
            effective: Vec::new(),
            ends: Vec::new(),
            superseded: Vec::new(),
            dates: Vec::new(),
            excluded: Vec::new(),
        }
    }

    /// How many cells there are.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.region.len()
    }

    /// The cells of an item.
    #[must_use]
    pub fn cells_of(&self, item: usize) -> Range<usize> {
        let end = |item: usize| self.ends_of_items.get(item).map_or(0, |end| *end as usize);
        item.checked_sub(1).map_or(0, end)..end(item)
    }

    /// The item of a cell.
    #[must_use]
    pub fn item_of(&self, cell: usize) -> usize {
        self.ends_of_items.partition_point(|end| *end as usize <= cell)
    }

    /// Whether a newer price of the same meter stands elsewhere in the book.
    #[must_use]
    pub fn is_superseded(&self, cell: usize) -> bool {
        self.superseded.binary_search(&(cell as u32)).is_ok()
    }

    /// Whether any of these cells is.
    pub(crate) fn any_superseded(&self, cells: &Range<usize>) -> bool {
        let first = self.superseded.partition_point(|cell| (*cell as usize) < cells.start);
        self.superseded.get(first).is_some_and(|cell| (*cell as usize) < cells.end)
    }

    /// From when the cell's price holds.
    #[must_use]
    pub fn effective_at(&self, cell: usize) -> Timestamp {
        let date = self.effective.get(cell).and_then(|date| self.dates.get(*date as usize));
        date.copied().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Until when, where the list says so.
    #[must_use]
    pub fn ends_at(&self, cell: usize) -> Option<Timestamp> {
        let found = self.ends.binary_search_by_key(&(cell as u32), |(cell, _)| *cell).ok()?;
        self.dates.get(self.ends[found].1 as usize).copied()
    }

    /// What kind of price an item has.
    #[must_use]
    pub fn kind(&self, item: &Item) -> PriceKind {
        let term = || item.term.checked_sub(1).map_or("", |code| self.texts.terms.get(code)).into();
        match item.kind {
            0 => PriceKind::Consumption,
            1 => PriceKind::DevTest,
            2 => PriceKind::Reservation { term: term() },
            3 => PriceKind::SavingsPlan { term: term() },
            _ => PriceKind::Other(term()),
        }
    }
}
