//! `forebill demo`: the real jobs against a sample Azure on loopback, the month's spend, the pages.

mod watched;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::{Granularity, Instant};
use shared::showback::document::first_day;
use shared::snapshot::{Entry, key};
use shared::spend::{Bucket, GroupBy};

use super::invoices::reconcile;
use super::output::{self, Output};
use super::progress::Progress;
use super::showback as showback_command;
use super::{Common, Done, forecast, serve as serve_command, spend};
use crate::archive::Archive;
use crate::azure::{AzureClient, Cloud, Credential, Endpoints};
use crate::demo::{COMMITMENT, Options, SampleAzure};
use crate::error::Error;
use crate::invoices;
use crate::invoices::compared::{self, Asked, Compared};
use crate::job::{Context, JobReport};
use crate::jobs::{snapshot_invoices, snapshot_ratecard, snapshot_retail, snapshot_usage};
use crate::month::{self, Period, Spend};
use crate::outlook::{self, Forecast};
use crate::serve;
use crate::showback::{self, Books, Month};
use crate::statements::{self, Shown};
use crate::store::Store;

/// The sample's third subscription: its band gives a discount.
const COMMITTED_USD: u32 = 5_000;

/// How the sample charges its cost centres: by tag, what everybody uses in proportion.
const SHOWBACK_RULES: &str = "\
cost-centre network for service \"Load Balancer\"
cost-centre network for service \"VPN Gateway\"
cost-centre from tag costCenter
share network in proportion
";

/// Of each kind of rule one that the sample breaks or keeps, so that there is something to look at.
const RULES: &str = "\
when spend this month > 12000 USD
when spend of each subscription this month > 9000 USD
when usage of each subscription is older than 3 days
when projected bill this month > 15000 USD
when credit ends before day 10
when price rises > 2 %
when anomaly > 5 USD
";

#[derive(clap::Args)]
#[command(after_help = "\
Nothing leaves this machine: the sample Azure and the pages listen on loopback only. Sample data never goes into
the store of --store; --dir names its folder.

Examples:
  forebill demo
  forebill demo --once --output json
  forebill demo --dir ./sample && forebill spend --store file:./sample --by tag:costCenter")]
pub struct Args {
    /// Address of the pages
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Keep the store in this folder; otherwise it goes when the program ends
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// End after the report
    #[arg(long)]
    once: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    schema: &'static str,
    at: Instant,
    store: String,
    jobs: Vec<JobReport>,
    spend: Spend,
    forecast: Forecast,
    watched: watched::Document<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    showback: Option<statements::Report<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoices: Option<&'a Compared>,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let now = common.now(clock);
    // The address is taken first: a port in use is told before the work and not after it.
    let listener = if args.once { None } else { Some(serve_command::bind(args.listen).await?) };
    let (folder, _keep) = folder(args.dir)?;
    let store = format!("file:{}", folder.display());
    let archive = Archive::for_jobs(Store::open(&store)?);
    let sample = SampleAzure::start(Options::at(now)).await.map_err(Error::io("starting the sample Azure"))?;
    let jobs = collect(&archive, &sample, now).await?;
    let snapshots = archive.snapshots().await?;
    let loaded = month::load(&archive, &snapshots, None, &Period::Holding(now), Granularity::Daily, now).await?;
    let spend = month::spend(&loaded, &GroupBy::Service, Bucket::Month, now)?;
    let histories = outlook::load(&archive, &snapshots, None, &Period::Holding(now), now).await?;
    let forecast = outlook::forecast(&histories, &[], now)?;
    let watched = watched::Watched::of(&archive, &loaded, &histories, now).await?;
    let closed = closed_month(&archive, &sample, now).await?;
    let shown = closed.as_ref().map(|(month, _)| Shown::all(month)).transpose()?;
    match common.output {
        Output::Json => {
            let report = Report {
                schema: "forebill.demo/1",
                at: Instant(now),
                store: folder.display().to_string(),
                jobs,
                spend,
                forecast,
                watched: watched.document(),
                showback: shown.as_ref().and_then(|shown| statements::report(shown, &[])),
                invoices: closed.as_ref().map(|(_, compared)| compared),
            };
            output::json(&report)?;
        }
        Output::Csv => spend::csv(&spend)?,
        Output::Table => {
            let (read, month) = (summary(&jobs), spend::table(&spend));
            let coming = forecast::summary(&forecast);
            output::text(&format!("{read}\n{month}\n{coming}\n{}\n", watched.text()))?;
            if let (Some((_, compared)), Some(shown)) = (&closed, &shown) {
                let (whose, invoices) = (showback_command::tables(shown, &[]), reconcile::summary(compared));
                output::text(&format!("{whose}\n{invoices}\n"))?;
            }
            output::text(&format!("Store  {}\n", folder.display()))?;
        }
    }
    if let Some(listener) = listener {
        let address = serve_command::address(&listener)?;
        let told = format!(
            "Open  {address}\nOther commands read the same sample Azure in a shell with these, while this one runs:\n{}\
             Ctrl-C stops. Nothing left this machine.\n",
            variables(&sample)
        );
        match common.output {
            // Nothing but the result goes to standard output where a program reads it.
            Output::Json | Output::Csv => eprint!("{told}"),
            Output::Table => output::text(&told)?,
        }
        serve::run(listener, Arc::new(archive)).await?;
    }
    // The sample has one meter without a price by design, and the report lists it: that is no failure here.
    Ok(Done::Complete)
}

