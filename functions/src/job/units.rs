//! The units of work of a job: what is configured, and what the store knows.
//!
//! Configuration brings a subscription in; from then on the store's own records say what it is. So there is no second
//! list to keep: whoever was read once is read on, by a laptop and by the deployed schedule alike.

use std::collections::{BTreeMap, BTreeSet};

use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::period::Granularity;
use shared::snapshot::Snapshots;

use super::{Job, Unit};
use crate::account::{Account, Configured};
use crate::jobs::{alerts, publish, snapshot_invoices, snapshot_ratecard, snapshot_retail, snapshot_usage};

/// All units of a job, in an order that does not depend on the order of settings.
#[must_use]
pub fn units(job: Job, configured: &[Configured], snapshots: &Snapshots) -> Vec<Unit> {
    let subscriptions = subscriptions(configured, snapshots);
    match job {
        Job::SnapshotUsage => subscriptions.iter().flat_map(|(id, account)| usage(*id, account, snapshots)).collect(),
        Job::SnapshotRatecard => rate_cards(&subscriptions, snapshots),
        Job::SnapshotRetail => {
            let mut currencies: BTreeSet<Currency> = subscriptions.values().map(currency).collect();
            if currencies.is_empty() {
                currencies.insert(Currency::USD);
            }
            let plan = |currency| snapshot_retail::Plan { currency, regions: Vec::new(), services: Vec::new() };
            currencies.into_iter().map(|currency| Unit::Retail(plan(currency))).collect()
        }
        Job::SnapshotInvoices => {
            let plan = |id: &SubscriptionId| snapshot_invoices::Plan { subscription_id: *id, from: None, to: None };
            subscriptions.keys().map(|id| Unit::Invoices(plan(id))).collect()
        }
        Job::Publish => {
            // Only what the store knows can be rated.
            let known = snapshots.subscriptions.keys().copied().map(Some);
            known.chain([None]).map(|subscription_id| Unit::Publish(publish::Plan { subscription_id })).collect()
        }
        Job::Alerts => vec![Unit::Alerts(alerts::Plan {})],
    }
}

/// What the store knows goes before what was configured: it was said later, or is the same.
fn subscriptions(configured: &[Configured], snapshots: &Snapshots) -> BTreeMap<SubscriptionId, Account> {
    let mut all: BTreeMap<SubscriptionId, Account> =
        configured.iter().map(|one| (one.subscription_id, one.account.clone())).collect();
    for (id, facts) in &snapshots.subscriptions {
        let account =
            Account { offer: Some(facts.offer.clone()), currency: Some(facts.currency), commitment: facts.commitment };
        all.insert(*id, account);
    }
    all
}

fn usage(id: SubscriptionId, account: &Account, snapshots: &Snapshots) -> [Unit; 2] {
    // A unit that goes through a queue must not bring back what is said of a known subscription meanwhile.
    let account = if snapshots.subscriptions.contains_key(&id) { Account::default() } else { account.clone() };
    [Granularity::Daily, Granularity::Hourly].map(|granularity| {
        Unit::Usage(snapshot_usage::Plan { account: account.clone(), ..snapshot_usage::Plan::new(id, granularity) })
    })
}

/// One card for each offer and currency, asked for by the first subscription that has it.
fn rate_cards(subscriptions: &BTreeMap<SubscriptionId, Account>, snapshots: &Snapshots) -> Vec<Unit> {
    let mut cards = BTreeMap::new();
    for (id, account) in subscriptions {
        if let Some(offer) = &account.offer {
            cards.entry((offer.clone(), currency(account))).or_insert(*id);
        }
    }
    let plan = |((offer, currency), subscription_id)| {
        let before = snapshots.newest_prices(Some(&offer), currency).map(|list| list.region_info.clone());
        let plan = snapshot_ratecard::Plan::new(subscription_id, offer, currency);
        Unit::RateCard(match before.filter(|region| !region.is_empty()) {
            Some(region_info) => snapshot_ratecard::Plan { region_info, ..plan },
            None => plan,
        })
    };
    cards.into_iter().map(plan).collect()
}

fn currency(account: &Account) -> Currency {
    account.currency.unwrap_or(Currency::USD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use shared::snapshot::SubscriptionFacts;

    const FIRST: &str = "11111111-2222-3333-4444-555555555555";
    const SECOND: &str = "22222222-2222-3333-4444-555555555555";
    const THIRD: &str = "33333333-2222-3333-4444-555555555555";

    fn planned(job: Job) -> Value {
        let configured = [(THIRD, "MS-AZR-0062P/EUR"), (FIRST, "MS-AZR-0062P"), (SECOND, "MS-AZR-0003P")]
            .map(|(id, rest)| format!("{id}={rest}").parse::<Configured>().unwrap());
        let mut snapshots = Snapshots::default();
        let facts = SubscriptionFacts {
            name: "known".into(),
            offer: "MS-AZR-0003P".parse().unwrap(),
            currency: Currency::USD,
            commitment: None,
        };
        snapshots.subscriptions.insert(FIRST.parse().unwrap(), facts);
        serde_json::to_value(units(job, &configured, &snapshots)).unwrap()
    }

    #[test]
    fn usage_is_one_unit_for_each_subscription_and_granularity() {
        let one = |id: &str, granularity: &str| json!({"subscriptionId": id, "granularity": granularity});
        let new = |id: &str, granularity: &str, account: Value| json!({"subscriptionId": id, "granularity": granularity, "account": account});
        let (euro, usd) = (json!({"offer": "MS-AZR-0062P", "currency": "EUR"}), json!({"offer": "MS-AZR-0003P"}));
        let expected = [
            one(FIRST, "daily"),
            one(FIRST, "hourly"),
            new(SECOND, "daily", usd.clone()),
            new(SECOND, "hourly", usd),
            new(THIRD, "daily", euro.clone()),
            new(THIRD, "hourly", euro),
        ];
        assert_eq!(planned(Job::SnapshotUsage), json!(expected));
    }

    #[test]
    fn a_card_is_read_once_for_all_its_subscriptions() {
        let one = |id: &str, offer: &str, currency: &str| json!({"subscriptionId": id, "offer": offer, "currency": currency, "locale": "en-US", "regionInfo": "US"});
        let expected = [one(FIRST, "MS-AZR-0003P", "USD"), one(THIRD, "MS-AZR-0062P", "EUR")];
        assert_eq!(planned(Job::SnapshotRatecard), json!(expected));
    }

    #[test]
    fn retail_prices_are_read_in_every_currency_and_invoices_of_everybody() {
        let currencies: Vec<Value> =
            planned(Job::SnapshotRetail).as_array().unwrap().iter().map(|unit| unit["currency"].clone()).collect();
        assert_eq!(currencies, ["EUR", "USD"]);
        assert_eq!(units(Job::SnapshotRetail, &[], &Snapshots::default()).len(), 1);
        assert_eq!(planned(Job::SnapshotInvoices).as_array().unwrap().len(), 3);
        assert_eq!(units(Job::SnapshotUsage, &[], &Snapshots::default()), []);
    }
}
