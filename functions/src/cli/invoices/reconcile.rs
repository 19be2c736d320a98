//! `forebill invoices reconcile`: an invoice beside our rating of its period, and why they differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use shared::decimal::Decimal;
use shared::json::printable;
use shared::period::BillingAnchor;
use shared::reconcile::{Kind, Reason};

use super::super::output::{self, Cell, Output, amount};
use super::super::{Common, Done};
use crate::archive::Archive;
use crate::error::Error;
use crate::input;
use crate::invoices::compared::{self, Asked, Compared, Comparison};
use crate::invoices::lines;

pub const HELP: &str = "\
An invoice is a document, and nobody here reads amounts out of it: its lines come from a file,
imported once (forebill import invoice FILE, whose help has the columns) or named here. What differs
is explained by tax, credit, fee, marketplace, a price that nobody knows, usage that was reported
after the invoice, or rounding; what is left is told as not explained (exit 1). What could not be
compared at all is told, too (exit 3).

Examples:
  forebill invoices reconcile 2026-10
  forebill invoices reconcile 202612-217089190378988 --lines typed.csv --output csv";

#[derive(clap::Args)]
pub struct Args {
    /// Billing periods that start in this month, or the number of an invoice
    #[arg(value_name = "MONTH|INVOICE")]
    what: String,
    /// Lines of invoices; without it those that were imported
    #[arg(long, value_name = "FILE")]
    lines: Option<String>,
}

pub async fn run(common: &Common, archive: &Archive, args: Args, at: Timestamp) -> Result<Done, Error> {
    let typed = match &args.lines {
        Some(file) => Some(lines::read(&input::read(file)?).map_err(Error::bad_input(input::shown(file)))?),
        None => None,
    };
    let snapshots = archive.snapshots().await?;
    let lines = match typed {
        Some(lines) => lines,
        None => compared::imported(archive, &snapshots).await?,
    };
    let asked = match BillingAnchor::default().period_named(&args.what) {
        Ok(_) => Asked::Month(args.what.clone()),
        Err(_) => Asked::Invoice(args.what.clone()),
    };
    let compared = compared::compare(archive, &snapshots, &lines, (&asked, None), at).await?;
    if compared.is_nothing() {
        let what = printable(&args.what);
        return Err(Error::Usage(format!(
            "no invoice of {what} is known: forebill import invoice FILE takes its lines"
        )));
    }
    match common.output {
        Output::Json => output::json(&compared::Report::of(&compared, at))?,
        Output::Csv => csv(&compared)?,
        Output::Table => output::text(&table(&compared))?,
    }
    let explained = compared.invoices.iter().all(|one| one.found.is_explained());
    let whole = compared.not_compared.is_empty() && compared.invoices.iter().all(|one| one.found.is_compared());
    Ok(match (explained, whole) {
        (false, _) => Done::Failed,
        (_, false) => Done::Incomplete,
        _ => Done::Complete,
    })
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Usage => "usage",
        Kind::Marketplace => "marketplace",
        Kind::Fee => "fee",
        Kind::Credit => "credit",
        Kind::Rounding => "rounding",
        Kind::Tax => "tax",
        Kind::Other => "other",
    }
}

/// One row for each part of each difference, and one for each line without any.
fn csv(compared: &Compared) -> Result<(), Error> {
    let mut rows: Vec<[Cell; 12]> = Vec::new();
    for one in &compared.invoices {
        for line in &one.found.lines {
            let row = |part: Option<&shared::reconcile::Part>| -> [Cell; 12] {
                [
                    one.invoice.as_str().into(),
                    one.subscription_id.to_string().into(),
                    word(line.kind).into(),
                    line.meter_id.map(|id| id.to_string()).unwrap_or_default().into(),
                    line.name.as_str().into(),
                    line.invoiced.into(),
                    line.ours.into(),
                    line.difference.into(),
                    part.map(|part| part.reason.told()).unwrap_or_default().into(),
                    part.map(|part| part.amount).into(),
                    part.and_then(|part| part.quantity).into(),
                    one.currency.code().into(),
                ]
            };
            if line.parts.is_empty() {
                rows.push(row(None));
            }
            rows.extend(line.parts.iter().map(|part| row(Some(part))));
        }
    }
    let head = [
        "invoice",
        "subscriptionId",
        "kind",
        "meterId",
        "name",
        "invoiced",
        "ours",
        "difference",
        "why",
        "part",
        "quantity",
        "currency",
    ];
    output::csv(head, rows)
}

