//! Laws of graduated prices, checked on generated tables: no example can be lucky ten thousand times.
//!
//! Quantities aim at the bounds of their table, where tiers go wrong. C is the cost of a running total.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::meter::{Tier, TierTable, sample};
use crate::ratebook::format::{self, BookId};
use crate::ratebook::{BookHeader, RateBook, Source};
use crate::usage::Resource;

/// `FOREBILL_LAW_CASES` in the environment of the build asks for a longer search.
pub(crate) const CASES: u32 = match option_env!("FOREBILL_LAW_CASES") {
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

fn laws() -> ProptestConfig {
    ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() }
}

fn number(mantissa: std::ops::Range<i64>, scale: u8) -> impl Strategy<Value = Decimal> {
    (mantissa, 0..=scale).prop_map(|(mantissa, scale)| Decimal::new(mantissa.into(), scale))
}

fn price() -> impl Strategy<Value = Decimal> {
    number(0..10_000_000_000, 12)
}

/// One to six tiers with whole or fractional bounds, in ascending order.
fn tiers() -> impl Strategy<Value = Vec<Tier>> {
    let bounds = prop::collection::btree_set(number(1..1_000_000_000, 4), 0..6);
    (bounds, prop::collection::vec(price(), 6)).prop_map(|(bounds, prices)| {
        let starts = std::iter::once(Decimal::ZERO).chain(bounds);
        starts.zip(prices).map(|(from, unit_price)| Tier { from, unit_price }).collect()
    })
}

/// A quantity anywhere, or just beside a bound.
fn quantity_for(tiers: &[Tier]) -> impl Strategy<Value = Decimal> + use<> {
    let bounds: Vec<Decimal> = tiers.iter().map(|tier| tier.from).collect();
    let beside = (prop::sample::select(bounds), number(-1_000..1_000, 10))
        .prop_map(|(bound, off)| bound.plus(off).map_or(bound, |sum| sum.max(Decimal::ZERO)));
    prop_oneof![number(0..1_000_000_000_000, 10), beside]
}

fn table_and<const N: usize>() -> impl Strategy<Value = (Vec<Tier>, [Decimal; N])> {
    tiers().prop_flat_map(|tiers| {
        let quantities: [_; N] = std::array::from_fn(|_| quantity_for(&tiers));
        (Just(tiers), quantities)
    })
}

fn ok<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

fn add(a: Decimal, b: Decimal) -> Decimal {
    ok(a.plus(b))
}

fn sub(a: Decimal, b: Decimal) -> Decimal {
    ok(a.minus(b))
}

fn mul(a: Decimal, b: Decimal) -> Decimal {
    ok(a.times(b))
}

fn meter(tiers: Vec<Tier>, included_quantity: Decimal) -> Meter {
    Meter { included_quantity, tiers: Arc::new(ok(TierTable::new(tiers))), ..sample() }
}

fn cost_with(tiers: &[Tier], included: Decimal, quantity: Decimal) -> Decimal {
    let meter = meter(tiers.to_vec(), included);
    ok(Ledger::default().add(&meter, Decimal::ZERO, quantity))
}

fn cost(tiers: &[Tier], quantity: Decimal) -> Decimal {
    cost_with(tiers, Decimal::ZERO, quantity)
}

/// Rates (seconds since 1970, quantity) rows of one meter through the whole pipeline.
fn rated(tiers: &[Tier], included: Decimal, rows: &[(i64, Decimal)]) -> (Option<Charge>, Vec<Option<Decimal>>) {
    let header = BookHeader {
        source: Source::RateCard,
        offer: None,
        currency: Currency::USD,
        locale: String::new(),
        region_info: String::new(),
        own: None,
        terms: Vec::new(),
    };
    let meter = meter(tiers.to_vec(), included);
    let meter_id = meter.id;
    let book = ok(RateBook::new(header, vec![meter])).0;
    let open = OpenBook { id: BookId::of(&format::to_bytes(&book)), book };
    let rows: Vec<UsageAggregate> = (rows.iter().enumerate())
        .map(|(index, (second, quantity))| UsageAggregate {
            subscription_id: ok("11111111-2222-3333-4444-555555555555".parse()),
            meter_id,
            usage_start_at: ok(Timestamp::from_second(*second)),
            usage_end_at: ok(Timestamp::from_second(*second + 3600)),
            bucket: format!("bucket {index}").into(),
            quantity: *quantity,
            meter_name: "".into(),
            meter_category: "".into(),
            meter_sub_category: "".into(),
            meter_region: "".into(),
            unit: "".into(),
            info_fields: None,
            resource: Some(Arc::new(Resource { uri: "/r".into(), location: String::new(), tags: BTreeMap::new() })),
            instance_text: None,
        })
        .collect();
    let rating = ok(rate(&rows, &open, |_| Account::default()));
    let slices = rating.slices.iter().map(|slice| slice.cost).collect();
    (rating.charges.into_iter().next(), slices)
}

