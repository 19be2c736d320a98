//! What narrows a search: a region, a service, a unit, a kind of price.

use super::index::Sort;
use crate::ratebook::compact::{Columns, Texts};
use crate::region;

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
pub(super) struct Narrowed {
    service: Option<u32>,
    unit: Option<u32>,
    kind: Option<u32>,
    /// For each region whether it is wanted; empty when all are.
    regions: Vec<bool>,
}

impl Narrowed {
    pub(super) fn of(filter: &Filter<'_>, columns: &Columns) -> Option<Narrowed> {
        let texts = &columns.texts;
        let code = |wanted: Option<&str>, texts: &Texts| match wanted {
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

    pub(super) fn takes(&self, sort: &Sort) -> bool {
        let is = |wanted: Option<u32>, code: u32| wanted.is_none_or(|wanted| wanted == code);
        is(self.service, sort.service) && is(self.unit, sort.unit) && is(self.kind, sort.kind)
    }

    pub(super) fn takes_region(&self, region: u32) -> bool {
        self.regions.is_empty() || self.regions[region as usize]
    }
}

/// Whether what has this billing region is sold in the region that somebody wrote.
fn is_sold(written: &str, billing_name: &str) -> bool {
    billing_name.is_empty() || region::means(written, billing_name)
}
