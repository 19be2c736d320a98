//! The form of a row, learned from one row: which bytes stand between its values.
//!
//! A page writes all its rows in one form: the same keys in the same order with the same white space. A
//! [`Template`] holds these bytes, and a later row is compared with them byte by byte. The values between them
//! lie in *runs*: what changes with the day, with the meter, with the resource. A run that was met before is
//! found by its bytes and need not be read again, since equal bytes at the same place of the same form mean
//! equal values. So every byte of a row is compared with bytes that the general parser accepted, except the
//! digits of its quantity; and a row in which anything is new goes to the general parser.

use std::collections::BTreeMap;

use super::memo::Memo;
use super::scan::{Number, after_space, number, string_end, value_end};

/// A form with more runs is left to the general parser.
pub const MAX_RUNS: usize = 8;

/// Longer rows are left to the general parser.
const MAX_ROW_BYTES: usize = 64 * 1024;

/// What is known of a row by its runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Name,
    SubscriptionId,
    Start,
    End,
    MeterId,
    MeterName,
    MeterCategory,
    MeterSubCategory,
    MeterRegion,
    Unit,
    InfoFields,
    InstanceData,
}

const FIELDS: usize = 12;

/// The kind of the values in a run: they change together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    When,
    What,
    Who,
    HowMuch,
}

/// Where a value of the learned row lies and what it is; `None` for what nobody reads.
struct Value {
    start: usize,
    end: usize,
    meaning: Option<(Kind, Option<Field>)>,
}

fn meaning(depth: usize, key: &[u8]) -> Option<(Kind, Option<Field>)> {
    use Field::*;
    let (kind, field) = match (depth, key) {
        (0, b"name") => (Kind::When, Name),
        (1, b"subscriptionId") => (Kind::When, SubscriptionId),
        (1, b"usageStartTime") => (Kind::When, Start),
        (1, b"usageEndTime") => (Kind::When, End),
        (1, b"meterId") => (Kind::What, MeterId),
        (1, b"meterName") => (Kind::What, MeterName),
        (1, b"meterCategory") => (Kind::What, MeterCategory),
        (1, b"meterSubCategory") => (Kind::What, MeterSubCategory),
        (1, b"meterRegion") => (Kind::What, MeterRegion),
        (1, b"unit") => (Kind::What, Unit),
        (1, b"infoFields") => (Kind::What, InfoFields),
        (1, b"instanceData") => (Kind::Who, InstanceData),
        (1, b"quantity") => return Some((Kind::HowMuch, None)),
        _ => return None,
    };
    Some((kind, Some(field)))
}

/// The values of a row in their order, and where the row ends. It need not be JSON: the general parser says so.
fn values(bytes: &[u8], start: usize) -> Option<(Vec<Value>, usize)> {
    let (mut at, mut depth, mut values) = (start, 0, Vec::new());
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    loop {
        // At an opening brace, or at a comma.
        at = after_space(bytes, at + 1);
        if bytes.get(at) != Some(&b'"') {
            return None;
        }
        let key_end = string_end(bytes, at + 1)?;
        let key = &bytes[at + 1..key_end - 1];
        at = after_space(bytes, key_end);
        // A key in disguise is for the general parser.
        if bytes.get(at) != Some(&b':') || key.contains(&b'\\') {
            return None;
        }
        at = after_space(bytes, at + 1);
        if depth == 0 && key == b"properties" && bytes.get(at) == Some(&b'{') {
            depth = 1;
            continue;
        }
        let end = value_end(bytes, at)?;
        values.push(Value { start: at, end, meaning: meaning(depth, key) });
        at = after_space(bytes, end);
        while bytes.get(at) == Some(&b'}') {
            if depth == 0 {
                return Some((values, at + 1));
            }
            depth = 0;
            at = after_space(bytes, at + 1);
        }
        if bytes.get(at) != Some(&b',') {
            return None;
        }
    }
}

enum Run<P> {
    /// Values that were read together, and the literal bytes behind each of them.
    Known { literals: Vec<Box<[u8]>>, memo: Memo<P> },
    /// The quantity, and the literal bytes behind it.
    Quantity { literal: Box<[u8]> },
}

/// A row without its time: a meter of a resource, which comes again every day.
#[derive(Clone, Copy)]
struct Series {
    entries: Entries,
    /// Which followed the last time: a day lists the same resources in the same order as the day before.
    next: u32,
}

