//! The same paths as `serde_path_to_error` finds, which follows every step of a decoder.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::decimal::Decimal;
use crate::json::{self, Object};

/// One of each way in which a value can be asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "only decoded")]
struct Everything<'a> {
    name: std::borrow::Cow<'a, str>,
    small: u8,
    signed: i64,
    amount: Decimal,
    maybe: Option<Decimal>,
    flag: bool,
    #[serde(borrow)]
    raw: &'a RawValue,
    rows: Vec<Row>,
    pairs: Vec<(Decimal, u32)>,
    #[serde(deserialize_with = "json::objects")]
    objects: Vec<Inner>,
    #[serde(deserialize_with = "json::object")]
    object: Inner,
    #[serde(default, deserialize_with = "json::distinct_keys")]
    tags: BTreeMap<String, String>,
    counts: BTreeMap<String, u32>,
    model: Model,
    models: Vec<(u32, Model)>,
    event: Event,
    loose: Loose,
    any: serde_json::Value,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only decoded")]
struct Row(u32, Option<u32>, String);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only decoded")]
struct Inner {
    a: u32,
    #[serde(default)]
    b: Option<Box<Inner>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only decoded")]
enum Model {
    Volume,
    Package(Decimal),
    Both(u32, u32),
    Named { size: u32 },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[expect(dead_code, reason = "only decoded")]
enum Event {
    Begins { at: u32 },
    Ends,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only decoded")]
struct Loose {
    here: u32,
    #[serde(flatten)]
    more: Event,
}

const EVERYTHING: &str = r#"{"name": "x \"y\" \u00e4", "small": 7, "signed": -1500, "amount": "2.50", "maybe": null, "flag": true,
 "raw": {"deep": [1, {"er": null}]}, "rows": [[1, null, "a"], [2, 3, "b"]],
 "pairs": [[0, 1], ["10", 2]], "objects": [{"a": 1}, {"a": 2, "b": {"a": 3, "b": null}}], "object": {"a": 4},
 "tags": {"k": "v", "l": "w"}, "counts": {"one": 1, "two": 2}, "model": {"package": 100}, "models": [[0, "volume"],
 [1, {"package": "1"}], [2, {"both": [1, 2]}], [3, {"named": {"size": 9}}]], "event": {"kind": "begins", "at": 3},
 "loose": {"here": 1, "kind": "ends", "rest": [true]}, "any": [{"x": 1.0}, "s", false]}"#;

/// What stands where something else was.
const TOKENS: [&str; 30] = [
    "1",
    "-1",
    "0.5",
    "1e999",
    "300",
    "01",
    "1e",
    "\"s\"",
    "\"volume\"",
    "\"package\"",
    "\"begins\"",
    "\"\\ud800\"",
    "\"\\u12\"",
    "\"\\x\"",
    "\"a\nb\"",
    "null",
    "true",
    "tru",
    "[",
    "]",
    "{",
    "}",
    "[]",
    "{}",
    ",",
    ":",
    "{\"a\": 1}",
    "[1, 2]",
    "x",
    "",
];

fn oracle<'a, T: Deserialize<'a>>(text: &'a str) -> Option<(String, bool)> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) => {
            // A place between two keys has no name there.
            let path = error.path().to_string();
            let path = path.strip_suffix('?').unwrap_or(&path);
            let path = path.strip_suffix('.').unwrap_or(path);
            Some((json::DecodeError::at(path, "").path, error.inner().is_data()))
        }
        Ok(_) => deserializer.end().err().map(|_| (String::new(), false)),
    }
}

fn agree<'a, T: Deserialize<'a>>(text: &'a str) -> Result<(), TestCaseError> {
    let found = json::decode::<T>(text.as_bytes()).err();
    match (found, oracle::<T>(text)) {
        (None, None) => {}
        (Some(found), Some((path, is_data))) => {
            // Where something inside a value that nobody looks at is no JSON, the path leads into it.
            let is_inside = !is_data && found.path.starts_with(&path);
            prop_assert!(found.path == path || is_inside, "{path} and not {found:?} of {text}");
        }
        (None, Some(_)) if text.trim().is_empty() => {}
        (found, oracle) => prop_assert!(text.trim().is_empty(), "{found:?} {oracle:?} {text}"),
    }
    Ok(())
}

/// The places of all tokens, and of all strings that are no keys as well as those that are.
fn tokens(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut walk = super::Walk::over(text, text.len());
    std::iter::from_fn(|| walk.next()).map(|token| token.place).collect()
}

fn mutated(text: &str, changes: &[(prop::sample::Index, u8, prop::sample::Index, prop::sample::Index)]) -> String {
    let mut text = text.to_owned();
    for (place, how, other, to) in changes {
        let all = tokens(&text);
        if all.is_empty() {
            break;
        }
        let (place, other) = (all[place.index(all.len())].clone(), all[other.index(all.len())].clone());
        let new = TOKENS[to.index(TOKENS.len())];
        match how {
            0 => text.replace_range(place, new),
            1 => text.insert_str(place.end, new),
            2 => text.truncate(place.start + to.index(place.len() + 1)),
            3 => {
                let copy = text[other].to_owned();
                text.replace_range(place, &copy);
            }
            4 => text.replace_range(place.start..place.end.max(other.end), new),
            // A member or an element twice, or without what follows.
            5 if place.start < other.end => {
                text.insert_str(place.start, &(text[place.start..other.end].to_owned() + ","))
            }
            6 => text.insert(place.start + to.index(place.len() + 1), ['\\', '"', '\u{1}', '9', '\n'][to.index(5)]),
            _ => text.insert_str(place.start, "\n\t "),
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 4_000 } else { 60_000 }))]

    #[test]
    fn a_refused_value_has_the_path_that_the_decoder_took_to_it(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
    ) {
        agree::<Everything<'_>>(&mutated(EVERYTHING, &changes))?;
        agree::<Vec<Object<Inner>>>(&mutated(r#"[{"a": 1, "b": null}, {"a": 2, "b": {"a": 3}}]"#, &changes))?;
    }
}

#[test]
fn the_text_is_read_as_it_is() {
    assert!(json::decode::<Everything<'_>>(EVERYTHING.as_bytes()).is_ok());
}

#[test]
fn a_path_into_nothing_but_brackets_ends() {
    let deep = "[".repeat(100_000);
    let error = json::decode::<&RawValue>(deep.as_bytes()).unwrap_err();
    assert!(error.path.starts_with("[0][0]") && error.path.len() < 200, "{error}");
}
