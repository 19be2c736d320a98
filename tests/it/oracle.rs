//! 200,000 generated rows, aimed at everything that goes wrong, against exact fractions in Python.
//!
//! The other side is written from the rules and takes another road: it adds up between price changes where the
//! program goes row by row.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::program::forebill;

const ROWS: usize = 200_000;
const METERS: u64 = 400;

/// SplitMix64: the same rows in every run of the same seed.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// Up to 28 digits, up to 10^9 in size, sometimes with an exponent.
    fn number(&mut self) -> String {
        match self.below(6) {
            0 => self.below(1_000_000).to_string(),
            1 => format!("{}.{:010}", self.below(1_000), self.below(10_000_000_000)),
            2 => format!("{}E-0{}", 1 + self.below(99), 1 + self.below(9)),
            3 => format!("{}.{:018}", self.below(1_000_000_000), self.below(1_000_000_000_000_000_000)),
            4 => format!("{}.{:04}", self.below(100_000), self.below(10_000)),
            _ => format!("0.0{:017}{:09}", self.below(100_000_000_000_000_000), self.below(1_000_000_000)),
        }
    }
}

fn meter_id(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

/// Meters of one to seven tiers, keys in any order and form, a third with an included quantity, some with several dates.
fn card(draw: &mut Draw) -> String {
    let mut meters = Vec::new();
    for number in 0..METERS {
        let dates = ["2013-01-01T00:00:00Z", "2025-03-10T00:00:00Z", "2025-03-20T12:00:00"];
        // Every tenth meter has no price before March; the last forty are on no card at all.
        let from = if number % 10 == 9 { 1 } else { 0 };
        let until = from + 1 + draw.below(3 - from as u64) as usize;
        for date in dates.iter().take(if number >= METERS - 40 { 0 } else { until }).skip(from) {
            let mut rates = vec![format!("\"0\": {}", draw.number())];
            let mut bound = 0;
            for _ in 0..draw.below(7) {
                bound += 1 + draw.below(5_000);
                let zeros = ["", ".0", ".5", ".0000000000"][draw.below(4) as usize];
                rates.push(format!("\"{bound}{zeros}\": {}", draw.number()));
            }
            let turn = draw.below(rates.len() as u64) as usize;
            rates.rotate_left(turn);
            let included = if draw.one_in(3) { format!("{}.5", draw.below(500)) } else { "0.0".into() };
            let id = if draw.one_in(4) { meter_id(number).to_uppercase() } else { meter_id(number) };
            meters.push(format!(
                "{{\"MeterId\": \"{id}\", \"MeterName\": \"M\", \"MeterCategory\": \"C\", \"Unit\": \"1\", \
                 \"MeterRates\": {{{}}}, \"IncludedQuantity\": {included}, \"EffectiveDate\": \"{date}\"}}",
                rates.join(", ")
            ));
        }
    }
    format!("{{\"Meters\": [\n{}\n], \"Currency\": \"USD\"}}", meters.join(",\n"))
}

/// Hours and days from December to April: a year's end, a leap February's neighbour, both sides of two price changes.
fn usage(draw: &mut Draw) -> String {
    let mut text = String::new();
    let mut earlier: Vec<(String, String)> = Vec::new();
    for _ in 0..ROWS {
        // One row in fifty was read before, with another quantity.
        if draw.one_in(50) && !earlier.is_empty() {
            let (head, tail) = &earlier[draw.below(earlier.len() as u64) as usize];
            writeln!(text, "{head}{}{tail}", draw.number()).unwrap();
            continue;
        }
        let (month, day, hour) = (draw.below(5), 1 + draw.below(28), draw.below(24));
        let date = ["2024-12", "2025-01", "2025-02", "2025-03", "2025-04"][month as usize];
        let zone = ["Z", "+00:00", "-07:00", "+05:30"][draw.below(4) as usize];
        let start = format!("{date}-{day:02}T{hour:02}:00:00{zone}");
        let end = format!("{date}-{day:02}T{hour:02}:59:59{zone}");
        let subscription = format!("11111111-2222-3333-4444-{:012}", draw.below(12));
        let resource = format!("/subscriptions/{subscription}/r{}", draw.below(40));
        let instance = format!("{{\\\"Microsoft.Resources\\\":{{\\\"resourceUri\\\":\\\"{resource}\\\"}}}}");
        // Few meters are used much: the totals of those cross many bounds.
        let meter = draw.below(METERS).min(draw.below(METERS)).min(draw.below(METERS));
        let meter = if draw.one_in(5) { METERS - 1 - meter } else { meter };
        let id = if draw.one_in(3) { meter_id(meter).to_uppercase() } else { meter_id(meter) };
        let head = format!(
            "{{\"name\": \"Daily_BRSDT_{}\", \"properties\": {{\"subscriptionId\": \"{subscription}\", \"meterId\": \
             \"{id}\", \"usageStartTime\": \"{start}\", \"usageEndTime\": \"{end}\", \"instanceData\": \"{instance}\", \
             \"quantity\": ",
            draw.below(3)
        );
        let sign = if draw.one_in(20) { "-" } else { "" };
        writeln!(text, "{head}{sign}{}}}}}", draw.number()).unwrap();
        if draw.one_in(20) {
            earlier.push((head, "}}".into()));
        }
    }
    text
}

fn second_opinion(folder: &Path, anchor: &str) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracle/rate_usage.py");
    let mut command = Command::new("python3");
    command.arg("-B").arg(script).args(["card.json", "usage.jsonl", anchor]).current_dir(folder);
    let output = command.output().expect("python3 is needed: it is the second opinion");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn agree(seed: u64, anchor: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut draw = Draw(seed);
    std::fs::write(folder.path().join("card.json"), card(&mut draw)).unwrap();
    std::fs::write(folder.path().join("usage.jsonl"), usage(&mut draw)).unwrap();
    let arguments =
        ["rate", "--ratecard", "card.json", "--usage", "usage.jsonl", "--billing-anchor", anchor, "-o", "json"];
    let answer = forebill(folder.path(), &arguments);
    assert_eq!(answer.code, 3, "{}", answer.stderr);
    let rating = answer.json();
    let charges = rating["charges"].as_array().unwrap();
    let expected = second_opinion(folder.path(), anchor);
    assert_eq!(charges.len(), expected.len(), "seed {seed}");
    for (charge, expected) in charges.iter().zip(&expected) {
        let period = charge["billingPeriodStart"].as_str().unwrap();
        let found = serde_json::json!([
            charge["subscriptionId"],
            &period[..10],
            charge["meterId"],
            charge["quantity"],
            charge["cost"],
            charge["invoiceCost"]
        ]);
        assert_eq!(&found, expected, "seed {seed}, anchor {anchor}");
    }
    let priced = charges.iter().filter(|charge| charge["status"] == "priced").count();
    assert!(priced > 5_000 && charges.len() - priced > 500, "{priced} of {}", charges.len());
}

/// Truth: exact fractions. Priced and unpriced, two anchors, 400,000 rows in all; a failure names its seed.
#[test]
fn two_hundred_thousand_rows_agree_with_exact_fractions() {
    for (seed, anchor) in [(1, "1"), (2, "31")] {
        agree(seed, anchor);
    }
}
