//! 25: an offer's terms. Discounts change prices, fees are added once, credit pays last and never more than is owed.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::meter::Meter;
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::period::Instant;
use crate::ratebook::BookHeader;
use crate::rating::{Account, PeriodBill, Rating, rate};
use crate::usage::UsageAggregate;

/// Four meters: a plain one, one that the discount leaves out, one that the credit leaves out, one sold by others.
const PLAIN: usize = 0;
const NO_DISCOUNT: usize = 1;
const NO_CREDIT: usize = 2;
const THIRD_PARTY: usize = 3;

fn meters(prices: [Decimal; 4]) -> Vec<Meter> {
    let meter = |(number, price): (usize, Decimal)| Meter {
        id: ok(format!("00000000-0000-4000-8000-{number:012}").parse()),
        third_party: number == THIRD_PARTY,
        ..flat(price)
    };
    prices.into_iter().enumerate().map(meter).collect()
}

fn term(kind: OfferTermKind, excluded: &[usize], meters: &[Meter]) -> OfferTerm {
    let excluded_meter_ids = excluded.iter().map(|number| meters[*number].id).collect();
    OfferTerm { effective_at: Instant(at(0)), kind, excluded_meter_ids }
}

/// Uses of the four meters, each at an hour of its own.
fn uses() -> impl Strategy<Value = BTreeMap<i64, (usize, Decimal)>> {
    let quantity = prop_oneof![6 => number(0..1_000_000_000, 6), 1 => number(-1_000_000..0, 6)];
    prop::collection::btree_map(november(), (0usize..4, quantity), 1..12)
}

fn usage(meters: &[Meter], uses: &BTreeMap<i64, (usize, Decimal)>) -> Vec<UsageAggregate> {
    let row = |(bucket, (second, (number, quantity))): (usize, (&i64, &(usize, Decimal)))| {
        row(bucket, &meters[*number], *second, *quantity)
    };
    uses.iter().enumerate().map(row).collect()
}

fn rated<'u>(
    usage: &'u [UsageAggregate],
    meters: &[Meter],
    terms: Vec<OfferTerm>,
    paid: Option<Decimal>,
) -> Rating<'u> {
    let open = open(BookHeader { terms, ..header(Currency::USD) }, meters.to_vec());
    ok(rate(usage, &open, |_| Account { commitment: paid, ..Account::default() }))
}

fn the_bill(rating: &Rating<'_>) -> PeriodBill {
    assert_eq!(rating.bills.len(), 1);
    rating.bills[0].clone()
}

/// Percentages with up to two decimals, often none or all.
fn percent() -> impl Strategy<Value = Decimal> {
    prop_oneof![1 => Just(Decimal::ZERO), 1 => Just(Decimal::from(100)), 3 => number(0..10_000, 2).prop_map(|p| {
        if p > Decimal::from(100) { mul(p, Decimal::new(1, 2)) } else { p }
    })]
}

fn four_prices() -> impl Strategy<Value = [Decimal; 4]> {
    std::array::from_fn(|_| number(0..1_000_000_000, 9))
}

fn zero() -> Exact {
    exact_text("0")
}

