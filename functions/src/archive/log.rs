//! The numbered records: how one is added, and what all of them say together.
//!
//! What was read once is remembered with the hash of the last record. The next commit just tries the next number, and
//! the next reading asks only for records after that: a store with many thousands of them is listed once.

mod chain;
mod packs;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use shared::period::Instant;
use shared::snapshot::{Entry, MANIFEST_SCHEMA, Manifest, Snapshots, is_torn, key};

use super::{Archive, sha256};
use crate::error::Error;
use crate::planted::{Bug, planted};
use crate::store::{Put, StoreError};
pub use chain::Chain;
pub(super) use packs::{RECORDS, packed_up_to};

/// How often a commit may lose the race for a number before the run gives up.
const MAX_COMMIT_TRIES: u32 = 50;
/// How many records that break off a run may leave behind: then it is not bad luck.
const MAX_TORN: u32 = 2;
/// Records that are read at once: a bucket answers each in some hundredths of a second.
const RECORDS_AT_ONCE: usize = 16;

/// The records as far as they were read.
#[derive(Debug, Default)]
pub struct Seen {
    snapshots: Snapshots,
    chain: Chain,
    /// Whether the store was asked at all.
    asked: bool,
    /// Packs that were passed by: a run that died while it wrote one leaves it so.
    damaged_packs: Vec<String>,
}

/// What became of a record that was written.
enum Written {
    /// It is there as it was meant.
    Ours,
    /// Another record has its number.
    Taken,
    /// It breaks off.
    Torn,
}

impl Archive {
    /// Makes the entries count, all at once.
    pub async fn commit(&self, run_at: Timestamp, job: &str, entries: Vec<Entry>) -> Result<u64, Error> {
        let mut seen = self.seen.lock().await;
        if !seen.asked {
            self.read_on(&mut seen).await?;
        }
        let mut torn = 0;
        for _ in 0..MAX_COMMIT_TRIES {
            let number = seen.chain.next_number() + u64::from(planted(Bug::NumbersSkipped));
            let manifest = Manifest {
                schema: MANIFEST_SCHEMA.into(),
                number,
                previous: seen.chain.last_sha256().filter(|_| !planted(Bug::ChainForgotten)).map(str::to_owned),
                run_at: Instant(run_at),
                job: job.to_owned(),
                entries: entries.clone(),
                writer: Some(self.writer.clone()),
            };
            let bytes =
                manifest.encode().map_err(|error| Error::Damaged(format!("a commit record is not JSON: {error}")))?;
            match self.write(&key::manifest(number), &bytes).await? {
                Written::Ours => {
                    seen.chain.add(number, sha256(&bytes));
                    seen.snapshots.apply(manifest);
                    self.pack_up_to(number).await;
                    return Ok(number);
                }
                Written::Taken if planted(Bug::TakenIsOurs) => return Ok(number),
                Written::Taken if planted(Bug::StaleNumber) => seen.chain.pass_over(number),
                Written::Taken => self.read_on(&mut seen).await?,
                Written::Torn if planted(Bug::TornIsDone) => return Ok(number),
                Written::Torn if torn < MAX_TORN => {
                    tracing::warn!(number, "the record breaks off in the store: it is written again as the next one");
                    torn += 1;
                    seen.chain.pass_over(number);
                }
                Written::Torn => {
                    return Err(Error::Damaged(format!("{} does not come back whole", key::manifest(number))));
                }
            }
        }
        Err(Error::Contended { tries: MAX_COMMIT_TRIES })
    }

    /// Writes a record and looks what is there. A lost answer says nothing: only what is there does.
    async fn write(&self, key: &str, bytes: &[u8]) -> Result<Written, Error> {
        let put = match planted(Bug::RecordsReplaced) {
            true => self.store.mend(key, bytes.to_vec()).await.map(|()| Put::Created),
            false => self.store.put_new(key, bytes.to_vec()).await,
        };
        let there = match self.store.get(key).await {
            Ok(there) if there == bytes => return Ok(Written::Ours),
            Ok(there) if !matches!(put, Ok(Put::Created)) && Manifest::decode(&there).is_ok() => {
                return Ok(Written::Taken);
            }
            // Reading may have been what failed.
            Ok(_) => self.store.get(key).await,
            Err(error) => Err(error),
        };
        match (there, put) {
            (Ok(there), _) if there == bytes => Ok(Written::Ours),
            (Ok(there), _) if is_torn(&there) => Ok(Written::Torn),
            (_, Err(error)) | (Err(error), Ok(_)) => Err(error.into()),
            (Ok(_), Ok(Put::Exists)) => Ok(Written::Taken),
            (Ok(_), Ok(Put::Created)) => Err(Error::Damaged(format!("{key} is not as it was written"))),
        }
    }

    /// What counts now. The chain of records is checked on the way.
    pub async fn snapshots(&self) -> Result<Snapshots, Error> {
        let mut seen = self.seen.lock().await;
        self.read_on(&mut seen).await?;
        Ok(seen.snapshots.clone())
    }

    /// Reads the records after those that are known: the first ones in packs, where there are any.
    async fn read_on(&self, seen: &mut Seen) -> Result<(), Error> {
        let mut torn = None;
        if seen.chain.last_number().is_none() {
            self.read_packs(seen, &mut torn).await?;
        }
        let known = seen.chain.last_number().map(key::manifest);
        let names = self.store.list_after("manifests/", known.as_deref()).await?;
        let reads = names.into_iter().map(|name| async move {
            let mut bytes = self.store.get(&name).await?;
            if is_torn(&bytes) {
                // It may have been the reading that broke off.
                bytes = self.store.get(&name).await?;
            }
            Ok::<_, StoreError>((name, bytes))
        });
        let mut records = stream::iter(reads).buffered(RECORDS_AT_ONCE);
        while let Some((name, bytes)) = records.try_next().await? {
            seen.take(name, &bytes, &mut torn)?;
        }
        match torn {
            Some(error) if !self.writes_on => {
                seen.chain.forget_passed_over();
                Err(error)
            }
            _ => {
                seen.asked = true;
                let damaged = std::mem::take(&mut seen.damaged_packs);
                if self.writes_on && !planted(Bug::PacksStayDamaged) {
                    self.mend_packs(damaged).await;
                }
                Ok(())
            }
        }
    }
}

impl Seen {
    /// Takes the next record in. `torn` is the first of those at the end that break off: nobody knows yet whether
    /// somebody wrote on behind it.
    pub(super) fn take(&mut self, name: String, bytes: &[u8], torn: &mut Option<Error>) -> Result<(), Error> {
        let number = self.chain.next_number();
        if name != key::manifest(number) {
            return Err(Error::Damaged(format!("{name} does not follow the record before it")));
        }
        let manifest = match Manifest::decode(bytes) {
            Ok(manifest) => manifest,
            Err(error) if is_torn(bytes) => {
                torn.get_or_insert(Error::damaged(name)(error));
                if !planted(Bug::TornKeepsItsNumber) {
                    self.chain.pass_over(number);
                }
                return Ok(());
            }
            Err(error) => return Err(Error::damaged(name)(error)),
        };
        if manifest.number != number || manifest.previous.as_deref() != self.chain.last_sha256() {
            // One that breaks off before it was whole once.
            let broken = || Error::Damaged(format!("{name} does not follow the record before it"));
            return Err(torn.take().unwrap_or_else(broken));
        }
        *torn = None;
        self.chain.add(number, sha256(bytes));
        self.snapshots.apply(manifest);
        Ok(())
    }
}
