//! Sharing an amount without losing a cent: the largest remainder method.
//!
//! Each part first gets the whole minor units of its exact share; the few units that are left go, one each, to the
//! parts with the largest remainders, and among equal remainders to the smaller key. So the parts add up to the total
//! exactly, none is a full unit off its share, and the order in which the parts are given means nothing.

use std::cmp::Ordering;

use crate::decimal::{Decimal, Inexact};

/// Why an amount cannot be shared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// There is nobody to share among.
    #[error("there is no part to give the amount to")]
    NoParts,
    /// A weight below zero.
    #[error("the weight {weight} of part {part} is below zero")]
    NegativeWeight {
        /// Which part, counted from 1.
        part: usize,
        /// Its weight.
        weight: Decimal,
    },
    /// The amount is no whole number of units: its last digits would go to nobody.
    #[error("{total} has more than {decimals} decimals: round it first")]
    NotWhole {
        /// The amount.
        total: Decimal,
        /// Decimals of a unit.
        decimals: u32,
    },
    /// The exact shares have too many digits.
    #[error(transparent)]
    Inexact(#[from] Inexact),
}

/// Shares `total` among the parts by weight, in units of 10^-`decimals`; the result is in the order of the parts.
///
/// Parts of weight zero get nothing, unless all are zero: then all get the same. A negative total gives the negated
/// parts of the positive one.
///
/// ```
/// use shared::allocation::allocate;
/// use shared::decimal::Decimal;
///
/// // 10.00 among three: the cent that is left goes to the smallest key.
/// let one = Decimal::ONE;
/// let parts = allocate(Decimal::from(10), &[("c", one), ("a", one), ("b", one)], 2)?;
/// assert_eq!(parts.map(|part| part.to_string()).collect::<Vec<_>>(), ["3.33", "3.34", "3.33"]);
/// # Ok::<(), shared::allocation::AllocationError>(())
/// ```
pub fn allocate<K: Ord>(
    total: Decimal,
    parts: &[(K, Decimal)],
    decimals: u32,
) -> Result<impl Iterator<Item = Decimal> + use<K>, AllocationError> {
    if parts.is_empty() {
        return Err(AllocationError::NoParts);
    }
    if total.round(decimals) != total {
        return Err(AllocationError::NotWhole { total, decimals });
    }
    if let Some(index) = parts.iter().position(|(_, weight)| weight.is_negative()) {
        return Err(AllocationError::NegativeWeight { part: index + 1, weight: parts[index].1 });
    }
    let mut weights: Vec<Decimal> = parts.iter().map(|(_, weight)| *weight).collect();
    if weights.iter().all(|weight| weight.is_zero()) {
        weights.fill(Decimal::ONE);
    }
    Ok(split(total, &weights, decimals, |a, b| parts[a].0.cmp(&parts[b].0))?.into_iter())
}

/// Rounds amounts of any sign to units of 10^-`decimals`, all of them together, so that they keep their sum: each is
/// rounded down, and the units that are left go to the largest remainders, of equal ones to the smaller key. Their sum
/// must be a whole number of units.
///
/// ```
/// use shared::allocation::settle;
/// use shared::decimal::Decimal;
///
/// // 1.00 in parts that no cent can tell: by itself each would be rounded to 0.33.
/// let parts = [("b", Decimal::new(3334, 4)), ("a", Decimal::new(3333, 4)), ("c", Decimal::new(3333, 4))];
/// assert_eq!(settle(&parts, 2)?.map(|part| part.to_string()).collect::<Vec<_>>(), ["0.34", "0.33", "0.33"]);
/// # Ok::<(), shared::allocation::AllocationError>(())
/// ```
pub fn settle<K: Ord>(
    parts: &[(K, Decimal)],
    decimals: u32,
) -> Result<impl Iterator<Item = Decimal> + use<K>, AllocationError> {
    let total = parts.iter().try_fold(Decimal::ZERO, |sum, (_, part)| sum.plus(*part))?;
    if total.round(decimals) != total {
        return Err(AllocationError::NotWhole { total, decimals });
    }
    let (mut shares, mut rests) = (Vec::with_capacity(parts.len()), Vec::with_capacity(parts.len()));
    let mut left = total.shifted(decimals)?;
    for (_, part) in parts {
        let (share, rest) = part.shifted(decimals)?.divided_floor(Decimal::ONE)?;
        left = left.minus(share)?;
        shares.push(share);
        rests.push(rest);
    }
    hand_out(left, &mut shares, &rests, |a, b| parts[a].0.cmp(&parts[b].0))?;
    let whole: Result<Vec<Decimal>, Inexact> = shares.into_iter().map(|share| share.unshifted(decimals)).collect();
    Ok(whole?.into_iter())
}

