//! Searches as people type them, and the quick way against the long way.

use std::sync::Arc;

use super::*;
use crate::meter::{Meter, PriceKind, Priority, sample};
use crate::ratebook::compact::CompactBook;
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
    let meters = plain.meters().iter().map(|meter| Meter { deprecated: &*meter.region == "EU West", ..meter.clone() });
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

/// Somebody who looks on sees what a word was taken for; what is priced by its words alone is not found by other ones.
#[test]
fn a_typing_error_is_told_and_prices_nothing_by_itself() {
    let book = machines();
    let index = SearchIndex::new(&book);
    for (typed, word, meant, name) in [
        ("bandwith", "bandwith", "bandwidth", "Data Transfer Out"),
        ("virtal machnes d8s", "machnes", "machines", "D8s v5"),
        ("hot zrs westeurpe", "westeurpe", "westeurope", "Hot ZRS Data Stored"),
    ] {
        let found = index.search(&book, typed, None, 5);
        assert_eq!(found.hits.first().map(|hit| hit.name.as_str()), Some(name), "{typed}");
        assert!(
            found.corrected.contains(&Corrected { typed: word.into(), meant: meant.into() }),
            "{:?}",
            found.corrected
        );
        assert_eq!(index.meant(&book, word).as_deref(), Some(meant));
        assert_eq!(index.find(&book, typed, None), []);
    }
    let found = index.search(&book, "bandwidth", None, 5);
    assert!(found.corrected.is_empty() && index.meant(&book, "bandwidth").is_none());
    // A region that has nothing is no typing error, and neither is a word like no other.
    for (text, region) in [("d8s", Some("westeurope")), ("bandwidth qqqq", None), ("d4s v9", None)] {
        let found = index.search(&book, text, region, 5);
        assert!(found.hits.is_empty() && found.corrected.is_empty(), "{text}: {:?}", found.corrected);
    }
}

/// The same book, opened from its compact form.
fn opened(book: &RateBook) -> CompactBook {
    let written = compact::write(book).unwrap_or_else(|e| panic!("{e}"));
    CompactBook::open(&written.prices).unwrap_or_else(|e| panic!("{e}"))
}

fn machines() -> RateBook {
    let plain = book(&[
        ("Virtual Machines", "Dsv5 Series", "D4s v5", "EU West"),
        ("Virtual Machines", "Dsv5 Series", "D4s v5", "US East"),
        ("Virtual Machines", "Dsv5 Series", "D8s v5", "US East"),
        ("Virtual Machines", "Dsv5 Series", "D4s v5 Spot", "US East"),
        ("Virtual Machines", "Dsv5 Series Windows", "D4s v5", "US East"),
        ("Storage", "Tiered Block Blob", "Hot LRS Data Stored", "EU West"),
        ("Storage", "Tiered Block Blob", "Hot ZRS Data Stored", "EU West"),
        ("Azure Kubernetes Service", "", "Standard Uptime SLA", "EU West"),
        ("Bandwidth", "", "Data Transfer Out", ""),
    ]);
    let mut meters = plain.meters().to_vec();
    let like = |at: usize, kind: PriceKind| Meter { kind, ..meters[at].clone() };
    let more = [like(1, PriceKind::DevTest), like(1, PriceKind::Reservation { term: "3 Years".into() })];
    meters.extend(more);
    for meter in &mut meters {
        meter.unit = if &*meter.category == "Storage" { "1 GB/Month".into() } else { "1 Hour".into() };
    }
    RateBook::new(plain.header().clone(), meters).unwrap_or_else(|e| panic!("{e}")).0
}

