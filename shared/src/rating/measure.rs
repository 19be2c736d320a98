//! From what usage counts to what a price is per.
//!
//! A rate card and its usage share the unit, so a quantity is taken as it is. Elsewhere the unit texts decide, and
//! usage and prices are brought into one unit first: [`super::counting`].

use super::charge::TierCharge;
use super::counting::Counting;
use crate::decimal::{Decimal, Inexact};
use crate::meter::Meter;
use crate::quantity::PricingUnit;
use crate::ratebook::{BookHeader, Unpriced};
use crate::usage::UsageAggregate;

/// The price in force at each row, in the book's own unit, and whether it is a later one that was asked for.
pub(super) type InForce<'p> = Vec<Result<(&'p Meter, bool), Unpriced>>;

/// How the quantities of one meter are read.
pub(super) enum Measure<'p> {
    /// Usage and price share the unit.
    Shared,
    /// The unit texts decide.
    Compared(Box<Compared<'p>>),
    /// The quantities have no meaning in the unit of the price: nothing of them is priced.
    Unknown(Unpriced),
}

/// Usage and the prices that it meets in one unit.
pub(super) struct Compared<'p> {
    counting: Counting,
    met: Vec<&'p Meter>,
    /// What each row counts.
    units: Vec<PricingUnit>,
}

