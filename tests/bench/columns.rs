//! Rating from columns, ours and the same loop in other numbers, one command a line from standard input.
//!
//! `columns CARD ROWS FOLDER` makes the rows, writes them for the peers where they are not there yet, and says
//! `ready`. Each command then answers with its CPU seconds; `bench.py` lets it take turns with DuckDB.

#![expect(clippy::float_arithmetic, reason = "the same loop in floats is one of the contestants")]

#[path = "columns/peers.rs"]
mod peers;
#[path = "columns/workload.rs"]
mod workload;

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufWriter, Write as _};
use std::path::Path;
use std::{fs, io};

use rustix::time::{ClockId, clock_gettime};
use shared::azure::ratecard::{self, CardRequest};
use shared::columns::{COST_DECIMALS, ColumnRating, MeterNumbers, PeriodCharge, RowCharge, RowCharges, UsageColumns};
use shared::decimal::Decimal;
use shared::guid::SubscriptionId;
use shared::period::BillingAnchor;
use shared::ratebook::format::{self, BookId, OpenBook};
use shared::rating::{Account, BillingCalendar};

type Outcome<T> = Result<T, Box<dyn Error>>;

const GUID_CHARS: usize = 36;

fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = cpu_seconds();
    let result = work();
    (result, cpu_seconds() - start)
}

struct Bench {
    open: OpenBook,
    usage: UsageColumns,
    account: Account,
    /// The meter of each row as text, as a file has it.
    guids: Vec<u8>,
    floats: Vec<f64>,
    decimals: Vec<rust_decimal::Decimal>,
    room: Room,
}

/// Memory for the results, which every contestant finds warm after the first round.
#[derive(Default)]
struct Room {
    rating: ColumnRating,
    periods: Vec<PeriodCharge>,
    floats: Vec<f64>,
    decimals: Vec<rust_decimal::Decimal>,
}

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [card, rows, folder] = args.as_slice() else {
        println!("run tests/bench/bench.py: it measures this program against its peers");
        return Ok(());
    };
    let mut bench = prepare(card, rows.parse()?, Path::new(folder))?;
    println!("ready {} {}", bench.usage.len(), bench.usage.meters.len());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (task, target) = line.split_once(' ').unwrap_or((&line, ""));
        let seconds = run(&mut bench, task, target)?;
        println!("{seconds:.6}");
        io::stdout().flush()?;
    }
    Ok(())
}

fn prepare(card: &str, rows: usize, folder: &Path) -> Outcome<Bench> {
    let request = CardRequest { offer: None, currency: None, region_info: String::new() };
    let (book, _) = ratecard::decode(&fs::read(card)?, &request)?;
    let open = OpenBook { id: BookId::of(&format::to_bytes(&book)), book };
    let usage = workload::generate(&open.book, rows)?;
    let (target, unfinished) = (folder.join(format!("columns-{rows}.csv")), folder.join("columns.unfinished"));
    if !target.is_file() {
        let mut out = BufWriter::new(fs::File::create(&unfinished)?);
        let mut line = String::new();
        for row in 0..usage.len() {
            line.clear();
            workload::csv(&usage, row, &mut line);
            out.write_all(line.as_bytes())?;
        }
        out.flush()?;
        fs::rename(unfinished, target)?;
    }
    write_prices(&open, &usage, &folder.join("columns-prices.csv"))?;
    let calendar = BillingCalendar { periods: Vec::new(), anchor: BillingAnchor::new(workload::ANCHOR)? };
    let account = Account { calendar, ..Account::default() };
    Ok(Bench {
        open,
        usage,
        account,
        guids: Vec::new(),
        floats: Vec::new(),
        decimals: Vec::new(),
        room: Room::default(),
    })
}

/// The tiers of every meter in use, for the peers: meter, included quantity, start, price.
fn write_prices(open: &OpenBook, usage: &UsageColumns, target: &Path) -> Outcome<()> {
    let at = jiff::Timestamp::from_second(usage.starts_at.last().copied().unwrap_or(0))?;
    let mut text = String::new();
    for (number, id) in usage.meters.iter().enumerate() {
        let Ok(meter) = open.book.price_at(*id, at) else { continue };
        for tier in meter.tiers.tiers() {
            writeln!(text, "{number},{},{},{}", meter.included_quantity, tier.from, tier.unit_price)?;
        }
    }
    Ok(fs::write(target, text)?)
}

