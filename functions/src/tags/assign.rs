//! Which tags a resource has under the rules, and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::guid::SubscriptionId;
use shared::usage::{Resource, UsageAggregate};

use super::groups::GroupTags;
use super::rules::{Rule, Says};

/// One tag of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Each step that led to it, in words; none for a tag that is as Azure reported it.
    pub why: Vec<String>,
}

/// A resource group: names mean the same in any case.
type Group = (SubscriptionId, String);

/// What the tagged resources of a group say of one tag.
#[derive(Debug, Default)]
struct Said {
    /// By value, how many resources.
    values: BTreeMap<String, usize>,
}

/// Rules, ready to be applied to some usage.
pub struct Tagger<'a> {
    rules: &'a [Rule],
    /// What a group itself has of the tags that are inherited.
    own: BTreeMap<Group, Vec<Assigned>>,
    /// What the resources of a group say of each tag that is inherited, by its name in lower case.
    groups: BTreeMap<(Group, String), Said>,
}

impl<'a> Tagger<'a> {
    /// Looks at all groups and resources of a subscription's usage first: inheriting asks what they have.
    #[must_use]
    pub fn of(
        rules: &'a [Rule],
        (subscription, groups): (SubscriptionId, &GroupTags),
        usage: &[UsageAggregate],
    ) -> Tagger<'a> {
        let mut tagger = Tagger { rules, own: BTreeMap::new(), groups: BTreeMap::new() };
        let inherited: Vec<&str> = (rules.iter())
            .filter_map(|rule| if let Says::Inherit { tag } = &rule.says { Some(tag.as_str()) } else { None })
            .collect();
        if inherited.is_empty() {
            return tagger;
        }
        for (name, tags) in groups {
            let mut own = tagger.repaired(tags);
            own.retain(|tag| inherited.iter().any(|name| name.eq_ignore_ascii_case(&tag.name)));
            tagger.own.insert((subscription, name.clone()), own);
        }
        // The last reading of each resource: tags change, and a resource has one voice.
        let mut resources: BTreeMap<(SubscriptionId, String), &Resource> = BTreeMap::new();
        for row in usage {
            if let Some(resource) = &row.resource {
                // Azure writes one id in several cases.
                resources.insert((row.subscription_id, resource.uri.to_lowercase()), resource);
            }
        }
        for ((subscription, _), resource) in resources {
            let Some(group) = group_of(subscription, resource) else { continue };
            for assigned in tagger.repaired(&resource.tags) {
                if inherited.iter().any(|tag| tag.eq_ignore_ascii_case(&assigned.name)) {
                    let said = tagger.groups.entry((group.clone(), assigned.name.to_ascii_lowercase())).or_default();
                    *said.values.entry(assigned.value).or_default() += 1;
                }
            }
        }
        tagger
    }

    /// Gives every row the tags that its resource has under the rules, and the defaults where it names none.
    pub fn apply(&self, usage: &mut [UsageAggregate]) {
        if self.rules.is_empty() {
            return;
        }
        // Rows of one resource share it, so each is looked at once.
        let mut done: BTreeMap<(SubscriptionId, *const Resource), Arc<Resource>> = BTreeMap::new();
        let mut kept: Vec<Arc<Resource>> = Vec::new();
        let nameless: BTreeMap<String, String> = self.nameless().into_iter().map(|tag| (tag.name, tag.value)).collect();
        let nameless = Some(Arc::new(nameless)).filter(|tags| !tags.is_empty());
        for row in usage {
            let Some(resource) = row.resource.take() else {
                row.rule_tags.clone_from(&nameless);
                continue;
            };
            let tagged = done.entry((row.subscription_id, Arc::as_ptr(&resource))).or_insert_with(|| {
                let assigned = self.assign(row.subscription_id, &resource);
                let tags = assigned.into_iter().map(|tag| (tag.name, tag.value)).collect();
                // Kept alive, so that no other resource gets the same address meanwhile.
                kept.push(resource.clone());
                Arc::new(Resource { tags, ..(*resource).clone() })
            });
            row.resource = Some(tagged.clone());
        }
    }

    /// All tags of a resource, by name.
    #[must_use]
    pub fn assign(&self, subscription: SubscriptionId, resource: &Resource) -> Vec<Assigned> {
        let mut tags = self.repaired(&resource.tags);
        if let Some(group) = group_of(subscription, resource) {
            self.inherit(&group, &mut tags);
        }
        self.or_default(&mut tags);
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        tags
    }

    /// All tags of a row that names no resource: the defaults.
    #[must_use]
    pub fn nameless(&self) -> Vec<Assigned> {
        let mut tags = Vec::new();
        self.or_default(&mut tags);
        tags
    }

    fn or_default(&self, tags: &mut Vec<Assigned>) {
        for rule in self.rules {
            if let Says::Default { tag, value } = &rule.says
                && is_missing(tags, tag)
            {
                add(tags, tag, value, format!("default, line {}", rule.line));
            }
        }
    }

    /// Tags as Azure has them, renamed and repaired. Where several get one name, that which had it before comes first, then that of
    /// the earliest rule, then that whose old name is first.
    fn repaired(&self, tags: &BTreeMap<String, String>) -> Vec<Assigned> {
        let mut named: Vec<(usize, &str, Assigned)> = Vec::new();
        for (name, value) in tags {
            let renamed = self.rules.iter().find_map(|rule| match &rule.says {
                Says::Rename { from, to } => from.renamed(name, to).map(|to| (rule.line, to)),
                _ => None,
            });
            let (line, to, why) = match renamed {
                Some((line, to)) if !to.eq_ignore_ascii_case(name) => {
                    (line, to, vec![format!("{name} renamed, line {line}")])
                }
                _ => (0, name.clone(), Vec::new()),
            };
            named.push((line, name, Assigned { name: to, value: value.clone(), why }));
        }
        named.sort_by_key(|(line, name, _)| (*line, *name));
        let mut tags: Vec<Assigned> = Vec::new();
        for (_, old, mut tag) in named {
            self.repair(&mut tag);
            match tags.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&tag.name)) {
                // An empty value says nothing.
                Some(known) if known.value.is_empty() => *known = tag,
                Some(known) if known.value != tag.value && !tag.value.is_empty() => {
                    known.why.push(format!("{old}={} gives way", tag.value));
                }
                Some(_) => {}
                None => tags.push(tag),
            }
        }
        tags.retain(|tag| !tag.value.is_empty());
        tags
    }

    /// Every repair that fits, in the order of the text.
    fn repair(&self, assigned: &mut Assigned) {
        for rule in self.rules {
            let Says::Repair { tag, from, to } = &rule.says else { continue };
            if !tag.eq_ignore_ascii_case(&assigned.name) {
                continue;
            }
            if let Some(value) =
                from.replaced(&assigned.value, to).filter(|value| !value.is_empty() && *value != assigned.value)
            {
                assigned.why.push(format!("{} repaired, line {}", assigned.value, rule.line));
                assigned.value = value;
            }
        }
    }

    fn inherit(&self, group: &Group, tags: &mut Vec<Assigned>) {
        let of_group = |of: &Option<SubscriptionId>, name: &str| {
            of.is_none_or(|of| of == group.0) && name.eq_ignore_ascii_case(&group.1)
        };
        // A rule about the group of one subscription goes before one about groups of that name anywhere.
        for narrow in [true, false] {
            for rule in self.rules {
                if let Says::GroupHas { subscription, group: name, tag, value } = &rule.says
                    && subscription.is_some() == narrow
                    && of_group(subscription, name)
                    && is_missing(tags, tag)
                {
                    add(tags, tag, value, format!("resource group {name} has it, line {}", rule.line));
                }
            }
        }
        for rule in self.rules {
            let Says::Inherit { tag } = &rule.says else { continue };
            let own = self.own.get(group).into_iter().flatten().find(|own| own.name.eq_ignore_ascii_case(tag));
            if let Some(own) = own.filter(|_| is_missing(tags, tag)) {
                let mut why = own.why.clone();
                why.push(format!("resource group {} has it in Azure, line {}", group.1, rule.line));
                tags.push(Assigned { name: own.name.clone(), value: own.value.clone(), why });
            }
            let said = self.groups.get(&(group.clone(), tag.to_ascii_lowercase()));
            let one = said.filter(|said| said.values.len() == 1).and_then(|said| said.values.first_key_value());
            if let Some((value, count)) = one.filter(|_| is_missing(tags, tag)) {
                let (group, line) = (&group.1, rule.line);
                let who = match count {
                    1 => format!("the one tagged resource of group {group} says so, line {line}"),
                    _ => format!("all {count} tagged resources of group {group} say so, line {line}"),
                };
                add(tags, tag, value, who);
            }
        }
    }
}

