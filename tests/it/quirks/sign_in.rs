//! The ways to sign in, what is sent for each, how often, and what a refusal says.

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use functions::azure::{AzureClient, AzureError, Cloud, Credential, Endpoints, Principal, Run};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use crate::support::program::{Answer, answer, command};
use crate::support::rig::{Rig, SUBSCRIPTION, VirtualClock, silent, token, tokens};
use crate::support::scripted::{Asked, Scripted, Step};

/// Of the certificate beside this file, as OpenSSL tells them.
const THUMBPRINT: &str = "7CDC474E0DA5C2F5699BFEF737C2D02D53BA4DE8";
const PUBLIC_KEY: &str = "MIIBCgKCAQEArseGEgbim3h1J36KfaKIsQ0u160iGJt+e7XiefTnagzIYMtwHnv/WOImFaA5PJJn8hvBy4jGfxpBGLkuDCKVg14i2DlmdzARsDkrnugNAZ3s6R2WhPyfSC3P2cgguaBpIa+igtbDjo0xb5Zx7gSuvP+BCm5N3L8lW0RploAYgP4KGT3YRvEdOhzg5LRi8lXRHzpinaPJwoCYtJmlvfJgwUwa0NQhpYUFRh3Qhq3LVZECh1vem7DNQw3hnnVpR4VtNQlzkEQ609X1GSPAYleZwC7dUtw3/wm3IBB8DilXZL6g2f2jNDokem6LqSZViNsUwchQXPMNDqg7JCNqZ4iNLwIDAQAB";

