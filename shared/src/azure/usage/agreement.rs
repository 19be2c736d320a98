//! The fast reader and the general parser agree on every text: the same rows, or the same refusal.
//!
//! Texts are made from dice, so that a page looks like Azure's in most of its bytes and like nobody's in some:
//! any order and white space, every odd value that was ever reported, and then bytes cut, changed and doubled.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::general::{self, General};
use super::*;

/// `FOREBILL_LAW_CASES` in the environment of the build asks for a longer search, as for the laws of prices.
pub(super) const CASES: u32 = match option_env!("FOREBILL_LAW_CASES") {
    Some(text) => match u32::from_str_radix(text, 10) {
        Ok(cases) => cases,
        Err(_) => panic!("FOREBILL_LAW_CASES is a whole number"),
    },
    None => 10_000,
};

/// What a decoder answered, in a form to compare.
type Answer = Result<(Vec<UsageAggregate>, Option<String>, Vec<Warning>, Vec<usize>), DecodeError>;

fn answer(page: Result<UsagePage, DecodeError>) -> Answer {
    page.map(|page| (page.rows, page.next_link, page.warnings, page.lines))
}

/// Files as they were read before there was a fast reader.
pub(super) fn file_by_general_parser(bytes: &[u8]) -> Result<UsagePage, DecodeError> {
    let mut parser = General::default();
    let whole = match parser.page(bytes) {
        Ok(page) => return Ok(page),
        Err(whole) => whole,
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut page = UsagePage { rows: Vec::new(), next_link: None, warnings: Vec::new(), lines: Vec::new() };
    for (index, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if page.rows.is_empty() && !general::looks_like_a_row(line) {
            return Err(whole);
        }
        let path = || format!("line {} properties", index + 1);
        let row = parser.row(line, &path, &mut page.warnings);
        // A refusal names the line as a number and not in its path.
        let renamed = |error: DecodeError| match parser.row(line, &|| "properties".into(), &mut Vec::new()) {
            Err(plain) => DecodeError { line: index + 1, ..plain },
            Ok(_) => error,
        };
        page.rows.push(row.map_err(renamed)?);
        page.lines.push(index + 1);
    }
    if page.rows.is_empty() { Err(whole) } else { Ok(page) }
}

/// Reads the texts one after another with one decoder, each as the general parser reads it alone.
fn check(texts: &[Vec<u8>]) -> Result<(), TestCaseError> {
    let mut decoder = Decoder::default();
    for text in texts {
        let expected = answer(General::default().page(text));
        let shown = || String::from_utf8_lossy(text).into_owned();
        prop_assert_eq!(&answer(decoder.page(text)), &expected, "as a page: {}", shown());
        let expected = answer(file_by_general_parser(text));
        prop_assert_eq!(&answer(decoder.file(text)), &expected, "as a file: {}", shown());
    }
    Ok(())
}

/// Equal seeds, equal throws.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % limit as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at + 1);
            list.swap(at, other);
        }
    }
}

/// How one page writes its rows.
struct Style {
    order: Vec<usize>,
    colon: &'static str,
    comma: &'static str,
    missing: Vec<&'static str>,
    properties_first: bool,
    /// One value in so many is odd, and one in so many is wrong.
    odd: usize,
    wrong: usize,
}

const SPACES: [&str; 5] = ["", "", " ", "\n  ", "\t\r\n"];

fn style(dice: &mut Dice, in_lines: bool) -> Style {
    let spaces = if in_lines { &SPACES[..3] } else { &SPACES[..] };
    let mut order: Vec<usize> = (0..13).collect();
    if dice.one_in(2) {
        dice.shuffle(&mut order);
    }
    let optional = ["infoFields", "instanceData", "meterRegion", "meterSubCategory", "meterName", "unit", "extra"];
    Style {
        order,
        colon: [":", ":", ": ", " : "][dice.below(4)],
        comma: [",", ", ", ",\n", "\n ,\t"][dice.below(if in_lines { 2 } else { 4 })],
        missing: optional.into_iter().filter(|_| dice.one_in(4)).collect(),
        properties_first: dice.one_in(4),
        odd: [3, 20, 1000][dice.below(3)],
        wrong: [100, 5000, 100_000][dice.below(3)],
    }
    .with_spaces(dice.of(spaces))
}

