//! Usage as it was reported, and which of its rows count.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::decimal::Decimal;
use crate::guid::{MeterId, SubscriptionId};
use crate::order::Map;
use crate::period::Granularity;
use crate::warning::{Warning, WarningCode};

/// One reported bucket of one meter for one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageAggregate {
    /// Who used it.
    pub subscription_id: SubscriptionId,
    /// What was counted.
    pub meter_id: MeterId,
    /// Start of the usage, inclusive.
    pub usage_start_at: Timestamp,
    /// End of the usage, exclusive.
    pub usage_end_at: Timestamp,
    /// The reported bucket (`Daily_BRSDT_20150501_0000`); usage of one day may come in several.
    pub bucket: Arc<str>,
    /// In the meter's unit; negative in a correction.
    pub quantity: Decimal,
    /// Name of the meter at that time; never used to find a price.
    pub meter_name: Arc<str>,
    /// Service.
    pub meter_category: Arc<str>,
    /// Such as `Dsv5 Series`; often missing.
    pub meter_sub_category: Arc<str>,
    /// Billing region; often missing.
    pub meter_region: Arc<str>,
    /// Unit text.
    pub unit: Arc<str>,
    /// `infoFields` of a classic row, with sorted keys.
    pub info_fields: Option<String>,
    /// The resource, where the row names one.
    pub resource: Option<Arc<Resource>>,
    /// `instanceData` that could not be read, kept because it tells rows apart.
    pub instance_text: Option<String>,
    /// Tags that rules give a row which names no resource; they are no part of its identity.
    pub rule_tags: Option<Arc<Map<String, String>>>,
}

/// How the bucket says that it was reported: `Daily_BRSDT_…` or `Hourly_BRSDT_…`.
#[must_use]
pub fn reported_by(bucket: &str) -> Option<Granularity> {
    let starts = |word: &str| bucket.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    match (starts("daily_"), starts("hourly_")) {
        (true, _) => Some(Granularity::Daily),
        (_, true) => Some(Granularity::Hourly),
        _ => None,
    }
}

/// The day on which the bucket says that it was reported.
#[must_use]
pub fn reported_on(bucket: &str) -> Option<Date> {
    let digits = bucket.split('_').nth(2).filter(|part| part.len() == 8 && part.bytes().all(|b| b.is_ascii_digit()))?;
    let (year, month, day) = (digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?);
    Date::new(year, month, day).ok()
}

/// Whether some buckets are of hours and some of days.
pub fn mixed_reports<'b>(buckets: impl Iterator<Item = &'b str>) -> bool {
    let (mut hours, mut days) = (false, false);
    for bucket in buckets {
        match reported_by(bucket) {
            Some(Granularity::Hourly) => hours = true,
            Some(Granularity::Daily) => days = true,
            None => {}
        }
        if hours && days {
            return true;
        }
    }
    false
}

/// What used the meter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Full resource id.
    pub uri: String,
    /// Azure's location name; empty when not given.
    pub location: String,
    /// Tags as reported, spelling mistakes included.
    pub tags: Map<String, String>,
}

impl Resource {
    /// The resource group, in the case it was written in.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        let mut parts = self.uri.split('/');
        parts.find(|part| part.eq_ignore_ascii_case("resourceGroups"))?;
        parts.next().filter(|group| !group.is_empty())
    }

    /// The value of a tag. Azure holds names that differ in case for one tag, and reports keep what was written.
    #[must_use]
    pub fn tag(&self, name: &str) -> Option<&String> {
        tag_of(&self.tags, name)
    }

    /// The last segment of the id.
    #[must_use]
    pub fn name(&self) -> &str {
        self.uri.rsplit('/').next().unwrap_or(&self.uri)
    }
}

fn tag_of<'t>(tags: &'t Map<String, String>, name: &str) -> Option<&'t String> {
    let other_case = || tags.iter().find(|(written, _)| written.eq_ignore_ascii_case(name));
    tags.get(name).or_else(|| other_case().map(|(_, value)| value))
}

