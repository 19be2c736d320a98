//! Quotients: exact where they end, otherwise rounded or cut by name.

use ethnum::I256;

use super::wide::{divided, multiplied};
use super::{Decimal, Inexact, aligned, pow10};

impl Decimal {
    /// The quotient rounded half away from zero to `decimals`. The name says that it rounds.
    ///
    /// Fails when `divisor` is zero or the digits do not fit.
    pub fn divided_rounded(self, divisor: Decimal, decimals: u32) -> Result<Decimal, Inexact> {
        let (up, down) = self.fraction_at(divisor, decimals)?;
        Ok(Decimal { mantissa: divide_half_away(up, down).ok_or(Inexact)?, scale: decimals })
    }

    /// The quotient without what follows its first `decimals` decimals: cut off toward zero. The name says so.
    ///
    /// Fails when `divisor` is zero or the digits do not fit.
    pub fn divided_down(self, divisor: Decimal, decimals: u32) -> Result<Decimal, Inexact> {
        let (up, down) = self.fraction_at(divisor, decimals)?;
        let (quotient, _) = divided(up, down).ok_or(Inexact)?;
        Ok(Decimal { mantissa: quotient, scale: decimals })
    }

    /// Numerator and denominator of the quotient × 10^`decimals`.
    fn fraction_at(self, divisor: Decimal, decimals: u32) -> Result<(I256, I256), Inexact> {
        let (a, b) = (self.trimmed(), divisor.trimmed());
        // a/b × 10^decimals = (ma × 10^(sb + decimals)) / (mb × 10^sa), less the powers that both sides have.
        let (above, below) = (b.scale + decimals, a.scale);
        let common = above.min(below);
        let up = pow10(above - common).and_then(|f| multiplied(a.mantissa, f)).ok_or(Inexact)?;
        let down = pow10(below - common).and_then(|f| multiplied(b.mantissa, f)).ok_or(Inexact)?;
        Ok((up, down))
    }

    /// The whole number of times that `divisor` fits below `self`, and what is left over, both exact. The rest has the
    /// sign of the divisor: it is what floor division leaves.
    ///
    /// Fails when `divisor` is zero or the digits do not fit.
    pub fn divided_floor(self, divisor: Decimal) -> Result<(Decimal, Decimal), Inexact> {
        let (up, down, scale) = aligned(self.trimmed(), divisor.trimmed()).ok_or(Inexact)?;
        let (mut quotient, mut rest) = divided(up, down).ok_or(Inexact)?;
        if rest != 0 && (rest < 0) != (down < 0) {
            quotient -= I256::ONE;
            rest += down;
        }
        Ok((Decimal { mantissa: quotient, scale: 0 }, Decimal { mantissa: rest, scale }))
    }

    /// The quotient where it has an end: 1 ÷ 8 is 0.125, and 1 ÷ 3 an error. Nothing is rounded.
    ///
    /// ```
    /// # use shared::decimal::{Decimal, Inexact};
    /// let hours = Decimal::from(730);
    /// assert_eq!(hours.divided_exactly(Decimal::from(100))?.to_string(), "7.3");
    /// assert_eq!(hours.divided_exactly(Decimal::from(24)), Err(Inexact));
    /// # Ok::<(), Inexact>(())
    /// ```
    pub fn divided_exactly(self, divisor: Decimal) -> Result<Decimal, Inexact> {
        let (a, b) = (self.trimmed(), divisor.trimmed());
        if b.mantissa == 0 {
            return Err(Inexact);
        }
        let shared = greatest_common_divisor(a.mantissa, b.mantissa);
        let part = |number: I256| divided(number, shared).map(|(part, _)| part).ok_or(Inexact);
        let (numerator, mut rest) = (part(a.mantissa)?, part(b.mantissa)?);
        // A fraction in lowest terms ends exactly when its denominator is made of twos and fives.
        let (two, five) = (I256::new(2), I256::new(5));
        let mut factors = |of: I256| {
            let mut count = 0u32;
            while let Some((quotient, I256::ZERO)) = divided(rest, of) {
                rest = quotient;
                count += 1;
            }
            count
        };
        let (twos, fives) = (factors(two), factors(five));
        if rest.abs() != 1 {
            return Err(Inexact);
        }
        let (filler, missing) = if twos < fives { (two, fives - twos) } else { (five, twos - fives) };
        let factor = (0..missing).try_fold(rest, |power, _| multiplied(power, filler)).ok_or(Inexact)?;
        let mantissa = multiplied(numerator, factor).ok_or(Inexact)?;
        let scale = i64::from(a.scale) - i64::from(b.scale) + i64::from(twos.max(fives));
        Self::from_parts(mantissa, scale).map_err(|_| Inexact)
    }
}

/// By Euclid, never negative; what is left of 0 and n is n.
fn greatest_common_divisor(a: I256, b: I256) -> I256 {
    let (mut larger, mut smaller) = (a.abs(), b.abs());
    while let Some((_, rest)) = divided(larger, smaller) {
        (larger, smaller) = (smaller, rest);
    }
    larger
}

pub(super) fn divide_half_away(numerator: I256, denominator: I256) -> Option<I256> {
    let (quotient, rest) = divided(numerator, denominator)?;
    // |rest| ≥ |denominator| − |rest| is 2·|rest| ≥ |denominator| without the doubling that could overflow.
    if rest.abs() >= denominator.abs() - rest.abs() {
        let away = if (numerator < 0) == (denominator < 0) { I256::ONE } else { -I256::ONE };
        return quotient.checked_add(away);
    }
    Some(quotient)
}
