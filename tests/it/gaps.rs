//! Reported days that cannot be read: the others are, and what is missing is on record until it is read.

use std::path::Path;

use serde_json::Value;
use shared::snapshot::{Entry, Manifest};

use crate::support::odd_azure::{CANARY, Day, FIRST, OddAzure, SECOND};
use crate::support::program::{Answer, forebill};

fn garbage() -> Day {
    Day::Text("<html>Sign in</html>".into())
}

/// Nineteen days of November are due at that time.
fn snapshot(azure: &OddAzure, folder: &Path, more: &str) -> Answer {
    azure.forebill(folder, &format!("snapshot usage --from 2026-11-01 -o json {more}"))
}

fn ledger(folder: &Path, at: &str) -> (i32, Value) {
    let answer = forebill(folder, &["ledger", "-o", "json", "--at", at]);
    (answer.code, answer.json())
}

fn spans(value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    value.as_array().unwrap().iter().map(|days| (text(&days["from"]), text(&days["to"]))).collect()
}

fn span(from: &str, to: &str) -> (String, String) {
    (format!("2026-11-{from}"), format!("2026-11-{to}"))
}

fn records(folder: &Path) -> Vec<Manifest> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder.join("data/manifests")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names.iter().map(|path| Manifest::decode(&std::fs::read(path).unwrap()).unwrap()).collect()
}

/// With a rate card, so that nothing but days can be missing.
fn with_card() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("card.json"), crate::bad_input::CARD).unwrap();
    let import = ["import", "ratecard", "card.json", "--offer", "MS-AZR-0062P", "--at", "2026-11-01T00:00:00Z"];
    assert_eq!(forebill(folder.path(), &import).code, 0);
    folder
}

#[test]
fn what_cannot_be_read_is_a_gap_until_it_is_read() {
    let (azure, folder) = (OddAzure::start(), with_card());
    let folder = folder.path();
    azure.tell(FIRST, "2026-11-05", Day::Status(404));
    azure.tell(FIRST, "2026-11-09", garbage());
    azure.tell(FIRST, "2026-11-10", garbage());
    let offer = format!("--subscription {FIRST} --offer MS-AZR-0062P");
    let first = snapshot(&azure, folder, &format!("{offer} --at 2026-11-20T03:00:00Z"));
    assert_eq!(first.code, 3, "{}{}", first.stdout, first.stderr);
    let job = &first.json()["jobs"][0];
    assert_eq!(job["committed"], 16);
    assert_eq!(spans(&job["gaps"]), [span("05", "05"), span("09", "10")]);
    let reason = job["gaps"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("404 Told404: as the test says"), "{reason}");
    assert!(job["gaps"][1]["reason"].as_str().unwrap().contains("not JSON"), "{job:#}");

    let (code, told) = ledger(folder, "2026-11-20T04:00:00Z");
    let line = &told["usage"][0];
    assert_eq!((code, &line["committed"], &line["due"]), (3, &16.into(), &3.into()));
    assert_eq!(spans(&line["gaps"]), [span("05", "05"), span("09", "10")]);
    assert_eq!(spans(&line["missed"]), spans(&line["gaps"]));
    assert_eq!(line["missed"][0]["nextTryAt"], "2026-11-20T03:15:00Z");

    // The next run asks for those days and the last five; one of them is still bad.
    azure.asked();
    azure.tell(FIRST, "2026-11-05", Day::Pages(1));
    let second = snapshot(&azure, folder, &format!("{offer} --at 2026-11-20T04:00:00Z"));
    assert_eq!(second.code, 3);
    assert_eq!(spans(&second.json()["jobs"][0]["gaps"]), [span("09", "10")]);
    let mut asked = azure.asked();
    asked.sort();
    // A body that is no JSON may have been cut: it is asked for again, and each day counts once here.
    asked.dedup();
    let days = ["05", "09", "10", "15", "16", "17", "18", "19"].map(|day| format!("{FIRST} 2026-11-{day}"));
    assert_eq!(asked, days);
    let (_, told) = ledger(folder, "2026-11-20T05:00:00Z");
    let missed = &told["usage"][0]["missed"][0];
    assert_eq!((&missed["tries"], &missed["nextTryAt"]), (&2.into(), &"2026-11-20T04:30:00Z".into()));

    azure.heal();
    let third = snapshot(&azure, folder, &format!("{offer} --at 2026-11-20T05:00:00Z"));
    assert_eq!((third.code, &third.json()["jobs"][0]["gaps"]), (0, &serde_json::json!([])));
    let (code, told) = ledger(folder, "2026-11-20T06:00:00Z");
    assert_eq!((code, &told["complete"], &told["usage"][0]["committed"]), (0, &true.into(), &19.into()), "{told:#}");
    assert_eq!(forebill(folder, &["verify"]).code, 0);
}

