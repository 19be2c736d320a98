//! The charges of one subscription, its fees and its credit, by cost centre.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Billed, Line, Policy, ShowbackError, What};
use crate::allocation::{allocate, settle};
use crate::decimal::{Decimal, Inexact};
use crate::guid::{MeterId, SubscriptionId};
use crate::period::Instant;
use crate::rating::proration::{ProratedSlice, prorate_net};
use crate::rating::{Charge, InvoiceParts, PeriodBill};

type Centre = Option<String>;

/// Usage of a cost centre that nobody could price: its money is in no sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unpriced {
    /// Whose.
    pub cost_centre: Option<String>,
    /// The meter.
    pub meter_id: MeterId,
    /// Its name.
    pub name: String,
    /// How much.
    pub quantity: Decimal,
    /// What is counted.
    pub unit: String,
}

/// What a line of usage has no price for.
pub(super) fn unpriced(line: &Line) -> Option<Unpriced> {
    let What::Usage { meter_id } = line.what else { return None };
    Some(Unpriced {
        cost_centre: line.cost_centre.clone(),
        meter_id,
        name: line.name.clone(),
        quantity: line.unpriced_quantity,
        unit: line.unit.clone(),
    })
}

/// What one cost centre has of one charge.
#[derive(Clone, Copy)]
struct Part {
    quantity: Decimal,
    unpriced: Decimal,
    list_cost: Decimal,
    /// Its part of what is paid, to the 28th decimal.
    prorated: Decimal,
    /// Whether any of it has a price.
    priced: bool,
}

const NOTHING: Part = Part {
    quantity: Decimal::ZERO,
    unpriced: Decimal::ZERO,
    list_cost: Decimal::ZERO,
    prorated: Decimal::ZERO,
    priced: false,
};

impl Part {
    fn add(&mut self, row: &ProratedSlice<'_>) -> Result<(), Inexact> {
        self.quantity = self.quantity.plus(row.slice.quantity)?;
        match row.slice.cost {
            Some(cost) => {
                self.priced = true;
                self.list_cost = self.list_cost.plus(cost)?;
            }
            None => self.unpriced = self.unpriced.plus(row.slice.quantity)?,
        }
        self.prorated = self.prorated.plus(row.invoice_cost.unwrap_or(Decimal::ZERO))?;
        Ok(())
    }
}

/// What cost centres have of a billing period: all of it, and what a credit may pay.
type Shares = BTreeMap<Centre, (Decimal, Decimal)>;

pub(super) fn lines(billed: &Billed<'_>, policy: &Policy) -> Result<Vec<Line>, ShowbackError> {
    let rating = billed.rating;
    let decimals = rating.totals.currency.minor_unit();
    let rows = prorate_net(rating)?;
    let mut lines = Vec::new();
    let mut periods: BTreeMap<(SubscriptionId, Instant), Shares> = BTreeMap::new();
    for rows in rows.chunk_by(|a, b| a.slice.charge == b.slice.charge) {
        let charge = &rating.charges[rows[0].slice.charge];
        let mut parts: BTreeMap<Centre, Part> = BTreeMap::new();
        for row in rows {
            parts.entry(policy.centre(row.slice.row, billed.name)).or_insert(NOTHING).add(row)?;
        }
        // What has no price bears nothing of the rounding either.
        let prorated: Vec<(&Centre, Decimal)> =
            parts.iter().filter(|(_, part)| part.priced).map(|(centre, part)| (centre, part.prorated)).collect();
        let mut amounts = settle(&prorated, decimals)?;
        let period = periods.entry((charge.subscription_id, charge.billing_period_start)).or_default();
        for (centre, part) in &parts {
            let amount = if part.priced { amounts.next() } else { None };
            if let Some(amount) = amount {
                let (all, eligible) = period.entry(centre.clone()).or_insert((Decimal::ZERO, Decimal::ZERO));
                *all = all.plus(amount)?;
                if charge.draws_credit() {
                    *eligible = eligible.plus(amount)?;
                }
            }
            lines.push(line(charge, centre, part, amount));
        }
    }
    for bill in &rating.bills {
        let shares = periods.remove(&(bill.subscription_id, bill.billing_period_start)).unwrap_or_default();
        let charges = rating.charges.iter().filter(|charge| {
            charge.subscription_id == bill.subscription_id && charge.billing_period_start == bill.billing_period_start
        });
        terms(bill, &charges.collect::<Vec<_>>(), &shares, &mut lines)?;
    }
    merged(lines)
}

