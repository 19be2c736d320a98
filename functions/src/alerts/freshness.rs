//! Whether usage arrives: days that were never read, and how old the last one is. Silence is what these rules are for.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Cause, DayRange, IncidentLine, Snapshots, ranges, reported_window};

use super::{Finding, Rule};

/// Reported days that were read, as days or as hours.
fn read(snapshots: &Snapshots, of: SubscriptionId) -> BTreeSet<Date> {
    snapshots.usage.keys().filter(|(id, ..)| *id == of).map(|(_, _, day)| *day).collect()
}

/// A day is missing when it was due before yesterday and was never read: yesterday's may still come tonight. Each run
/// of missing days is a cause of its own, so that one that never comes does not hide the next.
pub fn missing(rule: &Rule, of: SubscriptionId, snapshots: &Snapshots, run_at: Timestamp) -> Vec<Finding> {
    let read = read(snapshots, of);
    let asked = snapshots.gaps.keys().filter(|(id, ..)| *id == of).map(|(_, _, day)| *day);
    let Some(first) = read.iter().copied().chain(asked).min() else {
        let imported = snapshots.usage_files.iter().any(|file| file.subscription_id == of);
        let summary = if imported { "usage came in files" } else { "usage was never read" };
        let summary = format!("{summary}: subscription {of}");
        return vec![finding(rule, of, "never".to_owned(), !imported, summary, Vec::new())];
    };
    let last = utc_date(run_at).saturating_sub(2.days());
    let mut runs: Vec<Vec<Date>> = Vec::new();
    // What was never read at all is due as days, too.
    let due = snapshots.due_days(of, Granularity::Daily, first, run_at);
    for day in due.into_iter().filter(|day| *day <= last && !read.contains(day)) {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|before| before.saturating_add(1.day()) == day) => run.push(day),
            _ => runs.push(vec![day]),
        }
    }
    if runs.is_empty() {
        let summary = format!("no reported day of subscription {of} is missing");
        return vec![finding(rule, of, "none".to_owned(), false, summary, Vec::new())];
    }
    // Days that an open incident told of stay its own, also when some of them were read meanwhile.
    let mut causes: BTreeMap<String, Vec<Date>> = BTreeMap::new();
    for days in runs {
        let since = told_in(rule, of, snapshots, days[0]).unwrap_or_else(|| days[0].to_string());
        causes.entry(since).or_default().extend(days);
    }
    let of_cause = |(since, days): (String, Vec<Date>)| {
        let (first, count) = (days[0], days.len());
        let (what, are) = if count == 1 { ("day", "is") } else { ("days", "are") };
        let summary = format!("{count} reported {what} of subscription {of} {are} missing, from {first}");
        let reasons = ranges(days.into_iter().map(|day| (day, reason(snapshots, of, day))));
        finding(rule, of, since, true, summary, reasons.into_iter().take(5).map(line).collect())
    };
    causes.into_iter().map(of_cause).collect()
}

/// The incident of the rule that told of a missing day: the last that began by then, if the day was over when it was told.
fn told_in(rule: &Rule, of: SubscriptionId, snapshots: &Snapshots, day: Date) -> Option<String> {
    let ours = open(rule, of, snapshots).filter(|(since, opened)| {
        let told_to = utc_date(*opened).saturating_sub(2.days());
        since.parse::<Date>().is_ok_and(|since| since <= day) && day <= told_to
    });
    ours.map(|(since, _)| since.clone()).max()
}

/// The open incidents of a rule about a subscription: what each is about, and when it was opened.
fn open<'a>(
    rule: &'a Rule,
    of: SubscriptionId,
    snapshots: &'a Snapshots,
) -> impl Iterator<Item = (&'a String, Timestamp)> {
    let scope = of.to_string();
    let ours = move |cause: &Cause| cause.rule == rule.text && cause.scope == scope;
    let open = snapshots.incidents.iter().filter(|(_, incident)| incident.open);
    open.filter(move |(cause, _)| ours(cause)).map(|(cause, incident)| (&cause.period, incident.opened_at.0))
}

fn line(range: DayRange<String>) -> IncidentLine {
    IncidentLine {
        what: format!("{} – {}: {}", range.first, range.last, range.what),
        quantity: Decimal::from(u32::try_from(length(range.first, range.last)).unwrap_or(u32::MAX)),
        unit: "days".to_owned(),
        rates: Vec::new(),
        cost: None,
        before: None,
    }
}

/// The end of the newest reported day lies further back than that.
pub fn older(rule: &Rule, of: SubscriptionId, days: u32, snapshots: &Snapshots, run_at: Timestamp) -> Finding {
    let end = read(snapshots, of).last().copied().and_then(reported_window).map(|(_, end)| end);
    let files = snapshots.usage_files.iter().filter(|file| file.subscription_id == of);
    let imported = files.map(|file| file.imported_at.0).max();
    // What a file holds is in no record: of files it is known when they came.
    let what = if imported > end { "was last imported" } else { "ends" };
    let Some(newest) = end.max(imported) else {
        let summary = format!("usage was never read: subscription {of}");
        return finding(rule, of, "never".to_owned(), true, summary, Vec::new());
    };
    let age = run_at.duration_since(newest);
    let fires = age > SignedDuration::from_hours(24 * i64::from(days));
    let hours = age.as_hours();
    let compared = if fires { "older" } else { "not older" };
    let summary = format!("usage of subscription {of} {what} at {newest}, {hours} h ago, {compared} than {days} days");
    let line = IncidentLine {
        what: format!("usage {what} at {newest}"),
        quantity: Decimal::from(u32::try_from(hours).unwrap_or(0)),
        unit: "hours ago".to_owned(),
        rates: Vec::new(),
        cost: None,
        before: None,
    };
    // While it stays too old it is one incident, also when a day comes now and then.
    let known = if fires { open(rule, of, snapshots).map(|(since, _)| since.clone()).next() } else { None };
    finding(rule, of, known.unwrap_or_else(|| newest.to_string()), fires, summary, vec![line])
}

/// Why a day was not read, where a run asked for it.
fn reason(snapshots: &Snapshots, of: SubscriptionId, day: Date) -> String {
    let gap = |granularity| snapshots.gaps.get(&(of, granularity, day));
    let gap = gap(Granularity::Daily).or_else(|| gap(Granularity::Hourly));
    gap.map_or_else(|| "never asked for".to_owned(), |gap| printable(&gap.reason).chars().take(200).collect())
}

fn length(first: Date, last: Date) -> i64 {
    last.duration_since(first).as_hours() / 24 + 1
}

fn finding(
    rule: &Rule,
    of: SubscriptionId,
    period: String,
    fires: bool,
    summary: String,
    lines: Vec<IncidentLine>,
) -> Finding {
    Finding { cause: Cause { rule: rule.text.clone(), scope: of.to_string(), period }, fires, summary, lines }
}
