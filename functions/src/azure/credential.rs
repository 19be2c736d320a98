//! Who we are for Azure: azure_identity's credentials behind one type, one file for each way to sign in.

mod authority;
mod azure_cli;
mod certificate;
mod client_secret;
mod explain;
mod federation;
mod token_file;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use azure_core::credentials::{AccessToken, TokenCredential};
use azure_core::time::OffsetDateTime;
use tokio::sync::Mutex;

use self::authority::Heard;
use super::{AzureError, Endpoints, Run};

/// A token is renewed this long before its end, or at half its life where that is shorter.
const RENEW_BEFORE: Duration = Duration::from_secs(300);
/// Where renewing fails, a token with this much life is still used.
const USABLE: Duration = Duration::from_secs(60);
/// The sign-in service is tried this often,
const MAX_TRIES: u32 = 3;
/// and waited for no longer than this.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The application that signs in.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Its tenant.
    pub tenant_id: String,
    /// Its id there.
    pub client_id: String,
}

/// A way to get a token for Resource Manager. It is kept, renewed before its end, and asked for once at a time.
#[derive(Clone)]
pub struct Credential {
    way: &'static str,
    scope: String,
    /// Makes azure_identity's credential anew for each token: its own cache cannot be told that a token was refused.
    make: Arc<dyn Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync>,
    heard: Heard,
    held: Arc<Mutex<Option<Held>>>,
}

struct Held {
    token: String,
    renew_at: Instant,
    ends_at: Instant,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential {{ way: {}, scope: {} }}", self.way, self.scope)
    }
}

impl Credential {
    /// A credential that can be made: what is wrong with its settings is said now and not at the first request.
    fn new(
        way: &'static str,
        endpoints: &Endpoints,
        heard: Heard,
        make: impl Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync + 'static,
    ) -> Result<Credential, AzureError> {
        make().map_err(|error| AzureError::Config(format!("sign-in with {way}: {}", explain::plain(&error))))?;
        let scope = format!("{}/.default", endpoints.arm.as_str().trim_end_matches('/'));
        Ok(Credential { way, scope, make: Arc::new(make), heard, held: Arc::default() })
    }

    /// One whose tokens a test makes.
    #[cfg(test)]
    pub(crate) fn simulated(endpoints: &Endpoints, tokens: Arc<dyn TokenCredential>) -> Credential {
        let make = move || Ok(tokens.clone());
        Credential::new("a test", endpoints, Heard::default(), make).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Which way this is, in words.
    pub(super) fn way(&self) -> &'static str {
        self.way
    }

    /// The token. Concurrent callers wait for one request.
    pub(super) async fn token(&self, run: &Run) -> Result<String, AzureError> {
        let mut held = self.held.lock().await;
        let now = run.now();
        if let Some(held) = held.as_ref().filter(|held| now < held.renew_at) {
            return Ok(held.token.clone());
        }
        match (self.sign_in(run).await, held.as_mut()) {
            (Ok(new), _) => {
                let token = new.token.clone();
                *held = Some(new);
                Ok(token)
            }
            (Err(error), Some(old)) if run.now() + USABLE < old.ends_at => {
                tracing::warn!(%error, "the token could not be renewed and is used until its end");
                old.renew_at = run.now() + USABLE / 2;
                Ok(old.token.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Forgets a token that Azure refused; another that was fetched meanwhile stays.
    pub(super) async fn forget(&self, refused: &str) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|held| held.token == refused) {
            *held = None;
        }
    }

    /// Asks the sign-in service, three times and for ten seconds at most.
    async fn sign_in(&self, run: &Run) -> Result<Held, AzureError> {
        let mut waited = Duration::ZERO;
        for tries in 1.. {
            self.heard.forget();
            let token = match (self.make)() {
                Ok(credential) => credential.get_token(&[&self.scope], None).await,
                Err(error) => Err(error),
            };
            let error = match token {
                Ok(token) => return Ok(held(&token, run.now())),
                Err(error) => error,
            };
            let words = format!("with {}: {}", self.way, explain::words(&error, &self.heard));
            let told = match self.heard.is_silent() {
                true => AzureError::SignInUnreachable(words),
                false => AzureError::SignIn(words),
            };
            let Some(asked) = self.heard.worth_repeating() else { return Err(told) };
            let wait = asked.unwrap_or_else(|| run.chance(Duration::from_secs(u64::from(tries))));
            let enough = waited + wait <= MAX_WAIT && run.left().is_none_or(|left| wait < left);
            if tries >= MAX_TRIES || (!enough && asked.is_none()) {
                return Err(told);
            }
            if !enough {
                let (request, reason) = ("sign-in".to_owned(), told.to_string());
                return Err(AzureError::Later { request, reason, wait, ran: run.ran() });
            }
            tracing::info!(error = %told, tries, "trying again");
            run.sleep(wait).await;
            waited += wait;
        }
        unreachable!("the last try returns")
    }
}

fn held(token: &AccessToken, now: Instant) -> Held {
    // azure_identity added the life of the token to the clock a moment ago; this takes the clock off again.
    let life = token.expires_on - OffsetDateTime::now_utc();
    let life = Duration::try_from(life).unwrap_or(Duration::ZERO).min(Duration::from_secs(24 * 60 * 60));
    let renew_at = now + life - RENEW_BEFORE.min(life / 2);
    Held { token: token.token.secret().to_owned(), renew_at, ends_at: now + life }
}
