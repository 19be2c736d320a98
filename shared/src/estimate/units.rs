//! Quantities of a workload in the unit of their meter, and doubts about those that name no unit.

use crate::decimal::{Decimal, Inexact};
use crate::json::DecodeError;
use crate::meter::Meter;
use crate::quantity::{Mismatch, PricingUnit};
use crate::warning::{Warning, WarningCode};

use super::workload::Schedule;

/// An estimate's month: 8,760 hours a year in twelve equal parts.
const HOURS_PER_MONTH: u32 = 730;
/// Usage quantities carry at most ten decimals, so hours from a schedule are rounded there.
const SCHEDULE_DECIMALS: u32 = 10;

/// A quantity of `unit` in the meter's unit.
pub(super) fn convert(quantity: Decimal, unit: &str, meter_unit: &str, path: &str) -> Result<Decimal, DecodeError> {
    let at = format!("{path}.unit");
    let (from, to) = (PricingUnit::parse(unit), PricingUnit::parse(meter_unit));
    if let Some(converted) = months_as_hours(quantity, &from, &to) {
        return converted.map_err(|error| DecodeError::at(at, error.to_string()));
    }
    let message = match (from.convert(quantity, &to), from.mismatch(&to)) {
        (Some(Ok(converted)), _) => return Ok(converted),
        (Some(Err(Inexact)), _) => {
            format!("the quantity has no exact value in \"{meter_unit}\": give it in the meter's unit")
        }
        (None, Some(reason @ (Mismatch::DecimalAndBinary | Mismatch::NoFixedLength))) => {
            format!("the meter counts \"{meter_unit}\", the item \"{unit}\": {reason}")
        }
        (None, _) => format!("the meter counts \"{meter_unit}\", the item \"{unit}\""),
    };
    Err(DecodeError::at(at, message))
}

/// A month of a meter that counts hours is 730 of them: in an estimate, and nowhere else.
fn months_as_hours(quantity: Decimal, from: &PricingUnit, to: &PricingUnit) -> Option<Result<Decimal, Inexact>> {
    let months = from.convert(quantity, &PricingUnit::parse("1 Month"))?;
    let hours = months.and_then(|months| months.times(Decimal::from(HOURS_PER_MONTH)));
    from.mismatch(to)?;
    match hours {
        Ok(hours) => PricingUnit::parse("Hours").convert(hours, to),
        Err(inexact) => Some(Err(inexact)),
    }
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

/// What a weekly schedule comes to in a month, in the meter's unit. The unit of the item is for its other
/// quantities; here it must only not say something else than time.
pub(super) fn scheduled(
    schedule: &Schedule,
    unit: Option<&str>,
    meter: Option<&Meter>,
    path: &str,
) -> Result<Decimal, DecodeError> {
    let at = format!("{path}.schedule");
    let week = schedule.hours_per_day.times(schedule.days_per_week);
    let hours = week
        .and_then(|hours| hours.times(Decimal::from(HOURS_PER_MONTH)))
        .and_then(|hours| hours.divided_rounded(Decimal::from(168), SCHEDULE_DECIMALS))
        .map_err(|error| DecodeError::at(at.clone(), error.to_string()))?;
    let Some(meter) = meter else { return Ok(hours) };
    match PricingUnit::parse("Hours").convert(hours, &PricingUnit::parse(&meter.unit)) {
        Some(Ok(quantity)) => match unit {
            Some(unit) => convert(Decimal::ZERO, unit, &meter.unit, path).map(|_| quantity),
            None => Ok(quantity),
        },
        _ => Err(DecodeError::at(at, format!("a schedule gives hours, the meter counts \"{}\"", meter.unit))),
    }
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
            let converted = convert(number("200"), offered[0], unit, "items[0]").ok();
            assert_eq!(converted.map(|quantity| quantity.times(block.unwrap())), Some(Ok(number("200"))), "{unit}");
            assert_eq!(convert(number("200"), offered[1], unit, "items[0]").ok(), Some(number("200")), "{unit}");
        }
    }

    #[track_caller]
    fn refused(quantity: &str, unit: &str, meter_unit: &str, expect: &str) {
        let error = convert(number(quantity), unit, meter_unit, "items[3]").map_err(|error| error.to_string());
        assert!(error.as_ref().is_err_and(|error| error.contains(expect)), "{error:?}");
    }

    /// In an estimate a month is 730 hours; a day of a monthly meter has no length still.
    #[test]
    fn a_month_of_hours_is_730() {
        for (quantity, unit, meter, expect) in
            [("1", "month", "1 Hour", "730"), ("2", "Months", "100 Hours", "14.6"), ("0.5", "1 Month", "1 Hour", "365")]
        {
            assert_eq!(convert(number(quantity), unit, meter, "items[0]").ok(), Some(number(expect)), "{unit}");
        }
    }

    #[test]
    fn a_refused_unit_is_told_why() {
        refused("1", "GB", "1 GiB", "the meter counts \"1 GiB\", the item \"GB\": decimal and binary sizes differ");
        refused("1", "1 Day", "1 Month", "months and years have no fixed length");
        refused("1", "1 Hour", "1 GB", "the meter counts \"1 GB\", the item \"1 Hour\"");
        refused("1", "1 Hour", "1 Day", "no exact value in \"1 Day\"");
    }

    #[test]
    fn a_schedule_fills_every_meter_that_counts_time() {
        // 12 hours on 7 days are half of the month's 730 hours.
        let half = Schedule { hours_per_day: number("12"), days_per_week: number("7") };
        for (unit, expect) in [("1 Hour", "365"), ("1/Hour", "365"), ("100 Hours", "3.65"), ("1 Minute", "21900")] {
            for said in [None, Some("Hours"), Some("100 Hours"), Some(unit)] {
                let quantity = scheduled(&half, said, Some(&meter(unit)), "items[0]");
                assert_eq!(quantity.ok(), Some(number(expect)), "{unit}, {said:?}");
            }
            assert!(scheduled(&half, Some("GB"), Some(&meter(unit)), "items[0]").is_err());
        }
        assert!(scheduled(&half, None, Some(&meter("1 GB Hour")), "items[0]").is_err());
    }
}
