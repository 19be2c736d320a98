//! Why each meter of a month costs what it costs: its charge with the filled tier table, the free units and the book.

use jiff::Timestamp;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, Instant};
use shared::rating::{BookInfo, Charge};
use shared::snapshot::Snapshots;

use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Period};

/// The document. It names no time: while nothing of the month changes, neither do its bytes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Charges {
    schema: &'static str,
    month: String,
    subscription_id: Option<SubscriptionId>,
    subscriptions: Vec<ChargesOfOne>,
}

/// What one subscription owes, meter by meter, before offer terms.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChargesOfOne {
    subscription_id: SubscriptionId,
    name: String,
    book: BookInfo,
    book_fetched_at: Instant,
    charges: Vec<Charge>,
}

/// Every charge of the billing periods that start in a month.
pub async fn charges(
    archive: &Archive,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    month: &str,
    run_at: Timestamp,
) -> Result<Charges, Error> {
    let period = Period::StartingIn(month.to_owned());
    let loaded = month::load(archive, snapshots, only, &period, Granularity::Daily, run_at).await?;
    let mut subscriptions = Vec::new();
    for material in &loaded.materials {
        let rating = month::rate(material)?;
        subscriptions.push(ChargesOfOne {
            subscription_id: material.subscription_id,
            name: material.facts.name.clone(),
            book: rating.book,
            book_fetched_at: material.book_fetched_at,
            charges: rating.charges,
        });
    }
    Ok(Charges { schema: "forebill.charges/1", month: month.to_owned(), subscription_id: only, subscriptions })
}
