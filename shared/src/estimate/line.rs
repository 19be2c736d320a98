//! A line as one types it, such as `d4s v5 linux westeurope 12h weekdays x3`: which meter, how much, when, how many.
//!
//! Nothing is guessed away: each word has a role, and a word that the book does not know is told. A line is about a
//! month, so `400 GB` and `400 GB per month` are the same, and `12h` alone are twelve hours of it; with days behind
//! them (`12h weekdays`, `8h/day`, `8x5`) hours are those of a day.

mod amount;
mod days;

use std::ops::Range;

use serde::Serialize;

use super::workload::{Per, Schedule, WorkloadItem};
use crate::decimal::Decimal;
use crate::letters;
use crate::region;
use amount::Amount;

/// Longer lines are cut: nobody types them.
const MAX_LINE_CHARS: usize = 400;

/// What a word of a line is.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// It belongs to the search text.
    Meter,
    /// Where.
    Region,
    /// How much.
    Quantity,
    /// When, in a week.
    Schedule,
    /// How many pieces.
    Count,
    /// `in`, `for`, `of`: it says nothing.
    Filler,
    /// Nobody knows it; it is left out of the search text.
    Unknown,
}

/// A word, or several that belong together, and where they stand in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub role: Role,
    /// Bytes of the text.
    pub place: Range<usize>,
}

/// A line that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// All words, in order.
    pub parts: Vec<Part>,
    /// What to look for.
    pub query: String,
    /// Resource Manager's name of the region.
    pub region: Option<&'static str>,
    /// Per piece and month, in `unit`.
    pub quantity: Option<Decimal>,
    /// Unit of the quantity.
    pub unit: Option<String>,
    /// What the quantity is for, where that is no month.
    pub per: Option<Per>,
    /// Hours of a day and days of a week.
    pub schedule: Option<(Decimal, Decimal)>,
    /// How many pieces.
    pub count: Option<Decimal>,
    /// Words that nobody knows, as they were typed.
    pub unknown: Vec<String>,
}

const FILLERS: [&str; 10] = ["a", "and", "at", "each", "for", "in", "of", "on", "the", "with"];

/// A word of the text and its place.
#[derive(Debug, Clone)]
struct Typed {
    lower: String,
    place: Range<usize>,
}

