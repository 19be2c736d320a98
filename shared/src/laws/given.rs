//! What the laws are tried on. Generated numbers aim at what goes wrong: bounds and just beside them, 28 digits,
//! 28 decimals, equal prices, halves of a cent, nothing at all.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use num_rational::BigRational;
use proptest::prelude::*;

use crate::decimal::Decimal;
use crate::meter::{Meter, PriceModel, Tier, TierTable, sample};
use crate::money::Currency;
use crate::ratebook::format::{self, BookId, OpenBook};
use crate::ratebook::{BookHeader, RateBook, Source};
use crate::search::SearchIndex;
use crate::usage::{Resource, UsageAggregate};

/// `FOREBILL_LAW_CASES` in the environment of the build asks for a longer search.
const CASES: u32 = match option_env!("FOREBILL_LAW_CASES") {
    Some(text) => parse_cases(text),
    None => 10_000,
};

const fn parse_cases(text: &str) -> u32 {
    let (bytes, mut at, mut value) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        assert!(bytes[at].is_ascii_digit(), "FOREBILL_LAW_CASES is a whole number");
        value = value * 10 + (bytes[at] - b'0') as u32;
        at += 1;
    }
    value
}

pub fn laws() -> ProptestConfig {
    ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() }
}

/// An exact fraction: the oracle of every law about amounts.
pub type Exact = BigRational;

pub fn exact(number: Decimal) -> Exact {
    exact_text(&number.to_string())
}

/// Plain digits as a fraction, by the text alone.
pub fn exact_text(text: &str) -> Exact {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    ok(format!("{whole}{fraction}/1{}", "0".repeat(fraction.len())).parse())
}

pub fn power_of_ten(exponent: u32) -> Exact {
    exact_text(&format!("1{}", "0".repeat(exponent as usize)))
}

/// Half away from zero: `BigRational::round` is that.
pub fn exact_rounded(value: &Exact, decimals: u32) -> Exact {
    (value * power_of_ten(decimals)).round() / power_of_ten(decimals)
}

pub fn size(value: &Exact) -> Exact {
    if *value < exact_text("0") { -value } else { value.clone() }
}

#[track_caller]
pub fn ok<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
pub fn add(a: Decimal, b: Decimal) -> Decimal {
    ok(a.plus(b))
}

#[track_caller]
pub fn sub(a: Decimal, b: Decimal) -> Decimal {
    ok(a.minus(b))
}

#[track_caller]
pub fn mul(a: Decimal, b: Decimal) -> Decimal {
    ok(a.times(b))
}

#[track_caller]
pub fn sum_of(amounts: impl IntoIterator<Item = Decimal>) -> Decimal {
    amounts.into_iter().fold(Decimal::ZERO, add)
}

pub fn number(mantissa: Range<i64>, scale: u8) -> impl Strategy<Value = Decimal> {
    (mantissa, 0..=scale).prop_map(|(mantissa, scale)| Decimal::new(mantissa.into(), scale))
}

/// 28 digits, or a few fewer, with a number of decimals from this range.
pub fn long(scale: std::ops::RangeInclusive<u8>) -> impl Strategy<Value = Decimal> {
    (0..10i128.pow(28), scale).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
}

/// 10^-k.
pub fn speck(decimals: u8) -> impl Strategy<Value = Decimal> {
    (0..=decimals).prop_map(|scale| Decimal::new(1, scale))
}

/// From nothing to a million, up to 28 digits and 28 decimals; a few prices come often, so that tiers have equal ones.
pub fn price() -> impl Strategy<Value = Decimal> {
    let common = prop::sample::select(vec![Decimal::ZERO, Decimal::ONE, Decimal::new(5, 2), Decimal::new(36, 5)]);
    prop_oneof![2 => common, 4 => number(0..10_000_000_000, 12), 2 => long(22..=28), 1 => speck(28)]
}

/// What somebody uses: below 10^12, up to 28 digits.
pub fn quantity() -> impl Strategy<Value = Decimal> {
    prop_oneof![4 => number(0..1_000_000_000_000, 10), 2 => long(16..=20), 1 => speck(20), 1 => Just(Decimal::ZERO)]
}

