//! Methods against numbers worked by hand, and what must hold for any series.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const PERIOD: PeriodDays = PeriodDays { start_on: date(2026, 11, 1), end_on: date(2026, 12, 1) };

/// A series that ends before the day.
fn until(end_on: Date, days: &[Decimal]) -> DailySeries {
    let first_on = end_on.saturating_sub((days.len() as i64).days());
    DailySeries::new(first_on, &days.iter().copied().map(Some).collect::<Vec<_>>()).unwrap()
}

fn whole(days: &[i64]) -> Vec<Decimal> {
    days.iter().map(|day| Decimal::new(i128::from(*day), 0)).collect()
}

/// The days from the 21st of November on.
fn path(days: &[i64], method: Method, wanted: usize) -> Vec<String> {
    let from_on = date(2026, 11, 21);
    let outlook = by_method(&until(from_on, &whole(days)), method, PERIOD, from_on).unwrap();
    assert_eq!(outlook.days.len(), 10);
    outlook.days.iter().take(wanted).map(Decimal::to_string).collect()
}

/// Two weeks 1 to 14: of the period's twenty days all are known, and none before.
#[test]
fn simple_methods_by_hand() {
    let days: Vec<i64> = (1..=14).collect();
    assert_eq!(path(&days, Method::RunRate, 1), ["7.5"]);
    assert_eq!(path(&days, Method::MeanOfFourWeeks, 2), ["7.5", "7.5"]);
    assert_eq!(path(&days, Method::LastWeek, 8), ["8", "9", "10", "11", "12", "13", "14", "8"]);
    // The means of 1 and 8, of 2 and 9, …
    assert_eq!(path(&days, Method::WeekdayMedian, 3), ["4.5", "5.5", "6.5"]);
    // October is not known.
    assert_eq!(path(&days, Method::LastPeriod, 1), ["7.5"]);
}

/// 31 days of 10 in October, 20 of 8 in November: 310 − 160 are left for ten days.
#[test]
fn the_last_period_again() {
    let days: Vec<i64> = [vec![10; 31], vec![8; 20]].concat();
    assert_eq!(path(&days, Method::LastPeriod, 2), ["15", "15"]);
}

/// Nine days of which no weekday has two shares: factors are 1. The first level is the median of 4 5 6 4 5 6 4 = 5.
/// With 0.05 the errors of the next day are −1 0.05 1.0475 −1.004875 0.045368… , with 0.9 they are larger throughout.
#[test]
fn smoothing_by_hand() {
    let days = [4, 5, 6, 4, 5, 6, 4, 5, 6];
    // level ← level + 0.05 × (day − level), nine times from 5, in fractions: see tests/oracle/forecast.py.
    let mut level = 5_000_000_000_000i128;
    for day in days {
        let step = 5 * (i128::from(day) * 1_000_000_000_000 - level);
        level += (step + step.signum() * 50) / 100;
    }
    assert_eq!(path(&days, Method::NextDaySmoothing, 1), [Decimal::new(level, 12).to_string()]);
}

/// A step from 10 to 1000 among days that move by 2: robust smoothing goes at most 8 a day.
#[test]
fn a_robust_step_is_limited() {
    let mut days: Vec<i64> = (0..40).map(|day| 10 + 2 * (day % 2)).collect();
    days.push(1000);
    let next = |method| path(&days, method, 1)[0].parse::<Decimal>().unwrap();
    assert!(next(Method::RobustSmoothing) < Decimal::from(20));
    assert_eq!(next(Method::LastWeek), Decimal::from(10));
    assert!(next(Method::MedianOfThree) < Decimal::from(20));
}

#[test]
fn fewer_than_eight_days_are_a_cold_start() {
    let from_on = date(2026, 11, 8);
    let outlook = daily(&until(from_on, &whole(&[1, 2, 3, 4, 5, 6, 7])), PERIOD, from_on).unwrap();
    assert_eq!((outlook.basis, outlook.days.len()), (Basis::ColdStart, 23));
    assert_eq!(outlook.total(), Decimal::from(4 * 23));
    let eight = daily(&until(from_on, &whole(&[1, 2, 3, 4, 5, 6, 7, 8])), PERIOD, from_on).unwrap();
    assert_eq!(eight.basis, Basis::Method);
    let none = DailySeries::new(from_on, &[]).unwrap();
    assert_eq!(daily(&none, PERIOD, from_on), Err(ForecastError::NoHistory));
    let far = PeriodDays { end_on: date(2028, 1, 1), ..PERIOD };
    assert_eq!(daily(&until(from_on, &whole(&[1])), far, from_on), Err(ForecastError::TooLong));
}

