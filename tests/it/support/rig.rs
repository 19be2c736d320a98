//! A client of ours before four scripted servers, in time that passes only when somebody waits.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use functions::azure::{AzureClient, AzureError, Body, Clock, Cloud, Credential, Endpoints, Run, UsageWindow};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::period::Granularity;

use super::scripted::{Scripted, Step};

pub const SUBSCRIPTION: &str = "11111111-2222-4333-8444-555555555555";

/// Waiting takes no time and is written down.
#[derive(Debug)]
pub struct VirtualClock {
    start: Instant,
    passed: Mutex<Duration>,
    waits: Mutex<Vec<Duration>>,
}

impl VirtualClock {
    pub fn new() -> Arc<VirtualClock> {
        Arc::new(VirtualClock { start: Instant::now(), passed: Mutex::default(), waits: Mutex::default() })
    }

    pub fn passed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }

    pub fn pass(&self, time: Duration) {
        *self.passed.lock().unwrap() += time;
    }

    /// Every wait so far, in order.
    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Instant {
        self.start + self.passed()
    }

    async fn sleep(&self, wait: Duration) {
        self.waits.lock().unwrap().push(wait);
        self.pass(wait);
        tokio::task::yield_now().await;
    }
}

/// The servers and the client.
pub struct Rig {
    pub authority: Scripted,
    pub arm: Scripted,
    pub storage: Scripted,
    pub retail: Scripted,
    pub clock: Arc<VirtualClock>,
    pub client: AzureClient,
}

/// Hands out TOKEN-1, TOKEN-2 and so on, each good for an hour.
pub fn tokens() -> Scripted {
    let mut number = 0;
    Scripted::start(move |_| {
        number += 1;
        token(&format!("TOKEN-{number}"), 3599)
    })
}

pub fn token(token: &str, seconds: u32) -> Step {
    Step::ok(format!(r#"{{"token_type":"Bearer","expires_in":{seconds},"access_token":"{token}"}}"#))
}

impl Rig {
    pub fn new(arm: Scripted, storage: Scripted, retail: Scripted) -> Rig {
        Rig::with(tokens(), arm, storage, retail, None)
    }

    pub fn arm(arm: Scripted) -> Rig {
        Rig::new(arm, silent(), silent())
    }

    pub fn retail(retail: Scripted) -> Rig {
        Rig::new(silent(), silent(), retail)
    }

    /// A run that may last so long.
    pub fn within(allowance: Duration, arm: Scripted) -> Rig {
        Rig::with(tokens(), arm, silent(), silent(), Some(allowance))
    }

    pub fn with(
        authority: Scripted,
        arm: Scripted,
        storage: Scripted,
        retail: Scripted,
        allowance: Option<Duration>,
    ) -> Rig {
        Rig::of(AzureClient::http().unwrap(), authority, arm, storage, retail, allowance)
    }

    /// With an HTTP client of the test's own.
    pub fn of(
        http: reqwest::Client,
        authority: Scripted,
        arm: Scripted,
        storage: Scripted,
        retail: Scripted,
        allowance: Option<Duration>,
    ) -> Rig {
        let endpoints = Endpoints::new(Cloud::Public, Some(&arm.url), Some(&retail.url), Some(&authority.url)).unwrap();
        let credential = Credential::client_secret(&endpoints, &http, "tenant", "client", "SECRET".into()).unwrap();
        let clock = VirtualClock::new();
        let run = Run::new(clock.clone(), allowance, 7);
        let client = AzureClient::new(http, endpoints, Some(credential)).for_run(run);
        Rig { authority, arm, storage, retail, clock, client }
    }

    /// All pages of one reported day, with their numbers.
    pub async fn usage(&self) -> Result<Vec<(usize, Body)>, AzureError> {
        let mut pages = Vec::new();
        let read = async |number, body: Body| -> Result<Option<String>, AzureError> {
            let link = next_link(&body, "nextLink")?;
            pages.push((number, body));
            Ok(link)
        };
        self.client.usage(day(), read).await.map(|()| pages)
    }

    pub async fn rate_card(&self) -> Result<Body, AzureError> {
        let offer = "MS-AZR-0003P".parse().unwrap();
        let body = self.client.rate_card(subscription(), &offer, Currency::USD, "en-US", "US").await?;
        read(&body).map(|_| body)
    }

    pub async fn retail_prices(&self) -> Result<Vec<Body>, AzureError> {
        let mut pages = Vec::new();
        let read = async |_, body: Body| -> Result<Option<String>, AzureError> {
            let link = next_link(&body, "NextPageLink")?;
            pages.push(body);
            Ok(link)
        };
        self.client.retail_prices(Currency::USD, None, read).await.map(|()| pages)
    }
}

pub fn silent() -> Scripted {
    Scripted::always(Step::new(418, "nobody should ask here"))
}

pub fn subscription() -> SubscriptionId {
    SUBSCRIPTION.parse().unwrap()
}

pub fn day() -> UsageWindow {
    UsageWindow {
        subscription_id: subscription(),
        granularity: Granularity::Daily,
        reported_from: "2026-11-01T00:00:00Z".parse().unwrap(),
        reported_to: "2026-11-02T00:00:00Z".parse().unwrap(),
    }
}

fn next_link(body: &Body, name: &str) -> Result<Option<String>, AzureError> {
    read(body).map(|value| value[name].as_str().map(str::to_owned))
}

/// As a reader would; one mark of byte order is allowed.
fn read(body: &Body) -> Result<serde_json::Value, AzureError> {
    let text = body.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body.bytes);
    serde_json::from_slice(text).map_err(|error| AzureError::Damaged {
        request: body.request.clone(),
        problem: format!("the reader refuses it: {error}"),
    })
}
