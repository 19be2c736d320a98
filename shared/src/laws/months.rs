//! 16 to 18 and 13 through the whole rating: however a month is cut, corrected or read again, it is the same money.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::meter::{Meter, Tier};
use crate::money::Currency;
use crate::ratebook::Source;
use crate::ratebook::format::OpenBook;
use crate::rating::{Account, Charge, Rating, rate};
use crate::usage::UsageAggregate;
use crate::warning::WarningCode;

fn book_of(meter: &Meter) -> OpenBook {
    open(header(Currency::USD), vec![meter.clone()])
}

fn rated<'u>(usage: &'u [UsageAggregate], open: &OpenBook) -> Rating<'u> {
    ok(rate(usage, open, |_| Account::default()))
}

/// The only charge of a rating.
fn the_charge(rating: &Rating<'_>) -> Charge {
    assert_eq!(rating.charges.len(), 1);
    rating.charges[0].clone()
}

/// Everything that a rating says about money, as it is printed.
fn printed(rating: &Rating<'_>) -> String {
    ok(serde_json::to_string(&(&rating.charges, &rating.totals, &rating.bills, &rating.unpriced)))
}

/// What C says about a total, without the pipeline.
fn cost_of_total(meter: &Meter, total: Decimal) -> Decimal {
    ok(meter.tiers.cost(ok(meter.billable(total))))
}

fn a_month() -> impl Strategy<Value = (Vec<Tier>, Decimal, Vec<(i64, Decimal)>)> {
    (table_and::<1>(), month(12)).prop_map(|((tiers, [included]), uses)| (tiers, included, uses))
}

