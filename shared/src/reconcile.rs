//! An invoice against our rating of the same usage: where they differ, and by how much for which reason.
//!
//! Every difference is taken apart into amounts with a reason each, which add up to it; what no reason explains is told
//! as such. Our rating is as of now; a second one, of the usage that was reported before the invoice was issued, tells
//! what came too late for it, and a third one, with the quantities that were read by then, what was restated since.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::decimal::{Decimal, Inexact};
use crate::guid::{MeterId, SubscriptionId};
use crate::money::Currency;
use crate::rating::{Charge, Rating};

/// What a line of an invoice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Usage of a meter, after a commitment's discount.
    Usage,
    /// Something that others sell.
    Marketplace,
    /// Fees of the offer.
    Fee,
    /// A credit: below zero.
    Credit,
    /// What the invoice rounds.
    Rounding,
    /// Tax.
    Tax,
    /// Anything else.
    Other,
}

impl std::str::FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Kind, String> {
        Ok(match text {
            "usage" => Kind::Usage,
            "marketplace" => Kind::Marketplace,
            "fee" => Kind::Fee,
            "credit" => Kind::Credit,
            "rounding" => Kind::Rounding,
            "tax" => Kind::Tax,
            "other" => Kind::Other,
            _ => return Err("usage, marketplace, fee, credit, rounding, tax or other".into()),
        })
    }
}

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// The number of the invoice.
    pub invoice: String,
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// First day of its period.
    pub period_start_on: Date,
    /// Last day, inclusive.
    pub period_end_on: Date,
    /// The day on which it was issued: usage that was reported before may be on it.
    pub issued_on: Option<Date>,
    /// What for.
    pub kind: Kind,
    /// The meter, where it is usage.
    pub meter_id: Option<MeterId>,
    /// Its text.
    pub name: String,
    /// How much, where it says so.
    pub quantity: Option<Decimal>,
    /// The amount.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

/// Why an amount differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Our rating is before tax.
    Tax,
    /// A credit that is not, or not so, in the offer's terms.
    Credit,
    /// A fee that is not, or not so, in the offer's terms.
    Fee,
    /// Sold by others: Azure's usage has no such rows.
    Marketplace,
    /// We know no price.
    Unpriced,
    /// Reported after the invoice was issued.
    LateUsage,
    /// Reported before the invoice was issued, with another quantity.
    Restated,
    /// One minor unit.
    Rounding,
    /// None of these.
    Unexplained,
}

impl Reason {
    /// In words.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Reason::Tax => "tax: our rating is before it",
            Reason::Credit => "a credit that the offer's terms do not give",
            Reason::Fee => "a fee that the offer's terms do not have",
            Reason::Marketplace => "sold by others: not in Azure's usage",
            Reason::Unpriced => "no price is known",
            Reason::LateUsage => "usage that was reported after the invoice",
            Reason::Restated => "usage that was restated after the invoice",
            Reason::Rounding => "rounding",
            Reason::Unexplained => "not explained",
        }
    }
}

/// A part of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// Why.
    pub reason: Reason,
    /// What the invoice has more, or less.
    pub amount: Decimal,
    /// How much was used more, or less, where that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
}

/// Lines of one kind and meter, and what we have of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// What for.
    pub kind: Kind,
    /// The meter.
    pub meter_id: Option<MeterId>,
    /// Its name.
    pub name: String,
    /// On the invoice; absent where it is not there.
    pub invoiced: Option<Decimal>,
    /// By our rating; absent where we have nothing of it, or no price.
    pub ours: Option<Decimal>,
    /// The first less the second.
    pub difference: Decimal,
    /// What it is made of.
    pub parts: Vec<Part>,
    /// Some or all of our side has no price.
    #[serde(skip)]
    unpriced: bool,
}

/// One subscription's period, compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconciled {
    /// Everything that is on the invoice or in our rating, differences first.
    pub lines: Vec<Compared>,
    /// The sum of the invoice.
    pub invoiced: Decimal,
    /// The sum of ours.
    pub ours: Decimal,
    /// The first less the second.
    pub difference: Decimal,
    /// The same by reason.
    pub reasons: BTreeMap<Reason, Decimal>,
}

impl Compared {
    /// Whether both sides say the same. Use without a price that the invoice has not, or has for nothing, is not known to be
    /// equal.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.difference.is_zero() && !self.unpriced
    }

    /// Whether there is something to be compared.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        self.is_equal() || !self.difference.is_zero()
    }
}

