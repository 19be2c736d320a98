//! `forebill doctor`: whether everything is set up, and what mends a problem.

use jiff::Timestamp;
use shared::json::printable;

use super::output::{self, Cell, Output};
use super::{Common, Done};
use crate::account::Configured;
use crate::config::JobSettings;
use crate::doctor::{self, Check, Patient, Report, State};
use crate::error::Error;

#[derive(clap::Args)]
#[command(after_help = "\
Looked at: the store (listed, its records read, one probe object a day created below probe/), the settings, the sign-in,
and for each subscription whether it is seen, whether Microsoft.Commerce is registered, and whether usage, rate card,
billing periods and invoices may be read; retail prices. Azure is only read, with about five requests for each
subscription. Exit 0 when all is well, 1 with problems, 3 when something could not be looked at.

Examples:
  forebill doctor --subscription ID=MS-AZR-0003P/USD
  forebill doctor                                  the subscriptions of the store and of FOREBILL_SUBSCRIPTIONS
  forebill doctor --output json | jq -r '.checks[].mend[]?'")]
pub struct Args {
    /// Subscriptions to look at; with an offer, its rate card as well
    #[arg(long, value_name = "ID[=OFFER[/CURRENCY]]", value_parser = Configured::named)]
    subscription: Vec<Configured>,
    #[command(flatten)]
    settings: Box<JobSettings>,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let azure = args.settings.azure();
    let patient = Patient {
        run_at: common.now(clock),
        store: &common.store,
        azure: &azure,
        named: &args.subscription,
        configured: args.settings.configured(),
    };
    let report = doctor::examine(&patient).await;
    match common.output {
        Output::Json => output::json(&report)?,
        Output::Csv => csv(&report)?,
        Output::Table => output::text(&text(&report))?,
    }
    Ok(match (report.problems, report.skipped) {
        (0, 0) => Done::Complete,
        (0, _) => Done::Incomplete,
        _ => Done::Failed,
    })
}

fn csv(report: &Report) -> Result<(), Error> {
    let row = |check: &Check| -> [Cell; 6] {
        [
            check.check.into(),
            check.of.clone().unwrap_or_default().into(),
            word(check.state).into(),
            check.detail.as_str().into(),
            check.permission.unwrap_or("").into(),
            check.mend.join(" && ").into(),
        ]
    };
    output::csv(["check", "of", "state", "detail", "permission", "mend"], report.checks.iter().map(row))
}

fn word(state: State) -> &'static str {
    match state {
        State::Ok => "ok",
        State::Problem => "problem",
        State::Skipped => "skipped",
    }
}

/// One line for each check; below a problem, what to run.
fn text(report: &Report) -> String {
    let mut text = String::new();
    for check in &report.checks {
        let of = check.of.as_ref().map(|of| format!(" {of}")).unwrap_or_default();
        let line = format!("{:<8} {}{of}: {}", word(check.state), check.check, check.detail);
        text.push_str(&format!("{}\n", printable(&line)));
        for command in &check.mend {
            text.push_str(&format!("         > {}\n", printable(command)));
        }
    }
    let ok = report.checks.len() - report.problems - report.skipped;
    text.push_str(&format!("{ok} ok, {} problems, {} skipped\n", report.problems, report.skipped));
    text
}
