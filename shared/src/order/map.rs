//! Ordered maps and sets in few bytes: what a browser loads in place of the standard library's.
//!
//! A tree is written down anew for each pair of types, half a kilobyte of it under gzip, and a page has forty of them. Here
//! entries stand as they came, and beside them their numbers in order of the keys: so the search is one function for all
//! types, and what is moved for a new key is four bytes for each one behind it. Nothing here is ever taken out.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::put;

/// As much of [`std::collections::BTreeMap`] as is asked for.
#[derive(Debug, Clone)]
pub struct Map<K, V> {
    entries: Vec<(K, V)>,
    /// Numbers of the entries, by their keys.
    order: Vec<u32>,
}

/// Where a key stands in the order, or would stand.
fn place(order: &[u32], compare: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    order.binary_search_by(|number| compare(*number as usize))
}

impl<K: Ord, V> Map<K, V> {
    pub fn new() -> Map<K, V> {
        Map { entries: Vec::new(), order: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        let found = place(&self.order, &|number| self.entries[number].0.borrow().cmp(key));
        found.map(|at| self.order[at] as usize)
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|number| &self.entries[number].1)
    }

    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|number| &mut self.entries[number].1)
    }

    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(number) => Some(std::mem::replace(&mut self.entries[number].1, value)),
            Err(at) => {
                self.add(at, key, value);
                None
            }
        }
    }

    fn add(&mut self, at: usize, key: K, value: V) -> usize {
        let number = self.entries.len();
        self.order.insert(at, number as u32);
        self.entries.push((key, value));
        number
    }

    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        Entry { found: self.find(&key), key, map: self }
    }

    pub fn iter(&self) -> Iter<'_, K, V> {
        self.into_iter()
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// Moves the entries to where their order says.
    fn settle(&mut self) {
        put(&mut self.entries, &self.order);
        self.order = (0..self.order.len() as u32).collect();
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.settle();
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.into_iter().map(|(_, value)| value)
    }
}

/// A place for a key.
pub struct Entry<'m, K, V> {
    map: &'m mut Map<K, V>,
    key: K,
    found: Result<usize, usize>,
}

impl<'m, K: Ord, V> Entry<'m, K, V> {
    pub fn or_insert_with(self, value: impl FnOnce() -> V) -> &'m mut V {
        let number = self.found.unwrap_or_else(|at| self.map.add(at, self.key, value()));
        &mut self.map.entries[number].1
    }

    pub fn or_insert(self, value: V) -> &'m mut V {
        self.or_insert_with(|| value)
    }

    pub fn or_default(self) -> &'m mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }
}

/// The entries in order.
pub struct Iter<'m, K, V> {
    order: std::slice::Iter<'m, u32>,
    entries: &'m [(K, V)],
}

impl<'m, K, V> Iterator for Iter<'m, K, V> {
    type Item = (&'m K, &'m V);

    fn next(&mut self) -> Option<Self::Item> {
        self.order.next().map(|number| &self.entries[*number as usize]).map(|(key, value)| (key, value))
    }
}

impl<K: Ord, V> Default for Map<K, V> {
    fn default() -> Map<K, V> {
        Map::new()
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        pairs.into_iter().for_each(|(key, value)| {
            self.insert(key, value);
        });
    }
}

impl<'m, K: Ord, V> IntoIterator for &'m Map<K, V> {
    type Item = (&'m K, &'m V);
    type IntoIter = Iter<'m, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        Iter { order: self.order.iter(), entries: &self.entries }
    }
}

impl<K: Ord, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.settle();
        self.entries.into_iter()
    }
}

impl<K: Ord, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Map<K, V>) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Ord, V: Eq> Eq for Map<K, V> {}

impl<K: Ord, V: PartialOrd> PartialOrd for Map<K, V> {
    fn partial_cmp(&self, other: &Map<K, V>) -> Option<Ordering> {
        self.iter().partial_cmp(other.iter())
    }
}

