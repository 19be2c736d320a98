//! Retail Prices pages → a rate book.
//!
//! One row is one tier of one price. Tiers count from zero and have the free part as a row at 0,
//! so the included quantity is always 0 here. Pages drift while they are read: a row that comes
//! twice is one row.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::json::{self, DecodeError, Object};
use crate::meter::{Meter, PriceKind, Sku, Tier, TierTable};
use crate::money::Currency;
use crate::period::Instant;
use crate::ratebook::{BookHeader, Interner, RateBook, Source};
use crate::warning::Warning;

/// One decoded page.
#[derive(Debug)]
pub struct RetailPage {
    items: Vec<WireItem>,
    /// Where the next page is; `None` at the end.
    pub next_page_link: Option<String>,
    /// The currency of all rows.
    pub currency: Currency,
}

impl RetailPage {
    /// How many rows the page holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing matched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Decodes one page.
pub fn decode_page(bytes: &[u8]) -> Result<RetailPage, DecodeError> {
    let Object(page): Object<WirePage> = json::decode(bytes)?;
    for (index, item) in page.items.iter().enumerate() {
        let path = |field: &str| format!("Items[{index}].{field}");
        if item.currency_code != page.billing_currency {
            let message = format!("a price in {} on a page in {}", item.currency_code, page.billing_currency);
            return Err(DecodeError::at(path("currencyCode"), message));
        }
        if item.effective_end_date.is_some_and(|end| end <= item.effective_start_date) {
            // It holds at no time, and a table without this tier would be a wrong price.
            let message = format!("the price of meter {} ends before it starts", item.meter_id);
            return Err(DecodeError::at(path("effectiveEndDate"), message));
        }
    }
    if let Some(count) = page.count
        && count != page.items.len() as u64
    {
        // A short page with status 200 was cut somewhere: it must not pass for the whole.
        let message = format!("the page says {count} items and holds {}: get it again", page.items.len());
        return Err(DecodeError::at("Count", message));
    }
    let next_page_link = page.next_page_link.filter(|link| !link.is_empty());
    Ok(RetailPage { items: page.items, next_page_link, currency: page.billing_currency })
}

/// Builds one book from all pages of a reading.
pub fn book(pages: Vec<RetailPage>) -> Result<(RateBook, Vec<Warning>), DecodeError> {
    let Some(currency) = pages.first().map(|page| page.currency) else {
        return Err(DecodeError::at("", "there is no page"));
    };
    let mut prices: BTreeMap<PriceKey, Vec<Row>> = BTreeMap::new();
    let mut interner = Interner::default();
    for (number, page) in pages.into_iter().enumerate() {
        if page.currency != currency {
            let message = format!("page {} is in {}, the first in {currency}", number + 1, page.currency);
            return Err(DecodeError::at("BillingCurrency", message));
        }
        for (index, item) in page.items.into_iter().enumerate() {
            let (key, row) = item.into_row(&mut interner, Place { page: number, index });
            prices.entry(key).or_default().push(row);
        }
    }
    let mut meters = Vec::new();
    for (key, rows) in prices {
        meters.extend(effective_tables(&key, rows)?);
    }
    let header = BookHeader {
        source: Source::Retail,
        offer: None,
        currency,
        locale: "en-US".into(),
        region_info: String::new(),
        terms: Vec::new(),
    };
    RateBook::new(header, meters).map_err(|error| DecodeError::at("Items", error.to_string()))
}

/// What makes rows tiers and dates of one price: `meterId` alone is no key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct PriceKey {
    meter_id: MeterId,
    kind: PriceKind,
    sku: Sku,
    region: Arc<str>,
}

/// Where a row stood: for messages only.
#[derive(Debug, Clone, Copy)]
struct Place {
    page: usize,
    index: usize,
}

impl Place {
    fn refuse(self, message: String) -> DecodeError {
        DecodeError::at(format!("page {} Items[{}]", self.page + 1, self.index), message)
    }
}

#[derive(Debug, Clone)]
struct Row {
    place: Place,
    from: Decimal,
    unit_price: Decimal,
    starts_at: Timestamp,
    ends_at: Option<Timestamp>,
    category: Arc<str>,
    sub_category: Arc<str>,
    name: Arc<str>,
    unit: Arc<str>,
}

