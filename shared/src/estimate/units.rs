//! Quantities of a workload in the unit of their meter, and doubts about those that name no unit.
//!
//! A day on a meter per `30 Days` has no exact value in the meter's unit. It stays in days then, and all items of the
//! meter with it: [`count_alike`].

use super::workload::{Per, Schedule, WorkloadItem};
use super::{Resolved, Stacked};
use crate::decimal::{Decimal, Inexact};
use crate::json::DecodeError;
use crate::meter::Meter;
use crate::order::Map;
use crate::problem::Problem;
use crate::quantity::{Mismatch, PricingUnit};
use crate::ratebook::Unpriced;
use crate::rating::Counting;
use crate::warning::{Warning, WarningCode};

/// An estimate's month: 8,760 hours a year in twelve equal parts.
const HOURS_PER_MONTH: u32 = 730;
/// Usage quantities carry at most ten decimals, so hours from a schedule are rounded there.
const SCHEDULE_DECIMALS: u32 = 10;

/// A quantity, in the meter's unit unless another is named.
pub(super) struct Amount {
    pub quantity: Decimal,
    pub unit: Option<PricingUnit>,
}

impl Amount {
    pub(super) fn as_metered(quantity: Decimal) -> Amount {
        Amount { quantity, unit: None }
    }

    pub(super) fn times(self, count: Decimal) -> Result<Amount, Inexact> {
        Ok(Amount { quantity: self.quantity.times(count)?, ..self })
    }
}

