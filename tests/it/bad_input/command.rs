//! The command line: files that do not fit together, no files, too large ones, arguments, and what is printed.

use std::fs::{self, File};

use super::books::{IMPORT_OWN, IMPORT_SHEET};
use super::store::the_book;
use super::{
    CARD, ESTIMATE, IMPORT_CARD, IMPORT_RETAIL, IMPORT_USAGE, OFFER, RATE_CARD, RATE_USAGE, RETAIL, Reader, USAGE,
    WORKLOAD, contents, faults, gzip, prepared,
};
use crate::support::program::{Answer, forebill};

/// Truth: a book prices in one currency, and pages of one reading have one.
#[test]
fn files_that_do_not_fit_together_are_refused() {
    let folder = prepared();
    let folder = folder.path();
    fs::write(folder.join("usd.json"), RETAIL).unwrap();
    fs::write(folder.join("eur.json"), RETAIL.replace("USD", "EUR")).unwrap();
    fs::write(folder.join("dearer.json"), RETAIL.replace("0.087", "0.088")).unwrap();
    fs::write(folder.join("euro.json"), WORKLOAD.replace("USD", "EUR")).unwrap();
    fs::write(folder.join("offer.json"), WORKLOAD.replace(OFFER, "MS-AZR-0003P")).unwrap();
    let stored = contents(&folder.join("data"));
    let book = the_book(folder).0;
    for (arguments, parts) in [
        (&["import", "retail", "usd.json", "eur.json"][..], &["eur.json", "page 2 is in EUR, the first in USD"][..]),
        (
            &["import", "retail", "usd.json", "dearer.json"],
            &["two different prices", "0.087 and 0.088", "(page 2 Items[1])"],
        ),
        (&["import", "retail", "usd.json", "gone.json"], &["gone.json"]),
        (&["estimate", "euro.json"], &["no prices of MS-AZR-0062P in EUR", "forebill import ratecard FILE --offer"]),
        (&["estimate", "offer.json"], &["no prices of MS-AZR-0003P in USD", "forebill import ratecard FILE --offer"]),
        (
            &["estimate", "euro.json", "--book", &book],
            &["euro.json: the workload is in EUR, the rate book in USD (currency)"],
        ),
        (&["estimate", "offer.json", "--book", &book], &["offer.json: the workload is for MS-AZR-0003P", "(offer)"]),
    ] {
        let answer = forebill(folder, arguments);
        assert_eq!(faults(&answer, 2, parts), Vec::<String>::new(), "{arguments:?}\n{}", answer.stderr);
    }
    assert_eq!(contents(&folder.join("data")), stored);
    assert_eq!(forebill(folder, &["import", "retail", "usd.json", "usd.json"]).code, 0, "the same page twice is one");
    assert_eq!(forebill(folder, &["import", "retail", "eur.json"]).code, 0);
    let books = forebill(folder, &["books", "list", "--output", "json"]).json();
    let newest = books["books"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    let answer = forebill(folder, &["books", "diff", &book, &newest]);
    assert_eq!(
        faults(&answer, 2, &["one book is in USD, the other in EUR"]),
        Vec::<String>::new(),
        "{}",
        answer.stderr
    );
}

/// Truth: 256 MiB is eleven times the largest real answer; whatever is larger is refused without holding it twice.
#[test]
fn files_beyond_the_limit_and_no_files_are_refused() {
    let folder = prepared();
    let folder = folder.path();
    File::create(folder.join("300mb.json")).unwrap().set_len(300 << 20).unwrap();
    // A thousand to one: members of 16 MiB of blanks, one behind the other.
    let blanks = vec![b' '; 16 << 20];
    fs::write(folder.join("bomb.json.gz"), gzip(&blanks).repeat(17)).unwrap();
    fs::write(folder.join("bomb.json.zst"), zstd::bulk::compress(&blanks, 3).unwrap().repeat(17)).unwrap();
    fs::create_dir(folder.join("folder.json")).unwrap();
    let stored = contents(&folder.join("data"));
    for (file, says) in [
        ("300mb.json", "300mb.json: more than 256 MiB: larger than any real answer"),
        ("bomb.json.gz", "bomb.json.gz: more than 256 MiB when unpacked"),
        ("bomb.json.zst", "bomb.json.zst: more than 256 MiB when unpacked"),
        ("folder.json", "folder.json is a folder: name a file"),
        ("gone.json", "gone.json: No such file"),
        ("\u{1b}[31m\n.json", "\u{fffd}[31m\u{fffd}.json: No such file"),
    ] {
        // The largest are read by two kinds, the others by all: what reads a file is the same code.
        let readers = if file.contains("json.") || file.contains("mb") { &[IMPORT_CARD][..] } else { &ALL };
        for reader in readers {
            let answer = reader.run(folder, file);
            assert_eq!(faults(&answer, 2, &[says]), Vec::<String>::new(), "{:?}\n{}", reader.arguments, answer.stderr);
        }
    }
    assert_eq!(contents(&folder.join("data")), stored);
    fs::write(folder.join("card.json.gz"), gzip(CARD.as_bytes())).unwrap();
    fs::write(folder.join("bom.json"), format!("\u{feff}{CARD}")).unwrap();
    assert_eq!(IMPORT_CARD.run(folder, "card.json.gz").code, 0, "a packed card is a card");
    assert_eq!(IMPORT_CARD.run(folder, "bom.json").code, 0, "one byte-order mark is real");
}

const ALL: [Reader; 8] =
    [IMPORT_CARD, RATE_CARD, IMPORT_RETAIL, IMPORT_SHEET, IMPORT_OWN, IMPORT_USAGE, RATE_USAGE, ESTIMATE];

const NO_BOOK: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

#[rustfmt::skip] // One case per line: a table.
const ARGUMENTS: &[(&[&str], &str)] = &[
    (&["import", "ratecard", "card.json"], "--offer <ID>"),
    (&["import", "ratecard", "card.json", "--offer", "0003P"], "an offer is a durable id such as MS-AZR-0003P"),
    (&["import", "ratecard", "card.json", "--offer", "MS-AZR-0003P' or 1 eq 1"], "an offer is a durable id"),
    (&["import", "ratecard", "card.json", "--offer", OFFER, "--currency", "dollars"], "a currency is a code of ISO 4217 such as USD"),
    (&["import", "usage", "usage.json", "--subscription", "mine"], "not a GUID such as"),
    (&["import", "usage", "usage.json", "--subscription", "../../../../../../../../etc/passwd-000"], "not a GUID such as"),
    (&["import", "retail"], "<FILES>..."),
    (&["import", "pricesheet"], "<FILES>..."),
    (&["import", "pricesheet", "card.json", "--effective", "11.2026"], "not a day such as 2026-11-01"),
    (&["import", "pricesheet", "card.json", "--effective", "2026-02-30"], "not a day such as 2026-11-01"),
    (&["import", "ownbook", "card.json", "--retail", "--offer", OFFER], "cannot be used with"),
    (&["import", "ownbook", "card.json", "--base", "newest"], "sha256: and 64 hexadecimal digits"),
    (&["books", "diff", "sha256:12", "sha256:12"], "sha256: and 64 hexadecimal digits"),
    (&["books", "diff", NO_BOOK, NO_BOOK], "has no rate book sha256:00"),
    (&["prices", "show", "4", "--book", "x"], "not a GUID such as"),
    (&["prices", "search", "d4s", "--book", NO_BOOK], "forebill books list shows those it has"),
    (&["prices", "search", "d4s", "--book", NO_BOOK, "--retail"], "cannot be used with"),
    (&["prices", "history", "4"], "not a GUID such as"),
    (&["prices", "history", "00000000-0000-4000-8000-000000000000"], "none of the 1 readings of this price list has meter 00000000-"),
    (&["prices", "history", "00000000-0000-4000-8000-000000000000", "--retail"], "no such prices in USD"),
    (&["rate", "--usage", "usage.json"], "--ratecard <FILE>"),
    (&["rate", "--ratecard", "card.json"], "--usage <FILE>..."),
    (&["rate", "--ratecard", "card.json", "--book", "x", "--usage", "usage.json"], "--book"),
    (&["rate", "--book", "sha256:12", "--usage", "usage.json"], "sha256: and 64 hexadecimal digits"),
    (&["rate", "--ratecard", "card.json", "--usage", "usage.json", "--billing-anchor", "0"], "a billing anchor is a day from 1 to 31"),
    (&["rate", "--ratecard", "card.json", "--usage", "usage.json", "--billing-anchor", "32"], "a billing anchor is a day from 1 to 31"),
    (&["rate", "--ratecard", "card.json", "--usage", "usage.json", "--billing-anchor", "first"], "a day from 1 to 31"),
    (&["rate", "--ratecard", "card.json", "--usage", "usage.json", "--output", "xml"], "[possible values: table, json, csv]"),
    (&["books", "list", "--store", "gs://bucket"], "\"gs://bucket\" is no store"),
    (&["books", "list", "--store", "file:"], "\"file:\" is no store"),
    (&["books", "list", "--at", "yesterday"], "not a time such as 2026-11-01T00:00:00Z"),
    (&["books", "show", "latest"], "sha256: and 64 hexadecimal digits"),
    (&["prices", "show", "4"], "not a GUID such as"),
    (&["prices", "show", "00000000-0000-4000-8000-000000000000"], "has no meter 00000000-0000-4000-8000-000000000000"),
    (&["prices", "search", "d4s", "--limit", "-1"], "-1"),
    (&["prices", "search", "d4s", "--currency", "CHF"], "no such prices in CHF: run forebill import"),
    (&["spend", "--period", "2026-13"], "not a month such as 2026-11"),
    (&["snapshot", "--retail-endpoint", "http://prices.azure.com", "retail"], "https is needed"),
    (&["snapshot", "--retail-endpoint", "file:///etc/passwd", "retail"], "FOREBILL_RETAIL_ENDPOINT: needs a host"),
    (&["reprice"], "unrecognized subcommand"),
    (&[], "Usage: forebill"),
];

/// Truth: the contract of cli.md.
#[test]
fn bad_arguments_are_refused_with_what_is_accepted() {
    let folder = prepared();
    let stored = contents(folder.path());
    let mut problems = Vec::new();
    for (arguments, says) in ARGUMENTS {
        let answer = forebill(folder.path(), arguments);
        // What clap prints for no arguments at all is the whole help.
        let length_matters = !arguments.is_empty();
        let mut faults = faults(&answer, 2, &[says]);
        faults.retain(|fault| length_matters || !fault.contains("bytes of message"));
        if !faults.is_empty() {
            problems.push(format!("{arguments:?}: {}\n    {}", faults.join(", "), answer.stderr.trim_end()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(contents(folder.path()), stored);
}

/// Truth: a name is text; it may not drive the terminal, nor start a line of its own.
#[test]
fn hostile_names_do_not_reach_the_terminal() {
    const HOSTILE: &str = "\\u001b[2J\\u0007\\nTotal 0.00 USD";
    let folder = prepared();
    let folder = folder.path();
    fs::write(folder.join("card.json"), CARD.replace("D4s v5", HOSTILE)).unwrap();
    let named = format!("\"meterName\":\"{HOSTILE}\",\"unit\":\"{HOSTILE}\"");
    let unpriced = USAGE.replace("1a2b3c4d-", "ffffffff-").replace("\"unit\":\"1 Hour\"", &named);
    fs::write(folder.join("usage.json"), USAGE.replace("1 Hour", HOSTILE)).unwrap();
    fs::write(folder.join("unpriced.json"), unpriced).unwrap();
    let gone = WORKLOAD.replace("1a2b3c4d-", "ffffffff-").replace("\"web\"", &format!("\"{HOSTILE}\""));
    fs::write(folder.join("workload.json"), gone).unwrap();
    for (arguments, code) in [
        (&["rate", "--ratecard", "card.json", "--usage", "usage.json", "--explain"][..], 0),
        (&["rate", "--ratecard", "card.json", "--usage", "unpriced.json", "--explain"], 3),
        (&["import", "ratecard", "card.json", "--offer", OFFER], 0),
        (&["prices", "search", "total"], 0),
        (&["prices", "show", "1a2b3c4d-0001-4000-8000-000000000002"], 0),
        (&["estimate", "workload.json"], 3),
        (&["prices", "history", "1a2b3c4d-0001-4000-8000-000000000002"], 0),
    ] {
        let Answer { code: found, stdout, stderr } = forebill(folder, arguments);
        assert_eq!(found, code, "{arguments:?} {stderr}");
        let printed = stdout + &stderr;
        assert!(!printed.contains(|c: char| c.is_control() && c != '\n'), "{arguments:?} {printed:?}");
        let forged = printed.lines().any(|line| line.trim_start().starts_with("Total 0.00 USD"));
        assert!(!forged, "{arguments:?}\n{printed}");
    }
}
