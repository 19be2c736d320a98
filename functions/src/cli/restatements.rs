//! `forebill restatements`: what Azure changed in days that had been read.

use jiff::civil::Date;
use serde::Serialize;
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::json::printable;

use super::output::{self, Cell, Output};
use super::{Common, Done};
use crate::archive::restated::{Days, Restatement, RowChange};
use crate::error::Error;

#[derive(clap::Args)]
#[command(after_help = "\
The last five reported days are read again on each run, because usage arrives late. Here is what the later reading said
otherwise, row by row; a row that came or went has one quantity.

Examples:
  forebill restatements
  forebill restatements --subscription ID --from 2026-11-01 --output csv")]
pub struct Args {
    /// Only of this subscription
    #[arg(long, value_name = "ID")]
    subscription: Option<SubscriptionId>,
    /// First reported day
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last reported day, inclusive
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    restatements: &'a [Restatement],
}

pub async fn run(common: &Common, args: Args) -> Result<Done, Error> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(Error::Usage(format!("--from {from} is later than --to {to}: no day lies between them")));
    }
    let days = Days { subscription_id: args.subscription, from: args.from, to: args.to };
    let found = common.archive_with_something().await?.restatements(days).await?;
    match common.output {
        Output::Json => output::json(&Report { schema: "forebill.restatements/1", restatements: &found })?,
        Output::Csv => {
            let rows = found.iter().flat_map(|one| one.rows.iter().map(move |row| cells(one, row)));
            let head = [
                "subscriptionId",
                "granularity",
                "reportedOn",
                "beforeAt",
                "afterAt",
                "usageStartAt",
                "meterId",
                "resource",
                "before",
                "after",
            ];
            output::csv(head, rows)?;
        }
        Output::Table => output::text(&table(&found))?,
    }
    Ok(Done::Complete)
}

fn cells(one: &Restatement, row: &RowChange) -> [Cell; 10] {
    let quantity = |quantity: Option<Decimal>| quantity.map_or(Cell::Empty, Cell::from);
    [
        one.subscription_id.to_string().into(),
        one.granularity.name().into(),
        one.reported_on.to_string().into(),
        one.before_at.to_string().into(),
        one.after_at.to_string().into(),
        row.usage_start_at.to_string().into(),
        row.meter_id.to_string().into(),
        row.resource.as_deref().unwrap_or_default().into(),
        quantity(row.before),
        quantity(row.after),
    ]
}

fn table(found: &[Restatement]) -> String {
    if found.is_empty() {
        return "No day that was read again said anything else; rows of imported files that were read twice are told by forebill spend\n".to_owned();
    }
    let head = ["Reported on", "By", "Read again at", "Usage of", "Meter", "Resource", "Before", "After"];
    let mut table = output::table(head, &[6, 7]);
    for one in found {
        let (day, by, at) = (one.reported_on.to_string(), one.granularity.name().to_owned(), one.after_at.to_string());
        if one.rows.is_empty() {
            table.add_row([day, by, at, "the same rows in other pages".to_owned()]);
            continue;
        }
        for row in &one.rows {
            let quantity =
                |quantity: Option<Decimal>| quantity.map_or("–".to_owned(), |quantity| quantity.to_string());
            let resource = row.resource.as_deref().and_then(|uri| uri.rsplit('/').next()).unwrap_or_default();
            table.add_row([
                day.clone(),
                by.clone(),
                at.clone(),
                row.usage_start_at.to_string(),
                printable(&row.meter_name),
                printable(resource),
                quantity(row.before),
                quantity(row.after),
            ]);
        }
    }
    format!("{table}\n")
}
