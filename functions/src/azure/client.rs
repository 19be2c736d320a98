//! Requests to Azure: one loop for tries and waits, bodies checked for length and hash, pages followed as given.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::Granularity;
use url::Url;

use super::{AzureError, Credential, Egress, Endpoints, Received};

/// A request is tried four times at most, so an outage is not made worse.
const MAX_TRIES: u32 = 4;
/// Usage that is still being made ready is asked for this often.
const MAX_NOT_READY: u32 = 20;
/// Waits are clamped: a header of a billion seconds does not hold a run for ever.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// Largest body, unpacked.
const MAX_BODY_BYTES: usize = 256 * 1024 * 1024;
/// A reported day of the largest subscriptions has some hundred pages.
const MAX_PAGES: usize = 10_000;

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
    http: reqwest::Client,
    endpoints: Endpoints,
    egress: Egress,
    credential: Option<Credential>,
}

/// How a request is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Auth {
    /// With the token; only ever to Resource Manager.
    Token,
    /// Without.
    None,
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
            .timeout(Duration::from_secs(300))
            .user_agent(concat!("forebill/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .build()
            .map_err(|error| AzureError::Config(error.without_url().to_string()))
    }

    /// A client for these hosts. Without a credential only public prices can be asked for.
    #[must_use]
    pub fn new(http: reqwest::Client, endpoints: Endpoints, credential: Option<Credential>) -> AzureClient {
        let egress = Egress::new(&endpoints);
        AzureClient { http, endpoints, egress, credential }
    }

    /// The rate card of an offer: the redirect is followed by hand, without the token.
    pub async fn rate_card(
        &self,
        subscription: SubscriptionId,
        offer: &OfferId,
        currency: Currency,
        locale: &str,
        region_info: &str,
    ) -> Result<Body, AzureError> {
        let filter = format!(
            "OfferDurableId eq '{offer}' and Currency eq '{currency}' and Locale eq '{}' and RegionInfo eq '{}'",
            quoted(locale),
            quoted(region_info)
        );
        let url = self.arm(&format!(
            "/subscriptions/{subscription}/providers/Microsoft.Commerce/RateCard\
             ?api-version=2016-08-31-preview&$filter={}",
            encoded(&filter)
        ))?;
        // The link dies after half an hour, so a download that fails is tried again from the start.
        let response = self.send(&url, Auth::Token).await?;
        if response.status() != StatusCode::FOUND && response.status() != StatusCode::TEMPORARY_REDIRECT {
            return self.body(&url, response).await;
        }
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or("");
        let link = self.egress.download_link(&url, location)?;
        self.fetch(&link, Auth::None).await
    }

    /// All pages of one reported window, in order. `page` is called with each as it arrives.
    pub async fn usage<E: From<AzureError>>(
        &self,
        window: UsageWindow,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let UsageWindow { subscription_id, granularity, reported_from, reported_to } = window;
        let granularity = match granularity {
            Granularity::Daily => "Daily",
            Granularity::Hourly => "Hourly",
        };
        let url = self.arm(&format!(
            "/subscriptions/{subscription_id}/providers/Microsoft.Commerce/UsageAggregates\
             ?api-version=2015-06-01-preview&reportedStartTime={}&reportedEndTime={}\
             &aggregationGranularity={granularity}&showDetails=true",
            encoded(&reported_from.to_string()),
            encoded(&reported_to.to_string()),
        ))?;
        self.pages(url, Auth::Token, &mut page).await
    }

    /// All pages of the billing periods.
    pub async fn billing_periods<E: From<AzureError>>(
        &self,
        subscription: SubscriptionId,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let url = self.arm(&format!(
            "/subscriptions/{subscription}/providers/Microsoft.Billing/billingPeriods?api-version=2018-03-01-preview"
        ))?;
        self.pages(url, Auth::Token, &mut page).await
    }

    /// All pages of the invoices, with download links that live for an hour.
    pub async fn invoices<E: From<AzureError>>(
        &self,
        subscription: SubscriptionId,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let url = self.arm(&format!(
            "/subscriptions/{subscription}/providers/Microsoft.Billing/invoices\
             ?api-version=2018-03-01-preview&$expand=downloadUrl"
        ))?;
        self.pages(url, Auth::Token, &mut page).await
    }

    /// A signed link of an invoice, asked without the token.
    pub async fn download(&self, link: &str) -> Result<Body, AzureError> {
        let url = self.egress.download_link(&self.endpoints.arm, link)?;
        self.fetch(&url, Auth::None).await
    }

    /// All pages of retail prices.
    pub async fn retail_prices<E: From<AzureError>>(
        &self,
        currency: Currency,
        filter: Option<&str>,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let mut text = format!("/api/retail/prices?api-version=2023-01-01-preview&currencyCode='{currency}'");
        if let Some(filter) = filter {
            text.push_str(&format!("&$filter={}", encoded(filter)));
        }
        let url = join(&self.endpoints.retail, &text)?;
        self.pages(url, Auth::None, &mut page).await
    }

    async fn pages<E: From<AzureError>>(
        &self,
        first: Url,
        auth: Auth,
        page: &mut impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let mut url = first;
        let mut seen = BTreeSet::new();
        for number in 0..MAX_PAGES {
            if !seen.insert(url.as_str().to_owned()) {
                let problem = format!("page {} leads back to an earlier one", number + 1);
                return Err(AzureError::Paging { request: shown(&url), problem }.into());
            }
            let body = self.fetch(&url, auth).await?;
            let Some(link) = page(number, body).await? else { return Ok(()) };
            url = match auth {
                Auth::Token => self.egress.arm_link(&link)?,
                Auth::None => self.egress.retail_link(&link)?,
            };
        }
        Err(AzureError::Paging { request: shown(&url), problem: format!("more than {MAX_PAGES} pages") }.into())
    }

    fn arm(&self, path_and_query: &str) -> Result<Url, AzureError> {
        join(&self.endpoints.arm, path_and_query)
    }

    /// Sends until there is an answer that is final: 2xx, a redirect, or an error that no repetition mends.
    async fn send(&self, url: &Url, auth: Auth) -> Result<Response, AzureError> {
        let (mut tries, mut not_ready) = (0, 0);
        loop {
            let mut request = self.http.get(url.clone()).header(ACCEPT_ENCODING, "gzip");
            if auth == Auth::Token {
                let credential = self.credential.as_ref().ok_or_else(no_credential)?;
                request = request.header(AUTHORIZATION, format!("Bearer {}", credential.token().await?));
            }
            tries += 1;
            let response = match request.send().await {
                Ok(response) => response,
                Err(_) if tries < MAX_TRIES => {
                    tokio::time::sleep(backoff(tries)).await;
                    continue;
                }
                Err(error) => {
                    let problem = format!("no answer after {tries} tries: {}", describe(error));
                    return Err(AzureError::Transport { request: shown(url), problem });
                }
            };
            match response.status() {
                StatusCode::ACCEPTED if not_ready < MAX_NOT_READY => {
                    not_ready += 1;
                    tries = 0;
                    let asked = retry_after(response.headers()).unwrap_or(MAX_WAIT);
                    tracing::info!(request = %shown(url), wait_s = asked.as_secs(), "not ready yet");
                    tokio::time::sleep(asked).await;
                }
                StatusCode::ACCEPTED => {
                    let problem = format!("still not ready after {MAX_NOT_READY} answers 202");
                    return Err(AzureError::Transport { request: shown(url), problem });
                }
                status if status.is_success() || status.is_redirection() => return Ok(response),
                status if is_transient(status) && tries < MAX_TRIES => {
                    let wait = retry_after(response.headers()).unwrap_or_else(|| backoff(tries));
                    tracing::info!(request = %shown(url), status = status.as_u16(), wait_ms = wait.as_millis(), "trying again");
                    tokio::time::sleep(wait).await;
                }
                status => return Err(refusal(url, status, response).await),
            }
        }
    }

    /// Asks until the answer is whole: a body that broke off may be whole the next time.
    async fn fetch(&self, url: &Url, auth: Auth) -> Result<Body, AzureError> {
        for tries in 1.. {
            let response = self.send(url, auth).await?;
            match self.body(url, response).await {
                Err(AzureError::Damaged { .. }) if tries < MAX_TRIES => tokio::time::sleep(backoff(tries)).await,
                result => return result,
            }
        }
        unreachable!("the last try returns")
    }

    /// Reads the whole body; a cut or damaged one is an error, whatever the status said.
    async fn body(&self, url: &Url, mut response: Response) -> Result<Body, AzureError> {
        let request = shown(url);
        let damaged = |problem: String| AzureError::Damaged { request: shown(url), problem };
        if !response.status().is_success() {
            return Err(damaged(format!("an unexpected redirect ({})", response.status().as_u16())));
        }
        let promised = header(response.headers(), CONTENT_LENGTH.as_str()).and_then(|text| text.parse::<usize>().ok());
        let hash = header(response.headers(), "content-md5").map(ToOwned::to_owned);
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Err(damaged(format!("the body broke off: {}", describe(error)))),
            }
            if bytes.len() > MAX_BODY_BYTES {
                return Err(damaged(format!("more than {MAX_BODY_BYTES} bytes")));
            }
        }
        if let Some(promised) = promised
            && promised != bytes.len()
        {
            return Err(damaged(format!("{promised} bytes were promised, {} came", bytes.len())));
        }
        if let Some(hash) = hash
            && hash != BASE64.encode(Md5::digest(&bytes))
        {
            return Err(damaged("the bytes do not have the promised Content-MD5".into()));
        }
        let received = Received::of(url, response.status(), response.headers(), bytes.len());
        let bytes = match header(response.headers(), "content-encoding") {
            None | Some("identity") => bytes,
            Some("gzip") => unpack(&bytes).map_err(damaged)?,
            Some(other) => return Err(damaged(format!("an encoding that was not asked for: {}", printable(other)))),
        };
        Ok(Body { bytes, request, received })
    }
}

