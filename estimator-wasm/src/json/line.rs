//! A typed line as JSON: each word with its role and its place, counted as JavaScript counts.

use std::cell::RefCell;

use serde::Serialize;
use shared::decimal::Decimal;
use shared::estimate::line::{Line, Role};
use shared::estimate::workload::{Per, Schedule, WorkloadItem};
use shared::search;

/// A word of a typed line, or several that belong together.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Serialize)]
pub struct ReadPart<'t> {
    /// What it is.
    role: Role,
    /// As it was typed.
    text: &'t str,
    /// What it was taken for, where it has a typing error or the price list has other words for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    meant: Option<String>,
    /// Where it begins in the line, in UTF-16 code units.
    start: usize,
    /// Where it ends.
    end: usize,
}

/// A line that was read, such as `d4s v5 westeurope 12h weekdays x3`.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Serialize)]
pub struct ReadLine<'t> {
    #[cfg_attr(feature = "types", ts(type = "\"forebill.line/1\""))]
    schema: &'static str,
    /// All words, in order.
    parts: Vec<ReadPart<'t>>,
    /// What to look for.
    query: String,
    /// Resource Manager's name of the region.
    region: Option<&'static str>,
    /// Per piece and month, in `unit`.
    quantity: Option<Decimal>,
    /// Unit of the quantity.
    unit: Option<String>,
    /// What the quantity is for, where that is no month.
    per: Option<Per>,
    /// When it runs.
    schedule: Option<Schedule>,
    /// How many pieces.
    count: Option<Decimal>,
    /// Words that nobody knows.
    unknown: Vec<String>,
    /// The item of a workload that the line means; absent when it names no meter or no quantity.
    item: Option<WorkloadItem>,
}

/// What the list says of a word.
#[derive(Clone, PartialEq)]
enum Word {
    Known,
    Meant(String),
    Unknown,
}

impl<'t> ReadLine<'t> {
    /// `meant` says what a word that is not known was taken for.
    pub(super) fn of(
        text: &'t str,
        knows: impl Fn(&str) -> bool,
        meant: impl Fn(&str) -> Option<String>,
    ) -> ReadLine<'t> {
        // Each word is asked about more than once, and to look for it among all words of a list is most of the work.
        let seen: RefCell<Vec<(String, Word)>> = RefCell::default();
        let word = |word: &str| {
            if let Some((_, found)) = seen.borrow().iter().find(|(seen, _)| seen == word) {
                return found.clone();
            }
            let found = if knows(word) { Word::Known } else { meant(word).map_or(Word::Unknown, Word::Meant) };
            seen.borrow_mut().push((word.to_owned(), found.clone()));
            found
        };
        let taken_for = |text: &str| if let Word::Meant(meant) = word(text) { Some(meant) } else { None };
        let mut line = Line::read(text, |text| word(text) != Word::Unknown);
        let words = line.query.split(' ').map(|word| taken_for(word).unwrap_or_else(|| word.to_owned()));
        line.query = words.collect::<Vec<_>>().join(" ");
        let item = line.item();
        let (mut bytes, mut units) = (0, 0);
        let mut at = |place: usize| {
            units += text[bytes..place].encode_utf16().count();
            bytes = place;
            units
        };
        let part = |part: &shared::estimate::line::Part| {
            let start = at(part.place.start);
            let text = &text[part.place.clone()];
            let meant = if part.role == Role::Meter { taken_for(text).or_else(|| search::meant(text)) } else { None };
            ReadPart { role: part.role, text, meant, start, end: at(part.place.end) }
        };
        let parts = line.parts.iter().map(part).collect();
        let Line { query, region, quantity, unit, per, schedule, count, unknown, .. } = line;
        let schedule = schedule.map(|(hours_per_day, days_per_week)| Schedule { hours_per_day, days_per_week });
        ReadLine {
            schema: "forebill.line/1",
            parts,
            query,
            region,
            quantity,
            unit,
            per,
            schedule,
            count,
            unknown,
            item,
        }
    }
}
