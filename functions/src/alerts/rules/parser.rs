//! From words to a condition.

use shared::decimal::Decimal;

use super::{Condition, Filter, Scope, Whose};
use crate::rule_text::{Reader, Refused};

/// A year, for those who read once a year.
const MAX_DAYS: u32 = 366;

/// Reads one rule.
pub fn condition(reader: &mut Reader<'_>) -> Result<Condition, Refused> {
    reader.expect("when")?;
    if reader.take("spend") {
        let (scope, above) = (scope(reader)?, limit(reader)?);
        Ok(Condition::Spend { scope, above, currency: reader.value("a currency")? })
    } else if reader.take("hours") {
        Ok(Condition::Hours { scope: scope(reader)?, above: limit(reader)? })
    } else if reader.take("usage") {
        usage(reader)
    } else {
        Err(reader.wanted("spend, hours or usage"))
    }
}

fn whose(reader: &mut Reader<'_>) -> Result<Option<Whose>, Refused> {
    if reader.take("each") {
        return reader.expect("subscription").map(|()| Some(Whose::Each));
    }
    if reader.take("subscription") {
        return reader.value("the id of a subscription").map(Whose::One).map(Some);
    }
    Ok(None)
}

/// `of … and …`, then `with tag …=… and tag …=…`.
fn scope(reader: &mut Reader<'_>) -> Result<Scope, Refused> {
    let mut scope = Scope { whose: Whose::All, filters: Vec::new() };
    if reader.take("of") {
        part(reader, &mut scope)?;
        while reader.take("and") {
            part(reader, &mut scope)?;
        }
    }
    if reader.take("with") {
        scope.filters.push(tag(reader)?);
        while reader.take("and") {
            scope.filters.push(tag(reader)?);
        }
    }
    Ok(scope)
}

fn part(reader: &mut Reader<'_>, scope: &mut Scope) -> Result<(), Refused> {
    let before = reader.refused("a rule is about one subscription, about each, or about all");
    if let Some(whose) = whose(reader)? {
        if scope.whose != Whose::All {
            return Err(before);
        }
        scope.whose = whose;
        return Ok(());
    }
    let filter = if reader.take("meter-category") {
        Filter::MeterCategory(reader.name("the name of a service")?)
    } else if reader.take("meter") {
        Filter::Meter(reader.value("the id of a meter")?)
    } else if reader.take("resource-group") {
        Filter::ResourceGroup(reader.name("the name of a resource group")?)
    } else {
        return Err(reader.wanted("subscription, each, meter-category, meter or resource-group"));
    };
    scope.filters.push(filter);
    Ok(())
}

fn tag(reader: &mut Reader<'_>) -> Result<Filter, Refused> {
    reader.tag().map(|(name, value)| Filter::Tag(name, value))
}

/// `this month > NUMBER`
fn limit(reader: &mut Reader<'_>) -> Result<Decimal, Refused> {
    reader.expect("this")?;
    reader.expect("month")?;
    reader.expect(">")?;
    reader.value::<Limit>("a number").map(|Limit(number)| number)
}

/// A number that is not below zero.
struct Limit(Decimal);

impl std::str::FromStr for Limit {
    type Err = String;
    fn from_str(text: &str) -> Result<Limit, String> {
        let number = Decimal::parse(text).map_err(|error| error.to_string())?;
        if number.is_negative() { Err("a limit is not below zero".to_owned()) } else { Ok(Limit(number)) }
    }
}

/// `of WHOSE is missing`, `of WHOSE is older than N days`
fn usage(reader: &mut Reader<'_>) -> Result<Condition, Refused> {
    reader.expect("of")?;
    let Some(whose) = whose(reader)? else { return Err(reader.wanted("subscription or each")) };
    reader.expect("is")?;
    if reader.take("missing") {
        return Ok(Condition::Missing { whose });
    }
    if !reader.take("older") {
        return Err(reader.wanted("missing or older"));
    }
    reader.expect("than")?;
    let wanted = reader.wanted(&format!("a number of days from 1 to {MAX_DAYS}"));
    let days = match reader.value::<u32>("a number of days") {
        Ok(days) if (1..=MAX_DAYS).contains(&days) => days,
        _ => return Err(wanted),
    };
    if !reader.take("day") {
        reader.expect("days")?;
    }
    Ok(Condition::Older { whose, days })
}
