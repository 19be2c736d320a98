//! Pre-consumption: what a workload would cost in a month, with the derivation of every line.
//!
//! Items of one meter share its included quantity and its tiers, as they will on the bill: they
//! are stacked in the order of the file, and each line costs what it adds to the running total.

mod found;
pub mod groups;
pub mod line;
mod offers;
pub mod seek;
mod terms;
mod totals;
mod units;
pub mod workload;

use jiff::Timestamp;
use serde::Serialize;

use crate::decimal::{Decimal, Inexact};
use crate::guid::MeterId;
use crate::json::DecodeError;
use crate::meter::{Meter, PriceModel};
use crate::money::Currency;
use crate::offer::OfferId;
use crate::order::Map;
use crate::period::Instant;
use crate::problem::Problem;
use crate::ratebook::Unpriced;
use crate::ratebook::format::{BookId, OpenBook};
use crate::rating::{BookInfo, Counting, ENDLESS_DECIMALS, Ledger, Status, TierCharge, cost_of};
use crate::search::SearchIndex;
use crate::warning::Warning;
use found::find_meter;
use groups::Sums;
pub(crate) use offers::Lists;
use offers::Parts;
pub use offers::{OfferPart, PriceList};
pub use terms::{CreditReach, EstimateTerms};
use units::{Amount, convert, count_alike, doubtful_unit, monthly, rounded_rate, rounded_schedule, scheduled};
use workload::{Workload, WorkloadItem};

/// Prices have at most ten; an average is for reading and adds up to nothing.
const AVERAGE_DECIMALS: u32 = 12;

/// What to change about the workload before it is priced.
#[derive(Clone)]
pub struct Options<'a> {
    /// Price every item in this region instead of its own.
    pub region: Option<&'a str>,
    /// The prices in force at this time.
    pub at: Timestamp,
    /// The amount committed to, where the offer is a monetary commitment.
    pub commitment: Option<Decimal>,
    /// The prices of other offers, for items that name theirs.
    pub beside: &'a [PriceList<'a>],
}

impl Options<'_> {
    /// Nothing is changed.
    #[must_use]
    pub fn at(at: Timestamp) -> Options<'static> {
        Options { region: None, at, commitment: None, beside: &[] }
    }
}

/// One priced line.
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "EstimateLine"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Position in the workload.
    pub item: usize,
    /// Name of the item.
    pub name: String,
    /// Group of the item.
    pub group: Option<String>,
    /// The offer that it is priced by; absent where that is the estimate's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub offer: Option<OfferId>,
    /// Whether there is a price.
    pub status: Status,
    /// Why there is none.
    pub reason: Option<Unpriced>,
    /// The meter; absent when a search text found none.
    pub meter_id: Option<MeterId>,
    /// Its name.
    pub meter_name: String,
    /// Its service.
    pub category: String,
    /// Its sub-category.
    pub sub_category: String,
    /// Its billing region.
    pub region: String,
    /// Its pricing unit, or what the items of the meter count where that has no exact value in it.
    pub unit: String,
    /// Number of pieces.
    pub count: Decimal,
    /// All pieces, in `unit`.
    pub quantity: Decimal,
    /// The part of the quantity that the meter's included quantity covers.
    pub included_quantity: Option<Decimal>,
    /// What is left.
    pub billable_quantity: Option<Decimal>,
    /// Exact cost of the month; absent without a price, never 0 instead.
    pub cost: Option<Decimal>,
    /// Present where the decimals of the exact cost may have no end: after how many of them the sum of the meter's
    /// lines is cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub cost_cut_after: Option<u32>,
    /// What a unit costs on average, rounded to twelve decimals; absent where nothing is used or there is no price.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub average_price: Option<Decimal>,
    /// What the next unit of the meter costs at list price, for as many units as the price of its tier; absent where
    /// tiers do not add up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub marginal_price: Option<Decimal>,
    /// From when the price holds.
    pub effective_at: Option<Instant>,
    /// Id of the rate book; absent where there is none of the item's offer.
    pub book: Option<BookId>,
    /// The tier table, filled with what this line adds to it.
    pub tiers: Vec<TierCharge>,
}

