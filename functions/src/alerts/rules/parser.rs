//! From words to a condition. Each function reads one thing and says what it expected where it is not there.

use std::str::FromStr;

use shared::decimal::Decimal;
use shared::json::printable;

use super::words::{Refused, Word};
use super::{Condition, Filter, Scope, Whose};

/// A year, for those who read once a year.
const MAX_DAYS: u32 = 366;

struct Reader<'a> {
    words: &'a [Word],
    at: usize,
    /// The column behind the line.
    end: usize,
}

/// Reads one rule.
pub fn condition(words: &[Word], line: &str) -> Result<Condition, Refused> {
    let mut reader = Reader { words, at: 0, end: line.trim_end().chars().count() + 1 };
    reader.expect("when")?;
    let condition = if reader.take("spend") {
        let (scope, above) = (reader.scope()?, reader.limit()?);
        Condition::Spend { scope, above, currency: reader.value("a currency")? }
    } else if reader.take("hours") {
        Condition::Hours { scope: reader.scope()?, above: reader.limit()? }
    } else if reader.take("usage") {
        reader.usage()?
    } else {
        return Err(reader.wanted("spend, hours or usage"));
    };
    match reader.words.get(reader.at) {
        None => Ok(condition),
        Some(_) => Err(reader.wanted("the end of the line")),
    }
}

impl Reader<'_> {
    fn column(&self) -> usize {
        self.words.get(self.at).map_or(self.end, |word| word.column)
    }

    fn refused(&self, message: impl Into<String>) -> Refused {
        Refused { column: self.column(), message: message.into() }
    }

    fn wanted(&self, what: &str) -> Refused {
        let found = self.words.get(self.at).map_or("the end of the line".to_owned(), |word| printable(&word.text));
        self.refused(format!("expected {what}, found {found}"))
    }

    /// Takes that word, if it comes next.
    fn take(&mut self, word: &str) -> bool {
        let is = self.words.get(self.at).is_some_and(|next| next.is(word));
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, word: &str) -> Result<(), Refused> {
        if self.take(word) { Ok(()) } else { Err(self.wanted(word)) }
    }

    /// A name: a word or a text in quotation marks.
    fn name(&mut self, what: &str) -> Result<String, Refused> {
        match self.words.get(self.at) {
            Some(word) if word.quoted || !matches!(word.text.as_str(), "=" | ">" | "<") => {
                self.at += 1;
                Ok(word.text.clone())
            }
            _ => Err(self.wanted(what)),
        }
    }

    /// A value that knows its own text.
    fn value<T: FromStr<Err: std::fmt::Display>>(&mut self, what: &str) -> Result<T, Refused> {
        let Some(word) = self.words.get(self.at) else { return Err(self.wanted(what)) };
        let value = word.text.parse().map_err(|error| self.refused(format!("{what}: {error}")))?;
        self.at += 1;
        Ok(value)
    }

    fn whose(&mut self) -> Result<Option<Whose>, Refused> {
        if self.take("each") {
            return self.expect("subscription").map(|()| Some(Whose::Each));
        }
        if self.take("subscription") {
            return self.value("the id of a subscription").map(Whose::One).map(Some);
        }
        Ok(None)
    }

    /// `of … and …`, then `with tag …=… and tag …=…`.
    fn scope(&mut self) -> Result<Scope, Refused> {
        let mut scope = Scope { whose: Whose::All, filters: Vec::new() };
        if self.take("of") {
            self.part(&mut scope)?;
            while self.take("and") {
                self.part(&mut scope)?;
            }
        }
        if self.take("with") {
            scope.filters.push(self.tag()?);
            while self.take("and") {
                scope.filters.push(self.tag()?);
            }
        }
        Ok(scope)
    }

    fn part(&mut self, scope: &mut Scope) -> Result<(), Refused> {
        let before = self.refused("a rule is about one subscription, about each, or about all");
        if let Some(whose) = self.whose()? {
            if scope.whose != Whose::All {
                return Err(before);
            }
            scope.whose = whose;
            return Ok(());
        }
        let filter = if self.take("meter-category") {
            Filter::MeterCategory(self.name("the name of a service")?)
        } else if self.take("meter") {
            Filter::Meter(self.value("the id of a meter")?)
        } else if self.take("resource-group") {
            Filter::ResourceGroup(self.name("the name of a resource group")?)
        } else {
            return Err(self.wanted("subscription, each, meter-category, meter or resource-group"));
        };
        scope.filters.push(filter);
        Ok(())
    }

    fn tag(&mut self) -> Result<Filter, Refused> {
        self.expect("tag")?;
        let name = self.name("the name of a tag")?;
        self.expect("=")?;
        Ok(Filter::Tag(name, self.name("the value of the tag")?))
    }

    /// `this month > NUMBER`
    fn limit(&mut self) -> Result<Decimal, Refused> {
        self.expect("this")?;
        self.expect("month")?;
        self.expect(">")?;
        let Some(word) = self.words.get(self.at) else { return Err(self.wanted("a number")) };
        let number = Decimal::parse(&word.text).map_err(|error| self.refused(error.to_string()))?;
        if number.is_negative() {
            return Err(self.refused("a limit is not below zero"));
        }
        self.at += 1;
        Ok(number)
    }

    /// `of WHOSE is missing`, `of WHOSE is older than N days`
    fn usage(&mut self) -> Result<Condition, Refused> {
        self.expect("of")?;
        let Some(whose) = self.whose()? else { return Err(self.wanted("subscription or each")) };
        self.expect("is")?;
        if self.take("missing") {
            return Ok(Condition::Missing { whose });
        }
        if !self.take("older") {
            return Err(self.wanted("missing or older"));
        }
        self.expect("than")?;
        let days = self.words.get(self.at).and_then(|word| word.text.parse().ok());
        let Some(days) = days.filter(|days| (1..=MAX_DAYS).contains(days)) else {
            return Err(self.wanted(&format!("a number of days from 1 to {MAX_DAYS}")));
        };
        self.at += 1;
        if !self.take("day") {
            self.expect("days")?;
        }
        Ok(Condition::Older { whose, days })
    }
}