fn line(charge: &Charge, centre: &Centre, part: &Part, amount: Option<Decimal>) -> Line {
    let names = [charge.meter_sub_category.as_str(), charge.meter_name.as_str()];
    Line {
        cost_centre: centre.clone(),
        subscription_id: Some(charge.subscription_id),
        what: What::Usage { meter_id: charge.meter_id },
        service: charge.meter_category.clone(),
        name: names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" · "),
        region: charge.meter_region.clone(),
        quantity: Some(part.quantity),
        unit: charge.unit.clone(),
        unpriced_quantity: part.unpriced,
        list_cost: part.priced.then_some(part.list_cost),
        amount,
    }
}

/// Fees, credit and the rounding behind them, by what the cost centres have of the period.
fn terms(bill: &PeriodBill, charges: &[&Charge], shares: &Shares, lines: &mut Vec<Line>) -> Result<(), ShowbackError> {
    let InvoiceParts { fees, credit, rounding } = bill.invoice_parts(charges.iter().copied())?;
    for (what, name, amount) in [
        (What::Fees, "Fees of the offer", fees),
        (What::Credit, "Credit of the offer", credit.negated()),
        (What::Rounding, "Rounding of the bill", rounding),
    ] {
        if amount.is_zero() {
            continue;
        }
        let weight = |(all, eligible): &(Decimal, Decimal)| {
            (if what == What::Credit { *eligible } else { *all }).max(Decimal::ZERO)
        };
        let mut weights: Vec<(&Centre, Decimal)> =
            shares.iter().map(|(centre, share)| (centre, weight(share))).collect();
        if weights.iter().all(|(_, weight)| weight.is_zero()) {
            // Nothing to go by: it stays nobody's.
            weights = vec![(&None, Decimal::ONE)];
        }
        let parts = allocate(amount, &weights, bill.currency.minor_unit())?;
        for ((centre, _), part) in weights.iter().zip(parts).filter(|(_, part)| !part.is_zero()) {
            lines.push(Line {
                cost_centre: (*centre).clone(),
                subscription_id: Some(bill.subscription_id),
                what: what.clone(),
                service: String::new(),
                name: name.to_owned(),
                region: String::new(),
                quantity: None,
                unit: String::new(),
                unpriced_quantity: Decimal::ZERO,
                list_cost: None,
                amount: Some(part),
            });
        }
    }
    Ok(())
}

/// A rating may hold several billing periods: each line of a cost centre is then their sum.
fn merged(lines: Vec<Line>) -> Result<Vec<Line>, ShowbackError> {
    let mut all: BTreeMap<super::LineKey, Line> = BTreeMap::new();
    let both = |a: Option<Decimal>, b: Option<Decimal>| match (a, b) {
        (Some(a), Some(b)) => a.plus(b).map(Some),
        (a, b) => Ok(a.or(b)),
    };
    for line in lines {
        match all.get_mut(&line.key()) {
            Some(known) => {
                known.quantity = both(known.quantity, line.quantity)?;
                known.unpriced_quantity = known.unpriced_quantity.plus(line.unpriced_quantity)?;
                known.list_cost = both(known.list_cost, line.list_cost)?;
                known.amount = both(known.amount, line.amount)?;
            }
            None => {
                all.insert(line.key(), line);
            }
        }
    }
    Ok(all.into_values().collect())
}
