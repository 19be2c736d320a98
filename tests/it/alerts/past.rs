//! Looking back: a limit is crossed on the day on which the sum by hand goes above it.

use serde_json::{Value, json};

use super::{filled, rules, spend_rule};
use crate::support::odd_azure::{FIRST, OddAzure};
use crate::support::program::forebill;

/// 0.288 USD and one and a half hours a day: 17 days are 4.896 USD, 18 are 5.184, and 20 hours are over on the fourteenth.
#[test]
fn each_rule_says_on_which_day_it_would_have_fired() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    let (hours, never) = (
        format!("when hours of subscription {FIRST} this month > 20"),
        format!("when spend of subscription {FIRST} this month > 5.472 USD"),
    );
    let missing = format!("when usage of subscription {FIRST} is missing");
    rules(folder, &format!("{}\n{hours}\n{never}\n{missing}\n", spend_rule()));
    let look = |months: &str| {
        forebill(folder, &["alerts", "test", "--months", months, "--at", "2026-11-20T05:45:00Z", "-o", "json"])
    };

    let answer = look("1");
    assert_eq!(answer.code, 3, "one of them cannot be asked: {}", answer.stderr);
    let told = answer.json();
    let days: Vec<Value> = told["months"]
        .as_array()
        .unwrap()
        .iter()
        .map(|month| json!([month["rule"], month["crossedOn"], month["total"]]))
        .collect();
    assert_eq!(
        days,
        [
            json!([spend_rule(), "2026-11-18", "5.472"]),
            json!([hours, "2026-11-14", "28.5"]),
            // The limit itself is not above the limit.
            json!([never, null, "5.472"]),
        ]
    );
    assert_eq!(told["unknown"][0]["rule"], json!(missing));

    // Months before the first usage are none, and the longest look is the same.
    assert_eq!(look("36").json()["months"], told["months"]);
    let words = forebill(folder, &["alerts", "test", "--months", "2", "--at", "2026-11-20T05:45:00Z"]).stdout;
    assert!(
        words.contains("FIRES after the use of 2026-11-18") && words.contains("would have fired 1 time in 1 month"),
        "{words}"
    );
    assert_eq!(forebill(folder, &["alerts", "test", "--months", "0"]).code, 2);
}
