//! The documents below `data/`: their addresses, and what each is derived from. What was derived is kept until the
//! store has a new record.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::{BillingAnchor, Instant};
use shared::ratebook::Source;
use shared::ratebook::compact::Written;
use shared::ratebook::format::BookId;
use shared::snapshot::Snapshots;
use shared::spend::Bucket;
use tokio::sync::Mutex;

use super::content::Content;
use crate::alerts::{self, Finding, OnRecord, Unknown};
use crate::archive::Archive;
use crate::book_files;
use crate::error::Error;
use crate::invoices::{self, Invoice};
use crate::report;
use crate::statements::Form;

/// So many bytes of documents are kept; then the keeping begins anew.
const MOST_KEPT: usize = 64 << 20;

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// The list of rate books.
    Books,
    /// One of them.
    Book(BookId),
    /// The same in its compact form: prices, named like the form they stand for.
    Prices(BookId),
    /// And the ids of its meters.
    Ids(BookId),
    /// Which months there are, and how fresh everything is.
    Reports,
    /// A month of all subscriptions, or of one.
    Report(Option<SubscriptionId>, String),
    /// The same, divided: by what, and whether by hours.
    Drill(Option<SubscriptionId>, String, String, bool),
    /// Why each meter of a month costs what it costs.
    Charges(Option<SubscriptionId>, String),
    /// A month by cost centre.
    Showback(String),
    /// A statement of a closed month: the name of the file and its form.
    Statement(String, String, Form),
    /// The invoices of a month beside our rating.
    Reconciliation(String),
    /// Rules, what they say, and what is on record.
    Alerts,
    /// The archived invoices.
    Invoices,
    /// One of them, by the hash of its bytes.
    Invoice(String),
}

/// How a document is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// JSON that may be another one tomorrow.
    Json,
    /// A rate book.
    Book,
    /// A part of a compact one.
    Compact,
    /// An invoice.
    Pdf,
    /// A statement.
    Statement(Form),
}

impl Named {
    /// Reads an address below `data/`.
    pub fn parse(path: &str) -> Option<Named> {
        let mut parts = Vec::new();
        for part in path.split('/') {
            parts.push(percent_decode_str(part).decode_utf8().ok()?.into_owned());
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match parts[..] {
            ["books.json"] => Named::Books,
            ["ratebook", name] => {
                let (id, ending) = name.rsplit_once('.')?;
                let id = id.parse().ok()?;
                match ending {
                    "json" => Named::Book(id),
                    book_files::PRICES => Named::Prices(id),
                    book_files::IDS => Named::Ids(id),
                    _ => return None,
                }
            }
            ["reports.json"] => Named::Reports,
            ["alerts.json"] => Named::Alerts,
            ["invoices.json"] => Named::Invoices,
            ["showback", name] => Named::Showback(month(name.strip_suffix(".json")?)?),
            ["showback", of, name] => {
                let (stem, form) = Form::of(name)?;
                Named::Statement(month(of)?, stem.to_owned(), form)
            }
            ["reconcile", name] => Named::Reconciliation(month(name.strip_suffix(".json")?)?),
            ["invoice", name] => Named::Invoice(name.strip_suffix(".pdf")?.to_owned()),
            ["report", whose, name] => Named::Report(scope(whose)?, month(name.strip_suffix(".json")?)?),
            ["report", whose, name, "charges.json"] => Named::Charges(scope(whose)?, month(name)?),
            ["report", whose, name, bucket @ ("day" | "hour"), by] => {
                let by = by.strip_suffix(".json")?.to_owned();
                Named::Drill(scope(whose)?, month(name)?, by, bucket == "hour")
            }
            _ => return None,
        })
    }
}

/// What a part of an address may hold as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b':');

impl Named {
    /// Where it lies below `data/`.
    #[must_use]
    pub fn address(&self) -> String {
        let whose = |only: &Option<SubscriptionId>| only.map_or_else(|| "all".to_owned(), |id| id.to_string());
        match self {
            Named::Books => "books.json".to_owned(),
            Named::Book(id) => format!("ratebook/{}.json", id.hex()),
            Named::Prices(id) => format!("ratebook/{}.{}", id.hex(), book_files::PRICES),
            Named::Ids(id) => format!("ratebook/{}.{}", id.hex(), book_files::IDS),
            Named::Reports => "reports.json".to_owned(),
            Named::Report(only, month) => format!("report/{}/{month}.json", whose(only)),
            Named::Drill(only, month, by, hours) => {
                let bucket = if *hours { "hour" } else { "day" };
                format!("report/{}/{month}/{bucket}/{}.json", whose(only), utf8_percent_encode(by, PLAIN))
            }
            Named::Charges(only, month) => format!("report/{}/{month}/charges.json", whose(only)),
            Named::Showback(month) => format!("showback/{month}.json"),
            Named::Statement(month, stem, form) => {
                format!("showback/{month}/{}.{}", utf8_percent_encode(stem, PLAIN), form.ending())
            }
            Named::Reconciliation(month) => format!("reconcile/{month}.json"),
            Named::Alerts => "alerts.json".to_owned(),
            Named::Invoices => "invoices.json".to_owned(),
            Named::Invoice(sha256) => format!("invoice/{sha256}.pdf"),
        }
    }
}

