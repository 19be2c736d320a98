//! `forebill books`: which price lists the store holds, what they are about, and what changed between two.

mod diff;
mod pack;
mod show;

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;
use shared::guid::MeterId;
use shared::json::printable;
use shared::offer::OfferId;
use shared::period::Instant;
use shared::ratebook::format::BookId;
use shared::ratebook::{OwnBook, Source};
use shared::snapshot::PriceList;

use super::book_name::BookName;
use super::output::{self, Cell, Output};
use super::{Common, Done, rate};
use crate::error::Error;

#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  forebill books list
  forebill books show sha256:…
  forebill books pack sha256:… --to books
  forebill books diff sha256:… sha256:… --limit 20")]
pub enum Command {
    /// All readings of price lists, newest last
    List,
    /// What one book is about: source, terms, kinds of prices, services, dates, and the book below it
    Show {
        /// The book: its id, or a file
        #[arg(value_name = "ID|FILE")]
        book: BookName,
    },
    /// Write a rate book in its compact form: a file of prices, and one of the meters' ids beside it
    #[command(after_help = "\
The two files are a fifth of the form that a store keeps, and hold the same: what they are named by is the id of the book
in that form, which estimates and links name. --book takes the file of prices as it takes an id.

With --on there is one file, which says only what differs from that book: the next reading of a list, or another offer of
it. --book takes it where that book, in either form, lies beside it.

Examples:
  forebill books pack sha256:… --to books
  forebill books pack book.json
  forebill books pack --ratecard card.json.zst --offer MS-AZR-0003P
  forebill books pack sha256:… --on 0e9d….forebook
  forebill estimate workload.json --book 0e9d….forebook")]
    Pack {
        /// The book: its id, or a file
        #[arg(value_name = "ID|FILE", conflicts_with = "ratecard", required_unless_present = "ratecard")]
        book: Option<BookName>,
        /// The folder; made where it is missing
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        to: PathBuf,
        /// Only what differs from this book: its id, or a file
        #[arg(long, value_name = "ID|FILE")]
        on: Option<BookName>,
        /// A RateCard answer instead of a rate book
        #[arg(long, value_name = "FILE")]
        ratecard: Option<String>,
        /// The offer of that card, for the record: a card does not name it
        #[arg(long, value_name = "ID", requires = "ratecard")]
        offer: Option<OfferId>,
    },
    /// Write a rate book in the form that a store keeps, such as that of a compact one
    #[command(after_help = "\
Examples:
  forebill books unpack 0e9d….forebook
  forebill books unpack sha256:… --to books")]
    Unpack {
        /// The book: a file with its ids beside it, or an id
        #[arg(value_name = "FILE|ID")]
        book: BookName,
        /// The folder; made where it is missing
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        to: PathBuf,
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
        #[arg(value_name = "ID|FILE")]
        a: BookName,
        /// The newer book
        #[arg(value_name = "ID|FILE")]
        b: BookName,
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
        Command::Show { book } => show::run(common, &common.book_named(&book).await?),
        Command::Pack { book, ratecard, offer, to, on } => {
            let open = match (&book, &ratecard) {
                (Some(book), _) => common.book_named(book).await?,
                (None, Some(file)) => rate::from_card(file, offer, None)?.0,
                (None, None) => return Err(Error::Usage("give a rate book or --ratecard FILE".into())),
            };
            match &on {
                Some(base) => pack::pack_on(common, &common.book_named(base).await?, &open, &to),
                None => pack::pack(common, &open, &to),
            }
        }
        Command::Unpack { book, to } => pack::unpack(common, &common.book_named(&book).await?, &to),
        Command::Diff { a, b, meter, limit } => {
            diff::run(common, common.book_named(&a).await?, common.book_named(&b).await?, meter, limit)
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
