//! What changed in a month that was closed: from the lines that were booked to the lines of today, step by step, so that
//! each difference has one cause and all of them together are exactly what changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Line, LineKey};
use crate::decimal::{Decimal, Inexact};

/// Why an amount changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// Usage was reported late or restated.
    Usage,
    /// It follows usage that changed elsewhere: tiers, rounding, terms and shares are of the whole month.
    FollowsUsage,
    /// Azure's prices or the terms of the offer are others now.
    Prices,
    /// Tags are others now, so it belongs to somebody else.
    Tags,
}

impl Cause {
    /// In words.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Cause::Usage => "usage that was reported late or restated",
            Cause::FollowsUsage => "follows usage that changed elsewhere: tiers, rounding, terms or shares",
            Cause::Prices => "prices or terms of the offer changed",
            Cause::Tags => "tags changed",
        }
    }
}

/// What has been brought up to date in the lines of a step, besides everything before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The usage.
    Usage,
    /// Prices and terms.
    Prices,
    /// Tag rules.
    Tags,
}

/// A difference that is booked in another month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Adjustment {
    /// The month whose line it is (`YYYY-MM`).
    pub month: String,
    /// Why.
    pub cause: Cause,
    /// The line, with what was added to its quantity and its amount.
    pub line: Line,
}

/// The differences from the booked lines of a month to those of the last step, each with its cause.
pub fn adjustments(month: &str, booked: &[Line], steps: &[(Step, Vec<Line>)]) -> Result<Vec<Adjustment>, Inexact> {
    let mut all = Vec::new();
    let mut before = booked;
    for (step, after) in steps {
        for line in differences(before, after)? {
            let moved = line.quantity.is_some_and(|quantity| !quantity.is_zero());
            let cause = match step {
                Step::Usage if moved => Cause::Usage,
                Step::Usage => Cause::FollowsUsage,
                Step::Prices => Cause::Prices,
                Step::Tags => Cause::Tags,
            };
            all.push(Adjustment { month: month.to_owned(), cause, line });
        }
        before = after;
    }
    Ok(all)
}

/// Lines whose amount is another one now, or of which more or less has no price, with the differences.
fn differences(before: &[Line], after: &[Line]) -> Result<Vec<Line>, Inexact> {
    let mut pairs: BTreeMap<LineKey, (Option<&Line>, Option<&Line>)> = BTreeMap::new();
    for line in before {
        pairs.entry(line.key()).or_default().0 = Some(line);
    }
    for line in after {
        pairs.entry(line.key()).or_default().1 = Some(line);
    }
    let mut lines = Vec::new();
    for (before, after) in pairs.into_values() {
        let Some(shown) = after.or(before) else { continue };
        let difference = |of: fn(&Line) -> Option<Decimal>| {
            let (before, after) = (before.and_then(of), after.and_then(of));
            let known = before.is_some() || after.is_some();
            let changed = after.unwrap_or(Decimal::ZERO).minus(before.unwrap_or(Decimal::ZERO))?;
            Ok::<_, Inexact>(known.then_some(changed))
        };
        let amount = difference(|line| line.amount)?.filter(|amount| !amount.is_zero());
        let unpriced_quantity = difference(|line| Some(line.unpriced_quantity))?.unwrap_or(Decimal::ZERO);
        if amount.is_none() && unpriced_quantity.is_zero() {
            continue;
        }
        lines.push(Line {
            quantity: difference(|line| line.quantity)?,
            unpriced_quantity,
            list_cost: difference(|line| line.list_cost)?,
            amount,
            ..shown.clone()
        });
    }
    Ok(lines)
}
