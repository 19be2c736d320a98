//! Reading JSON from outside: size and encoding checked, and every refusal names its place.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::order::Map;
use crate::problem::Problem;

mod place;
mod walk;

/// Larger texts are refused before they are read; the largest real rate card is a tenth of this.
pub const MAX_JSON_BYTES: usize = 256 * 1024 * 1024;

/// A message may quote this much of a foreign text, and no more.
const MAX_MESSAGE_CHARS: usize = 240;
/// A path holds foreign keys: no longer than a line.
const MAX_PATH_CHARS: usize = 120;

/// Why a JSON text was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", place(.path, *.line, *.column))]
pub struct DecodeError {
    /// What is wrong.
    pub message: String,
    /// Path into the JSON, such as `Meters[17].MeterRates`; empty for the whole text.
    pub path: String,
    /// Line, from 1; 0 when the place is not a position in the text.
    pub line: usize,
    /// Column, from 1; 0 when the whole line is meant.
    pub column: usize,
    /// What is wrong, as a stable name; absent where nobody needs one.
    pub problem: Option<Problem>,
}

/// In brackets, because a message may end in a number or a name of its own.
fn place(path: &str, line: usize, column: usize) -> String {
    let mut parts = Vec::new();
    if !path.is_empty() {
        parts.push(path.to_owned());
    }
    match (line, column) {
        (0, _) => {}
        (line, 0) => parts.push(format!("line {line}")),
        (line, column) => parts.push(format!("line {line} column {column}")),
    }
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

impl DecodeError {
    /// A refusal of a value that was well-formed JSON.
    #[must_use]
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> DecodeError {
        // Both may quote the text that is refused.
        let (message, path) = (shortened(&message.into(), MAX_MESSAGE_CHARS), shortened(&path.into(), MAX_PATH_CHARS));
        DecodeError { message, path, line: 0, column: 0, problem: None }
    }

    /// The same with its stable name.
    #[must_use]
    pub fn named(self, problem: Problem) -> DecodeError {
        DecodeError { problem: Some(problem), ..self }
    }
}

/// Decodes one JSON text. A single byte-order mark is accepted, since real exports carry one.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    let text = text(bytes)?;
    serde_json::from_str(text).map_err(|error| {
        let refused = |end: usize| {
            let part = text.get(..end).unwrap_or(text);
            serde_json::from_str::<T>(part).is_err_and(|error| !error.is_eof())
        };
        describe(text, &error, &refused)
    })
}

/// Which schema an object says to have.
pub fn schema(bytes: &[u8]) -> Result<String, DecodeError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    decode(bytes).map(|Object(Head { schema })| schema)
}

fn text(bytes: &[u8]) -> Result<&str, DecodeError> {
    if bytes.len() > MAX_JSON_BYTES {
        let message = format!("{} bytes, at most {MAX_JSON_BYTES} are accepted", bytes.len());
        return Err(DecodeError::at("", message));
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    if text.starts_with('\u{feff}') {
        return Err(DecodeError::at("", "the text starts with two byte-order marks: one is accepted"));
    }
    if text.trim_ascii().is_empty() {
        return Err(DecodeError::at("", "the text is empty"));
    }
    Ok(text)
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn not_utf8(bytes: &[u8], valid: usize) -> DecodeError {
    // What a shell of Windows writes when its output is sent to a file.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return DecodeError::at("", "the text is UTF-16: save it as UTF-8");
    }
    let line = 1 + bytes[..valid].iter().filter(|byte| **byte == b'\n').count();
    DecodeError { line, ..DecodeError::at("", format!("not UTF-8 from byte {} on", valid + 1)) }
}

fn describe(text: &str, error: &serde_json::Error, refused: place::Refused<'_>) -> DecodeError {
    let told = error.to_string();
    let (line, column) = (error.line(), error.column());
    // serde_json appends the place to its message; it is carried as numbers here.
    let message = told.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&told);
    let stopped = place::byte_of(text, line, column);
    let (path, problem) = if error.is_data() {
        (place::of_value(text, stopped, message, refused), Problem::NotReadable)
    } else {
        (place::of_syntax(text, stopped, message, refused), Problem::NotJson)
    };
    let message = in_plain_words(error.classify(), message);
    DecodeError { line, column, ..DecodeError::at(path, message).named(problem) }
}

/// The parser's words for somebody who has the file before him and not our types.
fn in_plain_words(category: Category, message: &str) -> String {
    if category == Category::Eof {
        let inside = message.strip_prefix("EOF while parsing ").unwrap_or("it");
        return format!("the text breaks off inside {inside}: get it again, whole");
    }
    if message == "recursion limit exceeded" {
        return "nested too deeply".into();
    }
    if category == Category::Syntax {
        return format!("not JSON: {message}");
    }
    let mismatch = message.strip_prefix("invalid type: ").or(message.strip_prefix("invalid value: "));
    // What was expected is ours; what was found may hold the same words.
    match mismatch.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, wanted)) => {
            let wanted = match wanted {
                "a sequence" => "a list",
                "a map" => "an object",
                "u64" | "u32" | "u8" => "a whole number, not below zero",
                other => other,
            };
            let found = match found {
                "sequence" => "a list",
                "map" => "an object",
                other => other,
            };
            format!("expected {wanted}, found {}", shortened(found, 40))
        }
        None => message.to_owned(),
    }
}

