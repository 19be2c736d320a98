//! One try: a request out, and what its answer means.

use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HeaderValue, LOCATION};
use reqwest::{Method, Request, Response, StatusCode};
use shared::json::printable;
use url::Url;

use super::retry_after::retry_after;
use super::{AzureClient, AzureError, Body, Want, body, refusal, shown};
use crate::planted::{Bug, planted};

/// One try takes no longer than this, and no longer than the run.
const MAX_TIME: Duration = Duration::from_secs(300);

/// What came of one try.
pub(super) enum Outcome {
    /// All of it.
    Whole(Body),
    /// All of it by its length, but not what was asked for.
    Doubtful { body: Body, doubt: &'static str, wait: Option<Duration> },
    /// Where it lies.
    Redirect(String),
    /// Being made ready.
    NotReady { wait: Option<Duration> },
    /// The token is not good.
    Unauthorized(AzureError),
    /// No repetition mends this.
    Refused(AzureError),
    /// A repetition may mend this.
    Failed { error: AzureError, wait: Option<Duration> },
}

impl AzureClient {
    pub(super) async fn attempt(&self, url: &Url, token: Option<&str>, want: Want) -> Outcome {
        let time = self.run.left().map_or(MAX_TIME, |left| left.min(MAX_TIME)).max(Duration::from_millis(1));
        let mut request = Request::new(Method::GET, url.clone());
        *request.timeout_mut() = Some(time).filter(|_| !planted(Bug::NoTimeout));
        let headers = request.headers_mut();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if want == Want::Json {
            headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        }
        if let Some(token) = token {
            let Ok(mut value) = HeaderValue::try_from(format!("Bearer {token}")) else {
                let problem = "the token has signs that no header may have";
                return Outcome::Refused(AzureError::SignIn(problem.into()));
            };
            // Keeps it out of what libraries log.
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        match self.wire.send(request).await {
            Ok(response) => outcome(url, response, want).await,
            Err(problem) => {
                Outcome::Failed { error: AzureError::Transport { request: shown(url), problem }, wait: None }
            }
        }
    }
}

async fn outcome(url: &Url, response: Response, want: Want) -> Outcome {
    let wait = retry_after(response.headers()).filter(|_| !planted(Bug::RetryAfterIgnored));
    match response.status() {
        StatusCode::ACCEPTED => Outcome::NotReady { wait },
        StatusCode::FOUND | StatusCode::TEMPORARY_REDIRECT => {
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            Outcome::Redirect(location.unwrap_or("").to_owned())
        }
        StatusCode::UNAUTHORIZED => Outcome::Unauthorized(refusal::read(url, response).await),
        status if status.is_success() => match body::read(url, response, want).await {
            Ok(body::Read { body, doubt: None }) => Outcome::Whole(body),
            Ok(body::Read { body, doubt: Some(doubt) }) => Outcome::Doubtful { body, doubt, wait },
            // A body that broke off may be whole the next time.
            Err(error) => Outcome::Failed { error, wait },
        },
        status if is_transient(status) => Outcome::Failed { error: refusal::read(url, response).await, wait },
        _ => Outcome::Refused(refusal::read(url, response).await),
    }
}

fn is_transient(status: StatusCode) -> bool {
    !planted(Bug::NoSecondTry) && matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

/// reqwest's errors carry the URL with its query.
pub(super) fn describe(error: reqwest::Error) -> String {
    use std::error::Error as _;
    let error = error.without_url();
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    printable(&text).chars().take(200).collect()
}
