//! A store that somebody or some disk has changed: told, never used, never mended in silence.

use std::fs;
use std::path::{Path, PathBuf};

use shared::ratebook::format::BookId;
use tempfile::TempDir;

use super::{Case, OFFER, SUBSCRIPTION, WORKLOAD, case, changed, contents, faults, prepared};
use crate::support::program::forebill;

/// The one rate book of a prepared store: its id, its path and its bytes.
pub fn the_book(folder: &Path) -> (String, PathBuf, String) {
    let path = fs::read_dir(folder.join("data/ratebook")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&path).unwrap();
    (BookId::of(text.as_bytes()).as_str().to_owned(), path, text)
}

/// A store whose rate book is another text, under the name that fits it: a hash is no proof of sense.
fn with_book(text: &[u8]) -> (TempDir, String) {
    let folder = prepared();
    let id = BookId::of(text);
    fs::write(folder.path().join(format!("data/ratebook/{}.json", id.hex())), text).unwrap();
    (folder, id.as_str().to_owned())
}

#[rustfmt::skip] // One case per line: a table.
fn bad_books(book: &str) -> Vec<Case> {
    let with = |from: &str, to: &str| changed(book, from, to);
    vec![
        case("a newer schema", with("ratebook/1", "ratebook/2"), "expected forebill.ratebook/1, found forebill.ratebook/2", "(schema)"),
        case("cut off", &book.as_bytes()[..book.len() / 2], "the text breaks off", "line 1"),
        case("empty", "", "the text is empty", ""),
        case("a field too many", with("\"locale\"", "\"x\":1,\"locale\""), "unknown field `x`", "(x, line 1"),
        case("a negative price", with("\"0.192\"", "\"-0.192\""), "the price -0.192 is below zero", "(tiers[1])"),
        case("no zero tier", with("[[\"0\",\"0.192\"]]", "[[\"1\",\"0.192\"]]"), "no tier starts at 0", "(tiers[1])"),
        case("a price that is no number", with("\"0.192\"", "\"NaN\""), "not a decimal number", "(tiers[1]"),
        case("a negative included quantity", with("\"5\"", "\"-5\""), "the included quantity -5 is below zero", "(meters[0])"),
        case("a bad GUID", with("1a2b3c4d-", "1a2b3c4d"), "not a GUID such as", "(meters[1][0], line 1"),
        case("unknown flags", with(",1]]", ",64]]"), "the flags 64 are not known", "(meters[1])"),
        case("an index beyond the tiers", with("\"0\",1,\"consumption\"", "\"0\",7,\"consumption\""), "there is no tier table 7", "(meters[1])"),
        case("an unknown kind", with("\"consumption\"", "\"gift\""), "unknown variant `gift`", "(meters[1]"),
        case("a bad currency", with("\"USD\"", "\"$\""), "a code of ISO 4217 such as USD", "(currency, line 1"),
    ]
}

/// Truth: `shared::ratebook::format` promises to check every index and every table; exit 1, for no argument mends it.
#[test]
fn rate_books_that_are_none_are_refused() {
    let (_, _, book) = the_book(prepared().path());
    let mut problems = Vec::new();
    for case in bad_books(&book) {
        let (folder, id) = with_book(&case.bytes);
        let stored = contents(folder.path());
        let answer = forebill(folder.path(), &["rate", "--book", &id, "--usage", "usage.json"]);
        let mut faults = faults(&answer, 1, &["the store is damaged: ratebook/", ".json: ", case.says, case.place]);
        if contents(folder.path()) != stored {
            faults.push("changed the store".into());
        }
        if !faults.is_empty() {
            problems.push(format!("{}: {}\n    {}", case.name, faults.join(", "), answer.stderr.trim_end()));
        }
    }
    assert!(problems.is_empty(), "{}\n{book}", problems.join("\n"));
    let (folder, id) = with_book(book.as_bytes());
    assert_eq!(
        forebill(folder.path(), &["rate", "--book", &id, "--usage", "usage.json"]).code,
        0,
        "the unchanged book"
    );
}

