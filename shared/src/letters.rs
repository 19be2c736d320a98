//! Letters in lower case, in few bytes.
//!
//! The table of the standard library has eight bytes for each of 1,461 letters, and a browser would load them all. Here
//! stand runs of letters that are alike, and a test compares every letter there is with the standard library.

/// First letter, last letter, and how far away their small ones are. Where that is 1, large and small letters alternate.
type Run = (u16, u16, i16);

/// Letters below U+10000.
#[rustfmt::skip]
const RUNS: [Run; 176] = [
    (0x00c0, 0x00d6, 32), (0x00d8, 0x00de, 32), (0x0100, 0x012e, 1), (0x0130, 0x0130, -199), (0x0132, 0x0136, 1), (0x0139, 0x0147, 1),
    (0x014a, 0x0176, 1), (0x0178, 0x0178, -121), (0x0179, 0x017d, 1), (0x0181, 0x0181, 210), (0x0182, 0x0184, 1),
    (0x0186, 0x0186, 206), (0x0187, 0x0187, 1), (0x0189, 0x018a, 205), (0x018b, 0x018b, 1), (0x018e, 0x018e, 79),
    (0x018f, 0x018f, 202), (0x0190, 0x0190, 203), (0x0191, 0x0191, 1), (0x0193, 0x0193, 205), (0x0194, 0x0194, 207),
    (0x0196, 0x0196, 211), (0x0197, 0x0197, 209), (0x0198, 0x0198, 1), (0x019c, 0x019c, 211), (0x019d, 0x019d, 213),
    (0x019f, 0x019f, 214), (0x01a0, 0x01a4, 1), (0x01a6, 0x01a6, 218), (0x01a7, 0x01a7, 1), (0x01a9, 0x01a9, 218),
    (0x01ac, 0x01ac, 1), (0x01ae, 0x01ae, 218), (0x01af, 0x01af, 1), (0x01b1, 0x01b2, 217), (0x01b3, 0x01b5, 1),
    (0x01b7, 0x01b7, 219), (0x01b8, 0x01b8, 1), (0x01bc, 0x01bc, 1), (0x01c4, 0x01c4, 2), (0x01c5, 0x01c5, 1),
    (0x01c7, 0x01c7, 2), (0x01c8, 0x01c8, 1), (0x01ca, 0x01ca, 2), (0x01cb, 0x01db, 1), (0x01de, 0x01ee, 1),
    (0x01f1, 0x01f1, 2), (0x01f2, 0x01f4, 1), (0x01f6, 0x01f6, -97), (0x01f7, 0x01f7, -56), (0x01f8, 0x021e, 1),
    (0x0220, 0x0220, -130), (0x0222, 0x0232, 1), (0x023a, 0x023a, 10795), (0x023b, 0x023b, 1), (0x023d, 0x023d, -163),
    (0x023e, 0x023e, 10792), (0x0241, 0x0241, 1), (0x0243, 0x0243, -195), (0x0244, 0x0244, 69), (0x0245, 0x0245, 71),
    (0x0246, 0x024e, 1), (0x0370, 0x0372, 1), (0x0376, 0x0376, 1), (0x037f, 0x037f, 116), (0x0386, 0x0386, 38),
    (0x0388, 0x038a, 37), (0x038c, 0x038c, 64), (0x038e, 0x038f, 63), (0x0391, 0x03a1, 32), (0x03a3, 0x03ab, 32),
    (0x03cf, 0x03cf, 8), (0x03d8, 0x03ee, 1), (0x03f4, 0x03f4, -60), (0x03f7, 0x03f7, 1), (0x03f9, 0x03f9, -7),
    (0x03fa, 0x03fa, 1), (0x03fd, 0x03ff, -130), (0x0400, 0x040f, 80), (0x0410, 0x042f, 32), (0x0460, 0x0480, 1),
    (0x048a, 0x04be, 1), (0x04c0, 0x04c0, 15), (0x04c1, 0x04cd, 1), (0x04d0, 0x052e, 1), (0x0531, 0x0556, 48),
    (0x10a0, 0x10c5, 7264), (0x10c7, 0x10c7, 7264), (0x10cd, 0x10cd, 7264), (0x13a0, 0x13ef, -26672),
    (0x13f0, 0x13f5, 8), (0x1c89, 0x1c89, 1), (0x1c90, 0x1cba, -3008), (0x1cbd, 0x1cbf, -3008), (0x1e00, 0x1e94, 1),
    (0x1e9e, 0x1e9e, -7615), (0x1ea0, 0x1efe, 1), (0x1f08, 0x1f0f, -8), (0x1f18, 0x1f1d, -8), (0x1f28, 0x1f2f, -8),
    (0x1f38, 0x1f3f, -8), (0x1f48, 0x1f4d, -8), (0x1f59, 0x1f59, -8), (0x1f5b, 0x1f5b, -8), (0x1f5d, 0x1f5d, -8),
    (0x1f5f, 0x1f5f, -8), (0x1f68, 0x1f6f, -8), (0x1f88, 0x1f8f, -8), (0x1f98, 0x1f9f, -8), (0x1fa8, 0x1faf, -8),
    (0x1fb8, 0x1fb9, -8), (0x1fba, 0x1fbb, -74), (0x1fbc, 0x1fbc, -9), (0x1fc8, 0x1fcb, -86), (0x1fcc, 0x1fcc, -9),
    (0x1fd8, 0x1fd9, -8), (0x1fda, 0x1fdb, -100), (0x1fe8, 0x1fe9, -8), (0x1fea, 0x1feb, -112), (0x1fec, 0x1fec, -7),
    (0x1ff8, 0x1ff9, -128), (0x1ffa, 0x1ffb, -126), (0x1ffc, 0x1ffc, -9), (0x2126, 0x2126, -7517),
    (0x212a, 0x212a, -8383), (0x212b, 0x212b, -8262), (0x2132, 0x2132, 28), (0x2160, 0x216f, 16), (0x2183, 0x2183, 1),
    (0x24b6, 0x24cf, 26), (0x2c00, 0x2c2f, 48), (0x2c60, 0x2c60, 1), (0x2c62, 0x2c62, -10743), (0x2c63, 0x2c63, -3814),
    (0x2c64, 0x2c64, -10727), (0x2c67, 0x2c6b, 1), (0x2c6d, 0x2c6d, -10780), (0x2c6e, 0x2c6e, -10749),
    (0x2c6f, 0x2c6f, -10783), (0x2c70, 0x2c70, -10782), (0x2c72, 0x2c72, 1), (0x2c75, 0x2c75, 1),
    (0x2c7e, 0x2c7f, -10815), (0x2c80, 0x2ce2, 1), (0x2ceb, 0x2ced, 1), (0x2cf2, 0x2cf2, 1), (0xa640, 0xa66c, 1),
    (0xa680, 0xa69a, 1), (0xa722, 0xa72e, 1), (0xa732, 0xa76e, 1), (0xa779, 0xa77b, 1), (0xa77d, 0xa77d, 30204),
    (0xa77e, 0xa786, 1), (0xa78b, 0xa78b, 1), (0xa78d, 0xa78d, 23256), (0xa790, 0xa792, 1), (0xa796, 0xa7a8, 1),
    (0xa7aa, 0xa7aa, 23228), (0xa7ab, 0xa7ab, 23217), (0xa7ac, 0xa7ac, 23221), (0xa7ad, 0xa7ad, 23231),
    (0xa7ae, 0xa7ae, 23228), (0xa7b0, 0xa7b0, 23278), (0xa7b1, 0xa7b1, 23254), (0xa7b2, 0xa7b2, 23275),
    (0xa7b3, 0xa7b3, 928), (0xa7b4, 0xa7c2, 1), (0xa7c4, 0xa7c4, -48), (0xa7c5, 0xa7c5, 23229),
    (0xa7c6, 0xa7c6, 30152), (0xa7c7, 0xa7c9, 1), (0xa7cb, 0xa7cb, 23193), (0xa7cc, 0xa7da, 1),
    (0xa7dc, 0xa7dc, 22975), (0xa7f5, 0xa7f5, 1), (0xff21, 0xff3a, 32),
];

