//! How much: `400 GB`, `1.5tb`, `50k requests`, `10 million operations per month`.

use super::Typed;
use crate::decimal::Decimal;

/// What people count, in singular, and the unit as the price lists have it.
const UNITS: [(&str, &str); 34] = [
    ("b", "B"),
    ("call", "Requests"),
    ("character", "Characters"),
    ("day", "Days"),
    ("event", "Events"),
    ("execution", "Executions"),
    ("gb", "GB"),
    ("gib", "GiB"),
    ("image", "Images"),
    ("kb", "KB"),
    ("kib", "KiB"),
    ("mb", "MB"),
    ("message", "Messages"),
    ("mib", "MiB"),
    ("minute", "Minutes"),
    ("month", "Months"),
    ("operation", "Operations"),
    ("op", "Operations"),
    ("page", "Pages"),
    ("pb", "PB"),
    ("pib", "PiB"),
    ("piece", "Units"),
    ("querie", "Queries"),
    ("query", "Queries"),
    ("read", "Operations"),
    ("record", "Records"),
    ("request", "Requests"),
    ("tb", "TB"),
    ("tib", "TiB"),
    ("tran", "Transactions"),
    ("transaction", "Transactions"),
    ("unit", "Units"),
    ("user", "Users"),
    ("write", "Operations"),
];

/// A quantity for a month.
pub(super) struct Amount {
    pub(super) quantity: Decimal,
    pub(super) unit: String,
    pub(super) words: usize,
}

fn unit(word: &str) -> Option<&'static str> {
    let single = word.strip_suffix('s').filter(|single| single.len() > 1).unwrap_or(word);
    UNITS.iter().find(|(known, _)| *known == word || *known == single).map(|(_, unit)| *unit)
}

/// A number at the front of a word and what follows it: `400gb` is 400 and `gb`.
pub(super) fn number(word: &str) -> Option<(Decimal, &str)> {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(word.len());
    let (digits, rest) = word.split_at(end);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    // Groups of three, or none: `1,5` is read differently in two countries, so it is not read.
    let grouped = groups.clone().count() > 0;
    if grouped && (first.is_empty() || first.len() > 3 || groups.any(|group| group.len() != 3)) {
        return None;
    }
    let plain = whole.replace(',', "");
    let text = fraction.map_or(plain.clone(), |part| format!("{plain}.{part}"));
    Decimal::parse(&text).ok().map(|number| (number, rest))
}

fn scale(word: &str) -> Option<u32> {
    match word {
        "k" | "thousand" => Some(3),
        "m" | "mio" | "million" | "millions" => Some(6),
        "bn" | "billion" | "billions" => Some(9),
        _ => None,
    }
}

/// Reads the quantity at the front of the words.
pub(super) fn read(rest: &[Typed]) -> Option<Amount> {
    let word = |at: usize| rest.get(at).map(|word| word.lower.as_str());
    let (mut quantity, mut behind) = number(word(0)?)?;
    let mut words = 1;
    if behind.is_empty() {
        behind = word(1)?;
        words = 2;
    }
    if let Some(zeros) = scale(behind) {
        quantity = quantity.shifted(zeros).ok()?;
        behind = word(words)?;
        words += 1;
    }
    let (name, per) = behind.split_once('/').unwrap_or((behind, "month"));
    let unit = unit(name)?;
    match per {
        "month" | "mo" | "m" => {}
        _ => return None,
    }
    // A line is about a month, so saying so changes nothing.
    if matches!(word(words), Some("per" | "a" | "every" | "each")) && word(words + 1) == Some("month") {
        words += 2;
    } else if matches!(word(words), Some("monthly" | "/month")) {
        words += 1;
    }
    Some(Amount { quantity, unit: unit.to_owned(), words })
}
