//! Snapshots in a folder: written aside, flushed, then linked into place, which fails if the name is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tempfile::NamedTempFile;

use super::{Listing, MAX_OBJECT_BYTES, Put, StoreError};

/// What a file is called until it has all its bytes.
const ASIDE: &str = ".aside-";

/// Why something is not read: it is a link,
const LINK: &str = "a symbolic link inside the store is not followed";
/// a folder,
const FOLDER: &str = "it is a folder and not a file";
/// or a pipe, a socket or a device, which could keep us for ever.
const NO_FILE: &str = "it is not a file";

/// A folder of this machine.
#[derive(Debug)]
pub struct FolderStore {
    root: PathBuf,
    /// Folders that are on the disk with all above them, as far as this process knows.
    flushed: Mutex<BTreeSet<PathBuf>>,
}

impl FolderStore {
    pub(super) fn new(root: PathBuf) -> FolderStore {
        FolderStore { root, flushed: Mutex::default() }
    }

    fn path(&self, key: &str) -> PathBuf {
        // Keys were checked: relative, without dots in front.
        self.root.join(key)
    }

    pub(super) fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.root);
        self.make_folder(folder)?;
        if fs::symlink_metadata(&path).is_ok() {
            // Whoever wrote it may not have got as far as this.
            sync_folder(folder)?;
            return Ok(Put::Exists);
        }
        match aside(folder, &path, bytes)?.persist_noclobber(&path) {
            Ok(_) => sync_folder(folder).map(|()| Put::Created),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => sync_folder(folder).map(|()| Put::Exists),
            Err(error) => Err(io("naming", &path, error.error)),
        }
    }

    pub(super) fn mend(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.root);
        self.make_folder(folder)?;
        // A reader finds the old bytes or the new ones, whole.
        aside(folder, &path, bytes)?.persist(&path).map_err(|error| io("naming", &path, error.error))?;
        sync_folder(folder)
    }

    pub(super) fn modified(&self, key: &str) -> Option<Timestamp> {
        let found = fs::symlink_metadata(self.path(key)).ok()?;
        Timestamp::try_from(found.modified().ok()?).ok()
    }

    pub(super) fn delete(&self, key: &str) -> Result<(), StoreError> {
        let path = self.path(key);
        refuse_links(&self.root, &path)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(io("deleting", &path, error)),
            _ => Ok(()),
        }
    }

    /// Files that a killed process was writing, and that no other has touched since: found, and deleted where `delete`
    /// says so.
    pub(super) fn unfinished(&self, before: Timestamp, delete: bool) -> Result<usize, StoreError> {
        let (mut count, mut open) = (0, vec![self.root.clone()]);
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(source) => return Err(io("listing", &folder, source)),
            };
            for entry in entries {
                let entry = entry.map_err(|source| io("listing", &folder, source))?;
                let (path, found) = (entry.path(), entry.metadata());
                // Gone meanwhile: whoever wrote it has named it, or died and was swept up after by another.
                let Ok(found) = found else { continue };
                if found.is_dir() {
                    open.push(path);
                    continue;
                }
                let modified = found.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
                let is_aside = entry.file_name().to_str().is_some_and(|name| name.starts_with(ASIDE));
                if found.is_file() && is_aside && modified.is_some_and(|at| at < before) {
                    count += 1;
                    if delete {
                        fs::remove_file(&path).map_err(|source| io("deleting", &path, source))?;
                    }
                }
            }
        }
        Ok(count)
    }

    /// A folder is only there after a crash when the one above it is flushed, whoever made it.
    fn make_folder(&self, folder: &Path) -> Result<(), StoreError> {
        if self.flushed.lock().unwrap_or_else(PoisonError::into_inner).contains(folder) && folder.is_dir() {
            return refuse_links(&self.root, folder);
        }
        // Making a folder would follow a link as well.
        refuse_links(&self.root, folder)?;
        let missing: Vec<&Path> = folder.ancestors().take_while(|part| !part.is_dir()).collect();
        fs::create_dir_all(folder).map_err(|source| io("creating", folder, source))?;
        let ours = folder.ancestors().take_while(|part| part.starts_with(&self.root) && *part != self.root);
        let parts: BTreeSet<&Path> = missing.into_iter().chain(ours).collect();
        for part in parts {
            let known = self.flushed.lock().unwrap_or_else(PoisonError::into_inner).contains(part);
            let Some(above) = part.parent().filter(|_| !known) else { continue };
            // The folder above `data` in `file:data` is the current one, whose name is empty.
            sync_folder(if above.as_os_str().is_empty() { Path::new(".") } else { above })?;
            self.flushed.lock().unwrap_or_else(PoisonError::into_inner).insert(part.to_owned());
        }
        Ok(())
    }

    pub(super) fn get(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let path = self.path(key);
        refuse_links(&self.root, &path)?;
        match fs::metadata(&path) {
            Ok(found) if found.len() > MAX_OBJECT_BYTES => {
                Err(StoreError::TooLarge { key: key.to_owned(), bytes: found.len() })
            }
            Ok(found) if !found.is_file() => {
                let why = if found.is_dir() { FOLDER } else { NO_FILE };
                Err(StoreError::NotAFile { path, why })
            }
            Ok(_) => fs::read(&path).map_err(|source| io("reading", &path, source)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(StoreError::NotFound { key: key.to_owned() }),
            Err(source) => Err(io("reading", &path, source)),
        }
    }

    pub(super) fn list(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>, StoreError> {
        refuse_links(&self.root, &self.path(folder.trim_end_matches('/')))?;
        let Listing { mut keys, others } = self.walk(folder.trim_end_matches('/'))?;
        // Passing over one would hide what somebody moved out of the store.
        if let Some((name, why)) = others.into_iter().find(|(_, why)| *why == LINK) {
            return Err(StoreError::NotAFile { path: self.root.join(name), why });
        }
        keys.retain(|key| after.is_none_or(|after| key.as_str() > after));
        Ok(keys)
    }

    pub(super) fn look(&self, folder: &str) -> Result<Listing, StoreError> {
        let start = self.path(folder);
        if refuse_links(&self.root, &start).is_err() {
            return Ok(Listing { keys: Vec::new(), others: BTreeMap::from([(folder.to_owned(), LINK)]) });
        }
        self.walk(folder)
    }

    /// Everything below a folder. Nothing is opened but folders, and no link is followed.
    fn walk(&self, folder: &str) -> Result<Listing, StoreError> {
        let (mut found, mut open) = (Listing::default(), vec![self.path(folder)]);
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(source) => return Err(io("listing", &folder, source)),
            };
            for entry in entries {
                let entry = entry.map_err(|source| io("listing", &folder, source))?;
                let kind = entry.file_type().map_err(|source| io("listing", &folder, source))?;
                let (path, key) = (entry.path(), key_of(&self.root, &entry.path()));
                // Every object has a dot in its name, and no folder of ours has.
                let has_dot = entry.file_name().to_string_lossy().contains('.');
                match key {
                    _ if kind.is_symlink() => {
                        let name = path.strip_prefix(&self.root).unwrap_or(&path).to_string_lossy().into_owned();
                        found.others.insert(name, LINK);
                    }
                    Some(key) if kind.is_dir() && has_dot => {
                        found.others.insert(key, FOLDER);
                    }
                    _ if kind.is_dir() => open.push(path),
                    Some(key) if kind.is_file() => found.keys.push(key),
                    Some(key) => {
                        found.others.insert(key, NO_FILE);
                    }
                    None => {}
                }
            }
        }
        found.keys.sort_unstable();
        Ok(found)
    }
}

