//! Products and quotients of 256-bit numbers.
//!
//! Those of the library, which divides to see whether a product fits, are more code than a browser has for all of
//! pricing. Nearly all numbers fit the native width, and the few others are divided bit by bit.

use ethnum::{I256, U256};

/// Quotient, cut toward zero, and rest, which has the sign of the numerator. Nothing where the divisor is 0 or the
/// quotient does not fit.
pub(super) fn divided(numerator: I256, divisor: I256) -> Option<(I256, I256)> {
    if divisor == 0 {
        return None;
    }
    let (quotient, rest) = unsigned(numerator.unsigned_abs(), divisor.unsigned_abs());
    let (quotient, rest) = (quotient.as_i256(), rest.as_i256());
    let negative = |number: I256| number < 0;
    if negative(numerator) == negative(divisor) {
        (!negative(quotient)).then_some((quotient, if negative(numerator) { rest.wrapping_neg() } else { rest }))
    } else {
        Some((quotient.wrapping_neg(), if negative(numerator) { rest.wrapping_neg() } else { rest }))
    }
}

/// The product, where it is below 2^255 on either side of 0.
pub(super) fn multiplied(a: I256, b: I256) -> Option<I256> {
    if let (Ok(a), Ok(b)) = (i64::try_from(a), i64::try_from(b)) {
        return Some(I256::new(i128::from(a) * i128::from(b)));
    }
    let ((a_high, a_low), (b_high, b_low)) = (a.unsigned_abs().into_words(), b.unsigned_abs().into_words());
    if a_high != 0 && b_high != 0 {
        return None;
    }
    let (high, low) = both_halves(a_low, b_low);
    // Of these two products one is 0.
    let crossed = [(a_high, b_low), (b_high, a_low)].map(|(high, low)| both_halves(high, low));
    let crossed = if crossed.iter().all(|(above, _)| *above == 0) { crossed[0].1 | crossed[1].1 } else { return None };
    let size = U256::from_words(high.checked_add(crossed)?, low).as_i256();
    (size >= 0).then(|| if (a < 0) == (b < 0) { size } else { size.wrapping_neg() })
}

/// A product of two native numbers: its high and its low half.
fn both_halves(a: u128, b: u128) -> (u128, u128) {
    let halves = |number: u128| (number >> 64, number & u128::from(u64::MAX));
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    // Each of these sums is below 2^128.
    let (carry, low) = halves(a_low * b_low);
    let (carry, middle) = {
        let sum = a_high * b_low + carry;
        halves(sum)
    };
    let (also, middle) = halves(a_low * b_high + middle);
    (a_high * b_high + carry + also, (middle << 64) | low)
}

fn unsigned(numerator: U256, divisor: U256) -> (U256, U256) {
    if let (Ok(numerator), Ok(divisor)) = (u128::try_from(numerator), u128::try_from(divisor)) {
        return (U256::from(numerator / divisor), U256::from(numerator % divisor));
    }
    let (mut quotient, mut rest) = (U256::ZERO, numerator);
    for shift in (0..=divisor.leading_zeros().saturating_sub(numerator.leading_zeros())).rev() {
        // The divisor has no more bits than the numerator where it is shifted at all, so none falls out.
        let shifted = divisor << shift;
        if rest >= shifted {
            rest = rest.wrapping_sub(shifted);
            quotient |= U256::ONE << shift;
        }
    }
    (quotient, rest)
}

/// A tenth, and the last digit.
pub(super) fn tenth(number: U256) -> (U256, u8) {
    if let Ok(number) = u64::try_from(number) {
        return (U256::from(number / 10), (number % 10) as u8);
    }
    let (high, low) = number.into_words();
    let (mut tenth, mut rest) = ([0u128; 2], 0u64);
    for (half, tenth) in [high, low].into_iter().zip(&mut tenth) {
        for shift in [96, 64, 32, 0] {
            let part = (rest << 32) | u64::from((half >> shift) as u32);
            *tenth = (*tenth << 32) | u128::from(part / 10);
            rest = part % 10;
        }
    }
    (U256::from_words(tenth[0], tenth[1]), rest as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers of every length, and those at the ends.
    fn any() -> impl Strategy<Value = U256> {
        (any_half(), any_half(), 0u32..256).prop_map(|(high, low, shift)| U256::from_words(high, low) >> shift)
    }

    fn any_half() -> impl Strategy<Value = u128> {
        prop_oneof![proptest::num::u128::ANY, Just(0), Just(u128::MAX), Just(1 << 127)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn all_results_are_those_of_the_library(a in any(), b in any(), minus_a: bool, minus_b: bool) {
            prop_assert_eq!(tenth(a), (a / U256::new(10), (a % U256::new(10)).as_u8()));
            let signed = |size: U256, minus: bool| {
                let number = (size >> 1u32).as_i256();
                if minus { -number } else { number }
            };
            let (a, b) = (signed(a, minus_a), signed(b, minus_b));
            prop_assert_eq!(divided(a, b), a.checked_div(b).zip(a.checked_rem(b)));
            prop_assert_eq!(multiplied(a, b), a.checked_mul(b).filter(|product| *product != I256::MIN));
        }
    }

    #[test]
    fn what_does_not_fit_is_no_number() {
        assert_eq!(divided(I256::MIN, -I256::ONE), None);
        assert_eq!(divided(I256::MIN, I256::ONE), Some((I256::MIN, I256::ZERO)));
        assert_eq!(divided(I256::ONE, I256::ZERO), None);
    }
}
