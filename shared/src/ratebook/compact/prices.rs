//! The distinct prices of a book. Most are one number; they are kept apart from the rest.
//!
//! In the file the plain prices stand by scale, each as the distance from the one before: `0.5` needs a nibble there
//! and not six digits. In memory they are numbered by value, so that prices of one thing in several regions have
//! numbers that lie close together.

use std::cmp::Ordering;
use std::sync::Arc;

use super::stream::{Reader, Writer};
use super::{Malformed, Wrong};
use crate::decimal::Decimal;
use crate::meter::{MAX_TIERS, Meter, PriceModel, Tier, TierTable};
use crate::order::{self, Map};

/// A plain price has at most this many decimals, so that all can be compared in 128 bits.
const PLAIN_SCALE: u32 = 19;

/// One tier from 0 on, nothing included: mantissa and scale, without zeros at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) mantissa: u64,
    pub(super) scale: u8,
}

impl Plain {
    fn of(included: Decimal, table: &TierTable) -> Option<Plain> {
        match table.tiers() {
            [only] if included.is_zero() && table.model() == PriceModel::Graduated => {
                let (high, low, scale) = only.unit_price.words();
                let scale = u8::try_from(scale).ok().filter(|scale| u32::from(*scale) <= PLAIN_SCALE)?;
                if high == 0 { Some(Plain { mantissa: u64::try_from(low).ok()?, scale }) } else { None }
            }
            _ => None,
        }
    }

    /// Below 2^64 × 10^19, which is below 2^128.
    fn value(self) -> u128 {
        u128::from(self.mantissa) * 10u128.pow(PLAIN_SCALE - u32::from(self.scale))
    }

    pub(super) fn decimal(self) -> Decimal {
        Decimal::new(i128::from(self.mantissa), self.scale)
    }
}

/// A price of another form: what is included, and the tiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tiered {
    pub(super) included: Decimal,
    pub(super) table: Arc<TierTable>,
}

/// In order of what they charge first, then of everything else that they are.
fn compare(a: &Tiered, b: &Tiered) -> Ordering {
    let tiers =
        |table: &Tiered| table.table.tiers().iter().map(|tier| (tier.from, tier.unit_price)).collect::<Vec<_>>();
    (a.table.first_charged_price().cmp(&b.table.first_charged_price()))
        .then_with(|| a.included.cmp(&b.included))
        .then_with(|| a.table.model().cmp(&b.table.model()))
        .then_with(|| tiers(a).cmp(&tiers(b)))
}

/// All distinct prices: the plain ones by value, then the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices {
    pub(super) plain: Vec<Plain>,
    pub(super) tiered: Vec<Tiered>,
}

