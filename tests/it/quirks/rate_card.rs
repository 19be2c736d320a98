//! RateCard: the redirect to a signed link, and what becomes of the link.

use std::io::Write as _;

use base64::Engine as _;
use functions::azure::AzureError;
use md5::Digest as _;
use shared::azure::ratecard::{self, CardRequest};

use crate::support::program::{answer, command};
use crate::support::rig::{Rig, SUBSCRIPTION, silent, tokens};
use crate::support::scripted::{Asked, Scripted, Step};

const CARD: &str = r#"{"OfferTerms":[],"Meters":[],"Currency":"USD","Locale":"en","IsTaxIncluded":false}"#;

/// An ARM that sends everybody to a link on the storage, numbered.
fn redirecting(storage: &Scripted) -> Scripted {
    let (base, mut number) = (storage.url.clone(), 0);
    Scripted::start(move |_| {
        number += 1;
        Step::redirect(&format!("{base}/card.json?sv=1&sig=LINK{number}&se=soon"))
    })
}

fn rig(storage: Scripted) -> Rig {
    Rig::new(redirecting(&storage), storage, silent())
}

fn blob() -> Step {
    let hash = base64::engine::general_purpose::STANDARD.encode(md5::Md5::digest(CARD));
    Step::ok(CARD).with("content-md5", &hash)
}

#[tokio::test]
async fn the_redirect_is_followed_without_the_token() {
    let rig = rig(Scripted::always(blob()));
    assert_eq!(rig.rate_card().await.unwrap().bytes, CARD.as_bytes());
    let (arm, storage) = (rig.arm.asked(), rig.storage.asked());
    assert_eq!(arm[0].header("authorization"), Some("Bearer TOKEN-1"));
    assert_eq!((storage.len(), storage[0].header("authorization")), (1, None));
    assert_eq!(storage[0].target, "/card.json?sv=1&sig=LINK1&se=soon");
    assert!(!storage[0].head.contains("TOKEN"));
}

#[tokio::test]
async fn a_relative_location_is_read_against_the_question_and_also_has_no_token() {
    let script = |asked: &Asked| if asked.target.starts_with("/card") { blob() } else { Step::redirect("/card?sig=x") };
    let rig = Rig::arm(Scripted::start(script));
    assert_eq!(rig.rate_card().await.unwrap().bytes, CARD.as_bytes());
    assert_eq!(rig.arm.asked()[1].header("authorization"), None);
}

#[tokio::test]
async fn a_link_that_died_is_replaced_by_a_new_one() {
    let dead = || Step::new(403, "\u{feff}<?xml?><Error><Code>AuthenticationFailed</Code><Message>x</Message></Error>");
    let script = move |asked: &Asked| if asked.target.contains("LINK1") { dead() } else { blob() };
    let good = rig(Scripted::start(script));
    assert_eq!(good.rate_card().await.unwrap().bytes, CARD.as_bytes());
    assert_eq!((good.arm.count(), good.storage.count()), (2, 2));
    let never = rig(Scripted::always(dead()));
    let error = never.rate_card().await.unwrap_err();
    assert!(matches!(error, AzureError::Status { status: 403, .. }), "{error}");
    assert_eq!((never.arm.count(), never.storage.count()), (3, 3));
    assert!(!error.to_string().contains("sig"), "{error}");
}

#[tokio::test]
async fn a_body_that_is_not_the_promised_one_is_asked_for_again() {
    let wrong = Step::ok(CARD).with("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==");
    let torn = blob().cut(20);
    let good = rig(Scripted::steps([wrong.clone(), torn, blob()]));
    assert_eq!(good.rate_card().await.unwrap().bytes, CARD.as_bytes());
    let never = rig(Scripted::always(wrong));
    let error = never.rate_card().await.unwrap_err().to_string();
    assert!(error.contains("Content-MD5") || error.contains("10 tries in a row"), "{error}");
    assert!(never.storage.count() <= 10);
}

#[tokio::test]
async fn a_card_may_come_at_once_packed_with_a_mark_and_with_windows_lines() {
    let text = format!("\u{feff}{}", CARD.replace(',', ",\r\n"));
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let step = Step::ok(packed).with("content-encoding", "gzip").dripped(7);
    let rig = Rig::arm(Scripted::always(step));
    let body = rig.rate_card().await.unwrap();
    assert_eq!(body.bytes, text.as_bytes());
    let request = CardRequest { offer: None, currency: None, region_info: "US".into() };
    let (book, _) = ratecard::decode(&body.bytes, &request).unwrap();
    // Asked for en-US, answered as "en".
    assert_eq!((book.header().locale.as_str(), book.meters().len()), ("en", 0));
}

#[tokio::test]
async fn a_redirect_leads_once_and_only_to_storage() {
    let attacker = Scripted::always(blob());
    let further = rig(Scripted::always(Step::redirect(&attacker.url)));
    let error = further.rate_card().await.unwrap_err().to_string();
    assert!(error.contains("an unexpected redirect, not followed"), "{error}");
    for location in ["https://evil.example/x", "http://10.0.0.1/", "", "file:///etc/passwd", "//evil.example/card"] {
        let rig = Rig::arm(Scripted::always(Step::redirect(location)));
        let error = rig.rate_card().await;
        // An empty place is the same page again, which is no card either.
        assert!(error.is_err(), "{location}");
        assert!(matches!(error, Err(AzureError::Egress { .. })) || location.is_empty(), "{location}: {error:?}");
    }
    let rig = Rig::arm(Scripted::always(Step::redirect(&attacker.url)));
    // Loopback to loopback is how a test Azure works: followed, but never with the token.
    rig.rate_card().await.unwrap();
    assert!(attacker.asked().iter().all(|asked| asked.header("authorization").is_none()));
}

