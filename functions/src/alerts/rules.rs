//! The text of alert rules: one rule a line, `#` begins a comment.
//!
//! ```text
//! when spend of subscription ID this month > 500 USD
//! when spend of each subscription with tag env=dev this month > 500 USD
//! when hours of meter-category "Virtual Machines" with tag env=dev this month > 700
//! when usage of subscription ID is missing
//! when usage of each subscription is older than 3 days
//! when projected bill at p90 of each subscription this month > 900 EUR
//! when credit ends before day 25
//! when price of meter-category "Virtual Machines" rises > 2 %
//! when anomaly of subscription ID > 5 USD
//! ```
//!
//! Without a subscription a rule about a sum is about the sum of all, and one about credits, prices and anomalies about
//! each. "This month" is the billing period under way.

mod parser;

use std::fmt;

use shared::decimal::Decimal;
use shared::guid::{MeterId, SubscriptionId};
use shared::json::DecodeError;
use shared::money::Currency;

use crate::rule_text::{self, Refused};

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// As it is printed, whatever blanks it was written with: this is what a cause names.
    pub text: String,
    /// What it says.
    pub condition: Condition,
}

impl Rule {
    /// Why an incident of it ends that nothing is said of any more.
    #[must_use]
    pub fn is_over(&self) -> &'static str {
        match self.condition {
            Condition::Missing { .. } | Condition::Older { .. } => "these days were read",
            Condition::Price { .. } => "this price is no news any more",
            Condition::Anomaly { .. } => "the days after it were usual",
            _ => "the period is over",
        }
    }
}

/// When a rule fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Exact cost before offer terms.
    Spend { scope: Scope, above: Decimal, currency: Currency },
    /// Use that is counted in hours.
    Hours { scope: Scope, above: Decimal },
    /// A reported day was never read.
    Missing { whose: Whose },
    /// The last reported day is long ago.
    Older { whose: Whose, days: u32 },
    /// What the billing period is expected to come to.
    Projected { what: Projected, at: Quantile, whose: Whose, above: Decimal, currency: Currency },
    /// The credit of the offer is expected to end, or has ended, before that day of the month.
    Credit { whose: Whose, before_day: i8 },
    /// The price of a meter that is used rose by more per cent.
    Price { scope: Scope, percent: Decimal },
    /// A day cost more than it usually does, by more than so much.
    Anomaly { whose: Whose, above: Decimal, currency: Currency },
}

/// What is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Projected {
    /// To be paid after offer terms.
    Bill,
    /// Exact cost before them.
    Spend,
}

/// Which end of the band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantile {
    /// Nine bills of ten are higher.
    P10,
    /// As many are higher as lower.
    P50,
    /// Nine bills of ten are lower.
    P90,
}

/// Whose use, and which part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub whose: Whose,
    /// All must fit.
    pub filters: Vec<Filter>,
}

/// Whose use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The sum of all subscriptions.
    All,
    /// Each by itself.
    Each,
    /// One.
    One(SubscriptionId),
}

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    MeterCategory(String),
    Meter(MeterId),
    /// In any case, as Azure writes it.
    ResourceGroup(String),
    Tag(String, String),
}

/// Reads all rules of a text.
pub fn read(text: &str) -> Result<Vec<Rule>, DecodeError> {
    let mut rules: Vec<Rule> = Vec::new();
    for (line, condition) in rule_text::read(text, parser::condition)? {
        let rule = Rule { text: condition.to_string(), condition };
        if rules.iter().any(|known| known.text == rule.text) {
            return Err(Refused { column: 1, message: "this rule stands there twice".into() }.at_line(line));
        }
        rules.push(rule);
    }
    Ok(rules)
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Spend { scope, above, currency } => {
                write!(f, "when spend{scope} this month > {above} {currency}")
            }
            Condition::Hours { scope, above } => write!(f, "when hours{scope} this month > {above}"),
            Condition::Missing { whose } => write!(f, "when usage of {whose} is missing"),
            Condition::Older { whose, days } => write!(f, "when usage of {whose} is older than {days} days"),
            Condition::Projected { what, at, whose, above, currency } => {
                let scope = Scope { whose: *whose, filters: Vec::new() };
                write!(f, "when projected {what}{at}{scope} this month > {above} {currency}")
            }
            Condition::Credit { whose, before_day } => write!(f, "when credit of {whose} ends before day {before_day}"),
            Condition::Price { scope, percent } => write!(f, "when price{scope} rises > {percent} %"),
            Condition::Anomaly { whose, above, currency } => {
                write!(f, "when anomaly of {whose} > {above} {currency}")
            }
        }
    }
}

impl fmt::Display for Projected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Projected::Bill { "bill" } else { "spend" })
    }
}

