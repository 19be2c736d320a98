//! 27, 28: asking the same again gives the same bytes, and every grouping of the money adds up to the same total.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::estimate::workload::{self, Workload};
use crate::estimate::{self, Estimate, Options};
use crate::guid::MeterId;
use crate::meter::{Meter, Tier};
use crate::money::Currency;
use crate::ratebook::format::{self, OpenBook};
use crate::ratebook::{BookHeader, Source};
use crate::rating::proration::prorate;
use crate::rating::{Account, rate};
use crate::search::SearchIndex;
use crate::spend::{Bucket, GroupBy, group};
use crate::usage::{Resource, UsageAggregate};

const REGIONS: [&str; 3] = ["EU West", "EU North", "US East"];

fn id(product: usize, region: usize) -> String {
    format!("00000000-0000-4000-8000-{:012}", product * 10 + region)
}

/// Products that are sold in every region, at a price of its own in each.
fn book(tables: &[Vec<Tier>]) -> (OpenBook, SearchIndex) {
    let meter = |(number, tiers): (usize, &Vec<Tier>)| Meter {
        id: ok(id(number / REGIONS.len(), number % REGIONS.len()).parse()),
        name: format!("Product {}", number / REGIONS.len()).into(),
        category: "Things".into(),
        region: REGIONS[number % REGIONS.len()].into(),
        ..meter(tiers.clone(), Decimal::from(number as u32 % 2))
    };
    indexed(open(header(Currency::USD), tables.iter().enumerate().map(meter).collect()))
}

fn two_products() -> impl Strategy<Value = Vec<Vec<Tier>>> {
    prop::collection::vec(tiers(), 6)
}

/// Items as (product, region, quantity, group).
type Items = Vec<(usize, usize, Decimal, Option<u8>)>;

fn items() -> impl Strategy<Value = Items> {
    prop::collection::vec((0usize..2, 0usize..3, quantity(), prop::option::of(0u8..3)), 1..8)
}

