//! `forebill spend`: what a billing period costs so far.

use std::fmt::Write as _;

use jiff::Timestamp;
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::period::{BillingAnchor, Granularity};
use shared::rating::PeriodBill;
use shared::spend::{Bucket, GroupBy};
use shared::warning::WarningCode;

use super::explain;
use super::output::{self, Cell, Output, amount, sparkline};
use super::{Common, Done};
use crate::error::Error;
use crate::month::{self, IncludedUse, Period, RestatedSpend, Spend};
use crate::tags;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  forebill spend                                  the period under way, by service
  forebill spend --period 2026-10 --by tag:costCenter
  forebill spend --by meter --bucket day --output csv")]
pub struct Args {
    /// Only this subscription
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,
    /// Billing periods that start in this month; without it the one under way
    #[arg(long, value_name = "YYYY-MM", value_parser = parse_month)]
    period: Option<String>,
    /// meter, service, region, resource, resource-group, subscription or tag:NAME
    #[arg(long, default_value = "service", value_name = "WHAT")]
    by: GroupBy,
    /// Tag rules to try; without it those in force
    #[arg(long, value_name = "FILE")]
    tag_rules: Option<String>,
    /// hour, day or month
    #[arg(long, default_value = "month", value_name = "WHAT")]
    bucket: Bucket,
}