fn typed(text: &str) -> Vec<Typed> {
    let end = text.char_indices().nth(MAX_LINE_CHARS).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(end, ' ')]) {
        match (start, letter.is_whitespace()) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                words.push(Typed { lower: letters::lower(&text[from..at]), place: from..at });
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Hours and days until it is clear what they mean.
#[derive(Default)]
struct Times {
    hours: Option<Decimal>,
    /// Hours are those of a day.
    daily: bool,
    days: Option<Decimal>,
    places: Vec<usize>,
}

impl Line {
    /// Reads a line. `knows` says whether a word meets anything in the book.
    pub fn read(text: &str, mut knows: impl FnMut(&str) -> bool) -> Line {
        let words = typed(text);
        let (mut line, mut times, mut asked) = (Line::default(), Times::default(), Vec::new());
        let mut at = 0;
        while at < words.len() {
            let rest = &words[at..];
            let (role, taken) = line.understood(rest, at == 0, &mut times).unwrap_or_else(|| {
                let word = rest[0].lower.as_str();
                if FILLERS.contains(&word) {
                    (Role::Filler, 1)
                } else if knows(word) {
                    asked.push(&text[rest[0].place.clone()]);
                    (Role::Meter, 1)
                } else {
                    line.unknown.push(text[rest[0].place.clone()].to_owned());
                    (Role::Unknown, 1)
                }
            });
            if role == Role::Schedule {
                times.places.push(line.parts.len());
            }
            line.parts.push(Part { role, place: rest[0].place.start..rest[taken - 1].place.end });
            at += taken;
        }
        line.query = asked.join(" ");
        line.settle(times);
        line
    }

    /// The words at the front that are something else than a search text, and how many they are.
    fn understood(&mut self, rest: &[Typed], first: bool, times: &mut Times) -> Option<(Role, usize)> {
        if let Some(days) = days::read(rest)
            && (days.hours.is_none() || times.hours.is_none())
            && (days.days.is_none() || times.days.is_none())
        {
            times.daily |= days.hours.is_some() && days.daily;
            times.hours = times.hours.or(days.hours);
            times.days = times.days.or(days.days);
            return Some((Role::Schedule, days.words));
        }
        if self.count.is_none()
            && let Some((count, words)) = count(rest, first)
        {
            self.count = Some(count);
            return Some((Role::Count, words));
        }
        if self.quantity.is_none()
            && let Some(Amount { quantity, unit, per, words }) = amount::read(rest)
        {
            (self.quantity, self.unit, self.per) = (Some(quantity), unit, per);
            return Some((Role::Quantity, words));
        }
        if self.region.is_none()
            && let Some((region, words)) = named_region(rest)
        {
            self.region = Some(region);
            return Some((Role::Region, words));
        }
        None
    }

    /// Hours with days are a schedule; hours alone are a quantity.
    fn settle(&mut self, times: Times) {
        let (seven, day) = (Decimal::from(7), Decimal::from(24));
        match (times.hours, times.days, times.daily) {
            (Some(hours), Some(days), _) => self.schedule = Some((hours, days)),
            (Some(hours), None, true) => self.schedule = Some((hours, seven)),
            (None, Some(days), _) => self.schedule = Some((day, days)),
            (Some(hours), None, false) if self.quantity.is_none() => {
                (self.quantity, self.unit) = (Some(hours), Some("Hours".into()));
                for place in times.places {
                    self.parts[place].role = Role::Quantity;
                }
            }
            (Some(_), None, false) | (None, None, _) => {}
        }
    }

    /// The item of a workload that the line means; `None` when it names no meter or no quantity.
    #[must_use]
    pub fn item(&self) -> Option<WorkloadItem> {
        let amount = self.quantity.is_some() != self.schedule.is_some();
        (amount && !self.query.is_empty()).then(|| WorkloadItem {
            name: self.query.clone(),
            meter_id: None,
            query: Some(self.query.clone()),
            region: self.region.map(ToOwned::to_owned),
            offer: None,
            quantity: self.quantity,
            low: None,
            high: None,
            unit: self.unit.clone(),
            per: self.per,
            count: self.count,
            schedule: self.schedule.map(|(hours_per_day, days_per_week)| Schedule { hours_per_day, days_per_week }),
            ramp: Vec::new(),
            group: None,
            tags: crate::order::Map::new(),
        })
    }
}

/// The region at the front, in up to three words. `in west europe` is no `IN West`.
fn named_region(rest: &[Typed]) -> Option<(&'static str, usize)> {
    let named = |rest: &[Typed]| {
        (1..=rest.len().min(3)).rev().find_map(|words| {
            let name: String = rest[..words].iter().map(|word| word.lower.as_str()).collect();
            Some((region::known(&name)?, words))
        })
    };
    let filled = FILLERS.contains(&rest[0].lower.as_str()) && named(&rest[1..]).is_some();
    if filled { None } else { named(rest) }
}

/// `x3`, `3x`, `x 3`, and a number that begins the line and is followed by no unit.
fn count(rest: &[Typed], first: bool) -> Option<(Decimal, usize)> {
    let whole = |text: &str| Decimal::parse(text).ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let word = rest[0].lower.replace('×', "x");
    if word == "x" {
        return Some((whole(&rest.get(1)?.lower)?, 2));
    }
    let crossed = word.strip_prefix('x').or_else(|| word.strip_suffix('x'));
    if let Some(count) = crossed.and_then(whole) {
        return Some((count, 1));
    }
    let alone = first && rest.len() > 1 && amount::read(rest).is_none();
    whole(&word).filter(|_| alone).map(|count| (count, 1))
}

#[cfg(test)]
mod tests;