/// By run: its entry, or [`NEW`].
type Entries = [u32; MAX_RUNS];

/// More are forgotten: they only help to guess.
const MAX_SERIES: usize = 1 << 18;

/// The form of a row, and what was read in rows of this form.
pub struct Template<P> {
    /// Everything before the first value.
    opening: Box<[u8]>,
    runs: Vec<Run<P>>,
    /// Field → the run that tells it. A field that the form does not have is told by any.
    home: [u8; FIELDS],
    /// The run that holds `instanceData` and nothing else, if there is one.
    lone_instance: Option<usize>,
    /// Runs that change with the day.
    dated: [bool; MAX_RUNS],
    series: Vec<Series>,
    numbers: BTreeMap<Entries, u32>,
    /// By entry of the run that names the resource: the series that it was in the last time.
    by_resource: Vec<u32>,
    last: u32,
    /// The form that followed the last time.
    pub next: usize,
}

/// A run of a row that was not read before.
const NEW: u32 = u32::MAX;

/// A row that has the form of a template.
pub struct Fit<'a> {
    /// Just behind the row.
    pub end: usize,
    /// The quantity.
    pub quantity: Number<'a>,
    entries: Entries,
    /// By run: its bytes, where it is new.
    texts: [&'a [u8]; MAX_RUNS],
}

impl Fit<'_> {
    /// Of no row yet. It is filled in place: it is too large to be handed on for every row.
    pub const NONE: Self =
        Fit { end: 0, quantity: Number { text: &[], fixed: None }, entries: [0; MAX_RUNS], texts: [&[]; MAX_RUNS] };

    /// Whether all of it but the quantity was read before.
    pub fn is_known(&self) -> bool {
        !self.entries.contains(&NEW)
    }
}

impl<P> Template<P> {
    /// Learns the form of the row that starts at `start`.
    ///
    /// Use it only if the general parser accepts that row.
    pub fn learn(bytes: &[u8], start: usize) -> Option<Template<P>> {
        let (values, row_end) = values(bytes, start)?;
        let first = values.iter().find_map(|value| value.meaning)?.0;
        if row_end - start > MAX_ROW_BYTES {
            return None;
        }
        let (mut runs, mut kind, mut home, mut dated) = (Vec::new(), None, [None; FIELDS], [false; MAX_RUNS]);
        for (n, value) in values.iter().enumerate() {
            let literal = bytes[value.end..values.get(n + 1).map_or(row_end, |next| next.start)].into();
            // What nobody reads goes with its neighbour.
            let own = value.meaning.map_or(kind.unwrap_or(first), |(kind, _)| kind);
            let own = if value.meaning.is_none() && own == Kind::HowMuch { Kind::When } else { own };
            match runs.last_mut() {
                _ if own == Kind::HowMuch => runs.push(Run::Quantity { literal }),
                Some(Run::Known { literals, .. }) if kind == Some(own) => literals.push(literal),
                _ => runs.push(Run::Known { literals: vec![literal], memo: Memo::default() }),
            }
            if let Some(dated) = dated.get_mut(runs.len() - 1) {
                *dated = own == Kind::When;
            }
            kind = Some(own);
            if let Some((_, Some(field))) = value.meaning {
                home[field as usize] = Some(runs.len() - 1);
            }
        }
        let any = runs.iter().position(|run| matches!(run, Run::Known { .. }))?;
        let quantities = runs.iter().filter(|run| matches!(run, Run::Quantity { .. })).count();
        if runs.len() > MAX_RUNS || quantities != 1 {
            return None;
        }
        let lone_instance = home[Field::InstanceData as usize]
            .filter(|home| matches!(&runs[*home], Run::Known { literals, .. } if literals.len() == 1));
        let home = home.map(|run| run.unwrap_or(any) as u8);
        let opening = bytes[start..values.first()?.start].into();
        let (series, numbers) = (Vec::new(), BTreeMap::new());
        let by_resource = Vec::new();
        Some(Template { opening, runs, home, lone_instance, dated, series, numbers, by_resource, last: 0, next: 0 })
    }

