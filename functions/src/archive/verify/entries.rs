//! One entry of a record: its objects are there and whole, their keys are its own, their rows are as many as it says.

use shared::azure::{invoice, resource_group, usage};
use shared::guid::SubscriptionId;
use shared::json::DecodeError;
use shared::period::BillingPeriod;
use shared::showback::document;
use shared::snapshot::{Entry, Manifest, StoredObject, key};

use super::super::answers;
use super::findings::Findings;
use super::{BreachKind as Kind, Inspector};
use crate::error::Error;
use crate::invoices::lines;

impl Inspector<'_> {
    /// Everything that can be checked of one entry.
    pub(super) async fn entry(&self, record: &Manifest, entry: &Entry) -> Result<Findings, Error> {
        let mut found = Findings::default();
        let (number, run_at) = (record.number, record.run_at.0);
        match entry {
            // It may be gone; what is still there is named and no stranger.
            Entry::Usage { reported_on, pages, .. } if self.usage_from.is_some_and(|from| *reported_on < from) => {
                found.named.extend(pages.iter().map(|page| page.key.clone()));
            }
            Entry::Usage { subscription_id, granularity, reported_on, pages } => {
                let name = |page: usize, sha256: &str| {
                    key::usage_page(*subscription_id, *granularity, *reported_on, run_at, page, sha256)
                };
                self.names(number, pages, name, &mut found);
                self.usage(number, *subscription_id, pages, &mut found).await?;
            }
            Entry::ImportedUsage { subscription_id, file, .. } => {
                let files = std::slice::from_ref(file);
                self.names(number, files, |_, sha256| key::usage_file(*subscription_id, sha256), &mut found);
                if let Some(bytes) = self.object(number, file, &mut found).await? {
                    let page = usage::decode_file(&bytes).and_then(|page| {
                        page.refuse_others(*subscription_id)?;
                        Ok(page.rows.len())
                    });
                    self.rows(number, file, page, &mut found);
                }
            }
            Entry::Prices { .. } => self.prices(record, entry, &mut found).await?,
            Entry::BillingPeriods { subscription_id, pages } => {
                let name = |page: usize, sha256: &str| key::billing_periods(*subscription_id, run_at, page, sha256);
                self.names(number, pages, name, &mut found);
                self.billing_periods(number, pages, &mut found).await?;
            }
            Entry::ResourceGroups { subscription_id, pages } => {
                let name = |page: usize, sha256: &str| key::resource_groups(*subscription_id, run_at, page, sha256);
                self.names(number, pages, name, &mut found);
                for object in pages {
                    if let Some(bytes) = self.object(number, object, &mut found).await? {
                        let groups = resource_group::decode_groups(&bytes).map(|page| page.value.len());
                        self.rows(number, object, groups, &mut found);
                    }
                }
            }
            Entry::Invoice { subscription_id, period_start_on, period_end_on, file, .. } => {
                let files = std::slice::from_ref(file);
                let name = |_, sha256: &str| key::invoice(*subscription_id, *period_end_on, sha256);
                self.names(number, files, name, &mut found);
                self.object(number, file, &mut found).await?;
                dates(number, &file.key, *period_start_on, *period_end_on, &mut found);
            }
            Entry::Answers { file } => self.answers(record, file, &mut found).await?,
            Entry::Gap { reported_from, reported_to, .. } => {
                dates(number, &key::manifest(number), *reported_from, *reported_to, &mut found);
            }
            Entry::Published { file, .. } => {
                self.names(number, std::slice::from_ref(file), |_, sha256| key::published(sha256), &mut found);
                self.object(number, file, &mut found).await?;
            }
            Entry::AlertRules { file } => {
                self.names(number, std::slice::from_ref(file), |_, sha256| key::alert_rules(sha256), &mut found);
                self.object(number, file, &mut found).await?;
            }
            Entry::TagRules { file } => {
                self.names(number, std::slice::from_ref(file), |_, sha256| key::tag_rules(sha256), &mut found);
                self.object(number, file, &mut found).await?;
            }
            Entry::InvoiceLines { file } => {
                self.names(number, std::slice::from_ref(file), |_, sha256| key::invoice_lines(sha256), &mut found);
                if let Some(bytes) = self.object(number, file, &mut found).await? {
                    self.rows(number, file, lines::read(&bytes).map(|lines| lines.len()), &mut found);
                }
            }
            Entry::Closed { month, file } => {
                let name = |_, sha256: &str| key::closed_month(*month, sha256);
                self.names(number, std::slice::from_ref(file), name, &mut found);
                if let Some(bytes) = self.object(number, file, &mut found).await? {
                    let lines = document::decode(&bytes).and_then(|document| {
                        if document::first_day(&document.month) == Some(*month) {
                            return Ok(document.lines.len());
                        }
                        Err(DecodeError::at("month", format!("the record says {month}")))
                    });
                    self.rows(number, file, lines, &mut found);
                }
            }
            Entry::Incident { .. } | Entry::Subscription { .. } | Entry::Retired { .. } => {}
        }
        Ok(found)
    }

    /// Keys hold scope, run, page and hash: a page of another window cannot take the place of one.
    pub(super) fn names(
        &self,
        record: u64,
        pages: &[StoredObject],
        name: impl Fn(usize, &str) -> String,
        found: &mut Findings,
    ) {
        if pages.is_empty() {
            found.breach(Kind::PagesNotWhole, record, key::manifest(record), "an entry names no page at all");
        }
        for (number, page) in pages.iter().enumerate() {
            let expected = name(number, &page.sha256);
            if page.key == expected {
                continue;
            }
            let elsewhere = (0..pages.len() + 1000).any(|other| name(other, &page.sha256) == page.key);
            let (kind, detail) = match elsewhere {
                true => (Kind::PagesNotWhole, format!("it stands as page {number}")),
                false => (Kind::KeyOfAnother, format!("what the record says of it makes the key {expected}")),
            };
            found.breach(kind, record, &page.key, detail);
        }
    }

    /// The bytes of an object, if it is there and is what was committed.
    pub(super) async fn object(
        &self,
        record: u64,
        object: &StoredObject,
        found: &mut Findings,
    ) -> Result<Option<Vec<u8>>, Error> {
        found.named.insert(object.key.clone());
        if let Some(why) = self.others.get(&object.key) {
            found.breach(Kind::NotAFile, record, &object.key, *why);
            return Ok(None);
        }
        if !self.keys.contains(&object.key) {
            found.breach(Kind::ObjectMissing, record, &object.key, "it is committed and not there");
            return Ok(None);
        }
        match self.archive.page(object).await {
            Ok(bytes) => {
                found.counts.objects += 1;
                found.counts.bytes += bytes.len() as u64;
                Ok(Some(bytes))
            }
            Err(Error::Damaged(detail)) => {
                found.breach(Kind::ObjectDamaged, record, &object.key, detail);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Compares the rows of a page with what its record says.
    pub(super) fn rows(
        &self,
        record: u64,
        page: &StoredObject,
        rows: Result<usize, DecodeError>,
        found: &mut Findings,
    ) {
        match rows {
            Ok(rows) if rows as u64 == page.rows => found.counts.rows += page.rows,
            Ok(rows) => {
                let detail = format!("it has {rows} rows, its record says {}", page.rows);
                found.breach(Kind::RowsDiffer, record, &page.key, detail);
            }
            Err(error) => found.breach(Kind::Unreadable, record, &page.key, error.to_string()),
        }
    }

    async fn usage(
        &self,
        record: u64,
        of: SubscriptionId,
        pages: &[StoredObject],
        found: &mut Findings,
    ) -> Result<(), Error> {
        for (number, object) in pages.iter().enumerate() {
            let Some(bytes) = self.object(record, object, found).await? else { continue };
            let page = match usage::decode_page(&bytes) {
                Ok(page) => page,
                Err(error) => {
                    self.rows(record, object, Err(error), found);
                    continue;
                }
            };
            self.rows(record, object, page.refuse_others(of).map(|()| page.rows.len()), found);
            let is_last = number + 1 == pages.len();
            if page.next_link.is_some() == is_last {
                let detail = if is_last { "a page follows it and is not named" } else { "no page follows it" };
                found.breach(Kind::PagesNotWhole, record, &object.key, detail);
            }
        }
        Ok(())
    }

    async fn billing_periods(&self, record: u64, pages: &[StoredObject], found: &mut Findings) -> Result<(), Error> {
        let mut periods: Vec<BillingPeriod> = Vec::new();
        for object in pages {
            let Some(bytes) = self.object(record, object, found).await? else { continue };
            let decoded = invoice::decode_billing_periods(&bytes).and_then(|page| {
                let dates = page.value.iter().map(invoice::WireBillingPeriod::period);
                dates.collect::<Result<Vec<BillingPeriod>, DecodeError>>()
            });
            self.rows(record, object, decoded.as_ref().map(Vec::len).map_err(Clone::clone), found);
            periods.extend(decoded.unwrap_or_default());
        }
        periods.sort();
        for pair in periods.windows(2) {
            if pair[1].start_at < pair[0].end_at {
                let at = pages.first().map_or_else(|| key::manifest(record), |page| page.key.clone());
                let detail = format!("the period from {} starts before {} is over", pair[1].start_at, pair[0].end_at);
                found.breach(Kind::PeriodsOverlap, record, at, detail);
            }
        }
        Ok(())
    }

    /// Each line is of a page of this record, and each page that has a line anywhere has the right one.
    async fn answers(&self, record: &Manifest, file: &StoredObject, found: &mut Findings) -> Result<(), Error> {
        let number = record.number;
        let name = |_, sha256: &str| key::answers(record.run_at.0, sha256);
        self.names(number, std::slice::from_ref(file), name, found);
        let Some(bytes) = self.object(number, file, found).await? else { return Ok(()) };
        let lines = match answers::decode(&bytes) {
            Ok(lines) => lines,
            Err(detail) => {
                found.breach(Kind::Unreadable, number, &file.key, detail);
                return Ok(());
            }
        };
        self.rows(number, file, Ok(lines.len()), found);
        let pages: Vec<&StoredObject> = record.entries.iter().flat_map(pages_of).collect();
        let same = |line: &answers::Answer, page: &StoredObject| {
            line.key == page.key && line.sha256 == page.sha256 && line.bytes == page.bytes
        };
        for line in lines.iter().filter(|line| !pages.iter().any(|page| same(line, page))) {
            let detail = format!("it tells of {}, which is no page of this record", line.key);
            found.breach(Kind::AnswersDiffer, number, &file.key, detail);
        }
        for page in pages.iter().filter(|page| !lines.iter().any(|line| line.key == page.key)) {
            let detail = format!("it does not tell how {} came", page.key);
            found.breach(Kind::AnswersDiffer, number, &file.key, detail);
        }
        Ok(())
    }
}

/// Pages that came from outside.
fn pages_of(entry: &Entry) -> &[StoredObject] {
    match entry {
        Entry::Answers { .. }
        | Entry::Published { .. }
        | Entry::AlertRules { .. }
        | Entry::TagRules { .. }
        | Entry::InvoiceLines { .. }
        | Entry::Closed { .. } => &[],
        _ => entry.objects(),
    }
}

fn dates(record: u64, key: &str, first: jiff::civil::Date, last: jiff::civil::Date, found: &mut Findings) {
    if last < first {
        found.breach(Kind::BadDates, record, key, format!("it ends on {last} and starts on {first}"));
    }
}
