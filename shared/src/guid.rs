//! Identifiers that Azure writes as GUIDs, in upper or lower case. Compared as numbers, shown in lower case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The text is not 32 hexadecimal digits in the 8-4-4-4-12 form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID such as 0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4")]
pub struct NotAGuid;

fn parse(text: &str) -> Result<u128, NotAGuid> {
    let bytes = text.as_bytes();
    if bytes.len() != 36 {
        return Err(NotAGuid);
    }
    let mut value: u128 = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let hyphen = matches!(at, 8 | 13 | 18 | 23);
        match (hyphen, *byte) {
            (true, b'-') => {}
            (false, b) if b.is_ascii_hexdigit() => {
                let digit = (b as char).to_digit(16).ok_or(NotAGuid)?;
                value = value << 4 | u128::from(digit);
            }
            _ => return Err(NotAGuid),
        }
    }
    Ok(value)
}

fn format(value: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let hex = format!("{value:032x}");
    write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

macro_rules! guid_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl FromStr for $name {
            type Err = NotAGuid;
            fn from_str(text: &str) -> Result<$name, NotAGuid> {
                parse(text).map($name)
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
