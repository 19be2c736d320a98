//! Spend as a tree: every group divided by the next question, each with its course over time.
//!
//! A group's parts are its own rows, divided: on every level they add up to it, to the last digit.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Bucket, GroupBy, SpendRow, bucket_of, group_of};
use crate::decimal::{Decimal, Inexact};
use crate::rating::proration::ProratedSlice;

/// Of more parts than these the cheapest are summed up as one: a page cannot show ten thousand.
const MOST_PARTS: usize = 200;

/// A group, its course and what it consists of.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Branch {
    /// The group and its sums.
    #[serde(flatten)]
    pub row: SpendRow,
    /// How many groups were summed up as this one; 0 where it is one group.
    pub folded: usize,
    /// Exact cost in each bucket of the tree, absent where nothing of it has a price.
    pub series: Vec<Option<Decimal>>,
    /// Its parts, the dearest first.
    pub parts: Vec<Branch>,
}

/// Buckets of time and what was spent in them.
#[derive(Debug, Clone, Serialize)]
pub struct Tree {
    /// The days or hours that have usage, in order.
    pub buckets: Vec<String>,
    /// All rows, divided by the first question, its parts by the second, and so on.
    pub all: Branch,
}

/// Divides the rows by one question after the other.
///
/// # Errors
/// [`Inexact`] when a sum has too many digits.
pub fn grow(rated: &[ProratedSlice<'_>], levels: &[GroupBy], bucket: Bucket) -> Result<Tree, Inexact> {
    let when = |one: &ProratedSlice<'_>| bucket_of(one.slice.row.usage_start_at, bucket).unwrap_or_default();
    let buckets: Vec<String> = rated.iter().map(when).collect::<BTreeSet<_>>().into_iter().collect();
    // The place of each row's bucket is looked up once and not on every level.
    let place = |one| buckets.partition_point(|known| *known < when(one));
    let placed: Vec<Placed<'_, '_>> = rated.iter().map(|one| (place(one), one)).collect();
    let all = branch("all".to_owned(), &placed, levels, buckets.len())?;
    Ok(Tree { buckets, all })
}

type Placed<'r, 'u> = (usize, &'r ProratedSlice<'u>);

fn branch(group: String, rated: &[Placed<'_, '_>], levels: &[GroupBy], buckets: usize) -> Result<Branch, Inexact> {
    let mut course = vec![SpendRow::empty(String::new(), None); buckets];
    let mut row = SpendRow::empty(group, None);
    for (place, one) in rated {
        row.add(one)?;
        course[*place].add(one)?;
    }
    // A bucket without rows is known to be nothing; one of rows without a price is not.
    let known = |row: SpendRow| if row.rows == 0 { Some(Decimal::ZERO) } else { row.known().map(|(cost, _)| cost) };
    let series = course.into_iter().map(known).collect();
    let parts = match levels {
        [] => Vec::new(),
        [by, deeper @ ..] => parts(rated, by, deeper, buckets)?,
    };
    Ok(Branch { row, folded: 0, series, parts })
}

fn parts(rated: &[Placed<'_, '_>], by: &GroupBy, deeper: &[GroupBy], buckets: usize) -> Result<Vec<Branch>, Inexact> {
    let mut groups: BTreeMap<String, Vec<Placed<'_, '_>>> = BTreeMap::new();
    for one in rated {
        groups.entry(group_of(one.1.slice.row, by)).or_default().push(*one);
    }
    let mut ranked: Vec<(Decimal, String, Vec<Placed<'_, '_>>)> = Vec::with_capacity(groups.len());
    for (group, rows) in groups {
        let costs = rows.iter().filter_map(|(_, one)| one.slice.cost);
        ranked.push((costs.into_iter().try_fold(Decimal::ZERO, Decimal::plus)?, group, rows));
    }
    ranked.sort_by(|(a, first, _), (b, second, _)| (b, first).cmp(&(a, second)));
    let rest = if ranked.len() > MOST_PARTS { ranked.split_off(MOST_PARTS - 1) } else { Vec::new() };
    let mut branches = ranked
        .into_iter()
        .map(|(_, group, rows)| branch(group, &rows, deeper, buckets))
        .collect::<Result<Vec<_>, _>>()?;
    if !rest.is_empty() {
        let folded = rest.len();
        let rows: Vec<Placed<'_, '_>> = rest.into_iter().flat_map(|(.., rows)| rows).collect();
        branches.push(Branch { folded, ..branch(String::new(), &rows, &[], buckets)? });
    }
    Ok(branches)
}
