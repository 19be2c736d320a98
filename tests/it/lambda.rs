//! The program as a Lambda function: whole invocations of the real executable against the sample Azure and a folder.
//! What is asserted is the answer, what then counts in the store, the log, and what no log may hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use functions::archive::Archive;
use functions::demo::{Options, SampleAzure};
use functions::job::Job;
use functions::store::Store;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use shared::period::Granularity;
use shared::ratebook::format::BookId;
use shared::snapshot::Snapshots;

use crate::infra::may_write;
use crate::sample_azure::client::get;
use crate::support::runtime_api::{Lambda, Told, in_ms};

const NOW: &str = "2026-11-23T09:00:00Z";
const EARLIER: &str = "2026-11-21T09:00:00Z";
const LATER: &str = "2026-11-23T10:00:00Z";
const STRANGER: &str = "99999999-2222-3333-4444-555555555555";

struct World {
    sample: SampleAzure,
    folder: tempfile::TempDir,
}

impl World {
    async fn new() -> World {
        let sample = SampleAzure::start(Options::at(NOW.parse().unwrap())).await.unwrap();
        World { sample, folder: tempfile::tempdir().unwrap() }
    }

    async fn function(&self, handler: &str) -> Lambda {
        Lambda::start(&self.sample, self.folder.path(), handler, &[]).await
    }

    fn subscription(&self, index: usize) -> (&str, &str) {
        let info = &self.sample.subscriptions()[index];
        (&info.id, &info.offer)
    }

    /// A week of one subscription's days.
    fn usage(&self, time: &str) -> String {
        let (id, offer) = self.subscription(0);
        let unit = json!({"subscriptionId": id, "granularity": "daily", "from": "2026-11-16",
            "account": {"offer": offer}});
        json!({"time": time, "unit": unit}).to_string()
    }

    fn card(&self, time: &str) -> String {
        let (id, offer) = self.subscription(0);
        json!({"time": time, "unit": {"subscriptionId": id, "offer": offer, "currency": "USD"}}).to_string()
    }

    async fn snapshots(&self) -> Snapshots {
        let url = format!("file:{}/store", self.folder.path().display());
        Archive::new(Store::open(&url).unwrap()).snapshots().await.unwrap()
    }

    /// All commit records with their bytes: what counts, and nothing else.
    fn records(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.folder.path().join("store/manifests"))
    }

    /// The folders that have objects, as the rights of a role name them.
    fn folders(&self) -> BTreeSet<String> {
        let names = |at: &Path| -> Vec<String> { files_and_folders(at) };
        let store = self.folder.path().join("store");
        let deep = |name: String| match name.as_str() {
            "raw" => names(&store.join("raw")).into_iter().map(|kind| format!("raw/{kind}")).collect(),
            _ => vec![name],
        };
        names(&store).into_iter().flat_map(deep).collect()
    }

    /// The lines of a log; none of them knows a secret, a token or a signed link.
    fn log(&self, function: &Lambda) -> Vec<Value> {
        let lines = function.log();
        let text = serde_json::to_string(&lines).unwrap();
        for secret in [self.sample.client_secret(), "Bearer ", "eyJ", "sig=", "client_assertion"] {
            assert!(!text.contains(secret), "the log holds {secret}: {text}");
        }
        lines
    }
}

fn files_and_folders(at: &Path) -> Vec<String> {
    std::fs::read_dir(at).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let one =
        |entry: std::fs::DirEntry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap());
    entries.map(|entry| one(entry.unwrap())).collect()
}

fn response(told: Told) -> Value {
    match told {
        Told::Response(value) => value,
        other => panic!("{other:?}"),
    }
}

fn error(told: Told) -> (String, String) {
    match told {
        Told::Error(value) => {
            let text = |name: &str| value[name].as_str().unwrap().to_owned();
            (text("errorType"), text("errorMessage"))
        }
        other => panic!("{other:?}"),
    }
}

fn only_time(time: &str) -> String {
    json!({"time": time}).to_string()
}

