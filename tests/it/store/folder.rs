//! What only a folder can suffer: links, leftovers, pipes, and files that are too large.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use functions::store::{Put, Store, StoreError};
use tempfile::TempDir;

fn opened() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("file:{}", folder.path().join("data").display())).unwrap();
    (folder, store)
}

fn is_refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> bool {
    result.is_err_and(|error| error.to_string().contains("a symbolic link inside the store is not followed"))
}

/// Reading, writing and listing through a link could leave the store.
#[tokio::test]
async fn links_inside_the_store_are_not_followed() {
    let (folder, store) = opened();
    let outside = folder.path().join("outside");
    fs::create_dir_all(outside.join("deeper")).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    store.put_new("raw/good", b"good".to_vec()).await.unwrap();
    let data = folder.path().join("data");

    symlink(outside.join("secret"), data.join("raw/link")).unwrap();
    assert!(is_refused(store.get("raw/link").await));
    assert!(is_refused(store.list("raw/").await));
    assert!(is_refused(store.list("").await));
    // The name is taken, and what it leads to stays as it is.
    assert_eq!(store.put_new("raw/link", b"new".to_vec()).await.unwrap(), Put::Exists);
    fs::remove_file(data.join("raw/link")).unwrap();

    symlink(&outside, data.join("away")).unwrap();
    assert!(is_refused(store.get("away/secret").await));
    assert!(is_refused(store.put_new("away/new", b"new".to_vec()).await));
    assert!(is_refused(store.put_new("away/deeper/new", b"new".to_vec()).await));
    assert!(is_refused(store.put_new("away/made/new", b"new".to_vec()).await));
    assert!(is_refused(store.list("away/").await));
    assert!(is_refused(store.list("away/deeper").await));
    assert!(is_refused(store.list("").await));
    assert_eq!(store.list("raw/").await.unwrap(), ["raw/good"]);
    assert_eq!(fs::read_to_string(outside.join("secret")).unwrap(), "secret");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 2, "something was written outside");
    assert_eq!(fs::read_dir(outside.join("deeper")).unwrap().count(), 0, "something was written outside");
}

/// A store may itself be reached by a link: that is the operator's choice.
#[tokio::test]
async fn the_store_itself_may_be_a_link() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("disk")).unwrap();
    symlink(folder.path().join("disk"), folder.path().join("data")).unwrap();
    let store = Store::open(&format!("file:{}", folder.path().join("data").display())).unwrap();
    store.put_new("a/b", b"x".to_vec()).await.unwrap();
    assert_eq!(store.list("").await.unwrap(), ["a/b"]);
    assert_eq!(fs::read(folder.path().join("disk/a/b")).unwrap(), b"x");
}

/// What a dead writer left has a dot in front; what others laid there has another form of name.
#[tokio::test]
async fn leftovers_and_foreign_files_are_no_objects() {
    let (folder, store) = opened();
    store.put_new("manifests/00000001.json", b"1".to_vec()).await.unwrap();
    let data = folder.path().join("data");
    for name in ["manifests/.aside-x1", ".DS_Store", "manifests/README.md", "manifests/a b"] {
        fs::write(data.join(name), "").unwrap();
    }
    assert_eq!(store.list("").await.unwrap(), ["manifests/00000001.json"]);
}

/// Nothing is left beside an object, and nobody sees it before it is whole.
#[tokio::test]
async fn a_write_leaves_one_file() {
    let (folder, store) = opened();
    for _ in 0..3 {
        store.put_new("raw/a", vec![1; 100_000]).await.unwrap();
    }
    let names: Vec<_> = fs::read_dir(folder.path().join("data/raw")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["a"]);
}

fn made(path: &Path, bytes: u64) {
    fs::File::create(path).unwrap().set_len(bytes).unwrap();
}

/// A sparse file stands for a huge one: it is refused by its length and not read.
#[tokio::test]
async fn what_is_too_large_or_no_file_is_not_read() {
    let (folder, store) = opened();
    store.put_new("raw/a", Vec::new()).await.unwrap();
    let raw = folder.path().join("data/raw");
    made(&raw.join("huge"), (512 << 20) + 1);
    let huge = store.get("raw/huge").await;
    assert!(matches!(huge, Err(StoreError::TooLarge { bytes: 536_870_913, .. })), "{huge:?}");
    assert!(std::process::Command::new("mkfifo").arg(raw.join("pipe")).status().unwrap().success());
    assert!(store.get("raw/pipe").await.is_err_and(|error| error.to_string().contains("it is not a file")));
    assert_eq!(store.list("raw/").await.unwrap(), ["raw/a", "raw/huge"]);
    fs::create_dir(raw.join("folder")).unwrap();
    assert!(store.get("raw/folder").await.is_err());
}

/// A folder that may not be written to says where.
#[tokio::test]
async fn a_place_that_is_a_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), "a file").unwrap();
    let store = Store::open(&format!("file:{}", folder.path().join("data").display())).unwrap();
    let put = store.put_new("a/b", Vec::new()).await;
    assert!(put.is_err_and(|error| error.to_string().contains("data")));
}
