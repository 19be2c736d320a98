//! `forebill estimate`: a workload file × a rate book.

use std::fmt::Write as _;

use jiff::Timestamp;
use shared::decimal::Decimal;
use shared::estimate::seek::{self, Goal};
use shared::estimate::workload::{self, Workload};
use shared::estimate::{self, Estimate, EstimateTerms, Line, OfferPart, Options};
use shared::json::printable;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::ratebook::format::{BookId, OpenBook};
use shared::rating::BookInfo;
use shared::search::SearchIndex;
use shared::warning::{Warning, WarningCode};

use super::beside;
use super::book_name::BookName;
use super::explain;
use super::output::{self, Cell, Output, amount, exact};
use super::{Common, Done};
use crate::error::Error;
use crate::input;

#[derive(clap::Args)]
#[command(after_help = "\
The newest rate book of the offer is used, or the newest retail prices when the store has no card of it. An item that
names an offer of its own is priced with the newest rate book of that one, whose tiers,
included quantities and terms are those of another subscription.

Examples:
  forebill estimate workload.json
  forebill estimate workload.json --offer MS-AZR-0062P --region swedencentral
  forebill estimate workload.json --within 500 --item 'web servers'
  forebill estimate workload.json --book 0e9d….forebook
  forebill estimate - --output json < workload.json")]
pub struct Args {
    /// A workload file; - is standard input
    #[arg(value_name = "WORKLOAD.json")]
    workload: String,
    /// Price it under this offer instead of the workload's; an item that names another one than the workload keeps it
    #[arg(long, value_name = "ID")]
    offer: Option<OfferId>,
    /// Price every item in this region instead of its own
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Price it in this currency instead of the workload's
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Use this rate book of the store, or this file of one
    #[arg(long, value_name = "ID|FILE")]
    book: Option<BookName>,
    /// The amount committed to, where the offer is a monetary commitment: it decides the discount
    #[arg(long, value_name = "AMOUNT", value_parser = super::rate::parse_commitment)]
    commitment: Option<Decimal>,
    /// Find the largest count of --item with which a month stays within this amount
    #[arg(long, value_name = "AMOUNT", value_parser = super::rate::parse_commitment, requires = "item")]
    within: Option<Decimal>,
    /// The item to find a count for: its name, or its number from 1 on
    #[arg(long, value_name = "NAME|N", requires = "within")]
    item: Option<String>,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let place = input::shown(&args.workload);
    let mut workload = workload::decode(&input::read(&args.workload)?).map_err(Error::bad_input(place.clone()))?;
    let open = choose_book(common, &mut workload, &args).await?;
    let index = SearchIndex::when_asked();
    let others = beside::books(common, &[&workload], &open).await?;
    let beside = &beside::lists(&others, args.commitment);
    let options =
        Options { region: args.region.as_deref(), at: common.now(clock), commitment: args.commitment, beside };
    if let (Some(limit), Some(item)) = (args.within, &args.item) {
        let item = position(&workload, item).map_err(|message| Error::Usage(format!("{place}: {message}")))?;
        let goal = seek::largest_count(&workload, item, limit, &open, &index, &options);
        return show_goal(common.output, &goal.map_err(Error::bad_input(place))?);
    }
    let mut estimate = estimate::estimate(&workload, &open, &index, &options).map_err(Error::bad_input(place))?;
    if let (Some(wanted), None, None) = (&workload.offer, &estimate.offer, &args.book) {
        let message = format!("the store has no rate card of {wanted}: these are public retail prices");
        estimate.warnings.insert(0, Warning { code: WarningCode::OfferNotFound, message, path: Some("offer".into()) });
    }
    match common.output {
        Output::Json => output::json(&estimate)?,
        Output::Csv => csv(&estimate)?,
        Output::Table => output::text(&table(&estimate))?,
    }
    Ok(if estimate.totals.complete { Done::Complete } else { Done::Incomplete })
}

/// The place of an item by its name or number.
fn position(workload: &Workload, wanted: &str) -> Result<usize, String> {
    let mut named = workload.items.iter().enumerate().filter(|(_, item)| item.name == wanted).map(|(at, _)| at);
    match (named.next(), named.next()) {
        (Some(one), None) => return Ok(one),
        (Some(_), Some(_)) => return Err(format!("two items are called {wanted}: give the number")),
        (None, _) => {}
    }
    let number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    number.filter(|at| *at < workload.items.len()).ok_or_else(|| format!("there is no item {wanted}"))
}

