//! The RateCard answer (api-versions 2015-06-01-preview and 2016-08-31-preview) → a rate book.
//!
//! Tier keys start *after* the included quantity. Keys come as `"1024"`, `"1024.0"` or
//! `"51200.0000000000"` and in no promised order; two that mean the same number are refused.
//! Only the newer version says in `MeterStatus` which meters are on their way out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::json::{self, DecodeError, Object};
use crate::meter::{Meter, PriceKind, Tier, TierTable};
use crate::money::Currency;
use crate::offer::{OfferId, OfferTerm, OfferTermKind};
use crate::period::Instant;
use crate::ratebook::{BookHeader, Interner, RateBook, Source};
use crate::warning::{Warning, WarningCode};

/// What a card does not say about itself: it was the question.
#[derive(Debug, Clone)]
pub struct CardRequest {
    /// The offer that was asked for; a card does not name its own.
    pub offer: Option<OfferId>,
    /// The currency that was asked for; the card's own when absent.
    pub currency: Option<Currency>,
    /// The two-letter country of purchase that was asked for.
    pub region_info: String,
}

/// Decodes one RateCard answer.
pub fn decode(bytes: &[u8], request: &CardRequest) -> Result<(RateBook, Vec<Warning>), DecodeError> {
    let Object(card): Object<WireCard> = json::decode(bytes)?;
    if let Some(asked) = request.currency
        && card.currency != asked
    {
        let message = format!("the card is in {}, asked for was {asked}", card.currency);
        return Err(DecodeError::at("Currency", message));
    }
    let mut warnings = card.meters.unknown_states();
    let mut terms = Vec::new();
    for (index, Object(term)) in card.offer_terms.into_iter().enumerate() {
        let term = term.into_term(&format!("OfferTerms[{index}]"))?;
        if let OfferTermKind::Unknown(name) = &term.kind {
            warnings.push(Warning {
                code: WarningCode::UnknownOfferTerm,
                message: format!("the offer term \"{}\" is not known and not applied", json::printable(name)),
                path: Some(format!("OfferTerms[{index}]")),
            });
        }
        if terms.iter().any(|other| term.contradicts(other)) {
            let message = format!("another term of this kind and date, {}, says something else", term.effective_at);
            return Err(DecodeError::at(format!("OfferTerms[{index}]"), message));
        }
        terms.push(term);
    }
    let header = BookHeader {
        source: Source::RateCard,
        offer: request.offer.clone(),
        currency: card.currency,
        locale: card.locale.unwrap_or_default(),
        region_info: request.region_info.clone(),
        own: None,
        terms,
    };
    let (book, more) =
        RateBook::new(header, card.meters.meters).map_err(|error| DecodeError::at("Meters", error.to_string()))?;
    warnings.extend(more);
    Ok((book, warnings))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireCard {
    #[serde(default, deserialize_with = "null_as_empty")]
    offer_terms: Vec<Object<WireTerm>>,
    meters: Meters,
    currency: Currency,
    locale: Option<String>,
}

fn null_as_empty<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(d)?.unwrap_or_default())
}

/// Each wire row becomes a meter as soon as it is read: the card is 24 MB and must not be held twice.
struct Meters {
    meters: Vec<Meter>,
    /// Words of `MeterStatus` that are not known, each with the first row that says it and how many do.
    states: BTreeMap<String, (usize, u64)>,
}

impl Meters {
    /// One warning for a word and not for each of its meters: a new word may stand at all of them.
    fn unknown_states(&self) -> Vec<Warning> {
        let warning = |(word, (first, count)): (&String, &(usize, u64))| Warning {
            code: WarningCode::UnknownMeterStatus,
            message: format!("the status \"{word}\" of {count} meters is not known: they count as active"),
            path: Some(format!("Meters[{first}].MeterStatus")),
        };
        self.states.iter().map(warning).collect()
    }
}

impl<'de> Deserialize<'de> for Meters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Meters, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Meters;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of meters")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Meters, A::Error> {
                let mut interner = Interner::default();
                let mut read = Meters { meters: Vec::new(), states: BTreeMap::new() };
                while let Some((meter, unknown)) = rows.next_element_seed(OneMeter(&mut interner))? {
                    if let Some(word) = unknown {
                        read.states.entry(word).or_insert((read.meters.len(), 0)).1 += 1;
                    }
                    read.meters.push(meter);
                }
                Ok(read)
            }
        }
        deserializer.deserialize_seq(InOrder)
    }
}

/// Reads a row and judges it while the reader still stands on it: a refusal then names that row and its line.
struct OneMeter<'a>(&'a mut Interner);