/// One task, and its result written where a target is given; returns the CPU seconds of the task alone.
fn run(bench: &mut Bench, task: &str, target: &str) -> Outcome<f64> {
    // Inputs that only some tasks need are made outside their time.
    match task {
        "f64" if bench.floats.is_empty() => {
            bench.floats = bench.usage.quantity.iter().map(|quantity| *quantity as f64 / 1e10).collect();
        }
        "rust_decimal" if bench.decimals.is_empty() => {
            let of =
                |quantity: &i64| rust_decimal::Decimal::from_i128_with_scale(i128::from(*quantity), 10).normalize();
            bench.decimals = bench.usage.quantity.iter().map(of).collect();
        }
        "join" | "join-std" if bench.guids.is_empty() => {
            let texts: Vec<String> = bench.usage.meters.iter().map(ToString::to_string).collect();
            bench.guids = bench.usage.meter.iter().flat_map(|meter| texts[*meter as usize].bytes()).collect();
        }
        _ => {}
    }
    let Bench { open, usage, account, guids, floats, decimals, room } = bench;
    let account = |_| account.clone();
    match task {
        "ours" => {
            let earlier = std::mem::take(&mut room.rating);
            let (rating, seconds) = timed(|| usage.ordered()?.rate(open, account, earlier));
            let rating = rating?;
            write(target, || {
                let mut text = periods(usage, &rating.periods)?;
                days(usage, |row| row_cost(&rating.charges, row), &mut text)?;
                Ok(text)
            })?;
            room.rating = rating;
            Ok(seconds)
        }
        "month" => {
            // Rating again what was looked through before: the same rows with another book.
            let ordered = usage.ordered()?;
            let earlier = std::mem::take(&mut room.periods);
            let (found, seconds) = timed(|| ordered.rate_periods(open, account, earlier));
            room.periods = found?;
            write(target, || periods(usage, &room.periods))?;
            Ok(seconds)
        }
        "join" => {
            let mut numbers = MeterNumbers::of(&open.book);
            let (joined, seconds) = timed(|| join(guids, |guid| Ok(numbers.number(guid)?)));
            (usage.meter, usage.meters) = (joined?, numbers.into_meters());
            Ok(seconds + rate_joined(usage, open, account, room, target)?)
        }
        "join-std" => {
            let texts: HashMap<String, u32> =
                usage.meters.iter().enumerate().map(|(number, id)| (id.to_string(), number as u32)).collect();
            let known = |guid: &[u8]| Ok(*texts.get(std::str::from_utf8(guid)?).ok_or("unknown meter")?);
            let (joined, seconds) = timed(|| join(guids, known));
            usage.meter = joined?;
            Ok(seconds + rate_joined(usage, open, account, room, target)?)
        }
        "f64" => {
            let (rated, seconds) = timed(|| peers::rate(usage, floats, &open.book, &mut room.floats));
            rated?;
            write(target, || Ok(format!("total,{}\n", room.floats.iter().sum::<f64>())))?;
            Ok(seconds)
        }
        "rust_decimal" => {
            let (rated, seconds) = timed(|| peers::rate(usage, decimals, &open.book, &mut room.decimals));
            rated?;
            write(target, || {
                let mut text = String::new();
                let exact = |row: usize| -> Outcome<Decimal> { Ok(room.decimals[row].to_string().parse()?) };
                days(usage, exact, &mut text)?;
                Ok(text)
            })?;
            Ok(seconds)
        }
        _ => Err(format!("no task is called {task}").into()),
    }
}

/// The column of meters from their texts.
fn join(guids: &[u8], mut number: impl FnMut(&[u8]) -> Outcome<u32>) -> Outcome<Vec<u32>> {
    let rows = guids.as_chunks::<GUID_CHARS>().0;
    let mut column = Vec::with_capacity(rows.len());
    for guid in rows {
        column.push(number(guid)?);
    }
    Ok(column)
}

/// The second half of a join's task.
fn rate_joined(
    usage: &UsageColumns,
    open: &OpenBook,
    account: impl Fn(SubscriptionId) -> Account,
    room: &mut Room,
    target: &str,
) -> Outcome<f64> {
    let earlier = std::mem::take(&mut room.rating);
    let (rating, seconds) = timed(|| usage.ordered()?.rate(open, account, earlier));
    let rating = rating?;
    write(target, || periods(usage, &rating.periods))?;
    room.rating = rating;
    Ok(seconds)
}

fn write(target: &str, text: impl FnOnce() -> Outcome<String>) -> Outcome<()> {
    if target.is_empty() { Ok(()) } else { Ok(fs::write(target, text()?)?) }
}

fn row_cost(charges: &RowCharges, row: usize) -> Outcome<Decimal> {
    match charges.of(row) {
        Some(RowCharge::Fixed(cost)) => Ok(Decimal::new(cost, COST_DECIMALS as u8)),
        Some(RowCharge::Wide(cost)) => Ok(cost),
        Some(RowCharge::Unpriced(_)) => Ok(Decimal::ZERO),
        _ => Err("the workload has each row once".into()),
    }
}

/// Subscription, start of the period and meter, by number → quantity and cost.
fn periods(usage: &UsageColumns, periods: &[PeriodCharge]) -> Outcome<String> {
    let mut text = String::new();
    let subscriptions: BTreeMap<_, _> = usage.subscriptions.iter().enumerate().map(|(n, id)| (id, n)).collect();
    let meters: BTreeMap<_, _> = usage.meters.iter().enumerate().map(|(n, id)| (id, n)).collect();
    for charge in periods {
        let (subscription, meter) = (subscriptions[&charge.subscription_id], meters[&charge.meter_id]);
        let start = charge.period.start_at.as_second();
        let cost = charge.cost().map(|cost| cost.to_string()).unwrap_or_default();
        writeln!(text, "{subscription},{start},{meter},{},{cost}", charge.quantity)?;
    }
    Ok(text)
}

/// Sums of the rows' charges by day and subscription: rows that were charged in another order would show in them.
fn days(usage: &UsageColumns, cost: impl Fn(usize) -> Outcome<Decimal>, text: &mut String) -> Outcome<()> {
    let mut sums: BTreeMap<(i64, u32), Decimal> = BTreeMap::new();
    for row in 0..usage.len() {
        let sum = sums.entry((usage.starts_at[row], usage.subscription[row])).or_default();
        *sum = sum.plus(cost(row)?)?;
    }
    for ((start, subscription), sum) in sums {
        writeln!(text, "day,{start},{subscription},,{sum}")?;
    }
    Ok(())
}
