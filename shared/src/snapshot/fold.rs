//! The fold of all commit records: what counts now, and what is due.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::counted::{Earlier, InvoiceFile, PriceList, SubscriptionFacts, UsageFile};
use super::entry::{Entry, StoredObject};
use super::gap::{Gap, Missed};
use super::incident::{Cause, Incident};
use super::record::Manifest;
use super::{REREAD_DAYS, is_closed_since, is_news};
use crate::guid::SubscriptionId;
use crate::money::Currency;
use crate::offer::OfferId;
use crate::period::{Granularity, Instant, utc_date};
use crate::ratebook::Source;

/// What counts now: the fold of all commit records.
#[derive(Debug, Clone, Default)]
pub struct Snapshots {
    /// Latest reading of each reported day.
    pub usage: BTreeMap<(SubscriptionId, Granularity, Date), (Instant, Vec<StoredObject>)>,
    /// What reported days said before they were read again and said something else, in the order of their readings. Of
    /// each day only what was changed within a day of its last change: who looks back farther reads the records.
    pub restated: BTreeMap<(SubscriptionId, Granularity, Date), Vec<Earlier>>,
    /// Reported days that could not be read when they were last asked for.
    pub gaps: BTreeMap<(SubscriptionId, Granularity, Date), Gap>,
    /// Imported usage files in the order of their commits.
    pub usage_files: Vec<UsageFile>,
    /// All price lists in the order of their commits.
    pub prices: Vec<PriceList>,
    /// Latest reading of the billing periods.
    pub billing_periods: BTreeMap<SubscriptionId, Vec<StoredObject>>,
    /// When they were read.
    pub billing_periods_at: BTreeMap<SubscriptionId, Instant>,
    /// Latest reading of the resource groups.
    pub resource_groups: BTreeMap<SubscriptionId, Vec<StoredObject>>,
    /// Invoices by name.
    pub invoices: BTreeMap<(SubscriptionId, String), InvoiceFile>,
    /// The latest document of each address.
    pub published: BTreeMap<String, (Instant, StoredObject)>,
    /// The tag rules in force, and since when.
    pub tag_rules: Option<(Instant, StoredObject)>,
    /// The alert rules in force, and since when.
    pub alert_rules: Option<(Instant, StoredObject)>,
    /// Files of invoice lines in the order of their commits.
    pub invoice_lines: Vec<(Instant, StoredObject)>,
    /// Frozen months by their first day, and when each was closed.
    pub closed: BTreeMap<Date, (Instant, StoredObject)>,
    /// Every incident there ever was.
    pub incidents: BTreeMap<Cause, Incident>,
    /// Subscriptions by id.
    pub subscriptions: BTreeMap<SubscriptionId, SubscriptionFacts>,
    /// The first reported day whose usage is kept, where older usage was given up.
    pub usage_from: Option<Date>,
    /// Number of the last record.
    pub last_number: u64,
    /// The latest "now" of any run on record.
    pub last_run_at: Option<Instant>,
}