/// Those above, less 0x10000.
#[rustfmt::skip]
const HIGH_RUNS: [Run; 12] = [
    (0x0400, 0x0427, 40), (0x04b0, 0x04d3, 40), (0x0570, 0x057a, 39), (0x057c, 0x058a, 39), (0x058c, 0x0592, 39),
    (0x0594, 0x0595, 39), (0x0c80, 0x0cb2, 64), (0x0d50, 0x0d65, 32), (0x18a0, 0x18bf, 32), (0x6e40, 0x6e5f, 32),
    (0x6ea0, 0x6eb8, 27), (0xe900, 0xe921, 34),
];

/// Small letters whose capital is not that of which they are the small one, and their capitals behind them.
#[rustfmt::skip]
const CAPITALS: &str = "\
    µΜ ıI ſS ǅǄ ǈǇ ǋǊ ǲǱ \u{345}Ι ςΣ ϐΒ ϑΘ ϕΦ ϖΠ ϰΚ ϱΡ ϵΕ \u{1c80}В \u{1c81}Д \u{1c82}О \u{1c83}С \u{1c84}Т \
    \u{1c85}Т \u{1c86}Ъ \u{1c87}Ѣ \u{1c88}\u{a64a} \u{1e9b}\u{1e60} \u{1fbe}Ι ßSS ŉ\u{2bc}N ǰJ\u{30c} \
    ΐΙ\u{308}\u{301} ΰΥ\u{308}\u{301} ևԵՒ \u{1e96}H\u{331} \u{1e97}T\u{308} \u{1e98}W\u{30a} \u{1e99}Y\u{30a} \
    \u{1e9a}A\u{2be} \u{1f50}Υ\u{313} \u{1f52}Υ\u{313}\u{300} \u{1f54}Υ\u{313}\u{301} \u{1f56}Υ\u{313}\u{342} \
    \u{1f80}\u{1f08}Ι \u{1f81}\u{1f09}Ι \u{1f82}\u{1f0a}Ι \u{1f83}\u{1f0b}Ι \u{1f84}\u{1f0c}Ι \u{1f85}\u{1f0d}Ι \
    \u{1f86}\u{1f0e}Ι \u{1f87}\u{1f0f}Ι \u{1f88}\u{1f08}Ι \u{1f89}\u{1f09}Ι \u{1f8a}\u{1f0a}Ι \u{1f8b}\u{1f0b}Ι \
    \u{1f8c}\u{1f0c}Ι \u{1f8d}\u{1f0d}Ι \u{1f8e}\u{1f0e}Ι \u{1f8f}\u{1f0f}Ι \u{1f90}\u{1f28}Ι \u{1f91}\u{1f29}Ι \
    \u{1f92}\u{1f2a}Ι \u{1f93}\u{1f2b}Ι \u{1f94}\u{1f2c}Ι \u{1f95}\u{1f2d}Ι \u{1f96}\u{1f2e}Ι \u{1f97}\u{1f2f}Ι \
    \u{1f98}\u{1f28}Ι \u{1f99}\u{1f29}Ι \u{1f9a}\u{1f2a}Ι \u{1f9b}\u{1f2b}Ι \u{1f9c}\u{1f2c}Ι \u{1f9d}\u{1f2d}Ι \
    \u{1f9e}\u{1f2e}Ι \u{1f9f}\u{1f2f}Ι \u{1fa0}\u{1f68}Ι \u{1fa1}\u{1f69}Ι \u{1fa2}\u{1f6a}Ι \u{1fa3}\u{1f6b}Ι \
    \u{1fa4}\u{1f6c}Ι \u{1fa5}\u{1f6d}Ι \u{1fa6}\u{1f6e}Ι \u{1fa7}\u{1f6f}Ι \u{1fa8}\u{1f68}Ι \u{1fa9}\u{1f69}Ι \
    \u{1faa}\u{1f6a}Ι \u{1fab}\u{1f6b}Ι \u{1fac}\u{1f6c}Ι \u{1fad}\u{1f6d}Ι \u{1fae}\u{1f6e}Ι \u{1faf}\u{1f6f}Ι \
    \u{1fb2}\u{1fba}Ι \u{1fb3}ΑΙ \u{1fb4}ΆΙ \u{1fb6}Α\u{342} \u{1fb7}Α\u{342}Ι \u{1fbc}ΑΙ \u{1fc2}\u{1fca}Ι \
    \u{1fc3}ΗΙ \u{1fc4}ΉΙ \u{1fc6}Η\u{342} \u{1fc7}Η\u{342}Ι \u{1fcc}ΗΙ \u{1fd2}Ι\u{308}\u{300} \
    \u{1fd3}Ι\u{308}\u{301} \u{1fd6}Ι\u{342} \u{1fd7}Ι\u{308}\u{342} \u{1fe2}Υ\u{308}\u{300} \u{1fe3}Υ\u{308}\u{301} \
    \u{1fe4}Ρ\u{313} \u{1fe6}Υ\u{342} \u{1fe7}Υ\u{308}\u{342} \u{1ff2}\u{1ffa}Ι \u{1ff3}ΩΙ \u{1ff4}ΏΙ \
    \u{1ff6}Ω\u{342} \u{1ff7}Ω\u{342}Ι \u{1ffc}ΩΙ \u{fb00}FF \u{fb01}FI \u{fb02}FL \u{fb03}FFI \u{fb04}FFL \
    \u{fb05}ST \u{fb06}ST \u{fb13}ՄՆ \u{fb14}ՄԵ \u{fb15}ՄԻ \u{fb16}ՎՆ \u{fb17}ՄԽ";

