//! Where snapshots lie. Writes are create-only: an object never changes once it is there. Only one whose bytes are not
//! those of its name is written again.
//!
//! A closed set of stores is an enum: no generics run through the jobs and every match is complete.

mod error;
mod folder;
mod memory;
mod s3;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

pub use error::StoreError;
use folder::FolderStore;
use memory::MemoryStore;
pub use s3::Endpoint;
use s3::S3Store;

/// Largest object that is read back.
const MAX_OBJECT_BYTES: u64 = 512 * 1024 * 1024;

/// Everything that lies below a folder of the store.
#[derive(Debug, Default)]
pub struct Listing {
    /// Objects, in order.
    pub keys: Vec<String>,
    /// What lies among them and is no file, and what it is. Only a folder of this machine can hold such things.
    pub others: BTreeMap<String, &'static str>,
}

/// Where snapshots lie.
#[derive(Debug)]
pub enum Store {
    /// A folder of this machine.
    Folder(Arc<FolderStore>),
    /// Memory of this process: for trying out and for tests.
    Memory(MemoryStore),
    /// A folder of a bucket.
    S3(S3Store),
    /// One that fails as a test wants it.
    #[cfg(test)]
    #[expect(private_interfaces, reason = "tests of this crate alone can make one")]
    Simulated(Arc<crate::faults::SimStore>),
}

/// What a create-only write found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The object is new.
    Created,
    /// There was one already; it was left as it is.
    Exists,
}

impl Store {
    /// Opens `s3://BUCKET/PREFIX`, `file:PATH` or `memory:`. A folder is made when the first object is written, and
    /// a bucket is asked for at the first request.
    pub fn open(url: &str) -> Result<Store, StoreError> {
        Store::open_at(url, None)
    }

    /// The same, with a host for `s3://` that is told and not found in the environment.
    pub fn open_at(url: &str, endpoint: Option<Endpoint>) -> Result<Store, StoreError> {
        let store = match url.split_once(':') {
            Some(("memory", "")) => Some(Store::Memory(MemoryStore::default())),
            // `file:///var/x` and `file:./x` both name a path.
            Some(("file", path)) if !path.is_empty() => {
                let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
                Some(Store::Folder(Arc::new(FolderStore::new(path))))
            }
            Some(("s3", place)) => {
                place.strip_prefix("//").and_then(|place| S3Store::new(place, endpoint)).map(Store::S3)
            }
            _ => None,
        };
        store.ok_or_else(|| StoreError::BadUrl { text: url.to_owned() })
    }

    /// Writes an object unless its key is taken. When this returns, the object survives a crash.
    pub async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<Put, StoreError> {
        check_key(key)?;
        match self {
            Store::Folder(store) => {
                // Flushing waits for the disk, and other pages can be read from Azure meanwhile.
                let (store, owned) = (store.clone(), key.to_owned());
                let written = tokio::task::spawn_blocking(move || store.put_new(&owned, &bytes)).await;
                written.unwrap_or_else(|gone| Err(StoreError::Stopped { key: key.to_owned(), why: gone.to_string() }))
            }
            Store::Memory(store) => Ok(store.put_new(key, bytes)),
            Store::S3(store) => store.put_new(key, bytes).await,
            #[cfg(test)]
            Store::Simulated(store) => store.put_new(key, bytes).await,
        }
    }

    /// Writes an object whose name is made of its content, whatever lies there: called when what lies there does not
    /// have that content. Whoever else does the same writes the same bytes.
    pub async fn mend(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        check_key(key)?;
        match self {
            Store::Folder(store) => store.mend(key, &bytes),
            Store::Memory(store) => {
                store.mend(key, bytes);
                Ok(())
            }
            Store::S3(store) => return store.mend(key, bytes).await,
            #[cfg(test)]
            Store::Simulated(store) => return store.mend(key, bytes).await,
        }
    }

    /// When an object was written, by the clock of whoever keeps it; nothing where it is gone or nobody knows.
    pub async fn modified(&self, key: &str) -> Result<Option<Timestamp>, StoreError> {
        check_key(key)?;
        match self {
            Store::Folder(store) => Ok(store.modified(key)),
            Store::Memory(_) => Ok(None),
            Store::S3(store) => store.modified(key).await,
            #[cfg(test)]
            Store::Simulated(_) => Ok(None),
        }
    }

    /// Takes an object away; one that is not there is no error. Only upkeep does that.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        check_key(key)?;
        match self {
            Store::Folder(store) => store.delete(key),
            Store::Memory(store) => {
                store.delete(key);
                Ok(())
            }
            Store::S3(store) => store.delete(key).await,
            #[cfg(test)]
            Store::Simulated(store) => store.delete(key).await,
        }
    }

    /// What killed processes left half written, where that can be: S3 keeps no part of a write.
    pub fn unfinished(&self, before: Timestamp, delete: bool) -> Result<usize, StoreError> {
        match self {
            Store::Folder(store) => store.unfinished(before, delete),
            _ => Ok(0),
        }
    }

    /// Reads an object whole.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        check_key(key)?;
        match self {
            Store::Folder(store) => store.get(key),
            Store::Memory(store) => store.get(key),
            Store::S3(store) => store.get(key).await,
            #[cfg(test)]
            Store::Simulated(store) => store.get(key).await,
        }
    }

    /// All keys below a folder such as `manifests/`, in order; below an empty one, all keys.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        self.list_after(folder, None).await
    }

    /// The same, only keys after `after`: a reader that knows the first thousands does not ask for them again.
    pub async fn list_after(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>, StoreError> {
        let folder = folder.trim_end_matches('/');
        let folder =
            if folder.is_empty() { String::new() } else { check_key(folder).map(|()| format!("{folder}/"))? };
        after.map_or(Ok(()), check_key)?;
        match self {
            Store::Folder(store) => store.list(&folder, after),
            Store::Memory(store) => Ok(store.list(&folder, after)),
            Store::S3(store) => store.list(&folder, after).await,
            #[cfg(test)]
            Store::Simulated(store) => store.list(&folder, after).await,
        }
    }

    /// What `list` finds, and what it would refuse or pass over: for whoever looks at all that lies there, and must name one
    /// thing that is no object and go on with the others.
    pub async fn look(&self, folder: &str) -> Result<Listing, StoreError> {
        match self {
            Store::Folder(store) => store.look(folder.trim_end_matches('/')),
            _ => Ok(Listing { keys: self.list(folder).await?, others: BTreeMap::new() }),
        }
    }
}

/// Keys are lower-case words, digits, dots and dashes between slashes: nothing can climb out of the store.
fn check_key(key: &str) -> Result<(), StoreError> {
    let clean = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._=".contains(&b))
    };
    if key.len() <= 512 && key.split('/').all(clean) {
        Ok(())
    } else {
        Err(StoreError::BadKey { key: key.chars().take(80).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_cannot_leave_the_store() {
        for bad in ["", "/a", "a//b", "../a", "a/../b", ".hidden", "a/.tmp", "A", "a b", "a\\b", "ä", "a/"] {
            assert!(check_key(bad).is_err(), "{bad}");
        }
        assert!(check_key("raw/usage/0e9d0c9b/2026-11-01/p0000-ab.json.zst").is_ok());
    }
}
