//! Damaged stores: every kind of breach planted once, each told by its name, and nothing else told.
//!
//! The base is a store with everything in it. Damage that the chain of hashes would betray first is planted with the
//! chain mended, as somebody would who knows the format.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};
use shared::ratebook::format::BookId;
use shared::snapshot::seal;
use tempfile::TempDir;

use crate::bad_input::{CARD, contents};
use crate::support::odd_azure::{Day, FIRST, OddAzure};
use crate::support::program::{Answer, forebill};

const OWN: &str = r#"{"schema":"forebill.ownbook/1","name":"internal","currency":"USD","rules":[
 {"effectiveDate":"2026-01-01","percent":"+5"},{"group":"research","effectiveDate":"2026-01-01","percent":"-10"}]}"#;

/// One of everything: two cards, retail prices, own books, three days of usage, a file, periods, an invoice, a gap.
fn base() -> &'static TempDir {
    static BASE: OnceLock<TempDir> = OnceLock::new();
    BASE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let azure = OddAzure::start();
        azure.tell(FIRST, "2026-11-17", Day::Pages(3));
        azure.tell(FIRST, "2026-11-19", Day::Status(404));
        fs::write(at.join("card.json"), CARD).unwrap();
        fs::write(at.join("card2.json"), CARD.replace("0.192", "0.200").replace("2020-02-02", "2026-11-01")).unwrap();
        fs::write(at.join("retail.json"), crate::bad_input::RETAIL).unwrap();
        fs::write(at.join("own.json"), OWN).unwrap();
        fs::write(at.join("usage.json"), crate::bad_input::USAGE).unwrap();
        fs::write(at.join("rules.txt"), "when usage of each subscription is older than 1 day\n").unwrap();
        let offer = "--offer MS-AZR-0062P";
        for (line, code) in [
            (format!("import ratecard card.json {offer} --at 2026-11-01T00:00:00Z"), 0),
            (format!("import ratecard card2.json {offer} --at 2026-11-02T00:00:00Z"), 0),
            ("import retail retail.json --at 2026-11-03T00:00:00Z".to_owned(), 0),
            (format!("import ownbook own.json {offer} --at 2026-11-04T00:00:00Z"), 0),
            (format!("import usage usage.json --subscription {FIRST} {offer} --at 2026-11-05T00:00:00Z"), 0),
            (format!("snapshot usage --from 2026-11-17 --subscription {FIRST} --at 2026-11-20T03:00:00Z"), 3),
            (format!("snapshot invoices --subscription {FIRST} --at 2026-11-20T04:00:00Z"), 0),
            ("alerts rules set rules.txt --at 2026-11-20T05:00:00Z".to_owned(), 0),
            ("alerts run --at 2026-11-20T05:45:00Z".to_owned(), 0),
        ] {
            let answer = azure.forebill(at, &line);
            assert_eq!(answer.code, code, "{line}\n{}{}", answer.stdout, answer.stderr);
        }
        folder
    })
}

fn copy() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in contents(&base().path().join("data")) {
        let inside = Path::new(&name).strip_prefix(base().path()).unwrap().to_owned();
        let path = folder.path().join(inside);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn verify(folder: &Path) -> Answer {
    forebill(folder, &["verify", "-o", "json", "--at", "2026-11-21T00:00:00Z"])
}

fn record_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("data/manifests/{number:08}.json"))
}

fn record(folder: &Path, number: u64) -> Value {
    serde_json::from_slice(&fs::read(record_path(folder, number)).unwrap()).unwrap()
}

/// Rewrites a record and mends the chain behind it.
fn change(folder: &Path, number: u64, change: impl FnOnce(&mut Value)) {
    let mut value = record(folder, number);
    let before = value.clone();
    change(&mut value);
    assert_ne!(value, before, "nothing was planted");
    write_record(folder, number, value);
    for next in number + 1.. {
        if !record_path(folder, next).exists() {
            break;
        }
        let before = fs::read(record_path(folder, next - 1)).unwrap();
        let mut value = record(folder, next);
        value["previous"] = BookId::of(&before).hex().into();
        write_record(folder, next, value);
    }
}

fn write_record(folder: &Path, number: u64, mut value: Value) {
    value.as_object_mut().unwrap().remove("seal");
    fs::write(record_path(folder, number), seal(value.to_string().as_bytes())).unwrap();
}

