//! The lines of an invoice as a file: what finance types in or exports, since the document itself is opaque.
//!
//! CSV with a head line. Columns may come in any order; those that may be absent may be empty, too:
//!
//! | column | meaning |
//! |---|---|
//! | `invoice` | number of the invoice |
//! | `subscriptionId` | whose |
//! | `periodStart`, `periodEnd` | its period, both days included |
//! | `kind` | `usage`, `marketplace`, `fee`, `credit`, `rounding`, `tax` or `other` |
//! | `amount` | before tax, but for lines of tax; below zero for a credit |
//! | `currency` | ISO 4217 |
//! | `meterId`, may be absent | the meter of a usage line, which must have one |
//! | `name`, may be absent | text of the line |
//! | `quantity`, may be absent | how much |
//! | `issuedOn`, may be absent | the day of issue; otherwise the day after the period |

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::Date;
use shared::json::{DecodeError, printable};
use shared::reconcile::{InvoiceLine, Kind};

/// Larger files are a mistake.
const MAX_LINES: usize = 200_000;
/// Longer texts are one, too.
const MAX_CHARS: usize = 300;

const NEEDED: [&str; 7] = ["invoice", "subscriptionId", "periodStart", "periodEnd", "kind", "amount", "currency"];
const OPTIONAL: [&str; 4] = ["meterId", "name", "quantity", "issuedOn"];

/// Reads a file of lines. Every refusal names line and column.
pub fn read(bytes: &[u8]) -> Result<Vec<InvoiceLine>, DecodeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        at(line, "", format!("not CSV: {error}"))
    };
    let head = reader.headers().map_err(unreadable)?.clone();
    let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, name) in head.iter().enumerate() {
        let Some(known) = NEEDED.iter().chain(&OPTIONAL).find(|known| **known == name) else {
            return Err(at(1, "", format!("no column is called {}: {}", printable(name), told())));
        };
        if columns.insert(known, index).is_some() {
            return Err(at(1, known, "the column is there twice".to_owned()));
        }
    }
    if let Some(missing) = NEEDED.iter().find(|name| !columns.contains_key(*name)) {
        return Err(at(1, missing, format!("the column is missing: {}", told())));
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        if lines.len() == MAX_LINES {
            return Err(at(line, "", format!("more than {MAX_LINES} lines")));
        }
        let row = Row { line, record: &record, columns: &columns };
        lines.push(row.checked()?);
    }
    if lines.is_empty() { Err(at(1, "", "no line follows the head".to_owned())) } else { Ok(lines) }
}

fn told() -> String {
    format!("{} are needed, {} may be there", NEEDED.join(", "), OPTIONAL.join(", "))
}

fn at(line: u64, column: &str, message: String) -> DecodeError {
    let line = usize::try_from(line).unwrap_or(usize::MAX);
    DecodeError { message, path: column.to_owned(), line, column: 1, problem: None }
}

struct Row<'r> {
    line: u64,
    record: &'r csv::StringRecord,
    columns: &'r BTreeMap<&'static str, usize>,
}

impl Row<'_> {
    fn text(&self, column: &'static str) -> Result<&str, DecodeError> {
        let text = self.columns.get(column).and_then(|index| self.record.get(*index)).unwrap_or_default();
        if text.chars().count() > MAX_CHARS {
            return Err(at(self.line, column, format!("longer than {MAX_CHARS} characters")));
        }
        Ok(text)
    }

    fn needed<T: FromStr<Err: std::fmt::Display>>(&self, column: &'static str) -> Result<T, DecodeError> {
        match self.optional(column)? {
            Some(value) => Ok(value),
            None => Err(at(self.line, column, "is empty".to_owned())),
        }
    }

    fn optional<T: FromStr<Err: std::fmt::Display>>(&self, column: &'static str) -> Result<Option<T>, DecodeError> {
        let text = self.text(column)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|error| at(self.line, column, format!("{}: {error}", printable(text))))
    }

    fn checked(&self) -> Result<InvoiceLine, DecodeError> {
        let (period_start_on, period_end_on): (Date, Date) = (self.needed("periodStart")?, self.needed("periodEnd")?);
        if period_end_on < period_start_on {
            return Err(at(self.line, "periodEnd", format!("before {period_start_on}")));
        }
        let (kind, meter_id): (Kind, _) = (self.needed("kind")?, self.optional("meterId")?);
        if kind == Kind::Usage && meter_id.is_none() {
            return Err(at(self.line, "meterId", "a line of usage names its meter".to_owned()));
        }
        Ok(InvoiceLine {
            invoice: self.needed("invoice")?,
            subscription_id: self.needed("subscriptionId")?,
            period_start_on,
            period_end_on,
            issued_on: self.optional("issuedOn")?,
            kind,
            // Another kind's meter would be compared with usage that it is not.
            meter_id: meter_id.filter(|_| kind == Kind::Usage),
            name: self.text("name")?.to_owned(),
            quantity: self.optional("quantity")?,
            amount: self.needed("amount")?,
            currency: self.needed("currency")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "invoice,subscriptionId,periodStart,periodEnd,kind,meterId,name,quantity,amount,currency,issuedOn";
    const ID: &str = "11111111-2222-3333-4444-555555555555";

    #[test]
    fn lines_are_read_in_any_order_of_columns() {
        let text = format!(
            "\u{feff}amount,kind,invoice,periodEnd,periodStart,currency,subscriptionId\r\n-5.00,credit,7,2026-10-31,2026-10-01,usd,{ID}\r\n"
        );
        let lines = read(text.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((lines[0].kind, lines[0].amount.to_string().as_str()), (Kind::Credit, "-5"));
        assert_eq!((lines[0].invoice.as_str(), lines[0].issued_on, lines[0].meter_id), ("7", None, None));
    }

    #[test]
    fn what_is_no_line_is_refused_with_its_place() {
        let row = |more: &str| format!("{HEAD}\n7,{ID},2026-10-01,2026-10-31,{more}\n");
        for (text, message) in [
            (String::new(), "the column is missing"),
            (HEAD.to_owned(), "no line follows the head"),
            (HEAD.replace("kind", "Kind"), "no column is called Kind"),
            (HEAD.replace("name", "kind"), "the column is there twice"),
            (row("usage,,x,1,2.00,USD,"), "a line of usage names its meter"),
            (row("use,,x,1,2.00,USD,"), "use: usage, marketplace"),
            (row("tax,,x,1,,USD,"), "is empty"),
            (row("tax,,x,1,2.0.0,USD,"), "2.0.0: "),
            (row("tax,,x,1,1,QQQ,"), "QQQ: "),
            (row("tax,,x,1,1,USD,yesterday"), "yesterday: "),
            (row("tax,,x,1,1"), "not CSV"),
            (row(&format!("tax,,{},1,1,USD,", "x".repeat(301))), "longer than 300 characters"),
            (row("tax,,x,1,1,USD,").replace("2026-10-31", "2026-09-30"), "before 2026-10-01"),
        ] {
            let error = read(text.as_bytes()).map(|_| ()).map_err(|error| error.to_string());
            assert!(error.as_ref().is_err_and(|error| error.contains(message)), "{text}: {error:?}");
        }
    }
}
