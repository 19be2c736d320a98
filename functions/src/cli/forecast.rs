//! `forebill forecast`: what the billing period will come to.

use std::fmt::Write as _;

use jiff::Timestamp;
use shared::decimal::Decimal;
use shared::forecast::bill::{MeterForecast, PastBill};
use shared::forecast::events;
use shared::guid::SubscriptionId;
use shared::json::printable;
use shared::money::Currency;

use super::output::{self, Cell, Output, amount, sparkline};
use super::spend::parse_month;
use super::{Common, Done};
use crate::error::Error;
use crate::input;
use crate::month::Period;
use crate::outlook::{self, Forecast, SubscriptionForecast};

/// Meters in the table for people.
const MOST_METERS: usize = 8;
/// Past forecasts in the table for people.
const MOST_PAST: usize = 12;

#[derive(clap::Args)]
#[command(after_help = "\
Quantities are foretold by meter and rated with the rest of the month, so tiers, free quantities, a credit that ends and
prices of a date bend the curve. The band holds four of five bills; its width comes from how far off earlier forecasts
were. The last days, of which usage still arrives, are foretold too.

A file of events says what is known: {\"schema\": \"forebill.events/1\", \"events\": [{\"on\": \"2026-12-04\",
\"kind\": \"stop\", \"resource\": \"batch-01\"}]}; kinds are stop, factor, start and once.

Examples:
  forebill forecast                               the period under way
  forebill forecast --events known.json --output json
  forebill backtest                               how good it would have been")]
pub struct Args {
    /// Only this subscription
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,
    /// Billing periods that start in this month; without it the one under way
    #[arg(long, value_name = "YYYY-MM", value_parser = parse_month)]
    period: Option<String>,
    /// What is known of the days to come
    #[arg(long, value_name = "FILE")]
    events: Option<String>,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    // A mistake in the file is told before the store is read.
    let events = match &args.events {
        Some(path) => events::read(&input::read(path)?).map_err(Error::bad_input(input::shown(path)))?,
        None => Vec::new(),
    };
    let (archive, run_at) = (common.archive_with_something().await?, common.now(clock));
    let snapshots = archive.snapshots().await?;
    let period = args.period.map_or(Period::Holding(run_at), Period::StartingIn);
    let histories = outlook::load(&archive, &snapshots, args.subscription, &period, run_at).await?;
    let forecast = outlook::forecast(&histories, &events, run_at)?;
    match common.output {
        Output::Json => output::json(&forecast)?,
        Output::Csv => csv(&forecast)?,
        Output::Table => output::text(&table(&forecast))?,
    }
    Ok(if forecast.complete { Done::Complete } else { Done::Incomplete })
}

fn csv(forecast: &Forecast) -> Result<(), Error> {
    let head = [
        "subscriptionId",
        "billingPeriodStart",
        "meterId",
        "meter",
        "quantity",
        "unit",
        "costSoFar",
        "cost",
        "knownCostSoFar",
        "knownCost",
        "currency",
    ];
    let rows = forecast.subscriptions.iter().flat_map(|one| {
        one.bill.meters.iter().map(|meter| -> [Cell; 11] {
            [
                one.subscription_id.to_string().into(),
                one.billing_period_start.to_string().into(),
                meter.meter_id.to_string().into(),
                format!("{} · {}", meter.meter_category, meter.meter_name).into(),
                meter.quantity.into(),
                meter.unit.as_str().into(),
                meter.cost_so_far.into(),
                meter.cost.into(),
                meter.known_cost_so_far.into(),
                meter.known_cost.into(),
                forecast.currency.code().into(),
            ]
        })
    });
    output::csv(head, rows)
}

/// The forecast as a table for people.
fn table(forecast: &Forecast) -> String {
    let mut text = summary(forecast);
    for one in &forecast.subscriptions {
        text.push('\n');
        about(&mut text, one, forecast);
    }
    text
}

/// What each subscription will come to.
pub fn summary(forecast: &Forecast) -> String {
    let mut text = String::new();
    let minor = forecast.currency.minor_unit();
    let head =
        ["Subscription", "Billing period ends", "Known to", "Cost so far", "Cost", "To pay", "80 % of bills between"];
    let mut who = output::table(head, &[3, 4, 5]);
    // What has no price is in no sum.
    let least = |complete: bool| if complete { "" } else { "≥ " };
    for one in &forecast.subscriptions {
        let band = one.due.unwrap_or(one.cost);
        who.add_row([
            one.name.clone(),
            one.billing_period_end.to_string().get(..10).unwrap_or_default().to_owned(),
            one.bill.from_on.to_string(),
            format!("{}{}", least(one.bill.so_far.complete), amount(one.bill.so_far.cost, minor)),
            format!("{}{}", least(one.bill.totals.complete), amount(one.cost.p50, minor)),
            one.due.map_or("–".to_owned(), |due| {
                format!("{}{}", least(one.bill.totals.complete), amount(due.p50, minor))
            }),
            // Of what has a price: nobody knows how far the rest spreads.
            format!("{}{} – {}", least(one.bill.totals.complete), amount(band.p10, minor), amount(band.p90, minor)),
        ]);
    }
    let _ = writeln!(text, "{who}");
    let least = if forecast.complete { "" } else { "at least " };
    let (cost, due) = (amount(forecast.cost, minor), amount(forecast.due, minor));
    let _ = writeln!(
        text,
        "Expected {least}{cost} {} before offer terms, {due} to pay after them  (before tax)",
        forecast.currency
    );
    text
}

fn about(text: &mut String, one: &SubscriptionForecast, forecast: &Forecast) {
    let (name, minor) = (printable(&one.name), forecast.currency.minor_unit());
    let costs: Vec<Decimal> = one.bill.days.iter().map(|day| day.cost).collect();
    let known = one.bill.days.iter().filter(|day| !day.expected).count();
    let curve: Vec<char> = sparkline(&costs).chars().collect();
    let (past, coming) = curve.split_at(known.min(curve.len()));
    let (past, coming) = (past.iter().collect::<String>(), coming.iter().collect::<String>());
    let _ = writeln!(text, "{name}  {past}┊{coming}");
    if one.cold_start {
        let _ = writeln!(
            text,
            "  Cold start: some meters have fewer than 8 known days, and go on at their mean day; what was used on the last \
             known day alone may be a charge of that day, and of what has no whole day nothing more is expected"
        );
    }
    let credit = one.bill.bill.as_ref().and_then(|bill| bill.credit.as_ref());
    if let Some(credit) = credit {
        let when = credit.ends_on.map_or("lasts for the period".to_owned(), |on| format!("ends on {on}"));
        let _ = writeln!(text, "  The credit of {} {when}", amount(credit.granted, minor));
    }
    let what = |meter: &MeterForecast| printable(&format!("{} · {}", meter.meter_category, meter.meter_name));
    let least = |whole: Option<Decimal>, known: Decimal| {
        format!("{}{}", if whole.is_none() { "≥ " } else { "" }, amount(known, minor))
    };
    let has_price = |meter: &&MeterForecast| meter.cost.is_some() || !meter.known_cost.is_zero();
    for meter in one.bill.meters.iter().filter(has_price).take(MOST_METERS) {
        let so_far = least(meter.cost_so_far, meter.known_cost_so_far);
        let _ = writeln!(text, "  {:>14}  {}, {so_far} so far", least(meter.cost, meter.known_cost), what(meter));
    }
    for meter in one.bill.meters.iter().filter(|meter| meter.cost.is_none()) {
        let part = if meter.known_cost.is_zero() { "" } else { "a part " };
        let (quantity, unit) = (output::exact(meter.quantity), printable(&meter.unit));
        let _ = writeln!(text, "  No price: {part}of {quantity} {unit} of {} ({})", what(meter), meter.meter_id);
    }
    for ended in &one.ended {
        let resource = ended.resource.rsplit('/').next().unwrap_or_default();
        let _ = writeln!(
            text,
            "  Not used since {}: {}; nothing more is expected of it",
            ended.ended_on,
            printable(resource)
        );
    }
    let unused = one.unused_events.iter().filter_map(|at| forecast.events.get(*at));
    for event in unused {
        let _ = writeln!(text, "  The event of {} changes nothing here", event.on);
    }
    if !one.past.is_empty() {
        let _ = writeln!(text, "{}", past_table(&one.past, forecast.currency));
    }
}

/// Past forecasts against what came, the newest last.
pub fn past_table(past: &[PastBill], currency: Currency) -> String {
    let minor = currency.minor_unit();
    let mut table = output::table(
        ["Period from", "After days", "Foretold", "Came to", "Off by", "Run-rate off by"],
        &[1, 2, 3, 4, 5],
    );
    for one in past.iter().skip(past.len().saturating_sub(MOST_PAST)) {
        table.add_row([
            one.start_on.to_string(),
            one.elapsed_days.to_string(),
            amount(one.cost_forecast, minor),
            amount(one.cost, minor),
            off_by(one.cost_forecast, one.cost),
            off_by(one.run_rate, one.cost),
        ]);
    }
    table.to_string()
}

/// (forecast − actual) ÷ actual, in per cent.
pub fn off_by(forecast: Decimal, actual: Decimal) -> String {
    let miss = forecast.minus(actual).and_then(|miss| miss.shifted(2)).and_then(|miss| miss.divided_rounded(actual, 1));
    miss.map_or("–".to_owned(), |miss| format!("{miss} %"))
}
