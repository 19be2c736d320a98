//! Lines as people type them, read by hand.

use super::*;

/// What a book would know.
fn knows(word: &str) -> bool {
    let words =
        ["d4s", "v5", "linux", "zrs", "hot", "blob", "sql", "database", "2", "vcore", "data", "transfer", "out"];
    words.contains(&word)
}

/// `query | region | quantity unit | schedule | count | unknown`, and the parts in brackets with their roles.
fn shown(text: &str) -> (String, String) {
    let line = Line::read(text, knows);
    let role = |role: Role| match role {
        Role::Meter => 'm',
        Role::Region => 'r',
        Role::Quantity => 'q',
        Role::Schedule => 's',
        Role::Count => 'c',
        Role::Filler => 'f',
        Role::Unknown => '?',
    };
    let optional = |number: Option<Decimal>| number.map_or("-".into(), |number| number.to_string());
    let schedule = line.schedule.map_or("-".into(), |(hours, days)| format!("{hours}h {days}d"));
    let read = format!(
        "{} | {} | {} {}{} | {schedule} | {} | {}",
        line.query,
        line.region.unwrap_or("-"),
        optional(line.quantity),
        line.unit.as_deref().unwrap_or("-"),
        line.per.map_or(String::new(), |per| format!("/{per:?}")),
        optional(line.count),
        line.unknown.join(","),
    );
    let parts: Vec<String> =
        line.parts.iter().map(|part| format!("{}[{}]", role(part.role), &text[part.place.clone()])).collect();
    (read, parts.join(" "))
}

#[track_caller]
fn reads(text: &str, expect: &str) {
    assert_eq!(shown(text).0, expect, "{text}: {}", shown(text).1);
}

#[test]
fn the_two_lines_of_every_demonstration() {
    let (read, parts) = shown("d4s v5 linux westeurope 12h weekdays x3");
    assert_eq!(read, "d4s v5 linux | westeurope | - - | 12h 5d | 3 | ");
    assert_eq!(parts, "m[d4s] m[v5] m[linux] r[westeurope] s[12h] s[weekdays] c[x3]");
    let (read, parts) = shown("400 GB zrs hot blob");
    assert_eq!(read, "zrs hot blob | - | 400 GB | - | - | ");
    assert_eq!(parts, "q[400 GB] m[zrs] m[hot] m[blob]");
}

#[test]
fn places_are_bytes_of_the_text_whatever_stands_there() {
    let (read, parts) = shown("  d4s\u{a0}v5   größer   ×2  in West Europe ");
    assert_eq!(read, "d4s v5 | westeurope | - - | - | 2 | größer");
    assert_eq!(parts, "m[d4s] m[v5] ?[größer] c[×2] f[in] r[West Europe]");
}

#[test]
fn quantities() {
    reads("data transfer out 1.5tb", "data transfer out | - | 1.5 TB | - | - | ");
    reads("10 million operations hot blob", "hot blob | - | 10000000 Operations | - | - | ");
    reads("blob 50k requests per month", "blob | - | 50000 Requests | - | - | ");
    reads("blob 1,000 GB/month", "blob | - | 1000 GB | - | - | ");
    reads("blob 1,5 GB", "blob | - | - - | - | - | 1,5,GB");
    reads("d4s 730 hours", "d4s | - | 730 Hours | - | - | ");
    reads("d4s 12h", "d4s | - | 12 Hours | - | - | ");
    reads("blob 50k requests per day", "blob | - | 50000 Requests/Day | - | - | ");
    reads("blob 2 GB/hour", "blob | - | 2 GB/Hour | - | - | ");
    reads("blob 50/day", "blob | - | 50 -/Day | - | - | ");
    reads("blob 50 per day", "blob | - | 50 -/Day | - | - | ");
    reads("blob 5k / week", "blob | - | 5000 -/Week | - | - | ");
    reads("blob 1000/month", "blob | - | 1000 - | - | - | ");
    reads("blob 10 million operations/day", "blob | - | 10000000 Operations/Day | - | - | ");
    reads("blob 50/year", "blob | - | - - | - | - | 50/year");
    // The second quantity is none: it is told, not dropped.
    reads("blob 5 GB 6 GB", "blob | - | 5 GB | - | - | 6,GB");
}

#[test]
fn schedules() {
    reads("d4s 24x7", "d4s | - | - - | 24h 7d | - | ");
    reads("d4s 24/7", "d4s | - | - - | 24h 7d | - | ");
    reads("d4s 8x5", "d4s | - | - - | 8h 5d | - | ");
    reads("d4s 8h/day", "d4s | - | - - | 8h 7d | - | ");
    reads("d4s 8 hours a day 5 days a week", "d4s | - | - - | 8h 5d | - | ");
    reads("d4s weekends", "d4s | - | - - | 24h 2d | - | ");
    reads("d4s 25h/day", "d4s | - | - - | - | - | 25h/day");
    reads("d4s 12h weekdays weekends", "d4s | - | - - | 12h 5d | - | weekends");
}

#[test]
fn counts() {
    for text in ["3 d4s v5", "d4s v5 x3", "d4s v5 3x", "d4s v5 x 3", "d4s v5 ×3"] {
        reads(text, "d4s v5 | - | - - | - | 3 | ");
    }
    // In the middle a number belongs to a name.
    reads("sql database 2 vcore", "sql database 2 vcore | - | - - | - | - | ");
    reads("3 GB blob", "blob | - | 3 GB | - | - | ");
    reads("d4s x0.5", "d4s | - | - - | - | - | x0.5");
}

#[test]
fn regions_in_three_spellings() {
    for text in ["d4s westeurope", "d4s west europe", "West Europe d4s", "d4s EU West"] {
        reads(text, "d4s | westeurope | - - | - | - | ");
    }
    reads("d4s us east 2", "d4s | eastus2 | - - | - | - | ");
    reads("d4s nowhere", "d4s | - | - - | - | - | nowhere");
}

#[test]
fn a_line_becomes_an_item_when_it_says_what_and_how_much() {
    let item = |text: &str| Line::read(text, knows).item();
    assert!(item("d4s v5").is_none() && item("12h").is_none() && item("").is_none());
    let item = item("3 d4s v5 eu west 12h weekdays").unwrap();
    assert_eq!((item.query.as_deref(), item.region.as_deref()), (Some("d4s v5"), Some("westeurope")));
    assert_eq!((item.count, item.quantity), (Some(Decimal::from(3)), None));
    let schedule = item.schedule.unwrap();
    assert_eq!((schedule.hours_per_day, schedule.days_per_week), (Decimal::from(12), Decimal::from(5)));
}

#[test]
fn nothing_that_is_typed_breaks_it() {
    for text in
        ["", " ", "x", "×", "1", "/", "1/", "x x", "1e9 GB", ".", ",", "9,", "1.GB", "/day", "8h/", "\u{0}", "½ GB"]
    {
        let line = Line::read(text, |_| false);
        assert!(line.parts.iter().all(|part| text.get(part.place.clone()).is_some()), "{text}");
        let _ = line.item();
    }
    let long = "d4s ".repeat(10_000);
    assert_eq!(Line::read(&long, knows).parts.len(), 100);
    let digits = format!("{} GB", "9".repeat(390));
    assert_eq!(Line::read(&digits, knows).quantity, None);
}
