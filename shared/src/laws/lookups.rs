//! Which price is found: among regions, kinds, readings and dates. Each expectation is the rule, applied by hand.

use std::collections::BTreeSet;

use super::given::*;
use crate::decimal::Decimal;
use crate::meter::{Meter, PriceKind};
use crate::money::Currency;
use crate::ratebook::{RateBook, Unpriced};
use crate::rating::{Account, rate};
use crate::warning::WarningCode;

fn id(number: usize) -> crate::guid::MeterId {
    ok(format!("00000000-0000-4000-8000-{number:012}").parse())
}

/// A product in a region at a price, from a day of November 2026 on.
fn sold(number: usize, region: &str, price: u32, day: i64) -> Meter {
    Meter {
        id: id(number),
        name: "D4s v5".into(),
        region: region.into(),
        effective_at: at(NOVEMBER + day * 86_400),
        ..flat(Decimal::from(price))
    }
}

fn book(meters: Vec<Meter>) -> RateBook {
    ok(RateBook::new(header(Currency::USD), meters)).0
}

fn price_of(found: Result<&Meter, Unpriced>) -> Result<u32, Unpriced> {
    found.map(|meter| ok(meter.tiers.first_charged_price().to_string().parse()))
}

#[test]
fn a_sibling_is_the_same_product_in_the_other_region() {
    let here = sold(1, "EU West", 1, 0);
    let there = sold(2, "EU North", 2, 0);
    let look = |others: &[Meter], region: &str, day: i64| {
        let book = book([std::slice::from_ref(&here), others].concat());
        price_of(book.sibling_in(&here, region, at(NOVEMBER + day * 86_400)))
    };
    assert_eq!(look(std::slice::from_ref(&there), "northeurope", 1), Ok(2));
    assert_eq!(look(std::slice::from_ref(&there), "westeurope", 1), Ok(1));
    assert_eq!(look(std::slice::from_ref(&there), "eastus", 1), Err(Unpriced::NotInRegion));
    // Anything else about it makes it another product.
    for other in [
        Meter { name: "D8s v5".into(), ..there.clone() },
        Meter { category: "Storage".into(), ..there.clone() },
        Meter { sub_category: "Dsv5 Series Windows".into(), ..there.clone() },
        Meter { unit: "100 Hours".into(), ..there.clone() },
        Meter { kind: PriceKind::DevTest, ..there.clone() },
        sold(2, "EU North", 2, 9),
    ] {
        assert_eq!(look(&[other], "northeurope", 1), Err(Unpriced::NotInRegion));
    }
    // Of several the one whose price began last, and of those the larger id; never by their order in the book.
    assert_eq!(look(&[there.clone(), sold(3, "EU North", 3, -5)], "northeurope", 1), Ok(2));
    assert_eq!(look(&[sold(2, "EU North", 2, -5), sold(3, "EU North", 3, 0)], "northeurope", 1), Ok(3));
    assert_eq!(look(&[there.clone(), sold(3, "EU North", 3, 0)], "northeurope", 1), Ok(3));
    // A price that changes is one product still.
    assert_eq!(look(&[sold(2, "EU North", 9, -5), there, sold(2, "EU North", 4, 1)], "northeurope", 1), Ok(4));
}

/// A global meter is sold everywhere; that somebody sells its like in one region changes nothing.
#[test]
fn a_global_meter_has_no_sibling() {
    let everywhere = sold(1, "", 1, 0);
    let book = book(vec![everywhere.clone(), sold(2, "EU North", 2, 0)]);
    assert_eq!(price_of(book.sibling_in(&everywhere, "northeurope", at(NOVEMBER))), Ok(1));
}

#[test]
fn a_price_like_this_row_has_its_region_kind_and_sku() {
    let mine = sold(1, "EU West", 1, 0);
    let others = [
        sold(1, "EU North", 2, 3),
        Meter { kind: PriceKind::DevTest, ..sold(1, "EU West", 3, 4) },
        Meter { sku: Some(crate::meter::Sku { id: "S".into(), arm_name: "".into() }), ..sold(1, "EU West", 4, 5) },
        sold(2, "EU West", 5, 6),
    ];
    let book = book([std::slice::from_ref(&mine), &others].concat());
    assert_eq!(price_of(book.price_like(&mine, at(NOVEMBER + 9 * 86_400))), Ok(1));
    for (other, price) in others.iter().zip(2..) {
        assert_eq!(price_of(book.price_like(other, at(NOVEMBER + 9 * 86_400))), Ok(price));
    }
    assert_eq!(price_of(book.price_like(&mine, at(NOVEMBER - 1))), Err(Unpriced::NotYetInForce));
}

