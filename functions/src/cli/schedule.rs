//! `forebill schedule`: the jobs of `infra/` on this machine, at the same times and with the same events.

use clap::Subcommand;
use jiff::{SignedDuration, Timestamp};
use shared::period::Instant;

use super::output::{self, Output};
use super::{Common, Done, import};
use crate::archive::Archive;
use crate::config::JobSettings;
use crate::error::Error;
use crate::job::{self, Deps, Event, Job, JobReport};
use crate::notify::Channels;
use crate::schedule::{self, SCHEDULES};

#[derive(Subcommand)]
pub enum Command {
    /// Run the jobs at their times, until Ctrl-C
    #[command(after_help = "\
Subscriptions that the store knows are read; new ones come in with --subscriptions or forebill snapshot usage.

Examples:
  forebill schedule run --subscriptions ID=MS-AZR-0003P/USD
  forebill schedule run --once                     what fell due in the last day, for cron and systemd timers
  forebill schedule run --once --at 2026-11-23T06:00:00Z")]
    Run {
        /// Run what fell due in the last day, then end
        #[arg(long)]
        once: bool,
        #[command(flatten)]
        settings: Box<JobSettings>,
    },
    /// What runs when
    List,
}

pub async fn run(common: &Common, command: Command, now: fn() -> Timestamp) -> Result<Done, Error> {
    match command {
        Command::List => list(common, now()),
        Command::Run { once: true, settings } => once(common, &settings, common.now(now())).await,
        Command::Run { once: false, .. } if common.at.is_some() => {
            Err(Error::Usage("--at goes with --once: a schedule that waits needs the clock".into()))
        }
        Command::Run { once: false, settings } => keep(common, &settings, now).await,
    }
}

fn list(common: &Common, clock: Timestamp) -> Result<Done, Error> {
    let at = common.now(clock);
    let mut rows = Vec::new();
    for schedule in SCHEDULES {
        rows.push([schedule.job.name().to_owned(), schedule.cron.to_owned(), schedule.next(at)?.to_string()]);
    }
    match common.output {
        Output::Json => {
            let row = |[job, cron, next]: [String; 3]| serde_json::json!({"job": job, "cron": cron, "next": next});
            let schedules: Vec<_> = rows.into_iter().map(row).collect();
            output::json(&serde_json::json!({"schema": "forebill.schedule/1", "schedules": schedules}))?;
        }
        Output::Csv => output::csv(["job", "cron", "next"], rows.into_iter().map(|row| row.map(Into::into)))?,
        Output::Table => {
            let mut table = output::table(["Job", "Cron (UTC)", "Next"], &[]);
            for row in rows {
                table.add_row(row);
            }
            output::text(&format!("{table}\n"))?;
        }
    }
    Ok(Done::Complete)
}

/// What fell due in the last day. A job that fails holds no other back.
async fn once(common: &Common, settings: &JobSettings, at: Timestamp) -> Result<Done, Error> {
    let archive = common.archive_for_jobs()?;
    let mut reports = Vec::new();
    for (time, job) in schedule::due(at.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(at), at)? {
        match one(&archive, settings, time, job).await {
            Ok(report) => reports.push(report),
            Err(error) => reports.push(stopped(job, time, &error)),
        }
    }
    let whole = reports.iter().all(|report| report.failed.is_empty() && report.gaps.is_empty());
    import::print(common, "forebill.schedule/1", &reports)?;
    Ok(if whole { Done::Complete } else { Done::Incomplete })
}

/// Until Ctrl-C. A job under way is dropped then: what it committed counts, and the next run goes on from there.
async fn keep(common: &Common, settings: &JobSettings, now: fn() -> Timestamp) -> Result<Done, Error> {
    let archive = common.archive_for_jobs()?;
    let kept = schedule::keep(now, tokio::time::sleep, async |time, job| {
        let report = one(&archive, settings, time, job).await;
        let report = report.unwrap_or_else(|error| stopped(job, time, &error));
        // A reader of the output that went away is no reason to stop reading Azure.
        let _ = import::print(common, "forebill.schedule/1", &[report]);
    });
    let told = async {
        eprintln!("Next at {}. Ctrl-C stops.", schedule::next(now())?);
        kept.await
    };
    tokio::select! {
        // First, so that whoever was told of Ctrl-C finds somebody who listens.
        biased;
        asked = tokio::signal::ctrl_c() => asked.map(|()| Done::Complete).map_err(Error::io("waiting for Ctrl-C")),
        ended = told => ended.map(|()| Done::Complete),
    }
}

/// One job at its time, as every other way to start it.
pub async fn one(archive: &Archive, settings: &JobSettings, time: Timestamp, job: Job) -> Result<JobReport, Error> {
    let azure = settings.client(job)?;
    let channels = if job == Job::Alerts { settings.channels()? } else { Channels::default() };
    let progress = |_: &str, _: usize, _: usize| {};
    let configured = settings.configured();
    let deps = Deps { archive, azure: &azure, configured, channels: &channels, progress: &progress };
    job::run(job, &Event { time: Instant(time), unit: None }, &deps).await
}

/// A job that could not even begin, as a report: the others are told beside it.
fn stopped(job: Job, time: Timestamp, error: &Error) -> JobReport {
    let mut report = JobReport::new(job.name(), time);
    report.failed.push(job::FailedUnit { unit: None, error: error.to_string() });
    report
}
