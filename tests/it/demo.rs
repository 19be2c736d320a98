//! The main job on the sample tenant, whose truth is known: what is printed must be that truth.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::OnceLock;

use functions::archive::Archive;
use functions::demo::{MSDN, Meter, Options, SampleAzure};
use functions::month::{self, Period};
use functions::store::Store;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use shared::decimal::Decimal;
use shared::period::{Granularity, utc_date};

use crate::support::program::{answer, command, forebill};

pub const NOW: &str = "2026-11-23T09:00:00Z";

fn d(value: &Value) -> Decimal {
    Decimal::parse(value.as_str().unwrap_or_else(|| panic!("{value} is no text"))).unwrap()
}

fn demo(folder: &Path) -> Value {
    let answer = forebill(folder, &["demo", "--once", "-o", "json", "--at", NOW, "--dir", "store"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    answer.json()
}

/// One run serves all tests that only look at what it left.
pub fn finished() -> &'static (tempfile::TempDir, Value) {
    static FINISHED: OnceLock<(tempfile::TempDir, Value)> = OnceLock::new();
    FINISHED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let report = demo(folder.path());
        (folder, report)
    })
}

pub fn archive() -> Archive {
    let (folder, _) = finished();
    Archive::new(Store::open(&format!("file:{}/store", folder.path().display())).unwrap())
}

/// Truth: the tenant's own exact quantities and price model, summed here by another route.
#[test]
fn the_report_is_the_truth_of_the_tenant() {
    let (_, report) = finished();
    let sample = runtime().block_on(SampleAzure::start(Options::at(now()))).unwrap();
    assert_eq!(report["schema"], "forebill.demo/1");
    let spend = &report["spend"];
    assert_eq!(spend["subscriptions"].as_array().unwrap().len(), 3);

    // The one meter without a price is listed with all of its quantity and keeps the total incomplete.
    let unpriced = spend["unpriced"].as_array().unwrap();
    assert_eq!(unpriced.len(), 1);
    assert_eq!(unpriced[0]["meterId"], sample.truth().unpriced_meter());
    assert_eq!(spend["totals"]["complete"], false);

    // Parts add up to the total to the last digit, by group and by day.
    let total = d(&spend["totals"]["cost"]);
    for rows in ["rows", "days", "subscriptions"] {
        let parts = spend[rows].as_array().unwrap().iter().map(|row| d(&row["cost"]));
        let sum = parts.fold(Decimal::ZERO, |sum, part| sum.plus(part).unwrap());
        assert_eq!(sum, total, "{rows}");
    }

    // The day of the anomaly is the dearest of the month.
    let days = spend["days"].as_array().unwrap();
    let dearest = days.iter().max_by_key(|day| d(&day["cost"])).unwrap();
    let planted = sample.truth().anomaly().day.to_string();
    assert_eq!(dearest["bucket"], planted);

    // It is found, and so are those that it makes fire; every rule is answered.
    let watched = &report["watched"];
    let each = |of: &Value, name: &str| of[name].as_array().unwrap().clone();
    let found: Vec<Value> =
        each(&watched["anomalies"], "subscriptions").iter().flat_map(|one| each(one, "anomalies")).collect();
    assert!(found.iter().any(|one| one["openedOn"] == planted && one["level"] == "total"), "{found:?}");
    let answers = each(&watched["alerts"], "findings");
    let fires =
        |rule: &str| answers.iter().any(|one| one["rule"].as_str().unwrap().contains(rule) && one["fires"] == true);
    assert!(fires("when anomaly") && fires("when credit") && !fires("older than 3 days"), "{answers:?}");
    assert_eq!(watched["alerts"]["unknown"], serde_json::json!([]));

    // Rules about tags move money between their values, and neither make nor lose any.
    let tags = each(watched, "tags");
    for column in ["reported", "withRules"] {
        let sum = tags.iter().fold(Decimal::ZERO, |sum, one| sum.plus(d(&one[column])).unwrap());
        assert_eq!(sum, total, "{column}");
    }
    let none = tags.iter().find(|one| one["value"] == "(none)").unwrap();
    assert!(d(&none["withRules"]) < d(&none["reported"]), "{none}");
}