/// The record and the index of the first entry of a kind.
fn find(folder: &Path, kind: &str) -> (u64, usize) {
    for number in 1.. {
        let entries = record(folder, number)["entries"].as_array().unwrap().clone();
        if let Some(index) = entries.iter().position(|entry| entry.get(kind).is_some()) {
            return (number, index);
        }
    }
    unreachable!()
}

/// Changes the first entry of a kind.
fn entry(folder: &Path, kind: &str, what: impl FnOnce(&mut Value)) {
    let (number, index) = find(folder, kind);
    change(folder, number, |record| what(&mut record["entries"][index][kind]));
}

/// Other bytes for an object, with everything that its record says of them.
fn replace(folder: &Path, object: &mut Value, edit: impl FnOnce(String) -> String) {
    let key = object["key"].as_str().unwrap().to_owned();
    let path = folder.join("data").join(&key);
    let text = String::from_utf8(zstd::decode_all(&fs::read(&path).unwrap()[..]).unwrap()).unwrap();
    let after = edit(text.clone());
    assert_ne!(text, after, "nothing was planted");
    let (old, new) = (object["sha256"].as_str().unwrap().to_owned(), BookId::of(after.as_bytes()).hex().to_owned());
    let renamed = key.replace(&old[..16], &new[..16]);
    fs::remove_file(path).unwrap();
    fs::write(folder.join("data").join(&renamed), zstd::bulk::compress(after.as_bytes(), 3).unwrap()).unwrap();
    object["key"] = renamed.into();
    object["sha256"] = new.into();
    object["bytes"] = after.len().into();
}

fn object_path(folder: &Path, kind: &str) -> PathBuf {
    let (number, index) = find(folder, kind);
    let entry = &record(folder, number)["entries"][index][kind];
    let object = if entry["file"].is_object() { &entry["file"] } else { &entry["pages"][0] };
    folder.join("data").join(object["key"].as_str().unwrap())
}

