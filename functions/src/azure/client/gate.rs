//! What is asked of one scope in one run: a host, or a subscription on it. The gate keeps requests away before a time
//! that Azure named, closes after ten failures in a row, and gives out only so many repetitions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::planted::{Bug, planted};
use tokio::sync::Notify;
use url::Url;

/// So many failures without a success between them are an outage; a full one costs no more tries than this.
const MAX_FAILURES_IN_A_ROW: u32 = 10;
/// Repetitions that a run has free, for the bad luck of its first requests. With one failure in ten, ten thousand
/// requests run out of them less than once in a hundred runs.
const FREE_REPETITIONS: u64 = 30;
/// What it earns beside: twelve for a hundred requests. Failures of one in ten need eleven.
const REPETITIONS_PER_HUNDRED: u64 = 12;

/// The gates of a run.
#[derive(Debug, Default)]
pub(super) struct Gates {
    scopes: Mutex<BTreeMap<String, Scope>>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Scope {
    failed_in_a_row: u32,
    in_flight: u32,
    requests: u64,
    repetitions: u64,
    not_before: Option<Instant>,
}

/// What the gate says.
pub(super) enum Entry {
    /// Go.
    Pass(Pass),
    /// Azure named this time.
    NotBefore(Instant),
    /// Closed for the rest of the run, and why.
    Closed(String),
}

/// Leave for one try; how it ended is told to it.
pub(super) struct Pass {
    gates: Arc<Gates>,
    scope: String,
}

impl Gates {
    /// Asks for one try. A try that may be the tenth failure waits until the others have ended.
    pub(super) async fn enter(self: &Arc<Gates>, scope: &str, again: bool, now: Instant) -> Entry {
        loop {
            let changed = self.changed.notified();
            if let Some(entry) = self.look(scope, again, now) {
                return entry;
            }
            changed.await;
        }
    }

    fn look(self: &Arc<Gates>, name: &str, again: bool, now: Instant) -> Option<Entry> {
        let mut scopes = self.held();
        let scope = scopes.entry(name.to_owned()).or_default();
        if planted(Bug::GateNeverCloses) {
            scope.failed_in_a_row = 0;
        }
        if scope.failed_in_a_row >= MAX_FAILURES_IN_A_ROW {
            return Some(Entry::Closed(format!("{MAX_FAILURES_IN_A_ROW} tries in a row failed")));
        }
        if let Some(at) = scope.not_before.filter(|at| *at > now) {
            return Some(Entry::NotBefore(at));
        }
        let earned = FREE_REPETITIONS + scope.requests * REPETITIONS_PER_HUNDRED / 100;
        if again && scope.repetitions >= earned {
            let Scope { requests, repetitions, .. } = scope;
            return Some(Entry::Closed(format!("{requests} requests already needed {repetitions} repetitions")));
        }
        if scope.failed_in_a_row + scope.in_flight >= MAX_FAILURES_IN_A_ROW {
            return None;
        }
        scope.in_flight += 1;
        if again {
            scope.repetitions += 1;
        } else {
            scope.requests += 1;
        }
        Some(Entry::Pass(Pass { gates: self.clone(), scope: name.to_owned() }))
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Scope>> {
        // Counters are right after every statement, so a panic elsewhere left them right.
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// Azure answered.
    pub(super) fn answered(&self) {
        self.change(|scope| scope.failed_in_a_row = 0);
    }

    /// It did not, or asked for patience until a time.
    pub(super) fn failed(&self, not_before: Option<Instant>) {
        self.change(|scope| {
            scope.failed_in_a_row += 1;
            scope.not_before = scope.not_before.max(not_before);
        });
    }

    fn change(&self, change: impl FnOnce(&mut Scope)) {
        if let Some(scope) = self.gates.held().get_mut(&self.scope) {
            change(scope);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.change(|scope| scope.in_flight -= 1);
        self.gates.changed.notify_waiters();
    }
}

/// Resource Manager counts by subscription, every other host as a whole.
pub(super) fn scope_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let mut segments = url.path_segments().into_iter().flatten();
    match (segments.next(), segments.next()) {
        (Some(first), Some(id)) if first.eq_ignore_ascii_case("subscriptions") => {
            format!("{host}{port}/subscriptions/{}", id.to_ascii_lowercase())
        }
        _ => format!("{host}{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    async fn enter(gates: &Arc<Gates>, again: bool) -> Result<Pass, String> {
        match gates.enter("scope", again, Instant::now()).await {
            Entry::Pass(pass) => Ok(pass),
            Entry::Closed(why) => Err(why),
            Entry::NotBefore(_) => Err("not before".into()),
        }
    }

    #[tokio::test]
    async fn the_tenth_failure_closes_the_gate_and_a_success_starts_the_count_anew() {
        let gates = Arc::<Gates>::default();
        for _ in 0..9 {
            enter(&gates, false).await.unwrap().failed(None);
        }
        enter(&gates, false).await.unwrap().answered();
        for _ in 0..10 {
            enter(&gates, false).await.unwrap().failed(None);
        }
        assert_eq!(enter(&gates, false).await.err().unwrap(), "10 tries in a row failed");
        assert!(matches!(gates.enter("other", false, Instant::now()).await, Entry::Pass(_)));
    }

    #[tokio::test]
    async fn twenty_at_once_cost_ten_tries_in_an_outage() {
        let (gates, tries) = (Arc::<Gates>::default(), std::cell::Cell::new(0));
        let one = async || {
            while let Ok(pass) = enter(&gates, true).await {
                tries.set(tries.get() + 1);
                tokio::task::yield_now().await;
                pass.failed(None);
            }
        };
        futures_util::future::join_all((0..20).map(|_| one())).await;
        assert_eq!(tries.get(), 10);
    }

    #[tokio::test]
    async fn repetitions_run_out_and_are_earned_by_requests() {
        let gates = Arc::<Gates>::default();
        let again = async || enter(&gates, true).await.inspect(Pass::answered);
        for _ in 0..30 {
            again().await.unwrap();
        }
        assert_eq!(again().await.err().unwrap(), "0 requests already needed 30 repetitions");
        for _ in 0..100 {
            enter(&gates, false).await.unwrap().answered();
        }
        for _ in 0..12 {
            again().await.unwrap();
        }
        assert!(again().await.is_err());
    }

    #[tokio::test]
    async fn the_latest_time_that_was_named_holds() {
        let (gates, now) = (Arc::<Gates>::default(), Instant::now());
        let (near, far) = (now + Duration::from_secs(5), now + Duration::from_secs(50));
        let (one, two) = (enter(&gates, false).await.unwrap(), enter(&gates, false).await.unwrap());
        one.failed(Some(far));
        two.failed(Some(near));
        assert!(matches!(gates.enter("scope", false, now).await, Entry::NotBefore(at) if at == far));
        assert!(matches!(gates.enter("scope", false, far).await, Entry::Pass(_)));
    }

    #[test]
    fn a_subscription_is_a_scope_of_its_own() {
        let of = |text: &str| scope_of(&Url::parse(text).unwrap());
        assert_eq!(of("https://arm.test/Subscriptions/AB/x?y"), "arm.test/subscriptions/ab");
        assert_eq!(of("http://127.0.0.1:8/api/retail/prices"), "127.0.0.1:8");
    }
}
