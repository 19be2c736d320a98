//! Azure: which subscriptions are seen, and what each of the jobs' questions is answered with.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use shared::azure::{invoice, retail, subscription, usage};
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::money::Currency;
use shared::period::{Granularity, utc_date};
use shared::snapshot::reported_window;

use super::mend::Mend;
use super::refused::Refused;
use super::{Check, PATIENCE};
use crate::account::Account;
use crate::azure::{AzureClient, Body, Run, UsageWindow};
use crate::config::AzureSettings;
use crate::error::Error;

/// Small, and always there.
const RETAIL_FILTER: &str = "serviceName eq 'Bandwidth' and armRegionName eq 'westeurope'";

type Asked = Result<(), Error>;

/// All lines of all subscriptions.
pub async fn checks(
    client: &AzureClient,
    subscriptions: &BTreeMap<SubscriptionId, Account>,
    run_at: Timestamp,
    mend: &Mend,
) -> Vec<Check> {
    let seen = seen(client).await;
    let mut checks = Vec::new();
    if subscriptions.is_empty() {
        checks.push(unnamed(seen.as_ref()));
    }
    for (id, account) in subscriptions {
        // A subscription that hangs takes no time from the others.
        let client = client.clone().for_run(Run::within(PATIENCE));
        let answers = Answers::ask(&client, *id, account, run_at).await;
        let name = seen.as_ref().map(|seen| seen.get(id).map(String::as_str));
        let lines = answers.checks(*id, name.ok(), account, mend);
        checks.extend(lines.into_iter().map(|check| check.of(id)));
    }
    checks
}

/// Names and states of what the identity sees. Who has no right on a subscription does not see it.
async fn seen(client: &AzureClient) -> Result<BTreeMap<SubscriptionId, String>, Error> {
    let mut seen = BTreeMap::new();
    client
        .subscriptions(async |_, body: Body| -> Result<Option<String>, Error> {
            let page = subscription::decode_subscriptions(&body.bytes).map_err(Error::bad_input(&body.request))?;
            let line = |one: &subscription::Subscription| printable(&format!("{} ({})", one.display_name, one.state));
            seen.extend(page.value.iter().map(|one| (one.subscription_id, line(one))));
            Ok(page.next_link)
        })
        .await?;
    Ok(seen)
}

fn unnamed(seen: Result<&BTreeMap<SubscriptionId, String>, &Error>) -> Check {
    let detail = match seen {
        Ok(seen) if seen.is_empty() => "none was named, and this identity sees none".to_owned(),
        Ok(seen) => {
            let ids: Vec<String> = seen.iter().map(|(id, name)| format!("{id} {name}")).collect();
            format!("none was named: --subscription ID=OFFER looks at one of {}", ids.join(", "))
        }
        Err(error) => format!("none was named, and the list could not be read: {error}"),
    };
    Check::skipped("subscription", detail)
}

/// One answer to each question that jobs ask.
struct Answers {
    usage: Asked,
    rate_card: Option<Asked>,
    billing_periods: Asked,
    invoices: Asked,
}

impl Answers {
    async fn ask(client: &AzureClient, id: SubscriptionId, account: &Account, run_at: Timestamp) -> Answers {
        let rate_card = match &account.offer {
            Some(offer) => {
                let currency = account.currency.unwrap_or(Currency::USD);
                Some(client.rate_card_offered(id, offer, currency, "US").await.map_err(Error::from))
            }
            None => None,
        };
        Answers {
            usage: ask_usage(client, id, run_at).await,
            rate_card,
            billing_periods: ask_billing_periods(client, id).await,
            invoices: ask_invoices(client, id).await,
        }
    }

    /// `name` is nothing where the list could not be read, and nothing inside where it does not hold the subscription.
    fn checks(&self, id: SubscriptionId, name: Option<Option<&str>>, account: &Account, mend: &Mend) -> Vec<Check> {
        let mut checks = vec![self.visible(id, name, mend), self.registration(id, mend)];
        checks.push(line("usage", "Microsoft.Commerce/UsageAggregates/read", &self.usage, "Billing Reader", id, mend));
        checks.push(match (&self.rate_card, &account.offer) {
            (Some(answer), Some(offer)) => {
                let currency = account.currency.unwrap_or(Currency::USD);
                let check = line("rate-card", "Microsoft.Commerce/RateCard/read", answer, "Reader", id, mend);
                Check { detail: format!("{offer} in {currency}: {}", check.detail), ..check }
            }
            _ => Check::skipped("rate-card", format!("its offer is not known: --subscription {id}=OFFER says it")),
        });
        let periods = "Microsoft.Billing/billingPeriods/read";
        checks.push(line("billing-periods", periods, &self.billing_periods, "Billing Reader", id, mend));
        checks.push(line("invoices", "Microsoft.Billing/invoices/read", &self.invoices, "Billing Reader", id, mend));
        checks
    }

    fn all(&self) -> impl Iterator<Item = &Asked> {
        [&self.usage, &self.billing_periods, &self.invoices].into_iter().chain(&self.rate_card)
    }

    fn any(&self, refused: Refused) -> bool {
        self.all().any(|answer| of(answer) == Some(refused))
    }

    fn visible(&self, id: SubscriptionId, name: Option<Option<&str>>, mend: &Mend) -> Check {
        const CHECK: &str = "subscription";
        if self.any(Refused::OtherTenant) {
            let detail = "it belongs to another tenant than the one that signs in";
            return Check::problem(CHECK, detail, mend.tenant(id));
        }
        if self.any(Refused::NoSubscription) {
            let detail = "it does not exist, or not in this tenant and cloud";
            return Check::problem(CHECK, detail, mend.look());
        }
        match name {
            Some(Some(name)) => Check::ok(CHECK, name),
            _ if self.all().any(Result::is_ok) => {
                Check::ok(CHECK, "it answers, and is not in the list of this identity")
            }
            Some(None) => {
                let detail = "this identity has no role on it: none of the subscriptions that it sees is this one";
                Check::problem(CHECK, detail, mend.own_role(id))
            }
            None => Check::skipped(CHECK, "the list of subscriptions could not be read"),
        }
    }

