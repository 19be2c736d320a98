//! When rules would have fired in the months before: on which day of use a sum crossed its limit.
//!
//! Usage arrives late, so the rule would have been heard some hours or days after that day. Rules about what was read
//! cannot be asked of the past: it is told by the records of their runs, `alerts list --all`.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, Instant, utc_date};
use shared::snapshot::{IncidentLine, Snapshots};

use super::check::{month_of, of_this_rule, scopes, whose};
use super::measure::{self, Sum};
use super::rules::{Condition, Rule};
use crate::archive::Archive;
use crate::error::Error;
use crate::month::{self, Loaded, Period};

/// One rule in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Past {
    /// The rule.
    pub rule: String,
    /// A subscription, or `all`.
    pub scope: String,
    /// The month in which the billing periods begin.
    pub month: String,
    /// The day whose use went above the limit; absent where the month stayed below.
    pub crossed_on: Option<Date>,
    /// What the month came to.
    pub total: Decimal,
    /// Whether everything has a price and every day was read, up to now.
    pub whole: bool,
    /// The largest parts of it.
    pub lines: Vec<IncidentLine>,
}

/// The rules in the months before, and those that cannot be asked, with the reason.
#[derive(Debug, Default)]
pub struct Looked {
    /// By rule, scope and month.
    pub months: Vec<Past>,
    /// Rules that were not looked at, and why.
    pub unknown: Vec<(String, String)>,
}

/// Looks back on the month under way and those before it, `months` in all.
pub async fn look_back(
    archive: &Archive,
    snapshots: &Snapshots,
    rules: &[Rule],
    months: u32,
    run_at: Timestamp,
) -> Result<Looked, Error> {
    let mut looked = Looked::default();
    let this = utc_date(run_at).first_of_month();
    let names = || (0..months).rev().map(|back| month_of(this.saturating_sub(i64::from(back).months())));
    for rule in rules {
        if rule.is_of_days() {
            looked.unknown.push((rule.text.clone(), "it is about what was read, not about what was used".to_owned()));
            continue;
        }
        let mut why = None;
        let before = looked.months.len();
        for only in scopes(whose(&rule.condition), snapshots) {
            for month in names() {
                match of_month(archive, snapshots, rule, only, month, run_at).await {
                    Ok(found) => looked.months.push(found),
                    // Months before the first usage are as good as none.
                    Err(error) => why = Some(of_this_rule(error)?),
                }
            }
        }
        if looked.months.len() == before {
            let why = why.unwrap_or_else(|| "the store knows no subscription yet".to_owned());
            looked.unknown.push((rule.text.clone(), why));
        }
    }
    Ok(looked)
}

async fn of_month(
    archive: &Archive,
    snapshots: &Snapshots,
    rule: &Rule,
    only: Option<SubscriptionId>,
    month: String,
    run_at: Timestamp,
) -> Result<Past, Error> {
    let period = Period::StartingIn(month.clone());
    let loaded = month::load(archive, snapshots, only, &period, Granularity::Daily, run_at).await?;
    let (sum, above) = summed(rule, &loaded)?;
    let Sum { total, by_day, lines, whole, .. } = sum;
    Ok(Past {
        rule: rule.text.clone(),
        scope: only.map_or_else(|| "all".to_owned(), |id| id.to_string()),
        month,
        crossed_on: crossed(by_day, above)?,
        total,
        whole,
        lines,
    })
}

fn summed(rule: &Rule, loaded: &Loaded) -> Result<(Sum, Decimal), Error> {
    match &rule.condition {
        Condition::Spend { scope, above, currency } => Ok((measure::spend(loaded, &scope.filters, *currency)?, *above)),
        Condition::Hours { scope, above } => Ok((measure::hours(loaded, &scope.filters)?, *above)),
        Condition::Missing { .. } | Condition::Older { .. } => Err(Error::Usage("days are not summed up".into())),
    }
}

/// The first day after which the sum is above the limit.
fn crossed(by_day: impl IntoIterator<Item = (Date, Decimal)>, above: Decimal) -> Result<Option<Date>, Error> {
    let mut sum = Decimal::ZERO;
    for (day, counted) in by_day {
        sum = sum.plus(counted).map_err(|_| Error::Usage("a sum has more digits than can be held".into()))?;
        if sum > above {
            return Ok(Some(day));
        }
    }
    Ok(None)
}

/// What `alerts test --months` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LookedBack<'a> {
    /// `forebill.alerts-past/1`
    pub schema: &'static str,
    /// The "now" of the run.
    pub at: Instant,
    /// The months.
    pub months: &'a [Past],
    /// What was not looked at.
    pub unknown: Vec<super::Unknown<'a>>,
}

impl Looked {
    /// As one document.
    #[must_use]
    pub fn document(&self, run_at: Timestamp) -> LookedBack<'_> {
        let unknown = self.unknown.iter().map(|(rule, why)| super::Unknown { rule, why }).collect();
        LookedBack { schema: "forebill.alerts-past/1", at: Instant(run_at), months: &self.months, unknown }
    }
}
