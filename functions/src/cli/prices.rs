//! `forebill prices`: find and show meters of the newest rate book.

use clap::Subcommand;
use serde::Serialize;
use shared::guid::MeterId;
use shared::json::printable;
use shared::money::Currency;
use shared::offer::OfferId;
use shared::period::Instant;
use shared::ratebook::format::OpenBook;
use shared::rating::BookInfo;
use shared::search::{FoundMeter, SearchIndex, SearchResult};

use super::output::{self, Cell, Output};
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
    /// The currency
    #[arg(long, value_name = "CODE", default_value = "USD")]
    currency: Currency,
}

#[derive(Subcommand)]
pub enum Command {
    /// Find meters by words in any order
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
    Show {
        /// The meter
        meter_id: MeterId,
        #[command(flatten)]
        which: Which,
    },
}

pub async fn run(common: &Common, command: Command) -> Result<Done, Error> {
    match command {
        Command::Search { text, which, region, limit } => {
            let open = newest(common, &which).await?;
            let index = SearchIndex::new(&open.book);
            let result = index.search(&open.book, &text.join(" "), region.as_deref(), limit);
            print_search(common, &open, &result)
        }
        Command::Show { meter_id, which } => {
            let open = newest(common, &which).await?;
            show(common, &open, meter_id)
        }
    }
}

async fn newest(common: &Common, which: &Which) -> Result<OpenBook, Error> {
    let archive = common.archive()?;
    let snapshots = archive.snapshots().await?;
    let list = match (&which.offer, which.retail) {
        (Some(offer), _) => snapshots.newest_prices(Some(offer), which.currency),
        (None, true) => snapshots.newest_prices(None, which.currency),
        (None, false) => snapshots.default_prices(which.currency),
    };
    match list {
        Some(list) => archive.book(&list.book).await,
        None => Err(Error::Usage(format!(
            "the store {} has no such prices in {}: run forebill import ratecard FILE --offer ID, or forebill snapshot retail",
            common.store, which.currency
        ))),
    }
}

fn print_search(common: &Common, open: &OpenBook, result: &SearchResult) -> Result<Done, Error> {
    match common.output {
        Output::Json => output::json(result)?,
        Output::Csv => output::csv(
            ["meterId", "category", "subCategory", "name", "region", "unit", "unitPrice", "tiers", "includedQuantity"],
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
                ]
            }),
        )?,
        Output::Table => {
            let mut table = output::table(["Service", "Meter", "Region", "Price", "Per", "Meter id"], &[3]);
            for hit in &result.hits {
                let more = if hit.tiers > 1 { format!(" ({} tiers)", hit.tiers) } else { String::new() };
                table.add_row([
                    join(&hit.category, &hit.sub_category),
                    hit.name.clone(),
                    hit.region.clone(),
                    format!("{}{more}", hit.unit_price),
                    hit.unit.clone(),
                    hit.meter_id.to_string(),
                ]);
            }
            let shown = format!("{} of {} meters", result.hits.len(), result.total);
            let header = open.book.header();
            let offer = header.offer.as_ref().map_or("retail prices", |offer| offer.as_str());
            output::text(&format!("{table}\n{shown}, {offer}, {}, rate book {}\n", header.currency, open.id.as_str()))?;
        }
    }
    Ok(Done::Complete)
}

fn join(category: &str, sub_category: &str) -> String {
    if sub_category.is_empty() { category.to_owned() } else { format!("{category} · {sub_category}") }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    schema: &'static str,
    book: BookInfo,
    prices: Vec<ShownPrice>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownPrice {
    meter: FoundMeter,
    kind: String,
    ends_at: Option<Instant>,
    tiers: Vec<ShownTier>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownTier {
    from: shared::decimal::Decimal,
    to: Option<shared::decimal::Decimal>,
    unit_price: shared::decimal::Decimal,
}

fn show_csv(shown: &Shown) -> Result<(), Error> {
    let rows = shown.prices.iter().flat_map(|price| {
        price.tiers.iter().map(|tier| -> [Cell; 7] {
            [
                price.meter.meter_id.to_string().into(),
                price.kind.as_str().into(),
                price.meter.effective_at.to_string().into(),
                price.meter.included_quantity.into(),
                tier.from.into(),
                tier.to.into(),
                tier.unit_price.into(),
            ]
        })
    });
    output::csv(["meterId", "kind", "effectiveAt", "includedQuantity", "from", "to", "unitPrice"], rows)
}

fn show(common: &Common, open: &OpenBook, meter_id: MeterId) -> Result<Done, Error> {
    let rows = open.book.rows_of(meter_id);
    if rows.is_empty() {
        return Err(Error::Usage(format!("rate book {} has no meter {meter_id}", open.id.as_str())));
    }
    let prices = rows.iter().map(|meter| ShownPrice {
        meter: FoundMeter::of(meter),
        kind: match &meter.kind {
            shared::meter::PriceKind::Consumption => "consumption".to_owned(),
            shared::meter::PriceKind::DevTest => "dev/test".to_owned(),
            shared::meter::PriceKind::Reservation { term } => format!("reservation for {term}, whole term"),
            shared::meter::PriceKind::SavingsPlan { term } => format!("savings plan for {term}"),
            shared::meter::PriceKind::Other(name) => name.to_string(),
        },
        ends_at: meter.ends_at.map(Instant),
        tiers: (meter.tiers.tiers().iter().enumerate())
            .map(|(index, tier)| ShownTier {
                from: tier.from,
                to: meter.tiers.end_of(index),
                unit_price: tier.unit_price,
            })
            .collect(),
    });
    let shown = Shown { schema: "forebill.prices/1", book: BookInfo::of(open), prices: prices.collect() };
    match common.output {
        Output::Json => return output::json(&shown).map(|()| Done::Complete),
        Output::Csv => return show_csv(&shown).map(|()| Done::Complete),
        Output::Table => {}
    }
    let mut text = String::new();
    for price in &shown.prices {
        let meter = &price.meter;
        text.push_str(&format!(
            "{} · {} · {}   per {}   {} since {}\n",
            printable(&join(&meter.category, &meter.sub_category)),
            printable(&meter.name),
            if meter.region.is_empty() { "all regions".into() } else { printable(&meter.region) },
            printable(&meter.unit),
            price.kind,
            meter.effective_at.to_string().get(..10).unwrap_or_default(),
        ));
        if !meter.included_quantity.is_zero() {
            text.push_str(&format!("  {} included per billing period, then\n", meter.included_quantity));
        }
        for tier in &price.tiers {
            let to = tier.to.map_or("and more".to_owned(), |to| format!("to {to}"));
            text.push_str(&format!("  {:>14} {to:<16} {}\n", tier.from.to_string(), tier.unit_price));
        }
    }
    output::text(&text)?;
    Ok(Done::Complete)
}
