//! What was read once, found again by its bytes.

/// More than this is forgotten and read anew: rows that are all different must not fill the memory.
const MAX_BYTES: usize = 96 * 1024 * 1024;

/// What an entry takes besides its text, about.
const ENTRY_BYTES: usize = 512;

/// Texts made to fall together are not looked for any longer than this, and then read anew.
const MAX_PROBES: usize = 64;

/// An empty place of the table.
const FREE: u32 = u32::MAX;

struct Entry<P> {
    start: usize,
    end: usize,
    hash: u64,
    part: P,
}

/// Texts that were read, each with what was read in it. Equal bytes are found again; no hash decides.
pub struct Memo<P> {
    bytes: Vec<u8>,
    entries: Vec<Entry<P>>,
    /// Numbers of entries by hash, open addressing; its length is a power of two.
    table: Vec<u32>,
    last: u32,
}

impl<P> Default for Memo<P> {
    fn default() -> Memo<P> {
        Memo { bytes: Vec::new(), entries: Vec::new(), table: vec![FREE; 64], last: 0 }
    }
}

impl<P> Memo<P> {
    /// What was read in the entry.
    pub fn part(&self, entry: u32) -> &P {
        &self.entries[entry as usize].part
    }

    fn text(&self, entry: u32) -> &[u8] {
        let Entry { start, end, .. } = self.entries[entry as usize];
        &self.bytes[start..end]
    }

    /// The entry that the text starts with, if it is the guess or the last one; and its length.
    #[inline]
    pub fn expected(&mut self, text: &[u8], guess: u32) -> Option<(u32, usize)> {
        for entry in [guess, self.last] {
            if let Some(Entry { start, end, .. }) = self.entries.get(entry as usize)
                && text.starts_with(&self.bytes[*start..*end])
            {
                let length = end - start;
                self.last = entry;
                return Some((entry, length));
            }
        }
        None
    }

    /// The entry with exactly these bytes.
    pub fn find(&mut self, text: &[u8]) -> Option<u32> {
        let hash = hash(text);
        for place in self.places(hash) {
            let entry = self.table[place];
            if entry == FREE {
                return None;
            }
            if self.entries[entry as usize].hash == hash && self.text(entry) == text {
                self.last = entry;
                return Some(entry);
            }
        }
        None
    }

    /// Adds what [`Memo::find`] did not find.
    pub fn insert(&mut self, text: &[u8], part: P) -> u32 {
        if self.bytes.len() + text.len() + self.entries.len() * ENTRY_BYTES > MAX_BYTES {
            *self = Memo::default();
        }
        if (self.entries.len() + 1) * 2 > self.table.len() {
            self.table = vec![FREE; self.table.len() * 2];
            for entry in 0..self.entries.len() {
                self.enter(entry as u32);
            }
        }
        let (start, entry) = (self.bytes.len(), self.entries.len() as u32);
        self.bytes.extend_from_slice(text);
        self.entries.push(Entry { start, end: self.bytes.len(), hash: hash(text), part });
        self.enter(entry);
        self.last = entry;
        entry
    }

    fn enter(&mut self, entry: u32) {
        let mut places = self.places(self.entries[entry as usize].hash);
        if let Some(place) = places.find(|place| self.table[*place] == FREE) {
            self.table[place] = entry;
        }
    }

    /// Where an entry of this hash may be.
    fn places(&self, hash: u64) -> impl Iterator<Item = usize> + use<P> {
        let mask = self.table.len() - 1;
        // The multiplication mixes upwards: the high half is the better one.
        (0..MAX_PROBES).map(move |step| ((hash >> 32) as usize + step) & mask)
    }
}

/// Spreads texts over a table; the same on every machine. It decides nothing.
pub fn hash(text: &[u8]) -> u64 {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let fold = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(MIX);
        (product >> 64) as u64 ^ product as u64
    };
    // Four at a time, because a multiplication waits for the one before it.
    let (blocks, rest) = text.as_chunks::<32>();
    let mut lanes = [MIX, MIX.rotate_left(16), MIX.rotate_left(32), MIX.rotate_left(48)];
    for block in blocks {
        for (lane, word) in lanes.iter_mut().zip(block.as_chunks::<8>().0) {
            *lane = fold(*lane, u64::from_le_bytes(*word));
        }
    }
    let (words, rest) = rest.as_chunks::<8>();
    let start = lanes.into_iter().fold(text.len() as u64, fold);
    let value = words.iter().fold(start, |value, word| fold(value, u64::from_le_bytes(*word)));
    fold(fold(value, rest.iter().fold(1, |value, byte| value << 8 | u64::from(*byte))), MIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_by_its_bytes_alone() {
        let mut memo = Memo::default();
        let text = |n: u32| "x".repeat(n as usize % 40) + &n.to_string();
        for n in 0..5_000 {
            assert_eq!(memo.find(text(n).as_bytes()), None);
            memo.insert(text(n).as_bytes(), n);
        }
        for n in (0..5_000).rev() {
            let entry = memo.find(text(n).as_bytes());
            assert_eq!(entry.map(|entry| *memo.part(entry)), Some(n));
        }
        assert_eq!(memo.find(b"unknown"), None);
    }

    #[test]
    fn a_guess_is_compared_before_it_is_believed() {
        let mut memo = Memo::default();
        for text in ["a1", "b2", "c3"] {
            memo.insert(text.as_bytes(), text);
        }
        assert_eq!(memo.expected(b"b2, and more", 1), Some((1, 2)));
        assert_eq!(memo.expected(b"b2 again", 0), Some((1, 2)), "the last one");
        assert_eq!(memo.expected(b"c3", 0), None);
        assert_eq!(memo.expected(b"c", 2), None);
        assert_eq!(memo.expected(b"", u32::MAX), None);
    }

    #[test]
    fn a_full_memory_is_emptied() {
        let mut memo = Memo::default();
        for n in 0..120u32 {
            memo.insert(&[&vec![b' '; 1 << 20][..], &n.to_le_bytes()].concat(), n);
        }
        assert!(memo.bytes.len() <= MAX_BYTES && memo.entries.len() < 120);
    }
}
