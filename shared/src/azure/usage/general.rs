//! The general parser of usage: any JSON that says what it must, and every refusal in its words.
//!
//! What is needed to rate a row is read strictly; what only describes it (resource, tags, project)
//! is read as far as it goes: real rows lack regions, wrap `instanceData` as text, as an object or
//! not at all, and a row is never dropped for that.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, de};
use serde_json::Value;
use serde_json::value::RawValue;

use super::UsagePage;
use super::memo::Memo;
use crate::decimal::Decimal;
use crate::guid::{MeterId, SubscriptionId};
use crate::json::{self, DecodeError, Object};
use crate::order::Map;
use crate::period::Instant;
use crate::ratebook::Interner;
use crate::usage::{Resource, UsageAggregate};
use crate::warning::{Warning, WarningCode};

/// What repeats from row to row (names, units, resources) is kept once, also across pages: a month names the
/// same resource thirty times, and a year of it must fit into a small function.
#[derive(Default)]
pub struct General {
    texts: Interner,
    /// By the raw `instanceData`; `None` for what could not be read.
    resources: Memo<Option<Arc<Resource>>>,
}

/// What `instanceData` says: the resource, or its own text where that could not be read, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instance {
    pub resource: Option<Arc<Resource>>,
    pub text: Option<String>,
}

impl General {
    /// Decodes one page of the API.
    pub fn page(&mut self, bytes: &[u8]) -> Result<UsagePage, DecodeError> {
        let Object(page): Object<WirePage<'_>> = json::decode(bytes)?;
        let mut warnings = Vec::new();
        let mut rows = Vec::with_capacity(page.value.len());
        for (index, row) in page.value.into_iter().enumerate() {
            rows.push(row.into_aggregate(&|| path_of(index), self, &mut warnings)?);
        }
        Ok(UsagePage { rows, next_link: next_link(page.next_link), warnings, lines: Vec::new() })
    }

    /// Decodes one row by itself. `path` is only built for the row that needs it.
    pub fn row(
        &mut self,
        bytes: &[u8],
        path: &dyn Fn() -> String,
        warnings: &mut Vec<Warning>,
    ) -> Result<UsageAggregate, DecodeError> {
        let Object(row): Object<WireRow<'_>> = json::decode(bytes)?;
        row.into_aggregate(path, self, warnings)
    }

    fn text(&mut self, text: Option<Text<'_>>) -> Arc<str> {
        self.texts.text(text.as_ref().map_or("", |text| &text.0))
    }

    /// Reads the value of `instanceData` by itself and does not keep it: the caller does. `None` where it is not the
    /// usual text of a resource, and the whole row has to be read.
    pub fn usual_instance(bytes: &[u8]) -> Option<Instance> {
        let text: String = serde_json::from_slice(bytes).ok()?;
        let resource = usual_resource(&text).filter(|resource| !resource.uri.is_empty())?;
        Some(Instance { resource: Some(Arc::new(resource)), text: None })
    }

    fn read_instance(&mut self, raw: &RawValue) -> Instance {
        let raw = raw.get();
        if raw == "null" {
            return Instance::default();
        }
        let resource = match self.resources.find(raw.as_bytes()) {
            Some(known) => self.resources.part(known).clone(),
            None => {
                let resource = read_instance_data(raw).map(Arc::new);
                self.resources.insert(raw.as_bytes(), resource.clone());
                resource
            }
        };
        let text = resource.is_none().then(|| raw.to_owned());
        Instance { resource, text }
    }
}

/// What a page says besides its rows: `None` unless it has a list of rows, and an empty one.
pub fn next_link_without_rows(bytes: &[u8]) -> Option<Option<String>> {
    let Object(page): Object<WirePage<'_>> = json::decode(bytes).ok()?;
    page.value.is_empty().then(|| next_link(page.next_link))
}

fn next_link(text: Option<Text<'_>>) -> Option<String> {
    text.map(Text::into_owned).filter(|link| !link.is_empty())
}

/// The path of a row in its page.
pub fn path_of(index: usize) -> String {
    format!("value[{index}].properties")
}

