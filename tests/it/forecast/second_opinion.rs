//! Generated series of all shapes, continued by Forebill and by Python with sixty digits.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::Value;
use shared::decimal::Decimal;
use shared::forecast::{DailySeries, Method, PeriodDays, anomaly, by_method, daily};

const TASKS: u64 = 240;

/// SplitMix64: the same series in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

struct Task {
    first_on: Date,
    amounts: Vec<Decimal>,
    period: PeriodDays,
    from_on: Date,
}

fn amount(shape: u64, on: Date, at: i64, draw: &mut Draw) -> i128 {
    let weekend = on.weekday().to_monday_one_offset() > 5;
    let noise = i128::from(draw.below(200_000));
    match shape {
        // Traffic, with weekdays and a step.
        0 => (if weekend { 500_000 } else { 1_000_000 }) + noise + if at > 90 { 700_000 } else { 0 },
        // Office hours.
        1 if weekend => 0,
        1 => 3_000_000 + noise / 50,
        // What is kept.
        2 => 5_000_000 + 40_000 * i128::from(at) + noise / 10,
        // Now and then.
        3 => i128::from(draw.below(3) / 2) * (1_000_000 + noise),
        // Fees on the 3rd and on the last day.
        4 if on.day() == 3 => 99_000_000,
        4 if on.day() == on.days_in_month() => 12_500_000,
        4 => 0,
        // The same each day, with spikes.
        5 => 2_000_000 * if draw.below(25) == 0 { 4 } else { 1 },
        // Anything, corrections too.
        _ => i128::from(draw.below(5_000_000)) - 500_000,
    }
}

fn task(number: u64) -> Task {
    let mut draw = Draw(number);
    let days = 3 + draw.below(if number.is_multiple_of(5) { 12 } else { 230 }) as i64;
    let from_on = date(2026, 3, 1).saturating_add((draw.below(300) as i64).days());
    let (first_on, elapsed) = (from_on.saturating_sub(days.days()), 1 + draw.below(25) as i64);
    let start_on = from_on.saturating_sub(elapsed.days());
    let period = PeriodDays { start_on, end_on: from_on.saturating_add((1 + draw.below(25) as i64).days()) };
    // Some days are known that no forecast may look at.
    let known = days + draw.below(5) as i64;
    let day = |at: i64, draw: &mut Draw| amount(number % 7, first_on.saturating_add(at.days()), at, draw);
    let amounts = (0..known).map(|at| Decimal::new(day(at, &mut draw), 6)).collect();
    Task { first_on, amounts, period, from_on }
}

fn written(task: &Task) -> String {
    let mut days = String::new();
    for (at, amount) in task.amounts.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        write!(days, "{comma}\"{}\": \"{amount}\"", task.first_on.saturating_add((at as i64).days())).unwrap();
    }
    let PeriodDays { start_on, end_on } = task.period;
    format!(
        "{{\"series\": {{{days}}}, \"start\": \"{start_on}\", \"from\": \"{}\", \"end\": \"{end_on}\"}}",
        task.from_on
    )
}

fn ask_python(tasks: &[Task]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let text: Vec<String> = tasks.iter().map(written).collect();
    std::fs::write(folder.path().join("series.jsonl"), text.join("\n")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracle/forecast.py");
    let mut command = Command::new("python3");
    command.arg("-B").arg(script).arg("series.jsonl").current_dir(folder.path());
    let output = command.output().expect("python3 is needed: it is the second opinion");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Forebill rounds at the twelfth decimal of an amount and the ninth of a factor: amounts below ten agree to six decimals.
fn agree(found: Decimal, expected: &str) -> bool {
    let miss = found.minus(expected.parse().unwrap()).unwrap();
    let size = if miss.is_negative() { miss.negated() } else { miss };
    size <= Decimal::new(1, 6)
}

#[test]
fn every_method_agrees_with_python() {
    let tasks: Vec<Task> = (0..TASKS).map(task).collect();
    let answers = ask_python(&tasks);
    assert_eq!(answers.len(), tasks.len());
    let (mut compared, mut stood_out) = (0, 0);
    for (number, (task, answer)) in tasks.iter().zip(&answers).enumerate() {
        let known: Vec<_> = task.amounts.iter().copied().map(Some).collect();
        let series = DailySeries::new(task.first_on, &known).unwrap();
        let of = |name: &str| {
            let all = answer.as_array().unwrap();
            let one = all.iter().find(|one| one[0] == name).unwrap_or_else(|| panic!("Python has no {name}"));
            one[1].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect::<Vec<_>>()
        };
        let mut outlooks: Vec<_> = Method::ALL
            .iter()
            .map(|method| (method.name(), by_method(&series, *method, task.period, task.from_on).unwrap()))
            .collect();
        outlooks.push(("usual", daily(&series, task.period, task.from_on).unwrap()));
        for (name, outlook) in outlooks {
            let expected = of(name);
            assert_eq!(outlook.days.len(), expected.len(), "task {number}, {name}");
            for (found, expected) in outlook.days.iter().zip(expected) {
                assert!(agree(*found, expected), "task {number}, {name}: {found} against {expected}");
                compared += 1;
            }
        }
        let opened: Vec<String> =
            anomaly::find(&series, Decimal::ZERO).unwrap().iter().map(|one| one.opened_on.to_string()).collect();
        assert_eq!(opened, of("anomalies"), "task {number}");
        stood_out += opened.len();
    }
    assert!(compared > 30_000 && stood_out > 100, "{compared} days, {stood_out} anomalies");
}
