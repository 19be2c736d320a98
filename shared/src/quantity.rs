//! Pricing units: what a price is per, as Azure writes it (`1 Hour`, `10K`, `100 GB Seconds`, `1/Day`).
//!
//! A unit is a block size and the thing that is counted. Only the same thing converts; a quantity
//! of hours never becomes gigabytes because somebody typed it into the wrong field.

use crate::decimal::{Decimal, Inexact};

/// A unit text, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricingUnit {
    /// How many make one priced unit: 10,000 for `10K`.
    pub block: Decimal,
    /// What is counted, in singular and lower case: `hour`, `gb/month`; empty for plain pieces.
    pub thing: String,
}

impl PricingUnit {
    /// Reads any unit text; what is no number in front is the thing.
    #[must_use]
    pub fn parse(text: &str) -> PricingUnit {
        let plain = text.replace('\u{a0}', " ").trim().to_lowercase();
        let digits_end = plain.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(plain.len());
        let (digits, rest) = plain.split_at(digits_end);
        let number = Decimal::parse(&digits.replace(',', "")).ok().filter(|n| !n.is_zero());
        let (factor, rest) = match (number, scale_letter(rest)) {
            (Some(_), Some((factor, rest))) => (factor, rest),
            _ => (Decimal::ONE, rest),
        };
        // A number of 64 digits is no block size; the text then stays as it is and converts to nothing.
        match number.unwrap_or(Decimal::ONE).times(factor) {
            Ok(block) => PricingUnit { block, thing: thing_of(rest) },
            Err(Inexact) => PricingUnit { block: Decimal::ONE, thing: plain },
        }
    }

    /// Turns a quantity of `self` into one of `other`. `None` when they count different things.
    ///
    /// An estimate is about a month, so `GB` and `GB/Month` are the same thing in it.
    #[must_use]
    pub fn convert(&self, quantity: Decimal, other: &PricingUnit) -> Option<Result<Decimal, Inexact>> {
        let monthly = |thing: &str| thing.strip_suffix("/month").unwrap_or(thing).to_owned();
        if monthly(&self.thing) != monthly(&other.thing) {
            return None;
        }
        if self.block == other.block {
            return Some(Ok(quantity));
        }
        Some(exact_quotient(quantity, self.block, other.block))
    }
}

/// quantity × from ÷ to, or an error where that has no end.
fn exact_quotient(quantity: Decimal, from: Decimal, to: Decimal) -> Result<Decimal, Inexact> {
    let product = quantity.times(from)?;
    let quotient = product.divided_rounded(to, 28)?;
    if quotient.times(to)? == product { Ok(quotient) } else { Err(Inexact) }
}

/// `K`, `M`, `B` or `T` directly behind the number, when no longer word starts there (`1 month`, `10 mb`).
fn scale_letter(rest: &str) -> Option<(Decimal, &str)> {
    let (letter, rest) = (rest.chars().next()?, rest.get(1..)?);
    if rest.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let zeros = match letter {
        'k' => 3,
        'm' => 6,
        'b' => 9,
        't' => 12,
        _ => return None,
    };
    Some((Decimal::new(10i128.pow(zeros), 0), rest))
}

fn thing_of(rest: &str) -> String {
    let words: Vec<String> = rest.split_whitespace().map(singular).collect();
    let thing = words.join(" ");
    // `10,000s` is a plural mark on a number; `1 s` does not occur.
    if thing == "s" { String::new() } else { thing }
}

fn singular(word: &str) -> String {
    match word {
        "hrs" | "hr" | "hours" => "hour".into(),
        _ if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && word != "iops" => {
            word[..word.len() - 1].into()
        }
        _ => word.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, block: &str, thing: &str) {
        let unit = PricingUnit::parse(text);
        assert_eq!((unit.block.to_string().as_str(), unit.thing.as_str()), (block, thing), "{text}");
    }

    #[test]
    fn takes_azures_unit_texts_apart() {
        check("1 Hour", "1", "hour");
        check("Hours", "1", "hour");
        check("100 Hours", "100", "hour");
        check("1/Hour", "1", "/hour");
        check("10K", "10000", "");
        check("10,000s", "10000", "");
        check("1,000,000s", "1000000", "");
        check("1M Queries", "1000000", "querie");
        check("1 Month", "1", "month");
        check("1 MB", "1", "mb");
        check("100 GB Seconds", "100", "gb second");
        check("1 GB/Month", "1", "gb/month");
        check("10K/Month", "10000", "/month");
        check("1 GB/月", "1", "gb/月");
        check("", "1", "");
    }

    #[track_caller]
    fn converts(quantity: &str, from: &str, to: &str, expect: Option<Result<&str, Inexact>>) {
        let quantity = Decimal::parse(quantity).unwrap_or_else(|e| panic!("{e}"));
        let result = PricingUnit::parse(from).convert(quantity, &PricingUnit::parse(to));
        assert_eq!(result.map(|r| r.map(|d| d.to_string())), expect.map(|r| r.map(String::from)), "{from} → {to}");
    }

    #[test]
    fn only_the_same_thing_converts() {
        converts("50000", "1", "10K", Some(Ok("5")));
        converts("730", "Hours", "100 Hours", Some(Ok("7.3")));
        converts("400", "GB", "1 GB/Month", Some(Ok("400")));
        converts("1", "1 Hour", "744 Hours", Some(Err(Inexact)));
        converts("1", "1 GB", "1 Hour", None);
    }
}