impl<'p> Measure<'p> {
    /// Prices that no row meets say nothing about this month.
    pub(super) fn of(rows: &[&UsageAggregate], in_force: &InForce<'p>, header: &BookHeader) -> Measure<'p> {
        let mut met: Vec<&'p Meter> = Vec::new();
        for (meter, _) in in_force.iter().flatten() {
            if met.iter().all(|known| !std::ptr::eq(*known, *meter)) {
                met.push(meter);
            }
        }
        let Some(meter) = met.first().filter(|_| header.units_are_compared()) else { return Measure::Shared };
        let one_unit = met.iter().all(|other| other.unit == meter.unit);
        let alike = |row: &&UsageAggregate| row.unit.is_empty() || row.unit == meter.unit;
        if !header.prices_are_per_block() && one_unit && rows.iter().all(alike) {
            return Measure::Shared;
        }
        // A row without a unit text counts what its price is about: single ones in agreements, whose usage does not
        // count blocks; of a card, and of an own book over it, what the price is per.
        let unnamed = |found: &Result<(&Meter, bool), Unpriced>| {
            let unit = PricingUnit::parse(&found.map_or(*meter, |(meter, _)| meter).unit);
            if header.prices_are_per_block() { unit.single() } else { unit }
        };
        let mut units: Vec<PricingUnit> = Vec::with_capacity(rows.len());
        for (index, (row, found)) in rows.iter().zip(in_force).enumerate() {
            let unit = match index.checked_sub(1) {
                _ if row.unit.is_empty() => unnamed(found),
                Some(before) if rows[before].unit == row.unit => units[before].clone(),
                _ => PricingUnit::parse(&row.unit),
            };
            units.push(unit);
        }
        let used: Vec<(Decimal, &PricingUnit)> =
            rows.iter().zip(&units).map(|(row, unit)| (row.quantity, unit)).collect();
        let prices: Vec<Meter> = met.iter().copied().cloned().collect();
        match Counting::of(&used, &prices) {
            Ok(counting) => Measure::Compared(Box::new(Compared { counting, met, units })),
            Err(why) => Measure::Unknown(why),
        }
    }

    /// The price of the book as it is added up, or why nothing can be priced.
    pub(super) fn price<'m>(&'m self, meter: &'p Meter) -> Result<&'m Meter, Unpriced>
    where
        'p: 'm,
    {
        match self {
            Measure::Shared => Ok(meter),
            Measure::Unknown(why) => Err(*why),
            Measure::Compared(compared) => {
                let place = compared.met.iter().position(|known| std::ptr::eq(*known, meter));
                place.and_then(|place| compared.counting.price_at(place)).ok_or(Unpriced::UnitInexact)
            }
        }
    }

    /// The quantity of a row, by its place in the month, as it is counted.
    pub(super) fn count(&self, place: usize, row: &UsageAggregate) -> Result<Decimal, Inexact> {
        match self {
            Measure::Compared(compared) => compared.counting.count(row.quantity, &compared.units[place]),
            Measure::Shared | Measure::Unknown(_) => Ok(row.quantity),
        }
    }

    fn counting(&self) -> Option<&Counting> {
        match self {
            Measure::Compared(compared) => Some(&compared.counting),
            Measure::Shared | Measure::Unknown(_) => None,
        }
    }

    /// The money of a sum of amounts at [`Measure::price`].
    pub(super) fn amount(&self, sum: Decimal) -> Result<Decimal, Inexact> {
        self.counting().map_or(Ok(sum), |counting| counting.amount(sum))
    }

    /// Sum and divisor, where the amount of this sum is cut off.
    /// Whether parts of the cost may have no end, also where the whole of it has one: three thirds.
    pub(super) fn is_divided(&self) -> bool {
        self.counting().is_some_and(|counting| counting.divisor() != Decimal::ONE)
    }

    pub(super) fn fraction(&self, sum: Decimal) -> Option<(Decimal, Decimal)> {
        self.counting()?.fraction(sum)
    }

    /// Filled tiers as the price list has them.
    pub(super) fn tell(&self, mut filled: Vec<(&Meter, TierCharge)>) -> Result<Vec<TierCharge>, Inexact> {
        if let Some(counting) = self.counting() {
            counting.tell(Decimal::ZERO, &mut filled)?;
        }
        Ok(filled.into_iter().map(|(_, tier)| tier).collect())
    }
}

/// The first unit text of the usage that means something else than the unit of the price, where both are taken as one.
pub(super) fn contradiction<'u>(rows: &[&'u UsageAggregate], meter: &Meter) -> Option<&'u str> {
    let priced = PricingUnit::parse(&meter.unit);
    let mut agreed: Option<&str> = None;
    rows.iter().map(|row| &*row.unit).find(|unit| {
        if unit.is_empty() || **unit == *meter.unit || agreed == Some(unit) {
            return false;
        }
        let same = PricingUnit::parse(unit).convert(Decimal::ONE, &priced) == Some(Ok(Decimal::ONE));
        if same {
            agreed = Some(unit);
        }
        !same
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::decimal::Decimal;
    use crate::guid::MeterId;
    use crate::meter::{Meter, Tier, TierTable, sample};
    use crate::offer::{OfferTerm, OfferTermKind};
    use crate::period::{Instant, parse_timestamp};
    use crate::ratebook::format::{self, BookId, OpenBook};
    use crate::ratebook::{BookHeader, RateBook, Source, Unpriced, sample_header};
    use crate::rating::{Account, Charge, rate};
    use crate::usage::UsageAggregate;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    /// Usage of (quantity, unit) on a day of November.
    fn row((quantity, unit): (&str, &str), day: usize, meter_id: MeterId) -> UsageAggregate {
        let at = |day: usize| parse_timestamp(&format!("2026-11-{day:02}T00:00:00Z")).unwrap_or_else(|e| panic!("{e}"));
        UsageAggregate {
            subscription_id: "11111111-2222-3333-4444-555555555555".parse().unwrap_or_else(|e| panic!("{e}")),
            meter_id,
            usage_start_at: at(day.max(1)),
            usage_end_at: at(day.max(1) + 1),
            bucket: "".into(),
            quantity: d(quantity),
            meter_name: "".into(),
            meter_category: "".into(),
            meter_sub_category: "".into(),
            meter_region: "".into(),
            unit: unit.into(),
            info_fields: None,
            resource: None,
            instance_text: None,
            rule_tags: None,
        }
    }

    /// A price of 10 up to 5 priced units and of 8 above, one of them included; usage in parts of (quantity, unit).
    fn charge(source: Source, per: &str, rows: &[(&str, &str)], accepts_later_price: bool) -> Charge {
        let tier = |from: &str, price: &str| Tier { from: d(from), unit_price: d(price) };
        let tiers = TierTable::new(vec![tier("0", "10"), tier("5", "8")]).unwrap_or_else(|e| panic!("{e}"));
        let at = |text: &str| parse_timestamp(text).unwrap_or_else(|e| panic!("{e}"));
        let meter = Meter {
            unit: per.into(),
            tiers: Arc::new(tiers),
            included_quantity: Decimal::ONE,
            effective_at: at("2026-11-10T00:00:00Z"),
            ..sample()
        };
        let meter_id = meter.id;
        let header = sample_header(source);
        let book = RateBook::new(header, vec![meter]).unwrap_or_else(|e| panic!("{e}")).0;
        let open = OpenBook { id: BookId::of(&format::to_bytes(&book)), book };
        let first_day = if accepts_later_price { 9 } else { 10 };
        let rows: Vec<UsageAggregate> =
            rows.iter().enumerate().map(|(index, part)| row(*part, index + first_day, meter_id)).collect();
        let account = || Account { accepts_later_price, ..Account::default() };
        let rating = rate(&rows, &open, |_| account()).unwrap_or_else(|e| panic!("{e}"));
        rating.charges.into_iter().next().unwrap_or_else(|| panic!("no charge"))
    }

    #[track_caller]
    fn check(source: Source, per: &str, rows: &[(&str, &str)], quantity: &str, cost: Result<&str, Unpriced>) {
        let charge = charge(source, per, rows, false);
        assert_eq!(charge.quantity, d(quantity), "{per} {rows:?}");
        assert_eq!(charge.cost.ok_or(charge.reason), cost.map(d).map_err(Some), "{per} {rows:?}");
    }

    /// Worked by hand: 730 hours are 7.3 blocks, one is free, 5 cost 10 and 1.3 cost 8.
    #[test]
    fn a_price_sheet_is_per_block_and_a_rate_card_per_unit() {
        let sheet = Source::PriceSheet;
        check(sheet, "100 Hours", &[("730", "Hours")], "7.3", Ok("60.4"));
        check(sheet, "100 Hours", &[("365", "Hours"), ("365", "1 Hour")], "7.3", Ok("60.4"));
        check(sheet, "100 Hours", &[("365", ""), ("3.65", "100 Hours")], "7.3", Ok("60.4"));
        check(Source::RateCard, "100 Hours", &[("7.3", "Hours")], "7.3", Ok("60.4"));
    }

    #[test]
    fn what_does_not_convert_is_unpriced() {
        let sheet = Source::PriceSheet;
        check(sheet, "744 Connections", &[("744", "Connections")], "1", Ok("0"));
        check(sheet, "744 Connections", &[("1", "GB")], "1", Err(Unpriced::UnitMismatch));
        check(sheet, "100 Hours", &[("730", "GB")], "730", Err(Unpriced::UnitMismatch));
    }

    /// Worked by hand for 30 days a block, one of them free, the next five at 10: 31 days leave one, a thirtieth of 10,
    /// and 45 days leave 15, half a block.
    #[test]
    fn a_block_of_threes_is_divided_at_the_end() {
        let sheet = Source::PriceSheet;
        check(sheet, "30 Days", &[("31", "Days")], "31", Ok("0.33333333333333333333333333333333333333"));
        check(sheet, "30 Days", &[("10", "Days"), ("20", "Days"), ("15", "Days")], "45", Ok("5"));
        check(sheet, "30 Days", &[("45", "Days")], "1.5", Ok("5"));
        check(sheet, "30 Days", &[("720", "Hours"), ("360", "1 Hour")], "1.5", Ok("5"));
        check(sheet, "30 Days", &[("10", "Days"), ("840", "Hours")], "45", Ok("5"));
        let charge = charge(sheet, "30 Days", &[("31", "Days")], false);
        let tier = &charge.tiers[0];
        assert_eq!((charge.cost_cut_after, &*charge.unit), (Some(38), "Days"));
        assert_eq!((tier.quantity, tier.block, tier.unit_price), (d("1"), Some(d("30")), d("10")));
    }

    /// Prices of 1 and of 2 for three days, a day of each: a third and two thirds draw a credit of 1 to its end, on the day
    /// of the second.
    #[test]
    fn thirds_draw_a_credit_to_its_end() {
        let id =
            |last: u8| format!("0e9d0c9b-ab6d-4312-9c7e-3794e22af9c{last}").parse().unwrap_or_else(|e| panic!("{e}"));
        let table = |price: &str| TierTable::new(vec![Tier { from: d("0"), unit_price: d(price) }]);
        let of = |last: u8, unit: &str, price: &str| Meter {
            id: id(last),
            unit: unit.into(),
            tiers: Arc::new(table(price).unwrap_or_else(|e| panic!("{e}"))),
            ..sample()
        };
        let credit = |amount: &str, days: &[(u8, usize)]| {
            let term = OfferTerm {
                effective_at: Instant(parse_timestamp("2026-01-01T00:00:00Z").unwrap_or_else(|e| panic!("{e}"))),
                kind: OfferTermKind::MonetaryCredit(d(amount)),
                excluded_meter_ids: vec![],
            };
            let header = BookHeader { terms: vec![term], ..sample_header(Source::PriceSheet) };
            let meters = vec![of(0, "3 Days", "1"), of(1, "3 Days", "2"), of(2, "1 Day", "1")];
            let book = RateBook::new(header, meters).unwrap_or_else(|e| panic!("{e}")).0;
            let open = OpenBook { id: BookId::of(&format::to_bytes(&book)), book };
            let rows: Vec<UsageAggregate> =
                days.iter().map(|(meter, day)| row(("1", "Days"), *day, id(*meter))).collect();
            let rating = rate(&rows, &open, |_| Account::default()).unwrap_or_else(|e| panic!("{e}"));
            assert!(!rating.bills[0].due.is_negative(), "{}", rating.bills[0].due);
            let credit = rating.bills[0].credit.clone().unwrap_or_else(|| panic!("no credit"));
            (credit.used.to_string(), credit.ends_on.map(|on| on.to_string()))
        };
        let ends = |used: &str, on: &str| (used.to_owned(), Some(on.to_owned()));
        assert_eq!(credit("1", &[(0, 10), (1, 12)]), ends("1", "2026-11-12"));
        assert_eq!(credit("1", &[(0, 10), (1, 12), (1, 25)]), ends("1", "2026-11-12"));
        assert_eq!(credit("1", &[(0, 10), (0, 11), (0, 12), (1, 25)]), ends("1", "2026-11-12"));
        // Three days of each: 3 and no third of it is left over in any sum.
        let all = [(0, 10), (1, 10), (0, 11), (1, 11), (0, 12), (1, 12)];
        assert_eq!(credit("1", &all), ends("1", "2026-11-10"));
        assert_eq!(credit("2", &all), ends("2", "2026-11-11"));
        // 10^-30 are not drawn, and where all costs have an end no digit of theirs is.
        assert_eq!(credit("1.000000000000000000000000000001", &[(0, 10), (1, 12)]).1, None);
        let last_digit = "2.00000000000000000000000000000000000001";
        assert_eq!(credit(last_digit, &[(2, 10), (2, 12)]), ("2".to_owned(), None));
        assert_eq!(credit("2", &[(2, 10), (2, 12)]), ends("2", "2026-11-12"));
    }

    /// An own book without a base says its own unit, whatever the usage counts in.
    #[test]
    fn the_units_of_an_own_book_are_compared() {
        check(Source::Own, "100 Hours", &[("730", "Hours")], "7.3", Ok("60.4"));
        check(Source::Own, "100 Hours", &[("7.3", "100 Hours")], "7.3", Ok("60.4"));
        check(Source::Own, "100 Hours", &[("7.3", "")], "7.3", Ok("60.4"));
        check(Source::Own, "100 Hours", &[("730", "GB")], "730", Err(Unpriced::UnitMismatch));
    }

    /// Which unit texts mean something else than `1 GB`.
    #[test]
    fn another_spelling_is_no_contradiction() {
        let meter = Meter { unit: "1 GB".into(), ..sample() };
        let told = |units: &[&str]| {
            let rows: Vec<UsageAggregate> = units.iter().map(|unit| row(("1", unit), 0, meter.id)).collect();
            super::contradiction(&rows.iter().collect::<Vec<_>>(), &meter).map(str::to_owned)
        };
        assert_eq!(told(&["1 GB", "GB", "", "1 GB/Month", "GB", "1 GB"]), None);
        assert_eq!(told(&["GB", "100 GB", "GB"]).as_deref(), Some("100 GB"));
        assert_eq!(told(&["GB", "GB/Month", "1 Hour"]).as_deref(), Some("1 Hour"));
    }

    #[test]
    fn a_later_price_is_used_only_when_asked_and_then_said() {
        let rows = [("2", "1"), ("3", "1")];
        let told = charge(Source::RateCard, "1", &rows, true);
        assert_eq!((told.backdated_quantity, told.cost), (d("2"), Some(d("40"))));
        let plain = charge(Source::RateCard, "1", &rows, false);
        assert_eq!((plain.backdated_quantity, plain.cost), (d("0"), Some(d("40"))));
    }
}