/// Nothing for the middle, which is meant where nobody says which.
impl fmt::Display for Quantile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Quantile::P10 => " at p10",
            Quantile::P50 => "",
            Quantile::P90 => " at p90",
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut parts, mut tags) = (Vec::new(), Vec::new());
        if self.whose != Whose::All {
            parts.push(self.whose.to_string());
        }
        for filter in &self.filters {
            match filter {
                Filter::MeterCategory(name) => parts.push(format!("meter-category \"{name}\"")),
                Filter::Meter(id) => parts.push(format!("meter {id}")),
                Filter::ResourceGroup(name) => parts.push(format!("resource-group \"{name}\"")),
                Filter::Tag(name, value) => tags.push(format!("tag \"{name}\"=\"{value}\"")),
            }
        }
        for (word, all) in [("of", parts), ("with", tags)] {
            if !all.is_empty() {
                write!(f, " {word} {}", all.join(" and "))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Whose::All => f.write_str("all subscriptions"),
            Whose::Each => f.write_str("each subscription"),
            Whose::One(id) => write!(f, "subscription {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "11111111-2222-3333-4444-555555555555";

    fn texts(text: &str) -> Vec<String> {
        read(text).unwrap_or_else(|error| panic!("{error}")).into_iter().map(|rule| rule.text).collect()
    }

    #[test]
    fn what_is_printed_reads_as_itself() {
        let text = format!(
            "\u{feff}# what we watch\n\n  when   spend of subscription {ID} this month > 500.00 USD  # the budget\n\
             when spend this month>1e3 EUR\n\
             when hours of meter-category \"Virtual Machines\" and resource-group web with tag env = dev and tag \"a b\"=\"#1\" this month > 700\n\
             when usage of subscription {ID} is missing\nwhen usage of each subscription is older than 1 day\n\
             when projected bill at p50 this month > 900 EUR\nwhen projected spend at p90 of each subscription this month>9.0 EUR\n\
             when credit ends before day 25\nwhen price rises > 2%\n\
             when price of meter-category Storage and subscription {ID} rises > 0.50 %\nwhen anomaly > 5 USD\n"
        );
        let first = texts(&text);
        let expected = [
            format!("when spend of subscription {ID} this month > 500 USD"),
            "when spend this month > 1000 EUR".to_owned(),
            "when hours of meter-category \"Virtual Machines\" and resource-group \"web\" with tag \"env\"=\"dev\" and tag \"a b\"=\"#1\" this month > 700".to_owned(),
            format!("when usage of subscription {ID} is missing"),
            "when usage of each subscription is older than 1 days".to_owned(),
            "when projected bill this month > 900 EUR".to_owned(),
            "when projected spend at p90 of each subscription this month > 9 EUR".to_owned(),
            "when credit of each subscription ends before day 25".to_owned(),
            "when price of each subscription rises > 2 %".to_owned(),
            format!("when price of subscription {ID} and meter-category \"Storage\" rises > 0.5 %"),
            "when anomaly of each subscription > 5 USD".to_owned(),
        ];
        assert_eq!(first, expected);
        assert_eq!(texts(&first.join("\r\n")), first);
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (line, column, words) in [
            ("if spend this month > 5 USD", 1, "expected when"),
            ("when cost this month > 5 USD", 6, "expected spend, hours, usage, projected, credit, price or anomaly"),
            ("when spend this year > 5 USD", 17, "expected month"),
            ("when spend this month < 5 USD", 23, "expected >"),
            ("when spend this month > x USD", 25, "not a decimal number"),
            ("when spend this month > -5 USD", 25, "a limit is not below zero"),
            ("when spend this month > 5", 26, "expected a currency"),
            ("when spend this month > 5 dollars", 27, "a currency is a code of ISO 4217"),
            ("when spend this month > 5 USD now", 31, "expected the end of the line"),
            ("when spend of subscription 17 this month > 5 USD", 28, "subscription"),
            ("when spend of subscription this month > 5 USD", 28, "subscription"),
            ("when spend of vm this month > 5 USD", 15, "expected subscription, each, meter-category"),
            ("when spend of meter-category \"VM this month > 5 USD", 30, "the quotation mark has no end"),
            ("when spend with tag env this month > 5 USD", 25, "expected ="),
            ("when spend of each subscription and each subscription this month > 5 USD", 37, "one subscription"),
            ("when usage this month > 5", 12, "expected of"),
            ("when usage of meter x is missing", 15, "expected subscription or each"),
            ("when usage of each subscription is late", 36, "expected missing or older"),
            ("when projected hours this month > 5", 16, "expected bill or spend"),
            ("when projected bill at p95 this month > 5 USD", 24, "expected p10, p50 or p90"),
            ("when projected bill at p90 this month > 5 USD", 21, "bands of several subscriptions have no sum"),
            ("when projected bill of meter-category x this month > 5 USD", 24, "expected subscription or each"),
            ("when credit ends before day 32", 29, "a day of the month, from 1 to 31"),
            ("when credit ends before Monday", 25, "expected day"),
            ("when price rises > two %", 20, "not a decimal number"),
            ("when price rises > 2", 21, "expected %"),
            ("when price falls > 2 %", 12, "expected rises"),
            ("when anomaly > 5", 17, "expected a currency"),
            ("when usage of each subscription is older than 0 days", 47, "a number of days from 1 to 366"),
            ("when spend this month > 5 \u{7}USD", 27, "a sign that no rule may have"),
        ] {
            let error = read(&format!("# rules\n{line}")).err().unwrap_or_else(|| panic!("{line}"));
            assert_eq!((error.line, error.column), (2, column), "{line}: {error}");
            assert!(error.message.contains(words), "{line}: {error}");
        }
        let twice = read("when spend this month > 5 USD\nwhen spend this month > 5.0 USD").err();
        assert!(twice.is_some_and(|error| error.line == 2 && error.message.contains("twice")));
        assert!(read(&"x".repeat(64 * 1024 + 1)).is_err());
    }
}
