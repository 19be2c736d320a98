//! Old records in packs: a process that starts reads one object for hundreds of records.
//!
//! A pack is the bytes of its records, a line each, and is made from them: it can be missing or damaged, and the records
//! themselves are read instead.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use shared::snapshot::{Manifest, key};

use super::super::{Archive, sha256, unpack};
use super::{RECORDS_AT_ONCE, Seen};
use crate::error::Error;
use crate::store::StoreError;

/// Records of one pack. Tests of faults make packs all the time.
pub(in crate::archive) const RECORDS: u64 = if cfg!(test) { 3 } else { 256 };

/// The last record of a pack, by its name.
pub(in crate::archive) fn packed_up_to(name: &str) -> Option<u64> {
    name.strip_prefix("packs/")?.split('-').nth(1)?.parse().ok()
}

impl Archive {
    /// Makes the packs that are missing, once the last record of one is written. The record counts already: what goes
    /// wrong here costs the next process time and nothing else.
    pub(super) async fn pack_up_to(&self, number: u64) {
        if !number.is_multiple_of(RECORDS) {
            return;
        }
        if let Err(error) = self.pack(number).await {
            tracing::warn!(%error, number, "the records are not packed");
        }
    }

    /// The packs of the blocks that end by a number: says how many of them were missing.
    pub(in crate::archive) async fn pack(&self, number: u64) -> Result<usize, Error> {
        let mut made = 0;
        let there = self.store.list("packs/").await?;
        for last in (1..=number / RECORDS).map(|pack| pack * RECORDS) {
            let first = last - RECORDS + 1;
            // The newest is made whatever lies there under its numbers.
            if last != number && there.iter().any(|name| name.starts_with(&key::packs_of(first, last))) {
                continue;
            }
            let lines = self.record_lines(first, last).await?;
            // One that breaks off may only have been read so; its block stays as it is.
            if lines.split(|byte| *byte == b'\n').any(|line| Manifest::decode(line).is_err()) {
                return Ok(made);
            }
            let records = usize::try_from(RECORDS).unwrap_or(0);
            let pack = self.keep(&lines, records, |hash| key::pack(first, last, hash)).await?;
            made += usize::from(!there.contains(&pack.key));
        }
        Ok(made)
    }

    /// Packs that were found damaged are made again by whoever writes anyway; the records are read, so nothing waits for
    /// it.
    pub(super) async fn mend_packs(&self, damaged: Vec<String>) {
        for name in damaged {
            if let Err(error) = self.mend_pack(&name).await {
                tracing::warn!(%error, name, "the damaged pack stays");
            }
        }
    }

