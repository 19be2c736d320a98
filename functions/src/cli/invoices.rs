//! `forebill invoices`: which documents are archived, and a copy of them in a folder.

pub mod reconcile;

use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::period::Instant;

use super::output::{self, Cell, Output};
use super::progress::Progress;
use super::{Common, Done};
use crate::archive::Archive;
use crate::config::JobSettings;
use crate::error::Error;
use crate::handout::{self, Written};
use crate::invoices::{self, Invoice};
use crate::job::{self, Deps, Event, Job, JobReport, Unit};
use crate::jobs::snapshot_invoices;
use crate::notify::Channels;

#[derive(Subcommand)]
pub enum Command {
    /// The archived invoices
    #[command(after_help = "\
Examples:
  forebill invoices list
  forebill invoices list --subscription ID --output csv")]
    List {
        /// Only of this subscription
        #[arg(long, value_name = "ID")]
        subscription: Option<SubscriptionId>,
    },
    /// Compare invoices with our rating of their periods, and explain each difference
    #[command(after_help = reconcile::HELP)]
    Reconcile(reconcile::Args),
    /// Read the invoices that are due, then write them into a folder
    #[command(after_help = "\
A file is called FIRST-DAY_LAST-DAY_NUMBER.pdf. One that is there with the same bytes is passed over; one with other
bytes is left as it is, and told (exit 1). Invoices that could not be read from Azure are told (exit 3), and what the
archive holds is written all the same.

Examples:
  forebill invoices pull --all --to ./invoices
  forebill invoices pull 202612-217089190378988 --to . --offline
  forebill invoices pull --all --to ./invoices --subscription ID")]
    Pull {
        /// Numbers of invoices, as `invoices list` shows them
        #[arg(value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
        names: Vec<String>,
        /// Every archived invoice
        #[arg(long)]
        all: bool,
        /// The folder; made where it is missing
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// Ask nobody: only what the archive holds
        #[arg(long)]
        offline: bool,
        /// Only of this subscription
        #[arg(long, value_name = "ID")]
        subscription: Option<SubscriptionId>,
        #[command(flatten)]
        settings: Box<JobSettings>,
    },
}

