//! UsageAggregates: pages of a reported window.

use shared::period::Granularity;

use super::super::pages::Halt;
use super::super::{Auth, AzureClient, AzureError, Body, UsageWindow};
use super::encoded;

/// A continuation token that is no longer known begins the window again, this often.
const MAX_RESTARTS: usize = 2;

impl AzureClient {
    /// All pages of one reported window, in order. `page` is called with each as it arrives; where it is called with
    /// number 0 again, the window began again and what it was given before does not count.
    pub async fn usage<E: From<AzureError>>(
        &self,
        window: UsageWindow,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let UsageWindow { subscription_id, granularity, reported_from, reported_to } = window;
        let granularity = match granularity {
            Granularity::Daily => "Daily",
            Granularity::Hourly => "Hourly",
        };
        let url = self.arm(&format!(
            "/subscriptions/{subscription_id}/providers/Microsoft.Commerce/UsageAggregates\
             ?api-version=2015-06-01-preview&reportedStartTime={}&reportedEndTime={}\
             &aggregationGranularity={granularity}&showDetails=true",
            encoded(&reported_from.to_string()),
            encoded(&reported_to.to_string()),
        ))?;
        let mut restarts = 0;
        loop {
            match self.follow(url.clone(), Auth::Token, &mut page).await {
                Ok(()) => return Ok(()),
                // The first page has no token, so its refusal is about the question.
                Err(Halt::Azure { page: 1.., error: AzureError::Status { status: 400, message, .. } })
                    if restarts < MAX_RESTARTS =>
                {
                    restarts += 1;
                    tracing::info!(%message, "the continuation is no longer known: the window begins again");
                }
                Err(halt) => return Err(halt.into_error()),
            }
        }
    }
}