fn page() -> Step {
    Step::ok(r#"{"value":[]}"#)
}

fn entra_refuses(code: u32, status: u16) -> Step {
    let text = format!("AADSTS{code}: Told by Entra. Trace ID: 1 Correlation ID: 2 Timestamp: now");
    let body = serde_json::json!({"error": "invalid", "error_description": text, "error_codes": [code]});
    Step::new(status, body.to_string())
}

/// A client that signs in by a way that a test makes, and its authority.
struct Signed {
    authority: Scripted,
    arm: Scripted,
    client: AzureClient,
}

fn signed(
    make: impl FnOnce(&Endpoints, &reqwest::Client, &Principal) -> Result<Credential, AzureError>,
) -> Result<Signed, AzureError> {
    let (authority, arm) = (tokens(), Scripted::always(page()));
    let endpoints = Endpoints::new(Cloud::Public, Some(&arm.url), None, Some(&authority.url))?;
    let (http, who) = (AzureClient::http()?, Principal { tenant_id: "tenant".into(), client_id: "client".into() });
    let credential = make(&endpoints, &http, &who)?;
    let client = AzureClient::new(http, endpoints, Some(credential)).for_run(Run::new(VirtualClock::new(), None, 1));
    Ok(Signed { authority, arm, client })
}

impl Signed {
    async fn ask(&self) -> Result<(), AzureError> {
        let read = async |_, _| -> Result<Option<String>, AzureError> { Ok(None) };
        self.client.usage(crate::support::rig::day(), read).await
    }
}

#[tokio::test]
async fn a_secret_is_exchanged_once_for_all_who_ask_at_the_same_time() {
    let rig = Rig::arm(Scripted::always(page()));
    let results = futures_util::future::join_all((0..9).map(|_| rig.usage())).await;
    assert!(results.iter().all(Result::is_ok));
    let asked = rig.authority.asked();
    assert_eq!((asked.len(), asked[0].target.as_str()), (1, "/tenant/oauth2/v2.0/token"));
    assert_eq!(asked[0].field("client_secret").as_deref(), Some("SECRET"));
    assert_eq!(asked[0].field("scope"), Some(format!("{}/.default", rig.arm.url)));
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end() {
    let rig = Rig::arm(Scripted::always(page()));
    for (passed, signed_in) in [(0, 1), (3290, 1), (15, 2), (3000, 2)] {
        rig.clock.pass(Duration::from_secs(passed));
        rig.usage().await.unwrap();
        assert_eq!(rig.authority.count(), signed_in, "{passed}");
    }
    assert_eq!(rig.arm.asked()[3].header("authorization"), Some("Bearer TOKEN-2"));
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_used_until_its_end() {
    let mut first = true;
    let authority = Scripted::start(move |_| {
        if std::mem::take(&mut first) { token("OLD", 3599) } else { Step::new(503, "<html>down</html>") }
    });
    let rig = Rig::with(authority, Scripted::always(page()), silent(), silent(), None);
    rig.usage().await.unwrap();
    rig.clock.pass(Duration::from_secs(3400));
    rig.usage().await.unwrap();
    assert_eq!(rig.authority.count(), 4, "tried three times");
    rig.usage().await.unwrap();
    assert_eq!(rig.authority.count(), 4, "and left alone for a while");
    rig.clock.pass(Duration::from_secs(200));
    let error = rig.usage().await.unwrap_err().to_string();
    assert!(error.contains("answered 503 without a reason"), "{error}");
}

#[tokio::test]
async fn an_authority_that_is_down_is_tried_three_times_and_not_for_long() {
    for step in [Step::new(503, ""), Step::new(429, "{}"), Step::hang_up(), Step::new(500, "<html>")] {
        let rig = Rig::with(Scripted::always(step), silent(), silent(), silent(), None);
        let error = rig.usage().await.unwrap_err();
        assert!(matches!(error, AzureError::SignIn(_) | AzureError::SignInUnreachable(_)), "{error}");
        assert_eq!((rig.authority.count(), rig.arm.count()), (3, 0));
        assert!(rig.clock.passed() <= Duration::from_secs(10));
    }
    let busy = Step::new(429, "{}").with("retry-after", "120");
    let rig = Rig::with(Scripted::always(busy), silent(), silent(), silent(), None);
    let error = rig.usage().await.unwrap_err();
    assert!(matches!(&error, AzureError::Later { wait, .. } if *wait == Duration::from_secs(120)), "{error}");
    assert_eq!(rig.authority.count(), 1);
}

#[tokio::test]
async fn a_refusal_names_its_code_and_what_to_do() {
    for (code, said) in [
        (7_000_215, "the secret's value, not its id"),
        (7_000_222, "has expired"),
        (700_016, "AZURE_CLIENT_ID is not an application of AZURE_TENANT_ID"),
        (90_002, "AZURE_TENANT_ID does not exist"),
        (70_021, "no federated credential"),
        (900_382, "FOREBILL_CLOUD"),
        (65_005, "lacks a permission"),
        (50_034, "the account is not in this tenant"),
        (700_024, "clock"),
        (700_027, "certificate"),
        (1_002_012, "FOREBILL_ARM_ENDPOINT"),
    ] {
        let rig = Rig::with(Scripted::always(entra_refuses(code, 401)), silent(), silent(), silent(), None);
        let error = rig.usage().await.unwrap_err().to_string();
        let start = format!("sign-in with a client secret: AADSTS{code}: Told by Entra. → ");
        assert!(error.starts_with(&start) && error.contains(said), "{error}");
        assert_eq!((rig.authority.count(), rig.arm.count()), (1, 0), "{code} is not asked for again");
    }
}

fn parts(assertion: &str) -> (serde_json::Value, serde_json::Value) {
    let decode = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let mut parts = assertion.split('.');
    (decode(parts.next().unwrap()), decode(parts.next().unwrap()))
}

#[tokio::test]
async fn a_certificate_signs_a_statement_that_its_public_key_proves() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/it/quirks/sign_in");
    for name in ["certificate.pem", "certificate-pkcs1.pem"] {
        let file = folder.join(name);
        let signed = signed(|endpoints, http, who| Credential::certificate(endpoints, http, who, &file)).unwrap();
        signed.ask().await.unwrap();
        assert_eq!(signed.arm.asked()[0].header("authorization"), Some("Bearer TOKEN-1"));
        let asked = signed.authority.asked();
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        assert_eq!(asked[0].field("client_assertion_type").as_deref(), Some(kind));
        let assertion = asked[0].field("client_assertion").unwrap();
        let (text, signature) = assertion.rsplit_once('.').unwrap();
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, STANDARD.decode(PUBLIC_KEY).unwrap());
        key.verify(text.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        let (header, claims) = parts(&assertion);
        let bytes = URL_SAFE_NO_PAD.decode(header["x5t"].as_str().unwrap()).unwrap();
        let thumbprint: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!((header["alg"].as_str(), thumbprint.as_str()), (Some("RS256"), THUMBPRINT));
        assert_eq!(claims["aud"], format!("{}/tenant/oauth2/v2.0/token", signed.authority.url));
        assert_eq!((&claims["iss"], &claims["sub"]), (&"client".into(), &"client".into()));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 600);
    }
}

#[test]
fn files_that_hold_no_usable_certificate_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let good = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/it/quirks/sign_in/certificate.pem"),
    )
    .unwrap();
    let (key, certificate) = good.split_at(good.find("-----BEGIN CERT").unwrap());
    let body = key.lines().nth(2).unwrap();
    for (text, said) in [
        (String::new(), "has no certificate"),
        (key.to_owned(), "has no certificate"),
        (certificate.to_owned(), "has no private key"),
        (good.replace("PRIVATE KEY", "EC PRIVATE KEY"), "the key is not RSA"),
        (good.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), "the key is encrypted"),
        (good.replace(body, &"A".repeat(body.len())), "the key cannot be used"),
    ] {
        let file = folder.path().join("file.pem");
        std::fs::write(&file, text).unwrap();
        let error = signed(|endpoints, http, who| Credential::certificate(endpoints, http, who, &file));
        let error = error.err().unwrap().to_string();
        assert!(error.contains(said) && !error.contains(body), "{error}");
    }
    let missing = folder.path().join("nothing.pem");
    let error = signed(|endpoints, http, who| Credential::certificate(endpoints, http, who, &missing));
    assert!(matches!(error.err().unwrap(), AzureError::Config(text) if text.contains("nothing.pem")));
}

