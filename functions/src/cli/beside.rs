//! The rate books of offers that only some items of a workload name.

use shared::decimal::Decimal;
use shared::estimate::PriceList;
use shared::estimate::workload::Workload;
use shared::ratebook::format::OpenBook;
use shared::search::SearchIndex;

use super::Common;
use crate::error::Error;

/// The newest of each such offer in the currency of the own book. What the store does not have is left out: the items
/// are then unpriced, and say why.
pub async fn books(
    common: &Common,
    workloads: &[&Workload],
    own: &OpenBook,
) -> Result<Vec<(OpenBook, SearchIndex)>, Error> {
    let archive = common.archive()?;
    let header = own.book.header();
    let items = workloads.iter().flat_map(|workload| &workload.items);
    let mut offers: Vec<_> = items.filter_map(|item| item.offer.as_ref()).collect();
    offers.sort();
    offers.dedup();
    offers.retain(|offer| header.offer.as_ref() != Some(offer));
    if offers.is_empty() {
        return Ok(Vec::new());
    }
    let snapshots = archive.snapshots().await?;
    let mut books = Vec::new();
    for list in offers.iter().filter_map(|offer| snapshots.newest_prices(Some(offer), header.currency)) {
        let open = archive.book(&list.book).await?;
        let index = SearchIndex::when_asked();
        books.push((open, index));
    }
    Ok(books)
}

/// The amount committed to holds for every offer that is a monetary commitment, as it does for those that are compared.
pub fn lists(books: &[(OpenBook, SearchIndex)], commitment: Option<Decimal>) -> Vec<PriceList<'_>> {
    books.iter().map(|(open, index)| PriceList { open, index, commitment }).collect()
}
