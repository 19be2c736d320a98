//! What must hold after every invocation, after every night, and after the last one.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _};
use shared::period::{Granularity, utc_date};
use shared::ratebook::Source;
use shared::snapshot::{Entry, Manifest, Snapshots};

use super::plan::Fired;
use super::scenario::{MONTH, OF, OTHER, Scenario};
use super::texts::{self, CANARY};
use super::world::{Outcome, World, subscription};
use crate::archive::Archive;
use crate::archive::verify::BreachKind;
use crate::showback::{Books, Month};

/// What was seen of the store, to see what changes in it.
#[derive(Debug, Default)]
pub struct Memory {
    records: BTreeMap<String, Vec<u8>>,
    named: BTreeMap<String, Vec<u8>>,
    breaches: Vec<String>,
}

impl Memory {
    pub fn breaches(&self) -> &[String] {
        &self.breaches
    }

    /// Records never change, nor does what they name; and nobody tells a secret.
    pub fn after(&mut self, world: &World, outcome: &Outcome) {
        let now = world.objects.all();
        let (records, named) = (std::mem::take(&mut self.records), std::mem::take(&mut self.named));
        for (key, bytes) in records.iter().chain(&named) {
            if now.get(key) != Some(bytes) {
                self.breaches.push(format!("{key} changed after its commit"));
            }
        }
        for (key, bytes) in &now {
            if !key.starts_with("manifests/") {
                continue;
            }
            self.records.insert(key.clone(), bytes.clone());
            let Ok(record) = Manifest::decode(bytes) else { continue };
            if String::from_utf8_lossy(bytes).contains(CANARY) {
                self.breaches.push(format!("a secret in {key}"));
            }
            for object in record.entries.iter().flat_map(Entry::objects) {
                let Some(bytes) = now.get(&object.key) else { continue };
                self.named.insert(object.key.clone(), bytes.clone());
                if object.key.starts_with("raw/answers/") && unpacked(bytes).contains(CANARY) {
                    self.breaches.push(format!("a secret in {}", object.key));
                }
            }
        }
        let told = match outcome {
            Outcome::Done(report) => serde_json::to_string(report).unwrap_or_default(),
            Outcome::Failed(error) => error.clone(),
            Outcome::Died => String::new(),
        };
        if told.contains(CANARY) {
            self.breaches.push(format!("a secret is told: {told}"));
        }
    }
}

fn unpacked(bytes: &[u8]) -> String {
    zstd::decode_all(bytes).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// What must hold whatever happened on a night.
pub async fn after_night(scenario: Scenario, world: &World, time: Timestamp, outcomes: &[&Outcome]) -> Vec<String> {
    let mut breaches = Vec::new();
    let archive = world.archive();
    let snapshots = match archive.snapshots().await {
        Ok(snapshots) => snapshots,
        Err(error) => return vec![format!("the store cannot be read: {error}")],
    };
    match archive.verify(time, &|_, _, _| {}).await {
        Ok(found) => {
            let told = found.breaches.into_iter().filter(|breach| !is_torn_last(breach));
            breaches.extend(told.map(|breach| format!("verify: {:?} {} {}", breach.kind, breach.key, breach.detail)));
        }
        Err(error) => breaches.push(format!("verify: {error}")),
    }
    // Who says that he has done his work has done it, or has put on record what is missing.
    let reports = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Done(report) if report.failed.is_empty() => Some(report),
        _ => None,
    });
    if reports.count() > 0 {
        breaches.extend(nothing_silent(scenario, &snapshots, time));
    }
    if scenario == Scenario::Poison {
        breaches.extend(is_isolated(&snapshots));
    }
    breaches.extend(contents(scenario, world, &snapshots).await);
    if !snapshots.closed.is_empty() {
        breaches.extend(is_the_bill(&archive, &snapshots, time).await);
    }
    breaches
}

