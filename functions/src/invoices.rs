//! The archived invoices: what there is, what a file of one is called, and how one is written out.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;
use shared::guid::SubscriptionId;
use shared::period::Instant;
use shared::snapshot::{InvoiceFile, Snapshots, StoredObject};

use crate::archive::{Archive, sha256};
use crate::error::Error;

/// Longer names are cut; the end of the hash keeps them apart.
const MAX_NAME: usize = 80;

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
            file: format!("{period_start_on}_{period_end_on}_{}.pdf", plain(name)),
            object: file.clone(),
        }
    }
}

/// A number as part of a file's name: Azure's text, as far as no system minds it. What had to be changed gets the start
/// of its hash, so that two numbers never become one name.
fn plain(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let kept: String = name.chars().take(MAX_NAME).map(|c| if fits(c) { c } else { '_' }).collect();
    if kept == name && !kept.is_empty() {
        return kept;
    }
    let hash = sha256(name.as_bytes());
    format!("{kept}-{}", hash.get(..8).unwrap_or(""))
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

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// It is new.
    Written,
    /// It was there with the same bytes.
    AlreadyThere,
    /// Something else lies there under that name; it was left as it is.
    Differs,
}

/// Writes the document into the folder, unless something is there. It gets its name when all of it is on the disk and
/// its hash is the one that was committed.
pub async fn write(archive: &Archive, invoice: &Invoice, folder: &Path) -> Result<Written, Error> {
    let path = folder.join(&invoice.file);
    if std::fs::symlink_metadata(&path).is_ok() {
        return compare(&path, &invoice.object);
    }
    let bytes = archive.page(&invoice.object).await?;
    let place = || shared::json::printable(&path.display().to_string());
    let mut aside = tempfile::Builder::new()
        .prefix(".forebill-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(Error::io(folder.display().to_string()))?;
    aside.write_all(&bytes).and_then(|()| aside.as_file().sync_all()).map_err(Error::io(place()))?;
    if !same(aside.path(), &invoice.object)? {
        return Err(Error::Damaged(format!("{}: the disk gave back other bytes than were written", place())));
    }
    match aside.persist_noclobber(&path) {
        Ok(_) => Ok(Written::Written),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => compare(&path, &invoice.object),
        Err(error) => Err(Error::io(place())(error.error)),
    }
}

fn compare(path: &Path, object: &StoredObject) -> Result<Written, Error> {
    Ok(if same(path, object)? { Written::AlreadyThere } else { Written::Differs })
}

/// Whether a file, and not a link to one, has the committed bytes.
fn same(path: &Path, object: &StoredObject) -> Result<bool, Error> {
    let place = || shared::json::printable(&path.display().to_string());
    let found = std::fs::symlink_metadata(path).map_err(Error::io(place()))?;
    if !found.is_file() || found.len() != object.bytes {
        return Ok(false);
    }
    Ok(sha256(&std::fs::read(path).map_err(Error::io(place()))?) == object.sha256)
}

/// The folder to write into, made where it is missing.
pub fn folder(path: &Path) -> Result<PathBuf, Error> {
    std::fs::create_dir_all(path).map_err(Error::io(shared::json::printable(&path.display().to_string())))?;
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_a_name_that_stays_in_its_folder() {
        assert_eq!(plain("202612-217089190378988"), "202612-217089190378988");
        for hostile in ["../../etc/passwd", "a/b", "a\\b", "..", "", "C:x", "a\0b", "x\u{202e}fdp", &"9".repeat(500)] {
            let name = plain(hostile);
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{name}");
            assert!(name.len() <= MAX_NAME + 9, "{name}");
        }
        assert_ne!(plain("a/b"), plain("a:b"));
        assert_ne!(plain("a/b"), plain("a_b"));
    }
}
