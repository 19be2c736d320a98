//! The bytes of a rate book, version 1: canonical JSON in columns.
//!
//! One object with `"schema": "forebill.ratebook/1"`. Texts and tier tables stand once, in
//! `texts` and `tiers`; a meter is a row of numbers that point into them. Rows and tables are in
//! the book's order and nothing in it depends on time or machine, so equal prices give equal
//! bytes, and the SHA-256 of the bytes is the book's id. Opening checks every index and every
//! table; a reader refuses a schema that it does not know.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{BookHeader, OwnBook, RateBook, Source};
use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::json::{self, DecodeError, Object};
use crate::meter::{Meter, PriceKind, PriceModel, Sku, Tier, TierTable};
use crate::money::Currency;
use crate::offer::{OfferId, OfferTerm};
use crate::order::Map;
use crate::period::Instant;

const SCHEMA: &str = "forebill.ratebook/1";
const THIRD_PARTY: u8 = 1;
const DEPRECATED: u8 = 2;

/// `sha256:` and 64 hexadecimal digits: which bytes a price came from.
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct BookId(String);

impl<'de> Deserialize<'de> for BookId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<BookId, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The text is not the id of a book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a rate book's id is sha256: and 64 hexadecimal digits")]
pub struct NotABookId;

impl std::str::FromStr for BookId {
    type Err = NotABookId;
    fn from_str(text: &str) -> Result<BookId, NotABookId> {
        let hex = text.strip_prefix("sha256:").unwrap_or(text);
        let lower_hex = hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if hex.len() == 64 && lower_hex { Ok(BookId(["sha256:", hex].concat())) } else { Err(NotABookId) }
    }
}

impl BookId {
    /// The id of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> BookId {
        BookId::from_hash(&sha256(&[bytes]))
    }

    /// The id that a hash makes.
    pub(super) fn from_hash(hash: &[u8; 32]) -> BookId {
        let mut id = String::from("sha256:");
        for digit in hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]) {
            id.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
        }
        BookId(id)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash that the id stands for.
    pub(super) fn hash(&self) -> [u8; 32] {
        let digit = |byte: u8| if byte <= b'9' { byte - b'0' } else { byte - b'a' + 10 };
        let hex = self.hex().as_bytes();
        std::array::from_fn(|at| (digit(hex[2 * at]) << 4) | digit(hex[2 * at + 1]))
    }

    /// Only the hexadecimal digits: the name of the book's object.
    #[must_use]
    pub fn hex(&self) -> &str {
        self.0.strip_prefix("sha256:").unwrap_or(&self.0)
    }
}

/// The hash of bytes that follow each other, with the processor's own instructions.
#[cfg(not(target_family = "wasm"))]
pub(super) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// The same in a third of the bytes that a browser would have to load for it.
#[cfg(target_family = "wasm")]
pub(super) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = hmac_sha256::Hash::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize()
}

/// A book together with the id of its bytes.
#[derive(Debug, Clone)]
pub struct OpenBook {
    /// The hash of the bytes it was opened from.
    pub id: BookId,
    /// The prices.
    pub book: RateBook,
}

impl OpenBook {
    /// Whether the id is that of the book's own bytes: an address or the name of a file only says so.
    #[must_use]
    pub fn is_of_its_id(&self) -> bool {
        BookId::of(&to_bytes(&self.book)) == self.id
    }
}

