//! What a store promises, whatever it is made of. Each scenario is given a store of its own.

use std::collections::BTreeSet;

use functions::store::{Put, Store, StoreError};
use futures_util::future::join_all;

/// Sixteen at once: one winner, and the bytes are the winner's.
pub async fn one_of_sixteen_creates(store: &Store) {
    for round in 0..5 {
        let key = format!("manifests/{round:08}.json");
        let racers = (0..16u8).map(|racer| store.put_new(&key, vec![racer; 1000 + usize::from(racer)]));
        let results: Vec<Put> = join_all(racers).await.into_iter().map(Result::unwrap).collect();
        let winners: Vec<usize> = (0..16).filter(|racer| results[*racer] == Put::Created).collect();
        assert_eq!(winners.len(), 1, "{results:?}");
        assert_eq!(store.get(&key).await.unwrap(), vec![winners[0] as u8; 1000 + winners[0]]);
    }
}

/// An object never changes, not even for the same bytes, more bytes or none.
pub async fn the_first_bytes_stay(store: &Store) {
    assert_eq!(store.put_new("raw/a", b"first".to_vec()).await.unwrap(), Put::Created);
    for again in [b"first".to_vec(), b"second and longer".to_vec(), Vec::new()] {
        assert_eq!(store.put_new("raw/a", again).await.unwrap(), Put::Exists);
        assert_eq!(store.get("raw/a").await.unwrap(), b"first");
    }
}

/// Mended it has the new bytes, deleted it is gone and may come again; neither touches a neighbour.
pub async fn what_is_mended_is_new_and_what_is_deleted_is_gone(store: &Store) {
    for key in ["raw/a", "raw/ab"] {
        store.put_new(key, b"cut".to_vec()).await.unwrap();
    }
    store.mend("raw/a", b"whole".to_vec()).await.unwrap();
    assert_eq!(store.get("raw/a").await.unwrap(), b"whole");
    for _ in 0..2 {
        store.delete("raw/a").await.unwrap();
        assert!(matches!(store.get("raw/a").await, Err(StoreError::NotFound { .. })));
        assert_eq!(store.modified("raw/a").await.unwrap(), None);
    }
    assert_eq!(store.list("").await.unwrap(), ["raw/ab"]);
    assert_eq!(store.put_new("raw/a", b"again".to_vec()).await.unwrap(), Put::Created);
    assert_eq!(store.get("raw/ab").await.unwrap(), b"cut");
}

/// By bytes, and `a` is not `ab`.
pub async fn keys_come_in_order_and_whole_folders(store: &Store) {
    let keys = ["a/1", "a/1.x", "a/10", "a/2/z", "a/2-z", "ab/1", "a-b/1", "b", "a/=", "a/_"];
    for key in keys {
        store.put_new(key, key.as_bytes().to_vec()).await.unwrap();
    }
    let mut all: Vec<&str> = keys.to_vec();
    all.sort_unstable();
    assert_eq!(store.list("").await.unwrap(), all);
    let below: Vec<&str> = all.iter().copied().filter(|key| key.starts_with("a/")).collect();
    assert_eq!(store.list("a/").await.unwrap(), below);
    assert_eq!(store.list("a").await.unwrap(), below);
    assert_eq!(store.list("a/2").await.unwrap(), ["a/2/z"]);
    assert_eq!(store.list("c").await.unwrap(), [""; 0]);
    // A file is no folder.
    assert_eq!(store.list("a/2/z/").await.unwrap_or_default(), [""; 0]);
    for after in ["a/0", "a/10", "a/2-z", "a/zz"] {
        let expect: Vec<&str> = below.iter().copied().filter(|key| *key > after).collect();
        assert_eq!(store.list_after("a/", Some(after)).await.unwrap(), expect, "after {after}");
    }
}

