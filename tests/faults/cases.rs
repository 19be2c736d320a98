//! Every single fault, ordered pairs of the smallest scenario, and many at once by chance.
//!
//! The normal run takes a part of the pairs and of the seeds; `make faults` takes all of them.

use std::collections::BTreeMap;

use super::plan::{Fault, Kind, Plan};
use super::scenario::{OF, Scenario};
use super::threads;

/// How many failures are told in full.
const SHOWN: usize = 20;

/// A case: what happens in which scenario.
#[derive(Debug, Clone)]
pub enum Case {
    Planned(Scenario, Vec<Fault>),
    ByChance(Scenario, u64),
    Poison(Kind),
}

impl Case {
    fn plan(&self) -> (Scenario, Plan) {
        match self {
            Case::Planned(scenario, faults) => (*scenario, Plan::of(faults)),
            // From 3 to 18 of a hundred operations fail.
            Case::ByChance(scenario, seed) => (*scenario, Plan::by_chance(*seed, 3 + seed % 16)),
            Case::Poison(kind) => (Scenario::Poison, Plan::poison(OF, *kind)),
        }
    }

    /// What is wrong afterwards.
    pub fn breaches(&self) -> Vec<String> {
        let (scenario, plan) = self.plan();
        scenario.run(plan).0
    }

    /// The line that runs it again.
    fn line(&self) -> String {
        let words = match self {
            Case::Planned(scenario, faults) => {
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                format!("{scenario:?} {}", faults.join(" "))
            }
            Case::ByChance(scenario, seed) => format!("{scenario:?} seed {seed}"),
            Case::Poison(kind) => format!("Poison {kind}"),
        };
        format!(
            "FOREBILL_FAULTS='{words}' cargo test --release -p functions --lib faults::cases::replay -- --nocapture"
        )
    }

    fn read(line: &str) -> Case {
        let words: Vec<&str> = line.split_whitespace().collect();
        let scenario = |name: &str| {
            Scenario::ALL.into_iter().find(|scenario| format!("{scenario:?}") == name).expect("a scenario")
        };
        match words[..] {
            ["Poison", kind] => Case::Poison(Kind::named(kind).expect("a kind")),
            [name, "seed", seed] => Case::ByChance(scenario(name), seed.parse().expect("a number")),
            [name, ref faults @ ..] => Case::Planned(scenario(name), faults.iter().map(|word| fault(word)).collect()),
            [] => panic!("no case"),
        }
    }
}

fn fault(word: &str) -> Fault {
    let (operation, kind) = word.split_once(':').expect("operation:Kind");
    let name = kind.trim_end_matches('*');
    let operation = operation.parse().expect("a number");
    Fault { operation, kind: Kind::named(name).expect("a kind"), stuck: kind != name }
}

/// Every fault that can happen alone: at each operation of a run without faults, each kind that fits.
pub fn singles(scenario: Scenario, stuck: bool) -> Vec<Fault> {
    let (_, world) = scenario.run(Plan::of(&[]));
    let mut faults = Vec::new();
    for (operation, site) in world.plan.sites().into_iter().enumerate() {
        let fitting = Kind::ALL.iter().copied().filter(|kind| kind.fits(site));
        faults.extend(fitting.map(|kind| Fault { operation, kind, stuck }));
    }
    faults
}

/// All single faults of all scenarios.
pub fn all_singles(stuck: bool) -> Vec<Case> {
    let of = |scenario| singles(scenario, stuck).into_iter().map(move |fault| Case::Planned(scenario, vec![fault]));
    Scenario::ALL.into_iter().flat_map(of).collect()
}

/// Whoever dies takes with him what else he had to do: that is why a queue gives each its own invocation.
pub fn poisons() -> Vec<Case> {
    let kinds = Kind::ALL.iter().copied().filter(|kind| !matches!(kind, Kind::DiesBefore | Kind::DiesAfter));
    kinds.map(Case::Poison).collect()
}

