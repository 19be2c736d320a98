//! `forebill rate`: usage × rate card, without any store.

use std::fmt::Write as _;

use shared::azure::{ratecard, usage};
use shared::decimal::Decimal;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::BillingAnchor;
use shared::ratebook::format::{self, BookId, OpenBook};
use shared::rating::{self, Account, BillingCalendar, Charge, Rating};
use shared::warning::{Warning, WarningCode};

use super::book_name::BookName;
use super::output::{self, Cell, Output, amount};
use super::{Common, Done};
use super::{explain, rate_by_tag};
use crate::error::Error;
use crate::input;

#[derive(clap::Args)]
#[command(after_help = "\
Usage is one UsageAggregates answer or JSON Lines of its rows; - is standard input, .gz and .zst are unpacked.

Examples:
  forebill rate --ratecard card.json --usage usage.json
  forebill rate --ratecard card.json.zst --usage usage.jsonl --billing-anchor 14 --explain
  forebill rate --ratecard card.json --usage *.json --by tag:costCenter --output csv
  forebill rate --book sha256:… --usage usage.json --output json
  forebill rate --book 0e9d….forebook --usage usage.json")]
pub struct Args {
    /// A RateCard answer
    #[arg(long, value_name = "FILE", conflicts_with = "book", required_unless_present = "book")]
    ratecard: Option<String>,
    /// A rate book of the store, or a file of one
    #[arg(long, value_name = "ID|FILE")]
    book: Option<BookName>,
    /// Usage; several files count together
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    usage: Vec<String>,
    /// Day of the month on which billing periods start
    #[arg(long, value_name = "DAY", default_value = "1", value_parser = parse_anchor)]
    billing_anchor: BillingAnchor,
    /// The offer of the rate card, for the record: a card does not name it
    #[arg(long, value_name = "ID")]
    offer: Option<OfferId>,
    /// Refuse a card in another currency
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// The amount committed to, where the offer is a monetary commitment: it decides the discount
    #[arg(long, value_name = "AMOUNT", value_parser = parse_commitment)]
    commitment: Option<Decimal>,
    /// Price usage that is older than the book's first price with that price; the charge then says so
    #[arg(long)]
    accept_later_price: bool,
    /// Sum the rows by the values of a tag and by UTC day instead, such as tag:costCenter
    #[arg(long, value_name = "tag:NAME", value_parser = parse_tag, conflicts_with = "explain")]
    by: Option<String>,
    /// Show how every amount came about
    #[arg(long)]
    explain: bool,
}

fn parse_tag(text: &str) -> Result<String, String> {
    match text.strip_prefix("tag:") {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err("tag:NAME, such as tag:costCenter".into()),
    }
}

fn parse_anchor(text: &str) -> Result<BillingAnchor, String> {
    let day = text.parse::<u8>().map_err(|_| "a day from 1 to 31".to_owned())?;
    BillingAnchor::new(day).map_err(|error| error.to_string())
}

pub async fn run(common: &Common, args: Args) -> Result<Done, Error> {
    let (open, mut warnings) = match (&args.ratecard, &args.book) {
        (Some(file), _) => from_card(file, args.offer.clone(), args.currency)?,
        (None, Some(name)) => (common.book_named(name).await?, Vec::new()),
        (None, None) => return Err(Error::Usage("give --ratecard FILE or --book ID|FILE".into())),
    };
    let calendar = BillingCalendar { periods: Vec::new(), anchor: args.billing_anchor };
    let account = Account { calendar, commitment: args.commitment, accepts_later_price: args.accept_later_price };
    if let Some(tag) = &args.by {
        return rate_by_tag::run(common.output, &args.usage, &open, &account, tag, warnings);
    }
    let (mut rows, mut decoder, mut ended) = (Vec::new(), usage::Decoder::default(), false);
    for file in &args.usage {
        let page = decoder.file(&input::read(file)?).map_err(Error::bad_input(input::shown(file)))?;
        ended |= page.next_link.is_none();
        rows.extend(page.rows);
        warnings.extend(page.warnings);
    }
    if !ended {
        warnings.push(more_pages());
    }
    let mut rating = rating::rate(&rows, &open, |_| account.clone())
        .map_err(|error| Error::Usage(format!("{}: {error}", all_shown(&args.usage))))?;
    warnings.extend(rating::commitment_doubt(&open, args.commitment));
    rating.warnings.splice(0..0, warnings);
    // A part of the usage is a part of the money.
    rating.totals.complete &= ended;
    match common.output {
        Output::Json => output::json(&rating)?,
        Output::Csv => csv(&rating)?,
        Output::Table => output::text(&table(&rating, args.explain))?,
    }
    Ok(if rating.totals.complete { Done::Complete } else { Done::Incomplete })
}