pub async fn run(common: &Common, command: Command, clock: Timestamp) -> Result<Done, Error> {
    let archive = common.archive()?;
    match command {
        Command::List { subscription } => {
            list(common, &invoices::archived(&archive.snapshots().await?, subscription), common.now(clock))
        }
        Command::Reconcile(args) => reconcile::run(common, &archive, args, common.now(clock)).await,
        Command::Pull { names, all: _, to, offline, subscription, settings } => {
            let read = match offline {
                true => None,
                false => Some(read(&archive, &settings, subscription, common.now(clock)).await?),
            };
            let chosen = choose(invoices::archived(&archive.snapshots().await?, subscription), &names)?;
            pull(common, &archive, &chosen, &to, read.as_ref()).await
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    schema: &'static str,
    at: Instant,
    invoices: &'a [Invoice],
}

fn list(common: &Common, invoices: &[Invoice], at: Timestamp) -> Result<Done, Error> {
    match common.output {
        Output::Json => output::json(&Listed { schema: "forebill.invoices/1", at: Instant(at), invoices })?,
        Output::Csv => output::csv(
            ["subscriptionId", "name", "periodStartOn", "periodEndOn", "bytes", "sha256", "readAt", "file", "object"],
            invoices.iter().map(|one| -> [Cell; 9] {
                let Invoice { subscription_id, name, period_start_on, period_end_on, read_at, file, object } = one;
                [
                    subscription_id.to_string().into(),
                    name.as_str().into(),
                    period_start_on.to_string().into(),
                    period_end_on.to_string().into(),
                    object.bytes.to_string().into(),
                    object.sha256.as_str().into(),
                    read_at.to_string().into(),
                    file.as_str().into(),
                    object.key.as_str().into(),
                ]
            }),
        )?,
        Output::Table if invoices.is_empty() => {
            output::text("The store has no invoices: forebill snapshot invoices --subscription ID reads them\n")?;
        }
        Output::Table => {
            let mut table =
                output::table(["Period", "Number", "Subscription", "Bytes", "SHA-256", "Read", "File"], &[3]);
            for one in invoices {
                table.add_row([
                    format!("{} – {}", one.period_start_on, one.period_end_on),
                    printable(&one.name),
                    one.subscription_id.to_string(),
                    one.object.bytes.to_string(),
                    one.object.sha256.chars().take(16).collect(),
                    one.read_at.to_string(),
                    one.file.clone(),
                ]);
            }
            output::text(&format!("{table}\n"))?;
        }
    }
    Ok(Done::Complete)
}

/// The job of the schedule, for one subscription or for all.
async fn read(
    archive: &Archive,
    settings: &JobSettings,
    only: Option<SubscriptionId>,
    run_at: Timestamp,
) -> Result<JobReport, Error> {
    let azure = settings.client(Job::SnapshotInvoices)?;
    let progress = Progress::new();
    let step = |label: &str, done, total| progress.step(label, done, total);
    let deps = Deps {
        archive,
        azure: &azure,
        configured: settings.configured(),
        channels: &Channels::default(),
        progress: &step,
    };
    let plan = |subscription_id| snapshot_invoices::Plan { subscription_id, from: None, to: None };
    let event = Event { time: Instant(run_at), unit: only.map(plan).map(Unit::Invoices) };
    let read = job::run(Job::SnapshotInvoices, &event, &deps).await;
    progress.clear();
    match read {
        Ok(report) => Ok(report),
        // One subscription alone: what is archived of it is written all the same.
        Err(error @ Error::Azure(_)) => {
            let mut report = JobReport::new(Job::SnapshotInvoices.name(), run_at);
            report.failed.push(job::FailedUnit { unit: event.unit, error: error.to_string() });
            Ok(report)
        }
        Err(error) => Err(error),
    }
}

/// Those that were named, each of them there, or all.
fn choose(archived: Vec<Invoice>, names: &[String]) -> Result<Vec<Invoice>, Error> {
    let known = |name: &&String| archived.iter().any(|one| one.name == **name);
    if let Some(strange) = names.iter().find(|name| !known(name)) {
        let strange = printable(strange);
        return Err(Error::Usage(format!(
            "the archive has no invoice {strange}: forebill invoices list shows those it has"
        )));
    }
    Ok(archived.into_iter().filter(|one| names.is_empty() || names.contains(&one.name)).collect())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pulled<'a> {
    schema: &'static str,
    folder: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<&'a JobReport>,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    written: Written,
    #[serde(flatten)]
    invoice: &'a Invoice,
}

async fn pull(
    common: &Common,
    archive: &Archive,
    chosen: &[Invoice],
    to: &std::path::Path,
    read: Option<&JobReport>,
) -> Result<Done, Error> {
    let folder = handout::folder(to)?;
    let mut files = Vec::with_capacity(chosen.len());
    for invoice in chosen {
        files.push(File { written: invoices::write(archive, invoice, &folder).await?, invoice });
    }
    let count = |what| files.iter().filter(|file| file.written == what).count();
    let (new, there, differ) = (count(Written::Written), count(Written::AlreadyThere), count(Written::Differs));
    let shown = printable(&folder.display().to_string());
    let failed = read.map_or(&[][..], |read| &read.failed);
    for one in failed {
        eprintln!("forebill: not read from Azure: {}", printable(&one.error));
    }
    for file in files.iter().filter(|file| file.written == Written::Differs) {
        let Invoice { file, name, .. } = file.invoice;
        eprintln!(
            "forebill: {shown}/{file} is there and is not invoice {}: move it away, or name another folder",
            printable(name)
        );
    }
    match common.output {
        Output::Json => output::json(&Pulled { schema: "forebill.invoices-pull/1", folder: shown, read, files })?,
        Output::Csv => {
            let row = |file: &File| -> [Cell; 4] {
                let Invoice { name, file: path, object, .. } = file.invoice;
                [word(file.written).into(), name.as_str().into(), path.as_str().into(), object.sha256.as_str().into()]
            };
            output::csv(["written", "name", "file", "sha256"], files.iter().map(row))?;
        }
        Output::Table => {
            for file in files.iter().filter(|file| file.written == Written::Written) {
                output::text(&format!("{}\n", file.invoice.file))?;
            }
            output::text(&format!("{new} written to {shown}, {there} already there, {differ} in the way\n"))?;
        }
    }
    Ok(match (differ, failed.len()) {
        (0, 0) => Done::Complete,
        (0, _) => Done::Incomplete,
        _ => Done::Failed,
    })
}

fn word(written: Written) -> &'static str {
    match written {
        Written::Written => "written",
        Written::AlreadyThere => "already-there",
        Written::Differs => "differs",
    }
}
