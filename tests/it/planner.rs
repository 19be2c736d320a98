//! One event becomes one message for each unit: what is sent, ten at a time, and what is told when the queue does not take
//! all of it. The queue is a host that answers as a test says; `fan_out` has one that keeps messages.

use std::collections::BTreeSet;

use functions::archive::Archive;
use functions::job::{Event, Job, Unit};
use functions::store::Store;
use serde_json::{Value, json};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::snapshot::Entry;

use crate::support::odd_azure::OddAzure;
use crate::support::runtime_api::{Lambda, Told};
use crate::support::scripted::{Asked, Scripted, Step};

const TIME: &str = "2026-11-23T03:15:00Z";

pub fn subscription(number: usize) -> String {
    format!("{number:08x}-2222-4333-8444-555555555555")
}

/// The ids and bodies of a request.
fn entries(asked: &Asked) -> Vec<(String, String)> {
    assert_eq!(asked.header("x-amz-target"), Some("AmazonSQS.SendMessageBatch"));
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    assert!(body["QueueUrl"].as_str().unwrap().ends_with("/123456789012/forebill-work"));
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    body["Entries"].as_array().unwrap().iter().map(|entry| (text(entry, "Id"), text(entry, "MessageBody"))).collect()
}

/// An answer in which the queue took all but the failed ones: id, whose fault, code.
fn took(asked: &Asked, failed: &[(&str, bool, &str)]) -> Step {
    let fails = |id: &str| failed.iter().find(|(failed, ..)| *failed == id);
    let entries = entries(asked);
    let good = entries.iter().filter(|(id, _)| fails(id).is_none());
    let good: Vec<Value> =
        good.map(|(id, body)| json!({"Id": id, "MessageId": id, "MD5OfMessageBody": md5(body)})).collect();
    let bad = entries
        .iter()
        .filter_map(|(id, _)| fails(id))
        .map(|(id, fault, code)| json!({"Id": id, "SenderFault": fault, "Code": code, "Message": "as the test says"}));
    let answer = json!({"Successful": good, "Failed": bad.collect::<Vec<_>>()});
    Step::ok(answer.to_string()).with("content-type", "application/x-amz-json-1.0")
}

struct World {
    azure: OddAzure,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        World { azure: OddAzure::start(), folder: tempfile::tempdir().unwrap() }
    }

    /// So many subscriptions that the store knows.
    async fn know(&self, count: usize) {
        let archive = Archive::new(Store::open(&format!("file:{}/store", self.folder.path().display())).unwrap());
        let entries = (0..count).map(|number| Entry::Subscription {
            subscription_id: subscription(number).parse().unwrap(),
            name: format!("number {number}"),
            offer: "MS-AZR-0003P".parse().unwrap(),
            currency: Currency::USD,
            commitment: None,
        });
        archive.commit("2026-11-01T00:00:00Z".parse().unwrap(), "test", entries.collect()).await.unwrap();
    }

    /// One event without a unit for a function whose queue is at that host.
    async fn plan(&self, queue: &Scripted, event: &str) -> Told {
        let url = format!("{}/123456789012/forebill-work", queue.url);
        let variables = [
            ("FOREBILL_QUEUE_URL", url.as_str()),
            ("AWS_ENDPOINT_URL_SQS", queue.url.as_str()),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDFORTESTS"),
            ("AWS_SECRET_ACCESS_KEY", "canary-secret-of-the-tests"),
        ];
        let variables: Vec<_> = variables.into_iter().chain(self.azure.variables()).collect();
        Lambda::with(self.folder.path(), "snapshot-usage", &variables).await.invoke(event).await
    }
}

fn event() -> String {
    json!({"time": TIME}).to_string()
}

/// Every body of every request, in order.
fn sent(queue: &Scripted) -> Vec<String> {
    queue.asked().iter().flat_map(entries).map(|(_, body)| body).collect()
}

/// Five thousand subscriptions: ten thousand messages, each once, each an event of its unit with the planned time. Nobody
/// is read by the planner.
#[tokio::test]
async fn every_unit_becomes_one_message() {
    let world = World::new();
    world.know(5000).await;
    let queue = Scripted::start(|asked| took(asked, &[]));
    let told = world.plan(&queue, &event()).await;
    assert_eq!(told, Told::Response(json!({"job": "snapshot-usage", "runAt": TIME, "enqueued": 10_000})));
    assert_eq!(queue.count(), 1000);
    let mut units = BTreeSet::new();
    for message in sent(&queue) {
        let event = Event::decode(Job::SnapshotUsage, message.as_bytes()).unwrap();
        let Some(Unit::Usage(plan)) = event.unit else { panic!("{message}") };
        assert_eq!((event.time.to_string().as_str(), plan.first, plan.last), (TIME, None, None));
        units.insert((plan.subscription_id, plan.granularity));
    }
    let all = (0..5000).map(|number| subscription(number).parse::<SubscriptionId>().unwrap());
    assert_eq!(units.len(), 10_000);
    assert_eq!(units.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>(), all.collect());
    assert_eq!(world.azure.asked(), Vec::<String>::new());
}

