//! Archived invoices: what is listed, and copies that never replace anything, against the sample's own documents.

use std::collections::BTreeSet;
use std::path::Path;

use functions::demo::{Options, Question, Refusal, SampleAzure};
use serde_json::{Value, json};
use shared::ratebook::format::BookId;

use crate::support::program::{Answer, forebill, with_sample};

const NOW: &str = "2026-11-22T06:00:00Z";
const STRANGER: &str = "99999999-2222-3333-4444-555555555555";

async fn sample() -> SampleAzure {
    SampleAzure::start(Options::at(NOW.parse().unwrap())).await.unwrap()
}

async fn pull(sample: &SampleAzure, folder: &Path, line: &str) -> Answer {
    let info = &sample.subscriptions()[0];
    let list = format!("{}={}", info.id, info.offer);
    let line: Vec<&str> = ["invoices", "pull"].into_iter().chain(line.split_whitespace()).collect();
    let line = [line.as_slice(), &["--to", "out", "--at", NOW, "-o", "json"]].concat();
    with_sample(sample, folder, &line, &[("FOREBILL_SUBSCRIPTIONS", &list)]).await
}

fn offline(folder: &Path, line: &str) -> Answer {
    let line: Vec<&str> = ["invoices", "pull", "--offline"].into_iter().chain(line.split_whitespace()).collect();
    forebill(folder, &[line.as_slice(), &["--to", "out", "-o", "json"]].concat())
}

