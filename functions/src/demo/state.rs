//! What the four listeners share: the clock, the tenant, the price model, signatures, the request log.
//! The clock is a value that moves only when told, so that links and tokens expire in tests at will.

use super::catalog::Catalog;
use super::digest::{guid, signature};
use super::refusals::{Question, Refusal};
use super::tenant::Tenant;
use super::{Options, calendar};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Which listener a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    Authority,
    Arm,
    Storage,
    Retail,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLog {
    pub method: String,
    pub host: Host,
    /// Without the query: links carry signatures there.
    pub path: String,
    pub had_authorization: bool,
}

/// The base URLs of the listeners.
pub struct Urls {
    pub authority: String,
    pub arm: String,
    pub storage: String,
    pub retail: String,
}

pub struct Shared {
    pub options: Options,
    pub catalog: Catalog,
    pub tenant: Tenant,
    pub urls: Urls,
    pub tenant_id: String,
    pub client_id: String,
    pub client_secret: String,
    clock: AtomicI64,
    requests: AtomicU64,
    retail_calls: AtomicU64,
    log: Mutex<Vec<RequestLog>>,
    prepared: Mutex<BTreeSet<String>>,
    refused: Mutex<Vec<(usize, Question, Refusal)>>,
    signing_key: String,
}

const LONGEST_LOG: usize = 100_000;
const TOKEN_SECONDS: i64 = 3599;

impl Shared {
    pub fn new(options: Options, urls: Urls) -> Shared {
        let catalog = Catalog::new(options.now);
        let tenant = Tenant::new(options.now, options.seed, &catalog);
        let signing_key = guid("signing key", &options.seed.to_string());
        Shared {
            clock: AtomicI64::new(options.now.as_second()),
            requests: AtomicU64::new(0),
            retail_calls: AtomicU64::new(0),
            log: Mutex::default(),
            prepared: Mutex::default(),
            refused: Mutex::default(),
            tenant_id: guid("tenant", "tidewater"),
            client_id: guid("application", "billing reader"),
            client_secret: format!("sample-{}", guid("secret", &signing_key)),
            signing_key,
            catalog,
            tenant,
            urls,
            options,
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub fn set_now(&self, now: Timestamp) {
        self.clock.store(now.as_second(), Ordering::SeqCst);
    }

    pub fn today(&self) -> Date {
        calendar::date_of(self.now())
    }

    pub fn record(&self, request: RequestLog) {
        let mut log = held(&self.log);
        // A demonstration may run for weeks; tests look at far fewer.
        if log.len() < LONGEST_LOG {
            log.push(request);
        }
    }

    pub fn requests(&self) -> Vec<RequestLog> {
        held(&self.log).clone()
    }

    /// Refuses a question about a subscription from now on.
    pub fn refuse(&self, subscription: usize, question: Question, refusal: Refusal) {
        held(&self.refused).push((subscription, question, refusal));
    }

    /// What was told last for that question.
    pub fn refusal(&self, subscription: usize, question: Question) -> Option<Refusal> {
        let fits = |(at, about, _): &&(usize, Question, Refusal)| {
            *at == subscription && (*about == question || *about == Question::Everything)
        };
        held(&self.refused).iter().rev().find(fits).map(|(.., refusal)| *refusal)
    }

    /// Whether the identity sees the subscription in the list.
    pub fn shows(&self, subscription: usize) -> bool {
        !held(&self.refused).contains(&(subscription, Question::Everything, Refusal::NoRight))
    }

    pub fn next_request_id(&self) -> String {
        guid("request", &self.requests.fetch_add(1, Ordering::SeqCst).to_string())
    }

    pub fn request_count(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    /// Counts the calls of the retail feed, from 1.
    pub fn next_retail_call(&self) -> u64 {
        self.retail_calls.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// True the first time it is asked for a name: usage is "prepared" from then on.
    pub fn first_time(&self, name: String) -> bool {
        held(&self.prepared).insert(name)
    }

    /// A download link on the storage host that lives for `minutes` of the server's clock.
    pub fn link(&self, path: &str, minutes: i64) -> (String, Timestamp) {
        let expiry = self.now().saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(self.now());
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let signature = encode(&self.link_signature(path, &expiry.to_string()));
        let until = encode(&expiry.to_string());
        (format!("{}{path}?sv=2019-12-12&sr=b&sig={signature}&se={until}&sp=r", self.urls.storage), expiry)
    }

    /// Whether a link was made here and is still alive.
    pub fn link_holds(&self, path: &str, signature: &str, expiry: &str) -> bool {
        let alive = expiry.parse::<Timestamp>().is_ok_and(|until| self.now() < until);
        alive && signature == self.link_signature(path, expiry)
    }

    fn link_signature(&self, path: &str, expiry: &str) -> String {
        STANDARD.encode(signature(&self.signing_key, &format!("link {path} {expiry}")))
    }

    /// A token in the shape of the real ones: header, claims, signature.
    pub fn token(&self) -> (String, i64) {
        let now = self.now().as_second();
        let claims = serde_json::json!({
            "aud": self.urls.arm, "appid": self.client_id, "tid": self.tenant_id,
            "nbf": now, "exp": now + TOKEN_SECONDS,
        });
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"HS256"}"#),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = URL_SAFE_NO_PAD.encode(signature(&self.signing_key, &text));
        (format!("{text}.{signature}"), TOKEN_SECONDS)
    }

    pub fn token_check(&self, token: &str) -> TokenCheck {
        let Some((text, given)) = token.rsplit_once('.') else {
            return TokenCheck::Invalid;
        };
        if given != URL_SAFE_NO_PAD.encode(signature(&self.signing_key, text)) {
            return TokenCheck::Invalid;
        }
        let claims = text.split_once('.').and_then(|(_, claims)| URL_SAFE_NO_PAD.decode(claims).ok());
        let claims: Option<serde_json::Value> = claims.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        match claims.and_then(|claims| claims["exp"].as_i64()) {
            Some(expiry) if self.now().as_second() < expiry => TokenCheck::Good,
            Some(_) => TokenCheck::Expired,
            None => TokenCheck::Invalid,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum TokenCheck {
    Good,
    Expired,
    Invalid,
}

/// A panic elsewhere does not make the plain values behind these locks wrong.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
