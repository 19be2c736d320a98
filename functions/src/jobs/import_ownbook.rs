//! Own price books: the file raw, one rate book for each customer group, one commit.

use shared::ownbook::OwnBookFile;
use shared::ratebook::Source;
use shared::ratebook::format::{BookId, OpenBook};
use shared::snapshot::{Entry, key};

use crate::archive::Archive;
use crate::error::Error;
use crate::job::JobReport;

/// A book that was made, and for whom; everybody when no group is named.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Made {
    /// The customer group.
    pub group: Option<String>,
    /// The book.
    pub id: BookId,
}

/// Makes, keeps and commits the books of a file. All of them count, or none.
pub async fn keep(
    archive: &Archive,
    run_at: jiff::Timestamp,
    place: &str,
    bytes: &[u8],
    file: &OwnBookFile,
    base: Option<&OpenBook>,
) -> Result<(JobReport, Vec<Made>), Error> {
    let mut report = JobReport::new("import-ownbook", run_at);
    let mut books = Vec::new();
    for group in file.groups() {
        let (book, warnings) = file.book(group, base).map_err(Error::bad_input(place))?;
        // A rule for everybody that meets nothing does so in each book.
        let new = warnings.into_iter().filter(|warning| {
            !report.warnings.iter().any(|told| told.ends_with(&warning.message) && told.contains(path(warning)))
        });
        let new: Vec<_> = new.collect();
        report.warn(place, new);
        books.push((group, book));
    }
    let mut entries = Vec::with_capacity(books.len());
    let mut made = Vec::with_capacity(books.len());
    let rows = books.first().map_or(0, |(_, book)| book.meters().len());
    let name = |hash: &str| key::price_page(Source::Own, None, file.currency, run_at, 0, hash);
    let page = archive.keep(bytes, rows, name).await?;
    for (group, book) in books {
        let id = archive.keep_book(&book).await?;
        let header = book.header();
        entries.push(Entry::Prices {
            source: Source::Own,
            offer: header.offer.clone(),
            currency: header.currency,
            region_info: header.region_info.clone(),
            pages: vec![page.clone()],
            book: id.clone(),
            meters: book.meters().len() as u64,
            name: Some(file.name.clone()),
            group: group.map(ToOwned::to_owned),
        });
        report.rows += book.meters().len();
        made.push(Made { group: group.map(ToOwned::to_owned), id });
    }
    (report.fetched, report.committed) = (1, entries.len());
    archive.commit(run_at, report.job, entries).await?;
    Ok((report, made))
}

fn path(warning: &shared::warning::Warning) -> &str {
    warning.path.as_deref().unwrap_or_default()
}
