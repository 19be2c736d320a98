//! The set-up check: every problem that it knows is made once, told by its name, and answered with its command.

use std::path::Path;

use functions::demo::{Options, Question, Refusal, SampleAzure};
use serde_json::Value;

use crate::support::program::{Answer, forebill, with_sample};
use crate::support::scripted::{Scripted, Step};

const NOW: &str = "2026-11-22T06:00:00Z";
const STRANGER: &str = "99999999-2222-3333-4444-555555555555";

async fn sample() -> SampleAzure {
    SampleAzure::start(Options::at(NOW.parse().unwrap())).await.unwrap()
}

/// With the first subscription and its offer.
async fn doctor(sample: &SampleAzure, folder: &Path, more: &[(&str, &str)]) -> Answer {
    let info = &sample.subscriptions()[0];
    let of = format!("{}={}", info.id, info.offer);
    with_sample(sample, folder, &["doctor", "--subscription", &of, "--at", NOW, "-o", "json"], more).await
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let all = report["checks"].as_array().unwrap();
    all.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("no {name} in {report:#}"))
}

#[tokio::test]
async fn a_good_set_up_is_good_and_asks_little() {
    let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
    let answer = doctor(&sample, folder.path(), &[]).await;
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    let report = answer.json();
    assert_eq!(
        (&report["schema"], &report["problems"], &report["skipped"]),
        (&"forebill.doctor/1".into(), &0.into(), &0.into())
    );
    let names: Vec<&str> =
        report["checks"].as_array().unwrap().iter().map(|check| check["check"].as_str().unwrap()).collect();
    let expected = [
        "store",
        "store-create",
        "store-records",
        "settings",
        "sign-in",
        "subscription",
        "provider",
        "usage",
        "rate-card",
        "billing-periods",
        "invoices",
        "retail-prices",
    ];
    assert_eq!(names, expected);
    assert_eq!(check(&report, "subscription")["detail"], "Tidewater production (Enabled)");
    assert_eq!(check(&report, "usage")["permission"], "Microsoft.Commerce/UsageAggregates/read");
    // Read only, and few: a token, the list, usage twice (it is being made ready), card, periods, invoices, prices.
    let asked = sample.requests();
    assert!(asked.iter().all(|one| one.method == "GET" || one.path.ends_with("/token")), "{asked:?}");
    assert!(asked.len() <= 8, "{asked:?}");
    // The probe is no breach, counts for nothing, and is written once a day.
    let verify = forebill(folder.path(), &["verify", "-o", "json"]);
    assert_eq!((verify.code, &verify.json()["orphans"]), (0, &0.into()), "{}", verify.stdout);
    let probe = folder.path().join("data/probe/2026-11-22.json");
    let before = std::fs::read(&probe).unwrap();
    assert!(String::from_utf8(before.clone()).unwrap().contains("forebill doctor"));
    let again = doctor(&sample, folder.path(), &[]).await;
    assert!(check(&again.json(), "store-create")["detail"].as_str().unwrap().contains("earlier today"));
    assert_eq!(std::fs::read(&probe).unwrap(), before);
    std::fs::write(folder.path().join("data/probe/other.json"), "x").unwrap();
    assert_eq!(forebill(folder.path(), &["verify"]).code, 1, "what is no probe is a stranger");
}

/// (question, refusal, check, state, words of the detail, command)
type Case = (Question, Refusal, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip] // One case per line: a table.
const CASES: &[Case] = &[
    (Question::Usage, Refusal::NoRight, "usage", "problem", "Microsoft.Commerce/UsageAggregates/read is missing", "az role assignment create --assignee CLIENT --role \"Billing Reader\" --scope /subscriptions/ID"),
    (Question::RateCard, Refusal::NoRight, "rate-card", "problem", "Microsoft.Commerce/RateCard/read is missing", "az role assignment create --assignee CLIENT --role \"Reader\" --scope /subscriptions/ID"),
    (Question::BillingPeriods, Refusal::NoRight, "billing-periods", "problem", "Microsoft.Billing/billingPeriods/read is missing", "az role assignment create --assignee CLIENT --role \"Billing Reader\" --scope /subscriptions/ID"),
    (Question::Invoices, Refusal::NoRight, "invoices", "problem", "Microsoft.Billing/invoices/read is missing", "az role assignment create --assignee CLIENT --role \"Billing Reader\" --scope /subscriptions/ID"),
    (Question::Invoices, Refusal::InvoicesClosed, "invoices", "problem", "the account administrator opts in once", "in the portal, as account administrator of ID"),
    (Question::Invoices, Refusal::NoInvoices, "invoices", "skipped", "its offer has no invoices here", ""),
    (Question::Usage, Refusal::NotRegistered(409), "provider", "problem", "Microsoft.Commerce is not registered", "az provider register --namespace Microsoft.Commerce --subscription ID"),
    (Question::RateCard, Refusal::NotRegistered(400), "provider", "problem", "Microsoft.Commerce is not registered", "az provider register --namespace Microsoft.Commerce --subscription ID"),
    (Question::Everything, Refusal::OtherTenant, "subscription", "problem", "another tenant", "export AZURE_TENANT_ID=$(az account show --subscription ID --query tenantId --output tsv)"),
    (Question::Everything, Refusal::NoRight, "subscription", "problem", "has no role on it", "sed s/00000000-0000-0000-0000-000000000000/ID/ infra/azure-role.json > role.json"),
    (Question::Everything, Refusal::NoRight, "subscription", "problem", "has no role on it", "az role assignment create --assignee CLIENT --role \"Forebill reader\" --scope /subscriptions/ID"),
    (Question::Usage, Refusal::Partner, "usage", "problem", "a partner sells this subscription", "forebill import pricesheet"),
    (Question::BillingPeriods, Refusal::Down, "billing-periods", "problem", "503 ServerBusy", ""),
];