/// The same night planned again says the same words; a unit inside the event is done and not planned.
#[tokio::test]
async fn planning_twice_sends_equal_messages_and_a_unit_is_not_planned() {
    let world = World::new();
    world.know(12).await;
    let (first, second) = (Scripted::start(|asked| took(asked, &[])), Scripted::start(|asked| took(asked, &[])));
    world.plan(&first, &event()).await;
    // Out of the queue, as the schedule's event comes.
    let record = json!({"Records": [{"messageId": "planned", "body": event()}]}).to_string();
    assert_eq!(world.plan(&second, &record).await, Told::Response(json!({"batchItemFailures": []})));
    assert_eq!(sent(&first).len(), 24);
    assert_eq!(sent(&first), sent(&second));

    let unit = json!({"subscriptionId": subscription(3), "granularity": "daily", "from": "2026-11-20"});
    let Told::Response(report) = world.plan(&first, &json!({"time": TIME, "unit": unit}).to_string()).await else {
        panic!("the unit failed")
    };
    assert_eq!((&report["committed"], first.count()), (&json!(3), 3));
}

/// What the queue refuses for a moment comes with the next round, alone; the others are not sent twice.
#[tokio::test]
async fn a_batch_that_is_taken_in_part_is_sent_again_in_part() {
    let world = World::new();
    world.know(6).await;
    let mut round = 0;
    let queue = Scripted::start(move |asked| {
        round += 1;
        match round {
            1 => took(asked, &[("3", false, "InternalError"), ("7", false, "ServiceUnavailable")]),
            2 => took(asked, &[("1", false, "InternalError")]),
            _ => took(asked, &[]),
        }
    });
    let Told::Response(planned) = world.plan(&queue, &event()).await else { panic!("it failed") };
    assert_eq!(planned["enqueued"], 12);
    let asked = queue.asked();
    let bodies = |at: usize| entries(&asked[at]).into_iter().map(|(_, body)| body).collect::<Vec<_>>();
    assert_eq!(asked.iter().map(|asked| entries(asked).len()).collect::<Vec<_>>(), [10, 2, 1, 2]);
    assert_eq!(bodies(1), [bodies(0)[3].clone(), bodies(0)[7].clone()]);
    assert_eq!(bodies(2), [bodies(0)[7].clone()]);
}

/// What stays refused is named, after a bounded number of rounds; the other batches are sent all the same.
#[tokio::test]
async fn units_that_the_queue_never_takes_are_named() {
    let world = World::new();
    world.know(10).await;
    let victim = subscription(2);
    let refused = victim.clone();
    let queue = Scripted::start(move |asked| {
        let entries = entries(asked);
        let mine = entries.iter().filter(|(_, body)| body.contains(&refused));
        let failed: Vec<(&str, bool, &str)> =
            mine.map(|(id, body)| (id.as_str(), body.contains("daily"), "InvalidMessageContents")).collect();
        took(asked, &failed)
    });
    let Told::Error(error) = world.plan(&queue, &event()).await else { panic!("nobody was told") };
    assert_eq!(error["errorType"], "QueueFailed");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.contains("did not take 2 of 20 messages: InvalidMessageContents: as the test says"), "{message}");
    assert_eq!(message.matches(&victim).count(), 2, "{message}");
    // The sender's fault once, the queue's own five times, and the second batch.
    let times = |word: &str| sent(&queue).iter().filter(|body| body.contains(&victim) && body.contains(word)).count();
    assert_eq!((times("daily"), times("hourly"), queue.count()), (1, 5, 6));
}

/// A queue that does not answer is tried as often as the SDK tries, once and not for each batch; out of a queue, the event
/// itself then comes again.
#[tokio::test]
async fn a_queue_that_is_away_ends_the_planning() {
    let world = World::new();
    world.know(100).await;
    let queue = Scripted::always(Step::new(503, "{}"));
    let record = json!({"Records": [{"messageId": "planned", "body": event()}]}).to_string();
    let failures = json!({"batchItemFailures": [{"itemIdentifier": "planned"}]});
    assert_eq!(world.plan(&queue, &record).await, Told::Response(failures));
    assert_eq!(queue.count(), 4);
    let Told::Error(error) = world.plan(&queue, &event()).await else { panic!("nobody was told") };
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.contains("did not take 200 of 200 messages") && message.contains("and 150 more"), "{message}");
}

/// What cannot be a queue stops the function before its first event.
#[tokio::test]
async fn a_bad_address_is_refused_at_the_start() {
    let world = World::new();
    let variables: Vec<_> =
        [("FOREBILL_QUEUE_URL", "forebill-work")].into_iter().chain(world.azure.variables()).collect();
    let mut function = Lambda::with(world.folder.path(), "snapshot-usage", &variables).await;
    let Told::Init(kind, error) = function.told().await else { panic!("it started") };
    assert_eq!(kind, "Init.BadSetting");
    assert!(error["errorMessage"].as_str().unwrap().contains("no address of a queue"), "{error}");
}

fn md5(text: &str) -> String {
    use md5::Digest as _;
    md5::Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