impl Style {
    fn with_spaces(mut self, spaces: &'static str) -> Style {
        if !spaces.is_empty() && self.comma == "," {
            self.comma = if spaces == " " { ", " } else { self.comma };
        }
        self
    }
}

const INSTANCES: [&str; 4] = [
    r#""{\"Microsoft.Resources\":{\"resourceUri\":\"/subscriptions/s/resourceGroups/g/vm-1\",\"location\":\"euwest\",\"tags\":{\"costCenter\":\"CC1\"},\"additionalInfo\":null}}""#,
    r#""{\"Microsoft.Resources\":{\"resourceUri\":\"/subscriptions/s/resourceGroups/g/vm-2\",\"location\":\"euwest\",\"tags\":{\"costCenter\":\"Zo\u00eb \\\"2\\\"\"}}}""#,
    r#""{\"Microsoft.Resources\":{\"resourceUri\":\"/subscriptions/s/resourceGroups/g/vm-1\",\"location\":\"euwest\",\"tags\":{\"costCenter\":\"CC2\"}}}""#,
    r#"{"resourceUri":"/vm-3","location":"","tags":"{\"costCenter\":\"CC1\"}"}"#,
];

/// The value of a key: usual, odd or wrong.
fn value(dice: &mut Dice, style: &Style, key: &str) -> String {
    let odd = dice.one_in(style.odd);
    let wrong = dice.one_in(style.wrong);
    let texts = ["\"A\"", "\"B 2\"", "\"\""];
    let odd_texts = ["\"Zo\u{eb}\"", "\"\\u00eb\"", "null", "\"\\ud83d\\ude00\"", "\"\\\\\"", "\"a\\\"}\\\\\\\"{b\""];
    let wrong_texts = ["17", "\"\\ud800\"", "\"a\tb\"", "{}", "\"\\q\"", "nul", "\"\\u12\"", "[\"A\"", ""];
    let guids = ["\"11111111-2222-3333-4444-555555555555\"", "\"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\""];
    let odd_guids =
        ["\"0E9D0C9B-AB6D-4312-9C7E-3794E22AF9C4\"", "\"\\u0031e9d0c9b-ab6d-4312-9c7e-3794e22af9c4\"", guids[0]];
    let day = |n: usize| format!("\"2026-11-{:02}T00:00:00+00:00\"", n + 1);
    match (key, odd, wrong) {
        ("subscriptionId" | "meterId", _, true) => dice.of(&["\"x\"", "null", "\"0e9d0c9b\"", "1"]).into(),
        ("subscriptionId" | "meterId", true, _) => dice.of(&odd_guids).into(),
        ("subscriptionId" | "meterId", ..) => dice.of(&guids).into(),
        ("usageStartTime" | "usageEndTime", _, true) => dice
            .of(&["\"2026-13-01T00:00:00Z\"", "null", "\"\"", "\"1999-01-01T00:00:00Z\"", "\"2030-01-01\"", "0"])
            .into(),
        ("usageStartTime", true, _) => dice
            .of(&[
                "\"2026-11-01T00:00:00Z\"",
                "\"2026-11-01T03:00:00-07:00\"",
                "\"2026-11-01T00:00:00\"",
                "\"2026-11-01T00:00:00.25Z\"",
                "\"2026\\u002d11-01T00:00:00Z\"",
            ])
            .into(),
        ("usageEndTime", true, _) => dice
            .of(&[
                "\"2026-11-02T00:00:00+00:00\"",
                "\"2026-11-30T00:00:00Z\"",
                "\"2026-11-30T03:00:00-07:00\"",
                "\"2026-11-30T00:00:00.5Z\"",
            ])
            .into(),
        ("usageStartTime", ..) => day(dice.below(3)),
        ("usageEndTime", ..) => day(20),
        ("quantity", _, true) => dice
            .of(&["01", "1.", "null", "\"x\"", "-", "1e", "", ".5", "+1", "1e999", "\"\"", "1 2", "9e75", "1e-77"])
            .into(),
        ("quantity", true, _) => dice
            .of(&[
                "2E-06",
                "1.5e3",
                "\"12.50\"",
                "1234567890123456789012345678",
                "0.0000000000000000000000000001",
                "-0",
                "-0.0",
                "99999999.9999999999",
                "100000000",
                "922337203.6854775807",
                "922337203.6854775808",
                "-922337203.6854775808",
                "12.30000000000000",
                "1e-10",
                "1e-11",
                "10000000000000000000000000000000000000000000000000000000000000000",
            ])
            .into(),
        ("quantity", ..) => format!("{}.{:0width$}", dice.below(1000), dice.below(10), width = dice.below(10) + 1),
        ("instanceData", _, true) => {
            dice.of(&["\"{cut\"", "17", "[]", "{\"other\":1}", "\"\"", "\"\\ud800\"", "{\"a\"", "\"/vm-3\""]).into()
        }
        ("instanceData", true, _) => {
            dice.of(&["null", INSTANCES[3], "\"{\\\"resourceUri\\\":\\\"17\\\"}\"", "17"]).into()
        }
        ("instanceData", ..) => INSTANCES[dice.below(3)].into(),
        ("infoFields", _, true) => dice.of(&["[]", "\"\"", "{\"a\"}", "{\"a\":1,}"]).into(),
        ("infoFields", true, _) => match dice.below(4) {
            0 => format!("{{\"deep\":{}1{}}}", "[".repeat(dice.below(140)), "]".repeat(dice.below(140))),
            1 => {
                let n = dice.below(140);
                format!("{{\"deep\":{}1{}}}", "[".repeat(n), "]".repeat(n))
            }
            _ => dice.of(&["null", "{\"project\":\"p\"}", "{\"b\":1,\"a\":[1,{\"c\":null}]}", "{ }"]).into(),
        },
        ("infoFields", ..) => "{}".into(),
        ("extra", ..) => dice.of(&["1", "\"x\"", "\"\\ud800\"", "{\"a\":[]}", "true", "[1, 2]", "-0.5e7"]).into(),
        ("name", false, false) => format!("\"Daily_BRSDT_2026110{}_0000\"", dice.below(3)),
        ("type", ..) => "\"Microsoft.Commerce/UsageAggregate\"".into(),
        (_, _, true) => dice.of(&wrong_texts).into(),
        (_, true, _) => dice.of(&odd_texts).into(),
        _ => dice.of(&texts).into(),
    }
}