fn workload(items: &Items, region_of: impl Fn(usize) -> usize) -> Workload {
    let items = items.iter().map(|(product, region, quantity, group)| {
        let group = group.map_or_else(String::new, |group| format!(r#", "group": "group {group}""#));
        format!(r#"{{"meterId": "{}", "quantity": "{quantity}"{group}}}"#, id(*product, region_of(*region)))
    });
    let items = items.collect::<Vec<_>>().join(",");
    ok(workload::decode(format!(r#"{{"schema": "forebill.workload/1", "items": [{items}]}}"#).as_bytes()))
}

fn priced(workload: &Workload, (open, index): &(OpenBook, SearchIndex), region: Option<&str>) -> Estimate {
    ok(estimate::estimate(workload, open, index, &Options { region, ..Options::at(at(NOVEMBER)) }))
}

fn json(value: &impl serde::Serialize) -> String {
    ok(serde_json::to_string(value))
}

fn cost(line: &estimate::Line) -> Decimal {
    line.cost.unwrap_or_else(|| panic!("item {} has no price", line.item))
}

proptest! {
    #![proptest_config(laws())]

    /// The same book, opened again from its bytes, gives the same bytes; and moving everything to where it is moves
    /// nothing.
    #[test]
    fn the_same_question_has_the_same_answer(tables in two_products(), items in items(), region in 0usize..3) {
        let open = book(&tables);
        let reopened = indexed(ok(format::open(&format::to_bytes(&open.0.book))));
        let plain = workload(&items, |region| region);
        let answer = json(&priced(&plain, &open, None));
        prop_assert_eq!(&json(&priced(&plain, &reopened, None)), &answer);
        let here = workload(&items, |_| region);
        prop_assert_eq!(json(&priced(&here, &open, Some(REGIONS[region]))), json(&priced(&here, &open, None)));
        // Whatever was there before: moved to a region it costs what it costs there.
        let moved = priced(&plain, &open, Some(REGIONS[region]));
        prop_assert_eq!(json(&moved), json(&priced(&here, &open, None)));
    }

    /// The difference of two books is the sum of the differences of its lines, and turns with the order of the two.
    #[test]
    fn differences_of_lines_add_up(one in two_products(), other in two_products(), items in items()) {
        let workload = workload(&items, |region| region);
        let (a, b) = (priced(&workload, &book(&one), None), priced(&workload, &book(&other), None));
        let difference = |from: &Estimate, to: &Estimate| {
            sum_of(from.lines.iter().zip(&to.lines).map(|(from, to)| sub(cost(to), cost(from))))
        };
        prop_assert_eq!(difference(&a, &b), sub(b.totals.monthly_cost, a.totals.monthly_cost));
        prop_assert_eq!(difference(&a, &b), difference(&b, &a).negated());
    }

    /// Items of one meter share its tiers as they will on the bill, and the lines add up, by group and by year.
    #[test]
    fn lines_add_up_to_what_their_meters_cost(tables in two_products(), items in items()) {
        let open = book(&tables);
        let estimate = priced(&workload(&items, |region| region), &open, None);
        let mut totals: BTreeMap<String, Decimal> = BTreeMap::new();
        for (product, region, quantity, _) in &items {
            let sum = totals.entry(id(*product, *region)).or_insert(Decimal::ZERO);
            *sum = add(*sum, *quantity);
        }
        let (mut month, mut invoice) = (Decimal::ZERO, exact_text("0"));
        for (id, total) in totals {
            let meter = ok(open.0.book.price_at(ok(id.parse()), at(NOVEMBER)).map_err(|why| why.explain()));
            let of_meter = ok(meter.tiers.cost(ok(meter.billable(total))));
            month = add(month, of_meter);
            invoice += exact_rounded(&exact(of_meter), 2);
        }
        prop_assert_eq!(estimate.totals.monthly_cost, month);
        prop_assert_eq!(exact(estimate.totals.invoice_cost), invoice);
        prop_assert_eq!(sum_of(estimate.lines.iter().map(cost)), month);
        prop_assert_eq!(estimate.totals.yearly_cost, mul(month, Decimal::from(12)));
        prop_assert_eq!((estimate.totals.monthly_cost_low, estimate.totals.monthly_cost_high), (month, month));
        let grouped = sum_of(estimate.groups.values().copied());
        let ungrouped = sum_of(estimate.lines.iter().filter(|line| line.group.is_none()).map(cost));
        prop_assert_eq!(add(grouped, ungrouped), month);
        for line in &estimate.lines {
            let parts = [line.included_quantity, line.billable_quantity].map(|part| part.unwrap_or_default());
            prop_assert_eq!(sum_of(parts), line.quantity);
        }
    }

    /// An inner group is a part of its outer one, and a tag of a group is one of everything in it.
    #[test]
    fn groups_in_groups_and_their_tags_add_up(tables in two_products(), items in items()) {
        let open = book(&tables);
        let mut nested = workload(&items, |region| region);
        let flat = priced(&nested, &open, None);
        nested.groups = ok(serde_json::from_str(
            r#"[{"name": "group 0", "tags": {"centre": "a"}}, {"name": "group 1", "within": "group 0"},
                {"name": "group 2", "tags": {"centre": "b"}}]"#,
        ));
        let nested = priced(&nested, &open, None);
        prop_assert_eq!(&flat.lines, &nested.lines);
        let of = |estimate: &Estimate, name: &str| estimate.groups.get(name).copied().unwrap_or_default();
        prop_assert_eq!(of(&nested, "group 0"), add(of(&flat, "group 0"), of(&flat, "group 1")));
        for same in ["group 1", "group 2"] {
            prop_assert_eq!(of(&nested, same), of(&flat, same));
        }
        let bears = |value: &str| nested.tags.get("centre").and_then(|sums| sums.get(value)).copied().unwrap_or_default();
        prop_assert_eq!((bears("a"), bears("b")), (of(&nested, "group 0"), of(&nested, "group 2")));
    }

    /// The average times the quantity is the cost but for its rounding, and a little more costs the marginal price.
    #[test]
    fn averages_and_margins_are_those_of_the_tiers(tables in two_products(), items in items()) {
        let open = book(&tables);
        let estimate = priced(&workload(&items, |region| region), &open, None);
        let mut totals: BTreeMap<MeterId, (Decimal, &estimate::Line)> = BTreeMap::new();
        for line in &estimate.lines {
            match line.average_price {
                None => prop_assert!(line.quantity.is_zero()),
                Some(average) => {
                    let off = sub(mul(average, line.quantity), cost(line));
                    let rounding = mul(line.quantity, Decimal::new(5, 13));
                    prop_assert!(off <= rounding && off.negated() <= rounding);
                }
            }
            let (total, last) = totals.entry(line.meter_id.unwrap_or_else(|| unreachable!())).or_insert((Decimal::ZERO, line));
            (*total, *last) = (add(*total, line.quantity), line);
        }
        let little = Decimal::new(1, 12);
        for (id, (total, last)) in totals {
            let meter = ok(open.0.book.price_at(id, at(NOVEMBER)).map_err(|why| why.explain()));
            let price = |total| ok(meter.tiers.cost(ok(meter.billable(total))));
            let more = sub(price(add(total, little)), price(total));
            prop_assert_eq!(last.marginal_price.map(|price| mul(price, little)), Some(more));
        }
    }

    /// Σ rows = Σ by meter, service, region, resource, group, subscription and tag (with what has none), by hour, day
    /// and month = the totals: exactly, and as invoiced.
    #[test]
    fn every_grouping_adds_up_to_the_total(
        prices in prop::collection::vec(number(0..1_000_000, 6), 2),
        uses in prop::collection::vec((november(), 0usize..3, number(-1_000..1_000_000_000, 6), 0u8..4, 0u8..3), 1..20),
    ) {
        let priced: Vec<Meter> = prices.iter().enumerate()
            .map(|(number, price)| Meter { id: ok(id(number, 0).parse()), ..flat(*price) }).collect();
        let open = open(header(Currency::USD), priced.clone());
        // The third meter is in no book.
        let unknown = Meter { id: ok(id(2, 0).parse()), ..flat(Decimal::ONE) };
        let usage: Vec<UsageAggregate> = uses.iter().enumerate().map(|(bucket, (second, which, quantity, place, tag))| {
            let tags = (*tag > 0).then(|| ("team".to_owned(), format!("team {tag}")));
            let uri = format!("/subscriptions/s/resourceGroups/g{}/providers/p/{place}", place % 2);
            let resource = Resource { uri, location: String::new(), tags: tags.into_iter().collect() };
            UsageAggregate {
                meter_name: format!("meter {which}").into(),
                meter_region: if *place == 1 { "".into() } else { "EU West".into() },
                meter_category: format!("service {}", which / 2).into(),
                resource: (*place > 0).then(|| Arc::new(resource)),
                ..row(bucket, priced.get(*which).unwrap_or(&unknown), *second, *quantity)
            }
        }).collect();
        let rating = ok(rate(&usage, &open, |_| Account::default()));
        let rows = ok(prorate(&rating));
        let (cost, invoice) = (rating.totals.cost, rating.totals.invoice_cost);
        prop_assert_eq!(sum_of(rating.charges.iter().map(|charge| charge.known_cost)), cost);
        prop_assert_eq!(sum_of(rating.slices.iter().filter_map(|slice| slice.cost)), cost);
        prop_assert_eq!(sum_of(rating.bills.iter().map(|bill| bill.list_cost)), cost);
        let unpriced = uses.iter().filter(|(_, which, ..)| *which == 2).count();
        let groupings = [
            GroupBy::Meter, GroupBy::Service, GroupBy::Region, GroupBy::Resource, GroupBy::ResourceGroup,
            GroupBy::Subscription, GroupBy::Tag("team".into()), GroupBy::Tag("nobody has it".into()),
        ];
        for by in &groupings {
            for bucket in [Bucket::Month, Bucket::Day, Bucket::Hour] {
                let groups = ok(group(&rows, by, bucket));
                prop_assert_eq!(sum_of(groups.iter().map(|row| row.cost)), cost, "{:?} {:?}", by, bucket);
                prop_assert_eq!(sum_of(groups.iter().map(|row| row.invoice_cost)), invoice, "{:?} {:?}", by, bucket);
                prop_assert_eq!(groups.iter().map(|row| row.rows).sum::<usize>(), usage.len());
                prop_assert_eq!(groups.iter().map(|row| row.unpriced_rows).sum::<usize>(), unpriced);
            }
        }
    }
}

/// Worked by hand for 3 a block of 30 days, the first 30 free: a month of 31 days leaves one, which costs 0.10; three
/// days more are 0.30; 24 hours are a day, 0.10; what is ramped to a third of 90 days is 30 of them.
#[test]
fn items_of_a_meter_with_an_odd_block_share_its_days() {
    let meter = Meter { unit: "30 Days".into(), included_quantity: Decimal::ONE, ..flat(Decimal::from(3)) };
    let id = meter.id;
    let book = indexed(open(BookHeader { source: Source::PriceSheet, ..header(Currency::USD) }, vec![meter]));
    let estimate = |items: &[&str]| {
        let items: Vec<String> = items.iter().map(|item| format!(r#"{{"meterId": "{id}", {item}}}"#)).collect();
        let text = format!(r#"{{"schema": "forebill.workload/1", "items": [{}]}}"#, items.join(","));
        priced(&ok(workload::decode(text.as_bytes())), &book, None)
    };
    let days = [
        r#""quantity": "31", "unit": "Days""#,
        r#""quantity": "1", "unit": "Days", "count": 3"#,
        r#""quantity": "24", "unit": "Hours", "high": "48""#,
    ];
    let found = estimate(&days);
    let line = |index: usize| (found.lines[index].quantity.to_string(), cost(&found.lines[index]).to_string());
    assert_eq!(
        [line(0), line(1), line(2)].map(|(quantity, cost)| format!("{quantity}: {cost}")),
        ["31: 0.1", "3: 0.3", "1: 0.1"]
    );
    assert!(found.lines.iter().all(|line| line.unit == "Days" && line.cost_cut_after.is_none()));
    assert_eq!(found.lines[1].tiers[0].block, Some(Decimal::from(30)));
    assert_eq!(
        (found.totals.monthly_cost.to_string(), found.totals.monthly_cost_high.to_string()),
        ("0.5".into(), "0.6".into())
    );
    assert_eq!(found.totals.invoice_cost.to_string(), "0.5");

    // The meter's own unit where it holds every item, and a third of a block where nothing else is left.
    let found = estimate(&[r#""quantity": "45", "unit": "Days""#, r#""quantity": "2""#]);
    assert_eq!((found.lines[0].unit.as_str(), cost(&found.lines[1]).to_string()), ("30 Days", "6".to_owned()));
    let found = estimate(&[r#""quantity": "1", "unit": "Month""#]);
    let text = found.unpriced.first().map(|line| line.explanation);
    assert_eq!(
        (cost(&found.lines[0]).to_string(), text),
        ("0.04166666666666666666666666666666666666".to_owned(), None)
    );
    assert_eq!((found.lines[0].unit.as_str(), found.lines[0].quantity), ("Hours", Decimal::from(730)));
}

/// Worked by hand for 1 a block of 30 days, the first 30 free: 60 days cost 1, and 61 cost 31/30, which has no end. Sums
/// with it say so, and the warning names the month in which it stands.
#[test]
fn a_sum_with_a_cost_without_end_says_so() {
    let meter = Meter { unit: "30 Days".into(), included_quantity: Decimal::ONE, ..flat(Decimal::ONE) };
    let id = meter.id;
    let book = indexed(open(BookHeader { source: Source::PriceSheet, ..header(Currency::USD) }, vec![meter]));
    let said = |cost: u32, quantities: &str| {
        let item = format!(r#"{{"meterId": "{id}", "unit": "Days", {quantities}}}"#);
        let text = format!(r#"{{"schema": "forebill.workload/1", "items": [{item}]}}"#);
        let found = priced(&ok(workload::decode(text.as_bytes())), &book, None);
        assert_eq!((found.totals.monthly_cost, found.lines[0].cost_cut_after), (Decimal::from(cost), None), "{item}");
        (found.totals.cost_cut_after, found.warnings.into_iter().map(|warning| warning.message).collect::<Vec<_>>())
    };
    let without_end =
        |what: &str| (Some(38), vec![format!("the decimals of the {what} have no end; it is cut off after 38")]);
    assert_eq!(said(1, r#""quantity": "60""#), (None, vec![]));
    assert_eq!(said(1, r#""quantity": "60", "low": "59""#), without_end("low cost"));
    assert_eq!(said(1, r#""quantity": "60", "high": "61""#), without_end("high cost"));
    assert_eq!(said(0, r#""quantity": "20", "ramp": ["1", "2"]"#), without_end("cost in the first year"));
}

/// Worked by hand: 30 hours in the west at 30 per `30 Hours`, one block included, and 60 in the north at 3 an hour, 30
/// included. The stack is one: 30 hours are free, then 60 at 3; with one hour more in the west one at 1 and 60 at 3.
#[test]
fn items_of_a_meter_with_another_unit_in_each_region_stand_on_one_stack() {
    let in_region = |region: &str, unit: &str, price: u32, included: u32| Meter {
        region: region.into(),
        unit: unit.into(),
        included_quantity: Decimal::from(included),
        ..flat(Decimal::from(price))
    };
    let (west, north) = (in_region("EU West", "30 Hours", 30, 1), in_region("EU North", "1 Hour", 3, 30));
    let id = west.id;
    let book = |north: Meter| {
        indexed(open(BookHeader { source: Source::PriceSheet, ..header(Currency::USD) }, vec![west.clone(), north]))
    };
    let ask = |hours: u32, unit: &str, book: &(OpenBook, SearchIndex)| {
        let item = |region: &str, quantity: u32, unit: &str| {
            format!(r#"{{"meterId": "{id}", "region": "{region}", "quantity": "{quantity}", "unit": "{unit}"}}"#)
        };
        let items = [item("westeurope", hours, "Hours"), item("northeurope", 60, unit)].join(",");
        let text = format!(r#"{{"schema": "forebill.workload/1", "items": [{items}]}}"#);
        let options = Options::at(at(NOVEMBER));
        estimate::estimate(&ok(workload::decode(text.as_bytes())), &book.0, &book.1, &options)
    };
    let hours = book(north);
    assert_eq!(ok(ask(30, "Hours", &hours)).totals.monthly_cost, Decimal::from(180));
    assert_eq!(ok(ask(31, "Hours", &hours)).totals.monthly_cost, Decimal::from(181));
    // Hours and gigabytes are no one stack, also where each item fits its own price.
    let gigabytes = book(in_region("EU North", "1 GB", 3, 0));
    assert!(ask(30, "GB", &gigabytes).is_err_and(|error| error.to_string().contains("count different things")));
}
