//! The store's protocol: raw pages first, then one commit record that makes them count.
//!
//! Pages are packed with zstd and named by their content; a record is written only if its number is
//! free, so of two runs that commit at once one takes the next number. Reading checks every hash, and
//! whatever is written is read back before anything counts on it.

pub mod answers;
mod log;
pub mod restated;
pub mod upkeep;
pub mod verify;

use std::io::Read as _;

use shared::ratebook::RateBook;
use shared::ratebook::format::{self, BookId, OpenBook};
use shared::snapshot::{StoredObject, key};
use tokio::sync::Mutex;

use crate::error::Error;
use crate::planted::{Bug, planted};
use crate::store::{Store, StoreError};
use log::Seen;

/// Pages are packed thirty to one at this level; a higher one costs time and saves little.
const ZSTD_LEVEL: i32 = 3;
/// How often an object is read that is not what it must be, until it is taken for damaged,
const MAX_READS: usize = 3;
/// and how often it is written.
const MAX_WRITES: usize = 3;
/// Where objects lie; the records, which every store has, first.
const FOLDERS: [&str; 6] = ["manifests/", "packs/", "raw/", "ratebook/", "published/", "probe/"];
/// Largest page, unpacked.
const MAX_PAGE_BYTES: u64 = 256 * 1024 * 1024;

/// Snapshots in a store.
#[derive(Debug)]
pub struct Archive {
    store: Store,
    seen: Mutex<Seen>,
    /// Whether a last record that breaks off is passed over.
    writes_on: bool,
    /// By chance: two processes that say the same at once must know their records apart.
    writer: String,
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
        let writer = format!("{:016x}", fastrand::u64(..));
        Archive { store, seen: Mutex::default(), writes_on: false, writer }
    }

    /// For jobs: a last record that breaks off stops readers, who would miss something without knowing it. A job reads
    /// again whatever is due without that record, and writes on behind it.
    #[must_use]
    pub fn for_jobs(store: Store) -> Archive {
        Archive { writes_on: true, ..Archive::new(store) }
    }

    /// Whether nothing lies there that a job or an import makes: then it is no store yet, or another place was meant. What
    /// else lies there is not looked at: it may be anybody's disk.
    pub async fn is_empty(&self) -> Result<bool, Error> {
        for folder in FOLDERS {
            let found = self.store.look(folder).await?;
            if !(found.keys.is_empty() && found.others.is_empty()) {
                return Ok(false);
            }
        }
        Ok(true)
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
        let object = StoredObject { key, sha256, bytes: bytes.len() as u64, rows: rows as u64 };
        if planted(Bug::PageNotKept) && object.key.contains("/p0001-") {
            return Ok(object);
        }
        // Another version of the packer may have made other bytes of the same content.
        let is_it = |there: &[u8]| there == packed || self.is_of(&object, there).is_ok();
        self.place(&object.key, packed.clone(), || packed.clone(), is_it).await?;
        Ok(object)
    }

    /// Writes an object that is named by its content, and reads it back: a write may have been cut, by this run or by one
    /// that died, and then the object is written again. What lies there may be in use, so it is replaced only when it
    /// was read several times and never was what it must be.
    async fn place(
        &self,
        key: &str,
        bytes: Vec<u8>,
        again: impl Fn() -> Vec<u8>,
        is_it: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Error> {
        self.store.put_new(key, bytes).await?;
        if planted(Bug::NotReadBack) {
            return Ok(());
        }
        for written in 1..=MAX_WRITES {
            for _ in 0..MAX_READS {
                match self.store.get(key).await {
                    Ok(there) if is_it(&there) => return Ok(()),
                    Ok(_) | Err(StoreError::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            if written < MAX_WRITES {
                tracing::warn!(key, "what lies there is not what belongs there: it is written again");
                self.store.mend(key, again()).await?;
            }
        }
        Err(Error::Damaged(format!("{key} does not come back as it was written")))
    }

    /// Reads a page back and checks that it is what was committed.
    pub async fn page(&self, object: &StoredObject) -> Result<Vec<u8>, Error> {
        let mut again = true;
        loop {
            let packed = self.store.get(&object.key).await.map_err(|error| match error {
                StoreError::NotFound { key } => Error::Damaged(format!("{key} is committed and not there")),
                StoreError::NotAFile { why, .. } => Error::Damaged(format!("{}: {why}", object.key)),
                other => other.into(),
            })?;
            match self.is_of(object, &packed) {
                // What lies there counts, and a bit may have turned on the way: it is read once more.
                Err(_) if again => again = false,
                whole => return whole,
            }
        }
    }

    /// The content of a stored object, if it is that of its record.
    fn is_of(&self, object: &StoredObject, packed: &[u8]) -> Result<Vec<u8>, Error> {
        let bytes = if object.key.ends_with(".zst") {
            unpack(packed).map_err(|error| Error::Damaged(format!("{}: {error}", object.key)))?
        } else {
            packed.to_vec()
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
        let key = key::rate_book(&id);
        self.place(&key, bytes, || format::to_bytes(book), |there| BookId::of(there) == id).await?;
        Ok(id)
    }

    /// The bytes of a rate book.
    pub async fn book_bytes(&self, id: &BookId) -> Result<Vec<u8>, Error> {
        let bytes = self.store.get(&key::rate_book(id)).await.map_err(|error| match error {
            StoreError::NotAFile { why, .. } => Error::Damaged(format!("{}: {why}", key::rate_book(id))),
            other => other.into(),
        })?;
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
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    zstd::stream::read::Decoder::new(packed)?.take(MAX_PAGE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_PAGE_BYTES {
        return Err(std::io::Error::other("unpacks to more than is accepted"));
    }
    Ok(bytes)
}
