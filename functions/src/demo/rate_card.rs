//! Renders the price model as a rate card, key for key in the order of the real answer.
//! One function per offer difference: allowances, Windows prices and offer terms.
//! Numbers go from whole millionths straight into text, so the card is exact by construction.

use super::catalog::{Catalog, Meter, Version};
use super::decimal::{dec, push, push_key};
use super::json;
use jiff::civil::{Date, date};

/// The offers that the sample has a card for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offer {
    PayAsYouGo,
    Msdn,
    Commitment,
}

pub const PAY_AS_YOU_GO: &str = "MS-AZR-0003P";
pub const MSDN: &str = "MS-AZR-0062P";
pub const COMMITMENT: &str = "MS-AZR-0026P";

impl Offer {
    /// Offer ids are accepted in any case: real callers send a lower-case `p`.
    pub fn of(id: &str) -> Option<Offer> {
        match id.to_ascii_uppercase().as_str() {
            PAY_AS_YOU_GO => Some(Offer::PayAsYouGo),
            MSDN => Some(Offer::Msdn),
            COMMITMENT => Some(Offer::Commitment),
            _ => None,
        }
    }
}

/// The card of an offer as published on a day.
pub fn render(catalog: &Catalog, offer: Offer, day: Date, with_status: bool) -> String {
    let mut out = String::with_capacity(catalog.meters.len() * 420);
    out.push_str("{\"OfferTerms\":[");
    push_terms(&mut out, catalog, offer);
    out.push_str("],\"Meters\":[");
    let mut first = true;
    for meter in &catalog.meters {
        // Future prices are not on a card; a meter with a past stands there once per price.
        for version in meter.versions.iter().filter(|v| v.effective <= day) {
            if !first {
                out.push(',');
            }
            first = false;
            push_meter(&mut out, meter, version, offer, with_status);
        }
    }
    out.push_str("],\"Currency\":\"USD\",\"Locale\":\"en\",\"IsTaxIncluded\":false}");
    out
}

fn push_meter(out: &mut String, meter: &Meter, version: &Version, offer: Offer, with_status: bool) {
    out.push_str("{\"EffectiveDate\":\"");
    out.push_str(&effective_text(version));
    out.push_str("\",\"IncludedQuantity\":");
    // The card of a credit offer hides the allowance while its bounds stay shifted by it.
    push(out, if offer == Offer::Msdn { 0 } else { meter.included });
    json::field(out, "MeterCategory", meter.category);
    json::field(out, "MeterId", &meter.id);
    json::field(out, "MeterName", &meter.name);
    out.push_str(",\"MeterRates\":{");
    for (at, &(start, rate)) in version.tiers.iter().enumerate() {
        out.push_str(if at == 0 { "\"" } else { ",\"" });
        push_key(out, start, meter.keys);
        out.push_str("\":");
        push(out, rate_for(meter, offer, rate));
    }
    out.push('}');
    json::field(out, "MeterRegion", meter.place.billing());
    if with_status {
        let current = meter.versions.last().is_some_and(|last| last.effective == version.effective);
        json::field(out, "MeterStatus", if current { "Active" } else { "Deprecated" });
    }
    json::field(out, "MeterSubCategory", &meter.sub_category);
    out.push_str(if meter.third_party { ",\"MeterTags\":[\"Third Party\"]" } else { ",\"MeterTags\":[]" });
    json::field(out, "Unit", meter.unit);
    out.push('}');
}

pub fn rate_for(meter: &Meter, offer: Offer, list: i64) -> i64 {
    match (offer, meter.linux_rate) {
        (Offer::Msdn, Some(linux)) => linux,
        _ => list,
    }
}

/// Credits and discounts leave out what others sell and a few services of their own.
pub fn excluded(meter: &Meter) -> bool {
    meter.third_party || matches!(meter.category, "Application Insights" | "Azure Active Directory B2C")
}

fn push_terms(out: &mut String, catalog: &Catalog, offer: Offer) {
    let (opening, starts, name) = match offer {
        Offer::PayAsYouGo => return,
        Offer::Msdn => ("{\"Credit\":100.0,", date(2013, 12, 23), "Monetary Credit"),
        Offer::Commitment => ("{", date(2015, 2, 1), "Monetary Commitment"),
    };
    out.push_str(opening);
    out.push_str(&format!("\"EffectiveDate\":\"{starts}T00:00:00Z\",\"ExcludedMeterIds\":["));
    let ids: Vec<String> = catalog.meters.iter().filter(|m| excluded(m)).map(|m| format!("\"{}\"", m.id)).collect();
    out.push_str(&ids.join(","));
    out.push_str("],\"Name\":\"");
    out.push_str(name);
    out.push('"');
    if offer == Offer::Commitment {
        out.push_str(",\"TieredDiscount\":{");
        for (at, (commitment, percent)) in TIERED_DISCOUNT.iter().enumerate() {
            out.push_str(if at == 0 { "\"" } else { ",\"" });
            push(out, *commitment);
            out.push_str("\":");
            push(out, *percent);
        }
        out.push('}');
    }
    out.push('}');
}

/// Commitment in the card's currency, and the discount in percent from there on.
pub const TIERED_DISCOUNT: &[(i64, i64)] =
    &[(dec("0"), dec("0")), (dec("500"), dec("5")), (dec("5000"), dec("7.5")), (dec("50000"), dec("10"))];

/// The first day of a version, as both feeds write it.
pub fn effective_text(version: &Version) -> String {
    format!("{}T00:00:00Z", version.effective)
}
