//! Goal seek: the largest number of pieces of one item with which a month stays within an amount.

use serde::Serialize;

use super::offers::book_of;
use super::workload::Workload;
use super::{Line, Options, estimate};
use crate::decimal::{Decimal, Inexact};
use crate::json::DecodeError;
use crate::meter::{Meter, PriceModel};
use crate::money::Currency;
use crate::order;
use crate::period::Instant;
use crate::problem::Problem;
use crate::ratebook::format::OpenBook;
use crate::search::SearchIndex;

/// More pieces are not looked for.
const MOST: u64 = 1_000_000_000;

/// The largest number that fits.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Goal {
    /// `forebill.goal/1`
    #[cfg_attr(feature = "types", ts(type = "\"forebill.goal/1\""))]
    pub schema: &'static str,
    /// Position of the item in the workload.
    pub item: usize,
    /// Its name.
    pub name: String,
    /// A month must not cost more.
    pub within: Decimal,
    /// The one currency.
    pub currency: Currency,
    /// How many pieces; absent where the month costs more without any.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub count: Option<u64>,
    /// What a month then costs after the terms of the offer; without any piece where none fits.
    pub monthly_due: Decimal,
    /// What a month with one more costs; absent where a thousand million fit, and where none does.
    pub one_more: Option<Decimal>,
}

/// Looks for it. The other items stay as they are; all lines must have a price.
pub fn largest_count(
    workload: &Workload,
    item: usize,
    limit: Decimal,
    open: &OpenBook,
    index: &SearchIndex,
    options: &Options<'_>,
) -> Result<Goal, DecodeError> {
    let Some(sought) = workload.items.get(item) else {
        return Err(DecodeError::at("items", format!("there is no item {}", item + 1)).named(Problem::NoSuchItem));
    };
    let mut tried = workload.clone();
    let first = estimate(workload, open, index, options)?;
    if let Some(line) = first.unpriced.first() {
        let path = format!("items[{}]", line.item);
        return Err(DecodeError::at(path, format!("it has no price ({}), so no number fits", line.explanation))
            .named(Problem::NoPrice));
    }
    // The same meter for every number that is tried, found once.
    for (item, line) in tried.items.iter_mut().zip(&first.lines) {
        if line.meter_id.is_some() {
            (item.meter_id, item.query) = (line.meter_id, None);
        }
    }
    let stretches = stretches(&tried, item, open, index, options)?;
    let mut due = |count: u64| -> Result<Decimal, DecodeError> {
        tried.items[item].count = Some(Decimal::parse(&count.to_string()).map_err(|error| {
            DecodeError::at(format!("items[{item}].count"), error.to_string()).named(Problem::NotReadable)
        })?);
        Ok(estimate(&tried, open, index, options)?.monthly_due())
    };
    let mut search = || -> Result<Option<u64>, DecodeError> {
        // Within a stretch more pieces never cost less, and the last stretch with a fitting start has the answer.
        for (start, end) in stretches.iter().rev() {
            if due(*start)? > limit {
                continue;
            }
            let (mut fits, mut over) = (*start, *end);
            while over - fits > 1 {
                let middle = fits + (over - fits) / 2;
                if due(middle)? > limit { over = middle } else { fits = middle }
            }
            return Ok(Some(fits));
        }
        Ok(None)
    };
    let count = search()?;
    let monthly_due = due(count.unwrap_or(0))?;
    let one_more = count.filter(|count| *count < MOST).map(|count| due(count + 1)).transpose()?;
    let (name, currency) = (sought.name.clone(), open.book.header().currency);
    Ok(Goal { schema: "forebill.goal/1", item, name, within: limit, currency, count, monthly_due, one_more })
}

/// Numbers of pieces from one to before another, within which more never cost less. Only volume prices fall: at each
/// bound all units get the price of the next tier.
fn stretches(
    workload: &Workload,
    item: usize,
    open: &OpenBook,
    index: &SearchIndex,
    options: &Options<'_>,
) -> Result<Vec<(u64, u64)>, DecodeError> {
    let path = |field: &str| format!("items[{item}]{field}");
    let mut single = workload.clone();
    single.items[item].count = Some(Decimal::ONE);
    let single = estimate(&single, open, index, options)?;
    let line = &single.lines[item];
    let mut starts = order::set([0, MOST + 1]);
    let rows = line.meter_id.map_or(&[][..], |id| book_of(line.book.as_ref(), open, options.beside).book.rows_of(id));
    let of_line = |row: &&Meter| *row.region == *line.region && Some(Instant(row.effective_at)) == line.effective_at;
    let volume = |row: &&Meter| row.tiers.model() == PriceModel::Volume;
    if let Some(meter) = rows.iter().filter(of_line).find(volume) {
        if *meter.unit != *line.unit {
            return Err(DecodeError::at(path(".unit"), "a volume price is sought in its own unit only")
                .named(Problem::OwnUnitOnly));
        }
        let bounds = || -> Result<Vec<Decimal>, Inexact> {
            let of_meter = |line: &Line| (line.book.clone(), line.meter_id);
            let same = single.lines.iter().filter(|other| of_meter(other) == of_meter(line) && other.item != item);
            let others = same.into_iter().try_fold(Decimal::ZERO, |sum, other| sum.plus(other.quantity))?;
            let free = meter.included_quantity.minus(others)?;
            let bounds = meter.tiers.tiers().iter().map(|tier| tier.from.plus(free)?.divided_rounded(line.quantity, 0));
            bounds.collect()
        };
        // A piece of nothing costs nothing, however many there are.
        if !line.quantity.is_zero() {
            let bounds =
                bounds().map_err(|error| DecodeError::at(path(""), error.to_string()).named(Problem::NotExact))?;
            let near = bounds.iter().filter_map(|bound| bound.to_string().parse::<u64>().ok());
            // The bound itself is at most one beside the rounded quotient.
            starts.extend(near.flat_map(|near| near.saturating_sub(1)..=near.saturating_add(1)).filter(|n| *n <= MOST));
        }
    }
    Ok(starts.iter().copied().zip(starts.iter().copied().skip(1)).collect())
}
