//! `forebill compare`: a workload under other offers, in other regions, at other dates, or beside another workload.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use shared::compare::{self, Candidate, Cell, CellStatus, Comparison, LineDifference, Reason, Regions};
use shared::decimal::Decimal;
use shared::estimate::workload::{self, Workload};
use shared::json::printable;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::midnight;
use shared::ratebook::format::OpenBook;
use shared::search::SearchIndex;

use super::beside;
use super::output::{self, Output, exact};
use super::{Common, Done};
use crate::error::Error;
use crate::input;

#[derive(clap::Args)]
#[command(after_help = "\
The first offer, at the first date, with each item in its own region is what all others are compared with. A search
text picks its product once; elsewhere the same product is priced. An item that names an offer of its own keeps it.

Examples:
  forebill compare workload.json --regions all
  forebill compare workload.json --regions westeurope,swedencentral --offers MS-AZR-0003P,MS-AZR-0063P --explain
  forebill compare workload.json --offers all --dates 2026-01-01,2026-11-01
  forebill compare today.json --with tomorrow.json")]
pub struct Args {
    /// A workload file; - is standard input
    #[arg(value_name = "WORKLOAD.json")]
    workload: String,
    /// Regions to move everything to, or all in which something of it is sold
    #[arg(long, value_name = "NAME,…|all", value_delimiter = ',')]
    regions: Vec<String>,
    /// Offers of the store, retail for public prices, or all
    #[arg(long, value_name = "ID,…|all", value_delimiter = ',')]
    offers: Vec<String>,
    /// Prices in force on these UTC days instead of now
    #[arg(long, value_name = "DATE,…", value_delimiter = ',')]
    dates: Vec<Date>,
    /// Price it in this currency instead of the workload's
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// The amount committed to, where an offer is a monetary commitment: it decides the discount
    #[arg(long, value_name = "AMOUNT", value_parser = super::rate::parse_commitment)]
    commitment: Option<Decimal>,
    /// Show each line that differs, with the reason
    #[arg(long)]
    explain: bool,
    /// Compare with this workload, line by line, at the same prices
    #[arg(long, value_name = "OTHER.json", conflicts_with_all = ["regions", "dates"])]
    with: Option<String>,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let place = input::shown(&args.workload);
    let workload = workload::decode(&input::read(&args.workload)?).map_err(Error::bad_input(place.clone()))?;
    let books = books(common, &workload, &args).await?;
    let times = match args.dates.as_slice() {
        [] => vec![common.now(clock)],
        dates => dates
            .iter()
            .map(|day| midnight(*day))
            .collect::<Result<_, _>>()
            .map_err(|error| Error::Usage(format!("--dates: {error}")))?,
    };
    if let Some(other) = &args.with {
        return branches(common, &workload, other, &books[0], times[0], &args, place).await;
    }
    let others = beside::books(common, &[&workload], &books[0].0).await?;
    let beside = &beside::lists(&others, args.commitment);
    let candidates: Vec<Candidate<'_>> = (books.iter())
        .flat_map(|(open, index)| times.iter().map(move |at| (open, index, *at)))
        .map(|(open, index, at)| Candidate { open, index, at, commitment: args.commitment, beside })
        .collect();
    let regions = match args.regions.as_slice() {
        [one] if one == "all" => Regions::All,
        names => Regions::Named(names.to_vec()),
    };
    let found = compare::compare(&workload, &candidates, &regions, args.explain).map_err(Error::bad_input(place))?;
    match common.output {
        Output::Json => output::json(&found)?,
        Output::Csv => csv(&found)?,
        Output::Table => output::text(&table(&found, candidates.len()))?,
    }
    let complete = found.cells.iter().all(|cell| cell.status == CellStatus::Priced);
    Ok(if complete { Done::Complete } else { Done::Incomplete })
}

/// The price lists, each once, in the order in which they were asked for.
async fn books(common: &Common, workload: &Workload, args: &Args) -> Result<Vec<(OpenBook, SearchIndex)>, Error> {
    let archive = common.archive()?;
    let snapshots = archive.snapshots().await?;
    let currency = args.currency.or(workload.currency).unwrap_or(Currency::USD);
    let mut lists = Vec::new();
    let none = |what: &str| {
        Error::Usage(format!(
            "the store {} has no prices of {what} in {currency}: forebill books list shows those it has",
            common.store
        ))
    };
    match args.offers.as_slice() {
        [] => {
            let own = workload.offer.as_ref().and_then(|offer| snapshots.newest_prices(Some(offer), currency));
            let wanted = workload.offer.as_ref().map_or("any offer".to_owned(), ToString::to_string);
            let list = match &workload.offer {
                Some(_) => own,
                None => snapshots.default_prices(currency),
            };
            lists.push(list.ok_or_else(|| none(&wanted))?);
        }
        [all] if all == "all" => {
            lists.extend(snapshots.default_prices(currency));
            lists.extend(
                snapshots.prices.iter().filter_map(|list| snapshots.newest_prices(list.offer.as_ref(), currency)),
            );
            if lists.is_empty() {
                return Err(none("any offer"));
            }
        }
        names => {
            for name in names {
                let offer = match name.as_str() {
                    "retail" => None,
                    id => Some(id.parse::<OfferId>().map_err(|error| Error::Usage(format!("--offers {id}: {error}")))?),
                };
                lists.push(snapshots.newest_prices(offer.as_ref(), currency).ok_or_else(|| none(name))?);
            }
        }
    }
    let mut books: Vec<(OpenBook, SearchIndex)> = Vec::new();
    for list in lists {
        if books.iter().all(|(open, _)| open.id != list.book) {
            let open = archive.book(&list.book).await?;
            let index = SearchIndex::when_asked();
            books.push((open, index));
        }
    }
    Ok(books)
}

