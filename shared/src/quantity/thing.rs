//! What a unit counts: pieces, time, data, or a thing with a name; alone, or for a period.

use super::times::{self, Time};
use super::tokens::{Placed, Token, Word};
use super::{number, sizes, words};
use crate::letters;

/// What two units must have in common to convert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Time and nothing else; the period says how much.
    Time,
    /// Pieces of nobody says what.
    Pieces,
    /// Data, in thousands.
    Bytes,
    /// Data, in 1,024s.
    BinaryBytes,
    /// Pieces of something.
    Counted(String),
    /// Something that is not counted in pieces, or that nobody here can read.
    Other(String),
}

/// A kind in a certain size, and its name in plural.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stuff {
    pub(super) kind: Kind,
    /// How many of the smallest of its kind one is: 1,000,000 for a `MB`.
    pub(super) each: u128,
    pub(super) name: String,
}

impl Stuff {
    pub(super) fn new(kind: Kind, each: u128, name: String) -> Stuff {
        Stuff { kind, each, name }
    }
}

/// Months and years have no fixed length, so there are three clocks and no way between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    Seconds,
    Months,
    Years,
}

/// For how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) clock: Clock,
    pub(super) length: u128,
}

impl Period {
    /// A single month: the one for which an estimate is made.
    pub(super) const MONTH: Period = Period { clock: Clock::Months, length: 1 };

    fn of(time: &Time) -> Period {
        Period { clock: time.clock, length: time.length }
    }
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) each: u128,
    pub(super) period: Option<Period>,
    /// In plural, such as `GB Hours` or `Units/Day`.
    pub(super) name: String,
}

impl Thing {
    fn alone(stuff: Stuff) -> Thing {
        Thing { kind: stuff.kind, each: stuff.each, period: None, name: stuff.name }
    }

    /// A text that says nothing here: it is the same as itself.
    pub(super) fn unreadable(text: &str) -> Thing {
        Thing::alone(Stuff::new(Kind::Other(letters::lower(text)), 1, text.to_owned()))
    }

    /// `10,000s` alone, or `1,000s` behind another number.
    pub(super) fn transactions(each: u128) -> Option<Thing> {
        let name = match each {
            1 => "Transactions",
            1_000 => "Transactions in Thousands",
            1_000_000 => "Transactions in Millions",
            _ => return None,
        };
        Some(Thing::alone(Stuff::new(Kind::Counted("transaction".into()), each, name.into())))
    }

    /// Reads what follows the numbers. `None` when it follows no pattern.
    pub(super) fn read(tokens: &[Placed]) -> Option<Thing> {
        let (mut head, period) = split_period(tokens)?;
        // `Per Call` is a call; `1/Day` has pieces before its stroke.
        while let Some((Placed { token: Token::Per, .. }, rest)) = head.split_first() {
            head = rest;
        }
        let words: Option<Vec<&Word>> = head.iter().map(word_of).collect();
        let thing = thing_of(&words?)?;
        match period {
            None => Some(thing),
            Some((count, time)) => thing.over(count, time),
        }
    }

    /// The same for a period: `GB` and `Day` give `GB/Day`.
    fn over(self, count: u128, time: &Time) -> Option<Thing> {
        if self.period.is_some() {
            return None;
        }
        let length = time.length.checked_mul(count)?;
        let many = if count == 1 { time.one.to_owned() } else { format!("{count} {}", time.many) };
        let name = format!("{}/{many}", self.name);
        Some(Thing { period: Some(Period { clock: time.clock, length }), name, ..self })
    }
}