proptest! {
    #![proptest_config(laws())]

    /// The whole bill against fractions: list prices, discount, fees, credit, in this order.
    #[test]
    fn a_bill_is_list_less_discount_plus_fees_less_credit(
        prices in four_prices(), uses in uses(), percent in prop::option::of(percent()),
        fees in prop::collection::vec(number(0..100_000, 2), 0..3), granted in prop::option::of(number(1..100_000_000, 4)),
    ) {
        let meters = meters(prices);
        let mut terms: Vec<OfferTerm> = fees.iter().map(|fee| term(OfferTermKind::RecurringCharge(*fee), &[], &meters)).collect();
        terms.extend(percent.map(|percent| {
            term(OfferTermKind::MonetaryCommitment(vec![(Decimal::from(500), percent)]), &[NO_DISCOUNT], &meters)
        }));
        terms.extend(granted.map(|credit| term(OfferTermKind::MonetaryCredit(credit), &[NO_CREDIT], &meters)));
        let usage = usage(&meters, &uses);
        let rating = rated(&usage, &meters, terms, Some(Decimal::from(500)));
        let bill = the_bill(&rating);

        let (mut list, mut off, mut eligible) = (zero(), zero(), zero());
        let (mut rounded, mut rounded_eligible) = (zero(), zero());
        for charge in &rating.charges {
            let number = meters.iter().position(|meter| meter.id == charge.meter_id).unwrap_or(usize::MAX);
            let quantity: Exact = uses.values().filter(|(of, _)| *of == number).map(|(_, q)| exact(*q)).sum();
            let cost = quantity.max(zero()) * exact(prices[number]);
            let discounted = percent.filter(|_| ![NO_DISCOUNT, THIRD_PARTY].contains(&number));
            let discount = &cost * discounted.map_or_else(zero, exact) / exact_text("100");
            let net = &cost - &discount;
            prop_assert!(net >= zero());
            let net_rounded = exact_rounded(&net, 2);
            if granted.is_some() && ![NO_CREDIT, THIRD_PARTY].contains(&number) {
                eligible += &net;
                rounded_eligible += &net_rounded;
            }
            match &charge.terms {
                None => prop_assert!(percent.is_none() && granted.is_none()),
                Some(said) => {
                    prop_assert_eq!(said.discount_percent, discounted);
                    prop_assert_eq!(exact(said.discount), discount.clone());
                    prop_assert_eq!(exact(said.net_cost), net);
                    prop_assert_eq!(exact(said.net_invoice_cost), net_rounded.clone());
                    prop_assert_eq!(said.draws_credit, granted.map(|_| ![NO_CREDIT, THIRD_PARTY].contains(&number)));
                }
            }
            rounded += net_rounded;
            list += cost;
            off += discount;
        }
        let fee: Exact = fees.iter().map(|fee| exact(*fee)).sum();
        let paid = granted.map_or_else(zero, |credit| exact(credit).min(eligible));
        let paid_rounded = granted.map_or_else(zero, |credit| exact(credit).min(rounded_eligible));
        prop_assert_eq!(exact(bill.list_cost), list.clone());
        prop_assert_eq!(exact(bill.discount), off.clone());
        prop_assert_eq!(bill.discount_percent, percent);
        prop_assert_eq!(exact(bill.recurring_charge), fee.clone());
        prop_assert_eq!(exact(bill.due), list - off + &fee - &paid);
        let parts = ok(bill.invoice_parts(&rating.charges));
        let (fee_shown, credit_shown) = (exact_rounded(&fee, 2), exact_rounded(&paid_rounded, 2));
        prop_assert_eq!((exact(parts.fees), exact(parts.credit)), (fee_shown.clone(), credit_shown.clone()));
        let shown = rounded.clone() + fee_shown - credit_shown;
        prop_assert_eq!(exact(parts.rounding), exact(bill.invoice_due) - shown);
        prop_assert_eq!(exact(bill.invoice_due), exact_rounded(&(rounded + fee - paid_rounded), 2));
        prop_assert!(!bill.due.is_negative() && !bill.invoice_due.is_negative());
        prop_assert!(bill.complete);
        let terms = percent.is_some() || granted.is_some() || !bill.recurring_charge.is_zero();
        prop_assert_eq!(bill.has_terms(), terms);
        match (&bill.credit, granted) {
            (None, None) => {}
            (Some(credit), Some(granted)) => {
                prop_assert_eq!((credit.granted, exact(credit.used)), (granted, paid.clone()));
                prop_assert_eq!(exact(credit.remaining), exact(granted) - paid);
                prop_assert!(!credit.remaining.is_negative());
            }
            _ => prop_assert!(false, "{:?} for {granted:?}", bill.credit),
        }
    }

    /// d = 0 is no discount at all, and d = 100 leaves nothing of what it touches.
    #[test]
    fn none_and_all_are_the_ends_of_a_discount(prices in four_prices(), uses in uses()) {
        let meters = meters(prices);
        let usage = usage(&meters, &uses);
        let due = |percent: u32| {
            let bands = vec![(Decimal::ZERO, Decimal::from(percent))];
            let terms = vec![term(OfferTermKind::MonetaryCommitment(bands), &[], &meters)];
            the_bill(&rated(&usage, &meters, terms, Some(Decimal::ZERO))).due
        };
        let list = the_bill(&rated(&usage, &meters, Vec::new(), None));
        prop_assert_eq!(due(0), list.due);
        prop_assert_eq!(list.due, list.list_cost);
        prop_assert!(!list.has_terms());
        let by_others = uses.values().filter(|(number, _)| *number == THIRD_PARTY).map(|(_, q)| exact(*q)).sum::<Exact>();
        prop_assert_eq!(exact(due(100)), by_others.max(zero()) * exact(prices[THIRD_PARTY]));
    }

    /// The band of the largest amount that the commitment reaches; without a commitment there is none.
    #[test]
    fn the_commitment_picks_its_band(
        bands in prop::collection::btree_map(number(0..10, 0), number(0..10_000, 2), 1..6), turn in 0usize..6,
        paid in prop::option::of(number(0..12, 0)),
    ) {
        let truth = paid.and_then(|paid| bands.iter().rfind(|(amount, _)| **amount <= paid).map(|(_, p)| *p));
        let mut listed: Vec<(Decimal, Decimal)> = bands.into_iter().collect();
        let turn = turn % listed.len();
        listed.rotate_left(turn);
        let meters = meters([Decimal::ONE; 4]);
        let usage = usage(&meters, &BTreeMap::from([(NOVEMBER, (PLAIN, Decimal::ONE))]));
        let bill = the_bill(&rated(&usage, &meters, vec![term(OfferTermKind::MonetaryCommitment(listed), &[], &meters)], paid));
        prop_assert_eq!(bill.discount_percent, truth);
    }

    /// The day on which the credit is gone for good: no later hour has any of it back.
    #[test]
    fn a_credit_ends_on_the_day_on_which_it_is_gone(
        (uses, granted) in prop_oneof![
            (uses(), number(1..1_000, 0)),
            // Whole numbers meet the credit exactly.
            (prop::collection::btree_map(november(), (0usize..4, number(-3..9, 0)), 1..12), number(1..20, 0)),
        ],
    ) {
        let meters = meters([Decimal::ONE; 4]);
        let usage = usage(&meters, &uses);
        let terms = vec![term(OfferTermKind::MonetaryCredit(granted), &[NO_CREDIT], &meters)];
        let credit = the_bill(&rated(&usage, &meters, terms, None)).credit;
        // What each meter costs so far: one a unit, and nothing below zero.
        let mut used: BTreeMap<usize, Exact> = BTreeMap::new();
        let mut drawn: Vec<(i64, Exact)> = Vec::new();
        for (second, (number, quantity)) in uses.iter().filter(|(_, (number, _))| ![NO_CREDIT, THIRD_PARTY].contains(number)) {
            *used.entry(*number).or_insert_with(zero) += exact(*quantity);
            drawn.push((*second, used.values().map(|total| total.clone().max(zero())).sum()));
        }
        let gone = drawn.iter().rposition(|(_, drawn)| *drawn < exact(granted)).map_or(0, |last| last + 1);
        let truth = drawn.get(gone).map(|(second, _)| 1 + (second - NOVEMBER) / 86_400);
        prop_assert_eq!(credit.and_then(|credit| credit.ends_on).map(|day| i64::from(day.day())), truth);
    }

    /// Of several credits the newest that holds when the period starts counts; one of a later day waits.
    #[test]
    fn the_newest_term_at_the_start_of_the_period_counts(
        credits in prop::collection::btree_map(-40i64..40, number(1..1_000, 0), 1..5),
    ) {
        let meters = meters([Decimal::ONE; 4]);
        let usage = usage(&meters, &BTreeMap::from([(NOVEMBER + 86_400, (PLAIN, Decimal::ONE))]));
        let terms: Vec<OfferTerm> = credits.iter().map(|(day, amount)| OfferTerm {
            effective_at: Instant(at(NOVEMBER + day * 86_400)),
            ..term(OfferTermKind::MonetaryCredit(*amount), &[], &meters)
        }).rev().collect();
        let truth = credits.range(..=0).next_back().map(|(_, amount)| *amount);
        let bill = the_bill(&rated(&usage, &meters, terms, None));
        prop_assert_eq!(bill.credit.map(|credit| credit.granted), truth);
    }

    /// What would turn a term into its opposite is refused.
    #[test]
    fn a_term_that_takes_instead_of_giving_is_refused(
        amount in number(-1_000..1_000, 2), twice in any::<bool>(),
        percent in prop_oneof![number(-1_000..20_000, 2), number(9_999..10_002, 2), Just(Decimal::from(100))],
    ) {
        let check = |kind| term(kind, &[], &[]).check().is_ok();
        prop_assert_eq!(check(OfferTermKind::MonetaryCredit(amount)), exact(amount) >= zero());
        prop_assert_eq!(check(OfferTermKind::RecurringCharge(amount)), exact(amount) >= zero());
        let mut bands = vec![(Decimal::ONE, percent), (Decimal::from(2), Decimal::ONE)];
        if twice {
            bands.push((Decimal::ONE, Decimal::from(3)));
        }
        let between = exact(percent) >= zero() && exact(percent) <= exact_text("100");
        prop_assert_eq!(check(OfferTermKind::MonetaryCommitment(bands)), between && !twice);
        prop_assert!(check(OfferTermKind::Unknown("Something New".into())));
    }
}

