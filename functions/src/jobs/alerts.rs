//! Alert rules: checked, and each cause told once. What is decided is committed before anything is sent, and what was
//! sent is committed after it: `shared::snapshot::Incident` says what becomes of a run that dies in between.

use serde::{Deserialize, Serialize};
use shared::snapshot::{Cause, Entry, Incident, IncidentChange};

use crate::alerts;
use crate::error::Error;
use crate::job::{Context, FailedUnit, JobReport};
use crate::notify::{self, Channels, Told};

/// Said where it is so: whoever tries a run by hand may not know that it counts.
const LOG_ONLY: &str =
    "told to the log only, and no other run tells it again: no channel is set, such as FOREBILL_ALERT_WEBHOOK";

/// All rules, always: one that fires less often than the others makes no unit of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {}

/// Checks all rules and tells what is new.
pub async fn run(context: &Context<'_>, channels: &Channels) -> Result<JobReport, Error> {
    let Context { run_at, archive, .. } = *context;
    let mut report = JobReport::new("alerts", run_at);
    let snapshots = archive.snapshots().await?;
    let Some(rules) = alerts::in_force(archive, &snapshots).await? else {
        report.warnings.push("there are no alert rules: forebill alerts rules set FILE".to_owned());
        return Ok(report);
    };
    let checked = alerts::check(archive, &snapshots, &rules, run_at).await?;
    report.rows = rules.len();
    for (rule, why) in &checked.unknown {
        tracing::warn!(rule, why, "an alert rule could not be checked");
    }
    // A rule that nobody could check is not a quiet one: the run is not whole.
    let not_checked =
        |(rule, why): &(String, String)| FailedUnit { unit: None, error: format!("not checked: {rule}: {why}") };
    report.failed.extend(checked.unknown.iter().map(not_checked));
    report.warnings.extend(checked.notes.iter().cloned());
    let entries = alerts::changes(&snapshots, &rules, &checked, run_at);
    report.skipped = checked.findings.iter().filter(|finding| finding.fires).count();
    if entries.is_empty() {
        return Ok(report);
    }
    report.committed = entries.len();
    // One by one: a run that dies while it tells one has used up no try of the others.
    for entry in entries {
        let cause = match &entry {
            Entry::Incident { cause, .. } => Some(cause.clone()),
            _ => None,
        };
        let record = archive.commit(run_at, report.job, vec![entry]).await?;
        // Another run may have been first: only what counts as this run's is for it to tell.
        let incidents = archive.snapshots().await?.incidents;
        let told =
            cause.and_then(|cause| incidents.get_key_value(&cause).map(|(cause, one)| (cause.clone(), one.clone())));
        if let Some((cause, incident)) = told.filter(|(_, incident)| incident.is_for(record)) {
            deliver(context, channels, &cause, &incident, &mut report).await?;
            if channels.is_empty() && report.warnings.iter().all(|said| said != LOG_ONLY) {
                report.warnings.push(LOG_ONLY.to_owned());
            }
        }
    }
    Ok(report)
}

/// Tells one incident in every place that has not got it yet, and puts on record what came of it.
async fn deliver(
    context: &Context<'_>,
    channels: &Channels,
    cause: &Cause,
    incident: &Incident,
    report: &mut JobReport,
) -> Result<(), Error> {
    report.skipped = report.skipped.saturating_sub(1);
    notify::log(cause, incident);
    let mut to = vec!["log".to_owned()];
    to.extend(incident.told.iter().cloned());
    let (mut failed, mut unknown) = (Vec::new(), Vec::new());
    let mut left = channels.left(incident).peekable();
    while let Some(channel) = left.next() {
        match channel.tell(cause, incident).await {
            Told::Taken => {
                to.push(channel.name().to_owned());
                // The last one of all stands in the outcome: for each other a run may still die at the next.
                if left.peek().is_some() || !failed.is_empty() || !unknown.is_empty() {
                    commit(context, report, cause, IncidentChange::Told { to: channel.name().to_owned() }).await?;
                }
            }
            Told::Failed(why) => failed.push(why),
            Told::Unknown(why) => unknown.push(why),
        }
    }
    let said = |what: &str, why: &[String]| format!("{what}: {}: {}", incident.summary, why.join("; "));
    if !unknown.is_empty() {
        // As of a run that died: the claim has no outcome, and the next one waits until it is over.
        let why: Vec<String> = unknown.into_iter().chain(failed).collect();
        report.failed.push(FailedUnit { unit: None, error: said("not known whether it was told", &why) });
        return Ok(());
    }
    if failed.is_empty() {
        return commit(context, report, cause, IncidentChange::Sent { to }).await;
    }
    report.failed.push(FailedUnit { unit: None, error: said("not told", &failed) });
    commit(context, report, cause, IncidentChange::Failed { reason: failed.join("; ") }).await
}

async fn commit(context: &Context<'_>, report: &JobReport, cause: &Cause, change: IncidentChange) -> Result<(), Error> {
    let entry = Entry::Incident { cause: cause.clone(), change };
    context.archive.commit(context.run_at, report.job, vec![entry]).await.map(|_| ())
}
