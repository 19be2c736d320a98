//! Every known fault of HTTP at every place where we ask, once and for ever: a fault that passes is survived, one that
//! stays is told by name, and neither costs more than ten tries of one host.

use std::fmt::Debug;
use std::io::Write as _;
use std::time::Duration;

use functions::azure::AzureError;
use futures_util::future::join_all;

use crate::support::rig::{Rig, token};
use crate::support::scripted::{Asked, Scripted, Step};

const CARD: &str = r#"{"OfferTerms":[],"Meters":[],"Currency":"USD","Locale":"en","IsTaxIncluded":false}"#;
const PRICES: &str = r#"{"Items":[],"NextPageLink":null}"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    FirstPage,
    MiddlePage,
    Card,
    CardLink,
    Prices,
    Token,
}

const PLACES: [Place; 6] =
    [Place::FirstPage, Place::MiddlePage, Place::Card, Place::CardLink, Place::Prices, Place::Token];

/// What a fault that happens once does not prevent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cure {
    /// Asking again.
    Again,
    /// Asking again, but not where a token is asked for: azure_identity reads that answer.
    AgainForData,
    /// A new token.
    RenewalOrNewLink,
    /// A new link, where there is one.
    NewLink,
    /// Nothing.
    None,
}

impl Cure {
    fn helps(self, place: Place) -> bool {
        match self {
            Cure::Again => true,
            Cure::AgainForData => place != Place::Token,
            Cure::RenewalOrNewLink => {
                matches!(place, Place::FirstPage | Place::MiddlePage | Place::Card | Place::CardLink)
            }
            Cure::NewLink => place == Place::CardLink,
            Cure::None => false,
        }
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// (name, the answer, what helps)
fn faults() -> Vec<(String, Step, Cure)> {
    let refusal = r#"{"error":{"code":"Broken","message":"no"}}"#;
    let whole = r#"{"value":[],"Items":[],"access_token":"x"}"#;
    let status = |status| Step::new(status, refusal);
    let gzip = |bytes: Vec<u8>| Step::ok(bytes).with("content-encoding", "gzip");
    let torn = packed(whole.as_bytes());
    let mut faults = vec![
        ("the connection is dropped".to_owned(), Step::hang_up(), Cure::Again),
        ("the head never comes".to_owned(), Step::ok(whole).stalled(0), Cure::Again),
        ("the body stalls".to_owned(), Step::ok(whole).stalled(10), Cure::Again),
        ("the body is cut".to_owned(), Step::ok(whole).cut(9), Cure::Again),
        ("401".to_owned(), status(401), Cure::RenewalOrNewLink),
        ("403".to_owned(), status(403), Cure::NewLink),
        ("404".to_owned(), status(404), Cure::NewLink),
        ("409".to_owned(), status(409), Cure::None),
        ("429 with seconds".to_owned(), status(429).with("retry-after", "3"), Cure::Again),
        ("502 with a page".to_owned(), Step::new(502, "<html>Bad gateway</html>"), Cure::Again),
        ("200 and empty".to_owned(), Step::ok(""), Cure::AgainForData),
        ("200 and a login page".to_owned(), Step::ok("<html>Sign in</html>"), Cure::AgainForData),
        ("200 and half".to_owned(), Step::ok(&whole[..20]).without_length(), Cure::AgainForData),
        ("a torn pack".to_owned(), gzip(torn[..torn.len() - 6].to_vec()), Cure::AgainForData),
        ("a bomb".to_owned(), gzip(packed(&vec![b' '; 30_000_000])), Cure::AgainForData),
        ("a length too long".to_owned(), Step::ok(whole).with("content-length", "4000"), Cure::Again),
        (
            "two lengths".to_owned(),
            Step::ok(whole).with("content-length", "3").with("content-length", "9"),
            Cure::Again,
        ),
        ("no HTTP".to_owned(), Step::noise("SSH-2.0-OpenSSH_9\r\n\r\n"), Cure::Again),
        ("307 elsewhere".to_owned(), status(307).with("location", "https://evil.example/"), Cure::None),
        ("308 elsewhere".to_owned(), status(308).with("location", "https://evil.example/"), Cure::None),
        ("429 for a thousand million".to_owned(), status(429).with("retry-after", "1000000000"), Cure::None),
    ];
    faults.extend([408, 429, 500, 503, 504].map(|code| (code.to_string(), status(code), Cure::Again)));
    for absurd in ["-1", "soon", "1e400", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        let step = status(429).with("retry-after", absurd).with("date", "Mon, 23 Nov 2026 09:30:00 GMT");
        faults.push((format!("429 with {absurd}"), step, Cure::Again));
    }
    faults
}

/// Four good servers, one of which has the fault at its place.
fn rig(place: Place, fault: &Step, times: usize) -> Rig {
    let faulty = |here: bool, good: Box<dyn Fn(&Asked) -> Step + Send>| {
        let (fault, mut left) = (fault.clone(), if here { times } else { 0 });
        Scripted::start(move |asked| {
            let here = match place {
                Place::MiddlePage => asked.target.contains("page=2"),
                Place::Card => asked.target.contains("RateCard"),
                _ => true,
            };
            if here && left > 0 {
                left -= 1;
                fault.clone()
            } else {
                good(asked)
            }
        })
    };
    let storage = faulty(place == Place::CardLink, Box::new(|_| Step::ok(CARD)));
    let link = format!("{}/card?sig=x", storage.url);
    let arm = move |asked: &Asked| {
        let next = ["page=2", "page=3"].into_iter().find(|page| !asked.target.contains(page));
        match (asked.target.contains("RateCard"), asked.target.contains("page="), next) {
            (true, ..) => Step::redirect(&link),
            (_, false, _) => Step::ok(r#"{"value":[],"nextLink":"/next?page=2"}"#),
            (_, true, Some("page=3")) => Step::ok(r#"{"value":[],"nextLink":"/next?page=3"}"#),
            _ => Step::ok(r#"{"value":[]}"#),
        }
    };
    let here = matches!(place, Place::FirstPage | Place::MiddlePage | Place::Card);
    let arm = faulty(here, Box::new(arm));
    let retail = faulty(place == Place::Prices, Box::new(|_| Step::ok(PRICES)));
    let authority = faulty(place == Place::Token, Box::new(|_| token("TOKEN", 3599)));
    let impatient = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .read_timeout(Duration::from_millis(600))
        .no_proxy()
        .build()
        .unwrap();
    Rig::of(impatient, authority, arm, storage, retail, None)
}

async fn drive(rig: &Rig, place: Place) -> Result<usize, AzureError> {
    match place {
        Place::Card | Place::CardLink => rig.rate_card().await.map(|_| 3),
        Place::Prices => rig.retail_prices().await.map(|_| 3),
        Place::FirstPage | Place::MiddlePage | Place::Token => rig.usage().await.map(|pages| pages.len()),
    }
}

fn asked_at(rig: &Rig, place: Place) -> usize {
    match place {
        Place::FirstPage | Place::MiddlePage | Place::Card => rig.arm.count(),
        Place::CardLink => rig.storage.count(),
        Place::Prices => rig.retail.count(),
        Place::Token => rig.authority.count(),
    }
}

#[tokio::test]
async fn every_fault_at_every_place_is_survived_or_told() {
    // The builder of the client installs what TLS needs.
    functions::azure::AzureClient::http().unwrap();
    let mut cases = 0;
    for (name, fault, cure) in faults() {
        let results = join_all(PLACES.iter().flat_map(|place| [(*place, 1), (*place, usize::MAX)]).map(
            async |(place, times)| {
                let rig = rig(place, &fault, times);
                let result = drive(&rig, place).await;
                (place, times, result, asked_at(&rig, place), rig)
            },
        ))
        .await;
        for (place, times, result, asked, rig) in results {
            cases += 1;
            let what = format!("{name} at {place:?}, {}", if times == 1 { "once" } else { "for ever" });
            if times == 1 && cure.helps(place) {
                assert_eq!(result.unwrap_or_else(|error| panic!("{what}: {error}")), 3, "{what}");
            } else {
                let error = result.err().unwrap_or_else(|| panic!("{what} was not noticed"));
                assert!(
                    !error.to_string().contains(['\n', '\u{1b}']) && error.to_string().len() < 700,
                    "{what}: {error}"
                );
            }
            assert!(asked <= 10, "{what}: asked {asked} times");
            for host in [&rig.storage, &rig.retail] {
                assert!(host.asked().iter().all(|asked| asked.header("authorization").is_none()), "{what}");
            }
        }
    }
    assert!(cases >= 360, "{cases}");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_told() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let rig = rig(Place::Card, &Step::redirect(&format!("{gone}/card?sig=CANARY")), usize::MAX);
    let error = rig.rate_card().await.unwrap_err();
    assert!(matches!(error, AzureError::Transport { .. }), "{error}");
    assert!(error.to_string().contains("after 4 tries") && !error.to_string().contains("CANARY"), "{error}");
}
