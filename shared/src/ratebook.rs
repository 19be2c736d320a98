//! What a meter costs, for one offer, currency and region of purchase: an index over a price list.
//!
//! A RateCard, a list of retail prices and every later source become the same [`RateBook`].
//! Its id is the hash of its bytes ([`mod@format`]), so that a priced line can name the book it came from.

pub mod compact;
pub mod diff;
pub mod format;
pub mod history;
pub mod rise;
mod siblings;
mod unpriced;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::guid::MeterId;
use crate::meter::{Meter, PriceKind};
use crate::money::Currency;
use crate::offer::{OfferId, OfferTerm};
use crate::order::{self, Map, Set};
use crate::warning::{Warning, WarningCode};
use siblings::Siblings;
pub use unpriced::Unpriced;

/// More than twice the largest list seen; a guard against a hostile one.
pub const MAX_METERS: usize = 1_500_000;

/// Where the prices came from.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The RateCard API.
    RateCard,
    /// The Retail Prices API.
    Retail,
    /// A price sheet of an enterprise agreement: negotiated prices per block of units.
    PriceSheet,
    /// A book of one's own, made over another.
    Own,
}

/// Whose an own book is, and what it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OwnBook {
    /// Its name.
    pub name: String,
    /// The customer group that it is for; absent when it is for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The book below it; absent when all prices are its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<format::BookId>,
    /// Where the base came from: it decides what a quantity counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_source: Option<Source>,
}

/// What a book is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookHeader {
    /// Where the prices came from.
    pub source: Source,
    /// The offer; retail prices belong to none.
    pub offer: Option<OfferId>,
    /// The one currency of all prices.
    pub currency: Currency,
    /// The language of names and units, as the source answered it.
    pub locale: String,
    /// Country of purchase (two letters), or empty.
    pub region_info: String,
    /// What an own book says about itself.
    pub own: Option<OwnBook>,
    /// The offer's terms.
    pub terms: Vec<OfferTerm>,
}

impl BookHeader {
    /// Whether usage counts single units while prices are per block: so it is with price sheets (`100 Hours`),
    /// while a rate card and its usage share the unit.
    #[must_use]
    pub fn prices_are_per_block(&self) -> bool {
        let source = self.own.as_ref().and_then(|own| own.base_source).unwrap_or(self.source);
        source == Source::PriceSheet
    }

    /// Whether this is an own book over a list that shares the unit with its usage.
    #[must_use]
    pub fn is_over_shared_units(&self) -> bool {
        let base = self.own.as_ref().and_then(|own| own.base_source);
        self.source == Source::Own && matches!(base, Some(Source::RateCard | Source::Retail))
    }

    /// Whether the unit texts of usage and price decide what a quantity means: only a rate card and its usage, and the
    /// retail list of the same meters, share the unit. The units of an own book are its owner's.
    #[must_use]
    pub fn units_are_compared(&self) -> bool {
        self.source == Source::Own || self.prices_are_per_block()
    }
}

/// Why a price list could not become a book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// Two prices claim the same meter at the same time.
    #[error("meter {meter_id} has two different prices from {effective_at}")]
    Conflict {
        /// The meter.
        meter_id: MeterId,
        /// From when both claim to hold.
        effective_at: Timestamp,
    },
    /// More rows than [`MAX_METERS`].
    #[error("{count} meters, at most {MAX_METERS} are accepted")]
    TooMany {
        /// How many.
        count: usize,
    },
}

/// An index over one price list. Meters are ordered by id, kind, SKU and effective date.
#[derive(Debug, Clone)]
pub struct RateBook {
    header: BookHeader,
    meters: Vec<Meter>,
    siblings: Siblings,
}

/// What stays the same when a price changes: a meter id alone is no key.
pub type PriceKey<'a> = (MeterId, &'a PriceKind, &'a str, &'a Option<crate::meter::Sku>);

