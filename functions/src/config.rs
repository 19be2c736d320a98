//! Settings: flags, and the environment variables behind them. Nothing else reads the environment.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use shared::period::parse_timestamp;

use crate::account::{Configured, ConfiguredList};
use crate::azure::{AzureClient, AzureError, Cloud, Credential, Endpoints, Principal};
use crate::job::Job;
use crate::notify::{self, Channels};

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
    /// How it signs in; found from what is set without it
    #[arg(long, env = "FOREBILL_SIGN_IN", value_name = "WAY", value_enum, hide_env_values = true)]
    pub sign_in: Option<SignIn>,
    /// PEM file with its certificate and RSA key
    #[arg(long, env = "AZURE_CLIENT_CERTIFICATE_PATH", value_name = "FILE", hide_env_values = true)]
    pub client_certificate_path: Option<PathBuf>,
    /// File in which the platform keeps a token that Entra trusts
    #[arg(long, env = "AZURE_FEDERATED_TOKEN_FILE", value_name = "FILE", hide_env_values = true)]
    pub federated_token_file: Option<PathBuf>,
    /// Set by Lambda: then the role that runs is the default
    #[arg(long, env = "AWS_LAMBDA_RUNTIME_API", hide = true, hide_env_values = true)]
    pub lambda_runtime_api: Option<String>,
    /// Its secret, from the environment only: an argument could be seen in the process list
    #[arg(skip)]
    pub client_secret: Option<ClientSecret>,
}

/// The ways to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SignIn {
    /// `AZURE_CLIENT_SECRET`
    ClientSecret,
    /// `AZURE_CLIENT_CERTIFICATE_PATH`
    Certificate,
    /// `AZURE_FEDERATED_TOKEN_FILE`
    TokenFile,
    /// The role that runs in AWS; no stored secret
    Aws,
    /// The Azure CLI's login
    AzureCli,
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
        let credential = self.credential(&endpoints, &http)?;
        Ok(AzureClient::new(http, endpoints, Some(credential)))
    }

    /// A client for public prices: nobody signs in.
    pub fn public_client(&self) -> Result<AzureClient, AzureError> {
        Ok(AzureClient::new(AzureClient::http()?, self.endpoints()?, None))
    }

    fn credential(&self, endpoints: &Endpoints, http: &reqwest::Client) -> Result<Credential, AzureError> {
        match self.way()? {
            SignIn::ClientSecret => {
                let Principal { tenant_id, client_id } = self.principal()?;
                let ClientSecret(secret) = self.client_secret.clone().ok_or_else(|| missing("AZURE_CLIENT_SECRET"))?;
                Credential::client_secret(endpoints, http, &tenant_id, &client_id, secret)
            }
            SignIn::Certificate => {
                let file = self.client_certificate_path.as_deref();
                let file = file.ok_or_else(|| missing("AZURE_CLIENT_CERTIFICATE_PATH"))?;
                Credential::certificate(endpoints, http, &self.principal()?, file)
            }
            SignIn::TokenFile => {
                let file = self.federated_token_file.as_deref();
                let file = file.ok_or_else(|| missing("AZURE_FEDERATED_TOKEN_FILE"))?;
                Credential::token_file(endpoints, http, &self.principal()?, file)
            }
            SignIn::Aws => Credential::aws_federation(endpoints, http, &self.principal()?),
            SignIn::AzureCli => Credential::azure_cli(endpoints, self.tenant_id.as_deref()),
        }
    }

    /// The way that was chosen, or the only one for which something is set.
    pub fn way(&self) -> Result<SignIn, AzureError> {
        if let Some(way) = self.sign_in {
            return Ok(way);
        }
        let set = [
            (self.client_secret.is_some(), SignIn::ClientSecret, "AZURE_CLIENT_SECRET"),
            (self.client_certificate_path.is_some(), SignIn::Certificate, "AZURE_CLIENT_CERTIFICATE_PATH"),
            (self.federated_token_file.is_some(), SignIn::TokenFile, "AZURE_FEDERATED_TOKEN_FILE"),
        ];
        let set: Vec<(SignIn, &str)> =
            set.into_iter().filter(|(set, ..)| *set).map(|(_, way, name)| (way, name)).collect();
        let nobody = self.tenant_id.is_none() && self.client_id.is_none();
        match set[..] {
            [(way, _)] => Ok(way),
            [] if self.lambda_runtime_api.is_some() => Ok(SignIn::Aws),
            [] if nobody => Ok(SignIn::AzureCli),
            [] => Err(AzureError::Config(
                "AZURE_TENANT_ID or AZURE_CLIENT_ID is set, but no way to sign in: set AZURE_CLIENT_SECRET, \
                 AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE, or choose FOREBILL_SIGN_IN=aws or azure-cli"
                    .into(),
            )),
            [(_, one), (_, other), ..] => Err(AzureError::Config(format!(
                "{one} and {other} are both set: choose one with FOREBILL_SIGN_IN=client-secret, certificate or token-file"
            ))),
        }
    }

    fn principal(&self) -> Result<Principal, AzureError> {
        let of = |value: &Option<String>, name| value.clone().ok_or_else(|| missing(name));
        let tenant_id = of(&self.tenant_id, "AZURE_TENANT_ID")?;
        Ok(Principal { tenant_id, client_id: of(&self.client_id, "AZURE_CLIENT_ID")? })
    }

    fn endpoints(&self) -> Result<Endpoints, AzureError> {
        let AzureSettings { cloud, arm_endpoint, retail_endpoint, authority_host, .. } = self;
        Endpoints::new(*cloud, arm_endpoint.as_deref(), retail_endpoint.as_deref(), authority_host.as_deref())
    }
}

