//! One process's requests: what Azure would answer, spoiled as planned, and an eye on how politely it is asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::stream;
use md5::{Digest as _, Md5};
use reqwest::{Request, Response};
use url::Url;

use super::azure::{Answer, SimAzure};
use super::plan::{Kind, Plan, Site};
use super::process::Process;
use super::texts::CANARY;
use super::time::Time;
use crate::azure::Clock as _;

const LATENCY: Duration = Duration::from_millis(100);
const NOTHING: &[(&str, &str)] = &[];
/// One request and three repetitions.
const MOST_TRIES: u32 = 4;
/// Of one scope, without an answer between them.
const MOST_FAILURES: u32 = 10;
/// A subscription that nobody asked about.
pub const STRANGER: &str = "99999999-2222-3333-4444-555555555555";

#[derive(Debug)]
pub(crate) struct SimWire {
    azure: Arc<SimAzure>,
    plan: Arc<Plan>,
    process: Arc<Process>,
    time: Time,
    manners: Mutex<Manners>,
}

/// What one process did so far.
#[derive(Debug, Default)]
struct Manners {
    /// Failed tries of an address since it last answered.
    tries: BTreeMap<String, u32>,
    /// The same of a scope.
    failures: BTreeMap<String, u32>,
    not_before: BTreeMap<String, Instant>,
    token: u32,
}

impl SimWire {
    pub fn new(azure: Arc<SimAzure>, plan: Arc<Plan>, process: Arc<Process>, time: Time) -> SimWire {
        SimWire { azure, plan, process, time, manners: Mutex::default() }
    }

