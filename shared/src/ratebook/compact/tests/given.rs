//! Books that have one of everything that a book can have.

use std::sync::Arc;

use proptest::prelude::*;

use crate::decimal::Decimal;
use crate::meter::{Meter, PriceKind, PriceModel, Sku, Tier, TierTable, sample};
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::period::Instant;
use crate::ratebook::format::BookId;
use crate::ratebook::{BookHeader, OwnBook, RateBook, Source};

fn time(nanosecond: i128) -> jiff::Timestamp {
    jiff::Timestamp::from_nanosecond(nanosecond).unwrap()
}

fn kind() -> impl Strategy<Value = PriceKind> {
    let term = prop::sample::select(vec!["1 Year", "3 Years", ""]);
    prop_oneof![
        6 => Just(PriceKind::Consumption),
        1 => Just(PriceKind::DevTest),
        1 => term.clone().prop_map(|term| PriceKind::Reservation { term: term.into() }),
        1 => term.clone().prop_map(|term| PriceKind::SavingsPlan { term: term.into() }),
        1 => term.prop_map(|name| PriceKind::Other(name.into())),
    ]
}

/// Plain, tiny, huge, with zeros at their ends, just within 64 bits and just beyond, up to 64 digits.
fn number() -> impl Strategy<Value = Decimal> {
    let edges = vec!["0", "1", "10", "0.1", "18446744073709551615", "18446744073709551616", "0.00000000000000000001"];
    let edge = prop::sample::select(edges).prop_map(|text| Decimal::parse(text).unwrap());
    let long = ("[1-9][0-9]{0,40}", "[0-9]{0,20}[1-9]").prop_map(|(a, b)| Decimal::parse(&format!("{a}.{b}")).unwrap());
    prop_oneof![
        4 => (0i128..100_000, 0u8..7).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale)),
        2 => edge,
        1 => long,
    ]
}

fn table() -> impl Strategy<Value = Arc<TierTable>> {
    let bounds = prop::collection::btree_set(number().prop_filter("above 0", |bound| !bound.is_zero()), 0..3);
    let model = prop_oneof![
        4 => Just(PriceModel::Graduated),
        1 => Just(PriceModel::Volume),
        1 => number().prop_filter("above 0", |size| !size.is_zero()).prop_map(|size| PriceModel::Package { size }),
    ];
    (model, bounds, prop::collection::vec(number(), 4)).prop_map(|(model, bounds, prices)| {
        let mut tiers = vec![Tier { from: Decimal::ZERO, unit_price: prices[0] }];
        if !matches!(model, PriceModel::Package { .. }) {
            tiers.extend(bounds.into_iter().zip(&prices[1..]).map(|(from, price)| Tier { from, unit_price: *price }));
        }
        Arc::new(TierTable::priced(model, tiers).unwrap())
    })
}

fn text() -> impl Strategy<Value = Arc<str>> {
    let texts = ["", "D4s v5", "D4s v5 Spot", "D8s v5", "Data Stored – Zürich", "数据", "D4s v5\0", "1 Hour"];
    prop::sample::select(texts.map(Arc::from).to_vec())
}

fn instant() -> impl Strategy<Value = jiff::Timestamp> {
    let days = (0i128..40).prop_map(|day| time(day * 86_400_000_000_000));
    prop_oneof![8 => days, 1 => (-5_000_000_000i128..5_000_000_000).prop_map(time)]
}

prop_compose! {
    fn meter()(
        id in 0u128..60,
        names in (text(), text(), text(), text(), text()),
        (effective_at, ends_at) in (instant(), prop::option::weighted(0.1, instant())),
        included in prop_oneof![6 => Just(Decimal::ZERO), 1 => number()],
        tiers in table(),
        kind in kind(),
        sku in prop::option::of((text(), text())),
        flags in (prop::bool::weighted(0.1), prop::bool::weighted(0.1)),
    ) -> Meter {
        let (category, sub_category, name, region, unit) = names;
        let sku = sku.map(|(id, arm_name)| Sku { id, arm_name });
        let id = crate::guid::MeterId::from_bits(id << 100 | id);
        let (third_party, deprecated) = flags;
        Meter {
            id, category, sub_category, name, region, unit, effective_at, ends_at, kind, sku, third_party, deprecated,
            tiers, included_quantity: included,
        }
    }
}

