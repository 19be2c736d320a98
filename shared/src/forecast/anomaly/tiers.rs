//! What the price list makes of a day: the same use costs more where a free quantity or a tier ends.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::fixed::{from_decimal, mean, scaled};
use super::{AnomalyError, ForecastError, LARGEST_RISE};
use crate::decimal::Decimal;
use crate::forecast::AMOUNT_DECIMALS;
use crate::guid::MeterId;
use crate::period::midnight;
use crate::ratebook::RateBook;
use crate::rating::Slice;

/// So many of the weeks before tell how much use is usual.
const USUAL_WEEKS: usize = 4;

/// A day beside the same weekday of the weeks before, whose use is priced anew, at each meter's mean price of the day. Of a
/// meter whose price list changed meanwhile, and of one that is not used any more, what it came to then counts: nothing of
/// that is excused.
#[derive(Debug, Default)]
pub(super) struct Repriced {
    /// What the usual use would have cost on this day.
    usual: i128,
    /// By how much the day is above that.
    of_use: i128,
    /// By how much the same use was cheaper in one of the weeks.
    of_tiers: i128,
}

/// A day and its rows.
pub(super) type Day<'a> = (Date, Vec<&'a Slice<'a>>);

impl Repriced {
    /// `weeks` are the days to compare with, the last first.
    pub(super) fn of(book: &RateBook, day: Day<'_>, weeks: Vec<Day<'_>>) -> Result<Repriced, AnomalyError> {
        let on = day.0;
        let dates: Vec<Date> = weeks.iter().map(|(date, _)| *date).collect();
        let mut meters: BTreeMap<MeterId, Vec<(Decimal, Decimal)>> = BTreeMap::new();
        for (at, (_, slices)) in [day].into_iter().chain(weeks).enumerate() {
            for (slice, cost) in slices.into_iter().filter_map(|slice| slice.cost.map(|cost| (slice, cost))) {
                let sums =
                    meters.entry(slice.row.meter_id).or_insert_with(|| vec![Default::default(); 1 + dates.len()]);
                sums[at] = (sums[at].0.plus(slice.quantity)?, sums[at].1.plus(cost)?);
            }
        }
        let mut of_day = Repriced::default();
        for (meter_id, sums) in meters {
            let (quantity, cost) = sums[0];
            let used = || dates.iter().zip(&sums[1..]).filter(|(_, (then, _))| !then.is_zero());
            let like = used().filter(|(date, _)| !quantity.is_zero() && !changed(book, meter_id, **date, on));
            let mut usual = Vec::new();
            for (_, (then, came_to)) in like {
                let anew = amount(then.times(cost)?.divided_rounded(quantity, AMOUNT_DECIMALS)?)?;
                usual.push((anew, anew - amount(*came_to)?));
            }
            if usual.is_empty() {
                usual =
                    used().map(|(_, (_, came_to))| Ok((amount(*came_to)?, 0))).collect::<Result<_, ForecastError>>()?;
            }
            let last: Vec<i128> = usual.iter().take(USUAL_WEEKS).map(|(anew, _)| *anew).collect();
            of_day.usual += mean(&last);
            of_day.of_use += amount(cost)? - mean(&last);
            of_day.of_tiers += usual.iter().map(|(_, dearer)| *dearer).max().unwrap_or(0).max(0);
        }
        Ok(of_day)
    }

    /// Whether all that stands out is what the price list says of constant use: without it the rise is within the limit, and
    /// what the use makes is too, in money and as a part of what the usual use costs by now.
    pub(super) fn is_listed(&self, residual: i128, limit: i128) -> bool {
        let limit = limit.max(scaled(self.usual, LARGEST_RISE, 100));
        self.of_tiers > 0 && residual - self.of_tiers <= limit && self.of_use <= limit
    }
}

fn amount(value: Decimal) -> Result<i128, ForecastError> {
    from_decimal(value).ok_or(ForecastError::TooLarge)
}

/// Whether another price is in force at the end of the later day than at the start of the earlier one.
fn changed(book: &RateBook, meter_id: MeterId, from: Date, to: Date) -> bool {
    let (Ok(start), Ok(end)) = (midnight(from), midnight(to.saturating_add(1.day()))) else { return true };
    let price = |at| book.price_at(meter_id, at).map(|row| (&row.tiers, row.included_quantity, &row.unit));
    price(start) != price(end.saturating_sub(1.nanosecond()).unwrap_or(end))
}

#[cfg(test)]
mod tests;
