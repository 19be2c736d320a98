//! Files handed out into a folder: named so that no system minds, whole or not there, and never over something else
//! unless that was asked for.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::archive::sha256;
use crate::error::Error;

/// Longer names are cut; the end of the hash keeps them apart.
const MAX_NAME: usize = 80;

/// A foreign text as part of a file's name, as far as no system minds it. What had to be changed gets the start
/// of its hash, so that two texts never become one name.
#[must_use]
pub fn plain(name: &str) -> String {
    let kept = kept(name);
    if kept == name && !kept.is_empty() { kept } else { hashed(name) }
}

/// The same with the hash in any case.
#[must_use]
pub fn hashed(name: &str) -> String {
    let hash = sha256(name.as_bytes());
    format!("{}-{}", kept(name), hash.get(..8).unwrap_or(""))
}

fn kept(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    name.chars().take(MAX_NAME).map(|c| if fits(c) { c } else { '_' }).collect()
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

/// What lies in the folder under that name, against what belongs there.
pub fn compare(folder: &Path, name: &str, bytes: u64, sha256: &str) -> Result<Option<Written>, Error> {
    let path = folder.join(name);
    if std::fs::symlink_metadata(&path).is_err() {
        return Ok(None);
    }
    let same = is(&path, bytes, sha256)?;
    Ok(Some(if same { Written::AlreadyThere } else { Written::Differs }))
}

/// Writes a file. It gets its name when all of it is on the disk and comes back as it was written. What is there under
/// that name stays, unless it is a file that may be replaced.
pub fn write(folder: &Path, name: &str, bytes: &[u8], replace: bool) -> Result<Written, Error> {
    let (size, hash) = (bytes.len() as u64, sha256(bytes));
    match compare(folder, name, size, &hash)? {
        Some(Written::Differs) if replace => {}
        Some(found) => return Ok(found),
        None => {}
    }
    let path = folder.join(name);
    let place = || shown(&path);
    let mut aside = tempfile::Builder::new()
        .prefix(".forebill-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(Error::io(folder.display().to_string()))?;
    aside.write_all(bytes).and_then(|()| aside.as_file().sync_all()).map_err(Error::io(place()))?;
    if !is(aside.path(), size, &hash)? {
        return Err(Error::Damaged(format!("{}: the disk gave back other bytes than were written", place())));
    }
    let is_file = std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
    let named = if replace && is_file { aside.persist(&path) } else { aside.persist_noclobber(&path) };
    match named {
        Ok(_) => Ok(Written::Written),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            Ok(compare(folder, name, size, &hash)?.unwrap_or(Written::Differs))
        }
        Err(error) => Err(Error::io(place())(error.error)),
    }
}

/// Whether a file, and not a link to one, has these bytes.
fn is(path: &Path, bytes: u64, hash: &str) -> Result<bool, Error> {
    let found = std::fs::symlink_metadata(path).map_err(Error::io(shown(path)))?;
    if !found.is_file() || found.len() != bytes {
        return Ok(false);
    }
    Ok(sha256(&std::fs::read(path).map_err(Error::io(shown(path)))?) == hash)
}

fn shown(path: &Path) -> String {
    shared::json::printable(&path.display().to_string())
}

/// The folder to write into, made where it is missing.
pub fn folder(path: &Path) -> Result<PathBuf, Error> {
    std::fs::create_dir_all(path).map_err(Error::io(shown(path)))?;
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
