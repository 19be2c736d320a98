//! Usage × rate book → charges, each with the derivation of its amount.
//!
//! The order is fixed: rows once → billing period → price in force → included quantity → graduated
//! tiers → one rounding per meter and period. Quantities accumulate per subscription, meter and
//! billing period; a slice of usage costs what it adds to the running total, so hours, days and
//! months always agree.

#[cfg(test)]
mod laws;
mod terms;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::decimal::{Decimal, Inexact};
use crate::guid::{MeterId, SubscriptionId};
use crate::meter::Meter;
use crate::money::Currency;
use crate::period::{BillingAnchor, BillingPeriod, Instant, PeriodError};
use crate::ratebook::format::{BookId, OpenBook};
use crate::ratebook::{BookHeader, RateBook, Source, Unpriced};
use crate::usage::{UsageAggregate, distinct};
use crate::warning::{Warning, WarningCode};
pub use terms::{CreditUse, PeriodBill};

/// Why a rating stopped. There is no partly wrong rating.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// The exact amount has too many digits.
    #[error("meter {meter_id}: {source}")]
    Inexact {
        /// The meter.
        meter_id: MeterId,
        /// The reason.
        source: Inexact,
    },
    /// A usage time has no billing period.
    #[error("meter {meter_id} used at {at}: {source}")]
    Period {
        /// The meter.
        meter_id: MeterId,
        /// The usage time.
        at: Timestamp,
        /// The reason.
        source: PeriodError,
    },
    /// The sum of all charges has too many digits.
    #[error("the total: {0}")]
    Total(Inexact),
}

/// Which periods a subscription is billed in.
#[derive(Debug, Clone, Default)]
pub struct BillingCalendar {
    /// Periods that the API told, in any order; they win over the anchor.
    pub periods: Vec<BillingPeriod>,
    /// Day of the month for all other times.
    pub anchor: BillingAnchor,
}

impl BillingCalendar {
    /// The period that holds the instant.
    pub fn period_of(&self, at: Timestamp) -> Result<BillingPeriod, PeriodError> {
        match self.periods.iter().find(|period| period.contains(at)) {
            Some(period) => Ok(*period),
            None => self.anchor.period_of(at),
        }
    }
}

/// A tier filled with the quantity that fell into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TierCharge {
    /// First billable unit of the tier.
    pub from: Decimal,
    /// First unit of the next tier; absent for the last.
    pub to: Option<Decimal>,
    /// Billable units charged at this tier's price.
    pub quantity: Decimal,
    /// List unit price.
    pub unit_price: Decimal,
    /// Quantity × unit price, exact.
    pub cost: Decimal,
    /// From when this price holds.
    pub effective_at: Instant,
}

/// Whether there is a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// All of the quantity has a price.
    Priced,
    /// Some or all of it has none: the cost is not known.
    Unpriced,
}

/// What one subscription owes for one meter in one billing period, before offer terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    /// Who.
    pub subscription_id: SubscriptionId,
    /// Start of the billing period, inclusive.
    pub billing_period_start: Instant,
    /// End of the billing period, exclusive.
    pub billing_period_end: Instant,
    /// What.
    pub meter_id: MeterId,
    /// The meter's name in the rate book, or in the usage when there is no price.
    pub meter_name: String,
    /// Service.
    pub meter_category: String,
    /// Billing region.
    pub meter_region: String,
    /// Pricing unit.
    pub unit: String,
    /// Sum of the rows that count.
    pub quantity: Decimal,
    /// Free units of the period; absent without a price.
    pub included_quantity: Option<Decimal>,
    /// What is left after them.
    pub billable_quantity: Option<Decimal>,
    /// Exact cost; absent when any of the quantity has no price, never 0 instead.
    pub cost: Option<Decimal>,
    /// The cost as an invoice rounds it.
    pub invoice_cost: Option<Decimal>,
    /// How much of the quantity has no price: used before the first price or after the last.
    pub unpriced_quantity: Decimal,
    /// Exact cost of the rest: the same as `cost` when all of it has a price.
    pub known_cost: Decimal,
    /// The currency of both.
    pub currency: Currency,
    /// Id of the rate book.
    pub book: BookId,
    /// The filled tier table; with a price change inside the period, one table per price.
    pub tiers: Vec<TierCharge>,
    /// Whether there is a price.
    pub status: Status,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Unpriced>,
}

