//! A month of usage in columns: equal card, equal rows. Drawn in whole numbers only, so that no library and no
//! float can change a digit.
//!
//! Every resource uses three meters on each of thirty days; one series in ten is on a meter with tiers or an included
//! quantity, and meters are used as often as one over their rank. Rows stand as the service sorts them: by day,
//! bucket and resource. A billing period turns inside the month.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;

use shared::columns::UsageColumns;
use shared::decimal::Decimal;
use shared::guid::MeterId;
use shared::meter::Meter;
use shared::ratebook::RateBook;
use shared::usage::Resource;

pub const ANCHOR: u8 = 14;
const SUBSCRIPTIONS: usize = 50;
const DAYS: i64 = 30;
const DAY_SECONDS: i64 = 86_400;
const SERIES_PER_RESOURCE: usize = 3;
const METERS_IN_USE: usize = 3000;
const TIERED_METERS: usize = 300;
// Rare on purpose, and all real: what a fast path forgets.
const ONE_IN_UNKNOWN: u64 = 5000;
const ONE_IN_CORRECTED: u64 = 2000;

/// splitmix64: a few whole-number operations, the same everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn sample<'m>(&mut self, mut from: Vec<&'m Meter>, count: usize) -> Vec<&'m Meter> {
        for at in 0..count.min(from.len()) {
            let other = at + self.below((from.len() - at) as u64) as usize;
            from.swap(at, other);
        }
        from.truncate(count);
        from
    }

    /// Zipf: the nth is drawn 1/n as often as the first.
    fn ranked(&mut self, weights: &[u64]) -> usize {
        let at = self.below(weights.last().copied().unwrap_or(1));
        weights.partition_point(|weight| *weight <= at)
    }
}

fn weights(count: usize) -> Vec<u64> {
    (1..=count as u64).scan(0, |sum, rank| Some((*sum += 1_000_000_000 / rank, *sum).1)).collect()
}

/// One meter of one resource.
struct Series {
    subscription: u32,
    meter: u32,
    resource: u32,
    /// For a meter with tiers: a number of units that its third bound lies within.
    reach: u64,
    hours: bool,
}

/// Ten decimals of a number like those that Azure reports.
fn quantity(draw: &mut Draw, series: &Series) -> i64 {
    let parts = if series.reach > 1 {
        // About twice the third bound in thirty days: tiers are really crossed.
        (draw.below(series.reach / 8 + 2), draw.below(10_000) * 1_000_000)
    } else if series.hours {
        if draw.one_in(2) { (24, 0) } else { (draw.below(24), draw.below(1_000_000) * 10_000) }
    } else {
        let digits = 1 + draw.below(10) as u32;
        let whole = 10u64.pow(draw.below(5) as u32);
        (draw.below(whole), draw.below(10u64.pow(digits)) * 10u64.pow(10 - digits))
    };
    (parts.0 * 10_000_000_000 + parts.1) as i64
}

fn whole_units(number: Decimal) -> u64 {
    let text = number.to_string();
    text.split('.').next().and_then(|units| units.parse().ok()).unwrap_or(0)
}

fn third_bound(meter: &Meter) -> u64 {
    let tiers = meter.tiers.tiers();
    let bound = tiers[if tiers.len() < 3 { tiers.len() - 1 } else { 2 }].from;
    (whole_units(bound) + whole_units(meter.included_quantity)).min(1_000_000_000)
}

