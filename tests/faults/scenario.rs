//! The nights of a case. Faults end before the last one, which must put everything right.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use shared::period::{Granularity, Instant, utc_date};

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
    /// The invoices of two subscriptions, of which one never answers.
    Poison,
}

/// The first night, on which the job runs twice at once, the second, and the last.
const NIGHTS: [&str; 3] = ["2026-11-22T03:15:00Z", "2026-11-23T03:15:00Z", "2026-11-24T03:15:00Z"];

impl Scenario {
    pub const ALL: [Scenario; 4] = [Scenario::Usage, Scenario::OneDay, Scenario::Card, Scenario::Invoices];

    fn job(self) -> Job {
        match self {
            Scenario::Usage | Scenario::OneDay => Job::SnapshotUsage,
            Scenario::Card => Job::SnapshotRatecard,
            Scenario::Invoices | Scenario::Poison => Job::SnapshotInvoices,
        }
    }

    fn event(self, time: Timestamp) -> Event {
        let of = subscription(OF);
        let unit = match self {
            Scenario::Usage | Scenario::OneDay => Some(Unit::Usage(snapshot_usage::Plan {
                first: Some(self.first_day()),
                ..snapshot_usage::Plan::new(of, Granularity::Daily)
            })),
            Scenario::Card => {
                let offer = "MS-AZR-0003P".parse().unwrap_or_else(|error| panic!("{error}"));
                Some(Unit::RateCard(snapshot_ratecard::Plan::new(of, offer, shared::money::Currency::USD)))
            }
            Scenario::Invoices => {
                Some(Unit::Invoices(snapshot_invoices::Plan { subscription_id: of, from: None, to: None }))
            }
            Scenario::Poison => None,
        };
        Event { time: Instant(time), unit }
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
        let configured = self.configured();
        let [first, second, last] = NIGHTS.map(at);
        let run = |time| (self.job(), self.event(time));
        let mut breaches = Vec::new();

        world.azure.set_today(utc_date(first));
        let (job, event) = run(first);
        let twins = tokio::join!(world.schedule(job, &event, &configured), world.schedule(job, &event, &configured));
        breaches.extend(invariants::after_night(self, &world, first, &[&twins.0, &twins.1]).await);

        world.azure.restate(utc_date(first).yesterday().unwrap_or_default());
        world.azure.next_card();
        world.azure.set_today(utc_date(second));
        let (job, event) = run(second);
        let outcome = world.schedule(job, &event, &configured).await;
        breaches.extend(invariants::after_night(self, &world, second, &[&outcome]).await);
        let survived = [twins.0, twins.1, outcome];

        world.plan.end();
        world.azure.set_today(utc_date(last));
        let (job, event) = run(last);
        let outcome = world.invoke(job, &event, &configured).await;
        breaches.extend(invariants::after_night(self, &world, last, &[&outcome]).await);
        breaches.extend(invariants::converged(self, &world, last, &outcome).await);

        // The same events once more, and an old one late: nothing is left to do.
        let before = world.objects.all();
        for time in [last, second] {
            let (job, event) = run(time);
            if let Outcome::Failed(error) = world.invoke(job, &event, &configured).await {
                breaches.push(format!("running again at {time}: {error}"));
            }
        }
        breaches.extend(invariants::nothing_new(self, &before, &world.objects.all()));
        breaches.extend(invariants::survived(&world, &survived));
        breaches.extend(world.azure.breaches());
        breaches.extend(world.memory.lock().map(|memory| memory.breaches().to_vec()).unwrap_or_default());
        (breaches, world)
    }
}
