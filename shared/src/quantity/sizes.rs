//! Words for amounts of data.

use super::thing::{Kind, Stuff};

/// Sizes from kilo on, with the long names of the decimal and the binary family.
const SIZES: [(char, &str, &str); 6] = [
    ('K', "kilobyte", "kibibyte"),
    ('M', "megabyte", "mebibyte"),
    ('G', "gigabyte", "gibibyte"),
    ('T', "terabyte", "tebibyte"),
    ('P', "petabyte", "pebibyte"),
    ('E', "exabyte", "exbibyte"),
];

/// Russian price lists write the letters in Cyrillic, French ones write `Go` and `Gio` for octets.
fn latin_letters(lower: &str) -> String {
    let letter = |c: char| match c {
        'к' => 'k',
        'м' => 'm',
        'г' => 'g',
        'т' => 't',
        'п' => 'p',
        'э' => 'e',
        'и' => 'i',
        'б' => 'b',
        other => other,
    };
    let latin: String = lower.chars().map(letter).collect();
    match latin.strip_suffix('o') {
        Some(octets) if octets.len() < 3 => format!("{octets}b"),
        _ => latin,
    }
}

/// A word for an amount of data.
///
/// The decimal family counts in thousands and the binary one in 1,024s. Azure writes both and does not say
/// what its `GB` is, so nothing leads from one family to the other.
pub(super) fn data(lower: &str) -> Option<Stuff> {
    let latin = latin_letters(lower);
    let word = latin.strip_suffix('s').unwrap_or(&latin);
    for (exponent, (letter, decimal, binary)) in (1u32..).zip(SIZES) {
        let small = letter.to_ascii_lowercase();
        if word == decimal || word.strip_suffix('b').is_some_and(|rest| rest.chars().eq([small])) {
            return Some(Stuff::new(Kind::Bytes, 1_000u128.pow(exponent), format!("{letter}B")));
        }
        if word == binary || word.strip_suffix("ib").is_some_and(|rest| rest.chars().eq([small])) {
            return Some(Stuff::new(Kind::BinaryBytes, 1_024u128.pow(exponent), format!("{letter}iB")));
        }
    }
    (word == "byte").then(|| Stuff::new(Kind::Bytes, 1, "Bytes".into()))
}

/// `Mbps` are bits and `MBps` bytes per second: the only unit in which the case of a letter counts.
pub(super) fn throughput(text: &str) -> Option<Stuff> {
    let letters = text.strip_suffix("ps").or_else(|| text.strip_suffix("PS"))?;
    let (size, unit) = (letters.chars().next()?, letters.get(1..)?);
    let known = SIZES.iter().find(|(letter, ..)| letter.eq_ignore_ascii_case(&size))?.0;
    let name = match unit {
        "b" => format!("{known}bps"),
        // Nothing can be told from a text in capitals: bits, as data rates mostly are.
        "B" if text.ends_with("PS") => format!("{known}bps"),
        "B" => format!("{known}Bps"),
        _ => return None,
    };
    Some(Stuff::new(Kind::Other(name.clone()), 1, name))
}
