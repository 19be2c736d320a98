//! Bodies that are not what they should be, on every kind of answer.

use std::io::Write as _;

use functions::azure::AzureError;

use crate::support::rig::Rig;
use crate::support::scripted::{Scripted, Step};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn good() -> Step {
    Step::ok(r#"{"value":[],"Items":[]}"#)
}

/// Asking again did not help, so whoever reads it says where it breaks.
const READER: &str = "the reader refuses it";

/// Each is asked for again, and told when it stays so.
fn broken() -> Vec<(&'static str, Step)> {
    let long = format!(r#"{{"value":[{}]}}"#, "1,".repeat(2000) + "1");
    let torn_pack = packed(long.as_bytes());
    let torn_pack = torn_pack[..torn_pack.len() - 9].to_vec();
    vec![
        (READER, Step::ok(&long[..long.len() / 2]).without_length()),
        ("broke off", Step::ok(long.clone()).cut(30)),
        ("broke off", Step::ok("{}").with("content-length", "3")),
        (READER, Step::ok("")),
        (READER, Step::ok("<!DOCTYPE html><title>Sign in to the network</title>")),
        (READER, Step::ok("\u{feff}<?xml version=\"1.0\"?><Error/>")),
        (READER, Step::ok("OK")),
        ("Content-MD5", good().with("content-md5", "bm90IHRoaXMgb25lIGhlcg==")),
        ("gzip body is damaged", Step::ok(torn_pack).with("content-encoding", "gzip")),
        ("gzip body is damaged", Step::ok("not packed").with("content-encoding", "gzip")),
        ("unpacks to more than", Step::ok(packed(&vec![b' '; 40_000_000])).with("content-encoding", "gzip")),
        ("was not asked for", good().with("content-encoding", "br")),
        ("was not asked for", good().with("content-encoding", "gzip, gzip")),
    ]
}

#[tokio::test]
async fn a_damaged_body_is_asked_for_again_and_then_told() {
    for (said, step) in broken() {
        let rig = Rig::arm(Scripted::steps([step.clone(), good()]));
        rig.usage().await.unwrap_or_else(|error| panic!("{said}: {error}"));
        let rig = Rig::arm(Scripted::always(step.clone()));
        let error = rig.usage().await.unwrap_err();
        assert!(matches!(error, AzureError::Damaged { .. }) && error.to_string().contains(said), "{said}: {error}");
        assert_eq!(rig.arm.count(), 4);
        let rig = Rig::retail(Scripted::always(step));
        assert!(rig.retail_prices().await.unwrap_err().to_string().contains(said));
    }
}

#[tokio::test]
async fn slow_and_chunked_bodies_are_whole() {
    let text = format!(r#"{{"value":[{}]}}"#, "1,".repeat(300) + "1");
    let chunked = format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len());
    for step in [
        Step::ok(text.clone()).dripped(40),
        Step::ok(text.clone()).without_length(),
        Step::ok(chunked).without_length().with("transfer-encoding", "chunked").dripped(50),
        Step::ok(packed(text.as_bytes())).with("content-encoding", "GZIP"),
    ] {
        let rig = Rig::arm(Scripted::always(step));
        assert_eq!(rig.usage().await.unwrap()[0].1.bytes, text.as_bytes());
    }
}

#[tokio::test]
async fn a_chunked_body_without_its_end_is_not_whole() {
    let step = Step::ok("a\r\n{\"value\":[\r\n").without_length().with("transfer-encoding", "chunked");
    let rig = Rig::arm(Scripted::steps([step, good()]));
    rig.usage().await.unwrap();
    assert_eq!(rig.arm.count(), 2);
}

#[tokio::test]
async fn every_shape_of_an_error_gives_its_words() {
    for (status, body, said) in [
        (
            504,
            r#"{"error":{"code":"GatewayTimeout","message":"La passerelle n’a pas répondu à temps."}}"#,
            "GatewayTimeout: La passerelle",
        ),
        (400, r#"{"code":"InvalidInput","message":"The window is wrong."}"#, "InvalidInput: The window is wrong."),
        (400, r#"{"Message":"No such thing."}"#, "400 No such thing."),
        (
            400,
            r#"{"Error":{"Code":"BadRequest","Message":"Invalid OData parameters supplied"}}"#,
            "BadRequest: Invalid OData",
        ),
        (502, "<html><body>Bad gateway</body></html>", "is there a proxy in between?"),
        (500, "", "500 without a reason"),
        (400, r#"{"error":{"code":"X","message":"a\u001b[31mb\nc"}}"#, "X: a"),
    ] {
        let rig = Rig::arm(Scripted::always(Step::new(status, body)));
        let error = rig.usage().await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert!(!error.contains(['\u{1b}', '\n']), "{error:?}");
        let tries = if status >= 500 { 4 } else { 1 };
        assert_eq!(rig.arm.count(), tries, "{status}");
    }
}

#[tokio::test]
async fn known_refusals_say_what_to_do() {
    for (status, code, said) in [
        (403, "AuthorizationFailed", "Billing Reader"),
        (404, "SubscriptionNotFound", "check the subscription's id"),
        (409, "MissingSubscriptionRegistration", "az provider register --namespace Microsoft.Commerce"),
        (401, "InvalidAuthenticationTokenTenant", "AZURE_TENANT_ID"),
    ] {
        let body = serde_json::json!({"error": {"code": code, "message": "no"}}).to_string();
        let rig = Rig::arm(Scripted::always(Step::new(status, body)));
        let error = rig.usage().await.unwrap_err().to_string();
        assert!(error.contains(code) && error.contains(said), "{error}");
    }
}