    /// Compares the row that starts at `start` with the form, and fills `fit`; `None` if it has another one.
    #[inline]
    pub fn fit<'a>(&mut self, bytes: &'a [u8], start: usize, fit: &mut Fit<'a>) -> Option<()> {
        let mut at = behind(bytes, start, &self.opening)?;
        let guess = self.guess().map_or([NEW; MAX_RUNS], |(_, series)| series.entries);
        for (n, run) in self.runs.iter_mut().enumerate() {
            match run {
                Run::Quantity { literal } => {
                    fit.quantity = number(bytes, at);
                    at = behind(bytes, at + fit.quantity.text.len(), literal)?;
                }
                Run::Known { literals, memo } => {
                    if let Some((entry, length)) = memo.expected(bytes.get(at..)?, guess[n]) {
                        fit.entries[n] = entry;
                        at += length;
                        continue;
                    }
                    let start = at;
                    for literal in literals {
                        at = behind(bytes, value_end(bytes, at)?, literal)?;
                    }
                    let text = &bytes[start..at];
                    (fit.entries[n], fit.texts[n]) = (memo.find(text).unwrap_or(NEW), text);
                }
            }
        }
        fit.end = at;
        (fit.end - start <= MAX_ROW_BYTES).then_some(())
    }

    /// What the run says that holds the field.
    #[inline]
    pub fn part(&self, fit: &Fit<'_>, field: Field) -> Option<&P> {
        let home = usize::from(self.home[field as usize]);
        match &self.runs[home] {
            Run::Known { memo, .. } => Some(memo.part(fit.entries[home])),
            Run::Quantity { .. } => None,
        }
    }

    /// Where nothing is new in a row but its `instanceData`: what was read in another run, and the value.
    pub fn only_instance_is_new<'a>(&self, fit: &Fit<'a>) -> Option<(&P, &'a [u8])> {
        let own = self.lone_instance.filter(|own| fit.entries[*own] == NEW)?;
        let mut others = self.runs.iter().zip(fit.entries).enumerate().filter(|(n, _)| *n != own);
        let mut read = None;
        if !others.all(|(_, (run, entry))| match run {
            Run::Known { memo, .. } if entry != NEW => {
                read = Some(memo.part(entry));
                true
            }
            Run::Known { .. } => false,
            Run::Quantity { .. } => true,
        }) {
            return None;
        }
        let Run::Known { literals, .. } = &self.runs[own] else { return None };
        let value = fit.texts[own].strip_suffix(&*literals[0])?;
        Some((read?, value))
    }

    /// Keeps what the general parser read in the new runs of a row.
    pub fn keep(&mut self, fit: &mut Fit<'_>, part: impl Fn() -> P) {
        for (n, run) in self.runs.iter_mut().enumerate() {
            if let Run::Known { memo, .. } = run
                && fit.entries[n] == NEW
            {
                fit.entries[n] = memo.insert(fit.texts[n], part());
            }
        }
    }

    fn guess(&self) -> Option<(u32, Series)> {
        let next = self.series.get(self.last as usize)?.next;
        Some((next, *self.series.get(next as usize)?))
    }

    /// Remembers that this row came now, to guess the next one.
    #[inline]
    pub fn follow(&mut self, fit: &Fit<'_>) {
        let mut entries = fit.entries;
        for (entry, dated) in entries.iter_mut().zip(self.dated) {
            *entry = if dated { NEW } else { *entry };
        }
        let number = match self.guess() {
            Some((number, series)) if series.entries == entries => number,
            _ => self.number_of(entries),
        };
        if let Some(last) = self.series.get_mut(self.last as usize) {
            last.next = number;
        }
        self.last = number;
    }

    fn number_of(&mut self, entries: Entries) -> u32 {
        let resource = entries[usize::from(self.home[Field::InstanceData as usize])] as usize;
        if let Some(number) = self.by_resource.get(resource)
            && self.series.get(*number as usize).is_some_and(|series| series.entries == entries)
        {
            return *number;
        }
        if self.series.len() >= MAX_SERIES {
            self.series.clear();
            self.numbers.clear();
        }
        let number = *self.numbers.entry(entries).or_insert_with(|| {
            let number = self.series.len() as u32;
            self.series.push(Series { entries, next: number });
            number
        });
        if resource < MAX_SERIES {
            let known = self.by_resource.len().max(resource + 1);
            self.by_resource.resize(known, 0);
            self.by_resource[resource] = number;
        }
        number
    }
}

/// Just behind the literal, if it stands at `at`.
#[inline]
fn behind(bytes: &[u8], at: usize, literal: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(literal).then_some(at + literal.len())
}
