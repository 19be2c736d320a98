//! `forebill snapshot`: read something from Azure into the store.

use clap::Subcommand;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::{BillingAnchor, Granularity, Instant, utc_date};

use super::progress::Progress;
use super::{Common, Done, import};
use crate::account::Account;
use crate::azure::AzureError;
use crate::config::{AzureSettings, client_secret};
use crate::error::Error;
use crate::job::{self, Deps, Event, Job, JobReport, Unit};
use crate::jobs::{snapshot_invoices, snapshot_ratecard, snapshot_retail, snapshot_usage};
use crate::ledger;
use crate::notify::Channels;

#[derive(clap::Args)]
#[command(after_help = "\
Sign-in: AZURE_TENANT_ID and AZURE_CLIENT_ID with one of AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH,
AZURE_FEDERATED_TOKEN_FILE or FOREBILL_SIGN_IN=aws (the role that runs, no stored secret; the default in Lambda);
without any of them the Azure CLI's login.

Examples:
  forebill snapshot ratecard --subscription ID --offer MS-AZR-0003P
  forebill snapshot ratecard --subscription ID --offer MS-AZR-0003P --currency EUR --region-info DE --region-info FR
  forebill snapshot usage --subscription ID                 what is due, and the last days again
  forebill snapshot usage --subscription ID --period 2026-10 --granularity hourly
  forebill snapshot retail --region westeurope --service \"Virtual Machines\"
  forebill snapshot usage --subscription ID --from 2026-11-10 --to 2026-11-10 --again
  forebill snapshot invoices --subscription ID --from 2026-01-01")]
pub struct Args {
    #[command(flatten)]
    azure: AzureSettings,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Usage by reported day
    Usage {
        /// Whose
        #[arg(long, value_name = "ID", required = true)]
        subscription: Vec<SubscriptionId>,
        /// First reported day; thirteen months ago without it
        #[arg(long, value_name = "DATE", conflicts_with = "period")]
        from: Option<Date>,
        /// Last reported day
        #[arg(long, value_name = "DATE", conflicts_with = "period")]
        to: Option<Date>,
        /// The reported days of a month
        #[arg(long, value_name = "YYYY-MM")]
        period: Option<String>,
        /// Read these days once more, though they were read: their pages were lost or damaged, or Azure changed them late
        #[arg(long)]
        again: bool,
        /// Days or hours
        #[arg(long, value_name = "daily|hourly", default_value = "daily", value_parser = parse_granularity)]
        granularity: Granularity,
        #[command(flatten)]
        account: Account,
    },
    /// The rate card of an offer
    Ratecard {
        /// Any subscription that may ask
        #[arg(long, value_name = "ID")]
        subscription: SubscriptionId,
        /// The offers
        #[arg(long, value_name = "ID", required = true)]
        offer: Vec<OfferId>,
        /// The currencies
        #[arg(long, value_name = "CODE", default_value = "USD")]
        currency: Vec<Currency>,
        /// Language of the names
        #[arg(long, default_value = "en-US")]
        locale: String,
        /// Countries of purchase; the first prices the usage
        #[arg(long, value_name = "CC", default_value = "US")]
        region_info: Vec<String>,
    },
    /// Public retail prices
    Retail {
        /// The currency
        #[arg(long, value_name = "CODE", default_value = "USD")]
        currency: Currency,
        /// Only these regions, such as westeurope
        #[arg(long, value_name = "NAME")]
        region: Vec<String>,
        /// Only these services, such as "Virtual Machines"
        #[arg(long, value_name = "NAME")]
        service: Vec<String>,
    },
    /// Billing periods, resource groups with their tags, and each invoice once
    Invoices {
        /// Whose
        #[arg(long, value_name = "ID", required = true)]
        subscription: Vec<SubscriptionId>,
        /// Only periods that end on or after this day
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// Only periods that end on or before this day
        #[arg(long, value_name = "DATE")]
        to: Option<Date>,
    },
}

fn parse_granularity(text: &str) -> Result<Granularity, String> {
    match text.to_ascii_lowercase().as_str() {
        "daily" => Ok(Granularity::Daily),
        "hourly" => Ok(Granularity::Hourly),
        _ => Err("daily or hourly".into()),
    }
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let (archive, run_at) = (common.archive_for_jobs()?, common.now(clock));
    let settings = AzureSettings { client_secret: client_secret(), ..args.azure };
    let (job, units) = work(args.what, run_at)?;
    let azure = if job.signs_in() { settings.client()? } else { settings.public_client()? };
    let progress = Progress::new();
    let step = |label: &str, done, total| progress.step(label, done, total);
    let deps =
        Deps { archive: &archive, azure: &azure, configured: &[], channels: &Channels::default(), progress: &step };
    let (reports, complete) = run_units(job, units, run_at, &deps).await?;
    progress.clear();
    import::print(common, "forebill.snapshot/1", &reports)?;
    Ok(match done_by(&reports) {
        Done::Complete if !complete => Done::Incomplete,
        done => done,
    })
}

