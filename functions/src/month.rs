//! From the store to rated months: the usage of a billing period, the book of its offer, the charges.

mod restated;
mod totals;

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use shared::azure::{invoice, usage};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::period::{BillingPeriod, Granularity, Instant, utc_date};
use shared::ratebook::format::OpenBook;
use shared::rating::{self, Account, BillingCalendar, Rating};
use shared::snapshot::{Snapshots, StoredObject, SubscriptionFacts};
use shared::usage::UsageAggregate;
use shared::warning::Warning;

use crate::archive::Archive;
use crate::error::Error;
use crate::tags::{self, Rule, Tagger};
pub use restated::{Changed, RestatedSpend};
pub use totals::{IncludedUse, Spend, SpendTotals, SubscriptionSpend, spend};

/// So many days after its end usage of a period may still be reported.
pub const REPORTED_FOR: i32 = 35;

/// Which billing period of each subscription.
#[derive(Debug, Clone)]
pub enum Period {
    /// The one that holds this instant.
    Holding(Timestamp),
    /// The one that starts in this month (`YYYY-MM`).
    StartingIn(String),
}

/// Usage of one subscription in one billing period, with everything needed to rate it.
pub struct Material {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// What is known of it.
    pub facts: SubscriptionFacts,
    /// The period.
    pub period: BillingPeriod,
    /// Periods of the subscription.
    pub calendar: BillingCalendar,
    /// Rows whose usage lies in the period.
    pub usage: Vec<UsageAggregate>,
    /// Usage is complete up to here, as far as it was reported.
    pub reported_to: Option<Instant>,
    /// Reported days of the period that were never read.
    pub gaps: Vec<String>,
    /// The newest book of the offer.
    pub book: OpenBook,
    /// When the book was read.
    pub book_fetched_at: Instant,
    /// What the last day's readings said otherwise than the ones before.
    pub changed: Changed,
    /// The pages of resource groups whose tags were handed down.
    pub groups: Vec<StoredObject>,
    /// What was doubtful while decoding.
    pub warnings: Vec<Warning>,
}

/// What there is to rate.
pub struct Loaded {
    /// By subscription.
    pub materials: Vec<Material>,
    /// Subscriptions with usage that nobody named an offer for: their money is in no sum.
    pub without_offer: Vec<SubscriptionId>,
    /// Subscriptions of which nothing of the period was read, though some of it should have been: neither is theirs.
    pub unread: Vec<Unread>,
}

impl Loaded {
    /// Whether every reported day that there should be was read, of everybody.
    #[must_use]
    pub fn is_read(&self) -> bool {
        let whole = self.materials.iter().all(|material| material.gaps.is_empty());
        whole && self.without_offer.is_empty() && self.unread.is_empty()
    }

    /// Why there is nothing to rate.
    #[must_use]
    pub fn is_nothing(&self, only: Option<SubscriptionId>) -> Error {
        Error::Usage(match (self.without_offer.first(), only) {
            (Some(id), _) => format!(
                "the store has usage and no offer to rate it with: run forebill snapshot usage --subscription {id} --offer ID"
            ),
            (None, Some(only)) => format!("the store has no usage of {only} in this period"),
            (None, None) => "the store has no usage in this period: run forebill snapshot usage".to_owned(),
        })
    }
}

/// A subscription without any usage in the period, and the reported days that were never read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// Its id.
    pub subscription_id: SubscriptionId,
    /// Its name.
    pub name: String,
    /// The days.
    pub gaps: Vec<String>,
}

/// What there is of one subscription.
enum Found {
    Material(Box<Material>),
    /// No usage, and reported days that were never read.
    Unread(Vec<String>),
    Nothing,
}

/// Loads the material of every subscription that the store knows, or of one.
pub async fn load(
    archive: &Archive,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    period: &Period,
    granularity: Granularity,
    run_at: Timestamp,
) -> Result<Loaded, Error> {
    let rules = tags::in_force(archive, snapshots).await?;
    load_tagged(archive, snapshots, only, (period, granularity), &rules, run_at).await
}

/// The same with tag rules that are not in force.
pub async fn load_tagged(
    archive: &Archive,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    asked: (&Period, Granularity),
    rules: &[Rule],
    run_at: Timestamp,
) -> Result<Loaded, Error> {
    let loaded = load_any(archive, snapshots, only, asked, rules, run_at).await?;
    let has_days = snapshots.usage.keys().any(|(_, kind, _)| *kind == Granularity::Daily);
    let files = &snapshots.usage_files;
    let has_days = has_days || files.iter().any(|file| file.granularity == Granularity::Daily);
    if loaded.materials.is_empty() && asked.1 == Granularity::Hourly && has_days {
        return Err(Error::Usage(
            "the store has days of usage and no hours of this period: run forebill snapshot usage --granularity hourly"
                .to_owned(),
        ));
    }
    if loaded.materials.is_empty() { Err(loaded.is_nothing(only)) } else { Ok(loaded) }
}

