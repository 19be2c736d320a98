//! What can go wrong in a job or a command, and what the process answers.

use std::process::ExitCode;

use shared::json::DecodeError;

use crate::azure::AzureError;
use crate::queue::QueueError;
use crate::store::StoreError;

/// Why a job or a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something that was given cannot be used. `place` is a file, an object or a request.
    #[error("{place}: {source}")]
    BadInput {
        /// Where it came from.
        place: String,
        /// What is wrong, and where inside.
        source: DecodeError,
    },
    /// The command line asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// The store said no.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// The queue said no.
    #[error("{0}")]
    Queue(#[from] QueueError),
    /// Azure said no, or nothing.
    #[error("{0}")]
    Azure(#[from] AzureError),
    /// Another run committed first, again and again.
    #[error("the store: other runs committed {tries} times while this one tried; run it again")]
    Contended {
        /// How often.
        tries: u32,
    },
    /// The store holds something that its own records contradict.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// This machine said no.
    #[error("{place}: {source}")]
    Io {
        /// Where.
        place: String,
        /// What it said.
        source: std::io::Error,
    },
}

impl Error {
    /// A refusal of what was read from `place`.
    pub fn bad_input(place: impl Into<String>) -> impl FnOnce(DecodeError) -> Error {
        let place = place.into();
        move |source| Error::BadInput { place, source }
    }

    /// An object of the store that is not what it should be: no argument mends that.
    pub fn damaged(key: impl Into<String>) -> impl FnOnce(DecodeError) -> Error {
        let key = key.into();
        move |source| Error::Damaged(format!("{key}: {source}"))
    }

    /// An operation of this machine that failed at `place`.
    pub fn io(place: impl Into<String>) -> impl FnOnce(std::io::Error) -> Error {
        let place = place.into();
        move |source| Error::Io { place, source }
    }

    /// A fixed name of the kind, for alarms and filters that must not depend on wording.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Error::BadInput { .. } => "BadInput",
            Error::Usage(_) => "BadUsage",
            Error::Store(_) => "StoreFailed",
            Error::Queue(_) => "QueueFailed",
            Error::Azure(AzureError::Config(_)) => "BadSetting",
            Error::Azure(AzureError::SignIn(_) | AzureError::SignInUnreachable(_)) => "SignInFailed",
            Error::Azure(AzureError::Status { status: 429, .. }) => "AzureThrottled",
            Error::Azure(AzureError::Status { status: 401 | 403, .. }) => "AzureForbidden",
            Error::Azure(_) => "AzureFailed",
            Error::Contended { .. } => "StoreContended",
            Error::Damaged(_) => "StoreDamaged",
            Error::Io { .. } => "MachineFailed",
        }
    }

    /// 2 for what the caller can mend by asking otherwise, 1 for the rest.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Error::BadInput { .. } | Error::Usage(_) => ExitCode::from(2),
            // A file that is not there is a wrong argument; a disk that fails is not.
            Error::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => ExitCode::from(2),
            Error::Store(StoreError::BadUrl { .. }) => ExitCode::from(2),
            Error::Azure(AzureError::Config(_)) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}