#[tokio::test]
async fn every_refusal_of_azure_is_told_with_what_mends_it() {
    let mut problems = Vec::new();
    for (question, refusal, name, state, words, command) in CASES {
        let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
        let id = sample.subscriptions()[0].id.clone();
        sample.refuse(&id, *question, *refusal);
        let answer = doctor(&sample, folder.path(), &[]).await;
        let report = answer.json();
        let found = check(&report, name);
        let command = command
            .replace("CLIENT", sample.client_id())
            .replace("ID", &id)
            .replace(&format!("AZURE_TENANT_{id}"), "AZURE_TENANT_ID");
        let code = if *state == "problem" { 1 } else { 3 };
        let mended = command.is_empty() && found["mend"].is_null()
            || found["mend"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one.as_str().unwrap().contains(&command)));
        let told = found["state"] == *state && found["detail"].as_str().unwrap().contains(words);
        if answer.code != code || !mended || !told {
            problems.push(format!("{refusal:?} of {question:?}: exit {}\n{found:#}\nwanted {command}", answer.code));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// One subscription that is not there, and an offer without a card: the others are looked at all the same.
#[tokio::test]
async fn a_subscription_that_does_not_exist_and_an_offer_without_a_card_are_told() {
    let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
    let good = &sample.subscriptions()[0];
    let first = format!("{}=MS-AZR-0017P", good.id);
    let line = ["doctor", "--subscription", &first, "--subscription", STRANGER, "--at", NOW, "-o", "json"];
    let answer = with_sample(&sample, folder.path(), &line, &[]).await;
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    let report = answer.json();
    let of = |id: &str, name: &str| {
        let all = report["checks"].as_array().unwrap();
        all.iter().find(|check| check["of"] == id && check["check"] == name).unwrap().clone()
    };
    let gone = of(STRANGER, "subscription");
    assert!(gone["detail"].as_str().unwrap().contains("does not exist"), "{gone}");
    assert!(gone["mend"][0].as_str().unwrap().starts_with("az account list --all"), "{gone}");
    assert_eq!(of(STRANGER, "usage")["state"], "skipped");
    assert_eq!(of(STRANGER, "rate-card")["state"], "skipped");
    let card = of(&good.id, "rate-card");
    assert!(card["detail"].as_str().unwrap().contains("there is no rate card for this offer"), "{card}");
    assert!(card["mend"][0].as_str().unwrap().starts_with("forebill import pricesheet"), "{card}");
    assert_eq!((&of(&good.id, "usage")["state"], &of(&good.id, "provider")["state"]), (&"ok".into(), &"ok".into()));
}

/// Settings and sign-in: what each refusal of Entra is answered with, and what is not looked at then.
#[tokio::test]
async fn a_sign_in_that_fails_is_told_and_the_rest_is_looked_at() {
    let sample = sample().await;
    for (variables, name, words, command) in [
        (vec![("AZURE_CLIENT_SECRET", "wrong")], "sign-in", "AADSTS7000215", "az ad app credential reset --id"),
        (vec![("AZURE_TENANT_ID", STRANGER)], "sign-in", "AADSTS90002", "az account show --query tenantId"),
        (vec![("AZURE_CLIENT_ID", STRANGER)], "sign-in", "AADSTS700016", "az ad sp create --id 99999999"),
        (vec![("AZURE_CLIENT_SECRET", "")], "settings", "no way to sign in", "az ad sp create-for-rbac"),
        (
            vec![("FOREBILL_ARM_ENDPOINT", "http://example.com")],
            "settings",
            "https is needed",
            "az ad sp create-for-rbac",
        ),
        (
            vec![("AZURE_AUTHORITY_HOST", "http://127.0.0.1:1")],
            "sign-in",
            "the sign-in host http://127.0.0.1:1 cannot be reached",
            "curl --head --noproxy '*' http://127.0.0.1:1",
        ),
        (vec![("FOREBILL_SIGN_IN", "azure-cli"), ("PATH", "/nowhere")], "sign-in", "Azure CLI", "az login"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let answer = doctor(&sample, folder.path(), &variables).await;
        assert_eq!(answer.code, 1, "{variables:?} {}", answer.stderr);
        let report = answer.json();
        let found = check(&report, name);
        assert_eq!(found["state"], "problem", "{found}");
        assert!(found["detail"].as_str().unwrap().contains(words), "{found}");
        assert!(found["mend"][0].as_str().unwrap().starts_with(command), "{found}");
        if words.contains("cannot be reached") {
            let all = found["mend"].to_string();
            assert!(
                ["proxy", "HTTPS_PROXY is not used", "FOREBILL_CLOUD", "unset AZURE_AUTHORITY_HOST"]
                    .iter()
                    .all(|step| all.contains(step)),
                "{all}"
            );
        }
        assert_eq!(check(&report, "subscription")["state"], "skipped");
        assert_eq!(check(&report, "store")["state"], "ok");
        assert!(!answer.stdout.contains(sample.client_secret()));
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_used_is_told() {
    let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("occupied"), "x").unwrap();
    let denied = Scripted::always(Step::new(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"));
    let none = Scripted::always(Step::new(404, "<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>"));
    let s3 = |url: &str| {
        vec![
            ("FOREBILL_STORE", "s3://costs/x".to_owned()),
            ("AWS_ENDPOINT_URL", url.to_owned()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "k".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "s".to_owned()),
        ]
    };
    for (variables, name, words, command) in [
        (vec![("FOREBILL_STORE", "ftp://x".to_owned())], "store", "is no store", "export FOREBILL_STORE="),
        (vec![("FOREBILL_STORE", "file:occupied/x".to_owned())], "store", "occupied", "ls -ld"),
        (s3(&denied.url), "store", "allow s3:ListBucket", "aws sts get-caller-identity"),
        (s3(&none.url), "store", "there is no such bucket", "aws s3api create-bucket --bucket costs"),
    ] {
        let more: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = doctor(&sample, folder.path(), &more).await;
        let report = answer.json();
        let found = check(&report, name);
        assert_eq!((answer.code, &found["state"]), (1, &"problem".into()), "{found}");
        assert!(found["detail"].as_str().unwrap().contains(words), "{found}");
        assert!(found["mend"][0].as_str().unwrap().starts_with(command), "{found}");
        // Azure is looked at all the same.
        assert_eq!(check(&report, "usage")["state"], "ok");
    }
    // A store whose records do not follow each other.
    std::fs::create_dir_all(folder.path().join("data/manifests")).unwrap();
    std::fs::write(folder.path().join("data/manifests/00000001.json"), "{}").unwrap();
    let report = doctor(&sample, folder.path(), &[]).await.json();
    assert!(check(&report, "store-records")["mend"][0].as_str().unwrap().starts_with("forebill verify"), "{report}");
}

#[tokio::test]
async fn nothing_named_is_not_all_well_and_the_lines_are_for_people() {
    let (sample, folder) = (sample().await, tempfile::tempdir().unwrap());
    let answer = with_sample(&sample, folder.path(), &["doctor", "--at", NOW], &[]).await;
    assert_eq!(answer.code, 3, "{}", answer.stdout);
    let id = &sample.subscriptions()[1].id;
    assert!(
        answer.stdout.contains("skipped  subscription: none was named") && answer.stdout.contains(id),
        "{}",
        answer.stdout
    );
    sample.refuse(id, Question::Usage, Refusal::NoRight);
    let line = ["doctor", "--subscription", id, "--at", NOW];
    let answer = with_sample(&sample, folder.path(), &line, &[]).await;
    assert_eq!(answer.code, 1);
    assert!(
        answer.stdout.contains(&format!("problem  usage {id}: Microsoft.Commerce/UsageAggregates/read is missing")),
        "{}",
        answer.stdout
    );
    assert!(answer.stdout.contains("         > az role assignment create"), "{}", answer.stdout);
    let csv =
        with_sample(&sample, folder.path(), &["doctor", "--subscription", id, "--at", NOW, "-o", "csv"], &[]).await;
    assert!(csv.stdout.starts_with("check,of,state,detail,permission,mend\r\nstore,"), "{}", csv.stdout);
    // What the store knows of a subscription need not be said again.
    let info = &sample.subscriptions()[0];
    let usage =
        ["snapshot", "usage", "--subscription", &info.id, "--offer", &info.offer, "--from", "2026-11-21", "--at", NOW];
    assert_eq!(with_sample(&sample, folder.path(), &usage, &[]).await.code, 0);
    let known = with_sample(&sample, folder.path(), &["doctor", "--at", NOW, "-o", "json"], &[]).await;
    assert_eq!((known.code, &check(&known.json(), "rate-card")["state"]), (0, &"ok".into()), "{}", known.stdout);
}
