//! Rate books: the bytes of their name, readable, and the same again when they are made from their pages.

use jiff::Timestamp;
use shared::azure::pricesheet::SheetRequest;
use shared::azure::ratecard::CardRequest;
use shared::azure::{pricesheet, ratecard, retail};
use shared::json::DecodeError;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::ownbook;
use shared::ratebook::format::{self, BookId, OpenBook};
use shared::ratebook::{RateBook, Source};
use shared::snapshot::{Entry, Manifest, StoredObject, key};

use super::findings::{Act, Findings};
use super::{BreachKind as Kind, Inspector};
use crate::error::Error;
use crate::store::StoreError;

/// Of two runs that commit at once the later may have looked before the earlier was done: the list that a book was
/// made after is one of the last few.
const MOST_PREDECESSORS: usize = 4;

/// What a price list's entry says, without its pages.
#[derive(Clone)]
pub(super) struct PriceBook {
    run_at: Timestamp,
    source: Source,
    offer: Option<OfferId>,
    currency: Currency,
    region_info: String,
    book: BookId,
}

impl PriceBook {
    /// Of a record's entry, where it is a price list.
    pub fn of(record: &Manifest, entry: &Entry) -> Option<PriceBook> {
        let Entry::Prices { source, offer, currency, region_info, book, .. } = entry else { return None };
        Some(PriceBook {
            run_at: record.run_at.0,
            source: *source,
            offer: offer.clone(),
            currency: *currency,
            region_info: region_info.clone(),
            book: book.clone(),
        })
    }

    /// Whether a list of `self` may have been made over `earlier`.
    fn may_follow(&self, earlier: &PriceBook) -> bool {
        let alike = self.source == earlier.source && self.offer == earlier.offer && self.currency == earlier.currency;
        let in_time = self.source != Source::RateCard || earlier.run_at <= self.run_at;
        alike && in_time && self.region_info == earlier.region_info
    }
}

/// What the pages of a list make.
enum Made {
    /// The book of the pages alone, which may stand over an earlier one.
    Pages(Box<RateBook>),
    /// The whole book.
    Whole(Box<RateBook>),
    /// Nothing: it took arguments that are not on record.
    Unknown,
}

