//! The chain of records: numbers without a gap, each with the hash of the one before it.

use shared::snapshot::{Manifest, is_torn, key};

use super::super::log::{Chain, RECORDS};
use super::super::sha256;
use super::Inspector;
use super::findings::{Breach, BreachKind, Findings};
use crate::error::Error;
use crate::store::StoreError;

impl Inspector<'_> {
    /// Keys where only records may lie.
    pub(super) fn record_keys(&self) -> impl Iterator<Item = &String> {
        self.keys.iter().filter(|key| key.starts_with("manifests/"))
    }

    /// The records by number. What is no record's key is a stranger.
    pub(super) fn records(&self, found: &mut Findings) -> Vec<(u64, String)> {
        let mut records = Vec::new();
        for name in self.record_keys() {
            let number = name.strip_prefix("manifests/").and_then(|name| name.strip_suffix(".json"));
            match number.and_then(|number| number.parse::<u64>().ok()).filter(|n| key::manifest(*n) == *name) {
                Some(number) => records.push((number, name.clone())),
                None => found.breaches.push(Breach {
                    kind: BreachKind::UnknownKey,
                    record: None,
                    key: name.clone(),
                    detail: "no record has such a name".to_owned(),
                }),
            }
        }
        // Keys are in the order of their bytes; from nine digits on that is not the order of numbers.
        records.sort_unstable();
        records
    }
}

impl Inspector<'_> {
    /// Packs are made of records: each must be the same bytes.
    pub(super) async fn packs(&self, found: &mut Findings) -> Result<(), Error> {
        for name in self.keys.iter().filter(|key| key.starts_with("packs/")) {
            found.named.insert(name.clone());
            let whole = self.archive.pack_lines(name).await?;
            let first = name.get(6..14).and_then(|number| number.parse::<u64>().ok());
            let same = match (&whole, first) {
                (Some(lines), Some(first)) => match self.archive.record_lines(first, first + RECORDS - 1).await {
                    Ok(records) => *lines == records,
                    // One between others was told; those at the end are known from here alone.
                    Err(StoreError::NotFound { key }) => {
                        if found.counts.records as u64 + 1 < first + RECORDS {
                            let detail = format!("{name} holds records that are not there");
                            let (kind, record) = (BreachKind::RecordMissing, None);
                            found.breaches.push(Breach { kind, record, key, detail });
                        }
                        true
                    }
                    Err(error) => return Err(error.into()),
                },
                _ => false,
            };
            if !same && self.mends && self.archive.mend_pack(name).await? {
                found.counts.mended += 1;
            } else if !same {
                let (kind, key) = (BreachKind::PackDiffers, name.clone());
                let detail = match whole {
                    Some(_) => "it is whole and its records are others now: it may be the only copy of them",
                    None => "it is damaged; it is not needed and may be deleted",
                };
                let detail = detail.to_owned();
                found.breaches.push(Breach { kind, record: first, key, detail });
            }
        }
        Ok(())
    }
}

/// The records so far.
#[derive(Default)]
pub(super) struct Walk {
    chain: Chain,
    /// A record was missing or could not be read.
    broken: bool,
    /// Records that break off, and behind which nobody wrote on so far.
    torn: Vec<(u64, String, String)>,
}

impl Walk {
    /// Whether every record so far was there and could be read.
    pub fn is_whole(&self) -> bool {
        !self.broken
    }

    /// Checks the next record; gives it back when it can be read.
    pub fn next(&mut self, number: u64, key: &str, bytes: &[u8], found: &mut Findings) -> Option<Manifest> {
        found.counts.records += 1;
        let first = self.chain.next_number();
        let after_a_gap = number != first;
        if after_a_gap {
            self.broken = true;
            let last = number - 1;
            let what =
                if first == last { format!("record {first} is") } else { format!("records {first} to {last} are") };
            found.breach(BreachKind::RecordMissing, first, key::manifest(first), format!("{what} missing"));
        }
        let record = match Manifest::decode(bytes) {
            Ok(record) => record,
            Err(error) if is_torn(bytes) => {
                self.torn.push((number, key.to_owned(), error.to_string()));
                self.chain.pass_over(number);
                return None;
            }
            Err(error) => {
                self.broken = true;
                found.breach(BreachKind::RecordUnreadable, number, key, error.to_string());
                self.chain.add(number, sha256(bytes));
                return None;
            }
        };
        if record.number != number {
            found.breach(BreachKind::RecordUnreadable, number, key, format!("it says that it is {}", record.number));
        }
        if !after_a_gap && record.previous.as_deref() != self.chain.last_sha256() {
            // Whoever wrote this one read those before it whole.
            for (number, key, problem) in self.torn.drain(..) {
                found.breach(BreachKind::RecordUnreadable, number, key, problem);
            }
            found.breach(BreachKind::RecordChain, number, key, "it does not name the hash of the record before it");
        }
        self.chain.add(number, sha256(bytes));
        // Its writer found them broken off as well, and what they were to say was written again or is due again.
        found.counts.torn_records += self.torn.drain(..).len();
        // What it names is its own; the wrong number was told.
        Some(Manifest { number, ..record })
    }

    /// Records that break off and are the last.
    pub fn end(self, found: &mut Findings) {
        for (number, key, problem) in self.torn {
            let detail = format!("{problem}; the next run of a job writes on behind it");
            found.breach(BreachKind::RecordUnreadable, number, key, detail);
        }
    }
}
