//! The sums of an estimate: a month, the first year, low and high, groups, and what an invoice would round.

use super::{Counted, EstimateTotals, Line, Resolved, Stacked};
use crate::decimal::{Decimal, Inexact};
use crate::money::Currency;
use crate::order::Map;
use crate::warning::{Warning, WarningCode};

/// The sum of the lines that have a price.
fn known_cost(lines: &[Line]) -> Result<Decimal, (usize, Inexact)> {
    lines.iter().try_fold(Decimal::ZERO, |sum, line| {
        sum.plus(line.cost.unwrap_or(Decimal::ZERO)).map_err(|error| (line.item, error))
    })
}

/// The months besides the one at full quantities.
pub(super) struct Months {
    low: Vec<Line>,
    high: Vec<Line>,
    /// The first twelve, where an item has a ramp.
    ramped: Vec<Vec<Line>>,
}

impl Months {
    pub(super) fn price(counted: &Counted<'_>) -> Result<Months, (usize, Inexact)> {
        let ramps = counted.items.iter().any(|resolved| !resolved.item.ramp.is_empty());
        let months = if ramps { 0..12 } else { 0..0 };
        Ok(Months {
            low: counted.price(|item| Ok(item.low.quantity))?,
            high: counted.price(|item| Ok(item.high.quantity))?,
            ramped: months.map(|month| counted.price(|item| ramped(item, month))).collect::<Result<_, _>>()?,
        })
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.low.iter().chain(&self.high).chain(self.ramped.iter().flatten())
    }
}

pub(super) fn of(
    counted: &Counted<'_>,
    months: &Months,
    lines: &[Line],
    currency: Currency,
) -> Result<EstimateTotals, (usize, Inexact)> {
    let monthly_cost = known_cost(lines)?;
    let yearly_cost = match &*months.ramped {
        [] => monthly_cost.times(Decimal::from(12)).map_err(|error| (0, error))?,
        ramped => ramped
            .iter()
            .try_fold(Decimal::ZERO, |sum, month| sum.plus(known_cost(month)?).map_err(|error| (0, error)))?,
    };
    let unpriced_lines = lines.iter().filter(|line| line.cost.is_none()).count();
    Ok(EstimateTotals {
        currency,
        monthly_cost,
        yearly_cost,
        invoice_cost: invoice_cost(counted, lines, currency)?,
        monthly_cost_low: known_cost(&months.low)?,
        monthly_cost_high: known_cost(&months.high)?,
        cost_cut_after: lines.iter().chain(months.lines()).find_map(|line| line.cost_cut_after),
        complete: unpriced_lines == 0,
        unpriced_lines,
    })
}

fn ramped(resolved: &Resolved<'_>, month: usize) -> Result<Decimal, Inexact> {
    let ramp = &resolved.item.ramp;
    let share = ramp.get(month).or(ramp.last()).copied().unwrap_or(Decimal::ONE);
    resolved.expected.quantity.times(share)
}

/// An invoice rounds once per meter, not per line, and every offer has its own.
fn invoice_cost(counted: &Counted<'_>, lines: &[Line], currency: Currency) -> Result<Decimal, (usize, Inexact)> {
    let mut by_meter: Map<Stacked, Decimal> = Map::new();
    for line in lines {
        if let (Some(id), Some(cost)) = (line.meter_id, line.cost) {
            let sum = by_meter.entry((counted.items[line.item].list, id)).or_insert(Decimal::ZERO);
            *sum = sum.plus(cost).map_err(|error| (line.item, error))?;
        }
    }
    by_meter
        .into_values()
        .try_fold(Decimal::ZERO, |sum, cost| sum.plus(currency.round_for_invoice(cost)).map_err(|error| (0, error)))
}

/// Says of each line whose cost is cut off, in which of its months.
pub(super) fn endless(months: &Months, lines: &[Line]) -> Vec<Warning> {
    let of = |lines: &[Line], item: usize| lines[item].cost_cut_after;
    let warned = lines.iter().filter_map(|line| {
        let item = line.item;
        let ramped = months.ramped.iter().find_map(|month| of(month, item));
        let (what, decimals) = None
            .or(of(lines, item).map(|decimals| ("cost", decimals)))
            .or(of(&months.low, item).map(|decimals| ("low cost", decimals)))
            .or(of(&months.high, item).map(|decimals| ("high cost", decimals)))
            .or(ramped.map(|decimals| ("cost in the first year", decimals)))?;
        Some(Warning {
            code: WarningCode::CostWithoutEnd,
            message: format!("the decimals of the {what} have no end; it is cut off after {decimals}"),
            path: Some(format!("items[{item}]")),
        })
    });
    warned.collect()
}
