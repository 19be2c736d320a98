//! Tries and waits, the same for every channel.

use std::time::Duration;

use crate::azure::Clock;

/// A message is tried this often,
const MAX_TRIES: u32 = 4;
/// and waited for no longer than this in all; what is left is for the next run.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// One try takes no longer than this.
pub const MAX_TIME: Duration = Duration::from_secs(20);

/// What came of one try.
pub enum Attempt {
    Taken,
    /// It will not be taken however often it is sent.
    Refused(String),
    /// It surely was not taken now.
    Failed {
        why: String,
        wait: Option<Duration>,
    },
    /// It may have been taken: the answer got lost.
    Unknown(String),
}

/// What came of telling one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It arrived.
    Taken,
    /// It did not, and why.
    Failed(String),
    /// Nobody knows, and why.
    Unknown(String),
}

/// Tries until it is taken, or more tries are of no use. `repeats` says that the receiver drops a second one by its id, so
/// that nothing is lost by sending what may have arrived.
pub async fn deliver(clock: &dyn Clock, repeats: bool, attempt: impl AsyncFn() -> Attempt) -> Told {
    let mut waited = Duration::ZERO;
    for tries in 1..=MAX_TRIES {
        let (why, asked) = match attempt().await {
            Attempt::Taken => return Told::Taken,
            Attempt::Refused(why) => return Told::Failed(why),
            Attempt::Unknown(why) if !repeats => return Told::Unknown(why),
            Attempt::Unknown(why) => (why, None),
            Attempt::Failed { why, wait } => (why, wait),
        };
        let wait = asked.unwrap_or(Duration::from_secs(1 << (tries - 1)));
        waited += wait;
        if tries == MAX_TRIES || waited > MAX_WAIT {
            return Told::Failed(format!("{why}, {tries} tries"));
        }
        tracing::info!(why, tries, "an alert is sent again");
        clock.sleep(wait).await;
    }
    Told::Failed("it was not tried".to_owned())
}
