//! 24: sums have one currency, and whatever would mix two is refused. Nothing converts.

use proptest::prelude::*;

use super::given::*;
use crate::azure::{ratecard, retail};
use crate::estimate::{self, Options, workload};
use crate::meter::sample;
use crate::money::Currency;
use crate::rating::{Account, rate};
use crate::search::SearchIndex;

/// Codes in any case, often the same one twice.
fn two() -> impl Strategy<Value = (String, String)> {
    let code = prop::sample::select(vec!["USD", "usd", "EUR", "Eur", "JPY", "KWD", "BRL"]).prop_map(str::to_owned);
    let any = || real().prop_map(str::to_owned);
    (prop_oneof![4 => code.clone(), 1 => any()], prop_oneof![4 => code, 1 => any()])
}

/// One of those in which Azure publishes prices.
fn real() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "AUD", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "INR", "JPY", "KRW", "NOK", "NZD", "RUB", "SEK", "TWD",
        "USD",
    ])
}

fn currency(code: &str) -> Currency {
    ok(code.parse())
}

/// Whether two codes are one currency: letters in any case.
fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

fn retail_page(page: &str, items: &[&str]) -> String {
    let count = items.len();
    let items = items.iter().zip(1..).map(|(code, number)| {
        format!(
            r#"{{"currencyCode": "{code}", "tierMinimumUnits": 0, "retailPrice": 1, "unitPrice": 1, "armRegionName": "",
                "location": "", "effectiveStartDate": "2020-01-01T00:00:00Z", "meterName": "M", "productId": "P",
                "meterId": "00000000-0000-4000-8000-{number:012}", "skuId": "P/1", "productName": "P", "skuName": "S",
                "serviceName": "S", "unitOfMeasure": "1 GB", "type": "Consumption", "isPrimaryMeterRegion": true,
                "armSkuName": ""}}"#
        )
    });
    let items = items.collect::<Vec<_>>().join(",");
    format!(r#"{{"BillingCurrency": "{page}", "Items": [{items}], "NextPageLink": null, "Count": {count}}}"#)
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn a_card_in_another_currency_than_asked_for_is_refused((card, asked) in two()) {
        let text = format!(
            r#"{{"Currency": "{card}", "Meters": [{{"MeterId": "{}", "MeterName": "M", "MeterCategory": "C",
                "Unit": "1", "MeterRates": {{"0": 1}}, "IncludedQuantity": 0,
                "EffectiveDate": "2020-01-01T00:00:00Z"}}]}}"#,
            sample().id
        );
        let request =
            |currency| ratecard::CardRequest { offer: None, currency, region_info: String::new() };
        let decoded = ratecard::decode(text.as_bytes(), &request(Some(currency(&asked))));
        prop_assert_eq!(decoded.is_ok(), same(&card, &asked));
        if let Err(error) = decoded {
            prop_assert_eq!(error.path, "Currency");
        }
        let unasked = ok(ratecard::decode(text.as_bytes(), &request(None))).0;
        prop_assert_eq!(unasked.header().currency, currency(&card));
    }

    #[test]
    fn retail_prices_of_two_currencies_are_refused((page, item) in two(), (other, _) in two()) {
        let mixed = retail::decode_page(retail_page(&page, &[&page, &item]).as_bytes());
        prop_assert_eq!(mixed.is_ok(), same(&page, &item));
        let whole = |code: &str| ok(retail::decode_page(retail_page(code, &[code]).as_bytes()));
        let both = retail::book(vec![whole(&page), whole(&other)]);
        prop_assert_eq!(both.is_ok(), same(&page, &other));
    }

    #[test]
    fn an_estimate_in_another_currency_than_its_book_is_refused((of_book, of_workload) in two()) {
        let open = open(header(currency(&of_book)), vec![sample()]);
        let index = SearchIndex::new(&open.book);
        let text = format!(
            r#"{{"schema": "forebill.workload/1", "currency": "{of_workload}", "items": [{{"meterId": "{}",
                "quantity": 3}}]}}"#,
            sample().id
        );
        let workload = ok(workload::decode(text.as_bytes()));
        let priced = estimate::estimate(&workload, &open, &index, &Options::at(at(NOVEMBER)));
        prop_assert_eq!(priced.is_ok(), same(&of_book, &of_workload));
        match priced {
            Ok(priced) => prop_assert_eq!((priced.currency, priced.totals.currency), (currency(&of_book), currency(&of_book))),
            Err(error) => prop_assert_eq!(error.path, "currency"),
        }
    }

    /// A rating has the one currency of its book, in every charge, bill and sum.
    #[test]
    fn a_rating_has_the_currency_of_its_book(uses in month(6), code in real()) {
        let currency = currency(code);
        let open = open(header(currency), vec![sample()]);
        let usage = rows(&sample(), &uses);
        let rating = ok(rate(&usage, &open, |_| Account::default()));
        prop_assert_eq!((rating.book.currency, rating.totals.currency), (currency, currency));
        prop_assert!(rating.charges.iter().all(|charge| charge.currency == currency));
        prop_assert!(rating.bills.iter().all(|bill| bill.currency == currency));
    }

    /// A code is three letters in any case; what it reads as is the same letters in upper case.
    #[test]
    fn a_currency_is_a_code(text in "[A-Za-z]{2,4}|\\PC{3}", known in real(), lower in prop::bool::ANY) {
        let three = text.len() == 3 && text.chars().all(|letter| letter.is_ascii_alphabetic());
        if let Ok(read) = text.parse::<Currency>() {
            prop_assert!(three);
            prop_assert_eq!(read.to_string(), text.to_ascii_uppercase());
        }
        let written = if lower { known.to_lowercase() } else { known.to_owned() };
        prop_assert_eq!(currency(&written).to_string(), known);
    }
}