/// A month that is closed can be read, and its statements are its bill.
async fn is_the_bill(archive: &Archive, snapshots: &Snapshots, run_at: Timestamp) -> Vec<String> {
    match (Books { archive, snapshots, run_at }).closed(MONTH).await {
        Ok(Some(Month { document, .. })) => {
            let sum = shared::showback::sum(&document.lines);
            let right = sum.is_ok_and(|sum| sum == document.due) && !document.lines.is_empty();
            if right { Vec::new() } else { vec![format!("the closed month has {sum:?} of {}", document.due)] }
        }
        Ok(None) => vec!["another month is closed".to_owned()],
        Err(error) => vec![format!("the closed month: {error}")],
    }
}

/// When the month was closed, and as what.
pub async fn closed(world: &World) -> Option<(Timestamp, String)> {
    let snapshots = world.archive().snapshots().await.ok()?;
    snapshots.closed.get(&MONTH).map(|(at, file)| (at.0, file.sha256.clone()))
}

/// A record that broke off last is passed over by the next run.
fn is_torn_last(breach: &crate::archive::verify::Breach) -> bool {
    breach.kind == BreachKind::RecordUnreadable && breach.detail.ends_with("writes on behind it")
}

fn nothing_silent(scenario: Scenario, snapshots: &Snapshots, time: Timestamp) -> Vec<String> {
    let of = subscription(OF);
    match scenario {
        Scenario::Usage | Scenario::OneDay => {
            let (mut day, mut breaches) = (scenario.first_day(), Vec::new());
            while day < utc_date(time) {
                let window = (of, Granularity::Daily, day);
                let read = snapshots.usage.get(&window).is_some_and(|(at, _)| at.0 >= time);
                let gap = snapshots.gaps.get(&window).is_some_and(|gap| gap.last_at.0 >= time);
                if !read && !gap {
                    breaches.push(format!("the run of {time} is done, and {day} is neither read nor a gap"));
                }
                day = day.saturating_add(1.day());
            }
            let late = snapshots.gaps.keys().filter(|(_, _, day)| *day >= utc_date(time));
            breaches.extend(late.map(|(_, _, day)| format!("{day} is not over and is a gap")));
            breaches
        }
        Scenario::Card => {
            let read = snapshots.prices.iter().any(|list| list.source == Source::RateCard && list.fetched_at.0 == time);
            if read { Vec::new() } else { vec![format!("the run of {time} is done, and there is no card of it")] }
        }
        Scenario::Close if snapshots.closed.contains_key(&MONTH) => Vec::new(),
        Scenario::Close => vec![format!("the run of {time} is done, and the month is not closed")],
        Scenario::Invoices | Scenario::Poison => {
            let count = snapshots.invoices.keys().filter(|(id, _)| *id == of).count();
            let whole = count == 2 && snapshots.billing_periods.contains_key(&of);
            if whole { Vec::new() } else { vec![format!("the run of {time} is done, and {count} invoices are there")] }
        }
    }
}

/// What counts is what Azure said, whole and of one state.
async fn contents(scenario: Scenario, world: &World, snapshots: &Snapshots) -> Vec<String> {
    let mut breaches = Vec::new();
    let archive = world.archive();
    let believed_too_much = world.plan.fired().iter().any(|fired| fired.kind.cannot_be_noticed());
    for ((of, _, day), (_, pages)) in &snapshots.usage {
        let mut bytes = Vec::new();
        for page in pages {
            match archive.page(page).await {
                Ok(page) => bytes.push(page),
                Err(error) => breaches.push(format!("{day}: {error}")),
            }
        }
        let versions = 1..=world.azure.version(*day);
        let is_true = versions.into_iter().any(|version| world.azure.day(&of.to_string(), *day, version) == bytes);
        if !is_true && (!believed_too_much || world.plan.has_ended()) {
            breaches.push(format!("{day} is not what Azure said: {} pages", bytes.len()));
        }
    }
    for ((of, name), invoice) in &snapshots.invoices {
        let number = if name.starts_with("202610") { "0" } else { "1" };
        match archive.page(&invoice.file).await {
            Ok(bytes) if bytes == texts::document(&of.to_string(), number) => {}
            Ok(_) => breaches.push(format!("invoice {name} is not the document of Azure ({scenario:?})")),
            Err(error) => breaches.push(format!("invoice {name}: {error}")),
        }
    }
    breaches
}

