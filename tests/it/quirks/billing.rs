//! Billing periods and invoices: relative links, links on empty pages, and documents whose links die.

use std::sync::Arc;
use std::sync::Mutex;

use functions::archive::Archive;
use functions::error::Error;
use functions::job::{Context, JobReport};
use functions::jobs::snapshot_invoices::{self, Plan};
use functions::store::Store;
use shared::azure::invoice;

use crate::support::rig::{Rig, silent, subscription};
use crate::support::scripted::{Asked, Scripted, Step};

const PERIODS: &str = r#"{"value":[
 {"id":"x","name":"202012-1","type":"Microsoft.Billing/BillingPeriods",
  "properties":{"billingPeriodStartDate":"2020-10-01","billingPeriodEndDate":"2020-10-31"}},
 {"id":"x","name":"201705-1","type":"Microsoft.Billing/billingPeriods",
  "properties":{"billingPeriodStartDate":"2017-03-27","billingPeriodEndDate":"2017-04-26"}}]"#;

fn invoice(name: &str, link: &str) -> String {
    serde_json::json!({"id": "x", "name": name, "type": "Microsoft.Billing/invoices", "properties": {
        "invoicePeriodStartDate": "2026-10-01", "invoicePeriodEndDate": "2026-10-31",
        "downloadUrl": {"expiryTime": "2026-11-23T10:30:00Z", "url": link}}})
    .to_string()
}

fn arm(storage: &Scripted) -> Scripted {
    let groups = r#"{"value":[{"id":"/subscriptions/x/resourceGroups/rg-web","name":"rg-web","tags":{"costCenter":"4711"}},{"id":"/subscriptions/x/resourcegroups/RG-bare","name":"RG-bare","tags":null}]}"#;
    arm_with(storage, move || Step::ok(groups))
}

/// An ARM with two billing periods on two pages, one invoice whose link carries the number of the answer, and these groups.
fn arm_with(storage: &Scripted, groups: impl Fn() -> Step + Send + Sync + 'static) -> Scripted {
    let (base, number) = (storage.url.clone(), Arc::new(Mutex::new(0)));
    Scripted::start(move |asked: &Asked| {
        if asked.target.contains("/resourcegroups") {
            return groups();
        }
        let mut number = number.lock().unwrap();
        *number += 1;
        let link = format!("{base}/invoice.pdf?sv=1&sig=LINK{number}");
        let path = asked.target.to_ascii_lowercase();
        if path.contains("/billingperiods") && path.contains("skiptoken") {
            Step::ok(
                r#"{"value":[],"nextLink":"/subscriptions/x/providers/Microsoft.Billing/billingPeriods?$skiptoken=more"}"#,
            )
        } else if path.contains("/billingperiods") {
            Step::ok(format!(
                "{PERIODS},\"nextLink\":\"/subscriptions/x/providers/Microsoft.Billing/billingPeriods?$skiptoken=1\"}}"
            ))
        } else if path.contains("/invoices/") {
            Step::ok(invoice("202611-217089190378988", &link))
        } else {
            Step::ok(format!("{{\"value\":[{}]}}", invoice("202611-217089190378988", &link)))
        }
    })
}

async fn run(rig: &Rig) -> Result<(JobReport, Archive), Error> {
    let archive = Archive::new(Store::open("memory:").unwrap());
    let run_at = "2026-11-23T09:30:00Z".parse().unwrap();
    let context = Context { run_at, archive: &archive, azure: &rig.client, progress: &|_, _, _| {} };
    let plan = Plan { subscription_id: subscription(), from: None, to: None };
    let report = snapshot_invoices::run(&context, &plan).await?;
    Ok((report, archive))
}

fn rig(storage: Scripted) -> Rig {
    Rig::new(arm(&storage), storage, silent())
}

#[tokio::test]
async fn a_relative_link_is_followed_and_one_on_an_empty_page_is_not() {
    let rig = rig(Scripted::always(Step::ok("%PDF-1.4")));
    let (report, archive) = run(&rig).await.unwrap();
    assert_eq!(report.committed, 1);
    let asked = rig.arm.asked();
    let periods: Vec<&str> =
        asked.iter().map(|asked| asked.target.as_str()).filter(|target| target.contains("billingPeriods")).collect();
    assert_eq!(periods.len(), 2, "{periods:?}");
    assert_eq!(periods[1], "/subscriptions/x/providers/Microsoft.Billing/billingPeriods?$skiptoken=1");
    assert_eq!(archive.snapshots().await.unwrap().invoices.len(), 1);
}

