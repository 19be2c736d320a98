//! Each row once and in the order of time: proved where it is so, made where it is not.
//!
//! A running total needs its rows in the order of [`crate::rating`]: by start, end, bucket and resource. Rows
//! that ascend strictly in that order, then by subscription and meter, are in order *and* no two of them are
//! readings of the same row: one look at each neighbour proves both. Any other order is sorted by its index.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{BitOr, BitXor};

use super::{ColumnsError, UsageColumns};

/// Rows that are looked at together: their columns then stay in the cache.
const CHUNK_ROWS: usize = 4096;

/// Bits that one pass of the sort puts in order.
const DIGIT_BITS: u32 = 11;

/// Start, end and rank of the bucket.
type Time = (i64, i64, u32);

/// What rows are sorted by: the number of their time, then the rank of their resource.
trait Key: Copy + Default + PartialEq + Into<u64> {}
impl Key for u32 {}
impl Key for u64 {}

/// In which order the rows count, and which of them do not.
#[derive(Debug, Clone)]
pub struct Order {
    /// Rows in the order in which they count; absent when they count as they stand.
    pub sorted: Option<Vec<u32>>,
    /// A row that does not count, and the later reading of the same row that does.
    pub replaced: Vec<(u32, u32)>,
}

/// Dictionary entry → its place among the entries; absent where both are the same.
struct Ranks(Option<Vec<u32>>);

impl Ranks {
    fn of<K: Ord>(keys: impl Iterator<Item = K>) -> Ranks {
        let keys: Vec<K> = keys.collect();
        if keys.windows(2).all(|pair| pair[0] < pair[1]) {
            return Ranks(None);
        }
        let mut places: Vec<u32> = (0..keys.len() as u32).collect();
        places.sort_by(|a, b| keys[*a as usize].cmp(&keys[*b as usize]));
        let (mut ranks, mut rank) = (vec![0; keys.len()], 0);
        for (at, place) in places.iter().enumerate() {
            // Entries that mean the same share a rank: a resource whose tags changed is the same resource.
            if at > 0 && keys[places[at - 1] as usize] != keys[*place as usize] {
                rank += 1;
            }
            ranks[*place as usize] = rank;
        }
        Ranks(Some(ranks))
    }

    fn rank(&self, entry: u32) -> u32 {
        self.0.as_ref().map_or(entry, |ranks| ranks[entry as usize])
    }
}

impl UsageColumns {
    /// Checks the columns and finds the order in which their rows count.
    pub(super) fn order(&self) -> Result<Order, ColumnsError> {
        self.check()?;
        let buckets = Ranks::of(self.buckets.iter());
        // Rows without a resource are told apart by their entry alone.
        let resources = Ranks::of(self.resources.iter().enumerate().map(|(entry, resource)| match resource {
            Some(resource) => (resource.uri.as_str(), 0),
            None => ("", 1 + entry),
        }));
        if self.ascends(&buckets, &resources)? {
            return Ok(Order { sorted: None, replaced: Vec::new() });
        }
        Ok(self.sort(&buckets, &resources))
    }

    /// Columns of one length, dictionaries without repetition.
    fn check(&self) -> Result<(), ColumnsError> {
        let rows = self.len();
        if u32::try_from(rows).is_err() {
            return Err(ColumnsError::TooManyRows);
        }
        let lengths = [
            ("subscription", self.subscription.len()),
            ("meter", self.meter.len()),
            ("resource", self.resource.len()),
            ("bucket", self.bucket.len()),
            ("starts_at", self.starts_at.len()),
            ("ends_at", self.ends_at.len()),
        ];
        if let Some((column, _)) = lengths.into_iter().find(|(_, length)| *length != rows) {
            return Err(ColumnsError::Length { column });
        }
        let repeated = |entries: usize, distinct: usize| entries != distinct;
        if repeated(self.subscriptions.len(), self.subscriptions.iter().collect::<BTreeSet<_>>().len()) {
            return Err(ColumnsError::Repeated { column: "subscription" });
        }
        if repeated(self.meters.len(), self.meters.iter().collect::<BTreeSet<_>>().len()) {
            return Err(ColumnsError::Repeated { column: "meter" });
        }
        Ok(())
    }

    /// Checks that every number points into its dictionary, and finds whether the rows ascend.
    fn ascends(&self, buckets: &Ranks, resources: &Ranks) -> Result<bool, ColumnsError> {
        let key = |row: usize| {
            let times = (self.starts_at[row], self.ends_at[row], buckets.rank(self.bucket[row]));
            (times, resources.rank(self.resource[row]), self.state(row))
        };
        let ranked = buckets.0.is_some() || resources.0.is_some();
        let (rows, mut ascends) = (self.len(), true);
        for first in (0..rows).step_by(CHUNK_ROWS) {
            let end = rows.min(first + CHUNK_ROWS);
            self.point_into_dictionaries(first, end)?;
            let second = first.max(1);
            ascends = ascends
                && (!ranked && self.ascends_within_a_day(second, end)
                    || (second..end).all(|row| key(row - 1) < key(row)));
        }
        Ok(ascends)
    }

    fn point_into_dictionaries(&self, first: usize, end: usize) -> Result<(), ColumnsError> {
        let columns = [
            ("subscription", &self.subscription, self.subscriptions.len()),
            ("meter", &self.meter, self.meters.len()),
            ("resource", &self.resource, self.resources.len()),
            ("bucket", &self.bucket, self.buckets.len()),
        ];
        for (column, numbers, entries) in columns {
            let largest = numbers[first..end].iter().fold(0, |largest, number| largest.max(*number));
            if largest as usize >= entries {
                return Err(ColumnsError::NoEntry { column });
            }
        }
        Ok(())
    }

