//! Alert rules on a store that the jobs filled: what fires, with exact figures worked out by hand or by another reader,
//! and that each cause is told once, whatever runs do.

mod channels;
mod past;
mod periods;
mod rules;
mod sample;

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use functions::demo::{Options, SampleAzure};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::bad_input::contents;
use crate::support::odd_azure::{Day, FIRST, METER, OddAzure, SECOND};
use crate::support::program::{Answer, answer, command, forebill, with_sample};
use crate::support::runtime_api::{Lambda, Told};
use crate::support::scripted::{Scripted, Step};

/// A part of the address that must stand nowhere.
const SECRET: &str = "canary-hook-55";
const NOON: &str = "2026-11-20T05:45:00Z";
const NEXT: &str = "2026-11-21T05:45:00Z";

/// One and a half hours on each of nineteen days at 0.192: 28.5 hours, 5.472 USD.
fn filled(azure: &OddAzure) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("card.json"), crate::bad_input::CARD).unwrap();
    let import = ["import", "ratecard", "card.json", "--offer", "MS-AZR-0062P", "--at", "2026-11-01T00:00:00Z"];
    assert_eq!(forebill(folder.path(), &import).code, 0);
    read(azure, folder.path(), "2026-11-20T03:00:00Z");
    folder
}

fn read(azure: &OddAzure, folder: &Path, at: &str) {
    let line = format!("snapshot usage --from 2026-11-01 --subscription {FIRST} --offer MS-AZR-0062P --at {at}");
    let answer = azure.forebill(folder, &line);
    assert!([0, 3].contains(&answer.code), "{}", answer.stderr);
}

