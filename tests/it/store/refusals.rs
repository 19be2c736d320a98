//! What S3 may answer instead, one by one: what is tried again, how often, and what the message says to do.

use std::time::{Duration, Instant};

use functions::store::{Put, Store, StoreError};

use super::server::{S3Server, SECRET_KEY, Told, bucket_that_says, good, refusal, store_at};
use crate::support::program;

/// The tries a request gets at most.
const TRIES: usize = 5;

#[tokio::test]
async fn a_conflict_is_tried_again_until_somebody_has_won() {
    let conflict = || refusal(409, "ConditionalRequestConflict");
    let (host, asked) = bucket_that_says(vec![conflict(), conflict(), good("")]).await;
    assert_eq!(store_at(&host, "costs").put_new("a", b"x".to_vec()).await.unwrap(), Put::Created);
    assert_eq!(asked.lock().unwrap().len(), 3);
    // The other one won: what lies there are other bytes.
    let (host, _) = bucket_that_says(vec![conflict(), refusal(412, "PreconditionFailed"), good("other")]).await;
    assert_eq!(store_at(&host, "costs").put_new("a", b"x".to_vec()).await.unwrap(), Put::Exists);
    let (host, asked) = bucket_that_says(vec![conflict()]).await;
    let put = store_at(&host, "costs").put_new("a", b"x".to_vec()).await;
    assert!(put.is_err_and(|error| error.to_string().contains("other writes of the same key got in between")));
    assert_eq!(asked.lock().unwrap().len(), TRIES);
}

/// The answer to a write that was done can get lost; the second try then finds our own bytes.
#[tokio::test]
async fn a_write_whose_answer_was_lost_is_ours() {
    let answers = || vec![refusal(500, "InternalError"), refusal(412, "PreconditionFailed"), good("mine")];
    let (host, _) = bucket_that_says(answers()).await;
    assert_eq!(store_at(&host, "costs").put_new("a", b"mine".to_vec()).await.unwrap(), Put::Created);
    let (host, _) = bucket_that_says(answers()).await;
    assert_eq!(store_at(&host, "costs").put_new("a", b"not mine".to_vec()).await.unwrap(), Put::Exists);
    // Without a lost answer the bytes do not matter: another one wrote them.
    let (host, asked) = bucket_that_says(vec![refusal(412, "PreconditionFailed"), good("mine")]).await;
    assert_eq!(store_at(&host, "costs").put_new("a", b"mine".to_vec()).await.unwrap(), Put::Exists);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let passing = [
        ("SlowDown", 503),
        ("RequestTimeout", 400),
        ("InternalError", 500),
        ("", 502),
        ("Throttling", 429),
        ("ServiceUnavailable", 503),
    ];
    for (code, status) in passing {
        let (host, asked) = bucket_that_says(vec![refusal(status, code), refusal(status, code), good("bytes")]).await;
        assert_eq!(store_at(&host, "costs").get("a").await.unwrap(), b"bytes", "{code}");
        assert_eq!(asked.lock().unwrap().len(), 3, "{code}");
    }
}

#[tokio::test]
async fn tries_and_time_have_an_end() {
    let started = Instant::now();
    let (host, asked) = bucket_that_says(vec![refusal(503, "SlowDown")]).await;
    let store = store_at(&host, "costs/x");
    let (put, get, list) = tokio::join!(store.put_new("a", b"x".to_vec()), store.get("a"), store.list("manifests/"));
    for (error, place) in [(put.err(), "costs/x/a"), (get.err(), "costs/x/a"), (list.err(), "costs/x/manifests/")] {
        let error = error.unwrap();
        assert!(matches!(&error, StoreError::Throttled { tries: 5, .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(place) && text.contains("slow down (SlowDown), 5 times; run it again later"), "{text}");
    }
    assert_eq!(asked.lock().unwrap().len(), 3 * TRIES);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[tokio::test]
async fn what_no_repetition_mends_is_tried_once_and_says_what_to_do() {
    let cases: [(Told, &str); 5] = [
        (refusal(403, "AccessDenied"), "access denied (AccessDenied); allow s3:GetObject to this identity"),
        (refusal(403, "InvalidAccessKeyId"), "access denied (InvalidAccessKeyId)"),
        (
            refusal(404, "NoSuchBucket"),
            "there is no such bucket for this account and region; create it, or correct --store",
        ),
        (refusal(400, "InvalidRequest"), "400 InvalidRequest told by a test"),
        (refusal(404, "NoSuchKey"), "there is no object a"),
    ];
    for (answer, says) in cases {
        let (host, asked) = bucket_that_says(vec![answer]).await;
        let error = store_at(&host, "costs").get("a").await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert!(!error.contains(SECRET_KEY));
        assert_eq!(asked.lock().unwrap().len(), 1, "{error}");
    }
    let (host, _) = bucket_that_says(vec![refusal(403, "AccessDenied")]).await;
    let store = store_at(&host, "costs/x");
    let put = store.put_new("a", Vec::new()).await.unwrap_err().to_string();
    assert!(put.contains("writing s3://costs/x/a: access denied (AccessDenied); allow s3:PutObject"), "{put}");
    let list = store.list("a/").await.unwrap_err().to_string();
    assert!(list.contains("listing s3://costs/x/a/") && list.contains("allow s3:ListBucket"), "{list}");
}

#[tokio::test]
async fn a_host_that_is_not_there_is_told_soon() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let started = Instant::now();
    let error = store_at(&format!("http://{closed}"), "costs").get("a").await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { tries: 5, .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("refused") && text.contains("check the network, AWS_REGION and AWS_ENDPOINT_URL"), "{text}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_huge_object_is_refused_by_its_length() {
    let huge = Told { status: 200, headers: &[("content-length", "536870913")], body: "x".into() };
    let (host, asked) = bucket_that_says(vec![huge]).await;
    let error = store_at(&host, "costs").get("a").await.unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { bytes: 536_870_913, .. }), "{error:?}");
    assert_eq!(asked.lock().unwrap().len(), 1);
}

/// What was promised and did not come is asked for again, and is no object in the end.
#[tokio::test]
async fn a_body_that_breaks_off_is_read_again() {
    let cut = || Told { status: 200, headers: &[("content-length", "10")], body: "abc".into() };
    let (host, asked) = bucket_that_says(vec![cut(), cut(), good("abcdefghij")]).await;
    assert_eq!(store_at(&host, "costs").get("a").await.unwrap(), b"abcdefghij");
    assert_eq!(asked.lock().unwrap().len(), 3);
    let (host, asked) = bucket_that_says(vec![cut()]).await;
    let error = store_at(&host, "costs").get("a").await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { tries: 5, .. }), "{error:?}");
    assert_eq!(asked.lock().unwrap().len(), TRIES);
}

