//! Rules about what is to come and about prices, with figures that anybody can work out: a machine of an hour and a half a
//! day, thirty days of it, a credit of 100.

use super::*;

/// 1.5 hours a day at 10 USD: 15 a day, 450 in thirty days, 350 after the credit, which ends on the seventh day.
const TEN_AN_HOUR: &str = r#"{
  "OfferTerms": [
    {"Name": "Monetary Credit", "Credit": 100.0, "EffectiveDate": "2013-12-23T00:00:00Z", "ExcludedMeterIds": []}
  ],
  "Meters": [
    {"MeterId": "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4", "MeterName": "Data Transfer Out", "MeterCategory": "Bandwidth",
     "MeterRegion": "Zone 1", "Unit": "1 GB", "MeterRates": {"0": OTHER},
     "EffectiveDate": "FROM", "IncludedQuantity": 5.0},
    {"MeterId": "1a2b3c4d-0001-4000-8000-000000000002", "MeterName": "D4s v5", "MeterCategory": "Virtual Machines",
     "MeterRegion": "EU West", "Unit": "1 Hour", "MeterRates": {"0": PRICE},
     "EffectiveDate": "FROM", "IncludedQuantity": 0.0}
  ],
  "Currency": "USD",
  "Locale": "en-US"
}"#;

/// Reads a card at a time: the price of the machine since a day, and that of something that nobody uses.
fn card(folder: &Path, at: &str, (price, other): (&str, &str), from: &str) {
    let text =
        TEN_AN_HOUR.replace("PRICE", price).replace("OTHER", other).replace("FROM", &format!("{from}T00:00:00Z"));
    std::fs::write(folder.join("card.json"), text).unwrap();
    let import = ["import", "ratecard", "card.json", "--offer", "MS-AZR-0062P", "--at", at];
    assert_eq!(forebill(folder, &import).code, 0);
}

fn priced(azure: &OddAzure) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    card(folder.path(), "2026-11-01T00:00:00Z", ("10", "0.087"), "2020-01-01");
    read(azure, folder.path(), "2026-11-20T03:00:00Z");
    folder
}

/// What each rule says: (fires, period, summary, lines).
fn told(folder: &Path, text: &str, at: &str) -> Vec<Value> {
    std::fs::write(folder.join("try.txt"), text).unwrap();
    let tried = forebill(folder, &["alerts", "test", "--rules", "try.txt", "--at", at, "-o", "json"]);
    let answer = tried.json();
    assert_eq!(answer["unknown"], json!([]), "{text}");
    answer["findings"].as_array().unwrap().clone()
}

fn fires(folder: &Path, rule: &str, at: &str) -> bool {
    let found = told(folder, rule, at);
    assert_eq!(found.len(), 1, "{rule}: {found:#?}");
    found[0]["fires"].as_bool().unwrap()
}

