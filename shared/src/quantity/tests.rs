use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[track_caller]
fn check(text: &str, block: &str, distinct: &str) {
    let unit = PricingUnit::parse(text);
    assert_eq!((unit.block.to_string().as_str(), unit.distinct_unit()), (block, distinct), "{text}");
}

#[test]
fn takes_azures_unit_texts_apart() {
    check("1 Hour", "1", "Hours");
    check("Hours", "1", "Hours");
    check("100 Hours", "100", "Hours");
    check("1/Hour", "1", "Units/Hour");
    check("10K", "10000", "Units");
    check("10,000s", "10000", "Transactions");
    check("1,000,000s", "1000000", "Transactions");
    check("1M Queries", "1000000", "Queries");
    check("1 Month", "1", "Months");
    check("1 MB", "1", "MB");
    check("100 GB Seconds", "100", "GB Seconds");
    check("1 GB Second", "1", "GB Seconds");
    check("1 GiB Hour", "1", "GiB Hours");
    check("1 GB/Month", "1", "GB/Month");
    check("10K/Month", "10000", "Units/Month");
    check("5/Month", "5", "Units/Month");
    check("100000000 Operations", "100000000", "Operations");
    check("", "1", "Units");
}

#[test]
fn numbers_come_in_every_form() {
    check("1.5 GB", "1.5", "GB");
    check("128 MB", "128", "MB");
    check("10k", "10000", "Units");
    check("10Hours", "10", "Hours");
    check("1MB", "1", "MB");
    check("1 1 Hour", "1", "Hours");
    check("10 100 Hours", "1000", "Hours");
    check("10000 1,000s", "10000", "Transactions in Thousands");
    check("1 Million", "1", "Million");
    check("1 Million Requests", "1000000", "Requests");
    check("10 000 heures", "10000", "Hours");
    check("100 万", "1000000", "Units");
    check("1万件", "10000", "Units");
    check("1/10 Days", "1", "Units/10 Days");
    // Not seconds: a mark of the plural, as in 10,000s.
    check("100s", "100", "Transactions");
    check("100 s", "100", "Seconds");
}

#[test]
fn words_come_in_every_form() {
    check("Hrs", "1", "Hours");
    check("10 Hour", "10", "Hours");
    check("Minute(s)", "1", "Minutes");
    check("Gb / Month", "1", "GB/Month");
    check("MB/month", "1", "MB/month");
    check("1 MB/month", "1", "MB/Month");
    check("1 GB per Month", "1", "GB/Month");
    check("GB-Hours", "1", "GB Hours");
    check("GBHours", "1", "GB Hours");
    check("1 Rotation", "1", "Rotation");
    check("2 Rotations", "2", "Rotations");
    check("1 Monthly Active User", "1", "Users/Month");
    check("1000 MAUs", "1000", "Users/Month");
    check("1 DTUs", "1", "DTUs");
    check("1 vCPU", "1", "vCPUs");
    check("5 POLICIES", "5", "Policies");
    check("1 Warehouse", "1", "Warehouses");
    check("10 Workdays", "10", "Workdays");
    check("10 MBps", "10", "MBps");
    check("10 mbps", "10", "Mbps");
    check("1 Pro User", "1", "Users");
}

#[test]
fn words_come_in_every_language() {
    check("1 GB/月", "1", "GB/Month");
    check("1\u{a0}GB/mes", "1", "GB/Month");
    check("１　時間", "1", "Hours");
    check("1 時間", "1", "Hours");
    check("1 小时", "1", "Hours");
    check("1/小时", "1", "Units/Hour");
    check("1 GB 時間", "1", "GB Hours");
    check("1 か月", "1", "Months");
    check("1 GB/每月", "1", "GB/Month");
    check("1 시간", "1", "Hours");
    check("1 hora", "1", "Hours");
    check("1 GB/hora", "1", "GB/Hour");
    check("1 por mes", "1", "Months");
    check("100 Stunden", "100", "Hours");
    check("1 Go/mois", "1", "GB/Month");
    check("128 Mo", "128", "MB");
    check("1 ГБ/месяц", "1", "GB/Month");
}

