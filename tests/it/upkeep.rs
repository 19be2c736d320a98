//! What deletes, and what Azure changed afterwards, over a store that the jobs filled.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::bad_input::contents;
use crate::support::odd_azure::{Day, FIRST, METER, OddAzure};
use crate::support::program::{Answer, forebill};

fn run(folder: &Path, line: &str) -> Answer {
    forebill(folder, &line.split_whitespace().collect::<Vec<_>>())
}

fn snapshot(azure: &OddAzure, folder: &Path, from: &str, at: &str) {
    let line = format!("snapshot usage --subscription {FIRST} --from {from} --at {at}");
    let answer = azure.forebill(folder, &line);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

fn is_whole(folder: &Path) {
    let answer = run(folder, "verify -o json --at 2026-12-01T00:00:00Z");
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
}

fn objects(folder: &Path) -> BTreeSet<String> {
    let root = format!("{}/data/", folder.display());
    contents(&folder.join("data")).into_keys().map(|path| path.replace(&root, "")).collect()
}

#[test]
fn only_what_no_record_names_and_no_run_may_still_name_is_collected() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    snapshot(&azure, folder.path(), "2026-11-18", "2026-11-20T03:00:00Z");
    let before = objects(folder.path());
    let orphan = |run: &str| format!("raw/usage/{FIRST}/daily/2026-11-18/{run}/p0000-0123456789abcdef.json.zst");
    let (old, young) = (orphan("20261101t030000z"), orphan("20261125t030000z"));
    let of_no_run = format!("raw/invoices/{FIRST}/2026-10-13-0123456789abcdef.pdf");
    for key in [&old, &young, &of_no_run] {
        let path = folder.path().join("data").join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "left behind").unwrap();
        if *key == old {
            fs::File::options().write(true).open(path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        }
    }
    // A run of now may be given a time of long ago.
    let of_now = orphan("20261102t030000z");
    let path = folder.path().join("data").join(&of_now);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "being written").unwrap();
    // What killed processes were writing, long ago and just now.
    let aside = |name: &str| folder.path().join("data/raw").join(name);
    for (name, old) in [(".aside-a1", true), (".aside-b2", false)] {
        fs::write(aside(name), "half").unwrap();
        let file = fs::File::options().write(true).open(aside(name)).unwrap();
        file.set_modified(if old { std::time::UNIX_EPOCH } else { std::time::SystemTime::now() }).unwrap();
    }
    let with_orphans = objects(folder.path());
    let told = run(folder.path(), "gc -o json --at 2026-11-28T00:00:00Z").json();
    assert_eq!(told["objects"], json!([{ "key": old, "runAt": "2026-11-01T03:00:00Z" }]));
    assert_eq!((&told["deleted"], &told["tooYoung"], &told["withoutRun"]), (&json!(false), &json!(2), &json!(1)));
    assert_eq!(told["unfinished"], json!(1));
    assert_eq!(objects(folder.path()), with_orphans, "nothing is deleted without --yes");
    // However late it is said to be, what was just written is not old.
    let ahead = run(folder.path(), "gc -o json --at 2036-11-28T00:00:00Z").json();
    assert_eq!((&ahead["objects"], &ahead["unfinished"]), (&told["objects"], &json!(1)), "{ahead}");
    let answer = run(folder.path(), "gc --yes --at 2026-11-28T00:00:00Z");
    assert!(answer.stdout.starts_with("1 objects of runs before 2026-11-21T00:00:00Z deleted"), "{}", answer.stdout);
    assert!(answer.stdout.contains("\n1 files that killed runs were writing deleted\n"), "{}", answer.stdout);
    assert!(!aside(".aside-a1").exists() && aside(".aside-b2").exists());
    fs::remove_file(aside(".aside-b2")).unwrap();
    let expect: BTreeSet<String> = before.iter().cloned().chain([young, of_no_run, of_now]).collect();
    assert_eq!(objects(folder.path()), expect);
    is_whole(folder.path());
    // With a record that breaks off or is gone nobody knows what it names.
    let last = folder.path().join("data/manifests/00000001.json");
    let record = fs::read(&last).unwrap();
    fs::write(&last, &record[..record.len() / 2]).unwrap();
    let answer = run(folder.path(), "gc --yes --at 2027-11-28T00:00:00Z");
    assert!(answer.code == 1 && answer.stderr.contains("manifests/00000001.json"), "{}", answer.stderr);
    fs::write(&last, &record).unwrap();
    is_whole(folder.path());
    // A queue brings a run back for four days.
    let answer = run(folder.path(), "gc --older-than-days 4");
    assert_eq!(answer.code, 2, "{}", answer.stderr);
}

