//! Telling people: always the log, and a webhook where one is set.

mod message;
mod webhook;

use shared::snapshot::{Cause, Incident};

pub use message::{message, words};
pub use webhook::Webhook;

/// Tells an incident, and says where it was told or why not. The reason never holds the address.
pub async fn tell(webhook: Option<&Webhook>, cause: &Cause, incident: &Incident) -> Result<Vec<String>, String> {
    let Cause { rule, scope, period } = cause;
    let (summary, opened_at) = (&incident.summary, incident.opened_at);
    let lines = serde_json::to_string(&incident.lines).unwrap_or_default();
    tracing::warn!(rule, scope, period, summary, %opened_at, lines, "alert");
    let mut to = vec!["log".to_owned()];
    if let Some(webhook) = webhook {
        webhook.send(&message(cause, incident)).await?;
        to.push("webhook".to_owned());
    }
    Ok(to)
}