#[test]
fn what_cannot_be_read_stays_as_it_is() {
    for text in ["0 GB", "1.000 GB", "-1 GB", "1-5 GB", "GB+", "$/GB", "Hour/Month", "1 Transaction in Dozens"] {
        let unit = PricingUnit::parse(text);
        assert_eq!(unit.convert(number("5"), &PricingUnit::parse(text)), Some(Ok(number("5"))), "{text}");
        for other in ["", "1 GB", "1 Hour", "10K", "1 Transaction"] {
            assert_eq!(unit.convert(number("5"), &PricingUnit::parse(other)), None, "{text} → {other}");
        }
    }
    let long = format!("{} GB", "9".repeat(70));
    check(&long, "1", &long);
    check(&"x".repeat(1000), "1", &"x".repeat(1000));
}

#[track_caller]
fn converts(quantity: &str, from: &str, to: &str, expect: Option<Result<&str, Inexact>>) {
    let result = PricingUnit::parse(from).convert(number(quantity), &PricingUnit::parse(to));
    assert_eq!(result.map(|r| r.map(|d| d.to_string())), expect.map(|r| r.map(String::from)), "{from} → {to}");
}

#[test]
fn the_same_thing_converts_by_its_block() {
    converts("50000", "1", "10K", Some(Ok("5")));
    converts("5", "10K", "1", Some(Ok("50000")));
    converts("730", "Hours", "100 Hours", Some(Ok("7.3")));
    converts("1", "1 Hour", "744 Hours", Some(Err(Inexact)));
    converts("744", "1 Hour", "744 Hours", Some(Ok("1")));
    converts("1", "1000000 Operations", "10K Operations", Some(Ok("100")));
    converts("3", "1 Million", "10K", Some(Ok("300")));
    converts("1", "10000 1,000s", "1M", Some(Ok("10")));
    converts("1", "Relay Hrs", "100 Relay Hours", Some(Ok("0.01")));
    converts("0.0000000001", "1", "100000000000", Some(Ok("0.000000000000000000001")));
}

#[test]
fn time_converts_where_its_length_is_fixed() {
    converts("60", "Minutes", "1 Hour", Some(Ok("1")));
    converts("1", "1 Day", "1 Hour", Some(Ok("24")));
    converts("2", "1 Day", "1 Second", Some(Ok("172800")));
    converts("7", "Days", "1 Week", Some(Ok("1")));
    converts("6", "Hours", "1 Day", Some(Ok("0.25")));
    converts("1", "1 Hour", "1 Day", Some(Err(Inexact)));
    converts("100", "Seconds", "100 Minutes", Some(Err(Inexact)));
    converts("3", "1 Month", "1/3 Months", Some(Ok("1")));
    converts("30", "Days", "1 Month", None);
    converts("12", "Months", "1 Year", None);
}

#[test]
fn data_converts_inside_its_family() {
    converts("1", "1 TB", "1 GB", Some(Ok("1000")));
    converts("1500", "MB", "1 GB", Some(Ok("1.5")));
    converts("1", "1 PiB", "1 TiB", Some(Ok("1024")));
    converts("512", "MiB", "1 GiB", Some(Ok("0.5")));
    converts("10", "128 MB", "GB", Some(Ok("1.28")));
    converts("1", "1 GB", "1 GiB", None);
    converts("1", "1 GiB/Hour", "1 GB/Hour", None);
}

