//! The file over its base, for one customer group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{OwnBookFile, Price, Rule, Scope};
use crate::decimal::{Decimal, Inexact};
use crate::guid::MeterId;
use crate::json::DecodeError;
use crate::meter::{Meter, PriceKind, Tier, TierTable};
use crate::ratebook::format::OpenBook;
use crate::ratebook::{BookHeader, MAX_METERS, OwnBook, RateBook, Source, price_key};
use crate::region;
use crate::warning::{Warning, WarningCode};

impl OwnBookFile {
    /// The book of one group, or of everybody.
    pub fn book(&self, group: Option<&str>, base: Option<&OpenBook>) -> Result<(RateBook, Vec<Warning>), DecodeError> {
        let header = self.header(group, base)?;
        let mut layer = Layer::new(self, group);
        let mut meters = Vec::new();
        for rows in base.map_or(&[][..], |base| base.book.meters()).chunk_by(|a, b| price_key(a) == price_key(b)) {
            layer.over(rows, &mut meters)?;
            // A rule without a filter splits every price: a thousand of them would be more than any real list.
            if meters.len() > MAX_METERS {
                let message = format!("the book would have more than {MAX_METERS} prices: use fewer dates");
                return Err(DecodeError::at("rules", message));
            }
        }
        layer.alone(&mut meters);
        let warnings = layer.warnings();
        let (book, more) =
            RateBook::new(header, meters).map_err(|error| DecodeError::at("prices", error.to_string()))?;
        Ok((book, warnings.into_iter().chain(more).collect()))
    }

    fn header(&self, group: Option<&str>, base: Option<&OpenBook>) -> Result<BookHeader, DecodeError> {
        let below = base.map(|base| base.book.header());
        match below {
            Some(below) if below.currency != self.currency => {
                let message = format!("the book is in {}, its base in {}", self.currency, below.currency);
                return Err(DecodeError::at("currency", message));
            }
            None if !self.rules.is_empty() => {
                let message =
                    "a percentage needs a base: name one as base in the file, or with --base, --offer or --retail";
                return Err(DecodeError::at("rules[0]", message));
            }
            _ => {}
        }
        // An own book over an own book counts as the lowest of them does.
        let base_source = below.map(|below| below.own.as_ref().and_then(|own| own.base_source).unwrap_or(below.source));
        Ok(BookHeader {
            source: Source::Own,
            offer: below.and_then(|below| below.offer.clone()),
            currency: self.currency,
            locale: below.map(|below| below.locale.clone()).unwrap_or_default(),
            region_info: below.map(|below| below.region_info.clone()).unwrap_or_default(),
            own: Some(OwnBook {
                name: self.name.clone(),
                group: group.map(ToOwned::to_owned),
                base: base.map(|base| base.id.clone()),
                base_source,
            }),
            terms: below.map(|below| below.terms.clone()).unwrap_or_default(),
        })
    }
}

/// What holds for a price from one time on.
#[derive(Clone, Copy)]
enum State<'a> {
    Nothing,
    Own(&'a Price),
    Base(&'a Meter, Option<(usize, &'a Rule)>),
}

impl State<'_> {
    fn is(self, other: State<'_>) -> bool {
        match (self, other) {
            (State::Nothing, State::Nothing) => true,
            (State::Own(a), State::Own(b)) => std::ptr::eq(a, b),
            (State::Base(a, by), State::Base(b, with)) => {
                std::ptr::eq(a, b) && by.map(|(index, _)| index) == with.map(|(index, _)| index)
            }
            _ => false,
        }
    }
}

/// The rules and prices of one group and of everybody, ready to be asked.
struct Layer<'a> {
    file: &'a OwnBookFile,
    group: Option<&'a str>,
    rules: BTreeMap<Scope, Vec<usize>>,
    prices: BTreeMap<MeterId, Vec<usize>>,
    /// Rules and prices that met a price of the base.
    met: (BTreeSet<usize>, BTreeSet<usize>),
}

