//! Usage in columns, and its exact rating at the speed of memory.
//!
//! The same rows as [`crate::usage::UsageAggregate`], taken apart: what repeats stands once in a dictionary,
//! a row is a number into each, and a quantity is a fixed-point integer. Ten million rows then fit a laptop,
//! and a rate is a table look-up and one multiplication. Whatever does not fit is kept aside as a [`Decimal`]
//! and goes the slow way of [`crate::rating`]: the result has the same digits either way.

mod decide;
mod growing;
mod join;
mod kernel;
#[cfg(test)]
mod laws;
mod order;
mod prices;
mod result;
mod states;
pub(crate) mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::decimal::Decimal;
use crate::guid::{MeterId, SubscriptionId};
use crate::ratebook::format::OpenBook;
use crate::rating::{Account, BillingCalendar, RateError};
use crate::usage::{Resource, UsageAggregate};
pub use join::MeterNumbers;
use kernel::Rater;
pub use order::Order;
use prices::Prices;
pub use result::{COST_DECIMALS, PeriodCharge, RowCharge, RowCharges, UnpricedPart};
use states::{Dense, Sparse};

/// Digits behind the point of [`UsageColumns::quantity`]: no reported quantity was seen with more.
pub const QUANTITY_DECIMALS: u32 = 10;

/// Stands in [`UsageColumns::quantity`] where the number does not fit and is in [`UsageColumns::wide`].
pub const WIDE: i64 = i64::MIN;

/// Why columns could not be rated. There is no partly wrong rating.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// More rows than a row number can tell apart.
    #[error("more than {} rows", u32::MAX)]
    TooManyRows,
    /// A column that is longer or shorter than the quantities.
    #[error("the column {column} has another length than the quantities")]
    Length {
        /// Its name.
        column: &'static str,
    },
    /// A number that points at no entry of the dictionary.
    #[error("the column {column} points beyond its dictionary")]
    NoEntry {
        /// Its name.
        column: &'static str,
    },
    /// A subscription or meter with two numbers would have two running totals.
    #[error("the dictionary of the column {column} has an entry twice")]
    Repeated {
        /// Its name.
        column: &'static str,
    },
    /// A quantity is marked as kept aside and is not there.
    #[error("the quantity of row {row} is neither in the column nor kept aside")]
    NotAside {
        /// The row.
        row: usize,
    },
    /// Something decides the price that columns do not hold.
    #[error("{why}: rate the rows instead")]
    NotInColumns {
        /// What.
        why: &'static str,
    },
    /// A usage time outside the calendar.
    #[error("a time is outside the calendar")]
    Time,
    /// What stops every rating.
    #[error(transparent)]
    Rate(#[from] RateError),
}

/// Rows of usage, column by column. All columns are equally long; row `n` is entry `n` of each.
///
/// An entry of a dictionary stands there once; a resource whose tags changed is another entry with the same URI.
/// A row without a resource has an entry of `resources` as well, `None`: one for each text that tells such rows
/// apart (`infoFields`, or `instanceData` that is not readable).
#[derive(Debug, Clone, Default)]
pub struct UsageColumns {
    /// The subscriptions that `subscription` points at.
    pub subscriptions: Vec<SubscriptionId>,
    /// The meters that `meter` points at.
    pub meters: Vec<MeterId>,
    /// The resources that `resource` points at.
    pub resources: Vec<Option<Arc<Resource>>>,
    /// The reported buckets that `bucket` points at.
    pub buckets: Vec<Arc<str>>,
    /// Who used it.
    pub subscription: Vec<u32>,
    /// What was counted.
    pub meter: Vec<u32>,
    /// What used it.
    pub resource: Vec<u32>,
    /// The reported bucket.
    pub bucket: Vec<u32>,
    /// Start of the usage, inclusive, in seconds since 1970 UTC.
    pub starts_at: Vec<i64>,
    /// End of the usage, exclusive, in seconds since 1970 UTC.
    pub ends_at: Vec<i64>,
    /// The quantity at [`QUANTITY_DECIMALS`] decimals, or [`WIDE`].
    pub quantity: Vec<i64>,
    /// Row → quantity, for the rows whose number does not fit `quantity`.
    pub wide: BTreeMap<u32, Decimal>,
}