const PROPERTIES: [&str; 13] = [
    "subscriptionId",
    "usageStartTime",
    "usageEndTime",
    "meterId",
    "meterName",
    "meterCategory",
    "meterSubCategory",
    "meterRegion",
    "unit",
    "infoFields",
    "quantity",
    "instanceData",
    "extra",
];

fn object(dice: &mut Dice, style: &Style, keys: &[&str], last: Option<String>) -> String {
    let mut members: Vec<String> = Vec::new();
    for key in keys {
        if style.missing.contains(key) != dice.one_in(style.odd * 5) {
            continue;
        }
        let value = value(dice, style, key);
        // A key may stand in disguise, in another case, or twice.
        let written = match dice.below(style.odd * 100) {
            0 => key.replacen('e', "\\u0065", 1),
            1 => key.to_uppercase(),
            _ => (*key).to_owned(),
        };
        members.push(format!("\"{written}\"{}{value}", style.colon));
        if dice.one_in(style.wrong * 10) {
            members.extend(members.last().cloned());
        }
    }
    if let Some(last) = last {
        let at = if style.properties_first { 0 } else { members.len() };
        members.insert(at, format!("\"properties\"{}{last}", style.colon));
    }
    format!("{{{}}}", members.join(style.comma))
}

fn row(dice: &mut Dice, style: &Style) -> String {
    let keys: Vec<&str> = style.order.iter().map(|n| PROPERTIES[*n]).collect();
    let properties = object(dice, style, &keys, None);
    object(dice, style, &["id", "name", "type"], Some(properties))
}

