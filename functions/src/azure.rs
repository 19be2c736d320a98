//! Azure's billing APIs over HTTP: sign-in, paging, retries, and where a request may go.

mod client;
mod credential;
mod egress;
mod endpoint;
mod error;
mod received;
mod run;

pub(crate) use client::retry_after;
pub use client::{AzureClient, Body, UsageWindow};
pub use credential::{Credential, Principal};
pub use egress::Egress;
pub(crate) use endpoint::is_loopback;
pub use endpoint::{Cloud, Endpoints};
pub use error::AzureError;
pub use received::Received;
pub use run::{Clock, Run, SystemClock};