fn header() -> impl Strategy<Value = BookHeader> {
    let source = prop::sample::select(vec![Source::RateCard, Source::Retail, Source::PriceSheet, Source::Own]);
    let base = prop::option::of(Just(BookId::of(b"base")));
    let own = (base, prop::option::of(Just("shop".to_owned())), prop::option::of(Just(Source::Retail)))
        .prop_map(|(base, group, base_source)| OwnBook { name: "internal".into(), group, base, base_source });
    let amount = number();
    let term = prop_oneof![
        number().prop_map(OfferTermKind::MonetaryCredit),
        amount.prop_map(OfferTermKind::RecurringCharge),
        Just(OfferTermKind::MonetaryCommitment(vec![
            (Decimal::ONE, Decimal::new(25, 1)),
            (Decimal::ZERO, Decimal::ONE)
        ])),
        Just(OfferTermKind::Unknown("Other".into())),
    ];
    let term = (term, instant(), prop::collection::vec((0u128..9).prop_map(crate::guid::MeterId::from_bits), 0..4));
    let term = term.prop_map(|(kind, at, excluded)| OfferTerm {
        effective_at: Instant(at),
        kind,
        excluded_meter_ids: excluded,
    });
    (source, prop::option::of(own), prop::collection::vec(term, 0..3), prop::bool::ANY).prop_map(
        |(source, own, terms, offer)| BookHeader {
            source,
            offer: offer.then(|| "MS-AZR-0003P".parse().unwrap()),
            currency: Currency::USD,
            locale: "de-DE".into(),
            region_info: if offer { "DE".into() } else { String::new() },
            own,
            terms,
        },
    )
}

/// A book, and the same meters in another order. Of rows that contradict each other one is left.
pub(super) fn books() -> impl Strategy<Value = (RateBook, RateBook)> {
    (header(), prop::collection::vec(meter(), 0..60), any::<prop::sample::Index>()).prop_map(
        |(header, meters, turn)| {
            let mut seen = std::collections::BTreeSet::new();
            let key = |meter: &Meter| {
                (meter.id, meter.kind.clone(), meter.region.clone(), meter.sku.clone(), meter.effective_at)
            };
            let mut meters: Vec<Meter> = meters.into_iter().filter(|meter| seen.insert(key(meter))).collect();
            let one = RateBook::new(header.clone(), meters.clone()).unwrap().0;
            if !meters.is_empty() {
                let middle = turn.index(meters.len());
                meters.rotate_left(middle);
                meters.reverse();
            }
            (one, RateBook::new(header, meters).unwrap().0)
        },
    )
}

/// One book with one of everything, always the same.
pub(super) fn book() -> RateBook {
    let price =
        |from: u32, price: i128, scale| Tier { from: Decimal::from(from), unit_price: Decimal::new(price, scale) };
    let table = |model, tiers| Arc::new(TierTable::priced(model, tiers).unwrap());
    let mut meters = Vec::new();
    for place in 0..24u32 {
        let region = ["", "EU West", "US East", "Zone 1"][place as usize % 4];
        let name = ["D4s v5", "D4s v5 Spot", "Hot LRS Data Stored", "Data Transfer Out", "vCore"][place as usize / 5];
        let tiers = match place % 5 {
            0 => table(PriceModel::Volume, vec![price(0, 5, 1), price(100, 4, 1)]),
            1 => table(PriceModel::Package { size: Decimal::new(25, 1) }, vec![price(0, 5, 0)]),
            2 => table(PriceModel::Graduated, vec![price(0, 0, 0), price(5, 87, 3), price(10_240, 83, 3)]),
            _ => table(PriceModel::Graduated, vec![price(0, 192 + i128::from(place), 3)]),
        };
        let kind = match place % 7 {
            0 => PriceKind::DevTest,
            1 => PriceKind::Reservation { term: "1 Year".into() },
            2 => PriceKind::Other("Odd".into()),
            _ => PriceKind::Consumption,
        };
        meters.push(Meter {
            id: crate::guid::MeterId::from_bits(u128::from(place / 2) << 64 | 7),
            category: "Services".into(),
            name: name.into(),
            region: region.into(),
            unit: if place % 3 == 0 { "1 Hour".into() } else { "10K".into() },
            effective_at: time(i128::from(place % 6) * 86_400_000_000_000),
            ends_at: (place % 11 == 5).then(|| time(90 * 86_400_000_000_000)),
            included_quantity: Decimal::from(place % 4 / 3 * 5),
            kind,
            tiers,
            sku: (place % 2 == 0).then(|| Sku { id: "DZH3/00QJ".into(), arm_name: "Standard_D4s_v5".into() }),
            third_party: place % 13 == 0,
            deprecated: place % 13 == 1,
            ..sample()
        });
    }
    let credit = OfferTermKind::MonetaryCredit(Decimal::from(150));
    let term = |kind| OfferTerm { effective_at: Instant(time(0)), kind, excluded_meter_ids: vec![meters[0].id] };
    let terms = vec![term(credit), term(OfferTermKind::Unknown("Other".into()))];
    let header = BookHeader { terms, ..crate::ratebook::sample_header(Source::RateCard) };
    RateBook::new(header, meters).unwrap().0
}
