//! The corpus: worked cases in files that every runtime reads. Here the native program; `tests/web` runs
//! the same folders in Node and in the page and compares byte for byte with what is computed here.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::program::{Answer, forebill};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 17, "only {} cases", cases.len());
    cases
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Everything that is expected must be there; the program may say more.
fn check(place: &str, expected: &Value, found: &Value) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                check(&format!("{place}.{name}"), value, found.get(name).unwrap_or(&Value::Null));
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            assert_eq!(expected.len(), found.len(), "{place}: {found:#?}");
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                check(&format!("{place}[{index}]"), expected, found);
            }
        }
        _ => assert_eq!(expected, found, "{place}"),
    }
}

fn check_answer(case: &Path, expected: &Value, name: &str, answer: &Answer) {
    let Some(facts) = expected.get(name) else { panic!("{} says nothing about {name}", case.display()) };
    let code = expected.get("exit").map_or(0, |code| code.as_i64().unwrap());
    assert_eq!(i64::from(answer.code), code, "{} {name}: {}", case.display(), answer.stderr);
    check(&format!("{} {name}", case.file_name().unwrap().display()), facts, &answer.json());
}

/// The figures are from the public sources, or worked by hand, that each case's note names.
#[test]
fn every_case_gives_the_money_of_its_note() {
    for case in cases() {
        let expected = read(&case.join("expected.json"));
        let folder = tempfile::tempdir().unwrap();
        let card = case.join("ratecard.json");
        let card = card.to_str().unwrap();
        let anchor = expected.get("billingAnchor").map_or("1".to_owned(), ToString::to_string);
        let usage = case.join("usage.jsonl");
        let workload = case.join("workload.json");
        assert!(usage.exists() || workload.exists(), "{} asks for nothing", case.display());
        if usage.exists() {
            let usage = usage.to_str().unwrap();
            let mut arguments =
                vec!["rate", "--ratecard", card, "--usage", usage, "--billing-anchor", &anchor, "-o", "json"];
            if let Some(commitment) = expected.get("commitment") {
                arguments.extend(["--commitment", commitment.as_str().unwrap()]);
            }
            check_answer(&case, &expected, "rate", &forebill(folder.path(), &arguments));
        }
        if workload.exists() {
            let imported = forebill(folder.path(), &["import", "ratecard", card, "--offer", "MS-AZR-0003P"]);
            assert_eq!(imported.code, 0, "{}: {}", case.display(), imported.stderr);
            let arguments = ["estimate", workload.to_str().unwrap(), "-o", "json", "--at", "2026-11-01T00:00:00Z"];
            check_answer(&case, &expected, "estimate", &forebill(folder.path(), &arguments));
        }
    }
}

/// A case without a source is an opinion.
#[test]
fn every_case_says_where_its_figures_come_from() {
    for case in cases() {
        let note = std::fs::read_to_string(case.join("note.md")).unwrap_or_default();
        assert!(note.starts_with("# ") && note.len() > 100, "{} has no note", case.display());
    }
}
