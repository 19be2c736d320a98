//! Pages of a Consumption price sheet (enterprise agreements) → a rate book.
//!
//! Prices are negotiated, per block of units (`100 Hours`), and hold for a billing period. A price of 0 is real: rows
//! with an included quantity and nothing to pay exist. One meter id may stand under several part numbers; they stay
//! apart, so that rating says where they contradict instead of taking one.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::json::{self, DecodeError, Object};
use crate::meter::{Meter, PriceKind, Sku, Tier, TierTable};
use crate::money::Currency;
use crate::offer::OfferId;
use crate::period::midnight;
use crate::ratebook::{BookHeader, Interner, RateBook, Source};
use crate::warning::Warning;

/// What a sheet does not say about itself, or says in a way that needs help.
#[derive(Debug, Clone, Default)]
pub struct SheetRequest {
    /// From when the prices hold; without it the billing period that each row names.
    pub effective_on: Option<Date>,
    /// The offer that the agreement bills under, for the record.
    pub offer: Option<OfferId>,
    /// Refuses a sheet in another currency.
    pub currency: Option<Currency>,
}

/// One decoded page.
#[derive(Debug)]
pub struct SheetPage {
    meters: Vec<Meter>,
    /// Where the next page is; `None` at the end.
    pub next_link: Option<String>,
    /// The currency of all rows; none without rows.
    pub currency: Option<Currency>,
}

impl SheetPage {
    /// How many rows the page holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.meters.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.meters.is_empty()
    }
}

/// Decodes one page: an answer with `properties.pricesheets`, or a list under `pricesheets` or `value`.
pub fn decode_page(bytes: &[u8], request: &SheetRequest) -> Result<SheetPage, DecodeError> {
    let Object(page): Object<WirePage> = json::decode(bytes)?;
    let inner = page.properties.map(|Object(inner)| inner).unwrap_or_default();
    let lists =
        [("properties.pricesheets", inner.pricesheets), ("pricesheets", page.pricesheets), ("value", page.value)];
    let mut lists = lists.into_iter().filter_map(|(path, rows)| Some((path, rows?)));
    let linked = inner.download.is_some() || page.download.is_some();
    let (path, rows) = match (lists.next(), lists.next()) {
        (Some(only), None) if !only.1.is_empty() || !linked => only,
        (Some((first, _)), Some((second, _))) => {
            return Err(DecodeError::at(second, format!("a page has one list of prices, and {first} is one, too")));
        }
        _ if linked => {
            let message = "the answer only links to a file with the prices: get the pages without the download";
            return Err(DecodeError::at("properties.download", message));
        }
        _ => {
            let message = "no price sheet: neither properties.pricesheets nor pricesheets nor value is there";
            return Err(DecodeError::at("properties.pricesheets", message));
        }
    };
    let page_period = page.id.as_deref().and_then(period_start);
    let (mut interner, mut meters, mut currency) = (Interner::default(), Vec::with_capacity(rows.len()), None);
    for (index, Object(row)) in rows.into_iter().enumerate() {
        let refuse = |field: &str, message: String| DecodeError::at(format!("{path}[{index}].{field}"), message);
        if let Some(expected) = request.currency.or(currency)
            && row.currency_code != expected
        {
            let message = match request.currency {
                Some(asked) => format!("a price in {}, asked for was {asked}", row.currency_code),
                None => format!("a price in {} on a sheet in {expected}", row.currency_code),
            };
            return Err(refuse("currencyCode", message));
        }
        currency = Some(row.currency_code);
        let on = request.effective_on.or_else(|| row.period()).or(page_period).ok_or_else(|| {
            let named = row.billing_period_id.as_deref().map(json::printable).unwrap_or_default();
            let message = format!("\"{named}\" does not tell from when the prices hold: say it with --effective DATE");
            refuse("billingPeriodId", message)
        })?;
        let effective_at = midnight(on).map_err(|error| refuse("billingPeriodId", error.to_string()))?;
        let meter_id = row.meter_id;
        let meter = row.into_meter(&mut interner, effective_at);
        meters.push(meter.map_err(|(field, message)| refuse(field, format!("meter {meter_id}: {message}")))?);
    }
    let next_link = inner.next_link.or(page.next_link).filter(|link| !link.is_empty());
    Ok(SheetPage { meters, next_link, currency })
}

