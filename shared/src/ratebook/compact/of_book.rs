//! From a book to its columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::columns::{Columns, Dictionaries, Item};
use super::prices::Prices;
use super::texts::Texts;
use crate::meter::Meter;
use crate::order;
use crate::ratebook::{RateBook, price_key};

/// The columns of a book, and for each cell the place of its meter in the book.
pub(crate) fn columns(book: &RateBook) -> (Columns, Vec<u32>) {
    let meters = book.meters();
    let (texts, items) = named(meters);
    let (prices, price) = Prices::numbered(meters);
    let (dates, numbers) = dates(meters);
    let number = |at: Timestamp| numbers.get(&at).copied().unwrap_or_default();
    let regions: BTreeMap<&str, u32> = order::map(texts.regions.iter().zip(0..));
    let region: Vec<u32> = codes(meters, &regions, |meter| &meter.region);

    let key = |place: u32| {
        let (at, meter) = (place as usize, &meters[place as usize]);
        (items[at], region[at], meter.effective_at, meter.ends_at, price[at], meter.id)
    };
    let mut places: Vec<u32> = (0..meters.len() as u32).collect();
    // No two rows of a book have one key, so the order is the same every time.
    order::sort_by_key(&mut places, |place| key(*place));

    let mut columns = Columns {
        header: book.header().clone(),
        texts: Dictionaries::default(),
        prices,
        items: Vec::new(),
        ends_of_items: Vec::new(),
        region: Vec::with_capacity(places.len()),
        price: Vec::with_capacity(places.len()),
        effective: Vec::with_capacity(places.len()),
        ends: Vec::new(),
        superseded: Vec::new(),
        dates,
        excluded: book.header().terms.iter().map(|term| term.excluded_meter_ids.len()).collect(),
    };
    for term in &mut columns.header.terms {
        term.excluded_meter_ids.clear();
    }
    for (cell, place) in places.iter().enumerate() {
        let (at, meter) = (*place as usize, &meters[*place as usize]);
        if columns.items.last() != Some(&items[at]) {
            columns.items.push(items[at]);
            columns.ends_of_items.push(0);
        }
        if let Some(end) = columns.ends_of_items.last_mut() {
            *end = cell as u32 + 1;
        }
        columns.region.push(region[at]);
        columns.price.push(price[at]);
        columns.effective.push(number(meter.effective_at));
        columns.ends.extend(meter.ends_at.map(|end| (cell as u32, number(end))));
        // Rows of one price follow each other in a book, in order of date.
        if meters.get(at + 1).is_some_and(|next| price_key(next) == price_key(meter)) {
            columns.superseded.push(cell as u32);
        }
    }
    columns.texts = texts;
    (columns, places)
}

/// Codes of the texts of all meters. Texts are shared in a book, so most are told by their place in memory.
fn codes(meters: &[Meter], known: &BTreeMap<&str, u32>, text: impl Fn(&Meter) -> &Arc<str>) -> Vec<u32> {
    let mut seen: BTreeMap<*const u8, (usize, u32)> = BTreeMap::new();
    let code = |text: &str| known.get(text).copied().unwrap_or_default();
    (meters.iter().map(text))
        .map(|text| match seen.get(&text.as_ptr()) {
            Some((length, code)) if *length == text.len() => *code,
            _ => {
                seen.insert(text.as_ptr(), (text.len(), code(text)));
                code(text)
            }
        })
        .collect()
}

fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> (Texts, BTreeMap<&'a str, u32>) {
    let mut seen: BTreeMap<(*const u8, usize), &str> = BTreeMap::new();
    for text in texts {
        seen.insert((text.as_ptr(), text.len()), text);
    }
    Texts::numbered(seen.into_values())
}

/// The dictionaries, and each meter's item.
fn named(meters: &[Meter]) -> (Dictionaries, Vec<Item>) {
    let (services, of_service) = distinct(meters.iter().map(|meter| &*meter.category));
    let (sub_categories, of_sub_category) = distinct(meters.iter().map(|meter| &*meter.sub_category));
    let (names, of_name) = distinct(meters.iter().map(|meter| &*meter.name));
    let (units, of_unit) = distinct(meters.iter().map(|meter| &*meter.unit));
    let (terms, of_term) = distinct(meters.iter().filter_map(|meter| Item::kind_of(&meter.kind).1));
    let skus = || meters.iter().filter_map(|meter| meter.sku.as_ref());
    let (skus, of_sku, arm_names, of_arm_name) = {
        let (ids, of_id) = distinct(skus().map(|sku| &*sku.id));
        let (arm_names, of_arm_name) = distinct(skus().map(|sku| &*sku.arm_name));
        (ids, of_id, arm_names, of_arm_name)
    };
    let (regions, _) = distinct(meters.iter().map(|meter| &*meter.region));
    let service = codes(meters, &of_service, |meter| &meter.category);
    let sub_category = codes(meters, &of_sub_category, |meter| &meter.sub_category);
    let name = codes(meters, &of_name, |meter| &meter.name);
    let unit = codes(meters, &of_unit, |meter| &meter.unit);
    let one_more = |codes: &BTreeMap<&str, u32>, text: Option<&str>| {
        text.and_then(|text| codes.get(text)).map_or(0, |code| code + 1)
    };
    let item = |(at, meter): (usize, &Meter)| {
        let ((kind, term), sku) = (Item::kind_of(&meter.kind), meter.sku.as_ref());
        Item {
            service: service[at],
            sub_category: sub_category[at],
            name: name[at],
            unit: unit[at],
            kind,
            term: one_more(&of_term, term),
            sku: one_more(&of_sku, sku.map(|sku| &*sku.id)),
            arm_name: one_more(&of_arm_name, sku.map(|sku| &*sku.arm_name)),
            flags: Item::flags_of(meter),
        }
    };
    let items = meters.iter().enumerate().map(item).collect();
    (Dictionaries { services, sub_categories, names, units, terms, skus, arm_names, regions }, items)
}

fn dates(meters: &[Meter]) -> (Vec<Timestamp>, BTreeMap<Timestamp, u32>) {
    let all = meters.iter().flat_map(|meter| [Some(meter.effective_at), meter.ends_at]).flatten();
    let mut numbers: BTreeMap<Timestamp, u32> = order::map(all.map(|at| (at, 0)));
    for (number, (_, slot)) in numbers.iter_mut().enumerate() {
        *slot = number as u32;
    }
    (numbers.keys().copied().collect(), numbers)
}