/// Brings all items of a meter into one unit, where some of them have no exact value in the meter's own.
pub(super) fn count_alike(items: &mut [Resolved<'_>]) -> Result<Map<Stacked, Counting>, DecodeError> {
    let mut meters: Map<Stacked, Vec<usize>> = Map::new();
    for (index, item) in items.iter().enumerate() {
        if let Ok(meter) = item.meter {
            meters.entry((item.list, meter.id)).or_default().push(index);
        }
    }
    let mut countings = Map::new();
    for (id, places) in meters {
        // Where the units of the prices differ, as they may from region to region, the items stand on one stack all the same.
        let text = |place: &usize| items[*place].meter.ok().map(|meter| &*meter.unit);
        let alike = places.iter().all(|place| text(place) == text(&places[0]));
        if alike && !places.iter().any(|place| items[*place].amounts().any(|amount| amount.unit.is_some())) {
            continue;
        }
        let at = |error: &dyn std::fmt::Display, problem: Problem| {
            DecodeError::at(format!("items[{}].unit", places[0]), error.to_string()).named(problem)
        };
        let prices: Vec<Meter> = places.iter().filter_map(|place| items[*place].meter.ok().cloned()).collect();
        let own: Vec<PricingUnit> = prices.iter().map(|meter| PricingUnit::parse(&meter.unit)).collect();
        let used: Vec<(Decimal, &PricingUnit)> = (places.iter().zip(&own))
            .flat_map(|(place, own)| {
                items[*place].amounts().map(move |of| (of.quantity, of.unit.as_ref().unwrap_or(own)))
            })
            .collect();
        let counting = Counting::of(&used, &prices).map_err(|why| {
            at(&why.explain(), if why == Unpriced::UnitMismatch { Problem::OtherUnit } else { Problem::NotExact })
        })?;
        for (place, own) in places.iter().zip(&own) {
            for amount in items[*place].amounts_mut() {
                let unit = amount.unit.take();
                amount.quantity = counting
                    .count(amount.quantity, unit.as_ref().unwrap_or(own))
                    .map_err(|error| at(&error, Problem::NotExact))?;
            }
        }
        countings.insert(id, counting);
    }
    Ok(countings)
}

/// A quantity of `unit` in the meter's unit, where it has an exact value there.
pub(super) fn convert(quantity: Decimal, unit: &str, meter_unit: &str, path: &str) -> Result<Amount, DecodeError> {
    let at = format!("{path}.unit");
    let (from, to) = (PricingUnit::parse(unit), PricingUnit::parse(meter_unit));
    let (quantity, from) = match months_as_hours(quantity, &from, &to) {
        Some(hours) => (
            hours.map_err(|error| DecodeError::at(&*at, error.to_string()).named(Problem::NotExact))?,
            PricingUnit::parse("Hours"),
        ),
        None => (quantity, from),
    };
    let (problem, message) = match (from.convert(quantity, &to), from.mismatch(&to)) {
        (Some(Ok(converted)), _) => return Ok(Amount::as_metered(converted)),
        (Some(Err(Inexact)), _) => return Ok(Amount { quantity, unit: Some(from) }),
        (None, Some(reason @ (Mismatch::DecimalAndBinary | Mismatch::NoFixedLength))) => {
            let problem =
                if reason == Mismatch::NoFixedLength { Problem::NoFixedLength } else { Problem::DecimalAndBinary };
            (problem, format!("the meter counts \"{meter_unit}\", the item \"{unit}\": {reason}"))
        }
        (None, _) => (Problem::OtherUnit, format!("the meter counts \"{meter_unit}\", the item \"{unit}\"")),
    };
    Err(DecodeError::at(at, message).named(problem))
}

/// A month of a meter that counts hours is 730 of them: in an estimate, and nowhere else.
fn months_as_hours(quantity: Decimal, from: &PricingUnit, to: &PricingUnit) -> Option<Result<Decimal, Inexact>> {
    let months = from.convert(quantity, &PricingUnit::parse("1 Month"))?;
    from.mismatch(to)?;
    if PricingUnit::parse("Hours").mismatch(to).is_some() {
        return None;
    }
    Some(months.and_then(|months| months.times(Decimal::from(HOURS_PER_MONTH))))
}

/// 261 on a meter per 1K means 261,000: whoever did not say the unit may have meant 261, or 0.261 thousand.
pub(super) fn doubtful_unit(quantity: Decimal, meter: &Meter, path: &str) -> Option<Warning> {
    let unit = PricingUnit::parse(&meter.unit);
    let block = unit.singles().ok().filter(|block| *block > Decimal::ONE && quantity > Decimal::ONE)?;
    let singles = quantity.times(block).ok()?;
    // One of `1 Million` is a piece.
    let single = if block == unit.block { unit.distinct_unit() } else { "Units" };
    Some(Warning {
        code: WarningCode::UnitDoubtful,
        message: format!(
            "no unit is given and the meter counts \"{}\", so {quantity} means {singles} {single}: say the unit, \
             \"{single}\" for {quantity} of them, \"{}\" for {singles}",
            meter.unit, meter.unit
        ),
        path: Some(format!("{path}.quantity")),
    })
}

/// A quantity for an hour, a day or a week as one for a month.
pub(super) fn monthly(quantity: Decimal, per: Option<Per>) -> Result<Decimal, Inexact> {
    match per {
        None => Ok(quantity),
        Some(per) => quantity
            .times(Decimal::from(HOURS_PER_MONTH))?
            .divided_rounded(Decimal::from(per.hours()), SCHEDULE_DECIMALS),
    }
}

/// Says that a quantity for a day or a week has no end in a month.
pub(super) fn rounded_rate(item: &WorkloadItem, path: &str) -> Option<Warning> {
    let (quantity, per) = item.quantity.zip(item.per)?;
    let month = quantity.times(Decimal::from(HOURS_PER_MONTH)).ok()?;
    if month.divided_exactly(Decimal::from(per.hours())).is_ok() {
        return None;
    }
    let counted = monthly(quantity, item.per).ok()?;
    Some(Warning {
        code: WarningCode::QuantityRounded,
        message: format!(
            "the quantity in a month has no end; each piece counts {counted}, as usage is told to ten decimals"
        ),
        path: Some(format!("{path}.quantity")),
    })
}

/// Says that the hours of a schedule have no end: a week is 168 of the 730 hours of a month.
pub(super) fn rounded_schedule(schedule: &Schedule, path: &str) -> Option<Warning> {
    let month =
        schedule.hours_per_day.times(schedule.days_per_week).ok()?.times(Decimal::from(HOURS_PER_MONTH)).ok()?;
    if month.divided_exactly(Decimal::from(168)).is_ok() {
        return None;
    }
    let hours = month.divided_rounded(Decimal::from(168), SCHEDULE_DECIMALS).ok()?;
    Some(Warning {
        code: WarningCode::QuantityRounded,
        message: format!(
            "the schedule's hours in a month have no end; each piece counts {hours}, as usage is told to ten decimals"
        ),
        path: Some(format!("{path}.schedule")),
    })
}

/// What a weekly schedule comes to in a month, in the meter's unit. The unit of the item is for its other
/// quantities; here it must only not say something else than time.
pub(super) fn scheduled(
    schedule: &Schedule,
    unit: Option<&str>,
    meter: Option<&Meter>,
    path: &str,
) -> Result<Amount, DecodeError> {
    let at = format!("{path}.schedule");
    let week = schedule.hours_per_day.times(schedule.days_per_week);
    let exact = week.and_then(|hours| hours.times(Decimal::from(HOURS_PER_MONTH)));
    let hours = exact
        .and_then(|hours| hours.divided_rounded(Decimal::from(168), SCHEDULE_DECIMALS))
        .map_err(|error| DecodeError::at(at.clone(), error.to_string()).named(Problem::NotExact))?;
    let Some(meter) = meter else { return Ok(Amount::as_metered(hours)) };
    let Ok(amount) = convert(hours, "Hours", &meter.unit, path) else {
        return Err(DecodeError::at(at, format!("a schedule gives hours, the meter counts \"{}\"", meter.unit))
            .named(Problem::ScheduleNotHours));
    };
    if let Some(unit) = unit {
        convert(Decimal::ZERO, unit, &meter.unit, path)?;
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn meter(unit: &str) -> Meter {
        Meter { unit: unit.into(), ..crate::meter::sample() }
    }

    /// The quantity, where it has an exact value in the meter's unit.
    fn metered(amount: Result<Amount, DecodeError>) -> Option<Decimal> {
        amount.ok().filter(|amount| amount.unit.is_none()).map(|amount| amount.quantity)
    }

    #[track_caller]
    fn warns(quantity: &str, unit: &str, expect: Option<&str>) {
        let warning = doubtful_unit(number(quantity), &meter(unit), "items[0]");
        assert_eq!(warning.as_ref().map(|warning| warning.code), expect.map(|_| WarningCode::UnitDoubtful), "{unit}");
        let said = warning.map(|warning| warning.message).unwrap_or_default();
        assert!(said.contains(expect.unwrap_or("")), "{said}");
    }

    #[test]
    fn a_quantity_without_a_unit_is_doubted_where_the_meter_counts_in_blocks() {
        warns("261", "1K", Some("261 means 261000 Units: say the unit, \"Units\" for 261 of them, \"1K\" for 261000"));
        warns("50000", "10K", Some("50000 means 500000000 Units"));
        warns("730", "100 Hours", Some("730 means 73000 Hours"));
        warns("1.5", "10,000s", Some("1.5 means 15000 Transactions"));
        warns("2", "1 Million", Some("2 means 2000000 Units: say the unit, \"Units\" for 2"));
        warns("0.261", "1K", None);
        warns("1", "10K", None);
        warns("50000", "1 GB", None);
        warns("730", "1 Hour", None);
    }

    #[test]
    fn both_units_that_the_doubt_offers_are_taken() {
        for unit in ["1K", "10K", "100 Hours", "10,000s", "1 Million", "100 GB Seconds", "10K/Month", "100 Mbps"] {
            let warning = doubtful_unit(number("200"), &meter(unit), "items[0]").unwrap_or_else(|| panic!("{unit}"));
            let offered: Vec<&str> = warning.message.split('"').skip(3).step_by(2).collect();
            assert_eq!(offered.len(), 2, "{}", warning.message);
            let block = PricingUnit::parse(unit).singles();
            let converted = metered(convert(number("200"), offered[0], unit, "items[0]"));
            assert_eq!(converted.map(|quantity| quantity.times(block.unwrap())), Some(Ok(number("200"))), "{unit}");
            assert_eq!(metered(convert(number("200"), offered[1], unit, "items[0]")), Some(number("200")), "{unit}");
        }
    }

    #[track_caller]
    fn refused(quantity: &str, unit: &str, meter_unit: &str, expect: &str) {
        let error = convert(number(quantity), unit, meter_unit, "items[3]").err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|error| error.contains(expect)), "{error:?}");
    }

    /// 50 × 730 ÷ 24 is 1520.8333…; 2 × 730; 84 of a week's 168 hours are half of 730.
    #[test]
    fn a_month_has_730_hours_of_what_is_used_in_an_hour_a_day_or_a_week() {
        let cases = [
            ("50", Per::Day, "1520.8333333333", true),
            ("2", Per::Hour, "1460", false),
            ("84", Per::Week, "365", false),
        ];
        for (quantity, per, expect, rounded) in cases {
            assert_eq!(monthly(number(quantity), Some(per)), Ok(number(expect)));
            let text = format!(
                r#"{{"schema":"forebill.workload/1","items":[{{"query":"x","quantity":"{quantity}","per":"{}"}}]}}"#,
                format!("{per:?}").to_lowercase()
            );
            let workload = crate::estimate::workload::decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(rounded_rate(&workload.items[0], "items[0]").is_some(), rounded, "{quantity} {per:?}");
        }
        assert_eq!(monthly(number("0.1"), None), Ok(number("0.1")));
    }

    /// 10 × 5 × 730 ÷ 168 is 217.26190476190…; 12 × 7 of a week's 168 hours are half of 730.
    #[test]
    fn hours_without_end_are_told() {
        let told = |hours: u32, days: u32| {
            let schedule = Schedule { hours_per_day: Decimal::from(hours), days_per_week: Decimal::from(days) };
            rounded_schedule(&schedule, "items[0]").map(|warning| (warning.code, warning.message))
        };
        let (code, message) = told(10, 5).unwrap_or_else(|| panic!("nothing is told"));
        assert_eq!(code, WarningCode::QuantityRounded);
        assert!(message.contains("counts 217.2619047619,"), "{message}");
        assert_eq!((told(12, 7), told(24, 7)), (None, None));
    }

    /// In an estimate a month is 730 hours; a day of a monthly meter has no length still.
    #[test]
    fn a_month_of_hours_is_730() {
        for (quantity, unit, meter, expect) in
            [("1", "month", "1 Hour", "730"), ("2", "Months", "100 Hours", "14.6"), ("0.5", "1 Month", "1 Hour", "365")]
        {
            assert_eq!(metered(convert(number(quantity), unit, meter, "items[0]")), Some(number(expect)), "{unit}");
        }
    }

    #[test]
    fn a_refused_unit_is_told_why() {
        refused("1", "GB", "1 GiB", "the meter counts \"1 GiB\", the item \"GB\": decimal and binary sizes differ");
        refused("1", "1 Day", "1 Month", "months and years have no fixed length");
        refused("1", "1 Hour", "1 GB", "the meter counts \"1 GB\", the item \"1 Hour\"");
    }

    #[test]
    fn a_schedule_fills_every_meter_that_counts_time() {
        // 12 hours on 7 days are half of the month's 730 hours.
        let half = Schedule { hours_per_day: number("12"), days_per_week: number("7") };
        for (unit, expect) in [("1 Hour", "365"), ("1/Hour", "365"), ("100 Hours", "3.65"), ("1 Minute", "21900")] {
            for said in [None, Some("Hours"), Some("100 Hours"), Some(unit)] {
                let quantity = scheduled(&half, said, Some(&meter(unit)), "items[0]");
                assert_eq!(metered(quantity), Some(number(expect)), "{unit}, {said:?}");
            }
            assert!(scheduled(&half, Some("GB"), Some(&meter(unit)), "items[0]").is_err());
        }
        assert!(scheduled(&half, None, Some(&meter("1 GB Hour")), "items[0]").is_err());
    }
}
