//! Rated months grouped and summed: what `forebill spend` and the pages show.

use jiff::Timestamp;
use serde::Serialize;
use shared::decimal::{Decimal, Inexact};
use shared::guid::{MeterId, SubscriptionId};
use shared::json::printable;
use shared::money::Currency;
use shared::offer::OfferTermKind;
use shared::period::Instant;
use shared::rating::proration::{self, ProratedSlice};
use shared::rating::{BookInfo, Charge, PeriodBill, UnpricedMeter};
use shared::spend::{self, Bucket, GroupBy, SpendRow};
use shared::warning::{Warning, WarningCode};

use super::{Loaded, Material, RestatedSpend, Unread, one_currency, rate};
use crate::error::Error;

/// One subscription in the spend of a month.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionSpend {
    /// Its id.
    pub subscription_id: SubscriptionId,
    /// Its name.
    pub name: String,
    /// Its offer.
    pub offer: String,
    /// Start of the billing period.
    pub billing_period_start: Instant,
    /// End of it, exclusive.
    pub billing_period_end: Instant,
    /// Reported usage is complete up to here.
    pub usage_complete_to: Option<Instant>,
    /// Reported days that were never read.
    pub gaps: Vec<String>,
    /// The rate book.
    pub book: BookInfo,
    /// When it was read.
    pub book_fetched_at: Instant,
    /// Rows of usage.
    pub rows: usize,
    /// Exact cost before offer terms.
    pub cost: Decimal,
    /// As an invoice rounds it, before offer terms.
    pub invoice_cost: Decimal,
    /// The period after the offer's terms.
    pub bill: Option<PeriodBill>,
    /// Charges without a price.
    pub unpriced: usize,
}

/// How much of the free units of a meter was used in the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IncludedUse {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Which meter.
    pub meter_id: MeterId,
    /// Its name.
    pub meter_name: String,
    /// What is counted.
    pub unit: String,
    /// Free units of the period.
    pub included: Decimal,
    /// How many of them were used.
    pub used: Decimal,
}

impl IncludedUse {
    fn of(charge: &Charge) -> Result<Option<IncludedUse>, Inexact> {
        let Some(included) = charge.included_quantity.filter(|included| *included > Decimal::ZERO) else {
            return Ok(None);
        };
        let used = charge.quantity.minus(charge.unpriced_quantity)?.max(Decimal::ZERO).min(included);
        Ok(Some(IncludedUse {
            subscription_id: charge.subscription_id,
            meter_id: charge.meter_id,
            meter_name: charge.meter_name.clone(),
            unit: charge.unit.clone(),
            included,
            used,
        }))
    }
}

/// Spend of one billing period per subscription, grouped.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Spend {
    /// `forebill.spend/1`
    pub schema: &'static str,
    /// The "now" of the run.
    pub at: Instant,
    /// Per subscription.
    pub subscriptions: Vec<SubscriptionSpend>,
    /// The groups.
    pub rows: Vec<SpendRow>,
    /// Exact cost per UTC day, in order.
    pub days: Vec<SpendRow>,
    /// The sums.
    pub totals: SpendTotals,
    /// What was used of free units.
    pub included: Vec<IncludedUse>,
    /// What Azure changed since yesterday in days that had been read.
    pub restated: Vec<RestatedSpend>,
    /// What has no price.
    pub unpriced: Vec<UnpricedMeter>,
    /// Subscriptions with usage and without an offer to rate it with: in no sum.
    pub without_offer: Vec<SubscriptionId>,
    /// Subscriptions of which nothing of the period was read: in no sum.
    pub unread: Vec<Unread>,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
}

/// Sums over all subscriptions, before tax.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpendTotals {
    /// The one currency.
    pub currency: Currency,
    /// Exact.
    pub cost: Decimal,
    /// As invoices round it.
    pub invoice_cost: Decimal,
    /// What remains to be paid after offer terms, from rounded charges.
    pub invoice_due: Decimal,
    /// Whether everything that was used has a price and every reported day was read.
    pub complete: bool,
}

