//! Numbers for what is different: a table of hashes that is made larger when it is half full.
//!
//! The standard library's ordered maps would be a tenth of what the browser loads.

/// Which things have a number already.
pub(super) struct Known {
    /// Hash, and the number and one; 0 is a free slot.
    slots: Vec<(u32, u32)>,
    count: u32,
}

impl Known {
    pub(super) fn for_about(things: usize) -> Known {
        Known { slots: vec![(0, 0); (things * 2).next_power_of_two().max(64)], count: 0 }
    }

    /// The number of the thing with this hash; the next one if `is_same` says of none with a number that it is the thing.
    pub(super) fn number(&mut self, hash: u64, is_same: impl Fn(usize) -> bool) -> usize {
        if self.count as usize * 2 > self.slots.len() {
            self.grow();
        }
        let hash = (hash ^ (hash >> 32)) as u32;
        let mut slot = self.first(hash);
        loop {
            match self.slots[slot] {
                (_, 0) => {
                    self.count += 1;
                    self.slots[slot] = (hash, self.count);
                    return self.count as usize - 1;
                }
                (of, one_more) if of == hash && is_same(one_more as usize - 1) => return one_more as usize - 1,
                _ => slot = self.next(slot),
            }
        }
    }

    fn grow(&mut self) {
        let larger = vec![(0, 0); self.slots.len() * 2];
        let old = std::mem::replace(&mut self.slots, larger);
        for (hash, one_more) in old.into_iter().filter(|(_, one_more)| *one_more > 0) {
            let mut slot = self.first(hash);
            while self.slots[slot].1 > 0 {
                slot = self.next(slot);
            }
            self.slots[slot] = (hash, one_more);
        }
    }

    fn first(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn next(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_has_one_number_whatever_its_hash() {
        // All hashes alike, all different, and halves that meet: what is the same decides.
        for hash in [|_: usize| 7u64, |thing| thing as u64, |thing| (thing as u64 % 3) << 32] {
            let (mut known, mut things) = (Known::for_about(0), Vec::new());
            for thing in (0..500).chain(0..500).map(|thing| thing * 31 % 499) {
                let number = known.number(hash(thing), |number| things[number] == thing);
                if number == things.len() {
                    things.push(thing);
                }
                assert_eq!(things[number], thing);
            }
            assert_eq!(things.len(), 499);
        }
    }
}
