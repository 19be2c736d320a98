//! What changed between two books.

use serde::Serialize;

use super::{RateBook, price_key};
use crate::decimal::Decimal;
use crate::meter::Meter;
use crate::money::Currency;

/// Digits of a relative change behind the point: it is for reading, the prices beside it are exact.
pub(super) const PERCENT_DECIMALS: u32 = 4;

/// Two books in different currencies have no common price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one book is in {a}, the other in {b}: prices in two currencies cannot be compared")]
pub struct OtherCurrency {
    /// Of the first.
    pub a: Currency,
    /// Of the second.
    pub b: Currency,
}

/// What differs between two rows of one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Aspect {
    /// Bounds or unit prices, or how they are read.
    Tiers,
    /// The unit that the price is for.
    Unit,
    /// The free units of a period.
    IncludedQuantity,
    /// From when it holds.
    EffectiveAt,
    /// Until when.
    EndsAt,
    /// Active or deprecated.
    Status,
}

/// One price that is not the same in both books. A price that only one of them has is added or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'a> {
    /// The newest row in the first book that is not in the second.
    pub before: Option<&'a Meter>,
    /// The newest row in the second book that is not in the first.
    pub after: Option<&'a Meter>,
    /// Whether one book or both have the price.
    pub kind: ChangeKind,
    /// What differs, where there are two rows.
    pub aspects: Vec<Aspect>,
    /// The relative change of the unit price in percent, where it is one price for one unit.
    pub percent: Option<Decimal>,
}

/// What happened to a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// Only the second book has it.
    Added,
    /// Only the first book has it.
    Removed,
    /// Both have it, with other rows.
    Changed,
}

/// How many prices of each kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Only in the second book.
    pub added: usize,
    /// Only in the first book.
    pub removed: usize,
    /// In both, with other rows.
    pub changed: usize,
    /// In both, the same.
    pub unchanged: usize,
}

/// All differences, in the order of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff<'a> {
    /// How many.
    pub counts: Counts,
    /// Each of them.
    pub changes: Vec<Change<'a>>,
}

/// Compares two books price by price. Swapping them swaps what was added and removed, and old and new.
pub fn diff<'a>(a: &'a RateBook, b: &'a RateBook) -> Result<Diff<'a>, OtherCurrency> {
    if a.header.currency != b.header.currency {
        return Err(OtherCurrency { a: a.header.currency, b: b.header.currency });
    }
    let same = |x: &Meter, y: &Meter| price_key(x) == price_key(y);
    let (mut left, mut right) = (a.meters.chunk_by(same).peekable(), b.meters.chunk_by(same).peekable());
    let mut found = Diff { counts: Counts::default(), changes: Vec::new() };
    // Both are in order of their keys, so one walk meets every price.
    loop {
        let (x, y) = match (left.peek(), right.peek()) {
            (None, None) => return Ok(found),
            (Some(_), None) => (left.next(), None),
            (None, Some(_)) => (None, right.next()),
            (Some(x), Some(y)) => match price_key(&x[0]).cmp(&price_key(&y[0])) {
                std::cmp::Ordering::Less => (left.next(), None),
                std::cmp::Ordering::Greater => (None, right.next()),
                std::cmp::Ordering::Equal => (left.next(), right.next()),
            },
        };
        found.compare(x.unwrap_or(&[]), y.unwrap_or(&[]));
    }
}

impl<'a> Diff<'a> {
    fn compare(&mut self, x: &'a [Meter], y: &'a [Meter]) {
        let (kind, count) = match (x, y) {
            ([], _) => (ChangeKind::Added, &mut self.counts.added),
            (_, []) => (ChangeKind::Removed, &mut self.counts.removed),
            _ => (ChangeKind::Changed, &mut self.counts.changed),
        };
        // Newest first: it is the price that counts now.
        let mut rows = (0..x.len().max(y.len())).map(|back| (from_end(x, back), from_end(y, back)));
        let different = rows.find(|(before, after)| match (before, after) {
            (Some(before), Some(after)) => !aspects(before, after).is_empty(),
            _ => true,
        });
        let Some((before, after)) = different else {
            self.counts.unchanged += 1;
            return;
        };
        *count += 1;
        let both = before.zip(after);
        self.changes.push(Change {
            before,
            after,
            kind,
            aspects: both.map(|(before, after)| aspects(before, after)).unwrap_or_default(),
            percent: both.and_then(|(before, after)| percent(before, after)),
        });
    }
}

fn from_end(rows: &[Meter], back: usize) -> Option<&Meter> {
    rows.len().checked_sub(back + 1).and_then(|index| rows.get(index))
}

