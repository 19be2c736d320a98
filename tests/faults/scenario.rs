//! The nights of a case. Faults end before the last one, which must put everything right.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use shared::period::{Granularity, Instant, utc_date};
use shared::snapshot::Entry;

use super::invariants;
use super::plan::Plan;
use super::world::{Outcome, World, at, subscription};
use crate::account::Configured;
use crate::job::{Event, Job, Unit};
use crate::jobs::{snapshot_invoices, snapshot_ratecard, snapshot_usage};

pub const OF: &str = "11111111-2222-3333-4444-555555555555";
pub const OTHER: &str = "22222222-2222-3333-4444-555555555555";

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Days of one subscription.
    Usage,
    /// The same from the day before the first night on: the smallest that has everything.
    OneDay,
    /// A rate card whose prices change.
    Card,
    /// Billing periods and documents.
    Invoices,
    /// A month is closed, and its prices change afterwards.
    Close,
    /// The invoices of two subscriptions, of which one never answers.
    Poison,
}

/// The month that is closed.
pub const MONTH: Date = date(2026, 10, 1);
/// What is there before: the last reported days of the month and some after it, and a card.
const PREPARED: &str = "2026-11-06T03:15:00Z";
/// When the card is read again, after the first night.
const REPRICED: &str = "2026-11-22T12:00:00Z";

/// The first night, on which the job runs twice at once, the second, and the last.
const NIGHTS: [&str; 3] = ["2026-11-22T03:15:00Z", "2026-11-23T03:15:00Z", "2026-11-24T03:15:00Z"];

impl Scenario {
    pub const ALL: [Scenario; 5] =
        [Scenario::Usage, Scenario::OneDay, Scenario::Card, Scenario::Invoices, Scenario::Close];

    /// What the schedule asks for; nobody schedules a close.
    fn asked(self, time: Timestamp) -> Option<(Job, Event)> {
        let (job, unit) = match self {
            Scenario::Usage | Scenario::OneDay => (Job::SnapshotUsage, Some(usage_since(self.first_day()))),
            Scenario::Card => (Job::SnapshotRatecard, Some(card())),
            Scenario::Invoices => {
                let plan = snapshot_invoices::Plan { subscription_id: subscription(OF), from: None, to: None };
                (Job::SnapshotInvoices, Some(Unit::Invoices(plan)))
            }
            Scenario::Poison => (Job::SnapshotInvoices, None),
            Scenario::Close => return None,
        };
        Some((job, Event { time: Instant(time), unit }))
    }

    async fn invoke(self, world: &World, time: Timestamp) -> Outcome {
        match self.asked(time) {
            Some((job, event)) => world.invoke(job, &event, &self.configured()).await,
            None => {
                let rules = crate::showback::read("cost-centre from subscription\n").expect("rules");
                world.close("2026-10", &rules, time).await
            }
        }
    }

    /// One invocation; where it fails or dies, a second one, as Lambda makes it.
    async fn schedule(self, world: &World, time: Timestamp) -> Outcome {
        let first = self.invoke(world, time).await;
        match first {
            Outcome::Done(_) => first,
            _ => self.invoke(world, time).await,
        }
    }

    /// What is there before anything fails.
    async fn prepare(self, world: &World) {
        if self != Scenario::Close {
            return;
        }
        let time = at(PREPARED);
        world.azure.set_today(utc_date(time));
        let account = Entry::Subscription {
            subscription_id: subscription(OF),
            name: "one".into(),
            offer: "MS-AZR-0003P".parse().expect("an offer"),
            currency: shared::money::Currency::USD,
            commitment: None,
        };
        world.archive().commit(time, "subscriptions", vec![account]).await.expect("a record");
        for (job, unit) in [(Job::SnapshotUsage, usage_since(date(2026, 10, 31))), (Job::SnapshotRatecard, card())] {
            world.prepare(job, &Event { time: Instant(time), unit: Some(unit) }).await;
        }
    }

    /// The first reported day that is read.
    pub fn first_day(self) -> Date {
        date(2026, 11, if self == Scenario::OneDay { 21 } else { 20 })
    }

    fn configured(self) -> Vec<Configured> {
        match self {
            Scenario::Poison => [OF, OTHER]
                .map(|id| Configured { subscription_id: subscription(id), account: Default::default() })
                .to_vec(),
            _ => Vec::new(),
        }
    }

    /// Runs a case to its end. What comes back is wrong; the world is for whoever wants to know more.
    pub fn run(self, plan: Plan) -> (Vec<String>, World) {
        let world = World::new(plan);
        let time = world.time.clone();
        time.run(self.nights(world))
    }

    async fn nights(self, world: World) -> (Vec<String>, World) {
        let [first, second, last] = NIGHTS.map(at);
        let mut breaches = Vec::new();
        self.prepare(&world).await;

        world.azure.set_today(utc_date(first));
        let twins = tokio::join!(self.schedule(&world, first), self.schedule(&world, first));
        breaches.extend(invariants::after_night(self, &world, first, &[&twins.0, &twins.1]).await);

        world.azure.restate(utc_date(first).yesterday().unwrap_or_default());
        world.azure.next_card();
        if self == Scenario::Close {
            let event = Event { time: Instant(at(REPRICED)), unit: Some(card()) };
            world.prepare(Job::SnapshotRatecard, &event).await;
        }
        let frozen = invariants::closed(&world).await;
        world.azure.set_today(utc_date(second));
        let outcome = self.schedule(&world, second).await;
        breaches.extend(invariants::after_night(self, &world, second, &[&outcome]).await);
        let survived = [twins.0, twins.1, outcome];

        world.plan.end();
        world.azure.set_today(utc_date(last));
        let outcome = self.invoke(&world, last).await;
        breaches.extend(invariants::after_night(self, &world, last, &[&outcome]).await);
        breaches.extend(invariants::converged(self, &world, last, &outcome).await);

        // The same events once more, and an old one late: nothing is left to do.
        let before = world.objects.all();
        for time in [last, second] {
            if let Outcome::Failed(error) = self.invoke(&world, time).await {
                breaches.push(format!("running again at {time}: {error}"));
            }
        }
        let now = invariants::closed(&world).await;
        if frozen.is_some() && now != frozen {
            breaches.push(format!("a closed month changed from {frozen:?} to {now:?}"));
        }
        breaches.extend(invariants::nothing_new(self, &before, &world.objects.all()));
        breaches.extend(invariants::survived(&world, &survived));
        breaches.extend(world.azure.breaches());
        breaches.extend(world.memory.lock().map(|memory| memory.breaches().to_vec()).unwrap_or_default());
        (breaches, world)
    }
}

fn usage_since(first: Date) -> Unit {
    let plan = snapshot_usage::Plan::new(subscription(OF), Granularity::Daily);
    Unit::Usage(snapshot_usage::Plan { first: Some(first), ..plan })
}

fn card() -> Unit {
    let offer = "MS-AZR-0003P".parse().unwrap_or_else(|error| panic!("{error}"));
    Unit::RateCard(snapshot_ratecard::Plan::new(subscription(OF), offer, shared::money::Currency::USD))
}
