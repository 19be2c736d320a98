//! How much: `400 GB`, `1.5tb`, `50k requests`, `10 million operations per month`, `50k requests a day`, `2/hour`.

use super::Typed;
use crate::decimal::Decimal;
use crate::estimate::workload::Per;

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

/// A quantity, for a month where nothing else is said.
pub(super) struct Amount {
    pub(super) quantity: Decimal,
    pub(super) unit: Option<String>,
    pub(super) per: Option<Per>,
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

/// What a quantity is for, where that is said: `Some(None)` for a month, as without it.
fn period(word: &str) -> Option<Option<Per>> {
    match word {
        "month" | "mo" | "m" => Some(None),
        "hour" | "hr" | "h" => Some(Some(Per::Hour)),
        "day" | "d" => Some(Some(Per::Day)),
        "week" | "wk" | "w" => Some(Some(Per::Week)),
        _ => None,
    }
}

/// Reads the quantity at the front of the words: a unit, what it is for, or both follow the number.
pub(super) fn read(rest: &[Typed]) -> Option<Amount> {
    let word = |at: usize| rest.get(at).map_or("", |word| word.lower.as_str());
    // A stroke by itself joins what stands on both sides of it.
    let whole = |word: &str| {
        let (name, of) = word.split_once('/').filter(|_| word != "/").unwrap_or((word, ""));
        (name.to_owned(), of.to_owned())
    };
    let (mut quantity, mut behind) = number(word(0))?;
    let mut words = 1;
    if behind.is_empty() {
        (behind, words) = (word(1), 2);
    }
    let (mut name, mut of) = whole(behind);
    if let Some(zeros) = scale(&name) {
        quantity = quantity.shifted(zeros).ok()?;
        name.clear();
        if of.is_empty() {
            (name, of) = whole(word(words));
            words += 1;
        }
    }
    let joins = |word: &str| ["a", "each", "every", "per", "/"].contains(&word);
    if of.is_empty() && joins(&name) {
        name.clear();
        of = word(words).to_owned();
        words += 1;
    } else if of.is_empty() && joins(word(words)) && period(word(words + 1)).is_some() {
        of = word(words + 1).to_owned();
        words += 2;
    } else if of.is_empty()
        && (word(words) == "monthly" || word(words).strip_prefix('/').is_some_and(|of| period(of).is_some()))
    {
        of = word(words).trim_start_matches('/').replace("monthly", "month");
        words += 1;
    }
    let unit = if name.is_empty() { None } else { Some(unit(&name)?.to_owned()) };
    let per = if of.is_empty() { None } else { Some(period(&of)?) };
    (unit.is_some() || per.is_some()).then_some(Amount { quantity, unit, per: per.flatten(), words })
}
