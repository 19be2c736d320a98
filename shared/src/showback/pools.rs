//! Shared costs: what a pool has is borne by others, all pools at once.

use std::collections::BTreeMap;

use super::{Line, LineKey, Pool, ShowbackError, Split, What};
use crate::allocation::allocate;
use crate::decimal::Decimal;

/// Adds the lines of all splits. Each looks at what was there before any of them, so their order means nothing.
/// Answers with the pools that nobody is there to bear: they keep what they have.
pub(super) fn split(
    all: &mut BTreeMap<LineKey, Line>,
    pools: &[Pool],
    decimals: u32,
) -> Result<Vec<String>, ShowbackError> {
    let mut own: BTreeMap<String, Decimal> = BTreeMap::new();
    for line in all.values() {
        if let (Some(centre), Some(amount)) = (&line.cost_centre, line.amount) {
            let sum = own.entry(centre.clone()).or_insert(Decimal::ZERO);
            *sum = sum.plus(amount)?;
        }
    }
    let everybody: Vec<String> =
        own.keys().filter(|name| !pools.iter().any(|pool| pool.name == **name)).cloned().collect();
    let mut kept = Vec::new();
    for pool in pools {
        let Some(total) = own.get(&pool.name).filter(|total| !total.is_zero()) else { continue };
        let among = |named: &[String]| if named.is_empty() { everybody.clone() } else { named.to_vec() };
        let weights: Vec<(String, Decimal)> = match &pool.split {
            Split::Evenly(named) => among(named).into_iter().map(|name| (name, Decimal::ONE)).collect(),
            Split::InProportion(named) => {
                let weight = |name: &String| own.get(name).map_or(Decimal::ZERO, |own| (*own).max(Decimal::ZERO));
                among(named)
                    .into_iter()
                    .map(|name| (weight(&name), name))
                    .map(|(weight, name)| (name, weight))
                    .collect()
            }
            Split::Fixed(shares) => shares.clone(),
        };
        if weights.is_empty() {
            kept.push(pool.name.clone());
            continue;
        }
        let parts = allocate(*total, &weights, decimals)?;
        let how = |of: usize| match &pool.split {
            Split::Evenly(_) => format!("evenly among {of}"),
            Split::InProportion(_) => format!("in proportion, among {of}"),
            Split::Fixed(_) => format!("in fixed shares, among {of}"),
        };
        let how = how(weights.len());
        let out = line(&pool.name, What::SharedOut, format!("Shared {how}"), total.negated());
        all.insert(out.key(), out);
        for ((name, _), part) in weights.iter().zip(parts).filter(|(_, part)| !part.is_zero()) {
            let what = What::SharedIn { pool: pool.name.clone() };
            let part = line(name, what, format!("{}, shared {how}", pool.name), part);
            all.insert(part.key(), part);
        }
    }
    Ok(kept)
}

fn line(centre: &str, what: What, name: String, amount: Decimal) -> Line {
    Line {
        cost_centre: Some(centre.to_owned()),
        subscription_id: None,
        what,
        service: String::new(),
        name,
        region: String::new(),
        quantity: None,
        unit: String::new(),
        unpriced_quantity: Decimal::ZERO,
        list_cost: None,
        amount: Some(amount),
    }
}
