//! The numbered records: how one is added, and what all of them say together.
//!
//! What was read once is remembered with the hash of the last record. The next commit just tries the next number, and
//! the next reading asks only for records after that: a store with many thousands of them is listed once.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use shared::period::Instant;
use shared::snapshot::{Entry, MANIFEST_SCHEMA, Manifest, Snapshots, key};

use super::{Archive, sha256};
use crate::error::Error;
use crate::store::{Put, StoreError};

/// How often a commit may lose the race for a number before the run gives up.
const MAX_COMMIT_TRIES: u32 = 50;
/// Records that are read at once: a bucket answers each in some hundredths of a second.
const RECORDS_AT_ONCE: usize = 16;

/// The records as far as they were read.
#[derive(Debug, Default)]
pub struct Seen {
    snapshots: Snapshots,
    /// SHA-256 of the last record.
    last_sha256: Option<String>,
    /// Whether the store was asked at all.
    asked: bool,
}

impl Archive {
    /// Makes the entries count, all at once.
    pub async fn commit(&self, run_at: Timestamp, job: &str, entries: Vec<Entry>) -> Result<u64, Error> {
        let mut seen = self.seen.lock().await;
        if !seen.asked {
            self.read_on(&mut seen).await?;
        }
        for _ in 0..MAX_COMMIT_TRIES {
            let number = seen.snapshots.last_number + 1;
            let manifest = Manifest {
                schema: MANIFEST_SCHEMA.into(),
                number,
                previous: seen.last_sha256.clone(),
                run_at: Instant(run_at),
                job: job.to_owned(),
                entries: entries.clone(),
            };
            let bytes = serde_json::to_vec(&manifest)
                .map_err(|error| Error::Damaged(format!("a commit record is not JSON: {error}")))?;
            let hash = sha256(&bytes);
            if self.store.put_new(&key::manifest(number), bytes).await? == Put::Created {
                seen.last_sha256 = Some(hash);
                seen.snapshots.apply(manifest);
                return Ok(number);
            }
            self.read_on(&mut seen).await?;
        }
        Err(Error::Contended { tries: MAX_COMMIT_TRIES })
    }

    /// What counts now. The chain of records is checked on the way.
    pub async fn snapshots(&self) -> Result<Snapshots, Error> {
        let mut seen = self.seen.lock().await;
        self.read_on(&mut seen).await?;
        Ok(seen.snapshots.clone())
    }

    /// Reads the records after those that are known.
    async fn read_on(&self, seen: &mut Seen) -> Result<(), Error> {
        let known = (seen.snapshots.last_number > 0).then(|| key::manifest(seen.snapshots.last_number));
        let names = self.store.list_after("manifests/", known.as_deref()).await?;
        let reads = names.into_iter().map(|name| async move {
            let bytes = self.store.get(&name).await?;
            Ok::<_, StoreError>((name, bytes))
        });
        let mut records = stream::iter(reads).buffered(RECORDS_AT_ONCE);
        while let Some((name, bytes)) = records.try_next().await? {
            let manifest = Manifest::decode(&bytes).map_err(Error::damaged(name.clone()))?;
            let fits = key::manifest(manifest.number) == name
                && manifest.number == seen.snapshots.last_number + 1
                && manifest.previous == seen.last_sha256;
            if !fits {
                return Err(Error::Damaged(format!("{name} does not follow the record before it")));
            }
            seen.last_sha256 = Some(sha256(&bytes));
            seen.snapshots.apply(manifest);
        }
        seen.asked = true;
        Ok(())
    }
}
