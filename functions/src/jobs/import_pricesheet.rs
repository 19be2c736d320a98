//! A price sheet: all pages raw, one rate book, commit.

use shared::azure::pricesheet::{self, SheetRequest};
use shared::ratebook::Source;
use shared::snapshot::{Entry, key};

use crate::archive::Archive;
use crate::error::Error;
use crate::job::JobReport;
use crate::jobs::place_of;

/// Decodes, keeps and commits the pages of one sheet. One bad page leaves nothing behind.
pub async fn keep(
    archive: &Archive,
    run_at: jiff::Timestamp,
    pages: Vec<(String, Vec<u8>)>,
    request: &SheetRequest,
) -> Result<JobReport, Error> {
    let mut report = JobReport::new("import-pricesheet", run_at);
    let mut decoded = Vec::with_capacity(pages.len());
    for (place, bytes) in &pages {
        decoded.push(pricesheet::decode_page(bytes, request).map_err(Error::bad_input(place))?);
    }
    let rows: Vec<usize> = decoded.iter().map(pricesheet::SheetPage::len).collect();
    let place = place_of(&pages);
    if decoded.iter().all(|page| page.next_link.is_some()) {
        report.warnings.push(format!("{place}: the sheet goes on (nextLink), what follows was not given"));
    }
    let (book, warnings) = pricesheet::book(decoded, request).map_err(Error::bad_input(place.clone()))?;
    report.warn(&place, warnings);
    let (offer, currency) = (request.offer.as_ref(), book.header().currency);
    let mut kept = Vec::with_capacity(pages.len());
    for (number, (_, bytes)) in pages.iter().enumerate() {
        let name = |hash: &str| key::price_page(Source::PriceSheet, offer, currency, run_at, number, hash);
        kept.push(archive.keep(bytes, rows[number], name).await?);
    }
    let entry = Entry::Prices {
        source: Source::PriceSheet,
        offer: request.offer.clone(),
        currency,
        region_info: String::new(),
        pages: kept,
        book: archive.keep_book(&book).await?,
        meters: book.meters().len() as u64,
        name: None,
        group: None,
    };
    archive.commit(run_at, report.job, vec![entry]).await?;
    (report.fetched, report.rows, report.committed) = (pages.len(), rows.iter().sum(), 1);
    Ok(report)
}