/// The key of a row's price. Rows of one key follow each other in a book, in order of date.
#[must_use]
pub fn price_key(meter: &Meter) -> PriceKey<'_> {
    (meter.id, &meter.kind, &meter.region, &meter.sku)
}

fn order_key(meter: &Meter) -> (MeterId, &PriceKind, &str, &Option<crate::meter::Sku>, Timestamp) {
    (meter.id, &meter.kind, &meter.region, &meter.sku, meter.effective_at)
}

impl RateBook {
    /// Builds the index. Rows that stand twice are counted once and said so; rows that contradict are refused.
    pub fn new(header: BookHeader, mut meters: Vec<Meter>) -> Result<(RateBook, Vec<Warning>), BookError> {
        if meters.len() > MAX_METERS {
            return Err(BookError::TooMany { count: meters.len() });
        }
        order::sort_by(&mut meters, |a, b| order_key(a).cmp(&order_key(b)));
        for pair in meters.windows(2) {
            let same_place = order_key(&pair[0]) == order_key(&pair[1]);
            if same_place && !same_price(&pair[0], &pair[1]) {
                let Meter { id: meter_id, effective_at, .. } = pair[0];
                return Err(BookError::Conflict { meter_id, effective_at });
            }
        }
        let mut warnings = Vec::new();
        meters.dedup_by(|later, kept| {
            let repeated = order_key(later) == order_key(kept);
            if repeated {
                warnings.push(Warning {
                    code: WarningCode::MeterRepeated,
                    message: format!("meter {} from {} stands more than once", kept.id, kept.effective_at),
                    path: None,
                });
            }
            repeated
        });
        Ok((RateBook { header, meters, siblings: Siblings::default() }, warnings))
    }

    /// This reading over an earlier one: prices that it does not name stay as they were.
    ///
    /// Retail prices are read in slices of regions and services, and rows of the feed vanish for hours and
    /// come back: that something was not read is no sign that its price is gone.
    #[must_use]
    pub fn over(mut self, earlier: &RateBook) -> RateBook {
        let named = order::set(self.meters.iter().map(price_key));
        let read_again = |meter: &Meter| {
            // A savings plan stands on the row of its meter: where that row was read without it, the plan is over.
            let under = matches!(meter.kind, PriceKind::SavingsPlan { .. });
            let kind = if under { &PriceKind::Consumption } else { &meter.kind };
            named.contains(&(meter.id, kind, &*meter.region, &meter.sku)) || named.contains(&price_key(meter))
        };
        let kept: Vec<Meter> = earlier.meters.iter().filter(|meter| !read_again(meter)).cloned().collect();
        drop(named);
        self.meters.extend(kept);
        self.meters.sort_by(|a, b| order_key(a).cmp(&order_key(b)));
        self.siblings = Siblings::default();
        self
    }

    /// This reading of a whole list after an earlier one: dates that the earlier one named stay in force for the use of
    /// their time, and what the list no longer names is over since it was read.
    ///
    /// A rate card names one date for each meter, so without the cards before it a change of price would leave the
    /// weeks before the change without any.
    #[must_use]
    pub fn after(mut self, earlier: &RateBook, read_at: Timestamp) -> RateBook {
        let mut newest: Map<PriceKey<'_>, Timestamp> = Map::new();
        for meter in &self.meters {
            newest.insert(price_key(meter), meter.effective_at);
        }
        let kept: Vec<Meter> = (earlier.meters.iter())
            .filter_map(|meter| match newest.get(&price_key(meter)) {
                Some(now) if meter.effective_at < *now => Some(meter.clone()),
                // The same date, or one that was taken back.
                Some(_) => None,
                None => {
                    let ends_at = Some(meter.ends_at.map_or(read_at, |end| end.min(read_at)));
                    Some(Meter { ends_at, ..meter.clone() })
                }
            })
            .filter(|meter| self.rows_of(meter.id).iter().all(|row| order_key(row) != order_key(meter)))
            .collect();
        self.meters.extend(kept);
        self.meters.sort_by(|a, b| order_key(a).cmp(&order_key(b)));
        self.siblings = Siblings::default();
        self
    }

