//! Exact decimal numbers, from text to text.
//!
//! A [`Decimal`] is a 256-bit mantissa and a scale. Adding and multiplying give the exact result
//! or an [`Inexact`] error; nothing is ever rounded unless [`Decimal::round`] is called by name.
//! The width is chosen for the worst real case: a price of 28 decimals (they occur) times a
//! quantity of 28 digits needs 56 digits, and 76 fit.
//!
//! `rust_decimal` was measured and not chosen as the carrier: it stops at scale 28 and then drops
//! digits without a word. Every operation is held against exact fractions in `laws/numbers.rs`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use ethnum::I256;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Numbers longer than this are refused before they cost anything.
pub const MAX_NUMBER_CHARS: usize = 64;

/// More digits behind the point than this cannot be held; 10^76 is the largest power of ten in 255 bits.
const MAX_SCALE: u32 = 76;

/// Why a text is not a number that Forebill can hold exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Longer than [`MAX_NUMBER_CHARS`].
    #[error("number has {chars} characters, at most {MAX_NUMBER_CHARS} are accepted")]
    TooLong {
        /// How long it was.
        chars: usize,
    },
    /// Not the grammar of a JSON number.
    #[error("not a decimal number: wrong at character {at}")]
    Malformed {
        /// The first character that does not fit, counted from 1.
        at: usize,
    },
    /// Well formed, but its digits do not fit.
    #[error("number is outside the range that can be held exactly")]
    OutOfRange,
}

/// The exact result needs more digits than can be held. Never a wrong number instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the exact result has more digits than can be held")]
pub struct Inexact;

/// An exact decimal number; zero by default.
#[derive(Clone, Copy)]
pub struct Decimal {
    mantissa: I256,
    scale: u32,
}

