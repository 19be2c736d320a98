//! A whole night through a queue: the schedule's event is cut into units, workers do them, and what cannot be done ends
//! among the failed ones without costing anybody else a delivery. Bucket and queues are an emulator's, workers the real
//! program; the mapping between them, which Lambda has, is written here by its documentation.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use functions::archive::Archive;
use functions::job::{Event, Job, Unit};
use functions::store::{Endpoint, Store};
use futures_util::future::join_all;
use jiff::civil::Date;
use serde_json::{Value, json};
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::period::Granularity;
use shared::snapshot::{Entry, Snapshots};

use crate::planner::subscription;
use crate::support::emulator::{ACCESS_KEY, Emulator, Received};
use crate::support::odd_azure::{Day, OddAzure};
use crate::support::program::{answer, command};
use crate::support::runtime_api::{Lambda, Told};

const TIME: &str = "2026-11-23T03:15:00Z";
/// The days that are due then; those before have been read.
const DUE: [&str; 5] = ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"];
const FIRST_DAY: Date = Date::constant(2025, 10, 1);
const FIRST_DUE: Date = Date::constant(2026, 11, 18);
const WORKERS: usize = 3;
/// As in the template.
const MOST_RECEIVES: usize = 3;
const GRANULARITIES: [Granularity; 2] = [Granularity::Daily, Granularity::Hourly];

/// One night: how many subscriptions, which of them Azure refuses for good, and what the mapping makes of an answer.
struct Night {
    name: &'static str,
    subscriptions: usize,
    poison: &'static [usize],
    /// Whether the mapping has `ReportBatchItemFailures`. Without it, a batch fails as a whole.
    partial: bool,
}

/// What came of it.
struct Outcome {
    /// How often each unit was delivered.
    deliveries: BTreeMap<(SubscriptionId, Granularity), usize>,
    /// What lies among the failed ones.
    failed: BTreeSet<(SubscriptionId, Granularity)>,
    snapshots: Snapshots,
    /// What `verify` says of the records of this night.
    verified: Vec<String>,
}