/// A value that must be a JSON object. What serde derives for a struct takes a list of its fields as well,
/// and such a list would be read by position.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<T>, D::Error> {
        struct ByName<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ByName<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(ByName(PhantomData))
    }
}

/// A list of objects, for `deserialize_with`.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct InOrder<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrder<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(Object(row)) = rows.next_element()? {
                list.push(row);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_seq(InOrder(PhantomData))
}

/// An object, for `deserialize_with`.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|Object(value)| value)
}

/// An object that need not be there, for `deserialize_with`.
pub fn optional_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer).map(|found| found.map(|Object(value)| value))
}

/// A map of texts in which no key stands twice: a plain map silently keeps the last. For `deserialize_with`.
pub fn distinct_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, String>, D::Error> {
    struct Once;
    impl<'de> Visitor<'de> for Once {
        type Value = Map<String, String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of texts")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut texts = Map::new();
            while let Some((key, value)) = map.next_entry::<String, String>()? {
                if texts.contains_key(&key) {
                    return Err(A::Error::custom(format!("the key \"{}\" stands twice", shortened(&key, 40))));
                }
                texts.insert(key, value);
            }
            Ok(texts)
        }
    }
    deserializer.deserialize_map(Once)
}

/// Foreign text inside a message: no control characters, so that a terminal or a log cannot be written to, and nothing
/// that ends a line or shows the rest of it in another order.
#[must_use]
pub fn printable(text: &str) -> String {
    let hidden = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}

fn shortened(text: &str, chars_max: usize) -> String {
    let printable = printable(text);
    match printable.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &printable[..end]),
        None => printable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::Decimal;

    #[derive(Debug, Deserialize)]
    struct Row {
        #[expect(dead_code, reason = "only decoded")]
        quantity: Decimal,
    }

    #[track_caller]
    fn refused(text: &[u8]) -> String {
        match decode::<Vec<Row>>(text) {
            Ok(_) => panic!("accepted"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_refusal_names_path_line_and_column() {
        assert_eq!(
            refused(b"[{\"quantity\": 1},\n {\"quantity\": \"1_0\"}]"),
            "not a decimal number: wrong at character 2 ([1].quantity, line 2 column 20)"
        );
        assert_eq!(
            refused(b"[{\"quantity\": 1}"),
            "the text breaks off inside a list: get it again, whole (line 1 column 16)"
        );
        assert_eq!(refused(b"[]x"), "not JSON: trailing characters (line 1 column 3)");
        assert_eq!(refused(b"\xff"), "not UTF-8 from byte 1 on (line 1)");
        assert_eq!(
            refused(b"[{\"quantity\": null}]"),
            "expected a number, found null ([0].quantity, line 1 column 19)"
        );
    }

    #[test]
    fn a_struct_is_an_object_and_nothing_else() {
        assert!(decode::<Object<Row>>(b"{\"quantity\": 1}").is_ok());
        let found = |text: &[u8]| decode::<Object<Row>>(text).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(found(b"[1]"), Err("expected an object, found a list (line 1)".into()));
        #[derive(Debug, Deserialize)]
        struct Holder {
            #[serde(default, deserialize_with = "optional_object")]
            row: Option<Row>,
        }
        let holds = |text: &[u8]| decode::<Object<Holder>>(text).map(|Object(holder)| holder.row.is_some());
        assert_eq!(holds(b"{}"), Ok(false));
        assert_eq!(holds(b"{\"row\": {\"quantity\": 1}}"), Ok(true));
        assert!(holds(b"{\"row\": [1]}").is_err());
        let quoted = "expected an object, found string \"a, expected b\" (line 1 column 15)";
        assert_eq!(found(b"\"a, expected b\""), Err(quoted.into()));
    }

    #[test]
    fn foreign_text_in_a_message_is_short_and_printable() {
        let hostile = format!("\u{1b}[31m\n{}", "x".repeat(100_000));
        let error = DecodeError::at(hostile.clone(), hostile);
        assert!(error.to_string().chars().count() < 400 && !error.to_string().contains(char::is_control), "{error}");
        // A name that shows as "exe.gpj" reversed; one that is written from right to left by nature stays as it is.
        assert_eq!(printable("a\u{202e}gpj.exe\u{2029}"), "a\u{fffd}gpj.exe\u{fffd}");
        assert_eq!(printable("שלום"), "שלום");
    }

    #[test]
    fn one_byte_order_mark_is_accepted() {
        assert!(decode::<Vec<Row>>(b"\xef\xbb\xbf[{\"quantity\": 2E-06}]").is_ok());
        assert!(decode::<Vec<Row>>(b"\xef\xbb\xbf\xef\xbb\xbf[]").is_err());
    }
}
