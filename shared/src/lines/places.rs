//! The regions of a book that one can move to, and where their traffic is sold.

use crate::ratebook::compact::Columns;
use crate::region;

/// Worked out once for a book: names of regions are compared in any spelling, which takes its time.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// Codes of billing names that are regions: zones and continents are none.
    pub(super) regions: Vec<u32>,
    /// For each code the one under which traffic that leaves it is sold.
    pub(super) zones: Vec<Option<u32>>,
}

impl Places {
    pub(super) fn of(columns: &Columns) -> Places {
        let names = &columns.texts.regions;
        let codes = 0..names.len() as u32;
        // Where the zone of a region is not known, traffic may be sold by the region itself.
        let zone = |code: u32| match region::sold_by_zone("Bandwidth", "Zone 1", names.get(code)) {
            Some(zone) => names.code(zone),
            None => Some(code),
        };
        let is_region = |code: &u32| region::known(names.get(*code)).is_some();
        Places { regions: codes.clone().filter(is_region).collect(), zones: codes.map(zone).collect() }
    }
}
