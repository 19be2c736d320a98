//! `forebill prices show`: all prices of one meter in one book.

use serde::Serialize;
use shared::guid::MeterId;
use shared::json::printable;
use shared::ratebook::format::OpenBook;
use shared::rating::BookInfo;
use shared::search::{FoundMeter, MeterStatus};

use super::super::output::{self, Cell, Output};
use super::super::price_view::{PriceView, day, marks, service};
use super::super::{Common, Done};
use crate::error::Error;

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
    #[serde(flatten)]
    price: PriceView,
    #[serde(skip)]
    marks: String,
}

pub fn run(common: &Common, open: &OpenBook, meter_id: MeterId) -> Result<Done, Error> {
    let rows = open.book.rows_of(meter_id);
    if rows.is_empty() {
        return Err(Error::Usage(format!("rate book {} has no meter {meter_id}", open.id.as_str())));
    }
    let currency = open.book.header().currency;
    let prices = rows.iter().map(|meter| ShownPrice {
        meter: FoundMeter::of(meter),
        price: PriceView::of(meter, currency),
        marks: marks(meter),
    });
    let shown = Shown { schema: "forebill.prices/1", book: BookInfo::of(open), prices: prices.collect() };
    match common.output {
        Output::Json => output::json(&shown)?,
        Output::Csv => csv(&shown)?,
        Output::Table => output::text(&text(&shown))?,
    }
    Ok(Done::Complete)
}

fn csv(shown: &Shown) -> Result<(), Error> {
    let head = [
        "meterId",
        "kind",
        "effectiveAt",
        "includedQuantity",
        "from",
        "to",
        "unitPrice",
        "term",
        "monthlyCost",
        "model",
        "packageSize",
        "priority",
        "status",
        "region",
        "unit",
        "skuId",
    ];
    let text = |text: &Option<String>| text.as_deref().map_or(Cell::Empty, Cell::from);
    let rows = shown.prices.iter().flat_map(|ShownPrice { meter, price, .. }| {
        price.tiers.iter().map(move |tier| -> [Cell; 16] {
            [
                meter.meter_id.to_string().into(),
                price.kind.as_str().into(),
                meter.effective_at.to_string().into(),
                meter.included_quantity.into(),
                tier.from.into(),
                tier.to.into(),
                tier.unit_price.into(),
                text(&price.term),
                price.monthly_cost.into(),
                price.model.into(),
                price.package_size.into(),
                super::priority(meter.priority).into(),
                if meter.status == MeterStatus::Deprecated { "deprecated" } else { "active" }.into(),
                meter.region.as_str().into(),
                meter.unit.as_str().into(),
                text(&price.sku_id),
            ]
        })
    });
    output::csv(head, rows)
}

fn text(shown: &Shown) -> String {
    let mut text = String::new();
    for ShownPrice { meter, price, marks } in &shown.prices {
        let until = price.ends_at.map(|end| format!(" until {}", day(end))).unwrap_or_default();
        let sku = price.sku_id.as_deref().map(|sku| format!("   {}", printable(sku))).unwrap_or_default();
        // A reservation's unit says an hour, and its price is none of an hour.
        let per = if price.term_cost.is_some() { String::new() } else { format!("   per {}", printable(&meter.unit)) };
        text.push_str(&format!(
            "{} · {}{marks} · {}{per}   {} since {}{until}{sku}\n",
            printable(&service(&meter.category, &meter.sub_category)),
            printable(&meter.name),
            if meter.region.is_empty() { "all regions".into() } else { printable(&meter.region) },
            price.kind_text(),
            day(meter.effective_at),
        ));
        if !meter.included_quantity.is_zero() {
            text.push_str(&format!("  {} included per billing period, then\n", meter.included_quantity));
        }
        match (price.term_cost, price.monthly_cost, price.package_size) {
            (Some(cost), Some(month), _) => text.push_str(&format!("  {cost} for the whole term, {month} a month\n")),
            (Some(cost), None, _) => text.push_str(&format!("  {cost} for the whole term\n")),
            (None, _, Some(size)) => text.push_str(&format!("  in whole packages of {size}, a package at\n")),
            (None, _, None) if price.model == "volume" => {
                text.push_str("  all units at the price of the tier that the total reaches\n");
            }
            _ => {}
        }
        for tier in price.tiers.iter().filter(|_| price.term_cost.is_none()) {
            let to = tier.to.map_or("and more".to_owned(), |to| format!("to {to}"));
            text.push_str(&format!("  {:>14} {to:<16} {}\n", tier.from.to_string(), tier.unit_price));
        }
    }
    text
}
