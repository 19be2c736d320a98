//! How much of a meter a resource uses in an hour: the shapes of use that the sample knows.
//! Pure functions of seed, resource and hour, in millionths of the meter's unit.
//! Shapes billed by the month or day spread a whole unit exactly over its hours.

use super::calendar::Day;
use super::decimal::ONE;
use super::digest::mix;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// The same every hour: machines that never stop.
    Always(i64),
    /// On workdays from 7 to 19 o'clock.
    Office(i64),
    /// Whole pieces billed by the month, such as disks.
    Monthly(i64),
    /// Whole pieces billed by the day.
    Daily(i64),
    /// Gigabytes kept, billed by the month: the first amount, and what each day adds.
    Stored { first: i64, per_day: i64 },
    /// Traffic, requests, events: mean per hour, in multiples of `step`, with day and week shapes.
    Flow { mean: i64, step: i64 },
    /// A few hours now and then.
    Bursts(i64),
    /// A handful of millionths in some hours: quantities with exponents.
    Trace,
}

/// Traffic by the hour of the day, in thousandths of the mean (they average 1000).
const DAY_CURVE: [i64; 24] = [
    520, 430, 380, 360, 380, 470, 640, 860, 1080, 1250, 1340, 1380, //
    1360, 1340, 1330, 1320, 1310, 1320, 1360, 1380, 1320, 1170, 940, 760,
];

/// The use in one hour. `age` is the number of days since the tenant began.
pub fn quantity(load: Load, key: u64, day: &Day, hour: i64, age: i64) -> i64 {
    match load {
        Load::Always(units) => units,
        Load::Office(units) if day.workday && (7..19).contains(&hour) => units,
        Load::Office(_) => 0,
        Load::Monthly(units) => slice(units, day.hours_before + hour, day.hours_in_month),
        Load::Daily(units) => slice(units, hour, 24),
        Load::Stored { first, per_day } => slice(first + per_day * age, day.hours_before + hour, day.hours_in_month),
        Load::Flow { mean, step } => {
            let week = if day.workday { 1060 } else { 850 };
            let noise = 850 + (mix(key, hour_number(day, hour)) % 301) as i64;
            let exact = mean * DAY_CURVE[hour.rem_euclid(24) as usize] / 1000 * week / 1000 * noise / 1000;
            exact / step * step
        }
        Load::Bursts(units) => {
            let draw = mix(key, hour_number(day, hour) / 3);
            if draw.is_multiple_of(7) { units * (1 + (draw >> 8) as i64 % 4) / 4 } else { 0 }
        }
        Load::Trace => {
            let draw = mix(key, hour_number(day, hour));
            if draw.is_multiple_of(29) { 1 + (draw >> 8) as i64 % 19 } else { 0 }
        }
    }
}

/// The part of `total` that falls into slot `at` of `slots`; the parts of all slots add up to it.
fn slice(total: i64, at: i64, slots: i64) -> i64 {
    total * (at + 1) / slots - total * at / slots
}

fn hour_number(day: &Day, hour: i64) -> u64 {
    (day.number * 24 + hour) as u64
}

/// One unit in every hour.
pub const RUNNING: Load = Load::Always(ONE);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_uses_exactly_one_unit_in_a_month() {
        let first = super::super::calendar::number(jiff::civil::date(2026, 10, 1));
        let mut total = 0;
        for day in first..first + 31 {
            let day = Day::of(day);
            total += (0..24).map(|hour| quantity(Load::Monthly(ONE), 1, &day, hour, 0)).sum::<i64>();
        }
        assert_eq!(total, ONE);
    }
}