impl Night {
    async fn run(&self, emulator: &Emulator) -> Outcome {
        let azure = OddAzure::start();
        for (number, day) in self.poison.iter().flat_map(|number| DUE.map(|day| (*number, day))) {
            // A refusal, and an answer that nobody can read.
            let how = if number % 2 == 0 { Day::Status(403) } else { Day::Text(r#"{"value":[{"name":1}]}"#.into()) };
            azure.tell(&subscription(number), day, how);
        }
        emulator.bucket(self.name).await;
        let dead = emulator.queue(&format!("{}-failed", self.name), json!({})).await;
        let redrive = json!({"deadLetterTargetArn": emulator.arn(&dead).await, "maxReceiveCount": MOST_RECEIVES});
        let attributes = json!({"VisibilityTimeout": "600", "RedrivePolicy": redrive.to_string()});
        let work = emulator.queue(&format!("{}-work", self.name), attributes).await;
        let archive = Archive::new(self.store(emulator));
        self.know(&archive).await;

        let folder = tempfile::tempdir().unwrap();
        let place = format!("s3://{}", self.name);
        let own = [("FOREBILL_STORE", place.as_str()), ("FOREBILL_QUEUE_URL", work.as_str())];
        let variables: Vec<_> = own.into_iter().chain(emulator.variables()).chain(azure.variables()).collect();
        let workers = (0..WORKERS).map(|_| Lambda::with(folder.path(), "snapshot-usage", &variables));
        let workers = join_all(workers).await;
        emulator.send(&work, &json!({"time": TIME}).to_string()).await;
        let deliveries = RefCell::default();
        join_all(workers.into_iter().map(|worker| self.serve(emulator, &work, worker, &deliveries))).await;

        let mut line = command(folder.path(), &["verify", "-o", "json", "--at", TIME]);
        line.env("FOREBILL_STORE", &place).envs(emulator.variables());
        let verified = answer(line.output().unwrap()).json();
        Outcome {
            deliveries: deliveries.into_inner(),
            failed: self.failed(emulator, &dead).await,
            snapshots: archive.snapshots().await.unwrap(),
            verified: self.verified(&verified),
        }
    }

    fn store(&self, emulator: &Emulator) -> Store {
        let endpoint =
            Endpoint { url: emulator.url.clone(), access_key_id: ACCESS_KEY.into(), secret_access_key: "test".into() };
        Store::open_at(&format!("s3://{}", self.name), Some(endpoint)).unwrap()
    }

    /// The breaches of a verification. The first record is that of `know`, whose days name no pages: it finds each of them.
    fn verified(&self, verification: &Value) -> Vec<String> {
        let breaches = verification["breaches"].as_array().unwrap();
        let (known, of_this_night): (Vec<&Value>, Vec<&Value>) =
            breaches.iter().partition(|breach| breach["record"] == 1 && breach["kind"] == "pages-not-whole");
        let days = FIRST_DAY.duration_until(FIRST_DUE).as_hours() as usize / 24;
        assert_eq!(known.len(), self.subscriptions * GRANULARITIES.len() * days);
        of_this_night.into_iter().map(Value::to_string).collect()
    }

    /// The subscriptions, and thirteen months of each that count as read, so that five days are left to do.
    async fn know(&self, archive: &Archive) {
        let mut entries = Vec::new();
        for number in 0..self.subscriptions {
            let subscription_id: SubscriptionId = subscription(number).parse().unwrap();
            let (name, offer) = (format!("number {number}"), "MS-AZR-0003P".parse().unwrap());
            entries.push(Entry::Subscription {
                subscription_id,
                name,
                offer,
                currency: Currency::USD,
                commitment: None,
            });
            for granularity in GRANULARITIES {
                let days = FIRST_DAY.series(jiff::Span::new().days(1)).take_while(|day| *day < FIRST_DUE);
                entries.extend(days.map(|reported_on| Entry::Usage {
                    subscription_id,
                    granularity,
                    reported_on,
                    pages: Vec::new(),
                }));
            }
        }
        archive.commit("2026-11-23T03:00:00Z".parse().unwrap(), "snapshot-usage", entries).await.unwrap();
    }

    /// One environment of the function: batches of ten until the queue is empty. The template's batches of one keep units
    /// apart by themselves; here the answer has to.
    async fn serve(
        &self,
        emulator: &Emulator,
        queue: &str,
        mut worker: Lambda,
        deliveries: &RefCell<BTreeMap<(SubscriptionId, Granularity), usize>>,
    ) {
        while emulator.depth(queue).await > 0 {
            let batch = emulator.receive(queue).await;
            for message in &batch {
                if let Some(unit) = unit(&message.body) {
                    *deliveries.borrow_mut().entry(unit).or_default() += 1;
                }
            }
            if batch.is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
            let failed = self.failures(worker.invoke(&records(&batch)).await, &batch);
            for message in &batch {
                match failed.contains(&message.id) {
                    true => emulator.give_back(queue, message).await,
                    false => emulator.delete(queue, message).await,
                }
            }
        }
    }

    /// Which messages come again.
    fn failures(&self, told: Told, batch: &[Received]) -> BTreeSet<String> {
        let Told::Response(answer) = told else { panic!("{told:?}") };
        let failures = answer["batchItemFailures"].as_array().unwrap();
        if failures.is_empty() || self.partial {
            let id = |failure: &Value| failure["itemIdentifier"].as_str().unwrap().to_owned();
            return failures.iter().map(id).collect();
        }
        batch.iter().map(|message| message.id.clone()).collect()
    }

    /// What lies in the queue of the failed ones.
    async fn failed(&self, emulator: &Emulator, dead: &str) -> BTreeSet<(SubscriptionId, Granularity)> {
        let mut failed = BTreeSet::new();
        while emulator.depth(dead).await > 0 {
            for message in emulator.receive(dead).await {
                assert!(failed.insert(unit(&message.body).unwrap()), "{} is there twice", message.body);
                emulator.delete(dead, &message).await;
            }
        }
        failed
    }

    /// The units of some subscriptions.
    fn units(numbers: impl Iterator<Item = usize>) -> BTreeSet<(SubscriptionId, Granularity)> {
        let ids = numbers.map(|number| subscription(number).parse().unwrap());
        ids.flat_map(|id| GRANULARITIES.map(|granularity| (id, granularity))).collect()
    }

    /// What the night promises and did not keep.
    fn breaches(&self, outcome: &Outcome) -> Vec<String> {
        let healthy = Night::units((0..self.subscriptions).filter(|number| !self.poison.contains(number)));
        let poison = Night::units(self.poison.iter().copied());
        let mut breaches = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                breaches.push(what)
            }
        };
        for unit in &healthy {
            let times = outcome.deliveries.get(unit).copied().unwrap_or(0);
            expect(times == 1, format!("{unit:?} was delivered {times} times"));
            let read = |day: &str| outcome.snapshots.usage.get(&(unit.0, unit.1, day.parse().unwrap()));
            let days = DUE.iter().filter(|day| read(day).is_some_and(|(at, _)| at.to_string() == TIME)).count();
            expect(days == DUE.len(), format!("{unit:?} has {days} days"));
        }
        for unit in &poison {
            let times = outcome.deliveries.get(unit).copied().unwrap_or(0);
            expect(times == MOST_RECEIVES, format!("the poison {unit:?} was delivered {times} times"));
            let gap = |day: &str| outcome.snapshots.gaps.contains_key(&(unit.0, unit.1, day.parse().unwrap()));
            expect(DUE.iter().all(|day| gap(day)), format!("the poison {unit:?} is not on record"));
        }
        expect(outcome.failed == poison, format!("failed are {:?}", outcome.failed));
        expect(outcome.verified.is_empty(), format!("verify says {:?}", outcome.verified));
        breaches
    }
}

