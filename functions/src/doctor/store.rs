//! The store: it can be listed, its records fold, and a new object can be created.

use jiff::Timestamp;
use shared::period::utc_date;
use shared::snapshot::{Snapshots, key};

use super::{Check, State};
use crate::archive::Archive;
use crate::store::{Put, Store, StoreError};

/// Says itself what it is: somebody will find it.
const PROBE: &str = concat!(
    r#"{"schema":"forebill.probe/1","what":"forebill doctor created this object to see whether it can. "#,
    r#"It counts for nothing and is written at most once a day."}"#,
    "\n"
);

/// The lines, and what the records say where they could be read.
pub async fn checks(url: &str, run_at: Timestamp) -> (Vec<Check>, Option<Snapshots>) {
    let store = match Store::open(url) {
        Ok(store) => store,
        Err(error) => return (vec![Check::problem("store", error.to_string(), vec![example()])], None),
    };
    let listed = match store.list("manifests/").await {
        Ok(records) => Check::ok("store", format!("can be listed, {} commit records", records.len())),
        Err(error) => failed("store", url, &error),
    };
    if listed.state == State::Problem {
        let waits = |check| Check::skipped(check, "the store cannot be listed").of(url);
        return (vec![listed.of(url), waits("store-create"), waits("store-records")], None);
    }
    let created = match store.put_new(&key::probe(utc_date(run_at)), PROBE.into()).await {
        Ok(Put::Created) => Check::ok("store-create", "a new object was created, and never replaces another"),
        Ok(Put::Exists) => Check::ok("store-create", "an object was created earlier today, and was not replaced now"),
        Err(error) => failed("store-create", url, &error),
    };
    let (records, snapshots) = match Archive::new(store).snapshots().await {
        Ok(snapshots) => {
            let known = snapshots.subscriptions.len();
            (Check::ok("store-records", format!("all can be read, {known} subscriptions are known")), Some(snapshots))
        }
        Err(crate::error::Error::Store(error)) => (failed("store-records", url, &error), None),
        Err(error) => {
            let check =
                Check::problem("store-records", error.to_string(), vec![format!("forebill verify --store {url}")]);
            (check, None)
        }
    };
    (vec![listed.of(url), created.of(url), records.of(url)], snapshots)
}

fn example() -> String {
    "export FOREBILL_STORE=file:./data".to_owned()
}

fn failed(check: &'static str, url: &str, error: &StoreError) -> Check {
    let bucket = url.trim_start_matches("s3://").split('/').next().unwrap_or("");
    let (mend, permission) = match error {
        StoreError::NoBucket { .. } => (vec![format!("aws s3api create-bucket --bucket {bucket}")], None),
        StoreError::NotSetUp { .. } => (vec!["aws configure".to_owned()], None),
        StoreError::Denied { permission, .. } => (allow(bucket, permission), Some(*permission)),
        StoreError::Io { path, .. } => (vec![format!("ls -ld {0} && chmod -R u+rwX {0}", path.display())], None),
        StoreError::NotAFile { path, .. } => (vec![format!("ls -ld {}", path.display())], None),
        StoreError::Unreachable { .. } | StoreError::Throttled { .. } => (vec!["aws s3 ls".to_owned()], None),
        _ => (Vec::new(), None),
    };
    let permission = permission.map(|name| match name {
        "ListBucket" => "s3:ListBucket",
        "GetObject" => "s3:GetObject",
        _ => "s3:PutObject",
    });
    Check { permission, ..Check::problem(check, error.to_string(), mend) }
}

/// Allows one action to whoever asks: the first command says who that is.
fn allow(bucket: &str, permission: &str) -> Vec<String> {
    let objects = if permission == "ListBucket" { "" } else { "/*" };
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:{permission}","Resource":"arn:aws:s3:::{bucket}{objects}"}}]}}"#
    );
    vec![
        "aws sts get-caller-identity".to_owned(),
        format!("aws iam put-role-policy --role-name ROLE --policy-name forebill --policy-document '{policy}'"),
    ]
}