#[tokio::test]
async fn a_token_file_is_read_again_for_each_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "FIRST").unwrap();
    let signed = signed(|endpoints, http, who| Credential::token_file(endpoints, http, who, &file)).unwrap();
    signed.ask().await.unwrap();
    std::fs::write(&file, "SECOND").unwrap();
    let clock = VirtualClock::new();
    clock.pass(Duration::from_secs(3500));
    let later = AzureClient::for_run(signed.client.clone(), Run::new(clock, None, 1));
    let read = async |_, _| -> Result<Option<String>, AzureError> { Ok(None) };
    later.usage(crate::support::rig::day(), read).await.unwrap();
    let stated = signed.authority.asked().iter().map(|asked| asked.field("client_assertion")).collect::<Vec<_>>();
    assert_eq!(stated, [Some("FIRST".to_owned()), Some("SECOND".to_owned())]);
    let missing = folder.path().join("nothing");
    let error = super::sign_in::signed(|endpoints, http, who| Credential::token_file(endpoints, http, who, &missing));
    assert!(matches!(error.err().unwrap(), AzureError::Config(_)));
}

/// Runs the program with the role of a Lambda, whose STS is scripted.
fn in_lambda(sts: &Scripted, authority: &Scripted, arm: &Scripted, more: &[(&str, &str)]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["snapshot", "ratecard", "--subscription", SUBSCRIPTION, "--offer", "MS-AZR-0003P"];
    let mut command = command(folder.path(), &arguments);
    command.envs([
        ("FOREBILL_SIGN_IN", "aws"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "CANARY-aws-secret"),
        ("AWS_SESSION_TOKEN", "CANARY-aws-token"),
        ("AWS_ENDPOINT_URL_STS", &sts.url),
        ("AZURE_TENANT_ID", "tenant"),
        ("AZURE_CLIENT_ID", "client"),
        ("AZURE_AUTHORITY_HOST", &authority.url),
        ("FOREBILL_ARM_ENDPOINT", &arm.url),
        ("RUST_LOG", "trace"),
    ]);
    answer(command.envs(more.iter().copied()).output().unwrap())
}

fn statement() -> Step {
    Step::ok(
        "<GetWebIdentityTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetWebIdentityTokenResult>\
         <WebIdentityToken>CANARY.aws.statement</WebIdentityToken><Expiration>2026-11-23T09:35:00Z</Expiration>\
         </GetWebIdentityTokenResult></GetWebIdentityTokenResponse>",
    )
    .with("content-type", "text/xml")
}

