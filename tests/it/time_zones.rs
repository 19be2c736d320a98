//! The bytes do not depend on where the machine stands: the same answers under any time zone.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::program::command;

/// POSIX forms need no database of zones; the names may or may not be known, which must not matter either.
const ZONES: [&str; 7] =
    ["UTC0", "FAR-14", "WEST+12", "EST5EDT,M3.2.0,M11.1.0", "Asia/Kathmandu", "America/Los_Angeles", "no such zone"];

fn under(zone: &str, folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = command(folder, arguments).env("TZ", zone).output().unwrap();
    assert!(output.status.success(), "{zone}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[track_caller]
fn same_everywhere(folder: &Path, arguments: &[&str]) {
    let here = under(ZONES[0], folder, arguments);
    assert!(here.len() > 200, "nothing to compare: {arguments:?}");
    for zone in &ZONES[1..] {
        assert!(under(zone, folder, arguments) == here, "{arguments:?} differs under {zone}");
    }
}

/// Rows at midnights, period edges and daylight saving's hours, some with an offset; tables, JSON and CSV.
#[test]
fn any_time_zone_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let id = "00000000-0000-4000-8000-000000000001";
    let card = format!(
        r#"{{"Currency": "USD", "Meters": [{{"MeterId": "{id}", "MeterName": "M", "MeterCategory": "C", "Unit": "1",
            "MeterRates": {{"0": 0.3, "3": 0.2}}, "IncludedQuantity": 0.5, "EffectiveDate": "2020-01-01T00:00:00"}},
            {{"MeterId": "{id}", "MeterName": "M", "MeterCategory": "C", "Unit": "1", "MeterRates": {{"0": 7}},
            "IncludedQuantity": 0, "EffectiveDate": "2026-03-29T01:30:00Z"}}]}}"#
    );
    fs::write(folder.path().join("card.json"), card).unwrap();
    let starts = [
        "2026-02-28T23:00:00Z",
        "2026-03-01T00:00:00Z",
        "2026-03-08T02:30:00-05:00",
        "2026-03-29T01:00:00Z",
        "2026-03-29T02:30:00+01:00",
        "2026-03-31T23:59:59Z",
        "2026-04-01T00:00:00+14:00",
        "2026-10-25T01:00:00Z",
    ];
    let row = |start: &str| {
        format!(
            r#"{{"name": "Daily", "properties": {{"subscriptionId": "{id}", "meterId": "{id}",
                "usageStartTime": "{start}", "usageEndTime": "2026-12-01T00:00:00+02:00", "quantity": 1.25}}}}"#
        )
        .replace('\n', " ")
    };
    fs::write(folder.path().join("usage.jsonl"), starts.map(row).join("\n")).unwrap();
    for format in ["json", "csv", "table"] {
        let arguments = ["rate", "--ratecard", "card.json", "--usage", "usage.jsonl", "--billing-anchor", "29"];
        same_everywhere(folder.path(), &[&arguments[..], &["-o", format]].concat());
    }
    under("UTC0", folder.path(), &["import", "ratecard", "card.json", "--offer", "MS-AZR-0003P"]);
    let workload = format!(r#"{{"schema": "forebill.workload/1", "items": [{{"meterId": "{id}", "quantity": 5}}]}}"#);
    fs::write(folder.path().join("workload.json"), workload).unwrap();
    for at in ["2026-03-29T01:29:59Z", "2026-03-29T01:30:00Z"] {
        same_everywhere(folder.path(), &["estimate", "workload.json", "--at", at, "-o", "json"]);
    }
}

/// Shows that the variable reaches a program at all: without this the test above could pass by doing nothing.
#[test]
fn the_zone_is_really_another_one() {
    let hour = |zone: &str| Command::new("date").args(["-d", "@0", "+%H"]).env("TZ", zone).output().unwrap().stdout;
    assert_ne!(hour("UTC0"), hour("FAR-14"));
}