/// Sums of an estimate, before offer terms and tax.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EstimateTotals {
    /// The one currency.
    pub currency: Currency,
    /// Exact cost of a month at the full quantities.
    pub monthly_cost: Decimal,
    /// Exact cost of the first twelve months, ramps applied.
    pub yearly_cost: Decimal,
    /// The month as an invoice would round it, per meter.
    pub invoice_cost: Decimal,
    /// The month at the low quantities.
    pub monthly_cost_low: Decimal,
    /// The month at the high quantities.
    pub monthly_cost_high: Decimal,
    /// Present where a sum here has a cost that is cut off: after how many decimals. Sums are those of the told costs,
    /// so that the lines add up to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub cost_cut_after: Option<u32>,
    /// Whether every line has a price. When not, the sums are a lower bound.
    pub complete: bool,
    /// How many lines have none.
    pub unpriced_lines: usize,
}

/// A line without a price.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnpricedLine {
    /// Position in the workload.
    pub item: usize,
    /// Name of the item.
    pub name: String,
    /// How much nobody could price.
    pub quantity: Decimal,
    /// Why.
    pub reason: Unpriced,
    /// The same in words.
    pub explanation: &'static str,
}

/// A priced workload.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// `forebill.estimate/1`
    #[cfg_attr(feature = "types", ts(type = "\"forebill.estimate/1\""))]
    pub schema: &'static str,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The offer, where the book has one.
    pub offer: Option<String>,
    /// The rate book.
    pub book: BookInfo,
    /// One per item, in its order.
    pub lines: Vec<Line>,
    /// Exact cost per group, in order of name, inner groups being part of their outer one; items without a group are
    /// left out.
    pub groups: Map<String, Decimal>,
    /// Exact cost per tag and value, those of groups too; items without the tag are left out.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Map<String, Map<String, Decimal>>>"))]
    pub tags: Map<String, Map<String, Decimal>>,
    /// The sums.
    pub totals: EstimateTotals,
    /// What the terms of the offer make of a month, or those of all offers together; absent where there are none.
    #[cfg_attr(feature = "types", ts(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<EstimateTerms>,
    /// What each offer has of it, the estimate's own first; absent where there is no other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<OfferPart>>"))]
    pub offers: Vec<OfferPart>,
    /// What has no price.
    pub unpriced: Vec<UnpricedLine>,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
}

impl Estimate {
    /// What a month costs after the terms of the offer.
    #[must_use]
    pub fn monthly_due(&self) -> Decimal {
        self.terms.as_ref().map_or(self.totals.monthly_cost, |terms| terms.monthly_due)
    }
}

/// An item whose meter was looked up.
struct Resolved<'a> {
    item: &'a WorkloadItem,
    /// Place of the price list that it is priced with, where there is one of its offer.
    list: Option<usize>,
    meter: Result<&'a Meter, Unpriced>,
    /// For one whole month: all pieces.
    expected: Amount,
    low: Amount,
    high: Amount,
    count: Decimal,
}

impl Resolved<'_> {
    fn amounts(&self) -> impl Iterator<Item = &Amount> {
        [&self.expected, &self.low, &self.high].into_iter()
    }

    fn amounts_mut(&mut self) -> impl Iterator<Item = &mut Amount> {
        [&mut self.expected, &mut self.low, &mut self.high].into_iter()
    }
}

/// A meter of one of the price lists: what shares tiers and included quantity.
type Stacked = (Option<usize>, MeterId);

/// All items, with the meters whose items are counted in another unit than their own.
struct Counted<'a> {
    items: Vec<Resolved<'a>>,
    countings: Map<Stacked, Counting>,
    books: Vec<&'a BookId>,
}

