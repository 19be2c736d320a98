//! What the cost pages read: the same digits as the command line prints of the same store, and parts that add up.

mod closed;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;
use shared::decimal::Decimal;

use crate::demo::{NOW, finished};
use crate::support::program::{command, forebill};

/// The program, serving a store.
struct Served {
    child: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(folder: &Path) -> Served {
        let mut command = command(folder, &["serve", "--store", "file:store", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let address = first.trim().rsplit('/').nth(1).unwrap_or_else(|| panic!("{first}")).to_owned();
        Served { child, address }
    }

    /// Head and body, as they came.
    fn bytes(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET /data/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn get(&self, path: &str) -> (u16, String) {
        let bytes = self.bytes(path);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
    }
}

fn d(value: &Value) -> Decimal {
    Decimal::parse(value.as_str().unwrap_or_else(|| panic!("{value} is no text"))).unwrap()
}

fn sum<'v>(values: impl Iterator<Item = &'v Value>) -> Decimal {
    let known = values.filter(|value| !value.is_null());
    known.fold(Decimal::ZERO, |sum, value| sum.plus(d(value)).unwrap())
}

/// Truth: what `spend`, `forecast` and `anomalies` print of the same store at the same time; those are compared with the
/// tenant's own quantities elsewhere.
#[test]
fn a_report_has_the_digits_of_the_command_line() {
    let (folder, _) = finished();
    let served = Served::start(folder.path());
    let printed = |line: &str| {
        let line = format!("{line} --store file:store --at {NOW} -o json");
        forebill(folder.path(), &line.split_whitespace().collect::<Vec<_>>()).json()
    };
    let index = served.json("reports.json");
    assert_eq!((&index["at"], &index["months"][0]), (&NOW.into(), &"2026-11".into()));
    assert_eq!(index["ledger"], printed("ledger"));
    let one = index["subscriptions"][0]["subscriptionId"].as_str().unwrap();
    for (scope, more) in [("all", String::new()), (one, format!(" --subscription {one}"))] {
        for month in ["2026-11", "2026-09"] {
            let report = served.json(&format!("report/{scope}/{month}.json"));
            let spend = printed(&format!("spend --period {month}{more}"));
            assert_eq!(report["spend"], spend, "{scope} {month}");
            let last = report["course"].as_array().unwrap().last().unwrap();
            assert_eq!(last["running"], report["expected"]["cost"], "{scope} {month}");
            if month == "2026-09" {
                // Nothing of a period that is over is expected: its days are those that were reported.
                assert_eq!(report["expected"]["cost"], spend["totals"]["cost"]);
                assert_eq!(sum(spend["days"].as_array().unwrap().iter().map(|day| &day["cost"])), d(&last["running"]));
            }
        }
        let report = served.json(&format!("report/{scope}/2026-11.json"));
        let forecast = printed(&format!("forecast{more}"));
        for (mine, theirs) in report["expected"]["subscriptions"]
            .as_array()
            .unwrap()
            .iter()
            .zip(forecast["subscriptions"].as_array().unwrap())
        {
            assert_eq!((&mine["cost"], &mine["due"]), (&theirs["cost"], &theirs["due"]));
        }
        let movers = &report["movers"];
        assert_eq!(d(&movers["costBefore"]).plus(d(&movers["difference"])).unwrap(), d(&movers["cost"]));
        let services = movers["services"].as_array().unwrap();
        assert_eq!(sum(services.iter().map(|one| &one["difference"])), d(&movers["difference"]));
    }
    let report = served.json("report/all/2026-11.json");
    let watched = printed("anomalies --from 2026-11-01");
    let of = |from: &Value, key: &str| -> Vec<Value> {
        from[key].as_array().unwrap().iter().flat_map(|one| one["anomalies"].as_array().unwrap().clone()).collect()
    };
    let theirs: Vec<Value> = of(&watched, "subscriptions");
    assert!(!theirs.is_empty());
    assert!(of(&report, "anomalies").iter().all(|one| theirs.contains(one)));
    assert_eq!(report["budgets"][0]["above"], "12000");
    // What stood out on the last day of a period closes in the next one.
    let october = of(&served.json("report/all/2026-10.json"), "anomalies");
    let theirs = of(&printed("anomalies"), "subscriptions");
    let key = |one: &Value| (one["level"].clone(), one["openedOn"].clone());
    for one in &october {
        let same: Vec<&Value> =
            theirs.iter().filter(|other| key(other) == key(one)).map(|one| &one["closedOn"]).collect();
        assert!(one["closedOn"].is_string() && same.contains(&&one["closedOn"]), "{one} {same:?}");
    }
    assert!(october.iter().any(|one| one["closedOn"].as_str() > Some("2026-11-13")), "{october:?}");
    // A day that only a subscription without a missing price has left lacks nothing.
    let lacking = |day: &&Value| day["complete"] == false;
    let course = report["course"].as_array().unwrap();
    assert!(
        course.iter().filter(lacking).all(|day| day["expected"] == true && day["on"].as_str() < Some("2026-12-01"))
    );
    assert!(course.iter().any(|day| lacking(&day)) && course.last().unwrap()["on"] == "2026-12-13");
}

/// Every level adds up to the one above it, by every question, and the first level is what `spend --by` prints.
#[test]
fn a_month_is_divided_without_losing_a_digit() {
    let (folder, _) = finished();
    let served = Served::start(folder.path());
    let report = served.json("report/all/2026-11.json");
    let total = d(&report["spend"]["totals"]["cost"]);
    let drills: Vec<&str> = report["drills"].as_array().unwrap().iter().map(|by| by.as_str().unwrap()).collect();
    assert!(drills.contains(&"tag:costCenter") && drills.contains(&"subscription"), "{drills:?}");
    for by in drills {
        let drill = served.json(&format!("report/all/2026-11/day/{}.json", by.replace(':', "%3A")));
        assert_eq!(d(&drill["all"]["cost"]), total, "{by}");
        add_up(&drill["all"], by);
        let line = format!("spend --period 2026-11 --by {by} --store file:store --at {NOW} -o json");
        let spend = forebill(folder.path(), &line.split_whitespace().collect::<Vec<_>>()).json();
        let parts = drill["all"]["parts"].as_array().unwrap();
        let rows = spend["rows"].as_array().unwrap();
        assert_eq!(parts.len(), rows.len(), "{by}");
        for (part, row) in parts.iter().zip(rows) {
            for key in ["group", "cost", "invoiceCost", "rows", "unpricedRows"] {
                assert_eq!(part[key], row[key], "{by} {}", row["group"]);
            }
        }
    }
    // Hours are rated by themselves; where all of them are reported, they come to the same as the days.
    let hours = served.json("report/all/2026-09/hour/service.json");
    let september = served.json("report/all/2026-09.json");
    assert_eq!(hours["buckets"].as_array().unwrap().len(), 30 * 24 + 13 * 24);
    assert_eq!(hours["all"]["cost"], september["spend"]["totals"]["cost"]);
    add_up(&hours["all"], "hours");
}

fn add_up(branch: &Value, of: &str) {
    let series = branch["series"].as_array().unwrap();
    if !branch["cost"].is_null() {
        assert_eq!(sum(series.iter()), d(&branch["cost"]), "{of} {}", branch["group"]);
    }
    let parts = branch["parts"].as_array().unwrap();
    if parts.is_empty() {
        return;
    }
    for key in ["cost", "invoiceCost"] {
        let whole = if branch[key].is_null() { Decimal::ZERO } else { d(&branch[key]) };
        assert_eq!(sum(parts.iter().map(|part| &part[key])), whole, "{of} {} {key}", branch["group"]);
    }
    for at in 0..series.len() {
        let whole = if series[at].is_null() { Decimal::ZERO } else { d(&series[at]) };
        assert_eq!(sum(parts.iter().map(|part| &part["series"][at])), whole, "{of} {} {at}", branch["group"]);
    }
    parts.iter().for_each(|part| add_up(part, of));
}

#[test]
fn what_is_not_there_says_why_and_strange_addresses_are_nothing() {
    let (folder, _) = finished();
    let served = Served::start(folder.path());
    let (status, body) = served.get("report/all/2024-01.json");
    assert_eq!(status, 404);
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["code"], "nothing");
    for strange in [
        "report/all/2026-13.json",
        "report/nobody/2026-11.json",
        "report/all/2026-11/week/service.json",
        "report/all/..%2F..%2Fmanifests%2F00000001.json",
        "report/all/2026-11/day/%FF.json",
        "invoice/..%2F..%2Fmanifests.pdf",
        "../manifests/00000001.json",
        "report",
    ] {
        assert_eq!(served.get(strange).0, 404, "{strange}");
    }
    assert_eq!(served.get("report/all/2026-11/day/nothing.json").0, 404);

    let invoices = served.json("invoices.json");
    let first = &invoices["invoices"][0];
    let (status, pdf) = served.get(&format!("invoice/{}.pdf", first["object"]["sha256"].as_str().unwrap()));
    assert!(status == 200 && pdf.starts_with("%PDF-"), "{status} {pdf:.20}");
    let alerts = served.json("alerts.json");
    assert_eq!(alerts["rules"].as_array().unwrap().len(), 7);
    assert_eq!((&alerts["findings"][0]["fires"], &alerts["unknown"]), (&true.into(), &serde_json::json!([])));
}

/// An empty store is no error, and a damaged one is told as that, without a path of this machine.
#[test]
fn an_empty_and_a_damaged_store_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("store")).unwrap();
    let served = Served::start(folder.path());
    let index = served.json("reports.json");
    assert_eq!((&index["months"], &index["subscriptions"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert_eq!(served.get("report/all/2026-11.json").0, 404);

    let id = "11111111-2222-3333-4444-555555555555";
    std::fs::write(folder.path().join("card.json"), crate::bad_input::CARD).unwrap();
    let meter = "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4";
    let row = format!(
        "{{\"name\": \"b\", \"properties\": {{\"subscriptionId\": \"{id}\", \"meterId\": \"{meter}\", \"unit\": \"1 GB\", \
         \"quantity\": 5, \"usageStartTime\": \"2026-11-05T00:00:00Z\", \"usageEndTime\": \"2026-11-06T00:00:00Z\"}}}}\n"
    );
    std::fs::write(folder.path().join("usage.jsonl"), row).unwrap();
    for line in [
        "import ratecard card.json --offer MS-AZR-0003P --store file:store --at 2026-11-20T00:00:00Z".to_owned(),
        format!(
            "import usage usage.jsonl --subscription {id} --offer MS-AZR-0003P --store file:store --at 2026-11-20T00:00:00Z"
        ),
    ] {
        let answer = forebill(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(answer.code, 0, "{line}: {}", answer.stderr);
    }
    // The process that was there before sees the new records.
    served.json("report/all/2026-11.json");
    let books = folder.path().join("store/ratebook");
    let book = std::fs::read_dir(&books).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&book, "{}").unwrap();
    let (status, body) = Served::start(folder.path()).get("report/all/2026-11.json");
    let told: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &told["code"]), (500, &"damaged".into()));
    assert!(!body.contains(folder.path().to_str().unwrap()) && !body.contains("ratebook/"), "{body}");
}
