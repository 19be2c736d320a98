//! Whether usage arrives: days that were never read, and how old the last one is. Silence is what these rules are for.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::period::{Granularity, utc_date};
use shared::snapshot::{Cause, IncidentLine, Snapshots, ranges, reported_window};

use super::{Finding, Rule};

/// Reported days that were read, as days or as hours.
fn read(snapshots: &Snapshots, of: SubscriptionId) -> BTreeSet<Date> {
    snapshots.usage.keys().filter(|(id, ..)| *id == of).map(|(_, _, day)| *day).collect()
}

/// A day is missing when it was due before yesterday and was never read: yesterday's may still come tonight.
pub fn missing(rule: &Rule, of: SubscriptionId, snapshots: &Snapshots, run_at: Timestamp) -> Finding {
    let read = read(snapshots, of);
    let asked = snapshots.gaps.keys().filter(|(id, ..)| *id == of).map(|(_, _, day)| *day);
    let Some(first) = read.iter().copied().chain(asked).min() else {
        let imported = snapshots.usage_files.iter().any(|file| file.subscription_id == of);
        let summary = if imported { "usage came in files" } else { "usage was never read" };
        return finding(rule, of, "never".to_owned(), !imported, format!("{summary}: subscription {of}"), Vec::new());
    };
    let last = utc_date(run_at).saturating_sub(2.days());
    let mut days = Vec::new();
    let mut day = first;
    while day <= last {
        if !read.contains(&day) {
            days.push((day, reason(snapshots, of, day)));
        }
        day = day.saturating_add(1.day());
    }
    let since = days.first().map_or_else(|| "none".to_owned(), |(day, _)| day.to_string());
    let summary = match days.len() {
        0 => format!("no reported day of subscription {of} is missing"),
        count => format!("{count} reported days of subscription {of} are missing, from {since}"),
    };
    let line = |range: shared::snapshot::DayRange<String>| IncidentLine {
        what: format!("{} – {}: {}", range.first, range.last, range.what),
        quantity: Decimal::from(u32::try_from(length(range.first, range.last)).unwrap_or(u32::MAX)),
        unit: "days".to_owned(),
        rates: Vec::new(),
        cost: None,
    };
    let fires = !days.is_empty();
    finding(rule, of, since, fires, summary, ranges(days).into_iter().take(5).map(line).collect())
}

/// The end of the newest reported day lies further back than that.
pub fn older(rule: &Rule, of: SubscriptionId, days: u32, snapshots: &Snapshots, run_at: Timestamp) -> Finding {
    let end = read(snapshots, of).last().copied().and_then(reported_window).map(|(_, end)| end);
    let files = snapshots.usage_files.iter().filter(|file| file.subscription_id == of);
    let newest = end.into_iter().chain(files.map(|file| file.imported_at.0)).max();
    let Some(newest) = newest else {
        let summary = format!("usage was never read: subscription {of}");
        return finding(rule, of, "never".to_owned(), true, summary, Vec::new());
    };
    let age = run_at.duration_since(newest);
    let fires = age > SignedDuration::from_hours(24 * i64::from(days));
    let hours = age.as_hours();
    let compared = if fires { "older" } else { "not older" };
    let summary = format!("usage of subscription {of} ends at {newest}, {hours} h ago, {compared} than {days} days");
    let line = IncidentLine {
        what: format!("usage ends at {newest}"),
        quantity: Decimal::from(u32::try_from(hours).unwrap_or(0)),
        unit: "hours ago".to_owned(),
        rates: Vec::new(),
        cost: None,
    };
    finding(rule, of, newest.to_string(), fires, summary, vec![line])
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
