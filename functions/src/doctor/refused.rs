//! What a refusal of Azure means for the set-up.

use crate::azure::AzureError;

/// The refusals that somebody can mend, and those that nobody can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The identity lacks the right.
    NoRight,
    /// Microsoft.Commerce is not registered.
    NotRegistered,
    /// The subscription is not there, or not in this tenant.
    NoSubscription,
    /// The subscription belongs to another tenant.
    OtherTenant,
    /// No such card for this offer, currency and country.
    NoCard,
    /// A cloud solution provider sells the subscription: these APIs have nothing of it.
    Partner,
    /// The offer has no invoices here.
    NoInvoices,
    /// The administrator has not given access to invoices.
    InvoicesClosed,
    /// Allowed, and not ready yet.
    NotReady,
    /// Anything else: an outage, a proxy, a broken answer.
    Other,
}

impl Refused {
    pub fn of(error: &AzureError) -> Refused {
        let (status, words) = match error {
            AzureError::Status { status, message, .. } => (*status, message.to_ascii_lowercase()),
            AzureError::Later { reason, .. } if reason.starts_with("202") => return Refused::NotReady,
            _ => return Refused::Other,
        };
        let says = |what: &str| words.contains(what);
        match status {
            400 | 409 if says("missingsubscriptionregistration") => Refused::NotRegistered,
            400 | 403 if says("unsupportedsubscriptiontype") => Refused::NoInvoices,
            400 if says("disallowedprovider") => Refused::Partner,
            400 if says("invalid query") => Refused::NoCard,
            401 if says("invalidauthenticationtokentenant") => Refused::OtherTenant,
            403 if says("authorizationfailed") || says("does not have authorization") => Refused::NoRight,
            // Resource Manager refuses with a code of its own; what remains comes from the billing service behind it.
            401 | 403 if says("invoice") || says("unauthorized") => Refused::InvoicesClosed,
            403 => Refused::NoRight,
            404 if says("subscriptionnotfound") => Refused::NoSubscription,
            _ => Refused::Other,
        }
    }
}
