//! The resource groups of a subscription, for their tags.

use shared::guid::SubscriptionId;

use super::super::{Auth, AzureClient, AzureError, Body};

impl AzureClient {
    /// All pages of the list.
    pub async fn resource_groups<E: From<AzureError>>(
        &self,
        subscription: SubscriptionId,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let url = self.arm(&format!("/subscriptions/{subscription}/resourcegroups?api-version=2021-04-01"))?;
        self.pages(url, Auth::Token, &mut page).await
    }
}
