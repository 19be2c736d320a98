//! `forebill rate --by tag:NAME`: what each value of a tag cost on each day, at the speed of columns.

use std::mem::ManuallyDrop;

use serde::Serialize;
use shared::azure::usage::{ColumnDecoder, ColumnPage, Decoder};
use shared::columns::{PeriodCharge, UnpricedPart};
use shared::decimal::{Decimal, Inexact};
use shared::guid::{MeterId, SubscriptionId};
use shared::money::Currency;
use shared::period::Instant;
use shared::ratebook::Unpriced;
use shared::ratebook::format::OpenBook;
use shared::rating::{Account, BookInfo};
use shared::rollup::{self, TagDay};
use shared::warning::{Warning, WarningCode};

use super::Done;
use super::output::{self, Cell, Output, amount};
use super::rate::{all_shown, more_pages};
use crate::error::Error;
use crate::input;

/// So many meters without a price are named on the screen.
const SHOWN: usize = 20;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ByTag<'a> {
    schema: &'static str,
    book: BookInfo,
    tag: &'a str,
    rows: Vec<TagDay>,
    totals: Totals,
    unpriced: Vec<UnpricedPeriod>,
    warnings: Vec<Warning>,
}

/// A meter's usage that nobody could price.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnpricedPeriod {
    subscription_id: SubscriptionId,
    meter_id: MeterId,
    billing_period_start: Instant,
    quantity: Decimal,
    reason: Unpriced,
    explanation: &'static str,
}

