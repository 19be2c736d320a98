//! What chats show: blocks of Slack, an adaptive card of Teams. Names come from outside, so every text is plain: nothing in
//! it mentions, links or formats anything.

use serde_json::{Value, json};
use shared::snapshot::{Cause, Incident};

use super::message::{cut, plain, said, words};

/// A section of Slack holds 3,000 signs.
const SLACK_SIGNS: usize = 2_900;
/// A card of Teams holds 28 kB in all: ten texts of two kilobytes are below that.
const TEAMS_SIGNS: usize = 600;

/// For an incoming webhook of Slack: `text` for notifications, blocks for the channel.
pub fn slack(cause: &Cause, incident: &Incident) -> Value {
    let section = |text: &str| json!({"type": "section", "text": {"type": "plain_text", "text": cut(text, SLACK_SIGNS), "emoji": false}});
    let mut blocks = vec![section(&said(&incident.summary))];
    blocks.extend(incident.lines.iter().map(|line| section(&format!("• {}", said(&words(line))))));
    let rule = format!("Rule: {}", said(&cause.rule));
    blocks.push(json!({"type": "context", "elements": [{"type": "plain_text", "text": cut(&rule, SLACK_SIGNS), "emoji": false}]}));
    json!({"text": cut(&plain(&incident.summary), SLACK_SIGNS), "blocks": blocks})
}

/// For a workflow of Teams that begins when a webhook request is received: a message with one adaptive card.
pub fn teams(cause: &Cause, incident: &Incident) -> Value {
    // Runs of a rich text are never read as Markdown; those of a text block are.
    let text = |text: &str, bold: bool, subtle: bool| {
        let weight = if bold { "Bolder" } else { "Default" };
        let run = json!({"type": "TextRun", "text": cut(text, TEAMS_SIGNS), "weight": weight, "isSubtle": subtle});
        json!({"type": "RichTextBlock", "inlines": [run]})
    };
    let mut body = vec![text(&said(&incident.summary), true, false)];
    body.extend(incident.lines.iter().map(|line| text(&format!("• {}", said(&words(line))), false, false)));
    body.push(text(&format!("Rule: {}", said(&cause.rule)), false, true));
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    });
    let kind = "application/vnd.microsoft.card.adaptive";
    json!({"type": "message", "attachments": [{"contentType": kind, "contentUrl": null, "content": card}]})
}
