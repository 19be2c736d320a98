//! The SDK's client for a queue: who asks and where, from the environment as AWS's own tools read it.

use std::time::Duration;

use aws_config::{BehaviorVersion, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sqs::Client;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use super::QueueError;

/// Requests that got no answer or were throttled are sent again by the SDK: a message that arrives twice does no harm.
const TRIES: u32 = 4;

pub async fn client(url: &str) -> Result<Client, QueueError> {
    // Ring, as in the rest of the program: the SDK's own choice would bring a second crypto library.
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let times = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(10))
        .build();
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).timeout_config(times);
    let config = loader.retry_config(RetryConfig::standard().with_max_attempts(TRIES)).load().await;
    if config.region().is_some_and(|region| !region.as_ref().is_empty()) {
        return Ok(Client::new(&config));
    }
    Err(QueueError::NotSetUp { queue: url.to_owned(), why: "no AWS region; set AWS_REGION to the queue's".to_owned() })
}