/// Everything for people.
pub fn table(compared: &Compared) -> String {
    let mut text = String::new();
    for one in &compared.invoices {
        text.push_str(&invoice(one));
        text.push('\n');
    }
    for why in &compared.not_compared {
        let _ = writeln!(text, "Not compared: {}", printable(why));
    }
    text
}

/// Each invoice in two lines.
pub fn summary(compared: &Compared) -> String {
    compared.invoices.iter().map(|one| format!("{}{}", head(one), sums(one))).collect()
}

fn head(one: &Comparison) -> String {
    let Comparison { invoice, subscription, period_start_on, period_end_on, issued_on, .. } = one;
    let assumed = if one.issued_on_is_told { "" } else { " (assumed)" };
    let (invoice, subscription) = (printable(invoice), printable(subscription));
    format!("Invoice {invoice} of {subscription}, {period_start_on} – {period_end_on}, issued {issued_on}{assumed}\n")
}

fn sums(one: &Comparison) -> String {
    let Comparison { currency, found, .. } = one;
    let money = |value: Decimal| amount(value, currency.minor_unit());
    format!(
        "{} {currency} on the invoice, {} by our rating, {} lines equal; {}\n",
        money(found.invoiced),
        money(found.ours),
        found.lines.iter().filter(|line| line.is_equal()).count(),
        reasons(&found.reasons, &money)
    )
}

fn invoice(one: &Comparison) -> String {
    let Comparison { currency, found, .. } = one;
    let money = |value: Decimal| amount(value, currency.minor_unit());
    let mut text = head(one);
    let differing: Vec<_> = found.lines.iter().filter(|line| !line.difference.is_zero()).collect();
    if !differing.is_empty() {
        let mut table = output::table(["Kind", "Item", "Invoice", "Ours", "Difference", "Why"], &[2, 3, 4]);
        for line in &differing {
            let side = |amount: Option<Decimal>| amount.map_or("–".to_owned(), &money);
            let why = line.parts.iter().map(|part| {
                let quantity = part.quantity.map(|quantity| format!(" ({quantity})")).unwrap_or_default();
                let sum = if line.parts.len() > 1 { format!("{} ", money(part.amount)) } else { String::new() };
                format!("{sum}{}{quantity}", part.reason.told())
            });
            table.add_row([
                word(line.kind).to_owned(),
                printable(&line.name),
                side(line.invoiced),
                side(line.ours),
                money(line.difference),
                why.collect::<Vec<_>>().join("; "),
            ]);
        }
        let _ = writeln!(text, "{table}");
    }
    text.push_str(&sums(one));
    for meter in &one.unpriced {
        let _ = writeln!(
            text,
            "No price: {} {} of {}",
            meter.quantity,
            printable(&meter.unit),
            printable(&meter.meter_name)
        );
    }
    if !one.gaps.is_empty() {
        let (count, first) = (one.gaps.len(), &one.gaps[0]);
        let _ = writeln!(text, "Not read: {count} reported days, from {first}: a difference may come from them");
    }
    text
}

fn reasons(reasons: &BTreeMap<Reason, Decimal>, money: &impl Fn(Decimal) -> String) -> String {
    if reasons.is_empty() {
        return "nothing differs".to_owned();
    }
    let told = |(reason, sum): (&Reason, &Decimal)| {
        let word = match reason {
            Reason::Tax => "tax",
            Reason::Credit => "credit",
            Reason::Fee => "fee",
            Reason::Marketplace => "marketplace",
            Reason::Unpriced => "no price",
            Reason::LateUsage => "late usage",
            Reason::Restated => "restated",
            Reason::Rounding => "rounding",
            Reason::Unexplained => "not explained",
        };
        format!("{word} {}", money(*sum))
    };
    reasons.iter().map(told).collect::<Vec<_>>().join(", ")
}
