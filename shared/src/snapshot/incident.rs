//! Incidents of alert rules: what is on record of each cause, and who may tell it.
//!
//! Runs may come twice, at once, late and out of order. Each writes what it wants into a commit record, and this fold
//! decides: of two that open an incident the first record counts, and only whose record counts may send. The message
//! leaves between the record that claims it and the record of its outcome. A run that dies there leaves nobody knows
//! what: such a claim is left alone for [`LEASE_HOURS`], then the message is sent once more, and never a third time.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::period::Instant;

/// A claim without an outcome is somebody at work for so long; longer than any event is tried again, shorter than a day.
pub const LEASE_HOURS: i64 = 12;
/// How often a message may leave while nobody knows whether it arrived.
const MAX_UNKNOWN: u32 = 2;

/// What an incident is about. There is one incident for each, ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// The rule, as it is printed.
    pub rule: String,
    /// A subscription, or all of them.
    pub scope: String,
    /// The billing period, or the day since when usage is missing.
    pub period: String,
}

/// A part of what made a rule fire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct IncidentLine {
    /// The meter, or the days.
    pub what: String,
    /// How much.
    pub quantity: Decimal,
    /// Of what.
    pub unit: String,
    /// Unit prices of the tiers that it fell into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Decimal>,
    /// Exact cost of what has a price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Decimal>,
    /// What it is compared with, where there is something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<LineBefore>,
}

/// What a part of an incident was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LineBefore {
    /// How much, of the same.
    pub quantity: Decimal,
    /// Unit prices of then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Decimal>,
    /// Exact cost of what had a price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Decimal>,
}

/// What happened to an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub enum IncidentChange {
    /// The rule fires; whoever wrote this tells it.
    #[serde(rename_all = "camelCase")]
    Opened {
        /// In words.
        summary: String,
        /// The largest parts.
        lines: Vec<IncidentLine>,
    },
    /// Whoever wrote this tells it again.
    Claimed {},
    /// It was told in one place, and others are still to come.
    Told {
        /// Where.
        to: String,
    },
    /// It was told everywhere.
    Sent {
        /// Where.
        to: Vec<String>,
    },
    /// It could not be told.
    Failed {
        /// Why; never the address.
        reason: String,
    },
    /// The rule no longer fires.
    Closed {
        /// Why.
        reason: String,
    },
}

/// What came of telling it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Told, at the time of that run.
    Sent {
        /// When.
        at: Instant,
        /// Where.
        to: Vec<String>,
    },
    /// Not told, as far as is known for sure.
    Failed {
        /// Why.
        reason: String,
    },
}

/// Who tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The record that claims it.
    pub record: u64,
    /// The "now" of its run.
    pub run_at: Instant,
    /// How many claims in a row have no outcome, this one included.
    pub unknown: u32,
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Since when it is open.
    pub opened_at: Instant,
    /// When it was opened or closed last.
    pub changed_at: Instant,
    /// Whether the rule fires.
    pub open: bool,
    /// In words, as of the opening.
    pub summary: String,
    /// The largest parts, as of the opening.
    pub lines: Vec<IncidentLine>,
    /// Who tells it.
    pub claim: Claim,
    /// What came of it; nothing while somebody is at it, or died.
    pub outcome: Option<Outcome>,
    /// Where it was told for sure: never told there again, whatever becomes of the others.
    pub told: BTreeSet<String>,
}

impl Incident {
    /// An incident begins with its opening.
    pub(super) fn begin(change: IncidentChange, record: u64, run_at: Instant) -> Option<Incident> {
        let IncidentChange::Opened { summary, lines } = change else { return None };
        let claim = Claim { record, run_at, unknown: 1 };
        let told = BTreeSet::new();
        Some(Incident { opened_at: run_at, changed_at: run_at, open: true, summary, lines, claim, outcome: None, told })
    }

    /// Takes the next change into account. One that lost a race, or comes from an older run, changes nothing.
    pub(super) fn apply(&mut self, change: IncidentChange, record: u64, run_at: Instant) {
        match change {
            IncidentChange::Opened { summary, lines } if !self.open && run_at > self.changed_at => {
                (self.open, self.opened_at, self.changed_at) = (true, run_at, run_at);
                (self.summary, self.lines) = (summary, lines);
                self.take(record, run_at);
            }
            IncidentChange::Claimed {} if self.open => self.take(record, run_at),
            IncidentChange::Told { to } => {
                self.told.insert(to);
            }
            IncidentChange::Sent { to } => self.outcome = Some(Outcome::Sent { at: run_at, to }),
            IncidentChange::Failed { reason } if !self.is_sent() => self.outcome = Some(Outcome::Failed { reason }),
            IncidentChange::Closed { .. } if self.open && run_at >= self.changed_at => {
                (self.open, self.changed_at) = (false, run_at);
            }
            _ => {}
        }
    }

