//! The offer's terms on a month of an estimate: the discount of a commitment, fees, and how far a credit goes.
//!
//! The order is that of a bill ([`crate::rating::PeriodBill`]): discount, fees, then the credit. A credit ends on the
//! first day after whose use nothing is left, when every quantity is used evenly over the days of the month. Tiers and
//! included quantities bend that line, so each day's running totals are priced.

use jiff::Timestamp;
use serde::Serialize;

use super::{Counted, Line, PriceList};
use crate::decimal::{Decimal, Inexact};
use crate::meter::{Meter, PriceModel, Tier};
use crate::offer::{OfferId, OfferTerm, OfferTermKind};
use crate::period::utc_date;
use crate::rating::{Counting, OfferTerms, cut_at_most};
use crate::warning::{Warning, WarningCode};

/// How far a credit goes in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CreditReach {
    /// What a billing period grants.
    pub granted: Decimal,
    /// What the month draws.
    pub used: Decimal,
    /// What is left of it; gone with the period.
    pub remaining: Decimal,
    /// The day of the period after which nothing is left, from 1 on; absent where the credit lasts.
    pub ends_on_day: Option<u32>,
    /// How many days the period was taken to have: those of the month that the estimate is made in.
    pub days: u32,
}

/// What the terms of the offer make of a month at the full quantities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EstimateTerms {
    /// Discount of the commitment in percent; absent where there is none.
    pub discount_percent: Option<Decimal>,
    /// What the discount takes off, exact.
    pub discount: Decimal,
    /// Fees of the month.
    pub recurring_charge: Decimal,
    /// The credit, where the offer grants one.
    pub credit: Option<CreditReach>,
    /// What remains to be paid for a month, exact.
    pub monthly_due: Decimal,
}

/// On the lines that are priced with this list; `None` where its offer has no terms that hold.
pub(super) fn apply(
    counted: &Counted<'_>,
    lines: &[&Line],
    list: &PriceList<'_>,
    at: Timestamp,
) -> Result<Option<EstimateTerms>, (usize, Inexact)> {
    let terms = OfferTerms::in_force(list.open, at, list.commitment);
    if terms.is_empty() {
        return Ok(None);
    }
    let (mut list_cost, mut discount, mut eligible) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for line in lines {
        let (Some(id), Some(cost)) = (line.meter_id, line.cost) else { continue };
        let mut add = || {
            let off = terms.discounted(id, cost)?;
            list_cost = list_cost.plus(cost)?;
            discount = discount.plus(off)?;
            if terms.draws_credit(id) {
                eligible = eligible.plus(cost.minus(off)?)?;
            }
            Ok(())
        };
        add().map_err(|error| (line.item, error))?;
    }
    let of_all = |error| (0, error);
    let credit = match terms.granted() {
        Some(granted) => Some(reach(counted, lines, &terms, granted, eligible, at).map_err(of_all)?),
        None => None,
    };
    let due = || {
        // What was cut off of the costs is not paid either.
        let used = credit.as_ref().map_or(Decimal::ZERO, |credit| credit.used.min(eligible.max(Decimal::ZERO)));
        let recurring_charge = terms.recurring_charge()?;
        let monthly_due = list_cost.minus(discount)?.plus(recurring_charge)?.minus(used)?;
        Ok((recurring_charge, monthly_due))
    };
    let (recurring_charge, monthly_due) = due().map_err(of_all)?;
    let discount_percent = terms.discount_percent();
    Ok(Some(EstimateTerms { discount_percent, discount, recurring_charge, credit, monthly_due }))
}

fn reach(
    counted: &Counted<'_>,
    lines: &[&Line],
    terms: &OfferTerms<'_>,
    granted: Decimal,
    eligible: Decimal,
    at: Timestamp,
) -> Result<CreditReach, Inexact> {
    let is_cut = lines.iter().any(|line| line.cost_cut_after.is_some());
    let cut = if is_cut { cut_at_most(lines.len())? } else { Decimal::ZERO };
    let mut used = granted.min(eligible.max(Decimal::ZERO));
    let days = u32::from(utc_date(at).days_in_month().unsigned_abs());
    let mut ends_on_day = None;
    if eligible.plus(cut)? >= granted {
        let (uses, stretch) = uses(counted, lines, terms, days)?;
        let all = granted.times(stretch)?;
        for day in 1..=days {
            let drawn = uses.iter().try_fold(Decimal::ZERO, |sum, used| sum.plus(used.cost_until(day)?))?;
            // With volume prices a day can give something back: then the end is the day on which it is gone for good.
            ends_on_day = if drawn < all { None } else { ends_on_day.or(Some(day)) };
        }
        // Nothing is cut off of what the days draw.
        used = if ends_on_day.is_some() { granted } else { used };
    }
    Ok(CreditReach { granted, used, remaining: granted.minus(used)?, ends_on_day, days })
}