/// What a newer reading names, it replaces with all its dates; what it does not name stays.
#[test]
fn a_newer_reading_keeps_what_it_does_not_name() {
    let earlier = book(vec![sold(1, "EU West", 1, 0), sold(1, "EU West", 2, 5), sold(2, "EU West", 3, 0)]);
    let newer = book(vec![sold(1, "EU West", 4, 1), sold(3, "EU West", 5, 0)]);
    let both = newer.over(&earlier);
    let late = at(NOVEMBER + 9 * 86_400);
    assert_eq!([1, 2, 3].map(|number| price_of(both.price_at(id(number), late))), [Ok(4), Ok(3), Ok(5)]);
    assert_eq!(price_of(both.price_at(id(1), at(NOVEMBER))), Err(Unpriced::NotYetInForce));
    assert_eq!(both.meters().len(), 3);
    let sorted: Vec<_> = both.meters().iter().map(|meter| meter.id).collect();
    assert!(sorted.is_sorted());
}

/// One row alone is the common case and has a short cut: it must not take what the long way refuses.
#[test]
fn a_single_row_is_held_to_the_same_rules() {
    let only = sold(1, "EU West", 1, 0);
    let alone = |meter: Meter, second: i64| price_of(book(vec![meter]).price_at(id(1), at(second)));
    assert_eq!(alone(only.clone(), NOVEMBER), Ok(1));
    assert_eq!(alone(only.clone(), NOVEMBER - 1), Err(Unpriced::NotYetInForce));
    let ended = Meter { ends_at: Some(at(NOVEMBER + 60)), ..only.clone() };
    assert_eq!(alone(ended.clone(), NOVEMBER + 59), Ok(1));
    assert_eq!(alone(ended, NOVEMBER + 60), Err(Unpriced::NoLongerInForce));
    let term = PriceKind::Reservation { term: "1 Year".into() };
    assert_eq!(alone(Meter { kind: term, ..only }, NOVEMBER), Err(Unpriced::NoSuchMeter));
}

/// Whoever asks for it gets usage older than all prices priced with the first one, and is told how much that is.
#[test]
fn a_later_price_is_used_only_when_asked_for_and_then_told() {
    let meter = sold(1, "EU West", 2, 10);
    let open = open(header(Currency::USD), vec![meter.clone()]);
    let usage = rows(&meter, &[(NOVEMBER, Decimal::from(3)), (NOVEMBER + 11 * 86_400, Decimal::from(4))]);
    for (accepts_later_price, cost, backdated, reason) in
        [(false, None, 0, Some(Unpriced::NotYetInForce)), (true, Some(Decimal::from(14)), 3, None)]
    {
        let rating = ok(rate(&usage, &open, |_| Account { accepts_later_price, ..Account::default() }));
        let charge = &rating.charges[0];
        assert_eq!((charge.cost, charge.reason), (cost, reason));
        assert_eq!(charge.backdated_quantity, Decimal::from(backdated));
        let told = rating.warnings.iter().filter(|warning| warning.code == WarningCode::LaterPriceUsed).count();
        assert_eq!(told, usize::from(accepts_later_price));
        let json = ok(serde_json::to_string(charge));
        assert_eq!(json.contains("\"backdatedQuantity\":\"3\""), accepts_later_price, "{json}");
        assert_eq!(json.contains("backdated"), accepts_later_price, "{json}");
    }
}

#[test]
fn every_reason_has_words_of_its_own() {
    let reasons = Unpriced::ALL;
    let words: BTreeSet<&str> = reasons.iter().map(|reason| reason.explain()).collect();
    assert_eq!(words.len(), reasons.len());
    assert!(words.iter().all(|text| text.split(' ').count() > 4), "{words:?}");
}
