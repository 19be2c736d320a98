//! The text of showback rules: one rule a line, `#` begins a comment.
//!
//! ```text
//! cost-centre network for resource-group rg-hub
//! cost-centre from tag costCenter
//! cost-centre 4720 for subscription ID
//! share network in proportion
//! prices from own book internal
//! ```
//!
//! For each row of usage the first rule that names a cost centre counts, in the order of the text.

use std::collections::BTreeSet;

use shared::decimal::Decimal;
use shared::json::DecodeError;
use shared::showback::{Assign, Policy, Pool, Scope, Split};

use crate::rule_text::{self, Reader, Refused};

/// What the rules say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Their text.
    pub text: String,
    /// Whose a row is, and what is shared.
    pub policy: Policy,
    /// The own book that prices the month, where Azure's prices do not.
    pub own_book: Option<OwnBook>,
}

/// An own book by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnBook {
    /// What the book is called.
    pub name: String,
    /// The customer group that it is for.
    pub group: Option<String>,
}

enum Says {
    Assign(Assign),
    Share(Pool),
    Prices(OwnBook),
}

/// Reads all rules of a text.
pub fn read(text: &str) -> Result<Rules, DecodeError> {
    let mut rules = Rules { text: text.to_owned(), ..Rules::default() };
    let said = rule_text::read(text, |reader| {
        let start = reader.refused("");
        rule(reader).map(|says| (start.column, says))
    })?;
    for (line, (column, says)) in said {
        let twice = |message: String| Refused { column, message }.at_line(line);
        match says {
            Says::Assign(assign) => rules.policy.assign.push(assign),
            Says::Share(pool) if rules.policy.pools.iter().any(|known| known.name == pool.name) => {
                return Err(twice(format!("{} is shared twice", pool.name)));
            }
            Says::Share(pool) => rules.policy.pools.push(pool),
            Says::Prices(_) if rules.own_book.is_some() => return Err(twice("prices are named twice".to_owned())),
            Says::Prices(book) => rules.own_book = Some(book),
        }
    }
    let pools: BTreeSet<&str> = rules.policy.pools.iter().map(|pool| pool.name.as_str()).collect();
    for pool in &rules.policy.pools {
        if let Some(both) = bearers(&pool.split).into_iter().find(|name| pools.contains(name)) {
            let message = format!("{both} is shared itself, so it cannot bear a part of {}", pool.name);
            return Err(DecodeError::at("", message));
        }
    }
    if rules.policy.assign.is_empty() {
        return Err(DecodeError::at("", "no rule says what the cost centres are, such as cost-centre from tag NAME"));
    }
    Ok(rules)
}

fn bearers(split: &Split) -> Vec<&str> {
    match split {
        Split::Evenly(named) | Split::InProportion(named) => named.iter().map(String::as_str).collect(),
        Split::Fixed(shares) => shares.iter().map(|(name, _)| name.as_str()).collect(),
    }
}

fn rule(reader: &mut Reader<'_>) -> Result<Says, Refused> {
    if reader.take("cost-centre") {
        return assign(reader).map(Says::Assign);
    }
    if reader.take("share") {
        let name = reader.name("the name of a cost centre")?;
        return Ok(Says::Share(Pool { name, split: split(reader)? }));
    }
    if reader.take("prices") {
        ["from", "own", "book"].into_iter().try_for_each(|word| reader.expect(word))?;
        let name = reader.name("the name of an own book")?;
        let group = if reader.take("for") {
            reader.expect("group")?;
            Some(reader.name("the name of a customer group")?)
        } else {
            None
        };
        return Ok(Says::Prices(OwnBook { name, group }));
    }
    Err(reader.wanted("cost-centre, share or prices"))
}

fn assign(reader: &mut Reader<'_>) -> Result<Assign, Refused> {
    if reader.take("from") {
        return if reader.take("tag") {
            reader.name("the name of a tag").map(Assign::Tag)
        } else if reader.take("resource-group") {
            Ok(Assign::ResourceGroup)
        } else if reader.take("subscription") {
            Ok(Assign::Subscription)
        } else {
            Err(reader.wanted("tag, resource-group or subscription"))
        };
    }
    let name = reader.name("from, or the name of a cost centre")?;
    reader.expect("for")?;
    let of = if reader.take("subscription") {
        Scope::Subscription(reader.value("the id of a subscription")?)
    } else if reader.take("resource-group") {
        let group = reader.name("the name of a resource group")?;
        let of = if reader.take("of") {
            reader.expect("subscription")?;
            Some(reader.value("the id of a subscription")?)
        } else {
            None
        };
        Scope::ResourceGroup(of, group)
    } else if reader.take("service") {
        Scope::Service(reader.name("the name of a service")?)
    } else if reader.take("meter") {
        Scope::Meter(reader.value("the id of a meter")?)
    } else {
        return Err(reader.wanted("subscription, resource-group, service or meter"));
    };
    Ok(Assign::Centre { name, of })
}