/// Which unit a message is; none where it is the schedule's event.
fn unit(body: &str) -> Option<(SubscriptionId, Granularity)> {
    let event = Event::decode(Job::SnapshotUsage, body.as_bytes()).unwrap();
    assert_eq!(event.time.to_string(), TIME);
    match event.unit? {
        Unit::Usage(plan) => Some((plan.subscription_id, plan.granularity)),
        other => panic!("{other:?}"),
    }
}

/// A batch as Lambda hands it to a function.
fn records(batch: &[Received]) -> String {
    let record = |message: &Received| json!({"messageId": message.id, "body": message.body, "eventSource": "aws:sqs"});
    json!({"Records": batch.iter().map(record).collect::<Vec<_>>()}).to_string()
}

/// Two of forty subscriptions fail for good: the others are read with as many deliveries as in a night in which nobody
/// fails, and the two lie among the failed ones. A mapping that fails whole batches is found out.
#[tokio::test]
async fn a_poison_subscription_costs_nobody_else_a_delivery() {
    let emulator = Emulator::start().await;
    let well = Night { name: "well", subscriptions: 40, poison: &[], partial: true };
    let well_outcome = well.run(&emulator).await;
    assert_eq!(well.breaches(&well_outcome), Vec::<String>::new());

    let poisoned = Night { name: "poisoned", poison: &[7, 30], ..well };
    let outcome = poisoned.run(&emulator).await;
    assert_eq!(poisoned.breaches(&outcome), Vec::<String>::new());
    let healthy = |outcome: &Outcome| {
        let units =
            outcome.deliveries.iter().filter(|((id, _), _)| ![7, 30].map(subscription).contains(&id.to_string()));
        units.map(|(_, times)| times).sum::<usize>()
    };
    assert!(healthy(&outcome) <= healthy(&well_outcome));
    assert_eq!(healthy(&outcome), 76);

    let whole = Night { name: "whole-batches", subscriptions: 10, poison: &[2], partial: false };
    let breaches = whole.breaches(&whole.run(&emulator).await);
    assert!(
        breaches.iter().any(|breach| breach.contains("was delivered 2 times") || breach.contains("3 times")),
        "{breaches:?}"
    );
}
