//! Retail Prices: their own limit, pages that drift, and slices.

use std::time::Duration;

use functions::archive::Archive;
use functions::error::Error;
use functions::job::{Context, JobReport};
use functions::jobs::snapshot_retail::{self, Plan};
use functions::store::Store;
use shared::guid::MeterId;
use shared::money::Currency;

use crate::support::rig::Rig;
use crate::support::scripted::{Scripted, Step};

fn meter(number: usize) -> String {
    format!("0e9d0c9b-ab6d-4312-9c7e-{number:012x}")
}

/// One price; every property that real rows leave out now and then is left out of some.
fn item(number: usize, price: &str) -> String {
    let sku = ["\"armSkuName\":\"\",", "\"armSkuName\":\"Ddsv4_Type 1\",", ""][number % 3];
    let plan = match number % 4 {
        0 => {
            "\"savingsPlan\":[{\"unitPrice\":0.5,\"retailPrice\":0.5,\"term\":\"1 Year\"},{\"unitPrice\":0.4,\"retailPrice\":0.4,\"term\":\"3 Years\"}],"
        }
        1 => {
            "\"savingsPlan\":[{\"unitPrice\":0.4,\"retailPrice\":0.4,\"term\":\"3 Years\"},{\"unitPrice\":0.5,\"retailPrice\":0.5,\"term\":\"1 Year\"}],"
        }
        _ => "",
    };
    let end = if number.is_multiple_of(5) { "\"effectiveEndDate\":\"2030-01-01T00:00:00Z\"," } else { "" };
    format!(
        "{{\"currencyCode\":\"USD\",\"tierMinimumUnits\":0.0,\"retailPrice\":{price},\"unitPrice\":{price},{sku}{plan}{end}\
         \"armRegionName\":\"westeurope\",\"location\":\"EU West\",\"effectiveStartDate\":\"2020-01-01T00:00:00Z\",\
         \"meterId\":\"{}\",\"meterName\":\"M{number}\",\"skuId\":\"S/{number}\",\"serviceName\":\"V\",\
         \"unitOfMeasure\":\"1 Hour\",\"type\":\"Consumption\"}}",
        meter(number)
    )
}

fn page(items: &[String], next: Option<&str>) -> Step {
    let next = next.map_or("null".to_owned(), |link| format!("\"{link}\""));
    Step::ok(format!(
        "{{\"BillingCurrency\":\"USD\",\"CustomerEntityId\":\"Default\",\"Items\":[{}],\"NextPageLink\":{next},\"Count\":{}}}",
        items.join(","),
        items.len()
    ))
}

fn archive() -> Archive {
    Archive::new(Store::open("memory:").unwrap())
}

async fn run(rig: &Rig, archive: &Archive, at: &str, regions: &[&str], services: &[&str]) -> Result<JobReport, Error> {
    let context = Context { run_at: at.parse().unwrap(), archive, azure: &rig.client, progress: &|_, _, _| {} };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let plan = Plan { currency: Currency::USD, regions: names(regions), services: names(services) };
    snapshot_retail::run(&context, &plan).await
}

const NOW: &str = "2026-11-23T09:30:00Z";