/// Seconds inside November 2026.
fn november() -> impl Strategy<Value = i64> {
    (0i64..30 * 24).prop_map(|hour| 1_793_491_200 + hour * 3600)
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn nothing_costs_nothing(tiers in tiers()) {
        prop_assert_eq!(cost(&tiers, Decimal::ZERO), Decimal::ZERO);
    }

    #[test]
    fn one_tier_is_quantity_times_price(unit_price in price(), q in number(0..1_000_000_000_000, 10)) {
        let flat = [Tier { from: Decimal::ZERO, unit_price }];
        prop_assert_eq!(cost(&flat, q), mul(q, unit_price));
    }

    /// No unit of a tier is charged at its own bound.
    #[test]
    fn at_a_bound_only_the_tiers_below_count(tiers in tiers()) {
        let mut below = Decimal::ZERO;
        for pair in tiers.windows(2) {
            below = add(below, mul(sub(pair[1].from, pair[0].from), pair[0].unit_price));
            prop_assert_eq!(cost(&tiers, pair[1].from), below);
        }
    }

    #[test]
    fn a_step_over_a_bound_costs_the_price_on_each_side(tiers in tiers(), step in number(1..1_000, 10)) {
        for (index, tier) in tiers.iter().enumerate().skip(1) {
            let at = cost(&tiers, tier.from);
            let room_above = tiers.get(index + 1).is_none_or(|next| add(tier.from, step) <= next.from);
            if room_above {
                prop_assert_eq!(sub(cost(&tiers, add(tier.from, step)), at), mul(step, tier.unit_price));
            }
            if sub(tier.from, step) >= tiers[index - 1].from {
                let before = cost(&tiers, sub(tier.from, step));
                prop_assert_eq!(sub(at, before), mul(step, tiers[index - 1].unit_price));
            }
        }
    }

    #[test]
    fn more_never_costs_less_and_never_more_than_the_dearest_price((tiers, [p, q]) in table_and::<2>()) {
        let (less, more) = (p.min(q), p.max(q));
        let rise = sub(cost(&tiers, more), cost(&tiers, less));
        prop_assert!(!rise.is_negative() && !cost(&tiers, less).is_negative());
        let dearest = tiers.iter().map(|tier| tier.unit_price).max().unwrap_or(Decimal::ZERO);
        prop_assert!(rise <= mul(dearest, sub(more, less)));
    }

    #[test]
    fn a_tier_cut_in_two_changes_nothing((tiers, [cut, q]) in table_and::<2>()) {
        let mut parts = tiers.clone();
        let below = tiers.iter().rev().find(|tier| tier.from < cut);
        if let Some(inside) = below.filter(|_| !tiers.iter().any(|tier| tier.from == cut)) {
            parts.push(Tier { from: cut, unit_price: inside.unit_price });
        }
        prop_assert_eq!(cost(&parts, q), cost(&tiers, q));
    }

    #[test]
    fn falling_prices_reward_volume_and_rising_ones_do_not((mut tiers, [p, q]) in table_and::<2>()) {
        let both = |tiers: &[Tier]| (cost(tiers, add(p, q)), add(cost(tiers, p), cost(tiers, q)));
        let mut prices: Vec<Decimal> = tiers.iter().map(|tier| tier.unit_price).collect();
        prices.sort();
        tiers.iter_mut().zip(&prices).for_each(|(tier, price)| tier.unit_price = *price);
        let (together, apart) = both(&tiers);
        prop_assert!(together >= apart);
        tiers.iter_mut().zip(prices.iter().rev()).for_each(|(tier, price)| tier.unit_price = *price);
        let (together, apart) = both(&tiers);
        prop_assert!(together <= apart);
    }

    #[test]
    fn scaling_prices_or_units_scales_the_cost((tiers, [q]) in table_and::<1>(), k in number(1..10_000, 3)) {
        let dearer: Vec<Tier> =
            tiers.iter().map(|t| Tier { from: t.from, unit_price: mul(t.unit_price, k) }).collect();
        prop_assert_eq!(cost(&dearer, q), mul(k, cost(&tiers, q)));
        // The same use counted in pieces of 1/k, at a price per piece that is k times smaller.
        let per_hundred: Vec<Tier> = tiers
            .iter()
            .map(|t| Tier { from: mul(t.from, Decimal::from(100)), unit_price: mul(t.unit_price, Decimal::new(1, 2)) })
            .collect();
        prop_assert_eq!(cost(&per_hundred, mul(q, Decimal::from(100))), cost(&tiers, q));
    }

    #[test]
    fn the_order_of_the_tiers_in_the_file_means_nothing((tiers, [q]) in table_and::<1>(), turn in 0usize..6) {
        let mut turned = tiers.clone();
        turned.rotate_left(turn % tiers.len());
        prop_assert_eq!(cost(&turned, q), cost(&tiers, q));
    }

    #[test]
    fn included_quantity_is_taken_off_first((tiers, [q, included]) in table_and::<2>()) {
        let rest = sub(q, included).max(Decimal::ZERO);
        prop_assert_eq!(cost_with(&tiers, included, q), cost(&tiers, rest));
        prop_assert!(cost_with(&tiers, included, q) <= cost(&tiers, q));
        prop_assert_eq!(cost_with(&tiers, Decimal::ZERO, q), cost(&tiers, q));
    }

    /// A RateCard counts its bounds after the included quantity, Retail Prices from zero: the same money.
    #[test]
    fn both_forms_of_one_price_agree((tiers, [q, included]) in table_and::<2>()) {
        let mut retail: Vec<Tier> =
            tiers.iter().map(|t| Tier { from: add(t.from, included), unit_price: t.unit_price }).collect();
        if !included.is_zero() {
            retail.push(Tier { from: Decimal::ZERO, unit_price: Decimal::ZERO });
        }
        prop_assert_eq!(cost(&retail, q), cost_with(&tiers, included, q));
    }

    #[test]
    fn an_invoice_rounds_to_the_nearest_cent_once(value in number(-1_000_000_000..1_000_000_000, 8)) {
        let rounded = Currency::USD.round_for_invoice(value);
        prop_assert_eq!(Currency::USD.round_for_invoice(rounded), rounded);
        let off = sub(rounded, value);
        prop_assert!(off.max(off.negated()) <= Decimal::new(5, 3));
    }
}

