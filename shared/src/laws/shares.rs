//! 19, 21, 22: shared amounts lose nothing.

use proptest::prelude::*;

use super::given::*;
use crate::allocation::allocate;
use crate::decimal::Decimal;
use crate::meter::{Meter, Tier};
use crate::money::Currency;
use crate::rating::proration::{PRORATED_DECIMALS, prorate};
use crate::rating::{Account, rate};

/// Minor units of JPY, USD, KWD and CLF.
fn decimals() -> impl Strategy<Value = u32> {
    prop::sample::select(vec![0, 2, 3, 4])
}

/// A whole number of minor units, of either sign.
fn amount() -> impl Strategy<Value = (Decimal, u32)> {
    let units = prop_oneof![-10i128..10, -1_000_000_000_000i128..1_000_000_000_000];
    (units, decimals()).prop_map(|(units, decimals)| (Decimal::new(units, decimals as u8), decimals))
}

/// Weights of one to nine parts: many are equal, many are zero, some are all zero.
fn weights() -> impl Strategy<Value = Vec<Decimal>> {
    let weight = prop_oneof![
        3 => number(0..5, 0),
        2 => number(0..1_000_000_000, 6),
        2 => long(0..=28),
        1 => speck(28),
        1 => Just(Decimal::ZERO),
    ];
    prop_oneof![8 => prop::collection::vec(weight, 1..10), 1 => (1usize..10).prop_map(|n| vec![Decimal::ZERO; n])]
}