#[test]
fn the_expected_bill_and_the_end_of_the_credit_are_those_of_thirty_days() {
    let azure = OddAzure::start();
    let folder = priced(&azure);
    let folder = folder.path();
    let whose = format!("of subscription {FIRST}");
    for (rule, expected) in [
        ("when projected bill WHOSE this month > 349.99 USD", true),
        ("when projected bill WHOSE this month > 350 USD", false),
        ("when projected bill this month > 349.99 USD", true),
        ("when projected spend WHOSE this month > 449.99 USD", true),
        ("when projected spend of each subscription this month > 450 USD", false),
        ("when credit WHOSE ends before day 8", true),
        // The last of it is used on the seventh.
        ("when credit WHOSE ends before day 7", false),
        ("when credit ends before day 31", true),
    ] {
        assert_eq!(fires(folder, &rule.replace("WHOSE", &whose), NOON), expected, "{rule}");
    }
    // Nine of ten bills lie below the one and above the other.
    let figure = |at: &str| {
        let found = told(folder, &format!("when projected bill at {at} {whose} this month > 0 USD"), NOON);
        let summary = found[0]["summary"].as_str().unwrap().to_owned();
        let number = summary.split(" is ").nth(1).unwrap().split(' ').next().unwrap();
        number.parse::<Decimal>().unwrap_or_else(|_| panic!("{summary}"))
    };
    assert!(figure("p10") <= Decimal::from(350) && Decimal::from(350) <= figure("p90"));

    let bill = &told(folder, &format!("when projected bill {whose} this month > 1 USD"), NOON)[0];
    assert_eq!(bill["summary"], format!("projected bill {whose} is 350 USD, above 1 USD; 17 days of it are known"));
    let line = json!({"what": format!("Virtual Machines · D4s v5 · EU West ({METER})"), "quantity": "45", "unit": "1 Hour",
        "rates": ["10"], "cost": "450"});
    assert_eq!((&bill["period"], &bill["lines"]), (&json!("2026-11-01"), &json!([line])));
    let credit = &told(folder, "when credit ends before day 20", NOON)[0];
    assert_eq!(credit["summary"], format!("credit of 100 USD {whose} ended on 2026-11-07, before 2026-11-20"));

    // On the first days nothing is known yet: that is quiet, and no failure.
    let early = told(
        folder,
        "when projected bill of each subscription this month > 1 USD\nwhen credit ends before day 9\nwhen anomaly > 1 USD\nwhen price rises > 1 %",
        "2026-12-02T05:45:00Z",
    );
    assert!(early.iter().all(|one| one["fires"] == false && one["period"] == "begun"), "{early:#?}");
    // In another currency nobody can say it.
    std::fs::write(folder.join("try.txt"), "when projected bill this month > 1 EUR\nwhen anomaly > 1 EUR").unwrap();
    let euro = forebill(folder, &["alerts", "test", "--rules", "try.txt", "--at", NOON]);
    assert_eq!((euro.code, euro.stdout.matches("billed in USD, not in EUR").count()), (3, 2), "{}", euro.stdout);
}

/// After one day of fifteen dollars 450 are to be expected.
#[test]
fn looking_back_tells_the_day_after_which_it_was_to_be_expected() {
    let azure = OddAzure::start();
    let folder = priced(&azure);
    let folder = folder.path();
    let rules = format!(
        "when projected bill of subscription {FIRST} this month > 340 USD\nwhen projected spend this month > 460 USD\nwhen credit ends before day 8\nwhen spend this month > 40 USD\nwhen anomaly > 1 USD\nwhen price rises > 1 %\n"
    );
    std::fs::write(folder.join("try.txt"), rules).unwrap();
    card(folder, "2026-11-18T00:00:00Z", ("11", "0.087"), "2026-11-16");
    let line = ["alerts", "test", "--rules", "try.txt", "--months", "2", "--at", NOON];
    let looked = forebill(folder, &[&line[..], &["-o", "json"]].concat());
    assert_eq!(looked.code, 0, "{}", looked.stdout);
    let months = looked.json()["months"].clone();
    let days: Vec<Value> = months
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["month"], one["crossedOn"], one["total"], one["unit"]]))
        .collect();
    // Four of the nineteen days, and eleven more, cost 16.50: 450 and 15 × 1.50.
    assert_eq!(
        days,
        [
            json!(["2026-11", "2026-11-01", "372.5", "USD"]),
            json!(["2026-11", "2026-11-01", "472.5", "USD"]),
            json!(["2026-11", "2026-11-01", null, ""]),
            json!(["2026-11", "2026-11-03", "291", "USD"]),
            json!(["2026-11", null, null, ""]),
            json!(["2026-11", "2026-11-18", null, ""]),
        ]
    );
    let table = forebill(folder, &line).stdout;
    assert!(table.contains("FIRES after the use of 2026-11-03, 291.00 USD in the month"), "{table}");
    let csv = forebill(folder, &[&line[..], &["-o", "csv"]].concat()).stdout;
    assert!(csv.starts_with("rule,scope,month,crossedOn,total,unit,whole\r\n"), "{csv}");
}

