//! Offer terms: what the offer takes off, adds, or pays, on top of the charges of a billing period.
//!
//! The order is fixed: a commitment's discount changes prices, the recurring charge is added once, and
//! the credit is drawn last, in time order, never below zero; what is left of it does not carry over.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::{Account, Charge, Slice, cut_at_most, quotient};
use crate::decimal::{Decimal, Inexact};
use crate::guid::{MeterId, SubscriptionId};
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::order::{self, Map, Set};
use crate::period::{Instant, utc_date};
use crate::ratebook::format::OpenBook;
use crate::warning::{Warning, WarningCode};

/// How much of a credit was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreditUse {
    /// What the period grants.
    pub granted: Decimal,
    /// What the charges drew.
    pub used: Decimal,
    /// What is left of it; gone with the period.
    pub remaining: Decimal,
    /// The UTC day on which nothing was left any more.
    pub ends_on: Option<Date>,
}

/// What the offer's terms make of one charge, before the credit pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChargeTerms {
    /// Discount in percent; absent where none applies to this meter.
    pub discount_percent: Option<Decimal>,
    /// What the discount takes off, exact.
    pub discount: Decimal,
    /// What remains of the known cost, exact.
    pub net_cost: Decimal,
    /// The same as an invoice rounds it.
    pub net_invoice_cost: Decimal,
    /// Whether the offer's credit may pay for it; absent where the offer has no credit.
    pub draws_credit: Option<bool>,
}

/// One subscription's billing period after the offer's terms, before tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PeriodBill {
    /// Who.
    pub subscription_id: SubscriptionId,
    /// Start of the period, inclusive.
    pub billing_period_start: Instant,
    /// End of the period, exclusive.
    pub billing_period_end: Instant,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Charges at list prices, exact.
    pub list_cost: Decimal,
    /// Present where a charge is cut off: after how many decimals. All amounts here are then sums of told costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_cut_after: Option<u32>,
    /// Discount of the commitment in percent; absent where there is none.
    pub discount_percent: Option<Decimal>,
    /// What the discount takes off, exact.
    pub discount: Decimal,
    /// Fees of the period.
    pub recurring_charge: Decimal,
    /// The credit, where the offer grants one.
    pub credit: Option<CreditUse>,
    /// What remains to be paid, exact.
    pub due: Decimal,
    /// The same from charges that were rounded as an invoice rounds them.
    pub invoice_due: Decimal,
    /// Whether every charge has a price. When not, `due` is a lower bound.
    pub complete: bool,
}

/// What an invoice adds to the charges, in whole minor units: together they are what remains to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceParts {
    /// The offer's fees.
    pub fees: Decimal,
    /// What the credit pays.
    pub credit: Decimal,
    /// What rounding changes where fees or credit have more digits than the currency.
    pub rounding: Decimal,
}

impl PeriodBill {
    /// Fees, credit and rounding of an invoice over the charges of this period.
    pub fn invoice_parts<'c>(&self, charges: impl IntoIterator<Item = &'c Charge>) -> Result<InvoiceParts, Inexact> {
        let (mut invoiced, mut eligible) = (Decimal::ZERO, Decimal::ZERO);
        for charge in charges {
            let net = charge.net_invoice_cost();
            invoiced = invoiced.plus(net)?;
            if charge.draws_credit() {
                eligible = eligible.plus(net)?;
            }
        }
        let fees = self.currency.round_for_invoice(self.recurring_charge);
        let granted = self.credit.as_ref().map_or(Decimal::ZERO, |credit| credit.granted);
        let credit = self.currency.round_for_invoice(granted.min(eligible.max(Decimal::ZERO)));
        let rounding = self.invoice_due.minus(invoiced)?.minus(fees)?.plus(credit)?;
        Ok(InvoiceParts { fees, credit, rounding })
    }

    /// Whether the offer changed anything, or could have.
    #[must_use]
    pub fn has_terms(&self) -> bool {
        self.credit.is_some() || self.discount_percent.is_some() || !self.recurring_charge.is_zero()
    }
}