/// A meter, and its status where that is a word that is not known.
type Judged = (Meter, Option<String>);

impl<'de> DeserializeSeed<'de> for OneMeter<'_> {
    type Value = Judged;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Judged, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneMeter<'_> {
    type Value = Judged;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, row: A) -> Result<Judged, A::Error> {
        let row = WireMeter::deserialize(MapAccessDeserializer::new(row))?;
        let (id, unknown) = (row.meter_id, row.unknown_status());
        let meter = row.into_meter(self.0).map_err(|problem| de::Error::custom(format!("meter {id}: {problem}")))?;
        Ok((meter, unknown))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireMeter {
    meter_id: MeterId,
    meter_name: String,
    meter_category: String,
    #[serde(default)]
    meter_sub_category: Option<String>,
    #[serde(default)]
    meter_region: Option<String>,
    unit: String,
    #[serde(default)]
    meter_tags: Option<Vec<String>>,
    meter_rates: Rates,
    effective_date: Instant,
    #[serde(default)]
    included_quantity: Option<Decimal>,
    #[serde(default)]
    meter_status: Option<String>,
}

/// The two words that `MeterStatus` is said to know, and whether the meter is on its way out.
const STATES: [(&str, bool); 2] = [("Active", false), ("Deprecated", true)];

impl WireMeter {
    fn status(&self) -> Option<&str> {
        self.meter_status.as_deref().map(str::trim).filter(|word| !word.is_empty())
    }

    fn unknown_status(&self) -> Option<String> {
        let unknown = |word: &&str| !STATES.iter().any(|(known, _)| known.eq_ignore_ascii_case(word));
        self.status().filter(unknown).map(|word| json::printable(word).chars().take(40).collect())
    }

    fn into_meter(self, interner: &mut Interner) -> Result<Meter, String> {
        let deprecated = (self.status())
            .is_some_and(|said| STATES.iter().any(|(word, out)| *out && word.eq_ignore_ascii_case(said)));
        let tiers = TierTable::new(self.meter_rates.0).map_err(|error| error.to_string())?;
        let included_quantity = self.included_quantity.unwrap_or(Decimal::ZERO);
        if included_quantity.is_negative() {
            return Err(format!("the included quantity {included_quantity} is below zero"));
        }
        Ok(Meter {
            id: self.meter_id,
            category: interner.text(&self.meter_category),
            sub_category: interner.text(self.meter_sub_category.as_deref().unwrap_or("")),
            name: interner.text(&self.meter_name),
            region: interner.text(self.meter_region.as_deref().unwrap_or("")),
            unit: interner.text(&self.unit),
            effective_at: self.effective_date.0,
            ends_at: None,
            included_quantity,
            tiers: Arc::new(tiers),
            kind: PriceKind::Consumption,
            sku: None,
            third_party: self.meter_tags.unwrap_or_default().iter().any(|tag| tag == "Third Party"),
            deprecated,
        })
    }
}

/// Tier start → price. A plain map would silently keep the last of two equal keys.
struct Rates(Vec<Tier>);

impl<'de> Deserialize<'de> for Rates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rates, D::Error> {
        let pairs = Pairs::deserialize(deserializer)?;
        Ok(Rates(pairs.0.into_iter().map(|(from, unit_price)| Tier { from, unit_price }).collect()))
    }
}

