//! A webhook: JSON by POST to an address that is itself a secret. It stands in no log, no error and no record.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use url::Url;

use crate::azure::{AzureClient, AzureError, Clock, SystemClock, is_loopback, retry_after};

/// A message is tried this often,
const MAX_TRIES: u32 = 4;
/// and waited for no longer than this in all; what is left is for the next run.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// One try takes no longer than this.
const MAX_TIME: Duration = Duration::from_secs(20);

/// Where messages go.
#[derive(Clone)]
pub struct Webhook {
    url: Url,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(..)")
    }
}

impl Webhook {
    /// A webhook at an address: https, or http on this machine.
    pub fn new(address: &str) -> Result<Webhook, AzureError> {
        Webhook::with_clock(address, Arc::new(SystemClock))
    }

    /// The same, in a time of its own.
    pub fn with_clock(address: &str, clock: Arc<dyn Clock>) -> Result<Webhook, AzureError> {
        // What is wrong with a secret is said without it.
        let refused = |why: &str| AzureError::Config(format!("FOREBILL_ALERT_WEBHOOK: {why}"));
        let url = Url::parse(address).map_err(|_| refused("it is no address"))?;
        let fits = url.host_str().is_some() && (url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url));
        if !fits {
            return Err(refused("https is needed (http only for a loopback address)"));
        }
        Ok(Webhook { url, http: AzureClient::http()?, clock })
    }

    /// Sends a message. An error says why it did not arrive, as far as anybody can know.
    pub async fn send(&self, message: &Value) -> Result<(), String> {
        let mut waited = Duration::ZERO;
        for tries in 1..=MAX_TRIES {
            let (why, asked) = match self.attempt(message).await {
                Attempt::Taken => return Ok(()),
                Attempt::Refused(why) => return Err(why),
                Attempt::Failed { why, wait } => (why, wait),
            };
            let wait = asked.unwrap_or(Duration::from_secs(1 << (tries - 1)));
            waited += wait;
            if tries == MAX_TRIES || waited > MAX_WAIT {
                return Err(format!("{why}, {tries} tries"));
            }
            tracing::info!(why, tries, "the webhook is tried again");
            self.clock.sleep(wait).await;
        }
        Err("it was not tried".to_owned())
    }

    async fn attempt(&self, message: &Value) -> Attempt {
        let request = self.http.post(self.url.clone()).timeout(MAX_TIME).header(CONTENT_TYPE, "application/json");
        let id = message["id"].as_str().unwrap_or("");
        let response = match request.header("idempotency-key", id).body(message.to_string()).send().await {
            Ok(response) => response,
            // A connection that breaks off may have brought the message all the same; its id tells the receiver.
            Err(error) => {
                return Attempt::Failed {
                    why: format!("the webhook did not answer: {}", error.without_url()),
                    wait: None,
                };
            }
        };
        let status = response.status();
        let why = format!("the webhook answered {}", status.as_u16());
        match status {
            status if status.is_success() => Attempt::Taken,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                Attempt::Failed { why, wait: retry_after(response.headers()) }
            }
            status if status.is_server_error() => Attempt::Failed { why, wait: retry_after(response.headers()) },
            _ => Attempt::Refused(why),
        }
    }
}

/// What came of one try.
enum Attempt {
    Taken,
    Refused(String),
    Failed { why: String, wait: Option<Duration> },
}