/// A day that was read and is missed on its second reading keeps its rows and is due again, long after the last five.
#[test]
fn a_day_that_is_missed_on_its_second_reading_stays_due() {
    let (azure, folder) = (OddAzure::start(), with_card());
    let folder = folder.path();
    let offer = format!("--subscription {FIRST} --offer MS-AZR-0062P");
    assert_eq!(snapshot(&azure, folder, &format!("{offer} --at 2026-11-20T03:00:00Z")).code, 0);
    azure.tell(FIRST, "2026-11-18", Day::Status(404));
    assert_eq!(snapshot(&azure, folder, &format!("{offer} --at 2026-11-21T03:00:00Z")).code, 3);
    let (_, told) = ledger(folder, "2026-11-21T04:00:00Z");
    assert_eq!(spans(&told["usage"][0]["gaps"]), []);
    assert_eq!(spans(&told["usage"][0]["dueDays"]), [span("18", "18")]);
    let spend =
        forebill(folder, &["spend", "--period", "2026-11", "--at", "2026-11-21T04:00:00Z", "-o", "json"]).json();
    assert_eq!(spend["subscriptions"][0]["rows"], 20);
    azure.heal();
    azure.asked();
    assert_eq!(snapshot(&azure, folder, &format!("{offer} --at 2026-12-20T03:00:00Z")).code, 0);
    assert!(azure.asked().contains(&format!("{FIRST} 2026-11-18")));
}

/// An outage: few requests, one small record, and a message that says what Azure said.
#[test]
fn an_outage_ends_soon_and_is_on_record() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    azure.otherwise(Day::Status(503));
    let line = format!("--subscription {FIRST} --offer MS-AZR-0062P --at 2026-11-20T03:00:00Z");
    let answer = azure.forebill(folder.path(), &format!("snapshot usage -o json {line}"));
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    assert!(answer.stderr.contains("forebill: no reported day could be read: 127.0.0.1:"), "{}", answer.stderr);
    assert!(answer.stderr.contains("10 tries in a row failed; not asked again in this run"), "{}", answer.stderr);
    assert_eq!(azure.asked().len(), 10, "requests to one subscription in an outage");
    let records = records(folder.path());
    let gaps: Vec<&Entry> =
        records.iter().flat_map(|record| &record.entries).filter(|entry| matches!(entry, Entry::Gap { .. })).collect();
    assert!(gaps.len() < 40, "{} entries", gaps.len());
    let (code, told) = ledger(folder.path(), "2026-11-20T04:00:00Z");
    let line = &told["usage"][0];
    // Thirteen months and nineteen days, none of them read, all of them on record.
    assert_eq!(
        (code, &line["from"], &line["due"], &line["committed"]),
        (3, &"2025-10-01".into(), &415.into(), &0.into())
    );
    assert_eq!(spans(&line["gaps"]), [("2025-10-01".to_owned(), "2026-11-19".to_owned())]);
    let missed = line["missed"].as_array().unwrap();
    assert!(missed.iter().any(|days| days["tries"] == 1));
    assert!(
        missed.iter().any(|days| days["tries"] == 0 && days["reason"].as_str().unwrap().starts_with("not asked: "))
    );
}

/// A refusal is the same for every day: one is enough. And another subscription is not held up.
#[test]
fn a_refused_subscription_does_not_hold_up_another() {
    let (azure, folder) = (OddAzure::start(), with_card());
    for day in 1..20 {
        azure.tell(FIRST, &format!("2026-11-{day:02}"), Day::Status(403));
    }
    let line = format!("--subscription {FIRST} --subscription {SECOND} --offer MS-AZR-0062P --at 2026-11-20T03:00:00Z");
    let answer = snapshot(&azure, folder.path(), &line);
    assert_eq!(answer.code, 3, "{}", answer.stderr);
    let jobs = answer.json()["jobs"].clone();
    assert_eq!((&jobs[0]["committed"], &jobs[1]["committed"]), (&0.into(), &19.into()));
    let asked = azure.asked();
    assert!(asked.iter().filter(|line| line.starts_with(FIRST)).count() <= 8, "{asked:?}");
    let (_, told) = ledger(folder.path(), "2026-11-20T04:00:00Z");
    assert_eq!((&told["usage"][0]["due"], &told["usage"][1]["due"]), (&19.into(), &0.into()));
    let table = forebill(folder.path(), &["ledger", "--at", "2026-11-20T04:00:00Z"]);
    assert!(table.stdout.contains("daily 2026-11-01 – 2026-11-19: never read"), "{}", table.stdout);
    assert!(table.stdout.contains("403 Told403: as the test says"), "{}", table.stdout);
}