/// 99 on the 3rd and 12.5 on the 31st, or the last day, of three months.
#[test]
fn a_fee_comes_again_on_its_day() {
    let (first_on, from_on) = (date(2026, 8, 1), date(2026, 11, 21));
    let charge = |on: Date| match on.day() {
        3 => Decimal::from(99),
        day if day == on.days_in_month() => Decimal::new(125, 1),
        _ => Decimal::ZERO,
    };
    let days: Vec<_> = first_on.series(1.day()).take_while(|on| *on < from_on).map(|on| Some(charge(on))).collect();
    let series = DailySeries::new(first_on, &days).unwrap();
    let outlook = daily(&series, PERIOD, from_on).unwrap();
    assert_eq!((outlook.basis, outlook.total()), (Basis::Calendar, Decimal::new(125, 1)));
    assert_eq!(outlook.days[9], Decimal::new(125, 1));
    let december = PeriodDays { start_on: date(2026, 11, 15), end_on: date(2026, 12, 15) };
    let outlook = daily(&series, december, from_on).unwrap();
    assert_eq!(
        (outlook.days[9], outlook.days[12], outlook.total()),
        (days[30].unwrap(), Decimal::from(99), Decimal::new(1115, 1))
    );
}

/// The days until the 12th of November, of which nothing but these is used.
fn charges(first_on: Date, on: &[Date]) -> Outlook {
    let from_on = date(2026, 11, 12);
    let day = |day: Date| Some(if on.contains(&day) { Decimal::from(100) } else { Decimal::ZERO });
    let days: Vec<_> = first_on.series(1.day()).take_while(|day| *day < from_on).map(day).collect();
    // To the 31st of January, so that it shows where it comes again.
    let period = PeriodDays { start_on: date(2026, 11, 1), end_on: date(2027, 2, 1) };
    daily(&DailySeries::new(first_on, &days).unwrap(), period, from_on).unwrap()
}

fn comes_on(outlook: &Outlook) -> Vec<String> {
    let used = outlook.days.iter().enumerate().filter(|(_, day)| !day.is_zero());
    used.map(|(at, day)| format!("{} {day}", outlook.from_on.saturating_add((at as i64).days()))).collect()
}

#[test]
fn a_charge_of_one_day_comes_again_on_its_day_and_on_no_other() {
    let november = |day| date(2026, 11, day);
    // A Tuesday, a Sunday and a Monday.
    for day in [10, 8, 2] {
        let outlook = charges(november(day), &[november(day)]);
        let expected = [format!("2026-12-{day:02} 100"), format!("2027-01-{day:02} 100")];
        assert_eq!((outlook.basis, comes_on(&outlook)), (Basis::Calendar, expected.to_vec()));
    }
    // The month before says the same; a meter that rested since the spring is no other.
    for first_on in [date(2026, 10, 5), date(2026, 4, 1)] {
        let outlook = charges(first_on, &[date(2026, 10, 5), november(5)]);
        assert_eq!(comes_on(&outlook), ["2026-12-05 100", "2027-01-05 100"]);
    }
    // The last day of a shorter month.
    let outlook = charges(date(2026, 10, 31), &[date(2026, 10, 31)]);
    assert_eq!(comes_on(&outlook), ["2026-11-30 100", "2026-12-31 100", "2027-01-31 100"]);
}

#[test]
fn what_may_be_a_flow_goes_on_as_its_mean() {
    let november = |day| date(2026, 11, day);
    // The last known day.
    let outlook = charges(november(11), &[november(11)]);
    assert_eq!((outlook.basis, outlook.days[0], outlook.days[80]), (Basis::ColdStart, 100.into(), 100.into()));
    // Bursts: two days of three, and two of eleven.
    let outlook = charges(november(9), &[november(9), november(11)]);
    assert_eq!((outlook.basis, outlook.days[0].round(3)), (Basis::ColdStart, Decimal::new(66_667, 3)));
    let outlook = charges(november(1), &[november(1), november(6)]);
    assert_eq!((outlook.basis, outlook.days[0].round(3)), (Basis::Intermittent, Decimal::new(18_182, 3)));
    // A charge that did not come again is over.
    assert_eq!(comes_on(&charges(date(2026, 10, 5), &[date(2026, 10, 5)])), Vec::<String>::new());
    // Office hours that began on a Friday.
    let friday = |days: &[i64], from_on| daily(&until(from_on, &whole(days)), PERIOD, from_on).unwrap();
    let weekend = friday(&[90, 0, 0], november(9));
    assert_eq!((weekend.basis, weekend.days[0]), (Basis::ColdStart, Decimal::from(30)));
    assert_eq!(friday(&[90, 0, 0, 0], november(10)).total(), Decimal::ZERO);
}

/// The day after the charge was not read: the first that is known to be idle tells.
#[test]
fn a_day_that_nobody_read_tells_no_charge() {
    let (hundred, idle) = (Some(Decimal::from(100)), Some(Decimal::ZERO));
    let outlook = |days: &[Option<Decimal>]| {
        let from_on = date(2026, 11, 12);
        let first_on = from_on.saturating_sub((days.len() as i64).days());
        daily(&DailySeries::new(first_on, days).unwrap(), PERIOD, from_on).unwrap()
    };
    assert_eq!(outlook(&[hundred, None]).basis, Basis::ColdStart);
    assert_eq!(outlook(&[hundred, None, idle]).total(), Decimal::ZERO);
}