    /// What the book is about.
    #[must_use]
    pub fn header(&self) -> &BookHeader {
        &self.header
    }

    /// All rows, in the order of the book.
    #[must_use]
    pub fn meters(&self) -> &[Meter] {
        &self.meters
    }

    /// All rows of one meter.
    #[must_use]
    pub fn rows_of(&self, id: MeterId) -> &[Meter] {
        let start = self.meters.partition_point(|meter| meter.id < id);
        let rows = &self.meters[start..];
        // A meter has a handful of rows; halving what is left of the book would look at more of it than that.
        &rows[..rows.iter().take_while(|meter| meter.id == id).count()]
    }

    /// The price of consumption that is in force: the newest effective date not after `at`.
    pub fn price_at(&self, id: MeterId, at: Timestamp) -> Result<&Meter, Unpriced> {
        RateBook::in_force(self.rows_of(id), at)
    }

    /// The same among the rows of one meter, for whoever asks about many times.
    pub fn in_force(rows: &[Meter], at: Timestamp) -> Result<&Meter, Unpriced> {
        if let [only] = rows
            && only.kind == PriceKind::Consumption
            && only.effective_at <= at
            && only.ends_at.is_none()
        {
            return Ok(only);
        }
        let priced = || rows.iter().filter(|meter| meter.kind == PriceKind::Consumption);
        if priced().next().is_none() {
            return Err(Unpriced::NoSuchMeter);
        }
        // One meter may stand under several SKUs and regions: the newest row of each is a candidate.
        let mut newest: Map<(&str, &Option<crate::meter::Sku>), &Meter> = Map::new();
        for meter in priced().filter(|meter| meter.effective_at <= at) {
            let slot = newest.entry((&meter.region, &meter.sku)).or_insert(meter);
            if meter.effective_at >= slot.effective_at {
                *slot = meter;
            }
        }
        if newest.is_empty() {
            return Err(Unpriced::NotYetInForce);
        }
        let mut in_force = newest.into_values().filter(|meter| meter.ends_at.is_none_or(|end| at < end));
        let first = in_force.next().ok_or(Unpriced::NoLongerInForce)?;
        if in_force.any(|other| !same_price(first, other)) {
            return Err(Unpriced::Ambiguous);
        }
        Ok(first)
    }

    /// The first price of consumption that the rows of one meter know, for whoever asked to price earlier use with it.
    pub fn earliest(rows: &[Meter]) -> Result<&Meter, Unpriced> {
        let first =
            rows.iter().filter(|meter| meter.kind == PriceKind::Consumption).map(|meter| meter.effective_at).min();
        RateBook::in_force(rows, first.ok_or(Unpriced::NoSuchMeter)?)
    }

    /// The price in force of one row's SKU and region: one meter id may stand for several.
    pub fn price_like(&self, row: &Meter, at: Timestamp) -> Result<&Meter, Unpriced> {
        let rows = self.rows_of(row.id);
        let alike = |meter: &&Meter| meter.region == row.region && meter.sku == row.sku && meter.kind == row.kind;
        let newest = rows.iter().filter(alike).filter(|meter| meter.effective_at <= at).max_by_key(|m| m.effective_at);
        let newest = newest.ok_or(Unpriced::NotYetInForce)?;
        if newest.ends_at.is_some_and(|end| at >= end) { Err(Unpriced::NoLongerInForce) } else { Ok(newest) }
    }

    /// The same product in another region: equal service, sub-category, name, unit and priority. What leaves a region is
    /// sold by the zone of the region.
    pub fn sibling_in(&self, meter: &Meter, region: &str, at: Timestamp) -> Result<&Meter, Unpriced> {
        if meter.region.is_empty() || crate::region::means(region, &meter.region) {
            return self.price_at(meter.id, at);
        }
        let zone = crate::region::sold_by_zone(&meter.category, &meter.region, region);
        self.product_in(meter, zone.unwrap_or(region), at)
    }

