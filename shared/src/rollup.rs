//! Exact charges summed by one tag and UTC day, from columns: what a cost centre spent on each day.
//!
//! The same rows and digits as [`crate::rating::rate`] followed by [`mod@crate::spend`], without a value per
//! row in between. Where columns cannot say what a row says, or fixed point ends, these two do the work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::columns::{
    COST_DECIMALS, ColumnRating, PeriodCharge, QUANTITY_DECIMALS, RowCharge, UnpricedPart, UsageColumns, WIDE,
};
use crate::decimal::{Decimal, Inexact};
use crate::guid::SubscriptionId;
use crate::period::{BillingPeriod, utc_date};
use crate::ratebook::format::OpenBook;
use crate::rating::{self, Account, RateError};
use crate::spend;
use crate::usage::{Resource, UsageAggregate};
use crate::warning::Warning;

const DAY_SECONDS: i64 = 86_400;

/// Usage in columns, and the rows that columns cannot hold.
#[derive(Debug, Clone, Default)]
pub struct RollupUsage {
    /// All rows.
    pub columns: UsageColumns,
    /// Row → all of it, where the columns do not say everything that counts: times between two seconds, and what
    /// tells rows without a resource apart.
    pub aside: BTreeMap<u32, UsageAggregate>,
}

/// Why there is no rollup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollupError {
    /// The usage could not be rated.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// The sum of a group has too many digits.
    #[error("a sum: {0}")]
    Sum(#[from] Inexact),
    /// The columns do not belong together.
    #[error("the columns do not belong together")]
    Columns,
    /// The unit texts of usage and price are compared, and columns do not hold that of the usage.
    #[error("units are compared with this book: sum the rows instead")]
    Units,
}

/// What one value of the tag cost on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDay {
    /// The UTC day.
    pub day: Date,
    /// The value, exactly as written; `(none)` where there is none.
    pub value: String,
    /// Exact cost of what has a price.
    pub cost: Decimal,
    /// How many rows of usage are in it.
    pub rows: usize,
    /// How many of them have no price: their money is not in `cost`.
    pub unpriced_rows: usize,
}

impl TagDay {
    /// Its cost, absent where none of its rows has a price: an unknown sum is no 0.
    #[must_use]
    pub fn known_cost(&self) -> Option<Decimal> {
        (self.unpriced_rows < self.rows).then_some(self.cost)
    }
}

impl Serialize for TagDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            day: Date,
            value: &'a str,
            cost: Option<Decimal>,
            rows: usize,
            unpriced_rows: usize,
        }
        let TagDay { day, value, rows, unpriced_rows, .. } = self;
        let (day, rows, unpriced_rows) = (*day, *rows, *unpriced_rows);
        Wire { day, value, cost: self.known_cost(), rows, unpriced_rows }.serialize(serializer)
    }
}

/// By day, and within a day the dearest value first.
fn sort(rows: &mut [TagDay]) {
    rows.sort_by(|a, b| (a.day, b.cost, &a.value).cmp(&(b.day, a.cost, &b.value)));
}

/// Exact charges, and their sums by tag and day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollup {
    /// By day; within a day the dearest value of the tag first.
    pub rows: Vec<TagDay>,
    /// By subscription, billing period and meter.
    pub periods: Vec<PeriodCharge>,
    /// How many charges have a cost whose decimals have no end and are cut off.
    pub endless: usize,
    /// How many rows did not count, because a later reading of them did.
    pub replaced: usize,
    /// What was doubtful, where the rows were rated one by one; columns leave it to the numbers above.
    pub warnings: Option<Vec<Warning>>,
}

/// Rates the usage and sums it by the values of the tag, exactly as written, and by UTC day.
pub fn by_tag_and_day(
    usage: &RollupUsage,
    open: &OpenBook,
    account: impl Fn(SubscriptionId) -> Account,
    tag: &str,
) -> Result<Rollup, RollupError> {
    if open.book.header().units_are_compared() {
        return Err(RollupError::Units);
    }
    // What is reported by the hour and by the day is doubtful, and only rows can say where.
    let doubtful = crate::usage::mixed_reports(usage.columns.buckets.iter().map(|bucket| &**bucket));
    let fast = if usage.aside.is_empty() && !doubtful { in_columns(&usage.columns, open, &account, tag) } else { None };
    match fast {
        Some(rollup) => Ok(rollup),
        None => of_rows(&usage.rows().ok_or(RollupError::Columns)?, open, &account, tag),
    }
}

