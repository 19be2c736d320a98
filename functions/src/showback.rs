//! Showback over the store: a month by cost centre, frozen when it is closed, and what changed afterwards.
//!
//! A month that is closed keeps its rules and its own book: they were decided. Usage, Azure's prices and tags are facts;
//! when they change after the close, the difference is booked in the next month that is open.

mod restate;
mod rules;
mod sources;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use shared::json::printable;
use shared::money::Currency;
use shared::period::{BillingAnchor, Granularity};
use shared::showback::document::{self, Basis, Document};
use shared::showback::{self, Line};
use shared::snapshot::{Entry, Snapshots, key};

use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Loaded, Material, Period};
use crate::planted::{Bug, planted};
use crate::tags;
pub use rules::{OwnBook, Rules, read};
use sources::Rated;

/// A month, and what its reader should know.
pub struct Month {
    /// The showback.
    pub document: Document,
    /// What is billed in other currencies, each for itself.
    pub others: Vec<Document>,
    /// When it was closed.
    pub closed_at: Option<shared::period::Instant>,
    /// What was doubtful.
    pub notes: Vec<String>,
}

impl Month {
    /// All of them.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        std::iter::once(&self.document).chain(&self.others)
    }
}

/// What happened when a month was to be closed.
pub struct Closing {
    /// The month as it is frozen.
    pub month: Month,
    /// Whether this run closed it, and no other before.
    pub by_this_run: bool,
}

/// The months of a store.
#[derive(Clone, Copy)]
pub struct Books<'a> {
    /// The store.
    pub archive: &'a Archive,
    /// What counts in it.
    pub snapshots: &'a Snapshots,
    /// The "now" of the run.
    pub run_at: Timestamp,
}

impl Books<'_> {
    /// The month as it was frozen, where it is closed.
    pub async fn closed(&self, first_day: Date) -> Result<Option<Month>, Error> {
        let Some((closed_at, file)) = self.snapshots.closed.get(&first_day) else { return Ok(None) };
        let mut document =
            document::decode(&self.archive.page(file).await?).map_err(Error::damaged(file.key.clone()))?;
        let others = std::mem::take(&mut document.others);
        Ok(Some(Month { document, others, closed_at: Some(*closed_at), notes: Vec::new() }))
    }

    /// The month by these rules, with what has to be booked in it; of each currency by itself.
    pub async fn open(&self, month: &str, rules: &Rules) -> Result<Month, Error> {
        let Books { archive, snapshots, run_at } = *self;
        let asked = (&Period::StartingIn(month.to_owned()), Granularity::Daily);
        let tag_rules = tags::in_force(archive, snapshots).await?;
        let loaded = month::load_any(archive, snapshots, None, asked, &tag_rules, run_at).await?;
        let booked = self.booked_in(month);
        let (mut documents, mut notes) = (Vec::new(), Vec::new());
        for currency in self.currencies(&loaded, &booked).await? {
            documents.push(self.open_in(month, rules, currency, (&loaded, &booked), &mut notes).await?);
        }
        // Another month may have been billed in a currency in which this one is not.
        let says_something = |one: &Document| !one.lines.is_empty() || !one.adjustments.is_empty();
        if documents.iter().any(says_something) {
            documents.retain(says_something);
        }
        let mut documents = documents.into_iter();
        let Some(mut document) = documents.next() else { return Err(loaded.is_nothing(None)) };
        let unread = loaded.unread.iter().map(|unread| unread.subscription_id);
        // Nobody can say in which currency it would be.
        document.basis.left_out = loaded.without_offer.iter().copied().chain(unread).collect();
        Ok(Month { document, others: documents.collect(), closed_at: None, notes })
    }

    async fn open_in(
        &self,
        month: &str,
        rules: &Rules,
        currency: Currency,
        (loaded, booked): (&Loaded, &[Date]),
        notes: &mut Vec<String>,
    ) -> Result<Document, Error> {
        let mut subscriptions = Vec::new();
        for material in billed_in(loaded, currency) {
            subscriptions.push(sources::rated(self, material, rules.own_book.as_ref(), None).await?);
        }
        let (lines, kept) = lines(&subscriptions, rules)?;
        let basis = Basis {
            tag_rules: self.snapshots.tag_rules.as_ref().map(|(_, file)| file.clone()),
            left_out: Vec::new(),
            subscriptions: subscriptions.iter().map(Rated::source).collect::<Result<_, _>>()?,
        };
        notes.extend(kept.iter().map(|pool| format!("nobody is there to bear {}", printable(pool))));
        let due = basis.subscriptions.iter().try_fold(shared::decimal::Decimal::ZERO, |sum, one| sum.plus(one.due));
        let mut document = Document {
            schema: document::SCHEMA.to_owned(),
            month: month.to_owned(),
            currency,
            rules: rules.text.clone(),
            due: due.map_err(too_long)?,
            basis,
            lines,
            adjustments: Vec::new(),
            restated: Vec::new(),
            others: Vec::new(),
        };
        for closed in booked {
            match restate::restated(self, *closed, currency).await? {
                restate::Found::Changed(adjustments, restated) => {
                    document.adjustments.extend(adjustments);
                    document.restated.push(*restated);
                }
                restate::Found::Unchanged => {}
                restate::Found::Final(why) => notes.push(why),
            }
        }
        Ok(document)
    }

    /// The currencies of a month and of those that are booked in it, in the order of their codes.
    async fn currencies(&self, loaded: &Loaded, booked: &[Date]) -> Result<Vec<Currency>, Error> {
        let mut all: Vec<Currency> = loaded.materials.iter().map(currency_of).collect();
        for closed in booked {
            let month = self.closed(*closed).await?;
            all.extend(month.iter().flat_map(Month::documents).map(|document| document.currency));
        }
        all.sort_by(|a, b| a.code().cmp(b.code()));
        all.dedup();
        Ok(all)
    }

    /// The closed months whose next open month is this one.
    fn booked_in(&self, month: &str) -> Vec<Date> {
        let Some(this) = document::first_day(month) else { return Vec::new() };
        let is_closed = |day: &Date| self.snapshots.closed.contains_key(day);
        let next_open = |closed: &Date| {
            let mut next = closed.saturating_add(1.month());
            while is_closed(&next) {
                next = next.saturating_add(1.month());
            }
            next
        };
        self.snapshots.closed.keys().filter(|closed| next_open(closed) == this).copied().collect()
    }
}

