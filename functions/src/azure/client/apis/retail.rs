//! Retail Prices: public, paged by `$skip`.

use shared::money::Currency;

use super::super::{Auth, AzureClient, AzureError, Body};
use super::{encoded, join};

impl AzureClient {
    /// All pages of retail prices.
    pub async fn retail_prices<E: From<AzureError>>(
        &self,
        currency: Currency,
        filter: Option<&str>,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let mut text = format!("/api/retail/prices?api-version=2023-01-01-preview&currencyCode='{currency}'");
        if let Some(filter) = filter {
            text.push_str(&format!("&$filter={}", encoded(filter)));
        }
        let url = join(&self.endpoints.retail, &text)?;
        self.pages(url, Auth::None, &mut page).await
    }
}
