//! A closed month looked at again: what was booked of it, what it is now, and each difference with its cause.

use jiff::civil::Date;
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::period::{BillingPeriod, Granularity, utc_date};
use shared::showback::document::{Basis, Document, Restated, Source, first_day};
use shared::showback::{Adjustment, Line, Step, adjustments};
use shared::snapshot::{Snapshots, StoredObject};

use super::sources::{self, Frozen, Rated};
use super::{Books, Month, Rules, billed_in, lines, rules, too_long};
use crate::error::Error;
use crate::month::{self, Loaded, Material, Period};
use crate::tags::{self, Rule};

/// What became of a closed month.
pub enum Found {
    /// The same as was booked.
    Unchanged,
    /// These differences, and the month as it is now.
    Changed(Vec<Adjustment>, Box<Restated>),
    /// It can no longer be worked out again.
    Final(String),
}

/// What was booked last of a month.
struct Booked {
    month: String,
    rules: Rules,
    basis: Basis,
    lines: Vec<Line>,
}

/// Compares a closed month with what it would be today.
pub async fn restated(books: &Books<'_>, closed: Date, currency: Currency) -> Result<Found, Error> {
    let Some(booked) = booked(books, closed, currency).await? else { return Ok(Found::Unchanged) };
    let start = |source: &Source| utc_date(source.billing_period_start.0);
    let Some(first) = booked.basis.subscriptions.iter().map(start).min() else { return Ok(Found::Unchanged) };
    if let Some(kept_from) = books.snapshots.usage_from.filter(|from| first < *from) {
        let month = &booked.month;
        return Ok(Found::Final(format!("{month} is final: its usage before {kept_from} is no longer kept")));
    }
    if is_as_booked(books, &booked.basis, currency).await? {
        return Ok(Found::Unchanged);
    }
    let steps = steps(books, &booked, currency).await?;
    let Some((basis, last)) = steps.last().map(|(_, basis, lines)| (basis.clone(), lines.clone())) else {
        return Ok(Found::Unchanged);
    };
    let steps: Vec<(Step, Vec<Line>)> = steps.into_iter().map(|(step, _, lines)| (step, lines)).collect();
    let told = adjustments(&booked.month, &booked.lines, &steps).map_err(too_long)?;
    if told.is_empty() {
        return Ok(Found::Unchanged);
    }
    let restated = Restated { month: booked.month, basis, lines: last };
    Ok(Found::Changed(told, Box::new(restated)))
}

/// The latest closed month that booked changes of this one says what it came to; otherwise it does itself.
async fn booked(books: &Books<'_>, closed: Date, currency: Currency) -> Result<Option<Booked>, Error> {
    let Some(Document { month, rules: text, basis, lines, .. }) = closed_in(books, closed, currency).await? else {
        return Ok(None);
    };
    let rules = rules::read(&text).map_err(Error::damaged(format!("the rules of {month}")))?;
    let mut booked = Booked { month, rules, basis, lines };
    for later in books.snapshots.closed.keys().filter(|later| **later > closed) {
        let restated = closed_in(books, *later, currency).await?.map(|month| month.restated).unwrap_or_default();
        for Restated { month, basis, lines } in restated {
            if first_day(&month) == Some(closed) {
                (booked.basis, booked.lines) = (basis, lines);
            }
        }
    }
    Ok(Some(booked))
}

/// What a closed month has in a currency.
async fn closed_in(books: &Books<'_>, closed: Date, currency: Currency) -> Result<Option<Document>, Error> {
    let Some(Month { document, others, .. }) = books.closed(closed).await? else { return Ok(None) };
    Ok(std::iter::once(document).chain(others).find(|document| document.currency == currency))
}

