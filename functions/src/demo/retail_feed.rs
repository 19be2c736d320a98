//! The retail price host: open to all, pages of 1,000 items, one refusal early in a run.
//! Recorded pages, where given, are served byte for byte except for the link to the next one.

use super::call::{Call, Reply};
use super::filter::{Condition, parse};
use super::retail::{Item, PAGE, items, page};
use super::state::Shared;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The call of a run that is refused, so that every client meets a refusal once.
const REFUSED_CALL: u64 = 2;

pub fn answer(shared: &Shared, call: &Call) -> Reply {
    if !call.path.trim_end_matches('/').eq_ignore_ascii_case("/api/retail/prices") {
        return Reply::json(404, "{\"statusCode\":404,\"message\":\"Resource not found\"}");
    }
    if shared.next_retail_call() == REFUSED_CALL {
        return Reply::json(429, "{\"error\":{\"code\":\"429\",\"message\":\"Too many requests. Please retry.\"}}")
            .with("x-ms-ratelimit-retailprices-retry-after", "1")
            .with("x-ms-ratelimit-remaining-retailprices-requests", "0");
    }
    let Some(skip) = call.param("$skip").unwrap_or("0").parse::<usize>().ok() else {
        return bad_request();
    };
    if !shared.options.retail_pages.is_empty() {
        return recorded(shared, skip);
    }
    // Only the price list currency is offered; the quotes around it are optional.
    if call.param("currencyCode").is_some_and(|c| c.trim_matches('\'') != "USD") {
        return bad_request();
    }
    let filter = call.param("$filter").unwrap_or_default();
    let Some(conditions) = parse(filter).filter(|all| all.iter().all(usable)) else {
        return bad_request();
    };
    let all = items(&shared.catalog, shared.today());
    let found: Vec<&Item<'_>> = all.iter().filter(|item| item.matches(&conditions)).collect();
    let from = skip.min(found.len());
    let to = (from + PAGE).min(found.len());
    let next = (to < found.len()).then(|| next_link(shared, call, filter, to));
    Reply::json(200, page(&found[from..to], next.as_deref()))
}

const FIELDS: &[&str] = &[
    "armregionname",
    "location",
    "meterid",
    "metername",
    "productname",
    "skuname",
    "servicename",
    "servicefamily",
    "pricetype",
    "armskuname",
    "productid",
    "serviceid",
];

fn usable(condition: &Condition) -> bool {
    condition.op == "eq" && FIELDS.contains(&condition.field.to_ascii_lowercase().as_str())
}

fn next_link(shared: &Shared, call: &Call, filter: &str, skip: usize) -> String {
    let mut text = format!("{}/api/retail/prices?", shared.urls.retail);
    for name in ["api-version", "currencyCode"] {
        if let Some(value) = call.param(name) {
            text.push_str(&format!("{name}={}&", escaped(value)));
        }
    }
    if !filter.is_empty() {
        text.push_str(&format!("$filter={}&", escaped(filter)));
    }
    text.push_str(&format!("$skip={skip}"));
    text
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The recorded page that starts at `skip`, counting 1,000 for each page before it.
fn recorded(shared: &Shared, skip: usize) -> Reply {
    let at = skip / PAGE;
    let pages = &shared.options.retail_pages;
    let Some(bytes) = pages.get(at) else {
        return Reply::json(200, page(&[], None));
    };
    let next =
        (at + 1 < pages.len()).then(|| format!("{}/api/retail/prices?$skip={}", shared.urls.retail, (at + 1) * PAGE));
    Reply::json(200, relinked(bytes, next.as_deref()))
}

/// Replaces the value behind `"NextPageLink"` and leaves every other byte alone.
fn relinked(bytes: &[u8], next: Option<&str>) -> Vec<u8> {
    const KEY: &[u8] = b"\"NextPageLink\"";
    let Some(value) = bytes.windows(KEY.len()).position(|w| w == KEY).and_then(|at| value_at(bytes, at + KEY.len()))
    else {
        return bytes.to_vec();
    };
    let replacement = next.map_or_else(|| "null".to_owned(), |link| format!("\"{link}\""));
    [&bytes[..value.start], replacement.as_bytes(), &bytes[value.end..]].concat()
}

/// The range of the `null` or string that follows a colon.
fn value_at(bytes: &[u8], from: usize) -> Option<std::ops::Range<usize>> {
    let skip_blanks = |at: usize| bytes[at..].iter().position(|b| !b.is_ascii_whitespace()).map(|n| at + n);
    let colon = skip_blanks(from)?;
    if bytes[colon] != b':' {
        return None;
    }
    let start = skip_blanks(colon + 1)?;
    if bytes[start..].starts_with(b"null") {
        return Some(start..start + 4);
    }
    if bytes[start] != b'"' {
        return None;
    }
    let mut at = start + 1;
    while *bytes.get(at)? != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    Some(start..at + 1)
}

fn bad_request() -> Reply {
    Reply::json(400, "{\"Error\":{\"Code\":\"BadRequest\",\"Message\":\"Invalid OData parameters supplied\"}}")
}

#[cfg(test)]
mod tests {
    use super::relinked;

    #[test]
    fn only_the_link_of_a_recorded_page_changes() {
        let page = b"{\n \"Items\": [],\r\n \"NextPageLink\" : \"https://a/b?x=\\\"1\\\"\", \"Count\": 0}\n";
        assert_eq!(
            relinked(page, Some("http://c")),
            b"{\n \"Items\": [],\r\n \"NextPageLink\" : \"http://c\", \"Count\": 0}\n"
        );
        assert_eq!(relinked(b"{\"NextPageLink\": null}", Some("http://c")), b"{\"NextPageLink\": \"http://c\"}");
        assert_eq!(relinked(page, None), b"{\n \"Items\": [],\r\n \"NextPageLink\" : null, \"Count\": 0}\n");
    }
}
