//! Canaries: what is secret is planted everywhere it can be, every error is provoked with the loudest log there is, and
//! nothing planted may be found in what the program says or stores.

use std::path::Path;

use crate::support::program::{answer, command};
use crate::support::rig::{SUBSCRIPTION, token};
use crate::support::scripted::{Scripted, Step};

const CANARIES: [&str; 6] =
    ["CANARY-secret", "CANARY-token", "CANARY-assertion", "CANARY-sig", "CANARY%2Dsig", "CANARY-error-sig"];

const REFUSAL: &str = r#"{"error":{"code":"Broken","message":"see https://x.blob.core.windows.net/y?sv=1&sig=CANARY-error-sig for more, or send Authorization: Bearer CANARY-token"}}"#;

/// (what is done, arguments)
const ASKED: [(&str, &[&str]); 3] = [
    ("usage", &["snapshot", "usage", "--subscription", SUBSCRIPTION, "--from", "2026-11-20", "--to", "2026-11-20"]),
    ("ratecard", &["snapshot", "ratecard", "--subscription", SUBSCRIPTION, "--offer", "MS-AZR-0003P"]),
    ("invoices", &["snapshot", "invoices", "--subscription", SUBSCRIPTION]),
];

/// Answers of Resource Manager, one kind for each way to fail. `{storage}` is the storage host.
fn answers(storage: &str) -> Vec<Step> {
    let link = format!("{storage}/card?sv=1&sig=CANARY-sig&se=soon");
    let invoices = serde_json::json!({"value": [{"id": "x", "name": "1-1", "properties": {
        "invoicePeriodStartDate": "2026-10-01", "invoicePeriodEndDate": "2026-10-31",
        "billingPeriodStartDate": "2026-10-01", "billingPeriodEndDate": "2026-10-31",
        "downloadUrl": {"expiryTime": "2026-11-23T10:30:00Z", "url": link}}}]});
    let evil = serde_json::json!({"value": [], "nextLink": "https://evil.example/x"});
    let wrong = serde_json::json!({"value": [{"properties": {"url": link}}], "downloadUrl": link});
    vec![
        Step::new(400, REFUSAL),
        Step::new(401, REFUSAL),
        Step::new(403, REFUSAL),
        Step::new(503, REFUSAL).with("retry-after", "0"),
        Step::new(429, REFUSAL).with("retry-after", "86400"),
        Step::new(302, "").with("location", &link),
        Step::new(302, "").with("location", "https://evil.example/?sig=CANARY-sig"),
        Step::new(302, "").with("location", "http://127.0.0.1:1/?sig=CANARY-sig"),
        Step::ok(evil.to_string()),
        Step::ok(invoices.to_string()),
        Step::ok(wrong.to_string()),
        Step::ok(format!("<html>{link}</html>")),
        Step::hang_up(),
    ]
}

/// Everything below a folder, as one text.
fn stored(folder: &Path) -> Vec<u8> {
    let (mut bytes, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let read = std::fs::read(&path).unwrap();
                bytes.extend(zstd::stream::decode_all(&read[..]).unwrap_or(read));
            }
        }
    }
    bytes
}

/// Runs the program before this Resource Manager and this authority; how many bytes were looked through.
fn provoked(arguments: &[&str], arm: Step, authority: &Scripted, more: &[(&str, &str)]) -> usize {
    let arm = Scripted::start(move |asked| {
        // Billing periods are asked for before the invoices, and hold nothing secret.
        if asked.target.contains("billingPeriods") && arm.is_ok() { Step::ok(r#"{"value":[]}"#) } else { arm.clone() }
    });
    let folder = tempfile::tempdir().unwrap();
    let (output, secrets) = (folder.path().join("data"), tempfile::tempdir().unwrap());
    let file = secrets.path().join("token");
    std::fs::write(&file, "CANARY-assertion").unwrap();
    let mut command = command(folder.path(), arguments);
    command.envs([
        ("AZURE_TENANT_ID", "tenant"),
        ("AZURE_CLIENT_ID", "client"),
        ("AZURE_CLIENT_SECRET", "CANARY-secret"),
        ("AZURE_FEDERATED_TOKEN_FILE", file.to_str().unwrap()),
        ("FOREBILL_SIGN_IN", "client-secret"),
        ("AZURE_AUTHORITY_HOST", &authority.url),
        ("FOREBILL_ARM_ENDPOINT", &arm.url),
        ("FOREBILL_AT", "2026-11-23T09:30:00Z"),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
    ]);
    let answer = answer(command.envs(more.iter().copied()).output().unwrap());
    assert!(answer.stderr.contains("TRACE"), "the log is not loud: {}", answer.stderr);
    let mut said = format!("{}{}", answer.stdout, answer.stderr).into_bytes();
    if output.exists() {
        said.extend(stored(&output));
    }
    for canary in CANARIES {
        let found = said.windows(canary.len()).position(|bytes| bytes == canary.as_bytes());
        if let Some(at) = found {
            let around = &said[at.saturating_sub(300)..(at + 60).min(said.len())];
            panic!("{arguments:?}: {canary} was said: …{}", String::from_utf8_lossy(around));
        }
    }
    said.len()
}

#[test]
fn nothing_secret_is_said_or_stored_on_any_way_to_fail() {
    let authority = Scripted::always(token("CANARY-token", 3599));
    let mut scanned = 0;
    for (round, storage) in [Step::new(403, REFUSAL), Step::ok("%PDF is cut").cut(5)].into_iter().enumerate() {
        let host = Scripted::always(storage);
        for (what, arguments) in ASKED {
            for (number, arm) in answers(&host.url).into_iter().enumerate() {
                // Where the storage is not asked, another answer of it makes no difference.
                let asks_storage = matches!((what, number), ("ratecard", 5) | ("invoices", 9));
                if round == 0 || asks_storage {
                    scanned += provoked(arguments, arm, &authority, &[]);
                }
            }
        }
    }
    assert!(scanned > 100_000, "only {scanned} bytes were looked through");
}

#[test]
fn nothing_secret_is_said_when_sign_in_fails() {
    let refusals = [
        Step::new(
            401,
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: wrong secret","error_codes":[7000215]}"#,
        ),
        Step::new(400, "<html>no</html>"),
        Step::new(503, "down"),
        Step::ok(r#"{"access_token":"CANARY-token","expires_in":"what"}"#),
        Step::ok(r#"{"token_type":"Bearer","expires_in":3599,"access_token":"CANARY-token\nx"}"#),
        Step::hang_up(),
    ];
    for refusal in refusals {
        let authority = Scripted::always(refusal);
        for way in ["client-secret", "token-file"] {
            let more = [("FOREBILL_SIGN_IN", way)];
            provoked(ASKED[1].1, Step::ok("{}"), &authority, &more);
        }
    }
}
