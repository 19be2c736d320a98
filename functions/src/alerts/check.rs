//! Every rule, for each scope that it has.

use jiff::Timestamp;
use shared::guid::SubscriptionId;
use shared::period::utc_date;
use shared::snapshot::{Cause, Snapshots};

use super::measure::{self, Sum};
use super::periods::{Of, Periods, quiet};
use super::prices::InUse;
use super::projected::Limit;
use super::rules::{Condition, Filter, Rule, Scope, Whose};
use super::{Checked, Finding, anomalies, freshness, prices, projected};
use crate::archive::Archive;
use crate::error::Error;
use crate::month::Loaded;
use crate::outlook::{Expected, History};
use crate::store::StoreError;

/// Answers all rules as of a time.
pub async fn check(
    archive: &Archive,
    snapshots: &Snapshots,
    rules: &[Rule],
    run_at: Timestamp,
) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    let mut periods = Periods::new(archive, snapshots, run_at);
    for rule in rules {
        let scopes = scopes(whose(&rule.condition), snapshots);
        if scopes.is_empty() {
            checked.unknown.push((rule.text.clone(), "the store knows no subscription yet".to_owned()));
        }
        for only in scopes {
            // In a box: a future in a future in a future has a depth that the compiler does not follow.
            match Box::pin(answer(rule, only, &mut periods, &mut checked.notes)).await {
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
        Condition::Spend { scope, .. } | Condition::Hours { scope, .. } | Condition::Price { scope, .. } => scope.whose,
        Condition::Missing { whose }
        | Condition::Older { whose, .. }
        | Condition::Projected { whose, .. }
        | Condition::Credit { whose, .. }
        | Condition::Anomaly { whose, .. } => *whose,
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

/// A subscription, or all of them, as a cause names it.
pub(super) fn scope_name(only: Option<SubscriptionId>) -> String {
    only.map_or_else(|| "all".to_owned(), |id| id.to_string())
}

async fn answer(
    rule: &Rule,
    only: Option<SubscriptionId>,
    periods: &mut Periods<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Finding>, Error> {
    let run_at = periods.run_at;
    match (&rule.condition, only) {
        (Condition::Spend { scope, .. } | Condition::Hours { scope, .. }, _) => {
            summed(rule, scope, only, periods, notes).await
        }
        (Condition::Missing { .. }, Some(id)) => Ok(freshness::missing(rule, id, periods.snapshots, run_at)),
        (Condition::Older { days, .. }, Some(id)) => {
            Ok(vec![freshness::older(rule, id, *days, periods.snapshots, run_at)])
        }
        (Condition::Price { scope, percent }, Some(id)) => {
            let of = Of::One(id, run_at);
            let in_use = match periods.load(&of).await? {
                Ok(_) => in_use(&of, &scope.filters, periods).await?,
                Err(why) => return early(rule, id, periods, why).await,
            };
            let Some(material) = periods.get(&of).and_then(|loaded| loaded.materials.first()) else {
                return Err(Error::Usage("the store has no usage in this period".into()));
            };
            let store = (periods.archive, periods.snapshots);
            prices::answer(rule, store, (material, &in_use), *percent, run_at, notes).await
        }
        (Condition::Projected { what, at, above, currency, .. }, _) => {
            let limit = Limit { what: *what, at: *at, above: *above, currency: *currency };
            match expected(only, limit.is_of_a_band(), periods).await? {
                Ok(all) => {
                    let found = limit.answer(rule, only, &all)?;
                    if !found.fires && !all.iter().all(|(_, one)| one.bill.totals.complete) {
                        notes.push(format!("{}: {}, and not all of it has a price", rule.text, found.summary));
                    }
                    Ok(vec![found])
                }
                Err(why) => early_of(rule, only, periods, why).await,
            }
        }
        (Condition::Credit { before_day, .. }, Some(id)) => match expected(only, false, periods).await? {
            Ok(all) => {
                let mut found = Vec::new();
                for (history, one) in &all {
                    let told = projected::credit(rule, history, one, history.material.period, *before_day)?;
                    if !told.fires && one.bill.bill.as_ref().is_some_and(|bill| bill.credit.is_some() && !bill.complete)
                    {
                        let summary = &told.summary;
                        notes.push(format!("{}: {summary}; what has no price may end it earlier", rule.text));
                    }
                    found.push(told);
                }
                Ok(found)
            }
            Err(why) => early(rule, id, periods, why).await,
        },
        (Condition::Anomaly { above, currency, .. }, Some(id)) => match periods.histories(only).await? {
            Ok(all) => {
                let found = all.iter().map(|history| anomalies::answer(rule, history, *above, *currency));
                found.collect::<Result<Vec<_>, _>>().map(|found| found.into_iter().flatten().collect())
            }
            Err(why) => early(rule, id, periods, why).await,
        },
        (_, None) => Err(Error::Usage("this rule names a subscription, or each".into())),
    }
}

/// The bills that are expected.
async fn expected<'p>(
    only: Option<SubscriptionId>,
    banded: bool,
    periods: &'p mut Periods<'_>,
) -> Result<Result<Vec<(&'p History, Expected)>, String>, Error> {
    let all = match periods.histories(only).await? {
        Ok(all) => all,
        Err(why) => return Ok(Err(why)),
    };
    all.iter().map(|history| Ok((history, history.expected(&[], banded)?))).collect::<Result<_, Error>>().map(Ok)
}

/// The answer of a rule about what is to come where there is no usage of the period.
async fn early(rule: &Rule, id: SubscriptionId, periods: &Periods<'_>, why: String) -> Result<Vec<Finding>, Error> {
    periods.too_early(rule, id).await?.map(|one| vec![one]).ok_or(Error::Usage(why))
}

async fn early_of(
    rule: &Rule,
    only: Option<SubscriptionId>,
    periods: &Periods<'_>,
    why: String,
) -> Result<Vec<Finding>, Error> {
    if let Some(id) = only {
        return early(rule, id, periods, why).await;
    }
    // Of all together nothing is known only where it is too early for each.
    for id in periods.snapshots.subscriptions.keys() {
        if periods.too_early(rule, *id).await?.is_none() {
            return Err(Error::Usage(why));
        }
    }
    Ok(vec![quiet(rule, None, "begun".to_owned(), "the periods of all have only begun".to_owned())])
}

/// What was used in a period that was loaded, and in the one before.
async fn in_use(of: &Of, filters: &[Filter], periods: &mut Periods<'_>) -> Result<InUse, Error> {
    let before = periods.before(of);
    if let Some(before) = &before {
        // Its usage may lie before the first that was ever read.
        let _ = periods.load(before).await?;
    }
    let used = |of: &Of| match periods.get(of).and_then(|loaded| loaded.materials.first()) {
        Some(material) => measure::used(material, filters),
        None => Ok(Default::default()),
    };
    Ok(InUse { now: used(of)?, before: before.as_ref().map(used).transpose()?.unwrap_or_default() })
}

async fn summed(
    rule: &Rule,
    scope: &Scope,
    only: Option<SubscriptionId>,
    periods: &mut Periods<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Finding>, Error> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut refused = None;
    let under_way = periods.under_way(only);
    for of in &under_way {
        // A period may be too young for any usage while the one before is still looked at.
        if let Err(why) = periods.load(of).await? {
            refused.get_or_insert(why);
        }
        let Some(loaded) = periods.get(of).filter(|loaded| periods.is_open(loaded)) else { continue };
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
            _ if Some(of) == under_way.first() => String::new(),
            Of::One(..) => format!(" in the period of {period}"),
            Of::All(_) => format!(" in the periods that began in {period}"),
        };
        let about = format!("{}{when}", about(scope, only));
        let (fires, summary, sum) = compare(rule, &about, loaded, notes)?;
        let lines = if fires { moved(of, &scope.filters, &sum, periods).await? } else { sum.lines(None) };
        let cause = Cause { rule: rule.text.clone(), scope: scope_name(only), period };
        findings.push(Finding { cause, fires, summary, lines });
    }
    match (findings.is_empty(), refused) {
        (false, _) => Ok(findings),
        (true, Some(why)) => match only {
            Some(id) => periods.silent(rule, id).await?.ok_or(Error::Usage(why)).map(|one| vec![one]),
            None => Err(Error::Usage(why)),
        },
        (true, None) => Err(Error::Usage("the store has no usage in this period".into())),
    }
}

/// The largest parts of a sum, beside as many days of the period before.
async fn moved(
    of: &Of,
    filters: &[Filter],
    sum: &Sum,
    periods: &mut Periods<'_>,
) -> Result<Vec<shared::snapshot::IncidentLine>, Error> {
    let Some(before) = periods.before(of) else { return Ok(sum.lines(None)) };
    let _ = periods.load(&before).await?;
    let (Some(now), Some(before)) = (periods.get(of), periods.get(&before)) else { return Ok(sum.lines(None)) };
    Ok(sum.lines(Some(&measure::as_many_days(now, before, filters)?)))
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
        _ => return Err(Error::Usage("it is about no sum".into())),
    };
    let total = sum.total;
    let fires = total > above;
    let compared = against(sum.whole, fires, &format!("{total}{unit}"), &format!("{above}{unit}"));
    let verb = if what == "hours" { "are" } else { "is" };
    let summary = format!("{what}{about} {verb} {compared}");
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

/// A sum beside its limit, in words. One of which a part is unknown may be above it, too.
pub(super) fn against(whole: bool, fires: bool, sum: &str, limit: &str) -> String {
    match (whole, fires) {
        (true, true) => format!("{sum}, above {limit}"),
        (true, false) => format!("{sum}, not above {limit}"),
        (false, true) => format!("at least {sum}, above {limit}"),
        (false, false) => format!("at least {sum}, perhaps above {limit}"),
    }
}

/// The part of the summary that says of what.
fn about(scope: &Scope, only: Option<SubscriptionId>) -> String {
    let whose = only.map_or(Whose::All, Whose::One);
    Scope { whose, filters: scope.filters.clone() }.to_string()
}
