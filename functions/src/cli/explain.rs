//! `--explain`: how every amount came about, for somebody who has to defend it.

use std::fmt::Write as _;

use shared::decimal::Decimal;
use shared::json::printable;
use shared::period::Instant;
use shared::ratebook::Source;
use shared::rating::{BookInfo, Charge, PeriodBill, Rating, TierCharge};

use super::output::amount;

/// All charges, then what the offer's terms make of each billing period.
pub fn rating(rating: &Rating<'_>) -> String {
    let mut text = String::new();
    for charge in &rating.charges {
        explain_charge(charge, &mut text);
        step(&mut text, "price list", book(&rating.book));
    }
    for bill in rating.bills.iter().filter(|bill| bill.has_terms()) {
        explain_bill(bill, &mut text);
    }
    text
}

/// What the offer's terms did in a period, in one line.
pub fn terms(bill: &PeriodBill) -> String {
    let money = |value| format!("{} {}", amount(value, bill.currency.minor_unit()), bill.currency);
    let mut parts = Vec::new();
    if let Some(percent) = bill.discount_percent {
        parts.push(format!("{percent} % discount takes off {}", money(bill.discount)));
    }
    if !bill.recurring_charge.is_zero() {
        parts.push(format!("fees of {}", money(bill.recurring_charge)));
    }
    if let Some(credit) = &bill.credit {
        let end = credit.ends_on.map_or("not used up".to_owned(), |day| format!("used up on {day}"));
        parts.push(format!("credit of {} pays {}, {end}", money(credit.granted), money(credit.used)));
    }
    parts.join("; ")
}

/// One step: what it is, and the number.
fn step(text: &mut String, what: &str, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {what:<22} {value}");
}

fn explain_charge(charge: &Charge, text: &mut String) {
    let unit = printable(&charge.unit);
    let region = if charge.meter_region.is_empty() { "all regions".into() } else { printable(&charge.meter_region) };
    let (category, name) = (printable(&charge.meter_category), printable(&charge.meter_name));
    let name = if name.is_empty() { format!("meter {}", charge.meter_id) } else { name };
    let sub_category = printable(&charge.meter_sub_category);
    let parts = [category, sub_category, name, region];
    let title: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let _ = writeln!(text, "\n{}", title.join(" · "));
    step(text, "meter", charge.meter_id);
    step(text, "subscription", charge.subscription_id);
    let (start, end) = (day(&charge.billing_period_start), day(&charge.billing_period_end));
    step(text, "billing period", format!("{start} up to {end}, UTC"));
    if let Some(consumed) = &charge.consumed {
        step(text, "reported", format!("{} in \"{}\"", consumed.quantity, printable(&consumed.unit)));
    }
    step(text, "used", format!("{} in units of \"{unit}\"", charge.quantity));
    if !charge.unpriced_quantity.is_zero() || charge.reason.is_some() {
        let why = charge.reason.map_or("", |reason| reason.explain());
        step(text, "without a price", format!("{}: {why}", charge.unpriced_quantity));
    }
    if !charge.backdated_quantity.is_zero() {
        let quantity = charge.backdated_quantity;
        step(text, "older than the price", format!("{quantity}, priced with the first later price, as asked"));
    }
    if let (Some(included), Some(billable)) = (charge.included_quantity, charge.billable_quantity) {
        if charge.tiers.iter().all(|tier| tier.included_quantity == included) {
            step(text, "free of charge", format!("{included} included in every billing period"));
        }
        step(text, "to be charged", billable);
    }
    explain_tiers(charge, text);
    explain_cost(charge, text);
}

fn book(book: &BookInfo) -> String {
    let list = match book.source {
        Source::RateCard => "rate card",
        Source::Retail => "public retail prices",
        Source::PriceSheet => "price sheet",
        Source::Own => "own price book",
    };
    let offer = book.offer.as_ref().map_or(String::new(), |offer| format!(" of {}", printable(offer)));
    format!("{list}{offer} in {}, rate book {}", book.currency, book.id.as_str())
}

