//! The sign-in service: where azure_identity's requests go, and what was heard from there.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::error::ErrorKind;
use azure_core::http::headers::HeaderName;
use azure_core::http::{AsyncRawResponse, ClientOptions, HttpClient, Request, RetryOptions, Transport, Url};
use azure_identity::ClientAssertionCredentialOptions;

use super::super::AzureError;
use super::super::endpoint::{Endpoints, is_loopback};

/// What the sign-in service said last: azure_identity's errors do not always tell.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Last>>);

#[derive(Debug, Clone, Copy, Default)]
enum Last {
    /// It was not asked: the way to sign in failed before.
    #[default]
    NotAsked,
    /// No answer.
    Silence,
    /// An answer.
    Status { status: u16, wait: Option<Duration> },
}

impl Heard {
    pub(super) fn forget(&self) {
        self.set(Last::NotAsked);
    }

    /// The HTTP status of the last answer.
    pub(super) fn status(&self) -> Option<u16> {
        match self.last() {
            Last::Status { status, .. } => Some(status),
            _ => None,
        }
    }

    /// Whether it was asked and nobody answered.
    pub(super) fn is_silent(&self) -> bool {
        matches!(self.last(), Last::Silence)
    }

    /// Whether another try may help, and after what wait where one was asked for.
    pub(super) fn worth_repeating(&self) -> Option<Option<Duration>> {
        match self.last() {
            Last::Silence => Some(None),
            Last::Status { status: 408 | 429 | 500 | 502 | 503 | 504, wait } => Some(wait),
            _ => None,
        }
    }

    fn last(&self) -> Last {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, last: Last) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }
}

/// Options that send to this cloud's authority, with our HTTP client and our own rules for tries.
pub(super) fn client_options(
    endpoints: &Endpoints,
    http: &reqwest::Client,
    heard: &Heard,
) -> Result<ClientOptions, AzureError> {
    let mut cloud = CustomConfiguration::default();
    let plain = endpoints.authority.scheme() == "http" && is_loopback(&endpoints.authority);
    let mut authority = endpoints.authority.clone();
    if plain {
        // azure_identity takes https only; the transport below turns exactly this origin back.
        authority.set_scheme("https").map_err(|()| AzureError::Config("AZURE_AUTHORITY_HOST".into()))?;
    }
    cloud.authority_host = authority.to_string();
    Ok(ClientOptions {
        cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
        retry: RetryOptions::none(),
        transport: Some(Transport::new(Arc::new(SignInTransport {
            http: http.clone(),
            plain_loopback: plain.then(|| endpoints.authority.clone()),
            heard: heard.clone(),
        }))),
        ..ClientOptions::default()
    })
}

pub(super) fn assertion_options(client_options: ClientOptions) -> ClientAssertionCredentialOptions {
    ClientAssertionCredentialOptions { client_options }
}

/// Sends azure_identity's requests with our HTTP client, so that there is one pool and one set of rules.
#[derive(Debug)]
struct SignInTransport {
    http: reqwest::Client,
    /// The one origin for which https is really http.
    plain_loopback: Option<Url>,
    heard: Heard,
}

#[async_trait::async_trait]
impl HttpClient for SignInTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        self.heard.set(Last::Silence);
        let sent = async {
            let response = match self.turned_back(request) {
                Some(local) => self.http.execute_request(&local).await,
                None => self.http.execute_request(request).await,
            };
            // The body is read here: one that breaks off is no answer either.
            response?.try_into_raw_response().await
        };
        // A sign-in is one small answer: an authority that does not give it in this time is down.
        let timeout = || azure_core::Error::with_message(ErrorKind::Io, "no answer within 10 s");
        let response = tokio::time::timeout(super::MAX_WAIT, sent).await.map_err(|_| timeout())??;
        let wait = response.headers().get_optional_str(&HeaderName::from_static("retry-after"));
        let wait = wait.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        self.heard.set(Last::Status { status: u16::from(response.status()), wait });
        let (status, headers, body) = response.deconstruct();
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}

impl SignInTransport {
    /// The request as plain http, where it goes to the loopback address that was given so.
    fn turned_back(&self, request: &Request) -> Option<Request> {
        let plain = self.plain_loopback.as_ref()?;
        let mut url = request.url().clone();
        let same = url.host_str() == plain.host_str() && url.port_or_known_default() == plain.port_or_known_default();
        if !same || url.set_scheme("http").is_err() {
            return None;
        }
        let mut local = Request::new(url, request.method());
        *local.headers_mut() = request.headers().clone();
        local.set_body(request.body().clone());
        Some(local)
    }
}