impl Snapshots {
    /// Takes the next record into account.
    pub fn apply(&mut self, manifest: Manifest) {
        self.last_number = manifest.number;
        let run_at = manifest.run_at;
        self.last_run_at = self.last_run_at.max(Some(run_at));
        for entry in manifest.entries {
            match entry {
                Entry::Usage { reported_on, .. } if self.is_retired(reported_on) => {}
                Entry::Usage { subscription_id, granularity, reported_on, pages } => {
                    let window = (subscription_id, granularity, reported_on);
                    // An older run that commits late must not hide a newer reading.
                    if self.usage.get(&window).is_none_or(|(seen, _)| *seen <= run_at) {
                        let before = self.usage.insert(window, (run_at, pages));
                        self.restate(window, before);
                    }
                    self.found(window, run_at);
                }
                Entry::Gap {
                    subscription_id,
                    granularity,
                    reported_from: first,
                    reported_to: last,
                    reason,
                    tries,
                    next_try_at,
                } => {
                    let gap = Gap { first_at: run_at, last_at: run_at, reason, tries, next_try_at };
                    self.miss(Missed { subscription_id, granularity, first, last, gap });
                }
                Entry::Retired { usage_before } => {
                    self.usage_from = self.usage_from.max(Some(usage_before));
                    self.usage.retain(|(_, _, day), _| *day >= usage_before);
                    self.restated.retain(|(_, _, day), _| *day >= usage_before);
                    self.gaps.retain(|(_, _, day), _| *day >= usage_before);
                }
                // For whoever asks where a page came from; it changes nothing that counts.
                Entry::Answers { .. } => {}
                Entry::ImportedUsage { subscription_id, granularity, file } => {
                    self.usage_files.push(UsageFile { subscription_id, granularity, imported_at: run_at, file });
                }
                Entry::Prices { source, offer, currency, region_info, pages, book, meters, name, group } => {
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
                        name,
                        group,
                    });
                }
                Entry::BillingPeriods { subscription_id, pages } => {
                    self.billing_periods.insert(subscription_id, pages);
                    self.billing_periods_at.insert(subscription_id, run_at);
                }
                Entry::ResourceGroups { subscription_id, pages } => {
                    self.resource_groups.insert(subscription_id, pages);
                }
                Entry::Invoice { subscription_id, name, period_start_on, period_end_on, file } => {
                    let invoice = InvoiceFile { read_at: run_at, period_start_on, period_end_on, file };
                    self.invoices.insert((subscription_id, name), invoice);
                }
                Entry::Published { path, file } => {
                    if self.published.get(&path).is_none_or(|(seen, _)| *seen <= run_at) {
                        self.published.insert(path, (run_at, file));
                    }
                }
                Entry::AlertRules { file } => set(&mut self.alert_rules, run_at, file),
                Entry::TagRules { file } => set(&mut self.tag_rules, run_at, file),
                Entry::InvoiceLines { file } => self.invoice_lines.push((run_at, file)),
                // Closing twice is closing once: of two runs at the same time the first record counts.
                Entry::Closed { month, file } => {
                    self.closed.entry(month).or_insert((run_at, file));
                }
                Entry::Incident { cause, change } => match self.incidents.get_mut(&cause) {
                    Some(known) => known.apply(change, manifest.number, run_at),
                    None => {
                        let begun = Incident::begin(change, manifest.number, run_at);
                        self.incidents.extend(begun.map(|incident| (cause, incident)));
                    }
                },
                Entry::Subscription { subscription_id, name, offer, currency, commitment } => {
                    let facts = SubscriptionFacts { name, offer, currency, commitment };
                    self.subscriptions.insert(subscription_id, facts);
                }
            }
        }
    }

    /// Keeps the reading that does not count any more, where it said something else.
    fn restate(&mut self, window: (SubscriptionId, Granularity, Date), before: Option<(Instant, Vec<StoredObject>)>) {
        let (Some((read_at, pages)), Some((until, now))) = (before, self.usage.get(&window)) else { return };
        let hashes = |pages: &[StoredObject]| pages.iter().map(|page| page.sha256.clone()).collect::<Vec<_>>();
        if hashes(&pages) == hashes(now) {
            return;
        }
        let earlier = self.restated.entry(window).or_default();
        earlier.retain(|known| is_news(known.until.0, until.0));
        earlier.push(Earlier { read_at, until: *until, pages });
    }

    /// What a reported day said before the changes of the day that ends at `now`, and when it was read.
    #[must_use]
    pub fn said_before(&self, window: (SubscriptionId, Granularity, Date), now: Timestamp) -> Option<&Earlier> {
        self.restated.get(&window)?.iter().find(|earlier| is_news(earlier.until.0, now))
    }

    /// Whether usage reported on this day was given up.
    #[must_use]
    pub fn is_retired(&self, reported_on: Date) -> bool {
        self.usage_from.is_some_and(|from| reported_on < from)
    }

    /// The newest rate card of an offer; `None` asks for retail prices.
    ///
    /// A price sheet or an own book may be of the same offer, but somebody negotiated or made its prices: those are
    /// used where their book is named.
    #[must_use]
    pub fn newest_prices(&self, offer: Option<&OfferId>, currency: Currency) -> Option<&PriceList> {
        let source = if offer.is_some() { Source::RateCard } else { Source::Retail };
        let fitting = self.prices.iter().filter(|list| list.source == source);
        let fitting = fitting.filter(|list| list.offer.as_ref() == offer && list.currency == currency);
        // Of two read at the same time the later commit counts.
        fitting.max_by_key(|list| list.fetched_at)
    }

    /// The card of the same offer, currency and country that was read last at a time: what a newer one goes on from.
    #[must_use]
    pub fn card_at(&self, offer: &OfferId, currency: Currency, region_info: &str, at: Timestamp) -> Option<&PriceList> {
        let cards = self.prices.iter().filter(|list| list.source == Source::RateCard);
        let same = cards.filter(|list| list.offer.as_ref() == Some(offer) && list.currency == currency);
        same.filter(|list| list.region_info == region_info && list.fetched_at.0 <= at)
            .max_by_key(|list| list.fetched_at)
    }

    /// The newest price list of whoever came first: the answer to a question that names no offer.
    #[must_use]
    pub fn default_prices(&self, currency: Currency) -> Option<&PriceList> {
        let of = |source| self.prices.iter().find(move |list| list.currency == currency && list.source == source);
        // A rate card says what somebody really pays, so it goes before public prices.
        let first = of(Source::RateCard).or_else(|| of(Source::Retail))?;
        self.newest_prices(first.offer.as_ref(), currency)
    }

    /// All reported days that can be read, but for those read at this time or later.
    #[must_use]
    pub fn days_before(&self, of: SubscriptionId, granularity: Granularity, first: Date, now: Timestamp) -> Vec<Date> {
        let (mut days, today) = (Vec::new(), utc_date(now));
        let mut day = first.max(self.usage_from.unwrap_or(first));
        while day < today {
            if self.usage.get(&(of, granularity, day)).is_none_or(|(at, _)| at.0 < now) {
                days.push(day);
            }
            day = day.saturating_add(1.day());
        }
        days
    }

    /// The reported days that are due: those never read or missed, the last few once more, and those whose billing period
    /// has closed since they were read.
    ///
    /// The day of `now` is not over, so Azure refuses to answer it whole; it is due tomorrow.
    #[must_use]
    pub fn due_days(&self, of: SubscriptionId, granularity: Granularity, first: Date, now: Timestamp) -> Vec<Date> {
        let reread_from = utc_date(now).saturating_sub(REREAD_DAYS.days());
        let is_due = |day: &Date| {
            let window = (of, granularity, *day);
            let again = |at: Instant| *day >= reread_from || is_closed_since(*day, at.0, now);
            self.usage.get(&window).is_none_or(|(at, _)| again(*at)) || self.gaps.contains_key(&window)
        };
        // A day read at or after this very run was read by this run, maybe by its twin; but what was missed since is due.
        let mut due = self.days_before(of, granularity, first, now);
        due.extend(self.gaps.keys().filter(|(id, kind, _)| (*id, *kind) == (of, granularity)).map(|(.., day)| *day));
        due.retain(|day| *day >= first && *day < utc_date(now) && is_due(day));
        due.sort_unstable();
        due.dedup();
        due
    }
}

