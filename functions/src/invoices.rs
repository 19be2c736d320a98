//! The archived invoices: what there is, what a file of one is called, and how one is written out.

pub mod compared;
pub mod lines;

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::Instant;
use shared::snapshot::{Entry, InvoiceFile, Snapshots, StoredObject, key};

use crate::archive::Archive;
use crate::error::Error;
use crate::handout::{self, Written};
use crate::job::JobReport;

/// One archived invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// Whose.
    pub subscription_id: SubscriptionId,
    /// Azure's name of it: its number.
    pub name: String,
    /// First day.
    pub period_start_on: Date,
    /// Last day, inclusive.
    pub period_end_on: Date,
    /// When it was read from Azure.
    pub read_at: Instant,
    /// What its file is called where it is written out.
    pub file: String,
    /// The document in the store.
    pub object: StoredObject,
}

impl Invoice {
    fn of(subscription_id: SubscriptionId, name: &str, invoice: &InvoiceFile) -> Invoice {
        let InvoiceFile { read_at, period_start_on, period_end_on, file } = invoice;
        Invoice {
            subscription_id,
            name: name.to_owned(),
            period_start_on: *period_start_on,
            period_end_on: *period_end_on,
            read_at: *read_at,
            file: format!("{period_start_on}_{period_end_on}_{}.pdf", handout::plain(name)),
            object: file.clone(),
        }
    }
}

/// All of them, or those of one subscription: oldest period first.
#[must_use]
pub fn archived(snapshots: &Snapshots, only: Option<SubscriptionId>) -> Vec<Invoice> {
    let ours = snapshots.invoices.iter().filter(|((of, _), _)| only.is_none_or(|only| only == *of));
    let mut all: Vec<Invoice> = ours.map(|((of, name), invoice)| Invoice::of(*of, name, invoice)).collect();
    all.sort_by(|a, b| {
        (a.period_end_on, a.subscription_id, &a.name).cmp(&(b.period_end_on, b.subscription_id, &b.name))
    });
    all
}

/// Takes a file of invoice lines into the store.
pub async fn import(archive: &Archive, run_at: Timestamp, place: &str, bytes: &[u8]) -> Result<JobReport, Error> {
    let mut report = JobReport::new("import-invoice", run_at);
    let rows = lines::read(bytes).map_err(Error::bad_input(place))?.len();
    let file = archive.keep(bytes, rows, key::invoice_lines).await?;
    (report.fetched, report.rows) = (1, rows);
    // The same file again as the last one would say nothing.
    if archive.snapshots().await?.invoice_lines.last().is_some_and(|(_, last)| *last == file) {
        report.skipped = 1;
        return Ok(report);
    }
    archive.commit(run_at, report.job, vec![Entry::InvoiceLines { file }]).await?;
    report.committed = 1;
    Ok(report)
}

/// Writes the document into the folder, unless something is there.
pub async fn write(archive: &Archive, invoice: &Invoice, folder: &Path) -> Result<Written, Error> {
    let object = &invoice.object;
    if let Some(found) = handout::compare(folder, &invoice.file, object.bytes, &object.sha256)? {
        return Ok(found);
    }
    handout::write(folder, &invoice.file, &archive.page(object).await?, false)
}
