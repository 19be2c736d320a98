//! `forebill import`: the same path as a snapshot, from files.

use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::azure::pricesheet::SheetRequest;
use shared::azure::ratecard::CardRequest;
use shared::azure::usage;
use shared::guid::SubscriptionId;
use shared::json::DecodeError;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::ownbook::{self, OwnBookFile};
use shared::period::Granularity;
use shared::ratebook::format::{BookId, OpenBook};
use shared::snapshot::{Entry, key};
use shared::usage::UsageAggregate;

use super::output::{self, Cell, Output};
use super::{Common, Done};
use crate::account::Account;
use crate::error::Error;
use crate::input;
use crate::invoices;
use crate::job::{JobReport, MissedDays};
use crate::jobs::import_ownbook::Made;
use crate::jobs::{import_ownbook, import_pricesheet, snapshot_ratecard, snapshot_retail};

#[derive(Subcommand)]
#[command(after_help = "\
- is standard input; .gz and .zst are unpacked.

Examples:
  forebill import ratecard card.json --offer MS-AZR-0003P
  forebill import pricesheet page1.json page2.json --offer MS-AZR-0017P
  forebill import ownbook internal.json --offer MS-AZR-0003P")]
pub enum Command {
    /// A RateCard answer
    Ratecard {
        /// The file
        file: String,
        /// The offer it was asked for
        #[arg(long, value_name = "ID")]
        offer: OfferId,
        /// Refuse a card in another currency
        #[arg(long, value_name = "CODE")]
        currency: Option<Currency>,
        /// Country of purchase it was asked for
        #[arg(long, value_name = "CC", default_value = "US")]
        region_info: String,
    },
    /// All pages of one reading of Retail Prices
    Retail {
        /// The pages
        #[arg(required = true)]
        files: Vec<String>,
    },
    /// All pages of a price sheet of an enterprise agreement
    #[command(after_help = "\
Prices hold from the start of the billing period that each row names (201710, 20171001): periods of enterprise
agreements are calendar months. --effective says it where a name does not tell a month.

Examples:
  forebill import pricesheet page1.json page2.json
  forebill import pricesheet sheet.json.gz --effective 2026-11-01 --offer MS-AZR-0017P")]
    Pricesheet {
        /// The pages
        #[arg(required = true)]
        files: Vec<String>,
        /// From when all prices hold, such as 2026-11-01
        #[arg(long, value_name = "DATE", value_parser = parse_day)]
        effective: Option<Date>,
        /// The offer that the agreement bills under, for the record
        #[arg(long, value_name = "ID")]
        offer: Option<OfferId>,
        /// Refuse a sheet in another currency
        #[arg(long, value_name = "CODE")]
        currency: Option<Currency>,
    },
    /// A price book of one's own: percentages and prices over another book, by customer group and date
    #[command(after_help = OWNBOOK_HELP)]
    Ownbook {
        /// The file
        file: String,
        /// The book below it
        #[arg(long, value_name = "ID", conflicts_with_all = ["offer", "retail"])]
        base: Option<BookId>,
        /// The newest rate card of this offer as the book below it
        #[arg(long, value_name = "ID", conflicts_with = "retail")]
        offer: Option<OfferId>,
        /// The newest public retail prices as the book below it
        #[arg(long)]
        retail: bool,
    },
    /// The lines of invoices, to compare them with our rating
    #[command(after_help = INVOICE_HELP)]
    Invoice {
        /// The file
        file: String,
    },
    /// A UsageAggregates answer, or JSON Lines of its rows
    Usage {
        /// The file
        file: String,
        /// Whose usage it is: rows of others are refused
        #[arg(long, value_name = "ID")]
        subscription: SubscriptionId,
        #[command(flatten)]
        account: Account,
    },
}

const OWNBOOK_HELP: &str = r#"A file, with everything that it may say:

  {"schema": "forebill.ownbook/1", "name": "internal", "currency": "USD", "base": "sha256:…",
   "rules": [
     {"effectiveDate": "2026-01-01", "percent": "+5"},
     {"group": "research", "effectiveDate": "2026-01-01", "percent": "-10", "category": "Storage"},
     {"group": "research", "effectiveDate": "2026-07-01", "percent": "-15", "meterIds": ["0e9d0c9b-…"]}],
   "prices": [
     {"group": "research", "meterId": "1a2b3c4d-…", "effectiveDate": "2026-01-01", "name": "Backup",
      "category": "Internal", "subCategory": "Vaults", "region": "westeurope", "unit": "1 GB", "includedQuantity": 5,
      "model": "graduated", "tiers": [{"from": 0, "unitPrice": "0.05"}, {"from": 1000, "unitPrice": "0.04"}]}]}

