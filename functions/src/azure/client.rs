//! Requests to Azure. `apis` says what is asked, `pages` follows links, `send` decides about tries and waits,
//! `attempt` is one try, `body` and `refusal` read what came.

mod apis;
mod attempt;
mod body;
mod gate;
mod pages;
mod refusal;
mod retry_after;
mod send;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use shared::guid::SubscriptionId;
use shared::period::Granularity;
use url::Url;

use self::gate::Gates;
pub(crate) use self::retry_after::retry_after;
use self::wire::Wire;
use super::{AzureError, Credential, Egress, Endpoints, Received, Run};
use crate::planted::{Bug, planted};

/// A whole answer.
#[derive(Debug)]
pub struct Body {
    /// The bytes as Azure wrote them, transport compression taken off.
    pub bytes: Vec<u8>,
    /// Method, host and path of the request: for messages, without anything secret.
    pub request: String,
    /// What came with it, for the record.
    pub received: Received,
}

/// Which usage to ask for.
#[derive(Debug, Clone, Copy)]
pub struct UsageWindow {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Hours or days.
    pub granularity: Granularity,
    /// Reported from, inclusive.
    pub reported_from: Timestamp,
    /// Reported until, exclusive.
    pub reported_to: Timestamp,
}

/// Speaks to one Azure.
#[derive(Debug, Clone)]
pub struct AzureClient {
    wire: Wire,
    endpoints: Endpoints,
    egress: Egress,
    credential: Option<Credential>,
    run: Run,
    gates: Arc<Gates>,
}

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Auth {
    /// With the token; only ever to Resource Manager.
    Token,
    /// Without.
    None,
}

/// What an answer must be to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    /// A JSON document from its first bracket to its last.
    Json,
    /// Any bytes.
    File,
}

impl AzureClient {
    /// The one HTTP client: no redirects of its own, no proxy of the environment for loopback.
    pub fn http() -> Result<reqwest::Client, AzureError> {
        // A second installation answers with an error that means it is already there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(60))
            .user_agent(concat!("forebill/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .build()
            .map_err(|error| AzureError::Config(error.without_url().to_string()))
    }

    /// A client for these hosts. Without a credential only public prices can be asked for.
    #[must_use]
    pub fn new(http: reqwest::Client, endpoints: Endpoints, credential: Option<Credential>) -> AzureClient {
        AzureClient::over(Wire::Net(http), endpoints, credential)
    }

    fn over(wire: Wire, endpoints: Endpoints, credential: Option<Credential>) -> AzureClient {
        let egress = Egress::new(&endpoints);
        AzureClient { wire, endpoints, egress, credential, run: Run::unhurried(), gates: Arc::default() }
    }

    /// A client of an Azure of this process.
    #[cfg(test)]
    pub(crate) fn simulated(
        wire: Arc<crate::faults::SimWire>,
        endpoints: Endpoints,
        credential: Credential,
    ) -> AzureClient {
        AzureClient::over(Wire::Simulated(wire), endpoints, Some(credential))
    }

    /// Signs in now, and says by which way; otherwise the first request does.
    pub async fn sign_in(&self) -> Result<&'static str, AzureError> {
        let nobody = || AzureError::Config("this client cannot sign in: public prices only".into());
        let credential = self.credential.as_ref().ok_or_else(nobody)?;
        credential.token(&self.run).await.map(|_| credential.way())
    }

    /// Where it signs in.
    #[must_use]
    pub fn authority(&self) -> &Url {
        &self.endpoints.authority
    }

    /// The same client in a new run: with its end, and with nothing counted yet. Tokens stay good.
    #[must_use]
    pub fn for_run(self, run: Run) -> AzureClient {
        AzureClient { run, gates: Arc::default(), ..self }
    }
}

/// What a message may say of a URL: a query can hold a signature.
fn shown(url: &Url) -> String {
    if planted(Bug::SecretsInErrors) {
        return format!("GET {url}");
    }
    let host = url.host_str().unwrap_or("");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("GET {}://{host}{port}{}", url.scheme(), url.path())
}
