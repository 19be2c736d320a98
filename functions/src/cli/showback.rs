//! `forebill showback` and `forebill close`: a month by cost centre, its statements as files, and the month frozen.

mod files;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use shared::decimal::Decimal;
use shared::json::printable;
use shared::showback::Adjustment;
use shared::showback::document::{Document, first_day};

use super::output::{self, Output, amount};
use super::rules::text_of;
use super::spend::parse_month;
use super::{Common, Done};
use crate::error::Error;
use crate::handout::Written;
use crate::showback::{self, Books, Closing, Month, Rules};
use crate::statements::{self, Shown, name_of};

const RULES_HELP: &str = "\
One rule a line, # begins a comment:
  cost-centre network for resource-group rg-hub
  cost-centre network for resource-group rg-hub of subscription ID
  cost-centre network for service \"Virtual Network\"   or for meter ID, for subscription ID
  cost-centre from tag costCenter                     after the tag rules
  cost-centre from resource-group                     or from subscription
  share network in proportion                         to what they have themselves
  share build evenly among 4711 4890                  without among: all that are not shared
  share audit by 4711=60 4890=40
  prices from own book internal                       and for group NAME; otherwise Azure's
For each row of usage the first rule that names a cost centre counts. Fees and credit follow the
charges of their subscription. What no rule names stays without a cost centre, always shown and
never shared. The statements add up to what remains to be paid, to the last digit.";

#[derive(clap::Args)]
#[command(after_help = format!("{RULES_HELP}\n
--to writes the summary and the statement of each cost centre as CSV, XLSX and HTML that prints. A
month that is closed is shown as it was frozen, without --rules.

Examples:
  forebill showback 2026-10 --rules showback.txt
  forebill showback 2026-10 --rules showback.txt --to ./statements
  forebill showback 2026-10 --output csv"))]
pub struct Args {
    /// Billing periods that start in this month
    #[arg(value_name = "MONTH", value_parser = parse_month)]
    month: String,
    /// The rules, - for standard input; a closed month has its own
    #[arg(long, value_name = "FILE")]
    rules: Option<String>,
    /// Write the statements into this folder; made where it is missing
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Replace statements of an earlier run that say something else
    #[arg(long, requires = "to")]
    replace: bool,
}

#[derive(clap::Args)]
#[command(after_help = "\
What changes afterwards, because usage comes late, prices or tags change, is booked as adjustments
in the next month that is open, each with its cause. Rules and own book stay those of the close.
Closing twice is closing once: the first close counts, also of two at the same time. forebill
showback --help has the rules.

Examples:
  forebill close 2026-10 --rules showback.txt
  forebill close 2026-10 --rules showback.txt && forebill showback 2026-10 --to ./statements")]
pub struct CloseArgs {
    /// Billing periods that start in this month
    #[arg(value_name = "MONTH", value_parser = parse_month)]
    month: String,
    /// The rules, - for standard input
    #[arg(long, value_name = "FILE")]
    rules: String,
}

/// The result for programs.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    showback: Option<statements::Report<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<&'a [files::File]>,
}

fn rules_of(file: &str) -> Result<Rules, Error> {
    let (place, text) = text_of(file)?;
    showback::read(&text).map_err(Error::bad_input(&place))
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let rules = args.rules.as_deref().map(rules_of).transpose()?;
    let archive = common.archive_with_something().await?;
    let snapshots = archive.snapshots().await?;
    let books = Books { archive: &archive, snapshots: &snapshots, run_at: common.now(clock) };
    let first_day = first_day(&args.month).ok_or_else(|| Error::Usage("not a month such as 2026-11".into()))?;
    let month = match (books.closed(first_day).await?, rules) {
        (Some(closed), Some(rules)) if rules.text != closed.document.rules => {
            let month = &args.month;
            return Err(Error::Usage(format!("{month} is closed and has the rules of its close: leave --rules out")));
        }
        (Some(closed), _) => closed,
        (None, Some(rules)) => books.open(&args.month, &rules).await?,
        (None, None) => {
            let month = &args.month;
            return Err(Error::Usage(format!("{month} is not closed: name the rules, --rules FILE")));
        }
    };
    print(common, &month, args.to.as_deref(), args.replace)
}

pub async fn close(common: &Common, args: CloseArgs, clock: Timestamp) -> Result<Done, Error> {
    let rules = rules_of(&args.rules)?;
    common.archive_with_something().await?;
    let archive = common.archive_for_jobs()?;
    let Closing { month, by_this_run } = showback::close(&archive, &args.month, &rules, common.now(clock)).await?;
    if !by_this_run && let Some(at) = month.closed_at {
        eprintln!("forebill: {} was closed before, at {at}; nothing has changed", args.month);
    }
    print(common, &month, None, false)
}