impl UnpricedPeriod {
    fn of(period: &PeriodCharge) -> Option<UnpricedPeriod> {
        let UnpricedPart { quantity, reason } = **period.unpriced.as_ref()?;
        Some(UnpricedPeriod {
            subscription_id: period.subscription_id,
            meter_id: period.meter_id,
            billing_period_start: Instant(period.period.start_at),
            quantity,
            reason,
            explanation: reason.explain(),
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    currency: Currency,
    /// Exact cost of what has a price, before offer terms.
    cost: Decimal,
    /// Present where a cost in the sums is cut off: after how many decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_cut_after: Option<u32>,
    /// As invoices round it: once per subscription, billing period and meter.
    invoice_cost: Decimal,
    complete: bool,
    rows: usize,
    unpriced_rows: usize,
}

/// In pieces where that can be done, since a page that is read whole goes through memory twice.
fn read_columns(decoder: &mut ColumnDecoder, file: &str) -> Result<ColumnPage, Error> {
    if let Some(mut input) = input::pieces(file)?
        && let Some(page) = decoder.pieces(|room| input.next(room))?
    {
        return Ok(page);
    }
    decoder.file(&input::read(file)?).map_err(Error::bad_input(input::shown(file)))
}

pub fn run(
    form: Output,
    files: &[String],
    open: &OpenBook,
    account: &Account,
    tag: &str,
    mut warnings: Vec<Warning>,
) -> Result<Done, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::Usage(format!("{}: {error}", all_shown(files)));
    let mut ended = false;
    let sums = if open.book.header().units_are_compared() || account.accepts_later_price {
        let (mut rows, mut decoder) = (Vec::new(), Decoder::default());
        for file in files {
            let page = decoder.file(&input::read(file)?).map_err(Error::bad_input(input::shown(file)))?;
            ended |= page.next_link.is_none();
            warnings.extend(page.warnings);
            rows.extend(page.rows);
        }
        rollup::of_rows(&rows, open, &|_| account.clone(), tag)
    } else {
        let mut decoder = ColumnDecoder::default();
        for file in files {
            let page = read_columns(&mut decoder, file)?;
            ended |= page.next_link.is_none();
            warnings.extend(page.warnings);
        }
        // The program ends with the answer: giving back millions of rows one by one would only keep people waiting.
        let usage = ManuallyDrop::new(decoder.finish());
        rollup::by_tag_and_day(&usage, open, |_| account.clone(), tag)
    };
    let sums = sums.map_err(|error| wrong(&error))?;
    if !ended {
        warnings.push(more_pages());
    }
    let derived = sums.warnings.is_none();
    warnings.extend(sums.warnings.into_iter().flatten());
    if derived && sums.replaced > 0 {
        let message = format!("{} rows were read again; the later reading of each counts", sums.replaced);
        warnings.push(Warning { code: WarningCode::RowReplaced, message, path: None });
    }
    if derived && sums.endless > 0 {
        let message = format!(
            "the decimals of {} costs have no end; they are cut off, and an invoice rounds as it would the exact ones",
            sums.endless
        );
        warnings.push(Warning { code: WarningCode::CostWithoutEnd, message, path: None });
    }
    for period in sums.periods.iter().filter(|period| derived && period.quantity.is_negative()) {
        let (id, subscription, quantity) = (period.meter_id, period.subscription_id, period.quantity);
        let message =
            format!("meter {id} of {subscription} sums up to {quantity} in the period from {}", period.period.start_at);
        warnings.push(Warning { code: WarningCode::NegativeTotal, message, path: None });
    }
    let currency = open.book.header().currency;
    let mut totals = Totals {
        currency,
        cost: Decimal::ZERO,
        cost_cut_after: (sums.endless > 0).then_some(shared::rating::ENDLESS_DECIMALS),
        invoice_cost: Decimal::ZERO,
        complete: ended && sums.periods.iter().all(|period| period.unpriced.is_none()),
        rows: sums.rows.iter().map(|row| row.rows).sum(),
        unpriced_rows: sums.rows.iter().map(|row| row.unpriced_rows).sum(),
    };
    let mut add = || -> Result<(), Inexact> {
        for period in &sums.periods {
            totals.cost = totals.cost.plus(period.known_cost)?;
            totals.invoice_cost = totals.invoice_cost.plus(currency.round_for_invoice(period.known_cost))?;
        }
        Ok(())
    };
    add().map_err(|error| wrong(&error))?;
    let done = if totals.complete { Done::Complete } else { Done::Incomplete };
    let unpriced = sums.periods.iter().filter_map(UnpricedPeriod::of).collect();
    let (book, rows) = (BookInfo::of(open), sums.rows);
    let result = ByTag { schema: "forebill.rate-by-tag/1", book, tag, rows, totals, unpriced, warnings };
    match form {
        Output::Json => output::json(&result)?,
        Output::Csv => csv(&result)?,
        Output::Table => output::text(&table(&result))?,
    }
    Ok(done)
}

fn csv(result: &ByTag<'_>) -> Result<(), Error> {
    let rows = result.rows.iter().map(|row| -> [Cell; 6] {
        [
            row.day.to_string().into(),
            row.value.as_str().into(),
            row.known_cost().into(),
            result.totals.currency.code().into(),
            row.rows.to_string().into(),
            row.unpriced_rows.to_string().into(),
        ]
    });
    output::csv(["day", result.tag, "cost", "currency", "rows", "unpricedRows"], rows)
}

fn table(result: &ByTag<'_>) -> String {
    let totals = &result.totals;
    let mut table = output::table(["Day", result.tag, "Cost", "Rows", ""], &[2, 3]);
    for row in &result.rows {
        table.add_row([
            row.day.to_string(),
            row.value.clone(),
            if row.unpriced_rows == row.rows { "no price".to_owned() } else { amount(row.cost, 6) },
            row.rows.to_string(),
            if row.unpriced_rows > 0 { format!("{} without a price", row.unpriced_rows) } else { String::new() },
        ]);
    }
    let least = if totals.complete { "" } else { " at least: some usage has no price or is missing" };
    let unpriced = |line: &UnpricedPeriod| {
        format!("No price: {} of meter {}: {}\n", amount(line.quantity, 10), line.meter_id, line.explanation)
    };
    let shown: String = result.unpriced.iter().take(SHOWN).map(unpriced).collect();
    let more = match result.unpriced.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("No price: and {more} more, all in --output json\n"),
    };
    format!(
        "{table}\nTotal {} {} {}, {} as invoiced{least}  (before offer terms and tax)\n{shown}{more}{}",
        totals.cost,
        totals.currency,
        output::exactness(&result.warnings),
        amount(totals.invoice_cost, totals.currency.minor_unit()),
        output::notes(&result.warnings)
    )
}