fn quiet(answer: &Answer) {
    for canary in ["CANARY", "TOKEN-1"] {
        assert!(!answer.stdout.contains(canary) && !answer.stderr.contains(canary), "{canary} in {}", answer.stderr);
    }
}

#[test]
fn in_lambda_the_role_signs_in_and_nothing_secret_is_stored_or_said() {
    for (cloud, audience) in [
        ("public", "api://AzureADTokenExchange"),
        ("usgov", "api://AzureADTokenExchangeUSGov"),
        ("china", "api://AzureADTokenExchangeChina"),
    ] {
        let (sts, authority) = (Scripted::always(statement()), tokens());
        let arm = Scripted::always(Step::new(400, r#"{"Message":"Invalid query specified."}"#));
        let answer = in_lambda(&sts, &authority, &arm, &[("FOREBILL_CLOUD", cloud)]);
        assert_eq!(answer.code, 1, "{}", answer.stderr);
        let asked: Vec<Asked> = sts.asked();
        assert_eq!(asked.len(), 1, "{}", answer.stderr);
        let field = |name: &str| asked[0].field(name);
        assert_eq!(field("Action").as_deref(), Some("GetWebIdentityToken"));
        assert_eq!(field("Audience.member.1").as_deref(), Some(audience));
        assert_eq!(field("SigningAlgorithm").as_deref(), Some("RS256"));
        assert_eq!(field("DurationSeconds").as_deref(), Some("300"));
        assert!(asked[0].header("authorization").unwrap().contains("eu-central-1/sts"), "{}", asked[0].head);
        let assertion = authority.asked()[0].field("client_assertion");
        assert_eq!(assertion.as_deref(), Some("CANARY.aws.statement"));
        assert_eq!(arm.asked()[0].header("authorization"), Some("Bearer TOKEN-1"));
        quiet(&answer);
    }
}

#[test]
fn what_aws_refuses_is_explained() {
    let refuses = |code: &str| {
        Step::new(
            403,
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error>\
                 <RequestId>1</RequestId></ErrorResponse>"
            ),
        )
        .with("content-type", "text/xml")
    };
    for (code, said) in [
        ("AccessDenied", "sts:GetWebIdentityToken"),
        ("OutboundWebIdentityFederationDisabledException", "enable-outbound-web-identity-federation"),
    ] {
        let (sts, authority, arm) = (Scripted::always(refuses(code)), tokens(), silent());
        let answer = in_lambda(&sts, &authority, &arm, &[]);
        assert_eq!(answer.code, 1);
        let last = answer.stderr.lines().last().unwrap();
        assert!(last.contains(code) && last.contains(said), "{last}");
        assert_eq!((authority.count(), arm.count()), (0, 0));
        quiet(&answer);
    }
    let (sts, authority, arm) = (Scripted::always(statement()), tokens(), silent());
    let answer = in_lambda(&sts, &authority, &arm, &[("AWS_REGION", "")]);
    assert!(answer.stderr.lines().last().unwrap().contains("AWS_REGION is not set"), "{}", answer.stderr);
    assert_eq!(sts.count(), 0);
}

#[test]
fn each_cloud_has_its_hosts() {
    for (cloud, arm, authority, audience, storage) in [
        (
            Cloud::Public,
            "https://management.azure.com/",
            "https://login.microsoftonline.com/",
            "api://AzureADTokenExchange",
            ".blob.core.windows.net",
        ),
        (
            Cloud::China,
            "https://management.chinacloudapi.cn/",
            "https://login.chinacloudapi.cn/",
            "api://AzureADTokenExchangeChina",
            ".blob.core.chinacloudapi.cn",
        ),
        (
            Cloud::Usgov,
            "https://management.usgovcloudapi.net/",
            "https://login.microsoftonline.us/",
            "api://AzureADTokenExchangeUSGov",
            ".blob.core.usgovcloudapi.net",
        ),
    ] {
        let hosts = Endpoints::new(cloud, None, None, None).unwrap();
        assert_eq!((hosts.arm.as_str(), hosts.authority.as_str()), (arm, authority));
        assert_eq!((hosts.exchange_audience, hosts.storage_suffixes[0]), (audience, storage));
    }
}
