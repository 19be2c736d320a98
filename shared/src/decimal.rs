//! Exact decimal numbers, from text to text.
//!
//! A [`Decimal`] is a 256-bit mantissa and a scale. Adding and multiplying give the exact result
//! or an [`Inexact`] error; nothing is ever rounded unless [`Decimal::round`] is called by name.
//! The width is chosen for the worst real case: a price of 28 decimals (they occur) times a
//! quantity of 28 digits needs 56 digits, and 76 fit.
//!
//! `rust_decimal` was measured and not chosen as the carrier: it stops at scale 28 and then drops
//! digits without a word. Every operation is held against exact fractions in `laws/numbers.rs`.

mod division;
mod parsing;
mod wide;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use division::divide_half_away;
use ethnum::{I256, U256};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;
use wide::{multiplied, tenth};

/// Numbers longer than this are refused before they cost anything.
pub const MAX_NUMBER_CHARS: usize = 64;

/// The longest text that a number is written as: a sign, a zero, a point and 76 decimals.
pub const MAX_WRITTEN_CHARS: usize = 3 + MAX_SCALE as usize;

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
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
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
    multiplied(I256::new(10i128.pow(low)), I256::new(10i128.pow(exponent - low)))
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

    /// Brings any scale into range: factors of ten move between mantissa and scale, no digit is lost.
    fn from_parts(mut mantissa: I256, mut scale: i64) -> Result<Decimal, NumberError> {
        if mantissa == 0 {
            return Ok(Decimal::ZERO);
        }
        (mantissa, scale) = without_zeros(mantissa, scale);
        if scale < 0 {
            let factor = u32::try_from(-scale).ok().and_then(pow10).ok_or(NumberError::OutOfRange)?;
            mantissa = multiplied(mantissa, factor).ok_or(NumberError::OutOfRange)?;
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
        Some(Decimal { mantissa: multiplied(self.mantissa, other.mantissa)?, scale })
    }

    /// `self` × 10^`places`, exact.
    pub fn shifted(self, places: u32) -> Result<Decimal, Inexact> {
        if let Some(scale) = self.scale.checked_sub(places) {
            return Ok(Decimal { mantissa: self.mantissa, scale });
        }
        let factor = pow10(places - self.scale).ok_or(Inexact)?;
        Ok(Decimal { mantissa: multiplied(self.mantissa, factor).ok_or(Inexact)?, scale: 0 })
    }

    /// `self` ÷ 10^`places`, exact.
    pub fn unshifted(self, places: u32) -> Result<Decimal, Inexact> {
        let plain = self.trimmed();
        let scale = plain.scale + places;
        if scale <= MAX_SCALE { Ok(Decimal { mantissa: plain.mantissa, scale }) } else { Err(Inexact) }
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
        let places = decimals.checked_sub(plain.scale)?;
        if let (Ok(mantissa), 0..=18) = (i64::try_from(plain.mantissa), places) {
            // Below 2^63 × 10^18, which an i128 holds: nearly every number there is, at a fraction of the work.
            return Some(i128::from(mantissa) * 10i128.pow(places));
        }
        let padding = pow10(places)?;
        i128::try_from(multiplied(plain.mantissa, padding)?).ok()
    }

    /// Mantissa (its high and low half) and scale of the number without zeros at the end: one form for each value.
    #[must_use]
    pub fn words(self) -> (i128, u128, u32) {
        let plain = self.trimmed();
        let (high, low) = plain.mantissa.into_words();
        (high, low.cast_unsigned(), plain.scale)
    }

    /// The number of these words; `None` where [`Decimal::words`] never gives them.
    #[must_use]
    pub fn from_words(high: i128, low: u128, scale: u32) -> Option<Decimal> {
        let number = Decimal { mantissa: I256::from_words(high, low.cast_signed()), scale };
        (scale <= MAX_SCALE && number.trimmed().scale == scale && (scale == 0 || !number.is_zero())).then_some(number)
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
        let (mantissa, scale) = without_zeros(self.mantissa, self.scale.into());
        // Between 0 and what it was.
        Decimal { mantissa, scale: scale as u32 }
    }
}

/// The same number with as few decimals as it needs.
fn without_zeros(mantissa: I256, mut scale: i64) -> (I256, i64) {
    let mut size = mantissa.unsigned_abs();
    while scale > 0 {
        let (shorter, last) = tenth(size);
        if last != 0 {
            break;
        }
        size = shorter;
        scale -= 1;
    }
    let size = size.as_i256();
    (if mantissa < 0 { size.wrapping_neg() } else { size }, scale)
}

/// Both mantissas at the larger scale.
fn aligned(a: Decimal, b: Decimal) -> Option<(I256, I256, u32)> {
    match a.scale.cmp(&b.scale) {
        Ordering::Equal => Some((a.mantissa, b.mantissa, a.scale)),
        Ordering::Less => Some((multiplied(a.mantissa, pow10(b.scale - a.scale)?)?, b.mantissa, b.scale)),
        Ordering::Greater => Some((a.mantissa, multiplied(b.mantissa, pow10(a.scale - b.scale)?)?, a.scale)),
    }
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
        let (mut rest, scale) = (plain.mantissa.unsigned_abs(), plain.scale as usize);
        // 2^255 has 77 digits, and a zero stands before a fraction of 76.
        let mut digits = [0; MAX_SCALE as usize + 1];
        let mut count = 0;
        while count <= scale || rest != U256::ZERO {
            let (shorter, digit) = tenth(rest);
            digits[count] = b'0' + digit;
            rest = shorter;
            count += 1;
        }
        let mut text = String::with_capacity(count + 2);
        if plain.mantissa < 0 {
            text.push('-');
        }
        for place in (0..count).rev() {
            text.push(char::from(digits[place]));
            if place == scale && scale > 0 {
                text.push('.');
            }
        }
        f.write_str(&text)
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
    /// Takes a JSON number or the same as a string, digit by digit: no float lies between. What was written here is read
    /// again although it may be longer than what others write: amounts have more digits than what they are made of.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let text = raw.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(raw);
        if !raw.starts_with(['"', '-']) && !raw.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(D::Error::custom(format!("expected a number, found {}", kind_of(raw))));
        }
        let number = if raw.starts_with('"') { Decimal::parse_written(text) } else { Decimal::parse(text) };
        number.map_err(D::Error::custom)
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
