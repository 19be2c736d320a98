//! UsageAggregates: waiting for it, and its pages.

use std::time::Duration;

use functions::archive::Archive;
use functions::azure::AzureError;
use functions::job::Context;
use functions::jobs::snapshot_usage::{self, Plan};
use functions::store::Store;
use shared::period::Granularity;

use crate::support::rig::{Rig, SUBSCRIPTION, subscription};
use crate::support::scripted::{Asked, Scripted, Step};

fn page(next: Option<&str>) -> Step {
    Step::ok(serde_json::json!({"value": [], "nextLink": next}).to_string())
}

fn not_ready() -> Step {
    Step::new(202, r#"{"code":"ProcessingNotCompleted","message":"Repeat the request later."}"#)
}

/// The address of the server that is asked.
fn host(asked: &Asked) -> &str {
    asked.header("host").unwrap()
}

#[tokio::test]
async fn usage_that_is_being_made_ready_is_asked_for_again() {
    let rig = Rig::arm(Scripted::steps([not_ready().with("retry-after", "17"), not_ready(), page(None)]));
    assert_eq!(rig.usage().await.unwrap().len(), 1);
    assert_eq!(rig.clock.waits(), [17, 60].map(Duration::from_secs));
    let asked = rig.arm.asked();
    assert!(asked.iter().all(|one| one.target == asked[0].target), "the same question each time");
    let rig = Rig::arm(Scripted::always(not_ready().with("retry-after", "0")));
    let error = rig.usage().await.unwrap_err().to_string();
    assert!(error.contains("still not ready after 20 answers 202"), "{error}");
    let rig = Rig::within(Duration::from_secs(100), Scripted::always(not_ready()));
    assert!(matches!(rig.usage().await, Err(AzureError::Later { .. })));
    assert_eq!(rig.arm.count(), 2, "a minute fits into the run, two do not");
}

#[tokio::test]
async fn a_next_link_is_followed_as_it_is_given() {
    let link = "/SUBSCRIPTIONS/x/providers/microsoft.commerce/usageAggregates?continuationToken=eyJy%3d%3d\
                &error_if_not_processed=true&reportedstartTime=2026-11-01T00%3a00%3a00%2b00%3a00&api-version=2015-03-31";
    let script = move |asked: &Asked| match asked.target.contains("continuationToken") {
        false => page(Some(&format!("HTTP://{}{link}", host(asked)))),
        true => page(None),
    };
    let rig = Rig::arm(Scripted::start(script));
    let pages = rig.usage().await.unwrap();
    assert_eq!(pages.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1]);
    let asked = rig.arm.asked();
    assert_eq!(asked[1].target, link, "not rebuilt, not reordered, not unescaped");
    assert!(asked.iter().all(|one| one.header("authorization") == Some("Bearer TOKEN-1")));
}

#[tokio::test]
async fn a_next_link_to_another_host_gets_neither_token_nor_request() {
    let attacker = Scripted::always(page(None));
    for evil in [
        attacker.url.clone(),
        format!("{}/subscriptions/{SUBSCRIPTION}", attacker.url),
        attacker.url.trim_start_matches("http:").to_owned(),
        attacker.url.replace("http://", "http://management.azure.com@"),
        attacker.url.replace("http://", r"http:\\"),
        attacker.url.replace("127.0.0.1", "2130706433"),
        attacker.url.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
    ] {
        let rig = Rig::arm(Scripted::always(page(Some(&evil))));
        let error = rig.usage().await.unwrap_err();
        assert!(matches!(error, AzureError::Egress { .. }), "{evil}: {error}");
        assert_eq!(rig.arm.count(), 1);
    }
    assert_eq!(attacker.count(), 0);
}

#[tokio::test]
async fn a_continuation_that_is_no_longer_known_begins_the_window_again() {
    let refused = || Step::new(400, r#"{"error":{"code":"InvalidInput","message":"continuation token expired"}}"#);
    let rig = Rig::arm(Scripted::steps([
        page(Some("/next?t=1")),
        refused(),
        page(Some("/next?t=2")),
        page(Some("/next?t=3")),
        page(None),
    ]));
    let pages = rig.usage().await.unwrap();
    assert_eq!(pages.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 0, 1, 2]);
    let script = move |asked: &Asked| if asked.target.contains("/next") { refused() } else { page(Some("/next?t=1")) };
    let rig = Rig::arm(Scripted::start(script));
    assert!(matches!(rig.usage().await, Err(AzureError::Status { status: 400, .. })));
    assert_eq!(rig.arm.count(), 6, "the window began three times");
    let rig = Rig::arm(Scripted::always(refused()));
    assert!(matches!(rig.usage().await, Err(AzureError::Status { status: 400, .. })));
    assert_eq!(rig.arm.count(), 1, "a first page has no continuation");
}

