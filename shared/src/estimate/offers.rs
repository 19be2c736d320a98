//! Items of other offers than the estimate's. Each offer is a subscription of its own: it has its own prices, and its
//! meters share their tiers and included quantities with nobody else's. Terms are those of each offer.

use serde::Serialize;

use super::terms::{self, EstimateTerms};
use super::workload::WorkloadItem;
use super::{Counted, Line, Options};
use crate::decimal::{Decimal, Inexact};
use crate::meter::Meter;
use crate::ratebook::Unpriced;
use crate::ratebook::format::{BookId, OpenBook};
use crate::rating::BookInfo;
use crate::search::SearchIndex;
use crate::warning::Warning;

/// Prices to use. `index` must be the index of the same book.
#[derive(Clone, Copy)]
pub struct PriceList<'a> {
    /// The prices.
    pub open: &'a OpenBook,
    /// Its search index.
    pub index: &'a SearchIndex,
    /// The amount committed to, where its offer is a monetary commitment.
    pub commitment: Option<Decimal>,
}

/// What the items of one offer cost.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferPart {
    /// The offer; retail prices have none.
    pub offer: Option<String>,
    /// The rate book.
    pub book: BookInfo,
    /// Positions of its items in the workload.
    pub items: Vec<usize>,
    /// Exact cost of a month, before the terms.
    pub monthly_cost: Decimal,
    /// Whether every one of its items has a price. When not, the amounts are a lower bound.
    pub complete: bool,
    /// What its terms make of a month; absent where it has none.
    #[cfg_attr(feature = "types", ts(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<EstimateTerms>,
}

impl OfferPart {
    /// What a month costs after the terms of the offer.
    #[must_use]
    pub fn monthly_due(&self) -> Decimal {
        self.terms.as_ref().map_or(self.monthly_cost, |terms| terms.monthly_due)
    }
}

/// The price lists of an estimate: its own, and one for each other offer in the same currency.
pub(crate) struct Lists<'a> {
    pub(super) all: Vec<PriceList<'a>>,
}

impl<'a> Lists<'a> {
    pub(crate) fn of(own: PriceList<'a>, beside: &[PriceList<'a>]) -> Lists<'a> {
        let mut all = vec![own];
        for list in beside {
            let header = list.open.book.header();
            let named = |other: &PriceList<'_>| other.open.book.header().offer == header.offer;
            if header.offer.is_some() && header.currency == own.open.book.header().currency && !all.iter().any(named) {
                all.push(*list);
            }
        }
        Lists { all }
    }

    /// The place of the list that an item is priced with.
    pub(super) fn place(&self, item: &WorkloadItem) -> Result<usize, Unpriced> {
        let Some(wanted) = &item.offer else { return Ok(0) };
        let is_wanted = |list: &PriceList<'_>| list.open.book.header().offer.as_ref() == Some(wanted);
        self.all.iter().position(is_wanted).ok_or(Unpriced::OfferNotAtHand)
    }

    /// The book that an item is priced with.
    pub(crate) fn book_for(&self, item: &WorkloadItem) -> Option<&'a OpenBook> {
        self.place(item).ok().map(|place| self.all[place].open)
    }

    /// The row that a line was priced with.
    pub(crate) fn row_of(&self, line: &Line) -> Option<&'a Meter> {
        let is_its = |list: &&PriceList<'_>| Some(&list.open.id) == line.book.as_ref();
        let rows = self.all.iter().find(is_its)?.open.book.rows_of(line.meter_id?);
        rows.iter().rev().find(|row| *row.region == *line.region && line.cost.is_some())
    }
}

/// What the terms make of the whole, and of each offer where items name others. Where nothing runs no fee is due, but
/// for an estimate in which nothing runs at all.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) terms: Option<EstimateTerms>,
    pub(super) offers: Vec<OfferPart>,
    pub(super) warnings: Vec<Warning>,
}

impl Parts {
    pub(super) fn of(
        counted: &Counted<'_>,
        lines: &[Line],
        lists: &Lists<'_>,
        options: &Options<'_>,
    ) -> Result<Parts, (usize, Inexact)> {
        let mut parts = Parts::default();
        let only_own = counted.items.iter().all(|item| item.list.is_none_or(|list| list == 0));
        for (place, list) in lists.all.iter().enumerate() {
            let its: Vec<&Line> = lines.iter().filter(|line| counted.items[line.item].list == Some(place)).collect();
            if its.is_empty() && !(place == 0 && only_own) {
                continue;
            }
            let mut monthly_cost = Decimal::ZERO;
            for line in &its {
                let cost = line.cost.unwrap_or_default();
                monthly_cost = monthly_cost.plus(cost).map_err(|error| (line.item, error))?;
            }
            parts.warnings.extend(terms::discount_not_applied(list, options.at));
            parts.offers.push(OfferPart {
                offer: list.open.book.header().offer.as_ref().map(ToString::to_string),
                book: BookInfo::of(list.open),
                items: its.iter().map(|line| line.item).collect(),
                monthly_cost,
                complete: its.iter().all(|line| line.cost.is_some()),
                terms: terms::apply(counted, &its, list, options.at)?,
            });
        }
        parts.terms = match &*parts.offers {
            [one] => one.terms.clone(),
            several => together(several).map_err(|error| (0, error))?,
        };
        if only_own {
            parts.offers.clear();
        }
        Ok(parts)
    }
}

/// The sums over all offers. A rate and a credit are those of one offer only.
fn together(parts: &[OfferPart]) -> Result<Option<EstimateTerms>, Inexact> {
    if parts.iter().all(|part| part.terms.is_none()) {
        return Ok(None);
    }
    let sum = |of: &dyn Fn(&OfferPart) -> Decimal| parts.iter().try_fold(Decimal::ZERO, |sum, part| sum.plus(of(part)));
    let of_terms = |of: fn(&EstimateTerms) -> Decimal| sum(&|part| part.terms.as_ref().map_or(Decimal::ZERO, of));
    Ok(Some(EstimateTerms {
        discount_percent: None,
        discount: of_terms(|terms| terms.discount)?,
        recurring_charge: of_terms(|terms| terms.recurring_charge)?,
        credit: None,
        monthly_due: sum(&OfferPart::monthly_due)?,
    }))
}

/// The book of a line, among the estimate's own and those beside it.
pub(super) fn book_of<'a>(id: Option<&BookId>, own: &'a OpenBook, beside: &[PriceList<'a>]) -> &'a OpenBook {
    beside.iter().map(|list| list.open).find(|open| Some(&open.id) == id).unwrap_or(own)
}
