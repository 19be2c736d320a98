//! The storage host: serves rate cards and invoice documents by signed links, and nothing else.
//! It refuses an Authorization header, because the real one does and clients must not send it.

use super::arm_invoices::{closed, invoice_name};
use super::arm_rate_card::{PLAIN, WITH_STATUS};
use super::call::{Call, Reply};
use super::pdf;
use super::rate_card::{Offer, render};
use super::state::Shared;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use md5::{Digest, Md5};

pub fn answer(shared: &Shared, call: &Call) -> Reply {
    if call.authorization.is_some() {
        let text =
            "Authentication information is not given in the correct format. Check the value of Authorization header.";
        return error(400, "InvalidAuthenticationInfo", text);
    }
    if call.method != "GET" {
        return error(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.");
    }
    let (signature, expiry) = (call.param("sig").unwrap_or_default(), call.param("se").unwrap_or_default());
    if !shared.link_holds(&call.path, signature, expiry) {
        let text = "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.";
        return error(403, "AuthenticationFailed", text);
    }
    let found = match call.segments()[..] {
        ["ratecards", _, _, offer, _, _, _, schema, file] => card(shared, offer, schema, file),
        ["invoices", subscription, file] => document(shared, subscription, file),
        _ => None,
    };
    found.unwrap_or_else(|| error(404, "BlobNotFound", "The specified blob does not exist."))
}

fn card(shared: &Shared, offer: &str, schema: &str, file: &str) -> Option<Reply> {
    let day: Date = file.strip_suffix(".json")?.parse().ok()?;
    let body = match shared.options.rate_cards.get(offer) {
        Some(recorded) => recorded.clone(),
        None if schema == PLAIN || schema == WITH_STATUS => {
            render(&shared.catalog, Offer::of(offer)?, day, schema == WITH_STATUS).into_bytes()
        }
        None => return None,
    };
    Some(blob("application/json", body, day))
}

fn document(shared: &Shared, subscription: &str, file: &str) -> Option<Reply> {
    let name = file.strip_suffix(".pdf")?;
    let at = shared.tenant.position(subscription)?;
    let info = &shared.tenant.subscriptions()[at];
    let period = closed(shared, at).into_iter().find(|p| invoice_name(&info.id, p) == name)?;
    let lines = [
        format!("Invoice {name}"),
        format!("Subscription {} ({})", info.name, info.id),
        format!("Billing period {} to {}", period.start, period.end),
        "Sample document: no payment is due.".to_owned(),
    ];
    Some(blob("application/pdf", pdf::page(&lines), period.end))
}

fn blob(content_type: &str, body: Vec<u8>, day: Date) -> Reply {
    let hash = Md5::digest(&body);
    let tag: String = hash[..8].iter().map(|byte| format!("{byte:02X}")).collect();
    Reply::new(200, content_type, body)
        .with("content-md5", STANDARD.encode(hash))
        .with("etag", format!("\"0x{tag}\""))
        .with("last-modified", day.strftime("%a, %d %b %Y 00:00:00 GMT").to_string())
        .with("x-ms-blob-type", "BlockBlob")
}

fn error(status: u16, code: &str, text: &str) -> Reply {
    let body = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{text}</Message></Error>"
    );
    Reply::new(status, "application/xml", body)
}
