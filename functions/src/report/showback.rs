//! A month by cost centre for the pages: what `forebill showback` says of it, and which rule named each line's cost centre.
//!
//! A month that is closed is shown as it was frozen. One that is open is shown by the rules of the month that was closed
//! last, and says so.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use shared::decimal::Decimal;
use shared::guid::{MeterId, SubscriptionId};
use shared::period::Granularity;
use shared::showback::document::{Document, first_day};
use shared::showback::{Line, Policy, What};
use shared::snapshot::Snapshots;

use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Period};
use crate::showback::{self, Books, Month};
use crate::statements::{self, Form, Report, Shown};
use crate::tags;

/// The document. It names no time: while nothing of the month changes, neither do its bytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    schema: &'static str,
    /// The closed month whose rules these are, where this one is open.
    rules_of: Option<String>,
    /// The rules that name cost centres, in their order.
    assigned_by: Vec<String>,
    /// Which of them named the cost centre of each line; none where nobody did, or where its usage is another one now.
    named_by: Vec<Vec<usize>>,
    /// The names of the statements' files, without their endings; none while the month is open.
    files: Vec<String>,
    /// What the own book adds to Azure's prices; absent where Azure's prices hold.
    markup: Option<Decimal>,
    showback: Option<Report<'a>>,
}

/// The bytes of the document.
pub async fn page(archive: &Archive, snapshots: &Snapshots, month: &str, run_at: Timestamp) -> Result<Vec<u8>, Error> {
    let books = Books { archive, snapshots, run_at };
    let (shown, rules_of) = shown(&books, month).await?;
    let assigned_by = assigning(&shown.document.rules);
    let named_by = named_by(&books, &shown.document, &assigned_by).await?;
    let all = Shown::all(&shown)?;
    let sums = all.first().ok_or_else(|| Error::Damaged(format!("{month} has no showback")))?;
    let files =
        if sums.closed_at.is_none() { Vec::new() } else { sums.statements.iter().map(|one| sums.stem(one)).collect() };
    let too_long = |_| Error::Usage("a sum has more digits than can be held".into());
    let own_book = shown.document.basis.subscriptions.iter().any(|source| source.own_book.is_some());
    let markup = shown.document.due.minus(sums.azure_due).map_err(too_long)?;
    let markup = own_book.then_some(markup);
    let showback = statements::report(&all, &shown.notes);
    let page = Page { schema: "forebill.showback-page/1", rules_of, assigned_by, named_by, files, markup, showback };
    serde_json::to_vec(&page).map_err(|error| Error::Damaged(format!("a showback is not JSON: {error}")))
}

/// A statement of a closed month as a file, or its summary: the bytes that `forebill showback --to` writes.
pub async fn file(
    archive: &Archive,
    snapshots: &Snapshots,
    (month, stem, form): (&str, &str, Form),
    run_at: Timestamp,
) -> Result<Vec<u8>, Error> {
    let books = Books { archive, snapshots, run_at };
    let nothing = || Error::Usage("there is no such statement".into());
    let closed = books.closed(first_day(month).ok_or_else(nothing)?).await?.ok_or_else(nothing)?;
    for shown in Shown::all(&closed)? {
        if stem == shown.summary_stem() {
            return shown.summary(form);
        }
        if let Some(one) = shown.statements.iter().find(|one| shown.stem(one) == stem) {
            return shown.statement(one, form);
        }
    }
    Err(nothing())
}

/// The names of all files of a closed month, without their endings.
pub async fn stems(
    archive: &Archive,
    snapshots: &Snapshots,
    month: &str,
    run_at: Timestamp,
) -> Result<Vec<String>, Error> {
    let books = Books { archive, snapshots, run_at };
    let Some(day) = first_day(month) else { return Ok(Vec::new()) };
    let Some(closed) = books.closed(day).await? else { return Ok(Vec::new()) };
    let all = Shown::all(&closed)?;
    let of_one = |shown: &Shown<'_>| -> Vec<String> {
        std::iter::once(shown.summary_stem()).chain(shown.statements.iter().map(|one| shown.stem(one))).collect()
    };
    Ok(all.iter().flat_map(of_one).collect())
}

async fn shown(books: &Books<'_>, month: &str) -> Result<(Month, Option<String>), Error> {
    let day = first_day(month).ok_or_else(|| Error::Usage("not a month such as 2026-11".into()))?;
    if let Some(closed) = books.closed(day).await? {
        return Ok((closed, None));
    }
    let last = books.snapshots.closed.keys().next_back().copied();
    let last = match last {
        Some(last) => books.closed(last).await?,
        None => None,
    };
    let last = last.ok_or_else(|| Error::Usage("no month is closed yet, so no rules are known".into()))?;
    let rules = showback::read(&last.document.rules);
    let rules = rules.map_err(Error::damaged(format!("the rules of {}", last.document.month)))?;
    Ok((books.open(month, &rules).await?, Some(last.document.month)))
}

/// The lines of the text that name cost centres.
fn assigning(rules: &str) -> Vec<String> {
    let is_one = |line: &&str| showback::read(line).is_ok_and(|rules| !rules.policy.assign.is_empty());
    rules.lines().map(str::trim).filter(is_one).map(str::to_owned).collect()
}

/// One cost centre's usage of a meter.
type Usage = (Option<String>, SubscriptionId, MeterId);

async fn named_by(books: &Books<'_>, document: &Document, rules: &[String]) -> Result<Vec<Vec<usize>>, Error> {
    let tag_rules = match &document.basis.tag_rules {
        Some(file) => tags::of_file(books.archive, file).await?,
        None => Vec::new(),
    };
    let asked = (&Period::StartingIn(document.month.clone()), Granularity::Daily);
    let loaded = month::load_any(books.archive, books.snapshots, None, asked, &tag_rules, books.run_at).await?;
    let damaged = |_| Error::Damaged("a rule can be read once and not twice".into());
    let policies = rules.iter().map(|rule| showback::read(rule).map(|rules| rules.policy));
    let policies: Vec<Policy> = policies.collect::<Result<_, _>>().map_err(damaged)?;
    let mut named: BTreeMap<Usage, BTreeSet<usize>> = BTreeMap::new();
    for material in &loaded.materials {
        for row in &material.usage {
            let by = |(place, policy): (usize, &Policy)| {
                policy.centre(row, &material.facts.name).map(|centre| (place, centre))
            };
            if let Some((place, centre)) = policies.iter().enumerate().find_map(by) {
                named.entry((Some(centre), material.subscription_id, row.meter_id)).or_default().insert(place);
            }
        }
    }
    let of = |line: &Line| match (&line.what, line.subscription_id) {
        (What::Usage { meter_id }, Some(id)) => {
            let found = named.get(&(line.cost_centre.clone(), id, *meter_id));
            found.map(|places| places.iter().copied().collect()).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    Ok(document.lines.iter().map(of).collect())
}
