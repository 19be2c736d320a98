//! The resource groups of a subscription with their tags: all on one page, each as it was created.

use super::call::Reply;
use super::resources::{self, CLASSIC};
use super::state::Shared;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub fn list(shared: &Shared, subscription: usize) -> Reply {
    let id = &shared.tenant.subscriptions()[subscription].id;
    // Usage names one group in several cases; the group itself has one name.
    let mut groups: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    let ours = resources::RESOURCES.iter().filter(|one| one.subscription == subscription && one.kind != CLASSIC);
    for resource in ours {
        groups.entry(resource.group.to_lowercase()).or_insert((resource.group, resource.location));
    }
    let value: Vec<Value> = groups
        .iter()
        .map(|(lower, (name, location))| {
            let tags = resources::GROUP_TAGS.iter().filter(|(group, ..)| group == lower);
            let tags: serde_json::Map<String, Value> =
                tags.map(|(_, tag, value)| ((*tag).to_owned(), Value::from(*value))).collect();
            json!({
                "id": format!("/subscriptions/{id}/resourceGroups/{name}"), "name": name,
                "type": "Microsoft.Resources/resourceGroups", "location": location, "tags": tags,
                "properties": {"provisioningState": "Succeeded"},
            })
        })
        .collect();
    Reply::json(200, json!({ "value": value }).to_string())
}
