//! The whole real rate card and the recorded retail pages, priced by two routes: the program, and exact fractions in Python
//! that share nothing with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use shared::decimal::Decimal;
use shared::meter::{Meter, PriceKind};

use crate::real_answers::{fetched_card, fetched_pages};
use crate::support::program::command;

/// How each meter is used: a speck, just below a bound, on it, far beyond the last with 28 digits, and above the bound
/// after a correction.
const WAYS: usize = 5;

/// The rows of one meter as (way, day, quantity). Bounds of a card start behind the included quantity, so both meet.
fn uses(number: usize, meter: &Meter) -> Vec<(usize, u8, Decimal)> {
    let d = |text: &str| Decimal::parse(text).unwrap();
    let tiers = meter.tiers.tiers();
    // The last bound of one meter, the second of another; one unit where there is no bound.
    let bound = tiers[number % tiers.len()].from.max(tiers[tiers.len() / 2].from);
    let bound = if bound.is_zero() { Decimal::ONE } else { bound };
    let edge = bound.plus(meter.included_quantity).unwrap();
    let speck = Decimal::new(1 + number as i128 % 9, 1 + (number % 28) as u8);
    let step = Decimal::new(1, 1 + (number % 10) as u8);
    let long = d(&format!("{}123456789.{:018}", 1 + number % 997, number * 7_919 + 1));
    vec![
        (0, 1, speck),
        (1, 2, edge.minus(step).unwrap()),
        (2, 3, edge),
        (3, 4, long),
        (4, 5, edge.plus(d("5.5")).unwrap()),
        (4, 6, step.minus(d("5.5")).unwrap()),
    ]
}

/// One line of usage per row, each way under a subscription of its own.
fn write_usage(file: &Path, meters: &[&Meter]) -> usize {
    let mut text = String::new();
    for (number, meter) in meters.iter().enumerate() {
        for (way, day, quantity) in uses(number, meter) {
            writeln!(
                text,
                "{{\"name\": \"Daily_BRSDT_202610{day:02}_0000\", \"properties\": {{\"subscriptionId\": \
                 \"00000000-0000-4000-8000-00000000000{way}\", \"meterId\": \"{}\", \"usageStartTime\": \
                 \"2026-10-{day:02}T00:00:00Z\", \"usageEndTime\": \"2026-10-{day:02}T23:59:59Z\", \"instanceData\": \
                 \"{{\\\"Microsoft.Resources\\\":{{\\\"resourceUri\\\":\\\"/r\\\"}}}}\", \"quantity\": {quantity}}}}}",
                meter.id
            )
            .unwrap();
        }
    }
    fs::write(file, &text).unwrap();
    text.lines().count()
}

/// What the program prints as CSV, in the form of the other route.
fn by_the_program(folder: &Path, prices: [&str; 2]) -> Vec<String> {
    let (out, err) = (folder.join("charges.csv"), folder.join("problems.txt"));
    let arguments = ["rate", prices[0], prices[1], "--usage", "usage.jsonl", "-o", "csv"];
    let status = command(folder, &arguments)
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap())
        .status()
        .unwrap();
    // 3: some meters have no price, which the lines say.
    assert!(matches!(status.code(), Some(0 | 3)), "{}", fs::read_to_string(err).unwrap());
    let mut reader = csv::Reader::from_path(out).unwrap();
    let head = reader.headers().unwrap().clone();
    let place = |name: &str| head.iter().position(|column| column == name).unwrap();
    let places = ["subscriptionId", "billingPeriodStart", "meterId", "quantity", "cost", "invoiceCost"].map(place);
    let line = |record: csv::StringRecord| {
        let mut fields = places.map(|place| Some(record[place].to_owned()).filter(|field| !field.is_empty()));
        fields[1].as_mut().unwrap().truncate(10);
        serde_json::to_string(&fields).unwrap()
    };
    reader.records().map(|record| line(record.unwrap())).collect()
}

fn by_fractions(folder: &Path, script: &str, arguments: &[&Path]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracle").join(script);
    let mut python = Command::new("python3");
    python.arg("-B").arg(script).args(arguments).current_dir(folder);
    let output = python.output().expect("python3 is needed: it is the second opinion");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Line by line in any order. Most meters cost something in most ways: nothing is compared with nothing.
#[track_caller]
fn check_equal(mut ours: Vec<String>, mut theirs: Vec<String>, charges: usize) {
    assert_eq!((ours.len(), theirs.len()), (charges, charges));
    ours.sort_unstable();
    theirs.sort_unstable();
    let different = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
    assert_eq!(different, None);
    let free = ours.iter().filter(|line| line.contains(",\"0\",\"0\"]") || line.contains("null")).count();
    assert!(free * 3 < charges, "{free} of {charges} cost nothing");
}

/// Truth: `rate_usage.py`. All 78,189 meters of the recorded card, each used in five ways; without it the sample's card.
#[test]
fn every_meter_of_the_card_costs_the_same_by_both_routes() {
    let card = fetched_card();
    let folder = card.folder.path();
    let all = card.book.meters().iter().map(|meter| (meter.id, meter));
    let meters: Vec<&Meter> = all.collect::<BTreeMap<_, _>>().into_values().collect();
    assert_eq!(meters.len(), if card.real { 78_189 } else { meters.len().max(100) });
    assert_eq!(write_usage(&folder.join("usage.jsonl"), &meters), meters.len() * (WAYS + 1));
    let theirs = ["card.json", "usage.jsonl", "1"].map(Path::new);
    check_equal(
        by_the_program(folder, ["--ratecard", "card.json"]),
        by_fractions(folder, "rate_usage.py", &theirs),
        meters.len() * WAYS,
    );
}

/// Truth: `rate_retail.py`. Every meter of consumption on the recorded retail pages, in the same five ways.
#[test]
fn every_meter_of_the_retail_pages_costs_the_same_by_both_routes() {
    let pages = fetched_pages();
    let folder = pages.folder.path();
    let consumption = pages.book.meters().iter().filter(|meter| meter.kind == PriceKind::Consumption);
    let meters: Vec<&Meter> =
        consumption.map(|meter| (meter.id, meter)).collect::<BTreeMap<_, _>>().into_values().collect();
    assert_eq!(meters.len(), if pages.real { 20_334 } else { meters.len().max(100) });
    write_usage(&folder.join("usage.jsonl"), &meters);
    let theirs: Vec<&Path> =
        std::iter::once(Path::new("usage.jsonl")).chain(pages.files.iter().map(PathBuf::as_path)).collect();
    check_equal(
        by_the_program(folder, ["--book", pages.book.id.as_str()]),
        by_fractions(folder, "rate_retail.py", &theirs),
        meters.len() * WAYS,
    );
}