/// The quantity as it stands in [`UsageColumns::quantity`]; `None` where it does not fit.
#[must_use]
pub fn fixed_quantity(quantity: Decimal) -> Option<i64> {
    let fixed = i64::try_from(quantity.fixed(QUANTITY_DECIMALS)?).ok()?;
    (fixed != WIDE).then_some(fixed)
}

impl UsageColumns {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.quantity.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.quantity.is_empty()
    }

    /// Adds the quantity of the next row to the column, or to the rows kept aside.
    pub fn push_quantity(&mut self, quantity: Decimal) {
        let fixed = fixed_quantity(quantity).unwrap_or_else(|| {
            self.wide.insert(self.quantity.len() as u32, quantity);
            WIDE
        });
        self.quantity.push(fixed);
    }

    /// Takes rows apart. Times are cut to whole seconds, which is what Azure reports.
    #[must_use]
    pub fn of_rows(rows: &[UsageAggregate]) -> UsageColumns {
        let mut columns = UsageColumns::default();
        let (mut subscriptions, mut meters) = (BTreeMap::new(), BTreeMap::new());
        let (mut resources, mut buckets) = (BTreeMap::new(), BTreeMap::new());
        for row in rows {
            let resource = row.resource.as_ref().map(|resource| (&resource.uri, &resource.location, &resource.tags));
            let told_apart = if resource.is_none() {
                (row.instance_text.as_deref(), row.info_fields.as_deref())
            } else {
                (None, None)
            };
            columns.subscription.push(number(
                &mut subscriptions,
                &mut columns.subscriptions,
                row.subscription_id,
                || row.subscription_id,
            ));
            columns.meter.push(number(&mut meters, &mut columns.meters, row.meter_id, || row.meter_id));
            columns
                .resource
                .push(number(&mut resources, &mut columns.resources, (resource, told_apart), || row.resource.clone()));
            columns.bucket.push(number(&mut buckets, &mut columns.buckets, &row.bucket, || row.bucket.clone()));
            columns.starts_at.push(row.usage_start_at.as_second());
            columns.ends_at.push(row.usage_end_at.as_second());
            columns.push_quantity(row.quantity);
        }
        columns
    }
}

/// The number of a value in its dictionary, where it is added the first time.
fn number<K: Ord, V>(numbers: &mut BTreeMap<K, u32>, values: &mut Vec<V>, key: K, value: impl FnOnce() -> V) -> u32 {
    *numbers.entry(key).or_insert_with(|| {
        values.push(value());
        (values.len() - 1) as u32
    })
}

/// Columns that were looked through once: any number of books can rate them.
#[derive(Debug)]
pub struct OrderedColumns<'u> {
    usage: &'u UsageColumns,
    order: Order,
}

impl UsageColumns {
    /// Checks the columns and finds the order in which their rows count.
    pub fn ordered(&self) -> Result<OrderedColumns<'_>, ColumnsError> {
        Ok(OrderedColumns { usage: self, order: self.order()? })
    }
}

/// What a rating of columns found.
#[derive(Debug, Clone, Default)]
pub struct ColumnRating {
    /// By subscription, billing period and meter.
    pub periods: Vec<PeriodCharge>,
    /// By row.
    pub charges: RowCharges,
}

