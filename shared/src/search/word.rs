//! How one word of a search meets a book.

use super::field::{Field, NEVER, holds, met};
use super::index::{Index, class};
use crate::ratebook::compact::{Columns, Item};

/// A word, and how well it fits every item and every region: less is better.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    texts: InTexts,
    /// Fit of each item, wherever it is sold.
    pub(super) items: Vec<u8>,
    /// The items that it fits.
    pub(super) matching: Vec<u32>,
    /// Fit of each region.
    pub(super) regions: Vec<u8>,
    /// The best of them, [`NEVER`] when there is none.
    pub(super) best_region: u8,
    /// How it meets each word of the names.
    pub(super) met: Vec<u8>,
    /// Whether anything at all fits.
    pub(super) fits: bool,
}

/// Fit of each text of each dictionary. None fits that does not hold the word.
#[derive(Debug, Clone)]
struct InTexts {
    names: Vec<u8>,
    services: Vec<u8>,
    sub_categories: Vec<u8>,
    arm_names: Vec<u8>,
    terms: Vec<u8>,
}

/// Longer beginnings are worth looking only at what they fit; shorter ones do not ask for kinds of prices.
const SHORTEST_BEGINNING: usize = 3;

/// Words for kinds of prices that usage is not rated with.
const KINDS: [&[&str]; 5] =
    [&[], &["dev", "test", "devtest"], &["reservation", "reserved"], &["savings", "plan", "savingsplan"], &[]];

impl Word {
    /// `shorter` is a beginning of the text, if one is known: what does not hold it cannot hold the text.
    pub(super) fn new(text: &str, columns: &Columns, index: &Index, shorter: Option<&Word>) -> Word {
        let is_linux = text == "linux";
        let within = shorter.filter(|word| word.text.len() >= SHORTEST_BEGINNING && !is_linux);
        let met = index.names.met(text);
        let texts = InTexts::new(text, index, &met, within.map(|word| &word.texts));
        let kinds = KINDS.map(|words| if words.iter().any(|own| is_meant(own, text)) { 5 } else { NEVER });
        let linux = index.machines.filter(|_| is_linux);
        let few = within.map(|within| &within.matching[..]);
        let count = few.map_or(columns.items.len(), <[u32]>::len);
        let (mut items, mut matching) = (vec![NEVER; columns.items.len()], Vec::with_capacity(count));
        for number in 0..count {
            let place = few.map_or(number, |places| places[number] as usize);
            let item = &columns.items[place];
            let fit = match linux {
                // A machine is Linux unless its price list says Windows.
                Some(machines) if item.service == machines => {
                    if index.classes[place] & class::WINDOWS != 0 {
                        NEVER
                    } else {
                        0
                    }
                }
                _ => texts.fit(item, &kinds),
            };
            if fit != NEVER {
                items[place] = fit;
                matching.push(place as u32);
            }
        }
        let regions = regions(index, text);
        let best_region = regions.iter().copied().min().unwrap_or(NEVER);
        let fits = best_region != NEVER || !matching.is_empty();
        Word { text: text.to_owned(), texts, items, matching, regions, best_region, met, fits }
    }
}

impl InTexts {
    fn new(text: &str, index: &Index, met: &[u8], within: Option<&InTexts>) -> InTexts {
        InTexts {
            names: names(&index.names, text, met, within.map(|within| &within.names[..])),
            services: index.services.holding(text, 3, 5, within.map(|within| &within.services[..])),
            sub_categories: index.sub_categories.holding(text, 5, 5, within.map(|within| &within.sub_categories[..])),
            arm_names: arm_names(&index.arm_names, text, within.map(|within| &within.arm_names[..])),
            terms: index.terms.holding(text, 5, 5, None),
        }
    }

    #[inline]
    fn fit(&self, item: &Item, kinds: &[u8; 5]) -> u8 {
        let fit = self.names[item.name as usize].min(self.services[item.service as usize]);
        let fit = fit.min(self.sub_categories[item.sub_category as usize]);
        let fit = item.arm_name().map_or(fit, |code| fit.min(self.arm_names[code as usize]));
        if item.is_consumption() {
            return fit;
        }
        let of_term = item.term().map_or(NEVER, |code| self.terms[code as usize]);
        fit.min(kinds[item.kind_number() as usize]).min(of_term)
    }
}

/// `reserv` means `reservation`; two letters mean nothing.
fn is_meant(own: &str, text: &str) -> bool {
    text.len() > 2 && own.starts_with(text)
}

fn names(names: &Field, text: &str, met: &[u8], within: Option<&[u8]>) -> Vec<u8> {
    let mut fits = names.holding(text, 2, 4, within);
    for (place, fit) in fits.iter_mut().enumerate().filter(|(_, fit)| **fit != NEVER) {
        let met = names.words_of(place).iter().fold(0, |all, own| all | met[*own as usize]);
        if met & met::WHOLE != 0 || (*fit == 2 && names.squeezed(place).len() == text.len()) {
            *fit = 0;
        } else if met & met::BEGINS != 0 {
            *fit = 1;
        }
    }
    fits
}

/// `Standard_D4s_v5` is also searched as it stands there.
fn arm_names(arm_names: &Field, text: &str, within: Option<&[u8]>) -> Vec<u8> {
    let mut fits = arm_names.holding(text, 5, 5, within);
    for (place, fit) in fits.iter_mut().enumerate().filter(|(_, fit)| **fit != NEVER) {
        if arm_names.squeezed(place).len() == text.len() {
            *fit = 0;
        }
    }
    fits
}

fn regions(index: &Index, text: &str) -> Vec<u8> {
    let mut fits = index.regions.holding(text, 6, 6, None);
    let met = index.regions.met(text);
    for (place, fit) in fits.iter_mut().enumerate() {
        let arm = index.arm_regions[place];
        *fit = if arm == text || index.regions.squeezed(place) == text {
            0
        } else if index.regions.words_of(place).iter().any(|own| met[*own as usize] & met::BEGINS != 0) {
            1
        } else if holds(arm, text) {
            6
        } else {
            *fit
        };
    }
    fits
}
