//! One rate card: raw answer, rate book, commit.

use shared::azure::ratecard::{self, CardRequest};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::Instant;
use shared::ratebook::Source;
use shared::snapshot::{Entry, key};

use crate::archive::Archive;
use crate::archive::answers::Answers;
use crate::azure::{AzureError, Received};
use crate::error::Error;
use crate::job::{Context, JobReport};

/// Which card.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Any subscription that may ask; the card is the offer's.
    pub subscription_id: SubscriptionId,
    /// The offer.
    pub offer: OfferId,
    /// The currency.
    pub currency: Currency,
    /// Language of names; only `en-US` keeps units and regions comparable.
    pub locale: String,
    /// Country of purchase.
    pub region_info: String,
}

/// Several cards, and whether all of them came. One that Azure does not have does not keep the others from being read.
pub async fn run_all(context: &Context<'_>, plans: &[Plan]) -> Result<(Vec<JobReport>, bool), Error> {
    let (mut reports, mut refused) = (Vec::new(), Vec::new());
    for plan in plans {
        match run(context, plan).await {
            Ok(report) => reports.push(report),
            Err(Error::Azure(error @ AzureError::Status { status: 400, .. })) => {
                refused
                    .push((format!("rate card {} in {} for {}", plan.offer, plan.currency, plan.region_info), error));
            }
            Err(error) => return Err(error),
        }
    }
    let complete = refused.is_empty();
    let mut refusals = refused.into_iter();
    if reports.is_empty()
        && let Some((_, error)) = refusals.next()
    {
        return Err(error.into());
    }
    for (card, error) in refusals {
        let mut report = JobReport::new("snapshot-ratecard", context.run_at);
        report.warnings.push(format!("{card}: {error}"));
        reports.push(report);
    }
    Ok((reports, complete))
}

/// Reads the card.
pub async fn run(context: &Context<'_>, plan: &Plan) -> Result<JobReport, Error> {
    let Plan { subscription_id, offer, currency, locale, region_info } = plan;
    (context.progress)(&format!("rate card {offer}"), 0, 1);
    let body = context.azure.rate_card(*subscription_id, offer, *currency, locale, region_info).await?;
    let request =
        CardRequest { offer: Some(offer.clone()), currency: Some(*currency), region_info: region_info.clone() };
    let Context { archive, run_at, .. } = *context;
    let answer = Some(body.received);
    let report = keep(archive, run_at, "snapshot-ratecard", &body.request, &body.bytes, &request, answer).await;
    (context.progress)(&format!("rate card {offer}"), 1, 1);
    report
}

/// Decodes, keeps and commits a card, from Azure or from a file. A card that is not one leaves nothing behind.
pub async fn keep(
    archive: &Archive,
    run_at: jiff::Timestamp,
    job: &'static str,
    place: &str,
    bytes: &[u8],
    request: &CardRequest,
    received: Option<Received>,
) -> Result<JobReport, Error> {
    let mut report = JobReport::new(job, run_at);
    let (book, warnings) = ratecard::decode(bytes, request).map_err(Error::bad_input(place))?;
    report.warn(place, warnings);
    let (offer, currency, meters) = (request.offer.as_ref(), book.header().currency, book.meters().len());
    let name = |hash: &str| key::price_page(Source::RateCard, offer, currency, run_at, 0, hash);
    let page = archive.keep(bytes, meters, name).await?;
    let mut answers = Answers::default();
    if let Some(received) = received {
        answers.push(&page, Instant(run_at), received);
    }
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
        pages: vec![page],
        book: archive.keep_book(&book).await?,
        meters: book.meters().len() as u64,
        name: None,
        group: None,
    };
    let mut entries = vec![entry];
    entries.extend(archive.keep_answers(run_at, answers).await?);
    archive.commit(run_at, job, entries).await?;
    (report.fetched, report.rows, report.committed) = (1, meters, 1);
    Ok(report)
}
