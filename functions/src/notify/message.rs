//! What a webhook gets: everything as JSON, and `text` for chats that show only that.

use serde_json::{Value, json};
use shared::decimal::Decimal;
use shared::json::printable;
use shared::snapshot::{Cause, Incident, IncidentLine};

use crate::archive::sha256;

/// The message about an incident. Its id is the same whenever it is sent, so that a receiver can drop a second one.
#[must_use]
pub fn message(cause: &Cause, incident: &Incident) -> Value {
    let Cause { rule, scope, period } = cause;
    let id = sha256(format!("{rule}\n{scope}\n{period}").as_bytes());
    let lines: String = incident.lines.iter().map(|line| format!("\n• {}", words(line))).collect();
    json!({
        "schema": "forebill.alert/1",
        "text": plain(&format!("{}{lines}\nRule: {rule}", incident.summary)),
        "id": id,
        "rule": rule,
        "scope": scope,
        "period": period,
        "openedAt": incident.opened_at,
        "summary": incident.summary,
        "lines": incident.lines,
    })
}

/// A line in words.
#[must_use]
pub fn words(line: &IncidentLine) -> String {
    let IncidentLine { what, quantity, unit, rates, cost } = line;
    let rates: Vec<String> = rates.iter().map(Decimal::to_string).collect();
    let rates = if rates.is_empty() { String::new() } else { format!(" at {}", rates.join(", ")) };
    let cost = cost.map(|cost| format!(" = {cost}")).unwrap_or_default();
    format!("{what}: {quantity} {unit}{rates}{cost}")
}

/// Names come from outside: none of them may drive a terminal, or mention or link anything in a chat.
fn plain(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
