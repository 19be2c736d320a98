//! The showback of a month as it is frozen: what was decided, what it was made of, and every amount.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::charges::{Unpriced, unpriced};
use super::{Adjustment, Line, What, sum};
use crate::decimal::{Decimal, Inexact};
use crate::guid::SubscriptionId;
use crate::json::{self, DecodeError, printable};
use crate::money::Currency;
use crate::offer::OfferId;
use crate::period::{BillingAnchor, Instant, utc_date};
use crate::ratebook::format::BookId;
use crate::snapshot::StoredObject;

/// The format. A reader refuses what it does not know.
pub const SCHEMA: &str = "forebill.showback/1";

/// The showback of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA`]
    pub schema: String,
    /// Billing periods that start in this month (`YYYY-MM`).
    pub month: String,
    /// Of all amounts.
    pub currency: Currency,
    /// The text of the rules.
    pub rules: String,
    /// What the amounts were made of.
    pub basis: Basis,
    /// What remains to be paid for the month, before adjustments.
    pub due: Decimal,
    /// Every amount of the month.
    pub lines: Vec<Line>,
    /// What changed in months that were closed before, and is booked in this one.
    pub adjustments: Vec<Adjustment>,
    /// Those months as they are after it.
    pub restated: Vec<Restated>,
    /// The same month of what is billed in other currencies, each for itself: money of two currencies is never added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Document>,
}

/// A closed month as it was when its changes were booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Restated {
    /// The month.
    pub month: String,
    /// What its amounts were made of.
    pub basis: Basis,
    /// Every amount of it.
    pub lines: Vec<Line>,
}

/// What amounts were made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Basis {
    /// The tag rules that held.
    pub tag_rules: Option<StoredObject>,
    /// By subscription.
    pub subscriptions: Vec<Source>,
    /// Subscriptions whose money is in no sum: nobody said their offer, or nothing of the month was read.
    pub left_out: Vec<SubscriptionId>,
}

/// What the amounts of one subscription were made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// Which.
    pub subscription_id: SubscriptionId,
    /// Its name.
    pub name: String,
    /// Its offer.
    pub offer: OfferId,
    /// Start of the billing period.
    pub billing_period_start: Instant,
    /// End of it, exclusive.
    pub billing_period_end: Instant,
    /// Usage was complete up to here.
    pub usage_complete_to: Option<Instant>,
    /// Reported days that nobody could read.
    pub gaps: Vec<String>,
    /// The hash of all usage that counted.
    pub usage: String,
    /// The pages of resource groups whose tags were handed down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource_groups: Vec<StoredObject>,
    /// The book of Azure's prices.
    pub book: BookId,
    /// The own book that priced it instead.
    pub own_book: Option<BookId>,
    /// The amount committed to.
    pub commitment: Option<Decimal>,
    /// What remains to be paid for it by these prices,
    pub due: Decimal,
    /// and by Azure's.
    pub azure_due: Decimal,
}

/// What one cost centre bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// Whose; nobody's where no rule names a cost centre.
    pub cost_centre: Option<String>,
    /// Its usage, fees and credit.
    pub own: Decimal,
    /// What it bears of shared costs, or, below zero, what others bear of it.
    pub shared: Decimal,
    /// What changed in months that were closed before.
    pub adjusted: Decimal,
    /// All of it.
    pub total: Decimal,
    /// Lines of which some or all has no price: their money is in no sum.
    pub unpriced: usize,
}

