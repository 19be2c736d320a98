//! What every form of a statement shows: one sheet of rows for each, before it becomes CSV, XLSX or HTML.

use std::collections::BTreeMap;

use shared::guid::SubscriptionId;
use shared::showback::document::{Document, Statement};
use shared::showback::{Line, What};

use super::{Shown, name_of};
use crate::tabular::{Cell, amount};

/// A statement, or the summary of all of them.
pub struct Sheet {
    /// What it is.
    pub title: String,
    /// What it is about, in pairs.
    pub facts: Vec<(&'static str, String)>,
    /// The columns, and what stands in them.
    pub head: Vec<(&'static str, Column)>,
    /// Decimals of money.
    pub decimals: u32,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// The last row.
    pub total: Vec<Cell>,
    /// Whether it is the money of nobody.
    pub of_nobody: bool,
    /// What is not in the sums.
    pub missing: Vec<String>,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Texts.
    Text,
    /// Numbers with all of their digits.
    Number,
    /// Whole minor units.
    Money,
}

/// The columns of the CSV form.
pub const HEAD: [&str; 15] = [
    "costCentre",
    "month",
    "kind",
    "subscriptionId",
    "subscription",
    "service",
    "item",
    "region",
    "quantity",
    "unit",
    "unpricedQuantity",
    "listCost",
    "amount",
    "currency",
    "why",
];

/// In words: open, closed, complete.
pub fn state(shown: &Shown<'_>) -> String {
    match shown.closed_at {
        Some(at) => format!("closed at {at}"),
        None => "open, its amounts may still change".to_owned(),
    }
}

fn kind(what: &What) -> &'static str {
    match what {
        What::Usage { .. } => "usage",
        What::Fees => "fees",
        What::Credit => "credit",
        What::Rounding => "rounding",
        What::SharedIn { .. } => "shared in",
        What::SharedOut => "shared out",
    }
}

fn rank(what: &What) -> u8 {
    match what {
        What::Usage { .. } => 0,
        What::Fees | What::Credit | What::Rounding => 1,
        What::SharedIn { .. } | What::SharedOut => 2,
    }
}

/// A line, the month it belongs to, and why it is an adjustment.
type Entry<'a> = (&'a Line, &'a str, Option<&'static str>);

fn entries(document: &Document) -> impl Iterator<Item = Entry<'_>> {
    let lines = document.lines.iter().map(|line| (line, document.month.as_str(), None));
    let adjusted = document.adjustments.iter().map(|one| (&one.line, one.month.as_str(), Some(one.cause.told())));
    lines.chain(adjusted)
}

fn names(document: &Document) -> BTreeMap<SubscriptionId, &str> {
    let restated = document.restated.iter().flat_map(|restated| &restated.basis.subscriptions);
    let sources = restated.chain(&document.basis.subscriptions);
    sources.map(|source| (source.subscription_id, source.name.as_str())).collect()
}

/// Every line as CSV; of one cost centre or of all.
pub fn csv_rows(document: &Document, only: Option<&Option<String>>) -> Vec<[Cell; 15]> {
    let names = names(document);
    let ours = entries(document).filter(|(line, ..)| only.is_none_or(|only| *only == line.cost_centre));
    let row = |(line, month, why): Entry<'_>| -> [Cell; 15] {
        let unpriced = (!line.unpriced_quantity.is_zero()).then_some(line.unpriced_quantity);
        [
            line.cost_centre.clone().unwrap_or_default().into(),
            month.into(),
            kind(&line.what).into(),
            line.subscription_id.map(|id| id.to_string()).unwrap_or_default().into(),
            line.subscription_id.and_then(|id| names.get(&id).copied()).unwrap_or_default().into(),
            line.service.as_str().into(),
            line.name.as_str().into(),
            line.region.as_str().into(),
            line.quantity.into(),
            line.unit.as_str().into(),
            unpriced.into(),
            line.list_cost.into(),
            line.amount.into(),
            document.currency.code().into(),
            why.unwrap_or_default().into(),
        ]
    };
    ours.map(row).collect()
}

/// The columns of the summary's CSV form.
pub const SUMMARY_HEAD: [&str; 8] =
    ["costCentre", "month", "own", "shared", "adjustments", "total", "currency", "unpricedLines"];

