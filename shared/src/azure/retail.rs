//! Retail Prices pages → a rate book.
//!
//! One row is one tier of one price. Tiers count from zero and have the free part as a row at 0,
//! so the included quantity is always 0 here. Pages drift while they are read: a row that comes
//! twice is one row. Savings plans stand inside the rows that they make cheaper; each term becomes
//! prices of its own kind, which last as long as the row says them.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
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
use crate::warning::{Warning, WarningCode};

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
        for (plan, Object(WirePlan { retail_price, term })) in item.savings_plan.iter().flatten().enumerate() {
            let refuse =
                |field: &str, message: String| DecodeError::at(path(&format!("savingsPlan[{plan}].{field}")), message);
            if term.trim().is_empty() {
                return Err(refuse("term", "a savings plan without its term".into()));
            }
            if retail_price.is_negative() {
                return Err(refuse("retailPrice", format!("the price {retail_price} is below zero")));
            }
        }
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
            let (key, row) = item.into_row(&mut interner, Place { page: number, index })?;
            prices.entry(key).or_default().push(row);
        }
    }
    let (mut meters, mut warnings) = (Vec::new(), Vec::new());
    for (key, rows) in prices {
        meters.extend(effective_tables(&key, rows, &mut warnings)?);
    }
    let header = BookHeader {
        source: Source::Retail,
        offer: None,
        currency,
        locale: "en-US".into(),
        region_info: String::new(),
        own: None,
        terms: Vec::new(),
    };
    let (book, more) = RateBook::new(header, meters).map_err(|error| DecodeError::at("Items", error.to_string()))?;
    warnings.extend(more);
    Ok((book, warnings))
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
    fn path(self) -> String {
        format!("page {} Items[{}]", self.page + 1, self.index)
    }

    fn refuse(self, message: String) -> DecodeError {
        DecodeError::at(self.path(), message)
    }
}

#[derive(Debug, Clone)]
struct Row {
    place: Place,
    from: Decimal,
    unit_price: Decimal,
    starts_at: Timestamp,
    ends_at: Option<Timestamp>,
    /// Price by term.
    plans: BTreeMap<Arc<str>, Decimal>,
    category: Arc<str>,
    sub_category: Arc<str>,
    name: Arc<str>,
    unit: Arc<str>,
}

/// The rows of one price in order of date and tier, each once.
fn distinct(key: &PriceKey, mut rows: Vec<Row>) -> Result<Vec<Row>, DecodeError> {
    if let Some(row) = rows.iter().find(|row| row.unit_price.is_negative()) {
        return Err(row.place.refuse(format!("meter {}: the price {} is below zero", key.meter_id, row.unit_price)));
    }
    rows.sort_by_key(|row| (row.starts_at, row.from, row.ends_at));
    let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(before) = kept.last_mut().filter(|row2| (row2.starts_at, row2.from) == (row.starts_at, row.from))
        else {
            kept.push(row);
            continue;
        };
        if before.unit_price != row.unit_price {
            let message = format!(
                "meter {} has two different prices from {} units and {}: {} and {}",
                key.meter_id, row.from, row.starts_at, before.unit_price, row.unit_price
            );
            return Err(row.place.refuse(message));
        }
        if before.ends_at != row.ends_at {
            kept.push(row);
            continue;
        }
        for (term, price) in row.plans {
            let known = before.plans.entry(term.clone()).or_insert(price);
            if *known != price {
                let message = format!(
                    "meter {} has two different prices under the savings plan of {term}: {known} and {price}",
                    key.meter_id
                );
                return Err(row.place.refuse(message));
            }
        }
    }
    Ok(kept)
}

/// One meter per date on which the price changed, and the same under each savings plan.
fn effective_tables(key: &PriceKey, rows: Vec<Row>, warnings: &mut Vec<Warning>) -> Result<Vec<Meter>, DecodeError> {
    let rows = distinct(key, rows)?;
    // A price changes when rows begin and when rows end.
    let mut changes: Vec<Timestamp> =
        rows.iter().flat_map(|row| [Some(row.starts_at), row.ends_at]).flatten().collect();
    changes.sort();
    changes.dedup();
    let tables: Vec<(Timestamp, Vec<&Row>)> = changes.into_iter().map(|at| (at, table_at(&rows, at))).collect();
    let mut meters = series(key, &key.kind, &tables, |row| Some(row.unit_price))?;
    if let (true, Some(row)) = (meters.is_empty(), rows.first()) {
        return Err(row.place.refuse(format!("meter {}: no tier starts at 0", key.meter_id)));
    }
    let terms: BTreeSet<&Arc<str>> = rows.iter().flat_map(|row| row.plans.keys()).collect();
    for term in terms {
        let kind = PriceKind::SavingsPlan { term: term.clone() };
        meters.extend(series(key, &kind, &tables, |row| row.plans.get(term).copied())?);
        let in_part = tables.iter().flat_map(|(_, table)| {
            let covered = table.iter().filter(|row| row.plans.contains_key(term)).count();
            table.first().filter(|_| covered > 0 && covered < table.len())
        });
        warnings.extend(in_part.take(1).map(|row| Warning {
            code: WarningCode::SavingsPlanIncomplete,
            message: format!(
                "meter {}: the savings plan of {} has a price for some tiers only, so it was left out",
                key.meter_id,
                json::printable(term)
            ),
            path: Some(row.place.path()),
        }));
    }
    Ok(meters)
}

