//! Billing periods, invoices, and their documents.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use shared::guid::SubscriptionId;

use super::super::{Auth, AzureClient, AzureError, Body, Want};

impl AzureClient {
    /// All pages of the billing periods.
    pub async fn billing_periods<E: From<AzureError>>(
        &self,
        subscription: SubscriptionId,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let url = self.arm(&format!(
            "/subscriptions/{subscription}/providers/Microsoft.Billing/billingPeriods?api-version=2018-03-01-preview"
        ))?;
        self.pages(url, Auth::Token, &mut page).await
    }

    /// All pages of the invoices, with download links that live for an hour.
    pub async fn invoices<E: From<AzureError>>(
        &self,
        subscription: SubscriptionId,
        mut page: impl AsyncFnMut(usize, Body) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let url = self.arm(&format!(
            "/subscriptions/{subscription}/providers/Microsoft.Billing/invoices\
             ?api-version=2018-03-01-preview&$expand=downloadUrl"
        ))?;
        self.pages(url, Auth::Token, &mut page).await
    }

    /// One invoice by Azure's name of it, with a new download link.
    pub async fn invoice(&self, subscription: SubscriptionId, name: &str) -> Result<Body, AzureError> {
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let url = self.arm(&format!(
            "/subscriptions/{subscription}/providers/Microsoft.Billing/invoices/{name}?api-version=2018-03-01-preview"
        ))?;
        self.fetch(&url, Auth::Token, Want::Json).await
    }

    /// A signed link of an invoice, asked without the token.
    pub async fn download(&self, link: &str) -> Result<Body, AzureError> {
        let url = self.egress.download_link(&self.endpoints.arm, link)?;
        self.fetch(&url, Auth::None, Want::File).await
    }
}
