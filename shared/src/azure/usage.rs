//! UsageAggregates (2015-06-01-preview) → usage aggregates.
//!
//! What is needed to rate a row is read strictly; what only describes it (resource, tags, project)
//! is read as far as it goes: real rows lack regions, wrap `instanceData` as text, as an object or
//! not at all, and a row is never dropped for that.

use std::collections::BTreeMap;

use serde::{Deserialize, de};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::decimal::Decimal;
use crate::guid::{MeterId, SubscriptionId};
use crate::json::{self, DecodeError, Object};
use crate::period::Instant;
use crate::usage::{Resource, UsageAggregate};
use crate::warning::{Warning, WarningCode};

/// One decoded answer.
#[derive(Debug)]
pub struct UsagePage {
    /// The rows, in the order of the answer.
    pub rows: Vec<UsageAggregate>,
    /// Where the next page is; to be followed as it stands.
    pub next_link: Option<String>,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
    /// The line of each row, where the rows came as JSON Lines.
    lines: Vec<usize>,
}

impl UsagePage {
    /// Refuses rows of other subscriptions: valid JSON of somebody else is no answer to our question.
    pub fn refuse_others(&self, subscription_id: SubscriptionId) -> Result<(), DecodeError> {
        let Some(index) = self.rows.iter().position(|row| row.subscription_id != subscription_id) else {
            return Ok(());
        };
        let found = self.rows[index].subscription_id;
        let message = format!("the row belongs to subscription {found}, not to {subscription_id}");
        Err(match self.lines.get(index) {
            Some(line) => DecodeError { line: *line, ..DecodeError::at("properties.subscriptionId", message) },
            None => DecodeError::at(format!("value[{index}].properties.subscriptionId"), message),
        })
    }
}

/// Decodes one page of the API.
pub fn decode_page(bytes: &[u8]) -> Result<UsagePage, DecodeError> {
    let Object(page): Object<WirePage> = json::decode(bytes)?;
    let mut warnings = Vec::new();
    let mut rows = Vec::with_capacity(page.value.len());
    for (index, row) in page.value.into_iter().enumerate() {
        rows.push(row.into_aggregate(&format!("value[{index}].properties"), &mut warnings)?);
    }
    Ok(UsagePage { rows, next_link: page.next_link.filter(|link| !link.is_empty()), warnings, lines: Vec::new() })
}

/// Decodes a file: one answer, or JSON Lines of its rows.
pub fn decode_file(bytes: &[u8]) -> Result<UsagePage, DecodeError> {
    match decode_page(bytes) {
        Ok(page) => Ok(page),
        // A second line that is not part of the first value is what JSON Lines look like.
        Err(whole) => match decode_lines(bytes) {
            Ok(Some(page)) => Ok(page),
            Ok(None) => Err(whole),
            Err(line) => Err(line),
        },
    }
}

/// `None` when the first line looks like no row, so that the text is meant as one answer.
fn decode_lines(bytes: &[u8]) -> Result<Option<UsagePage>, DecodeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut page = UsagePage { rows: Vec::new(), next_link: None, warnings: Vec::new(), lines: Vec::new() };
    for (index, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if page.rows.is_empty() && !looks_like_a_row(line) {
            return Ok(None);
        }
        let in_line = |error: DecodeError| DecodeError { line: index + 1, ..error };
        let Object(row): Object<WireRow> = json::decode(line).map_err(in_line)?;
        let warned = page.warnings.len();
        page.rows.push(row.into_aggregate("properties", &mut page.warnings).map_err(in_line)?);
        page.lines.push(index + 1);
        for warning in &mut page.warnings[warned..] {
            warning.path = warning.path.take().map(|path| format!("line {} {path}", index + 1));
        }
    }
    Ok((!page.rows.is_empty()).then_some(page))
}

/// Whole JSON with `properties`, right or wrong: a wrong row in the first line is told as such.
fn looks_like_a_row(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Probe {
        properties: Option<de::IgnoredAny>,
    }
    json::decode::<Object<Probe>>(line).is_ok_and(|Object(probe)| probe.properties.is_some())
}

#[derive(Deserialize)]
struct WirePage {
    #[serde(deserialize_with = "json::objects")]
    value: Vec<WireRow>,
    #[serde(default, rename = "nextLink")]
    next_link: Option<String>,
}

