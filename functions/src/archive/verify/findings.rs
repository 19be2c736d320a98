//! What a check of the store finds, and how much it looked at.

use std::collections::BTreeSet;

use serde::Serialize;
use shared::snapshot::{Entry, Manifest, key};

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Commit records.
    pub records: usize,
    /// Those that break off and that a later one passes over: a write was cut, and they count for nothing.
    pub torn_records: usize,
    /// Objects that records name, each time they do.
    pub objects: usize,
    /// Their bytes, unpacked.
    pub bytes: u64,
    /// Rows that were counted again.
    pub rows: u64,
    /// Rate books that were opened.
    pub books: usize,
    /// Rate books that were made again from their pages and are the same.
    pub rebuilt_books: usize,
    /// Rate books and packs that were missing or damaged and were written again.
    #[serde(skip)]
    pub mended: usize,
    /// Rate books that only their import's arguments could make again, and those are not on record.
    pub books_not_rebuilt: usize,
}

/// One promise that the store breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Breach {
    /// Which promise.
    pub kind: BreachKind,
    /// The record that makes it.
    pub record: Option<u64>,
    /// The object.
    pub key: String,
    /// What is wrong.
    pub detail: String,
    /// What puts it right.
    pub act: Act,
}

/// What puts a breach right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// What lies there, or is not there, comes back from a copy.
    Restore,
    /// It is made from other objects, which are there: `verify --rebuild` makes it again.
    Rebuild,
    /// The next run of any job goes on behind it.
    RunAJob,
    /// Nobody needs what lies there: it is to be taken away.
    Remove,
}

/// The promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachKind {
    /// Numbers of records have no gap.
    RecordMissing,
    /// A record can be read, and its number is that of its key.
    RecordUnreadable,
    /// A record names the hash of the one before it.
    RecordChain,
    /// A record says each thing once.
    NamedTwice,
    /// A record's dates make sense.
    BadDates,
    /// A named object is there.
    ObjectMissing,
    /// It has the length and the hash that its record says.
    ObjectDamaged,
    /// Its key is the one that its record and its content make.
    KeyOfAnother,
    /// Pages are numbered from 0 without a gap; each but the last leads on.
    PagesNotWhole,
    /// What it holds can be read, and belongs there.
    Unreadable,
    /// It holds as many rows as its record says.
    RowsDiffer,
    /// A rate book is there, is the bytes of its name, and can be opened.
    BookDamaged,
    /// A rate book is what its pages make.
    BookDiffers,
    /// Billing periods do not overlap.
    PeriodsOverlap,
    /// The answers on record are those of the record's pages.
    AnswersDiffer,
    /// A pack of records is what its records are.
    PackDiffers,
    /// Nothing lies there that no run makes.
    UnknownKey,
    /// Objects are files: no link is followed, no pipe is opened.
    NotAFile,
}

impl BreachKind {
    /// What puts such a breach right, where nothing more is known of it.
    fn act(self) -> Act {
        match self {
            BreachKind::UnknownKey => Act::Remove,
            _ => Act::Restore,
        }
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub counts: Counts,
    pub breaches: Vec<Breach>,
    /// Keys that records name.
    pub named: BTreeSet<String>,
}

impl Findings {
    /// Adds a breach of a record.
    pub fn breach(&mut self, kind: BreachKind, record: u64, key: impl Into<String>, detail: impl Into<String>) {
        self.breach_for(kind.act(), kind, Some(record), key, detail);
    }

    /// Adds a breach that belongs to no record.
    pub fn breach_of_none(&mut self, kind: BreachKind, key: impl Into<String>, detail: impl Into<String>) {
        self.breach_for(kind.act(), kind, None, key, detail);
    }

    /// Adds a breach that something else than usual puts right.
    pub fn breach_for(
        &mut self,
        act: Act,
        kind: BreachKind,
        record: Option<u64>,
        key: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.breaches.push(Breach { kind, record, key: key.into(), detail: detail.into(), act });
    }

    /// Takes in what another check found.
    pub fn extend(&mut self, more: Findings) {
        self.breaches.extend(more.breaches);
        self.named.extend(more.named);
        let Counts { records, torn_records, mended, objects, bytes, rows, books, rebuilt_books, books_not_rebuilt } =
            more.counts;
        let counts = &mut self.counts;
        counts.records += records;
        counts.mended += mended;
        counts.torn_records += torn_records;
        counts.objects += objects;
        counts.bytes += bytes;
        counts.rows += rows;
        counts.books += books;
        counts.rebuilt_books += rebuilt_books;
        counts.books_not_rebuilt += books_not_rebuilt;
    }

    /// An incident changes once in a record: of two changes nobody could say which came first.
    pub fn changed_twice(&mut self, record: &Manifest) {
        let mut causes = BTreeSet::new();
        for entry in &record.entries {
            let Entry::Incident { cause, .. } = entry else { continue };
            if !causes.insert(cause) {
                let detail = format!("the incident {} of {} changes there twice", cause.rule, cause.scope);
                self.breach(BreachKind::NamedTwice, record.number, key::manifest(record.number), detail);
            }
        }
    }

    /// One reported day is read or missed, and read once.
    pub fn named_twice(&mut self, record: &Manifest) {
        let mut days = BTreeSet::new();
        for entry in &record.entries {
            let days_of = match entry {
                Entry::Usage { subscription_id, granularity, reported_on, .. } => {
                    Some((*subscription_id, *granularity, *reported_on, *reported_on))
                }
                Entry::Gap { subscription_id, granularity, reported_from, reported_to, .. } => {
                    Some((*subscription_id, *granularity, *reported_from, *reported_to))
                }
                _ => None,
            };
            let Some((of, granularity, first, last)) = days_of else { continue };
            let mut day = first;
            while day <= last {
                if !days.insert((of, granularity, day)) {
                    let detail = format!("{of} {} {day} stands there twice", granularity.name());
                    self.breach(BreachKind::NamedTwice, record.number, key::manifest(record.number), detail);
                }
                let Ok(next) = day.tomorrow() else { break };
                day = next;
            }
        }
    }
}
