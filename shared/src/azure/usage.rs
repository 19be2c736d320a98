//! UsageAggregates (2015-06-01-preview) → usage aggregates.
//!
//! `general` reads any page and is the authority on every one: what it refuses is refused, in its words.
//! A million rows have the same form, though, and mostly say what was said before: `template` recognises
//! such rows by their bytes, and `reader` gives the general parser what is new. The result is the same.

mod columnar;
mod general;
mod memo;
mod reader;
mod scan;
mod template;
mod window;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod whole_job;

use std::sync::Arc;

use crate::decimal::Decimal;
use crate::guid::SubscriptionId;
use crate::json::DecodeError;
use crate::usage::UsageAggregate;
use crate::warning::Warning;
pub use columnar::{ColumnDecoder, ColumnPage};
use general::{General, Instance};
use reader::{Frame, Known, Lines, Reader, Sink};
use template::Field;

/// One decoded answer.
#[derive(Debug)]
pub struct UsagePage {
    /// The rows, in the order of the answer.
    pub rows: Vec<UsageAggregate>,
    /// Where the next page is; to be followed as it stands.
    pub next_link: Option<String>,
    /// What was doubtful.
    pub warnings: Vec<Warning>,
    /// The line of each row, where the rows came as JSON Lines.
    lines: Vec<usize>,
}

impl UsagePage {
    /// Refuses rows of other subscriptions: valid JSON of somebody else is no answer to our question.
    pub fn refuse_others(&self, subscription_id: SubscriptionId) -> Result<(), DecodeError> {
        let Some(index) = self.rows.iter().position(|row| row.subscription_id != subscription_id) else {
            return Ok(());
        };
        let found = self.rows[index].subscription_id;
        let message = format!("the row belongs to subscription {found}, not to {subscription_id}");
        Err(match self.lines.get(index) {
            Some(line) => DecodeError { line: *line, ..DecodeError::at("properties.subscriptionId", message) },
            None => DecodeError::at(format!("value[{index}].properties.subscriptionId"), message),
        })
    }
}

/// Reads pages. What repeats from row to row is kept once and recognised, also across pages.
#[derive(Default)]
pub struct Decoder {
    general: General,
    reader: Reader<Arc<UsageAggregate>>,
}

impl Decoder {
    /// Decodes one page of the API.
    pub fn page(&mut self, bytes: &[u8]) -> Result<UsagePage, DecodeError> {
        let mut rows = Rows(Vec::new());
        match self.reader.page(bytes, &mut self.general, &mut rows) {
            Some(Frame { next_link, warnings }) => {
                Ok(UsagePage { rows: rows.0, next_link, warnings, lines: Vec::new() })
            }
            None => self.general.page(bytes),
        }
    }

    /// Decodes a file: one answer, or JSON Lines of its rows.
    pub fn file(&mut self, bytes: &[u8]) -> Result<UsagePage, DecodeError> {
        match self.page(bytes) {
            Ok(page) => Ok(page),
            // A second line that is not part of the first value is what JSON Lines look like.
            Err(whole) => {
                let mut rows = Rows(Vec::new());
                match self.reader.lines(bytes, &mut self.general, &mut rows)? {
                    Some(Lines { lines, warnings }) => Ok(UsagePage { rows: rows.0, next_link: None, warnings, lines }),
                    None => Err(whole),
                }
            }
        }
    }
}

/// Rows as the general parser gives them, put together from rows that it gave.
struct Rows(Vec<UsageAggregate>);

impl Sink for Rows {
    type Part = Arc<UsageAggregate>;

    fn part(&mut self, row: &UsageAggregate) -> Arc<UsageAggregate> {
        Arc::new(row.clone())
    }

    fn with_instance(&mut self, other: &Arc<UsageAggregate>, instance: Instance) -> Arc<UsageAggregate> {
        let Instance { resource, text } = instance;
        Arc::new(UsageAggregate { resource, instance_text: text, ..UsageAggregate::clone(other) })
    }

    fn is_unreadable(part: &Arc<UsageAggregate>) -> bool {
        part.instance_text.is_some()
    }

    fn known(&mut self, row: &Known<'_, Arc<UsageAggregate>>) -> Option<()> {
        let (start, end) = (row.part(Field::Start)?.usage_start_at, row.part(Field::End)?.usage_end_at);
        if end <= start {
            return None;
        }
        let instance = row.part(Field::InstanceData)?;
        self.0.push(UsageAggregate {
            subscription_id: row.part(Field::SubscriptionId)?.subscription_id,
            meter_id: row.part(Field::MeterId)?.meter_id,
            usage_start_at: start,
            usage_end_at: end,
            bucket: row.part(Field::Name)?.bucket.clone(),
            quantity: Decimal::parse(std::str::from_utf8(row.quantity.text).ok()?).ok()?,
            meter_name: row.part(Field::MeterName)?.meter_name.clone(),
            meter_category: row.part(Field::MeterCategory)?.meter_category.clone(),
            meter_sub_category: row.part(Field::MeterSubCategory)?.meter_sub_category.clone(),
            meter_region: row.part(Field::MeterRegion)?.meter_region.clone(),
            unit: row.part(Field::Unit)?.unit.clone(),
            info_fields: row.part(Field::InfoFields)?.info_fields.clone(),
            resource: instance.resource.clone(),
            instance_text: instance.instance_text.clone(),
            rule_tags: None,
        });
        Some(())
    }

