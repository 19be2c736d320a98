//! The price of an item: that of its meter, or of what its search text finds first.

use jiff::Timestamp;

use super::workload::WorkloadItem;
use super::{Options, PriceList};
use crate::guid::MeterId;
use crate::meter::{Meter, PriceKind};
use crate::ratebook::Unpriced;
use crate::ratebook::format::OpenBook;
use crate::warning::{Warning, WarningCode};

pub(super) fn find_meter<'a>(
    item: &WorkloadItem,
    path: &str,
    PriceList { open, index, .. }: PriceList<'a>,
    options: &Options<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<&'a Meter, Unpriced> {
    let region = options.region.or(item.region.as_deref());
    if let Some(id) = item.meter_id {
        return by_id(id, region, open, options.at);
    }
    let query = item.query.as_deref().unwrap_or("");
    let hits = index.find(&open.book, query, region);
    // A narrower look must not settle for something else: what fits best is then not sold there, but for traffic.
    if let Some(region) = region
        && let Some(any) = index.find(&open.book, query, None).first()
        && hits.first().is_none_or(|best| any.score < best.score)
    {
        let meter = &open.book.meters()[any.meter];
        crate::region::sold_by_zone(&meter.category, &meter.region, region).ok_or(Unpriced::NotInRegion)?;
        return open.book.sibling_in(meter, region, options.at);
    }
    let best = hits.first().ok_or(Unpriced::NoMatch)?;
    let meter = &open.book.meters()[best.meter];
    let others = hits.iter().skip(1).take_while(|hit| hit.score == best.score).count();
    if others > 0 {
        warnings.push(Warning {
            code: WarningCode::QueryAmbiguous,
            message: format!(
                "the search text picked {} {} in {} ({}); {others} more fit as well: give its meterId to be sure",
                meter.category, meter.name, meter.region, meter.id
            ),
            path: Some(format!("{path}.query")),
        });
    }
    open.book.price_like(meter, options.at)
}

fn by_id<'a>(id: MeterId, region: Option<&str>, open: &'a OpenBook, at: Timestamp) -> Result<&'a Meter, Unpriced> {
    let Some(region) = region else { return open.book.price_at(id, at) };
    let rows = open.book.rows_of(id);
    let there = |meter: &&Meter| meter.kind == PriceKind::Consumption && crate::region::means(region, &meter.region);
    match (rows.iter().find(there), open.book.price_at(id, at)) {
        // The id itself is sold there, maybe at another price than elsewhere.
        (Some(row), Err(Unpriced::Ambiguous)) => open.book.price_like(row, at),
        (_, priced) => open.book.sibling_in(priced?, region, at),
    }
}
