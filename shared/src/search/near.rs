//! Typing errors: one letter too many, too few, another one, or two that changed places.
//!
//! Only for words that meet nothing. A digit is no typing error: who types `D4s v9` does not mean `D4s v5`.

use super::index::Index;

/// Shorter words are one edit from everything.
const SHORTEST: usize = 4;

/// The word of the book that was meant.
pub(super) fn meant(typed: &str, index: &Index) -> Option<String> {
    let letters: Vec<char> = typed.chars().collect();
    if letters.len() < SHORTEST {
        return None;
    }
    let fields = [&index.services, &index.sub_categories, &index.names, &index.regions, &index.arm_names];
    let of_fields = fields.into_iter().flat_map(|field| field.words());
    let own = of_fields.chain(index.arm_regions.iter().copied());
    // A whole word before the beginning of one, then the shorter one.
    let mut own_letters = Vec::new();
    let mut closeness = |own: &&str| {
        own_letters.clear();
        own_letters.extend(own.chars().take(letters.len() + 2));
        Some((beginning(&letters, &own_letters)?, own.len()))
    };
    own.filter_map(|own| closeness(&own).map(|close| (close, own))).min().map(|(_, own)| own.to_owned())
}

/// Whether the word is one edit away, or only a beginning of it is; somebody may still be typing.
fn beginning(typed: &[char], own: &[char]) -> Option<bool> {
    if own.len() + 1 < typed.len() || own.first()?.is_ascii_digit() != typed.first()?.is_ascii_digit() {
        return None;
    }
    let digits =
        |letters: &[char]| letters.iter().filter(|letter| letter.is_ascii_digit()).copied().collect::<String>();
    let is_near = |own: &[char]| one_edit(typed, own) && digits(typed) == digits(own);
    if is_near(own) {
        return Some(false);
    }
    let lengths = typed.len() - 1..=typed.len() + 1;
    lengths.into_iter().filter_map(|length| own.get(..length)).any(is_near).then_some(true)
}

/// Exactly one edit, or none.
fn one_edit(a: &[char], b: &[char]) -> bool {
    let same_head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same_head..], &b[same_head..]);
    let same_tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - same_tail], &b[..b.len() - same_tail]) {
        ([], []) | ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(typed: &str, own: &str, expect: Option<bool>) {
        let [letters, of_own] = [typed, own].map(|text| text.chars().collect::<Vec<char>>());
        assert_eq!(beginning(&letters, &of_own), expect, "{typed} {own}");
    }

    #[test]
    fn one_edit_is_forgiven_and_two_are_not() {
        for typed in ["storage", "strage", "storaage", "stprage", "sotrage", "storag", "storagex"] {
            near(typed, "storage", Some(false));
        }
        for typed in ["strge", "srotage", "storxxge", "torages"] {
            near(typed, "storage", None);
        }
    }

    #[test]
    fn a_beginning_is_enough_and_a_digit_is_no_error() {
        near("kuebr", "kubernetes", Some(true));
        near("machnes", "machines", Some(false));
        near("d4s9", "d4s5", None);
        near("d44s", "d4s", None);
        near("v5ss", "v5s", Some(false));
    }
}
