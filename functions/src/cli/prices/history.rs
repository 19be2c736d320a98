//! `forebill prices history`: one meter over all readings of a price list.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::guid::MeterId;
use shared::meter::Meter;
use shared::period::Instant;
use shared::ratebook::format::BookId;
use shared::ratebook::history::{self, Known, Reading};
use shared::ratebook::{Source, price_key};
use shared::search::FoundMeter;
use shared::snapshot::{PriceList, Snapshots};

use super::super::output::{self, Cell, Output};
use super::super::price_view::{PriceView, day, marks};
use super::super::{Common, Done};
use crate::archive::Archive;
use crate::error::Error;

/// More bars than this are no picture any more.
const MAX_BARS: usize = 60;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    schema: &'static str,
    meter_id: MeterId,
    list: ShownList<'a>,
    readings: usize,
    first_read_at: Instant,
    last_read_at: Instant,
    prices: Vec<ShownPrice>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownList<'a> {
    source: Source,
    offer: Option<&'a str>,
    currency: &'a str,
    region_info: &'a str,
    name: Option<&'a str>,
    group: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownPrice {
    meter: FoundMeter,
    #[serde(flatten)]
    price: PriceView,
    first_seen_at: Instant,
    last_seen_at: Instant,
    first_book: BookId,
    gaps: Vec<ShownGap>,
    current: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownGap {
    vanished_at: Instant,
    returned_at: Instant,
}

pub async fn run(
    common: &Common,
    archive: &Archive,
    snapshots: &Snapshots,
    list: &PriceList,
    meter_id: MeterId,
) -> Result<Done, Error> {
    let readings = readings(archive, snapshots, list, meter_id).await?;
    let known = history::history(&readings);
    if known.is_empty() {
        let count = readings.len();
        return Err(Error::Usage(format!("none of the {count} readings of this price list has meter {meter_id}")));
    }
    let times = || readings.iter().map(|reading| reading.fetched_at);
    let shown = Shown {
        schema: "forebill.prices-history/1",
        meter_id,
        list: ShownList {
            source: list.source,
            offer: list.offer.as_ref().map(|offer| offer.as_str()),
            currency: list.currency.code(),
            region_info: &list.region_info,
            name: list.name.as_deref(),
            group: list.group.as_deref(),
        },
        readings: readings.len(),
        first_read_at: Instant(times().min().unwrap_or_default()),
        last_read_at: Instant(times().max().unwrap_or_default()),
        prices: known.iter().map(|price| ShownPrice::of(price, list)).collect(),
    };
    match common.output {
        Output::Json => output::json(&shown)?,
        Output::Csv => csv(&shown)?,
        Output::Table => output::text(&text(&shown, &known, &readings))?,
    }
    Ok(Done::Complete)
}

/// What each reading of the list said about the meter. Most nights change nothing, so each book is opened once.
async fn readings(
    archive: &Archive,
    snapshots: &Snapshots,
    list: &PriceList,
    meter_id: MeterId,
) -> Result<Vec<Reading>, Error> {
    let mut books: BTreeMap<&BookId, Vec<Meter>> = BTreeMap::new();
    let mut readings = Vec::new();
    for reading in snapshots.prices.iter().filter(|other| other.is_of(list)) {
        if !books.contains_key(&reading.book) {
            let rows = archive.book(&reading.book).await?.book.rows_of(meter_id).to_vec();
            books.insert(&reading.book, rows);
        }
        readings.push(Reading {
            fetched_at: reading.fetched_at.0,
            book: reading.book.clone(),
            rows: books.get(&reading.book).cloned().unwrap_or_default(),
        });
    }
    Ok(readings)
}

impl ShownPrice {
    fn of(price: &Known, list: &PriceList) -> ShownPrice {
        let gap = |gap: &history::Gap| ShownGap {
            vanished_at: Instant(gap.vanished_at),
            returned_at: Instant(gap.returned_at),
        };
        ShownPrice {
            meter: FoundMeter::of(&price.meter),
            price: PriceView::of(&price.meter, list.currency),
            first_seen_at: Instant(price.first_seen_at),
            last_seen_at: Instant(price.last_seen_at),
            first_book: price.first_book.clone(),
            gaps: price.gaps.iter().map(gap).collect(),
            current: price.current,
        }
    }

    fn gaps_text(&self) -> String {
        let gap = |gap: &ShownGap| format!("{} to {}", day(gap.vanished_at), day(gap.returned_at));
        self.gaps.iter().map(gap).collect::<Vec<_>>().join(", ")
    }
}

fn csv(shown: &Shown<'_>) -> Result<(), Error> {
    let head = [
        "meterId",
        "kind",
        "term",
        "region",
        "skuId",
        "unit",
        "effectiveAt",
        "includedQuantity",
        "from",
        "to",
        "unitPrice",
        "firstSeenAt",
        "lastSeenAt",
        "current",
        "gaps",
        "firstBook",
    ];
    let text = |text: &Option<String>| text.as_deref().map_or(Cell::Empty, Cell::from);
    let rows = shown.prices.iter().flat_map(|row| {
        row.price.tiers.iter().map(move |tier| -> [Cell; 16] {
            [
                row.meter.meter_id.to_string().into(),
                row.price.kind.as_str().into(),
                text(&row.price.term),
                row.meter.region.as_str().into(),
                text(&row.price.sku_id),
                row.meter.unit.as_str().into(),
                row.meter.effective_at.to_string().into(),
                row.meter.included_quantity.into(),
                tier.from.into(),
                tier.to.into(),
                tier.unit_price.into(),
                row.first_seen_at.to_string().into(),
                row.last_seen_at.to_string().into(),
                if row.current { "true" } else { "false" }.into(),
                row.gaps_text().into(),
                row.first_book.as_str().into(),
            ]
        })
    });
    output::csv(head, rows)
}

fn text(shown: &Shown<'_>, known: &[Known], readings: &[Reading]) -> String {
    let head = ["Meter", "Kind", "Region", "Price", "Per", "Since", "First seen", "Last seen", "Not there"];
    let mut table = output::table(head, &[3]);
    for (row, price) in shown.prices.iter().zip(known) {
        let last = if row.current { "still".to_owned() } else { day(row.last_seen_at) };
        table.add_row([
            format!("{}{}", row.meter.name, marks(&price.meter)),
            row.price.kind_text(),
            row.meter.region.clone(),
            row.price.tiers_text(),
            row.meter.unit.clone(),
            day(row.meter.effective_at),
            day(row.first_seen_at),
            last,
            row.gaps_text(),
        ]);
    }
    let mut text = format!("{table}\n");
    for one in known.chunk_by(|a, b| price_key(&a.meter) == price_key(&b.meter)) {
        let line = history::line(readings, &one[0].meter);
        let last = &line[line.len().saturating_sub(MAX_BARS)..];
        let what = PriceView::of(&one[0].meter, shown.list.currency.parse().unwrap_or(shared::money::Currency::USD));
        text.push_str(&format!("{}  {} {}\n", output::sparkline(last), what.kind_text(), one[0].meter.region));
    }
    let of = shown.list.name.or(shown.list.offer).unwrap_or("retail prices");
    let (count, first, last) = (shown.readings, day(shown.first_read_at), day(shown.last_read_at));
    let readings = if count == 1 { "reading" } else { "readings" };
    text.push_str(&format!("{count} {readings} of {of}, {}, {first} to {last}\n", shown.list.currency));
    text
}
