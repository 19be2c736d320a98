//! The text of tag rules: one rule a line, `#` begins a comment.
//!
//! ```text
//! rename tag cost-center to costCenter
//! rename tag matching "cost[-_ ]?cent(er|re)" to costCenter
//! repair tag env matching "prod.*" to prod
//! resource-group rg-web has tag costCenter=4711
//! resource-group rg-web of subscription ID has tag costCenter=4712
//! inherit tag costCenter from resource-group
//! default tag costCenter=unassigned
//! ```
//!
//! Names of tags and of groups mean the same in any case, as in Azure; values do not. A pattern is a regular expression
//! that must fit the whole name or value, and `to` may name its groups, as `$1`.

use regex::{Regex, RegexBuilder};
use shared::guid::SubscriptionId;
use shared::json::DecodeError;

use crate::rule_text::{self, Reader, Refused};

/// A pattern that needs more memory than this once it is ready is a mistake.
const MAX_PATTERN_BYTES: usize = 1 << 18;

/// One rule and where it stands.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Line of the text, from 1.
    pub line: usize,
    /// What it says.
    pub says: Says,
}

/// What a rule says.
#[derive(Debug, Clone)]
pub enum Says {
    /// A tag has another name.
    Rename { from: Pattern, to: String },
    /// A value is written differently.
    Repair { tag: String, from: Pattern, to: String },
    /// A resource group has a tag, whatever its resources have.
    GroupHas { subscription: Option<SubscriptionId>, group: String, tag: String, value: String },
    /// Resources without the tag take what all others of their group agree on.
    Inherit { tag: String },
    /// What is left gets this value.
    Default { tag: String, value: String },
}

/// A text, or what a regular expression fits.
#[derive(Debug, Clone)]
pub enum Pattern {
    Is(String),
    Fits(Regex),
}

impl Pattern {
    /// What a text becomes, where it fits. `to` is a text of its own unless there are groups to name.
    #[must_use]
    pub fn replaced(&self, text: &str, to: &str) -> Option<String> {
        match self {
            Pattern::Is(wanted) => (wanted == text).then(|| to.to_owned()),
            Pattern::Fits(regex) => regex.captures(text).map(|found| {
                let mut made = String::new();
                found.expand(to, &mut made);
                made
            }),
        }
    }

    /// The same for the name of a tag, in any case.
    #[must_use]
    pub fn renamed(&self, name: &str, to: &str) -> Option<String> {
        match self {
            Pattern::Is(wanted) => wanted.eq_ignore_ascii_case(name).then(|| to.to_owned()),
            Pattern::Fits(_) => self.replaced(name, to),
        }
    }
}

/// Reads all rules of a text.
pub fn read(text: &str) -> Result<Vec<Rule>, DecodeError> {
    let rules = rule_text::read(text, rule)?;
    Ok(rules.into_iter().map(|(line, says)| Rule { line, says }).collect())
}

fn rule(reader: &mut Reader<'_>) -> Result<Says, Refused> {
    if reader.take("rename") {
        reader.expect("tag")?;
        let from = pattern(reader, "the name of a tag", true)?;
        reader.expect("to")?;
        let to = target(reader, &from, "the name that it gets")?;
        Ok(Says::Rename { from, to })
    } else if reader.take("repair") {
        reader.expect("tag")?;
        let tag = reader.name("the name of a tag")?;
        let from = pattern(reader, "a value", false)?;
        reader.expect("to")?;
        let to = target(reader, &from, "the value that it gets")?;
        Ok(Says::Repair { tag, from, to })
    } else if reader.take("resource-group") {
        let group = reader.name("the name of a resource group")?;
        let subscription = if reader.take("of") {
            reader.expect("subscription")?;
            Some(reader.value("the id of a subscription")?)
        } else {
            None
        };
        reader.expect("has")?;
        let (tag, value) = reader.tag()?;
        Ok(Says::GroupHas { subscription, group, tag, value })
    } else if reader.take("inherit") {
        reader.expect("tag")?;
        let tag = reader.name("the name of a tag")?;
        reader.expect("from")?;
        reader.expect("resource-group")?;
        Ok(Says::Inherit { tag })
    } else if reader.take("default") {
        let (tag, value) = reader.tag()?;
        Ok(Says::Default { tag, value })
    } else {
        Err(reader.wanted("rename, repair, resource-group, inherit or default"))
    }
}

fn pattern(reader: &mut Reader<'_>, what: &str, any_case: bool) -> Result<Pattern, Refused> {
    if !reader.take("matching") {
        return reader.name(what).map(Pattern::Is);
    }
    let at = reader.refused("");
    let text = reader.name("a regular expression")?;
    let build = |text: &str| RegexBuilder::new(text).case_insensitive(any_case).size_limit(MAX_PATTERN_BYTES).build();
    // By itself first: a pattern that closes the frame's group would get out of it.
    let built = build(&text).and_then(|_| build(&format!("^(?:{text})$")));
    built.map(Pattern::Fits).map_err(|error| {
        let last = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Refused { column: at.column, message: format!("not a regular expression: {last}") }
    })
}

/// What a name or value becomes: a text, or one with groups that the pattern has.
fn target(reader: &mut Reader<'_>, from: &Pattern, what: &str) -> Result<String, Refused> {
    let at = reader.refused("");
    let text = reader.name(what)?;
    let refused = |message: String| Refused { column: at.column, message };
    let Pattern::Fits(regex) = from else { return Ok(text) };
    let group = Regex::new(r"\$(?:\$|\{([^}]*)\}|(\w*))").map_err(|error| refused(error.to_string()))?;
    for found in group.captures_iter(&text) {
        let Some(name) = found.get(1).or(found.get(2)).map(|name| name.as_str()) else { continue };
        let known = name.parse::<usize>().map_or_else(
            |_| regex.capture_names().flatten().any(|known| known == name),
            |number| number < regex.captures_len(),
        );
        if !known {
            let hint = "write ${1}x for the first group and an x, $$ for a dollar sign";
            return Err(refused(format!("the pattern has no group {name:?}: {hint}")));
        }
    }
    Ok(text)
}