#[tokio::test]
async fn the_limit_of_retail_prices_has_its_own_header() {
    let refused = Step::new(429, r#"{"error":{"code":"429","message":"Too many requests"}}"#)
        .with("x-ms-ratelimit-retailprices-retry-after", "60")
        .with("x-ms-ratelimit-remaining-retailprices-requests", "0");
    let rig = Rig::retail(Scripted::steps([refused.clone(), refused, page(&[item(1, "1")], None)]));
    run(&rig, &archive(), NOW, &[], &[]).await.unwrap();
    assert_eq!(rig.clock.waits(), [60, 60].map(Duration::from_secs));
}

#[tokio::test]
async fn pages_of_a_hundred_and_of_a_thousand_are_read_and_the_empty_one_at_the_end() {
    for size in [100, 1000] {
        let items: Vec<String> = (0..size * 2 + 1).map(|number| item(number, "1.5")).collect();
        let rig = Rig::retail(Scripted::steps([
            page(&items[..size], Some("/api/retail/prices?$skip=1")),
            page(&items[size..size * 2], Some("/api/retail/prices?$skip=2")),
            page(&items[size * 2..], Some("/api/retail/prices?$skip=3")),
            page(&[], None),
        ]));
        let report = run(&rig, &archive(), NOW, &[], &[]).await.unwrap();
        assert_eq!((report.fetched, report.rows, report.committed), (4, size * 2 + 1, 1));
    }
}

#[tokio::test]
async fn rows_that_drift_onto_the_next_page_count_once_and_rows_that_vanish_stay() {
    let rows = |numbers: &[usize]| numbers.iter().map(|number| item(*number, "2")).collect::<Vec<_>>();
    let (archive, at) = (archive(), NOW.parse().unwrap());
    // While the first page was read a row was put before: 2 comes twice.
    let rig = Rig::retail(Scripted::steps([
        page(&rows(&[1, 2]), Some("/api/retail/prices?$skip=2")),
        page(&rows(&[2, 3]), None),
    ]));
    let report = run(&rig, &archive, NOW, &[], &[]).await.unwrap();
    assert_eq!(report.rows, 4);
    let book = async || {
        let list = archive.snapshots().await.unwrap().prices.pop().unwrap();
        archive.book(&list.book).await.unwrap().book
    };
    let prices = |book: &shared::ratebook::RateBook, number: usize| {
        let id: MeterId = meter(number).parse().unwrap();
        let price = book.price_at(id, at).map(|price| price.tiers.tiers()[0].unit_price.to_string());
        (
            price.ok(),
            book.meters()
                .iter()
                .filter(|price| price.id == id && price.kind == shared::meter::PriceKind::Consumption)
                .count(),
        )
    };
    let first = book().await;
    for number in [1, 2, 3] {
        assert_eq!(prices(&first, number), (Some("2".to_owned()), 1), "{number}");
    }
    // Twelve hours later one row is missing: its price stays what it was.
    let rig = Rig::retail(Scripted::always(page(&rows(&[1, 3]), None)));
    run(&rig, &archive, "2026-11-23T21:30:00Z", &[], &[]).await.unwrap();
    assert_eq!(prices(&book().await, 2), (Some("2".to_owned()), 1));
}

#[tokio::test]
async fn every_region_and_service_is_a_question_of_its_own() {
    let rig = Rig::retail(Scripted::always(page(&[item(1, "1")], None)));
    let services = ["Virtual Machines", "Bob's Storage"];
    run(&rig, &archive(), NOW, &["westeurope", "northeurope"], &services).await.unwrap();
    let filters: Vec<String> = rig
        .retail
        .asked()
        .iter()
        .map(|asked| {
            let (_, query) = asked.target.split_once('?').unwrap();
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == "$filter").unwrap().1.into_owned()
        })
        .collect();
    assert_eq!(
        filters,
        [
            "armRegionName eq 'westeurope' and serviceName eq 'Virtual Machines'",
            "armRegionName eq 'westeurope' and serviceName eq 'Bob''s Storage'",
            "armRegionName eq 'northeurope' and serviceName eq 'Virtual Machines'",
            "armRegionName eq 'northeurope' and serviceName eq 'Bob''s Storage'",
        ]
    );
}

#[tokio::test]
async fn a_name_in_the_wrong_case_finds_nothing_and_is_told() {
    let rig = Rig::retail(Scripted::always(page(&[], None)));
    let error = run(&rig, &archive(), NOW, &["WestEurope"], &[]).await.unwrap_err().to_string();
    assert!(error.contains("case-sensitive"), "{error}");
}

#[tokio::test]
async fn a_slice_without_a_row_is_named_beside_those_that_have_some() {
    let script = |asked: &crate::support::scripted::Asked| {
        if asked.target.contains("WestEurope") { page(&[], None) } else { page(&[item(1, "1")], None) }
    };
    let rig = Rig::retail(Scripted::start(script));
    let report = run(&rig, &archive(), NOW, &["westeurope", "WestEurope"], &[]).await.unwrap();
    assert!(report.warnings.iter().any(|said| said.contains("armRegionName eq 'WestEurope'")), "{:?}", report.warnings);
}
