//! `forebill prices`: find and show meters of a rate book, and follow them over its readings.

mod history;
mod show;

use clap::Subcommand;
use jiff::Timestamp;
use shared::guid::MeterId;
use shared::json::printable;
use shared::meter::Priority;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::ratebook::format::OpenBook;
use shared::search::{Corrected, MeterStatus, SearchIndex, SearchResult};
use shared::snapshot::{PriceList, Snapshots};

use super::book_name::BookName;
use super::output::{self, Output};
use super::price_view::service;
use super::{Common, Done};
use crate::error::Error;

#[derive(clap::Args)]
pub struct Which {
    /// The offer; without it the first offer of the store
    #[arg(long, value_name = "ID")]
    offer: Option<OfferId>,
    /// Public retail prices instead of a rate card
    #[arg(long, conflicts_with = "offer")]
    retail: bool,
    /// One book of the store, or a file of one: a price sheet or an own book is used only where it is named
    #[arg(long, value_name = "ID|FILE", conflicts_with_all = ["offer", "retail"])]
    book: Option<BookName>,
    /// The currency
    #[arg(long, value_name = "CODE", default_value = "USD")]
    currency: Currency,
}

#[derive(Subcommand)]
pub enum Command {
    /// Find meters by words in any order
    #[command(after_help = "\
Deprecated meters come after their siblings; spot and low priority come last unless they are asked for.

Examples:
  forebill prices search d4s v5 westeurope
  forebill prices search egress zone 1 --retail --output json
  forebill prices search storage --book sha256:…")]
    Search {
        /// The words, such as: d4s v5 westeurope
        #[arg(required = true)]
        text: Vec<String>,
        #[command(flatten)]
        which: Which,
        /// Only this region, in any spelling
        #[arg(long, value_name = "NAME")]
        region: Option<String>,
        /// How many to show
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: usize,
    },
    /// All prices of one meter
    #[command(after_help = "\
A reservation is one sum for its whole term, shown with its monthly figure as well. Savings plans, reservations and
dev/test prices are shown and never price usage.

Examples:
  forebill prices show 0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4
  forebill prices show 02740670-8c08-5768-a7cf-bf320c8ced57 --retail --output json")]
    Show {
        /// The meter
        meter_id: MeterId,
        #[command(flatten)]
        which: Which,
    },
    /// What one meter cost over all readings of a price list
    #[command(after_help = "\
Each distinct price once, with the first and the last reading that had it, and when it was missing in between.

Examples:
  forebill prices history 0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4 --offer MS-AZR-0003P
  forebill prices history 02740670-8c08-5768-a7cf-bf320c8ced57 --retail --output csv")]
    History {
        /// The meter
        meter_id: MeterId,
        #[command(flatten)]
        which: Which,
    },
}

pub async fn run(common: &Common, command: Command, clock: Timestamp) -> Result<Done, Error> {
    match command {
        Command::Search { text, which, region, limit } => {
            let open = newest(common, &which).await?;
            let index = SearchIndex::new(&open.book);
            let now = common.now(clock);
            let result = index.search_at(&open.book, &text.join(" "), region.as_deref(), limit, now);
            print_search(common, &open, &result, now)
        }
        Command::Show { meter_id, which } => {
            let open = newest(common, &which).await?;
            show::run(common, &open, meter_id)
        }
        Command::History { meter_id, which } => {
            let archive = common.archive()?;
            let snapshots = archive.snapshots().await?;
            let list = list(common, &snapshots, &which)?;
            history::run(common, &archive, &snapshots, list, meter_id).await
        }
    }
}

async fn newest(common: &Common, which: &Which) -> Result<OpenBook, Error> {
    if let Some(name) = &which.book {
        return common.book_named(name).await;
    }
    let archive = common.archive()?;
    let snapshots = archive.snapshots().await?;
    archive.book(&list(common, &snapshots, which)?.book).await
}

/// The newest reading of the list that is meant, or the reading that a book came from.
fn list<'a>(common: &Common, snapshots: &'a Snapshots, which: &Which) -> Result<&'a PriceList, Error> {
    if let Some(BookName::File(_)) = &which.book {
        return Err(Error::Usage(
            "a file is one reading and has no history: name a rate book of the store by its id".into(),
        ));
    }
    if let Some(BookName::Kept(id)) = &which.book {
        let read = snapshots.prices.iter().rev().find(|list| list.book == *id);
        let (store, id) = (&common.store, id.as_str());
        return read.ok_or_else(|| Error::Usage(format!("the store {store} has no reading that made rate book {id}")));
    }
    let list = match (&which.offer, which.retail) {
        (Some(offer), _) => snapshots.newest_prices(Some(offer), which.currency),
        (None, true) => snapshots.newest_prices(None, which.currency),
        (None, false) => snapshots.default_prices(which.currency),
    };
    list.ok_or_else(|| {
        Error::Usage(format!(
            "the store {} has no such prices in {}: run forebill import ratecard FILE --offer ID, or forebill snapshot retail",
            common.store, which.currency
        ))
    })
}

fn print_search(common: &Common, open: &OpenBook, result: &SearchResult, now: Timestamp) -> Result<Done, Error> {
    match common.output {
        Output::Json => output::json(result)?,
        Output::Csv => output::csv(
            [
                "meterId",
                "category",
                "subCategory",
                "name",
                "region",
                "unit",
                "unitPrice",
                "tiers",
                "includedQuantity",
                "priority",
                "status",
            ],
            result.hits.iter().map(|hit| {
                [
                    hit.meter_id.to_string().into(),
                    hit.category.as_str().into(),
                    hit.sub_category.as_str().into(),
                    hit.name.as_str().into(),
                    hit.region.as_str().into(),
                    hit.unit.as_str().into(),
                    hit.unit_price.into(),
                    hit.tiers.to_string().into(),
                    hit.included_quantity.into(),
                    priority(hit.priority).into(),
                    if hit.status == MeterStatus::Deprecated { "deprecated" } else { "active" }.into(),
                ]
            }),
        )?,
        Output::Table => {
            let mut table = output::table(["Service", "Meter", "Region", "Price", "Per", "Meter id"], &[3]);
            for hit in &result.hits {
                let mut more = if hit.tiers > 1 { format!(" ({} tiers)", hit.tiers) } else { String::new() };
                if hit.effective_at.0 > now {
                    more.push_str(&format!(" from {}", hit.effective_at.to_string().get(..10).unwrap_or_default()));
                }
                let mark = if hit.status == MeterStatus::Deprecated { " [deprecated]" } else { "" };
                table.add_row([
                    service(&hit.category, &hit.sub_category),
                    format!("{}{mark}", hit.name),
                    hit.region.clone(),
                    format!("{}{more}", hit.unit_price),
                    hit.unit.clone(),
                    hit.meter_id.to_string(),
                ]);
            }
            let taken =
                |word: &Corrected| format!("{} was taken for {}\n", printable(&word.typed), printable(&word.meant));
            let taken: String = result.corrected.iter().map(taken).collect();
            let shown = format!("{taken}{} of {} meters", result.hits.len(), result.total);
            let header = open.book.header();
            let what = super::books::what(header.source, header.own.as_ref(), header.offer.as_ref());
            output::text(&format!("{table}\n{shown}, {what}, {}, rate book {}\n", header.currency, open.id.as_str()))?;
        }
    }
    Ok(Done::Complete)
}

/// The name for programs.
fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Standard => "standard",
        Priority::Spot => "spot",
        Priority::LowPriority => "lowPriority",
    }
}
