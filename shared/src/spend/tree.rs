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
    /// The places of the buckets in which some of it has no price.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unpriced: Vec<usize>,
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
    let unpriced = (0..buckets).filter(|place| course[*place].unpriced_rows > 0).collect();
    let series = course.into_iter().map(known).collect();
    let parts = match levels {
        [] => Vec::new(),
        [by, deeper @ ..] => parts(rated, by, deeper, buckets)?,
    };
    Ok(Branch { row, folded: 0, series, unpriced, parts })
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::rating::Slice;
    use crate::usage::{Resource, UsageAggregate};

    fn row(resource: usize, service: &str, day: usize) -> UsageAggregate {
        let at = format!("2026-11-{day:02}T00:00:00Z").parse().unwrap();
        let uri = format!("/subscriptions/s/resourceGroups/g/providers/p/vm/r{resource:04}");
        UsageAggregate {
            subscription_id: "11111111-2222-3333-4444-555555555555".parse().unwrap(),
            meter_id: "0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse().unwrap(),
            usage_start_at: at,
            usage_end_at: at,
            bucket: "b".into(),
            quantity: Decimal::from(1),
            meter_name: "m".into(),
            meter_category: service.into(),
            meter_sub_category: "".into(),
            meter_region: "".into(),
            unit: "1 Hour".into(),
            info_fields: None,
            resource: Some(Arc::new(Resource { uri, location: String::new(), tags: BTreeMap::new() })),
            instance_text: None,
            rule_tags: None,
        }
    }

    fn rated<'u>(rows: &'u [(UsageAggregate, Option<u32>)]) -> Vec<ProratedSlice<'u>> {
        let slice = |(row, cost): &'u (UsageAggregate, Option<u32>)| {
            let cost = cost.map(Decimal::from);
            ProratedSlice { slice: Slice { row, quantity: row.quantity, cost, charge: 0 }, invoice_cost: cost }
        };
        rows.iter().map(slice).collect()
    }

    fn whole(value: u32) -> Option<Decimal> {
        Some(Decimal::from(value))
    }

    /// By hand: service A costs 2 + 5 on the first and 3 on the third day, B is known to cost 1 on the third.
    #[test]
    fn parts_add_up_and_what_has_no_price_is_no_zero() {
        let rows = [
            (row(1, "A", 1), Some(2)),
            (row(2, "A", 1), Some(5)),
            (row(1, "A", 3), Some(3)),
            (row(3, "B", 1), None),
            (row(3, "B", 3), Some(1)),
            (row(4, "C", 3), None),
        ];
        let tree = grow(&rated(&rows), &[GroupBy::Service, GroupBy::Resource], Bucket::Day).unwrap();
        assert_eq!(tree.buckets, ["2026-11-01", "2026-11-03"]);
        assert_eq!((tree.all.row.cost, tree.all.row.rows, tree.all.row.unpriced_rows), (Decimal::from(11), 6, 2));
        assert_eq!((&tree.all.series[..], &tree.all.unpriced[..]), (&[whole(7), whole(4)][..], &[0, 1][..]));
        let [a, b, c] = &tree.all.parts[..] else { panic!("{tree:?}") };
        assert_eq!((a.row.group.as_str(), a.series.as_slice()), ("A", &[whole(7), whole(3)][..]));
        assert_eq!((b.row.group.as_str(), b.series.as_slice()), ("B", &[None, whole(1)][..]));
        assert_eq!((c.row.known(), c.series.as_slice()), (None, &[whole(0), None][..]));
        assert_eq!([&a.unpriced[..], &b.unpriced, &c.unpriced], [&[][..], &[0], &[1]]);
        // Of equal cost, the name decides.
        let costs: Vec<_> = a.parts.iter().map(|part| (part.row.group.ends_with("r0001"), part.row.cost)).collect();
        assert_eq!(costs, [(true, Decimal::from(5)), (false, Decimal::from(5))]);
        assert!(a.parts.iter().all(|part| part.parts.is_empty()));
    }

    /// 300 resources that cost 1 to 300: the dearest 199 stay, 101 × 102 ÷ 2 are one.
    #[test]
    fn the_cheapest_of_many_are_summed_up_as_one() {
        let rows: Vec<_> = (1..=300).map(|at| (row(at, "A", 1), Some(at as u32))).collect();
        let tree = grow(&rated(&rows), &[GroupBy::Resource, GroupBy::Meter], Bucket::Day).unwrap();
        assert_eq!(tree.all.parts.len(), MOST_PARTS);
        assert!(tree.all.parts[..MOST_PARTS - 1].iter().all(|part| part.folded == 0 && part.parts.len() == 1));
        let rest = &tree.all.parts[MOST_PARTS - 1];
        assert_eq!((rest.folded, rest.row.cost, rest.row.rows), (101, Decimal::from(5151), 101));
        assert_eq!(tree.all.row.cost, Decimal::from(45_150));
    }
}
