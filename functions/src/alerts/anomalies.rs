//! Days that stand out, as causes: one spike shows on three levels, and is told once.

use jiff::ToSpan;
use jiff::civil::Date;
use shared::decimal::Decimal;
use shared::forecast::AMOUNT_DECIMALS;
use shared::forecast::anomaly::{Finding as Found, Level, Moved};
use shared::guid::MeterId;
use shared::json::printable;
use shared::money::Currency;
use shared::snapshot::{Cause, IncidentLine, LineBefore};

use super::Finding;
use super::measure;
use super::periods::quiet;
use super::rules::Rule;
use crate::error::Error;
use crate::outlook::History;

/// A spike that is over is news for so many days: also for a run that comes late.
const NEWS_DAYS: i32 = 7;

/// What stood out for one reason.
pub struct Spike {
    /// The first day, on any level.
    pub opened_on: Date,
    /// When it was over on all of them.
    closed_on: Option<Date>,
    found: Vec<Found>,
}

/// The spikes of one subscription.
pub fn spikes(history: &History, above: Decimal, currency: Currency) -> Result<Vec<Spike>, Error> {
    measure::billed_in(&history.material, currency)?;
    Ok(grouped(history.anomalies(above)?))
}

/// Those that are news, or that there is none.
pub fn answer(rule: &Rule, history: &History, above: Decimal, currency: Currency) -> Result<Vec<Finding>, Error> {
    let news =
        |spike: &Spike| spike.closed_on.is_none_or(|on| on.saturating_add(NEWS_DAYS.days()) > history.known_to());
    let spikes = spikes(history, above, currency)?;
    let found: Vec<Finding> = spikes.iter().filter(|spike| news(spike)).map(|one| one.finding(rule, history)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let id = history.material.subscription_id;
    let summary = format!("no day of subscription {id} stands out by more than {above} {currency}");
    Ok(vec![quiet(rule, Some(id), "none".to_owned(), summary)])
}

/// What begins on one day is one spike; what begins while another is not over and rose most by the same meter of the same
/// resource belongs to that one. What moved a little, or fell, on the day of a spike is not its cause.
fn grouped(mut found: Vec<Found>) -> Vec<Spike> {
    found.sort_by_key(|one| (one.anomaly.opened_on, one.level.clone()));
    let mut spikes: Vec<Spike> = Vec::new();
    for one in found {
        let (opened_on, closed_on) = (one.anomaly.opened_on, one.anomaly.closed_on);
        match spikes.iter_mut().find(|spike| spike.holds(&one)) {
            Some(spike) => {
                spike.closed_on = spike.closed_on.zip(closed_on).map(|(a, b)| a.max(b));
                spike.found.push(one);
            }
            None => spikes.push(Spike { opened_on, closed_on, found: vec![one] }),
        }
    }
    spikes
}

/// The meter and resource that rose most.
fn riser(found: &Found) -> Option<(MeterId, &str)> {
    let rose = |moved: &&Moved| moved.difference().is_ok_and(|difference| difference > Decimal::ZERO);
    found.moved.iter().find(rose).map(|moved| (moved.meter_id, moved.resource.as_str()))
}

impl Spike {
    fn holds(&self, one: &Found) -> bool {
        let on = one.anomaly.opened_on;
        let same = riser(one).is_some_and(|by| self.found.iter().any(|found| riser(found) == Some(by)));
        on == self.opened_on || same && self.closed_on.is_none_or(|closed| on < closed)
    }

    /// The widest level of the day on which it began says most of it.
    fn lead(&self) -> &Found {
        let first = |found: &&Found| found.level == Level::Total && found.anomaly.opened_on == self.opened_on;
        self.found.iter().find(first).unwrap_or(&self.found[0])
    }

    pub fn finding(&self, rule: &Rule, history: &History) -> Finding {
        let id = history.material.subscription_id;
        let cause = Cause { rule: rule.text.clone(), scope: id.to_string(), period: self.opened_on.to_string() };
        let summary = self.summary(&format!("subscription {id}"), measure::currency_of(&history.material));
        Finding { cause, fires: true, summary, lines: self.lead().moved.iter().map(line).collect() }
    }

    fn summary(&self, whose: &str, currency: Currency) -> String {
        let lead = self.lead();
        let cents = |value: Decimal| currency.round_for_invoice(value);
        let mut also: Vec<String> = Vec::new();
        for found in self.found.iter().filter(|found| found.level != lead.level) {
            let name = printable(&found.level.to_string());
            if !also.contains(&name) {
                also.push(name);
            }
        }
        let also = if also.is_empty() { String::new() } else { format!("; also {}", also.join(", ")) };
        let (on, level) = (lead.anomaly.opened_on, printable(&lead.level.to_string()));
        let (cost, usual) = (cents(lead.anomaly.cost), cents(lead.anomaly.usual));
        let [day, before] = [lead.complete, lead.usual_complete].map(|whole| if whole { "" } else { "at least " });
        format!(
            "{level} of {whose} cost {day}{cost} {currency} on {on} where {before}{usual} {currency} is usual{also}"
        )
    }
}

/// What moved, beside the day that it is compared with. A rate is the mean price of that day.
fn line(moved: &Moved) -> IncidentLine {
    let resource = moved.resource.rsplit('/').next().unwrap_or_default();
    let of = if resource.is_empty() { String::new() } else { format!(" of {resource}") };
    let rate = |cost: Decimal, quantity: Decimal| -> Vec<Decimal> {
        let mean = (!quantity.is_zero()).then(|| cost.divided_rounded(quantity, AMOUNT_DECIMALS).ok());
        mean.flatten().into_iter().collect()
    };
    IncidentLine {
        what: printable(&format!("{}{of} ({})", moved.meter, moved.meter_id)),
        quantity: moved.quantity,
        unit: printable(&moved.unit),
        rates: rate(moved.cost, moved.quantity),
        cost: Some(moved.cost),
        before: Some(LineBefore {
            quantity: moved.quantity_before,
            rates: rate(moved.cost_before, moved.quantity_before),
            cost: Some(moved.cost_before),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use shared::forecast::anomaly::Anomaly;

    fn moved(resource: &str) -> Moved {
        let one = Decimal::ONE;
        Moved {
            meter_id: "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse().unwrap(),
            meter: "m".into(),
            resource: resource.into(),
            unit: "1".into(),
            quantity_before: one,
            quantity: Decimal::from(9),
            cost_before: one,
            cost: Decimal::from(9),
            quantity_effect: Decimal::from(8),
            price_effect: Decimal::ZERO,
        }
    }

    fn found(level: Level, opened: i8, closed: Option<i8>, resource: &str) -> Found {
        let on = |day| date(2026, 11, day);
        let (cost, usual, limit) = (Decimal::from(9), Decimal::ONE, Decimal::ONE);
        let anomaly = Anomaly { opened_on: on(opened), closed_on: closed.map(on), cost, usual, limit };
        let moved = vec![moved(resource)];
        Found { level, anomaly, complete: true, usual_complete: true, compared_with: on(1), moved }
    }

    fn days(found: Vec<Found>) -> Vec<(i8, Option<i8>, usize)> {
        let shown = |spike: &Spike| (spike.opened_on.day(), spike.closed_on.map(|on| on.day()), spike.found.len());
        grouped(found).iter().map(shown).collect()
    }

    #[test]
    fn what_lacks_a_price_is_at_least_so_much() {
        let summary = |complete, usual_complete| {
            let one = Found { complete, usual_complete, ..found(Level::Total, 17, None, "vm") };
            grouped(vec![one])[0].summary("all", "USD".parse().unwrap())
        };
        assert_eq!(summary(true, true), "everything of all cost 9 USD on 2026-11-17 where 1 USD is usual");
        assert_eq!(
            summary(false, false),
            "everything of all cost at least 9 USD on 2026-11-17 where at least 1 USD is usual"
        );
        assert!(summary(true, false).contains("cost 9 USD on 2026-11-17 where at least 1 "));
    }

    #[test]
    fn one_spike_on_three_levels_is_one_cause() {
        let service = |opened, closed, resource| found(Level::Service("s".into()), opened, closed, resource);
        let all = || {
            vec![
                service(17, Some(18), "vm"),
                found(Level::Total, 17, Some(18), "vm"),
                found(Level::ResourceGroup("g".into()), 17, Some(19), "vm"),
            ]
        };
        assert_eq!(days(all()), [(17, Some(19), 3)]);
        // All are larger by the same on the day after, when the sum stands out as well.
        let both = vec![service(17, None, "vm"), found(Level::Total, 18, None, "vm")];
        assert_eq!(days(both.clone()), [(17, None, 2)]);
        assert_eq!(grouped(both)[0].lead().anomaly.opened_on.day(), 17, "it is told of the day on which it began");
        // Something else begins meanwhile.
        assert_eq!(
            days(vec![service(17, None, "vm"), found(Level::Total, 18, None, "disk")]),
            [(17, None, 1), (18, None, 1)]
        );
        // It fell on the day of the first one, which is no reason for its own rise.
        let mut step = service(17, None, "vm");
        step.moved.push(Moved { cost: Decimal::ZERO, ..moved("disk") });
        let spike = found(Level::Total, 20, None, "disk");
        assert_eq!(days(vec![step, spike]), [(17, None, 1), (20, None, 1)]);
        // The same again, after it was over.
        assert_eq!(
            days(vec![service(10, Some(12), "vm"), service(12, Some(14), "vm")]),
            [(10, Some(12), 1), (12, Some(14), 1)]
        );
    }
}
