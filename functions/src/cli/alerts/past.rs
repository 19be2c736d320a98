//! What `alerts test --months` shows: a line for each month of a rule, and the day on which it would have fired.

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
            ["rule", "scope", "month", "crossedOn", "total", "whole"],
            looked.months.iter().map(|past| -> [Cell; 6] {
                [
                    past.rule.as_str().into(),
                    past.scope.as_str().into(),
                    past.month.as_str().into(),
                    past.crossed_on.map(|day| day.to_string()).unwrap_or_default().into(),
                    past.total.into(),
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
            let _ = writeln!(text, "{}: would have fired in {times} of {}", printable(&past.rule), of_rule.count());
            rule = Some(&past.rule);
        }
        let least = if past.whole { "" } else { "at least " };
        let scope = if past.scope == "all" { String::new() } else { format!(" of {}", printable(&past.scope)) };
        let day = past.crossed_on.map_or("quiet".to_owned(), |day| format!("FIRES after the use of {day}"));
        let _ = writeln!(text, "  {}  {day}, {least}{} in the month{scope}", past.month, exact(past.total));
        if let Some(line) = past.lines.first().filter(|_| past.crossed_on.is_some()) {
            let _ = writeln!(text, "           most of it: {}", printable(&crate::notify::words(line)));
        }
    }
    for (rule, why) in &looked.unknown {
        let _ = writeln!(text, "unknown {}: {}", printable(rule), printable(why));
    }
    if text.is_empty() { "There is nothing to look at\n".to_owned() } else { text }
}