fn explain_tiers(charge: &Charge, text: &mut String) {
    let several = charge.tiers.iter().any(|tier| tier.effective_at != charge.tiers[0].effective_at);
    if several {
        let _ = writeln!(text, "  the price changed inside the period; the running total goes on from one to the next");
    }
    let mut since = None;
    for tier in &charge.tiers {
        if since.replace(tier.effective_at) != Some(tier.effective_at) {
            step(text, "price in force since", day(&tier.effective_at));
            if Some(tier.included_quantity) != charge.included_quantity || several {
                step(
                    text,
                    "  free of charge",
                    format!("the first {} of the period, and not again for each price", tier.included_quantity),
                );
            }
            if tier.model == "volume" {
                step(text, "  volume price", "all units at the price of the tier that the total reaches");
            }
        }
        let _ = writeln!(
            text,
            "    {:<26} {:>20} × {:<16} = {}",
            tier_name(tier),
            tier.quantity.to_string(),
            unit_price(tier),
            tier.cost
        );
    }
}

fn tier_name(tier: &TierCharge) -> String {
    if tier.model == "volume" {
        return match tier.to {
            Some(to) => format!("all, from {} up to {to}", tier.from),
            None => format!("all, from {} on", tier.from),
        };
    }
    match (tier.package_size, tier.to) {
        (Some(size), _) => format!("packages of {size}"),
        (None, Some(to)) => format!("unit {} up to {to}", tier.from),
        (None, None) if tier.from.is_zero() => "every unit".to_owned(),
        (None, None) => format!("unit {} and more", tier.from),
    }
}

/// `3 ÷ 30`: three for thirty units.
pub fn unit_price(tier: &TierCharge) -> String {
    match tier.block {
        Some(block) => format!("{} ÷ {block}", tier.unit_price),
        None => tier.unit_price.to_string(),
    }
}

fn explain_cost(charge: &Charge, text: &mut String) {
    let currency = charge.currency;
    let (Some(cost), Some(invoice), Some(rounding)) = (charge.cost, charge.invoice_cost, charge.rounding) else {
        if !charge.known_cost.is_zero() {
            step(text, "cost of the rest", format!("{} {currency}", charge.known_cost));
        }
        step(text, "cost", "not known: it is never counted as 0");
        return;
    };
    match charge.cost_cut_after {
        None => step(text, "cost, exact", format!("{cost} {currency}")),
        Some(decimals) => {
            step(text, "cost", format!("{cost}… {currency}, endless: cut off after {decimals} decimals"));
        }
    }
    let changed = match rounding.difference {
        zero if zero.is_zero() => "nothing to round".to_owned(),
        change => format!("rounded once, half away from zero: {}", signed(change)),
    };
    step(text, "on an invoice", format!("{} {currency} ({changed})", amount(invoice, rounding.decimals)));
    let Some(terms) = &charge.terms else { return };
    if let Some(percent) = terms.discount_percent {
        step(text, "discount", format!("{percent} % takes off {} {currency}", terms.discount));
        let net = amount(terms.net_invoice_cost, rounding.decimals);
        step(text, "after the discount", format!("{} {currency}, on an invoice {net} {currency}", terms.net_cost));
    }
    if let Some(draws) = terms.draws_credit {
        step(text, "credit of the offer", if draws { "may pay for it" } else { "does not pay for this meter" });
    }
}

/// From list prices to what is due, line by line.
fn explain_bill(bill: &PeriodBill, text: &mut String) {
    let currency = bill.currency;
    let money = |value: Decimal| format!("{value} {currency}");
    let (start, end) = (day(&bill.billing_period_start), day(&bill.billing_period_end));
    let _ = writeln!(text, "\nTo pay by {} for {start} up to {end}, UTC", bill.subscription_id);
    step(text, "charges", money(bill.list_cost));
    if let Some(percent) = bill.discount_percent {
        step(text, "less discount", format!("{} ({percent} % of the commitment's band)", money(bill.discount)));
    }
    if !bill.recurring_charge.is_zero() {
        step(text, "plus fees", money(bill.recurring_charge));
    }
    if let Some(credit) = &bill.credit {
        let end = credit.ends_on.map_or("not used up".to_owned(), |day| format!("used up on {day}"));
        let (used, granted) = (money(credit.used), money(credit.granted));
        step(text, "less credit", format!("{used} of {granted}, {end}; the rest does not carry over"));
    }
    let least = if bill.complete { "" } else { " at least: some usage has no price" };
    step(text, "due, exact", format!("{}{least}", money(bill.due)));
    let invoice = amount(bill.invoice_due, currency.minor_unit());
    step(text, "due on an invoice", format!("{invoice} {currency}, before tax"));
}

fn signed(value: Decimal) -> String {
    if value.is_negative() { value.to_string() } else { format!("+{value}") }
}

fn day(at: &Instant) -> String {
    at.to_string().get(..10).unwrap_or_default().to_owned()
}