impl Document {
    /// The statements, dearest first and nobody's last. They add up to the total: none is made in another way.
    pub fn statements(&self) -> Result<Vec<Statement>, Inexact> {
        let mut statements: BTreeMap<&Option<String>, Statement> = BTreeMap::new();
        let adjustments = self.adjustments.iter().map(|adjustment| (&adjustment.line, true));
        for (line, is_adjustment) in self.lines.iter().map(|line| (line, false)).chain(adjustments) {
            let statement = statements.entry(&line.cost_centre).or_insert_with(|| Statement {
                cost_centre: line.cost_centre.clone(),
                own: Decimal::ZERO,
                shared: Decimal::ZERO,
                adjusted: Decimal::ZERO,
                total: Decimal::ZERO,
                unpriced: 0,
            });
            let amount = line.amount.unwrap_or(Decimal::ZERO);
            let part = match line.what {
                _ if is_adjustment => &mut statement.adjusted,
                What::SharedIn { .. } | What::SharedOut => &mut statement.shared,
                _ => &mut statement.own,
            };
            *part = part.plus(amount)?;
            statement.total = statement.total.plus(amount)?;
        }
        for (line, _) in self.without_price() {
            if let Some(statement) = statements.get_mut(&line.cost_centre) {
                statement.unpriced += 1;
            }
        }
        let mut statements: Vec<Statement> = statements.into_values().collect();
        statements.sort_by(|a, b| {
            let key = |one: &Statement| (one.cost_centre.is_none(), one.cost_centre.clone());
            (key(a).0, b.total, key(a).1).cmp(&(key(b).0, a.total, key(b).1))
        });
        Ok(statements)
    }

    /// What all statements add up to: the month and its adjustments.
    pub fn total(&self) -> Result<Decimal, Inexact> {
        self.due.plus(sum(self.adjustments.iter().map(|adjustment| &adjustment.line))?)
    }

    /// Whether every amount is known: everything has a price, and every reported day was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let read = self.basis.subscriptions.iter().all(|source| source.gaps.is_empty());
        read && self.basis.left_out.is_empty() && self.without_price().is_empty()
    }

    /// What has no price: of the month, and of months before that were closed without it.
    #[must_use]
    pub fn unpriced(&self) -> Vec<Unpriced> {
        let of = |(line, quantity)| unpriced(line).map(|one| Unpriced { quantity, ..one });
        self.without_price().into_iter().filter_map(of).collect()
    }

    /// The lines of which some or all has no price, and how much of them. What came late without a price may have got
    /// one since: both are adjustments of one line.
    fn without_price(&self) -> Vec<(&Line, Decimal)> {
        let mut late: BTreeMap<_, (&Line, Decimal)> = BTreeMap::new();
        for Adjustment { month, line, .. } in &self.adjustments {
            let (_, sum) = late.entry((month, line.key())).or_insert((line, Decimal::ZERO));
            // A sum with too many digits is still no 0.
            *sum = sum.plus(line.unpriced_quantity).unwrap_or(Decimal::ONE);
        }
        let ours = self.lines.iter().map(|line| (line, line.unpriced_quantity));
        ours.chain(late.into_values()).filter(|(_, quantity)| *quantity > Decimal::ZERO).collect()
    }

    /// The bytes.
    pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

/// Reads a frozen month. Its lines must add up to what it says.
pub fn decode(bytes: &[u8]) -> Result<Document, DecodeError> {
    let document: Document = json::decode(bytes)?;
    let mut currencies = Vec::new();
    for one in std::iter::once(&document).chain(&document.others) {
        checked(one)?;
        if one.month != document.month || one.rules != document.rules || currencies.contains(&one.currency) {
            return Err(DecodeError::at("others", "not the same month in another currency"));
        }
        currencies.push(one.currency);
    }
    match document.others.iter().all(|other| other.others.is_empty()) {
        true => Ok(document),
        false => Err(DecodeError::at("others", "others in others")),
    }
}

fn checked(document: &Document) -> Result<(), DecodeError> {
    if document.schema != SCHEMA {
        let shown: String = printable(&document.schema).chars().take(40).collect();
        return Err(DecodeError::at("schema", format!("expected {SCHEMA}, found {shown}")));
    }
    first_day(&document.month).ok_or_else(|| DecodeError::at("month", "not a month such as 2026-11"))?;
    let found = sum(&document.lines).map_err(|error| DecodeError::at("lines", error.to_string()))?;
    if found != document.due {
        return Err(DecodeError::at("due", format!("the lines add up to {found}, not to {}", document.due)));
    }
    Ok(())
}

/// The first day of a month `YYYY-MM`.
#[must_use]
pub fn first_day(month: &str) -> Option<Date> {
    BillingAnchor::default().period_named(month).ok().map(|period| utc_date(period.start_at))
}
