//! The loop of `shared::columns` in other numbers: the same states, steps and results, read from the same columns.

use std::ops::{Add, Mul, Sub};

use shared::columns::UsageColumns;
use shared::decimal::Decimal;
use shared::period::BillingAnchor;
use shared::ratebook::RateBook;

use crate::workload::ANCHOR;

const NONE: u32 = u32::MAX;

/// What a loop can be written in.
pub trait Number: Copy + PartialOrd + Default + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    const LOWEST: Self;
    const HIGHEST: Self;
    fn of(exact: &str) -> Self;
}

impl Number for f64 {
    const LOWEST: f64 = f64::NEG_INFINITY;
    const HIGHEST: f64 = f64::INFINITY;
    fn of(exact: &str) -> f64 {
        exact.parse().unwrap_or(f64::NAN)
    }
}

impl Number for rust_decimal::Decimal {
    const LOWEST: Self = rust_decimal::Decimal::MIN;
    const HIGHEST: Self = rust_decimal::Decimal::MAX;
    fn of(exact: &str) -> Self {
        exact.parse().unwrap_or_default()
    }
}

#[derive(Clone, Copy)]
struct Step<N> {
    lower: N,
    upper: N,
    price: N,
}

#[derive(Clone, Copy)]
struct State<N> {
    total: N,
    price: u32,
    step: u32,
}

/// Subscription, meter, quantity and cost of one billing period.
type Charge<N> = (u32, u32, N, N);

/// The charge of every row that has a price, in room that is used again, and those of the periods.
pub fn rate<N: Number>(
    usage: &UsageColumns,
    quantity: &[N],
    book: &RateBook,
    charges: &mut Vec<N>,
) -> Result<Vec<Charge<N>>, String> {
    let ordered = usage.ordered().map_err(|error| error.to_string())?;
    if ordered.order().sorted.is_some() {
        return Err("the workload is in order".into());
    }
    let (steps, tables) = tables::<N>(usage, book)?;
    let anchor = BillingAnchor::new(ANCHOR).map_err(|error| error.to_string())?;
    let empty = State { total: N::default(), price: NONE, step: 0 };
    charges.resize(quantity.len(), N::default());
    let (mut at, mut periods) = (0, Vec::new());
    while at < quantity.len() {
        let start = jiff::Timestamp::from_second(usage.starts_at[at]).map_err(|error| error.to_string())?;
        let turn = anchor.period_of(start).map_err(|error| error.to_string())?.end_at.as_second();
        let end = at + usage.starts_at[at..].partition_point(|start| *start < turn);
        let mut states = vec![empty; usage.subscriptions.len() * usage.meters.len()];
        let rows = usage.subscription[at..end].iter().zip(&usage.meter[at..end]).zip(&quantity[at..end]);
        for (((subscription, meter), quantity), charge) in rows.zip(&mut charges[at..end]) {
            let state = &mut states[*subscription as usize * usage.meters.len() + *meter as usize];
            if state.price == tables[*meter as usize].0 {
                let step = &steps[state.step as usize];
                let after = state.total + *quantity;
                if step.lower <= after && after <= step.upper {
                    state.total = after;
                    *charge = *quantity * step.price;
                    continue;
                }
            }
            *charge = cross(state, tables[*meter as usize], &steps, *quantity);
        }
        for (slot, state) in states.iter().enumerate().filter(|(_, state)| state.price != NONE) {
            let (subscription, meter) = (slot / usage.meters.len(), slot % usage.meters.len());
            let (first, end) = tables[meter];
            let cost = cost(&steps[first as usize..end as usize], state.total);
            periods.push((subscription as u32, meter as u32, state.total, cost));
        }
        at = end;
    }
    Ok(periods)
}

#[cold]
#[inline(never)]
fn cross<N: Number>(state: &mut State<N>, table: (u32, u32), steps: &[Step<N>], quantity: N) -> N {
    let (first, end) = table;
    // Without a price, the row has no charge.
    if end == NONE {
        return N::default();
    }
    let mine = &steps[first as usize..end as usize];
    let (before, after) = (state.total, state.total + quantity);
    let step = mine.iter().rposition(|step| step.lower <= after).unwrap_or(0);
    *state = State { total: after, price: first, step: first + step as u32 };
    cost(mine, after) - cost(mine, before)
}

fn cost<N: Number>(steps: &[Step<N>], total: N) -> N {
    steps.iter().skip(1).take_while(|step| step.lower < total).fold(N::default(), |sum, step| {
        let reached = if total < step.upper { total } else { step.upper };
        sum + (reached - step.lower) * step.price
    })
}

type Tables = Vec<(u32, u32)>;

/// Steps of each meter of the dictionary: the free part, then the tiers.
fn tables<N: Number>(usage: &UsageColumns, book: &RateBook) -> Result<(Vec<Step<N>>, Tables), String> {
    let number = |exact: Decimal| N::of(&exact.to_string());
    let (mut steps, mut tables) = (Vec::new(), Vec::new());
    let last = usage.starts_at.last().copied().unwrap_or(0);
    let at = jiff::Timestamp::from_second(last).map_err(|error| error.to_string())?;
    for id in &usage.meters {
        let Ok(meter) = book.price_at(*id, at) else {
            // Not the number of any state.
            tables.push((NONE - 1, NONE));
            continue;
        };
        let included = number(meter.included_quantity);
        let first = steps.len() as u32;
        steps.push(Step { lower: N::LOWEST, upper: included, price: N::default() });
        for (index, tier) in meter.tiers.tiers().iter().enumerate() {
            let upper = meter.tiers.end_of(index).map_or(N::HIGHEST, |end| included + number(end));
            steps.push(Step { lower: included + number(tier.from), upper, price: number(tier.unit_price) });
        }
        tables.push((first, steps.len() as u32));
    }
    Ok((steps, tables))
}