    /// Writes a pack again from its records, where its name is theirs.
    pub(in crate::archive) async fn mend_pack(&self, name: &str) -> Result<bool, Error> {
        let first = name.strip_prefix("packs/").and_then(|name| name.split('-').next()?.parse::<u64>().ok());
        let Some(first) = first else { return Ok(false) };
        let last = first + RECORDS - 1;
        let lines = match self.record_lines(first, last).await {
            Ok(lines) => lines,
            Err(StoreError::NotFound { .. } | StoreError::NotAFile { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let is_its = key::pack(first, last, &sha256(&lines)) == name;
        if is_its {
            self.keep(&lines, usize::try_from(RECORDS).unwrap_or(0), |hash| key::pack(first, last, hash)).await?;
        }
        Ok(is_its)
    }

    /// The records as they lie, a line each.
    pub(in crate::archive) async fn record_lines(&self, first: u64, last: u64) -> Result<Vec<u8>, StoreError> {
        let reads = (first..=last).map(|number| async move { self.store.get(&key::manifest(number)).await });
        let records: Vec<Vec<u8>> = stream::iter(reads).buffered(RECORDS_AT_ONCE).try_collect().await?;
        Ok(records.join(&b'\n'))
    }

    /// Takes in the packs from the first one on, as far as they are whole.
    pub(super) async fn read_packs(&self, seen: &mut Seen, torn: &mut Option<Error>) -> Result<(), Error> {
        for name in self.store.list("packs/").await? {
            let first = seen.chain.next_number();
            if !name.starts_with(&key::packs_of(first, first + RECORDS - 1)) {
                // Another one of the same records, or a hole.
                continue;
            }
            let Some(lines) = self.pack_lines(&name).await? else {
                tracing::warn!(name, "the pack is damaged: its records are read from another or one by one");
                seen.damaged_packs.push(name);
                continue;
            };
            for (number, line) in (first..).zip(lines.split(|byte| *byte == b'\n')) {
                seen.take(key::manifest(number), line, torn)?;
            }
        }
        Ok(())
    }

    /// What a pack holds, if that is what its name says.
    pub(in crate::archive) async fn pack_lines(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let packed = match self.store.get(name).await {
            Ok(packed) => packed,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let numbers = name.strip_prefix("packs/").and_then(|name| name.split_once('-'));
        let first = numbers.and_then(|(first, _)| first.parse::<u64>().ok());
        Ok(unpack(&packed).ok().filter(|lines| {
            let hash = sha256(lines);
            first.is_some_and(|first| key::pack(first, first + RECORDS - 1, &hash) == name)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use jiff::Timestamp;
    use shared::snapshot::{Entry, Snapshots};

    async fn with_records(count: u64) -> Archive {
        let archive = Archive::new(Store::open("memory:").unwrap_or_else(|e| panic!("{e}")));
        for day in 0..count {
            let usage_before = jiff::civil::date(2026, 1, 1).saturating_add(jiff::Span::new().days(day as i64));
            let entries = vec![Entry::Retired { usage_before }];
            archive.commit(Timestamp::UNIX_EPOCH, "retention", entries).await.unwrap_or_else(|e| panic!("{e}"));
        }
        archive
    }

    /// A process that starts.
    async fn fresh(archive: Archive) -> (Archive, Snapshots) {
        let archive = Archive::new(archive.store);
        let snapshots = archive.snapshots().await.unwrap_or_else(|e| panic!("{e}"));
        (archive, snapshots)
    }

    async fn whole(archive: &Archive) -> bool {
        archive.verify(Timestamp::UNIX_EPOCH, &|_, _, _| {}).await.is_ok_and(|found| found.whole)
    }

    #[tokio::test]
    async fn packs_say_what_their_records_say_and_are_not_needed() {
        let archive = with_records(RECORDS * 2 + 1).await;
        let packs = archive.store.list("packs/").await.unwrap_or_default();
        assert_eq!(packs.len(), 2, "{packs:?}");
        assert!(whole(&archive).await);
        // A record that is in a pack is not asked for: without it, reading goes on.
        let hidden = archive.store.get(&key::manifest(2)).await.unwrap_or_default();
        archive.store.delete(&key::manifest(2)).await.unwrap_or_else(|e| panic!("{e}"));
        let (archive, read) = fresh(archive).await;
        assert_eq!((read.last_number, read.usage_from), (7, Some(jiff::civil::date(2026, 1, 7))));
        assert!(!whole(&archive).await, "a record is gone");
        archive.store.mend(&key::manifest(2), hidden).await.unwrap_or_else(|e| panic!("{e}"));
        // A damaged pack is passed by, told, and makes no difference.
        archive.store.mend(&packs[1], b"cut".to_vec()).await.unwrap_or_else(|e| panic!("{e}"));
        let (archive, read) = fresh(archive).await;
        assert_eq!((read.last_number, read.usage_from), (7, Some(jiff::civil::date(2026, 1, 7))));
        assert!(!whole(&archive).await);
        // Whoever writes makes it again, to the same bytes.
        let archive = Archive::for_jobs(archive.store);
        archive.snapshots().await.unwrap_or_else(|e| panic!("{e}"));
        assert!(whole(&archive).await);
        // One that is missing is made with the next one, of the same bytes.
        archive.store.delete(&packs[1]).await.unwrap_or_else(|e| panic!("{e}"));
        archive.pack(RECORDS * 2).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(archive.store.list("packs/").await.unwrap_or_default(), packs);
        assert!(whole(&archive).await);
    }

    /// Missing ones are made again like damaged ones, to the same bytes; the block under way has none.
    #[tokio::test]
    async fn missing_packs_are_made_again_where_somebody_asks() {
        let archive = with_records(RECORDS * 3 + 1).await;
        let packs = archive.store.list("packs/").await.unwrap_or_default();
        assert_eq!(packs.len(), 3, "{packs:?}");
        let mut before = Vec::new();
        for name in &packs {
            before.push(archive.store.get(name).await.unwrap_or_else(|e| panic!("{e}")));
        }
        archive.store.delete(&packs[0]).await.unwrap_or_else(|e| panic!("{e}"));
        archive.store.mend(&packs[1], b"cut".to_vec()).await.unwrap_or_else(|e| panic!("{e}"));
        archive.store.delete(&packs[2]).await.unwrap_or_else(|e| panic!("{e}"));
        let rebuilt =
            async || archive.rebuild(Timestamp::UNIX_EPOCH, &|_, _, _| {}).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(rebuilt().await, 3);
        assert_eq!(archive.store.list("packs/").await.unwrap_or_default(), packs);
        for (name, bytes) in packs.iter().zip(before) {
            assert_eq!(archive.store.get(name).await.unwrap_or_default(), bytes, "{name}");
        }
        assert_eq!(rebuilt().await, 0);
        // Without all its records nobody knows that a block is the one that was.
        archive.store.delete(&packs[2]).await.unwrap_or_else(|e| panic!("{e}"));
        archive.store.delete(&key::manifest(2)).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(rebuilt().await, 0);
        assert_eq!(archive.store.list("packs/").await.unwrap_or_default(), packs[..2]);
    }
}
