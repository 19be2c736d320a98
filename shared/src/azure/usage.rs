//! UsageAggregates (2015-06-01-preview) → usage aggregates.
//!
//! What is needed to rate a row is read strictly; what only describes it (resource, tags, project)
//! is read as far as it goes: real rows lack regions, wrap `instanceData` as text, as an object or
//! not at all, and a row is never dropped for that.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, de};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::decimal::Decimal;
use crate::guid::{MeterId, SubscriptionId};
use crate::json::{self, DecodeError, Object};
use crate::period::Instant;
use crate::ratebook::Interner;
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

/// Reads pages. What repeats from row to row (names, units, resources) is kept once, also across pages:
/// a month names the same resource thirty times, and a year of it must fit into a small function.
#[derive(Default)]
pub struct Decoder {
    texts: Interner,
    /// By the raw `instanceData`; `None` for what could not be read.
    resources: BTreeMap<Box<str>, Option<Arc<Resource>>>,
}

/// Rows that are all different must not fill the memory: then everything is forgotten and kept anew.
const MAX_KEPT_RESOURCES: usize = 100_000;

impl Decoder {
    /// Decodes one page of the API.
    pub fn page(&mut self, bytes: &[u8]) -> Result<UsagePage, DecodeError> {
        let Object(page): Object<WirePage<'_>> = json::decode(bytes)?;
        let mut warnings = Vec::new();
        let mut rows = Vec::with_capacity(page.value.len());
        for (index, row) in page.value.into_iter().enumerate() {
            rows.push(row.into_aggregate(&|| format!("value[{index}].properties"), self, &mut warnings)?);
        }
        let next_link = page.next_link.map(Text::into_owned).filter(|link| !link.is_empty());
        Ok(UsagePage { rows, next_link, warnings, lines: Vec::new() })
    }

    /// Decodes a file: one answer, or JSON Lines of its rows.
    pub fn file(&mut self, bytes: &[u8]) -> Result<UsagePage, DecodeError> {
        match self.page(bytes) {
            Ok(page) => Ok(page),
            // A second line that is not part of the first value is what JSON Lines look like.
            Err(whole) => match self.lines(bytes) {
                Ok(Some(page)) => Ok(page),
                Ok(None) => Err(whole),
                Err(line) => Err(line),
            },
        }
    }

    /// `None` when the first line looks like no row, so that the text is meant as one answer.
    fn lines(&mut self, bytes: &[u8]) -> Result<Option<UsagePage>, DecodeError> {
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
            let Object(row): Object<WireRow<'_>> = json::decode(line).map_err(in_line)?;
            let warned = page.warnings.len();
            let row = row.into_aggregate(&|| "properties".into(), self, &mut page.warnings);
            page.rows.push(row.map_err(in_line)?);
            page.lines.push(index + 1);
            for warning in &mut page.warnings[warned..] {
                warning.path = warning.path.take().map(|path| format!("line {} {path}", index + 1));
            }
        }
        Ok((!page.rows.is_empty()).then_some(page))
    }

    fn text(&mut self, text: Option<Text<'_>>) -> Arc<str> {
        self.texts.text(text.as_ref().map_or("", |text| &text.0))
    }

    fn resource(&mut self, raw: &str) -> Option<Arc<Resource>> {
        if let Some(known) = self.resources.get(raw) {
            return known.clone();
        }
        if self.resources.len() >= MAX_KEPT_RESOURCES {
            *self = Decoder::default();
        }
        let resource = read_instance_data(raw).map(Arc::new);
        self.resources.insert(raw.into(), resource.clone());
        resource
    }
}

/// Decodes one page of the API by itself.
pub fn decode_page(bytes: &[u8]) -> Result<UsagePage, DecodeError> {
    Decoder::default().page(bytes)
}

/// Decodes a file by itself: one answer, or JSON Lines of its rows.
pub fn decode_file(bytes: &[u8]) -> Result<UsagePage, DecodeError> {
    Decoder::default().file(bytes)
}

/// Whole JSON with `properties`, right or wrong: a wrong row in the first line is told as such.
fn looks_like_a_row(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Probe {
        properties: Option<de::IgnoredAny>,
    }
    json::decode::<Object<Probe>>(line).is_ok_and(|Object(probe)| probe.properties.is_some())
}

/// A text that is borrowed from the page unless it has escapes. (Behind an `Option`, serde would copy it.)
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

#[derive(Deserialize)]
struct WirePage<'a> {
    #[serde(borrow, deserialize_with = "json::objects")]
    value: Vec<WireRow<'a>>,
    #[serde(borrow, default, rename = "nextLink")]
    next_link: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct WireRow<'a> {
    /// The reported bucket, shared by all rows in it; no key by itself.
    #[serde(borrow, default)]
    name: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "json::object")]
    properties: WireProperties<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireProperties<'a> {
    subscription_id: SubscriptionId,
    usage_start_time: Instant,
    usage_end_time: Instant,
    meter_id: MeterId,
    quantity: Decimal,
    #[serde(borrow, default)]
    meter_name: Option<Text<'a>>,
    #[serde(borrow, default)]
    meter_category: Option<Text<'a>>,
    #[serde(borrow, default)]
    meter_sub_category: Option<Text<'a>>,
    #[serde(borrow, default)]
    meter_region: Option<Text<'a>>,
    #[serde(borrow, default)]
    unit: Option<Text<'a>>,
    #[serde(default)]
    info_fields: Option<BTreeMap<String, Value>>,
    #[serde(borrow, default)]
    instance_data: Option<&'a RawValue>,
}

impl WireRow<'_> {
    /// `path` is only built for the row that needs it.
    fn into_aggregate(
        self,
        path: &dyn Fn() -> String,
        decoder: &mut Decoder,
        warnings: &mut Vec<Warning>,
    ) -> Result<UsageAggregate, DecodeError> {
        let properties = self.properties;
        if properties.usage_end_time <= properties.usage_start_time {
            let path = format!("{}.usageEndTime", path());
            return Err(DecodeError::at(path, "the usage must end after it starts"));
        }
        let info_fields = properties.info_fields.filter(|fields| !fields.is_empty());
        let (resource, instance_text) = match &properties.instance_data {
            None => (None, None),
            Some(raw) if raw.get() == "null" => (None, None),
            Some(raw) => match decoder.resource(raw.get()) {
                Some(resource) => (Some(resource), None),
                None => {
                    warnings.push(Warning {
                        code: WarningCode::InstanceDataUnreadable,
                        message: "the row counts; its resource and tags are unknown".into(),
                        path: Some(format!("{}.instanceData", path())),
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
            bucket: decoder.text(self.name),
            quantity: properties.quantity,
            meter_name: decoder.text(properties.meter_name),
            meter_category: decoder.text(properties.meter_category),
            meter_sub_category: decoder.text(properties.meter_sub_category),
            meter_region: decoder.text(properties.meter_region),
            unit: decoder.text(properties.unit),
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
        assert_eq!(&*first.meter_region, "");
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
            let resource = page.rows[0].resource.as_deref().cloned();
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