fn runs(code: u32) -> &'static [Run] {
    match code >> 16 {
        0 => &RUNS,
        1 => &HIGH_RUNS,
        _ => &[],
    }
}

fn holds((first, last, by): &Run, low: u16) -> bool {
    (*first..=*last).contains(&low) && (*by != 1 || (low - first).is_multiple_of(2))
}

/// Whether it is a letter or a digit. Of what is not ASCII everything is one but punctuation, symbols and blanks: the
/// standard library has seven hundred runs of letters, and marks, which belong to a letter, are in none of them.
pub(crate) fn is_of_word(letter: char) -> bool {
    if letter.is_ascii() { letter.is_ascii_alphanumeric() } else { !stands_between(letter) }
}

fn stands_between(letter: char) -> bool {
    matches!(letter, '\u{80}'..='©' | '«'..='±' | '´' | '¶'..='¸' | '»' | '¿' | '×' | '÷')
        || matches!(letter, '\u{2000}'..='\u{206f}' | '\u{20a0}'..='\u{2101}' | '\u{2103}'..='\u{2106}' | '№'..='℘')
        || matches!(letter, '\u{211e}'..='\u{2123}' | '\u{2190}'..='\u{245f}' | '\u{2500}'..='\u{2775}')
        || matches!(letter, '\u{2794}'..='\u{2bff}' | '\u{2e00}'..='\u{2e2e}' | '\u{3000}'..='\u{3004}')
        || matches!(letter, '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe6f}')
        || matches!(letter, '\u{feff}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}')
        || matches!(letter, '\u{ff5b}'..='\u{ff65}' | '\u{ffe0}'..='\u{ffff}' | '\u{1f000}'..='\u{1f0ff}')
        || matches!(letter, '\u{1f200}'..='\u{1faff}')
}