impl<'a> Layer<'a> {
    fn new(file: &'a OwnBookFile, group: Option<&'a str>) -> Layer<'a> {
        let of_group = |of: &Option<String>| of.is_none() || of.as_deref() == group;
        let (mut rules, mut prices): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) = Default::default();
        for (index, rule) in file.rules.iter().enumerate().filter(|(_, rule)| of_group(&rule.group)) {
            rule.scopes().into_iter().for_each(|scope| rules.entry(scope).or_default().push(index));
        }
        for (index, price) in file.prices.iter().enumerate().filter(|(_, price)| of_group(&price.group)) {
            prices.entry(price.meter_id).or_default().push(index);
        }
        Layer { file, group, rules, prices, met: Default::default() }
    }

    /// All dates of one price of the base, with what changes it.
    fn over(&mut self, rows: &[Meter], meters: &mut Vec<Meter>) -> Result<(), DecodeError> {
        let Some(newest) = rows.last() else { return Ok(()) };
        let rules = self.rules_for(rows);
        let prices = self.prices_for(newest);
        let mut times: BTreeSet<Timestamp> =
            rows.iter().flat_map(|row| [Some(row.effective_at), row.ends_at]).flatten().collect();
        times.extend(rules.iter().map(|(_, index)| self.file.rules[*index].from));
        times.extend(prices.iter().map(|index| self.file.prices[*index].from));
        let mut last = State::Nothing;
        for at in times {
            let state = self.state(rows, &rules, &prices, at);
            if let (State::Base(row, _), Some(before)) = (last, meters.last_mut())
                && row.ends_at == Some(at)
            {
                before.ends_at = Some(at);
            }
            if state.is(last) {
                continue;
            }
            match state {
                State::Nothing => {}
                State::Own(price) => meters.push(price.in_place_of(newest)),
                State::Base(row, rule) => meters.push(changed(row, at, rule)?),
            }
            last = state;
        }
        Ok(())
    }

    fn state<'r>(&self, rows: &'r [Meter], rules: &[(Scope, usize)], prices: &[usize], at: Timestamp) -> State<'r>
    where
        'a: 'r,
    {
        let file = self.file;
        let price = prices.iter().map(|index| &file.prices[*index]).filter(|price| price.from <= at);
        if let Some(price) = price.max_by_key(|price| (price.group.is_some(), price.from, price.region.is_some())) {
            return State::Own(price);
        }
        let begun = rows.iter().filter(|row| row.effective_at <= at).max_by_key(|row| row.effective_at);
        let Some(row) = begun.filter(|row| row.ends_at.is_none_or(|end| at < end)) else { return State::Nothing };
        let rule = rules.iter().filter(|(scope, index)| self.fits(*index, scope, row) && file.rules[*index].from <= at);
        let rule =
            rule.max_by_key(|(scope, index)| (file.rules[*index].group.is_some(), file.rules[*index].from, scope));
        State::Base(row, rule.map(|(_, index)| (*index, &file.rules[*index])))
    }

    /// A meter may have moved to another category: each row is asked for itself.
    fn fits(&self, index: usize, scope: &Scope, row: &Meter) -> bool {
        let category = match scope {
            Scope::Category(category) => Some(category),
            _ => self.file.rules[index].category.as_ref(),
        };
        category.is_none_or(|category| *category == row.category.to_lowercase())
    }

    fn rules_for(&mut self, rows: &[Meter]) -> Vec<(Scope, usize)> {
        let mut scopes: BTreeSet<Scope> = rows.iter().map(|row| Scope::Category(row.category.to_lowercase())).collect();
        scopes.extend([Scope::All, Scope::Meter(rows[0].id)]);
        let mut found = Vec::new();
        for scope in scopes {
            for index in self.rules.get(&scope).into_iter().flatten() {
                if rows.iter().any(|row| self.fits(*index, &scope, row)) {
                    found.push((scope.clone(), *index));
                }
            }
        }
        self.met.0.extend(found.iter().map(|(_, index)| *index));
        found
    }

    /// Only what is paid for use has prices of one's own.
    fn prices_for(&mut self, meter: &Meter) -> Vec<usize> {
        if meter.kind != PriceKind::Consumption {
            return Vec::new();
        }
        let there = |index: &&usize| {
            let region = self.file.prices[**index].region.as_deref();
            region.is_none_or(|region| region::means(region, &meter.region))
        };
        let found: Vec<usize> = self.prices.get(&meter.id).into_iter().flatten().filter(there).copied().collect();
        self.met.1.extend(&found);
        found
    }

    /// Prices of meters that the base does not have, or not in that region.
    fn alone(&self, meters: &mut Vec<Meter>) {
        let mut left: BTreeMap<(MeterId, Option<String>), Vec<&Price>> = BTreeMap::new();
        for index in self.prices.values().flatten().filter(|index| !self.met.1.contains(index)) {
            let price = &self.file.prices[*index];
            left.entry((price.meter_id, price.region.as_deref().map(region::key))).or_default().push(price);
        }
        for prices in left.values() {
            let times: BTreeSet<Timestamp> = prices.iter().map(|price| price.from).collect();
            let mut last: Option<&Price> = None;
            for at in times {
                let begun = prices.iter().filter(|price| price.from <= at);
                let newest = begun.max_by_key(|price| (price.group.is_some(), price.from)).copied();
                if let Some(price) = newest.filter(|price| last.is_none_or(|last| !std::ptr::eq(last, *price))) {
                    // One spelling of the region, or its dates would be prices of two places.
                    let region = prices[0].region.clone().unwrap_or_default();
                    meters.push(price.meter(region));
                    last = Some(price);
                }
            }
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let own = |of: &Option<String>| of.is_none() || of.as_deref() == self.group;
        let idle =
            self.file.rules.iter().enumerate().filter(|(index, rule)| own(&rule.group) && !self.met.0.contains(index));
        let warning = |(index, _)| Warning {
            code: WarningCode::RuleWithoutEffect,
            message: "no price of the base fits this rule: compare its meterIds and category with the base".into(),
            path: Some(format!("rules[{index}]")),
        };
        idle.map(warning).collect()
    }
}

