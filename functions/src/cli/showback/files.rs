//! The statements as files in a folder. The same month makes the same bytes.

use std::path::Path;

use serde::Serialize;
use shared::showback::document::Statement;

use super::sheet::{self, Sheet};
use super::{Shown, html, xlsx};
use crate::cli::output;
use crate::error::Error;
use crate::handout::{self, Written};

/// One file.
#[derive(Serialize)]
pub struct File {
    pub name: String,
    pub written: Written,
}

/// Writes the summary and every statement, each as CSV, XLSX and HTML.
pub fn write(all: &[Shown<'_>], to: &Path, replace: bool) -> Result<Vec<File>, Error> {
    let folder = handout::folder(to)?;
    let mut files = Vec::new();
    for shown in all {
        files.extend(of_currency(shown, &folder, replace)?);
    }
    Ok(files)
}

fn of_currency(shown: &Shown<'_>, folder: &Path, replace: bool) -> Result<Vec<File>, Error> {
    let mut files = Vec::new();
    let mut put = |name: String, bytes: &[u8]| -> Result<(), Error> {
        let written = handout::write(folder, &name, bytes, replace)?;
        files.push(File { name, written });
        Ok(())
    };
    let mut all = |stem: String, csv: &[u8], sheet: &Sheet| -> Result<(), Error> {
        put(format!("{stem}.csv"), csv)?;
        put(format!("{stem}.xlsx"), &xlsx::workbook(sheet, &shown.document.month)?)?;
        put(format!("{stem}.html"), html::page(sheet).as_bytes())
    };
    let month = match shown.is_one_of_several {
        true => format!("{}_{}", shown.document.month, shown.document.currency),
        false => shown.document.month.clone(),
    };
    let csv = output::csv_bytes(sheet::SUMMARY_HEAD, sheet::summary_csv(shown))?;
    all(format!("{month}_summary"), &csv, &sheet::summary(shown))?;
    for one in &shown.statements {
        let rows = sheet::csv_rows(shown.document, Some(&one.cost_centre));
        all(stem(&month, one), &output::csv_bytes(sheet::HEAD, rows)?, &sheet::statement(shown, one))?;
    }
    Ok(files)
}

fn stem(month: &str, one: &Statement) -> String {
    match &one.cost_centre {
        Some(name) => format!("{month}_statement_{}", handout::plain(name)),
        None => format!("{month}_without-cost-centre"),
    }
}