/// A list that leads back to itself would never end.
#[tokio::test]
async fn a_list_that_does_not_end_is_refused() {
    let page = "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>true</IsTruncated>\
                <NextContinuationToken>again</NextContinuationToken><Contents><Key>a/1</Key></Contents></ListBucketResult>";
    let (host, asked) = bucket_that_says(vec![good(page)]).await;
    let error = store_at(&host, "costs").list("a/").await.unwrap_err().to_string();
    assert!(error.contains("the list leads back to the page before"), "{error}");
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[test]
fn places_that_are_none_are_bad_usage() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["s3:", "s3://", "s3:costs", "s3://Costs", "s3://costs/../x", "file:", "memory", "http://x", "s3://a"] {
        assert!(matches!(Store::open(url), Err(StoreError::BadUrl { .. })), "{url}");
        let answer = program::forebill(folder.path(), &["books", "list", "--store", url]);
        assert_eq!(answer.code, 2, "{url}");
        assert!(
            answer.stderr.contains("is no store: use s3://BUCKET/PREFIX, file:PATH or memory:"),
            "{}",
            answer.stderr
        );
    }
}

/// The real program, with a bucket that the environment names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_keeps_its_store_in_a_bucket() {
    let server = S3Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let url = server.url.clone();
    let run = move |arguments: &[&str], secret: &str| {
        let mut command = program::command(folder.path(), arguments);
        command.env("AWS_ENDPOINT_URL", &url).env("AWS_ACCESS_KEY_ID", super::server::ACCESS_KEY);
        command.env("AWS_SECRET_ACCESS_KEY", secret).env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("FOREBILL_STORE", "s3://costs/forebill");
        std::fs::write(folder.path().join("card.json"), crate::bad_input::CARD).unwrap();
        program::answer(command.output().unwrap())
    };
    let told = tokio::task::spawn_blocking(move || {
        let import = ["import", "ratecard", "card.json", "--offer", "MS-AZR-0062P", "--at", "2026-11-01T00:00:00Z"];
        let imported = run(&import, SECRET_KEY);
        assert_eq!(imported.code, 0, "{}", imported.stderr);
        let listed = run(&["books", "list", "--output", "json"], SECRET_KEY);
        assert_eq!(listed.json()["books"][0]["offer"], "MS-AZR-0062P");
        let denied = run(&["books", "list"], "another secret");
        assert_eq!(denied.code, 1);
        denied.stderr
    });
    let told = told.await.unwrap();
    assert!(told.contains("listing s3://costs/forebill/packs/: access denied (SignatureDoesNotMatch)"), "{told}");
    assert!(!told.contains("another secret"));
    assert!(server.bucket().join("forebill/manifests/00000001.json").is_file());
}

/// No keys, no region: said at once, with what sets them.
#[test]
fn what_is_not_set_up_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program::command(folder.path(), &["books", "list", "--store", "s3://costs"]);
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    let answer = program::answer(command.output().unwrap());
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("s3://costs/: no AWS credentials"), "{}", answer.stderr);
    assert!(answer.stderr.contains("set AWS_PROFILE, or AWS_ACCESS_KEY_ID"), "{}", answer.stderr);
    let mut command = program::command(folder.path(), &["books", "list", "--store", "s3://costs"]);
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "y");
    let answer = program::answer(command.output().unwrap());
    assert!(answer.stderr.contains("no AWS region; set AWS_REGION to the bucket's"), "{}", answer.stderr);
}
