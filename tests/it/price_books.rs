//! Price sheets, own books, and what is said about books: listed, shown, compared and followed.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::program::{Answer, forebill};
use crate::support::recorded;

const OFFER: &str = "MS-AZR-0003P";
const VM: &str = "00000000-0000-4000-8000-000000000001";
const BLOB: &str = "00000000-0000-4000-8000-000000000002";

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> Value {
    let answer = forebill(folder, &[arguments, &["-o", "json"]].concat());
    assert_eq!(answer.code, 0, "{arguments:?}: {}", answer.stderr);
    answer.json()
}

#[track_caller]
fn table(folder: &Path, arguments: &[&str]) -> String {
    let Answer { code, stdout, stderr } = forebill(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {stderr}");
    stdout
}

/// (id, name, category, price, more fields)
fn card(folder: &Path, at: &str, meters: &[(&str, &str, &str, &str, &str)]) {
    let meter = |(id, name, category, price, more): &(&str, &str, &str, &str, &str)| {
        format!(
            "{{\"MeterId\": \"{id}\", \"MeterName\": \"{name}\", \"MeterCategory\": \"{category}\", \"Unit\": \"1\", \
             \"MeterRates\": {{\"0\": {price}}}, \"EffectiveDate\": \"2020-01-01T00:00:00Z\"{more}}}"
        )
    };
    let meters: Vec<String> = meters.iter().map(meter).collect();
    let text = format!("{{\"Currency\": \"USD\", \"Meters\": [{}]}}", meters.join(","));
    fs::write(folder.join("card.json"), text).unwrap();
    done(folder, &["import", "ratecard", "card.json", "--offer", OFFER, "--at", at]);
}

fn newest_book(folder: &Path) -> String {
    let books = done(folder, &["books", "list"]);
    books["books"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
}

fn sheet(rows: &[(&str, &str, &str)]) -> String {
    let row = |(id, part, price): &(&str, &str, &str)| {
        json!({
            "billingPeriodId": "subscriptions/x/providers/Microsoft.Billing/billingPeriods/201710",
            "meterId": id.to_uppercase(), "meterName": "A1", "unitOfMeasure": "100 Hours", "includedQuantity": "0.0000",
            "partNumber": part, "unitPrice": price, "currencyCode": "USD",
        })
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    json!({"properties": {"pricesheets": rows, "nextLink": null, "download": null}}).to_string()
}

/// Truth: `read_pricesheet.py` over the recorded page of October 2017.
#[test]
fn every_row_of_the_real_price_sheet_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let real = recorded::bytes("azure/usage/ea-pricesheet-page1-201710.json");
    let page = real.clone().unwrap_or_else(|| sheet(&[(VM, "P", "3"), (VM, "Q", "2"), (BLOB, "P", "0")]).into());
    fs::write(folder.join("page.json"), &page).unwrap();
    let report = done(folder, &["import", "pricesheet", "page.json", "--offer", "MS-AZR-0017P"]);
    if real.is_some() {
        assert_eq!(report["rows"], 1000);
        assert!(report["warnings"][0].as_str().unwrap().contains("goes on (nextLink)"), "{report}");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracle/read_pricesheet.py");
    let output = Command::new("python3").arg("-B").arg(script).arg(folder.join("page.json")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut expected: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    let id = newest_book(folder);
    let hex = id.strip_prefix("sha256:").unwrap();
    let book = shared::ratebook::format::open(&fs::read(folder.join(format!("data/ratebook/{hex}.json"))).unwrap());
    let book = book.unwrap().book;
    assert!(book.header().prices_are_per_block());
    let line = |meter: &shared::meter::Meter| {
        let sku = meter.sku.as_ref().unwrap();
        let tier = meter.tiers.tiers()[0];
        serde_json::to_string(&[
            &meter.id.to_string(),
            &*sku.id,
            &meter.effective_at.to_string(),
            &meter.name,
            &meter.unit,
            &meter.included_quantity.to_string(),
            &tier.unit_price.to_string(),
            book.header().currency.code(),
        ])
        .unwrap()
    };
    let mut found: Vec<String> = book.meters().iter().map(line).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    // Where an offer's card is meant, a sheet of the same offer is not used.
    let refused = forebill(folder, &["prices", "search", "a1", "--offer", "MS-AZR-0017P"]);
    assert!(refused.code == 2 && refused.stderr.contains("no such prices"), "{}", refused.stderr);
    let shown = done(folder, &["books", "show", &id]);
    assert_eq!((&shown["book"]["source"], &shown["pricesArePerBlock"]), (&json!("pricesheet"), &json!(true)));
}

/// Worked by hand: the files that a small reseller would have.
#[test]
fn an_own_book_for_each_customer_group() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    card(
        folder,
        "2026-01-01T00:00:00Z",
        &[(VM, "D4s v5", "Virtual Machines", "2", ""), (BLOB, "Hot", "Storage", "0.02", "")],
    );
    let own = json!({
        "schema": "forebill.ownbook/1", "name": "internal", "currency": "USD",
        "rules": [
            {"effectiveDate": "2026-02-01", "percent": "+5"},
            {"group": "research", "effectiveDate": "2026-02-01", "percent": "-10", "category": "Storage"},
        ],
        "prices": [{"group": "research", "meterId": VM, "effectiveDate": "2026-03-01", "name": "D4s v5",
            "category": "Virtual Machines", "unit": "1", "model": "volume",
            "tiers": [{"from": 0, "unitPrice": "1.9"}, {"from": 100, "unitPrice": "1.5"}]}],
    });
    fs::write(folder.join("own.json"), own.to_string()).unwrap();
    let no_base = forebill(folder, &["import", "ownbook", "own.json"]);
    assert!(no_base.code == 2 && no_base.stderr.contains("needs a base"), "{}", no_base.stderr);
    let made = done(folder, &["import", "ownbook", "own.json", "--offer", OFFER, "--at", "2026-04-01T00:00:00Z"]);
    assert_eq!((made["books"].as_array().unwrap().len(), &made["committed"]), (2, &json!(2)));
    let id = |index: usize| made["books"][index]["id"].as_str().unwrap().to_owned();
    assert_eq!((&made["books"][0]["group"], &made["books"][1]["group"]), (&Value::Null, &json!("research")));
    for (book, meter, expect) in [
        (id(0), VM, &[("2020-01-01", "2"), ("2026-02-01", "2.1")][..]),
        (id(1), VM, &[("2020-01-01", "2"), ("2026-02-01", "2.1"), ("2026-03-01", "1.9")]),
        (id(0), BLOB, &[("2020-01-01", "0.02"), ("2026-02-01", "0.021")]),
        (id(1), BLOB, &[("2020-01-01", "0.02"), ("2026-02-01", "0.018")]),
    ] {
        let shown = done(folder, &["prices", "show", meter, "--book", &book]);
        let prices = shown["prices"].as_array().unwrap().iter();
        let found: Vec<(&str, &str)> = prices
            .map(|price| {
                (
                    &price["meter"]["effectiveAt"].as_str().unwrap()[..10],
                    price["tiers"][0]["unitPrice"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(found, expect, "{book} {meter}");
    }
    let shown = done(folder, &["prices", "show", VM, "--book", &id(1)]);
    assert_eq!(shown["prices"][2]["model"], "volume");
    // One commit for all groups; the list and the book say whose they are; the card is still what is meant by default.
    let books = done(folder, &["books", "list"]);
    let listed = &books["books"].as_array().unwrap()[1..];
    assert!(listed.iter().all(|book| book["name"] == "internal" && book["source"] == "own" && book["offer"] == OFFER));
    assert!(fs::read(folder.join("data/manifests/00000002.json")).is_ok());
    assert!(fs::read(folder.join("data/manifests/00000003.json")).is_err());
    let default = done(folder, &["prices", "show", VM]);
    assert_eq!((&default["book"]["source"], default["prices"].as_array().unwrap().len()), (&json!("ratecard"), 1));
    let about = table(folder, &["books", "show", &id(1)]);
    assert!(about.contains("own book internal for research") && about.contains("Over sha256:"), "{about}");
    check_rating(folder, &id(1));
}

/// 150 hours in March under volume prices are all at 1.5; 10 in January at the base's 2.
#[track_caller]
fn check_rating(folder: &Path, book: &str) {
    let mut text = String::new();
    for (month, quantity) in [("01", "10"), ("03", "150")] {
        let row = json!({"name": "Daily", "properties": {
            "subscriptionId": "11111111-2222-3333-4444-555555555555", "meterId": VM, "quantity": quantity,
            "usageStartTime": format!("2026-{month}-05T00:00:00Z"), "usageEndTime": format!("2026-{month}-06T00:00:00Z")}});
        text.push_str(&format!("{row}\n"));
    }
    fs::write(folder.join("usage.jsonl"), text).unwrap();
    let rated = done(folder, &["rate", "--book", book, "--usage", "usage.jsonl"]);
    let costs: Vec<&Value> = rated["charges"].as_array().unwrap().iter().map(|charge| &charge["cost"]).collect();
    assert_eq!(costs, [&json!("20"), &json!("225")]);
}

#[test]
fn two_cards_are_compared_and_one_meter_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let deprecated = ", \"MeterStatus\": \"Deprecated\"";
    let vm = |price| (VM, "D4s v5", "Virtual Machines", price, "");
    card(folder, "2026-01-01T00:00:00Z", &[vm("2")]);
    let first = newest_book(folder);
    card(folder, "2026-01-02T00:00:00Z", &[(BLOB, "Hot", "Storage", "0.02", "")]);
    card(folder, "2026-01-03T00:00:00Z", &[vm("2")]);
    card(folder, "2026-01-04T00:00:00Z", &[vm("1.5"), (BLOB, "Hot", "Storage", "0.02", deprecated)]);
    let last = newest_book(folder);

    let forth = done(folder, &["books", "diff", &first, &last]);
    assert_eq!(forth["counts"], json!({"added": 1, "removed": 0, "changed": 1, "unchanged": 0}));
    let change = &forth["changes"][0];
    assert_eq!(
        (&change["meterId"], &change["percent"], &change["aspects"]),
        (&json!(VM), &json!("-25"), &json!(["tiers"]))
    );
    assert_eq!(
        (&change["before"]["tiers"][0]["unitPrice"], &change["after"]["tiers"][0]["unitPrice"]),
        (&json!("2"), &json!("1.5"))
    );
    let back = done(folder, &["books", "diff", &last, &first]);
    assert_eq!(back["counts"], json!({"added": 0, "removed": 1, "changed": 1, "unchanged": 0}));
    assert_eq!((&back["changes"][0]["before"], &back["changes"][0]["after"]), (&change["after"], &change["before"]));
    let same = done(folder, &["books", "diff", &last, &last]);
    assert_eq!((&same["changes"], &same["counts"]["unchanged"]), (&json!([]), &json!(2)));
    let one = table(folder, &["books", "diff", &first, &last, "--meter", BLOB]);
    assert!(one.contains("1 added, 0 removed, 0 changed, 0 unchanged") && one.contains("[deprecated]"), "{one}");

    let history = done(folder, &["prices", "history", VM, "--offer", OFFER]);
    assert_eq!((&history["readings"], history["prices"].as_array().unwrap().len()), (&json!(4), 2));
    let old = &history["prices"][0];
    assert_eq!(old["firstBook"], first);
    assert_eq!(old["gaps"], json!([{"vanishedAt": "2026-01-02T00:00:00Z", "returnedAt": "2026-01-03T00:00:00Z"}]));
    assert_eq!((&old["lastSeenAt"], &old["current"]), (&json!("2026-01-03T00:00:00Z"), &json!(false)));
    assert_eq!((&history["prices"][1]["firstBook"], &history["prices"][1]["current"]), (&json!(last), &json!(true)));
    let text = table(folder, &["prices", "history", VM]);
    assert!(text.contains("█▁█▆") && text.contains("4 readings of MS-AZR-0003P, USD"), "{text}");

    let found = done(folder, &["prices", "search", "hot"]);
    assert_eq!(
        (&found["hits"][0]["status"], &found["hits"][0]["priority"]),
        (&json!("deprecated"), &json!("standard"))
    );
    let csv = forebill(folder, &["prices", "history", VM, "-o", "csv"]).stdout;
    assert!(csv.lines().count() == 3 && csv.contains("2026-01-02 to 2026-01-03"), "{csv}");
}

/// The figures of a recorded row: a year for 1771.8082 is 147.65 a month, whatever the unit says.
#[test]
fn reservations_plans_and_spot_are_shown_apart() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let item = |kind: &str, name: &str, id: &str, price: &str, more: &str| {
        format!(
            "{{\"currencyCode\":\"USD\",\"tierMinimumUnits\":0,\"retailPrice\":{price},\"location\":\"EU West\",\
             \"effectiveStartDate\":\"2020-01-01T00:00:00Z\",\"meterId\":\"{id}\",\"meterName\":\"{name}\",\"skuId\":\"S\",\
             \"serviceName\":\"V\",\"unitOfMeasure\":\"1 Hour\",\"type\":\"{kind}\"{more}}}"
        )
    };
    let plans =
        ",\"savingsPlan\":[{\"retailPrice\":0.1,\"term\":\"3 Years\"},{\"retailPrice\":0.2,\"term\":\"1 Year\"}]";
    let items = [
        item("Consumption", "D4s v5", VM, "0.3", plans),
        item("Reservation", "D4s v5", VM, "1771.8082", ",\"reservationTerm\":\"1 Year\""),
        item("Consumption", "D4s v5\u{a0}Spot", BLOB, "0.05", ""),
    ];
    let page =
        format!("{{\"BillingCurrency\":\"USD\",\"Items\":[{}],\"NextPageLink\":null,\"Count\":3}}", items.join(","));
    fs::write(folder.join("page.json"), page).unwrap();
    done(folder, &["import", "retail", "page.json"]);
    let shown = done(folder, &["prices", "show", VM, "--retail"]);
    let rows = shown["prices"].as_array().unwrap().iter();
    let found: Vec<Value> =
        rows.map(|row| json!([row["kind"], row["term"], row["tiers"][0]["unitPrice"], row["monthlyCost"]])).collect();
    let expect = [
        json!(["consumption", null, "0.3", null]),
        json!(["reservation", "1 Year", "1771.8082", "147.65"]),
        json!(["savingsPlan", "1 Year", "0.2", null]),
        json!(["savingsPlan", "3 Years", "0.1", null]),
    ];
    assert_eq!(found, expect);
    let text = table(folder, &["prices", "show", VM, "--retail"]);
    assert!(text.contains("1771.8082 for the whole term, 147.65 a month"), "{text}");
    let hits = done(folder, &["prices", "search", "d4s v5", "--retail"]);
    let order: Vec<&Value> = hits["hits"].as_array().unwrap().iter().map(|hit| &hit["priority"]).collect();
    assert_eq!(order, [&json!("standard"), &json!("spot")]);
}