fn split(reader: &mut Reader<'_>) -> Result<Split, Refused> {
    if reader.take("evenly") {
        return among(reader).map(Split::Evenly);
    }
    if reader.take("in") {
        reader.expect("proportion")?;
        return among(reader).map(Split::InProportion);
    }
    if !reader.take("by") {
        return Err(reader.wanted("evenly, in proportion or by"));
    }
    let mut shares: Vec<(String, Decimal)> = Vec::new();
    while shares.is_empty() || !reader.is_at_end() {
        let name = bearer(reader, shares.iter().map(|(name, _)| name.as_str()))?;
        reader.expect("=")?;
        let at = reader.refused("a share is above zero");
        let share: Decimal = reader.value("a share such as 60")?;
        if share <= Decimal::ZERO {
            return Err(at);
        }
        shares.push((name, share));
    }
    Ok(Split::Fixed(shares))
}

/// Those who are named; all of them where nobody is.
fn among(reader: &mut Reader<'_>) -> Result<Vec<String>, Refused> {
    let mut named: Vec<String> = Vec::new();
    if reader.take("among") {
        while named.is_empty() || !reader.is_at_end() {
            named.push(bearer(reader, named.iter().map(String::as_str))?);
        }
    }
    Ok(named)
}

fn bearer<'k>(reader: &mut Reader<'_>, mut known: impl Iterator<Item = &'k str>) -> Result<String, Refused> {
    let at = reader.refused("it is named twice");
    let name = reader.name("the name of a cost centre")?;
    if known.any(|known| known == name) { Err(at) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read() {
        let text = "\
            cost-centre network for resource-group rg-hub   # everybody's\n\
            cost-centre network for resource-group rg-hub of subscription 11111111-2222-3333-4444-555555555555\n\
            cost-centre from tag costCenter\n\
            cost-centre from resource-group\n\
            cost-centre from subscription\n\
            cost-centre \"from\" for service \"Azure DNS\"\n\
            cost-centre x for meter 0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\n\
            cost-centre x for subscription 11111111-2222-3333-4444-555555555555\n\
            share network in proportion\n\
            share x evenly among 4711 4890\n\
            share y by 4711=60 4890=39.5\n\
            prices from own book internal for group research\n";
        let rules = read(text).unwrap_or_else(|e| panic!("{e}"));
        let id = "11111111-2222-3333-4444-555555555555".parse().unwrap_or_else(|e| panic!("{e}"));
        let hub = |of| Assign::Centre { name: "network".into(), of: Scope::ResourceGroup(of, "rg-hub".into()) };
        assert_eq!(rules.policy.assign[..2], [hub(None), hub(Some(id))]);
        assert_eq!(
            rules.policy.assign[2..5],
            [Assign::Tag("costCenter".into()), Assign::ResourceGroup, Assign::Subscription]
        );
        assert_eq!(
            rules.policy.assign[5],
            Assign::Centre { name: "from".into(), of: Scope::Service("Azure DNS".into()) }
        );
        assert_eq!(rules.policy.assign.len(), 8);
        let share = |text: &str| Decimal::parse(text).unwrap_or_else(|e| panic!("{e}"));
        let splits: Vec<&Split> = rules.policy.pools.iter().map(|pool| &pool.split).collect();
        assert_eq!(*splits[0], Split::InProportion(Vec::new()));
        assert_eq!(*splits[1], Split::Evenly(vec!["4711".into(), "4890".into()]));
        assert_eq!(*splits[2], Split::Fixed(vec![("4711".into(), share("60")), ("4890".into(), share("39.5"))]));
        assert_eq!(rules.own_book, Some(OwnBook { name: "internal".into(), group: Some("research".into()) }));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_place() {
        for (text, message) in [
            ("", "no rule says what the cost centres are"),
            ("share x evenly", "no rule says what the cost centres are"),
            ("cost-centre from tags", "expected tag, resource-group or subscription, found tags"),
            ("cost-centre a for b", "expected subscription, resource-group, service or meter, found b"),
            ("cost-centre from tag a b", "expected the end of the line, found b"),
            ("cost-centre from tag a\nshare x", "expected evenly, in proportion or by, found the end of the line"),
            ("cost-centre from tag a\nshare x by b=-1", "a share is above zero"),
            ("cost-centre from tag a\nshare x by b=0", "a share is above zero"),
            ("cost-centre from tag a\nshare x by b=1 b=2", "it is named twice"),
            ("cost-centre from tag a\nshare x evenly among", "expected the name of a cost centre"),
            ("cost-centre from tag a\nshare x evenly\nshare x evenly", "x is shared twice"),
            ("cost-centre from tag a\nshare x evenly among x", "x is shared itself"),
            ("cost-centre from tag a\nshare x evenly among y\nshare y evenly among z", "y is shared itself"),
            ("cost-centre from tag a\nprices from own book b\nprices from own book c", "prices are named twice"),
            ("cost-center from tag a", "expected cost-centre, share or prices, found cost-center"),
        ] {
            let error = read(text).map(|_| ()).map_err(|error| error.to_string());
            assert!(error.as_ref().is_err_and(|error| error.contains(message)), "{text:?}: {error:?}");
        }
    }
}
