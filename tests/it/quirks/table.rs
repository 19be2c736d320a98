//! The fifty quirks of Azure's billing answers that we know of, and the tests that hold each.

use std::path::Path;

/// (number, what Azure does, file below the root, tests in it)
const QUIRKS: [(usize, &str, &str, &[&str]); 50] = [
    (
        1,
        "a rate card is behind a redirect that must not see the token and dies in 30 minutes",
        RATE_CARD,
        &[
            "the_redirect_is_followed_without_the_token",
            "a_relative_location_is_read_against_the_question_and_also_has_no_token",
            "a_link_that_died_is_replaced_by_a_new_one",
        ],
    ),
    (
        2,
        "a rate card comes at once, packed, with CRLF",
        RATE_CARD,
        &["a_card_may_come_at_once_packed_with_a_mark_and_with_windows_lines"],
    ),
    (3, "a body is cut, and the status is 200", BODIES, &["a_damaged_body_is_asked_for_again_and_then_told"]),
    (4, "504 in the language of the caller", BODIES, &["every_shape_of_an_error_gives_its_words"]),
    (5, "errors have three shapes", BODIES, &["every_shape_of_an_error_gives_its_words"]),
    (6, "offers have small letters, Gov ids and combined ids", RATE_CARD, &["the_filter_holds_offers_of_every_kind"]),
    (
        7,
        "asked for en-US, a card answers en",
        RATE_CARD,
        &["a_card_may_come_at_once_packed_with_a_mark_and_with_windows_lines"],
    ),
    (
        8,
        "tier bounds are written as 51200.0000000000, 5.0, 87.5",
        SAMPLE_PRICES,
        &["the_card_is_wide_and_as_untidy_as_real_ones"],
    ),
    (9, "rates have 28 decimals, rise, repeat and are zero", GOLDEN, &["every_golden_tier_case"]),
    (
        10,
        "the allowance is 0 although the bounds are shifted",
        SAMPLE_PRICES,
        &["a_retail_bound_is_the_card_bound_plus_the_allowance"],
    ),
    (11, "a price is from the year 1", SAMPLE_PRICES, &["the_card_is_wide_and_as_untidy_as_real_ones"]),
    (
        12,
        "a meter is on the card twice, with two dates",
        "shared/src/ratebook.rs",
        &["the_newest_price_not_after_the_time_counts"],
    ),
    (13, "meter ids have either case", "tests/it/price_books.rs", &["every_row_of_the_real_price_sheet_arrives"]),
    (14, "a used meter is not on the card", DEMO, &["the_report_is_the_truth_of_the_tenant"]),
    (
        15,
        "names, units and regions change",
        "tests/it/month.rs",
        &["a_unit_that_contradicts_the_card_is_doubted_and_an_older_spelling_is_not"],
    ),
    (
        16,
        "one region has four spellings, zones and none",
        "shared/src/region.rs",
        &["the_same_region_in_three_spellings"],
    ),
    (
        17,
        "names hold no-break spaces and double blanks",
        SAMPLE_PRICES,
        &["the_card_is_wide_and_as_untidy_as_real_ones"],
    ),
    (
        18,
        "units come in every form",
        "shared/src/quantity/tests.rs",
        &["takes_azures_unit_texts_apart", "words_come_in_every_language"],
    ),
    (19, "one name, several ids", "tests/it/month.rs", &["meters_of_one_name_are_two_groups"]),
    (
        20,
        "a meter stands for two sizes; Expired, Low Priority, Spot",
        "shared/src/meter.rs",
        &["the_name_tells_spot_and_low_priority_apart"],
    ),
    (21, "a card has 24 MB", "tests/it/real_answers.rs", &["every_meter_and_tier_of_the_real_card_arrives"]),
    (22, "a reported day holds usage of days before", SAMPLE_USAGE, &["a_whole_month_read_late_is_exactly_the_truth"]),
    (23, "all rows share id and name", SAMPLE_USAGE, &["rows_are_as_odd_as_real_ones"]),
    (24, "times have offsets", "shared/src/period.rs", &["offsets_become_utc"]),
    (25, "properties are missing", "shared/src/azure/usage.rs", &["a_bare_row_of_2015_is_read"]),
    (
        26,
        "instanceData is a text, an object, bare, or no JSON",
        "shared/src/azure/usage.rs",
        &["every_known_form_of_instance_data_finds_the_resource", "an_unreadable_instance_keeps_its_row_and_says_so"],
    ),
    (27, "quantities have exponents", SAMPLE_USAGE, &["rows_are_as_odd_as_real_ones"]),
    (28, "202 on usage, with and without Retry-After", USAGE, &["usage_that_is_being_made_ready_is_asked_for_again"]),
    (
        29,
        "a nextLink has another case, version and more parameters",
        USAGE,
        &["a_next_link_is_followed_as_it_is_given", "a_next_link_to_another_host_gets_neither_token_nor_request"],
    ),
    (30, "a nextLink is relative", BILLING, &["a_relative_link_is_followed_and_one_on_an_empty_page_is_not"]),
    (
        31,
        "a nextLink appears although nothing follows",
        BILLING,
        &["a_relative_link_is_followed_and_one_on_an_empty_page_is_not"],
    ),
    (32, "a plus in a date becomes a blank", USAGE, &["signs_with_a_meaning_are_escaped_in_the_question"]),
    (
        33,
        "a period's name is not its dates, and its end is inclusive",
        BILLING,
        &["the_name_of_a_period_says_nothing_about_its_dates"],
    ),
    (34, "a usage end is the last second or the next midnight", TABLE, &["what_is_not_asked_for_cannot_surprise"]),
    (35, "invoices round once per meter and period", GOLDEN, &["an_invoice_rounds_once_per_meter_and_period"]),
    (
        36,
        "a credit pays no third party",
        "tests/it/month.rs",
        &["a_credit_pays_no_third_party_and_ends_when_a_whole_instant_has_passed"],
    ),
    (37, "CSP and EA have no card", RATE_CARD, &["who_has_no_card_is_told_so_and_not_asked_for_again"]),
    (
        38,
        "download links expire and are secret",
        BILLING,
        &[
            "a_document_is_fetched_without_the_token_and_with_a_new_link_where_the_first_died",
            "a_link_that_stays_dead_is_told_without_its_signature",
        ],
    ),
    (
        39,
        "retail pages have 100 or 1000 rows, or none",
        RETAIL,
        &["pages_of_a_hundred_and_of_a_thousand_are_read_and_the_empty_one_at_the_end"],
    ),
    (
        40,
        "retail rows drift onto the next page, vanish and return",
        RETAIL,
        &["rows_that_drift_onto_the_next_page_count_once_and_rows_that_vanish_stay"],
    ),
    (
        41,
        "a reservation's price is for its term",
        "shared/src/meter.rs",
        &["a_reservation_costs_its_term_divided_by_its_months"],
    ),
    (
        42,
        "filters mind the case of values and say nothing",
        RETAIL,
        &[
            "a_name_in_the_wrong_case_finds_nothing_and_is_told",
            "a_slice_without_a_row_is_named_beside_those_that_have_some",
        ],
    ),
    (
        43,
        "Retail Prices say 429 with a header of their own",
        RETAIL,
        &["the_limit_of_retail_prices_has_its_own_header"],
    ),
    (
        44,
        "savings plans are missing or in any order; few rows end",
        RETAIL,
        &["rows_that_drift_onto_the_next_page_count_once_and_rows_that_vanish_stay"],
    ),
    (
        45,
        "armSkuName is empty or holds blanks",
        RETAIL,
        &["pages_of_a_hundred_and_of_a_thousand_are_read_and_the_empty_one_at_the_end"],
    ),
    (
        46,
        "prices in other currencies are no conversion",
        "shared/src/ratebook/diff.rs",
        &["currencies_are_never_compared"],
    ),
    (47, "a token of another cloud", SIGN_IN, &["a_refusal_names_its_code_and_what_to_do", "each_cloud_has_its_hosts"]),
    (48, "exports have marks, languages and bare tags", TABLE, &["what_is_not_asked_for_cannot_surprise"]),
    (
        49,
        "a price sheet has a price of 0 with an included quantity",
        "tests/it/price_books.rs",
        &["every_row_of_the_real_price_sheet_arrives"],
    ),
    (50, "dates are integers in the Query API", TABLE, &["what_is_not_asked_for_cannot_surprise"]),
];

