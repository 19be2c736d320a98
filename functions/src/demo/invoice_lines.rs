//! The lines of the sample's invoices, whose truth is known: whole cents from whole millionths, with one of each thing in
//! which an invoice and a rating of Azure's usage differ.

use std::collections::BTreeMap;

use jiff::ToSpan;

use super::arm_invoices::{closed, invoice_name};
use super::calendar::{Period, number};
use super::catalog::Meter;
use super::rate_card::{Offer, excluded, rate_for};
use super::state::Shared;
use super::tenant::quantity_text;
use super::usage::Granularity;

/// An invoice is issued on the day after its period: what is reported later is not on it.
const ISSUED_AFTER_DAYS: i64 = 1;
/// Until then everything of a period was reported.
const REPORTED_AFTER_DAYS: i64 = 5;
/// What the commitment of the sample takes off, in thousandths.
const DISCOUNT: i128 = 75;
/// The developer offer's credit, in cents.
const CREDIT: i64 = 10_000;
/// What nobody's rating can know, in cents: a service credit, somebody else's product, and a cent too much.
const SERVICE_CREDIT: i64 = 1_234;
const MARKETPLACE: i64 = 24_900;
const ROUNDED_UP: i64 = 1;
/// The meter that is on no card costs this, in millionths an hour.
const PREVIEW_RATE: i64 = 240_000;
/// Sales tax, in thousandths.
const TAX: i64 = 80;

/// Lines of an invoice, and what a reader will find in them, in cents by reason.
struct Issued {
    lines: Vec<Line>,
    planted: BTreeMap<&'static str, i64>,
}

struct Line {
    kind: &'static str,
    meter: String,
    name: String,
    quantity: Option<i64>,
    cents: i64,
}

/// The months in which every subscription has a billing period that is over, oldest first.
pub fn settled_months(shared: &Shared) -> Vec<String> {
    let count = shared.tenant.subscriptions().len();
    let mut months: BTreeMap<String, usize> = BTreeMap::new();
    for subscription in 0..count {
        for period in closed(shared, subscription) {
            *months.entry(month_of(&period)).or_default() += 1;
        }
    }
    months.into_iter().filter(|(_, known)| *known == count).map(|(month, _)| month).collect()
}

fn month_of(period: &Period) -> String {
    format!("{:04}-{:02}", period.start.year(), period.start.month())
}

/// The invoices of the periods that start in a month, as a file that Forebill imports.
pub fn file(shared: &Shared, month: &str) -> String {
    let head = "invoice,subscriptionId,periodStart,periodEnd,issuedOn,kind,meterId,name,quantity,amount,currency\n";
    let mut text = head.to_owned();
    for (subscription, period) in of_month(shared, month) {
        let id = &shared.tenant.subscriptions()[subscription].id;
        let (name, issued_on) = (invoice_name(id, &period), period.end.saturating_add(ISSUED_AFTER_DAYS.days()));
        for line in issued(shared, subscription, &period).lines {
            let quantity = line.quantity.map(quantity_text).unwrap_or_default();
            let (start, end, cents) = (period.start, period.end, money(line.cents));
            text.push_str(&format!(
                "{name},{id},{start},{end},{issued_on},{},{},\"{}\",{quantity},{cents},USD\n",
                line.kind, line.meter, line.name
            ));
        }
    }
    text
}

/// What differs in the invoices of a month, in cents by reason.
pub fn planted(shared: &Shared, month: &str) -> BTreeMap<&'static str, i64> {
    let mut all = BTreeMap::new();
    for (subscription, period) in of_month(shared, month) {
        for (reason, cents) in issued(shared, subscription, &period).planted {
            *all.entry(reason).or_insert(0) += cents;
        }
    }
    all.retain(|_, cents| *cents != 0);
    all
}

fn of_month(shared: &Shared, month: &str) -> Vec<(usize, Period)> {
    let subscriptions = 0..shared.tenant.subscriptions().len();
    let all = subscriptions.flat_map(|at| closed(shared, at).into_iter().map(move |period| (at, period)));
    all.filter(|(_, period)| month_of(period) == month).collect()
}

