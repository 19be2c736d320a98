//! `forebill books diff`: what changed between two books.

use serde::Serialize;
use shared::decimal::Decimal;
use shared::guid::MeterId;
use shared::meter::Meter;
use shared::money::Currency;
use shared::period::Instant;
use shared::ratebook::RateBook;
use shared::ratebook::diff::{self, Aspect, Change, ChangeKind, Counts};
use shared::ratebook::format::OpenBook;
use shared::rating::BookInfo;

use super::super::output::{self, Cell, Output};
use super::super::price_view::{PriceView, day, kind_of, marks, service};
use super::super::{Common, Done};
use crate::error::Error;

/// A table is for reading.
const SHOWN_IN_TABLE: usize = 50;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    schema: &'static str,
    a: BookInfo,
    b: BookInfo,
    counts: Counts,
    changes: Vec<ShownChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownChange<'a> {
    change: ChangeKind,
    meter_id: MeterId,
    category: &'a str,
    sub_category: &'a str,
    name: &'a str,
    region: &'a str,
    kind: &'a str,
    term: Option<&'a str>,
    sku_id: Option<&'a str>,
    aspects: &'a [Aspect],
    /// Of the one unit price, rounded; absent where that says nothing.
    percent: Option<Decimal>,
    before: Option<ShownRow>,
    after: Option<ShownRow>,
    #[serde(skip)]
    marks: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownRow {
    unit: String,
    included_quantity: Decimal,
    effective_at: Instant,
    /// Until when, exclusive; absent where no end is known.
    ends_at: Option<Instant>,
    deprecated: bool,
    #[serde(flatten)]
    price: PriceView,
}

pub fn run(
    common: &Common,
    a: OpenBook,
    b: OpenBook,
    meter: Option<MeterId>,
    limit: Option<usize>,
) -> Result<Done, Error> {
    let (info_a, info_b) = (BookInfo::of(&a), BookInfo::of(&b));
    let (a, b) = match meter {
        Some(id) if a.book.rows_of(id).is_empty() && b.book.rows_of(id).is_empty() => {
            return Err(Error::Usage(format!("neither rate book has meter {id}")));
        }
        Some(id) => (only(&a.book, id)?, only(&b.book, id)?),
        None => (a.book, b.book),
    };
    let found = diff::diff(&a, &b).map_err(|error| Error::Usage(error.to_string()))?;
    let limit = limit.unwrap_or(if common.output == Output::Table { SHOWN_IN_TABLE } else { usize::MAX });
    let currency = a.header().currency;
    let shown = Shown {
        schema: "forebill.books-diff/1",
        a: info_a,
        b: info_b,
        counts: found.counts,
        changes: found.changes.iter().take(limit).filter_map(|change| ShownChange::of(change, currency)).collect(),
    };
    match common.output {
        Output::Json => output::json(&shown)?,
        Output::Csv => csv(&shown)?,
        Output::Table => output::text(&text(&shown, found.changes.len()))?,
    }
    Ok(Done::Complete)
}

/// The rows of one meter as a book of their own.
fn only(book: &RateBook, id: MeterId) -> Result<RateBook, Error> {
    let rows = RateBook::new(book.header().clone(), book.rows_of(id).to_vec());
    rows.map(|(book, _)| book).map_err(|error| Error::Damaged(error.to_string()))
}

impl<'a> ShownChange<'a> {
    fn of(change: &'a Change<'a>, currency: Currency) -> Option<ShownChange<'a>> {
        let row = |meter: &Meter| ShownRow {
            unit: meter.unit.to_string(),
            included_quantity: meter.included_quantity,
            effective_at: Instant(meter.effective_at),
            ends_at: meter.ends_at.map(Instant),
            deprecated: meter.deprecated,
            price: PriceView::of(meter, currency),
        };
        // What it is called now.
        let meter = change.after.or(change.before)?;
        let (kind, term) = kind_of(&meter.kind);
        Some(ShownChange {
            change: change.kind,
            meter_id: meter.id,
            category: &meter.category,
            sub_category: &meter.sub_category,
            name: &meter.name,
            region: &meter.region,
            kind,
            term,
            sku_id: meter.sku.as_ref().map(|sku| &*sku.id),
            aspects: &change.aspects,
            percent: change.percent,
            before: change.before.map(row),
            after: change.after.map(row),
            marks: marks(meter),
        })
    }
}

fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
    }
}

fn csv(shown: &Shown<'_>) -> Result<(), Error> {
    let head = [
        "change",
        "meterId",
        "category",
        "subCategory",
        "name",
        "region",
        "kind",
        "term",
        "skuId",
        "unitBefore",
        "unitAfter",
        "includedBefore",
        "includedAfter",
        "effectiveBefore",
        "effectiveAfter",
        "endsBefore",
        "endsAfter",
        "pricesBefore",
        "pricesAfter",
        "percent",
    ];
    let text = |text: Option<&str>| text.map_or(Cell::Empty, Cell::from);
    let prices = |row: &Option<ShownRow>| row.as_ref().map_or(Cell::Empty, |row| row.price.tiers_text().into());
    let effective =
        |row: &Option<ShownRow>| row.as_ref().map_or(Cell::Empty, |row| row.effective_at.to_string().into());
    let ends = |row: &Option<ShownRow>| {
        row.as_ref().and_then(|row| row.ends_at).map_or(Cell::Empty, |end| end.to_string().into())
    };
    let rows = shown.changes.iter().map(|change| -> [Cell; 20] {
        let (before, after) = (&change.before, &change.after);
        [
            word(change.change).into(),
            change.meter_id.to_string().into(),
            change.category.into(),
            change.sub_category.into(),
            change.name.into(),
            change.region.into(),
            change.kind.into(),
            text(change.term),
            text(change.sku_id),
            text(before.as_ref().map(|row| row.unit.as_str())),
            text(after.as_ref().map(|row| row.unit.as_str())),
            before.as_ref().map(|row| row.included_quantity).into(),
            after.as_ref().map(|row| row.included_quantity).into(),
            effective(before),
            effective(after),
            ends(before),
            ends(after),
            prices(before),
            prices(after),
            change.percent.into(),
        ]
    });
    output::csv(head, rows)
}

fn text(shown: &Shown<'_>, total: usize) -> String {
    let head = ["Change", "Service", "Meter", "Region", "Kind", "Before", "After", "%", "Since", "Meter id"];
    let mut table = output::table(head, &[5, 6, 7]);
    for change in &shown.changes {
        let side = |row: &Option<ShownRow>| {
            let Some(row) = row else { return "–".to_owned() };
            let included = row.included_quantity;
            let free = if included.is_zero() { String::new() } else { format!("{included} free, then ") };
            let until = row.ends_at.map(|end| format!(", until {}", day(end))).unwrap_or_default();
            format!("{free}{} per {}{until}", row.price.tiers_text(), row.unit)
        };
        let newest = change.after.as_ref().or(change.before.as_ref());
        table.add_row([
            word(change.change).to_owned(),
            service(change.category, change.sub_category),
            format!("{}{}", change.name, change.marks),
            change.region.to_owned(),
            newest.map(|row| row.price.kind_text()).unwrap_or_default(),
            side(&change.before),
            side(&change.after),
            change.percent.map(|percent| percent.to_string()).unwrap_or_default(),
            newest.map(|row| day(row.effective_at)).unwrap_or_default(),
            change.meter_id.to_string(),
        ]);
    }
    let Counts { added, removed, changed, unchanged } = shown.counts;
    let mut text = if shown.changes.is_empty() { String::new() } else { format!("{table}\n") };
    if total > shown.changes.len() {
        let more = total - shown.changes.len();
        text.push_str(&format!("and {more} more: --limit N shows more of them, --output json all\n"));
    }
    text.push_str(&format!("{added} added, {removed} removed, {changed} changed, {unchanged} unchanged\n"));
    text
}
