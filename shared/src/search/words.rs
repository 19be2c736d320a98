//! Texts as searches see them: words of letters and digits in lower case.

use super::synonyms;
use crate::letters::{is_of_word, push_lower};

/// Longer search texts are cut: nobody types them.
const MAX_QUERY_CHARS: usize = 200;
/// More words than these are left out: nobody types them either, and each costs a pass.
const MAX_WORDS: usize = 16;

/// Adds a letter or digit in lower case, and says whether it was one.
pub(super) fn push_squeezed(letter: char, word: &mut String) -> bool {
    let is_of_word = is_of_word(letter);
    if is_of_word {
        push_lower(letter, word);
    }
    is_of_word
}

/// Letters and digits only, in lower case: `D4s v5` and `d4sv5` meet.
pub(super) fn squeezed(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for letter in text.chars() {
        push_squeezed(letter, &mut squeezed);
    }
    squeezed
}

/// The words of a text, each squeezed.
pub(super) fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !is_of_word(c)).map(squeezed).filter(|word| !word.is_empty())
}

/// What a search text asks for: every word must be met. Words of other clouds stand for those of the price list.
pub(super) fn asked(text: &str) -> Vec<String> {
    let cut: String = text.chars().take(MAX_QUERY_CHARS).collect();
    let mut words = Vec::new();
    for word in split(plain_size(cut.trim_start())) {
        match synonyms::meant(&word) {
            Some(meant) => words.extend(meant.map(str::to_owned)),
            None => words.push(word),
        }
    }
    // The same word twice asks for nothing more.
    let mut distinct: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    distinct.truncate(MAX_WORDS);
    distinct
}

/// `Standard_D4s_v5` is how Resource Manager calls what the price list calls `D4s v5`.
fn plain_size(text: &str) -> &str {
    const PREFIX: &str = "standard_";
    match text.split_at_checked(PREFIX.len()) {
        Some((head, size)) if head.eq_ignore_ascii_case(PREFIX) => size,
        _ => text,
    }
}
