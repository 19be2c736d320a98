//! The queue that hands out the units of a night: Amazon SQS, or what speaks its protocol.
//!
//! A standard queue: a message may be sent twice and come in any order, because a unit that was done does nothing again.

mod batches;
mod connect;

use std::fmt;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{BatchResultErrorEntry, SendMessageBatchRequestEntry};
use shared::json::printable;
use tokio::sync::OnceCell;
use url::Url;

use batches::{BYTES, Batches};

/// How often the rest of a batch is sent, of which the queue took a part.
const ROUNDS: u32 = 5;

/// Why messages did not get into the queue.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// It cannot be used as it is set up.
    #[error("the queue {queue}: {why}")]
    NotSetUp {
        /// Its address.
        queue: String,
        /// What is missing.
        why: String,
    },
    /// Some are in it, these are not.
    #[error("the queue {queue} did not take {} of {total} messages: {why}; not sent: {}", unsent.len(), first_of(unsent))]
    NotSent {
        /// Its address.
        queue: String,
        /// How many there were to send.
        total: usize,
        /// What the queue said of the first of them.
        why: String,
        /// The messages themselves, in their order.
        unsent: Vec<String>,
    },
}

/// An error is read by somebody: after these, the number of the others is enough.
const NAMED: usize = 50;

fn first_of(unsent: &[String]) -> String {
    let mut text = unsent.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if let Some(more) = unsent.len().checked_sub(NAMED).filter(|more| *more > 0) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// A queue by its address.
#[derive(Debug)]
pub struct Queue {
    url: String,
    /// Made at the first message: it reads the role's own credentials.
    client: OnceCell<Client>,
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl Queue {
    /// The queue of an address such as `https://sqs.eu-west-1.amazonaws.com/123456789012/forebill-work`.
    pub fn open(url: &str) -> Result<Queue, QueueError> {
        let fits = |url: &Url| matches!(url.scheme(), "https" | "http") && url.has_host() && url.path().len() > 1;
        match Url::parse(url) {
            Ok(read) if fits(&read) => Ok(Queue { url: url.to_owned(), client: OnceCell::new() }),
            _ => Err(QueueError::NotSetUp {
                queue: printable(url).to_string(),
                why: "that is no address of a queue: expected https://HOST/ACCOUNT/NAME".to_owned(),
            }),
        }
    }

    /// Sends each message once, ten at a time. Of those that the queue refuses, the others are sent all the same; when it
    /// cannot be reached at all, nothing more is tried.
    pub async fn send(&self, messages: impl Iterator<Item = String>) -> Result<usize, QueueError> {
        let client = self.client.get_or_try_init(|| connect::client(&self.url)).await?;
        let mut sent = Sent::default();
        for batch in Batches::of(messages) {
            sent.total += batch.len();
            if batch.iter().any(|message| message.len() > BYTES) {
                sent.refused(format!("a message has more than {BYTES} bytes"));
                sent.unsent.extend(batch);
            } else if sent.unreachable {
                sent.unsent.extend(batch);
            } else {
                self.send_batch(client, batch, &mut sent).await;
            }
        }
        let Sent { total, unsent, why, .. } = sent;
        match unsent.is_empty() {
            true => Ok(total),
            false => Err(QueueError::NotSent { queue: self.url.clone(), total, why, unsent }),
        }
    }

    /// Until the queue has all of it, or what is left is not worth another round.
    async fn send_batch(&self, client: &Client, mut left: Vec<String>, sent: &mut Sent) {
        for round in 1..=ROUNDS {
            match self.request(client, &left).await {
                Ok(failed) => left = sent.sort_out(left, &failed, round == ROUNDS),
                Err(why) => {
                    sent.unreachable = true;
                    sent.refused(why);
                    sent.unsent.append(&mut left);
                }
            }
            if left.is_empty() {
                return;
            }
            tokio::time::sleep(wait(round)).await;
        }
    }

    /// One request. What the queue did not take comes back.
    async fn request(&self, client: &Client, messages: &[String]) -> Result<Vec<BatchResultErrorEntry>, String> {
        let entry = |(index, body): (usize, &String)| {
            SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(body).build()
        };
        let entries = messages.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>();
        let entries = entries.map_err(|error| error.to_string())?;
        let request = client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        match request.send().await {
            Ok(answer) => Ok(answer.failed),
            Err(error) => Err(shortened(&DisplayErrorContext(&error).to_string())),
        }
    }
}

/// A tenth of a second, then twice as long each time, and not everybody at once.
fn wait(round: u32) -> Duration {
    let most = 100_u64 << round.min(6);
    Duration::from_millis(fastrand::u64(most / 2..=most))
}

fn shortened(text: &str) -> String {
    printable(text).chars().take(300).collect()
}

/// What became of the messages so far.
#[derive(Default)]
struct Sent {
    total: usize,
    unsent: Vec<String>,
    /// What was said of the first that is unsent.
    why: String,
    unreachable: bool,
}

impl Sent {
    fn refused(&mut self, why: String) {
        if self.unsent.is_empty() {
            self.why = why;
        }
    }

    /// Of a batch, the messages to send once more. What is the message's own fault is not.
    fn sort_out(&mut self, batch: Vec<String>, failed: &[BatchResultErrorEntry], last: bool) -> Vec<String> {
        let mut again = Vec::new();
        for (index, message) in batch.into_iter().enumerate() {
            let id = index.to_string();
            let Some(failure) = failed.iter().find(|failure| failure.id() == id) else { continue };
            if last || failure.sender_fault() {
                self.refused(shortened(&format!("{}: {}", failure.code(), failure.message().unwrap_or(""))));
                self.unsent.push(message);
            } else {
                again.push(message);
            }
        }
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_name() {
        for good in ["https://sqs.eu-west-1.amazonaws.com/123456789012/forebill-work", "http://127.0.0.1:4566/0/work"] {
            assert_eq!(Queue::open(good).unwrap().to_string(), good);
        }
        for bad in ["", "forebill-work", "https://sqs.eu-west-1.amazonaws.com", "arn:aws:sqs:eu-west-1:1:work"] {
            let error = Queue::open(bad).unwrap_err().to_string();
            assert!(error.contains("no address of a queue"), "{error}");
        }
    }

    #[test]
    fn an_error_names_what_is_missing_and_stays_readable() {
        let unsent: Vec<String> = (0..1000).map(|n| format!("unit-{n}")).collect();
        let error = QueueError::NotSent { queue: "Q".into(), total: 2000, why: "Throttled".into(), unsent };
        let text = error.to_string();
        assert!(
            text.starts_with("the queue Q did not take 1000 of 2000 messages: Throttled; not sent: unit-0, unit-1")
        );
        assert!(text.ends_with("unit-49 and 950 more"), "{text}");
    }
}
