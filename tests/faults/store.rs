//! A store in memory whose operations fail as planned. What it holds is common to all processes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::plan::{Kind, Plan, Site};
use super::process::Process;
use super::time::Time;
use crate::store::{Put, StoreError};

/// How long an operation takes.
const LATENCY: Duration = Duration::from_millis(10);
/// How long until one that hangs is given up.
const GIVEN_UP: Duration = Duration::from_secs(60);

/// What all processes see.
#[derive(Debug, Default)]
pub struct Objects(Mutex<BTreeMap<String, Vec<u8>>>);

impl Objects {
    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn all(&self) -> BTreeMap<String, Vec<u8>> {
        self.held().clone()
    }
}

/// One process's way to it.
#[derive(Debug)]
pub(crate) struct SimStore {
    objects: Arc<Objects>,
    plan: Option<Arc<Plan>>,
    process: Arc<Process>,
    time: Time,
}

impl SimStore {
    pub fn new(objects: Arc<Objects>, plan: Option<Arc<Plan>>, process: Arc<Process>, time: Time) -> SimStore {
        SimStore { objects, plan, process, time }
    }

    async fn begin(&self, site: Site) -> Option<Kind> {
        let plan = self.plan.as_ref()?;
        self.time.wait(LATENCY).await;
        let kind = plan.at(site, "");
        if kind == Some(Kind::DiesBefore) {
            self.process.die().await;
        }
        kind
    }

    async fn end<T>(&self, kind: Option<Kind>, result: T) -> T {
        if kind == Some(Kind::DiesAfter) {
            self.process.die().await;
        }
        result
    }

    async fn before(&self, action: &'static str, key: &str, kind: Option<Kind>) -> Result<(), StoreError> {
        let (place, code) = (key.to_owned(), "Sim".to_owned());
        match kind {
            Some(Kind::FailsBefore) => Err(unreachable(action, key)),
            Some(Kind::StoreHangs) => {
                self.time.wait(GIVEN_UP).await;
                Err(unreachable(action, key))
            }
            Some(Kind::SlowDown) => Err(StoreError::Throttled { action, place, code, tries: 4 }),
            Some(Kind::Denied) => Err(StoreError::Denied { action, place, code, permission: "PutObject" }),
            Some(Kind::NoSpace) => {
                Err(StoreError::Io { action, path: key.into(), source: std::io::ErrorKind::StorageFull.into() })
            }
            _ => Ok(()),
        }
    }

    pub(crate) async fn put_new(&self, key: &str, bytes: Vec<u8>) -> Result<Put, StoreError> {
        let kind = self.begin(site_of(key, Site::PutPage, Site::PutBook, Site::PutRecord)).await;
        self.before("writing", key, kind).await?;
        let put = {
            let mut objects = self.objects.held();
            if objects.contains_key(key) {
                Put::Exists
            } else {
                objects.insert(key.to_owned(), written(bytes, kind));
                Put::Created
            }
        };
        let put = if kind == Some(Kind::SaysExists) { Put::Exists } else { put };
        self.end(kind, after("writing", key, kind).map(|()| put)).await
    }

    pub(crate) async fn mend(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let kind = self.begin(Site::Mend).await;
        self.before("writing", key, kind).await?;
        self.objects.held().insert(key.to_owned(), written(bytes, kind));
        self.end(kind, after("writing", key, kind)).await
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.objects.held().remove(key);
        Ok(())
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let kind = self.begin(site_of(key, Site::GetPage, Site::GetBook, Site::GetRecord)).await;
        let found = self.objects.held().get(key).cloned();
        let mut bytes = found.ok_or_else(|| StoreError::NotFound { key: key.to_owned() })?;
        match kind {
            // Every store knows how long an object is.
            Some(Kind::ReadCut) => return Err(unreachable("reading", key)),
            Some(Kind::ReadTurnedBit) => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
            }
            Some(Kind::ReadNothing) => return Err(StoreError::NotFound { key: key.to_owned() }),
            Some(Kind::ReadFails) => return Err(unreachable("reading", key)),
            _ => {}
        }
        self.end(kind, Ok(bytes)).await
    }

    pub(crate) async fn list(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>, StoreError> {
        let kind = self.begin(Site::List).await;
        let keys = self.objects.all().into_keys();
        let mut keys: Vec<String> =
            keys.filter(|key| key.starts_with(folder) && after.is_none_or(|after| key.as_str() > after)).collect();
        match kind {
            Some(Kind::StaleList) => {
                keys.pop();
            }
            Some(Kind::ShortList) => keys.truncate(keys.len() / 2),
            Some(Kind::ListTwice) => {
                // A page of the list came twice, which the store's own reader of lists puts in order.
                keys.extend(keys.clone());
                keys.sort();
                keys.dedup();
            }
            Some(Kind::ListFails) => return Err(unreachable("listing", folder)),
            _ => {}
        }
        self.end(kind, Ok(keys)).await
    }
}

fn site_of(key: &str, page: Site, book: Site, record: Site) -> Site {
    match key.split('/').next() {
        Some("manifests") => record,
        Some("ratebook") => book,
        _ => page,
    }
}

fn written(mut bytes: Vec<u8>, kind: Option<Kind>) -> Vec<u8> {
    if kind == Some(Kind::Torn) {
        bytes.truncate(bytes.len() / 2);
    }
    bytes
}

fn after(action: &'static str, key: &str, kind: Option<Kind>) -> Result<(), StoreError> {
    if kind == Some(Kind::AnswerLost) { Err(unreachable(action, key)) } else { Ok(()) }
}

fn unreachable(action: &'static str, key: &str) -> StoreError {
    StoreError::Unreachable { action, place: key.to_owned(), problem: "as planned".into(), tries: 4 }
}
