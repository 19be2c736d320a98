//! Groups of a workload: one may lie in another, and the tags of a group are those of everything in it.

use serde::{Deserialize, Serialize};

use super::Line;
use super::workload::{MAX_ITEMS, Workload, WorkloadItem};
use crate::decimal::{Decimal, Inexact};
use crate::json::{self, DecodeError};
use crate::order::{self, Map, Set};
use crate::problem::Problem;

/// What is said of a group. One that nothing is said of needs no entry.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WorkloadGroup {
    /// What items call it in `group`.
    pub name: String,
    /// The group that it lies in. That one lies in none: there are two levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Tags of everything in it, such as its cost centre. A tag of an inner group wins, and one of the item itself.
    #[serde(default, skip_serializing_if = "Map::is_empty", deserialize_with = "json::distinct_keys")]
    pub tags: Map<String, String>,
}

/// Names stand once, and what a group lies in is there and lies in nothing.
pub(super) fn check(groups: &[WorkloadGroup]) -> Result<(), DecodeError> {
    if groups.len() > MAX_ITEMS {
        return Err(DecodeError::at("groups", format!("{} groups, at most {MAX_ITEMS} are accepted", groups.len()))
            .named(Problem::TooMany));
    }
    let mut seen = Set::new();
    let outer: Set<&str> =
        order::set(groups.iter().filter(|group| group.within.is_none()).map(|group| group.name.as_str()));
    for (position, group) in groups.iter().enumerate() {
        let refuse = |field: &str, message: &str| {
            Err(DecodeError::at(format!("groups[{position}].{field}"), message).named(Problem::BadGroup))
        };
        if group.name.trim().is_empty() {
            return refuse("name", "a group needs a name");
        }
        if !seen.insert(group.name.as_str()) {
            return refuse("name", "two groups have this name");
        }
        if group.within.as_deref().is_some_and(|name| !outer.contains(name)) {
            return refuse("within", "a group lies in one of this list that lies in none itself");
        }
    }
    Ok(())
}

/// Exact costs by group, inner ones being part of their outer one, and by tag.
#[derive(Default)]
pub(super) struct Sums {
    pub(super) groups: Map<String, Decimal>,
    pub(super) tags: Map<String, Map<String, Decimal>>,
}

impl Sums {
    pub(super) fn of(workload: &Workload, lines: &[Line]) -> Result<Sums, (usize, Inexact)> {
        let told: Map<&str, &WorkloadGroup> =
            order::map(workload.groups.iter().map(|group| (group.name.as_str(), group)));
        let mut sums = Sums::default();
        for (item, line) in workload.items.iter().zip(lines) {
            let Some(cost) = line.cost else { continue };
            let add = |sum: &mut Decimal| -> Result<(), (usize, Inexact)> {
                *sum = sum.plus(cost).map_err(|error| (line.item, error))?;
                Ok(())
            };
            let inner = item.group.as_deref();
            let outer = inner.and_then(|name| told.get(name)?.within.as_deref());
            for name in outer.into_iter().chain(inner) {
                add(sums.groups.entry(name.to_owned()).or_default())?;
            }
            for (key, value) in tags(item, [outer, inner].into_iter().flatten().filter_map(|name| told.get(name))) {
                add(sums.tags.entry(key.to_owned()).or_default().entry(value.to_owned()).or_default())?;
            }
        }
        Ok(sums)
    }
}

/// The tags that hold for an item, those of its groups told from the outer one on.
fn tags<'a>(item: &'a WorkloadItem, groups: impl Iterator<Item = &'a &'a WorkloadGroup>) -> Map<&'a str, &'a str> {
    let all = groups.map(|group| &group.tags).chain([&item.tags]).flatten();
    order::map(all.map(|(key, value)| (key.as_str(), value.as_str())))
}

#[cfg(test)]
mod tests {
    use super::super::workload;

    #[track_caller]
    fn refused(groups: &str, place: &str) {
        let text = format!(r#"{{"schema": "forebill.workload/1", "groups": {groups}, "items": []}}"#);
        let error = workload::decode(text.as_bytes()).unwrap_err();
        assert_eq!(error.path, place, "{error}");
    }

    #[test]
    fn groups_that_are_no_two_levels_are_refused() {
        refused(r#"[{"name": " "}]"#, "groups[0].name");
        refused(r#"[{"name": "a"}, {"name": "a"}]"#, "groups[1].name");
        refused(r#"[{"name": "a", "within": "b"}]"#, "groups[0].within");
        refused(r#"[{"name": "a", "within": "a"}]"#, "groups[0].within");
        refused(r#"[{"name": "a"}, {"name": "b", "within": "a"}, {"name": "c", "within": "b"}]"#, "groups[2].within");
        refused(r#"[{"name": "a", "within": "b"}, {"name": "b", "within": "a"}]"#, "groups[0].within");
        refused(r#"[["a", null, {}]]"#, "groups[0]");
    }
}
