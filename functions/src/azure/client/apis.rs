//! What can be asked: one method for each API.

mod billing;
mod rate_card;
mod resource_groups;
mod retail;
mod subscriptions;
mod usage;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::{AzureClient, AzureError};

impl AzureClient {
    fn arm(&self, path_and_query: &str) -> Result<Url, AzureError> {
        join(&self.endpoints.arm, path_and_query)
    }
}

fn join(base: &Url, path_and_query: &str) -> Result<Url, AzureError> {
    base.join(path_and_query).map_err(|error| AzureError::Config(error.to_string()))
}

/// Everything but letters and digits is escaped: an unescaped `+` would become a blank.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// OData writes a quote inside a text twice.
fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}
