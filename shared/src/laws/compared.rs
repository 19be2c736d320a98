//! 27, as a matrix: a cell is the estimate that one asks for by itself, and its lines add up to its difference. And
//! goal seek: no larger number fits.

use proptest::prelude::*;

use super::given::*;
use crate::compare::{Candidate, Cell, CellStatus, Reason, Regions, compare};
use crate::decimal::Decimal;
use crate::estimate::seek::largest_count;
use crate::estimate::workload::{self, Workload};
use crate::estimate::{Options, estimate};
use crate::meter::{Meter, PriceModel, Tier, TierTable};
use crate::money::Currency;
use crate::offer::{OfferTerm, OfferTermKind};
use crate::period::Instant;
use crate::ratebook::BookHeader;
use crate::ratebook::format::OpenBook;
use crate::search::SearchIndex;

const REGIONS: [&str; 3] = ["EU West", "EU North", "US East"];

fn id(book: usize, product: usize, region: usize) -> String {
    format!("00000000-0000-4000-8000-{:012}", book * 100 + product * 10 + region)
}

/// A product in a region; `None` stands for one that is not sold there.
type Table = Option<(TierTable, u32)>;

fn table() -> impl Strategy<Value = (TierTable, u32)> {
    let tiers = (prop::collection::btree_set(1u32..300, 0..3), prop::collection::vec(0i128..400, 3));
    (tiers, 0u8..4, 1u32..30, 0u32..40).prop_map(|((bounds, prices), model, size, included)| {
        let starts = std::iter::once(0).chain(bounds).zip(prices);
        let tier = |(from, price)| Tier { from: Decimal::from(from), unit_price: Decimal::new(price, 2) };
        let tiers: Vec<Tier> = starts.map(tier).collect();
        let table = match model {
            0 => TierTable::priced(PriceModel::Volume, tiers),
            1 => TierTable::priced(PriceModel::Package { size: Decimal::from(size) }, tiers[..1].to_vec()),
            _ => TierTable::new(tiers),
        };
        (ok(table), included)
    })
}

fn meter_of(id: &str, product: usize, region: &str, (table, included): &(TierTable, u32)) -> Meter {
    Meter {
        id: ok(id.parse()),
        name: format!("Product {product}").into(),
        category: "Things".into(),
        region: region.into(),
        tiers: table.clone().into(),
        included_quantity: Decimal::from(*included),
        ..flat(Decimal::ONE)
    }
}

/// Two products in three regions. A book of other ids has the same products.
fn book(ids: usize, tables: &[Table], credit: Option<i128>) -> (OpenBook, SearchIndex) {
    let meters = tables.iter().enumerate().filter_map(|(number, table)| {
        let (product, region) = (number / REGIONS.len(), number % REGIONS.len());
        Some(meter_of(&id(ids, product, region), product, REGIONS[region], table.as_ref()?))
    });
    let credit = credit.map(|cents| OfferTerm {
        effective_at: Instant(at(0)),
        kind: OfferTermKind::MonetaryCredit(Decimal::new(cents, 2)),
        excluded_meter_ids: Vec::new(),
    });
    let header = BookHeader { terms: credit.into_iter().collect(), ..header(Currency::USD) };
    indexed(open(header, meters.collect()))
}