/// Checked before the store is read: an empty store must not hide a mistyped month.
pub fn parse_month(text: &str) -> Result<String, String> {
    BillingAnchor::default().period_named(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let (archive, run_at) = (common.archive_with_something().await?, common.now(clock));
    let snapshots = archive.snapshots().await?;
    let period = args.period.map_or(Period::Holding(run_at), Period::StartingIn);
    let granularity = if args.bucket == Bucket::Hour { Granularity::Hourly } else { Granularity::Daily };
    let rules = match args.tag_rules {
        Some(file) => super::tags::text_of(&file)?.1,
        None => tags::in_force(&archive, &snapshots).await?,
    };
    let asked = (&period, granularity);
    let loaded = month::load_tagged(&archive, &snapshots, args.subscription, asked, &rules, run_at).await?;
    let spend = month::spend(&loaded, &args.by, args.bucket, run_at)?;
    match common.output {
        Output::Json => output::json(&spend)?,
        Output::Csv => csv(&spend)?,
        Output::Table => output::text(&table(&spend))?,
    }
    Ok(if spend.totals.complete { Done::Complete } else { Done::Incomplete })
}

/// The groups as CSV.
pub fn csv(spend: &Spend) -> Result<(), Error> {
    let rows = spend.rows.iter().map(|row| -> [Cell; 7] {
        [
            row.bucket.clone().unwrap_or_default().into(),
            row.group.as_str().into(),
            row.known().map(|(cost, _)| cost).into(),
            row.known().map(|(_, invoice)| invoice).into(),
            spend.totals.currency.code().into(),
            row.rows.to_string().into(),
            row.unpriced_rows.to_string().into(),
        ]
    });
    output::csv(["bucket", "group", "cost", "invoiceCost", "currency", "rows", "unpricedRows"], rows)
}

/// The spend as a table for people.
pub fn table(spend: &Spend) -> String {
    let mut text = String::new();
    let currency = spend.totals.currency;
    let day = |instant: &shared::period::Instant| instant.to_string().get(..10).unwrap_or_default().to_owned();
    let mut who = output::table(
        ["Subscription", "Offer", "Prices of", "Billing period", "Usage to", "Rows", "Cost", "To pay"],
        &[5, 6, 7],
    );
    for sub in &spend.subscriptions {
        // What has no price is in neither sum.
        let least = if sub.bill.as_ref().is_none_or(|bill| bill.complete) { "" } else { "≥ " };
        let due = |bill: &PeriodBill| format!("{least}{}", amount(bill.invoice_due, currency.minor_unit()));
        who.add_row([
            sub.name.clone(),
            sub.offer.clone(),
            day(&sub.book_fetched_at),
            format!("{} – {}", day(&sub.billing_period_start), day(&sub.billing_period_end)),
            sub.usage_complete_to.as_ref().map_or("–".to_owned(), day),
            amount(Decimal::new(sub.rows as i128, 0), 0),
            format!("{least}{}", amount(sub.cost, 4)),
            sub.bill.as_ref().map_or("–".to_owned(), due),
        ]);
    }
    let _ = writeln!(text, "{who}");
    for sub in &spend.subscriptions {
        if let Some(bill) = sub.bill.as_ref().filter(|bill| bill.has_terms()) {
            let _ = writeln!(text, "{}: {}", printable(&sub.name), explain::terms(bill));
        }
    }
    text.push('\n');
    let bucketed = spend.rows.iter().any(|row| row.bucket.is_some());
    let mut what = output::table(["Group", "When", "Cost", "Invoice", "Share", ""], &[2, 3, 4]);
    for row in &spend.rows {
        let share = row.cost.times(Decimal::from(100));
        let share = share.and_then(|hundred| hundred.divided_rounded(spend.totals.cost, 1));
        what.add_row([
            row.group.clone(),
            row.bucket.clone().unwrap_or_else(|| "whole period".into()),
            if row.unpriced_rows == row.rows { "no price".to_owned() } else { amount(row.cost, 4) },
            if row.unpriced_rows == row.rows { String::new() } else { amount(row.invoice_cost, 4) },
            share.map_or(String::new(), |share| format!("{share} %")),
            if row.unpriced_rows > 0 { format!("{} rows without a price", row.unpriced_rows) } else { String::new() },
        ]);
    }
    let _ = writeln!(text, "{what}");
    let incomplete = if spend.totals.complete { "" } else { "at least " };
    let _ = writeln!(
        text,
        "Total {incomplete}{} {currency} exact, {} as invoiced, {} to pay after offer terms  (before tax)",
        output::exact(spend.totals.cost),
        amount(spend.totals.invoice_cost, currency.minor_unit()),
        amount(spend.totals.invoice_due, currency.minor_unit())
    );
    if !bucketed && let (Some(first), Some(last)) = (spend.days.first(), spend.days.last()) {
        let costs: Vec<_> = spend.days.iter().map(|day| day.cost).collect();
        let name = |row: &shared::spend::SpendRow| row.bucket.clone().unwrap_or_default();
        let _ = writeln!(text, "By day  {}  {} – {}", sparkline(&costs), name(first), name(last));
    }
    text.push_str(&included(spend));
    for RestatedSpend { name, read_at, reported_on, rows, change, .. } in &spend.restated {
        let (name, sign) = (printable(name), if change.is_negative() { "" } else { "+" });
        let _ = writeln!(
            text,
            "Restated since {read_at}: {rows} {} of {name}, reported on {}: {sign}{} {currency} \
             (forebill restatements shows {})",
            if *rows == 1 { "row" } else { "rows" },
            reported_on.join(", "),
            amount(*change, 4),
            if *rows == 1 { "it" } else { "them" }
        );
    }
    let replaced = spend.warnings.iter().filter(|warning| warning.code == WarningCode::RowReplaced).count();
    if replaced > 0 {
        let rows = if replaced == 1 { "1 row was".to_owned() } else { format!("{replaced} rows were") };
        let _ = writeln!(text, "{rows} read twice with another quantity: the later counts (each in --output json)");
    }
    text.push_str(&output::unpriced(&spend.unpriced));
    let mut terms = spend.warnings.clone();
    terms.retain(|warning| warning.code == WarningCode::OfferTermNotApplied);
    text.push_str(&output::notes(&terms));
    for id in &spend.without_offer {
        let _ = writeln!(
            text,
            "Not rated: {id} has usage and no offer: say it once, forebill snapshot usage --subscription {id} --offer ID"
        );
    }
    let some = spend.subscriptions.iter().map(|sub| (&sub.name, &sub.gaps));
    let none = spend.unread.iter().map(|sub| (&sub.name, &sub.gaps));
    for (name, gaps) in some.chain(none).filter(|(_, gaps)| !gaps.is_empty()) {
        let _ = writeln!(text, "Not read: {} reported days of {}, from {}", gaps.len(), printable(name), gaps[0]);
    }
    text
}

/// Free units, the most used first.
fn included(spend: &Spend) -> String {
    const SHOWN: usize = 8;
    let mut used: Vec<&IncludedUse> = spend.included.iter().filter(|free| !free.used.is_zero()).collect();
    let spent = |free: &IncludedUse| free.used == free.included;
    used.sort_by_key(|free| !spent(free));
    let mut text = String::new();
    for free in used.iter().take(SHOWN) {
        let name = spend.subscriptions.iter().find(|sub| sub.subscription_id == free.subscription_id);
        let _ = writeln!(
            text,
            "Included: {}{}: {} of {} × {} used",
            printable(&free.meter_name),
            name.map(|sub| format!(", {}", printable(&sub.name))).unwrap_or_default(),
            if spent(free) { "all".to_owned() } else { counted(free.used) },
            counted(free.included),
            printable(&free.unit)
        );
    }
    if used.len() > SHOWN {
        let _ = writeln!(text, "Included: and {} more, all in --output json", used.len() - SHOWN);
    }
    text
}

/// A quantity with all its digits and no more.
fn counted(quantity: Decimal) -> String {
    let digits = output::exact(quantity);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}
