//! The chain of records: numbers without a gap, each with the hash of the one before it.

use shared::snapshot::{Manifest, is_torn, key};

use super::super::log::{Chain, RECORDS};
use super::super::sha256;
use super::Inspector;
use super::findings::{Act, BreachKind, Findings};
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
            match number_of(name) {
                Some(number) => records.push((number, name.clone())),
                None => found.breach_of_none(BreachKind::UnknownKey, name, "no record has such a name"),
            }
        }
        // Keys are in the order of their bytes; from nine digits on that is not the order of numbers.
        records.sort_unstable();
        records
    }
}

/// The number of a record, by its key.
fn number_of(name: &str) -> Option<u64> {
    let number = name.strip_prefix("manifests/").and_then(|name| name.strip_suffix(".json"));
    number.and_then(|number| number.parse().ok()).filter(|number| key::manifest(*number) == name)
}

impl Inspector<'_> {
    /// Packs are made of records: each must be the same bytes. Where a damaged one is made again, so is one that is
    /// missing.
    pub(super) async fn packs(&self, last: u64, found: &mut Findings) -> Result<(), Error> {
        for name in self.keys.iter().filter(|key| key.starts_with("packs/")) {
            found.named.insert(name.clone());
            self.pack(name, found).await?;
        }
        let of_the_chain = [BreachKind::RecordMissing, BreachKind::RecordUnreadable, BreachKind::RecordChain];
        let in_the_way = |name: &String| name.starts_with("manifests") || name.starts_with("packs");
        let is_whole = !found.breaches.iter().any(|breach| of_the_chain.contains(&breach.kind));
        if self.mends && is_whole && !self.others.keys().any(in_the_way) {
            found.counts.mended += self.archive.pack(last - last % RECORDS).await?;
        }
        Ok(())
    }

    async fn pack(&self, name: &str, found: &mut Findings) -> Result<(), Error> {
        let first = name.get(6..14).and_then(|number| number.parse::<u64>().ok());
        let whole = self.archive.pack_lines(name).await?;
        let records = match first {
            Some(first) => self.archive.record_lines(first, first + RECORDS - 1).await.map(Some),
            None => Ok(None),
        };
        let records = match records {
            Ok(records) => records,
            // One between others was told; those at the end are known from here alone.
            Err(StoreError::NotFound { key }) if whole.is_some() => {
                if first.is_some_and(|first| found.counts.records as u64 + 1 < first + RECORDS) {
                    let detail = format!("{name} holds records that are not there");
                    found.breach_of_none(BreachKind::RecordMissing, key, detail);
                }
                return Ok(());
            }
            // It is told where it lies.
            Err(StoreError::NotAFile { .. }) if whole.is_some() => return Ok(()),
            Err(StoreError::NotFound { .. } | StoreError::NotAFile { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let kind = BreachKind::PackDiffers;
        match (whole, first, records) {
            (Some(lines), _, Some(records)) if lines == records => {}
            (Some(_), ..) => {
                let detail = "it is whole and its records are others now: it may be the only copy of them";
                found.breach_for(Act::Restore, kind, first, name, detail);
            }
            (None, Some(first), Some(records)) if key::pack(first, first + RECORDS - 1, &sha256(&records)) == name => {
                if self.mends && self.archive.mend_pack(name).await? {
                    found.counts.mended += 1;
                } else {
                    found.breach_for(Act::Rebuild, kind, Some(first), name, "it is damaged; its records are all there");
                }
            }
            (None, ..) => {
                let detail = "it is damaged; it is not needed and may be deleted";
                found.breach_for(Act::Remove, kind, first, name, detail);
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
            found.breach_for(Act::RunAJob, BreachKind::RecordUnreadable, Some(number), key, detail);
        }
    }
}
