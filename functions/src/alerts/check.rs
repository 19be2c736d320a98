//! Every rule, for each scope that it has.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use shared::guid::SubscriptionId;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Cause, REREAD_DAYS, Snapshots};

use super::measure::{self, Sum};
use super::rules::{Condition, Rule, Scope, Whose};
use super::{Checked, Finding, freshness};
use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Loaded, Period};
use crate::store::StoreError;

/// Usage of a day may arrive for so long.
const LATE: SignedDuration = SignedDuration::from_hours(24 * REREAD_DAYS as i64);

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
        let scopes = scopes(whose(&rule.condition), snapshots);
        if scopes.is_empty() {
            checked.unknown.push((rule.text.clone(), "the store knows no subscription yet".to_owned()));
        }
        for only in scopes {
            match answer(rule, only, &mut months, &mut checked.notes).await {
                Ok(findings) => checked.findings.extend(findings),
                Err(error) => checked.unknown.push((rule.text.clone(), of_this_rule(error)?)),
            }
        }
    }
    Ok(checked)
}

/// What the caller could mend, or one damaged object, is about what asked for it; a store that fails is about all.
pub(super) fn of_this_rule(error: Error) -> Result<String, Error> {
    match error {
        Error::Usage(why) => Ok(why),
        Error::Damaged(_) | Error::Store(StoreError::NotFound { .. }) => Ok(error.to_string()),
        other => Err(other),
    }
}

pub(super) fn whose(condition: &Condition) -> Whose {
    match condition {
        Condition::Spend { scope, .. } | Condition::Hours { scope, .. } => scope.whose,
        Condition::Missing { whose } | Condition::Older { whose, .. } => *whose,
    }
}

/// Nothing stands for all subscriptions together.
pub(super) fn scopes(whose: Whose, snapshots: &Snapshots) -> Vec<Option<SubscriptionId>> {
    match whose {
        Whose::All => vec![None],
        Whose::Each => snapshots.subscriptions.keys().copied().map(Some).collect(),
        Whose::One(id) => vec![Some(id)],
    }
}

/// Which periods a sum is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    /// The billing period of one subscription that holds an instant.
    One(SubscriptionId, Timestamp),
    /// Those of all that begin in this month: each belongs to one, on whatever day it begins.
    All(String),
}

/// Billing periods, each loaded once for all rules.
struct Months<'a> {
    archive: &'a Archive,
    snapshots: &'a Snapshots,
    run_at: Timestamp,
    loaded: BTreeMap<Of, Result<Loaded, String>>,
}

impl Months<'_> {
    async fn load(&mut self, of: &Of) -> Result<Result<&Loaded, String>, Error> {
        if !self.loaded.contains_key(of) {
            let (only, period) = match of {
                Of::One(id, at) => (Some(*id), Period::Holding(*at)),
                Of::All(month) => (None, Period::StartingIn(month.clone())),
            };
            let granularity = Granularity::Daily;
            let loaded = month::load(self.archive, self.snapshots, only, &period, granularity, self.run_at).await;
            let kept = match loaded {
                Ok(loaded) => Ok(loaded),
                Err(error) => Err(of_this_rule(error)?),
            };
            self.loaded.insert(of.clone(), kept);
        }
        match &self.loaded[of] {
            Ok(loaded) => Ok(Ok(loaded)),
            Err(why) => Ok(Err(why.clone())),
        }
    }

    /// The period under way first, then those before of which usage still arrives: what was crossed in their last days is
    /// told as well.
    fn periods(&self, only: Option<SubscriptionId>) -> Vec<Of> {
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

    /// The answer where all that there is to read was read and holds nothing, as of a subscription that has ended: that is
    /// a quiet rule, and not one that nobody can answer.
    async fn silent(&self, rule: &Rule, id: SubscriptionId) -> Result<Option<Finding>, Error> {
        let mut since = None;
        for of in self.periods(Some(id)) {
            let Of::One(id, at) = of else { continue };
            match month::silence(self.archive, self.snapshots, id, at, self.run_at).await? {
                Some((_, false)) => return Ok(None),
                Some((start_on, true)) => since = since.or(Some(start_on)),
                // Too young for any day: the one before it says more.
                None => {}
            }
        }
        let quiet = |since: Date| {
            let summary = format!("nothing of subscription {id} was used in the period of {since}: its days were read");
            let cause = Cause { rule: rule.text.clone(), scope: id.to_string(), period: since.to_string() };
            Finding { cause, fires: false, summary, lines: Vec::new() }
        };
        Ok(since.map(quiet))
    }

    /// Whether usage of it may still arrive.
    fn is_open(&self, loaded: &Loaded) -> bool {
        let open = |end: Timestamp| end.checked_add(LATE).is_ok_and(|end| end > self.run_at);
        loaded.materials.iter().any(|material| open(material.period.end_at))
    }
}

pub(super) fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
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
            let periods = months.periods(only);
            for of in &periods {
                let loaded = match months.load(of).await? {
                    Ok(_) => months.loaded[of].as_ref().ok().filter(|loaded| months.is_open(loaded)),
                    // A period may be too young for any usage while the one before is still looked at.
                    Err(why) => {
                        refused.get_or_insert(why);
                        None
                    }
                };
                let Some(loaded) = loaded else { continue };
                let period = match (of, loaded.materials.first()) {
                    (Of::One(..), Some(material)) => utc_date(material.period.start_at).to_string(),
                    (Of::One(_, at), None) => utc_date(*at).to_string(),
                    (Of::All(month), _) => month.clone(),
                };
                // Both instants may lie in one period.
                if findings.iter().any(|known| known.cause.period == period) {
                    continue;
                }
                let when = match of {
                    _ if Some(of) == periods.first() => String::new(),
                    Of::One(..) => format!(" in the period of {period}"),
                    Of::All(_) => format!(" in the periods that began in {period}"),
                };
                let about = format!("{}{when}", about(scope, only));
                let (fires, summary, sum) = compare(rule, &about, loaded, notes)?;
                findings.push(finding(rule, only, period, fires, summary, sum));
            }
            match (findings.is_empty(), refused) {
                (false, _) => Ok(findings),
                (true, Some(why)) => match only {
                    Some(id) => months.silent(rule, id).await?.ok_or(Error::Usage(why)).map(|one| vec![one]),
                    None => Err(Error::Usage(why)),
                },
                (true, None) => Err(Error::Usage("the store has no usage in this period".into())),
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
