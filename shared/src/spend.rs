//! Rated usage, grouped: by meter, service, region, resource, tag, and by hour, day or month.
//!
//! Groups are sums of the same exact row costs, so every grouping adds up to the same total.

pub mod tree;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::decimal::{Decimal, Inexact};
use crate::period::utc_date;
use crate::rating::proration::ProratedSlice;
use crate::usage::UsageAggregate;

/// What rows are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupBy {
    /// The meter: its names, and its id, since names repeat.
    Meter,
    /// Service.
    Service,
    /// Billing region.
    Region,
    /// Resource id.
    Resource,
    /// Resource group.
    ResourceGroup,
    /// Subscription.
    Subscription,
    /// Value of one tag, exactly as written; the case of the tag's name means nothing.
    Tag(String),
}

impl std::str::FromStr for GroupBy {
    type Err = String;
    fn from_str(text: &str) -> Result<GroupBy, String> {
        Ok(match text {
            "meter" => GroupBy::Meter,
            "service" => GroupBy::Service,
            "region" => GroupBy::Region,
            "resource" => GroupBy::Resource,
            "resource-group" => GroupBy::ResourceGroup,
            "subscription" => GroupBy::Subscription,
            _ => match text.strip_prefix("tag:") {
                Some(name) if !name.is_empty() => GroupBy::Tag(name.to_owned()),
                _ => return Err("meter, service, region, resource, resource-group, subscription or tag:NAME".into()),
            },
        })
    }
}

/// How time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// The whole period.
    Month,
    /// UTC days.
    Day,
    /// UTC hours.
    Hour,
}

impl std::str::FromStr for Bucket {
    type Err = String;
    fn from_str(text: &str) -> Result<Bucket, String> {
        match text {
            "month" => Ok(Bucket::Month),
            "day" => Ok(Bucket::Day),
            "hour" => Ok(Bucket::Hour),
            _ => Err("hour, day or month".into()),
        }
    }
}

/// Money that has no value of the grouping.
pub(crate) const NONE: &str = "(none)";

/// One group in one time bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendRow {
    /// The group.
    pub group: String,
    /// Start of the bucket: a day or an hour in UTC; absent for the whole period.
    pub bucket: Option<String>,
    /// Exact cost of what has a price.
    pub cost: Decimal,
    /// The part of the invoice: each charge is rounded once per meter and billing period and shared among its rows.
    pub invoice_cost: Decimal,
    /// How many rows of usage are in it.
    pub rows: usize,
    /// How many of them have no price: their money is not in `cost`.
    pub unpriced_rows: usize,
}

impl SpendRow {
    fn empty(group: String, bucket: Option<String>) -> SpendRow {
        let (cost, invoice_cost) = (Decimal::ZERO, Decimal::ZERO);
        SpendRow { group, bucket, cost, invoice_cost, rows: 0, unpriced_rows: 0 }
    }

    fn add(&mut self, rated: &ProratedSlice<'_>) -> Result<(), Inexact> {
        self.rows += 1;
        match rated.slice.cost {
            Some(cost) => self.cost = self.cost.plus(cost)?,
            None => self.unpriced_rows += 1,
        }
        self.invoice_cost = self.invoice_cost.plus(rated.invoice_cost.unwrap_or(Decimal::ZERO))?;
        Ok(())
    }

    /// Its cost and its part of the invoice, absent where none of its rows has a price: an unknown sum is no 0.
    #[must_use]
    pub fn known(&self) -> Option<(Decimal, Decimal)> {
        (self.unpriced_rows < self.rows).then_some((self.cost, self.invoice_cost))
    }
}

impl Serialize for SpendRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            group: &'a str,
            bucket: Option<&'a str>,
            cost: Option<Decimal>,
            invoice_cost: Option<Decimal>,
            rows: usize,
            unpriced_rows: usize,
        }
        let (cost, invoice_cost) = self.known().unzip();
        let SpendRow { group, bucket, rows, unpriced_rows, .. } = self;
        let (bucket, rows, unpriced_rows) = (bucket.as_deref(), *rows, *unpriced_rows);
        Wire { group, bucket, cost, invoice_cost, rows, unpriced_rows }.serialize(serializer)
    }
}

/// Groups the rows. Within a bucket the dearest group comes first.
pub fn group(rated: &[ProratedSlice<'_>], by: &GroupBy, bucket: Bucket) -> Result<Vec<SpendRow>, Inexact> {
    let mut groups: BTreeMap<(Option<String>, String), SpendRow> = BTreeMap::new();
    for one in rated {
        let row = one.slice.row;
        let (group, bucket) = (group_of(row, by), bucket_of(row.usage_start_at, bucket));
        // Azure writes one resource in several cases: it is one line, under the first of its spellings.
        let key = if *by == GroupBy::Resource { group.to_lowercase() } else { group.clone() };
        let known = groups.entry((bucket.clone(), key)).or_insert_with(|| SpendRow::empty(group.clone(), bucket));
        if group < known.group {
            known.group = group;
        }
        known.add(one)?;
    }
    let mut rows: Vec<SpendRow> = groups.into_values().collect();
    rows.sort_by(|a, b| (&a.bucket, b.cost, &a.group).cmp(&(&b.bucket, a.cost, &b.group)));
    Ok(rows)
}

/// The value of a tag as the name of a group. One that reads like none is quoted: it is no missing tag.
#[must_use]
pub fn named(value: &str) -> String {
    if value.trim_matches('"') == NONE { format!("\"{value}\"") } else { value.to_owned() }
}

fn group_of(row: &UsageAggregate, by: &GroupBy) -> String {
    let resource = row.resource.as_ref();
    let text = match by {
        GroupBy::Meter => {
            // Names repeat, at different prices: the id is what tells meters apart.
            let id = row.meter_id.to_string();
            let parts = [&*row.meter_category, &row.meter_sub_category, &row.meter_name, &row.meter_region, &id];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
        }
        GroupBy::Service => row.meter_category.to_string(),
        GroupBy::Region => row.meter_region.to_string(),
        GroupBy::Resource => resource.map(|r| r.uri.clone()).unwrap_or_default(),
        // Azure writes one group in several cases.
        GroupBy::ResourceGroup => resource.and_then(|r| r.group()).unwrap_or("").to_lowercase(),
        GroupBy::Subscription => row.subscription_id.to_string(),
        GroupBy::Tag(name) => row.tag(name).map(|value| named(value)).unwrap_or_default(),
    };
    if text.is_empty() { NONE.to_owned() } else { text }
}

fn bucket_of(at: Timestamp, bucket: Bucket) -> Option<String> {
    match bucket {
        Bucket::Month => None,
        Bucket::Day => Some(utc_date(at).to_string()),
        Bucket::Hour => {
            let hour = jiff::tz::Offset::UTC.to_datetime(at).hour();
            Some(format!("{}T{hour:02}:00:00Z", utc_date(at)))
        }
    }
}
