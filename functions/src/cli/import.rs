//! `forebill import`: the same path as a snapshot, from files.

use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;
use shared::azure::ratecard::CardRequest;
use shared::azure::usage;
use shared::guid::SubscriptionId;
use shared::json::DecodeError;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::Granularity;
use shared::snapshot::{Entry, key};
use shared::usage::UsageAggregate;

use super::account::AccountArgs;
use super::output::{self, Cell, Output};
use super::{Common, Done};
use crate::error::Error;
use crate::input;
use crate::job::JobReport;
use crate::jobs::{snapshot_ratecard, snapshot_retail};

#[derive(Subcommand)]
#[command(after_help = "- is standard input; .gz and .zst are unpacked.")]
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
    /// A UsageAggregates answer, or JSON Lines of its rows
    Usage {
        /// The file
        file: String,
        /// Whose usage it is: rows of others are refused
        #[arg(long, value_name = "ID")]
        subscription: SubscriptionId,
        #[command(flatten)]
        account: AccountArgs,
    },
}

pub async fn run(common: &Common, command: Command, clock: Timestamp) -> Result<Done, Error> {
    let (archive, run_at) = (common.archive()?, common.now(clock));
    let report = match command {
        Command::Ratecard { file, offer, currency, region_info } => {
            let request = CardRequest { offer: Some(offer), currency, region_info };
            let place = input::shown(&file);
            snapshot_ratecard::keep(&archive, run_at, "import-ratecard", &place, &input::read(&file)?, &request).await?
        }
        Command::Retail { files } => {
            let mut pages = Vec::with_capacity(files.len());
            for file in &files {
                pages.push((input::shown(file), input::read(file)?));
            }
            snapshot_retail::keep(&archive, run_at, "import-retail", pages).await?
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
    match common.output {
        Output::Json => output::json(&Imported { schema: "forebill.import/1", report })?,
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
            ["job", "fetched", "rows", "committed", "skipped", "warnings"],
            jobs.iter().map(|job| -> [Cell; 6] {
                let counts =
                    [job.fetched, job.rows, job.committed, job.skipped, job.warnings.len()].map(|n| n.to_string());
                let [fetched, rows, committed, skipped, warnings] = counts;
                [job.job.into(), fetched.into(), rows.into(), committed.into(), skipped.into(), warnings.into()]
            }),
        ),
        Output::Table => {
            let mut text = String::new();
            for JobReport { job, fetched, rows, committed, skipped, warnings, .. } in jobs {
                text.push_str(&format!(
                    "{job}: {fetched} answers, {rows} rows, {committed} committed, {skipped} already there\n"
                ));
                for warning in warnings {
                    text.push_str(&format!("Note: {}\n", shared::json::printable(warning)));
                }
            }
            output::text(&text)
        }
    }
}