/// Name, region and kind of what is found, in order.
fn shown(book: &CompactBook, text: &str, filter: &Filter<'_>) -> (Vec<String>, Answer) {
    let columns = book.columns();
    let answer = Searcher::new(columns).ask(columns, text, filter, 20);
    let line = |cell: &u32| {
        let cell = *cell as usize;
        let item = &columns.items[columns.item_of(cell)];
        let (sub_category, region) = (columns.texts.sub_categories.get(item.sub_category), columns.region[cell]);
        let windows = if sub_category.ends_with("Windows") { " W" } else { "" };
        let (name, region) = (columns.texts.names.get(item.name), columns.texts.regions.get(region));
        format!("{name}{windows} | {region} | {}", item.kind_number())
    };
    (answer.cells.iter().map(line).collect(), answer)
}

#[test]
fn every_kind_of_price_is_found_and_the_plain_one_comes_first() {
    let book = opened(&machines());
    let (lines, answer) = shown(&book, "d4s v5", &Filter::default());
    let expect = [
        "D4s v5 | US East | 0",
        "D4s v5 | EU West | 0",
        "D4s v5 W | US East | 0",
        "D4s v5 Spot | US East | 0",
        "D4s v5 | US East | 1",
        "D4s v5 | US East | 2",
    ];
    assert_eq!(lines, expect);
    assert_eq!((answer.count, answer.facets.kinds), (6, [4, 1, 1, 0, 0]));
    let (lines, _) = shown(&book, "d4s reserved 3 years", &Filter::default());
    assert_eq!(lines, ["D4s v5 | US East | 2"]);
    let (lines, _) = shown(&book, "d4s devtest", &Filter::default());
    assert_eq!(lines, ["D4s v5 | US East | 1"]);
}

#[test]
fn filters_narrow_and_facets_say_where_the_rest_is() {
    let book = opened(&machines());
    let counts = |filter: &Filter<'_>| shown(&book, "s", filter).1.count;
    let all = Filter::default();
    assert_eq!(counts(&all), 11);
    assert_eq!(counts(&Filter { region: Some("eastus"), ..all.clone() }), 7, "one of them is sold everywhere");
    assert_eq!(counts(&Filter { service: Some("Storage"), ..all.clone() }), 2);
    assert_eq!(counts(&Filter { service: Some("Nothing"), ..all.clone() }), 0);
    assert_eq!(counts(&Filter { unit: Some("1 GB/Month"), ..all.clone() }), 2);
    assert_eq!(counts(&Filter { kind: Some(2), ..all.clone() }), 1);
    assert_eq!(counts(&Filter { kind: Some(0), region: Some("West Europe"), service: None, unit: Some("1 Hour") }), 3);
    let columns = book.columns();
    let facets = shown(&book, "s", &all).1.facets;
    let regions: Vec<(&str, u32)> = columns.texts.regions.iter().zip(facets.regions).collect();
    assert_eq!(regions, [("", 1), ("EU West", 4), ("US East", 6)]);
    let services: Vec<(&str, u32)> = columns.texts.services.iter().zip(facets.services).collect();
    let expect = [("Azure Kubernetes Service", 1), ("Bandwidth", 1), ("Storage", 2), ("Virtual Machines", 7)];
    assert_eq!(services, expect);
    let units: Vec<(&str, u32)> = columns.texts.units.iter().zip(facets.units).collect();
    assert_eq!(units, [("1 GB/Month", 2), ("1 Hour", 9)]);
}

#[test]
fn a_typing_error_is_mended_where_nothing_else_is_found() {
    let book = opened(&machines());
    let corrected = |text: &str| {
        let (lines, answer) = shown(&book, text, &Filter::default());
        let words: Vec<String> = answer.corrected.iter().map(|(typed, meant)| format!("{typed}>{meant}")).collect();
        (words.join(" "), lines.first().cloned().unwrap_or_default())
    };
    let found = |words: &str, line: &str| (words.to_owned(), line.to_owned());
    assert_eq!(corrected("kuberntes"), found("kuberntes>kubernetes", "Standard Uptime SLA | EU West | 0"));
    assert_eq!(corrected("hot zrs dta sotred"), found("sotred>stored", ""));
    assert_eq!(corrected("hot zrs sotred"), found("sotred>stored", "Hot ZRS Data Stored | EU West | 0"));
    assert_eq!(corrected("d4s westeurop"), found("", "D4s v5 | EU West | 0"));
    assert_eq!(corrected("d4s westeurpoe"), found("westeurpoe>westeurope", "D4s v5 | EU West | 0"));
    assert_eq!(corrected("d4s v9"), found("", ""));
    // `storage` is met as it stands, so `hto` alone is looked at, and three letters are too few.
    assert_eq!(corrected("storage hto"), found("", ""));
}

