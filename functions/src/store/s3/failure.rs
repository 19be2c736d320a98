//! What S3's refusals mean: which pass by themselves, and what to tell about the others.

use std::time::Duration;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use shared::json::printable;
use tokio::time::Instant;

use super::super::StoreError;

/// A request is tried five times at most; with the pauses between them that is some seconds.
const MAX_TRIES: u32 = 5;
/// After this no further try starts: five answers that each drip for minutes are an outage, too.
const MAX_TIME: Duration = Duration::from_secs(180);

/// Why a request did not do it.
#[derive(Debug)]
pub enum Failure {
    /// The key is taken (412).
    Taken,
    /// The object does not exist.
    NoObject,
    /// The bucket does not exist.
    NoBucket,
    /// Two writes of one key met (409): one more try tells who was first.
    Conflict,
    /// Access denied, with S3's code.
    Denied(String),
    /// Slow down, with S3's code.
    Throttled(String),
    /// No answer, or an error of the service.
    NoAnswer(String),
    /// Anything else: status, code, S3's words.
    Other(u16, String, String),
}

/// Reads the SDK's error. The SDK has no types for most of S3's codes.
pub fn of<E: ProvideErrorMetadata + std::error::Error + 'static>(error: SdkError<E, HttpResponse>) -> Failure {
    let SdkError::ServiceError(answered) = &error else {
        return Failure::NoAnswer(chain(&error));
    };
    let short = |text: Option<&str>| printable(text.unwrap_or("")).chars().take(200).collect::<String>();
    let status = answered.raw().status().as_u16();
    let (code, message) = (short(answered.err().code()), short(answered.err().message()));
    match (status, code.as_str()) {
        (412, _) => Failure::Taken,
        (409, _) => Failure::Conflict,
        (404, "NoSuchBucket") => Failure::NoBucket,
        (404, _) => Failure::NoObject,
        (429 | 503, _) | (_, "SlowDown" | "RequestLimitExceeded" | "Throttling" | "ThrottlingException") => {
            Failure::Throttled(if code.is_empty() { status.to_string() } else { code })
        }
        (401 | 403, _) => Failure::Denied(if code.is_empty() { status.to_string() } else { code }),
        (408 | 500..=599, _) | (_, "RequestTimeout") => Failure::NoAnswer(format!("{status} {code} {message}")),
        _ => Failure::Other(status, code, message),
    }
}

/// The tries of one request.
pub struct Tries {
    /// How many there were.
    pub count: u32,
    started: Instant,
}

impl Tries {
    /// The first one starts.
    pub fn new() -> Tries {
        Tries { count: 1, started: Instant::now() }
    }

    /// Waits for the next try, where a repetition may mend the failure; a tenth of a second, then twice as long each
    /// time.
    pub async fn again(&mut self, failure: &Failure) -> bool {
        let passes = matches!(failure, Failure::Conflict | Failure::Throttled(_) | Failure::NoAnswer(_));
        if !passes || self.count >= MAX_TRIES || self.started.elapsed() >= MAX_TIME {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(50 << self.count.min(6))).await;
        self.count += 1;
        true
    }
}

impl Failure {
    /// The error for people.
    pub fn told(
        self,
        action: &'static str,
        permission: &'static str,
        place: String,
        key: &str,
        tries: u32,
    ) -> StoreError {
        match self {
            Failure::NoObject => StoreError::NotFound { key: key.to_owned() },
            Failure::NoBucket => StoreError::NoBucket { place },
            Failure::Denied(code) => StoreError::Denied { action, place, code, permission },
            Failure::Throttled(code) => StoreError::Throttled { action, place, code, tries },
            Failure::NoAnswer(problem) => StoreError::Unreachable { action, place, problem, tries },
            Failure::Conflict => {
                let problem = "other writes of the same key got in between".to_owned();
                StoreError::Unreachable { action, place, problem, tries }
            }
            Failure::Taken => {
                let (code, message) = ("PreconditionFailed".to_owned(), "the key is taken".to_owned());
                StoreError::Refused { action, place, status: 412, code, message }
            }
            Failure::Other(status, code, message) => StoreError::Refused { action, place, status, code, message },
        }
    }
}

/// An error with its causes: the SDK's own words alone are "dispatch failure".
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    printable(&text).chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_try_starts_after_the_time_is_over() {
        let slow = Failure::NoAnswer("drips".into());
        let mut fresh = Tries::new();
        assert!(fresh.again(&slow).await);
        assert_eq!(fresh.count, 2);
        assert!(!fresh.again(&Failure::NoObject).await);
        let started = Instant::now().checked_sub(MAX_TIME).unwrap();
        assert!(!Tries { count: 1, started }.again(&slow).await);
        assert!(!Tries { count: MAX_TRIES, ..Tries::new() }.again(&slow).await);
    }
}
