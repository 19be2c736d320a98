//! 13 on price sheets, whose usage counts single units: what converts, and what is unpriced because it does not.

use std::sync::Arc;

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::meter::{Meter, PriceKind, PriceModel, Sku, Tier, TierTable};
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::period::Instant;
use crate::ratebook::{BookHeader, OwnBook, Source, Unpriced};
use crate::rating::{Account, Charge, rate};
use crate::warning::WarningCode;

/// A use of 300 on a sheet with this price and others.
fn charged(price: Meter, others: Vec<Meter>, reported: &str, header: BookHeader) -> Charge {
    let mut usage = rows(&price, &[(NOVEMBER, Decimal::from(300))]);
    usage[0].unit = reported.into();
    let open = open(header, std::iter::once(price).chain(others).collect());
    ok(rate(&usage, &open, |_| Account::default())).charges.remove(0)
}

fn sheet() -> BookHeader {
    BookHeader { source: Source::PriceSheet, ..header(Currency::USD) }
}

fn per(unit: &str) -> Meter {
    Meter { unit: unit.into(), ..flat(Decimal::from(2)) }
}

/// Worked by hand: 300 of the reported unit, at 2 per unit of the price.
#[test]
fn a_sheet_counts_single_units_or_says_why_not() {
    for (reported, unit, expect) in [
        ("Hours", "100 Hours", Ok("6")),
        ("Hours", "1 Hour", Ok("600")),
        ("10 Hours", "100 Hours", Ok("60")),
        // Without a unit text, single ones are counted.
        ("", "100 Hours", Ok("6")),
        ("GB", "100 Hours", Err(Unpriced::UnitMismatch)),
        // 300 × 2 ÷ 750 = 0.8, and of 744 it has no end.
        ("Hours", "750 Hours", Ok("0.8")),
        ("Hours", "744 Hours", Ok("0.80645161290322580645161290322580645161")),
        ("Days", "744 Hours", Ok("19.3548387096774193548387096774193548387")),
        ("Hours", "1 Day", Ok("25")),
    ] {
        let charge = charged(per(unit), Vec::new(), reported, sheet());
        let found = charge.cost.map(|cost| cost.to_string()).ok_or(charge.reason);
        assert_eq!(found, expect.map(str::to_owned).map_err(Some), "{reported} on {unit}");
        assert_eq!(charge.unpriced_quantity.is_zero(), expect.is_ok(), "{reported} on {unit}");
    }
}

/// A price that no row meets says nothing about the month, whatever it is per; those that rows meet must go together.
#[test]
fn only_the_prices_that_rows_meet_must_convert() {
    let from = |second, kind| Meter { effective_at: at(second), kind, ..per("1 GB") };
    for kind in [PriceKind::Consumption, PriceKind::DevTest] {
        let later = charged(per("1 Hour"), vec![from(NOVEMBER + 86_400, kind)], "Hours", sheet());
        assert_eq!(later.cost, Some(Decimal::from(600)));
    }
    let earlier = Meter { effective_at: at(0), ..per("1 GB") };
    let now = Meter { effective_at: at(NOVEMBER - 1), ..per("30 Hours") };
    assert_eq!(charged(now.clone(), vec![earlier.clone()], "Hours", sheet()).cost, Some(Decimal::from(20)));
    let book = open(sheet(), vec![earlier, Meter { effective_at: at(NOVEMBER + 3_600), ..now.clone() }]);
    let mut usage = rows(&now, &[(NOVEMBER, Decimal::ONE), (NOVEMBER + 3_600, Decimal::ONE)]);
    usage.iter_mut().for_each(|row| row.unit = "Hours".into());
    let charge = ok(rate(&usage, &book, |_| Account::default())).charges.remove(0);
    assert_eq!((charge.cost, charge.reason), (None, Some(Unpriced::UnitMismatch)));
}

/// Worked by hand: from the middle of the month a price is per 100 Hours and no longer per 10. A row that names no unit
/// counts what the price of its time is about.
#[test]
fn usage_without_a_unit_counts_what_the_price_of_its_time_is_about() {
    let own = OwnBook { name: "mine".into(), group: None, base: None, base_source: None };
    let own = || BookHeader { source: Source::Own, own: Some(own.clone()), ..header(Currency::USD) };
    let new = Meter {
        effective_at: at(NOVEMBER),
        ..meter(vec![Tier { from: Decimal::ZERO, unit_price: Decimal::from(7) }], Decimal::ZERO)
    };
    let new = |unit: &str| Meter { unit: unit.into(), ..new.clone() };
    assert_eq!(charged(new("100 Hours"), vec![per("10 Hours")], "", own()).cost, Some(Decimal::from(2_100)));
    // A sheet's usage counts single ones: 300 days in blocks of seven, at 7.
    assert_eq!(charged(new("7 Days"), vec![per("10 Hours")], "", sheet()).cost, Some(Decimal::from(300)));
}

