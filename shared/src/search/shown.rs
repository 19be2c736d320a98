//! What a search shows of the meters that it found in a whole book.

use jiff::Timestamp;
use serde::Serialize;

use super::{Hit, SearchIndex};
use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::meter::{Meter, Priority};
use crate::period::Instant;
use crate::ratebook::RateBook;
use crate::region;

/// What a search shows of one meter.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundMeter {
    /// The meter.
    pub meter_id: MeterId,
    /// Its name.
    pub name: String,
    /// Its service.
    pub category: String,
    /// Its sub-category.
    pub sub_category: String,
    /// Its billing region; empty when global.
    pub region: String,
    /// The region's Resource Manager name.
    pub arm_region: Option<String>,
    /// Pricing unit.
    pub unit: String,
    /// The first price that is not zero.
    pub unit_price: Decimal,
    /// How many tiers there are.
    pub tiers: usize,
    /// Free units per billing period.
    pub included_quantity: Decimal,
    /// From when the price holds.
    pub effective_at: Instant,
    /// What the name says about how a machine may be taken away.
    pub priority: Priority,
    /// Whether the price list still recommends the meter.
    pub status: MeterStatus,
}

/// What a price list says of the future of a meter. Most lists say nothing, which is `Active`.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MeterStatus {
    /// In use.
    Active,
    /// Its price still holds, and it is on its way out.
    Deprecated,
}

/// The best hits of a search.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchResult {
    /// `forebill.search/1`
    #[cfg_attr(feature = "types", ts(type = "\"forebill.search/1\""))]
    pub schema: &'static str,
    /// How many meters fit in all.
    pub total: usize,
    /// The best of them.
    pub hits: Vec<FoundMeter>,
    /// Words that met nothing, each with the word that was taken for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Corrected>>"))]
    pub corrected: Vec<Corrected>,
}

/// A word with a typing error.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Corrected {
    /// As it was typed.
    pub typed: String,
    /// What it was taken for.
    pub meant: String,
}

impl SearchResult {
    fn of(total: usize, hits: Vec<FoundMeter>, corrected: Vec<(String, String)>) -> SearchResult {
        let corrected = corrected.into_iter().map(|(typed, meant)| Corrected { typed, meant }).collect();
        SearchResult { schema: "forebill.search/1", total, hits, corrected }
    }
}

impl SearchIndex {
    /// The best `limit` meters, ready to be shown.
    #[must_use]
    pub fn search(&self, book: &RateBook, text: &str, region: Option<&str>, limit: usize) -> SearchResult {
        let (found, corrected) = self.find_near(book, text, region);
        let hits = found.iter().take(limit).map(|hit| FoundMeter::of(&book.meters()[hit.meter])).collect();
        SearchResult::of(found.len(), hits, corrected)
    }

    /// The same with the prices that are in force at a time; a meter that has none then is shown with its newest.
    #[must_use]
    pub fn search_at(
        &self,
        book: &RateBook,
        text: &str,
        region: Option<&str>,
        limit: usize,
        at: Timestamp,
    ) -> SearchResult {
        let (found, corrected) = self.find_near(book, text, region);
        let in_force = |hit: &Hit| {
            let newest = &book.meters()[hit.meter];
            FoundMeter::of(book.price_like(newest, at).unwrap_or(newest))
        };
        let hits = found.iter().take(limit).map(in_force).collect();
        SearchResult::of(found.len(), hits, corrected)
    }
}

impl FoundMeter {
    /// Shows one row of a book.
    #[must_use]
    pub fn of(meter: &Meter) -> FoundMeter {
        FoundMeter {
            meter_id: meter.id,
            name: meter.name.to_string(),
            category: meter.category.to_string(),
            sub_category: meter.sub_category.to_string(),
            region: meter.region.to_string(),
            arm_region: region::arm_name(&meter.region).map(ToOwned::to_owned),
            unit: meter.unit.to_string(),
            unit_price: meter.tiers.first_charged_price(),
            tiers: meter.tiers.tiers().len(),
            included_quantity: meter.included_quantity,
            effective_at: Instant(meter.effective_at),
            priority: meter.priority(),
            status: if meter.deprecated { MeterStatus::Deprecated } else { MeterStatus::Active },
        }
    }
}
