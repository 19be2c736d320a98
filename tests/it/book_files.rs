//! Rate books as files: the compact form and back, the same digits from each, and what is refused.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::program::{Answer, forebill};

const OFFER: &str = "MS-AZR-0003P";
const VM: &str = "00000000-0000-4000-8000-000000000001";
const BLOB: &str = "00000000-0000-4000-8000-000000000002";

/// A store with one card, and the id of its book without `sha256:`.
fn store() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let meter = |id: &str, name: &str, rates: Value| {
        json!({
            "MeterId": id, "MeterName": name, "MeterCategory": "Virtual Machines", "Unit": "1 Hour", "MeterRegion": "EU West",
            "MeterRates": rates, "EffectiveDate": "2020-01-01T00:00:00Z", "IncludedQuantity": if id == BLOB { 5.0 } else { 0.0 },
        })
    };
    let meters = [meter(VM, "D4s v5", json!({"0": 0.192})), meter(BLOB, "D4s v5 Spot", json!({"0": 0.1, "100": 0.05}))];
    let credit = json!({
        "Name": "Monetary Credit", "Credit": 150.0, "ExcludedMeterIds": [BLOB], "EffectiveDate": "2014-08-01T00:00:00Z",
    });
    let card = json!({"Currency": "USD", "Locale": "en-US", "OfferTerms": [credit], "Meters": meters});
    fs::write(folder.path().join("card.json"), card.to_string()).unwrap();
    let row = json!({
        "id": "/subscriptions/11111111-2222-3333-4444-555555555555/providers/Microsoft.Commerce/UsageAggregates/x",
        "name": "x", "type": "Microsoft.Commerce/UsageAggregate",
        "properties": {
            "subscriptionId": "11111111-2222-3333-4444-555555555555", "usageStartTime": "2026-11-01T00:00:00+00:00",
            "usageEndTime": "2026-11-02T00:00:00+00:00", "meterId": BLOB, "meterName": "D4s v5 Spot",
            "meterCategory": "Virtual Machines", "unit": "1 Hour", "quantity": 125,
        },
    });
    fs::write(folder.path().join("usage.json"), json!({"value": [row]}).to_string()).unwrap();
    let items = [json!({"name": "web", "meterId": VM, "quantity": "730", "count": 3})];
    let workload = json!({"schema": "forebill.workload/1", "items": items});
    fs::write(folder.path().join("workload.json"), workload.to_string()).unwrap();
    done(folder.path(), &["import", "ratecard", "card.json", "--offer", OFFER]);
    let books: Value = serde_json::from_str(&done(folder.path(), &["books", "list", "-o", "json"])).unwrap();
    let id = books["books"][0]["id"].as_str().unwrap().trim_start_matches("sha256:").to_owned();
    (folder, id)
}

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> String {
    let Answer { code, stdout, stderr } = forebill(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {stderr}");
    stdout
}

#[test]
fn a_compact_book_gives_what_the_kept_one_gives_and_comes_back_to_the_byte() {
    let (folder, id) = store();
    let folder = folder.path();
    let kept = fs::read(folder.join(format!("data/ratebook/{id}.json"))).unwrap();
    let packed: Value =
        serde_json::from_str(&done(folder, &["books", "pack", &id, "--to", "out", "-o", "json"])).unwrap();
    assert_eq!((&packed["book"], packed["files"].as_array().unwrap().len()), (&json!(format!("sha256:{id}")), 2));
    let file = format!("out/{id}.forebook");
    assert!(folder.join(&file).is_file() && folder.join(format!("out/{id}.ids")).is_file());
    // 730 × 3 × 0.192; and 125 h, of which 5 are included, 100 at 0.1 and 20 at 0.05.
    for (line, sum) in [
        (&["estimate", "workload.json", "-o", "json", "--at", "2026-11-15T00:00:00Z"][..], "\"420.48\""),
        (&["rate", "--usage", "usage.json", "-o", "json"], "\"11\""),
        (&["prices", "search", "spot", "-o", "json"], "D4s v5 Spot"),
        (&["prices", "show", VM, "-o", "json"], "\"0.192\""),
    ] {
        let [by_id, by_file] = [&id, &file].map(|book| done(folder, &[line, &["--book", book]].concat()));
        assert!(by_id.contains(sum), "{by_id}");
        assert_eq!(by_file, by_id);
    }
    assert_eq!(done(folder, &["books", "show", &file]), done(folder, &["books", "show", &id]));
    assert!(done(folder, &["books", "diff", &file, &id, "-o", "json"]).contains("\"changes\":[]"));
    // A card by itself gives what it is rated with by itself.
    let card = ["--ratecard", "card.json", "--offer", OFFER];
    let packed = done(folder, &[&["books", "pack", "--to", "card", "-o", "csv"], &card[..]].concat());
    let prices = packed.split([',', '\n']).find(|field| field.ends_with(".forebook")).unwrap();
    let usage = ["rate", "--usage", "usage.json", "-o", "json"];
    let [by_card, by_file] = [&card[..], &["--book", prices]].map(|book| done(folder, &[&usage, book].concat()));
    assert_eq!(by_file, by_card);
    // And what was packed comes back.
    done(folder, &["books", "unpack", &file, "--to", "back"]);
    let json = format!("back/{id}.json");
    assert_eq!(fs::read(folder.join(&json)).unwrap(), kept);
    let again = done(folder, &["books", "pack", &json, "--to", "out"]);
    assert_eq!(again.matches("was there already").count(), 2, "{again}");
}

#[test]
fn what_is_no_whole_book_is_refused_with_what_to_do() {
    let (folder, id) = store();
    let folder = folder.path();
    done(folder, &["books", "pack", &id]);
    let at = |name: &str| folder.join(name);
    let (prices, ids) = (fs::read(at(&format!("{id}.forebook"))).unwrap(), fs::read(at(&format!("{id}.ids"))).unwrap());
    let put = |name: &str, prices: &[u8], ids: Option<&[u8]>| {
        fs::write(at(&format!("{name}.forebook")), prices).unwrap();
        if let Some(ids) = ids {
            fs::write(at(&format!("{name}.ids")), ids).unwrap();
        }
    };
    let mut turned = prices.clone();
    turned[60] ^= 1;
    let renamed = "0e".repeat(32);
    put("alone", &prices, None);
    put("turned", &turned, Some(&ids));
    put("cut", &prices[..prices.len() - 1], Some(&ids));
    put("swapped", &ids, Some(&prices));
    put("twice", &prices, Some(&prices));
    put(&renamed, &prices, Some(&ids));
    let own = format!("sha256:{id}");
    for (book, says) in [
        ("alone.forebook", &["alone.ids is missing", "beside its prices"][..]),
        ("turned.forebook", &["turned.forebook with turned.ids", "get the rate book again"]),
        ("cut.forebook", &["get the rate book again"]),
        ("swapped.forebook", &["these are the ids", "name the .forebook file"]),
        ("twice.forebook", &["the other part of a rate book"]),
        (&format!("{renamed}.forebook"), &["the name is that of another rate book", &own]),
        (&format!("{id}.ids"), &["name the .forebook file"]),
        ("nowhere.forebook", &["nowhere.forebook"]),
        ("sha256:0e", &["64 hexadecimal digits"]),
    ] {
        let answer = forebill(folder, &["estimate", "workload.json", "--book", book]);
        let says_all = says.iter().all(|part| answer.stderr.contains(part));
        assert!(answer.code != 0 && answer.stdout.is_empty() && says_all, "{book}: {}", answer.stderr);
    }
    let history = forebill(folder, &["prices", "history", VM, "--book", &format!("{id}.forebook")]);
    assert!(history.code == 2 && history.stderr.contains("name a rate book of the store"), "{}", history.stderr);
    // What lies there under that name is not written over.
    fs::write(at(&format!("{id}.forebook")), b"mine").unwrap();
    let over = forebill(folder, &["books", "pack", &id]);
    assert!(over.code == 2 && over.stderr.contains("move it away"), "{}", over.stderr);
    assert_eq!(fs::read(at(&format!("{id}.forebook"))).unwrap(), b"mine");
}

/// The second card: another price of the machine, one meter more.
#[test]
fn a_delta_gives_what_its_book_gives_and_needs_its_base_beside_it() {
    let (folder, base) = store();
    let folder = folder.path();
    let mut card: Value = serde_json::from_slice(&fs::read(folder.join("card.json")).unwrap()).unwrap();
    let (mut ids, mut sums) = (vec![base.clone()], Vec::new());
    for (price, sum) in [(0.2, "\"438\""), (0.25, "\"547.5\"")] {
        let meters = card["Meters"].as_array_mut().unwrap();
        meters[0]["MeterRates"]["0"] = json!(price);
        let mut more = meters[1].clone();
        more["MeterId"] = json!(format!("00000000-0000-4000-8000-00000000001{}", meters.len()));
        meters.push(more);
        fs::write(folder.join("next.json"), card.to_string()).unwrap();
        let on = format!("out/{}.{}", ids[ids.len() - 1], if ids.len() == 1 { "forebook" } else { "delta" });
        if ids.len() == 1 {
            done(folder, &["books", "pack", &base, "--to", "out"]);
        }
        let line =
            ["books", "pack", "--ratecard", "next.json", "--offer", OFFER, "--to", "out", "--on", &on, "-o", "json"];
        let packed: Value = serde_json::from_str(&done(folder, &line)).unwrap();
        assert_eq!(packed["files"].as_array().unwrap().len(), 1);
        ids.push(packed["book"].as_str().unwrap().trim_start_matches("sha256:").to_owned());
        sums.push(sum);
    }
    // 730 × 3 × 0.2 and × 0.25.
    let estimate = |file: &str| {
        forebill(folder, &["estimate", "workload.json", "-o", "json", "--at", "2026-11-15T00:00:00Z", "--book", file])
    };
    for (id, sum) in ids[1..].iter().zip(sums) {
        let answer = estimate(&format!("out/{id}.delta"));
        assert!(
            answer.stdout.contains(sum) && answer.stdout.contains(id.as_str()),
            "{}{}",
            answer.stdout,
            answer.stderr
        );
    }
    // Unpacked it is the book of its own name, whose delta on itself says nothing.
    let last = format!("out/{}.delta", ids[2]);
    done(folder, &["books", "unpack", &last, "--to", "json"]);
    assert_eq!(estimate(&format!("json/{}.json", ids[2])).stdout, estimate(&last).stdout);

    fs::remove_file(folder.join(format!("out/{}.delta", ids[1]))).unwrap();
    let answer = estimate(&last);
    assert!(
        answer.code == 2 && answer.stderr.contains(&ids[1]) && answer.stderr.contains("beside it"),
        "{}",
        answer.stderr
    );
    // Two that lead to each other lead nowhere.
    let turned = fs::read(folder.join(&last)).unwrap();
    fs::write(folder.join(format!("out/{}.delta", ids[1])), &turned).unwrap();
    let answer = estimate(&last);
    assert!(answer.code == 2 && answer.stderr.contains("366"), "{}{}", answer.stdout, answer.stderr);
    fs::write(folder.join("out/cut.delta"), &turned[..turned.len() - 1]).unwrap();
    let answer = estimate("out/cut.delta");
    assert!(answer.code == 2 && answer.stderr.contains("get the rate book again"), "{}", answer.stderr);
}