fn group_of(subscription: SubscriptionId, resource: &Resource) -> Option<Group> {
    resource.group().map(|group| (subscription, group.to_lowercase()))
}

fn is_missing(tags: &[Assigned], name: &str) -> bool {
    tags.iter().all(|tag| !tag.name.eq_ignore_ascii_case(name))
}

fn add(tags: &mut Vec<Assigned>, name: &str, value: &str, why: String) {
    tags.push(Assigned { name: name.to_owned(), value: value.to_owned(), why: vec![why] });
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    const RULES: &str = "rename tag cost-center to costCenter\n\
        rename tag matching \"cost[ _]?cent(er|re)\" to costCenter\n\
        repair tag env matching \"[Pp]rod.*\" to prod\n\
        repair tag costCenter matching \"CC-0*([0-9]+)\" to ${1}\n\
        resource-group rg-web has tag costCenter=4711\n\
        resource-group RG-web of subscription 11111111-2222-3333-4444-555555555555 has tag costCenter=4712\n\
        inherit tag team from resource-group\n\
        default tag costCenter=unassigned\n";

    fn first() -> SubscriptionId {
        "11111111-2222-3333-4444-555555555555".parse().unwrap_or_else(|e| panic!("{e}"))
    }

    fn second() -> SubscriptionId {
        "99999999-2222-3333-4444-555555555555".parse().unwrap_or_else(|e| panic!("{e}"))
    }

    fn resource(group: &str, name: &str, tags: &[(&str, &str)]) -> Resource {
        Resource {
            uri: format!("/subscriptions/x/resourceGroups/{group}/providers/p/t/{name}"),
            location: String::new(),
            tags: tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        }
    }

    fn row(resource: &Arc<Resource>) -> UsageAggregate {
        let page = br#"{"value": [{"name": "x", "properties": {
            "subscriptionId": "11111111-2222-3333-4444-555555555555", "meterId": "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4",
            "usageStartTime": "2026-11-01T00:00:00Z", "usageEndTime": "2026-11-02T00:00:00Z", "quantity": 1}}]}"#;
        let page = shared::azure::usage::decode_page(page).unwrap_or_else(|e| panic!("{e}"));
        UsageAggregate { resource: Some(resource.clone()), ..page.rows[0].clone() }
    }

    fn told(subscription: SubscriptionId, resource: &Resource, others: &[Resource]) -> Vec<String> {
        told_with(&[], subscription, resource, others)
    }

    /// `name=value: why; why`, one line a tag. `groups` are those of the first subscription: name, tag, value.
    fn told_with(
        groups: &[(&str, &str, &str)],
        subscription: SubscriptionId,
        resource: &Resource,
        others: &[Resource],
    ) -> Vec<String> {
        let rules = read(RULES).unwrap_or_else(|e| panic!("{e}"));
        let mut of_groups = GroupTags::new();
        for (group, tag, value) in groups {
            of_groups.entry((*group).to_owned()).or_default().insert((*tag).to_owned(), (*value).to_owned());
        }
        let usage: Vec<UsageAggregate> = others.iter().map(|other| row(&Arc::new(other.clone()))).collect();
        let assigned = Tagger::of(&rules, (first(), &of_groups), &usage).assign(subscription, resource);
        let told = |tag: Assigned| format!("{}={}: {}", tag.name, tag.value, tag.why.join("; "));
        assigned.into_iter().map(told).collect()
    }

    #[test]
    fn each_tag_has_the_first_value_that_counts_and_says_why() {
        for (group, tags, expect) in [
            // Its own, in the case it was written in.
            ("other", vec![("CostCenter", "1"), ("x", "y")], vec!["CostCenter=1: ", "x=y: "]),
            ("other", vec![("Cost-Center", "1")], vec!["costCenter=1: Cost-Center renamed, line 1"]),
            (
                "other",
                vec![("COST CENTRE", "CC-0012")],
                vec!["costCenter=12: COST CENTRE renamed, line 2; CC-0012 repaired, line 4"],
            ),
            // A pattern fits the whole name and the whole value, and values mind their case.
            (
                "other",
                vec![("cost centre 2", "1"), ("env", "PROD"), ("ENV2", "prodution")],
                vec!["ENV2=prodution: ", "cost centre 2=1: ", "costCenter=unassigned: default, line 8", "env=PROD: "],
            ),
            (
                "other",
                vec![("Env", "prodution"), ("costCenter", "7")],
                vec!["Env=prod: prodution repaired, line 3", "costCenter=7: "],
            ),
            // That which had the name before wins, and the other is told; equal ones need no word.
            (
                "other",
                vec![("cost_center", "8"), ("costcenter", "7"), ("cost-center", "7")],
                vec!["costcenter=7: cost_center=8 gives way"],
            ),
            // An empty value is none.
            ("rg-WEB", vec![("costCenter", "")], vec!["costCenter=4712: resource group RG-web has it, line 6"]),
            (
                "other",
                vec![("costCenter", ""), ("cost-center", "9")],
                vec!["costCenter=9: cost-center renamed, line 1"],
            ),
        ] {
            assert_eq!(told(first(), &resource(group, "a", &tags), &[]), expect, "{group} {tags:?}");
        }
        let elsewhere = told(second(), &resource("rg-web", "a", &[]), &[]);
        assert_eq!(elsewhere, ["costCenter=4711: resource group rg-web has it, line 5"]);
        let ungrouped = Resource { uri: "/subscriptions/x".into(), ..resource("", "", &[]) };
        assert_eq!(told(first(), &ungrouped, &[]), ["costCenter=unassigned: default, line 8"]);
    }

    #[test]
    fn a_group_hands_down_what_all_its_tagged_resources_say() {
        let bare = resource("RG-Data", "bare", &[("costCenter", "1")]);
        let ours = [resource("rg-data", "a", &[("team", "blue")]), resource("Rg-data", "b", &[("TEAM", "blue")])];
        let mut all = vec![bare.clone(), resource("rg-else", "c", &[("team", "red")])];
        all.extend(ours);
        let expect = ["costCenter=1: ", "team=blue: all 2 tagged resources of group rg-data say so, line 7"];
        assert_eq!(told(first(), &bare, &all), expect);
        // The group of the same name in another subscription is another one.
        assert_eq!(told(second(), &bare, &all), ["costCenter=1: "]);
        all.push(resource("rg-data", "d", &[("team", "green")]));
        assert_eq!(told(first(), &bare, &all), ["costCenter=1: "], "they do not agree");
    }

    /// What Azure says of the group goes before what its resources agree on, and behind rules and the resource's own.
    #[test]
    fn a_group_hands_down_its_own_tags() {
        let has = |groups: &[(&str, &str, &str)], tags: &[(&str, &str)]| {
            let others = [resource("rg-data", "a", &[("team", "blue")])];
            told_with(groups, first(), &resource("RG-Data", "bare", tags), &others)
        };
        let team = |why: &str| vec![why.to_owned(), "costCenter=unassigned: default, line 8".to_owned()];
        let of_group = team("Team=green: resource group rg-data has it in Azure, line 7");
        let told = |mut lines: Vec<String>| {
            lines.sort();
            lines
        };
        assert_eq!(has(&[("rg-data", "Team", "green")], &[]), of_group);
        assert_eq!(has(&[("rg-data", "team", "green")], &[("TEAM", "red")]), team("TEAM=red: "));
        let agreed = told(team("team=blue: the one tagged resource of group rg-data says so, line 7"));
        assert_eq!(told(has(&[("rg-data", "team", ""), ("rg-else", "team", "green")], &[])), agreed);
        // Only what a rule inherits is handed down, and not to the group of that name in another subscription.
        assert_eq!(told(has(&[("rg-data", "costCenter", "1")], &[])), agreed);
        let elsewhere = told_with(&[("rg-data", "team", "green")], second(), &resource("rg-data", "b", &[]), &[]);
        assert_eq!(elsewhere, ["costCenter=unassigned: default, line 8"]);
    }

    #[test]
    fn rows_of_a_resource_go_on_sharing_it() {
        let rules = read(RULES).unwrap_or_else(|e| panic!("{e}"));
        let (one, two) = (Arc::new(resource("rg-web", "a", &[])), Arc::new(resource("else", "b", &[("env", "prod1")])));
        let mut usage = vec![row(&one), row(&two), row(&one)];
        usage.push(UsageAggregate { resource: None, ..row(&one) });
        let before = usage.clone();
        let keys = |usage: &[UsageAggregate]| usage.iter().map(|row| format!("{:?}", row.key())).collect::<Vec<_>>();
        Tagger::of(&rules, (first(), &GroupTags::new()), &usage.clone()).apply(&mut usage);
        let tag = |at: usize, name: &str| usage[at].resource.as_ref().and_then(|found| found.tag(name).cloned());
        assert_eq!((tag(0, "costcenter"), tag(1, "env")), (Some("4712".into()), Some("prod".into())));
        assert!(usage[0].resource.as_ref().zip(usage[2].resource.as_ref()).is_some_and(|(a, b)| Arc::ptr_eq(a, b)));
        // A row of no resource has the defaults and no other tag.
        assert_eq!((usage[3].tag("COSTCENTER"), usage[3].tag("env")), (Some(&"unassigned".to_owned()), None));
        assert!(usage[3].resource.is_none());
        assert_eq!(keys(&usage), keys(&before), "a row stays the same row");
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (line, column, words) in [
            ("name tag a to b", 1, "expected rename, repair, resource-group, inherit or default"),
            ("rename a to b", 8, "expected tag"),
            ("rename tag a", 13, "expected to"),
            ("repair tag a matching \"(\" to b", 23, "not a regular expression: unclosed group"),
            ("repair tag a matching \"(x{1000}){1000}\" to b", 23, "not a regular expression"),
            ("repair tag a matching \"4)|(?:.*\" to b", 23, "not a regular expression"),
            ("repair tag a matching \"([0-9]+)\" to $1x", 37, "the pattern has no group \"1x\": write ${1}x"),
            ("repair tag a matching \"x\" to $1", 30, "has no group \"1\""),
            ("rename tag a to \"\"", 17, "the name that it gets is empty"),
            ("default tag \"\"=x", 13, "the name of a tag is empty"),
            ("resource-group g has tag a", 27, "expected ="),
            ("resource-group g of subscription 7 has tag a=b", 34, "the id of a subscription"),
            ("inherit tag a from group", 20, "expected resource-group"),
            ("default tag a=b c", 17, "expected the end of the line"),
        ] {
            let error = read(&format!("# tags\n{line}")).err().unwrap_or_else(|| panic!("{line}"));
            assert_eq!((error.line, error.column), (2, column), "{line}: {error}");
            assert!(error.message.contains(words), "{line}: {error}");
        }
    }
}