fn rules(folder: &Path, text: &str) {
    std::fs::write(folder.join("rules.txt"), text).unwrap();
    let answer = forebill(folder, &["alerts", "rules", "set", "rules.txt", "--at", "2026-11-20T04:00:00Z"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

fn spend_rule() -> String {
    format!("when spend of subscription {FIRST} this month > 5 USD")
}

fn start(folder: &Path, hook: &Scripted, at: &str) -> Child {
    let mut command = command(folder, &["alerts", "run", "--at", at, "-o", "json"]);
    command.env("FOREBILL_ALERT_WEBHOOK", format!("{}/services/{SECRET}", hook.url));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn run(folder: &Path, hook: &Scripted, at: &str) -> Answer {
    let answer = answer(start(folder, hook, at).wait_with_output().unwrap());
    assert!(!answer.stdout.contains(SECRET) && !answer.stderr.contains(SECRET), "{}{}", answer.stdout, answer.stderr);
    answer
}

fn taken() -> Scripted {
    Scripted::always(Step::ok("ok"))
}

fn bodies(hook: &Scripted) -> Vec<Value> {
    hook.asked().iter().map(|asked| serde_json::from_str(&asked.body).unwrap()).collect()
}

fn listed(folder: &Path, more: &[&str]) -> Vec<Value> {
    let list = forebill(folder, &[&["alerts", "list", "-o", "json"], more].concat());
    list.json()["incidents"].as_array().unwrap().clone()
}

#[test]
fn what_fires_is_told_once_with_exact_lines() {
    let (azure, hook) = (OddAzure::start(), taken());
    let folder = filled(&azure);
    let folder = folder.path();
    rules(
        folder,
        &format!(
            "{}\nwhen hours of meter-category \"Virtual Machines\" this month > 28\nwhen spend this month > 6 USD\n",
            spend_rule()
        ),
    );
    let first = run(folder, &hook, NOON);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let job = &first.json()["jobs"][0];
    assert_eq!((&job["job"], &job["rows"], &job["committed"]), (&json!("alerts"), &json!(3), &json!(2)), "{job}");
    let told = bodies(&hook);
    assert_eq!(told.len(), 2, "{told:#?}");
    let spend = told.iter().find(|body| body["rule"] == spend_rule()).unwrap();
    assert_eq!(spend["summary"], format!("spend of subscription {FIRST} is 5.472 USD, above 5 USD"));
    let line = json!({"what": format!("Virtual Machines · D4s v5 · EU West ({METER})"), "quantity": "28.5", "unit": "1 Hour",
        "rates": ["0.192"], "cost": "5.472"});
    assert_eq!(spend["lines"], json!([line]));
    assert_eq!(
        (&spend["scope"], &spend["period"], &spend["openedAt"]),
        (&json!(FIRST), &json!("2026-11-01"), &json!(NOON))
    );
    let text = spend["text"].as_str().unwrap();
    assert!(text.contains("28.5 1 Hour at 0.192 = 5.472") && text.contains("this month &gt; 5 USD"), "{text}");
    let hours = told.iter().find(|body| body["rule"].as_str().unwrap().contains("hours")).unwrap();
    assert!(hours["summary"].as_str().unwrap().ends_with("are 28.5, above 28"), "{hours}");
    assert_eq!(hook.asked()[0].header("content-type"), Some("application/json"));
    assert_eq!(hook.asked()[0].header("idempotency-key"), told[0]["id"].as_str());
    assert!(first.stderr.contains("alert") && first.stderr.contains("5.472"), "always in the log: {}", first.stderr);

    // The same event, a later and an earlier one, and a store that went on: nothing is told again.
    let records = || std::fs::read_dir(folder.join("data/manifests")).unwrap().count();
    let before = records();
    for at in [NOON, NEXT, "2026-11-20T05:00:00Z"] {
        assert_eq!(run(folder, &hook, at).code, 0);
        assert_eq!(records(), before, "{at}");
    }
    read(&azure, folder, "2026-11-21T03:00:00Z");
    assert_eq!(run(folder, &hook, NEXT).code, 0);
    assert_eq!(hook.count(), 2);
    let open = listed(folder, &[]);
    assert_eq!(open.len(), 2);
    assert!(open.iter().all(|one| one["outcome"]["sent"]["to"] == json!(["log", "webhook"])), "{open:#?}");
    assert_eq!(forebill(folder, &["verify"]).code, 0);
    for (name, bytes) in contents(folder) {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{name}");
    }
    let table = forebill(folder, &["alerts", "list"]).stdout;
    assert!(table.contains("log, webhook") && table.contains("2026-11-01"), "{table}");
    let csv = forebill(folder, &["alerts", "list", "-o", "csv"]).stdout;
    assert!(csv.starts_with("state,openedAt,told,rule,scope,period,summary\r\nopen,"), "{csv}");
}

#[test]
fn a_test_tells_what_fires_and_changes_nothing() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    let before = contents(&folder.join("data"));
    std::fs::write(folder.join("try.txt"), format!("{}\nwhen spend this month > 5.472 USD\n", spend_rule())).unwrap();
    for name in ["test", "check"] {
        let fires = forebill(folder, &["alerts", name, "--rules", "try.txt", "--at", NOON, "-o", "json"]);
        assert_eq!(fires.code, 4, "{}", fires.stderr);
        let findings = fires.json()["findings"].clone();
        // Exactly at the limit is not above it.
        assert_eq!((&findings[0]["fires"], &findings[1]["fires"]), (&json!(true), &json!(false)));
        assert_eq!(findings[1]["period"], "2026-11");
    }
    let table = forebill(folder, &["alerts", "test", "--rules", "try.txt", "--at", NOON]);
    assert!(table.stdout.contains("FIRES") && table.stdout.contains("quiet"), "{}", table.stdout);
    std::fs::write(folder.join("quiet.txt"), "when spend this month > 6 USD").unwrap();
    assert_eq!(forebill(folder, &["alerts", "test", "--rules", "quiet.txt", "--at", NOON]).code, 0);
    std::fs::write(folder.join("euro.txt"), "when spend this month > 6 EUR").unwrap();
    let unknown = forebill(folder, &["alerts", "test", "--rules", "euro.txt", "--at", NOON]);
    assert_eq!(unknown.code, 3);
    assert!(unknown.stdout.contains("billed in USD, not in EUR"), "{}", unknown.stdout);
    std::fs::write(folder.join("bad.txt"), "# x\nwhen spend this year > 6 USD").unwrap();
    let bad = forebill(folder, &["alerts", "test", "--rules", "bad.txt"]);
    assert_eq!(bad.code, 2);
    assert!(bad.stderr.contains("bad.txt: expected month, found year (line 2 column 17)"), "{}", bad.stderr);
    let none = forebill(folder, &["alerts", "test"]);
    assert!(none.code == 2 && none.stderr.contains("forebill alerts rules set FILE"), "{}", none.stderr);
    assert_eq!(contents(&folder.join("data")), before);
    // The rules in force are those that were set last, and setting them again changes nothing.
    rules(folder, &spend_rule());
    let count = contents(&folder.join("data")).len();
    rules(folder, &spend_rule());
    assert_eq!(contents(&folder.join("data")).len(), count);
    assert_eq!(forebill(folder, &["alerts", "rules", "show"]).stdout.trim_end(), spend_rule());
    assert_eq!(forebill(folder, &["alerts", "test", "--at", NOON]).code, 4);
}

/// What surely did not arrive is tried again: four times at once, and by the next run.
#[test]
fn a_webhook_that_fails_is_tried_again_and_one_that_refuses_is_not() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, &spend_rule());
    for (step, tries, words) in [
        (Step::new(503, "").with("retry-after", "0"), 4, "the webhook answered 503, 4 tries"),
        (Step::new(429, "").with("retry-after", "3600"), 1, "the webhook answered 429, 1 tries"),
        (Step::new(400, "invalid_payload"), 1, "the webhook answered 400"),
        (Step::redirect("http://127.0.0.1:1/"), 1, "the webhook answered 302"),
    ] {
        let hook = Scripted::always(step);
        let failed = run(folder, &hook, NOON);
        assert_eq!((failed.code, hook.count()), (3, tries), "{words}: {}", failed.stderr);
        assert!(failed.json()["jobs"][0]["failed"][0]["error"].as_str().unwrap().contains(words), "{}", failed.stdout);
        let open = listed(folder, &[]);
        assert!(open[0]["outcome"]["failed"]["reason"].as_str().unwrap().contains(words), "{open:#?}");
    }
    let hook = taken();
    assert_eq!(run(folder, &hook, NOON).code, 0);
    assert_eq!((run(folder, &hook, NOON).code, hook.count()), (0, 1));
    for address in ["http://example.com/canary", "canary hook", "ftp://127.0.0.1/canary"] {
        let mut command = command(folder, &["alerts", "run", "--at", NOON]);
        let refused = answer(command.env("FOREBILL_ALERT_WEBHOOK", address).output().unwrap());
        assert_eq!(refused.code, 2);
        assert!(
            refused.stderr.contains("FOREBILL_ALERT_WEBHOOK") && !refused.stderr.contains("canary"),
            "{}",
            refused.stderr
        );
    }
}

/// Killed after the message left and before that was on record: nobody knows, so it is sent once more, a day later, and
/// never a third time.
#[test]
fn a_run_that_dies_while_it_sends_is_followed_once() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, &spend_rule());
    let die = |at: &str| {
        let hook = Scripted::always(Step::new(200, "").stalled(0));
        let mut child = start(folder, &hook, at);
        while hook.count() == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    };
    die(NOON);
    let hook = taken();
    for at in [NOON, "2026-11-20T17:44:59Z", "2026-11-19T05:45:00Z"] {
        assert_eq!(run(folder, &hook, at).code, 0);
        assert_eq!(hook.count(), 0, "{at}");
    }
    assert_eq!(listed(folder, &[])[0]["outcome"], Value::Null);
    assert_eq!(run(folder, &hook, NEXT).code, 0);
    assert_eq!(hook.count(), 1);
    assert_eq!((run(folder, &hook, "2026-11-22T05:45:00Z").code, hook.count()), (0, 1));

    rules(folder, "when spend this month > 5 USD");
    die(NOON);
    die(NEXT);
    assert_eq!((run(folder, &hook, "2026-11-25T05:45:00Z").code, hook.count()), (0, 1), "never a third time");
}