fn issued(shared: &Shared, subscription: usize, period: &Period) -> Issued {
    let offer = Offer::of(&shared.tenant.subscriptions()[subscription].offer).unwrap_or(Offer::PayAsYouGo);
    let then = reported(shared, subscription, period, ISSUED_AFTER_DAYS - 1);
    let now = reported(shared, subscription, period, REPORTED_AFTER_DAYS);
    let mut lines = Vec::new();
    let mut planted = BTreeMap::new();
    let (mut eligible, mut eligible_now) = (0, 0);
    for (id, used) in &now {
        let known = then.get(id).copied().unwrap_or(0);
        let line = |name: String, cents| Line { kind: "usage", meter: id.clone(), name, quantity: Some(known), cents };
        let Some(meter) = shared.catalog.find(id) else {
            let cents = rounded(i128::from(known) * i128::from(PREVIEW_RATE), 1);
            lines.push(line("D4s v6 Preview".to_owned(), cents));
            *planted.entry("unpriced").or_insert(0) += cents;
            continue;
        };
        let (cents, cents_now) = (cost(meter, offer, known, period), cost(meter, offer, *used, period));
        if !excluded(meter) {
            eligible += cents;
            eligible_now += cents_now;
        }
        *planted.entry("lateUsage").or_insert(0) += cents - cents_now;
        if known != 0 {
            lines.push(line(meter.name.clone(), cents));
        }
    }
    let mut add = |kind, name: &str, cents: i64| {
        lines.push(Line { kind, meter: String::new(), name: name.to_owned(), quantity: None, cents });
    };
    match offer {
        Offer::PayAsYouGo => {
            add("credit", "Service credit", -SERVICE_CREDIT);
            *planted.entry("credit").or_insert(0) -= SERVICE_CREDIT;
        }
        Offer::Msdn => {
            add("credit", "Monthly credit", -eligible.min(CREDIT));
            *planted.entry("lateUsage").or_insert(0) += eligible_now.min(CREDIT) - eligible.min(CREDIT);
        }
        Offer::Commitment => {
            add("marketplace", "Contoso Data Quality", MARKETPLACE);
            *planted.entry("marketplace").or_insert(0) += MARKETPLACE;
            if let Some(dearest) = lines.iter_mut().filter(|line| line.kind == "usage").max_by_key(|line| line.cents) {
                dearest.cents += ROUNDED_UP;
                *planted.entry("rounding").or_insert(0) += ROUNDED_UP;
            }
        }
    }
    let tax = (lines.iter().map(|line| line.cents).sum::<i64>() * TAX + 500) / 1000;
    lines.push(Line { kind: "tax", meter: String::new(), name: "Sales tax".to_owned(), quantity: None, cents: tax });
    *planted.entry("tax").or_insert(0) += tax;
    Issued { lines, planted }
}

/// Use of a period by meter that was reported up to so many days after it.
fn reported(shared: &Shared, subscription: usize, period: &Period, days_after: i64) -> BTreeMap<String, i64> {
    let (first, last) = (number(period.start), number(period.end));
    let mut totals = BTreeMap::new();
    for day in first..=last + days_after {
        // Restated rows are on an invoice as they were restated.
        for row in shared.tenant.bucket(subscription, Granularity::Daily, day * 24, i64::MAX) {
            if (first * 24..(last + 1) * 24).contains(&row.start) {
                *totals.entry(shared.tenant.series()[row.series].meter.clone()).or_insert(0) += row.quantity;
            }
        }
    }
    totals.retain(|_, quantity| *quantity != 0);
    totals
}

/// Cents of a meter and period under an offer: its tiers walked through once, its discount taken off, rounded once.
fn cost(meter: &Meter, offer: Offer, used: i64, period: &Period) -> i64 {
    // A card with a monthly credit shows no allowance, but its bounds stay where they are.
    let included = if offer == Offer::Msdn { 0 } else { meter.included };
    let billable = i128::from((used - included).max(0));
    let Some(version) = meter.at(period.start) else { return 0 };
    let mut cost = 0;
    for (index, (start, rate)) in version.tiers.iter().enumerate() {
        let end = version.tiers.get(index + 1).map_or(i128::MAX, |(next, _)| i128::from(*next));
        cost += (billable.min(end) - i128::from(*start)).max(0) * i128::from(rate_for(meter, offer, *rate));
    }
    let discounted = offer == Offer::Commitment && !excluded(meter);
    rounded(cost * (1000 - if discounted { DISCOUNT } else { 0 }), 1000)
}

/// Whole cents, halves up, of millionths of millionths and a further factor.
fn rounded(amount: i128, factor: i128) -> i64 {
    let cent = 10_000_000_000 * factor;
    ((amount + cent / 2) / cent) as i64
}

fn money(cents: i64) -> String {
    let (sign, size) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}
