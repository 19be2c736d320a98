//! AWS's outbound identity federation: AWS states for five minutes which role runs, Entra trusts that statement for one
//! application, and no secret is stored anywhere.

use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig, timeout::TimeoutConfig};
use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_core::http::ClientMethodOptions;
use azure_identity::{ClientAssertion, ClientAssertionCredential};
use tokio::sync::OnceCell;

use super::authority::{Heard, assertion_options, client_options};
use super::{Credential, Principal};
use crate::azure::{AzureError, Endpoints};

/// The least that AWS gives without being asked; the statement is used at once.
const LIFE_SECONDS: i32 = 300;

impl Credential {
    /// A service principal that trusts this AWS account's statement about the role that runs.
    pub fn aws_federation(
        endpoints: &Endpoints,
        http: &reqwest::Client,
        who: &Principal,
    ) -> Result<Credential, AzureError> {
        let heard = Heard::default();
        let client_options = client_options(endpoints, http, &heard)?;
        let who = who.clone();
        let role = Arc::new(Role { audience: endpoints.exchange_audience, sts: OnceCell::new() });
        Credential::new("the role that runs in AWS", endpoints, heard, move || {
            let options = assertion_options(client_options.clone());
            let (tenant, client, stated) = (who.tenant_id.clone(), who.client_id.clone(), Statement(role.clone()));
            Ok(ClientAssertionCredential::new(tenant, client, stated, Some(options))? as Arc<dyn TokenCredential>)
        })
    }
}

#[derive(Debug)]
struct Role {
    audience: &'static str,
    /// Made at the first sign-in: it reads the role's own credentials.
    sts: OnceCell<aws_sdk_sts::Client>,
}

#[derive(Debug)]
struct Statement(Arc<Role>);

#[async_trait::async_trait]
impl ClientAssertion for Statement {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.0.state().await.map_err(|problem| azure_core::Error::with_message(ErrorKind::Credential, problem))
    }
}

impl Role {
    async fn state(&self) -> Result<String, String> {
        let sts = self.sts.get_or_try_init(client).await?;
        let request = sts
            .get_web_identity_token()
            .audience(self.audience)
            // The one algorithm that Entra supports here.
            .signing_algorithm("RS256")
            .duration_seconds(LIFE_SECONDS);
        let answer = request.send().await.map_err(|error| {
            let (code, words) = (error.code().unwrap_or(""), error.message().unwrap_or(""));
            match code {
                "" => format!("AWS gave no statement: {}", shortened(&DisplayErrorContext(&error).to_string())),
                _ => format!("AWS gave no statement: {code}: {}{}", shortened(words), advice(code)),
            }
        })?;
        answer.web_identity_token().map(str::to_owned).ok_or_else(|| "AWS gave an empty statement".into())
    }
}

async fn client() -> Result<aws_sdk_sts::Client, String> {
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let times = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(10))
        .build();
    let config: SdkConfig =
        aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).timeout_config(times).load().await;
    match config.region().filter(|region| !region.as_ref().is_empty()) {
        Some(_) => Ok(aws_sdk_sts::Client::new(&config)),
        None => Err("AWS_REGION is not set, and only the STS of a region gives statements".into()),
    }
}

fn advice(code: &str) -> &'static str {
    match code {
        "OutboundWebIdentityFederationDisabled" | "OutboundWebIdentityFederationDisabledException" => {
            " (switch it on once for the account: aws iam enable-outbound-web-identity-federation)"
        }
        "AccessDenied" | "AccessDeniedException" => {
            " (the role needs sts:GetWebIdentityToken for this audience, RS256 and 300 seconds)"
        }
        "ExpiredToken" | "ExpiredTokenException" | "InvalidClientTokenId" => {
            " (the role's own credentials are not good: in Lambda they come by themselves)"
        }
        _ => "",
    }
}

fn shortened(text: &str) -> String {
    shared::json::printable(text).chars().take(200).collect()
}
