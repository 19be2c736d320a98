//! What the fold keeps of an entry once it counts.

use jiff::civil::Date;

use super::entry::StoredObject;
use crate::decimal::Decimal;
use crate::guid::SubscriptionId;
use crate::money::Currency;
use crate::offer::OfferId;
use crate::period::{Granularity, Instant};
use crate::ratebook::Source;
use crate::ratebook::format::BookId;

/// A reading of a reported day that no longer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// When it was made.
    pub read_at: Instant,
    /// When the next one was made, which said something else.
    pub until: Instant,
    /// The raw pages.
    pub pages: Vec<StoredObject>,
}

/// One reading of a price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    /// When it was read.
    pub fetched_at: Instant,
    /// Which API.
    pub source: Source,
    /// The offer.
    pub offer: Option<OfferId>,
    /// The currency.
    pub currency: Currency,
    /// Country of purchase.
    pub region_info: String,
    /// The raw pages.
    pub pages: Vec<StoredObject>,
    /// The book.
    pub book: BookId,
    /// How many prices.
    pub meters: u64,
    /// What an own book is called.
    pub name: Option<String>,
    /// The customer group that an own book is for.
    pub group: Option<String>,
}

impl PriceList {
    /// Whether two readings are of the same list, so that what differs between them has changed.
    #[must_use]
    pub fn is_of(&self, other: &PriceList) -> bool {
        let key = |list: &PriceList| {
            (
                list.source,
                list.offer.clone(),
                list.currency,
                list.region_info.clone(),
                list.name.clone(),
                list.group.clone(),
            )
        };
        key(self) == key(other)
    }
}

/// One imported file of usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageFile {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Hours or days.
    pub granularity: Granularity,
    /// When.
    pub imported_at: Instant,
    /// The file.
    pub file: StoredObject,
}

/// One archived invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceFile {
    /// When it was read.
    pub read_at: Instant,
    /// First day.
    pub period_start_on: Date,
    /// Last day, inclusive.
    pub period_end_on: Date,
    /// The file.
    pub file: StoredObject,
}

/// What is known of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionFacts {
    /// Its name.
    pub name: String,
    /// Its offer.
    pub offer: OfferId,
    /// Its currency.
    pub currency: Currency,
    /// The amount it committed to.
    pub commitment: Option<Decimal>,
}