/// All that the month uses of one meter, on a price whose quantities are stretched by the number of days: a day's
/// share is then a whole multiple, and nothing is divided.
struct Use {
    meter: Meter,
    quantity: Decimal,
    /// Brings a cost to what is paid of it, times the stretch that all uses have.
    factor: Decimal,
}

impl Use {
    /// Net cost of the first days, times the stretch.
    fn cost_until(&self, day: u32) -> Result<Decimal, Inexact> {
        let total = self.quantity.times(Decimal::from(day))?;
        self.meter.tiers.cost(self.meter.billable(total)?)?.times(self.factor)
    }
}

/// All uses that draw the credit, and by how much their costs are stretched.
fn uses(
    counted: &Counted<'_>,
    lines: &[&Line],
    terms: &OfferTerms<'_>,
    days: u32,
) -> Result<(Vec<Use>, Decimal), Inexact> {
    // Prices of some meters are those of several blocks, and their costs still to be divided.
    let mut divisors: Vec<Decimal> = Vec::new();
    for divisor in counted.countings_of(lines).map(Counting::divisor) {
        if !divisors.contains(&divisor) {
            divisors.push(divisor);
        }
    }
    let common = divisors.iter().try_fold(Decimal::ONE, |product, divisor| product.times(*divisor))?;
    let mut uses: Vec<Use> = Vec::new();
    for line in lines {
        let resolved = &counted.items[line.item];
        let Ok(meter) = resolved.meter else { continue };
        if !terms.draws_credit(meter.id) {
            continue;
        }
        if let Some(used) = uses.iter_mut().find(|used| used.meter.id == meter.id) {
            used.quantity = used.quantity.plus(line.quantity)?;
            continue;
        }
        let counting = counted.countings.get(&(resolved.list, meter.id));
        let price = counting.map_or(Some(meter), |counting| counting.price_of(meter)).ok_or(Inexact)?;
        let divisor = counting.map_or(Decimal::ONE, Counting::divisor);
        let net = Decimal::ONE.minus(terms.discounted(meter.id, Decimal::ONE)?)?;
        let factor = net.times(common.divided_exactly(divisor)?)?;
        let factor = match price.tiers.model() {
            // The number of packages does not stretch.
            PriceModel::Package { .. } => factor.times(Decimal::from(days))?,
            PriceModel::Graduated | PriceModel::Volume => factor,
        };
        uses.push(Use { meter: stretched(price, days)?, quantity: line.quantity, factor });
    }
    Ok((uses, common.times(Decimal::from(days))?))
}

fn stretched(meter: &Meter, days: u32) -> Result<Meter, Inexact> {
    let by = Decimal::from(days);
    let model = match meter.tiers.model() {
        PriceModel::Package { size } => PriceModel::Package { size: size.times(by)? },
        other => other,
    };
    let tiers = meter.tiers.tiers().iter();
    let tiers = tiers.map(|tier| Ok(Tier { from: tier.from.times(by)?, ..*tier })).collect::<Result<Vec<_>, _>>()?;
    // Stretching keeps the order of the bounds.
    let tiers = crate::meter::TierTable::ordered(model, tiers).map_err(|_| Inexact)?;
    let included_quantity = meter.included_quantity.times(by)?;
    Ok(Meter { tiers: tiers.into(), included_quantity, ..meter.clone() })
}

/// A card states discounts by the amount committed, and does not know it.
pub(super) fn discount_not_applied(list: &PriceList<'_>, at: Timestamp) -> Option<Warning> {
    let by_amount =
        |term: &OfferTerm| matches!(term.kind, OfferTermKind::MonetaryCommitment(_)) && term.effective_at.0 <= at;
    if list.commitment.is_some() || !list.open.book.header().terms.iter().any(by_amount) {
        return None;
    }
    Some(Warning {
        code: WarningCode::OfferTermNotApplied,
        message: format!(
            "{} has a discount by the amount committed, which is not told: the amounts here are before it",
            list.open.book.header().offer.as_ref().map_or("the offer", OfferId::as_str)
        ),
        path: None,
    })
}
