//! Stores: one suite for every kind of them, what only S3 can say, and what only a folder can suffer.

mod commits;
mod conformance;
mod folder;
mod refusals;
mod server;

use functions::store::Store;
use server::S3Server;

/// Runs each named scenario against a new store of each kind.
macro_rules! for_each_store {
    ($($scenario:ident),* $(,)?) => {$(
        mod $scenario {
            use super::*;

            #[tokio::test]
            async fn in_memory() {
                conformance::$scenario(&Store::open("memory:").unwrap()).await;
            }

            #[tokio::test]
            async fn in_a_folder() {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("file:{}", folder.path().join("data").display());
                conformance::$scenario(&Store::open(&url).unwrap()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_s3() {
                let server = S3Server::start().await;
                conformance::$scenario(&server.store("costs/some/Prefix")).await;
            }
        }
    )*};
}

for_each_store!(
    one_of_sixteen_creates,
    the_first_bytes_stay,
    what_is_mended_is_new_and_what_is_deleted_is_gone,
    keys_come_in_order_and_whole_folders,
    thousands_of_keys_come_once,
    what_is_missing_is_told,
    bad_keys_are_refused,
    every_byte_comes_back,
    empty_and_large_objects_come_back,
);

/// Two prefixes of one bucket do not see each other, nor what lies beside them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prefixes_are_apart() {
    let server = S3Server::start().await;
    let stores = [server.store("costs/a"), server.store("costs/ab"), server.store("costs")];
    stores[0].put_new("k/x", b"a".to_vec()).await.unwrap();
    stores[1].put_new("k/x", b"ab".to_vec()).await.unwrap();
    assert_eq!(stores[0].list("").await.unwrap(), ["k/x"]);
    assert_eq!(stores[0].list("k/").await.unwrap(), ["k/x"]);
    assert_eq!(stores[0].get("k/x").await.unwrap(), b"a");
    assert_eq!(stores[1].get("k/x").await.unwrap(), b"ab");
    assert_eq!(stores[2].list("").await.unwrap(), ["a/k/x", "ab/k/x"]);
    assert_eq!(stores[2].list("a").await.unwrap(), ["a/k/x"]);
}