/// More than one page of S3's lists.
pub async fn thousands_of_keys_come_once(store: &Store) {
    let keys: BTreeSet<String> = (0..2_345).map(|number| format!("manifests/{:08}.json", number * 7)).collect();
    for chunk in keys.iter().collect::<Vec<_>>().chunks(50) {
        let writes = chunk.iter().map(|key| store.put_new(key, key.as_bytes().to_vec()));
        assert!(join_all(writes).await.into_iter().all(|put| put.unwrap() == Put::Created));
    }
    store.put_new("manifests-of-others/1", Vec::new()).await.unwrap();
    assert_eq!(store.list("manifests/").await.unwrap(), keys.iter().cloned().collect::<Vec<_>>());
    for seen in [0, 999, 1_000, 1_001, 2_343, 2_344] {
        let after = keys.iter().nth(seen).unwrap();
        let expect: Vec<String> = keys.iter().skip(seen + 1).cloned().collect();
        assert_eq!(store.list_after("manifests/", Some(after)).await.unwrap(), expect, "after {after}");
    }
}

/// By its key, so that a message can name it.
pub async fn what_is_missing_is_told(store: &Store) {
    for _ in 0..2 {
        let missing = store.get("raw/missing").await;
        assert!(matches!(&missing, Err(StoreError::NotFound { key }) if key == "raw/missing"), "{missing:?}");
        assert_eq!(store.list("").await.unwrap(), [""; 0]);
        assert_eq!(store.list("raw/").await.unwrap(), [""; 0]);
    }
    store.put_new("raw/missing-not", Vec::new()).await.unwrap();
    assert!(matches!(store.get("raw/missing").await, Err(StoreError::NotFound { .. })));
}

/// Before anything is read or written.
pub async fn bad_keys_are_refused(store: &Store) {
    let long = "a".repeat(513);
    for key in ["", "/a", "a//b", "../a", "a/../b", ".hidden", "a/.tmp", "A", "a b", "a\\b", "ä", "a/", "a\0", &long] {
        assert!(matches!(store.put_new(key, Vec::new()).await, Err(StoreError::BadKey { .. })), "{key}");
        assert!(matches!(store.get(key).await, Err(StoreError::BadKey { .. })), "{key}");
    }
    for folder in ["/a/", "../", "a//", "a/../b", ".", "A/"] {
        let listed = store.list(folder).await;
        // Slashes at the end say nothing.
        assert!(matches!(listed, Err(StoreError::BadKey { .. })) || folder == "a//", "{folder}: {listed:?}");
        assert!(matches!(store.list_after("a/", Some(folder)).await, Err(StoreError::BadKey { .. })), "{folder}");
    }
    assert_eq!(store.list("").await.unwrap(), [""; 0]);
}

/// No value of a byte, no line end and no zero is changed.
pub async fn every_byte_comes_back(store: &Store) {
    let all: Vec<u8> = (0..=255).collect();
    let mixed: Vec<u8> = (0..70_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for (number, bytes) in [all, mixed, b"\r\n\n\r\0".to_vec(), vec![0; 4096], vec![255; 1]].into_iter().enumerate() {
        let key = format!("raw/bytes/{number}.json.zst");
        store.put_new(&key, bytes.clone()).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap(), bytes, "{key}");
    }
}

/// Nothing, and more than fits into one write of a socket.
pub async fn empty_and_large_objects_come_back(store: &Store) {
    let large: Vec<u8> = (0..9_000_001u32).map(|n| (n.wrapping_mul(2_246_822_519) >> 11) as u8).collect();
    assert_eq!(store.put_new("raw/empty", Vec::new()).await.unwrap(), Put::Created);
    assert_eq!(store.put_new("raw/empty", Vec::new()).await.unwrap(), Put::Exists);
    assert_eq!(store.put_new("raw/large", large.clone()).await.unwrap(), Put::Created);
    assert_eq!(store.get("raw/empty").await.unwrap(), b"");
    assert!(store.get("raw/large").await.unwrap() == large);
}