fn scope(text: &str) -> Option<Option<SubscriptionId>> {
    if text == "all" { Some(None) } else { text.parse().ok().map(Some) }
}

fn month(text: &str) -> Option<String> {
    BillingAnchor::default().period_named(text).is_ok().then(|| text.to_owned())
}

/// Derives documents, one at a time: what the second of two asks for is there then.
pub struct Documents {
    archive: Arc<Archive>,
    kept: Mutex<Kept>,
    /// Beside the others: the calculator waits for no document of the cost pages.
    books: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// As of this record.
    number: u64,
    made: BTreeMap<Named, Arc<Content>>,
}

impl Kept {
    /// Begins anew where there is another record, or too much.
    fn as_of(&mut self, number: u64) {
        if self.number != number || self.made.values().map(|content| content.size()).sum::<usize>() > MOST_KEPT {
            *self = Kept { number, made: BTreeMap::new() };
        }
    }

    fn keep(&mut self, named: &Named, content: Content) -> Arc<Content> {
        let content = Arc::new(content);
        self.made.insert(named.clone(), content.clone());
        content
    }
}

impl Documents {
    pub fn new(archive: Arc<Archive>) -> Documents {
        Documents { archive, kept: Mutex::default(), books: Mutex::default() }
    }

    pub async fn get(&self, named: &Named) -> Result<(Kind, Arc<Content>), Error> {
        match named {
            Named::Book(id) => return Ok((Kind::Book, self.book(id).await?)),
            Named::Prices(id) => return Ok((Kind::Compact, self.compact(id).await?.0)),
            Named::Ids(id) => return Ok((Kind::Compact, self.compact(id).await?.1)),
            _ => {}
        }
        let snapshots = self.archive.snapshots().await?;
        if let Named::Invoice(sha256) = named {
            let all = invoices::archived(&snapshots, None);
            let found = all.iter().find(|one| one.object.sha256 == *sha256);
            let found = found.ok_or_else(|| Error::Usage("the archive has no such invoice".into()))?;
            return Ok((Kind::Pdf, Arc::new(Content::of(self.archive.page(&found.object).await?, false))));
        }
        let mut kept = self.kept.lock().await;
        kept.as_of(snapshots.last_number);
        let kind = if let Named::Statement(.., form) = named { Kind::Statement(*form) } else { Kind::Json };
        if let Some(content) = kept.made.get(named) {
            return Ok((kind, content.clone()));
        }
        // As of the newest record, so that the same store gives the same bytes.
        let at = snapshots.last_run_at.map(|at| at.0).unwrap_or_default();
        let bytes = derive(&self.archive, &snapshots, named, at).await?;
        Ok((kind, kept.keep(named, Content::of(bytes, kind == Kind::Json))))
    }

    /// A book is what its name says, for ever.
    async fn book(&self, id: &BookId) -> Result<Arc<Content>, Error> {
        let named = Named::Book(id.clone());
        let mut kept = self.books.lock().await;
        kept.as_of(0);
        match kept.made.get(&named) {
            Some(content) => Ok(content.clone()),
            None => Ok(kept.keep(&named, Content::of(self.archive.book_bytes(id).await?, true))),
        }
    }

    /// Both parts of its compact form: who asks for one asks for the other.
    async fn compact(&self, id: &BookId) -> Result<(Arc<Content>, Arc<Content>), Error> {
        let mut kept = self.books.lock().await;
        kept.as_of(0);
        let known = [Named::Prices(id.clone()), Named::Ids(id.clone())].map(|named| kept.made.get(&named).cloned());
        if let [Some(prices), Some(ids)] = known {
            return Ok((prices, ids));
        }
        let made = compact(&self.archive, id).await?;
        let [prices, ids] = made.map(|(named, bytes)| kept.keep(&named, Content::of(bytes, true)));
        Ok((prices, ids))
    }
}

/// A book in its compact form: prices and ids.
pub async fn compact(archive: &Archive, id: &BookId) -> Result<[(Named, Vec<u8>); 2], Error> {
    let Written { prices, ids, .. } = book_files::compact(&archive.book(id).await?)?;
    Ok([(Named::Prices(id.clone()), prices), (Named::Ids(id.clone()), ids)])
}

