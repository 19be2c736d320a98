//! Everything that looks random in the sample: hashes of names and of numbers.
//! Identifiers come from names alone, so that they are the same in every run;
//! quantities come from the seed, so that another seed gives another tenant.

use sha2::{Digest, Sha256};

/// A GUID that belongs to a name for good, in the lower-case form the services use.
pub fn guid(kind: &str, name: &str) -> String {
    let hash = Sha256::digest(format!("{kind}\u{1f}{name}").as_bytes());
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hash[..16]);
    // Marked as a name-based GUID (version 5, usual variant), like most meter ids of the real card.
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// A number that belongs to a name.
pub fn number(name: &str) -> u64 {
    let hash = Sha256::digest(name.as_bytes());
    hash[..8].iter().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// A short identifier of capitals and digits, such as the catalogue ids of the retail feed.
pub fn code(name: &str, length: u32) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789BCDFGHJKLMNPQRSTVWXYZ6";
    let value = number(name);
    (0..length).map(|at| char::from(ALPHABET[(value >> (5 * at) & 31) as usize])).collect()
}

/// Mixes two numbers into one (the finaliser of SplitMix64): fast enough for every hour of every row.
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// The signature of a download link or a token: proves that this server made it, nothing more.
pub fn signature(secret: &str, text: &str) -> [u8; 32] {
    Sha256::digest(format!("{secret}\u{1f}{text}").as_bytes()).into()
}