fn currency_of(material: &Material) -> Currency {
    material.book.book.header().currency
}

/// What of a month is billed in a currency.
fn billed_in(loaded: &Loaded, currency: Currency) -> impl Iterator<Item = &Material> {
    loaded.materials.iter().filter(move |material| currency_of(material) == currency)
}

/// Freezes a month. Whoever comes second gets what the first one froze.
pub async fn close(archive: &Archive, month: &str, rules: &Rules, run_at: Timestamp) -> Result<Closing, Error> {
    let snapshots = archive.snapshots().await?;
    let first_day = document::first_day(month).ok_or_else(|| Error::Usage("not a month such as 2026-11".into()))?;
    let books = Books { archive, snapshots: &snapshots, run_at };
    if let Some(month) = books.closed(first_day).await?.filter(|_| !planted(Bug::ClosedAgain)) {
        return same_rules(Closing { month, by_this_run: false }, rules);
    }
    let Month { mut document, others, notes, .. } = books.open(month, rules).await?;
    document.others = others;
    let whole = BillingAnchor::default().period_named(month).map_err(|error| Error::Usage(error.to_string()))?;
    if whole.end_at > run_at {
        return Err(Error::Usage(format!("{month} is not over: it cannot be closed before")));
    }
    let mut sources =
        std::iter::once(&document).chain(&document.others).flat_map(|document| &document.basis.subscriptions);
    let under_way = sources.find(|source| source.billing_period_end.0 > run_at);
    if let Some(source) = under_way {
        let (name, end) = (printable(&source.name), source.billing_period_end);
        return Err(Error::Usage(format!(
            "the billing period of {name} ends at {end}: {month} cannot be closed before"
        )));
    }
    let bytes = document.encode().map_err(|error| Error::Damaged(format!("a showback is not JSON: {error}")))?;
    let file = archive.keep(&bytes, document.lines.len(), |sha256| key::closed_month(first_day, sha256)).await?;
    archive.commit(run_at, "close", vec![Entry::Closed { month: first_day, file: file.clone() }]).await?;
    // Another run may have been first: what counts is what the records say.
    let snapshots = archive.snapshots().await?;
    let books = Books { archive, snapshots: &snapshots, run_at };
    let ours = snapshots.closed.get(&first_day).is_some_and(|(at, counts)| *counts == file && at.0 == run_at);
    match books.closed(first_day).await? {
        Some(month) => same_rules(Closing { month: Month { notes, ..month }, by_this_run: ours }, rules),
        None => Err(Error::Damaged(format!("{month} was closed, and no record says so"))),
    }
}

/// A month has the rules it was closed with.
fn same_rules(closing: Closing, rules: &Rules) -> Result<Closing, Error> {
    if closing.month.document.rules == rules.text {
        return Ok(closing);
    }
    let Month { document, closed_at, .. } = &closing.month;
    let at = closed_at.map(|at| at.to_string()).unwrap_or_default();
    Err(Error::Usage(format!(
        "{} was closed at {at} with other rules, and stays as it is: forebill showback {} shows it",
        document.month, document.month
    )))
}

fn lines(subscriptions: &[Rated<'_>], rules: &Rules) -> Result<(Vec<Line>, Vec<String>), Error> {
    let billed: Vec<showback::Billed<'_>> = subscriptions.iter().map(Rated::billed).collect();
    showback::lines(&billed, &rules.policy).map_err(|error| Error::Usage(error.to_string()))
}

fn too_long(_: shared::decimal::Inexact) -> Error {
    Error::Usage("a sum has more digits than can be held".into())
}