impl Inspector<'_> {
    /// A price list: its pages, its book, and that the one makes the other.
    pub(super) async fn prices(&self, record: &Manifest, entry: &Entry, found: &mut Findings) -> Result<(), Error> {
        let (Some(list), Entry::Prices { pages, meters, group, .. }) = (PriceBook::of(record, entry), entry) else {
            return Ok(());
        };
        let (number, own) = (record.number, list.source == Source::Own);
        // The file of own books belongs to no offer, their base does.
        let offer = list.offer.as_ref().filter(|_| !own);
        let name =
            |page: usize, sha256: &str| key::price_page(list.source, offer, list.currency, list.run_at, page, sha256);
        self.names(number, pages, name, found);
        let mut texts = Vec::with_capacity(pages.len());
        for page in pages {
            texts.extend(self.object(number, page, found).await?);
        }
        let book = self.book(number, &list.book, *meters, found).await?;
        if texts.len() < pages.len() {
            return Ok(());
        }
        let made = self.make(number, &list, pages, &texts, group.as_deref(), book.as_ref(), found).await?;
        match book {
            Some(_) => self.compare(number, &list, made, found).await,
            // What is no file is somebody's, and nothing is written in its place.
            None if self.mends && !self.others.contains_key(&key::rate_book(&list.book)) => {
                self.mend(&list, made, found).await
            }
            None => Ok(()),
        }
    }

    /// Writes the book again, where its pages still make it.
    async fn mend(&self, list: &PriceBook, made: Made, found: &mut Findings) -> Result<(), Error> {
        let made = match made {
            Made::Unknown => None,
            Made::Whole(book) => Some(*book).filter(|book| is_of(book, list)),
            Made::Pages(book) if is_of(&book, list) => Some(*book),
            Made::Pages(book) => self.over_an_earlier_one(list, &book).await?.0,
        };
        if let Some(book) = made {
            self.archive.keep_book(&book).await?;
            found.counts.mended += 1;
        }
        Ok(())
    }

    /// Opens a book that a record names.
    async fn book(
        &self,
        record: u64,
        id: &BookId,
        meters: u64,
        found: &mut Findings,
    ) -> Result<Option<OpenBook>, Error> {
        let name = key::rate_book(id);
        found.named.insert(name.clone());
        if let Some(why) = self.others.get(&name) {
            found.breach(Kind::NotAFile, record, name, *why);
            return Ok(None);
        }
        // Its pages make it again, if they can; what its record says of it they cannot change.
        let mut act = Act::Rebuild;
        let problem = match self.archive.book(id).await {
            Ok(book) if book.book.meters().len() as u64 == meters => {
                found.counts.books += 1;
                return Ok(Some(book));
            }
            Ok(book) => {
                act = Act::Restore;
                format!("it has {} prices, its record says {meters}", book.book.meters().len())
            }
            Err(Error::Damaged(problem)) => problem,
            Err(Error::Store(StoreError::NotFound { .. })) => "it is committed and not there".to_owned(),
            Err(error) => return Err(error),
        };
        found.breach_for(act, Kind::BookDamaged, Some(record), name, problem);
        Ok(None)
    }

    /// Reads the pages again, counts their rows, and makes what they make.
    #[expect(clippy::too_many_arguments, reason = "one list with everything that is known of it")]
    async fn make(
        &self,
        record: u64,
        list: &PriceBook,
        pages: &[StoredObject],
        texts: &[Vec<u8>],
        group: Option<&str>,
        book: Option<&OpenBook>,
        found: &mut Findings,
    ) -> Result<Made, Error> {
        let made = match list.source {
            Source::RateCard => self.card(record, list, pages, texts, found),
            Source::Retail => self.retail(record, pages, texts, found),
            Source::PriceSheet => self.sheet(record, list, pages, texts, found),
            Source::Own => return self.own(record, pages, texts, group, book, found).await,
        };
        Ok(made.unwrap_or_else(|error| {
            let at = pages.first().map_or_else(|| key::manifest(record), |page| page.key.clone());
            found.breach(Kind::Unreadable, record, at, error.to_string());
            Made::Unknown
        }))
    }

    fn card(
        &self,
        record: u64,
        list: &PriceBook,
        pages: &[StoredObject],
        texts: &[Vec<u8>],
        found: &mut Findings,
    ) -> Result<Made, DecodeError> {
        let (offer, region_info) = (list.offer.clone(), list.region_info.clone());
        let request = CardRequest { offer, currency: Some(list.currency), region_info };
        let (Some(page), Some(text)) = (pages.first(), texts.first()) else { return Ok(Made::Unknown) };
        let (book, _) = ratecard::decode(text, &request)?;
        self.rows(record, page, Ok(book.meters().len()), found);
        Ok(Made::Pages(Box::new(book)))
    }

    fn retail(
        &self,
        record: u64,
        pages: &[StoredObject],
        texts: &[Vec<u8>],
        found: &mut Findings,
    ) -> Result<Made, DecodeError> {
        let decoded: Vec<_> = texts.iter().map(|text| retail::decode_page(text)).collect::<Result<_, _>>()?;
        for (page, decoded) in pages.iter().zip(&decoded) {
            self.rows(record, page, Ok(decoded.len()), found);
        }
        Ok(Made::Pages(Box::new(retail::book(decoded)?.0)))
    }

    /// From when a sheet's prices hold may have been said on the command line.
    fn sheet(
        &self,
        record: u64,
        list: &PriceBook,
        pages: &[StoredObject],
        texts: &[Vec<u8>],
        found: &mut Findings,
    ) -> Result<Made, DecodeError> {
        let request = SheetRequest { effective_on: None, offer: list.offer.clone(), currency: Some(list.currency) };
        let decoded: Result<Vec<_>, _> = texts.iter().map(|text| pricesheet::decode_page(text, &request)).collect();
        let Ok(decoded) = decoded else { return Ok(Made::Unknown) };
        for (page, decoded) in pages.iter().zip(&decoded) {
            self.rows(record, page, Ok(decoded.len()), found);
        }
        let Ok((book, _)) = pricesheet::book(decoded, &request) else { return Ok(Made::Unknown) };
        let same = BookId::of(&format::to_bytes(&book)) == list.book;
        Ok(if same { Made::Whole(Box::new(book)) } else { Made::Unknown })
    }

    async fn own(
        &self,
        record: u64,
        pages: &[StoredObject],
        texts: &[Vec<u8>],
        group: Option<&str>,
        book: Option<&OpenBook>,
        found: &mut Findings,
    ) -> Result<Made, Error> {
        let base = book.and_then(|book| book.book.header().own.as_ref()?.base.clone());
        let base = match base {
            None => None,
            Some(id) => match self.archive.book(&id).await {
                Ok(base) => Some(base),
                Err(Error::Damaged(_) | Error::Store(StoreError::NotFound { .. })) => {
                    let (name, detail) = (key::rate_book(&id), "a book stands over it");
                    found.breach_for(Act::Rebuild, Kind::BookDamaged, Some(record), name, detail);
                    return Ok(Made::Unknown);
                }
                Err(error) => return Err(error),
            },
        };
        let (Some(page), Some(text), Some(_)) = (pages.first(), texts.first(), book) else { return Ok(Made::Unknown) };
        let made = ownbook::decode(text).and_then(|file| {
            let (book, _) = file.book(group, base.as_ref())?;
            let first = file.groups().first().copied().flatten().map(ToOwned::to_owned);
            let (counted, _) = file.book(first.as_deref(), base.as_ref())?;
            Ok((book, counted.meters().len()))
        });
        match made {
            Ok((book, rows)) => {
                self.rows(record, page, Ok(rows), found);
                Ok(Made::Whole(Box::new(book)))
            }
            Err(error) => {
                found.breach(Kind::Unreadable, record, &page.key, error.to_string());
                Ok(Made::Unknown)
            }
        }
    }

    /// Whether the pages make the book that is on record, alone or over a list before them.
    async fn compare(&self, record: u64, list: &PriceBook, made: Made, found: &mut Findings) -> Result<(), Error> {
        let same = match made {
            Made::Unknown => None,
            Made::Whole(book) => Some(is_of(&book, list)),
            Made::Pages(book) if is_of(&book, list) => Some(true),
            Made::Pages(book) => match self.over_an_earlier_one(list, &book).await? {
                (Some(_), _) => Some(true),
                (None, all_there) => all_there.then_some(false),
            },
        };
        match same {
            Some(true) => found.counts.rebuilt_books += 1,
            None => found.counts.books_not_rebuilt += 1,
            Some(false) => {
                let detail = "its pages make another book".to_owned();
                found.breach(Kind::BookDiffers, record, key::rate_book(&list.book), detail);
            }
        }
        Ok(())
    }

    /// The book of the list over one before it, and whether all that could stand below are there: one that is missing or
    /// damaged is told of, and once is enough.
    async fn over_an_earlier_one(&self, list: &PriceBook, book: &RateBook) -> Result<(Option<RateBook>, bool), Error> {
        let mut earlier: Vec<&PriceBook> = self.books.iter().filter(|earlier| list.may_follow(earlier)).collect();
        // Of two read at the same time the later commit counts; the sort keeps their order.
        earlier.sort_by_key(|earlier| earlier.run_at);
        let mut all_there = self.all_records_read;
        for earlier in earlier.into_iter().rev().take(MOST_PREDECESSORS) {
            let below = match self.archive.book(&earlier.book).await {
                Ok(below) => below.book,
                Err(Error::Damaged(_) | Error::Store(StoreError::NotFound { .. })) => {
                    all_there = false;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let over = match list.source {
                Source::RateCard => book.clone().after(&below, list.run_at),
                _ => book.clone().over(&below),
            };
            if is_of(&over, list) {
                return Ok((Some(over), all_there));
            }
        }
        Ok((None, all_there))
    }
}

/// Whether the book is the one that the list names.
fn is_of(book: &RateBook, list: &PriceBook) -> bool {
    BookId::of(&format::to_bytes(book)) == list.book
}
