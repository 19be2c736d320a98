//! Finding a meter by typing: words in any order, parts of words, the spelling of people.

use jiff::Timestamp;
use serde::Serialize;

use crate::decimal::Decimal;
use crate::guid::MeterId;
use crate::meter::{Meter, PriceKind, Priority};
use crate::period::Instant;
use crate::ratebook::RateBook;
use crate::region;

/// Longer search texts are cut: nobody types them.
const MAX_QUERY_CHARS: usize = 200;

/// What people say → the words of Azure's price list.
const SYNONYMS: [(&str, &[&str]); 11] = [
    ("vm", &["virtual", "machines"]),
    ("ec2", &["virtual", "machines"]),
    ("egress", &["data", "transfer", "out"]),
    ("s3", &["blob"]),
    ("blobs", &["blob"]),
    ("lambda", &["functions"]),
    ("k8s", &["kubernetes"]),
    ("aks", &["kubernetes"]),
    ("dynamodb", &["cosmos"]),
    ("rds", &["sql"]),
    ("postgres", &["postgresql"]),
];

/// Of equal fits these come first: most people mean one of them.
const COMMON_REGIONS: [&str; 4] = ["", "Zone 1", "US East", "EU West"];

/// One consumption meter of a book, ready to be searched.
#[derive(Debug, Clone)]
struct Entry {
    /// Position in the book.
    meter: usize,
    name: String,
    name_words: Vec<String>,
    sub_category: String,
    category: String,
    region: String,
    region_words: Vec<String>,
    arm_region: String,
    /// Siblings that nobody means unless they say so.
    secondary: bool,
    deprecated: bool,
    windows: bool,
}

/// All consumption meters of a book, newest price of each.
#[derive(Debug, Clone)]
pub struct SearchIndex {
    entries: Vec<Entry>,
}

/// Where a hit stands in the book, and how well it fits (less is better).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Index into [`RateBook::meters`].
    pub meter: usize,
    /// The rank: equal scores fit equally well.
    pub score: u32,
}

impl SearchIndex {
    /// Indexes the book.
    #[must_use]
    pub fn new(book: &RateBook) -> SearchIndex {
        let meters = book.meters();
        let mut entries: Vec<Entry> = Vec::new();
        for (position, meter) in meters.iter().enumerate() {
            if meter.kind != PriceKind::Consumption {
                continue;
            }
            // Rows of one meter follow each other in order of date: the last one is the newest.
            let superseded = meters.get(position + 1).is_some_and(|next| {
                next.id == meter.id && next.kind == meter.kind && next.region == meter.region && next.sku == meter.sku
            });
            if !superseded {
                entries.push(entry(position, meter));
            }
        }
        SearchIndex { entries }
    }

    /// All meters that fit every word of the text, best first. `region` narrows to one region and global meters.
    #[must_use]
    pub fn find(&self, book: &RateBook, text: &str, region: Option<&str>) -> Vec<Hit> {
        if let Ok(id) = text.trim().parse::<MeterId>() {
            let of_meter = self.entries.iter().filter(|entry| book.meters()[entry.meter].id == id);
            return of_meter.map(|entry| Hit { meter: entry.meter, score: 0 }).collect();
        }
        let words = words_of(text);
        if words.is_empty() {
            return Vec::new();
        }
        let wants_secondary = words.iter().any(|w| matches!(w.as_str(), "spot" | "low" | "priority" | "expired"));
        let wants_windows = words.iter().any(|w| "windows".starts_with(w.as_str()) && w.len() > 2);
        let mut hits: Vec<Hit> = Vec::new();
        for entry in &self.entries {
            let meter = &book.meters()[entry.meter];
            if region.is_some_and(|r| !meter.region.is_empty() && !region::means(r, &meter.region)) {
                continue;
            }
            let Some(score) = entry.score(&words) else { continue };
            let penalty = if entry.secondary && !wants_secondary { 1000 } else { 0 }
                + if entry.deprecated { 500 } else { 0 }
                + if entry.windows && !wants_windows { 100 } else { 0 };
            hits.push(Hit { meter: entry.meter, score: score + penalty });
        }
        let place = |hit: &Hit| {
            let meter = &book.meters()[hit.meter];
            // Of equal fits the plainer name and region come first: `Zone 1` before `US Gov Zone 1`.
            let rank = COMMON_REGIONS.iter().position(|name| **name == *meter.region).unwrap_or(COMMON_REGIONS.len());
            (
                hit.score,
                meter.name.len(),
                &meter.name,
                &meter.sub_category,
                rank,
                meter.region.len(),
                &meter.region,
                meter.id,
            )
        };
        hits.sort_by(|a, b| place(a).cmp(&place(b)));
        hits
    }
}

fn entry(position: usize, meter: &Meter) -> Entry {
    let name = squeezed(&meter.name);
    let secondary = meter.priority() != Priority::Standard || name.contains("expired");
    Entry {
        meter: position,
        name_words: split_words(&meter.name),
        sub_category: squeezed(&meter.sub_category),
        category: squeezed(&meter.category),
        region: squeezed(&meter.region),
        region_words: split_words(&meter.region),
        arm_region: region::arm_name(&meter.region).unwrap_or("").to_owned(),
        windows: squeezed(&meter.sub_category).contains("windows"),
        secondary,
        deprecated: meter.deprecated,
        name,
    }
}

