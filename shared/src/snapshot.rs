//! What is kept: object keys, commit records, and what is due.
//!
//! Raw answers are written first and never change. A numbered commit record (manifest), written only
//! if its number is free, is the one thing that makes them count: whatever died before it left
//! objects that nobody names. Reading folds all records in order; a later reading of the same window
//! replaces the earlier one, which stays where it is.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::guid::SubscriptionId;
use crate::json::{self, DecodeError};
use crate::money::Currency;
use crate::offer::OfferId;
use crate::period::{Granularity, Instant, midnight, utc_date};
use crate::ratebook::Source;
use crate::ratebook::format::BookId;

/// The format of commit records. A reader refuses what it does not know.
pub const MANIFEST_SCHEMA: &str = "forebill.manifest/1";

/// Usage goes on arriving for the last reported days: they are read again on each run.
pub const REREAD_DAYS: i32 = 5;

/// One stored object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StoredObject {
    /// Where it lies.
    pub key: String,
    /// SHA-256 of the bytes as Azure sent them, before compression.
    pub sha256: String,
    /// Their number.
    pub bytes: u64,
    /// Rows inside, where it has rows.
    pub rows: u64,
}

/// Something that was read from Azure, or from a file, and counts from this commit on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub enum Entry {
    /// Usage reported on one UTC day.
    #[serde(rename_all = "camelCase")]
    Usage {
        /// Whose.
        subscription_id: SubscriptionId,
        /// Hours or days.
        granularity: Granularity,
        /// The reported day.
        reported_on: Date,
        /// The pages, in order.
        pages: Vec<StoredObject>,
    },
    /// A usage file that was imported as it is.
    #[serde(rename_all = "camelCase")]
    ImportedUsage {
        /// Whose.
        subscription_id: SubscriptionId,
        /// Hours or days: the two tell the same use and are never added.
        granularity: Granularity,
        /// The file.
        file: StoredObject,
    },
    /// A price list and the rate book made from it.
    #[serde(rename_all = "camelCase")]
    Prices {
        /// Which API.
        source: Source,
        /// The offer; retail prices have none.
        offer: Option<OfferId>,
        /// The currency.
        currency: Currency,
        /// Country of purchase, or empty.
        region_info: String,
        /// The answer, or its pages in order.
        pages: Vec<StoredObject>,
        /// The book.
        book: BookId,
        /// How many prices it holds.
        meters: u64,
    },
    /// The billing periods of a subscription.
    #[serde(rename_all = "camelCase")]
    BillingPeriods {
        /// Whose.
        subscription_id: SubscriptionId,
        /// The pages, in order.
        pages: Vec<StoredObject>,
    },
    /// One invoice document.
    #[serde(rename_all = "camelCase")]
    Invoice {
        /// Whose.
        subscription_id: SubscriptionId,
        /// Azure's name of it.
        name: String,
        /// First day.
        period_start_on: Date,
        /// Last day, inclusive.
        period_end_on: Date,
        /// The file.
        file: StoredObject,
    },
    /// What a subscription is, as the operator or Azure said.
    #[serde(rename_all = "camelCase")]
    Subscription {
        /// Its id.
        subscription_id: SubscriptionId,
        /// Its name.
        name: String,
        /// Its offer.
        offer: OfferId,
        /// Its currency.
        currency: Currency,
        /// The amount it committed to, where its offer is a monetary commitment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commitment: Option<Decimal>,
    },
}

/// A commit: all of its entries count from now on, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Manifest {
    /// [`MANIFEST_SCHEMA`]
    pub schema: String,
    /// From 1, without a gap.
    pub number: u64,
    /// SHA-256 of the record before; absent in the first.
    pub previous: Option<String>,
    /// The "now" of the run that wrote it.
    pub run_at: Instant,
    /// The job that wrote it.
    pub job: String,
    /// What counts.
    pub entries: Vec<Entry>,
}

impl Manifest {
    /// Reads a record.
    pub fn decode(bytes: &[u8]) -> Result<Manifest, DecodeError> {
        let manifest: Manifest = json::decode(bytes)?;
        if manifest.schema != MANIFEST_SCHEMA {
            let shown: String = json::printable(&manifest.schema).chars().take(40).collect();
            return Err(DecodeError::at("schema", format!("expected {MANIFEST_SCHEMA}, found {shown}")));
        }
        Ok(manifest)
    }
}

/// Object keys. They are made of ids, dates, hashes and numbers only, never of text from outside.
pub mod key {
    use super::*;