/// Adds the letter in lower case, as [`char::to_lowercase`] writes it.
pub(crate) fn push_lower(letter: char, text: &mut String) {
    if letter.is_ascii() {
        text.push(letter.to_ascii_lowercase());
        return;
    }
    let code = u32::from(letter);
    let low = code as u16;
    let small = runs(code).iter().find(|run| holds(run, low)).map_or(low, |(_, _, by)| low.wrapping_add_signed(*by));
    text.push(char::from_u32(code & !0xffff | u32::from(small)).unwrap_or(letter));
    // The one letter whose small one is two.
    if letter == '\u{130}' {
        text.push('\u{307}');
    }
}

/// Adds the letter in upper case, as [`char::to_uppercase`] writes it.
fn push_upper(letter: char, text: &mut String) {
    if letter.is_ascii() {
        text.push(letter.to_ascii_uppercase());
        return;
    }
    if let Some(capital) = CAPITALS.split(' ').find_map(|pair| pair.strip_prefix(letter)) {
        text.push_str(capital);
        return;
    }
    let code = u32::from(letter);
    let capitals = runs(code).iter().map(|run| (run, (code as u16).wrapping_sub(run.2.cast_unsigned())));
    let capital = capitals.into_iter().find(|(run, low)| holds(run, *low)).map_or(code as u16, |(_, low)| low);
    text.push(char::from_u32(code & !0xffff | u32::from(capital)).unwrap_or(letter));
}

