//! The numbers before the words: `10K`, `1 1 Hour`, `10000 1,000s`.

use crate::decimal::Decimal;

use super::number;
use super::tokens::{Placed, Token, Word};

/// The numbers in front of a unit, and what follows them.
pub(super) struct Front<'a> {
    pub(super) block: Decimal,
    /// Of `10000 1,000s` the second number, and 1 for `10,000s`: of what, nobody says.
    pub(super) each: Option<u128>,
    pub(super) rest: &'a [Placed],
}

impl Front<'_> {
    /// Multiplies the numbers: a price sheet may put its own before the one of the meter (`1 1 Hour`).
    ///
    /// `None` where they make no sense or too large a number.
    pub(super) fn of(tokens: &[Placed]) -> Option<Front<'_>> {
        let mut front = Front { block: Decimal::ONE, each: None, rest: tokens };
        let mut numbers = 0;
        while let Some(number) = first_number(&mut front.rest) {
            let number = number?;
            numbers += 1;
            let marked = plural_mark(&mut front.rest);
            if marked && numbers > 1 {
                front.each = Some(number.to_string().parse().ok()?);
                return Some(front);
            }
            front.block = front.block.times(number).ok()?;
            if marked && front.rest.is_empty() {
                front.each = Some(1);
                return Some(front);
            }
        }
        // `1M K` has a scale too many.
        let scaled_again = numbers > 0 && front.rest.first().and_then(scale_of).is_some();
        (!scaled_again).then_some(front)
    }
}

/// Takes the `s` directly behind a number away.
fn plural_mark(rest: &mut &[Placed]) -> bool {
    match rest.split_first() {
        Some((Placed { token: Token::Word(word), attached: true, .. }, after)) if word.lower == "s" => {
            *rest = after;
            true
        }
        _ => false,
    }
}

/// Takes `10`, `10K`, `10 万`, or `Million` before a word, away; an inner `None` is a number without sense.
fn first_number(rest: &mut &[Placed]) -> Option<Option<Decimal>> {
    let (first, after) = rest.split_first()?;
    match &first.token {
        Token::Number(number) => {
            *rest = after;
            let Some(scale) = after.first().and_then(scale_of) else { return Some(Some(*number)) };
            *rest = &after[1..];
            Some(number.times(scale).ok())
        }
        Token::Word(word) if matches!(after.first(), Some(Placed { token: Token::Word(_), .. })) => {
            let scale = number::of_word(&word.lower)?;
            *rest = after;
            Some(Some(scale))
        }
        Token::Word(_) | Token::Stroke | Token::Per => None,
    }
}

/// What a word behind a number multiplies it by.
fn scale_of(placed: &Placed) -> Option<Decimal> {
    let Token::Word(Word { text, .. }) = &placed.token else { return None };
    // `1 m` could be anything, `1 M` is a million as it is in `1M`.
    let letter = number::of_letter(text).filter(|_| placed.attached || text == "K" || text == "M");
    letter.or_else(|| number::of_numeral(text).filter(|(_, left)| left.is_empty()).map(|(scale, _)| scale))
}