proptest! {
    #![proptest_config(laws())]

    /// However a month is cut into rows, in whatever order they come: the month costs C of its sum, and each hour what
    /// it adds to C.
    #[test]
    fn a_month_in_slices_costs_what_the_month_costs(
        ((tiers, included, uses), shuffled) in a_month()
            .prop_flat_map(|month| (Just(month.clone()), Just(month.2).prop_shuffle())),
    ) {
        let meter = meter(tiers, included);
        let open = book_of(&meter);
        let usage = rows(&meter, &uses);
        let rating = rated(&usage, &open);
        let charge = the_charge(&rating);
        let total = sum_of(uses.iter().map(|(_, quantity)| *quantity));
        prop_assert_eq!(charge.quantity, total);
        prop_assert_eq!(charge.cost, Some(cost_of_total(&meter, total)));
        prop_assert_eq!(charge.billable_quantity, Some(ok(meter.billable(total))));
        prop_assert_eq!(charge.included_quantity, Some(included));
        prop_assert_eq!(Some(sum_of(charge.tiers.iter().map(|tier| tier.cost))), charge.cost);
        prop_assert_eq!(Some(sum_of(charge.tiers.iter().map(|tier| tier.quantity))), charge.billable_quantity);

        // By hour: the running total before and after it.
        let mut hours: BTreeMap<i64, (Decimal, Decimal)> = BTreeMap::new();
        for slice in &rating.slices {
            let (quantity, cost) = hours.entry(slice.row.usage_start_at.as_second()).or_default();
            *quantity = add(*quantity, slice.row.quantity);
            *cost = add(*cost, slice.cost.unwrap_or_else(|| panic!("no price")));
        }
        let mut before = Decimal::ZERO;
        for (quantity, cost) in hours.into_values() {
            let after = add(before, quantity);
            prop_assert_eq!(cost, sub(cost_of_total(&meter, after), cost_of_total(&meter, before)));
            before = after;
        }

        let otherwise = rows(&meter, &shuffled);
        prop_assert_eq!(printed(&rated(&otherwise, &open)), printed(&rating));
    }

    /// Hours, their days, and one row for the whole month.
    #[test]
    fn hours_and_days_cost_the_same((tiers, included, uses) in a_month()) {
        let meter = meter(tiers, included);
        let open = book_of(&meter);
        let mut days: BTreeMap<i64, Decimal> = BTreeMap::new();
        for (second, quantity) in &uses {
            let sum = days.entry(second.div_euclid(86_400) * 86_400).or_insert(Decimal::ZERO);
            *sum = add(*sum, *quantity);
        }
        let days: Vec<(i64, Decimal)> = days.into_iter().collect();
        let whole = [(NOVEMBER, sum_of(uses.iter().map(|(_, quantity)| *quantity)))];
        let by_hour = rows(&meter, &uses);
        let by_day = rows(&meter, &days);
        let at_once = rows(&meter, &whole);
        let truth = printed(&rated(&by_hour, &open));
        prop_assert_eq!(&printed(&rated(&by_day, &open)), &truth);
        prop_assert_eq!(&printed(&rated(&at_once, &open)), &truth);
    }

    /// Whoever counts hours and whoever prices blocks of them pays the same.
    #[test]
    fn a_price_per_block_is_the_same_price(
        (tiers, included, uses) in a_month(), block in prop::sample::select(vec![1u32, 2, 10, 100, 1000, 10_000]),
    ) {
        // Of a block's price, a block has the whole: tiers and included quantity are in blocks.
        let per_block = Meter { unit: format!("{block} Hours").into(), ..meter(tiers.clone(), included) };
        let size = Decimal::from(block);
        let single: Vec<Tier> = tiers.iter().map(|t| Tier { from: mul(t.from, size), unit_price: t.unit_price }).collect();
        let single = Meter { unit: "1 Hour".into(), ..meter(single, mul(included, size)) };
        let sheet = crate::ratebook::BookHeader { source: Source::PriceSheet, ..header(Currency::USD) };
        let mut usage = rows(&per_block, &uses);
        usage.iter_mut().for_each(|row| row.unit = "Hours".into());
        let blocks = the_charge(&rated(&usage, &open(sheet, vec![per_block.clone()])));
        let ones = the_charge(&rated(&usage, &book_of(&single)));
        let dear = |amount: Option<Decimal>| amount.map(exact);
        prop_assert_eq!(dear(blocks.cost).map(|cost| cost * exact(size)), dear(ones.cost));
        prop_assert_eq!(exact(blocks.quantity) * exact(size), exact(ones.quantity));
        // What was reported is told where it was converted, and only there.
        let total = sum_of(uses.iter().map(|(_, quantity)| *quantity));
        let reported = (blocks.quantity != total).then(|| (total, "Hours".to_owned()));
        prop_assert_eq!(blocks.consumed.map(|consumed| (consumed.quantity, consumed.unit)), reported);
        // A rate card and its usage share the unit, whatever block it names.
        let shared = the_charge(&rated(&usage, &book_of(&per_block)));
        prop_assert_eq!((shared.quantity, shared.cost), (total, Some(cost_of_total(&per_block, total))));
        prop_assert!(shared.consumed.is_none() && ones.consumed.is_none());
    }

    /// A row and its correction leave no trace, bit for bit, wherever they fall.
    #[test]
    fn a_correction_leaves_no_trace(
        (tiers, included, uses) in a_month(), q in quantity(), at in november(), back_at in november(),
    ) {
        let meter = meter(tiers, included);
        let open = book_of(&meter);
        let before = rows(&meter, &uses);
        let corrected: Vec<(i64, Decimal)> = uses.iter().copied().chain([(at, q), (back_at, q.negated())]).collect();
        let corrected = rows(&meter, &corrected);
        prop_assert_eq!(printed(&rated(&corrected, &open)), printed(&rated(&before, &open)));
    }

    /// A total below zero is charged nothing and pays nothing back, and it is told.
    #[test]
    fn a_negative_month_costs_nothing_and_says_so((tiers, included, uses) in a_month()) {
        let meter = meter(tiers, included);
        let usage = rows(&meter, &uses);
        let open = book_of(&meter);
        let rating = rated(&usage, &open);
        let below = the_charge(&rating).quantity.is_negative();
        let told = rating.warnings.iter().filter(|warning| warning.code == WarningCode::NegativeTotal).count();
        prop_assert_eq!(told, usize::from(below));
        if below {
            let charge = the_charge(&rating);
            prop_assert_eq!((charge.cost, charge.billable_quantity), (Some(Decimal::ZERO), Some(Decimal::ZERO)));
        }
    }

    /// Reading a row again with another quantity is the same as a row with the difference, and the total moves by what
    /// the slices moved.
    #[test]
    fn a_restated_row_is_its_correction(
        (tiers, included, uses) in a_month(), which in any::<prop::sample::Index>(), restated in quantity(),
    ) {
        let meter = meter(tiers, included);
        let open = book_of(&meter);
        let which = which.index(uses.len());
        let first = rows(&meter, &uses);
        let (second, was) = uses[which];

        let mut again = first.clone();
        again.push(row(which, &meter, second, restated));
        let again_rating = rated(&again, &open);
        let code = if was == restated { WarningCode::RowRepeated } else { WarningCode::RowReplaced };
        prop_assert_eq!(again_rating.warnings.iter().filter(|warning| warning.code == code).count(), 1);

        let mut corrected = first.clone();
        corrected.push(row(uses.len(), &meter, second, sub(restated, was)));
        prop_assert_eq!(printed(&again_rating), printed(&rated(&corrected, &open)));

        let first_rating = rated(&first, &open);
        let cost_by_row = |rating: &Rating<'_>| -> BTreeMap<String, Decimal> {
            rating.slices.iter().map(|s| (s.row.bucket.to_string(), s.cost.unwrap_or_else(|| panic!("no price")))).collect()
        };
        let (old, new) = (cost_by_row(&first_rating), cost_by_row(&again_rating));
        prop_assert_eq!(old.len(), new.len());
        let moved = sum_of(new.iter().map(|(bucket, cost)| sub(*cost, old[bucket])));
        prop_assert_eq!(moved, sub(again_rating.totals.cost, first_rating.totals.cost));
    }
}

/// Azure reports the same use by the hour and by the day. A day and an hour beside it are two uses, and no doubt.
#[test]
fn hours_within_a_reported_day_are_told() {
    let meter = flat(Decimal::ONE);
    let reported = |bucket: &str, hours: std::ops::Range<i64>| UsageAggregate {
        bucket: bucket.into(),
        usage_end_at: at(NOVEMBER + hours.end * 3600),
        ..row(0, &meter, NOVEMBER + hours.start * 3600, Decimal::ONE)
    };
    let day = || reported("Daily_BRSDT_20261101_0000", 0..24);
    let hour = |start: i64| reported("Hourly_BRSDT_20261101_0000", start..start + 1);
    let told = |usage: &[UsageAggregate]| {
        let open = open(header(Currency::USD), vec![meter.clone()]);
        let rating = ok(rate(usage, &open, |_| Account::default()));
        rating.warnings.iter().filter(|warning| warning.code == WarningCode::ReportedTwice).count()
    };
    assert_eq!((told(&[day(), hour(0)]), told(&[hour(0), day()]), told(&[day(), hour(23), hour(22)])), (1, 1, 1));
    assert_eq!((told(&[day(), hour(24)]), told(&[hour(0), hour(1)]), told(&[day(), day()])), (0, 0, 0));
    assert_eq!(told(&[reported("day", 0..24), hour(3)]), 0, "a bucket that names neither");
}