/// Rates and groups.
pub fn spend(loaded: &Loaded, by: &GroupBy, bucket: Bucket, run_at: Timestamp) -> Result<Spend, Error> {
    let too_long = |_| Error::Usage("a sum has more digits than can be held".into());
    let Loaded { materials, without_offer, unread } = loaded;
    let mut slices = Vec::new();
    let mut subscriptions = Vec::new();
    let (mut unpriced, mut warnings) = (Vec::new(), Vec::new());
    let (mut included, mut restated) = (Vec::new(), Vec::new());
    let (mut cost, mut invoice_cost, mut invoice_due) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    let currency = one_currency(materials.iter())?;
    for material in materials {
        let rating = rate(material)?;
        let name = printable(&material.facts.name);
        let prorated = proration::prorate(&rating).map_err(|_| {
            Error::Usage(format!(
                "the amounts of {name} cannot be divided among its rows: their quantities have too many digits; forebill rate \
                 prices them as a whole"
            ))
        })?;
        cost = cost.plus(rating.totals.cost).map_err(too_long)?;
        invoice_cost = invoice_cost.plus(rating.totals.invoice_cost).map_err(too_long)?;
        for bill in &rating.bills {
            invoice_due = invoice_due.plus(bill.invoice_due).map_err(too_long)?;
        }
        for charge in &rating.charges {
            included.extend(IncludedUse::of(charge).map_err(too_long)?);
        }
        restated.extend(super::restated::restated(material)?);
        subscriptions.push(SubscriptionSpend {
            subscription_id: material.subscription_id,
            name: material.facts.name.clone(),
            offer: material.facts.offer.to_string(),
            billing_period_start: Instant(material.period.start_at),
            billing_period_end: Instant(material.period.end_at),
            usage_complete_to: material.reported_to,
            gaps: material.gaps.clone(),
            book: rating.book.clone(),
            book_fetched_at: material.book_fetched_at,
            rows: material.usage.len(),
            cost: rating.totals.cost,
            invoice_cost: rating.totals.invoice_cost,
            bill: rating.bills.into_iter().find(|bill| bill.billing_period_start.0 == material.period.start_at),
            unpriced: rating.totals.unpriced,
        });
        slices.extend(prorated);
        unpriced.extend(rating.unpriced);
        warnings.extend(material.warnings.iter().cloned().chain(rating.warnings));
        warnings.extend(discount_unknown(material));
    }
    let complete = unpriced.is_empty() && loaded.is_read();
    Ok(Spend {
        schema: "forebill.spend/1",
        at: Instant(run_at),
        subscriptions,
        rows: spend::group(&slices, by, bucket).map_err(too_long)?,
        days: days(&slices).map_err(too_long)?,
        totals: SpendTotals { currency, cost, invoice_cost, invoice_due, complete },
        included,
        restated,
        unpriced,
        without_offer: without_offer.clone(),
        unread: unread.clone(),
        warnings,
    })
}

fn days(slices: &[ProratedSlice<'_>]) -> Result<Vec<SpendRow>, Inexact> {
    // One group for all rows: the subscription differs, the day does not.
    let mut rows: Vec<SpendRow> = Vec::new();
    for row in spend::group(slices, &GroupBy::Subscription, Bucket::Day)? {
        match rows.last_mut() {
            Some(last) if last.bucket == row.bucket => {
                last.cost = last.cost.plus(row.cost)?;
                last.invoice_cost = last.invoice_cost.plus(row.invoice_cost)?;
                last.rows += row.rows;
                last.unpriced_rows += row.unpriced_rows;
            }
            _ => rows.push(SpendRow { group: "all".into(), ..row }),
        }
    }
    Ok(rows)
}

/// The card gives discounts by the amount committed; where nobody said the amount, none is taken off.
fn discount_unknown(material: &Material) -> Option<Warning> {
    let Material { subscription_id, facts, period, .. } = material;
    let mut in_force = material.book.book.header().terms.iter().filter(|term| term.effective_at.0 <= period.start_at);
    let by_amount = in_force.any(|term| matches!(term.kind, OfferTermKind::MonetaryCommitment(_)));
    (by_amount && facts.commitment.is_none()).then(|| Warning {
        code: WarningCode::OfferTermNotApplied,
        message: format!(
            "{}: {} gives a discount by the amount committed, and nobody said that amount: none is taken off; say it once, \
             forebill snapshot usage --subscription {subscription_id} --commitment AMOUNT",
            printable(&facts.name),
            facts.offer
        ),
        path: None,
    })
}