#[test]
fn compound_units_convert_when_each_part_does() {
    converts("1", "1 GB Hour", "1 GB Second", Some(Ok("3600")));
    converts("7200000", "MB Seconds", "1 GB Hour", Some(Ok("2")));
    converts("1", "1 GB Second", "1 TB Hour", Some(Err(Inexact)));
    converts("1000", "MB/Day", "1 GB/Day", Some(Ok("1")));
    // A gigabyte kept for a day is a gigabyte in each of 24 hours.
    converts("1", "1 GB/Day", "1 GB/Hour", Some(Ok("24")));
    converts("24", "1 GB/Hour", "1 GB Day", Some(Ok("1")));
    converts("10", "Days", "1/Day", Some(Ok("10")));
    converts("1", "1 GB/Day", "1 GB", None);
    converts("1", "1 GB Hour", "1 Hour", None);
}

#[test]
fn a_month_is_implied_in_an_estimate() {
    converts("400", "GB", "1 GB/Month", Some(Ok("400")));
    converts("50000", "10K/Month", "Operations", Some(Ok("500000000")));
    converts("2", "VMs", "1/Month", Some(Ok("2")));
    converts("1", "1", "1 Month", None);
    converts("1", "1", "1/3 Months", None);
    converts("1", "1", "1/Year", None);
}

#[test]
fn pieces_may_be_anything_that_is_counted_and_nothing_else() {
    for thing in ["Operations", "Transactions", "Requests", "Messages", "Queries", "Characters", "API Calls"] {
        converts("50000", "", &format!("10K {thing}"), Some(Ok("5")));
        converts("5", &format!("10K {thing}"), "Units", Some(Ok("50000")));
        converts("5", thing, "Gophers", None);
    }
    for thing in ["1 Hour", "1/Hour", "1 GB", "1 GiB/Month", "1 Month", "1 GB Second", "100 Mbps", "1 IOPS", "1 крок"]
    {
        converts("1", "1", thing, None);
        converts("1", thing, "10K", None);
    }
    converts("3", "Hours", "1/Hour", Some(Ok("3")));
    converts("3", "1/Hour", "1 Hourly Connection", Some(Ok("3")));
    converts("3", "Hours", "1 GB/Hour", None);
    converts("1", "1 GB", "1 Hour", None);
}

#[track_caller]
fn mismatches(one: &str, another: &str, expect: Option<Mismatch>) {
    let (one, another) = (PricingUnit::parse(one), PricingUnit::parse(another));
    assert_eq!((one.mismatch(&another), another.mismatch(&one)), (expect, expect), "{one}, {another}");
}

#[test]
fn a_mismatch_has_a_reason() {
    mismatches("1 GB", "1 GiB", Some(Mismatch::DecimalAndBinary));
    mismatches("1 Hour", "1 Month", Some(Mismatch::NoFixedLength));
    mismatches("1/Month", "1/Year", Some(Mismatch::NoFixedLength));
    mismatches("1 GB", "1 Hour", Some(Mismatch::DifferentThings));
    mismatches("1 GB", "1 GB/Day", Some(Mismatch::DifferentThings));
    mismatches("1 GB", "1 TB/Month", None);
}

/// Things, and their names by the pattern of the list.
fn things() -> impl Strategy<Value = (String, String)> {
    let of = |one: &str, many: &str| Just((one.to_owned(), many.to_owned()));
    let plain = prop_oneof![
        of("Unit", "Units"),
        of("GB", "GB"),
        of("TiB", "TiB"),
        of("Query", "Queries"),
        of("Request", "Requests"),
        of("Batch", "Batches"),
        "[A-Z][a-z]{3,7}[bdgklmnprtvw]".prop_map(|word| (word.clone(), format!("{word}s"))),
    ];
    let time = prop_oneof![
        of("Second", "Seconds"),
        of("Minute", "Minutes"),
        of("Hour", "Hours"),
        of("Day", "Days"),
        of("Month", "Months"),
        of("Year", "Years")
    ];
    let data = prop_oneof![Just("MB"), Just("GB"), Just("TB"), Just("KiB"), Just("GiB")];
    let per = (plain.clone(), time.clone()).prop_map(|(a, b)| (format!("{}/{}", a.0, b.0), format!("{}/{}", a.1, b.0)));
    let product = (data, time.clone()).prop_map(|(a, b)| (format!("{a} {}", b.0), format!("{a} {}", b.1)));
    prop_oneof![plain, time, per, product]
}