impl OrderedColumns<'_> {
    /// In which order the rows count, and which do not.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// Rates all rows: the same digits as [`crate::rating::rate`] of the same rows, for each row and period.
    ///
    /// `room` is an earlier result whose memory is used again, or an empty one.
    pub fn rate(
        &self,
        open: &OpenBook,
        account: impl Fn(SubscriptionId) -> Account,
        room: ColumnRating,
    ) -> Result<ColumnRating, ColumnsError> {
        self.run::<true>(open, account, room)
    }

    /// The same without the charges of the rows: each month is added up first and goes through the tiers once.
    pub fn rate_periods(
        &self,
        open: &OpenBook,
        account: impl Fn(SubscriptionId) -> Account,
        room: Vec<PeriodCharge>,
    ) -> Result<Vec<PeriodCharge>, ColumnsError> {
        let room = ColumnRating { periods: room, charges: RowCharges::default() };
        Ok(self.run::<false>(open, account, room)?.periods)
    }

    fn run<const CHARGES: bool>(
        &self,
        open: &OpenBook,
        account: impl Fn(SubscriptionId) -> Account,
        room: ColumnRating,
    ) -> Result<ColumnRating, ColumnsError> {
        let OrderedColumns { usage, order } = self;
        if open.book.header().units_are_compared() {
            return Err(ColumnsError::NotInColumns { why: "units are compared, and columns have no unit of usage" });
        }
        let accounts: Vec<Account> = usage.subscriptions.iter().map(|id| account(*id)).collect();
        if accounts.iter().any(|account| account.accepts_later_price) {
            return Err(ColumnsError::NotInColumns { why: "a later price is accepted for earlier usage" });
        }
        let calendars: Vec<BillingCalendar> = accounts.into_iter().map(|account| account.calendar).collect();
        let start_of = |row: Option<&u32>| row.map(|row| usage.starts_at[*row as usize]);
        let (first, last) = match &order.sorted {
            Some(sorted) => (start_of(sorted.first()), start_of(sorted.last())),
            None => (usage.starts_at.first().copied(), usage.starts_at.last().copied()),
        };
        let (Some(first), Some(last)) = (first, last) else { return Ok(Default::default()) };
        let periods = periods_at_most(&calendars, last.abs_diff(first));
        let table = worth_a_table(usage, periods).then_some(periods);
        let prices = Prices::between(&open.book, &usage.meters, first, last).ok_or(ColumnsError::Time)?;
        self.run_in::<CHARGES>(prices, calendars, table, room)
    }

    /// With a table for that many periods, or without one.
    fn run_in<const CHARGES: bool>(
        &self,
        prices: Prices<'_>,
        calendars: Vec<BillingCalendar>,
        table: Option<u64>,
        room: ColumnRating,
    ) -> Result<ColumnRating, ColumnsError> {
        let OrderedColumns { usage, order } = self;
        if let Some(periods) = table {
            let states = Dense::new(usage.meters.len(), periods as usize);
            Rater::new(usage, prices, calendars, states).rate::<CHARGES>(order, room)
        } else {
            Rater::new(usage, prices, calendars, Sparse::new()).rate::<CHARGES>(order, room)
        }
    }
}

/// Checks columns and rates them once.
pub fn rate(
    usage: &UsageColumns,
    open: &OpenBook,
    account: impl Fn(SubscriptionId) -> Account,
) -> Result<ColumnRating, ColumnsError> {
    usage.ordered()?.rate(open, account, ColumnRating::default())
}

/// How many billing periods all subscriptions together can have in so many seconds.
fn periods_at_most(calendars: &[BillingCalendar], seconds: u64) -> u64 {
    const SHORTEST_PERIOD_SECONDS: u64 = 27 * 86_400;
    let by_anchor = 2 + seconds / SHORTEST_PERIOD_SECONDS;
    calendars.iter().map(|calendar| by_anchor + calendar.periods.len() as u64).sum()
}

/// Whether a state for every meter of every period takes no more room than the rows themselves.
fn worth_a_table(usage: &UsageColumns, periods: u64) -> bool {
    const SMALL: u64 = 1 << 20;
    periods.saturating_mul(usage.meters.len() as u64) <= SMALL + 2 * usage.len() as u64
}