/// Sums of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// The one currency of the sums.
    pub currency: Currency,
    /// Sum of the exact costs that are known.
    pub cost: Decimal,
    /// Sum of the costs as invoices round them.
    pub invoice_cost: Decimal,
    /// Whether every charge has a price. When not, the sums are a lower bound.
    pub complete: bool,
    /// How many charges.
    pub charges: usize,
    /// How many of them have no price.
    pub unpriced: usize,
}

/// A meter without a price, with the quantity that nobody could price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnpricedMeter {
    /// Who.
    pub subscription_id: SubscriptionId,
    /// What.
    pub meter_id: MeterId,
    /// Its name in the usage.
    pub meter_name: String,
    /// Start of the billing period.
    pub billing_period_start: Instant,
    /// How much, in its unit.
    pub quantity: Decimal,
    /// Unit text of the usage.
    pub unit: String,
    /// Why.
    pub reason: Unpriced,
    /// The same in words.
    pub explanation: &'static str,
}

/// The rate book behind a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BookInfo {
    /// Hash of its bytes.
    pub id: BookId,
    /// Where its prices came from.
    pub source: Source,
    /// The offer; retail prices have none.
    pub offer: Option<String>,
    /// The currency.
    pub currency: Currency,
    /// Language of its texts.
    pub locale: String,
    /// Country of purchase.
    pub region_info: String,
    /// How many prices it holds.
    pub meters: usize,
}

impl BookInfo {
    /// Describes an open book.
    #[must_use]
    pub fn of(open: &OpenBook) -> BookInfo {
        let BookHeader { source, offer, currency, locale, region_info, .. } = open.book.header();
        BookInfo {
            id: open.id.clone(),
            source: *source,
            offer: offer.as_ref().map(ToString::to_string),
            currency: *currency,
            locale: locale.clone(),
            region_info: region_info.clone(),
            meters: open.book.meters().len(),
        }
    }
}

/// What one row of usage adds to its charge: the cost of the running total after it less the cost before.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'u> {
    /// The row.
    pub row: &'u UsageAggregate,
    /// Exact cost; absent when there is no price at that time.
    pub cost: Option<Decimal>,
    /// Start of the billing period it counts in.
    pub billing_period_start: Timestamp,
}

/// What is known of a subscription besides its usage.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Its billing periods.
    pub calendar: BillingCalendar,
    /// The amount it committed to, where its offer is a monetary commitment.
    pub commitment: Option<Decimal>,
}

/// Everything that a rating found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rating<'u> {
    /// `forebill.rate/1`
    pub schema: &'static str,
    /// The rate book.
    pub book: BookInfo,
    /// By subscription, billing period and meter.
    pub charges: Vec<Charge>,
    /// The sums of the charges, before offer terms.
    pub totals: Totals,
    /// Each subscription's billing period after offer terms.
    pub bills: Vec<PeriodBill>,
    /// What has no price.
    pub unpriced: Vec<UnpricedMeter>,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
    /// The same money by row: for every grouping of it by time, resource or tag.
    #[serde(skip)]
    pub slices: Vec<Slice<'u>>,
}

