//! One rate card: raw answer, rate book, commit.

use serde::{Deserialize, Serialize};
use shared::azure::ratecard::{self, CardRequest};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::Instant;
use shared::ratebook::Source;
use shared::snapshot::{Entry, PriceList, key};

use crate::archive::Archive;
use crate::archive::answers::Answers;
use crate::azure::{Body, Received};
use crate::error::Error;
use crate::job::{Context, JobReport};
use crate::planted::{Bug, planted};

/// Which card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Plan {
    /// Any subscription that may ask; the card is the offer's.
    pub subscription_id: SubscriptionId,
    /// The offer.
    pub offer: OfferId,
    /// The currency.
    pub currency: Currency,
    /// Language of names; only `en-US` keeps units and regions comparable.
    #[serde(default = "english")]
    pub locale: String,
    /// Country of purchase.
    #[serde(default = "united_states")]
    pub region_info: String,
}

impl Plan {
    /// In English, bought in the United States.
    #[must_use]
    pub fn new(subscription_id: SubscriptionId, offer: OfferId, currency: Currency) -> Plan {
        Plan { subscription_id, offer, currency, locale: english(), region_info: united_states() }
    }
}

fn english() -> String {
    "en-US".into()
}

fn united_states() -> String {
    "US".into()
}

/// Reads the card.
pub async fn run(context: &Context<'_>, plan: &Plan) -> Result<JobReport, Error> {
    let Plan { subscription_id, offer, currency, locale, region_info } = plan;
    let snapshots = context.archive.snapshots().await?;
    let as_new = |list: &&PriceList| {
        let scope = (list.source, list.offer.as_ref(), list.currency, &list.region_info);
        scope == (Source::RateCard, Some(offer), *currency, region_info) && list.fetched_at.0 >= context.run_at
    };
    if snapshots.prices.iter().any(|list| as_new(&list)) && !planted(Bug::CardAgain) {
        // The same event came twice, or late: what is asked for now is no card of that time.
        return Ok(JobReport { skipped: 1, ..JobReport::new("snapshot-ratecard", context.run_at) });
    }
    (context.progress)(&format!("rate card {offer}"), 0, 1);
    let body = context.azure.rate_card(*subscription_id, offer, *currency, locale, region_info).await?;
    let request =
        CardRequest { offer: Some(offer.clone()), currency: Some(*currency), region_info: region_info.clone() };
    let Context { archive, run_at, .. } = *context;
    let Body { bytes, request: place, received } = body;
    let report = keep(archive, run_at, "snapshot-ratecard", &place, bytes, &request, Some(received)).await;
    (context.progress)(&format!("rate card {offer}"), 1, 1);
    report
}

/// Decodes, keeps and commits a card, from Azure or from a file. A card that is not one leaves nothing behind.
pub async fn keep(
    archive: &Archive,
    run_at: jiff::Timestamp,
    job: &'static str,
    place: &str,
    bytes: Vec<u8>,
    request: &CardRequest,
    received: Option<Received>,
) -> Result<JobReport, Error> {
    let mut report = JobReport::new(job, run_at);
    let (book, warnings) = ratecard::decode(&bytes, request).map_err(Error::bad_input(place))?;
    report.warn(place, warnings);
    let (offer, currency, meters) = (request.offer.as_ref(), book.header().currency, book.meters().len());
    let name = |hash: &str| key::price_page(Source::RateCard, offer, currency, run_at, 0, hash);
    let page = archive.keep(&bytes, meters, name).await?;
    // A card is large, and what follows holds two books: together they would not fit into the smallest function.
    drop(bytes);
    (report.fetched, report.rows) = (1, meters);
    let mut answers = Answers::default();
    if let Some(received) = received {
        answers.push(&page, Instant(run_at), received);
    }
    let pages = vec![page];
    // A card names one date for each meter: what earlier cards said stays in force for the use of its time.
    let snapshots = archive.snapshots().await?;
    let earlier = offer.and_then(|offer| snapshots.card_at(offer, currency, &request.region_info, run_at));
    let book = match earlier {
        Some(list) => book.after(&archive.book(&list.book).await?.book, run_at),
        None => book,
    };
    let entry = Entry::Prices {
        source: Source::RateCard,
        offer: request.offer.clone(),
        currency,
        region_info: request.region_info.clone(),
        pages,
        book: archive.keep_book(&book).await?,
        meters: book.meters().len() as u64,
        name: None,
        group: None,
    };
    let mut entries = vec![entry];
    entries.extend(archive.keep_answers(run_at, answers).await?);
    archive.commit(run_at, job, entries).await?;
    report.committed = 1;
    Ok(report)
}
