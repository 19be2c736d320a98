//! Usage in columns, and its exact rating at the speed of memory.
//!
//! The same rows as [`crate::usage::UsageAggregate`], taken apart: what repeats stands once in a dictionary,
//! a row is a number into each, and a quantity is a fixed-point integer. Ten million rows then fit a laptop,
//! and a rate is a table look-up and one multiplication. Whatever does not fit is kept aside as a [`Decimal`]
//! and goes the slow way of [`crate::rating`]: the result has the same digits either way.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::decimal::Decimal;
use crate::guid::{MeterId, SubscriptionId};
use crate::usage::{Resource, UsageAggregate};

/// Digits behind the point of [`UsageColumns::quantity`]: no reported quantity was seen with more.
pub const QUANTITY_DECIMALS: u32 = 10;

/// Stands in [`UsageColumns::quantity`] where the number does not fit and is in [`UsageColumns::wide`].
pub const WIDE: i64 = i64::MIN;

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
