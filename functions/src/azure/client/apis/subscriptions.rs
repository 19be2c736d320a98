//! The subscriptions that an identity sees. The question needs no right of its own.

use super::super::{Auth, AzureClient, AzureError, Body};

impl AzureClient {
    /// All pages of the list.
    pub async fn subscriptions<E: From<AzureError>>(
        &self,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let url = self.arm("/subscriptions?api-version=2022-12-01")?;
        self.pages(url, Auth::Token, &mut page).await
    }
}
