//! Pages of usage → columns. What was read before costs a comparison: nothing is built for it but seven numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::general::{General, Instance};
use super::memo::hash;
use super::reader::{Frame, Known, Lines, Reader, Sink};
use super::template::Field;
use super::window::Window;
use super::{UsageAggregate, UsagePage};
use crate::columns::UsageColumns;
use crate::decimal::Decimal;
use crate::guid::{MeterId, SubscriptionId};
use crate::json::DecodeError;
use crate::rollup::RollupUsage;
use crate::usage::Resource;
use crate::warning::Warning;

/// What a page said besides its rows.
#[derive(Debug, PartialEq, Eq)]
pub struct ColumnPage {
    /// How many rows it had.
    pub rows: usize,
    /// Where the next page is; to be followed as it stands.
    pub next_link: Option<String>,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
}

/// Reads pages into columns; accepts and refuses what [`super::Decoder`] does.
#[derive(Default)]
pub struct ColumnDecoder {
    general: General,
    reader: Reader<Part>,
    columns: Columns,
    /// For pages that come in pieces.
    room: Vec<u8>,
}

impl ColumnDecoder {
    /// Reads a page that comes in pieces: `more` gives the next bytes and says how many, none at the end. `None` where
    /// it has to be read whole, by [`ColumnDecoder::file`]: nothing of it stays.
    pub fn pieces<E>(&mut self, mut more: impl FnMut(&mut [u8]) -> Result<usize, E>) -> Result<Option<ColumnPage>, E> {
        let before = self.columns.len();
        let mut window = Window::new(&mut more, std::mem::take(&mut self.room))?;
        let read = self.reader.pieces(&mut window, &mut self.general, &mut self.columns);
        self.room = window.into_room();
        if !matches!(read, Ok(Some(_))) {
            self.columns.truncate(before);
        }
        let page =
            |Frame { next_link, warnings }| ColumnPage { rows: self.columns.len() - before, next_link, warnings };
        Ok(read?.map(page))
    }

    /// Reads one page of the API. Nothing of a page that is refused stays.
    pub fn page(&mut self, bytes: &[u8]) -> Result<ColumnPage, DecodeError> {
        let before = self.columns.len();
        if let Some(Frame { next_link, warnings }) = self.reader.page(bytes, &mut self.general, &mut self.columns) {
            return Ok(ColumnPage { rows: self.columns.len() - before, next_link, warnings });
        }
        self.columns.truncate(before);
        let UsagePage { rows, next_link, warnings, .. } = self.general.page(bytes)?;
        let page = ColumnPage { rows: rows.len(), next_link, warnings };
        rows.into_iter().for_each(|row| self.columns.read(row));
        Ok(page)
    }

    /// Reads a file: one answer, or JSON Lines of its rows.
    pub fn file(&mut self, bytes: &[u8]) -> Result<ColumnPage, DecodeError> {
        let whole = match self.page(bytes) {
            Ok(page) => return Ok(page),
            Err(whole) => whole,
        };
        let before = self.columns.len();
        let read = self.reader.lines(bytes, &mut self.general, &mut self.columns);
        match read {
            Ok(Some(Lines { lines, warnings })) => Ok(ColumnPage { rows: lines.len(), next_link: None, warnings }),
            Ok(None) => Err(whole),
            Err(line) => {
                self.columns.truncate(before);
                Err(line)
            }
        }
    }

    /// All rows that were read, in their order.
    #[must_use]
    pub fn finish(self) -> RollupUsage {
        self.columns.usage
    }
}

/// What is kept of a row: its places in the dictionaries.
#[derive(Clone, Copy)]
struct Part {
    subscription: u32,
    meter: u32,
    resource: u32,
    bucket: u32,
    starts_at: i64,
    ends_at: i64,
    whole_seconds: bool,
    has_resource: bool,
    has_instance_text: bool,
    has_info_fields: bool,
}

/// Columns under construction, with the places of what their dictionaries hold.
#[derive(Default)]
struct Columns {
    usage: RollupUsage,
    subscriptions: BTreeMap<SubscriptionId, u32>,
    meters: BTreeMap<MeterId, u32>,
    resources: ResourcePlaces,
    buckets: BTreeMap<Arc<str>, u32>,
}

/// The place of a value in its dictionary, where it is added the first time.
fn place<V: Ord + Clone>(places: &mut BTreeMap<V, u32>, values: &mut Vec<V>, value: &V) -> u32 {
    if let Some(place) = places.get(value) {
        return *place;
    }
    let place = values.len() as u32;
    places.insert(value.clone(), place);
    values.push(value.clone());
    place
}

/// Where a resource stands in its dictionary. Found by the hash of its name, since names are long and begin alike.
#[derive(Default)]
struct ResourcePlaces {
    /// Hash → the last place with that hash.
    last: BTreeMap<u64, u32>,
    /// Place → the one before it with the same hash: other tags of the same name, or by chance another name.
    before: Vec<Option<u32>>,
}

