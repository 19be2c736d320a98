//! Whole numbers that stand for decimals. A forecast is an estimate and may round; it must round alike everywhere.

use std::cmp::Reverse;

use crate::decimal::Decimal;

/// Decimals of the amounts inside a forecast, and of those it gives back.
pub const AMOUNT_DECIMALS: u32 = 12;

/// Decimals of a factor, such as that of a weekday.
const FACTOR_DECIMALS: u32 = 9;

/// The factor 1.
pub(super) const ONE: i128 = 10i128.pow(FACTOR_DECIMALS);

/// The largest amount of one day, in whole units: with it no product below leaves the width.
const LARGEST_DAY: i128 = 10i128.pow(13);

/// An amount rounded half away from zero to [`AMOUNT_DECIMALS`]; nothing where it is beyond ten billion thousands.
pub(super) fn from_decimal(amount: Decimal) -> Option<i128> {
    let fixed = amount.round(AMOUNT_DECIMALS).fixed(AMOUNT_DECIMALS)?;
    (fixed.abs() <= LARGEST_DAY * 10i128.pow(AMOUNT_DECIMALS)).then_some(fixed)
}

pub(super) fn to_decimal(fixed: i128) -> Decimal {
    // AMOUNT_DECIMALS is a small constant.
    Decimal::new(fixed, AMOUNT_DECIMALS as u8)
}

/// `a` × `b` ÷ `c`, rounded half away from zero. `c` is not zero.
pub(super) fn scaled(a: i128, b: i128, c: i128) -> i128 {
    divided(a * b, c)
}

/// `a` ÷ `c`, rounded half away from zero. `c` is not zero.
pub(super) fn divided(a: i128, c: i128) -> i128 {
    let (quotient, rest) = (a / c, a % c);
    if 2 * rest.abs() < c.abs() {
        return quotient;
    }
    if (a < 0) == (c < 0) { quotient + 1 } else { quotient - 1 }
}

/// The middle value, of an even number the mean of the two in the middle; 0 of none.
pub(super) fn median(values: &mut [i128]) -> i128 {
    values.sort_unstable();
    let half = values.len() / 2;
    match values.len() {
        0 => 0,
        length if length % 2 == 1 => values[half],
        _ => divided(values[half - 1] + values[half], 2),
    }
}

/// The mean; 0 of none.
pub(super) fn mean(values: &[i128]) -> i128 {
    if values.is_empty() { 0 } else { divided(values.iter().sum(), values.len() as i128) }
}

/// The position of the smallest value, of equal ones the first.
pub(super) fn smallest(values: impl Iterator<Item = i128>) -> Option<usize> {
    values.enumerate().max_by_key(|(at, value)| Reverse((*value, *at))).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        let found = [(7, 2), (-7, 2), (7, -2), (6, 4), (5, 4), (-5, 4), (0, 3)].map(|(a, c)| divided(a, c));
        assert_eq!(found, [4, -4, -4, 2, 1, -1, 0]);
        assert_eq!(scaled(10, 3, 4), 8);
    }

    #[test]
    fn the_middle_and_the_smallest() {
        assert_eq!(median(&mut [9, 1, 5]), 5);
        assert_eq!(median(&mut [9, 1, 5, 2]), 4);
        assert_eq!((median(&mut []), mean(&[]), mean(&[1, 2])), (0, 0, 2));
        assert_eq!(smallest([3, 1, 2, 1].into_iter()), Some(1));
        assert_eq!(smallest([].into_iter()), None);
    }

    #[test]
    fn amounts_keep_twelve_decimals() {
        let read = |text: &str| text.parse().ok().and_then(from_decimal);
        assert_eq!(read("0.0000000000005"), Some(1));
        assert_eq!(read("10000000000000").map(to_decimal), Some(Decimal::new(10i128.pow(13), 0)));
        assert_eq!(read("10000000000000.1"), None);
    }
}
