//! A typed line as JSON: each word with its role and its place, counted as JavaScript counts.

use serde::Serialize;
use shared::decimal::Decimal;
use shared::estimate::line::{Line, Role};
use shared::estimate::workload::{Per, Schedule, WorkloadItem};

/// A word of a typed line, or several that belong together.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Serialize)]
pub struct ReadPart<'t> {
    /// What it is.
    role: Role,
    /// As it was typed.
    text: &'t str,
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

impl<'t> ReadLine<'t> {
    pub(super) fn of(text: &'t str, knows: impl FnMut(&str) -> bool) -> ReadLine<'t> {
        let line = Line::read(text, knows);
        let item = line.item();
        let (mut bytes, mut units) = (0, 0);
        let mut at = |place: usize| {
            units += text[bytes..place].encode_utf16().count();
            bytes = place;
            units
        };
        let part = |part: &shared::estimate::line::Part| {
            let start = at(part.place.start);
            ReadPart { role: part.role, text: &text[part.place.clone()], start, end: at(part.place.end) }
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
