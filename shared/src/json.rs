//! Reading JSON from outside: size and encoding checked, and every refusal names its place.

use serde::de::DeserializeOwned;

/// Larger texts are refused before they are read; the largest real rate card is a tenth of this.
pub const MAX_JSON_BYTES: usize = 256 * 1024 * 1024;

/// Why a JSON text was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}{}", at_path(.path), at_line(*.line, *.column))]
pub struct DecodeError {
    /// What is wrong.
    pub message: String,
    /// Path into the JSON, such as `Meters[17].MeterRates`; empty for the whole text.
    pub path: String,
    /// Line, from 1; 0 when the place is not a position in the text.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

fn at_path(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!(" at {path}") }
}

fn at_line(line: usize, column: usize) -> String {
    if line == 0 { String::new() } else { format!(", line {line} column {column}") }
}

impl DecodeError {
    /// A refusal of a value that was well-formed JSON.
    #[must_use]
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> DecodeError {
        DecodeError { message: message.into(), path: path.into(), line: 0, column: 0 }
    }
}

/// Decodes one JSON text. A single byte-order mark is accepted, since real exports carry one.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    if bytes.len() > MAX_JSON_BYTES {
        let message = format!("{} bytes, at most {MAX_JSON_BYTES} are accepted", bytes.len());
        return Err(DecodeError::at("", message));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::at("", format!("not UTF-8 (wrong at byte {})", error.valid_up_to() + 1)))?;
    // Tracking the path costs a third of the time, so only a text that was refused is read again with it.
    serde_json::from_str(text).map_err(|plain| locate::<T>(text).unwrap_or_else(|| describe(&plain, "")))
}

fn locate<T: DeserializeOwned>(text: &str) -> Option<DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) => {
            let path = error.path().to_string();
            Some(describe(error.inner(), if path == "." { "" } else { &path }))
        }
        Ok(_) => deserializer.end().err().map(|error| describe(&error, "")),
    }
}

fn describe(error: &serde_json::Error, path: &str) -> DecodeError {
    let text = error.to_string();
    // serde_json appends the place to its message; it is carried as numbers here.
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message: String = text.strip_suffix(&place).unwrap_or(&text).chars().take(200).collect();
    DecodeError { message: printable(&message), path: printable(path), line: error.line(), column: error.column() }
}

/// Foreign text inside a message: no control characters, so that a terminal or a log cannot be written to.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::Decimal;
    use serde::Deserialize;

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
            "not a decimal number (wrong at character 2) at [1].quantity, line 2 column 20"
        );
        assert_eq!(refused(b"[{\"quantity\": 1}"), "EOF while parsing a list, line 1 column 16");
        assert_eq!(refused(b"[]x"), "trailing characters, line 1 column 3");
        assert_eq!(refused(b"\xff"), "not UTF-8 (wrong at byte 1)");
        assert_eq!(
            refused(b"[{\"quantity\": null}]"),
            "expected a number, found null at [0].quantity, line 1 column 19"
        );
    }

    #[test]
    fn one_byte_order_mark_is_accepted() {
        assert!(decode::<Vec<Row>>(b"\xef\xbb\xbf[{\"quantity\": 2E-06}]").is_ok());
        assert!(decode::<Vec<Row>>(b"\xef\xbb\xbf\xef\xbb\xbf[]").is_err());
    }
}
