//! Volume and package prices, which own books know: what a total costs, and that its parts add up.

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::meter::{PriceModel, Tier};
use crate::rating::{Ledger, cost_of};

/// A price of any model with quantities that aim at its bounds, or at whole packages.
fn any_model() -> impl Strategy<Value = (PriceModel, Vec<Tier>, [Decimal; 3])> {
    let tables = table_and::<3>();
    let model = prop_oneof![Just(PriceModel::Graduated), Just(PriceModel::Volume)];
    let tiered = (model, tables).prop_map(|(model, (tiers, quantities))| (model, tiers, quantities));
    let package = (package_size(), price()).prop_flat_map(|(size, unit_price)| {
        let quantities: [_; 3] = std::array::from_fn(|_| packed(size));
        let tiers = vec![Tier { from: Decimal::ZERO, unit_price }];
        (Just(PriceModel::Package { size }), Just(tiers), quantities)
    });
    prop_oneof![2 => tiered, 1 => package]
}

fn package_size() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        number(1..1_000_000, 4),
        prop::sample::select(vec![Decimal::ONE, Decimal::new(3, 0), Decimal::from(100)])
    ]
}

/// Whole packages, just beside them, or anything.
fn packed(size: Decimal) -> impl Strategy<Value = Decimal> {
    let beside = (0u32..100_000, speck(12), -1i64..=1).prop_map(move |(packages, off, side)| {
        add(mul(size, Decimal::from(packages)), mul(off, Decimal::new(side.into(), 0))).max(Decimal::ZERO)
    });
    prop_oneof![2 => beside, 1 => number(0..1_000_000_000, 6)]
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn nothing_costs_nothing_under_every_model((model, tiers, _) in any_model()) {
        prop_assert_eq!(ok(priced(model, tiers, Decimal::ZERO).tiers.cost(Decimal::ZERO)), Decimal::ZERO);
    }

    /// C(q) = q × the price of the tier that q reaches.
    #[test]
    fn volume_is_one_price_for_all_units((tiers, [q]) in table_and::<1>()) {
        let reached = tiers.iter().filter(|tier| tier.from <= q).map(|tier| tier.unit_price).next_back();
        let truth = reached.map(|price| exact(price) * exact(q));
        let meter = priced(PriceModel::Volume, tiers, Decimal::ZERO);
        prop_assert_eq!(Some(exact(ok(meter.tiers.cost(q)))), truth);
    }

    /// C(q) = ⌈q ÷ size⌉ × price.
    #[test]
    fn packages_are_rounded_up(
        (size, q) in package_size().prop_flat_map(|size| (Just(size), packed(size))), unit_price in price(),
    ) {
        let tiers = vec![Tier { from: Decimal::ZERO, unit_price }];
        let meter = priced(PriceModel::Package { size }, tiers, Decimal::ZERO);
        let packages = (exact(q) / exact(size)).ceil();
        prop_assert_eq!(exact(ok(meter.tiers.cost(q))), packages * exact(unit_price));
    }

    /// However a running total moves, up or down, what the steps cost is what the end costs, and so are its tiers.
    #[test]
    fn steps_add_up_to_the_whole((model, tiers, stops) in any_model(), included in quantity()) {
        let meter = priced(model, tiers, included);
        let (mut ledger, mut before, mut steps) = (Ledger::default(), Decimal::ZERO, Decimal::ZERO);
        for stop in stops {
            steps = add(steps, ok(ledger.add(&meter, before, stop)));
            before = stop;
        }
        let whole = ok(meter.tiers.cost(ok(meter.billable(before))));
        prop_assert_eq!(steps, whole);
        let filled = ok(ledger.into_tiers());
        prop_assert_eq!(ok(cost_of(&filled)), whole);
        for (index, tier) in filled.iter().enumerate() {
            prop_assert_eq!(exact(tier.cost), exact(tier.quantity) * exact(tier.unit_price));
            prop_assert_eq!(tier.to, filled.get(index + 1).map(|next| next.from));
            let size = if let PriceModel::Package { size } = model { Some(size) } else { None };
            prop_assert_eq!(tier.package_size, size);
        }
        // Units are neither lost nor invented; packages hold them with less than one package of air.
        let (sold, billable) = (sum_of(filled.iter().map(|tier| tier.quantity)), ok(meter.billable(before)));
        match model {
            PriceModel::Graduated | PriceModel::Volume => prop_assert_eq!(sold, billable),
            PriceModel::Package { size } => {
                let air = sub(mul(sold, size), billable);
                prop_assert!(!air.is_negative() && air < size, "{}", air);
            }
        }
    }
}
