//! Alerts as time goes by: the ends of periods, usage that comes late, days that come in part.

use super::*;

/// What was crossed in the last days of a period is read when the next one has begun, and is told then; a week later
/// nothing of the old period arrives any more, and a month without any usage is no quiet one.
#[test]
fn a_limit_crossed_in_the_last_days_is_told_in_the_next_period() {
    let (azure, hook) = (OddAzure::start(), taken());
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, &format!("{}\nwhen spend this month > 5 USD\n", spend_rule()));
    let first = run(folder, &hook, "2026-12-03T05:45:00Z");
    assert_eq!(first.code, 0, "{}", first.stderr);
    let mut told = bodies(&hook);
    told.sort_by_key(|body| body["period"].to_string());
    let periods: Vec<&Value> = told.iter().map(|body| &body["period"]).collect();
    assert_eq!(periods, ["2026-11", "2026-11-01"]);
    let summary =
        format!("spend of subscription {FIRST} in the period of 2026-11-01 is at least 5.472 USD, above 5 USD");
    assert_eq!(told[1]["summary"], summary);
    assert_eq!((run(folder, &hook, "2026-12-04T05:45:00Z").code, hook.count()), (0, 2));
    let late = run(folder, &hook, "2026-12-20T05:45:00Z");
    assert_eq!((late.code, hook.count()), (3, 2), "{}", late.stderr);
    let failed = late.json()["jobs"][0]["failed"].clone();
    assert!(failed[0]["error"].as_str().unwrap().contains("not checked: when spend"), "{failed}");
    // Nobody knows, so nothing is over.
    assert_eq!(listed(folder, &[]).len(), 2);
}

/// The sample's periods begin on the 1st and on the 14th. The sum of all those that began in one month is one cause: what
/// `spend` says of that month, told once, and open until nothing of it arrives any more.
#[test]
fn a_sum_over_all_is_that_of_the_periods_that_began_in_one_month() {
    let (folder, hook) = (tempfile::tempdir().unwrap(), taken());
    let folder = folder.path();
    let demo = ["demo", "--once", "-o", "json", "--dir", "data", "--at", "2026-11-23T09:00:00Z"];
    assert_eq!(forebill(folder, &demo).code, 0);
    std::fs::write(folder.join("try.txt"), "when spend this month > 6000 USD").unwrap();
    for (at, months) in [
        ("2026-10-28T06:00:00Z", vec!["2026-10"]),
        ("2026-11-08T06:00:00Z", vec!["2026-11", "2026-10"]),
        ("2026-11-18T06:00:00Z", vec!["2026-11", "2026-10"]),
        ("2026-11-19T06:00:00Z", vec!["2026-11"]),
    ] {
        let told = forebill(folder, &["alerts", "test", "--rules", "try.txt", "--at", at, "-o", "json"]).json();
        let findings = told["findings"].as_array().unwrap();
        assert_eq!(findings.iter().map(|one| one["period"].as_str().unwrap()).collect::<Vec<_>>(), months, "{at}");
        for (finding, month) in findings.iter().zip(months) {
            let spend = forebill(folder, &["spend", "--period", month, "--at", at, "-o", "json"]).json();
            let total = format!(" {} USD, ", spend["totals"]["cost"].as_str().unwrap());
            assert!(finding["summary"].as_str().unwrap().contains(&total), "{at} {month}: {finding} {total}");
        }
    }
    rules_at(folder, "when spend this month > 6000 USD", "2026-11-23T10:00:00Z");
    let mut told = Vec::new();
    for day in ["2026-10-28", "2026-11-01", "2026-11-05", "2026-11-12", "2026-11-14", "2026-11-22"] {
        // The rules are in force whatever the time of the run.
        let before = hook.count();
        assert_eq!(run(folder, &hook, &format!("{day}T06:00:00Z")).code, 0, "{day}");
        told.extend(bodies(&hook)[before..].iter().map(|body| format!("{day} {}", body["period"].as_str().unwrap())));
    }
    assert_eq!(told, ["2026-10-28 2026-10", "2026-11-12 2026-11"]);
    let open = listed(folder, &[]);
    assert_eq!((open.len(), &open[0]["period"]), (1, &json!("2026-11")), "{open:#?}");
}

