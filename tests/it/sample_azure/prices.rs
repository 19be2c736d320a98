//! The rate card and the retail feed: their extent, their link, and that they agree.

use super::client::*;
use base64::Engine;
use functions::demo::{COMMITMENT, Host, MSDN, Options, PAY_AS_YOU_GO, SampleAzure};
use md5::Digest;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Card {
    meters: Vec<Meter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Meter {
    meter_id: String,
    effective_date: String,
    included_quantity: Box<RawValue>,
    meter_rates: BTreeMap<String, Box<RawValue>>,
    meter_region: String,
    meter_category: String,
    meter_name: String,
    meter_sub_category: String,
    meter_tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RetailPage {
    items: Vec<RetailItem>,
    next_page_link: Option<String>,
    count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RetailItem {
    meter_id: String,
    r#type: String,
    tier_minimum_units: Box<RawValue>,
    retail_price: Box<RawValue>,
    arm_region_name: String,
}

async fn parsed(azure: &SampleAzure, offer: &str) -> Card {
    serde_json::from_slice(&card(azure, offer).await.body).unwrap()
}

#[tokio::test]
async fn the_card_is_wide_and_as_untidy_as_real_ones() {
    let azure = sample().await;
    let started = std::time::Instant::now();
    let answer = card(&azure, PAY_AS_YOU_GO).await;
    println!("card: {} bytes in {:?}", answer.body.len(), started.elapsed());
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    let hash = base64::engine::general_purpose::STANDARD.encode(md5::Md5::digest(&answer.body));
    assert_eq!(answer.header("content-md5"), Some(hash.as_str()));
    let card: Card = serde_json::from_slice(&answer.body).unwrap();
    let distinct = |name: fn(&Meter) -> &str| card.meters.iter().map(name).collect::<BTreeSet<_>>().len();
    let regions = card
        .meters
        .iter()
        .map(|m| m.meter_region.as_str())
        .filter(|r| !r.is_empty() && !r.starts_with("Zone"))
        .collect::<BTreeSet<_>>();
    println!("{} meters, {} services, {} regions", card.meters.len(), distinct(|m| &m.meter_category), regions.len());
    assert!(card.meters.len() >= 2000 && distinct(|m| &m.meter_category) >= 40 && regions.len() >= 30);
    let any = |test: fn(&Meter) -> bool| card.meters.iter().any(test);
    assert!(any(|m| m.meter_name.contains('\u{a0}')));
    assert!(any(|m| m.meter_tags == ["Third Party"]));
    assert!(any(|m| m.effective_date == "0001-01-01T00:00:00Z"));
    assert!(any(|m| m.effective_date.starts_with("2026-11")));
    assert!(any(|m| m.meter_region.is_empty()) && any(|m| m.meter_region == "Zone 1"));
    assert!(any(|m| m.meter_rates.contains_key("51200.0000000000")));
    assert!(any(|m| m.meter_rates.contains_key("87.5")) && any(|m| m.meter_rates.contains_key("25.0")));
    assert!(card.meters.iter().all(|m| m.meter_rates.contains_key("0")));
    assert_eq!(card.meters.len() - distinct(|m| &m.meter_id), 2);
    // Every meter in usage has a price, except the one that says it has none.
    let priced: BTreeSet<&str> = card.meters.iter().map(|m| m.meter_id.as_str()).collect();
    let unpriced: BTreeSet<&str> =
        azure.truth().series().iter().map(|s| s.meter.as_str()).filter(|m| !priced.contains(m)).collect();
    assert_eq!(unpriced, BTreeSet::from([azure.truth().unpriced_meter()]));
}

#[tokio::test]
async fn offers_differ_in_terms_allowances_and_windows_prices() {
    let azure = sample().await;
    let list = parsed(&azure, PAY_AS_YOU_GO).await;
    let developer = card(&azure, "MS-AZR-0062p").await;
    let terms = developer.json();
    let term = &terms["OfferTerms"][0];
    assert_eq!((&term["Name"], &term["Credit"]), (&Value::from("Monetary Credit"), &Value::from(100.0)));
    let excluded: BTreeSet<&str> =
        term["ExcludedMeterIds"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let third_party: Vec<&Meter> = list.meters.iter().filter(|m| m.meter_tags == ["Third Party"]).collect();
    assert!(third_party.len() >= 5 && third_party.iter().all(|m| excluded.contains(m.meter_id.as_str())));
    let developer: Card = serde_json::from_slice(&developer.body).unwrap();
    let (mut shifted, mut cheaper) = (0, 0);
    for (list, developer) in list.meters.iter().zip(&developer.meters) {
        assert_eq!(list.meter_id, developer.meter_id);
        assert_eq!(developer.included_quantity.get(), "0.0");
        assert!(list.meter_rates.keys().eq(developer.meter_rates.keys()));
        shifted += usize::from(list.included_quantity.get() != "0.0");
        let differs = list.meter_rates["0"].get() != developer.meter_rates["0"].get();
        assert_eq!(differs, list.meter_sub_category.ends_with(" Windows"));
        cheaper += usize::from(differs);
    }
    assert!(shifted > 5 && cheaper > 100);
    let commitment = card(&azure, COMMITMENT).await.json();
    assert_eq!(commitment["OfferTerms"][0]["Name"], "Monetary Commitment");
    assert_eq!(commitment["OfferTerms"][0]["TieredDiscount"]["5000.0"], 7.5);
}

#[tokio::test]
async fn the_card_link_refuses_the_token_a_changed_signature_and_a_late_caller() {
    let azure = sample().await;
    let token = sign_in(&azure).await;
    let redirect = arm(&card_url(&azure, MSDN), &token).await;
    assert_eq!((redirect.status, redirect.body.len()), (302, 0));
    let link = redirect.header("location").unwrap();
    assert!(link.starts_with(azure.storage()));
    assert_eq!(arm(link, &token).await.status, 400);
    assert_eq!(get(&link.replace("sig=", "sig=A")).await.status, 403);
    let fine = get(link).await;
    assert_eq!(fine.status, 200);
    assert!(
        fine.header("etag").is_some() && fine.header("last-modified").is_some() && fine.header("content-md5").is_some()
    );
    azure.set_now("2026-11-23T09:59:59Z".parse().unwrap());
    assert_eq!(get(link).await.status, 200);
    azure.set_now("2026-11-23T10:00:00Z".parse().unwrap());
    assert_eq!(get(link).await.status, 403);
    assert!(azure.requests().iter().any(|r| r.host == Host::Storage && r.had_authorization));
    // And the filter is checked: a missing part, another currency, another operator.
    for wrong in
        [(" and RegionInfo eq 'US'", ""), ("'USD'", "'EUR'"), ("Locale eq", "Locale gt"), (MSDN, "MS-AZR-0145P")]
    {
        let refused = arm(&card_url(&azure, MSDN).replace(wrong.0, wrong.1), &token).await;
        assert_eq!(refused.status, 400);
        assert!(refused.json()["Message"].as_str().unwrap().starts_with("Invalid query specified."));
    }
}

async fn feed(azure: &SampleAzure, query: &str) -> (Vec<RetailItem>, usize) {
    let mut url = format!("{}/api/retail/prices{query}", azure.retail());
    let (mut items, mut refused) = (Vec::new(), 0);
    loop {
        let answer = get(&url).await;
        if answer.status == 429 {
            assert_eq!(answer.header("x-ms-ratelimit-retailprices-retry-after"), Some("1"));
            refused += 1;
            continue;
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page: RetailPage = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(page.count, page.items.len());
        assert!(page.count == 1000 || page.next_page_link.is_none());
        items.extend(page.items);
        match page.next_page_link {
            Some(link) => url = link,
            None => return (items, refused),
        }
    }
}

#[tokio::test]
async fn a_retail_bound_is_the_card_bound_plus_the_allowance() {
    let azure = sample().await;
    let card = parsed(&azure, PAY_AS_YOU_GO).await;
    let (items, refused) = feed(&azure, "").await;
    println!("{} retail items", items.len());
    assert_eq!(refused, 1);
    let mut retail: BTreeMap<&str, BTreeSet<(i64, i64)>> = BTreeMap::new();
    for item in items.iter().filter(|i| i.r#type == "Consumption") {
        let row = (millionths(item.tier_minimum_units.get()), millionths(item.retail_price.get()));
        retail.entry(&item.meter_id).or_default().insert(row);
    }
    // The newest row of each id is the one in force.
    let mut newest: BTreeMap<&str, &Meter> = BTreeMap::new();
    for meter in &card.meters {
        let known = newest.entry(&meter.meter_id).or_insert(meter);
        if meter.effective_date > known.effective_date {
            *known = meter;
        }
    }
    assert!(retail.keys().eq(newest.keys()));
    let mut with_allowance = 0;
    for (id, meter) in newest {
        let included = millionths(meter.included_quantity.get());
        let mut expected: BTreeSet<(i64, i64)> =
            meter.meter_rates.iter().map(|(key, rate)| (millionths(key) + included, millionths(rate.get()))).collect();
        if included > 0 {
            expected.insert((0, 0));
            with_allowance += 1;
        }
        assert_eq!(retail[id], expected, "{}", meter.meter_name);
    }
    assert!(with_allowance > 10);
}

#[tokio::test]
async fn retail_filters_mind_the_case_of_values() {
    let azure = sample().await;
    let query = |region: &str| {
        format!("?$filter=serviceName eq 'Storage' and armRegionName eq '{region}' and priceType eq 'Consumption'")
    };
    let (found, _) = feed(&azure, &query("westeurope")).await;
    assert!(found.len() > 10 && found.iter().all(|i| i.arm_region_name == "westeurope"));
    assert!(feed(&azure, &query("WestEurope")).await.0.is_empty());
    assert!(get(&format!("{}/api/retail/prices?$filter=contains(meterName, 'x')", azure.retail())).await.status >= 400);
}

#[tokio::test]
async fn recorded_answers_are_served_byte_for_byte() {
    let card_bytes = b"{\"OfferTerms\":[],\r\n\"Meters\":[]}\n".to_vec();
    let page = |id: u8, link: &str| {
        format!("{{\"Items\":[{{\"meterId\":\"{id}\"}}],\n \"NextPageLink\" :{link},\"Count\":1}}").into_bytes()
    };
    let mut options = Options::at(NOW.parse().unwrap());
    options.rate_cards.insert(MSDN.into(), card_bytes.clone());
    options.retail_pages = vec![page(1, "\"https://prices.azure.com:443/x?$skip=100\""), page(2, "null")];
    let azure = SampleAzure::start(options).await.unwrap();
    assert_eq!(card(&azure, MSDN).await.body, card_bytes);
    let first = get(&format!("{}/api/retail/prices", azure.retail())).await;
    let link = first.json()["NextPageLink"].as_str().unwrap().to_owned();
    assert_eq!(first.body, page(1, &format!("\"{link}\"")));
    assert_eq!(get(&link).await.status, 429);
    assert_eq!(get(&link).await.body, page(2, "null"));
}
