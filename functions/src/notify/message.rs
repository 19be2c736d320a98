//! What is told: everything as JSON, and as text for those who read only that.

use serde_json::{Value, json};
use shared::decimal::Decimal;
use shared::json::printable;
use shared::snapshot::{Cause, Incident, IncidentLine};

use crate::archive::sha256;

/// The same whenever it is sent, so that a receiver can drop a second one.
pub fn id(cause: &Cause) -> String {
    let Cause { rule, scope, period } = cause;
    sha256(format!("{rule}\n{scope}\n{period}").as_bytes())
}

/// The message about an incident, with its id.
#[must_use]
pub fn message(cause: &Cause, incident: &Incident) -> Value {
    let Cause { rule, scope, period } = cause;
    json!({
        "schema": "forebill.alert/1",
        "text": plain(&text(cause, incident)),
        "id": id(cause),
        "rule": rule,
        "scope": scope,
        "period": period,
        "openedAt": incident.opened_at,
        "summary": incident.summary,
        "lines": incident.lines,
    })
}

fn text(cause: &Cause, incident: &Incident) -> String {
    let lines: String = incident.lines.iter().map(|line| format!("\n• {}", words(line))).collect();
    format!("{}{lines}\nRule: {}", incident.summary, cause.rule)
}

/// The message as text, for those who read only that.
pub fn body(cause: &Cause, incident: &Incident) -> String {
    let Cause { scope, period, .. } = cause;
    let told = format!("\nScope: {scope}\nPeriod: {period}\nSince: {}\nId: {}\n", incident.opened_at, id(cause));
    lines_said(&text(cause, incident)) + &told
}

/// A line in words.
#[must_use]
pub fn words(line: &IncidentLine) -> String {
    let IncidentLine { what, quantity, unit, rates, cost, before } = line;
    let before = before.as_ref().map(|one| format!(", before {}", amounts(one.quantity, unit, &one.rates, one.cost)));
    format!("{what}: {}{}", amounts(*quantity, unit, rates, *cost), before.unwrap_or_default())
}

fn amounts(quantity: Decimal, unit: &str, rates: &[Decimal], cost: Option<Decimal>) -> String {
    let rates: Vec<String> = rates.iter().map(Decimal::to_string).collect();
    let rates = if rates.is_empty() { String::new() } else { format!(" at {}", rates.join(", ")) };
    let cost = cost.map(|cost| format!(" = {cost}")).unwrap_or_default();
    format!("{quantity} {unit}{rates}{cost}")
}

/// Names come from outside: none of them may drive a terminal, or mention or link anything in a chat.
pub fn plain(text: &str) -> String {
    lines_said(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// On one line, without what drives a terminal.
pub fn said(text: &str) -> String {
    printable(text).to_string()
}

fn lines_said(text: &str) -> String {
    text.split('\n').map(said).collect::<Vec<_>>().join("\n")
}

/// At most so many signs; what is missing is shown to be.
pub fn cut(text: &str, signs: usize) -> String {
    match text.char_indices().nth(signs) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
