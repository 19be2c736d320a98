//! Usage: exact against the tenant's truth, alike by hour and by day, paged without loss.

use super::client::*;
use functions::demo::{Granularity, Options, SampleAzure};
use jiff::civil::date;
use std::collections::BTreeMap;

type Sums = BTreeMap<(String, String, String, String), i64>;

/// By reported day, usage day, resource and meter.
fn sums(rows: &[UsageRow]) -> Sums {
    let mut sums = Sums::new();
    for row in rows {
        let key = (row.reported_day(), row.usage_day().to_string(), row.resource(), row.properties.meter_id.clone());
        *sums.entry(key).or_insert(0) += row.millionths();
    }
    sums
}

#[tokio::test]
async fn days_are_the_sums_of_their_hours() {
    let azure = sample().await;
    for subscription in 0..3 {
        let (hours, _) = usage(&azure, subscription, "Hourly", "2026-10-14", "2026-11-04").await;
        let (days, _) = usage(&azure, subscription, "daily", "2026-10-14", "2026-11-04").await;
        assert!(hours.len() > 10 * days.len());
        assert_eq!(sums(&hours), sums(&days));
    }
}

#[tokio::test]
async fn a_whole_month_read_late_is_exactly_the_truth() {
    let azure = sample().await;
    let truth = azure.truth();
    for (at, subscription) in azure.subscriptions().iter().enumerate() {
        // Ten more days catch every late row and the correction.
        let (rows, _) = usage(&azure, at, "Daily", "2026-10-01", "2026-11-10").await;
        let mut read: BTreeMap<(String, String), i64> = BTreeMap::new();
        for row in rows.iter().filter(|r| r.usage_day() == date(2026, 10, 20)) {
            *read.entry((row.resource(), row.properties.meter_id.clone())).or_insert(0) += row.millionths();
        }
        assert!(read.len() >= 15);
        for ((resource, meter), quantity) in &read {
            assert_eq!(truth.quantity(&subscription.id, resource, meter, date(2026, 10, 20)), *quantity);
        }
        let mut totals: BTreeMap<String, i64> = BTreeMap::new();
        for row in rows.iter().filter(|r| r.usage_day().month() == 10 && r.usage_day().year() == 2026) {
            *totals.entry(row.properties.meter_id.clone()).or_insert(0) += row.millionths();
        }
        let expected = truth.totals(&subscription.id, date(2026, 10, 1), date(2026, 10, 31));
        assert_eq!(totals, expected);
    }
    let zone_1 = azure
        .prices()
        .meters
        .iter()
        .find(|m| m.name == "Data Transfer Out" && m.place.billing() == "Zone 1" && m.category == "Bandwidth")
        .unwrap();
    let egress = truth.totals(&azure.subscriptions()[0].id, date(2026, 10, 1), date(2026, 10, 31))[&zone_1.id];
    assert!(egress > 51_200_000_000, "egress crosses both bounds: {egress}");
}

#[tokio::test]
async fn paging_yields_every_row_once() {
    let azure = sample().await;
    let (rows, sizes) = usage(&azure, 0, "Hourly", "2026-11-10", "2026-11-20").await;
    assert!(sizes.len() > 3 && sizes[..sizes.len() - 1].iter().all(|&size| size == 1000));
    let from = 24 * (date(2026, 11, 10).duration_since(date(1970, 1, 1)).as_hours() / 24);
    let now = NOW.parse::<jiff::Timestamp>().unwrap().as_second();
    let truth: Vec<i64> = (from..from + 240)
        .flat_map(|hour| azure.truth().bucket(0, Granularity::Hourly, hour, now))
        .map(|row| row.quantity)
        .collect();
    assert_eq!(rows.iter().map(UsageRow::millionths).collect::<Vec<_>>(), truth);
    // The link is absolute and of the service's own making.
    let token = sign_in(&azure).await;
    let first = arm(&usage_url(&azure, 0, "Hourly", "2026-11-10", "2026-11-20"), &token).await.json();
    let link = first["nextLink"].as_str().unwrap();
    assert!(link.starts_with(azure.arm()) && link.contains("error_if_not_processed=true") && link.ends_with("%3d%3d"));
}

