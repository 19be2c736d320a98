//! What an operator tells of a subscription, since no usage answer does: offer, currency, commitment.

use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::snapshot::{Entry, Snapshots};

#[derive(clap::Args, Clone)]
pub struct AccountArgs {
    /// The subscription's offer, so that it can be rated; what is known stays without it
    #[arg(long, value_name = "ID")]
    offer: Option<OfferId>,
    /// The subscription's currency; USD for a new one
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// The amount it committed to, where its offer is a monetary commitment
    #[arg(long, value_name = "AMOUNT")]
    commitment: Option<Decimal>,
}

impl AccountArgs {
    /// The entry to commit: what was said now over what is known. Nothing when nothing was said, and a note
    /// when the subscription cannot be rated because nobody ever named its offer.
    pub fn entry(&self, snapshots: &Snapshots, subscription_id: SubscriptionId) -> Result<Option<Entry>, String> {
        let known = snapshots.subscriptions.get(&subscription_id);
        let Some(offer) = self.offer.clone().or(known.map(|facts| facts.offer.clone())) else {
            return Err(format!(
                "the offer of {subscription_id} is not known: say it once with --offer to rate its usage"
            ));
        };
        if known.is_some() && self.offer.is_none() && self.currency.is_none() && self.commitment.is_none() {
            return Ok(None);
        }
        let name = known.map_or_else(|| subscription_id.to_string(), |facts| facts.name.clone());
        let currency = self.currency.or(known.map(|facts| facts.currency)).unwrap_or(Currency::USD);
        let commitment = self.commitment.or(known.and_then(|facts| facts.commitment));
        Ok(Some(Entry::Subscription { subscription_id, name, offer, currency, commitment }))
    }
}