    /// Whether only resource and state change between neighbours, and only upwards: true of nearly all rows, and
    /// asked without a branch for each.
    fn ascends_within_a_day(&self, first: usize, end: usize) -> bool {
        let (resource, meter) = (pairs(&self.resource, first, end), pairs(&self.meter, first, end));
        let subscription = pairs(&self.subscription, first, end);
        let (mut wrong, rows) = (0, end - first);
        // All slices get one length here, so that the loop needs no check and is done for many rows at once.
        let ((resource, next_resource), (meter, next_meter)) = (cut(resource, rows), cut(meter, rows));
        let (subscription, next_subscription) = cut(subscription, rows);
        for row in 0..rows {
            let up = u32::from(resource[row] < next_resource[row]);
            let same = u32::from(resource[row] == next_resource[row])
                & u32::from(subscription[row] == next_subscription[row])
                & u32::from(meter[row] < next_meter[row]);
            wrong |= 1 ^ (up | same);
        }
        wrong == 0
            && all_same(&self.starts_at[first - 1..end])
            && all_same(&self.ends_at[first - 1..end])
            && all_same(&self.bucket[first - 1..end])
    }

    fn state(&self, row: usize) -> (u32, u32) {
        (self.subscription[row], self.meter[row])
    }

    fn sort(&self, buckets: &Ranks, resources: &Ranks) -> Order {
        // A month has few distinct times: they are numbered once, and rows compare as one number.
        let mut times: BTreeMap<Time, u64> = BTreeMap::new();
        let time = |row: usize| (self.starts_at[row], self.ends_at[row], buckets.rank(self.bucket[row]));
        for row in 0..self.len() {
            if row == 0 || time(row) != time(row - 1) {
                times.insert(time(row), 0);
            }
        }
        times.values_mut().enumerate().for_each(|(number, place)| *place = number as u64);
        let entries = self.resources.len() as u64;
        let above_all = times.len() as u64 * entries;
        let key = |row: usize, time: u64| time * entries + u64::from(resources.rank(self.resource[row]));
        // A key is moved once for each of its digits: half as many bytes, half the time.
        if u32::try_from(above_all).is_ok() {
            self.sort_keyed(time, &times, |row, time| key(row, time) as u32, above_all)
        } else {
            self.sort_keyed(time, &times, key, above_all)
        }
    }

    fn sort_keyed<K: Key>(
        &self,
        time: impl Fn(usize) -> Time,
        times: &BTreeMap<Time, u64>,
        key: impl Fn(usize, u64) -> K,
        above_all: u64,
    ) -> Order {
        let mut last = None;
        let mut keyed: Vec<(K, u32)> = Vec::with_capacity(self.len());
        for row in 0..self.len() {
            let number = match last {
                Some((known, number)) if known == time(row) => number,
                _ => times.get(&time(row)).copied().unwrap_or(0),
            };
            last = Some((time(row), number));
            keyed.push((key(row, number), row as u32));
        }
        let mut keyed = sorted_by_key(keyed, above_all);
        let (mut sorted, mut replaced) = (Vec::with_capacity(self.len()), Vec::new());
        for tie in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
            tie.sort_unstable_by_key(|(_, row)| (self.state(*row as usize), *row));
            for readings in tie.chunk_by(|a, b| self.state(a.1 as usize) == self.state(b.1 as usize)) {
                if let [earlier @ .., (_, latest)] = readings {
                    replaced.extend(earlier.iter().map(|(_, row)| (*row, *latest)));
                    sorted.push(*latest);
                }
            }
        }
        Order { sorted: Some(sorted), replaced }
    }
}

/// The entries before and at each row.
fn pairs(column: &[u32], first: usize, end: usize) -> (&[u32], &[u32]) {
    (&column[first - 1..end - 1], &column[first..end])
}

fn cut<'c>((before, at): (&'c [u32], &'c [u32]), rows: usize) -> (&'c [u32], &'c [u32]) {
    (&before[..rows], &at[..rows])
}

/// Whether all entries are the same; without a branch for each, so that many are compared at once.
fn all_same<T: Copy + Default + BitXor<Output = T> + BitOr<Output = T> + PartialEq>(column: &[T]) -> bool {
    let Some(first) = column.first() else { return true };
    column.iter().fold(T::default(), |differences, entry| differences | (*entry ^ *first)) == T::default()
}

/// Sorts by key, from the lowest digits of the key to the highest; equal keys stay in their order.
fn sorted_by_key<K: Key>(mut rows: Vec<(K, u32)>, above_all: u64) -> Vec<(K, u32)> {
    let mut spare = vec![(K::default(), 0); rows.len()];
    let mut shift = 0;
    while shift < u64::BITS && above_all >> shift > 0 {
        let digit = |key: K| (key.into() >> shift) as usize & ((1 << DIGIT_BITS) - 1);
        let mut places = vec![0; 1 << DIGIT_BITS];
        rows.iter().for_each(|(key, _)| places[digit(*key)] += 1);
        let mut sum = 0;
        for place in &mut places {
            sum += std::mem::replace(place, sum);
        }
        for row in &rows {
            let place = &mut places[digit(row.0)];
            spare[*place] = *row;
            *place += 1;
        }
        std::mem::swap(&mut rows, &mut spare);
        shift += DIGIT_BITS;
    }
    rows
}
