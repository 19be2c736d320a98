//! The running totals: one per subscription, billing period and meter.

/// No row was counted yet.
pub(super) const NONE: u32 = u32::MAX;

/// Rows were counted, and what they cost is known aside: no price is in use now.
pub(super) const CLOSED: u32 = u32::MAX - 1;

/// The running total of one meter, and where on its price it stands. Sixteen bytes: four in a cache line.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub total: i64,
    /// Number of the price that the last row used, [`NONE`] or [`CLOSED`].
    pub price: u32,
    /// The step on which the total lies.
    pub step: u32,
}

const EMPTY: State = State { total: 0, price: NONE, step: 0 };

/// Where the states of the subscriptions' current periods lie. State and base 0 belong to nobody: what meets them
/// has no period yet.
pub(super) trait States {
    /// Room for the meters of one more period. Returns its base.
    fn open(&mut self) -> usize;
    /// Where the state of a meter lies, with room made for it.
    fn slot(&mut self, base: usize, meter: u32) -> usize;
    /// Where it lies, if it has room.
    fn find(&self, base: usize, meter: u32) -> Option<usize>;
    /// All of them.
    fn all(&self) -> &[State];
    /// All of them, to be changed.
    fn all_mut(&mut self) -> &mut [State];
    /// The states in use as (index of the base, meter, slot), in the order in which bases and meters are given.
    fn in_order(&self, bases: &[usize], meters: &[u32]) -> Vec<(usize, u32, usize)>;
}

/// A state for every meter in every period: no search, for usage that has most of them.
pub(super) struct Dense {
    meters: usize,
    states: Vec<State>,
}

impl Dense {
    /// With room for so many periods; memory that no period uses is never touched.
    pub fn new(meters: usize, periods: usize) -> Dense {
        let mut states = Vec::with_capacity(meters * (1 + periods));
        states.resize(meters, EMPTY);
        Dense { meters, states }
    }
}

impl States for Dense {
    fn open(&mut self) -> usize {
        let base = self.states.len();
        self.states.resize(base + self.meters, EMPTY);
        base
    }

    #[inline(always)]
    fn slot(&mut self, base: usize, meter: u32) -> usize {
        base + meter as usize
    }

    fn find(&self, base: usize, meter: u32) -> Option<usize> {
        Some(base + meter as usize)
    }

    fn all(&self) -> &[State] {
        &self.states
    }

    #[inline(always)]
    fn all_mut(&mut self) -> &mut [State] {
        &mut self.states
    }

    fn in_order(&self, bases: &[usize], meters: &[u32]) -> Vec<(usize, u32, usize)> {
        let mut found = Vec::new();
        for (index, base) in bases.iter().enumerate() {
            let slots = meters.iter().map(|meter| (index, *meter, base + *meter as usize));
            found.extend(slots.filter(|(.., slot)| self.states[*slot].price != NONE));
        }
        found
    }
}

/// A state for every meter that was used in a period, found by hashing with open addressing: for many subscriptions
/// that each use few of many meters. Only its own numbers are hashed, so nobody outside can choose collisions well,
/// and it is never walked through in its own order.
pub(super) struct Sparse {
    bases: usize,
    /// Base, meter and place in `states`; place 0 is free.
    table: Vec<(u32, u32, u32)>,
    states: Vec<State>,
    keys: Vec<(u32, u32)>,
}

impl Sparse {
    pub fn new() -> Sparse {
        Sparse { bases: 0, table: vec![(0, 0, 0); 1 << 12], states: vec![EMPTY], keys: vec![(0, 0)] }
    }

    /// Where base and meter stand in the table, or the free entry where they would.
    fn entry(&self, base: u32, meter: u32) -> usize {
        let mask = self.table.len() - 1;
        let mixed = ((u64::from(base) << 32) | u64::from(meter)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut at = (mixed >> 32) as usize & mask;
        loop {
            let (found_base, found_meter, place) = self.table[at];
            if place == 0 || (found_base, found_meter) == (base, meter) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }
}

impl States for Sparse {
    fn open(&mut self) -> usize {
        self.bases += 1;
        self.bases
    }

    fn slot(&mut self, base: usize, meter: u32) -> usize {
        if base == 0 {
            return 0;
        }
        let base = base as u32;
        let at = self.entry(base, meter);
        if self.table[at].2 != 0 {
            return self.table[at].2 as usize;
        }
        let place = self.states.len();
        self.states.push(EMPTY);
        self.keys.push((base, meter));
        self.table[at] = (base, meter, place as u32);
        if self.states.len() * 2 > self.table.len() {
            self.table = vec![(0, 0, 0); self.table.len() * 2];
            for place in 1..self.keys.len() {
                let (base, meter) = self.keys[place];
                let at = self.entry(base, meter);
                self.table[at] = (base, meter, place as u32);
            }
        }
        place
    }

    fn find(&self, base: usize, meter: u32) -> Option<usize> {
        let place = self.table[self.entry(base as u32, meter)].2;
        (place != 0).then_some(place as usize)
    }

    fn all(&self) -> &[State] {
        &self.states
    }

    fn all_mut(&mut self) -> &mut [State] {
        &mut self.states
    }

    fn in_order(&self, bases: &[usize], meters: &[u32]) -> Vec<(usize, u32, usize)> {
        let mut index_of = vec![0; self.bases + 1];
        bases.iter().enumerate().for_each(|(index, base)| index_of[*base] = index);
        let mut rank_of = vec![0; meters.len()];
        meters.iter().enumerate().for_each(|(rank, meter)| rank_of[*meter as usize] = rank);
        let mut found: Vec<_> = (1..self.keys.len())
            .filter(|place| self.states[*place].price != NONE)
            .map(|place| (index_of[self.keys[place].0 as usize], self.keys[place].1, place))
            .collect();
        found.sort_unstable_by_key(|(index, meter, _)| (*index, rank_of[*meter as usize]));
        found
    }
}