/// A page, or its rows as lines.
pub(super) fn text(dice: &mut Dice) -> Vec<u8> {
    let in_lines = dice.one_in(3);
    let mut styles = vec![style(dice, in_lines)];
    while dice.one_in(3) {
        styles.push(style(dice, in_lines));
    }
    let count = dice.below(12);
    let rows: Vec<String> = (0..count)
        .map(|_| {
            let at = dice.below(styles.len());
            row(dice, &styles[at])
        })
        .collect();
    let mut text = String::new();
    if dice.one_in(20) {
        text.push('\u{feff}');
    }
    if in_lines {
        for row in rows {
            let _ = write!(text, "{row}{}", dice.of(&["\n", "\n", "\r\n", "\n\n", " \n", "\n \n", "\n\u{c}\n"]));
        }
        return text.into_bytes();
    }
    let space = dice.of(&SPACES);
    let list = rows.join(&format!("{space},{}", dice.of(&SPACES)));
    let value = format!("\"value\"{space}:{space}[{space}{list}{space}]");
    let link = dice.of(&[
        "\"nextLink\":\"https://a/b?c=%3d\"",
        "\"nextLink\":null",
        "\"nextLink\":\"\\u0061\"",
        "\"x\":\"\\ud800\"",
    ]);
    let _ = match dice.below(6) {
        0 => write!(text, "{{{link},{value}}}"),
        1 => write!(text, "{{{value},{link}}}"),
        2 => write!(text, "{{{value},{link},{}}}", dice.of(&["\"value\":[]", "\"nextLink\":1", "\"z\":[1,{}]", ""])),
        3 => write!(text, "{space}{{{space}{value}{space}}}{}", dice.of(&["", "", "\n", "x", "{}"])),
        _ => write!(text, "{{{value}}}"),
    };
    text.into_bytes()
}

/// What has a meaning in JSON, and what may not stand in it.
const ODD_BYTES: &[u8] = b"\"\\{}[],:0159-+.eE \n\t\rnatu\x00\x1f\xc3\xff";