fn workload(items: &[(usize, usize, u32)]) -> Workload {
    let items = items.iter().map(|(product, region, quantity)| {
        format!(r#"{{"meterId": "{}", "quantity": "{quantity}"}}"#, id(0, *product, *region))
    });
    let items = items.collect::<Vec<_>>().join(",");
    ok(workload::decode(format!(r#"{{"schema": "forebill.workload/1", "items": [{items}]}}"#).as_bytes()))
}

fn candidate((open, index): &(OpenBook, SearchIndex)) -> Candidate<'_> {
    Candidate { open, index, at: at(NOVEMBER), commitment: None, beside: &[] }
}

fn tables() -> impl Strategy<Value = Vec<Table>> {
    prop::collection::vec(prop::option::weighted(0.8, table()), 6)
}

proptest! {
    #![proptest_config(laws())]

    #[test]
    fn a_cell_is_the_estimate_of_its_book_and_region(
        here in tables(), there in tables(), credit in prop::option::of(1i128..20_000), other_ids in prop::bool::ANY,
        items in prop::collection::vec((0usize..2, 0usize..3, 0u32..400), 1..5),
    ) {
        let (first, second) = (book(0, &here, None), book(usize::from(other_ids), &there, credit));
        let written = workload(&items);
        let found = ok(compare(&written, &[candidate(&first), candidate(&second)], &Regions::All, true));
        let base = &found.cells[0];
        for cell in &found.cells {
            let of_second = found.cells.iter().position(|other| std::ptr::eq(other, cell)) >= Some(found.cells.len() / 2);
            let (open, index) = if of_second { &second } else { &first };
            // With other ids a product that the first book sells is found by its names, and no other is.
            let ids = usize::from(of_second && other_ids);
            let moved: Vec<_> = items.iter().map(|(product, region, quantity)| {
                let known = here[product * 3 + region].is_some();
                let ids = if known { ids } else { 0 };
                // What the second book does not sell there is looked for where everything is moved to.
                let moved_to = REGIONS.iter().position(|name| Some(*name) == cell.region.as_deref());
                let lost = known && there[product * 3 + region].is_none();
                let from = moved_to.filter(|to| of_second && lost && there[product * 3 + to].is_some());
                format!(r#"{{"meterId": "{}", "quantity": "{quantity}"}}"#, id(ids, *product, from.unwrap_or(*region)))
            }).collect();
            let moved = format!(r#"{{"schema": "forebill.workload/1", "items": [{}]}}"#, moved.join(","));
            let options = Options { region: cell.region.as_deref(), ..Options::at(at(NOVEMBER)) };
            let alone = ok(estimate(&ok(workload::decode(moved.as_bytes())), open, index, &options));
            prop_assert_eq!(cell.monthly_cost, alone.totals.monthly_cost);
            prop_assert_eq!(cell.monthly_due, alone.monthly_due());
            prop_assert_eq!(&cell.missing, &alone.unpriced);
            prop_assert_eq!(cell.status == CellStatus::Priced, cell.missing.is_empty());
            if let Some(difference) = cell.difference {
                prop_assert_eq!(difference, sub(cell.monthly_due, base.monthly_due));
                let of_lines = sum_of(cell.lines.iter().filter_map(|line| line.difference));
                prop_assert_eq!(of_lines, sub(cell.monthly_cost, base.monthly_cost));
                prop_assert!(cell.lines.iter().all(|line| !line.reasons.is_empty()));
            }
        }
        let priced = |cell: &&Cell| cell.status == CellStatus::Priced;
        let least = found.cells.iter().filter(priced).map(|cell| cell.monthly_due).min();
        prop_assert_eq!(found.cheapest.get(&Currency::USD).map(|cell| found.cells[*cell].monthly_due), least);
    }

    #[test]
    fn no_larger_number_fits(
        table in table(), other in 0u32..200, a_piece in 0u32..20, limit in 0i128..100_000, credit in prop::option::of(1i128..20_000),
    ) {
        let (open, index) = book(0, &[Some(table), None, None, None, None, None], credit);
        let written = workload(&[(0, 0, other), (0, 0, a_piece)]);
        let limit = Decimal::new(limit, 2);
        let options = Options::at(at(NOVEMBER));
        let due = |count: u64| {
            let mut tried = written.clone();
            tried.items[1].count = Some(ok(Decimal::parse(&count.to_string())));
            ok(estimate(&tried, &open, &index, &options)).monthly_due()
        };
        let fit = ok(largest_count(&written, 1, limit, &open, &index, &options));
        prop_assert_eq!(fit.monthly_due, due(fit.count.unwrap_or(0)));
        prop_assert_eq!(fit.count.is_some(), fit.monthly_due <= limit);
        let from = fit.count.map_or(0, |count| count + 1);
        if from < 1_000_000_000 {
            prop_assert_eq!(fit.one_more, fit.count.map(|count| due(count + 1)));
            for more in from..from + 60 {
                prop_assert!(due(more) > limit, "{} fits as well", more);
            }
        }
    }
}

/// Worked by hand: 100 of a thing at 2 in EU West, found by a search text. In EU North it costs 3; in the other book,
/// which has other ids, 1.50 and the first 20 are free; in US East nobody sells it.
#[test]
fn each_difference_has_its_reason() {
    let price = |cents, included| Some((ok(TierTable::new(vec![tier(cents)])), included));
    let first = book(0, &[price(200, 0), price(300, 0), None, None, None, None], None);
    let second = book(1, &[price(150, 20), None, None, None, None, None], None);
    let text = r#"{"schema": "forebill.workload/1", "items": [
        {"name": "thing", "query": "product 0", "region": "westeurope", "quantity": "100"}]}"#;
    let workload = ok(workload::decode(text.as_bytes()));
    let regions = Regions::Named(vec!["northeurope".into(), "US East".into()]);
    let found = ok(compare(&workload, &[candidate(&first), candidate(&second)], &regions, true));
    let told = |cell: &Cell| {
        let reasons = cell.lines.iter().flat_map(|line| line.reasons.clone()).collect::<Vec<_>>();
        (cell.status, cell.monthly_cost.to_string(), cell.difference.map(|more| more.to_string()), reasons)
    };
    use CellStatus::{Priced, Unavailable};
    assert_eq!(
        found.cells.iter().map(told).collect::<Vec<_>>(),
        [
            (Priced, "200".into(), Some("0".into()), vec![]),
            (Priced, "300".into(), Some("100".into()), vec![Reason::Region, Reason::Rate]),
            (Unavailable, "0".into(), None, vec![Reason::Unpriced]),
            (Priced, "120".into(), Some("-80".into()), vec![Reason::IncludedQuantity, Reason::Rate]),
            (Unavailable, "0".into(), None, vec![Reason::Unpriced]),
            (Unavailable, "0".into(), None, vec![Reason::Unpriced]),
        ]
    );
    assert_eq!(found.cheapest[&Currency::USD], 3);
    assert_eq!(found.books.len(), 2);
}

fn tier(cents: i128) -> Tier {
    Tier { from: Decimal::ZERO, unit_price: Decimal::new(cents, 2) }
}
