//! Settings: flags, and the environment variables behind them. Nothing else reads the environment.

use clap::Args;
use jiff::Timestamp;
use shared::period::parse_timestamp;

use crate::account::{Configured, ConfiguredList};
use crate::azure::{AzureClient, AzureError, Cloud, Credential, Endpoints};
use crate::job::Job;

/// Azure's hosts and who we are for them.
#[derive(Args, Clone)]
pub struct AzureSettings {
    /// Which Azure
    #[arg(long, env = "FOREBILL_CLOUD", value_enum, default_value_t, hide_env_values = true)]
    pub cloud: Cloud,
    /// Another Resource Manager host (plain http only for loopback addresses)
    #[arg(long, env = "FOREBILL_ARM_ENDPOINT", value_name = "URL", hide_env_values = true)]
    pub arm_endpoint: Option<String>,
    /// Another Retail Prices host
    #[arg(long, env = "FOREBILL_RETAIL_ENDPOINT", value_name = "URL", hide_env_values = true)]
    pub retail_endpoint: Option<String>,
    /// Another sign-in host
    #[arg(long, env = "AZURE_AUTHORITY_HOST", value_name = "URL", hide_env_values = true)]
    pub authority_host: Option<String>,
    /// Entra tenant of the service principal
    #[arg(long, env = "AZURE_TENANT_ID", value_name = "ID", hide_env_values = true)]
    pub tenant_id: Option<String>,
    /// Service principal
    #[arg(long, env = "AZURE_CLIENT_ID", value_name = "ID", hide_env_values = true)]
    pub client_id: Option<String>,
    /// Its secret, from the environment only: an argument could be seen in the process list
    #[arg(skip)]
    pub client_secret: Option<ClientSecret>,
}

/// A secret that does not show itself.
#[derive(Clone)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Takes it.
    #[must_use]
    pub fn new(secret: String) -> ClientSecret {
        ClientSecret(secret)
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

impl AzureSettings {
    /// A client that may ask for anything.
    pub fn client(&self) -> Result<AzureClient, AzureError> {
        let (http, endpoints) = (AzureClient::http()?, self.endpoints()?);
        let credential = match (&self.tenant_id, &self.client_id, &self.client_secret) {
            (Some(tenant), Some(client), Some(ClientSecret(secret))) => {
                Credential::client_secret(&endpoints, &http, tenant, client, secret.clone())?
            }
            (None, None, None) => Credential::azure_cli(&endpoints)?,
            _ => {
                let rule = "set all of AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or none of them \
                            to use the Azure CLI's login";
                return Err(AzureError::Config(rule.into()));
            }
        };
        Ok(AzureClient::new(http, endpoints, Some(credential)))
    }

    /// A client for public prices: nobody signs in.
    pub fn public_client(&self) -> Result<AzureClient, AzureError> {
        Ok(AzureClient::new(AzureClient::http()?, self.endpoints()?, None))
    }

    fn endpoints(&self) -> Result<Endpoints, AzureError> {
        let AzureSettings { cloud, arm_endpoint, retail_endpoint, authority_host, .. } = self;
        Endpoints::new(*cloud, arm_endpoint.as_deref(), retail_endpoint.as_deref(), authority_host.as_deref())
    }
}

/// `AZURE_CLIENT_SECRET`, where it is set.
#[must_use]
pub fn client_secret() -> Option<ClientSecret> {
    std::env::var("AZURE_CLIENT_SECRET").ok().filter(|secret| !secret.is_empty()).map(ClientSecret::new)
}

/// What jobs on a schedule need beside the store.
#[derive(Args, Clone)]
pub struct JobSettings {
    #[command(flatten)]
    azure: AzureSettings,
    /// Subscriptions to begin with, as ID=OFFER or ID=OFFER/CURRENCY; those that the store knows go on by themselves
    #[arg(long, env = "FOREBILL_SUBSCRIPTIONS", value_name = "LIST", default_value = "", hide_env_values = true)]
    subscriptions: ConfiguredList,
}

impl JobSettings {
    /// The client that a job asks with.
    pub fn client(&self, job: Job) -> Result<AzureClient, AzureError> {
        let azure = AzureSettings { client_secret: client_secret(), ..self.azure.clone() };
        if job.signs_in() { azure.client() } else { azure.public_client() }
    }

    /// Subscriptions to begin with.
    #[must_use]
    pub fn configured(&self) -> &[Configured] {
        &self.subscriptions.0
    }
}

/// Where Lambda's runtime listens, inside Lambda.
#[must_use]
pub fn lambda_runtime_api() -> Option<String> {
    std::env::var("AWS_LAMBDA_RUNTIME_API").ok().filter(|host| !host.is_empty())
}

/// The handler setting of the function: the job that it runs.
#[must_use]
pub fn lambda_handler() -> String {
    std::env::var("_HANDLER").unwrap_or_default()
}

/// The "now" of the run, as an argument.
pub fn parse_at(text: &str) -> Result<Timestamp, String> {
    parse_timestamp(text).map_err(|error| error.to_string())
}
