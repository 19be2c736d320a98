//! Looks at everything that a store holds, and says what is not as its records promise.
//!
//! Every record, every object that one names, every row, every rate book, and that nothing lies there which no record
//! and no dead run explains. It reads all and changes nothing.

mod books;
mod entries;
mod findings;
mod records;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::period::Instant;
use shared::snapshot::{Entry, Manifest, key};

use super::Archive;
use crate::error::Error;
use crate::store::Listing;
use books::PriceBook;
use findings::Findings;
pub use findings::{Act, Breach, BreachKind, Counts};

/// Entries that are looked at together: a bucket answers each request in some hundredths of a second.
const ENTRIES_AT_ONCE: usize = 8;

/// What was found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// `forebill.verify/1`
    pub schema: &'static str,
    /// The "now" of the run.
    pub at: Instant,
    /// What was looked at.
    #[serde(flatten)]
    pub counts: Counts,
    /// Objects that no record names: a run died before its commit, or lost a race. They count for nothing.
    pub orphans: usize,
    /// Whether everything is as it must be.
    pub whole: bool,
    /// What is not.
    pub breaches: Vec<Breach>,
}

/// What the checks of one entry may look at.
struct Inspector<'a> {
    archive: &'a Archive,
    /// Every key of the store.
    keys: BTreeSet<String>,
    /// What lies among them and is no file, and what it is.
    others: BTreeMap<String, &'static str>,
    /// Price lists of earlier records.
    books: Vec<PriceBook>,
    /// The first reported day whose usage is kept.
    usage_from: Option<Date>,
    /// Whether what is made from other objects is written again where it is missing or damaged.
    mends: bool,
    /// Whether the records before are all there: otherwise a book may stand over one that nobody knows of.
    all_records_read: bool,
}

impl Archive {
    /// Checks every promise of the store. An error means that it could not be read, not that it is damaged.
    pub async fn verify(&self, at: Timestamp, progress: &dyn Fn(&str, usize, usize)) -> Result<Verification, Error> {
        self.inspect(at, false, progress).await
    }

    /// Makes again what is made from other objects, where it is missing or damaged: rate books and packs, to the same
    /// bytes. Says how many. What comes from outside cannot be made again.
    pub async fn rebuild(&self, at: Timestamp, progress: &dyn Fn(&str, usize, usize)) -> Result<usize, Error> {
        Ok(self.inspect(at, true, progress).await?.counts.mended)
    }

    async fn inspect(
        &self,
        at: Timestamp,
        mends: bool,
        progress: &dyn Fn(&str, usize, usize),
    ) -> Result<Verification, Error> {
        // Records before the rest: what a record names was written before it, so a job that runs meanwhile cannot
        // seem to have lost its pages.
        let records: BTreeSet<String> = self.store.look("manifests/").await?.keys.into_iter().collect();
        let Listing { keys, others } = self.store.look("").await?;
        let mut keys: BTreeSet<String> = keys.into_iter().collect();
        keys.retain(|key| !key.starts_with("manifests/") || records.contains(key));
        let mut found = Findings::default();
        let usage_from = self.usage_from(&records).await?;
        let mut inspector =
            Inspector { archive: self, keys, others, books: Vec::new(), usage_from, mends, all_records_read: true };
        let (records, total) = (inspector.records(&mut found), inspector.record_keys().count());
        let last = records.last().map_or(0, |(number, _)| *number);
        let mut walk = records::Walk::default();
        for (done, (number, key)) in records.into_iter().enumerate() {
            let bytes = self.store.get(&key).await?;
            let record = walk.next(number, &key, &bytes, &mut found);
            inspector.all_records_read = walk.is_whole();
            if let Some(record) = record {
                inspector.record(&record, &mut found).await?;
            }
            progress("records", done + 1, total);
        }
        walk.end(&mut found);
        inspector.packs(last, &mut found).await?;
        let orphans = inspector.leftovers(&mut found);
        let Findings { counts, breaches, .. } = found;
        Ok(Verification {
            schema: "forebill.verify/1",
            at: Instant(at),
            counts,
            orphans,
            whole: breaches.is_empty(),
            breaches,
        })
    }
}

impl Archive {
    /// Looked for before all else: what an early record names may be gone because a later one said so.
    async fn usage_from(&self, records: &BTreeSet<String>) -> Result<Option<Date>, Error> {
        let mut from = None;
        for key in records {
            let Ok(record) = Manifest::decode(&self.store.get(key).await?) else { continue };
            from = from.max(record.entries.iter().filter_map(retired).max());
        }
        Ok(from)
    }
}

fn retired(entry: &Entry) -> Option<Date> {
    match entry {
        Entry::Retired { usage_before } => Some(*usage_before),
        _ => None,
    }
}

impl Inspector<'_> {
    /// All entries of a record, and what they must not say twice.
    async fn record(&mut self, record: &Manifest, found: &mut Findings) -> Result<(), Error> {
        found.named_twice(record);
        found.changed_twice(record);
        let this = &*self;
        let checks = record.entries.iter().map(|entry| this.entry(record, entry));
        let checked: Vec<Findings> = stream::iter(checks).buffered(ENTRIES_AT_ONCE).try_collect().await?;
        checked.into_iter().for_each(|more| found.extend(more));
        self.books.extend(record.entries.iter().filter_map(|entry| PriceBook::of(record, entry)));
        Ok(())
    }

    /// Keys that no record names: leftovers of runs below `raw/` and `ratebook/`, strangers elsewhere.
    fn leftovers(&self, found: &mut Findings) -> usize {
        let (mut orphans, mut strangers) = (0, Vec::new());
        for name in self.keys.iter().filter(|key| !key.starts_with("manifests/") && !found.named.contains(*key)) {
            if key::is_probe(name) {
                // It says itself what it is, and no record names it.
            } else if name.starts_with("raw/") || name.starts_with("ratebook/") {
                orphans += 1;
            } else {
                strangers.push(name);
            }
        }
        for name in strangers {
            found.breach_of_none(BreachKind::UnknownKey, name, "no record and no run makes such a key");
        }
        for (name, why) in &self.others {
            // What a record names was told with the record.
            if !found.breaches.iter().any(|breach| breach.kind == BreachKind::NotAFile && breach.key == *name) {
                let below = format!("{name}/");
                let is_ours = |key: &String| key == name || key.starts_with(&below);
                let needed = name.starts_with("manifests") || found.named.iter().any(is_ours);
                let act = if needed { Act::Restore } else { Act::Remove };
                found.breach_for(act, BreachKind::NotAFile, None, name, *why);
            }
        }
        orphans
    }
}