#[test]
fn runs_at_the_same_time_tell_it_once() {
    let (azure, hook) = (OddAzure::start(), taken());
    let folder = filled(&azure);
    rules(folder.path(), &format!("{}\nwhen spend this month > 4 USD", spend_rule()));
    let times = [NOON, NOON, "2026-11-20T05:46:00Z", "2026-11-20T04:45:00Z", "2026-11-20T11:45:00Z", NOON];
    let children: Vec<Child> = times.iter().map(|at| start(folder.path(), &hook, at)).collect();
    for child in children {
        let ended = answer(child.wait_with_output().unwrap());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    let told = bodies(&hook);
    let rules: std::collections::BTreeSet<&str> = told.iter().map(|body| body["rule"].as_str().unwrap()).collect();
    assert_eq!((told.len(), rules.len()), (2, 2), "{told:#?}");
    assert_eq!(forebill(folder.path(), &["verify"]).code, 0);
}

/// A name that nothing has is most often misspelt.
#[test]
fn a_rule_that_means_no_row_is_noted() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    for (names, noted) in [("Virtual Machines", false), ("virtual machine", true)] {
        std::fs::write(folder.join("try.txt"), format!("when hours of meter-category \"{names}\" this month > 900"))
            .unwrap();
        let tried = forebill(folder, &["alerts", "test", "--rules", "try.txt", "--at", NOON]);
        assert_eq!((tried.code, tried.stdout.contains("Note: when hours of")), (0, noted), "{}", tried.stdout);
    }
}

