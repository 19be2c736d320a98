//! `forebill books`: which price lists the store holds, what they are about, and what changed between two.

mod diff;
mod show;

use clap::Subcommand;
use serde::Serialize;
use shared::guid::MeterId;
use shared::json::printable;
use shared::offer::OfferId;
use shared::period::Instant;
use shared::ratebook::format::BookId;
use shared::ratebook::{OwnBook, Source};
use shared::snapshot::PriceList;

use super::output::{self, Cell, Output};
use super::{Common, Done};
use crate::error::Error;

#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  forebill books list
  forebill books show sha256:…
  forebill books diff sha256:… sha256:… --limit 20")]
pub enum Command {
    /// All readings of price lists, newest last
    List,
    /// What one book is about: source, terms, kinds of prices, services, dates, and the book below it
    Show {
        /// The book
        id: BookId,
    },
    /// What changed between two books, price by price
    #[command(after_help = "\
A price is a meter with its kind, region and SKU. Newest rows are compared first; where they are the same, older ones.

Examples:
  forebill books diff sha256:… sha256:…
  forebill books diff sha256:… sha256:… --meter 0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4
  forebill books diff sha256:… sha256:… --output csv > changes.csv")]
    Diff {
        /// The older book
        a: BookId,
        /// The newer book
        b: BookId,
        /// Only this meter
        #[arg(long, value_name = "ID")]
        meter: Option<MeterId>,
        /// How many changes to show; without it 50 in a table and all otherwise
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
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
    source: Source,
    name: Option<String>,
    group: Option<String>,
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
            name: list.name.clone(),
            group: list.group.clone(),
            offer: list.offer.as_ref().map(ToString::to_string),
            currency: list.currency.to_string(),
            region_info: list.region_info.clone(),
            meters: list.meters,
        }
    }
}

/// The source for people.
pub fn source(source: Source) -> &'static str {
    match source {
        Source::RateCard => "rate card",
        Source::Retail => "retail prices",
        Source::PriceSheet => "price sheet",
        Source::Own => "own book",
    }
}

/// What a book is, in few words.
pub fn what(of: Source, own: Option<&OwnBook>, offer: Option<&OfferId>) -> String {
    let mut text = source(of).to_owned();
    if let Some(own) = own {
        let group = own.group.as_deref().unwrap_or("everybody");
        text.push_str(&format!(" {} for {}", printable(&own.name), printable(group)));
    }
    if let Some(offer) = offer {
        text.push_str(&format!(" {offer}"));
    }
    text
}

pub async fn run(common: &Common, command: Command) -> Result<Done, Error> {
    match command {
        Command::List => list(common).await,
        Command::Show { id } => show::run(common, &common.book(&id).await?),
        Command::Diff { a, b, meter, limit } => {
            diff::run(common, common.book(&a).await?, common.book(&b).await?, meter, limit)
        }
    }
}

async fn list(common: &Common) -> Result<Done, Error> {
    let snapshots = common.archive()?.snapshots().await?;
    let books: Vec<ListedBook> = snapshots.prices.iter().map(ListedBook::of).collect();
    match common.output {
        Output::Json => output::json(&Listed { schema: "forebill.books/1", books })?,
        Output::Csv => csv(&books)?,
        Output::Table => {
            let head = ["Read at", "Source", "Name", "Offer", "Currency", "Country", "Prices", "Rate book"];
            let mut table = output::table(head, &[6]);
            for book in books {
                let group = book.group.map(|group| format!(" / {group}")).unwrap_or_default();
                table.add_row([
                    book.fetched_at.to_string(),
                    source(book.source).to_owned(),
                    format!("{}{group}", book.name.unwrap_or_default()),
                    book.offer.unwrap_or_default(),
                    book.currency,
                    book.region_info,
                    book.meters.to_string(),
                    book.id.as_str().to_owned(),
                ]);
            }
            output::text(&format!("{table}\n"))?;
        }
    }
    Ok(Done::Complete)
}

fn csv(books: &[ListedBook]) -> Result<(), Error> {
    let text = |text: &Option<String>| text.as_deref().map_or(Cell::Empty, Cell::from);
    let row = |book: &ListedBook| -> [Cell; 9] {
        [
            book.fetched_at.to_string().into(),
            format!("{:?}", book.source).to_lowercase().into(),
            text(&book.offer),
            book.currency.as_str().into(),
            book.meters.to_string().into(),
            book.id.as_str().into(),
            text(&book.name),
            text(&book.group),
            book.region_info.as_str().into(),
        ]
    };
    let head = ["fetchedAt", "source", "offer", "currency", "meters", "id", "name", "group", "regionInfo"];
    output::csv(head, books.iter().map(row))
}
