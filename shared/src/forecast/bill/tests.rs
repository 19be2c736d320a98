//! Bills of the days to come, rated by hand; and a period that is over is its bill.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::meter::{Meter, Tier, TierTable, sample};
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::period::{BillingAnchor, Instant, midnight};
use crate::ratebook::format::{self, BookId};
use crate::ratebook::{BookHeader, RateBook, Source};

pub(in crate::forecast) fn tiers(text: &str) -> Arc<TierTable> {
    let number = |text: &str| text.parse().unwrap();
    let tier =
        |pair: &str| pair.split_once(':').map(|(from, price)| Tier { from: number(from), unit_price: number(price) });
    Arc::new(TierTable::new(text.split(' ').filter_map(tier).collect()).unwrap())
}

pub(in crate::forecast) fn book(terms: Vec<OfferTermKind>, meters: Vec<Meter>) -> OpenBook {
    let term =
        |kind| OfferTerm { effective_at: Instant(jiff::Timestamp::UNIX_EPOCH), kind, excluded_meter_ids: vec![] };
    let header = BookHeader {
        source: Source::RateCard,
        offer: None,
        currency: Currency::USD,
        locale: String::new(),
        region_info: String::new(),
        own: None,
        terms: terms.into_iter().map(term).collect(),
    };
    let book = RateBook::new(header, meters).unwrap().0;
    OpenBook { id: BookId::of(&format::to_bytes(&book)), book }
}

pub(in crate::forecast) fn row(meter: &Meter, on: Date, quantity: Decimal) -> UsageAggregate {
    UsageAggregate {
        subscription_id: "11111111-2222-3333-4444-555555555555".parse().unwrap(),
        meter_id: meter.id,
        usage_start_at: midnight(on).unwrap(),
        usage_end_at: midnight(on.saturating_add(1.day())).unwrap(),
        bucket: on.to_string().into(),
        quantity,
        meter_name: "".into(),
        meter_category: "".into(),
        meter_sub_category: "".into(),
        meter_region: "".into(),
        unit: "1".into(),
        info_fields: None,
        resource: None,
        instance_text: None,
        rule_tags: None,
    }
}

/// Ten units on each day from August until the day.
fn tens(meter: &Meter, to: Date) -> Vec<UsageAggregate> {
    let days = date(2026, 8, 1).series(1.day()).take_while(|on| *on < to);
    days.map(|on| row(meter, on, Decimal::from(10))).collect()
}

fn november() -> BillingPeriod {
    BillingAnchor::default().period_named("2026-11").unwrap()
}

fn expect(usage: &[UsageAggregate], from_on: Date, open: &OpenBook) -> BillForecast {
    let question = Question { usage, period: november(), from_on, unknown: &BTreeSet::new(), events: &[] };
    bill(&question, open, &Account::default()).unwrap()
}

/// 100 free, then 1 up to 250, then 0.5. After ten days nothing has been paid, and run-rate says nothing will be; thirty
/// days of 10 cost 150 × 1 + 50 × 0.5.
#[test]
fn tiers_bend_the_curve() {
    let meter = Meter { tiers: tiers("0:0 100:1 250:0.5"), ..sample() };
    let open = book(vec![], vec![meter.clone()]);
    let forecast = expect(&tens(&meter, date(2026, 11, 11)), date(2026, 11, 11), &open);
    assert_eq!((forecast.so_far.cost, forecast.totals.cost), (Decimal::ZERO, Decimal::from(175)));
    assert_eq!((forecast.elapsed_days, forecast.days.len()), (10, 30));
    let costs: Vec<String> = forecast.days.iter().map(|day| day.cost.to_string()).collect();
    assert_eq!((&*costs[9], &*costs[10], &*costs[24], &*costs[25]), ("0", "10", "10", "5"));
    assert!(!forecast.days[9].expected && forecast.days[10].expected);
    assert_eq!(
        (forecast.meters[0].quantity, forecast.meters[0].cost_so_far),
        (Decimal::from(300), Some(Decimal::ZERO))
    );
}