fn aspects(a: &Meter, b: &Meter) -> Vec<Aspect> {
    let differs = [
        (a.tiers != b.tiers, Aspect::Tiers),
        (a.unit != b.unit, Aspect::Unit),
        (a.included_quantity != b.included_quantity, Aspect::IncludedQuantity),
        (a.effective_at != b.effective_at, Aspect::EffectiveAt),
        (a.ends_at != b.ends_at, Aspect::EndsAt),
        (a.deprecated != b.deprecated, Aspect::Status),
    ];
    differs.into_iter().filter(|(differs, _)| *differs).map(|(_, aspect)| aspect).collect()
}

/// Only where the two figures mean the same: one price, for one unit, read in one way.
fn percent(a: &Meter, b: &Meter) -> Option<Decimal> {
    let ([old], [new]) = (a.tiers.tiers(), b.tiers.tiers()) else { return None };
    if a.unit != b.unit || a.tiers.model() != b.tiers.model() || old.unit_price.is_zero() {
        return None;
    }
    let rise = new.unit_price.minus(old.unit_price).and_then(|rise| rise.times(Decimal::from(100))).ok()?;
    rise.divided_rounded(old.unit_price, PERCENT_DECIMALS).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{BookHeader, Source};
    use super::*;
    use crate::meter::{Tier, TierTable, sample};
    use crate::period::parse_timestamp;

    /// (id, price, from)
    fn book(currency: &str, rows: &[(u32, i128, &str)]) -> RateBook {
        let meter = |(id, cents, from): &(u32, i128, &str)| Meter {
            id: format!("00000000-0000-4000-8000-{id:012}").parse().unwrap_or_else(|e| panic!("{e}")),
            effective_at: parse_timestamp(&format!("{from}T00:00:00Z")).unwrap_or_else(|e| panic!("{e}")),
            tiers: Arc::new(
                TierTable::new(vec![Tier { from: Decimal::ZERO, unit_price: Decimal::new(*cents, 2) }])
                    .unwrap_or_else(|e| panic!("{e}")),
            ),
            ..sample()
        };
        let header = BookHeader {
            source: Source::RateCard,
            offer: None,
            currency: currency.parse().unwrap_or_else(|e| panic!("{e}")),
            locale: String::new(),
            region_info: String::new(),
            own: None,
            terms: Vec::new(),
        };
        RateBook::new(header, rows.iter().map(meter).collect()).unwrap_or_else(|e| panic!("{e}")).0
    }

    fn shown(diff: &Diff<'_>) -> Vec<String> {
        let price = |meter: Option<&Meter>| meter.map_or("-".into(), |m| m.tiers.tiers()[0].unit_price.to_string());
        let line = |change: &Change<'_>| {
            let percent = change.percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
            let aspects = &change.aspects;
            format!("{:?} {} {}{percent} {aspects:?}", change.kind, price(change.before), price(change.after))
        };
        diff.changes.iter().map(line).collect()
    }

    #[test]
    fn every_difference_is_told_once_and_mirrored() {
        let a =
            book("USD", &[(1, 100, "2020-01-01"), (2, 300, "2020-01-01"), (3, 5, "2020-01-01"), (5, 0, "2020-01-01")]);
        let b = book(
            "USD",
            &[
                (1, 100, "2020-01-01"),
                (2, 300, "2020-01-01"),
                (2, 200, "2026-01-01"),
                (4, 7, "2020-01-01"),
                (5, 1, "2020-01-01"),
            ],
        );
        let forth = diff(&a, &b).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            shown(&forth),
            [
                "Changed 3 2 -33.3333 % [Tiers, EffectiveAt]",
                "Removed 0.05 - []",
                "Added - 0.07 []",
                "Changed 0 0.01 [Tiers]",
            ]
        );
        assert_eq!(forth.counts, Counts { added: 1, removed: 1, changed: 2, unchanged: 1 });
        let back = diff(&b, &a).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(back.counts, Counts { added: 1, removed: 1, changed: 2, unchanged: 1 });
        for (there, here) in forth.changes.iter().zip(&back.changes) {
            assert_eq!((there.before, there.after, &there.aspects), (here.after, here.before, &here.aspects));
        }
        assert_eq!(shown(&back)[0], "Changed 2 3 50 % [Tiers, EffectiveAt]");
        for same in [&a, &b] {
            assert_eq!(diff(same, same).map(|diff| diff.changes), Ok(Vec::new()));
        }
    }

    #[test]
    fn an_older_row_is_a_difference_too() {
        let a = book("USD", &[(1, 100, "2020-01-01"), (1, 200, "2026-01-01")]);
        let b = book("USD", &[(1, 200, "2026-01-01")]);
        assert_eq!(diff(&a, &b).map(|diff| shown(&diff)), Ok(vec!["Changed 1 - []".into()]));
    }

    #[test]
    fn currencies_are_never_compared() {
        let (usd, eur) = (book("USD", &[]), book("EUR", &[]));
        assert!(diff(&usd, &eur).is_err());
    }
}
