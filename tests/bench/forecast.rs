//! Our side of the forecast benchmark. In come lines of `day,series,amount`, and of `tiers,series,0:0;5:0.087` for a series
//! of quantities that has prices. Out go lines of `series,start,elapsed,method,forecast,actual,so far`: amounts, or
//! exact costs where a series has prices. `forecast.py` runs this program and its peers, `anomaly.py` asks for `anomalies`.

#![expect(clippy::disallowed_methods, reason = "a program has arguments; the crate beside which it is built has none")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead, Write};

use jiff::ToSpan;
use jiff::civil::Date;
use shared::decimal::Decimal;
use shared::forecast::interval::{self, PastForecast};
use shared::forecast::{DailySeries, anomaly, backtest};
use shared::meter::{Tier, TierTable};

type Days = BTreeMap<Date, Decimal>;
type Input = (BTreeMap<String, Days>, BTreeMap<String, TierTable>);

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` passes this and has nothing to compare with.
    if std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    if std::env::args().any(|argument| argument == "bands") {
        return bands();
    }
    let (all, prices) = input()?;
    if std::env::args().any(|argument| argument == "anomalies") {
        return anomalies(&all);
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (name, days) in &all {
        for trial in backtest::trials(&series(days)?, 1)? {
            let backtest::Trial { start_on, elapsed_days, method, .. } = trial;
            let mut amounts = [trial.forecast, trial.actual, trial.so_far];
            if let Some(prices) = prices.get(name) {
                for amount in &mut amounts {
                    *amount = prices.cost(*amount)?;
                }
            }
            let [forecast, actual, so_far] = amounts;
            writeln!(out, "{name},{start_on},{elapsed_days},{method},{forecast},{actual},{so_far}")?;
        }
    }
    Ok(())
}

fn input() -> Result<Input, Box<dyn Error>> {
    let (mut all, mut prices) = (BTreeMap::<String, Days>::new(), BTreeMap::new());
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.split(',').collect::<Vec<_>>()[..] {
            ["tiers", series, text] => drop(prices.insert(series.to_owned(), tiers(text)?)),
            [day, series, amount] => {
                let day = day.parse().map_err(|error: jiff::Error| error.to_string())?;
                all.entry(series.to_owned()).or_default().insert(day, amount.parse()?);
            }
            _ => return Err(format!("not day,series,amount: {line}").into()),
        }
    }
    Ok((all, prices))
}

/// `series,day` for each day on which an incident opens.
fn anomalies(all: &BTreeMap<String, Days>) -> Result<(), Box<dyn Error>> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (name, days) in all {
        for anomaly in anomaly::find(&series(days)?, Decimal::ZERO)? {
            writeln!(out, "{name},{}", anomaly.opened_on)?;
        }
    }
    Ok(())
}

/// `bill,start,elapsed,forecast,actual,so far` → `low,high` of the band, from the bill's earlier lines of other months.
fn bands() -> Result<(), Box<dyn Error>> {
    let mut known: BTreeMap<String, Vec<(String, PastForecast)>> = BTreeMap::new();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let [bill, start, elapsed, forecast, actual, so_far] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("not a forecast: {line}").into());
        };
        let now = PastForecast { elapsed_days: elapsed.parse()?, forecast: forecast.parse()?, actual: actual.parse()? };
        let of_bill = known.entry(bill.to_owned()).or_default();
        let past: Vec<PastForecast> = of_bill.iter().filter(|(month, _)| month != start).map(|(_, one)| *one).collect();
        let band = interval::interval(now.forecast, so_far.parse()?, now.elapsed_days, &past);
        writeln!(out, "{},{}", band.p10, band.p90)?;
        of_bill.push((start.to_owned(), now));
    }
    Ok(())
}

fn tiers(text: &str) -> Result<TierTable, Box<dyn Error>> {
    let tier = |part: &str| -> Result<Tier, Box<dyn Error>> {
        let (from, price) = part.split_once(':').ok_or("a tier is from:price")?;
        Ok(Tier { from: from.parse()?, unit_price: price.parse()? })
    };
    Ok(TierTable::new(text.split(';').map(tier).collect::<Result<_, _>>()?)?)
}

fn series(days: &Days) -> Result<DailySeries, Box<dyn Error>> {
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else {
        return Err("a series without days".into());
    };
    let mut values = Vec::new();
    let mut day = *first;
    while day <= *last {
        values.push(days.get(&day).copied());
        day = day.saturating_add(1.day());
    }
    Ok(DailySeries::new(*first, &values)?)
}
