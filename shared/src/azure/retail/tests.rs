//! Tiers, dates and savings plans of single rows.

use super::*;
use crate::period::parse_timestamp;
use crate::ratebook::Unpriced;

/// (tier start, price, from, until) of one meter → its first price at a time.
#[track_caller]
fn check(rows: &[(&str, &str, &str, Option<&str>)], at: &str, expect: Result<&str, Unpriced>) {
    let items = rows.iter().map(|(from, price, starts, ends)| {
        let ends = ends.map(|end| format!("\"effectiveEndDate\":\"{end}T00:00:00Z\",")).unwrap_or_default();
        format!(
            "{{\"currencyCode\":\"USD\",\"tierMinimumUnits\":{from},\"retailPrice\":{price},{ends}\
             \"effectiveStartDate\":\"{starts}T00:00:00Z\",\"meterId\":\"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\",\
             \"meterName\":\"M\",\"skuId\":\"S\",\"serviceName\":\"V\",\"unitOfMeasure\":\"1\",\"type\":\"Consumption\"}}"
        )
    });
    let items: Vec<String> = items.collect();
    let page = format!("{{\"BillingCurrency\":\"USD\",\"Items\":[{}],\"NextPageLink\":null}}", items.join(","));
    let decoded = decode_page(page.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let (book, _) = book(vec![decoded]).unwrap_or_else(|error| panic!("{error}"));
    let at = parse_timestamp(at).unwrap_or_else(|error| panic!("{error}"));
    let id = book.meters()[0].id;
    let tiers = book.price_at(id, at).map(|meter| {
        let shown = meter.tiers.tiers().iter().map(|tier| format!("{}:{}", tier.from, tier.unit_price));
        shown.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(tiers.as_deref().map_err(|why| *why), expect, "{at}");
}

/// In all recorded pages the tiers of one price begin on one date.
#[test]
fn a_newer_table_replaces_the_older_whole() {
    let rows = [("0", "1", "2020-01-01", None), ("100", "0.5", "2020-01-01", None), ("0", "0.9", "2026-01-01", None)];
    check(&rows, "2025-12-31T00:00:00Z", Ok("0:1 100:0.5"));
    check(&rows, "2026-01-01T00:00:00Z", Ok("0:0.9"));
}

#[test]
fn when_a_promotion_ends_the_price_before_it_goes_on() {
    let rows = [("0", "1", "2020-01-01", None), ("0", "0.5", "2026-03-01", Some("2026-04-01"))];
    check(&rows, "2026-03-15T00:00:00Z", Ok("0:0.5"));
    check(&rows, "2026-04-01T00:00:00Z", Ok("0:1"));
}

#[test]
fn without_its_first_tier_a_price_is_over() {
    let rows = [
        ("0", "1", "2020-01-01", Some("2026-01-01")),
        ("10", "0.5", "2020-01-01", None),
        ("10", "0.4", "2026-02-01", None),
    ];
    check(&rows, "2025-06-01T00:00:00Z", Ok("0:1 10:0.5"));
    check(&rows, "2026-01-15T00:00:00Z", Err(Unpriced::NoLongerInForce));
    check(&rows, "2026-03-01T00:00:00Z", Err(Unpriced::NoLongerInForce));
}

/// Rows as (tier start, price, from, savings plans) → the plan prices as `term from: tiers until`.
#[track_caller]
fn check_plans(rows: &[(&str, &str, &str, &str)], expect: &[&str], warnings: usize) {
    let items = rows.iter().map(|(from, price, starts, plans)| {
        format!(
            "{{\"currencyCode\":\"USD\",\"tierMinimumUnits\":{from},\"retailPrice\":{price},\"savingsPlan\":{plans},\
             \"effectiveStartDate\":\"{starts}T00:00:00Z\",\"meterId\":\"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\",\
             \"meterName\":\"M\",\"skuId\":\"S\",\"serviceName\":\"V\",\"unitOfMeasure\":\"1\",\"type\":\"Consumption\"}}"
        )
    });
    let items: Vec<String> = items.collect();
    let page = format!("{{\"BillingCurrency\":\"USD\",\"Items\":[{}],\"NextPageLink\":null}}", items.join(","));
    let decoded = decode_page(page.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let (book, found) = book(vec![decoded]).unwrap_or_else(|error| panic!("{error}"));
    let plans = book.meters().iter().filter_map(|meter| {
        let PriceKind::SavingsPlan { term } = &meter.kind else { return None };
        let tiers = meter.tiers.tiers().iter().map(|tier| format!(" {}:{}", tier.from, tier.unit_price));
        let until = meter.ends_at.map(|end| format!(" until {}", &end.to_string()[..10])).unwrap_or_default();
        Some(format!("{term} {}:{}{until}", &meter.effective_at.to_string()[..10], tiers.collect::<String>()))
    });
    assert_eq!(plans.collect::<Vec<_>>(), expect);
    assert_eq!(found.len(), warnings, "{found:?}");
}

#[test]
fn savings_plans_become_prices_of_their_own() {
    let three_first = r#"[{"unitPrice":0.5,"retailPrice":0.5,"term":"3 Years"},{"retailPrice":0.7,"term":"1 Year"}]"#;
    let one_first = r#"[{"retailPrice":0.7,"term":"1 Year"},{"retailPrice":0.50,"term":"3 Years"}]"#;
    let both = ["1 Year 2020-01-01: 0:0.7", "3 Years 2020-01-01: 0:0.5"];
    check_plans(&[("0", "1", "2020-01-01", three_first)], &both, 0);
    check_plans(&[("0", "1", "2020-01-01", one_first)], &both, 0);
    // Pages drift: the same row comes again, with its plans, in the other order or without them.
    check_plans(&[("0", "1", "2020-01-01", three_first), ("0", "1", "2020-01-01", one_first)], &both, 0);
    check_plans(&[("0", "1", "2020-01-01", "null"), ("0", "1", "2020-01-01", one_first)], &both, 0);
    check_plans(&[("0", "1", "2020-01-01", "[]")], &[], 0);
}

#[test]
fn a_savings_plan_lasts_as_long_as_its_row() {
    let plan = |price: &str| format!("[{{\"retailPrice\":{price},\"term\":\"1 Year\"}}]");
    let (first, second) = (plan("0.7"), plan("0.6"));
    let rows = [("0", "1", "2020-01-01", &*first), ("0", "0.9", "2021-01-01", &*second)];
    check_plans(&rows, &["1 Year 2020-01-01: 0:0.7", "1 Year 2021-01-01: 0:0.6"], 0);
    let ended = [("0", "1", "2020-01-01", &*first), ("0", "0.9", "2021-01-01", "null")];
    check_plans(&ended, &["1 Year 2020-01-01: 0:0.7 until 2021-01-01"], 0);
    // Without a price for the first units it is no price; the page is still one.
    let in_part = [("0", "1", "2020-01-01", "null"), ("100", "0.9", "2020-01-01", &*second)];
    check_plans(&in_part, &[], 1);
    let whole = [("0", "1", "2020-01-01", &*first), ("100", "0.9", "2020-01-01", &*second)];
    check_plans(&whole, &["1 Year 2020-01-01: 0:0.7 100:0.6"], 0);
}
