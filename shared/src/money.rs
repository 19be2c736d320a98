//! Currencies and the one place where money is rounded.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::decimal::Decimal;

/// An ISO 4217 currency code, such as `USD`.
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The text is no code of ISO 4217: nobody then knows how many decimals an invoice has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a currency is a code of ISO 4217 such as USD")]
pub struct NotACurrency;

/// The codes of ISO 4217, with those that were given up since Azure has prices (HRK, SLL, CUC, ANG, ZWL).
const CODES: &str = "\
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN \
    BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD \
    FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS \
    KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN \
    MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR \
    SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD \
    USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF XXX YER ZAR ZMW ZWG ZWL";

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
        let upper = text.to_ascii_uppercase();
        match upper.as_bytes() {
            [a, b, c] if CODES.split(' ').any(|code| code == upper) => Ok(Currency([*a, *b, *c])),
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
    fn nobody_guesses_the_decimals_of_an_unknown_code() {
        for code in ["XXZ", "QQQ", "US", "USDX", "U D", "   ", "ZZZ"] {
            assert_eq!(code.parse::<Currency>(), Err(NotACurrency), "{code}");
        }
        let unknown = MINOR_UNITS.iter().find(|(code, _)| code.parse::<Currency>().is_err());
        assert_eq!(unknown, None, "each currency with other decimals is one");
    }

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
