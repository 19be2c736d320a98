//! Tag rules: what the tags of a resource should have been, said afterwards and applied to history as well.
//!
//! The usage itself stays as Azure reported it. Rules are applied where it is read, so new rules hold for every month
//! that was kept. For each tag of a resource the first of these that gives a value counts:
//!
//! 1. its own tag, under the name that rules give it, repaired;
//! 2. what a rule says that its resource group has;
//! 3. where a rule asks to inherit it: the tag of its resource group, under the name that rules give it, repaired; of a
//!    group without it, or whose tags nobody may read, what all its tagged resources agree on;
//! 4. the default, which rows that name no resource have too.

mod assign;
mod groups;
mod rules;

use shared::json::DecodeError;
use shared::snapshot::{Snapshots, StoredObject};

use crate::archive::Archive;
use crate::error::Error;
pub use assign::{Assigned, Tagger};
pub use groups::{of_groups, pages_of};
pub use rules::Rule;

/// Reads a text of rules.
pub fn read(text: &str) -> Result<Vec<Rule>, DecodeError> {
    rules::read(text)
}

/// The rules in force; none where nobody ever set any.
pub async fn in_force(archive: &Archive, snapshots: &Snapshots) -> Result<Vec<Rule>, Error> {
    let Some((_, file)) = &snapshots.tag_rules else { return Ok(Vec::new()) };
    of_file(archive, file).await
}

/// The rules of a text that was in force once.
pub async fn of_file(archive: &Archive, file: &StoredObject) -> Result<Vec<Rule>, Error> {
    let text =
        String::from_utf8(archive.page(file).await?).map_err(|_| Error::Damaged(format!("{} is no text", file.key)))?;
    read(&text).map_err(Error::damaged(file.key.clone()))
}