impl Entry {
    /// `None` when a word fits nowhere.
    fn score(&self, words: &[String]) -> Option<u32> {
        let mut score = 0;
        for word in words {
            // A machine is Linux unless its price list says Windows.
            if word == "linux" && self.category == "virtualmachines" {
                if self.windows {
                    return None;
                }
                continue;
            }
            let whole_word = self.name_words.iter().any(|own| own == word);
            let fit = if whole_word || [&self.name, &self.arm_region, &self.region].contains(&word) {
                0
            } else if [&self.name_words, &self.region_words]
                .iter()
                .any(|own| own.iter().any(|w| w.starts_with(word.as_str())))
            {
                1
            } else if self.name.starts_with(word.as_str()) {
                2
            } else if self.category.starts_with(word.as_str()) {
                3
            } else if self.name.contains(word.as_str()) {
                4
            } else if self.sub_category.contains(word.as_str()) || self.category.contains(word.as_str()) {
                5
            } else if self.region.contains(word.as_str()) || self.arm_region.contains(word.as_str()) {
                6
            } else {
                return None;
            };
            score += fit;
        }
        // Words of the name that nobody asked for: `Data Transfer Out` before `Intra Continent Data Transfer Out`.
        let unasked =
            |own: &&String| !words.iter().any(|word| own.starts_with(word.as_str()) || word.contains(own.as_str()));
        Some(score + self.name_words.iter().filter(unasked).count() as u32)
    }
}

/// Letters and digits only, in lower case: `D4s v5` and `d4sv5` meet.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn split_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).map(squeezed).filter(|word| !word.is_empty()).collect()
}

fn words_of(text: &str) -> Vec<String> {
    let cut: String = text.chars().take(MAX_QUERY_CHARS).collect();
    // `Standard_D4s_v5` is how Resource Manager calls what the price list calls `D4s v5`.
    let cut = cut.trim().strip_prefix("Standard_").unwrap_or(cut.trim()).to_owned();
    let mut words = Vec::new();
    for word in split_words(&cut) {
        match SYNONYMS.iter().find(|(said, _)| *said == word) {
            Some((_, meant)) => words.extend(meant.iter().map(|w| (*w).to_owned())),
            None => words.push(word),
        }
    }
    words
}

/// What a search shows of one meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundMeter {
    /// The meter.
    pub meter_id: MeterId,
    /// Its name.
    pub name: String,
    /// Its service.
    pub category: String,
    /// Its sub-category.
    pub sub_category: String,
    /// Its billing region; empty when global.
    pub region: String,
    /// The region's Resource Manager name.
    pub arm_region: Option<String>,
    /// Pricing unit.
    pub unit: String,
    /// The first price that is not zero.
    pub unit_price: Decimal,
    /// How many tiers there are.
    pub tiers: usize,
    /// Free units per billing period.
    pub included_quantity: Decimal,
    /// From when the price holds.
    pub effective_at: Instant,
    /// What the name says about how a machine may be taken away.
    pub priority: Priority,
    /// Whether the price list still recommends the meter.
    pub status: MeterStatus,
}

/// What a price list says of the future of a meter. Most lists say nothing, which is `Active`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MeterStatus {
    /// In use.
    Active,
    /// Its price still holds, and it is on its way out.
    Deprecated,
}

/// The best hits of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchResult {
    /// `forebill.search/1`
    pub schema: &'static str,
    /// How many meters fit in all.
    pub total: usize,
    /// The best of them.
    pub hits: Vec<FoundMeter>,
}

impl SearchIndex {
    /// The best `limit` meters, ready to be shown.
    #[must_use]
    pub fn search(&self, book: &RateBook, text: &str, region: Option<&str>, limit: usize) -> SearchResult {
        let found = self.find(book, text, region);
        let hits = found.iter().take(limit).map(|hit| FoundMeter::of(&book.meters()[hit.meter])).collect();
        SearchResult { schema: "forebill.search/1", total: found.len(), hits }
    }

    /// The same with the prices that are in force at a time; a meter that has none then is shown with its newest.
    #[must_use]
    pub fn search_at(
        &self,
        book: &RateBook,
        text: &str,
        region: Option<&str>,
        limit: usize,
        at: Timestamp,
    ) -> SearchResult {
        let found = self.find(book, text, region);
        let in_force = |hit: &Hit| {
            let newest = &book.meters()[hit.meter];
            FoundMeter::of(book.price_like(newest, at).unwrap_or(newest))
        };
        let hits = found.iter().take(limit).map(in_force).collect();
        SearchResult { schema: "forebill.search/1", total: found.len(), hits }
    }
}

