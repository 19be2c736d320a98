//! Cut, mistyped, oversized and hostile input. Each case is a small valid text with one change, and each must end
//! the same way: exit 2, one short line that names the file and the place, nothing printed, nothing stored.
//! The unchanged text must work, so that no case is refused for another reason than its own.

mod answers;
mod books;
mod command;
mod store;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support::program::{Answer, forebill};

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";
const OFFER: &str = "MS-AZR-0062P";
/// Longer messages scroll the reason away.
const MAX_MESSAGE_BYTES: usize = 1000;

pub const CARD: &str = r#"{
  "OfferTerms": [
    {"Name": "Monetary Credit", "Credit": 100.0, "EffectiveDate": "2013-12-23T00:00:00Z", "ExcludedMeterIds": []}
  ],
  "Meters": [
    {"MeterId": "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4", "MeterName": "Data Transfer Out", "MeterCategory": "Bandwidth",
     "MeterRegion": "Zone 1", "Unit": "1 GB", "MeterRates": {"0": 0.087, "10240": 0.083},
     "EffectiveDate": "2020-01-01T00:00:00Z", "IncludedQuantity": 5.0},
    {"MeterId": "1a2b3c4d-0001-4000-8000-000000000002", "MeterName": "D4s v5", "MeterCategory": "Virtual Machines",
     "MeterRegion": "EU West", "Unit": "1 Hour", "MeterTags": ["Third Party"], "MeterRates": {"0": 0.192},
     "EffectiveDate": "2020-02-02T00:00:00Z", "IncludedQuantity": 0.0}
  ],
  "Currency": "USD",
  "Locale": "en-US"
}
"#;

pub const RETAIL: &str = r#"{"BillingCurrency":"USD","Items":[
{"currencyCode":"USD","tierMinimumUnits":0.0,"retailPrice":0.11,"location":"EU West",
"effectiveStartDate":"2020-01-01T00:00:00Z","meterId":"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4","meterName":"Data Out",
"skuId":"P/1","serviceName":"Bandwidth","unitOfMeasure":"1 GB","type":"Consumption"},
{"currencyCode":"USD","tierMinimumUnits":5.0,"retailPrice":0.087,"location":"EU West",
"effectiveStartDate":"2020-01-01T00:00:00Z","meterId":"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4","meterName":"Data Out",
"skuId":"P/1","serviceName":"Bandwidth","unitOfMeasure":"1 GB","type":"Consumption"}
],"NextPageLink":null,"Count":2}
"#;

pub const USAGE: &str = r#"{"value":[
{"name":"Daily_BRSDT_20261001_0000","properties":{"subscriptionId":"11111111-2222-3333-4444-555555555555",
"meterId":"1a2b3c4d-0001-4000-8000-000000000002","usageStartTime":"2026-10-01T00:00:00+00:00",
"usageEndTime":"2026-10-02T00:00:00+00:00","quantity":24.5,"unit":"1 Hour"}},
{"name":"Daily_BRSDT_20261002_0000","properties":{"subscriptionId":"11111111-2222-3333-4444-555555555555",
"meterId":"1a2b3c4d-0001-4000-8000-000000000002","usageStartTime":"2026-10-02T00:00:00+00:00",
"usageEndTime":"2026-10-03T00:00:00+00:00","quantity":2E-06,"unit":"1 Hour"}}
]}
"#;

const WORKLOAD: &str = r#"{"schema":"forebill.workload/1","currency":"USD","offer":"MS-AZR-0062P","items":[
{"name":"web","meterId":"1a2b3c4d-0001-4000-8000-000000000002","quantity":"730","unit":"1 Hour","count":3},
{"name":"out","meterId":"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4","quantity":"100"}
]}
"#;

/// One change to a valid text, what must be said about it, and where.
struct Case {
    name: String,
    bytes: Vec<u8>,
    says: &'static str,
    place: &'static str,
}

#[track_caller]
fn case(name: &str, bytes: impl Into<Vec<u8>>, says: &'static str, place: &'static str) -> Case {
    Case { name: name.to_owned(), bytes: bytes.into(), says, place }
}