fn print(common: &Common, month: &Month, to: Option<&Path>, replace: bool) -> Result<Done, Error> {
    let all = Shown::all(month)?;
    let files = to.map(|to| files::write(&all, to, replace)).transpose()?;
    match common.output {
        Output::Json => {
            output::json(&Report { showback: statements::report(&all, &month.notes), files: files.as_deref() })?;
        }
        Output::Csv => {
            let rows = all.iter().flat_map(|shown| statements::csv_rows(shown.document, None));
            output::csv(statements::HEAD, rows)?;
        }
        Output::Table => output::text(&tables(&all, &month.notes))?,
    }
    let mut in_the_way = false;
    if let (Some(files), Some(to)) = (&files, to) {
        let count = |what| files.iter().filter(|file| file.written == what).count();
        let (new, there) = (count(Written::Written), count(Written::AlreadyThere));
        let folder = printable(&to.display().to_string());
        for file in files.iter().filter(|file| file.written == Written::Differs) {
            in_the_way = true;
            eprintln!("forebill: {folder}/{} is there and says something else: --replace replaces it", file.name);
        }
        if common.output == Output::Table {
            output::text(&format!("{new} files written to {folder}, {there} already there\n"))?;
        }
    }
    Ok(match (in_the_way, month.documents().all(Document::is_complete)) {
        (true, _) => Done::Failed,
        (_, true) => Done::Complete,
        _ => Done::Incomplete,
    })
}

/// The month for people, each currency by itself.
pub fn tables(all: &[Shown<'_>], notes: &[String]) -> String {
    let tables: Vec<String> = all.iter().map(table).collect();
    let mut text = tables.join("\n");
    for note in notes {
        let _ = writeln!(text, "Note: {note}");
    }
    text
}

fn table(shown: &Shown<'_>) -> String {
    let Shown { document, statements, total, .. } = shown;
    let currency = document.currency;
    let money = |value: Decimal| amount(value, currency.minor_unit());
    let state = statements::state(shown);
    let mut text = format!("Showback of {}: {state}\n\n", document.month);
    let head = ["Cost centre", "Own", "Shared", "Adjustments", "Total", "Share", ""];
    let mut table = output::table(head, &[1, 2, 3, 4, 5]);
    for one in statements {
        let share = one.total.times(Decimal::from(100)).and_then(|hundred| hundred.divided_rounded(*total, 1));
        table.add_row([
            name_of(one.cost_centre.as_ref()),
            money(one.own),
            if one.shared.is_zero() { String::new() } else { money(one.shared) },
            if one.adjusted.is_zero() { String::new() } else { money(one.adjusted) },
            money(one.total),
            share.map_or(String::new(), |share| format!("{share} %")),
            match one.unpriced {
                0 => String::new(),
                1 => "1 line without a price".to_owned(),
                many => format!("{many} lines without a price"),
            },
        ]);
    }
    let _ = writeln!(text, "{table}");
    let least = if document.is_complete() { "" } else { "at least " };
    let _ = writeln!(text, "Total {least}{} {currency}, the sum of all statements  (before tax)", money(*total));
    if shown.azure_due != document.due {
        let markup = document.due.minus(shown.azure_due).map(&money).unwrap_or_default();
        let _ = writeln!(text, "By Azure's prices {}: the own book adds {markup}", money(shown.azure_due));
    }
    if !document.adjustments.is_empty() {
        let _ = writeln!(text, "\n{}", adjustments(&document.adjustments, &money));
    }
    let none = statements.iter().find(|one| one.cost_centre.is_none() && !one.total.is_zero());
    if let Some(none) = none {
        let _ = writeln!(text, "Without a cost centre: {} {currency}", money(none.total));
    }
    for one in document.unpriced() {
        let (centre, name) = (name_of(one.cost_centre.as_ref()), printable(&one.name));
        let _ = writeln!(text, "No price: {} {} of {name}, {centre}", one.quantity, printable(&one.unit));
    }
    for source in document.basis.subscriptions.iter().filter(|source| !source.gaps.is_empty()) {
        let (count, name) = (source.gaps.len(), printable(&source.name));
        let _ = writeln!(text, "Not read: {count} reported days of {name}, from {}", source.gaps[0]);
    }
    for id in &document.basis.left_out {
        let _ = writeln!(text, "Not in it: {id}, of which nothing could be rated");
    }
    text
}

fn adjustments(all: &[Adjustment], money: &impl Fn(Decimal) -> String) -> String {
    let mut table = output::table(["Of", "Cost centre", "Item", "Quantity", "Amount", "Why"], &[3, 4]);
    for Adjustment { month, cause, line } in all {
        table.add_row([
            month.clone(),
            name_of(line.cost_centre.as_ref()),
            printable(&line.name),
            line.quantity.map_or(String::new(), |quantity| quantity.to_string()),
            line.amount.map_or_else(|| "no price".to_owned(), money),
            cause.told().to_owned(),
        ]);
    }
    table.to_string()
}
