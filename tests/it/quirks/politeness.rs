//! How often Azure is asked when it fails, and how long we wait. Time is virtual: the waits are read, not sat out.

use std::sync::Arc;
use std::time::Duration;

use functions::azure::{AzureError, Body, Run, UsageWindow};

use crate::support::rig::{Rig, VirtualClock, day, silent, subscription, token};
use crate::support::scripted::{Scripted, Step};

const SECOND: Duration = Duration::from_secs(1);

fn page() -> Step {
    Step::ok(r#"{"value":[]}"#)
}

fn status(status: u16) -> Step {
    Step::new(status, r#"{"error":{"code":"Broken","message":"no"}}"#)
}

#[tokio::test]
async fn one_failure_in_ten_costs_at_most_112_requests_for_100() {
    let mut dice = fastrand::Rng::with_seed(20_261_123);
    let script = move |_: &_| if dice.u32(0..10) == 0 { status(503) } else { page() };
    let rig = Rig::arm(Scripted::start(script));
    let needed = 2000;
    for _ in 0..needed {
        rig.usage().await.unwrap();
    }
    let asked = rig.arm.count();
    assert!((needed + 150..=needed * 112 / 100).contains(&asked), "{asked} requests for {needed}");
}

#[tokio::test]
async fn a_full_outage_costs_ten_tries_and_other_subscriptions_go_on() {
    let healthy = "99999999-2222-4333-8444-555555555555";
    let script = move |asked: &crate::support::scripted::Asked| {
        if asked.target.contains(healthy) { page() } else { status(503) }
    };
    let rig = Rig::arm(Scripted::start(script));
    let errors = [rig.usage().await, rig.usage().await, rig.usage().await, rig.usage().await];
    assert!(matches!(errors[0], Err(AzureError::Status { status: 503, .. })));
    assert!(matches!(errors[2], Err(AzureError::Outage { .. })), "{:?}", errors[2]);
    let text = errors[3].as_ref().unwrap_err().to_string();
    assert!(text.ends_with("10 tries in a row failed; not asked again in this run, run it again later"), "{text}");
    assert_eq!(rig.arm.count(), 10);
    let window = UsageWindow { subscription_id: healthy.parse().unwrap(), ..day() };
    let read = async |_, _: Body| -> Result<Option<String>, AzureError> { Ok(None) };
    rig.client.usage(window, read).await.unwrap();
    assert_eq!(rig.arm.count(), 11);
}

#[tokio::test]
async fn an_outage_met_by_twenty_requests_at_once_costs_ten_tries() {
    let rig = Rig::arm(Scripted::always(status(500)));
    let results = futures_util::future::join_all((0..20).map(|_| rig.usage())).await;
    assert!(results.iter().all(Result::is_err));
    assert_eq!(rig.arm.count(), 10);
}

#[tokio::test]
async fn what_a_repetition_may_mend_is_tried_four_times_and_the_rest_once() {
    for code in [408, 429, 500, 502, 503, 504] {
        let rig = Rig::arm(Scripted::always(status(code)));
        let error = rig.usage().await.unwrap_err();
        assert!(matches!(error, AzureError::Status { status, .. } if status == code), "{error}");
        assert_eq!(rig.arm.count(), 4, "{code}");
        let waits = rig.clock.waits();
        let most = [SECOND, 2 * SECOND, 4 * SECOND];
        assert_eq!(waits.len(), 3);
        assert!(waits.iter().zip(most).all(|(wait, most)| *wait <= most), "{waits:?}");
    }
    for code in [400, 403, 404, 405, 409, 410, 413, 501] {
        let rig = Rig::arm(Scripted::always(status(code)));
        let error = rig.usage().await.unwrap_err();
        assert!(matches!(error, AzureError::Status { status, .. } if status == code), "{error}");
        assert_eq!((rig.arm.count(), rig.clock.waits().len()), (1, 0), "{code}");
    }
}

#[tokio::test]
async fn waits_are_drawn_from_the_seed() {
    let waits = async |seed| {
        let rig = Rig::arm(Scripted::always(status(503)));
        let clock = VirtualClock::new();
        let client = rig.client.for_run(Run::new(clock.clone(), None, seed));
        let read = async |_, _: Body| -> Result<Option<String>, AzureError> { Ok(None) };
        assert!(client.usage(day(), read).await.is_err());
        clock.waits()
    };
    let (one, again, other) = (waits(1).await, waits(1).await, waits(2).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
}

#[tokio::test]
async fn nobody_of_a_scope_asks_before_the_time_that_azure_named() {
    for (name, value, wait) in [
        ("retry-after", "30", 30),
        ("x-ms-ratelimit-microsoft.consumption-retry-after", "40", 40),
        ("retry-after", "Mon, 23 Nov 2026 09:30:50 GMT", 50),
    ] {
        let clock = Arc::new(std::sync::Mutex::new(None::<Arc<VirtualClock>>));
        let (seen, mut first) = (clock.clone(), true);
        let script = move |_: &_| {
            if std::mem::take(&mut first) {
                return status(429).with(name, value).with("date", "Mon, 23 Nov 2026 09:30:00 GMT");
            }
            // Whoever comes must come late enough.
            let passed = seen.lock().unwrap().as_ref().map(|clock| clock.passed());
            if passed.is_some_and(|passed| passed >= wait * SECOND) { page() } else { status(400) }
        };
        let rig = Rig::arm(Scripted::start(script));
        *clock.lock().unwrap() = Some(rig.clock.clone());
        rig.usage().await.unwrap();
        assert_eq!(rig.clock.waits(), [wait * SECOND], "{name}");
        let results = futures_util::future::join_all((0..8).map(|_| rig.usage())).await;
        assert!(results.iter().all(Result::is_ok));
    }
}

#[tokio::test]
async fn a_failed_request_leaves_the_time_that_azure_named_to_the_next() {
    let mut answers = vec![status(429).with("retry-after", "5"); 4].into_iter();
    let rig = Rig::arm(Scripted::start(move |_| answers.next().unwrap_or_else(page)));
    assert!(matches!(rig.usage().await, Err(AzureError::Status { status: 429, .. })));
    assert_eq!(rig.clock.passed(), 15 * SECOND);
    rig.usage().await.unwrap();
    assert_eq!(rig.clock.passed(), 20 * SECOND);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_ends_the_run_and_says_when_to_come_back() {
    let mut answers = [status(429).with("retry-after", "600")].into_iter();
    let arm = Scripted::start(move |_| answers.next().unwrap_or_else(page));
    let rig = Rig::within(500 * SECOND, arm);
    rig.clock.pass(20 * SECOND);
    let error = rig.usage().await.unwrap_err();
    let began = "2026-11-23T09:00:00Z".parse().unwrap();
    assert_eq!(error.next_try_at(began), Some("2026-11-23T09:10:20Z".parse().unwrap()), "{error}");
    assert!(error.to_string().ends_with("run it again in 10 min"), "{error}");
    // Nothing more is asked of this scope in this run, and nobody waited.
    assert!(matches!(rig.usage().await, Err(AzureError::Later { .. })));
    assert_eq!((rig.arm.count(), rig.clock.waits().len()), (1, 0));
    let next = rig.client.clone().for_run(Run::new(rig.clock.clone(), Some(500 * SECOND), 1));
    let read = async |_, _: Body| -> Result<Option<String>, AzureError> { Ok(None) };
    next.usage(day(), read).await.unwrap();
    assert_eq!(rig.authority.count(), 1, "the token of the run before is still good");
}

#[tokio::test]
async fn absurd_waits_end_the_run_and_ask_for_a_day_at_most() {
    for absurd in ["86401", "1000000000", "99999999999999999999999"] {
        let rig = Rig::arm(Scripted::always(status(503).with("retry-after", absurd)));
        let error = rig.usage().await.unwrap_err();
        let AzureError::Later { wait, .. } = error else { panic!("{error}") };
        assert_eq!(wait, 86_400 * SECOND, "{absurd}");
        assert_eq!(rig.arm.count(), 1);
    }
    for nonsense in ["-1", "soon", "", "1.5"] {
        let rig = Rig::arm(Scripted::steps([status(503).with("retry-after", nonsense), page()]));
        rig.usage().await.unwrap();
        assert!(rig.clock.waits()[0] <= SECOND, "{nonsense}");
    }
}

#[tokio::test]
async fn a_backoff_beyond_the_deadline_ends_the_run_too() {
    // Time passes only by waiting, and a try itself has what is left of the run.
    let allowance = 2 * SECOND;
    let rig = Rig::within(allowance, Scripted::always(status(503)));
    assert!(matches!(rig.usage().await, Err(AzureError::Later { .. })));
    let waited: Duration = rig.clock.waits().iter().sum();
    assert!(waited <= allowance && rig.arm.count() == rig.clock.waits().len() + 1, "{:?}", rig.clock.waits());
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let script = |asked: &crate::support::scripted::Asked| match asked.header("authorization") {
        Some("Bearer TOKEN-2") => page(),
        _ => Step::new(401, r#"{"error":{"code":"ExpiredAuthenticationToken","message":"old"}}"#),
    };
    let rig = Rig::arm(Scripted::start(script));
    rig.usage().await.unwrap();
    assert_eq!((rig.arm.count(), rig.authority.count()), (2, 2));
    rig.usage().await.unwrap();
    assert_eq!((rig.arm.count(), rig.authority.count()), (3, 2));
    let rig = Rig::arm(Scripted::always(Step::new(401, r#"{"error":{"code":"InvalidToken","message":"x"}}"#)));
    let error = rig.usage().await.unwrap_err().to_string();
    assert!(error.contains("401 InvalidToken: x") && error.contains("AZURE_TENANT_ID"), "{error}");
    assert_eq!((rig.arm.count(), rig.authority.count()), (2, 2));
}

#[tokio::test]
async fn refusals_at_once_renew_the_token_once() {
    let script = |asked: &crate::support::scripted::Asked| match asked.header("authorization") {
        Some("Bearer TOKEN-1") => Step::new(401, ""),
        _ => page(),
    };
    let rig = Rig::arm(Scripted::start(script));
    let results = futures_util::future::join_all((0..8).map(|_| rig.usage())).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(rig.authority.count(), 2);
}

#[tokio::test]
async fn a_connection_that_ends_is_tried_again() {
    let rig = Rig::arm(Scripted::steps([Step::hang_up(), Step::hang_up(), page()]));
    rig.usage().await.unwrap();
    let rig = Rig::arm(Scripted::always(Step::hang_up()));
    let error = rig.usage().await.unwrap_err().to_string();
    assert!(error.contains("no answer after 4 tries") && error.contains(&subscription().to_string()), "{error}");
}

#[tokio::test]
async fn public_prices_need_nobody_to_sign_in() {
    let rig = Rig::with(
        Scripted::always(token("NEVER", 1)),
        silent(),
        silent(),
        Scripted::always(Step::ok(r#"{"Items":[]}"#)),
        None,
    );
    rig.retail_prices().await.unwrap();
    assert_eq!((rig.authority.count(), rig.retail.asked()[0].header("authorization")), (0, None));
}