/// The answer of a goal seek.
fn show_goal(form: Output, goal: &Goal) -> Result<Done, Error> {
    let Goal { item, name, within, currency, count, monthly_due, one_more, .. } = goal;
    match form {
        Output::Json => output::json(goal)?,
        Output::Csv => output::csv(
            ["item", "name", "within", "currency", "count", "monthlyDue", "oneMore"],
            [[
                item.to_string().into(),
                name.as_str().into(),
                (*within).into(),
                currency.code().into(),
                count.map(|count| count.to_string()).unwrap_or_default().into(),
                (*monthly_due).into(),
                (*one_more).into(),
            ]],
        )?,
        Output::Table => {
            let (limit, due) = (exact(*within), exact(*monthly_due));
            let name = if name.is_empty() { format!("item {}", item + 1) } else { printable(name) };
            output::text(&match (count, one_more) {
                (None, _) => format!("None of {name} fits: without it a month is {due} {currency}, above {limit}\n"),
                (Some(count), Some(more)) => {
                    let more = exact(*more);
                    format!("{count} × {name} fit within {limit} {currency}: a month is {due}, with one more {more}\n")
                }
                (Some(count), None) => {
                    format!("{count} × {name} fit within {limit} {currency} and more: a month is {due}\n")
                }
            })?;
        }
    }
    Ok(if count.is_some() { Done::Complete } else { Done::Incomplete })
}

/// The flags win over the file; what they change is changed in the workload, so that both agree.
async fn choose_book(common: &Common, workload: &mut Workload, args: &Args) -> Result<OpenBook, Error> {
    let archive = common.archive()?;
    workload.offer = args.offer.clone().or(workload.offer.take());
    workload.currency = args.currency.or(workload.currency);
    if let Some(name) = &args.book {
        return common.book_named(name).await;
    }
    let snapshots = archive.snapshots().await?;
    let currency = workload.currency.unwrap_or(Currency::USD);
    let list = match &workload.offer {
        Some(offer) => {
            snapshots.newest_prices(Some(offer), currency).or_else(|| snapshots.newest_prices(None, currency))
        }
        None => snapshots.default_prices(currency),
    };
    match (list, &workload.offer) {
        (Some(list), _) => archive.book(&list.book).await,
        (None, Some(offer)) => Err(Error::Usage(format!(
            "the store {} has no prices of {offer} in {currency}: run forebill snapshot ratecard or forebill import ratecard FILE --offer {offer}",
            common.store
        ))),
        (None, None) => Err(Error::Usage(format!(
            "the store {} has no prices in {currency}: run forebill import ratecard FILE --offer ID, or forebill snapshot retail",
            common.store
        ))),
    }
}

fn csv(estimate: &Estimate) -> Result<(), Error> {
    let head = [
        "item",
        "name",
        "group",
        "status",
        "meterId",
        "category",
        "meterName",
        "region",
        "unit",
        "quantity",
        "includedQuantity",
        "billableQuantity",
        "cost",
        "currency",
        "book",
        "offer",
    ];
    let row = |line: &Line| -> [Cell; 16] {
        [
            line.item.to_string().into(),
            line.name.as_str().into(),
            line.group.as_deref().unwrap_or("").into(),
            if line.cost.is_some() { "priced" } else { "unpriced" }.into(),
            line.meter_id.map(|id| id.to_string()).unwrap_or_default().into(),
            line.category.as_str().into(),
            line.meter_name.as_str().into(),
            line.region.as_str().into(),
            line.unit.as_str().into(),
            line.quantity.into(),
            line.included_quantity.into(),
            line.billable_quantity.into(),
            line.cost.into(),
            estimate.currency.code().into(),
            line.book.as_ref().map_or("", BookId::as_str).into(),
            line.offer.as_ref().map(OfferId::as_str).or(estimate.offer.as_deref()).unwrap_or("").into(),
        ]
    };
    output::csv(head, estimate.lines.iter().map(row))
}