/// Applies the terms of the book's offer to every billing period.
///
/// The account tells the amount that a subscription committed to: the card states discounts by amount and does not
/// know it. Without it no discount is given. A period without usage between two with usage has its fees, too.
pub(super) fn apply(
    charges: &mut [Charge],
    slices: &[Slice<'_>],
    open: &OpenBook,
    accounts: &Map<SubscriptionId, Account>,
) -> Result<Vec<PeriodBill>, Inexact> {
    let mut periods: Map<(SubscriptionId, Timestamp), Period> = Map::new();
    for (position, charge) in charges.iter().enumerate() {
        let period = (charge.subscription_id, charge.billing_period_start.0);
        periods.entry(period).or_default().charges.push(position);
    }
    for slice in slices {
        let charge = &charges[slice.charge];
        let period = (charge.subscription_id, charge.billing_period_start.0);
        if let (Some(cost), Some(known)) = (slice.cost, periods.get_mut(&period)) {
            known.uses.push(RatedUse { at: slice.row.usage_start_at, meter_id: charge.meter_id, cost });
        }
    }
    let mut bills: Vec<PeriodBill> = Vec::with_capacity(periods.len());
    for ((subscription_id, start_at), Period { charges: positions, mut uses }) in periods {
        // Charges come by meter; a credit is drawn as time goes by.
        order::sort_by_key(&mut uses, |used| used.at);
        let account = &accounts[&subscription_id];
        if let Some(last) = bills.last().filter(|last| last.subscription_id == subscription_id) {
            let fees = fees_between(open, account, last, start_at)?;
            bills.extend(fees);
        }
        let terms = Terms::in_force(open, start_at, account.commitment);
        for position in &positions {
            charges[*position].terms = terms.on_charge(&charges[*position])?;
        }
        let of_period: Vec<&Charge> = positions.iter().map(|position| &charges[*position]).collect();
        let first = of_period[0];
        let period = (first.billing_period_start, first.billing_period_end);
        bills.push(terms.bill(subscription_id, period, &of_period, &uses)?);
    }
    Ok(bills)
}

/// The bills of the periods after one and before another in which nothing was used, where there are fees for them.
fn fees_between(
    open: &OpenBook,
    account: &Account,
    last: &PeriodBill,
    next_start_at: Timestamp,
) -> Result<Vec<PeriodBill>, Inexact> {
    let (mut bills, mut at) = (Vec::new(), last.billing_period_end.0);
    while at < next_start_at {
        // A calendar that ends here has no more periods to bill.
        let Ok(period) = account.calendar.period_of(at) else { break };
        let terms = Terms::in_force(open, period.start_at, account.commitment);
        if !terms.fees.1.is_empty() {
            let period = (Instant(period.start_at), Instant(period.end_at));
            bills.push(terms.bill(last.subscription_id, period, &[], &[])?);
        }
        at = period.end_at;
    }
    Ok(bills)
}

/// What the terms of one period are applied to.
#[derive(Default)]
struct Period {
    /// Positions of its charges.
    charges: Vec<usize>,
    uses: Vec<RatedUse>,
}

/// One row's part of a charge.
struct RatedUse {
    at: Timestamp,
    meter_id: MeterId,
    cost: Decimal,
}

/// The terms of one period.
pub(crate) struct Terms<'a> {
    credit: Option<(Decimal, Set<MeterId>)>,
    discount: Option<(Decimal, Set<MeterId>)>,
    /// The newest date on which fees began, and the fees of that date.
    fees: (Option<Timestamp>, Vec<Decimal>),
    open: &'a OpenBook,
}