    /// The same for a product of another book, whose own id this book need not know.
    pub fn product_in(&self, meter: &Meter, region: &str, at: Timestamp) -> Result<&Meter, Unpriced> {
        let mut best: Option<&Meter> = None;
        for other in self.siblings(meter).filter(|other| crate::region::means(region, &other.region)) {
            if let Ok(priced) = self.price_at(other.id, at)
                && best.is_none_or(|b| (priced.effective_at, priced.id) > (b.effective_at, b.id))
            {
                best = Some(priced);
            }
        }
        best.ok_or(Unpriced::NotInRegion)
    }
}

fn same_price(a: &Meter, b: &Meter) -> bool {
    (Arc::ptr_eq(&a.tiers, &b.tiers) || a.tiers == b.tiers)
        && a.included_quantity == b.included_quantity
        && a.unit == b.unit
        && a.ends_at == b.ends_at
}

/// Keeps one copy of each text and each tier table while a book is built: names repeat ten thousand times.
#[derive(Default)]
pub struct Interner {
    texts: Set<Arc<str>>,
}

impl Interner {
    /// The one copy of the text.
    pub fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let fresh: Arc<str> = text.into();
        self.texts.insert(fresh.clone());
        fresh
    }
}

/// The header of a book in tests: US dollars, and nothing else to say.
#[cfg(test)]
pub(crate) fn sample_header(source: Source) -> BookHeader {
    BookHeader {
        source,
        offer: None,
        currency: Currency::USD,
        locale: String::new(),
        region_info: String::new(),
        own: None,
        terms: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::Decimal;
    use crate::meter::{Tier, TierTable, sample};
    use crate::period::parse_timestamp;

    fn meter(price: u32, from: &str, until: Option<&str>, kind: PriceKind, region: &str) -> Meter {
        let at = |text: &str| parse_timestamp(text).unwrap_or_else(|e| panic!("{e}"));
        let tier = Tier { from: Decimal::ZERO, unit_price: Decimal::from(price) };
        Meter {
            region: region.into(),
            effective_at: at(from),
            ends_at: until.map(at),
            tiers: Arc::new(TierTable::new(vec![tier]).unwrap_or_else(|e| panic!("{e}"))),
            kind,
            ..sample()
        }
    }

    #[track_caller]
    fn check(meters: &[Meter], at: &str, expect: Result<u32, Unpriced>) {
        let book = of(meters.to_vec());
        let at = parse_timestamp(at).unwrap_or_else(|e| panic!("{e}"));
        let found = book.price_at(sample().id, at).map(|meter| meter.tiers.first_charged_price());
        assert_eq!(found, expect.map(Decimal::from), "{at}");
    }

    #[test]
    fn the_newest_price_not_after_the_time_counts() {
        let use_it = PriceKind::Consumption;
        let two = [
            meter(2, "2026-06-01T00:00:00Z", None, use_it.clone(), ""),
            meter(1, "2020-01-01T00:00:00Z", None, use_it.clone(), ""),
        ];
        check(&two, "2019-12-31T23:59:59Z", Err(Unpriced::NotYetInForce));
        check(&two, "2026-05-31T23:59:59Z", Ok(1));
        check(&two, "2026-06-01T00:00:00Z", Ok(2));
        let ended = [meter(1, "2020-01-01T00:00:00Z", Some("2021-01-01T00:00:00Z"), use_it.clone(), "")];
        check(&ended, "2020-12-31T00:00:00Z", Ok(1));
        check(&ended, "2021-01-01T00:00:00Z", Err(Unpriced::NoLongerInForce));
        let two_regions = |other| {
            [
                meter(1, "2020-01-01T00:00:00Z", None, use_it.clone(), "EU West"),
                meter(other, "2020-01-01T00:00:00Z", None, use_it.clone(), "EU North"),
            ]
        };
        check(&two_regions(1), "2026-01-01T00:00:00Z", Ok(1));
        check(&two_regions(3), "2026-01-01T00:00:00Z", Err(Unpriced::Ambiguous));
        check(&[], "2026-01-01T00:00:00Z", Err(Unpriced::NoSuchMeter));
    }

    /// Three readings of a list that names one date for each meter: 2020 at 1, then 2026-06 at 2, then nothing.
    #[test]
    fn earlier_readings_stay_in_force_for_the_use_of_their_time() {
        let at = |text: &str| parse_timestamp(text).unwrap_or_else(|e| panic!("{e}"));
        let other = "1e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse().unwrap_or_else(|e| panic!("{e}"));
        let book = |meters: &[Meter]| {
            let header = sample_header(Source::RateCard);
            RateBook::new(header, meters.to_vec()).unwrap_or_else(|e| panic!("{e}")).0
        };
        let price = |price, from| meter(price, from, None, PriceKind::Consumption, "");
        let stays = Meter { id: other, ..price(5, "2020-01-01T00:00:00Z") };
        let first = book(&[price(1, "2020-01-01T00:00:00Z"), stays.clone()]);
        // The same date is said anew, and wins; a date that lies ahead of the newest was taken back.
        let second =
            book(&[price(2, "2026-06-01T00:00:00Z"), Meter { tiers: price(6, "2020-01-01T00:00:00Z").tiers, ..stays }]);
        let ahead = book(&[price(9, "2027-01-01T00:00:00Z")]);
        let second = second.after(&ahead, at("2026-05-01T00:00:00Z")).after(&first, at("2026-06-02T00:00:00Z"));
        let found = |book: &RateBook, id, when: &str| {
            book.price_at(id, at(when)).map(|meter| meter.tiers.first_charged_price().to_string())
        };
        assert_eq!(second.meters().len(), 3);
        assert_eq!(found(&second, sample().id, "2026-05-31T23:59:59Z").as_deref(), Ok("1"));
        assert_eq!(found(&second, sample().id, "2028-01-01T00:00:00Z").as_deref(), Ok("2"));
        assert_eq!(found(&second, other, "2025-01-01T00:00:00Z").as_deref(), Ok("6"));
        // What the list no longer names is over since it was read, and does not come back to life by the next reading.
        let third = book(&[]).after(&second, at("2026-07-01T00:00:00Z"));
        let third = book(&[]).after(&third, at("2026-08-01T00:00:00Z"));
        assert_eq!(found(&third, other, "2026-06-30T23:59:59Z").as_deref(), Ok("6"));
        assert_eq!(found(&third, other, "2026-07-01T00:00:00Z"), Err(Unpriced::NoLongerInForce));
        assert_eq!(third.meters().len(), 3);
    }

    #[test]
    fn what_is_paid_for_a_term_or_for_tests_prices_no_usage() {
        let term = PriceKind::Reservation { term: "1 Year".into() };
        for kind in [term, PriceKind::DevTest, PriceKind::Other("Gift".into())] {
            check(
                &[meter(1, "2020-01-01T00:00:00Z", None, kind, "")],
                "2026-01-01T00:00:00Z",
                Err(Unpriced::NoSuchMeter),
            );
        }
    }

    fn of(meters: Vec<Meter>) -> RateBook {
        let header = sample_header(Source::Retail);
        RateBook::new(header, meters).unwrap_or_else(|e| panic!("{e}")).0
    }

    #[test]
    fn a_slice_that_was_read_again_without_a_plan_ends_it() {
        let plan = || PriceKind::SavingsPlan { term: "1 Year".into() };
        let row = |price, kind, region| meter(price, "2020-01-01T00:00:00Z", None, kind, region);
        let earlier = of(vec![
            row(3, PriceKind::Consumption, "EU West"),
            row(2, plan(), "EU West"),
            row(3, PriceKind::Consumption, "EU North"),
            row(2, plan(), "EU North"),
        ]);
        let later = of(vec![row(4, PriceKind::Consumption, "EU West")]).over(&earlier);
        let left: Vec<_> = later.meters().iter().map(|meter| (&*meter.region, &meter.kind)).collect();
        let (used, plan) = (PriceKind::Consumption, plan());
        assert_eq!(left, [("EU North", &used), ("EU West", &used), ("EU North", &plan)]);
    }

    #[test]
    fn a_sibling_in_another_region_has_the_same_priority() {
        let named = |id: u32, name: &str, sub_category: &str, region: &str| Meter {
            id: format!("00000000-0000-4000-8000-{id:012}").parse().unwrap_or_else(|e| panic!("{e}")),
            name: name.into(),
            sub_category: sub_category.into(),
            region: region.into(),
            ..sample()
        };
        let at = parse_timestamp("2026-01-01T00:00:00Z").unwrap_or_else(|e| panic!("{e}"));
        let spots = [named(2, "D4s v5 Spot", "", "EU North"), named(3, "D4s v5 Low Priority", "", "EU North")];
        let book = of([&[named(1, "D4s v5", "", "EU West")], &spots[..]].concat());
        let plain = &book.meters()[0];
        assert_eq!(book.sibling_in(plain, "northeurope", at).map(|found| found.id), Err(Unpriced::NotInRegion));
        let with_plain =
            of([&[named(1, "D4s v5", "", "EU West"), named(4, "D4s v5", "", "EU North")], &spots[..]].concat());
        let found = with_plain.sibling_in(plain, "northeurope", at).map(|found| found.id.to_string());
        assert_eq!(found.as_deref(), Ok("00000000-0000-4000-8000-000000000004"));
    }

    /// Traffic is sold by zone: South East Asia is in the second, and nobody said yet where Mexico is.
    #[test]
    fn traffic_moves_with_the_zone_of_its_region() {
        let named = |id: u32, category: &str, region: &str| Meter {
            id: format!("00000000-0000-4000-8000-{id:012}").parse().unwrap_or_else(|e| panic!("{e}")),
            name: "Data Transfer Out".into(),
            category: category.into(),
            region: region.into(),
            ..sample()
        };
        let at = parse_timestamp("2026-01-01T00:00:00Z").unwrap_or_else(|e| panic!("{e}"));
        let zones = ["Zone 1", "Zone 2", "Zone 3"];
        let number = |region: &str| zones.iter().position(|zone| *zone == region).unwrap_or(9) as u32;
        let of_all = |category: &str| zones.map(|zone| named(number(zone), category, zone));
        let book = of([
            of_all("Bandwidth"),
            of_all("Content Delivery Network").map(|meter| Meter {
                id: meter.id.to_string().replace("8000-0", "8000-1").parse().unwrap_or_else(|e| panic!("{e}")),
                ..meter
            }),
        ]
        .concat());
        let find = |category: &str, region: &str| {
            let here = book.meters().iter().find(|meter| &*meter.category == category && &*meter.region == "Zone 1");
            let here = here.unwrap_or_else(|| panic!("{category}"));
            book.sibling_in(here, region, at).map(|found| found.region.to_string())
        };
        for (region, zone) in [("westeurope", "Zone 1"), ("southeastasia", "Zone 2"), ("BR South", "Zone 3")] {
            assert_eq!(find("Bandwidth", region).as_deref(), Ok(zone));
        }
        assert_eq!(find("Bandwidth", "mexicocentral"), Err(Unpriced::NotInRegion));
        // Zones of other services are others.
        assert_eq!(find("Content Delivery Network", "southeastasia"), Err(Unpriced::NotInRegion));
    }
}
