//! 23: an amount is rounded once, half away from zero, to the minor unit of its currency.

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::money::Currency;
use crate::rating::{Account, rate};

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["USD", "EUR", "JPY", "KRW", "KWD", "CLF"]).prop_map(|code| ok(code.parse()))
}

/// Amounts of either sign, every fourth of them exactly between two minor units.
fn amount() -> impl Strategy<Value = Decimal> {
    let half = (-1_000_000i128..1_000_000, 1u8..=5).prop_map(|(units, scale)| Decimal::new(units * 10 + 5, scale));
    let any = (-10i128.pow(28)..10i128.pow(28), 4u8..=28).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale));
    prop_oneof![1 => half, 2 => number(-1_000_000_000..1_000_000_000, 8), 1 => any]
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn rounding_is_nearest_idempotent_and_monotone(a in amount(), b in amount(), currency in currency()) {
        let round = |amount| currency.round_for_invoice(amount);
        prop_assert_eq!(exact(round(a)), exact_rounded(&exact(a), currency.minor_unit()));
        prop_assert_eq!(round(round(a)), round(a));
        prop_assert!(round(a.min(b)) <= round(a.max(b)));
        prop_assert_eq!(round(a.negated()), round(a).negated());
    }

    #[test]
    fn a_sum_of_rounded_parts_is_at_most_half_a_unit_each_off(
        parts in prop::collection::vec(amount(), 1..20), currency in currency(),
    ) {
        let once = currency.round_for_invoice(sum_of(parts.iter().copied()));
        let each = sum_of(parts.iter().map(|part| currency.round_for_invoice(*part)));
        let half = exact_text("1") / power_of_ten(currency.minor_unit()) / exact_text("2");
        let allowed = half * exact_text(&parts.len().to_string());
        prop_assert!(size(&(exact(once) - exact(each))) <= allowed);
    }

    /// The shown amount is the rounded sum of the rows, never the sum of rounded rows; and it says what rounding did.
    #[test]
    fn a_charge_rounds_the_sum_of_its_rows(uses in month(12), unit_price in price(), currency in currency()) {
        let meter = flat(unit_price);
        let open = open(header(currency), vec![meter.clone()]);
        let usage = rows(&meter, &uses);
        let rating = ok(rate(&usage, &open, |_| Account::default()));
        let charge = &rating.charges[0];
        let sum: Exact = rating.slices.iter().map(|slice| exact(slice.cost.unwrap_or_default())).sum();
        let rounded = exact_rounded(&sum, currency.minor_unit());
        prop_assert_eq!(charge.invoice_cost.map(exact), Some(rounded.clone()));
        prop_assert_eq!(exact(rating.totals.invoice_cost), rounded.clone());
        let rounding = charge.rounding.unwrap_or_else(|| panic!("nothing is said about the rounding"));
        prop_assert_eq!((rounding.mode, rounding.decimals), ("halfAwayFromZero", currency.minor_unit()));
        prop_assert_eq!(exact(rounding.difference), rounded - sum);
    }
}
