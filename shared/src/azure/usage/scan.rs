//! Where values of a JSON text end. Nothing here decides whether a text is JSON: what is found is either equal
//! to bytes that the general parser accepted, or is read by it.

/// Deeper values are left to the general parser, which knows how deep is too deep.
const MAX_DEPTH: usize = 16;

/// Bytes looked at in one step: the compiler makes vector instructions of a loop over so many.
const BLOCK: usize = 32;

/// The first byte from `at` on that is no white space of JSON.
pub fn after_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Where the line ends that `at` lies in: its line feed, or the end of the text.
pub fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let mut blocks = rest.chunks_exact(BLOCK);
    let quiet = blocks.by_ref().take_while(|block| block.iter().fold(true, |none, b| none & (*b != b'\n'))).count();
    let from = quiet * BLOCK;
    at + rest[from..].iter().position(|b| *b == b'\n').map_or(rest.len(), |found| from + found)
}

/// Just behind the closing quote of the string whose content starts at `start`.
pub fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let closes = |at: usize| bytes.get(at) == Some(&b'"') && !escaped(bytes, start, at);
    let mut at = start;
    while at < start + 2 {
        if closes(at) {
            return Some(at + 1);
        }
        at += 1;
    }
    // Text inside text has an escaped quote every few bytes: they are passed by the block, not one by one.
    // A quote behind a single backslash is escaped; any other may be the end.
    while let Some(window) = bytes.get(at - 2..at + BLOCK) {
        let (earlier, before, here) = (&window[..BLOCK], &window[1..=BLOCK], &window[2..]);
        let mut any = 0u8;
        for n in 0..BLOCK {
            let single = u8::from(before[n] == b'\\') & u8::from(earlier[n] != b'\\');
            any |= u8::from(here[n] == b'"') & (single ^ 1);
        }
        if any != 0
            && let Some(end) = (at..at + BLOCK).find(|at| closes(*at))
        {
            return Some(end + 1);
        }
        at += BLOCK;
    }
    (at..bytes.len()).find(|at| closes(*at)).map(|end| end + 1)
}

/// Whether an odd number of backslashes stands before `at`, in the string whose content starts at `start`.
fn escaped(bytes: &[u8], start: usize, at: usize) -> bool {
    bytes[start..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Just behind the value that starts at `at`.
pub fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at + 1),
        b'{' | b'[' => {
            let (mut at, mut depth) = (at, 0);
            loop {
                match bytes.get(at)? {
                    b'"' => at = string_end(bytes, at + 1)? - 1,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
                if depth > MAX_DEPTH {
                    return None;
                }
            }
        }
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
            let length = bytes[at..].iter().position(ends)?;
            (length > 0).then_some(at + length)
        }
    }
}

/// A number as it stands in the text.
#[derive(Debug, Clone, Copy)]
pub struct Number<'a> {
    /// Its characters: no others than a number may have.
    pub text: &'a [u8],
    /// Its value at [`FIXED_DECIMALS`](crate::columns::QUANTITY_DECIMALS) decimals, where it is plainly written
    /// and fits. Then it is a number of JSON.
    pub fixed: Option<i64>,
}

const DECIMALS: usize = crate::columns::QUANTITY_DECIMALS as usize;

/// What a digit behind `n` decimals is worth at the fixed point.
const WORTH: [i64; DECIMALS + 1] = {
    let (mut worth, mut n) = ([1; DECIMALS + 1], DECIMALS);
    while n > 0 {
        worth[n - 1] = worth[n] * 10;
        n -= 1;
    }
    worth
};

/// The number that starts at `at`; the text is empty where none does.
pub fn number(bytes: &[u8], at: usize) -> Number<'_> {
    let rest = bytes.get(at..).unwrap_or_default();
    let digit = |n: usize| rest.get(n).map(|b| b.wrapping_sub(b'0')).filter(|digit| *digit < 10);
    let negative = rest.first() == Some(&b'-');
    let integer_at = usize::from(negative);
    let (mut n, mut value) = (integer_at, 0i64);
    // Eight digits and ten decimals always fit.
    while let (Some(digit), true) = (digit(n), n < integer_at + 8) {
        value = value * 10 + i64::from(digit);
        n += 1;
    }
    let integers = n - integer_at;
    let mut plain = integers > 0 && (integers == 1 || rest[integer_at] != b'0');
    let mut decimals = 0;
    if rest.get(n) == Some(&b'.') {
        n += 1;
        while let (Some(digit), true) = (digit(n), decimals < DECIMALS) {
            value = value * 10 + i64::from(digit);
            decimals += 1;
            n += 1;
        }
        plain &= decimals > 0;
    }
    let more = rest[n..].iter().position(|b| !matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    let more = more.unwrap_or(rest.len() - n);
    let fixed = (plain && more == 0).then(|| {
        let fixed = value * WORTH[decimals];
        if negative { -fixed } else { fixed }
    });
    Number { text: &rest[..n + more], fixed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::fixed_quantity;
    use crate::decimal::Decimal;
    use proptest::prelude::*;

    /// One byte after the other, as the grammar says it.
    fn plainly(bytes: &[u8], mut at: usize) -> Option<usize> {
        loop {
            match bytes.get(at)? {
                b'"' => return Some(at + 1),
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn strings_end_where_the_grammar_says(text in "([\\\\\"ab]{0,6}|[a-z]{0,40}|(\\\\\\\\){0,20}){0,6}", from in 0usize..4) {
            let bytes = text.as_bytes();
            let from = from.min(bytes.len());
            prop_assert_eq!(string_end(bytes, from), plainly(bytes, from));
        }

        #[test]
        fn a_fixed_number_is_the_number(text in "-?[0-9]{0,10}(\\.[0-9]{0,12})?([eE][+-]?[0-9]{0,2})?[ ,}]?") {
            let found = number(text.as_bytes(), 0);
            let plain = text.trim_end_matches([' ', ',', '}']);
            prop_assert_eq!(found.text, plain.as_bytes());
            if let Some(fixed) = found.fixed {
                prop_assert_eq!(Decimal::parse(plain).ok().and_then(fixed_quantity), Some(fixed));
            }
        }
    }

    #[test]
    fn values_end_where_they_end() {
        for value in ["\"a\\\"}\"", "{\"a\":[1,{\"b\":\"}\"}]}", "[]", "null", "-1.5e3"] {
            let text = format!("{value},\"x\"");
            assert_eq!(value_end(text.as_bytes(), 0), Some(value.len()), "{value}");
            assert_eq!(
                value_end(&value.as_bytes()[..value.len() - 1], 0).filter(|_| !value.starts_with(['n', '-'])),
                None
            );
        }
        assert_eq!(value_end("[".repeat(100).as_bytes(), 0), None);
        assert_eq!(line_end(format!("{}\nx", "y".repeat(70)).as_bytes(), 3), 70);
        assert_eq!(line_end(b"abc", 1), 3);
    }
}