/// Prices a workload with one book, and items of other offers with those beside it.
///
/// `index` must be the index of the same book; it is built once and used for every estimate.
pub fn estimate(
    workload: &Workload,
    open: &OpenBook,
    index: &SearchIndex,
    options: &Options<'_>,
) -> Result<Estimate, DecodeError> {
    let header = open.book.header();
    if let Some(currency) = workload.currency
        && currency != header.currency
    {
        let message = format!("the workload is in {currency}, the rate book in {}", header.currency);
        return Err(DecodeError::at("currency", message).named(Problem::OtherBook));
    }
    if let (Some(wanted), Some(offer)) = (&workload.offer, &header.offer)
        && wanted != offer
    {
        return Err(DecodeError::at("offer", format!("the workload is for {wanted}, the rate book for {offer}"))
            .named(Problem::OtherBook));
    }
    let lists = Lists::of(PriceList { open, index, commitment: options.commitment }, options.beside);
    let mut doubts = Vec::new();
    let mut resolved = Vec::with_capacity(workload.items.len());
    for (position, item) in workload.items.iter().enumerate() {
        resolved.push(resolve(item, &format!("items[{position}]"), &lists, options, &mut doubts)?);
    }
    let countings = count_alike(&mut resolved)?;
    let books = lists.all.iter().map(|list| &list.open.id).collect();
    let counted = Counted { items: resolved, countings, books };
    let path_of = |error: (usize, Inexact)| {
        DecodeError::at(format!("items[{}]", error.0), error.1.to_string()).named(Problem::NotExact)
    };
    let lines = counted.price(|item| Ok(item.expected.quantity)).map_err(path_of)?;
    let months = totals::Months::price(&counted).map_err(path_of)?;
    let totals = totals::of(&counted, &months, &lines, header.currency).map_err(path_of)?;
    let unpriced = lines.iter().filter_map(unpriced_line).collect();
    let Parts { terms, offers, mut warnings } = Parts::of(&counted, &lines, &lists, options).map_err(path_of)?;
    warnings.extend(doubts);
    warnings.extend(totals::endless(&months, &lines));
    let Sums { groups, tags } = Sums::of(workload, &lines).map_err(path_of)?;
    Ok(Estimate {
        schema: "forebill.estimate/1",
        currency: header.currency,
        offer: header.offer.as_ref().map(ToString::to_string),
        book: BookInfo::of(open),
        groups,
        tags,
        terms,
        offers,
        lines,
        totals,
        unpriced,
        warnings,
    })
}

fn resolve<'a>(
    item: &'a WorkloadItem,
    path: &str,
    lists: &Lists<'a>,
    options: &Options<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Resolved<'a>, DecodeError> {
    let list = lists.place(item);
    let meter = list.and_then(|place| find_meter(item, path, lists.all[place], options, warnings));
    let count = item.count.unwrap_or(Decimal::ONE);
    if let (Ok(meter), None, Some(quantity)) = (meter, &item.unit, item.quantity) {
        let quantity = monthly(quantity, item.per).unwrap_or(quantity);
        warnings.extend(doubtful_unit(quantity.times(count).unwrap_or(quantity), meter, path));
    }
    if let (None, Some(schedule)) = (&item.quantity, &item.schedule) {
        warnings.extend(rounded_schedule(schedule, path));
    }
    warnings.extend(rounded_rate(item, path));
    let in_meter_unit = |quantity: Decimal, field: &str| -> Result<Amount, DecodeError> {
        let not_exact =
            |error: Inexact| DecodeError::at(format!("{path}.{field}"), error.to_string()).named(Problem::NotExact);
        let quantity = monthly(quantity, item.per).map_err(not_exact)?;
        let per_piece = match (&item.unit, meter) {
            (Some(unit), Ok(meter)) => convert(quantity, unit, &meter.unit, path)?,
            _ => Amount::as_metered(quantity),
        };
        per_piece.times(count).map_err(not_exact)
    };
    let expected = || match (&item.quantity, &item.schedule) {
        (Some(quantity), _) => in_meter_unit(*quantity, "quantity"),
        (None, Some(schedule)) => {
            let per_piece = scheduled(schedule, item.unit.as_deref(), meter.ok(), path)?;
            per_piece.times(count).map_err(|error| {
                DecodeError::at(format!("{path}.schedule"), error.to_string()).named(Problem::NotExact)
            })
        }
        // Refused when the workload was read.
        (None, None) => Ok(Amount::as_metered(Decimal::ZERO)),
    };
    let or_expected = |quantity: Option<Decimal>, field: &str| {
        quantity.map_or_else(expected, |quantity| in_meter_unit(quantity, field))
    };
    Ok(Resolved {
        item,
        list: list.ok(),
        meter,
        expected: expected()?,
        low: or_expected(item.low, "low")?,
        high: or_expected(item.high, "high")?,
        count,
    })
}

/// What stands on a meter so far.
#[derive(Default)]
struct Stack {
    quantity: Decimal,
    /// At the prices of its counting, if there is one.
    sum: Decimal,
}