/// The meters that the tables make with one of the prices of their rows; where a row lacks it, the price is over.
fn series(
    key: &PriceKey,
    kind: &PriceKind,
    tables: &[(Timestamp, Vec<&Row>)],
    price: impl Fn(&Row) -> Option<Decimal>,
) -> Result<Vec<Meter>, DecodeError> {
    let mut meters: Vec<Meter> = Vec::new();
    for (at, table) in tables {
        let tiers: Option<Vec<Tier>> =
            table.iter().map(|row| Some(Tier { from: row.from, unit_price: price(row)? })).collect();
        match (table.first(), tiers, meters.last_mut()) {
            (Some(first), Some(tiers), _) => {
                let tiers = TierTable::new(tiers)
                    .map_err(|error| first.place.refuse(format!("meter {}: {error}", key.meter_id)))?;
                meters.push(meter(key, kind, first, *at, tiers));
            }
            (_, _, Some(before)) => before.ends_at = before.ends_at.or(Some(*at)),
            (_, _, None) => {}
        }
    }
    Ok(meters)
}

/// The tiers in force at a time, or none when no price is whole then.
///
/// The tiers of one price begin on one date (so do all recorded ones), hence the newest date has the whole
/// table; only where it lacks the tier at zero do the rows before it go on.
fn table_at(rows: &[Row], at: Timestamp) -> Vec<&Row> {
    let in_force = |row: &&Row| row.starts_at <= at && row.ends_at.is_none_or(|end| at < end);
    let mut table: BTreeMap<Decimal, &Row> = BTreeMap::new();
    let mut newest_date = None;
    for row in rows.iter().rev().filter(in_force) {
        if newest_date != Some(row.starts_at) && table.contains_key(&Decimal::ZERO) {
            break;
        }
        newest_date = Some(row.starts_at);
        table.entry(row.from).or_insert(row);
    }
    if table.contains_key(&Decimal::ZERO) { table.into_values().collect() } else { Vec::new() }
}

fn meter(key: &PriceKey, kind: &PriceKind, row: &Row, effective_at: Timestamp, tiers: TierTable) -> Meter {
    Meter {
        id: key.meter_id,
        category: row.category.clone(),
        sub_category: row.sub_category.clone(),
        name: row.name.clone(),
        region: key.region.clone(),
        unit: row.unit.clone(),
        effective_at,
        ends_at: None,
        included_quantity: Decimal::ZERO,
        tiers: Arc::new(tiers),
        kind: kind.clone(),
        sku: Some(key.sku.clone()),
        third_party: false,
        deprecated: false,
    }
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
    #[serde(default)]
    savings_plan: Option<Vec<Object<WirePlan>>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePlan {
    retail_price: Decimal,
    term: String,
}

impl WireItem {
    fn into_row(self, interner: &mut Interner, place: Place) -> Result<(PriceKey, Row), DecodeError> {
        let kind = match (self.kind.as_str(), &self.reservation_term) {
            (_, Some(term)) if !term.is_empty() => PriceKind::Reservation { term: interner.text(term) },
            ("Consumption", _) => PriceKind::Consumption,
            ("DevTestConsumption", _) => PriceKind::DevTest,
            (other, _) => PriceKind::Other(interner.text(other)),
        };
        let mut plans = BTreeMap::new();
        // A plan makes use cheaper: what is paid for a term or for tests has none.
        for Object(plan) in self.savings_plan.into_iter().flatten().filter(|_| kind == PriceKind::Consumption) {
            let before = plans.insert(interner.text(&plan.term), plan.retail_price);
            if before.is_some_and(|before| before != plan.retail_price) {
                let term = json::printable(&plan.term);
                return Err(place.refuse(format!("meter {}: two savings plans of {term}", self.meter_id)));
            }
        }
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
            plans,
            from: self.tier_minimum_units,
            unit_price: self.retail_price,
            starts_at: self.effective_start_date.0,
            ends_at: self.effective_end_date.map(|end| end.0),
            category: interner.text(&self.service_name),
            sub_category: interner.text(self.product_name.as_deref().unwrap_or("")),
            name: interner.text(&self.meter_name),
            unit: interner.text(&self.unit_of_measure),
        };
        Ok((key, row))
    }
}
