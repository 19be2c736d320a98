//! Prices of meters in use that rose, between one reading of the price list and the next.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use shared::decimal::Decimal;
use shared::guid::MeterId;
use shared::json::printable;
use shared::meter::{Meter, PriceKind};
use shared::period::Instant;
use shared::ratebook::history::is_price;
use shared::ratebook::rise::{Rise, rise};
use shared::ratebook::{RateBook, price_key};
use shared::snapshot::{Cause, IncidentLine, LineBefore, PriceList, Snapshots};

use super::measure::{self, MAX_LINES, Used};
use super::periods::quiet;
use super::rules::Rule;
use super::{Finding, check};
use crate::archive::Archive;
use crate::error::Error;
use crate::month::Material;

/// A price that rose is news for a month.
const NEWS: SignedDuration = SignedDuration::from_hours(24 * 31);

/// One price that rose.
struct Risen {
    /// Since when that is known: from the reading that first said it, or from the day that the first reading names.
    since: Timestamp,
    before: Meter,
    after: Meter,
    what: Rise,
}

/// Use of a meter in the period that is asked about, and in the one before.
pub struct InUse {
    pub now: BTreeMap<MeterId, Used>,
    pub before: BTreeMap<MeterId, Used>,
}

/// What rose in a time.
pub struct Looked {
    risen: Vec<Risen>,
    /// Meters of which nobody can say it.
    unlike: Vec<String>,
}

/// Those that are news, or that there is none.
pub async fn answer(
    rule: &Rule,
    (archive, snapshots): (&Archive, &Snapshots),
    (material, used): (&Material, &InUse),
    percent: Decimal,
    run_at: Timestamp,
    notes: &mut Vec<String>,
) -> Result<Vec<Finding>, Error> {
    let from = run_at.checked_sub(NEWS).unwrap_or(Timestamp::MIN);
    let looked = look(archive, snapshots, material, used, percent, (from, run_at)).await?;
    notes.extend(looked.unlike.iter().map(|why| format!("{}: {why}", rule.text)));
    let found = looked.findings(rule, material, used, percent);
    if !found.is_empty() {
        return Ok(found);
    }
    let id = material.subscription_id;
    let summary = format!("no price that subscription {id} pays rose by more than {percent} %");
    Ok(vec![quiet(rule, Some(id), "none".to_owned(), summary)])
}

/// Looks at all readings of the list that prices this usage, from one time to another.
pub async fn look(
    archive: &Archive,
    snapshots: &Snapshots,
    material: &Material,
    used: &InUse,
    above: Decimal,
    (from, to): (Timestamp, Timestamp),
) -> Result<Looked, Error> {
    let mut looked = Looked { risen: Vec::new(), unlike: Vec::new() };
    let facts = &material.facts;
    let Some(newest) = snapshots.newest_prices(Some(&facts.offer), facts.currency) else { return Ok(looked) };
    let mut readings: Vec<&PriceList> =
        snapshots.prices.iter().filter(|list| list.is_of(newest) && list.fetched_at.0 <= to).collect();
    readings.sort_by_key(|list| list.fetched_at);
    // Most readings say what the one before said.
    readings.dedup_by(|later, earlier| later.book == earlier.book);
    let base = readings.iter().rposition(|list| list.fetched_at.0 < from).unwrap_or(0);
    let Some(first) = readings.get(base) else { return Ok(looked) };
    let mut earlier = archive.book(&first.book).await?;
    if base == 0 {
        looked.within(&earlier.book, used, above, (from, first.fetched_at.0))?;
    }
    for list in &readings[base + 1..] {
        let later = archive.book(&list.book).await?;
        looked.between(&earlier.book, &later.book, used, above, list.fetched_at.0)?;
        earlier = later;
    }
    Ok(looked)
}

impl InUse {
    fn ids(&self) -> impl Iterator<Item = MeterId> {
        let mut ids: Vec<MeterId> = self.now.keys().chain(self.before.keys()).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter()
    }

    /// The larger of both: a period that has only begun says little.
    fn quantity(&self, id: MeterId) -> Decimal {
        let of = |used: &BTreeMap<MeterId, Used>| used.get(&id).map_or(Decimal::ZERO, |used| used.quantity);
        of(&self.now).max(of(&self.before))
    }
}

impl Looked {
    /// The first reading that there is names the day of each price: those of the time that is asked about rose on it.
    fn within(
        &mut self,
        book: &RateBook,
        used: &InUse,
        above: Decimal,
        (from, fetched_at): (Timestamp, Timestamp),
    ) -> Result<(), Error> {
        for id in used.ids() {
            let rows = book.rows_of(id);
            for after in consumed(rows).filter(|row| row.effective_at >= from) {
                let before = priced_before(rows, after, |row| row.effective_at < after.effective_at);
                self.compare(before, after, used, above, after.effective_at.min(fetched_at));
            }
        }
        Ok(())
    }