fn table(estimate: &Estimate) -> String {
    let mut table =
        output::table(["Item", "Meter", "Region", "Quantity", "Unit", "Included", "Tiers", "A month"], &[3, 5, 7]);
    for line in &estimate.lines {
        let used: Vec<_> = line.tiers.iter().filter(|tier| !tier.quantity.is_zero()).collect();
        let tiers = match used.as_slice() {
            [] => "–".to_owned(),
            [one] => explain::unit_price(one),
            many => format!("{} tiers", many.len()),
        };
        let meter = if line.meter_name.is_empty() {
            "–".to_owned()
        } else {
            format!("{} · {}", line.category, line.meter_name)
        };
        table.add_row([
            if line.name.is_empty() { format!("#{}", line.item + 1) } else { line.name.clone() },
            meter,
            line.region.clone(),
            amount(line.quantity, 10),
            line.unit.clone(),
            line.included_quantity.map_or("–".to_owned(), |quantity| amount(quantity, 6)),
            tiers,
            line.cost.map_or("no price".to_owned(), |cost| amount(cost, 6)),
        ]);
    }
    let (totals, book) = (&estimate.totals, &estimate.book);
    let mut text = format!("{table}\n");
    let incomplete = if totals.complete { "" } else { " at least: some lines have no price" };
    let _ = writeln!(
        text,
        "A month {} {}, a year {} {}{incomplete}  (before offer terms and tax)",
        exact(totals.monthly_cost),
        totals.currency,
        exact(totals.yearly_cost),
        output::exactness(&estimate.warnings),
    );
    if totals.monthly_cost_low != totals.monthly_cost || totals.monthly_cost_high != totals.monthly_cost {
        let (low, high) = (exact(totals.monthly_cost_low), exact(totals.monthly_cost_high));
        let _ = writeln!(text, "Between {low} and {high} {} a month", totals.currency);
    }
    if let Some(terms) = &estimate.terms {
        text.push_str(&after_terms(
            if estimate.offers.is_empty() { "offer" } else { "offers" },
            terms,
            totals.currency,
        ));
    }
    for (name, cost) in &estimate.groups {
        let _ = writeln!(text, "Group {}: {} {}", printable(name), exact(*cost), totals.currency);
    }
    for (key, values) in &estimate.tags {
        for (value, cost) in values {
            let (key, value) = (printable(key), printable(value));
            let _ = writeln!(text, "Tag {key} {value}: {} {}", exact(*cost), totals.currency);
        }
    }
    match estimate.offers.as_slice() {
        [] => text.push_str(&prices(book, estimate.offer.as_deref())),
        parts => parts.iter().for_each(|part| text.push_str(&of_offer(part, totals.currency))),
    }
    for line in &estimate.unpriced {
        let offer = estimate.lines[line.item].offer.as_ref().map_or(String::new(), |offer| format!(" of {offer}"));
        let _ =
            writeln!(text, "No price: item {} {}{offer}: {}", line.item + 1, printable(&line.name), line.explanation);
    }
    text.push_str(&output::notes(&estimate.warnings));
    text
}

/// What an offer has of the month, and where its prices are from.
fn of_offer(part: &OfferPart, currency: Currency) -> String {
    let offer = part.offer.as_deref().unwrap_or("Retail");
    let items: Vec<String> = part.items.iter().map(|item| (item + 1).to_string()).collect();
    let of = match items.as_slice() {
        [] => "no item".to_owned(),
        [one] => format!("item {one}"),
        several => format!("items {}", several.join(", ")),
    };
    let least = if part.complete { "" } else { " at least: not everything has a price" };
    let mut text = format!("{offer} ({of}): {} {currency} a month{least}\n", exact(part.monthly_cost));
    if let Some(terms) = &part.terms {
        let _ = write!(text, "  {}", after_terms("offer", terms, currency));
    }
    let _ = write!(text, "  {}", prices(&part.book, part.offer.as_deref()));
    text
}

fn prices(book: &BookInfo, offer: Option<&str>) -> String {
    let of = offer.map_or(String::new(), |offer| format!(" of {offer}"));
    let source = super::books::source(book.source);
    format!("Prices: {source}{of}, {} meters, rate book {}\n", book.meters, book.id.as_str())
}

/// What the offer makes of the month, in words.
pub(super) fn after_terms(whose: &str, terms: &EstimateTerms, currency: Currency) -> String {
    let mut text = format!("After the terms of the {whose} {} {currency} a month are due", exact(terms.monthly_due));
    if let Some(percent) = terms.discount_percent {
        let _ = write!(text, "; a discount of {percent} % takes off {}", exact(terms.discount));
    }
    if !terms.recurring_charge.is_zero() {
        let _ = write!(text, "; fees add {}", exact(terms.recurring_charge));
    }
    if let Some(credit) = &terms.credit {
        let (granted, used) = (exact(credit.granted), exact(credit.used));
        let _ = write!(text, "; a credit of {granted} pays {used}");
        match credit.ends_on_day {
            Some(day) => write!(text, " and ends on day {day} of {}", credit.days),
            None => write!(text, " and lasts the month"),
        }
        .unwrap_or_default();
    }
    text + "\n"
}