/// The sum of one group on one day.
#[derive(Clone, Copy)]
struct Cell {
    /// At [`COST_DECIMALS`] decimals.
    fixed: i128,
    /// What fixed point could not hold.
    wide: Decimal,
    rows: usize,
    unpriced_rows: usize,
}

const EMPTY: Cell = Cell { fixed: 0, wide: Decimal::ZERO, rows: 0, unpriced_rows: 0 };

impl Cell {
    #[inline]
    fn add(&mut self, cost: i128) -> Option<()> {
        match self.fixed.checked_add(cost) {
            Some(sum) => self.fixed = sum,
            None => {
                self.wide = self.cost()?;
                self.fixed = cost;
            }
        }
        Some(())
    }

    fn cost(&self) -> Option<Decimal> {
        self.wide.plus(Decimal::new(self.fixed, COST_DECIMALS as u8)).ok()
    }
}

/// Cells by day and group: a table, or a map where most of a table would stay empty.
enum Cells {
    Table(Vec<Cell>),
    Map(BTreeMap<usize, Cell>),
}

impl Cells {
    fn new(cells: Option<usize>, rows: usize) -> Cells {
        match cells {
            Some(cells) if cells <= 65_536 + 2 * rows => Cells::Table(vec![EMPTY; cells]),
            _ => Cells::Map(BTreeMap::new()),
        }
    }

    #[inline]
    fn at(&mut self, place: usize) -> &mut Cell {
        match self {
            Cells::Table(cells) => &mut cells[place],
            Cells::Map(cells) => cells.entry(place).or_insert(EMPTY),
        }
    }

    fn used(self) -> Box<dyn Iterator<Item = (usize, Cell)>> {
        match self {
            Cells::Table(cells) => Box::new(cells.into_iter().enumerate().filter(|(_, cell)| cell.rows > 0)),
            Cells::Map(cells) => Box::new(cells.into_iter()),
        }
    }
}

/// Values that are written alike are one group, and so is what has none.
fn value_of(resource: Option<&Resource>, tag: &str) -> String {
    let text = resource.and_then(|resource| resource.tag(tag)).filter(|text| !text.is_empty());
    text.map_or(spend::NONE, String::as_str).to_owned()
}

/// `None` leaves it to [`of_rows`], which then knows better or says why not.
fn in_columns(
    usage: &UsageColumns,
    open: &OpenBook,
    account: &impl Fn(SubscriptionId) -> Account,
    tag: &str,
) -> Option<Rollup> {
    let ordered = usage.ordered().ok()?;
    let rating = ordered.rate(open, account, ColumnRating::default()).ok()?;
    // Resource → group. Values that are written alike are one group, and so is what has none.
    let values: Vec<String> = usage.resources.iter().map(|resource| value_of(resource.as_deref(), tag)).collect();
    let names: Vec<&str> = values.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
    let groups: Vec<usize> = values.iter().map(|value| names.partition_point(|name| *name < value.as_str())).collect();

    let days = days_of(&usage.starts_at);
    let mut cells = Cells::new(days.len().checked_mul(names.len()), usage.len());
    let (mut today, mut first_of_today) = (None, 0);
    let rows = rating.charges.iter().zip(&usage.starts_at).zip(&usage.resource);
    for ((charge, start), resource) in rows {
        let day = start.div_euclid(DAY_SECONDS);
        if today != Some(day) {
            (today, first_of_today) = (Some(day), days.partition_point(|known| *known < day) * names.len());
        }
        if charge == RowCharge::Replaced {
            continue;
        }
        let cell = cells.at(first_of_today + groups[*resource as usize]);
        cell.rows += 1;
        match charge {
            RowCharge::Fixed(cost) => cell.add(cost)?,
            RowCharge::Wide(cost) => cell.wide = cell.wide.plus(cost).ok()?,
            RowCharge::Unpriced(_) => cell.unpriced_rows += 1,
            RowCharge::Replaced => {}
        }
    }
    let mut rows = Vec::new();
    for (place, cell) in cells.used() {
        let at = Timestamp::from_second(days[place / names.len()] * DAY_SECONDS).ok()?;
        rows.push(TagDay {
            day: utc_date(at),
            value: names[place % names.len()].to_owned(),
            cost: cell.cost()?,
            rows: cell.rows,
            unpriced_rows: cell.unpriced_rows,
        });
    }
    sort(&mut rows);
    // Columns rate no price per block.
    let replaced = ordered.order().replaced.len();
    Some(Rollup { rows, periods: rating.periods, endless: 0, replaced, warnings: None })
}

