//! What an operator tells of a subscription, since no usage answer does: offer, currency, commitment.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::snapshot::{Entry, Snapshots, SubscriptionFacts};

/// What was said; what is known stays where nothing was.
#[derive(clap::Args, Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Account {
    /// The subscription's offer, so that it can be rated; what is known stays without it
    #[arg(long, value_name = "ID")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferId>,
    /// The subscription's currency; USD for a new one
    #[arg(long, value_name = "CODE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The amount it committed to, where its offer is a monetary commitment
    #[arg(long, value_name = "AMOUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Decimal>,
}

impl Account {
    /// The entry to commit: what was said now over what is known. Nothing when that changes nothing, and a note
    /// when the subscription cannot be rated because nobody ever named its offer.
    pub fn entry(&self, snapshots: &Snapshots, subscription_id: SubscriptionId) -> Result<Option<Entry>, String> {
        let known = snapshots.subscriptions.get(&subscription_id);
        let Some(offer) = self.offer.clone().or(known.map(|facts| facts.offer.clone())) else {
            return Err(format!(
                "the offer of {subscription_id} is not known: say it once with --offer to rate its usage"
            ));
        };
        let name = known.map_or_else(|| subscription_id.to_string(), |facts| facts.name.clone());
        let currency = self.currency.or(known.map(|facts| facts.currency)).unwrap_or(Currency::USD);
        let commitment = self.commitment.or(known.and_then(|facts| facts.commitment));
        let said = SubscriptionFacts { name, offer, currency, commitment };
        if known == Some(&said) {
            return Ok(None);
        }
        let SubscriptionFacts { name, offer, currency, commitment } = said;
        Ok(Some(Entry::Subscription { subscription_id, name, offer, currency, commitment }))
    }
}

/// A subscription that the jobs are told to read, before the store knows any: `ID=OFFER` or `ID=OFFER/CURRENCY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// What it is.
    pub account: Account,
}

impl Configured {
    /// `ID`, or `ID=OFFER` or `ID=OFFER/CURRENCY`.
    pub fn named(text: &str) -> Result<Configured, String> {
        if text.contains('=') {
            return text.parse();
        }
        let subscription_id = text.trim().parse().map_err(|error| format!("{error}"))?;
        Ok(Configured { subscription_id, account: Account::default() })
    }
}

impl FromStr for Configured {
    type Err = String;

    fn from_str(text: &str) -> Result<Configured, String> {
        let form = || "expected ID=OFFER or ID=OFFER/CURRENCY, such as ID=MS-AZR-0003P/USD".to_owned();
        let (id, rest) = text.trim().split_once('=').ok_or_else(form)?;
        let (offer, currency) = rest.split_once('/').map_or((rest, None), |(offer, code)| (offer, Some(code)));
        let account = Account {
            offer: Some(offer.parse().map_err(|error| format!("{error}"))?),
            currency: currency.map(str::parse).transpose().map_err(|error| format!("{error}"))?,
            commitment: None,
        };
        Ok(Configured { subscription_id: id.parse().map_err(|error| format!("{error}"))?, account })
    }
}

/// Several of them, apart by commas or white space; an empty text has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfiguredList(pub Vec<Configured>);

impl FromStr for ConfiguredList {
    type Err = String;

    fn from_str(text: &str) -> Result<ConfiguredList, String> {
        let parts = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty());
        parts.map(str::parse).collect::<Result<_, _>>().map(ConfiguredList)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configured_subscription_has_an_id_and_an_offer() {
        let id = "11111111-2222-3333-4444-555555555555";
        let read = |text: String| text.parse::<Configured>();
        let found = read(format!("{id}=MS-AZR-0003P/EUR")).unwrap();
        assert_eq!(found.subscription_id.to_string(), id);
        assert_eq!(found.account.currency, "EUR".parse().ok());
        assert_eq!(read(format!(" {id}=MS-AZR-0003P")).unwrap().account.currency, None);
        let list = |text: String| text.parse::<ConfiguredList>().map(|list| list.0.len());
        assert_eq!(list(format!(" {id}=MS-AZR-0003P,\n{id}=MS-AZR-0062P ")), Ok(2));
        assert_eq!(list(String::new()), Ok(0));
        for bad in [id.to_owned(), format!("{id}="), "x=MS-AZR-0003P".into(), format!("{id}=MS-AZR-0003P/euro")] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }
}
