//! A statement as a workbook. A spreadsheet holds fifteen digits of a number: what has more is a number to work with and,
//! beside it, a text with all of them.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use shared::decimal::Decimal;
use shared::showback::document::first_day;

use super::cell_text;
use super::sheet::{Column, Sheet};
use crate::error::Error;
use crate::tabular::Cell;

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;
/// Characters that fit into a cell, less than its limit.
const MAX_CHARS: usize = 30_000;

/// The bytes of the workbook: the same sheet makes the same ones.
pub fn workbook(sheet: &Sheet, month: &str) -> Result<Vec<u8>, Error> {
    made(sheet, month).map_err(|error| Error::io("a workbook")(std::io::Error::other(error)))
}

fn made(sheet: &Sheet, month: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Otherwise the time of day would be in the file.
    let day = first_day(month).map_or((2000, 1, 1), |day| (day.year(), day.month(), day.day()));
    let (year, month, day) = (day.0.unsigned_abs(), day.1.unsigned_abs(), day.2.unsigned_abs());
    let created = ExcelDateTime::from_ymd(year, month, day)?;
    book.set_properties(&DocProperties::new().set_title(clipped(&sheet.title)).set_creation_datetime(&created));
    let page = book.add_worksheet();
    page.set_name("Statement")?;
    let (bold, plain) = (Format::new().set_bold(), Format::new());
    let decimals = "0".repeat(sheet.decimals as usize);
    let money =
        Format::new().set_num_format(if decimals.is_empty() { "#,##0".into() } else { format!("#,##0.{decimals}") });
    let format = |column: usize| match sheet.head.get(column) {
        Some((_, Column::Money)) => &money,
        _ => &plain,
    };
    let mut at: u32 = 0;
    for (name, value) in &sheet.facts {
        page.write_string_with_format(at, 0, *name, &bold)?;
        page.write_string(at, 1, clipped(value))?;
        at += 1;
    }
    at += 1;
    // A column with more digits somewhere has a column of texts behind it.
    let long: Vec<bool> = (0..sheet.head.len())
        .map(|column| sheet.rows.iter().chain([&sheet.total]).any(|row| row.get(column).is_some_and(is_long)))
        .collect();
    let place = |column: usize| (column + long[..column].iter().filter(|long| **long).count()) as u16;
    for (column, (name, _)) in sheet.head.iter().enumerate() {
        page.write_string_with_format(at, place(column), *name, &bold)?;
        if long[column] {
            page.write_string_with_format(at, place(column) + 1, format!("{name}, all digits"), &bold)?;
        }
    }
    page.set_freeze_panes(at + 1, 0)?;
    for row in sheet.rows.iter().chain([&sheet.total]) {
        at += 1;
        for (column, cell) in row.iter().enumerate() {
            put(page, (at, place(column)), cell, format(column))?;
            if is_long(cell) {
                page.write_string(at, place(column) + 1, cell_text(cell))?;
            }
        }
    }
    for line in &sheet.missing {
        at += 1;
        page.write_string(at, 0, clipped(line))?;
    }
    page.autofit();
    book.save_to_buffer()
}

fn put(page: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Number(number) => match number.to_string().parse::<f64>() {
            Ok(value) => page.write_number_with_format(row, column, value, format).map(|_| ()),
            Err(_) => page.write_string(row, column, number.to_string()).map(|_| ()),
        },
        Cell::Text(text) => page.write_string(row, column, clipped(text)).map(|_| ()),
        Cell::Empty => Ok(()),
    }
}

fn is_long(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(number) if digits(*number) > DIGITS)
}

/// Digits from the first to the last that is not 0.
fn digits(number: Decimal) -> usize {
    let text: String = number.to_string().chars().filter(char::is_ascii_digit).collect();
    text.trim_start_matches('0').trim_end_matches('0').len()
}

fn clipped(text: &str) -> String {
    shared::json::printable(text).chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_from_the_first_to_the_last() {
        for (number, expect) in [
            ("0", 0),
            ("100", 1),
            ("0.00012", 2),
            ("-1234567890123.45", 15),
            ("12345678901234.56", 16),
            ("1.000000000000001", 16),
        ] {
            assert_eq!(digits(Decimal::parse(number).unwrap_or_else(|e| panic!("{e}"))), expect, "{number}");
        }
    }
}