/// The distinct days of the times, in order.
fn days_of(starts_at: &[i64]) -> Vec<i64> {
    let mut days = BTreeSet::new();
    let mut last = None;
    for start in starts_at {
        let day = start.div_euclid(DAY_SECONDS);
        if last != Some(day) {
            days.insert(day);
            last = Some(day);
        }
    }
    days.into_iter().collect()
}

/// The same from rows, one by one: what [`by_tag_and_day`] must equal, and the way for books that compare units.
pub fn of_rows(
    rows: &[UsageAggregate],
    open: &OpenBook,
    account: &impl Fn(SubscriptionId) -> Account,
    tag: &str,
) -> Result<Rollup, RollupError> {
    let rating = rating::rate(rows, open, account)?;
    let periods = rating.charges.iter().map(|charge| PeriodCharge {
        subscription_id: charge.subscription_id,
        period: BillingPeriod { start_at: charge.billing_period_start.0, end_at: charge.billing_period_end.0 },
        meter_id: charge.meter_id,
        quantity: charge.quantity,
        known_cost: charge.known_cost,
        unpriced: charge.reason.map(|reason| Box::new(UnpricedPart { quantity: charge.unpriced_quantity, reason })),
    });
    let mut days: BTreeMap<(Date, String), TagDay> = BTreeMap::new();
    for slice in &rating.slices {
        let (day, value) = (utc_date(slice.row.usage_start_at), value_of(slice.row.resource.as_deref(), tag));
        let empty = TagDay { day, value: value.clone(), cost: Decimal::ZERO, rows: 0, unpriced_rows: 0 };
        let sum = days.entry((day, value)).or_insert(empty);
        sum.rows += 1;
        match slice.cost {
            Some(cost) => sum.cost = sum.cost.plus(cost)?,
            None => sum.unpriced_rows += 1,
        }
    }
    let mut days: Vec<TagDay> = days.into_values().collect();
    sort(&mut days);
    let endless = rating.charges.iter().filter(|charge| charge.cost_cut_after.is_some()).count();
    let (periods, replaced) = (periods.collect(), rows.len() - rating.slices.len());
    Ok(Rollup { rows: days, periods, endless, replaced, warnings: Some(rating.warnings) })
}

impl RollupUsage {
    /// The rows, with all of them that a rating asks for; `None` where the columns do not belong together.
    #[must_use]
    pub fn rows(&self) -> Option<Vec<UsageAggregate>> {
        let columns = &self.columns;
        let nothing: Arc<str> = "".into();
        let at = |second: i64| Timestamp::from_second(second).ok();
        let row = |row: usize| {
            if let Some(whole) = self.aside.get(&(row as u32)) {
                return Some(whole.clone());
            }
            Some(UsageAggregate {
                subscription_id: *columns.subscriptions.get(*columns.subscription.get(row)? as usize)?,
                meter_id: *columns.meters.get(*columns.meter.get(row)? as usize)?,
                usage_start_at: at(*columns.starts_at.get(row)?)?,
                usage_end_at: at(*columns.ends_at.get(row)?)?,
                bucket: columns.buckets.get(*columns.bucket.get(row)? as usize)?.clone(),
                quantity: match *columns.quantity.get(row)? {
                    WIDE => *columns.wide.get(&(row as u32))?,
                    fixed => Decimal::new(fixed.into(), QUANTITY_DECIMALS as u8),
                },
                meter_name: nothing.clone(),
                meter_category: nothing.clone(),
                meter_sub_category: nothing.clone(),
                meter_region: nothing.clone(),
                unit: nothing.clone(),
                info_fields: None,
                resource: columns.resources.get(*columns.resource.get(row)? as usize)?.clone(),
                instance_text: None,
                rule_tags: None,
            })
        };
        (0..columns.len()).map(row).collect()
    }
}
