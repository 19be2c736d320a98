//! The commit record, and the seal by which a reader knows that it has a whole and unchanged one.
//!
//! Objects are named by their content, so their names give a fault away. A record is named by its number: whoever
//! commits must find that name taken. So its own hash stands at its end.

use serde::{Deserialize, Serialize};

use super::Entry;
use crate::json::{self, DecodeError};
use crate::period::Instant;
use crate::ratebook::format::BookId;

/// The format of commit records. A reader refuses what it does not know.
pub const MANIFEST_SCHEMA: &str = "forebill.manifest/2";
/// The first format: the same without a seal.
const UNSEALED_SCHEMA: &str = "forebill.manifest/1";

/// What stands before the hash,
const SEAL: &[u8] = br#","seal":""#;
/// and what stands behind it.
const END: &[u8] = br#""}"#;
const HASH_DIGITS: usize = 64;

/// A commit: all of its entries count from now on, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Manifest {
    /// [`MANIFEST_SCHEMA`]
    pub schema: String,
    /// From 1, without a gap.
    pub number: u64,
    /// SHA-256 of the record before; absent in the first.
    pub previous: Option<String>,
    /// The "now" of the run that wrote it.
    pub run_at: Instant,
    /// The job that wrote it.
    pub job: String,
    /// What counts.
    pub entries: Vec<Entry>,
    /// Who wrote it: by chance another word in each process, so that nobody takes a record of the same words for his.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writer: Option<String>,
}

impl Manifest {
    /// The bytes of the record, sealed.
    pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self).map(|body| seal(&body))
    }

    /// Reads a record. What is not whole, or has changed since it was written, is an error.
    pub fn decode(bytes: &[u8]) -> Result<Manifest, DecodeError> {
        let Some((body, hash)) = unsealed(bytes) else {
            if bytes.windows(SEAL.len()).any(|part| part == SEAL) {
                return Err(DecodeError::at("seal", "the text breaks off in it"));
            }
            let manifest: Manifest = json::decode(bytes)?;
            return match manifest.schema.as_str() {
                UNSEALED_SCHEMA => Ok(manifest),
                MANIFEST_SCHEMA => Err(DecodeError::at("seal", "is missing")),
                _ => Err(unknown(&manifest.schema)),
            };
        };
        if BookId::of(&body).hex().as_bytes() != hash {
            return Err(DecodeError::at("seal", "does not fit: the record is not as it was written"));
        }
        let manifest: Manifest = json::decode(&body)?;
        if manifest.schema == MANIFEST_SCHEMA { Ok(manifest) } else { Err(unknown(&manifest.schema)) }
    }
}

fn unknown(schema: &str) -> DecodeError {
    let shown: String = json::printable(schema).chars().take(40).collect();
    DecodeError::at("schema", format!("expected {MANIFEST_SCHEMA}, found {shown}"))
}

/// Puts the hash of an object's text at its end, as its last field.
#[must_use]
pub fn seal(body: &[u8]) -> Vec<u8> {
    let mut sealed = body.strip_suffix(b"}").unwrap_or(body).to_vec();
    sealed.extend_from_slice(SEAL);
    sealed.extend_from_slice(BookId::of(body).hex().as_bytes());
    sealed.extend_from_slice(END);
    sealed
}

/// The text that was sealed, and the hash that it must have.
fn unsealed(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let rest = bytes.strip_suffix(END)?;
    let (rest, hash) = rest.split_at_checked(rest.len().checked_sub(HASH_DIGITS)?)?;
    let is_hash = hash.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut body = rest.strip_suffix(SEAL).filter(|_| is_hash)?.to_vec();
    body.push(b'}');
    Some((body, hash))
}

/// Whether these bytes may be the beginning of a record whose writing broke off. A whole one ends with its seal, and
/// one of the first format is JSON to its end.
#[must_use]
pub fn is_torn(bytes: &[u8]) -> bool {
    unsealed(bytes).is_none() && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Manifest {
        let run_at = "2026-11-20T03:15:00Z".parse().unwrap_or_else(|e| panic!("{e}"));
        Manifest {
            schema: MANIFEST_SCHEMA.into(),
            number: 7,
            previous: Some("ab".into()),
            run_at: Instant(run_at),
            job: "publish".into(),
            entries: Vec::new(),
            writer: None,
        }
    }

    #[test]
    fn a_sealed_record_reads_back_and_its_seal_is_the_hash_of_the_rest() {
        let bytes = record().encode().unwrap_or_default();
        assert_eq!(Manifest::decode(&bytes), Ok(record()));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (body, end) = text.split_once(r#","seal":""#).unwrap_or_else(|| panic!("{text}"));
        // Worked out by sha256sum.
        assert_eq!(
            body,
            concat!(
                r#"{"schema":"forebill.manifest/2","number":7,"previous":"ab","#,
                r#""runAt":"2026-11-20T03:15:00Z","job":"publish","entries":[]"#
            )
        );
        assert_eq!(end, "4917a4d20962844d33faf743b190601a27f86230815b48437bdf3de34cff026a\"}");
    }

    /// Every byte cut off, and every bit of every byte turned.
    #[test]
    fn no_cut_and_no_turned_bit_goes_unnoticed() {
        let bytes = record().encode().unwrap_or_default();
        assert!(!is_torn(&bytes));
        for length in 0..bytes.len() {
            assert!(is_torn(&bytes[..length]), "{length}");
            assert!(Manifest::decode(&bytes[..length]).is_err(), "{length}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut turned = bytes.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            assert!(Manifest::decode(&turned).is_err(), "{bit}");
        }
    }

    /// Records of years ago are read, and their hash chains the records after them: what is written for such a list
    /// must not change.
    #[test]
    fn a_record_without_names_stays_as_it_was() {
        let old = concat!(
            r#"{"schema":"forebill.manifest/1","number":1,"previous":null,"runAt":"2026-01-01T00:00:00Z","#,
            r#""job":"snapshot-retail","entries":[{"prices":{"source":"retail","offer":null,"currency":"USD","#,
            r#""regionInfo":"","pages":[],"book":"sha256:"#,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            r#"","meters":3}}]}"#
        );
        let manifest = Manifest::decode(old.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(serde_json::to_string(&manifest).unwrap_or_default(), old);
        assert!(!is_torn(old.as_bytes()));
    }
}
