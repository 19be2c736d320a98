//! Snapshots in memory, gone with the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Put, StoreError};

/// Memory of this process.
#[derive(Debug, Default)]
pub struct MemoryStore {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl MemoryStore {
    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        // A panic elsewhere cannot leave a half-inserted object behind.
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put_new(&self, key: &str, bytes: Vec<u8>) -> Put {
        let mut objects = self.objects();
        if objects.contains_key(key) {
            return Put::Exists;
        }
        objects.insert(key.to_owned(), bytes);
        Put::Created
    }

    pub(super) fn mend(&self, key: &str, bytes: Vec<u8>) {
        self.objects().insert(key.to_owned(), bytes);
    }

    pub(super) fn delete(&self, key: &str) {
        self.objects().remove(key);
    }

    pub(super) fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let found = self.objects().get(key).cloned();
        found.ok_or_else(|| StoreError::NotFound { key: key.to_owned() })
    }

    pub(super) fn list(&self, folder: &str, after: Option<&str>) -> Vec<String> {
        let objects = self.objects();
        let below =
            objects.keys().filter(|key| key.starts_with(folder) && after.is_none_or(|after| key.as_str() > after));
        below.cloned().collect()
    }
}
