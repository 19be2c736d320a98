//! Items of several offers: each offer costs what it costs alone, and the whole is their sum.

use proptest::prelude::*;

use super::given::*;
use crate::compare::{Candidate, Reason, Regions, branches, compare};
use crate::decimal::Decimal;
use crate::estimate::seek::largest_count;
use crate::estimate::workload::{self, Workload};
use crate::estimate::{Estimate, Options, PriceList, estimate};
use crate::meter::{Meter, Tier};
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::period::Instant;
use crate::ratebook::format::OpenBook;
use crate::ratebook::{BookHeader, Unpriced};
use crate::search::SearchIndex;

const OFFERS: [&str; 3] = ["MS-AZR-0003P", "MS-AZR-0062P", "MS-AZR-0023P"];

fn id(product: usize) -> String {
    format!("00000000-0000-4000-8000-{product:012}")
}

type Book = (OpenBook, SearchIndex);

/// Two products of an offer. Both offers have the same ids.
fn book(offer: usize, currency: Currency, tables: &[(Vec<Tier>, u32)], credit: Option<u32>) -> Book {
    let meter = |(number, (tiers, included)): (usize, &(Vec<Tier>, u32))| Meter {
        id: ok(id(number).parse()),
        name: format!("Product {number}").into(),
        region: "EU West".into(),
        ..meter(tiers.clone(), Decimal::from(*included))
    };
    let credit = credit.map(|amount| OfferTerm {
        effective_at: Instant(at(0)),
        kind: OfferTermKind::MonetaryCredit(Decimal::from(amount)),
        excluded_meter_ids: Vec::new(),
    });
    let offer = Some(ok(OFFERS[offer].parse()));
    let header = BookHeader { offer, terms: credit.into_iter().collect(), ..header(currency) };
    indexed(open(header, tables.iter().enumerate().map(meter).collect()))
}

fn list((open, index): &Book) -> PriceList<'_> {
    PriceList { open, index, commitment: None }
}

/// Product, offer, quantity, group.
type Item = (usize, usize, Decimal, u8);

