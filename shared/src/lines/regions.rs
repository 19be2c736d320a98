//! The same lines in every region, in one walk over the rows of their items.

use jiff::Timestamp;

use super::places::Places;
use super::sum::{Part, Sum};
use super::{Lines, NONE, Stepped, cost_of};
use crate::columns::{QUANTITY_DECIMALS, WIDE, steps::in_range};
use crate::decimal::{Decimal, Inexact};
use crate::ratebook::compact::Columns;
use crate::region;

/// All lines, moved to one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionCost {
    /// Code of its billing name in the book.
    pub region: u32,
    /// What the lines cost there that are sold there.
    pub cost: Decimal,
    /// How many are not: their money is not in `cost`.
    pub unpriced: usize,
}

/// What is bought of one item: in another region all its lines stand on one row.
#[derive(Debug, Clone, Copy, Default)]
struct Bought {
    /// At ten decimals. Fewer than 2^32 lines of less than 2^63 each.
    fixed: i128,
    /// What does not fit that.
    wide: Decimal,
    lines: usize,
}

impl Bought {
    fn add(&mut self, other: Bought) -> Result<(), Inexact> {
        self.fixed += other.fixed;
        self.wide = self.wide.plus(other.wide)?;
        self.lines += other.lines;
        Ok(())
    }

    fn cost(&self, columns: &Columns, stepped: &Stepped, price: u32) -> Result<Part, Inexact> {
        let total = i64::try_from(self.fixed).ok().filter(|total| self.wide.is_zero() && in_range(total));
        match total.and_then(|total| stepped.cost_between(price, 0, total)) {
            Some(cost) => Ok(Part::Fixed(cost)),
            None => {
                let quantity = self.wide.plus(Decimal::new(self.fixed, QUANTITY_DECIMALS as u8))?;
                cost_of(columns, price, quantity).map(Part::Exact)
            }
        }
    }
}

/// What is bought of a product, by what other regions look at to find its price.
#[derive(Debug, Clone, Copy, Default)]
struct Product {
    /// It is one for the whole world.
    everywhere: Bought,
    by_zone: Bought,
    by_region: Bought,
}

/// What is sold in the regions of a book so far.
struct Sold {
    cost: Sum,
    lines: usize,
}

impl Sold {
    const NOTHING: Sold = Sold { cost: Sum::ZERO, lines: 0 };

    fn add(&mut self, part: Part, lines: usize) -> Result<(), Inexact> {
        self.lines += lines;
        self.cost.add(part)
    }
}

impl Lines {
    /// What the lines, which stand on rows of one book, cost in each region of this or of another book at a time.
    ///
    /// In another region a line is the item of the same names there. A price for the whole world is the same
    /// everywhere, and traffic is sold by the zone of a region; what else a region does not sell is counted, not priced.
    pub fn by_region(
        &self,
        from: &Columns,
        to: &Columns,
        stepped: &Stepped,
        at: Timestamp,
    ) -> Result<Vec<RegionCost>, Inexact> {
        let names = &to.texts.regions;
        let codes = 0..names.len() as u32;
        let Places { regions, zones } = &stepped.places;
        let mut everywhere = Sold::NOTHING;
        let mut sold: Vec<Sold> = codes.clone().map(|_| Sold::NOTHING).collect();
        for (item, bought) in self.bought(from)? {
            to.each_in_force(to.alike(from, item), at, |cell| {
                let (code, price) = (to.region[cell], to.price[cell]);
                if names.get(code).is_empty() {
                    everywhere.add(bought.everywhere.cost(to, stepped, price)?, bought.everywhere.lines)?;
                }
                let mut here = bought.by_region;
                if bought.by_zone.lines > 0 {
                    let part = bought.by_zone.cost(to, stepped, price)?;
                    for ((region, zone), sold) in codes.clone().zip(zones).zip(&mut sold) {
                        if *zone == Some(code) && region != code {
                            sold.add(part, bought.by_zone.lines)?;
                        }
                    }
                    if zones[code as usize] == Some(code) {
                        here.add(bought.by_zone)?;
                    }
                }
                if here.lines > 0 {
                    sold[code as usize].add(here.cost(to, stepped, price)?, here.lines)
                } else {
                    Ok(())
                }
            })?;
        }
        let world = everywhere.cost.total()?;
        (regions.iter())
            .map(|region| {
                let region = *region;
                let Sold { cost, lines } = &sold[region as usize];
                let unpriced = self.len() - lines - everywhere.lines;
                Ok(RegionCost { region, cost: cost.total()?.plus(world)?, unpriced })
            })
            .collect()
    }

    /// What is bought of each product, by the first item that is of it.
    fn bought(&self, from: &Columns) -> Result<Vec<(usize, Product)>, Inexact> {
        let mut of_groups = vec![Bought::default(); self.groups.len()];
        for ((group, fixed), quantity) in self.group.iter().zip(&self.fixed).zip(&self.quantity) {
            let (fixed, wide) = if *fixed == WIDE { (0, *quantity) } else { (i128::from(*fixed), Decimal::ZERO) };
            of_groups[*group as usize].add(Bought { fixed, wide, lines: 1 })?;
        }
        let mut all: Vec<(usize, Product)> = Vec::new();
        let mut places = vec![NONE; from.items.len()];
        for (group, bought) in self.groups.iter().zip(of_groups).filter(|(_, bought)| bought.lines > 0) {
            let item = from.item_of(group.row as usize);
            let service = from.texts.services.get(from.items[item].service);
            // Lines of two SKUs of one product stand on one row of a region that has one.
            let first = from.alike(from, item).start;
            if places[first] == NONE {
                places[first] = all.len() as u32;
                all.push((first, Product::default()));
            }
            let (_, product) = &mut all[places[first] as usize];
            let place = match from.texts.regions.get(from.region[group.row as usize]) {
                "" => &mut product.everywhere,
                zone if region::is_bandwidth_zone(service, zone) => &mut product.by_zone,
                _ => &mut product.by_region,
            };
            place.add(bought)?;
        }
        Ok(all)
    }
}