/// From 10 to 10.5 is five per cent; what nobody uses may cost ten times as much.
#[test]
fn a_price_that_rose_is_told_once_with_both_prices() {
    let (azure, hook) = (OddAzure::start(), taken());
    let folder = priced(&azure);
    let folder = folder.path();
    rules(folder, "when price rises > 4.99 %\n");
    assert_eq!((run(folder, &hook, NOON).code, hook.count()), (0, 0));
    card(folder, "2026-11-20T06:00:00Z", ("10.5", "0.87"), "2026-11-10");
    for (rule, expected) in [
        ("when price of subscription SUB rises > 4.99 %", true),
        ("when price of each subscription and meter-category \"Virtual Machines\" rises > 4.99%", true),
        ("when price of meter-category Bandwidth rises > 4.99 %", false),
        ("when price of resource-group nowhere rises > 0 %", false),
        ("when price rises > 5 %", false),
    ] {
        assert_eq!(fires(folder, &rule.replace("SUB", FIRST), NEXT), expected, "{rule}");
        // Before it was read nobody knew it.
        assert!(!fires(folder, &rule.replace("SUB", FIRST), NOON), "{rule}");
    }
    assert_eq!((run(folder, &hook, NEXT).code, hook.count()), (0, 1));
    let message = &bodies(&hook)[0];
    assert_eq!(
        message["summary"],
        format!(
            "1 price that subscription {FIRST} pays rose by more than 4.99 %: Virtual Machines · D4s v5 · EU West ({METER}) by 5 % from 2026-11-10T00:00:00Z"
        )
    );
    let line = json!([{"what": format!("Virtual Machines · D4s v5 · EU West ({METER}), as if the new price held for all of it"), "quantity": "28.5", "unit": "1 Hour",
        "rates": ["10.5"], "cost": "299.25", "before": {"quantity": "0", "rates": ["10"], "cost": "0"}}]);
    assert_eq!((&message["period"], &message["lines"]), (&json!("2026-11-20T06:00:00Z"), &line));
    // The same card again is no news; a price that is corrected for the same day is, and a fall is none.
    card(folder, "2026-11-21T06:00:00Z", ("10.5", "0.87"), "2026-11-10");
    assert_eq!((run(folder, &hook, "2026-11-22T05:45:00Z").code, hook.count()), (0, 1));
    card(folder, "2026-11-22T06:00:00Z", ("12", "0.87"), "2026-11-10");
    card(folder, "2026-11-22T07:00:00Z", ("11", "0.87"), "2026-11-10");
    assert_eq!((run(folder, &hook, "2026-11-23T05:45:00Z").code, hook.count()), (0, 2));
    assert!(bodies(&hook)[1]["summary"].as_str().unwrap().contains("by 14.2857 %"), "{}", bodies(&hook)[1]);
    assert_eq!(listed(folder, &[]).len(), 2, "each rise is a cause of its own");
    // A month later it is no news any more.
    read(&azure, folder, "2026-12-27T03:00:00Z");
    assert_eq!((run(folder, &hook, "2026-12-27T05:45:00Z").code, hook.count()), (0, 2));
    assert_eq!(listed(folder, &[]).len(), 0);
}

/// The lines of a sum stand beside as many days of the period before.
#[test]
fn a_line_says_what_it_was_before() {
    let (azure, hook) = (OddAzure::start(), taken());
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    card(folder, "2026-10-01T00:00:00Z", ("10", "0.087"), "2020-01-01");
    card(folder, "2026-11-01T00:00:00Z", ("12", "0.087"), "2026-11-01");
    let line = format!(
        "snapshot usage --from 2026-10-01 --subscription {FIRST} --offer MS-AZR-0062P --at 2026-11-11T03:00:00Z"
    );
    assert_eq!(azure.forebill(folder, &line).code, 0);
    rules(folder, "when spend of each subscription this month > 100 USD");
    // The rules were set on the twentieth, and a run is of its own time. October ended ten days ago.
    assert_eq!((run(folder, &hook, "2026-11-11T05:45:00Z").code, hook.count()), (0, 1));
    let november = bodies(&hook).into_iter().find(|one| one["period"] == "2026-11-01").unwrap();
    // Ten days of November and of October; each day is reported on the next.
    let line = &november["lines"][0];
    assert_eq!((&line["quantity"], &line["rates"], &line["cost"]), (&json!("15"), &json!(["12"]), &json!("180")));
    assert_eq!(line["before"], json!({"quantity": "15", "rates": ["10"], "cost": "150"}));
    assert!(
        november["text"].as_str().unwrap().contains("15 1 Hour at 12 = 180, before 15 1 Hour at 10 = 150"),
        "{november}"
    );
}