fn blocks() -> impl Strategy<Value = u32> {
    prop_oneof![Just(1u32), Just(10), Just(100), Just(10_000), Just(1_000_000), 1u32..100_000]
}

/// The same text as another hand would write it.
fn respelled(text: &str, hand: u8) -> String {
    match hand % 5 {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        2 => text.replace(' ', "\u{a0}"),
        3 => format!("  {}\t", text.replace(' ', "  ").replace('/', " / ")),
        _ => text.replace(' ', "\u{3000}"),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read((one, many) in things(), block in blocks(), hand in any::<u8>()) {
        for text in [&one, &many] {
            let unit = PricingUnit::parse(&format!("{block} {text}"));
            prop_assert_eq!((unit.block, unit.distinct_unit()), (Decimal::from(block), many.as_str()));
            prop_assert_eq!(&PricingUnit::parse(&unit.to_string()), &unit);
            prop_assert_eq!(&PricingUnit::parse(&respelled(&format!("{block} {text}"), hand)), &unit);
        }
    }

    #[test]
    fn any_text_has_a_positive_block_and_keeps_its_sense(text in "\\PC{0,30}|[0-9KMs.,/ ]{0,12}( ?(GB|Hour|Day|万|月|per)s?/?){0,3}") {
        let unit = PricingUnit::parse(&text);
        prop_assert!(unit.block > Decimal::ZERO);
        prop_assert_eq!(unit.convert(Decimal::ONE, &unit), Some(Ok(Decimal::ONE)));
        let again = PricingUnit::parse(&unit.to_string());
        prop_assert_eq!(unit.convert(Decimal::ONE, &again), Some(Ok(Decimal::ONE)), "{} → {}", text, unit);
    }

    #[test]
    fn there_and_back_is_where_it_began(
        (one, _) in things(), (other, _) in things(),
        from in blocks(), to in blocks(), quantity in 0i64..1_000_000_000, scale in 0u8..10,
    ) {
        let quantity = Decimal::new(i128::from(quantity), scale);
        let one = PricingUnit::parse(&format!("{from} {one}"));
        for other in [PricingUnit::parse(&format!("{to} {other}")), PricingUnit { block: Decimal::from(to), ..one.clone() }] {
            prop_assert_eq!(one.mismatch(&other), other.mismatch(&one));
            if let Some(Ok(there)) = one.convert(quantity, &other) {
                prop_assert_eq!(other.convert(there, &one), Some(Ok(quantity)));
            }
        }
    }

    #[test]
    fn a_block_is_so_many_of_one((thing, _) in things(), block in blocks(), quantity in 0i64..1_000_000_000) {
        let quantity = Decimal::new(i128::from(quantity), 4);
        let (blocks, one) = (PricingUnit::parse(&format!("{block} {thing}")), PricingUnit::parse(&thing));
        prop_assert_eq!(blocks.convert(quantity, &one), Some(quantity.times(Decimal::from(block))));
        let twice = PricingUnit { block: blocks.block.times(Decimal::from(2)).unwrap(), ..blocks.clone() };
        prop_assert_eq!(twice.convert(quantity, &blocks), Some(quantity.times(Decimal::from(2))));
    }
}

#[test]
fn one_of_a_block_is_a_block_s_part() {
    for (block, quantity, singles) in
        [("100 Hours", "7.3", "730"), ("10K", "5", "50000"), ("1 Million", "2", "2000000")]
    {
        let unit = PricingUnit::parse(block);
        let found = unit.convert(Decimal::parse(quantity).unwrap_or_else(|e| panic!("{e}")), &unit.single());
        assert_eq!(found.map(|found| found.map(|quantity| quantity.to_string())), Some(Ok(singles.into())), "{block}");
    }
}