/// The same where it is no mistake that there is nothing to rate.
pub async fn load_any(
    archive: &Archive,
    snapshots: &Snapshots,
    only: Option<SubscriptionId>,
    (period, granularity): (&Period, Granularity),
    rules: &[Rule],
    run_at: Timestamp,
) -> Result<Loaded, Error> {
    let source = Source { archive, snapshots, rules, run_at };
    let (mut all, mut unread) = (Vec::new(), Vec::new());
    for (id, facts) in &snapshots.subscriptions {
        if only.is_none_or(|only| only == *id) {
            let mut found = source.material(*id, facts, period, granularity).await?;
            if !matches!(found, Found::Material(_)) && granularity == Granularity::Daily {
                // Hours tell the same use as days, where only hours were read.
                let hourly = source.material(*id, facts, period, Granularity::Hourly).await?;
                found = if matches!(hourly, Found::Nothing) { found } else { hourly };
            }
            match found {
                Found::Material(material) => all.push(*material),
                Found::Unread(gaps) => unread.push(Unread { subscription_id: *id, name: facts.name.clone(), gaps }),
                Found::Nothing => {}
            }
        }
    }
    let files = snapshots.usage_files.iter().map(|file| file.subscription_id);
    let with_usage: BTreeSet<SubscriptionId> = snapshots.usage.keys().map(|(id, ..)| *id).chain(files).collect();
    let nameless =
        |id: &SubscriptionId| only.is_none_or(|only| only == *id) && !snapshots.subscriptions.contains_key(id);
    let without_offer: Vec<SubscriptionId> = with_usage.into_iter().filter(nameless).collect();
    Ok(Loaded { materials: all, without_offer, unread })
}

/// Where material comes from.
struct Source<'a> {
    archive: &'a Archive,
    snapshots: &'a Snapshots,
    rules: &'a [Rule],
    run_at: Timestamp,
}

impl Source<'_> {
    async fn material(
        &self,
        id: SubscriptionId,
        facts: &SubscriptionFacts,
        period: &Period,
        granularity: Granularity,
    ) -> Result<Found, Error> {
        let Source { archive, snapshots, rules, run_at } = *self;
        let calendar = calendar(archive, snapshots, id).await?;
        let Some(period) = choose(&calendar, period)? else { return Ok(Found::Nothing) };
        let mut warnings = Vec::new();
        let mut readings: Vec<(Instant, Vec<UsageAggregate>)> = Vec::new();
        let mut decoder = usage::Decoder::default();
        let mut reported_to = None;
        let mut gaps = Vec::new();
        let mut changed = Changed::default();
        let mut day = utc_date(period.start_at);
        let today = utc_date(run_at);
        // Usage of the period is reported during it and for some days after, never before.
        let last = utc_date(period.end_at).saturating_add(REPORTED_FOR.days()).min(today);
        while day < last {
            match snapshots.usage.get(&(id, granularity, day)) {
                Some((read_at, pages)) => {
                    let rows = self.rows(&mut decoder, pages, &period, &mut warnings).await?;
                    if let Some(said) = snapshots.said_before((id, granularity, day), run_at) {
                        let before = self.rows(&mut decoder, &said.pages, &period, &mut Vec::new()).await?;
                        changed.add(day, said.read_at, &before, &rows);
                    }
                    readings.push((*read_at, rows));
                    let end = shared::snapshot::reported_window(day).map(|(_, end)| Instant(end));
                    reported_to = if gaps.is_empty() { end } else { reported_to };
                }
                None => gaps.push(day.to_string()),
            }
            day = day.saturating_add(1.day());
        }
        let snapshotted = !readings.is_empty();
        let ours = snapshots
            .usage_files
            .iter()
            .filter(|known| known.subscription_id == id && known.granularity == granularity);
        for known in ours {
            let place = known.file.key.clone();
            let page = decoder.file(&archive.page(&known.file).await?).map_err(Error::damaged(place))?;
            let inside = page.rows.into_iter().filter(|row| period.contains(row.usage_start_at));
            readings.push((known.imported_at, inside.collect()));
        }
        // Of two readings of one row the later counts, wherever they came from.
        readings.sort_by_key(|(read_at, _)| *read_at);
        let mut rows: Vec<UsageAggregate> = readings.into_iter().flat_map(|(_, rows)| rows).collect();
        let mut missed = gaps.clone();
        if !snapshotted {
            // Usage that only came in files has no reported days to miss.
            gaps.clear();
        }
        if rows.is_empty() {
            // Before its first day a subscription has nothing to miss.
            let days = snapshots
                .usage
                .keys()
                .chain(snapshots.gaps.keys())
                .filter(|(of, kind, _)| (*of, *kind) == (id, granularity));
            let first = days.map(|(.., day)| day.to_string()).min();
            missed.retain(|day| first.as_ref().is_some_and(|first| first <= day));
            return Ok(if missed.is_empty() { Found::Nothing } else { Found::Unread(missed) });
        }
        let groups = tags::pages_of(snapshots, id, rules);
        Tagger::of(rules, (id, &tags::of_groups(archive, groups).await?), &rows).apply(&mut rows);
        let list = snapshots.newest_prices(Some(&facts.offer), facts.currency).ok_or_else(|| {
            Error::Usage(format!(
                "the store has no rate card of {} in {}: run forebill snapshot ratecard --offer {}",
                facts.offer, facts.currency, facts.offer
            ))
        })?;
        Ok(Found::Material(Box::new(Material {
            subscription_id: id,
            facts: facts.clone(),
            period,
            calendar,
            usage: rows,
            reported_to,
            gaps,
            book: archive.book(&list.book).await?,
            book_fetched_at: list.fetched_at,
            changed,
            groups: groups.to_vec(),
            warnings,
        })))
    }

    /// The rows of a reading that lie in the period.
    async fn rows(
        &self,
        decoder: &mut usage::Decoder,
        pages: &[StoredObject],
        period: &BillingPeriod,
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<UsageAggregate>, Error> {
        let mut rows = Vec::new();
        for object in pages {
            let page = decoder.page(&self.archive.page(object).await?).map_err(Error::damaged(object.key.clone()))?;
            rows.extend(page.rows.into_iter().filter(|row| period.contains(row.usage_start_at)));
            warnings.extend(page.warnings);
        }
        Ok(rows)
    }
}