impl ResourcePlaces {
    fn place_of(&mut self, resource: Option<&Arc<Resource>>, values: &mut Vec<Option<Arc<Resource>>>) -> u32 {
        let hash = resource.map_or(0, |resource| hash(resource.uri.as_bytes()));
        let last = self.last.get(&hash).copied();
        let mut same_hash = std::iter::successors(last, |place| self.before[*place as usize]);
        if let Some(place) = same_hash.find(|place| values[*place as usize].as_ref() == resource) {
            return place;
        }
        let place = values.len() as u32;
        values.push(resource.cloned());
        self.before.push(last);
        self.last.insert(hash, place);
        place
    }
}

/// What tells resources apart in rows: that there is one, and what is wrong with it.
fn instance_flags(resource: Option<&Resource>, has_text: bool) -> (bool, bool) {
    let named = resource.is_some_and(|resource| !resource.uri.is_empty());
    (named, has_text || resource.is_some_and(|resource| resource.uri.is_empty()))
}

impl Columns {
    fn place_of(&mut self, resource: Option<&Arc<Resource>>) -> u32 {
        self.resources.place_of(resource, &mut self.usage.columns.resources)
    }

    fn len(&self) -> usize {
        self.usage.columns.len()
    }

    /// Forgets the rows from this one on. Dictionaries may then hold what no row names.
    fn truncate(&mut self, rows: usize) {
        let UsageColumns { subscription, meter, resource, bucket, starts_at, ends_at, quantity, wide, .. } =
            &mut self.usage.columns;
        [subscription, meter, resource, bucket].into_iter().for_each(|column| column.truncate(rows));
        [starts_at, ends_at, quantity].into_iter().for_each(|column| column.truncate(rows));
        wide.split_off(&(rows as u32));
        self.usage.aside.split_off(&(rows as u32));
    }
}

impl Sink for Columns {
    type Part = Part;

    fn part(&mut self, row: &UsageAggregate) -> Part {
        let resource = self.place_of(row.resource.as_ref());
        let columns = &mut self.usage.columns;
        let whole = |at: jiff::Timestamp| at.subsec_nanosecond() == 0;
        let (has_resource, has_instance_text) = instance_flags(row.resource.as_deref(), row.instance_text.is_some());
        Part {
            subscription: place(&mut self.subscriptions, &mut columns.subscriptions, &row.subscription_id),
            meter: place(&mut self.meters, &mut columns.meters, &row.meter_id),
            resource,
            bucket: place(&mut self.buckets, &mut columns.buckets, &row.bucket),
            starts_at: row.usage_start_at.as_second(),
            ends_at: row.usage_end_at.as_second(),
            whole_seconds: whole(row.usage_start_at) && whole(row.usage_end_at),
            has_resource,
            has_instance_text,
            has_info_fields: row.info_fields.is_some(),
        }
    }

    fn with_instance(&mut self, other: &Part, instance: Instance) -> Part {
        let Instance { resource, text } = instance;
        let (has_resource, has_instance_text) = instance_flags(resource.as_deref(), text.is_some());
        Part { resource: self.place_of(resource.as_ref()), has_resource, has_instance_text, ..*other }
    }

    fn is_unreadable(part: &Part) -> bool {
        // Such a row is not plain, and the general parser warns of it.
        !part.has_resource && part.has_instance_text
    }

    #[inline]
    fn known(&mut self, row: &Known<'_, Part>) -> Option<()> {
        let (start, end) = (row.part(Field::Start)?, row.part(Field::End)?);
        let instance = row.part(Field::InstanceData)?;
        let told_apart = instance.has_instance_text || row.part(Field::InfoFields)?.has_info_fields;
        let plain = start.whole_seconds && end.whole_seconds && (instance.has_resource || !told_apart);
        if !plain || end.ends_at <= start.starts_at {
            return None;
        }
        let columns = &mut self.usage.columns;
        match row.quantity.fixed {
            Some(fixed) => columns.quantity.push(fixed),
            None => {
                let text = std::str::from_utf8(row.quantity.text).ok()?;
                columns.push_quantity(Decimal::parse(text).ok()?);
            }
        }
        columns.subscription.push(row.part(Field::SubscriptionId)?.subscription);
        columns.meter.push(row.part(Field::MeterId)?.meter);
        columns.resource.push(instance.resource);
        columns.bucket.push(row.part(Field::Name)?.bucket);
        columns.starts_at.push(start.starts_at);
        columns.ends_at.push(end.ends_at);
        Some(())
    }

    fn read(&mut self, row: UsageAggregate) {
        let part = self.part(&row);
        let columns = &mut self.usage.columns;
        let plain = part.whole_seconds && (part.has_resource || !part.has_instance_text && !part.has_info_fields);
        if !plain {
            self.usage.aside.insert(columns.len() as u32, row.clone());
        }
        columns.push_quantity(row.quantity);
        columns.subscription.push(part.subscription);
        columns.meter.push(part.meter);
        columns.resource.push(part.resource);
        columns.bucket.push(part.bucket);
        columns.starts_at.push(part.starts_at);
        columns.ends_at.push(part.ends_at);
    }
}
