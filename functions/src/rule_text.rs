//! Texts of rules, one a line: words with their places, and a reader that says what it expected.

mod words;

use std::str::FromStr;

use shared::json::{DecodeError, printable};
pub use words::{Refused, Word};

/// Larger texts and more rules are a mistake.
const MAX_BYTES: usize = 64 * 1024;
const MAX_RULES: usize = 200;

/// Reads each line that has a rule; `#` begins a comment. Answers with the number of its line.
pub fn read<T>(
    text: &str,
    rule: impl Fn(&mut Reader<'_>) -> Result<T, Refused>,
) -> Result<Vec<(usize, T)>, DecodeError> {
    if text.len() > MAX_BYTES {
        return Err(DecodeError::at("", format!("{} bytes, at most {MAX_BYTES} are accepted", text.len())));
    }
    let mut rules = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let refused = |refused: Refused| refused.at_line(index + 1);
        let words = words::of(line).map_err(refused)?;
        if words.is_empty() {
            continue;
        }
        let mut reader = Reader { words: &words, at: 0, end: line.trim_end().chars().count() + 1 };
        let read = rule(&mut reader).map_err(refused)?;
        if reader.at < words.len() {
            return Err(refused(reader.wanted("the end of the line")));
        }
        if rules.len() == MAX_RULES {
            return Err(refused(Refused { column: 1, message: format!("more than {MAX_RULES} rules") }));
        }
        rules.push((index + 1, read));
    }
    Ok(rules)
}

impl Refused {
    /// The same with its line.
    #[must_use]
    pub fn at_line(self, line: usize) -> DecodeError {
        DecodeError { message: self.message, path: String::new(), line, column: self.column, problem: None }
    }
}

/// The words of one line. Each function reads one thing and says what it expected where it is not there.
pub struct Reader<'a> {
    words: &'a [Word],
    at: usize,
    /// The column behind the line.
    end: usize,
}

impl Reader<'_> {
    /// A refusal at the next word.
    #[must_use]
    pub fn refused(&self, message: impl Into<String>) -> Refused {
        let column = self.words.get(self.at).map_or(self.end, |word| word.column);
        Refused { column, message: message.into() }
    }

    /// What should have come next.
    #[must_use]
    pub fn wanted(&self, what: &str) -> Refused {
        let found = self.words.get(self.at).map_or("the end of the line".to_owned(), |word| printable(&word.text));
        self.refused(format!("expected {what}, found {found}"))
    }

    /// Whether nothing comes next.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.at == self.words.len()
    }

    /// Takes that word, if it comes next.
    pub fn take(&mut self, word: &str) -> bool {
        let is = self.words.get(self.at).is_some_and(|next| next.is(word));
        self.at += usize::from(is);
        is
    }

    /// Takes that word, which must come next.
    pub fn expect(&mut self, word: &str) -> Result<(), Refused> {
        if self.take(word) { Ok(()) } else { Err(self.wanted(word)) }
    }

    /// A name: a word or a text in quotation marks.
    pub fn name(&mut self, what: &str) -> Result<String, Refused> {
        match self.words.get(self.at) {
            Some(word) if word.text.is_empty() => Err(self.refused(format!("{what} is empty"))),
            Some(word) if word.quoted || !matches!(word.text.as_str(), "=" | ">" | "<") => {
                self.at += 1;
                Ok(word.text.clone())
            }
            _ => Err(self.wanted(what)),
        }
    }

    /// A value that knows its own text. Nothing is taken where it does not fit.
    pub fn value<T: FromStr<Err: std::fmt::Display>>(&mut self, what: &str) -> Result<T, Refused> {
        let Some(word) = self.words.get(self.at) else { return Err(self.wanted(what)) };
        let value = word.text.parse().map_err(|error| self.refused(format!("{what}: {error}")))?;
        self.at += 1;
        Ok(value)
    }

    /// `NAME=VALUE`
    pub fn tag(&mut self) -> Result<(String, String), Refused> {
        self.expect("tag")?;
        let name = self.name("the name of a tag")?;
        self.expect("=")?;
        Ok((name, self.name("the value of the tag")?))
    }
}