#[tokio::test]
async fn reading_a_day_again_after_three_days_replaces_a_quantity() {
    let azure = sample().await;
    let (at, row) = (0..3)
        .find_map(|at| azure.truth().restated(&azure.subscriptions()[at].id, date(2026, 11, 21)).map(|row| (at, row)))
        .unwrap();
    let (first, _) = usage(&azure, at, "Daily", "2026-11-21", "2026-11-22").await;
    azure.set_now(row.changes_at);
    let (second, _) = usage(&azure, at, "Daily", "2026-11-21", "2026-11-22").await;
    let key = ("20261121".to_owned(), "2026-11-21".to_owned(), row.resource.clone(), row.meter.clone());
    let (mut before, after) = (sums(&first), sums(&second));
    assert_eq!((before[&key], after[&key]), (row.before, row.after));
    before.insert(key, row.after);
    assert_eq!(before, after, "nothing else changes");
    assert_eq!(first.len(), second.len());
}

#[tokio::test]
async fn rows_are_as_odd_as_real_ones() {
    let azure = sample().await;
    let mut rows = Vec::new();
    for at in 0..3 {
        rows.extend(usage(&azure, at, "Daily", "2026-10-15", "2026-11-22").await.0);
    }
    let (hours, _) = usage(&azure, 1, "Hourly", "2026-11-01", "2026-11-08").await;
    assert!(hours.iter().any(|r| r.properties.quantity.get().contains("E-0")));
    assert!(rows.iter().any(|r| r.properties.usage_start_time.ends_with("T17:00:00-07:00")));
    assert!(
        rows.iter().any(|r| r.properties.instance_data.is_none() && r.properties.info_fields["project"].is_string())
    );
    assert!(rows.iter().any(|r| { r.properties.instance_data.as_ref().is_some_and(|d| d.contains("\"tags\":null")) }));
    assert!(
        rows.iter()
            .any(|r| { r.properties.instance_data.as_ref().is_some_and(|d| !d.contains("Microsoft.Resources\":")) })
    );
    let correction = azure.truth().correction();
    let negative: Vec<&UsageRow> = rows.iter().filter(|r| r.millionths() < 0).collect();
    assert_eq!(negative.len(), 1);
    assert_eq!((negative[0].millionths(), negative[0].usage_day()), (correction.quantity, correction.usage_day));
    let late = rows.iter().filter(|r| r.usage_day().to_string().replace('-', "") < r.reported_day()).count();
    assert!(late > 50);
    let names: std::collections::BTreeSet<&str> = rows.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names.len(), 38);
    assert!(rows[0].id.ends_with(&rows[0].name));
    let spike = azure.truth().anomaly();
    let on = |day| azure.truth().quantity(&spike.subscription, &spike.resource, &spike.meter, day);
    assert!(on(spike.day) > 8 * on(spike.day.tomorrow().unwrap()));
    assert_eq!(rows.iter().filter(|r| r.properties.meter_id == azure.truth().unpriced_meter()).count(), 38);
}

#[tokio::test]
async fn windows_are_checked() {
    let azure = sample().await;
    let token = sign_in(&azure).await;
    let good = usage_url(&azure, 0, "Daily", "2026-11-01", "2026-11-23");
    assert_eq!(arm(&good, &token).await.status, 202);
    assert_eq!(arm(&good, &token).await.status, 200);
    for (part, other) in [
        ("2026-11-23T00", "2026-11-24T00"),
        ("2026-11-01T00", "2026-11-01T05"),
        ("2026-11-01T00", "2026-11-23T00"),
        ("%2b", "+"),
        ("Daily", "Weekly"),
    ] {
        let answer = arm(&good.replacen(part, other, 1), &token).await;
        assert_eq!(answer.status, 400, "{part} -> {other}");
        assert!(answer.json()["error"]["message"].is_string());
    }
    let summed = arm(&format!("{good}&showDetails=false"), &token).await;
    assert!(!summed.text().contains("instanceData"));
    azure.set_now("2026-11-23T11:00:00Z".parse().unwrap());
    assert_eq!(arm(&good, &token).await.json()["error"]["code"], "ExpiredAuthenticationToken");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_and_another_seed_other_ones() {
    let start = async |seed| {
        let mut options = Options::at(NOW.parse().unwrap());
        options.seed = seed;
        SampleAzure::start(options).await.unwrap()
    };
    let read = async |azure: &SampleAzure| {
        let token = sign_in(azure).await;
        let url = usage_url(azure, 2, "Daily", "2026-11-01", "2026-11-11");
        arm(&url, &token).await;
        (arm(&url, &token).await.body, card(azure, "MS-AZR-0026P").await.body)
    };
    let (one, again, other) = (read(&start(7).await).await, read(&start(7).await).await, read(&start(8).await).await);
    assert!(one == again);
    assert!(one.0 != other.0 && one.1 == other.1);
}