/// Two part numbers at once are two prices, even if a day costs the same with both.
#[test]
fn which_of_two_part_numbers_is_meant_is_never_guessed() {
    let part = |id: &str, unit: &str, price: u32| Meter {
        sku: Some(Sku { id: id.into(), arm_name: "".into() }),
        unit: unit.into(),
        ..flat(Decimal::from(price))
    };
    let charge = charged(part("A", "30 Days", 30), vec![part("B", "10 Days", 10)], "Days", sheet());
    assert_eq!((charge.cost, charge.reason), (None, Some(Unpriced::Ambiguous)));
}

/// Worked by hand: 0.5 per 30 Days are 0.01666… a day, and less a tenth of that 0.015, which an invoice rounds to 0.02.
#[test]
fn a_discount_is_taken_before_the_decimals_are_cut() {
    let term = OfferTerm {
        kind: OfferTermKind::MonetaryCommitment(vec![(Decimal::ZERO, Decimal::from(10))]),
        effective_at: Instant(at(0)),
        excluded_meter_ids: Vec::new(),
    };
    let price = Meter { unit: "30 Days".into(), ..flat(Decimal::new(5, 1)) };
    let mut usage = rows(&price, &[(NOVEMBER, Decimal::ONE)]);
    usage[0].unit = "Days".into();
    let book = open(BookHeader { terms: vec![term], ..sheet() }, vec![price]);
    let account = Account { commitment: Some(Decimal::from(100)), ..Account::default() };
    let rating = ok(rate(&usage, &book, |_| account.clone()));
    let terms = rating.charges[0].terms.as_ref().map(|terms| (terms.net_cost, terms.net_invoice_cost));
    assert_eq!(terms, Some((Decimal::new(15, 3), Decimal::new(2, 2))));
    assert_eq!((rating.bills[0].due, rating.bills[0].invoice_due), (Decimal::new(15, 3), Decimal::new(2, 2)));
}

/// What has an end is exact, however far behind the point that is.
#[test]
fn decimals_with_an_end_are_never_cut() {
    let price = Meter { unit: "30 Days".into(), ..flat(Decimal::new(3, 28)) };
    let mut usage = rows(&price, &[(NOVEMBER, Decimal::new(1, 11))]);
    usage[0].unit = "Days".into();
    let charge = ok(rate(&usage, &open(sheet(), vec![price]), |_| Account::default())).charges.remove(0);
    assert_eq!(
        (charge.cost.map(|cost| cost.to_string()), charge.cost_cut_after),
        (Some(format!("0.{}1", "0".repeat(39))), None)
    );
}

/// The units of an own book are its owner's: they are compared with those of the usage, whatever lies below it. Usage
/// that names no unit counts as that of the base: single ones over a sheet, otherwise what the price is per.
#[test]
fn an_own_book_compares_units() {
    let own = |base_source| OwnBook { name: "mine".into(), group: None, base: None, base_source };
    for (base, unnamed) in [(Some(Source::PriceSheet), 6), (Some(Source::RateCard), 600), (None, 600)] {
        let header = || BookHeader { source: Source::Own, own: Some(own(base)), ..header(Currency::USD) };
        let cost = |reported| charged(per("100 Hours"), Vec::new(), reported, header()).cost;
        assert_eq!(cost("Hours"), Some(Decimal::from(6)), "{base:?}");
        assert_eq!(cost("100 Hours"), Some(Decimal::from(600)), "{base:?}");
        assert_eq!(cost(""), Some(Decimal::from(unnamed)), "{base:?}");
        let mut usage = rows(&per("100 Hours"), &[(NOVEMBER, Decimal::ONE)]);
        usage[0].unit = "Hours".into();
        let rating = ok(rate(&usage, &open(header(), vec![per("100 Hours")]), |_| Account::default()));
        // The card would have taken the hour for a block: whoever compares the two books should know.
        assert_eq!(rating.warnings.len(), usize::from(base == Some(Source::RateCard)), "{base:?}");
    }
}

/// A unit text of a time and how many seconds it is.
const TIMES: [(&str, u32); 9] = [
    ("Seconds", 1),
    ("Minutes", 60),
    ("Hours", 3_600),
    ("100 Hours", 360_000),
    ("744 Hours", 2_678_400),
    ("1 Day", 86_400),
    ("7 Days", 604_800),
    ("30 Days", 2_592_000),
    ("31 Days", 2_678_400),
];

fn time() -> impl Strategy<Value = (&'static str, u32)> {
    prop::sample::select(TIMES.to_vec())
}

