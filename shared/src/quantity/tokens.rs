//! A unit text as a row of numbers, words and strokes, whatever blanks and brackets it came with.

use crate::decimal::Decimal;

use super::{number, times, words};
use crate::letters;

/// Longer texts are no units. Azure's have less than forty characters.
const MAX_CHARS: usize = 200;

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it was written.
    pub(super) text: String,
    /// In lower case, for the tables.
    pub(super) lower: String,
}

impl Word {
    fn new(text: &str) -> Word {
        Word { text: text.to_owned(), lower: letters::lower(text) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(Decimal),
    Word(Word),
    /// `/`
    Stroke,
    /// `per`
    Per,
}

/// A token, and whether nothing parts it from the one before.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) attached: bool,
}

/// The text with one kind of blank and one width of letters, without `(s)` and without explained abbreviations.
pub(super) fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        // Japanese texts write Latin letters and digits as wide as their own.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{200b}' | '\u{feff}' => ' ',
        '\u{2019}' => '\'',
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    };
    let mut narrowed: String = text.chars().map(narrow).collect();
    for mark in ["(s)", "(S)", "(es)"] {
        narrowed = narrowed.replace(mark, "");
    }
    let blanks: Vec<&str> = narrowed.split(' ').filter(|part| !part.is_empty()).collect();
    without_abbreviation(&blanks.join(" "))
}

/// `Database Units (DU)` without what only repeats the initials.
fn without_abbreviation(text: &str) -> String {
    let explained = text.split_once(" (").and_then(|(before, after)| {
        let (inside, rest) = after.split_once(')')?;
        let initials = before.split(' ').filter_map(|word| word.chars().find(|c| is_letter(*c)));
        let initials: String = initials.collect();
        let repeats = !inside.is_empty() && letters::lower(&initials).ends_with(&letters::lower(inside));
        repeats.then(|| format!("{before}{rest}"))
    });
    explained.unwrap_or_else(|| text.to_owned())
}

fn is_letter(c: char) -> bool {
    letters::is_of_word(c) && !c.is_numeric()
}

/// Chinese, Japanese and Korean: no blank stands between `GB` and `月`.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// Takes a plain text apart. `None` when something in it is neither a number nor a word.
pub(super) fn of(plain: &str) -> Option<Vec<Placed>> {
    let mut tokens: Vec<Placed> = Vec::new();
    let mut at = 0;
    let mut attached = false;
    if plain.len() > MAX_CHARS {
        return None;
    }
    while let Some(first) = plain.get(at..)?.chars().next() {
        let rest = plain.get(at..)?;
        let number = number::longest(rest);
        let length = if is_letter(first) {
            let same = |c: char| is_letter(c) && is_east_asian(c) == is_east_asian(first);
            // A digit inside a word belongs to it: `P10`, `vCPUv2`.
            let wordy = |c: char| same(c) || (c.is_ascii_digit() && !is_east_asian(first));
            let length = rest.find(|c: char| !wordy(c)).unwrap_or(rest.len());
            push_words(&mut tokens, rest.get(..length)?, attached);
            length
        } else if !number.is_empty() {
            tokens.push(Placed { token: Token::Number(number::value(number)?), attached });
            number.len()
        } else if first == '/' {
            tokens.push(Placed { token: Token::Stroke, attached });
            1
        } else if [' ', '-', '.', '_', '·'].contains(&first) {
            // `-5`, `.5` and `1-5` are no sizes of a block.
            if first != ' ' && rest.chars().nth(1).is_some_and(|next| next.is_ascii_digit()) {
                return None;
            }
            at += first.len_utf8();
            attached = false;
            continue;
        } else {
            return None;
        };
        at += length;
        attached = true;
    }
    Some(tokens)
}

fn push_words(tokens: &mut Vec<Placed>, text: &str, attached: bool) {
    let lower = letters::lower(text);
    let word = |text: &str| Token::Word(Word::new(text));
    let behind_number = matches!(tokens.last(), Some(Placed { token: Token::Number(_), .. }));
    let numeral = number::of_numeral(text).filter(|(_, rest)| behind_number && !rest.is_empty());
    if let Some((before, after)) = numeral.and_then(|(_, rest)| text.split_at_checked(text.len() - rest.len())) {
        tokens.push(Placed { token: word(before), attached });
        tokens.push(Placed { token: word(after), attached: true });
    } else if lower == "per" {
        tokens.push(Placed { token: Token::Per, attached });
    } else if let Some(rest) = words::after_each(text) {
        // `GB/每月` says it twice.
        if !matches!(tokens.last(), Some(Placed { token: Token::Stroke, .. })) {
            tokens.push(Placed { token: Token::Per, attached });
        }
        tokens.push(Placed { token: word(rest), attached: true });
    } else if let Some((before, after)) = times::glued_time(text).and_then(|cut| text.split_at_checked(cut)) {
        push_words(tokens, before, attached);
        push_words(tokens, after, true);
    } else {
        tokens.push(Placed { token: word(text), attached });
    }
}