fn word_of(placed: &Placed) -> Option<&Word> {
    match &placed.token {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

fn time_of(word: &Word) -> Option<&'static Time> {
    // French megabytes; months are written `mo`.
    (word.text != "Mo").then(|| times::time(&word.lower)).flatten()
}

type Split<'a> = (&'a [Placed], Option<(u128, &'static Time)>);

/// Parts `GB/Month`, `Units/10 Days`, `GB por hora` and leaves `por mes`, which is a month, and not one of pieces.
fn split_period(tokens: &[Placed]) -> Option<Split<'_>> {
    let [before @ .., last] = tokens else { return Some((tokens, None)) };
    let Some(time) = word_of(last).and_then(time_of) else { return Some((tokens, None)) };
    let (before, count) = match before {
        [before @ .., Placed { token: Token::Number(count), .. }] => (before, count.to_string().parse().ok()?),
        _ => (before, 1),
    };
    let [head @ .., sign] = before else { return Some((tokens, None)) };
    let parts = match &sign.token {
        Token::Stroke => true,
        Token::Per => !head.is_empty(),
        Token::Word(word) => words::is_foreign_per(&word.lower) && !head.is_empty(),
        Token::Number(_) => false,
    };
    if parts {
        return Some((head, Some((count, time))));
    }
    let foreign = matches!(&sign.token, Token::Word(word) if words::is_foreign_per(&word.lower));
    Some((if foreign { &tokens[1..] } else { tokens }, None))
}

/// What the words before the stroke mean.
fn thing_of(words: &[&Word]) -> Option<Thing> {
    if let [before @ .., preposition, many] = words
        && preposition.lower == "in"
    {
        return in_many(&thing_of(before)?, &many.lower);
    }
    if let Some(at) = words.iter().position(|word| times::adverb(&word.lower).is_some()) {
        let time = times::adverb(&words[at].lower)?;
        let others: Vec<&Word> = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| *word).collect();
        return thing_of(&others)?.over(1, time);
    }
    let Some((last, before)) = words.split_last() else { return Some(Thing::alone(words::named("unit")?)) };
    if let Some(time) = time_of(last) {
        return times(before, time);
    }
    if let Some(adverb) = words::active_users(&last.lower) {
        let users = Stuff::new(Kind::Counted("user".into()), 1, "Users".into());
        return Thing::alone(users).over(1, times::adverb(adverb)?);
    }
    stuff_of(before, last).map(Thing::alone)
}

/// `Transactions in Thousands`.
fn in_many(thing: &Thing, many: &str) -> Option<Thing> {
    let each = match many {
        "thousands" => 1_000,
        "millions" => 1_000_000,
        _ => return None,
    };
    if thing.kind == Kind::Counted("transaction".into()) { Thing::transactions(each) } else { None }
}

/// `Hours`, `GB Hours`, `Core Hours`.
fn times(before: &[&Word], time: &Time) -> Option<Thing> {
    let period = Some(Period::of(time));
    let only_time = Thing { kind: Kind::Time, each: 1, period, name: time.many.to_owned() };
    let Some((last, earlier)) = before.split_last() else { return Some(only_time) };
    let measured = sizes::data(&last.lower).or_else(|| sizes::throughput(&last.text));
    let stuff = match measured {
        Some(data) => data,
        None if words::only_says_what_ran(&last.lower) => return Some(only_time),
        None => {
            let stuff = stuff_of(earlier, last)?;
            let name = if stuff.kind == Kind::Pieces { "Unit".to_owned() } else { letters::upper(&last.text) };
            Stuff { name, ..stuff }
        }
    };
    let name = format!("{} {}", stuff.name, time.many);
    Some(Thing { kind: stuff.kind, each: stuff.each, period, name })
}

/// The last word says what a phrase is (`Hosted Zones` are zones), unless two words have a name of their own.
fn stuff_of(before: &[&Word], last: &Word) -> Option<Stuff> {
    if let Some(stuff) = sizes::data(&last.lower).or_else(|| sizes::throughput(&last.text)) {
        return Some(stuff);
    }
    // A scale in the place of a thing.
    if number::of_letter(&last.lower).is_some() || number::of_numeral(&last.lower).is_some() {
        return None;
    }
    let singular = words::singular(&last.text);
    let two = before.last().map(|word| format!("{} {singular}", word.lower));
    if let Some(stuff) = two.and_then(|two| words::named(&two)).or_else(|| words::named(&singular)) {
        return Some(stuff);
    }
    // The list leaves a single rotation in singular.
    let name = if last.lower == "rotation" { "Rotation".to_owned() } else { plural_name(last, &singular) };
    // A word in a script that no table here covers may well be a time: it is not taken for something to count.
    let kind = if singular.is_ascii() { Kind::Counted(singular) } else { Kind::Other(singular) };
    Some(Stuff::new(kind, 1, name))
}

/// `Queries` for `query`, `QUERIES` and `Queries`; `DTUs` for `DTU`.
fn plural_name(word: &Word, singular: &str) -> String {
    if !singular.is_ascii() {
        return word.text.clone();
    }
    let plural = words::plural(singular);
    // A made plural must not be another word: `mes` is a month, and one `me` is not.
    let other_word = times::time(&plural).is_some() || sizes::data(&plural).is_some();
    let many = if other_word || words::singular(&plural) != singular { singular.to_owned() } else { plural };
    let stem: String = word.text.chars().take(singular.len()).collect();
    let capital_inside = stem.chars().skip(1).any(|c| c.is_ascii_uppercase());
    let abbreviation = capital_inside && (singular.len() <= 3 || stem.chars().any(|c| c.is_ascii_lowercase()));
    if abbreviation && many.starts_with(&letters::lower(&stem)) {
        return format!("{stem}{}", &many[stem.len()..]);
    }
    let mut name = many;
    // Plurals are made of what is ASCII.
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}
