//! Day by day: what each adds and what it has come to, first as reported and then as expected.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::decimal::Decimal;

use crate::error::Error;
use crate::month::Spend;
use crate::outlook::Forecast;

/// One day of the month.
#[derive(Debug, Clone, Serialize)]
pub struct CourseDay {
    /// The UTC day.
    pub on: String,
    /// What it adds, exact and before offer terms; of what has a price.
    pub cost: Decimal,
    /// All days up to it.
    pub running: Decimal,
    /// Whether it is not fully reported, of any subscription.
    pub expected: bool,
    /// Of what is expected of it nothing lacks a price; what is reported says so in the spend.
    pub complete: bool,
}

/// A forecast has every day of its periods; without one there are those of the spend.
pub fn course(spend: &Spend, forecast: Option<&Forecast>) -> Result<Vec<CourseDay>, Error> {
    let too_long = |_| Error::Usage("a sum has more digits than can be held".into());
    let mut days: BTreeMap<String, (Decimal, bool, bool)> = BTreeMap::new();
    match forecast {
        Some(forecast) => {
            for bill in forecast.subscriptions.iter().map(|one| &one.bill) {
                for day in &bill.days {
                    let (cost, expected, complete) =
                        days.entry(day.on.to_string()).or_insert((Decimal::ZERO, false, true));
                    *cost = cost.plus(day.cost).map_err(too_long)?;
                    *expected |= day.expected;
                    *complete &= bill.totals.complete || !day.expected;
                }
            }
        }
        None => {
            let of_day =
                |row: &shared::spend::SpendRow| (row.bucket.clone().unwrap_or_default(), (row.cost, false, true));
            days.extend(spend.days.iter().map(of_day));
        }
    }
    let mut running = Decimal::ZERO;
    let mut course = Vec::with_capacity(days.len());
    for (on, (cost, expected, complete)) in days {
        running = running.plus(cost).map_err(too_long)?;
        course.push(CourseDay { on, cost, running, expected, complete });
    }
    Ok(course)
}