fn names(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn written(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    json["files"].as_array().unwrap().iter().map(|file| file["written"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn invoices_are_read_written_and_passed_over() {
    let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
    let folder = folder.path();
    let first = pull(&sample, folder, "--all").await;
    assert_eq!(first.code, 0, "{}", first.stderr);
    // One for each period of the sample that is over; the document says whose it is.
    let periods = sample.subscriptions()[0].periods(NOW.parse().unwrap());
    let closed: Vec<_> = periods.iter().filter(|period| period.closed(NOW.parse().unwrap())).collect();
    let files = first.json()["files"].as_array().unwrap().clone();
    assert_eq!((files.len(), first.json()["read"]["committed"].clone()), (closed.len(), json!(closed.len())));
    for (file, period) in files.iter().zip(&closed) {
        let path = file["file"].as_str().unwrap();
        assert!(path.starts_with(&format!("{}_{}_{}-2", period.start, period.end, period.label())), "{path}");
        let bytes = std::fs::read(folder.join("out").join(path)).unwrap();
        assert!(bytes.starts_with(b"%PDF"), "{path}");
        assert_eq!(file["object"]["sha256"], BookId::of(&bytes).hex());
        assert_eq!((&file["written"], &file["readAt"]), (&json!("written"), &json!(NOW)));
    }
    assert_eq!(names(&folder.join("out")).len(), closed.len(), "nothing else lies there");

    let requests = sample.requests().len();
    let again = offline(folder, "--all");
    assert_eq!((again.code, written(&again)), (0, vec!["already-there".to_owned(); closed.len()]));
    assert_eq!(sample.requests().len(), requests, "offline asks nobody");
    assert!(again.json()["read"].is_null());

    // A file of that name with other bytes, and a link: both stay as they are, and the others are written.
    let (one, two) = (files[0]["file"].as_str().unwrap(), files[1]["file"].as_str().unwrap());
    std::fs::remove_dir_all(folder.join("out")).unwrap();
    std::fs::create_dir(folder.join("out")).unwrap();
    std::fs::write(folder.join("out").join(one), "mine").unwrap();
    std::fs::write(folder.join("elsewhere"), "mine, too").unwrap();
    std::os::unix::fs::symlink("../elsewhere", folder.join("out").join(two)).unwrap();
    let third = offline(folder, "--all");
    assert_eq!(third.code, 1, "{}", third.stderr);
    assert_eq!(written(&third)[..3], ["differs", "differs", "written"]);
    assert!(third.stderr.contains(one) && third.stderr.contains("move it away"), "{}", third.stderr);
    assert_eq!(std::fs::read(folder.join("out").join(one)).unwrap(), b"mine");
    assert_eq!(std::fs::read(folder.join("elsewhere")).unwrap(), b"mine, too");

    let name = files[2]["name"].as_str().unwrap();
    std::fs::remove_dir_all(folder.join("out")).unwrap();
    let only = offline(folder, name);
    assert_eq!(
        (only.code, names(&folder.join("out"))),
        (0, BTreeSet::from([files[2]["file"].as_str().unwrap().to_owned()]))
    );
    let strange = offline(folder, "202699-1");
    assert_eq!(strange.code, 2);
    assert!(strange.stderr.contains("no invoice 202699-1: forebill invoices list"), "{}", strange.stderr);
    assert_eq!(offline(folder, "").code, 2, "neither a name nor --all");
}

#[tokio::test]
async fn the_list_says_what_is_archived() {
    let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
    let empty = forebill(folder.path(), &["invoices", "list"]);
    assert!(empty.code == 0 && empty.stdout.contains("The store has no invoices"), "{}", empty.stdout);
    assert_eq!(pull(&sample, folder.path(), "--all").await.code, 0);
    let list = forebill(folder.path(), &["invoices", "list", "-o", "json", "--at", NOW]).json();
    let pulled = offline(folder.path(), "--all").json();
    let same = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut().unwrap().remove("written");
        value
    };
    let files: Vec<Value> = pulled["files"].as_array().unwrap().iter().map(same).collect();
    assert_eq!((&list["schema"], &list["invoices"]), (&json!("forebill.invoices/1"), &json!(files)));
    let csv = forebill(folder.path(), &["invoices", "list", "-o", "csv"]).stdout;
    assert_eq!(csv.lines().count(), files.len() + 1);
    assert!(csv.starts_with("subscriptionId,name,periodStartOn,periodEndOn,bytes,sha256,readAt,file,object\r\n"));
    let table = forebill(folder.path(), &["invoices", "list"]).stdout;
    assert!(table.contains(files[0]["name"].as_str().unwrap()) && table.contains(NOW), "{table}");
    let other = forebill(folder.path(), &["invoices", "list", "--subscription", STRANGER, "-o", "json"]).json();
    assert_eq!(other["invoices"], json!([]));
}

/// What Azure refuses is told, and what is archived is written all the same.
#[tokio::test]
async fn a_refusal_of_azure_does_not_keep_the_archive_back() {
    let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
    assert_eq!(pull(&sample, folder.path(), "--all").await.code, 0);
    let id = sample.subscriptions()[0].id.clone();
    sample.refuse(&id, Question::Invoices, Refusal::NoRight);
    for line in ["--all".to_owned(), format!("--all --subscription {id}")] {
        let answer = pull(&sample, folder.path(), &line).await;
        assert_eq!(answer.code, 3, "{}", answer.stderr);
        assert!(
            answer.stderr.contains("not read from Azure") && answer.stderr.contains("AuthorizationFailed"),
            "{}",
            answer.stderr
        );
        assert!(written(&answer).iter().all(|what| what == "already-there"), "{line}");
    }
    // An object of the store that is not what was committed is not written.
    let list = forebill(folder.path(), &["invoices", "list", "-o", "json"]).json();
    let key = list["invoices"][0]["object"]["key"].as_str().unwrap().to_owned();
    std::fs::write(folder.path().join("data").join(key), "other bytes").unwrap();
    std::fs::remove_dir_all(folder.path().join("out")).unwrap();
    let damaged = offline(folder.path(), "--all");
    assert_eq!(damaged.code, 1);
    assert!(damaged.stderr.contains("is not what was committed"), "{}", damaged.stderr);
    assert_eq!(names(&folder.path().join("out")), BTreeSet::new());
}

/// What verify names is read again at the next run, to the same bytes, without another record; what Azure has no longer is
/// told and costs the others nothing.
#[tokio::test]
async fn a_damaged_document_is_read_again() {
    let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
    let folder = folder.path();
    let first = pull(&sample, folder, "--all").await;
    assert_eq!(first.code, 0, "{}", first.stderr);
    let files = first.json()["files"].as_array().unwrap().clone();
    let path = |number: usize| folder.join("data").join(files[number]["object"]["key"].as_str().unwrap());
    let before: Vec<Vec<u8>> = (0..files.len()).map(|number| std::fs::read(path(number)).unwrap()).collect();
    let records = || std::fs::read_dir(folder.join("data/manifests")).unwrap().count();
    let (count, newest) = (records(), files.len() - 1);
    std::fs::write(path(0), "other bytes").unwrap();
    std::fs::remove_file(path(1)).unwrap();
    assert_eq!(forebill(folder, &["verify"]).code, 1);
    let again = pull(&sample, folder, "--all").await;
    assert_eq!(again.code, 0, "{}", again.stderr);
    for (number, bytes) in before.iter().enumerate() {
        assert_eq!(std::fs::read(path(number)).unwrap(), *bytes, "{number}");
    }
    assert_eq!((records(), forebill(folder, &["verify"]).code), (count, 0));
    let warnings = again.json()["read"]["warnings"].to_string();
    let key = |number: usize| files[number]["object"]["key"].as_str().unwrap();
    assert!(
        warnings.contains(key(0)) && warnings.contains(key(1)) && warnings.contains("is whole again"),
        "{warnings}"
    );

    // Another Azure of the same tenant that does not know the newest one.
    let other = SampleAzure::start(Options::at("2026-10-22T06:00:00Z".parse().unwrap())).await.unwrap();
    std::fs::write(path(newest), "other bytes").unwrap();
    std::fs::remove_file(path(0)).unwrap();
    let info = &other.subscriptions()[0];
    let line = ["snapshot", "invoices", "--subscription", &info.id, "--at", NOW, "-o", "json"];
    let lost = with_sample(&other, folder, &line, &[]).await;
    assert_eq!(lost.code, 0, "{}{}", lost.stdout, lost.stderr);
    let warnings = lost.json()["jobs"][0]["warnings"].to_string();
    let says = format!("Azure has it no longer: restore {} from a copy", key(newest));
    assert!(warnings.contains(&says), "{warnings}");
    assert_eq!(std::fs::read(path(0)).unwrap(), before[0]);
}