/// Rules that were set later stay, whichever record comes first.
fn set(rules: &mut Option<(Instant, StoredObject)>, run_at: Instant, file: StoredObject) {
    if rules.as_ref().is_none_or(|(since, _)| *since <= run_at) {
        *rules = Some((run_at, file));
    }
}

#[cfg(test)]
mod tests {
    use super::super::MANIFEST_SCHEMA;
    use super::*;
    use crate::period::parse_timestamp;
    use crate::ratebook::format::BookId;
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
            writer: None,
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
    fn what_a_day_said_a_day_ago_is_kept_through_all_changes_since() {
        let mut snapshots = Snapshots::default();
        let day = date(2026, 11, 10);
        let mut say = |run_at: &str, hash: &str| {
            let page = StoredObject { key: hash.into(), sha256: hash.into(), bytes: 1, rows: 1 };
            let mut record = read(run_at, &[day]);
            for entry in &mut record.entries {
                if let Entry::Usage { pages, .. } = entry {
                    pages.push(page.clone());
                }
            }
            snapshots.apply(record);
            let now = at(run_at);
            snapshots.said_before((of(), Granularity::Daily, day), now).map(|said| said.pages[0].key.clone())
        };
        assert_eq!(say("2026-11-11T03:00:00Z", "a"), None);
        assert_eq!(say("2026-11-11T09:00:00Z", "a"), None, "read again, and the same");
        assert_eq!(say("2026-11-12T03:00:00Z", "b").as_deref(), Some("a"));
        assert_eq!(say("2026-11-12T15:00:00Z", "c").as_deref(), Some("a"), "changed twice since yesterday");
        assert_eq!(say("2026-11-12T16:00:00Z", "c").as_deref(), Some("a"));
        assert_eq!(say("2026-11-13T03:00:00Z", "c").as_deref(), Some("b"), "the first change is a day old");
        assert_eq!(say("2026-11-13T15:00:00Z", "c"), None);
        assert_eq!(say("2026-11-14T15:00:00Z", "d").as_deref(), Some("c"));
    }

