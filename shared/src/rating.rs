//! Usage × rate book → charges, each with the derivation of its amount.
//!
//! The order is fixed: rows once → billing period → price in force → included quantity → tiers → offer
//! terms → one rounding per meter and period. Quantities accumulate per subscription, meter and
//! billing period; a slice of usage costs what it adds to the running total, so hours, days and
//! months always agree.

mod charge;
mod counting;
mod ledger;
mod measure;
pub mod proration;
mod terms;

use jiff::Timestamp;

use crate::decimal::{Decimal, Inexact};
use crate::guid::{MeterId, SubscriptionId};
use crate::meter::{Meter, PriceKind};
use crate::money::Currency;
use crate::order::{self, Map};
use crate::period::{BillingAnchor, BillingPeriod, Granularity, Instant, PeriodError, utc_date};
use crate::ratebook::format::OpenBook;
use crate::ratebook::{RateBook, Unpriced};
use crate::usage::{UsageAggregate, distinct, reported_by};
use crate::warning::{Warning, WarningCode};
pub use charge::{BookInfo, Charge, Consumed, Rating, Rounding, Slice, Status, TierCharge, Totals, UnpricedMeter};
pub use counting::ENDLESS_DECIMALS;
pub(crate) use counting::{Counting, cut_at_most, quotient};
pub(crate) use ledger::{Ledger, cost_of};
use measure::{InForce, Measure};
pub(crate) use terms::Terms as OfferTerms;
pub use terms::{ChargeTerms, CreditUse, InvoiceParts, PeriodBill, commitment_doubt};

/// Why a rating stopped. There is no partly wrong rating.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// The exact amount has too many digits.
    #[error("meter {meter_id}: {source}")]
    Inexact {
        /// The meter.
        meter_id: MeterId,
        /// The reason.
        source: Inexact,
    },
    /// A usage time has no billing period.
    #[error("meter {meter_id} used at {at}: {source}")]
    Period {
        /// The meter.
        meter_id: MeterId,
        /// The usage time.
        at: Timestamp,
        /// The reason.
        source: PeriodError,
    },
    /// The sum of all charges has too many digits.
    #[error("the total: {0}")]
    Total(Inexact),
}

/// Which periods a subscription is billed in.
#[derive(Debug, Clone, Default)]
pub struct BillingCalendar {
    /// Periods that the API told, in any order; they win over the anchor.
    pub periods: Vec<BillingPeriod>,
    /// Day of the month for all other times.
    pub anchor: BillingAnchor,
}

impl BillingCalendar {
    /// The periods that Azure told, and further ones like the last of them.
    #[must_use]
    pub fn told(periods: Vec<BillingPeriod>) -> BillingCalendar {
        let mut calendar = BillingCalendar { periods, ..BillingCalendar::default() };
        if let Some(last) = calendar.periods.iter().max() {
            // In a month that ends before its day a period begins on the last: the later of its two days is the right one.
            let day = utc_date(last.start_at).day().max(utc_date(last.end_at).day()).unsigned_abs();
            calendar.anchor = BillingAnchor::new(day).unwrap_or_default();
        }
        calendar
    }

    /// The period that holds the instant.
    pub fn period_of(&self, at: Timestamp) -> Result<BillingPeriod, PeriodError> {
        match self.periods.iter().find(|period| period.contains(at)) {
            Some(period) => Ok(*period),
            None => {
                let BillingPeriod { mut start_at, mut end_at } = self.anchor.period_of(at)?;
                // What lies in a period that was told is in no other: nothing is billed twice.
                for known in &self.periods {
                    if known.end_at <= at {
                        start_at = start_at.max(known.end_at);
                    } else {
                        end_at = end_at.min(known.start_at);
                    }
                }
                Ok(BillingPeriod { start_at, end_at })
            }
        }
    }

    /// The period that begins in a month (`YYYY-MM`), if there is one.
    pub fn period_named(&self, month: &str) -> Result<Option<BillingPeriod>, PeriodError> {
        let named = self.anchor.period_named(month)?;
        let begins = |period: &BillingPeriod| {
            let start = utc_date(period.start_at);
            format!("{:04}-{:02}", start.year(), start.month()) == month
        };
        if let Some(told) = self.periods.iter().find(|period| begins(period)) {
            return Ok(Some(*told));
        }
        let mut at = named.start_at;
        while let Some(known) = self.periods.iter().find(|period| period.contains(at)) {
            at = known.end_at;
        }
        self.period_of(at).map(|period| begins(&period).then_some(period))
    }
}

