//! Every rule, for each scope that it has.

use std::collections::BTreeMap;

use jiff::Timestamp;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Cause, Snapshots};

use super::measure::{self, Sum};
use super::rules::{Condition, Rule, Scope, Whose};
use super::{Checked, Finding, freshness};
use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Loaded, Period};

/// Answers all rules as of a time.
pub async fn check(
    archive: &Archive,
    snapshots: &Snapshots,
    rules: &[Rule],
    run_at: Timestamp,
) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    let mut months = Months { archive, snapshots, run_at, loaded: BTreeMap::new() };
    for rule in rules {
        for only in scopes(whose(&rule.condition), snapshots) {
            match answer(rule, only, &mut months, &mut checked.notes).await {
                Ok(finding) => checked.findings.push(finding),
                // What the caller could mend is about this rule; a store that fails is about all.
                Err(Error::Usage(why)) => checked.unknown.push((rule.text.clone(), why)),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(checked)
}

fn whose(condition: &Condition) -> Whose {
    match condition {
        Condition::Spend { scope, .. } | Condition::Hours { scope, .. } => scope.whose,
        Condition::Missing { whose } | Condition::Older { whose, .. } => *whose,
    }
}

/// Nothing stands for all subscriptions together.
fn scopes(whose: Whose, snapshots: &Snapshots) -> Vec<Option<SubscriptionId>> {
    match whose {
        Whose::All => vec![None],
        Whose::Each => snapshots.subscriptions.keys().copied().map(Some).collect(),
        Whose::One(id) => vec![Some(id)],
    }
}

/// The billing periods under way, each loaded once for all rules.
struct Months<'a> {
    archive: &'a Archive,
    snapshots: &'a Snapshots,
    run_at: Timestamp,
    loaded: BTreeMap<Option<SubscriptionId>, Result<Loaded, String>>,
}

impl Months<'_> {
    async fn of(&mut self, only: Option<SubscriptionId>) -> Result<&Loaded, Error> {
        if !self.loaded.contains_key(&only) {
            let period = Period::Holding(self.run_at);
            let granularity = Granularity::Daily;
            let loaded = month::load(self.archive, self.snapshots, only, &period, granularity, self.run_at).await;
            let kept = match loaded {
                Ok(loaded) => Ok(loaded),
                Err(Error::Usage(why)) => Err(why),
                Err(error) => return Err(error),
            };
            self.loaded.insert(only, kept);
        }
        match self.loaded.get(&only) {
            Some(Ok(loaded)) => Ok(loaded),
            Some(Err(why)) => Err(Error::Usage(why.clone())),
            None => Err(Error::Usage("the month was not loaded".into())),
        }
    }
}

async fn answer(
    rule: &Rule,
    only: Option<SubscriptionId>,
    months: &mut Months<'_>,
    notes: &mut Vec<String>,
) -> Result<Finding, Error> {
    let run_at = months.run_at;
    match (&rule.condition, only) {
        (Condition::Spend { scope, above, currency }, _) => {
            let loaded = months.of(only).await?;
            let sum = measure::spend(loaded, &scope.filters, *currency)?;
            let least = if sum.whole { "" } else { "at least " };
            let total = sum.total;
            let compared = if total > *above { "above" } else { "not above" };
            let what = about(scope, only);
            let summary = format!("spend{what} is {least}{total} {currency}, {compared} {above} {currency}");
            if !sum.whole && total <= *above {
                notes.push(format!("{}: {summary}, and not all of it is known", rule.text));
            }
            Ok(finding(rule, only, period(loaded, only, run_at), total > *above, summary, sum))
        }
        (Condition::Hours { scope, above }, _) => {
            let loaded = months.of(only).await?;
            let sum = measure::hours(loaded, &scope.filters)?;
            let least = if sum.whole { "" } else { "at least " };
            let total = sum.total;
            let compared = if total > *above { "above" } else { "not above" };
            let summary = format!("hours{} are {least}{total}, {compared} {above}", about(scope, only));
            if sum.uncounted > 0 {
                notes.push(format!("{}: {} rows count no hours and are left out", rule.text, sum.uncounted));
            }
            Ok(finding(rule, only, period(loaded, only, run_at), total > *above, summary, sum))
        }
        (Condition::Missing { .. }, Some(id)) => Ok(freshness::missing(rule, id, months.snapshots, run_at)),
        (Condition::Older { days, .. }, Some(id)) => Ok(freshness::older(rule, id, *days, months.snapshots, run_at)),
        (Condition::Missing { .. } | Condition::Older { .. }, None) => {
            Err(Error::Usage("a rule about usage names a subscription, or each".into()))
        }
    }
}

/// The part of the summary that says of what.
fn about(scope: &Scope, only: Option<SubscriptionId>) -> String {
    let whose = only.map_or(Whose::All, Whose::One);
    Scope { whose, filters: scope.filters.clone() }.to_string()
}

/// One subscription's billing period by its first day; of all together, whose periods may differ, the month.
fn period(loaded: &Loaded, only: Option<SubscriptionId>, run_at: Timestamp) -> String {
    match (only, loaded.materials.first()) {
        (Some(_), Some(material)) => utc_date(material.period.start_at).to_string(),
        _ => {
            let today = utc_date(run_at);
            format!("{:04}-{:02}", today.year(), today.month())
        }
    }
}

fn finding(
    rule: &Rule,
    only: Option<SubscriptionId>,
    period: String,
    fires: bool,
    summary: String,
    sum: Sum,
) -> Finding {
    let scope = only.map_or_else(|| "all".to_owned(), |id| id.to_string());
    Finding { cause: Cause { rule: rule.text.clone(), scope, period }, fires, summary, lines: sum.lines }
}
