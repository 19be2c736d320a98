//! Whoever is signed in with the Azure CLI.

use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use azure_identity::{AzureCliCredential, AzureCliCredentialOptions};

use super::Credential;
use super::authority::Heard;
use crate::azure::{AzureError, Endpoints};

impl Credential {
    /// Whoever is signed in with the Azure CLI, in its own tenant or in a named one.
    pub fn azure_cli(endpoints: &Endpoints, tenant_id: Option<&str>) -> Result<Credential, AzureError> {
        let tenant_id = tenant_id.map(str::to_owned);
        Credential::new("the Azure CLI's login", endpoints, Heard::default(), move || {
            let options = AzureCliCredentialOptions { tenant_id: tenant_id.clone(), ..Default::default() };
            Ok(AzureCliCredential::new(Some(options))? as Arc<dyn TokenCredential>)
        })
    }
}
