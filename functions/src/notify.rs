//! Telling people: always the log, and every channel that is set.
//!
//! Nothing is told twice on purpose: where a message arrived is on record before the next channel is tried. What no sender
//! can know is what became of a message whose answer got lost. A receiver that drops repeated ids gets it again at once;
//! any other gets it once more when the claim of the run is over, twelve hours later, and never a third time.

mod address;
mod aws;
mod chat;
mod delivery;
mod message;
mod webhook;

use std::fmt;

use shared::snapshot::{Cause, Incident};

use crate::azure::AzureError;
pub use aws::{Mail, Topic};
pub use delivery::Told;
pub use message::words;
pub use webhook::Webhook;

/// Where alerts are told beside the log.
#[derive(Debug, Default)]
pub struct Channels(Vec<Channel>);

/// One such place.
#[derive(Debug)]
enum Channel {
    Sns(Topic),
    Email(Mail),
    Slack(Webhook),
    Teams(Webhook),
    Webhook(Webhook),
}

/// What is set of each, as text.
#[derive(Debug, Default)]
pub struct Settings {
    /// The ARN of a topic.
    pub sns_topic: Option<String>,
    /// Who mails are from, as SES knows it.
    pub email_from: Option<String>,
    /// Whom they are to, apart by commas.
    pub email_to: Option<String>,
    /// The address of an incoming webhook of Slack.
    pub slack: Option<String>,
    /// The address of a workflow of Teams.
    pub teams: Option<String>,
    /// An address that takes JSON.
    pub webhook: Option<String>,
    /// Whether addresses may lead into a private network.
    pub private: bool,
}

impl Channels {
    /// The channels for which something is set.
    pub fn of(settings: &Settings) -> Result<Channels, AzureError> {
        let Settings { sns_topic, email_from, email_to, slack, teams, webhook, private } = settings;
        let hook = |address: &Option<String>, setting: &'static str| {
            address.as_deref().map(|address| Webhook::new(setting, address, *private)).transpose()
        };
        let mail = match (email_from, email_to) {
            (None, None) => None,
            (Some(from), Some(to)) => Some(Mail::new(from, to)?),
            _ => {
                let both = "FOREBILL_ALERT_EMAIL_FROM and FOREBILL_ALERT_EMAIL_TO: a mail needs both";
                return Err(AzureError::Config(both.into()));
            }
        };
        let topic = sns_topic.as_deref().map(Topic::new).transpose()?;
        let all = [
            topic.map(Channel::Sns),
            mail.map(Channel::Email),
            hook(slack, "FOREBILL_ALERT_SLACK")?.map(Channel::Slack),
            hook(teams, "FOREBILL_ALERT_TEAMS")?.map(Channel::Teams),
            hook(webhook, "FOREBILL_ALERT_WEBHOOK")?.map(Channel::Webhook),
        ];
        Ok(Channels(all.into_iter().flatten().collect()))
    }

    /// Whether there is only the log.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that an incident was not told to yet.
    pub fn left<'a>(&'a self, incident: &'a Incident) -> impl Iterator<Item = Tell<'a>> {
        self.0.iter().filter(|channel| !incident.told.contains(channel.name())).map(Tell)
    }
}

/// A channel that an incident is to be told to.
pub struct Tell<'a>(&'a Channel);

impl Tell<'_> {
    /// What records call it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Tells it. No answer ever holds an address that is a secret.
    pub async fn tell(&self, cause: &Cause, incident: &Incident) -> Told {
        let id = message::id(cause);
        match self.0 {
            Channel::Sns(topic) => topic.publish(&id, cause, incident).await,
            Channel::Email(mail) => mail.send(&id, cause, incident).await,
            Channel::Slack(hook) => hook.post("Slack", false, &id, &chat::slack(cause, incident)).await,
            Channel::Teams(hook) => hook.post("Teams", false, &id, &chat::teams(cause, incident)).await,
            Channel::Webhook(hook) => hook.post("the webhook", true, &id, &message::message(cause, incident)).await,
        }
    }
}

impl Channel {
    fn name(&self) -> &'static str {
        match self {
            Channel::Sns(_) => "sns",
            Channel::Email(_) => "email",
            Channel::Slack(_) => "slack",
            Channel::Teams(_) => "teams",
            Channel::Webhook(_) => "webhook",
        }
    }
}

impl fmt::Display for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(Channel::name).collect();
        f.write_str(&names.join(", "))
    }
}

/// Puts an incident into the log.
pub fn log(cause: &Cause, incident: &Incident) {
    let Cause { rule, scope, period } = cause;
    let (summary, opened_at) = (&incident.summary, incident.opened_at);
    let lines = serde_json::to_string(&incident.lines).unwrap_or_default();
    tracing::warn!(rule, scope, period, summary, %opened_at, lines, "alert");
}