/// Makes a document of the store as of a time.
pub async fn derive(archive: &Archive, snapshots: &Snapshots, named: &Named, at: Timestamp) -> Result<Vec<u8>, Error> {
    match named {
        Named::Books => json(&books(snapshots)),
        Named::Reports => json(&report::reports(archive, snapshots, at).await?),
        Named::Report(only, month) => json(&report::report(archive, snapshots, *only, month, at).await?),
        Named::Drill(only, month, by, hours) => {
            let bucket = if *hours { Bucket::Hour } else { Bucket::Day };
            json(&report::drill(archive, snapshots, *only, month, (by, bucket), at).await?)
        }
        Named::Charges(only, month) => json(&report::charges(archive, snapshots, *only, month, at).await?),
        Named::Showback(month) => report::showback::page(archive, snapshots, month, at).await,
        Named::Statement(month, stem, form) => {
            report::showback::file(archive, snapshots, (month, stem, *form), at).await
        }
        Named::Reconciliation(month) => report::invoiced::page(archive, snapshots, month, at).await,
        Named::Alerts => alerts(archive, snapshots, at).await,
        Named::Invoices => {
            let (at, invoices) = (Instant(at), invoices::archived(snapshots, None));
            json(&Invoices { schema: "forebill.invoices/1", at, invoices })
        }
        Named::Book(_) | Named::Prices(_) | Named::Ids(_) | Named::Invoice(_) => {
            Err(Error::Usage("this is kept, and not derived".into()))
        }
    }
}

/// The bytes of a document.
pub fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| Error::Damaged(format!("a document is not JSON: {error}")))
}

#[derive(Serialize)]
struct Invoices {
    schema: &'static str,
    at: Instant,
    invoices: Vec<Invoice>,
}

/// The rules in force, what they say as of the last record, and every incident there was.
#[derive(Serialize)]
struct Alerts<'a> {
    schema: &'static str,
    at: Instant,
    rules: Vec<&'a str>,
    findings: &'a [Finding],
    unknown: Vec<Unknown<'a>>,
    notes: &'a [String],
    incidents: Vec<OnRecord<'a>>,
}

async fn alerts(archive: &Archive, snapshots: &Snapshots, at: Timestamp) -> Result<Vec<u8>, Error> {
    let rules = alerts::in_force(archive, snapshots).await?.unwrap_or_default();
    let checked = alerts::check(archive, snapshots, &rules, at).await?;
    json(&Alerts {
        schema: "forebill.alerts-page/1",
        at: Instant(at),
        rules: rules.iter().map(|rule| rule.text.as_str()).collect(),
        findings: &checked.findings,
        unknown: checked.unknown(),
        notes: &checked.notes,
        incidents: snapshots.incidents.iter().map(|(cause, incident)| OnRecord::of(cause, incident)).collect(),
    })
}

/// What the page may load.
#[derive(Serialize)]
pub struct Books {
    schema: &'static str,
    books: Vec<BookLink>,
}

/// A rate book that the page may load.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BookLink {
    id: BookId,
    url: String,
    /// Whether prices and ids of the compact form lie beside it, with their own endings.
    compact: bool,
    source: Source,
    offer: Option<String>,
    offer_name: String,
    currency: String,
    fetched_at: Instant,
    meters: u64,
}

impl Books {
    /// The books that it names.
    pub fn ids(&self) -> impl Iterator<Item = &BookId> {
        self.books.iter().map(|book| &book.id)
    }
}

/// The newest list of each offer and currency, in the order in which they came; retail prices last.
#[must_use]
pub fn books(snapshots: &Snapshots) -> Books {
    let mut books: Vec<BookLink> = Vec::new();
    for list in &snapshots.prices {
        let newest = snapshots.newest_prices(list.offer.as_ref(), list.currency);
        if newest != Some(list) {
            continue;
        }
        books.push(BookLink {
            id: list.book.clone(),
            url: format!("data/{}", Named::Book(list.book.clone()).address()),
            compact: true,
            source: list.source,
            offer: list.offer.as_ref().map(ToString::to_string),
            offer_name: list.offer.as_ref().map_or("Retail prices", |offer| offer.display_name()).to_owned(),
            currency: list.currency.to_string(),
            fetched_at: list.fetched_at,
            meters: list.meters,
        });
    }
    books.sort_by_key(|book| book.offer.is_none());
    Books { schema: "forebill.books/1", books }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_back_as_what_it_names() {
        let id = "11111111-2222-3333-4444-555555555555".parse().unwrap();
        let month = || "2026-11".to_owned();
        let hostile = "tag:a/../b %?#\"<é>";
        for named in [
            Named::Books,
            Named::Book(BookId::of(b"x")),
            Named::Prices(BookId::of(b"x")),
            Named::Ids(BookId::of(b"x")),
            Named::Reports,
            Named::Report(None, month()),
            Named::Report(Some(id), month()),
            Named::Drill(None, month(), "tag:costCenter".into(), false),
            Named::Drill(Some(id), month(), hostile.into(), true),
            Named::Charges(None, month()),
            Named::Charges(Some(id), month()),
            Named::Showback(month()),
            Named::Statement(month(), "2026-11_statement_a_b-0f".into(), Form::Xlsx),
            Named::Reconciliation(month()),
            Named::Alerts,
            Named::Invoices,
            Named::Invoice("00ff".into()),
        ] {
            let address = named.address();
            assert_eq!(Named::parse(&address), Some(named), "{address}");
            assert!(address.split('/').all(|part| part != "..") && !address.contains(' '), "{address}");
        }
        assert_eq!(
            Named::parse("report/all/2026-11/day/tag%3AcostCenter.json"),
            Named::parse("report/all/2026-11/day/tag:costCenter.json")
        );
    }
}
