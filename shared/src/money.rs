//! Currencies and the one place where money is rounded.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::decimal::Decimal;

/// An ISO 4217 currency code, such as `USD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The text is not three letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three letters such as USD")]
pub struct NotACurrency;

/// Currencies whose minor unit is not a hundredth, by ISO 4217 (not CLDR, which differs).
const MINOR_UNITS: [(&str, u32); 27] = [
    ("BHD", 3),
    ("BIF", 0),
    ("CLF", 4),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("UYI", 0),
    ("UYW", 4),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
    ("XXX", 0),
];

impl Currency {
    /// US dollars: Azure's own price list.
    pub const USD: Currency = Currency(*b"USD");

    /// The code as text.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only upper-case ASCII letters are ever stored.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Digits of the minor unit: 2 for USD, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn minor_unit(&self) -> u32 {
        MINOR_UNITS.iter().find(|(code, _)| *code == self.code()).map_or(2, |(_, digits)| *digits)
    }

    /// The amount as an invoice shows it: half away from zero, to the minor unit.
    ///
    /// Azure rounds once per meter and billing period; nothing else in Forebill may call this on a part.
    #[must_use]
    pub fn round_for_invoice(&self, cost: Decimal) -> Decimal {
        cost.round(self.minor_unit())
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;
    fn from_str(text: &str) -> Result<Currency, NotACurrency> {
        match text.as_bytes() {
            [a, b, c] if text.bytes().all(|b| b.is_ascii_alphabetic()) => {
                Ok(Currency([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()]))
            }
            _ => Err(NotACurrency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_follow_iso_4217() {
        for (code, digits) in [("USD", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("CLF", 4), ("RSD", 2)] {
            assert_eq!(code.parse().map(|c: Currency| c.minor_unit()), Ok(digits), "{code}");
        }
        assert_eq!("us".parse::<Currency>(), Err(NotACurrency));
        assert_eq!("€€".parse::<Currency>(), Err(NotACurrency));
        assert_eq!("usd".parse(), Ok(Currency::USD));
        assert_eq!(format!("{:?}", Currency::USD), "USD");
    }
}
