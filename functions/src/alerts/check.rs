//! Every rule, for each scope that it has.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Cause, REREAD_DAYS, Snapshots};

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
                Ok(findings) => checked.findings.extend(findings),
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

/// Billing periods, each loaded once for all rules.
struct Months<'a> {
    archive: &'a Archive,
    snapshots: &'a Snapshots,
    run_at: Timestamp,
    loaded: BTreeMap<(Option<SubscriptionId>, Timestamp), Result<Loaded, String>>,
}

impl Months<'_> {
    /// The periods that hold an instant.
    async fn of(&mut self, only: Option<SubscriptionId>, at: Timestamp) -> Result<Result<&Loaded, String>, Error> {
        if !self.loaded.contains_key(&(only, at)) {
            let granularity = Granularity::Daily;
            let period = Period::Holding(at);
            let loaded = month::load(self.archive, self.snapshots, only, &period, granularity, self.run_at).await;
            let kept = match loaded {
                Ok(loaded) => Ok(loaded),
                Err(Error::Usage(why)) => Err(why),
                Err(error) => return Err(error),
            };
            self.loaded.insert((only, at), kept);
        }
        match &self.loaded[&(only, at)] {
            Ok(loaded) => Ok(Ok(loaded)),
            Err(why) => Ok(Err(why.clone())),
        }
    }

    /// When usage that still arrives may have been used: now, and some days ago. Near the start of a period these lie in
    /// two, and what was crossed in the last days of the older one is told as well.
    fn instants(&self) -> [Timestamp; 2] {
        let late = SignedDuration::from_hours(24 * i64::from(REREAD_DAYS));
        [self.run_at, self.run_at.checked_sub(late).unwrap_or(self.run_at)]
    }
}

async fn answer(
    rule: &Rule,
    only: Option<SubscriptionId>,
    months: &mut Months<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Finding>, Error> {
    let run_at = months.run_at;
    match (&rule.condition, only) {
        (Condition::Spend { scope, .. } | Condition::Hours { scope, .. }, _) => {
            let mut findings: Vec<Finding> = Vec::new();
            let mut refused = None;
            for at in months.instants() {
                let loaded = match months.of(only, at).await? {
                    Ok(loaded) => loaded,
                    // A period may be too young for any usage while the one before is still looked at.
                    Err(why) => {
                        refused.get_or_insert(why);
                        continue;
                    }
                };
                let period = period(loaded, only, at);
                // The same period twice: the second answer is the first.
                if findings.iter().any(|known| known.cause.period == period) {
                    continue;
                }
                let when = if at == run_at { String::new() } else { format!(" in the period of {period}") };
                let about = format!("{}{when}", about(scope, only));
                let (fires, summary, sum) = compare(rule, &about, loaded, notes)?;
                findings.push(finding(rule, only, period, fires, summary, sum));
            }
            match refused {
                Some(why) if findings.is_empty() => Err(Error::Usage(why)),
                _ => Ok(findings),
            }
        }
        (Condition::Missing { .. }, Some(id)) => Ok(freshness::missing(rule, id, months.snapshots, run_at)),
        (Condition::Older { days, .. }, Some(id)) => {
            Ok(vec![freshness::older(rule, id, *days, months.snapshots, run_at)])
        }
        (Condition::Missing { .. } | Condition::Older { .. }, None) => {
            Err(Error::Usage("a rule about usage names a subscription, or each".into()))
        }
    }
}

/// Whether a sum is above its limit, and both in words.
fn compare(rule: &Rule, about: &str, loaded: &Loaded, notes: &mut Vec<String>) -> Result<(bool, String, Sum), Error> {
    let (sum, above, scope, what, unit) = match &rule.condition {
        Condition::Spend { scope, above, currency } => {
            (measure::spend(loaded, &scope.filters, *currency)?, *above, scope, "spend", format!(" {currency}"))
        }
        Condition::Hours { scope, above } => {
            (measure::hours(loaded, &scope.filters)?, *above, scope, "hours", String::new())
        }
        Condition::Missing { .. } | Condition::Older { .. } => {
            return Err(Error::Usage("days are not summed up".into()));
        }
    };
    let total = sum.total;
    let fires = total > above;
    let least = if sum.whole { "" } else { "at least " };
    let compared = if fires { "above" } else { "not above" };
    let verb = if what == "hours" { "are" } else { "is" };
    let summary = format!("{what}{about} {verb} {least}{total}{unit}, {compared} {above}{unit}");
    if !sum.whole && !fires && what == "spend" {
        notes.push(format!("{}: {summary}, and not all of it is known", rule.text));
    }
    // What is not counted as money has no price, and that was said.
    if sum.uncounted > 0 && what == "hours" {
        notes.push(format!("{}: {} rows count no hours and are left out", rule.text, sum.uncounted));
    }
    if sum.met == 0 && !scope.filters.is_empty() {
        notes.push(format!(
            "{}: no row of usage is meant by it; are the names written as Azure writes them?",
            rule.text
        ));
    }
    Ok((fires, summary, sum))
}

/// The part of the summary that says of what.
fn about(scope: &Scope, only: Option<SubscriptionId>) -> String {
    let whose = only.map_or(Whose::All, Whose::One);
    Scope { whose, filters: scope.filters.clone() }.to_string()
}

/// One subscription's billing period by its first day. The periods of all together may begin on different days: then it
/// is the month of the earliest, which goes on once a month and not with each of them.
fn period(loaded: &Loaded, only: Option<SubscriptionId>, at: Timestamp) -> String {
    let starts = loaded.materials.iter().map(|material| utc_date(material.period.start_at));
    let earliest = starts.min().unwrap_or_else(|| utc_date(at));
    match only {
        Some(_) => earliest.to_string(),
        None => format!("{:04}-{:02}", earliest.year(), earliest.month()),
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