/// A day that never comes does not hide the next one.
#[test]
fn each_run_of_missing_days_is_told_by_itself() {
    let (azure, hook) = (OddAzure::start(), taken());
    azure.tell(FIRST, "2026-11-05", Day::Status(404));
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, "when usage of each subscription is missing");
    assert_eq!((run(folder, &hook, NOON).code, hook.count()), (0, 1));
    for day in ["2026-11-21", "2026-11-22"] {
        azure.tell(FIRST, day, Day::Status(404));
    }
    read(&azure, folder, "2026-11-24T03:00:00Z");
    assert_eq!((run(folder, &hook, "2026-11-24T05:45:00Z").code, hook.count()), (0, 2));
    let told = bodies(&hook);
    let summary = format!("2 reported days of subscription {FIRST} are missing, from 2026-11-21");
    assert_eq!((&told[0]["period"], &told[1]["summary"]), (&json!("2026-11-05"), &json!(summary)));
    azure.heal();
    read(&azure, folder, "2026-11-25T03:00:00Z");
    assert_eq!((run(folder, &hook, "2026-11-25T05:45:00Z").code, hook.count()), (0, 2));
    assert_eq!(listed(folder, &[]).len(), 0);
}

/// Days that were told stay their incident's when some of them come, and usage that stays late is told once.
#[test]
fn what_was_told_is_not_told_anew_when_a_part_of_it_comes() {
    let (azure, hook) = (OddAzure::start(), taken());
    for day in 5..=8 {
        azure.tell(FIRST, &format!("2026-11-{day:02}"), Day::Status(404));
    }
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, "when usage of each subscription is missing");
    assert_eq!((run(folder, &hook, NOON).code, hook.count()), (0, 1));
    azure.heal();
    for day in [6, 7] {
        azure.tell(FIRST, &format!("2026-11-{day:02}"), Day::Status(404));
    }
    read(&azure, folder, "2026-11-20T06:00:00Z");
    assert_eq!((run(folder, &hook, "2026-11-20T07:00:00Z").code, hook.count()), (0, 1));
    let open = listed(folder, &[]);
    assert_eq!((open.len(), &open[0]["period"]), (1, &json!("2026-11-05")));
    rules_at(folder, "when usage of each subscription is older than 2 days", "2026-11-23T00:00:00Z");
    for at in ["2026-11-23T05:45:00Z", "2026-11-24T05:45:00Z"] {
        assert_eq!((run(folder, &hook, at).code, hook.count()), (0, 2), "{at}");
    }
    read(&azure, folder, "2026-11-22T03:00:00Z");
    assert_eq!((run(folder, &hook, "2026-11-25T05:45:00Z").code, hook.count()), (0, 2), "newer, and still too old");
}

/// A subscription that has ended goes on being read, and nothing comes: its days say so, and no rule waits for it.
#[test]
fn a_subscription_without_any_use_is_quiet_once_its_days_were_read() {
    let (azure, hook) = (OddAzure::start(), taken());
    let folder = filled(&azure);
    let folder = folder.path();
    let rule = "when spend of each subscription this month > 5 USD";
    rules(folder, rule);
    assert_eq!((run(folder, &hook, NOON).code, hook.count()), (0, 1));
    azure.otherwise(Day::Text(r#"{"value":[]}"#.to_owned()));
    azure.tell(FIRST, "2026-12-10", Day::Status(404));
    read(&azure, folder, "2026-12-20T03:00:00Z");
    // One day that nobody read may hold anything.
    let unread = run(folder, &hook, "2026-12-20T05:45:00Z");
    assert_eq!(unread.code, 3, "{}", unread.stderr);
    assert_eq!(listed(folder, &[]).len(), 1);
    azure.tell(FIRST, "2026-12-10", Day::Text(r#"{"value":[]}"#.to_owned()));
    read(&azure, folder, "2026-12-20T06:00:00Z");
    let quiet = run(folder, &hook, "2026-12-20T06:45:00Z");
    assert_eq!(quiet.code, 0, "{}", quiet.stderr);
    let test = forebill(folder, &["alerts", "test", "--at", "2026-12-20T06:45:00Z", "-o", "json"]);
    assert_eq!(test.code, 0, "{}", test.stderr);
    let finding = &test.json()["findings"][0];
    assert_eq!((&finding["fires"], &finding["period"]), (&json!(false), &json!("2026-12-01")), "{finding}");
    // Yesterday's day may still come; the one before must be there.
    assert_eq!(run(folder, &hook, "2026-12-21T06:45:00Z").code, 0);
    assert_eq!(run(folder, &hook, "2026-12-22T06:45:00Z").code, 3);
}
