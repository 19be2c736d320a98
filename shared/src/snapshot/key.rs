//! Object keys. They are made of ids, dates, hashes and numbers only, never of text from outside.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::guid::SubscriptionId;
use crate::money::Currency;
use crate::offer::OfferId;
use crate::period::Granularity;
use crate::ratebook::Source;
use crate::ratebook::format::BookId;

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

/// How the pages of a run were asked for and answered.
#[must_use]
pub fn answers(run_at: Timestamp, sha256: &str) -> String {
    format!("raw/answers/{}-{}.jsonl.zst", stamp(run_at), short(sha256))
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

/// A document for pages, named by its content.
#[must_use]
pub fn published(sha256: &str) -> String {
    format!("published/{sha256}.json")
}

/// A file of alert rules.
#[must_use]
pub fn alert_rules(sha256: &str) -> String {
    format!("raw/alert-rules/{}.txt", short(sha256))
}

/// What `forebill doctor` writes to see whether objects can be created: one for each day on which somebody looked.
#[must_use]
pub fn probe(on: Date) -> String {
    format!("probe/{on}.json")
}

/// Whether that is the key of such a probe.
#[must_use]
pub fn is_probe(name: &str) -> bool {
    let day = name.strip_prefix("probe/").and_then(|name| name.strip_suffix(".json"));
    day.and_then(|day| day.parse().ok()).is_some_and(|day| probe(day) == name)
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
