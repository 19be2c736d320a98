//! The store's protocol: raw pages first, then one commit record that makes them count.
//!
//! Pages are packed with zstd and named by their content; a record is written only if its number is
//! free, so of two runs that commit at once one takes the next number. Reading checks every hash.

use std::io::Read as _;

use jiff::Timestamp;
use shared::period::Instant;
use shared::ratebook::RateBook;
use shared::ratebook::format::{self, BookId, OpenBook};
use shared::snapshot::{Entry, MANIFEST_SCHEMA, Manifest, Snapshots, StoredObject, key};

use crate::error::Error;
use crate::store::{Put, Store, StoreError};

/// Pages are packed thirty to one at this level; a higher one costs time and saves little.
const ZSTD_LEVEL: i32 = 3;
/// How often a commit may lose the race for a number before the run gives up.
const MAX_COMMIT_TRIES: u32 = 50;
/// Largest page, unpacked.
const MAX_PAGE_BYTES: u64 = 256 * 1024 * 1024;

/// Snapshots in a store.
#[derive(Debug)]
pub struct Archive {
    store: Store,
}

/// SHA-256 in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    BookId::of(bytes).hex().to_owned()
}

impl Archive {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store) -> Archive {
        Archive { store }
    }

    /// Keeps the bytes of an answer. They count only when a commit names them.
    pub async fn keep(
        &self,
        bytes: &[u8],
        rows: usize,
        key: impl FnOnce(&str) -> String,
    ) -> Result<StoredObject, Error> {
        let sha256 = sha256(bytes);
        let key = key(&sha256);
        let packed = if key.ends_with(".zst") {
            zstd::bulk::compress(bytes, ZSTD_LEVEL).map_err(Error::io("packing a page"))?
        } else {
            bytes.to_vec()
        };
        // The key holds the hash of the content, so an object that exists is the same.
        self.store.put_new(&key, packed).await?;
        Ok(StoredObject { key, sha256, bytes: bytes.len() as u64, rows: rows as u64 })
    }

    /// Reads a page back and checks that it is what was committed.
    pub async fn page(&self, object: &StoredObject) -> Result<Vec<u8>, Error> {
        let packed = self.store.get(&object.key).await.map_err(|error| match error {
            StoreError::NotFound { key } => Error::Damaged(format!("{key} is committed and not there")),
            other => other.into(),
        })?;
        let bytes = if object.key.ends_with(".zst") {
            unpack(&packed).map_err(|error| Error::Damaged(format!("{}: {error}", object.key)))?
        } else {
            packed
        };
        if bytes.len() as u64 != object.bytes || sha256(&bytes) != object.sha256 {
            return Err(Error::Damaged(format!("{} is not what was committed", object.key)));
        }
        Ok(bytes)
    }

    /// Keeps a rate book under the hash of its bytes.
    pub async fn keep_book(&self, book: &RateBook) -> Result<BookId, Error> {
        let bytes = format::to_bytes(book);
        let id = BookId::of(&bytes);
        self.store.put_new(&key::rate_book(&id), bytes).await?;
        Ok(id)
    }

    /// The bytes of a rate book.
    pub async fn book_bytes(&self, id: &BookId) -> Result<Vec<u8>, Error> {
        let bytes = self.store.get(&key::rate_book(id)).await?;
        if BookId::of(&bytes) != *id {
            return Err(Error::Damaged(format!("{} is not the book of that name", key::rate_book(id))));
        }
        Ok(bytes)
    }

    /// Opens a rate book.
    pub async fn book(&self, id: &BookId) -> Result<OpenBook, Error> {
        let bytes = self.book_bytes(id).await?;
        format::open(&bytes).map_err(Error::damaged(key::rate_book(id)))
    }

    /// Makes the entries count, all at once.
    pub async fn commit(&self, run_at: Timestamp, job: &str, entries: Vec<Entry>) -> Result<u64, Error> {
        for _ in 0..MAX_COMMIT_TRIES {
            let last = self.store.list("manifests/").await?.into_iter().next_back();
            let (number, previous) = match last {
                None => (1, None),
                Some(last) => {
                    let bytes = self.store.get(&last).await?;
                    let manifest = Manifest::decode(&bytes).map_err(Error::damaged(last))?;
                    (manifest.number + 1, Some(sha256(&bytes)))
                }
            };
            let manifest = Manifest {
                schema: MANIFEST_SCHEMA.into(),
                number,
                previous,
                run_at: Instant(run_at),
                job: job.to_owned(),
                entries: entries.clone(),
            };
            let bytes = serde_json::to_vec(&manifest)
                .map_err(|error| Error::Damaged(format!("a commit record is not JSON: {error}")))?;
            if self.store.put_new(&key::manifest(number), bytes).await? == Put::Created {
                return Ok(number);
            }
        }
        Err(Error::Contended { tries: MAX_COMMIT_TRIES })
    }

    /// What counts now. The chain of records is checked on the way.
    pub async fn snapshots(&self) -> Result<Snapshots, Error> {
        let mut snapshots = Snapshots::default();
        let mut previous: Option<String> = None;
        for name in self.store.list("manifests/").await? {
            let bytes = self.store.get(&name).await?;
            let manifest = Manifest::decode(&bytes).map_err(Error::damaged(name.clone()))?;
            let fits = key::manifest(manifest.number) == name
                && manifest.number == snapshots.last_number + 1
                && manifest.previous == previous;
            if !fits {
                return Err(Error::Damaged(format!("{name} does not follow the record before it")));
            }
            previous = Some(sha256(&bytes));
            snapshots.apply(manifest);
        }
        Ok(snapshots)
    }
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    zstd::stream::read::Decoder::new(packed)?.take(MAX_PAGE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_PAGE_BYTES {
        return Err(std::io::Error::other("unpacks to more than is accepted"));
    }
    Ok(bytes)
}
