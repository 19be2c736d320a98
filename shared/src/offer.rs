//! The commercial plan: its durable id, and the terms that a rate card carries for it.

use std::collections::BinaryHeap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::period::Instant;

/// An offer's durable id such as `MS-AZR-0003P`; kept in upper case because Azure accepts both.
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfferId(String);

/// The text is not an offer id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an offer is a durable id such as MS-AZR-0003P")]
pub struct NotAnOffer;

impl FromStr for OfferId {
    type Err = NotAnOffer;
    fn from_str(text: &str) -> Result<OfferId, NotAnOffer> {
        // Government ids and combined ones exist, so only the prefix and the alphabet are fixed.
        let upper = text.to_ascii_uppercase();
        let clean = upper.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        if clean && upper.len() <= 40 && upper.len() > 7 && upper.starts_with("MS-AZR-") {
            Ok(OfferId(upper))
        } else {
            Err(NotAnOffer)
        }
    }
}

impl OfferId {
    /// The id in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people call the plan.
    #[must_use]
    pub fn display_name(&self) -> &str {
        OFFER_NAMES.iter().find(|(id, _)| *id == self.0).map_or(&self.0, |(_, name)| name)
    }
}

/// From Microsoft's list of offers; the ones that a RateCard is answered for.
const OFFER_NAMES: [(&str, &str); 12] = [
    ("MS-AZR-0003P", "Pay-as-you-go"),
    ("MS-AZR-0023P", "Pay-as-you-go dev/test"),
    ("MS-AZR-0025P", "Microsoft partner network"),
    ("MS-AZR-0026P", "12-month monetary commitment"),
    ("MS-AZR-0029P", "Visual Studio Enterprise (MPN)"),
    ("MS-AZR-0044P", "Free trial"),
    ("MS-AZR-0059P", "Visual Studio Professional"),
    ("MS-AZR-0060P", "Visual Studio Test Professional"),
    ("MS-AZR-0062P", "MSDN Platforms"),
    ("MS-AZR-0063P", "Visual Studio Enterprise"),
    ("MS-AZR-0111P", "Azure in Open Licensing"),
    ("MS-AZR-0170P", "Azure for Students"),
];

impl fmt::Display for OfferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for OfferId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for OfferId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OfferId, D::Error> {
        std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A term of the offer as the rate card states it. Kept in the book; rating states which it applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OfferTerm {
    /// From when the term holds.
    pub effective_at: Instant,
    /// What it grants or costs.
    pub kind: OfferTermKind,
    /// Meters that the term does not touch.
    pub excluded_meter_ids: Vec<MeterId>,
}

impl OfferTerm {
    /// Whether both cannot hold. Several fees of one date add up; of credits and discounts one counts.
    #[must_use]
    pub fn contradicts(&self, other: &OfferTerm) -> bool {
        use OfferTermKind::{MonetaryCommitment, MonetaryCredit};
        let one_counts = matches!(
            (&self.kind, &other.kind),
            (MonetaryCredit(_), MonetaryCredit(_)) | (MonetaryCommitment(_), MonetaryCommitment(_))
        );
        one_counts && self.effective_at == other.effective_at && self != other
    }

    /// Refuses amounts that would turn a term into its opposite.
    pub fn check(&self) -> Result<(), String> {
        let hundred = Decimal::from(100);
        match &self.kind {
            OfferTermKind::MonetaryCredit(amount) if amount.is_negative() => {
                Err(format!("the credit {amount} is below zero"))
            }
            OfferTermKind::RecurringCharge(fee) if fee.is_negative() => {
                Err(format!("the recurring charge {fee} is below zero"))
            }
            OfferTermKind::MonetaryCommitment(bands) => {
                let amounts: BinaryHeap<Decimal> = bands.iter().map(|(amount, _)| *amount).collect();
                let amounts = amounts.into_sorted_vec();
                if let Some(pair) = amounts.windows(2).find(|pair| pair[0] == pair[1]) {
                    return Err(format!("two discounts for a commitment of {}", pair[0]));
                }
                match bands.iter().find(|(_, percent)| percent.is_negative() || *percent > hundred) {
                    Some((_, percent)) => Err(format!("the discount of {percent} % is not between 0 and 100")),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// The three terms that Azure knows, and room for one that it does not tell about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OfferTermKind {
    /// A free amount of money per billing period.
    MonetaryCredit(Decimal),
    /// A discount in percent by the amount committed: (commitment at or above, percent).
    MonetaryCommitment(Vec<(Decimal, Decimal)>),
    /// A fixed amount per billing period.
    RecurringCharge(Decimal),
    /// A term with this name, which is not known.
    Unknown(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_has_the_name_that_people_use() {
        let names = |text: &str| text.parse::<OfferId>().map(|o| (o.as_str().to_owned(), o.display_name().to_owned()));
        assert_eq!(names("ms-azr-0003p"), Ok(("MS-AZR-0003P".into(), "Pay-as-you-go".into())));
        assert_eq!(names("MS-AZR-0062P"), Ok(("MS-AZR-0062P".into(), "MSDN Platforms".into())));
        assert_eq!(names("MS-AZR-9999P"), Ok(("MS-AZR-9999P".into(), "MS-AZR-9999P".into())));
    }

    #[test]
    fn both_cases_and_government_ids_are_offers() {
        assert_eq!("ms-azr-0121p".parse::<OfferId>().map(|o| o.to_string()), Ok("MS-AZR-0121P".into()));
        assert!("MS-AZR-USGOV-0003P".parse::<OfferId>().is_ok());
        assert!("MS-AZR-0062P-0111P".parse::<OfferId>().is_ok());
        for bad in ["", "MS-AZR-", "0003P", "MS-AZR-0003P' or 1 eq 1", "MS-AZR-../x"] {
            assert_eq!(bad.parse::<OfferId>(), Err(NotAnOffer), "{bad}");
        }
    }
}