/// A JSON object whose keys and values are both numbers, in order and with repeated keys.
struct Pairs(Vec<(Decimal, Decimal)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        struct AsWritten;
        impl<'de> Visitor<'de> for AsWritten {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of numbers")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
                    let key = Decimal::parse(&key).map_err(|error| {
                        let shown: String = json::printable(&key).chars().take(40).collect();
                        de::Error::custom(format!("the key \"{shown}\": {error}"))
                    })?;
                    pairs.push((key, map.next_value()?));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(AsWritten)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireTerm {
    name: String,
    effective_date: Option<Instant>,
    #[serde(default)]
    credit: Option<Decimal>,
    #[serde(default)]
    tiered_discount: Option<Pairs>,
    #[serde(default)]
    recurring_charge: Option<Decimal>,
    #[serde(default, deserialize_with = "null_as_empty")]
    excluded_meter_ids: Vec<MeterId>,
}

impl WireTerm {
    fn into_term(self, path: &str) -> Result<OfferTerm, DecodeError> {
        let missing = |field: &str| DecodeError::at(path, format!("the term has no {field}"));
        let kind = match self.name.as_str() {
            "Monetary Credit" => OfferTermKind::MonetaryCredit(self.credit.ok_or_else(|| missing("Credit"))?),
            "Monetary Commitment" => {
                OfferTermKind::MonetaryCommitment(self.tiered_discount.ok_or_else(|| missing("TieredDiscount"))?.0)
            }
            "Recurring Charge" => {
                OfferTermKind::RecurringCharge(self.recurring_charge.ok_or_else(|| missing("RecurringCharge"))?)
            }
            _ => OfferTermKind::Unknown(self.name),
        };
        let effective_at = match (self.effective_date, &kind) {
            (Some(date), _) => date,
            // It is not applied, so its date does not matter.
            (None, OfferTermKind::Unknown(_)) => Instant(jiff::Timestamp::UNIX_EPOCH),
            (None, _) => return Err(missing("EffectiveDate")),
        };
        let term = OfferTerm { effective_at, kind, excluded_meter_ids: self.excluded_meter_ids };
        term.check().map_err(|message| DecodeError::at(path, message))?;
        Ok(term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `MeterStatus` as it stands in a row → (deprecated, warnings).
    #[track_caller]
    fn check(status: &str, deprecated: bool, warnings: &[&str]) {
        let row = |id: u32| {
            format!(
                "{{\"MeterId\":\"00000000-0000-4000-8000-{id:012}\",\"MeterName\":\"M\",\"MeterCategory\":\"C\",\"Unit\":\"1\",\
                 \"MeterRates\":{{\"0\":1}},\"EffectiveDate\":\"2020-01-01T00:00:00Z\"{status}}}"
            )
        };
        let card = format!("{{\"Currency\":\"USD\",\"Meters\":[{},{}]}}", row(1), row(2));
        let request = CardRequest { offer: None, currency: None, region_info: String::new() };
        let (book, found) = decode(card.as_bytes(), &request).unwrap_or_else(|error| panic!("{error}"));
        assert!(book.meters().iter().all(|meter| meter.deprecated == deprecated), "{status}");
        let found: Vec<&str> = found.iter().map(|warning| warning.message.as_str()).collect();
        assert_eq!(found, warnings, "{status}");
    }

    #[test]
    fn a_status_is_optional_and_an_unknown_one_is_told_once() {
        check("", false, &[]);
        check(",\"MeterStatus\":null", false, &[]);
        check(",\"MeterStatus\":\"Active\"", false, &[]);
        check(",\"MeterStatus\":\"Deprecated\"", true, &[]);
        check(",\"MeterStatus\":\"deprecated \"", true, &[]);
        let told = "the status \"Paused\" of 2 meters is not known: they count as active";
        check(",\"MeterStatus\":\"Paused\"", false, &[told]);
    }

    /// One of two credits or discounts of one date must be wrong, and nobody knows which. Fees of one date add up.
    #[test]
    fn two_terms_that_cannot_both_hold_are_refused() {
        let decoded = |first: &str, second: &str| {
            let card = format!("{{\"Currency\":\"USD\",\"Meters\":[],\"OfferTerms\":[{first},{second}]}}");
            let request = CardRequest { offer: None, currency: None, region_info: String::new() };
            decode(card.as_bytes(), &request).map(|(book, _)| book.header().terms.len()).map_err(|error| error.path)
        };
        let dated =
            |what: &str, on: &str| format!("{{\"EffectiveDate\":\"{on}T00:00:00Z\",\"ExcludedMeterIds\":[],{what}}}");
        let credit = |amount: u32, on: &str| dated(&format!("\"Name\":\"Monetary Credit\",\"Credit\":{amount}"), on);
        let discount = |percent: u32| {
            dated(&format!("\"Name\":\"Monetary Commitment\",\"TieredDiscount\":{{\"0\":{percent}}}"), "2020-01-01")
        };
        let fee =
            |amount: u32| dated(&format!("\"Name\":\"Recurring Charge\",\"RecurringCharge\":{amount}"), "2020-01-01");
        let refused = || Err("OfferTerms[1]".to_owned());
        assert_eq!(decoded(&credit(100, "2020-01-01"), &credit(50, "2020-01-01")), refused());
        assert_eq!(decoded(&discount(5), &discount(6)), refused());
        assert_eq!(decoded(&credit(100, "2020-01-01"), &credit(50, "2021-01-01")), Ok(2));
        assert_eq!(decoded(&credit(100, "2020-01-01"), &credit(100, "2020-01-01")), Ok(2), "the same twice");
        assert_eq!(decoded(&credit(100, "2020-01-01"), &discount(5)), Ok(2));
        assert_eq!(decoded(&fee(5), &fee(6)), Ok(2));
    }
}