/// Units sold at each tier's price when the period's total is `total`: read from rating.md, in fractions.
fn sold(meter: &Meter, total: &Exact) -> Exact {
    let zero = exact_text("0");
    let billable = (total - exact(meter.included_quantity)).max(zero.clone());
    let tiers = meter.tiers.tiers();
    let end = |index: usize| tiers.get(index + 1).map(|next| exact(next.from));
    let priced = tiers.iter().enumerate().map(|(index, tier)| {
        let (from, price) = (exact(tier.from), exact(tier.unit_price));
        let quantity = match meter.tiers.model() {
            PriceModel::Graduated => end(index).map_or(billable.clone(), |end| end.min(billable.clone())) - from,
            PriceModel::Volume if billable >= from && end(index).is_none_or(|end| billable < end) => billable.clone(),
            PriceModel::Volume => zero.clone(),
            PriceModel::Package { size } => (&billable / exact(size)).ceil(),
        };
        quantity.max(zero.clone()) * price
    });
    priced.sum()
}

fn model() -> impl Strategy<Value = PriceModel> {
    let size = number(1..5_000, 2).prop_map(|size| PriceModel::Package { size });
    prop_oneof![4 => Just(PriceModel::Graduated), 1 => Just(PriceModel::Volume), 1 => size]
}

proptest! {
    #![proptest_config(laws())]

    /// 13 Whatever the blocks of a sheet and the units of its usage are, and if both change inside the month: the cost
    /// is the exact fraction, or its first 38 decimals where it has no end, which the charge then says; an invoice
    /// rounds the exact fraction; rows and tiers add up to the cost.
    #[test]
    fn a_sheet_divides_by_its_blocks_once_and_at_the_end(
        tables in prop::array::uniform2(tiers()),
        models in prop::array::uniform2(model()),
        blocks in prop::array::uniform2(time()),
        included in prop_oneof![Just(Decimal::ZERO), number(0..10_000, 3)],
        uses in prop::collection::vec((november(), number(0..100_000_000, 5), time()), 1..6),
        change in november(),
    ) {
        let mut prices = Vec::new();
        for (index, table) in tables.into_iter().enumerate() {
            let package = matches!(models[index], PriceModel::Package { .. });
            let table = if package { table[..1].to_vec() } else { table };
            prices.push(Meter {
                unit: blocks[index].0.into(),
                included_quantity: included,
                tiers: Arc::new(ok(TierTable::priced(models[index], table))),
                effective_at: at(if index == 0 { 0 } else { change }),
                ..flat(Decimal::ONE)
            });
        }
        let mut usage = rows(&prices[0], &uses.iter().map(|(at, quantity, _)| (*at, *quantity)).collect::<Vec<_>>());
        usage.iter_mut().zip(&uses).for_each(|(row, (.., (unit, _)))| row.unit = (*unit).into());
        let book = open(sheet(), prices.clone());
        let mut rating = ok(rate(&usage, &book, |_| Account::default()));
        let charge = rating.charges.remove(0);

        let mut ordered = uses.clone();
        ordered.sort_by_key(|(at, ..)| *at);
        let (mut seconds, mut expect) = (exact_text("0"), exact_text("0"));
        for (at, quantity, (_, length)) in ordered {
            let index = usize::from(at >= change);
            let length_of = |(_, length): (&str, u32)| exact(Decimal::from(length));
            let after = &seconds + exact(quantity) * length_of(("", length));
            let sold_at = |total: &Exact| sold(&prices[index], &(total / length_of(blocks[index])));
            expect += sold_at(&after) - sold_at(&seconds);
            seconds = after;
        }
        let cost = charge.cost.expect("all of it has a price");
        let cut = (&expect * power_of_ten(38)).trunc() / power_of_ten(38);
        prop_assert_eq!(exact(cost), if charge.cost_cut_after.is_some() { cut } else { expect.clone() });
        prop_assert_eq!(charge.cost_cut_after.is_some(), exact(cost) != expect);
        let told = rating.warnings.iter().any(|warning| warning.code == WarningCode::CostWithoutEnd);
        prop_assert_eq!(told, charge.cost_cut_after.is_some());
        prop_assert!(charge.cost_cut_after.is_none_or(|decimals| decimals == 38));
        let of_sums = (rating.totals.cost_cut_after, rating.bills[0].cost_cut_after);
        prop_assert_eq!(of_sums, (charge.cost_cut_after, charge.cost_cut_after));
        let invoice = exact_rounded(&expect, 2);
        prop_assert_eq!(charge.invoice_cost.map(exact), Some(invoice));
        prop_assert_eq!(sum_of(rating.slices.iter().filter_map(|slice| slice.cost)), cost);
        prop_assert_eq!(sum_of(charge.tiers.iter().map(|tier| tier.cost)), cost);
        // A price per one needs no block, and a package tells its size itself.
        for tier in &charge.tiers {
            prop_assert!(tier.block.is_none_or(|block| block != Decimal::ONE && tier.package_size.is_none()));
        }
        let counted = sum_of(rating.slices.iter().map(|slice| slice.quantity));
        prop_assert_eq!(counted, charge.quantity);
    }
}