    /// Worked by hand: 1 November is 37 days old on 8 December, whichever day its period ends on.
    #[test]
    fn a_day_is_read_once_more_when_its_period_has_closed() {
        let mut snapshots = Snapshots::default();
        let days: Vec<Date> = (1..11).map(|d| date(2026, 11, d)).collect();
        snapshots.apply(read("2026-11-12T03:15:00Z", &days));
        let due = |s: &Snapshots, now| s.due_days(of(), Granularity::Daily, days[0], at(now));
        let closed = |s: &Snapshots, now| due(s, now).into_iter().filter(|day| days.contains(day)).collect::<Vec<_>>();
        assert_eq!(closed(&snapshots, "2026-12-07T23:59:59Z"), Vec::<Date>::new());
        assert_eq!(closed(&snapshots, "2026-12-08T00:00:00Z"), [days[0]]);
        assert_eq!(closed(&snapshots, "2026-12-09T03:15:00Z"), [days[0], days[1]]);
        snapshots.apply(read("2026-12-09T03:15:00Z", &days[..2]));
        assert_eq!(closed(&snapshots, "2026-12-10T03:15:00Z"), [days[2]]);
        assert_eq!(closed(&snapshots, "2027-12-10T03:15:00Z"), days[2..], "once and for good");
    }

    #[test]
    fn usage_that_was_given_up_is_gone_and_not_due() {
        let days: Vec<Date> = (10..15).map(|d| date(2026, 11, d)).collect();
        let mut snapshots = Snapshots::default();
        snapshots.apply(read("2026-11-20T03:15:00Z", &days));
        let retired = Entry::Retired { usage_before: date(2026, 11, 13) };
        snapshots.apply(Manifest { entries: vec![retired], ..read("2026-11-21T00:00:00Z", &[]) });
        // A reading of before that is committed late brings nothing back.
        snapshots.apply(read("2026-11-19T03:15:00Z", &days));
        let kept: Vec<i8> = snapshots.usage.keys().map(|(_, _, day)| day.day()).collect();
        assert_eq!(kept, [13, 14]);
        let due = snapshots.due_days(of(), Granularity::Daily, date(2026, 11, 1), at("2026-11-16T03:15:00Z"));
        assert_eq!(due, [date(2026, 11, 15)]);
    }

    #[test]
    fn a_month_is_closed_once() {
        let file = |key: &str| StoredObject { key: key.into(), sha256: String::new(), bytes: 0, rows: 0 };
        let close = |run_at: &str, month: Date, key: &str| {
            let entries = vec![Entry::Closed { month, file: file(key) }];
            Manifest { entries, ..read(run_at, &[]) }
        };
        let (october, september) = (date(2026, 10, 1), date(2026, 9, 1));
        let mut snapshots = Snapshots::default();
        snapshots.apply(close("2026-11-05T00:00:00Z", october, "first"));
        // A second run, one that was told an earlier time, and the same record again change nothing.
        snapshots.apply(close("2026-11-06T00:00:00Z", october, "second"));
        snapshots.apply(close("2026-11-04T00:00:00Z", october, "third"));
        snapshots.apply(close("2026-11-05T00:00:00Z", october, "first"));
        snapshots.apply(close("2026-11-07T00:00:00Z", september, "other"));
        let closed: Vec<(Date, &str)> =
            snapshots.closed.iter().map(|(month, (_, file))| (*month, &*file.key)).collect();
        assert_eq!(closed, [(september, "other"), (october, "first")]);
        assert_eq!(snapshots.closed[&october].0.to_string(), "2026-11-05T00:00:00Z");
    }

