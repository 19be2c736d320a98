//! A topic of Amazon SNS and mail through Amazon SES, with the role's own credentials. The SDK tries nothing again by
//! itself: only whoever counts the tries knows what may have arrived.

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader};
use aws_sdk_sns::config::http::HttpResponse;
use aws_sdk_sns::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use shared::json::printable;
use shared::snapshot::{Cause, Incident};
use tokio::sync::OnceCell;

use super::delivery::{Attempt, MAX_TIME, Told, deliver};
use super::message::{body, cut, said};
use crate::azure::{AzureError, SystemClock};

/// What the HTTP client says when there was no connection; whoever does not say it may have sent something.
const NOT_CONNECTED: &str = "client error (Connect)";
/// A subject of SNS has fewer than this, and of ASCII only.
const SUBJECT: usize = 99;
/// SES takes as many at once.
const MAX_RECIPIENTS: usize = 50;

/// A topic by its ARN.
#[derive(Debug)]
pub struct Topic {
    arn: String,
    region: String,
    client: OnceCell<aws_sdk_sns::Client>,
}

impl Topic {
    /// The topic of an ARN, in the region that it names.
    pub fn new(arn: &str) -> Result<Topic, AzureError> {
        let parts: Vec<&str> = arn.split(':').collect();
        let written = |part: &str, more: &str| {
            !part.is_empty() && part.chars().all(|sign| sign.is_ascii_alphanumeric() || more.contains(sign))
        };
        match parts[..] {
            ["arn", partition, "sns", region, account, name]
                if written(partition, "-") && written(region, "-") && written(account, "") && written(name, "-_.") =>
            {
                Ok(Topic { arn: arn.to_owned(), region: region.to_owned(), client: OnceCell::new() })
            }
            _ => {
                Err(AzureError::Config("FOREBILL_ALERT_SNS_TOPIC: expected arn:aws:sns:REGION:ACCOUNT:NAME".to_owned()))
            }
        }
    }

    /// A topic of this kind drops what has an id of the last five minutes.
    fn is_fifo(&self) -> bool {
        self.arn.ends_with(".fifo")
    }

    /// Publishes an incident as text.
    pub async fn publish(&self, id: &str, cause: &Cause, incident: &Incident) -> Told {
        let region = Region::new(self.region.clone());
        let made = async || aws_sdk_sns::Client::new(&config(Some(region.clone())).await);
        let client = self.client.get_or_init(made).await;
        deliver(&SystemClock, self.is_fifo(), async || {
            let request = client.publish().topic_arn(&self.arn).subject(ascii_subject(incident));
            let request = request.message(body(cause, incident));
            let request = if self.is_fifo() {
                request.message_group_id("forebill").message_deduplication_id(id)
            } else {
                request
            };
            attempted("SNS", request.send().await)
        })
        .await
    }
}

/// Mail from one address to others.
#[derive(Debug)]
pub struct Mail {
    from: String,
    to: Vec<String>,
    client: OnceCell<aws_sdk_sesv2::Client>,
}

impl Mail {
    /// Mail from an address that SES knows, to addresses apart by commas.
    pub fn new(from: &str, to: &str) -> Result<Mail, AzureError> {
        let to: Vec<String> = to.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
        let fits = |address: &str| {
            let (name, host) = address.split_once('@').unwrap_or_default();
            let plain = |sign: char| sign.is_ascii_graphic() && !"<>()[],;:\\\"".contains(sign);
            !name.is_empty() && host.contains('.') && !host.contains('@') && address.chars().all(plain)
        };
        for (setting, address) in
            to.iter().map(|to| ("FOREBILL_ALERT_EMAIL_TO", to.as_str())).chain([("FOREBILL_ALERT_EMAIL_FROM", from)])
        {
            if !fits(address) {
                let told = printable(address);
                return Err(AzureError::Config(format!(
                    "{setting}: {told} is no mail address such as ops@example.com"
                )));
            }
        }
        if to.is_empty() || to.len() > MAX_RECIPIENTS {
            let many = format!("FOREBILL_ALERT_EMAIL_TO: from one to {MAX_RECIPIENTS} addresses, apart by commas");
            return Err(AzureError::Config(many));
        }
        Ok(Mail { from: from.to_owned(), to, client: OnceCell::new() })
    }

