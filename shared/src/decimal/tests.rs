use super::*;
use proptest::prelude::*;

fn d(text: &str) -> Decimal {
    match Decimal::parse(text) {
        Ok(value) => value,
        Err(error) => panic!("{text}: {error}"),
    }
}

#[track_caller]
fn check_parse(text: &str, expect: &str) {
    assert_eq!(d(text).to_string(), expect, "{text}");
}

#[track_caller]
fn check_refused(text: &str, expect: NumberError) {
    assert_eq!(Decimal::parse(text).map(|v| v.to_string()), Err(expect), "{text}");
}

#[test]
fn reads_what_azure_writes() {
    check_parse("0", "0");
    check_parse("-0.0", "0");
    check_parse("2E-06", "0.000002");
    check_parse("1.5E-05", "0.000015");
    check_parse("1e3", "1000");
    check_parse("51200.0000000000", "51200");
    check_parse("0.0880000000000000500000000000", "0.08800000000000005");
    check_parse("2.4029999999999999999999999999", "2.4029999999999999999999999999");
    check_parse("0e999999999999999999", "0");
    check_parse("1.000000000000000000000000000000000000000000E-40", &format!("0.{}1", "0".repeat(39)));
}

/// 2^255 − 1 has 77 digits: it is read as it is written, and one more is no number.
#[test]
fn the_longest_numbers_are_read_as_they_are_written() {
    let largest = "57896044618658097711785492504343953926634992332820282019728792003956564819967";
    let least = format!("-0.{}1", "0".repeat(75));
    let read = |text: &str| serde_json::from_str::<Decimal>(&format!("\"{text}\""));
    for text in [largest, &format!("-{largest}"), &format!("{}.{}", &largest[..1], &largest[1..]), &least] {
        assert_eq!(read(text).map(|number| number.to_string()).map_err(|error| error.to_string()), Ok(text.to_owned()));
    }
    assert_eq!(least.len(), MAX_WRITTEN_CHARS);
    // Up to 64 characters others may write as they like.
    let padded = |zeros: usize| read(&format!("1.{}", "0".repeat(zeros))).map_err(|error| error.to_string());
    assert_eq!(padded(62), Ok(Decimal::ONE));
    assert!(padded(63).is_err());
    for text in
        [largest.replace("967", "968"), largest.replace("578", "978"), format!("{largest}0"), format!("{least}0")]
    {
        assert!(read(&text).is_err(), "{text}");
    }
}

/// 2^255 is about 5.8 × 10^76.
#[test]
fn the_range_ends_where_255_bits_end() {
    check_parse("1e76", &format!("1{}", "0".repeat(76)));
    check_parse("5e76", &format!("5{}", "0".repeat(76)));
    check_parse("1e-76", &format!("0.{}1", "0".repeat(75)));
    for text in ["6e76", "1e77", "1e-77", "10e76"] {
        check_refused(text, NumberError::OutOfRange);
    }
    assert_eq!(d("1e-76").times(d("1e-1")), Err(Inexact));
    assert_eq!(
        d("1e76").minus(d("1e-76").times(d("1e76")).unwrap_or_default()).map(|v| v.to_string()),
        Ok("9".repeat(76))
    );
}

#[test]
fn refuses_everything_else() {
    for (text, at) in [
        ("", 1),
        ("-", 2),
        ("+1", 1),
        (".5", 1),
        ("5.", 3),
        ("1_000", 2),
        ("01", 1),
        ("1e", 3),
        ("1e+", 4),
        ("0x10", 2),
        ("NaN", 1),
        ("1,5", 2),
        (" 1", 1),
        ("1 ", 2),
        ("１", 1),
        ("--1", 2),
    ] {
        check_refused(text, NumberError::Malformed { at });
    }
    check_refused(&"1".repeat(65), NumberError::TooLong { chars: 65 });
    check_refused("1e400", NumberError::OutOfRange);
    check_refused("1e-400", NumberError::OutOfRange);
    assert!(Decimal::parse(&"9".repeat(64)).is_ok());
}

#[test]
fn a_28_decimal_price_times_a_real_quantity_is_exact() {
    // Worked with Python's decimal at 100 digits.
    let cost = d("2.4029999999999999999999999999").times(d("11643.8089"));
    assert_eq!(cost.map(|c| c.to_string()), Ok("27980.07278669999999999999999883561911".into()));
}

