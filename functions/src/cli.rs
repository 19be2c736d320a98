//! The command line: one file per command, arguments in, a call, a rendering out.

mod alerts;
mod anomalies;
mod backtest;
mod beside;
mod book_name;
mod books;
mod compare;
mod demo;
mod doctor;
mod estimate;
mod explain;
mod forecast;
mod import;
mod invoices;
mod ledger;
mod output;
mod price_view;
mod prices;
mod progress;
mod rate;
mod rate_by_tag;
mod restatements;
mod rules;
mod schedule;
mod serve;
mod showback;
mod snapshot;
mod spend;
mod tags;
mod upkeep;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use jiff::Timestamp;

use crate::archive::Archive;
use crate::config::parse_at;
use crate::error::Error;
use crate::store::{Store, StoreError};
pub use output::Output;
use shared::ratebook::format::{BookId, OpenBook};

/// Tells what Azure will cost and has cost, to the cent, with the proof of every line.
#[derive(Parser)]
#[command(
    name = "forebill",
    version,
    max_term_width = 110,
    after_help = "\
Examples:
  forebill demo                                   a sample tenant, no account needed
  forebill rate --ratecard card.json --usage usage.json --explain
  forebill estimate workload.json --offer MS-AZR-0003P
  forebill import ratecard card.json --offer MS-AZR-0003P && forebill prices search d4s v5
  forebill snapshot usage --subscription ID && forebill spend --by service

Exit: 0 done; 1 failed; 2 bad usage or bad input; 3 done, but incomplete (the result lists what is missing);
alerts test: 4 when a rule fires."
)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(clap::Args, Clone)]
pub struct Common {
    /// Where snapshots lie: s3://BUCKET/PREFIX, file:PATH or memory:
    #[arg(
        long,
        global = true,
        env = "FOREBILL_STORE",
        default_value = "file:./data",
        value_name = "URL",
        hide_env_values = true
    )]
    store: String,
    /// How the result is printed
    #[arg(
        long,
        short,
        global = true,
        help_heading = "Everywhere",
        env = "FOREBILL_OUTPUT",
        value_enum,
        default_value_t,
        hide_env_values = true
    )]
    output: Output,
    /// The "now" of the run, such as 2026-11-01T03:00:00Z; otherwise the clock
    #[arg(long, global = true, help_heading = "Everywhere", env = "FOREBILL_AT", value_parser = parse_at, value_name = "TIME", hide_env_values = true)]
    at: Option<Timestamp>,
    /// Form of the log on standard error; what is logged is set by RUST_LOG
    #[arg(long, global = true, help_heading = "Everywhere", value_enum, default_value_t)]
    log: LogFormat,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object per line.
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// A sample tenant with no account: a sample Azure on loopback, the real jobs against it, the pages
    Demo(demo::Args),
    /// Serve the pages and a read-only HTTP API over the store
    Serve(serve::Args),
    /// Rate usage with a rate card: charges with the derivation of every amount
    Rate(rate::Args),
    /// Price a workload before it runs
    Estimate(estimate::Args),
    /// A workload under other offers, in other regions, at other dates, or beside another workload
    Compare(compare::Args),
    /// Spend of a billing period from the store
    Spend(spend::Args),
    /// The bill at the end of the period, with its band, and how good such forecasts were
    Forecast(forecast::Args),
    /// Past periods foretold from their first days, against what they came to
    Backtest(backtest::Args),
    /// Days that cost more than they usually do, and what moved
    Anomalies(anomalies::Args),
    /// Find, show and follow prices of the store
    #[command(subcommand)]
    Prices(prices::Command),
    /// Rate books of the store
    #[command(subcommand)]
    Books(books::Command),
    /// Read something from Azure into the store
    Snapshot(snapshot::Args),
    /// Tag rules: what tags should have been, for all usage that was kept
    #[command(subcommand)]
    Tags(tags::Command),
    /// Alert rules: what fires, what was told, and what would fire
    #[command(subcommand)]
    Alerts(alerts::Command),
    /// A month by cost centre, and the statements as files
    Showback(showback::Args),
    /// Freeze a month's showback: later changes are booked in the next open month
    Close(showback::CloseArgs),
    /// The jobs on a schedule, on this machine: the same table that is deployed
    #[command(subcommand)]
    Schedule(schedule::Command),
    /// The archived invoices, and copies of them
    #[command(subcommand)]
    Invoices(invoices::Command),
    /// Take files into the store, the same way as a snapshot
    #[command(subcommand)]
    Import(import::Command),
    /// What is due, committed and missing, and how old everything is
    Ledger(ledger::Args),
    /// What Azure changed in days that had been read
    Restatements(restatements::Args),
    /// Check every promise of the store
    Verify(verify::Args),
    /// Check the whole set-up: settings, store, sign-in, and each right in Azure, with what mends it
    Doctor(doctor::Args),
    /// Delete what runs left behind that ended before their commit
    Gc(upkeep::GcArgs),
    /// Give up usage of long ago
    Retention(upkeep::RetentionArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Whether the result is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Everything that was asked for.
    Complete,
    /// Done, with gaps or without some prices; the result lists them.
    Incomplete,
    /// Looked at, and not as it must be; the result lists what is wrong.
    Failed,
    /// An alert rule fires.
    Fires,
}

