//! A webhook: JSON by POST to an address that is itself a secret. It stands in no log, no error and no record.

use std::fmt;
use std::sync::Arc;

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use url::Url;

use super::address;
use super::delivery::{Attempt, MAX_TIME, Told, deliver};
use crate::azure::{AzureError, Clock, SystemClock, retry_after};

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
    /// A webhook at the address of a setting: https, or http on this machine; in a private network only where somebody
    /// said so.
    pub fn new(setting: &'static str, address: &str, private: bool) -> Result<Webhook, AzureError> {
        let url = address::checked(setting, address, private)?;
        Ok(Webhook { url, http: address::client(private)?, clock: Arc::new(SystemClock) })
    }

    /// Sends a message. What is said of a failure is what anybody can know; `repeats` says that the receiver drops a second
    /// one by its id.
    pub async fn post(&self, who: &str, repeats: bool, id: &str, message: &Value) -> Told {
        deliver(&*self.clock, repeats, async || self.attempt(who, id, message).await).await
    }

    async fn attempt(&self, who: &str, id: &str, message: &Value) -> Attempt {
        let request = self.http.post(self.url.clone()).timeout(MAX_TIME).header(CONTENT_TYPE, "application/json");
        let response = match request.header("idempotency-key", id).body(message.to_string()).send().await {
            Ok(response) => response,
            Err(error) => {
                let surely_not = error.is_connect() || error.is_builder();
                let why = format!("{who} did not answer: {}", error.without_url());
                // A connection that breaks off may have brought the message all the same.
                return if surely_not { Attempt::Failed { why, wait: None } } else { Attempt::Unknown(why) };
            }
        };
        let status = response.status();
        let why = format!("{who} answered {}", status.as_u16());
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