impl Reconciled {
    /// Whether every line has an amount to be compared.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        self.lines.iter().all(Compared::is_compared)
    }

    /// Whether every difference has a reason.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        !self.reasons.contains_key(&Reason::Unexplained)
    }
}

/// Our rating of a period: as of now, and twice of the usage that had been reported when the invoice was issued.
#[derive(Clone, Copy)]
pub struct Ours<'a> {
    /// As of now.
    pub now: &'a Rating<'a>,
    /// As it could be known then, by what each row says now.
    pub then: &'a Rating<'a>,
    /// The same, by what each row said when it was last read before.
    pub as_read: &'a Rating<'a>,
}

/// Same kind and meter; other kinds by their text, where we have nothing to compare with.
type Key = (Kind, Option<MeterId>, String);

/// One side of a comparison.
#[derive(Debug, Clone, Default)]
struct Side {
    name: String,
    amount: Option<Decimal>,
    quantity: Option<Decimal>,
    /// Some or all of it has no price.
    unpriced: bool,
}

/// Compares the lines of one subscription's invoice with our rating of its period.
pub fn reconcile(lines: &[InvoiceLine], ours: &Ours<'_>) -> Result<Reconciled, Inexact> {
    let unit = Decimal::new(1, ours.now.totals.currency.minor_unit() as u8);
    let mut theirs: BTreeMap<Key, Side> = BTreeMap::new();
    for line in lines {
        let text = if matches!(line.kind, Kind::Marketplace | Kind::Other) { line.name.clone() } else { String::new() };
        let side = theirs.entry((line.kind, line.meter_id, text)).or_default();
        side.name.clone_from(&line.name);
        side.amount = added(side.amount, Some(line.amount))?;
        side.quantity = added(side.quantity, line.quantity)?;
    }
    let (now, then, as_read) = (sides(ours.now)?, sides(ours.then)?, sides(ours.as_read)?);
    let keys: BTreeSet<&Key> = theirs.keys().chain(now.keys()).collect();
    let mut found = Reconciled {
        lines: Vec::new(),
        invoiced: Decimal::ZERO,
        ours: Decimal::ZERO,
        difference: Decimal::ZERO,
        reasons: BTreeMap::new(),
    };
    let nothing = Side::default();
    for key in keys {
        let theirs = theirs.get(key).unwrap_or(&nothing);
        let [now, then, as_read] = [&now, &then, &as_read].map(|sides| sides.get(key).unwrap_or(&nothing));
        let (invoiced, known) = (theirs.amount.unwrap_or(Decimal::ZERO), now.amount.unwrap_or(Decimal::ZERO));
        let difference = invoiced.minus(known)?;
        let parts = parts(key.0, (theirs, now, then, as_read), difference, unit)?;
        for part in &parts {
            let sum = found.reasons.entry(part.reason).or_insert(Decimal::ZERO);
            *sum = sum.plus(part.amount)?;
        }
        found.invoiced = found.invoiced.plus(invoiced)?;
        found.ours = found.ours.plus(known)?;
        found.lines.push(Compared {
            kind: key.0,
            meter_id: key.1,
            name: if now.name.is_empty() { theirs.name.clone() } else { now.name.clone() },
            invoiced: theirs.amount,
            ours: now.amount,
            difference,
            parts,
            unpriced: now.unpriced,
        });
    }
    found.difference = found.invoiced.minus(found.ours)?;
    found.lines.sort_by_key(|line| line.difference.is_zero());
    Ok(found)
}

