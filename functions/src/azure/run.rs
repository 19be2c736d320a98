//! One run's time: how much of it there is, how it waits, and by what chance waits differ. All are arguments, so a
//! test waits for nothing and a Lambda ends before it is ended.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What passes time. It counts from nowhere: only differences mean something.
#[async_trait::async_trait]
pub trait Clock: Send + Sync + Debug {
    /// The moment.
    fn now(&self) -> Instant;
    /// Lets time pass.
    async fn sleep(&self, wait: Duration);
}

/// The machine's own time.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait::async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    async fn sleep(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }
}

/// A run and its end.
#[derive(Debug, Clone)]
pub struct Run {
    clock: Arc<dyn Clock>,
    began: Instant,
    ends: Option<Instant>,
    chance: Arc<Mutex<fastrand::Rng>>,
}

impl Run {
    /// A run that begins now, may last so long, and draws its waits from this seed.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, allowance: Option<Duration>, seed: u64) -> Run {
        let began = clock.now();
        let ends = allowance.and_then(|allowance| began.checked_add(allowance));
        Run { clock, began, ends, chance: Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))) }
    }

    /// A run on this machine. A Lambda gives what is left until its deadline, less what it needs to end in order.
    #[must_use]
    pub fn within(allowance: Duration) -> Run {
        Run::new(Arc::new(SystemClock), Some(allowance), fastrand::u64(..))
    }

    /// A run at a terminal, where somebody can end it.
    #[must_use]
    pub fn unhurried() -> Run {
        Run::new(Arc::new(SystemClock), None, fastrand::u64(..))
    }

    pub(super) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// How long the run has taken.
    pub(super) fn ran(&self) -> Duration {
        self.now().saturating_duration_since(self.began)
    }

    /// How much is left of it; nothing where it has no end.
    pub(super) fn left(&self) -> Option<Duration> {
        self.ends.map(|end| end.saturating_duration_since(self.now()))
    }

    pub(super) async fn sleep(&self, wait: Duration) {
        self.clock.sleep(wait).await;
    }

    /// Full jitter: anything up to `most`, so that those who failed together do not come back together.
    pub(super) fn chance(&self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        Duration::from_millis(chance.u64(0..=most))
    }
}
