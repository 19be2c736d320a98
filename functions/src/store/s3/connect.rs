//! The SDK's client: who asks and where, from the environment as AWS's own tools read it.

use std::time::Duration;

use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    Credentials, ProvideCredentials as _, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use super::super::StoreError;
use super::failure::chain;

/// A bucket that is not AWS's, told instead of found in the environment.
#[derive(Clone)]
pub struct Endpoint {
    /// Where it listens.
    pub url: String,
    /// Who asks.
    pub access_key_id: String,
    /// The proof of it.
    pub secret_access_key: String,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Makes the client and sees that somebody is there to ask as.
pub async fn client(endpoint: Option<&Endpoint>, place: impl Fn() -> String) -> Result<Client, StoreError> {
    let sdk = loader(endpoint).load().await;
    let missing = |why: String| StoreError::NotSetUp { place: place(), why };
    // Without this, each request would say "dispatch failure".
    let credentials = match sdk.credentials_provider() {
        Some(provider) => provider.provide_credentials().await.map_err(|error| chain(&error)),
        None => Err("none are configured".to_owned()),
    };
    if let Err(error) = credentials {
        return Err(missing(format!(
            "no AWS credentials ({error}); set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run \
             where a role is given"
        )));
    }
    if sdk.region().is_none() && sdk.endpoint_url().is_none() {
        return Err(missing("no AWS region; set AWS_REGION to the bucket's".to_owned()));
    }
    Ok(Client::from_conf(settings(&sdk)))
}

fn loader(endpoint: Option<&Endpoint>) -> ConfigLoader {
    // Ring, as in the rest of the program: the SDK's own choice would bring a second crypto library.
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let times = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .operation_attempt_timeout(Duration::from_secs(120))
        .build();
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).timeout_config(times);
    match endpoint {
        None => loader,
        Some(Endpoint { url, access_key_id, secret_access_key }) => loader
            .endpoint_url(url)
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new(access_key_id, secret_access_key, None, None, "forebill")),
    }
}

/// A host of one's own rarely has a name for each bucket, and often refuses checksums that it does not know.
fn settings(sdk: &SdkConfig) -> aws_sdk_s3::Config {
    let builder = aws_sdk_s3::config::Builder::from(sdk).retry_config(RetryConfig::disabled());
    if sdk.endpoint_url().is_none() {
        return builder.build();
    }
    let region = sdk.region().cloned().unwrap_or(Region::from_static("us-east-1"));
    builder
        .region(region)
        .force_path_style(true)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .build()
}