impl<K: Ord, V: Ord> Ord for Map<K, V> {
    fn cmp(&self, other: &Map<K, V>) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl<K: Ord + Borrow<Q>, Q: Ord + ?Sized, V> Index<&Q> for Map<K, V> {
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        match self.find(key) {
            Ok(number) => &self.entries[number].1,
            Err(_) => panic!("no entry of this key"),
        }
    }
}

impl<K: Ord + Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Map<K, V>, D::Error> {
        struct OneByOne<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for OneByOne<K, V> {
            type Value = Map<K, V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Map<K, V>, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = pairs.next_entry()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }
        deserializer.deserialize_map(OneByOne(PhantomData))
    }
}

/// As much of [`std::collections::BTreeSet`] as is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T: Ord>(Map<T, ()>);

impl<T: Ord> Set<T> {
    pub fn new() -> Set<T> {
        Set(Map::new())
    }

    pub fn contains<Q: Ord + ?Sized>(&self, item: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(item)
    }

    pub fn get<Q: Ord + ?Sized>(&self, item: &Q) -> Option<&T>
    where
        T: Borrow<Q>,
    {
        self.0.find(item).ok().map(|number| &self.0.entries[number].0)
    }

    /// Whether it is new.
    pub fn insert(&mut self, item: T) -> bool {
        self.0.insert(item, ()).is_none()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.keys()
    }
}

impl<T: Ord> Default for Set<T> {
    fn default() -> Set<T> {
        Set::new()
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.0.extend(items.into_iter().map(|item| (item, ())));
    }
}

impl<T: Ord> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|(item, ())| item)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_map_answers_as_the_standard_library_s(steps in proptest::collection::vec((0u8..5, 0u8..20, 0u8..4), 0..200)) {
            let (mut ours, mut theirs) = (Map::new(), BTreeMap::new());
            for (step, key, value) in steps {
                match step {
                    0 => prop_assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                    1 => prop_assert_eq!(ours.entry(key).or_insert(value), theirs.entry(key).or_insert(value)),
                    2 => prop_assert_eq!(ours.get(&key), theirs.get(&key)),
                    3 => prop_assert_eq!(ours.get_mut(&key), theirs.get_mut(&key)),
                    _ => prop_assert!(ours.iter_mut().eq(theirs.iter_mut())),
                }
                prop_assert!(ours.iter().eq(theirs.iter()));
                prop_assert_eq!((ours.len(), ours.contains_key(&key)), (theirs.len(), theirs.contains_key(&key)));
            }
            let text = serde_json::to_string(&theirs).unwrap();
            prop_assert_eq!(&serde_json::to_string(&ours).unwrap(), &text);
            prop_assert_eq!(&serde_json::from_str::<Map<u8, u8>>(&text).unwrap(), &ours);
            prop_assert!(ours.into_iter().eq(theirs));
        }

        #[test]
        fn maps_compare_as_the_standard_library_s(pairs in proptest::collection::vec((0u8..3, 0u8..3), 4)) {
            let (one, other) = pairs.split_at(2);
            let map = |pairs: &[(u8, u8)]| {
                let mut map = Map::new();
                map.extend(pairs.iter().copied());
                map
            };
            let tree = |pairs: &[(u8, u8)]| pairs.iter().copied().collect::<BTreeMap<u8, u8>>();
            prop_assert_eq!(map(one).cmp(&map(other)), tree(one).cmp(&tree(other)));
            prop_assert_eq!(map(one) == map(other), tree(one) == tree(other));
        }

        #[test]
        fn a_set_answers_as_the_standard_library_s(items in proptest::collection::vec("[ab]{0,3}", 0..40), asked in "[ab]{0,3}") {
            let (mut ours, mut theirs) = (Set::new(), BTreeSet::new());
            for item in items {
                prop_assert_eq!(ours.insert(item.clone()), theirs.insert(item));
                prop_assert!(ours.iter().eq(theirs.iter()));
            }
            prop_assert_eq!((ours.contains(&*asked), ours.get(&*asked)), (theirs.contains(&*asked), theirs.get(&*asked)));
            prop_assert!(ours.into_iter().eq(theirs));
        }
    }
}
