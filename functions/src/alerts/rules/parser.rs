//! From words to a condition.

use shared::decimal::Decimal;

use super::{Condition, Filter, Projected, Quantile, Scope, Whose};
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
    } else if reader.take("projected") {
        projected(reader)
    } else if reader.take("credit") {
        credit(reader)
    } else if reader.take("price") {
        price(reader)
    } else if reader.take("anomaly") {
        let whose = of_each(reader)?;
        reader.expect(">")?;
        let Limit(above) = reader.value("a number")?;
        Ok(Condition::Anomaly { whose, above, currency: reader.value("a currency")? })
    } else {
        Err(reader.wanted("spend, hours, usage, projected, credit, price or anomaly"))
    }
}

/// `bill at p90 of WHOSE this month > NUMBER CURRENCY`
fn projected(reader: &mut Reader<'_>) -> Result<Condition, Refused> {
    let what = if reader.take("bill") {
        Projected::Bill
    } else if reader.take("spend") {
        Projected::Spend
    } else {
        return Err(reader.wanted("bill or spend"));
    };
    let no_sum = reader.refused("bands of several subscriptions have no sum: name a subscription, or each");
    let at = if reader.take("at") { quantile(reader)? } else { Quantile::P50 };
    let whose = of_whose(reader)?.unwrap_or(Whose::All);
    if whose == Whose::All && at != Quantile::P50 {
        return Err(no_sum);
    }
    let above = limit(reader)?;
    Ok(Condition::Projected { what, at, whose, above, currency: reader.value("a currency")? })
}

fn quantile(reader: &mut Reader<'_>) -> Result<Quantile, Refused> {
    let all = [("p10", Quantile::P10), ("p50", Quantile::P50), ("p90", Quantile::P90)];
    let found = all.into_iter().find(|(word, _)| reader.take(word));
    found.map(|(_, quantile)| quantile).ok_or_else(|| reader.wanted("p10, p50 or p90"))
}

/// `of WHOSE ends before day NUMBER`
fn credit(reader: &mut Reader<'_>) -> Result<Condition, Refused> {
    let whose = of_each(reader)?;
    for word in ["ends", "before", "day"] {
        reader.expect(word)?;
    }
    let wanted = reader.wanted("a day of the month, from 1 to 31");
    match reader.value::<i8>("a day of the month") {
        Ok(before_day) if (1..=31).contains(&before_day) => Ok(Condition::Credit { whose, before_day }),
        _ => Err(wanted),
    }
}

/// `of … rises > NUMBER %`
fn price(reader: &mut Reader<'_>) -> Result<Condition, Refused> {
    let mut scope = scope(reader)?;
    if scope.whose == Whose::All {
        scope.whose = Whose::Each;
    }
    reader.expect("rises")?;
    reader.expect(">")?;
    let Percent { number: Limit(percent), signed } = reader.value("a number")?;
    if !signed {
        reader.expect("%")?;
    }
    Ok(Condition::Price { scope, percent })
}

/// `of WHOSE`, where it is there.
fn of_whose(reader: &mut Reader<'_>) -> Result<Option<Whose>, Refused> {
    if !reader.take("of") {
        return Ok(None);
    }
    match whose(reader)? {
        Some(whose) => Ok(Some(whose)),
        None => Err(reader.wanted("subscription or each")),
    }
}

/// The same where each is meant by whoever names none.
fn of_each(reader: &mut Reader<'_>) -> Result<Whose, Refused> {
    of_whose(reader).map(|whose| whose.unwrap_or(Whose::Each))
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

/// A number with its sign, in one word or in two.
struct Percent {
    number: Limit,
    signed: bool,
}

impl std::str::FromStr for Percent {
    type Err = String;
    fn from_str(text: &str) -> Result<Percent, String> {
        let number = text.strip_suffix('%');
        Ok(Percent { number: number.unwrap_or(text).parse()?, signed: number.is_some() })
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
