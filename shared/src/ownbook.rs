//! Price books of one's own: percentages and prices over another book, by customer group and date.
//!
//! # The file
//!
//! One JSON object. Unknown keys are refused, so that a mistyped one is not passed over.
//!
//! | key | meaning |
//! |---|---|
//! | `schema` | `forebill.ownbook/1` |
//! | `name` | what the book is called |
//! | `currency` | of all prices; that of the base, where there is one |
//! | `base` | id of the book below, `sha256:…`; may be left to whoever imports the file |
//! | `rules` | changes in percent of the base's unit prices |
//! | `prices` | prices of single meters |
//!
//! A rule: `effectiveDate` (a day, from midnight UTC on), `percent` (a number as text: `"-10"` takes a tenth off,
//! `"+5"` puts a twentieth on; not below -100), and optionally `group`, `meterIds` and `category`, which say for whom
//! and for what. With both filters a meter must fit both.
//!
//! A price: `meterId`, `effectiveDate`, `name`, `category`, `unit` and `tiers` (`from`, `unitPrice`), and optionally
//! `group`, `subCategory`, `region`, `includedQuantity`, and `model`: `graduated` (each unit at the price of its tier;
//! so it is when nothing is said), `volume` (all units at the price of the tier that the total reaches) or `package`
//! (whole packages of `packageSize` units, one price). Tiers count from the first unit behind the included quantity.
//! Units are those of the base: where the base is a price sheet, a price is per block, such as `100 Hours`.
//!
//! # Which one counts
//!
//! Each customer group gets a book; what names no group is for everybody, and has a book of its own, too.
//!
//! 1. A price of the meter goes before every percentage.
//! 2. What names the group goes before what is for everybody.
//! 3. The newest effective date that is not after the time goes before older ones.
//! 4. On one date the narrower goes first: meter ids before a category before everything; a region before none.
//! 5. Two that are still equal are refused, with their places.
//!
//! Percentages are each of the base's price and never of one another. They change every price of the base that the
//! filters meet, reservations and savings plans as well, from their date on: a price that goes on over that date is
//! split there, and the running total of a billing period goes on. Before it the base's price holds. Prices of one's
//! own only take the place of what is paid for use.
//!
//! The base's offer and its terms (credit, commitment, fees) are carried over: they belong to what Azure bills.
//!
//! ```
//! let file = br#"{"schema": "forebill.ownbook/1", "name": "internal", "currency": "USD",
//!     "rules": [{"effectiveDate": "2026-01-01", "percent": "+5"},
//!               {"group": "research", "effectiveDate": "2026-01-01", "percent": "-10", "category": "Storage"}],
//!     "prices": [{"meterId": "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4", "effectiveDate": "2026-01-01",
//!                 "name": "Data Transfer Out", "category": "Bandwidth", "unit": "1 GB", "model": "volume",
//!                 "tiers": [{"from": 0, "unitPrice": "0.09"}, {"from": 1000, "unitPrice": "0.08"}]}]}"#;
//! let file = shared::ownbook::decode(file)?;
//! assert_eq!(file.groups(), [None, Some("research")]);
//! # Ok::<(), shared::json::DecodeError>(())
//! ```

mod over;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::json::{self, DecodeError, Object};
use crate::meter::{PriceModel, Tier, TierTable};
use crate::money::Currency;
use crate::period::midnight;
use crate::ratebook::format::BookId;
use crate::region;

/// The format of the file. A reader refuses what it does not know.
pub const SCHEMA: &str = "forebill.ownbook/1";

const MAX_RULES: usize = 10_000;
const MAX_PRICES: usize = 200_000;
/// Each group is a whole book.
const MAX_GROUPS: usize = 200;
const MAX_NAME_CHARS: usize = 100;
const MAX_TEXT_CHARS: usize = 300;

/// What the file says, checked.
#[derive(Debug, Clone)]
pub struct OwnBookFile {
    /// What the book is called.
    pub name: String,
    /// The currency of all prices.
    pub currency: Currency,
    /// The book below it, where the file names one.
    pub base: Option<BookId>,
    rules: Vec<Rule>,
    prices: Vec<Price>,
}

/// What a rule is about; the later the narrower.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    All,
    /// In lower case.
    Category(String),
    Meter(MeterId),
}

#[derive(Debug, Clone)]
struct Rule {
    group: Option<String>,
    from: Timestamp,
    /// What a price of the base is multiplied with.
    factor: Decimal,
    meter_ids: Vec<MeterId>,
    category: Option<String>,
}

#[derive(Debug, Clone)]
struct Price {
    group: Option<String>,
    from: Timestamp,
    meter_id: MeterId,
    name: Arc<str>,
    category: Arc<str>,
    sub_category: Arc<str>,
    region: Option<Arc<str>>,
    unit: Arc<str>,
    included_quantity: Decimal,
    tiers: Arc<TierTable>,
}

