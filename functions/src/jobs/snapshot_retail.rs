//! Retail prices: all pages raw, one rate book, commit.

use serde::{Deserialize, Serialize};
use shared::azure::retail;
use shared::json::DecodeError;
use shared::money::Currency;
use shared::period::Instant;
use shared::ratebook::Source;
use shared::snapshot::{Entry, key};

use crate::archive::Archive;
use crate::archive::answers::Answers;
use crate::azure::{Body, Received};
use crate::error::Error;
use crate::job::{Context, JobReport};
use crate::jobs::place_of;

/// Which prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Plan {
    /// The currency.
    pub currency: Currency,
    /// Only these regions (`armRegionName`); all when empty.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Only these services; all when empty.
    #[serde(default)]
    pub services: Vec<String>,
}

impl Plan {
    /// One filter per slice: the whole feed is hundreds of thousands of rows.
    fn filters(&self) -> Vec<Option<String>> {
        let one = |field: &str, value: &String| format!("{field} eq '{}'", value.replace('\'', "''"));
        let mut filters = Vec::new();
        let services: Vec<Option<&String>> = options(&self.services);
        for region in options(&self.regions) {
            for service in &services {
                let parts: Vec<String> =
                    [region.map(|name| one("armRegionName", name)), service.map(|name| one("serviceName", name))]
                        .into_iter()
                        .flatten()
                        .collect();
                filters.push((!parts.is_empty()).then(|| parts.join(" and ")));
            }
        }
        filters
    }
}

fn options(names: &[String]) -> Vec<Option<&String>> {
    if names.is_empty() { vec![None] } else { names.iter().map(Some).collect() }
}

/// Reads all pages of all slices.
pub async fn run(context: &Context<'_>, plan: &Plan) -> Result<JobReport, Error> {
    let (mut pages, mut received) = (Vec::new(), Vec::new());
    let mut empty = Vec::new();
    for filter in plan.filters() {
        let mut rows = 0;
        context
            .azure
            .retail_prices(plan.currency, filter.as_deref(), async |_, body: Body| -> Result<Option<String>, Error> {
                let page = retail::decode_page(&body.bytes).map_err(Error::bad_input(&body.request))?;
                rows += page.len();
                pages.push((body.request, body.bytes));
                received.push(body.received);
                (context.progress)("retail prices", pages.len(), 0);
                Ok(page.next_page_link)
            })
            .await?;
        if rows == 0 {
            empty.push(format!("no price matched {}", filter.as_deref().unwrap_or("at all")));
        }
    }
    let mut report = keep(context.archive, context.run_at, "snapshot-retail", pages, received).await?;
    // A misspelt name gives no error, only no rows.
    report.warnings.extend(empty);
    Ok(report)
}

/// Decodes, keeps and commits pages, from Azure or from files; `received` says how each came, if anybody knows.
pub async fn keep(
    archive: &Archive,
    run_at: jiff::Timestamp,
    job: &'static str,
    pages: Vec<(String, Vec<u8>)>,
    received: Vec<Received>,
) -> Result<JobReport, Error> {
    let mut report = JobReport::new(job, run_at);
    let mut decoded = Vec::with_capacity(pages.len());
    for (place, bytes) in &pages {
        decoded.push(retail::decode_page(bytes).map_err(Error::bad_input(place))?);
    }
    let Some(currency) = decoded.first().map(|page| page.currency) else {
        return Err(Error::Usage("no page of retail prices was given".into()));
    };
    let rows: Vec<usize> = decoded.iter().map(retail::RetailPage::len).collect();
    let place = place_of(&pages);
    if rows.iter().all(|rows| *rows == 0) {
        let problem = "no price matched: names of regions and services are case-sensitive, such as westeurope";
        return Err(Error::bad_input(place)(DecodeError::at("Items", problem)));
    }
    if decoded.iter().all(|page| page.next_page_link.is_some()) {
        report.warnings.push(format!("{place}: the list goes on (NextPageLink), what follows was not given"));
    }
    let (book, warnings) = retail::book(decoded).map_err(Error::bad_input(place.clone()))?;
    report.warn(&place, warnings);
    let mut kept = Vec::with_capacity(pages.len());
    for (number, (_, bytes)) in pages.iter().enumerate() {
        let name = |hash: &str| key::price_page(Source::Retail, None, currency, run_at, number, hash);
        kept.push(archive.keep(bytes, rows[number], name).await?);
    }
    (report.fetched, report.rows) = (pages.len(), rows.iter().sum());
    let snapshots = archive.snapshots().await?;
    // The same event came twice: the scope of a reading is not in its record, but the keys hold hash and time.
    if snapshots.prices.iter().any(|list| list.source == Source::Retail && list.pages == kept) {
        report.skipped = 1;
        return Ok(report);
    }
    let book = match snapshots.newest_prices(None, currency) {
        Some(list) => book.over(&archive.book(&list.book).await?.book),
        None => book,
    };
    let mut answers = Answers::default();
    for (page, received) in kept.iter().zip(received) {
        answers.push(page, Instant(run_at), received);
    }
    let entry = Entry::Prices {
        source: Source::Retail,
        offer: None,
        currency,
        region_info: String::new(),
        pages: kept,
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
