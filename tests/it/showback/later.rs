//! What is written of a month is read again later, and what became of its tags is booked.

use super::*;

/// Amounts have more digits than what they are made of: 10^-28 and 123,456,789.5 GB at 28 digits cost 65 characters. What the
/// jobs write of it is read again by everything else.
#[test]
fn what_was_written_is_read_again_however_long() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    card(at, "0.0880000000000000500000000001", "2026-10-01T00:00:00Z");
    import(
        at,
        &[("2026-10-02", "rg-a", "4711", "1E-28"), ("2026-10-03", "rg-a", "4711", "123456789.5")],
        "2026-11-01T00:00:00Z",
    );
    fs::write(at.join("alerts.txt"), "when spend of each subscription this month > 5 USD").unwrap();
    run(at, "alerts rules set alerts.txt --at 2026-10-31T00:00:00Z", 0);
    fs::write(at.join("rules.txt"), "cost-centre from tag costCenter").unwrap();
    let alerts = run(at, "alerts run --at 2026-10-31T00:00:00Z -o json", 0).stdout;
    assert!(alerts.contains("\"committed\":1"), "{alerts}");
    // By hand: 123456789.5000000000000000000000000001 × 0.0880000000000000500000000001.
    let exact = "10864197.47600000617283947501234567895880000000000000500000000001";
    run(at, "close 2026-10 --rules rules.txt --at 2026-11-06T00:00:00Z", 0);
    let closed = run(at, "showback 2026-10 -o json --at 2026-11-07T00:00:00Z", 0);
    assert!(closed.stdout.contains(exact), "{}", closed.stdout);
    import(at, &[("2026-11-02", "rg-a", "4711", "1")], "2026-11-08T00:00:00Z");
    run(
        at,
        &format!(
            "import usage usage.json --subscription {SUBSCRIPTION} --offer {OFFER} --commitment 1E-63 --at 2026-11-09T00:00:00Z"
        ),
        0,
    );
    for command in ["spend --period 2026-10", "alerts list", "ledger", "showback 2026-11 --rules rules.txt", "verify"] {
        run(at, &format!("{command} --at 2026-11-10T00:00:00Z"), 0);
    }
}

/// 8 GB at 0.125 are of a group of 4711; after the close Azure says that the group is of 4890. Booked once.
#[test]
fn a_group_that_was_tagged_anew_moves_its_money() {
    let (azure, folder) = (OddAzure::start(), tempfile::tempdir().unwrap());
    let at = folder.path();
    let groups = |now: &str| {
        let answer = azure.forebill(at, &format!("snapshot invoices --subscription {SUBSCRIPTION} --at {now}"));
        assert_eq!(answer.code, 0, "{}", answer.stderr);
    };
    card(at, "0.125", "2026-10-01T00:00:00Z");
    import(at, &[("2026-10-20", "rg-web", "", "8"), ("2026-10-21", "rg-a", "4711", "2")], "2026-11-14T00:00:00Z");
    fs::write(at.join("tags.txt"), "inherit tag costCenter from resource-group").unwrap();
    run(at, "tags rules set tags.txt --at 2026-11-14T01:00:00Z", 0);
    fs::write(at.join("rules.txt"), "cost-centre from tag costCenter").unwrap();
    groups("2026-11-14T02:00:00Z");
    // Azure's own periods begin on the 14th.
    let closed = run(at, "close 2026-10 --rules rules.txt --at 2026-11-20T00:00:00Z -o json", 0).json();
    assert_eq!(totals(&closed), expect(&[("4711", "1.25")]));
    import(at, &[("2026-11-15", "rg-a", "4711", "2")], "2026-11-21T00:00:00Z");
    let showback = |month: &str, now: &str| {
        adjusted(&run(at, &format!("showback {month} --rules rules.txt -o json --at {now}"), 0).json())
    };
    groups("2026-11-22T00:00:00Z");
    assert_eq!(showback("2026-11", "2026-11-22T01:00:00Z"), []);
    azure.tag_group("4890");
    groups("2026-11-23T00:00:00Z");
    let of = |centre: &str, quantity: &str, amount: &str| {
        ["2026-10", "tags", centre, quantity, amount].map(str::to_owned).into()
    };
    let mut booked = showback("2026-11", "2026-11-23T01:00:00Z");
    booked.sort();
    assert_eq!(booked, [of("4711", "-8", "-1"), of("4890", "8", "1")]);
    run(at, "close 2026-11 --rules rules.txt --at 2026-12-20T00:00:00Z", 0);
    import(at, &[("2026-12-15", "rg-a", "4711", "2")], "2026-12-21T00:00:00Z");
    assert_eq!(showback("2026-12", "2026-12-22T00:00:00Z"), []);
}