#[test]
fn too_many_digits_are_an_error_and_never_a_wrong_number() {
    let long = d(&"9".repeat(60));
    assert_eq!(long.times(long), Err(Inexact));
    assert_eq!(d("1e70").plus(d("1e-70")), Err(Inexact));
    assert!(d("1e70") > d("1e-70"));
    assert!(d("-1e70") < d("1e-70"));
    assert!(d("5.80") > d(&format!("5.78{}1", "9".repeat(58))));
    assert!(d(&format!("-5.78{}1E-14", "9".repeat(54))) > d("-5.80"));
    assert_eq!(d("1.0000000000000000000000000000").times(d("1e60")), Ok(d("1e60")));
}

#[test]
fn what_is_no_number_is_named() {
    for (json, found) in [
        ("{\"a\":1}", "an object"),
        ("[1]", "a list"),
        ("true", "true or false"),
        ("false", "true or false"),
        ("null", "null"),
    ] {
        let error = serde_json::from_str::<Decimal>(json).map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| text.contains(&format!("expected a number, found {found}"))), "{json}");
    }
    assert_eq!("2.50".parse(), Ok(d("2.5")));
    assert_eq!(format!("{:?}", d("-2.50")), "-2.5");
    assert_eq!(Decimal::default(), Decimal::from(0));
}

#[test]
fn rounds_half_away_from_zero() {
    for (text, decimals, expect) in [
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("0.00499999", 2, "0"),
        ("2.5", 0, "3"),
        ("600.677", 2, "600.68"),
        ("0.0106", 2, "0.01"),
        ("1.5", 4, "1.5"),
    ] {
        assert_eq!(d(text).round(decimals).to_string(), expect, "{text}");
    }
    assert_eq!(d("1").divided_rounded(d("3"), 5).map(|v| v.to_string()), Ok("0.33333".into()));
    assert_eq!(d("2").divided_rounded(d("-3"), 2).map(|v| v.to_string()), Ok("-0.67".into()));
    assert_eq!(d("1").divided_rounded(Decimal::ZERO, 2), Err(Inexact));
}

#[test]
fn fixed_point_is_exact_or_nothing() {
    for (text, decimals, expect) in [
        ("1.5", 1, Some(15)),
        // Zeros at the end are no decimals.
        ("1.5000", 1, Some(15)),
        ("-20.00", 0, Some(-20)),
        ("1.05", 1, None),
        ("1.5", 0, None),
        ("2", 10, Some(20_000_000_000)),
        ("0.000", 0, Some(0)),
        // The last one that an i128 holds, and the first that it does not.
        ("17014118346046923173168730371.5884105727", 10, Some(i128::MAX)),
        ("17014118346046923173168730371.5884105728", 10, None),
        ("9223372036854775807", 18, Some(9_223_372_036_854_775_807_000_000_000_000_000_000)),
        ("9223372036854775808", 19, Some(92_233_720_368_547_758_080_000_000_000_000_000_000)),
        ("9223372036854775807", 20, None),
    ] {
        assert_eq!(d(text).fixed(decimals), expect, "{text} at {decimals}");
    }
    // A product keeps the decimals of its factors, also those that come out as zeros.
    let three = d("1.5").times(d("2.0000")).and_then(|product| product.times(d("10.0")));
    assert_eq!(three.map(|product| (product.fixed(0), product.fixed(1))), Ok((Some(30), Some(300))));
}

proptest! {
    #[test]
    fn a_quotient_is_exact_or_has_no_end(a in -1_000_000_000i64..1_000_000_000, b in prop_oneof![1i64..130, 1i64..100_000], shift in 0u8..12) {
        // Long division as on paper: it has an end when the remainder comes to nothing.
        let mut remainder = i128::from(a) % i128::from(b);
        for _ in 0..64 {
            remainder = remainder * 10 % i128::from(b);
        }
        let (dividend, divisor) = (Decimal::new(i128::from(a), 0), Decimal::new(i128::from(b), shift));
        match dividend.divided_exactly(divisor) {
            Ok(quotient) => {
                prop_assert_eq!(remainder, 0);
                prop_assert_eq!(quotient.times(divisor), Ok(dividend));
            }
            Err(Inexact) => prop_assert!(remainder != 0),
        }
        prop_assert_eq!(dividend.divided_exactly(Decimal::ZERO), Err(Inexact));
    }

    #[test]
    fn text_to_text_is_the_identity(text in "(0|-?[1-9][0-9]{0,29})\\.[0-9]{0,29}[1-9]") {
        prop_assert_eq!(d(&text).to_string(), text);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,70}") {
        let _ = Decimal::parse(&text);
    }
}