/// What is known of a subscription besides its usage.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Its billing periods.
    pub calendar: BillingCalendar,
    /// The amount it committed to, where its offer is a monetary commitment.
    pub commitment: Option<Decimal>,
    /// Price usage that is older than the book's first price with that later price. The charge then says so.
    pub accepts_later_price: bool,
}

/// Rates usage of any number of subscriptions and periods with one book.
///
/// `account` tells the billing periods of a subscription: Azure resets included quantities and
/// tiers at the period's start, which is rarely the first of the month.
pub fn rate<'u>(
    usage: &'u [UsageAggregate],
    open: &OpenBook,
    account: impl Fn(SubscriptionId) -> Account,
) -> Result<Rating<'u>, RateError> {
    let (rows, mut warnings) = distinct(usage);
    let mut accounts: Map<SubscriptionId, Account> = Map::new();
    let mut groups: Map<(SubscriptionId, BillingPeriod, MeterId), Vec<&UsageAggregate>> = Map::new();
    for row in rows {
        let known = accounts.entry(row.subscription_id).or_insert_with(|| account(row.subscription_id));
        let (meter_id, at) = (row.meter_id, row.usage_start_at);
        let period = known.calendar.period_of(at).map_err(|source| RateError::Period { meter_id, at, source })?;
        groups.entry((row.subscription_id, period, meter_id)).or_default().push(row);
    }
    let mut charges = Vec::with_capacity(groups.len());
    let mut slices = Vec::with_capacity(usage.len());
    for ((subscription_id, period, meter_id), rows) in groups {
        let known = &accounts[&subscription_id];
        let mut month = Month { open, period, rows, accepts_later_price: known.accepts_later_price };
        let charge =
            month.charge(charges.len(), &mut slices).map_err(|source| RateError::Inexact { meter_id, source })?;
        warnings.extend(doubts(&charge));
        warnings.extend(month.doubtful_unit());
        warnings.extend(month.reported_twice());
        charges.push(charge);
    }
    let bills = terms::apply(&mut charges, &slices, open, &accounts).map_err(RateError::Total)?;
    let totals = sum(open.book.header().currency, &charges).map_err(RateError::Total)?;
    let unpriced = charges.iter().filter_map(unpriced_meter).collect();
    Ok(Rating {
        schema: "forebill.rate/1",
        book: BookInfo::of(open),
        charges,
        totals,
        bills,
        unpriced,
        warnings,
        slices,
    })
}

/// The usage of one meter by one subscription in one billing period.
struct Month<'u, 'b> {
    open: &'b OpenBook,
    period: BillingPeriod,
    rows: Vec<&'u UsageAggregate>,
    accepts_later_price: bool,
}