/// Says that a row counts although its `instanceData` could not be read.
pub fn unreadable(path: &str) -> Warning {
    Warning {
        code: WarningCode::InstanceDataUnreadable,
        message: "the row counts; its resource and tags are unknown".into(),
        path: Some(format!("{path}.instanceData")),
    }
}

/// Whole JSON with `properties`, right or wrong: a wrong row in the first line is told as such.
pub fn looks_like_a_row(line: &[u8]) -> bool {
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
    info_fields: Option<Map<String, Value>>,
    #[serde(borrow, default)]
    instance_data: Option<&'a RawValue>,
}

impl WireRow<'_> {
    /// `path` is only built for the row that needs it.
    fn into_aggregate(
        self,
        path: &dyn Fn() -> String,
        general: &mut General,
        warnings: &mut Vec<Warning>,
    ) -> Result<UsageAggregate, DecodeError> {
        let properties = self.properties;
        if properties.usage_end_time <= properties.usage_start_time {
            let path = format!("{}.usageEndTime", path());
            return Err(DecodeError::at(path, "the usage must end after it starts"));
        }
        let info_fields = properties.info_fields.filter(|fields| !fields.is_empty());
        let instance = properties.instance_data.map(|raw| general.read_instance(raw)).unwrap_or_default();
        if instance.text.is_some() {
            warnings.push(unreadable(&path()));
        }
        Ok(UsageAggregate {
            subscription_id: properties.subscription_id,
            meter_id: properties.meter_id,
            usage_start_at: properties.usage_start_time.0,
            usage_end_at: properties.usage_end_time.0,
            bucket: general.text(self.name),
            quantity: properties.quantity,
            meter_name: general.text(properties.meter_name),
            meter_category: general.text(properties.meter_category),
            meter_sub_category: general.text(properties.meter_sub_category),
            meter_region: general.text(properties.meter_region),
            unit: general.text(properties.unit),
            // Sorted keys, so that the same fields in another order are the same row.
            info_fields: info_fields.and_then(|fields| serde_json::to_string(&fields).ok()),
            resource: instance.resource,
            instance_text: instance.text,
            rule_tags: None,
        })
    }
}

/// `instanceData` as text or as an object, with or without its `Microsoft.Resources` wrapper.
fn read_instance_data(raw: &str) -> Option<Resource> {
    let text;
    let object = if raw.starts_with('"') {
        text = serde_json::from_str::<String>(raw).ok()?;
        &*text
    } else {
        raw
    };
    usual_resource(object).or_else(|| unusual_resource(object))
}

/// Nearly all are like this: with their wrapper, and tags whose values are texts. Half the time of a tree.
fn usual_resource(object: &str) -> Option<Resource> {
    #[derive(Deserialize)]
    struct Wrapper<'a> {
        #[serde(borrow, rename = "Microsoft.Resources", deserialize_with = "json::object")]
        resources: Inner<'a>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Inner<'a> {
        #[serde(borrow)]
        resource_uri: Text<'a>,
        #[serde(borrow, default)]
        location: Option<Text<'a>>,
        #[serde(default)]
        tags: Option<Map<String, String>>,
    }
    let Object(Wrapper { resources: inner }) = serde_json::from_str(object).ok()?;
    Some(Resource {
        uri: inner.resource_uri.into_owned(),
        location: inner.location.map(Text::into_owned).unwrap_or_default(),
        tags: inner.tags.unwrap_or_default(),
    })
}

fn unusual_resource(object: &str) -> Option<Resource> {
    let value: Value = serde_json::from_str(object).ok()?;
    let inner = value.get("Microsoft.Resources").unwrap_or(&value);
    let uri = inner.get("resourceUri")?.as_str()?;
    Some(Resource {
        uri: uri.to_owned(),
        location: inner.get("location").and_then(Value::as_str).unwrap_or_default().to_owned(),
        tags: read_tags(inner.get("tags")),
    })
}

/// Tags as an object, or as the text of one; anything that is no map of tags is none.
fn read_tags(tags: Option<&Value>) -> Map<String, String> {
    let parsed;
    let object = match tags {
        Some(Value::String(text)) => {
            parsed = serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
            parsed.as_object()
        }
        Some(value) => value.as_object(),
        None => None,
    };
    let mut result = Map::new();
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