impl Rule {
    fn scopes(&self) -> Vec<Scope> {
        match (&self.category, self.meter_ids.as_slice()) {
            (None, []) => vec![Scope::All],
            (Some(category), []) => vec![Scope::Category(category.clone())],
            (_, ids) => ids.iter().map(|id| Scope::Meter(*id)).collect(),
        }
    }
}

impl OwnBookFile {
    /// For whom there are books: `None` is everybody, and comes first.
    #[must_use]
    pub fn groups(&self) -> Vec<Option<&str>> {
        let rules = self.rules.iter().map(|rule| rule.group.as_deref());
        let groups: BTreeSet<Option<&str>> =
            rules.chain(self.prices.iter().map(|price| price.group.as_deref())).collect();
        groups.into_iter().collect()
    }
}

/// Reads the file. Nothing in it is trusted.
pub fn decode(bytes: &[u8]) -> Result<OwnBookFile, DecodeError> {
    let wire = match json::decode::<Object<WireFile>>(bytes) {
        Ok(Object(wire)) => wire,
        // A newer file is refused by its name and not by its first strange key.
        Err(error) => return Err(other_schema(bytes).unwrap_or(error)),
    };
    known(&wire.schema)?;
    short("name", &wire.name, MAX_NAME_CHARS)?;
    for (path, count, most) in [("rules", wire.rules.len(), MAX_RULES), ("prices", wire.prices.len(), MAX_PRICES)] {
        if count > most {
            return Err(DecodeError::at(path, format!("{count} {path}, at most {most} are accepted")));
        }
    }
    let rules = wire.rules.into_iter().enumerate().map(|(at, Object(rule))| rule.checked(&format!("rules[{at}]")));
    let prices = wire.prices.into_iter().enumerate().map(|(at, Object(price))| price.checked(&format!("prices[{at}]")));
    let file = OwnBookFile {
        rules: rules.collect::<Result<_, _>>()?,
        prices: prices.collect::<Result<_, _>>()?,
        name: wire.name,
        currency: wire.currency,
        base: wire.base,
    };
    if file.rules.is_empty() && file.prices.is_empty() {
        return Err(DecodeError::at("rules", "neither rules nor prices: the book would be its base"));
    }
    let groups = file.groups().len();
    if groups > MAX_GROUPS {
        return Err(DecodeError::at("rules", format!("{groups} groups, at most {MAX_GROUPS} are accepted")));
    }
    refuse_equals(&file)?;
    Ok(file)
}

fn known(schema: &str) -> Result<(), DecodeError> {
    if schema == SCHEMA {
        return Ok(());
    }
    let shown: String = json::printable(schema).chars().take(40).collect();
    Err(DecodeError::at("schema", format!("expected {SCHEMA}, found {shown}")))
}

/// What is wrong with the schema of a text that is none of ours, where it has one.
fn other_schema(bytes: &[u8]) -> Option<DecodeError> {
    known(&json::schema(bytes).ok()?).err()
}

/// Two rules or two prices of which neither goes before the other have no right reading.
fn refuse_equals(file: &OwnBookFile) -> Result<(), DecodeError> {
    let mut rules = BTreeMap::new();
    for (at, rule) in file.rules.iter().enumerate() {
        for scope in rule.scopes() {
            let what = match &scope {
                Scope::All => "all meters".to_owned(),
                Scope::Category(name) => format!("the category \"{}\"", json::printable(name)),
                Scope::Meter(id) => format!("meter {id}"),
            };
            if let Some(first) = rules.insert((&rule.group, rule.from, scope), at) {
                let message = format!("a second rule for {what} from the same date, after rules[{first}]");
                return Err(DecodeError::at(format!("rules[{at}]"), message));
            }
        }
    }
    let mut prices = BTreeMap::new();
    for (at, price) in file.prices.iter().enumerate() {
        let place = price.region.as_deref().map(region::key);
        if let Some(first) = prices.insert((&price.group, price.from, price.meter_id, place), at) {
            let message =
                format!("a second price of meter {} from the same date, after prices[{first}]", price.meter_id);
            return Err(DecodeError::at(format!("prices[{at}]"), message));
        }
    }
    Ok(())
}