fn workload<'i>(items: impl IntoIterator<Item = &'i Item>) -> Workload {
    let items = items.into_iter().map(|(product, offer, quantity, group)| {
        format!(
            r#"{{"name": "{product}", "meterId": "{}", "offer": "{}", "quantity": "{quantity}", "group": "{group}"}}"#,
            id(*product),
            OFFERS[*offer]
        )
    });
    let items = items.collect::<Vec<_>>().join(",");
    ok(workload::decode(format!(r#"{{"schema": "forebill.workload/1", "items": [{items}]}}"#).as_bytes()))
}

fn priced(workload: &Workload, (open, index): &Book, beside: &[PriceList<'_>]) -> Estimate {
    ok(estimate(workload, open, index, &Options { beside, ..Options::at(at(NOVEMBER)) }))
}

fn tables() -> impl Strategy<Value = Vec<(Vec<Tier>, u32)>> {
    prop::collection::vec((tiers(), 0u32..3), 2)
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn each_offer_costs_what_it_costs_alone(
        here in tables(), there in tables(), credits in (prop::option::of(0u32..1000), prop::option::of(0u32..1000)),
        items in prop::collection::vec((0usize..2, 0usize..3, quantity(), 0u8..3), 1..7),
    ) {
        let (own, other) = (book(0, Currency::USD, &here, credits.0), book(1, Currency::USD, &there, credits.1));
        let together = priced(&workload(&items), &own, &[list(&other)]);
        let of = |offer: usize| items.iter().filter(move |item| item.1 == offer);
        let alone = [priced(&workload(of(0)), &own, &[]), priced(&workload(of(1)), &other, &[])];
        let mut lines = alone.iter().map(|estimate| estimate.lines.iter()).collect::<Vec<_>>();
        for ((_, offer, ..), line) in items.iter().zip(&together.lines) {
            // Nobody has the third one's prices.
            let Some(its) = lines.get_mut(*offer) else {
                prop_assert_eq!((line.cost, line.reason, &line.book), (None, Some(Unpriced::OfferNotAtHand), &None));
                continue;
            };
            let expected = its.next().unwrap();
            prop_assert_eq!((line.cost, &line.tiers, &line.book), (expected.cost, &expected.tiers, &expected.book));
            prop_assert!(line.book.is_some());
            prop_assert_eq!(line.offer.is_some(), *offer > 0);
        }
        prop_assert_eq!(together.unpriced.len(), of(2).count());
        prop_assert_eq!(together.offers.is_empty(), items.iter().all(|item| item.1 != 1));
        let [own, other] = &alone;
        let both = |of: fn(&Estimate) -> Decimal| add(of(own), of(other));
        prop_assert_eq!(together.totals.monthly_cost, both(|estimate| estimate.totals.monthly_cost));
        prop_assert_eq!(together.totals.yearly_cost, both(|estimate| estimate.totals.yearly_cost));
        prop_assert_eq!(together.totals.invoice_cost, both(|estimate| estimate.totals.invoice_cost));
        for (name, cost) in &together.groups {
            prop_assert_eq!(*cost, both_of(own, other, name));
        }
        if other.lines.is_empty() {
            prop_assert_eq!((together.monthly_due(), &together.terms), (own.monthly_due(), &own.terms));
        } else {
            prop_assert_eq!(together.monthly_due(), both(Estimate::monthly_due));
            for (part, estimate) in together.offers.iter().zip(alone.iter().filter(|estimate| !estimate.lines.is_empty())) {
                prop_assert_eq!(&part.terms, &estimate.terms);
                prop_assert_eq!(part.monthly_due(), estimate.monthly_due());
                prop_assert_eq!((&part.book, &part.offer), (&estimate.book, &estimate.offer));
            }
        }
    }

    /// In every cell of a matrix, and for every number that is tried, such an item keeps its offer.
    #[test]
    fn an_item_keeps_its_offer(
        here in tables(), there in tables(),
        (fixed, free, limit) in (1u32..400, 1u32..400, 0u32..1_000_000),
    ) {
        let (own, other) = (book(0, Currency::USD, &here, None), book(1, Currency::USD, &there, Some(9)));
        let mut written = workload(&[(0, 1, Decimal::from(fixed), 0), (0, 0, Decimal::from(free), 0)]);
        written.items[1].offer = None;
        let of = |(open, index): &Book, items: &[Item]| {
            let mut one = workload(items);
            one.items.iter_mut().for_each(|item| item.offer = None);
            ok(estimate(&one, open, index, &Options::at(at(NOVEMBER)))).monthly_due()
        };
        let (fixed, free) = ((0, 0, Decimal::from(fixed), 0), (0, 0, Decimal::from(free), 0));
        let candidate = |(open, index)| Candidate { open, index, at: at(NOVEMBER), commitment: None, beside: &[] };
        let candidates = [candidate((&own.0, &own.1)), candidate((&other.0, &other.1))];
        let found = ok(compare(&written, &candidates, &Regions::Named(vec!["westeurope".into()]), true));
        let expected = add(of(&other, &[fixed]), of(&own, &[free]));
        let all_there = of(&other, &[fixed, free]);
        let due: Vec<Decimal> = found.cells.iter().map(|cell| cell.monthly_due).collect();
        prop_assert_eq!(due, vec![expected, expected, all_there, all_there]);

        let (open, index) = &own;
        let options = Options { beside: &[list(&other)], ..Options::at(at(NOVEMBER)) };
        for (place, book, rest) in [(0, &other, of(&own, &[free])), (1, &own, of(&other, &[fixed]))] {
            let fit = ok(largest_count(&written, place, Decimal::from(limit), open, index, &options));
            let due = |count: u64| {
                let (product, list, quantity, group) = if place == 0 { fixed } else { free };
                add(rest, of(book, &[(product, list, mul(quantity, Decimal::from(count as u32)), group)]))
            };
            prop_assert_eq!(fit.monthly_due, due(fit.count.unwrap_or(0)));
            if let (Some(count), Some(one_more)) = (fit.count, fit.one_more) {
                prop_assert_eq!(one_more, due(count + 1));
                prop_assert!(one_more > Decimal::from(limit));
            }
        }
    }
}

fn both_of(own: &Estimate, other: &Estimate, group: &str) -> Decimal {
    let of = |estimate: &Estimate| estimate.groups.get(group).copied().unwrap_or_default();
    add(of(own), of(other))
}

fn one_price(cents: i128, included: u32) -> Vec<(Vec<Tier>, u32)> {
    vec![(vec![Tier { from: Decimal::ZERO, unit_price: Decimal::new(cents, 2) }], included)]
}

/// Worked by hand: 100 pieces at 2.00, and 100 at 0.50 in a subscription with a credit of 30, where 20 are free. Of its
/// 40.00, 30.00 are paid by the credit, of which the other subscription has nothing.
#[test]
fn a_credit_pays_what_its_own_offer_costs() {
    let (own, other) =
        (book(0, Currency::USD, &one_price(200, 0), None), book(1, Currency::USD, &one_price(50, 20), Some(30)));
    let items = [(0, 0, Decimal::from(100), 0), (0, 1, Decimal::from(100), 0)];
    let found = priced(&workload(&items), &own, &[list(&other)]);
    let costs: Vec<String> = found.lines.iter().filter_map(|line| line.cost).map(|cost| cost.to_string()).collect();
    assert_eq!(costs, ["200", "40"]);
    assert_eq!((found.totals.monthly_cost.to_string(), found.monthly_due().to_string()), ("240".into(), "210".into()));
    let due: Vec<String> = found.offers.iter().map(|part| part.monthly_due().to_string()).collect();
    assert_eq!(due, ["200", "10"]);
    assert_eq!(found.offers[1].items, [1]);
    assert!(found.terms.as_ref().is_some_and(|terms| terms.credit.is_none() && terms.discount_percent.is_none()));

    // The same pieces without an offer of their own, and why they cost more then.
    let mut plain = workload(&items);
    plain.items[1].offer = None;
    let difference = ok(branches(&found, &priced(&plain, &own, &[])));
    assert_eq!(difference.lines.len(), 1);
    assert_eq!(difference.lines[0].reasons, [Reason::Offer, Reason::IncludedQuantity, Reason::Rate]);
    assert_eq!(difference.lines[0].difference.map(|more| more.to_string()), Some("160".into()));
}

/// A subscription in which nothing runs costs no fee, whatever its price list was opened for; one in which all runs has
/// its own credit told.
#[test]
fn where_nothing_runs_no_fee_is_due() {
    let fee = OfferTerm {
        effective_at: Instant(at(0)),
        kind: OfferTermKind::RecurringCharge(Decimal::from(3)),
        excluded_meter_ids: Vec::new(),
    };
    let mut own = book(0, Currency::USD, &one_price(200, 0), None);
    let header = BookHeader { terms: vec![fee], ..own.0.book.header().clone() };
    own = indexed(open(header, own.0.book.meters().to_vec()));
    let other = book(1, Currency::USD, &one_price(50, 0), Some(30));
    let found = priced(&workload(&[(0, 1, Decimal::from(100), 0)]), &own, &[list(&other)]);
    assert_eq!((found.monthly_due().to_string(), found.offers.len()), ("20".into(), 1));
    assert_eq!(found.terms.and_then(|terms| terms.credit).map(|credit| credit.used.to_string()), Some("30".into()));
    let both = priced(&workload(&[(0, 1, Decimal::from(100), 0), (0, 0, Decimal::ONE, 0)]), &own, &[list(&other)]);
    assert_eq!(both.monthly_due().to_string(), "25", "20, 2 and the fee");
    assert_eq!(priced(&workload(&[]), &own, &[list(&other)]).monthly_due().to_string(), "3");
}

/// Only the other offer sells it in the east, and there it runs: the matrix looks there.
#[test]
fn regions_are_those_of_the_offer_that_an_item_has() {
    let own = book(0, Currency::USD, &one_price(200, 0), None);
    let west = book(1, Currency::USD, &one_price(50, 0), None);
    let mut east = west.0.book.meters()[0].clone();
    (east.id, east.region) = (ok(id(7).parse()), "US East".into());
    let meters = [west.0.book.meters().to_vec(), vec![east]].concat();
    let other = indexed(open(west.0.book.header().clone(), meters));
    let (open, index) = &own;
    let beside = [list(&other)];
    let candidate = Candidate { open, index, at: at(NOVEMBER), commitment: None, beside: &beside };
    let found = ok(compare(&workload(&[(0, 1, Decimal::ONE, 0)]), &[candidate], &Regions::All, false));
    let regions: Vec<Option<&str>> = found.cells.iter().map(|cell| cell.region.as_deref()).collect();
    assert_eq!(regions, [None, Some("EU West"), Some("US East")]);
    assert!(found.cells.iter().all(|cell| cell.monthly_due.to_string() == "0.5"));
}

/// Amounts of two currencies are never added: a list in another one is no list of the offer.
#[test]
fn prices_in_another_currency_are_not_at_hand() {
    let (own, euros) =
        (book(0, Currency::USD, &one_price(200, 0), None), book(1, ok("EUR".parse()), &one_price(50, 0), None));
    let found = priced(&workload(&[(0, 1, Decimal::ONE, 0)]), &own, &[list(&euros)]);
    assert_eq!((found.lines[0].cost, found.lines[0].reason), (None, Some(Unpriced::OfferNotAtHand)));
    assert!(!found.totals.complete);
}
