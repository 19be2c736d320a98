//! 25, before consumption: the terms on an estimate are those of the bill of a month that is used evenly.

use proptest::prelude::*;

use super::given::*;
use crate::decimal::Decimal;
use crate::estimate::workload;
use crate::estimate::{self, Options};
use crate::meter::{Meter, PriceModel, Tier, TierTable};
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::period::{Instant, utc_date};
use crate::ratebook::{BookHeader, Source};
use crate::rating::{Account, rate};
use crate::usage::UsageAggregate;

const DAYS: i64 = 30;
const DAY_SECONDS: i64 = 86_400;

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// Small tables, so that days fall on their bounds; each price model.
fn table() -> impl Strategy<Value = TierTable> {
    let tiers = (prop::collection::btree_set(1u32..400, 0..3), prop::collection::vec(0i128..400, 3));
    (tiers, 0u8..4, 1u32..50).prop_map(|((bounds, prices), model, size)| {
        let starts = std::iter::once(0).chain(bounds).zip(prices);
        let tier = |(from, price)| Tier { from: Decimal::from(from), unit_price: Decimal::new(price, 2) };
        let tiers: Vec<Tier> = starts.map(tier).collect();
        ok(match model {
            0 => TierTable::priced(PriceModel::Volume, tiers),
            1 => TierTable::priced(PriceModel::Package { size: Decimal::from(size) }, tiers[..1].to_vec()),
            _ => TierTable::new(tiers),
        })
    })
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn the_terms_of_an_estimate_are_those_of_a_month_used_evenly(
        tables in prop::collection::vec((table(), 0u32..60), 1..4),
        a_day in prop::collection::vec(1u32..40, 1..6),
        granted in prop::option::of(1i128..30_000), percent in prop::option::of(0u32..=100), fee in prop::option::of(0i128..1_000),
    ) {
        let meters: Vec<Meter> = tables.iter().enumerate().map(|(number, (table, included))| Meter {
            id: ok(id(number).parse()),
            // The last one is sold by others.
            third_party: number == 2,
            tiers: table.clone().into(),
            included_quantity: Decimal::from(*included),
            ..flat(Decimal::ONE)
        }).collect();
        let term = |kind| OfferTerm { effective_at: Instant(at(0)), kind, excluded_meter_ids: vec![ok(id(1).parse())] };
        let percent = percent.map(Decimal::from);
        let terms: Vec<OfferTerm> = [
            granted.map(|cents| OfferTermKind::MonetaryCredit(Decimal::new(cents, 2))),
            percent.map(|percent| OfferTermKind::MonetaryCommitment(vec![(Decimal::ZERO, percent)])),
            fee.map(|cents| OfferTermKind::RecurringCharge(Decimal::new(cents, 2))),
        ].into_iter().flatten().map(term).collect();
        let (open, index) = indexed(open(BookHeader { terms, ..header(Currency::USD) }, meters.clone()));

        // Every day at its beginning, one row for each item.
        let mut usage: Vec<UsageAggregate> = Vec::new();
        for day in 0..DAYS {
            for (item, quantity) in a_day.iter().enumerate() {
                let meter = &meters[item % meters.len()];
                usage.push(row(usage.len(), meter, NOVEMBER + day * DAY_SECONDS, Decimal::from(*quantity)));
            }
        }
        let account = Account { commitment: Some(Decimal::from(5)), ..Account::default() };
        let rating = ok(rate(&usage, &open, |_| account.clone()));
        prop_assert_eq!(rating.bills.len(), 1);
        let bill = &rating.bills[0];

        let items = a_day.iter().enumerate().map(|(item, quantity)| {
            format!(r#"{{"meterId": "{}", "quantity": "{}"}}"#, id(item % meters.len()), i64::from(*quantity) * DAYS)
        });
        let items = items.collect::<Vec<_>>().join(",");
        let workload = ok(workload::decode(format!(r#"{{"schema": "forebill.workload/1", "items": [{items}]}}"#).as_bytes()));
        let options = Options { commitment: account.commitment, ..Options::at(at(NOVEMBER)) };
        let estimate = ok(estimate::estimate(&workload, &open, &index, &options));

        prop_assert_eq!(estimate.terms.is_some(), granted.is_some() || percent.is_some() || fee.is_some());
        let Some(terms) = estimate.terms else { return Ok(()) };
        prop_assert_eq!(
            (terms.discount_percent, terms.discount, terms.recurring_charge, terms.monthly_due),
            (bill.discount_percent, bill.discount, bill.recurring_charge, bill.due)
        );
        let told = terms.credit.map(|credit| (credit.granted, credit.used, credit.remaining, credit.ends_on_day));
        let day_of = |on: jiff::civil::Date| on.day().unsigned_abs().into();
        let billed = bill.credit.as_ref().map(|credit| (credit.granted, credit.used, credit.remaining, credit.ends_on.map(day_of)));
        prop_assert_eq!(told, billed);
        prop_assert_eq!(utc_date(at(NOVEMBER)).days_in_month(), 30);
    }
}

/// 100 a month of a thing, hours if it has a unit, against a credit of 150: the day and the days of each month.
fn ends(meter: Meter, unit: &str, source: Source) -> [Option<(Option<u32>, u32)>; 2] {
    let credit = OfferTerm {
        effective_at: Instant(at(0)),
        kind: OfferTermKind::MonetaryCredit(Decimal::from(150)),
        excluded_meter_ids: Vec::new(),
    };
    let meter = Meter { id: ok(id(0).parse()), ..meter };
    let header = BookHeader { terms: vec![credit], source, ..header(Currency::USD) };
    let (open, index) = indexed(open(header, vec![meter]));
    let item = format!(r#"{{"meterId": "{}", "quantity": "100"{unit}}}"#, id(0));
    let workload = format!(r#"{{"schema": "forebill.workload/1", "items": [{item}]}}"#);
    let workload = ok(workload::decode(workload.as_bytes()));
    [NOVEMBER, NOVEMBER + 30 * DAY_SECONDS].map(|seconds| {
        let options = Options::at(at(seconds));
        let terms = ok(estimate::estimate(&workload, &open, &index, &options)).terms;
        let credit = terms.and_then(|terms| terms.credit);
        credit.map(|credit| (credit.ends_on_day, credit.days))
    })
}

/// At 3 a unit 150 are gone within the sixteenth of 31 days (100 × 3 × 16 ÷ 31 = 154.8), and exactly on the fifteenth
/// of a month of thirty.
#[test]
fn a_credit_ends_on_the_day_that_division_says() {
    let expect = [Some((Some(15), 30)), Some((Some(16), 31))];
    assert_eq!(ends(flat(Decimal::from(3)), "", Source::RateCard), expect);
    // The same price said for three hours, which a hundred hours do not fill.
    let blocks = Meter { unit: "3 Hours".into(), ..flat(Decimal::from(9)) };
    assert_eq!(ends(blocks, r#", "unit": "Hours""#, Source::PriceSheet), expect);
}