/// The summary as CSV.
pub fn summary_csv(shown: &Shown<'_>) -> Vec<[Cell; 8]> {
    let Document { month, currency, .. } = shown.document;
    let row = |one: &Statement| -> [Cell; 8] {
        [
            one.cost_centre.clone().unwrap_or_default().into(),
            month.as_str().into(),
            one.own.into(),
            one.shared.into(),
            one.adjusted.into(),
            one.total.into(),
            currency.code().into(),
            one.unpriced.to_string().into(),
        ]
    };
    shown.statements.iter().map(row).collect()
}

/// The summary for people.
pub fn summary(shown: &Shown<'_>) -> Sheet {
    let row = |one: &Statement| {
        let name = Cell::Text(name_of(one.cost_centre.as_ref()));
        vec![name, one.own.into(), one.shared.into(), one.adjusted.into(), one.total.into()]
    };
    Sheet {
        title: format!("Showback of {}", shown.document.month),
        facts: facts(shown),
        head: vec![
            ("Cost centre", Column::Text),
            ("Own", Column::Money),
            ("Shared", Column::Money),
            ("Adjustments", Column::Money),
            ("Total", Column::Money),
        ],
        decimals: shown.document.currency.minor_unit(),
        rows: shown.statements.iter().map(row).collect(),
        total: vec!["Total".into(), Cell::Empty, Cell::Empty, Cell::Empty, shown.total.into()],
        of_nobody: false,
        missing: missing(shown.document, None),
    }
}

/// The statement of one cost centre for people.
pub fn statement(shown: &Shown<'_>, one: &Statement) -> Sheet {
    let (document, names) = (shown.document, names(shown.document));
    let row = |(line, month, why): Entry<'_>| {
        let name = line.subscription_id.and_then(|id| names.get(&id).copied()).unwrap_or_default();
        let item = [line.service.as_str(), line.name.as_str(), line.region.as_str()];
        let mut item = item.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        if let Some(why) = why {
            item = format!("Adjustment of {month}: {item} ({why})");
        }
        let no_price = line.amount.is_none().then_some(Cell::Text("no price".to_owned()));
        vec![
            kind(&line.what).into(),
            name.into(),
            item.into(),
            line.quantity.into(),
            line.unit.as_str().into(),
            line.list_cost.into(),
            no_price.unwrap_or_else(|| line.amount.into()),
        ]
    };
    let mut ours: Vec<Entry<'_>> = entries(document).filter(|(line, ..)| line.cost_centre == one.cost_centre).collect();
    // What is its own before what it shares, the dearest first, and what changed in other months at the end.
    ours.sort_by_key(|(line, month, why)| (why.is_some(), rank(&line.what), *month, std::cmp::Reverse(line.amount)));
    let mut facts = facts(shown);
    facts.insert(0, ("Cost centre", name_of(one.cost_centre.as_ref())));
    Sheet {
        title: format!("{}, {}", name_of(one.cost_centre.as_ref()), document.month),
        facts,
        head: vec![
            ("Kind", Column::Text),
            ("Subscription", Column::Text),
            ("Item", Column::Text),
            ("Quantity", Column::Number),
            ("Unit", Column::Text),
            ("List cost", Column::Number),
            ("Amount", Column::Money),
        ],
        decimals: document.currency.minor_unit(),
        rows: ours.into_iter().map(row).collect(),
        total: vec!["Total".into(), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, one.total.into()],
        of_nobody: one.cost_centre.is_none(),
        missing: missing(document, Some(&one.cost_centre)),
    }
}

fn facts(shown: &Shown<'_>) -> Vec<(&'static str, String)> {
    vec![
        ("Month", shown.document.month.clone()),
        ("State", state(shown)),
        ("Currency", shown.document.currency.code().to_owned()),
        ("All statements", amount(shown.total, shown.document.currency.minor_unit())),
    ]
}

/// What is in no sum.
fn missing(document: &Document, only: Option<&Option<String>>) -> Vec<String> {
    let unpriced = document.unpriced().into_iter();
    let ours = unpriced.filter(|one| only.is_none_or(|only| *only == one.cost_centre));
    let mut missing: Vec<String> =
        ours.map(|one| format!("No price: {} {} of {}", one.quantity, one.unit, one.name)).collect();
    let unread = document.basis.subscriptions.iter().filter(|source| !source.gaps.is_empty());
    missing.extend(unread.map(|source| format!("Not read: {} reported days of {}", source.gaps.len(), source.name)));
    missing.extend(document.basis.left_out.iter().map(|id| format!("Not in it: subscription {id}")));
    missing
}