Each group gets a rate book; what names no group is for everybody. A price goes before a percentage, a group before
everybody, the newest date before older ones, meterIds before a category before all. Percentages are of the base's
prices and never add up. Models: graduated, volume (all units at the tier that the total reaches), package (whole
packages of "packageSize" units). The base's offer and its terms are carried over.

Examples:
  forebill import ownbook internal.json --offer MS-AZR-0003P
  forebill import ownbook internal.json --retail --output json
  forebill rate --book sha256:… --usage usage.json"#;

const INVOICE_HELP: &str = "\
CSV with a head line, columns in any order; meterId, name, quantity and issuedOn may be missing or empty:
  invoice,subscriptionId,periodStart,periodEnd,kind,meterId,name,quantity,amount,currency,issuedOn
  202612-217089190378988,11111111-…,2026-10-01,2026-10-31,usage,0e9d0c9b-…,Data Transfer Out,1200,103.97,USD,2026-11-02
  202612-217089190378988,11111111-…,2026-10-01,2026-10-31,tax,,Sales tax,,8.32,USD,2026-11-02
kind is usage (after a commitment's discount), marketplace, fee, credit (below zero), rounding, tax
or other. periodEnd is the last day. Of one invoice and subscription the latest file counts.

Examples:
  forebill import invoice 2026-10.csv && forebill invoices reconcile 2026-10";

fn parse_day(text: &str) -> Result<Date, String> {
    let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
    day.ok_or_else(|| "not a day such as 2026-11-01".to_owned())
}

/// The book below an own book: what the file names, or what the command line does.
async fn base_of(
    common: &Common,
    file: &OwnBookFile,
    (base, offer, retail): (Option<BookId>, Option<OfferId>, bool),
) -> Result<Option<OpenBook>, Error> {
    let id = match (&file.base, base, offer.is_some() || retail) {
        (Some(named), Some(given), _) if *named != given => {
            return Err(Error::Usage(format!("the file names {} as its base, --base another book", named.as_str())));
        }
        (Some(named), None, true) => {
            let named = named.as_str();
            return Err(Error::Usage(format!("the file names {named} as its base: leave --offer and --retail out")));
        }
        (Some(id), _, _) => id.clone(),
        (None, Some(id), _) => id,
        (None, None, true) => {
            let snapshots = common.archive()?.snapshots().await?;
            let list = snapshots.newest_prices(offer.as_ref(), file.currency).ok_or_else(|| {
                let what = offer.as_ref().map_or("retail prices", |offer| offer.as_str());
                let (store, currency) = (&common.store, file.currency);
                Error::Usage(format!(
                    "the store {store} has no {what} in {currency}: forebill books list shows what it has"
                ))
            })?;
            list.book.clone()
        }
        (None, None, false) => return Ok(None),
    };
    common.book(&id).await.map(Some)
}

pub async fn run(common: &Common, command: Command, clock: Timestamp) -> Result<Done, Error> {
    let (archive, run_at) = (common.archive_for_jobs()?, common.now(clock));
    let mut books = Vec::new();
    let report = match command {
        Command::Ratecard { file, offer, currency, region_info } => {
            let request = CardRequest { offer: Some(offer), currency, region_info };
            let place = input::shown(&file);
            let bytes = input::read(&file)?;
            snapshot_ratecard::keep(&archive, run_at, "import-ratecard", &place, bytes, &request, None).await?
        }
        Command::Retail { files } => {
            let mut pages = Vec::with_capacity(files.len());
            for file in &files {
                pages.push((input::shown(file), input::read(file)?));
            }
            snapshot_retail::keep(&archive, run_at, "import-retail", pages, Vec::new()).await?
        }
        Command::Pricesheet { files, effective, offer, currency } => {
            let mut pages = Vec::with_capacity(files.len());
            for file in &files {
                pages.push((input::shown(file), input::read(file)?));
            }
            let request = SheetRequest { effective_on: effective, offer, currency };
            import_pricesheet::keep(&archive, run_at, pages, &request).await?
        }
        Command::Ownbook { file, base, offer, retail } => {
            let (place, bytes) = (input::shown(&file), input::read(&file)?);
            let own = ownbook::decode(&bytes).map_err(Error::bad_input(&place))?;
            let base = base_of(common, &own, (base, offer, retail)).await?;
            let report;
            (report, books) = import_ownbook::keep(&archive, run_at, &place, &bytes, &own, base.as_ref()).await?;
            report
        }
        Command::Invoice { file } => {
            let (place, bytes) = (input::shown(&file), input::read(&file)?);
            invoices::import(&archive, run_at, &place, &bytes).await?
        }
        Command::Usage { file, subscription, account } => {
            let bytes = input::read(&file)?;
            let place = input::shown(&file);
            let mut report = JobReport::new("import-usage", run_at);
            let page = usage::decode_file(&bytes).map_err(Error::bad_input(&place))?;
            page.refuse_others(subscription).map_err(Error::bad_input(&place))?;
            let rows = page.rows.len();
            let granularity = granularity(&page.rows).map_err(Error::bad_input(&place))?;
            if page.next_link.is_some() {
                report.warnings.push(format!("{place} goes on (nextLink): import its other pages, too"));
            }
            report.warn(&place, page.warnings);
            let file = archive.keep(&bytes, rows, |hash| key::usage_file(subscription, hash)).await?;
            let mut entries = vec![Entry::ImportedUsage { subscription_id: subscription, granularity, file }];
            match account.entry(&archive.snapshots().await?, subscription) {
                Ok(known) => entries.extend(known),
                Err(note) => report.warnings.push(note),
            }
            archive.commit(run_at, report.job, entries).await?;
            (report.fetched, report.rows, report.committed) = (1, rows, 1);
            report
        }
    };
    if common.output == Output::Table {
        let line = |made: &Made| format!("{}: {}\n", made.group.as_deref().unwrap_or("everybody"), made.id.as_str());
        output::text(&books.iter().map(line).collect::<String>())?;
    }
    match common.output {
        Output::Json => output::json(&Imported { schema: "forebill.import/1", report, books })?,
        _ => print(common, "forebill.import/1", &[report])?,
    }
    Ok(Done::Complete)
}

/// One file, one job: nothing to list.
#[derive(Serialize)]
struct Imported {
    schema: &'static str,
    #[serde(flatten)]
    report: JobReport,
    /// The books of an own book, by customer group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    books: Vec<Made>,
}

/// Hours and days of the same use must not be added, so a file has one of them.
fn granularity(rows: &[UsageAggregate]) -> Result<Granularity, DecodeError> {
    let hourly = |row: &&UsageAggregate| row.usage_end_at.as_second() - row.usage_start_at.as_second() <= 3600;
    match rows.iter().filter(hourly).count() {
        0 => Ok(Granularity::Daily),
        hours if hours == rows.len() => Ok(Granularity::Hourly),
        hours => {
            let days = rows.len() - hours;
            Err(DecodeError::at("", format!("{hours} rows are of hours and {days} of days: import them apart")))
        }
    }
}

/// What jobs did, for people or programs.
pub fn print(common: &Common, schema: &'static str, jobs: &[JobReport]) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Jobs<'a> {
        schema: &'static str,
        jobs: &'a [JobReport],
    }
    match common.output {
        Output::Json => output::json(&Jobs { schema, jobs }),
        Output::Csv => output::csv(
            ["job", "fetched", "rows", "committed", "skipped", "warnings", "gaps"],
            jobs.iter().map(|job| -> [Cell; 7] {
                let JobReport { job, fetched, rows, committed, skipped, gaps, warnings, .. } = job;
                let counts = [*fetched, *rows, *committed, *skipped, warnings.len(), gaps.len()];
                let [fetched, rows, committed, skipped, warnings, gaps] = counts.map(|n| Cell::from(n.to_string()));
                [(*job).into(), fetched, rows, committed, skipped, warnings, gaps]
            }),
        ),
        Output::Table => {
            let mut text = String::new();
            for JobReport { job, fetched, rows, committed, skipped, gaps, warnings, failed, .. } in jobs {
                text.push_str(&format!(
                    "{job}: {fetched} answers, {rows} rows, {committed} committed, {skipped} already there\n"
                ));
                for MissedDays { from, to, reason, tries, next_try_at, .. } in gaps {
                    let (reason, runs) = (shared::json::printable(reason), if *tries == 1 { "run" } else { "runs" });
                    let next = next_try_at.map(|at| format!(", next at {at}")).unwrap_or_default();
                    text.push_str(&format!("Gap: {from} – {to} not read in {tries} {runs}{next}: {reason}\n"));
                }
                for warning in warnings {
                    text.push_str(&format!("Note: {}\n", shared::json::printable(warning)));
                }
                for one in failed {
                    text.push_str(&format!("Failed: {}\n", shared::json::printable(&one.error)));
                }
            }
            output::text(&text)
        }
    }
}