/// The billing periods that Azure told, otherwise calendar months.
async fn calendar(archive: &Archive, snapshots: &Snapshots, id: SubscriptionId) -> Result<BillingCalendar, Error> {
    let mut periods = Vec::new();
    for object in snapshots.billing_periods.get(&id).into_iter().flatten() {
        let page = invoice::decode_billing_periods(&archive.page(object).await?)
            .map_err(Error::damaged(object.key.clone()))?;
        for wire in page.value {
            periods.push(wire.period().map_err(Error::damaged(object.key.clone()))?);
        }
    }
    Ok(BillingCalendar::told(periods))
}

fn choose(calendar: &BillingCalendar, period: &Period) -> Result<Option<BillingPeriod>, Error> {
    let outside = |error: shared::period::PeriodError| Error::Usage(error.to_string());
    match period {
        Period::Holding(at) => calendar.period_of(*at).map(Some).map_err(outside),
        Period::StartingIn(month) => calendar.period_named(month).map_err(outside),
    }
}

/// Whether the reported days of the billing period at a time say that nothing was used, and when it began: only true
/// where all of them were read, but for yesterday's, which may come tonight. Nothing where none of them is over yet.
pub async fn silence(
    archive: &Archive,
    snapshots: &Snapshots,
    id: SubscriptionId,
    at: Timestamp,
    run_at: Timestamp,
) -> Result<Option<(Date, bool)>, Error> {
    let calendar = calendar(archive, snapshots, id).await?;
    let Some(period) = choose(&calendar, &Period::Holding(at))? else { return Ok(None) };
    let (first, end) = (utc_date(period.start_at), utc_date(period.end_at).saturating_add(REPORTED_FOR.days()));
    let end = end.min(utc_date(run_at).saturating_sub(1.day()));
    let (mut days, mut rows) = (BTreeSet::new(), 0);
    for granularity in [Granularity::Daily, Granularity::Hourly] {
        let read = snapshots.usage.range((id, granularity, first)..(id, granularity, end.max(first)));
        for ((.., day), (_, pages)) in read {
            days.insert(*day);
            rows += pages.iter().map(|page| page.rows).sum::<u64>();
        }
    }
    let expected = usize::try_from(end.duration_since(first).as_hours() / 24).unwrap_or(0);
    let in_files = snapshots.usage_files.iter().any(|file| file.subscription_id == id);
    Ok((expected > 0).then_some((first, days.len() == expected && rows == 0 && !in_files)))
}

/// Rates one subscription's period.
pub fn rate(material: &Material) -> Result<Rating<'_>, Error> {
    rate_usage(material, &material.usage)
}

/// The same of some of its usage.
pub fn rate_usage<'u>(material: &Material, usage: &'u [UsageAggregate]) -> Result<Rating<'u>, Error> {
    let (calendar, commitment) = (material.calendar.clone(), material.facts.commitment);
    let account = Account { calendar, commitment, ..Account::default() };
    rating::rate(usage, &material.book, |_| account.clone()).map_err(|error| Error::Usage(error.to_string()))
}

/// Money of two currencies is never added.
pub fn one_currency<'a>(materials: impl Iterator<Item = &'a Material>) -> Result<Currency, Error> {
    let mut currencies = materials.map(|material| material.book.book.header().currency);
    let Some(first) = currencies.next() else {
        return Err(Error::Usage("there is nothing to rate".into()));
    };
    match currencies.find(|other| *other != first) {
        None => Ok(first),
        Some(other) => Err(Error::Usage(format!(
            "the subscriptions are billed in {first} and {other}: ask for one with --subscription"
        ))),
    }
}