fn pow10(exponent: u32) -> Option<I256> {
    // 10^38 is the largest power of ten in an i128: two halves cover the whole range.
    if exponent > MAX_SCALE {
        return None;
    }
    let low = exponent.min(38);
    Some(I256::new(10i128.pow(low)) * I256::new(10i128.pow(exponent - low)))
}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal { mantissa: I256::ZERO, scale: 0 };
    /// One.
    pub const ONE: Decimal = Decimal { mantissa: I256::ONE, scale: 0 };

    /// `mantissa` × 10^-`scale`; `scale` at most 38.
    #[must_use]
    pub fn new(mantissa: i128, scale: u8) -> Decimal {
        assert!(scale <= 38, "scale {scale} of a literal");
        Decimal { mantissa: I256::new(mantissa), scale: u32::from(scale) }
    }

    /// Reads a number by the grammar of JSON: no `+`, no `_`, no bare point, at most 64 characters.
    pub fn parse(text: &str) -> Result<Decimal, NumberError> {
        let bytes = text.as_bytes();
        if bytes.len() > MAX_NUMBER_CHARS {
            return Err(NumberError::TooLong { chars: bytes.len() });
        }
        let mut at = 0;
        let negative = bytes.first() == Some(&b'-');
        at += usize::from(negative);

        let mut digits = Digits::default();
        let integer = at;
        while let Some(digit) = digit_at(bytes, at) {
            digits.push(digit);
            at += 1;
        }
        let leading_zero = at - integer > 1 && bytes[integer] == b'0';
        if at == integer || leading_zero {
            return Err(NumberError::Malformed { at: integer + 1 });
        }
        let mut scale: i64 = 0;
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            let fraction = at;
            while let Some(digit) = digit_at(bytes, at) {
                digits.push(digit);
                scale += 1;
                at += 1;
            }
            if at == fraction {
                return Err(NumberError::Malformed { at: at + 1 });
            }
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            let minus = bytes.get(at) == Some(&b'-');
            at += usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
            let exponent_at = at;
            let mut exponent: i64 = 0;
            while let Some(digit) = digit_at(bytes, at) {
                // Sixty digits of exponent mean the same as one too large: out of range.
                exponent = (exponent * 10 + i64::from(digit)).min(1_000_000);
                at += 1;
            }
            if at == exponent_at {
                return Err(NumberError::Malformed { at: at + 1 });
            }
            scale += if minus { exponent } else { -exponent };
        }
        if at != bytes.len() {
            return Err(NumberError::Malformed { at: at + 1 });
        }
        let mantissa = digits.value();
        Self::from_parts(if negative { -mantissa } else { mantissa }, scale)
    }

    /// Brings any scale into range: factors of ten move between mantissa and scale, no digit is lost.
    fn from_parts(mut mantissa: I256, mut scale: i64) -> Result<Decimal, NumberError> {
        if mantissa == 0 {
            return Ok(Decimal::ZERO);
        }
        let ten = I256::new(10);
        while scale > 0 && mantissa % ten == 0 {
            mantissa /= ten;
            scale -= 1;
        }
        if scale < 0 {
            let factor = u32::try_from(-scale).ok().and_then(pow10).ok_or(NumberError::OutOfRange)?;
            mantissa = mantissa.checked_mul(factor).ok_or(NumberError::OutOfRange)?;
            scale = 0;
        }
        match u32::try_from(scale) {
            Ok(scale) if scale <= MAX_SCALE => Ok(Decimal { mantissa, scale }),
            _ => Err(NumberError::OutOfRange),
        }
    }

    /// Exact sum.
    pub fn plus(self, other: Decimal) -> Result<Decimal, Inexact> {
        if let Some(sum) = self.try_plus(other) {
            return Ok(sum);
        }
        // Padding zeros may have taken the room: try once more without them.
        self.trimmed().try_plus(other.trimmed()).ok_or(Inexact)
    }

    fn try_plus(self, other: Decimal) -> Option<Decimal> {
        let (a, b, scale) = aligned(self, other)?;
        Some(Decimal { mantissa: a.checked_add(b)?, scale })
    }

    /// Exact difference.
    pub fn minus(self, other: Decimal) -> Result<Decimal, Inexact> {
        self.plus(other.negated())
    }

    /// Exact product.
    pub fn times(self, other: Decimal) -> Result<Decimal, Inexact> {
        if let Some(product) = self.try_times(other) {
            return Ok(product);
        }
        self.trimmed().try_times(other.trimmed()).ok_or(Inexact)
    }

    fn try_times(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale + other.scale;
        if scale > MAX_SCALE {
            return None;
        }
        Some(Decimal { mantissa: self.mantissa.checked_mul(other.mantissa)?, scale })
    }

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

    /// `self` × 10^`places`, exact.
    pub fn shifted(self, places: u32) -> Result<Decimal, Inexact> {
        if let Some(scale) = self.scale.checked_sub(places) {
            return Ok(Decimal { mantissa: self.mantissa, scale });
        }
        let factor = pow10(places - self.scale).ok_or(Inexact)?;
        Ok(Decimal { mantissa: self.mantissa.checked_mul(factor).ok_or(Inexact)?, scale: 0 })
    }

    /// `self` ÷ 10^`places`, exact.
    pub fn unshifted(self, places: u32) -> Result<Decimal, Inexact> {
        let plain = self.trimmed();
        let scale = plain.scale + places;
        if scale <= MAX_SCALE { Ok(Decimal { mantissa: plain.mantissa, scale }) } else { Err(Inexact) }
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

    /// Rounds half away from zero to `decimals`: what an invoice does, once.
    #[must_use]
    pub fn round(self, decimals: u32) -> Decimal {
        if self.scale <= decimals {
            return self;
        }
        match pow10(self.scale - decimals).and_then(|f| divide_half_away(self.mantissa, f)) {
            Some(mantissa) => Decimal { mantissa, scale: decimals },
            // The scale is at most MAX_SCALE, so the factor exists and is not zero.
            None => unreachable!("a scale within range has its power of ten"),
        }
    }

    /// The same number with the sign turned.
    #[must_use]
    pub fn negated(self) -> Decimal {
        // I256::MIN cannot arise: parsing stops at 64 digits and checked arithmetic far below it.
        Decimal { mantissa: self.mantissa.saturating_neg(), scale: self.scale }
    }

    /// The number × 10^`decimals` where that is a whole number that fits: exact fixed point, or nothing.
    #[must_use]
    pub fn fixed(self, decimals: u32) -> Option<i128> {
        let plain = if self.scale > decimals { self.trimmed() } else { self };
        let padding = pow10(decimals.checked_sub(plain.scale)?)?;
        i128::try_from(plain.mantissa.checked_mul(padding)?).ok()
    }

    /// Whether the number is exactly zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Whether the number is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// The same number without zeros at the end of the fraction.
    fn trimmed(self) -> Decimal {
        let (mut mantissa, mut scale) = (self.mantissa, self.scale);
        let ten = I256::new(10);
        while scale > 0 && mantissa % ten == 0 {
            mantissa /= ten;
            scale -= 1;
        }
        Decimal { mantissa, scale }
    }
}

