//! Invoices and billing periods of a subscription: an invoice for each closed period.
//! Lists carry a download link only when asked to; a single invoice always does.
//! Periods are paged with a relative link, invoices with an absolute one, as in recorded answers.

use super::arm::wrapped;
use super::calendar::{Period, date_of};
use super::call::{Call, Reply};
use super::digest::number;
use super::filter::parse;
use super::state::Shared;
use jiff::civil::Date;
use serde_json::{Value, json};

/// An invoice link lives this long, in minutes.
const LINK_MINUTES: i64 = 60;
const PAGE: usize = 12;

/// `202612-217089190378988`: the period's label and fifteen digits.
pub fn invoice_name(subscription: &str, period: &Period) -> String {
    let digits = number(&format!("invoice {subscription} {}", period.start)) % 100_000_000_000_000;
    format!("{}-2{digits:014}", period.label())
}

/// The closed periods, newest first.
pub fn closed(shared: &Shared, subscription: usize) -> Vec<Period> {
    let now = shared.now();
    let mut periods = shared.tenant.subscriptions()[subscription].periods(now);
    periods.retain(|p| p.closed(now));
    periods.reverse();
    periods
}

pub fn list(shared: &Shared, call: &Call, subscription: usize) -> Reply {
    let filter = call.param("$filter").unwrap_or_default();
    let Some(wanted) = by_end(filter, "invoicePeriodEndDate") else {
        return bad_filter(filter);
    };
    let periods: Vec<Period> = closed(shared, subscription).into_iter().filter(|p| wanted(p)).collect();
    let expand = call.param("$expand").is_some_and(|e| e.eq_ignore_ascii_case("downloadUrl"));
    let (from, to) = slice(call, periods.len());
    let value: Vec<Value> = periods[from..to].iter().map(|p| invoice(shared, subscription, p, expand)).collect();
    let mut body = json!({ "value": value });
    if to < periods.len() {
        body["nextLink"] = format!("{}{}", shared.urls.arm, next(call, to)).into();
    }
    Reply::json(200, body.to_string())
}

pub fn one(shared: &Shared, subscription: usize, name: &str) -> Reply {
    let id = &shared.tenant.subscriptions()[subscription].id;
    let latest = name.eq_ignore_ascii_case("latest");
    let found = closed(shared, subscription).into_iter().find(|p| latest || invoice_name(id, p) == name);
    match found {
        Some(period) => Reply::json(200, invoice(shared, subscription, &period, true).to_string()),
        None => wrapped(404, "ResourceNotFound", &format!("The invoice '{name}' was not found.")),
    }
}

pub fn billing_periods(shared: &Shared, call: &Call, subscription: usize) -> Reply {
    let filter = call.param("$filter").unwrap_or_default();
    let Some(wanted) = by_end(filter, "billingPeriodEndDate") else {
        return bad_filter(filter);
    };
    let now = shared.now();
    let info = &shared.tenant.subscriptions()[subscription];
    let mut periods = info.periods(now);
    periods.retain(wanted);
    periods.reverse();
    let (from, to) = slice(call, periods.len());
    let value: Vec<Value> = periods[from..to]
        .iter()
        .map(|period| {
            let mut properties = json!({ "billingPeriodEndDate": period.end.to_string(), "billingPeriodStartDate": period.start.to_string() });
            if period.closed(now) {
                let id = format!("/subscriptions/{}/providers/Microsoft.Billing/invoices/{}", info.id, invoice_name(&info.id, period));
                properties["invoiceIds"] = json!([id]);
            }
            json!({ "id": period_id(&info.id, period), "name": period.name(), "properties": properties, "type": "Microsoft.Billing/billingPeriods" })
        })
        .collect();
    let mut body = json!({ "value": value });
    if to < periods.len() {
        body["nextLink"] = next(call, to).into();
    }
    Reply::json(200, body.to_string())
}

fn invoice(shared: &Shared, subscription: usize, period: &Period, with_link: bool) -> Value {
    let id = &shared.tenant.subscriptions()[subscription].id;
    let name = invoice_name(id, period);
    let mut properties = json!({
        "invoicePeriodEndDate": period.end.to_string(), "invoicePeriodStartDate": period.start.to_string(),
        "billingPeriodIds": [period_id(id, period)],
    });
    if with_link {
        let (url, expiry) = shared.link(&format!("/invoices/{id}/{name}.pdf"), LINK_MINUTES);
        properties["downloadUrl"] = json!({ "expiryTime": expiry.to_string(), "url": url });
    }
    json!({ "id": format!("/subscriptions/{id}/providers/Microsoft.Billing/invoices/{name}"), "type": "Microsoft.Billing/invoices", "name": name, "properties": properties })
}

fn period_id(subscription: &str, period: &Period) -> String {
    format!("/subscriptions/{subscription}/providers/Microsoft.Billing/billingPeriods/{}", period.name())
}

/// A filter on the end date; dates are bare or quoted, with or without a time.
fn by_end(filter: &str, field: &str) -> Option<impl Fn(&Period) -> bool> {
    let conditions = parse(filter)?;
    let mut tests: Vec<(String, Date)> = Vec::new();
    for condition in conditions {
        if !condition.field.eq_ignore_ascii_case(field) {
            return None;
        }
        let text = &condition.value;
        let date = text.parse::<Date>().ok().or_else(|| text.parse().ok().map(date_of))?;
        tests.push((condition.op, date));
    }
    Some(move |period: &Period| {
        tests.iter().all(|(op, date)| match op.as_str() {
            "eq" => period.end == *date,
            "gt" => period.end > *date,
            "ge" => period.end >= *date,
            "lt" => period.end < *date,
            _ => period.end <= *date,
        })
    })
}

fn bad_filter(filter: &str) -> Reply {
    wrapped(400, "BadRequest", &format!("The filter '{filter}' is not supported."))
}

/// The part of a list that this call asks for.
fn slice(call: &Call, length: usize) -> (usize, usize) {
    let read = |name: &str| call.param(name).and_then(|text| text.parse::<usize>().ok());
    let from = read("$skiptoken").unwrap_or(0).min(length);
    let count = read("$top").unwrap_or(PAGE).clamp(1, 100);
    (from, (from + count).min(length))
}

fn next(call: &Call, to: usize) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let mut text = format!("{}?", call.path);
    for (name, value) in call.query.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("$skiptoken")) {
        text.push_str(&format!("{}={}&", name, encode(value)));
    }
    text.push_str(&format!("$skiptoken={to}"));
    text
}
