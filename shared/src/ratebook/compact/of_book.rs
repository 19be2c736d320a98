//! From a book to its columns.

use jiff::Timestamp;

use super::columns::{Columns, Dictionaries, Item};
use super::prices::Prices;
use super::texts::Texts;
use crate::meter::Meter;
use crate::order::{self, Map};
use crate::ratebook::{RateBook, price_key};

/// The columns of a book, and for each cell the place of its meter in the book.
pub(crate) fn columns(book: &RateBook) -> (Columns, Vec<u32>) {
    let meters = book.meters();
    let (texts, items, region) = named(meters);
    let (prices, price) = Prices::numbered(meters);
    let (dates, numbers) = dates(meters);
    let number = |at: Timestamp| numbers.get(&at).copied().unwrap_or_default();
    let effective: Vec<u32> = meters.iter().map(|meter| number(meter.effective_at)).collect();
    let ends: Vec<u32> = meters.iter().map(|meter| meter.ends_at.map_or(0, |end| number(end) + 1)).collect();

    // Rows that are alike in all of this stay in the order of the book, which is that of their ids.
    let mut places: Vec<u32> = (0..meters.len() as u32).collect();
    for codes in [&price, &ends, &effective, &region] {
        order_by(&mut places, codes);
    }
    for column in (0..Item::COLUMNS).rev() {
        order_by(&mut places, &items.iter().map(|item| item.column(column)).collect::<Vec<_>>());
    }

    let mut columns = Columns {
        header: book.header().clone(),
        texts,
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
        columns.effective.push(effective[at]);
        columns.ends.extend(ends[at].checked_sub(1).map(|end| (cell as u32, end)));
        // Rows of one price follow each other in a book, in order of date.
        if meters.get(at + 1).is_some_and(|next| price_key(next) == price_key(meter)) {
            columns.superseded.push(cell as u32);
        }
    }
    (columns, places)
}

/// Puts the places in the order of a column of codes; what is equal keeps its order. Counting takes a walk where
/// comparing takes sixteen, and none of the bytes of a sort.
pub(super) fn order_by(places: &mut Vec<u32>, codes: &[u32]) {
    let most = codes.iter().copied().max().unwrap_or_default() as usize;
    if most == 0 {
        return;
    }
    let mut next = vec![0u32; most + 2];
    for code in codes {
        next[*code as usize + 1] += 1;
    }
    for code in 1..next.len() {
        next[code] += next[code - 1];
    }
    let mut ordered = vec![0; places.len()];
    for place in &*places {
        let slot = &mut next[codes[*place as usize] as usize];
        ordered[*slot as usize] = *place;
        *slot += 1;
    }
    *places = ordered;
}

/// The distinct texts in order, and the code of each meter's, one more than it is: 0 stands for none. Texts are shared
/// in a book, so most are told by their place in memory.
fn distinct<'a>(of_meters: impl Iterator<Item = Option<&'a str>>) -> (Texts, Vec<u32>) {
    let mut seen: Map<(*const u8, usize), usize> = Map::new();
    let (mut different, mut places) = (Vec::new(), Vec::new());
    for text in of_meters {
        places.push(text.map(|text| {
            *seen.entry((text.as_ptr(), text.len())).or_insert_with(|| {
                different.push(text);
                different.len() - 1
            })
        }));
    }
    let (texts, codes) = Texts::numbered(different.iter().copied());
    let codes: Vec<u32> = different.iter().map(|text| codes.get(text).copied().unwrap_or_default() + 1).collect();
    (texts, places.into_iter().map(|place| place.map_or(0, |place| codes[place])).collect())
}

/// The dictionaries, each meter's item, and its region.
fn named(meters: &[Meter]) -> (Dictionaries, Vec<Item>, Vec<u32>) {
    let all = |text: fn(&Meter) -> &str| {
        let (texts, mut codes) = distinct(meters.iter().map(|meter| Some(text(meter))));
        codes.iter_mut().for_each(|code| *code -= 1);
        (texts, codes)
    };
    let (services, service) = all(|meter| &meter.category);
    let (sub_categories, sub_category) = all(|meter| &meter.sub_category);
    let (names, name) = all(|meter| &meter.name);
    let (units, unit) = all(|meter| &meter.unit);
    let (regions, region) = all(|meter| &meter.region);
    let (terms, term) = distinct(meters.iter().map(|meter| Item::kind_of(&meter.kind).1));
    let (skus, sku) = distinct(meters.iter().map(|meter| meter.sku.as_ref().map(|sku| &*sku.id)));
    let (arm_names, arm_name) = distinct(meters.iter().map(|meter| meter.sku.as_ref().map(|sku| &*sku.arm_name)));
    let item = |(at, meter): (usize, &Meter)| Item {
        service: service[at],
        sub_category: sub_category[at],
        name: name[at],
        unit: unit[at],
        kind: Item::kind_of(&meter.kind).0,
        term: term[at],
        sku: sku[at],
        arm_name: arm_name[at],
        flags: Item::flags_of(meter),
    };
    let items = meters.iter().enumerate().map(item).collect();
    (Dictionaries { services, sub_categories, names, units, terms, skus, arm_names, regions }, items, region)
}

fn dates(meters: &[Meter]) -> (Vec<Timestamp>, Map<Timestamp, u32>) {
    let all = meters.iter().flat_map(|meter| [Some(meter.effective_at), meter.ends_at]).flatten();
    let mut numbers: Map<Timestamp, u32> = order::map(all.map(|at| (at, 0)));
    for (number, (_, slot)) in numbers.iter_mut().enumerate() {
        *slot = number as u32;
    }
    (numbers.keys().copied().collect(), numbers)
}