/// Builds one book from all pages of a sheet.
pub fn book(pages: Vec<SheetPage>, request: &SheetRequest) -> Result<(RateBook, Vec<Warning>), DecodeError> {
    let Some(currency) = pages.iter().find_map(|page| page.currency) else {
        return Err(DecodeError::at("properties.pricesheets", "the sheet holds no price: was it published already?"));
    };
    let mut meters = Vec::new();
    for (number, page) in pages.into_iter().enumerate() {
        if let Some(other) = page.currency.filter(|other| *other != currency) {
            let message = format!("page {} is in {other}, the first in {currency}", number + 1);
            return Err(DecodeError::at("currencyCode", message));
        }
        meters.extend(page.meters);
    }
    let header = BookHeader {
        source: Source::PriceSheet,
        offer: request.offer.clone(),
        currency,
        locale: String::new(),
        region_info: String::new(),
        own: None,
        terms: Vec::new(),
    };
    RateBook::new(header, meters).map_err(|error| DecodeError::at("properties.pricesheets", error.to_string()))
}

/// The first day of the period that an id such as `…/billingPeriods/201710` or `…/20171001` names.
///
/// In general a name says nothing about dates, but the periods of enterprise agreements are calendar months. What
/// names no month, or a day in the middle of one, is not read as a date.
fn period_start(id: &str) -> Option<Date> {
    const BEFORE: &str = "billingperiods/";
    let lower = id.to_ascii_lowercase();
    let name = match lower.find(BEFORE) {
        Some(at) => lower[at + BEFORE.len()..].split('/').next().unwrap_or(""),
        None => lower.as_str(),
    };
    let digits = name.bytes().all(|byte| byte.is_ascii_digit());
    let month = match name.len() {
        6 if digits => name,
        8 if digits => name.strip_suffix("01")?,
        _ => return None,
    };
    let (year, month) = month.split_at(4);
    Date::new(year.parse().ok().filter(|year| *year > 0)?, month.parse().ok()?, 1).ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePage {
    id: Option<String>,
    properties: Option<Object<WireSheet>>,
    pricesheets: Option<Vec<Object<WireRow>>>,
    value: Option<Vec<Object<WireRow>>>,
    next_link: Option<String>,
    download: Option<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSheet {
    pricesheets: Option<Vec<Object<WireRow>>>,
    next_link: Option<String>,
    download: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRow {
    billing_period_id: Option<String>,
    meter_id: MeterId,
    meter_name: Option<String>,
    unit_of_measure: String,
    included_quantity: Option<Decimal>,
    part_number: Option<String>,
    unit_price: Decimal,
    currency_code: Currency,
    meter_details: Option<Object<WireDetails>>,
}

/// Only there when the question asked to expand it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDetails {
    meter_name: Option<String>,
    meter_category: Option<String>,
    meter_sub_category: Option<String>,
    meter_location: Option<String>,
}

impl WireRow {
    fn period(&self) -> Option<Date> {
        self.billing_period_id.as_deref().and_then(period_start)
    }

    /// The meter, or the field that is wrong and why.
    fn into_meter(self, interner: &mut Interner, effective_at: Timestamp) -> Result<Meter, (&'static str, String)> {
        let tier = Tier { from: Decimal::ZERO, unit_price: self.unit_price };
        let tiers = TierTable::new(vec![tier]).map_err(|error| ("unitPrice", error.to_string()))?;
        let included_quantity = self.included_quantity.unwrap_or(Decimal::ZERO);
        if included_quantity.is_negative() {
            let message = format!("the included quantity {included_quantity} is below zero");
            return Err(("includedQuantity", message));
        }
        let details = self.meter_details.map(|Object(details)| details).unwrap_or_default();
        // The row's own name tells a dev/test price from its sibling; that of the details does not.
        let name = self.meter_name.or(details.meter_name).unwrap_or_default();
        let part = self.part_number.filter(|part| !part.is_empty());
        let mut text = |text: Option<String>| interner.text(text.as_deref().unwrap_or(""));
        Ok(Meter {
            id: self.meter_id,
            category: text(details.meter_category),
            sub_category: text(details.meter_sub_category),
            name: text(Some(name)),
            region: text(details.meter_location),
            unit: text(Some(self.unit_of_measure)),
            effective_at,
            ends_at: None,
            included_quantity,
            tiers: Arc::new(tiers),
            kind: PriceKind::Consumption,
            sku: part.map(|part| Sku { id: text(Some(part)), arm_name: text(None) }),
            third_party: false,
            deprecated: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::parse_timestamp;
    use crate::ratebook::Unpriced;

    const ID: &str = "BACDDD36-2C2C-46BB-8CFA-D13C15EE4A7E";

    /// (part number, price, period)
    fn row((part, price, period): (&str, &str, &str)) -> String {
        format!(
            "{{\"billingPeriodId\":\"subscriptions/x/billingPeriods/{period}\",\"meterId\":\"{ID}\",\"meterName\":\"M\",\
             \"unitOfMeasure\":\"100 Hours\",\"includedQuantity\":0.0000,\"partNumber\":\"{part}\",\"unitPrice\":{price},\
             \"currencyCode\":\"USD\"}}"
        )
    }

    fn rows(rows: &[(&str, &str, &str)]) -> String {
        rows.iter().map(|parts| row(*parts)).collect::<Vec<_>>().join(",")
    }

    #[track_caller]
    fn check(sheet: &[(&str, &str, &str)], at: &str, expect: Result<&str, Unpriced>) {
        let text = format!("{{\"properties\":{{\"pricesheets\":[{}],\"nextLink\":null}}}}", rows(sheet));
        let request = SheetRequest::default();
        let page = decode_page(text.as_bytes(), &request).unwrap_or_else(|error| panic!("{error}"));
        let (book, _) = book(vec![page], &request).unwrap_or_else(|error| panic!("{error}"));
        let at = parse_timestamp(at).unwrap_or_else(|error| panic!("{error}"));
        let lower = ID.to_lowercase().parse().unwrap_or_else(|error| panic!("{error}"));
        let found = book.price_at(lower, at).map(|meter| meter.tiers.first_charged_price().to_string());
        assert_eq!(found.as_deref().map_err(|why| *why), expect, "{at}");
    }

    #[test]
    fn a_price_holds_from_the_start_of_its_period() {
        let two = [("P", "3", "201710"), ("P", "2.5", "20171101")];
        check(&two, "2017-09-30T23:59:59Z", Err(Unpriced::NotYetInForce));
        check(&two, "2017-10-01T00:00:00Z", Ok("3"));
        check(&two, "2017-11-01T00:00:00Z", Ok("2.5"));
    }

    #[test]
    fn part_numbers_that_contradict_are_no_price() {
        let at = "2017-10-15T00:00:00Z";
        check(&[("P", "3", "201710"), ("Q", "3.00", "201710")], at, Ok("3"));
        check(&[("P", "3", "201710"), ("Q", "2", "201710")], at, Err(Unpriced::Ambiguous));
        check(&[("P", "0", "201710")], at, Ok("0"));
        check(&[("P", "3", "201710"), ("P", "3", "201710")], at, Ok("3"));
    }

    #[test]
    fn a_name_that_tells_no_month_is_no_date() {
        let day = |id: &str| period_start(id).map(|day| day.to_string());
        for id in
            ["201710", "20171001", "subscriptions/x/billingPeriods/20171001", "x/BillingPeriods/201710/providers/y"]
        {
            assert_eq!(day(id).as_deref(), Some("2017-10-01"), "{id}");
        }
        for id in ["", "201713", "20171015", "2017-10", "201710-1", "000010", "x/billingPeriods/current", "２01710"] {
            assert_eq!(day(id), None, "{id}");
        }
    }

    #[track_caller]
    fn refused(text: &str, says: &str, path: &str) {
        let request = SheetRequest::default();
        match decode_page(text.as_bytes(), &request).and_then(|page| book(vec![page], &request)) {
            Ok(_) => panic!("accepted {text}"),
            Err(error) => assert!(error.message.contains(says) && error.path == path, "{error}"),
        }
    }

    #[test]
    fn three_shapes_hold_a_page_and_others_none() {
        let one = row(("P", "3", "201710"));
        for text in [
            format!("{{\"properties\":{{\"pricesheets\":[{one}]}}}}"),
            format!("{{\"pricesheets\":[{one}],\"nextLink\":\"\"}}"),
            format!("{{\"value\":[{one}],\"nextLink\":null}}"),
        ] {
            let page = decode_page(text.as_bytes(), &SheetRequest::default()).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((page.len(), page.next_link), (1, None));
        }
        refused("{}", "no price sheet", "properties.pricesheets");
        refused(&format!("{{\"pricesheets\":[{one}],\"value\":[]}}"), "one list of prices", "value");
        refused("{\"properties\":{\"pricesheets\":[]}}", "holds no price", "properties.pricesheets");
        let linked = "{\"properties\":{\"pricesheets\":[],\"download\":{\"downloadUrl\":\"x\"}}}";
        refused(linked, "only links to a file", "properties.download");
        let euro = format!("{{\"value\":[{one},{}]}}", one.replace("USD", "EUR"));
        refused(&euro, "a price in EUR on a sheet in USD", "value[1].currencyCode");
        let period = format!("{{\"value\":[{}]}}", one.replace("201710", "current"));
        refused(&period, "say it with --effective DATE", "value[0].billingPeriodId");
        let conflict = format!("{{\"value\":[{}]}}", rows(&[("P", "3", "201710"), ("P", "2", "20171001")]));
        refused(&conflict, "two different prices", "properties.pricesheets");
    }
}