/// Bytes cut, changed, added, doubled.
fn mutate(dice: &mut Dice, text: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    let at = dice.below(text.len());
    match dice.below(6) {
        0 => text.truncate(at),
        1 => text[at] = dice.below(256) as u8,
        2 => text[at] = ODD_BYTES[dice.below(ODD_BYTES.len())],
        3 => drop(text.remove(at)),
        4 => text.insert(at, ODD_BYTES[dice.below(ODD_BYTES.len())]),
        _ => {
            let end = text.len().min(at + dice.below(40));
            let doubled = text[at..end].to_vec();
            text.splice(at..at, doubled);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_texts_are_read_as_the_general_parser_reads_them(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let first = text(&mut dice);
        let mut texts = vec![first.clone(), first.clone(), text(&mut dice)];
        for _ in 0..2 {
            let mut mutated = first.clone();
            for _ in 0..=dice.below(3) {
                mutate(&mut dice, &mut mutated);
            }
            texts.push(mutated);
        }
        texts.push(first);
        check(&texts)?;
    }
}

/// The same form in every row, so that nearly all of it is recognised: a change of any byte must be seen.
fn plain_page() -> String {
    let rows: Vec<String> = (0..6)
        .map(|n| {
            format!(
                r#"{{"id":"/subscriptions/s/x","name":"Daily_BRSDT_20261102_0000","type":"t","properties":{{"subscriptionId":"11111111-2222-3333-4444-555555555555","usageStartTime":"2026-11-0{}T00:00:00+00:00","usageEndTime":"2026-11-09T00:00:00+00:00","meterId":"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4","meterName":"Zo\u00eb","meterRegion":"","unit":"1 GB","infoFields":{{}},"quantity":1{n}.5,"instanceData":{}}}}}"#,
                1 + n / 3,
                INSTANCES[n % 3]
            )
        })
        .collect();
    format!(r#"{{"value":[{}],"nextLink":"https://a/b"}}"#, rows.join(","))
}

/// Not by chance: two hundred thousand pages that differ from a good one in a byte or a few.
#[test]
fn a_changed_byte_is_read_as_the_general_parser_reads_it() {
    let page = plain_page().into_bytes();
    let lines = plain_page().replace("},{\"id\"", "}\n{\"id\"").replace("{\"value\":[", "");
    let lines = lines.split("],\"nextLink").next().unwrap_or_default().as_bytes().to_vec();
    let mut decoder = Decoder::default();
    let (mut accepted, mut dice) = (0, Dice(20_261_123));
    assert!(decoder.page(&page).is_ok_and(|page| page.rows.len() == 6));
    assert!(decoder.file(&lines).is_ok_and(|page| page.rows.len() == 6));
    for n in 0..200_000 {
        let in_lines = n % 8 == 0;
        let mut text = if in_lines { lines.clone() } else { page.clone() };
        mutate(&mut dice, &mut text);
        let (ours, theirs) = if in_lines {
            (decoder.file(&text), file_by_general_parser(&text))
        } else {
            (decoder.page(&text), General::default().page(&text))
        };
        let (ours, theirs) = (answer(ours), answer(theirs));
        accepted += u32::from(ours.is_ok());
        assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(&text));
    }
    // Both happen often, otherwise the loop shows little.
    assert!((20_000..180_000).contains(&accepted), "{accepted}");
}

/// Guards the two above: the fast reader is really asked, and really answers.
#[test]
fn a_plain_page_needs_no_general_parser_twice() {
    let page = plain_page();
    let mut reader = Reader::default();
    let mut rows = Rows(Vec::new());
    for _ in 0..3 {
        assert!(reader.page(page.as_bytes(), &mut General::default(), &mut rows).is_some());
    }
    assert_eq!((rows.0.len(), reader.pages_seen()), (18, (18, 4)));
}

/// Two values that were each read before may contradict each other.
#[test]
fn known_times_in_the_wrong_order_are_refused() {
    let row = |start: u32, end: u32| {
        format!(
            r#"{{"properties":{{"subscriptionId":"11111111-2222-3333-4444-555555555555","usageStartTime":"2026-11-0{start}","quantity":1,"usageEndTime":"2026-11-0{end}","unit":"1","meterId":"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4"}}}}"#
        )
    };
    let page = |rows: &[String]| format!(r#"{{"value":[{}]}}"#, rows.join(",")).into_bytes();
    let (good, bad) = (page(&[row(1, 2), row(5, 9), row(1, 9)]), page(&[row(1, 2), row(5, 2)]));
    let expected = General::default().page(&bad).map(|page| page.rows);
    assert!(expected.is_err());
    let (mut rows, mut columns) = (Decoder::default(), ColumnDecoder::default());
    assert!(rows.page(&good).is_ok_and(|page| page.rows.len() == 3));
    assert!(columns.page(&good).is_ok_and(|page| page.rows == 3));
    assert_eq!(rows.page(&bad).map(|page| page.rows), expected);
    assert_eq!(columns.page(&bad).map(|page| page.rows), expected.map(|rows| rows.len()));
    assert_eq!(columns.finish().columns.len(), 3);
}
