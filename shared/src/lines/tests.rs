//! Lines against the slow road: the row's whole price table, in unlimited decimals.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::meter::{Meter, PriceKind, PriceModel, Sku, Tier, TierTable, sample};
use crate::money::Currency;
use crate::ratebook::compact::columns_of;
use crate::ratebook::{BookHeader, RateBook, Source};
use crate::region;

const DAYS: i64 = 40;

fn header() -> BookHeader {
    let (source, currency, locale) = (Source::Retail, Currency::USD, "en".to_owned());
    BookHeader { source, offer: None, currency, locale, region_info: String::new(), own: None, terms: Vec::new() }
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_second(day * 86_400).unwrap()
}

prop_compose! {
    /// Few names, so that products meet in several regions, zones and SKUs; prices of all models.
    fn meter()(
        id in 0u128..1_000,
        category in prop::sample::select(vec!["Bandwidth", "Storage"]),
        name in prop::sample::select(vec!["Data Transfer Out", "Data Stored"]),
        region in prop::sample::select(vec!["EU West", "US East", "AP Southeast", "MX Central", "Zone 1", "Zone 2", ""]),
        sku in prop::option::of(prop::sample::select(vec!["A", "B"])),
        (starts, ends) in (0..DAYS, prop::option::weighted(0.1, 0..DAYS)),
        included in prop_oneof![2 => Just("0"), 1 => Just("5"), 1 => Just("0.000000000001")],
        bounds in prop::collection::btree_set(1i128..2_000, 0..3),
        prices in prop::collection::vec(price(), 4),
        model in prop_oneof![
            6 => Just(PriceModel::Graduated),
            1 => Just(PriceModel::Volume),
            1 => Just(PriceModel::Package { size: Decimal::new(3, 0) }),
        ],
        kind in prop_oneof![5 => Just(PriceKind::Consumption), 1 => Just(PriceKind::DevTest)],
    ) -> Meter {
        let bounds = bounds.into_iter().filter(|_| !matches!(model, PriceModel::Package { .. }));
        let from = std::iter::once(Decimal::ZERO).chain(bounds.map(|bound| Decimal::new(bound, 1)));
        let tiers = from.zip(prices).map(|(from, unit_price)| Tier { from, unit_price }).collect();
        Meter {
            id: crate::guid::MeterId::from_bits(id),
            category: category.into(),
            name: name.into(),
            region: region.into(),
            sku: sku.map(|id| Sku { id: id.into(), arm_name: "".into() }),
            included_quantity: d(included),
            tiers: TierTable::priced(model, tiers).unwrap().into(),
            effective_at: day(starts),
            ends_at: ends.map(day),
            kind,
            ..sample()
        }
    }
}

fn price() -> impl Strategy<Value = Decimal> {
    prop_oneof![6 => (0i128..10_000, 0u8..6).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale)),
        1 => Just(d("0.000000000001")), 1 => Just(d("99999999999999"))]
}

fn books() -> impl Strategy<Value = RateBook> {
    prop::collection::vec(meter(), 0..40).prop_map(|meters| {
        let mut seen = std::collections::BTreeSet::new();
        let key =
            |meter: &Meter| (meter.id, meter.kind.clone(), meter.region.clone(), meter.sku.clone(), meter.effective_at);
        RateBook::new(header(), meters.into_iter().filter(|meter| seen.insert(key(meter))).collect()).unwrap().0
    })
}

fn d(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

/// Quantities that fit and such that do not, by their size or their decimals.
fn quantity() -> impl Strategy<Value = Decimal> {
    let odd = vec!["0", "0.0000000001", "0.00000000001", "461168601.8427387904", "922337203.6854775807", "1e30"];
    prop_oneof![
        4 => (0i128..2_000_000, 0u8..6).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale)),
        1 => prop::sample::select(odd).prop_map(d),
    ]
}