/// Unpacks here and not in the HTTP client: length and hash of an answer are those of the bytes on the wire.
fn unpack(packed: &[u8]) -> Result<Vec<u8>, String> {
    // Real answers pack to a thirtieth; a thousandth is an attack.
    let limit = packed.len().saturating_mul(200).clamp(64 * 1024, MAX_BODY_BYTES);
    let mut bytes = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(packed).take(limit as u64 + 1);
    reader.read_to_end(&mut bytes).map_err(|error| format!("the gzip body is damaged: {error}"))?;
    if bytes.len() > limit { Err(format!("the gzip body unpacks to more than {limit} bytes")) } else { Ok(bytes) }
}

fn no_credential() -> AzureError {
    AzureError::Config(
        "no sign-in: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or sign in with the Azure CLI"
            .into(),
    )
}

fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

fn backoff(tries: u32) -> Duration {
    Duration::from_millis(250 << tries.min(6))
}

/// Azure's standard header, or the one of Retail Prices; both in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let names = [RETRY_AFTER.as_str(), "x-ms-ratelimit-retailprices-retry-after"];
    let text = names.iter().find_map(|name| header(headers, name))?;
    let seconds = text.trim().parse::<u64>().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_WAIT))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Azure's own words, in any of its three shapes.
async fn refusal(url: &Url, status: StatusCode, mut response: Response) -> AzureError {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > 64 * 1024 {
            break;
        }
    }
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let error = value.get("error").unwrap_or(&value);
    let text = |name: &str| error.get(name).and_then(serde_json::Value::as_str);
    let words = match (text("code"), text("message").or(text("Message"))) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (None, Some(message)) => message.to_owned(),
        (Some(code), None) => code.to_owned(),
        (None, None) => "without a reason".to_owned(),
    };
    let message = printable(&words).chars().take(400).collect();
    AzureError::Status { request: shown(url), status: status.as_u16(), message }
}

/// What a message may say of a URL: a query can hold a signature.
fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or("");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("GET {}://{host}{port}{}", url.scheme(), url.path())
}

/// reqwest's errors carry the URL with its query.
fn describe(error: reqwest::Error) -> String {
    use std::error::Error as _;
    let error = error.without_url();
    let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    printable(&format!("{error}{cause}")).chars().take(200).collect()
}

fn join(base: &Url, path_and_query: &str) -> Result<Url, AzureError> {
    base.join(path_and_query).map_err(|error| AzureError::Config(error.to_string()))
}

/// Everything but letters and digits is escaped: an unescaped `+` would become a blank.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// OData writes a quote inside a text twice.
fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}
