//! Snapshots in a folder: written aside, flushed, then linked into place, which fails if the name is taken.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tempfile::NamedTempFile;

use super::{MAX_OBJECT_BYTES, Put, StoreError};

/// What a file is called until it has all its bytes.
const ASIDE: &str = ".aside-";

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
            // A pipe or a device could keep us for ever.
            Ok(found) if !found.is_file() => Err(io("reading", &path, std::io::Error::other("it is not a file"))),
            Ok(_) => fs::read(&path).map_err(|source| io("reading", &path, source)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(StoreError::NotFound { key: key.to_owned() }),
            Err(source) => Err(io("reading", &path, source)),
        }
    }

    pub(super) fn list(&self, folder: &str, after: Option<&str>) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        let start = self.path(folder.trim_end_matches('/'));
        refuse_links(&self.root, &start)?;
        let mut open = vec![start];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(source) => return Err(io("listing", &folder, source)),
            };
            for entry in entries {
                let entry = entry.map_err(|source| io("listing", &folder, source))?;
                let kind = entry.file_type().map_err(|source| io("listing", &folder, source))?;
                if kind.is_dir() {
                    open.push(entry.path());
                } else if kind.is_symlink() {
                    // Passing over it would hide what somebody moved out of the store.
                    refuse_links(&self.root, &entry.path())?;
                } else if kind.is_file()
                    && let Some(key) = key_of(&self.root, &entry.path())
                    && after.is_none_or(|after| key.as_str() > after)
                {
                    keys.push(key);
                }
            }
        }
        keys.sort();
        Ok(keys)
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
            let refused = std::io::Error::other("a symbolic link inside the store is not followed");
            return Err(io("reading", part, refused));
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