#[tokio::test]
async fn pages_that_go_in_a_circle_are_refused() {
    for links in [["/a?x=1&Y=2", "/a?x=1&Y=2", ""], ["/a?x=1&Y=2", "/A?y=2&X=1", ""], ["/a?x=1", "/b?x=1", "/A?X=1"]] {
        let mut given = links.into_iter();
        let rig = Rig::arm(Scripted::start(move |_| page(given.next().filter(|link| !link.is_empty()))));
        let error = rig.usage().await.unwrap_err();
        assert!(matches!(error, AzureError::Paging { .. }), "{links:?}: {error}");
    }
}

#[tokio::test]
async fn signs_with_a_meaning_are_escaped_in_the_question() {
    let rig = Rig::arm(Scripted::always(page(None)));
    rig.usage().await.unwrap();
    let target = rig.arm.asked()[0].target.clone();
    let (_, query) = target.split_once('?').unwrap();
    assert!(!query.contains(['+', ':', ' ', '\'']), "{query}");
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(of("reportedStartTime"), Some("2026-11-01T00:00:00Z"));
    assert_eq!(of("reportedEndTime"), Some("2026-11-02T00:00:00Z"));
    assert_eq!((of("api-version"), of("showDetails")), (Some("2015-06-01-preview"), Some("true")));
}

/// Days of the usage job that count in a store.
async fn snapshot(rig: &Rig, archive: &Archive) -> (Result<usize, String>, usize) {
    let run_at = "2026-11-23T09:30:00Z".parse().unwrap();
    let context = Context { run_at, archive, azure: &rig.client, progress: &|_, _, _| {} };
    let (first, last) = (Some("2026-11-01".parse().unwrap()), Some("2026-11-20".parse().unwrap()));
    let plan = Plan { first, last, ..Plan::new(subscription(), Granularity::Daily) };
    let result = snapshot_usage::run(&context, &plan).await;
    (
        result.map(|report| report.committed).map_err(|error| error.to_string()),
        archive.snapshots().await.unwrap().usage.len(),
    )
}

#[tokio::test]
async fn what_was_read_before_a_failure_counts_and_the_rest_is_read_next_time() {
    let archive = Archive::new(Store::open("memory:").unwrap());
    let script = |asked: &Asked| {
        let tenth = asked.target.contains("reportedStartTime=2026%2D11%2D10");
        if tenth { Step::new(403, r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#) } else { page(None) }
    };
    // Eight days are asked for at a time: some after the tenth may have come before the refusal did.
    let (result, counted) = snapshot(&Rig::arm(Scripted::start(script)), &archive).await;
    assert_eq!(result, Ok(counted));
    assert!((9..=17).contains(&counted), "{counted}");
    let snapshots = archive.snapshots().await.unwrap();
    let tenth = (subscription(), Granularity::Daily, "2026-11-10".parse().unwrap());
    assert!(snapshots.gaps[&tenth].reason.contains("AuthorizationFailed"));
    let rig = Rig::arm(Scripted::always(page(None)));
    assert_eq!(snapshot(&rig, &archive).await, (Ok(20 - counted), 20));
    assert_eq!(rig.arm.count(), 20 - counted, "nothing is asked for twice");
}

#[tokio::test]
async fn a_window_that_began_again_is_kept_as_the_second_reading_says() {
    let archive = Archive::new(Store::open("memory:").unwrap());
    let mut expired = false;
    let script = move |asked: &Asked| {
        if !asked.target.contains("reportedStartTime=2026%2D11%2D05") && !asked.target.starts_with("/next") {
            return page(None);
        }
        if asked.target.starts_with("/next") && !std::mem::replace(&mut expired, true) {
            return Step::new(400, r#"{"error":{"code":"InvalidInput","message":"continuation token expired"}}"#);
        }
        page(Some("/next?t=1").filter(|_| !asked.target.starts_with("/next")))
    };
    let rig = Rig::arm(Scripted::start(script));
    assert_eq!(snapshot(&rig, &archive).await, (Ok(20), 20));
    let snapshots = archive.snapshots().await.unwrap();
    let day = (subscription(), Granularity::Daily, "2026-11-05".parse().unwrap());
    assert_eq!(snapshots.usage[&day].1.len(), 2, "two pages, not three");
}