/// One to six tiers in ascending order, their bounds whole or with up to 20 decimals.
pub fn tiers() -> impl Strategy<Value = Vec<Tier>> {
    let bound = prop_oneof![4 => number(1..1_000_000_000, 4), 1 => number(1..9, 0), 1 => long(19..=20)];
    let bound = bound.prop_filter("a bound above zero", |bound| !bound.is_zero());
    let bounds = prop::collection::btree_set(bound, 0..6);
    (bounds, prop::collection::vec(price(), 6)).prop_map(|(bounds, prices)| {
        let starts = std::iter::once(Decimal::ZERO).chain(bounds);
        starts.zip(prices).map(|(from, unit_price)| Tier { from, unit_price }).collect()
    })
}

/// A quantity anywhere, on a bound, or 10^-k beside it.
pub fn quantity_for(tiers: &[Tier]) -> impl Strategy<Value = Decimal> + use<> {
    let bounds: Vec<Decimal> = tiers.iter().map(|tier| tier.from).collect();
    let beside = (prop::sample::select(bounds), speck(20), -1i64..=1)
        .prop_map(|(bound, off, side)| add(bound, mul(off, Decimal::new(side.into(), 0))).max(Decimal::ZERO));
    prop_oneof![quantity(), beside]
}

pub fn table_and<const N: usize>() -> impl Strategy<Value = (Vec<Tier>, [Decimal; N])> {
    tiers().prop_flat_map(|tiers| {
        let quantities: [_; N] = std::array::from_fn(|_| quantity_for(&tiers));
        (Just(tiers), quantities)
    })
}

pub fn meter(tiers: Vec<Tier>, included_quantity: Decimal) -> Meter {
    priced(PriceModel::Graduated, tiers, included_quantity)
}

pub fn priced(model: PriceModel, tiers: Vec<Tier>, included_quantity: Decimal) -> Meter {
    Meter { included_quantity, tiers: Arc::new(ok(TierTable::priced(model, tiers))), ..sample() }
}

/// A meter with one price.
pub fn flat(unit_price: Decimal) -> Meter {
    meter(vec![Tier { from: Decimal::ZERO, unit_price }], Decimal::ZERO)
}

pub fn header(currency: Currency) -> BookHeader {
    BookHeader {
        source: Source::RateCard,
        offer: None,
        currency,
        locale: String::new(),
        region_info: String::new(),
        own: None,
        terms: Vec::new(),
    }
}

pub fn open(header: BookHeader, meters: Vec<Meter>) -> OpenBook {
    let book = ok(RateBook::new(header, meters)).0;
    OpenBook { id: BookId::of(&format::to_bytes(&book)), book }
}

pub fn indexed(open: OpenBook) -> (OpenBook, SearchIndex) {
    let index = SearchIndex::new(&open.book);
    (open, index)
}

pub fn at(second: i64) -> Timestamp {
    ok(Timestamp::from_second(second))
}

/// A row of one meter in a reported bucket of its own: rows add up, none replaces another.
pub fn row(bucket: usize, meter: &Meter, second: i64, quantity: Decimal) -> UsageAggregate {
    UsageAggregate {
        subscription_id: ok("11111111-2222-3333-4444-555555555555".parse()),
        meter_id: meter.id,
        usage_start_at: at(second),
        usage_end_at: at(second + 3600),
        bucket: format!("bucket {bucket}").into(),
        quantity,
        meter_name: "".into(),
        meter_category: "".into(),
        meter_sub_category: "".into(),
        meter_region: "".into(),
        unit: "".into(),
        info_fields: None,
        resource: Some(Arc::new(Resource { uri: "/r".into(), location: String::new(), tags: BTreeMap::new() })),
        instance_text: None,
        rule_tags: None,
    }
}

pub fn rows(meter: &Meter, uses: &[(i64, Decimal)]) -> Vec<UsageAggregate> {
    (uses.iter().enumerate()).map(|(bucket, (second, quantity))| row(bucket, meter, *second, *quantity)).collect()
}

/// Midnight of 1 November 2026.
pub const NOVEMBER: i64 = 1_793_491_200;

/// The start of an hour in November 2026.
pub fn november() -> impl Strategy<Value = i64> {
    (0i64..30 * 24).prop_map(|hour| NOVEMBER + hour * 3600)
}

/// A month of one meter, one in six rows a correction.
pub fn month(most: usize) -> impl Strategy<Value = Vec<(i64, Decimal)>> {
    let signed = (quantity(), prop::bool::weighted(0.15))
        .prop_map(|(quantity, back)| if back { quantity.negated() } else { quantity });
    prop::collection::vec((november(), signed), 1..most)
}