/// Whether nothing that the amounts were made of has changed; asked of the records and the tag rules alone.
async fn is_as_booked(books: &Books<'_>, basis: &Basis, currency: Currency) -> Result<bool, Error> {
    let snapshots = books.snapshots;
    let rules = tags::in_force(books.archive, snapshots).await?;
    let same = |source: &Source| {
        let period = BillingPeriod { start_at: source.billing_period_start.0, end_at: source.billing_period_end.0 };
        let facts = snapshots.subscriptions.get(&source.subscription_id);
        facts.is_some_and(|facts| {
            let list = snapshots.newest_prices(Some(&facts.offer), facts.currency);
            facts.offer == source.offer
                && facts.commitment == source.commitment
                && list.is_some_and(|list| list.book == source.book)
                && sources::usage_hash(snapshots, source.subscription_id, period) == source.usage
                && tags::pages_of(snapshots, source.subscription_id, &rules) == source.resource_groups
        })
    };
    let noted = |id: &SubscriptionId| basis.subscriptions.iter().any(|source| source.subscription_id == *id);
    let tag_rules = snapshots.tag_rules.as_ref().map(|(_, file)| file);
    Ok(tag_rules == basis.tag_rules.as_ref()
        && basis.left_out.is_empty()
        && snapshots.subscriptions.iter().filter(|(_, facts)| facts.currency == currency).all(|(id, _)| noted(id))
        && basis.subscriptions.iter().all(same))
}

/// The month with one thing after the other brought up to date.
async fn steps(books: &Books<'_>, booked: &Booked, currency: Currency) -> Result<Vec<(Step, Basis, Vec<Line>)>, Error> {
    let now = books.snapshots.tag_rules.as_ref().map(|(_, file)| file.clone());
    let then = booked.basis.tag_rules.clone();
    let mut steps = Vec::new();
    // The resource groups with the tags of that time.
    let groups =
        booked.basis.subscriptions.iter().map(|source| (source.subscription_id, source.resource_groups.clone()));
    let of_then = Snapshots { resource_groups: groups.collect(), ..books.snapshots.clone() };
    let loaded = load(&Books { snapshots: &of_then, ..*books }, &booked.month, &then).await?;
    for (step, prices_too) in [(Step::Usage, true), (Step::Prices, false)] {
        let (basis, lines) = step_of(books, booked, (&loaded, currency), then.clone(), prices_too).await?;
        steps.push((step, basis, lines));
    }
    let loaded = load(books, &booked.month, &now).await?;
    let is_tagged_as_then = |material: &Material| {
        let noted = booked.basis.subscriptions.iter().find(|source| source.subscription_id == material.subscription_id);
        noted.map_or(&[][..], |source| &source.resource_groups) == material.groups
    };
    if now != then || !loaded.materials.iter().all(is_tagged_as_then) {
        let (basis, lines) = step_of(books, booked, (&loaded, currency), now, false).await?;
        steps.push((Step::Tags, basis, lines));
    }
    Ok(steps)
}

async fn load(books: &Books<'_>, month: &str, tag_rules: &Option<StoredObject>) -> Result<Loaded, Error> {
    let rules: Vec<Rule> = match tag_rules {
        Some(file) => tags::of_file(books.archive, file).await?,
        None => Vec::new(),
    };
    let asked = (&Period::StartingIn(month.to_owned()), Granularity::Daily);
    month::load_any(books.archive, books.snapshots, None, asked, &rules, books.run_at).await
}

async fn step_of(
    books: &Books<'_>,
    booked: &Booked,
    (loaded, currency): (&Loaded, Currency),
    tag_rules: Option<StoredObject>,
    prices_too: bool,
) -> Result<(Basis, Vec<Line>), Error> {
    let mut subscriptions = Vec::new();
    for material in billed_in(loaded, currency) {
        let mut noted = booked.basis.subscriptions.iter();
        let source = noted.find(|source| source.subscription_id == material.subscription_id);
        let frozen = Frozen { source, prices_too };
        subscriptions.push(sources::rated(books, material, booked.rules.own_book.as_ref(), Some(frozen)).await?);
    }
    let lines = lines(&subscriptions, &booked.rules)?.0;
    let unread = loaded.unread.iter().map(|unread| unread.subscription_id);
    let left_out = loaded.without_offer.iter().copied().chain(unread).collect();
    let subscriptions = subscriptions.iter().map(Rated::source).collect::<Result<_, _>>()?;
    Ok((Basis { tag_rules, subscriptions, left_out }, lines))
}
