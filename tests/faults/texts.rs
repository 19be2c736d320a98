//! What the simulated Azure answers when nothing is wrong.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::json;

pub const ARM: &str = "https://management.azure.com";
pub const STORAGE: &str = "https://forebill.blob.core.windows.net";
/// Is in every token, every signature and every continuation, and must be nowhere else.
pub const CANARY: &str = "canary";
pub const METER: &str = "aaaaaaaa-1111-2222-3333-444444444444";
/// Pages of a day.
pub const PAGES: usize = 2;
const ROWS: usize = 2;

/// One page of what was reported on a day. Every version of a day has other quantities.
pub fn usage_page(of: &str, day: Date, version: u32, page: usize) -> String {
    let rows = (0..ROWS).map(|row| {
        let at = |day: Date| format!("{day}T00:00:00+00:00");
        let before = day.saturating_sub(1.day());
        json!({
            "id": format!("/subscriptions/{of}/providers/Microsoft.Commerce/UsageAggregates/Daily_{page}_{row}"),
            "name": format!("Daily_{page}_{row}"),
            "type": "Microsoft.Commerce/UsageAggregate",
            "properties": {
                "subscriptionId": of, "usageStartTime": at(before), "usageEndTime": at(day), "meterId": METER,
                "meterName": "Hours", "meterCategory": "Virtual Machines", "unit": "Hours",
                "quantity": version as usize * 100 + page * 10 + row,
            }
        })
    });
    let mut body = json!({ "value": rows.collect::<Vec<_>>() });
    if page + 1 < PAGES {
        body["nextLink"] = next_link(of, day, version, page + 1).into();
    }
    body.to_string()
}

fn next_link(of: &str, day: Date, version: u32, page: usize) -> String {
    let end = day.saturating_add(1.day());
    format!(
        "{ARM}/subscriptions/{of}/providers/Microsoft.Commerce/UsageAggregates?api-version=2015-06-01-preview\
         &reportedStartTime={day}T00%3A00%3A00Z&reportedEndTime={end}T00%3A00%3A00Z&aggregationGranularity=Daily\
         &showDetails=true&continuationToken={CANARY}-{version}-{page}"
    )
}

/// A card with one meter, whose price is the version's.
pub fn card(version: u32) -> String {
    json!({
        "OfferTerms": [], "Currency": "USD", "Locale": "en-US", "IsTaxIncluded": false,
        "Meters": [{
            "MeterId": METER, "MeterName": "Hours", "MeterCategory": "Virtual Machines", "MeterSubCategory": "",
            "Unit": "Hours", "MeterTags": [], "MeterRegion": "", "MeterRates": {"0": version}, "IncludedQuantity": 0,
            "EffectiveDate": "2026-01-01T00:00:00Z", "MeterStatus": "Active"
        }]
    })
    .to_string()
}

pub fn groups(of: &str) -> String {
    let id = format!("/subscriptions/{of}/resourceGroups/rg-web");
    json!({ "value": [{ "id": id, "name": "rg-web", "tags": { "costCenter": "4711" } }] }).to_string()
}

pub fn periods(of: &str, page: usize) -> String {
    let month = 10 - page;
    let mut body = json!({ "value": [{
        "id": format!("/subscriptions/{of}/providers/Microsoft.Billing/billingPeriods/2026{month}-1"),
        "name": format!("2026{month}-1"), "type": "Microsoft.Billing/billingPeriods",
        "properties": {
            "billingPeriodStartDate": format!("2026-{month:02}-01"),
            "billingPeriodEndDate": format!("2026-{month:02}-28"),
        }
    }]});
    if page == 0 {
        let path = format!("/subscriptions/{of}/providers/Microsoft.Billing/billingPeriods");
        body["nextLink"] = format!("{path}?api-version=2018-03-01-preview&$skiptoken={CANARY}1").into();
    }
    body.to_string()
}

/// An invoice with its link.
pub fn invoice(of: &str, number: usize) -> serde_json::Value {
    let month = 10 - number;
    json!({
        "id": format!("/subscriptions/{of}/providers/Microsoft.Billing/invoices/2026{month}-1"),
        "name": format!("2026{month}-1"), "type": "Microsoft.Billing/invoices",
        "properties": {
            "invoicePeriodStartDate": format!("2026-{month:02}-01"),
            "invoicePeriodEndDate": format!("2026-{month:02}-28"),
            "downloadUrl": {
                "expiryTime": "2026-12-01T00:00:00Z", "url": format!("{STORAGE}/invoices/{of}/{number}.pdf?sig={CANARY}"),
            }
        }
    })
}

pub fn invoices(of: &str) -> String {
    json!({ "value": [invoice(of, 0), invoice(of, 1)] }).to_string()
}

pub fn document(of: &str, number: &str) -> Vec<u8> {
    format!("%PDF-1.4\ninvoice {number} of {of}\n{}%%EOF\n", "line\n".repeat(40)).into_bytes()
}
