//! The UsageAggregates endpoint: checks the window, pages through its buckets, 1,000 rows at a time.
//! The first question about a subscription is answered with "not ready yet", as the service does.
//! A continuation names the bucket and the row in it, so a page costs the same wherever it lies.

use super::arm::wrapped;
use super::calendar::number;
use super::call::{Call, Reply};
use super::state::Shared;
use super::usage::{Granularity, summed};
use super::usage_json::{bucket_name, push_rows};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

pub const PAGE: usize = 1000;

/// What the service escapes in the links it makes.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b':').add(b'+').add(b'=').add(b'/').add(b'&').add(b'%');

struct Window {
    granularity: Granularity,
    /// Hours since 1970.
    from: i64,
    to: i64,
    details: bool,
}

/// Where the next page begins.
struct Place {
    bucket: i64,
    row: usize,
}

pub fn answer(shared: &Shared, call: &Call, subscription: usize) -> Reply {
    let window = match window(shared, call) {
        Ok(window) => window,
        Err(text) => return wrapped(400, "InvalidInput", &text),
    };
    let start = match call.param("continuationToken") {
        None => Place { bucket: window.from, row: 0 },
        Some(token) => match read_token(token) {
            Some(place) if (window.from..window.to).contains(&place.bucket) => place,
            _ => {
                return wrapped(400, "InvalidInput", "The continuation token is not valid for this query.");
            }
        },
    };
    let id = &shared.tenant.subscriptions()[subscription].id;
    let question = format!("{id} {:?}", window.granularity);
    if call.param("continuationToken").is_none() && shared.first_time(question) {
        let text = "The usage data is being prepared. Repeat the request later.";
        let body = serde_json::json!({"code": "ProcessingNotCompleted", "message": text});
        let wait = if subscription.is_multiple_of(2) { "0" } else { "1" };
        return Reply::json(202, body.to_string())
            .with("retry-after", wait)
            .with("location", link(shared, id, &window, None));
    }
    page(shared, subscription, &window, start)
}

fn page(shared: &Shared, subscription: usize, window: &Window, start: Place) -> Reply {
    let tenant = &shared.tenant;
    let id = &tenant.subscriptions()[subscription].id;
    let now = shared.now().as_second();
    let step = window.granularity.hours();
    let mut out = String::with_capacity(700 * 1024);
    out.push_str("{\"value\":[");
    let mut left = PAGE;
    let mut next = None;
    // Nothing was reported before the tenant began.
    let mut bucket = start.bucket.max(number(tenant.starts()) * 24);
    let mut skip = if bucket == start.bucket { start.row } else { 0 };
    while bucket < window.to {
        let mut rows = tenant.bucket(subscription, window.granularity, bucket, now);
        if !window.details {
            rows = summed(tenant, rows);
        }
        let rows = rows.get(skip..).unwrap_or_default();
        let taken = rows.len().min(left);
        if taken > 0 {
            push_rows(&mut out, tenant, id, &bucket_name(window.granularity, bucket), &rows[..taken], window.details);
        }
        left -= taken;
        if taken < rows.len() {
            next = Some(Place { bucket, row: skip + taken });
            break;
        }
        skip = 0;
        bucket += step;
    }
    out.push(']');
    if let Some(place) = next {
        super::json::field(&mut out, "nextLink", &link(shared, id, window, Some(place)));
    }
    out.push('}');
    Reply::json(200, out)
}

fn window(shared: &Shared, call: &Call) -> Result<Window, String> {
    if call.param("api-version").is_none_or(|v| !v.starts_with("2015-")) {
        return Err("The api-version is not supported.".into());
    }
    let granularity = match call.param("aggregationGranularity") {
        None => Granularity::Daily,
        Some(text) if text.eq_ignore_ascii_case("daily") => Granularity::Daily,
        Some(text) if text.eq_ignore_ascii_case("hourly") => Granularity::Hourly,
        Some(text) => {
            return Err(format!("The aggregationGranularity '{text}' is not valid. Use Daily or Hourly."));
        }
    };
    let details = match call.param("showDetails") {
        None => true,
        Some(text) if text.eq_ignore_ascii_case("true") => true,
        Some(text) if text.eq_ignore_ascii_case("false") => false,
        Some(text) => return Err(format!("The showDetails value '{text}' is not valid.")),
    };
    let from = moment(call, "reportedStartTime", granularity)?;
    let to = moment(call, "reportedEndTime", granularity)?;
    if from >= to {
        return Err("The reportedStartTime must lie before the reportedEndTime.".into());
    }
    if to * 3600 > shared.now().as_second() {
        return Err("The reportedEndTime cannot be in the future.".into());
    }
    Ok(Window { granularity, from, to, details })
}

fn moment(call: &Call, name: &str, granularity: Granularity) -> Result<i64, String> {
    let text = call.param(name).ok_or_else(|| format!("The query parameter '{name}' is required."))?;
    let moment: Timestamp =
        text.trim().parse().map_err(|_| format!("The {name} '{text}' is not a valid date and time."))?;
    let seconds = moment.as_second();
    let span = granularity.hours() * 3600;
    if moment.subsec_nanosecond() != 0 || seconds.rem_euclid(span) != 0 {
        let what = if granularity == Granularity::Daily { "midnight UTC for daily" } else { "a full hour for hourly" };
        return Err(format!("The {name} must be {what} aggregation."));
    }
    Ok(seconds.div_euclid(3600))
}

/// Absolute, with a port, in another order and case than the question, and with a parameter of its own.
fn link(shared: &Shared, id: &str, window: &Window, place: Option<Place>) -> String {
    let escaped = |text: &str| {
        utf8_percent_encode(text, ESCAPED).to_string().replace("%3A", "%3a").replace("%2B", "%2b").replace("%3D", "%3d")
    };
    let time = |hour: i64| {
        let text = Timestamp::from_second(hour * 3600).map(|t| t.to_string()).unwrap_or_default();
        escaped(&text.replace('Z', "+00:00"))
    };
    let granularity = match window.granularity {
        Granularity::Hourly => "Hourly",
        Granularity::Daily => "Daily",
    };
    let mut text = format!(
        "{}/subscriptions/{id}/providers/Microsoft.Commerce/UsageAggregates?api-version=2015-06-01-preview&reportedstartTime={}&reportedEndtime={}&aggregationgranularity={granularity}&showdetails={}",
        shared.urls.arm,
        time(window.from),
        time(window.to),
        window.details
    );
    if let Some(place) = place {
        text.push_str("&error_if_not_processed=true&continuationToken=");
        text.push_str(&escaped(&write_token(&place)));
    }
    text
}

/// Base64 of a small JSON object; filled up so that it ends in two equals signs like the real ones.
fn write_token(place: &Place) -> String {
    let mut filling = String::from("u");
    loop {
        let text = format!("{{\"r\":{},\"i\":{},\"s\":\"{filling}\"}}", place.bucket, place.row);
        if text.len() % 3 == 1 {
            return STANDARD.encode(text);
        }
        filling.push('u');
    }
}

fn read_token(token: &str) -> Option<Place> {
    let value: serde_json::Value = serde_json::from_slice(&STANDARD.decode(token).ok()?).ok()?;
    Some(Place { bucket: value["r"].as_i64()?, row: usize::try_from(value["i"].as_u64()?).ok()? })
}
