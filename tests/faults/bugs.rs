//! Whether the cases would notice a bug: each planted one must be caught.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::cases::{self, Case};
use super::scenario::Scenario;
use super::threads;
use crate::planted::{Bug, plant};

/// The cases in the order in which they are quick.
fn all_cases() -> Vec<Case> {
    let none = Scenario::ALL.into_iter().map(|scenario| Case::Planned(scenario, Vec::new()));
    none.chain(cases::poisons())
        .chain(cases::found_before())
        .chain(cases::all_singles(false))
        .chain(cases::all_singles(true))
        .chain(cases::by_chance(2_000))
        .collect()
}

/// What the first case says that notices the bug. A job that panics or waits for nothing is noticed, too.
fn caught(bug: Bug, cases: &[Case]) -> Option<String> {
    plant(Some(bug));
    let found = cases.iter().find_map(|case| {
        let breaches = catch_unwind(AssertUnwindSafe(|| case.breaches()));
        breaches.unwrap_or_else(|_| vec!["a panic".to_owned()]).into_iter().next()
    });
    plant(None);
    found
}

#[test]
fn every_planted_bug_is_caught() {
    let cases = all_cases();
    let escaped = threads::each(&Bug::ALL, |bug| {
        let found = caught(*bug, &cases);
        println!("{bug:?}: {}", found.as_deref().unwrap_or("NOT CAUGHT"));
        found.is_none().then_some(*bug)
    });
    assert!(Bug::ALL.len() >= 30);
    assert!(escaped.is_empty(), "{} of {} planted bugs are not caught: {escaped:?}", escaped.len(), Bug::ALL.len());
}