    /// Registration is looked at after the rights are, so only an answer shows it.
    fn registration(&self, id: SubscriptionId, mend: &Mend) -> Check {
        const CHECK: &str = "provider";
        if self.any(Refused::NotRegistered) {
            let detail = "the resource provider Microsoft.Commerce is not registered on the subscription";
            return Check::problem(CHECK, detail, mend.registration(id));
        }
        let commerce = [Some(&self.usage), self.rate_card.as_ref()].into_iter().flatten();
        let told = |answer: &Asked| matches!(of(answer), None | Some(Refused::NotReady | Refused::NoCard));
        if commerce.into_iter().any(told) {
            Check::ok(CHECK, "Microsoft.Commerce is registered")
        } else {
            Check::skipped(CHECK, "Azure looks at rights first, and refused")
        }
    }
}

fn of(answer: &Asked) -> Option<Refused> {
    match answer {
        Ok(()) => None,
        Err(Error::Azure(error)) => Some(Refused::of(error)),
        Err(_) => Some(Refused::Other),
    }
}

fn line(
    check: &'static str,
    permission: &'static str,
    answer: &Asked,
    role: &str,
    id: SubscriptionId,
    mend: &Mend,
) -> Check {
    let Err(error) = answer else { return Check::ok(check, "may be read").needs(permission) };
    let said = error.to_string();
    let made = match of(answer).unwrap_or(Refused::Other) {
        Refused::NotReady => Check::ok(check, "may be read; Azure is still making it ready"),
        Refused::NoRight => {
            let detail =
                format!("{permission} is missing: give \"{role}\", or the role of infra/azure-role.json; {said}");
            Check::problem(check, detail, mend.role(role, id))
        }
        Refused::NotRegistered => Check::skipped(check, "Microsoft.Commerce is not registered"),
        Refused::NoSubscription | Refused::OtherTenant => Check::skipped(check, "there is no such subscription here"),
        Refused::NoCard => Check::problem(check, said, vec!["forebill import pricesheet page*.json".to_owned()]),
        Refused::Partner => {
            let detail = "a partner sells this subscription, and Azure gives its figures to the partner alone";
            Check::problem(check, detail, vec!["forebill import pricesheet page*.json".to_owned()])
        }
        Refused::NoInvoices => Check::skipped(check, format!("its offer has no invoices here: {said}")),
        Refused::InvoicesClosed if check == "invoices" => {
            let detail = format!("access to invoices is not given: the account administrator opts in once; {said}");
            Check::problem(check, detail, mend.invoice_access(id))
        }
        Refused::InvoicesClosed | Refused::Other => Check::problem(check, said, Vec::new()),
    };
    made.needs(permission)
}

/// The first page of yesterday.
async fn ask_usage(client: &AzureClient, subscription_id: SubscriptionId, run_at: Timestamp) -> Asked {
    let yesterday = utc_date(run_at).saturating_sub(1.day());
    let outside = || Error::Usage("the time is outside the calendar".into());
    let (reported_from, reported_to) = reported_window(yesterday).ok_or_else(outside)?;
    let window = UsageWindow { subscription_id, granularity: Granularity::Daily, reported_from, reported_to };
    client
        .usage(window, async |_, body: Body| -> Result<Option<String>, Error> {
            usage::decode_page(&body.bytes).map_err(Error::bad_input(&body.request))?;
            Ok(None)
        })
        .await
}

async fn ask_billing_periods(client: &AzureClient, id: SubscriptionId) -> Asked {
    client
        .billing_periods(id, async |_, body: Body| -> Result<Option<String>, Error> {
            invoice::decode_billing_periods(&body.bytes).map_err(Error::bad_input(&body.request))?;
            Ok(None)
        })
        .await
}

async fn ask_invoices(client: &AzureClient, id: SubscriptionId) -> Asked {
    client
        .invoices(id, async |_, body: Body| -> Result<Option<String>, Error> {
            invoice::decode_invoices(&body.bytes).map_err(Error::bad_input(&body.request))?;
            Ok(None)
        })
        .await
}

/// Public prices: nobody signs in.
pub async fn retail(settings: &AzureSettings) -> Check {
    const CHECK: &str = "retail-prices";
    let client = match settings.public_client() {
        Ok(client) => client.for_run(Run::within(PATIENCE)),
        Err(error) => {
            return Check::problem(CHECK, error.to_string(), vec!["unset FOREBILL_RETAIL_ENDPOINT".to_owned()]);
        }
    };
    let mut rows = 0;
    let read = async |_, body: Body| -> Result<Option<String>, Error> {
        rows = retail::decode_page(&body.bytes).map_err(Error::bad_input(&body.request))?.len();
        Ok(None)
    };
    match client.retail_prices(Currency::USD, Some(RETAIL_FILTER), read).await {
        Ok(()) => Check::ok(CHECK, format!("may be read, {rows} rows of a small question")),
        Err(error) => {
            let host = settings.retail_endpoint.as_deref().unwrap_or("https://prices.azure.com");
            let mend = vec![format!("curl --head {}/api/retail/prices", host.trim_end_matches('/'))];
            Check::problem(CHECK, error.to_string(), mend)
        }
    }
}
