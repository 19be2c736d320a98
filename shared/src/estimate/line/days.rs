//! When: `12h`, `8h/day`, `8 hours a day`, `weekdays`, `24x7`, `8x5`, `5 days a week`.

use super::Typed;
use super::amount::number;
use crate::decimal::Decimal;

/// Words about a week.
pub(super) struct Days {
    pub(super) hours: Option<Decimal>,
    /// The hours are said to be those of a day.
    pub(super) daily: bool,
    pub(super) days: Option<Decimal>,
    pub(super) words: usize,
}

fn is_hour(word: &str) -> bool {
    ["h", "hr", "hrs", "hour", "hours"].contains(&word)
}

fn is_day(word: &str) -> bool {
    ["d", "day", "days"].contains(&word)
}

fn is_week(word: &str) -> bool {
    ["w", "wk", "week"].contains(&word)
}

/// How many days of a week a word says.
fn of_word(word: &str) -> Option<u32> {
    match word {
        "weekdays" | "weekday" | "workdays" | "workday" | "mon-fri" => Some(5),
        "weekends" | "weekend" | "sat-sun" => Some(2),
        "daily" | "everyday" => Some(7),
        _ => None,
    }
}

/// `24x7`, `24/7`, `8x5`.
fn hours_by_days(word: &str) -> Option<(Decimal, Decimal)> {
    let (hours, days) = word.split_once('x').or_else(|| word.split_once('/'))?;
    let (hours, days) = (Decimal::parse(hours).ok()?, Decimal::parse(days).ok()?);
    let within =
        |number: Decimal, most: u32| !number.is_zero() && !number.is_negative() && number <= Decimal::from(most);
    (within(hours, 24) && within(days, 7)).then_some((hours, days))
}

/// Reads the words about a week at the front. More hours than a day has, or days than a week, are none.
pub(super) fn read(rest: &[Typed]) -> Option<Days> {
    let word = |at: usize| rest.get(at).map_or("", |word| word.lower.as_str());
    if let Some(days) = of_word(word(0)) {
        return Some(Days { hours: None, daily: false, days: Some(Decimal::from(days)), words: 1 });
    }
    if let Some((hours, days)) = hours_by_days(word(0)) {
        return Some(Days { hours: Some(hours), daily: true, days: Some(days), words: 1 });
    }
    let (number, mut behind) = number(word(0))?;
    let mut words = 1;
    if behind.is_empty() {
        (behind, words) = (word(1), 2);
    }
    // `8h/day`, `8h / day`, `8 hours a day`: what the number is for.
    let (unit, mut of) = behind.split_once('/').unwrap_or((behind, ""));
    let is_of = |of: &str| is_day(of) || is_week(of);
    if of.is_empty() && ["a", "per", "/", "each", "every"].contains(&word(words)) && is_of(word(words + 1)) {
        of = word(words + 1);
        words += 2;
    } else if of.is_empty() && word(words).strip_prefix('/').is_some_and(is_of) {
        of = &word(words)[1..];
        words += 1;
    }
    if is_hour(unit) {
        let daily = is_day(of);
        let most = if daily { Decimal::from(24) } else { Decimal::from(744) };
        let fits = number <= most && (of.is_empty() || daily);
        return fits.then_some(Days { hours: Some(number), daily, days: None, words });
    }
    let fits = is_day(unit) && is_week(of) && number <= Decimal::from(7);
    fits.then_some(Days { hours: None, daily: false, days: Some(number), words })
}
