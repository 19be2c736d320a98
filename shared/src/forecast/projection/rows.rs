//! Rows of days that have not been.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;

use super::{MeterOutlook, Question};
use crate::decimal::Decimal;
use crate::forecast::events::Change;
use crate::forecast::{ForecastError, PeriodDays};
use crate::guid::MeterId;
use crate::period::midnight;
use crate::usage::UsageAggregate;

/// A row like one that was reported, on another day. The bucket keeps rows of one day and meter apart.
pub(super) fn row_on(
    like: &UsageAggregate,
    on: Date,
    quantity: Decimal,
    bucket: &str,
    keeps_resource: bool,
) -> UsageAggregate {
    let start = midnight(on).unwrap_or(Timestamp::MAX);
    UsageAggregate {
        usage_start_at: start,
        usage_end_at: midnight(on.saturating_add(1.day())).unwrap_or(start),
        bucket: bucket.into(),
        quantity,
        info_fields: None,
        instance_text: None,
        resource: like.resource.clone().filter(|_| keeps_resource),
        ..like.clone()
    }
}

/// What events start, and charge once. A meter that was never used has no names; the rate book knows them.
pub(super) fn added(
    question: &Question<'_>,
    period: PeriodDays,
    known: &[&UsageAggregate],
) -> Result<(Vec<UsageAggregate>, Vec<MeterOutlook>), ForecastError> {
    let (mut rows, mut outlooks) = (Vec::new(), Vec::new());
    let Some(any) = known.first() else { return Ok((rows, outlooks)) };
    for (at, event) in question.events.iter().enumerate() {
        let (meter_id, quantity, end_on) = match event.change {
            Change::Start { meter_id, quantity } => (meter_id, quantity, period.end_on),
            Change::Once { meter_id, quantity } => (meter_id, quantity, event.on.saturating_add(1.day())),
            Change::Stop { .. } | Change::Factor { .. } => continue,
        };
        let like = known.iter().rev().find(|row| row.meter_id == meter_id);
        let like = like.map_or_else(|| nameless(any, meter_id), |row| (*row).clone());
        let mut quantity_to_come = Decimal::ZERO;
        let mut on = event.on.max(period.start_on);
        // What began before is in the days that are reported.
        while event.on >= question.from_on && on < end_on.min(period.end_on) {
            quantity_to_come = quantity_to_come.plus(quantity).map_err(|_| ForecastError::TooLarge)?;
            rows.push(row_on(&like, on, quantity, &format!("Event_{at}"), false));
            on = on.saturating_add(1.day());
        }
        if !quantity_to_come.is_zero() {
            let unit = like.unit.to_string();
            let (quantity_so_far, basis, events) = (Decimal::ZERO, None, vec![at]);
            outlooks.push(MeterOutlook { meter_id, unit, quantity_so_far, quantity_to_come, basis, events });
        }
    }
    Ok((rows, outlooks))
}

fn nameless(any: &UsageAggregate, meter_id: MeterId) -> UsageAggregate {
    let empty = || "".into();
    UsageAggregate {
        meter_id,
        meter_name: empty(),
        meter_category: empty(),
        meter_sub_category: empty(),
        meter_region: empty(),
        unit: empty(),
        ..any.clone()
    }
}