impl Prices {
    /// The distinct prices of the meters, and the number of each meter's.
    pub(super) fn numbered(meters: &[Meter]) -> (Prices, Vec<u32>) {
        let mut prices = Prices::default();
        // Tables are shared in a book, so most prices are told by their place in memory: each is looked at once.
        let mut seen: Map<*const TierTable, (Decimal, usize)> = Map::new();
        let mut forms: Vec<Result<(u128, Plain), Tiered>> = Vec::new();
        let mut form_of = Vec::with_capacity(meters.len());
        for meter in meters {
            let (included, place) = (meter.included_quantity, Arc::as_ptr(&meter.tiers));
            let known = seen.get(&place).filter(|(of, _)| *of == included).map(|(_, form)| *form);
            form_of.push(known.unwrap_or_else(|| {
                seen.insert(place, (included, forms.len()));
                let tiered = || Tiered { included, table: meter.tiers.clone() };
                let plain = Plain::of(included, &meter.tiers).map(|plain| (plain.value(), plain));
                forms.push(plain.ok_or_else(tiered));
                forms.len() - 1
            }));
        }
        let mut plain: Vec<(u128, Plain)> = forms.iter().filter_map(|form| form.as_ref().ok().copied()).collect();
        order::sort_by_key(&mut plain, |(value, _)| *value);
        plain.dedup();
        prices.plain.extend(plain.iter().map(|(_, plain)| *plain));
        prices.tiered.extend(forms.iter().filter_map(|form| form.as_ref().err().cloned()));
        order::sort_by(&mut prices.tiered, compare);
        prices.tiered.dedup_by(|a, b| compare(a, b).is_eq());
        let number = |form: &Result<(u128, Plain), Tiered>| match form {
            Ok((value, _)) => plain.partition_point(|(other, _)| other < value),
            Err(table) => plain.len() + prices.tiered.partition_point(|other| compare(other, table).is_lt()),
        };
        let numbers: Vec<u32> = forms.iter().map(|form| number(form) as u32).collect();
        let of_meters = form_of.into_iter().map(|form| numbers[form]).collect();
        (prices, of_meters)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.plain.len() + self.tiered.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is one tier from 0 on, with nothing included.
    #[must_use]
    pub fn is_plain(&self, number: u32) -> bool {
        (number as usize) < self.plain.len()
    }

    /// The first price that is not zero, as a list of prices shows it.
    #[must_use]
    pub fn first_charged(&self, number: u32) -> Decimal {
        match self.plain.get(number as usize) {
            Some(plain) => plain.decimal(),
            None => self.tiered(number).map_or(Decimal::ZERO, |tiered| tiered.table.first_charged_price()),
        }
    }

    /// The included quantity.
    #[must_use]
    pub fn included(&self, number: u32) -> Decimal {
        self.tiered(number).map_or(Decimal::ZERO, |tiered| tiered.included)
    }

    /// How many tiers there are.
    #[must_use]
    pub fn tiers(&self, number: u32) -> usize {
        self.tiered(number).map_or(1, |tiered| tiered.table.tiers().len())
    }

    /// The whole table.
    #[must_use]
    pub fn table(&self, number: u32) -> Arc<TierTable> {
        if let Some(tiered) = self.tiered(number) {
            return tiered.table.clone();
        }
        let unit_price = self.plain.get(number as usize).map_or(Decimal::ZERO, |plain| plain.decimal());
        match TierTable::ordered(PriceModel::Graduated, vec![Tier { from: Decimal::ZERO, unit_price }]) {
            Ok(table) => Arc::new(table),
            Err(error) => unreachable!("one price from 0 on is a table: {error}"),
        }
    }

    fn tiered(&self, number: u32) -> Option<&Tiered> {
        self.tiered.get((number as usize).checked_sub(self.plain.len())?)
    }
}

/// Plain prices by scale, in ascending order.
pub(super) fn write_plain(prices: &[Plain]) -> Writer {
    let mut writer = Writer::default();
    for scale in 0..=PLAIN_SCALE as u8 {
        let of_scale = prices.iter().filter(|plain| plain.scale == scale).map(|plain| plain.mantissa);
        writer.count(of_scale.clone().count());
        let mut before = 0;
        for mantissa in of_scale {
            writer.put(mantissa - before);
            before = mantissa;
        }
    }
    writer
}

pub(super) fn read_plain(mut reader: Reader<'_>, prices: &mut Vec<Plain>) -> Result<(), Malformed> {
    let mut all: Vec<(u128, Plain)> = Vec::new();
    for scale in 0..=PLAIN_SCALE as u8 {
        let room = reader.len();
        let count = reader.count(room)?;
        let mut run = Vec::with_capacity(count);
        let unit = Plain { mantissa: 1, scale }.value();
        let mut before = 0u64;
        for position in 0..count {
            let step = reader.number()?;
            if step == 0 && position > 0 {
                return Err(reader.malformed(Wrong::PriceTwice));
            }
            let mantissa = before.checked_add(step).ok_or_else(|| reader.malformed(Wrong::LargePrice))?;
            if scale > 0 && mantissa % 10 == 0 {
                return Err(reader.malformed(Wrong::ZerosOfPrice));
            }
            let plain = Plain { mantissa, scale };
            run.push((u128::from(mantissa) * unit, plain));
            before = mantissa;
        }
        all = merged(all, run);
    }
    prices.extend(all.into_iter().map(|(_, plain)| plain));
    reader.end()
}

/// Two ascending runs as one. A general sort would be a fifth of what the browser loads.
fn merged(a: Vec<(u128, Plain)>, b: Vec<(u128, Plain)>) -> Vec<(u128, Plain)> {
    if b.is_empty() {
        return a;
    }
    let mut both = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    loop {
        let from_a = match (a.peek(), b.peek()) {
            (Some((one, _)), Some((other, _))) => one < other,
            (one, _) => one.is_some(),
        };
        let Some(next) = (if from_a { a.next() } else { b.next() }) else { return both };
        both.push(next);
    }
}

fn put_number(writer: &mut Writer, number: Decimal) {
    let (high, low, scale) = number.words();
    writer.put(u64::from(scale));
    writer.put_wide(high.cast_unsigned(), low);
}

fn read_number(reader: &mut Reader<'_>) -> Result<Decimal, Malformed> {
    let scale = reader.below(u32::MAX as usize)?;
    let (high, low) = reader.wide()?;
    Decimal::from_words(high, low, scale).ok_or_else(|| reader.malformed(Wrong::ZerosAtEnd))
}

/// Included quantity, model and tiers; the first tier starts at 0 and does not say so.
pub(super) fn write_tiered(prices: &[Tiered]) -> Writer {
    let mut writer = Writer::default();
    writer.count(prices.len());
    for Tiered { included, table } in prices {
        put_number(&mut writer, *included);
        match table.model() {
            PriceModel::Graduated => writer.put(0),
            PriceModel::Volume => writer.put(1),
            PriceModel::Package { size } => {
                writer.put(2);
                put_number(&mut writer, size);
            }
        }
        writer.count(table.tiers().len());
        for (position, tier) in table.tiers().iter().enumerate() {
            if position > 0 {
                put_number(&mut writer, tier.from);
            }
            put_number(&mut writer, tier.unit_price);
        }
    }
    writer
}

pub(super) fn read_tiered(mut reader: Reader<'_>, prices: &mut Vec<Tiered>) -> Result<(), Malformed> {
    let room = reader.len();
    let count = reader.count(room)?;
    // A table takes seven bytes or more.
    prices.reserve_exact(count.min(room / 7));
    for _ in 0..count {
        let included = read_number(&mut reader)?;
        let model = match reader.number()? {
            0 => PriceModel::Graduated,
            1 => PriceModel::Volume,
            2 => PriceModel::Package { size: read_number(&mut reader)? },
            _ => return Err(reader.malformed(Wrong::UnknownModel)),
        };
        let count = reader.count(MAX_TIERS)?;
        let mut tiers: Vec<Tier> = Vec::with_capacity(count);
        for position in 0..count {
            let from = if position == 0 { Decimal::ZERO } else { read_number(&mut reader)? };
            if tiers.last().is_some_and(|before| before.from >= from) {
                return Err(reader.malformed(Wrong::TiersNotInOrder));
            }
            tiers.push(Tier { from, unit_price: read_number(&mut reader)? });
        }
        let table = TierTable::ordered(model, tiers).map_err(|_| reader.malformed(Wrong::NoTiers))?;
        let price = Tiered { included, table: Arc::new(table) };
        if Plain::of(included, &price.table).is_some() {
            return Err(reader.malformed(Wrong::PlainPrice));
        }
        if prices.last().is_some_and(|before| compare(before, &price).is_ge()) {
            return Err(reader.malformed(Wrong::NotInOrder));
        }
        prices.push(price);
    }
    reader.end()
}