/// Rates usage of any number of subscriptions and periods with one book.
///
/// `account` tells the billing periods of a subscription: Azure resets included quantities and
/// tiers at the period's start, which is rarely the first of the month.
pub fn rate<'u>(
    usage: &'u [UsageAggregate],
    open: &OpenBook,
    account: impl Fn(SubscriptionId) -> Account,
) -> Result<Rating<'u>, RateError> {
    let (rows, mut warnings) = distinct(usage);
    let mut accounts: BTreeMap<SubscriptionId, Account> = BTreeMap::new();
    let mut groups: BTreeMap<(SubscriptionId, BillingPeriod, MeterId), Vec<&UsageAggregate>> = BTreeMap::new();
    for row in rows {
        let known = accounts.entry(row.subscription_id).or_insert_with(|| account(row.subscription_id));
        let (meter_id, at) = (row.meter_id, row.usage_start_at);
        let period = known.calendar.period_of(at).map_err(|source| RateError::Period { meter_id, at, source })?;
        groups.entry((row.subscription_id, period, meter_id)).or_default().push(row);
    }
    let mut charges = Vec::with_capacity(groups.len());
    let mut slices = Vec::with_capacity(usage.len());
    for ((subscription_id, period, meter_id), rows) in groups {
        let charge = charge(open, subscription_id, period, rows, &mut slices)
            .map_err(|source| RateError::Inexact { meter_id, source })?;
        if charge.quantity.is_negative() {
            let message = format!(
                "meter {meter_id} of {subscription_id} sums up to {} in the period from {}",
                charge.quantity, charge.billing_period_start
            );
            warnings.push(Warning { code: WarningCode::NegativeTotal, message, path: None });
        }
        charges.push(charge);
    }
    let totals = sum(open.book.header().currency, &charges).map_err(RateError::Total)?;
    let commitment = |id| accounts.get(&id).and_then(|account| account.commitment);
    let bills = terms::apply(&charges, &slices, open, commitment).map_err(RateError::Total)?;
    let unpriced = charges.iter().filter_map(unpriced_meter).collect();
    Ok(Rating {
        schema: "forebill.rate/1",
        book: BookInfo::of(open),
        charges,
        totals,
        bills,
        unpriced,
        warnings,
        slices,
    })
}

fn charge<'u>(
    open: &OpenBook,
    subscription_id: SubscriptionId,
    period: BillingPeriod,
    mut rows: Vec<&'u UsageAggregate>,
    slices: &mut Vec<Slice<'u>>,
) -> Result<Charge, Inexact> {
    rows.sort_by_key(|row| row.usage_start_at);
    let meter_id = rows[0].meter_id;
    let prices = open.book.rows_of(meter_id);
    let mut ledger = Ledger::default();
    let (mut quantity, mut unpriced_quantity) = (Decimal::ZERO, Decimal::ZERO);
    let mut reason = None;
    let mut last_priced: Option<&Meter> = None;
    for &row in &rows {
        let before = quantity;
        quantity = quantity.plus(row.quantity)?;
        match RateBook::in_force(prices, row.usage_start_at) {
            Ok(meter) => {
                let cost = ledger.add(meter, before, quantity)?;
                slices.push(Slice { row, cost: Some(cost), billing_period_start: period.start_at });
                last_priced = Some(meter);
            }
            Err(why) => {
                unpriced_quantity = unpriced_quantity.plus(row.quantity)?;
                slices.push(Slice { row, cost: None, billing_period_start: period.start_at });
                reason = Some(why);
            }
        }
    }
    let priced = if reason.is_none() { last_priced } else { None };
    let tiers = ledger.into_tiers()?;
    let known_cost = cost_of(&tiers)?;
    let cost = priced.map(|_| known_cost);
    let currency = open.book.header().currency;
    let last = rows[rows.len() - 1];
    let describe = |ours: Option<&str>, theirs: &str| ours.unwrap_or(theirs).to_owned();
    Ok(Charge {
        subscription_id,
        billing_period_start: Instant(period.start_at),
        billing_period_end: Instant(period.end_at),
        meter_id,
        meter_name: describe(last_priced.map(|m| &*m.name), &last.meter_name),
        meter_category: describe(last_priced.map(|m| &*m.category), &last.meter_category),
        meter_region: describe(last_priced.map(|m| &*m.region), &last.meter_region),
        unit: describe(last_priced.map(|m| &*m.unit), &last.unit),
        quantity,
        included_quantity: priced.map(|meter| meter.included_quantity),
        billable_quantity: match priced {
            Some(meter) => Some(meter.billable(quantity)?),
            None => None,
        },
        cost,
        invoice_cost: cost.map(|cost| currency.round_for_invoice(cost)),
        unpriced_quantity,
        known_cost,
        currency,
        book: open.id.clone(),
        tiers,
        status: if priced.is_some() { Status::Priced } else { Status::Unpriced },
        reason,
    })
}