impl Price {
    /// The price in the place of a row of the base, whose identity it keeps.
    fn in_place_of(&self, row: &Meter) -> Meter {
        let (region, kind, sku) = (row.region.clone(), row.kind.clone(), row.sku.clone());
        Meter { kind, sku, third_party: row.third_party, deprecated: row.deprecated, ..self.meter(region) }
    }

    /// The price by itself.
    fn meter(&self, region: Arc<str>) -> Meter {
        Meter {
            id: self.meter_id,
            category: self.category.clone(),
            sub_category: self.sub_category.clone(),
            name: self.name.clone(),
            region,
            unit: self.unit.clone(),
            effective_at: self.from,
            ends_at: None,
            included_quantity: self.included_quantity,
            tiers: self.tiers.clone(),
            kind: PriceKind::Consumption,
            sku: None,
            third_party: false,
            deprecated: false,
        }
    }
}

/// A row of the base from a time on, with its unit prices changed.
fn changed(row: &Meter, at: Timestamp, rule: Option<(usize, &Rule)>) -> Result<Meter, DecodeError> {
    let tiers = match rule {
        Some((index, rule)) if rule.factor != Decimal::ONE => {
            let table = scaled(&row.tiers, rule.factor).map_err(|error| {
                DecodeError::at(format!("rules[{index}].percent"), format!("meter {}: {error}", row.id))
            })?;
            Arc::new(table)
        }
        _ => row.tiers.clone(),
    };
    Ok(Meter { effective_at: at, ends_at: None, tiers, ..row.clone() })
}

fn scaled(table: &TierTable, factor: Decimal) -> Result<TierTable, String> {
    let tier = |tier: &Tier| Ok(Tier { from: tier.from, unit_price: tier.unit_price.times(factor)? });
    let tiers =
        table.tiers().iter().map(tier).collect::<Result<Vec<_>, Inexact>>().map_err(|error| error.to_string())?;
    TierTable::priced(table.model(), tiers).map_err(|error| error.to_string())
}
