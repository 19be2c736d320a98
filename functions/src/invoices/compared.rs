//! Invoices against our rating of their periods: which lines there are, what they are compared with, and what could not
//! be compared at all.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::period::{Granularity, Instant, midnight, utc_date};
use shared::rating::UnpricedMeter;
use shared::reconcile::{InvoiceLine, Ours, Reconciled, reconcile};
use shared::snapshot::Snapshots;
use shared::usage::{UsageAggregate, reported_on};

use super::lines;
use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Material, Period};

/// What to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Billing periods that start in this month.
    Month(String),
    /// One invoice.
    Invoice(String),
}

/// One invoice, compared.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Its number.
    pub invoice: String,
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// The name of the subscription.
    pub subscription: String,
    /// First day of its period.
    pub period_start_on: Date,
    /// Last day, inclusive.
    pub period_end_on: Date,
    /// Usage that was reported before this day may be on it.
    pub issued_on: Date,
    /// Whether the file says so; otherwise it is the day after the period.
    pub issued_on_is_told: bool,
    /// The currency.
    pub currency: Currency,
    /// The comparison.
    #[serde(flatten)]
    pub found: Reconciled,
    /// What we know no price of.
    pub unpriced: Vec<UnpricedMeter>,
    /// Reported days that nobody read: a difference may come from them.
    pub gaps: Vec<String>,
}

/// Everything that was compared, and what was not.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// By invoice.
    pub invoices: Vec<Comparison>,
    /// What could not be compared, in words.
    pub not_compared: Vec<String>,
}

/// The comparison as programs read it.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    schema: &'static str,
    at: Instant,
    #[serde(flatten)]
    compared: &'a Compared,
}

impl<'a> Report<'a> {
    /// What was compared as of a time.
    #[must_use]
    pub fn of(compared: &'a Compared, at: Timestamp) -> Report<'a> {
        Report { schema: "forebill.reconcile/1", at: Instant(at), compared }
    }
}

impl Compared {
    /// Whether there was nothing to compare.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.invoices.is_empty() && self.not_compared.is_empty()
    }
}

