//! When rules would have fired in the months before: on which day of use a sum crossed its limit, after which a bill was
//! expected to, and when prices rose and days stood out.
//!
//! Usage arrives late, so the rule would have been heard some hours or days after that day; and what is known today of the
//! days before may be more than was known then. Rules about what was read cannot be asked of the past: it is told by the
//! records of their runs, `alerts list --all`.

mod expected;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::period::{Granularity, Instant, midnight, utc_date};
use shared::snapshot::{IncidentLine, Snapshots};

use super::check::{of_this_rule, scope_name, scopes, whose};
use super::measure;
use super::periods::month_of;
use super::prices::{self, InUse};
use super::rules::{Condition, Filter, Rule};
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
    /// The day whose use made it fire; absent where the month stayed quiet.
    pub crossed_on: Option<Date>,
    /// What the month came to, where the rule is about a sum.
    pub total: Option<Decimal>,
    /// What that is: a currency, or hours.
    pub unit: String,
    /// Whether everything has a price and every day was read, up to now.
    pub whole: bool,
    /// What it would have said, where that is more than the sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
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
    let names: Vec<String> =
        (0..months).rev().map(|back| month_of(this.saturating_sub(i64::from(back).months()))).collect();
    let store = Store { archive, snapshots, run_at };
    for rule in rules {
        let (before, mut why) = (looked.months.len(), None);
        for only in scopes(whose(&rule.condition), snapshots) {
            match store.of_scope(rule, only, &names, &mut why).await {
                Ok(found) => looked.months.extend(found),
                Err(error) => why = Some(of_this_rule(error)?),
            }
        }
        if looked.months.len() == before {
            let why = why.unwrap_or_else(|| "the store knows no subscription yet".to_owned());
            looked.unknown.push((rule.text.clone(), why));
        }
    }
    Ok(looked)
}

/// Where the past lies.
struct Store<'a> {
    archive: &'a Archive,
    snapshots: &'a Snapshots,
    run_at: Timestamp,
}

impl Store<'_> {
    async fn of_scope(
        &self,
        rule: &Rule,
        only: Option<SubscriptionId>,
        names: &[String],
        why: &mut Option<String>,
    ) -> Result<Vec<Past>, Error> {
        match &rule.condition {
            Condition::Missing { .. } | Condition::Older { .. } => {
                Err(Error::Usage("it is about what was read, not about what was used".into()))
            }
            Condition::Projected { .. } | Condition::Credit { .. } | Condition::Anomaly { .. } => {
                expected::of_scope(self, rule, only, names).await
            }
            Condition::Price { scope, percent } => {
                self.each_month(names, why, async |month| {
                    self.prices(rule, only, &scope.filters, *percent, month).await
                })
                .await
            }
            Condition::Spend { .. } | Condition::Hours { .. } => {
                self.each_month(names, why, async |month| self.summed(rule, only, month).await.map(|one| vec![one]))
                    .await
            }
        }
    }

    /// Months before the first usage are as good as none.
    async fn each_month(
        &self,
        names: &[String],
        why: &mut Option<String>,
        of_month: impl AsyncFn(&str) -> Result<Vec<Past>, Error>,
    ) -> Result<Vec<Past>, Error> {
        let mut found = Vec::new();
        for month in names {
            match of_month(month).await {
                Ok(past) => found.extend(past),
                Err(error) => *why = Some(of_this_rule(error)?),
            }
        }
        Ok(found)
    }

    async fn load(&self, only: Option<SubscriptionId>, month: &str) -> Result<Loaded, Error> {
        let period = Period::StartingIn(month.to_owned());
        month::load(self.archive, self.snapshots, only, &period, Granularity::Daily, self.run_at).await
    }

    async fn summed(&self, rule: &Rule, only: Option<SubscriptionId>, month: &str) -> Result<Past, Error> {
        let loaded = self.load(only, month).await?;
        let (sum, above, unit) = match &rule.condition {
            Condition::Spend { scope, above, currency } => {
                (measure::spend(&loaded, &scope.filters, *currency)?, *above, currency.to_string())
            }
            Condition::Hours { scope, above } => (measure::hours(&loaded, &scope.filters)?, *above, "hours".to_owned()),
            _ => return Err(Error::Usage("it is about no sum".into())),
        };
        let lines = sum.lines(None);
        let crossed_on = crossed(sum.by_day, above)?;
        Ok(Past {
            rule: rule.text.clone(),
            scope: scope_name(only),
            month: month.to_owned(),
            crossed_on,
            total: Some(sum.total),
            unit,
            whole: sum.whole,
            summary: None,
            lines,
        })
    }

    /// Each time in a month at which prices rose that were paid in it or in the month before.
    async fn prices(
        &self,
        rule: &Rule,
        only: Option<SubscriptionId>,
        filters: &[Filter],
        percent: Decimal,
        month: &str,
    ) -> Result<Vec<Past>, Error> {
        let loaded = self.load(only, month).await?;
        let first = format!("{month}-01").parse::<Date>().map_err(|error| Error::Usage(error.to_string()))?;
        let before = self.load(only, &month_of(first.saturating_sub(1.month()))).await;
        let mut found = Vec::new();
        for material in &loaded.materials {
            let earlier = before.as_ref().ok().and_then(|before| before.materials.first());
            let before = earlier.map(|earlier| measure::used(earlier, filters)).transpose()?.unwrap_or_default();
            let used = InUse { now: measure::used(material, filters)?, before };
            let at = |day: Date| midnight(day).map_err(|error| Error::Usage(error.to_string()));
            let end = at(first.saturating_add(1.month()))?;
            let window = (at(first)?, self.run_at.min(end));
            let looked = prices::look(self.archive, self.snapshots, material, &used, percent, window).await?;
            for finding in looked.findings(rule, material, &used, percent) {
                let on = shared::period::parse_timestamp(&finding.cause.period).map(utc_date).ok();
                // What the end of the month and the next one share is of the next one.
                if on.is_some_and(|on| month_of(on) == month) {
                    found.push(Past {
                        crossed_on: on,
                        ..event(rule, only, month, Some(finding.summary), finding.lines)
                    });
                }
            }
        }
        if found.is_empty() {
            found.push(event(rule, only, month, None, Vec::new()));
        }
        Ok(found)
    }
}

/// A month of a rule that is about no sum.
fn event(
    rule: &Rule,
    only: Option<SubscriptionId>,
    month: &str,
    summary: Option<String>,
    lines: Vec<IncidentLine>,
) -> Past {
    Past {
        rule: rule.text.clone(),
        scope: scope_name(only),
        month: month.to_owned(),
        crossed_on: None,
        total: None,
        unit: String::new(),
        whole: true,
        summary,
        lines,
    }
}

/// The first day after which the sum is above the limit.
fn crossed(by_day: impl IntoIterator<Item = (Date, Decimal)>, above: Decimal) -> Result<Option<Date>, Error> {
    let mut sum = Decimal::ZERO;
    for (day, counted) in by_day {
        sum = sum.plus(counted).map_err(measure::too_long)?;
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
