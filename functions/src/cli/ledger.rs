//! `forebill ledger`: what is due, committed and missing, and how old everything is.

use jiff::Timestamp;
use jiff::civil::Date;
use shared::json::printable;

use super::output::{self, Cell, Output};
use super::{Common, Done, books};
use crate::error::Error;
use crate::job::MissedDays;
use crate::ledger::{self, BillingLine, Days, Ledger, PriceLine, UsageLine};

#[derive(clap::Args)]
#[command(after_help = "\
Due are reported days that were never read or could not be, and once a day the last five again. Exit 3 when
something is due or missing.

Examples:
  forebill ledger
  forebill ledger --from 2026-01-01 --output json
  forebill ledger || forebill snapshot usage --subscription ID")]
pub struct Args {
    /// First reported day to look at; the first one on record without it
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let snapshots = common.archive()?.snapshots().await?;
    let ledger = ledger::of(&snapshots, args.from, common.now(clock));
    match common.output {
        Output::Json => output::json(&ledger)?,
        Output::Csv => csv(&ledger)?,
        Output::Table => output::text(&tables(&ledger))?,
    }
    Ok(if ledger.complete { Done::Complete } else { Done::Incomplete })
}

fn tables(ledger: &Ledger) -> String {
    let mut text = String::new();
    if ledger.usage.is_empty() && ledger.prices.is_empty() {
        return "The store has no usage and no prices: forebill snapshot --help says how to read them\n".to_owned();
    }
    if !ledger.usage.is_empty() {
        let head = ["Subscription", "Usage by", "From", "Committed", "Due", "Gaps", "Last read", "Age"];
        let mut table = output::table(head, &[3, 4, 5, 7]);
        for line in &ledger.usage {
            table.add_row([
                printable(whose(line)),
                line.granularity.name().to_owned(),
                line.from.to_string(),
                line.committed.to_string(),
                line.due.to_string(),
                line.gaps.iter().map(|days| length(*days)).sum::<i64>().to_string(),
                line.last_read_at.map_or_else(|| "never".to_owned(), |at| at.to_string()),
                line.age_seconds.map(age).unwrap_or_default(),
            ]);
        }
        text.push_str(&format!("{table}\n"));
    }
    for line in &ledger.usage {
        let of = format!("{} {}", printable(whose(line)), line.granularity.name());
        for days in &line.gaps {
            text.push_str(&format!("Gap: {of} {}: never read\n", range(*days)));
        }
        for MissedDays { from, to, reason, tries, next_try_at, .. } in &line.missed {
            let days = range(Days { from: *from, to: *to });
            let next = next_try_at.map(|at| format!(", next at {at}")).unwrap_or_default();
            text.push_str(&format!("Missed: {of} {days}, {tries} tries{next}: {}\n", printable(reason)));
        }
    }
    for missing in &ledger.missing {
        text.push_str(&format!("Missing: {} needs {}\n", missing.subscription_id, missing.what));
    }
    text.push_str(&sources(ledger));
    text.push_str(if ledger.complete { "Nothing is due\n" } else { "" });
    text
}

fn sources(ledger: &Ledger) -> String {
    let mut table = output::table(["Source", "Of", "Readings", "Last read", "Age"], &[2, 4]);
    for line in &ledger.prices {
        let readings = line.readings.to_string();
        let (read, old) = (line.last_read_at.to_string(), age(line.age_seconds));
        table.add_row([books::source(line.source).to_owned(), of_list(line), readings, read, old]);
    }
    for BillingLine { subscription_id, invoices, invoiced_to, last_read_at, age_seconds } in &ledger.billing {
        let to = invoiced_to.map(|day| format!(" to {day}")).unwrap_or_default();
        table.add_row([
            "billing periods, invoices".to_owned(),
            format!("{subscription_id}: {invoices} invoices{to}"),
            String::new(),
            last_read_at.map_or_else(|| "never".to_owned(), |at| at.to_string()),
            age_seconds.map(age).unwrap_or_default(),
        ]);
    }
    if ledger.prices.is_empty() && ledger.billing.is_empty() { String::new() } else { format!("{table}\n") }
}