/// Who only reads bills may not see groups, and needs no more for anything else; a list that nobody can read is told.
#[tokio::test]
async fn no_invoice_waits_for_the_groups() {
    let refused = r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#;
    for (groups, known, warnings) in [
        (
            Step::ok(
                r#"{"value":[{"id":"/subscriptions/x/resourceGroups/rg-web","name":"rg-web","tags":{"costCenter":"4711"}}]}"#,
            ),
            1,
            vec![],
        ),
        (Step::new(403, refused), 0, vec![]),
        (
            Step::ok(r#"{"value":[{"id":"/subscriptions/x/resourceGroups/g","tags":{}}]}"#),
            0,
            vec!["were not read", "value[0]", "missing field `name`"],
        ),
        (
            Step::ok(r#"{"value":[{"id":"/subscriptions/x/resourceGroups/g","name":"g","tags":{"a":1}}]}"#),
            0,
            vec!["were not read", "value[0].tags.a"],
        ),
        (
            Step::ok(invoice("1-1", "https://x").replace("{\"id\"", "{\"value\":[{\"id\"") + "]}"),
            0,
            vec!["is not the id of a resource group (value[0].id)"],
        ),
    ] {
        let storage = Scripted::always(Step::ok("%PDF-1.4"));
        let arm = arm_with(&storage, move || groups.clone());
        let (report, archive) = run(&Rig::new(arm, storage, silent())).await.unwrap();
        let snapshots = archive.snapshots().await.unwrap();
        assert_eq!((snapshots.invoices.len(), snapshots.resource_groups.len()), (1, known));
        assert_eq!(report.warnings.len(), usize::from(!warnings.is_empty()), "{:?}", report.warnings);
        assert!(warnings.iter().all(|part| report.warnings[0].contains(part)), "{:?}", report.warnings);
        let found = archive.verify(report.run_at.0, &|_, _, _| {}).await.unwrap();
        assert!(found.breaches.is_empty(), "{:?}", found.breaches);
    }
}

#[tokio::test]
async fn a_document_is_fetched_without_the_token_and_with_a_new_link_where_the_first_died() {
    let script = |asked: &Asked| {
        if asked.target.contains("LINK3") {
            Step::new(403, "<Error><Code>AuthenticationFailed</Code></Error>")
        } else {
            Step::ok("%PDF-1.4")
        }
    };
    let rig = rig(Scripted::start(script));
    let (report, _) = run(&rig).await.unwrap();
    assert_eq!(report.committed, 1);
    let (arm, storage) = (rig.arm.asked(), rig.storage.asked());
    assert_eq!(storage.iter().map(|asked| &asked.target[22..]).collect::<Vec<_>>(), ["LINK3", "LINK4"], "{storage:?}");
    assert!(storage.iter().all(|asked| asked.header("authorization").is_none()));
    assert!(arm.iter().all(|asked| asked.header("authorization") == Some("Bearer TOKEN-1")));
    let again = arm.last().unwrap().target.clone();
    assert!(again.contains("/invoices/202611%2D217089190378988?"), "{again}");
}

#[tokio::test]
async fn a_link_that_stays_dead_is_told_without_its_signature() {
    let rig = rig(Scripted::always(Step::new(
        403,
        "<Error><Code>AuthenticationFailed</Code><Message>sig=abc</Message></Error>",
    )));
    let error = run(&rig).await.err().unwrap().to_string();
    assert!(error.contains("403") && !error.contains("sig="), "{error}");
    assert_eq!(rig.storage.count(), 2);
}

#[test]
fn the_name_of_a_period_says_nothing_about_its_dates() {
    let page = invoice::decode_billing_periods(format!("{PERIODS}}}").as_bytes()).unwrap();
    let period = page.value[0].period().unwrap();
    assert_eq!(page.value[0].name, "202012-1");
    // The end date is the last day, so the half-open period ends on the next.
    assert_eq!(
        (period.start_at.to_string(), period.end_at.to_string()),
        ("2020-10-01T00:00:00Z".into(), "2020-11-01T00:00:00Z".into())
    );
    let short = page.value[1].period().unwrap();
    assert_eq!(
        (short.start_at.to_string(), short.end_at.to_string()),
        ("2017-03-27T00:00:00Z".into(), "2017-04-27T00:00:00Z".into())
    );
}
