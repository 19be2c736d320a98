//! `forebill anomalies`: days that cost more than they usually do.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::decimal::Decimal;
use shared::forecast::anomaly::{Finding, Level, Moved};
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::money::Currency;
use shared::period::Instant;

use super::output::{self, Cell, Output, amount};
use super::{Common, Done};
use crate::error::Error;
use crate::month::{self, Period};
use crate::outlook::{self, History};

#[derive(clap::Args)]
#[command(after_help = "\
A day stands out when it costs more than its weekday usually does: by two and a half usual deviations, by 30 %, and by
the floor. What is charged on one day of each month is told once: a rise like that of the last two months is expected.
All, each service and each resource group are watched; one incident is open at a time. What moved is compared with the
same weekday before, and split into what the quantity made and what the price made: both add up to the difference.

Examples:
  forebill anomalies
  forebill anomalies --floor 25 --from 2026-11-01 --output json")]
pub struct Args {
    /// Only this subscription
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,
    /// A rise of a day below this amount of money is none
    #[arg(long, default_value = "1", value_name = "AMOUNT")]
    floor: Decimal,
    /// Incidents that opened on this day or later
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    schema: &'static str,
    at: Instant,
    currency: Currency,
    floor: Decimal,
    subscriptions: Vec<OfSubscription>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfSubscription {
    subscription_id: SubscriptionId,
    name: String,
    anomalies: Vec<Finding>,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    if args.floor.is_negative() {
        return Err(Error::Usage("a floor is not below zero".into()));
    }
    let (archive, run_at) = (common.archive_with_something().await?, common.now(clock));
    let snapshots = archive.snapshots().await?;
    let histories = outlook::load(&archive, &snapshots, args.subscription, &Period::Holding(run_at), run_at).await?;
    let report = report(&histories, args.floor, args.from, run_at)?;
    match common.output {
        Output::Json => output::json(&report)?,
        Output::Csv => csv(&report)?,
        Output::Table => output::text(&table(&report))?,
    }
    Ok(Done::Complete)
}

/// The incidents of each subscription that opened since a day.
pub fn report(histories: &[History], floor: Decimal, from: Option<Date>, run_at: Timestamp) -> Result<Report, Error> {
    let currency = month::one_currency(histories.iter().map(|history| &history.material))?;
    let mut subscriptions = Vec::new();
    for history in histories {
        let (subscription_id, name) = (history.material.subscription_id, history.material.facts.name.clone());
        let mut anomalies = history.anomalies(floor)?;
        anomalies.retain(|one| from.is_none_or(|from| one.anomaly.opened_on >= from));
        subscriptions.push(OfSubscription { subscription_id, name, anomalies });
    }
    Ok(Report { schema: "forebill.anomalies/1", at: Instant(run_at), currency, floor, subscriptions })
}

impl Report {
    /// The digits behind the point that its currency has.
    pub fn minor_unit(&self) -> u32 {
        self.currency.minor_unit()
    }
}

fn name(level: &Level) -> String {
    printable(&level.to_string())
}

fn csv(report: &Report) -> Result<(), Error> {
    let head = [
        "subscriptionId",
        "level",
        "openedOn",
        "closedOn",
        "cost",
        "usual",
        "limit",
        "comparedWith",
        "currency",
        "complete",
        "usualComplete",
    ];
    let rows = report.subscriptions.iter().flat_map(|one| {
        one.anomalies.iter().map(|found| -> [Cell; 11] {
            [
                one.subscription_id.to_string().into(),
                name(&found.level).into(),
                found.anomaly.opened_on.to_string().into(),
                found.anomaly.closed_on.map_or(Cell::Empty, |on| on.to_string().into()),
                found.anomaly.cost.into(),
                found.anomaly.usual.into(),
                found.anomaly.limit.into(),
                found.compared_with.to_string().into(),
                report.currency.code().into(),
                found.complete.to_string().into(),
                found.usual_complete.to_string().into(),
            ]
        })
    });
    output::csv(head, rows)
}

/// Each with what moved.
pub fn table(report: &Report) -> String {
    let mut text = String::new();
    let (minor, currency) = (report.minor_unit(), report.currency);
    for one in &report.subscriptions {
        for found in &one.anomalies {
            let anomaly = &found.anomaly;
            let _ = writeln!(
                text,
                "{}  {}, {}: {}{} {currency} where {}{} {currency} is usual{}",
                anomaly.opened_on,
                printable(&one.name),
                name(&found.level),
                least(found.complete),
                amount(anomaly.cost, minor),
                least(found.usual_complete),
                amount(anomaly.usual, minor),
                if anomaly.closed_on.is_none() { ", still open" } else { "" },
            );
            for moved in &found.moved {
                let _ = writeln!(text, "    {}", line(moved, minor));
            }
        }
    }
    if text.is_empty() { "No day stands out\n".to_owned() } else { text }
}

fn least(whole: bool) -> &'static str {
    if whole { "" } else { "at least " }
}

fn line(moved: &Moved, minor: u32) -> String {
    let signed = |value: Decimal| {
        let sign = if value.is_negative() { "" } else { "+" };
        format!("{sign}{}", amount(value, minor))
    };
    let resource = moved.resource.rsplit('/').next().unwrap_or_default();
    let of = if resource.is_empty() { String::new() } else { format!(" of {resource}") };
    let what = printable(&format!("{}{of}", moved.meter));
    format!(
        "{what}: {} instead of {} {}; quantity {}, price {}",
        amount(moved.quantity, 4),
        amount(moved.quantity_before, 4),
        printable(&moved.unit),
        signed(moved.quantity_effect),
        signed(moved.price_effect)
    )
}