impl<'u> Month<'u, '_> {
    /// Walks through the usage in order of time; every row is a slice of the charge.
    fn charge(&mut self, position: usize, slices: &mut Vec<Slice<'u>>) -> Result<Charge, Inexact> {
        order::sort_by_key(&mut self.rows, |row| row.usage_start_at);
        let meter_id = self.rows[0].meter_id;
        let prices = self.open.book.rows_of(meter_id);
        let in_force: InForce<'_> = self.rows.iter().map(|row| self.price(prices, row.usage_start_at)).collect();
        let measure = Measure::of(&self.rows, &in_force, self.open.book.header());
        let mut ledger = Ledger::default();
        let mut sums = Sums::default();
        let mut last_priced: Option<&Meter> = None;
        for (place, (&row, found)) in self.rows.iter().zip(&in_force).enumerate() {
            let before = sums.total;
            let used = measure.count(place, row)?;
            sums.total = before.plus(used)?;
            sums.consumed = sums.consumed.plus(row.quantity)?;
            let priced = found.and_then(|(meter, later)| Ok((measure.price(meter)?, later)));
            let cost = match priced {
                Ok((meter, later)) => {
                    if later {
                        sums.backdated = sums.backdated.plus(used)?;
                    }
                    last_priced = Some(meter);
                    let so_far = measure.amount(sums.amount)?;
                    sums.amount = sums.amount.plus(ledger.add(meter, before, sums.total)?)?;
                    Some(measure.amount(sums.amount)?.minus(so_far)?)
                }
                Err(why) => {
                    sums.unpriced = sums.unpriced.plus(used)?;
                    sums.reason = Some(why);
                    None
                }
            };
            slices.push(Slice { row, quantity: used, cost, charge: position });
        }
        self.tell(&measure, sums, ledger, last_priced)
    }

    /// The price in force, and whether it is a later one that was asked for.
    fn price<'p>(&self, prices: &'p [Meter], at: Timestamp) -> Result<(&'p Meter, bool), Unpriced> {
        match RateBook::in_force(prices, at) {
            Err(Unpriced::NotYetInForce) if self.accepts_later_price => Ok((RateBook::earliest(prices)?, true)),
            found => found.map(|meter| (meter, false)),
        }
    }

    /// Usage and card are taken to share the unit: where their texts say otherwise, somebody should look.
    fn doubtful_unit(&self) -> Option<Warning> {
        let header = self.open.book.header();
        if header.prices_are_per_block() || header.units_are_compared() && !header.is_over_shared_units() {
            return None;
        }
        let meter_id = self.rows[0].meter_id;
        let prices = self.open.book.rows_of(meter_id);
        let meter = prices.iter().rev().find(|meter| meter.kind == PriceKind::Consumption)?;
        let unit = measure::contradiction(&self.rows, meter)?;
        let done = if header.units_are_compared() {
            "the quantities were converted, which the list below this book would not do"
        } else {
            "the quantities were taken in the unit of the price"
        };
        let message = format!(
            "meter {meter_id}: the usage counts \"{}\" and the price is per \"{}\"; {done}",
            crate::json::printable(unit),
            crate::json::printable(&meter.unit)
        );
        Some(Warning { code: WarningCode::UnitDoubtful, message, path: None })
    }

    /// Hours and days of the same use are both in the usage: whoever gives both wants one of them.
    fn reported_twice(&self) -> Option<Warning> {
        let (mut day_ends, mut hour_ends) = (None, None);
        let twice = self.rows.iter().find(|row| {
            // Rows come in order of their start.
            let (mine, others) = match reported_by(&row.bucket) {
                Some(Granularity::Daily) => (&mut day_ends, hour_ends),
                Some(Granularity::Hourly) => (&mut hour_ends, day_ends),
                None => return false,
            };
            *mine = (*mine).max(Some(row.usage_end_at));
            others > Some(row.usage_start_at)
        })?;
        let message = format!(
            "meter {} of {} on {} is reported by the hour and by the day, and both count: give one of the two",
            twice.meter_id,
            twice.subscription_id,
            utc_date(twice.usage_start_at)
        );
        Some(Warning { code: WarningCode::ReportedTwice, message, path: None })
    }

    fn tell(
        &self,
        measure: &Measure<'_>,
        sums: Sums,
        ledger: Ledger<'_>,
        last: Option<&Meter>,
    ) -> Result<Charge, Inexact> {
        let row = self.rows[self.rows.len() - 1];
        let currency = self.open.book.header().currency;
        let priced = if sums.reason.is_none() { last } else { None };
        let describe = |ours: Option<&str>, theirs: &str| ours.unwrap_or(theirs).to_owned();
        let billable = ledger.billable();
        let tiers = measure.tell(ledger.into_filled()?)?;
        let known_cost = cost_of(&tiers)?;
        let fraction = measure.fraction(sums.amount);
        let cost = priced.map(|_| known_cost);
        let invoice = cost.map(|cost| Rounding::of(cost, currency)).transpose()?;
        // A sum of hours and minutes as they were reported has no meaning.
        let reported_alike = self.rows.iter().all(|other| other.unit == row.unit);
        let converted = last.is_some() && reported_alike && sums.total != sums.consumed;
        Ok(Charge {
            subscription_id: row.subscription_id,
            billing_period_start: Instant(self.period.start_at),
            billing_period_end: Instant(self.period.end_at),
            meter_id: row.meter_id,
            meter_name: describe(last.map(|m| &*m.name), &row.meter_name),
            meter_category: describe(last.map(|m| &*m.category), &row.meter_category),
            meter_sub_category: describe(last.map(|m| &*m.sub_category), &row.meter_sub_category),
            meter_region: describe(last.map(|m| &*m.region), &row.meter_region),
            unit: describe(last.map(|m| &*m.unit), &row.unit),
            quantity: sums.total,
            consumed: converted.then(|| Consumed { quantity: sums.consumed, unit: row.unit.to_string() }),
            included_quantity: priced.map(|meter| meter.included_quantity),
            billable_quantity: priced.map(|_| billable),
            cost,
            cost_cut_after: fraction.map(|_| ENDLESS_DECIMALS),
            fraction,
            is_divided: measure.is_divided(),
            invoice_cost: invoice.map(|(rounded, _)| rounded),
            rounding: invoice.map(|(_, rounding)| rounding),
            terms: None,
            unpriced_quantity: sums.unpriced,
            backdated_quantity: sums.backdated,
            known_cost,
            currency,
            book: self.open.id.clone(),
            tiers,
            status: if priced.is_some() { Status::Priced } else { Status::Unpriced },
            reason: sums.reason,
        })
    }
}