fn book_path(folder: &Path) -> PathBuf {
    let (number, index) = find(folder, "prices");
    let id = record(folder, number)["entries"][index]["prices"]["book"].as_str().unwrap().to_owned();
    folder.join(format!("data/ratebook/{}.json", id.trim_start_matches("sha256:")))
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// What was planted, and every kind of breach that must be told, and a part of what is said.
type Planted = (&'static str, fn(&Path), &'static [&'static str], &'static str);

#[rustfmt::skip] // One case per line: a table.
const PLANTED: &[Planted] = &[
    ("a record is gone", |f| fs::remove_file(record_path(f, 3)).unwrap(), &["record-missing"], "record 3 is missing"),
    ("the first record is gone", |f| fs::remove_file(record_path(f, 1)).unwrap(), &["record-missing"], "record 1 is missing"),
    ("a pack of other records", |f| {
        let lines = fs::read(record_path(f, 1)).unwrap();
        let name = shared::snapshot::key::pack(1, 256, BookId::of(&lines).hex());
        fs::create_dir_all(f.join("data/packs")).unwrap();
        fs::write(f.join("data").join(name), zstd::bulk::compress(b"other", 3).unwrap()).unwrap();
    }, &["pack-differs"], "may be deleted"),
    ("half a record", |f| { let b = fs::read(record_path(f, 4)).unwrap(); fs::write(record_path(f, 4), &b[..b.len() / 2]).unwrap() }, &["record-chain", "record-unreadable"], "the text breaks off"),
    ("a record with another number", |f| change(f, 4, |r| r["number"] = 5.into()), &["record-unreadable"], "it says that it is 5"),
    ("a record with a turned bit", |f| flip(&record_path(f, 2)), &["record-chain", "record-unreadable"], "does not fit: the record is not as it was written"),
    ("a record that was changed and sealed", |f| { let mut r = record(f, 2); r["job"] = "another".into(); write_record(f, 2, r) }, &["record-chain"], "it does not name the hash of the record before it"),
    ("a day that stands there twice", |f| { let (n, i) = find(f, "usage"); change(f, n, |r| { let twice = r["entries"][i].clone(); r["entries"].as_array_mut().unwrap().push(twice) }) }, &["named-twice"], "2026-11-17 stands there twice"),
    ("a gap over a day that was read", |f| entry(f, "gap", |gap| gap["reportedFrom"] = "2026-11-18".into()), &["named-twice"], "2026-11-18 stands there twice"),
    ("an incident that changes twice", |f| { let (n, i) = find(f, "incident"); change(f, n, |r| { let twice = r["entries"][i].clone(); r["entries"].as_array_mut().unwrap().push(twice) }) }, &["named-twice"], "changes there twice"),
    ("alert rules that were changed", |f| flip(&object_path(f, "alertRules")), &["object-damaged"], "raw/alert-rules/"),
    ("alert rules of another name", |f| { let p = object_path(f, "alertRules"); let other = p.with_file_name("0123456789abcdef.txt"); fs::rename(p, other).unwrap(); entry(f, "alertRules", |rules| rules["file"]["key"] = "raw/alert-rules/0123456789abcdef.txt".into()) }, &["key-of-another"], "makes the key raw/alert-rules/"),
    ("an invoice that ends before it starts", |f| entry(f, "invoice", |invoice| invoice["periodStartOn"] = "2026-10-14".into()), &["bad-dates"], "it ends on 2026-10-13 and starts on 2026-10-14"),
    ("a page is gone", |f| fs::remove_file(object_path(f, "usage")).unwrap(), &["object-missing"], "it is committed and not there"),
    ("an invoice is gone", |f| fs::remove_file(object_path(f, "invoice")).unwrap(), &["object-missing"], "it is committed and not there"),
    ("a flipped bit of a page", |f| flip(&object_path(f, "usage")), &["object-damaged"], "raw/usage/"),
    ("a flipped bit of an invoice", |f| flip(&object_path(f, "invoice")), &["object-damaged"], "is not what was committed"),
    ("a page cut off", |f| { let p = object_path(f, "prices"); let b = fs::read(&p).unwrap(); fs::write(&p, &b[..b.len() - 9]).unwrap() }, &["object-damaged"], "raw/ratecard/"),
    ("another length", |f| entry(f, "usage", |usage| usage["pages"][0]["bytes"] = 7.into()), &["answers-differ", "object-damaged"], "is not what was committed"),
    ("a page of another day", |f| entry(f, "usage", |usage| usage["reportedOn"] = "2026-11-16".into()), &["key-of-another"], "makes the key raw/usage/"),
    ("the pages in another order", |f| entry(f, "usage", |usage| usage["pages"].as_array_mut().unwrap().swap(0, 1)), &["pages-not-whole"], "it stands as page 0"),
    ("the last page is not named", |f| { let (n, i) = find(f, "usage"); let mut lost = json!(null); change(f, n, |r| lost = r["entries"][i]["usage"]["pages"].as_array_mut().unwrap().pop().unwrap()); fs::remove_file(f.join("data").join(lost["key"].as_str().unwrap())).unwrap() }, &["answers-differ", "pages-not-whole"], "a page follows it and is not named"),
    ("no page at all", |f| entry(f, "billingPeriods", |periods| periods["pages"] = json!([])), &["answers-differ", "pages-not-whole"], "an entry names no page at all"),
    ("rows of another subscription", |f| entry_object(f, "usage", |text| text.replace("11111111-2222", "11111112-2222")), &["answers-differ", "unreadable"], "the row belongs to subscription"),
    ("a file that is no usage", |f| entry_object(f, "importedUsage", |_| "{\"value\":17}".into()), &["unreadable"], "raw/usage/"),
    ("a row too many in the record", |f| entry(f, "importedUsage", |usage| usage["file"]["rows"] = 3.into()), &["rows-differ"], "it has 2 rows, its record says 3"),
    ("a price too few in the record", |f| entry(f, "prices", |prices| prices["pages"][0]["rows"] = 1.into()), &["rows-differ"], "it has 2 rows, its record says 1"),
    ("a flipped bit of a book", |f| flip(&book_path(f)), &["book-damaged"], "is not the book of that name"),
    ("a book is gone", |f| fs::remove_file(book_path(f)).unwrap(), &["book-damaged"], "it is committed and not there"),
    ("a book with fewer prices than its record says", |f| entry(f, "prices", |prices| prices["meters"] = 9.into()), &["book-damaged"], "its record says 9"),
    ("a book that its pages do not make", |f| other_book(f), &["book-differs"], "its pages make another book"),
    ("billing periods that overlap", |f| entry_object(f, "billingPeriods", |text| text.replace("2026-10-14", "2026-10-13")), &["answers-differ", "periods-overlap"], "the period from 2026-10-13T00:00:00Z starts before"),
    ("a billing period that ends before it starts", |f| entry_object(f, "billingPeriods", |text| text.replace("2026-11-13", "2026-10-01")), &["answers-differ", "unreadable"], "ends before it starts"),
    ("answers of another page", |f| entry_object(f, "answers", |text| text.replacen("\"bytes\":", "\"bytes\":1", 1)), &["answers-differ"], "which is no page of this record"),
    ("an answer that is not told", |f| { entry_object(f, "answers", |text| text.lines().skip(1).map(|line| format!("{line}\n")).collect()); entry(f, "answers", |answers| answers["file"]["rows"] = 3.into()) }, &["answers-differ"], "it does not tell how"),
    ("answers that are no lines", |f| entry_object(f, "answers", |text| format!("x{text}")), &["unreadable"], "line 1"),
    ("a folder in the place of a page", |f| { let p = object_path(f, "usage"); fs::remove_file(&p).unwrap(); fs::create_dir(p).unwrap() }, &["not-a-file"], "it is a folder and not a file"),
    ("a stranger's file", |f| fs::write(f.join("data/notes.txt"), "x").unwrap(), &["unknown-key"], "no record and no run makes such a key"),
    ("a stranger among the records", |f| fs::write(f.join("data/manifests/1.json"), "x").unwrap(), &["unknown-key"], "no record has such a name"),
];

fn entry_object(folder: &Path, kind: &str, edit: impl FnOnce(String) -> String) {
    entry(folder, kind, |entry| {
        let object = if entry["file"].is_object() { &mut entry["file"] } else { &mut entry["pages"][0] };
        replace(folder, object, edit);
    });
}

/// A book under the hash that fits it, opened without a word, and not what the card says.
fn other_book(folder: &Path) {
    let text = fs::read_to_string(book_path(folder)).unwrap().replace("0.083", "0.082");
    let id = BookId::of(text.as_bytes());
    fs::write(folder.join(format!("data/ratebook/{}.json", id.hex())), text).unwrap();
    entry(folder, "prices", |prices| prices["book"] = id.as_str().into());
}

#[test]
fn a_whole_store_is_whole() {
    let answer = verify(base().path());
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    let found = answer.json();
    assert_eq!(
        (&found["schema"], &found["whole"], &found["orphans"]),
        (&"forebill.verify/1".into(), &true.into(), &0.into())
    );
    assert_eq!(found["breaches"], json!([]));
    // Two cards, retail prices, two own books, each made again.
    assert_eq!((&found["books"], &found["rebuiltBooks"], &found["booksNotRebuilt"]), (&5.into(), &5.into(), &0.into()));
    let kinds = [
        "usage",
        "gap",
        "answers",
        "importedUsage",
        "prices",
        "billingPeriods",
        "invoice",
        "subscription",
        "alertRules",
        "incident",
    ];
    kinds.iter().for_each(|kind| assert!(find(base().path(), kind).0 > 0, "{kind}"));
}

#[test]
fn every_planted_breach_is_told_and_nothing_else() {
    let mut problems = Vec::new();
    for (name, plant, kinds, says) in PLANTED {
        let folder = copy();
        plant(folder.path());
        let stored = contents(folder.path());
        let answer = verify(folder.path());
        let found = answer.json();
        let breaches = found["breaches"].as_array().unwrap();
        let told: BTreeSet<&str> = breaches.iter().map(|breach| breach["kind"].as_str().unwrap()).collect();
        let said = breaches.iter().any(|breach| breach.to_string().contains(says));
        let right = answer.code == 1 && told == kinds.iter().copied().collect() && said;
        if !right || found["whole"] != false || !answer.stderr.contains("breaks") {
            problems.push(format!("{name}: exit {}, {told:?}\n{breaches:#?}\n{}", answer.code, answer.stderr));
        }
        assert_eq!(contents(folder.path()), stored, "{name}: verify changed the store");
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    // Each kind that verify can tell stands in the table.
    let source =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/archive/verify/findings.rs")).unwrap();
    let body = source.split("pub enum BreachKind {").nth(1).unwrap().split('}').next().unwrap();
    let all = body.lines().map(str::trim).filter(|line| line.ends_with(',') && !line.starts_with("//")).count();
    let planted: BTreeSet<&str> = PLANTED.iter().flat_map(|(_, _, kinds, _)| kinds.iter().copied()).collect();
    assert_eq!(planted.len(), all, "{planted:?}");
}

/// A run that died, or lost a race, leaves objects that nobody names: counted, and no breach.
#[test]
fn leftovers_of_runs_are_counted() {
    let folder = copy();
    fs::write(folder.path().join("data/raw/left.json.zst"), "x").unwrap();
    fs::write(folder.path().join("data/ratebook/left.json"), "x").unwrap();
    let answer = verify(folder.path());
    assert_eq!((answer.code, &answer.json()["orphans"]), (0, &2.into()));
    let table = forebill(folder.path(), &["verify"]);
    assert!(table.stdout.contains("2 objects belong to no record"), "{}", table.stdout);
    assert!(table.stdout.contains("Everything is as it was committed"), "{}", table.stdout);
}

#[test]
fn breaches_are_printed_for_people_and_for_sheets() {
    let folder = copy();
    fs::write(folder.path().join("data/notes.txt"), "x").unwrap();
    fs::remove_file(record_path(folder.path(), 3)).unwrap();
    let table = forebill(folder.path(), &["verify"]);
    assert_eq!(table.code, 1);
    for part in ["record-missing", "manifests/00000003.json", "record 3 is missing", "unknown-key", "notes.txt"] {
        assert!(table.stdout.contains(part), "{part}: {}", table.stdout);
    }
    assert!(table.stderr.contains("the store file:./data breaks 2 of its promises"), "{}", table.stderr);
    let csv = forebill(folder.path(), &["verify", "-o", "csv"]);
    let lines: Vec<&str> = csv.stdout.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, "kind,record,key,detail"));
    assert_eq!(lines[1], "record-missing,3,manifests/00000003.json,record 3 is missing");
}

/// A mistyped path must not pass for a store in which all is well; that nothing is due yet is no such answer.
#[test]
fn a_place_without_a_store_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("empty/notes.txt"), "x").unwrap();
    for store in ["file:./nowhere", "file:./empty", "memory:"] {
        for line in [
            "verify",
            "verify --rebuild",
            "gc",
            "gc --yes",
            "retention --usage-before 2024-01-01 --yes",
            "restatements",
        ] {
            let line: Vec<&str> = line.split(' ').chain(["--store", store]).collect();
            let answer = forebill(folder.path(), &line);
            assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{line:?}: {}", answer.stderr);
            let says = format!("{store} holds no store");
            assert!(answer.stderr.contains(&says) && answer.stderr.contains("--store"), "{line:?}: {}", answer.stderr);
        }
        assert_eq!(forebill(folder.path(), &["ledger", "--store", store]).code, 0, "{store}");
    }
    assert!(!folder.path().join("nowhere").exists());
}