    /// A page of usage. The run and the hash make a retry hit the same key and a new reading a new one.
    #[must_use]
    pub fn usage_page(
        of: SubscriptionId,
        granularity: Granularity,
        reported_on: Date,
        run_at: Timestamp,
        page: usize,
        sha256: &str,
    ) -> String {
        let (granularity, run) = (granularity.name(), stamp(run_at));
        format!("raw/usage/{of}/{granularity}/{reported_on}/{run}/p{page:04}-{}.json.zst", short(sha256))
    }

    /// A usage file.
    #[must_use]
    pub fn usage_file(of: SubscriptionId, sha256: &str) -> String {
        format!("raw/usage/{of}/imported/{}.zst", short(sha256))
    }

    /// A rate card or a page of retail prices.
    #[must_use]
    pub fn price_page(
        source: Source,
        offer: Option<&OfferId>,
        currency: Currency,
        run_at: Timestamp,
        page: usize,
        sha256: &str,
    ) -> String {
        let kind = match source {
            Source::RateCard => "ratecard",
            Source::Retail => "retail",
            Source::PriceSheet => "pricesheet",
            Source::Own => "own",
        };
        let scope = offer.map_or("all", OfferId::as_str).to_lowercase();
        let (currency, run) = (currency.code().to_lowercase(), stamp(run_at));
        format!("raw/{kind}/{scope}/{currency}/{run}/p{page:04}-{}.json.zst", short(sha256))
    }

    /// A page of billing periods.
    #[must_use]
    pub fn billing_periods(of: SubscriptionId, run_at: Timestamp, page: usize, sha256: &str) -> String {
        format!("raw/billing-periods/{of}/{}/p{page:04}-{}.json.zst", stamp(run_at), short(sha256))
    }

    /// An invoice document. Its name comes from outside, so only its hash is used.
    #[must_use]
    pub fn invoice(of: SubscriptionId, period_end_on: Date, sha256: &str) -> String {
        format!("raw/invoices/{of}/{period_end_on}-{}.pdf", short(sha256))
    }

    /// A rate book.
    #[must_use]
    pub fn rate_book(id: &BookId) -> String {
        format!("ratebook/{}.json", id.hex())
    }

    /// A commit record.
    #[must_use]
    pub fn manifest(number: u64) -> String {
        format!("manifests/{number:08}.json")
    }

    /// `20261123t031500z`: sortable and without characters that a file system minds.
    fn stamp(at: Timestamp) -> String {
        let text = at.to_string().to_lowercase();
        text.chars().filter(|c| c.is_ascii_alphanumeric()).collect()
    }

    fn short(sha256: &str) -> &str {
        sha256.get(..16).unwrap_or(sha256)
    }
}

/// What counts now: the fold of all commit records.
#[derive(Debug, Clone, Default)]
pub struct Snapshots {
    /// Latest reading of each reported day.
    pub usage: BTreeMap<(SubscriptionId, Granularity, Date), (Instant, Vec<StoredObject>)>,
    /// Imported usage files in the order of their commits.
    pub usage_files: Vec<UsageFile>,
    /// All price lists in the order of their commits.
    pub prices: Vec<PriceList>,
    /// Latest reading of the billing periods.
    pub billing_periods: BTreeMap<SubscriptionId, Vec<StoredObject>>,
    /// Invoices by name.
    pub invoices: BTreeMap<(SubscriptionId, String), InvoiceFile>,
    /// Subscriptions by id.
    pub subscriptions: BTreeMap<SubscriptionId, SubscriptionFacts>,
    /// Number of the last record.
    pub last_number: u64,
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

impl Snapshots {
    /// Takes the next record into account.
    pub fn apply(&mut self, manifest: Manifest) {
        self.last_number = manifest.number;
        let run_at = manifest.run_at;
        for entry in manifest.entries {
            match entry {
                Entry::Usage { subscription_id, granularity, reported_on, pages } => {
                    let window = (subscription_id, granularity, reported_on);
                    // An older run that commits late must not hide a newer reading.
                    if self.usage.get(&window).is_none_or(|(seen, _)| *seen <= run_at) {
                        self.usage.insert(window, (run_at, pages));
                    }
                }
                Entry::ImportedUsage { subscription_id, granularity, file } => {
                    self.usage_files.push(UsageFile { subscription_id, granularity, imported_at: run_at, file });
                }
                Entry::Prices { source, offer, currency, region_info, pages, book, meters } => {
                    let fetched_at = run_at;
                    self.prices.push(PriceList {
                        fetched_at,
                        source,
                        offer,
                        currency,
                        region_info,
                        pages,
                        book,
                        meters,
                    });
                }
                Entry::BillingPeriods { subscription_id, pages } => {
                    self.billing_periods.insert(subscription_id, pages);
                }
                Entry::Invoice { subscription_id, name, period_start_on, period_end_on, file } => {
                    let invoice = InvoiceFile { period_start_on, period_end_on, file };
                    self.invoices.insert((subscription_id, name), invoice);
                }
                Entry::Subscription { subscription_id, name, offer, currency, commitment } => {
                    let facts = SubscriptionFacts { name, offer, currency, commitment };
                    self.subscriptions.insert(subscription_id, facts);
                }
            }
        }
    }