/// What is no file is named and left alone, and the rest is collected.
#[test]
fn what_is_no_file_stays_and_stops_nothing() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    snapshot(&azure, folder.path(), "2026-11-18", "2026-11-20T03:00:00Z");
    let data = folder.path().join("data");
    let orphan = |page: u8| {
        let run = format!("raw/usage/{FIRST}/daily/2026-11-18/20261101t030000z");
        fs::create_dir_all(data.join(&run)).unwrap();
        format!("{run}/p000{page}-0123456789abcdef.json.zst")
    };
    let (file, link, pipe) = (orphan(0), orphan(1), orphan(2));
    fs::write(data.join(&file), "left behind").unwrap();
    let written = fs::File::options().write(true).open(data.join(&file)).unwrap();
    written.set_modified(std::time::UNIX_EPOCH).unwrap();
    fs::write(folder.path().join("elsewhere"), "mine").unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), data.join(&link)).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(data.join(&pipe)).status().unwrap().success());
    let answer = run(folder.path(), "gc --yes -o json --at 2026-11-28T00:00:00Z");
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let told = answer.json();
    assert_eq!(told["objects"], json!([{ "key": file, "runAt": "2026-11-01T03:00:00Z" }]));
    let names: Vec<&str> =
        told["notFiles"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert_eq!(names, [&link, &pipe]);
    assert!(answer.stderr.contains(&link) && answer.stderr.contains(&pipe), "{}", answer.stderr);
    assert!(!data.join(&file).exists() && data.join(&link).is_symlink() && data.join(&pipe).exists());
    assert_eq!(fs::read(folder.path().join("elsewhere")).unwrap(), b"mine");
    // A record may name anything: where one cannot be read, nothing is deleted.
    fs::remove_file(data.join(&link)).unwrap();
    fs::write(data.join(&file), "left behind").unwrap();
    let written = fs::File::options().write(true).open(data.join(&file)).unwrap();
    written.set_modified(std::time::UNIX_EPOCH).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(data.join("manifests/00000002.json")).status().unwrap().success());
    let answer = run(folder.path(), "gc --yes --at 2026-11-28T00:00:00Z");
    assert!(answer.code == 1 && answer.stderr.contains("manifests/00000002.json"), "{}", answer.stderr);
    assert!(data.join(&file).exists());
}

