//! Virtual time: it stands still while anything can go on, and jumps to the next moment that somebody waits for.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use crate::azure::Clock;

#[derive(Debug, Clone)]
pub struct Time(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    began: Instant,
    passed: Duration,
    /// By the moment, and in the order in which they began, so that a case always goes the same way.
    waits: BTreeMap<(Duration, u64), Waker>,
    number: u64,
}

/// A wait that leaves the list when it is given up.
struct Wait<'a> {
    time: &'a Time,
    at: (Duration, u64),
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.time.held();
        if state.passed >= self.at.0 {
            return Poll::Ready(());
        }
        state.waits.insert(self.at, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.time.held().waits.remove(&self.at);
    }
}

impl Time {
    pub fn new() -> Time {
        let state = State { began: Instant::now(), passed: Duration::ZERO, waits: BTreeMap::new(), number: 0 };
        Time(Arc::new(Mutex::new(state)))
    }

    fn held(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn passed(&self) -> Duration {
        self.held().passed
    }

    pub async fn wait(&self, wait: Duration) {
        let at = {
            let mut state = self.held();
            state.number += 1;
            (state.passed.saturating_add(wait), state.number)
        };
        Wait { time: self, at }.await;
    }

    /// The future's result, or nothing where it would take longer.
    pub async fn within<T>(&self, limit: Duration, future: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            result = future => Some(result),
            () = self.wait(limit) => None,
        }
    }

    /// Runs a future to its end.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(woken.clone());
        loop {
            while woken.0.swap(false, Ordering::SeqCst) {
                if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return result;
                }
            }
            let next = self.held().waits.pop_first();
            let Some(((until, _), waker)) = next else { panic!("everything waits, and for nothing") };
            self.held().passed = until;
            waker.wake();
        }
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Woken>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[async_trait::async_trait]
impl Clock for Time {
    fn now(&self) -> Instant {
        let state = self.held();
        state.began + state.passed
    }

    async fn sleep(&self, wait: Duration) {
        self.wait(wait).await;
    }
}

#[test]
fn time_passes_in_order_and_only_when_nothing_else_can_happen() {
    let time = Time::new();
    let seen = Mutex::new(Vec::new());
    let step = async |name: &str, seconds: u64| {
        time.wait(Duration::from_secs(seconds)).await;
        seen.lock().unwrap().push((name.to_owned(), time.passed().as_secs()));
    };
    let limited = time.run(async {
        tokio::join!(step("c", 7_200), step("a", 1), async {
            step("b", 2).await;
            step("d", 3).await;
        });
        time.within(Duration::from_secs(10), std::future::pending::<()>()).await
    });
    assert_eq!(limited, None);
    let seen: Vec<(String, u64)> = seen.into_inner().unwrap();
    assert_eq!(seen, [("a", 1), ("b", 2), ("d", 5), ("c", 7_200)].map(|(name, at)| (name.to_owned(), at)));
    assert_eq!(time.passed().as_secs(), 7_210);
}