/// Two workloads at the same prices.
async fn branches(
    common: &Common,
    workload: &Workload,
    other: &str,
    (open, index): &(OpenBook, SearchIndex),
    at: Timestamp,
    args: &Args,
    place: String,
) -> Result<Done, Error> {
    let other_place = input::shown(other);
    let decoded = workload::decode(&input::read(other)?).map_err(Error::bad_input(other_place.clone()))?;
    let others = beside::books(common, &[workload, &decoded], open).await?;
    let candidate =
        Candidate { open, index, at, commitment: args.commitment, beside: &beside::lists(&others, args.commitment) };
    let before = candidate.price(workload).map_err(Error::bad_input(place))?;
    let place = other_place;
    let after = candidate.price(&decoded).map_err(Error::bad_input(place.clone()))?;
    let inexact = |error: shared::decimal::Inexact| Error::Usage(format!("{place}: {error}"));
    let branches = compare::branches(&before, &after).map_err(inexact)?;
    let (lines, totals) = (&branches.lines, &branches.before);
    let (due_before, due_after) = (branches.monthly_due_before, branches.monthly_due_after);
    match common.output {
        Output::Json => output::json(&branches)?,
        Output::Csv => {
            let head = ["itemBefore", "itemAfter", "name", "before", "after", "difference", "currency", "reasons"];
            output::csv(
                head,
                lines.iter().map(|line| {
                    let item = |item: Option<usize>| item.map(|item| item.to_string()).unwrap_or_default();
                    [
                        item(line.item_before).into(),
                        item(line.item_after).into(),
                        line.name.as_str().into(),
                        line.before.into(),
                        line.after.into(),
                        line.difference.into(),
                        totals.currency.code().into(),
                        words(&line.reasons).into(),
                    ]
                }),
            )?;
        }
        Output::Table => {
            let more = due_after.minus(due_before).map_err(inexact)?;
            let mut text = differences(lines);
            let (was, is, currency) = (exact(due_before), exact(due_after), totals.currency);
            let _ = writeln!(text, "A month {was} {currency} before, {is} after: {}", signed(more));
            let of_lines = branches.after.monthly_cost.minus(totals.monthly_cost).map_err(inexact)?;
            let by_terms = more.minus(of_lines).map_err(inexact)?;
            if !by_terms.is_zero() {
                let (lines, terms) = (signed(of_lines), signed(by_terms));
                let _ = writeln!(text, "Of that the lines make {lines}, and the terms of the offers {terms}");
            }
            output::text(&text)?;
        }
    }
    let complete = totals.complete && branches.after.complete;
    Ok(if complete { Done::Complete } else { Done::Incomplete })
}

fn csv(found: &Comparison) -> Result<(), Error> {
    let head =
        ["offer", "book", "at", "region", "status", "monthlyCost", "monthlyDue", "difference", "currency", "missing"];
    output::csv(
        head,
        found.cells.iter().map(|cell| {
            let known = !matches!(cell.status, CellStatus::Refused | CellStatus::Unavailable);
            let missing: Vec<&str> = cell.missing.iter().map(|line| line.name.as_str()).collect();
            [
                cell.offer.as_deref().unwrap_or("retail").into(),
                cell.book.as_str().into(),
                cell.at.0.to_string().into(),
                cell.region.as_deref().unwrap_or("").into(),
                status(cell.status).into(),
                known.then_some(cell.monthly_cost).into(),
                known.then_some(cell.monthly_due).into(),
                cell.difference.into(),
                cell.currency.code().into(),
                missing.join("; ").into(),
            ]
        }),
    )
}

fn status(status: CellStatus) -> &'static str {
    match status {
        CellStatus::Priced => "priced",
        CellStatus::Incomplete => "incomplete",
        CellStatus::Unavailable => "unavailable",
        CellStatus::Refused => "refused",
    }
}

