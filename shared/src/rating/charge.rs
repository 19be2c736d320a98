//! What a rating gives back: charges with the derivation of their amounts, sums, and what has no price.

use serde::Serialize;

use super::terms::{ChargeTerms, PeriodBill};
use crate::decimal::{Decimal, Inexact};
use crate::guid::{MeterId, SubscriptionId};
use crate::money::Currency;
use crate::period::Instant;
use crate::ratebook::format::{BookId, OpenBook};
use crate::ratebook::{BookHeader, Source, Unpriced};
use crate::usage::UsageAggregate;
use crate::warning::Warning;

/// A tier filled with the quantity that fell into it.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TierCharge {
    /// First billable unit of the tier.
    pub from: Decimal,
    /// First unit of the next tier; absent for the last.
    pub to: Option<Decimal>,
    /// Billable units charged at this tier's price, or packages where it is sold in packages.
    pub quantity: Decimal,
    /// Free units of the period as long as this price was in force.
    pub included_quantity: Decimal,
    /// How the tiers are read: `graduated`, `volume` or `package`.
    #[cfg_attr(feature = "types", ts(type = "\"graduated\" | \"volume\" | \"package\""))]
    pub model: &'static str,
    /// Units in a package, where it is sold in packages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub package_size: Option<Decimal>,
    /// How many units the unit price is for, where that is not one: 30 where days are counted and the price is per
    /// `30 Days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub block: Option<Decimal>,
    /// List unit price.
    pub unit_price: Decimal,
    /// Quantity × unit price, for a block divided by it. A part of a block without end is cut off so that all parts
    /// add up to the cost.
    pub cost: Decimal,
    /// From when this price holds.
    pub effective_at: Instant,
}

fn nothing(quantity: &Decimal) -> bool {
    quantity.is_zero()
}

/// Whether there is a price.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
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
    /// Such as `Dsv5 Series`; tells meters of one name apart.
    pub meter_sub_category: String,
    /// Billing region.
    pub meter_region: String,
    /// What is counted: the pricing unit, or what usage counts where that has no exact value in the pricing unit.
    pub unit: String,
    /// Sum of the rows that count, in `unit`.
    pub quantity: Decimal,
    /// The same as it was reported, where usage counts in another unit than the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed: Option<Consumed>,
    /// Free units of the period; absent without a price.
    pub included_quantity: Option<Decimal>,
    /// What is charged: what is left after them, with every price of the period.
    pub billable_quantity: Option<Decimal>,
    /// Exact cost; absent when any of the quantity has no price, never 0 instead.
    pub cost: Option<Decimal>,
    /// Present where the decimals of the exact cost have no end, as those of a third: how many of them `cost` and
    /// `known_cost` have. The digits behind are cut off, not rounded, so an invoice rounds as it would the exact cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_cut_after: Option<u32>,
    /// Sum and divisor of a cost without end: what is made of the cost further is made of these two.
    #[serde(skip)]
    pub(crate) fraction: Option<(Decimal, Decimal)>,
    /// Whether costs of its rows may have no end.
    #[serde(skip)]
    pub(crate) is_divided: bool,
    /// The cost as an invoice rounds it.
    pub invoice_cost: Option<Decimal>,
    /// How the invoice cost came from the exact cost; absent when there is no cost.
    pub rounding: Option<Rounding>,
    /// What the terms of the offer make of the charge; absent where the offer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<ChargeTerms>,
    /// How much of the quantity has no price: used before the first price or after the last.
    pub unpriced_quantity: Decimal,
    /// How much of the quantity was used before the book's first price and is priced with that later one, because
    /// whoever asked for the rating accepts it.
    #[serde(skip_serializing_if = "nothing")]
    pub backdated_quantity: Decimal,
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

impl Charge {
    /// The unit prices of the tiers that something fell into, each once.
    #[must_use]
    pub fn rates(&self) -> Vec<Decimal> {
        let mut rates: Vec<Decimal> = Vec::new();
        for tier in self.tiers.iter().filter(|tier| !tier.quantity.is_zero()) {
            if !rates.contains(&tier.unit_price) {
                rates.push(tier.unit_price);
            }
        }
        rates
    }

    /// Whether the offer's credit may pay for it.
    #[must_use]
    pub fn draws_credit(&self) -> bool {
        self.terms.as_ref().and_then(|terms| terms.draws_credit) == Some(true)
    }

    /// What an invoice shows of what is known of it, after a commitment's discount and before fees and credit.
    #[must_use]
    pub fn net_invoice_cost(&self) -> Decimal {
        let rounded = || self.currency.round_for_invoice(self.known_cost);
        self.terms.as_ref().map_or_else(rounded, |terms| terms.net_invoice_cost)
    }
}

/// A quantity as it was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consumed {
    /// Sum of the rows.
    pub quantity: Decimal,
    /// Unit text of the usage.
    pub unit: String,
}

/// The one rounding of a charge: per meter and billing period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rounding {
    /// `halfAwayFromZero`
    pub mode: &'static str,
    /// Decimals of the currency's minor unit.
    pub decimals: u32,
    /// What rounding added; below zero when it took away.
    pub difference: Decimal,
}

impl Rounding {
    /// Rounds a cost as an invoice does and says what that changed.
    pub(super) fn of(cost: Decimal, currency: Currency) -> Result<(Decimal, Rounding), Inexact> {
        let rounded = currency.round_for_invoice(cost);
        let difference = rounded.minus(cost)?;
        Ok((rounded, Rounding { mode: "halfAwayFromZero", decimals: currency.minor_unit(), difference }))
    }
}

/// Sums of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// The one currency of the sums.
    pub currency: Currency,
    /// Sum of the exact costs that are known.
    pub cost: Decimal,
    /// Present where a cost in the sum is cut off: after how many decimals. The sum is then that of the told costs, so
    /// that the parts add up to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_cut_after: Option<u32>,
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
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
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
    /// Its quantity in the unit of the charge: rows of one charge may report in different units.
    pub quantity: Decimal,
    /// Exact cost; absent when there is no price at that time.
    pub cost: Option<Decimal>,
    /// Which charge of the rating it is a part of.
    pub charge: usize,
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
