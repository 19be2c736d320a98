//! What the amounts of a subscription are made of: its usage, the books that price it, and the hash of all of it.

use jiff::ToSpan;
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::{BillingPeriod, Granularity, Instant, utc_date};
use shared::ratebook::Source as PriceSource;
use shared::ratebook::format::{BookId, OpenBook};
use shared::rating::{self, Account, Rating};
use shared::showback::Billed;
use shared::showback::document::Source;
use shared::snapshot::Snapshots;

use super::{Books, OwnBook, too_long};
use crate::archive::sha256;
use crate::error::Error;
use crate::month::{Material, REPORTED_FOR};

/// One subscription's month, priced.
pub struct Rated<'a> {
    material: &'a Material,
    azure: Rating<'a>,
    own: Option<Rating<'a>>,
    usage: String,
    commitment: Option<Decimal>,
}

impl<'a> Rated<'a> {
    /// What is charged: by the own book, where there is one.
    pub fn billed(&self) -> Billed<'_> {
        Billed { name: &self.material.facts.name, rating: self.own.as_ref().unwrap_or(&self.azure) }
    }

    /// What it was made of.
    pub fn source(&self) -> Result<Source, Error> {
        let Material { subscription_id, facts, period, reported_to, gaps, .. } = self.material;
        let due = |rating: &Rating<'_>| {
            let bills = rating.bills.iter();
            bills.into_iter().try_fold(Decimal::ZERO, |sum, bill| sum.plus(bill.invoice_due)).map_err(too_long)
        };
        Ok(Source {
            subscription_id: *subscription_id,
            name: facts.name.clone(),
            offer: facts.offer.clone(),
            billing_period_start: Instant(period.start_at),
            billing_period_end: Instant(period.end_at),
            usage_complete_to: *reported_to,
            gaps: gaps.clone(),
            usage: self.usage.clone(),
            resource_groups: self.material.groups.clone(),
            book: self.azure.book.id.clone(),
            own_book: self.own.as_ref().map(|own| own.book.id.clone()),
            commitment: self.commitment,
            due: due(self.own.as_ref().unwrap_or(&self.azure))?,
            azure_due: due(&self.azure)?,
        })
    }
}

/// What a month was priced with when it was frozen.
pub struct Frozen<'s> {
    /// What was noted then; nothing where the subscription is new.
    pub source: Option<&'s Source>,
    /// Whether Azure's prices and the commitment are those of that time, too.
    pub prices_too: bool,
}

/// Prices the usage of one subscription. A frozen month keeps its own book.
pub async fn rated<'a>(
    books: &Books<'_>,
    material: &'a Material,
    own: Option<&OwnBook>,
    frozen: Option<Frozen<'_>>,
) -> Result<Rated<'a>, Error> {
    let Material { subscription_id, facts, period, .. } = material;
    let then = frozen.as_ref().and_then(|frozen| frozen.source);
    let old_prices = then.filter(|_| frozen.as_ref().is_some_and(|frozen| frozen.prices_too));
    let commitment = old_prices.map_or(facts.commitment, |source| source.commitment);
    let azure = match old_prices {
        Some(source) if source.book != material.book.id => {
            rate(material, &books.archive.book(&source.book).await?, commitment)?
        }
        _ => rate(material, &material.book, commitment)?,
    };
    let named = match (then, own) {
        (Some(source), _) => source.own_book.clone(),
        (None, Some(own)) => Some(own_book(books.snapshots, own, &facts.offer, facts.currency)?),
        (None, None) => None,
    };
    let own = match named {
        Some(id) => Some(rate(material, &books.archive.book(&id).await?, commitment)?),
        None => None,
    };
    Ok(Rated { material, azure, own, usage: usage_hash(books.snapshots, *subscription_id, *period), commitment })
}

fn rate<'a>(material: &'a Material, book: &OpenBook, commitment: Option<Decimal>) -> Result<Rating<'a>, Error> {
    let account = Account { calendar: material.calendar.clone(), commitment, ..Account::default() };
    rating::rate(&material.usage, book, |_| account.clone()).map_err(|error| Error::Usage(error.to_string()))
}

/// The newest own book of that name for an offer, otherwise one that is of no offer.
fn own_book(snapshots: &Snapshots, own: &OwnBook, offer: &OfferId, currency: Currency) -> Result<BookId, Error> {
    let named = snapshots.prices.iter().filter(|list| {
        list.source == PriceSource::Own && list.name.as_ref() == Some(&own.name) && list.group == own.group
    });
    let of = |offer: Option<&OfferId>| {
        let fitting = named.clone().filter(|list| list.currency == currency && list.offer.as_ref() == offer);
        // Of two imported at the same time the later commit counts.
        fitting.max_by_key(|list| list.fetched_at).map(|list| list.book.clone())
    };
    of(Some(offer)).or_else(|| of(None)).ok_or_else(|| {
        let group = own.group.as_ref().map(|group| format!(" for group {}", printable(group))).unwrap_or_default();
        Error::Usage(format!(
            "the store has no own book {}{group} in {currency} over {offer}: forebill import ownbook FILE --offer {offer}",
            printable(&own.name)
        ))
    })
}

/// The hash of all usage that a billing period may be made of, by the records alone: the same hash is the same usage.
pub fn usage_hash(snapshots: &Snapshots, of: SubscriptionId, period: BillingPeriod) -> String {
    let (first, end) = (utc_date(period.start_at), utc_date(period.end_at).saturating_add(REPORTED_FOR.days()));
    let mut hashes = String::new();
    for granularity in [Granularity::Daily, Granularity::Hourly] {
        for ((.., day), (_, pages)) in snapshots.usage.range((of, granularity, first)..(of, granularity, end)) {
            hashes.extend(pages.iter().map(|page| format!("{day} {} {}\n", granularity.name(), page.sha256)));
        }
    }
    for file in snapshots.usage_files.iter().filter(|file| file.subscription_id == of) {
        hashes.push_str(&format!("{} {}\n", file.granularity.name(), file.file.sha256));
    }
    sha256(hashes.as_bytes())
}