/// The method itself. Weights may have any sign here (a correction is a negative quantity), but their sum must be
/// above zero; `order` breaks ties.
pub(crate) fn split(
    total: Decimal,
    weights: &[Decimal],
    decimals: u32,
    order: impl Fn(usize, usize) -> Ordering,
) -> Result<Vec<Decimal>, Inexact> {
    let sum = weights.iter().try_fold(Decimal::ZERO, |sum, weight| sum.plus(*weight))?;
    let size = if total.is_negative() { total.negated() } else { total };
    let units = size.shifted(decimals)?;
    let (mut shares, mut rests) = (Vec::with_capacity(weights.len()), Vec::with_capacity(weights.len()));
    let mut left = units;
    for weight in weights {
        let (share, rest) = units.times(*weight)?.divided_floor(sum)?;
        left = left.minus(share)?;
        shares.push(share);
        rests.push(rest);
    }
    hand_out(left, &mut shares, &rests, order)?;
    let part =
        |share: Decimal| share.unshifted(decimals).map(|part| if total.is_negative() { part.negated() } else { part });
    shares.into_iter().map(part).collect()
}

/// Gives the whole units that are left to the largest remainders, one each.
fn hand_out(
    mut left: Decimal,
    shares: &mut [Decimal],
    rests: &[Decimal],
    order: impl Fn(usize, usize) -> Ordering,
) -> Result<(), Inexact> {
    let mut largest_first: Vec<usize> = (0..shares.len()).collect();
    if !left.is_zero() {
        largest_first.sort_by(|a, b| rests[*b].cmp(&rests[*a]).then_with(|| order(*a, *b)));
    }
    for index in largest_first {
        // Each remainder is below one unit, so fewer units are left than there are parts.
        if left.is_zero() {
            break;
        }
        shares[index] = shares[index].plus(Decimal::ONE)?;
        left = left.minus(Decimal::ONE)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[track_caller]
    fn check(total: &str, weights: &[&str], decimals: u32, expect: &[&str]) {
        let parts: Vec<(usize, Decimal)> = weights.iter().map(|text| d(text)).enumerate().collect();
        let shared = allocate(d(total), &parts, decimals).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(shared.map(|part| part.to_string()).collect::<Vec<_>>(), expect, "{total} {weights:?}");
    }

    /// Worked by hand.
    #[test]
    fn the_last_units_go_to_the_largest_remainders() {
        check("100", &["1", "1", "1"], 2, &["33.34", "33.33", "33.33"]);
        check("100", &["50", "30", "20"], 2, &["50", "30", "20"]);
        // 0.05 × 1/7, 2/7, 4/7 = 0.71, 1.43 and 2.86 cents: the two that are left go to .86 and .71
        check("0.05", &["1", "2", "4"], 2, &["0.01", "0.01", "0.03"]);
        check("-0.05", &["1", "2", "4"], 2, &["-0.01", "-0.01", "-0.03"]);
        check("1000", &["1", "2"], 0, &["333", "667"]);
        check("0.001", &["0", "5", "0"], 3, &["0", "0.001", "0"]);
        check("0.02", &["0", "0", "0"], 2, &["0.01", "0.01", "0"]);
        check("0", &["3", "4"], 2, &["0", "0"]);
    }

    #[test]
    fn amounts_rounded_together_keep_their_sum() {
        let settled = |parts: &[(&str, &str)]| {
            let parts: Vec<(&str, Decimal)> = parts.iter().map(|(key, part)| (*key, d(part))).collect();
            settle(&parts, 2).map(|parts| parts.map(|part| part.to_string()).collect::<Vec<_>>())
        };
        let texts = |texts: &[&str]| Ok(texts.iter().map(|text| (*text).to_owned()).collect());
        // 0.125 + 0.125 + 0.75: one of the two halves goes up, that of the smaller key.
        assert_eq!(settled(&[("b", "0.125"), ("a", "0.125"), ("c", "0.75")]), texts(&["0.12", "0.13", "0.75"]));
        // Down is down below zero, too: -0.005 is -0.01 and half a unit, which goes to it.
        assert_eq!(settled(&[("a", "-0.005"), ("b", "0.005")]), texts(&["0", "0"]));
        assert_eq!(settled(&[("a", "-1.006"), ("b", "0.002"), ("c", "0.004")]), texts(&["-1", "0", "0"]));
        assert_eq!(settled(&[]), Ok(Vec::new()));
        let not_whole = AllocationError::NotWhole { total: d("0.001"), decimals: 2 };
        assert_eq!(settled(&[("a", "0.001")]), Err(not_whole));
    }

    #[test]
    fn what_cannot_be_shared_is_refused() {
        let refused = |total: &str, parts: &[(u8, Decimal)]| allocate(d(total), parts, 2).map(|_| ()).err();
        assert_eq!(refused("1", &[]), Some(AllocationError::NoParts));
        let weight = d("-1");
        let negative = AllocationError::NegativeWeight { part: 2, weight };
        assert_eq!(refused("1", &[(1, d("5")), (2, weight)]), Some(negative));
        let not_whole = AllocationError::NotWhole { total: d("0.001"), decimals: 2 };
        assert_eq!(refused("0.001", &[(1, d("1"))]), Some(not_whole));
    }
}
