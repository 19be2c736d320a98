//! What somebody knows of the days to come: a file that says what stops, starts, changes or is charged once.
//!
//! ```json
//! {"schema": "forebill.events/1", "events": [
//!   {"on": "2026-12-04", "kind": "stop", "resource": "shop-batch-01", "note": "the batch job ends"},
//!   {"on": "2026-12-10", "kind": "factor", "factor": "1.5", "meterCategory": "Bandwidth"},
//!   {"on": "2026-12-01", "kind": "start", "meterId": "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4", "quantity": "24"},
//!   {"on": "2026-12-15", "kind": "once", "meterId": "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4", "quantity": "1"}]}
//! ```
//!
//! `stop` and `factor` are about a `resource` (its whole id, or the last part of it), a `resourceGroup`, a `meterId` or a
//! `meterCategory`: exactly one. `start` adds `quantity` on each day, `once` on one.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::json::{self, DecodeError};
use crate::usage::UsageAggregate;

const SCHEMA: &str = "forebill.events/1";
/// More are a mistake.
const MAX_EVENTS: usize = 1_000;

/// What somebody knows of the days from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The first day, in UTC.
    pub on: Date,
    /// What happens.
    #[serde(flatten)]
    pub change: Change,
    /// Why, in the words of whoever knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What happens from the day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Change {
    /// Nothing is used any more.
    Stop {
        /// Of what.
        of: Scope,
    },
    /// So many times as much is used.
    Factor {
        /// Of what.
        of: Scope,
        /// Zero or more.
        factor: Decimal,
    },
    /// So much is used beside everything else.
    Start {
        /// Of which meter.
        meter_id: MeterId,
        /// On each day, in the unit in which the meter is reported.
        quantity: Decimal,
    },
    /// So much is charged on that day alone.
    Once {
        /// Of which meter.
        meter_id: MeterId,
        /// In the unit in which the meter is reported.
        quantity: Decimal,
    },
}

/// Which rows of usage are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// A resource by its id or the last part of it, in any case.
    Resource(String),
    /// A resource group, in any case.
    ResourceGroup(String),
    /// A meter.
    Meter(MeterId),
    /// A service, as the usage names it.
    MeterCategory(String),
}

impl Scope {
    /// Whether a row is meant.
    #[must_use]
    pub fn fits(&self, row: &UsageAggregate) -> bool {
        let resource = row.resource.as_ref();
        match self {
            Scope::Resource(name) => resource.is_some_and(|resource| {
                resource.uri.eq_ignore_ascii_case(name) || resource.name().eq_ignore_ascii_case(name)
            }),
            Scope::ResourceGroup(name) => {
                resource.and_then(|resource| resource.group()).is_some_and(|group| group.eq_ignore_ascii_case(name))
            }
            Scope::Meter(id) => row.meter_id == *id,
            Scope::MeterCategory(name) => row.meter_category.to_lowercase() == name.to_lowercase(),
        }
    }
}

/// As it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    #[serde(deserialize_with = "json::objects")]
    events: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    on: Date,
    kind: Kind,
    resource: Option<String>,
    resource_group: Option<String>,
    meter_id: Option<MeterId>,
    meter_category: Option<String>,
    factor: Option<Decimal>,
    quantity: Option<Decimal>,
    note: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Stop,
    Factor,
    Start,
    Once,
}

/// Reads a file of events.
///
/// # Errors
/// A [`DecodeError`] with its place for what is no such file: a key that is missing, unknown or of another kind of event,
/// a factor below zero, more than 1,000 events.
pub fn read(bytes: &[u8]) -> Result<Vec<Event>, DecodeError> {
    let json::Object(file) = json::decode::<json::Object<File>>(bytes)?;
    if file.schema != SCHEMA {
        return Err(DecodeError::at("schema", format!("expected {SCHEMA}, found {}", file.schema)));
    }
    if file.events.len() > MAX_EVENTS {
        return Err(DecodeError::at("events", format!("more than {MAX_EVENTS} events")));
    }
    let event = |(index, written): (usize, Written)| {
        written.event().map_err(|message| DecodeError::at(format!("events[{index}]"), message))
    };
    file.events.into_iter().enumerate().map(event).collect()
}

