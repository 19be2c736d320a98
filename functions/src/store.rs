//! Where snapshots lie. Every write is create-only: an object never changes once it is there.
//!
//! A closed set of stores is an enum: no generics run through the jobs and every match is complete.

mod folder;
mod memory;

use std::path::PathBuf;
use std::sync::Arc;

use folder::FolderStore;
use memory::MemoryStore;

/// Largest object that is read back.
const MAX_OBJECT_BYTES: u64 = 512 * 1024 * 1024;

/// Where snapshots lie.
#[derive(Debug)]
pub enum Store {
    /// A folder of this machine.
    Folder(Arc<FolderStore>),
    /// Memory of this process: for trying out and for tests.
    Memory(MemoryStore),
}

/// What a create-only write found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The object is new.
    Created,
    /// There was one already; it was left as it is.
    Exists,
}

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The text names no store.
    #[error("\"{text}\" is no store: use file:PATH or memory:")]
    BadUrl {
        /// What was given.
        text: String,
    },
    /// A key that could leave the store or clash on some file system.
    #[error("\"{key}\" is no object key")]
    BadKey {
        /// The key.
        key: String,
    },
    /// The object does not exist.
    #[error("there is no object {key}")]
    NotFound {
        /// The key.
        key: String,
    },
    /// Larger than what is accepted.
    #[error("object {key} has {bytes} bytes, at most {MAX_OBJECT_BYTES} are read")]
    TooLarge {
        /// The key.
        key: String,
        /// Its size.
        bytes: u64,
    },
    /// The write was cut off with the program.
    #[error("writing {key} stopped: {why}")]
    Stopped {
        /// The key.
        key: String,
        /// What ended it.
        why: String,
    },
    /// The machine said no.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
}

impl Store {
    /// Opens `file:PATH` or `memory:`. A folder is made when the first object is written.
    pub fn open(url: &str) -> Result<Store, StoreError> {
        if url == "memory:" {
            return Ok(Store::Memory(MemoryStore::default()));
        }
        match url.strip_prefix("file:") {
            Some(path) if !path.is_empty() => {
                // `file:///var/x` and `file:./x` both name a path.
                let path = path.strip_prefix("//").unwrap_or(path);
                Ok(Store::Folder(Arc::new(FolderStore::new(PathBuf::from(path)))))
            }
            _ => Err(StoreError::BadUrl { text: url.to_owned() }),
        }
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
        }
    }

    /// Reads an object whole.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        check_key(key)?;
        match self {
            Store::Folder(store) => store.get(key),
            Store::Memory(store) => store.get(key),
        }
    }

    /// Keys that start with a folder such as `manifests/`, in order.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        check_key(folder.trim_end_matches('/'))?;
        match self {
            Store::Folder(store) => store.list(folder),
            Store::Memory(store) => Ok(store.list(folder)),
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
