//! 1 to 12, 14, 15: graduated prices. And 30: what they cost is what exact fractions say.
//!
//! Quantities aim at the bounds of their table, where tiers go wrong. C is the cost of a running total.

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::meter::Tier;
use crate::rating::Ledger;

fn cost_with(tiers: &[Tier], included: Decimal, quantity: Decimal) -> Decimal {
    let meter = meter(tiers.to_vec(), included);
    ok(Ledger::default().add(&meter, Decimal::ZERO, quantity))
}

fn cost(tiers: &[Tier], quantity: Decimal) -> Decimal {
    cost_with(tiers, Decimal::ZERO, quantity)
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn nothing_costs_nothing(tiers in tiers()) {
        prop_assert_eq!(cost(&tiers, Decimal::ZERO), Decimal::ZERO);
    }

    #[test]
    fn one_tier_is_quantity_times_price(unit_price in price(), q in quantity()) {
        let flat = [Tier { from: Decimal::ZERO, unit_price }];
        prop_assert_eq!(cost(&flat, q), mul(q, unit_price));
    }

    /// By another road: what lies above a bound moves from the price before to the price of its own tier.
    #[test]
    fn tiers_cost_what_fractions_say((tiers, [q, included]) in table_and::<2>()) {
        let zero = exact_text("0");
        let billable = (exact(q) - exact(included)).max(zero.clone());
        let (mut truth, mut before) = (zero.clone(), zero.clone());
        for tier in &tiers {
            truth += (&billable - exact(tier.from)).max(zero.clone()) * (exact(tier.unit_price) - before);
            before = exact(tier.unit_price);
        }
        prop_assert_eq!(exact(cost_with(&tiers, included, q)), truth.clone());
        let meter = meter(tiers, included);
        prop_assert_eq!(exact(ok(meter.tiers.cost(ok(meter.billable(q))))), truth);
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
    fn a_step_over_a_bound_costs_the_price_on_each_side(tiers in tiers(), step in prop_oneof![number(1..1_000, 10), speck(20)]) {
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
    fn scaled_prices_scale_the_cost((tiers, [q]) in table_and::<1>(), k in number(1..10_000, 3)) {
        let dearer: Vec<Tier> =
            tiers.iter().map(|t| Tier { from: t.from, unit_price: mul(t.unit_price, k) }).collect();
        prop_assert_eq!(cost(&dearer, q), mul(k, cost(&tiers, q)));
    }

    /// The same use counted in pieces of 1/k, at a price per piece that is k times smaller.
    #[test]
    fn scaled_units_change_nothing(
        (tiers, [q]) in table_and::<1>(),
        (k, one_kth) in prop::sample::select(vec![("2", "0.5"), ("8", "0.125"), ("10", "0.1"), ("100", "0.01"),
            ("400", "0.0025"), ("1000", "0.001"), ("10000", "0.0001"), ("1000000", "0.000001"), ("0.25", "4")]),
    ) {
        let (k, one_kth) = (ok(Decimal::parse(k)), ok(Decimal::parse(one_kth)));
        let pieces: Vec<Tier> = tiers
            .iter()
            .map(|t| Tier { from: mul(t.from, k), unit_price: mul(t.unit_price, one_kth) })
            .collect();
        prop_assert_eq!(cost(&pieces, mul(q, k)), cost(&tiers, q));
    }

    #[test]
    fn the_order_of_the_tiers_in_the_file_means_nothing(
        (tiers, shuffled, [q]) in table_and::<1>()
            .prop_flat_map(|(tiers, q)| (Just(tiers.clone()), Just(tiers).prop_shuffle(), Just(q))),
    ) {
        prop_assert_eq!(cost(&shuffled, q), cost(&tiers, q));
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
}

/// Guards the laws above: tiering each day by itself would pass an additive price.
#[test]
fn graduated_prices_are_not_additive() {
    let d = Decimal::from;
    let tiers = [Tier { from: d(0), unit_price: d(2) }, Tier { from: d(10), unit_price: d(1) }];
    assert_ne!(cost(&tiers, d(16)), add(cost(&tiers, d(8)), cost(&tiers, d(8))));
}
