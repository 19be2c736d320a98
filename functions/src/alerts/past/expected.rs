//! Looking back on what was expected: after which day of each month a bill was, and which days stood out.

use jiff::ToSpan;
use jiff::civil::Date;
use shared::guid::SubscriptionId;
use shared::period::{BillingPeriod, utc_date};

use super::{Past, Store, event};
use crate::alerts::periods::month_of;
use crate::alerts::projected::{self, Limit};
use crate::alerts::rules::{Condition, Projected, Quantile, Rule};
use crate::alerts::{Finding, anomalies};
use crate::error::Error;
use crate::month::Period;
use crate::outlook::{self, Expected, History};

/// Rules about what was to come and about days that stand out, in the months that have a name.
pub async fn of_scope(
    store: &Store<'_>,
    rule: &Rule,
    only: Option<SubscriptionId>,
    names: &[String],
) -> Result<Vec<Past>, Error> {
    let Store { archive, snapshots, run_at } = *store;
    let histories = outlook::load(archive, snapshots, only, &Period::Holding(run_at), run_at).await?;
    let mut found = Vec::new();
    for month in names {
        let periods: Vec<(&History, BillingPeriod)> =
            histories.iter().filter_map(|history| named(history, month).map(|period| (history, period))).collect();
        match &rule.condition {
            _ if periods.is_empty() => {}
            Condition::Anomaly { above, currency, .. } => {
                let before = found.len();
                for (history, _) in periods {
                    for spike in anomalies::spikes(history, *above, *currency)? {
                        if month_of(spike.opened_on) == *month {
                            let Finding { summary, lines, .. } = spike.finding(rule, history);
                            let crossed_on = Some(spike.opened_on);
                            found.push(Past { crossed_on, ..event(rule, only, month, Some(summary), lines) });
                        }
                    }
                }
                if found.len() == before {
                    found.push(event(rule, only, month, None, Vec::new()));
                }
            }
            _ => found.push(of_month(rule, only, month, &periods)?),
        }
    }
    Ok(found)
}

/// The period that begins in a month.
fn named(history: &History, month: &str) -> Option<BillingPeriod> {
    history.periods().find(|period| month_of(utc_date(period.start_at)) == month)
}

/// Asked again after each day, until it fires.
fn of_month(
    rule: &Rule,
    only: Option<SubscriptionId>,
    month: &str,
    periods: &[(&History, BillingPeriod)],
) -> Result<Past, Error> {
    let banded = matches!(rule.condition, Condition::Projected { at, .. } if at != Quantile::P50);
    let days = periods.iter().map(|(history, period)| history.days_known(*period)).max().unwrap_or(0);
    let mut past = event(rule, only, month, None, Vec::new());
    let then = |elapsed: i64, banded: bool| {
        periods
            .iter()
            .map(|(history, period)| {
                let elapsed = elapsed.min(history.days_known(*period));
                Ok((*history, history.expected_after(*period, elapsed, banded)?))
            })
            .collect::<Result<Vec<(&History, Expected)>, Error>>()
    };
    for elapsed in 1..=days {
        let Some(finding) = fired(rule, only, &then(elapsed, banded)?, periods)? else { continue };
        let first: Option<Date> = periods.iter().map(|(_, period)| utc_date(period.start_at)).min();
        past.crossed_on = first.map(|first| first.saturating_add((elapsed - 1).days()));
        (past.summary, past.lines) = (Some(finding.summary), finding.lines);
        break;
    }
    if let Condition::Projected { what, currency, .. } = &rule.condition {
        let came = then(days, false)?;
        let mut total = shared::decimal::Decimal::ZERO;
        for (_, one) in &came {
            let amount = if *what == Projected::Bill { one.due().p50 } else { one.cost().p50 };
            total = total.plus(amount).map_err(crate::alerts::measure::too_long)?;
        }
        past.whole = came.iter().all(|(_, one)| one.bill.totals.complete);
        (past.total, past.unit) = (Some(total), currency.to_string());
    }
    Ok(past)
}

fn fired(
    rule: &Rule,
    only: Option<SubscriptionId>,
    expected: &[(&History, Expected)],
    periods: &[(&History, BillingPeriod)],
) -> Result<Option<Finding>, Error> {
    let found = match &rule.condition {
        Condition::Projected { what, at, above, currency, .. } => {
            let limit = Limit { what: *what, at: *at, above: *above, currency: *currency };
            vec![limit.answer(rule, only, expected)?]
        }
        Condition::Credit { before_day, .. } => expected
            .iter()
            .zip(periods)
            .map(|((history, one), (_, period))| projected::credit(rule, history, one, *period, *before_day))
            .collect::<Result<_, _>>()?,
        _ => return Err(Error::Usage("it expects nothing".into())),
    };
    Ok(found.into_iter().find(|finding| finding.fires))
}