/// The amounts that a difference is made of.
fn parts(
    kind: Kind,
    (theirs, now, then, as_read): (&Side, &Side, &Side, &Side),
    difference: Decimal,
    unit: Decimal,
) -> Result<Vec<Part>, Inexact> {
    let whole = |reason| vec![Part { reason, amount: difference, quantity: None }];
    if difference.is_zero() {
        return Ok(Vec::new());
    }
    match kind {
        Kind::Tax => return Ok(whole(Reason::Tax)),
        Kind::Marketplace => return Ok(whole(Reason::Marketplace)),
        Kind::Rounding if small(difference, unit) => return Ok(whole(Reason::Rounding)),
        Kind::Rounding | Kind::Other => return Ok(whole(Reason::Unexplained)),
        // A price that nobody knows can only be missing on our side.
        Kind::Usage if now.unpriced && !difference.is_negative() => return Ok(whole(Reason::Unpriced)),
        Kind::Usage | Kind::Credit | Kind::Fee => {}
    }
    // What came after the invoice is not on it, and neither is what a row says since then; what is left is small, or this
    // is not the reason. What needs fewer reasons is more likely.
    let late = change(Reason::LateUsage, then, now)?;
    let restated = change(Reason::Restated, as_read, then)?;
    let mut best = (difference, Vec::new());
    for (nothing_restated, reasons) in [(true, vec![late]), (false, vec![late, restated])] {
        let reasons: Vec<Part> = reasons.into_iter().flatten().collect();
        let rest = reasons.iter().try_fold(difference, |rest, part| rest.minus(part.amount))?;
        let explains = match kind {
            Kind::Usage => best.1.is_empty() && small(rest, unit),
            _ => nothing_restated || size(rest) < size(best.0),
        };
        if !reasons.is_empty() && explains {
            best = (rest, reasons);
        }
    }
    let (rest, mut parts) = best;
    if rest.is_zero() {
        return Ok(parts);
    }
    let reason = match kind {
        // More credit or fees than the terms have are somebody's decision; less than they promise is a question to Azure.
        Kind::Credit if rest.is_negative() => Reason::Credit,
        Kind::Fee if !rest.is_negative() => Reason::Fee,
        Kind::Credit | Kind::Fee => Reason::Unexplained,
        // A line that is missing on one side is no rounding, however small.
        _ if small(rest, unit) && theirs.amount.is_some() && now.amount.is_some() => Reason::Rounding,
        _ => Reason::Unexplained,
    };
    parts.push(Part { reason, amount: rest, quantity: None });
    Ok(parts)
}

/// What the amounts of two ratings differ by, and why.
fn change(reason: Reason, one: &Side, other: &Side) -> Result<Option<Part>, Inexact> {
    let amount = one.amount.unwrap_or(Decimal::ZERO).minus(other.amount.unwrap_or(Decimal::ZERO))?;
    let used = one.quantity.unwrap_or(Decimal::ZERO).minus(other.quantity.unwrap_or(Decimal::ZERO))?;
    let quantity = (!used.is_zero()).then_some(used);
    Ok((!amount.is_zero()).then_some(Part { reason, amount, quantity }))
}

fn size(amount: Decimal) -> Decimal {
    if amount.is_negative() { amount.negated() } else { amount }
}

/// No more than one minor unit.
fn small(amount: Decimal, unit: Decimal) -> bool {
    amount <= unit && amount >= unit.negated()
}

fn added(sum: Option<Decimal>, more: Option<Decimal>) -> Result<Option<Decimal>, Inexact> {
    match (sum, more) {
        (Some(sum), Some(more)) => sum.plus(more).map(Some),
        (sum, more) => Ok(sum.or(more)),
    }
}

/// What our rating would put on an invoice.
fn sides(rating: &Rating<'_>) -> Result<BTreeMap<Key, Side>, Inexact> {
    let mut sides: BTreeMap<Key, Side> = BTreeMap::new();
    for charge in &rating.charges {
        let side = sides.entry((Kind::Usage, Some(charge.meter_id), String::new())).or_default();
        side.name.clone_from(&charge.meter_name);
        let known = charge.cost.is_some() || !charge.tiers.is_empty();
        side.amount = added(side.amount, known.then(|| charge.net_invoice_cost()))?;
        side.quantity = added(side.quantity, Some(charge.quantity))?;
        side.unpriced |= charge.cost.is_none();
    }
    for bill in &rating.bills {
        let of_bill = |charge: &&Charge| charge.billing_period_start == bill.billing_period_start;
        let parts = bill.invoice_parts(rating.charges.iter().filter(of_bill))?;
        for (kind, name, amount) in [
            (Kind::Fee, "Fees of the offer", parts.fees),
            (Kind::Credit, "Credit of the offer", parts.credit.negated()),
            (Kind::Rounding, "Rounding of the bill", parts.rounding),
        ] {
            if !amount.is_zero() {
                let side = sides.entry((kind, None, String::new())).or_default();
                side.name = name.to_owned();
                side.amount = added(side.amount, Some(amount))?;
            }
        }
    }
    Ok(sides)
}