/// What adds up while the rows of a month are walked through.
#[derive(Default)]
struct Sums {
    /// As reported.
    consumed: Decimal,
    /// As it is counted.
    total: Decimal,
    /// At the prices of the measure.
    amount: Decimal,
    unpriced: Decimal,
    backdated: Decimal,
    reason: Option<Unpriced>,
}

fn doubts(charge: &Charge) -> Vec<Warning> {
    let Charge { meter_id, subscription_id, quantity, billing_period_start: start, .. } = charge;
    let mut warnings = Vec::new();
    if quantity.is_negative() {
        let message = format!("meter {meter_id} of {subscription_id} sums up to {quantity} in the period from {start}");
        warnings.push(Warning { code: WarningCode::NegativeTotal, message, path: None });
    }
    if let Some(decimals) = charge.cost_cut_after {
        let message = format!(
            "meter {meter_id} of {subscription_id}: the decimals of the cost in the period from {start} have no end; it \
             is cut off after {decimals}, and an invoice rounds as it would the exact one"
        );
        warnings.push(Warning { code: WarningCode::CostWithoutEnd, message, path: None });
    }
    if !charge.backdated_quantity.is_zero() {
        let message = format!(
            "meter {meter_id} of {subscription_id}: {} of {quantity} in the period from {start} are older than the first \
             price of the book and priced with it, as asked",
            charge.backdated_quantity
        );
        warnings.push(Warning { code: WarningCode::LaterPriceUsed, message, path: None });
    }
    warnings
}

fn sum(currency: Currency, charges: &[Charge]) -> Result<Totals, Inexact> {
    let (mut cost, mut invoice_cost, mut unpriced) = (Decimal::ZERO, Decimal::ZERO, 0);
    for charge in charges {
        cost = cost.plus(charge.known_cost)?;
        invoice_cost = invoice_cost.plus(currency.round_for_invoice(charge.known_cost))?;
        unpriced += usize::from(charge.cost.is_none());
    }
    let cost_cut_after = cut_after(charges);
    Ok(Totals {
        currency,
        cost,
        cost_cut_after,
        invoice_cost,
        complete: unpriced == 0,
        charges: charges.len(),
        unpriced,
    })
}

/// Whether a sum of these costs has some that are cut off, and after how many decimals.
fn cut_after<'a>(charges: impl IntoIterator<Item = &'a Charge>) -> Option<u32> {
    charges.into_iter().find_map(|charge| charge.cost_cut_after)
}

fn unpriced_meter(charge: &Charge) -> Option<UnpricedMeter> {
    let reason = charge.reason?;
    Some(UnpricedMeter {
        subscription_id: charge.subscription_id,
        meter_id: charge.meter_id,
        meter_name: charge.meter_name.clone(),
        billing_period_start: charge.billing_period_start,
        quantity: charge.unpriced_quantity,
        unit: charge.unit.clone(),
        reason,
        explanation: reason.explain(),
    })
}
