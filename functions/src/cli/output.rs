//! Printing results: a table for people, JSON and CSV for programs. Nothing else goes to standard output.

use std::io::{IsTerminal as _, Write as _};

use comfy_table::{CellAlignment, Table};
use serde::Serialize;
use shared::decimal::Decimal;
use shared::json::printable;
use shared::rating::UnpricedMeter;
use shared::warning::{Warning, WarningCode};

use crate::error::Error;
pub use crate::tabular::{Cell, amount, csv_bytes};

/// How a result is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Table,
    /// One object with a schema.
    Json,
    /// RFC 4180 with a head line.
    Csv,
}

/// Writes a text for people. Names in it are foreign: none of them may drive the terminal.
pub fn text(text: &str) -> Result<(), Error> {
    write(&text.split('\n').map(printable).collect::<Vec<_>>().join("\n"))
}

/// Writes a text as it is. A reader that went away (`| head`) ends the program quietly.
fn write(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::io("standard output")(error)),
        _ => Ok(()),
    }
}

/// One JSON object and a line end: on one line for programs, indented for people.
pub fn json(value: &impl Serialize) -> Result<(), Error> {
    let people = std::io::stdout().is_terminal();
    let form = if people { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    let line = form.map_err(|error| Error::io("standard output")(error.into()))?;
    write(&format!("{line}\n"))
}

/// Rows with a head.
pub fn csv<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [Cell; N]>) -> Result<(), Error> {
    write(&String::from_utf8_lossy(&csv_bytes(head, rows)?))
}

/// A table in the house style; `right` names the columns that hold amounts.
pub fn table(head: impl Into<comfy_table::Row>, right: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
    table.set_header(head);
    if !std::io::stdout().is_terminal() {
        table.force_no_tty();
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        if right.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// What a total in full digits is.
pub fn exactness(warnings: &[Warning]) -> &'static str {
    let endless = warnings.iter().any(|warning| warning.code == WarningCode::CostWithoutEnd);
    if endless { "(endless decimals are cut off)" } else { "exact" }
}

/// What has no price, with the quantity that nobody could price.
pub fn unpriced(meters: &[UnpricedMeter]) -> String {
    let line = |meter: &UnpricedMeter| {
        format!(
            "No price: {} {} of {} ({}): {}\n",
            meter.quantity,
            printable(&meter.unit),
            printable(&meter.meter_name),
            meter.meter_id,
            meter.explanation
        )
    };
    meters.iter().map(line).collect()
}

/// What was doubtful, for people: the first few, and how many more there are.
pub fn notes(warnings: &[Warning]) -> String {
    const SHOWN: usize = 10;
    let mut text = String::new();
    for warning in warnings.iter().take(SHOWN) {
        let path = warning.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
        text.push_str(&format!("Note: {path}{}\n", warning.message));
    }
    if warnings.len() > SHOWN {
        text.push_str(&format!("Note: and {} more like these, all in --output json\n", warnings.len() - SHOWN));
    }
    text
}

/// All digits of an amount, for people: a sum is never rounded without a word.
pub fn exact(value: Decimal) -> String {
    amount(value, u32::from(u16::MAX))
}

/// A small chart of one value per column.
pub fn sparkline(values: &[Decimal]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = values.iter().copied().max().unwrap_or(Decimal::ZERO);
    let bar = |value: &Decimal| {
        if value.is_negative() || most.is_zero() || most.is_negative() {
            return BARS[0];
        }
        // The position of a bar is a picture, not money; eighths are enough.
        let eighth = value.times(Decimal::from(7)).and_then(|v| v.divided_rounded(most, 0));
        let index = eighth.ok().and_then(|v| v.to_string().parse::<usize>().ok()).unwrap_or(0);
        BARS[index.min(7)]
    };
    values.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn amounts_keep_their_sign_and_group_thousands() {
        for (value, most, expect) in [
            ("0", 2, "0.00"),
            ("1234567.5", 2, "1,234,567.50"),
            ("-1000", 2, "-1,000.00"),
            ("0.000002", 6, "0.000002"),
            ("0.00000043", 4, "0.0000004"),
            ("-0.004", 2, "-0.004"),
            ("0.005", 2, "0.01"),
            ("999.999", 2, "1,000.00"),
            ("1700.525", 6, "1,700.525"),
            ("1234", 0, "1,234"),
            ("12", 2, "12.00"),
        ] {
            assert_eq!(amount(d(value), most), expect, "{value}");
        }
        assert_eq!(exact(d("1234.0870000000008700500000000005")), "1,234.0870000000008700500000000005");
        assert_eq!(exact(d("0.00000000000174")), "0.00000000000174");
    }

    #[test]
    fn the_highest_day_has_the_highest_bar() {
        assert_eq!(sparkline(&[d("0"), d("3.5"), d("7"), d("-1")]), "▁▅█▁");
        assert_eq!(sparkline(&[]), "");
    }
}
