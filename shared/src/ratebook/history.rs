//! What one meter cost over all readings of a price list.

use jiff::Timestamp;

use super::format::BookId;
use super::price_key;
use crate::decimal::Decimal;
use crate::meter::Meter;

/// What one reading of the list said about the meter.
#[derive(Debug, Clone)]
pub struct Reading {
    /// When it was read.
    pub fetched_at: Timestamp,
    /// The book made of it.
    pub book: BookId,
    /// The rows of the meter, in the order of the book; none when it was not there.
    pub rows: Vec<Meter>,
}

impl Reading {
    /// What the list had: a book keeps what a card no longer names, ended at that reading.
    fn listed(&self) -> impl Iterator<Item = &Meter> {
        self.rows.iter().filter(|row| row.ends_at.is_none_or(|end| end > self.fetched_at))
    }
}

/// A time in which the list did not have the price, and after which it had it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The first reading without it.
    pub vanished_at: Timestamp,
    /// The first reading with it again.
    pub returned_at: Timestamp,
}

/// One distinct price: same kind, region and SKU, same tiers, unit and included quantity from the same date on.
#[derive(Debug, Clone)]
pub struct Known {
    /// The price, as it was read last.
    pub meter: Meter,
    /// The first reading that had it.
    pub first_seen_at: Timestamp,
    /// The last reading that had it.
    pub last_seen_at: Timestamp,
    /// The book of the first reading.
    pub first_book: BookId,
    /// When it was not there in between.
    pub gaps: Vec<Gap>,
    /// Whether the newest reading has it.
    pub current: bool,
}

/// All distinct prices of a meter, by kind, region and SKU and then by date.
///
/// A price that vanishes for a reading is no price that ended: rows of the feed flap for hours and come back.
#[must_use]
pub fn history(readings: &[Reading]) -> Vec<Known> {
    let mut order: Vec<&Reading> = readings.iter().collect();
    // Of two read at one time the later commit is the later reading.
    order.sort_by_key(|reading| reading.fetched_at);
    let mut known: Vec<(Known, Option<Timestamp>)> = Vec::new();
    for reading in order {
        let at = reading.fetched_at;
        for (price, missing_since) in &mut known {
            price.current = reading.listed().any(|row| is_price(row, &price.meter));
            if !price.current {
                missing_since.get_or_insert(at);
            } else if let Some(vanished_at) = missing_since.take() {
                price.gaps.push(Gap { vanished_at, returned_at: at });
            }
        }
        for row in reading.listed() {
            match known.iter_mut().find(|(price, _)| is_price(row, &price.meter)) {
                Some((price, _)) => (price.last_seen_at, price.meter) = (at, row.clone()),
                None => known.push((
                    Known {
                        meter: row.clone(),
                        first_seen_at: at,
                        last_seen_at: at,
                        first_book: reading.book.clone(),
                        gaps: Vec::new(),
                        current: true,
                    },
                    None,
                )),
            }
        }
    }
    let mut prices: Vec<Known> = known.into_iter().map(|(price, _)| price).collect();
    prices.sort_by(|a, b| {
        let key = |price: &'_ Known| (price.meter.effective_at, price.first_seen_at);
        price_key(&a.meter).cmp(&price_key(&b.meter)).then(key(a).cmp(&key(b)))
    });
    prices
}

/// Whether both rows are one price. Names and ends may be told later: they make no other price.
#[must_use]
pub fn is_price(a: &Meter, b: &Meter) -> bool {
    price_key(a) == price_key(b)
        && a.effective_at == b.effective_at
        && a.tiers == b.tiers
        && a.unit == b.unit
        && a.included_quantity == b.included_quantity
}

/// The unit price that held at each reading, for a picture of one price: that of the newest row, 0 where it was missing.
#[must_use]
pub fn line(readings: &[Reading], of: &Meter) -> Vec<Decimal> {
    let mut order: Vec<&Reading> = readings.iter().collect();
    order.sort_by_key(|reading| reading.fetched_at);
    let price = |reading: &&Reading| {
        let begun = |row: &&Meter| row.effective_at <= reading.fetched_at;
        let rows = reading.listed().filter(|row| price_key(row) == price_key(of));
        rows.filter(begun)
            .max_by_key(|row| row.effective_at)
            .map_or(Decimal::ZERO, |row| row.tiers.first_charged_price())
    };
    order.iter().map(price).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::meter::{Tier, TierTable, sample};

    fn at(day: u32) -> Timestamp {
        format!("2026-01-{day:02}T00:00:00Z").parse().unwrap_or_else(|e| panic!("{e}"))
    }

    /// (day of the reading, [(price, day from which it holds)])
    fn reading((day, rows): &(u32, &[(u32, u32)])) -> Reading {
        let rows = rows.iter().map(|(price, from)| {
            let tier = Tier { from: Decimal::ZERO, unit_price: Decimal::from(*price) };
            let tiers = TierTable::new(vec![tier]).unwrap_or_else(|e| panic!("{e}"));
            Meter { effective_at: at(*from), tiers: Arc::new(tiers), ..sample() }
        });
        Reading { fetched_at: at(*day), book: BookId::of(&day.to_le_bytes()), rows: rows.collect() }
    }

    fn day(at: Timestamp) -> String {
        at.to_string()[8..10].to_owned()
    }

    #[test]
    fn prices_change_vanish_and_return() {
        // Out of order on purpose: an older file may be imported later.
        let days: [(u32, &[(u32, u32)]); 6] =
            [(2, &[(5, 1)]), (4, &[(5, 1)]), (3, &[]), (6, &[(5, 1), (4, 6)]), (5, &[(5, 1)]), (7, &[(4, 6)])];
        let readings: Vec<Reading> = days.iter().map(reading).collect();
        let shown = history(&readings).into_iter().map(|price| {
            let gaps = price.gaps.iter().map(|gap| format!(" gap {}-{}", day(gap.vanished_at), day(gap.returned_at)));
            let (tier, gaps) = (price.meter.tiers.tiers()[0].unit_price, gaps.collect::<String>());
            let seen = format!("{}-{}", day(price.first_seen_at), day(price.last_seen_at));
            format!("{tier} since {} seen {seen}{gaps} {}", day(price.meter.effective_at), price.current)
        });
        assert_eq!(shown.collect::<Vec<_>>(), ["5 since 01 seen 02-06 gap 03-04 false", "4 since 06 seen 06-07 true"]);
        let first = history(&readings)[1].first_book.clone();
        assert_eq!(first, BookId::of(&6_u32.to_le_bytes()));
        let line: Vec<String> = line(&readings, &readings[0].rows[0]).iter().map(ToString::to_string).collect();
        assert_eq!(line, ["5", "0", "5", "5", "4", "4"]);
        assert!(history(&[]).is_empty());
    }

    #[test]
    fn the_same_price_from_another_date_is_another_one() {
        let days: [(u32, &[(u32, u32)]); 2] = [(2, &[(5, 1)]), (3, &[(5, 2)])];
        let readings: Vec<Reading> = days.iter().map(reading).collect();
        let current: Vec<bool> = history(&readings).iter().map(|price| price.current).collect();
        assert_eq!(current, [false, true]);
    }
}
