//! Sorting and ordered maps, small where they have to be.
//!
//! For each type that it sorts the standard library brings some 5 kB, and to make an ordered map of a row it sorts, too:
//! together that was an eighth of what a page loads. There one sort of places serves all types, and maps are filled one
//! by one. Natively a slice is sorted as always, and a map is a tree.

use std::cmp::Ordering;
#[cfg(not(target_family = "wasm"))]
pub use std::collections::{BTreeMap as Map, BTreeSet as Set};

#[cfg(any(target_family = "wasm", test))]
mod map;
#[cfg(target_family = "wasm")]
pub use map::{Map, Set};

/// Like [`slice::sort_by`]: what is equal keeps its order.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if cfg!(target_family = "wasm") {
        sort_places(items, compare);
    } else {
        items.sort_by(compare);
    }
}

/// Like [`slice::sort_by_key`].
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

fn sort_places<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    put(items, &sorted_places(items.len(), &|a, b| compare(&items[a], &items[b])));
}

/// Puts first what stands at the first of the places, and so on.
fn put<T>(items: &mut [T], places: &[u32]) {
    let mut to = vec![0; items.len()];
    for (at, from) in places.iter().enumerate() {
        to[*from as usize] = at;
    }
    for at in 0..items.len() {
        while to[at] != at {
            let there = to[at];
            items.swap(at, there);
            to.swap(at, there);
        }
    }
}

/// The places of what is to come first, second and so on.
fn sorted_places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<u32> {
    let mut places: Vec<u32> = (0..count as u32).collect();
    places.sort_by(|a, b| compare(*a as usize, *b as usize));
    places
}

/// A map of pairs; of those with one key the last counts.
pub(crate) fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Map<K, V> {
    let mut map = Map::new();
    map.extend(pairs);
    map
}

/// The different ones.
pub(crate) fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> Set<T> {
    let mut set = Set::new();
    set.extend(items);
    set
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn places_sort_as_the_standard_library_does(keys in proptest::collection::vec(0u8..20, 0..300)) {
            let mut ours: Vec<(u8, usize)> = keys.iter().copied().zip(0..).collect();
            let mut theirs = ours.clone();
            sort_places(&mut ours, |a, b| a.0.cmp(&b.0));
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(ours, theirs);
        }
    }
}
