//! What is made of a book once, so that every keystroke is quick.

use std::collections::BinaryHeap;

use super::field::{Field, NEVER};
use super::known::Known;
use crate::meter::Priority;
use crate::ratebook::compact::{Columns, Item, Texts};
use crate::region;

/// Of equal fits these come first: most people mean one of them.
const COMMON_REGIONS: [&str; 4] = ["", "Zone 1", "US East", "EU West"];

/// What makes an item a sibling that nobody means unless they say so; one bit each.
pub(super) mod class {
    /// Spot, low priority, expired.
    pub const SECONDARY: u8 = 1;
    pub const WINDOWS: u8 = 2;
    pub const DEPRECATED: u8 = 4;
    pub const DEV_TEST: u8 = 8;
    /// Reservations, savings plans, kinds that are not known.
    pub const COMMITTED: u8 = 16;
}
/// How many classes these bits make.
pub(super) const CLASSES: usize = 32;

/// What items are counted and narrowed by. A book has few of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort {
    pub(super) service: u32,
    pub(super) unit: u32,
    pub(super) kind: u32,
}

/// The searchable side of a book's columns.
#[derive(Debug, Clone)]
pub struct Index {
    pub(super) services: Field,
    pub(super) sub_categories: Field,
    pub(super) names: Field,
    pub(super) arm_names: Field,
    pub(super) terms: Field,
    pub(super) regions: Field,
    /// Resource Manager's name of each region, or nothing.
    pub(super) arm_regions: Vec<&'static str>,
    /// Where each name and each region comes among equal fits.
    pub(super) name_rank: Vec<u32>,
    pub(super) region_rank: Vec<u32>,
    /// The class of each item, in bits.
    pub(super) classes: Vec<u8>,
    /// The distinct sorts of items, and the sort of each item.
    pub(super) sorts: Vec<Sort>,
    pub(super) sort_of: Vec<u32>,
    /// The distinct lists of regions in which items are sold, and the list of each item.
    pub(super) footprints: Vec<Vec<u32>>,
    pub(super) footprint_of: Vec<u32>,
    /// Code of the service of virtual machines.
    pub(super) machines: Option<u32>,
}

impl Index {
    /// Indexes the columns.
    #[must_use]
    pub fn new(columns: &Columns) -> Index {
        let texts = &columns.texts;
        let (names, sub_categories) = (Field::new(&texts.names), Field::new(&texts.sub_categories));
        let expired = names.holding("expired", 0, 0, None);
        let windows = sub_categories.holding("windows", 0, 0, None);
        let [secondary_name, secondary_sub] = [&names, &sub_categories].map(secondary);
        let class_of = |item: &Item| {
            let class = |applies: bool, class: u8| if applies { class } else { 0 };
            let (name, sub_category) = (item.name as usize, item.sub_category as usize);
            let secondary = secondary_name[name] || secondary_sub[sub_category] || expired[name] != NEVER;
            class(secondary, class::SECONDARY)
                | class(windows[sub_category] != NEVER, class::WINDOWS)
                | class(item.is_deprecated(), class::DEPRECATED)
                | class(item.is_dev_test(), class::DEV_TEST)
                | class(item.kind_number() > 1, class::COMMITTED)
        };
        let services = Field::new(&texts.services);
        let machines = (0..services.len()).find(|place| services.squeezed(*place) == "virtualmachines");
        let (footprints, footprint_of) = footprints(columns);
        let (sorts, sort_of) = sorts(columns);
        Index {
            arm_names: Field::new(&texts.arm_names),
            terms: Field::new(&texts.terms),
            regions: Field::new(&texts.regions),
            arm_regions: texts.regions.iter().map(|name| region::arm_name(name).unwrap_or("")).collect(),
            name_rank: ranks(&texts.names, |_| 0),
            region_rank: ranks(&texts.regions, |name| {
                COMMON_REGIONS.iter().position(|common| *common == name).unwrap_or(COMMON_REGIONS.len())
            }),
            classes: columns.items.iter().map(class_of).collect(),
            sorts,
            sort_of,
            footprints,
            footprint_of,
            machines: machines.map(|place| place as u32),
            services,
            sub_categories,
            names,
        }
    }
}

/// Which texts say that a machine may be taken away, as [`Priority::of`] reads them.
fn secondary(field: &Field) -> Vec<bool> {
    let words: Vec<Priority> = field.words().map(Priority::of).collect();
    let [low, priority] = ["low", "priority"].map(|word| field.words().position(|own| own == word));
    let is = |word: u32, own: Option<usize>| own == Some(word as usize);
    let says = |own: &[u32]| {
        own.iter().any(|word| words[*word as usize] == Priority::Spot)
            || own.windows(2).any(|pair| is(pair[0], low) && is(pair[1], priority))
    };
    (0..field.len()).map(|place| says(field.words_of(place))).collect()
}

/// The plainer text comes first: `Zone 1` before `US Gov Zone 1`.
fn ranks(texts: &Texts, first: impl Fn(&str) -> usize) -> Vec<u32> {
    let key = |(code, text): (usize, &str)| (first(text) as u64) << 56 | (text.len() as u64) << 32 | code as u64;
    // A heap sorts in a tenth of the code that a general sort brings into the browser.
    let order: BinaryHeap<u64> = texts.iter().enumerate().map(key).collect();
    let mut ranks = vec![0; order.len()];
    for (rank, key) in order.into_sorted_vec().into_iter().enumerate() {
        ranks[(key & u64::from(u32::MAX)) as usize] = rank as u32;
    }
    ranks
}

fn sorts(columns: &Columns) -> (Vec<Sort>, Vec<u32>) {
    let (mut sorts, mut of_items) = (Vec::<Sort>::new(), Vec::with_capacity(columns.items.len()));
    let mut known = Known::for_about(0);
    for item in &columns.items {
        let sort = Sort { service: item.service, unit: item.unit, kind: item.kind_number() };
        let number = known.number(hash(&[sort.service, sort.unit, sort.kind]), |number| sorts[number] == sort);
        if number == sorts.len() {
            sorts.push(sort);
        }
        of_items.push(number as u32);
    }
    (sorts, of_items)
}

/// The regions of the cells that count, of each item; most items are sold in the regions of another.
fn footprints(columns: &Columns) -> (Vec<Vec<u32>>, Vec<u32>) {
    let (mut lists, mut of_items) = (Vec::<Vec<u32>>::new(), Vec::with_capacity(columns.items.len()));
    let mut known = Known::for_about(0);
    let mut list = Vec::new();
    for item in 0..columns.items.len() {
        list.clear();
        let cells = columns.cells_of(item);
        list.extend_from_slice(&columns.region[cells.clone()]);
        if columns.any_superseded(&cells) {
            list.clear();
            list.extend(cells.filter(|cell| !columns.is_superseded(*cell)).map(|cell| columns.region[cell]));
        }
        let number = known.number(hash(&list), |number| lists[number] == list);
        if number == lists.len() {
            lists.push(list.clone());
        }
        of_items.push(number as u32);
    }
    (lists, of_items)
}

/// Only to find equal lists quickly; they are compared.
fn hash(list: &[u32]) -> u64 {
    list.iter().fold(list.len() as u64, |hash, code| {
        (hash.rotate_left(5) ^ u64::from(*code)).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}
