//! What would have been expected of a period on one of its days, from what is known today of the days before it.

use jiff::ToSpan;
use shared::forecast::bill;
use shared::forecast::projection::{Question, days_of};
use shared::period::{BillingPeriod, utc_date};
use shared::rating::{self, Charge};
use shared::usage::UsageAggregate;

use super::{Expected, History, refused};
use crate::error::Error;

impl History {
    /// The periods of which usage is known, the oldest first, with the one that was asked for.
    pub fn periods(&self) -> impl Iterator<Item = BillingPeriod> {
        self.before.iter().copied().chain([self.material.period])
    }

    /// How many days of a period are fully reported.
    #[must_use]
    pub fn days_known(&self, period: BillingPeriod) -> i64 {
        let days = days_of(period);
        let end_on = if period == self.material.period { self.from_on.min(days.end_on) } else { days.end_on };
        end_on.duration_since(days.start_on).as_hours() / 24
    }

    /// What would have been expected after so many days; the band only where somebody asks for it, because it takes as
    /// many forecasts as there are periods before.
    pub fn expected_after(&self, period: BillingPeriod, elapsed_days: i64, banded: bool) -> Result<Expected, Error> {
        let from_on = utc_date(period.start_at).saturating_add(elapsed_days.days());
        let known: Vec<UsageAggregate> =
            self.usage.iter().filter(|row| utc_date(row.usage_start_at) < from_on).cloned().collect();
        let question = Question { usage: &known, period, from_on, unknown: &self.unknown, events: &[] };
        let (book, account) = (&self.material.book, self.account());
        let bill = bill::bill(&question, book, &account).map_err(|error| refused(&error))?;
        let before: Vec<BillingPeriod> =
            if banded { self.before.iter().copied().filter(|earlier| *earlier < period).collect() } else { Vec::new() };
        let past = bill::past_bills(&question, &before, elapsed_days, book, &account);
        Ok(Expected { period, bill, past: past.map_err(|error| refused(&error))? })
    }

    /// The charges of the period before this one.
    pub fn charges_before(&self, period: BillingPeriod) -> Result<Vec<Charge>, Error> {
        let Some(before) = self.before.iter().rfind(|earlier| **earlier < period) else { return Ok(Vec::new()) };
        let rows: Vec<UsageAggregate> =
            self.usage.iter().filter(|row| before.contains(row.usage_start_at)).cloned().collect();
        let account = self.account();
        let rating = rating::rate(&rows, &self.material.book, |_| account.clone()).map_err(|error| refused(&error))?;
        Ok(rating.charges)
    }

    /// What a period came to, as far as it is known.
    pub fn came_to(&self, period: BillingPeriod) -> Result<Expected, Error> {
        self.expected_after(period, self.days_known(period), false)
    }
}
