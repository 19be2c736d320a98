//! Quotients: exact where they end, otherwise rounded or cut by name.

use ethnum::I256;

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
        Ok(Decimal { mantissa: up.checked_div(down).ok_or(Inexact)?, scale: decimals })
    }

    /// Numerator and denominator of the quotient × 10^`decimals`.
    fn fraction_at(self, divisor: Decimal, decimals: u32) -> Result<(I256, I256), Inexact> {
        let (a, b) = (self.trimmed(), divisor.trimmed());
        // a/b × 10^decimals = (ma × 10^(sb + decimals)) / (mb × 10^sa), less the powers that both sides have.
        let (above, below) = (b.scale + decimals, a.scale);
        let common = above.min(below);
        let up = pow10(above - common).and_then(|f| a.mantissa.checked_mul(f)).ok_or(Inexact)?;
        let down = pow10(below - common).and_then(|f| b.mantissa.checked_mul(f)).ok_or(Inexact)?;
        Ok((up, down))
    }

    /// The whole number of times that `divisor` fits below `self`, and what is left over, both exact. The rest has the
    /// sign of the divisor: it is what floor division leaves.
    ///
    /// Fails when `divisor` is zero or the digits do not fit.
    pub fn divided_floor(self, divisor: Decimal) -> Result<(Decimal, Decimal), Inexact> {
        let (up, down, scale) = aligned(self.trimmed(), divisor.trimmed()).ok_or(Inexact)?;
        let mut quotient = up.checked_div(down).ok_or(Inexact)?;
        let mut rest = up.checked_rem(down).ok_or(Inexact)?;
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
        let (numerator, mut rest) = (a.mantissa / shared, b.mantissa / shared);
        // A fraction in lowest terms ends exactly when its denominator is made of twos and fives.
        let (two, five) = (I256::new(2), I256::new(5));
        let (mut twos, mut fives) = (0u32, 0u32);
        while rest % two == 0 {
            rest /= two;
            twos += 1;
        }
        while rest % five == 0 {
            rest /= five;
            fives += 1;
        }
        if rest.abs() != 1 {
            return Err(Inexact);
        }
        let (filler, missing) = if twos < fives { (two, fives - twos) } else { (five, twos - fives) };
        let factor = (0..missing).try_fold(rest, |power, _| power.checked_mul(filler)).ok_or(Inexact)?;
        let mantissa = numerator.checked_mul(factor).ok_or(Inexact)?;
        let scale = i64::from(a.scale) - i64::from(b.scale) + i64::from(twos.max(fives));
        Self::from_parts(mantissa, scale).map_err(|_| Inexact)
    }
}

/// By Euclid, never negative; what is left of 0 and n is n.
fn greatest_common_divisor(a: I256, b: I256) -> I256 {
    let (mut larger, mut smaller) = (a.abs(), b.abs());
    while smaller != 0 {
        (larger, smaller) = (smaller, larger % smaller);
    }
    larger
}

pub(super) fn divide_half_away(numerator: I256, denominator: I256) -> Option<I256> {
    let quotient = numerator.checked_div(denominator)?;
    let rest = numerator.checked_rem(denominator)?;
    // |rest| ≥ |denominator| − |rest| is 2·|rest| ≥ |denominator| without the doubling that could overflow.
    if rest.abs() >= denominator.abs() - rest.abs() {
        let away = if (numerator < 0) == (denominator < 0) { I256::ONE } else { -I256::ONE };
        return quotient.checked_add(away);
    }
    Some(quotient)
}