#[test]
fn growth_goes_on() {
    let from_on = date(2026, 11, 21);
    let days: Vec<i64> = (0..40).map(|day| 100 + 3 * day).collect();
    let outlook = daily(&until(from_on, &whole(&days)), PERIOD, from_on).unwrap();
    assert_eq!(
        (outlook.basis, outlook.days[0], outlook.days[9]),
        (Basis::Steady, Decimal::from(220), Decimal::from(247))
    );
    // Down to nothing and no further.
    let days: Vec<i64> = (0..40).map(|day| 41 - day).collect();
    let outlook = daily(&until(from_on, &whole(&days)), PERIOD, from_on).unwrap();
    assert_eq!(outlook.days[..3], whole(&[1, 0, 0]));
}

#[test]
fn use_now_and_then_goes_on_as_its_mean() {
    let from_on = date(2026, 11, 21);
    let days: Vec<i64> = (0..56).map(|day| if day % 4 == 0 { 8 } else { 0 }).collect();
    let outlook = daily(&until(from_on, &whole(&days)), PERIOD, from_on).unwrap();
    assert_eq!((outlook.basis, outlook.total()), (Basis::Intermittent, Decimal::from(20)));
    // A fortnight of nothing is an end.
    let ended = [days, vec![0; 15]].concat();
    let outlook = daily(&until(from_on, &whole(&ended)), PERIOD, from_on).unwrap();
    assert_eq!(outlook.total(), Decimal::ZERO);
}

fn series_of_days() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(prop_oneof![3 => 900i64..1100, 1 => 0i64..5000], 60..150)
}

proptest! {
    #[test]
    fn a_constant_series_is_foretold_exactly(day in 0i128..10i128.pow(20), scale in 0u8..12, known in 1usize..200) {
        let amount = Decimal::new(day, scale);
        prop_assume!(amount < Decimal::new(10i128.pow(13), 0));
        let from_on = date(2026, 11, 21);
        let series = until(from_on, &vec![amount; known]);
        prop_assert_eq!(daily(&series, PERIOD, from_on).unwrap().days, vec![amount; 10]);
        for method in Method::ALL {
            // Last month had 31 days: only that method counts days.
            if method != Method::LastPeriod {
                prop_assert_eq!(by_method(&series, method, PERIOD, from_on).unwrap().days, vec![amount; 10]);
            }
        }
    }

    /// By a power of ten exactly up to the last of twelve decimals, which each of some hundred steps may round.
    #[test]
    fn a_scaled_series_scales_the_forecast(days in series_of_days(), places in 1u32..6) {
        let from_on = date(2026, 11, 21);
        let scaled: Vec<Decimal> = whole(&days).iter().map(|day| day.shifted(places).unwrap()).collect();
        let plain = daily(&until(from_on, &whole(&days)), PERIOD, from_on).unwrap();
        let large = daily(&until(from_on, &scaled), PERIOD, from_on).unwrap();
        prop_assert_eq!(plain.basis, large.basis);
        for (plain, large) in plain.days.iter().zip(&large.days) {
            let miss = plain.shifted(places).unwrap().minus(*large).unwrap();
            let size = if miss.is_negative() { miss.negated() } else { miss };
            prop_assert!(size <= Decimal::new(200, 12).shifted(places).unwrap(), "{plain} {large}");
        }
    }

    #[test]
    fn a_weekday_pattern_comes_again(week in prop::collection::vec(0i64..1000, 7), weeks in 4usize..20) {
        let from_on = date(2026, 11, 21);
        let days: Vec<i64> = week.iter().copied().cycle().take(7 * weeks).collect();
        let expected: Vec<Decimal> = whole(&week).into_iter().cycle().take(10).collect();
        for method in [Method::LastWeek, Method::WeekdayMedian] {
            let found = by_method(&until(from_on, &whole(&days)), method, PERIOD, from_on).unwrap();
            prop_assert_eq!(&found.days, &expected);
        }
        // Smoothing divides by factors of nine decimals.
        let found = by_method(&until(from_on, &whole(&days)), Method::CHOSEN, PERIOD, from_on).unwrap();
        for (found, expected) in found.days.iter().zip(&expected) {
            let miss = found.minus(*expected).unwrap();
            prop_assert!(miss.round(3).is_zero(), "{found} {expected}");
        }
    }

    #[test]
    fn what_comes_later_is_not_looked_at(days in series_of_days(), later in series_of_days()) {
        let (first_on, from_on) = (date(2026, 7, 1), date(2026, 7, 1).saturating_add((days.len() as i64).days()));
        let start_on = from_on.saturating_sub(3.days());
        let period = PeriodDays { start_on, end_on: start_on.saturating_add(30.days()) };
        let known = |days: &[i64]| DailySeries::new(first_on, &whole(days).into_iter().map(Some).collect::<Vec<_>>()).unwrap();
        let both = [days.clone(), later].concat();
        prop_assert_eq!(daily(&known(&days), period, from_on), daily(&known(&both), period, from_on));
    }
}
