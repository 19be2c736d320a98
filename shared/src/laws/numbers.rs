//! 30: a result is what exact fractions say, or it is refused; and refused only where digits run out.

use std::ops::RangeInclusive;

use proptest::prelude::*;

use super::given::*;
use crate::decimal::{Decimal, Inexact, NumberError};

/// So many digits always fit.
const DIGITS: usize = 76;

/// Numbers of all sizes: up to 74 digits, 28 decimals, ties, zeros at the end.
fn any_number() -> impl Strategy<Value = Decimal> {
    let of = |most: i128, scale: RangeInclusive<u8>| {
        (-most..most, scale).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
    };
    prop_oneof![
        2 => of(1_000, 0..=3),
        2 => of(10i128.pow(28), 0..=28),
        2 => of(10i128.pow(28), 28..=28),
        2 => of(10i128.pow(37), 0..=38),
        1 => (-10_000i128..10_000, 1u8..=10).prop_map(|(half, scale)| Decimal::new(half * 10 + 5, scale)),
        1 => (-999i128..999, 0u8..=18, 0u8..=18)
            .prop_map(|(mantissa, zeros, scale)| Decimal::new(mantissa * 10i128.pow(zeros.into()), scale + zeros)),
        1 => (of(10i128.pow(37), 0..=38), of(10i128.pow(37), 0..=38)).prop_map(|(a, b)| mul(a, b)),
    ]
}

/// Digits of a number without the point, and how many of them are decimals.
fn digits(number: Decimal) -> (usize, usize) {
    let text = number.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let plain = text.replace(['.', '-'], "");
    (plain.trim_start_matches('0').len(), decimals)
}

/// How many digits the number has when it is written with so many decimals.
fn digits_with(number: Decimal, decimals: usize) -> usize {
    let (digits, own) = digits(number);
    if digits == 0 { 0 } else { digits + decimals - own }
}

