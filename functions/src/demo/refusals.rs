//! Refusals that the sample gives when it is told to: the codes, statuses and words of the real services, so that
//! what explains them to people can be tried without an account that is set up wrongly.

use super::arm::wrapped;
use super::call::Reply;
use super::state::Shared;

/// Which question is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Everything,
    Usage,
    RateCard,
    BillingPeriods,
    ResourceGroups,
    Invoices,
}

/// How.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The identity has no role that allows the action.
    NoRight,
    /// The resource provider is not registered: 409, and 400 in older answers.
    NotRegistered(u16),
    /// The token is of another tenant than the subscription.
    OtherTenant,
    /// A cloud solution provider's subscription.
    Partner,
    /// An offer that has no invoices at this address.
    NoInvoices,
    /// Nobody gave access to invoices. People saw the status; the words are ours.
    InvoicesClosed,
    /// Azure itself has trouble.
    Down,
}

impl Question {
    /// The question behind the last word of a path, and the action that it needs.
    fn of(words: &[&str]) -> Option<(Question, &'static str)> {
        Some(match words {
            ["resourcegroups"] => (Question::ResourceGroups, "Microsoft.Resources/subscriptions/resourceGroups/read"),
            ["providers", "microsoft.commerce", "usageaggregates"] => {
                (Question::Usage, "Microsoft.Commerce/UsageAggregates/read")
            }
            ["providers", "microsoft.commerce", "ratecard"] => (Question::RateCard, "Microsoft.Commerce/RateCard/read"),
            ["providers", "microsoft.billing", "billingperiods"] => {
                (Question::BillingPeriods, "Microsoft.Billing/billingPeriods/read")
            }
            ["providers", "microsoft.billing", "invoices", ..] => {
                (Question::Invoices, "Microsoft.Billing/invoices/read")
            }
            _ => return None,
        })
    }
}

/// The refusal that was told for a question about a subscription; `words` is its path in lower case.
pub fn answer(shared: &Shared, subscription: usize, words: &[&str]) -> Option<Reply> {
    let (question, action) = Question::of(words)?;
    let refusal = shared.refusal(subscription, question)?;
    let id = &shared.tenant.subscriptions()[subscription].id;
    let (status, code, text) = match refusal {
        Refusal::NoRight => (
            403,
            "AuthorizationFailed",
            format!(
                "The client '{0}' with object id '{0}' does not have authorization to perform action '{action}' over scope '/subscriptions/{id}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
                shared.client_id
            ),
        ),
        Refusal::NotRegistered(status) => (
            status,
            "MissingSubscriptionRegistration",
            "The subscription is not registered to use namespace 'Microsoft.Commerce'. See https://aka.ms/rps-not-found for how to register subscriptions.".to_owned(),
        ),
        Refusal::OtherTenant => (
            401,
            "InvalidAuthenticationTokenTenant",
            format!(
                "The access token is from the wrong issuer 'https://sts.windows.net/{}/'. It must match one of the tenants associated with this subscription.",
                shared.tenant_id
            ),
        ),
        Refusal::Partner => (
            400,
            "DisallowedProvider",
            "The operation is not permitted for namespace 'Microsoft.Commerce'.".to_owned(),
        ),
        Refusal::NoInvoices => {
            (400, "UnsupportedSubscriptionType", "Offer id MS-AZR-0017P is not supported.".to_owned())
        }
        Refusal::InvoicesClosed => {
            (401, "Unauthorized", "Access to the invoices of this subscription has not been given.".to_owned())
        }
        Refusal::Down => (503, "ServerBusy", "The server is busy. Try again later.".to_owned()),
    };
    Some(wrapped(status, code, &text))
}
