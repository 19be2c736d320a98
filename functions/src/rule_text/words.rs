//! A line of rules in words, each with its column.

use shared::json::printable;

/// Longer lines are a mistake.
const MAX_CHARS: usize = 500;

/// What does not fit, and where in the line.
#[derive(Debug)]
pub struct Refused {
    /// From 1.
    pub column: usize,
    pub message: String,
}

/// A word, a text in quotation marks, or one of the signs `>` and `=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub quoted: bool,
    pub column: usize,
}

impl Word {
    /// Whether it is that word, and no text in quotation marks.
    pub fn is(&self, word: &str) -> bool {
        !self.quoted && self.text == word
    }
}

/// Takes a line apart; a comment has no words.
pub fn of(line: &str) -> Result<Vec<Word>, Refused> {
    let signs: Vec<char> = line.trim_end_matches('\r').chars().collect();
    let refused = |at: usize, message: &str| Err(Refused { column: at + 1, message: message.to_owned() });
    if signs.len() > MAX_CHARS {
        return refused(MAX_CHARS, "the line is too long");
    }
    if let Some(at) = signs.iter().position(|sign| *sign != '\t' && printable(&sign.to_string()) != sign.to_string()) {
        return refused(at, "a sign that no rule may have");
    }
    let mut words = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let from = at;
        let (text, quoted) = match signs[at] {
            '#' => break,
            sign if sign.is_whitespace() => {
                at += 1;
                continue;
            }
            sign @ ('>' | '=' | '<') => {
                at += 1;
                (sign.to_string(), false)
            }
            '"' => {
                let Some(length) = signs[at + 1..].iter().position(|sign| *sign == '"') else {
                    return refused(at, "the quotation mark has no end");
                };
                at += length + 2;
                (signs[from + 1..at - 1].iter().collect(), true)
            }
            _ => {
                let ends = |sign: &char| sign.is_whitespace() || matches!(sign, '>' | '=' | '<' | '"' | '#');
                at = signs[at..].iter().position(ends).map_or(signs.len(), |length| at + length);
                (signs[from..at].iter().collect(), false)
            }
        };
        words.push(Word { text, quoted, column: from + 1 });
    }
    Ok(words)
}
