//! The one filter grammar of the sample: `Field op 'value' and Field op value ...`.
//! The rate card, the retail feed and the invoice list all use it with their own fields.
//! Anything else (or, functions, brackets) is refused, so that a client notices.

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub field: String,
    /// Lower case: `eq`, `gt`, `ge`, `lt`, `le`.
    pub op: String,
    pub value: String,
}

/// None where the text is not of the grammar. The empty text has no conditions.
pub fn parse(text: &str) -> Option<Vec<Condition>> {
    let mut words = words(text)?.into_iter();
    let mut found = Vec::new();
    while let Some(Word::Bare(field)) = words.next() {
        let (Some(Word::Bare(op)), Some(value)) = (words.next(), words.next()) else {
            return None;
        };
        let op = op.to_ascii_lowercase();
        if !matches!(op.as_str(), "eq" | "gt" | "ge" | "lt" | "le") {
            return None;
        }
        let (Word::Bare(value) | Word::Quoted(value)) = value;
        found.push(Condition { field, op, value });
        match words.next() {
            None => return Some(found),
            Some(Word::Bare(and)) if and.eq_ignore_ascii_case("and") => {}
            Some(_) => return None,
        }
    }
    // Here the text was empty, ended in `and`, or a quoted word stood in a field's place.
    text.trim().is_empty().then_some(found)
}

enum Word {
    Bare(String),
    Quoted(String),
}

fn words(text: &str) -> Option<Vec<Word>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('\'') {
            // A quote inside a value is written twice.
            let mut value = String::new();
            let mut chars = inner.char_indices().peekable();
            let end = loop {
                match chars.next()? {
                    (_, '\'') if chars.peek().is_some_and(|&(_, c)| c == '\'') => {
                        chars.next();
                        value.push('\'');
                    }
                    (at, '\'') => break at + 1,
                    (_, c) => value.push(c),
                }
            };
            found.push(Word::Quoted(value));
            rest = inner[end..].trim_start();
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let word = &rest[..end];
            if word.contains(['(', ')', '\'', ',']) {
                return None;
            }
            found.push(Word::Bare(word.to_owned()));
            rest = rest[end..].trim_start();
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_comparisons_joined_by_and_are_read() {
        let found = parse("serviceName eq 'Azure DNS' and priceType eq 'Consumption'").unwrap();
        assert_eq!((found.len(), found[0].value.as_str()), (2, "Azure DNS"));
        assert_eq!(parse("x eq 'it''s'").unwrap()[0].value, "it's");
        assert_eq!(parse("").map(|c| c.len()), Some(0));
        for wrong in ["a eq 'b' or c eq 'd'", "contains(a, 'b')", "a eq 'b", "a eq 'b' and", "a", "a ne 'b'"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