const BILLING: &str = "tests/it/quirks/billing.rs";
const BODIES: &str = "tests/it/quirks/bodies.rs";
const DEMO: &str = "tests/it/demo.rs";
const GOLDEN: &str = "tests/it/golden.rs";
const RATE_CARD: &str = "tests/it/quirks/rate_card.rs";
const RETAIL: &str = "tests/it/quirks/retail.rs";
const SAMPLE_PRICES: &str = "tests/it/sample_azure/prices.rs";
const SAMPLE_USAGE: &str = "tests/it/sample_azure/usage.rs";
const SIGN_IN: &str = "tests/it/quirks/sign_in.rs";
const USAGE: &str = "tests/it/quirks/usage.rs";
const TABLE: &str = "tests/it/quirks/table.rs";

/// What the table claims and the sources do not hold.
fn missing(quirks: &[(usize, &str, &str, &[&str])], read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut missing = Vec::new();
    for (at, (number, what, file, tests)) in quirks.iter().enumerate() {
        if *number != at + 1 {
            missing.push(format!("{number} stands where {} belongs", at + 1));
        }
        let Some(text) = read(file) else {
            missing.push(format!("{number} ({what}): there is no {file}"));
            continue;
        };
        for test in *tests {
            let Some(at) = text.find(&format!("fn {test}()")) else {
                missing.push(format!("{number} ({what}): {file} has no {test}"));
                continue;
            };
            let before = text[..at].trim_end().trim_end_matches("async").trim_end();
            if !before.ends_with("#[test]") && !before.ends_with("#[tokio::test]") {
                missing.push(format!("{number} ({what}): {test} is no test"));
            }
        }
        if tests.is_empty() {
            missing.push(format!("{number} ({what}): has no test"));
        }
    }
    missing
}

