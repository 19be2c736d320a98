//! A service principal with a client secret: for runs at home; a secret that is stored can be stolen.

use azure_core::credentials::{Secret, TokenCredential};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};

use super::authority::{Heard, client_options};
use super::{Credential, Principal};
use crate::azure::{AzureError, Endpoints};

impl Credential {
    /// A service principal with a client secret.
    pub fn client_secret(
        endpoints: &Endpoints,
        http: &reqwest::Client,
        tenant_id: &str,
        client_id: &str,
        secret: String,
    ) -> Result<Credential, AzureError> {
        let heard = Heard::default();
        let client_options = client_options(endpoints, http, &heard)?;
        let who = Principal { tenant_id: tenant_id.into(), client_id: client_id.into() };
        Credential::new("a client secret", endpoints, heard, move || {
            let (secret, options) = (Secret::new(secret.clone()), client_options.clone());
            let options = ClientSecretCredentialOptions { client_options: options };
            let made = ClientSecretCredential::new(&who.tenant_id, who.client_id.clone(), secret, Some(options))?;
            Ok(made as std::sync::Arc<dyn TokenCredential>)
        })
    }
}
