//! `forebill verify`: every promise of the store, checked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use shared::json::printable;

use super::output::{self, Cell, Output};
use super::progress::Progress;
use super::{Common, Done};
use crate::archive::verify::{Act, Breach, BreachKind, Verification};
use crate::error::Error;

/// More lines than anybody reads; all are in the other forms.
const SHOWN: usize = 100;

#[derive(clap::Args)]
#[command(after_help = "\
Looked at: the numbers and the chain of the records; that every object they name is there with its length, hash, key
and rows; pages without a gap; rate books by their hash and made again from their pages; billing periods; what no
record names. Nothing is changed, but with --rebuild. Exit 1 when a promise is broken, with the list.

Examples:
  forebill verify
  forebill verify --rebuild
  forebill verify --store s3://bucket/prefix --output json")]
pub struct Args {
    /// First make again what is made from other objects and is missing or damaged: rate books, packs of records
    #[arg(long)]
    rebuild: bool,
}

pub async fn run(common: &Common, args: Args, clock: Timestamp) -> Result<Done, Error> {
    let progress = Progress::new();
    let step = |label: &str, done, total| progress.step(label, done, total);
    if args.rebuild {
        common.archive_with_something().await?;
        let mended = common.archive_for_jobs()?.rebuild(common.now(clock), &step).await?;
        progress.clear();
        eprintln!("forebill: {mended} objects were made again");
    }
    let found = common.archive_with_something().await?.verify(common.now(clock), &step).await?;
    progress.clear();
    match common.output {
        Output::Json => output::json(&found)?,
        Output::Csv => {
            let row = |breach: &Breach| -> [Cell; 4] {
                let record = breach.record.map_or(Cell::Empty, |record| record.to_string().into());
                [name(breach.kind).into(), record, breach.key.as_str().into(), breach.detail.as_str().into()]
            };
            output::csv(["kind", "record", "key", "detail"], found.breaches.iter().map(row))?;
        }
        Output::Table => output::text(&text(&found))?,
    }
    if found.whole {
        return Ok(Done::Complete);
    }
    eprintln!("forebill: the store {} breaks {} of its promises", common.store, found.breaches.len());
    advice(&found, args.rebuild).iter().for_each(|line| eprintln!("forebill: {line}"));
    Ok(Done::Failed)
}

/// What puts the breaches right: a line for each act, with what it is for.
fn advice(found: &Verification, rebuilt: bool) -> Vec<String> {
    let mut acts: BTreeMap<Act, BTreeSet<&str>> = BTreeMap::new();
    for breach in &found.breaches {
        // What --rebuild left as it is, it cannot make.
        let act = if rebuilt && breach.act == Act::Rebuild { Act::Restore } else { breach.act };
        acts.entry(act).or_default().insert(&breach.key);
    }
    let line = |(act, keys): (Act, BTreeSet<&str>)| {
        let (count, first) = (keys.len(), keys.first().map(|key| printable(key)).unwrap_or_default());
        let which = if count == 1 { first } else { format!("{count} objects, the first is {first}") };
        match act {
            Act::Restore => format!("to restore from a copy: {which}"),
            Act::Rebuild => format!("to make again with forebill verify --rebuild: {which}"),
            Act::RunAJob => format!("put right by the next run of any job, such as forebill snapshot: {which}"),
            Act::Remove => format!("to move away, for nobody needs it: {which}"),
        }
    };
    acts.into_iter().map(line).collect()
}

fn text(found: &Verification) -> String {
    let counts = &found.counts;
    let mut text = format!(
        "Looked at {} records, {} objects with {} bytes, {} rows, {} rate books ({} made again from their pages)\n",
        counts.records, counts.objects, counts.bytes, counts.rows, counts.books, counts.rebuilt_books
    );
    if counts.books_not_rebuilt > 0 {
        let books = counts.books_not_rebuilt;
        text.push_str(&format!(
            "Note: {books} rate books cannot be made again: what their import was told is not on record\n"
        ));
    }
    if counts.torn_records > 0 {
        let torn = counts.torn_records;
        text.push_str(&format!(
            "Note: {torn} records break off and were passed over: what they said of Azure was read again or is due; an import \
             or rules of alerts or tags must be repeated\n"
        ));
    }
    if found.orphans > 0 {
        let orphans = found.orphans;
        text.push_str(&format!(
            "Note: {orphans} objects belong to no record: their run did not need them or ended before its commit, or the last \
             records are lost; they count for nothing, and forebill gc takes away those that are old enough\n"
        ));
    }
    if found.whole {
        text.push_str("Everything is as it was committed\n");
        return text;
    }
    let mut table = output::table(["Breach", "Record", "Object", "What is wrong"], &[1]);
    for breach in found.breaches.iter().take(SHOWN) {
        let record = breach.record.map(|record| record.to_string()).unwrap_or_default();
        table.add_row([name(breach.kind), record, printable(&breach.key), printable(&breach.detail)]);
    }
    text.push_str(&format!("{table}\n"));
    if found.breaches.len() > SHOWN {
        text.push_str(&format!("and {} more, all in --output json\n", found.breaches.len() - SHOWN));
    }
    text
}

/// As JSON writes it.
fn name(kind: BreachKind) -> String {
    serde_json::to_string(&kind).unwrap_or_default().trim_matches('"').to_owned()
}
