//! Rules about what is to come: the bill that is expected, and the day on which the credit ends.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use shared::decimal::Decimal;
use shared::forecast::bill::MeterForecast;
use shared::forecast::interval::Interval;
use shared::guid::{MeterId, SubscriptionId};
use shared::money::Currency;
use shared::period::{BillingPeriod, utc_date};
use shared::snapshot::{Cause, IncidentLine, LineBefore};

use super::measure::{self, MAX_LINES};
use super::periods::month_of;
use super::rules::{Projected, Quantile, Rule};
use super::{Finding, check};
use crate::error::Error;
use crate::outlook::{Expected, History};

/// What a rule says is too much.
pub struct Limit {
    pub what: Projected,
    pub at: Quantile,
    pub above: Decimal,
    pub currency: Currency,
}

impl Limit {
    /// Whether it is about an end of the band and not about its middle, which is the forecast itself.
    pub fn is_of_a_band(&self) -> bool {
        self.at != Quantile::P50
    }

    /// The figure of one subscription that is compared.
    pub fn of(&self, expected: &Expected) -> Decimal {
        let band = match self.what {
            Projected::Bill => expected.due(),
            Projected::Spend => expected.cost(),
        };
        let Interval { p10, p50, p90, .. } = band;
        match self.at {
            Quantile::P10 => p10,
            Quantile::P50 => p50,
            Quantile::P90 => p90,
        }
    }

    /// The bill, or all bills, and whether that is above it.
    pub fn answer(
        &self,
        rule: &Rule,
        only: Option<SubscriptionId>,
        expected: &[(&History, Expected)],
    ) -> Result<Finding, Error> {
        let mut total = Decimal::ZERO;
        for (history, one) in expected {
            measure::billed_in(&history.material, self.currency)?;
            total = total.plus(self.of(one)).map_err(measure::too_long)?;
        }
        let fires = total > self.above;
        let Limit { what, at, above, currency } = self;
        let whose = only.map_or(String::new(), |id| format!(" of subscription {id}"));
        let whole = expected.iter().all(|(history, one)| one.bill.totals.complete && history.material.gaps.is_empty());
        // An expectation is read in cents, unless they would say the opposite.
        let cents = currency.round_for_invoice(total);
        let shown = if (cents > *above) == fires { cents } else { total };
        let known = match expected {
            [(_, one)] if one.bill.elapsed_days == 1 => "; 1 day of it is known".to_owned(),
            [(_, one)] => format!("; {} days of it are known", one.bill.elapsed_days),
            _ => String::new(),
        };
        let compared = check::against(whole, fires, &format!("{shown} {currency}"), &format!("{above} {currency}"));
        let summary = format!("projected {what}{at}{whose} is {compared}{known}");
        let period = match (only, expected.first()) {
            (Some(_), Some((history, _))) => utc_date(history.material.period.start_at).to_string(),
            (_, Some((history, _))) => month_of(utc_date(history.run_at)),
            (_, None) => String::new(),
        };
        let lines = if fires { lines(expected)? } else { Vec::new() };
        let cause = Cause { rule: rule.text.clone(), scope: check::scope_name(only), period };
        Ok(Finding { cause, fires, summary, lines })
    }
}

/// Whether the credit ends before that day of the month that the period holds; before its end where it holds none.
pub fn credit(
    rule: &Rule,
    history: &History,
    expected: &Expected,
    period: BillingPeriod,
    before_day: i8,
) -> Result<Finding, Error> {
    let material = &history.material;
    let (start_on, end_on) = (utc_date(period.start_at), utc_date(period.end_at));
    let limit = day_in(start_on, end_on, before_day);
    let id = material.subscription_id;
    let credit = expected.bill.bill.as_ref().and_then(|bill| bill.credit.as_ref());
    let (fires, summary) = match credit {
        None => (false, format!("the offer of subscription {id} grants no credit")),
        Some(credit) => {
            let granted =
                format!("credit of {} {} of subscription {id}", credit.granted, measure::currency_of(material));
            match credit.ends_on {
                None => (false, format!("{granted} lasts for the period, {} of it is left", credit.remaining)),
                Some(on) => {
                    let fires = on < limit;
                    let (ends, compared) = (
                        if on < expected.bill.from_on { "ended" } else { "is expected to end" },
                        if fires { "before" } else { "not before" },
                    );
                    (fires, format!("{granted} {ends} on {on}, {compared} {limit}"))
                }
            }
        }
    };
    // What the credit does not pay does not use it up.
    let lines = if fires { lines_of(history, expected, |meter| meter.draws_credit)? } else { Vec::new() };
    let cause = Cause { rule: rule.text.clone(), scope: id.to_string(), period: start_on.to_string() };
    Ok(Finding { cause, fires, summary, lines })
}

/// The day of a period that has this number, or the end of it.
fn day_in(start_on: Date, end_on: Date, number: i8) -> Date {
    let mut days = start_on.series(1.day()).take_while(|on| *on < end_on);
    days.find(|on| on.day() == number).unwrap_or(end_on)
}

fn lines(expected: &[(&History, Expected)]) -> Result<Vec<IncidentLine>, Error> {
    let mut all = Vec::new();
    for (history, one) in expected {
        all.extend(lines_of(history, one, |_| true)?);
    }
    all.sort_by(|a, b| (b.cost, &a.what).cmp(&(a.cost, &b.what)));
    all.truncate(MAX_LINES);
    Ok(all)
}

/// The dearest meters at their expected quantities, beside the period before.
fn lines_of(
    history: &History,
    expected: &Expected,
    is_meant: impl Fn(&&MeterForecast) -> bool,
) -> Result<Vec<IncidentLine>, Error> {
    let charges = history.charges_before(expected.period)?;
    let before: BTreeMap<MeterId, LineBefore> = charges
        .into_iter()
        .map(|charge| {
            (charge.meter_id, LineBefore { quantity: charge.quantity, rates: charge.rates(), cost: charge.cost })
        })
        .collect();
    let line = |meter: &MeterForecast| {
        let names = [meter.meter_category.as_str(), &meter.meter_name, &meter.meter_region];
        IncidentLine {
            what: measure::named(names, meter.meter_id),
            quantity: meter.quantity,
            unit: shared::json::printable(&meter.unit),
            rates: meter.rates.clone(),
            cost: meter.cost,
            before: before.get(&meter.meter_id).cloned(),
        }
    };
    Ok(expected.bill.meters.iter().filter(is_meant).take(MAX_LINES).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_of_the_month_is_in_the_period_that_holds_it() {
        let (november, december) = (date(2026, 11, 14), date(2026, 12, 14));
        assert_eq!(day_in(november, december, 25), date(2026, 11, 25));
        assert_eq!(day_in(november, december, 14), november);
        assert_eq!(day_in(november, december, 13), date(2026, 12, 13));
        assert_eq!(day_in(november, december, 31), december, "November has none");
    }
}