proptest! {
    // Through the whole pipeline, which makes a book for each case.
    #![proptest_config(laws())]

    /// However a month is cut into rows, in whatever order they come: the month costs C of its sum.
    #[test]
    fn a_month_in_slices_costs_what_the_month_costs(
        (tiers, [included]) in table_and::<1>(),
        rows in prop::collection::vec((november(), number(0..100_000_000_000, 6)), 1..12),
    ) {
        let total = rows.iter().fold(Decimal::ZERO, |sum, (_, quantity)| add(sum, *quantity));
        let (charge, slices) = rated(&tiers, included, &rows);
        let charge = charge.unwrap_or_else(|| panic!("no charge"));
        prop_assert_eq!(charge.quantity, total);
        prop_assert_eq!(charge.cost, Some(cost_with(&tiers, included, total)));
        let of_slices = slices.iter().fold(Decimal::ZERO, |sum, cost| add(sum, cost.unwrap_or(Decimal::ZERO)));
        prop_assert_eq!(Some(of_slices), charge.cost);
        let of_tiers = charge.tiers.iter().fold(Decimal::ZERO, |sum, tier| add(sum, tier.cost));
        prop_assert_eq!(Some(of_tiers), charge.cost);
        let in_tiers = charge.tiers.iter().fold(Decimal::ZERO, |sum, tier| add(sum, tier.quantity));
        prop_assert_eq!(Some(in_tiers), charge.billable_quantity);
        let mut reversed = rows.clone();
        reversed.reverse();
        prop_assert_eq!(rated(&tiers, included, &reversed).0.and_then(|c| c.cost), charge.cost);
    }

    /// A row and its correction leave no trace in the money, wherever they fall.
    #[test]
    fn a_correction_restores_the_cost(
        (tiers, [included, q]) in table_and::<2>(),
        rows in prop::collection::vec((november(), number(0..100_000_000_000, 6)), 1..8),
        at in november(), back_at in november(),
    ) {
        let before = rated(&tiers, included, &rows).0.and_then(|charge| charge.cost);
        let mut corrected = rows.clone();
        corrected.extend([(at, q), (back_at, q.negated())]);
        prop_assert_eq!(rated(&tiers, included, &corrected).0.and_then(|charge| charge.cost), before);
    }
}

/// Guards the laws above: tiering each day by itself would pass an additive price.
#[test]
fn graduated_prices_are_not_additive() {
    let d = Decimal::from;
    let tiers = [Tier { from: d(0), unit_price: d(2) }, Tier { from: d(10), unit_price: d(1) }];
    assert_ne!(cost(&tiers, d(16)), add(cost(&tiers, d(8)), cost(&tiers, d(8))));
}

/// A total below zero is charged nothing and pays nothing back; it is told.
#[test]
fn a_negative_month_costs_nothing_and_says_so() {
    let tiers = [Tier { from: Decimal::ZERO, unit_price: Decimal::ONE }];
    let (charge, _) = rated(&tiers, Decimal::ZERO, &[(1_793_491_200, Decimal::new(-5, 0))]);
    assert_eq!(charge.map(|c| (c.cost, c.billable_quantity)), Some((Some(Decimal::ZERO), Some(Decimal::ZERO))));
}