    /// The newest price list of an offer; `None` asks for retail prices.
    #[must_use]
    pub fn newest_prices(&self, offer: Option<&OfferId>, currency: Currency) -> Option<&PriceList> {
        let fitting = self.prices.iter().filter(|list| list.offer.as_ref() == offer && list.currency == currency);
        // Of two read at the same time the later commit counts.
        fitting.max_by_key(|list| list.fetched_at)
    }

    /// The newest price list of whoever came first: the answer to a question that names no offer.
    #[must_use]
    pub fn default_prices(&self, currency: Currency) -> Option<&PriceList> {
        let in_currency = || self.prices.iter().filter(|list| list.currency == currency);
        // A rate card says what somebody really pays, so it goes before public prices.
        let first = in_currency().find(|list| list.offer.is_some()).or_else(|| in_currency().next())?;
        self.newest_prices(first.offer.as_ref(), currency)
    }

    /// The reported days that are due: those never read, and the last few once more.
    ///
    /// The day of `now` is not over, so Azure refuses to answer it whole; it is due tomorrow.
    #[must_use]
    pub fn due_days(&self, of: SubscriptionId, granularity: Granularity, first: Date, now: Timestamp) -> Vec<Date> {
        let today = utc_date(now);
        let reread_from = today.saturating_sub(REREAD_DAYS.days());
        let mut due = Vec::new();
        let mut day = first;
        while day < today {
            let seen = self.usage.get(&(of, granularity, day)).map(|(at, _)| *at);
            // A day read at or after this very run was read by this run, maybe by its twin.
            if seen.is_none_or(|at| day >= reread_from && at.0 < now) {
                due.push(day);
            }
            day = day.saturating_add(1.day());
        }
        due
    }
}

/// The instants between which a reported day lies, as the API wants them.
pub fn reported_window(day: Date) -> Option<(Timestamp, Timestamp)> {
    let start = midnight(day).ok()?;
    let end = midnight(day.checked_add(1.day()).ok()?).ok()?;
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::parse_timestamp;
    use jiff::civil::date;

    fn at(text: &str) -> Timestamp {
        parse_timestamp(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn of() -> SubscriptionId {
        "11111111-2222-3333-4444-555555555555".parse().unwrap_or_else(|e| panic!("{e}"))
    }

    fn read(run_at: &str, days: &[Date]) -> Manifest {
        let entries = days.iter().map(|day| Entry::Usage {
            subscription_id: of(),
            granularity: Granularity::Daily,
            reported_on: *day,
            pages: Vec::new(),
        });
        Manifest {
            schema: MANIFEST_SCHEMA.into(),
            number: 1,
            previous: None,
            run_at: Instant(at(run_at)),
            job: "snapshot-usage".into(),
            entries: entries.collect(),
        }
    }

    #[test]
    fn new_days_are_due_and_the_last_five_again() {
        let mut snapshots = Snapshots::default();
        let first = date(2026, 11, 10);
        let due = |s: &Snapshots, now| s.due_days(of(), Granularity::Daily, first, at(now));
        let all: Vec<Date> = (10..20).map(|d| date(2026, 11, d)).collect();
        assert_eq!(due(&snapshots, "2026-11-20T03:15:00Z"), all);
        snapshots.apply(read("2026-11-20T03:15:00Z", &all));
        assert_eq!(due(&snapshots, "2026-11-20T03:15:00Z"), Vec::<Date>::new());
        let again: Vec<Date> = (16..21).map(|d| date(2026, 11, d)).collect();
        assert_eq!(due(&snapshots, "2026-11-21T03:15:00Z"), again);
    }

    #[test]
    fn an_older_run_that_commits_late_hides_nothing() {
        let day = [date(2026, 11, 10)];
        let mut snapshots = Snapshots::default();
        snapshots.apply(read("2026-11-12T00:00:00Z", &day));
        snapshots.apply(read("2026-11-11T00:00:00Z", &day));
        let (seen, _) = &snapshots.usage[&(of(), Granularity::Daily, day[0])];
        assert_eq!(seen.to_string(), "2026-11-12T00:00:00Z");
    }
}