/// Runs the units one after another, and says whether all of them came. A card that Azure does not have does not keep
/// the others from being read.
async fn run_units(
    job: Job,
    units: Vec<Unit>,
    run_at: Timestamp,
    deps: &Deps<'_>,
) -> Result<(Vec<JobReport>, bool), Error> {
    let (mut reports, mut refused) = (Vec::new(), Vec::new());
    for unit in units {
        let card = match &unit {
            Unit::RateCard(plan) => format!("rate card {} in {} for {}", plan.offer, plan.currency, plan.region_info),
            _ => String::new(),
        };
        match job::run(job, &Event { time: Instant(run_at), unit: Some(unit) }, deps).await {
            Ok(report) => reports.push(report),
            Err(Error::Azure(error @ AzureError::Status { status: 400, .. })) if !card.is_empty() => {
                refused.push((card, error));
            }
            Err(error) => return Err(error),
        }
    }
    let complete = refused.is_empty();
    let mut refusals = refused.into_iter();
    if reports.is_empty()
        && let Some((_, error)) = refusals.next()
    {
        return Err(error.into());
    }
    for (card, error) in refusals {
        let mut report = JobReport::new(job.name(), run_at);
        report.warnings.push(format!("{card}: {error}"));
        reports.push(report);
    }
    Ok((reports, complete))
}

/// Some days missing is incomplete; nothing but missing days is a failure.
fn done_by(reports: &[JobReport]) -> Done {
    let Some(gap) = reports.iter().find_map(|report| report.gaps.iter().find(|gap| gap.tries > 0)) else {
        return Done::Complete;
    };
    if reports.iter().any(|report| report.committed > 0) {
        return Done::Incomplete;
    }
    eprintln!("forebill: no reported day could be read: {}", gap.reason);
    Done::Failed
}

/// The days to look at: what is due among them is read.
/// What the arguments ask for: one unit for each thing that is named.
fn work(what: What, run_at: Timestamp) -> Result<(Job, Vec<Unit>), Error> {
    Ok(match what {
        What::Usage { subscription, from, to, period, again, granularity, account } => {
            if again && from.is_none() && period.is_none() {
                return Err(Error::Usage("--again needs --from or --period: which days?".into()));
            }
            let (first, last) = days(from, to, period.as_deref(), run_at)?;
            let plan = |subscription_id| snapshot_usage::Plan {
                subscription_id,
                granularity,
                first: Some(first),
                last,
                again,
                account: account.clone(),
            };
            (Job::SnapshotUsage, subscription.into_iter().map(plan).map(Unit::Usage).collect())
        }
        What::Ratecard { subscription, offer, currency, locale, region_info } => {
            let mut plans = Vec::new();
            for offer in &offer {
                for currency in &currency {
                    // Of cards that were read at the same time the last one counts, so the first country comes last.
                    plans.extend(region_info.iter().rev().map(|region_info| snapshot_ratecard::Plan {
                        subscription_id: subscription,
                        offer: offer.clone(),
                        currency: *currency,
                        locale: locale.clone(),
                        region_info: region_info.clone(),
                    }));
                }
            }
            (Job::SnapshotRatecard, plans.into_iter().map(Unit::RateCard).collect())
        }
        What::Retail { currency, region, service } => {
            let plan = snapshot_retail::Plan { currency, regions: region, services: service };
            (Job::SnapshotRetail, vec![Unit::Retail(plan)])
        }
        What::Invoices { subscription, from, to } => {
            let plan = |subscription_id| snapshot_invoices::Plan { subscription_id, from, to };
            (Job::SnapshotInvoices, subscription.into_iter().map(plan).map(Unit::Invoices).collect())
        }
    })
}

/// The days to look at: what is due among them is read.
fn days(
    from: Option<Date>,
    to: Option<Date>,
    period: Option<&str>,
    run_at: Timestamp,
) -> Result<(Date, Option<Date>), Error> {
    if let Some(month) = period {
        let period = BillingAnchor::default().period_named(month).map_err(|error| Error::Usage(error.to_string()))?;
        return Ok((utc_date(period.start_at), Some(utc_date(period.end_at).saturating_sub(1.day()))));
    }
    let first = from.unwrap_or_else(|| ledger::first_day(run_at));
    match to {
        Some(to) if to < first => Err(Error::Usage(format!("--to {to} is before --from {first}"))),
        _ => Ok((first, to)),
    }
}