#[derive(Deserialize)]
struct WireRow {
    /// The reported bucket, shared by all rows in it; no key by itself.
    #[serde(default)]
    name: Option<String>,
    #[serde(deserialize_with = "json::object")]
    properties: WireProperties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProperties {
    subscription_id: SubscriptionId,
    usage_start_time: Instant,
    usage_end_time: Instant,
    meter_id: MeterId,
    quantity: Decimal,
    #[serde(default)]
    meter_name: Option<String>,
    #[serde(default)]
    meter_category: Option<String>,
    #[serde(default)]
    meter_sub_category: Option<String>,
    #[serde(default)]
    meter_region: Option<String>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    info_fields: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    instance_data: Option<Box<RawValue>>,
}

impl WireRow {
    fn into_aggregate(self, path: &str, warnings: &mut Vec<Warning>) -> Result<UsageAggregate, DecodeError> {
        let properties = self.properties;
        if properties.usage_end_time <= properties.usage_start_time {
            let path = format!("{path}.usageEndTime");
            return Err(DecodeError::at(path, "the usage must end after it starts"));
        }
        let info_fields = properties.info_fields.filter(|fields| !fields.is_empty());
        let (resource, instance_text) = match &properties.instance_data {
            None => (None, None),
            Some(raw) if raw.get() == "null" => (None, None),
            Some(raw) => match read_instance_data(raw.get()) {
                Some(resource) => (Some(resource), None),
                None => {
                    warnings.push(Warning {
                        code: WarningCode::InstanceDataUnreadable,
                        message: "the row counts; its resource and tags are unknown".into(),
                        path: Some(format!("{path}.instanceData")),
                    });
                    (None, Some(raw.get().to_owned()))
                }
            },
        };
        Ok(UsageAggregate {
            subscription_id: properties.subscription_id,
            meter_id: properties.meter_id,
            usage_start_at: properties.usage_start_time.0,
            usage_end_at: properties.usage_end_time.0,
            bucket: self.name.unwrap_or_default(),
            quantity: properties.quantity,
            meter_name: properties.meter_name.unwrap_or_default(),
            meter_category: properties.meter_category.unwrap_or_default(),
            meter_sub_category: properties.meter_sub_category.unwrap_or_default(),
            meter_region: properties.meter_region.unwrap_or_default(),
            unit: properties.unit.unwrap_or_default(),
            // Sorted keys, so that the same fields in another order are the same row.
            info_fields: info_fields.and_then(|fields| serde_json::to_string(&fields).ok()),
            resource,
            instance_text,
        })
    }
}

/// `instanceData` as text or as an object, with or without its `Microsoft.Resources` wrapper.
fn read_instance_data(raw: &str) -> Option<Resource> {
    let value: Value = serde_json::from_str(raw).ok()?;
    let value = match value {
        Value::String(text) => serde_json::from_str(&text).ok()?,
        other => other,
    };
    let inner = value.get("Microsoft.Resources").unwrap_or(&value);
    let uri = inner.get("resourceUri")?.as_str()?;
    Some(Resource {
        uri: uri.to_owned(),
        location: inner.get("location").and_then(Value::as_str).unwrap_or_default().to_owned(),
        tags: read_tags(inner.get("tags")),
    })
}

/// Tags as an object, or as the text of one; anything that is no map of tags is none.
fn read_tags(tags: Option<&Value>) -> BTreeMap<String, String> {
    let parsed;
    let object = match tags {
        Some(Value::String(text)) => {
            parsed = serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
            parsed.as_object()
        }
        Some(value) => value.as_object(),
        None => None,
    };
    let mut result = BTreeMap::new();
    for (name, value) in object.into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        result.insert(name.clone(), text);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(extra: &str) -> String {
        format!(
            r#"{{"id":"x","name":"Daily_BRSDT_20150501_0000","type":"Microsoft.Commerce/UsageAggregate","properties":{{
            "subscriptionId":"11111111-2222-3333-4444-555555555555","meterId":"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4",
            "usageStartTime":"2015-04-27T17:00:00-07:00","usageEndTime":"2015-04-28T17:00:00-07:00","quantity":2E-06{extra}}}}}"#
        )
        .replace('\n', "")
    }

    fn page(rows: &[String]) -> UsagePage {
        match decode_page(format!(r#"{{"value":[{}]}}"#, rows.join(",")).as_bytes()) {
            Ok(page) => page,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_bare_row_of_2015_is_read() {
        let page = page(&[row("")]);
        let first = &page.rows[0];
        assert_eq!(first.usage_start_at.to_string(), "2015-04-28T00:00:00Z");
        assert_eq!(first.quantity.to_string(), "0.000002");
        assert_eq!(first.meter_region, "");
        assert!(page.warnings.is_empty());
    }

    #[test]
    fn every_known_form_of_instance_data_finds_the_resource() {
        let inner =
            r#"{"resourceUri":"/subscriptions/s/vm1","location":"westus","tags":{"env":"prod","n":3,"z":null}}"#;
        let wrapped = format!(r#"{{"Microsoft.Resources":{inner}}}"#);
        let as_text = serde_json::to_string(&wrapped).unwrap_or_default();
        for form in [inner, &wrapped, &as_text] {
            let page = page(&[row(&format!(r#","instanceData":{form}"#))]);
            let resource = page.rows[0].resource.clone();
            assert_eq!(resource.as_ref().map(|r| r.uri.as_str()), Some("/subscriptions/s/vm1"), "{form}");
            let tags = resource.map(|r| r.tags.into_iter().collect::<Vec<_>>()).unwrap_or_default();
            assert_eq!(tags, [("env", "prod"), ("n", "3"), ("z", "")].map(|(a, b)| (a.into(), b.into())));
        }
    }

    #[test]
    fn an_unreadable_instance_keeps_its_row_and_says_so() {
        for form in [r#""{cut""#, "17", "[]", r#"{"other":1}"#, r#""""#] {
            let page = page(&[row(&format!(r#","instanceData":{form}"#))]);
            assert_eq!((page.rows.len(), page.warnings.len()), (1, 1), "{form}");
        }
        assert!(page(&[row(r#","instanceData":null,"infoFields":{}"#)]).warnings.is_empty());
    }

    #[test]
    fn lines_are_read_like_pages_and_name_their_line() {
        let lines = format!("{}\n\n{}\n", row(""), row(""));
        assert_eq!(decode_file(lines.as_bytes()).map(|p| p.rows.len()), Ok(2));
        let broken = format!("{}\n{}\n", row(""), &row("")[..80]);
        let error = decode_file(broken.as_bytes()).map(|p| p.rows.len()).map_err(|e| e.line);
        assert_eq!(error, Err(2));
    }
}
