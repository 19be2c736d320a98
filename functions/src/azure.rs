//! Azure's billing APIs over HTTP: sign-in, paging, retries, and where a request may go.

mod client;
mod credential;
mod egress;
mod endpoint;
mod received;

pub use client::{AzureClient, Body, UsageWindow};
pub use credential::Credential;
pub use egress::Egress;
pub use endpoint::{Cloud, Endpoints};
pub use received::Received;

/// Why Azure could not be asked, or what it refused. Never holds a token, a secret or a signed link.
#[derive(Debug, thiserror::Error)]
pub enum AzureError {
    /// The setting is missing or wrong.
    #[error("{0}")]
    Config(String),
    /// Sign-in failed.
    #[error("sign-in: {0}")]
    SignIn(String),
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
        /// Azure's own words.
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
}