impl<'a> Terms<'a> {
    /// Those that hold when the period starts.
    pub(crate) fn in_force(open: &'a OpenBook, start_at: Timestamp, commitment: Option<Decimal>) -> Terms<'a> {
        let mut terms = Terms { credit: None, discount: None, fees: (None, Vec::new()), open };
        let mut known: Vec<&OfferTerm> = open.book.header().terms.iter().collect();
        // Of several credits, commitments or fees the newest that holds when the period starts counts.
        order::sort_by_key(&mut known, |term| term.effective_at);
        for term in known.into_iter().filter(|term| term.effective_at.0 <= start_at) {
            let excluded = || order::set(term.excluded_meter_ids.iter().copied());
            match &term.kind {
                OfferTermKind::MonetaryCredit(amount) => terms.credit = Some((*amount, excluded())),
                OfferTermKind::MonetaryCommitment(bands) => {
                    let percent = commitment.and_then(|amount| percent_for(bands, amount));
                    terms.discount = percent.map(|percent| (percent, excluded()));
                }
                OfferTermKind::RecurringCharge(fee) => {
                    let (began, fees) = &mut terms.fees;
                    if began.replace(term.effective_at.0) != Some(term.effective_at.0) {
                        fees.clear();
                    }
                    fees.push(*fee);
                }
                OfferTermKind::Unknown(_) => {}
            }
        }
        terms
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.credit.is_none() && self.discount.is_none() && self.fees.1.is_empty()
    }

    /// The credit of a period.
    pub(crate) fn granted(&self) -> Option<Decimal> {
        self.credit.as_ref().map(|(granted, _)| *granted)
    }

    /// The discount of the commitment.
    pub(crate) fn discount_percent(&self) -> Option<Decimal> {
        self.discount.as_ref().map(|(percent, _)| *percent)
    }

    /// All fees of a period.
    pub(crate) fn recurring_charge(&self) -> Result<Decimal, Inexact> {
        self.fees.1.iter().try_fold(Decimal::ZERO, |sum, fee| sum.plus(*fee))
    }

    /// What the terms make of one charge; nothing where the offer has none.
    fn on_charge(&self, charge: &Charge) -> Result<Option<ChargeTerms>, Inexact> {
        if self.credit.is_none() && self.discount.is_none() {
            return Ok(None);
        }
        let discount = match (charge.fraction, self.percent(charge.meter_id)) {
            // What has no end may have one after the discount: a third less a tenth is 0.3.
            (Some((sum, divisor)), Some(percent)) => {
                let share = Decimal::from(100).minus(percent)?.times(Decimal::new(1, 2))?;
                charge.known_cost.minus(quotient(sum.times(share)?, divisor)?)?
            }
            _ => self.discounted(charge.meter_id, charge.known_cost)?,
        };
        let net_cost = charge.known_cost.minus(discount)?;
        Ok(Some(ChargeTerms {
            discount_percent: self.percent(charge.meter_id),
            discount,
            net_cost,
            net_invoice_cost: charge.currency.round_for_invoice(net_cost),
            draws_credit: self.credit.as_ref().map(|_| self.draws_credit(charge.meter_id)),
        }))
    }

    /// Things sold by others get no discount, whether or not the card lists them.
    fn percent(&self, id: MeterId) -> Option<Decimal> {
        let (percent, excluded) = self.discount.as_ref()?;
        (!excluded.contains(&id) && !self.third_party(id)).then_some(*percent)
    }

    /// What the discount takes off a cost.
    pub(crate) fn discounted(&self, id: MeterId, cost: Decimal) -> Result<Decimal, Inexact> {
        match self.percent(id) {
            Some(percent) => cost.times(percent)?.times(Decimal::new(1, 2)),
            None => Ok(Decimal::ZERO),
        }
    }

    fn third_party(&self, id: MeterId) -> bool {
        self.open.book.rows_of(id).iter().any(|meter| meter.third_party)
    }

    fn bill(
        &self,
        subscription_id: SubscriptionId,
        (billing_period_start, billing_period_end): (Instant, Instant),
        charges: &[&Charge],
        uses: &[RatedUse],
    ) -> Result<PeriodBill, Inexact> {
        let currency = self.open.book.header().currency;
        let (mut list_cost, mut discount) = (Decimal::ZERO, Decimal::ZERO);
        let (mut eligible, mut invoice, mut invoice_eligible) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        for charge in charges {
            let off = charge.terms.as_ref().map_or(Decimal::ZERO, |terms| terms.discount);
            let net = charge.known_cost.minus(off)?;
            let rounded = currency.round_for_invoice(net);
            list_cost = list_cost.plus(charge.known_cost)?;
            discount = discount.plus(off)?;
            invoice = invoice.plus(rounded)?;
            if self.draws_credit(charge.meter_id) {
                eligible = eligible.plus(net)?;
                invoice_eligible = invoice_eligible.plus(rounded)?;
            }
        }
        let recurring_charge = self.recurring_charge()?;
        let is_cut = charges.iter().any(|charge| charge.is_divided);
        let cut = if is_cut { cut_at_most(uses.len())? } else { Decimal::ZERO };
        let credit = self.credit_use(eligible, uses, cut)?;
        // What was cut off of the costs is not paid either.
        let used = credit.as_ref().map_or(Decimal::ZERO, |credit| credit.used.min(eligible.max(Decimal::ZERO)));
        let granted = self.granted().unwrap_or(Decimal::ZERO);
        let invoice_used = granted.min(invoice_eligible.max(Decimal::ZERO));
        Ok(PeriodBill {
            subscription_id,
            billing_period_start,
            billing_period_end,
            currency,
            list_cost,
            cost_cut_after: super::cut_after(charges.iter().copied()),
            discount_percent: self.discount_percent(),
            discount,
            recurring_charge,
            due: list_cost.minus(discount)?.plus(recurring_charge)?.minus(used)?,
            // Fees and credits of a card may have more digits than the currency.
            invoice_due: currency.round_for_invoice(invoice.plus(recurring_charge)?.minus(invoice_used)?),
            credit,
            complete: charges.iter().all(|charge| charge.cost.is_some()),
        })
    }

    /// A credit pays neither for what it excludes nor for what others sell.
    pub(crate) fn draws_credit(&self, id: MeterId) -> bool {
        self.credit.as_ref().is_some_and(|(_, excluded)| !excluded.contains(&id)) && !self.third_party(id)
    }

    /// `cut` is more than what is lost of all costs together where their decimals have no end.
    fn credit_use(&self, eligible: Decimal, uses: &[RatedUse], cut: Decimal) -> Result<Option<CreditUse>, Inexact> {
        let Some((granted, _)) = self.credit else {
            return Ok(None);
        };
        let reaches = |drawn: Decimal| Ok(drawn.plus(cut)? >= granted);
        let used = if reaches(eligible)? { granted } else { eligible.max(Decimal::ZERO) };
        let mut ends_on = None;
        let mut drawn = Decimal::ZERO;
        // What happens at one instant happens together, whichever meter comes first.
        for together in uses.chunk_by(|a, b| a.at == b.at) {
            let eligible = together.iter().filter(|used| self.draws_credit(used.meter_id));
            drawn = eligible
                .clone()
                .try_fold(drawn, |sum, used| sum.plus(used.cost)?.minus(self.discounted(used.meter_id, used.cost)?))?;
            if eligible.count() == 0 {
                continue;
            }
            // A correction may bring some of it back: then the end is the day on which it is gone for good.
            if !reaches(drawn)? {
                ends_on = None;
            } else if ends_on.is_none() {
                ends_on = Some(utc_date(together[0].at));
            }
        }
        Ok(Some(CreditUse { granted, used, remaining: granted.minus(used)?, ends_on }))
    }
}

/// A discount that depends on an amount nobody told, and an amount that gives no discount.
#[must_use]
pub fn commitment_doubt(open: &OpenBook, commitment: Option<Decimal>) -> Option<Warning> {
    let mut bands = open.book.header().terms.iter().filter_map(|term| match &term.kind {
        OfferTermKind::MonetaryCommitment(bands) => Some(bands.iter().map(|(amount, _)| *amount).min()),
        _ => None,
    });
    let message = match (bands.next_back(), commitment) {
        (Some(_), None) => {
            "the offer gives a discount by the amount committed, and none is told: none is taken off".to_owned()
        }
        (None, Some(amount)) => format!("the offer gives no discount by an amount committed: {amount} changes nothing"),
        (Some(Some(least)), Some(amount)) if amount < least => {
            format!("the offer gives a discount from {least} committed: {amount} gives none")
        }
        _ => return None,
    };
    Some(Warning { code: WarningCode::OfferTermNotApplied, message, path: None })
}

/// The band of the largest amount that the commitment reaches.
fn percent_for(bands: &[(Decimal, Decimal)], commitment: Decimal) -> Option<Decimal> {
    bands
        .iter()
        .filter(|(amount, _)| *amount <= commitment)
        .max_by_key(|(amount, _)| *amount)
        .map(|(_, percent)| *percent)
}
