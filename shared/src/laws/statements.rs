//! 31, 32, 33: statements of cost centres are the bill, in any order; what changes afterwards, and what an invoice says
//! otherwise, is told in full.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::guid::SubscriptionId;
use crate::meter::Meter;
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::period::Instant;
use crate::ratebook::BookHeader;
use crate::ratebook::format::OpenBook;
use crate::rating::proration::prorate_net;
use crate::rating::{Account, Charge, rate};
use crate::reconcile::{InvoiceLine, Kind, Ours, Reason, reconcile};
use crate::showback::{Assign, Billed, Line, Policy, Pool, Scope, Split, Step, What, adjustments, due, lines, sum};
use crate::usage::{Resource, UsageAggregate};

/// A use: when, of which of three meters (one is in no book), how much, in which group, with which tag.
type Use = (i64, usize, Decimal, u8, u8);

fn uses() -> impl Strategy<Value = Vec<Use>> {
    let quantity = prop_oneof![6 => number(0..1_000_000_000, 6), 1 => number(-1_000_000..0, 6)];
    prop::collection::vec((november(), 0usize..3, quantity, 0u8..4, 0u8..4), 0..16)
}

fn meters(prices: &[Decimal]) -> Vec<Meter> {
    let id = |number: usize| ok(format!("00000000-0000-4000-8000-{number:012}").parse());
    let mut meters: Vec<Meter> =
        prices.iter().enumerate().map(|(number, price)| Meter { id: id(number), ..flat(*price) }).collect();
    meters.push(Meter { id: id(9), ..flat(Decimal::ONE) });
    meters
}

fn subscription(number: usize) -> SubscriptionId {
    ok(format!("11111111-2222-3333-4444-{number:012}").parse())
}

fn usage(of: usize, meters: &[Meter], uses: &[Use]) -> Vec<UsageAggregate> {
    let numbered: Vec<(usize, Use)> = uses.iter().copied().enumerate().collect();
    numbered_usage(of, meters, &numbered)
}

fn numbered_usage(of: usize, meters: &[Meter], uses: &[(usize, Use)]) -> Vec<UsageAggregate> {
    let row = |(bucket, (second, which, quantity, group, tag)): &(usize, Use)| {
        let tags = (*tag > 0).then(|| ("Team".to_owned(), format!("t{tag}")));
        let uri = format!("/subscriptions/s/resourceGroups/G{group}/providers/p/{group}");
        let resource = Resource { uri, location: String::new(), tags: tags.into_iter().collect() };
        UsageAggregate {
            subscription_id: subscription(of),
            meter_category: format!("Service {which}").into(),
            resource: (*group > 0).then(|| Arc::new(resource)),
            ..row(*bucket, &meters[*which], *second, *quantity)
        }
    };
    uses.iter().map(row).collect()
}

/// Discount, credit and fees, each sometimes.
fn terms() -> impl Strategy<Value = Vec<OfferTerm>> {
    let term = |kind| OfferTerm { effective_at: Instant(at(0)), kind, excluded_meter_ids: Vec::new() };
    let discount = prop::option::of(number(0..10_000, 2).prop_map(|percent| percent.min(Decimal::from(100))));
    let credit = prop::option::of(number(1..100_000_000, 4));
    let fee = prop::option::of(number(0..100_000, 3));
    (discount, credit, fee).prop_map(move |(discount, credit, fee)| {
        let discount = discount.map(|percent| OfferTermKind::MonetaryCommitment(vec![(Decimal::ONE, percent)]));
        let kinds = [discount, credit.map(OfferTermKind::MonetaryCredit), fee.map(OfferTermKind::RecurringCharge)];
        kinds.into_iter().flatten().map(term).collect()
    })
}

fn split() -> impl Strategy<Value = Split> {
    let names = || prop::sample::subsequence(vec!["t2".to_owned(), "t3".to_owned(), "new".to_owned()], 0..=3);
    let shares = (number(0..1_000, 2), number(0..1_000, 2))
        .prop_map(|(a, b)| Split::Fixed(vec![("t2".into(), a), ("new".into(), b)]));
    prop_oneof![names().prop_map(Split::Evenly), names().prop_map(Split::InProportion), shares]
}