proptest! {
    #![proptest_config(laws())]

    /// The number of a text is its digits; what is written reads back as the same number in the same form.
    #[test]
    fn a_text_is_its_digits(
        negative in any::<bool>(), whole in "0|[1-9][0-9]{0,27}", fraction in "[0-9]{0,28}", exponent in -9i32..=9,
        form in 0usize..4,
    ) {
        let sign = if negative { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        let exponent_text = ["", "e", "E", "E+"][if exponent < 0 { form.min(2) } else { form }];
        let exponent = if exponent_text.is_empty() { 0 } else { exponent };
        let shown = if exponent_text.is_empty() { String::new() } else { format!("{exponent_text}{exponent}") };
        let text = format!("{sign}{whole}{point}{fraction}{shown}");
        let factor = power_of_ten(exponent.unsigned_abs());
        let plain = exact_text(&format!("{sign}{whole}{point}{fraction}"));
        let truth = if exponent < 0 { plain / factor } else { plain * factor };
        let number = ok(Decimal::parse(&text));
        prop_assert_eq!(exact(number), truth, "{}", text);
        let written = ok(serde_json::to_string(&number));
        prop_assert!(!written.contains(['e', 'E', '+']) && !written.contains("-0\""), "{}", written);
        let again: Decimal = ok(serde_json::from_str(&written));
        prop_assert_eq!((again, again.to_string()), (number, number.to_string()));
        // A JSON number is read digit by digit as well.
        let bare: Decimal = ok(serde_json::from_str(&text));
        prop_assert_eq!(bare, number);
    }

    /// What a calculation gives is read again as it was written, however long it is; what others write so long is refused.
    #[test]
    fn what_is_written_is_read_again(a in any_number(), b in any_number(), more in 1usize..20) {
        for number in [Ok(a), a.plus(b), a.times(b)].into_iter().flatten() {
            let written = ok(serde_json::to_string(&number));
            let again: Decimal = ok(serde_json::from_str(&written));
            prop_assert_eq!((again, again.to_string()), (number, number.to_string()));
            let (text, zeros) = (number.to_string(), "0".repeat(more));
            if text.len() > 64 {
                let bare = serde_json::from_str::<Decimal>(&text);
                let point = if text.contains('.') { "" } else { "." };
                let padded = serde_json::from_str::<Decimal>(&format!("\"{text}{point}{zeros}\""));
                prop_assert!(bare.is_err() && padded.is_err() && Decimal::parse(&text).is_err(), "{}", text);
            }
        }
    }

    /// At most 64 characters, whatever they mean.
    #[test]
    fn a_text_is_read_exactly_or_refused(
        text in "-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?|-?[0-9]{1,9}\\.[0-9]{0,3}0{9,45}[eE]-[0-9]{2}",
    ) {
        let read = Decimal::parse(&text);
        let digits = text.trim_start_matches('-');
        let leading_zero = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
        if text.len() > 64 {
            prop_assert_eq!(read, Err(NumberError::TooLong { chars: text.len() }));
            return Ok(());
        }
        if leading_zero {
            prop_assert!(matches!(read, Err(NumberError::Malformed { .. })), "{}", text);
            return Ok(());
        }
        let (plain, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let exponent: i32 = ok(exponent.parse());
        let factor = power_of_ten(exponent.unsigned_abs());
        let truth = if exponent < 0 { exact_text(plain) / factor } else { exact_text(plain) * factor };
        match read {
            Ok(number) => prop_assert_eq!(exact(number), truth, "{}", text),
            Err(error) => {
                prop_assert_eq!(error, NumberError::OutOfRange);
                // Only a number that needs more than 76 digits, or as many decimals, is out of range.
                let decimals = (0..=76).find(|decimals| (&truth * power_of_ten(*decimals)).is_integer());
                let fits = decimals.is_some_and(|d| size(&truth) * power_of_ten(d) < power_of_ten(76));
                prop_assert!(!fits, "{}", text);
            }
        }
    }

    #[test]
    fn sums_are_exact_or_refused(a in any_number(), b in any_number()) {
        let decimals = digits(a).1.max(digits(b).1);
        let fits = digits_with(a, decimals).max(digits_with(b, decimals)) < DIGITS;
        for (found, truth) in [(a.plus(b), exact(a) + exact(b)), (a.minus(b), exact(a) - exact(b))] {
            match found {
                Ok(found) => prop_assert_eq!(exact(found), truth),
                Err(Inexact) => prop_assert!(!fits),
            }
        }
    }

    #[test]
    fn products_are_exact_or_refused(a in any_number(), b in any_number()) {
        let ((digits_a, decimals_a), (digits_b, decimals_b)) = (digits(a), digits(b));
        match a.times(b) {
            Ok(found) => prop_assert_eq!(exact(found), exact(a) * exact(b)),
            Err(Inexact) => prop_assert!(digits_a + digits_b > DIGITS || decimals_a + decimals_b > DIGITS),
        }
    }

    #[test]
    fn quotients_round_half_away_or_are_refused(a in any_number(), b in any_number(), decimals in 0u32..=28) {
        let found = a.divided_rounded(b, decimals);
        if b.is_zero() {
            prop_assert_eq!(found, Err(Inexact));
            return Ok(());
        }
        let ((digits_a, decimals_a), (digits_b, decimals_b)) = (digits(a), digits(b));
        match found {
            Ok(found) => prop_assert_eq!(exact(found), exact_rounded(&(exact(a) / exact(b)), decimals)),
            Err(Inexact) => {
                let up = decimals_b + decimals as usize;
                prop_assert!(up > DIGITS || digits_a + up > DIGITS || digits_b + decimals_a > DIGITS);
            }
        }
    }

    #[test]
    fn floor_division_leaves_an_exact_rest_or_is_refused(a in any_number(), b in any_number()) {
        let found = a.divided_floor(b);
        if b.is_zero() {
            prop_assert_eq!(found, Err(Inexact));
            return Ok(());
        }
        let decimals = digits(a).1.max(digits(b).1);
        match found {
            Ok((times, rest)) => {
                let whole = (exact(a) / exact(b)).floor();
                prop_assert_eq!(exact(rest), exact(a) - &whole * exact(b));
                prop_assert_eq!(exact(times), whole);
            }
            Err(Inexact) => prop_assert!(digits_with(a, decimals).max(digits_with(b, decimals)) >= DIGITS),
        }
    }

    #[test]
    fn a_shift_moves_the_point_or_is_refused(a in any_number(), places in 0u32..=60) {
        let (own, decimals) = digits(a);
        match a.shifted(places) {
            Ok(found) => prop_assert_eq!(exact(found), exact(a) * power_of_ten(places)),
            Err(Inexact) => prop_assert!(places as usize > decimals && own + places as usize - decimals > DIGITS),
        }
        match a.unshifted(places) {
            Ok(found) => prop_assert_eq!(exact(found), exact(a) / power_of_ten(places)),
            Err(Inexact) => prop_assert!(decimals + places as usize > DIGITS),
        }
    }

    #[test]
    fn rounding_is_half_away_from_zero(a in any_number(), decimals in 0u32..=40) {
        prop_assert_eq!(exact(a.round(decimals)), exact_rounded(&exact(a), decimals));
    }

    /// Also between numbers that have no common number of decimals that fits.
    #[test]
    fn order_is_the_order_of_fractions(a in any_number(), b in any_number(), same in prop::bool::weighted(0.1)) {
        let b = if same { a } else { b };
        prop_assert_eq!(a.cmp(&b), exact(a).cmp(&exact(b)));
        prop_assert_eq!(a == b, exact(a) == exact(b));
        prop_assert_eq!(a.partial_cmp(&b), Some(a.cmp(&b)));
        prop_assert_eq!(exact(a.negated()), -exact(a));
        prop_assert_eq!(a.is_zero(), exact(a) == exact_text("0"));
        prop_assert_eq!(a.is_negative(), exact(a) < exact_text("0"));
        prop_assert_eq!(exact(a.max(b)), exact(a).max(exact(b)));
    }
}
