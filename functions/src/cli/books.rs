//! `forebill books`: which price lists the store holds.

use clap::Subcommand;
use serde::Serialize;
use shared::period::Instant;
use shared::ratebook::format::BookId;
use shared::rating::BookInfo;
use shared::snapshot::PriceList;

use super::output::{self, Cell, Output};
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

#[derive(Serialize)]
struct Shown {
    schema: &'static str,
    book: BookInfo,
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
            if common.output == Output::Csv {
                let row = |book: &ListedBook| -> [Cell; 6] {
                    let offer = book.offer.clone().unwrap_or_default();
                    let (at, source) = (book.fetched_at.to_string(), format!("{:?}", book.source).to_lowercase());
                    let meters = book.meters.to_string();
                    [
                        at.into(),
                        source.into(),
                        offer.into(),
                        book.currency.as_str().into(),
                        meters.into(),
                        book.id.as_str().into(),
                    ]
                };
                output::csv(["fetchedAt", "source", "offer", "currency", "meters", "id"], books.iter().map(row))?;
            } else if common.output == Output::Table {
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
            let open = common.book(&id).await?;
            let book = BookInfo::of(&open);
            if common.output == Output::Table {
                let offer = book.offer.as_deref().unwrap_or("retail prices");
                output::text(&format!("{offer}, {}, {} prices\n{}\n", book.currency, book.meters, book.id.as_str()))?;
            } else {
                output::json(&Shown { schema: "forebill.book/1", book })?;
            }
        }
    }
    Ok(Done::Complete)
}
