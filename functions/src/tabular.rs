//! Rows for other programs: CSV that no spreadsheet runs as a formula, and amounts for people.

use shared::decimal::Decimal;
use shared::json::printable;

use crate::error::Error;

/// Rows with a head as the bytes of CSV. Text that a spreadsheet would run as a formula gets a quote in front.
pub fn csv_bytes<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [Cell; N]>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |error: csv::Error| Error::io("rows")(std::io::Error::other(error));
    writer.write_record(head).map_err(failed)?;
    for row in rows {
        writer.write_record(row.iter().map(Cell::in_csv)).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Error::io("rows")(error.into_error()))
}

/// One value of a row: text may need a guard, numbers never do.
pub enum Cell {
    /// Foreign or own text.
    Text(String),
    /// A number.
    Number(Decimal),
    /// Nothing: not zero.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<Decimal> for Cell {
    fn from(number: Decimal) -> Cell {
        Cell::Number(number)
    }
}

impl From<Option<Decimal>> for Cell {
    fn from(number: Option<Decimal>) -> Cell {
        number.map_or(Cell::Empty, Cell::Number)
    }
}

impl Cell {
    fn in_csv(&self) -> String {
        match self {
            Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) => format!("'{}", lines(text)),
            Cell::Text(text) => lines(text),
            Cell::Number(number) => number.to_string(),
            Cell::Empty => String::new(),
        }
    }
}

/// Foreign text of several lines: only what ends a line may stay of what drives a terminal.
fn lines(text: &str) -> String {
    text.split_inclusive(['\n', '\r', '\t'])
        .map(|line| match line.char_indices().next_back() {
            Some((end, ending @ ('\n' | '\r' | '\t'))) => format!("{}{ending}", printable(&line[..end])),
            _ => printable(line),
        })
        .collect()
}

/// An amount for people: at least two decimals, thousands apart, never fewer digits than it has, up to `most`. What is too
/// small for them is told with one digit, not as nothing.
pub fn amount(value: Decimal, most: u32) -> String {
    let rounded = value.round(most).to_string();
    if rounded == "0" && !value.is_zero() {
        // One digit of it.
        return (most..=76)
            .map(|decimals| value.round(decimals))
            .find(|one| !one.is_zero())
            .unwrap_or(value)
            .to_string();
    }
    let (sign, digits) = rounded.strip_prefix('-').map_or(("", rounded.as_str()), |digits| ("-", digits));
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (index, digit) in integer.chars().enumerate() {
        if index > 0 && (integer.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let least = if most < 2 { most as usize } else { 2 };
    let fraction = format!("{fraction:0<least$}");
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn formulas_are_text_and_negative_numbers_are_numbers() {
        assert_eq!(Cell::from("=1+1").in_csv(), "'=1+1");
        assert_eq!(Cell::from("-x").in_csv(), "'-x");
        assert_eq!(Cell::from("a\tb\n\u{1b}[2Jc\r\n").in_csv(), "a\tb\n\u{fffd}[2Jc\r\n");
        assert_eq!(Cell::from(d("-5")).in_csv(), "-5");
    }
}