fn whose(line: &UsageLine) -> &str {
    line.name.as_deref().unwrap_or("(no name)")
}

fn of_list(line: &PriceLine) -> String {
    let parts = [line.offer.as_deref(), line.name.as_deref(), line.group.as_deref(), Some(line.currency.as_str())];
    let parts: Vec<String> = parts.into_iter().flatten().chain([line.region_info.as_str()]).map(printable).collect();
    parts.join(" ").trim_end().to_owned()
}

fn length(days: Days) -> i64 {
    let hours = days.to.duration_since(days.from).as_hours();
    hours / 24 + 1
}

fn range(days: Days) -> String {
    if days.from == days.to { days.from.to_string() } else { format!("{} – {}", days.from, days.to) }
}

/// The largest unit that fits: an age is looked at, not reckoned with.
fn age(seconds: i64) -> String {
    match seconds {
        ..0 => "in the future".to_owned(),
        0..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

fn csv(ledger: &Ledger) -> Result<(), Error> {
    let number = |n: i64| Cell::from(n.to_string());
    let time = |at: Option<shared::period::Instant>| at.map_or(Cell::Empty, |at| at.to_string().into());
    let mut rows: Vec<[Cell; 9]> = Vec::new();
    for line in &ledger.usage {
        let of = line.subscription_id.to_string();
        let mut row = |kind: &str, days: Option<Days>, count: i64, at, detail: Cell| {
            let (from, to) = days.map_or((line.from.to_string().into(), Cell::Empty), |days| {
                (days.from.to_string().into(), days.to.to_string().into())
            });
            let (of, by) = (of.clone().into(), line.granularity.name().into());
            rows.push([kind.into(), of, by, from, to, number(count), time(at), Cell::Empty, detail]);
        };
        row("committed", None, line.committed as i64, line.last_read_at, Cell::Empty);
        line.due_days.iter().for_each(|days| row("due", Some(*days), length(*days), None, Cell::Empty));
        line.gaps.iter().for_each(|days| row("gap", Some(*days), length(*days), None, Cell::Empty));
        for MissedDays { from, to, reason, tries, next_try_at, .. } in &line.missed {
            let days = Some(Days { from: *from, to: *to });
            row("missed", days, i64::from(*tries), *next_try_at, reason.as_str().into());
        }
    }
    for line in &ledger.prices {
        let (of, count, at) = (of_list(line).into(), number(line.readings as i64), time(Some(line.last_read_at)));
        let source = format!("{:?}", line.source).to_lowercase().into();
        let old = number(line.age_seconds);
        rows.push([source, of, Cell::Empty, Cell::Empty, Cell::Empty, count, at, old, line.book.as_str().into()]);
    }
    for line in &ledger.billing {
        let to = line.invoiced_to.map_or(Cell::Empty, |day| day.to_string().into());
        let (of, at) = (line.subscription_id.to_string().into(), time(line.last_read_at));
        let (count, old) = (number(line.invoices as i64), line.age_seconds.map_or(Cell::Empty, number));
        rows.push(["invoices".into(), of, Cell::Empty, Cell::Empty, to, count, at, old, Cell::Empty]);
    }
    for missing in &ledger.missing {
        let of = missing.subscription_id.to_string().into();
        let [a, b, c, d, e, f] = [const { Cell::Empty }; 6];
        rows.push(["missing".into(), of, a, b, c, d, e, f, missing.what.as_str().into()]);
    }
    output::csv(["kind", "of", "granularity", "from", "to", "count", "at", "ageSeconds", "detail"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ages_and_ranges_are_short() {
        for (seconds, expect) in
            [(-1, "in the future"), (59, "0 min"), (3599, "59 min"), (3600, "1 h"), (172_799, "47 h"), (172_800, "2 d")]
        {
            assert_eq!(age(seconds), expect);
        }
        let days = |to| Days { from: date(2026, 10, 25), to };
        assert_eq!(range(days(date(2026, 10, 25))), "2026-10-25");
        assert_eq!(range(days(date(2026, 11, 1))), "2026-10-25 – 2026-11-01");
        assert_eq!(length(days(date(2026, 11, 1))), 8);
    }
}
