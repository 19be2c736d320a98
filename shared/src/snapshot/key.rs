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

/// A page of resource groups.
#[must_use]
pub fn resource_groups(of: SubscriptionId, run_at: Timestamp, page: usize, sha256: &str) -> String {
    format!("raw/resource-groups/{of}/{}/p{page:04}-{}.json.zst", stamp(run_at), short(sha256))
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

/// A file of tag rules.
#[must_use]
pub fn tag_rules(sha256: &str) -> String {
    format!("raw/tag-rules/{}.txt", short(sha256))
}

/// A file of invoice lines.
#[must_use]
pub fn invoice_lines(sha256: &str) -> String {
    format!("raw/invoice-lines/{}.csv.zst", short(sha256))
}

/// The showback of a month that was closed.
#[must_use]
pub fn closed_month(month: Date, sha256: &str) -> String {
    format!("raw/closed/{:04}-{:02}-{}.json.zst", month.year(), month.month(), short(sha256))
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

/// Records in a row, together: made from them, and nothing without them.
#[must_use]
pub fn pack(first: u64, last: u64, sha256: &str) -> String {
    format!("{}{}.jsonl.zst", packs_of(first, last), short(sha256))
}

/// What the keys of their packs begin with.
#[must_use]
pub fn packs_of(first: u64, last: u64) -> String {
    format!("packs/{first:08}-{last:08}-")
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

/// The run that wrote an object, where its key says so: pages and answers do; what is named by its content alone does not.
#[must_use]
pub fn run_of(key: &str) -> Option<Timestamp> {
    let mut parts = key.strip_prefix("raw/")?.split('/');
    let stamp = match parts.next()? {
        "usage" => parts.nth(3)?,
        "ratecard" | "retail" | "pricesheet" | "own" => parts.nth(2)?,
        "billing-periods" | "resource-groups" => parts.nth(1)?,
        "answers" => parts.next()?.split('-').next()?,
        _ => return None,
    };
    let digits: String = stamp.strip_suffix('z')?.chars().filter(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to);
    let (date, time) = ((part(0, 4)?, part(4, 6)?, part(6, 8)?), (part(8, 10)?, part(10, 12)?, part(12, 14)?));
    let fraction = digits.get(14..).filter(|rest| !rest.is_empty()).map(|rest| format!(".{rest}")).unwrap_or_default();
    let text = format!("{}-{}-{}T{}:{}:{}{fraction}Z", date.0, date.1, date.2, time.0, time.1, time.2);
    text.parse().ok().filter(|at| self::stamp(*at) == stamp)
}

fn short(sha256: &str) -> &str {
    sha256.get(..16).unwrap_or(sha256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_run_says_which() {
        let of: SubscriptionId = "11111111-2222-3333-4444-555555555555".parse().unwrap_or_else(|e| panic!("{e}"));
        let hash = "ab".repeat(32);
        for time in ["2026-11-23T03:15:00Z", "2026-11-23T03:15:00.123Z", "1999-12-31T23:59:59.000000001Z"] {
            let at: Timestamp = time.parse().unwrap_or_else(|e| panic!("{e}"));
            let day = jiff::civil::date(2026, 11, 20);
            let keys = [
                usage_page(of, Granularity::Daily, day, at, 3, &hash),
                price_page(Source::RateCard, None, Currency::USD, at, 0, &hash),
                price_page(Source::Own, None, Currency::USD, at, 0, &hash),
                billing_periods(of, at, 0, &hash),
                resource_groups(of, at, 0, &hash),
                answers(at, &hash),
            ];
            for key in keys {
                assert_eq!(run_of(&key), Some(at), "{key}");
            }
        }
        for key in [
            usage_file(of, &hash),
            invoice(of, jiff::civil::date(2026, 11, 20), &hash),
            manifest(7),
            published(&hash),
            "raw/answers/20261345t031500z-x.jsonl.zst".into(),
            "raw/usage/x".into(),
        ] {
            assert_eq!(run_of(&key), None, "{key}");
        }
    }
}
