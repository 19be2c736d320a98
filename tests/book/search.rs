//! Searches over the real card, against a plain walk through its rows that knows nothing of the index.

use shared::meter::{Meter, PriceKind};
use shared::ratebook::RateBook;
use shared::ratebook::compact::{CompactBook, write};
use shared::region;
use shared::search::{Filter, SearchIndex, Searcher};

use crate::round_trip::{card, pages};

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a row can be found by, and where it is sold.
struct Row {
    fields: String,
    region: String,
}

/// All rows that no newer price follows.
fn rows(book: &RateBook) -> Vec<Row> {
    let newest = |at: usize| {
        let (row, next) = (&book.meters()[at], book.meters().get(at + 1));
        let same = |next: &&Meter| {
            (next.id, &next.kind, &next.region, &next.sku) == (row.id, &row.kind, &row.region, &row.sku)
        };
        next.is_none_or(|next| !same(&next))
    };
    let row = |(_, row): (usize, &Meter)| {
        let arm = row.sku.as_ref().map_or("", |sku| &*sku.arm_name);
        let term = match &row.kind {
            PriceKind::Reservation { term } | PriceKind::SavingsPlan { term } | PriceKind::Other(term) => term,
            _ => "",
        };
        let arm_region = region::arm_name(&row.region).unwrap_or("");
        let fields = [&*row.category, &*row.sub_category, &*row.name, arm, term, &*row.region, arm_region];
        Row { fields: fields.map(squeezed).join("\n"), region: row.region.to_string() }
    };
    book.meters().iter().enumerate().filter(|(at, _)| newest(*at)).map(row).collect()
}

/// How many rows hold every word somewhere.
fn walked(rows: &[Row], words: &[&str], wanted: Option<&str>) -> usize {
    let sold = |row: &&Row| wanted.is_none_or(|wanted| row.region.is_empty() || region::means(wanted, &row.region));
    rows.iter().filter(|row| words.iter().all(|word| row.fields.contains(word))).filter(sold).count()
}

#[track_caller]
fn check(book: &RateBook) {
    let rows = rows(book);
    let written = write(book).unwrap();
    let opened = CompactBook::open(&written.prices).unwrap();
    let columns = opened.columns();
    let mut searcher = Searcher::new(columns);
    for typed in ["d4s v3 westeurope", "hot lrs eastus", "premium ssd p30", "data out zone 1", "east 2", "e64 us gov"] {
        // A walk through everything takes its time: the first letter, the first word and the whole.
        for end in [1, typed.find(' ').unwrap_or(1), typed.len()] {
            let text = &typed[..end];
            let words: Vec<&str> = text.split(' ').collect();
            for region in [None, Some("West Europe")] {
                let filter = Filter { region, ..Filter::default() };
                let answer = searcher.ask(columns, text, &filter, 20);
                if answer.corrected.is_empty() {
                    assert_eq!(answer.count, walked(&rows, &words, region), "{text} {region:?}");
                    assert_eq!(answer.facets.regions.iter().sum::<u32>() as usize, answer.count, "{text} {region:?}");
                }
            }
        }
    }
}

#[test]
fn the_real_card_is_searched_as_a_walk_would() {
    let Some(book) = card() else { return };
    check(&book);
    // Truth: read off the card. The plain machine in the region comes before its Windows, spot and expired siblings.
    let index = SearchIndex::new(&book);
    for (text, expect) in [
        ("d4s v3 westeurope", "Virtual Machines | Dv3/DSv3 Series | D4 v3/D4s v3 | EU West"),
        ("ec2 b2ms eastus", "Virtual Machines | BS Series | B2ms | US East"),
        ("westus b2ms windows", "Virtual Machines | BS Series Windows | B2ms | US West"),
        ("p30 premium ssd westeurope", "Storage | Premium SSD Managed Disks | P30 Disks | EU West"),
    ] {
        let found = index.search(&book, text, None, 1).hits;
        let hit =
            found.first().map(|hit| format!("{} | {} | {} | {}", hit.category, hit.sub_category, hit.name, hit.region));
        assert_eq!(hit.as_deref(), Some(expect), "{text}");
    }
}

#[test]
fn the_real_retail_pages_are_searched_as_a_walk_would() {
    let Some(book) = pages() else { return };
    check(&book);
}
