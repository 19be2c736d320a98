//! The number in front of a unit: `10K`, `10,000s`, `1.000.000`, `10 000`.

use crate::decimal::Decimal;

/// Letters directly behind a number, and the zeros they stand for.
const LETTERS: [(char, u32); 4] = [('k', 3), ('m', 6), ('b', 9), ('t', 12)];

/// Chinese and Japanese count in ten thousands; longer spellings first.
const NUMERALS: [(&str, u32); 8] =
    [("百万", 6), ("百萬", 6), ("万", 4), ("萬", 4), ("만", 4), ("億", 8), ("亿", 8), ("千", 3)];

/// 10 to the power of `zeros`.
fn power_of_ten(zeros: u32) -> Decimal {
    Decimal::new(10i128.pow(zeros.min(38)), 0)
}

/// `K`, `M`, `B` or `T`, in either case.
pub(super) fn of_letter(word: &str) -> Option<Decimal> {
    let mut letters = word.chars();
    let letter = letters.next().filter(|_| letters.as_str().is_empty())?.to_ascii_lowercase();
    LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, zeros)| power_of_ten(*zeros))
}

/// `million` in front of a thing.
pub(super) fn of_word(lower: &str) -> Option<Decimal> {
    let zeros = match lower {
        "thousand" => 3,
        "million" => 6,
        "billion" => 9,
        _ => return None,
    };
    Some(power_of_ten(zeros))
}

/// A numeral at the start of a word, and what follows it.
pub(super) fn of_numeral(word: &str) -> Option<(Decimal, &str)> {
    NUMERALS.iter().find_map(|(numeral, zeros)| Some((power_of_ten(*zeros), word.strip_prefix(numeral)?)))
}

/// The longest text at the start that can be one number. Empty when it does not start with a digit.
pub(super) fn longest(text: &str) -> &str {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let separator = end > 0 && rest.starts_with([',', '.', '\'']) && digit(end + 1);
        if digit(end) || separator {
            end += 1;
        } else if end > 0 && rest.starts_with(" 000") && !digit(end + 4) {
            // Other blanks part two numbers, as in `1 1 Hour`; nobody multiplies by nothing.
            end += 4;
        } else {
            return &text[..end];
        }
    }
}

/// Reads such a text. `None` for 0, for what no number looks like, and for what two countries read differently.
pub(super) fn value(text: &str) -> Option<Decimal> {
    let mut parts = text.split([',', '.', '\'', ' ']);
    let first = parts.next()?;
    let groups: Vec<&str> = parts.collect();
    let mut separators: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    separators.dedup();
    let plain = match (separators.as_slice(), groups.as_slice()) {
        ([], _) => text.to_owned(),
        ([separator], groups) if is_grouped(*separator, first, groups) => format!("{first}{}", groups.concat()),
        // `1.000` is one in English and a thousand in German; `0.125` is the same in both.
        ([',' | '.'], [fraction]) if fraction.len() != 3 || first == "0" => format!("{first}.{fraction}"),
        _ => return None,
    };
    Decimal::parse(&plain).ok().filter(|number| !number.is_zero())
}

/// Groups of three; India groups by two, with three at the end.
fn is_grouped(separator: char, first: &str, groups: &[&str]) -> bool {
    let Some((last, between)) = groups.split_last() else { return false };
    first.len() <= 3
        && !first.starts_with('0')
        && last.len() == 3
        && between.iter().all(|group| group.len() == 3 || (separator == ',' && group.len() == 2))
        && (separator != '.' || !between.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(longest(text), text);
        assert_eq!(value(text).map(|number| number.to_string()).as_deref(), expect, "{text}");
    }

    #[test]
    fn reads_the_grouping_of_every_country_and_refuses_to_guess() {
        check("10", Some("10"));
        check("10,000", Some("10000"));
        check("1,000,000", Some("1000000"));
        check("10,00,000", Some("1000000"));
        check("1.000.000", Some("1000000"));
        check("10 000", Some("10000"));
        check("10'000", Some("10000"));
        check("0.5", Some("0.5"));
        check("0.125", Some("0.125"));
        check("1,5", Some("1.5"));
        check("1.000", None);
        check("1,000.5", None);
        check("1.0.0", None);
        check("1000,000", None);
        check("0", None);
        check("007", None);
        check(&"9".repeat(70), None);
    }

    #[test]
    fn stops_where_another_number_begins() {
        assert_eq!(longest("1 1 Hour"), "1");
        assert_eq!(longest("10000 1,000s"), "10000");
        assert_eq!(longest("10 000 heures"), "10 000");
        assert_eq!(longest("10 0000"), "10");
        assert_eq!(longest("5, or so"), "5");
        assert_eq!(longest("Hour"), "");
    }
}
