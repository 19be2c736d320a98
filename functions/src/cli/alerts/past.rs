//! What `alerts test --months` shows: a line for each month of a rule, and the day on which it would have fired.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use shared::json::printable;

use crate::alerts::Looked;
use crate::cli::Done;
use crate::cli::output::{self, Cell, Output, exact};
use crate::error::Error;

pub fn show(form: Output, looked: &Looked, run_at: Timestamp) -> Result<Done, Error> {
    match form {
        Output::Json => output::json(&looked.document(run_at))?,
        Output::Csv => output::csv(
            ["rule", "scope", "month", "crossedOn", "total", "unit", "whole"],
            looked.months.iter().map(|past| -> [Cell; 7] {
                [
                    past.rule.as_str().into(),
                    past.scope.as_str().into(),
                    past.month.as_str().into(),
                    past.crossed_on.map(|day| day.to_string()).unwrap_or_default().into(),
                    past.total.map_or(Cell::Empty, Cell::from),
                    past.unit.as_str().into(),
                    if past.whole { "yes" } else { "no" }.into(),
                ]
            }),
        )?,
        Output::Table => output::text(&words(looked))?,
    }
    Ok(if looked.unknown.is_empty() { Done::Complete } else { Done::Incomplete })
}

fn words(looked: &Looked) -> String {
    let mut text = String::new();
    let mut rule = None;
    for past in &looked.months {
        if rule != Some(&past.rule) {
            let of_rule = looked.months.iter().filter(|other| other.rule == past.rule);
            let times = of_rule.clone().filter(|other| other.crossed_on.is_some()).count();
            let months: BTreeSet<(&str, &str)> = of_rule.map(|other| (&*other.month, &*other.scope)).collect();
            let _ = writeln!(text, "{}: would have fired {}", printable(&past.rule), of(times, months.len()));
            rule = Some(&past.rule);
        }
        let least = if past.whole { "" } else { "at least " };
        let scope =
            if past.scope == "all" { String::new() } else { format!(", subscription {}", printable(&past.scope)) };
        let day = past.crossed_on.map_or("quiet".to_owned(), |day| format!("FIRES after the use of {day}"));
        let total = past.total.map(|total| format!(", {least}{} {} in the month", exact(total), printable(&past.unit)));
        let _ = writeln!(text, "  {}  {day}{}{scope}", past.month, total.unwrap_or_default());
        let summary = past.summary.as_ref().map(|summary| printable(summary));
        let most = past.lines.first().map(|line| format!("most of it: {}", printable(&crate::notify::words(line))));
        for words in [summary, most].into_iter().flatten().filter(|_| past.crossed_on.is_some()) {
            let _ = writeln!(text, "           {words}");
        }
    }
    for (rule, why) in &looked.unknown {
        let _ = writeln!(text, "unknown {}: {}", printable(rule), printable(why));
    }
    if text.is_empty() { "There is nothing to look at\n".to_owned() } else { text }
}

fn of(times: usize, months: usize) -> String {
    format!("{times} {} in {months} {}", plural(times, "time"), plural(months, "month"))
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}
