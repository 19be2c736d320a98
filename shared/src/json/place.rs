//! Which value of a text a refusal means: its path.
//!
//! A parser says at which byte it stopped, and that may be a bracket behind the value. So the text is cut off behind one
//! of the last values and decoded again: where it is refused and not because it breaks off, the value lies before the
//! cut. Tracking the path while decoding would ask for every decoder a second time; that was a sixth of what the
//! calculator loads.

use super::walk::{Expected, Kind, Token, Walk};

/// A refusal that means a key begins so.
const OF_KEY: &str = "unknown field";
/// A refusal that means an object because of what was read of it last.
const OF_OBJECT: &str = "the key \"";
/// A word that stands for a variant which has a value.
const VARIANT_ALONE: &str = "invalid type: unit variant, expected ";
/// What is wrong with the letters of a value or a key: the parser stops behind the first wrong one.
const OF_LETTERS: [&str; 6] = [
    "invalid number",
    "number out of range",
    "expected ident",
    "invalid escape",
    "lone leading surrogate",
    "unexpected end of hex escape",
];
/// The parser has passed fewer tokens than these when it refuses a value.
const LAST: usize = 4;

/// Whether the text up to a byte is refused for anything else than that it breaks off.
pub(super) type Refused<'a> = &'a dyn Fn(usize) -> bool;

/// The path of a well-formed value that is refused. The parser stopped at a byte.
pub(super) fn of_value(text: &str, stopped: usize, message: &str, refused: Refused<'_>) -> String {
    let Some(end) = end_of_refused(text, stopped, refused) else { return of_syntax(text, stopped, message, refused) };
    let mut walk = Walk::over(text, end);
    let Some(token) = std::iter::from_fn(|| walk.next()).last() else { return String::new() };
    let outside = match token.kind {
        Kind::Key => !message.starts_with(OF_KEY),
        Kind::Scalar => message.starts_with(OF_OBJECT),
        Kind::Open => true,
        Kind::Close => false,
    };
    if message.starts_with(VARIANT_ALONE) {
        walk.enter(token.place);
    }
    walk.path(usize::from(outside))
}

/// Where the first token ends up to which the text is refused.
fn end_of_refused(text: &str, stopped: usize, refused: Refused<'_>) -> Option<usize> {
    let mut last: Vec<Token> = Vec::new();
    let mut walk = Walk::over(text, text.len());
    // A list in the place of something else is refused before it is passed.
    while last.last().is_none_or(|token| token.place.end <= stopped) {
        let Some(token) = walk.next().filter(|token| token.place.start <= stopped) else { break };
        if last.len() == LAST {
            last.remove(0);
        }
        last.push(token);
    }
    let ends = last.iter().rev().map(|token| token.place.end);
    ends.take_while(|end| refused(*end)).last()
}

/// The path of where a text stops being JSON.
pub(super) fn of_syntax(text: &str, stopped: usize, message: &str, refused: Refused<'_>) -> String {
    let stopped = stopped.min(text.len());
    let of_letters = OF_LETTERS.iter().any(|begins| message.starts_with(begins));
    let back = match escape(&text.as_bytes()[..stopped]) {
        // The parser took four letters for a number, whatever they are.
        Some(letters) if matches!(message, "invalid escape" | "EOF while parsing a string") => letters + 1,
        _ => usize::from(of_letters),
    };
    let mut walk = Walk::over(text, stopped.saturating_sub(back));
    let last = std::iter::from_fn(|| walk.next()).last();
    let outside = match (message, walk.expected) {
        // A list that is longer than it may be: the first byte of what is too much was looked at.
        ("trailing characters", Expected::First | Expected::FirstKey) if walk.is_at_end() => 2,
        ("trailing characters" | "trailing comma", _) => 1,
        // Something in the place of a variant, or something behind it.
        ("expected value", Expected::CommaOrEnd) => usize::from(!last.is_some_and(|token| refused(token.place.end))),
        (_, Expected::CommaOrEnd) => usize::from(!of_letters),
        (_, Expected::Next | Expected::First) => usize::from(walk.is_at_end()),
        (_, Expected::Value) => 0,
        (_, Expected::FirstKey | Expected::Key | Expected::Colon) => 1,
    };
    walk.path(outside)
}

/// How many bytes there are behind a `\\u`, if it is not far from the end.
fn escape(bytes: &[u8]) -> Option<usize> {
    let place = bytes.len().saturating_sub(6);
    bytes[place..].windows(2).rev().position(|pair| pair == b"\\u")
}

/// The byte of a line and a column, both from 1; 0 is before the first.
pub(super) fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    lines.map(str::len).sum::<usize>() + column
}

#[cfg(test)]
mod tests;