/// 30 days of 10 and one charge of 100 are 400, whichever day it came on; twice in two months just so. Of the 12th, which is
/// under way, the flow is reported.
#[test]
fn a_new_fee_is_charged_once() {
    let flow = Meter { tiers: tiers("0:1"), ..sample() };
    let fee = Meter { id: "2e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse().unwrap(), ..flow.clone() };
    let open = book(vec![], vec![flow.clone(), fee.clone()]);
    let cost = |begun: i8, charged: &[Date]| {
        let mut usage = tens(&flow, date(2026, 11, begun));
        usage.extend(charged.iter().map(|on| row(&fee, *on, Decimal::from(100))));
        expect(&usage, date(2026, 11, 12), &open).totals.cost
    };
    for day in [2, 8, 10, 11] {
        assert_eq!(cost(13, &[date(2026, 11, day)]), Decimal::from(400), "{day}");
    }
    assert_eq!(cost(13, &[date(2026, 10, 5), date(2026, 11, 5)]), Decimal::from(400));
    // Where nothing is reported of the 12th, nobody knows whether it goes on: 19 more of it.
    assert_eq!(cost(12, &[date(2026, 11, 11)]), Decimal::from(300 + 2000));
    // It was used again on the 12th, so it is no fee of the 10th: 50 a day, at least what is reported.
    assert_eq!(cost(13, &[date(2026, 11, 10), date(2026, 11, 12)]), Decimal::from(300 + 100 + 100 + 18 * 50));
}

/// 10 a day at 1: a credit of 225 ends on the 23rd, and 75 are left to pay with a fee of 9.
#[test]
fn a_credit_ends_and_a_fee_comes_once() {
    let meter = Meter { tiers: tiers("0:1"), ..sample() };
    let terms =
        vec![OfferTermKind::MonetaryCredit(Decimal::from(225)), OfferTermKind::RecurringCharge(Decimal::from(9))];
    let open = book(terms, vec![meter.clone()]);
    let forecast = expect(&tens(&meter, date(2026, 11, 11)), date(2026, 11, 11), &open);
    let bill = forecast.bill.as_ref().unwrap();
    assert_eq!(bill.credit.as_ref().and_then(|credit| credit.ends_on), Some(date(2026, 11, 23)));
    assert_eq!((forecast.totals.cost, bill.due), (Decimal::from(300), Decimal::from(84)));
    let so_far = forecast.bill_so_far.as_ref().unwrap();
    assert_eq!((so_far.due, so_far.credit.as_ref().and_then(|credit| credit.ends_on)), (Decimal::from(9), None));
}

/// 1 until the 20th, 3 from the 21st on: 20 × 10 + 10 × 30.
#[test]
fn a_known_price_change_counts_from_its_day() {
    let meter = Meter { tiers: tiers("0:1"), ..sample() };
    let later = Meter { tiers: tiers("0:3"), effective_at: midnight(date(2026, 11, 21)).unwrap(), ..sample() };
    let open = book(vec![], vec![meter.clone(), later]);
    assert_eq!(expect(&tens(&meter, date(2026, 11, 6)), date(2026, 11, 6), &open).totals.cost, Decimal::from(500));
}

#[test]
fn a_meter_without_a_price_stays_unpriced() {
    let meter = Meter { tiers: tiers("0:1"), ..sample() };
    let mut usage = tens(&meter, date(2026, 11, 11));
    let unknown = "2e9d0c9b-ab6d-4312-9c7e-3794e22af9c4".parse().unwrap();
    usage.extend(tens(&Meter { id: unknown, ..sample() }, date(2026, 11, 11)));
    let forecast = expect(&usage, date(2026, 11, 11), &book(vec![], vec![meter]));
    assert_eq!((forecast.totals.cost, forecast.totals.complete), (Decimal::from(300), false));
    let costs = |of: &dyn Fn(&MeterForecast) -> Option<Decimal>| forecast.meters.iter().map(of).collect::<Vec<_>>();
    assert_eq!(costs(&|meter| meter.cost), [Some(Decimal::from(300)), None]);
    assert_eq!(costs(&|meter| meter.cost_so_far), [Some(Decimal::from(100)), None]);
}

/// September and October from ten days: each day is 10 units, so each was foretold to the last digit.
#[test]
fn past_periods_are_foretold_from_what_was_known_then() {
    let meter = Meter { tiers: tiers("0:0 100:1"), ..sample() };
    let open = book(vec![], vec![meter.clone()]);
    let usage = tens(&meter, date(2026, 11, 11));
    let periods: Vec<BillingPeriod> =
        ["2026-07", "2026-09", "2026-10"].map(|month| BillingAnchor::default().period_named(month).unwrap()).to_vec();
    let question = Question {
        usage: &usage,
        period: november(),
        from_on: date(2026, 11, 11),
        unknown: &BTreeSet::new(),
        events: &[],
    };
    let past = past_bills(&question, &periods, 10, &open, &Account::default()).unwrap();
    let told: Vec<_> =
        past.iter().map(|one| (one.start_on.month(), one.cost_forecast, one.cost, one.run_rate)).collect();
    let (zero, of) = (Decimal::ZERO, Decimal::from);
    assert_eq!(told, [(9, of(200), of(200), zero), (10, of(210), of(210), zero)]);
    let band = bill(&question, &open, &Account::default()).unwrap().cost_band(&past);
    assert!(band.p10 <= band.p50 && band.p50 <= band.p90 && band.p50 == of(200));
}

proptest! {
    /// The bill of a period that is over is what rating says, to the last digit, and nothing is expected any more.
    #[test]
    fn an_elapsed_period_is_its_bill(
        uses in prop::collection::vec((-3i64..95, 0i64..1_000_000_000, 0u8..9), 1..40),
        late in 0i64..40,
    ) {
        let meter = Meter { tiers: tiers("0:0 100:0.0871 250:0.5"), included_quantity: Decimal::new(25, 1), ..sample() };
        let open = book(vec![], vec![meter.clone()]);
        let usage: Vec<UsageAggregate> = uses.iter().enumerate().map(|(at, (day, mantissa, scale))| {
            let on = date(2026, 9, 1).saturating_add(day.days());
            UsageAggregate { bucket: at.to_string().into(), ..row(&meter, on, Decimal::new(i128::from(*mantissa), *scale)) }
        }).collect();
        let forecast = expect(&usage, date(2026, 12, 1).saturating_add(late.days()), &open);
        let inside: Vec<_> = usage.iter().filter(|row| november().contains(row.usage_start_at)).cloned().collect();
        let rated = rating::rate(&inside, &open, |_| Account::default()).unwrap();
        prop_assert_eq!(&forecast.totals, &rated.totals);
        prop_assert_eq!(forecast.bill.as_ref(), rated.bills.first());
        prop_assert!(forecast.projection.rows.is_empty() && forecast.days.iter().all(|day| !day.expected));
    }
}