/// A file beside the one it is to become, on the disk with all its bytes.
fn aside(folder: &Path, path: &Path, bytes: &[u8]) -> Result<NamedTempFile, StoreError> {
    let mut aside = tempfile::Builder::new()
        .prefix(ASIDE)
        // Who else may read is what the umask and the folder say, as for any other file.
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(|source| io("creating a file in", folder, source))?;
    aside.write_all(bytes).map_err(|source| io("writing", path, source))?;
    aside.as_file().sync_all().map_err(|source| io("flushing", path, source))?;
    Ok(aside)
}

/// Files that were being written when something died have a dot in front and are no objects.
fn key_of(root: &Path, path: &Path) -> Option<String> {
    let key = path.strip_prefix(root).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    super::check_key(&key).is_ok().then_some(key)
}

/// A link inside the store could lead anywhere.
fn refuse_links(root: &Path, path: &Path) -> Result<(), StoreError> {
    let mut part = path;
    while part != root && part.starts_with(root) {
        if fs::symlink_metadata(part).is_ok_and(|found| found.file_type().is_symlink()) {
            return Err(StoreError::NotAFile { path: part.to_owned(), why: LINK });
        }
        let Some(above) = part.parent() else { break };
        part = above;
    }
    Ok(())
}

fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let opened = File::open(folder).and_then(|folder| folder.sync_all());
    opened.map_err(|source| io("flushing", folder, source))
}

fn io(action: &'static str, path: &Path, source: std::io::Error) -> StoreError {
    StoreError::Io { action, path: path.to_owned(), source }
}
