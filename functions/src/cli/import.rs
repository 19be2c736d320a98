//! `forebill import`: the same path as a snapshot, from files.

use clap::Subcommand;
use jiff::Timestamp;
use shared::azure::ratecard::CardRequest;
use shared::azure::usage;
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::snapshot::{Entry, key};

use super::output::{self, Output};
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
        /// The subscription's offer, so that it can be rated
        #[arg(long, value_name = "ID", default_value = "MS-AZR-0003P")]
        offer: OfferId,
        /// The subscription's currency
        #[arg(long, value_name = "CODE", default_value = "USD")]
        currency: Currency,
        /// The amount it committed to, where its offer is a monetary commitment
        #[arg(long, value_name = "AMOUNT")]
        commitment: Option<Decimal>,
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
        Command::Usage { file, subscription, offer, currency, commitment } => {
            let bytes = input::read(&file)?;
            let place = input::shown(&file);
            let mut report = JobReport::new("import-usage", run_at);
            let page = usage::decode_file(&bytes).map_err(Error::bad_input(&place))?;
            page.refuse_others(subscription).map_err(Error::bad_input(&place))?;
            let rows = page.rows.len();
            report.warn(&place, page.warnings);
            let file = archive.keep(&bytes, rows, |hash| key::usage_file(subscription, hash)).await?;
            let entries = vec![
                Entry::Subscription {
                    subscription_id: subscription,
                    name: subscription.to_string(),
                    offer,
                    currency,
                    commitment,
                },
                Entry::ImportedUsage { subscription_id: subscription, file },
            ];
            archive.commit(run_at, report.job, entries).await?;
            (report.fetched, report.rows, report.committed) = (1, rows, 1);
            report
        }
    };
    print(common, &report)?;
    Ok(Done::Complete)
}

/// What a job did, for people or programs.
pub fn print(common: &Common, report: &JobReport) -> Result<(), Error> {
    match common.output {
        Output::Json => output::json(report),
        Output::Table | Output::Csv => {
            let JobReport { job, fetched, rows, committed, skipped, .. } = report;
            let mut text =
                format!("{job}: {fetched} answers, {rows} rows, {committed} committed, {skipped} already there\n");
            for warning in &report.warnings {
                text.push_str(&format!("Note: {}\n", shared::json::printable(warning)));
            }
            output::text(&text)
        }
    }
}