/// What somebody or some disk did to a file of the store, the command that meets it, and what is said.
type Damage = (&'static str, fn(&Path), &'static [&'static str], &'static [&'static str]);

const SPEND: &[&str] = &["spend", "--period", "2026-10", "--at", "2026-11-01T00:00:00Z"];
const LIST: &[&str] = &["books", "list"];

fn rewrite(path: &Path, change: impl Fn(Vec<u8>) -> Vec<u8>) {
    let bytes = fs::read(path).unwrap();
    let after = change(bytes.clone());
    assert_ne!(bytes, after, "nothing was damaged");
    fs::write(path, after).unwrap();
}

fn first_below(folder: &Path, name: &str) -> PathBuf {
    let files = contents(&folder.join("data").join(name));
    files.keys().next().unwrap_or_else(|| panic!("no {name}")).into()
}

fn replaced(bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    String::from_utf8(bytes).unwrap().replace(from, to).into_bytes()
}

fn resealed(bytes: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(bytes).unwrap();
    let (body, _) = text.rsplit_once(r#","seal":""#).unwrap();
    shared::snapshot::seal(format!("{body}}}").as_bytes())
}

fn last_record(folder: &Path) -> PathBuf {
    contents(&folder.join("data/manifests")).into_keys().next_back().unwrap().into()
}

#[rustfmt::skip] // One case per line: a table.
const DAMAGES: &[Damage] = &[
    ("a flipped bit of a book", |f| rewrite(&first_below(f, "ratebook"), |mut b| { b[90] ^= 1; b }), &["estimate", "workload.json"], &["ratebook/", "is not the book of that name"]),
    ("half a book", |f| rewrite(&first_below(f, "ratebook"), |b| b[..b.len() / 2].to_vec()), &["estimate", "workload.json"], &["is not the book of that name"]),
    ("a book that is gone", |f| fs::remove_file(first_below(f, "ratebook")).unwrap(), &["estimate", "workload.json"], &["there is no object ratebook/"]),
    ("half a record", |f| rewrite(&f.join("data/manifests/00000002.json"), |b| b[..b.len() / 2].to_vec()), LIST, &["the store is damaged: manifests/00000002.json: the text breaks off", "line 1"]),
    ("an empty record", |f| rewrite(&f.join("data/manifests/00000001.json"), |_| Vec::new()), LIST, &["manifests/00000001.json: the text is empty"]),
    ("a record of another schema", |f| rewrite(&f.join("data/manifests/00000001.json"), |b| resealed(replaced(b, "manifest/2", "manifest/9"))), LIST, &["manifests/00000001.json: expected forebill.manifest/2, found forebill.manifest/9 (schema)"]),
    ("a record that was changed", |f| rewrite(&f.join("data/manifests/00000001.json"), |b| replaced(b, "MS-AZR-0062P", "MS-AZR-0003P")), LIST, &["the store is damaged: manifests/00000001.json: does not fit: the record is not as it was written (seal)"]),
    ("a record that was changed and sealed again", |f| rewrite(&f.join("data/manifests/00000001.json"), |b| resealed(replaced(b, "MS-AZR-0062P", "MS-AZR-0003P"))), LIST, &["the store is damaged: manifests/00000002.json does not follow the record before it"]),
    ("a last record that breaks off", |f| rewrite(&last_record(f), |b| b[..b.len() - 1].to_vec()), LIST, &["the store is damaged: manifests/", "the text breaks off"]),
    ("a record that is gone", |f| fs::remove_file(f.join("data/manifests/00000001.json")).unwrap(), LIST, &["the store is damaged: manifests/00000002.json does not follow the record before it"]),
    ("a record under another number", |f| fs::rename(f.join("data/manifests/00000002.json"), f.join("data/manifests/00000003.json")).unwrap(), LIST, &["the store is damaged: manifests/00000003.json does not follow"]),
    ("usage that is not zstd", |f| rewrite(&first_below(f, "raw/usage"), |_| b"{}".to_vec()), SPEND, &["the store is damaged: raw/usage/"]),
    ("usage that was changed", |f| rewrite(&first_below(f, "raw/usage"), |_| zstd::bulk::compress(b"{\"value\":[]}", 3).unwrap()), SPEND, &["the store is damaged: raw/usage/", "is not what was committed"]),
    ("usage that is gone", |f| fs::remove_file(first_below(f, "raw/usage")).unwrap(), SPEND, &["the store is damaged: raw/usage/", "is committed and not there"]),
];

/// Truth: the store's protocol in reliability-security.md; exit 1, because no other argument mends a damaged store.
#[test]
fn a_damaged_store_is_told_and_left_alone() {
    let mut problems = Vec::new();
    for (name, damage, arguments, parts) in DAMAGES {
        let folder = prepared();
        let folder = folder.path();
        fs::write(folder.join("workload.json"), WORKLOAD).unwrap();
        let import = ["import", "usage", "usage.json", "--subscription", SUBSCRIPTION, "--offer", OFFER];
        assert_eq!(forebill(folder, &import).code, 0);
        let whole = forebill(folder, arguments);
        // 3: an imported file says nothing of the reported days, so the spend is a lower bound.
        assert!(matches!(whole.code, 0 | 3), "{name}, undamaged: {}", whole.stderr);
        damage(folder);
        let stored = contents(folder);
        let answer = forebill(folder, arguments);
        let faults = faults(&answer, 1, parts);
        if !faults.is_empty() {
            problems.push(format!("{name}: {}\n    {}", faults.join(", "), answer.stderr.trim_end()));
        }
        assert_eq!(contents(folder), stored, "{name}");
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
