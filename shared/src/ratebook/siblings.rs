//! The same product elsewhere: the rows of a book by what they are, whatever their region and date.

use std::sync::{Arc, OnceLock};

use super::RateBook;
use crate::meter::{Meter, PriceKind, Priority};
use crate::order;

/// What a product is called: equal in every region, and in every book of one language.
type Product<'a> = (&'a Arc<str>, &'a Arc<str>, &'a Arc<str>, &'a Arc<str>, Priority);

fn product(meter: &Meter) -> Product<'_> {
    (&meter.name, &meter.category, &meter.sub_category, &meter.unit, meter.priority())
}

/// Rows of consumption in the order of their products. Made when somebody first asks: most ratings never do, and a
/// what-if asks thousands of times.
#[derive(Debug, Clone, Default)]
pub(super) struct Siblings(OnceLock<Vec<u32>>);

impl RateBook {
    /// All rows of consumption that are this product, in any region; the product may be of another book.
    pub fn siblings<'b>(&'b self, of: &Meter) -> impl Iterator<Item = &'b Meter> + use<'b> {
        let rows = self.siblings.0.get_or_init(|| {
            let priced = |row: &u32| self.meters[*row as usize].kind == PriceKind::Consumption;
            let mut rows: Vec<u32> = (0..self.meters.len() as u32).filter(priced).collect();
            order::sort_by(&mut rows, |a, b| {
                product(&self.meters[*a as usize]).cmp(&product(&self.meters[*b as usize]))
            });
            rows
        });
        let wanted = product(of);
        let first = rows.partition_point(|row| product(&self.meters[*row as usize]) < wanted);
        let count = rows[first..].partition_point(|row| product(&self.meters[*row as usize]) == wanted);
        rows[first..first + count].iter().map(|row| &self.meters[*row as usize])
    }
}