impl std::ops::Deref for OpenBook {
    type Target = RateBook;
    fn deref(&self) -> &RateBook {
        &self.book
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WireBook<'a> {
    schema: Cow<'a, str>,
    source: Source,
    offer: Option<OfferId>,
    currency: Currency,
    locale: Cow<'a, str>,
    region_info: Cow<'a, str>,
    /// An own book says whose it is and what it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::optional_object")]
    own: Option<OwnBook>,
    #[serde(deserialize_with = "json::objects")]
    terms: Vec<OfferTerm>,
    texts: Vec<Cow<'a, str>>,
    tiers: Vec<Vec<(Decimal, Decimal)>>,
    /// Tier tables that are not graduated, by their position; Azure's books have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    models: Vec<(u32, WireModel)>,
    meters: Vec<WireMeter>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WireModel {
    Volume,
    Package(Decimal),
}

/// What makes two tier tables the same one.
type TableKey = (PriceModel, Vec<(Decimal, Decimal)>);

/// id, category, sub-category, name, region, unit, effective at, ends at, included quantity, tiers,
/// kind, SKU (id and ARM name, or none), flags
#[derive(Serialize, Deserialize)]
struct WireMeter(
    MeterId,
    u32,
    u32,
    u32,
    u32,
    u32,
    Instant,
    Option<Instant>,
    Decimal,
    u32,
    WireKind,
    Option<(u32, u32)>,
    u8,
);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum WireKind {
    Consumption,
    DevTest,
    Reservation(u32),
    SavingsPlan(u32),
    Other(u32),
}

/// Numbers the distinct values in order of first use.
struct Numbered<K> {
    numbers: Map<K, u32>,
    values: Vec<K>,
}

impl<K: Ord + Clone> Numbered<K> {
    fn new() -> Self {
        Numbered { numbers: Map::new(), values: Vec::new() }
    }

    fn number(&mut self, key: &K) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        // Books have at most MAX_METERS rows of a few texts each: far below 2^32.
        let number = self.values.len() as u32;
        self.numbers.insert(key.clone(), number);
        self.values.push(key.clone());
        number
    }
}

/// Writes the book. The same prices give the same bytes.
#[must_use]
pub fn to_bytes(book: &RateBook) -> Vec<u8> {
    let mut texts: Numbered<Arc<str>> = Numbered::new();
    let mut tables: Numbered<TableKey> = Numbered::new();
    let meters = book.meters().iter().map(|meter| wire_meter(meter, &mut texts, &mut tables)).collect();
    let header = book.header();
    let wire = WireBook {
        schema: SCHEMA.into(),
        source: header.source,
        offer: header.offer.clone(),
        currency: header.currency,
        locale: header.locale.as_str().into(),
        region_info: header.region_info.as_str().into(),
        own: header.own.clone(),
        terms: header.terms.clone(),
        meters,
        texts: texts.values.iter().map(|text| Cow::Borrowed(&**text)).collect(),
        models: (tables.values.iter().zip(0..))
            .filter_map(|((model, _), at)| Some((at, wire_model(*model)?)))
            .collect(),
        tiers: tables.values.into_iter().map(|(_, tiers)| tiers).collect(),
    };
    match serde_json::to_vec(&wire) {
        Ok(bytes) => bytes,
        Err(error) => unreachable!("a book of strings and numbers is JSON: {error}"),
    }
}

fn wire_model(model: PriceModel) -> Option<WireModel> {
    match model {
        PriceModel::Graduated => None,
        PriceModel::Volume => Some(WireModel::Volume),
        PriceModel::Package { size } => Some(WireModel::Package(size)),
    }
}

fn wire_meter(meter: &Meter, texts: &mut Numbered<Arc<str>>, tables: &mut Numbered<TableKey>) -> WireMeter {
    let tiers = meter.tiers.tiers().iter().map(|tier| (tier.from, tier.unit_price)).collect();
    let table = (meter.tiers.model(), tiers);
    WireMeter(
        meter.id,
        texts.number(&meter.category),
        texts.number(&meter.sub_category),
        texts.number(&meter.name),
        texts.number(&meter.region),
        texts.number(&meter.unit),
        Instant(meter.effective_at),
        meter.ends_at.map(Instant),
        meter.included_quantity,
        tables.number(&table),
        match &meter.kind {
            PriceKind::Consumption => WireKind::Consumption,
            PriceKind::DevTest => WireKind::DevTest,
            PriceKind::Reservation { term } => WireKind::Reservation(texts.number(term)),
            PriceKind::SavingsPlan { term } => WireKind::SavingsPlan(texts.number(term)),
            PriceKind::Other(name) => WireKind::Other(texts.number(name)),
        },
        meter.sku.as_ref().map(|sku| (texts.number(&sku.id), texts.number(&sku.arm_name))),
        if meter.third_party { THIRD_PARTY } else { 0 } | if meter.deprecated { DEPRECATED } else { 0 },
    )
}

/// Opens a book from bytes that are not trusted.
pub fn open(bytes: &[u8]) -> Result<OpenBook, DecodeError> {
    let wire = decode_known_schema(bytes)?;
    let texts: Vec<Arc<str>> = wire.texts.iter().map(|text| Arc::from(&**text)).collect();
    let tables = open_tables(wire.tiers, wire.models)?;
    let mut meters = Vec::with_capacity(wire.meters.len());
    for (index, row) in wire.meters.into_iter().enumerate() {
        let meter =
            open_meter(row, &texts, &tables).map_err(|message| DecodeError::at(format!("meters[{index}]"), message))?;
        meters.push(meter);
    }
    let header = BookHeader {
        source: wire.source,
        offer: wire.offer,
        currency: wire.currency,
        locale: wire.locale.into_owned(),
        region_info: wire.region_info.into_owned(),
        own: wire.own,
        terms: wire.terms,
    };
    for (index, term) in header.terms.iter().enumerate() {
        term.check().map_err(|message| DecodeError::at(format!("terms[{index}]"), message))?;
    }
    let (book, warnings) =
        RateBook::new(header, meters).map_err(|error| DecodeError::at("meters", error.to_string()))?;
    if !warnings.is_empty() {
        return Err(DecodeError::at("meters", "a meter stands more than once, so no program of ours wrote this"));
    }
    Ok(OpenBook { id: BookId::of(bytes), book })
}

fn open_tables(
    tiers: Vec<Vec<(Decimal, Decimal)>>,
    models: Vec<(u32, WireModel)>,
) -> Result<Vec<Arc<TierTable>>, DecodeError> {
    let mut read_as = vec![PriceModel::Graduated; tiers.len()];
    for (index, (table, model)) in models.into_iter().enumerate() {
        let Some(slot) = read_as.get_mut(table as usize).filter(|slot| **slot == PriceModel::Graduated) else {
            return Err(DecodeError::at(
                format!("models[{index}]"),
                format!("no tier table {table} waits for a model"),
            ));
        };
        *slot = match model {
            WireModel::Volume => PriceModel::Volume,
            WireModel::Package(size) => PriceModel::Package { size },
        };
    }
    let mut tables = Vec::with_capacity(tiers.len());
    for (index, (tiers, model)) in tiers.into_iter().zip(read_as).enumerate() {
        let tiers = tiers.into_iter().map(|(from, unit_price)| Tier { from, unit_price }).collect();
        let table = TierTable::priced(model, tiers)
            .map_err(|error| DecodeError::at(format!("tiers[{index}]"), error.to_string()))?;
        tables.push(Arc::new(table));
    }
    Ok(tables)
}

/// Reads the schema first, so that a newer book is refused by its name and not by its first strange field.
/// The text is read once: what its schema is matters only where it is no book of ours.
fn decode_known_schema(bytes: &[u8]) -> Result<WireBook<'static>, DecodeError> {
    let whole = json::decode(bytes);
    let schema = match &whole {
        Ok(Object(WireBook { schema, .. })) => schema.clone(),
        Err(_) => json::schema(bytes)?.into(),
    };
    if schema != SCHEMA {
        let shown: String = json::printable(&schema).chars().take(40).collect();
        return Err(DecodeError::at("schema", format!("expected {SCHEMA}, found {shown}")));
    }
    whole.map(|Object(book)| book)
}

