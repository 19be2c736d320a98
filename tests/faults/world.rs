//! Runs jobs as a schedule would: in processes of their own that share a store, an Azure and a clock.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::time::OffsetDateTime;
use jiff::Timestamp;
use shared::guid::SubscriptionId;

use super::azure::SimAzure;
use super::invariants::Memory;
use super::plan::Plan;
use super::process::Process;
use super::store::{Objects, SimStore};
use super::time::Time;
use super::wire::SimWire;
use crate::account::Configured;
use crate::archive::Archive;
use crate::azure::{AzureClient, Cloud, Credential, Endpoints, Run};
use crate::error::Error;
use crate::job::{self, Deps, Event, Job, JobReport};
use crate::notify::Channels;
use crate::showback::{self, Rules};
use crate::store::Store;

/// What a run is given: Lambda's longest, less what it needs to answer.
const ALLOWANCE: Duration = Duration::from_secs(14 * 60);
/// When Lambda stops it,
const DEADLINE: Duration = Duration::from_secs(15 * 60);
/// and how long before that it must have come to an end.
const SPARE: Duration = Duration::from_secs(30);

/// How an invocation ended.
#[derive(Debug)]
pub enum Outcome {
    Done(JobReport),
    Failed(String),
    Died,
}

#[derive(Debug)]
pub struct World {
    pub objects: Arc<Objects>,
    pub azure: Arc<SimAzure>,
    pub plan: Arc<Plan>,
    pub time: Time,
    pub memory: Mutex<Memory>,
    /// What invocations failed of.
    pub failures: Mutex<Vec<String>>,
    processes: Mutex<u64>,
}

impl World {
    pub fn new(plan: Plan) -> World {
        World {
            objects: Arc::default(),
            azure: Arc::default(),
            plan: Arc::new(plan),
            time: Time::new(),
            memory: Mutex::default(),
            failures: Mutex::default(),
            processes: Mutex::new(0),
        }
    }

    /// The store as it is, without faults.
    pub fn archive(&self) -> Archive {
        let store = SimStore::new(self.objects.clone(), None, Arc::default(), self.time.clone());
        Archive::for_jobs(Store::Simulated(Arc::new(store)))
    }

    /// One invocation of a job.
    pub async fn invoke(&self, job: Job, event: &Event, configured: &[Configured]) -> Outcome {
        self.process(&self.plan, job.name(), configured, async |deps| job::run(job, event, deps).await).await
    }

    /// The same where nothing fails: for what a case begins with.
    pub async fn prepare(&self, job: Job, event: &Event) -> Outcome {
        let plan = Arc::new(Plan::of(&[]));
        self.process(&plan, job.name(), &[], async |deps| job::run(job, event, deps).await).await
    }

    /// Somebody closes a month.
    pub async fn close(&self, month: &str, rules: &Rules, time: Timestamp) -> Outcome {
        let closed = async |deps: &Deps<'_>| {
            let closing = showback::close(deps.archive, month, rules, time).await?;
            Ok(JobReport { committed: usize::from(closing.by_this_run), ..JobReport::new("close", time) })
        };
        self.process(&self.plan, "close", &[], closed).await
    }

    async fn process(
        &self,
        plan: &Arc<Plan>,
        what: &str,
        configured: &[Configured],
        work: impl AsyncFnOnce(&Deps<'_>) -> Result<JobReport, Error>,
    ) -> Outcome {
        let process = Arc::new(Process::default());
        let seed = {
            let mut processes = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
            *processes += 1;
            *processes
        };
        let store = SimStore::new(self.objects.clone(), Some(plan.clone()), process.clone(), self.time.clone());
        let archive = Archive::for_jobs(Store::Simulated(Arc::new(store)));
        let wire = Arc::new(SimWire::new(self.azure.clone(), plan.clone(), process.clone(), self.time.clone()));
        let endpoints = Endpoints::new(Cloud::Public, None, None, None).unwrap_or_else(|error| panic!("{error}"));
        let credential = Credential::simulated(&endpoints, Arc::new(Tokens(wire.clone())));
        let run = Run::new(Arc::new(self.time.clone()), Some(ALLOWANCE), seed);
        let azure = AzureClient::simulated(wire, endpoints, credential).for_run(run);
        let channels = Channels::default();
        let deps = Deps { archive: &archive, azure: &azure, configured, channels: &channels, progress: &|_, _, _| {} };
        let began = self.time.passed();
        let outcome = tokio::select! {
            biased;
            () = process.death() => Outcome::Died,
            ended = self.time.within(DEADLINE, work(&deps)) => match ended {
                Some(Ok(report)) => Outcome::Done(report),
                Some(Err(error)) => Outcome::Failed(error.to_string()),
                None => {
                    self.azure.breach(format!("{what} was still running at its deadline"));
                    Outcome::Died
                }
            },
        };
        let took = self.time.passed() - began;
        if took > DEADLINE - SPARE {
            self.azure.breach(format!("{what} took {took:?}"));
        }
        if let Outcome::Failed(error) = &outcome {
            self.failures.lock().unwrap_or_else(PoisonError::into_inner).push(error.clone());
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.after(self, &outcome);
        outcome
    }
}

#[derive(Debug)]
struct Tokens(Arc<SimWire>);

#[async_trait::async_trait]
impl TokenCredential for Tokens {
    async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
        let ends = OffsetDateTime::now_utc() + Duration::from_secs(3_600);
        Ok(AccessToken::new(Secret::new(self.0.token()), ends))
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn subscription(text: &str) -> SubscriptionId {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}
