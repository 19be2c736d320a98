//! The list of subscriptions that an identity sees (Resource Manager, 2022-12-01).

use serde::Deserialize;

use super::invoice::Page;
use crate::guid::SubscriptionId;
use crate::json::{self, DecodeError};

/// One subscription.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its id.
    pub subscription_id: SubscriptionId,
    /// What it is called.
    pub display_name: String,
    /// Such as `Enabled`, `Warned` or `Disabled`.
    #[serde(default)]
    pub state: String,
}

/// Decodes one page.
pub fn decode_subscriptions(bytes: &[u8]) -> Result<Page<Subscription>, DecodeError> {
    json::decode(bytes)
}