    pub(crate) async fn send(&self, request: Request) -> Result<Response, String> {
        let url = request.url().clone();
        let Some(site) = self.watch(&request) else {
            // An answer that any decoder takes, so that whoever asked strangers goes on.
            return Ok(response(&Answer { status: 200, location: None, body: br#"{"value":[]}"#.to_vec() }, NOTHING));
        };
        self.time.wait(LATENCY).await;
        let kind = self.plan.at(site, url.as_str());
        self.count(&url, kind);
        if kind == Some(Kind::DiesBefore) {
            self.process.die().await;
        }
        if kind == Some(Kind::Restated)
            && let Some(day) = day_of(&url)
        {
            self.azure.restate(day);
        }
        let answer = self.azure.answer(site, &url);
        if kind == Some(Kind::DiesAfter) {
            self.process.die().await;
        }
        self.spoiled(site, &url, kind, answer, request.timeout().copied()).await
    }

    /// Hosts, tokens and pauses.
    fn watch(&self, request: &Request) -> Option<Site> {
        let url = request.url();
        let token = request.headers().get("authorization");
        let site = SimAzure::site(url).filter(|_| url.scheme() == "https" && url.username().is_empty());
        let arm = site.is_some() && url.host_str() == Some("management.azure.com");
        if site.is_none() {
            self.azure.breach(format!("a request left Azure: {url}"));
        }
        if token.is_some() && !arm {
            self.azure.breach(format!("the token went to {url}"));
        }
        if token.is_none() && arm {
            self.azure.breach(format!("a request without a token to {url}"));
        }
        let manners = self.manners.lock().unwrap_or_else(PoisonError::into_inner);
        if manners.not_before.get(&scope(url)).is_some_and(|at| self.time.now() < *at) {
            self.azure.breach(format!("asked before Retry-After was over: {}", url.path()));
        }
        site
    }

    fn count(&self, url: &Url, kind: Option<Kind>) {
        let mut manners = self.manners.lock().unwrap_or_else(PoisonError::into_inner);
        let (address, scope) = (url.to_string(), scope(url));
        if !kind.is_some_and(Kind::is_transient) {
            manners.tries.remove(&address);
            manners.failures.remove(&scope);
            return;
        }
        let tries = manners.tries.entry(address).or_default();
        *tries += 1;
        if *tries > MOST_TRIES {
            self.azure.breach(format!("{tries} tries of {}", url.path()));
        }
        let failures = manners.failures.entry(scope.clone()).or_default();
        *failures += 1;
        if *failures > MOST_FAILURES {
            self.azure.breach(format!("{failures} failures in a row of {scope} were asked for"));
        }
        if let Some(seconds) = kind.and_then(Kind::asks_to_wait) {
            manners.not_before.insert(scope, self.time.now() + Duration::from_secs(seconds));
        }
    }

    async fn spoiled(
        &self,
        site: Site,
        url: &Url,
        kind: Option<Kind>,
        mut answer: Answer,
        timeout: Option<Duration>,
    ) -> Result<Response, String> {
        let Some(kind) = kind else { return Ok(response(&answer, &hash_of(site, &answer))) };
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let whole = answer.body.clone();
        match kind {
            Kind::Refused => return Err("connection refused".into()),
            Kind::NameUnknown => return Err("dns error: no such host".into()),
            Kind::TlsFails => return Err("tls: the certificate is not valid".into()),
            Kind::Hangs | Kind::Drips => return self.silence(timeout).await,
            Kind::BodyStalls => {
                // Headers came at once; the body never does.
                self.time.wait(timeout.unwrap_or(Duration::from_secs(3_600 * 24))).await;
                return Ok(broken_off(&answer.body[..answer.body.len() / 2]));
            }
            Kind::BodyBreaksOff => return Ok(broken_off(&answer.body[..answer.body.len() / 2])),
            Kind::Status400 => answer = status(400, "InvalidInput"),
            Kind::Status401 => answer = status(401, "ExpiredAuthenticationToken"),
            Kind::Status403 => answer = status(403, "AuthorizationFailed"),
            Kind::Status404 => answer = status(404, "NotFound"),
            Kind::Status408 => answer = status(408, "RequestTimeout"),
            Kind::Status409 => answer = status(409, "Conflict"),
            Kind::Status410 => answer = status(410, "Gone"),
            Kind::Status500 => answer = status(500, "InternalServerError"),
            Kind::Status503 => answer = status(503, "ServerBusy"),
            Kind::Status504 => answer = status(504, "GatewayTimeout"),
            Kind::TokenExpired => answer = status(400, "InvalidContinuationToken"),
            Kind::Status502 => {
                answer = Answer { status: 502, location: None, body: b"<html>Bad Gateway</html>".to_vec() };
            }
            Kind::NotReady => answer = Answer { status: 202, location: None, body: Vec::new() },
            Kind::Throttled => return Ok(response(&status(429, "TooManyRequests"), &[("retry-after", "7")])),
            Kind::ThrottledByDate => {
                let dates =
                    [("date", "Wed, 25 Nov 2026 03:15:00 GMT"), ("retry-after", "Wed, 25 Nov 2026 03:15:07 GMT")];
                return Ok(response(&status(429, "TooManyRequests"), &dates));
            }
            Kind::ThrottledWithoutHeader => answer = status(429, "TooManyRequests"),
            Kind::ThrottledForAges => return Ok(response(&status(429, "Throttled"), &[("retry-after", "1000000000")])),
            Kind::ThrottledBelowZero => return Ok(response(&status(429, "Throttled"), &[("retry-after", "-1")])),
            Kind::ThrottledByWords => return Ok(response(&status(429, "Throttled"), &[("retry-after", "soon")])),
            Kind::ThrottledUntilThePast => {
                let dates =
                    [("date", "Wed, 25 Nov 2026 03:15:00 GMT"), ("retry-after", "Wed, 25 Nov 2020 03:15:00 GMT")];
                return Ok(response(&status(429, "TooManyRequests"), &dates));
            }
            Kind::ThrottledBeyondNumbers => {
                return Ok(response(&status(429, "Throttled"), &[("retry-after", &"9".repeat(400))]));
            }
            Kind::Empty => answer.body = Vec::new(),
            Kind::LoginPage => answer.body = b"<!DOCTYPE html><title>Sign in</title>".to_vec(),
            Kind::Cut => return Ok(promising(&answer, answer.body.len() / 2, answer.body.len())),
            // Without a length, only what is in the body can tell. A document is opaque: only its hash tells.
            Kind::CutAndSilent if site == Site::Document => {
                let hash = hash_of(site, &answer);
                answer.body.truncate(whole.len() / 2);
                return Ok(response(&answer, &hash));
            }
            Kind::CutAndSilent => answer.body.truncate(whole.len() / 2),
            Kind::CutGzip => {
                let mut packed = gzip(&answer.body);
                packed.truncate(packed.len() / 2);
                answer.body = packed;
                return Ok(response(&answer, &[("content-encoding", "gzip")]));
            }
            Kind::GzipBomb => {
                answer.body = gzip(&vec![b' '; 1_000_000]);
                return Ok(response(&answer, &[("content-encoding", "gzip")]));
            }
            Kind::LengthTooLong => return Ok(promising(&answer, answer.body.len(), answer.body.len() + 10)),
            Kind::LengthTooShort => return Ok(promising(&answer, answer.body.len(), answer.body.len() / 2)),
            Kind::TurnedBit => {
                let hash = [("content-md5", BASE64.encode(Md5::digest(&whole)))];
                let digit = answer.body.iter().rposition(u8::is_ascii_digit).unwrap_or(0);
                answer.body[digit] ^= 1;
                return Ok(response(&answer, &hash.map(|(name, value)| (name, value))));
            }
            Kind::WrongHash => return Ok(response(&answer, &[("content-md5", BASE64.encode(Md5::digest(b"else")))])),
            Kind::OddEncoding => return Ok(response(&answer, &[("content-encoding", "br")])),
            Kind::NotJson => answer.body = b"{\"value\": [}".to_vec(),
            Kind::OtherSubscription => {
                let of = url.path_segments().and_then(|mut parts| parts.nth(1)).unwrap_or_default().to_owned();
                answer.body = text.replace(&of, STRANGER).into_bytes();
            }
            Kind::OtherDay => answer.body = without_link(&text.replace("T00:00:00+00:00", "T00:00:00Z")).into_bytes(),
            Kind::EndsEarly => answer.body = without_link(&text).into_bytes(),
            Kind::PageTwice if site == Site::NextUsagePage => {
                let page = self.azure.day(of(url), day_of(url).unwrap_or_default(), 1).remove(0);
                answer.body = without_link(&String::from_utf8_lossy(&page)).into_bytes();
            }
            Kind::LinkToItself => answer.body = with_link(&text, url.as_str()).into_bytes(),
            Kind::LinkElsewhere => answer.body = with_link(&text, &elsewhere("https", "evil.example")).into_bytes(),
            Kind::LinkToHttp => {
                answer.body = with_link(&text, &elsewhere("http", "management.azure.com")).into_bytes();
            }
            Kind::LinkWithUser => {
                answer.body = with_link(&text, &elsewhere("https", "management.azure.com@evil.example")).into_bytes();
            }
            Kind::LinkToAddress => answer.body = with_link(&text, &elsewhere("http", "169.254.169.254")).into_bytes(),
            Kind::RedirectElsewhere => answer = redirect(elsewhere("https", "evil.example")),
            Kind::RedirectToHttp => answer = redirect(elsewhere("http", "forebill.blob.core.windows.net")),
            _ => {}
        }
        let hash =
            if kind == Kind::LoginPage || kind == Kind::Empty { hash_of(site, &good(&whole)) } else { Vec::new() };
        Ok(response(&answer, if site == Site::Document { &hash } else { &[] }))
    }

    async fn silence(&self, timeout: Option<Duration>) -> Result<Response, String> {
        match timeout {
            Some(timeout) => {
                self.time.wait(timeout).await;
                Err("operation timed out".into())
            }
            None => std::future::pending().await,
        }
    }

    /// The token that is good now.
    pub fn token(&self) -> String {
        let mut manners = self.manners.lock().unwrap_or_else(PoisonError::into_inner);
        manners.token += 1;
        format!("{CANARY}-token-{}", manners.token)
    }
}

fn good(body: &[u8]) -> Answer {
    Answer { status: 200, location: None, body: body.to_vec() }
}

fn status(status: u16, code: &str) -> Answer {
    let body = format!(r#"{{"error":{{"code":"{code}","message":"as planned"}}}}"#).into_bytes();
    Answer { status, location: None, body }
}

fn redirect(location: String) -> Answer {
    Answer { status: 307, location: Some(location), body: Vec::new() }
}

fn elsewhere(scheme: &str, host: &str) -> String {
    format!("{scheme}://{host}/subscriptions/x?{CANARY}=1")
}

/// Storage says the hash of a file.
fn hash_of(site: Site, answer: &Answer) -> Vec<(&'static str, String)> {
    match site {
        Site::CardFile | Site::Document => vec![("content-md5", BASE64.encode(Md5::digest(&answer.body)))],
        _ => Vec::new(),
    }
}

fn response(answer: &Answer, headers: &[(&str, impl AsRef<str>)]) -> Response {
    promised(answer, answer.body.clone(), headers)
}

/// Only some of the body comes, and its length is another one.
fn promising(answer: &Answer, comes: usize, length: usize) -> Response {
    let body = answer.body[..comes.min(answer.body.len())].to_vec();
    promised(answer, body, &[("content-length", length.to_string())])
}

fn promised(answer: &Answer, body: Vec<u8>, headers: &[(&str, impl AsRef<str>)]) -> Response {
    let mut builder = axum::http::Response::builder().status(answer.status);
    if let Some(location) = &answer.location {
        builder = builder.header("location", location);
    }
    for (name, value) in headers {
        builder = builder.header(*name, value.as_ref());
    }
    builder.body(body).unwrap_or_else(|error| panic!("{error}")).into()
}

fn broken_off(begin: &[u8]) -> Response {
    let chunks = [Ok(begin.to_vec()), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
    let body = reqwest::Body::wrap_stream(stream::iter(chunks));
    axum::http::Response::new(body).into()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    // A bomb is packed as well as it can be, whatever the library's quick way makes of it.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_else(|error| panic!("{error}"))
}

fn with_link(text: &str, link: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    value["nextLink"] = link.into();
    value.to_string()
}

fn without_link(text: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    if let Some(object) = value.as_object_mut() {
        object.remove("nextLink");
    }
    value.to_string()
}

fn day_of(url: &Url) -> Option<jiff::civil::Date> {
    url.query_pairs().find(|(name, _)| name == "reportedStartTime").and_then(|(_, text)| text.get(..10)?.parse().ok())
}

fn of(url: &Url) -> &str {
    url.path_segments().and_then(|mut parts| parts.nth(1)).unwrap_or_default()
}

fn scope(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.path().split('/').nth(1) {
        Some("subscriptions") => format!("{host}/{}", of(url)),
        _ => host.to_owned(),
    }
}
