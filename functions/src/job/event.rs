//! What starts a job: the scheduled time, and which part of the work one invocation does.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::json::{self, DecodeError};
use shared::period::Instant;

use super::Job;
use crate::error::Error;
use crate::jobs::{alerts, publish, snapshot_invoices, snapshot_ratecard, snapshot_retail, snapshot_usage};

/// One invocation: `{"time": "2026-11-23T03:15:00Z"}`, with a `unit` where only that is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When the run was scheduled: the "now" of the run, also when it is tried again hours later.
    pub time: Instant,
    /// What to do; everything that is configured without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

/// The part of a job's work that fails and is tried again by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Unit {
    /// One subscription and granularity.
    Usage(snapshot_usage::Plan),
    /// One offer, currency and country.
    RateCard(snapshot_ratecard::Plan),
    /// One currency.
    Retail(snapshot_retail::Plan),
    /// One subscription.
    Invoices(snapshot_invoices::Plan),
    /// The months of one subscription, or the list of price books.
    Publish(publish::Plan),
    /// All alert rules.
    Alerts(alerts::Plan),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "U: DeserializeOwned"))]
struct Wire<U> {
    time: Instant,
    #[serde(default = "Option::default")]
    unit: Option<U>,
}

fn decode<U: DeserializeOwned>(text: &[u8], unit: fn(U) -> Unit) -> Result<Event, DecodeError> {
    let json::Object(wire) = json::decode::<json::Object<Wire<U>>>(text)?;
    Ok(Event { time: wire.time, unit: wire.unit.map(unit) })
}

impl Event {
    /// Reads what a schedule or a queue sent. A field that nobody knows is a mistake somebody should see.
    pub fn decode(job: Job, text: &[u8]) -> Result<Event, Error> {
        let event = match job {
            Job::SnapshotUsage => decode(text, Unit::Usage),
            Job::SnapshotRatecard => decode(text, Unit::RateCard),
            Job::SnapshotRetail => decode(text, Unit::Retail),
            Job::SnapshotInvoices => decode(text, Unit::Invoices),
            Job::Publish => decode(text, Unit::Publish),
            Job::Alerts => decode(text, Unit::Alerts),
        };
        event.map_err(Error::bad_input(format!("the event of {job}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "11111111-2222-3333-4444-555555555555";

    fn read(job: Job, text: &str) -> Result<Event, String> {
        Event::decode(job, text.as_bytes()).map_err(|error| error.to_string())
    }

    /// What a schedule sends, what a queue holds, and what the planner makes are one text.
    #[test]
    fn an_event_reads_what_it_writes() {
        for (job, unit) in [
            (Job::SnapshotUsage, format!(r#"{{"subscriptionId":"{ID}","granularity":"hourly"}}"#)),
            (
                Job::SnapshotUsage,
                format!(r#"{{"subscriptionId":"{ID}","granularity":"daily","account":{{"offer":"MS-AZR-0003P"}}}}"#),
            ),
            (
                Job::SnapshotRatecard,
                format!(
                    r#"{{"subscriptionId":"{ID}","offer":"MS-AZR-0003P","currency":"USD","locale":"en-US","regionInfo":"US"}}"#
                ),
            ),
            (Job::SnapshotRetail, r#"{"currency":"EUR","regions":["westeurope"],"services":[]}"#.into()),
            (Job::SnapshotInvoices, format!(r#"{{"subscriptionId":"{ID}","from":"2026-01-01"}}"#)),
            (Job::Publish, format!(r#"{{"subscriptionId":"{ID}"}}"#)),
            (Job::Publish, "{}".into()),
            (Job::Alerts, "{}".into()),
        ] {
            let text = format!(r#"{{"time":"2026-11-23T03:15:00Z","unit":{unit}}}"#);
            assert_eq!(serde_json::to_string(&read(job, &text).unwrap()).unwrap(), text);
            assert_eq!(read(job, r#"{"time":"2026-11-23T03:15:00Z"}"#).unwrap().unit, None);
        }
    }

    #[test]
    fn a_mistaken_event_is_refused_with_its_place() {
        let time = "2026-11-23T03:15:00Z";
        for (text, place) in [
            ("{}".to_owned(), "time"),
            ("[]".into(), "the event of snapshot-usage"),
            (r#"{"time":"yesterday"}"#.into(), "time"),
            (r#"{"time":"<aws.scheduler.scheduled-time>"}"#.into(), "time"),
            (format!(r#"{{"time":"{time}","job":"x"}}"#), "job"),
            (format!(r#"{{"time":"{time}","unit":{{"granularity":"daily"}}}}"#), "subscriptionId"),
            (
                format!(r#"{{"time":"{time}","unit":{{"subscriptionId":"{ID}","granularity":"weekly"}}}}"#),
                "granularity",
            ),
            (format!(r#"{{"time":"{time}","unit":{{"subscriptionId":"{ID}","offer":"MS-AZR-0003P"}}}}"#), "offer"),
        ] {
            let refusal = read(Job::SnapshotUsage, &text).unwrap_err();
            assert!(refusal.contains(place), "{text}: {refusal}");
        }
    }
}
