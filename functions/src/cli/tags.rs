//! `forebill tags`: rules about tags, and what they make of each resource.

use std::collections::BTreeSet;

use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::Granularity;
use shared::snapshot::{Entry, key};
use shared::usage::Resource;

use super::output::{self, Cell, Output};
use super::rules::{self, Kind};
use super::spend::parse_month;
use super::{Common, Done};
use crate::error::Error;
use crate::month::{self, Period};
use crate::tags::{self, Assigned, Rule, Tagger};

#[derive(Subcommand)]
pub enum Command {
    /// Each tag of each resource that rules gave, changed or left out, with the rule that did it
    #[command(after_help = "\
Examples:
  forebill tags explain --rules tags.txt           before they are in force
  forebill tags explain --tag costCenter --period 2026-10 --output csv")]
    Explain {
        /// Rules to try; without it those in force
        #[arg(long, value_name = "FILE")]
        rules: Option<String>,
        /// Only this tag, also where it is as Azure reported it, and where it is missing
        #[arg(long, value_name = "NAME")]
        tag: Option<String>,
        /// Only this subscription
        #[arg(long, value_name = "ID")]
        subscription: Option<SubscriptionId>,
        /// Billing periods that start in this month; without it the one under way
        #[arg(long, value_name = "YYYY-MM", value_parser = parse_month)]
        period: Option<String>,
    },
    /// The rules in force
    #[command(subcommand)]
    Rules(Rules),
}

#[derive(Subcommand)]
pub enum Rules {
    /// Put rules in force, for this machine and for every other that reads the store
    #[command(after_help = "\
One rule a line, # begins a comment:
  rename tag cost-center to costCenter
  rename tag matching \"cost[-_ ]?cent(er|re)\" to costCenter
  repair tag env matching \"prod.*\" to prod
  resource-group rg-web has tag costCenter=4711
  resource-group rg-web of subscription ID has tag costCenter=4712
  inherit tag costCenter from resource-group
  default tag costCenter=unassigned
For each tag of a resource the first that gives a value counts: its own tag, renamed and repaired; what a rule says that
its resource group has; where a rule says inherit, the group's own tag, renamed and repaired, or else what all tagged
resources of the group agree on; the default, which rows that name no resource have too. The tags of groups come with
forebill snapshot invoices, if the identity may see them (Reader). Names of tags and groups mean the same in any case, values do not. A pattern is a regular expression that must fit the whole.
The usage stays as it was reported: rules are applied where it is read, to every month that was kept.

Examples:
  forebill tags rules set tags.txt
  echo 'default tag costCenter=unassigned' | forebill tags rules set -")]
    Set {
        /// The file, - for standard input
        file: String,
    },
    /// Print them
    Show,
}

const KIND: Kind = Kind {
    what: "tag rules",
    set_with: "forebill tags rules set FILE",
    job: "tag-rules",
    key: key::tag_rules,
    in_force: |snapshots| snapshots.tag_rules.as_ref(),
    entry: |file| Entry::TagRules { file },
};

/// Reads a file of tag rules.
pub fn text_of(file: &str) -> Result<(String, Vec<Rule>), Error> {
    let (place, text) = rules::text_of(file)?;
    let rules = tags::read(&text).map_err(Error::bad_input(&place))?;
    Ok((text, rules))
}

/// One tag of one resource.
#[derive(PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    subscription_id: SubscriptionId,
    /// Nothing for the rows that name none.
    resource: Option<String>,
    tag: String,
    /// Nothing where the resource has no such tag.
    value: Option<String>,
    /// As Azure reported it, under any name that differs only in case.
    reported: Option<String>,
    why: Vec<String>,
}

