//! The RateCard endpoint: checks the filter and sends the caller to a signed link on the storage host.
//! The card itself is never in this answer; the link must be fetched without the token.

use super::arm::flat;
use super::call::{Call, Reply};
use super::digest::guid;
use super::filter::parse;
use super::rate_card::Offer;
use super::state::Shared;

/// A card link lives this long, in minutes.
pub const LINK_MINUTES: i64 = 30;
/// The path segment of either schema: the later one also states the status of a meter.
pub const PLAIN: &str = "V20150515";
pub const WITH_STATUS: &str = "V20160831";

pub fn answer(shared: &Shared, call: &Call) -> Reply {
    let schema = match call.param("api-version") {
        Some("2015-06-01-preview") => PLAIN,
        Some("2016-08-31-preview") => WITH_STATUS,
        other => {
            let text = format!("The api-version '{}' is not supported.", other.unwrap_or_default());
            return flat(400, "InvalidApiVersionParameter", &text);
        }
    };
    let Some(offer) = offer(shared, call.param("$filter").unwrap_or_default()) else {
        let text =
            "Invalid query specified. Please specify valid values for OfferDurableId, Currency, Locale and RegionInfo.";
        return Reply::json(400, serde_json::json!({"Message": text}).to_string());
    };
    let path =
        format!("/ratecards/V1/{}/{offer}/USD/en/False/{schema}/{}.json", guid("rate card", &offer), shared.today());
    let (link, _) = shared.link(&path, LINK_MINUTES);
    Reply { status: 302, headers: vec![("location", link)], body: Vec::new() }
}

/// The offer that a valid filter asks for, in upper case.
fn offer(shared: &Shared, filter: &str) -> Option<String> {
    let conditions = parse(filter)?;
    if conditions.len() != 4 || conditions.iter().any(|c| c.op != "eq") {
        return None;
    }
    let value = |field: &str| conditions.iter().find(|c| c.field.eq_ignore_ascii_case(field)).map(|c| c.value.as_str());
    let offer = value("OfferDurableId")?.to_ascii_uppercase();
    let known = Offer::of(&offer).is_some() || shared.options.rate_cards.contains_key(&offer);
    let currency = value("Currency")? == "USD";
    let locale = value("Locale")?.to_ascii_lowercase().starts_with("en");
    let region = value("RegionInfo")?;
    let region = region.len() == 2 && region.bytes().all(|b| b.is_ascii_alphabetic());
    (known && currency && locale && region).then_some(offer)
}
