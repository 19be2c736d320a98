//! What the pages show of a closed month: its showback with the rule behind each line, its statements as files, its
//! invoices beside our rating, and the charge of every meter.

use std::path::Path;

use functions::archive::Archive;
use functions::azure::{AzureClient, Cloud, Endpoints};
use functions::job::Context;
use functions::jobs::publish;
use functions::store::Store;
use serde_json::{Value, json};

use super::{Served, d, sum};
use crate::demo::{NOW, finished};
use crate::support::program::forebill;

fn printed(line: &str) -> Value {
    let line = format!("{line} --store file:store --at {NOW} -o json");
    forebill(finished().0.path(), &line.split_whitespace().collect::<Vec<_>>()).json()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// Truth: what `forebill showback` prints, and the rules of the sample read by eye: two services are the network's, and a
/// tag names every other cost centre.
#[test]
fn a_closed_month_has_the_digits_of_showback_and_the_rule_of_each_line() {
    let served = Served::start(finished().0.path());
    assert_eq!(served.json("reports.json")["closed"], json!(["2026-10"]));
    let page = served.json("showback/2026-10.json");
    let showback = &page["showback"];
    assert_eq!(*showback, printed("showback 2026-10"));
    assert_eq!(sum(list(&showback["statements"]).iter().map(|one| &one["total"])), d(&showback["total"]));
    assert_eq!(
        page["assignedBy"],
        json!([
            "cost-centre network for service \"Load Balancer\"",
            "cost-centre network for service \"VPN Gateway\"",
            "cost-centre from tag costCenter",
        ])
    );
    let (lines, named) = (list(&showback["lines"]), list(&page["namedBy"]));
    assert_eq!(lines.len(), named.len());
    for (line, by) in lines.iter().zip(named) {
        let is_usage = line["what"]["kind"] == "usage";
        let expect = match (line["costCentre"].as_str(), line["service"].as_str().unwrap()) {
            (Some(_), "Load Balancer") if is_usage => json!([0]),
            (Some(_), "VPN Gateway") if is_usage => json!([1]),
            (Some(_), _) if is_usage => json!([2]),
            _ => json!([]),
        };
        assert_eq!(*by, expect, "{line}");
    }
    assert!(named.contains(&json!([0])) && named.contains(&json!([1])) && named.contains(&json!([2])));
}

#[test]
fn the_files_of_a_statement_are_those_that_showback_writes() {
    let folder = finished().0.path();
    let served = Served::start(folder);
    let stems = served.json("showback/2026-10.json")["files"].clone();
    let out = tempfile::tempdir().unwrap();
    let to = out.path().to_str().unwrap();
    forebill(folder, &["showback", "2026-10", "--to", to, "--store", "file:store", "--at", NOW]);
    let mut compared = 0;
    for stem in list(&stems).iter().map(|stem| stem.as_str().unwrap()).chain(["2026-10_summary"]) {
        for (ending, kind) in [("csv", "text/csv"), ("xlsx", "application/vnd.openxml"), ("html", "text/html")] {
            let answer = served.bytes(&format!("showback/2026-10/{stem}.{ending}"));
            let split = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
            let head = String::from_utf8_lossy(&answer[..split]).to_lowercase();
            assert!(head.starts_with("http/1.1 200") && head.contains(kind), "{head}");
            assert!(head.contains("content-disposition: attachment"), "{head}");
            let file = std::fs::read(out.path().join(format!("{stem}.{ending}"))).unwrap();
            assert!(answer[split + 4..] == file, "{stem}.{ending}");
            compared += 1;
        }
    }
    assert_eq!(compared, std::fs::read_dir(out.path()).unwrap().count());
    for strange in ["2026-10_statement_nobody.csv", "2026-10_summary.exe", "..%2F..%2Fmanifests.csv"] {
        assert_eq!(served.get(&format!("showback/2026-10/{strange}")).0, 404, "{strange}");
    }
}

/// An open month has no rules of its own.
#[test]
fn an_open_month_is_shown_by_the_rules_of_the_last_close() {
    let folder = finished().0.path();
    let served = Served::start(folder);
    let page = served.json("showback/2026-11.json");
    assert_eq!((&page["rulesOf"], &page["files"]), (&json!("2026-10"), &json!([])));
    std::fs::write(folder.join("again.txt"), page["showback"]["rules"].as_str().unwrap()).unwrap();
    assert_eq!(page["showback"], printed("showback 2026-11 --rules again.txt"));
    assert_eq!(page["showback"]["closedAt"], Value::Null);
    let months = served.json("reports.json");
    assert_eq!((&months["closed"], &months["withInvoiceLines"]), (&json!(["2026-10"]), &json!(["2026-10"])));
}

#[test]
fn invoices_stand_beside_our_rating_with_the_digits_of_reconcile() {
    let served = Served::start(finished().0.path());
    let page = served.json("reconcile/2026-10.json");
    let compared = &page["compared"];
    assert_eq!(*compared, printed("invoices reconcile 2026-10"));
    let invoices = list(&compared["invoices"]);
    assert_eq!(invoices.len(), 3);
    for (scope, wanted) in [("all".to_owned(), invoices.clone()), {
        let one = invoices[1].clone();
        (one["subscriptionId"].as_str().unwrap().to_owned(), vec![one])
    }] {
        let told = served.json(&format!("report/{scope}/2026-10.json"))["invoiced"].clone();
        for key in ["invoiced", "ours", "difference"] {
            assert_eq!(d(&told[key]), sum(wanted.iter().map(|one| &one[key])), "{scope} {key}");
        }
        assert_eq!(sum(told["reasons"].as_object().unwrap().values()), d(&told["difference"]));
        let numbers = |of: &Vec<Value>| of.iter().map(|one| one["invoice"].clone()).collect::<Vec<_>>();
        assert_eq!(numbers(list(&told["invoices"])), numbers(&wanted));
    }
    assert_eq!(served.json("reports.json")["lastCompared"], page["sums"]);
    assert_eq!(page["sums"], served.json("report/all/2026-10.json")["invoiced"]);
    // A document is archived and nobody typed its lines: said, and no amount in its place.
    let september = served.json("report/all/2026-09.json")["invoiced"].clone();
    assert_eq!((list(&september["invoices"]).len(), list(&september["notCompared"]).len()), (0, 3));
    assert_eq!(september["currency"], Value::Null);
    assert_eq!(served.json("report/all/2026-11.json")["invoiced"], Value::Null);
    assert_eq!(served.get("reconcile/2026-11.json").0, 404);
}

#[test]
fn every_charge_says_how_it_came_about_and_all_are_the_month() {
    let served = Served::start(finished().0.path());
    let charges = served.json("report/all/2026-11/charges.json");
    let spend = printed("spend --period 2026-11");
    let subscriptions = list(&charges["subscriptions"]);
    assert_eq!(subscriptions.len(), 3);
    for (ours, theirs) in subscriptions.iter().zip(list(&spend["subscriptions"])) {
        assert_eq!(ours["subscriptionId"], theirs["subscriptionId"]);
        assert_eq!(sum(list(&ours["charges"]).iter().map(|charge| &charge["knownCost"])), d(&theirs["cost"]));
        for charge in list(&ours["charges"]) {
            assert_eq!(sum(list(&charge["tiers"]).iter().map(|tier| &tier["cost"])), d(&charge["knownCost"]));
        }
    }
}

/// The same objects under another folder: no object is ever overwritten, so new ones are new here only.
fn linked(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&place).unwrap();
            linked(&entry.path(), &place);
        } else {
            std::fs::hard_link(entry.path(), place).unwrap();
        }
    }
}

