//! A workload identity: the platform writes a short-lived token into a file, and Entra trusts the platform.

use std::path::Path;
use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use azure_identity::{WorkloadIdentityCredential, WorkloadIdentityCredentialOptions};

use super::authority::{Heard, assertion_options, client_options};
use super::{Credential, Principal};
use crate::azure::{AzureError, Endpoints};

impl Credential {
    /// A service principal that trusts the token in this file. It is read again for each sign-in.
    pub fn token_file(
        endpoints: &Endpoints,
        http: &reqwest::Client,
        who: &Principal,
        file: &Path,
    ) -> Result<Credential, AzureError> {
        let heard = Heard::default();
        let client_options = client_options(endpoints, http, &heard)?;
        let (who, file) = (who.clone(), file.to_owned());
        Credential::new("the token of AZURE_FEDERATED_TOKEN_FILE", endpoints, heard, move || {
            let options = WorkloadIdentityCredentialOptions {
                credential_options: assertion_options(client_options.clone()),
                client_id: Some(who.client_id.clone()),
                tenant_id: Some(who.tenant_id.clone()),
                token_file_path: Some(file.clone()),
            };
            Ok(WorkloadIdentityCredential::new(Some(options))? as Arc<dyn TokenCredential>)
        })
    }
}