/// Silence is told, ends with what was missed, and a new silence is told anew.
#[test]
fn missing_usage_is_told_until_it_comes() {
    let (azure, hook) = (OddAzure::start(), taken());
    azure.tell(FIRST, "2026-11-05", Day::Status(404));
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, "when usage of each subscription is missing\nwhen usage of each subscription is older than 3 days");
    assert_eq!(run(folder, &hook, NOON).code, 0);
    let told = bodies(&hook);
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["period"], &told[0]["lines"][0]["quantity"]), (&json!("2026-11-05"), &json!("1")));
    assert!(told[0]["lines"][0]["what"].as_str().unwrap().contains("404 Told404"), "{told:#?}");
    azure.heal();
    read(&azure, folder, "2026-11-20T06:00:00Z");
    assert_eq!(run(folder, &hook, "2026-11-20T07:00:00Z").code, 0);
    assert_eq!((listed(folder, &[]).len(), listed(folder, &["--all"]).len(), hook.count()), (0, 1, 1));
    // Nothing is read for four days: the nineteenth ends at midnight, three days and a bit ago.
    assert_eq!(run(folder, &hook, "2026-11-23T00:00:00Z").code, 0);
    let count = hook.count();
    assert_eq!(run(folder, &hook, "2026-11-23T00:00:01Z").code, 0);
    assert_eq!(hook.count(), count + 1);
    assert!(bodies(&hook).last().unwrap()["summary"].as_str().unwrap().contains("older than 3 days"));
    // A rule that is gone ends its incidents.
    rules_at(folder, "# none\n", "2026-11-23T01:00:00Z");
    assert_eq!(run(folder, &hook, "2026-11-23T05:45:00Z").code, 0);
    assert_eq!(listed(folder, &[]).len(), 0);
}

fn rules_at(folder: &Path, text: &str, at: &str) {
    std::fs::write(folder.join("rules.txt"), text).unwrap();
    assert_eq!(forebill(folder, &["alerts", "rules", "set", "rules.txt", "--at", at]).code, 0);
}

/// A meter without a price makes the sum a least one: said when it fires, and noted when it does not.
#[test]
fn an_unpriced_meter_makes_it_at_least() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("card.json"), crate::bad_input::CARD).unwrap();
    let row = |meter: &str, quantity: &str| {
        format!(
            r#"{{"name":"Daily_BRSDT_20261102_0000","properties":{{"subscriptionId":"{SECOND}","meterId":"{meter}","usageStartTime":"2026-11-02T00:00:00Z","usageEndTime":"2026-11-03T00:00:00Z","quantity":{quantity},"unit":"1 Hour"}}}}"#
        )
    };
    let stranger = METER.replace("1a2b", "9a2b");
    std::fs::write(
        folder.join("usage.json"),
        format!(r#"{{"value":[{},{}]}}"#, row(METER, "100"), row(&stranger, "7")),
    )
    .unwrap();
    let offer = "MS-AZR-0062P";
    assert_eq!(forebill(folder, &["import", "ratecard", "card.json", "--offer", offer, "--at", NOON]).code, 0);
    let line = ["import", "usage", "usage.json", "--subscription", SECOND, "--offer", offer, "--at", NOON];
    assert_eq!(forebill(folder, &line).code, 0);
    std::fs::write(
        folder.join("try.txt"),
        "when spend this month > 19 USD\nwhen spend this month > 20 USD\nwhen hours this month > 106",
    )
    .unwrap();
    let tried = forebill(folder, &["alerts", "test", "--rules", "try.txt", "--at", NOON, "-o", "json"]);
    let told = tried.json();
    assert_eq!(told["findings"][0]["summary"], "spend is at least 19.2 USD, above 19 USD");
    assert_eq!((&told["findings"][0]["fires"], &told["findings"][1]["fires"]), (&json!(true), &json!(false)));
    assert!(told["notes"][0].as_str().unwrap().contains("not all of it is known"), "{told:#}");
    // Hours need no price.
    assert_eq!(told["findings"][2]["fires"], true, "{told:#}");
    assert!(told["findings"][2]["summary"].as_str().unwrap().contains("107"), "{told:#}");
}

