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
}

/// A forecast has every day of its periods; without one there are those of the spend.
pub fn course(spend: &Spend, forecast: Option<&Forecast>) -> Result<Vec<CourseDay>, Error> {
    let too_long = |_| Error::Usage("a sum has more digits than can be held".into());
    let mut days: BTreeMap<String, (Decimal, bool)> = BTreeMap::new();
    match forecast {
        Some(forecast) => {
            for day in forecast.subscriptions.iter().flat_map(|one| &one.bill.days) {
                let known = days.entry(day.on.to_string()).or_default();
                *known = (known.0.plus(day.cost).map_err(too_long)?, known.1 || day.expected);
            }
        }
        None => {
            let of_day = |row: &shared::spend::SpendRow| (row.bucket.clone().unwrap_or_default(), (row.cost, false));
            days.extend(spend.days.iter().map(of_day));
        }
    }
    let mut running = Decimal::ZERO;
    let mut course = Vec::with_capacity(days.len());
    for (on, (cost, expected)) in days {
        running = running.plus(cost).map_err(too_long)?;
        course.push(CourseDay { on, cost, running, expected });
    }
    Ok(course)
}
