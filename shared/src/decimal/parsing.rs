//! From text to number, digit by digit.

use ethnum::I256;

use super::wide::multiplied;
use super::{Decimal, MAX_NUMBER_CHARS, MAX_WRITTEN_CHARS, NumberError};

impl Decimal {
    /// Reads a number by the grammar of JSON: no `+`, no `_`, no bare point, at most 64 characters.
    pub fn parse(text: &str) -> Result<Decimal, NumberError> {
        if text.len() > MAX_NUMBER_CHARS { Err(NumberError::TooLong { chars: text.len() }) } else { Self::read(text) }
    }

    /// Reads also what is longer, where it is what [`Decimal`] writes, to the letter.
    pub(super) fn parse_written(text: &str) -> Result<Decimal, NumberError> {
        if !(MAX_NUMBER_CHARS + 1..=MAX_WRITTEN_CHARS).contains(&text.len()) {
            return Self::parse(text);
        }
        let too_long = NumberError::TooLong { chars: text.len() };
        Self::read(text).ok().filter(|number| number.to_string() == text).ok_or(too_long)
    }

    fn read(text: &str) -> Result<Decimal, NumberError> {
        let bytes = text.as_bytes();
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
        let mantissa = digits.value().ok_or(NumberError::OutOfRange)?;
        Self::from_parts(if negative { -mantissa } else { mantissa }, scale)
    }
}

fn digit_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).filter(|b| b.is_ascii_digit()).map(|b| b - b'0')
}

/// Collects digits: the first 19 in a word, which is nearly always all of them, and 38 in two.
#[derive(Default)]
struct Digits {
    word: u64,
    native: u128,
    count: u32,
    /// Nothing inside where they do not fit.
    wide: Option<Option<I256>>,
}

impl Digits {
    fn push(&mut self, digit: u8) {
        self.count += 1;
        match &mut self.wide {
            None if self.count <= 19 => {
                self.word = self.word * 10 + u64::from(digit);
                self.native = u128::from(self.word);
            }
            None if self.count <= 38 => self.native = self.native * 10 + u128::from(digit),
            None => self.wide = Some(longer(I256::from(self.native), digit)),
            Some(wide) => *wide = wide.and_then(|wide| longer(wide, digit)),
        }
    }

    fn value(&self) -> Option<I256> {
        self.wide.unwrap_or(Some(I256::from(self.native)))
    }
}

fn longer(number: I256, digit: u8) -> Option<I256> {
    multiplied(number, I256::new(10))?.checked_add(I256::from(digit))
}