    fn read(&mut self, row: UsageAggregate) {
        self.0.push(row);
    }
}

/// Decodes one page of the API by itself.
pub fn decode_page(bytes: &[u8]) -> Result<UsagePage, DecodeError> {
    Decoder::default().page(bytes)
}

/// The same by the general parser alone, which the fast reader must agree with.
#[cfg(fuzzing)]
pub fn decode_page_generally(bytes: &[u8]) -> Result<UsagePage, DecodeError> {
    General::default().page(bytes)
}

/// Decodes a file by itself: one answer, or JSON Lines of its rows.
pub fn decode_file(bytes: &[u8]) -> Result<UsagePage, DecodeError> {
    Decoder::default().file(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(extra: &str) -> String {
        format!(
            r#"{{"id":"x","name":"Daily_BRSDT_20150501_0000","type":"Microsoft.Commerce/UsageAggregate","properties":{{
            "subscriptionId":"11111111-2222-3333-4444-555555555555","meterId":"0e9d0c9b-ab6d-4312-9c7e-3794e22af9c4",
            "usageStartTime":"2015-04-27T17:00:00-07:00","usageEndTime":"2015-04-28T17:00:00-07:00","quantity":2E-06{extra}}}}}"#
        )
        .replace('\n', "")
    }

    fn page(rows: &[String]) -> UsagePage {
        match decode_page(format!(r#"{{"value":[{}]}}"#, rows.join(",")).as_bytes()) {
            Ok(page) => page,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_bare_row_of_2015_is_read() {
        let page = page(&[row("")]);
        let first = &page.rows[0];
        assert_eq!(first.usage_start_at.to_string(), "2015-04-28T00:00:00Z");
        assert_eq!(first.quantity.to_string(), "0.000002");
        assert_eq!(&*first.meter_region, "");
        assert!(page.warnings.is_empty());
    }

    #[test]
    fn every_known_form_of_instance_data_finds_the_resource() {
        let inner =
            r#"{"resourceUri":"/subscriptions/s/vm1","location":"westus","tags":{"env":"prod","n":3,"z":null}}"#;
        let wrapped = format!(r#"{{"Microsoft.Resources":{inner}}}"#);
        let as_text = serde_json::to_string(&wrapped).unwrap_or_default();
        for form in [inner, &wrapped, &as_text] {
            let page = page(&[row(&format!(r#","instanceData":{form}"#))]);
            let resource = page.rows[0].resource.as_deref().cloned();
            assert_eq!(resource.as_ref().map(|r| r.uri.as_str()), Some("/subscriptions/s/vm1"), "{form}");
            let tags = resource.map(|r| r.tags.into_iter().collect::<Vec<_>>()).unwrap_or_default();
            assert_eq!(tags, [("env", "prod"), ("n", "3"), ("z", "")].map(|(a, b)| (a.into(), b.into())));
        }
    }

    #[test]
    fn an_unreadable_instance_keeps_its_row_and_says_so() {
        for form in [r#""{cut""#, "17", "[]", r#"{"other":1}"#, r#""""#] {
            let page = page(&[row(&format!(r#","instanceData":{form}"#))]);
            assert_eq!((page.rows.len(), page.warnings.len()), (1, 1), "{form}");
        }
        assert!(page(&[row(r#","instanceData":null,"infoFields":{}"#)]).warnings.is_empty());
    }

    #[test]
    fn lines_are_read_like_pages_and_name_their_line() {
        let lines = format!("{}\n\n{}\n", row(""), row(""));
        assert_eq!(decode_file(lines.as_bytes()).map(|p| p.rows.len()), Ok(2));
        let broken = format!("{}\n{}\n", row(""), &row("")[..80]);
        let error = decode_file(broken.as_bytes()).map(|p| p.rows.len()).map_err(|e| e.line);
        assert_eq!(error, Err(2));
    }

    /// A row that is like the one before but for its resource is still one that lies in one line.
    #[test]
    fn a_row_on_two_lines_is_none_of_a_file_of_lines() {
        let form = r#","instanceData":{"resourceUri":"/a","location":"","tags":{}}"#;
        let cut = row(form).replace(r#""/a""#, "\n\"/b\"");
        let error = decode_file(format!("{}\n{cut}\n", row(form)).as_bytes()).map(|p| p.rows.len());
        assert_eq!(error.map_err(|e| e.line), Err(2));
    }
}
