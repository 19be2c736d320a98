//! Billing periods and what is to come of them, each loaded once for all rules.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Cause, REREAD_DAYS, Snapshots};

use super::rules::Rule;
use super::{Finding, check};
use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Loaded, Period};
use crate::outlook::{self, History};

/// Usage of a day may arrive for so long.
const LATE: SignedDuration = SignedDuration::from_hours(24 * REREAD_DAYS as i64);

/// Which periods a sum is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// The billing period of one subscription that holds an instant.
    One(SubscriptionId, Timestamp),
    /// Those of all that begin in this month: each belongs to one, on whatever day it begins.
    All(String),
}

/// What rules are asked of.
pub struct Periods<'a> {
    pub archive: &'a Archive,
    pub snapshots: &'a Snapshots,
    pub run_at: Timestamp,
    loaded: BTreeMap<Of, Result<Loaded, String>>,
    histories: BTreeMap<Option<SubscriptionId>, Result<Vec<History>, String>>,
}

/// A refusal that is about one rule is an answer; any other error is about all.
fn kept<T>(loaded: Result<T, Error>) -> Result<Result<T, String>, Error> {
    match loaded {
        Ok(loaded) => Ok(Ok(loaded)),
        Err(error) => check::of_this_rule(error).map(Err),
    }
}

impl<'a> Periods<'a> {
    pub fn new(archive: &'a Archive, snapshots: &'a Snapshots, run_at: Timestamp) -> Periods<'a> {
        Periods { archive, snapshots, run_at, loaded: BTreeMap::new(), histories: BTreeMap::new() }
    }

    pub async fn load(&mut self, of: &Of) -> Result<Result<&Loaded, String>, Error> {
        if !self.loaded.contains_key(of) {
            let (only, period) = match of {
                Of::One(id, at) => (Some(*id), Period::Holding(*at)),
                Of::All(month) => (None, Period::StartingIn(month.clone())),
            };
            let granularity = Granularity::Daily;
            let loaded = month::load(self.archive, self.snapshots, only, &period, granularity, self.run_at).await;
            self.loaded.insert(of.clone(), kept(loaded)?);
        }
        Ok(self.loaded[of].as_ref().map_err(Clone::clone))
    }

    /// What was loaded of it.
    pub fn get(&self, of: &Of) -> Option<&Loaded> {
        self.loaded.get(of)?.as_ref().ok()
    }

    /// The period under way with the months before it, of one or of all.
    pub async fn histories(&mut self, only: Option<SubscriptionId>) -> Result<Result<&[History], String>, Error> {
        if !self.histories.contains_key(&only) {
            let period = Period::Holding(self.run_at);
            let loaded = outlook::load(self.archive, self.snapshots, only, &period, self.run_at).await;
            self.histories.insert(only, kept(loaded)?);
        }
        Ok(self.histories[&only].as_ref().map(Vec::as_slice).map_err(Clone::clone))
    }

    /// The period under way first, then those before of which usage still arrives: what was crossed in their last days is
    /// told as well.
    pub fn under_way(&self, only: Option<SubscriptionId>) -> Vec<Of> {
        let late = self.run_at.checked_sub(LATE).unwrap_or(self.run_at);
        match only {
            Some(id) => vec![Of::One(id, self.run_at), Of::One(id, late)],
            None => {
                let this = utc_date(self.run_at).first_of_month();
                let months =
                    [this, this.saturating_sub(1.month()), utc_date(late).first_of_month().saturating_sub(1.month())];
                let mut months = months.map(month_of).to_vec();
                months.dedup();
                months.into_iter().map(Of::All).collect()
            }
        }
    }

    /// The period before one that was loaded.
    pub fn before(&self, of: &Of) -> Option<Of> {
        match of {
            Of::One(id, _) => {
                let start = self.get(of)?.materials.first()?.period.start_at;
                Some(Of::One(*id, start.checked_sub(SignedDuration::from_secs(1)).ok()?))
            }
            Of::All(month) => {
                let first = format!("{month}-01").parse::<Date>().ok()?;
                Some(Of::All(month_of(first.saturating_sub(1.month()))))
            }
        }
    }

    /// The answer where all that there is to read was read and holds nothing, as of a subscription that has ended: that is
    /// a quiet rule, and not one that nobody can answer.
    pub async fn silent(&self, rule: &Rule, id: SubscriptionId) -> Result<Option<Finding>, Error> {
        let mut since = None;
        for of in self.under_way(Some(id)) {
            let Of::One(id, at) = of else { continue };
            match month::silence(self.archive, self.snapshots, id, at, self.run_at).await? {
                Some((_, false)) => return Ok(None),
                Some((start_on, true)) => since = since.or(Some(start_on)),
                // Too young for any day: the one before it says more.
                None => {}
            }
        }
        Ok(since.map(|since| {
            let summary = format!("nothing of subscription {id} was used in the period of {since}: its days were read");
            quiet(rule, Some(id), since.to_string(), summary)
        }))
    }

    /// The answer of a rule about what is to come where nothing of the period is known: none yet on its first days.
    pub async fn too_early(&self, rule: &Rule, id: SubscriptionId) -> Result<Option<Finding>, Error> {
        if month::silence(self.archive, self.snapshots, id, self.run_at, self.run_at).await?.is_some() {
            return self.silent(rule, id).await;
        }
        let summary = format!("the period of subscription {id} has only begun");
        Ok(Some(quiet(rule, Some(id), "begun".to_owned(), summary)))
    }

    /// Whether usage of it may still arrive.
    pub fn is_open(&self, loaded: &Loaded) -> bool {
        let open = |end: Timestamp| end.checked_add(LATE).is_ok_and(|end| end > self.run_at);
        loaded.materials.iter().any(|material| open(material.period.end_at))
    }
}

/// A rule that does not fire.
pub fn quiet(rule: &Rule, only: Option<SubscriptionId>, period: String, summary: String) -> Finding {
    let cause = Cause { rule: rule.text.clone(), scope: check::scope_name(only), period };
    Finding { cause, fires: false, summary, lines: Vec::new() }
}

pub fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}
