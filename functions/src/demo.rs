//! A sample Azure on loopback: sign-in, management, storage and retail prices, each on a port of its own,
//! over a generated tenant with thirteen months of usage. Behind `forebill demo` and behind tests.
//! The clock moves only when told and nothing is random but the seed: equal options, equal bytes.

mod arm;
mod arm_groups;
mod arm_invoices;
mod arm_rate_card;
mod arm_usage;
mod authority;
mod calendar;
mod call;
mod catalog;
mod decimal;
mod digest;
mod federation;
mod filter;
mod invoice_lines;
mod json;
mod load;
mod oddities;
mod pdf;
mod rate_card;
mod refusals;
mod regions;
mod resources;
mod retail;
mod retail_feed;
mod series_text;
mod state;
mod storage;
mod tenant;
mod usage;
mod usage_json;

pub use calendar::Period;
pub use catalog::{Catalog, Meter, Version};
pub use decimal::KeyStyle;
pub use oddities::{Anomaly, Correction, Restated};
pub use rate_card::{COMMITMENT, MSDN, PAY_AS_YOU_GO, TIERED_DISCOUNT};
pub use refusals::{Question, Refusal};
pub use regions::{Place, REGIONS, Region};
pub use state::{Host, RequestLog};
pub use tenant::{Series, SubscriptionInfo, Tenant, quantity_text};
pub use usage::{Granularity, Row};

use jiff::Timestamp;
use state::{Shared, Urls};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What the sample is made from.
pub struct Options {
    /// Where the server's clock stands at first; the tenant's history ends here.
    pub now: Timestamp,
    pub seed: u64,
    /// Rate cards to serve byte for byte instead of generated ones, by offer id in upper case.
    pub rate_cards: BTreeMap<String, Vec<u8>>,
    /// Retail pages to serve, in order, instead of generated ones: only their links are rewritten.
    pub retail_pages: Vec<Vec<u8>>,
}

impl Options {
    /// The generated sample, seen at a moment.
    pub fn at(now: Timestamp) -> Options {
        Options { now, seed: 1, rate_cards: BTreeMap::new(), retail_pages: Vec::new() }
    }
}

/// The running servers; dropping this stops them.
pub struct SampleAzure {
    shared: Arc<Shared>,
    _running: watch::Sender<()>,
}

impl SampleAzure {
    /// Starts the four listeners on free loopback ports.
    pub async fn start(options: Options) -> std::io::Result<SampleAzure> {
        let authority = TcpListener::bind("127.0.0.1:0").await?;
        let arm = TcpListener::bind("127.0.0.1:0").await?;
        let storage = TcpListener::bind("127.0.0.1:0").await?;
        let retail = TcpListener::bind("127.0.0.1:0").await?;
        let urls =
            Urls { authority: url(&authority)?, arm: url(&arm)?, storage: url(&storage)?, retail: url(&retail)? };
        let shared = Arc::new(Shared::new(options, urls));
        let (running, stopped) = watch::channel(());
        let hosts: [(TcpListener, Host, call::Answer); 4] = [
            (authority, Host::Authority, authority::answer),
            (arm, Host::Arm, arm::answer),
            (storage, Host::Storage, storage::answer),
            (retail, Host::Retail, retail_feed::answer),
        ];
        for (listener, host, answer) in hosts {
            let router = call::router(shared.clone(), host, answer);
            let mut stopped = stopped.clone();
            tokio::spawn(async move {
                // Ends when the sender is dropped, which closes idle connections too.
                let end = async move { while stopped.changed().await.is_ok() {} };
                axum::serve(listener, router).with_graceful_shutdown(end).await
            });
        }
        Ok(SampleAzure { shared, _running: running })
    }

    /// `http://127.0.0.1:PORT` of the management host.
    pub fn arm(&self) -> &str {
        &self.shared.urls.arm
    }

    pub fn authority(&self) -> &str {
        &self.shared.urls.authority
    }

    pub fn retail(&self) -> &str {
        &self.shared.urls.retail
    }

    pub fn storage(&self) -> &str {
        &self.shared.urls.storage
    }

    pub fn tenant_id(&self) -> &str {
        &self.shared.tenant_id
    }

    pub fn client_id(&self) -> &str {
        &self.shared.client_id
    }

    pub fn client_secret(&self) -> &str {
        &self.shared.client_secret
    }

    pub fn subscriptions(&self) -> &[SubscriptionInfo] {
        self.shared.tenant.subscriptions()
    }

    /// Moves the server's clock: restated rows, new periods, expiring links and tokens follow it.
    pub fn set_now(&self, now: Timestamp) {
        self.shared.set_now(now);
    }

    /// From now on, the question about the subscription is refused. Who has no right at all does not see it either.
    pub fn refuse(&self, subscription: &str, question: Question, refusal: Refusal) {
        if let Some(at) = self.shared.tenant.position(subscription) {
            self.shared.refuse(at, question, refusal);
        }
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<RequestLog> {
        self.shared.requests()
    }

    /// The months in which every subscription has a billing period that is over, oldest first.
    pub fn settled_months(&self) -> Vec<String> {
        invoice_lines::settled_months(&self.shared)
    }

    /// The lines of the invoices of a month, as finance would type them in.
    pub fn invoice_lines(&self, month: &str) -> String {
        invoice_lines::file(&self.shared, month)
    }

    /// By how many cents these invoices differ from a rating of the usage, and why.
    pub fn planted_differences(&self, month: &str) -> BTreeMap<&'static str, i64> {
        invoice_lines::planted(&self.shared, month)
    }

    /// What was really used, to compare against.
    pub fn truth(&self) -> &Tenant {
        &self.shared.tenant
    }

    /// The price model behind the rate cards and the retail feed.
    pub fn prices(&self) -> &Catalog {
        &self.shared.catalog
    }
}

fn url(listener: &TcpListener) -> std::io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}
