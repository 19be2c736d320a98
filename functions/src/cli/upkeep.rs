//! `forebill gc` and `forebill retention`: the two commands that delete. Without `--yes` they only say what they would.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::json::printable;
use shared::period::{Instant, utc_date};

use super::output::{self, Output};
use super::{Common, Done};
use crate::archive::upkeep::{Garbage, NotAFile, Retirement};
use crate::error::Error;

#[derive(clap::Args)]
#[command(after_help = "\
A run that ends before its commit leaves objects that count for nothing, and one that is killed may leave a file half
written. Those that are old enough are deleted; what
a record names never is, nor what is named by its content alone, which a run may be about to name.

Examples:
  forebill gc
  forebill gc --older-than-days 30 --yes")]
pub struct GcArgs {
    /// Only of runs that began so many days ago; a queue may bring a run back for four days
    #[arg(long, default_value_t = 7, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(5..))]
    older_than_days: u16,
    /// Delete, and do not only say what
    #[arg(long)]
    yes: bool,
}

#[derive(clap::Args)]
#[command(after_help = "\
Usage reported before the day is given up: that is put on record, then its pages are deleted, all readings of them.
Invoices, prices and imported files stay.

Examples:
  forebill retention --usage-before 2024-01-01
  forebill retention --usage-before 2024-01-01 --yes")]
pub struct RetentionArgs {
    /// The first reported day that stays
    #[arg(long, value_name = "DATE")]
    usage_before: Date,
    /// Delete, and do not only say what
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Collected<'a> {
    schema: &'static str,
    before: Instant,
    deleted: bool,
    #[serde(flatten)]
    garbage: &'a Garbage,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Retired<'a> {
    schema: &'static str,
    usage_before: Date,
    deleted: bool,
    #[serde(flatten)]
    retirement: &'a Retirement,
}

pub async fn gc(common: &Common, args: GcArgs, clock: Timestamp) -> Result<Done, Error> {
    let (archive, now) = (common.archive_with_something().await?, common.now(clock));
    let age = SignedDuration::from_hours(24 * i64::from(args.older_than_days));
    let ago = |at: Timestamp| at.checked_sub(age).map_err(|error| Error::Usage(format!("--older-than-days: {error}")));
    // A time ahead of the true clock makes no file older.
    let (before, written_before) = (ago(now)?, ago(now.min(clock))?);
    let mut garbage = archive.garbage(before, written_before).await?;
    if args.yes {
        archive.collect(&mut garbage, written_before).await?;
    }
    for NotAFile { key, why } in &garbage.not_files {
        eprintln!("forebill: {} stays, move it away: {why}", printable(key));
    }
    let result = Collected { schema: "forebill.gc/1", before: Instant(before), deleted: args.yes, garbage: &garbage };
    match common.output {
        Output::Json => output::json(&result)?,
        Output::Csv => {
            let row = |orphan: &crate::archive::upkeep::Orphan| {
                [orphan.key.as_str().into(), orphan.run_at.to_string().into()]
            };
            output::csv(["key", "runAt"], garbage.objects.iter().map(row))?;
        }
        Output::Table => output::text(&gc_text(&result))?,
    }
    Ok(Done::Complete)
}

fn gc_text(result: &Collected<'_>) -> String {
    let Garbage { objects, too_young, without_run, unfinished, .. } = result.garbage;
    let done = if result.deleted { "deleted" } else { "would be deleted: say --yes" };
    let mut text = format!("{} objects of runs before {} {done}\n", objects.len(), result.before);
    if *unfinished > 0 {
        text.push_str(&format!("{unfinished} files that killed runs were writing {done}\n"));
    }
    if too_young + without_run > 0 {
        text.push_str(&format!(
            "{too_young} more are younger, {without_run} are named by their content alone: they stay\n"
        ));
    }
    text
}

pub async fn retention(common: &Common, args: RetentionArgs, clock: Timestamp) -> Result<Done, Error> {
    let (archive, now) = (common.archive_with_something().await?, common.now(clock));
    let usage_before = args.usage_before;
    if usage_before > utc_date(now) {
        return Err(Error::Usage(format!(
            "--usage-before {usage_before} lies ahead: usage of today would never be kept"
        )));
    }
    let retirement = archive.retirement(usage_before).await?;
    if args.yes {
        archive.retire(now, usage_before, &retirement).await?;
    }
    let result = Retired { schema: "forebill.retention/1", usage_before, deleted: args.yes, retirement: &retirement };
    match common.output {
        Output::Json => output::json(&result)?,
        Output::Csv => {
            let row = [
                retirement.days.to_string().into(),
                retirement.objects.to_string().into(),
                args.yes.to_string().into(),
            ];
            output::csv(["days", "objects", "deleted"], [row])?;
        }
        Output::Table => {
            let done = if args.yes { "given up" } else { "would be given up: say --yes" };
            let Retirement { days, objects, .. } = &retirement;
            output::text(&format!("{days} reported days before {usage_before}, {objects} pages of theirs, {done}\n"))?;
        }
    }
    Ok(Done::Complete)
}