fn digit_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).filter(|b| b.is_ascii_digit()).map(|b| b - b'0')
}

/// Collects at most 64 digits; the first 38 in native width, which is nearly always all of them.
#[derive(Default)]
struct Digits {
    native: u128,
    count: u32,
    wide: Option<I256>,
}

impl Digits {
    fn push(&mut self, digit: u8) {
        self.count += 1;
        match &mut self.wide {
            None if self.count <= 38 => self.native = self.native * 10 + u128::from(digit),
            None => {
                self.wide = Some(I256::from(self.native) * I256::new(10) + I256::from(digit));
            }
            Some(wide) => *wide = *wide * I256::new(10) + I256::from(digit),
        }
    }

    fn value(&self) -> I256 {
        self.wide.unwrap_or(I256::from(self.native))
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

/// Both mantissas at the larger scale.
fn aligned(a: Decimal, b: Decimal) -> Option<(I256, I256, u32)> {
    match a.scale.cmp(&b.scale) {
        Ordering::Equal => Some((a.mantissa, b.mantissa, a.scale)),
        Ordering::Less => Some((a.mantissa.checked_mul(pow10(b.scale - a.scale)?)?, b.mantissa, b.scale)),
        Ordering::Greater => Some((a.mantissa, b.mantissa.checked_mul(pow10(a.scale - b.scale)?)?, a.scale)),
    }
}

fn divide_half_away(numerator: I256, denominator: I256) -> Option<I256> {
    let quotient = numerator.checked_div(denominator)?;
    let rest = numerator.checked_rem(denominator)?;
    // |rest| ≥ |denominator| − |rest| is 2·|rest| ≥ |denominator| without the doubling that could overflow.
    if rest.abs() >= denominator.abs() - rest.abs() {
        let away = if (numerator < 0) == (denominator < 0) { I256::ONE } else { -I256::ONE };
        return quotient.checked_add(away);
    }
    Some(quotient)
}

impl Default for Decimal {
    fn default() -> Decimal {
        Decimal::ZERO
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        if self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        if let Some((a, b, _)) = aligned(*self, *other) {
            return a.cmp(&b);
        }
        // The one with the smaller scale outgrew the width when padded, the other did not:
        // it is the larger in size, and its sign decides.
        match (self.scale < other.scale, self.is_negative(), other.is_negative()) {
            (true, negative, _) => {
                if negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (false, _, negative) => {
                if negative {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
        }
    }
}

impl fmt::Display for Decimal {
    /// Plain digits: no exponent, no zeros at the end of a fraction, no `-0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.trimmed();
        let digits = plain.mantissa.unsigned_abs().to_string();
        let scale = plain.scale as usize;
        let sign = if plain.mantissa < 0 { "-" } else { "" };
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (integer, fraction) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{integer}.{fraction}")
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Decimal {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Decimal, NumberError> {
        Decimal::parse(text)
    }
}

impl From<u32> for Decimal {
    fn from(value: u32) -> Decimal {
        Decimal { mantissa: I256::from(value), scale: 0 }
    }
}

impl Serialize for Decimal {
    /// Always a JSON string: a JSON number would become a float in most readers.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    /// Takes a JSON number or the same as a string, digit by digit: no float lies between.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let text = raw.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(raw);
        if !raw.starts_with(['"', '-']) && !raw.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(D::Error::custom(format!("expected a number, found {}", kind_of(raw))));
        }
        Decimal::parse(text).map_err(D::Error::custom)
    }
}

fn kind_of(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "something else",
    }
}

#[cfg(test)]
mod tests;