    proptest::proptest! {
        /// Whatever closes follow, at whatever times and of whatever content: of each month the first counts, and whoever
        /// closes again changes nothing.
        #[test]
        fn closing_twice_is_closing_once(
            closes in proptest::collection::vec((1i8..4, 0i64..400, 0u8..4), 1..12),
            again in proptest::collection::vec((0usize..12, 0i64..400), 0..12),
        ) {
            let manifest = |(month, hours, content): (i8, i64, u8)| {
                let file = StoredObject { key: content.to_string(), sha256: String::new(), bytes: 0, rows: 0 };
                let run_at = Instant(at("2026-11-01T00:00:00Z") + jiff::SignedDuration::from_hours(hours));
                let entries = vec![Entry::Closed { month: date(2026, month, 1), file }];
                Manifest { run_at, entries, ..read("2026-11-01T00:00:00Z", &[]) }
            };
            let mut snapshots = Snapshots::default();
            closes.iter().for_each(|close| snapshots.apply(manifest(*close)));
            for (month, (run_at, file)) in &snapshots.closed {
                let first = closes.iter().find(|close| close.0 == month.month());
                let hours = run_at.0.duration_since(at("2026-11-01T00:00:00Z")).as_hours();
                proptest::prop_assert_eq!(first, Some(&(month.month(), hours, file.key.parse().unwrap_or(9))));
            }
            let once = snapshots.closed.clone();
            for (which, hours) in again {
                let (month, _, content) = closes[which % closes.len()];
                snapshots.apply(manifest((month, hours, (content + 1) % 4)));
            }
            proptest::prop_assert_eq!(&snapshots.closed, &once);
        }
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

    fn list(source: Source, offer: Option<&str>, name: Option<&str>, run_at: &str) -> Manifest {
        let entry = Entry::Prices {
            source,
            offer: offer.map(|offer| offer.parse().unwrap_or_else(|e| panic!("{e}"))),
            currency: Currency::USD,
            region_info: String::new(),
            pages: Vec::new(),
            book: BookId::of(run_at.as_bytes()),
            meters: 1,
            name: name.map(Into::into),
            group: None,
        };
        Manifest { entries: vec![entry], ..read(run_at, &[]) }
    }

    #[test]
    fn cards_of_two_countries_are_two_lists() {
        let offer: OfferId = "MS-AZR-0003P".parse().unwrap_or_else(|e| panic!("{e}"));
        let mut snapshots = Snapshots::default();
        let days = ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"].map(|day| format!("{day}T00:00:00Z"));
        for (country, run_at) in ["US", "DE", "US", "DE"].into_iter().zip(&days) {
            let mut manifest = list(Source::RateCard, Some("MS-AZR-0003P"), None, run_at);
            if let Some(Entry::Prices { region_info, .. }) = manifest.entries.first_mut() {
                *region_info = country.into();
            }
            snapshots.apply(manifest);
        }
        let before = |country, time: &str| {
            let card = snapshots.card_at(&offer, Currency::USD, country, at(time));
            card.map(|list| list.fetched_at.to_string())
        };
        assert_eq!(before("DE", "2026-11-09T00:00:00Z"), Some(days[3].clone()));
        assert_eq!(before("DE", "2026-11-03T00:00:00Z"), Some(days[1].clone()));
        assert_eq!(before("US", "2026-10-31T00:00:00Z"), None);
        assert_eq!(before("FR", "2026-11-09T00:00:00Z"), None);
    }

    #[test]
    fn negotiated_and_own_prices_are_used_only_where_they_are_named() {
        let offer = "MS-AZR-0017P";
        let lists = [
            list(Source::Own, Some(offer), Some("internal"), "2026-01-01T00:00:00Z"),
            list(Source::PriceSheet, Some(offer), None, "2026-01-02T00:00:00Z"),
            list(Source::Own, None, Some("internal"), "2026-01-03T00:00:00Z"),
        ];
        let mut snapshots = Snapshots::default();
        lists.into_iter().for_each(|list| snapshots.apply(list));
        let offer = offer.parse().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(snapshots.newest_prices(Some(&offer), Currency::USD), None);
        assert_eq!(snapshots.newest_prices(None, Currency::USD), None);
        assert_eq!(snapshots.default_prices(Currency::USD), None);
        snapshots.apply(list(Source::Retail, None, None, "2025-01-01T00:00:00Z"));
        let found = |list: Option<&PriceList>| list.map(|list| list.source);
        assert_eq!(found(snapshots.newest_prices(None, Currency::USD)), Some(Source::Retail));
        assert_eq!(found(snapshots.default_prices(Currency::USD)), Some(Source::Retail));
        snapshots.apply(list(Source::RateCard, Some("MS-AZR-0017P"), None, "2025-01-01T00:00:00Z"));
        assert_eq!(found(snapshots.newest_prices(Some(&offer), Currency::USD)), Some(Source::RateCard));
        assert_eq!(found(snapshots.default_prices(Currency::USD)), Some(Source::RateCard));
    }
}
