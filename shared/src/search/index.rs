//! What is made of a book once, so that every keystroke is quick.

use std::collections::BTreeMap;

use super::field::Field;
use crate::meter::Priority;
use crate::ratebook::compact::{Columns, Item, Texts};
use crate::region;

/// Of equal fits these come first: most people mean one of them.
const COMMON_REGIONS: [&str; 4] = ["", "Zone 1", "US East", "EU West"];

/// Siblings that nobody means unless they say so come after all others, in this order.
pub(super) const WINDOWS: u32 = 100;
pub(super) const DEPRECATED: u32 = 500;
pub(super) const SECONDARY: u32 = 1_000;
pub(super) const DEV_TEST: u32 = 2_000;
pub(super) const COMMITTED: u32 = 4_000;

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
    /// What each item gives up for a lower price, and whether it is for Windows.
    pub(super) traits: Vec<Traits>,
    /// The distinct lists of regions in which items are sold, and the list of each item.
    pub(super) footprints: Vec<Vec<u32>>,
    pub(super) footprint_of: Vec<u32>,
    /// Code of the service of virtual machines.
    pub(super) machines: Option<u32>,
}

/// What a name says about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits {
    pub(super) secondary: bool,
    pub(super) windows: bool,
}

impl Index {
    /// Indexes the columns.
    #[must_use]
    pub fn new(columns: &Columns) -> Index {
        let texts = &columns.texts;
        let (names, sub_categories) = (Field::new(&texts.names), Field::new(&texts.sub_categories));
        let secondary_name: Vec<bool> = (texts.names.iter().enumerate())
            .map(|(place, name)| Priority::of(name) != Priority::Standard || names.squeezed(place).contains("expired"))
            .collect();
        let of_sub = |text: &str| Priority::of(text) != Priority::Standard;
        let secondary_sub: Vec<bool> = texts.sub_categories.iter().map(of_sub).collect();
        let windows: Vec<bool> =
            (0..sub_categories.len()).map(|place| sub_categories.squeezed(place).contains("windows")).collect();
        let traits = |item: &Item| Traits {
            secondary: secondary_name[item.name as usize] || secondary_sub[item.sub_category as usize],
            windows: windows[item.sub_category as usize],
        };
        let services = Field::new(&texts.services);
        let machines = (0..services.len()).find(|place| services.squeezed(*place) == "virtualmachines");
        let (footprints, footprint_of) = footprints(columns);
        Index {
            arm_names: Field::new(&texts.arm_names),
            terms: Field::new(&texts.terms),
            regions: Field::new(&texts.regions),
            arm_regions: texts.regions.iter().map(|name| region::arm_name(name).unwrap_or("")).collect(),
            name_rank: ranks(&texts.names, |_| 0),
            region_rank: ranks(&texts.regions, |name| {
                COMMON_REGIONS.iter().position(|common| *common == name).unwrap_or(COMMON_REGIONS.len())
            }),
            traits: columns.items.iter().map(traits).collect(),
            footprints,
            footprint_of,
            machines: machines.map(|place| place as u32),
            services,
            sub_categories,
            names,
        }
    }
}

/// The plainer text comes first: `Zone 1` before `US Gov Zone 1`.
fn ranks(texts: &Texts, first: impl Fn(&str) -> usize) -> Vec<u32> {
    let key = |(code, text): (usize, &str)| (first(text) as u64) << 56 | (text.len() as u64) << 32 | code as u64;
    let mut order: Vec<u64> = texts.iter().enumerate().map(key).collect();
    order.sort_unstable();
    let mut ranks = vec![0; order.len()];
    for (rank, key) in order.into_iter().enumerate() {
        ranks[(key & u64::from(u32::MAX)) as usize] = rank as u32;
    }
    ranks
}

/// The regions of the cells that count, of each item; most items are sold in the regions of another.
fn footprints(columns: &Columns) -> (Vec<Vec<u32>>, Vec<u32>) {
    let (mut lists, mut of_items) = (Vec::<Vec<u32>>::new(), Vec::with_capacity(columns.items.len()));
    let mut known: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    let mut list = Vec::new();
    for item in 0..columns.items.len() {
        list.clear();
        let cells = columns.cells_of(item);
        list.extend(cells.filter(|cell| !columns.is_superseded(*cell)).map(|cell| columns.region[cell]));
        let alike = known.entry(hash(&list)).or_default();
        let number = match alike.iter().find(|number| lists[**number as usize] == list) {
            Some(number) => *number,
            None => {
                let number = lists.len() as u32;
                alike.push(number);
                lists.push(list.clone());
                number
            }
        };
        of_items.push(number);
    }
    (lists, of_items)
}

/// Only to find equal lists quickly; they are compared.
fn hash(list: &[u32]) -> u64 {
    list.iter().fold(list.len() as u64, |hash, code| {
        (hash.rotate_left(5) ^ u64::from(*code)).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}
