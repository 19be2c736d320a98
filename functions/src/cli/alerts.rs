//! `forebill alerts`: rules, what they say now, and what was told.

mod past;

use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;
use shared::json::printable;
use shared::period::Instant;
use shared::snapshot::{Cause, Entry, Incident, Outcome, key};

use super::output::{self, Cell, Output};
use super::rules::{self, Kind};
use super::{Common, Done, import, schedule};
use crate::alerts::{self, Checked, Finding, OnRecord, Rule, Unknown};
use crate::archive::Archive;
use crate::config::JobSettings;
use crate::error::Error;
use crate::job::Job;

#[derive(Subcommand)]
pub enum Command {
    /// Check the rules, and tell what is new: the job of the schedule
    #[command(after_help = "\
Told is every cause once: a rule, a subscription or all, and a billing period (or the day since when usage is missing, on
which prices rose or costs stood out). It goes to the log, and to each of these that is set in the environment:
  FOREBILL_ALERT_SNS_TOPIC    arn:aws:sns:REGION:ACCOUNT:NAME
  FOREBILL_ALERT_EMAIL_FROM   an identity of Amazon SES, and
  FOREBILL_ALERT_EMAIL_TO     up to 50 addresses, apart by commas
  FOREBILL_ALERT_SLACK        an incoming webhook of Slack
  FOREBILL_ALERT_TEAMS        a workflow of Teams that begins when a webhook request is received
  FOREBILL_ALERT_WEBHOOK      JSON by POST, with a header Idempotency-Key
Webhooks are https, no redirect is followed, and none leads into a private network unless
FOREBILL_ALERT_PRIVATE_HOSTS=allow; http is for a loopback address. What is to be told is committed before it is sent, and
that it was sent after, for each place. A run that dies in between, or an answer that gets lost, leaves nobody knows what:
twelve hours later it is sent there once more, so a message may come twice then, and never otherwise. Only a webhook and a
FIFO topic get it again at once: both know by the id that they have it.

Examples:
  forebill alerts run
  FOREBILL_ALERT_SLACK=https://hooks.slack.com/services/SECRET forebill alerts run")]
    Run {
        #[command(flatten)]
        settings: Box<JobSettings>,
    },
    /// What the rules say now; nothing is sent and nothing is written
    #[command(
        visible_alias = "check",
        after_help = "\
Exit 4 when a rule fires, 3 when none does and one could not be checked. With --months: the day of use after which each
rule would have fired in the months before, by what is known today; exit 3 when one cannot be asked, and 0 otherwise.

Examples:
  forebill alerts test
  forebill alerts test --rules rules.txt --months 6
  forebill alerts test --rules rules.txt --at 2026-11-23T06:00:00Z"
    )]
    Test {
        /// Rules to try; without it those in force
        #[arg(long, value_name = "FILE")]
        rules: Option<String>,
        /// Look back: when each would have fired in so many months, this one among them
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36))]
        months: Option<u32>,
    },
    /// Open incidents: what fires, since when, and whether it was told
    List {
        /// Those that are over, too
        #[arg(long)]
        all: bool,
    },
    /// The rules in force
    #[command(subcommand)]
    Rules(Rules),
}

#[derive(Subcommand)]
pub enum Rules {
    /// Put rules in force, for this machine and for every other that reads the store
    #[command(after_help = "\
One rule a line, # begins a comment:
  when spend of subscription ID this month > 500 USD
  when spend of each subscription with tag env=dev this month > 500 USD
  when hours of meter-category \"Virtual Machines\" with tag env=dev this month > 700
  when usage of subscription ID is missing
  when usage of each subscription is older than 3 days
  when projected bill this month > 900 USD
  when projected spend at p90 of each subscription this month > 900 USD
  when credit ends before day 25
  when price of meter-category Storage rises > 2 %
  when anomaly of subscription ID > 5 USD
Of may name a subscription or each, meter-category, meter and resource-group, joined by and; with names tags. Without a
subscription a rule about a sum is about the sum of all, and one about credits, prices and anomalies about each. This
month is the billing period under way, and for all together those that began in one month; the one before is looked at
as long as usage of it arrives. Spend is before offer terms, a bill after them. At p90 nine bills of ten are lower, at
p10 one is; a bill without either is the middle. A price that rose is one of a meter that was used in this period or the
last, in a tier that the use comes to, between one reading of the list and the next. An anomaly is what forebill
anomalies finds, with that floor; one spike is one cause, on whatever levels it shows.

Examples:
  forebill alerts rules set rules.txt
  echo 'when usage of each subscription is missing' | forebill alerts rules set -")]
    Set {
        /// The file, - for standard input
        file: String,
    },
    /// Print them
    Show,
}

pub async fn run(common: &Common, command: Command, clock: Timestamp) -> Result<Done, Error> {
    // Only what commits may pass over a record that breaks off.
    let commits = matches!(&command, Command::Run { .. } | Command::Rules(Rules::Set { .. }));
    let archive = if commits { common.archive_for_jobs()? } else { common.archive()? };
    let run_at = common.now(clock);
    match command {
        Command::Run { settings } => {
            let report = schedule::one(&archive, &settings, run_at, Job::Alerts).await?;
            let whole = report.failed.is_empty();
            import::print(common, "forebill.alerts-run/1", &[report])?;
            Ok(if whole { Done::Complete } else { Done::Incomplete })
        }
        Command::Test { rules, months } => test(common, &archive, rules, months, run_at).await,
        Command::List { all } => list(common, &archive, all, run_at).await,
        Command::Rules(Rules::Set { file }) => {
            let (text, rules) = text_of(&file)?;
            KIND.set(&archive, &text, rules.len(), run_at).await
        }
        Command::Rules(Rules::Show) => KIND.show(&archive).await,
    }
}

