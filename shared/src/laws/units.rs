//! 13 on price sheets, whose usage counts single units: what converts, and what is unpriced because it does not.

use super::given::*;
use crate::decimal::Decimal;
use crate::meter::{Meter, PriceKind};
use crate::money::Currency;
use crate::ratebook::{BookHeader, OwnBook, Source, Unpriced};
use crate::rating::{Account, Charge, rate};

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
        ("Hours", "744 Hours", Err(Unpriced::UnitInexact)),
    ] {
        let charge = charged(per(unit), Vec::new(), reported, sheet());
        let found = charge.cost.map(|cost| cost.to_string()).ok_or(charge.reason);
        assert_eq!(found, expect.map(str::to_owned).map_err(Some), "{reported} on {unit}");
        assert_eq!(charge.unpriced_quantity.is_zero(), expect.is_ok(), "{reported} on {unit}");
    }
}

/// Every price that the month could meet must be able to count it; prices of other kinds meet no usage.
#[test]
fn a_later_price_must_convert_as_well() {
    let later = |kind| Meter { effective_at: at(NOVEMBER + 86_400), kind, ..per("744 Hours") };
    let charge = charged(per("1 Hour"), vec![later(PriceKind::Consumption)], "Hours", sheet());
    assert_eq!((charge.cost, charge.reason), (None, Some(Unpriced::UnitInexact)));
    let charge = charged(per("1 Hour"), vec![later(PriceKind::DevTest)], "Hours", sheet());
    assert_eq!(charge.cost, Some(Decimal::from(600)));
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
    }
}