/// The last month that is over for everybody: its showback, closed once, and its invoices beside our rating.
async fn closed_month(
    archive: &Archive,
    sample: &SampleAzure,
    now: Timestamp,
) -> Result<Option<(Month, Compared)>, Error> {
    let Some(month) = sample.settled_months().pop() else { return Ok(None) };
    let bytes = sample.invoice_lines(&month).into_bytes();
    invoices::import(archive, now, "the invoices of the sample", &bytes).await?;
    let rules = showback::read(SHOWBACK_RULES).map_err(Error::bad_input("the rules of the sample"))?;
    let snapshots = archive.snapshots().await?;
    let books = Books { archive, snapshots: &snapshots, run_at: now };
    let first_day = first_day(&month).ok_or_else(|| Error::Usage("the sample has a strange month".into()))?;
    let shown = match books.closed(first_day).await? {
        // Somebody may have closed it by rules of their own.
        Some(closed) => closed,
        None => showback::close(archive, &month, &rules, now).await?.month,
    };
    let lines = compared::imported(archive, &snapshots).await?;
    let compared = compared::compare(archive, &snapshots, &lines, (&Asked::Month(month), None), now).await?;
    Ok(Some((shown, compared)))
}

/// What points other commands at the sample Azure. Its secret opens nothing else.
fn variables(sample: &SampleAzure) -> String {
    let variables = [
        ("FOREBILL_ARM_ENDPOINT", sample.arm()),
        ("FOREBILL_RETAIL_ENDPOINT", sample.retail()),
        ("AZURE_AUTHORITY_HOST", sample.authority()),
        ("AZURE_TENANT_ID", sample.tenant_id()),
        ("AZURE_CLIENT_ID", sample.client_id()),
        ("AZURE_CLIENT_SECRET", sample.client_secret()),
    ];
    let mut text: String = variables.iter().map(|(name, value)| format!("  export {name}={value}\n")).collect();
    let offers = sample.subscriptions().iter().map(|known| format!("{}={}", known.id, known.offer));
    text.push_str(&format!("  export FOREBILL_SUBSCRIPTIONS={}\n", offers.collect::<Vec<_>>().join(",")));
    text
}

/// The folder of the store, and what removes it at the end.
fn folder(dir: Option<PathBuf>) -> Result<(PathBuf, Option<tempfile::TempDir>), Error> {
    match dir {
        Some(dir) => Ok((dir, None)),
        None => {
            let made = tempfile::Builder::new().prefix("forebill-demo-").tempdir();
            let made = made.map_err(Error::io("a temporary folder"))?;
            Ok((made.path().to_owned(), Some(made)))
        }
    }
}