/// Truth: what the jobs say that they read. Both nights are there to the last row, and nothing is due after them.
#[test]
fn the_store_is_whole_and_nothing_is_due() {
    let (folder, report) = finished();
    let run = |command: &str| {
        let answer = forebill(folder.path(), &[command, "--store", "file:store", "-o", "json", "--at", NOW]);
        assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
        answer.json()
    };
    let found = run("verify");
    let jobs = report["jobs"].as_array().unwrap();
    let sum = |name: &str| jobs.iter().map(|job| job[name].as_u64().unwrap()).sum::<u64>();
    assert!(found["rows"].as_u64().unwrap() > sum("rows"), "{found}");
    assert!(found["objects"].as_u64().unwrap() >= sum("fetched") - 6, "{found}");
    // Another test runs the jobs again meanwhile: what is not committed yet is an orphan, and no breach.
    assert_eq!((&found["breaches"], &found["booksNotRebuilt"]), (&serde_json::json!([]), &0.into()));
    let told = run("ledger");
    assert_eq!(told["usage"].as_array().unwrap().len(), 6);
    assert_eq!(told["complete"], true);
}

/// Truth: the tenant's whole quantities of a closed month and the price model behind the card, multiplied here in
/// whole millionths. Late, restated, corrected and split rows must all have found their place.
#[test]
fn a_closed_month_is_the_truth_to_the_last_digit() {
    let runtime = runtime();
    let sample = runtime.block_on(SampleAzure::start(Options::at(now()))).unwrap();
    let archive = archive();
    let snapshots = runtime.block_on(archive.snapshots()).unwrap();
    let mut compared = 0;
    for granularity in [Granularity::Daily, Granularity::Hourly] {
        let period = Period::StartingIn("2026-09".into());
        let load = month::load(&archive, &snapshots, None, &period, granularity, now());
        for material in runtime.block_on(load).unwrap().materials {
            let first = utc_date(material.period.start_at);
            let last = utc_date(material.period.end_at).yesterday().unwrap();
            let truth = sample.truth().totals(&material.subscription_id.to_string(), first, last);
            let rating = month::rate(&material).unwrap();
            assert_eq!(rating.charges.len(), truth.len(), "{first} {last}");
            for charge in &rating.charges {
                let used = truth[&charge.meter_id.to_string()];
                assert_eq!(charge.quantity, Decimal::new(used.into(), 6), "{} {granularity:?}", charge.meter_name);
                let Some(meter) = sample.prices().find(&charge.meter_id.to_string()) else {
                    assert_eq!(
                        (charge.meter_id.to_string().as_str(), charge.cost),
                        (sample.truth().unpriced_meter(), None)
                    );
                    continue;
                };
                let plan = material.facts.offer.as_str();
                assert_eq!(charge.cost, Some(cost(meter, plan, used, first)), "{} of {plan}", charge.meter_name);
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "only {compared} charges had a price");
}

/// Graduated cost in whole millionths of millionths, by walking the units once.
fn cost(meter: &Meter, plan: &str, used: i64, on: Date) -> Decimal {
    // A card with a monthly credit shows no allowance, but its bounds stay where they are.
    let included = if plan == MSDN { 0 } else { meter.included };
    let billable = i128::from((used - included).max(0));
    let tiers = &meter.at(on).unwrap().tiers;
    let mut cost = 0;
    for (index, (start, rate)) in tiers.iter().enumerate() {
        let rate = if plan == MSDN { meter.linux_rate.unwrap_or(*rate) } else { *rate };
        let end = tiers.get(index + 1).map_or(i128::MAX, |(next, _)| i128::from(*next));
        cost += (billable.min(end) - i128::from(*start)).max(0) * i128::from(rate);
    }
    Decimal::new(cost, 12)
}

/// Truth: the sample's own invoices, whose every difference was planted, and the tenant's quantities multiplied here.
#[test]
fn the_last_closed_month_is_charged_and_reconciled_to_the_cent() {
    let (folder, report) = finished();
    let sample = runtime().block_on(SampleAzure::start(Options::at(now()))).unwrap();
    assert_eq!(report["showback"]["month"], "2026-10");
    let cents = |value: Decimal| value.times(Decimal::from(100)).unwrap();

    // Each reason comes to what was planted for it, and nothing is left without one.
    let invoices = report["invoices"]["invoices"].as_array().unwrap();
    assert_eq!((invoices.len(), &report["invoices"]["notCompared"]), (3, &serde_json::json!([])));
    let mut found: BTreeMap<String, Decimal> = BTreeMap::new();
    for (reason, amount) in invoices.iter().flat_map(|one| one["reasons"].as_object().unwrap()) {
        let sum = found.entry(reason.clone()).or_insert(Decimal::ZERO);
        *sum = sum.plus(d(amount)).unwrap();
    }
    found.retain(|_, sum| !sum.is_zero());
    let found: BTreeMap<String, Decimal> = found.into_iter().map(|(reason, sum)| (reason, cents(sum))).collect();
    let planted = sample.planted_differences("2026-10");
    let planted: BTreeMap<String, Decimal> =
        planted.into_iter().map(|(reason, cents)| (reason.to_owned(), Decimal::new(cents.into(), 0))).collect();
    assert_eq!(found, planted);
    assert_eq!(
        planted.keys().collect::<Vec<_>>(),
        ["credit", "lateUsage", "marketplace", "rounding", "tax", "unpriced"]
    );

    // The statements add up to the bill, which is the invoices without what was planted.
    let statements = report["showback"]["statements"].as_array().unwrap();
    let sum = statements.iter().fold(Decimal::ZERO, |sum, one| sum.plus(d(&one["total"])).unwrap());
    let on_invoices: Decimal = invoices.iter().fold(Decimal::ZERO, |sum, one| sum.plus(d(&one["invoiced"])).unwrap());
    let planted = planted.into_values().fold(Decimal::ZERO, |sum, cents| sum.plus(cents).unwrap());
    assert_eq!(cents(sum), cents(on_invoices).minus(planted).unwrap());
    assert_eq!(sum, d(&report["showback"]["total"]));

    // 4711 by itself: the quantities of the resources that have its tag, and its part of what everybody uses.
    assert!(statements.iter().any(|one| one["costCentre"].is_null() && !d(&one["own"]).is_zero()), "untagged is shown");
    let network = statements.iter().find(|one| one["costCentre"] == "network").unwrap();
    assert_eq!((&network["total"], d(&network["own"]).is_zero()), (&"0".into(), false));
    let unpriced = report["showback"]["unpriced"].as_array().unwrap();
    let period = &sample.subscriptions()[0].periods(now());
    let october = period.iter().find(|period| period.start == Date::constant(2026, 10, 1)).unwrap();
    let truth = sample.truth().totals(&sample.subscriptions()[0].id, october.start, october.end);
    let used = Decimal::new(truth[sample.truth().unpriced_meter()].into(), 6);
    assert_eq!((unpriced.len(), d(&unpriced[0]["quantity"])), (1, used));

    // What was closed is what the command shows, whatever was read since.
    let line = ["showback", "2026-10", "--store", "file:store", "-o", "json", "--at", "2027-01-01T00:00:00Z"];
    let again = forebill(folder.path(), &line);
    assert_eq!(
        (again.code, again.json()["lines"].clone()),
        (3, report["showback"]["lines"].clone()),
        "{}",
        again.stderr
    );
}

/// Usage is read again while it may still change: what was said of a day on the next one is not what stays.
/// The groups' own tags were read from the sample Azure: `shop-ops` writes it `cost-center`, `dev-machines` has none.
#[test]
fn resources_inherit_the_tags_of_their_groups() {
    let (folder, _) = finished();
    let rules = "rename tag cost-center to costCenter\ninherit tag costCenter from resource-group\n";
    std::fs::write(folder.path().join("inherit.txt"), rules).unwrap();
    let line = ["tags", "explain", "--rules", "inherit.txt", "--tag", "costCenter", "--store", "file:store"];
    let told = forebill(folder.path(), &[&line[..], &["-o", "json", "--at", NOW]].concat()).json();
    let of = |name: &str| {
        let tags = told["tags"].as_array().unwrap();
        let one = tags.iter().find(|tag| tag["resource"].as_str().unwrap().ends_with(name)).unwrap();
        let why: Vec<&str> = one["why"].as_array().unwrap().iter().map(|why| why.as_str().unwrap()).collect();
        (one["value"].as_str().map(str::to_owned), why.join("; "))
    };
    let group = |value: &str, why: &str| (Some(value.to_owned()), why.to_owned());
    assert_eq!(of("/shop-edge-07"), group("4711", "resource group shop-prod has it in Azure, line 2"));
    let renamed = "cost-center renamed, line 1; resource group shop-ops has it in Azure, line 2";
    assert_eq!(of("/shop-vault"), group("4715", renamed));
    // Its own goes before.
    assert_eq!(of("/shop-batch-01"), group("4711", "cost-center renamed, line 1"));
    // A group with an owner and no cost centre: what its resources agree on, of which all but this one are tagged.
    let (value, why) = of("/dev-free-plan");
    assert!(value.as_deref() == Some("4720") && why.contains("tagged resources of group dev-apps say so"), "{why}");
}

#[test]
fn restated_days_are_read_again() {
    let runtime = runtime();
    let archive = archive();
    let snapshots = runtime.block_on(archive.snapshots()).unwrap();
    let reread =
        snapshots.usage.iter().filter(|((_, _, day), (run, _))| *day < Date::constant(2026, 11, 22) && run.0 == now());
    // Three subscriptions, two granularities, four of the five days (the fifth was new today), and the one day whose
    // billing period has closed since yesterday.
    assert_eq!(reread.count(), 3 * 2 * 5);

    // What counts is what the sample answers now, although it answered otherwise the night before.
    let sample = runtime.block_on(SampleAzure::start(Options::at(now()))).unwrap();
    let mut changed = 0;
    for (index, info) in sample.subscriptions().iter().enumerate() {
        for day in (18..=22).map(|day| Date::constant(2026, 11, day)) {
            let window = (info.id.parse().unwrap(), Granularity::Daily, day);
            let mut kept = Decimal::ZERO;
            for page in &snapshots.usage[&window].1 {
                let bytes = runtime.block_on(archive.page(page)).unwrap();
                let rows = shared::azure::usage::decode_page(&bytes).unwrap().rows;
                kept = rows.iter().fold(kept, |sum, row| sum.plus(row.quantity).unwrap());
            }
            let hour = shared::period::midnight(day).unwrap().as_second() / 3600;
            let answered = |at: Timestamp| {
                let rows = sample.truth().bucket(index, functions::demo::Granularity::Daily, hour, at.as_second());
                Decimal::new(rows.iter().map(|row| i128::from(row.quantity)).sum(), 6)
            };
            assert_eq!(kept, answered(now()), "{} {day}", info.name);
            changed += usize::from(answered(now()) != answered(now() - std::time::Duration::from_secs(24 * 3600)));
        }
    }
    assert!(changed > 0, "nothing was restated between the two nights");
}

/// Two runs at the same time do the same work once, and a later one goes on where they ended.
#[test]
fn running_again_changes_nothing_that_was_said() {
    let (folder, first) = finished();
    let again = demo(folder.path());
    assert_eq!(first["spend"], again["spend"]);
    let committed = |report: &Value| {
        let jobs = report["jobs"].as_array().unwrap().iter();
        jobs.filter(|job| job["job"] == "snapshot-usage").map(|job| job["committed"].as_i64().unwrap()).sum::<i64>()
    };
    assert!(committed(first) > 2_000, "{}", committed(first));
    assert_eq!(committed(&again), 0);
}

/// An address that is taken, or that others could reach, is refused at once.
#[test]
fn a_port_in_use_is_told_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let answer = forebill(folder.path(), &["demo", "--listen", &address]);
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains(&address), "{}", answer.stderr);
    let open = forebill(folder.path(), &["demo", "--listen", "0.0.0.0:8080"]);
    assert_eq!(open.code, 2, "{}", open.stderr);
}

/// What it prints is enough for another command to read the same sample Azure.
#[test]
fn other_commands_can_be_pointed_at_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), &["demo", "--listen", "127.0.0.1:0"]);
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut variables: Vec<(String, String)> = Vec::new();
    for line in BufReader::new(running.stdout.take().unwrap()).lines().map_while(Result::ok) {
        if line.starts_with("Ctrl-C") {
            break;
        }
        let variable = line.strip_prefix("  export ").and_then(|line| line.split_once('='));
        variables.extend(variable.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    let mut other = self::command(folder.path(), &["doctor"]);
    let looked = answer(other.envs(variables.clone()).output().unwrap());
    running.kill().unwrap();
    running.wait().unwrap();
    assert_eq!((variables.len(), looked.code), (7, 0), "{variables:?} {}{}", looked.stdout, looked.stderr);
    assert!(looked.stdout.contains("sign-in"), "{}", looked.stdout);
}

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