/// Collects, per price that was in force, how much fell into each of its tiers.
#[derive(Default)]
pub(crate) struct Ledger<'a> {
    segments: Vec<(&'a Meter, Vec<Decimal>)>,
    /// What one row adds to each tier; kept so that a row needs no memory of its own.
    added: Vec<Decimal>,
}

impl<'a> Ledger<'a> {
    /// Usage that moved the running total of the period from `before` to `after` while this price held.
    /// Returns what that costs.
    pub(crate) fn add(&mut self, meter: &'a Meter, before: Decimal, after: Decimal) -> Result<Decimal, Inexact> {
        let (from, to) = (meter.billable(before)?, meter.billable(after)?);
        meter.tiers.sold(from, to, &mut self.added)?;
        let mut cost = Decimal::ZERO;
        for (tier, quantity) in meter.tiers.tiers().iter().zip(&self.added) {
            cost = cost.plus(tier.unit_price.times(*quantity)?)?;
        }
        match self.segments.last_mut() {
            Some((last, quantities)) if std::ptr::eq(*last, meter) => {
                for (sum, more) in quantities.iter_mut().zip(&self.added) {
                    *sum = sum.plus(*more)?;
                }
            }
            _ => self.segments.push((meter, self.added.clone())),
        }
        Ok(cost)
    }

    /// The filled tier tables, one after another when the price changed inside the period.
    pub(crate) fn into_tiers(self) -> Result<Vec<TierCharge>, Inexact> {
        let mut filled = Vec::new();
        for (meter, quantities) in self.segments {
            for (index, (tier, quantity)) in meter.tiers.tiers().iter().zip(quantities).enumerate() {
                filled.push(TierCharge {
                    from: tier.from,
                    to: meter.tiers.end_of(index),
                    quantity,
                    unit_price: tier.unit_price,
                    cost: tier.unit_price.times(quantity)?,
                    effective_at: Instant(meter.effective_at),
                });
            }
        }
        Ok(filled)
    }
}

/// Exact sum of the tiers.
pub(crate) fn cost_of(tiers: &[TierCharge]) -> Result<Decimal, Inexact> {
    tiers.iter().try_fold(Decimal::ZERO, |sum, tier| sum.plus(tier.cost))
}

fn sum(currency: Currency, charges: &[Charge]) -> Result<Totals, Inexact> {
    let (mut cost, mut invoice_cost, mut unpriced) = (Decimal::ZERO, Decimal::ZERO, 0);
    for charge in charges {
        cost = cost.plus(charge.known_cost)?;
        invoice_cost = invoice_cost.plus(currency.round_for_invoice(charge.known_cost))?;
        unpriced += usize::from(charge.cost.is_none());
    }
    Ok(Totals { currency, cost, invoice_cost, complete: unpriced == 0, charges: charges.len(), unpriced })
}

fn unpriced_meter(charge: &Charge) -> Option<UnpricedMeter> {
    let reason = charge.reason?;
    Some(UnpricedMeter {
        subscription_id: charge.subscription_id,
        meter_id: charge.meter_id,
        meter_name: charge.meter_name.clone(),
        billing_period_start: charge.billing_period_start,
        quantity: charge.unpriced_quantity,
        unit: charge.unit.clone(),
        reason,
        explanation: reason.explain(),
    })
}
