//! Bad answers of Azure, with status 200, over HTTP.

use std::collections::BTreeMap;

use functions::demo::Options;

use super::{CARD, OFFER, RETAIL, changed, contents, faults};
use crate::real_answers::Served;

/// Truth: status 200 proves nothing (azure-apis.md section 6, quirk 3): what is no card leaves no trace.
#[test]
fn a_bad_answer_of_azure_leaves_nothing_behind() {
    for (name, body, says, place) in [
        ("cut off", CARD.as_bytes()[..CARD.len() / 2].to_vec(), "the text breaks off inside", "line "),
        ("mistyped", changed(CARD, "0.192", "\"abc\""), "not a decimal number", "(Meters[1].MeterRates.0, line 10"),
        ("a page of a proxy", b"<html>Sign in</html>".to_vec(), "not JSON", "(line 1 column 1)"),
        ("whole", CARD.into(), "", ""),
    ] {
        let mut options = Options::at("2026-11-23T09:00:00Z".parse().unwrap());
        options.rate_cards.insert(OFFER.into(), body);
        let served = Served::start(options);
        let folder = tempfile::tempdir().unwrap();
        let answer = served.forebill(
            folder.path(),
            &["snapshot", "ratecard", "--subscription", &served.subscription, "--offer", OFFER],
        );
        if name == "whole" {
            assert_eq!(answer.code, 0, "{}", answer.stderr);
            continue;
        }
        let problems = faults(&answer, 2, &["forebill: GET http://127.0.0.1:", ".json: ", says, place]);
        assert_eq!(problems, Vec::<String>::new(), "{name}\n{}", answer.stderr);
        assert!(!answer.stderr.contains("sig="), "a signature is a secret: {}", answer.stderr);
        assert_eq!(contents(folder.path()), BTreeMap::new(), "{name}");
    }
}

/// Truth: the same for prices without a login; no page counts when one of them is bad.
#[test]
fn one_bad_page_of_prices_leaves_nothing_behind() {
    let good = RETAIL.replace("null,", "\"x\",").into_bytes();
    for (bad, says, place) in [
        (changed(RETAIL, "\"Count\":2", "\"Count\":3"), "the page says 3 items and holds 2", "(Count)"),
        (RETAIL.as_bytes()[..RETAIL.len() / 2].to_vec(), "the text breaks off inside", "(Items, line 4"),
        (changed(RETAIL, "0.087", "0.088"), "two different prices", "(page 2 Items[1])"),
        (RETAIL.into(), "", ""),
    ] {
        let mut options = Options::at("2026-11-23T09:00:00Z".parse().unwrap());
        options.retail_pages = vec![good.clone(), bad];
        let folder = tempfile::tempdir().unwrap();
        let answer = Served::start(options).forebill(folder.path(), &["snapshot", "retail"]);
        if says.is_empty() {
            assert_eq!(answer.code, 0, "{}", answer.stderr);
            continue;
        }
        let problems = faults(&answer, 2, &["/api/retail/prices", says, place]);
        assert_eq!(problems, Vec::<String>::new(), "{}", answer.stderr);
        assert_eq!(contents(folder.path()), BTreeMap::new(), "{says}");
    }
}