/// What makes two readings the same row.
///
/// `id` and `name` are shared by all rows of a bucket, so they are no key; the resource decides,
/// or the classic `infoFields`, or whatever else tells the row apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey<'a> {
    subscription_id: SubscriptionId,
    meter_id: MeterId,
    usage_start_at: Timestamp,
    usage_end_at: Timestamp,
    bucket: &'a str,
    resource: &'a str,
    info_fields: &'a str,
}

impl UsageAggregate {
    /// The value of a tag: of its resource, or of rules where it names none.
    #[must_use]
    pub fn tag(&self, name: &str) -> Option<&String> {
        match &self.resource {
            Some(resource) => resource.tag(name),
            None => self.rule_tags.as_ref().and_then(|tags| tag_of(tags, name)),
        }
    }

    /// The row's identity.
    #[must_use]
    pub fn key(&self) -> RowKey<'_> {
        let uri = self.resource.as_ref().map(|resource| resource.uri.as_str());
        RowKey {
            subscription_id: self.subscription_id,
            meter_id: self.meter_id,
            usage_start_at: self.usage_start_at,
            usage_end_at: self.usage_end_at,
            bucket: &self.bucket,
            resource: uri.or(self.instance_text.as_deref()).unwrap_or(""),
            // A row with a resource is told apart by it alone.
            info_fields: if uri.is_some() { "" } else { self.info_fields.as_deref().unwrap_or("") },
        }
    }
}

/// The rows whose quantity differs between two readings, in both; one of the two is absent where a row came or went.
#[must_use]
pub fn changed<'r>(
    before: &'r [UsageAggregate],
    after: &'r [UsageAggregate],
) -> Vec<(Option<&'r UsageAggregate>, Option<&'r UsageAggregate>)> {
    let mut pairs: Map<RowKey<'r>, (Option<&'r UsageAggregate>, Option<&'r UsageAggregate>)> = Map::new();
    for row in distinct(before).0 {
        pairs.entry(row.key()).or_default().0 = Some(row);
    }
    for row in distinct(after).0 {
        pairs.entry(row.key()).or_default().1 = Some(row);
    }
    let quantity = |row: Option<&UsageAggregate>| row.map(|row| row.quantity);
    pairs.into_values().filter(|(before, after)| quantity(*before) != quantity(*after)).collect()
}

/// Keeps each row once: a later reading of the same row replaces the earlier one.
///
/// Rows of one usage day in different reported buckets are parts and all stay.
#[must_use]
pub fn distinct(rows: &[UsageAggregate]) -> (Vec<&UsageAggregate>, Vec<Warning>) {
    let mut latest: Map<RowKey<'_>, &UsageAggregate> = Map::new();
    let mut warnings = Vec::new();
    for row in rows {
        let Some(earlier) = latest.insert(row.key(), row) else { continue };
        let (code, what) = if earlier.quantity == row.quantity {
            (WarningCode::RowRepeated, "was read twice and counts once".to_owned())
        } else {
            let change = format!("was {} and is now {}", earlier.quantity, row.quantity);
            (WarningCode::RowReplaced, change)
        };
        let message = format!("meter {} from {} in {} {what}", row.meter_id, row.usage_start_at, row.bucket);
        warnings.push(Warning { code, message, path: None });
    }
    (latest.into_values().collect(), warnings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_says_when_it_was_reported() {
        let day = |bucket: &str| reported_on(bucket).map(|day| day.to_string());
        assert_eq!(day("Daily_BRSDT_20150501_0000"), Some("2015-05-01".into()));
        assert_eq!(day("Hourly_BRSDT_20261231_2300"), Some("2026-12-31".into()));
        for none in ["", "bucket 7", "Daily_BRSDT_20151301_0000", "Daily_BRSDT_2015050_0000", "a_b_２０１５０５０１"]
        {
            assert_eq!(day(none), None, "{none}");
        }
    }
}
