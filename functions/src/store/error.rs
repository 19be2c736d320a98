//! Why a store could not do it, and what helps.

use std::path::PathBuf;

use super::MAX_OBJECT_BYTES;

/// Why the store could not do it. Never holds a key or a signature of a request.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The text names no store.
    #[error("\"{text}\" is no store: use s3://BUCKET/PREFIX, file:PATH or memory:")]
    BadUrl {
        /// What was given.
        text: String,
    },
    /// A key that could leave the store or clash on some file system.
    #[error("\"{key}\" is no object key")]
    BadKey {
        /// The key.
        key: String,
    },
    /// The object does not exist.
    #[error("there is no object {key}")]
    NotFound {
        /// The key.
        key: String,
    },
    /// Larger than what is accepted.
    #[error("object {key} has {bytes} bytes, at most {MAX_OBJECT_BYTES} are read")]
    TooLarge {
        /// The key.
        key: String,
        /// Its size.
        bytes: u64,
    },
    /// The write was cut off with the program.
    #[error("writing {key} stopped: {why}")]
    Stopped {
        /// The key.
        key: String,
        /// What ended it.
        why: String,
    },
    /// The machine said no.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// Something that is no file lies where an object should: it is neither opened nor followed.
    #[error("reading {path}: {why}")]
    NotAFile {
        /// Where.
        path: PathBuf,
        /// What it is.
        why: &'static str,
    },
    /// Nobody told who asks, or where the bucket lies.
    #[error("{place}: {why}")]
    NotSetUp {
        /// Bucket and prefix.
        place: String,
        /// What is missing, and what sets it.
        why: String,
    },
    /// The bucket does not exist.
    #[error(
        "{place}: there is no such bucket for this account and region; create it, or correct --store and AWS_REGION"
    )]
    NoBucket {
        /// Bucket and prefix.
        place: String,
    },
    /// We may not.
    #[error("{action} {place}: access denied ({code}); allow s3:{permission} to this identity")]
    Denied {
        /// What was tried.
        action: &'static str,
        /// Bucket and key.
        place: String,
        /// S3's code.
        code: String,
        /// The action to allow.
        permission: &'static str,
    },
    /// Too many requests, again and again.
    #[error("{action} {place}: S3 asked to slow down ({code}), {tries} times; run it again later")]
    Throttled {
        /// What was tried.
        action: &'static str,
        /// Bucket and key.
        place: String,
        /// S3's code.
        code: String,
        /// How often it was tried.
        tries: u32,
    },
    /// No answer, or an error of the service itself.
    #[error(
        "{action} {place}: no usable answer after {tries} tries: {problem}; check the network, AWS_REGION and AWS_ENDPOINT_URL"
    )]
    Unreachable {
        /// What was tried.
        action: &'static str,
        /// Bucket and key.
        place: String,
        /// What happened.
        problem: String,
        /// How often it was tried.
        tries: u32,
    },
    /// Any other refusal.
    #[error("{action} {place}: {status} {code} {message}")]
    Refused {
        /// What was tried.
        action: &'static str,
        /// Bucket and key.
        place: String,
        /// HTTP status.
        status: u16,
        /// S3's code.
        code: String,
        /// S3's own words.
        message: String,
    },
}