#[tokio::test]
async fn who_has_no_card_is_told_so_and_not_asked_for_again() {
    for (body, said) in [
        (
            r#"{"Message":"Invalid query specified. Please specify valid values for OfferDurableId, Currency, Locale and RegionInfo."}"#,
            "MS-AZR-0145P and MS-AZR-0036P have none",
        ),
        (r#"{"error":{"code":"DisallowedProvider","message":"MS-AZR-0145P"}}"#, "import a price sheet"),
    ] {
        let rig = Rig::arm(Scripted::always(Step::new(400, body)));
        let error = rig.rate_card().await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(rig.arm.count(), 1);
    }
}

#[tokio::test]
async fn the_filter_holds_offers_of_every_kind() {
    for offer in ["MS-AZR-0121p", "MS-AZR-USGOV-0003P", "MS-AZR-0017P-0148P"] {
        let rig = Rig::arm(Scripted::always(Step::ok(CARD)));
        let subscription = crate::support::rig::subscription();
        let id = offer.parse().unwrap();
        let currency = shared::money::Currency::USD;
        rig.client.rate_card(subscription, &id, currency, "en-US", "US").await.unwrap();
        let target = rig.arm.asked()[0].target.clone();
        let (_, query) = target.split_once('?').unwrap();
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let (_, filter) = pairs.iter().find(|(name, _)| name == "$filter").unwrap();
        assert_eq!(
            filter.to_ascii_uppercase(),
            format!("OfferDurableId eq '{offer}' and Currency eq 'USD' and Locale eq 'en-US' and RegionInfo eq 'US'")
                .to_ascii_uppercase()
        );
    }
}

/// A card with one meter, in the currency that was asked for.
fn small_card(currency: &str) -> String {
    format!(
        "{{\"OfferTerms\":[],\"Meters\":[{{\"EffectiveDate\":\"2020-01-01T00:00:00Z\",\"IncludedQuantity\":0.0,\
         \"MeterCategory\":\"V\",\"MeterId\":\"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\",\"MeterName\":\"M\",\
         \"MeterRates\":{{\"0\":1.5}},\"MeterRegion\":\"\",\"MeterSubCategory\":\"\",\"MeterTags\":[],\"Unit\":\"1 Hour\"}}],\
         \"Currency\":\"{currency}\",\"Locale\":\"en\",\"IsTaxIncluded\":false}}"
    )
}

#[test]
fn one_command_reads_the_cards_of_several_offers_currencies_and_countries() {
    let script = |asked: &Asked| {
        let filter = asked.target.clone();
        match (filter.contains("0026P"), filter.contains("EUR")) {
            (true, true) => Step::new(400, r#"{"Message":"Invalid query specified."}"#),
            (_, true) => Step::ok(small_card("EUR")),
            (_, false) => Step::ok(small_card("USD")),
        }
    };
    let (arm, authority, folder) = (Scripted::start(script), tokens(), tempfile::tempdir().unwrap());
    let run = |arguments: &[&str]| {
        let arguments = [&["snapshot", "ratecard", "--subscription", SUBSCRIPTION, "-o", "json"], arguments].concat();
        let mut command = command(folder.path(), &arguments);
        command.envs([
            ("AZURE_TENANT_ID", "tenant"),
            ("AZURE_CLIENT_ID", "client"),
            ("AZURE_CLIENT_SECRET", "secret"),
            ("AZURE_AUTHORITY_HOST", &authority.url),
            ("FOREBILL_ARM_ENDPOINT", &arm.url),
        ]);
        answer(command.output().unwrap())
    };
    let both = ["--currency", "USD", "--currency", "EUR", "--region-info", "US", "--region-info", "DE"];
    let done = run(&[&["--offer", "MS-AZR-0003P", "--offer", "MS-AZR-0026P"], &both[..]].concat());
    assert_eq!((done.code, arm.count()), (3, 8), "{}", done.stderr);
    let jobs = done.json()["jobs"].as_array().unwrap().clone();
    let committed = jobs.iter().filter(|job| job["committed"] == 1).count();
    let refused: Vec<String> =
        jobs.iter().filter(|job| job["committed"] == 0).map(|job| job["warnings"][0].to_string()).collect();
    assert_eq!((committed, refused.len()), (6, 2));
    assert!(refused[1].contains("rate card MS-AZR-0026P in EUR for US") && refused[1].contains("400"), "{refused:?}");
    assert_eq!(authority.count(), 1);
    let books = answer(command(folder.path(), &["books", "list", "-o", "json"]).output().unwrap()).json();
    let countries: Vec<&str> =
        books["books"].as_array().unwrap().iter().map(|book| book["regionInfo"].as_str().unwrap()).collect();
    assert_eq!(countries.iter().filter(|country| **country == "DE").count(), 3, "{countries:?}");
    // Where none is to be had, that is no result.
    let none = run(&["--offer", "MS-AZR-0026P", "--currency", "EUR"]);
    assert!(none.code == 1 && none.stderr.contains("there is no rate card for this offer"), "{}", none.stderr);
}
