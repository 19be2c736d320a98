//! `forebill books show`: what one book is about.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use shared::offer::{OfferTerm, OfferTermKind};
use shared::period::Instant;
use shared::ratebook::format::OpenBook;
use shared::ratebook::{OwnBook, Source};
use shared::rating::BookInfo;

use super::super::output::{self, Cell, Output};
use super::super::price_view::{day, kind_of};
use super::super::{Common, Done};
use super::{source, what};
use crate::error::Error;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    schema: &'static str,
    book: BookInfo,
    own: Option<&'a OwnBook>,
    prices_are_per_block: bool,
    terms: &'a [OfferTerm],
    /// Rows by kind of price.
    kinds: BTreeMap<&'a str, usize>,
    deprecated: usize,
    /// The first and the last date from which a price holds.
    effective_from: Option<Instant>,
    effective_to: Option<Instant>,
    services: Vec<Service<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Service<'a> {
    category: &'a str,
    meters: usize,
    prices: usize,
}

pub fn run(common: &Common, open: &OpenBook) -> Result<Done, Error> {
    let header = open.book.header();
    let mut shown = Shown {
        schema: "forebill.book/1",
        book: BookInfo::of(open),
        own: header.own.as_ref(),
        prices_are_per_block: header.prices_are_per_block(),
        terms: &header.terms,
        kinds: BTreeMap::new(),
        deprecated: 0,
        effective_from: open.book.meters().iter().map(|meter| Instant(meter.effective_at)).min(),
        effective_to: open.book.meters().iter().map(|meter| Instant(meter.effective_at)).max(),
        services: Vec::new(),
    };
    let mut services: BTreeMap<&str, (BTreeSet<_>, usize)> = BTreeMap::new();
    for meter in open.book.meters() {
        *shown.kinds.entry(kind_of(&meter.kind).0).or_default() += 1;
        shown.deprecated += usize::from(meter.deprecated);
        let service = services.entry(&meter.category).or_default();
        service.0.insert(meter.id);
        service.1 += 1;
    }
    let services = services.into_iter();
    shown.services =
        services.map(|(category, (ids, prices))| Service { category, meters: ids.len(), prices }).collect();
    match common.output {
        Output::Json => output::json(&shown)?,
        Output::Csv => output::csv(
            ["category", "meters", "prices"],
            shown.services.iter().map(|service| -> [Cell; 3] {
                [service.category.into(), service.meters.to_string().into(), service.prices.to_string().into()]
            }),
        )?,
        Output::Table => output::text(&text(&shown, open))?,
    }
    Ok(Done::Complete)
}

fn text(shown: &Shown<'_>, open: &OpenBook) -> String {
    let header = open.book.header();
    let mut text = format!(
        "{}, {}, {} prices\n{}\n",
        what(header.source, shown.own, header.offer.as_ref()),
        header.currency,
        shown.book.meters,
        shown.book.id.as_str()
    );
    // Writing to a String cannot fail.
    if let Some(base) = shown.own.and_then(|own| own.base.as_ref()) {
        let of = shown.own.and_then(|own| own.base_source).map(source).unwrap_or_default();
        let _ = writeln!(text, "Over {} ({of})", base.as_str());
    }
    if let (Some(from), Some(to)) = (shown.effective_from, shown.effective_to) {
        let _ = writeln!(text, "Prices with effective dates from {} to {}", day(from), day(to));
    }
    if !header.region_info.is_empty() {
        let _ = writeln!(text, "Bought in {}", header.region_info);
    }
    if shown.prices_are_per_block {
        let _ = writeln!(text, "Prices are per block of units, such as 100 Hours");
    }
    let kinds: Vec<String> = shown.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let _ = writeln!(text, "{}, {} deprecated", kinds.join(", "), shown.deprecated);
    for term in shown.terms {
        let what = match &term.kind {
            OfferTermKind::MonetaryCredit(amount) => format!("credit of {amount} {}", header.currency),
            OfferTermKind::MonetaryCommitment(bands) => format!("commitment with {} discounts", bands.len()),
            OfferTermKind::RecurringCharge(fee) => format!("charge of {fee} {} a period", header.currency),
            OfferTermKind::Unknown(name) => format!("\"{name}\", which is not known"),
        };
        let excluded = term.excluded_meter_ids.len();
        let _ = writeln!(text, "Term since {}: {what}, {excluded} meters excluded", day(term.effective_at));
    }
    let mut table = output::table(["Service", "Meters", "Prices"], &[1, 2]);
    for service in &shown.services {
        // A price sheet without details does not tell services.
        let told = match service.category {
            "" if header.source == Source::PriceSheet => "(not told)",
            category => category,
        };
        table.add_row([told.to_owned(), service.meters.to_string(), service.prices.to_string()]);
    }
    format!("{text}{table}\n")
}