/// The text in upper case, as [`str::to_uppercase`] writes it.
pub(crate) fn upper(text: &str) -> String {
    let mut upper = String::with_capacity(text.len());
    text.chars().for_each(|letter| push_upper(letter, &mut upper));
    upper
}

/// The text in lower case, as [`str::to_lowercase`] writes it: a sigma at the end of a word has a form of its own. Only
/// beside marks and letters of scripts without capitals its end may be seen elsewhere.
pub(crate) fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if letter == 'Σ' && begins_cased(text[..at].chars().rev()) && !begins_cased(text[at + 2..].chars()) {
            lower.push('ς');
        } else {
            push_lower(letter, &mut lower);
        }
    }
    lower
}

/// Whether the first letter that is no mark has a form in the other case.
fn begins_cased(mut letters: impl Iterator<Item = char>) -> bool {
    let is_mark = |letter: &char| {
        matches!(letter, '\'' | '.' | ':' | '^' | '`' | '¨' | '\u{ad}' | '¯' | '´' | '·' | '¸' | '\u{387}')
            || matches!(letter, '\u{2b0}'..='\u{36f}' | '\u{2018}' | '\u{2019}' | '\u{200b}'..='\u{200f}')
    };
    let other_case = |letter: char| {
        let (mut upper, mut lower) = (String::new(), String::new());
        push_upper(letter, &mut upper);
        push_lower(letter, &mut lower);
        upper != lower
    };
    letters.find(|letter| !is_mark(letter)).is_some_and(other_case)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_letter_is_that_of_the_standard_library() {
        let mut small = String::new();
        for letter in '\0'..=char::MAX {
            small.clear();
            push_lower(letter, &mut small);
            assert_eq!(small, letter.to_lowercase().to_string(), "{letter:?}");
            assert_eq!(upper(small.as_str()), small.to_uppercase(), "{letter:?}");
            assert_eq!(upper(letter.encode_utf8(&mut [0; 4])), letter.to_uppercase().to_string(), "{letter:?}");
        }
    }

    #[test]
    fn no_letter_and_no_digit_stands_between_words() {
        for letter in '\0'..=char::MAX {
            assert!(is_of_word(letter) || !letter.is_alphanumeric(), "{letter:?}");
        }
        // Where most texts have their punctuation it is told apart exactly.
        for letter in ('\0'..='\u{ff}').chain('\u{2000}'..='\u{206f}').chain('\u{1f300}'..='\u{1faff}') {
            assert_eq!(is_of_word(letter), letter.is_alphanumeric(), "{letter:?}");
        }
    }

    proptest! {
        #[test]
        fn texts_are_those_of_the_standard_library(text in "[a-zA-Z0-9ΣσςΑάßÉéЖжǅİı /().:'’·-]{0,12}") {
            prop_assert_eq!(lower(&text), text.to_lowercase());
            prop_assert_eq!(upper(&text), text.to_uppercase());
        }
    }
}