impl Written {
    fn event(self) -> Result<Event, &'static str> {
        let changes_use = matches!(self.kind, Kind::Stop | Kind::Factor);
        if (self.kind == Kind::Factor) != self.factor.is_some() {
            return Err("an event has a factor exactly when its kind is factor");
        }
        if changes_use == self.quantity.is_some() {
            return Err("an event has a quantity exactly when its kind is start or once");
        }
        if self.factor.is_some_and(Decimal::is_negative) {
            return Err("a factor is not below zero");
        }
        let (meter_id, factor, quantity) = (self.meter_id, self.factor, self.quantity);
        let mut scopes = [
            self.resource.map(Scope::Resource),
            self.resource_group.map(Scope::ResourceGroup),
            self.meter_id.map(Scope::Meter),
            self.meter_category.map(Scope::MeterCategory),
        ]
        .into_iter()
        .flatten();
        let (Some(of), None) = (scopes.next(), scopes.next()) else {
            return Err("an event is about exactly one of resource, resourceGroup, meterId and meterCategory");
        };
        let change = match (self.kind, factor, quantity, meter_id) {
            (Kind::Stop, ..) => Change::Stop { of },
            (Kind::Factor, Some(factor), ..) => Change::Factor { of, factor },
            (Kind::Start, _, Some(quantity), Some(meter_id)) => Change::Start { meter_id, quantity },
            (Kind::Once, _, Some(quantity), Some(meter_id)) => Change::Once { meter_id, quantity },
            _ => return Err("start and once name a meterId: a new resource has no meter yet"),
        };
        Ok(Event { on: self.on, change, note: self.note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METER: &str = "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";

    fn one(fields: &str) -> Result<Change, String> {
        let text = format!("{{\"schema\": \"forebill.events/1\", \"events\": [{{\"on\": \"2026-12-04\", {fields}}}]}}");
        read(text.as_bytes()).map(|events| events[0].change.clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn four_kinds_are_read() {
        let stop = one("\"kind\": \"stop\", \"resource\": \"vm\", \"note\": \"Friday\"");
        assert_eq!(stop, Ok(Change::Stop { of: Scope::Resource("vm".into()) }));
        let factor = one("\"kind\": \"factor\", \"factor\": 1.5, \"resourceGroup\": \"web\"");
        assert_eq!(factor, Ok(Change::Factor { of: Scope::ResourceGroup("web".into()), factor: Decimal::new(15, 1) }));
        for kind in ["start", "once"] {
            let change = one(&format!("\"kind\": \"{kind}\", \"meterId\": \"{METER}\", \"quantity\": \"24\""));
            assert!(matches!(change, Ok(Change::Start { .. } | Change::Once { .. })), "{kind}: {change:?}");
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (fields, words) in [
            ("\"kind\": \"pause\", \"resource\": \"vm\"", "unknown variant `pause`"),
            ("\"kind\": \"stop\"", "exactly one of resource"),
            ("\"kind\": \"stop\", \"resource\": \"vm\", \"meterCategory\": \"x\"", "exactly one of resource"),
            ("\"kind\": \"stop\", \"resource\": \"vm\", \"factor\": 2", "a factor exactly when"),
            ("\"kind\": \"factor\", \"resource\": \"vm\"", "a factor exactly when"),
            ("\"kind\": \"factor\", \"resource\": \"vm\", \"factor\": -1", "not below zero"),
            ("\"kind\": \"start\", \"resource\": \"vm\", \"quantity\": 1", "name a meterId"),
            ("\"kind\": \"once\", \"resource\": \"vm\"", "a quantity exactly when"),
            ("\"kind\": \"stop\", \"resource\": \"vm\", \"when\": 1", "unknown field `when`"),
            ("\"kind\": \"factor\", \"resource\": \"vm\", \"factor\": \"x\"", "not a decimal number"),
        ] {
            let error = one(fields).unwrap_err();
            assert!(error.contains(words) && error.contains("events[0]"), "{fields}: {error}");
        }
        assert!(read(b"{\"schema\": \"x\", \"events\": []}").is_err_and(|error| error.path == "schema"));
        assert!(read(b"{\"schema\": \"forebill.events/1\", \"events\": [{\"on\": \"4.12.\"}]}").is_err());
    }
}