#[test]
fn words_of_other_clouds_find_the_same_service() {
    let book = opened(&machines());
    for (text, expect) in [
        ("s3 hot zrs", "Hot ZRS Data Stored | EU West | 0"),
        ("gcs zrs", "Hot ZRS Data Stored | EU West | 0"),
        ("eks", "Standard Uptime SLA | EU West | 0"),
        ("ec2 d8s", "D8s v5 | US East | 0"),
        ("gce d8s eastus", "D8s v5 | US East | 0"),
        ("standard_d8s_v5", "D8s v5 | US East | 0"),
    ] {
        assert_eq!(shown(&book, text, &Filter::default()).0.first().map(String::as_str), Some(expect), "{text}");
    }
}

/// The quick way counts, ranks and sums as going through everything does.
#[track_caller]
fn check_against_everything(columns: &Columns, searcher: &mut Searcher, text: &str, filter: &Filter<'_>) {
    let words: Vec<Word> =
        words::asked(text).iter().map(|word| Word::new(word, columns, &searcher.index, None)).collect();
    let search = Search::new(columns, &searcher.index, words.iter().collect(), filter);
    let mut all = search.map_or(Vec::new(), |search| search.all());
    all.sort_unstable();
    let cells: Vec<u32> = all.iter().map(|place| place.cell).collect();
    let answer = searcher.ask(columns, text, filter, 20);
    if !answer.corrected.is_empty() {
        return;
    }
    assert_eq!((answer.count, &answer.cells[..]), (cells.len(), &cells[..cells.len().min(20)]), "{text} {filter:?}");
    let mut facets = Facets {
        services: vec![0; columns.texts.services.len()],
        regions: vec![0; columns.texts.regions.len()],
        units: vec![0; columns.texts.units.len()],
        kinds: [0; 5],
    };
    for cell in cells {
        let item = &columns.items[columns.item_of(cell as usize)];
        facets.services[item.service as usize] += 1;
        facets.units[item.unit as usize] += 1;
        facets.kinds[item.kind_number() as usize] += 1;
        facets.regions[columns.region[cell as usize] as usize] += 1;
    }
    if answer.count > 0 {
        assert_eq!(answer.facets, facets, "{text}");
    }
}

#[test]
fn the_quick_way_and_the_long_way_agree() {
    let book = opened(&machines());
    let columns = book.columns();
    let mut searcher = Searcher::new(columns);
    let texts = ["d", "d4", "d4s west", "west d4s", "us", "e", "o u", "hot zrs eu west", "linux", "windows v5", "data"];
    let regions = [None, Some("westeurope"), Some("US East"), Some("nowhere")];
    for text in texts {
        for region in regions {
            for kind in [None, Some(0), Some(1), Some(2), Some(3)] {
                let filter = Filter { region, kind, ..Filter::default() };
                check_against_everything(columns, &mut searcher, text, &filter);
            }
        }
    }
}

#[test]
fn a_word_of_another_cloud_says_what_it_is_looked_for_as() {
    assert_eq!(meant("EC2").as_deref(), Some("virtual machines"));
    assert_eq!(meant("k8s").as_deref(), Some("kubernetes"));
    assert_eq!(meant("virtual"), None);
    assert_eq!(meant(""), None);
}