    /// Sends an incident as plain text. Its id stands in a header, for rules of mailboxes.
    pub async fn send(&self, id: &str, cause: &Cause, incident: &Incident) -> Told {
        let client = self.client.get_or_init(async || aws_sdk_sesv2::Client::new(&config(None).await)).await;
        let content = match content(id, cause, incident) {
            Ok(content) => content,
            Err(why) => return Told::Failed(format!("SES: {why}")),
        };
        deliver(&SystemClock, false, async || {
            let whom = Destination::builder().set_to_addresses(Some(self.to.clone())).build();
            let request = client.send_email().from_email_address(&self.from).destination(whom);
            attempted("SES", request.content(content.clone()).send().await)
        })
        .await
    }
}

fn content(id: &str, cause: &Cause, incident: &Incident) -> Result<EmailContent, aws_sdk_sesv2::error::BuildError> {
    let text = |data: String| Content::builder().data(data).charset("UTF-8").build();
    let subject = cut(&format!("Forebill: {}", said(&incident.summary)), 150);
    let header = MessageHeader::builder().name("X-Forebill-Alert").value(id).build()?;
    let body = Body::builder().text(text(body(cause, incident))?).build();
    let message = Message::builder().subject(text(subject)?).body(body).headers(header).build();
    Ok(EmailContent::builder().simple(message).build())
}

fn ascii_subject(incident: &Incident) -> String {
    let said = format!("Forebill: {}", said(&incident.summary));
    said.chars().map(|sign| if sign.is_ascii() { sign } else { '?' }).take(SUBJECT).collect()
}

/// Who asks and where, from the environment as AWS's own tools read it.
async fn config(region: Option<Region>) -> SdkConfig {
    // Ring, as in the rest of the program: the SDK's own choice would bring a second crypto library.
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let times = TimeoutConfig::builder().operation_timeout(MAX_TIME).build();
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).timeout_config(times);
    let loader = loader.retry_config(RetryConfig::disabled());
    match region {
        Some(region) => loader.region(region).load().await,
        None => loader.load().await,
    }
}

/// What an answer says about the message.
fn attempted<T, E>(who: &str, answer: Result<T, SdkError<E, HttpResponse>>) -> Attempt
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let error = match answer {
        Ok(_) => return Attempt::Taken,
        Err(error) => error,
    };
    let why: String = printable(&format!("{who}: {}", DisplayErrorContext(&error))).chars().take(300).collect();
    match &error {
        SdkError::ServiceError(answered) => {
            let status = answered.raw().status().as_u16();
            let code = answered.err().code().unwrap_or_default();
            let later = status == 429 || status >= 500 || code.contains("Throttl") || code.contains("TooManyRequests");
            if later { Attempt::Failed { why, wait: None } } else { Attempt::Refused(why) }
        }
        SdkError::ConstructionFailure(_) => Attempt::Refused(why),
        // Without credentials or a region nothing was sent, and nothing where nobody was reached.
        SdkError::DispatchFailure(failure) if failure.is_user() || failure.is_other() => Attempt::Refused(why),
        SdkError::DispatchFailure(_) if why.contains(NOT_CONNECTED) => Attempt::Failed { why, wait: None },
        _ => Attempt::Unknown(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_an_arn_with_its_region() {
        let topic = Topic::new("arn:aws-cn:sns:cn-north-1:123456789012:alerts.fifo").unwrap();
        assert_eq!((topic.region.as_str(), topic.is_fifo()), ("cn-north-1", true));
        for bad in [
            "",
            "alerts",
            "arn:aws:sqs:eu-west-1:1:x",
            "arn:aws:sns::1:x",
            "arn:aws:sns:eu-west-1:1:x:y",
            "arn:aws:sns:eu-west-1:1:x/../y",
        ] {
            assert!(Topic::new(bad).unwrap_err().to_string().contains("FOREBILL_ALERT_SNS_TOPIC"), "{bad}");
        }
    }

    #[test]
    fn mail_addresses_are_plain() {
        assert_eq!(Mail::new("a@example.com", " b@example.com, c@example.com,").unwrap().to.len(), 2);
        for bad in ["", "x", "a@b", "a@b.c\r\nBcc: d@e.f", "A <a@example.com>", "a@@example.com", "a b@example.com"] {
            assert!(Mail::new("a@example.com", bad).is_err() && Mail::new(bad, "a@example.com").is_err(), "{bad}");
        }
        let many = vec!["a@example.com"; 51].join(",");
        assert!(Mail::new("a@example.com", &many).is_err());
    }
}
