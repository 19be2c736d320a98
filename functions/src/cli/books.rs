//! `forebill books`: which price lists the store holds.

use clap::Subcommand;
use serde::Serialize;
use shared::period::Instant;
use shared::ratebook::format::BookId;
use shared::rating::BookInfo;
use shared::snapshot::PriceList;

use super::output::{self, Output};
use super::{Common, Done};
use crate::error::Error;

#[derive(Subcommand)]
pub enum Command {
    /// All readings of price lists, newest last
    List,
    /// What one book is about
    Show {
        /// The book
        id: BookId,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    schema: &'static str,
    books: Vec<ListedBook>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedBook {
    id: BookId,
    fetched_at: Instant,
    source: shared::ratebook::Source,
    offer: Option<String>,
    currency: String,
    region_info: String,
    meters: u64,
}

impl ListedBook {
    fn of(list: &PriceList) -> ListedBook {
        ListedBook {
            id: list.book.clone(),
            fetched_at: list.fetched_at,
            source: list.source,
            offer: list.offer.as_ref().map(ToString::to_string),
            currency: list.currency.to_string(),
            region_info: list.region_info.clone(),
            meters: list.meters,
        }
    }
}

pub async fn run(common: &Common, command: Command) -> Result<Done, Error> {
    let archive = common.archive()?;
    match command {
        Command::List => {
            let snapshots = archive.snapshots().await?;
            let books: Vec<ListedBook> = snapshots.prices.iter().map(ListedBook::of).collect();
            if common.output == Output::Table {
                let mut table = output::table(["Read at", "Source", "Offer", "Currency", "Meters", "Rate book"], &[4]);
                for book in &books {
                    table.add_row([
                        book.fetched_at.to_string(),
                        format!("{:?}", book.source),
                        book.offer.clone().unwrap_or_default(),
                        book.currency.clone(),
                        book.meters.to_string(),
                        book.id.as_str().to_owned(),
                    ]);
                }
                output::text(&format!("{table}\n"))?;
            } else {
                output::json(&Listed { schema: "forebill.books/1", books })?;
            }
        }
        Command::Show { id } => {
            let open = archive.book(&id).await?;
            output::json(&BookInfo::of(&open))?;
        }
    }
    Ok(Done::Complete)
}
