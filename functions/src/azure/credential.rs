//! Who we are for Azure: azure_identity's credentials behind one type.

use std::fmt;
use std::sync::Arc;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::{AsyncRawResponse, ClientOptions, HttpClient, Request, Transport, Url};
use azure_identity::{AzureCliCredential, ClientSecretCredential, ClientSecretCredentialOptions};

use super::AzureError;
use super::endpoint::{Endpoints, is_loopback};

/// A way to get a token for Resource Manager. Tokens are cached and renewed inside.
#[derive(Clone)]
pub struct Credential {
    inner: Arc<dyn TokenCredential>,
    scope: String,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential {{ scope: {} }}", self.scope)
    }
}

impl Credential {
    /// A service principal with a client secret.
    pub fn client_secret(
        endpoints: &Endpoints,
        http: &reqwest::Client,
        tenant_id: &str,
        client_id: &str,
        secret: String,
    ) -> Result<Credential, AzureError> {
        let mut cloud = CustomConfiguration::default();
        let plain = endpoints.authority.scheme() == "http" && is_loopback(&endpoints.authority);
        let mut authority = endpoints.authority.clone();
        if plain {
            // azure_identity takes https only; the transport below turns exactly this origin back.
            authority.set_scheme("https").map_err(|()| AzureError::Config("AZURE_AUTHORITY_HOST".into()))?;
        }
        cloud.authority_host = authority.to_string();
        let client_options = ClientOptions {
            cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
            transport: Some(Transport::new(Arc::new(SignInTransport {
                http: http.clone(),
                plain_loopback: plain.then(|| endpoints.authority.clone()),
            }))),
            ..ClientOptions::default()
        };
        let options = ClientSecretCredentialOptions { client_options };
        let inner = ClientSecretCredential::new(tenant_id, client_id.to_owned(), Secret::new(secret), Some(options))
            .map_err(|error| AzureError::Config(error.to_string()))?;
        Ok(Credential { inner, scope: scope(endpoints) })
    }

    /// Whoever is signed in with the Azure CLI.
    pub fn azure_cli(endpoints: &Endpoints) -> Result<Credential, AzureError> {
        let inner = AzureCliCredential::new(None).map_err(|error| AzureError::Config(error.to_string()))?;
        Ok(Credential { inner, scope: scope(endpoints) })
    }

    pub(super) async fn token(&self) -> Result<String, AzureError> {
        let token = self.inner.get_token(&[&self.scope], None).await;
        let token = token.map_err(|error| AzureError::SignIn(first_lines(&error.to_string())))?;
        Ok(token.token.secret().to_owned())
    }
}

fn scope(endpoints: &Endpoints) -> String {
    format!("{}/.default", endpoints.arm.as_str().trim_end_matches('/'))
}

fn first_lines(text: &str) -> String {
    shared::json::printable(&text.replace(['\r', '\n'], " ")).chars().take(400).collect()
}

/// Sends azure_identity's requests with our HTTP client, so that there is one pool and one set of rules.
#[derive(Debug)]
struct SignInTransport {
    http: reqwest::Client,
    /// The one origin for which https is really http.
    plain_loopback: Option<Url>,
}

#[async_trait::async_trait]
impl HttpClient for SignInTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let Some(plain) = &self.plain_loopback else {
            return self.http.execute_request(request).await;
        };
        let mut url = request.url().clone();
        let same = url.host_str() == plain.host_str() && url.port_or_known_default() == plain.port_or_known_default();
        if !same || url.set_scheme("http").is_err() {
            return self.http.execute_request(request).await;
        }
        let mut local = Request::new(url, request.method());
        *local.headers_mut() = request.headers().clone();
        local.set_body(request.body().clone());
        self.http.execute_request(&local).await
    }
}