/// What a host of files serves of a closed month: the documents that the program serves, and the statements.
#[tokio::test]
async fn a_closed_month_is_published_with_its_statements() {
    let store = tempfile::tempdir().unwrap();
    linked(&finished().0.path().join("store"), store.path());
    let archive = Archive::for_jobs(Store::open(&format!("file:{}", store.path().display())).unwrap());
    let endpoints = Endpoints::new(Cloud::Public, None, None, None).unwrap();
    let azure = AzureClient::new(AzureClient::http().unwrap(), endpoints, None);
    let context = Context { run_at: NOW.parse().unwrap(), archive: &archive, azure: &azure, progress: &|_, _, _| {} };
    publish::run(&context, &publish::Plan { subscription_id: None }).await.unwrap();
    let published = archive.snapshots().await.unwrap().published;
    let served = Served::start(finished().0.path());
    for address in ["showback/2026-10.json", "showback/2026-11.json", "showback/2026-10/2026-10_statement_4711.csv"] {
        let file = &published[&format!("data/{address}")].1;
        assert_eq!(String::from_utf8(archive.page(file).await.unwrap()).unwrap(), served.get(address).1, "{address}");
    }
    for address in
        ["reconcile/2026-10.json", "report/all/2026-11/charges.json", "showback/2026-10/2026-10_summary.xlsx"]
    {
        assert!(published.contains_key(&format!("data/{address}")), "{address}");
    }
    // Neither is an open month a statement, nor is anything written twice.
    assert!(!published.keys().any(|path| path.starts_with("data/showback/2026-11/")));
    let again = publish::run(&context, &publish::Plan { subscription_id: None }).await.unwrap();
    assert_eq!((again.committed, again.skipped), (0, published.len()));
}
