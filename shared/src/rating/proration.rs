//! What each row of usage has of the amount that an invoice shows.
//!
//! Azure rounds the charge of a meter and billing period once, and gives each row the part that its quantity has in
//! the period, to 28 digits (seen in recorded answers of 2017; no page of Microsoft says so). Digits behind the 28th
//! are shared by the largest remainder, so that the parts add up to the rounded charge exactly and hours, days and
//! tags show amounts that add up to the invoice.

use std::cmp::Ordering;

use crate::allocation::split;
use crate::decimal::{Decimal, Inexact};
use crate::rating::{Charge, Rating, Slice};

/// Decimals of a prorated amount.
pub const PRORATED_DECIMALS: u32 = 28;

/// A row with its exact cost and its part of the invoice.
#[derive(Debug, Clone, Copy)]
pub struct ProratedSlice<'u> {
    /// The row and its exact cost.
    pub slice: Slice<'u>,
    /// Its part of the rounded charge; absent when there is no price at that time.
    pub invoice_cost: Option<Decimal>,
}

/// All rows of a rating, in its order. The parts of each charge add up to its cost on an invoice.
pub fn prorate<'u>(rating: &Rating<'u>) -> Result<Vec<ProratedSlice<'u>>, Inexact> {
    shared_by_rows(rating, |charge| charge.currency.round_for_invoice(charge.known_cost))
}

/// The same of what a commitment's discount leaves of each charge: what is paid for it, before fees and credit.
pub fn prorate_net<'u>(rating: &Rating<'u>) -> Result<Vec<ProratedSlice<'u>>, Inexact> {
    shared_by_rows(rating, Charge::net_invoice_cost)
}

fn shared_by_rows<'u>(
    rating: &Rating<'u>,
    invoiced: impl Fn(&Charge) -> Decimal,
) -> Result<Vec<ProratedSlice<'u>>, Inexact> {
    let mut all = Vec::with_capacity(rating.slices.len());
    for slices in rating.slices.chunk_by(|a, b| a.charge == b.charge) {
        let charge = &rating.charges[slices[0].charge];
        let priced: Vec<&Slice<'u>> = slices.iter().filter(|slice| slice.cost.is_some()).collect();
        let mut parts = parts(invoiced(charge), &priced)?.into_iter();
        all.extend(slices.iter().map(|slice| {
            let invoice_cost = slice.cost.and_then(|_| parts.next());
            ProratedSlice { slice: *slice, invoice_cost }
        }));
    }
    Ok(all)
}

fn parts(invoice: Decimal, slices: &[&Slice<'_>]) -> Result<Vec<Decimal>, Inexact> {
    if invoice.is_zero() || slices.is_empty() {
        return Ok(vec![Decimal::ZERO; slices.len()]);
    }
    let quantities: Vec<Decimal> = slices.iter().map(|slice| slice.quantity).collect();
    let sum = quantities.iter().try_fold(Decimal::ZERO, |sum, quantity| sum.plus(*quantity))?;
    if sum > Decimal::ZERO {
        // Of equal remainders the earlier row comes first.
        return split(invoice, &quantities, PRORATED_DECIMALS, |a: usize, b: usize| -> Ordering { a.cmp(&b) });
    }
    // Quantities that cancel each other and cost something, since the price changed between them: each row keeps its
    // exact cost, and the last one bears the rounding.
    let mut parts: Vec<Decimal> = slices.iter().map(|slice| slice.cost.unwrap_or(Decimal::ZERO)).collect();
    let exact = parts.iter().try_fold(Decimal::ZERO, |sum, part| sum.plus(*part))?;
    if let Some(last) = parts.last_mut() {
        *last = last.plus(invoice.minus(exact)?)?;
    }
    Ok(parts)
}
