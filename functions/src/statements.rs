//! The statements of a month: its showback with all sums, and each cost centre's part as CSV, XLSX and HTML that prints.
//! The same month makes the same bytes, whoever asks.

mod html;
mod sheet;
mod xlsx;

use serde::Serialize;
use shared::decimal::Decimal;
use shared::json::printable;
use shared::period::Instant;
use shared::showback::Unpriced;
use shared::showback::document::{Document, Statement};

use crate::error::Error;
use crate::handout;
use crate::showback::Month;
use crate::tabular::{Cell, csv_bytes};
pub use sheet::{HEAD, csv_rows, state};

/// A month with its sums, ready to be shown.
pub struct Shown<'a> {
    /// The month.
    pub document: &'a Document,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// What each cost centre bears.
    pub statements: Vec<Statement>,
    /// All of it.
    pub total: Decimal,
    /// The same by Azure's prices: another amount only where an own book prices the month.
    pub azure_due: Decimal,
    /// Whether the month has others, so that names must say which.
    is_one_of_several: bool,
}

/// The same for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report<'a> {
    #[serde(flatten)]
    document: &'a Document,
    closed_at: Option<Instant>,
    statements: &'a [Statement],
    total: Decimal,
    azure_due: Decimal,
    complete: bool,
    unpriced: Vec<Unpriced>,
    notes: &'a [String],
    /// What is billed in other currencies, each for itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_currencies: Vec<Report<'a>>,
}

/// All currencies of a month for programs: the first, and the others in it.
#[must_use]
pub fn report<'a>(all: &'a [Shown<'a>], notes: &'a [String]) -> Option<Report<'a>> {
    let (first, others) = all.split_first()?;
    let other_currencies = others.iter().map(|other| other.report(&[])).collect();
    Some(Report { other_currencies, ..first.report(notes) })
}

impl<'a> Shown<'a> {
    /// A month in each of its currencies.
    pub fn all(month: &'a Month) -> Result<Vec<Shown<'a>>, Error> {
        month.documents().map(|document| Shown::of(month, document)).collect()
    }

    /// Adds a month up. The statements must be its total.
    fn of(month: &'a Month, document: &'a Document) -> Result<Shown<'a>, Error> {
        let too_long = |_| Error::Usage("a sum has more digits than can be held".into());
        let statements = document.statements().map_err(too_long)?;
        let total = document.total().map_err(too_long)?;
        let add = |sums: Decimal, one: Decimal| sums.plus(one).map_err(too_long);
        let found = statements.iter().try_fold(Decimal::ZERO, |sum, statement| add(sum, statement.total))?;
        if found != total {
            return Err(Error::Damaged(format!("the statements add up to {found} and the month to {total}")));
        }
        let sources = document.basis.subscriptions.iter();
        let azure_due = sources.into_iter().try_fold(Decimal::ZERO, |sum, source| add(sum, source.azure_due))?;
        let (closed_at, is_one_of_several) = (month.closed_at, !month.others.is_empty());
        Ok(Shown { document, closed_at, statements, total, azure_due, is_one_of_several })
    }

    fn report(&'a self, notes: &'a [String]) -> Report<'a> {
        Report {
            document: self.document,
            closed_at: self.closed_at,
            statements: &self.statements,
            total: self.total,
            azure_due: self.azure_due,
            complete: self.document.is_complete(),
            unpriced: self.document.unpriced(),
            notes,
            other_currencies: Vec::new(),
        }
    }

    /// The summary as a file.
    pub fn summary(&self, form: Form) -> Result<Vec<u8>, Error> {
        match form {
            Form::Csv => csv_bytes(sheet::SUMMARY_HEAD, sheet::summary_csv(self)),
            _ => self.made(&sheet::summary(self), form),
        }
    }

    /// One statement as a file.
    pub fn statement(&self, one: &Statement, form: Form) -> Result<Vec<u8>, Error> {
        match form {
            Form::Csv => csv_bytes(HEAD, csv_rows(self.document, Some(&one.cost_centre))),
            _ => self.made(&sheet::statement(self, one), form),
        }
    }

    fn made(&self, sheet: &sheet::Sheet, form: Form) -> Result<Vec<u8>, Error> {
        match form {
            Form::Xlsx => xlsx::workbook(sheet, &self.document.month),
            _ => Ok(html::page(sheet).into_bytes()),
        }
    }

    /// What the file of the summary is called, without its ending.
    #[must_use]
    pub fn summary_stem(&self) -> String {
        format!("{}_summary", self.month())
    }

    /// What the file of a statement is called, without its ending.
    #[must_use]
    pub fn stem(&self, one: &Statement) -> String {
        let month = self.month();
        match &one.cost_centre {
            Some(name) => {
                // Some systems hold names that differ in case for one file.
                let same = |other: &&Statement| {
                    other.cost_centre.as_ref().is_some_and(|other| other.to_lowercase() == name.to_lowercase())
                };
                let alone = self.statements.iter().filter(same).count() < 2;
                format!("{month}_statement_{}", if alone { handout::plain(name) } else { handout::hashed(name) })
            }
            None => format!("{month}_without-cost-centre"),
        }
    }
}

impl Shown<'_> {
    /// The month in names of files.
    fn month(&self) -> String {
        let Document { month, currency, .. } = self.document;
        if self.is_one_of_several { format!("{month}_{currency}") } else { month.clone() }
    }
}

/// What a statement is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Every line, all digits.
    Csv,
    /// A workbook.
    Xlsx,
    /// A page that prints.
    Html,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 3] = [Form::Csv, Form::Xlsx, Form::Html];

    /// How the name of such a file ends.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Xlsx => "xlsx",
            Form::Html => "html",
        }
    }

    /// How it is sent.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Form::Csv => "text/csv; charset=utf-8",
            Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Form::Html => "text/html; charset=utf-8",
        }
    }

    /// A file's name, taken apart.
    #[must_use]
    pub fn of(name: &str) -> Option<(&str, Form)> {
        let (stem, ending) = name.rsplit_once('.')?;
        Form::ALL.into_iter().find(|form| form.ending() == ending).map(|form| (stem, form))
    }
}

/// The name of a cost centre for people.
#[must_use]
pub fn name_of(cost_centre: Option<&String>) -> String {
    cost_centre.map_or_else(|| "(no cost centre)".to_owned(), |name| printable(name))
}

/// A cell for people: texts are foreign.
fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => printable(text),
        Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}