/// The text with the last occurrence of `from` changed: the second of two rows, so that a place is not a default.
#[track_caller]
fn changed(text: &str, from: &str, to: &str) -> Vec<u8> {
    let at = text.rfind(from).unwrap_or_else(|| panic!("{from} is not in the text"));
    [&text[..at], to, &text[at + from.len()..]].concat().into_bytes()
}

/// A command that reads one file of some kind.
struct Reader {
    /// `FILE` stands for the file.
    arguments: &'static [&'static str],
}

const IMPORT_CARD: Reader =
    Reader { arguments: &["import", "ratecard", "FILE", "--offer", OFFER, "--currency", "USD"] };
const RATE_CARD: Reader =
    Reader { arguments: &["rate", "--ratecard", "FILE", "--usage", "usage.json", "--currency", "USD"] };
const IMPORT_RETAIL: Reader = Reader { arguments: &["import", "retail", "FILE"] };
const IMPORT_USAGE: Reader = Reader { arguments: &["import", "usage", "FILE", "--subscription", SUBSCRIPTION] };
const RATE_USAGE: Reader = Reader { arguments: &["rate", "--ratecard", "card.json", "--usage", "FILE"] };
const ESTIMATE: Reader = Reader { arguments: &["estimate", "FILE"] };

impl Reader {
    fn run(&self, folder: &Path, file: &str) -> Answer {
        let arguments: Vec<&str> = self.arguments.iter().map(|a| if *a == "FILE" { file } else { a }).collect();
        forebill(folder, &arguments)
    }
}

/// A folder with valid files beside the bad one and a store that already holds something.
fn prepared() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("card.json"), CARD).unwrap();
    fs::write(folder.path().join("usage.json"), USAGE).unwrap();
    let answer = IMPORT_CARD.run(folder.path(), "card.json");
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    folder
}

/// Every file below a folder with its bytes: a half-written object would show.
pub fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// What every refusal has in common, whatever was wrong. Returns what is wrong with the refusal.
fn faults(answer: &Answer, code: i32, parts: &[&str]) -> Vec<String> {
    let Answer { stderr, stdout, .. } = answer;
    let mut faults = Vec::new();
    let mut expect = |holds: bool, what: String| {
        if !holds {
            faults.push(what);
        }
    };
    expect(answer.code == code, format!("exit {}", answer.code));
    expect(stdout.is_empty(), format!("printed {stdout}"));
    expect(!stderr.contains("panicked") && !stderr.contains("RUST_BACKTRACE"), "panicked".into());
    expect(stderr.len() < MAX_MESSAGE_BYTES, format!("{} bytes of message", stderr.len()));
    expect(!stderr.trim_end_matches('\n').contains(|c: char| c.is_control() && c != '\n'), "control characters".into());
    for part in parts {
        expect(stderr.contains(part), format!("does not say {part:?}"));
    }
    faults
}

/// Runs all cases with one command; `base` must work before and after them.
#[track_caller]
fn check(reader: &Reader, base: &str, cases: &[Case]) {
    let folder = prepared();
    let folder = folder.path();
    fs::write(folder.join("base.json"), base).unwrap();
    let before = reader.run(folder, "base.json");
    assert_eq!(before.code, 0, "the unchanged text: {}", before.stderr);

    let mut problems = Vec::new();
    for case in cases {
        fs::write(folder.join("bad.json"), &case.bytes).unwrap();
        let stored = contents(&folder.join("data"));
        let answer = reader.run(folder, "bad.json");
        let mut faults = faults(&answer, 2, &["forebill: bad.json: ", case.says, case.place]);
        if answer.stderr.lines().count() != 1 {
            faults.push("is not one line".into());
        }
        if contents(&folder.join("data")) != stored {
            faults.push("changed the store".into());
        }
        if !faults.is_empty() {
            problems.push(format!("{}: {}\n    {}", case.name, faults.join(", "), answer.stderr.trim_end()));
        }
    }
    assert!(problems.is_empty(), "{:?}\n{}", reader.arguments, problems.join("\n"));
    assert_eq!(reader.run(folder, "base.json").code, 0, "the unchanged text, afterwards");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