/// A text that stands in tables and headers.
fn short(path: &str, text: &str, chars_max: usize) -> Result<(), DecodeError> {
    let fault = match text.chars().count() {
        _ if text.trim().is_empty() => "is empty".to_owned(),
        _ if text.chars().any(char::is_control) => "has control characters".to_owned(),
        chars if chars > chars_max => format!("has {chars} characters, at most {chars_max} are accepted"),
        _ => return Ok(()),
    };
    Err(DecodeError::at(path, format!("the text {fault}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WireFile {
    schema: String,
    name: String,
    currency: Currency,
    base: Option<BookId>,
    #[serde(default)]
    rules: Vec<Object<WireRule>>,
    #[serde(default)]
    prices: Vec<Object<WirePrice>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WireRule {
    group: Option<String>,
    effective_date: Day,
    percent: Percent,
    meter_ids: Option<Vec<MeterId>>,
    category: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WirePrice {
    group: Option<String>,
    meter_id: MeterId,
    effective_date: Day,
    name: String,
    category: String,
    sub_category: Option<String>,
    region: Option<String>,
    unit: String,
    included_quantity: Option<Decimal>,
    model: Option<WireModel>,
    package_size: Option<Decimal>,
    tiers: Vec<Object<WireTier>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WireModel {
    Graduated,
    Volume,
    Package,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WireTier {
    from: Decimal,
    unit_price: Decimal,
}

/// Midnight UTC of a day such as `2026-11-01`.
struct Day(Timestamp);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        // The parser would take a time of day as well, and a book would hold from midnight all the same.
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == *text);
        let day = day.ok_or_else(|| D::Error::custom("not a day such as 2026-11-01"))?;
        midnight(day).map(Day).map_err(D::Error::custom)
    }
}

/// A change in percent, as text: a sign says which way.
struct Percent(Decimal);

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Percent, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        // Our numbers have no plus; here it tells the direction.
        let digits = text.strip_prefix('+').unwrap_or(&text);
        let percent = Decimal::parse(digits).map_err(D::Error::custom)?;
        if digits.len() < text.len() && digits.starts_with('-') {
            return Err(D::Error::custom("a percentage has one sign, such as \"-10\" or \"+5\""));
        }
        if percent < Decimal::from(100).negated() {
            return Err(D::Error::custom(format!("{percent} % would take more off a price than it is")));
        }
        Ok(Percent(percent))
    }
}

impl WireRule {
    fn checked(self, path: &str) -> Result<Rule, DecodeError> {
        let at = |field: &str| format!("{path}.{field}");
        self.group.iter().try_for_each(|group| short(&at("group"), group, MAX_NAME_CHARS))?;
        self.category.iter().try_for_each(|category| short(&at("category"), category, MAX_TEXT_CHARS))?;
        if self.meter_ids.as_ref().is_some_and(Vec::is_empty) {
            return Err(DecodeError::at(at("meterIds"), "no meter: leave meterIds out to mean all of them"));
        }
        let hundredth = Decimal::new(1, 2);
        let factor = Decimal::from(100).plus(self.percent.0).and_then(|percent| percent.times(hundredth));
        Ok(Rule {
            group: self.group,
            from: self.effective_date.0,
            factor: factor.map_err(|error| DecodeError::at(at("percent"), error.to_string()))?,
            meter_ids: self.meter_ids.unwrap_or_default(),
            category: self.category.map(|category| category.to_lowercase()),
        })
    }
}

impl WirePrice {
    fn checked(self, path: &str) -> Result<Price, DecodeError> {
        let at = |field: &str| format!("{path}.{field}");
        self.group.iter().try_for_each(|group| short(&at("group"), group, MAX_NAME_CHARS))?;
        for (field, text) in [("name", &self.name), ("category", &self.category), ("unit", &self.unit)] {
            short(&at(field), text, MAX_TEXT_CHARS)?;
        }
        for (field, text) in [("subCategory", &self.sub_category), ("region", &self.region)] {
            text.iter().try_for_each(|text| short(&at(field), text, MAX_TEXT_CHARS))?;
        }
        let model = match (self.model.unwrap_or(WireModel::Graduated), self.package_size) {
            (WireModel::Graduated, None) => PriceModel::Graduated,
            (WireModel::Volume, None) => PriceModel::Volume,
            (WireModel::Package, Some(size)) => PriceModel::Package { size },
            (WireModel::Package, None) => return Err(DecodeError::at(at("packageSize"), "a package without its size")),
            (_, Some(_)) => return Err(DecodeError::at(at("packageSize"), "a size is for the model package only")),
        };
        let included_quantity = self.included_quantity.unwrap_or(Decimal::ZERO);
        if included_quantity.is_negative() {
            let message = format!("the included quantity {included_quantity} is below zero");
            return Err(DecodeError::at(at("includedQuantity"), message));
        }
        let tiers = self.tiers.into_iter().map(|Object(tier)| Tier { from: tier.from, unit_price: tier.unit_price });
        let tiers = TierTable::priced(model, tiers.collect())
            .map_err(|error| DecodeError::at(at("tiers"), format!("meter {}: {error}", self.meter_id)))?;
        Ok(Price {
            group: self.group,
            from: self.effective_date.0,
            meter_id: self.meter_id,
            name: self.name.into(),
            category: self.category.into(),
            sub_category: self.sub_category.unwrap_or_default().into(),
            region: self.region.map(Into::into),
            unit: self.unit.into(),
            included_quantity,
            tiers: Arc::new(tiers),
        })
    }
}
