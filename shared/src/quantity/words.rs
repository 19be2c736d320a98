//! Words for things that are counted: the few that have a name of their own, and how the others are written.
//!
//! A word that is in no table is a thing of its own: it keeps its name.

use super::thing::{Kind, Stuff};
use crate::letters;

/// `per` in other languages. In English some of them mean something else (`Pro`), so a time has to follow.
pub(super) fn is_foreign_per(lower: &str) -> bool {
    ["por", "pro", "par", "je", "za", "al", "в"].contains(&lower)
}

/// `每月`: per month in one word. What follows the sign.
pub(super) fn after_each(word: &str) -> Option<&str> {
    word.strip_prefix('每').or_else(|| word.strip_prefix('毎')).filter(|rest| !rest.is_empty())
}

/// Plain pieces in other languages than English.
const PIECES: [&str; 27] = [
    "unidad",
    "unidade",
    "unidades",
    "unité",
    "unités",
    "unità",
    "einheit",
    "einheiten",
    "eenheid",
    "eenheden",
    "enhet",
    "enheter",
    "jednostka",
    "jednostki",
    "jednotka",
    "jednotky",
    "egység",
    "birim",
    "个",
    "個",
    "件",
    "单位",
    "單位",
    "단위",
    "回",
    "次",
    "회",
];

/// Things that the open data of the FinOps toolkit names in its own way: what is written, in singular, what it
/// is, and the name. Two words win over one.
const NAMES: [(&str, Named, &str); 17] = [
    ("unit", Named::Pieces(1), "Units"),
    ("count", Named::Pieces(1), "Count"),
    ("unassigned", Named::Pieces(1), "Units"),
    ("thousand", Named::Pieces(1_000), "Thousand"),
    ("million", Named::Pieces(1_000_000), "Million"),
    ("billion", Named::Pieces(1_000_000_000), "Billion"),
    ("api", Named::Thing("api"), "APIs"),
    ("api call", Named::Thing("request"), "Requests"),
    ("print job", Named::Thing("request"), "Requests"),
    ("key use", Named::Thing("key"), "Keys"),
    ("text", Named::Thing("message"), "Messages"),
    ("dvc", Named::Thing("configuration"), "Configurations"),
    ("vm", Named::Thing("virtual machine"), "Virtual Machines"),
    ("virtual machine", Named::Thing("virtual machine"), "Virtual Machines"),
    ("data point", Named::Thing("data point"), "Data Points"),
    ("cubic meter", Named::Measure("cubic meter"), "Cubic Meters"),
    ("iops", Named::Measure("iops"), "IOPS"),
];

#[derive(Clone, Copy)]
enum Named {
    Pieces(u128),
    Thing(&'static str),
    /// Not counted in pieces: nobody means five of them by typing 5.
    Measure(&'static str),
}

/// A thing with a name of its own, by its singular in lower case.
pub(super) fn named(singular: &str) -> Option<Stuff> {
    if PIECES.contains(&singular) {
        return named("unit");
    }
    let (_, what, name) = NAMES.iter().find(|(known, ..)| *known == singular)?;
    let (kind, each) = match what {
        Named::Pieces(each) => (Kind::Pieces, *each),
        Named::Thing(key) => (Kind::Counted((*key).into()), 1),
        Named::Measure(key) => (Kind::Other((*key).into()), 1),
    };
    Some(Stuff::new(kind, each, (*name).into()))
}

/// Users that were there in the month or on the day.
pub(super) fn active_users(lower: &str) -> Option<&'static str> {
    match lower {
        "mau" | "maus" => Some("monthly"),
        "dau" | "daus" => Some("daily"),
        _ => None,
    }
}

/// Whether `<word> Hours` are hours of what the word names (`Core Hours`) and not a measure times hours
/// (`DBU Hours`, `Unit Hours`). Measures are abbreviations.
pub(super) fn only_says_what_ran(lower: &str) -> bool {
    let short = ["vm", "app", "job", "pod", "bot", "run"].contains(&lower);
    short || (lower != "unit" && lower != "units" && lower.chars().count() > 3)
}

/// In singular and lower case: what makes two spellings one thing.
pub(super) fn singular(text: &str) -> String {
    const SINGULARS: [&str; 16] = [
        "iops", "ops", "rps", "qps", "tps", "sms", "mms", "dns", "gps", "bus", "status", "virus", "campus", "corpus",
        "census", "radius",
    ];
    let lower = letters::lower(text);
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let (cut, tail) = if SINGULARS.contains(&lower.as_str()) || lower.len() < 3 || ends(&["ss", "sis"]) {
        (0, "")
    } else if lower.len() > 4 && ends(&["ies"]) {
        (3, "y")
    } else if ends(&["sses", "shes", "xes", "tuses", "ruses", "puses"]) || (ends(&["ches"]) && !ends(&["aches"])) {
        (2, "")
    } else if ends(&["s"]) {
        (1, "")
    } else {
        (0, "")
    };
    // The endings are ASCII, so the cut lies between characters.
    lower.get(..lower.len() - cut).map_or(lower.clone(), |stem| format!("{stem}{tail}"))
}

/// The plural of an English singular.
pub(super) fn plural(singular: &str) -> String {
    let vowel_before_y = ["ay", "ey", "oy", "uy"].iter().any(|ending| singular.ends_with(ending));
    let hissing = ["s", "x", "sh", "ch"].iter().any(|ending| singular.ends_with(ending));
    match singular.strip_suffix('y') {
        Some(stem) if !vowel_before_y => format!("{stem}ies"),
        _ if hissing => format!("{singular}es"),
        _ => format!("{singular}s"),
    }
}
