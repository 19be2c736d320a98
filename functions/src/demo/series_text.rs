//! The parts of a usage row that never change for a resource and meter, written once.
//! They hold the irregularities of real rows: absent fields, instance data as text inside text,
//! null tags, a missing wrapper, infoFields of the old deployment model.

use super::json;
use super::regions::REGIONS;
use super::resources::{CLASSIC, MeterName, Resource, Tags};

#[derive(Debug)]
pub struct SeriesText {
    name: &'static str,
    /// `"meterName":...,"unit":...,"meterId":"...",`
    pub meter: String,
    /// `"infoFields":{...},`
    pub info: String,
    /// `,"instanceData":"..."`, or nothing.
    pub instance: String,
    /// Older rows carry the time of the US west coast instead of UTC.
    pub west_coast: bool,
}

impl SeriesText {
    pub fn new(
        resource: &Resource,
        uri: &str,
        meter: MeterName,
        unit: &str,
        meter_id: &str,
        position: usize,
    ) -> SeriesText {
        let (category, sub_category, name, place) = meter;
        let mut text = String::from("\"meterName\":");
        json::string(&mut text, name);
        json::field(&mut text, "meterCategory", category);
        if !sub_category.is_empty() {
            json::field(&mut text, "meterSubCategory", sub_category);
        }
        // Left out for most global meters, and empty for a few.
        if !place.is_empty() || position.is_multiple_of(7) {
            json::field(&mut text, "meterRegion", place);
        }
        json::field(&mut text, "unit", unit);
        json::field(&mut text, "meterId", meter_id);
        text.push(',');
        let classic = resource.kind == CLASSIC;
        let info = if classic { classic_fields(resource, category) } else { "\"infoFields\":{},".to_owned() };
        let mut instance = String::new();
        if !classic {
            json::field(&mut instance, "instanceData", &instance_data(resource, uri));
        }
        SeriesText { name, meter: text, info, instance, west_coast: classic }
    }

    pub fn meter_name(&self) -> &str {
        self.name
    }
}

fn classic_fields(resource: &Resource, category: &str) -> String {
    let region = REGIONS.iter().find(|r| r.arm == resource.location).map_or("", |r| r.display);
    let mut text = String::from("\"infoFields\":{\"meteredRegion\":");
    json::string(&mut text, region);
    json::field(&mut text, "meteredService", category);
    json::field(&mut text, "project", resource.name);
    text.push_str("},");
    text
}

/// The resources whose instance data lacks the usual wrapper.
const UNWRAPPED: &[&str] = &["hub-vpn"];

fn instance_data(resource: &Resource, uri: &str) -> String {
    let mut text = String::from("{\"resourceUri\":");
    json::string(&mut text, uri);
    json::field(&mut text, "location", resource.location);
    text.push_str(",\"tags\":");
    match &resource.tags {
        Tags::Null => text.push_str("null"),
        Tags::Of(tags) => {
            text.push('{');
            for (at, (key, value)) in tags.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                json::string(&mut text, key);
                text.push(':');
                json::string(&mut text, value);
            }
            text.push('}');
        }
    }
    text.push_str(",\"additionalInfo\":");
    match resource.kind.ends_with("/virtualMachines") {
        true => text.push_str("{\"UsageType\":\"ComputeHR\",\"VCPUs\":\"4\"}"),
        false => text.push_str("null"),
    }
    text.push_str(",\"partNumber\":\"\",\"orderNumber\":\"\"}");
    if UNWRAPPED.contains(&resource.name) {
        return text;
    }
    format!("{{\"Microsoft.Resources\":{text}}}")
}