pub(super) fn parse_commitment(text: &str) -> Result<Decimal, String> {
    let amount = Decimal::parse(text).map_err(|error| error.to_string())?;
    if amount.is_negative() { Err("an amount that is not below zero".into()) } else { Ok(amount) }
}

/// The names of several files, as messages say them.
pub(super) fn all_shown(files: &[String]) -> String {
    files.iter().map(|file| input::shown(file)).collect::<Vec<_>>().join(", ")
}

/// Of all pages only the last has no link.
pub(super) fn more_pages() -> Warning {
    let message = "the usage goes on at a next page (nextLink): give all its pages".to_owned();
    Warning { code: WarningCode::MorePages, message, path: Some("nextLink".into()) }
}

/// The book of a card.
pub(super) fn from_card(
    file: &str,
    offer: Option<OfferId>,
    currency: Option<Currency>,
) -> Result<(OpenBook, Vec<Warning>), Error> {
    let request = ratecard::CardRequest { offer, currency, region_info: String::new() };
    let (book, warnings) =
        ratecard::decode(&input::read(file)?, &request).map_err(Error::bad_input(input::shown(file)))?;
    let id = BookId::of(&format::to_bytes(&book));
    Ok((OpenBook { id, book }, warnings))
}

fn csv(rating: &Rating<'_>) -> Result<(), Error> {
    let head = [
        "subscriptionId",
        "billingPeriodStart",
        "billingPeriodEnd",
        "meterId",
        "meterCategory",
        "meterName",
        "meterRegion",
        "unit",
        "quantity",
        "includedQuantity",
        "billableQuantity",
        "cost",
        "invoiceCost",
        "currency",
        "status",
        "book",
    ];
    let row = |charge: &Charge| -> [Cell; 16] {
        [
            charge.subscription_id.to_string().into(),
            charge.billing_period_start.to_string().into(),
            charge.billing_period_end.to_string().into(),
            charge.meter_id.to_string().into(),
            charge.meter_category.as_str().into(),
            charge.meter_name.as_str().into(),
            charge.meter_region.as_str().into(),
            charge.unit.as_str().into(),
            charge.quantity.into(),
            charge.included_quantity.into(),
            charge.billable_quantity.into(),
            charge.cost.into(),
            charge.invoice_cost.into(),
            charge.currency.code().into(),
            if charge.reason.is_none() { "priced" } else { "unpriced" }.into(),
            charge.book.as_str().into(),
        ]
    };
    output::csv(head, rating.charges.iter().map(row))
}

fn table(rating: &Rating<'_>, explain: bool) -> String {
    let mut table = output::table(
        ["Service", "Meter", "Region", "Period from", "Quantity", "Unit", "Included", "Cost", "Invoice"],
        &[4, 6, 7, 8],
    );
    for charge in &rating.charges {
        let optional = |value: Option<_>| value.map_or("–".to_owned(), |value| amount(value, 6));
        table.add_row([
            charge.meter_category.clone(),
            charge.meter_name.clone(),
            charge.meter_region.clone(),
            charge.billing_period_start.to_string()[..10].to_owned(),
            amount(charge.quantity, 10),
            charge.unit.clone(),
            optional(charge.included_quantity),
            charge.cost.map_or("no price".to_owned(), |cost| amount(cost, 6)),
            optional(charge.invoice_cost),
        ]);
    }
    let mut text = format!("{table}\n");
    let totals = &rating.totals;
    let incomplete = if totals.complete { "" } else { " at least: some usage has no price" };
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "Total {} {} {}, {} as invoiced{incomplete}  (before offer terms and tax)",
        totals.cost,
        totals.currency,
        output::exactness(&rating.warnings),
        amount(totals.invoice_cost, totals.currency.minor_unit())
    );
    for bill in rating.bills.iter().filter(|bill| bill.has_terms()) {
        let _ = writeln!(
            text,
            "To pay {} {} for {} from {}: {}",
            amount(bill.invoice_due, bill.currency.minor_unit()),
            bill.currency,
            bill.subscription_id,
            &bill.billing_period_start.to_string()[..10],
            explain::terms(bill)
        );
    }
    text.push_str(&output::unpriced(&rating.unpriced));
    text.push_str(&output::notes(&rating.warnings));
    if explain {
        text.push_str(&explain::rating(rating));
    }
    text
}
