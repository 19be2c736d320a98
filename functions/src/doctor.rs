//! Whether everything is set up: one line for each thing that a job needs, and for each problem the command that mends
//! it. Azure is only read, with the very questions that the jobs ask, so that what is fine here is fine at night.

mod azure;
mod mend;
mod refused;
mod store;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::Instant;
use shared::snapshot::Snapshots;

use crate::account::{Account, Configured};
use crate::azure::{AzureClient, AzureError, Run};
use crate::config::{AzureSettings, SignIn};
use mend::Mend;

/// How long the questions about one thing may take together: less than the minute after which usage that is being made
/// ready is asked for again.
const PATIENCE: Duration = Duration::from_secs(50);

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it must be.
    Ok,
    /// A job would fail here.
    Problem,
    /// Not looked at; the detail says why.
    Skipped,
}

/// One line.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was looked at.
    pub check: &'static str,
    /// Whose: a subscription, a store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How it ended.
    pub state: State,
    /// What was found.
    pub detail: String,
    /// The right that it needs in Azure or in AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<&'static str>,
    /// What to run, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mend: Vec<String>,
}

impl Check {
    fn new(check: &'static str, state: State, detail: impl Into<String>) -> Check {
        Check { check, of: None, state, detail: detail.into(), permission: None, mend: Vec::new() }
    }

    fn ok(check: &'static str, detail: impl Into<String>) -> Check {
        Check::new(check, State::Ok, detail)
    }

    fn skipped(check: &'static str, detail: impl Into<String>) -> Check {
        Check::new(check, State::Skipped, detail)
    }

    fn problem(check: &'static str, detail: impl Into<String>, mend: Vec<String>) -> Check {
        Check { mend, ..Check::new(check, State::Problem, detail) }
    }

    fn of(self, of: impl ToString) -> Check {
        Check { of: Some(of.to_string()), ..self }
    }

    fn needs(self, permission: &'static str) -> Check {
        Check { permission: Some(permission), ..self }
    }
}

/// All lines.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// `forebill.doctor/1`
    pub schema: &'static str,
    /// The "now" of the run.
    pub at: Instant,
    /// In the order in which a job meets them.
    pub checks: Vec<Check>,
    /// How many are problems.
    pub problems: usize,
    /// How many could not be looked at.
    pub skipped: usize,
}

/// What to look at.
pub struct Patient<'a> {
    /// The "now" of the run.
    pub run_at: Timestamp,
    /// Where snapshots lie.
    pub store: &'a str,
    /// Who we are for Azure.
    pub azure: &'a AzureSettings,
    /// Only these, where somebody named some.
    pub named: &'a [Configured],
    /// Those that jobs begin with.
    pub configured: &'a [Configured],
}

/// Looks at everything. What goes wrong is a line and no error.
pub async fn examine(patient: &Patient<'_>) -> Report {
    let (mut checks, snapshots) = store::checks(patient.store, patient.run_at).await;
    let mend = Mend::new(patient.azure);
    let subscriptions = subscriptions(patient, snapshots.as_ref());
    match sign_in(patient.azure, &mend).await {
        Ok((checked, client)) => {
            checks.extend(checked);
            checks.extend(azure::checks(&client, &subscriptions, patient.run_at, &mend).await);
        }
        Err(checked) => {
            checks.extend(checked);
            let waits = |id: &SubscriptionId| Check::skipped("subscription", "nobody is signed in").of(id);
            checks.extend(subscriptions.keys().map(waits));
        }
    }
    checks.push(azure::retail(patient.azure).await);
    let count = |state| checks.iter().filter(|check| check.state == state).count();
    let (problems, skipped) = (count(State::Problem), count(State::Skipped));
    Report { schema: "forebill.doctor/1", at: Instant(patient.run_at), checks, problems, skipped }
}

/// Those that were named, otherwise all that the store knows or a setting names; what is known of them comes along.
fn subscriptions(patient: &Patient<'_>, snapshots: Option<&Snapshots>) -> BTreeMap<SubscriptionId, Account> {
    let mut known: BTreeMap<SubscriptionId, Account> =
        patient.configured.iter().map(|one| (one.subscription_id, one.account.clone())).collect();
    for (id, facts) in snapshots.iter().flat_map(|snapshots| &snapshots.subscriptions) {
        let account = Account { offer: Some(facts.offer.clone()), currency: Some(facts.currency), commitment: None };
        known.insert(*id, account);
    }
    if patient.named.is_empty() {
        return known;
    }
    let one = |named: &Configured| {
        let said = named.account.clone();
        let account = if said.offer.is_some() { Some(said) } else { known.get(&named.subscription_id).cloned() };
        (named.subscription_id, account.unwrap_or_default())
    };
    patient.named.iter().map(one).collect()
}

/// The settings make a client, and the client gets a token.
async fn sign_in(azure: &AzureSettings, mend: &Mend) -> Result<(Vec<Check>, AzureClient), Vec<Check>> {
    let way = azure.way().and_then(|way| azure.client().map(|client| (way, client)));
    let (way, client) = match way {
        Ok(made) => made,
        Err(error) => {
            let problem = Check::problem("settings", error.to_string(), vec![mend.principal()]);
            return Err(vec![problem, Check::skipped("sign-in", "the settings do not say how")]);
        }
    };
    let client = client.for_run(Run::within(PATIENCE));
    let settings = Check::ok("settings", format!("sign-in by {}", name(way)));
    match client.sign_in().await {
        Ok(words) => Ok((vec![settings, Check::ok("sign-in", format!("Entra gave a token for {words}"))], client)),
        Err(error @ AzureError::SignInUnreachable(_)) => {
            let host = client.authority().as_str().trim_end_matches('/');
            let words = format!("the sign-in host {host} cannot be reached; {error}");
            Err(vec![settings, Check::problem("sign-in", words, mend.reach(host))])
        }
        Err(error) => {
            let words = error.to_string();
            let command = mend.sign_in(way, &words);
            Err(vec![settings, Check::problem("sign-in", words, command)])
        }
    }
}

/// As FOREBILL_SIGN_IN names it.
fn name(way: SignIn) -> &'static str {
    match way {
        SignIn::ClientSecret => "client-secret",
        SignIn::Certificate => "certificate",
        SignIn::TokenFile => "token-file",
        SignIn::Aws => "aws",
        SignIn::AzureCli => "azure-cli",
    }
}