/// The columns, and the second at which the month's billing period turns.
pub fn generate(book: &RateBook, rows: usize) -> Result<UsageColumns, Box<dyn Error>> {
    let mut draw = Draw(20_201_211);
    let mut newest: BTreeMap<MeterId, &Meter> = BTreeMap::new();
    book.meters().iter().for_each(|meter| _ = newest.insert(meter.id, meter));
    let is_tiered = |meter: &&Meter| meter.tiers.tiers().len() > 1 || !meter.included_quantity.is_zero();
    let (tiered, flat): (Vec<&Meter>, Vec<&Meter>) = newest.into_values().partition(is_tiered);
    let (tiered, flat) = (draw.sample(tiered, TIERED_METERS), draw.sample(flat, METERS_IN_USE));
    let (tiered_weights, flat_weights) = (weights(tiered.len()), weights(flat.len()));

    let mut usage = UsageColumns::default();
    // Ten days after the newest price: every price of the card is in force.
    let last = book.meters().iter().map(|meter| meter.effective_at.as_second()).max().unwrap_or(0);
    let start = (last / DAY_SECONDS + 10) * DAY_SECONDS;
    usage.subscriptions = (0..SUBSCRIPTIONS)
        .map(|n| format!("{:08x}-0000-4000-8000-{:012x}", (n as u64 + 1) * 83_000_000, draw.below(1 << 40)).parse())
        .collect::<Result<_, _>>()?;

    let mut numbers: BTreeMap<MeterId, u32> = BTreeMap::new();
    let count = rows / DAYS as usize + 1;
    let mut series: Vec<Series> = Vec::with_capacity(count + SERIES_PER_RESOURCE);
    while series.len() < count {
        let resource = usage.resources.len() as u32;
        let subscription = (series.len() * SUBSCRIPTIONS / count) as u32;
        let id = usage.subscriptions[subscription as usize];
        let uri = format!("/subscriptions/{id}/resourceGroups/rg/providers/Microsoft.Compute/vm-{resource:07}");
        usage.resources.push(Some(Arc::new(Resource { uri, location: String::new(), tags: BTreeMap::new() })));
        let mut mine: Vec<Series> = Vec::new();
        while mine.len() < SERIES_PER_RESOURCE {
            let tiered_series = draw.one_in(10) && !tiered.is_empty();
            let (pool, weights) = if tiered_series { (&tiered, &tiered_weights) } else { (&flat, &flat_weights) };
            let meter = pool[draw.ranked(weights)];
            let id = match draw.one_in(ONE_IN_UNKNOWN) {
                true => format!("00000000-0000-4000-8000-{:012x}", draw.below(1 << 40)).parse()?,
                false => meter.id,
            };
            let number = *numbers.entry(id).or_insert_with(|| {
                usage.meters.push(id);
                usage.meters.len() as u32 - 1
            });
            if mine.iter().any(|known| known.meter == number) {
                continue;
            }
            let reach = if tiered_series { third_bound(meter) } else { 0 };
            mine.push(Series { subscription, meter: number, resource, reach, hours: draw.one_in(3) });
        }
        mine.sort_by_key(|series| series.meter);
        series.extend(mine);
    }

    for day in 0..DAYS {
        // Reported on the next day; corrections of it a day later, and behind it in the order of rows.
        for _ in 0..2 {
            let bucket = usage.buckets.len();
            usage.buckets.push(format!("Daily_BRSDT_{bucket:08}_0000").into());
        }
        let mut corrected = Vec::new();
        for (at, one) in series.iter().enumerate() {
            let quantity = quantity(&mut draw, one);
            push(&mut usage, one, start + day * DAY_SECONDS, 2 * day as u32, quantity);
            if draw.one_in(ONE_IN_CORRECTED) {
                corrected.push((at, -quantity));
            }
        }
        for (at, quantity) in corrected {
            push(&mut usage, &series[at], start + day * DAY_SECONDS, 2 * day as u32 + 1, quantity);
        }
    }
    for column in [&mut usage.subscription, &mut usage.meter, &mut usage.resource, &mut usage.bucket] {
        column.truncate(rows);
    }
    usage.starts_at.truncate(rows);
    usage.ends_at.truncate(rows);
    usage.quantity.truncate(rows);
    Ok(usage)
}

fn push(usage: &mut UsageColumns, series: &Series, start: i64, bucket: u32, quantity: i64) {
    usage.subscription.push(series.subscription);
    usage.meter.push(series.meter);
    usage.resource.push(series.resource);
    usage.bucket.push(bucket);
    usage.starts_at.push(start);
    usage.ends_at.push(start + DAY_SECONDS);
    usage.quantity.push(quantity);
}

/// An amount as text, from fixed point.
pub fn text(fixed: i128, decimals: u8) -> String {
    Decimal::new(fixed, decimals).to_string()
}

/// The same rows for a peer that reads CSV: subscription, meter, start and quantity.
pub fn csv(usage: &UsageColumns, row: usize, line: &mut String) {
    let quantity = text(usage.quantity[row].into(), 10);
    // Writing to a String cannot fail.
    let _ = writeln!(line, "{},{},{},{quantity}", usage.subscription[row], usage.meter[row], usage.starts_at[row]);
}