    /// What the later book says that the earlier one did not.
    fn between(
        &mut self,
        earlier: &RateBook,
        later: &RateBook,
        used: &InUse,
        above: Decimal,
        fetched_at: Timestamp,
    ) -> Result<(), Error> {
        for id in used.ids() {
            let (old, new) = (earlier.rows_of(id), later.rows_of(id));
            for after in consumed(new).filter(|row| !old.iter().any(|known| is_price(known, row))) {
                // A price that a newer one has already replaced is history.
                let replaced = |row: &&Meter| row.effective_at > after.effective_at && row.effective_at <= fetched_at;
                if consumed(new).filter(|row| price_key(row) == price_key(after)).any(|row| replaced(&row)) {
                    continue;
                }
                let before = priced_before(old, after, |row| row.effective_at <= after.effective_at);
                self.compare(before, after, used, above, fetched_at);
            }
        }
        Ok(())
    }

    fn compare(&mut self, before: Option<&Meter>, after: &Meter, used: &InUse, above: Decimal, since: Timestamp) {
        // What had no price before has not risen.
        let Some(before) = before else { return };
        match rise(before, after, used.quantity(after.id), above) {
            Ok(Some(what)) => self.risen.push(Risen { since, before: before.clone(), after: after.clone(), what }),
            Ok(None) => {}
            Err(why) => self.unlike.push(format!("the new price of {} is not compared: {why}", name(after))),
        }
    }

    /// One cause for each time at which prices rose.
    pub fn findings(&self, rule: &Rule, material: &Material, used: &InUse, percent: Decimal) -> Vec<Finding> {
        let mut causes: BTreeMap<Timestamp, Vec<&Risen>> = BTreeMap::new();
        for risen in &self.risen {
            causes.entry(risen.since).or_default().push(risen);
        }
        causes.into_iter().map(|(since, risen)| finding(rule, material, used, percent, since, risen)).collect()
    }
}

/// Prices of use: those of reservations and other kinds are paid by nobody's meter.
fn consumed(rows: &[Meter]) -> impl Iterator<Item = &Meter> {
    rows.iter().filter(|row| row.kind == PriceKind::Consumption)
}

/// The newest price of the same that fits.
fn priced_before<'a>(rows: &'a [Meter], after: &Meter, fits: impl Fn(&Meter) -> bool) -> Option<&'a Meter> {
    consumed(rows).filter(|row| price_key(row) == price_key(after) && fits(row)).max_by_key(|row| row.effective_at)
}

fn finding(
    rule: &Rule,
    material: &Material,
    used: &InUse,
    percent: Decimal,
    since: Timestamp,
    mut risen: Vec<&Risen>,
) -> Finding {
    let id = material.subscription_id;
    let spent = |one: &Risen| used.now.get(&one.after.id).and_then(|used| used.cost);
    risen.sort_by(|a, b| (spent(b), a.after.id).cmp(&(spent(a), b.after.id)));
    let (count, first) = (risen.len(), risen[0]);
    let prices = if count == 1 { "1 price".to_owned() } else { format!("{count} prices") };
    let how = match first.what {
        Rise::Price(by) => format!("{} by {by} % from {}", name(&first.after), Instant(first.after.effective_at)),
        Rise::WasFree => format!("{} was free until {}", name(&first.after), Instant(first.after.effective_at)),
        Rise::LessIncluded => format!(
            "{} includes {} and no longer {} from {}",
            name(&first.after),
            first.after.included_quantity,
            first.before.included_quantity,
            Instant(first.after.effective_at)
        ),
    };
    let summary = format!("{prices} that subscription {id} pays rose by more than {percent} %: {how}");
    let lines = risen.iter().take(MAX_LINES).map(|one| line(one, used)).collect();
    let period = Instant(since).to_string();
    Finding {
        cause: Cause { rule: rule.text.clone(), scope: check::scope_name(Some(id)), period },
        fires: true,
        summary,
        lines,
    }
}

fn name(meter: &Meter) -> String {
    measure::named([&*meter.category, &meter.name, &meter.region], meter.id)
}

/// The use of the period at the new price, beside that of the period before at the old one. The old price may have held
/// for a part of the period, so this is no sum of what is paid, and says so.
fn line(risen: &Risen, used: &InUse) -> IncidentLine {
    let quantity = |of: &BTreeMap<MeterId, Used>| of.get(&risen.after.id).map_or(Decimal::ZERO, |used| used.quantity);
    IncidentLine {
        what: format!("{}, as if the new price held for all of it", name(&risen.after)),
        quantity: quantity(&used.now),
        unit: printable(&risen.after.unit),
        rates: rates(&risen.after, quantity(&used.now)),
        cost: cost(&risen.after, quantity(&used.now)),
        before: Some(LineBefore {
            quantity: quantity(&used.before),
            rates: rates(&risen.before, quantity(&used.before)),
            cost: cost(&risen.before, quantity(&used.before)),
        }),
    }
}

/// What so much costs at that price alone, as if it had held for the whole period.
fn cost(meter: &Meter, quantity: Decimal) -> Option<Decimal> {
    meter.billable(quantity).and_then(|billable| meter.tiers.cost(billable)).ok()
}

/// The prices of the tiers that so much comes to, the first at least.
fn rates(meter: &Meter, quantity: Decimal) -> Vec<Decimal> {
    let billable = meter.billable(quantity).unwrap_or(Decimal::ZERO);
    let tiers = meter.tiers.tiers().iter().enumerate();
    tiers.filter(|(at, tier)| *at == 0 || tier.from < billable).map(|(_, tier)| tier.unit_price).collect()
}