impl FoundMeter {
    /// Shows one row of a book.
    #[must_use]
    pub fn of(meter: &Meter) -> FoundMeter {
        FoundMeter {
            meter_id: meter.id,
            name: meter.name.to_string(),
            category: meter.category.to_string(),
            sub_category: meter.sub_category.to_string(),
            region: meter.region.to_string(),
            arm_region: region::arm_name(&meter.region).map(ToOwned::to_owned),
            unit: meter.unit.to_string(),
            unit_price: meter.tiers.first_charged_price(),
            tiers: meter.tiers.tiers().len(),
            included_quantity: meter.included_quantity,
            effective_at: Instant(meter.effective_at),
            priority: meter.priority(),
            status: if meter.deprecated { MeterStatus::Deprecated } else { MeterStatus::Active },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::meter::sample;
    use crate::ratebook::{Source, sample_header};

    fn book(rows: &[(&str, &str, &str, &str)]) -> RateBook {
        let meters = rows.iter().enumerate().map(|(index, (category, sub_category, name, region))| {
            let id = format!("00000000-0000-4000-8000-{index:012}");
            Meter {
                id: id.parse().unwrap_or_else(|e| panic!("{e}")),
                category: Arc::from(*category),
                sub_category: Arc::from(*sub_category),
                name: Arc::from(*name),
                region: Arc::from(*region),
                ..sample()
            }
        });
        let header = sample_header(Source::RateCard);
        RateBook::new(header, meters.collect()).unwrap_or_else(|e| panic!("{e}")).0
    }

    #[track_caller]
    fn first(text: &str, region: Option<&str>, expect: &str) {
        let book = book(&[
            ("Virtual Machines", "Dsv5 Series", "D4s v5 Low Priority", "EU West"),
            ("Virtual Machines", "Dsv5 Series", "D4s v5 Spot", "EU West"),
            ("Virtual Machines", "Dsv5 Series Windows", "D4s v5", "EU West"),
            ("Virtual Machines", "Dsv5 Series", "D4s v5", "EU North"),
            ("Virtual Machines", "Dsv5 Series", "D4s v5", "EU West"),
            ("Bandwidth", "", "Data Transfer Out", "US Gov Zone 1"),
            ("Bandwidth", "", "Data Transfer Out", "Zone 1"),
            ("Storage", "Tiered Block Blob", "Hot LRS Data Stored", "EU West"),
            ("Storage", "Tiered Block Blob", "Hot\u{a0}LRS Data Stored", "EU North"),
        ]);
        let found = SearchIndex::new(&book).search(&book, text, region, 5);
        let shown = found.hits.first().map(|hit| format!("{} | {} | {}", hit.sub_category, hit.name, hit.region));
        assert_eq!(shown.as_deref().unwrap_or("nothing"), expect, "{text}");
    }

    #[test]
    fn the_plain_meter_comes_before_its_siblings() {
        first("d4s v5 westeurope", None, "Dsv5 Series | D4s v5 | EU West");
        first("D4SV5 eu west", None, "Dsv5 Series | D4s v5 | EU West");
        first("westeurope v5 d4s windows", None, "Dsv5 Series Windows | D4s v5 | EU West");
        first("spot d4s", None, "Dsv5 Series | D4s v5 Spot | EU West");
        first("d4s low priority", Some("West Europe"), "Dsv5 Series | D4s v5 Low Priority | EU West");
        first("d4s v5", Some("northeurope"), "Dsv5 Series | D4s v5 | EU North");
    }

    #[test]
    fn a_deprecated_meter_comes_after_its_active_siblings() {
        let rows = [("V", "S", "D4s v5", "EU West"), ("V", "S", "D4s v5", "EU North"), ("V", "S", "D4s v5 Spot", "")];
        let plain = book(&rows);
        let meters =
            plain.meters().iter().map(|meter| Meter { deprecated: &*meter.region == "EU West", ..meter.clone() });
        let book = RateBook::new(plain.header().clone(), meters.collect()).unwrap_or_else(|e| panic!("{e}")).0;
        let hits = SearchIndex::new(&book).search(&book, "d4s v5", None, 5).hits;
        let shown: Vec<_> = hits.iter().map(|hit| (hit.region.as_str(), hit.status, hit.priority)).collect();
        let (active, deprecated) = (MeterStatus::Active, MeterStatus::Deprecated);
        let (standard, spot) = (Priority::Standard, Priority::Spot);
        assert_eq!(shown, [("EU North", active, standard), ("EU West", deprecated, standard), ("", active, spot)]);
    }

    #[test]
    fn people_find_what_azure_calls_otherwise() {
        first("egress zone 1", None, " | Data Transfer Out | Zone 1");
        first("hot lrs eu north", None, "Tiered Block Blob | Hot\u{a0}LRS Data Stored | EU North");
        first("ec2 d4s", Some("northeurope"), "Dsv5 Series | D4s v5 | EU North");
        first("D4s v5 linux westeurope", None, "Dsv5 Series | D4s v5 | EU West");
        first("Standard_D4s_v5", Some("westeurope"), "Dsv5 Series | D4s v5 | EU West");
        first("00000000-0000-4000-8000-000000000003", None, "Dsv5 Series | D4s v5 | EU North");
        first("d4s v9", None, "nothing");
        first("  ?!  ", None, "nothing");
    }
}
