//! Texts of rules that lie in the store: put in force for every machine that reads it, and printed.

use jiff::Timestamp;
use shared::period::Instant;
use shared::snapshot::{Entry, Snapshots, StoredObject};

use super::Done;
use super::output;
use crate::archive::Archive;
use crate::error::Error;
use crate::input;

/// One kind of rules.
pub struct Kind {
    /// Such as `alert rules`.
    pub what: &'static str,
    /// The command that puts some in force.
    pub set_with: &'static str,
    /// The job that a record of them names.
    pub job: &'static str,
    /// The key of a text.
    pub key: fn(&str) -> String,
    /// Those in force.
    pub in_force: fn(&Snapshots) -> Option<&(Instant, StoredObject)>,
    /// The entry of a record.
    pub entry: fn(StoredObject) -> Entry,
}

impl Kind {
    /// There are none.
    pub fn none(&self) -> Error {
        Error::Usage(format!("the store has no {}: {}", self.what, self.set_with))
    }

    /// Puts a text in force that was read before, and has so many rules.
    pub async fn set(&self, archive: &Archive, text: &str, count: usize, run_at: Timestamp) -> Result<Done, Error> {
        let object = archive.keep(text.as_bytes(), count, self.key).await?;
        let snapshots = archive.snapshots().await?;
        if let Some((since, known)) = (self.in_force)(&snapshots) {
            if *known == object {
                output::text(&format!("{count} rules, the same as since {since}\n"))?;
                return Ok(Done::Complete);
            }
            if since.0 > run_at {
                let late = format!("rules were set at {since}, later than this run: --at is in the past");
                return Err(Error::Usage(late));
            }
        }
        archive.commit(run_at, self.job, vec![(self.entry)(object)]).await?;
        output::text(&format!("{count} rules are in force\n"))?;
        Ok(Done::Complete)
    }

    /// Prints them.
    pub async fn show(&self, archive: &Archive) -> Result<Done, Error> {
        let snapshots = archive.snapshots().await?;
        let (_, file) = (self.in_force)(&snapshots).ok_or_else(|| self.none())?;
        output::text(&String::from_utf8_lossy(&archive.page(file).await?))?;
        Ok(Done::Complete)
    }
}

/// A file, or standard input, and where it is said to be.
pub fn text_of(file: &str) -> Result<(String, String), Error> {
    let place = input::shown(file);
    let text = String::from_utf8(input::read(file)?).map_err(|_| Error::Usage(format!("{place} is no UTF-8 text")))?;
    Ok((place, text))
}