/// Hours of machines with a tag, against the pages read by another reader with another decimal.
#[tokio::test]
async fn hours_with_a_tag_are_those_of_the_pages() {
    let now = "2026-11-10T06:00:00Z";
    let sample = SampleAzure::start(Options::at(now.parse().unwrap())).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let info = &sample.subscriptions()[0];
    for line in [
        vec!["snapshot", "usage", "--subscription", &info.id, "--offer", &info.offer, "--from", "2026-11-01"],
        vec!["snapshot", "ratecard", "--subscription", &info.id, "--offer", &info.offer],
    ] {
        let answer = with_sample(&sample, folder.path(), &[line.as_slice(), &["--at", now]].concat(), &[]).await;
        assert_eq!(answer.code, 0, "{}", answer.stderr);
    }
    let (mut hours, mut rows) = (Decimal::ZERO, 0);
    for (name, bytes) in contents(&folder.path().join("data")) {
        if !name.contains("raw/usage/") {
            continue;
        }
        let page: Value = serde_json::from_slice(&zstd::decode_all(&bytes[..]).unwrap()).unwrap();
        for row in page["value"].as_array().unwrap() {
            let row = &row["properties"];
            let instance: Value = serde_json::from_str(row["instanceData"].as_str().unwrap_or("{}")).unwrap();
            let tagged = instance["Microsoft.Resources"]["tags"]["env"] == "prod";
            let machine = row["meterCategory"] == "Virtual Machines" && row["unit"] == "1 Hour";
            if tagged && machine && row["usageStartTime"].as_str().unwrap() >= "2026-11-01" {
                hours += row["quantity"].to_string().parse::<Decimal>().unwrap();
                rows += 1;
            }
        }
    }
    assert!(rows > 10, "{rows}");
    let rule = "when hours of meter-category \"Virtual Machines\" with tag env=prod this month > 1";
    std::fs::write(folder.path().join("try.txt"), rule).unwrap();
    let told = forebill(folder.path(), &["alerts", "test", "--rules", "try.txt", "--at", now, "-o", "json"]).json();
    let summary = told["findings"][0]["summary"].as_str().unwrap();
    assert!(summary.ends_with(&format!(" {}, above 1", hours.normalize())), "{summary} {hours}");
}

/// The same job as a Lambda function: the same event again tells nothing again, and no log has the address.
#[tokio::test]
async fn a_lambda_tells_it_once_and_logs_no_address() {
    let sample = SampleAzure::start(Options::at(NOON.parse().unwrap())).await.unwrap();
    let (azure, hook) = (OddAzure::start(), taken());
    let folder = filled(&azure);
    rules(folder.path(), &spend_rule());
    let before: std::collections::BTreeSet<String> = contents(&folder.path().join("data")).into_keys().collect();
    let address = format!("{}/services/{SECRET}", hook.url);
    let settings = [("FOREBILL_STORE", "file:data"), ("FOREBILL_ALERT_WEBHOOK", address.as_str())];
    let nobody = [("AZURE_TENANT_ID", ""), ("AZURE_CLIENT_ID", ""), ("AZURE_CLIENT_SECRET", "")];
    let settings = [settings.as_slice(), &nobody].concat();
    let mut function = Lambda::start(&sample, folder.path(), "alerts", &settings).await;
    let event = json!({"time": NOON}).to_string();
    for committed in [1, 0] {
        let Told::Response(report) = function.invoke(&event).await else { panic!("it failed") };
        assert_eq!((&report["job"], &report["committed"]), (&json!("alerts"), &json!(committed)));
    }
    assert_eq!(hook.count(), 1);
    let log = function.log();
    let alert = log.iter().find(|line| line["fields"]["message"] == "alert").unwrap();
    assert_eq!((&alert["level"], &alert["fields"]["rule"]), (&json!("WARN"), &json!(spend_rule())));
    assert!(!serde_json::to_string(&log).unwrap().contains(SECRET));
    // Only where the role of the job may write.
    let written = contents(&folder.path().join("data")).into_keys().filter(|name| !before.contains(name));
    assert!(written.into_iter().all(|name| name.contains("/manifests/")));
    let rights = crate::infra::may_write(functions::job::Job::Alerts);
    assert_eq!(rights, std::collections::BTreeSet::from(["manifests".to_owned()]));
    // A webhook that is down is an error of the invocation, so that Lambda tries again.
    let down = Scripted::always(Step::new(500, "").with("retry-after", "0"));
    rules(folder.path(), "when spend this month > 5 USD");
    let address = format!("{}/services/{SECRET}", down.url);
    let more = [("FOREBILL_STORE", "file:data"), ("FOREBILL_ALERT_WEBHOOK", address.as_str())];
    let mut function = Lambda::start(&sample, folder.path(), "alerts", &more).await;
    let Told::Error(error) = function.invoke(&event).await else { panic!("it did not fail") };
    assert!(error["errorMessage"].as_str().unwrap().contains("the webhook answered 500"), "{error}");
    assert!(!error.to_string().contains(SECRET));
}