/// Seeds from 0 on, scenario by scenario.
pub fn by_chance(count: u64) -> Vec<Case> {
    let scenarios = Scenario::ALL.into_iter().cycle();
    scenarios.zip(0..count).map(|(scenario, seed)| Case::ByChance(scenario, seed)).collect()
}

/// What the long mode found once, so that the short one looks again.
pub fn found_before() -> Vec<Case> {
    use Scenario::{Card, Invoices, OneDay, Usage};
    // A pack that a run left damaged as it died was never made again.
    [(Card, 18_706), (Invoices, 5_127), (OneDay, 50_357), (Usage, 46_612)]
        .map(|(s, seed)| Case::ByChance(s, seed))
        .into()
}

/// Two faults one after the other, every `step`th of all pairs.
fn pairs(step: usize) -> Vec<Case> {
    let singles = singles(Scenario::OneDay, false);
    let ordered = singles.iter().flat_map(|first| {
        let later = singles.iter().filter(|second| second.operation > first.operation);
        later.map(|second| [*first, *second])
    });
    ordered.step_by(step).map(|pair| Case::Planned(Scenario::OneDay, pair.to_vec())).collect()
}

fn long_mode() -> bool {
    std::env::var_os("FOREBILL_ALL_FAULTS").is_some()
}

/// Runs cases on all cores and tells what is wrong, each way of being wrong once.
fn assert_all_right(what: &str, cases: &[Case]) {
    let wrong = threads::each(cases, |case| {
        let breaches = case.breaches();
        (!breaches.is_empty()).then(|| (case.clone(), breaches))
    });
    println!("{what}: {} cases, {} wrong", cases.len(), wrong.len());
    let mut ways: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (case, breaches) in &wrong {
        let way: String = breaches[0].chars().filter(|c| !c.is_ascii_digit()).take(60).collect();
        let told = format!("{}\n    {}", case.line(), breaches.join("\n    "));
        ways.entry(way).or_insert((0, told)).0 += 1;
    }
    let told: Vec<String> = ways.values().take(SHOWN).map(|(count, told)| format!("{count} such as {told}")).collect();
    assert!(wrong.is_empty(), "{what}: {} of {} cases are wrong:\n{}", wrong.len(), cases.len(), told.join("\n"));
}

#[test]
fn without_faults_everything_is_right() {
    let none: Vec<Case> = Scenario::ALL.into_iter().map(|scenario| Case::Planned(scenario, Vec::new())).collect();
    assert_all_right("no fault", &none);
}

#[test]
fn every_fault_once() {
    let cases = all_singles(false);
    assert!(cases.len() > 4_000, "{}", cases.len());
    assert_all_right("one fault", &cases);
}

#[test]
fn every_fault_that_stays() {
    assert_all_right("one fault that stays", &all_singles(true));
}

#[test]
fn two_faults() {
    assert_all_right("two faults", &pairs(if long_mode() { 1 } else { 211 }));
}

#[test]
fn what_was_found_before() {
    assert_all_right("found before", &found_before());
}

#[test]
fn many_faults_by_chance() {
    assert_all_right("faults by chance", &by_chance(if long_mode() { 200_000 } else { 2_000 }));
}

#[test]
fn a_subscription_that_never_answers_holds_no_other_back() {
    assert_all_right("poison", &poisons());
}

/// Runs one case again, from the line that a failure printed; without one, a case with three faults.
#[test]
fn replay() {
    let line = std::env::var("FOREBILL_FAULTS").unwrap_or_else(|_| "Usage 3:Status503 9:Torn 20:DiesAfter*".into());
    let case = Case::read(&line);
    let (scenario, plan) = case.plan();
    let (_, world) = scenario.run(plan);
    for (operation, site) in world.plan.sites().iter().enumerate() {
        println!("{operation} {site:?}");
    }
    println!("{:?}", world.plan.fired());
    assert_eq!(case.breaches(), [""; 0]);
}
