//! Worked by hand: a base of a few prices, rules and prices over it, and what is in force when.

use proptest::prelude::*;

use super::*;
use crate::meter::{Meter, PriceKind, Sku, sample};
use crate::period::parse_timestamp;
use crate::ratebook::format::{self, BookId, OpenBook};
use crate::ratebook::{BookHeader, RateBook, Source, Unpriced};

const VM: &str = "00000000-0000-4000-8000-000000000001";
const BLOB: &str = "00000000-0000-4000-8000-000000000002";
const NEW: &str = "00000000-0000-4000-8000-000000000003";

fn at(text: &str) -> Timestamp {
    parse_timestamp(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn meter(id: &str, category: &str, price: &str, from: &str, until: Option<&str>) -> Meter {
    let tier = |from: u32, price: &str| Tier {
        from: Decimal::from(from),
        unit_price: Decimal::parse(price).unwrap_or_else(|e| panic!("{e}")),
    };
    let tiers = vec![tier(0, price), tier(100, "1")];
    Meter {
        id: id.parse().unwrap_or_else(|e| panic!("{e}")),
        category: category.into(),
        region: "EU West".into(),
        effective_at: at(from),
        ends_at: until.map(at),
        tiers: Arc::new(TierTable::new(tiers).unwrap_or_else(|e| panic!("{e}"))),
        ..sample()
    }
}

fn open(source: Source, meters: Vec<Meter>) -> OpenBook {
    let header = BookHeader {
        source,
        offer: Some("MS-AZR-0003P".parse().unwrap_or_else(|e| panic!("{e}"))),
        currency: Currency::USD,
        locale: "en-US".into(),
        region_info: "US".into(),
        own: None,
        terms: Vec::new(),
    };
    let book = RateBook::new(header, meters).unwrap_or_else(|e| panic!("{e}")).0;
    OpenBook { id: BookId::of(&format::to_bytes(&book)), book }
}

fn base() -> OpenBook {
    open(
        Source::RateCard,
        vec![
            meter(VM, "Virtual Machines", "2", "2020-01-01T00:00:00Z", None),
            meter(VM, "Virtual Machines", "4", "2026-06-01T00:00:00Z", None),
            meter(BLOB, "Storage", "10", "2020-01-01T00:00:00Z", Some("2027-01-01T00:00:00Z")),
        ],
    )
}

fn file(rules: &[String], prices: &[String]) -> Result<OwnBookFile, DecodeError> {
    let (rules, prices) = (rules.join(","), prices.join(","));
    let text = format!(
        "{{\"schema\":\"forebill.ownbook/1\",\"name\":\"n\",\"currency\":\"USD\",\"rules\":[{rules}],\"prices\":[{prices}]}}"
    );
    decode(text.as_bytes())
}

fn rule(from: &str, percent: &str, more: &str) -> String {
    format!("{{\"effectiveDate\":\"{from}\",\"percent\":\"{percent}\"{more}}}")
}

fn price(id: &str, from: &str, unit_price: &str, more: &str) -> String {
    format!(
        "{{\"meterId\":\"{id}\",\"effectiveDate\":\"{from}\",\"name\":\"N\",\"category\":\"C\",\"unit\":\"1\",\
         \"tiers\":[{{\"from\":0,\"unitPrice\":{unit_price}}}]{more}}}"
    )
}

/// The tiers that the group's book has for a meter at each time, `-` where there is no price.
#[track_caller]
fn check(rules: &[String], prices: &[String], group: Option<&str>, id: &str, expect: &[(&str, &str)]) {
    let file = file(rules, prices).unwrap_or_else(|e| panic!("{e}"));
    let (book, _) = file.book(group, Some(&base())).unwrap_or_else(|e| panic!("{e}"));
    let id = id.parse().unwrap_or_else(|e| panic!("{e}"));
    for (time, tiers) in expect {
        let found = book.price_at(id, at(&format!("{time}T00:00:00Z"))).map(|meter| {
            let tiers = meter.tiers.tiers().iter().map(|tier| tier.unit_price.to_string());
            tiers.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found.as_deref().unwrap_or("-"), *tiers, "{time}");
    }
}

#[test]
fn a_percentage_holds_from_its_date_on_and_never_compounds() {
    let rules = [rule("2026-01-01", "-10", ""), rule("2026-07-01", "+5", "")];
    let vm = [
        ("2019-12-31", "-"),
        ("2025-12-31", "2 1"),
        ("2026-01-01", "1.8 0.9"),
        ("2026-06-01", "3.6 0.9"),
        ("2026-07-01", "4.2 1.05"),
    ];
    check(&rules, &[], None, VM, &vm);
    // The base's end stays, whatever was split before it.
    let blob = [("2026-01-01", "9 0.9"), ("2026-12-31", "10.5 1.05"), ("2027-01-01", "-")];
    check(&rules, &[], None, BLOB, &blob);
}

#[test]
fn the_group_goes_before_everybody_and_the_newest_date_before_older_ones() {
    let group = ",\"group\":\"g\"";
    let rules = [rule("2026-02-01", "-50", group), rule("2026-03-01", "-20", ""), rule("2026-01-01", "-10", "")];
    check(&rules, &[], Some("g"), VM, &[("2026-01-15", "1.8 0.9"), ("2026-02-01", "1 0.5"), ("2026-04-01", "1 0.5")]);
    check(&rules, &[], None, VM, &[("2026-02-15", "1.8 0.9"), ("2026-03-01", "1.6 0.8")]);
    // On one date the narrower counts; a newer date does whatever its width is.
    let storage = ",\"category\":\"storage\"";
    let ids = format!(",\"meterIds\":[\"{BLOB}\"]");
    let rules = [rule("2026-01-01", "-10", ""), rule("2026-01-01", "-20", storage), rule("2026-02-01", "0", "")];
    check(&rules, &[], None, BLOB, &[("2026-01-15", "8 0.8"), ("2026-02-01", "10 1")]);
    check(&rules, &[], None, VM, &[("2026-01-15", "1.8 0.9")]);
    let rules = [rule("2026-01-01", "-20", storage), rule("2026-01-01", "-30", &ids), rule("2026-01-01", "-10", "")];
    check(&rules, &[], None, BLOB, &[("2026-01-15", "7 0.7")]);
    // Both filters of one rule must fit.
    let both = format!("{ids},\"category\":\"Compute\"");
    check(&[rule("2026-01-01", "-30", &both)], &[], None, BLOB, &[("2026-01-15", "10 1")]);
}

#[test]
fn a_price_of_the_meter_goes_before_every_percentage() {
    let group = ",\"group\":\"g\"";
    let rules = [rule("2026-01-01", "-50", group)];
    let prices =
        [price(VM, "2026-02-01", "7", ""), price(VM, "2026-03-01", "6", group), price(NEW, "2026-01-01", "5", "")];
    check(&rules, &prices, Some("g"), VM, &[("2026-01-15", "1 0.5"), ("2026-02-01", "7"), ("2026-06-01", "6")]);
    check(&rules, &prices, None, VM, &[("2026-01-15", "2 1"), ("2026-06-01", "7")]);
    check(&rules, &prices, None, NEW, &[("2025-12-31", "-"), ("2026-01-01", "5")]);
    // It may begin before the base knows the meter, and goes on after the base's price ended.
    let early = [price(BLOB, "2019-01-01", "5", ",\"region\":\"westeurope\"")];
    check(&[], &early, None, BLOB, &[("2019-01-01", "5"), ("2028-01-01", "5")]);
    // In another region it is another price, and the base's stays.
    let elsewhere = [price(BLOB, "2020-01-01", "5", ",\"region\":\"EU North\"")];
    let book =
        file(&[], &elsewhere).and_then(|file| file.book(None, Some(&base()))).unwrap_or_else(|e| panic!("{e}")).0;
    let found = book.price_at(BLOB.parse().unwrap_or_else(|e| panic!("{e}")), at("2026-01-01T00:00:00Z"));
    assert_eq!(found.map(|_| ()), Err(Unpriced::Ambiguous));
}

/// One meter may stand under several SKUs: one price of one's own replaces all of them, and is no contradiction.
#[test]
fn a_price_takes_the_place_of_all_skus_of_use_and_of_nothing_else() {
    let sku = |id: &str| Some(Sku { id: id.into(), arm_name: "".into() });
    let row = |id: &str| Meter { sku: sku(id), ..meter(VM, "V", id, "2020-01-01T00:00:00Z", None) };
    let term = Meter { kind: PriceKind::Reservation { term: "1 Year".into() }, ..row("50") };
    let base = open(Source::Retail, vec![row("2"), row("3"), term]);
    let file = file(&[], &[price(VM, "2026-01-01", "7", "")]).unwrap_or_else(|e| panic!("{e}"));
    let (book, _) = file.book(None, Some(&base)).unwrap_or_else(|e| panic!("{e}"));
    let id = VM.parse().unwrap_or_else(|e| panic!("{e}"));
    let price = |time| book.price_at(id, at(time)).map(|meter| meter.tiers.first_charged_price().to_string());
    assert_eq!(price("2025-01-01T00:00:00Z"), Err(Unpriced::Ambiguous));
    assert_eq!(price("2026-01-01T00:00:00Z").as_deref(), Ok("7"));
    let kept = book.meters().iter().filter(|meter| meter.kind != PriceKind::Consumption).count();
    assert_eq!((kept, book.meters().len()), (1, 5));
}

#[test]
fn the_header_names_book_group_and_base() {
    let file = file(&[rule("2026-01-01", "-10", ",\"group\":\"g\"")], &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(file.groups(), [Some("g")]);
    let base = open(Source::PriceSheet, vec![meter(VM, "V", "2", "2020-01-01T00:00:00Z", None)]);
    let (book, _) = file.book(Some("g"), Some(&base)).unwrap_or_else(|e| panic!("{e}"));
    let header = book.header();
    let own = header.own.as_ref().map(|own| (&*own.name, own.group.as_deref(), own.base.as_ref(), own.base_source));
    assert_eq!(own, Some(("n", Some("g"), Some(&base.id), Some(Source::PriceSheet))));
    assert!(header.source == Source::Own && header.offer == base.header().offer && header.prices_are_per_block());
    // Over an own book the lowest base still decides what a unit is.
    let over = OpenBook { id: BookId::of(&format::to_bytes(&book)), book };
    let (twice, _) = file.book(Some("g"), Some(&over)).unwrap_or_else(|e| panic!("{e}"));
    assert!(twice.header().prices_are_per_block());
    let read = format::open(&format::to_bytes(&twice)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((read.book.meters(), read.book.header()), (twice.meters(), twice.header()));
}

#[test]
fn a_rule_that_meets_nothing_is_told() {
    let rules = [rule("2026-01-01", "-10", ",\"category\":\"Storag\""), rule("2026-01-01", "-10", "")];
    let (_, warnings) = file(&rules, &[]).and_then(|f| f.book(None, Some(&base()))).unwrap_or_else(|e| panic!("{e}"));
    let paths: Vec<_> = warnings.iter().map(|warning| warning.path.as_deref()).collect();
    assert_eq!(paths, [Some("rules[0]")]);
}

#[track_caller]
fn refused(rules: &[String], prices: &[String], says: &str, path: &str) {
    let made = file(rules, prices).and_then(|file| file.book(None, Some(&base())));
    match made {
        Ok(_) => panic!("accepted"),
        Err(error) => assert!(error.message.contains(says) && error.path.starts_with(path), "{error}"),
    }
}

#[test]
fn what_has_no_right_reading_is_refused() {
    let day = "2026-01-01";
    refused(
        &[rule(day, "-10", ""), rule(day, "5", "")],
        &[],
        "all meters from the same date, after rules[0]",
        "rules[1]",
    );
    let ids = |list: &str| format!(",\"meterIds\":[{list}]");
    let (one, both) = (ids(&format!("\"{VM}\"")), ids(&format!("\"{BLOB}\",\"{}\"", VM.to_uppercase())));
    refused(&[rule(day, "1", &one), rule(day, "2", &both)], &[], VM, "rules[1]");
    refused(&[rule(day, "1", &ids(&format!("\"{VM}\",\"{VM}\"")))], &[], "a second rule", "rules[0]");
    let category = |name: &str| format!(",\"category\":\"{name}\"");
    refused(&[rule(day, "1", &category("Storage")), rule(day, "2", &category("storage"))], &[], "category", "rules[1]");
    let twice = [price(VM, day, "1", ",\"region\":\"EU West\""), price(VM, day, "1", ",\"region\":\"westeurope\"")];
    refused(&[], &twice, "after prices[0]", "prices[1]");
    refused(&[], &[], "neither rules nor prices", "rules");
    for (percent, says) in
        [("-100.01", "more off a price"), ("+-5", "one sign"), ("++5", "not a decimal"), ("5%", "not")]
    {
        refused(&[rule(day, percent, "")], &[], says, "rules[0].percent");
    }
    for bad in ["2026-02-30", "2026-1-1", "2026-01-01T00:00:00", "01.01.2026", ""] {
        refused(&[rule(bad, "1", "")], &[], "not a day such as 2026-11-01", "rules[0].effectiveDate");
    }
    refused(&[rule(day, "1", ",\"meterIds\":[]")], &[], "leave meterIds out", "rules[0].meterIds");
    refused(&[rule(day, "1", ",\"meterId\":1")], &[], "unknown field `meterId`", "rules[0]");
    refused(&[], &[price(VM, day, "-1", "")], "below zero", "prices[0].tiers");
    refused(&[], &[price(VM, day, "1", ",\"model\":\"package\"")], "without its size", "prices[0].packageSize");
    refused(&[], &[price(VM, day, "1", ",\"packageSize\":5")], "model package only", "prices[0].packageSize");
    let file = file(&[rule(day, "1", "")], &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(file.book(None, None).map(|_| ()).map_err(|e| e.path), Err("rules[0]".into()));
    let euro = OwnBookFile { currency: "EUR".parse().unwrap_or_else(|e| panic!("{e}")), ..file };
    assert_eq!(euro.book(None, Some(&base())).map(|_| ()).map_err(|e| e.path), Err("currency".into()));
}

#[test]
fn whole_percentages_give_exact_prices() {
    check(&[rule("2026-01-01", "-100", "")], &[], None, VM, &[("2026-01-01", "0 0")]);
    check(
        &[rule("2026-01-01", "33.3333333333", "")],
        &[],
        None,
        VM,
        &[("2026-01-01", "2.666666666666 1.333333333333")],
    );
    check(&[rule("2026-01-01", "1E+2", "")], &[], None, VM, &[("2026-01-01", "4 2")]);
}

/// (months after 2026-01, percent, group's own, narrowness: everything, the category, the meter)
type AnyRule = (u8, i8, bool, u8);

fn month(after: u8) -> String {
    format!("{}-{:02}-01", 2026 + u32::from(after) / 12, 1 + after % 12)
}

proptest! {
    /// Truth: the order of precedence as the module states it, asked anew at each month, without any timeline.
    #[test]
    fn at_any_time_the_rule_that_goes_first_changes_the_price_of_the_base(
        starts in proptest::collection::btree_map(0_u8..30, 1_u32..1000, 1..4),
        ends in proptest::option::of(0_u8..30),
        rules in proptest::collection::vec((0_u8..30, -100_i8..100, any::<bool>(), 0_u8..3), 1..8),
    ) {
        let mut rows: Vec<Meter> = (starts.iter())
            .map(|(from, price)| meter(VM, "Compute", &price.to_string(), &format!("{}T00:00:00Z", month(*from)), None))
            .collect();
        if let (Some(last), Some(end)) = (rows.last_mut(), ends) {
            let end = at(&format!("{}T00:00:00Z", month(end)));
            last.ends_at = Some(end).filter(|end| *end > last.effective_at);
        }
        let base = open(Source::Retail, rows);
        let text = |(from, percent, own, narrow): &AnyRule| {
            let group = if *own { ",\"group\":\"g\"" } else { "" };
            let filter = match narrow {
                0 => String::new(),
                1 => ",\"category\":\"compute\"".into(),
                _ => format!(",\"meterIds\":[\"{VM}\"]"),
            };
            rule(&month(*from), &percent.to_string(), &format!("{group}{filter}"))
        };
        let texts: Vec<String> = rules.iter().map(text).collect();
        let keys: BTreeSet<(u8, bool, u8)> = rules.iter().map(|(from, _, own, narrow)| (*from, *own, *narrow)).collect();
        let made = file(&texts, &[]);
        prop_assert_eq!(made.is_ok(), keys.len() == rules.len());
        let Ok(made) = made else { return Ok(()) };
        let (book, _) = made.book(Some("g"), Some(&base)).unwrap_or_else(|e| panic!("{e}"));
        let id = VM.parse().unwrap_or_else(|e| panic!("{e}"));
        for probe in 0_u8..32 {
            let time = at(&format!("{}T00:00:00Z", month(probe)));
            let begun = rules.iter().filter(|(from, ..)| *from <= probe);
            let first = begun.max_by_key(|(from, _, own, narrow)| (*own, *from, *narrow));
            let hundred = Decimal::from(100);
            let factor = first.map_or(hundred, |(_, percent, ..)| Decimal::new(100 + i128::from(*percent), 0));
            let price = |book: &RateBook, factor: Decimal| {
                let price = book.price_at(id, time).map(|meter| meter.tiers.tiers()[0].unit_price);
                price.map(|price| price.times(factor).unwrap_or_else(|e| panic!("{e}")))
            };
            prop_assert_eq!(price(&book, hundred), price(&base.book, factor), "{}", month(probe));
        }
    }
}