/// Truth: the request that the server saw and the headers that it sent, beside pages that hash to what is said.
#[test]
fn how_each_page_came_is_on_record_without_secrets() {
    let (azure, folder) = (OddAzure::start(), with_card());
    let folder = folder.path();
    azure.tell(FIRST, "2026-11-18", Day::Pages(3));
    let line = format!("snapshot usage --from 2026-11-17 --subscription {FIRST} --at 2026-11-20T03:00:00Z");
    assert_eq!(azure.forebill(folder, &line).code, 0);
    let line = format!("snapshot invoices --subscription {FIRST} --at 2026-11-20T03:00:00Z");
    assert_eq!(azure.forebill(folder, &line).code, 0);
    let mut lines: Vec<Value> = Vec::new();
    for record in records(folder) {
        for entry in record.entries {
            let Entry::Answers { file } = entry else { continue };
            let packed = std::fs::read(folder.join("data").join(&file.key)).unwrap();
            let text = String::from_utf8(zstd::decode_all(&packed[..]).unwrap()).unwrap();
            assert_eq!(text.lines().count() as u64, file.rows);
            lines.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    // Three days, one of three pages; one page of billing periods, one of groups; one invoice.
    assert_eq!(lines.len(), 8);
    for line in &lines {
        let stored = std::fs::read(folder.join("data").join(line["key"].as_str().unwrap())).unwrap();
        let zst = line["key"].as_str().unwrap().ends_with(".zst");
        let bytes = if zst { zstd::decode_all(&stored[..]).unwrap() } else { stored };
        assert_eq!(line["sha256"], shared::ratebook::format::BookId::of(&bytes).hex());
        assert_eq!((&line["bytes"], &line["receivedBytes"]), (&bytes.len().into(), &bytes.len().into()));
        assert_eq!((&line["status"], &line["runAt"]), (&200.into(), &"2026-11-20T03:00:00Z".into()));
        assert_eq!(line["headers"]["x-ms-request-id"], "77777777-0000-0000-0000-000000000001");
        assert_eq!(line["headers"]["etag"], "\"an-etag\"");
        assert!(line["headers"]["date"].is_string());
        assert_eq!(line["headers"]["set-cookie"], Value::Null);
    }
    let request = |index: usize| lines[index]["request"].as_str().unwrap();
    assert!(
        request(0).contains("reportedStartTime=2026-11-17T00:00:00Z&reportedEndTime=2026-11-18T00:00:00Z"),
        "{}",
        request(0)
    );
    assert!(request(2).contains("continuationToken=sha256:"), "{}", request(2));
    assert!(request(6).contains("/resourcegroups?"), "{}", request(6));
    assert!(request(7).contains("/files/1.pdf?sig=sha256:"), "{}", request(7));
    let all = crate::bad_input::contents(&folder.join("data"));
    for (name, bytes) in all {
        let bytes = if name.ends_with(".zst") { zstd::decode_all(&bytes[..]).unwrap() } else { bytes };
        let text = String::from_utf8_lossy(&bytes);
        // The pages themselves hold the links, as Azure wrote them.
        assert!(!text.contains(CANARY) || name.contains("raw/usage/"), "{name}: {text}");
    }
}

/// A record with no gaps and no answers is as it was before there were any.
#[test]
fn imports_write_the_records_that_they_always_wrote() {
    let folder = with_card();
    let record = std::fs::read_to_string(folder.path().join("data/manifests/00000001.json")).unwrap();
    assert!(record.starts_with(r#"{"schema":"forebill.manifest/2","number":1,"previous":null,"runAt":"2026-11-01T00:00:00Z","job":"import-ratecard","entries":[{"prices":{"#), "{record}");
    assert!(!record.contains("answers") && !record.contains("gap"), "{record}");
}