pub async fn run(common: &Common, command: Command, clock: Timestamp) -> Result<Done, Error> {
    let commits = matches!(&command, Command::Rules(Rules::Set { .. }));
    let archive = if commits { common.archive_for_jobs()? } else { common.archive()? };
    let run_at = common.now(clock);
    match command {
        Command::Rules(Rules::Set { file }) => {
            let (text, rules) = text_of(&file)?;
            KIND.set(&archive, &text, rules.len(), run_at).await
        }
        Command::Rules(Rules::Show) => KIND.show(&archive).await,
        Command::Explain { rules, tag, subscription, period } => {
            let snapshots = archive.snapshots().await?;
            let rules = match rules {
                Some(file) => text_of(&file)?.1,
                None if snapshots.tag_rules.is_none() => return Err(KIND.none()),
                None => tags::in_force(&archive, &snapshots).await?,
            };
            let period = period.map_or(Period::Holding(run_at), Period::StartingIn);
            let asked = (&period, Granularity::Daily);
            let loaded = month::load_tagged(&archive, &snapshots, subscription, asked, &[], run_at).await?;
            let mut explained = Vec::new();
            for material in &loaded.materials {
                let pages = tags::pages_of(&snapshots, material.subscription_id, &rules);
                let groups = tags::of_groups(&archive, pages).await?;
                let tagger = Tagger::of(&rules, (material.subscription_id, &groups), &material.usage);
                explained.extend(explain(material, &tagger, tag.as_deref()));
            }
            print(common, &explained)
        }
    }
}

fn explain(material: &month::Material, tagger: &Tagger<'_>, only: Option<&str>) -> Vec<Explained> {
    let named = material.usage.iter().filter_map(|row| row.resource.as_ref());
    // A resource whose tags changed has several states, and each row the tags of its own.
    let resources: BTreeSet<(&str, &Resource)> = named.map(|resource| (resource.uri.as_str(), &**resource)).collect();
    let mut all: Vec<Explained> = Vec::new();
    for (_, resource) in resources {
        let assigned = tagger.assign(material.subscription_id, resource);
        for line in lines(material.subscription_id, Some(resource), assigned, only) {
            // Most changes are of another tag.
            let mut told = all.iter().rev().take_while(|told| told.resource == line.resource);
            if told.all(|told| *told != line) {
                all.push(line);
            }
        }
    }
    if material.usage.iter().any(|row| row.resource.is_none()) {
        all.extend(lines(material.subscription_id, None, tagger.nameless(), only));
    }
    all
}

/// Of one resource, or of all rows that name none: the tag that was asked for, or each that rules made.
fn lines(
    subscription_id: SubscriptionId,
    resource: Option<&Resource>,
    assigned: Vec<Assigned>,
    only: Option<&str>,
) -> Vec<Explained> {
    let line = |tag: &str, value: Option<String>, why: Vec<String>| Explained {
        subscription_id,
        resource: resource.map(|resource| resource.uri.clone()),
        tag: tag.to_owned(),
        value,
        reported: resource.and_then(|resource| resource.tag(tag)).cloned(),
        why,
    };
    match only {
        Some(tag) => {
            let found = assigned.into_iter().find(|known| known.name.eq_ignore_ascii_case(tag));
            let (value, why) = found.map_or((None, Vec::new()), |found| (Some(found.value), found.why));
            vec![line(tag, value, why)]
        }
        None => {
            let changed = assigned.into_iter().filter(|known| !known.why.is_empty());
            changed.map(|known| line(&known.name, Some(known.value), known.why)).collect()
        }
    }
}

fn print(common: &Common, explained: &[Explained]) -> Result<Done, Error> {
    match common.output {
        Output::Json => output::json(&serde_json::json!({"schema": "forebill.tags/1", "tags": explained}))?,
        Output::Csv => {
            let row = |one: &Explained| -> [Cell; 6] {
                [
                    one.subscription_id.to_string().into(),
                    one.resource.as_deref().unwrap_or_default().into(),
                    one.tag.as_str().into(),
                    one.value.clone().unwrap_or_default().into(),
                    one.reported.clone().unwrap_or_default().into(),
                    one.why.join("; ").into(),
                ]
            };
            let head = ["subscriptionId", "resource", "tag", "value", "reported", "why"];
            output::csv(head, explained.iter().map(row))?;
        }
        Output::Table if explained.is_empty() => output::text("The rules change no tag of this period\n")?,
        Output::Table => {
            let mut table = output::table(["Resource", "Tag", "Value", "Why"], &[]);
            for one in explained {
                let name = one.resource.as_deref().map_or("(no resource)", |uri| uri.rsplit('/').next().unwrap_or(uri));
                // As in forebill spend: a value that reads like none is quoted.
                let value = one.value.as_deref().map_or("(none)".to_owned(), shared::spend::named);
                table.add_row([name.to_owned(), one.tag.clone(), value, one.why.join("; ")]);
            }
            output::text(&format!("{table}\n"))?;
        }
    }
    Ok(Done::Complete)
}