impl Common {
    /// The "now" of the run. Only `main` knows the clock; it hands the time in.
    fn now(&self, clock: Timestamp) -> Timestamp {
        self.at.unwrap_or(clock)
    }

    /// A rate book of the store, by its id.
    async fn book(&self, id: &BookId) -> Result<OpenBook, Error> {
        self.archive()?.book(id).await.map_err(|error| match error {
            Error::Store(StoreError::NotFound { .. }) => Error::Usage(format!(
                "the store {} has no rate book {}: forebill books list shows those it has",
                self.store,
                id.as_str()
            )),
            other => other,
        })
    }

    fn archive(&self) -> Result<Archive, Error> {
        Ok(Archive::new(Store::open(&self.store)?))
    }

    /// For commands that look at what is there: a mistyped path must not pass for a store in which all is well.
    async fn archive_with_something(&self) -> Result<Archive, Error> {
        let archive = self.archive()?;
        if archive.is_empty().await? {
            return Err(Error::Usage(format!(
                "{} holds no store: no commit record and no object lies there; correct --store or FOREBILL_STORE, or begin \
                 one with forebill snapshot or forebill import",
                self.store
            )));
        }
        Ok(archive)
    }

    /// For commands that commit.
    fn archive_for_jobs(&self) -> Result<Archive, Error> {
        Ok(Archive::for_jobs(Store::open(&self.store)?))
    }
}

impl Cli {
    /// Form of the log.
    #[must_use]
    pub fn log_format(&self) -> LogFormat {
        self.common.log
    }
}

/// Runs the command. The clock is asked once; only a schedule, which waits, asks it again.
pub async fn run(cli: Cli, now: fn() -> Timestamp) -> ExitCode {
    let (common, clock) = (&cli.common, now());
    let done = match cli.command {
        Command::Demo(args) => demo::run(common, args, clock).await,
        Command::Serve(args) => serve::run(common, args).await,
        Command::Rate(args) => rate::run(common, args).await,
        Command::Estimate(args) => estimate::run(common, args, clock).await,
        Command::Compare(args) => compare::run(common, args, clock).await,
        Command::Spend(args) => spend::run(common, args, clock).await,
        Command::Forecast(args) => forecast::run(common, args, clock).await,
        Command::Backtest(args) => backtest::run(common, args, clock).await,
        Command::Anomalies(args) => anomalies::run(common, args, clock).await,
        Command::Prices(command) => prices::run(common, command, clock).await,
        Command::Books(command) => books::run(common, command).await,
        Command::Snapshot(args) => snapshot::run(common, args, clock).await,
        Command::Alerts(command) => alerts::run(common, command, clock).await,
        Command::Tags(command) => tags::run(common, command, clock).await,
        Command::Showback(args) => showback::run(common, args, clock).await,
        Command::Close(args) => showback::close(common, args, clock).await,
        Command::Schedule(command) => schedule::run(common, command, now).await,
        Command::Invoices(command) => invoices::run(common, command, clock).await,
        Command::Import(command) => import::run(common, command, clock).await,
        Command::Ledger(args) => ledger::run(common, args, clock).await,
        Command::Restatements(args) => restatements::run(common, args).await,
        Command::Gc(args) => upkeep::gc(common, args, clock).await,
        Command::Retention(args) => upkeep::retention(common, args, clock).await,
        Command::Verify(args) => verify::run(common, args, clock).await,
        Command::Doctor(args) => doctor::run(common, args, clock).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "forebill", &mut script);
            output::text(&String::from_utf8_lossy(&script)).map(|()| Done::Complete)
        }
        Command::Man => man(),
    };
    match done {
        Ok(Done::Complete) => ExitCode::SUCCESS,
        Ok(Done::Incomplete) => ExitCode::from(3),
        Ok(Done::Failed) => ExitCode::FAILURE,
        Ok(Done::Fires) => ExitCode::from(4),
        Err(error) => {
            eprintln!("forebill: {error}");
            error.exit_code()
        }
    }
}

fn man() -> Result<Done, Error> {
    let mut page = Vec::new();
    // Writing to memory cannot fail for lack of room before the process does.
    clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(Error::io("the manual page"))?;
    output::text(&String::from_utf8_lossy(&page))?;
    Ok(Done::Complete)
}