/// Regions down, price lists across; what is cheapest first, below the workload as it is written.
fn table(found: &Comparison, candidates: usize) -> String {
    let per_candidate = found.cells.len() / candidates.max(1);
    let columns: Vec<&[Cell]> = found.cells.chunks(per_candidate.max(1)).collect();
    let several_times = columns.iter().any(|cells| cells[0].at != columns[0][0].at);
    let head = columns.iter().map(|cells| {
        let offer = cells[0].offer.as_deref().unwrap_or("retail");
        let on = if several_times { format!(" {}", cells[0].at.0.strftime("%F")) } else { String::new() };
        format!("{offer}{on} {}", cells[0].currency)
    });
    let mut rows: Vec<usize> = (1..per_candidate).collect();
    let rank = |row: &usize| {
        let cell = &columns[0][*row];
        (cell.status != CellStatus::Priced, cell.status != CellStatus::Incomplete, cell.monthly_due)
    };
    rows.sort_by_key(rank);
    rows.insert(0, 0);
    let head: Vec<String> = std::iter::once("Region".to_owned()).chain(head).collect();
    let right: Vec<usize> = (1..head.len()).collect();
    let mut table = output::table(head, &right);
    for row in rows {
        let region = columns[0][row].region.as_deref().map_or("as written".to_owned(), printable);
        let cells = columns.iter().enumerate().map(|(column, cells)| {
            let is_cheapest = found.cheapest.values().any(|best| *best == column * per_candidate + row);
            shown(&cells[row], is_cheapest, row + column == 0)
        });
        table.add_row(std::iter::once(region).chain(cells));
    }
    let mut text = format!("{table}\n");
    for cell in &found.cells {
        let whole = cell.lines.is_empty() && cell.missing.is_empty() && cell.problem.is_none();
        let named = per_candidate <= 8 || !cell.lines.is_empty();
        if whole || !named {
            continue;
        }
        let place = cell.region.as_deref().map_or("as written".to_owned(), printable);
        let _ = writeln!(text, "\n{place}, {}:", cell.offer.as_deref().unwrap_or("retail"));
        if let Some(problem) = &cell.problem {
            let _ = writeln!(text, "  {}", printable(problem));
        }
        for line in &cell.missing {
            let _ =
                writeln!(text, "  no price: item {} {}: {}", line.item + 1, printable(&line.name), line.explanation);
        }
        if !cell.lines.is_empty() {
            text.push_str(&differences(&cell.lines));
        }
    }
    text.push_str(&missing(&columns));
    text.push_str("A month after the terms of each offer, before tax. ★ is the cheapest that sells everything.\n");
    text
}

/// In how many cells an item has no price: a line that belongs to no region has one in none.
fn missing(columns: &[&[Cell]]) -> String {
    let mut items: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for line in columns.iter().flat_map(|cells| cells.iter()).flat_map(|cell| &cell.missing) {
        *items.entry((line.item, line.name.as_str())).or_insert(0) += 1;
    }
    let of = columns.iter().map(|cells| cells.len()).sum::<usize>();
    let line = |((item, name), count): (&(usize, &str), &usize)| {
        format!("No price in {count} of {of}: item {} {}\n", item + 1, printable(name))
    };
    items.iter().map(line).collect()
}

fn shown(cell: &Cell, is_cheapest: bool, is_base: bool) -> String {
    let amount = exact(cell.monthly_due);
    match cell.status {
        CellStatus::Priced => {
            let star = if is_cheapest { "★ " } else { "" };
            let more =
                cell.difference.filter(|_| !is_base).map_or(String::new(), |more| format!(" ({})", signed(more)));
            format!("{star}{amount}{more}")
        }
        CellStatus::Incomplete => format!("≥ {amount}, {} not sold", cell.missing.len()),
        CellStatus::Unavailable => "not sold".to_owned(),
        CellStatus::Refused => "does not fit".to_owned(),
    }
}

fn signed(more: Decimal) -> String {
    if more.is_negative() || more.is_zero() { exact(more) } else { format!("+{}", exact(more)) }
}

fn differences(lines: &[LineDifference]) -> String {
    let mut table = output::table(["Item", "Before", "After", "Difference", "Because of"], &[1, 2, 3]);
    for line in lines {
        let cost = |cost: Option<Decimal>, there: bool| match (cost, there) {
            (Some(cost), _) => exact(cost),
            (None, true) => "no price".to_owned(),
            (None, false) => "–".to_owned(),
        };
        let number = line.item_before.or(line.item_after).unwrap_or(0) + 1;
        table.add_row([
            if line.name.is_empty() { format!("#{number}") } else { printable(&line.name) },
            cost(line.before, line.item_before.is_some()),
            cost(line.after, line.item_after.is_some()),
            line.difference.map_or("–".to_owned(), signed),
            words(&line.reasons),
        ]);
    }
    format!("{table}\n")
}

fn words(reasons: &[Reason]) -> String {
    let word = |reason: &Reason| match reason {
        Reason::Added => "added",
        Reason::Removed => "removed",
        Reason::Quantity => "quantity",
        Reason::Product => "product",
        Reason::Region => "region",
        Reason::Offer => "offer",
        Reason::Unit => "unit",
        Reason::IncludedQuantity => "included quantity",
        Reason::Rate => "unit price",
        Reason::Tier => "tiers",
        Reason::Unpriced => "no price",
    };
    reasons.iter().map(word).collect::<Vec<_>>().join(", ")
}