/// What rows of a book cost together when each is bought once in a quantity, by the whole table.
fn slowly(columns: &Columns, bought: &BTreeMap<u32, Decimal>) -> Decimal {
    let cost = |(row, quantity): (&u32, &Decimal)| {
        let price = columns.price[*row as usize];
        let billable = quantity.minus(columns.prices.included(price)).unwrap().max(Decimal::ZERO);
        columns.prices.table(price).cost(billable).unwrap()
    };
    bought.iter().map(cost).fold(Decimal::ZERO, |sum, cost| sum.plus(cost).unwrap())
}

fn add(bought: &mut BTreeMap<u32, Decimal>, row: u32, quantity: Decimal) {
    let known = bought.entry(row).or_default();
    *known = known.plus(quantity).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_cost_what_their_rows_cost_together(
        book in books(),
        typed in prop::collection::vec((any::<prop::sample::Index>(), quantity()), 0..12),
        edits in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(quantity())), 0..6),
    ) {
        let columns = columns_of(&book).0;
        let stepped = Stepped::of(&columns);
        let (mut lines, mut known) = (Lines::default(), Vec::new());
        for (row, quantity) in typed.into_iter().filter(|_| columns.cells() > 0) {
            let row = row.index(columns.cells()) as u32;
            lines.push(&columns, row, quantity).unwrap();
            known.push((row, quantity));
        }
        for edit in std::iter::once(None).chain(edits.into_iter().map(Some)) {
            if let Some((line, to)) = edit.filter(|_| !known.is_empty()) {
                let line = line.index(known.len());
                match to {
                    Some(quantity) => {
                        lines.set(line, quantity).unwrap();
                        known[line].1 = quantity;
                    }
                    None => {
                        let mut told: Vec<Decimal> = (0..lines.len()).map(|line| lines.cost(line)).collect();
                        told.remove(line);
                        lines.remove(line).unwrap();
                        known.remove(line);
                        prop_assert_eq!((0..lines.len()).map(|line| lines.cost(line)).collect::<Vec<_>>(), told);
                    }
                }
            }
            let mut bought = BTreeMap::new();
            known.iter().for_each(|(row, quantity)| add(&mut bought, *row, *quantity));
            let total = lines.reprice(&columns, &stepped).unwrap();
            prop_assert_eq!(total, slowly(&columns, &bought));
            let parts = (0..lines.len()).map(|line| lines.cost(line));
            prop_assert_eq!(parts.fold(Decimal::ZERO, |sum, part| sum.plus(part).unwrap()), total);
        }
    }

    /// In each region every line stands on the row that the book itself finds there.
    #[test]
    fn a_region_costs_what_its_rows_cost(
        book in books(),
        typed in prop::collection::vec((any::<prop::sample::Index>(), quantity()), 0..12),
        on in 0..DAYS,
    ) {
        let at = day(on);
        let columns = columns_of(&book).0;
        let mut lines = Lines::default();
        for (row, quantity) in typed.into_iter().filter(|_| columns.cells() > 0) {
            lines.push(&columns, row.index(columns.cells()) as u32, quantity).unwrap();
        }
        let found = lines.by_region(&columns, &columns, &Stepped::of(&columns), at).unwrap();
        for RegionCost { region, cost, unpriced } in found {
            let (mut bought, mut missing) = (BTreeMap::new(), 0);
            for line in 0..lines.len() {
                let row = lines.groups[lines.group[line] as usize].row as usize;
                match there(&columns, row, region, at) {
                    Some(row) => add(&mut bought, row, lines.quantity[line]),
                    None => missing += 1,
                }
            }
            prop_assert_eq!((cost, unpriced), (slowly(&columns, &bought), missing));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Where each product has one row in a region, that is the meter which a what-if prices there.
    #[test]
    fn a_line_moves_as_in_a_what_if(book in books(), on in 0..DAYS, quantity in quantity()) {
        let mut seen = std::collections::BTreeSet::new();
        let (mut ids, mut meters) = (std::collections::BTreeSet::new(), book.meters().to_vec());
        meters.retain(|meter| {
            let product = (meter.category.clone(), meter.name.clone(), meter.region.clone());
            meter.kind == PriceKind::Consumption && seen.insert(product) && ids.insert(meter.id)
        });
        let (book, _) = RateBook::new(header(), meters).unwrap();
        let columns = columns_of(&book).0;
        let stepped = Stepped::of(&columns);
        for row in 0..columns.cells() {
            let name = |code: u32| columns.texts.regions.get(code);
            let item = columns.items[columns.item_of(row)];
            let same = |meter: &&Meter| {
                *meter.region == *name(columns.region[row])
                    && *meter.name == *columns.texts.names.get(item.name)
                    && *meter.category == *columns.texts.services.get(item.service)
            };
            let meter = book.meters().iter().find(same).unwrap();
            if book.price_at(meter.id, day(on)).is_err() {
                continue;
            }
            let mut lines = Lines::default();
            lines.push(&columns, row as u32, quantity).unwrap();
            for RegionCost { region, cost, unpriced } in lines.by_region(&columns, &columns, &stepped, day(on)).unwrap() {
                let moved = book.sibling_in(meter, name(region), day(on)).ok().map(|there| {
                    let billable = quantity.minus(there.included_quantity).unwrap().max(Decimal::ZERO);
                    there.tiers.cost(billable).unwrap()
                });
                prop_assert_eq!((cost, unpriced), (moved.unwrap_or(Decimal::ZERO), usize::from(moved.is_none())));
            }
        }
    }
}

/// The row on which a line stands in a region, found by looking at all rows.
fn there(columns: &Columns, row: usize, region: u32, at: Timestamp) -> Option<u32> {
    let name = |code: u32| columns.texts.regions.get(code);
    let item = |row: usize| columns.items[columns.item_of(row)];
    let product = |row: usize| {
        let item = item(row);
        (item.service, item.sub_category, item.name, item.unit, columns.kind(&item))
    };
    let (own, service) = (name(columns.region[row]), columns.texts.services.get(item(row).service));
    let place = match own {
        "" => "",
        zone => region::sold_by_zone(service, zone, name(region)).unwrap_or(name(region)),
    };
    let mut best: Option<usize> = None;
    for other in 0..columns.cells() {
        if product(other) != product(row) || name(columns.region[other]) != place || columns.effective_at(other) > at {
            continue;
        }
        let same_item = |cell: &usize| columns.item_of(*cell) == columns.item_of(other);
        let rows = (0..columns.cells()).filter(|cell| columns.region[*cell] == columns.region[other]).filter(same_item);
        let newer = rows.clone().any(|cell| {
            cell != other
                && columns.effective_at(cell) <= at
                && (columns.effective_at(cell), cell) > (columns.effective_at(other), other)
        });
        let renamed = rows.count() == 1 && columns.is_superseded(other);
        if newer || renamed || columns.ends_at(other).is_some_and(|end| end <= at) {
            continue;
        }
        if best.is_none_or(|best| columns.effective_at(other) > columns.effective_at(best)) {
            best = Some(other);
        }
    }
    best.map(|row| row as u32)
}

/// Worked by hand: 5 GB are free, the next 10 cost 1 each and more 0.5; two lines share them in their order.
#[test]
fn lines_of_one_row_share_what_is_included_and_the_tiers() {
    let tier = |from: &str, price: &str| Tier { from: d(from), unit_price: d(price) };
    let table = TierTable::priced(PriceModel::Graduated, vec![tier("0", "1"), tier("10", "0.5")]).unwrap();
    let meter = Meter { included_quantity: d("5"), tiers: table.into(), ..sample() };
    let (book, _) = RateBook::new(header(), vec![meter]).unwrap();
    let columns = columns_of(&book).0;
    let (stepped, mut lines) = (Stepped::of(&columns), Lines::default());
    lines.push(&columns, 0, d("8")).unwrap();
    lines.push(&columns, 0, d("10")).unwrap();
    assert_eq!(lines.reprice(&columns, &stepped).unwrap(), d("11.5"));
    assert_eq!((lines.cost(0), lines.cost(1)), (d("3"), d("8.5")));
    assert_eq!(lines.push(&columns, 1, d("1")), Err(LineError::NoSuchRow));
    assert_eq!(lines.push(&columns, 0, d("-1")), Err(LineError::Negative));
    assert_eq!((lines.set(2, d("1")), lines.remove(2)), (Err(LineError::NoSuchLine), Err(LineError::NoSuchLine)));
}
