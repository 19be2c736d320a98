//! The schedule on this machine: the same jobs, events and store as the deployed one.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use functions::demo::{Options, SampleAzure};
use serde_json::{Value, json};

use crate::support::program::{command, forebill, with_sample};

const NOW: &str = "2026-11-22T06:00:00Z";
const STRANGER: &str = "99999999-2222-3333-4444-555555555555";

#[test]
fn the_table_is_shown_with_the_next_time_of_each_job() {
    let folder = tempfile::tempdir().unwrap();
    let list = forebill(folder.path(), &["schedule", "list", "--at", NOW, "-o", "json"]).json();
    assert_eq!(list["schema"], "forebill.schedule/1");
    let next: Vec<String> = list["schedules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {}", row["next"].as_str().unwrap(), row["job"].as_str().unwrap()))
        .collect();
    let expected = [
        "2026-11-29T01:15:00Z snapshot-retail",
        "2026-11-23T02:15:00Z snapshot-ratecard",
        "2026-11-23T03:15:00Z snapshot-usage",
        "2026-11-23T04:15:00Z snapshot-invoices",
        "2026-11-23T05:15:00Z publish",
        "2026-11-23T05:45:00Z alerts",
    ];
    assert_eq!(next, expected);
    let table = forebill(folder.path(), &["schedule", "list", "--at", NOW]);
    assert!(table.stdout.contains("15 3 * * *"), "{}", table.stdout);
}

/// A Sunday's night: all six jobs, in the order of their times, each told the time that was planned. One
/// subscription that Azure does not know fails by name and holds no other back; the same night again changes nothing.
#[tokio::test]
async fn once_runs_the_night_that_is_due_and_survives_a_failing_subscription() {
    let sample = SampleAzure::start(Options::at(NOW.parse().unwrap())).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let info = &sample.subscriptions()[1];
    let list = format!("{}={} {STRANGER}=MS-AZR-0003P", info.id, info.offer);
    let settings = [("FOREBILL_SUBSCRIPTIONS", list.as_str())];
    let line = ["schedule", "run", "--once", "--at", NOW, "-o", "json", "--store", "file:store"];
    let night = with_sample(&sample, folder.path(), &line, &settings).await;
    assert_eq!(night.code, 3, "{}{}", night.stdout, night.stderr);
    let jobs = night.json()["jobs"].as_array().unwrap().clone();
    let told: Vec<String> =
        jobs.iter().map(|job| format!("{} {}", job["runAt"].as_str().unwrap(), job["job"].as_str().unwrap())).collect();
    let expected = [
        "2026-11-22T01:15:00Z snapshot-retail",
        "2026-11-22T02:15:00Z snapshot-ratecard",
        "2026-11-22T03:15:00Z snapshot-usage",
        "2026-11-22T04:15:00Z snapshot-invoices",
        "2026-11-22T05:15:00Z publish",
        "2026-11-22T05:45:00Z alerts",
    ];
    assert_eq!(told, expected);
    let failed = |job: &Value| job["failed"].as_array().map_or(0, Vec::len);
    // One card, two granularities and one list of invoices of the stranger; nothing else.
    assert_eq!(jobs.iter().map(failed).collect::<Vec<_>>(), [0, 1, 2, 1, 0, 0]);
    assert!(jobs[2]["committed"].as_u64().unwrap() > 700, "{}", jobs[2]);
    assert_eq!(jobs[2]["failed"][0]["unit"]["subscriptionId"], STRANGER);

    let records = folder.path().join("store/manifests");
    let count = || std::fs::read_dir(&records).unwrap().count();
    let before = count();
    let again = with_sample(&sample, folder.path(), &line, &settings).await.json();
    assert_eq!(
        again["jobs"].as_array().unwrap().iter().map(|job| job["committed"].clone()).collect::<Vec<_>>(),
        json!([0, 0, 0, 0, 0, 0]).as_array().unwrap().clone()
    );
    assert_eq!(count(), before);
}

/// A job that cannot even begin is told, and the others run.
#[tokio::test]
async fn a_missing_sign_in_stops_only_the_jobs_that_need_one() {
    let sample = SampleAzure::start(Options::at(NOW.parse().unwrap())).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let line = ["schedule", "run", "--once", "--at", NOW, "-o", "json", "--store", "file:store"];
    let night = with_sample(&sample, folder.path(), &line, &[("AZURE_CLIENT_SECRET", "")]).await;
    assert_eq!(night.code, 3, "{}", night.stderr);
    let jobs = night.json()["jobs"].as_array().unwrap().clone();
    let failed: Vec<bool> = jobs.iter().map(|job| job["failed"].is_array()).collect();
    assert_eq!(failed, [false, true, true, true, false, false]);
    let waiting = forebill(folder.path(), &["schedule", "run", "--at", NOW]);
    assert_eq!(waiting.code, 2, "{}", waiting.stderr);
}

/// Waiting for the next night, it ends at once and cleanly when asked to.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_schedule_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = command(folder.path(), &["schedule", "run"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut told).unwrap();
    // Whichever job of the night is next.
    let at_a_job = [":15:00Z", ":45:00Z"].iter().any(|at| told.ends_with(&format!("{at}. Ctrl-C stops.\n")));
    assert!(told.starts_with("Next at 20") && at_a_job, "{told}");
    assert!(child.try_wait().unwrap().is_none(), "it did not wait");
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