/// By tag, by group, by service; `t1` and the group's own name are shared.
fn policy() -> impl Strategy<Value = Policy> {
    let shared = Assign::Centre { name: "shared".into(), of: Scope::ResourceGroup(None, "g2".into()) };
    let all = vec![
        Assign::Tag("team".into()),
        shared,
        Assign::Centre { name: "t2".into(), of: Scope::Service("SERVICE 1".into()) },
    ];
    (prop::sample::subsequence(all, 0..=3).prop_shuffle(), split(), split()).prop_map(|(assign, first, second)| {
        let pools = vec![Pool { name: "shared".into(), split: first }, Pool { name: "t1".into(), split: second }];
        Policy { assign, pools }
    })
}

fn book(currency: &str, terms: &[OfferTerm], meters: &[Meter]) -> OpenBook {
    let currency: Currency = ok(currency.parse());
    open(BookHeader { terms: terms.to_vec(), ..header(currency) }, meters[..2].to_vec())
}

fn account(_: SubscriptionId) -> Account {
    Account { commitment: Some(Decimal::from(500)), ..Account::default() }
}

fn by_centre(lines: &[Line]) -> BTreeMap<Option<String>, Decimal> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(line.cost_centre.clone()).or_insert(Decimal::ZERO);
        *sum = add(*sum, line.amount.unwrap_or(Decimal::ZERO));
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn statements_add_up_to_the_bill_in_any_order(
        prices in prop::collection::vec(number(0..100_000_000, 6), 2), terms in terms(), policy in policy(),
        first in uses(), (second, shuffled) in uses().prop_flat_map(|uses| {
            let numbered: Vec<(usize, Use)> = uses.iter().copied().enumerate().collect();
            (Just(uses), Just(numbered).prop_shuffle())
        }),
        code in prop::sample::select(vec!["USD", "JPY", "KWD"]),
    ) {
        let meters = meters(&prices);
        let open = book(code, &terms, &meters);
        let decimals = open.book.header().currency.minor_unit();
        let (a, b) = (usage(1, &meters, &first), usage(2, &meters, &second));
        let (a, b) = (ok(rate(&a, &open, account)), ok(rate(&b, &open, account)));
        let both = [Billed { name: "a", rating: &a }, Billed { name: "b", rating: &b }];
        let (found, kept) = ok(lines(&both, &policy));

        let bill = sum_of(a.bills.iter().chain(&b.bills).map(|bill| bill.invoice_due));
        prop_assert_eq!(ok(due(&both)), bill);
        prop_assert_eq!(ok(sum(&found)), bill);
        prop_assert_eq!(sum_of(by_centre(&found).into_values()), bill);
        for line in &found {
            let amount = line.amount.unwrap_or(Decimal::ZERO);
            prop_assert_eq!(amount.round(decimals), amount);
        }
        // Each charge by itself: what cost centres have of it is what the invoice shows, none a unit off its part.
        for rating in [&a, &b] {
            let rows = ok(prorate_net(rating));
            for (place, charge) in rating.charges.iter().enumerate() {
                let ours: Vec<&Line> = found.iter().filter(|line| {
                    line.subscription_id == Some(charge.subscription_id)
                        && line.what == What::Usage { meter_id: charge.meter_id }
                }).collect();
                prop_assert_eq!(sum_of(ours.iter().filter_map(|line| line.amount)), charge.net_invoice_cost());
                prop_assert_eq!(sum_of(ours.iter().filter_map(|line| line.list_cost)), charge.known_cost);
                prop_assert_eq!(sum_of(ours.iter().filter_map(|line| line.quantity)), charge.quantity);
                prop_assert_eq!(sum_of(ours.iter().map(|line| line.unpriced_quantity)), charge.unpriced_quantity);
                for line in ours {
                    let name = if charge.subscription_id == subscription(1) { "a" } else { "b" };
                    let exact_part: Exact = rows.iter()
                        .filter(|row| row.slice.charge == place && policy.centre(row.slice.row, name) == line.cost_centre)
                        .filter_map(|row| row.invoice_cost).map(exact).sum();
                    let off = size(&(exact(line.amount.unwrap_or(Decimal::ZERO)) - exact_part));
                    prop_assert!(off < exact_text("1") / power_of_ten(decimals), "{:?}", line);
                }
            }
        }
        // A pool ends at nothing, unless nobody is there to bear it.
        let sums = by_centre(&found);
        for pool in &policy.pools {
            let left = sums.get(&Some(pool.name.clone()));
            prop_assert!(left.is_none() || kept.contains(&pool.name), "{:?} {:?}", pool, left);
        }
        // Nobody's money is never shared away.
        let of_pools = |line: &&Line| matches!(line.what, What::SharedIn { .. } | What::SharedOut);
        let none = found.iter().filter(of_pools).all(|line| line.cost_centre.is_some());
        prop_assert!(none);

        // Rows, subscriptions and pools in another order.
        let c = numbered_usage(2, &meters, &shuffled);
        let c = ok(rate(&c, &open, account));
        let turned = Policy { pools: policy.pools.iter().rev().cloned().collect(), ..policy.clone() };
        let again = ok(lines(&[Billed { name: "b", rating: &c }, both[0]], &turned)).0;
        prop_assert_eq!(by_centre(&again), sums);
    }

    /// A month read twice, priced twice, tagged twice: what is booked afterwards is what it is now less what was frozen.
    #[test]
    fn adjustments_are_what_it_is_now_less_what_was_frozen(
        prices in prop::collection::vec(number(0..100_000_000, 6), 2), later in prop::collection::vec(number(0..100_000_000, 6), 2),
        terms in terms(), policy in policy(), frozen in uses(), late in uses(), tags in prop::collection::vec(0u8..4, 32),
    ) {
        let lines_of = |uses: &[Use], prices: &[Decimal]| {
            let meters = meters(prices);
            let usage = usage(1, &meters, uses);
            let rating = ok(rate(&usage, &book("USD", &terms, &meters), account));
            ok(lines(&[Billed { name: "a", rating: &rating }], &policy)).0
        };
        let now: Vec<Use> = frozen.iter().copied().chain(late).collect();
        let tagged: Vec<Use> = now.iter().zip(&tags).map(|(one, tag)| (one.0, one.1, one.2, one.3, *tag)).collect();
        let booked = lines_of(&frozen, &prices);
        let steps = [
            (Step::Usage, lines_of(&now, &prices)),
            (Step::Prices, lines_of(&now, &later)),
            (Step::Tags, lines_of(&tagged, &later)),
        ];
        let told = ok(adjustments("2026-11", &booked, &steps));
        let restated = &steps[2].1;
        prop_assert_eq!(sum_of(told.iter().filter_map(|one| one.line.amount)), sub(ok(sum(restated)), ok(sum(&booked))));
        // And so for each cost centre.
        let differences: Vec<Line> = told.iter().map(|one| one.line.clone()).collect();
        let all: Vec<Line> = booked.iter().cloned().chain(differences).collect();
        prop_assert_eq!(by_centre(&all), by_centre(restated));
        // Tags give nobody money; who gets some gets it from somebody. Rounding within a charge stays in the charge.
        let bill = |lines: &[Line]| ok(sum(lines));
        prop_assert_eq!(bill(&steps[1].1), bill(restated));
        // What was booked once is not booked again.
        let none = ok(adjustments("2026-11", restated, &[(Step::Usage, restated.clone())]));
        prop_assert!(none.is_empty());
    }

    /// Whatever stands on an invoice: each difference is the sum of its parts, and all of them are that of the sums.
    #[test]
    fn differences_of_an_invoice_are_the_sum_of_their_reasons(
        prices in prop::collection::vec(number(0..100_000_000, 6), 2), terms in terms(), then in uses(), late in uses(),
        read in uses(),
        invoiced in prop::collection::vec((0usize..4, 0usize..7, -100i64..100, prop::bool::ANY), 0..8),
    ) {
        let meters = meters(&prices);
        let open = book("USD", &terms, &meters);
        let now: Vec<Use> = then.iter().copied().chain(late).collect();
        // Each row that was read before had a quantity of its own.
        let read: Vec<Use> = then.iter().zip(&read).map(|(one, read)| (one.0, one.1, read.2, one.3, one.4)).collect();
        let (then, now, as_read) = (usage(1, &meters, &then), usage(1, &meters, &now), usage(1, &meters, &read));
        let [then, now, as_read] = [&then, &now, &as_read].map(|usage| ok(rate(usage, &open, account)));
        let ours = Ours { now: &now, then: &then, as_read: &as_read };
        // Near what we have, so that reasons apply: a few cents beside the charge as of then or now.
        let line = |(which, kind, off, early): &(usize, usize, i64, bool)| {
            let kinds = [Kind::Usage, Kind::Marketplace, Kind::Fee, Kind::Credit, Kind::Rounding, Kind::Tax, Kind::Other];
            let meter_id = meters.get(*which).map_or(meters[0].id, |meter| meter.id);
            let rating = if *early { &then } else { &now };
            let charge = rating.charges.iter().find(|charge| charge.meter_id == meter_id && kinds[*kind] == Kind::Usage);
            let ours = charge.map_or(Decimal::ZERO, |charge| charge.net_invoice_cost());
            InvoiceLine {
                invoice: "1".into(),
                subscription_id: subscription(1),
                period_start_on: jiff::civil::date(2026, 11, 1),
                period_end_on: jiff::civil::date(2026, 11, 30),
                issued_on: None,
                kind: kinds[*kind],
                meter_id: (kinds[*kind] == Kind::Usage).then_some(meter_id),
                name: format!("line {which}"),
                quantity: None,
                amount: add(ours, Decimal::new((*off / 20).into(), 2)),
                currency: Currency::USD,
            }
        };
        let invoice: Vec<InvoiceLine> = invoiced.iter().map(line).collect();
        let found = ok(reconcile(&invoice, &ours));
        for line in &found.lines {
            prop_assert_eq!(sum_of(line.parts.iter().map(|part| part.amount)), line.difference, "{:?}", line);
            prop_assert!(line.parts.iter().all(|part| !part.amount.is_zero()), "{:?}", line);
        }
        prop_assert_eq!(found.invoiced, sum_of(invoice.iter().map(|line| line.amount)));
        prop_assert_eq!(found.ours, sum_of(now.bills.iter().map(|bill| bill.invoice_due)));
        prop_assert_eq!(sum_of(found.reasons.values().copied()), found.difference);
        prop_assert_eq!(sub(found.invoiced, found.ours), found.difference);
        // An invoice that says what was known then, or what was read then, differs by what came later or changed since, and
        // by nothing that is not explained.
        for rating in [&then, &as_read] {
            let has_amount = |charge: &&Charge| charge.cost.is_some() || !charge.tiers.is_empty();
            let told: Vec<InvoiceLine> = rating.charges.iter().filter(has_amount).map(|charge| InvoiceLine {
                meter_id: Some(charge.meter_id),
                kind: Kind::Usage,
                amount: charge.net_invoice_cost(),
                ..line(&(0, 5, 0, false))
            }).collect();
            let found = ok(reconcile(&told, &ours));
            for line in found.lines.iter().filter(|line| line.kind == Kind::Usage) {
                let known = [Reason::LateUsage, Reason::Restated, Reason::Unpriced];
                // A cent may be all that differs: then late usage says it as well as a restatement.
                let known = |reason: Reason| known.contains(&reason) || reason == Reason::Rounding && std::ptr::eq(rating, &as_read);
                prop_assert!(line.parts.iter().all(|part| known(part.reason)), "{:?}", line);
            }
        }
    }
}