fn open_meter(row: WireMeter, texts: &[Arc<str>], tables: &[Arc<TierTable>]) -> Result<Meter, String> {
    let text = |index: u32| -> Result<Arc<str>, String> {
        texts.get(index as usize).cloned().ok_or_else(|| format!("there is no text {index}"))
    };
    let WireMeter(id, category, sub_category, name, region, unit, effective, ends, included, tiers, kind, sku, flags) =
        row;
    if included.is_negative() {
        return Err(format!("the included quantity {included} is below zero"));
    }
    if flags & !(THIRD_PARTY | DEPRECATED) != 0 {
        return Err(format!("the flags {flags} are not known"));
    }
    Ok(Meter {
        id,
        category: text(category)?,
        sub_category: text(sub_category)?,
        name: text(name)?,
        region: text(region)?,
        unit: text(unit)?,
        effective_at: effective.0,
        ends_at: ends.map(|end| end.0),
        included_quantity: included,
        tiers: tables.get(tiers as usize).cloned().ok_or_else(|| format!("there is no tier table {tiers}"))?,
        kind: match kind {
            WireKind::Consumption => PriceKind::Consumption,
            WireKind::DevTest => PriceKind::DevTest,
            WireKind::Reservation(term) => PriceKind::Reservation { term: text(term)? },
            WireKind::SavingsPlan(term) => PriceKind::SavingsPlan { term: text(term)? },
            WireKind::Other(name) => PriceKind::Other(text(name)?),
        },
        sku: match sku {
            Some((id, arm_name)) => Some(Sku { id: text(id)?, arm_name: text(arm_name)? }),
            None => None,
        },
        third_party: flags & THIRD_PARTY != 0,
        deprecated: flags & DEPRECATED != 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::sample;

    fn book(model: PriceModel, own: Option<OwnBook>) -> RateBook {
        let header = BookHeader {
            source: if own.is_some() { Source::Own } else { Source::RateCard },
            offer: None,
            currency: Currency::USD,
            locale: String::new(),
            region_info: String::new(),
            own,
            terms: Vec::new(),
        };
        let tier = |from: u32| Tier { from: Decimal::from(from), unit_price: Decimal::new(15, 1) };
        let tiers = match model {
            PriceModel::Package { .. } => vec![tier(0)],
            _ => vec![tier(0), tier(10)],
        };
        let table = |model| Arc::new(TierTable::priced(model, tiers.clone()).unwrap_or_else(|e| panic!("{e}")));
        let other = "1e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse().unwrap_or_else(|e| panic!("{e}"));
        let plain = Meter { tiers: table(PriceModel::Graduated), ..sample() };
        let meters = vec![plain, Meter { id: other, tiers: table(model), ..sample() }];
        RateBook::new(header, meters).unwrap_or_else(|e| panic!("{e}")).0
    }

    #[test]
    fn every_price_model_and_every_origin_comes_back_as_it_was_written() {
        let own = OwnBook { name: "internal".into(), group: Some("shop".into()), base: None, base_source: None };
        let package = PriceModel::Package { size: Decimal::new(25, 1) };
        for model in [PriceModel::Graduated, PriceModel::Volume, package] {
            for own in [None, Some(own.clone())] {
                let written = book(model, own);
                let bytes = to_bytes(&written);
                let read = open(&bytes).unwrap_or_else(|e| panic!("{e}"));
                assert_eq!(read.book.meters(), written.meters());
                assert_eq!(read.book.header(), written.header());
                assert_eq!(to_bytes(&read.book), bytes);
            }
        }
    }

    /// The id of a book is how charges of years ago name it: bytes of books without new features must not change.
    #[test]
    fn a_plain_book_has_the_bytes_it_always_had() {
        let text = String::from_utf8(to_bytes(&book(PriceModel::Graduated, None))).unwrap_or_default();
        assert!(!text.contains("models") && !text.contains("own"), "{text}");
    }

    #[test]
    fn a_model_without_its_table_is_refused() {
        let text = String::from_utf8(to_bytes(&book(PriceModel::Volume, None))).unwrap_or_default();
        for (bad, place) in [("[[7,\"volume\"]]", "models[0]"), ("[[1,\"volume\"],[1,\"volume\"]]", "models[1]")] {
            let broken = text.replace("[[1,\"volume\"]]", bad);
            assert_eq!(open(broken.as_bytes()).map(|_| ()).map_err(|e| e.path), Err(place.to_owned()));
        }
    }
}
