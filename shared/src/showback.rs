//! Whose money it is: a month's bill by cost centre, to the last digit.
//!
//! Every charge is shared among the cost centres whose rows are in it, in whole minor units; fees and credit follow the
//! charges of their subscription; shared costs are then split. What nobody is named for stays a statement of its own.
//! All statements together are what remains to be paid, or [`lines`] is an error.
//!
//! A month that is closed is frozen as a [`document`]. What changes afterwards is worked out by [`adjustments`] and
//! belongs to the next month that is open.

mod adjust;
mod charges;
pub mod document;
mod pools;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::allocation::AllocationError;
use crate::decimal::{Decimal, Inexact};
use crate::guid::{MeterId, SubscriptionId};
use crate::money::Currency;
use crate::rating::Rating;
use crate::usage::UsageAggregate;
pub use adjust::{Adjustment, Cause, Step, adjustments};
pub use charges::Unpriced;

/// Which cost centre a row belongs to: the first that names one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assign {
    /// The value of a tag.
    Tag(String),
    /// Its resource group, in lower case.
    ResourceGroup,
    /// The name of its subscription.
    Subscription,
    /// This cost centre, for what lies within.
    Centre {
        /// The cost centre.
        name: String,
        /// What belongs to it.
        of: Scope,
    },
}

/// A part of the usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One subscription.
    Subscription(SubscriptionId),
    /// A resource group, in any case; of one subscription or of all.
    ResourceGroup(Option<SubscriptionId>, String),
    /// A service, in any case.
    Service(String),
    /// A meter.
    Meter(MeterId),
}

/// A cost centre whose money others bear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// Who bears it.
    pub split: Split,
}

/// How a pool is split. Nobody named means all cost centres that are no pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// All the same.
    Evenly(Vec<String>),
    /// By what they have themselves, before any pool is split; nothing for those below zero.
    InProportion(Vec<String>),
    /// By these shares.
    Fixed(Vec<(String, Decimal)>),
}

/// The rules of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whose a row is.
    pub assign: Vec<Assign>,
    /// What is shared.
    pub pools: Vec<Pool>,
}

/// One subscription's rated month.
#[derive(Clone, Copy)]
pub struct Billed<'a> {
    /// The name of the subscription.
    pub name: &'a str,
    /// Its month.
    pub rating: &'a Rating<'a>,
}

/// What a line is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum What {
    /// Usage of a meter, after a commitment's discount.
    Usage {
        /// The meter.
        meter_id: MeterId,
    },
    /// The offer's fees.
    Fees,
    /// The offer's credit.
    Credit,
    /// What rounding the bill after fees and credit changed.
    Rounding,
    /// A part of a pool.
    SharedIn {
        /// The pool.
        pool: String,
    },
    /// What others bear of this pool.
    SharedOut,
}

/// One amount of one cost centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
    /// Whose; nobody's where no rule names a cost centre.
    pub cost_centre: Option<String>,
    /// Of which subscription; absent for what is shared.
    pub subscription_id: Option<SubscriptionId>,
    /// What for.
    pub what: What,
    /// Service, where it is usage.
    pub service: String,
    /// The meter, or the same as `what` in words.
    pub name: String,
    /// Billing region, where it is usage.
    pub region: String,
    /// How much, in `unit`.
    pub quantity: Option<Decimal>,
    /// What is counted.
    pub unit: String,
    /// How much of the quantity has no price.
    pub unpriced_quantity: Decimal,
    /// Exact cost of the rest at list prices.
    pub list_cost: Option<Decimal>,
    /// What is paid for it, in whole minor units; absent where none of it has a price.
    pub amount: Option<Decimal>,
}

/// What makes two readings the same line.
pub(crate) type LineKey = (Option<String>, Option<SubscriptionId>, What);

impl Line {
    pub(crate) fn key(&self) -> LineKey {
        (self.cost_centre.clone(), self.subscription_id, self.what.clone())
    }

    /// Its amount, or nothing.
    pub(crate) fn known(&self) -> Decimal {
        self.amount.unwrap_or(Decimal::ZERO)
    }
}

/// Why there is no showback.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShowbackError {
    /// Too many digits.
    #[error("a sum: {0}")]
    Sum(#[from] Inexact),
    /// A share cannot be made.
    #[error("a share: {0}")]
    Share(#[from] AllocationError),
    /// Money of two currencies is never added.
    #[error("one showback has one currency, and here are {0} and {1}")]
    Currencies(Currency, Currency),
    /// The statements are not the bill.
    #[error("the statements add up to {found}, and the bill is {due}: this is a fault of Forebill")]
    NotTheBill {
        /// The sum of the lines.
        found: Decimal,
        /// What remains to be paid.
        due: Decimal,
    },
}

/// What remains to be paid for all of it: by the rating, not by the lines.
pub fn due(billed: &[Billed<'_>]) -> Result<Decimal, Inexact> {
    let bills = billed.iter().flat_map(|one| &one.rating.bills);
    bills.into_iter().try_fold(Decimal::ZERO, |sum, bill| sum.plus(bill.invoice_due))
}

/// The sum of lines.
pub fn sum<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Result<Decimal, Inexact> {
    lines.into_iter().try_fold(Decimal::ZERO, |sum, line| sum.plus(line.known()))
}

/// Every line of every cost centre, and the pools that nobody is there to bear. The order of what is given means
/// nothing.
pub fn lines(billed: &[Billed<'_>], policy: &Policy) -> Result<(Vec<Line>, Vec<String>), ShowbackError> {
    let mut all: BTreeMap<LineKey, Line> = BTreeMap::new();
    let mut currency = None;
    for one in billed {
        let of = one.rating.totals.currency;
        if let Some(first) = currency.replace(of).filter(|first| *first != of) {
            return Err(ShowbackError::Currencies(first, of));
        }
        for line in charges::lines(one, policy)? {
            all.insert(line.key(), line);
        }
    }
    let decimals = currency.map_or(2, |currency: Currency| currency.minor_unit());
    let kept = pools::split(&mut all, &policy.pools, decimals)?;
    let lines: Vec<Line> = all.into_values().collect();
    let (found, due) = (sum(&lines)?, due(billed)?);
    if found == due { Ok((lines, kept)) } else { Err(ShowbackError::NotTheBill { found, due }) }
}

impl Policy {
    /// The cost centre of a row.
    #[must_use]
    pub fn centre(&self, row: &UsageAggregate, subscription: &str) -> Option<String> {
        let resource = row.resource.as_deref();
        let group = || resource.and_then(|resource| resource.group());
        let named = |assign: &Assign| match assign {
            Assign::Tag(tag) => row.tag(tag).cloned(),
            Assign::ResourceGroup => group().map(str::to_lowercase),
            Assign::Subscription => Some(subscription.to_owned()),
            Assign::Centre { name, of } => {
                let is = match of {
                    Scope::Subscription(id) => *id == row.subscription_id,
                    Scope::ResourceGroup(only, wanted) => {
                        only.is_none_or(|only| only == row.subscription_id)
                            && group().is_some_and(|group| group.to_lowercase() == wanted.to_lowercase())
                    }
                    Scope::Service(wanted) => row.meter_category.to_lowercase() == wanted.to_lowercase(),
                    Scope::Meter(id) => *id == row.meter_id,
                };
                is.then(|| name.clone())
            }
        };
        // An empty value says nothing.
        self.assign.iter().find_map(|assign| named(assign).filter(|name| !name.is_empty()))
    }
}