const KIND: Kind = Kind {
    what: "alert rules",
    set_with: "forebill alerts rules set FILE",
    job: "alerts-rules",
    key: key::alert_rules,
    in_force: |snapshots| snapshots.alert_rules.as_ref(),
    entry: |file| Entry::AlertRules { file },
};

fn text_of(file: &str) -> Result<(String, Vec<Rule>), Error> {
    let (place, text) = rules::text_of(file)?;
    let rules = alerts::read(&text).map_err(Error::bad_input(&place))?;
    Ok((text, rules))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tested<'a> {
    schema: &'static str,
    at: Instant,
    findings: &'a [Finding],
    unknown: Vec<Unknown<'a>>,
    notes: &'a [String],
}

async fn test(
    common: &Common,
    archive: &Archive,
    file: Option<String>,
    months: Option<u32>,
    run_at: Timestamp,
) -> Result<Done, Error> {
    let snapshots = archive.snapshots().await?;
    let rules = match file {
        Some(file) => text_of(&file)?.1,
        None => alerts::in_force(archive, &snapshots).await?.ok_or_else(|| KIND.none())?,
    };
    if let Some(months) = months {
        let looked = alerts::look_back(archive, &snapshots, &rules, months, run_at).await?;
        return past::show(common.output, &looked, run_at);
    }
    let checked = alerts::check(archive, &snapshots, &rules, run_at).await?;
    match common.output {
        Output::Json => output::json(&tested(&checked, run_at))?,
        Output::Csv => {
            let row = |found: &Finding| -> [Cell; 5] {
                let Finding { cause: Cause { rule, scope, period }, fires, summary, .. } = found;
                let fires = if *fires { "yes" } else { "no" };
                [
                    fires.into(),
                    rule.as_str().into(),
                    scope.as_str().into(),
                    period.as_str().into(),
                    summary.as_str().into(),
                ]
            };
            output::csv(["fires", "rule", "scope", "period", "summary"], checked.findings.iter().map(row))?;
        }
        Output::Table => output::text(&words(&checked, |_| true))?,
    }
    Ok(match (checked.findings.iter().any(|finding| finding.fires), checked.unknown.is_empty()) {
        (true, _) => Done::Fires,
        (false, true) => Done::Complete,
        (false, false) => Done::Incomplete,
    })
}

/// As one document.
pub fn tested(checked: &Checked, run_at: Timestamp) -> Tested<'_> {
    Tested {
        schema: "forebill.alerts-test/1",
        at: Instant(run_at),
        findings: &checked.findings,
        unknown: checked.unknown(),
        notes: &checked.notes,
    }
}

/// Each answer that is wanted, with the lines that caused it, and what could not be answered.
pub fn words(checked: &Checked, wanted: impl Fn(&Finding) -> bool) -> String {
    let mut text = String::new();
    for Finding { fires, summary, lines, .. } in checked.findings.iter().filter(|finding| wanted(finding)) {
        text.push_str(&format!("{} {}\n", if *fires { "FIRES  " } else { "quiet  " }, printable(summary)));
        for line in lines.iter().filter(|_| *fires) {
            text.push_str(&format!("          {}\n", printable(&crate::notify::words(line))));
        }
    }
    for (rule, why) in &checked.unknown {
        text.push_str(&format!("unknown {}: {}\n", printable(rule), printable(why)));
    }
    for note in &checked.notes {
        text.push_str(&format!("Note: {}\n", printable(note)));
    }
    if text.is_empty() {
        text.push_str("There is nothing to check\n");
    }
    text
}

async fn list(common: &Common, archive: &Archive, all: bool, run_at: Timestamp) -> Result<Done, Error> {
    let snapshots = archive.snapshots().await?;
    let shown: Vec<(&Cause, &Incident)> =
        snapshots.incidents.iter().filter(|(_, incident)| all || incident.open).collect();
    match common.output {
        Output::Json => {
            let incidents: Vec<OnRecord<'_>> =
                shown.iter().map(|(cause, incident)| OnRecord::of(cause, incident)).collect();
            output::json(
                &serde_json::json!({"schema": "forebill.alerts/1", "at": Instant(run_at), "incidents": incidents}),
            )?;
        }
        Output::Csv => {
            let row = |(cause, incident): (&Cause, &Incident)| -> [Cell; 7] {
                let state = if incident.open { "open" } else { "closed" };
                [
                    state.into(),
                    incident.opened_at.to_string().into(),
                    told(incident).into(),
                    cause.rule.as_str().into(),
                    cause.scope.as_str().into(),
                    cause.period.as_str().into(),
                    incident.summary.as_str().into(),
                ]
            };
            output::csv(
                ["state", "openedAt", "told", "rule", "scope", "period", "summary"],
                shown.into_iter().map(row),
            )?;
        }
        Output::Table if shown.is_empty() => output::text("There is no open incident\n")?,
        Output::Table => {
            let mut table = output::table(["Since", "Period", "What", "Told"], &[]);
            for (cause, incident) in shown {
                let over = if incident.open { "" } else { " (over)" };
                let what = printable(&format!("{}{over}", incident.summary));
                table.add_row([incident.opened_at.to_string(), cause.period.clone(), what, told(incident)]);
            }
            output::text(&format!("{table}\n"))?;
        }
    }
    Ok(Done::Complete)
}

fn told(incident: &Incident) -> String {
    match &incident.outcome {
        Some(Outcome::Sent { to, .. }) => to.join(", "),
        Some(Outcome::Failed { reason }) => printable(&format!("failed: {reason}")),
        None => "not known".to_owned(),
    }
}
