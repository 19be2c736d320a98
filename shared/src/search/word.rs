//! How one word of a search meets a book.

use super::field::{Field, NEVER};
use super::index::Index;
use crate::ratebook::compact::{Columns, Item};

/// A word, and how well it fits every item and every region: less is better.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    /// Fit of each item, wherever it is sold.
    pub(super) items: Vec<u8>,
    /// Fit of each region.
    pub(super) regions: Vec<u8>,
    /// The best of them, [`NEVER`] when there is none.
    pub(super) best_region: u8,
    /// Words of each name that it asks for.
    pub(super) asked: Vec<u64>,
    /// Whether anything at all fits.
    pub(super) fits: bool,
}

/// Words for kinds of prices that usage is not rated with.
const KINDS: [&[&str]; 5] =
    [&[], &["dev", "test", "devtest"], &["reservation", "reserved"], &["savings", "plan", "savingsplan"], &[]];

impl Word {
    pub(super) fn new(text: &str, columns: &Columns, index: &Index) -> Word {
        let (name, asked) = names(&index.names, text);
        let service = index.services.holding(text, 3, 5);
        let sub_category = index.sub_categories.holding(text, 5, 5);
        let arm_name = arm_names(&index.arm_names, text);
        let term = index.terms.holding(text, 5, 5);
        let kind = KINDS.map(|words| if words.iter().any(|own| is_meant(own, text)) { 5 } else { NEVER });
        let linux = index.machines.filter(|_| text == "linux");
        let fit = |(item, traits): (&Item, &super::index::Traits)| {
            // A machine is Linux unless its price list says Windows.
            if Some(item.service) == linux {
                return if traits.windows { NEVER } else { 0 };
            }
            let fit = name[item.name as usize].min(service[item.service as usize]);
            let fit = fit.min(sub_category[item.sub_category as usize]);
            let fit = item.arm_name().map_or(fit, |code| fit.min(arm_name[code as usize]));
            if item.is_consumption() {
                return fit;
            }
            let of_term = item.term().map_or(NEVER, |code| term[code as usize]);
            fit.min(kind[item.kind_number() as usize]).min(of_term)
        };
        let items: Vec<u8> = columns.items.iter().zip(&index.traits).map(fit).collect();
        let regions = regions(index, text);
        let best_region = regions.iter().copied().min().unwrap_or(NEVER);
        let fits = best_region != NEVER || items.iter().any(|fit| *fit != NEVER);
        Word { text: text.to_owned(), items, regions, best_region, asked, fits }
    }
}

/// `reserv` means `reservation`; two letters mean nothing.
fn is_meant(own: &str, text: &str) -> bool {
    text.len() > 2 && own.starts_with(text)
}

fn names(names: &Field, text: &str) -> (Vec<u8>, Vec<u64>) {
    let mut fits = names.holding(text, 2, 4);
    let met = names.met(text);
    for (place, fit) in fits.iter_mut().enumerate() {
        if met.whole[place] || (*fit == 2 && names.squeezed(place) == text) {
            *fit = 0;
        } else if met.prefix[place] {
            *fit = 1;
        }
    }
    (fits, met.asked)
}

/// `Standard_D4s_v5` is also searched as it stands there.
fn arm_names(arm_names: &Field, text: &str) -> Vec<u8> {
    let mut fits = arm_names.holding(text, 5, 5);
    for (place, fit) in fits.iter_mut().enumerate() {
        if *fit != NEVER && arm_names.squeezed(place) == text {
            *fit = 0;
        }
    }
    fits
}

fn regions(index: &Index, text: &str) -> Vec<u8> {
    let mut fits = index.regions.holding(text, 6, 6);
    let met = index.regions.met(text);
    for (place, fit) in fits.iter_mut().enumerate() {
        let arm = index.arm_regions[place];
        *fit = if arm == text || index.regions.squeezed(place) == text {
            0
        } else if met.prefix[place] {
            1
        } else if arm.contains(text) {
            6
        } else {
            *fit
        };
    }
    fits
}
