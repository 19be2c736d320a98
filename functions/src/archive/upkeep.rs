//! Taking away what nobody needs: objects of runs that ended before their commit, and usage that is no longer to be kept.
//!
//! The one place that deletes. What a record names is only ever deleted after another record said so.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::period::Instant;
use shared::snapshot::{Entry, Manifest, key};

use super::Archive;
use super::log::{Seen, packed_up_to};
use crate::error::Error;
use crate::store::{Listing, StoreError};

/// Records that are read at once, and objects that are deleted at once.
const AT_ONCE: usize = 16;

/// Objects that no record names.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Garbage {
    /// Those of runs before the time that was asked for.
    pub objects: Vec<Orphan>,
    /// Those of later runs, which may still commit.
    pub too_young: usize,
    /// Those that are named by their content alone: a run may be about to name one again, so they stay.
    pub without_run: usize,
    /// Files that killed processes were writing before that time.
    pub unfinished: usize,
    /// What lies among the objects and is no file: it stays, and somebody has to look at it.
    pub not_files: Vec<NotAFile>,
}

/// Something that is no object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotAFile {
    /// Where it lies.
    pub key: String,
    /// What it is.
    pub why: &'static str,
}

/// An object that no record names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Orphan {
    /// Where it lies.
    pub key: String,
    /// The run that wrote it.
    pub run_at: Instant,
}

/// Usage that would be, or was, given up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retirement {
    /// Reported days that count until now.
    pub days: usize,
    /// Pages of all readings of such days.
    pub objects: usize,
    #[serde(skip)]
    keys: Vec<String>,
}

impl Archive {
    /// What no record names, of runs before a time, and written before `written_before`: a run may be given a time of long
    /// ago, and the clock of whoever keeps the objects is the only one that knows. Keys are listed before the records are:
    /// what a run commits meanwhile is no orphan.
    pub async fn garbage(&self, before: Timestamp, written_before: Timestamp) -> Result<Garbage, Error> {
        let Listing { keys, others } = self.store.look("").await?;
        let (mut named, records) = (BTreeSet::new(), self.records().await?);
        if records.is_empty() && !keys.iter().all(|key| key::is_probe(key)) {
            let lost = "the store has objects and no record of any of them: nothing is known to be in nobody's use";
            return Err(Error::Damaged(lost.to_owned()));
        }
        for entry in records.into_iter().flat_map(|record| record.entries) {
            named.extend(entry.objects().iter().map(|object| object.key.clone()));
            if let Entry::Prices { book, .. } = &entry {
                named.insert(key::rate_book(book));
            }
        }
        let unfinished = self.store.unfinished(written_before, false)?;
        let not_files = others.into_iter().map(|(key, why)| NotAFile { key, why }).collect();
        let mut garbage = Garbage { objects: Vec::new(), too_young: 0, without_run: 0, unfinished, not_files };
        let mut old = Vec::new();
        // Elsewhere nothing is named by records: the records, what is made of them, probes.
        let keys =
            keys.into_iter().filter(|key| ["raw/", "ratebook/", "published/"].iter().any(|part| key.starts_with(part)));
        for key in keys.filter(|key| !named.contains(key)) {
            match key::run_of(&key) {
                Some(at) if at < before => old.push(Orphan { key, run_at: Instant(at) }),
                Some(_) => garbage.too_young += 1,
                None => garbage.without_run += 1,
            }
        }
        let ages = old.into_iter().map(|orphan| async move {
            let at = self.store.modified(&orphan.key).await?;
            Ok::<_, StoreError>((orphan, at))
        });
        let mut ages = stream::iter(ages).buffered(AT_ONCE);
        while let Some((orphan, at)) = ages.try_next().await? {
            match at {
                Some(at) if at < written_before => garbage.objects.push(orphan),
                _ => garbage.too_young += 1,
            }
        }
        Ok(garbage)
    }

    /// Deletes them, with the time that they were looked for with.
    pub async fn collect(&self, garbage: &mut Garbage, written_before: Timestamp) -> Result<(), Error> {
        garbage.unfinished = self.store.unfinished(written_before, true)?;
        self.delete(garbage.objects.iter().map(|orphan| orphan.key.as_str())).await
    }

    /// What giving up usage reported before a day would take away: nothing is done yet.
    pub async fn retirement(&self, usage_before: Date) -> Result<Retirement, Error> {
        let mut retirement = Retirement::default();
        let there: BTreeSet<String> = self.store.list("raw/usage/").await?.into_iter().collect();
        for entry in self.records().await?.into_iter().flat_map(|record| record.entries) {
            if let Entry::Usage { reported_on, pages, .. } = entry
                && reported_on < usage_before
            {
                let pages = pages.into_iter().map(|page| page.key);
                retirement.keys.extend(pages.filter(|key| there.contains(key)));
            }
        }
        retirement.keys.sort_unstable();
        retirement.keys.dedup();
        retirement.objects = retirement.keys.len();
        let snapshots = self.snapshots().await?;
        retirement.days = snapshots.usage.keys().filter(|(_, _, day)| *day < usage_before).count();
        Ok(retirement)
    }

    /// Gives it up: first it is said on record, then it is deleted. A run that dies in between goes on the next time.
    pub async fn retire(&self, run_at: Timestamp, usage_before: Date, retirement: &Retirement) -> Result<(), Error> {
        if self.snapshots().await?.usage_from.is_none_or(|from| from < usage_before) {
            self.commit(run_at, "retention", vec![Entry::Retired { usage_before }]).await?;
        }
        self.delete(retirement.keys.iter().map(String::as_str)).await
    }

    /// Every record that is whole, in order, read one by one: packs hold none that is missing. One that cannot be read may
    /// name anything, so nothing is done then, nor where a pack knows of records that are gone.
    pub async fn records(&self) -> Result<Vec<Manifest>, Error> {
        let Listing { keys: packs, others: no_packs } = self.store.look("packs/").await?;
        let Listing { keys: names, others } = self.store.look("manifests/").await?;
        // A record may have lain there, and may name anything.
        if let Some((key, why)) = others.into_iter().next() {
            return Err(Error::Damaged(format!("{key}: {why}")));
        }
        let reads = names.into_iter().map(|name| async move {
            let bytes = self.store.get(&name).await?;
            Ok::<_, StoreError>((name, bytes))
        });
        let (mut chain, mut torn, mut records) = (Seen::default(), None, Vec::new());
        let mut reads = stream::iter(reads).buffered(AT_ONCE);
        while let Some((name, bytes)) = reads.try_next().await? {
            chain.take(name, &bytes, &mut torn)?;
            records.extend(Manifest::decode(&bytes).ok());
        }
        if let Some(error) = torn {
            return Err(error);
        }
        let last = records.last().map_or(0, |record| record.number);
        match packs.iter().chain(no_packs.keys()).find(|name| packed_up_to(name).is_some_and(|packed| packed > last)) {
            Some(pack) => Err(Error::Damaged(format!("{pack} holds records behind {last}, and they are not there"))),
            None => Ok(records),
        }
    }

    async fn delete(&self, keys: impl Iterator<Item = &str>) -> Result<(), Error> {
        let deletions = keys.map(|key| async move { self.store.delete(key).await.map_err(Error::from) });
        stream::iter(deletions).buffer_unordered(AT_ONCE).try_collect().await
    }
}