/// A link, a pipe, a socket or a folder in the place of an object: each is told, none is opened or followed, and what
/// else is wrong is told beside it.
#[test]
fn what_is_no_file_is_told_and_the_rest_is_looked_at() {
    let folder = copy();
    let at = folder.path();
    let (page, invoice, book) = (object_path(at, "usage"), object_path(at, "invoice"), book_path(at));
    let key = |path: &Path| path.strip_prefix(at.join("data")).unwrap().display().to_string();
    // The link leads to the very bytes: followed, it would do.
    let outside = at.join("outside");
    fs::rename(&page, &outside).unwrap();
    std::os::unix::fs::symlink(&outside, &page).unwrap();
    for pipe in [&invoice, &at.join("data/raw/pipe.json")] {
        let _ = fs::remove_file(pipe);
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    fs::remove_file(&book).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(&book);
    if !book.exists() {
        // The path may be too long for a socket.
        fs::create_dir(&book).unwrap();
    }
    fs::rename(record_path(at, 9), at.join("record")).unwrap();
    std::os::unix::fs::symlink(at.join("record"), record_path(at, 9)).unwrap();
    fs::write(at.join("data/notes.txt"), "x").unwrap();
    let answer = verify(at);
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    let found = answer.json();
    let told: BTreeSet<(&str, &str)> = found["breaches"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|breach| breach["kind"] == "not-a-file")
        .map(|breach| (breach["key"].as_str().unwrap(), breach["act"].as_str().unwrap()))
        .collect();
    let (page_key, invoice_key, book_key, record_key) =
        (key(&page), key(&invoice), key(&book), key(&record_path(at, 9)));
    let expected = BTreeSet::from([
        (page_key.as_str(), "restore"),
        (&invoice_key, "restore"),
        (&book_key, "restore"),
        (&record_key, "restore"),
        ("raw/pipe.json", "remove"),
    ]);
    assert_eq!(told, expected, "{found:#}");
    assert!(found["breaches"].as_array().unwrap().iter().any(|breach| breach["key"] == "notes.txt"), "{found:#}");
    let again = forebill(at, &["verify", "--rebuild", "-o", "json", "--at", "2026-11-21T00:00:00Z"]);
    assert_eq!((again.code, again.json()["breaches"].clone()), (1, found["breaches"].clone()), "{}", again.stderr);
    assert!(fs::symlink_metadata(&page).unwrap().is_symlink(), "it stays as it is");
    // Who reads it for a job or a person is refused in words.
    let spend = forebill(at, &["spend", "--at", "2026-11-21T00:00:00Z"]);
    assert_eq!(spend.code, 1);
    assert!(spend.stderr.contains("a symbolic link inside the store is not followed"), "{}", spend.stderr);
}

/// What to do about a breach is said for each of them.
#[test]
fn each_breach_is_told_with_what_puts_it_right() {
    let told = |plant: &dyn Fn(&Path)| {
        let folder = copy();
        plant(folder.path());
        let (answer, rebuilt) = (verify(folder.path()), forebill(folder.path(), &["verify", "--rebuild"]));
        assert_eq!(answer.code, 1);
        (answer.stderr, rebuilt.code, rebuilt.stderr)
    };
    let (says, _, _) = told(&|at| fs::write(at.join("data/notes.txt"), "x").unwrap());
    assert!(says.contains("to move away, for nobody needs it: notes.txt") && !says.contains("restore"), "{says}");
    let (says, code, _) = told(&|at| fs::remove_file(book_path(at)).unwrap());
    assert!(says.contains("forebill verify --rebuild: ratebook/") && !says.contains("restore"), "{says}");
    assert_eq!(code, 0, "and it does");
    let (says, code, again) = told(&|at| {
        fs::remove_file(book_path(at)).unwrap();
        fs::remove_file(object_path(at, "prices")).unwrap();
    });
    assert!(says.contains("to restore from a copy: raw/ratecard/"), "{says}");
    assert!(code == 1 && again.contains("to restore from a copy: 2 objects"), "{again}");
    let (says, _, _) = told(&|at| {
        let last = (1..).take_while(|number| record_path(at, *number).exists()).last().unwrap();
        let bytes = fs::read(record_path(at, last)).unwrap();
        fs::write(record_path(at, last), &bytes[..bytes.len() / 2]).unwrap();
    });
    assert!(says.contains("put right by the next run of any job") && !says.contains("restore"), "{says}");
}

/// Every book that was made from a card or from retail prices: cut, or gone, and made again to the same bytes.
#[test]
fn what_is_made_from_pages_is_made_again() {
    let folder = copy();
    let mut books = BTreeSet::new();
    for number in (1..).take_while(|number| record_path(folder.path(), *number).exists()) {
        for entry in record(folder.path(), number)["entries"].as_array().unwrap() {
            let prices = &entry["prices"];
            if ["ratecard", "retail"].contains(&prices["source"].as_str().unwrap_or_default()) {
                let id = prices["book"].as_str().unwrap().trim_start_matches("sha256:").to_owned();
                books.insert(folder.path().join(format!("data/ratebook/{id}.json")));
            }
        }
    }
    assert!(books.len() >= 2, "{books:?}");
    let stored = contents(folder.path());
    for (number, book) in books.iter().enumerate() {
        match number % 2 {
            0 => fs::remove_file(book).unwrap(),
            _ => fs::write(book, &fs::read(book).unwrap()[1..]).unwrap(),
        }
    }
    assert_eq!(verify(folder.path()).code, 1);
    let answer = forebill(folder.path(), &["verify", "--rebuild", "--at", "2026-11-21T00:00:00Z"]);
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stderr.contains(&format!("{} objects were made again", books.len())), "{}", answer.stderr);
    assert_eq!(contents(folder.path()), stored);
}
