//! Alert rules: what they say, whether they fire, and what that does to the incidents on record.

mod anomalies;
mod budget;
mod check;
mod freshness;
mod measure;
mod past;
mod periods;
mod prices;
mod projected;
mod rules;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use shared::json::DecodeError;
use shared::period::Instant;
use shared::snapshot::{Cause, Entry, Incident, IncidentChange, IncidentLine, Outcome, Snapshots};

use crate::archive::Archive;
use crate::error::Error;
pub use budget::{Budget, budgets};
pub use check::check;
pub use past::{Looked, look_back};
pub use rules::Rule;

/// The answer to one rule for one scope and period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is about.
    #[serde(flatten)]
    pub cause: Cause,
    /// Whether the condition holds.
    pub fires: bool,
    /// The answer in words.
    pub summary: String,
    /// The largest parts of it.
    pub lines: Vec<IncidentLine>,
}

/// The answers to all rules.
#[derive(Debug, Default)]
pub struct Checked {
    /// What could be answered.
    pub findings: Vec<Finding>,
    /// Rules that could not, and why: their incidents stay as they are.
    pub unknown: Vec<(String, String)>,
    /// What is doubtful about the answers.
    pub notes: Vec<String>,
}

/// An incident on record, as it is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnRecord<'a> {
    #[serde(flatten)]
    cause: &'a Cause,
    open: bool,
    opened_at: Instant,
    changed_at: Instant,
    summary: &'a str,
    lines: &'a [IncidentLine],
    outcome: &'a Option<Outcome>,
}

impl OnRecord<'_> {
    /// What is on record of a cause.
    #[must_use]
    pub fn of<'a>(cause: &'a Cause, incident: &'a Incident) -> OnRecord<'a> {
        let Incident { open, opened_at, changed_at, summary, lines, outcome, .. } = incident;
        let (open, opened_at, changed_at) = (*open, *opened_at, *changed_at);
        OnRecord { cause, open, opened_at, changed_at, summary, lines, outcome }
    }
}

/// A rule that could not be checked, and why.
#[derive(Debug, Serialize)]
pub struct Unknown<'a> {
    rule: &'a str,
    why: &'a str,
}

impl Checked {
    /// What could not be checked.
    #[must_use]
    pub fn unknown(&self) -> Vec<Unknown<'_>> {
        self.unknown.iter().map(|(rule, why)| Unknown { rule, why }).collect()
    }
}

/// Reads a text of rules.
pub fn read(text: &str) -> Result<Vec<Rule>, DecodeError> {
    rules::read(text)
}

/// The rules in force, or nothing where nobody ever set any.
pub async fn in_force(archive: &Archive, snapshots: &Snapshots) -> Result<Option<Vec<Rule>>, Error> {
    let Some((_, file)) = &snapshots.alert_rules else { return Ok(None) };
    let text =
        String::from_utf8(archive.page(file).await?).map_err(|_| Error::Damaged(format!("{} is no text", file.key)))?;
    read(&text).map(Some).map_err(Error::damaged(file.key.clone()))
}

/// What a run writes: incidents that open, those that it tells again, and those that end.
#[must_use]
pub fn changes(snapshots: &Snapshots, rules: &[Rule], checked: &Checked, run_at: Timestamp) -> Vec<Entry> {
    let run_at = Instant(run_at);
    let answers: BTreeMap<&Cause, &Finding> =
        checked.findings.iter().map(|finding| (&finding.cause, finding)).collect();
    let mut entries = Vec::new();
    for (cause, finding) in answers.iter().filter(|(_, finding)| finding.fires) {
        let opened = || IncidentChange::Opened { summary: finding.summary.clone(), lines: finding.lines.clone() };
        let change = match snapshots.incidents.get(*cause) {
            None => Some(opened()),
            Some(known) if !known.open => (run_at > known.changed_at).then(opened),
            Some(known) => known.may_claim(run_at).then_some(IncidentChange::Claimed {}),
        };
        entries.extend(change.map(|change| Entry::Incident { cause: (*cause).clone(), change }));
    }
    for (cause, known) in &snapshots.incidents {
        let answer = answers.get(cause);
        let stays = answer.is_some_and(|finding| finding.fires)
            || checked.unknown.iter().any(|(rule, _)| *rule == cause.rule)
            || run_at < known.changed_at;
        if !known.open || stays {
            continue;
        }
        let reason = ending(cause, rules, &checked.findings);
        entries.push(Entry::Incident { cause: cause.clone(), change: IncidentChange::Closed { reason } });
    }
    entries
}

/// Why an incident ends: what its rule says of the same scope now, or that nobody asks any more.
fn ending(cause: &Cause, rules: &[Rule], findings: &[Finding]) -> String {
    let of_scope = |now: &&Finding| now.cause.rule == cause.rule && now.cause.scope == cause.scope;
    let mut same = findings.iter().filter(of_scope);
    let rule = rules.iter().find(|rule| rule.text == cause.rule);
    match (same.clone().find(|now| !now.fires), rule) {
        (Some(quiet), _) => quiet.summary.clone(),
        (None, Some(_)) if same.next().is_none() => "the scope is gone".to_owned(),
        (None, Some(rule)) => rule.is_over().to_owned(),
        (None, None) => "the rule is gone".to_owned(),
    }
}
