//! `forebill backtest`: how good the forecasts of past periods would have been.

use jiff::Timestamp;
use serde::Serialize;
use shared::decimal::Decimal;
use shared::forecast::backtest::ELAPSED_DAYS;
use shared::forecast::bill::PastBill;
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::money::Currency;
use shared::period::Instant;

use super::forecast::{off_by, past_table};
use super::output::{self, Cell, Output};
use super::{Common, Done};
use crate::error::Error;
use crate::month::{self, Period};
use crate::outlook;

#[derive(clap::Args)]
#[command(after_help = "\
Each past period of up to thirteen months is foretold from its first 5, 10, 15, 20 and 25 days, and compared with what it
came to, beside the run-rate. Days are taken as they are known today: usage that arrived late counts.

Examples:
  forebill backtest
  forebill backtest --subscription ID --output csv")]
pub struct Args {
    /// Only this subscription
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    schema: &'static str,
    at: Instant,
    currency: Currency,
    subscriptions: Vec<Backtest>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Backtest {
    subscription_id: SubscriptionId,
    name: String,
    days: Vec<Day>,
}

/// After one number of days.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Day {
    elapsed_days: i64,
    /// Mean of |forecast − actual| ÷ actual in per cent; absent without a period that came to something.
    error_percent: Option<Decimal>,
    /// The same of the run-rate.
    run_rate_error_percent: Option<Decimal>,
    past: Vec<PastBill>,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let (archive, run_at) = (common.archive_with_something().await?, common.now(clock));
    let snapshots = archive.snapshots().await?;
    let histories = outlook::load(&archive, &snapshots, args.subscription, &Period::Holding(run_at), run_at).await?;
    let currency = month::one_currency(histories.iter().map(|history| &history.material))?;
    let mut subscriptions = Vec::new();
    for history in &histories {
        let mut days = Vec::new();
        for elapsed_days in ELAPSED_DAYS {
            let past = history.past(elapsed_days)?;
            let error_percent = mean_error(past.iter().map(|one| (one.cost_forecast, one.cost)));
            let run_rate_error_percent = mean_error(past.iter().map(|one| (one.run_rate, one.cost)));
            days.push(Day { elapsed_days, error_percent, run_rate_error_percent, past });
        }
        let (subscription_id, name) = (history.material.subscription_id, history.material.facts.name.clone());
        subscriptions.push(Backtest { subscription_id, name, days });
    }
    let report = Report { schema: "forebill.backtest/1", at: Instant(run_at), currency, subscriptions };
    match common.output {
        Output::Json => output::json(&report)?,
        Output::Csv => csv(&report)?,
        Output::Table => output::text(&table(&report))?,
    }
    Ok(Done::Complete)
}

/// Rounded to two decimals.
fn mean_error(pairs: impl Iterator<Item = (Decimal, Decimal)>) -> Option<Decimal> {
    let size = |amount: Decimal| if amount.is_negative() { amount.negated() } else { amount };
    let mut errors = Vec::new();
    for (forecast, actual) in pairs.filter(|(_, actual)| !actual.is_zero()) {
        errors.push(size(forecast.minus(actual).ok()?).shifted(2).ok()?.divided_rounded(size(actual), 6).ok()?);
    }
    let count = Decimal::new(errors.len() as i128, 0);
    errors.into_iter().try_fold(Decimal::ZERO, Decimal::plus).ok()?.divided_rounded(count, 2).ok()
}

fn csv(report: &Report) -> Result<(), Error> {
    let head = ["subscriptionId", "periodStart", "elapsedDays", "forecast", "runRate", "cost", "currency"];
    let rows = report.subscriptions.iter().flat_map(|one| {
        one.days.iter().flat_map(|day| &day.past).map(|past| -> [Cell; 7] {
            [
                one.subscription_id.to_string().into(),
                past.start_on.to_string().into(),
                past.elapsed_days.to_string().into(),
                past.cost_forecast.into(),
                past.run_rate.into(),
                past.cost.into(),
                report.currency.code().into(),
            ]
        })
    });
    output::csv(head, rows)
}

fn table(report: &Report) -> String {
    let percent = |value: Option<Decimal>| value.map_or("–".to_owned(), |value| format!("{value} %"));
    let mut text = String::new();
    for one in &report.subscriptions {
        let mut table =
            output::table(["After days", "Periods", "Off by, mean", "Worst", "Run-rate, mean"], &[0, 1, 2, 3, 4]);
        for day in &one.days {
            let size = |past: &&PastBill| {
                let miss = past.cost_forecast.minus(past.cost).ok()?.divided_rounded(past.cost, 6).ok()?;
                Some(if miss.is_negative() { miss.negated() } else { miss })
            };
            let worst = day.past.iter().max_by_key(size);
            table.add_row([
                day.elapsed_days.to_string(),
                day.past.len().to_string(),
                percent(day.error_percent),
                worst.map_or("–".to_owned(), |worst| off_by(worst.cost_forecast, worst.cost)),
                percent(day.run_rate_error_percent),
            ]);
        }
        text.push_str(&format!("{}\n{table}\n", printable(&one.name)));
        if let Some(day) = one.days.get(2).filter(|day| !day.past.is_empty()) {
            text.push_str(&format!("{}\n", past_table(&day.past, report.currency)));
        }
        text.push('\n');
    }
    text
}