/// 10 a period: used in January and March, and February is billed as well.
#[test]
fn a_period_without_usage_has_its_fee() {
    let meters = vec![flat(Decimal::ONE)];
    let terms = vec![term(OfferTermKind::RecurringCharge(Decimal::from(10)), &[], &meters)];
    const JANUARY: i64 = 1_767_225_600;
    let usage = [JANUARY, JANUARY + 60 * 86_400].map(|second| row(second as usize, &meters[0], second, Decimal::ONE));
    let rating = rated(&usage, &meters, terms, None);
    let told: Vec<_> = (rating.bills.iter())
        .map(|bill| (bill.billing_period_start.to_string(), bill.list_cost.to_string(), bill.due.to_string()))
        .collect();
    let of =
        |month: &str, list: &str, due: &str| (format!("2026-{month}-01T00:00:00Z"), list.to_owned(), due.to_owned());
    assert_eq!(told, [of("01", "1", "11"), of("02", "0", "10"), of("03", "1", "11")]);
    // Without fees there is nothing to bill.
    assert_eq!(rated(&usage, &meters, Vec::new(), None).bills.len(), 2);
}

#[test]
fn a_commitment_that_changes_nothing_is_told() {
    let meters = vec![flat(Decimal::ONE)];
    let bands = OfferTermKind::MonetaryCommitment(vec![
        (Decimal::from(1_000), Decimal::from(5)),
        (Decimal::from(500), Decimal::from(2)),
    ]);
    let told = |terms: Vec<OfferTerm>, amount: Option<u32>| {
        let open = open(BookHeader { terms, ..header(Currency::USD) }, meters.clone());
        crate::rating::commitment_doubt(&open, amount.map(Decimal::from)).map(|warning| warning.message)
    };
    let with = || vec![term(bands.clone(), &[], &meters)];
    let starts = |message: Option<String>, text: &str| message.is_some_and(|message| message.starts_with(text));
    assert!(starts(told(with(), None), "the offer gives a discount by the amount committed"));
    assert!(starts(told(with(), Some(499)), "the offer gives a discount from 500 committed"));
    assert_eq!((told(with(), Some(500)), told(Vec::new(), None)), (None, None));
    assert!(starts(told(Vec::new(), Some(5)), "the offer gives no discount"));
}
