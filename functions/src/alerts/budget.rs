//! Rules that are budgets: about all that is spent in a month, whatever it is spent on.

use serde::Serialize;
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::money::Currency;

use super::rules::{Condition, Rule, Whose};

/// A line that the spend of a month should not cross.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// The rule that says so.
    pub rule: String,
    /// Exact cost before offer terms.
    pub above: Decimal,
}

/// Those of one subscription, or of the sum of all, in a currency.
#[must_use]
pub fn budgets(rules: &[Rule], only: Option<SubscriptionId>, currency: Currency) -> Vec<Budget> {
    let holds = |whose: Whose| match (whose, only) {
        (Whose::All, None) | (Whose::Each, Some(_)) => true,
        (Whose::One(one), Some(only)) => one == only,
        _ => false,
    };
    let budget = |rule: &Rule| match &rule.condition {
        Condition::Spend { scope, above, currency: of } if *of == currency && scope.filters.is_empty() => {
            holds(scope.whose).then(|| Budget { rule: rule.text.clone(), above: *above })
        }
        _ => None,
    };
    rules.iter().filter_map(budget).collect()
}