    fn take(&mut self, record: u64, run_at: Instant) {
        if self.may_claim(run_at) {
            let unknown = if self.outcome.is_some() { 1 } else { self.claim.unknown + 1 };
            self.claim = Claim { record, run_at, unknown };
            self.outcome = None;
        }
    }

    /// Whether a run of that time may tell it: not once it was told, not while somebody may be at it.
    #[must_use]
    pub fn may_claim(&self, run_at: Instant) -> bool {
        match &self.outcome {
            Some(Outcome::Sent { .. }) => false,
            Some(Outcome::Failed { .. }) => run_at >= self.claim.run_at,
            None => {
                let over = self.claim.run_at.0.checked_add(SignedDuration::from_hours(LEASE_HOURS));
                self.claim.unknown < MAX_UNKNOWN && over.is_ok_and(|over| run_at.0 >= over)
            }
        }
    }

    /// Whether it is for the run of that record to tell it, now.
    #[must_use]
    pub fn is_for(&self, record: u64) -> bool {
        self.open && self.outcome.is_none() && self.claim.record == record
    }

    /// Whether it was told.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Sent { .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Instant {
        let start: jiff::Timestamp = "2026-11-20T00:00:00Z".parse().unwrap_or_else(|e| panic!("{e}"));
        Instant(start.checked_add(SignedDuration::from_hours(hour)).unwrap_or(start))
    }

    fn opened() -> IncidentChange {
        IncidentChange::Opened { summary: "s".into(), lines: Vec::new() }
    }

    fn begun() -> Incident {
        Incident::begin(opened(), 1, at(0)).unwrap_or_else(|| panic!("an opening begins"))
    }

    #[test]
    fn of_two_that_open_it_the_first_tells_it() {
        let mut one = begun();
        one.apply(opened(), 2, at(0));
        one.apply(opened(), 3, at(1));
        assert!(one.is_for(1) && !one.is_for(2) && !one.is_for(3));
    }

    #[test]
    fn what_was_told_is_never_told_again() {
        let mut one = begun();
        one.apply(IncidentChange::Sent { to: vec!["log".into()] }, 2, at(0));
        for (record, hour) in [(3, 0), (4, 24), (5, 2400)] {
            one.apply(IncidentChange::Claimed {}, record, at(hour));
            assert!(!one.is_for(record));
        }
        // It ends and begins again in the same period: on record, and still told once.
        one.apply(IncidentChange::Closed { reason: "r".into() }, 6, at(2500));
        one.apply(opened(), 7, at(2600));
        assert!(one.open && !one.is_for(7) && one.is_sent());
        one.apply(IncidentChange::Failed { reason: "late".into() }, 8, at(0));
        assert!(one.is_sent());
    }

    #[test]
    fn where_it_was_told_stays_known_when_another_place_fails() {
        let mut one = begun();
        one.apply(IncidentChange::Told { to: "slack".into() }, 2, at(0));
        assert!(one.is_for(1), "others are still to come");
        one.apply(IncidentChange::Failed { reason: "teams: 503".into() }, 3, at(0));
        one.apply(IncidentChange::Claimed {}, 4, at(1));
        assert!(one.is_for(4) && one.told.contains("slack") && !one.told.contains("teams"));
    }

    #[test]
    fn a_run_that_died_is_followed_once_and_late() {
        let mut one = begun();
        for hour in [0, 1, 11] {
            one.apply(IncidentChange::Claimed {}, 2, at(hour));
            assert!(one.is_for(1), "hour {hour}");
        }
        one.apply(IncidentChange::Claimed {}, 3, at(24));
        one.apply(IncidentChange::Claimed {}, 4, at(24));
        assert!(one.is_for(3) && !one.is_for(4));
        one.apply(IncidentChange::Claimed {}, 5, at(240));
        assert!(one.is_for(3), "never a third time");
    }

    #[test]
    fn what_surely_failed_is_tried_again_at_once_and_by_one() {
        let mut one = begun();
        for record in [2, 4, 6, 8] {
            one.apply(IncidentChange::Failed { reason: "503".into() }, record, at(0));
            one.apply(IncidentChange::Claimed {}, record + 1, at(0));
            one.apply(IncidentChange::Claimed {}, record + 100, at(0));
            assert!(one.is_for(record + 1));
        }
    }

    #[test]
    fn an_older_run_neither_opens_nor_closes() {
        let mut one = begun();
        one.apply(IncidentChange::Closed { reason: "r".into() }, 2, at(-1));
        assert!(one.open);
        one.apply(IncidentChange::Closed { reason: "r".into() }, 3, at(24));
        one.apply(opened(), 4, at(23));
        assert!(!one.open);
        assert_eq!(Incident::begin(IncidentChange::Claimed {}, 1, at(0)), None);
    }
}
