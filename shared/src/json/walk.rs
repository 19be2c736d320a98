//! From token to token through a JSON text, knowing at which value it stands.

use std::fmt::Write as _;
use std::ops::Range;

/// Nobody reads a path of so many steps.
const MAX_STEPS: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Key,
    Scalar,
    Open,
    Close,
}

pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its bytes.
    pub(super) place: Range<usize>,
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// The whole text, or what belongs to a key.
    Value,
    /// The first value of a list, or its end.
    First,
    /// A value behind a comma.
    Next,
    /// The first key of an object, or its end.
    FirstKey,
    /// A key behind a comma.
    Key,
    Colon,
    CommaOrEnd,
}

/// A step of the path of a value.
enum Step {
    List(usize),
    /// The bytes of the key, once there is one.
    Object(Option<Range<usize>>),
}

pub(super) struct Walk<'t> {
    text: &'t str,
    /// Where the walk ends.
    end: usize,
    at: usize,
    /// What it is in.
    steps: Vec<Step>,
    pub(super) expected: Expected,
}

impl<'t> Walk<'t> {
    pub(super) fn over(text: &'t str, end: usize) -> Walk<'t> {
        Walk { text, end: end.min(text.len()), at: 0, steps: Vec::new(), expected: Expected::Value }
    }

    /// Whether it came to the end, and not to half a token or something that is none.
    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.end
    }

    /// The path of the value at which it stands or that it passed last, without the last steps.
    pub(super) fn path(&self, without: usize) -> String {
        let mut path = String::new();
        for step in &self.steps[..self.steps.len().saturating_sub(without)] {
            match step {
                Step::List(index) => {
                    let _ = write!(path, "[{index}]");
                }
                Step::Object(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    let key = key.clone().and_then(|place| self.text.get(place)).unwrap_or("");
                    path.push_str(&serde_json::from_str::<String>(key).unwrap_or_default());
                }
            }
        }
        // A key without letters names nothing.
        if path.ends_with('.') {
            path.pop();
        }
        path
    }

    /// A step into what a text names.
    pub(super) fn enter(&mut self, name: Range<usize>) {
        self.steps.push(Step::Object(Some(name)));
    }

    /// The next token; nothing at the end, and where none comes that may.
    pub(super) fn next(&mut self) -> Option<Token> {
        loop {
            let bytes = &self.text.as_bytes()[..self.end];
            let rest = &bytes[self.at..];
            self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
            let first = *bytes.get(self.at)?;
            let is_key = matches!(self.expected, Expected::FirstKey | Expected::Key);
            let is_deep = self.steps.len() >= MAX_STEPS;
            match (first, self.expected, self.steps.last_mut()) {
                (b',', Expected::CommaOrEnd, Some(Step::List(index))) => {
                    *index += 1;
                    self.expected = Expected::Next;
                }
                (b',', Expected::CommaOrEnd, Some(Step::Object(key))) => {
                    *key = None;
                    self.expected = Expected::Key;
                }
                (b':', Expected::Colon, _) => self.expected = Expected::Value,
                (b']', Expected::First | Expected::CommaOrEnd, Some(Step::List(_)))
                | (b'}', Expected::FirstKey | Expected::CommaOrEnd, Some(Step::Object(_))) => {
                    self.steps.pop();
                    return Some(self.passed(Kind::Close, 1, Expected::CommaOrEnd));
                }
                (_, Expected::CommaOrEnd | Expected::Colon, _) => return None,
                (b'"', _, step) => {
                    let length = string(&bytes[self.at..])?;
                    if let (true, Some(Step::Object(key))) = (is_key, step) {
                        *key = Some(self.at..self.at + length);
                        return Some(self.passed(Kind::Key, length, Expected::Colon));
                    }
                    return Some(self.passed(Kind::Scalar, length, Expected::CommaOrEnd));
                }
                _ if is_key => return None,
                (b'[' | b'{', ..) if is_deep => return None,
                (b'[' | b'{', ..) => {
                    let is_list = first == b'[';
                    self.steps.push(if is_list { Step::List(0) } else { Step::Object(None) });
                    let expected = if is_list { Expected::First } else { Expected::FirstKey };
                    return Some(self.passed(Kind::Open, 1, expected));
                }
                _ => {
                    let length = plain(&bytes[self.at..])?;
                    return Some(self.passed(Kind::Scalar, length, Expected::CommaOrEnd));
                }
            }
            self.at += 1;
        }
    }

    fn passed(&mut self, kind: Kind, length: usize, expected: Expected) -> Token {
        let place = self.at..self.at + length;
        (self.at, self.expected) = (place.end, expected);
        Token { kind, place }
    }
}

/// How long the string is that begins here; nothing when it does not end.
fn string(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// How long the number or word is that begins here; nothing when it is none, or only half of one.
fn plain(bytes: &[u8]) -> Option<usize> {
    if let Some(word) = ["true", "false", "null"].iter().find(|word| bytes.starts_with(word.as_bytes())) {
        return Some(word.len());
    }
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is = |at: usize, letters: &[u8]| bytes.get(at).is_some_and(|byte| letters.contains(byte));
    let whole = usize::from(is(0, b"-"));
    let mut end = whole + digits(whole);
    if is(end, b".") {
        end += 1 + digits(end + 1);
    }
    if is(end, b"eE") {
        let sign = usize::from(is(end + 1, b"+-"));
        end += 1 + sign + digits(end + 1 + sign);
    }
    bytes[..end].last().is_some_and(u8::is_ascii_digit).then_some(end)
}