/// After a night without faults nothing is missing.
pub async fn converged(scenario: Scenario, world: &World, time: Timestamp, outcome: &Outcome) -> Vec<String> {
    let mut breaches = Vec::new();
    match outcome {
        Outcome::Done(report) if report.gaps.is_empty() && report.failed.is_empty() => {}
        other => breaches.push(format!("a night without faults ends so: {other:?}")),
    }
    let Ok(snapshots) = world.archive().snapshots().await else { return breaches };
    if !snapshots.gaps.is_empty() {
        breaches.push(format!("gaps are left: {:?}", snapshots.gaps.keys().map(|(_, _, day)| day).collect::<Vec<_>>()));
    }
    breaches.extend(nothing_silent(scenario, &snapshots, time));
    for ((of, _, day), (_, pages)) in &snapshots.usage {
        let wanted = world.azure.day(&of.to_string(), *day, world.azure.version(*day));
        let hashes: Vec<String> = wanted.iter().map(|page| crate::archive::sha256(page)).collect();
        if !hashes.iter().eq(pages.iter().map(|page| &page.sha256)) {
            breaches.push(format!("{day} is not what Azure says now"));
        }
    }
    if scenario == Scenario::Invoices {
        let wanted = crate::archive::sha256(texts::groups(&subscription(OF).to_string()).as_bytes());
        let read = snapshots.resource_groups.get(&subscription(OF)).and_then(|pages| pages.first());
        if read.is_none_or(|page| page.sha256 != wanted) {
            breaches.push("the resource groups are not Azure's".to_owned());
        }
    }
    if let Some(list) = snapshots.prices.iter().max_by_key(|list| list.fetched_at) {
        let wanted = crate::archive::sha256(world.azure.card().as_bytes());
        if list.pages.first().map(|page| &page.sha256) != Some(&wanted) {
            breaches.push("the newest card is not Azure's".to_owned());
        }
    }
    breaches
}

/// Running again changes nothing.
pub fn nothing_new(
    scenario: Scenario,
    before: &BTreeMap<String, Vec<u8>>,
    after: &BTreeMap<String, Vec<u8>>,
) -> Vec<String> {
    let counted = |objects: &BTreeMap<String, Vec<u8>>| {
        objects
            .iter()
            .filter(|(key, _)| key.starts_with("manifests/"))
            .map(|(key, bytes)| (key.clone(), bytes.clone()))
            .collect::<Vec<_>>()
    };
    let (before, after) = (counted(before), counted(after));
    if before == after {
        Vec::new()
    } else {
        vec![format!("running again wrote {} records more ({scenario:?})", after.len() as i64 - before.len() as i64)]
    }
}

/// Where one fault happened that a run must survive, it did.
pub fn survived(world: &World, outcomes: &[Outcome]) -> Vec<String> {
    let fired = world.plan.fired();
    let [Fired { site, kind }] = fired[..] else { return Vec::new() };
    if !kind.is_survived(site) {
        return Vec::new();
    }
    let failures = world.failures.lock().map(|failures| failures.clone()).unwrap_or_default();
    if let Some(error) = failures.first() {
        return vec![format!("one {kind} at {site:?} was not survived: {error}")];
    }
    let bad = outcomes.iter().filter(|outcome| match outcome {
        Outcome::Done(report) => !report.gaps.is_empty() || !report.failed.is_empty(),
        _ => true,
    });
    bad.map(|outcome| format!("one {kind} at {site:?} was not survived: {outcome:?}")).collect()
}

/// With one subscription that never answers, the other is read as if it were alone.
fn is_isolated(snapshots: &Snapshots) -> Vec<String> {
    let other = subscription(OTHER);
    let read = snapshots.invoices.keys().filter(|(id, _)| *id == other).count();
    if read == 2 { Vec::new() } else { vec![format!("{read} invoices of the healthy subscription are read")] }
}
