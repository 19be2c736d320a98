//! Why Azure could not be asked, or what it refused.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Why Azure could not be asked, or what it refused. Never holds a token, a secret or a signed link.
#[derive(Debug, thiserror::Error)]
pub enum AzureError {
    /// The setting is missing or wrong.
    #[error("{0}")]
    Config(String),
    /// Sign-in failed: the code of the sign-in service, its words, and what to do.
    #[error("sign-in {0}")]
    SignIn(String),
    /// Nobody answered where one signs in: what was met, without the host.
    #[error("sign-in {0}")]
    SignInUnreachable(String),
    /// The host may not be asked.
    #[error("{what} leads to {host}, which is not a host of this cloud: not followed")]
    Egress {
        /// Which link.
        what: &'static str,
        /// Its scheme, host and port.
        host: String,
    },
    /// No answer.
    #[error("{request}: {problem}")]
    Transport {
        /// Method, host and path, without the query.
        request: String,
        /// What happened.
        problem: String,
    },
    /// An answer that is an error.
    #[error("{request}: {status} {message}")]
    Status {
        /// Method, host and path, without the query.
        request: String,
        /// HTTP status.
        status: u16,
        /// Azure's own words, and what to do where that is known.
        message: String,
    },
    /// An answer that is not whole.
    #[error("{request}: {problem}")]
    Damaged {
        /// Method, host and path, without the query.
        request: String,
        /// What does not fit.
        problem: String,
    },
    /// Paging that does not come to an end.
    #[error("{request}: {problem}")]
    Paging {
        /// Method, host and path, without the query.
        request: String,
        /// What does not fit.
        problem: String,
    },
    /// Azure wants to be asked later than this run lasts. Nothing is asked before.
    #[error("{request}: {reason}; run it again in {}", in_words(*wait))]
    Later {
        /// Method, host and path, without the query.
        request: String,
        /// Who wants the wait.
        reason: String,
        /// How long from the moment of this error.
        wait: Duration,
        /// How long the run had taken by then.
        ran: Duration,
    },
    /// So many failures that asking on would make an outage worse.
    #[error("{scope}: {problem}; not asked again in this run, run it again later")]
    Outage {
        /// What was asked: a host, or a host and a subscription.
        scope: String,
        /// What was counted.
        problem: String,
    },
}

impl AzureError {
    /// When to try next, of a run that began at a time: what a schedule keeps for its next run.
    #[must_use]
    pub fn next_try_at(&self, began_at: Timestamp) -> Option<Timestamp> {
        let AzureError::Later { wait, ran, .. } = self else { return None };
        let after = SignedDuration::try_from(wait.saturating_add(*ran)).ok()?;
        began_at.checked_add(after).ok()
    }
}

fn in_words(wait: Duration) -> String {
    match wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)) {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_time_counts_from_the_start_of_the_run() {
        let seconds = Duration::from_secs;
        let error =
            AzureError::Later { request: "GET x".into(), reason: "429".into(), wait: seconds(600), ran: seconds(30) };
        let began: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
        assert_eq!(error.next_try_at(began), Some("2026-11-23T09:10:30Z".parse().unwrap()));
        assert_eq!(error.to_string(), "GET x: 429; run it again in 10 min");
        assert_eq!(AzureError::Config(String::new()).next_try_at(began), None);
        assert_eq!(in_words(Duration::from_millis(1500)), "2 s");
    }
}