#[tokio::test]
async fn usage_is_read_once_however_often_the_event_comes() {
    let world = World::new().await;
    let mut function = world.function("snapshot-usage").await;
    let first = response(function.invoke(&world.usage(NOW)).await);
    assert_eq!(
        (&first["job"], &first["runAt"], &first["committed"]),
        (&json!("snapshot-usage"), &json!(NOW), &json!(7))
    );
    let records = world.records();
    // The subscription, then its days.
    assert_eq!(records.len(), 2);
    let second = response(function.invoke(&world.usage(NOW)).await);
    assert_eq!((&second["committed"], &second["fetched"]), (&json!(0), &json!(0)));
    // A cold start with the same event, and one that was scheduled earlier and comes late.
    let mut cold = world.function("snapshot-usage").await;
    assert_eq!(response(cold.invoke(&world.usage(NOW)).await)["committed"], 0);
    assert_eq!(response(cold.invoke(&world.usage(EARLIER)).await)["committed"], 0);
    assert_eq!(world.records(), records);

    assert_eq!(world.folders(), may_write(Job::SnapshotUsage));
    let id = world.subscription(0).0.parse().unwrap();
    let day = Date::constant(2026, 11, 20);
    let (read_at, pages) = &world.snapshots().await.usage[&(id, Granularity::Daily, day)];
    assert_eq!((read_at.0, pages.len()), (NOW.parse::<Timestamp>().unwrap(), 1));
    let done = world.log(&function).into_iter().filter(|line| line["fields"]["message"] == "done");
    let done: Vec<Value> = done.collect();
    assert_eq!(done.len(), 4, "{done:?}");
    assert_eq!((&done[0]["fields"]["time"], &done[0]["fields"]["committed"]), (&json!(NOW), &json!(7)));
    assert_eq!(done[0]["span"]["requestId"], "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
}

#[tokio::test]
async fn a_rate_card_is_read_once_for_each_time_and_the_newer_one_counts() {
    let world = World::new().await;
    let mut function = world.function("snapshot-ratecard").await;
    assert_eq!(response(function.invoke(&world.card(NOW)).await)["committed"], 1);
    let records = world.records();
    let again = response(function.invoke(&world.card(NOW)).await);
    assert_eq!((&again["committed"], &again["skipped"], &again["fetched"]), (&json!(0), &json!(1), &json!(0)));
    assert_eq!(world.records(), records);
    // An older event that comes late would keep a card of now as one of then.
    let late = response(function.invoke(&world.card(EARLIER)).await);
    assert_eq!((&late["committed"], &late["skipped"], &late["fetched"]), (&json!(0), &json!(1), &json!(0)));
    assert_eq!(world.records(), records);
    assert_eq!(response(function.invoke(&world.card(LATER)).await)["committed"], 1);
    assert_eq!(world.folders(), may_write(Job::SnapshotRatecard));
    let snapshots = world.snapshots().await;
    let offer = world.subscription(0).1.parse().unwrap();
    let newest = snapshots.newest_prices(Some(&offer), shared::money::Currency::USD).unwrap();
    assert_eq!((newest.fetched_at.to_string().as_str(), snapshots.prices.len()), (LATER, 2));
    world.log(&function);
}

/// The whole public list, counted by another client.
async fn items(world: &World) -> usize {
    let mut url = format!("{}/api/retail/prices?currencyCode='USD'", world.sample.retail());
    let mut items = 0;
    loop {
        let answer = get(&url).await;
        if answer.status == 429 {
            continue;
        }
        let page = answer.json();
        items += page["Items"].as_array().unwrap().len();
        match page["NextPageLink"].as_str() {
            Some(next) => url = next.to_owned(),
            None => return items,
        }
    }
}

/// Without a unit everything that is configured is done; the currencies come from the subscriptions.
#[tokio::test]
async fn retail_prices_need_no_sign_in() {
    let world = World::new().await;
    let nobody = [("AZURE_TENANT_ID", ""), ("AZURE_CLIENT_ID", ""), ("AZURE_CLIENT_SECRET", "")];
    let mut function = Lambda::start(&world.sample, world.folder.path(), "snapshot-retail", &nobody).await;
    let first = response(function.invoke(&only_time(NOW)).await);
    assert_eq!(first["committed"], 1);
    let records = world.records();
    assert_eq!(response(function.invoke(&only_time(NOW)).await)["skipped"], 1);
    assert_eq!(world.records(), records);
    assert_eq!(
        (first["rows"].as_u64().unwrap() as usize, world.snapshots().await.prices.len()),
        (items(&world).await, 1)
    );
    assert_eq!(world.folders(), may_write(Job::SnapshotRetail));
    assert!(world.sample.requests().iter().all(|request| !request.had_authorization));
}

#[tokio::test]
async fn invoices_are_kept_once() {
    let world = World::new().await;
    let mut function = world.function("snapshot-invoices").await;
    let event = json!({"time": NOW, "unit": {"subscriptionId": world.subscription(0).0}}).to_string();
    let first = response(function.invoke(&event).await);
    let kept = world.snapshots().await.invoices.len();
    assert!(kept > 10, "{first}");
    assert_eq!(first["committed"], kept);
    let records = world.records();
    let again = response(function.invoke(&event).await);
    assert_eq!((&again["committed"], &again["skipped"]), (&json!(0), &json!(kept)));
    assert_eq!(world.records(), records);
    assert_eq!(world.folders(), may_write(Job::SnapshotInvoices));
    world.log(&function);
}

/// What is published is made from the snapshots, to the same bytes each time, and says what the month costs.
#[tokio::test]
async fn what_is_published_can_be_made_again_to_the_same_bytes() {
    let world = World::new().await;
    let mut usage = world.function("snapshot-usage").await;
    response(usage.invoke(&world.usage(NOW)).await);
    let mut card = world.function("snapshot-ratecard").await;
    response(card.invoke(&world.card(NOW)).await);
    let before = (world.folders(), world.records().len());
    let mut publish = world.function("publish").await;
    let first = response(publish.invoke(&only_time(NOW)).await);
    let made = world.snapshots().await.published.len();
    assert_eq!(first["committed"], made, "{first}");
    let mut written: BTreeSet<String> = world.folders().difference(&before.0).cloned().collect();
    if world.records().len() > before.1 {
        written.insert("manifests".into());
    }
    assert_eq!(written, may_write(Job::Publish));
    let (records, documents) = (world.records(), files(&world.folder.path().join("store/published")));
    let again = response(publish.invoke(&only_time(NOW)).await);
    assert_eq!((&again["committed"], &again["skipped"]), (&json!(0), &json!(made)));
    assert_eq!(response(publish.invoke(&only_time(EARLIER)).await)["committed"], 0);
    assert_eq!(world.records(), records);

    // All that was derived is lost and comes back byte by byte, under the same names.
    let published = world.snapshots().await.published;
    std::fs::remove_dir_all(world.folder.path().join("store/published")).unwrap();
    response(publish.invoke(&only_time(NOW)).await);
    let back = files(&world.folder.path().join("store/published"));
    let wanted: Vec<&str> = published.values().map(|(_, file)| file.key.rsplit('/').next().unwrap()).collect();
    for name in &wanted {
        assert_eq!(back[*name], documents[*name], "{name}");
    }

    // The same figures as the command line gives.
    let id = world.subscription(0).0;
    let documents = [
        (format!("data/spend/{id}/2026-11.json"), "spend --period 2026-11 --bucket day"),
        (format!("data/forecast/{id}.json"), "forecast"),
        ("data/invoices.json".to_owned(), "invoices list"),
    ]
    .map(|(path, line)| (documents[published[&path].1.key.rsplit('/').next().unwrap()].clone(), line));
    for (bytes, line) in documents {
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        let line: Vec<&str> = line.split(' ').chain(["-o", "json", "--at", NOW, "--store", "file:store"]).collect();
        assert_eq!(document, crate::support::program::forebill(world.folder.path(), &line).json());
    }
    for (address, month) in [("all".to_owned(), "2026-11"), (id.to_string(), "2026-11")] {
        let key = &published[&format!("data/report/{address}/{month}.json")].1.key;
        let report: Value = serde_json::from_slice(&back[key.rsplit('/').next().unwrap()]).unwrap();
        let line = format!("spend --period {month} -o json --at {NOW} --store file:store");
        let line: Vec<&str> = line.split(' ').collect();
        assert_eq!(report["spend"], crate::support::program::forebill(world.folder.path(), &line).json());
        for by in report["drills"].as_array().unwrap() {
            let drill = format!("data/report/{address}/{month}/day/{}.json", by.as_str().unwrap());
            assert!(published.contains_key(&drill), "{drill}");
        }
    }
    for address in ["data/books.json", "data/reports.json", "data/alerts.json"] {
        assert!(published.contains_key(address), "{address}");
    }
    // The books that the list names lie beside it in their compact form, which is that of the same id.
    let bytes = |path: &str| &back[published[path].1.key.rsplit('/').next().unwrap()];
    let list: Value = serde_json::from_slice(bytes("data/books.json")).unwrap();
    let books = list["books"].as_array().unwrap();
    assert!(!books.is_empty());
    for book in books {
        assert_eq!(book["compact"], true);
        let beside = |ending: &str| book["url"].as_str().unwrap().replace(".json", ending);
        let [prices, ids] = [".forebook", ".ids"].map(|ending| bytes(&beside(ending)));
        let whole = shared::ratebook::compact::open(prices, ids).unwrap().book;
        let json = shared::ratebook::format::to_bytes(&whole);
        assert_eq!(BookId::of(&json).as_str(), book["id"]);
    }
}

/// A poison subscription is named, and holds no other back.
#[tokio::test]
async fn all_configured_units_run_and_one_that_fails_is_told() {
    let world = World::new().await;
    let mut list = format!("{STRANGER}=MS-AZR-0044P");
    for info in world.sample.subscriptions() {
        list.push_str(&format!(",{}={}", info.id, info.offer));
    }
    let settings = [("FOREBILL_SUBSCRIPTIONS", list.as_str())];
    let mut function = Lambda::start(&world.sample, world.folder.path(), "snapshot-ratecard", &settings).await;
    let (kind, message) = error(function.invoke(&only_time(NOW)).await);
    assert_eq!(kind, "UnitsFailed");
    assert!(message.starts_with("1 of the units of snapshot-ratecard failed") && message.contains("404"), "{message}");
    assert!(message.contains(STRANGER) && message.contains("MS-AZR-0044P"), "{message}");
    assert_eq!(world.snapshots().await.prices.len(), 3);
    let lines = world.log(&function).into_iter().filter(|line| line["fields"]["message"] == "failed");
    let lines: Vec<Value> = lines.collect();
    assert_eq!((lines.len(), &lines[0]["level"]), (1, &json!("ERROR")));
    assert_eq!(lines[0]["fields"]["kind"], "UnitsFailed");
}

#[tokio::test]
async fn of_a_batch_only_what_failed_comes_again() {
    let world = World::new().await;
    let mut function = world.function("snapshot-usage").await;
    let stranger = json!({"time": NOW, "unit": {"subscriptionId": STRANGER, "granularity": "daily",
        "from": "2026-11-22"}});
    let record = |id: &str, body: &str| json!({"messageId": id, "body": body, "eventSource": "aws:sqs"});
    let batch = json!({"Records": [
        record("poison", &stranger.to_string()),
        record("broken", "{\"time\":"),
        record("good", &world.usage(NOW)),
    ]});
    let answer = response(function.invoke(&batch.to_string()).await);
    let failures = json!([{"itemIdentifier": "poison"}, {"itemIdentifier": "broken"}]);
    assert_eq!(answer, json!({"batchItemFailures": failures}));
    assert_eq!(world.snapshots().await.usage.len(), 7);
    // A batch that is none is told as a whole: Lambda would take an empty list for success.
    let (kind, _) = error(function.invoke(r#"{"Records": [{"id": 1}]}"#).await);
    assert_eq!(kind, "BadInput");
}

#[tokio::test]
async fn a_malformed_event_is_refused_and_the_next_is_served() {
    let world = World::new().await;
    let mut function = world.function("snapshot-usage").await;
    for (event, place) in [
        ("{}", "time"),
        ("[]", "an object"),
        (r#"{"time": "<aws.scheduler.scheduled-time>"}"#, "time"),
        (r#"{"time": "2026-11-23T09:00:00Z", "unit": {"currency": "USD"}}"#, "currency"),
    ] {
        let (kind, message) = error(function.invoke(event).await);
        assert_eq!(kind, "BadInput", "{message}");
        assert!(message.contains(place) && message.contains("snapshot-usage"), "{message}");
    }
    assert_eq!(world.records().len(), 0);
    assert_eq!(response(function.invoke(&world.usage(NOW)).await)["committed"], 7);
}

/// An invocation that has no time left does nothing and says so; the same event with time does the work.
#[tokio::test]
async fn a_deadline_ends_the_work_before_lambda_does() {
    let world = World::new().await;
    let mut function = world.function("snapshot-usage").await;
    let (kind, message) = error(function.invoke_until(&world.usage(NOW), 1_000_000_000_000).await);
    assert_eq!(kind, "Deadline", "{message}");
    assert_eq!((world.records().len(), world.sample.requests().len()), (0, 0));
    // All thirteen months of hours do not fit into a moment: it ends in time and what it committed counts.
    let id = world.subscription(0).0;
    let everything = json!({"time": NOW, "unit": {"subscriptionId": id, "granularity": "hourly"}}).to_string();
    let (kind, _) = error(function.invoke_until(&everything, in_ms(300)).await);
    assert_eq!(kind, "Deadline");
    assert_eq!(response(function.invoke(&world.usage(NOW)).await)["committed"], 7);
    world.snapshots().await;
}

/// Killed in the middle, as for lack of memory: what was committed counts, and the next delivery reads the rest, each
/// day once.
#[tokio::test]
async fn a_function_that_is_killed_goes_on_where_it_was() {
    let world = World::new().await;
    let (id, offer) = world.subscription(0);
    let unit = json!({"subscriptionId": id, "granularity": "daily", "account": {"offer": offer}});
    let event = json!({"time": NOW, "unit": unit}).to_string();
    let killed = world.function("snapshot-usage").await;
    killed.begin(&event, in_ms(900_000)).await;
    let manifests = world.folder.path().join("store/manifests");
    let committed = || {
        let names = if manifests.exists() { files_and_folders(&manifests) } else { Vec::new() };
        names.iter().filter(|name| !name.starts_with('.')).count()
    };
    while committed() < 4 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    drop(killed);
    let half = world.snapshots().await.usage.len();
    let mut next = world.function("snapshot-usage").await;
    let rest = response(next.invoke(&event).await)["committed"].as_u64().unwrap() as usize;
    // Every day from the first of the thirteenth month back until yesterday.
    let days = Date::constant(2025, 10, 1).duration_until(Date::constant(2026, 11, 23)).as_hours() / 24;
    assert_eq!(world.snapshots().await.usage.len(), days as usize);
    assert!(half >= 31 && rest >= 31, "{half} {rest}");
    assert_eq!(half + rest, days as usize);
}

#[tokio::test]
async fn what_cannot_start_says_why_and_ends() {
    let world = World::new().await;
    for (handler, setting, kind, words) in [
        ("snapshot-everything", ("X", ""), "UnknownHandler", "one of snapshot-usage"),
        ("bootstrap", ("X", ""), "UnknownHandler", "bootstrap is no job"),
        ("publish", ("FOREBILL_STORE", "ftp://x"), "BadSetting", "is no store"),
        ("snapshot-usage", ("AZURE_TENANT_ID", "not a tenant"), "BadSetting", "tenant"),
        ("snapshot-usage", ("FOREBILL_SUBSCRIPTIONS", "x"), "BadSetting", "ID=OFFER"),
        ("snapshot-usage", ("FOREBILL_ARM_ENDPOINT", "http://example.com"), "BadSetting", "https"),
    ] {
        let mut function = Lambda::start(&world.sample, world.folder.path(), handler, &[setting]).await;
        let Told::Init(header, error) = function.told().await else { panic!("{handler} started") };
        assert_eq!((header.as_str(), &error["errorType"]), (format!("Init.{kind}").as_str(), &json!(kind)));
        assert!(error["errorMessage"].as_str().unwrap().contains(words), "{error}");
        assert_eq!(function.exit().code(), Some(1));
        world.log(&function);
    }
}
