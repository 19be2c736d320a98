//! Identifiers that Azure writes as GUIDs, in upper or lower case. Compared as numbers, shown in lower case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The text is not 32 hexadecimal digits in the 8-4-4-4-12 form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID such as 0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4")]
pub struct NotAGuid;

/// The digits are read eight at a time: a file has a GUID or two in every row.
#[inline]
fn parse(text: &[u8]) -> Result<u128, NotAGuid> {
    let text: &[u8; 36] = text.try_into().map_err(|_| NotAGuid)?;
    let four = |at: usize| u64::from(u32::from_be_bytes([text[at], text[at + 1], text[at + 2], text[at + 3]]));
    let (mut value, mut wrong) = (0, 0);
    // Where the halves of each eight digits begin, hyphens left out.
    for (first, second) in [(0, 4), (9, 14), (19, 24), (28, 32)] {
        let (more, more_wrong) = hex((four(first) << 32) | four(second));
        value = (value << 32) | u128::from(more);
        wrong |= more_wrong;
    }
    let hyphens = [text[8], text[13], text[18], text[23]] == *b"----";
    if hyphens && wrong == 0 { Ok(value) } else { Err(NotAGuid) }
}

/// The value of eight hexadecimal digits, and a number that is not 0 when one of them is none.
///
/// All eight at once, one in each byte of a word: adding moves a byte that is large enough over 0x80, and no sum
/// carries into the next byte because bytes beyond ASCII are masked first and refused by themselves.
#[inline]
fn hex(text: u64) -> (u64, u64) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let ascii = text & !HIGH;
    let reaches = |bytes: u64, least: u8| bytes + u64::from(0x80 - least) * EACH;
    let is_digit = reaches(ascii, b'0') & !reaches(ascii, b'9' + 1);
    let lower = ascii | (0x20 * EACH);
    let is_letter = reaches(lower, b'a') & !reaches(lower, b'f' + 1);
    let wrong = (!(is_digit | is_letter) | text) & HIGH;
    // The low four bits of '1' and of 'A' are both 1; a letter, which alone has the bit 0x40, is nine more.
    let values = (ascii & (0x0f * EACH)) + ((ascii >> 6) & EACH) * 9;
    let pairs = (values | (values >> 4)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff;
    ((fours | (fours >> 16)) & 0xffff_ffff, wrong)
}

fn format(value: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let hex = format!("{value:032x}");
    write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

macro_rules! guid_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl FromStr for $name {
            type Err = NotAGuid;
            fn from_str(text: &str) -> Result<$name, NotAGuid> {
                parse(text.as_bytes()).map($name)
            }
        }

        impl $name {
            /// The same from bytes of a file that nobody checked to be text.
            #[inline]
            pub fn from_bytes(text: &[u8]) -> Result<$name, NotAGuid> {
                parse(text).map($name)
            }

            /// The id whose digits stand for this number.
            #[inline]
            #[must_use]
            pub fn from_bits(bits: u128) -> $name {
                $name(bits)
            }

            /// The number that the digits stand for.
            #[inline]
            #[must_use]
            pub fn bits(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                format(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                format(self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

guid_type! {
    /// The thing that is counted. Only this identifies a meter: names, units and regions of a meter change.
    MeterId
}

guid_type! {
    /// A subscription (FOCUS: sub account).
    SubscriptionId
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place, against the digit that the standard library sees in it.
    #[test]
    fn a_digit_is_what_it_is_and_nothing_else_is_one() {
        let good = *b"0e9D0c9b-aB6d-4312-9c7e-3794E22af9c4";
        for at in 0..good.len() {
            for byte in 0..=u8::MAX {
                let mut text = good;
                text[at] = byte;
                let hyphen = matches!(at, 8 | 13 | 18 | 23);
                let digits: String = text.iter().filter(|byte| **byte != b'-').map(|byte| *byte as char).collect();
                let right = if hyphen { byte == b'-' } else { byte.is_ascii_hexdigit() };
                let expect =
                    if right { u128::from_str_radix(&digits, 16).map_err(|_| NotAGuid) } else { Err(NotAGuid) };
                assert_eq!(parse(&text), expect, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn case_does_not_matter_and_shape_does() {
        let upper = "0E9D0C9B-AB6D-4312-9C7E-3794E22AF9C4".parse::<MeterId>();
        assert_eq!(upper, "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse());
        assert_eq!(upper.map(|id| id.to_string()), Ok("0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".into()));
        for bad in [
            "",
            "0e9d0c9bab6d43129c7e3794e22af9c4",
            "{e9d0c9b-ab6d-4312-9c7e-3794e22af9c}",
            "0e9d0c9b-ab6d-4312-9c7e-3794e22af9cg",
            "../../../../../../../../etc/passwd-000",
        ] {
            assert_eq!(bad.parse::<MeterId>(), Err(NotAGuid), "{bad}");
        }
    }
}