#[test]
fn every_quirk_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).ok();
    assert_eq!(missing(&QUIRKS, read), Vec::<String>::new());
    let planted: [(usize, &str, &str, &[&str]); 4] = [
        (1, "a", "there", &["held"]),
        (3, "b", "there", &["gone"]),
        (3, "c", "nowhere", &["x"]),
        (4, "d", "there", &["plain"]),
    ];
    let text = |file: &str| (file == "there").then(|| "#[test]\nfn held() {}\nfn plain() {}".to_owned());
    assert_eq!(
        missing(&planted, text),
        [
            "3 stands where 2 belongs",
            "3 (b): there has no gone",
            "3 (c): there is no nowhere",
            "4 (d): plain is no test",
        ]
    );
}

/// Usage details, exports and the Query API have quirks that nothing here reads: whoever asks for them writes a test.
#[test]
fn what_is_not_asked_for_cannot_surprise() {
    let (mut open, mut read) = (vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/azure")], 0);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            read += usize::from(text.contains("Microsoft.Commerce") || text.contains("Microsoft.Billing"));
            for api in ["Microsoft.CostManagement", "Microsoft.Consumption"] {
                assert!(!text.contains(api), "{} asks {api}: give its quirks tests of their own", path.display());
            }
        }
    }
    assert!(read >= 3, "the questions were not found");
}