/// One meter per date on which something changed; each tier is the newest row of its bound by then.
fn effective_tables(key: &PriceKey, mut rows: Vec<Row>) -> Result<Vec<Meter>, DecodeError> {
    rows.sort_by_key(|row| (row.starts_at, row.from));
    for pair in rows.windows(2) {
        let same_place = (pair[0].starts_at, pair[0].from) == (pair[1].starts_at, pair[1].from);
        if same_place && pair[0].unit_price != pair[1].unit_price {
            let message = format!(
                "meter {} has two different prices from {} units and {}: {} and {}",
                key.meter_id, pair[0].from, pair[0].starts_at, pair[0].unit_price, pair[1].unit_price
            );
            return Err(pair[1].place.refuse(message));
        }
    }
    let mut starts: Vec<Timestamp> = rows.iter().map(|row| row.starts_at).collect();
    starts.dedup();
    let mut meters = Vec::new();
    for start in starts {
        let mut newest: BTreeMap<Decimal, &Row> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.starts_at <= start && row.ends_at.is_none_or(|end| start < end)) {
            newest.insert(row.from, row);
        }
        let Some(newest_row) = newest.values().max_by_key(|row| row.starts_at) else { continue };
        let ends_at = newest.values().filter_map(|row| row.ends_at).min();
        let tiers = newest.values().map(|row| Tier { from: row.from, unit_price: row.unit_price }).collect();
        let tiers = TierTable::new(tiers)
            .map_err(|error| newest_row.place.refuse(format!("meter {}: {error}", key.meter_id)))?;
        meters.push(Meter {
            id: key.meter_id,
            category: newest_row.category.clone(),
            sub_category: newest_row.sub_category.clone(),
            name: newest_row.name.clone(),
            region: key.region.clone(),
            unit: newest_row.unit.clone(),
            effective_at: start,
            ends_at,
            included_quantity: Decimal::ZERO,
            tiers: Arc::new(tiers),
            kind: key.kind.clone(),
            sku: Some(key.sku.clone()),
            third_party: false,
            deprecated: false,
        });
    }
    Ok(meters)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WirePage {
    billing_currency: Currency,
    #[serde(deserialize_with = "json::objects")]
    items: Vec<WireItem>,
    next_page_link: Option<String>,
    count: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireItem {
    currency_code: Currency,
    tier_minimum_units: Decimal,
    #[serde(default)]
    reservation_term: Option<String>,
    retail_price: Decimal,
    #[serde(default)]
    arm_region_name: Option<String>,
    #[serde(default)]
    location: Option<String>,
    effective_start_date: Instant,
    #[serde(default)]
    effective_end_date: Option<Instant>,
    meter_id: MeterId,
    meter_name: String,
    #[serde(default)]
    product_name: Option<String>,
    sku_id: String,
    service_name: String,
    unit_of_measure: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    arm_sku_name: Option<String>,
}

impl WireItem {
    fn into_row(self, interner: &mut Interner, place: Place) -> (PriceKey, Row) {
        let kind = match (self.kind.as_str(), &self.reservation_term) {
            (_, Some(term)) if !term.is_empty() => PriceKind::Reservation { term: interner.text(term) },
            ("Consumption", _) => PriceKind::Consumption,
            ("DevTestConsumption", _) => PriceKind::DevTest,
            (other, _) => PriceKind::Other(interner.text(other)),
        };
        // `location` is the billing name that rate cards use; some rows leave it out.
        let region = self.location.filter(|name| !name.is_empty()).or(self.arm_region_name).unwrap_or_default();
        let key = PriceKey {
            meter_id: self.meter_id,
            kind,
            sku: Sku {
                id: interner.text(&self.sku_id),
                arm_name: interner.text(self.arm_sku_name.as_deref().unwrap_or("")),
            },
            region: interner.text(&region),
        };
        let row = Row {
            place,
            from: self.tier_minimum_units,
            unit_price: self.retail_price,
            starts_at: self.effective_start_date.0,
            ends_at: self.effective_end_date.map(|end| end.0),
            category: interner.text(&self.service_name),
            sub_category: interner.text(self.product_name.as_deref().unwrap_or("")),
            name: interner.text(&self.meter_name),
            unit: interner.text(&self.unit_of_measure),
        };
        (key, row)
    }
}