#[test]
fn usage_that_is_given_up_is_gone_and_stays_away() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    snapshot(&azure, folder.path(), "2026-11-10", "2026-11-15T03:00:00Z");
    // The last days are read again, so some have two readings.
    azure.otherwise(Day::Pages(2));
    snapshot(&azure, folder.path(), "2026-11-10", "2026-11-16T03:00:00Z");
    let days = |keys: &BTreeSet<String>| {
        let usage = keys.iter().filter(|key| key.starts_with("raw/usage/"));
        usage.map(|key| key.split('/').nth(4).unwrap().to_owned()).collect::<BTreeSet<String>>()
    };
    let before = objects(folder.path());
    assert_eq!(days(&before).len(), 6);
    let told = run(folder.path(), "retention --usage-before 2026-11-13 -o json --at 2026-11-17T00:00:00Z").json();
    // One day read once; the 11th and 12th read twice: one page, then two.
    assert_eq!((&told["days"], &told["objects"], &told["deleted"]), (&json!(3), &json!(7), &json!(false)));
    assert_eq!(objects(folder.path()), before);
    let told = run(folder.path(), "retention --usage-before 2026-11-13 --yes -o json --at 2026-11-17T00:00:00Z").json();
    assert_eq!(told["deleted"], json!(true));
    let left: Vec<String> = days(&objects(folder.path())).into_iter().collect();
    assert_eq!(left, ["2026-11-13", "2026-11-14", "2026-11-15"]);
    is_whole(folder.path());
    azure.asked();
    snapshot(&azure, folder.path(), "2026-11-10", "2026-11-18T03:00:00Z");
    let asked: BTreeSet<String> = azure.asked().into_iter().collect();
    let first = asked.first().unwrap();
    assert!(first.ends_with("2026-11-13"), "days that were given up are not due: {asked:?}");
    // A run that died between record and deletion goes on.
    let again =
        run(folder.path(), "retention --usage-before 2026-11-13 --yes -o json --at 2026-11-18T04:00:00Z").json();
    assert_eq!((&again["days"], &again["objects"]), (&json!(0), &json!(0)));
    assert_eq!(run(folder.path(), "retention --usage-before 2026-12-13 --at 2026-11-18T04:00:00Z").code, 2);
}

#[test]
fn a_day_that_says_something_else_is_told_row_by_row() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    let row = |bucket: &str, quantity: &str| {
        format!(
            r#"{{"name":"{bucket}","properties":{{"subscriptionId":"{FIRST}","meterId":"{METER}","meterName":"Hours","usageStartTime":"2026-11-18T00:00:00+00:00","usageEndTime":"2026-11-19T00:00:00+00:00","quantity":{quantity},"unit":"1 Hour"}}}}"#
        )
    };
    let day = |rows: &[String]| Day::Text(format!(r#"{{"value":[{}]}}"#, rows.join(",")));
    azure.tell(FIRST, "2026-11-19", day(&[row("a", "1.5"), row("b", "2"), row("c", "3")]));
    snapshot(&azure, folder.path(), "2026-11-18", "2026-11-20T03:00:00Z");
    let none = run(folder.path(), "restatements");
    assert_eq!(
        (none.code, none.stdout.as_str()),
        (
            0,
            "No day that was read again said anything else; rows of imported files that were read twice are told by forebill spend\n"
        )
    );
    azure.tell(FIRST, "2026-11-19", day(&[row("a", "1.50"), row("b", "2.0000000001"), row("d", "4")]));
    snapshot(&azure, folder.path(), "2026-11-18", "2026-11-21T03:00:00Z");
    let told = run(folder.path(), "restatements -o json").json();
    let found = told["restatements"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{told}");
    assert_eq!(found[0]["reportedOn"], "2026-11-19");
    assert_eq!(
        (&found[0]["beforeAt"], &found[0]["afterAt"]),
        (&json!("2026-11-20T03:00:00Z"), &json!("2026-11-21T03:00:00Z"))
    );
    let changes: Vec<(String, String)> = found[0]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["before"].to_string(), row["after"].to_string()))
        .collect();
    let text = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    let mut changes = changes;
    changes.sort();
    assert_eq!(changes, [text("\"2\"", "\"2.0000000001\""), text("\"3\"", "null"), text("null", "\"4\"")]);
    let csv = run(folder.path(), "restatements -o csv --from 2026-11-19 --to 2026-11-19").stdout;
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert_eq!(run(folder.path(), "restatements -o csv --to 2026-11-18").stdout.lines().count(), 1);
    let turned = run(folder.path(), "restatements --from 2026-11-20 --to 2026-11-19");
    assert_eq!((turned.code, turned.stdout.as_str()), (2, ""), "{}", turned.stderr);
    assert!(turned.stderr.contains("--from 2026-11-20 is later than --to 2026-11-19"), "{}", turned.stderr);
}