/// Two nights of the schedule: everything as of yesterday, then what is due today.
async fn collect(archive: &Archive, sample: &SampleAzure, now: Timestamp) -> Result<Vec<JobReport>, Error> {
    let outside = |_| Error::Usage("the time is outside the calendar".into());
    let yesterday = now.checked_sub(Duration::from_secs(24 * 3600)).map_err(outside)?;
    let progress = Progress::new();
    let step = |label: &str, done, total| progress.step(label, done, total);
    let mut reports = Vec::new();
    let file = archive.keep(RULES.as_bytes(), RULES.lines().count(), key::alert_rules).await?;
    archive.commit(yesterday, "alerts-rules", vec![Entry::AlertRules { file }]).await?;
    for run_at in [yesterday, now] {
        sample.set_now(run_at);
        // Each night is a process of its own and signs in anew.
        let azure = sign_in(sample)?;
        let context = Context { run_at, archive, azure: &azure, progress: &step };
        night(&context, sample, &mut reports).await?;
    }
    progress.clear();
    Ok(reports)
}

fn sign_in(sample: &SampleAzure) -> Result<AzureClient, Error> {
    let endpoints = Endpoints::new(Cloud::Public, Some(sample.arm()), Some(sample.retail()), Some(sample.authority()))?;
    let http = AzureClient::http()?;
    let secret = sample.client_secret().to_owned();
    let credential = Credential::client_secret(&endpoints, &http, sample.tenant_id(), sample.client_id(), secret)?;
    Ok(AzureClient::new(http, endpoints, Some(credential)))
}

async fn night(context: &Context<'_>, sample: &SampleAzure, reports: &mut Vec<JobReport>) -> Result<(), Error> {
    let mut known = Vec::new();
    let mut subscriptions: Vec<(SubscriptionId, OfferId)> = Vec::new();
    for info in sample.subscriptions() {
        let bad = |what: &str| Error::Usage(format!("the sample tenant has {what}"));
        let subscription_id = info.id.parse().map_err(|_| bad("a subscription without an id"))?;
        let offer: OfferId = info.offer.parse().map_err(|_| bad("a subscription without an offer"))?;
        subscriptions.push((subscription_id, offer.clone()));
        // What a customer committed to is in the contract and in no API.
        let commitment = (info.offer == COMMITMENT).then(|| Decimal::from(COMMITTED_USD));
        let (name, currency) = (info.name.clone(), Currency::USD);
        known.push(Entry::Subscription { subscription_id, name, offer, currency, commitment });
    }
    context.archive.commit(context.run_at, "subscriptions", known).await?;
    for (subscription_id, offer) in &subscriptions {
        let plan = snapshot_ratecard::Plan::new(*subscription_id, offer.clone(), Currency::USD);
        reports.push(snapshot_ratecard::run(context, &plan).await?);
    }
    let retail = snapshot_retail::Plan { currency: Currency::USD, regions: Vec::new(), services: Vec::new() };
    reports.push(snapshot_retail::run(context, &retail).await?);
    for (subscription_id, _) in &subscriptions {
        let plan = snapshot_invoices::Plan { subscription_id: *subscription_id, from: None, to: None };
        reports.push(snapshot_invoices::run(context, &plan).await?);
        for granularity in [Granularity::Daily, Granularity::Hourly] {
            let first = Some(sample.truth().starts());
            let plan = snapshot_usage::Plan { first, ..snapshot_usage::Plan::new(*subscription_id, granularity) };
            reports.push(snapshot_usage::run(context, &plan).await?);
        }
    }
    Ok(())
}

fn summary(jobs: &[JobReport]) -> String {
    let sum = |name: &str, pick: fn(&JobReport) -> usize| {
        jobs.iter().filter(|report| report.job == name).map(pick).sum::<usize>()
    };
    format!(
        "Read from the sample Azure: {} prices in {} lists, {} usage rows of {} reported days, {} invoices\n",
        sum("snapshot-ratecard", |r| r.rows) + sum("snapshot-retail", |r| r.rows),
        sum("snapshot-ratecard", |r| r.committed) + sum("snapshot-retail", |r| r.committed),
        sum("snapshot-usage", |r| r.rows),
        sum("snapshot-usage", |r| r.committed),
        sum("snapshot-invoices", |r| r.committed),
    )
}