/// The months of which lines of invoices were imported, oldest first.
#[must_use]
pub fn months(lines: &[InvoiceLine]) -> Vec<String> {
    let month = |line: &InvoiceLine| format!("{:04}-{:02}", line.period_start_on.year(), line.period_start_on.month());
    lines.iter().map(month).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The lines of imported files: of one invoice and subscription those of the latest file count.
pub async fn imported(archive: &Archive, snapshots: &Snapshots) -> Result<Vec<InvoiceLine>, Error> {
    let mut all: BTreeMap<(String, SubscriptionId), Vec<InvoiceLine>> = BTreeMap::new();
    for (_, file) in &snapshots.invoice_lines {
        let read = lines::read(&archive.page(file).await?).map_err(Error::damaged(file.key.clone()))?;
        let mut of_file: BTreeMap<(String, SubscriptionId), Vec<InvoiceLine>> = BTreeMap::new();
        for line in read {
            of_file.entry((line.invoice.clone(), line.subscription_id)).or_default().push(line);
        }
        all.extend(of_file);
    }
    Ok(all.into_values().flatten().collect())
}

/// Compares what is asked for, of all subscriptions or of one.
pub async fn compare(
    archive: &Archive,
    snapshots: &Snapshots,
    lines: &[InvoiceLine],
    (asked, only): (&Asked, Option<SubscriptionId>),
    run_at: Timestamp,
) -> Result<Compared, Error> {
    let ours = |id: SubscriptionId| only.is_none_or(|only| only == id);
    let is_asked = |line: &&InvoiceLine| {
        ours(line.subscription_id)
            && match asked {
                Asked::Month(month) => starts_in(line.period_start_on, month),
                Asked::Invoice(name) => line.invoice == *name,
            }
    };
    let mut invoices: BTreeMap<(SubscriptionId, &str), Vec<&InvoiceLine>> = BTreeMap::new();
    for line in lines.iter().filter(is_asked) {
        invoices.entry((line.subscription_id, &line.invoice)).or_default().push(line);
    }
    let mut compared = Compared::default();
    for ((id, name), lines) in &invoices {
        match comparison(archive, snapshots, *id, lines, run_at).await? {
            Ok(comparison) => compared.invoices.push(comparison),
            Err(why) => compared.not_compared.push(format!("invoice {name} of {id}: {why}")),
        }
    }
    // What is archived is a document: nobody here reads amounts out of it.
    for ((id, name), document) in &snapshots.invoices {
        let wanted = match asked {
            Asked::Month(month) => starts_in(document.period_start_on, month),
            Asked::Invoice(asked) => asked == name,
        };
        if wanted && ours(*id) && !invoices.contains_key(&(*id, name.as_str())) {
            compared.not_compared.push(format!(
                "invoice {name} of {id}: its document is archived and its lines are not known: forebill import invoice FILE"
            ));
        }
    }
    Ok(compared)
}

fn starts_in(day: Date, month: &str) -> bool {
    format!("{:04}-{:02}", day.year(), day.month()) == month
}

/// Rows that were reported before a day; a row whose bucket does not say when was there.
fn reported_before(material: &Material, day: Date) -> Vec<UsageAggregate> {
    let known = |row: &&UsageAggregate| reported_on(&row.bucket).is_none_or(|reported| reported < day);
    material.usage.iter().filter(known).cloned().collect()
}

/// The same rows as they were read last before that day: a reading that came later may have changed them. What was read
/// only afterwards is as it is now.
async fn read_before(
    archive: &Archive,
    snapshots: &Snapshots,
    material: &Material,
    mut known: Vec<UsageAggregate>,
    day: Date,
    run_at: Timestamp,
) -> Result<Vec<UsageAggregate>, Error> {
    let at = midnight(day).map_err(|error| Error::Usage(error.to_string()))?;
    let mut then = archive.snapshots_before(at).await?;
    // What was given up since can no longer be read.
    then.usage.retain(|(.., day), _| snapshots.usage_from.is_none_or(|from| *day >= from));
    let then = Snapshots { usage: then.usage, usage_files: then.usage_files, ..snapshots.clone() };
    let period = Period::Holding(material.period.start_at);
    let asked = (&period, Granularity::Daily);
    let loaded = month::load_any(archive, &then, Some(material.subscription_id), asked, &[], run_at).await?;
    // Of a row that is there twice the later one counts.
    known.extend(loaded.materials.into_iter().flat_map(|earlier| earlier.usage));
    Ok(known)
}

/// One invoice, or why it cannot be compared.
async fn comparison(
    archive: &Archive,
    snapshots: &Snapshots,
    id: SubscriptionId,
    lines: &[&InvoiceLine],
    run_at: Timestamp,
) -> Result<Result<Comparison, String>, Error> {
    let first = lines[0];
    let (start, end) = (first.period_start_on, first.period_end_on);
    if lines.iter().any(|line| (line.period_start_on, line.period_end_on) != (start, end)) {
        return Ok(Err("its lines are of several periods".to_owned()));
    }
    if lines.iter().any(|line| line.currency != first.currency) {
        return Ok(Err("its lines are in several currencies".to_owned()));
    }
    if !snapshots.subscriptions.contains_key(&id) {
        return Ok(Err("the store does not know the subscription's offer".to_owned()));
    }
    let at = midnight(start).map_err(|error| Error::Usage(error.to_string()))?;
    let loaded = month::load(archive, snapshots, Some(id), &Period::Holding(at), Granularity::Daily, run_at).await;
    let material = match loaded {
        Ok(loaded) => loaded.materials.into_iter().next(),
        Err(Error::Usage(why)) => return Ok(Err(why)),
        Err(error) => return Err(error),
    };
    let Some(material) = material else { return Ok(Err("no day of its period was read".to_owned())) };
    let (ours_start, ours_end) = (utc_date(material.period.start_at), utc_date(material.period.end_at));
    if (ours_start, ours_end) != (start, end.saturating_add(1.day())) {
        let last = ours_end.saturating_sub(1.day());
        return Ok(Err(format!("its period is {start} – {end}, and the billing period {ours_start} – {last}")));
    }
    let currency = material.book.book.header().currency;
    if currency != first.currency {
        return Ok(Err(format!("it is in {}, and our prices are in {currency}", first.currency)));
    }
    let told = lines.iter().find_map(|line| line.issued_on);
    let issued_on = told.unwrap_or(ours_end);
    let now = month::rate(&material)?;
    let known_then = reported_before(&material, issued_on);
    let then = month::rate_usage(&material, &known_then)?;
    let read_then = read_before(archive, snapshots, &material, known_then.clone(), issued_on, run_at).await?;
    let as_read = month::rate_usage(&material, &read_then)?;
    let lines: Vec<InvoiceLine> = lines.iter().map(|line| (*line).clone()).collect();
    let found = reconcile(&lines, &Ours { now: &now, then: &then, as_read: &as_read })
        .map_err(|_| Error::Usage("a sum has more digits than can be held".into()))?;
    Ok(Ok(Comparison {
        invoice: first.invoice.clone(),
        subscription_id: id,
        subscription: material.facts.name.clone(),
        period_start_on: start,
        period_end_on: end,
        issued_on,
        issued_on_is_told: told.is_some(),
        currency,
        found,
        unpriced: now.unpriced.clone(),
        gaps: material.gaps.clone(),
    }))
}