fn missing(name: &str) -> AzureError {
    AzureError::Config(format!(
        "{name} is not set: a service principal signs in with AZURE_TENANT_ID, AZURE_CLIENT_ID and one of \
         AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE, or FOREBILL_SIGN_IN=aws"
    ))
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
        let azure = self.azure();
        if job.signs_in() { azure.client() } else { azure.public_client() }
    }

    /// Azure's hosts and who we are for them, the secret included.
    #[must_use]
    pub fn azure(&self) -> AzureSettings {
        AzureSettings { client_secret: client_secret(), ..self.azure.clone() }
    }

    /// Where alerts are sent, from the environment only: whoever knows such an address may write there.
    pub fn channels(&self) -> Result<Channels, AzureError> {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let private = match var("FOREBILL_ALERT_PRIVATE_HOSTS").as_deref() {
            None => false,
            Some("allow") => true,
            Some(_) => return Err(AzureError::Config("FOREBILL_ALERT_PRIVATE_HOSTS: allow, or nothing".into())),
        };
        Channels::of(&notify::Settings {
            sns_topic: var("FOREBILL_ALERT_SNS_TOPIC"),
            email_from: var("FOREBILL_ALERT_EMAIL_FROM"),
            email_to: var("FOREBILL_ALERT_EMAIL_TO"),
            slack: var("FOREBILL_ALERT_SLACK"),
            teams: var("FOREBILL_ALERT_TEAMS"),
            webhook: var("FOREBILL_ALERT_WEBHOOK"),
            private,
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> AzureSettings {
        AzureSettings {
            cloud: Cloud::Public,
            arm_endpoint: None,
            retail_endpoint: None,
            authority_host: None,
            tenant_id: None,
            client_id: None,
            sign_in: None,
            client_certificate_path: None,
            federated_token_file: None,
            lambda_runtime_api: None,
            client_secret: None,
        }
    }

    #[test]
    fn the_way_is_the_one_that_is_set() {
        let secret = || Some(ClientSecret::new("s".into()));
        let file = || Some(PathBuf::from("file"));
        let way = |settings: AzureSettings| settings.way().map_err(|error| error.to_string());
        assert_eq!(way(settings()), Ok(SignIn::AzureCli));
        assert_eq!(way(AzureSettings { client_secret: secret(), ..settings() }), Ok(SignIn::ClientSecret));
        assert_eq!(way(AzureSettings { client_certificate_path: file(), ..settings() }), Ok(SignIn::Certificate));
        assert_eq!(way(AzureSettings { federated_token_file: file(), ..settings() }), Ok(SignIn::TokenFile));
        let lambda = AzureSettings { lambda_runtime_api: Some("x".into()), ..settings() };
        assert_eq!(way(lambda.clone()), Ok(SignIn::Aws));
        assert_eq!(way(AzureSettings { client_secret: secret(), ..lambda }), Ok(SignIn::ClientSecret));
        let both = AzureSettings { client_secret: secret(), federated_token_file: file(), ..settings() };
        assert!(way(both.clone()).unwrap_err().contains("AZURE_CLIENT_SECRET and AZURE_FEDERATED_TOKEN_FILE"));
        assert_eq!(way(AzureSettings { sign_in: Some(SignIn::TokenFile), ..both }), Ok(SignIn::TokenFile));
        let half = AzureSettings { tenant_id: Some("t".into()), ..settings() };
        assert!(way(half).unwrap_err().contains("no way to sign in"));
    }

    #[test]
    fn a_way_without_its_setting_names_it() {
        let ids = || AzureSettings { tenant_id: Some("t".into()), client_id: Some("c".into()), ..settings() };
        for (way, name) in [
            (SignIn::ClientSecret, "AZURE_CLIENT_SECRET is not set"),
            (SignIn::Certificate, "AZURE_CLIENT_CERTIFICATE_PATH is not set"),
            (SignIn::TokenFile, "AZURE_FEDERATED_TOKEN_FILE is not set"),
        ] {
            let error = AzureSettings { sign_in: Some(way), ..ids() }.client().err().unwrap().to_string();
            assert!(error.starts_with(name), "{error}");
        }
        let error = AzureSettings { sign_in: Some(SignIn::Aws), ..settings() }.client().err().unwrap().to_string();
        assert!(error.starts_with("AZURE_TENANT_ID is not set"), "{error}");
    }
}
