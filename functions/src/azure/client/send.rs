//! Tries and waits. A request ends in a whole answer, in a refusal that no repetition mends, or when tries, repetitions
//! or time run out. Nothing is asked before the time that Azure named.

use std::time::Duration;

use url::Url;

use super::attempt::Outcome;
use super::gate::{Entry, Pass, scope_of};
use super::{Auth, AzureClient, AzureError, Body, Want, shown};
use crate::planted::{Bug, planted};

/// A request is tried four times at most, so an outage is not made worse.
const MAX_TRIES: u32 = 4;
/// Usage that is still being made ready is asked for this often.
const MAX_NOT_READY: u32 = 20;
/// How long to leave usage alone that is being made ready, where the answer does not say.
const NOT_READY_WAIT: Duration = Duration::from_secs(60);
/// A longer wait ends the run, even one without an end: a schedule comes back, and a person decides.
const MAX_WAIT: Duration = Duration::from_secs(15 * 60);
/// The first wait after a failure is up to a second, each next one up to twice as long.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);

/// A final answer.
pub(super) enum Answer {
    /// All of it.
    Whole(Body),
    /// Where it lies; not yet checked.
    Redirect(String),
}

impl AzureClient {
    /// Asks until the answer is whole.
    pub(super) async fn fetch(&self, url: &Url, auth: Auth, want: Want) -> Result<Body, AzureError> {
        match self.ask(url, auth, want).await? {
            Answer::Whole(body) => Ok(body),
            Answer::Redirect(place) if planted(Bug::RedirectsFollowed) => {
                let place = url.join(&place).unwrap_or_else(|_| url.clone());
                Box::pin(self.fetch(&place, auth, want)).await
            }
            Answer::Redirect(_) => {
                let problem = "an unexpected redirect, not followed".to_owned();
                Err(AzureError::Transport { request: shown(url), problem })
            }
        }
    }

    /// Asks until the answer is whole or leads elsewhere.
    pub(super) async fn ask(&self, url: &Url, auth: Auth, want: Want) -> Result<Answer, AzureError> {
        let (mut tries, mut not_ready, mut renewed) = (0, 0, false);
        loop {
            let token = self.token(auth).await?;
            let pass = self.enter(url, tries > 0).await?;
            tries += 1;
            match self.attempt(url, token.as_deref(), want).await {
                Outcome::Whole(body) => {
                    pass.answered();
                    return Ok(Answer::Whole(body));
                }
                Outcome::Redirect(location) => {
                    pass.answered();
                    return Ok(Answer::Redirect(location));
                }
                Outcome::NotReady { wait } if not_ready < MAX_NOT_READY => {
                    pass.answered();
                    drop(pass);
                    (tries, not_ready) = (0, not_ready + 1);
                    self.pause(url, "202, not ready yet", wait.unwrap_or(NOT_READY_WAIT)).await?;
                }
                Outcome::NotReady { .. } => {
                    pass.answered();
                    let problem = format!("still not ready after {MAX_NOT_READY} answers 202");
                    return Err(AzureError::Transport { request: shown(url), problem });
                }
                Outcome::Unauthorized(error) => {
                    pass.answered();
                    match (token, &self.credential) {
                        (Some(token), Some(credential)) if !renewed && !planted(Bug::TokenNotRenewed) => {
                            tracing::info!(request = %shown(url), "401: the token is renewed once");
                            credential.forget(&token).await;
                            renewed = true;
                        }
                        _ => return Err(error),
                    }
                }
                Outcome::Refused(error) => {
                    pass.answered();
                    return Err(error);
                }
                Outcome::Doubtful { body, doubt, .. } if tries >= MAX_TRIES => {
                    tracing::info!(request = %body.request, doubt, "handed on as it is: the reader says what is wrong");
                    pass.failed(None);
                    return Ok(Answer::Whole(body));
                }
                Outcome::Doubtful { body, doubt, wait } => {
                    let error = AzureError::Damaged { request: body.request, problem: doubt.to_owned() };
                    self.failed(url, pass, error, wait, tries).await?;
                }
                Outcome::Failed { error, wait } => self.failed(url, pass, error, wait, tries).await?,
            }
        }
    }

    /// Waits for the next try, where there is one.
    async fn failed(
        &self,
        url: &Url,
        pass: Pass,
        error: AzureError,
        wait: Option<Duration>,
        tries: u32,
    ) -> Result<(), AzureError> {
        pass.failed(wait.and_then(|wait| self.run.now().checked_add(wait)));
        drop(pass);
        if tries >= MAX_TRIES && !planted(Bug::TriesWithoutEnd) {
            return Err(after(error, tries));
        }
        tracing::info!(%error, tries, "trying again");
        // Where Azure named a time the gate waits for it, for this request and for all others of the scope.
        if wait.is_none() {
            let backoff = self.run.chance(FIRST_BACKOFF * 2_u32.pow((tries - 1).min(8)));
            self.pause(url, &error.to_string(), backoff).await?;
        }
        Ok(())
    }

    async fn token(&self, auth: Auth) -> Result<Option<String>, AzureError> {
        match (auth, &self.credential) {
            (Auth::None, _) => Ok(None),
            (Auth::Token, Some(credential)) => credential.token(&self.run).await.map(Some),
            (Auth::Token, None) => Err(AzureError::Config("this client cannot sign in: public prices only".into())),
        }
    }

    /// Waits until the gate lets one try through.
    async fn enter(&self, url: &Url, again: bool) -> Result<Pass, AzureError> {
        let scope = scope_of(url);
        loop {
            match self.gates.enter(&scope, again, self.run.now()).await {
                Entry::Pass(pass) => return Ok(pass),
                Entry::NotBefore(at) => {
                    let wait = at.saturating_duration_since(self.run.now());
                    self.pause(url, "Azure asked for a pause", wait).await?;
                }
                Entry::Closed(problem) => return Err(AzureError::Outage { scope, problem }),
            }
        }
    }

    /// Waits, or ends the run where the wait would outlast it.
    async fn pause(&self, url: &Url, reason: &str, wait: Duration) -> Result<(), AzureError> {
        if planted(Bug::WaitsWithoutEnd) {
            self.run.sleep(wait).await;
            return Ok(());
        }
        if wait > MAX_WAIT || self.run.left().is_some_and(|left| wait >= left) {
            let (request, reason) = (shown(url), format!("{reason}, and the wait is longer than this run"));
            return Err(AzureError::Later { request, reason, wait, ran: self.run.ran() });
        }
        tracing::debug!(request = %shown(url), reason, wait_ms = wait.as_millis(), "waiting");
        self.run.sleep(wait).await;
        Ok(())
    }
}

/// The last failure, with how often it was tried.
fn after(error: AzureError, tries: u32) -> AzureError {
    match error {
        AzureError::Transport { request, problem } => {
            AzureError::Transport { request, problem: format!("no answer after {tries} tries: {problem}") }
        }
        other => other,
    }
}
