//! The same product elsewhere: items of the same names, and which of their rows holds in a region.

use std::ops::Range;

use jiff::Timestamp;

use super::columns::{Columns, Item};
use super::texts::Texts;

/// What a product is called; retail lists give it another SKU in each region.
type Product = (u32, u32, u32, u32, u32, u32);

fn product(item: &Item) -> Product {
    (item.service, item.sub_category, item.name, item.unit, item.kind, item.term)
}

impl Columns {
    /// The items of the same product as an item of this or of another book.
    #[must_use]
    pub fn alike(&self, other: &Columns, item: usize) -> Range<usize> {
        let wanted = other.items.get(item).and_then(|item| self.product_of(other, item));
        let Some(wanted) = wanted else { return 0..0 };
        let first = self.items.partition_point(|item| product(item) < wanted);
        let count = self.items[first..].iter().take_while(|item| product(item) == wanted).count();
        first..first + count
    }

    /// The codes of another book's product here; nothing where a name is not known.
    fn product_of(&self, other: &Columns, item: &Item) -> Option<Product> {
        if std::ptr::eq(self, other) {
            return Some(product(item));
        }
        let (theirs, ours) = (&other.texts, &self.texts);
        let code = |ours: &Texts, theirs: &Texts, code: u32| ours.code(theirs.get(code));
        let term = match item.term() {
            Some(term) => code(&ours.terms, &theirs.terms, term)? + 1,
            None => 0,
        };
        Some((
            code(&ours.services, &theirs.services, item.service)?,
            code(&ours.sub_categories, &theirs.sub_categories, item.sub_category)?,
            code(&ours.names, &theirs.names, item.name)?,
            code(&ours.units, &theirs.units, item.unit)?,
            item.kind,
            term,
        ))
    }

    /// The row of each region that holds at a time, of items that are alike.
    ///
    /// A row that a newer one follows under another name holds no more, whenever that began: names do not tell.
    pub fn each_in_force<E>(
        &self,
        items: Range<usize>,
        at: Timestamp,
        look: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        if items.len() == 1 {
            return self.each_of_item(items.start, at, look);
        }
        let mut newest: Vec<Option<usize>> = vec![None; self.texts.regions.len()];
        for item in items {
            self.each_of_item(item, at, |cell| {
                let best = newest[self.region[cell] as usize].get_or_insert(cell);
                if self.effective[cell] > self.effective[*best] {
                    *best = cell;
                }
                Ok(())
            })?;
        }
        newest.into_iter().flatten().try_for_each(look)
    }

    /// The rows of an item lie in the order of their regions.
    fn each_of_item<E>(
        &self,
        item: usize,
        at: Timestamp,
        mut look: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let cells = self.cells_of(item);
        let any_superseded = self.any_superseded(&cells);
        let mut first = cells.start;
        for run in self.region[cells].chunk_by(|a, b| a == b) {
            if let Some(cell) = self.in_force(first..first + run.len(), any_superseded, at) {
                look(cell)?;
            }
            first += run.len();
        }
        Ok(())
    }

    /// Of the rows of one item in one region.
    fn in_force(&self, mut rows: Range<usize>, any_superseded: bool, at: Timestamp) -> Option<usize> {
        let alone = rows.len() == 1;
        let newest = if alone {
            rows.next().filter(|cell| self.effective_at(*cell) <= at)?
        } else {
            rows.filter(|cell| self.effective_at(*cell) <= at).max_by_key(|cell| self.effective[*cell])?
        };
        let ended = self.ends_at(newest).is_some_and(|end| end <= at);
        let renamed = alone && any_superseded && self.is_superseded(newest);
        (!ended && !renamed).then_some(newest)
    }
}