fn shared(total: Decimal, parts: &[(usize, Decimal)], decimals: u32) -> Vec<Decimal> {
    ok(allocate(total, parts, decimals)).collect()
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn parts_add_up_and_none_is_a_unit_off((total, decimals) in amount(), weights in weights()) {
        let parts: Vec<(usize, Decimal)> = weights.iter().copied().enumerate().collect();
        let found = shared(total, &parts, decimals);
        prop_assert_eq!(found.len(), weights.len());
        prop_assert_eq!(sum_of(found.iter().copied()), total);

        let unit = exact_text("1") / power_of_ten(decimals);
        let sum: Exact = weights.iter().map(|weight| exact(*weight)).sum();
        let none = sum == exact_text("0");
        let count = exact_text(&weights.len().to_string());
        for (part, weight) in found.iter().zip(&weights) {
            let share = if none { exact(total) / &count } else { exact(total) * exact(*weight) / &sum };
            prop_assert!(size(&(exact(*part) - &share)) < unit, "{} for {}", part, share);
            prop_assert_eq!(part.round(decimals), *part);
            prop_assert!(part.is_zero() || part.is_negative() == total.is_negative());
            prop_assert!(none || !weight.is_zero() || part.is_zero(), "{} for nothing", part);
            for (other, other_weight) in found.iter().zip(&weights).filter(|(_, other)| *other == weight) {
                let off = sub(*part.max(other), *part.min(other));
                prop_assert!(off <= Decimal::new(1, decimals as u8), "{} and {} for {}", part, other, other_weight);
            }
        }
        // Whole units first, then one each to the largest remainders; of equal ones the smaller key.
        let places: Vec<(Exact, bool)> = found.iter().zip(&weights).map(|(part, weight)| {
            let share = if none { exact(total) / &count } else { exact(total) * exact(*weight) / &sum };
            let units = size(&share) / &unit;
            (&units - units.floor(), size(&exact(*part)) / &unit > units.floor())
        }).collect();
        for (a, (rest_a, got_a)) in places.iter().enumerate() {
            for (b, (rest_b, got_b)) in places.iter().enumerate() {
                let first = rest_a > rest_b || rest_a == rest_b && a < b;
                prop_assert!(*got_a || !*got_b || !first, "{} of {:?} comes before {}", a, weights, b);
            }
        }
    }

    #[test]
    fn order_scale_and_sign_mean_nothing(
        (total, decimals) in amount(),
        (parts, shuffled) in weights().prop_flat_map(|weights| {
            let parts: Vec<(usize, Decimal)> = weights.into_iter().enumerate().collect();
            (Just(parts.clone()), Just(parts).prop_shuffle())
        }),
        k in number(1..1_000_000, 3),
    ) {
        let found = shared(total, &parts, decimals);
        for ((key, _), part) in shuffled.iter().zip(shared(total, &shuffled, decimals)) {
            prop_assert_eq!(part, found[*key]);
        }
        let scaled: Vec<(usize, Decimal)> = parts.iter().map(|(key, weight)| (*key, mul(*weight, k))).collect();
        prop_assert_eq!(&shared(total, &scaled, decimals), &found);
        let mirrored: Vec<Decimal> = found.iter().map(|part| part.negated()).collect();
        prop_assert_eq!(shared(total.negated(), &parts, decimals), mirrored);
    }

    /// The rows of a charge share what the invoice says: exactly, and each by its quantity to the 28th decimal.
    #[test]
    fn prorated_parts_add_up_to_the_invoice(
        uses in prop::collection::vec((november(), number(-20_000..1_000_000_000, 6)), 1..12),
        prices in prop::collection::vec(number(0..100_000_000, 6), 1..3),
        changes_at in november(), first_later in prop::bool::weighted(0.2),
        code in prop::sample::select(vec!["USD", "JPY", "KWD", "CLF"]),
    ) {
        let currency: Currency = ok(code.parse());
        // One price from the start of time or from some hour on, and sometimes another from a second hour on.
        let starts = if first_later { [changes_at, NOVEMBER + 20 * 86_400] } else { [0, changes_at] };
        let meters: Vec<Meter> = prices.iter().zip(starts)
            .map(|(price, start)| Meter { effective_at: at(start), ..flat(*price) }).collect();
        let one_price = meters.len() == 1 || starts[0] == starts[1];
        let open = open(header(currency), if one_price { meters[..1].to_vec() } else { meters.clone() });
        let usage = rows(&meters[0], &uses);
        let rating = ok(rate(&usage, &open, |_| Account::default()));
        let charge = &rating.charges[0];
        let parts = ok(prorate(&rating));
        prop_assert_eq!(parts.len(), usage.len());
        let priced: Vec<_> = parts.iter().filter(|part| part.slice.cost.is_some()).collect();
        prop_assert_eq!(priced.len(), parts.iter().filter(|part| part.invoice_cost.is_some()).count());
        let invoice = exact_rounded(&exact(charge.known_cost), currency.minor_unit());
        let sum: Exact = priced.iter().map(|part| exact(part.invoice_cost.unwrap_or_default())).sum();
        prop_assert_eq!(&sum, &if priced.is_empty() { exact_text("0") } else { invoice.clone() });

        let used: Exact = priced.iter().map(|part| exact(part.slice.row.quantity)).sum();
        if used > exact_text("0") {
            let unit = exact_text("1") / power_of_ten(PRORATED_DECIMALS);
            for part in &priced {
                let found = exact(part.invoice_cost.unwrap_or_default());
                let share = &invoice * exact(part.slice.row.quantity) / &used;
                prop_assert!(size(&(&found - &share)) < unit, "{} for {}", found, share);
                prop_assert!(part.slice.row.quantity.is_negative() || found >= exact_text("0"));
            }
        } else {
            // Nothing to share by: the rows but the last keep their exact costs.
            for part in priced.iter().rev().skip(1).filter(|_| invoice != exact_text("0")) {
                prop_assert_eq!(part.invoice_cost, part.slice.cost);
            }
        }
        // What is rounded to nothing gives nothing to anybody.
        if invoice == exact_text("0") {
            prop_assert!(priced.iter().all(|part| part.invoice_cost == Some(Decimal::ZERO)));
        }
    }

    /// 5 units and their correction after the price rose or fell: each row bears its own money, the last the rounding.
    #[test]
    fn rows_that_cancel_each_other_keep_their_own_costs(
        quantity in number(1..1_000_000, 4), first in number(100..1_000_000, 5),
        // Every other time so little that the invoice is rounded to nothing.
        change in prop_oneof![number(0..1_000_000, 5), number(-9..9, 0).prop_map(|n| mul(n, Decimal::new(1, 6)))],
    ) {
        let second = add(first, change);
        let later = NOVEMBER + 86_400;
        let meters = vec![flat(first), Meter { effective_at: at(later), ..flat(second) }];
        let usage = rows(&meters[0], &[(NOVEMBER, quantity), (later, quantity.negated())]);
        let open = open(header(Currency::USD), meters);
        let rating = ok(rate(&usage, &open, |_| Account::default()));
        let parts: Vec<Exact> = ok(prorate(&rating)).iter().map(|part| exact(part.invoice_cost.unwrap_or_default())).collect();
        let cost = exact(quantity) * (exact(first) - exact(second));
        let invoice = exact_rounded(&cost, 2);
        let own = if invoice == exact_text("0") { exact_text("0") } else { exact(quantity) * exact(first) };
        prop_assert_eq!(parts, vec![own.clone(), invoice - own]);
    }

    /// A charge that is rounded to nothing gives nothing to anybody.
    #[test]
    fn nothing_is_shared_as_nothing(uses in prop::collection::vec((november(), number(0..9, 6)), 1..6)) {
        let tier = Tier { from: Decimal::ZERO, unit_price: Decimal::ONE };
        let meter = meter(vec![tier], Decimal::ZERO);
        let open = open(header(Currency::USD), vec![meter.clone()]);
        let uses: Vec<(i64, Decimal)> = uses.into_iter().map(|(at, q)| (at, mul(q, Decimal::new(1, 4)))).collect();
        let usage = rows(&meter, &uses);
        let rating = ok(rate(&usage, &open, |_| Account::default()));
        for part in ok(prorate(&rating)) {
            prop_assert_eq!(part.invoice_cost, Some(Decimal::ZERO));
        }
    }
}
