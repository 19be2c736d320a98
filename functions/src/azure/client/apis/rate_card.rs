//! RateCard: a redirect to a signed link that dies after half an hour.

use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::offer::OfferId;
use url::Url;

use super::super::send::Answer;
use super::super::{Auth, AzureClient, AzureError, Body, Want};
use super::{encoded, quoted};
use crate::planted::{Bug, planted};

/// A link that no longer opens is replaced this often by a new one.
const MAX_LINKS: usize = 3;

impl AzureClient {
    /// The rate card of an offer: the redirect is followed by hand, without the token.
    pub async fn rate_card(
        &self,
        subscription: SubscriptionId,
        offer: &OfferId,
        currency: Currency,
        locale: &str,
        region_info: &str,
    ) -> Result<Body, AzureError> {
        let url = self.card_url(subscription, offer, currency, locale, region_info)?;
        let mut links = 0;
        loop {
            let location = match self.ask(&url, Auth::Token, Want::Json).await? {
                Answer::Whole(body) => return Ok(body),
                Answer::Redirect(location) => location,
            };
            let link = self.egress.download_link(&url, &location)?;
            links += 1;
            let auth = if planted(Bug::TokenToStorage) { Auth::Token } else { Auth::None };
            match self.fetch(&link, auth, Want::Json).await {
                Err(error) if links < MAX_LINKS && is_dead_link(&error) && !planted(Bug::OldCardLink) => {
                    tracing::info!(links, "the link of the rate card no longer opens: asking for a new one");
                }
                result => return result,
            }
        }
    }

    /// Whether Azure has that card for us. The card itself, tens of megabytes, is not fetched.
    pub async fn rate_card_offered(
        &self,
        subscription: SubscriptionId,
        offer: &OfferId,
        currency: Currency,
        region_info: &str,
    ) -> Result<(), AzureError> {
        let url = self.card_url(subscription, offer, currency, "en-US", region_info)?;
        self.ask(&url, Auth::Token, Want::Json).await.map(|_| ())
    }

    fn card_url(
        &self,
        subscription: SubscriptionId,
        offer: &OfferId,
        currency: Currency,
        locale: &str,
        region_info: &str,
    ) -> Result<Url, AzureError> {
        let filter = format!(
            "OfferDurableId eq '{offer}' and Currency eq '{currency}' and Locale eq '{}' and RegionInfo eq '{}'",
            quoted(locale),
            quoted(region_info)
        );
        self.arm(&format!(
            "/subscriptions/{subscription}/providers/Microsoft.Commerce/RateCard\
             ?api-version=2016-08-31-preview&$filter={}",
            encoded(&filter)
        ))
    }
}

/// Storage refuses a signature after its time with 403 or 401, and a card that was replaced with 404.
fn is_dead_link(error: &AzureError) -> bool {
    matches!(error, AzureError::Status { status: 401 | 403 | 404 | 410, .. })
}