impl Counted<'_> {
    /// Those of the price list that the lines are from.
    fn countings_of(&self, lines: &[&Line]) -> impl Iterator<Item = &Counting> {
        let list = lines.first().map(|line| self.items[line.item].list);
        self.countings.iter().filter(move |((of, _), _)| Some(of) == list.as_ref()).map(|(_, counting)| counting)
    }

    /// Stacks the quantities on their meters and says what each adds.
    fn price(
        &self,
        quantity_of: impl Fn(&Resolved<'_>) -> Result<Decimal, Inexact>,
    ) -> Result<Vec<Line>, (usize, Inexact)> {
        let mut stacks: Map<Stacked, Stack> = Map::new();
        let priced = self.items.iter().enumerate().map(|(index, item)| {
            quantity_of(item)
                .and_then(|quantity| self.line(index, quantity, &mut stacks))
                .map_err(|error| (index, error))
        });
        priced.collect()
    }

    fn line(&self, index: usize, quantity: Decimal, stacks: &mut Map<Stacked, Stack>) -> Result<Line, Inexact> {
        let resolved = &self.items[index];
        let item = resolved.item;
        let mut line = Line {
            item: index,
            name: item.name.clone(),
            group: item.group.clone(),
            offer: item.offer.clone().filter(|_| resolved.list != Some(0)),
            status: Status::Unpriced,
            reason: resolved.meter.err(),
            meter_id: item.meter_id,
            meter_name: String::new(),
            category: String::new(),
            sub_category: String::new(),
            region: item.region.clone().unwrap_or_default(),
            unit: item.unit.clone().unwrap_or_default(),
            count: resolved.count,
            quantity,
            included_quantity: None,
            billable_quantity: None,
            cost: None,
            cost_cut_after: None,
            average_price: None,
            marginal_price: None,
            effective_at: None,
            book: resolved.list.map(|list| self.books[list].clone()),
            tiers: Vec::new(),
        };
        let Ok(meter) = resolved.meter else { return Ok(line) };
        let counting = self.countings.get(&(resolved.list, meter.id));
        let meter = match counting {
            Some(counting) => counting.price_of(meter).ok_or(Inexact)?,
            None => meter,
        };
        let stack = stacks.entry((resolved.list, meter.id)).or_default();
        let (before, after) = (stack.quantity, stack.quantity.plus(quantity)?);
        let mut ledger = Ledger::default();
        let added = ledger.add(meter, before, after)?;
        let mut filled = ledger.into_filled()?;
        if let Some(counting) = counting {
            counting.tell(stack.sum, &mut filled)?;
            line.cost_cut_after = counting.is_endless(added).then_some(ENDLESS_DECIMALS);
        }
        *stack = Stack { quantity: after, sum: stack.sum.plus(added)? };
        let billed = meter.billable(after)?;
        let billable = billed.minus(meter.billable(before)?)?;
        line.tiers = filled.into_iter().map(|(_, tier)| tier).collect();
        let cost = cost_of(&line.tiers)?;
        line.cost = Some(cost);
        line.average_price = cost.divided_rounded(quantity, AVERAGE_DECIMALS).ok();
        line.marginal_price = match meter.tiers.model() {
            PriceModel::Graduated if after < meter.included_quantity => Some(Decimal::ZERO),
            PriceModel::Graduated => {
                line.tiers.iter().rev().find(|tier| tier.from <= billed).map(|tier| tier.unit_price)
            }
            PriceModel::Volume | PriceModel::Package { .. } => None,
        };
        line.status = Status::Priced;
        line.meter_id = Some(meter.id);
        line.meter_name = meter.name.to_string();
        line.category = meter.category.to_string();
        line.sub_category = meter.sub_category.to_string();
        line.region = meter.region.to_string();
        line.unit = meter.unit.to_string();
        line.included_quantity = Some(quantity.minus(billable)?);
        line.billable_quantity = Some(billable);
        line.effective_at = Some(Instant(meter.effective_at));
        Ok(line)
    }
}

fn unpriced_line(line: &Line) -> Option<UnpricedLine> {
    let reason = line.reason?;
    Some(UnpricedLine {
        item: line.item,
        name: line.name.clone(),
        quantity: line.quantity,
        reason,
        explanation: reason.explain(),
    })
}
